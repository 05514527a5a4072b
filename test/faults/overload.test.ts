/** Who keeps the server busy with nothing is cut off, while others are served (security G3). A crowd: db/pool-share.test.ts. */
import { once } from 'node:events'
import { type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProgram } from '../../backend/src/app.ts'
import { readConfig } from '../../backend/src/config/config.ts'
import { createHttpServer } from '../../backend/src/http/http-server.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { silentLog, type TestDatabase, testDatabase } from '../helpers/database.ts'

let database: TestDatabase
let program: Awaited<ReturnType<typeof createProgram>>
let server: Server
let port: number
let url: string

beforeAll(async () => {
  database = await testDatabase()
  await createTestCollection(database, {
    id: 'long',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: [{ wkt: 'POINT(1 1)', values: ['x'] }],
  })
  const config = readConfig({ DATA_DIR: database.dataDir, EXAMPLES: 'no' })
  program = await createProgram({ config, database, log: silentLog, checkResponses: false })
  server = createHttpServer(program.handle, {
    headersMs: 500,
    lookEveryMs: 100,
    body: { bytes: 3000, everyMs: 400 },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${port}/pygeoapi/collections/long/items`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await program.stop()
  await database.drop()
})

/** Sends a beginning at once and the rest a byte at a time, until it is cut off; what it was told. */
const trickle = async (beginning: string, drop: string): Promise<string> => {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  let told = ''
  socket.on('data', (bytes) => {
    told += bytes
  })
  socket.write(beginning)
  const dropping = setInterval(() => socket.write(drop), 20)
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  clearInterval(dropping)
  return told
}

test('headers that come drop by drop end with 408, while others are served', async () => {
  const slow = Array.from({ length: 40 }, () => trickle('GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ', 'a'))
  expect((await fetch(`${url}?limit=1`)).status).toBe(200)
  for (const told of await Promise.all(slow)) expect(told).toMatch(/^(HTTP\/1\.1 408 |$)/)
})

test('a body that comes drop by drop is cut off, one that moves on is not', async () => {
  const head =
    'POST /csw HTTP/1.1\r\nHost: here\r\nContent-Type: application/xml\r\nContent-Length: 900000\r\n\r\n<csw'
  const slow = Array.from({ length: 10 }, () => trickle(head, 'a'))
  const steady = request({
    port,
    path: '/csw',
    method: 'POST',
    headers: { 'Content-Type': 'application/xml' },
  })
  const answered = once(steady, 'response')
  steady.write('<!--')
  for (let n = 0; n < 40; n += 1) {
    steady.write('a'.repeat(2000))
    await pause(30)
  }
  steady.end('-->')
  expect((await fetch(`${url}?limit=1`)).status).toBe(200)
  for (const told of await Promise.all(slow)) expect(told).toBe('')
  // Nonsense, but no silence.
  const [{ statusCode }] = (await answered) as [IncomingMessage]
  expect(statusCode).toBe(400)
})
