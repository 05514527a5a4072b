/**
 * Brings the database's tables to what this program expects: applies the numbered files of `sql/migrations/` that it
 * has not seen, each in a transaction of its own, in order, never backwards. Then sees to the roles.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientBase } from 'pg'
import type { Logger } from 'pino'
import type { Database } from './database.ts'
import { ensureRoles } from './roles.ts'

type Migration = { number: number; name: string; text: string; checksum: string }
type Applied = { number: number; name: string; checksum: string }

export const migrationsFolder = fileURLToPath(new URL('../../../sql/migrations/', import.meta.url))

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/
/** Any number that nothing else in the database uses. */
const ADVISORY_LOCK = 7_246_191

const checksumOf = (text: string) => createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')

export const readMigrations = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE_NAME.exec(name)?.[1])
      if (number !== index + 1) {
        const expected = String(index + 1).padStart(4, '0')
        throw new Error(
          `Migration file '${name}' is out of line: expected a name like '${expected}_what_it_does.sql'.`,
        )
      }
      const text = await readFile(join(folder, name), 'utf8')
      return { number, name, text, checksum: checksumOf(text) }
    }),
  )
}

const checkHistory = (known: Migration[], applied: Applied[]) => {
  for (const { number, name, checksum } of applied) {
    const file = known[number - 1]
    if (!file) {
      throw new Error(
        `The database has migration ${number} (${name}), which this program does not know. It was used by a newer version; start that one, or restore a backup from before.`,
      )
    }
    if (file.checksum !== checksum) {
      throw new Error(
        `Migration ${file.name} was changed after this database had applied it. Migrations are never edited: restore the file and put the change into a new one.`,
      )
    }
  }
}

const prepareHistory = async (client: ClientBase) => {
  const { rows } = await client.query("select to_regclass('secims.migration') is not null as exists")
  if (rows[0]?.exists) return
  await client.query(`
    create schema if not exists secims;
    create table if not exists secims.migration (
      number integer not null constraint migration_pkey primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
}

const apply = async (client: ClientBase, { number, name, text, checksum }: Migration) => {
  await client.query('begin')
  try {
    await client.query("set local lock_timeout = '3s'")
    await client.query('set local statement_timeout = 0')
    await client.query(text)
    await client.query('insert into secims.migration (number, name, checksum) values ($1, $2, $3)', [
      number,
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed and was rolled back: ${(cause as Error).message}`, { cause })
  }
}

/** Two programs that start at the same time take turns; the embedded database has only one. */
const inTurn = async <T>(kind: Database['kind'], client: ClientBase, work: () => Promise<T>): Promise<T> => {
  if (kind === 'embedded') return work()
  await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK])
  try {
    return await work()
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK])
  }
}

/** Returns the names of the migrations it applied. */
export const migrate = async (
  { kind, withClient }: Pick<Database, 'kind' | 'withClient'>,
  { log, folder = migrationsFolder }: { log: Logger; folder?: string },
): Promise<string[]> => {
  const known = await readMigrations(folder)
  return withClient((client) =>
    inTurn(kind, client, async () => {
      await prepareHistory(client)
      const { rows } = await client.query<Applied>(
        'select number, name, checksum from secims.migration order by number',
      )
      checkHistory(known, rows)
      const pending = known.slice(rows.length)
      for (const migration of pending) {
        const startedAt = performance.now()
        await apply(client, migration)
        const tookMs = Math.round(performance.now() - startedAt)
        log.info({ event: 'database.migrated', migration: migration.name, tookMs }, 'migration applied')
      }
      if (kind === 'postgresql') await ensureRoles(client, log)
      return pending.map(({ name }) => name)
    }),
  )
}
