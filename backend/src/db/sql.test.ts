import { expect, test } from 'vitest'
import { compile, ident, statement } from './sql.ts'

test('a named parameter becomes a numbered one, the same name the same number', () => {
  expect(compile('select :a, :b, :a where x = :a')).toEqual({
    text: 'select $1, $2, $1 where x = $1',
    names: ['a', 'b'],
  })
})

test.each([
  ['a cast', 'select x::text, :a::int', 'select x::text, $1::int'],
  ['a string', `select ':a', 'it''s :a', :a`, `select ':a', 'it''s :a', $1`],
  ['an escape string', String.raw`select E'\':a', :a`, String.raw`select E'\':a', $1`],
  ['a string after a word ending in e', `select date ':a\\', :a`, `select date ':a\\', $1`],
  ['a quoted identifier', 'select ":a""b", :a', 'select ":a""b", $1'],
  ['a line comment', 'select 1 -- :a\n, :a', 'select 1 -- :a\n, $1'],
  ['nested comments', 'select /* :a /* :b */ :c */ :a', 'select /* :a /* :b */ :c */ $1'],
  ['a dollar quote', 'do $$ :a $$; select $x$ :a $$ $x$, :a', 'do $$ :a $$; select $x$ :a $$ $x$, $1'],
  ['JSON operators', `select p ? 'a', p ?| :a, p #>> '{a}'`, `select p ? 'a', p ?| $1, p #>> '{a}'`],
  ['an array slice', 'select x[1:2], x[1 : :a]', 'select x[1:2], x[1 : $1]'],
])('%s is left alone', (_what, given, expected) => {
  expect(compile(given).text).toBe(expected)
})

test('a numbered parameter in the text is refused', () => {
  expect(() => compile('select $1')).toThrow('name the parameter')
})

test('missing and extra parameters are named before anything is sent', async () => {
  const nowhere = { query: () => Promise.reject(new Error('sent')) }
  await expect(
    statement('select :a, :b', { name: 'ab.sql' })(nowhere, { a: undefined, c: 1 }),
  ).rejects.toThrow('ab.sql: missing :a, :b (null is a value, undefined is not); no such parameter :c')
  await expect(statement('select :a')(nowhere, { a: null })).rejects.toThrow('sent')
})

test('only generated names become identifiers (D1)', () => {
  expect(ident('data', 'd_x7')).toBe('"data"."d_x7"')
  for (const name of [
    '',
    'D',
    'a b',
    'a"b',
    '1a',
    'é',
    `d_${'x'.repeat(62)}`,
    'a\0',
    'a.b',
    'a;drop table t',
  ]) {
    expect(() => ident(name)).toThrow('not a generated name')
  }
})
