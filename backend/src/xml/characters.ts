/** Which characters XML 1.0 allows (production 2, Char); the others cannot be written in any way, not even escaped. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u
const allForbidden = new RegExp(forbidden, 'gu')

export const hasForbiddenCharacter = (text: string): boolean => forbidden.test(text)

export const withoutForbiddenCharacters = (text: string): string =>
  forbidden.test(text) ? text.replace(allForbidden, '') : text
