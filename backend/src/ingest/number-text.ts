/** Reads numbers out of ASCII bytes without making strings of the usual ones. */

export const NO_NUMBER = 0
/** At most 15 digits: exact as a number. */
export const INTEGER = 1
/** More digits; `text` must become a bigint to keep them. */
export const LONG_INTEGER = 2
export const DECIMAL = 3

/** What is longer is text that happens to consist of digits. */
const LONGEST = 400

const powers = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

export type NumberReader = {
  /** Whether bytes[from, to) is a number, and of which kind; nothing may stand around it. */
  read: (bytes: Uint8Array, from: number, to: number) => number
  /** Of the last number read that was INTEGER or DECIMAL. */
  value: number
  /** It began with a plus sign, or with a zero before other digits: '007' may be a code. */
  looksLikeCode: boolean
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57

export const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0)
  return text
}

export const createNumberReader = (): NumberReader => {
  /** With an exponent, or no number at all. */
  const readExponent = (bytes: Uint8Array, from: number, to: number): number => {
    if (to - from > LONGEST) return NO_NUMBER
    const text = textOf(bytes, from, to)
    if (!/^[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d+$/.test(text)) return NO_NUMBER
    reader.value = Number(text)
    return DECIMAL
  }

  const read = (bytes: Uint8Array, from: number, to: number): number => {
    let at = from
    const sign = bytes[at]
    const hasSign = sign === 45 || sign === 43
    if (hasSign) at++
    reader.looksLikeCode = sign === 43 || (bytes[at] === 48 && at + 1 < to && isDigit(bytes[at + 1]))
    let mantissa = 0
    let digits = 0
    let point = -1
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + byte - 48
        digits++
      } else if (byte === 46 && point < 0) point = digits
      else break
    }
    if (at < to) return readExponent(bytes, from, to)
    if (digits > 15) {
      if (digits > LONGEST) return NO_NUMBER
      reader.value = Number(textOf(bytes, from, to))
      return point < 0 ? LONG_INTEGER : DECIMAL
    }
    if (digits === 0) return NO_NUMBER
    const signed = sign === 45 ? -mantissa : mantissa
    // Exact: both are integers below 2^53, and division rounds once.
    reader.value = point < 0 ? signed : signed / (powers[digits - point] ?? Number.NaN)
    return point < 0 ? INTEGER : DECIMAL
  }

  const reader: NumberReader = { read, value: 0, looksLikeCode: false }
  return reader
}
