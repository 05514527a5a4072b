/**
 * How a Cloud Optimised GeoTIFF lies in its file: header, GDAL's description of the arrangement, all directories, then
 * tiles, the smallest overview first. Each tile stands between its length and a repetition of its last four bytes.
 * Little-endian; BigTIFF where 32 bits are not enough.
 */
import { type Samples, type SampleType, sampleBytes } from '../domain/raster.ts'
import { difference, splitFloats } from './cog-predictors.ts'

export type TiffField = {
  tag: number
  /** TIFF's field type. */
  type: number
  count: number
  /** Base64 of the little-endian values, because it comes from another process. */
  data: string
}

export type CogPlan = {
  width: number
  height: number
  bands: number
  type: SampleType
  tileSize: number
  levels: { width: number; height: number }[]
  photometric: number
  /** Of the bands beyond the colours: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  extraSamples: number[]
  /** Red, green, blue for all values, of 16 bits each; null without. */
  colourMap: number[] | null
  noDataText: string | null
  gdalMetadata: string | null
  /** What says where the raster lies, as it stood in the source. */
  geo: TiffField[]
}

/** Where tiles lie and how long they are, row by row; a length of 0 is a tile that is not there. */
export type LevelTiles = { lengths: Uint32Array }

const ASCII = 2
const SHORT = 3
const LONG = 4
const LONG8 = 16

const DEFLATE = 8
const LEADER_BYTES = 4
const TRAILER_BYTES = 4

const structure = [
  'LAYOUT=IFDS_BEFORE_DATA',
  'BLOCK_ORDER=ROW_MAJOR',
  'BLOCK_LEADER=SIZE_AS_UINT4',
  'BLOCK_TRAILER=LAST_4_BYTES_REPEATED',
  // The space is for who changes the file later and must write YES.
  'KNOWN_INCOMPATIBLE_EDITION=NO\n ',
].join('\n')
const ghost = Buffer.from(
  `GDAL_STRUCTURAL_METADATA_SIZE=${String(structure.length).padStart(6, '0')} bytes\n${structure}`,
  'latin1',
)

export const predictorOf = (type: SampleType): 2 | 3 => (type.startsWith('float') ? 3 : 2)

const sampleFormat = (type: SampleType): number =>
  type.startsWith('float') ? 3 : type.startsWith('int') ? 2 : 1

export const tilesAcross = ({ width }: { width: number }, tileSize: number) => Math.ceil(width / tileSize)
export const tilesDown = ({ height }: { height: number }, tileSize: number) => Math.ceil(height / tileSize)

type Entry = { tag: number; type: number; count: number; bytes: Buffer }

const shorts = (tag: number, values: readonly number[]): Entry => {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, 2 * at)
  return { tag, type: SHORT, count: values.length, bytes }
}
const longs = (tag: number, values: ArrayLike<number>, isBig = false): Entry => {
  const bytes = Buffer.alloc((isBig ? 8 : 4) * values.length)
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number
    if (isBig) bytes.writeBigUInt64LE(BigInt(value), 8 * at)
    else bytes.writeUInt32LE(value, 4 * at)
  }
  return { tag, type: isBig ? LONG8 : LONG, count: values.length, bytes }
}
const ascii = (tag: number, text: string): Entry => {
  const bytes = Buffer.from(`${text}\0`, 'utf8')
  return { tag, type: ASCII, count: bytes.length, bytes }
}

const entriesOf = (
  plan: CogPlan,
  level: number,
  { lengths }: LevelTiles,
  offsets: Float64Array,
  isBig: boolean,
): Entry[] => {
  const { bands, type, tileSize, levels, colourMap, extraSamples } = plan
  const { width, height } = levels[level] ?? plan
  const many = (value: number) => Array.from({ length: bands }, () => value)
  const isFull = level === 0
  const entries = [
    ...(isFull ? [] : [longs(254, [1])]),
    longs(256, [width]),
    longs(257, [height]),
    shorts(258, many(8 * sampleBytes[type])),
    shorts(259, [DEFLATE]),
    shorts(262, [plan.photometric]),
    shorts(277, [bands]),
    shorts(284, [1]),
    shorts(317, [predictorOf(type)]),
    ...(colourMap === null ? [] : [shorts(320, colourMap)]),
    longs(322, [tileSize]),
    longs(323, [tileSize]),
    longs(324, offsets, isBig),
    longs(325, lengths),
    ...(extraSamples.length === 0 ? [] : [shorts(338, extraSamples)]),
    shorts(339, many(sampleFormat(type))),
    ...(isFull
      ? plan.geo.map(({ tag, type: field, count, data }) => ({
          tag,
          type: field,
          count,
          bytes: Buffer.from(data, 'base64'),
        }))
      : []),
    ...(isFull && plan.gdalMetadata !== null ? [ascii(42112, plan.gdalMetadata)] : []),
    ...(plan.noDataText === null ? [] : [ascii(42113, plan.noDataText)]),
  ]
  return entries.sort((one, other) => one.tag - other.tag)
}

const even = (length: number) => length + (length & 1)

const sizeOfDirectory = (entries: readonly Entry[], isBig: boolean): number => {
  const inline = isBig ? 8 : 4
  const fixed = isBig ? 8 + 20 * entries.length + 8 : 2 + 12 * entries.length + 4
  return fixed + entries.reduce((sum, { bytes }) => sum + (bytes.length > inline ? even(bytes.length) : 0), 0)
}

const writeDirectory = (
  into: Buffer,
  position: number,
  entries: readonly Entry[],
  next: number,
  isBig: boolean,
): void => {
  const inline = isBig ? 8 : 4
  const entryBytes = isBig ? 20 : 12
  const first = position + (isBig ? 8 : 2)
  if (isBig) into.writeBigUInt64LE(BigInt(entries.length), position)
  else into.writeUInt16LE(entries.length, position)
  const end = first + entries.length * entryBytes
  let beyond = end + inline
  for (const [at, { tag, type, count, bytes }] of entries.entries()) {
    const place = first + at * entryBytes
    const valueAt = place + (isBig ? 12 : 8)
    into.writeUInt16LE(tag, place)
    into.writeUInt16LE(type, place + 2)
    if (isBig) into.writeBigUInt64LE(BigInt(count), place + 4)
    else into.writeUInt32LE(count, place + 4)
    if (bytes.length <= inline) bytes.copy(into, valueAt)
    else {
      if (isBig) into.writeBigUInt64LE(BigInt(beyond), valueAt)
      else into.writeUInt32LE(beyond, valueAt)
      bytes.copy(into, beyond)
      beyond += even(bytes.length)
    }
  }
  if (isBig) into.writeBigUInt64LE(BigInt(next), end)
  else into.writeUInt32LE(next, end)
}

const LARGEST_CLASSIC = 4_000_000_000

/** Everything that comes before the tiles. */
export const cogHeader = (plan: CogPlan, tiles: readonly LevelTiles[]): Buffer => {
  const stored = tiles.map(({ lengths }) =>
    lengths.reduce((sum, length) => sum + (length > 0 ? LEADER_BYTES + length + TRAILER_BYTES : 0), 0),
  )
  const count = tiles.reduce((sum, { lengths }) => sum + lengths.length, 0)
  const isBig = stored.reduce((sum, bytes) => sum + bytes, 0) + 16 * count > LARGEST_CLASSIC
  const offsets = tiles.map(({ lengths }) => new Float64Array(lengths.length))
  const entries = () =>
    tiles.map((one, level) => entriesOf(plan, level, one, offsets[level] ?? new Float64Array(0), isBig))
  const start = even((isBig ? 16 : 8) + ghost.length)
  const sizes = entries().map((one) => sizeOfDirectory(one, isBig))
  let position = start + sizes.reduce((sum, size) => sum + size, 0)
  const end = position
  for (let level = tiles.length - 1; level >= 0; level -= 1) {
    const { lengths } = tiles[level] as LevelTiles
    for (let index = 0; index < lengths.length; index += 1) {
      const length = lengths[index] as number
      if (length === 0) continue
      ;(offsets[level] as Float64Array)[index] = position + LEADER_BYTES
      position += LEADER_BYTES + length + TRAILER_BYTES
    }
  }
  const header = Buffer.alloc(end)
  header.write('II', 0, 'latin1')
  if (isBig) {
    header.writeUInt16LE(43, 2)
    header.writeUInt16LE(8, 4)
    header.writeBigUInt64LE(BigInt(start), 8)
  } else {
    header.writeUInt16LE(42, 2)
    header.writeUInt32LE(start, 4)
  }
  ghost.copy(header, isBig ? 16 : 8)
  let at = start
  for (const [level, one] of entries().entries()) {
    const size = sizes[level] as number
    writeDirectory(header, at, one, level === tiles.length - 1 ? 0 : at + size, isBig)
    at += size
  }
  return header
}

/** The samples of a tile as they are compressed; uses them up. */
export const encodeTile = (
  tile: Samples,
  { type, tileSize, bands }: Pick<CogPlan, 'type' | 'tileSize' | 'bands'>,
): Uint8Array => {
  const shape = { rowSamples: tileSize * bands, rows: tileSize, stride: bands }
  const bytes = new Uint8Array(tile.buffer, tile.byteOffset, tile.byteLength)
  const size = sampleBytes[type]
  if (predictorOf(type) === 3) return splitFloats(bytes, size, shape)
  if (size === 1) difference(bytes, shape)
  else if (size === 2) difference(new Uint16Array(bytes.buffer), shape)
  else difference(new Uint32Array(bytes.buffer), shape)
  return bytes
}

/** A tile as it stands in the file. */
export const framed = (tile: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(LEADER_BYTES + tile.length + TRAILER_BYTES)
  bytes.writeUInt32LE(tile.length, 0)
  bytes.set(tile, LEADER_BYTES)
  bytes.set(tile.subarray(-TRAILER_BYTES), LEADER_BYTES + tile.length)
  return bytes
}
