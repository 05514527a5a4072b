/** What only the embedded database does: its folder, its single session, its recovery. Runs whatever engine is tested. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { to as copyTo } from 'pg-copy-streams'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../backend/src/db/database.ts'
import type { EmbeddedLimits } from '../../backend/src/db/embedded/embedded.ts'
import { vacuumChangedTables } from '../../backend/src/db/embedded/housekeeping.ts'
import { silentLog } from '../helpers/database.ts'

let dataDir: string
let opened: Database[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secims-embedded-'))
})
afterEach(async () => {
  for (const database of opened) await database.close()
  opened = []
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
})

const open = async (embeddedLimits: Partial<EmbeddedLimits> = {}, folder = dataDir) => {
  const database = await openDatabase({ dataDir: folder, log: silentLog, embeddedLimits })
  opened.push(database)
  return database
}

test('a folder that is open is refused to others, naming the process that has it', async () => {
  await open()
  await expect(open()).rejects.toThrow(`in use by process ${process.pid}`)
})

test('another process that has the folder is named; killed in mid-transaction, it leaves what it committed (P2)', async () => {
  const holder = fork(join(import.meta.dirname, 'hold-transaction.ts'), [dataDir], { execArgv: [] })
  await once(holder, 'message')
  await expect(open()).rejects.toThrow(`in use by process ${holder.pid}`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const database = await open()
  expect((await database.pool.query('select n from public.kept')).rows).toEqual([{ n: 1 }])
})

test('a folder closed in good order may be copied, and opens with what was in it', async () => {
  const first = await open()
  await first.pool.query('create table public.kept as select generate_series(1, 1000) as n')
  await first.close()
  await cp(join(dataDir, 'db'), join(dataDir, 'copy/db'), { recursive: true })
  const second = await open({}, join(dataDir, 'copy'))
  expect((await second.pool.query('select count(*) as n from public.kept')).rows).toEqual([{ n: 1000 }])
})

test('a folder of another PostgreSQL version is refused before it is touched', async () => {
  await (await open()).close()
  await writeFile(join(dataDir, 'db/PG_VERSION'), '17\n')
  await expect(open()).rejects.toThrow('holds a PostgreSQL 17 database')
})

test('a transaction forgotten by its holder is rolled back so that others can go on', async () => {
  const database = await open({ queueWaitMs: 2_000, idleInTransactionMs: 500 })
  const forgetful = await database.pool.connect()
  await forgetful.query('begin')
  const cutOff = new Promise((resolve) => forgetful.once('end', resolve))
  await pause(600)
  expect((await database.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  await cutOff
  forgetful.release(true)
})

test('a statement that does not end takes the engine with it, and the engine comes back', async () => {
  const database = await open({ statementMs: 1_500 })
  await database.pool.query('create table public.kept as select 1 as n')
  await expect(
    database.pool.query('select count(*) from generate_series(1, 100000000000)'),
  ).rejects.toMatchObject({
    code: 'ECONNRESET',
  })
  expect((await database.pool.query('select n from public.kept')).rows).toEqual([{ n: 1 }])
  expect(await database.knex('kept').withSchema('public').select('n')).toEqual([{ n: 1 }])
})

describe('while it is open', () => {
  let database: Database
  let sharedDir: string
  beforeAll(async () => {
    sharedDir = await mkdtemp(join(tmpdir(), 'secims-embedded-'))
    const embeddedLimits = { queueWaitMs: 400, stallMs: 500, unreadBytes: 1_000_000 }
    database = await openDatabase({ dataDir: sharedDir, log: silentLog, embeddedLimits })
  })
  afterAll(async () => {
    await database?.close()
    await rm(sharedDir, { recursive: true, force: true, maxRetries: 3 })
  })

  test('waiting for a transaction that the waiter itself holds ends in an error, not in a deadlock', async () => {
    await database.withClient(async (client) => {
      await client.query('begin')
      await expect(database.pool.query('select 1')).rejects.toMatchObject({ code: '55P03' })
      expect((await client.query('select 2 as a')).rows).toEqual([{ a: 2 }])
      await client.query('commit')
    })
    expect((await database.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  })

  test('a reader that does not read is cut off, so that others can go on', async () => {
    await database.withClient(async (client) => {
      const out = client.query(
        copyTo(`copy (select repeat('x', 1000) from generate_series(1, 20000)) to stdout`),
      )
      const broken = new Promise((resolve) => out.once('error', resolve))
      await new Promise((resolve) => out.once('readable', resolve))
      expect((await database.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
      out.resume()
      expect(await broken).toBeInstanceOf(Error)
    })
  })

  test('the write-ahead log stays small while rows are written', async () => {
    await database.pool.query('create table public.big (a text)')
    const size = async () => {
      const { rows } = await database.pool.query(`select
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as written, sum(size)::float8 as kept from pg_ls_waldir()`)
      return rows[0] as { written: number; kept: number }
    }
    const before = await size()
    while ((await size()).written < before.written + 300e6) {
      await database.pool.query(
        `insert into public.big select repeat('x', 200) from generate_series(1, 20000)`,
      )
      await database.pool.query('truncate public.big')
    }
    expect((await size()).kept).toBeLessThan(200e6)
  }, 120_000)

  test('tables that changed much are vacuumed, as no background process does it', async () => {
    await database.pool.query('create table public.busy as select generate_series(1, 5000) as n')
    for (let round = 0; round < 3; round += 1) await database.pool.query('update public.busy set n = n + 1')
    expect(await vacuumChangedTables(database.pool)).toContain('public.busy')
    const { rows } = await database.pool.query(
      `select n_dead_tup as dead from pg_stat_user_tables where relname = 'busy'`,
    )
    expect(rows[0].dead).toBeLessThan(5000)
  })

  test('the slim PostGIS is the one we count on: the versions fit, the functions answer', async () => {
    const { rows } = await database.pool.query(`select postgis_lib_version() as postgis,
    st_asgeojson(st_transform('srid=32620;point(716020.555 1548638.689)'::geometry, 4326), 5) as json,
    unaccent('größe') as plain, similarity('habitat', 'habitats') > 0.5 as alike`)
    expect(rows[0]).toEqual({
      postgis: '3.6.2',
      json: '{"type":"Point","coordinates":[-61,14]}',
      plain: 'grosse',
      alike: true,
    })
  })
})
