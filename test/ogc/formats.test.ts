/** The same features in JSON-FG, CSV and FlatGeobuf, as programs read them. Knows a URL only. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasProgram } from '../helpers/programs.ts'
import { createFixture, fixture, itemsAsked } from './features-fixture.ts'

const run = promisify(execFile)

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer
let folder: string

/** Every kind of geometry, with and without heights, holes and several parts. */
const shapes: Record<string, string[]> = {
  Point: ['POINT(-61 13.9)'],
  MultiPoint: ['MULTIPOINT((-61 13.9),(-60.9 13.8))'],
  LineString: ['LINESTRING(-61 13.9,-60.9 13.8,-60.8 13.9)'],
  MultiLineString: ['MULTILINESTRING((-61 13.9,-60.9 13.8),(-60.8 13.9,-60.7 13.8,-60.6 13.8))'],
  Polygon: [
    'POLYGON((-61 13.9,-60.8 13.9,-60.8 14,-61 14,-61 13.9),(-60.95 13.95,-60.9 13.95,-60.9 13.97,-60.95 13.95))',
  ],
  MultiPolygon: [
    'MULTIPOLYGON(((-61 13.9,-60.8 13.9,-60.8 14,-61 13.9)),((-60.7 13.9,-60.5 13.9,-60.5 14,-60.7 14,-60.7 13.9),(-60.65 13.92,-60.6 13.92,-60.6 13.95,-60.65 13.92)))',
  ],
  GeometryCollection: ['GEOMETRYCOLLECTION(POINT(-61 13.9),LINESTRING(-61 13.9,-60.9 13.8))'],
}
const withHeights = (wkt: string) =>
  wkt
    .replace(/(-?[\d.]+ [\d.]+)/g, '$1 7.5')
    .replace(/^(\w+)/, '$1 Z')
    .replace(/(POINT|LINESTRING)\(/g, (all, name, at) => (at === 0 ? all : `${name} Z(`))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'formats-'))
  server = await startTestServer({ MAX_ITEMS: '5000' })
  await createFixture(server.db)
  for (const [type, list] of Object.entries(shapes))
    for (const hasZ of [false, true])
      await createTestCollection(server.db, {
        id: `${type.toLowerCase()}${hasZ ? '_z' : ''}`,
        geometryType: type as 'Point',
        hasZ,
        columns: [{ name: 'name', type: 'string' }],
        rows: [...list, null].map((wkt, at) => ({
          wkt: wkt && hasZ ? withHeights(wkt) : wkt,
          values: [`${type} ${at}`],
        })),
      })
  await createTestCollection(server.db, {
    id: 'mixed',
    geometryType: 'Geometry',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [...Object.values(shapes).flat(), 'POINT EMPTY', 'POLYGON EMPTY', 'MULTIPOLYGON EMPTY'].map(
      (wkt, n) => ({
        wkt,
        values: [n],
      }),
    ),
  })
  await createTestCollection(server.db, {
    id: 'sheet',
    geometryType: 'Point',
    columns: [
      { name: 'text', type: 'string' },
      { name: '=cmd', type: 'string' },
      { name: 'id', type: 'integer' },
    ],
    rows: [
      '=1+1',
      '+1-758',
      '-5.25',
      '- a list',
      '@SUM(A1)',
      '\t=1',
      '＝1',
      'a,b;"c"',
      'two\nlines',
      '',
      null,
      ' =1',
    ].map((value, at) => ({ wkt: 'POINT(-61 13.9)', values: [value, 'x', at] })),
  })
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const { items, json } = itemsAsked(() => server)
const crs = (code: string) => `crs=${encodeURIComponent(`http://www.opengis.net/def/crs/${code}`)}`

const fgb = async (id: string, query = ''): Promise<Json[]> => {
  const response = await items(id, `f=flatgeobuf${query && `&${query}`}`)
  expect(response.status).toBe(200)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const features: Json[] = []
  for await (const feature of deserialize(bytes)) features.push(feature)
  return features
}

/** RFC 4180, by a reader that knows nothing of who wrote it; null for nothing between commas. */
const readCsv = (text: string): (string | null)[][] => {
  const rows: (string | null)[][] = [[]]
  const form = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/gy
  while (form.lastIndex < text.length) {
    const found = form.exec(text)
    if (!found)
      throw new Error(`no CSV at ${form.lastIndex}: ${text.slice(form.lastIndex, form.lastIndex + 40)}`)
    const [, quoted, plain, end] = found
    rows.at(-1)?.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'))
    if (end === '\r\n' && form.lastIndex < text.length) rows.push([])
  }
  return rows
}
const csv = async (id: string, query = '') => {
  const response = await items(id, `f=csv${query && `&${query}`}`)
  expect(response.status).toBe(200)
  return readCsv(await response.text())
}

describe('which format', () => {
  test.each([
    ['f=json', '', 'application/geo+json'],
    ['f=geojson', '', 'application/geo+json'],
    ['f=jsonfg', '', 'application/geo+json'],
    ['f=csv', '', 'text/csv; charset=utf-8; header=present'],
    ['f=flatgeobuf', '', 'application/flatgeobuf'],
    ['f=fgb', '', 'application/flatgeobuf'],
    ['f=html', '', 'text/html; charset=utf-8'],
    ['', 'application/flatgeobuf', 'application/flatgeobuf'],
    ['', 'text/csv', 'text/csv; charset=utf-8; header=present'],
    ['', 'application/fg+json', 'application/fg+json'],
    ['', 'application/vnd.ogc.fg+json', 'application/vnd.ogc.fg+json'],
    ['', 'application/geo+json;q=0.5, text/csv', 'text/csv; charset=utf-8; header=present'],
    ['', 'application/geo+json, application/json', 'application/geo+json'],
    ['', '*/*', 'application/geo+json'],
  ])('%s with Accept %s is %s, for a page and for one feature (G2)', async (query, accept, expected) => {
    for (const path of ['items', 'items/1']) {
      const response = await server.get(
        `/pygeoapi/collections/places/${path}${query && `?${query}`}`,
        accept ? { Accept: accept } : {},
      )
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe(expected)
      expect(response.headers.get('vary')).toContain('Accept')
    }
  })

  test('GeoJSON and pages link the others, and each of these answers as it was announced', async () => {
    for (const path of [
      '/pygeoapi/collections/places/items?limit=3',
      '/pygeoapi/collections/places/items/1',
    ]) {
      const { links } = (await (await server.get(path)).json()) as Json
      const others = links.filter(({ rel }: Json) => rel === 'alternate')
      expect(others.map(({ type }: Json) => type)).toEqual([
        'text/html',
        'application/geo+json',
        'application/flatgeobuf',
        'text/csv',
      ])
      for (const { href, type } of others) {
        const response = await fetch(href)
        expect(response.status, href).toBe(200)
        expect(response.headers.get('content-type')?.split(';')[0], href).toBe(type.split(';')[0])
      }
    }
    const collection = (await (await server.get('/pygeoapi/collections/places')).json()) as Json
    const types = collection.links.filter(({ rel }: Json) => rel === 'items').map(({ type }: Json) => type)
    expect(types[0]).toBe('application/geo+json')
    expect(types).toContain('application/flatgeobuf')
    expect(types).toContain('text/csv')
  })

  test('HEAD has the headers, and what has not changed is not sent again, in every format', async () => {
    for (const f of ['json', 'jsonfg', 'csv', 'flatgeobuf', 'html']) {
      const path = `/pygeoapi/collections/places/items?f=${f}`
      const head = await fetch(`${server.url}${path}`, { method: 'HEAD' })
      const etag = head.headers.get('etag') ?? ''
      expect(etag).toMatch(/^W\/"/)
      expect((await server.get(path)).headers.get('etag')).toBe(etag)
      expect((await server.get(path, { 'If-None-Match': etag })).status).toBe(304)
    }
  })

  test('the API document names them all (G5)', async () => {
    const document = (await (await server.get('/pygeoapi/api')).json()) as Json
    const { get } = document.paths['/collections/places/items']
    expect(Object.keys(get.responses['200'].content)).toEqual(
      expect.arrayContaining(['application/geo+json', 'application/flatgeobuf', 'text/csv', 'text/html']),
    )
    expect(document.components.parameters.fItems.schema.enum).toEqual(
      expect.arrayContaining(['json', 'jsonfg', 'csv', 'flatgeobuf', 'html']),
    )
  })
})

describe('pages of formats without room for links (G30)', () => {
  test.each(['jsonfg', 'csv', 'flatgeobuf'])(
    'in %s lead on by a Link header, with counts beside it, and end',
    async (f) => {
      let href: string | undefined = `${server.face}/collections/parcels/items?f=${f}&limit=400`
      const returned: number[] = []
      while (href) {
        const response: Response = await fetch(href)
        expect(response.headers.get('ogc-numbermatched')).toBe('900')
        returned.push(Number(response.headers.get('ogc-numberreturned')))
        await response.arrayBuffer()
        const link: string = response.headers.get('link') ?? ''
        href = /<([^>]+)>; rel="next"/.exec(link)?.[1]
        if (href)
          expect(link).toContain(
            `rel="next"; type="${f === 'jsonfg' ? 'application/geo+json' : f === 'csv' ? 'text/csv' : 'application/flatgeobuf'}"`,
          )
      }
      expect(returned).toEqual([400, 400, 100])
    },
  )

  test('the counts are those of a filter, too; a page after the end is empty and valid', async () => {
    const response = await items('places', 'f=flatgeobuf&open=true&limit=5')
    expect(response.headers.get('ogc-numbermatched')).toBe('12')
    expect(response.headers.get('ogc-numberreturned')).toBe('5')
    for (const query of ['offset=1000', 'bbox=0,0,1,1', 'name=nobody']) {
      const empty = await items('places', `f=flatgeobuf&${query}`)
      expect(empty.headers.get('ogc-numberreturned'), query).toBe('0')
      expect(empty.headers.get('link')).not.toContain('rel="next"')
      expect(await fgb('places', query)).toEqual([])
      expect((await csv('places', query)).length).toBe(1)
      expect((await json('places', `f=jsonfg&${query}`)).features).toEqual([])
    }
  })

  test('are readable by scripts of other origins', async () => {
    const exposed = (await items('places', 'f=csv')).headers.get('access-control-expose-headers') ?? ''
    for (const name of ['Link', 'OGC-NumberMatched', 'OGC-NumberReturned', 'Content-Crs'])
      expect(exposed).toContain(name)
  })
})

describe('JSON-FG', () => {
  test('says what it is, once, and keeps GeoJSON as it was', async () => {
    const page = await json('places', 'f=jsonfg&limit=24')
    expect(page).toMatchObject({
      type: 'FeatureCollection',
      conformsTo: [
        'http://www.opengis.net/spec/json-fg-1/1.0/conf/core',
        'http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas',
      ],
      featureType: 'places',
      featureSchema: `${server.face}/collections/places/schema`,
      geometryDimension: 0,
      coordRefSys: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
      numberMatched: 24,
      numberReturned: 24,
    })
    const plain = await json('places', 'limit=24')
    for (const [at, feature] of page.features.entries()) {
      const { place, time, ...rest } = feature
      expect(rest).toEqual(plain.features[at])
      expect(place).toBeNull()
      expect(time).toEqual(rest.properties.founded && { date: rest.properties.founded })
      expect(feature).not.toHaveProperty('conformsTo')
    }
    expect(page.features[5].time).toBeNull()
  })

  test('has an instant as timestamp, and no time where the collection has none', async () => {
    await createTestCollection(server.db, {
      id: 'moments',
      columns: [{ name: 'at', type: 'datetime' }],
      rows: ['2020-01-01T00:00:00.5Z', '0044-03-15 12:00:00+00 BC', 'infinity', null].map((value) => ({
        wkt: 'POINT(1 1)',
        values: [value],
      })),
    })
    await expect.poll(async () => (await items('moments')).status, { timeout: 3000 }).toBe(200)
    expect((await json('moments', 'f=jsonfg')).features.map(({ time }: Json) => time)).toEqual([
      { timestamp: '2020-01-01T00:00:00.5Z' },
      null,
      null,
      null,
    ])
    expect((await json('parcels', 'f=jsonfg&limit=1')).features[0].time).toBeNull()
  })

  test('has other coordinate systems in place, and with jsonfg-plus a geometry for everybody beside it', async () => {
    const query = `limit=2&${crs('EPSG/0/32620')}`
    const local = (await json('parcels_ready', query)).features
    const world = (await json('parcels_ready', 'limit=2')).features
    for (const id of ['parcels', 'parcels_ready']) {
      const page = await json(id, `f=jsonfg&${query}`)
      expect(page.coordRefSys).toBe('http://www.opengis.net/def/crs/EPSG/0/32620')
      for (const [at, { place, geometry, properties }] of page.features.entries()) {
        expect(place).toEqual(local[at].geometry)
        expect(geometry).toBeNull()
        expect(properties).toEqual(local[at].properties)
      }
      const plus = await json(id, `profile=jsonfg-plus&${query}`)
      for (const [at, { place, geometry }] of plus.features.entries()) {
        expect(place).toEqual(local[at].geometry)
        expect(geometry).toEqual(world[at].geometry)
      }
    }
  })

  test('of one feature is a root object of its own', async () => {
    const response = await server.get(`/pygeoapi/collections/places/items/2?f=jsonfg&${crs('EPSG/0/4326')}`)
    const feature = (await response.json()) as Json
    expect(feature).toMatchObject({
      type: 'Feature',
      id: 2,
      featureType: 'places',
      coordRefSys: 'http://www.opengis.net/def/crs/EPSG/0/4326',
      time: { date: '2020-01-02' },
      place: { type: 'Point', coordinates: [13.75, -61.04] },
      geometry: null,
    })
    expect(feature.conformsTo).toContain('http://www.opengis.net/spec/json-fg-1/1.0/conf/core')
  })

  test.each([
    ['profile=jsonfg', true],
    ['profile=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fprofile%2FOGC%2F0%2Fjsonfg', true],
    ['profile=nothing-known,jsonfg', true],
    ['f=json&profile=jsonfg', true],
    ['profile=rfc7946', false],
    ['profile=nothing-known', false],
    ['f=html&profile=jsonfg', null],
    ['f=csv&profile=jsonfg', null],
  ])('by %s: JSON-FG %s (Common Part 3, profile-parameter)', async (query, expected) => {
    const response = await items('places', `limit=1&${query}`)
    expect(response.status).toBe(200)
    if (expected === null) return
    const page = (await response.json()) as Json
    expect('conformsTo' in page).toBe(expected)
    const profile = page.links.find(({ rel }: Json) => rel === 'profile')
    expect(profile.href).toBe(`http://www.opengis.net/def/profile/OGC/0/${expected ? 'jsonfg' : 'rfc7946'}`)
  })

  test('is the same whether its features were written before or now', async () => {
    for (const [now, before] of [
      ['places', 'places_ready'],
      ['tricky', 'tricky_ready'],
    ] as const)
      for (const query of ['', `&${crs('EPSG/0/3857')}`, '&properties=name', '&skipGeometry=true'])
        expect((await json(now, `f=jsonfg&limit=500${query}`)).features).toEqual(
          (await json(before, `f=jsonfg&limit=500${query}`)).features,
        )
  })
})

describe('CSV', () => {
  test('has a head and a row for each feature, points as lon and lat (RFC 4180)', async () => {
    const [head, ...rows] = await csv('places', 'limit=100')
    expect(head).toEqual([
      'id',
      'name',
      'visitors',
      'rating',
      'open',
      'founded',
      'seen',
      'closes',
      'lon',
      'lat',
    ])
    expect(rows).toHaveLength(24)
    expect(rows[1]).toEqual([
      '2',
      'Place 1',
      '1000',
      '0.125',
      'false',
      '2020-01-02',
      '2020-01-01T01:00:00Z',
      '12:30:00',
      '-61.04',
      '13.75',
    ])
    expect(rows[3]?.slice(-2)).toEqual([null, null])
    const text = await (await items('places', 'f=csv&limit=1')).text()
    expect(text.split('\r\n')).toHaveLength(3)
    expect(text.endsWith('\r\n')).toBe(true)
  })

  test('has other geometries as well-known text, in the system asked for, and heights of points', async () => {
    const [head, first] = await csv('parcels', `limit=1&${crs('EPSG/0/32620')}`)
    expect(head).toEqual(['id', 'code', 'WKT'])
    expect(first?.[2]).toMatch(/^POLYGON\(\(715000 1535000,/)
    expect((await csv('heights', 'limit=1'))[0]).toEqual(['id', 'n', 'lon', 'lat', 'height'])
    expect((await csv('heights', 'limit=1'))[1]?.slice(2)).toEqual(['-61', '13.9', '10'])
    expect((await csv('places', `limit=1&${crs('EPSG/0/3857')}`))[0]?.slice(-2)).toEqual(['x', 'y'])
    expect((await csv('numbers'))[0]).toEqual(['id', 'big', 'real'])
  })

  test('keeps whole numbers of 64 bits, and tells no value from an empty text', async () => {
    const rows = await csv('numbers')
    expect(rows[1]).toEqual(['-5', '-9223372036854775808', null])
    expect(rows[5]?.slice(0, 2)).toEqual(['9007199254740993', '9223372036854775807'])
    const texts = (await csv('sheet', 'limit=50')).slice(1).map((row) => row[1])
    expect(texts.slice(9, 11)).toEqual(['', null])
  })

  test('puts an apostrophe before what a spreadsheet would take for a formula, and nothing else (security D)', async () => {
    const [head, ...rows] = await csv('sheet', 'limit=50')
    expect(head).toEqual(['feature_id', 'text', "'=cmd", 'id', 'lon', 'lat'])
    expect(rows.map((row) => row[1])).toEqual([
      "'=1+1",
      "'+1-758",
      '-5.25',
      "'- a list",
      "'@SUM(A1)",
      "'\t=1",
      "'＝1",
      'a,b;"c"',
      'two\nlines',
      '',
      null,
      ' =1',
    ])
    expect((await json('sheet')).features[0].properties.text).toBe('=1+1')
  })

  test('of one feature is a head and a row, and comes as a file with a name', async () => {
    const response = await server.get('/pygeoapi/collections/places/items/2?f=csv')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="places-2.csv"')
    expect(readCsv(await response.text())).toHaveLength(2)
    expect((await items('places', 'f=csv')).headers.get('content-disposition')).toBe(
      'attachment; filename="places.csv"',
    )
  })
})

describe('FlatGeobuf, read by the library of its author', () => {
  // That library breaks off at a feature without geometry; GDAL, further down, does not.
  const everywhere = 'limit=1000&bbox=-180,-90,180,90'
  const withGeometry = fixture.filter(({ srid }) => srid !== null).map(({ id }) => id)
  const made = Object.keys(shapes).flatMap((type) => [type.toLowerCase(), `${type.toLowerCase()}_z`])

  test.each([...withGeometry, ...made, 'mixed'])('%s is equal to GeoJSON', async (id) => {
    const query = id === 'mixed' ? 'limit=1000&filter=n<7' : everywhere
    const plain = (await json(id, query)).features
    const found = await fgb(id, query)
    expect(found).toHaveLength(plain.length)
    for (const [at, { geometry, properties }] of found.entries()) {
      const expected = plain[at]
      const { id: fid, ...rest } = properties
      expect(fid).toBe(expected.id)
      for (const [name, value] of Object.entries(expected.properties))
        expect(rest[name] ?? null, `${id} ${name}`).toEqual(value)
      expect(geometry.type).toBe(expected.geometry.type)
      const numbers = flat(geometry)
      const wanted = flat(expected.geometry)
      expect(numbers).toHaveLength(wanted.length)
      for (const [n, value] of numbers.entries()) expect(value).toBeCloseTo(wanted[n] ?? Number.NaN, 8)
    }
  })

  const flat = (geometry: Json): number[] =>
    geometry.geometries ? geometry.geometries.flatMap(flat) : geometry.coordinates.flat(Infinity)

  test('has x before y in every system, and only what was asked for', async () => {
    const [first] = await fgb('places', `limit=1&${crs('EPSG/0/4326')}`)
    expect(first.geometry.coordinates).toEqual([-61.05, 13.75])
    const [bare] = await fgb('places', 'limit=1&offset=1&properties=open')
    expect(bare.properties).toEqual({ id: 2, open: false })
  })

  test('of rows longer than the pieces in which the database sends them', async () => {
    const text = 'é'.repeat(300_000)
    await createTestCollection(server.db, {
      id: 'wide',
      geometryType: 'Point',
      columns: [
        { name: 'text', type: 'string' },
        { name: 'n', type: 'integer' },
      ],
      rows: [0, 1, 2, 3].map((n) => ({ wkt: `POINT(${n} ${n})`, values: [n % 2 ? text : 'short', n] })),
    })
    await expect.poll(async () => (await items('wide')).status, { timeout: 3000 }).toBe(200)
    const found = await fgb('wide')
    expect(found.map(({ properties }) => [properties.text.length, properties.n])).toEqual([
      [5, 0],
      [300_000, 1],
      [5, 2],
      [300_000, 3],
    ])
    expect((await csv('wide')).map((row) => row[1]?.length)).toEqual([4, 5, 300_000, 5, 300_000])
  })

  test('one feature is a file with one feature', async () => {
    const response = await server.get('/pygeoapi/collections/places/items/2?f=fgb')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="places-2.fgb"')
    const features: Json[] = []
    for await (const one of deserialize(new Uint8Array(await response.arrayBuffer()))) features.push(one)
    expect(features).toHaveLength(1)
    expect(features[0].properties).toMatchObject({ id: 2, name: 'Place 1', seen: '2020-01-01T01:00:00Z' })
  })
})

describe('skipGeometry and properties, in every format (Features Part 6)', () => {
  test('leave out what was not asked for', async () => {
    for (const id of ['parcels', 'parcels_ready', 'places', 'places_ready', 'tricky_ready']) {
      const plain = (await json(id, 'limit=20')).features
      const bare = (await json(id, 'limit=20&skipGeometry=true')).features
      expect(bare).toEqual(plain.map((feature: Json) => ({ ...feature, geometry: null })))
    }
    expect((await csv('places', 'limit=1&skipGeometry=true&properties=name'))[0]).toEqual(['id', 'name'])
    const jsonfg = await json('parcels', `f=jsonfg&limit=1&skipGeometry=true&${crs('EPSG/0/32620')}`)
    expect(jsonfg.features[0]).toMatchObject({ geometry: null, place: null })
    expect(await (await items('places', 'f=html&limit=1&skipGeometry=true')).text()).not.toContain(
      '<svg viewBox',
    )
    expect((await items('places', 'skipGeometry=perhaps')).status).toBe(400)
  })

  test('also of one feature', async () => {
    const feature = (await (
      await server.get('/pygeoapi/collections/places_ready/items/2?properties=name&skipGeometry=true')
    ).json()) as Json
    expect(feature).toMatchObject({ id: 2, geometry: null })
    expect(feature.properties).toEqual({ name: 'Place 1' })
    expect((await server.get('/pygeoapi/collections/places/items/2?properties=nobody')).status).toBe(400)
  })
})

describe.skipIf(!hasProgram('ogrinfo'))('GDAL (left out where ogrinfo is not installed)', () => {
  const keep = async (id: string, f: string, query = ''): Promise<string> => {
    const response = await items(id, `f=${f}&limit=5000${query && `&${query}`}`)
    const path = join(folder, `${id}.${f === 'csv' ? 'csv' : 'fgb'}`)
    await writeFile(path, new Uint8Array(await response.arrayBuffer()))
    return path
  }
  const info = async (...options: string[]) => (await run('ogrinfo', options, { maxBuffer: 1 << 26 })).stdout

  test.each([
    'places',
    'parcels',
    'heights',
    'mixed',
    'multipolygon',
    'multipolygon_z',
    'geometrycollection',
  ])('reads %s from FlatGeobuf, every feature, with its geometry', async (id) => {
    const text = await info('-al', await keep(id, 'flatgeobuf'))
    const { rows } = await server.db.pool.query(
      `select st_astext(st_force2d(st_transform(geom, 4326)), 6) as wkt from data.${
        (await server.db.knex('collection').where({ id }).first()).table_name
      } order by fid`,
    )
    expect(text).toContain(`Feature Count: ${rows.length}`)
    expect(text).toContain('ID["EPSG",4326]')
    expect(text.match(/^OGRFeature/gm)).toHaveLength(rows.length)
  })

  test('reads types, system and an empty page from FlatGeobuf', async () => {
    const text = await info('-so', '-al', await keep('places', 'flatgeobuf', crs('EPSG/0/32620')))
    expect(text).toContain('Geometry: Point')
    expect(text).toContain('ID["EPSG",32620]')
    expect(text).toMatch(/id: Integer64 .*NOT NULL/)
    expect(text).toMatch(/visitors: Integer64/)
    expect(text).toMatch(/rating: Real/)
    expect(text).toMatch(/open: Integer\(Boolean\)/)
    expect(text).toMatch(/seen: DateTime/)
    expect(await info('-so', '-al', await keep('empty', 'flatgeobuf'))).toContain('Feature Count: 0')
  })

  test('reads features without geometry, empty ones, and whole numbers of 64 bits from FlatGeobuf', async () => {
    const numbers = await info('-al', await keep('numbers', 'flatgeobuf'))
    expect(numbers).toContain('big (Integer64) = -9223372036854775808')
    expect(numbers).toContain('id (Integer64) = 9007199254740993')
    const places = await info('-al', await keep('places', 'flatgeobuf', 'skipGeometry=true&properties=name'))
    expect(places).toContain('Feature Count: 24')
    expect(places).not.toContain('POINT')
    const mixed = await info('-al', await keep('mixed', 'flatgeobuf'))
    expect(mixed).toContain('Geometry: Unknown (any)')
    expect(mixed.match(/^ {2}(MULTI)?(POINT|POLYGON|LINESTRING|GEOMETRYCOLLECTION)/gm)).toHaveLength(7)
  })

  test('converts a large page of FlatGeobuf without loss', async () => {
    const path = await keep('parcels', 'flatgeobuf')
    const { stdout } = await run(
      'ogr2ogr',
      ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=12', '/vsistdout/', path],
      {
        maxBuffer: 1 << 26,
      },
    )
    const found = JSON.parse(stdout).features
    const plain = (await json('parcels', 'limit=5000')).features
    expect(found).toHaveLength(900)
    for (const [at, { geometry, properties }] of found.entries()) {
      expect(properties).toEqual({ id: plain[at].id, code: plain[at].properties.code })
      for (const [n, [x, y]] of geometry.coordinates[0].entries()) {
        expect(x).toBeCloseTo(plain[at].geometry.coordinates[0][n][0], 8)
        expect(y).toBeCloseTo(plain[at].geometry.coordinates[0][n][1], 8)
      }
    }
  })

  test('reads CSV back, well-known text by itself, points by the names of their columns', async () => {
    const areas = await info('-al', await keep('parcels', 'csv'))
    expect(areas.match(/^ {2}POLYGON \(\(/gm)).toHaveLength(900)
    expect(areas).toContain('code (String) = P899')
    const points = await info(
      '-al',
      '-oo',
      'X_POSSIBLE_NAMES=lon',
      '-oo',
      'Y_POSSIBLE_NAMES=lat',
      '-oo',
      'AUTODETECT_TYPE=YES',
      await keep('places', 'csv'),
    )
    expect(points).toContain('Feature Count: 24')
    expect(points).toContain('POINT (-61.04 13.75)')
    expect(points).toMatch(/visitors \(Integer\) = 1000/)
    expect(points).toMatch(/founded \(Date\) = 2020\/01\/02/)
  })
})
