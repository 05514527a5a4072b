/** Unmodified `pg`, knex and pg-copy-streams work the same on both engines. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineName, type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await db.pool.query(`
    create table public.counter (id int primary key, value int);
    insert into public.counter values (1, 0);
    create table public.point (id int, geom geometry(point, 4326))`)
})
afterAll(() => db?.drop())

const points = function* (count: number) {
  for (let id = 0; id < count; id += 1) yield `${id}\tSRID=4326;POINT(1 ${id / 1000})\n`
}

const fillPoints = (client: ClientBase, lines: Iterable<string> | AsyncIterable<string>) =>
  pipeline(Readable.from(lines), client.query(copyFrom('copy public.point from stdin')))

const countPoints = async (executor: Pick<ClientBase, 'query'> = db.pool) =>
  (await executor.query('select count(*) as n from public.point')).rows[0].n

describe(`on ${engineName}`, () => {
  test('a simple query and one with parameters answer', async () => {
    expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
    expect((await db.pool.query('select $1::int + 1 as a', [2])).rows).toEqual([{ a: 3 }])
  })

  test('fifty queries at once each get their own answer', async () => {
    const numbers = Array.from({ length: 50 }, (_, n) => n)
    const answers = await Promise.all(numbers.map((n) => db.pool.query('select $1::int as n', [n])))
    expect(answers.map(({ rows }) => rows[0].n)).toEqual(numbers)
  })

  test('a named statement is prepared once per connection, on many connections', async () => {
    const ask = (value: number) =>
      db.pool.query({ name: 'same', text: 'select $1::int as v', values: [value] })
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)))
      expect(answers.map(({ rows }) => rows[0].v)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    }
  })

  test('eight transactions that change one row lose no update', async () => {
    const addOne = () =>
      db.withClient(async (client) => {
        await client.query('begin')
        const { rows } = await client.query('select value from public.counter where id = 1 for update')
        await pause(20)
        await client.query('update public.counter set value = $1 where id = 1', [rows[0].value + 1])
        await client.query('commit')
      })
    await Promise.all(Array.from({ length: 8 }, addOne))
    expect((await db.pool.query('select value from public.counter')).rows).toEqual([{ value: 8 }])
  })

  test('values arrive as types.ts says: exact integers, days and instants as text', async () => {
    const { rows } =
      await db.pool.query(`select 5::bigint as small, 9007199254740993 as big, date '2026-02-03' as day,
      timestamptz '2026-02-03 04:05:06.5-04' as instant, timestamp '2026-02-03 04:05:06' as local, null::bigint as none`)
    expect(rows[0]).toEqual({
      small: 5,
      big: '9007199254740993',
      day: '2026-02-03',
      instant: '2026-02-03T08:05:06.5Z',
      local: '2026-02-03T04:05:06',
      none: null,
    })
  })

  test('COPY in as text loads every row', async () => {
    await db.withClient((client) => fillPoints(client, points(20_000)))
    expect(await countPoints()).toBe(20_000)
  })

  test('COPY of bad data fails with the reason, and the connection goes on', async () => {
    await db.withClient(async (client) => {
      await expect(fillPoints(client, ['x\ty\n'])).rejects.toMatchObject({ code: '22P02' })
      expect(await countPoints(client)).toBe(20_000)
    })
  })

  test('COPY that the client gives up adds nothing', async () => {
    const breaking = async function* () {
      yield '1\t\\N\n'
      throw new Error('boom')
    }
    await db.withClient(async (client) => {
      await expect(fillPoints(client, breaking())).rejects.toThrow('boom')
    })
    expect(await countPoints()).toBe(20_000)
  })

  test('COPY given up inside a transaction aborts the transaction', async () => {
    const breaking = async function* () {
      yield '1\t\\N\n'
      throw new Error('boom')
    }
    await db.withClient(async (client) => {
      await client.query('begin')
      await expect(fillPoints(client, breaking())).rejects.toThrow('boom')
      await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' })
      await client.query('rollback')
    })
  })

  test('COPY in binary inside a transaction is seen by it', async () => {
    await db.withClient(async (client) => {
      await client.query('begin')
      await client.query('create temp table loaded (a int) on commit drop')
      const row = Buffer.from([0, 1, 0, 0, 0, 4, 0, 0, 0, 9])
      const copied = await db.copyIn(
        'copy loaded from stdin (format binary)',
        [row, Buffer.concat([row, row])],
        {
          client,
        },
      )
      expect(copied).toEqual({ rows: 3, bytes: 30 })
      expect((await client.query('select a from loaded')).rows).toEqual([{ a: 9 }, { a: 9 }, { a: 9 }])
      await client.query('commit')
    })
  })

  test('COPY out streams every row', async () => {
    await db.withClient(async (client) => {
      let lines = 0
      for await (const chunk of client.query(copyTo('copy public.point to stdout'))) {
        lines += chunk.toString().split('\n').length - 1
      }
      expect(lines).toBe(20_000)
    })
  })

  test('a result larger than what is kept unread arrives whole, at the reader’s pace', async () => {
    const bytes = await db.withClient(async (client) => {
      const out = client.query(
        copyTo(`copy (select repeat('x', 1000) from generate_series(1, 60000)) to stdout`),
      )
      let sum = 0
      for await (const chunk of out) {
        if (sum === 0) await pause(300)
        sum += chunk.length
      }
      return sum
    })
    expect(bytes).toBe(60_000 * 1001)
  })

  test('a reader that leaves in the middle of a large result keeps nobody waiting', async () => {
    const client = await db.pool.connect()
    const out = client.query(
      copyTo(`copy (select repeat('x', 1000) from generate_series(1, 150000)) to stdout`),
    )
    out.on('error', () => {})
    await new Promise((resolve) => out.once('readable', resolve))
    client.release(true)
    const startedAt = performance.now()
    expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  test('a portal read in portions gives every row', async () => {
    const inPortions = { text: 'select id from public.point', rows: 500 }
    const { rows } = await db.withClient((client) => client.query(inPortions))
    expect(rows).toHaveLength(20_000)
  })

  test('a cursor is read in part and closed, and others go on', async () => {
    await db.withClient(async (client) => {
      await client.query('begin; declare walk cursor for select id from public.point')
      expect((await client.query('fetch 150 from walk')).rows).toHaveLength(150)
      await client.query('commit')
    })
    expect((await db.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  })

  test('knex makes tables, runs transactions and rolls them back', async () => {
    const { knex } = db
    await knex.schema.withSchema('public').createTable('made', (table) => {
      table.increments()
      table.jsonb('p')
    })
    await knex.transaction((trx) => trx('made').insert({ p: { a: 1 } }))
    const failing = knex.transaction(async (trx) => {
      await trx('made').insert({ p: { a: 2 } })
      throw new Error('undo')
    })
    await expect(failing).rejects.toThrow('undo')
    expect(await knex('made').select('p')).toEqual([{ p: { a: 1 } }])
  })

  test('an error carries its SQLSTATE', async () => {
    await expect(db.pool.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' })
    await expect(db.pool.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' })
  })

  test('what a connection that vanishes in mid-transaction did is undone', async () => {
    const before = (await db.pool.query('select value from public.counter')).rows
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query('update public.counter set value = -1')
    const ended = new Promise((resolve) => client.once('end', resolve))
    client.release(true)
    await ended
    expect((await db.pool.query('select value from public.counter for update')).rows).toEqual(before)
  })

  test('withClient throws away a connection that is left in a transaction', async () => {
    await db.withClient((client) => client.query('begin; update public.counter set value = -2'))
    await expect(
      db.withClient(async (client) => {
        await client.query('begin; update public.counter set value = -3')
        throw new Error('left')
      }),
    ).rejects.toThrow('left')
    expect((await db.pool.query('select value from public.counter for update')).rows).toEqual([{ value: 8 }])
  })

  test('our tables are found without a schema name, and times are UTC', async () => {
    expect((await db.pool.query('select count(*) as n from record')).rows).toEqual([{ n: 0 }])
    expect((await db.readPool.query(`select current_setting('timezone') as z`)).rows).toEqual([{ z: 'UTC' }])
  })

  test('PostGIS transforms to Saint Lucia’s grids and to WGS 84 (R13.6)', async () => {
    const { rows } = await db.pool.query(
      `select st_astext(st_transform('srid=2006;point(518000 1548000)'::geometry, 4326), 6) as wgs84`,
    )
    expect(rows[0].wgs84).toBe('POINT(-60.907823 14.004328)')
  })
})
