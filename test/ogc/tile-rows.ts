/** Rows as PostgreSQL sends them in binary, made by hand: for tests of the tile encoder without a database. */
import type { FieldType } from '../../backend/src/domain/probe.ts'

type Position = readonly number[]
export type Shape =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString' | 'MultiPoint'; coordinates: readonly Position[] }
  | { type: 'Polygon' | 'MultiLineString'; coordinates: readonly (readonly Position[])[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly (readonly Position[])[])[] }
  | { type: 'GeometryCollection'; geometries: readonly Shape[] }

type Form = { isLittle?: boolean; srid?: number; dimensions?: 2 | 3 | 4 }

const codes = {
  Point: 1,
  LineString: 2,
  Polygon: 3,
  MultiPoint: 4,
  MultiLineString: 5,
  MultiPolygon: 6,
  GeometryCollection: 7,
}

/** EWKB. */
export const toEwkb = (shape: Shape, form: Form = {}): Buffer => {
  const { isLittle = true, srid, dimensions = 2 } = form
  const uint = (value: number) => {
    const bytes = Buffer.alloc(4)
    if (isLittle) bytes.writeUInt32LE(value >>> 0)
    else bytes.writeUInt32BE(value >>> 0)
    return bytes
  }
  const position = (point: Position) => {
    const bytes = Buffer.alloc(8 * dimensions)
    for (let n = 0; n < dimensions; n += 1) {
      const value = point[n] ?? 7
      if (isLittle) bytes.writeDoubleLE(value, 8 * n)
      else bytes.writeDoubleBE(value, 8 * n)
    }
    return bytes
  }
  const list = <Member>(members: readonly Member[], write: (member: Member) => Buffer) =>
    Buffer.concat([uint(members.length), ...members.map(write)])
  const path = (points: readonly Position[]) => list(points, position)
  const part = (one: Shape) => toEwkb(one, { isLittle, dimensions })
  const flags =
    (dimensions > 2 ? 0x80000000 : 0) +
    (dimensions > 3 ? 0x40000000 : 0) +
    (srid === undefined ? 0 : 0x20000000)
  const body = () => {
    switch (shape.type) {
      case 'Point':
        return position(shape.coordinates)
      case 'LineString':
        return path(shape.coordinates)
      case 'Polygon':
        return list(shape.coordinates, path)
      case 'MultiPoint':
        return list(shape.coordinates, (coordinates) => part({ type: 'Point', coordinates }))
      case 'MultiLineString':
        return list(shape.coordinates, (coordinates) => part({ type: 'LineString', coordinates }))
      case 'MultiPolygon':
        return list(shape.coordinates, (coordinates) => part({ type: 'Polygon', coordinates }))
      case 'GeometryCollection':
        return list(shape.geometries, part)
    }
  }
  return Buffer.concat([
    Buffer.from([isLittle ? 1 : 0]),
    uint(codes[shape.type] + flags),
    ...(srid === undefined ? [] : [uint(srid)]),
    body(),
  ])
}

const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}
const float64 = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export type Cell = string | number | bigint | boolean | null

const microseconds = (text: string) => (BigInt(Date.parse(text)) - BigInt(Date.UTC(2000, 0, 1))) * 1000n

const toBinary: Record<FieldType, (value: Cell) => Buffer> = {
  string: (value) => Buffer.from(String(value)),
  integer: (value) => int64(BigInt(value as bigint)),
  number: (value) => float64(Number(value)),
  boolean: (value) => Buffer.from([value ? 1 : 0]),
  date: (value) => int32((Date.parse(String(value)) - Date.UTC(2000, 0, 1)) / 86_400_000),
  datetime: (value) => int64(microseconds(String(value))),
  time: (value) => int64(microseconds(`2000-01-01T${value}Z`)),
  binary: (value) => Buffer.from(String(value)),
}

export type TestRow = { fid: bigint; geometry: Buffer | null; values?: Cell[] }

/** DataRow messages, one after the other. */
export const toRows = (rows: TestRow[], types: FieldType[] = []): Uint8Array<ArrayBuffer> => {
  const cell = (bytes: Buffer | null) =>
    bytes === null ? int32(-1) : Buffer.concat([int32(bytes.length), bytes])
  const messages = rows.map(({ fid, geometry, values = [] }) => {
    const cells = [
      cell(int64(fid)),
      cell(geometry),
      ...types.map((type, at) => cell(values[at] == null ? null : toBinary[type](values[at] as Cell))),
    ]
    const body = Buffer.concat(cells)
    const count = Buffer.alloc(2)
    count.writeInt16BE(cells.length)
    return Buffer.concat([Buffer.from('D'), int32(4 + 2 + body.length), count, body])
  })
  return new Uint8Array(Buffer.concat(messages))
}
