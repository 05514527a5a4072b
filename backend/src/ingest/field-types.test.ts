/** What values are taken for, and what holds several kinds of them. */
import { expect, test } from 'vitest'
import { commonFieldType, distinctNames, hasOffset, typeOfJson, typeOfText } from './field-types.ts'

test.each([
  ['2024-02-29', 'date'],
  ['2023-02-29', 'string'],
  ['2024-13-01', 'string'],
  ['2024-01-01T10:00:00Z', 'datetime'],
  ['2024-01-01 10:00:00.123456+05:30', 'datetime'],
  ['2024-01-01T25:00:00Z', 'string'],
  ['10:20:30', 'time'],
  ['10:20', 'string'],
  ['2024/01/01', 'string'],
  ['12345678', 'string'],
  ['', 'string'],
])('the text %j is a %s', (text, type) => expect(typeOfText(text)).toBe(type))

test.each([
  [1, 'integer'],
  [1.5, 'number'],
  [1e300, 'number'],
  [9007199254740993n, 'integer'],
  [2n ** 64n, 'string'],
  [true, 'boolean'],
  [null, null],
  [[1], 'string'],
  [{}, 'string'],
] as const)('the JSON value %s is a %s', (value, type) => expect(typeOfJson(value)).toBe(type))

test('mixed fields become the narrowest type that keeps every value', () => {
  expect(commonFieldType('integer', 'number')).toBe('number')
  expect(commonFieldType('date', 'datetime')).toBe('datetime')
  expect(commonFieldType(null, 'boolean')).toBe('boolean')
  expect(commonFieldType('boolean', 'integer')).toBe('string')
  expect(commonFieldType('time', 'date')).toBe('string')
})

test('empty and repeated names become different ones, and no name is taken twice', () => {
  expect(distinctNames(['a', '', 'a', 'a 2', 'a', ''])).toEqual({
    names: ['a', 'column 2', 'a 3', 'a 2', 'a 4', 'column 6'],
    renamed: ['column 2', 'a 3', 'a 4', 'column 6'],
  })
})

test('a time of day without zone is told from one with', () => {
  expect(['2024-01-01T10:00:00Z', '2024-01-01 10:00-04', '2024-01-01T10:00:00+0530'].every(hasOffset)).toBe(
    true,
  )
  expect(['2024-01-01T10:00:00', '2024-01-01 10:00'].some(hasOffset)).toBe(false)
})
