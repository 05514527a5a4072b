/** A PostgreSQL server that goes away, comes back, or loses its answer. The embedded engine’s faults: embedded.test.ts. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../backend/src/db/database.ts'
import { isCommitOutcomeUnknown, transaction, translate } from '../../backend/src/db/errors.ts'
import { engineName, silentLog as log, type TestDatabase, testDatabase } from '../helpers/database.ts'
import { startTcpLine, type TcpLine } from '../helpers/tcp-line.ts'

describe.runIf(engineName === 'postgresql')(
  'faults on postgresql (the embedded engine has no line to cut)',
  () => {
    let direct: TestDatabase
    let proxy: TcpLine
    let db: Database
    beforeAll(async () => {
      direct = await testDatabase()
    })
    beforeEach(async () => {
      proxy = await startTcpLine(direct.databaseUrl ?? '')
      db = await openDatabase({ databaseUrl: proxy.url, dataDir: direct.dataDir, log })
    })
    afterEach(async () => {
      await db.close()
      await proxy.close()
    })
    afterAll(() => direct?.drop())

    const failure = (promise: PromiseLike<unknown>) =>
      Promise.resolve(promise).then(
        () => undefined,
        (error: unknown) => error,
      )

    test('a backend killed between two queries of a borrowed connection does not end the process (L3)', async () => {
      const client = await db.pool.connect()
      const { rows } = await client.query('select pg_backend_pid() as pid')
      const ended = new Promise((resolve) => client.once('end', resolve))
      await direct.pool.query('select pg_terminate_backend($1)', [rows[0].pid])
      await ended
      const error = await failure(client.query('select 1'))
      expect(translate(error)).toMatchObject({ status: 503 })
      client.release()
      expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
    })

    test('a knex transaction whose backend is killed fails as unavailable, and the next one works', async () => {
      const killed = transaction(db, async (trx) => {
        const { rows } = await trx.raw('select pg_backend_pid() as pid')
        await direct.pool.query('select pg_terminate_backend($1)', [rows[0].pid])
        await pause(50)
        await trx.raw('select 1')
      })
      const error = await failure(killed)
      expect(translate(error)).toMatchObject({ status: 503 })
      expect(isCommitOutcomeUnknown(error)).toBe(false)
      expect(await transaction(db, async (trx) => (await trx.raw('select 1 as a')).rows)).toEqual([{ a: 1 }])
    })

    test('a COMMIT whose answer is lost is told apart, for it may have taken effect (L2)', async () => {
      const failing = transaction(db, async (trx) => {
        await trx('domain').insert({ id: 'ack-lost', title: 'x' })
        proxy.onSend = (bytes, hold) => {
          if (!/COMMIT/i.test(bytes.toString('latin1'))) return
          hold()
          setTimeout(proxy.cut, 200)
        }
      })
      const error = await failure(failing)
      expect(isCommitOutcomeUnknown(error)).toBe(true)
      expect(isCommitOutcomeUnknown(translate(error))).toBe(true)
      expect(await direct.knex('domain').where({ id: 'ack-lost' }).select('id')).toEqual([{ id: 'ack-lost' }])
    })

    test('while the server is away everything is a 503 within 2.5 s; when it is back all goes on (P8)', async () => {
      await db.pool.query('select 1')
      proxy.goDown()
      const startedAt = performance.now()
      const attempts = [
        db.pool.query('select 1'),
        db.readPool.query('select 1'),
        db.knex('domain').select('id'),
      ]
      for (const error of await Promise.all(attempts.map(failure))) {
        expect(translate(error)).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
      }
      expect(performance.now() - startedAt).toBeLessThan(2_500)
      proxy.comeBack()
      expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
      expect((await db.readPool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
      expect(await db.knex('domain').where({ id: 'nowhere' })).toEqual([])
    })

    test('a pool that is used up is a 503 after 2 s, not a hang', async () => {
      const taken = await Promise.all(Array.from({ length: db.pool.options.max }, () => db.pool.connect()))
      const error = await failure(db.pool.query('select 1'))
      expect(translate(error)).toMatchObject({ status: 503 })
      for (const client of taken) client.release()
      expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
    })

    test('reading that takes longer than its limit is ended by the server', async () => {
      const error = await failure(
        db.withClient(
          async (client) => {
            await client.query(`set statement_timeout = '200ms'`)
            await client.query('select pg_sleep(30)')
          },
          { from: 'readPool' },
        ),
      )
      expect(translate(error)).toMatchObject({ status: 503, message: expect.stringContaining('too long') })
    })
  },
)
