/** What may be asked of the public catalogue, checked and typed; the faces make it, SQL answers it. */
import type { TimeSpan } from './feature-query.ts'
import type { Box } from './probe.ts'

/** Null: no condition. A record is found when it fits all of them. */
export type CatalogueFilter = {
  /** As typed: words, "phrases", alternatives after commas. */
  q: string | null
  /** In CRS84; a record touches at least one of them (two across the antimeridian). */
  boxes: Box[] | null
  time: TimeSpan | null
  types: string[] | null
  ids: string[] | null
  /** Records of these collections. */
  collectionIds: string[] | null
}

export const sortableNames = ['title', 'created', 'updated'] as const
export type CatalogueSort = { by: (typeof sortableNames)[number]; isDescending: boolean }

export type CatalogueRequest = {
  filter: CatalogueFilter
  /** Empty: by relevance. */
  sort: CatalogueSort[]
  limit: number
  offset: number
}

export const noFilter: CatalogueFilter = {
  q: null,
  boxes: null,
  time: null,
  types: null,
  ids: null,
  collectionIds: null,
}

export const isUnfiltered = (filter: CatalogueFilter): boolean =>
  Object.values(filter).every((one) => one === null)

/** How the words of a search are understood: see `splitWords`. */
export type SearchWords = {
  /** All alternatives but the last, in the language of PostgreSQL's websearch_to_tsquery. */
  alternatives: string
  /** The last alternative without its last word. */
  words: string
  /** The last word, which may be the beginning of one; empty when the text ends with a phrase or an excluded word. */
  last: string
}

const isExcluding = (word: string) => word.startsWith('-')

/** Commas outside of quotes separate alternatives. */
const alternativesOf = (text: string): string[] =>
  (text.match(/(?:"[^"]*"?|[^",])+/g) ?? []).map((part) => part.trim()).filter(Boolean)

/** Takes a search apart so that its last word can match as the beginning of a longer one. */
export const splitWords = (q: string): SearchWords => {
  // PostgreSQL takes no NUL; other control characters mean nothing to anybody.
  const text = q.replace(/\p{Cc}+/gu, ' ')
  const parts = alternativesOf(text)
  const final = parts.pop() ?? ''
  const alternatives = parts.join(' or ')
  const found = /^([\s\S]*?)(\S+)$/.exec(final)
  const [, before = '', last = ''] = found ?? []
  const isInPhrase = (before.match(/"/g) ?? []).length % 2 === 1 || last.includes('"')
  return found === null || isInPhrase || isExcluding(last)
    ? { alternatives, words: final, last: '' }
    : { alternatives, words: before.trim(), last }
}
