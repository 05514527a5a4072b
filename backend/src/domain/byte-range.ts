/** One range of bytes as RFC 9110 §14 asks for it. */

export type ByteRange = { start: number; end: number }

/**
 * The range to send: 'whole' without a range, for several ranges, and for what is not understood (a server may ignore
 * those); 'outside' when it lies beyond the end.
 */
export const parseRange = (
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'whole' | 'outside' => {
  const [, first, last] = /^bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole'
  if (first === '') {
    const length = Number(last)
    return length === 0 || sizeBytes === 0
      ? 'outside'
      : { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  // Backwards is malformed, and what is malformed is ignored.
  if (last !== '' && Number(last) < start) return 'whole'
  return start >= sizeBytes ? 'outside' : { start, end }
}
