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
  /** What filter languages say beyond that. */
  where: CatalogueCondition | null
}

/** What conditions can name, and records be sorted by. */
export const catalogueProperties = [
  'identifier',
  'title',
  'abstract',
  'type',
  'subject',
  'topic',
  'organisation',
  'creator',
  'format',
  'language',
  'resourceLanguage',
  'created',
  'modified',
  'date',
  'creationDate',
  'publicationDate',
  'revisionDate',
  'begin',
  'end',
  'rights',
  'source',
  'relation',
  'lineage',
  'crs',
  'denominator',
  'serviceType',
] as const
export type CatalogueProperty = (typeof catalogueProperties)[number]

/** Texts: several values, of which one must fit. Instants and days are compared with a span of time. */
export const propertyKinds: Record<
  CatalogueProperty,
  'id' | 'text' | 'texts' | 'instant' | 'day' | 'number'
> = {
  identifier: 'id',
  title: 'text',
  abstract: 'text',
  type: 'text',
  subject: 'texts',
  topic: 'texts',
  organisation: 'text',
  creator: 'texts',
  format: 'texts',
  language: 'text',
  resourceLanguage: 'text',
  created: 'instant',
  modified: 'instant',
  date: 'day',
  creationDate: 'day',
  publicationDate: 'day',
  revisionDate: 'day',
  begin: 'day',
  end: 'day',
  rights: 'texts',
  source: 'texts',
  relation: 'text',
  lineage: 'text',
  crs: 'text',
  denominator: 'number',
  serviceType: 'texts',
}

export type Comparison = '=' | '<' | '>' | '<=' | '>='
export type SpatialRelation = 'intersects' | 'disjoint' | 'within' | 'contains' | 'overlaps'

/** A record without the property fits no comparison, and therefore every negated one. */
export type CatalogueCondition =
  | { op: 'and' | 'or'; conditions: CatalogueCondition[] }
  | { op: 'not'; condition: CatalogueCondition }
  /** As in `q`. */
  | { op: 'words'; q: string }
  | {
      op: 'text'
      property: CatalogueProperty
      comparison: Comparison
      value: string
      isCaseSensitive: boolean
    }
  | { op: 'number'; property: CatalogueProperty; comparison: Comparison; value: number }
  | { op: 'time'; property: CatalogueProperty; comparison: Comparison; span: ClosedSpan }
  /** `pattern` is one of SQL: %, _ and backslash. */
  | { op: 'like'; property: CatalogueProperty; pattern: string; isCaseSensitive: boolean }
  | { op: 'missing'; property: CatalogueProperty | 'extent' }
  | { op: 'ids'; ids: string[] }
  | { op: 'boxes'; boxes: Box[] }
  /** Longitude first, in WGS 84; valid. */
  | { op: 'spatial'; relation: SpatialRelation; wkt: string }

export type ClosedSpan = { from: string; until: string; isUntilExclusive: boolean }

export const sortableNames = ['title', 'created', 'updated'] as const
export type CatalogueSort = { by: (typeof sortableNames)[number] | CatalogueProperty; isDescending: boolean }

export type CatalogueRequest = {
  filter: CatalogueFilter
  /** Empty: by relevance. */
  sort: CatalogueSort[]
  limit: number
  offset: number
  /** Counts what matches however much it is; else only up to a bound. */
  isCountExact?: boolean
}

export const noFilter: CatalogueFilter = {
  q: null,
  boxes: null,
  time: null,
  types: null,
  ids: null,
  collectionIds: null,
  where: null,
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
