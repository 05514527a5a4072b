/** Matches texts with patterns that have wild cards, without regular expressions: a pattern from a style cannot stall it. */

export type LikePattern = {
  pattern: string
  wildCard: string
  singleChar: string
  escapeChar: string
  matchCase: boolean
}

/** Between two wild cards; null stands for any one character. */
type Segment = (string | null)[]

/** Longer texts are compared up to here. */
const mostCharacters = 10_000

const segmentsOf = ({ pattern, wildCard, singleChar, escapeChar, matchCase }: LikePattern): Segment[] => {
  const segments: Segment[] = [[]]
  const characters = [...(matchCase ? pattern : pattern.toLowerCase())]
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i] as string
    if (character === escapeChar && i + 1 < characters.length) {
      i += 1
      segments.at(-1)?.push(characters[i] as string)
    } else if (character === wildCard) segments.push([])
    else segments.at(-1)?.push(character === singleChar ? null : character)
  }
  return segments
}

const isAt = (segment: Segment, text: readonly string[], at: number): boolean => {
  for (let i = 0; i < segment.length; i += 1) {
    const wanted = segment[i]
    if (wanted !== null && wanted !== text[at + i]) return false
  }
  return true
}

/** The first place from `from` on; a segment found as early as possible leaves the most for the others. */
const find = (segment: Segment, text: readonly string[], from: number, end: number): number => {
  for (let at = from; at + segment.length <= end; at += 1) if (isAt(segment, text, at)) return at
  return -1
}

export const likeMatcher = (like: LikePattern): ((text: string) => boolean) => {
  const [first = [], ...others] = segmentsOf(like)
  const last = others.pop()
  const shortest = [first, ...others, last ?? []].reduce((sum, { length }) => sum + length, 0)
  return (given) => {
    const cut = given.length > mostCharacters ? given.slice(0, mostCharacters) : given
    const text = [...(like.matchCase ? cut : cut.toLowerCase())]
    if (text.length < shortest || !isAt(first, text, 0)) return false
    if (last === undefined) return text.length === first.length
    const end = text.length - last.length
    if (!isAt(last, text, end)) return false
    let at = first.length
    for (const segment of others) {
      const found = find(segment, text, at, end)
      if (found < 0) return false
      at = found + segment.length
    }
    return true
  }
}
