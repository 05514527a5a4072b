import { expect, test } from 'vitest'
import { accentFold, caseFold } from './folds.ts'

test('what folds is text of the program and parameters; the operand stands once, however deep folds are nested', () => {
  const values: string[] = []
  const add = (value: string) => `$${values.push(value)}`
  const sql = caseFold(accentFold(caseFold('t.c1', add), add), add)
  expect(sql.split('t.c1')).toHaveLength(2)
  expect(sql.length).toBeLessThan(6000)
})

test('the table of capitals has each letter once, with one small letter', () => {
  const values: string[] = []
  caseFold('t.c1', (value) => `$${values.push(value)}`)
  const [smalls = '', capitals = ''] = values.toReversed()
  expect(new Set(capitals).size).toBe([...capitals].length)
  expect([...smalls]).toHaveLength([...capitals].length)
  const small = new Map([...capitals].map((letter, at) => [letter, [...smalls][at]]))
  for (const [letter, folded] of [
    ['A', 'a'],
    ['Ø', 'ø'],
    ['ς', 'σ'],
    ['Ж', 'ж'],
    ['ẞ', 'ß'],
    ['ſ', 's'],
    ['Ա', 'ա'],
    ['𐐀', '𐐨'],
  ])
    expect(small.get(letter ?? ''), letter).toBe(folded)
})
