/** LZW as TIFF 6.0 has it: most significant bit first, codes of 9 to 12 bits that grow one code early. */

const CLEAR = 256
const END = 257
const MOST_CODES = 4096

const prefixes = new Uint16Array(MOST_CODES)
const suffixes = new Uint8Array(MOST_CODES)
const lengths = new Uint16Array(MOST_CODES)
for (let code = 0; code < 256; code += 1) {
  suffixes[code] = code
  lengths[code] = 1
}

/** Fills `target`; returns how many bytes there were, or -1 when the codes make no sense. */
export const unpackLzw = (source: Uint8Array, target: Uint8Array): number => {
  let [bits, held, at, filled] = [0, 0, 0, 0]
  let [width, next, previous] = [9, END + 1, -1]
  while (filled < target.length) {
    while (held < width) {
      if (at >= source.length) return filled
      bits = ((bits << 8) | (source[at] as number)) & 0xff_ff_ff
      at += 1
      held += 8
    }
    held -= width
    const code = (bits >> held) & ((1 << width) - 1)
    if (code === END) return filled
    if (code === CLEAR) {
      ;[width, next, previous] = [9, END + 1, -1]
      continue
    }
    if (previous < 0) {
      if (code > 255) return -1
      target[filled] = code
      filled += 1
      previous = code
      continue
    }
    if (code > next || (code === next && next >= MOST_CODES)) return -1
    // The code that is just being made stands for the string before and its own first byte.
    const isNew = code === next
    const known = isNew ? previous : code
    const length = lengths[known] as number
    let [walk, place] = [known, filled + length - 1]
    while (place > filled) {
      if (place < target.length) target[place] = suffixes[walk] as number
      walk = prefixes[walk] as number
      place -= 1
    }
    const first = suffixes[walk] as number
    target[filled] = first
    filled += length
    if (isNew) {
      if (filled < target.length) target[filled] = first
      filled += 1
    }
    if (next < MOST_CODES) {
      prefixes[next] = previous
      suffixes[next] = first
      lengths[next] = (lengths[previous] as number) + 1
      next += 1
      if (next === 511 || next === 1023 || next === 2047) width += 1
    }
    previous = code
  }
  return target.length
}

/** PackBits: runs and literals, told apart by a signed count. */
export const unpackBits = (source: Uint8Array, target: Uint8Array): number => {
  let [at, filled] = [0, 0]
  while (at < source.length && filled < target.length) {
    const count = source[at] as number
    at += 1
    if (count === 128) continue
    if (count < 128) {
      const literal = source.subarray(at, at + count + 1)
      target.set(literal.subarray(0, target.length - filled), filled)
      filled += literal.length
      at += count + 1
    } else {
      const end = filled + 257 - count
      target.fill(source[at] ?? 0, filled, end)
      filled = end
      at += 1
    }
  }
  return Math.min(filled, target.length)
}
