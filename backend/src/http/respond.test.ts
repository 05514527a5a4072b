/** Writing to clients that are slow, gone, or never read. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { PassThrough, type Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { respond, writeTo } from './respond.ts'

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

test('whoever leaves before a compressed body begins takes nobody along', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  const outcome = new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      request.socket.destroy()
      await once(response, 'close')
      const write = async (sink: Writable) => {
        await new Promise((later) => setTimeout(later, 20))
        await writeTo(sink, 'x'.repeat(100_000), signal, 1_000)
      }
      const answer = { status: 200, raw: { contentType: 'application/json', write } }
      resolve(
        respond(request, response, answer, signal).then(
          () => 'sent',
          () => 'broken off',
        ),
      )
      server.close()
    })
    server.listen(0, '127.0.0.1', () => {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
      client.on('error', () => {})
      client.write('GET / HTTP/1.1\r\nHost: here\r\nAccept-Encoding: gzip\r\n\r\n')
    })
  })
  expect(await outcome).toBe('broken off')
  await new Promise((later) => setTimeout(later, 20))
  process.off('unhandledRejection', note)
  expect(rejections).toEqual([])
})
