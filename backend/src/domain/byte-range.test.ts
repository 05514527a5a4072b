import { expect, test } from 'vitest'
import { parseRange } from './byte-range.ts'

test('one range is sent, several and nonsense are ignored, and what lies outside is told (R11.7)', () => {
  const cases: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, 'whole'],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['Bytes = 5 - 6', { start: 5, end: 6 }],
    ['bytes=100-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=6-5', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=a-b', 'whole'],
    ['rows=0-1', 'whole'],
    ['bytes=9999999999999999-', 'whole'],
  ]
  for (const [header, expected] of cases) expect(parseRange(header, 100), header).toEqual(expected)
  expect(parseRange('bytes=0-', 0)).toBe('outside')
  expect(parseRange('bytes=-1', 0)).toBe('outside')
})
