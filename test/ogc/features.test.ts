/** Features themselves: values, filters, coordinate systems, paging. Knows a URL only. */
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import contract from '../../backend/src/contract/features.gen.json' with { type: 'json' }
import {
  createTestCollection,
  replaceTestRows,
  startTestServer,
  type TestServer,
} from '../helpers/collections.ts'
import { createFixture, fixture, hostileNames, idsOf, itemsAsked } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer
const { items, json } = itemsAsked(() => server)
const statusOf = async (id: string, query: string) => (await items(id, query)).status
const problemOf = async (id: string, query: string): Promise<Json> => (await items(id, query)).json()

const crsUri = (code: string) => encodeURIComponent(`http://www.opengis.net/def/crs/${code}`)

const checks = () => {
  const ajv = new Ajv({ strict: false, validateFormats: true })
  ;(ajvFormats as unknown as { default: (target: Ajv) => void }).default(ajv)
  ajv.addSchema({ $id: 'contract', components: contract.components })
  return {
    page: ajv.compile({ $ref: 'contract#/components/schemas/featureCollection' }),
    feature: ajv.compile({ $ref: 'contract#/components/schemas/feature' }),
  }
}

beforeAll(async () => {
  server = await startTestServer({ MAX_ITEMS: '500' })
  await createFixture(server.db)
})
afterAll(() => server?.stop())

describe('a page of features', () => {
  test.each(fixture.map(({ id }) => id))(
    'of %s fits the contract, and so does each of its features',
    async (id) => {
      const { page, feature } = checks()
      const collection = await json(id, 'limit=500')
      expect(page(collection), JSON.stringify(page.errors)).toBe(true)
      expect(collection.numberReturned).toBe(collection.features.length)
      expect(collection.numberMatched).toBe(
        collection.features.length > 0 && id.startsWith('parcels') ? 900 : collection.features.length,
      )
      const one = collection.features[0]
      if (!one || !Number.isSafeInteger(one.id)) return
      const response = await server.get(`/pygeoapi/collections/${id}/items/${one.id}`)
      const found = (await response.json()) as Json
      expect(feature(found), JSON.stringify(feature.errors)).toBe(true)
      const { links, ...plain } = found
      expect(plain).toEqual(one)
      expect(links.map(({ rel }: Json) => rel)).toEqual([
        'self',
        ...Array.from({ length: 4 }, () => 'alternate'),
        'profile',
        'collection',
      ])
    },
  )

  test('has every property of each feature, nulls included, with its own type (G22)', async () => {
    const { features } = await json('places')
    for (const { properties } of features)
      expect(Object.keys(properties)).toEqual([
        'name',
        'visitors',
        'rating',
        'open',
        'founded',
        'seen',
        'closes',
      ])
    expect(features[1].properties).toEqual({
      name: 'Place 1',
      visitors: 1000,
      rating: 0.125,
      open: false,
      founded: '2020-01-02',
      seen: '2020-01-01T01:00:00Z',
      closes: '12:30:00',
    })
    expect(features[0].properties).toMatchObject({ name: null, rating: null })
    expect(features[3].geometry).toBeNull()
  })

  test.each([
    ['places', 'places_ready'],
    ['parcels', 'parcels_ready'],
  ])('of %s is the same whether its features were written before or now', async (now, before) => {
    expect((await json(now, 'limit=500')).features).toEqual((await json(before, 'limit=500')).features)
  })

  test.each([
    ['places', 'places_ready', 'EPSG/0/4326'],
    ['parcels', 'parcels_ready', 'EPSG/0/3857'],
    ['parcels', 'parcels_ready', 'EPSG/0/32620'],
    ['tricky', 'tricky_ready', 'EPSG/0/3857'],
    ['tricky', 'tricky_ready', 'OGC/1.3/CRS84'],
  ])('of %s and %s is the same in %s, also with some of the properties only', async (now, before, code) => {
    for (const query of ['', '&properties=name', '&properties=properties', '&properties=']) {
      const path = `limit=500&crs=${crsUri(code)}${query}`
      const status = await statusOf(now, path)
      expect(await statusOf(before, path)).toBe(status)
      if (status === 200)
        expect((await json(now, path)).features).toEqual((await json(before, path)).features)
    }
  })

  test('writes quotes and backslashes so that QGIS reads them (G12, QGIS#66700)', async () => {
    const text = await (await items('hostile')).text()
    const features = text.slice(0, text.indexOf('"numberMatched"'))
    expect(features).not.toMatch(/\\["\\]/)
    expect(features).toContain('\\u0022')
    const [first, second] = JSON.parse(text).features
    expect(Object.keys(first.properties)).toEqual(hostileNames)
    expect(first.properties['back\\slash']).toBe('back\\slash "quoted" \\ ends in \\')
    expect(second.properties['a"quote']).toBe('\u2028 \u0001 \t 😀 </script>')
  })

  test('keeps whole numbers of 64 bits exact and never writes NaN or Infinity', async () => {
    const text = await (await items('numbers')).text()
    expect(() => JSON.parse(text)).not.toThrow()
    const lines = text.split('\n').filter((line) => line.startsWith('{"type":"Feature"'))
    expect(lines[0]).toContain(
      '"id":-5,"geometry":null,"properties":{"big":-9223372036854775808,"real":null}',
    )
    expect(lines[1]).toContain('"big":null,"real":null')
    expect(lines[2]).toContain('"big":9007199254740993,"real":1e+300')
    expect(lines[4]).toContain('"id":9007199254740993')
    expect((await server.get('/pygeoapi/collections/numbers/items/9007199254740993')).status).toBe(200)
    expect((await server.get('/pygeoapi/collections/numbers/items/-5')).status).toBe(200)
  })

  test('keeps heights and straightens curves', async () => {
    expect((await json('heights')).features[0].geometry.coordinates).toEqual([-61, 13.9, 10])
    const curve = (await json('curves')).features[0].geometry
    expect(curve.type).toBe('LineString')
    expect(curve.coordinates.length).toBeGreaterThan(10)
  })

  test('has only the properties asked for, in the order of the collection', async () => {
    const { features } = await json('places_ready', 'properties=open,name&limit=2')
    expect(features.map(({ properties }: Json) => properties)).toEqual([
      { name: null, open: true },
      { name: 'Place 1', open: false },
    ])
    expect(features[1].geometry).toEqual((await json('places', 'limit=2')).features[1].geometry)
    expect((await json('parcels_ready', 'properties=code&limit=1')).features).toEqual(
      (await json('parcels', 'limit=1')).features,
    )
    expect((await problemOf('places', 'properties=nam')).code).toBe('property-unknown')
  })
})

describe('limit and paging', () => {
  test('default 10, more than the maximum counts as the maximum, nonsense is refused (G5)', async () => {
    expect((await json('places')).numberReturned).toBe(10)
    expect((await json('parcels', 'limit=100000')).numberReturned).toBe(500)
    for (const limit of ['0', '-1', '1.5', 'abc', '', '1e99'])
      expect([400, 200][Number(limit === '1e99')], limit).toBe(await statusOf('places', `limit=${limit}`))
    expect(await statusOf('places', 'limit=1&limit=2')).toBe(400)
  })

  const walk = async (id: string, query: string): Promise<{ ids: number[]; pages: Json[] }> => {
    const pages: Json[] = []
    let href: string | undefined = `${server.face}/collections/${id}/items?${query}`
    while (href) {
      const page: Json = await (await fetch(href)).json()
      expect(page.numberReturned).toBe(page.features.length)
      pages.push(page)
      href = page.links.find(({ rel }: Json) => rel === 'next')?.href
    }
    return { ids: pages.flatMap(idsOf), pages }
  }

  test.each(['parcels', 'parcels_ready'])(
    'next leads through all of %s, once each, and ends (G7)',
    async (id) => {
      const { ids, pages } = await walk(id, 'limit=70')
      expect(ids).toEqual(Array.from({ length: 900 }, (_, at) => at + 1))
      expect(pages).toHaveLength(13)
      for (const page of pages) expect(page.numberMatched).toBe(900)
    },
  )

  test('no page after the last, also when the last is full (G7)', async () => {
    const { pages } = await walk('parcels', 'limit=300')
    expect(pages.map(({ numberReturned }) => numberReturned)).toEqual([300, 300, 300])
  })

  test('next keeps every parameter, in type and word (G7)', async () => {
    const query = `limit=2&bbox=-61.06,13.74,-61,13.8&bbox-crs=${crsUri('OGC/1.3/CRS84')}&crs=${crsUri('EPSG/0/4326')}&datetime=2020-01-01/..&properties=name&open=true&f=json`
    const { links } = await json('places', query)
    const next = links.find(({ rel }: Json) => rel === 'next')
    expect(next.type).toBe('application/geo+json')
    const asked = new URL(next.href).searchParams
    for (const [name, value] of new URLSearchParams(query)) expect(asked.get(name), name).toBe(value)
    expect([...asked.keys()].filter((name) => !query.includes(`${name}=`))).toEqual(['cursor'])
  })

  test('filtered pages say the same count on every page, and together have that many (G8)', async () => {
    const { ids, pages } = await walk('places', 'limit=3&open=true')
    expect(ids).toHaveLength(12)
    expect(pages.map(({ numberMatched }) => numberMatched)).toEqual([12, 12, 12, 12])
    expect((await json('places', 'limit=1&open=true')).numberMatched).toBe(12)
    expect((await json('places', 'limit=500&open=true')).numberMatched).toBe(12)
  })

  test('offset is accepted, with a next that goes on from there (G29)', async () => {
    const page = await json('parcels', 'offset=850&limit=30')
    expect(idsOf(page)[0]).toBe(851)
    const { ids } = await walk('parcels', 'offset=850&limit=30')
    expect(ids).toEqual(Array.from({ length: 50 }, (_, at) => at + 851))
    expect((await json('parcels', 'offset=900')).features).toEqual([])
    expect(await statusOf('parcels', 'offset=1000001')).toBe(400)
    expect(await statusOf('parcels', 'offset=-1')).toBe(400)
  })

  test('a cursor made by hand, or of another collection, is refused', async () => {
    for (const cursor of ['x', 'MQ', '', Buffer.from('1~2~3~4').toString('base64url'), 'a'.repeat(201)])
      expect(await statusOf('parcels', `cursor=${cursor}`), cursor).toBe(400)
    const { links } = await json('parcels', 'limit=1')
    const cursor = new URL(links.find(({ rel }: Json) => rel === 'next').href).searchParams.get('cursor')
    expect(await statusOf('parcels_ready', `cursor=${cursor}`)).toBe(400)
  })

  test('a walk through data that are replaced meanwhile ends with 410 and the way to the start', async () => {
    const columns = [{ name: 'n', type: 'integer' as const }]
    const rows = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ wkt: `POINT(${at} 1)`, values: [at] }))
    await createTestCollection(server.db, { id: 'moving', columns, rows: rows(20) })
    await expect.poll(() => statusOf('moving', 'limit=1'), { timeout: 3000 }).toBe(200)
    const { links } = await json('moving', 'limit=5&n=3')
    expect(links.some(({ rel }: Json) => rel === 'next')).toBe(false)
    const next = (await json('moving', 'limit=5&bbox=0,0,15,2')).links.find(
      ({ rel }: Json) => rel === 'next',
    ).href
    await replaceTestRows(server.db, 'moving', rows(7))
    // The old table is gone at once: the first request after it notices.
    const gone = await fetch(next)
    expect(gone.status).toBe(410)
    const problem = (await gone.json()) as Json
    expect(problem.code).toBe('data-replaced')
    const first = await (await fetch(problem.links[0].href)).json()
    expect(idsOf(first)).toHaveLength(5)
    expect((await json('moving')).numberMatched).toBe(7)
  })
})

describe('bbox', () => {
  test('selects what touches the box, no more and no less, whatever its system (G9)', async () => {
    // Column 10 and 11 of the squares begin at 716 001.2 and 716 101.4; the box ends between them and touches neither.
    const storage = (box: string) =>
      json('parcels', `limit=500&bbox=${box}&bbox-crs=${crsUri('EPSG/0/32620')}`)
    expect((await storage('716051.3,1535000,716101.3,1537950')).numberMatched).toBe(0)
    expect((await storage('716051.2,1535000,716101.3,1537950')).numberMatched).toBe(30)
    expect((await storage('716051.3,1535000,716101.4,1537950')).numberMatched).toBe(30)
    expect((await storage('714000,1534000,720000,1540000')).features.length).toBe(500)
    expect((await storage('714000,1534000,720000,1540000')).numberMatched).toBe(900)
  })

  test('in CRS84, EPSG:4326, 3857 and storage system finds the same features (G9)', async () => {
    const { rows } = await server.db.pool.query(
      `select n, st_xmin(b) as x1, st_ymin(b) as y1, st_xmax(b) as x2, st_ymax(b) as y2
       from (values (4326), (3857)) systems(n), st_envelope(st_transform(st_makeenvelope(715420, 1535420, 716080, 1536080, 32620), n)) b`,
    )
    for (const { n, x1, y1, x2, y2 } of rows) {
      const truth = await server.db.pool.query(
        `select fid from data.${await tableOf('parcels')} where st_intersects(geom, st_transform(st_segmentize(st_makeenvelope($1,$2,$3,$4,$5::int), ($3::float8 - $1::float8) / 200), 32620)) order by fid`,
        [x1, y1, x2, y2, n],
      )
      const expected = truth.rows.map(({ fid }) => fid)
      expect(expected.length).toBeGreaterThan(30)
      const uri = crsUri(`EPSG/0/${n}`)
      if (n === 4326) {
        expect(idsOf(await json('parcels', `limit=500&bbox=${x1},${y1},${x2},${y2}`))).toEqual(expected)
        expect(
          idsOf(await json('parcels_ready', `limit=500&bbox=${y1},${x1},${y2},${x2}&bbox-crs=${uri}`)),
        ).toEqual(expected)
      } else
        expect(
          idsOf(await json('parcels', `limit=500&bbox=${x1},${y1},${x2},${y2}&bbox-crs=${uri}`)),
        ).toEqual(expected)
    }
  })

  const tableOf = async (id: string) =>
    (await server.db.knex('collection').where({ id }).first('table_name')).table_name

  test('of the whole world finds everything that has a place', async () => {
    expect((await json('parcels', 'bbox=-180,-90,180,90')).numberMatched).toBe(900)
    expect((await json('places', 'bbox=-180,-90,180,90')).numberMatched).toBe(23)
    expect((await json('numbers', 'bbox=-180,-90,180,90')).numberMatched).toBe(0)
    expect((await json('empty', 'bbox=-180,-90,180,90')).numberMatched).toBe(0)
    expect(
      (await json('parcels', `bbox=-20037508,-20037508,20037508,20037508&bbox-crs=${crsUri('EPSG/0/3857')}`))
        .numberMatched,
    ).toBe(900)
  })

  test('far out, where no projection reaches, is empty and no error (G11)', async () => {
    for (const [id, query] of [
      ['parcels', 'bbox=100,80,120,90'],
      ['parcels', 'bbox=-180,-90,-179,-89'],
      ['places', `bbox=1e7,1e7,2e7,2e7&bbox-crs=${crsUri('EPSG/0/32620')}`],
      ['places', `bbox=-1e300,-1e300,-1e299,-1e299&bbox-crs=${crsUri('EPSG/0/3857')}`],
      ['parcels', `bbox=1e15,1e15,1e16,1e16&bbox-crs=${crsUri('EPSG/0/32620')}`],
      ['places', `bbox=9e8,9e8,9.1e8,9.1e8&bbox-crs=${crsUri('EPSG/0/2006')}`],
    ] as const)
      expect((await json(id, query)).numberMatched, `${id} ${query}`).toBe(0)
  })

  test('a sliver, a line and a point are boxes', async () => {
    expect((await json('places', 'bbox=-61.05,13.75,-61.05,13.75')).numberMatched).toBe(1)
    expect((await json('places', 'bbox=-61.05,13.75,-61.05,13.79')).numberMatched).toBe(5)
    expect(
      (await json('parcels', `bbox=715000,1535000,715000,1535000&bbox-crs=${crsUri('EPSG/0/32620')}`))
        .numberMatched,
    ).toBe(1)
  })

  test('across the antimeridian joins both sides', async () => {
    const sides = (query: string) =>
      json('pacific', query).then((page: Json) =>
        page.features.map(({ properties }: Json) => properties.side),
      )
    expect(await sides('bbox=179,-20,-179,-10')).toEqual(['west of the line', 'east of the line'])
    expect(await sides('bbox=179,-20,181,-10')).toEqual(['west of the line', 'east of the line'])
    expect(await sides('bbox=179,-20,180,-10')).toEqual(['west of the line'])
    expect(await sides('bbox=-20,170,-10,-170&bbox-crs='.concat(crsUri('EPSG/0/4326')))).toEqual([
      'west of the line',
      'east of the line',
    ])
  })

  test('with six numbers looks at the heights', async () => {
    const heights = async (query: string) =>
      (await json('heights', query)).features.map(({ properties }: Json) => properties.n)
    expect(await heights('bbox=-62,13,15,-60,14,25')).toEqual([20])
    expect(await heights('bbox=-62,13,-60,14')).toEqual([10, 20, 30])
    expect((await json('places', 'bbox=-62,13,0,-60,14,1')).numberMatched).toBe(23)
  })

  test('that is none is refused (D3)', async () => {
    for (const bbox of [
      '1,2,3',
      '1,2,3,4,5',
      '1,2,3,4,5,6,7',
      'a,b,c,d',
      'NaN,0,1,1',
      'Infinity,0,1,1',
      '1e999,0,1,1',
      '0,10,1,5',
      '0,0,0',
      ',,,',
      '0,0,9,1,1,0',
      '-999,0,1,1',
    ])
      expect(await statusOf('places', `bbox=${bbox}`), bbox).toBe(400)
    expect(await statusOf('parcels', `bbox=3,0,1,1&bbox-crs=${crsUri('EPSG/0/32620')}`)).toBe(400)
  })
})

describe('coordinate systems', () => {
  const at = async (id: string, crs: string): Promise<{ coordinates: Json; header: string | null }> => {
    const response = await items(id, `limit=1&crs=${crs}`)
    expect(response.status).toBe(200)
    return {
      coordinates: ((await response.json()) as Json).features[0].geometry.coordinates,
      header: response.headers.get('content-crs'),
    }
  }

  test('Content-Crs names the one used, and the axes are in its order (G9)', async () => {
    expect((await items('places')).headers.get('content-crs')).toBe(
      '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>',
    )
    expect(await at('places', crsUri('EPSG/0/4326'))).toEqual({
      coordinates: [13.75, -61.05],
      header: '<http://www.opengis.net/def/crs/EPSG/0/4326>',
    })
    const { rows } = await server.db.pool.query(
      "select st_x(p) as x, st_y(p) as y from st_transform('SRID=4326;POINT(-61.05 13.75)'::geometry, 2006) p",
    )
    const { coordinates, header } = await at('places', crsUri('EPSG/0/2006'))
    expect(header).toBe('<http://www.opengis.net/def/crs/EPSG/0/2006>')
    expect(coordinates[0]).toBeCloseTo(rows[0].x, 4)
    expect(coordinates[1]).toBeCloseTo(rows[0].y, 4)
  })

  test('stored coordinates come back as they are, in CRS84 to a billionth of a degree', async () => {
    const ring = (await at('parcels', crsUri('EPSG/0/32620'))).coordinates[0]
    expect(ring[1]).toEqual([715_050, 1_535_000])
    const second = (await json('parcels', `limit=2&crs=${crsUri('EPSG/0/32620')}`)).features[1].geometry
      .coordinates[0]
    expect(second[0][0]).toBeCloseTo(715_100.123456789, 5)
    const { rows } = await server.db.pool.query(
      "select st_x(p) as x, st_y(p) as y from st_transform('SRID=32620;POINT(715000 1535000)'::geometry, 4326) p",
    )
    const [x, y] = (await json('parcels', 'limit=1')).features[0].geometry.coordinates[0][0]
    expect(Math.abs(x - rows[0].x)).toBeLessThan(1e-9)
    expect(Math.abs(y - rows[0].y)).toBeLessThan(1e-9)
  })

  test('of one feature too (G9)', async () => {
    const response = await server.get(`/pygeoapi/collections/places/items/1?crs=${crsUri('EPSG/0/4326')}`)
    expect(response.headers.get('content-crs')).toBe('<http://www.opengis.net/def/crs/EPSG/0/4326>')
    expect(((await response.json()) as Json).geometry.coordinates).toEqual([13.75, -61.05])
  })

  test('unencoded URIs, as QGIS sends them, are read', async () => {
    expect((await items('places', 'limit=1&crs=http://www.opengis.net/def/crs/EPSG/0/4326')).status).toBe(200)
  })

  test('that the collection does not offer are refused by name', async () => {
    for (const query of [
      'crs=http://www.opengis.net/def/crs/EPSG/0/28992',
      'crs=nonsense',
      'crs=',
      'bbox=1,1,2,2&bbox-crs=EPSG:28992',
      'crs=http://www.opengis.net/def/crs/EPSG/0/99999999',
    ]) {
      const problem = await problemOf('places', query)
      expect(problem.status, query).toBe(400)
    }
    expect((await problemOf('places', 'crs=nonsense')).offered).toContain(
      'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    )
  })
})

describe('datetime', () => {
  const count = async (datetime: string, id = 'places') =>
    (await json(id, `datetime=${encodeURIComponent(datetime)}`)).numberMatched

  test('instants, days, intervals and open ends, inclusive as the standard says', async () => {
    // founded is 2020-01-01 … 2020-01-24, once missing (2020-01-06).
    expect(await count('2020-01-03')).toBe(1)
    expect(await count('2020-01-03T12:00:00Z')).toBe(1)
    expect(await count('2020-01-03/2020-01-05')).toBe(3)
    expect(await count('2020-01-03T00:00:00Z/2020-01-05T00:00:00Z')).toBe(3)
    expect(await count('2020-01-20/..')).toBe(5)
    expect(await count('../2020-01-04')).toBe(4)
    expect(await count('2019-01-01/2021-01-01')).toBe(23)
    expect(await count('2020-01-06')).toBe(0)
    expect(await count('2020-01')).toBe(23)
  })

  test('what QGIS and GDAL send is read (G16)', async () => {
    expect(await count('0000-01-01T00:00:00Z/2020-01-02')).toBe(2)
    expect(await count('2020-01-23T00:00:00Z/9999-12-31T00:00:00Z')).toBe(2)
    expect(await count('2020-01-23T/..')).toBe(2)
    expect(await count('2020-01-23/')).toBe(2)
    expect(await count('/2020-01-02')).toBe(2)
    expect(
      ((await (await items('places', 'datetime=2020-01-03%2F2020-01-04')).json()) as Json).numberMatched,
    ).toBe(2)
  })

  test('a column of instants is compared to the second', async () => {
    await createTestCollection(server.db, {
      id: 'instants',
      columns: [{ name: 'at', type: 'datetime' }],
      rows: ['2020-01-01T00:00:00Z', '2020-01-01T23:59:59.999Z', '2020-01-02T00:00:00Z', null].map(
        (value) => ({ wkt: 'POINT(1 1)', values: [value] }),
      ),
    })
    await expect.poll(() => statusOf('instants', ''), { timeout: 3000 }).toBe(200)
    expect(await count('2020-01-01', 'instants')).toBe(2)
    expect(await count('2020-01-02T00:00:00Z', 'instants')).toBe(1)
    expect(await count('2020-01-02T02:00:00+02:00', 'instants')).toBe(1)
    expect(await count('../2020-01-01T23:59:59.998Z', 'instants')).toBe(1)
    expect(await count('2020-01-01/2020-01-02T00:00:00Z', 'instants')).toBe(3)
  })

  test('features without a time touch none', async () => {
    expect(await count('2020-01-01', 'parcels')).toBe(0)
  })

  test('that is none is refused (D3)', async () => {
    for (const datetime of [
      '../..',
      '/',
      '',
      'yesterday',
      '2020-13-01',
      '2020-02-30',
      '2020-01-05/2020-01-01',
      '2020-01-01/2020-01-02/2020-01-03',
      "2020-01-01'; select 1",
    ])
      expect(await statusOf('places', `datetime=${encodeURIComponent(datetime)}`), datetime).toBe(400)
  })
})

describe('property filters', () => {
  const count = async (query: string, id = 'places') => (await json(id, query)).numberMatched

  test('compare as the type of the property; several must all hold (G4)', async () => {
    expect(await count('name=Place%201')).toBe(1)
    expect(await count('visitors=5000')).toBe(1)
    expect(await count('rating=0.125')).toBe(1)
    expect(await count('rating=1.25e-1')).toBe(1)
    expect(await count('open=true')).toBe(12)
    expect(await count('open=1')).toBe(12)
    expect(await count('founded=2020-01-03')).toBe(1)
    expect(await count('seen=2020-01-01T02:00:00Z')).toBe(1)
    expect(await count('seen=2020-01-01T04:00:00%2B02:00')).toBe(1)
    expect(await count('closes=12:30:00')).toBe(24)
    expect(await count('open=true&visitors=2000')).toBe(1)
    expect(await count('open=false&visitors=2000')).toBe(0)
    expect(await count('big=9223372036854775807', 'numbers')).toBe(1)
  })

  test('reach properties with hostile names and values', async () => {
    for (const name of hostileNames) {
      const query = `${encodeURIComponent(name)}=${encodeURIComponent(`${name} "quoted" \\ ends in \\`)}`
      expect(await count(query, 'hostile'), name).toBe(1)
    }
    for (const value of ["' or 1=1 --", '$1', '\\', '%', '_', "');select pg_sleep(9)--", '\u{1f600}'])
      expect(await count(`name=${encodeURIComponent(value)}`, 'hostile'), value).toBe(0)
  })

  test('of the wrong type, unknown, or twice are refused (G5, D3)', async () => {
    for (const query of [
      'visitors=many',
      'visitors=1.5',
      'visitors=9223372036854775808',
      'visitors=',
      'rating=NaN',
      'rating=1e999',
      'rating=0x10',
      'open=perhaps',
      'founded=2020-02-30',
      'founded=today',
      'seen=now',
      'closes=25:00:00',
      'nothing=1',
      'c1=1',
      'fid=1',
      'geom=1',
      'name=%00',
      'open=true&open=true',
    ])
      expect(await statusOf('places', query), query).toBe(400)
    const problem = await problemOf('places', 'nothing=1')
    expect(problem.detail).toContain('visitors')
  })
})
