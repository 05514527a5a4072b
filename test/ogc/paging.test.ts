/** Counts that are exact or absent, and pages that never mix two versions of the data. Knows a URL only. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createTestCollection,
  registerTestCollection,
  replaceTestRows,
  startTestServer,
  type TestServer,
} from '../helpers/collections.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer
const many = 12_000

beforeAll(async () => {
  server = await startTestServer({ MAX_ITEMS: '20000' })
  const tableName = 'd_many'
  await server.db.pool.query(
    `create table data.${tableName} (fid bigint primary key, geom geometry(Point, 4326), c1 bigint, c2 text, feature text)`,
  )
  await server.db.pool.query(
    `insert into data.${tableName} select i, st_setsrid(st_makepoint(-61 + i * 1e-5, 13.9), 4326), i, 'x' from generate_series(1, $1::int) i`,
    [many],
  )
  await registerTestCollection(
    server.db,
    { id: 'many' },
    {
      tableName,
      columns: [
        { name: 'n', column: 'c1', type: 'integer' },
        { name: 'text', column: 'c2', type: 'string' },
      ],
      srid: 4326,
      geometryType: 'Point',
    },
  )
})
afterAll(() => server?.stop())

const items = (query: string, id = 'many') => server.get(`/pygeoapi/collections/${id}/items?${query}`)
const json = async (query: string): Promise<Json> => (await items(query)).json()

describe('numberMatched (G8)', () => {
  test('without a filter is that of the collection, at any depth and size of page', async () => {
    for (const query of [
      'limit=1',
      'limit=10000',
      'offset=11990&limit=100',
      'limit=5&sortby=-n',
      'properties=text',
    ])
      expect((await json(query)).numberMatched, query).toBe(many)
  })

  test('with a filter is exact up to ten thousand, and absent beyond', async () => {
    expect((await json('filter=n%3C%3D10000')).numberMatched).toBe(10_000)
    const beyond = await json('filter=n%3C%3D10001')
    expect(beyond).not.toHaveProperty('numberMatched')
    expect(beyond.numberReturned).toBe(10)
    expect((await items('q=x&f=csv')).headers.get('ogc-numbermatched')).toBeNull()
    expect((await items('filter=n%3C50&f=csv')).headers.get('ogc-numbermatched')).toBe('49')
  })

  test('is exact on the only page, whatever its size', async () => {
    expect((await json('filter=n%3C%3D11000&limit=20000')).numberMatched).toBe(11_000)
    expect(
      (await items('filter=n%3C%3D11000&limit=20000&f=flatgeobuf')).headers.get('ogc-numbermatched'),
    ).toBe('11000')
  })
})

test('offset is accepted together with every order and format (G29)', async () => {
  for (const f of ['json', 'jsonfg', 'csv', 'flatgeobuf', 'html'])
    for (const sortby of ['', '&sortby=-n'])
      expect((await items(`offset=11995&limit=10&f=${f}${sortby}`)).status, f).toBe(200)
  const last = await json('offset=11995&limit=10&sortby=-n')
  expect(last.features.map(({ properties }: Json) => properties.n)).toEqual([5, 4, 3, 2, 1])
  expect(last.links.some(({ rel }: Json) => rel === 'next')).toBe(false)
})

test('no page has features of two versions, in any format or order, while the data are replaced', async () => {
  const rows = (version: number) =>
    Array.from({ length: 150 }, (_, at) => ({ wkt: `POINT(${at / 10} 1)`, values: [version, at % 7] }))
  await createTestCollection(server.db, {
    id: 'versions',
    geometryType: 'Point',
    columns: [
      { name: 'version', type: 'integer' },
      { name: 'n', type: 'integer' },
    ],
    rows: rows(0),
  })
  await expect.poll(async () => (await items('limit=1', 'versions')).status, { timeout: 3000 }).toBe(200)
  let isOver = false
  const seen = new Set<string>()
  const read = async (query: string, versionsOf: (text: string) => string[]) => {
    while (!isOver) {
      const response = await items(`limit=150&${query}`, 'versions')
      const text = await response.text()
      expect(response.status, text.slice(0, 200)).toBe(200)
      const versions = versionsOf(text)
      expect(versions).toHaveLength(150)
      expect(new Set(versions).size).toBe(1)
      seen.add(versions[0] ?? '')
    }
  }
  const fromJson = (text: string) => [...text.matchAll(/"version":(\d+)/g)].map(([, version = '']) => version)
  const fromCsv = (text: string) =>
    text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[1] ?? '')
  const readers = [read('', fromJson), read('f=jsonfg&sortby=n', fromJson), read('f=csv&sortby=-n', fromCsv)]
  for (let version = 1; version <= 4; version += 1)
    await replaceTestRows(server.db, 'versions', rows(version))
  await expect.poll(() => [...seen], { timeout: 10_000 }).toContain('4')
  isOver = true
  await Promise.all(readers)
})
