/** What the database refuses becomes a problem that a person can act on. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  isCommitOutcomeUnknown,
  isConnectionLost,
  isRetryable,
  transaction,
  translate,
} from '../../backend/src/db/errors.ts'
import { queryable, statement } from '../../backend/src/db/sql.ts'
import { generalProblems } from '../../backend/src/domain/problems/general.ts'
import { engineName, type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db?.drop())

const failure = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  )

const withCode = (code: string, message = 'from PostgreSQL') => Object.assign(new Error(message), { code })

describe(`errors on ${engineName}`, () => {
  test('a violated constraint becomes the problem its name stands for', async () => {
    const error = await failure(db.knex('domain').insert({ id: 'Not Good', title: 'x' }))
    const problem = translate(error, {
      domain_id_form: (found) =>
        generalProblems.conflict({ why: `refused by ${found.constraint}` }, { cause: found }),
    })
    expect(problem).toMatchObject({ status: 409, message: 'refused by domain_id_form', cause: error })
  })

  test('a constraint nobody speaks for stays an error, for it is a bug', async () => {
    const error = await failure(db.knex('domain').insert({ id: 'Not Good', title: 'x' }))
    expect(translate(error)).toBe(error)
  })

  test('a missing table passes through (42P01)', async () => {
    const error = await failure(db.pool.query('select * from data.d_gone'))
    expect(translate(error)).toBe(error)
    expect(error).toMatchObject({ code: '42P01' })
  })

  test('the audit trail refuses change (R3.12)', async () => {
    await db.knex('audit_entry').insert({
      seq: 1,
      at: new Date().toISOString(),
      actor: 'a',
      role: 'editor',
      action: 'x',
      previous_hash: '',
      hash: '',
    })
    expect(await failure(db.knex('audit_entry').delete())).toMatchObject({ code: '23001' })
    expect(await failure(db.knex('audit_entry').update({ actor: 'b' }))).toMatchObject({ code: '23001' })
  })

  test('serialization failures are tried again, three times in all', async () => {
    let runs = 0
    const never = transaction(db, async (trx) => {
      runs += 1
      await trx.raw(`do $$ begin raise exception 'again' using errcode = 'serialization_failure'; end $$`)
    })
    const error = await failure(never)
    expect(runs).toBe(3)
    expect(isRetryable(error)).toBe(true)
    expect(translate(error)).toMatchObject({ status: 503 })
    expect(isCommitOutcomeUnknown(error)).toBe(false)
  })

  test('a transaction that fails leaves nothing', async () => {
    const id = `d-${randomUUID().slice(0, 8)}`
    const failing = transaction(db, async (trx) => {
      await trx('domain').insert({ id, title: 'x' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await db.knex('domain').where({ id })).toEqual([])
  })

  test.each([
    ['53100', 507],
    ['53200', 503],
    ['53300', 503],
    ['57P01', 503],
    ['57P03', 503],
    ['08006', 503],
    ['ECONNREFUSED', 503],
    ['ECONNRESET', 503],
    ['55P03', 503],
    ['57014', 503],
  ])('%s becomes %i', (code, status) => {
    expect(translate(withCode(code))).toMatchObject({ status })
  })

  test('the words of `pg` for a lost connection count as lost; a missing file does not', () => {
    for (const words of ['Connection terminated unexpectedly', 'timeout exceeded when trying to connect']) {
      expect(isConnectionLost(new Error(words))).toBe(true)
    }
    expect(isConnectionLost(withCode('ENOENT'))).toBe(false)
    expect(isConnectionLost(Object.assign(withCode('ENOENT'), { syscall: 'connect' }))).toBe(true)
  })

  test('statements run through pool, client and knex alike, question marks and casts untouched', async () => {
    const asks = statement<{ has: boolean; n: number }>(
      `select '{"a": 1}'::jsonb ? :key as has, :n::int + 1 as n -- ? :nothing`,
    )
    const expected = [{ has: true, n: 3 }]
    expect(await asks(db.pool, { key: 'a', n: 2 })).toEqual(expected)
    expect(await asks(db.knex, { key: 'a', n: 2 })).toEqual(expected)
    expect(await db.withClient((client) => asks(client, { key: 'a', n: 2 }))).toEqual(expected)
    expect(await db.knex.transaction((trx) => asks(trx, { key: 'a', n: 2 }))).toEqual(expected)
  })

  test('a statement in a knex transaction belongs to it, and is refused when it is over', async () => {
    const add = statement(`insert into domain (id, title) values (:id, 'x')`)
    const count = statement<{ n: number }>('select count(*) as n from domain where id = :id')
    const trx = await db.knex.transaction()
    await add(trx, { id: 'in-trx' })
    expect(await count(trx, { id: 'in-trx' })).toEqual([{ n: 1 }])
    await trx.rollback()
    expect(await count(db.pool, { id: 'in-trx' })).toEqual([{ n: 0 }])
    await expect(queryable(trx).query({ text: 'select 1', values: [] })).rejects.toThrow('over')
  })
})
