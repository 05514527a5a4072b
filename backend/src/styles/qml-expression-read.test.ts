/** QGIS's expressions as those of the model. */
import { describe, expect, test } from 'vitest'
import { type Expression, literal } from './model.ts'
import { readExpression } from './qml-expression-read.ts'

const field = (name: string): Expression => ({ kind: 'property', name })
const call = (name: string, ...given: Expression[]): Expression => ({
  kind: 'function',
  name,
  arguments: given,
  options: {},
})
const compare = (left: Expression, operator: string, right: Expression) => ({
  kind: 'comparison',
  operator,
  left,
  right,
  matchCase: true,
})
const calculate = (left: Expression, operator: string, right: Expression) => ({
  kind: 'arithmetic',
  operator,
  left,
  right,
})

describe('Values', () => {
  test('texts keep their quotes and escapes, fields their spaces, numbers their sign', () => {
    expect(readExpression(`'it''s \\'so\\'\\n'`)).toEqual(literal("it's 'so'\n"))
    expect(readExpression('"Land ""use"""')).toEqual(field('Land "use"'))
    expect(readExpression('größe')).toEqual(field('größe'))
    expect(readExpression('-1.5e3')).toEqual(literal(-1500))
    expect(readExpression('TRUE')).toEqual(literal(true))
    expect(readExpression(' NULL -- nothing')).toEqual(literal(null))
  })

  test('arithmetic binds as in QGIS, and || more strongly than all of it', () => {
    expect(readExpression('a + b * 2')).toEqual(
      calculate(field('a'), '+', calculate(field('b'), '*', literal(2)) as Expression),
    )
    expect(readExpression("a + 'x' || b")).toEqual(
      calculate(field('a'), '+', call('Concatenate', literal('x'), field('b'))),
    )
    expect(readExpression('2 ^ 3 ^ a')).toEqual(
      calculate(literal(2), '^', calculate(literal(3), '^', field('a')) as Expression),
    )
    expect(readExpression('a // 2')).toEqual(
      call('floor', calculate(field('a'), '/', literal(2)) as Expression),
    )
    expect(readExpression('-(a)')).toEqual(calculate(literal(-1), '*', field('a')))
  })

  test('CASE becomes one choice in another, without ELSE nothing', () => {
    expect(readExpression(`CASE WHEN a = 1 THEN 'one' WHEN b THEN 'two' END`)).toEqual(
      call(
        'if_then_else',
        compare(field('a'), '=', literal(1)) as Expression,
        literal('one'),
        call('if_then_else', field('b'), literal('two'), literal(null)),
      ),
    )
  })

  test('functions are taken by name, whatever their case', () => {
    expect(readExpression('UPPER("name")')).toEqual(call('upper', field('name')))
    expect(readExpression("attribute('name')")).toEqual(field('name'))
    expect(readExpression('char(65)')).toEqual(literal('A'))
    expect(readExpression('color_rgb(255, 128, 0)')).toEqual(literal('#ff8000'))
    expect(readExpression('area($geometry) + $length')).toEqual(
      calculate(call('area'), '+', call('geomLength')),
    )
    expect(readExpression("strpos(a, 'x')")).toEqual(
      calculate(call('strIndexOf', field('a'), literal('x')), '+', literal(1)),
    )
  })
})

describe('Conditions', () => {
  test('AND binds more strongly than OR, NOT than both, comparisons than NOT', () => {
    expect(readExpression('a OR b AND NOT c = 1')).toEqual({
      kind: 'or',
      operands: [
        field('a'),
        {
          kind: 'and',
          operands: [field('b'), { kind: 'not', operand: compare(field('c'), '=', literal(1)) }],
        },
      ],
    })
    expect(readExpression('(a or b) and c')).toMatchObject({ kind: 'and' })
    expect(readExpression('a != 1')).toEqual(compare(field('a'), '<>', literal(1)))
  })

  test('IN, LIKE, BETWEEN and IS NULL, and their opposites', () => {
    const values = [literal('b'), literal(2)]
    expect(readExpression("a IN ('b', 2)")).toEqual({ kind: 'in', value: field('a'), values })
    expect(readExpression("a NOT IN ('b', 2)")).toEqual({
      kind: 'not',
      operand: { kind: 'in', value: field('a'), values },
    })
    expect(readExpression("a LIKE 'x%'")).toMatchObject({ kind: 'like', pattern: 'x%', matchCase: true })
    expect(readExpression("a NOT ILIKE '_x'")).toMatchObject({
      kind: 'not',
      operand: { kind: 'like', wildCard: '%', singleChar: '_', matchCase: false },
    })
    expect(readExpression('a BETWEEN 1 AND 2 AND b')).toMatchObject({
      kind: 'and',
      operands: [{ kind: 'between', lower: literal(1), upper: literal(2) }, field('b')],
    })
    expect(readExpression('a IS NULL')).toEqual({ kind: 'null', value: field('a') })
    expect(readExpression('a is not null')).toEqual({
      kind: 'not',
      operand: { kind: 'null', value: field('a') },
    })
    expect(readExpression('a IS NOT 3')).toMatchObject({ kind: 'or', operands: [{ kind: 'null' }, {}] })
  })
})

test.each([
  '',
  'a =',
  "'open",
  '"open',
  '(a',
  'a b',
  "a ~ '^x'",
  'a LIKE b',
  '@map_scale > 5',
  '$id',
  '$geometry',
  'buffer($geometry, 5)',
  "regexp_match(a, 'x')",
  'array[1]',
  'CASE END',
  'a IN 5',
  'color_rgb(a, 1, 2)',
])('%j is foreign as a whole', (text) => {
  expect(readExpression(text)).toEqual({ kind: 'foreign', language: 'QGIS', text })
})

test('very deep and very long expressions are foreign, and harm nobody', () => {
  for (const text of [
    `${'('.repeat(5000)}a${')'.repeat(5000)}`,
    `${'not '.repeat(4000)}a`,
    `${'2^'.repeat(4000)}2`,
    `a = '${'x'.repeat(30_000)}'`,
    `a${' + 1'.repeat(4000)}`,
  ])
    expect(readExpression(text).kind).toBe('foreign')
  expect(readExpression(`${'- '.repeat(4001)}1`)).toEqual(literal(-1))
})
