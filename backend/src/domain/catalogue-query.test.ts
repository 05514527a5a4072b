/** How the words of a search are taken apart. */
import { expect, test } from 'vitest'
import { isUnfiltered, noFilter, splitWords } from './catalogue-query.ts'

test('the last word stands alone, so that it may be the beginning of a longer one', () => {
  expect(splitWords('coral ree')).toEqual({ alternatives: '', words: 'coral', last: 'ree' })
  expect(splitWords('  roads ')).toEqual({ alternatives: '', words: '', last: 'roads' })
})

test('a phrase, or a word that is excluded, is not cut short', () => {
  expect(splitWords('"coral reef"')).toEqual({ alternatives: '', words: '"coral reef"', last: '' })
  expect(splitWords('"coral reef" map')).toEqual({ alternatives: '', words: '"coral reef"', last: 'map' })
  expect(splitWords('"coral reef')).toEqual({ alternatives: '', words: '"coral reef', last: '' })
  expect(splitWords('roads -river')).toEqual({ alternatives: '', words: 'roads -river', last: '' })
})

test('commas outside of quotes separate alternatives', () => {
  expect(splitWords('roads, rivers,reef')).toEqual({
    alternatives: 'roads or rivers',
    words: '',
    last: 'reef',
  })
  expect(splitWords('"a, b", c d')).toEqual({ alternatives: '"a, b"', words: 'c', last: 'd' })
  expect(splitWords(' , ,')).toEqual({ alternatives: '', words: '', last: '' })
})

test('control characters, NUL among them, are spaces', () => {
  expect(splitWords('a\u0000b\n')).toEqual({ alternatives: '', words: 'a', last: 'b' })
})

test('a filter without conditions is none', () => {
  expect(isUnfiltered(noFilter)).toBe(true)
  expect(isUnfiltered({ ...noFilter, ids: [] })).toBe(false)
})
