/** Sorting, text search, and paging through both (Features Parts 8 and 9, drafts). Knows a URL only, but for what takes too long. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCollections } from '../../backend/src/services/collections.ts'
import { createFeatures } from '../../backend/src/services/features.ts'
import {
  createTestCollection,
  replaceTestRows,
  startTestServer,
  type TestRow,
  type TestServer,
} from '../helpers/collections.ts'
import { createFixture, hostileNames, idsOf, itemsAsked } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer

/** Every type, with equal values, gaps, and values that are hard to order. */
const kinds = [
  { name: 'text', type: 'string' },
  { name: 'whole', type: 'integer' },
  { name: 'real', type: 'number' },
  { name: 'flag', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'instant', type: 'datetime' },
  { name: 'clock', type: 'time' },
  { name: 'with, comma', type: 'string' },
] as const
const long = 'x'.repeat(100)
const texts = [
  'b',
  'a',
  'Z',
  'é',
  null,
  'ä"\\~',
  '',
  ' a',
  'b',
  `${long}2`,
  `${long}1`,
  '💧',
  null,
  "o'clock",
  '10',
  '9',
]
const rows: TestRow[] = Array.from({ length: 160 }, (_, at) => ({
  wkt: `POINT(${-61 + at / 1000} 13.9)`,
  values: [
    texts[at % texts.length] ?? null,
    at % 7 === 0 ? null : String(9_007_199_254_740_990n + BigInt(at % 5)),
    at % 6 === 0 ? null : at % 11 === 0 ? 'NaN' : at % 13 === 0 ? '-Infinity' : (at % 9) / 7,
    at % 4 === 0 ? null : at % 2 === 0,
    at % 5 === 0 ? null : `2020-0${1 + (at % 3)}-01`,
    at % 3 === 0 ? null : at % 25 === 1 ? 'infinity' : `2020-01-01T00:00:00.${at % 4}Z`,
    at % 3 === 1 ? null : `0${at % 8}:30:00.${at % 2}`,
    'x',
  ],
}))

beforeAll(async () => {
  server = await startTestServer({ MAX_ITEMS: '500' })
  await createFixture(server.db)
  for (const isPrecomputed of [false, true])
    await createTestCollection(server.db, {
      id: `kinds${isPrecomputed ? '_ready' : ''}`,
      geometryType: 'Point',
      columns: [...kinds],
      rows,
      isPrecomputed,
    })
  await createTestCollection(server.db, {
    id: 'words',
    geometryType: 'Point',
    columns: [
      { name: 'title', type: 'string' },
      { name: 'note', type: 'string' },
      { name: 'n', type: 'integer' },
    ],
    rows: [
      ['Coral reef of Anse', null],
      ['Mangrove', 'near the REEF'],
      ['Größe der Straße', 'GRÖSSE'],
      ['climate \t\n change', 'desalination'],
      ['change of climate', ''],
      ['100% (a.b) [c] {d} $e ^f |g \\h *i +j ?k', null],
      [null, null],
    ].map((values, at) => ({ wkt: 'POINT(-61 13.9)', values: [...values, at] as TestRow['values'] })),
  })
})
afterAll(() => server?.stop())

const { items, json } = itemsAsked(() => server)
const sorted = (id: string, sortby: string, more = 'limit=500') =>
  json(id, `${more}&sortby=${encodeURIComponent(sortby)}`)

const walk = async (id: string, query: string): Promise<Json[]> => {
  const pages: Json[] = []
  let href: string | undefined = `${server.face}/collections/${id}/items?${query}`
  while (href) {
    const response = await fetch(href)
    const page: Json = await response.json()
    expect(response.status, JSON.stringify(page).slice(0, 300)).toBe(200)
    pages.push(page)
    href = page.links.find(({ rel }: Json) => rel === 'next')?.href
  }
  return pages
}

/** The truth by another way: PostgreSQL's own order of the whole table. */
const trueOrder = async (order: string): Promise<number[]> => {
  const { table_name: table } = await server.db.knex('collection').where({ id: 'kinds' }).first()
  const { rows: found } = await server.db.pool.query(
    `select fid::int from data.${table} order by ${order}, fid`,
  )
  return found.map(({ fid }) => fid)
}

describe('sortby (/req/sorting/sortby-response)', () => {
  test.each([
    ['text', `left(c1, 100) collate "C" asc nulls last`],
    ['-text', `left(c1, 100) collate "C" desc nulls last`],
    ['+whole', 'c2 asc nulls last'],
    ['-whole', 'c2 desc nulls last'],
    ['real', 'c3 asc nulls last'],
    ['-real', 'c3 desc nulls last'],
    ['flag', 'c4 asc nulls last'],
    ['-day', 'c5 desc nulls last'],
    ['instant', 'c6 asc nulls last'],
    ['-instant', 'c6 desc nulls last'],
    ['-clock', 'c7 desc nulls last'],
    ['-id', 'fid desc'],
    ['flag,-text', 'c4 asc nulls last, left(c1, 100) collate "C" desc nulls last'],
    ['-real,+day,text', 'c3 desc nulls last, c5 asc nulls last, left(c1, 100) collate "C" asc nulls last'],
  ])('%s orders by value, those without one last, then by id', async (sortby, order) => {
    const expected = await trueOrder(order)
    expect(idsOf(await sorted('kinds', sortby))).toEqual(expected)
    expect(idsOf(await sorted('kinds_ready', sortby))).toEqual(expected)
  })

  test.each([
    'text',
    '-text',
    'whole',
    '-real',
    'flag',
    '-day',
    'instant',
    '-instant',
    '-clock',
    '-id',
    'flag,-text',
    '-real,+day,text,clock',
  ])('pages by %s lead through every feature once, in that order, and say the same count', async (sortby) => {
    const whole = idsOf(await sorted('kinds', sortby))
    for (const id of ['kinds', 'kinds_ready']) {
      const pages = await walk(id, `limit=23&sortby=${encodeURIComponent(sortby)}`)
      expect(pages.flatMap(idsOf)).toEqual(whole)
      expect(new Set(pages.map(({ numberMatched }) => numberMatched))).toEqual(new Set([160]))
    }
  })

  test('together with filter, bbox, offset and a choice of properties', async () => {
    const query = 'filter=real%3E0&bbox=-61,13,-60.9,14&properties=real&sortby=-real'
    const pages = await walk('kinds', `limit=7&${query}`)
    const values = pages.flatMap(({ features }) => features.map(({ properties }: Json) => properties.real))
    const whole = await json('kinds', `limit=500&${query}`)
    expect(pages.flatMap(idsOf)).toEqual(idsOf(whole))
    expect(pages[0].numberMatched).toBe(whole.numberReturned)
    // NaN, which GeoJSON cannot say, is greater than any number.
    const numbers = values.filter((value) => value !== null)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
    expect(numbers.length).toBeGreaterThan(20)
    expect(idsOf(await json('kinds', 'sortby=-id&offset=10&limit=3'))).toEqual([150, 149, 148])
  })

  test('in every format', async () => {
    const expected = idsOf(await json('kinds', 'sortby=-whole,text&limit=500')).map(String)
    for (const limit of [500, 40]) {
      const found: string[] = []
      let href: string | undefined =
        `${server.face}/collections/kinds/items?f=csv&sortby=-whole,text&limit=${limit}`
      while (href) {
        const response: Response = await fetch(href)
        const lines = (await response.text()).trimEnd().split('\r\n').slice(1)
        found.push(...lines.map((line) => line.split(',')[0] ?? ''))
        href = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
      }
      expect(found).toEqual(expected)
    }
    const fg = await walk('kinds', 'f=jsonfg&sortby=-whole,text&limit=60')
    expect(fg.flatMap(idsOf).map(String)).toEqual(expected)
  })

  test('a plus sign that was not encoded is read as one', async () => {
    expect(idsOf(await json('kinds', 'sortby=+day&limit=500'))).toEqual(idsOf(await sorted('kinds', 'day')))
  })

  test('reaches properties with hostile names, also those with commas', async () => {
    const whole = idsOf(await sorted('kinds', 'flag,text'))
    expect(idsOf(await sorted('kinds', 'with, comma,flag,text'))).toEqual(whole)
    expect(idsOf(await sorted('kinds', '-with, comma,-flag'))).toEqual(idsOf(await sorted('kinds', '-flag')))
    for (const name of hostileNames) {
      expect((await sorted('hostile', `-${name}`)).features).toHaveLength(2)
      expect((await sorted('hostile', name)).features).toHaveLength(2)
    }
  })

  test('by what cannot be sorted by, twice the same, or too much is refused with the names that can', async () => {
    for (const sortby of [
      'nobody',
      '',
      '-',
      'c1',
      'geom',
      'text,text',
      'text,-text',
      'text,,day',
      'text;drop',
      'text,whole,real,flag,day',
    ]) {
      const response = await items('kinds', `sortby=${encodeURIComponent(sortby)}`)
      const problem = (await response.json()) as Json
      expect(response.status, sortby).toBe(400)
      expect(['sort-key-wrong', 'invalid-request'], sortby).toContain(problem.code)
    }
    const problem = (await (await items('kinds', 'sortby=nobody')).json()) as Json
    expect(problem.detail).toContain("'nobody'")
    expect(problem.detail).toContain('whole')
  })

  test('a cursor belongs to its order, and one that was changed is refused', async () => {
    const page = await sorted('kinds', '-real', 'limit=5')
    const next = new URL(page.links.find(({ rel }: Json) => rel === 'next').href)
    expect((await fetch(next)).status).toBe(200)
    for (const sortby of ['real', '-whole', '-real,text', '']) {
      const other = new URL(next)
      if (sortby) other.searchParams.set('sortby', sortby)
      else other.searchParams.delete('sortby')
      expect((await fetch(other)).status, sortby).toBe(400)
    }
    const content = Buffer.from(next.searchParams.get('cursor') ?? '', 'base64url').toString()
    for (const changed of [content.replace('1', '2'), `${content}x`, content.slice(0, -1)]) {
      next.searchParams.set('cursor', Buffer.from(changed).toString('base64url'))
      expect((await fetch(next)).status).toBe(400)
    }
  })

  test('a walk in an order through data that are replaced meanwhile ends with 410', async () => {
    const points = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ wkt: `POINT(${at} 1)`, values: [at] }))
    await createTestCollection(server.db, {
      id: 'changing',
      columns: [{ name: 'n', type: 'integer' }],
      rows: points(20),
    })
    await expect.poll(async () => (await items('changing')).status, { timeout: 3000 }).toBe(200)
    const next = (await json('changing', 'limit=5&sortby=-n')).links.find(({ rel }: Json) => rel === 'next')
    await replaceTestRows(server.db, 'changing', points(9))
    expect((await fetch(next.href)).status).toBe(410)
  })
})

describe('q (/req/text-search/q-response)', () => {
  const found = async (q: string, more = '') =>
    (await json('words', `q=${encodeURIComponent(q)}${more}`)).features.map(
      ({ properties }: Json) => properties.n,
    )

  test('finds words in any text, whatever the case; commas are or, spaces are in a row', async () => {
    expect(await found('reef')).toEqual([0, 1])
    expect(await found('REEF')).toEqual([0, 1])
    expect(await found('größe')).toEqual([2])
    expect(await found('STRASSE')).toEqual([2])
    expect(await found('climate change')).toEqual([3])
    expect(await found('change climate')).toEqual([])
    expect(await found('mangrove, desalination')).toEqual([1, 3])
    expect(await found('  coral   reef ,nothing')).toEqual([0])
    expect(await found('nothing')).toEqual([])
  })

  test('takes every sign for itself', async () => {
    for (const q of ['100%', '(a.b)', '[c]', '{d}', '$e', '^f', '|g', '\\h', '*i', '+j', '?k', 'a.b) [c'])
      expect(await found(q), q).toEqual([5])
    for (const q of ['.*', '***=x', '(?i)reef', '_', "'; select 1 --", '100_', 'a-b', '(a+)+$'])
      expect(await found(q), q).toEqual([])
  })

  test('counts, pages and combines with the other parameters', async () => {
    const page = await json('words', 'q=reef,climate&sortby=-n&limit=2&filter=n%20%3C%204')
    expect(page.numberMatched).toBe(3)
    const pages = await walk('words', 'q=reef,climate&sortby=-n&limit=2&filter=n%20%3C%204')
    expect(pages.flatMap(({ features }) => features.map(({ properties }: Json) => properties.n))).toEqual([
      3, 1, 0,
    ])
    expect((await items('words', 'q=reef&f=csv')).headers.get('ogc-numbermatched')).toBe('2')
  })

  test('finds nothing where there is no text, and is refused without words', async () => {
    expect((await json('heights', 'q=10')).features).toEqual([])
    for (const q of ['', ' ', ',', ' , '])
      expect((await items('words', `q=${encodeURIComponent(q)}`)).status, JSON.stringify(q)).toBe(400)
    expect((await items('words', `q=${Array.from({ length: 11 }, (_, at) => `w${at}`).join()}`)).status).toBe(
      400,
    )
    expect((await items('words', `q=${'w'.repeat(201)}`)).status).toBe(400)
    expect((await items('words', 'q=%00')).status).toBe(400)
  })
})

describe('sortables (/req/sortables/response)', () => {
  test('are linked from the collection and list values only, in JSON and as a page', async () => {
    const collection = (await (await server.get('/pygeoapi/collections/kinds')).json()) as Json
    const link = collection.links.find(
      ({ rel }: Json) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/sortables',
    )
    expect(link.type).toBe('application/schema+json')
    const response = await fetch(link.href, { headers: { Accept: 'application/schema+json' } })
    expect(response.headers.get('content-type')).toBe('application/schema+json')
    const schema = (await response.json()) as Json
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: link.href,
      type: 'object',
      additionalProperties: false,
    })
    expect(Object.keys(schema.properties)).toEqual(['id', ...kinds.map(({ name }) => name)])
    for (const [name, { type }] of Object.entries(schema.properties) as [string, Json][]) {
      expect(['string', 'integer', 'number', 'boolean']).toContain(type)
      expect((await sorted('kinds', name, 'limit=1')).numberReturned).toBe(1)
    }
    const page = await server.get('/pygeoapi/collections/kinds/sortables?f=html')
    expect(await page.text()).toContain('sortby')
  })
})

describe('what takes too long', () => {
  test('is stopped and told, with what to do, and leaves no connection behind', async () => {
    const database = { kind: server.db.kind, readPool: server.db.readPool }
    const collections = createCollections({ db: server.db.knex, now: Date.now })
    const features = createFeatures({ database, collections, patienceMs: 0 })
    const collection = await collections.get('kinds')
    const [text] = collection.columns
    if (!text) throw new Error('the fixture has columns')
    const request = {
      crs: { epsg: 4326, axisOrder: 'xy', uri: '' },
      properties: null,
      isGeometrySkipped: false,
      limit: 10,
      start: { offset: 0 },
      sort: [{ column: text, isDescending: false }],
      filter: { bbox: null, time: null, equals: [], text: null, expression: null },
    } as const
    for (const isMeasured of [false, true]) {
      const opened = features.openPage(
        collection,
        {
          ...request,
          sort: [...request.sort],
          filter: { ...request.filter, equals: [] },
          form: 'csv',
          isMeasured,
        },
        new AbortController().signal,
      )
      await expect(opened).rejects.toMatchObject({ code: 'answer-takes-too-long', status: 422 })
    }
    const busy = () => server.db.readPool.totalCount - server.db.readPool.idleCount
    await expect.poll(busy, { timeout: 3000 }).toBe(0)
  })
})
