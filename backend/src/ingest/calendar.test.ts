/** Dates and times against JavaScript's own calendar. */
import { expect, test } from 'vitest'
import { inBigMicroseconds, inMicroseconds, isExact, toDays, toMoment, toTimeOfDay } from './calendar.ts'

const EPOCH = Date.UTC(2000, 0, 1)

test('every first and last day of a month of the years 1 to 9999 is counted as JavaScript counts it', () => {
  for (let year = 1; year <= 9999; year += year < 1900 || year > 2100 ? 37 : 1) {
    for (let month = 1; month <= 12; month++) {
      const last = new Date(0)
      last.setUTCFullYear(year, month, 0)
      for (const day of [1, last.getUTCDate()]) {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
        const date = new Date(0)
        date.setUTCFullYear(year, month - 1, day)
        expect(toDays(text), text).toBe((date.getTime() - EPOCH) / 86_400_000)
      }
    }
  }
})

test.each([
  '2026-02-29',
  '1900-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  '2026-04-31',
  '0000-01-01',
  '26-01-01',
  '2026/01/01',
  '2026-1-1',
  '2026-01-01 ',
  '',
  'tomorrow',
])('%j is not a date', (text) => {
  expect(toDays(text)).toBeNaN()
})

test.each([
  ['2026-11-20T12:34:56Z', '2026-11-20T12:34:56.000Z'],
  ['2026-11-20 12:34:56', '2026-11-20T12:34:56.000Z'],
  ['2026-11-20T12:34Z', '2026-11-20T12:34:00.000Z'],
  ['2026-11-20T12:34:56.789Z', '2026-11-20T12:34:56.789Z'],
  ['2026-11-20T12:34:56,5Z', '2026-11-20T12:34:56.500Z'],
  ['2026-11-20T12:34:56-04:00', '2026-11-20T16:34:56.000Z'],
  ['2026-11-20T00:34:56+0530', '2026-11-19T19:04:56.000Z'],
  ['2026-11-20T12:34:56+04', '2026-11-20T08:34:56.000Z'],
  ['2026-11-20 12:34:56 Z', '2026-11-20T12:34:56.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['1955-01-01T00:00:00Z', '1955-01-01T00:00:00.000Z'],
])('%j is %s', (text, expected) => {
  const moment = toMoment(text)
  expect(moment && new Date(EPOCH + inMicroseconds(moment) / 1000).toISOString()).toBe(expected)
})

test.each([
  '2026-11-20T25:00:00Z',
  '2026-11-20T12:60:00Z',
  '2026-11-20T12:00:61Z',
  '2026-11-20X12:00:00',
  '2026-11-20T12:00:00+',
  '2026-11-20T12:00:00+4',
  '2026-11-20T12:00:00.Z',
  '2026-11-20T12:00:00Zz',
  '2026-11-20T',
])('%j is not a date and time', (text) => {
  expect(toMoment(text)).toBeNull()
})

test('microseconds are kept, and moments too far away for a double are exact as bigint', () => {
  const near = toMoment('2026-01-01T00:00:00.123456Z')
  expect(near && inMicroseconds(near) % 1_000_000).toBe(123_456)
  const far = toMoment('0001-01-01T00:00:00.000001Z')
  expect(far && isExact(far)).toBe(false)
  expect(far && inBigMicroseconds(far)).toBe(
    (BigInt(new Date('0001-01-01').getTime()) - BigInt(EPOCH)) * 1000n + 1n,
  )
})

test('a time of day has no offset', () => {
  expect(toTimeOfDay('23:59:59.5')).toBe(86_399_500_000)
  expect(toTimeOfDay('07:05')).toBe(25_500_000_000)
  for (const text of ['24:00:00', '7:05', '07:05Z', '07:05:00+01:00', ''])
    expect(toTimeOfDay(text), text).toBeNaN()
})
