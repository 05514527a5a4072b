/** Readable ids for new collections, out of titles and layer names in any alphabet (R6.22). */
import { toSlug } from '../domain/record.ts'

/** Where one letter is one sound or nearly so; other scripts would give words nobody recognises. */
const alphabets: readonly (readonly [string, string])[] = [
  [
    'абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђћљњџјѓќѕ',
    'a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i i ie g u dj c lj nj dz j g k dz',
  ],
  [
    'αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ',
    'a v g d e z i th i k l m n x o p r s t y f ch ps o s a e i i o y o i y i y',
  ],
]

const latin: Record<string, string> = {}
for (const [letters, sounds] of alphabets) {
  const list = sounds.split(' ')
  letters.split('').forEach((letter, at) => {
    const sound = list[at] ?? ''
    latin[letter] = sound === '_' ? '' : sound
  })
}

const transliterate = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .split('')
    .map((letter) => latin[letter] ?? letter)
    .join('')

const MAX_LENGTH = 63

/** '' when the text has no letter that could be said in Latin ones. */
export const toCollectionId = (text: string): string => toSlug(transliterate(text)).replace(/^[^a-z0-9]+/, '')

/** The contract's pattern. */
export const isCollectionId = (id: string): boolean => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(id)

/** `roads`, `roads-2`, `roads-3` …, whichever is free first. */
export const freeId = (wanted: string, isTaken: (id: string) => boolean): string => {
  if (!isTaken(wanted)) return wanted
  for (let n = 2; ; n += 1) {
    const id = `${wanted.slice(0, MAX_LENGTH - String(n).length - 1)}-${n}`
    if (!isTaken(id)) return id
  }
}
