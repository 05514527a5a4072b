/** `filter`, `filter-lang` and `filter-crs` of Features Part 3, together with everything else a request may ask. Knows a URL only. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'
import { createFixture, hostileNames } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer

const ask = async (id: string, parameters: Record<string, string>): Promise<Json> => {
  const query = new URLSearchParams({ limit: '1000', ...parameters })
  return (await server.get(`/pygeoapi/collections/${id}/items?${query}`)).json()
}
const idsOf = ({ features, detail }: Json): number[] | string => features?.map(({ id }: Json) => id) ?? detail
const ids = async (id: string, filter: string, more: Record<string, string> = {}) =>
  idsOf(await ask(id, { filter, ...more }))
const count = async (id: string, filter: string, more: Record<string, string> = {}) => {
  const { numberMatched, detail } = await ask(id, { filter, ...more, limit: '1' })
  return numberMatched ?? detail
}
const crsUri = (epsg: number) => `http://www.opengis.net/def/crs/EPSG/0/${epsg}`

const square = (x: number, y: number, size: number) =>
  `POLYGON((${x} ${y},${x + size} ${y},${x + size} ${y + size},${x} ${y + size},${x} ${y}))`

beforeAll(async () => {
  server = await startTestServer({ MAX_ITEMS: '500' })
  await createFixture(server.db)
  await createTestCollection(server.db, {
    id: 'mixed',
    geometryType: 'Geometry',
    columns: [
      { name: 'filter', type: 'string' },
      { name: 'geometry', type: 'string' },
    ],
    rows: [
      { wkt: 'POINT(1 1)', values: ['a', 'x'] },
      { wkt: square(0, 0, 2), values: ['b', 'y'] },
      { wkt: 'GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(5 5,6 6))', values: ['c', 'z'] },
      { wkt: null, values: [null, null] },
      // A bow tie, as digitizers make them.
      { wkt: 'POLYGON((0 0,2 2,2 0,0 2,0 0))', values: ['d', null] },
    ],
  })
})
afterAll(() => server?.stop())

describe('conformance and queryables', () => {
  test('the four classes that QGIS asks for, and each class under its old and its new name (G14)', async () => {
    const { conformsTo } = (await (await server.get('/pygeoapi/conformance?f=json')).json()) as Json
    for (const name of [
      'ogcapi-features-3/1.0/conf/queryables',
      'ogcapi-features-3/1.0/conf/filter',
      'ogcapi-features-3/1.0/conf/features-filter',
      'cql2/1.0/conf/basic-cql2',
      'cql2/1.0/conf/cql2-text',
      'cql2/1.0/conf/cql2-json',
      'cql2/1.0/conf/advanced-comparison-operators',
      'cql2/1.0/conf/case-insensitive-comparison',
      'cql2/1.0/conf/accent-insensitive-comparison',
      'cql2/1.0/conf/basic-spatial-functions',
      'cql2/1.0/conf/basic-spatial-operators',
      'cql2/1.0/conf/basic-spatial-functions-plus',
      'cql2/1.0/conf/spatial-functions',
      'cql2/1.0/conf/temporal-functions',
      'cql2/1.0/conf/property-property',
      'cql2/1.0/conf/arithmetic',
    ])
      expect(conformsTo).toContain(`http://www.opengis.net/spec/${name}`)
    expect(conformsTo.filter((uri: string) => /array-functions|conf\/functions/.test(uri))).toEqual([])
    expect(new Set(conformsTo).size).toBe(conformsTo.length)
  })

  test('the parameters are declared for each collection, with the name GDAL looks for (G4, G15)', async () => {
    const document = (await (await server.get('/pygeoapi/api?f=json')).json()) as Json
    const references = document.paths['/collections/places/items'].get.parameters.map(
      ({ $ref }: Json) => $ref,
    )
    for (const name of ['filter', 'filter-lang', 'filter-crs'])
      expect(references).toContain(`#/components/parameters/${name}`)
    expect(document.components.parameters['filter-lang'].schema).toEqual({
      type: 'string',
      enum: ['cql2-text', 'cql2-json', 'cql-text'],
      default: 'cql2-text',
    })
    for (const { style, explode, schema } of Object.values<Json>(document.components.parameters).filter(
      ({ in: place }) => place === 'query',
    ))
      expect({ style, explode, hasType: typeof schema.type }).toEqual({
        style: 'form',
        explode: false,
        hasType: 'string',
      })
  })

  test('queryables name and type everything that can be filtered, and nothing more (G13)', async () => {
    const response = await server.get('/pygeoapi/collections/places/queryables', {
      Accept: 'application/schema+json',
    })
    expect(response.headers.get('content-type')).toContain('application/schema+json')
    const queryables = (await response.json()) as Json
    expect(queryables.additionalProperties).toBe(false)
    expect(queryables.properties.geometry).toEqual({
      $ref: 'https://geojson.org/schema/Point.json',
      format: 'geometry-point',
      'x-ogc-role': 'primary-geometry',
    })
    expect(queryables.properties.founded).toEqual({
      title: 'founded',
      type: 'string',
      format: 'date',
      'x-ogc-role': 'primary-instant',
    })
    for (const name of Object.keys(queryables.properties))
      expect(await count('places', `"${name}" IS NULL OR "${name}" IS NOT NULL`), name).toBe(24)
  })

  test('a property called like a parameter is no parameter, but can be filtered by', async () => {
    expect(await ids('mixed', `"filter" = 'b'`)).toEqual([2])
    expect(await ids('mixed', `geometry = 'x' AND S_INTERSECTS(geometry_, POINT(1 1))`)).toEqual([1])
    expect(await ids('mixed', 'S_INTERSECTS(geom, POINT(0.1 0.05))')).toEqual([2])
  })
})

describe('a filter', () => {
  test('combines with bbox, datetime, property parameters, properties and offset', async () => {
    const filter = 'visitors >= 2000 AND visitors <= 20000'
    expect(await ids('places', filter)).toHaveLength(19)
    expect(await ids('places', filter, { open: 'true' })).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19, 21])
    expect(await ids('places', filter, { open: 'true', datetime: '2020-01-05/2020-01-12' })).toEqual([
      5, 7, 9, 11,
    ])
    expect(
      await ids('places', filter, {
        open: 'true',
        datetime: '2020-01-05/2020-01-12',
        bbox: '-61.045,13.7,-60,13.765',
      }),
    ).toEqual([5, 7, 9])
    expect(await ids('places', filter, { offset: '17' })).toEqual([20, 21])
    const { features } = await ask('places', { filter, properties: 'name', limit: '1' })
    expect(features[0].properties).toEqual({ name: 'Place 2' })
  })

  test.each(['parcels', 'parcels_ready'])(
    'stays through all pages of %s, with exact counts (G7, G8)',
    async (id) => {
      const filter = "code LIKE 'P1%' AND S_INTERSECTS(geometry, BBOX(-180,-90,180,90))"
      let address: string | undefined =
        `/pygeoapi/collections/${id}/items?${new URLSearchParams({ filter, limit: '50', crs: crsUri(32620) })}`
      const found: string[] = []
      let pages = 0
      while (address) {
        const page = (await (await server.get(address)).json()) as Json
        expect(page.numberMatched).toBe(111)
        expect(page.numberReturned).toBe(page.features.length)
        expect(page.features.length).toBeGreaterThan(0)
        found.push(...page.features.map(({ properties }: Json) => properties.code))
        const next = page.links.find(({ rel }: Json) => rel === 'next')
        expect(next === undefined || next.type).toBe(next === undefined || 'application/geo+json')
        if (next) expect(new URL(next.href).searchParams.get('filter')).toBe(filter)
        address = next && new URL(next.href).pathname + new URL(next.href).search
        pages += 1
      }
      expect(pages).toBe(3)
      expect(found).toEqual(
        Array.from({ length: 900 }, (_, at) => `P${at}`).filter((code) => code.startsWith('P1')),
      )
    },
  )

  test('says the same in JSON, under the draft name of text, and as a page', async () => {
    const json = JSON.stringify({ op: '<', args: [{ property: 'visitors' }, 2000] })
    expect(await ids('places', json, { 'filter-lang': 'cql2-json' })).toEqual([1, 2])
    expect(await ids('places', 'visitors < 2000', { 'filter-lang': 'cql-text' })).toEqual([1, 2])
    const page = await (
      await server.get('/pygeoapi/collections/places/items?f=html&filter=visitors%20%3C%202000')
    ).text()
    expect(page).toContain('2 of 2 features')
    expect((await server.get('/pygeoapi/collections/places/items?filter=nme%3D1')).status).toBe(400)
  })

  test('is true, false or unknown; what is unknown is not found, nor is its opposite', async () => {
    // Place 0, 4, 8 … have no name; rating is missing in every third.
    expect(await count('places', "name = 'Place 1'")).toBe(1)
    expect(await count('places', "name <> 'Place 1'")).toBe(17)
    expect(await count('places', "NOT (name = 'Place 1')")).toBe(17)
    expect(await count('places', "NOT (name LIKE 'Place%')")).toBe(0)
    expect(await count('places', "name = 'Place 1' OR NOT (name = 'Place 1')")).toBe(18)
    expect(await count('places', "name IN ('Place 1', NULL)")).toBe(1)
    expect(await count('places', "name NOT IN ('Place 1', NULL)")).toBe(0)
    expect(await count('places', 'name IS NULL')).toBe(6)
    expect(await count('places', 'NOT (rating BETWEEN 0 AND 1)')).toBe(10)
    // The fourth place has no geometry: it touches nothing, and nothing is said of it.
    expect(await count('places', 'S_INTERSECTS(geometry, BBOX(-180,-90,180,90))')).toBe(23)
    expect(await count('places', 'NOT S_INTERSECTS(geometry, BBOX(-180,-90,180,90))')).toBe(0)
    expect(await count('places', 'S_DISJOINT(geometry, BBOX(10,10,20,20))')).toBe(23)
    expect(await count('places', 'NOT S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 0)))')).toBe(23)
    expect(await count('places', 'geometry IS NULL')).toBe(1)
    expect(
      await count('places', "NOT T_INTERSECTS(INTERVAL(founded, '..'), INTERVAL('..', '1990-01-01'))"),
    ).toBe(23)
    expect(await count('places', 'TRUE')).toBe(24)
    expect(await count('places', 'FALSE')).toBe(0)
    expect(await count('places', 'NULL')).toBe(0)
  })

  test('computes without ever breaking: no division by zero, no imaginary power, no overflow of whole numbers', async () => {
    expect(await count('places', 'visitors / 0 = 1 OR visitors % 0 = 1 OR visitors div 0 = 1')).toBe(0)
    expect(await count('places', 'visitors / 2 = 500')).toBe(1)
    expect(await count('places', '5 / 2 = 2.5 AND 5 div 2 = 2 AND -5 % 3 = -2')).toBe(24)
    expect(await count('places', '(0 - 8) ^ 0.5 = 1 OR 0 ^ (0 - 1) = 1')).toBe(0)
    expect(await count('places', '10 ^ 400 > 1')).toBe(0)
    expect(await count('places', '(((visitors ^ 2) ^ 2) ^ 2) ^ 2 >= 0')).toBe(24)
    expect(await count('numbers', 'big + 1 > 9223372036854775807')).toBe(1)
    expect(await count('numbers', 'big = 9007199254740993')).toBe(1)
    expect(await count('numbers', 'big > 9007199254740992.5')).toBe(2)
    const problem = await ask('numbers', { filter: 'real * 1e300 * 1e300 > 0' })
    expect(problem).toMatchObject({ status: 400, code: 'filter-not-computable' })
  })
})

describe('places', () => {
  const box = 'BBOX(-61.01,13.87,-60.99,13.885)'

  test('are moved to the system of the data, from any the collection offers, in its axis order (filter-crs)', async () => {
    const inCrs84 = await ids('parcels', `S_INTERSECTS(geometry, ${box})`)
    expect(inCrs84).toEqual(idsOf(await ask('parcels', { bbox: '-61.01,13.87,-60.99,13.885' })))
    expect(inCrs84.length).toBeGreaterThan(20)
    const polygon = 'POLYGON((-61.01 13.87,-60.99 13.87,-60.99 13.885,-61.01 13.885,-61.01 13.87))'
    expect(await ids('parcels', `S_INTERSECTS(geometry, ${polygon})`)).toEqual(inCrs84)
    expect(
      await ids('parcels', 'S_INTERSECTS(geometry, BBOX(13.87,-61.01,13.885,-60.99))', {
        'filter-crs': crsUri(4326),
      }),
    ).toEqual(inCrs84)
    const turned = 'POLYGON((13.87 -61.01,13.87 -60.99,13.885 -60.99,13.885 -61.01,13.87 -61.01))'
    expect(await ids('parcels', `S_INTERSECTS(geometry, ${turned})`, { 'filter-crs': crsUri(4326) })).toEqual(
      inCrs84,
    )
    expect(
      await ids('parcels', 'S_WITHIN(geometry, BBOX(715000,1535000,715151,1535051))', {
        'filter-crs': crsUri(32620),
      }),
    ).toEqual([1, 2])
    expect(
      await ids('parcels', 'S_CONTAINS(geometry, POINT(715010 1535010))', { 'filter-crs': crsUri(32620) }),
    ).toEqual([1])
  })

  test('beyond what the projection of the data can express are cut, not refused (G11)', async () => {
    const world = 'POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))'
    for (const place of [world, 'BBOX(-180,-90,180,90)', 'BBOX(100,-90,-10,90)']) {
      expect(await count('parcels', `S_INTERSECTS(geometry, ${place})`), place).toBe(900)
      expect(await count('parcels', `S_WITHIN(geometry, ${place})`), place).toBe(900)
      expect(await count('parcels', `S_DISJOINT(geometry, ${place})`), place).toBe(0)
      expect(await count('parcels', `S_CONTAINS(geometry, ${place})`), place).toBe(0)
      expect(await count('parcels', `S_EQUALS(geometry, ${place})`), place).toBe(0)
    }
    const far = 'POLYGON((100 -40,120 -40,120 -20,100 -40))'
    expect(await count('parcels', `S_INTERSECTS(geometry, ${far})`)).toBe(0)
    expect(await count('parcels', `S_DISJOINT(geometry, ${far})`)).toBe(900)
    expect(await count('parcels', 'S_TOUCHES(geometry, POINT(0 90))')).toBe(0)
  })

  test('may cross the antimeridian', async () => {
    for (const relation of ['S_INTERSECTS', 'S_WITHIN'])
      expect(await ids('pacific', `${relation}(geometry, BBOX(170,-20,-170,0))`)).toEqual([1, 2])
    expect(await ids('pacific', 'S_DISJOINT(geometry, BBOX(170,-20,-170,0))')).toEqual([3])
    expect(await ids('pacific', 'S_INTERSECTS(geometry, BBOX(170,-20,180,0))')).toEqual([1])
  })

  test('with heights, of curves, of collections and of invalid shapes are answered without an error', async () => {
    expect(await count('heights', 'S_INTERSECTS(geometry, POINT Z(-61 13.9 5))')).toBe(3)
    expect(await count('heights', 'S_WITHIN(geometry, BBOX(-62,13,0,-60,14,1))')).toBe(3)
    for (const relation of [
      'INTERSECTS',
      'DISJOINT',
      'WITHIN',
      'CONTAINS',
      'TOUCHES',
      'CROSSES',
      'OVERLAPS',
      'EQUALS',
    ])
      for (const [id, place] of [
        ['curves', 'BBOX(-180,-90,180,90)'],
        ['curves', 'LINESTRING(-61 13.8,-60.9 13.9)'],
        ['mixed', square(0, 0, 2)],
        ['mixed', 'POLYGON((0 0,2 2,2 0,0 2,0 0))'],
        ['mixed', 'GEOMETRYCOLLECTION(POINT(1 1),MULTIPOINT(2 2,3 3))'],
        ['mixed', 'LINESTRING(0 0,0 0)'],
        ['mixed', 'BBOX(1,1,1,1)'],
        ['mixed', 'BBOX(0,1,2,1)'],
      ] as const) {
        const answer = await ask(id, { filter: `S_${relation}(geom, ${place})` })
        expect(
          answer.status === undefined || answer.code === 'filter-not-computable',
          `${relation} ${place} ${answer.detail}`,
        ).toBe(true)
      }
    // A collection has no relation but to intersect.
    expect(await ids('mixed', `S_WITHIN(geom, ${square(0, 0, 9)})`)).toEqual([1, 2, 5])
    expect(await ids('mixed', `S_INTERSECTS(geom, ${square(4, 4, 2)})`)).toEqual([3])
    expect(await ids('mixed', 'S_INTERSECTS(geom, geom) AND S_EQUALS(geom, geom)')).toEqual([1, 2, 5])
  })
})

describe('times', () => {
  test('a day is a day of its own; with instants it is the whole day where times meet, and its start where they are compared', async () => {
    expect(await ids('places', "founded = '2020-01-03'")).toEqual([3])
    expect(await ids('places', "founded >= DATE('2020-01-23')")).toEqual([23, 24])
    expect(await ids('places', "T_AFTER(founded, DATE('2020-01-22'))")).toEqual([23, 24])
    expect(await count('places', "T_INTERSECTS(seen, DATE('2020-01-01'))")).toBe(24)
    expect(await ids('places', "seen <= DATE('2020-01-01')")).toEqual([1])
    expect(
      await ids(
        'places',
        "T_DURING(INTERVAL(seen,seen), INTERVAL('2020-01-01T01:00:00Z','2020-01-01T04:00:00Z'))",
      ),
    ).toEqual([3, 4])
    expect(await ids('places', "T_INTERSECTS(seen, INTERVAL('..','2020-01-01T01:00:00+00:00'))")).toEqual([
      1, 2,
    ])
    expect(await ids('places', "T_AFTER(founded, TIMESTAMP('2020-01-22T23:59:59Z'))")).toEqual([23, 24])
    expect(await count('places', "closes = '12:30' AND closes < '12:31:00'")).toBe(24)
  })
})

describe('clients', () => {
  /** As QGIS sends it: the expression in parentheses, spaces and parentheses as they are. */
  const fromQgis = async (id: string, expression: string, more = ''): Promise<Json> => {
    const path = `/pygeoapi/collections/${id}/items?limit=1000&filter=${expression.replaceAll(' ', '%20').replaceAll("'", '%27').replaceAll('"', '%22')}&filter-lang=cql2-text${more}`
    return (
      await server.get(path, {
        Accept: 'application/geo+json, application/json',
        'User-Agent': 'Mozilla/5.0 QGIS/34006/Linux',
      })
    ).json()
  }

  test('QGIS: its expressions, bounding box and geometry, in the words its compiler writes (G15)', async () => {
    expect(
      idsOf(await fromQgis('places', "(((visitors < 3000) AND (name IS NOT NULL)) OR (name = 'Place 5'))")),
    ).toEqual([2, 3, 6])
    expect(idsOf(await fromQgis('places', "(CASEI(name) LIKE CASEI('PLACE 1_'))"))).toEqual([
      11, 12, 14, 15, 16, 18, 19, 20,
    ])
    expect(idsOf(await fromQgis('places', '(NOT (visitors BETWEEN 1000 AND 22000))'))).toEqual([1, 24])
    expect(idsOf(await fromQgis('places', '( - (visitors)) = ( - 5000)'))).toEqual([6])
    expect(idsOf(await fromQgis('places', '(open = TRUE) AND visitors NOT IN (0,2000)'))).toHaveLength(10)
    expect(
      idsOf(
        await fromQgis(
          'places',
          "(seen >= TIMESTAMP('2020-01-01T22:00:00.000Z')) AND (founded > DATE('2020-01-01'))",
        ),
      ),
    ).toEqual([23, 24])
    expect(
      idsOf(
        await fromQgis(
          'places',
          '(visitors > 1000) AND (S_INTERSECTS(geometry,BBOX(-61.051,13.749,-61.029,13.755)))',
          '&bbox=-62,13,-60,15',
        ),
      ),
    ).toEqual([3])
    const crs =
      '&filter-crs=http://www.opengis.net/def/crs/EPSG/0/32620&crs=http://www.opengis.net/def/crs/EPSG/0/32620&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32620&bbox=714000,1534000,716000,1536000'
    expect(idsOf(await fromQgis('parcels', 'S_INTERSECTS(geometry,POINT(715010 1535010))', crs))).toEqual([1])
    const { numberMatched } = (await (
      await server.get(
        '/pygeoapi/collections/places/items?limit=1&filter=(visitors%20%3E%205000)&filter-lang=cql2-text',
      )
    ).json()) as Json
    expect(numberMatched).toBe(18)
  })

  test('names of any characters are reached in double quotes, and values of any characters stay values', async () => {
    const value = (name: string) => `${name} "quoted" \\ ends in \\`
    const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    for (const name of hostileNames) {
      const column = `"${name.replaceAll('"', '""')}"`
      expect(await ids('hostile', `${column} = ${quoted(value(name))}`), name).toEqual([1])
      const json = JSON.stringify({ op: '=', args: [{ property: name }, value(name)] })
      expect(await ids('hostile', json, { 'filter-lang': 'cql2-json' }), name).toEqual([1])
    }
    for (const attack of [
      "x' OR '1'='1",
      "'; drop table record; --",
      '$1',
      '$$; select 1; $$',
      '\\',
      '%',
      '{x}',
      'E\\x27',
      '/* */',
      '\u2028 \u0001 \t 😀 </script>',
    ]) {
      const expected = attack.startsWith('\u2028') ? [2] : []
      expect(await ids('hostile', `name = ${quoted(attack)}`), attack).toEqual(expected)
      expect(
        await count('hostile', `name IN (${quoted(attack)}) OR CASEI(name) = CASEI(${quoted(attack)})`),
        attack,
      ).toBe(expected.length)
    }
    // A backslash that escapes nothing is a backslash.
    expect(await count('hostile', "name LIKE '%\\\\'")).toBe(1)
    expect(await count('hostile', "name LIKE '%\\\\\\\\'")).toBe(1)
    expect(await count('hostile', 'TRUE')).toBe(2)
  })
})

describe('refusals', () => {
  test.each([
    [{ filter: '' }, 'invalid-request'],
    [{ filter: 'visitors >' }, 'filter-unreadable'],
    [{ filter: "name = '\0'" }, null],
    [{ filter: 'visitor = 1' }, 'filter-property-unknown'],
    [{ filter: "visitors = 'many'" }, 'filter-type-wrong'],
    [{ filter: 'pg_sleep(10)' }, 'filter-function-unknown'],
    [{ filter: `${'('.repeat(500)}open` }, 'filter-too-large'],
    [{ filter: 'x'.repeat(20_001) }, null],
    [{ filter: 'open', 'filter-lang': 'sql' }, 'invalid-request'],
    [{ filter: 'open', 'filter-lang': 'cql2-json' }, 'filter-unreadable'],
    [{ filter: 'open', 'filter-crs': 'http://www.opengis.net/def/crs/EPSG/0/28992' }, 'crs-not-offered'],
    [{ 'filter-crs': 'nonsense' }, 'crs-not-offered'],
  ])('%j → 400', async (parameters, code) => {
    const query = new URLSearchParams(parameters as Record<string, string>)
    const response = await server.get(`/pygeoapi/collections/places/items?${query}`)
    // Node itself refuses headers beyond 16 KB.
    expect([400, 414, 431]).toContain(response.status)
    if (code !== null) expect(await response.json()).toMatchObject({ status: 400, code })
  })

  test('tell what was meant, and where', async () => {
    const { detail, where } = await ask('places', { filter: "open AND nme LIKE 'x%'" })
    expect(detail).toBe(
      "The filter names 'nme' at character 10, which is not a property of this collection. Did you mean 'name'? Properties: geometry, name, visitors, rating, open, founded, seen, closes.",
    )
    expect(where).toBe('character 10')
  })
})
