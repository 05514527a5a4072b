/** Numbers read from bytes are the numbers JavaScript reads from the same text. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNumberReader, DECIMAL, INTEGER, LONG_INTEGER, NO_NUMBER } from './number-text.ts'

const numbers = createNumberReader()
const kindOf = (text: string) => numbers.read(Buffer.from(text), 0, text.length)

test('every double is read exactly, however it is written', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 20 }),
      (value, digits) => {
        for (const text of [
          String(value),
          value.toFixed(digits),
          value.toExponential(Math.min(digits, 15)),
        ]) {
          expect(kindOf(text), text).not.toBe(NO_NUMBER)
          expect(numbers.value, text).toBe(Number(text))
        }
      },
    ),
    { seed: 2 },
  )
})

test('integers of more than 15 digits are told apart, because a number may lose them', () => {
  expect(kindOf('123456789012345')).toBe(INTEGER)
  expect(kindOf('9007199254740993')).toBe(LONG_INTEGER)
  expect(kindOf('1.5')).toBe(DECIMAL)
  expect(kindOf('-.5')).toBe(DECIMAL)
})

test.each([
  '',
  '-',
  '.',
  '1.2.3',
  '1,5',
  '0x10',
  'NaN',
  'Infinity',
  '1e',
  '1 2',
  '--1',
  '1e5x',
  '9'.repeat(500),
])('%j is not a number', (text) => expect(kindOf(text)).toBe(NO_NUMBER))

test('leading zeros and plus signs are seen, because they belong to codes and telephone numbers', () => {
  const looksLikeCode = (text: string) => kindOf(text) !== NO_NUMBER && numbers.looksLikeCode
  expect(['007', '-01', '+17584522438', '00'].map(looksLikeCode)).toEqual([true, true, true, true])
  expect(['0', '0.5', '-0.5', '10', '0e1'].map(looksLikeCode)).toEqual([false, false, false, false, false])
})
