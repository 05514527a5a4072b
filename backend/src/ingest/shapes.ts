/**
 * The shapes of a shapefile: finds each by the index and writes it as WKB. Lines and polygons become
 * multi-geometries, one part or many, because a shapefile does not tell them apart and a column has one type.
 */
import type { GeometryType } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { CopyEncoder } from './copy-encoder.ts'
import { contentLimits } from './limits.ts'
import { createPullReader } from './pull-reader.ts'
import { groupRings } from './shape-rings.ts'
import type { ShapefileParts } from './zip.ts'

export const HEADER_BYTES = 100
const NO_DATA = -1e38

export const MULTI_PATCH = 31

/** By the last digit of a shape type; 1x has Z, 2x has M. */
export const families: Record<number, GeometryType> = {
  1: 'Point',
  3: 'MultiLineString',
  5: 'MultiPolygon',
  8: 'MultiPoint',
}
export const knownTypes = new Set([0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, MULTI_PATCH])

export const REBUILD_INDEX =
  'take the .shx away and open the .shp in QGIS, which writes a new one, check the attributes, and zip all files again'

export const damaged = (parts: ShapefileParts, suffix: string, found: string) =>
  ingestProblems.fileDamaged({ format: 'shapefile', found: `${parts.baseName}.${suffix}: ${found}` })

/** What reading the shapes needs to know of the shapefile. */
export type ShapeSource = {
  parts: ShapefileParts
  shapeType: number
  rows: number
  /** The index lists the shapes as they stand in the .shp. */
  isInOrder: boolean
}

/** Both numbers count 16-bit words. A shape at 0 of length 0 is how some programs write a missing one. */
export const entryAt = (view: DataView, at: number): { offset: number; length: number } => ({
  offset: view.getUint32(at) * 2,
  length: view.getInt32(at + 4) * 2,
})

/** Gives one shape after the other in the order of the index: the bytes of its content, or none. */
export type ShapeCursor = {
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
const readDisplaced = ({ parts, rows }: ShapeSource): Map<number, Buffer> => {
  const offsets = new Float64Array(rows)
  const lengths = new Float64Array(rows)
  const index = createPullReader(parts.shx.chunks())
  index.seek(HEADER_BYTES)
  for (let row = 0; row < rows && index.has(8); row++) {
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
  if (total > contentLimits.displacedShapeBytes || rows > contentLimits.displacedShapeRows) {
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

export const createShapeCursor = (source: ShapeSource): ShapeCursor => {
  const { parts, rows } = source
  const displaced = source.isInOrder ? new Map<number, Buffer>() : readDisplaced(source)
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
      if (row >= rows) return false
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
        if (offset < shapes.position()) {
          throw damaged(
            parts,
            'shx',
            `shape ${row} overlaps another; they do not belong together (${REBUILD_INDEX})`,
          )
        }
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
          `shape ${row} is ${length} bytes long by the index and ${said} by the .shp; they do not belong together (${REBUILD_INDEX})`,
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
export const createShapeWriter = (source: ShapeSource, encoder: CopyEncoder) => {
  const { parts, shapeType } = source
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
