/**
 * Reads a zipped shapefile: shapes (.shp) in the order of their index (.shx) beside their attributes (.dbf).
 * All three are inflated as they are read and held only in part. Lines and polygons become multi-geometries,
 * one part or many, because a shapefile does not tell them apart and a table column has one type.
 */
import type { CrsIdentity, GeometryType, Probe, ProbeField, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { identifyCrs, toCrs84 } from '../geo/crs.ts'
import { type CopyEncoder, createCopyEncoder } from './copy-encoder.ts'
import {
  createFieldWriter,
  createTextCheck,
  DBF_FIXED_BYTES,
  type DbfHeader,
  DELETED,
  fieldType,
  headerLength,
  isFractional,
  omissionOf,
  readDbfHeader,
} from './dbf.ts'
import { distinctNames } from './field-types.ts'
import { contentLimits } from './limits.ts'
import { geometryWarnings } from './probe-warnings.ts'
import { createPullReader } from './pull-reader.ts'
import {
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  loadedFields,
  type OpenFile,
  type OpenLayerOptions,
  storageSrid,
  widened,
  wideningNeeded,
  YIELD_BYTES,
} from './reader.ts'
import { groupRings } from './shape-rings.ts'
import { codecOfLanguageDriver, findCodec, type TextCodec, utf8, windows1252 } from './text-encoding.ts'
import { openShapefileZip, type ShapefileParts, type ZipPart } from './zip.ts'

const FILE_CODE = 9994
const HEADER_BYTES = 100
const NO_DATA = -1e38

const MULTI_PATCH = 31

/** By the last digit of a shape type; 1x has Z, 2x has M. */
const families: Record<number, GeometryType> = {
  1: 'Point',
  3: 'MultiLineString',
  5: 'MultiPolygon',
  8: 'MultiPoint',
}
const knownTypes = new Set([0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, MULTI_PATCH])

const damaged = (parts: ShapefileParts, suffix: string, found: string) =>
  ingestProblems.fileDamaged({ format: 'shapefile', found: `${parts.baseName}.${suffix}: ${found}` })

type Shapefile = {
  parts: ShapefileParts
  shapeType: number
  geometry: { type: GeometryType; hasZ: boolean } | null
  dbf: DbfHeader
  codec: TextCodec
  crs: CrsIdentity
  fields: ProbeField[]
  /** The index lists the shapes as they stand in the .shp. */
  isInOrder: boolean
  warnings: ProbeWarning[]
}

// Headers ------------------------------------------------------------------------------------------------

const readHeader = (parts: ShapefileParts, part: ZipPart, suffix: 'shp' | 'shx'): Buffer => {
  const reader = createPullReader(part.chunks())
  const isThere = reader.has(HEADER_BYTES)
  const header = Buffer.from(reader.bytes.subarray(reader.at, reader.at + HEADER_BYTES))
  reader.close()
  if (!isThere) throw damaged(parts, suffix, `it is ${part.size} bytes long, shorter than its header`)
  if (header.readInt32BE(0) !== FILE_CODE) throw damaged(parts, suffix, 'it does not begin like a shapefile')
  return header
}

const readShapeType = (parts: ShapefileParts): number => {
  const type = readHeader(parts, parts.shp, 'shp').readInt32LE(32)
  const indexType = readHeader(parts, parts.shx, 'shx').readInt32LE(32)
  if (!knownTypes.has(type)) throw damaged(parts, 'shp', `shape type ${type} does not exist`)
  if (type === MULTI_PATCH) {
    throw ingestProblems.layerUnreadable({
      layer: parts.baseName,
      found: 'MultiPatch shapes (three-dimensional surfaces)',
      expected: 'points, lines or polygons; convert the layer to polygons first',
    })
  }
  if (type !== indexType) {
    throw damaged(
      parts,
      'shx',
      `it is the index of another shapefile (shape type ${indexType}, where the .shp has ${type})`,
    )
  }
  return type
}

const readTableHeader = (parts: ShapefileParts): DbfHeader => {
  const reader = createPullReader(parts.dbf.chunks())
  try {
    if (!reader.has(DBF_FIXED_BYTES)) throw damaged(parts, 'dbf', 'it is shorter than its header')
    const length = headerLength(reader.bytes.subarray(reader.at))
    if (length < DBF_FIXED_BYTES || !reader.has(length))
      throw damaged(parts, 'dbf', 'it is shorter than its header')
    const header = readDbfHeader(reader.bytes.subarray(reader.at, reader.at + length))
    if (typeof header === 'string') throw damaged(parts, 'dbf', header)
    const needed = header.headerBytes + header.rows * header.recordBytes
    if (needed > parts.dbf.size) {
      throw damaged(
        parts,
        'dbf',
        `it announces ${header.rows} records, which take ${needed} bytes, and is ${parts.dbf.size} bytes long`,
      )
    }
    if (header.fields.length > contentLimits.dbfFields) {
      throw ingestProblems.tooManyFields({
        layer: parts.baseName,
        found: header.fields.length,
        limit: contentLimits.dbfFields,
      })
    }
    return header
  } finally {
    reader.close()
  }
}

/** Text encoding by .cpg, then by the table's language driver, then by a look at all texts. */
const findEncoding = (
  parts: ShapefileParts,
  dbf: DbfHeader,
  forEachRecord: (use: (bytes: Buffer, at: number) => void) => void,
  warnings: ProbeWarning[],
): TextCodec => {
  if (parts.cpg !== null) {
    const label = parts.cpg.bytes().toString('latin1').replace(/\0/g, '').trim()
    const codec = findCodec(label)
    if (codec) return codec
    warnings.push({
      code: 'encoding-unknown',
      message: `The .cpg file names the text encoding '${label.slice(0, 40)}', which is not known here.`,
    })
  }
  const driver = codecOfLanguageDriver(dbf.languageDriver)
  const check = createTextCheck(dbf.fields)
  if (!driver) forEachRecord(check.add)
  const codec = driver ?? (check.isUtf8() ? utf8 : windows1252)
  if (parts.cpg === null) {
    const how = driver
      ? `read as ${codec.name}, as the .dbf says`
      : check.sawNonAscii()
        ? `taken for ${codec.name} after a look at it; check accented letters`
        : 'plain ASCII'
    warnings.push({
      code: 'missing-cpg',
      message: `There is no .cpg file to name the text encoding; text is ${how}.`,
    })
  } else if (!driver && check.sawNonAscii()) {
    warnings.push({
      code: 'encoding-guessed',
      message: `Text is taken for ${codec.name}; check accented letters.`,
    })
  }
  return codec
}

const findCrs = (parts: ShapefileParts, warnings: ProbeWarning[]): CrsIdentity => {
  const wkt = parts.prj
    .bytes()
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim()
  const crs = identifyCrs({ wkt })
  if (crs.epsg === null) {
    warnings.push({
      code: 'crs-unknown',
      message: `The coordinate system of the .prj file ('${crs.name.slice(0, 100)}') matches no known EPSG code; name one when publishing.`,
    })
  }
  return crs
}

/** Calls `use` with every record of the table that is not marked as deleted. */
const forEachRecord = (
  parts: ShapefileParts,
  dbf: DbfHeader,
  use: (bytes: Buffer, at: number) => void,
): void => {
  const reader = createPullReader(parts.dbf.chunks())
  try {
    reader.seek(dbf.headerBytes)
    for (let row = 0; row < dbf.rows; row++) {
      if (!reader.has(dbf.recordBytes))
        throw damaged(parts, 'dbf', `it ends in record ${row + 1} of ${dbf.rows}`)
      if (reader.bytes[reader.at] !== DELETED) use(reader.bytes, reader.at)
      reader.at += dbf.recordBytes
    }
  } finally {
    reader.close()
  }
}

/** Checks the index against the sizes of its neighbours; says whether it lists shapes as they stand. */
const checkIndex = (parts: ShapefileParts, rows: number): boolean => {
  const shapes = Math.floor((parts.shx.size - HEADER_BYTES) / 8)
  if (shapes !== rows) {
    throw damaged(
      parts,
      'shx',
      `it lists ${shapes} shapes, while the .dbf has ${rows} records; the files do not belong together`,
    )
  }
  const reader = createPullReader(parts.shx.chunks())
  try {
    reader.seek(HEADER_BYTES)
    let isInOrder = true
    let end = HEADER_BYTES
    for (let row = 0; row < shapes; row++) {
      if (!reader.has(8)) throw damaged(parts, 'shx', `it ends in entry ${row + 1} of ${shapes}`)
      const { offset, length } = entryAt(reader.view, reader.at)
      reader.at += 8
      if (offset === 0 && length === 0) continue
      if (offset < HEADER_BYTES || length < 4 || offset + 8 + length > parts.shp.size) {
        throw damaged(
          parts,
          'shx',
          `shape ${row + 1} is said to stand at byte ${offset} and to be ${length} bytes long; the .shp has ${parts.shp.size}`,
        )
      }
      if (offset < end) isInOrder = false
      end = offset + 8 + length
    }
    return isInOrder
  } finally {
    reader.close()
  }
}

/** Both numbers count 16-bit words. A shape at 0 of length 0 is how some programs write a missing one. */
const entryAt = (view: DataView, at: number): { offset: number; length: number } => ({
  offset: view.getUint32(at) * 2,
  length: view.getInt32(at + 4) * 2,
})

const openShapefile = (file: OpenFile): Shapefile => {
  const parts = openShapefileZip(file.path)
  try {
    const warnings: ProbeWarning[] = []
    const shapeType = readShapeType(parts)
    const dbf = readTableHeader(parts)
    const isInOrder = checkIndex(parts, dbf.rows)
    const crs = findCrs(parts, warnings)
    const codec = findEncoding(parts, dbf, (use) => forEachRecord(parts, dbf, use), warnings)
    const { names, renamed } = distinctNames(
      dbf.fields.map(({ nameBytes }) => codec.decode(nameBytes).trim()),
    )
    if (renamed.length > 0) {
      warnings.push({
        code: 'fields-renamed',
        message: `Fields without a name of their own are called ${renamed.slice(0, 10).join(', ')}.`,
      })
    }
    const fields = dbf.fields.map((field, at): ProbeField => {
      const name = names[at] ?? ''
      const omitted = omissionOf(field.kind)
      if (!omitted) return { name, type: fieldType(field) }
      warnings.push({ code: 'field-omitted', message: `Field '${name}' is left out: ${omitted}.` })
      return { name, type: 'binary', omitted }
    })
    const family = families[shapeType % 10]
    const geometry = family ? { type: family, hasZ: shapeType > 10 && shapeType < 20 } : null
    return { parts, shapeType, geometry, dbf, codec, crs, fields, isInOrder, warnings }
  } catch (thrown) {
    parts.close()
    throw thrown
  }
}

// Shapes -------------------------------------------------------------------------------------------------

/** Gives one shape after the other in the order of the index: the bytes of its content, or none. */
type ShapeCursor = {
  next: () => boolean
  bytes: Buffer
  view: DataView
  start: number
  length: number
  close: () => void
}

/** Numbers of the shapes that must be read before their place in the file comes, to read all others forward. */
const findDisplaced = (offsets: Float64Array): Set<number> => {
  // Longest increasing subsequence of offsets; what is not in it is displaced.
  const tails: number[] = []
  const before = new Int32Array(offsets.length)
  for (let row = 0; row < offsets.length; row++) {
    const offset = offsets[row] ?? 0
    if (offset === 0) continue
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((offsets[tails[middle] ?? 0] ?? 0) < offset) low = middle + 1
      else high = middle
    }
    before[row] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = row
  }
  const inOrder = new Set<number>()
  for (let row = tails.at(-1) ?? -1; row >= 0; row = before[row] ?? -1) inOrder.add(row)
  const displaced = new Set<number>()
  for (let row = 0; row < offsets.length; row++)
    if (offsets[row] !== 0 && !inOrder.has(row)) displaced.add(row)
  return displaced
}

/** Shapes that were written again at the end of the file, or shuffled: kept in memory until their turn. */
const readDisplaced = ({ parts, dbf }: Shapefile): Map<number, Buffer> => {
  const offsets = new Float64Array(dbf.rows)
  const lengths = new Float64Array(dbf.rows)
  const index = createPullReader(parts.shx.chunks())
  index.seek(HEADER_BYTES)
  for (let row = 0; row < dbf.rows && index.has(8); row++) {
    const { offset, length } = entryAt(index.view, index.at)
    offsets[row] = offset
    lengths[row] = length
    index.at += 8
  }
  index.close()
  const displaced = [...findDisplaced(offsets)].sort(
    (one, other) => (offsets[one] ?? 0) - (offsets[other] ?? 0),
  )
  const total = displaced.reduce((sum, row) => sum + (lengths[row] ?? 0), 0)
  if (total > contentLimits.displacedShapeBytes) {
    throw ingestProblems.layerUnreadable({
      layer: parts.baseName,
      found: 'shapes that stand in the .shp in another order than in the .shx',
      expected: 'the same order; open the layer in QGIS, export it as a new shapefile and upload that',
    })
  }
  const kept = new Map<number, Buffer>()
  let shapes = createPullReader(parts.shp.chunks())
  for (const row of displaced) {
    const offset = offsets[row] ?? 0
    if (offset < shapes.position()) {
      // Two entries that overlap.
      shapes.close()
      shapes = createPullReader(parts.shp.chunks())
    }
    const whole = 8 + (lengths[row] ?? 0)
    if (!shapes.seek(offset) || !shapes.has(whole)) throw damaged(parts, 'shp', `it ends in shape ${row + 1}`)
    kept.set(row, Buffer.from(shapes.bytes.subarray(shapes.at, shapes.at + whole)))
  }
  shapes.close()
  return kept
}

const createShapeCursor = (shapefile: Shapefile): ShapeCursor => {
  const { parts, dbf } = shapefile
  const displaced = shapefile.isInOrder ? new Map<number, Buffer>() : readDisplaced(shapefile)
  const index = createPullReader(parts.shx.chunks())
  const shapes = createPullReader(parts.shp.chunks())
  index.seek(HEADER_BYTES)
  let row = 0
  const cursor: ShapeCursor = {
    bytes: shapes.bytes,
    view: shapes.view,
    start: 0,
    length: 0,
    next: () => {
      if (row >= dbf.rows) return false
      if (!index.has(8)) throw damaged(parts, 'shx', `it ends in entry ${row + 1}`)
      const offset = index.view.getUint32(index.at) * 2
      const length = index.view.getInt32(index.at + 4) * 2
      index.at += 8
      row++
      cursor.length = 0
      if (offset === 0) return true
      if (length > contentLimits.shapeBytes) {
        throw damaged(
          parts,
          'shp',
          `shape ${row} is ${length} bytes long; at most ${contentLimits.shapeBytes} are read`,
        )
      }
      const kept = displaced.get(row - 1)
      if (kept) {
        cursor.bytes = kept
        cursor.view = new DataView(kept.buffer, kept.byteOffset, kept.byteLength)
        cursor.start = 8
      } else {
        if (!shapes.seek(offset) || !shapes.has(8 + length))
          throw damaged(parts, 'shp', `it ends in shape ${row}`)
        cursor.bytes = shapes.bytes
        cursor.view = shapes.view
        cursor.start = shapes.at + 8
        shapes.at += 8 + length
      }
      const said = cursor.view.getInt32(cursor.start - 4) * 2
      if (said !== length) {
        throw damaged(
          parts,
          'shx',
          `shape ${row} is ${length} bytes long by the index and ${said} by the .shp; they do not belong together`,
        )
      }
      cursor.length = length
      return true
    },
    close: () => {
      index.close()
      shapes.close()
    },
  }
  return cursor
}

/** Bytes of a WKB geometry under construction. */
const createScratch = () => {
  const scratch = {
    bytes: Buffer.alloc(0),
    view: new DataView(new ArrayBuffer(0)),
    at: 0,
    need: (count: number): void => {
      if (scratch.at + count <= scratch.bytes.length) return
      const larger = Buffer.allocUnsafeSlow(Math.max(65536, scratch.bytes.length * 2, scratch.at + count))
      scratch.bytes.copy(larger, 0, 0, scratch.at)
      scratch.bytes = larger
      scratch.view = new DataView(larger.buffer)
    },
    header: (code: number, parts: number): void => {
      scratch.need(9)
      scratch.view.setUint8(scratch.at, 1)
      scratch.view.setUint32(scratch.at + 1, code, true)
      scratch.view.setUint32(scratch.at + 5, parts, true)
      scratch.at += 9
    },
    count: (value: number): void => {
      scratch.need(4)
      scratch.view.setUint32(scratch.at, value, true)
      scratch.at += 4
    },
  }
  return scratch
}

const WKB = { lineString: 2, polygon: 3, multiPoint: 4, multiLineString: 5, multiPolygon: 6 }
const WITH_Z = 0x80000000

/** Turns shapes into WKB for the encoder. */
const createShapeWriter = (shapefile: Shapefile, encoder: CopyEncoder) => {
  const { parts, shapeType } = shapefile
  const scratch = createScratch()
  let starts = new Int32Array(64)
  let sawM = shapeType > 20
  let view = new DataView<ArrayBufferLike>(new ArrayBuffer(0))
  let bytes: Buffer = scratch.bytes
  let row = 0
  // Of the shape at hand.
  let positionsAt = 0
  let heightsAt = 0
  let flag = 0

  const broken = (found: string) => damaged(parts, 'shp', `shape ${row} ${found}`)

  const putPosition = (position: number): void => {
    const from = positionsAt + position * 16
    bytes.copy(scratch.bytes, scratch.at, from, from + 16)
    scratch.at += 16
    if (flag === 0) return
    scratch.view.setFloat64(scratch.at, view.getFloat64(heightsAt + position * 8, true), true)
    scratch.at += 8
  }

  /** Positions [from, to) as line or ring; short ones are filled up with `least` positions by repeating the first. */
  const putPositions = (from: number, to: number, least: number): void => {
    const count = to - from
    const padding = Math.max(0, least - count)
    if (padding > 0) {
      encoder.countWarning(
        'degenerate-parts',
        (total) =>
          `${total} part(s) of lines or polygons have too few positions; they were filled up and are not valid.`,
      )
    }
    scratch.need(4 + (count + padding) * 24)
    scratch.view.setUint32(scratch.at, count + padding, true)
    scratch.at += 4
    if (flag === 0) {
      bytes.copy(scratch.bytes, scratch.at, positionsAt + from * 16, positionsAt + to * 16)
      scratch.at += count * 16
    } else for (let position = from; position < to; position++) putPosition(position)
    for (let more = 0; more < padding; more++) putPosition(from)
  }

  const putPart = (from: number, to: number): void => {
    scratch.need(5)
    scratch.view.setUint8(scratch.at, 1)
    scratch.view.setUint32(scratch.at + 1, (WKB.lineString | flag) >>> 0, true)
    scratch.at += 5
    putPositions(from, to, 2)
  }

  const putPolygon = (rings: number[]): void => {
    scratch.header((WKB.polygon | flag) >>> 0, rings.length)
    for (const ring of rings) putPositions(starts[ring] ?? 0, starts[ring + 1] ?? 0, 4)
  }

  /** Reads the numbers of the first positions of the parts, without empty parts; returns how many there are. */
  const readStarts = (at: number, count: number, positions: number): number => {
    if (starts.length < count + 1) starts = new Int32Array(count * 2)
    let used = 0
    let previous = 0
    for (let part = 0; part < count; part++) {
      const start = view.getInt32(at + part * 4, true)
      if (start < previous || start > positions || (part === 0 && start !== 0)) {
        throw broken(`has a part that begins at position ${start} of ${positions}`)
      }
      if (part > 0 && start > previous) used++
      starts[used] = start
      previous = start
    }
    if (count > 0 && positions > previous) used++
    starts[used] = positions
    return used
  }

  /** M values may follow those of Z; programs without any write zeros or 'no data'. */
  const noteM = (at: number, positions: number, end: number): void => {
    if (sawM || end - at < 16 + positions * 8) return
    const low = view.getFloat64(at, true)
    const high = view.getFloat64(at + 8, true)
    if (high > NO_DATA && (low !== 0 || high !== 0)) sawM = true
  }

  const putMulti = (type: number, start: number, end: number): void => {
    const isPoints = type % 10 === 8
    const headBytes = isPoints ? 40 : 44
    if (end - start < headBytes) throw broken(`is ${end - start} bytes long, shorter than its header`)
    const partCount = isPoints ? 0 : view.getInt32(start + 36, true)
    const positions = view.getInt32(start + headBytes - 4, true)
    const hasZ = type > 10 && type < 20
    const needed = headBytes + partCount * 4 + positions * 16 + (hasZ ? 16 + positions * 8 : 0)
    if (partCount < 0 || positions < 0 || needed > end - start) {
      throw broken(
        `announces ${partCount} parts and ${positions} positions, which do not fit in its ${end - start} bytes`,
      )
    }
    positionsAt = start + headBytes + partCount * 4
    heightsAt = positionsAt + positions * 16 + 16
    flag = hasZ ? WITH_Z : 0
    if (hasZ) noteM(heightsAt + positions * 8, positions, end)
    scratch.at = 0
    if (isPoints) putPoints(positions)
    else {
      const count = readStarts(start + 44, partCount, positions)
      if (type % 10 === 3) {
        scratch.header((WKB.multiLineString | flag) >>> 0, count)
        for (let part = 0; part < count; part++) putPart(starts[part] ?? 0, starts[part + 1] ?? 0)
      } else putPolygons(count)
    }
    encoder.wkb(scratch.bytes, 0, scratch.at)
  }

  const putPoints = (positions: number): void => {
    scratch.header((WKB.multiPoint | flag) >>> 0, positions)
    scratch.need(positions * 29)
    for (let position = 0; position < positions; position++) {
      scratch.view.setUint8(scratch.at, 1)
      scratch.view.setUint32(scratch.at + 1, (1 | flag) >>> 0, true)
      scratch.at += 5
      putPosition(position)
    }
  }

  const onlyRing = [0]
  const putPolygons = (rings: number): void => {
    if (rings === 1) {
      scratch.header((WKB.multiPolygon | flag) >>> 0, 1)
      putPolygon(onlyRing)
      return
    }
    const groups = groupRings({ view, positionsAt, starts, rings })
    if (groups === undefined) {
      throw ingestProblems.layerUnreadable({
        layer: parts.baseName,
        found: `shape ${row} with ${rings} rings, too many to sort into polygons`,
        expected: 'smaller polygons; split the feature into single parts',
      })
    }
    scratch.header((WKB.multiPolygon | flag) >>> 0, groups.length)
    for (const group of groups) putPolygon(group)
  }

  const putPoint = (type: number, start: number, end: number): void => {
    const hasZ = type === 11
    if (end - start < (hasZ ? 28 : 20)) throw broken(`is ${end - start} bytes long, too short for a point`)
    const x = view.getFloat64(start + 4, true)
    const y = view.getFloat64(start + 12, true)
    if (!hasZ) {
      encoder.point(x, y)
      return
    }
    if (end - start >= 36 && !sawM) {
      const m = view.getFloat64(start + 28, true)
      sawM = m > NO_DATA && m !== 0
    }
    encoder.point(x, y, view.getFloat64(start + 20, true))
  }

  return {
    write: (cursor: ShapeCursor, number: number): void => {
      row = number
      bytes = cursor.bytes
      view = cursor.view
      const { start, length } = cursor
      const type = length === 0 ? 0 : view.getInt32(start, true)
      if (type !== 0 && (!knownTypes.has(type) || type % 10 !== shapeType % 10)) {
        throw broken(`is of type ${type} in a file of type ${shapeType}`)
      }
      if (type === 0) encoder.geometryNull()
      else if (type % 10 === 1) putPoint(type, start, start + length)
      else putMulti(type, start, start + length)
    },
    sawM: () => sawM,
  }
}

// Layer --------------------------------------------------------------------------------------------------

type Outcome = { rows: number; deleted: number; sawM: boolean }

function* readRows(
  shapefile: Shapefile,
  schema: LayerSchema,
  encoder: CopyEncoder,
  outcome: Outcome,
): Generator<void> {
  const { parts, dbf, codec } = shapefile
  const writers = dbf.fields
    .filter((field) => !omissionOf(field.kind))
    .map((field) => createFieldWriter(field, codec, encoder))
  const cursor = createShapeCursor(shapefile)
  const shapes = createShapeWriter(shapefile, encoder)
  const table = createPullReader(parts.dbf.chunks())
  try {
    table.seek(dbf.headerBytes)
    for (let row = 1; row <= dbf.rows; row++) {
      if (!cursor.next()) throw damaged(parts, 'shp', `it ends before shape ${row}`)
      if (!table.has(dbf.recordBytes)) throw damaged(parts, 'dbf', `it ends in record ${row} of ${dbf.rows}`)
      outcome.rows = row
      const { bytes, at } = table
      table.at += dbf.recordBytes
      if (bytes[at] === DELETED) {
        outcome.deleted++
        continue
      }
      encoder.beginRow(encoder.rows + 1)
      if (schema.geometry !== null) shapes.write(cursor, row)
      for (const write of writers) write(bytes, at)
      encoder.endRow()
      if (encoder.pending > YIELD_BYTES) yield
    }
    outcome.sawM = shapes.sawM()
  } finally {
    cursor.close()
    table.close()
  }
}

const toSchema = (
  { geometry, fields, crs, parts }: Shapefile,
  sourceEpsg: number | undefined,
): LayerSchema => ({
  geometry: geometry && { ...geometry, hasM: false },
  srid: geometry === null ? null : storageSrid(parts.baseName, crs, sourceEpsg),
  fields,
  keepsFid: false,
})

/** One column did not fit: finds all that do not, so that reading begins again once and not once per column. */
const widenAll = (
  shapefile: Shapefile,
  schema: LayerSchema,
  thrown: { widening: Parameters<typeof widened>[1] },
): LayerSchema => {
  const { parts, dbf } = shapefile
  const loaded = dbf.fields.filter((field) => !omissionOf(field.kind))
  const columns = loadedFields(schema)
  const doubtful = loaded.flatMap((field, at) =>
    columns[at]?.type === 'integer' ? [{ field, column: columns[at] }] : [],
  )
  const wide = new Set<ProbeField | undefined>()
  forEachRecord(parts, dbf, (bytes, at) => {
    for (const { field, column } of doubtful)
      if (!wide.has(column) && isFractional(field, bytes, at)) wide.add(column)
  })
  const fitting = widened(schema, thrown.widening)
  return {
    ...fitting,
    fields: fitting.fields.map((field, at) =>
      wide.has(schema.fields[at]) ? { ...field, type: 'number' } : field,
    ),
  }
}

const warningsOf = (shapefile: Shapefile, outcome: Outcome): ProbeWarning[] => {
  const warnings = [...shapefile.warnings]
  if (outcome.deleted > 0) {
    warnings.push({
      code: 'deleted-rows',
      message: `${outcome.deleted} record(s) are marked as deleted in the .dbf and are left out.`,
    })
  }
  if (outcome.sawM) {
    warnings.push({
      code: 'm-dropped',
      message:
        'M values (measures along lines) are not stored, because the served formats have no place for them.',
    })
  }
  return warnings
}

export const openShapefileLayer = (file: OpenFile, options: OpenLayerOptions): LayerReader => {
  const shapefile = openShapefile(file)
  const schema = options.schema ?? toSchema(shapefile, options.sourceEpsg)
  const outcome: Outcome = { rows: 0, deleted: 0, sawM: false }
  return {
    schema,
    *read(encoder) {
      try {
        yield* readRows(shapefile, schema, encoder, outcome)
      } catch (thrown) {
        if (!isWideningNeeded(thrown)) throw thrown
        throw wideningNeeded({ column: 'all', to: widenAll(shapefile, schema, thrown) })
      }
    },
    progress: () => (shapefile.dbf.rows === 0 ? null : outcome.rows / shapefile.dbf.rows),
    warnings: () => warningsOf(shapefile, outcome),
    close: () => shapefile.parts.close(),
  }
}

// Probe --------------------------------------------------------------------------------------------------

/** Reads everything once as if to load it, so that what a probe accepts can be loaded. */
const tryAll = (shapefile: Shapefile, file: OpenFile) => {
  // Any number will do for the SRID: nothing of this is stored.
  let schema: LayerSchema = toSchema(shapefile, 4326)
  for (;;) {
    const encoder = createCopyEncoder({
      types: loadedFields(schema).map((field) => field.type),
      srid: schema.srid,
      geometry: schema.geometry,
      rowBytes: file.limits.rowBytes,
    })
    const outcome: Outcome = { rows: 0, deleted: 0, sawM: false }
    try {
      for (const _ of readRows(shapefile, schema, encoder, outcome)) encoder.take()
      return { schema, outcome, statistics: encoder.statistics() }
    } catch (thrown) {
      if (!isWideningNeeded(thrown)) throw thrown
      schema = widenAll(shapefile, schema, thrown)
    }
  }
}

export const probeShapefile = (file: OpenFile): Probe => {
  const shapefile = openShapefile(file)
  const { parts, crs, codec } = shapefile
  try {
    const { schema, outcome, statistics } = tryAll(shapefile, file)
    const { extent } = statistics
    const hasGeometry = schema.geometry !== null
    const warnings = [...warningsOf(shapefile, outcome), ...geometryWarnings(statistics)]
    if (statistics.rows === 0) warnings.push({ code: 'layer-empty', message: 'The layer has no features.' })
    if (!hasGeometry) {
      warnings.push({
        code: 'no-geometry',
        message: 'The layer has no geometry; it is published as a table.',
      })
    }
    return {
      format: 'Shapefile',
      kind: 'vector',
      mediaType: 'application/zip',
      layers: [
        {
          name: parts.baseName,
          kind: hasGeometry ? 'features' : 'attributes',
          featureCount: statistics.rows,
          geometry: schema.geometry && { ...schema.geometry, hasM: outcome.sawM },
          crs: hasGeometry ? crs : null,
          extent,
          extentCrs84: extent && crs.epsg !== null ? toCrs84(extent, crs.epsg) : null,
          fields: schema.fields,
          encoding: codec.name,
          sizeBytes: parts.sizeBytes,
          warnings,
          keepsFid: false,
        },
      ],
      warnings: [],
    }
  } finally {
    parts.close()
  }
}
