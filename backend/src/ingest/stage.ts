/**
 * Loads one layer of a file into a staging table: the reading process's rows go straight into COPY, then the
 * table is indexed, analysed and compared with what was read. Either a complete table is left, or none.
 */
import type { Database } from '../db/database.ts'
import { translate } from '../db/errors.ts'
import type { CollectionColumn } from '../domain/collection.ts'
import type { Box, FieldType, FileFormat, GeometryType, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { EncoderStatistics } from './copy-encoder.ts'
import { storableNames } from './field-types.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'
import { type CsvGeometry, type LayerSchema, loadedFields } from './reader.ts'
import { type ChildOptions, type ReaderEvent, runReader } from './run-child.ts'

/** No transaction is held while the file is read: the embedded database has one session for everybody. */
export type StagingDatabase = Pick<Database, 'pool' | 'copyIn'>

export type StagingProgress = {
  step: 'load' | 'index' | 'verify'
  /** Of the whole, 0 to 1; null while nobody knows. */
  share: number | null
  rows: number
}

export type StageRequest = {
  db: StagingDatabase
  path: string
  fileName: string
  format: FileFormat
  layer: string
  /** In schema staging; generated, `p_<id>`. */
  tableName: string
  options?: { sourceEpsg?: number; csv?: CsvGeometry; delimiter?: string }
  limits?: Partial<IngestLimits>
  signal?: AbortSignal
  onProgress?: (progress: StagingProgress) => void
  onCrash?: ChildOptions['onCrash']
}

export type StagedLayer = {
  tableName: string
  columns: CollectionColumn[]
  storageSrid: number | null
  geometryType: GeometryType | null
  hasZ: boolean
  hasCurves: boolean
  extentStorage: Box | null
  featureCount: number
  /** Physical name of the first date or datetime column. */
  timeColumn: string | null
  temporalExtent: [string | null, string | null] | null
  warnings: ProbeWarning[]
}

const PROGRESS_MS = 200

/** Shares of the whole when loading and indexing are done; measured on 1 M points. */
const LOADED_SHARE = 0.6
const INDEXED_SHARE = 0.93

const columnTypes: Record<FieldType, string> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp with time zone',
  time: 'time without time zone',
  binary: 'bytea',
}

export const stageLayer = async (request: StageRequest): Promise<StagedLayer> => {
  const { db, tableName, signal, onProgress } = request
  if (!/^p_[a-z0-9_]+$/.test(tableName)) throw new Error(`'${tableName}' is not the name of a staging table`)
  const table = `staging.${tableName}`
  try {
    const loaded = await loadRows(request, table)
    signal?.throwIfAborted()
    onProgress?.({ step: 'index', share: LOADED_SHARE, rows: loaded.statistics.rows })
    const staged = await indexAndVerify(request, table, loaded)
    signal?.throwIfAborted()
    onProgress?.({ step: 'verify', share: INDEXED_SHARE, rows: loaded.statistics.rows })
    await db.pool.query(
      `alter table ${table} add constraint ${tableName}_pkey primary key using index ${tableName}_pkey`,
    )
    await db.pool.query(`analyze ${table}`)
    onProgress?.({ step: 'verify', share: 1, rows: staged.featureCount })
    return staged
  } catch (thrown) {
    // Should the drop fail too, the garbage collection finds the table; the first error is the one to tell.
    await db.pool.query(`drop table if exists ${table}`).catch(() => {})
    throw translate(thrown)
  }
}

// Loading -----------------------------------------------------------------------------------------------

type Loaded = { schema: LayerSchema; statistics: EncoderStatistics; warnings: ProbeWarning[] }

const loadRows = async (request: StageRequest, table: string): Promise<Loaded> => {
  const { db, path, fileName, format, layer, options, signal, onCrash } = request
  const limits = { ...defaultLimits, ...request.limits }
  const stop = new AbortController()
  const events = runReader(
    { task: 'load', path, fileName, limits, format, options: { ...options, layer } },
    {
      wallClockMs: limits.loadMs,
      signal: AbortSignal.any(signal ? [signal, stop.signal] : [stop.signal]),
      onCrash,
    },
  )
  const report = throttled(request.onProgress)
  let copySql = ''
  let waiting: ReaderEvent | undefined
  let failure: unknown

  const next = async (): Promise<ReaderEvent> => {
    try {
      const { value, done } = await events.next()
      if (done) throw ingestProblems.readerStopped({ reason: 'crash' })
      return value
    } catch (thrown) {
      failure = thrown
      throw thrown
    }
  }

  /** Rows from `first` on until something else comes, which is left in `waiting`. */
  async function* rowsFrom(first: Uint8Array[]): AsyncGenerator<Uint8Array[]> {
    yield first
    while (true) {
      const event = await next()
      if (event.kind === 'rows') yield event.pieces
      else if (event.kind === 'progress') report(event.share, event.rows)
      else {
        waiting = event
        return
      }
    }
  }

  try {
    while (true) {
      const event: ReaderEvent = waiting ?? (await next())
      waiting = undefined
      switch (event.kind) {
        case 'schema':
          copySql = await createTable(db, table, event.schema)
          break
        case 'rows':
          await db.copyIn(copySql, rowsFrom(event.pieces), { signal }).catch((error) => {
            throw failure ?? toCopyProblem(error, layer)
          })
          break
        case 'progress':
          report(event.share, event.rows)
          break
        case 'loaded':
          return event
      }
    }
  } finally {
    // Without this, the end of a failed load would wait until the reader has something to say.
    stop.abort()
    await events.return(undefined)
  }
}

const throttled = (onProgress: StageRequest['onProgress']) => {
  let last = 0
  return (share: number | null, rows: number): void => {
    const now = performance.now()
    if (!onProgress || now - last < PROGRESS_MS) return
    last = now
    onProgress({ step: 'load', share: share === null ? null : share * LOADED_SHARE, rows })
  }
}

const geometryColumn = ({ geometry, srid }: LayerSchema): string[] =>
  geometry === null || srid === null
    ? []
    : [`geom geometry(${geometry.type}${geometry.hasZ ? 'Z' : ''}, ${Number(srid)})`]

/** Makes the table (anew, when a column turned out too narrow) and returns the COPY statement for it. */
const createTable = async (db: StagingDatabase, table: string, schema: LayerSchema): Promise<string> => {
  const { srid } = schema
  if (srid !== null) {
    const known = await db.pool.query('select 1 from spatial_ref_sys where srid = $1', [srid])
    if (known.rows.length === 0) throw ingestProblems.crsNotSupported({ epsg: srid })
  }
  const fields = loadedFields(schema)
  const columns = fields.map((field, index) => `c${index + 1} ${columnTypes[field.type]}`)
  const geometry = geometryColumn(schema)
  await db.pool.query(`drop table if exists ${table}`)
  await db.pool.query(
    `create table ${table} (${['fid bigint not null', ...geometry, ...columns, 'feature text'].join(', ')})`,
  )
  const names = ['fid', ...geometry.map(() => 'geom'), ...fields.map((_, index) => `c${index + 1}`)]
  return `copy ${table} (${names.join(', ')}) from stdin with (format binary)`
}

/** What the database says about rows that passed the encoder; anything else is passed on. */
const toCopyProblem = (error: unknown, layer: string): unknown => {
  const { code, where, message } = error as { code?: string; where?: string; message?: string }
  if (code === '54000') {
    return ingestProblems.layerUnreadable(
      { layer, found: 'rows too wide for the database', expected: 'fewer or smaller fields' },
      { cause: error },
    )
  }
  const line = /COPY \w+, line (\d+), column geom/.exec(where ?? '')?.[1]
  if (line === undefined) return error
  return ingestProblems.geometryBroken(
    { layer, rows: [`row ${line} of a batch`], total: 1, found: message ?? 'refused by PostGIS' },
    { cause: error },
  )
}

// Indexing and verifying --------------------------------------------------------------------------------

/** The spatial index takes longest; a server builds the other one and counts meanwhile, on another connection. */
const indexAndVerify = async (request: StageRequest, table: string, loaded: Loaded): Promise<StagedLayer> => {
  const { db, tableName } = request
  const verifyAndKey = async () => {
    const staged = await verify(request, table, loaded)
    await buildKey(request, table)
    return staged
  }
  const verified = verifyAndKey()
  const spatialIndex = loaded.schema.geometry
    ? db.pool.query(`create index ${tableName}_geom_idx on ${table} using gist (geom)`)
    : undefined
  // Both have ended before a failure is told, because what follows it is the table's removal.
  await Promise.allSettled([verified, spatialIndex])
  await spatialIndex
  return verified
}

/** Not yet as a constraint: that would lock the other index out. */
const buildKey = ({ db, layer, tableName }: StageRequest, table: string) =>
  db.pool
    .query(`create unique index ${tableName}_pkey on ${table} (fid)`)
    .catch((error: { code?: string; detail?: string }) => {
      if (error.code !== '23505') throw error
      const found = error.detail ?? 'the same id twice'
      throw ingestProblems.duplicateIds({ layer, found }, { cause: error })
    })

const UTC_SECONDS = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`

const verify = async (
  { db, tableName }: StageRequest,
  table: string,
  { schema, statistics, warnings }: Loaded,
): Promise<StagedLayer> => {
  const fields = loadedFields(schema)
  const names = storableNames(fields.map(({ name }) => name))
  const columns: CollectionColumn[] = fields.map((field, index) => ({
    name: names[index] ?? field.name,
    column: `c${index + 1}`,
    type: field.type,
  }))
  const time = columns.find(({ type }) => type === 'date' || type === 'datetime')
  const shown = (end: 'first' | 'last') =>
    time?.type === 'date'
      ? `to_char(${end}, 'YYYY-MM-DD')`
      : `to_char(${end} at time zone 'UTC', ${UTC_SECONDS})`
  const wanted = ['count(*) as total']
  const outer = ['total']
  if (schema.geometry) {
    wanted.push('st_extent(geom) as extent')
    outer.push(
      'st_xmin(extent) as west',
      'st_ymin(extent) as south',
      'st_xmax(extent) as east',
      'st_ymax(extent) as north',
    )
  }
  if (time) {
    wanted.push(`min(${time.column}) as first`, `max(${time.column}) as last`)
    outer.push(`${shown('first')} as first`, `${shown('last')} as last`)
  }
  const found = await db.pool.query(
    `select ${outer.join(', ')} from (select ${wanted.join(', ')} from ${table}) as all_rows`,
  )
  const row = found.rows[0] ?? {}
  compare('number of features', String(statistics.rows), String(row['total']))
  const extent = toBox(row)
  // The reader sees the points of an arc, PostGIS its bulge as well.
  if (!statistics.hasCurves) compare('extent', JSON.stringify(statistics.extent), JSON.stringify(extent))
  return {
    tableName,
    columns,
    storageSrid: schema.srid,
    geometryType: schema.geometry && (statistics.geometryType ?? schema.geometry.type),
    hasZ: schema.geometry?.hasZ ?? false,
    hasCurves: statistics.hasCurves,
    extentStorage: extent,
    featureCount: statistics.rows,
    timeColumn: time?.column ?? null,
    temporalExtent: time ? [toText(row['first']), toText(row['last'])] : null,
    warnings,
  }
}

const compare = (what: string, inFile: string, inTable: string): void => {
  if (inFile !== inTable) throw ingestProblems.loadDisagrees({ what, inFile, inTable })
}

const toText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const toBox = (row: Record<string, unknown>): Box | null => {
  const { west, south, east, north } = row
  if (west === null || west === undefined) return null
  return [Number(west), Number(south), Number(east), Number(north)]
}
