/** Writing to clients that are slow, gone, or never read. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { writeTo } from './respond.ts'

const full = () => {
  const sink = new PassThrough({ highWaterMark: 10 })
  sink.on('error', () => {})
  return sink
}
const { signal } = new AbortController()

test('waits for a reader that is slow', async () => {
  const sink = full()
  let isWritten = false
  const writing = writeTo(sink, 'x'.repeat(100), signal, 5_000).then(() => {
    isWritten = true
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(isWritten).toBe(false)
  sink.resume()
  await writing
})

test('gives up a reader that takes nothing (G4)', async () => {
  const startedAt = performance.now()
  await expect(writeTo(full(), 'x'.repeat(100), signal, 30)).rejects.toThrow()
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

test('ends with the client', async () => {
  const gone = new AbortController()
  const writing = writeTo(full(), 'x'.repeat(100), gone.signal, 60_000)
  gone.abort(new Error('the client has gone'))
  await expect(writing).rejects.toThrow()
})
