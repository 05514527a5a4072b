/**
 * Opens the database: a PostgreSQL server where `databaseUrl` names one, else the embedded one in the data folder.
 * Both are used in the same way. On each connection: search_path is secims, public; time zone is UTC; values arrive
 * as `types.ts` says; an error on a connection that is checked out is logged and does not end the process.
 */
import { availableParallelism } from 'node:os'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import type { Logger } from 'pino'
import { type Copied, type CopyChunk, type CopyOptions, copyRows } from './copy-in.ts'
import { type EmbeddedLimits, openEmbedded } from './embedded/embedded.ts'
import { startHousekeeping } from './embedded/housekeeping.ts'
import { columnTypes } from './types.ts'

export type Database = {
  kind: 'embedded' | 'postgresql'
  /** Shares its connections with `pool`. */
  knex: Knex
  /** For hot paths and COPY. Take single connections with `withClient`. */
  pool: pg.Pool
  /**
   * On a server: read-only, 10 s per statement, as role secims_read where that exists (see sql/README.md for what it
   * may read), on the replica if there is one. Embedded: the same as `pool`.
   */
  readPool: pg.Pool
  /** Lends a connection; one whose borrower threw or left a transaction open is thrown away. */
  withClient: <T>(
    work: (client: pg.PoolClient) => Promise<T>,
    options?: { from?: 'pool' | 'readPool' },
  ) => Promise<T>
  /** See `copyRows`. */
  copyIn: (
    text: string,
    source: AsyncIterable<CopyChunk> | Iterable<CopyChunk>,
    options?: CopyOptions,
  ) => Promise<Copied>
  close: () => Promise<void>
}

export type DatabaseSettings = {
  databaseUrl?: string | null
  readDatabaseUrl?: string | null
  dataDir: string
  log: Logger
  /** For tests, which do not want to wait. */
  embeddedLimits?: Partial<EmbeddedLimits>
}

export const READ_ROLE = 'secims_read'

const MB = 1024 * 1024
/** The embedded database holds the data of a COPY statement in memory; a server does not. */
const COPY_BYTES = { embedded: 8 * MB, postgresql: 256 * MB }
const CLOSE_MS = 5_000

const serverRules = { search_path: 'secims,public', timezone: 'UTC', datestyle: 'ISO,YMD', jit: 'off' }
const writeRules = { ...serverRules, statement_timeout: '10min', idle_in_transaction_session_timeout: '5min' }
const readRules = {
  ...serverRules,
  statement_timeout: '10s',
  default_transaction_read_only: 'on',
  // Pages are small and many: starting a helper process costs more than a page does.
  max_parallel_workers_per_gather: '0',
}

/** Adds settings to a connection address, in the way libpq knows. */
const withRules = (databaseUrl: string, rules: Record<string, string>) => {
  const url = new URL(databaseUrl)
  const own = url.searchParams.get('options') ?? ''
  const added = Object.entries(rules).map(([name, value]) => `-c ${name}=${value}`)
  url.searchParams.set('options', [own, ...added].join(' ').trim())
  return url.href
}

const serverPool = (databaseUrl: string, rules: Record<string, string>, more: pg.PoolConfig = {}) => ({
  connectionString: withRules(databaseUrl, rules),
  application_name: 'sec-ims',
  max: Math.min(20, 4 * availableParallelism()),
  connectionTimeoutMillis: 2_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  ...more,
})

/** Longer than a unit may wait for another's transaction, so that the reason given is the right one. */
const embeddedPool = {
  user: 'postgres',
  database: 'postgres',
  max: 16,
  connectionTimeoutMillis: 60_000,
  idleTimeoutMillis: 0,
}

/** Steps down to the role that may only read what is public, where the database has it and lets us. */
const becomeReader = async (client: pg.ClientBase) => {
  await client.query(
    `select set_config('role', rolname, false) from pg_roles where rolname = $1 and pg_has_role(oid, 'member')`,
    [READ_ROLE],
  )
}

const openPool = (settings: pg.PoolConfig, log: Logger): pg.Pool => {
  const pool = new pg.Pool({ ...settings, types: columnTypes })
  const onError = (err: Error) =>
    log.warn({ event: 'database.connection-lost', err }, 'a database connection broke')
  pool.on('error', onError)
  // `pg` listens to a client only while it is idle; a break while it is lent out would end the process.
  pool.on('connect', (client) => client.on('error', onError))
  return pool
}

const openPools = async (settings: DatabaseSettings) => {
  const { databaseUrl, readDatabaseUrl, dataDir, log } = settings
  if (databaseUrl) {
    const pool = openPool(serverPool(databaseUrl, writeRules), log)
    const readSettings = serverPool(readDatabaseUrl ?? databaseUrl, readRules, { onConnect: becomeReader })
    const readPool = openPool(readSettings, log)
    return { kind: 'postgresql' as const, pool, readPool, stop: async () => {} }
  }
  const embedded = await openEmbedded({ dataDir, log, limits: settings.embeddedLimits })
  const pool = openPool({ ...embeddedPool, stream: embedded.stream }, log)
  const stopHousekeeping = startHousekeeping(pool, log)
  const stop = async () => {
    stopHousekeeping()
    await embedded.close()
  }
  return { kind: 'embedded' as const, pool, readPool: pool, stop }
}

export const openDatabase = async (settings: DatabaseSettings): Promise<Database> => {
  const { kind, pool, readPool, stop } = await openPools(settings)
  const { log } = settings
  const builder = knex({
    client: 'pg',
    connectionPool: pool,
    // Values stay out of error messages, and so out of the log.
    compileSqlOnError: false,
    log: { warn: (message) => log.warn({ event: 'database.knex' }, String(message)) },
  })

  const withClient: Database['withClient'] = async (work, { from = 'pool' } = {}) => {
    const client = await (from === 'pool' ? pool : readPool).connect()
    let isClean = false
    try {
      const result = await work(client)
      isClean = client.getTransactionStatus() === 'I'
      return result
    } finally {
      client.release(!isClean)
    }
  }

  const copyIn: Database['copyIn'] = (text, source, { client, ...options } = {}) => {
    const copy = (lent: pg.ClientBase) =>
      copyRows(lent, text, source, { statementBytes: COPY_BYTES[kind], ...options })
    return client ? copy(client) : withClient(copy)
  }

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      await builder.destroy()
      const ended = Promise.all([pool.end(), readPool === pool ? undefined : readPool.end()])
      const limit = Promise.withResolvers<void>()
      const timer = setTimeout(limit.resolve, CLOSE_MS)
      await Promise.race([ended, limit.promise])
      clearTimeout(timer)
      await stop()
    })()
    return closing
  }

  return { kind, knex: builder, pool, readPool, withClient, copyIn, close }
}
