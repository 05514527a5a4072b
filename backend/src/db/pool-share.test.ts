import type pg from 'pg'
import { expect, test } from 'vitest'
import { createGate, shareOf } from './pool-share.ts'

const settled = async (promise: Promise<unknown>) => {
  const nothing = Symbol('nothing')
  return (await Promise.race([promise, Promise.resolve(nothing)])) !== nothing
}

test('so many are let in, the next wait in order, and beyond the queue is 503 with Retry-After', async () => {
  const gate = createGate({ most: 2, waiting: 2, waitMs: 60_000 })
  await Promise.all([gate.enter(), gate.enter()])
  const order: string[] = []
  const third = gate.enter().then(() => order.push('third'))
  const fourth = gate.enter().then(() => order.push('fourth'))
  await expect(gate.enter()).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } })
  expect(await settled(third)).toBe(false)
  gate.leave()
  gate.leave()
  await Promise.all([third, fourth])
  expect([order, gate.inside()]).toEqual([['third', 'fourth'], 2])
  gate.leave()
  gate.leave()
  expect([gate.inside(), gate.waiting()]).toEqual([0, 0])
})

test('who waited too long is told to come back, and leaves the queue', async () => {
  const gate = createGate({ most: 1, waiting: 5, waitMs: 5 })
  await gate.enter()
  await expect(gate.enter()).rejects.toMatchObject({ status: 503 })
  expect(gate.waiting()).toBe(0)
  gate.leave()
  await gate.enter()
  expect(gate.inside()).toBe(1)
})

test('who goes away leaves the queue, and takes the place of nobody', async () => {
  const gate = createGate({ most: 1, waiting: 5, waitMs: 60_000 })
  await gate.enter()
  const leaving = new AbortController()
  const gone = gate.enter(leaving.signal)
  const next = gate.enter()
  leaving.abort(new Error('the client has gone'))
  await expect(gone).rejects.toThrow('the client has gone')
  await expect(gate.enter(leaving.signal)).rejects.toThrow('the client has gone')
  gate.leave()
  await next
  expect([gate.inside(), gate.waiting()]).toEqual([1, 0])
})

test('work that fails leaves the gate as it was, and the answer says what is too much', async () => {
  const gate = createGate({ most: 1, waiting: 0, waitMs: 60_000 }, 'Too many tiles are being made.')
  await expect(gate.through(() => Promise.reject(new Error('no ink')))).rejects.toThrow('no ink')
  const working = gate.through(() => gate.through(async () => 'never').catch((error: Error) => error.message))
  expect(await working).toBe('Too many tiles are being made. Try again shortly.')
})

const fakePool = () => {
  let lent = 0
  let failing = false
  const pool = {
    connect: async () => {
      if (failing) throw new Error('no connection')
      lent += 1
      return { release: () => (lent -= 1) }
    },
    query: async (text: string) => {
      if (failing) throw new Error('no connection')
      return { rows: [text] }
    },
    totalCount: 7,
  } as unknown as pg.Pool
  return { pool, lent: () => lent, fail: (is: boolean) => (failing = is) }
}

test('a share lends no more than it has, whatever the pool has, and one face cannot empty it', async () => {
  const { pool, lent } = fakePool()
  const share = { most: 2, waiting: 0, waitMs: 1000 }
  const [features, records] = [shareOf(pool, share), shareOf(pool, share)]
  const clients = [await features.connect(), await features.connect()]
  await expect(features.connect()).rejects.toMatchObject({ status: 503 })
  await expect(features.query('select 1')).rejects.toMatchObject({ status: 503 })
  expect((await records.query('select 1')).rows).toEqual(['select 1'])
  expect([lent(), features.totalCount]).toEqual([2, 7])
  clients[0]?.release()
  // Given back twice is given back once.
  clients[0]?.release()
  await features.connect()
  await expect(features.connect()).rejects.toMatchObject({ status: 503 })
})

test('a pool that fails leaves the share as it was', async () => {
  const { pool, fail } = fakePool()
  const shared = shareOf(pool, { most: 1, waiting: 0, waitMs: 1000 })
  fail(true)
  await expect(shared.connect()).rejects.toThrow('no connection')
  await expect(shared.query('select 1')).rejects.toThrow('no connection')
  fail(false)
  const client = await shared.connect()
  client.release()
  expect((await shared.query('x')).rows).toEqual(['x'])
})
