/**
 * Features of rows in PostgreSQL's binary form (COPY BINARY): id, geometry, columns. Columns that no style asks for are
 * left out undecoded.
 */
import type { FieldType } from '../../domain/probe.ts'
import type { PaintFeature, PaintValue } from './feature.ts'

export type RowColumn = { name: string; type: FieldType }

const decoder = new TextDecoder()
const dayMs = 86_400_000
const epochMs = Date.UTC(2000, 0, 1)

const isoOf = (ms: number): string | null => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

const clockOf = (microseconds: number): string => (isoOf(microseconds / 1000) ?? '').slice(11, 19)

const decoded = (type: FieldType, view: DataView, at: number, size: number): PaintValue => {
  switch (type) {
    case 'string':
      return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, size))
    case 'integer':
      return Number(view.getBigInt64(at))
    case 'number':
      return view.getFloat64(at)
    case 'boolean':
      return view.getUint8(at) === 1
    case 'date':
      return (isoOf(epochMs + view.getInt32(at) * dayMs) ?? '').split('T')[0] || null
    case 'datetime':
      return isoOf(epochMs + Number(view.getBigInt64(at)) / 1000)
    case 'time':
      return clockOf(Number(view.getBigInt64(at)))
    case 'binary':
      return null
  }
}

export const featuresOfRows = function* (
  rows: Uint8Array,
  columns: readonly RowColumn[],
  isWanted: (name: string) => boolean,
): Generator<PaintFeature> {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  const wanted = columns.map(({ name }) => isWanted(name))
  let at = 0
  while (at + 2 <= rows.length) {
    // Count of fields, then of each its length, -1 for null, and its bytes.
    if (view.getInt16(at) < 2) return
    const id = Number(view.getBigInt64(at + 6))
    const geometrySize = view.getInt32(at + 14)
    at += 18
    const wkb = geometrySize < 0 ? null : rows.subarray(at, at + geometrySize)
    at += Math.max(0, geometrySize)
    const values: PaintValue[] = []
    for (const [index, { type }] of columns.entries()) {
      const size = view.getInt32(at)
      at += 4
      values.push(size < 0 || !wanted[index] ? null : decoded(type, view, at, size))
      at += Math.max(0, size)
    }
    yield { id, wkb, values }
  }
}
