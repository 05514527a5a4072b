import { describe, expect, test } from 'vitest'
import { english } from '../../../backend/src/preflight/words.ts'
import { failWith } from '../protocol/failure.ts'
import { en } from './en.ts'
import { frenchFindings } from './findings.fr.ts'
import { fr } from './fr.ts'
import { createSpeech, sayFailure, sayMembers, toLanguage } from './words.ts'

describe('the words of the panel', () => {
  test('QGIS’s language is followed, unless one was chosen; what has no catalogue is English', () => {
    expect(toLanguage('auto', 'fr_CA')).toBe('fr')
    expect(toLanguage('auto', 'de_CH')).toBe('en')
    expect(toLanguage('en', 'fr')).toBe('en')
  })

  test('French is complete and not left in English', () => {
    // Words that are the same in both languages.
    const alike = new Set([
      'appName',
      'tabCatalogue',
      'catalogueTitle',
      'fieldContact',
      'recordContact',
      'recordConditions',
      'stepExport',
      'stepStyle',
      'stepPublish',
      'styleTitle',
      'partStyle',
      'styleExact',
      'fieldContactOrganisation',
      'kindTable',
      'kindService',
    ])
    const same = Object.keys(en).filter((key) => {
      const [english, french] = [en[key as keyof typeof en], fr[key as keyof typeof en]]
      return typeof english === 'string' && english === french && !alike.has(key)
    })
    expect(same).toEqual([])
  })

  test('every finding is said in French, with the same facts in it', () => {
    const factsIn = ({ cause, remedy }: { cause: string; remedy: string }) =>
      Array.from(new Set(`${cause} ${remedy}`.match(/\{\w+\}/g) ?? [])).sort()
    const keys = Object.keys(english)
    expect(keys.length).toBeGreaterThan(150)
    const wrong = keys.filter((key) => {
      const [one, other] = [english[key], frenchFindings[key]]
      return (
        !one ||
        !other ||
        factsIn(one).join() !== factsIn(other).join() ||
        (one.remedy === '') !== (other.remedy === '')
      )
    })
    expect(wrong).toEqual([])
  })

  test('a refused token says what to do', () => {
    const { failure } = failWith({ code: 'token-refused', message: 'HTTP 401' })
    const said = sayFailure(failure, createSpeech('en').words)
    expect(said.title).toBe('The catalogue does not accept the token any more.')
    expect(said.remedy).toContain('Edit the connection')
  })

  test('a problem of the server is said in its own words', () => {
    const problem = {
      code: 'layer-too-large',
      status: 413,
      detail: 'Layer roads has 80 MB; 50 MB are allowed.',
    }
    const said = sayFailure({ code: 'problem', message: 'x', data: { problem, status: 413 } }, en)
    expect(said.title).toBe(problem.detail)
    expect(said.remedy).toBe(en.failureProblemRemedy)
  })

  test('a server in trouble is not something the analyst can correct', () => {
    const problem = { code: 'disk-full', status: 507, detail: 'No room.' }
    const said = sayFailure({ code: 'problem', message: 'x', data: { problem, status: 507 } }, en)
    expect(said.remedy).toBe(en.failureServerRemedy)
  })

  test('a remedy that QGIS gave is kept', () => {
    expect(sayFailure({ code: 'tls', message: 'x', remedy: 'Ask Ana.' }, en).remedy).toBe('Ask Ana.')
  })

  test('members of the metadata are named as in the form, each once', () => {
    expect(sayMembers(['title', 'contacts', 'pointsOfContact', 'bbox'], en)).toBe('Title, Contact, bbox')
  })
})
