/** Readers that take rows slowly, and those who wait for a connection because of them (security G4). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readingShare } from '../../backend/src/db/pool-share.ts'
import { streamRows } from '../../backend/src/repositories/row-stream.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.drop())

const rows = {
  text: `select n::text, repeat('x', 100000) from generate_series(1, 400) n`,
  values: [],
  isKept: false,
}

test('a reader that takes nothing loses its connection once somebody waits for one, and is told so', async () => {
  const pool = readingShare(database.readPool)
  const most = Math.max(2, (database.readPool.options.max ?? 10) - 2)
  const { signal } = new AbortController()
  const options = {
    limit: 400,
    signal,
    canCancel: database.kind === 'postgresql',
    patience: { ms: 50, lookEveryMs: 20 },
  }
  const streams = await Promise.all(Array.from({ length: most }, () => streamRows(pool, rows, options)))
  // Every connection of the share is lent; this waits until a slow reader has been given up.
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  const outcomes = await Promise.all(
    streams.map(async ({ pieces }) => {
      let bytes = 0
      try {
        for await (const piece of pieces) bytes += piece.length
        return bytes >= 40_000_000 ? 'whole' : 'cut short in silence'
      } catch (error) {
        return error instanceof Error && /too slowly/.test(error.message) ? 'given up' : String(error)
      }
    }),
  )
  expect(outcomes).toContain('given up')
  expect(outcomes.filter((outcome) => outcome !== 'given up' && outcome !== 'whole')).toEqual([])
  expect(database.readPool.waitingCount).toBe(0)
})
