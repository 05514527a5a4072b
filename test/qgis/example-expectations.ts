/** What QGIS must see when it opens the example collections, read straight from their GeoPackages. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** One entry for open_collections.py; see there. */
export type Expectation = {
  id: string
  count?: number
  crs?: string | string[]
  geometry?: string | null
  fields?: Record<string, string | string[]>
  extent?: [number, number, number, number]
  bbox?: { rectangle: [number, number, number, number]; count: number }
  sample?: { where: Record<string, unknown>; attributes?: Record<string, unknown>; wkt?: string | null }
}

export type QgisReport = {
  qgis: string
  collections: {
    id: string
    failures: string[]
    valid: boolean
    crs?: string
    announced?: number
    count?: number
    geometry?: string | null
    fields?: { name: string; type: string }[]
    extent?: [number, number, number, number] | null
    first?: { attributes: Record<string, unknown>; wkt: string } | null
    bbox?: { rectangle: [number, number, number, number]; count: number }
  }[]
  log: string[]
}

/** CRS84 as QGIS 3.22 and as later ones name it. */
export const crs84InQgis = ['EPSG:4326', 'OGC:CRS84']

/** QGIS guesses types from ten features up to 3.42: a column of whole numbers, or of nulls, is taken for another. */
const typesInQgis: Record<string, string[]> = {
  TEXT: ['string'],
  INTEGER: ['integer'],
  MEDIUMINT: ['integer'],
  REAL: ['number', 'integer'],
  BOOLEAN: ['boolean'],
  DATE: ['date'],
  DATETIME: ['datetime'],
}

const geometriesInQgis: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  MULTIPOLYGON: 'Polygon',
}

type Row = Record<string, string | number | Uint8Array | null>

const toAttribute = (value: Row[string] | undefined, type: string) => {
  if (value === null || value === undefined || value instanceof Uint8Array) return null
  if (type === 'BOOLEAN') return value === 1
  return type === 'DATETIME' ? String(value).replace('.000Z', 'Z') : value
}

/** Of a point only; header, byte order and type come before the two doubles. */
const toWkt = (binary: Uint8Array) => {
  const bytes = new DataView(binary.buffer, binary.byteOffset, binary.byteLength)
  return `POINT (${bytes.getFloat64(13, true)} ${bytes.getFloat64(21, true)})`
}

const examplesFolder = join(import.meta.dirname, '../../examples')

export const exampleExpectations = (): Expectation[] => {
  const examples: { id: string; file: string; layer: string }[] = JSON.parse(
    readFileSync(join(examplesFolder, 'index.json'), 'utf8'),
  )
  return examples.map(({ id, file, layer }) => {
    const database = new DatabaseSync(join(examplesFolder, file), { readOnly: true })
    try {
      return expectationOf(database, id, layer)
    } finally {
      database.close()
    }
  })
}

const expectationOf = (database: DatabaseSync, id: string, layer: string): Expectation => {
  const contents = database.prepare('select * from gpkg_contents where table_name = ?').get(layer) as Row
  const shape = database
    .prepare('select geometry_type_name as type from gpkg_geometry_columns where table_name = ?')
    .get(layer) as { type: string } | undefined
  const columns = (
    database.prepare('select name, type from pragma_table_info(?)').all(layer) as {
      name: string
      type: string
    }[]
  ).filter(({ name }) => name !== 'fid' && name !== 'geom')
  const rows = database.prepare(`select * from "${layer}" order by fid`).all() as Row[]
  const sampled = rows.slice(0, 10)
  const fields = columns.map(({ name, type }) => {
    const types = typesInQgis[type] ?? []
    return [name, sampled.every((row) => row[name] === null) ? [...types, 'string'] : types]
  })
  // The last row is on the last page; every row of the examples differs from the others.
  const last = rows.at(-1) ?? {}
  const attributes = Object.fromEntries(
    columns.map(({ name, type }) => [name, toAttribute(last[name], type)]),
  )
  const keys = columns.slice(0, 2).map(({ name }) => [name, attributes[name]])
  const isInDegrees = contents['srs_id'] === 4326
  const box = [contents['min_x'], contents['min_y'], contents['max_x'], contents['max_y']].map(Number)
  return {
    id,
    count: rows.length,
    // Since 3.28 QGIS takes the data in the system they are stored in.
    crs: isInDegrees ? crs84InQgis : [...crs84InQgis, `EPSG:${contents['srs_id']}`],
    geometry: shape ? (geometriesInQgis[shape.type] ?? null) : null,
    fields: Object.fromEntries(fields),
    ...(isInDegrees ? { extent: box as [number, number, number, number] } : {}),
    sample: {
      where: Object.fromEntries(keys),
      attributes,
      ...(shape?.type === 'POINT' && last['geom'] instanceof Uint8Array ? { wkt: toWkt(last['geom']) } : {}),
      ...(shape ? {} : { wkt: null }),
    },
  }
}
