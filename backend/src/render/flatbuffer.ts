/**
 * Tables of FlatBuffers, written from front to back: a vtable, the table, then what it refers to. Enough for FlatGeobuf's
 * headers, which are written once; its features have a writer of their own.
 */
import { type Bytes, reserve, writeBytes } from './bytes.ts'

/** Writes what a field refers to at the present place, and answers where it begins. */
export type Target = (out: Bytes) => number

type Scalar = { kind: 'byte' | 'short' | 'int'; value: number } | { kind: 'long'; value: bigint }
/** Slots are counted from 0, in the order of the schema. */
export type Field = { slot: number } & (Scalar | { kind: 'offset'; target: Target })

const sizes = { byte: 1, short: 2, int: 4, long: 8, offset: 4 } as const

export const align = (out: Bytes, size: number): void => {
  reserve(out, size)
  while (out.at % size !== 0) out.buffer[out.at++] = 0
}

/** So that what follows `ahead` bytes further on is aligned. */
export const alignAfter = (out: Bytes, ahead: number, size: number): void => {
  reserve(out, size)
  while ((out.at + ahead) % size !== 0) out.buffer[out.at++] = 0
}

const writeScalar = (out: Bytes, at: number, field: Scalar): void => {
  if (field.kind === 'long') out.view.setBigUint64(at, field.value, true)
  else if (field.kind === 'int') out.view.setInt32(at, field.value, true)
  else if (field.kind === 'short') out.view.setUint16(at, field.value, true)
  else out.view.setUint8(at, field.value)
}

export const writeTable = (out: Bytes, fields: readonly Field[]): number => {
  const slots = fields.length === 0 ? 0 : Math.max(...fields.map(({ slot }) => slot)) + 1
  align(out, 8)
  const vtable = out.at
  const vtableSize = 4 + 2 * slots
  reserve(out, vtableSize + 16 + 8 * fields.length)
  out.buffer.fill(0, vtable, vtable + vtableSize + 16 + 8 * fields.length)
  out.at += vtableSize
  align(out, 8)
  const table = out.at
  let size = 4
  const places = new Map<Field, number>()
  for (const field of [...fields].sort((a, b) => sizes[b.kind] - sizes[a.kind])) {
    const width = sizes[field.kind]
    size = Math.ceil(size / width) * width
    places.set(field, size)
    out.view.setUint16(vtable + 4 + 2 * field.slot, size, true)
    size += width
  }
  out.view.setUint16(vtable, vtableSize, true)
  out.view.setUint16(vtable + 2, size, true)
  out.view.setInt32(table, table - vtable, true)
  out.at = table + size
  for (const field of fields) {
    const place = table + (places.get(field) ?? 0)
    if (field.kind !== 'offset') writeScalar(out, place, field)
    else {
      const target = field.target(out)
      out.view.setUint32(place, target - place, true)
    }
  }
  return table
}

const encoder = new TextEncoder()

export const text =
  (value: string): Target =>
  (out) => {
    const source = encoder.encode(value)
    align(out, 4)
    const start = out.at
    reserve(out, source.length + 5)
    out.view.setUint32(start, source.length, true)
    out.at += 4
    writeBytes(out, source, 0, source.length)
    out.buffer[out.at++] = 0
    return start
  }

/** References to tables, one after the other. */
export const tables =
  (members: readonly Target[]): Target =>
  (out) => {
    align(out, 4)
    const start = out.at
    reserve(out, 4 + 4 * members.length)
    out.view.setUint32(start, members.length, true)
    out.at += 4 + 4 * members.length
    for (const [n, member] of members.entries()) {
      const place = start + 4 + 4 * n
      const target = member(out)
      out.view.setUint32(place, target - place, true)
    }
    return start
  }

/** A buffer with its size in front, of a whole number of eight bytes. */
export const writeSized = (out: Bytes, root: Target): void => {
  const start = out.at
  reserve(out, 8)
  out.at += 8
  const table = root(out)
  align(out, 8)
  out.view.setUint32(start, out.at - start - 4, true)
  out.view.setUint32(start + 4, table - start - 4, true)
}
