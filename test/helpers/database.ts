/**
 * A migrated database for each test file. On the embedded engine, or, where TEST_DATABASE_URL or DATABASE_URL names a
 * server on which databases may be created, there. Both start from a template that is made once per state of the
 * migrations, so that a file waits about a second or a quarter of one.
 */
import { createHash, randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { type Database, type DatabaseSettings, openDatabase } from '../../backend/src/db/database.ts'
import { cacheFolder, makeOnce } from '../../backend/src/db/embedded/cluster.ts'
import { migrate, migrationsFolder, readMigrations } from '../../backend/src/db/migrate.ts'

export type TestPlace = {
  /** Undefined on the embedded engine, whose database is in `dataDir`. */
  databaseUrl: string | undefined
  /** An own temporary folder, on both engines. */
  dataDir: string
  /** Removes the database and the folder; whatever had them open is closed first. */
  drop: () => Promise<void>
}

export type TestDatabase = Database & TestPlace

export const testServerUrl = process.env['TEST_DATABASE_URL'] || process.env['DATABASE_URL'] || undefined
export const engineName: Database['kind'] = testServerUrl ? 'postgresql' : 'embedded'

export const silentLog = pino({ level: 'silent' })

/** A migrated database that nobody has open yet: for tests that start a server of their own. */
export const testPlace = async (): Promise<TestPlace> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'secims-test-'))
  const removeFolder = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
  if (!testServerUrl) {
    await cp(join(await embeddedTemplate(dataDir), 'db'), join(dataDir, 'db'), { recursive: true })
    return { databaseUrl: undefined, dataDir, drop: removeFolder }
  }
  const name = `secims_test_${Math.floor(Date.now() / 1000)}_${randomBytes(5).toString('hex')}`
  await onServer(async (server) => {
    await server.query(`create database ${name} template ${await serverTemplate(server)}`)
  })
  const drop = async () => {
    await onServer((server) => server.query(`drop database if exists ${name} with (force)`))
    await removeFolder()
  }
  return { databaseUrl: databaseUrl(name), dataDir, drop }
}

export const testDatabase = async (settings: Partial<DatabaseSettings> = {}): Promise<TestDatabase> => {
  const place = await testPlace()
  const database = await openDatabase({ ...place, log: silentLog, ...settings })
  const drop = async () => {
    await database.close()
    await place.drop()
  }
  return { ...database, ...place, drop }
}

const fingerprint = async () => {
  const roles = await readFile(join(migrationsFolder, '../roles.sql'), 'utf8')
  const migrations = await readMigrations(migrationsFolder)
  const hash = createHash('sha256').update(roles)
  for (const { checksum } of migrations) hash.update(checksum)
  return hash.digest('hex').slice(0, 12)
}

const migrated = async (settings: { dataDir: string; databaseUrl?: string }) => {
  const database = await openDatabase({ ...settings, log: silentLog })
  await migrate(database, { log: silentLog }).finally(database.close)
}

const embeddedTemplate = async (dataDir: string) => {
  const cache = await cacheFolder(dataDir)
  return makeOnce(join(cache, `migrated-${await fingerprint()}`), async (temporary) => {
    const earlier = (await readdir(cache)).filter((name) => /^migrated-[0-9a-f]+$/.test(name))
    for (const name of earlier) await rm(join(cache, name), { recursive: true, force: true })
    await migrated({ dataDir: temporary })
  })
}

const databaseUrl = (name: string) => {
  const url = new URL(testServerUrl ?? '')
  url.pathname = `/${name}`
  return url.href
}

const onServer = async <T>(work: (server: pg.Client) => Promise<T>): Promise<T> => {
  const server = new pg.Client({ connectionString: testServerUrl })
  await server.connect()
  return work(server).finally(() => server.end())
}

const ADVISORY_LOCK = 7_246_192
const LEFTOVER_SECONDS = 6 * 3600

/** The name of the template database; test files that start together wait for the first of them to make it. */
const serverTemplate = async (server: pg.Client): Promise<string> => {
  const name = `secims_template_${await fingerprint()}`
  const exists = async () =>
    (await server.query('select from pg_database where datname = $1', [name])).rows.length > 0
  if (await exists()) return name
  await server.query('select pg_advisory_lock($1)', [ADVISORY_LOCK])
  try {
    if (await exists()) return name
    await removeLeftovers(server)
    const unfinished = `${name}_unfinished`
    await server.query(`drop database if exists ${unfinished} with (force)`)
    await server.query(`create database ${unfinished}`)
    await migrated({ dataDir: tmpdir(), databaseUrl: databaseUrl(unfinished) })
    await server.query(`alter database ${unfinished} rename to ${name}`)
    return name
  } finally {
    await server.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK])
  }
}

/** What killed test runs left, and templates of earlier migrations. */
const removeLeftovers = async (server: pg.Client) => {
  const { rows } = await server.query<{ name: string }>(
    `select datname as name from pg_database
     where datname like 'secims\\_template\\_%'
        or (datname ~ '^secims_test_\\d+_' and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - $1)`,
    [LEFTOVER_SECONDS],
  )
  for (const { name } of rows)
    await server.query(`drop database if exists ${name} with (force)`).catch(() => {})
}
