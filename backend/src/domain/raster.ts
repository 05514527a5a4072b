/** A published raster: what its Cloud Optimised GeoTIFF holds, as the catalogue knows it without opening the file. */
import type { Box } from './probe.ts'

export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'

export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

export const sampleBytes: Record<SampleType, 1 | 2 | 4 | 8> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
}

export const newSamples: Record<SampleType, (length: number) => Samples> = {
  uint8: (length) => new Uint8Array(length),
  int8: (length) => new Int8Array(length),
  uint16: (length) => new Uint16Array(length),
  int16: (length) => new Int16Array(length),
  uint32: (length) => new Uint32Array(length),
  int32: (length) => new Int32Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
}

/** Bytes in the order of this machine, as samples; `bytes` is copied where it does not lie on whole samples. */
export const asSamples = (type: SampleType, bytes: Uint8Array): Samples => {
  const size = sampleBytes[type]
  const { buffer, byteOffset } = onWholeSamples(bytes, size)
  const length = Math.floor(bytes.length / size)
  const views: Record<SampleType, () => Samples> = {
    uint8: () => new Uint8Array(buffer, byteOffset, length),
    int8: () => new Int8Array(buffer, byteOffset, length),
    uint16: () => new Uint16Array(buffer, byteOffset, length),
    int16: () => new Int16Array(buffer, byteOffset, length),
    uint32: () => new Uint32Array(buffer, byteOffset, length),
    int32: () => new Int32Array(buffer, byteOffset, length),
    float32: () => new Float32Array(buffer, byteOffset, length),
    float64: () => new Float64Array(buffer, byteOffset, length),
  }
  return views[type]()
}

const onWholeSamples = (bytes: Uint8Array, size: number) =>
  bytes.byteOffset % size === 0 ? bytes : bytes.slice()

/** Column, row → x, y, from the corner of the first pixel: x = a·column + b·row + c, y = d·column + e·row + f. */
export type Affine = [a: number, b: number, c: number, d: number, e: number, f: number]

export type BandColour = 'gray' | 'red' | 'green' | 'blue' | 'alpha' | 'palette' | 'undefined'

export type BandStatistics = {
  minimum: number
  maximum: number
  mean: number
  deviation: number
  /** Below which 2 % and above which 2 % of the values lie; of a sample where there are many. */
  low: number
  high: number
  /** Cells that have a value. */
  count: number
}

export type RasterBand = {
  name: string | null
  colour: BandColour
  unit: string | null
  /** What stands for the measured value is value · scale + offset. */
  scale: number
  offset: number
  /** null when no cell has a value. */
  statistics: BandStatistics | null
}

export type PaletteEntry = { value: number; color: string }

export type RasterFacts = {
  width: number
  height: number
  type: SampleType
  /** What stands for 'no value'; NaN always does. */
  noData: number | null
  bands: RasterBand[]
  /** Colours kept in the file for the values of its only band. */
  palette: PaletteEntry[] | null
  transform: Affine
  /** Of one cell, in units of the coordinate system. */
  pixelSize: [number, number]
  epsg: number
  /** In the raster's own coordinate system. */
  extent: Box
  tileSize: number
  /** The full size first, then what each overview has. */
  levels: { width: number; height: number }[]
}

/** A stored Cloud Optimised GeoTIFF with what is known of it. */
export type StoredRaster = RasterFacts & { sha256: string; sizeBytes: number }

export const extentOfGrid = (
  { width, height }: { width: number; height: number },
  [a, b, c, d, e, f]: Affine,
): Box | null => {
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([i = 0, j = 0]) => [a * i + b * j + c, d * i + e * j + f])
  const xs = corners.map(([x = 0]) => x)
  const ys = corners.map(([, y = 0]) => y)
  const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  return box.every(Number.isFinite) && box[0] < box[2] && box[1] < box[3] ? box : null
}

/** x, y → column, row; null for a grid that has no area. */
export const inverseOf = ([a, b, c, d, e, f]: Affine): Affine | null => {
  const determinant = a * e - b * d
  if (determinant === 0 || !Number.isFinite(determinant)) return null
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant]
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)]
}

/** Sides of the overviews: halves until one tile holds all. */
export const levelsOf = (width: number, height: number, tileSize: number) => {
  const levels = [{ width, height }]
  for (let last = { width, height }; Math.max(last.width, last.height) > tileSize; ) {
    last = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) }
    levels.push(last)
  }
  return levels
}

/** As people and styles name bands: their own name, else their number from 1. */
export const bandNames = ({ bands }: Pick<RasterFacts, 'bands'>): string[] =>
  bands.map(({ name }, band) => name ?? String(band + 1))

export const COG_TYPE = 'image/tiff; application=geotiff; profile=cloud-optimized'
/** What the served raster is downloaded as; the original keeps its own name. */
export const cogFileName = (collectionId: string): string => `${collectionId}_cog.tif`
