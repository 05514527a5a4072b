/** What may be asked of the public catalogue, checked and typed; the faces make it, SQL answers it. */
import type { Filter, Queryable } from '../cql2/filter.ts'
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
  /** What a reader has narrowed the search by; a record has each of them. */
  has: CatalogueValue[] | null
  /** What filter languages say beyond that. */
  where: CatalogueCondition | null
}

/** `api`: what can be had live, through an API of ours or a service elsewhere. */
export type CatalogueValue = { name: FacetName; value: string } | { name: 'api' }

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

/** A record without the property fits no comparison, and therefore every negated one, but for `expression`. */
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
  /** CQL2 over `recordQueryables`: what is asked of a property that is missing is unknown, and so is its contrary. */
  | { op: 'expression'; expression: Filter }

export type ClosedSpan = { from: string; until: string; isUntilExclusive: boolean }

/** What CQL2 filters and parameters of OGC API Records can name, as the records themselves call it where they do. */
export const recordQueryables = {
  id: { type: 'string', title: 'Identifier of the record' },
  type: { type: 'string', title: 'Type of the resource, such as dataset or service' },
  title: { type: 'string', title: 'Title' },
  description: { type: 'string', title: 'Abstract' },
  keywords: { type: 'texts', title: 'Keywords' },
  themes: { type: 'texts', title: 'Topic categories (ISO 19115)' },
  organization: { type: 'string', title: 'Organisation that keeps the resource' },
  formats: { type: 'texts', title: 'Formats of the downloads' },
  language: { type: 'string', title: 'Language of the record' },
  resourceLanguage: { type: 'string', title: 'Language of the resource' },
  externalIds: { type: 'texts', title: 'Ids of the OGC API collections' },
  created: { type: 'datetime', title: 'When the record was made' },
  updated: { type: 'datetime', title: 'When the record was last changed' },
  date: {
    type: 'date',
    title: 'Date of the resource: of its revision, else its publication, else its creation',
  },
  time_begin: { type: 'date', title: 'First day of the temporal extent' },
  time_end: { type: 'date', title: 'Last day of the temporal extent' },
  useConditions: { type: 'string', title: 'Conditions of use, such as a licence' },
  crs: { type: 'string', title: 'Coordinate system of the data, such as EPSG:2006' },
  scaleDenominator: { type: 'number', title: 'Denominator of the scale' },
  deprecated: { type: 'boolean', title: 'Whether the record is superseded' },
  geometry: { type: 'geometry', title: 'Extent' },
} as const satisfies Record<string, { type: Queryable['type']; title: string }>
export type RecordQueryable = keyof typeof recordQueryables

export const isRecordQueryable = (name: string): name is RecordQueryable =>
  Object.hasOwn(recordQueryables, name)

/** Ends the name under which a filter takes a list as one text, its values joined by commas as pycsw keeps them. */
const JOINED = ' as one text'
export const isJoined = (name: string): boolean => name.endsWith(JOINED)
export const joinedName = (name: string): string => name + JOINED
export const withoutJoined = (name: string): string => (isJoined(name) ? name.slice(0, -JOINED.length) : name)

/** What records are sorted by, as clients name it. */
export const recordSortables = {
  title: 'title',
  created: 'created',
  updated: 'updated',
  id: 'identifier',
  type: 'type',
  organization: 'organisation',
  language: 'language',
  date: 'date',
  time_begin: 'begin',
  time_end: 'end',
  scaleDenominator: 'denominator',
} as const satisfies Partial<Record<RecordQueryable, CatalogueProperty | 'updated'>>
export type RecordSortable = keyof typeof recordSortables
export const sortableNames = Object.keys(recordSortables) as RecordSortable[]

export type CatalogueSort = { by: CatalogueProperty | 'updated'; isDescending: boolean }

/** What search results are counted by. */
export const facetNames = ['type', 'themes', 'keywords', 'organization', 'formats', 'language'] as const
export type FacetName = (typeof facetNames)[number]
export const facetOrders = ['count_desc', 'count_asc', 'value_asc', 'value_desc'] as const
export type FacetOrder = (typeof facetOrders)[number]
export type FacetRequest = { name: FacetName; bucketCount: number; order: FacetOrder }

export type CatalogueRequest = {
  filter: CatalogueFilter
  /** Empty: by relevance. */
  sort: CatalogueSort[]
  limit: number
  offset: number
  /** Counts what matches however much it is; else only up to a bound. */
  isCountExact?: boolean
  /** Where no record has the words, those with similar ones in their titles are found instead. */
  isForgiving?: boolean
  facets?: FacetRequest[]
}

export const noFilter: CatalogueFilter = {
  q: null,
  boxes: null,
  time: null,
  types: null,
  ids: null,
  collectionIds: null,
  has: null,
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

/**
 * The words of a search that may be mistyped, or none where the search says more than words: quotes, commas and minus
 * signs are used by who knows what to look for.
 */
export const wordsToCorrect = (q: string): string[] => {
  const words = q
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .split(/\s+/)
  const arePlain = words.length <= 8 && words.every((word) => /^[\p{L}\p{N}][\p{L}\p{N}'’.-]*$/u.test(word))
  return arePlain ? words.filter((word) => word.length >= 3) : []
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
