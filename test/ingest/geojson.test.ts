/** What GeoJSON files become: fields, types, ids, coordinate systems, rows. */
import { expect, test } from 'vitest'
import { openGeojsonLayer, probeGeojson } from '../../backend/src/ingest/geojson.ts'
import { collection, feature, rawCollection, rawFeature } from '../fixtures/geojson.ts'
import { loadRows, problemOf, withFile } from '../fixtures/loaded-rows.ts'

const probe = (content: string | Uint8Array, fileName = 'roads.geojson') =>
  withFile(fileName, content, (file) => {
    const [layer] = probeGeojson(file).layers
    if (!layer) throw new Error('no layer')
    return layer
  })
const load = (content: string | Uint8Array, options = {}) =>
  withFile('roads.geojson', content, (file) => loadRows(openGeojsonLayer, file, options))
const types = (content: string) =>
  Object.fromEntries(probe(content).fields.map(({ name, type }) => [name, type]))
const codes = (content: string) => probe(content).warnings.map(({ code }) => code)

const point = (x: number, y: number) => ({ type: 'Point', coordinates: [x, y] })

test('fields have the types that hold all their values', () => {
  const rows = [
    {
      text: 'a',
      whole: 1,
      part: 1,
      yes: true,
      day: '2024-02-29',
      moment: '2024-01-01T10:00:00Z',
      mixed: 1,
      nested: { a: [1] },
      none: null,
    },
    {
      text: 'b',
      whole: 2,
      part: 1.5,
      yes: false,
      day: null,
      moment: '2024-01-01T10:00:00+05:00',
      mixed: 'x',
      nested: [2],
    },
  ]
  const content = collection(rows.map((properties) => ({ properties })))
  expect(types(content)).toEqual({
    text: 'string',
    whole: 'integer',
    part: 'number',
    yes: 'boolean',
    day: 'date',
    moment: 'datetime',
    mixed: 'string',
    nested: 'string',
    none: 'string',
  })
  expect(load(content).records).toEqual([
    {
      text: 'a',
      whole: 1,
      part: 1,
      yes: true,
      day: '2024-02-29',
      moment: '2024-01-01T10:00:00.000Z',
      mixed: '1',
      nested: '{"a":[1]}',
      none: null,
    },
    {
      text: 'b',
      whole: 2,
      part: 1.5,
      yes: false,
      day: null,
      moment: '2024-01-01T05:00:00.000Z',
      mixed: 'x',
      nested: '[2]',
      none: null,
    },
  ])
})

test('whole numbers written with a point are numbers, as the program that wrote them meant', () => {
  const content = rawCollection(rawFeature('{"height":5.0,"count":5}'))
  expect(types(content)).toEqual({ height: 'number', count: 'integer' })
})

test('integers beyond 2^53 keep their digits, in columns and in nested values', () => {
  const properties =
    '{"id64":9007199254740993,"least":-9223372036854775808,"nested":{"n":9007199254740993},"wide":123456789012345678901}'
  const content = rawCollection(
    rawFeature(properties),
    rawFeature('{"id64":1,"least":2,"nested":null,"wide":5}'),
  )
  expect(types(content)).toEqual({ id64: 'integer', least: 'integer', nested: 'string', wide: 'string' })
  expect(load(content).records).toEqual([
    {
      id64: 9007199254740993n,
      least: -9223372036854775808n,
      nested: '{"n":9007199254740993}',
      wide: '123456789012345678901',
    },
    { id64: 1, least: 2, nested: null, wide: '5' },
  ])
})

test('feature ids that are unique natural numbers are kept as ids; others become a field', () => {
  const kept = load(collection([{ id: 7 }, { id: 3 }]))
  expect([kept.schema.keepsFid, kept.rows.map(({ fid }) => fid), kept.schema.fields]).toEqual([
    true,
    [7, 3],
    [],
  ])
  const names = load(
    collection([
      { id: 'a', properties: { n: 1 } },
      { id: 'b', properties: { n: 2 } },
    ]),
  )
  expect([names.schema.keepsFid, names.records]).toEqual([
    false,
    [
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ],
  ])
  const twice = load(collection([{ id: 1 }, { id: 1 }]))
  expect([twice.schema.keepsFid, twice.records, twice.rows.map(({ fid }) => fid)]).toEqual([
    false,
    [{ id: 1 }, { id: 1 }],
    [1, 2],
  ])
  const own = load(collection([{ id: 'x', properties: { id: 5 } }]))
  expect(own.records).toEqual([{ id: 5 }])
})

test('an id that occurs again a thousand features later is found while loading', () => {
  const features = Array.from({ length: 1500 }, (_, at) => ({ id: at === 1400 ? 3 : at }))
  const loaded = load(collection(features))
  expect([loaded.rounds, loaded.schema.keepsFid, loaded.rows.length, loaded.records[1400]]).toEqual([
    2,
    false,
    1500,
    { id: 3 },
  ])
})

test('fields, types and heights that come late make the load begin again once', () => {
  const features = Array.from({ length: 3000 }, (_, at) => ({
    properties: at < 2500 ? { a: at } : { a: at + 0.5, b: 'late', c: '2024-01-01' },
    geometry: at === 2999 ? { type: 'MultiPoint', coordinates: [[1, 2, 3]] } : point(-61, 13.9),
  }))
  const loaded = load(collection(features))
  expect(loaded.rounds).toBe(2)
  expect(loaded.schema.fields).toEqual([
    { name: 'a', type: 'number' },
    { name: 'b', type: 'string' },
    { name: 'c', type: 'date' },
  ])
  expect(loaded.schema.geometry).toMatchObject({ type: 'Geometry', hasZ: true })
  expect(loaded.rows).toHaveLength(3000)
  expect(loaded.records[2999]).toEqual({ a: 2999.5, b: 'late', c: '2024-01-01' })
})

test('a load with the schema of the probe needs one round', () => {
  const features = Array.from({ length: 3000 }, (_, at) => ({
    properties: at < 2500 ? { a: 1 } : { b: 'x' },
  }))
  const content = collection(features)
  const { fields, geometry, keepsFid = false } = probe(content)
  const loaded = load(content, { schema: { fields, geometry, srid: 4326, keepsFid } })
  expect([loaded.rounds, loaded.rows.length]).toEqual([1, 3000])
})

test('all geometry types, none and empty ones are kept', () => {
  const geometries = [
    point(1, 2),
    {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    },
    { type: 'MultiPoint', coordinates: [[1, 2]] },
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
    {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ],
    },
    { type: 'GeometryCollection', geometries: [point(1, 2)] },
    null,
  ]
  const content = collection([
    ...geometries.map((geometry) => ({ geometry })),
    { geometry: { type: 'Polygon', coordinates: [] } },
  ])
  const loaded = load(content)
  expect(loaded.rows.map(({ geometry }) => geometry)).toEqual([...geometries, null])
  expect(codes(content)).toContain('mixed-geometry-types')
})

test('positions of more than three numbers lose the rest, with a warning', () => {
  const content = collection([{ geometry: { type: 'Point', coordinates: [1, 2, 3, 4] } }])
  expect(load(content).rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [1, 2, 3] })
  expect(codes(content)).toContain('m-dropped')
})

test('features without any geometry are a table', () => {
  const content = collection([{ geometry: null, properties: { a: 1 } }])
  expect(probe(content)).toMatchObject({ kind: 'attributes', geometry: null, crs: null })
  expect(load(content).schema).toMatchObject({ geometry: null, srid: null })
})

test('hostile property names are data', () => {
  const content = rawCollection(
    rawFeature('{"__proto__":1,"constructor":"c","":2,"toString":null,"a\\"b":3,"\\u202e":4}'),
    rawFeature('{}'),
  )
  const loaded = load(content)
  expect(loaded.schema.fields.map(({ name }) => name)).toEqual([
    '__proto__',
    'constructor',
    '',
    'toString',
    'a"b',
    '\u202e',
  ])
  expect(loaded.rows.map(({ values }) => values)).toEqual([
    [1, 'c', 2, null, 3, 4],
    [null, null, null, null, null, null],
  ])
})

test('a property that occurs twice in one feature has its last value', () => {
  expect(load(rawCollection(rawFeature('{"a":1,"a":2}'))).records).toEqual([{ a: 2 }])
})

test.each([
  ['one feature', JSON.stringify(feature({ properties: { a: 1 } })), [{ a: 1 }]],
  ['one geometry', JSON.stringify(point(-61, 13.9)), [{}]],
  [
    'features line by line',
    [1, 2].map((a) => JSON.stringify(feature({ properties: { a } }))).join('\n'),
    [{ a: 1 }, { a: 2 }],
  ],
  [
    'an RFC 8142 sequence',
    [1, 2].map((a) => `\x1e${JSON.stringify(feature({ properties: { a } }))}\n`).join(''),
    [{ a: 1 }, { a: 2 }],
  ],
  ['a collection behind a byte order mark', `\ufeff${collection([{ properties: { a: 1 } }])}`, [{ a: 1 }]],
  ['an empty collection', collection([]), []],
  [
    'members in any order',
    `{"features":[${JSON.stringify(feature())}],"bbox":[1,2,3,4],"type":"FeatureCollection"}`,
    [{}],
  ],
  [
    'a member that looks like features',
    `{"type":"FeatureCollection","x":{"features":[1,{"a":"]}"}]},"features":[]}`,
    [],
  ],
])('%s is read', (_what, content, records) => {
  const loaded = load(content)
  expect(loaded.records).toEqual(records)
  expect(probe(content).featureCount).toBe(records.length)
})

test('strings may hold brackets, quotes and backslashes at every place of a block', () => {
  const features = Array.from({ length: 4000 }, (_, at) => ({
    properties: { a: `${'\\"]}{['.repeat(at % 97)}${at}`, b: 'é\u{1f334}' },
  }))
  const loaded = load(collection(features))
  expect(loaded.records).toEqual(features.map(({ properties }) => properties))
})

// Coordinate systems -------------------------------------------------------------------------------------

const projected = collection([{ geometry: point(512_345, 1_540_000) }])
const withCrs = (crs: unknown, geometry = point(512_345, 1_540_000)) => collection([{ geometry }], { crs })
const named = (name: string) => ({ type: 'name', properties: { name } })

test.each([
  ['urn:ogc:def:crs:EPSG::2006', 2006],
  ['EPSG:32620', 32620],
  ['http://www.opengis.net/def/crs/EPSG/0/32620', 32620],
])('the crs %s of the 2008 draft is believed', (name, epsg) => {
  expect(probe(withCrs(named(name))).crs).toMatchObject({ epsg, identifiedBy: 'authority' })
  expect(load(withCrs(named(name))).schema.srid).toBe(epsg)
})

test('a crs after the features counts as well, however many there are', () => {
  const features = Array.from({ length: 1500 }, () =>
    JSON.stringify(feature({ geometry: point(512_345, 1_540_000) })),
  )
  const content = `{"type":"FeatureCollection","features":[${features.join(',')}],"crs":${JSON.stringify(named('EPSG:32620'))}}`
  const loaded = load(content)
  expect([loaded.schema.srid, loaded.rounds, loaded.rows.length]).toEqual([32620, 2, 1500])
})

test('CRS84 is WGS 84, and so is a file that says nothing', () => {
  const content = withCrs(named('urn:ogc:def:crs:OGC:1.3:CRS84'), point(-61, 13.9))
  expect(probe(content).crs).toMatchObject({ epsg: 4326 })
  expect(probe(collection([{}])).crs).toMatchObject({ epsg: 4326, identifiedBy: 'default' })
  expect(probe(collection([{}])).extentCrs84).toEqual([-61, 13.9, -61, 13.9])
})

test.each(['link', 'url', 'proj4'])(
  'a crs of type %s is ignored with a warning and not fetched (E3)',
  (type) => {
    const crs = { type, properties: { href: 'http://127.0.0.1:1/crs', type: 'proj4' } }
    const content = withCrs(crs, point(-61, 13.9))
    expect(codes(content)).toContain('crs-ignored')
    expect(load(content).schema.srid).toBe(4326)
  },
)

test('a crs that nobody knows is a problem when loading, unless the publisher names one', () => {
  const content = withCrs(named('urn:ogc:def:crs:EPSG::999999'))
  expect(codes(content)).toContain('crs-unknown')
  expect(problemOf(() => load(content)).code).toBe('crs-not-identified')
  expect(load(content, { sourceEpsg: 32620 }).schema.srid).toBe(32620)
})

test('coordinates that cannot be degrees are not taken for degrees', () => {
  expect(codes(projected)).toContain('not-degrees')
  expect(probe(projected).crs).toBeNull()
  expect(problemOf(() => load(projected)).code).toBe('crs-missing')
  expect(load(projected, { sourceEpsg: 32620 }).schema.srid).toBe(32620)
})

test('times without zone are read as UTC, with a warning that names the field', () => {
  const content = collection([{ properties: { seen: '2024-01-01T10:00:00' } }])
  expect(probe(content).warnings).toMatchObject([
    { code: 'datetime-without-offset', message: expect.stringContaining("'seen'") },
  ])
  expect(load(content).records).toEqual([{ seen: '2024-01-01T10:00:00.000Z' }])
})
