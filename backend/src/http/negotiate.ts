/** Chooses the representation: `f` decides, else the Accept header; who accepts anything gets the first offered (G2). */
import { generalProblems } from '../domain/problems/general.ts'

export type Offer<Key extends string> = {
  key: Key
  /** Media types that ask for it, the one it is sent as first; parameters do not matter. */
  types: readonly string[]
}

type Range = { type: string; quality: number }

const toRange = (text: string): Range => {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

const isIn = (type: string, range: string) =>
  range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))

/** How much the client wants this type: the most specific range that covers it counts. */
const qualityOf = (type: string, ranges: Range[]): number => {
  const covering = ranges.filter((range) => isIn(type, range.type))
  const specificity = (range: Range) => (range.type === '*/*' ? 0 : range.type.endsWith('/*') ? 1 : 2)
  return covering.sort((a, b) => specificity(b) - specificity(a))[0]?.quality ?? 0
}

/** Ties go to the earlier offer, so that a browser (which prefers HTML) sees pages and a program data. */
export const negotiate = <Key extends string>(
  asked: string | undefined,
  accept: string | undefined,
  offers: readonly [Offer<Key>, ...Offer<Key>[]],
): Key => {
  if (asked !== undefined) {
    const offer = offers.find(({ key }) => key === asked)
    if (!offer) throw generalProblems.notAcceptable({ asked, offered: offers.map(({ key }) => key) })
    return offer.key
  }
  if (accept === undefined || accept.trim() === '' || accept.trim() === '*/*') return offers[0].key
  const ranges = accept.slice(0, 1000).split(',').map(toRange)
  let best: Offer<Key> | undefined
  let bestQuality = 0
  for (const offer of offers) {
    const quality = Math.max(...offer.types.map((type) => qualityOf(type, ranges)))
    if (quality > bestQuality) {
      best = offer
      bestQuality = quality
    }
  }
  if (best) return best.key
  throw generalProblems.notAcceptable({
    asked: accept,
    offered: offers.flatMap(({ types }) => types[0] ?? []),
  })
}
