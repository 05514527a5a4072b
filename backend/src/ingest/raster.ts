/**
 * Reads a GeoTIFF from top to bottom, once, and gives the tiles of a Cloud Optimised GeoTIFF with all its overviews.
 * Memory holds one row of tiles of each level. Runs in the reading process only.
 */
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type {
  Affine,
  BandColour,
  PaletteEntry,
  RasterBand,
  RasterFacts,
  Samples,
  SampleType,
} from '../domain/raster.ts'
import { extentOfGrid, levelsOf, newSamples, sampleBytes } from '../domain/raster.ts'
import { isGeographic } from '../geo/crs.ts'
import { type CogPlan, encodeTile, type TiffField } from '../render/cog-layout.ts'
import { GEO_KEY_DIRECTORY, identifyGeoKeys, isPixelPoint, readGeoKeys } from './geo-keys.ts'
import { type Halving, halve } from './raster-halves.ts'
import { readGdalMetadata, type Words, writeGdalMetadata } from './raster-metadata.ts'
import { createTally } from './raster-tally.ts'
import { type OpenFile, storageSrid } from './reader.ts'
import { affineOf, type Image, MASK, readTiffImages, T } from './tiff.ts'
import type { TiffDirectory } from './tiff-header.ts'
import { openPixels, type PixelReader } from './tiff-pixels.ts'

const pack = promisify(deflate)

export type RasterSink = {
  plan: (plan: CogPlan) => void
  tile: (level: number, index: number, bytes: Uint8Array) => void
  progress: (share: number) => void
}

export type RasterRead = { facts: RasterFacts; warnings: ProbeWarning[] }

/** Read at a time. */
const CHUNK_BYTES = 16 * 1024 * 1024
/** Tiles that are being compressed while the next are read. */
const TILES_AHEAD = 8
const DEFLATE_LEVEL = 6
/** An integer raster with no more than this many values is one of categories. */
const MOST_CATEGORIES = 40
const TRIAL_PLACES = 8

const ALPHA_KINDS = new Set([1, 2])
const PALETTE = 3
const RGB = 2
const GRAY = 1

const toField = (tag: number, type: 3 | 12, values: number[]): TiffField => {
  const bytes = type === 3 ? new Uint16Array(values) : new Float64Array(values)
  return { tag, type, count: values.length, data: Buffer.from(bytes.buffer).toString('base64') }
}
const toAsciiField = (tag: number, text: string): TiffField => {
  const bytes = Buffer.from(`${text}\0`, 'latin1')
  return { tag, type: 2, count: bytes.length, data: bytes.toString('base64') }
}

/** Where the raster lies, in the words of the file; the publisher's coordinate system in its place where one was named. */
const geoFields = (directory: TiffDirectory, named: number | undefined, isPoint: boolean): TiffField[] => {
  const doubles = [T.pixelScale, T.tiepoints, T.transformation]
    .map((tag) => [tag, directory.numbers(tag, 6 * 4096)] as const)
    .filter(([, values]) => values.length > 0)
    .map(([tag, values]) => toField(tag, 12, values))
  if (named !== undefined) {
    const key = isGeographic(named) ? 2048 : 3072
    const model = isGeographic(named) ? 2 : 1
    const keys = [1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, isPoint ? 2 : 1, key, 0, 1, named]
    return [...doubles, toField(GEO_KEY_DIRECTORY, 3, keys)]
  }
  const keys = directory.numbers(GEO_KEY_DIRECTORY, 4 * 257)
  const numbers = directory.numbers(34736, 4096)
  const ascii = directory.text(34737)
  return [
    ...doubles,
    ...(keys.length > 0 ? [toField(GEO_KEY_DIRECTORY, 3, keys)] : []),
    ...(numbers.length > 0 ? [toField(34736, 12, numbers)] : []),
    ...(ascii === null ? [] : [toAsciiField(34737, ascii)]),
  ]
}

/** Red, green and blue for every value the samples can have. */
const colourMapOf = (directory: TiffDirectory, bits: number, photometric: number): number[] | null => {
  const size = bits <= 8 ? 256 : 65_536
  // Black and white are colours of two values, and which is which would be lost with more bits.
  const [zero, one] = photometric === 0 ? [65_535, 0] : [0, 65_535]
  const blackAndWhite = bits === 1 && photometric < 2
  const values = blackAndWhite ? [zero, one, zero, one, zero, one] : directory.numbers(T.palette, 3 * 65_536)
  if (!blackAndWhite && photometric !== PALETTE) return null
  const given = Math.floor(values.length / 3)
  if (given === 0) return null
  return [0, 1, 2].flatMap((channel) =>
    Array.from({ length: size }, (_, value) => (value < given ? (values[channel * given + value] ?? 0) : 0)),
  )
}

const hex = (value: number) => (value >> 8).toString(16).padStart(2, '0')

const paletteOf = (map: number[] | null, values: number[] | null): PaletteEntry[] | null => {
  if (map === null || values === null) return null
  const size = map.length / 3
  return values
    .filter((value) => value >= 0 && value < size)
    .map((value) => ({
      value,
      color: `#${[0, 1, 2].map((channel) => hex(map[channel * size + value] ?? 0)).join('')}`,
    }))
}

const coloursOf = (
  photometric: number,
  bands: number,
  extraSamples: readonly number[],
  { bands: words }: Words,
): BandColour[] => {
  const main: BandColour[] =
    photometric === RGB ? ['red', 'green', 'blue'] : photometric === PALETTE ? ['palette'] : ['gray']
  return Array.from({ length: bands }, (_, band) => {
    const extra = extraSamples[band - main.length]
    const plain = extra !== undefined && ALPHA_KINDS.has(extra) ? 'alpha' : 'undefined'
    return words[band]?.colour ?? main[band] ?? plain
  })
}

/** What stands in the tag, as the samples have it; the text itself goes on as it is. */
const noDataValue = (text: string | null, type: SampleType): number | null => {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) return null
  return type === 'float32' ? Math.fround(value) : value
}

/** A few rows at several places: enough to tell categories from measurements. */
const hasFewValues = (pixels: PixelReader): boolean => {
  const rows = Math.min(4, pixels.height)
  const target = newSamples[pixels.type](rows * pixels.width)
  const blockBytes = pixels.blockRows * pixels.width * sampleBytes[pixels.type]
  const places = blockBytes > CHUNK_BYTES ? 2 : TRIAL_PLACES
  const seen = new Set<number>()
  for (let place = 0; place < places; place += 1) {
    pixels.readRows(Math.floor(((pixels.height - rows) * place) / places), rows, target)
    for (const value of target) {
      seen.add(value)
      if (seen.size > MOST_CATEGORIES) return false
    }
  }
  return true
}

/** 512 pixels, or 256 where a row of such tiles would take too much memory. */
const tileSizeOf = (pixels: PixelReader, memoryBytes: number): number => {
  const { width, bands, type } = pixels
  const rowBytes = width * bands * sampleBytes[type]
  const budget = memoryBytes * 0.4
  // The level itself, half of it in its overviews, and what is being compressed.
  for (const size of [512, 256]) {
    const tileBytes = size * size * bands * sampleBytes[type]
    if (rowBytes * size * 2 + 2 * TILES_AHEAD * tileBytes + CHUNK_BYTES <= budget) return size
  }
  throw ingestProblems.rasterTooLarge({
    found: `is ${width} pixels wide, with ${bands} bands of type ${type}`,
    limit: `${Math.floor(budget / 512 / 2 ** 10)} KB in a row of pixels`,
  })
}

type Opened = {
  pixels: PixelReader
  plan: CogPlan
  halving: Halving
  words: Words
  transform: Affine
  epsg: number
}

const open = (
  file: OpenFile,
  { sourceEpsg, layer }: { sourceEpsg?: number; layer: string },
): Opened & { warnings: ProbeWarning[] } => {
  const { main, images, isLittle } = readTiffImages(file)
  const { directory, bands } = main
  const keys = readGeoKeys(directory)
  const isPoint = isPixelPoint(keys)
  const transform = affineOf(directory, isPoint)
  if (transform === null || extentOfGrid(main, transform) === null)
    throw ingestProblems.rasterWithoutPlace({ layer })
  const crs = directory.tags.has(GEO_KEY_DIRECTORY) ? identifyGeoKeys(keys) : null
  const epsg = storageSrid(layer, crs, sourceEpsg)
  const noDataText = directory.text(T.noData)
  const empty = Number(noDataText ?? 0)
  const pixels = openPixels(file, main, {
    isLittle,
    fill: Number.isNaN(empty) && main.format !== 3 ? 0 : empty,
  })
  const words = readGdalMetadata(directory.text(T.gdalMetadata), bands)
  const given = directory.number(T.photometric) ?? GRAY
  const colourMap = bands === 1 ? colourMapOf(directory, main.bits, given) : null
  const photometric =
    colourMap !== null ? PALETTE : given === RGB && bands >= 3 ? RGB : given === 0 ? 0 : GRAY
  const extra = directory.numbers(T.extraSamples, 65_536)
  const extraSamples = Array.from(
    { length: Math.max(0, bands - (photometric === RGB ? 3 : 1)) },
    (_, at) => extra[at] ?? 0,
  )
  const colours = coloursOf(photometric, bands, extraSamples, words)
  const tileSize = tileSizeOf(pixels, file.limits.memoryBytes)
  const alpha = colours.indexOf('alpha')
  const { width, height, type } = pixels
  const noData = noDataValue(noDataText, type)
  const isCategorical =
    bands === 1 &&
    !type.startsWith('float') &&
    (photometric === PALETTE || words.isThematic || hasFewValues(pixels))
  return {
    pixels,
    words: { ...words, bands: words.bands.map((band, at) => ({ ...band, colour: colours[at] ?? null })) },
    transform,
    epsg,
    halving: { type, bands, noData, isCategorical, alpha: alpha < 0 ? null : alpha },
    plan: {
      width,
      height,
      bands,
      type,
      tileSize,
      levels: levelsOf(width, height, tileSize),
      photometric,
      extraSamples,
      colourMap,
      noDataText: noDataText === null || noDataText.trim() === '' ? null : noDataText.trim().slice(0, 100),
      gdalMetadata: writeGdalMetadata(words.bands),
      geo: geoFields(directory, sourceEpsg, isPoint),
    },
    warnings: warningsOf(images),
  }
}

const warningsOf = (images: readonly Image[]): ProbeWarning[] => {
  const isMask = ({ directory }: Image) => ((directory.number(254) ?? 0) & MASK) !== 0
  if (!images.some(isMask)) return []
  return [
    {
      code: 'raster-mask-left-out',
      message:
        'The raster has a mask inside that says which cells are valid; maps show all cells. Write them as a no-data value or an alpha band (gdalwarp -dstalpha) to hide them.',
    },
  ]
}

/** Takes rows level by level, gives tiles, and hands each row of tiles on to the overview below. */
const createPyramid = (
  { plan, halving, fill }: { plan: CogPlan; halving: Halving; fill: number },
  sink: RasterSink,
) => {
  const { bands, tileSize, type } = plan
  const levels = plan.levels.map(({ width }) => ({
    width,
    rows: newSamples[type](tileSize * width * bands),
    filled: 0,
    down: 0,
    across: Math.ceil(width / tileSize),
  }))
  const waiting: { level: number; index: number; bytes: Promise<Uint8Array> }[] = []

  const sendFirst = async () => {
    const first = waiting.shift()
    if (first) sink.tile(first.level, first.index, await first.bytes)
  }

  const cutTiles = async (level: number) => {
    const one = levels[level]
    if (one === undefined) return
    for (let across = 0; across < one.across; across += 1) {
      if (waiting.length >= TILES_AHEAD) await sendFirst()
      const tile = newSamples[type](tileSize * tileSize * bands)
      const columns = Math.min(tileSize, one.width - across * tileSize)
      if (fill !== 0 && (columns < tileSize || one.filled < tileSize)) tile.fill(fill)
      for (let row = 0; row < one.filled; row += 1) {
        const from = (row * one.width + across * tileSize) * bands
        tile.set(one.rows.subarray(from, from + columns * bands), row * tileSize * bands)
      }
      const bytes = pack(encodeTile(tile, plan), { level: DEFLATE_LEVEL, chunkSize: 131_072 })
      // Awaited in its turn; a failure meanwhile is not unhandled.
      bytes.catch(() => {})
      waiting.push({ level, index: one.down * one.across + across, bytes })
    }
    one.down += 1
  }

  const flush = async (level: number): Promise<void> => {
    const one = levels[level]
    if (one === undefined || one.filled === 0) return
    await cutTiles(level)
    if (levels[level + 1] !== undefined) {
      const half = halve(one.rows, one.width, one.filled, halving)
      await push(level + 1, half, Math.ceil(one.filled / 2))
    }
    one.filled = 0
  }

  const push = async (level: number, rows: Samples, count: number): Promise<void> => {
    const one = levels[level]
    if (one === undefined) return
    const rowSamples = one.width * bands
    for (let from = 0; from < count; ) {
      const taken = Math.min(tileSize - one.filled, count - from)
      one.rows.set(rows.subarray(from * rowSamples, (from + taken) * rowSamples), one.filled * rowSamples)
      one.filled += taken
      from += taken
      if (one.filled === tileSize) await flush(level)
    }
  }

  return {
    push: (rows: Samples, count: number) => push(0, rows, count),
    finish: async () => {
      for (const level of levels.keys()) await flush(level)
      while (waiting.length > 0) await sendFirst()
    },
  }
}

export const readRaster = async (
  file: OpenFile,
  options: { layer: string; sourceEpsg?: number },
  sink: RasterSink,
): Promise<RasterRead> => {
  const { pixels, plan, halving, words, transform, epsg, warnings } = open(file, options)
  sink.plan(plan)
  const { width, height, bands, type, tileSize, levels } = plan
  const pyramid = createPyramid({ plan, halving, fill: halving.noData ?? 0 }, sink)
  const tally = createTally({ type, bands, noData: halving.noData, pixels: width * height })
  const rowBytes = width * bands * sampleBytes[type]
  const affordable = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes))
  const { blockRows } = pixels
  const rows = Math.min(height, affordable >= blockRows ? affordable - (affordable % blockRows) : affordable)
  const chunk = newSamples[type](rows * width * bands)
  for (let row = 0; row < height; row += rows) {
    const count = Math.min(rows, height - row)
    pixels.readRows(row, count, chunk)
    const read = chunk.subarray(0, count * width * bands)
    tally.add(read)
    await pyramid.push(read, count)
    sink.progress((row + count) / height)
  }
  await pyramid.finish()
  const statistics = tally.statistics()
  const [a, b, , d, e] = transform
  const extent = extentOfGrid(plan, transform)
  if (extent === null) throw ingestProblems.rasterWithoutPlace({ layer: options.layer })
  return {
    warnings,
    facts: {
      width,
      height,
      type,
      noData: halving.noData,
      bands: words.bands.map(
        ({ name, unit, scale, offset, colour }, band): RasterBand => ({
          name,
          colour: colour ?? 'undefined',
          unit,
          scale,
          offset,
          statistics: statistics[band] ?? null,
        }),
      ),
      palette: paletteOf(plan.colourMap, tally.values()),
      transform,
      pixelSize: [Math.hypot(a, d), Math.hypot(b, e)],
      epsg,
      extent,
      tileSize,
      levels,
    },
  }
}
