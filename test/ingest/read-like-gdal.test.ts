/** Real shapefiles, GeoJSON and CSV hold for us what they hold for GDAL: rows, geometries, values. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openCsvLayer } from '../../backend/src/ingest/csv.ts'
import { openGeojsonLayer, probeGeojson } from '../../backend/src/ingest/geojson.ts'
import {
  closeFile,
  type OpenFile,
  type OpenLayer,
  type OpenLayerOptions,
  openFile,
} from '../../backend/src/ingest/reader.ts'
import { openShapefileLayer, probeShapefile } from '../../backend/src/ingest/shapefile.ts'
import { type Loaded, loadRows, problemOf, withFile } from '../fixtures/loaded-rows.ts'
import { clockwiseSquare, zip, zippedShapefile } from '../fixtures/shapefile.ts'
import { sharedData } from '../helpers/shared-data.ts'

const hasGdal = spawnSync('ogr2ogr', ['--version']).status === 0
const [training, pygeoapi] = [sharedData('qgis-training'), sharedData('pygeoapi')]
const missing = !hasGdal
  ? 'GDAL (ogr2ogr) is not installed'
  : !training || !pygeoapi
    ? 'real data is not here'
    : null
if (missing && process.env['CI']) throw new Error(`in CI: ${missing}`)

const folder = mkdtempSync(join(tmpdir(), 'sec-ims-gdal-'))
afterAll(() => rmSync(folder, { recursive: true }))

type GdalFeature = { geometry: unknown; properties: Record<string, unknown> }

/** Exactly what GDAL reads, as GeoJSON in the coordinates of the source. */
const readWithGdal = (source: string, ...options: string[]): GdalFeature[] => {
  const target = join(folder, 'out.geojson')
  rmSync(target, { force: true })
  const exact = ['-lco', 'RFC7946=NO', '-lco', 'COORDINATE_PRECISION=17', '-lco', 'SIGNIFICANT_FIGURES=17']
  execFileSync('ogr2ogr', ['-f', 'GeoJSON', ...exact, target, source, ...options], { stdio: 'pipe' })
  return JSON.parse(readFileSync(target, 'utf8')).features
}

const read = (open: OpenLayer, path: string, options: Partial<OpenLayerOptions> = {}): Loaded => {
  const file = openFile(path, basename(path))
  try {
    return loadRows(open, file, options)
  } finally {
    closeFile(file)
  }
}

/** GDAL writes days with slashes, keeps JSON times as it likes, and numbers for truths. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string') return typeof value === 'boolean' ? Number(value) : value
  const slashed = /^\d{4}\/\d\d\/\d\d/.test(value) ? value.replaceAll('/', '-') : value
  const isMoment = /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(slashed)
  return isMoment
    ? new Date(/Z|[+-]\d\d(:?\d\d)?$/.test(slashed) ? slashed : `${slashed}Z`).toISOString()
    : slashed
}

/** GDAL's geometry as multi-geometry where ours is one. */
const promotedLike = (ours: unknown, theirs: unknown): unknown => {
  const [{ type: ourType }, { type, coordinates }] = [ours, theirs] as {
    type: string
    coordinates: unknown
  }[] as [never, { type: string; coordinates: unknown }]
  return ourType === `Multi${type}` ? { type: ourType, coordinates: [coordinates] } : theirs
}

const expectSame = (loaded: Loaded, gdal: GdalFeature[]) => {
  expect(loaded.rows.length).toBe(gdal.length)
  for (const [at, { geometry }] of loaded.rows.entries()) {
    expect(geometry, `geometry of row ${at + 1}`).toEqual(promotedLike(geometry, gdal[at]?.geometry))
    const ours = Object.entries(loaded.records[at] ?? {}).map(([name, value]) => [name, comparable(value)])
    const theirs = Object.entries(gdal[at]?.properties ?? {}).map(([name, value]) => [
      name,
      comparable(value),
    ])
    expect(Object.fromEntries(ours), `values of row ${at + 1}`).toEqual(Object.fromEntries(theirs))
  }
}

const withZip = <Result>(shp: string, use: (file: OpenFile) => Result): Result => {
  const stem = shp.replace(/\.shp$/, '')
  const entries: Record<string, Uint8Array> = {}
  for (const suffix of ['shp', 'shx', 'dbf', 'prj', 'cpg', 'qpj']) {
    try {
      entries[`${basename(stem)}.${suffix}`] = readFileSync(`${stem}.${suffix}`)
    } catch {
      // Not every shapefile has all of them.
    }
  }
  return withFile(`${basename(stem)}.zip`, zip(entries), use)
}

const shapefiles = ['farms_33S', 'places_33S', 'roads_33S', 'schools_33S', 'urban_33S', 'water_33S']
  .map((name) => `projected_data/${name}.shp`)
  .concat(['places', 'protected_areas'].map((name) => `shapefile/${name}.shp`))

describe.skipIf(missing)(`compared with GDAL${missing ? ` (left out: ${missing})` : ''}`, () => {
  test.each(shapefiles)('%s', (path) => {
    const shp = join(training ?? '', path)
    const loaded = withZip(shp, (file) => loadRows(openShapefileLayer, file))
    expectSame(loaded, readWithGdal(shp))
    expect(withZip(shp, (file) => probeShapefile(file)).layers[0]).toMatchObject({
      crs: { epsg: dirname(path) === 'shapefile' ? 4326 : 32733 },
      featureCount: loaded.rows.length,
      extent: loaded.statistics.extent,
    })
  })

  test.each(['rivers', 'water'])(
    'shapefile/%s.shp, whose index is that of another file, is refused with advice',
    (name) => {
      const found = problemOf(() =>
        withZip(join(training ?? '', `shapefile/${name}.shp`), (file) => probeShapefile(file)),
      )
      expect(found).toMatchObject({
        code: 'file-damaged',
        message: expect.stringMatching(/\.shx: it lists .* do not belong together .*QGIS/),
      })
    },
  )

  test.each(['ne_110m_lakes', 'ne_110m_populated_places_simple'])('%s.geojson', (name) => {
    const path = join(pygeoapi ?? '', `${name}.geojson`)
    const loaded = read(openGeojsonLayer, path)
    expectSame(loaded, readWithGdal(path))
    const file = openFile(path, `${name}.geojson`)
    expect(probeGeojson(file).layers[0]).toMatchObject({
      featureCount: loaded.rows.length,
      crs: { epsg: 4326 },
    })
    closeFile(file)
  })

  test.each([
    ['obs', 'long', 'lat'],
    ['station_list', 'longitude', 'latitude'],
  ])('%s.csv', (name, x, y) => {
    const path = join(pygeoapi ?? '', `${name}.csv`)
    const loaded = read(openCsvLayer, path, { csv: { x, y } })
    const options = ['AUTODETECT_TYPE=YES', `X_POSSIBLE_NAMES=${x}`, `Y_POSSIBLE_NAMES=${y}`]
    expectSame(loaded, readWithGdal(path, ...options.flatMap((option) => ['-oo', option])))
  })

  test('polygons of many rings, islands in lakes in islands', () => {
    const parts: number[][][] = []
    for (let at = 0; at < 12; at++) {
      const [x, y] = [(at % 4) * 30, Math.floor(at / 4) * 30]
      parts.push(clockwiseSquare(x + 2, y + 2, 16).toReversed(), clockwiseSquare(x, y, 20))
      if (at % 2) parts.push(clockwiseSquare(x + 5, y + 5, 8), clockwiseSquare(x + 7, y + 7, 2).toReversed())
    }
    const bytes = zippedShapefile({ type: 5, shapes: [{ parts }, { parts: parts.slice(0, 2) }] })
    withFile('rings.zip', bytes, (file) => {
      expectSame(loadRows(openShapefileLayer, file), readWithGdal(`/vsizip/{${file.path}}/places.shp`))
    })
  })
})
