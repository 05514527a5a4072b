/** Bytes that grow, written as protocol buffers want them. Functions over a plain object: this is the hot path of tiles. */

export type Bytes = { buffer: Uint8Array; view: DataView; at: number }

export const createBytes = (size = 1024): Bytes => {
  const buffer = new Uint8Array(size)
  return { buffer, view: new DataView(buffer.buffer), at: 0 }
}

/** Makes room for so many more bytes. */
export const reserve = (bytes: Bytes, more: number): void => {
  const needed = bytes.at + more
  if (needed <= bytes.buffer.length) return
  const grown = new Uint8Array(Math.max(needed, bytes.buffer.length * 2))
  grown.set(bytes.buffer.subarray(0, bytes.at))
  bytes.buffer = grown
  bytes.view = new DataView(grown.buffer)
}

/** A number from 0 to 2^32 - 1, where there is room for it (five bytes); the place behind it. For the innermost loops. */
export const putVarint = (buffer: Uint8Array, at: number, value: number): number => {
  let to = at
  let left = value >>> 0
  while (left > 0x7f) {
    buffer[to++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  buffer[to] = left
  return to + 1
}

/** A number from 0 to 2^32 - 1. */
export const writeVarint = (bytes: Bytes, value: number): void => {
  reserve(bytes, 5)
  bytes.at = putVarint(bytes.buffer, bytes.at, value)
}

/** Bytes of a varint. */
export const sizeOfVarint = (value: number): number =>
  value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : value < 268_435_456 ? 4 : 5

/** 64 bits, given as two halves. */
export const writeVarint64 = (bytes: Bytes, high: number, low: number): void => {
  reserve(bytes, 10)
  const { buffer } = bytes
  let h = high >>> 0
  let l = low >>> 0
  while (h !== 0 || l > 0x7f) {
    buffer[bytes.at++] = (l & 0x7f) | 0x80
    l = ((l >>> 7) | (h << 25)) >>> 0
    h >>>= 7
  }
  buffer[bytes.at++] = l
}

/** Small negative numbers become small positive ones: 0, -1, 1, -2 … */
export const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0

export const writeBytes = (bytes: Bytes, source: Uint8Array, from: number, to: number): void => {
  const size = to - from
  reserve(bytes, size)
  const { buffer, at } = bytes
  // Setting a part of an array makes an object for it, which for short texts costs more than the copying.
  if (size < 96) for (let i = 0; i < size; i += 1) buffer[at + i] = source[from + i] as number
  else buffer.set(source.subarray(from, to), at)
  bytes.at = at + size
}

const encoder = new TextEncoder()

/** A field of text or of a nested message: its tag, its length, its bytes. */
export const writeField = (bytes: Bytes, tag: number, content: string | Bytes): void => {
  const source = typeof content === 'string' ? encoder.encode(content) : content.buffer
  const size = typeof content === 'string' ? source.length : content.at
  writeVarint(bytes, tag)
  writeVarint(bytes, size)
  writeBytes(bytes, source, 0, size)
}

export const finished = (bytes: Bytes): Uint8Array => bytes.buffer.slice(0, bytes.at)
