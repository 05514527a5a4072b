/** Filters that fit the grammar and hardly anything else: whatever they say, the answer is features or a 400 in words. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'

let server: TestServer
const geometries = [
  'POINT(1 1)',
  'POLYGON((0 0,2 0,2 2,0 2,0 0))',
  'POLYGON((0 0,2 2,2 0,0 2,0 0))',
  'GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(5 5,6 6))',
  'LINESTRING(0 0,0 0)',
  'CIRCULARSTRING(0 0,1 1,2 0)',
  'MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 1,3 1,3 3,1 3,1 1)))',
]
beforeAll(async () => {
  server = await startTestServer()
  await createTestCollection(server.db, {
    id: 'odd',
    geometryType: 'Geometry',
    hasCurves: true,
    columns: [
      { name: 'name', type: 'string' },
      { name: 'whole', type: 'integer' },
      { name: 'real', type: 'number' },
      { name: 'yes', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'instant', type: 'datetime' },
      { name: 'clock', type: 'time' },
    ],
    rows: [
      ...geometries.map((wkt, at) => ({
        wkt,
        values: [
          `Ünï ${'\\'.repeat(at)}%_`,
          at % 2 ? '9223372036854775807' : '-9223372036854775808',
          ['NaN', 'Infinity', '-Infinity', 1e308, -1e-308, 0, 0.1][at] ?? null,
          at % 2 === 0,
          ['0001-01-01', '9999-12-31', 'infinity', '-infinity'][at] ?? '2020-01-01',
          ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'infinity', '-infinity'][at] ??
            '2020-01-01T00:00:00Z',
          '23:59:59.999999',
        ],
      })),
      { wkt: null, values: [null, null, null, null, null, null, null] },
    ],
  })
})
afterAll(() => server?.stop())

const { condition } = fc.letrec<{
  condition: string
  text: string
  number: string
  time: string
  span: string
  place: string
}>((tie) => {
  const of = (...parts: (string | fc.Arbitrary<string>)[]) =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((all) => all.join(''))
  const oneOf = (...words: string[]) => fc.constantFrom(...words)
  const comparison = oneOf('=', '<>', '<', '<=', '>', '>=')
  return {
    text: fc.oneof(
      { depthSize: 'small', maxDepth: 6 },
      oneOf(
        'name',
        "''",
        "'%'",
        "'\\\\'",
        "'a\\\\\\\\'",
        "'ÀÉ'",
        "'2020-01-01'",
        "'9999-12-31T23:59:59Z'",
        "'12:00'",
        'NULL',
      ),
      of(oneOf('CASEI(', 'ACCENTI('), tie('text'), ')'),
    ),
    number: fc.oneof(
      { depthSize: 'small', maxDepth: 6 },
      oneOf(
        'whole',
        '"real"',
        '0',
        '1',
        '-1',
        '0.5',
        '1e308',
        '-1e-308',
        '9223372036854775807',
        '9223372036854775808',
        'NULL',
      ),
      of('(', tie('number'), oneOf(' + ', ' - ', ' * ', ' / ', ' % ', ' div ', ' ^ '), tie('number'), ')'),
    ),
    time: oneOf(
      'day',
      'instant',
      "DATE('0001-01-01')",
      "DATE('9999-12-31')",
      "TIMESTAMP('0001-01-01T00:00:00+15:00')",
      "TIMESTAMP('9999-12-31T23:59:59-15:00')",
      'NULL',
      "'2020-01-01'",
    ),
    span: fc.oneof(
      of(
        'INTERVAL(',
        oneOf("'..'", 'day', 'instant', "'0001-01-01'", "'9999-12-31T23:59:59Z'"),
        ',',
        oneOf("'..'", 'day', 'instant', "'9999-12-31'"),
        ')',
      ),
      tie('time'),
    ),
    place: oneOf(
      'geometry',
      ...geometries.filter((wkt) => !wkt.startsWith('C')),
      'BBOX(-180,-90,180,90)',
      'BBOX(170,-90,-170,90)',
      'BBOX(1,1,1,1)',
      'BBOX(0,0,1e200,1)',
      'POINT(1e200 -1e200)',
      'LINESTRING(-1e15 0,1e15 1)',
      'MULTIPOINT(1 1,1 1)',
      'POLYGON((0 0,0 0,0 0,0 0))',
      'POLYGON((0 0,9 0,9 9,0 9,0 0),(8 8,20 8,20 20,8 20,8 8))',
    ),
    condition: fc.oneof(
      { depthSize: 'small', maxDepth: 8 },
      of(tie('text'), comparison, tie('text')),
      of(tie('number'), comparison, tie('number')),
      of(tie('time'), comparison, tie('time')),
      of('clock', comparison, oneOf("'00:00'", "'23:59:59.999999'", 'clock', 'NULL')),
      of(
        oneOf('yes', 'TRUE', 'NULL', '1', '(yes)'),
        comparison,
        oneOf('yes', 'FALSE', '0', '(name IS NULL)'),
      ),
      of(
        tie('text'),
        oneOf(' LIKE ', ' NOT LIKE ', ' ILIKE '),
        oneOf("'%'", "'_\\\\'", "'\\\\\\\\'", "'%\\\\%%'", "CASEI(ACCENTI('Ü_%'))", 'NULL'),
      ),
      of(tie('number'), ' BETWEEN ', tie('number'), ' AND ', tie('number')),
      of(tie('time'), ' NOT BETWEEN ', tie('time'), ' AND ', tie('time')),
      of(tie('number'), ' IN (', tie('number'), ',', tie('number'), ')'),
      of(tie('text'), ' NOT IN (', tie('text'), ',', tie('text'), ')'),
      of(tie('time'), ' IN (', tie('time'), ',', tie('time'), ')'),
      of('(', tie('condition'), ') IN (', oneOf('TRUE', 'yes', 'NULL'), ')'),
      of(
        '(',
        fc.oneof(tie('text'), tie('number'), tie('time'), tie('span'), tie('place'), tie('condition')),
        ') IS NULL',
      ),
      of(
        oneOf(
          'S_INTERSECTS(',
          'S_DISJOINT(',
          'S_WITHIN(',
          'S_CONTAINS(',
          'S_TOUCHES(',
          'S_CROSSES(',
          'S_OVERLAPS(',
          'S_EQUALS(',
        ),
        tie('place'),
        ',',
        tie('place'),
        ')',
      ),
      of(
        oneOf(
          'T_AFTER(',
          'T_BEFORE(',
          'T_DISJOINT(',
          'T_EQUALS(',
          'T_INTERSECTS(',
          'T_CONTAINS(',
          'T_OVERLAPS(',
          'T_MEETS(',
        ),
        tie('span'),
        ',',
        tie('span'),
        ')',
      ),
      of('NOT (', tie('condition'), ')'),
      of('(', tie('condition'), oneOf(' AND ', ' OR ', ' = '), '(', tie('condition'), '))'),
    ),
  }
})

test.each(['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'http://www.opengis.net/def/crs/EPSG/0/3857'])(
  'geometries in %s: never anything but features or a refusal in words',
  async (crs) => {
    const codes = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(condition, async (filter) => {
        const query = new URLSearchParams({ filter, 'filter-crs': crs, limit: '20' })
        const response = await server.get(`/pygeoapi/collections/odd/items?${query}`)
        const body = (await response.json()) as { code?: string; detail?: string; features?: unknown[] }
        const code = body.code ?? 'features'
        codes.set(code, (codes.get(code) ?? 0) + 1)
        expect([200, 400], `${filter}: ${body.detail}`).toContain(response.status)
        if (response.status === 400) expect(body.code).toMatch(/^filter-/)
      }),
      { numRuns: 700 },
    )
    // Most of them were answered, or this would say little.
    expect(codes.get('features') ?? 0, JSON.stringify([...codes])).toBeGreaterThan(350)
  },
)
