/** Collections made directly in the database, and a server that serves them: for tests of the OGC faces. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createProgram } from '../../backend/src/app.ts'
import { readConfig } from '../../backend/src/config/config.ts'
import type { Collection, CollectionColumn } from '../../backend/src/domain/collection.ts'
import type { FieldType, GeometryType } from '../../backend/src/domain/probe.ts'
import { toCrs84 } from '../../backend/src/geo/crs.ts'
import { featureTextExpression } from '../../backend/src/repositories/features.ts'
import { silentLog, type TestDatabase, testDatabase } from './database.ts'

export type TestRow = {
  fid?: number | string
  /** Well-known text, in the CRS of the collection; null or absent for a feature without geometry. */
  wkt?: string | null
  /** As PostgreSQL reads them, in the order of the columns. */
  values: (string | number | boolean | null)[]
}

export type TestCollection = {
  id: string
  title?: string
  description?: string
  keywords?: string[]
  license?: string
  srid?: number | null
  geometryType?: GeometryType | null
  hasZ?: boolean
  hasCurves?: boolean
  columns: { name: string; type: FieldType }[]
  rows: TestRow[]
  isPrecomputed?: boolean
  isDeprecated?: boolean
  /** A file to download, by name. */
  download?: { fileName: string; mediaType: string; sizeBytes: number }
}

const sqlTypes: Record<FieldType, string> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz',
  time: 'time',
  binary: 'bytea',
}

/** Makes table and rows; the collection is live when this returns. */
export const createTestCollection = async (
  db: TestDatabase,
  given: TestCollection,
): Promise<{ recordId: string; tableName: string }> => {
  const { rows } = given
  const srid = given.srid === undefined ? 4326 : given.srid
  const tableName = `d_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  const columns: CollectionColumn[] = given.columns.map(({ name, type }, at) => ({
    name,
    type,
    column: `c${at + 1}`,
  }))
  const names = columns.map(({ column }) => column)
  const geometryType = srid === null ? null : (given.geometryType ?? 'Geometry')
  await db.pool.query(
    `create table data.${tableName} (fid bigint primary key,
      ${srid === null ? '' : `geom geometry(${geometryType}${given.hasZ ? 'Z' : ''}, ${srid}),`}
      ${columns.map(({ column, type }) => `${column} ${sqlTypes[type]},`).join('')} feature text)`,
  )
  for (const [at, row] of rows.entries()) {
    const values = [
      row.fid ?? at + 1,
      ...(srid === null ? [] : [row.wkt ? `SRID=${srid};${row.wkt}` : null]),
      ...row.values,
    ]
    await db.pool.query(
      `insert into data.${tableName} (${['fid', ...(srid === null ? [] : ['geom']), ...names].join(', ')})
       values (${values.map((_, n) => `$${n + 1}`).join(', ')})`,
      values,
    )
  }
  if (srid !== null) await db.pool.query(`create index on data.${tableName} using gist (geom)`)
  await db.pool.query(`analyze data.${tableName}`)
  if (given.isPrecomputed) await precompute(db, { ...given, tableName, columns, srid })
  return {
    recordId: await registerTestCollection(db, given, { tableName, columns, srid, geometryType }),
    tableName,
  }
}

/** Fills the feature column as the background job does. */
const precompute = async (
  db: TestDatabase,
  {
    tableName,
    columns,
    srid,
    hasCurves = false,
  }: { tableName: string; columns: CollectionColumn[]; srid: number | null; hasCurves?: boolean },
) => {
  const feature = featureTextExpression({ storageSrid: srid, hasCurves, columns })
  await db.pool.query(`update data.${tableName} t set feature = ${feature.text(1)}`, feature.values)
}

type Made = {
  tableName: string
  columns: CollectionColumn[]
  srid: number | null
  geometryType: Collection['geometryType']
}

/** The rows of the catalogue around a table that is there already. */
export const registerTestCollection = async (
  db: TestDatabase,
  given: Omit<TestCollection, 'columns' | 'rows'>,
  { tableName, columns, srid, geometryType }: Made,
): Promise<string> => {
  const { id } = given
  const title = given.title ?? id
  const recordId = randomUUID()
  const extent = srid === null ? null : await extentOf(db, tableName)
  const time = columns.find(({ type }) => type === 'date' || type === 'datetime')
  const state = given.isDeprecated ? 'deprecated' : 'published'
  const metadata = { title, ...(given.license && { useConditions: given.license }) }
  const { knex } = db
  await knex('record').insert({ id: recordId, state, metadata: JSON.stringify(metadata) })
  await knex('catalogue_entry').insert({
    record_id: recordId,
    state,
    version: 1,
    metadata: JSON.stringify(metadata),
    title,
    abstract: given.description ?? '',
    keywords: given.keywords ?? [],
    created_at: knex.fn.now(),
    updated_at: knex.fn.now(),
    published_at: knex.fn.now(),
    search: knex.raw("to_tsvector('english', ?)", [title]),
  })
  const [counted] = (
    await db.pool.query(
      `select count(*)::int as n${time ? `, min(${time.column}) as first, max(${time.column}) as last` : ''} from data.${tableName}`,
    )
  ).rows
  await knex('collection').insert({
    id,
    record_id: recordId,
    title,
    description: given.description ?? '',
    table_name: tableName,
    storage_srid: srid,
    geometry_type: geometryType,
    has_z: given.hasZ ?? false,
    has_curves: given.hasCurves ?? false,
    extent_crs84: extent && srid !== null ? toCrs84(extent, srid) : null,
    extent_storage: extent,
    feature_count: counted.n,
    columns: JSON.stringify(columns),
    time_column: time?.column ?? null,
    temporal_extent: time ? JSON.stringify([counted.first, counted.last]) : null,
    is_precomputed: given.isPrecomputed ?? false,
  })
  if (given.download) await addDownload(db, recordId, given.download)
  await knex('epoch').increment('value', 1)
  return recordId
}

const extentOf = async (
  db: TestDatabase,
  tableName: string,
): Promise<[number, number, number, number] | null> => {
  const { rows } = await db.pool.query(
    `select st_xmin(e) as w, st_ymin(e) as s, st_xmax(e) as e, st_ymax(e) as n from (select st_extent(geom) as e from data.${tableName}) x`,
  )
  return rows[0]?.w === null ? null : [rows[0].w, rows[0].s, rows[0].e, rows[0].n]
}

const addDownload = async (
  db: TestDatabase,
  recordId: string,
  file: NonNullable<TestCollection['download']>,
) => {
  const { knex } = db
  const sha256 = randomUUID().replaceAll('-', '').padEnd(64, '0')
  const fileId = randomUUID()
  await knex('blob').insert({ sha256, size_bytes: file.sizeBytes })
  await knex('file').insert({
    id: fileId,
    sha256,
    file_name: file.fileName,
    media_type: file.mediaType,
    format: 'GeoPackage',
    size_bytes: file.sizeBytes,
  })
  await knex('distribution').insert({
    id: randomUUID(),
    record_id: recordId,
    kind: 'original',
    title: 'Original',
    file_id: fileId,
    protocol: 'WWW:DOWNLOAD-1.0-http--download',
    media_type: file.mediaType,
    format: 'GeoPackage',
    size_bytes: file.sizeBytes,
  })
}

/** What a replace does to readers: other rows under another name, the old table dropped at once. */
export const replaceTestRows = async (db: TestDatabase, id: string, rows: TestRow[]): Promise<void> => {
  const { knex } = db
  const present = await knex('collection').where({ id }).first()
  const tableName = `d_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  const names = [
    ...(present.storage_srid === null ? [] : ['geom']),
    ...present.columns.map(({ column }: CollectionColumn) => column),
  ]
  await db.pool.query(`create table data.${tableName} (like data.${present.table_name} including all)`)
  for (const [at, row] of rows.entries()) {
    const values = [
      row.fid ?? at + 1,
      ...(present.storage_srid === null ? [] : [row.wkt ? `SRID=${present.storage_srid};${row.wkt}` : null]),
      ...row.values,
    ]
    await db.pool.query(
      `insert into data.${tableName} (${['fid', ...names].join(', ')}) values (${values.map((_, n) => `$${n + 1}`).join(', ')})`,
      values,
    )
  }
  await knex.transaction(async (trx) => {
    await trx('collection')
      .where({ id })
      .update({
        table_name: tableName,
        revision: trx.raw('revision + 1'),
        feature_count: rows.length,
        is_precomputed: false,
      })
    await trx('epoch').increment('value', 1)
  })
  await db.pool.query(`drop table data.${present.table_name}`)
}

export type TestServer = {
  db: TestDatabase
  /** http://127.0.0.1:port */
  url: string
  /** The features face. */
  face: string
  get: (path: string, headers?: Record<string, string>) => Promise<Response>
  stop: () => Promise<void>
}

/** The whole program on a database of its own. */
export const startTestServer = async (
  settings: Record<string, string> = {},
  ofDatabase: Parameters<typeof testDatabase>[0] = {},
): Promise<TestServer> => {
  const db = await testDatabase(ofDatabase)
  const config = readConfig({
    DATA_DIR: join(db.dataDir, 'data'),
    EXAMPLES: 'no',
    LOG_LEVEL: 'silent',
    ...settings,
  })
  const program = await createProgram({ config, database: db, log: silentLog, checkResponses: true })
  const server = createServer(program.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    db,
    url,
    face: `${url}/pygeoapi`,
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers, redirect: 'manual' }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await program.stop()
      await db.drop()
    },
  }
}
