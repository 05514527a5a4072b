/**
 * Makes a fresh GeoPackage of one layer (security B5): what else the sender's file holds – other layers, views,
 * triggers, project files – is not what he chose to publish, and does not come along.
 */
import { DatabaseSync } from 'node:sqlite'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { OpenFile } from './reader.ts'
import { openSqlite, quoteSqlite, type SqliteCell, type SqliteFile, type SqliteTable } from './sqlite-file.ts'

const FORMAT = 'GeoPackage'
/** 'GPKG', and version 1.3. */
const APPLICATION_ID = 0x47504b47
const USER_VERSION = 10300

const CORE_TABLES = `
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique,
  description text default '', last_change datetime not null, min_x double, min_y double, max_x double, max_y double,
  srs_id integer, constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
create table gpkg_geometry_columns (table_name text not null primary key, column_name text not null,
  geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null,
  constraint fk_gc_tn foreign key (table_name) references gpkg_contents (table_name));
`

const standardSystems: SqliteCell[][] = [
  ['Undefined Cartesian SRS', -1n, 'NONE', -1n, 'undefined', null],
  ['Undefined geographic SRS', 0n, 'NONE', 0n, 'undefined', null],
]

/** The columns of a table of the source that have one of these names, in this order; missing ones are null. */
const readAll = (
  source: SqliteFile,
  name: string,
  columns: string[],
  where: string,
  ...values: string[]
): SqliteCell[][] => {
  const table = source.table(name)
  if (table === undefined) return []
  const present = new Set(table.columns.map((column) => column.name.toLowerCase()))
  const selected = columns.map((column) => (present.has(column) ? quoteSqlite(column) : 'null'))
  return [...source.rows(`select ${selected.join(', ')} from ${quoteSqlite(table.name)} ${where}`, ...values)]
}

const columnDefinition = (table: SqliteTable) => {
  const keys = table.columns.filter((column) => column.isKey)
  return table.columns
    .filter((column) => !column.isComputed)
    .map((column) => {
      const isOnlyKey = column.isKey && keys.length === 1 && column.type.includes('INT')
      const type = isOnlyKey ? 'INTEGER' : column.type.replace(/[^A-Z0-9_ ]/g, '')
      return `${quoteSqlite(column.name)} ${type}${isOnlyKey ? ' primary key' : ''}`
    })
}

const placeholders = (count: number) => Array.from({ length: count }, () => '?').join(', ')

const insertRows = (target: DatabaseSync, table: string, rows: Iterable<SqliteCell[]>) => {
  let insert: ReturnType<DatabaseSync['prepare']> | undefined
  for (const row of rows) {
    insert ??= target.prepare(
      `insert or ignore into ${quoteSqlite(table)} values (${placeholders(row.length)})`,
    )
    insert.run(...row)
  }
}

/** The bytes of a GeoPackage that holds `layer` and nothing else. */
export const extractGeoPackageLayer = (file: OpenFile, layer: string): Uint8Array => {
  const source = openSqlite(file, FORMAT)
  const target = new DatabaseSync(':memory:')
  try {
    const table = source.table(layer)
    const contents = readAll(
      source,
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
      layer,
    )
    if (table === undefined || contents.length === 0) throw ingestProblems.layerMissing({ layer, found: [] })
    const geometry = readAll(
      source,
      'gpkg_geometry_columns',
      ['table_name', 'column_name', 'geometry_type_name', 'srs_id', 'z', 'm'],
      'where table_name = ?',
      layer,
    )
    const used = new Set([contents[0]?.[9], geometry[0]?.[3]].filter((id) => typeof id === 'bigint'))
    const systems = readAll(
      source,
      'gpkg_spatial_ref_sys',
      ['srs_name', 'srs_id', 'organization', 'organization_coordsys_id', 'definition', 'description'],
      '',
    )

    target.exec(
      `pragma journal_mode = off; pragma application_id = ${APPLICATION_ID}; pragma user_version = ${USER_VERSION}`,
    )
    target.exec('begin')
    target.exec(CORE_TABLES)
    insertRows(target, 'gpkg_spatial_ref_sys', [
      ...systems.filter(([, id]) => id === 4326n || used.has(id as bigint)),
      ...standardSystems,
    ])
    insertRows(target, 'gpkg_contents', contents)
    insertRows(target, 'gpkg_geometry_columns', geometry)
    target.exec(`create table ${quoteSqlite(table.name)} (${columnDefinition(table).join(', ')})`)
    const columns = table.columns
      .filter((column) => !column.isComputed)
      .map((column) => quoteSqlite(column.name))
    insertRows(
      target,
      table.name,
      source.rows(`select ${columns.join(', ')} from ${quoteSqlite(table.name)}`),
    )
    target.exec('commit')
    return target.serialize()
  } finally {
    target.close()
    source.close()
  }
}
