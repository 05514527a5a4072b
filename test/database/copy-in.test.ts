/** Loading tables: the stream of rows is bounded, can be stopped, and never hangs. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engineName, type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await db.pool.query('create table staging.p_1 (a int)')
})
beforeEach(() => db.pool.query('truncate staging.p_1'))
afterAll(() => db?.drop())

const intoTable = 'copy staging.p_1 from stdin (format binary)'

const rows = (count: number): Buffer => {
  const bytes = Buffer.alloc(10 * count)
  for (let row = 0; row < count; row += 1) {
    bytes.writeInt16BE(1, 10 * row)
    bytes.writeInt32BE(4, 10 * row + 2)
    bytes.writeInt32BE(row, 10 * row + 6)
  }
  return bytes
}

const repeated = function* (chunk: Buffer, times: number) {
  for (let n = 0; n < times; n += 1) yield chunk
}

const countRows = async () => (await db.pool.query('select count(*) as n from staging.p_1')).rows[0].n

describe(`copyIn on ${engineName}`, () => {
  test('takes more rows than one COPY statement holds', async () => {
    const chunk = rows(50_000)
    expect(await db.copyIn(intoTable, repeated(chunk, 40))).toEqual({ rows: 2_000_000, bytes: 20_000_000 })
    expect(await countRows()).toBe(2_000_000)
  })

  test('takes no rows at all', async () => {
    expect(await db.copyIn(intoTable, [])).toEqual({ rows: 0, bytes: 0 })
  })

  test('pulls from its source only as fast as the database takes', async () => {
    let pulled = 0
    let taken = 0
    const counting = function* () {
      for (const chunk of repeated(rows(25_000), 80)) {
        pulled += chunk.length
        expect(pulled - taken).toBeLessThan(2_000_000)
        yield chunk
      }
    }
    const onProgress = ({ bytes }: { bytes: number }) => {
      taken = bytes
    }
    await db.copyIn(intoTable, counting(), { onProgress })
    expect(await countRows()).toBe(2_000_000)
  })

  test('reports a missing table at once', async () => {
    const startedAt = performance.now()
    await expect(
      db.copyIn('copy staging.nowhere from stdin (format binary)', [rows(10)]),
    ).rejects.toMatchObject({
      code: '42P01',
    })
    expect(performance.now() - startedAt).toBeLessThan(15_000)
  })

  test('reports rows that do not fit, and keeps none of that statement', async () => {
    const broken = Buffer.concat([rows(1000), Buffer.alloc(1000, 7)])
    await expect(db.copyIn(intoTable, [broken, rows(1000)])).rejects.toMatchObject({ code: '22P04' })
    expect(await countRows()).toBe(0)
  })

  test('passes on an error of its source, which is told to stop', async () => {
    let isClosed = false
    const failing = async function* () {
      try {
        yield rows(1000)
        throw new Error('the reader broke')
      } finally {
        isClosed = true
      }
    }
    await expect(db.copyIn(intoTable, failing())).rejects.toThrow('the reader broke')
    expect(isClosed).toBe(true)
    expect(await countRows()).toBe(0)
  })

  test('stops when told to, even while its source gives nothing', async () => {
    const silent = async function* () {
      yield rows(1000)
      await pause(60_000, undefined, { ref: false })
    }
    const signal = AbortSignal.timeout(300)
    await expect(db.copyIn(intoTable, silent(), { signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await countRows()).toBe(0)
  })

  test('inside a transaction everything goes with the transaction', async () => {
    await db.withClient(async (client) => {
      await client.query('begin')
      await db.copyIn(intoTable, repeated(rows(25_000), 40), { client })
      await client.query('rollback')
      expect((await client.query('select count(*) as n from staging.p_1')).rows).toEqual([{ n: 0 }])
    })
  })

  test.runIf(engineName === 'embedded')(
    'a single chunk too large for the embedded database is refused with the limit (a server has none)',
    async () => {
      await expect(db.copyIn(intoTable, [rows(3_500_000)])).rejects.toThrow(
        'at most 33554432 bytes in one COPY',
      )
      expect(await countRows()).toBe(0)
      await db.copyIn(intoTable, [rows(10)])
      expect(await countRows()).toBe(10)
    },
  )

  test.runIf(engineName === 'postgresql')(
    'ends with an error when the server drops the connection (the embedded one cannot)',
    async () => {
      const endless = async function* () {
        for (;;) {
          yield rows(1000)
          await pause(20)
        }
      }
      const copying = db.copyIn(intoTable, endless())
      copying.catch(() => {})
      await pause(200)
      await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'copy staging%' and pid <> pg_backend_pid()`)
      await expect(copying).rejects.toThrow(/terminat|lost/i)
      expect(await countRows()).toBe(0)
    },
  )
})
