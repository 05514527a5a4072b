/**
 * Which characters XML 1.0 allows (production 2, Char); the others cannot be written in any way, not even escaped.
 * Without the regex flag u, which the web view of older QGIS does not know.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
const suspicious = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/
/** Two surrogates that belong together are one character, and allowed. */
const pairsAndForbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
  /[\ud800-\udbff][\udc00-\udfff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/g

export const withoutForbiddenCharacters = (text: string): string =>
  suspicious.test(text) ? text.replace(pairsAndForbidden, (found) => (found.length === 2 ? found : '')) : text

export const hasForbiddenCharacter = (text: string): boolean =>
  withoutForbiddenCharacters(text).length !== text.length
