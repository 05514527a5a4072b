/**
 * Writes a small GeoPackage 1.2 of one table. The same content gives the same bytes: the few places where SQLite
 * records how a file came about are overwritten. No spatial index and no triggers; the layers are small.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { BWI_GRID_EPSG } from './bwi-grid.ts'
import type { Geometry, Position } from './shapes.ts'

export type ColumnType = 'TEXT' | 'INTEGER' | 'MEDIUMINT' | 'REAL' | 'BOOLEAN' | 'DATE' | 'DATETIME'
export type Value = string | number | boolean | null

export type Table = {
  name: string
  title: string
  description: string
  /** null for a table without geometry. */
  geometry: { type: 'POINT' | 'LINESTRING' | 'MULTIPOLYGON'; epsg: 4326 | 2006 } | null
  columns: { name: string; type: ColumnType }[]
  rows: { geometry?: Geometry | null; values: Value[] }[]
}

/** Written into every file as the time of its last change; files made from the same script are the same. */
const LAST_CHANGE = '2026-01-15T12:00:00.000Z'

const WGS84_WKT =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],' +
  'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,' +
  'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
const BWI_GRID_WKT =
  'PROJCS["St. Lucia 1955 / British West Indies Grid",GEOGCS["St. Lucia 1955",DATUM["St_Lucia_1955",' +
  'SPHEROID["Clarke 1880 (RGS)",6378249.145,293.465,AUTHORITY["EPSG","7012"]],AUTHORITY["EPSG","6606"]],' +
  'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],' +
  'AUTHORITY["EPSG","4606"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],' +
  'PARAMETER["central_meridian",-62],PARAMETER["scale_factor",0.9995],PARAMETER["false_easting",400000],' +
  'PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],' +
  'AXIS["Northing",NORTH],AUTHORITY["EPSG","2006"]]'

const CORE_TABLES = `
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique,
  description text default '', last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x double, min_y double, max_x double, max_y double, srs_id integer,
  constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
create table gpkg_geometry_columns (table_name text not null, column_name text not null, geometry_type_name text not null,
  srs_id integer not null, z tinyint not null, m tinyint not null,
  constraint pk_geom_cols primary key (table_name, column_name),
  constraint uk_gc_table_name unique (table_name),
  constraint fk_gc_tn foreign key (table_name) references gpkg_contents (table_name),
  constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
`

const positionsOf = (geometry: Geometry): Position[] => {
  if (geometry.type === 'Point') return [geometry.coordinates]
  if (geometry.type === 'LineString') return geometry.coordinates
  return geometry.coordinates.flat(2)
}

const boxOf = (positions: readonly Position[]) => {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (const [x, y] of positions) {
    box.minX = Math.min(box.minX, x)
    box.minY = Math.min(box.minY, y)
    box.maxX = Math.max(box.maxX, x)
    box.maxY = Math.max(box.maxY, y)
  }
  return box
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const doubles = (...values: number[]) => {
  const bytes = Buffer.alloc(8 * values.length)
  values.forEach((value, index) => {
    bytes.writeDoubleLE(value, index * 8)
  })
  return bytes
}
const LITTLE_ENDIAN = Buffer.from([1])
const sequence = (positions: readonly Position[]) => [uint32(positions.length), doubles(...positions.flat())]

const toWkb = (geometry: Geometry): Buffer => {
  if (geometry.type === 'Point')
    return Buffer.concat([LITTLE_ENDIAN, uint32(1), doubles(...geometry.coordinates)])
  if (geometry.type === 'LineString') {
    return Buffer.concat([LITTLE_ENDIAN, uint32(2), ...sequence(geometry.coordinates)])
  }
  const polygons = geometry.coordinates.map((rings) =>
    Buffer.concat([LITTLE_ENDIAN, uint32(3), uint32(rings.length), ...rings.flatMap(sequence)]),
  )
  return Buffer.concat([LITTLE_ENDIAN, uint32(6), uint32(polygons.length), ...polygons])
}

/** GeoPackage binary: 'GP', version 0, flags (little endian; with an envelope unless it is a point), SRS, WKB. */
const toGeoPackageBinary = (geometry: Geometry, epsg: number) => {
  const hasEnvelope = geometry.type !== 'Point'
  const { minX, maxX, minY, maxY } = boxOf(positionsOf(geometry))
  return Buffer.concat([
    Buffer.from([0x47, 0x50, 0, hasEnvelope ? 0b11 : 0b1]),
    uint32(epsg),
    hasEnvelope ? doubles(minX, maxX, minY, maxY) : Buffer.alloc(0),
    toWkb(geometry),
  ])
}

const toSql = (value: Value) => (typeof value === 'boolean' ? Number(value) : value)

const writeReferenceSystems = (database: DatabaseSync) => {
  const insert = database.prepare('insert into gpkg_spatial_ref_sys values (?, ?, ?, ?, ?, ?)')
  insert.run(
    'Undefined Cartesian SRS',
    -1,
    'NONE',
    -1,
    'undefined',
    'undefined Cartesian coordinate reference system',
  )
  insert.run(
    'Undefined geographic SRS',
    0,
    'NONE',
    0,
    'undefined',
    'undefined geographic coordinate reference system',
  )
  insert.run('WGS 84', 4326, 'EPSG', 4326, WGS84_WKT, 'longitude/latitude coordinates in decimal degrees')
  insert.run(
    'St. Lucia 1955 / British West Indies Grid',
    BWI_GRID_EPSG,
    'EPSG',
    BWI_GRID_EPSG,
    BWI_GRID_WKT,
    'Saint Lucia',
  )
}

const writeTable = (database: DatabaseSync, { name, title, description, geometry, columns, rows }: Table) => {
  const box = boxOf(rows.flatMap((row) => (row.geometry ? positionsOf(row.geometry) : [])))
  const extent = geometry
    ? [box.minX, box.minY, box.maxX, box.maxY, geometry.epsg]
    : [null, null, null, null, null]
  database
    .prepare('insert into gpkg_contents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(name, geometry ? 'features' : 'attributes', title, description, LAST_CHANGE, ...extent)
  if (geometry) {
    database
      .prepare('insert into gpkg_geometry_columns values (?, ?, ?, ?, 0, 0)')
      .run(name, 'geom', geometry.type, geometry.epsg)
  }
  const defined = columns.map((column) => `"${column.name}" ${column.type}`)
  const geometryDefined = geometry ? [`"geom" ${geometry.type}`] : []
  database.exec(
    `create table "${name}" (${['fid integer primary key autoincrement not null', ...geometryDefined, ...defined].join(', ')})`,
  )
  const places = Array.from({ length: geometryDefined.length + columns.length }, () => '?')
  const insert = database.prepare(`insert into "${name}" values (null, ${places.join(', ')})`)
  for (const row of rows) {
    const shape = row.geometry && geometry ? toGeoPackageBinary(row.geometry, geometry.epsg) : null
    insert.run(...(geometry ? [shape] : []), ...row.values.map(toSql))
  }
}

/** The header counts changes (24, 92) and names the SQLite that wrote last (96); neither belongs to the content. */
const forgetHistory = (path: string) => {
  const bytes = readFileSync(path)
  bytes.writeUInt32BE(1, 24)
  bytes.writeUInt32BE(1, 92)
  bytes.writeUInt32BE(3_040_000, 96)
  writeFileSync(path, bytes)
}

export const writeGeoPackage = (path: string, table: Table) => {
  rmSync(path, { force: true })
  const database = new DatabaseSync(path)
  database.exec('pragma page_size = 4096; pragma application_id = 0x47504b47; pragma user_version = 10200')
  database.exec('begin')
  database.exec(CORE_TABLES)
  writeReferenceSystems(database)
  writeTable(database, table)
  database.exec('commit; vacuum')
  database.close()
  forgetHistory(path)
}
