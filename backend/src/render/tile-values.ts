/** The values of a layer: each once, whatever feature or column it is from; from the binary form PostgreSQL sends. */
import type { FieldType } from '../domain/probe.ts'
import { type Bytes, createBytes, reserve, writeBytes, writeVarint, writeVarint64 } from './bytes.ts'

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

/** Figures with zeros in front, so many in all. Text by text would cost more than the rest of the tile. */
const writeFigures = (bytes: Bytes, value: number, figures: number) => {
  let left = value
  for (let n = bytes.at + figures - 1; n >= bytes.at; n -= 1) {
    bytes.buffer[n] = ZERO + (left % 10)
    left = Math.floor(left / 10)
  }
  bytes.at += figures
}

const writeSign = (bytes: Bytes, sign: number) => {
  bytes.buffer[bytes.at++] = sign
}

/** By Howard Hinnant's `civil_from_days`: eras of 400 years, years that begin in March. */
const writeDay = (bytes: Bytes, days: number) => {
  const since = days + dayZero
  const era = Math.floor(since / 146_097)
  const day = since - era * 146_097
  const yearOfEra = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  )
  const dayOfYear = day - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  writeFigures(bytes, yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4)
  writeSign(bytes, DASH)
  writeFigures(bytes, month, 2)
  writeSign(bytes, DASH)
  writeFigures(bytes, dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1, 2)
}

const writeClock = (bytes: Bytes, microseconds: number) => {
  const seconds = Math.floor(microseconds / 1e6)
  writeFigures(bytes, Math.floor(seconds / 3600), 2)
  writeSign(bytes, COLON)
  writeFigures(bytes, Math.floor(seconds / 60) % 60, 2)
  writeSign(bytes, COLON)
  writeFigures(bytes, seconds % 60, 2)
  const fraction = microseconds - seconds * 1e6
  if (fraction === 0) return
  writeSign(bytes, DOT)
  writeFigures(bytes, fraction, 6)
  while (bytes.buffer[bytes.at - 1] === ZERO) bytes.at -= 1
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

const hashOf = ({ buffer }: Bytes, from: number, to: number): number => {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (buffer[i] as number), 0x01000193)
  return hash >>> 0
}

const encoder = new TextEncoder()

export const createValues = () => {
  /** `Value` messages one after the other, without the tag of the layer. */
  const bytes = createBytes(16_384)
  /** Where each begins; one more for the end of the last. */
  const starts: number[] = [0]
  /** Index + 1 by hash; 0 is free. */
  let table = new Int32Array(8192)

  const isSame = (index: number, from: number, to: number): boolean => {
    const start = starts[index] as number
    if ((starts[index + 1] as number) - start !== to - from) return false
    for (let i = 0; i < to - from; i += 1)
      if (bytes.buffer[start + i] !== bytes.buffer[from + i]) return false
    return true
  }

  const grow = () => {
    table = new Int32Array(table.length * 4)
    for (let index = 0; index + 1 < starts.length; index += 1) {
      let slot = hashOf(bytes, starts[index] as number, starts[index + 1] as number) & (table.length - 1)
      while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1)
      table[slot] = index + 1
    }
  }

  /** Index of the message that was just written from `from` on; it is taken back when it is there already. */
  const settle = (from: number): number => {
    const to = bytes.at
    let slot = hashOf(bytes, from, to) & (table.length - 1)
    for (let known = table[slot] as number; known !== 0; known = table[slot] as number) {
      if (isSame(known - 1, from, to)) {
        bytes.at = from
        return known - 1
      }
      slot = (slot + 1) & (table.length - 1)
    }
    const index = starts.length - 1
    table[slot] = index + 1
    starts.push(to)
    if (starts.length * 2 > table.length) grow()
    return index
  }

  const addText = (source: Uint8Array, from: number, to: number): number => {
    const start = bytes.at
    const end = cutAt(source, from, to)
    writeVarint(bytes, STRING)
    writeVarint(bytes, end - from)
    writeBytes(bytes, source, from, end)
    return settle(start)
  }

  /** A text of at most 127 bytes, by who writes it. */
  const addWritten = (write: () => void): number => {
    const start = bytes.at
    reserve(bytes, 64)
    writeVarint(bytes, STRING)
    const length = bytes.at
    bytes.at += 1
    write()
    bytes.buffer[length] = bytes.at - length - 1
    return settle(start)
  }

  const addUnusualDay = (days: number, rest: string): number => {
    // Infinity, or a year JavaScript does not know.
    const day = Math.abs(days) < 1e9 ? isoDay(days) : null
    if (day === null) return -1
    const source = encoder.encode(day + rest)
    return addText(source, 0, source.length)
  }

  const addDay = (days: number): number =>
    days >= firstDay && days <= lastDay ? addWritten(() => writeDay(bytes, days)) : addUnusualDay(days, '')

  const addInstant = (view: DataView, at: number): number => {
    const exact = microsecondsOf(view, at)
    // Beyond the year 2285 JavaScript's numbers are too coarse.
    const wide = Number.isSafeInteger(exact) ? null : view.getBigInt64(at)
    const days =
      wide === null ? Math.floor(exact / microsecondsPerDay) : floorOf(wide, BigInt(microsecondsPerDay))
    if (days < firstDay || days > lastDay) return addUnusualDay(days, 'T00:00:00Z')
    return addWritten(() => {
      writeDay(bytes, days)
      writeSign(bytes, LETTER_T)
      writeClock(
        bytes,
        wide === null
          ? exact - days * microsecondsPerDay
          : Number(wide - BigInt(days) * BigInt(microsecondsPerDay)),
      )
      writeSign(bytes, LETTER_Z)
    })
  }

  const addInteger = (view: DataView, at: number): number => {
    const start = bytes.at
    const high = view.getInt32(at)
    const low = view.getInt32(at + 4)
    writeVarint(bytes, high < 0 ? SINT : UINT)
    if (high < 0) writeVarint64(bytes, ~((high << 1) | (low >>> 31)), ~(low << 1))
    else writeVarint64(bytes, high, low)
    return settle(start)
  }

  const addNumber = (view: DataView, at: number): number => {
    const value = view.getFloat64(at)
    // There is no null, and these are none that a style could use.
    if (!Number.isFinite(value)) return -1
    const start = bytes.at
    const isShort = Math.fround(value) === value
    reserve(bytes, 9)
    writeVarint(bytes, isShort ? FLOAT : DOUBLE)
    if (isShort) bytes.view.setFloat32(bytes.at, value, true)
    else bytes.view.setFloat64(bytes.at, value, true)
    bytes.at += isShort ? 4 : 8
    return settle(start)
  }

  const addBoolean = (view: DataView, at: number): number => {
    const start = bytes.at
    writeVarint(bytes, BOOL)
    writeVarint(bytes, view.getUint8(at))
    return settle(start)
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
          return addWritten(() => writeClock(bytes, microsecondsOf(view, at)))
        case 'binary':
          return -1
      }
    },
    size: () => bytes.at,
    /** All of them as members of a layer. */
    writeTo: (layer: Bytes) => {
      for (let index = 0; index + 1 < starts.length; index += 1) {
        const from = starts[index] as number
        const to = starts[index + 1] as number
        writeVarint(layer, VALUES)
        writeVarint(layer, to - from)
        writeBytes(layer, bytes.buffer, from, to)
      }
    },
  }
}

/** Field 4 of a layer. */
const VALUES = 0x22
