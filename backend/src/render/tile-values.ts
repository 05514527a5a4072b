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

const DAY_ZERO = Date.UTC(2000, 0, 1)
const twoDigits = (value: number) => String(value).padStart(2, '0')

const dayText = (days: number): string | null => {
  if (days === 0x7fffffff || days === -0x80000000) return null
  const date = new Date(DAY_ZERO + days * 86_400_000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, -14)
}

const microsecondsOf = (view: DataView, at: number): number =>
  view.getInt32(at) * 4_294_967_296 + view.getUint32(at + 4)

const instantText = (view: DataView, at: number): string | null => {
  const micros = microsecondsOf(view, at)
  const millis = Math.floor(micros / 1000)
  const date = new Date(DAY_ZERO + millis)
  if (Number.isNaN(date.getTime())) return null
  const text = date.toISOString()
  const rest = micros - millis * 1000
  const fraction = text.slice(-4, -1) + String(rest).padStart(3, '0')
  const shown = fraction.replace(/0+$/, '')
  return `${text.slice(0, -5)}${shown && `.${shown}`}Z`
}

const timeText = (view: DataView, at: number): string => {
  const micros = microsecondsOf(view, at)
  const seconds = Math.floor(micros / 1e6)
  const fraction = String(micros - seconds * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(twoDigits)
    .join(':')
  return `${clock}${fraction && `.${fraction}`}`
}

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
  let table = new Int32Array(4096)

  const isSame = (index: number, from: number, to: number): boolean => {
    const start = starts[index] as number
    if ((starts[index + 1] as number) - start !== to - from) return false
    for (let i = 0; i < to - from; i += 1)
      if (bytes.buffer[start + i] !== bytes.buffer[from + i]) return false
    return true
  }

  const grow = () => {
    table = new Int32Array(table.length * 2)
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

  const addShort = (text: string | null): number => {
    if (text === null) return -1
    const source = encoder.encode(text)
    return addText(source, 0, source.length)
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
          return addShort(dayText(view.getInt32(at)))
        case 'datetime':
          return addShort(instantText(view, at))
        case 'time':
          return addShort(timeText(view, at))
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
