/**
 * Describes a GeoTIFF from its header alone: size, bands, type, coordinate system, extent, nodata, layout. Not
 * one pixel is decoded, so compressed bombs stay compressed; limits on what they would become hold all the same.
 */
import { parse } from 'node:path'
import type { Box, CrsIdentity, Probe, ProbeLayer, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type Affine, extentOfGrid } from '../domain/raster.ts'
import { toCrs84 } from '../geo/crs.ts'
import { GEO_KEY_DIRECTORY, identifyGeoKeys, isPixelPoint, readGeoKeys } from './geo-keys.ts'
import type { OpenFile } from './reader.ts'
import { readAt } from './reader.ts'
import { readTiffHeader, type TiffDirectory, tiffDamaged } from './tiff-header.ts'

const MAX_SIDE = 40_000
const MAX_BANDS = 32
const MAX_SAMPLES = 4 * 1024 ** 3
/** One compressed tile or strip, unpacked; readers hold a whole one in memory. */
const MAX_BLOCK_BYTES = 256 * 1024 * 1024
/** Of all images together. */
const MAX_BLOCKS = 4 * 1024 * 1024

/** Tags of TIFF, GeoTIFF and GDAL. */
export const T = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  pixelScale: 33550,
  tiepoints: 33922,
  transformation: 34264,
  gdalMetadata: 42112,
  noData: 42113,
} as const

export type Image = {
  width: number
  height: number
  bands: number
  bits: number
  format: number
  compression: number
  isTiled: boolean
  firstByte: number
  directory: TiffDirectory
}

const requireCount = (directory: TiffDirectory, tag: number, what: string): number => {
  const value = directory.number(tag)
  if (value === null || value < 1 || !Number.isFinite(value)) throw tiffDamaged(`it does not say its ${what}`)
  return value
}

const tooLarge = (found: string, limit: string) => ingestProblems.rasterTooLarge({ found, limit })

const checkDimensions = (width: number, height: number, bands: number): void => {
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw tooLarge(`is ${width} × ${height} pixels`, `${MAX_SIDE} × ${MAX_SIDE}`)
  }
  if (bands > MAX_BANDS) throw tooLarge(`has ${bands} bands`, `${MAX_BANDS} bands`)
  if (width * height * bands > MAX_SAMPLES) {
    throw tooLarge(`is ${width} × ${height} pixels in ${bands} bands`, '4 294 967 296 values')
  }
}

/** Sees that tiles or strips are as many as the size needs, lie in the file, and unpack to something that fits memory. */
const checkBlocks = (file: OpenFile, image: Omit<Image, 'firstByte'>, budget: { blocks: number }): number => {
  const { directory, width, height, bands, bits, isTiled, compression } = image
  const blockWidth = isTiled ? requireCount(directory, T.tileWidth, 'tile width') : width
  const blockHeight = isTiled
    ? requireCount(directory, T.tileHeight, 'tile height')
    : Math.min(directory.number(T.rowsPerStrip) ?? height, height)
  if (blockHeight < 1) throw tiffDamaged('its strips have no rows')
  const isPlanar = directory.number(T.planar) === 2
  const blockBytes = (blockWidth * blockHeight * (isPlanar ? 1 : bands) * bits) / 8
  if ((isTiled || compression !== 1) && blockBytes > MAX_BLOCK_BYTES) {
    throw tooLarge(`has tiles or strips of ${blockWidth} × ${blockHeight} pixels`, '256 MB each, unpacked')
  }
  const expected = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * (isPlanar ? bands : 1)
  const offsets = directory.tags.get(isTiled ? T.tileOffsets : T.stripOffsets)
  const lengths = directory.tags.get(isTiled ? T.tileBytes : T.stripBytes)
  budget.blocks -= expected
  if (budget.blocks < 0) throw tooLarge(`has ${expected} or more tiles or strips`, `${MAX_BLOCKS} of them`)
  if (!offsets || offsets.count < expected || (lengths && lengths.count < expected)) {
    throw tiffDamaged(`it lists ${offsets?.count ?? 0} tiles or strips and needs ${expected}`)
  }
  const ends = new Float64Array(expected)
  directory.eachNumber(isTiled ? T.tileBytes : T.stripBytes, (bytes, i) => {
    if (i < expected) ends[i] = bytes
  })
  let firstByte = Number.POSITIVE_INFINITY
  directory.eachNumber(isTiled ? T.tileOffsets : T.stripOffsets, (offset, i) => {
    if (i >= expected || offset === 0) return
    if (offset + (ends[i] ?? 0) > file.size) {
      throw tiffDamaged('its pixels reach beyond the end of the file, which was probably cut off')
    }
    firstByte = Math.min(firstByte, offset)
  })
  return firstByte
}

const readImage = (file: OpenFile, directory: TiffDirectory, budget: { blocks: number }): Image => {
  const width = requireCount(directory, T.width, 'width')
  const height = requireCount(directory, T.height, 'height')
  const bands = directory.number(T.samples) ?? 1
  if (bands < 1) throw tiffDamaged('it has no bands')
  checkDimensions(width, height, bands)
  const bits = directory.number(T.bits) ?? 1
  if (![1, 2, 4, 8, 12, 14, 16, 24, 32, 64, 128].includes(bits))
    throw tiffDamaged(`its values have ${bits} bits`)
  const image = {
    width,
    height,
    bands,
    bits,
    format: directory.number(T.sampleFormat) ?? 1,
    compression: directory.number(T.compression) ?? 1,
    isTiled: directory.tags.has(T.tileWidth) || directory.tags.has(T.tileOffsets),
    directory,
  }
  return { ...image, firstByte: checkBlocks(file, image, budget) }
}

// Meaning ----------------------------------------------------------------------------------------------

/** GDAL's names, which analysts know. */
const dataTypeOf = ({ bits, format }: Image): string => {
  if (format === 3) return bits === 16 ? 'Float16' : bits <= 32 ? 'Float32' : 'Float64'
  if (format === 5) return bits <= 32 ? 'CInt16' : 'CInt32'
  if (format === 6) return bits <= 64 ? 'CFloat32' : 'CFloat64'
  const size = bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64
  if (format === 2) return `Int${size}`
  return size === 8 ? 'Byte' : `UInt${size}`
}

export const noDataOf = (directory: TiffDirectory): number | null => {
  const text = directory.text(T.noData)?.trim() ?? ''
  const value = text === '' ? Number.NaN : Number(text)
  // 'nan' is common for floats; JSON has no word for it.
  return Number.isFinite(value) ? value : null
}

export const affineOf = (directory: TiffDirectory, isPoint: boolean): Affine | null => {
  // Coordinates of a point raster are those of the middle of the first pixel.
  const shift = isPoint ? 0.5 : 0
  const matrix = directory.numbers(T.transformation, 16)
  if (matrix.length === 16) {
    const [a = 0, b = 0, , c = 0, d = 0, e = 0, , f = 0] = matrix
    return [a, b, c - shift * (a + b), d, e, f - shift * (d + e)]
  }
  const [scaleX, scaleY] = directory.numbers(T.pixelScale, 16)
  const [column, row, , x, y] = directory.numbers(T.tiepoints, 6 * 4096)
  if (scaleX === undefined || scaleY === undefined || column === undefined) return null
  if (row === undefined || x === undefined || y === undefined || scaleX === 0 || scaleY === 0) return null
  return [scaleX, 0, x - (column + shift) * scaleX, 0, -scaleY, y + (row + shift) * scaleY]
}

export const REDUCED = 1
export const MASK = 4

/** GDAL writes this where it arranges a file for the cloud. */
const COG_MARK = /GDAL_STRUCTURAL_METADATA_SIZE=[\s\S]{0,200}LAYOUT=IFDS_BEFORE_DATA/

const isCloudOptimized = (file: OpenFile, images: Image[], isBig: boolean): boolean => {
  const [main, ...others] = images
  if (!main) return false
  const mark = readAt(file, isBig ? 16 : 8, 300).toString('latin1')
  const isSmall = main.width <= 512 && main.height <= 512
  const overviews = others.filter(({ directory }) => ((directory.number(T.subfileType) ?? 0) & REDUCED) !== 0)
  const headersFirst =
    Math.max(...images.map(({ directory }) => directory.position)) <
    Math.min(...images.map((image) => image.firstByte))
  const isArranged = COG_MARK.test(mark) || headersFirst
  return (main.isTiled || isSmall) && (overviews.length > 0 || isSmall) && isArranged
}

const warningsOf = (
  crs: CrsIdentity | null,
  extent: Box | null,
  extentCrs84: Box | null,
  hasControlPoints: boolean,
) => {
  const warnings: ProbeWarning[] = []
  if (crs === null) {
    warnings.push({
      code: 'crs-missing',
      message:
        'The raster does not say which coordinate system it is in. Name the EPSG code when publishing.',
    })
  } else if (crs.epsg === null) {
    warnings.push({
      code: 'crs-unknown',
      message: `The coordinate system '${crs.name}' matches no known EPSG code. Name the EPSG code when publishing, or reproject the raster.`,
    })
  }
  if (extent === null) {
    const message = hasControlPoints
      ? 'The raster has ground control points only. Georeference it (in QGIS: Raster > Georeferencer) before it is published as a coverage.'
      : 'The raster has no georeference, so nobody knows where it lies.'
    warnings.push({ code: 'no-georeference', message })
  } else if (crs?.epsg != null && extentCrs84 === null) {
    warnings.push({
      code: 'extent-unknown',
      message: 'The extent of the raster does not lie where its coordinate system is defined.',
    })
  }
  return warnings
}

/** All images of a file, doubted and found credible; the first is the one that counts. */
export const readTiffImages = (
  file: OpenFile,
): { main: Image; images: Image[]; isBig: boolean; isLittle: boolean } => {
  const { directories, isBig, isLittle } = readTiffHeader(file)
  const budget = { blocks: MAX_BLOCKS }
  const images = directories
    .filter(({ tags }) => tags.has(T.width))
    .map((directory) => readImage(file, directory, budget))
  const [main] = images
  if (!main || main.directory !== directories[0]) throw tiffDamaged('its first directory describes no image')
  return { main, images, isBig, isLittle }
}

export const probeTiff = (file: OpenFile): Probe => {
  const { main, images, isBig } = readTiffImages(file)
  const { directory } = main
  const keys = readGeoKeys(directory)
  const crs = directory.tags.has(GEO_KEY_DIRECTORY) ? identifyGeoKeys(keys) : null
  const affine = affineOf(directory, isPixelPoint(keys))
  const extent = affine && extentOfGrid(main, affine)
  const extentCrs84 = extent && crs?.epsg != null ? toCrs84(extent, crs.epsg) : null
  const hasControlPoints = !affine && (directory.tags.get(T.tiepoints)?.count ?? 0) > 6
  const others = images
    .slice(1)
    .filter(
      ({ directory: one }) =>
        !one.isSubDirectory && ((one.number(T.subfileType) ?? 0) & (REDUCED | MASK)) === 0,
    )
  const layer: ProbeLayer = {
    name: parse(file.fileName).name,
    kind: 'raster',
    featureCount: null,
    geometry: null,
    crs,
    extent,
    extentCrs84,
    fields: [],
    encoding: null,
    sizeBytes: file.size,
    warnings: warningsOf(crs, extent, extentCrs84, hasControlPoints),
    raster: {
      width: main.width,
      height: main.height,
      bands: main.bands,
      dataType: dataTypeOf(main),
      noData: noDataOf(directory),
      isCog: isCloudOptimized(file, images, isBig),
    },
  }
  if (others.length > 0) {
    layer.warnings.push({
      code: 'several-images',
      message: `The file holds ${others.length + 1} images; only the first is described.`,
    })
  }
  const mediaType = layer.raster?.isCog
    ? 'image/tiff; application=geotiff; profile=cloud-optimized'
    : 'image/tiff; application=geotiff'
  return { format: 'GeoTIFF', kind: 'raster', mediaType, layers: [layer], warnings: [] }
}
