import { describe, expect, test } from 'vitest'
import { createFormat } from './format.ts'

describe('numbers, sizes, days and durations without Intl', () => {
  const en = createFormat('en')
  const fr = createFormat('fr')

  test('numbers are grouped as the language does', () => {
    expect(en.number(1234567.8, 1)).toBe('1,234,567.8')
    expect(fr.number(1234567.8, 1)).toBe('1\u202f234\u202f567,8')
    expect(en.number(999)).toBe('999')
    expect(en.number(-1234)).toBe('-1,234')
    expect(en.number(-0.2)).toBe('0')
  })

  test('sizes have one decimal below ten', () => {
    expect([0, 999, 1500, 12_345_678, 2_100_000_000].map(en.bytes)).toEqual([
      '0\u00a0B',
      '999\u00a0B',
      '1.5\u00a0kB',
      '12\u00a0MB',
      '2.1\u00a0GB',
    ])
    expect(fr.bytes(1500)).toBe('1,5\u00a0ko')
  })

  test('a day is a day everywhere', () => {
    expect(en.day('2026-03-01')).toBe('1 Mar 2026')
    expect(fr.day('2026-08-31')).toBe('31 août 2026')
    expect(en.day('about 1900')).toBe('about 1900')
    expect(en.dateTime('not a time')).toBe('not a time')
  })

  test('durations are rounded to what one reads', () => {
    expect([0.2, 59.6, 61, 3700].map(en.duration)).toEqual([
      '1\u00a0s',
      '1\u00a0min 00\u00a0s',
      '1\u00a0min 01\u00a0s',
      '1\u00a0h 01\u00a0min',
    ])
  })
})
