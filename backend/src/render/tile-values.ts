/** The values of a layer: each once, whatever feature or column it is from; from the binary form PostgreSQL sends. */
import type { FieldType } from '../domain/probe.ts'
import {
  type Bytes,
  createBytes,
  putVarint,
  reserve,
  sizeOfVarint,
  writeBytes,
  writeVarint64,
} from './bytes.ts'

/** Field 4 of a layer. */
const VALUES = 0x22
/** Members of `Value` in the MVT schema, with their wire types. */
const STRING = 0x0a
const FLOAT = 0x15
const DOUBLE = 0x19
const UINT = 0x28
const SINT = 0x30
const BOOL = 0x38

/** Longer texts are cut: a map shows labels, and the features have the whole text. */
export const mostTextBytes = 1024

/** Days from the year 0, March 1st, to 2000-01-01, from which PostgreSQL counts. */
const dayZero = 730_425
const microsecondsPerDay = 86_400_000_000
/** Years that are written with four digits: 0001 to 9999. */
const firstDay = -730_119
const lastDay = 2_921_939

const isoDay = (days: number): string | null => {
  const date = new Date(Date.UTC(2000, 0, 1) + days * 86_400_000)
  return Number.isNaN(date.getTime()) ? null : (date.toISOString().split('T')[0] ?? null)
}

const DASH = 0x2d
const COLON = 0x3a
const DOT = 0x2e
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const ZERO = 0x30

/** Two figures at a time: text by text would cost more than the rest of the tile. */
const putTwo = (buffer: Uint8Array, at: number, value: number) => {
  const tens = (value / 10) | 0
  buffer[at] = ZERO + tens
  buffer[at + 1] = ZERO + value - 10 * tens
}

/** Ten bytes. By Howard Hinnant's `civil_from_days`: eras of 400 years, years that begin in March. */
const putDay = (buffer: Uint8Array, at: number, days: number) => {
  const since = (days + dayZero) | 0
  const era = (since / 146_097) | 0
  const day = since - era * 146_097
  const yearOfEra = ((day - ((day / 1460) | 0) + ((day / 36_524) | 0) - ((day / 146_096) | 0)) / 365) | 0
  const dayOfYear = day - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))
  const shifted = ((5 * dayOfYear + 2) / 153) | 0
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const century = (year / 100) | 0
  putTwo(buffer, at, century)
  putTwo(buffer, at + 2, year - 100 * century)
  buffer[at + 4] = DASH
  putTwo(buffer, at + 5, month)
  buffer[at + 7] = DASH
  putTwo(buffer, at + 8, dayOfYear - (((153 * shifted + 2) / 5) | 0) + 1)
}

/** Eight bytes and, where there are parts of a second, up to seven more; the place behind them. */
const putClock = (buffer: Uint8Array, at: number, microseconds: number): number => {
  const seconds = Math.floor(microseconds / 1e6)
  const minutes = (seconds / 60) | 0
  const hours = (minutes / 60) | 0
  putTwo(buffer, at, hours)
  buffer[at + 2] = COLON
  putTwo(buffer, at + 3, minutes - 60 * hours)
  buffer[at + 5] = COLON
  putTwo(buffer, at + 6, seconds - 60 * minutes)
  const fraction = microseconds - seconds * 1e6
  if (fraction === 0) return at + 8
  const first = (fraction / 10_000) | 0
  const second = ((fraction - 10_000 * first) / 100) | 0
  buffer[at + 8] = DOT
  putTwo(buffer, at + 9, first)
  putTwo(buffer, at + 11, second)
  putTwo(buffer, at + 13, fraction - 10_000 * first - 100 * second)
  let end = at + 15
  while (buffer[end - 1] === ZERO) end -= 1
  return end
}

const microsecondsOf = (view: DataView, at: number): number =>
  view.getInt32(at) * 4_294_967_296 + view.getUint32(at + 4)

const floorOf = (value: bigint, divisor: bigint): number =>
  Number(value / divisor) - (value < 0n && value % divisor !== 0n ? 1 : 0)

/** Where a text of UTF-8 may be cut without leaving half a character. */
const cutAt = (bytes: Uint8Array, from: number, to: number): number => {
  let end = Math.min(to, from + mostTextBytes)
  if (end === to) return end
  while (end > from && ((bytes[end] as number) & 0xc0) === 0x80) end -= 1
  return end
}

const encoder = new TextEncoder()

export const createValues = () => {
  /** Members of the layer, one after the other: tag, size, and a message `Value`. */
  const bytes = createBytes(65_536)
  /** Where each begins; one more for the end of the last. */
  const starts: number[] = [0]
  const hashes: number[] = []
  /** Index + 1 by hash; 0 is free. */
  let table = new Int32Array(16_384)

  const grow = () => {
    table = new Int32Array(table.length * 4)
    const mask = table.length - 1
    for (let index = 0; index < hashes.length; index += 1) {
      let slot = (hashes[index] as number) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = index + 1
    }
  }

  const isSame = (index: number, from: number, to: number): boolean => {
    const { buffer } = bytes
    const start = starts[index] as number
    if ((starts[index + 1] as number) - start !== to - from) return false
    for (let i = 0; i < to - from; i += 1) if (buffer[start + i] !== buffer[from + i]) return false
    return true
  }

  /** Index of the message that was just written up to `to`; it is taken back when it is there already. */
  const settle = (to: number): number => {
    const { buffer, at: from } = bytes
    let hash = 0x811c9dc5 | 0
    for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (buffer[i] as number), 0x01000193)
    // The lower bits alone find the slot, and the last bytes change the lower bits least.
    hash = (hash ^ (hash >>> 15)) & 0x3fffffff
    const mask = table.length - 1
    let slot = hash & mask
    for (let known = table[slot] as number; known !== 0; known = table[slot] as number) {
      if (hashes[known - 1] === hash && isSame(known - 1, from, to)) return known - 1
      slot = (slot + 1) & mask
    }
    const index = hashes.length
    table[slot] = index + 1
    hashes.push(hash)
    starts.push(to)
    bytes.at = to
    if (starts.length * 2 > table.length) grow()
    return index
  }

  /** Tag and size of a message of at most 127 bytes, and the tag of the value in it; the place of what follows. */
  const begin = (size: number, type: number): number => {
    reserve(bytes, size + 2)
    const { buffer, at } = bytes
    buffer[at] = VALUES
    buffer[at + 1] = size
    buffer[at + 2] = type
    return at + 3
  }

  const addText = (source: Uint8Array, from: number, to: number): number => {
    const size = cutAt(source, from, to) - from
    const before = 1 + sizeOfVarint(size)
    reserve(bytes, size + before + 4)
    const { buffer } = bytes
    buffer[bytes.at] = VALUES
    const typeAt = putVarint(buffer, bytes.at + 1, before + size)
    buffer[typeAt] = STRING
    const at = putVarint(buffer, typeAt + 1, size)
    if (size < 96) for (let i = 0; i < size; i += 1) buffer[at + i] = source[from + i] as number
    else buffer.set(source.subarray(from, from + size), at)
    return settle(at + size)
  }

  /** A text of so many bytes at most, by who writes it and says where it ends. */
  const addWritten = (most: number, put: (buffer: Uint8Array, at: number) => number): number => {
    const at = begin(most + 2, STRING)
    const end = put(bytes.buffer, at + 1)
    bytes.buffer[at] = end - at - 1
    bytes.buffer[at - 2] = end - at + 1
    return settle(end)
  }

  const addUnusualDay = (days: number, rest: string): number => {
    // Infinity, or a year JavaScript does not know.
    const day = Math.abs(days) < 1e9 ? isoDay(days) : null
    if (day === null) return -1
    const source = encoder.encode(day + rest)
    return addText(source, 0, source.length)
  }

  const addDay = (days: number): number => {
    if (days < firstDay || days > lastDay) return addUnusualDay(days, '')
    const at = begin(12, STRING)
    bytes.buffer[at] = 10
    putDay(bytes.buffer, at + 1, days)
    return settle(at + 11)
  }

  const addInstant = (view: DataView, at: number): number => {
    const exact = microsecondsOf(view, at)
    // Beyond the year 2285 JavaScript's numbers are too coarse.
    const wide = Number.isSafeInteger(exact) ? null : view.getBigInt64(at)
    const days =
      wide === null ? Math.floor(exact / microsecondsPerDay) : floorOf(wide, BigInt(microsecondsPerDay))
    if (days < firstDay || days > lastDay) return addUnusualDay(days, 'T00:00:00Z')
    const rest =
      wide === null
        ? exact - days * microsecondsPerDay
        : Number(wide - BigInt(days) * BigInt(microsecondsPerDay))
    return addWritten(27, (buffer, to) => {
      putDay(buffer, to, days)
      buffer[to + 10] = LETTER_T
      const end = putClock(buffer, to + 11, rest)
      buffer[end] = LETTER_Z
      return end + 1
    })
  }

  const addInteger = (view: DataView, at: number): number => {
    const high = view.getInt32(at)
    const low = view.getInt32(at + 4)
    const start = bytes.at
    const to = begin(11, high < 0 ? SINT : UINT)
    if (high === 0 && low >= 0) {
      const end = putVarint(bytes.buffer, to, low)
      bytes.buffer[start + 1] = end - to + 1
      return settle(end)
    }
    bytes.at = to
    if (high < 0) writeVarint64(bytes, ~((high << 1) | (low >>> 31)), ~(low << 1))
    else writeVarint64(bytes, high, low)
    const end = bytes.at
    bytes.at = start
    bytes.buffer[start + 1] = end - to + 1
    return settle(end)
  }

  const addNumber = (view: DataView, at: number): number => {
    const value = view.getFloat64(at)
    // There is no null, and these are none that a style could use.
    if (!Number.isFinite(value)) return -1
    if (Math.fround(value) === value) {
      const to = begin(5, FLOAT)
      bytes.view.setFloat32(to, value, true)
      return settle(to + 4)
    }
    const to = begin(9, DOUBLE)
    bytes.view.setFloat64(to, value, true)
    return settle(to + 8)
  }

  const addBoolean = (view: DataView, at: number): number => {
    const to = begin(2, BOOL)
    bytes.buffer[to] = view.getUint8(at)
    return settle(to + 1)
  }

  return {
    /** Index of a value of `size` bytes at `at`, or -1 for one that a tile cannot have. */
    add: (type: FieldType, source: Uint8Array, view: DataView, at: number, size: number): number => {
      switch (type) {
        case 'string':
          return addText(source, at, at + size)
        case 'integer':
          return addInteger(view, at)
        case 'number':
          return addNumber(view, at)
        case 'boolean':
          return addBoolean(view, at)
        case 'date':
          return addDay(view.getInt32(at))
        case 'datetime':
          return addInstant(view, at)
        case 'time':
          return addWritten(15, (buffer, to) => putClock(buffer, to, microsecondsOf(view, at)))
        case 'binary':
          return -1
      }
    },
    /** All of them, as members of a layer. */
    writeTo: (layer: Bytes) => writeBytes(layer, bytes.buffer, 0, bytes.at),
  }
}
