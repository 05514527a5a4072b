/**
 * Lists the feature layers of a GeoPackage and writes one of them into a GeoPackage of its own (R4.15–R4.17): its table,
 * what the file says of its geometry and its coordinate system, and nothing else of the file.
 */
import type { Database } from '@sqlite.org/sqlite-wasm'
import type { GeopackageLayer } from './protocol.ts'

/** 'GPKG', version 1.3. */
const applicationId = 0x47504b47
const userVersion = 10300
const pageBytes = 4096

const coreTables = `
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique,
  description text default '', last_change datetime not null, min_x double, min_y double, max_x double, max_y double,
  srs_id integer, constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
create table gpkg_geometry_columns (table_name text not null primary key, column_name text not null,
  geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null,
  constraint fk_gc_tn foreign key (table_name) references gpkg_contents (table_name));
`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const hasTable = (db: Database, name: string): boolean =>
  db.selectValue(
    "select 1 from source.sqlite_master where type in ('table', 'view') and lower(name) = lower(?)",
    [name],
  ) === 1

type Column = { name: string; type: string; isKey: boolean }

/** Those that are stored: computed columns and hidden ones are not. */
const columnsOf = (db: Database, table: string): Column[] =>
  db
    .selectArrays(`select name, type, pk, hidden from pragma_table_xinfo(?, 'source')`, [table])
    .filter(([, , , hidden]) => Number(hidden) === 0)
    .map(([name, type, key]) => ({
      name: String(name),
      type: String(type ?? '').toUpperCase(),
      isKey: Number(key) > 0,
    }))

/** GDAL and QGIS keep the number of features; counting would read the whole table. */
const countsOf = (db: Database): Map<string, number> =>
  new Map(
    hasTable(db, 'gpkg_ogr_contents')
      ? db
          .selectArrays(
            'select table_name, feature_count from source.gpkg_ogr_contents where feature_count is not null',
          )
          .map(([name, count]) => [String(name), Number(count)])
      : [],
  )

/** Feature layers only: tiles and tables without geometry are passed over (R4.17). */
export const listLayers = (db: Database): GeopackageLayer[] => {
  const counts = countsOf(db)
  return db
    .selectArrays(
      `select c.table_name, g.geometry_type_name
      from source.gpkg_contents c
      join source.gpkg_geometry_columns g on lower(g.table_name) = lower(c.table_name)
      join source.sqlite_master m on m.type = 'table' and lower(m.name) = lower(c.table_name)
      where lower(c.data_type) = 'features'
      order by c.rowid`,
    )
    .map(([name, type]) => ({
      name: String(name),
      geometryType: String(type ?? ''),
      featureCount: counts.get(String(name)) ?? null,
    }))
}

/** Columns of one of the file's own tables, in our order; those an old file lacks are null. */
const copyRows = (
  db: Database,
  table: string,
  columns: string[],
  where: string,
  values: (string | number)[],
) => {
  const present = new Set(columnsOf(db, table).map(({ name }) => name.toLowerCase()))
  const selected = columns.map((column) => (present.has(column) ? quoted(column) : 'null'))
  db.exec({
    sql: `insert or ignore into main.${table} (${columns.join(', ')}) select ${selected.join(', ')} from source.${table} ${where}`,
    bind: values,
  })
}

const definitionOf = (columns: Column[]): string => {
  const keys = columns.filter(({ isKey }) => isKey)
  return columns
    .map(({ name, type, isKey }) => {
      const isOnlyKey = isKey && keys.length === 1 && type.includes('INT')
      return `${quoted(name)} ${isOnlyKey ? 'INTEGER primary key' : type.replace(/[^A-Z0-9_ (),]/g, '')}`
    })
    .join(', ')
}

/** Fills `main`, which must be empty; throws SQLITE_FULL when the layer takes more than `limitBytes`. */
export const copyLayer = (db: Database, layer: string, limitBytes: number): number => {
  db.exec(`pragma main.page_size = ${pageBytes}; pragma main.journal_mode = off;`)
  db.exec(`pragma main.application_id = ${applicationId}; pragma main.user_version = ${userVersion}`)
  db.exec(`pragma main.max_page_count = ${Math.max(16, Math.floor(limitBytes / pageBytes))}`)
  const columns = columnsOf(db, layer)
  db.exec('begin')
  db.exec(coreTables)
  copyRows(
    db,
    'gpkg_spatial_ref_sys',
    ['srs_name', 'srs_id', 'organization', 'organization_coordsys_id', 'definition', 'description'],
    `where srs_id in (4326, 0, -1)
      or srs_id in (select srs_id from source.gpkg_contents where table_name = ?1)
      or srs_id in (select srs_id from source.gpkg_geometry_columns where table_name = ?1)`,
    [layer],
  )
  copyRows(
    db,
    'gpkg_contents',
    [
      'table_name',
      'data_type',
      'identifier',
      'description',
      'last_change',
      'min_x',
      'min_y',
      'max_x',
      'max_y',
      'srs_id',
    ],
    'where table_name = ?',
    [layer],
  )
  copyRows(
    db,
    'gpkg_geometry_columns',
    ['table_name', 'column_name', 'geometry_type_name', 'srs_id', 'z', 'm'],
    'where table_name = ?',
    [layer],
  )
  const names = columns.map(({ name }) => quoted(name)).join(', ')
  db.exec(`create table main.${quoted(layer)} (${definitionOf(columns)})`)
  db.exec(`insert into main.${quoted(layer)} (${names}) select ${names} from source.${quoted(layer)}`)
  db.exec('commit')
  return Number(db.selectValue('select changes()') ?? 0)
}
