/**
 * Decodes the tiles and strips of a TIFF whose header was found credible (`tiff.ts`) into rows of samples. What one
 * block may become is known before it is unpacked, and nothing unpacks to more.
 */
import { constants, inflateSync, zstdDecompressSync } from 'node:zlib'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { asSamples, newSamples, type Samples, type SampleType, sampleBytes } from '../domain/raster.ts'
import { accumulate, accumulate64, joinFloats } from '../render/cog-predictors.ts'
import { type OpenFile, readAt, readInto } from './reader.ts'
import { type Image, T } from './tiff.ts'
import { tiffDamaged } from './tiff-header.ts'
import { unpackBits, unpackLzw } from './tiff-lzw.ts'

const unsupported = (found: string, remedy: string) => ingestProblems.rasterNotSupported({ found, remedy })

type Unpack = (source: Uint8Array, target: Uint8Array) => number

const inflate: Unpack = (source, target) => {
  // Some writers fill the last strip up; what is too much is cut off, within bounds.
  const bytes = inflateSync(source, {
    maxOutputLength: target.length + 65_536,
    finishFlush: constants.Z_SYNC_FLUSH,
  })
  target.set(bytes.subarray(0, target.length))
  return bytes.length
}

const unpackZstd: Unpack = (source, target) => {
  const bytes = zstdDecompressSync(source, { maxOutputLength: target.length + 65_536 })
  target.set(bytes.subarray(0, target.length))
  return bytes.length
}

/** null: the bytes are the samples. */
const methods: Record<number, Unpack | null> = {
  1: null,
  5: unpackLzw,
  8: inflate,
  32946: inflate,
  32773: unpackBits,
  50000: unpackZstd,
}

const otherMethods: Record<number, string> = {
  2: 'CCITT',
  3: 'CCITT fax',
  4: 'CCITT fax',
  6: 'old JPEG',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50001: 'WebP',
  50002: 'JPEG XL',
}

const recompress = 'Write it with another compression (gdal_translate -co COMPRESS=DEFLATE)'

/** How samples lie in the file, and what they become. */
type Coding = { type: SampleType; bits: number; isHalf: boolean }

const codingOf = (image: Image): Coding => {
  const { bits, format } = image
  const found = `has values of ${bits} bits in sample format ${format}`
  const whole: Record<number, SampleType> =
    format === 2 ? { 8: 'int8', 16: 'int16', 32: 'int32' } : { 8: 'uint8', 16: 'uint16', 32: 'uint32' }
  const type = (): SampleType | undefined => {
    if (format === 3) return ({ 16: 'float32', 32: 'float32', 64: 'float64' } as const)[bits as 16]
    if (format === 2) return whole[bits]
    if (format === 1 || format === 4)
      return bits < 8 ? 'uint8' : bits < 16 && bits > 8 ? 'uint16' : whole[bits]
    return undefined
  }
  const known = type()
  if (known === undefined)
    throw unsupported(
      found,
      'Write it as integers of up to 32 bits or as floating point numbers (gdal_translate -ot Float32)',
    )
  return { type: known, bits, isHalf: format === 3 && bits === 16 }
}

export type PixelReader = {
  type: SampleType
  width: number
  height: number
  bands: number
  /** How many rows are best read together. */
  blockRows: number
  /** Fills `target` with whole rows, pixel by pixel, from `row` on. */
  readRows: (row: number, count: number, target: Samples) => void
}

const halfToFloat = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024)
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}

const swap = (bytes: Buffer, size: number): void => {
  if (size === 2) bytes.swap16()
  else if (size === 4) bytes.swap32()
  else if (size === 8) bytes.swap64()
}

/** Most significant bit first, each row from a whole byte. */
const spread = (
  packed: Uint8Array,
  bits: number,
  rowSamples: number,
  rows: number,
  type: SampleType,
): Samples => {
  const samples = newSamples[type](rowSamples * rows)
  const rowBytes = Math.ceil((rowSamples * bits) / 8)
  const mask = (1 << bits) - 1
  for (let row = 0; row < rows; row += 1) {
    let [held, value, at] = [0, 0, row * rowBytes]
    for (let sample = 0; sample < rowSamples; sample += 1) {
      while (held < bits) {
        value = ((value << 8) | (packed[at] ?? 0)) & 0xff_ff_ff
        at += 1
        held += 8
      }
      held -= bits
      samples[row * rowSamples + sample] = (value >> held) & mask
    }
  }
  return samples
}

const asWords = (samples: Samples): Uint8Array | Uint16Array | Uint32Array | BigUint64Array => {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = samples
  if (size === 1) return new Uint8Array(buffer, byteOffset, byteLength)
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2)
  return size === 4
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new BigUint64Array(buffer, byteOffset, byteLength / 8)
}

/** Of compressed strips that are higher than what is read at a time. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024

type Grid = { width: number; height: number; isPlanar: boolean; across: number; down: number }

const gridOf = ({ directory, width, height, isTiled }: Image): Grid => {
  const blockWidth = isTiled ? (directory.number(T.tileWidth) ?? 0) : width
  const blockHeight = isTiled
    ? (directory.number(T.tileHeight) ?? 0)
    : Math.min(directory.number(T.rowsPerStrip) ?? height, height)
  return {
    width: blockWidth,
    height: blockHeight,
    isPlanar: directory.number(T.planar) === 2,
    across: Math.ceil(width / blockWidth),
    down: Math.ceil(height / blockHeight),
  }
}

const listOf = (image: Image, tag: number, count: number): Float64Array => {
  const values = new Float64Array(count)
  image.directory.eachNumber(tag, (value, index) => {
    if (index < count) values[index] = value
  })
  return values
}

const checkSupported = ({ directory, compression, bits, bands }: Image): void => {
  if (!(compression in methods))
    throw unsupported(`is compressed by ${otherMethods[compression] ?? `method ${compression}`}`, recompress)
  if (directory.number(T.fillOrder) === 2) throw unsupported('has its bits in reverse order', recompress)
  const photometric = directory.number(T.photometric) ?? 1
  if (![0, 1, 2, 3, 4].includes(photometric))
    throw unsupported(
      `keeps its colours as ${photometric === 5 ? 'CMYK' : photometric === 6 ? 'YCbCr' : `photometric ${photometric}`}`,
      'Write it as RGB',
    )
  const all = directory.numbers(T.bits, 65_536).slice(0, bands)
  if (all.some((one) => one !== bits))
    throw unsupported('has bands of different widths', 'Write all bands as one type')
}

export const openPixels = (
  file: OpenFile,
  image: Image,
  { isLittle, fill }: { isLittle: boolean; fill: number },
): PixelReader => {
  checkSupported(image)
  const { width, height, bands, compression, isTiled, directory } = image
  const { type, bits, isHalf } = codingOf(image)
  const grid = gridOf(image)
  const count = grid.across * grid.down * (grid.isPlanar ? bands : 1)
  const offsets = listOf(image, isTiled ? T.tileOffsets : T.stripOffsets, count)
  const lengths = listOf(image, isTiled ? T.tileBytes : T.stripBytes, count)
  const hasLengths = directory.tags.has(isTiled ? T.tileBytes : T.stripBytes)
  const predictor = directory.number(T.predictor) ?? 1
  if (predictor > 3 || (predictor === 3 && image.format !== 3) || (predictor > 1 && bits < 8))
    throw unsupported(`was written with predictor ${predictor}`, recompress)
  const stride = grid.isPlanar ? 1 : bands
  const unpack = methods[compression] ?? null
  const rowSamples = grid.width * stride
  const rowBytes = Math.ceil((rowSamples * bits) / 8)
  const bytesPerSample = bits / 8

  const unpacked = (index: number, target: Buffer): void => {
    const stored = readAt(file, offsets[index] as number, lengths[index] as number)
    let filled: number
    try {
      filled = unpack === null ? stored.copy(target) : unpack(stored, target)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'ERR_BUFFER_TOO_LARGE')
        throw tiffDamaged(`block ${index + 1} unpacks to more than the ${target.length} bytes it can have`)
      throw tiffDamaged(`block ${index + 1} cannot be unpacked`)
    }
    if (filled < target.length)
      throw tiffDamaged(`block ${index + 1} holds ${Math.max(0, filled)} bytes and needs ${target.length}`)
  }

  /** Samples of one block, or of `rows` of its rows from `from` on where they can be had singly; null when it has none. */
  const readBlock = (index: number, rows: number, from: number, ofBlock: number): Samples | null => {
    const offset = offsets[index] as number
    if (offset === 0 || (hasLengths && lengths[index] === 0)) return null
    if (unpack !== null || predictor !== 1)
      return wholeBlock(index, ofBlock).subarray(from * rowSamples, (from + rows) * rowSamples)
    const bytes = Buffer.alloc(rowBytes * rows)
    const found = readInto(file, bytes, offset + from * rowBytes)
    if (found < bytes.length) throw tiffDamaged('its pixels end too early')
    return decode(bytes, rows)
  }

  const decode = (bytes: Buffer, rows: number): Samples => {
    const shape = { rowSamples, rows, stride }
    if (predictor === 3) {
      const joined = joinFloats(bytes, bytesPerSample, shape)
      return isHalf ? fromHalves(asSamples('uint16', joined)) : asSamples(type, joined)
    }
    if (!isLittle && bits > 8 && bits % 8 === 0) swap(bytes, bytesPerSample)
    if (bits % 8 !== 0) return spread(bytes, bits, rowSamples, rows, type)
    const samples = asSamples(isHalf ? 'uint16' : type, bytes)
    if (predictor === 2) {
      const words = asWords(samples)
      if (words instanceof BigUint64Array) accumulate64(words, shape)
      else accumulate(words, shape)
    }
    return isHalf ? fromHalves(samples) : samples
  }

  /** What one block may be kept for when more of its rows are asked for next. */
  const keptBytes = rowSamples * sampleBytes[type] * grid.height * (grid.isPlanar ? bands : 1)
  const isKept = !isTiled && keptBytes <= MOST_KEPT_BYTES
  const kept = new Map<number, Samples>()

  const wholeBlock = (index: number, ofBlock: number): Samples => {
    const present = kept.get(index)
    if (present) return present
    const bytes = Buffer.alloc(rowBytes * ofBlock)
    unpacked(index, bytes)
    const samples = decode(bytes, ofBlock)
    if (isKept) {
      if (kept.size >= (grid.isPlanar ? bands : 1)) kept.clear()
      kept.set(index, samples)
    }
    return samples
  }

  const fromHalves = (halves: Samples): Samples => Float32Array.from(halves, halfToFloat)

  /** Of one block that spans `rows` of the image from `row` on: puts them where they belong. */
  const place = (
    index: number,
    column: number,
    row: number,
    rows: number,
    band: number,
    targetRow: number,
    target: Samples,
  ): void => {
    const blockRow = Math.floor(row / grid.height)
    const ofBlock = isTiled ? grid.height : Math.min(grid.height, height - blockRow * grid.height)
    const samples = readBlock(index, rows, row - blockRow * grid.height, ofBlock)
    const pixels = Math.min(grid.width, width - column)
    for (let at = 0; at < rows; at += 1) {
      const to = ((targetRow + at) * width + column) * bands
      if (samples === null) {
        if (!grid.isPlanar) target.fill(fill, to, to + pixels * bands)
        else for (let pixel = 0; pixel < pixels; pixel += 1) target[to + pixel * bands + band] = fill
      } else if (!grid.isPlanar)
        target.set(samples.subarray(at * rowSamples, at * rowSamples + pixels * bands), to)
      else
        for (let pixel = 0; pixel < pixels; pixel += 1)
          target[to + pixel * bands + band] = samples[at * rowSamples + pixel] as number
    }
  }

  return {
    type,
    width,
    height,
    bands,
    blockRows: grid.height,
    readRows: (from, countOfRows, target) => {
      for (let row = from; row < from + countOfRows; ) {
        const blockRow = Math.floor(row / grid.height)
        const rows = Math.min(from + countOfRows, (blockRow + 1) * grid.height) - row
        for (let band = 0; band < (grid.isPlanar ? bands : 1); band += 1)
          for (let across = 0; across < grid.across; across += 1) {
            const index = (band * grid.down + blockRow) * grid.across + across
            place(index, across * grid.width, row, rows, band, row - from, target)
          }
        row += rows
      }
    },
  }
}
