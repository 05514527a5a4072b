import { expect, test } from 'vitest'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { chooseLanguage, formatsIn, wordsIn } from './words.ts'

test('the first language of the browser that has a catalogue is spoken', () => {
  expect(chooseLanguage(['de-DE', 'fr-CA', 'en'])).toBe('fr')
  expect(chooseLanguage(['acf'])).toBe('acf')
  expect(chooseLanguage(['de'])).toBe('en')
})

test('what is not translated yet is said in English', () => {
  expect(wordsIn('fr').signIn).toBe('Se connecter')
  expect(wordsIn('fr').connectText).toBe(en.connectText)
  expect(wordsIn('acf')).toEqual(en)
})

test('translations have no member that English lacks', () => {
  expect(Object.keys(fr).filter((name) => !Object.hasOwn(en, name))).toEqual([])
})

test('Q8 sizes count as the limits do', () => {
  expect(formatsIn('en').bytes(50 * 1_048_576)).toBe('50 MB')
  expect(formatsIn('en').bytes(1536)).toBe('1.5 KB')
  expect(formatsIn('en').bytes(0)).toBe('0 B')
  expect(formatsIn('fr').bytes(1536)).toBe('1,5 KB')
})
