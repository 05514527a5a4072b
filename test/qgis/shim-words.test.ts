/** The shim's own sentences – failures, dialogs, badges, algorithms – are there in every language. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Words = {
  keys: Record<string, string[]>
  placeholders: Record<string, Record<string, string[]>>
  same: string[]
  wrong: string[]
  plain: string[]
  unused: string[]
}

const words = JSON.parse(
  execFileSync('python3', [join(import.meta.dirname, 'shim_words.py')], {
    input: JSON.stringify({ shim: join(import.meta.dirname, '../../qgis-bridge/shim') }),
    encoding: 'utf8',
  }),
) as Words

test('every language has the same sentences with the same places for values', () => {
  expect(Object.keys(words.keys)).toEqual(['en', 'fr'])
  expect(words.keys['en']?.length).toBeGreaterThan(150)
  expect(words.keys['fr']).toEqual(words.keys['en'])
  expect(words.placeholders['fr']).toEqual(words.placeholders['en'])
  expect(words.same).toEqual([])
})

test('the code asks for sentences that are there, with the values they need, and for all of them', () => {
  expect(words.wrong).toEqual([])
  expect(words.unused).toEqual([])
})

test('no failure is told in one language only', () => {
  expect(words.plain).toEqual([])
})
