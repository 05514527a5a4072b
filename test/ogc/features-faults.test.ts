/** What happens to readers when something breaks: nobody takes half a page for a whole one, nothing is left behind. */
import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'
import { engineName } from '../helpers/database.ts'

let server: TestServer

/** Answers of several megabytes, so that they are under way for a while. */
const longText = 'x'.repeat(8_000)

beforeAll(async () => {
  server = await startTestServer()
  await createTestCollection(server.db, {
    id: 'long',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: Array.from({ length: 1200 }, (_, at) => ({
      wkt: `POINT(${(at % 100) / 100} 1)`,
      values: [longText],
    })),
  })
  await createTestCollection(server.db, {
    id: 'broken',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    // One point that no projection can place, after a megabyte of good ones.
    rows: Array.from({ length: 150 }, (_, at) => ({
      wkt: at === 140 ? 'POINT(1 1e7)' : 'POINT(1 1)',
      values: [longText],
    })),
  })
})
afterAll(() => server?.stop())

const mercator = `crs=${encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/3857')}`

const busyConnections = () =>
  server.db.readPool.totalCount - server.db.readPool.idleCount + server.db.readPool.waitingCount

test('a page that breaks half-way is a broken transfer, never JSON that looks whole', async () => {
  const response = await fetch(`${server.face}/collections/broken/items?limit=200&${mercator}`)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow(/terminated|closed|reset/)
  await expect.poll(busyConnections, { timeout: 3000 }).toBe(0)
})

test('a page that breaks before its first byte is a problem that says why', async () => {
  const response = await server.get(`/pygeoapi/collections/broken/items?limit=20&offset=135&${mercator}`)
  expect(response.status).toBe(400)
  expect(((await response.json()) as { code: string }).code).toBe('crs-cannot-hold-data')
  expect((await server.get(`/pygeoapi/collections/broken/items/141?${mercator}`)).status).toBe(400)
  expect(busyConnections()).toBe(0)
})

const openAndWait = (path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(`${server.url}${path}`, { agent: false }, (response) => {
      response.once('readable', () => {
        response.read(1000)
        resolve(response)
      })
    }).on('error', reject)
  })

test('a reader that leaves gives its connection back at once', async () => {
  const readers = await Promise.all(
    Array.from({ length: 6 }, () => openAndWait('/pygeoapi/collections/long/items?limit=1200')),
  )
  for (const reader of readers) reader.destroy()
  await expect.poll(busyConnections, { timeout: 2000 }).toBe(0)
  const page = await server.get('/pygeoapi/collections/long/items?limit=1')
  expect(page.status).toBe(200)
})

test('readers that are slow do not keep others waiting', async () => {
  const slow = await Promise.all(
    Array.from({ length: 20 }, () => openAndWait('/pygeoapi/collections/long/items?limit=1000')),
  )
  const startedAt = performance.now()
  for (let n = 0; n < 10; n += 1)
    expect((await server.get('/pygeoapi/collections/long/items?limit=10')).status).toBe(200)
  expect(performance.now() - startedAt).toBeLessThan(5000)
  for (const reader of slow) reader.destroy()
  await expect.poll(busyConnections, { timeout: 2000 }).toBe(0)
})

test.skipIf(engineName === 'embedded')(
  'a database that goes away in the middle cuts the transfer (left out on the embedded engine: it has no sessions to end)',
  async () => {
    const reader = await openAndWait('/pygeoapi/collections/long/items?limit=10000')
    const ended = new Promise<string>((resolve) => {
      reader.once('error', (error) => resolve(error.message))
      reader.once('end', () => resolve('ended'))
    })
    await server.db.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    reader.resume()
    // What had been read ahead may be the whole page; otherwise the client sees a broken transfer.
    expect(['aborted', 'ended']).toContain(await ended)
    await expect
      .poll(async () => (await server.get('/pygeoapi/collections/long/items?limit=1')).status, {
        timeout: 5000,
      })
      .toBe(200)
    expect(busyConnections()).toBe(0)
  },
)
