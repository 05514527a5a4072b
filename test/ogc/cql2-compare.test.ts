/**
 * Filters made at random find the same features by SQL as by a plain reading of CQL2 in JavaScript; and the plans of
 * spatial ones use the index.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkFilter } from '../../backend/src/cql2/check.ts'
import { readText } from '../../backend/src/cql2/read-text.ts'
import type { Collection } from '../../backend/src/domain/collection.ts'
import { features, pageQuery } from '../../backend/src/repositories/features.ts'
import { createFeatureAreas } from '../../backend/src/services/feature-area.ts'
import { createFilterPlaces } from '../../backend/src/services/filter-places.ts'
import {
  createTestCollection,
  registerTestCollection,
  startTestServer,
  type TestServer,
} from '../helpers/collections.ts'
import { toCql2Json } from './cql2-write.ts'

type Row = {
  name: string | null
  other: string | null
  whole: number | null
  real: number | null
  yes: boolean | null
  day: string | null
  instant: string | null
  place: [number, number] | null
}

const names = [
  'Castries',
  'CASTRIES',
  'Vieux Fort',
  'Soufrière',
  'soufriere',
  'Größe',
  'GRÖSSE',
  "it's",
  '100%',
  'a_b',
  'a\\b',
  '',
  'Łódź',
  'ΣΊΣΥΦΟΣ',
  'σίσυφος',
  '😀 x',
]
const days = ['2019-12-31', '2020-01-01', '2020-02-29', '2021-06-15']
const instants = [
  '2019-12-31T23:59:59Z',
  '2020-01-01T00:00:00Z',
  '2020-01-01T12:30:00Z',
  '2020-02-29T00:00:00.5Z',
  '2021-06-15T08:00:00Z',
]

const pick = <Item>(list: readonly Item[], at: number): Item => list[at % list.length] as Item
const sometimes = <Value>(at: number, every: number, value: Value): Value | null =>
  at % every === 0 ? null : value

const rows: Row[] = Array.from({ length: 120 }, (_, at) => ({
  name: sometimes(at, 11, pick(names, at)),
  other: sometimes(at, 7, pick(names, at * 5 + 1)),
  whole: sometimes(at, 13, (at % 17) - 8),
  real: sometimes(at, 9, (at % 23) / 4 - 2),
  yes: sometimes(at, 5, at % 2 === 0),
  day: sometimes(at, 6, pick(days, at)),
  instant: sometimes(at, 8, pick(instants, at)),
  place: sometimes(at, 10, [(at % 12) - 6, Math.floor(at / 12) - 5]),
}))

/** A filter as text, and what it says of a row: true, false or unknown. */
type Said<Value> = { text: string; of: (row: Row) => Value | null }
type Truth = Said<boolean>

const arb = {
  text: (): fc.Arbitrary<Said<string>> =>
    fc.oneof(
      fc.constantFrom<Said<string>>(
        { text: 'name', of: (row) => row.name },
        { text: '"other"', of: (row) => row.other },
      ),
      fc.constantFrom(...names).map((value) => ({ text: quoted(value), of: () => value })),
    ),
  number: (depth = 2): fc.Arbitrary<Said<number>> => {
    const leaf = fc.oneof(
      fc.constantFrom<Said<number>>(
        { text: 'whole', of: (row) => row.whole },
        { text: '"real"', of: (row) => row.real },
      ),
      fc.integer({ min: -9, max: 9 }).map((value) => ({ text: String(value), of: () => value })),
      fc.integer({ min: -20, max: 20 }).map((value) => ({ text: String(value / 4), of: () => value / 4 })),
    )
    if (depth === 0) return leaf
    const operation = fc
      .tuple(arb.number(depth - 1), fc.constantFrom('+', '-', '*', '/', '%', 'div'), arb.number(depth - 1))
      .map(
        ([a, op, b]): Said<number> => ({
          text: `(${a.text} ${op} ${b.text})`,
          of: (row) => both(a.of(row), b.of(row), (x, y) => compute(op, x, y)),
        }),
      )
    return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: operation })
  },
}

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const both = <A, B, C>(a: A | null, b: B | null, join: (a: A, b: B) => C | null): C | null =>
  a === null || b === null ? null : join(a, b)

const compute = (op: string, x: number, y: number): number | null => {
  if (op === '+') return x + y
  if (op === '-') return x - y
  if (op === '*') return x * y
  if (y === 0) return null
  if (op === '/') return x / y
  return op === '%' ? x % y : Math.trunc(x / y)
}

const comparisons: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}
const operators = fc.constantFrom(...Object.keys(comparisons))

/** In the order of code points, which for what is beyond the first plane is not that of JavaScript. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const byNumber = (a: number, b: number) => (Math.abs(a - b) < 1e-12 ? 0 : a - b)

const compared = <Value>(
  [a, op, b]: [Said<Value>, string, Said<Value>],
  order: (a: Value, b: Value) => number,
): Truth => ({
  text: `${a.text} ${op} ${b.text}`,
  of: (row) => both(a.of(row), b.of(row), (x, y) => comparisons[op]?.(order(x, y)) ?? false),
})

const folded = (text: string) =>
  text.normalize('NFD').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
const unaccented = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFC')

const likeTest = (pattern: string): RegExp => {
  const source = pattern.replace(/\\([\s\S])|%|_|[\s\S]/gu, (sign, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    if (sign === '%') return '[\\s\\S]*'
    return sign === '_' ? '[\\s\\S]' : sign.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 'u')
}

const patterns = fc
  .array(fc.constantFrom('%', '_', 'a', 'A', 's', 'e', 'è', 'ö', '\\%', '\\_', '\\\\', 'ries', 'CAS'), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''))

type Fold = { open: string; close: string; of: (text: string) => string }
const folds = fc.constantFrom<Fold>(
  { open: '', close: '', of: (text) => text },
  { open: 'CASEI(', close: ')', of: folded },
  { open: 'ACCENTI(', close: ')', of: unaccented },
  { open: 'accenti(casei(', close: '))', of: (text) => unaccented(folded(text)) },
)

const wrapped = ({ open, close, of }: Fold, said: Said<string>): Said<string> => ({
  text: `${open}${said.text}${close}`,
  of: (row) => both(said.of(row), '', of),
})

const instantOf = (text: string) => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text)
const endOf = (text: string) =>
  text.length === 10 ? Date.parse(`${text}T00:00:00Z`) + 86_400_000 - 0.001 : Date.parse(text)

const times: fc.Arbitrary<Said<string>> = fc.oneof(
  fc.constantFrom<Said<string>>(
    { text: 'day', of: (row) => row.day },
    { text: 'instant', of: (row) => row.instant },
  ),
  fc.constantFrom(...days).map((value) => ({ text: `DATE('${value}')`, of: () => value })),
  fc.constantFrom(...instants).map((value) => ({ text: `TIMESTAMP('${value}')`, of: () => value })),
)

const relations: Record<string, (a: number, b: number, c: number, d: number) => boolean> = {
  T_AFTER: (a, _b, _c, d) => a > d,
  T_BEFORE: (_a, b, c) => b < c,
  T_DISJOINT: (a, b, c, d) => b < c || a > d,
  T_EQUALS: (a, b, c, d) => a === c && b === d,
  T_INTERSECTS: (a, b, c, d) => a <= d && b >= c,
}
const spanRelations: typeof relations = {
  ...relations,
  T_CONTAINS: (a, b, c, d) => a < c && b > d,
  T_DURING: (a, b, c, d) => a > c && b < d,
  T_FINISHEDBY: (a, b, c, d) => a < c && b === d,
  T_FINISHES: (a, b, c, d) => a > c && b === d,
  T_MEETS: (_a, b, c) => b === c,
  T_METBY: (a, _b, _c, d) => a === d,
  T_OVERLAPPEDBY: (a, b, c, d) => a > c && a < d && b > d,
  T_OVERLAPS: (a, b, c, d) => a < c && b > c && b < d,
  T_STARTEDBY: (a, b, c, d) => a === c && b > d,
  T_STARTS: (a, b, c, d) => a === c && b < d,
}

type SpanSaid = { text: string; of: (row: Row) => [number, number] | null; isDays: boolean }

/** Among days only, a day is a moment like any other. */
const spanOf = (time: Said<string>): SpanSaid => ({
  text: time.text,
  isDays: time.text === 'day' || time.text.startsWith('DATE'),
  of: (row) => both(time.of(row), 0, (text) => [instantOf(text), endOf(text)]),
})

const openSpans: fc.Arbitrary<SpanSaid> = fc
  .tuple(fc.constantFrom('..', ...instants), fc.constantFrom('..', ...instants), fc.boolean())
  .map(([from, until, isOwn]) => ({
    text: isOwn ? `INTERVAL(instant,'${until}')` : `INTERVAL('${from}','${until}')`,
    isDays: false,
    of: (row) => {
      const end = until === '..' ? Number.POSITIVE_INFINITY : Date.parse(until)
      if (isOwn) return both(row.instant, 0, (text) => [Date.parse(text), end])
      return [from === '..' ? Number.NEGATIVE_INFINITY : Date.parse(from), end]
    },
  }))

const temporal: fc.Arbitrary<Truth> = fc
  .oneof(
    fc.tuple(
      fc.constantFrom(...Object.keys(relations)),
      times.map(spanOf),
      fc.oneof(times.map(spanOf), openSpans),
    ),
    fc.tuple(fc.constantFrom(...Object.keys(spanRelations)), openSpans, openSpans),
  )
  .map(([relation, first, second]): Truth => {
    const isDays = first.isDays && second.isDays
    return {
      text: `${relation}(${first.text},${second.text})`,
      of: (row) =>
        both(first.of(row), second.of(row), ([a, b], [c, d]) =>
          isDays
            ? (spanRelations[relation]?.(a, a, c, c) ?? false)
            : (spanRelations[relation]?.(a, b, c, d) ?? false),
        ),
    }
  })

const spatial: fc.Arbitrary<Truth> = fc
  .tuple(
    fc.constantFrom('S_INTERSECTS', 'S_DISJOINT', 'S_WITHIN', 'S_TOUCHES'),
    fc.tuple(
      fc.integer({ min: -7, max: 5 }),
      fc.integer({ min: -6, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
    ),
    fc.boolean(),
  )
  .map(([relation, [x, y, size], isBox]) => {
    const [e, n] = [x + size, y + size]
    const place = isBox
      ? `BBOX(${x},${y},${e},${n})`
      : `POLYGON((${x} ${y},${e} ${y},${e} ${n},${x} ${n},${x} ${y}))`
    const touching = ([px, py]: [number, number]) => px >= x && px <= e && py >= y && py <= n
    const inside = ([px, py]: [number, number]) => px > x && px < e && py > y && py < n
    const tests: Record<string, (point: [number, number]) => boolean> = {
      S_INTERSECTS: touching,
      S_DISJOINT: (point) => !touching(point),
      S_WITHIN: inside,
      S_TOUCHES: (point) => touching(point) && !inside(point),
    }
    return {
      text: `${relation}(geometry,${place})`,
      of: (row: Row) => both(row.place, 0, (point) => tests[relation]?.(point) ?? false),
    }
  })

const leaves: fc.Arbitrary<Truth> = fc.oneof(
  fc
    .tuple(arb.text(), operators, arb.text(), folds)
    .map(([a, op, b, fold]) => compared([wrapped(fold, a), op, wrapped(fold, b)], byCodePoint)),
  fc.tuple(arb.number(), operators, arb.number()).map((parts) => compared(parts, byNumber)),
  fc.tuple(times, operators, times).map((parts) => compared(parts, (a, b) => instantOf(a) - instantOf(b))),
  fc.tuple(arb.text(), patterns, folds).map(
    ([value, pattern, fold]): Truth => ({
      text: `${wrapped(fold, value).text} LIKE ${fold.open}${quoted(pattern)}${fold.close}`,
      of: (row) => both(wrapped(fold, value).of(row), 0, (text) => likeTest(fold.of(pattern)).test(text)),
    }),
  ),
  fc.tuple(arb.number(0), arb.number(0), arb.number(0)).map(
    ([value, low, high]): Truth => ({
      text: `${value.text} BETWEEN ${low.text} AND ${high.text}`,
      of: (row) =>
        both(
          both(value.of(row), low.of(row), (a, b) => a >= b),
          both(value.of(row), high.of(row), (a, b) => a <= b),
          (a, b) => a && b,
        ),
    }),
  ),
  fc.tuple(arb.number(0), fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 5 })).map(
    ([value, list]): Truth => ({
      text: `${value.text} IN (${list.join(',')})`,
      of: (row) => both(value.of(row), 0, (found) => list.includes(found)),
    }),
  ),
  fc.constantFrom<Truth>(
    { text: 'name IS NULL', of: (row) => row.name === null },
    { text: 'geometry IS NOT NULL', of: (row) => row.place !== null },
    { text: 'yes', of: (row) => row.yes },
    { text: 'yes = FALSE', of: (row) => both(row.yes, 0, (yes) => !yes) },
    { text: 'TRUE', of: () => true },
    { text: '(1 = NULL)', of: () => null },
  ),
  temporal,
  spatial,
)

const every = (values: (boolean | null)[]): boolean | null =>
  values.includes(false) ? false : values.includes(null) ? null : true
const negated = (value: boolean | null) => (value === null ? null : !value)

const { filter: filters } = fc.letrec<{ filter: Truth }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((parts) => ({
      text: parts.map(({ text }) => `(${text})`).join(' AND '),
      of: (row: Row) => every(parts.map(({ of }) => of(row))),
    })),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((parts) => ({
      text: parts.map(({ text }) => `(${text})`).join(' OR '),
      of: (row: Row) => negated(every(parts.map(({ of }) => negated(of(row))))),
    })),
    tie('filter').map((part) => ({ text: `NOT (${part.text})`, of: (row: Row) => negated(part.of(row)) })),
  ),
}))

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createTestCollection(server.db, {
    id: 'rows',
    geometryType: 'Point',
    columns: [
      { name: 'name', type: 'string' },
      { name: 'other', type: 'string' },
      { name: 'whole', type: 'integer' },
      { name: 'real', type: 'number' },
      { name: 'yes', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'instant', type: 'datetime' },
    ],
    rows: rows.map(({ place, ...row }) => ({
      wkt: place && `POINT(${place.join(' ')})`,
      values: [row.name, row.other, row.whole, row.real, row.yes, row.day, row.instant],
    })),
  })
})
afterAll(() => server?.stop())

const found = async (filter: string, language: string): Promise<unknown> => {
  const query = new URLSearchParams({ filter, 'filter-lang': language, limit: '200', properties: '' })
  const body = (await (await server.get(`/pygeoapi/collections/rows/items?${query}`)).json()) as {
    features?: { id: number }[]
    detail?: string
  }
  return body.features?.map(({ id }) => id) ?? body.detail
}

test('a filter made at random finds what a plain reading of it finds, in text and in JSON', async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.boolean(), async ({ text, of }, isJson) => {
      const expected = rows.flatMap((row, at) => (of(row) === true ? [at + 1] : []))
      const answer = isJson
        ? await found(toCql2Json(readText(text)), 'cql2-json')
        : await found(text, 'cql2-text')
      expect(answer, text).toEqual(expected)
    }),
    { numRuns: 600 },
  )
})

describe('a large table', () => {
  let collection: Collection
  const size = 40_000

  beforeAll(async () => {
    const { db } = server
    await db.pool.query(
      'create table data.d_large (fid bigint primary key, geom geometry(Point, 32620), c1 bigint, feature text)',
    )
    await db.pool.query(
      `insert into data.d_large select n, st_setsrid(st_makepoint(700000 + (n % 200) * 100, 1500000 + (n / 200) * 100), 32620), n from generate_series(0, ${size - 1}) n`,
    )
    await db.pool.query('create index on data.d_large using gist (geom)')
    await db.pool.query('analyze data.d_large')
    const columns = [{ name: 'n', column: 'c1', type: 'integer' as const }]
    await registerTestCollection(
      db,
      { id: 'large' },
      { tableName: 'd_large', columns, srid: 32620, geometryType: 'Point' },
    )
    const { rows: boxes } = await db.pool.query(
      'select st_xmin(e) w, st_ymin(e) s, st_xmax(e) e, st_ymax(e) n from (select st_extent(geom) e from data.d_large) x',
    )
    const { w, s, e, n } = boxes[0]
    collection = {
      id: 'large',
      tableName: 'd_large',
      columns,
      storageSrid: 32620,
      geometryType: 'Point',
      hasCurves: false,
      isPrecomputed: false,
      extentStorage: [w, s, e, n],
    } as unknown as Collection
  })

  const planOf = async (text: string): Promise<string> => {
    const repository = features(server.db.pool)
    const places = createFilterPlaces({ repository, areas: createFeatureAreas({ repository }) })
    const checked = checkFilter(readText(text), {
      queryables: new Map([
        ['geometry', { type: 'geometry' }],
        ['n', { type: 'integer' }],
      ]),
      crs: { epsg: 4326, axisOrder: 'xy' },
    })
    const query = pageQuery(collection, {
      form: 'geojson',
      crs: { epsg: 4326, axisOrder: 'xy', uri: '' },
      properties: null,
      isGeometrySkipped: false,
      sort: [],
      start: { offset: 0 },
      rows: 1001,
      conditions: {
        areas: null,
        heights: null,
        time: null,
        equals: [],
        text: null,
        expression: await places.resolve(collection, checked),
      },
    })
    const { rows: lines } = await server.db.pool.query(`explain ${query.text}`, query.values)
    return lines.map((line) => line['QUERY PLAN']).join('\n')
  }

  const triangle = 'POLYGON((-61.1 13.6,-61.09 13.6,-61.09 13.61,-61.1 13.6))'

  test.each([
    `S_INTERSECTS(geometry, ${triangle})`,
    'S_INTERSECTS(geometry, BBOX(-61.1,13.6,-61.09,13.61))',
    `S_WITHIN(geometry, ${triangle}) AND n > 5`,
    'S_EQUALS(geometry, POINT(-61.1 13.6))',
    `S_INTERSECTS(geometry, ${triangle}) OR S_INTERSECTS(geometry, BBOX(-61.05,13.6,-61.04,13.61))`,
    `(n > 5 AND S_TOUCHES(geometry, ${triangle})) OR S_INTERSECTS(geometry, POINT(-61.1 13.6))`,
  ])('%s goes by the spatial index, though asked in another coordinate system', async (text) => {
    expect(await planOf(text)).toMatch(
      /Index (Only )?Scan.* on d_large_geom_idx|Index Scan using d_large_geom_idx/,
    )
  })

  test('is counted exactly below ten thousand, and not at all beyond', async () => {
    const count = async (filter: string) => {
      const query = new URLSearchParams({ filter, limit: '1' })
      const response = await server.get(`/pygeoapi/collections/large/items?${query}`)
      const body = (await response.json()) as { numberMatched?: number }
      expect(response.status, JSON.stringify(body)).toBe(200)
      return body.numberMatched
    }
    // What was written past the program is noticed within a second.
    const patience = { timeout: 10_000 }
    await expect
      .poll(async () => (await server.get('/pygeoapi/collections/large')).status, patience)
      .toBe(200)
    // Who is counting still on a busy machine says so by no number, and has it for the next who asks.
    await expect.poll(() => count('n < 500'), patience).toBe(500)
    expect(await count('n >= 500')).toBeUndefined()
  })
})
