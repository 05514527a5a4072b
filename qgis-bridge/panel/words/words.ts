/** The words of the language in use. A new language: copy en.ts, translate it, and add it to both tables here. */

import { problemOf } from '../protocol/failure.ts'
import type { Failure, Settings } from '../protocol/verbs.ts'
import { en, type Words } from './en.ts'
import { createFormat, type Format, type Language } from './format.ts'
import { fr } from './fr.ts'

export type { Words } from './en.ts'

export type Speech = { language: Language; words: Words; format: Format }

const catalogues: Record<Language, Words> = { en, fr }

/** 'fr_CA' is French; what has no catalogue is English. */
export const toLanguage = (setting: Settings['locale'], qgisLocale: string): Language => {
  const wanted = setting === 'auto' ? qgisLocale.slice(0, 2).toLowerCase() : setting
  return wanted === 'fr' ? 'fr' : 'en'
}

export const createSpeech = (language: Language): Speech => ({
  language,
  words: catalogues[language],
  format: createFormat(language),
})

const textIn = ({ data }: Failure, name: string): string => String(data?.[name] ?? '?')

type Said = { title: string; detail: string; remedy: string }

/** What happened, in the language of the panel; what QGIS or the server said stays beside it. */
export const sayFailure = (failure: Failure, words: Words): Said => {
  const known: Record<string, [string, string]> = {
    offline: [words.failureOffline, words.failureOfflineRemedy],
    timeout: [words.failureTimeout, words.failureTimeoutRemedy],
    tls: [words.failureTls, words.failureTlsRemedy],
    'token-refused': [words.failureToken, words.failureTokenRemedy],
    'no-token': [words.failureNoToken, words.failureNoTokenRemedy],
    'disk-full': [words.failureDisk, words.failureDiskRemedy],
    'export-failed': [words.failureExport, words.failureExportRemedy],
    'auth-store': [words.failureAuthStore, words.failureAuthStoreRemedy],
    'layer-invalid': [words.failureLayer, words.failureLayerRemedy],
    'too-large': [
      words.failureTooLarge(textIn(failure, 'sizeMb'), textIn(failure, 'limitMb')),
      words.failureTooLargeRemedy,
    ],
    'no-layer': [words.failureNoLayer, words.failureNoLayerRemedy],
    'no-file': [words.failureNoFile, words.failureNoFileRemedy],
    'no-connection': [words.failureNoConnection, words.failureNoConnectionRemedy],
    cancelled: [words.failureCancelled, ''],
    protocol: [words.failureProtocol, words.failureProtocolRemedy],
    internal: [words.failureInternal, words.failureInternalRemedy],
  }
  const problem = problemOf(failure)
  if (problem !== null) {
    const remedies: Record<number, string> = {
      403: words.failureForbiddenRemedy,
      409: words.failureConflictRemedy,
      412: words.failureConflictRemedy,
    }
    return {
      title: problem.detail,
      detail: '',
      remedy:
        failure.remedy ??
        remedies[problem.status] ??
        (problem.status >= 500 ? words.failureServerRemedy : words.failureProblemRemedy),
    }
  }
  const [title, remedy] = known[failure.code] ?? [failure.message, '']
  // A remedy QGIS gave knows the case better than the one for the code.
  return { title, detail: title === failure.message ? '' : failure.message, remedy: failure.remedy ?? remedy }
}

/** For a report: everything that is known, and nothing secret, because tokens never reach the panel. */
export const toDetails = (failure: Failure, about: Record<string, string>): string =>
  Object.keys(about)
    .map((name) => `${name}: ${about[name] ?? ''}`)
    .concat([
      `code: ${failure.code}`,
      `message: ${failure.message}`,
      `remedy: ${failure.remedy ?? ''}`,
      `data: ${JSON.stringify(failure.data ?? {}, null, 2)}`,
    ])
    .join('\n')

const memberWords: Record<string, keyof Words> = {
  title: 'fieldTitle',
  abstract: 'fieldAbstract',
  keywords: 'fieldKeywords',
  topicCategories: 'fieldTopics',
  contacts: 'fieldContact',
  pointsOfContact: 'fieldContact',
  language: 'fieldLanguage',
  resourceLanguage: 'fieldResourceLanguage',
  lineageStatement: 'fieldLineage',
  useConditions: 'fieldUseConditions',
  accessConditions: 'fieldAccessConditions',
}

/** Names of members of the metadata as the form has them; those without a field keep their own. */
export const sayMembers = (members: readonly string[], words: Words): string => {
  const names = members.map((member) => {
    const key = memberWords[member]
    const word = key === undefined ? member : words[key]
    return typeof word === 'string' ? word.replace(/\s*\?$/, '') : member
  })
  return Array.from(new Set(names)).join(', ')
}
