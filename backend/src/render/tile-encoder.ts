/**
 * One vector tile (MVT 2.1, one layer) of rows as PostgreSQL sends them: fid, geometry and columns, in binary. Decides what
 * a tile leaves out, always the same of the same rows: below full detail features smaller than half a pixel and points
 * become one for each half pixel, and when a tile is too heavy the smallest features go first.
 */
import type { FieldType } from '../domain/probe.ts'
import {
  type Bytes,
  createBytes,
  putVarint,
  reserve,
  sizeOfVarint,
  writeBytes,
  writeField,
  writeVarint,
  writeVarint64,
} from './bytes.ts'
import { extent, type Placement, toPlace } from './placement.ts'
import { buffer, createGeometryWriter, POINT, type TileGeometry } from './tile-geometry.ts'
import { createValues } from './tile-values.ts'

export type TileSpec = {
  /** Name of the layer: the collection's id. */
  layer: string
  /** Those of the rows, after fid and geometry. */
  columns: { name: string; type: FieldType }[]
  placement: Placement
  /** Nothing is left out or moved but what the limit of bytes demands. */
  isDetailed: boolean
  mostBytes: number
}

export type Tile = {
  /** Null when there is nothing in it. */
  mvt: Uint8Array | null
  features: number
  /** Which of the four tiles below have something in them: 1 north-west, 2 north-east, 4 south-west, 8 south-east. */
  children: number
}

/** A vertex snaps to a quarter of a pixel, where a tile has 256. */
const generalCell = 4
/** Half a pixel. */
const generalDot = 8
const dotsAcross = Math.ceil((extent + 2 * buffer) / generalDot) + 1

const DATA_ROW = 0x44

/** Where the rows of PostgreSQL's answer begin, in the order of their ids. */
const rowStarts = (rows: Uint8Array, view: DataView): number[] => {
  const starts: number[] = []
  const ids: number[] = []
  let isOrdered = true
  let last = Number.NEGATIVE_INFINITY
  for (let at = 0; at < rows.length; at += 1 + view.getInt32(at + 1)) {
    if (rows[at] !== DATA_ROW) throw new Error('the answer of the database has something else than rows')
    // Behind type, length, count of columns and length of the id.
    const id = view.getInt32(at + 11) * 4_294_967_296 + view.getUint32(at + 15)
    if (id < last) isOrdered = false
    last = id
    ids.push(id)
    starts.push(at)
  }
  return isOrdered ? starts : Array.from(orderOf(ids), (row) => starts[row] as number)
}

/** Rows in the order of their ids. Numbers alone are sorted several times faster than by a comparison of ours. */
const orderOf = (ids: number[]): Float64Array | Uint32Array => {
  const count = ids.length
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const id of ids) {
    if (id < least) least = id
    if (id > most) most = id
  }
  if ((most - least + 1) * count > Number.MAX_SAFE_INTEGER)
    return Uint32Array.from(ids.keys()).sort((a, b) => (ids[a] as number) - (ids[b] as number) || a - b)
  const keys = Float64Array.from(ids, (id, row) => (id - least) * count + row).sort()
  return keys.map((key) => key % count)
}

const LAYERS = 0x1a
const VERSION = 0x78
const NAME = 0x0a
const FEATURES = 0x12
const KEYS = 0x1a
const EXTENT = 0x28
const ID = 0x08
const TAGS = 0x12
const TYPE = 0x18
const GEOMETRY = 0x22

type Written = { row: number; weight: number; bytes: number }
type Pass = { layer: Bytes; written: Written[]; children: number }

/** Left free before a layer, for its tag and its size. */
const headBytes = 6

const childrenOf = ({ west, north, east, south }: TileGeometry): number => {
  const middle = extent / 2
  const margin = buffer / 2
  const isWest = west <= middle + margin && east >= -margin
  const isEast = east >= middle - margin && west <= extent + margin
  const isNorth = north <= middle + margin && south >= -margin
  const isSouth = south >= middle - margin && north <= extent + margin
  return (
    (isNorth && isWest ? 1 : 0) |
    (isNorth && isEast ? 2 : 0) |
    (isSouth && isWest ? 4 : 0) |
    (isSouth && isEast ? 8 : 0)
  )
}

/** Half a pixel belongs to who comes first. */
const createPlaces = () => {
  const taken = new Uint8Array(dotsAcross * dotsAcross)
  return (x: number, y: number): boolean => {
    const at = Math.floor((y + buffer) / generalDot) * dotsAcross + Math.floor((x + buffer) / generalDot)
    if (taken[at] !== 0) return false
    taken[at] = 1
    return true
  }
}

const encodePass = (
  rows: Uint8Array,
  view: DataView,
  starts: number[],
  spec: TileSpec,
  isWanted: (row: number) => boolean,
): Pass => {
  const { columns, placement, isDetailed } = spec
  const box = placement.kind === 'grid' ? placement.box : null
  const geometry = createGeometryWriter({
    place: toPlace(placement),
    cutTo: box && { west: box[0], south: box[1], east: box[2], north: box[3] },
    cell: isDetailed ? 1 : generalCell,
    dot: isDetailed ? 1 : generalDot,
  })
  const isFree = isDetailed ? () => true : createPlaces()
  const values = createValues()
  /** Key of a column in the layer, in the order in which they are first needed; -1 until then. */
  const keys = new Int32Array(columns.length).fill(-1)
  const keyNames: string[] = []
  const layer = createBytes(headBytes + 1024 + (rows.length >> 1))
  const tags = createBytes()
  const written: Written[] = []
  let children = 0

  layer.at = headBytes
  writeVarint(layer, VERSION)
  writeVarint(layer, 2)
  writeField(layer, NAME, spec.layer)

  const keyOf = (n: number): number => {
    const known = keys[n] as number
    if (known >= 0) return known
    const key = keyNames.length
    keys[n] = key
    keyNames.push((columns[n] as { name: string }).name)
    return key
  }

  const types = columns.map(({ type }) => type)
  const writeTags = (from: number) => {
    tags.at = 0
    reserve(tags, 10 * types.length)
    const { buffer } = tags
    let to = 0
    let at = from
    for (let n = 0; n < types.length; n += 1) {
      const size = view.getInt32(at)
      at += 4
      if (size < 0) continue
      const value = values.add(types[n] as FieldType, rows, view, at, size)
      at += size
      if (value < 0) continue
      to = putVarint(buffer, putVarint(buffer, to, keyOf(n)), value)
    }
    tags.at = to
  }

  const writeFeature = (high: number, low: number, hasId: boolean, { type, commands }: TileGeometry) => {
    const idSize = hasId ? 1 + sizeOf64(high, low) : 0
    const tagsSize = tags.at === 0 ? 0 : 1 + sizeOfVarint(tags.at) + tags.at
    const size = idSize + tagsSize + 2 + 1 + sizeOfVarint(commands.at) + commands.at
    reserve(layer, size + 6)
    writeVarint(layer, FEATURES)
    writeVarint(layer, size)
    if (hasId) {
      writeVarint(layer, ID)
      writeVarint64(layer, high, low)
    }
    if (tags.at > 0) {
      writeVarint(layer, TAGS)
      writeVarint(layer, tags.at)
      writeBytes(layer, tags.buffer, 0, tags.at)
    }
    writeVarint(layer, TYPE)
    writeVarint(layer, type)
    writeVarint(layer, GEOMETRY)
    writeVarint(layer, commands.at)
    writeBytes(layer, commands.buffer, 0, commands.at)
  }

  for (let row = 0; row < starts.length; row += 1) {
    if (!isWanted(row)) continue
    const start = starts[row] as number
    const high = view.getInt32(start + 11)
    const low = view.getUint32(start + 15)
    const geometrySize = view.getInt32(start + 19)
    if (geometrySize < 0) continue
    const geometries = geometry.read(view, start + 23)
    let isTagged = false
    // Identifiers are natural numbers, and JavaScript knows those of 53 bits.
    const mayHaveId = high >= 0 && high < 0x200000
    const before = layer.at
    let weight = 0
    for (let n = 0; n < geometries.length; n += 1) {
      const one = geometries[n] as TileGeometry
      children |= childrenOf(one)
      const isSmall = one.isDot || one.type === POINT
      if (isSmall && !isFree(one.x, one.y)) continue
      if (!isTagged) writeTags(start + 23 + geometrySize)
      writeFeature(high, low, mayHaveId && !isTagged, one)
      isTagged = true
      if (!isSmall) weight += one.east - one.west + one.south - one.north
    }
    if (isTagged) written.push({ row, weight, bytes: layer.at - before })
  }
  for (const name of keyNames) writeField(layer, KEYS, name)
  values.writeTo(layer)
  writeVarint(layer, EXTENT)
  writeVarint(layer, extent)
  return { layer, written, children }
}

const sizeOf64 = (high: number, low: number): number =>
  high === 0 ? sizeOfVarint(low) : Math.ceil((64 - Math.clz32(high)) / 7)

/** Spreads what is alike evenly: neighbours in the table are often neighbours on the ground. */
const scatter = (row: number) => Math.imul(row + 1, 0x9e3779b1) >>> 0

/** The rows to keep: the largest features, until the bytes are used up. */
const heaviest = (written: Written[], mostBytes: number, share: number): Set<number> => {
  const order = [...written].sort((a, b) => b.weight - a.weight || scatter(a.row) - scatter(b.row))
  const kept = new Set<number>()
  let left = mostBytes * share
  for (const { row, bytes } of order) {
    left -= bytes
    if (left < 0) break
    kept.add(row)
  }
  return kept
}

const sizeOf = ({ layer }: Pass): number => layer.at - headBytes

export const encodeTile = (rows: Uint8Array, spec: TileSpec): Tile => {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  const starts = rowStarts(rows, view)
  const whole = encodePass(rows, view, starts, spec, () => true)
  let pass = whole
  // Keys and values are shared, so what features weigh with them is known only afterwards.
  for (let turn = 0; turn < 4 && sizeOf(pass) > spec.mostBytes; turn += 1) {
    const own = pass.written.reduce((sum, { bytes }) => sum + bytes, 0)
    const kept = heaviest(pass.written, own, (0.95 * spec.mostBytes) / sizeOf(pass))
    pass = encodePass(rows, view, starts, spec, (row) => kept.has(row))
  }
  const { written, layer } = pass
  const { children } = whole
  if (written.length === 0) return { mvt: null, features: 0, children }
  const size = sizeOf(pass)
  const from = headBytes - 1 - sizeOfVarint(size)
  layer.buffer[from] = LAYERS
  putVarint(layer.buffer, from + 1, size)
  return { mvt: layer.buffer.subarray(from, layer.at), features: written.length, children }
}
