/**
 * FlatGeobuf (flatgeobuf.org, version 3) without an index, feature by feature from rows as PostgreSQL sends them, so that a
 * page of any size needs the memory of a few features. The coordinates of WKB are those of FlatGeobuf: they are copied, not
 * read. Everything is aligned to eight bytes from the beginning of the file, because readers in browsers lay arrays over it.
 */
import type { FieldType, GeometryType } from '../domain/probe.ts'
import { type Bytes, createBytes, reserve, writeBytes } from './bytes.ts'
import {
  align,
  alignAfter,
  type Field,
  type Target,
  tables,
  text,
  writeSized,
  writeTable,
} from './flatbuffer.ts'

export type FlatGeobufColumn = { name: string; type: FieldType; isId?: boolean }

export type FlatGeobufHeader = {
  name: string
  title: string
  geometryType: GeometryType | null
  hasZ: boolean
  /** EPSG code; null without geometry. */
  epsg: number | null
  columns: readonly FlatGeobufColumn[]
  /** Features that follow; exact, or a reader waits for more. */
  count: number
}

const magic = [0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62, 0x00]

const geometryTypes: Record<GeometryType, number> = {
  Geometry: 0,
  Point: 1,
  LineString: 2,
  Polygon: 3,
  MultiPoint: 4,
  MultiLineString: 5,
  MultiPolygon: 6,
  GeometryCollection: 7,
}

const BOOL = 2
const LONG = 7
const DOUBLE = 10
const STRING = 11
const DATE_TIME = 13

const columnTypes: Record<FieldType, number> = {
  string: STRING,
  integer: LONG,
  number: DOUBLE,
  boolean: BOOL,
  date: DATE_TIME,
  datetime: DATE_TIME,
  time: STRING,
  // Not loaded, and so never asked for.
  binary: STRING,
}

const columnTable =
  ({ name, type, isId = false }: FlatGeobufColumn): Target =>
  (out) =>
    writeTable(out, [
      { slot: 0, kind: 'offset', target: text(name) },
      { slot: 1, kind: 'byte', value: columnTypes[type] },
      ...(isId
        ? ([
            { slot: 7, kind: 'byte', value: 0 },
            { slot: 8, kind: 'byte', value: 1 },
            { slot: 9, kind: 'byte', value: 1 },
          ] satisfies Field[])
        : []),
    ])

const crsTable =
  (epsg: number): Target =>
  (out) =>
    writeTable(out, [
      { slot: 0, kind: 'offset', target: text('EPSG') },
      { slot: 1, kind: 'int', value: epsg },
    ])

export const writeFlatGeobufHeader = (header: FlatGeobufHeader): Uint8Array => {
  const out = createBytes(4096)
  writeBytes(out, Uint8Array.from(magic), 0, magic.length)
  const { name, title, geometryType, hasZ, epsg, columns, count } = header
  writeSized(out, (bytes) =>
    writeTable(bytes, [
      { slot: 0, kind: 'offset', target: text(name) },
      { slot: 2, kind: 'byte', value: geometryType === null ? 0 : geometryTypes[geometryType] },
      { slot: 3, kind: 'byte', value: hasZ ? 1 : 0 },
      { slot: 7, kind: 'offset', target: tables(columns.map(columnTable)) },
      { slot: 8, kind: 'long', value: BigInt(count) },
      // No index: the default of the schema would promise one.
      { slot: 9, kind: 'short', value: 0 },
      ...(epsg === null ? [] : ([{ slot: 10, kind: 'offset', target: crsTable(epsg) }] satisfies Field[])),
      { slot: 11, kind: 'offset', target: text(title) },
    ]),
  )
  return out.buffer.slice(0, out.at)
}

// Geometry ---------------------------------------------------------------------------------------------

const EWKB_Z = 0x80000000
const EWKB_SRID = 0x20000000
const POLYGON = 3
const MULTI_POINT = 4
const MULTI_LINE = 5
const MULTI_POLYGON = 6
const COLLECTION = 7

type Reader = { bytes: Uint8Array; view: DataView; at: number }
type Head = { type: number; hasZ: boolean }

/** Byte order, type and, of the outermost, the coordinate system. */
const readHead = (reader: Reader): Head => {
  if (reader.bytes[reader.at] !== 1) throw new Error('A geometry came in an order of bytes that is not ours')
  const word = reader.view.getUint32(reader.at + 1, true)
  reader.at += (word & EWKB_SRID) !== 0 ? 9 : 5
  return { type: word & 0xff, hasZ: (word & EWKB_Z) !== 0 }
}

const readCount = (reader: Reader): number => {
  const count = reader.view.getUint32(reader.at, true)
  reader.at += 4
  return count
}

/** Where runs of points lie in the WKB, and how many each has: of a line, the rings of a polygon, the lines of many. */
type Runs = { starts: number[]; counts: number[]; points: number }

const addRun = (runs: Runs, reader: Reader, count: number, hasZ: boolean): void => {
  runs.starts.push(reader.at)
  runs.counts.push(count)
  runs.points += count
  reader.at += count * (hasZ ? 24 : 16)
}

const readRuns = (reader: Reader, { type, hasZ }: Head): Runs => {
  const runs: Runs = { starts: [], counts: [], points: 0 }
  if (type === 1) {
    // A point without a place has coordinates that are no numbers.
    if (Number.isNaN(reader.view.getFloat64(reader.at, true))) reader.at += hasZ ? 24 : 16
    else addRun(runs, reader, 1, hasZ)
    return runs
  }
  const parts = type === 2 ? 1 : readCount(reader)
  for (let n = 0; n < parts; n += 1) {
    if (type === MULTI_LINE || type === MULTI_POINT) readHead(reader)
    addRun(runs, reader, type === MULTI_POINT ? 1 : readCount(reader), hasZ)
  }
  return runs
}

const copyPoints = (out: Bytes, reader: Reader, { starts, counts, points }: Runs, hasZ: boolean): number => {
  alignAfter(out, 4, 8)
  const start = out.at
  reserve(out, 4 + 16 * points)
  out.view.setUint32(start, 2 * points, true)
  out.at += 4
  for (const [n, from] of starts.entries()) {
    const count = counts[n] as number
    if (!hasZ) {
      writeBytes(out, reader.bytes, from, from + 16 * count)
      continue
    }
    for (let i = 0, at = from; i < count; i += 1, at += 24) writeBytes(out, reader.bytes, at, at + 16)
  }
  return start
}

const copyHeights = (out: Bytes, reader: Reader, { starts, counts, points }: Runs): number => {
  alignAfter(out, 4, 8)
  const start = out.at
  reserve(out, 4 + 8 * points)
  out.view.setUint32(start, points, true)
  out.at += 4
  for (const [n, from] of starts.entries())
    for (let i = 0, at = from + 16; i < (counts[n] as number); i += 1, at += 24)
      writeBytes(out, reader.bytes, at, at + 8)
  return start
}

/** Where each run ends, counted in points. */
const writeEnds = (out: Bytes, { counts }: Runs): number => {
  align(out, 4)
  const start = out.at
  reserve(out, 4 + 4 * counts.length)
  out.view.setUint32(start, counts.length, true)
  let at = start + 4
  let end = 0
  for (const count of counts) {
    end += count
    out.view.setUint32(at, end, true)
    at += 4
  }
  out.at = at
  return start
}

const writeParts = (out: Bytes, reader: Reader): number => {
  const count = readCount(reader)
  align(out, 4)
  const start = out.at
  reserve(out, 4 + 4 * count)
  out.view.setUint32(start, count, true)
  out.at += 4 + 4 * count
  for (let n = 0; n < count; n += 1) {
    const place = start + 4 + 4 * n
    const part = writeGeometry(out, reader)
    out.view.setUint32(place, part - place, true)
  }
  return start
}

/** Slots of the table Geometry: 0 ends, 1 xy, 2 z, 6 type, 7 parts. */
const geometryVtable = 20
const ENDS = 4
const XY = 8
const Z = 12
const PARTS = 16
const TYPE = 20
const geometrySize = 24

/** The table of a geometry and all it refers to; reads on to its end. */
const writeGeometry = (out: Bytes, reader: Reader): number => {
  const head = readHead(reader)
  const { type, hasZ } = head
  const hasParts = type === MULTI_POLYGON || type === COLLECTION
  if (type < 1 || type > COLLECTION) throw new Error(`A geometry of type ${type} came, which is not served`)
  align(out, 4)
  const vtable = out.at
  const table = vtable + geometryVtable
  reserve(out, geometryVtable + geometrySize)
  out.buffer.fill(0, vtable, table + geometrySize)
  out.at = table + geometrySize
  const { view } = out
  view.setUint16(vtable, geometryVtable, true)
  view.setUint16(vtable + 2, geometrySize, true)
  view.setUint16(vtable + 4 + 2 * 6, TYPE, true)
  view.setInt32(table, geometryVtable, true)
  view.setUint8(table + TYPE, type)
  const refer = (slot: number, place: number, target: number) => {
    // What was written since may have moved to a larger buffer.
    out.view.setUint16(vtable + 4 + 2 * slot, place, true)
    out.view.setUint32(table + place, target - table - place, true)
  }
  if (hasParts) {
    refer(7, PARTS, writeParts(out, reader))
    return table
  }
  const runs = readRuns(reader, head)
  const hasEnds = runs.counts.length > 1 && (type === POLYGON || type === MULTI_LINE)
  if (hasEnds) refer(0, ENDS, writeEnds(out, runs))
  refer(1, XY, copyPoints(out, reader, runs, hasZ))
  if (hasZ) refer(2, Z, copyHeights(out, reader, runs))
  return table
}

/** Nothing to be drawn: FlatGeobuf has no empty geometries. */
const isEmptyGeometry = (reader: Reader): boolean => {
  const { at } = reader
  const { type } = readHead(reader)
  const isEmpty =
    type === 1
      ? Number.isNaN(reader.view.getFloat64(reader.at, true))
      : reader.view.getUint32(reader.at, true) === 0
  reader.at = at
  return isEmpty
}

// Features ---------------------------------------------------------------------------------------------

const writeReversed = (out: Bytes, source: Uint8Array, from: number): void => {
  for (let i = 0; i < 8; i += 1) out.buffer[out.at + i] = source[from + 7 - i] as number
  out.at += 8
}

/** One value, after its length, as PostgreSQL sends it: numbers with their first byte first. */
const writeValue = (out: Bytes, type: number, source: Uint8Array, from: number, size: number): void => {
  reserve(out, size + 8)
  if (type === BOOL) out.buffer[out.at++] = source[from] as number
  else if (type === LONG || type === DOUBLE) writeReversed(out, source, from)
  else {
    out.view.setUint32(out.at, size, true)
    out.at += 4
    writeBytes(out, source, from, from + size)
  }
}

const DATA_ROW = 0x44
/** Slots of the table Feature: 0 geometry, 1 properties. */
const featureVtable = 8
const featureTable = 12
const featureHead = 8 + featureVtable + featureTable

export type FeatureWriter = {
  /** Takes rows, cut anywhere, and answers the features that have arrived whole. */
  write: (piece: Uint8Array) => Uint8Array
  count: () => number
  /** The first column of the last row, as text. */
  lastKey: () => string | null
}

/** Rows are: key (text), id, geometry (EWKB), values. The first of `columns` is the id's. */
export const createFeatureWriter = (columns: readonly FlatGeobufColumn[]): FeatureWriter => {
  const types = columns.map(({ type }) => columnTypes[type])
  const decoder = new TextDecoder()
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let needed = 0
  let count = 0
  let lastKey: string | null = null

  const writeProperties = (out: Bytes, reader: Reader, id: number, values: number): number => {
    align(out, 4)
    const start = out.at
    reserve(out, 4)
    out.at += 4
    let at = id
    for (const [n, type] of types.entries()) {
      const size = reader.view.getInt32(at)
      at += 4
      if (size >= 0) {
        reserve(out, 2)
        out.view.setUint16(out.at, n, true)
        out.at += 2
        writeValue(out, type, reader.bytes, at, size)
        at += size
      }
      // Between the id and the other values lies the geometry.
      if (n === 0) at = values
    }
    out.view.setUint32(start, out.at - start - 4, true)
    return start
  }

  /** The row begins at `from`. */
  const writeFeature = (out: Bytes, reader: Reader, from: number): void => {
    const { view } = reader
    const keySize = view.getInt32(from + 7)
    const id = from + 11 + keySize
    const geometry = id + 4 + view.getInt32(id)
    const geometrySizeInRow = view.getInt32(geometry)
    const values = geometry + 4 + Math.max(0, geometrySizeInRow)

    const start = out.at
    const vtable = start + 8
    const table = vtable + featureVtable
    reserve(out, featureHead)
    out.buffer.fill(0, start, start + featureHead)
    out.at = start + featureHead
    out.view.setUint16(vtable, featureVtable, true)
    out.view.setUint16(vtable + 2, featureTable, true)
    out.view.setInt32(table, featureVtable, true)
    reader.at = geometry + 4
    if (geometrySizeInRow >= 0 && !isEmptyGeometry(reader)) {
      const target = writeGeometry(out, reader)
      out.view.setUint16(vtable + 4, 4, true)
      out.view.setUint32(table + 4, target - table - 4, true)
    }
    const properties = writeProperties(out, reader, id, values)
    out.view.setUint16(vtable + 6, 8, true)
    out.view.setUint32(table + 8, properties - table - 8, true)
    align(out, 8)
    out.view.setUint32(start, out.at - start - 4, true)
    out.view.setUint32(start + 4, table - start - 4, true)
  }

  /** With what was left over; null while a row that is longer than a piece is not here whole. */
  const joined = (piece: Uint8Array): Uint8Array | null => {
    waitingBytes += piece.length
    if (waitingBytes < needed) {
      // The piece's memory is given back.
      waiting.push(new Uint8Array(piece))
      return null
    }
    if (waiting.length === 0) return piece
    const whole = new Uint8Array(waitingBytes)
    let at = 0
    for (const part of [...waiting, piece]) {
      whole.set(part, at)
      at += part.length
    }
    waiting = []
    return whole
  }

  const keep = (rest: Uint8Array, view: DataView, at: number) => {
    waiting = rest.length === 0 ? [] : [new Uint8Array(rest)]
    waitingBytes = rest.length
    needed = rest.length < 5 ? 5 : 1 + view.getInt32(at + 1)
  }

  return {
    write: (piece) => {
      const bytes = joined(piece)
      if (bytes === null) return new Uint8Array(0)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const reader: Reader = { bytes, view, at: 0 }
      const out = createBytes(bytes.length + 1024)
      let at = 0
      let keyAt = -1
      while (bytes.length - at >= 5) {
        if (bytes[at] !== DATA_ROW) throw new Error('the answer of the database has something else than rows')
        const size = 1 + view.getInt32(at + 1)
        if (bytes.length - at < size) break
        writeFeature(out, reader, at)
        keyAt = at
        count += 1
        at += size
      }
      if (keyAt >= 0)
        lastKey = decoder.decode(bytes.subarray(keyAt + 11, keyAt + 11 + view.getInt32(keyAt + 7)))
      keep(bytes.subarray(at), view, at)
      return out.buffer.subarray(0, out.at)
    },
    count: () => count,
    lastKey: () => lastKey,
  }
}
