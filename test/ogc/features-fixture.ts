/** Collections with everything that has ever gone wrong: hostile names, gaps, heights, grids, both sides of the globe. */
import { expect } from 'vitest'
import type { TestCollection, TestRow, TestServer } from '../helpers/collections.ts'
import { createTestCollection } from '../helpers/collections.ts'
import type { TestDatabase } from '../helpers/database.ts'

export const hostileNames = [
  'name',
  'Größe (m²)',
  'a"quote',
  'back\\slash',
  "o'clock",
  '<script>',
  'two\nlines',
  '$1 ?x :y',
]

const placeRows = (count: number): TestRow[] =>
  Array.from({ length: count }, (_, at) => ({
    wkt: at === 3 ? null : `POINT(${-61.05 + (at % 5) * 0.01} ${13.75 + Math.floor(at / 5) * 0.01})`,
    values: [
      at % 4 === 0 ? null : `Place ${at}`,
      at * 1000,
      at % 3 === 0 ? null : at / 8,
      at % 2 === 0,
      at === 5 ? null : `2020-01-${String(1 + at).padStart(2, '0')}`,
      `2020-01-01T${String(at).padStart(2, '0')}:00:00Z`,
      '12:30:00',
    ],
  }))

const places: Omit<TestCollection, 'id'> = {
  title: 'Places & "sights"',
  description: 'Where people go.\n\nWith <b>care</b>.',
  keywords: ['places', 'sights'],
  license: 'Open Data <script>',
  geometryType: 'Point',
  columns: [
    { name: 'name', type: 'string' },
    { name: 'visitors', type: 'integer' },
    { name: 'rating', type: 'number' },
    { name: 'open', type: 'boolean' },
    { name: 'founded', type: 'date' },
    { name: 'seen', type: 'datetime' },
    { name: 'closes', type: 'time' },
  ],
  rows: placeRows(24),
  download: { fileName: 'places.gpkg', mediaType: 'application/geopackage+sqlite3', sizeBytes: 123_456 },
}

const square = (x: number, y: number, size: number) =>
  `POLYGON((${x} ${y},${x + size} ${y},${x + size} ${y + size},${x} ${y + size},${x} ${y}))`

/** Thirty by thirty squares of 50 m in UTM 20N, 100 m apart. */
const parcels: TestCollection = {
  id: 'parcels',
  srid: 32620,
  geometryType: 'Polygon',
  columns: [{ name: 'code', type: 'string' }],
  rows: Array.from({ length: 900 }, (_, at) => ({
    wkt: square(715_000 + (at % 30) * 100.123456789, 1_535_000 + Math.floor(at / 30) * 100, 50),
    values: [`P${at}`],
  })),
}

/** Names and values that look like the joints of a Feature. */
const tricky: Omit<TestCollection, 'id'> = {
  geometryType: 'Point',
  columns: [
    { name: 'name', type: 'string' },
    { name: 'properties', type: 'string' },
    { name: ',"properties":', type: 'string' },
  ],
  rows: [
    { wkt: 'POINT(-61 13.9)', values: [',"properties":{', '"}', 'a'] },
    { wkt: null, values: ['x', ',"properties":', null] },
  ],
}

export const fixture: TestCollection[] = [
  { ...tricky, id: 'tricky' },
  { ...tricky, id: 'tricky_ready', isPrecomputed: true },
  { ...places, id: 'places' },
  { ...places, id: 'places_ready', isPrecomputed: true },
  parcels,
  { ...parcels, id: 'parcels_ready', isPrecomputed: true },
  {
    id: 'hostile',
    geometryType: 'Point',
    columns: hostileNames.map((name) => ({ name, type: 'string' })),
    rows: [
      { wkt: 'POINT(-61 13.9)', values: hostileNames.map((name) => `${name} "quoted" \\ ends in \\`) },
      { wkt: 'POINT(-61 14)', values: hostileNames.map(() => '\u2028 \u0001 \t 😀 </script>') },
    ],
  },
  {
    id: 'numbers',
    srid: null,
    columns: [
      { name: 'big', type: 'integer' },
      { name: 'real', type: 'number' },
    ],
    rows: [
      { fid: '9007199254740993', values: ['9223372036854775807', 0.1] },
      { fid: -5, values: ['-9223372036854775808', 'NaN'] },
      { fid: 7, values: [null, 'Infinity'] },
      { fid: 8, values: ['9007199254740993', 1e300] },
      { fid: 9, values: [0, 1.7976931348623157e308] },
    ],
  },
  {
    id: 'pacific',
    geometryType: 'Point',
    columns: [{ name: 'side', type: 'string' }],
    rows: [
      { wkt: 'POINT(179.5 -17)', values: ['west of the line'] },
      { wkt: 'POINT(-179.5 -17)', values: ['east of the line'] },
      { wkt: 'POINT(0 51)', values: ['far away'] },
    ],
  },
  {
    id: 'heights',
    geometryType: 'Point',
    hasZ: true,
    columns: [{ name: 'n', type: 'integer' }],
    rows: [10, 20, 30].map((z) => ({ wkt: `POINT Z(-61 13.9 ${z})`, values: [z] })),
  },
  {
    id: 'curves',
    geometryType: 'Geometry',
    hasCurves: true,
    srid: 32620,
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'CIRCULARSTRING(715000 1535000,715100 1535100,715200 1535000)', values: [1] }],
  },
  {
    id: 'old',
    isDeprecated: true,
    geometryType: 'Point',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'POINT(1 1)', values: [1] }],
  },
  { id: 'empty', geometryType: 'Point', columns: [{ name: 'n', type: 'integer' }], rows: [] },
]

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

/** Asks for features of a collection as a client does: the answer as it is, or what it says when it is a good one. */
export const itemsAsked = (server: () => TestServer) => {
  const items = (id: string, query = '', headers: Record<string, string> = {}) =>
    server().get(`/pygeoapi/collections/${id}/items${query && `?${query}`}`, headers)
  const json = async (id: string, query = ''): Promise<Json> => {
    const response = await items(id, query)
    const text = await response.text()
    expect(response.status, `${id}?${query}: ${text.slice(0, 300)}`).toBe(200)
    return JSON.parse(text)
  }
  return { items, json }
}

export const idsOf = (page: Json): number[] => page.features.map(({ id }: Json) => id)

export const createFixture = async (db: TestDatabase): Promise<void> => {
  for (const collection of fixture) await createTestCollection(db, collection)
}
