/** Threads that do tasks: what becomes of a task, and of its thread, however it ends. */
import { afterAll, expect, test } from 'vitest'
import { createThreadPool } from '../../backend/src/render/thread-pool.ts'
import type { OddTask } from './odd-tasks.ts'

const file = new URL('./odd-tasks.ts', import.meta.url)
const pool = createThreadPool<OddTask, string>({ file, threads: 1, mostWaiting: 2 })
afterAll(() => pool.close())

const aMinute = { timeMs: 60_000 }

test('tasks are done one after the other, each with its answer', async () => {
  const outcomes = await Promise.all([pool.run({ echo: 'a' }, aMinute), pool.run({ echo: 'b' }, aMinute)])
  expect(outcomes).toEqual([{ reply: 'a' }, { reply: 'b' }])
})

test('what a task throws is its answer, and its thread goes on', async () => {
  expect(await pool.run({ fail: 'no ink' }, aMinute)).toMatchObject({
    error: expect.stringMatching('no ink'),
  })
  expect(await pool.run({ echo: 'next' }, aMinute)).toEqual({ reply: 'next' })
})

test('a thread that does not answer in time is ended, and those who wait get another', async () => {
  const stuck = pool.run({ hang: true }, { timeMs: 100 })
  const next = pool.run({ echo: 'next' }, aMinute)
  expect(await stuck).toEqual({ ended: 'late' })
  expect(await next).toEqual({ reply: 'next' })
})

test('a thread that dies takes its task with it and is replaced', async () => {
  const dying = pool.run({ exit: true }, aMinute)
  const next = pool.run({ echo: 'next' }, aMinute)
  expect(await dying).toMatchObject({ error: expect.stringMatching('ended') })
  expect(await next).toEqual({ reply: 'next' })
})

test('memory beyond the limit ends the thread alone', async () => {
  const small = createThreadPool<OddTask, string>({ file, threads: 1, heapMb: 24 })
  expect(await small.run({ fill: true }, aMinute)).toMatchObject({ error: expect.stringMatching('memory') })
  expect(await small.run({ echo: 'next' }, aMinute)).toEqual({ reply: 'next' })
  await small.close()
})

test('who gives up is answered at once, and a task that looks ends itself', async () => {
  const leaving = new AbortController()
  const working = pool.run({ untilCancelled: true }, { ...aMinute, signal: leaving.signal })
  const waiting = pool.run({ echo: 'never' }, { ...aMinute, signal: leaving.signal })
  const next = pool.run({ echo: 'next' }, aMinute)
  leaving.abort()
  expect(await Promise.all([working, waiting])).toEqual([{ ended: 'cancelled' }, { ended: 'cancelled' }])
  expect(await next).toEqual({ reply: 'next' })
  expect(await pool.run({ echo: 'never' }, { ...aMinute, signal: leaving.signal })).toEqual({
    ended: 'cancelled',
  })
})

test('beyond the queue nobody is taken, and all who wait hear that the server stops', async () => {
  const closing = createThreadPool<OddTask, string>({ file, threads: 1, mostWaiting: 1 })
  const outcomes = [{ hang: true as const }, { echo: 'waits' }, { echo: 'one too many' }].map((task) =>
    closing.run(task, aMinute),
  )
  expect(await outcomes[2]).toEqual({ ended: 'crowded' })
  await closing.close()
  const stopping = { ended: 'stopping' }
  expect(await Promise.all([...outcomes.slice(0, 2), closing.run({ echo: 'late' }, aMinute)])).toEqual([
    stopping,
    stopping,
    stopping,
  ])
})
