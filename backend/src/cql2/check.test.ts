import { describe, expect, test } from 'vitest'
import { isProblem } from '../domain/problem.ts'
import { checkFilter } from './check.ts'
import type { Queryable } from './filter.ts'
import { readText } from './read-text.ts'
import { toSql } from './to-sql.ts'

const queryables = new Map<string, Queryable>([
  ['geometry', { type: 'geometry' }],
  ['name', { type: 'string' }],
  ['population', { type: 'integer' }],
  ['rate', { type: 'number' }],
  ['open', { type: 'boolean' }],
  ['founded', { type: 'date' }],
  ['seen', { type: 'datetime' }],
  ['closes', { type: 'time' }],
  ['tags', { type: 'texts' }],
  ['Größe (m²)', { type: 'number' }],
])

const check = (text: string) =>
  checkFilter(readText(text), { queryables, crs: { epsg: 4326, axisOrder: 'xy' } })

const detailOf = (text: string): string => {
  try {
    check(text)
  } catch (error) {
    if (isProblem(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const sqlOf = (text: string) => {
  const values: string[] = []
  const sql = toSql(check(text), {
    property: (name) => `t.${name}`,
    geometry: 't.geom',
    mayBeCollection: false,
    touches: () => 'touches',
    add: (value) => {
      values.push(value)
      return `$${values.length}`
    },
  })
  return { sql, values }
}

describe('refused, with what was found, where, and what was expected', () => {
  test.each([
    [
      'nme = 1',
      "filter-property-unknown: The filter names 'nme' at character 1, which is not a property of this collection. Did you mean 'name'? Properties: geometry, name, population",
    ],
    ['Name = 1', "Did you mean 'name'?"],
    ['zzzzzzzz = 1', 'not a property of this collection. Properties: geometry'],
    [
      'name = 5',
      "filter-type-wrong: The filter at character 8: found the number 5, expected text in single quotes, such as 'Castries', because 'name' is text.",
    ],
    [
      "population = '5'",
      "at character 14: found the text '5', expected a number without quotes, because 'population' is a whole number.",
    ],
    ['5 = name', 'at character 1: found the number 5'],
    ['name = population', "found the property 'population', which is a whole number, expected text"],
    ["founded > 'soon'", "found the text 'soon', expected a day such as DATE('2020-01-31')"],
    ["seen > '2020-02-30'", "expected an instant such as TIMESTAMP('2020-01-31T12:00:00Z')"],
    ["founded = DATE('2020-02-30')", 'found a DATE, expected a day'],
    ["closes < '25:00'", 'expected a time of day'],
    ['open = 2', 'expected TRUE or FALSE'],
    ['name + 1 = 2', 'expected a number to compute with'],
    ['CASEI(population) = CASEI(1)', 'expected text for CASEI'],
    ['population LIKE 5', 'expected text for LIKE'],
    ['name LIKE name', "expected a pattern in single quotes after LIKE, such as 'Cas%'"],
    ["name BETWEEN 'a' AND 'b'", 'numbers or times for BETWEEN'],
    ["NULL BETWEEN '2020-01-01' AND '2020-01-02'", 'numbers or times for BETWEEN'],
    ["'2020-01-01' BETWEEN founded AND name", 'the same kind of value'],
    ["name IN ('a', 1)", 'found the number 1, expected text in single quotes'],
    ["'2020-01-01' IN (founded, 'x')", 'as the others of the list'],
    ['name', "found the property 'name', which is text, expected a condition"],
    ['1', 'found the number 1, expected a condition'],
    ['population + 1', 'expected a condition'],
    ['geometry = 1', "'geometry', which is a geometry"],
    [
      'S_INTERSECTS(name, POINT(1 2))',
      "found the property 'name', which is text, expected a geometry for S_INTERSECTS",
    ],
    ["S_INTERSECTS(geometry, 'POINT(1 2)')", 'expected a geometry for S_INTERSECTS, such as BBOX'],
    ['S_INTERSECTS(geometry)', 'found 1, expected 2 arguments for S_INTERSECTS'],
    ['S_INTERSECTS(geometry, BBOX(0,1,2))', 'found a BBOX that has 3 numbers'],
    ['S_INTERSECTS(geometry, BBOX(0,2,1,1))', 'has its south (2) above its north (1)'],
    [
      'S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(0 0,1 1)))',
      'GEOMETRYCOLLECTION that mixes them, expected only points',
    ],
    [
      "T_AFTER(name, DATE('2020-01-01'))",
      "found the property 'name', which is text, expected a time for T_AFTER",
    ],
    [
      "T_DURING(seen, INTERVAL('2020-01-01','..'))",
      'expected an INTERVAL for T_DURING, which is not defined for instants',
    ],
    ["T_AFTER(seen, INTERVAL('2020-01-01','later'))", "found the text 'later', expected an instant"],
    ["A_CONTAINS(name, ('a'))", "found the property 'name', which is text, expected a list for A_CONTAINS"],
    [
      's_intersect(geometry, POINT(1 2))',
      "filter-function-unknown: The filter calls 's_intersect' at character 1, which this server does not have. Did you mean S_INTERSECTS? Known: CASEI",
    ],
    ['pg_sleep(10)', 'filter-function-unknown'],
    ['constructor(1)', 'filter-function-unknown'],
  ])('%s', (text, message) => {
    expect(detailOf(text)).toContain(message)
  })
})

describe('accepted, each as the type of what it is compared with', () => {
  test.each([
    ["founded = '2020-01-23'", '(t.founded = $1::date)', ['2020-01-23']],
    ["founded >= '2020/01/23'", '(t.founded >= $1::date)', ['2020-01-23']],
    ["seen < '2020-01-23T10:00:00'", '(t.seen < $1::timestamptz)', ['2020-01-23T10:00:00Z']],
    ["seen < '2020/01/23 10:00:00+00'", '(t.seen < $1::timestamptz)', ['2020-01-23T10:00:00+00:00']],
    ["seen >= '2020-01-23T'", '(t.seen >= $1::timestamptz)', ['2020-01-23T00:00:00Z']],
    ["seen = DATE('2020-01-23')", "(t.seen = (($1::date)::timestamp at time zone 'UTC'))", ['2020-01-23']],
    ["closes < '12:30'", '(t.closes < $1::time)', ['12:30']],
    ['open = 1', '(t.open = $1::boolean)', ['true']],
    ['open', '(t.open)', []],
    ['NOT open', '(not (t.open))', []],
    ['population = 5.5', '(t.population = $1::numeric)', ['5.5']],
    ['rate = 9007199254740993', '(t.rate = $1::double precision)', ['9007199254740993']],
    ['population + 1 > rate', '(((t.population)::numeric + ($1::bigint)::numeric) > t.rate)', ['1']],
    ['population = NULL', '(t.population = null::bigint)', []],
    ["name LIKE 'a\\'", "(t.name like $1::text escape '\\')", null],
    ["name < 'b'", '(((t.name) collate "C") < (($1::text) collate "C"))', ['b']],
    ['name IN (NULL)', '(t.name in (null::text))', []],
    ["A_CONTAINS(tags, ('a','b'))", '(t.tags @> array[$1::text, $2::text]::text[])', ['a', 'b']],
    ["A_OVERLAPS(('a'), tags)", '(array[$1::text]::text[] && t.tags)', ['a']],
    ['geom IS NULL', '(t.geom is null)', []],
    ['(population = 1) = TRUE', '((t.population = $1::bigint) = $2::boolean)', ['1', 'true']],
  ])('%s', (text, sql, values) => {
    if (values === null) return expect(detailOf(text)).toContain('without its end')
    expect(sqlOf(text)).toEqual({ sql, values })
  })

  test('a box across the antimeridian is two areas; a collection of one kind is that kind', () => {
    expect(check('S_WITHIN(geometry, BBOX(170,-10,-170,10))')).toMatchObject({
      args: [{ kind: 'own' }, { geometry: { type: 'MultiPolygon', coordinates: { length: 2 } } }],
    })
    expect(check('S_WITHIN(geometry, BBOX(1,1,1,1))')).toMatchObject({
      args: [{}, { geometry: { type: 'MultiPoint' } }],
    })
    expect(check('S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(0 0), MULTIPOINT(1 1, 2 2)))')).toMatchObject({
      args: [{}, { geometry: { type: 'MultiPoint', coordinates: { length: 3 } } }],
    })
    expect(check('S_DISJOINT(geometry, GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(0 0,1 1)))')).toMatchObject({
      kind: 'not',
      of: { kind: 'or', of: { length: 2 } },
    })
  })

  test('coordinates are taken in the axis order of filter-crs', () => {
    const filter = checkFilter(readText('S_WITHIN(geometry, POINT(13.9 -61))'), {
      queryables,
      crs: { epsg: 4326, axisOrder: 'yx' },
    })
    expect(filter).toMatchObject({ args: [{}, { geometry: { coordinates: [-61, 13.9] } }] })
  })
})

test('no value of a filter ever stands in the SQL', () => {
  const hostile = `x'' OR ''1''=''1''; drop table a -- $1 "q" \\\\ /* */`
  for (const text of [
    `name = '${hostile}'`,
    `name LIKE '${hostile}'`,
    `name IN ('${hostile}', '${hostile}')`,
    `CASEI(ACCENTI(name)) = CASEI(ACCENTI('${hostile}'))`,
    `A_CONTAINS(tags, ('${hostile}'))`,
  ]) {
    const { sql, values } = sqlOf(text)
    expect(sql).not.toContain('drop')
    expect(values.some((value) => value.includes('drop table'))).toBe(true)
    const places = new Set([...sql.matchAll(/\$(\d+)/g)].map(([, at]) => Number(at)))
    expect([...places].sort((a, b) => a - b)).toEqual(values.map((_, at) => at + 1))
  }
})
