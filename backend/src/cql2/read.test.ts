import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toCql2Json } from '../../../test/ogc/cql2-write.ts'
import { isProblem, type Problem } from '../domain/problem.ts'
import { limits, type Node } from './ast.ts'
import { toWkt } from './geometry.ts'
import { readJson } from './read-json.ts'
import { readText } from './read-text.ts'

/** A tree on one line: (and (= a 1) (like b 'x%')). */
const shown = (node: Node): string => {
  if (node.kind === 'call') return `(${[node.op, ...node.args.map(shown)].join(' ')})`
  if (node.kind === 'property') return /^[\w.:]+$/.test(node.name) ? node.name : JSON.stringify(node.name)
  if (node.kind === 'text') return `'${node.value}'`
  if (node.kind === 'number') return node.value
  if (node.kind === 'boolean') return String(node.value)
  if (node.kind === 'null') return 'null'
  if (node.kind === 'date' || node.kind === 'timestamp') return `${node.kind}:${node.value}`
  if (node.kind === 'interval') return `[${node.ends.map(shown).join(' ')}]`
  if (node.kind === 'geometry') return toWkt(node.geometry)
  if (node.kind === 'box') return `bbox:${node.numbers}`
  return `{${node.items.map(shown).join(' ')}}`
}

const problemOf = (read: () => unknown): Problem => {
  try {
    read()
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
  throw new Error('it was read')
}

const withoutPlaces = (node: Node): unknown =>
  JSON.parse(JSON.stringify(node, (name, value) => (name === 'where' ? undefined : value)))

const productions: [string, string][] = [
  ['a = 1', '(= a 1)'],
  ['a<>1 and b<=-2.5e-3', '(and (<> a 1) (<= b -2.5e-3))'],
  ['a >= .5 OR a < 5.', '(or (>= a .5) (< a 5.))'],
  ['NOT a = 1 AND b = 2', '(and (not (= a 1)) (= b 2))'],
  ['a = 1 OR b = 2 AND NOT c = 3', '(or (= a 1) (and (= b 2) (not (= c 3))))'],
  ['(a = 1 OR b = 2) AND c = 3', '(and (or (= a 1) (= b 2)) (= c 3))'],
  ['((a = 1 AND b = 2) AND c = 3) AND d = 4', '(and (= a 1) (= b 2) (= c 3) (= d 4))'],
  ['true', 'true'],
  ['FALSE or open', '(or false open)'],
  ["name LIKE 'B_r%'", "(like name 'B_r%')"],
  ["name not like 'x'", "(not (like name 'x'))"],
  ["CASEI(name) LIKE casei('FOO%')", "(like (casei name) (casei 'FOO%'))"],
  ["accenti(casei(name)) = ACCENTI(CASEI('É'))", "(= (accenti (casei name)) (accenti (casei 'É')))"],
  ['a BETWEEN 1 AND 2 AND b = 3', '(and (between a 1 2) (= b 3))'],
  ['a not between b-1 and b+1', '(not (between a (- b 1) (+ b 1)))'],
  ["a IN ('x','y')", "(in a {'x' 'y'})"],
  ['a NOT IN (1)', '(not (in a {1}))'],
  ['a IS NULL OR b IS NOT NULL', '(or (isnull a) (not (isnull b)))'],
  ['1 + 2 * 3 - 4 = a', '(= (- (+ 1 (* 2 3)) 4) a)'],
  ['a % 2 = 0 and b div 3 > c / 4', '(and (= (% a 2) 0) (> (div b 3) (/ c 4)))'],
  ['2 * 3 ^ 2 = -2^2', '(= (* 2 (^ 3 2)) (^ -2 2))'],
  ['-a = - (b + 1)', '(= (* -1 a) (* -1 (+ b 1)))'],
  ["d = DATE('2020-01-31')", '(= d date:2020-01-31)'],
  ["t > TIMESTAMP('2020-01-31T12:00:00.5Z')", '(> t timestamp:2020-01-31T12:00:00.5Z)'],
  ["T_DURING(INTERVAL(a, b), INTERVAL('2020-01-01', '..'))", "(t_during [a b] ['2020-01-01' '..'])"],
  ['S_INTERSECTS(geom,BBOX(-61.1,13.7,-60.8,+14.2))', '(s_intersects geom bbox:-61.1,13.7,-60.8,14.2)'],
  ['S_WITHIN(geom,POINT(1 2))', '(s_within geom POINT(1 2))'],
  ['S_WITHIN(geom,Point Z (1 -2 3))', '(s_within geom POINT(1 -2))'],
  ['S_CROSSES(geom,LINESTRING(0 0, 1 1))', '(s_crosses geom LINESTRING(0 0,1 1))'],
  [
    'S_EQUALS(geom,POLYGON((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)))',
    '(s_equals geom POLYGON((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)))',
  ],
  ['S_TOUCHES(geom,MULTIPOINT(1 2, 3 4))', '(s_touches geom MULTIPOINT((1 2),(3 4)))'],
  ['S_TOUCHES(geom,MULTIPOINT((1 2), (3 4)))', '(s_touches geom MULTIPOINT((1 2),(3 4)))'],
  [
    'S_OVERLAPS(geom,MULTILINESTRING((0 0,1 1),(2 2,3 3)))',
    '(s_overlaps geom MULTILINESTRING((0 0,1 1),(2 2,3 3)))',
  ],
  [
    'S_CONTAINS(geom,MULTIPOLYGON(((0 0,1 0,1 1,0 0))))',
    '(s_contains geom MULTIPOLYGON(((0 0,1 0,1 1,0 0))))',
  ],
  [
    'S_DISJOINT(geom,GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1)))',
    '(s_disjoint geom GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1)))',
  ],
  ["A_CONTAINS(tags,('a','b'))", "(a_contains tags {'a' 'b'})"],
  ['A_EQUALS(tags,())', '(a_equals tags {})'],
  ['my_function(a, 1)', '(my_function a 1)'],
  ['now()', '(now)'],
  ['"date" = date', '(= date date)'],
  ['"Größe (m²)" > 1 and größe < 2', '(and (> "Größe (m²)" 1) (< "größe" 2))'],
  ['"a""b" = 1', '(= "a\\"b" 1)'],
  ['point = 1 and bbox = 2 and interval = 3', '(and (= point 1) (= bbox 2) (= interval 3))'],
  ['eo:cloud.cover < 10', '(< eo:cloud.cover 10)'],
]

/** What QGIS (qgsoapifcql2textexpressioncompiler.cpp) and GDAL write, as far as it is not the standard's grammar. */
const dialects: [string, string][] = [
  [
    '((("pop" > 5) AND ("name" = \'x\')) OR ("open" = TRUE))',
    "(or (and (> pop 5) (= name 'x')) (= open true))",
  ],
  ['(("name" IS NOT NULL) AND (NOT ("a" = 1)))', '(and (not (isnull name)) (not (= a 1)))'],
  ["(CASEI(name) LIKE CASEI('%cas%'))", "(like (casei name) (casei '%cas%'))"],
  ['( - (a)) < + 5', '(< (* -1 a) 5)'],
  ['x NOT IN (1,2)', '(not (in x {1 2}))'],
  ['1990_pop > 5', '(> 1990_pop 5)'],
  ["name ILIKE 'cas%'", "(like (casei name) (casei 'cas%'))"],
  ["name NOT ILIKE 'cas%'", "(not (like (casei name) (casei 'cas%')))"],
  ['a != 1', '(<> a 1)'],
  ['a = NULL', '(= a null)'],
  ["founded >= DATE '2020-01-23'", '(>= founded date:2020-01-23)'],
  ["path = 'C:\\\\temp'", "(= path 'C:\\temp')"],
]

describe('text', () => {
  test.each(productions)('%s', (text, tree) => {
    expect(shown(readText(text))).toBe(tree)
  })

  test.each(dialects)('of QGIS and GDAL: %s', (text, tree) => {
    expect(shown(readText(text))).toBe(tree)
  })

  test('names that GDAL leaves bare are found by what the collection has', () => {
    const names = [
      'Größe (m²)',
      'pop total',
      'pop',
      "o'clock",
      '$1 ?x :y',
      '<script>',
      '5',
      '-',
      "'x'",
      'and',
      '2 b',
    ]
    const treeOf = (text: string) => shown(readText(text, names))
    expect(treeOf('(Größe (m²) > 5) AND (pop total < 3)')).toBe('(and (> "Größe (m²)" 5) (< "pop total" 3))')
    expect(treeOf("pop = 1 OR o'clock = 'it''s'")).toBe("(or (= pop 1) (= \"o'clock\" 'it's'))")
    expect(treeOf("$1 ?x :y LIKE '$1 ?x :y'")).toBe('(like "$1 ?x :y" \'$1 ?x :y\')')
    expect(treeOf('pop - 5 <> 2 AND <script> IS NULL')).toBe('(and (<> (- pop 5) 2) (isnull "<script>"))')
    expect(treeOf("pop = 'x'")).toBe("(= pop 'x')")
    expect(problemOf(() => readText('pop totals = 1', names)).message).toMatch(/found 'totals'/)
    expect(problemOf(() => readText('pop total = 1')).message).toMatch(/found 'total'/)
  })

  test('any space of the standard separates, and none is needed beside signs (/req/cql2-text/basic-cql2)', () => {
    for (const space of [
      '\t',
      '\n',
      '\v',
      '\f',
      '\r',
      ' ',
      '\u0085',
      '\u00a0',
      '\u1680',
      '\u2003',
      '\u2028',
      '\u202f',
      '\u205f',
      '\u3000',
    ])
      expect(shown(readText(`a${space}=${space}1${space}AND${space}b=2`))).toBe('(and (= a 1) (= b 2))')
  })

  test('escapes in texts (/req/cql2-text/escaping)', () => {
    const textIn = (text: string) => {
      const node = readText(`a = ${text}`)
      const value = node.kind === 'call' && node.args[1]
      return value && value.kind === 'text' ? value.value : null
    }
    expect(textIn("'it''s'")).toBe("it's")
    expect(textIn(String.raw`'it\'s'`)).toBe("it's")
    expect(textIn(String.raw`'\a\b\t\n\v\f\r'`)).toBe('\u0007\b\t\n\v\f\r')
    expect(textIn(String.raw`'100\% \_ \x \\'`)).toBe(`${String.raw`100\% \_ \x `}\\`)
    expect(problemOf(() => textIn("'goes on''")).message).toMatch(/without its end/)
  })

  test.each([
    ['', 'character 1', /found the end, expected a condition/],
    ['a', null, null],
    ['{"op":"="}', 'character 1', /a filter in JSON needs filter-lang=cql2-json/],
    ['a =', 'character 4', /found the end, expected a property, a value/],
    ['a = 1 b = 2', 'character 7', /found 'b', expected AND, OR or the end/],
    ['(a = 1', 'character 7', /expected an operator or '\)'/],
    ["a = 'x", 'character 5', /a text without its end/],
    ['"a = 1', 'character 1', /a name without its end/],
    ['a = 1 AND', 'character 10', /found the end/],
    ['a IN 1', 'character 6', /'\(' and a list of values after IN/],
    ['a IN ()', 'character 7', /expected a property, a value/],
    ['a IS 1', 'character 6', /NULL or NOT NULL after IS/],
    ['a BETWEEN 1 OR 2', 'character 13', /AND between the two ends/],
    ['like = 1', 'character 1', /in double quotes if it is a property/],
    ['a = #', 'character 5', /found '#'/],
    ['a; drop table x', 'character 2', /found ';'/],
    ['S_INTERSECTS(geom,POINT(1))', 'character 26', /a number/],
    ['S_INTERSECTS(geom,POINT(1 2 3 4))', 'character 31', /'\)'/],
    ['S_INTERSECTS(geom,POLYGON((0 0,1 0,1 1)))', 'character 19', /a ring of 3 positions/],
    ['S_INTERSECTS(geom,POLYGON((0 0,1 0,1 1,0 1)))', 'character 19', /not closed/],
    ['S_INTERSECTS(geom,LINESTRING(0 0))', 'character 19', /a line of 1 positions/],
    ['S_INTERSECTS(geom,POINT EMPTY)', 'character 25', /.*/],
    ['S_INTERSECTS(geom,POINT(1e999 0))', 'character 19', /not a number/],
    ["a = '\0'", 'character 5', /NUL/],
    ["a = '\ud800'", 'character 5', /half a character/],
    ['DATE(2020) = a', 'character 6', /in single quotes/],
  ])('%j is refused at its place, in words', (text, where, message) => {
    if (where === null) return expect(shown(readText(text))).toBe(text)
    const problem = problemOf(() => readText(text))
    expect(problem).toMatchObject({ status: 400, code: 'filter-unreadable', extensions: { where } })
    expect(problem.message).toMatch(message ?? /./)
  })

  test('is bounded in length, parts, nesting and coordinates', () => {
    const tooLarge = (text: string) => problemOf(() => readText(text)).message
    expect(tooLarge(`a = '${'x'.repeat(limits.characters)}'`)).toMatch(/more than 20000 characters/)
    expect(tooLarge(`a in (${'1,'.repeat(limits.parts)}1)`)).toMatch(/more than 2000 parts/)
    expect(tooLarge(`${'('.repeat(9000)}a = 1`)).toMatch(/more than 100 levels of nesting/)
    expect(tooLarge(`${'NOT '.repeat(2000)}a`)).toMatch(/levels of nesting/)
    expect(tooLarge(`a = ${'1+'.repeat(900)}1`)).toMatch(/levels of nesting/)
    expect(tooLarge(`a = ${'-'.repeat(5000)}b`)).toMatch(/levels of nesting/)
    expect(tooLarge(`S_INTERSECTS(g,MULTIPOINT(${'1 2,'.repeat(4900)}1 2))`)).toMatch(
      /more than 4000 coordinates/,
    )
    expect(tooLarge(`S_INTERSECTS(g,${'GEOMETRYCOLLECTION('.repeat(900)}`)).toMatch(/levels of nesting/)
    // QGIS nests a selection of many features to the left.
    const chain = `${'('.repeat(150)}id = 0${Array.from({ length: 150 }, (_, i) => ` OR id = ${i})`).join('')}`
    expect(shown(readText(chain))).toMatch(/^\(or \(= id 0\)( \(= id \d+\)){150}\)$/)
  })
})

describe('JSON', () => {
  test.each([...productions, ...dialects])('says the same as %s', (text) => {
    const node = readText(text)
    expect(withoutPlaces(readJson(toCql2Json(node)))).toEqual(
      withoutPlaces(readText(text.replaceAll('.5 OR', '0.5 OR').replaceAll('5.', '5'))),
    )
  })

  test('names of operations have any case, and whole numbers all their digits', () => {
    expect(shown(readJson('{"op":"isNull","args":[{"property":"a"}]}'))).toBe('(isnull a)')
    expect(shown(readJson('{"op":"=","args":[{"property":"a"},9223372036854775807]}'))).toBe(
      '(= a 9223372036854775807)',
    )
    expect(shown(readJson('{"op":"and","args":[true,false,true]}'))).toBe('(and true false true)')
    expect(
      shown(
        readJson(
          '{"op":"t_finishedBy","args":[{"interval":["..","2020-01-01"]},{"interval":[{"date":"2020-01-01"},".."]}]}',
        ),
      ),
    ).toBe("(t_finishedby ['..' '2020-01-01'] [date:2020-01-01 '..'])")
  })

  test.each([
    ['a = 1', 'its start', /a filter in words needs filter-lang=cql2-text/],
    ['{"op":"="', 'its start', /what is not JSON/],
    ['{}', '#', /an object with nothing in it, expected an object with 'op'/],
    ['{"op":"=","args":{"a":1}}', '#/args', /expected a list of arguments/],
    ['{"op":1,"args":[]}', '#/op', /found 1, expected the name of an operation/],
    ['{"op":"and","args":[true]}', '#/args', /1 arguments, expected at least two/],
    ['{"op":"not","args":[{"property":5}]}', '#/args/0', /found 5, expected a name/],
    ['{"op":"=","args":[{"property":"a"},"\\u0000"]}', '#/args/1', /NUL/],
    ['{"op":"=","args":[{"property":"a"},"\\ud800"]}', '#/args/1', /half a character/],
    ['{"op":"s_intersects","args":[{"property":"g"},{"type":"Point"}]}', '#/args/1', /expected a position/],
    [
      '{"op":"s_intersects","args":[{"property":"g"},{"type":"Circle","coordinates":[0,0]}]}',
      '#/args/1',
      /GeoJSON geometry/,
    ],
    [
      '{"op":"s_intersects","args":[{"property":"g"},{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}]}',
      '#/args/1',
      /a ring of 3/,
    ],
    ['{"op":"t_after","args":[{"property":"d"},{"interval":["2020-01-01"]}]}', '#/args/1', /two ends/],
    [
      '{"op":"s_intersects","args":[{"property":"g"},{"bbox":["a"]}]}',
      '#/args/1',
      /found "a", expected a number/,
    ],
  ])('%s is refused at its place, in words', (json, where, message) => {
    const problem = problemOf(() => readJson(json))
    expect(problem).toMatchObject({ status: 400, extensions: { where } })
    expect(problem.message).toMatch(message)
  })

  test('is bounded', () => {
    expect(problemOf(() => readJson('['.repeat(15_000))).message).toMatch(/brackets within each other/)
    expect(problemOf(() => readJson(`[${'1,'.repeat(2000)}1]`)).message).toMatch(/more than 2000 parts/)
    const nested = `${'{"op":"not","args":['.repeat(101)}true${']}'.repeat(101)}`
    expect(problemOf(() => readJson(nested)).message).toMatch(/levels of nesting/)
  })
})

describe('whatever comes', () => {
  /** Problems are answers; anything else is a bug and is thrown on. */
  const isAnswered = (read: () => unknown): true => {
    try {
      read()
    } catch (error) {
      if (!isProblem(error)) throw error
    }
    return true
  }
  const words = fc.constantFrom(
    ...[
      'a',
      '"b c"',
      "'x'",
      "''",
      '1',
      '-2.5e3',
      '(',
      ')',
      ',',
      '=',
      '<>',
      '<=',
      '+',
      '-',
      '*',
      '/',
      '^',
      '%',
      'div',
    ],
    ...[
      'AND',
      'or',
      'NOT',
      'IS',
      'NULL',
      'LIKE',
      'IN',
      'BETWEEN',
      'TRUE',
      'DATE',
      'TIMESTAMP',
      'INTERVAL',
      'BBOX',
    ],
    ...[
      'POINT',
      'POLYGON',
      'GEOMETRYCOLLECTION',
      'Z',
      'EMPTY',
      'CASEI',
      'S_INTERSECTS',
      'T_AFTER',
      'constructor',
    ],
    ...["'", '"', '\\', '--', '/*', ';', '$1', '\0', '__proto__', 'é', '😀'],
  )

  test('text becomes a tree or a problem', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (list) => isAnswered(() => readText(list.join(' ')))),
      {
        numRuns: 3000,
      },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => isAnswered(() => readText(text))),
      {
        numRuns: 1000,
      },
    )
  })

  test('what was a filter until one word was changed becomes a tree or a problem', () => {
    const sentence = fc.constantFrom(...productions.map(([text]) => text))
    fc.assert(
      fc.property(sentence, words, fc.nat(80), fc.nat(5), (text, word, at, length) =>
        isAnswered(() => readText(text.slice(0, at) + word + text.slice(at + length))),
      ),
      { numRuns: 3000 },
    )
  })

  test('JSON becomes a tree or a problem', () => {
    const key = fc.constantFrom(
      'op',
      'args',
      'property',
      'type',
      'coordinates',
      'geometries',
      'bbox',
      'interval',
      'date',
      '__proto__',
    )
    const leaf = fc.oneof(
      fc.constantFrom(
        'and',
        '=',
        'like',
        'in',
        'isNull',
        's_intersects',
        'Point',
        'Polygon',
        'GeometryCollection',
        '..',
      ),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(json, (value) => isAnswered(() => readJson(JSON.stringify(value)))),
      { numRuns: 3000 },
    )
  })
})
