/** Makes any text fit the contract's Line and Text: nothing that XML or the database cannot keep, not too long. */
import { withoutForbiddenCharacters } from '../xml/characters.ts'

export const MAX_LINE = 500
export const MAX_TEXT = 20_000

/** Cut without leaving half a surrogate pair behind. */
const cut = (text: string, max: number) => text.slice(0, max).replace(/[\ud800-\udbff]$/, '')

/** undefined when nothing is left. */
export const toText = (text: string, max = MAX_TEXT): string | undefined =>
  cut(withoutForbiddenCharacters(text).trim(), max).trim() || undefined

/** On one line. */
export const toLine = (text: string, max = MAX_LINE): string | undefined =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
  toText(text.replace(/[\s\u0000-\u001f\u007f]+/g, ' '), max)
