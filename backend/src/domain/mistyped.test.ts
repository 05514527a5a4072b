/** Which words may have been meant. */
import { expect, test } from 'vitest'
import { isLikelyMeant, slipsBetween } from './mistyped.ts'

test('a letter left out, put in, replaced or swapped is one slip', () => {
  const slips: [string, string, number][] = [
    ['roads', 'roads', 0],
    ['rods', 'roads', 1],
    ['rooads', 'roads', 1],
    ['roafs', 'roads', 1],
    ['raods', 'roads', 1],
    ['raodsx', 'roads', 2],
    ['sufriere', 'soufriere', 1],
    ['', 'abc', 3],
    ['reef', 'parcel', 4],
  ]
  for (const [typed, word, count] of slips) {
    expect(slipsBetween(typed, word), `${typed} ${word}`).toBe(count)
    expect(slipsBetween(word, typed), `${word} ${typed}`).toBe(count)
  }
})

test('two slips are forgiven in words that are not short', () => {
  expect(isLikelyMeant('raodsx', 'roads')).toBe(true)
  expect(isLikelyMeant('rods', 'roads')).toBe(true)
  expect(isLikelyMeant('reff', 'road')).toBe(false)
})
