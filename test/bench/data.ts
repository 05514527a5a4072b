/**
 * Seeded bench data: 100 000 polygons of about 25 vertices and 1 000 000 points, each with seven attributes,
 * as GeoPackage, GeoJSON, CSV and (through ogr2ogr) zipped shapefile. Run: node test/bench/data.ts <folder>
 */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type FixtureRow, writeGeoPackage } from '../fixtures/geopackage.ts'

export const SEED = 20261120

/** mulberry32: small, fast, the same everywhere. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const classes = ['mangrove', 'seagrass', 'coral reef', 'beach', 'forêt sèche', 'cliff', 'estuary']
export const benchFields = [
  { name: 'uid', type: 'TEXT' },
  { name: 'name', type: 'TEXT' },
  { name: 'class', type: 'TEXT(30)' },
  { name: 'height', type: 'REAL' },
  { name: 'pop', type: 'MEDIUMINT' },
  { name: 'surveyed', type: 'DATE' },
  { name: 'note', type: 'TEXT' },
]

const values = (random: () => number, index: number): (string | number | null)[] => [
  `lc-${index.toString(36).padStart(6, '0')}-${Math.floor(random() * 0xffffff).toString(16)}`,
  `Site ${index}`,
  classes[Math.floor(random() * classes.length)] ?? null,
  Math.round(random() * 95000) / 100,
  Math.floor(random() * 50000),
  `${2000 + Math.floor(random() * 26)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`,
  random() < 0.3 ? null : `seen on round ${Math.floor(random() * 40)}, état ${Math.floor(random() * 5)}`,
]

const rounded = (degrees: number) => Math.round(degrees * 1e7) / 1e7

type BenchRow = FixtureRow & { values: (string | number | null)[] }

export function* benchPolygons(count: number): Generator<BenchRow> {
  const random = seededRandom(SEED)
  for (let index = 0; index < count; index++) {
    const x = -61.08 + random() * 0.25
    const y = 13.7 + random() * 0.42
    const vertices = 10 + Math.floor(random() * 30)
    const ring: number[][] = []
    for (let turn = 0; turn < vertices; turn++) {
      const angle = (turn / vertices) * 2 * Math.PI
      const radius = 0.0004 * (0.6 + random() * 0.4)
      ring.push([rounded(x + radius * Math.cos(angle)), rounded(y + radius * Math.sin(angle))])
    }
    ring.push(ring[0] ?? [x, y])
    yield { geometry: { type: 'Polygon', coordinates: [ring] }, values: values(random, index) }
  }
}

export function* benchPoints(count: number): Generator<BenchRow> {
  const random = seededRandom(SEED + 1)
  for (let index = 0; index < count; index++) {
    const coordinates = [rounded(-61.08 + random() * 0.25), rounded(13.7 + random() * 0.42)]
    yield { geometry: { type: 'Point', coordinates }, values: values(random, index) }
  }
}

/** The final file is GDAL's, with envelopes and spatial index, as users' files are. */
const writeGpkg = (path: string, layer: string, type: string, rows: Iterable<BenchRow>) => {
  const plain = `${path}.tmp.gpkg`
  writeGeoPackage(plain, { layers: [{ name: layer, geometry: { type }, fields: benchFields, rows }] })
  execFileSync('ogr2ogr', ['-f', 'GPKG', path, plain])
  rmSync(plain)
}

const writeText = (path: string, pieces: Iterable<string>) => {
  const fd = openSync(path, 'w')
  let waiting = ''
  for (const piece of pieces) {
    waiting += piece
    if (waiting.length < 1 << 20) continue
    writeSync(fd, waiting)
    waiting = ''
  }
  writeSync(fd, waiting)
  closeSync(fd)
}

function* asGeoJson(rows: Iterable<BenchRow>): Generator<string> {
  yield '{"type":"FeatureCollection","name":"bench","features":[\n'
  let separator = ''
  for (const row of rows) {
    const properties = Object.fromEntries(benchFields.map((field, at) => [field.name, row.values[at]]))
    yield `${separator}${JSON.stringify({ type: 'Feature', properties, geometry: row.geometry })}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

function* asCsv(rows: Iterable<BenchRow>): Generator<string> {
  yield `lon,lat,${benchFields.map((field) => field.name).join(',')}\n`
  for (const { geometry, values: cells } of rows) {
    if (!geometry || !('type' in geometry) || geometry.type !== 'Point') continue
    const shown = cells.map((cell) =>
      typeof cell === 'string' && cell.includes(',') ? `"${cell}"` : (cell ?? ''),
    )
    yield `${geometry.coordinates.join(',')},${shown.join(',')}\n`
  }
}

export type BenchData = Record<'polygons' | 'points', Record<'gpkg' | 'geojson' | 'shp', string>> & {
  points: { csv: string }
}

/** Makes what is not there yet; `scale` shrinks the counts for a quick look. */
export const benchData = (folder: string, scale = 1): BenchData => {
  mkdirSync(folder, { recursive: true })
  const polygons = Math.round(100_000 * scale)
  const points = Math.round(1_000_000 * scale)
  const path = (name: string) => join(folder, `${name}`)
  const data: BenchData = {
    polygons: { gpkg: path('polygons.gpkg'), geojson: path('polygons.geojson'), shp: path('polygons.zip') },
    points: {
      gpkg: path('points.gpkg'),
      geojson: path('points.geojson'),
      shp: path('points.zip'),
      csv: path('points.csv'),
    },
  }
  const make = (file: string, write: () => void) => existsSync(file) || write()
  make(data.polygons.gpkg, () =>
    writeGpkg(data.polygons.gpkg, 'polygons', 'POLYGON', benchPolygons(polygons)),
  )
  make(data.points.gpkg, () => writeGpkg(data.points.gpkg, 'points', 'POINT', benchPoints(points)))
  make(data.polygons.geojson, () => writeText(data.polygons.geojson, asGeoJson(benchPolygons(polygons))))
  make(data.points.geojson, () => writeText(data.points.geojson, asGeoJson(benchPoints(points))))
  make(data.points.csv, () => writeText(data.points.csv, asCsv(benchPoints(points))))
  make(data.polygons.shp, () => writeZippedShapefile(data.polygons.gpkg, data.polygons.shp))
  make(data.points.shp, () => writeZippedShapefile(data.points.gpkg, data.points.shp))
  return data
}

const writeZippedShapefile = (gpkg: string, zip: string) => {
  // GDAL zips by itself when the name ends like this.
  const zipped = zip.replace(/zip$/, 'shp.zip')
  execFileSync('ogr2ogr', ['-f', 'ESRI Shapefile', '-lco', 'ENCODING=UTF-8', zipped, gpkg])
  renameSync(zipped, zip)
}

if (import.meta.main) {
  const [folder = '/tmp/sec-ims-bench', scale = '1'] = process.argv.slice(2)
  console.log(benchData(folder, Number(scale)))
}
