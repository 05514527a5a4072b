/** A coverage as GeoTIFF (OGC 19-008): tiles of 256 × 256, compressed, arranged like a Cloud Optimised GeoTIFF of one level. */
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { bandTitle, type Coverage } from '../domain/coverage.ts'
import { newSamples } from '../domain/raster.ts'
import { isGeographic } from '../geo/crs.ts'
import { xml, xmlText } from '../xml/write.ts'
import {
  type CogPlan,
  cogHeader,
  encodeTile,
  framed,
  type TiffField,
  tilesAcross,
  tilesDown,
} from './cog-layout.ts'

const pack = promisify(deflate)

const tileSize = 256
const compression = 4

// Photometric interpretations of TIFF.
const GRAY = 1
const RGB = 2
const PALETTE = 3
/** Unassociated. */
const ALPHA = 2

const DOUBLE = 12
const SHORT = 3
const ASCII = 2
/** Of the GeoTIFF standard, for what has no EPSG code of two bytes. */
const userDefined = 32_767

const doubles = (tag: number, values: readonly number[]): TiffField => ({
  tag,
  type: DOUBLE,
  count: values.length,
  data: Buffer.from(Float64Array.from(values).buffer).toString('base64'),
})
const shorts = (tag: number, values: readonly number[]): TiffField => ({
  tag,
  type: SHORT,
  count: values.length,
  data: Buffer.from(Uint16Array.from(values).buffer).toString('base64'),
})
const ascii = (tag: number, text: string): TiffField => {
  const bytes = Buffer.from(`${text}\0`, 'latin1')
  return { tag, type: ASCII, count: bytes.length, data: bytes.toString('base64') }
}

const placeOf = ({ grid: { epsg, box, width, height } }: Coverage): TiffField[] => {
  const [west, south, east, north] = box
  const code = epsg > 0 && epsg < userDefined ? epsg : userDefined
  const [model, key] = isGeographic(epsg) ? [2, 2048] : [1, 3072]
  const citation = `ESRI:${epsg}|`
  const hasCitation = code === userDefined
  const keys = [
    [1024, 0, 1, model],
    // The area of a cell, not its middle.
    [1025, 0, 1, 1],
    ...(hasCitation ? [[1026, 34737, citation.length, 0]] : []),
    [key, 0, 1, code],
  ]
  return [
    doubles(33550, [(east - west) / width, (north - south) / height, 0]),
    doubles(33922, [0, 0, 0, west, north, 0]),
    shorts(34735, [1, 1, 0, keys.length, ...keys.flat()]),
    ...(hasCitation ? [ascii(34737, citation)] : []),
  ]
}

const itemOf = (name: string, sample: number, role: string, value: string | number) =>
  xml`<Item name="${name}" sample="${sample}" role="${role}">${value}</Item>\n`

const metadataOf = ({ bands }: Coverage): string =>
  xmlText(
    xml`<GDALMetadata>\n${bands.flatMap((band, at) => [
      itemOf('DESCRIPTION', at, 'description', bandTitle(band)),
      ...(band.unit === null ? [] : [itemOf('UNITTYPE', at, 'unittype', band.unit)]),
      ...(band.scale === 1 && band.offset === 0
        ? []
        : [itemOf('OFFSET', at, 'offset', band.offset), itemOf('SCALE', at, 'scale', band.scale)]),
    ])}</GDALMetadata>\n`,
  )

/** Red, green, blue of each value, of 16 bits. */
const colourMapOf = ({ type, palette, bands }: Coverage): number[] | null => {
  if (palette === null || bands.length !== 1 || (type !== 'uint8' && type !== 'uint16')) return null
  const size = type === 'uint8' ? 256 : 65_536
  const map = new Array<number>(3 * size).fill(0)
  for (const { value, color } of palette) {
    if (!(value >= 0 && value < size)) continue
    const parts = [color.slice(1, 3), color.slice(3, 5), color.slice(5, 7)]
    for (const [at, part] of parts.entries()) map[at * size + value] = Number.parseInt(part, 16) * 257
  }
  return map
}

const planOf = (coverage: Coverage): CogPlan => {
  const { grid, type, noData, bands } = coverage
  const { width, height } = grid
  const colourMap = colourMapOf(coverage)
  const isRgb = ['red', 'green', 'blue'].every((colour, at) => bands[at]?.colour === colour)
  const coloured = isRgb ? 3 : 1
  return {
    width,
    height,
    bands: bands.length,
    type,
    tileSize,
    levels: [{ width, height }],
    photometric: colourMap ? PALETTE : isRgb ? RGB : GRAY,
    extraSamples: bands.slice(coloured).map(({ colour }) => (colour === 'alpha' ? ALPHA : 0)),
    colourMap,
    noDataText: noData === null ? null : String(noData).replace('NaN', 'nan'),
    gdalMetadata: metadataOf(coverage),
    geo: placeOf(coverage),
  }
}

const tileAt = ({ grid, type, bands }: Coverage, column: number, row: number) => {
  const tile = newSamples[type](tileSize * tileSize * bands.length)
  const columns = Math.min(tileSize, grid.width - column * tileSize)
  const rows = Math.min(tileSize, grid.height - row * tileSize)
  for (const [band, { values }] of bands.entries())
    for (let y = 0; y < rows; y += 1) {
      const from = (row * tileSize + y) * grid.width + column * tileSize
      let to = y * tileSize * bands.length + band
      for (let x = 0; x < columns; x += 1, to += bands.length) tile[to] = values[from + x] as number
    }
  return tile
}

/** The file from its first byte to its last; all tiles are packed before the first one leaves. */
export async function* geotiffBytes(coverage: Coverage, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const plan = planOf(coverage)
  const tiles: Uint8Array[] = []
  for (let row = 0; row < tilesDown(plan, tileSize); row += 1)
    for (let column = 0; column < tilesAcross(plan, tileSize); column += 1) {
      signal?.throwIfAborted()
      tiles.push(await pack(encodeTile(tileAt(coverage, column, row), plan), { level: compression }))
    }
  yield cogHeader(plan, [{ lengths: Uint32Array.from(tiles, ({ length }) => length) }])
  for (const tile of tiles) yield framed(tile)
}
