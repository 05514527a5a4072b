/** GeoTIFFs described from their headers; expected figures of real files are gdalinfo's. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { probeTiff } from '../../backend/src/ingest/tiff.ts'
import { withFile } from '../fixtures/loaded-rows.ts'
import {
  double,
  geoKeys,
  geoTiff,
  image,
  placed,
  short,
  type TiffGiven,
  text,
  writeTiff,
} from '../fixtures/tiff.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const probe = (content: Uint8Array, name = 'dem.tif') => withFile(name, content, (file) => probeTiff(file))
const layerOf = (content: Uint8Array) => {
  const [layer] = probe(content).layers
  if (!layer) throw new Error('no layer')
  return layer
}
const described = (given: TiffGiven) => layerOf(writeTiff(given))
const codes = (content: Uint8Array) => layerOf(content).warnings.map(({ code }) => code)

test('a raster in the national grid is described whole (R13.6)', () => {
  const found = probe(geoTiff(2006, { width: 200, height: 100, bands: 3, more: [text(42113, '-9999')] }))
  expect(found).toMatchObject({
    format: 'GeoTIFF',
    kind: 'raster',
    mediaType: 'image/tiff; application=geotiff',
    warnings: [],
  })
  expect(found.layers[0]).toMatchObject({
    name: 'dem',
    kind: 'raster',
    featureCount: null,
    geometry: null,
    crs: { epsg: 2006, identifiedBy: 'authority' },
    extent: [500_000, 1_549_000, 502_000, 1_550_000],
    raster: { width: 200, height: 100, bands: 3, dataType: 'Byte', noData: -9999 },
    warnings: [],
  })
  const [west = 0, south = 0, east = 0, north = 0] = found.layers[0]?.extentCrs84 ?? []
  expect([west, south, east, north].map((value) => Number(value.toFixed(3)))).toEqual([
    -61.074, 14.014, -61.056, 14.023,
  ])
})

test.each<[string, Partial<TiffGiven>]>([
  ['little-endian', {}],
  ['big-endian', { isBigEndian: true }],
  ['BigTIFF', { isBigTiff: true }],
  ['big-endian BigTIFF', { isBigTiff: true, isBigEndian: true }],
])('%s headers say the same', (_what, more) => {
  const images = [
    image({
      width: 7,
      height: 5,
      bits: 32,
      format: 3,
      more: [...placed(-61, 14, 0.1), ...geoKeys({ 1024: 2, 2048: 4326 })],
    }),
  ]
  expect(described({ images, ...more })).toMatchObject({
    crs: { epsg: 4326 },
    extent: [-61, 13.5, -60.3, 14].map((value) => expect.closeTo(value, 9)),
    raster: { width: 7, height: 5, dataType: 'Float32' },
  })
})

test.each<[number, number, string]>([
  [1, 1, 'Byte'],
  [8, 1, 'Byte'],
  [8, 2, 'Int8'],
  [16, 1, 'UInt16'],
  [16, 2, 'Int16'],
  [32, 1, 'UInt32'],
  [32, 2, 'Int32'],
  [32, 3, 'Float32'],
  [64, 3, 'Float64'],
  [64, 6, 'CFloat32'],
])('%i bits of format %i are %s', (bits, format, dataType) => {
  expect(described({ images: [image({ bits, format })] }).raster?.dataType).toBe(dataType)
})

test('pixel-is-point, rotation and a matrix place the raster as GDAL places it', () => {
  const keys = (more: Record<number, number>) => geoKeys({ 1024: 1, 3072: 32620, ...more })
  const point = described({
    images: [image({ more: [...placed(500_005, 1_549_995, 10), ...keys({ 1025: 2 })] })],
  })
  expect(point.extent).toEqual([500_000, 1_549_970, 500_040, 1_550_000])
  const matrix = double(34264, 8, 3, 0, 500_000, 2, -9, 0, 1_500_000, 0, 0, 0, 0, 0, 0, 0, 1)
  const rotated = described({ images: [image({ width: 100, height: 50, more: [matrix, ...keys({})] })] })
  expect(rotated.extent).toEqual([500_000, 1_499_550, 500_950, 1_500_200])
})

test('coordinate systems without a code are found by their parameters or by the WKT Esri adds', () => {
  const california = geoKeys({
    1024: 1,
    3072: 32767,
    3074: 32767,
    3075: 8,
    2048: 4267,
    3076: 9003,
    3073: 'some name',
    3078: [39.83333333333334],
    3079: [38.33333333333334],
    3084: [-122],
    3085: [37.66666666666666],
    3086: [2_000_000],
    3087: [0],
  })
  expect(described({ images: [image({ more: [...placed(0, 0, 1), ...california] })] }).crs).toMatchObject({
    epsg: 26742,
    identifiedBy: 'proj4',
  })
  const wkt =
    'PROJCS["World_Mollweide",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Mollweide"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],UNIT["Meter",1.0]]'
  const esri = geoKeys({ 1024: 1, 3072: 32767, 1026: `ESRI PE String = ${wkt}` })
  expect(described({ images: [image({ more: [...placed(0, 0, 1), ...esri] })] }).crs).toMatchObject({
    epsg: 54009,
    identifiedBy: 'wkt',
  })
})

test('what is missing becomes a warning (R4.18)', () => {
  expect(codes(writeTiff({ images: [image()] }))).toEqual(['crs-missing', 'no-georeference'])
  expect(codes(writeTiff({ images: [image({ more: placed(0, 0, 1) })] }))).toEqual(['crs-missing'])
  expect(codes(geoTiff(2006))).toEqual([])
  expect(codes(geoTiff(31_001))).toEqual(['crs-unknown'])
  const controlPoints = double(33922, 0, 0, 0, 1, 2, 0, 9, 0, 0, 2, 2, 0, 0, 9, 0, 1, 1, 0)
  expect(
    layerOf(writeTiff({ images: [image({ more: [controlPoints, ...geoKeys({ 1024: 2, 2048: 4326 })] })] }))
      .warnings[0]?.message,
  ).toMatch(/control points/)
  expect(
    codes(
      writeTiff({
        images: [image({ more: [...placed(5e7, 5e7, 1e6), ...geoKeys({ 1024: 1, 3072: 32620 })] })],
      }),
    ),
  ).toEqual(['extent-unknown'])
})

test('nodata that is no number is left out', () => {
  for (const value of ['nan', '', 'none'])
    expect(described({ images: [image({ more: [text(42113, value)] })] }).raster?.noData).toBeNull()
})

test('overviews and masks are not further rasters; pages are, and only the first is described', () => {
  const main = image({ width: 1024, height: 1024, tile: [256, 256] })
  const overview = image({ width: 512, height: 512, tile: [256, 256], subfileType: 1 })
  expect(
    described({
      images: [main, overview, image({ width: 1024, height: 1024, subfileType: 4 })],
    }).warnings.map(({ code }) => code),
  ).not.toContain('several-images')
  expect(described({ images: [main, image()] }).warnings.map(({ code }) => code)).toContain('several-images')
})

test('a cloud-optimised layout is told from another', () => {
  const tiled = (offset: number, more = {}) => {
    const given = image({ width: 1024, height: 1024, tile: [256, 256], ...more })
    for (const tag of given.tags) if (tag.tag === 324) tag.values = tag.values?.map(() => offset)
    return given
  }
  const isCog = (given: TiffGiven) =>
    layerOf(Buffer.concat([writeTiff(given), Buffer.alloc(2000)])).raster?.isCog
  const overview = tiled(1000, { width: 512, height: 512, subfileType: 1 })
  expect(isCog({ images: [tiled(1000), overview] })).toBe(true)
  expect(isCog({ images: [tiled(1000)] })).toBe(false)
  expect(isCog({ images: [tiled(8), overview] })).toBe(false)
  expect(isCog({ images: [image({ width: 1024, height: 1024 }), overview] })).toBe(false)
})

test('sub-directories are followed', () => {
  const bytes = writeTiff({ images: [image({ more: [{ tag: 330, type: 4, values: [0] }] }), image()] })
  // The second directory hangs below the first instead of behind it.
  const second = bytes.readUInt32LE(8 + 2 + 11 * 12)
  for (let at = 10; at < 200; at += 12)
    if (bytes.readUInt16LE(at) === 330) bytes.writeUInt32LE(second, at + 8)
  expect(() => layerOf(bytes)).toThrow(/circle/)
  bytes.writeUInt32LE(0, 8 + 2 + 11 * 12)
  expect(layerOf(bytes).warnings.map(({ code }) => code)).not.toContain('several-images')
})

// gdalinfo 3.6.2
const real = [
  {
    parts: ['dem', 'SRTM.tif'],
    epsg: 4326,
    extent: [18.269894211, -34.374687925, 18.872219805, -33.454002103],
    raster: [723, 1105, 1, 'Int16', -32768],
  },
  {
    parts: ['raster', '3320D_2010_315_RGB_LATLNG.tif'],
    epsg: 4326,
    extent: [20.498958434, -34.000684503, 20.526183433, -33.973359503],
    raster: [1089, 1093, 4, 'Byte', null],
  },
  {
    parts: ['raster', '3420B_2010_328_RGB_LATLNG.tif'],
    epsg: 4326,
    extent: [20.498864782, -34.07482909, 20.526314782, -33.998854092],
    raster: [1098, 3039, 4, 'Byte', null],
  },
  {
    parts: ['raster', 'SRTM', 'srtm_41_19.tif'],
    epsg: 32733,
    extent: [969491.275403657, 6196099.340848963, 1038119.77312961, 6250296.995564442],
    raster: [837, 661, 1, 'Int16', null],
  },
  {
    parts: ['raster', 'SRTM', 'srtm_41_19_4326.tif'],
    epsg: 4326,
    extent: [20.068568082, -34.27001077, 20.839452843, -33.750775007],
    raster: [919, 619, 1, 'Float32', 3.4028234663852886e38],
  },
]
test.for(real)(
  '$parts of the training data is described as gdalinfo does',
  ({ parts, epsg, extent, raster }, context) => {
    const path = sharedData('qgis-training', ...parts)
    if (!path) return context.skip(whySkipped)
    const layer = layerOf(readFileSync(path))
    const [width, height, bands, dataType, noData] = raster
    expect(layer.crs?.epsg).toBe(epsg)
    expect(layer.extent).toEqual(extent.map((value) => expect.closeTo(value, 6)))
    expect(layer.raster).toEqual({ width, height, bands, dataType, noData, isCog: false })
    expect(layer.extentCrs84).not.toBeNull()
    expect(layer.warnings).toEqual([])
  },
)

test('short values stand where their size says', () => {
  expect(described({ images: [image({ more: [short(258, 16), short(339, 2)] })] }).raster?.dataType).toBe(
    'Int16',
  )
})
