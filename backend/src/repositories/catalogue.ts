/**
 * The public catalogue: search, single entries, and what is left of deleted ones. Reads only what the commit wrote
 * for the public; drafts are not in these tables.
 */

import { type Executor, firstToBePrepared, type Queryable, sql, statement } from '../db/sql.ts'
import {
  type CatalogueFilter,
  type CatalogueProperty,
  type CatalogueRequest,
  type CatalogueSort,
  type CatalogueValue,
  type FacetName,
  type FacetRequest,
  propertyKinds,
  recordQueryables,
  splitWords,
  wordsToCorrect,
} from '../domain/catalogue-query.ts'
import { isLikelyMeant, slipsBetween } from '../domain/mistyped.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import { beginningsIn, readTextQuery, toMarks, toPairs } from '../domain/word-marks.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import {
  type Condition,
  compileCondition,
  isUuid,
  listPropertyValues,
  propertySql,
  queryableExpression,
  type WordCondition,
} from './catalogue-conditions.ts'
import { type Ask, createLookBack, fitsSql, type LookBackParts, type Wanted } from './catalogue-lookback.ts'
import { type Distribution, type DistributionRow, fromRow as toDistribution } from './distributions.ts'
import { notComputable } from './features.ts'

export type CatalogueEntry = {
  id: string
  isDeprecated: boolean
  version: number
  metadata: RecordMetadataDraft
  createdAt: string
  updatedAt: string
  publishedAt: string
  /** What the OGC APIs serve of it. */
  collectionId: string | null
  /** The public record that replaces it. */
  successorId: string | null
  /** Ways to obtain the data, in their order; of the same moment as all the rest. */
  distributions: Distribution[]
}

export type Titled = { id: string; title: string }

export type CatalogueEntryInFull = CatalogueEntry & {
  /** Public records only. */
  successor: Titled | null
  predecessors: Titled[]
}

export type CataloguePage = {
  entries: CatalogueEntry[]
  hasMore: boolean
  /** Exact, or null when more than `countAtMost` match. */
  matched: number | null
  /** No record has the words; these have similar ones in their titles. */
  isSimilar: boolean
  /** Of what was asked for; null when nothing was. */
  facets: Facets | null
}

export type Facet = {
  /** The most frequent first, unless asked otherwise. */
  buckets: { value: string; count: number }[]
  /** Whether there are more than were asked for. */
  hasMore: boolean
}

export type Facets = {
  byName: Map<FacetName, Facet>
  /** How many of them can be had live, through an API. */
  withApi: number
  /** How many of the matching records, the newest, were counted; null when all were. */
  counted: number | null
}

export type PublishedVersion = {
  version: number
  publishedAt: string
  metadata: RecordMetadataDraft
  /** What was asked for; null where it was no publication. */
  kind: 'publish' | 'replace' | 'restyle' | 'metadata' | null
}

type EntryRow = {
  record_id: string
  state: 'published' | 'deprecated'
  version: number
  metadata: RecordMetadataDraft
  created_at: string
  updated_at: string
  published_at: string
  collection_id: string | null
  successor_id: string | null
  distributions: DistributionRow[]
}

const fromRow = (row: EntryRow): CatalogueEntry => ({
  id: row.record_id,
  isDeprecated: row.state === 'deprecated',
  version: row.version,
  metadata: row.metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  publishedAt: row.published_at,
  collectionId: row.collection_id,
  successorId: row.successor_id,
  distributions: row.distributions.map(toDistribution),
})

/** Ranking looks at all the words of a record, which costs some 50 µs each. */
const rankAtMost = 100
const countAtMost = 10_000
const countsKept = 1000
const preparedFacetsAtMost = 10

// Conditions -------------------------------------------------------------------------------------------

type Values = Condition['values']

/** How a value that is the same for all records is written. */
type Once = (value: string) => string

/** For an index, which is chosen by the value. */
const asItStands: Once = (value) => value
/** For one record after another: computed before the first. */
const computedOnce: Once = (value) => `(select ${value})`

/** Extents are boxes, so that the operator says it all. */
const inBoxes = (boxes: NonNullable<CatalogueFilter['boxes']>, once: Once): Condition => ({
  text: boxes
    .map(
      (_, n) =>
        `e.footprint && ${once(`st_makeenvelope(:west${n}::float8, :south${n}::float8, :east${n}::float8, :north${n}::float8, 4326)`)}`,
    )
    .join(' or '),
  values: Object.fromEntries(
    boxes.flatMap(([west, south, east, north], n) => [
      [`west${n}`, west],
      [`south${n}`, south],
      [`east${n}`, east],
      [`north${n}`, north],
    ]),
  ),
})

/** Days of the record against instants in UTC; without end it goes on, without any date it is in no interval. */
const inTime = (
  { from, until, isUntilExclusive }: NonNullable<CatalogueFilter['time']>,
  once: Once,
): Condition => ({
  text: `e.period && ${once(`daterange((:from::timestamptz at time zone 'UTC')::date,
    (:until::timestamptz at time zone 'UTC'${isUntilExclusive ? " - interval '1 microsecond'" : ''})::date, '[]')`)}`,
  values: { from, until },
})

/** One type comes in the order of date from its index; several do not. */
const ofTypes = (types: string[]): Condition =>
  types.length === 1
    ? { text: 'e.type = :type::text', values: { type: types[0] } }
    : { text: 'e.type = any(:types::text[])', values: { types } }

/** Whether a record has a distribution of this kind. */
type HasDistribution = (where: string) => string

type Way = { has: HasDistribution; once: Once }

/** For an index, which may come from the side of the distributions. */
const byIndex: Way = {
  has: (where) => `exists (select from distribution d where d.record_id = e.record_id and ${where})`,
  once: asItStands,
}
/** For one record after another: OFFSET keeps the planner from reading all distributions first. */
const byLook: Way = {
  has: (where) => `exists (select from distribution d where d.record_id = e.record_id and ${where} offset 0)`,
  once: computedOnce,
}

/** As the indexes have it: distribution_format_idx and distribution_live_idx. */
const valueSql: Record<CatalogueValue['name'], (value: string, has: HasDistribution) => string> = {
  type: (value) => `e.type = ${value}`,
  themes: (value) => `nullif(e.topics, '{}') @> array[${value}]`,
  keywords: (value) => `nullif(e.keywords, '{}') @> array[${value}]`,
  organization: (value) => `lower(e.organisation) = lower(${value}) and e.organisation = ${value}`,
  language: (value) => `${queryableExpression('language')} = ${value}`,
  formats: (value, has) => has(`d.kind in ('original', 'external') and d.format = ${value}`),
  api: (_value, has) => has("d.kind in ('features', 'service')"),
}

const ofValues = (values: CatalogueValue[], has: HasDistribution): Condition[] =>
  values.map((one, n) => ({
    text: valueSql[one.name](`:has${n}::text`, has),
    values: one.name === 'api' ? {} : { [`has${n}`]: one.value },
  }))

/** What parameters say beside words. */
const toConditions = (filter: CatalogueFilter, { has, once }: Way): Condition[] => [
  ...(filter.boxes === null ? [] : [inBoxes(filter.boxes, once)]),
  ...(filter.time === null ? [] : [inTime(filter.time, once)]),
  ...(filter.types === null ? [] : [ofTypes(filter.types)]),
  ...ofValues(filter.has ?? [], has),
  ...(filter.ids === null
    ? []
    : [{ text: 'e.record_id = any(:ids::uuid[])', values: { ids: filter.ids.filter(isUuid) } }]),
  ...(filter.collectionIds === null
    ? []
    : [
        {
          text: 'e.record_id in (select c.record_id from collection c where c.is_published and c.id = any(:collectionIds::text[]))',
          values: { collectionIds: filter.collectionIds },
        },
      ]),
]

const whereOf = (conditions: Condition[]) =>
  conditions.length === 0 ? 'true' : conditions.map(({ text }) => `(${text})`).join(' and ')

const valuesOf = (conditions: Condition[]): Values =>
  Object.assign({}, ...conditions.map(({ values }) => values))

/** Nobody reads the exact number of a keyword among half a million records, which would take seconds. */
const facetedAtMost = 1000
/** So many words of titles are taken for one that is mistyped. */
const mostMeant = 8

// Pages ------------------------------------------------------------------------------------------------

const columns = `e.record_id, e.state, e.version, e.metadata, e.created_at, e.updated_at, e.published_at,
  (select c.id from collection c where c.record_id = e.record_id and c.is_published order by c.id limit 1) as collection_id,
  (select s.record_id from catalogue_entry s where s.record_id = e.successor_id) as successor_id,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'record_id', d.record_id, 'kind', d.kind, 'title', d.title,
      'file_id', d.file_id, 'file_name', f.file_name, 'collection_id', d.collection_id, 'style_id', d.style_id,
      'url', d.url, 'protocol', d.protocol, 'media_type', d.media_type, 'format', d.format,
      'size_bytes', d.size_bytes, 'epsg', d.epsg) order by d.position, d.id), '[]'::jsonb)
   from distribution d left join file f on f.id = d.file_id where d.record_id = e.record_id) as distributions`

/** Deprecated ones come after all others, then what has the words in its title before what has them elsewhere. */
const rankSql: Record<'words' | 'similarity' | 'date', (similarWords: number) => string> = {
  words: () =>
    "ts_filter(e.search, '{a}') @@ :words::tsquery desc, ts_rank_cd('{0.05, 0.1, 0.4, 1}', e.search, :words::tsquery) desc,",
  similarity: (count) =>
    `${Array.from({ length: count }, (_, n) => `word_similarity(unaccent(:similar${n}::text), unaccent(e.title))`).join(' + ')} desc,`,
  date: () => '',
}

const rankedPage = (order: 'words' | 'similarity' | 'date', similarWords: number) => `
  with page as (
    select e.record_id, row_number() over (order by e.state = 'deprecated', ${rankSql[order](
      similarWords,
    )} e.updated_at desc, e.record_id) as place
    from unnest(:ids::uuid[]) as chosen (record_id) join catalogue_entry e using (record_id)
    order by place limit :limit offset :offset
  )
  select ${columns} from page join catalogue_entry e using (record_id) order by page.place`

const listedPage = `
  select ${columns} from unnest(:ids::uuid[]) with ordinality as page (record_id, place)
  join catalogue_entry e using (record_id) order by page.place`

const findListed = statement<EntryRow, { ids: string[] }>(listedPage, { isPrepared: true })

/** Those with an index; others are sorted as they come. */
const sortExpression = (by: CatalogueSort['by']): string => {
  if (by === 'title') return 'lower(e.title)'
  if (by === 'updated' || by === 'modified') return 'e.updated_at'
  const expression = propertySql[by]
  return propertyKinds[by] === 'text' ? `lower(${expression})` : expression
}

/** What lacks the property comes last either way; what always has it keeps the order of its index. */
const isAlwaysThere = new Set<CatalogueSort['by']>(['title', 'created', 'updated', 'modified', 'identifier'])

/** Those that have an index of their order, in which much that matches is soon found. */
const isInOrder = new Set<CatalogueSort['by']>([
  'title',
  'created',
  'updated',
  'modified',
  'identifier',
  'organisation',
  'date',
  'begin',
])

const sortedPage = (where: string, sort: CatalogueSort[]) => {
  const order = [
    ...sort.map(
      ({ by, isDescending }) =>
        `${sortExpression(by)} ${isDescending ? 'desc' : 'asc'}${isAlwaysThere.has(by) ? '' : ' nulls last'}`,
    ),
    'e.record_id',
  ].join(', ')
  return `
  with page as (
    select e.record_id, row_number() over (order by ${order}) as place from catalogue_entry e
    where ${where} order by ${order} limit :limit offset :offset
  )
  select ${columns} from page join catalogue_entry e using (record_id) order by page.place`
}

const facetOrderSql: Record<FacetRequest['order'], string> = {
  count_desc: 'count desc, value',
  count_asc: 'count, value',
  value_asc: 'value',
  value_desc: 'value desc',
}

const apiCount = 'api'

/** The records are chosen once for all facets. */
const facetsText = (facets: FacetRequest[]): string => `
  with found as materialized (
    select ${facets.map(({ name }) => `${queryableExpression(name)} as ${name}_value`).join(', ')}
    from unnest(:ids::uuid[]) as chosen (record_id) join catalogue_entry e using (record_id)
  )
  ${facets
    .map(({ name, order }) => {
      const value = recordQueryables[name].type === 'texts' ? `unnest(${name}_value)` : `${name}_value`
      return `(select '${name}' as name, value, count(*) as count from (select ${value} as value from found) one
    where value <> '' group by value order by ${facetOrderSql[order]} limit :${name}_buckets)`
    })
    .join(' union all ')}
  union all select '${apiCount}', '', count(*) from unnest(:ids::uuid[]) as e (record_id) where ${valueSql.api('', byLook.has)}`

const findWords = sql<{ query: string }, { alternatives: string; words: string; last: string }>(
  'queries/catalogue-words.sql',
  {
    isPrepared: true,
  },
)
const findCompletions = statement<{ beginning: string; words: string[] }>(
  `select beginning, array(select w.word from catalogue_word w
     where w.word >= beginning collate "C" and w.word < (beginning || chr(1114111)) collate "C" limit :most) as words
   from unnest(:beginnings::text[]) beginning`,
)
/** As the index has the words of titles. */
const findMeant = statement<{ typed: string; word: string | null; likeness: number | null }>(
  `select typed, substr(w.word, 3) as word, w.likeness
   from unnest(:words::text[]) given cross join lateral unnest(tsvector_to_array(to_tsvector('english', unaccent(given)))) typed
   left join lateral (
     select word, similarity(word, typed) as likeness from catalogue_word
     where word like '= %' and (word % typed or word like '= ' || left(typed, 2) || '%')
   ) w on true`,
)
const findEntry = sql<EntryRow & { successor: Titled | null; predecessors: Titled[] }, { id: string }>(
  'queries/catalogue-entry.sql',
  { isPrepared: true },
)
const findTombstone = sql<{ successor: Titled | null }, { id: string }>('queries/catalogue-tombstone.sql')
const findEpoch = statement<{ value: number }>('select value from epoch', { isPrepared: true })
const listVersionRows = statement<
  { version: number; published_at: string; metadata: RecordMetadataDraft; kind: PublishedVersion['kind'] },
  { id: string; limit: number }
>(
  `select v.version, v.published_at, v.metadata, p.kind
   from record_version v left join publication p on p.id = v.publication_id
   where v.record_id = :id order by v.version desc limit :limit`,
)

export type CatalogueParts = {
  /** Sees what the public sees; may be a replica. */
  readPool: Queryable
  /** For what is left of deleted records, and earlier versions. */
  db: Executor
  /** For tests: fewer records than half a million. */
  sizes?: NonNullable<LookBackParts['sizes']> & { countedAtMost: number }
}

/** What the database could not compute of a filter, such as a shape that crosses itself, in words for who asked. */
const tellFailure = (error: unknown): never => {
  const why = notComputable(error)
  throw why === null ? error : filterProblems.filterNotComputable({ why }, { cause: error })
}

/** Words as the indexes are asked for them, and as a record is looked at. */
type WordSearch = WordCondition & {
  /** Of those, the ones with the words in their titles. */
  inTitle: { marks: string; isExact: boolean } | null
  pairs: string | null
}

type Plan = {
  words: WordSearch | null
  /** What is asked besides, for indexes, and for single records. */
  others: Condition[]
  tests: Condition[]
  /** Whether a key gives the few records that fit. */
  isByKey: boolean
  /** Whether `tests` cost next to nothing, and no key gives the few records that fit. */
  areTestsCheap: boolean
  /** Whether it says nothing in a filter language. */
  isUsual: boolean
  /** The words that titles resemble, where they do. */
  similar: string[]
}

type Place = { limit: number; offset: number }

type Choice = {
  /** The newest of what matches, or all. */
  ids: string[]
  /** Null where they would have to be counted. */
  matched: number | null
}

const similarValues = (words: string[]) => Object.fromEntries(words.map((word, n) => [`similar${n}`, word]))

const testOf = ({ query, isExact }: WordSearch): Condition[] =>
  isExact ? [] : [{ text: 'e.search @@ :words::tsquery', values: { words: query } }]

const conditionsOf = ({ words, others }: Plan): Condition[] => {
  if (words === null) return others
  const marked = {
    text: 'search_marks(e.search, e.updated_at) @@ :marks::tsquery',
    values: { marks: words.marks },
  }
  return [...(words.marks === null ? [] : [marked]), ...testOf(words), ...others]
}

/** The whole catalogue is always counted. */
const bounded = ({ words, others }: Plan, matched: number | null) =>
  matched !== null && matched > countAtMost && (words !== null || others.length > 0) ? null : matched

/** A beginning of more words is looked up as such. */
const mostCompletions = 200

export const createCatalogue = ({ readPool, db, sizes }: CatalogueParts) => {
  const isKept = firstToBePrepared(preparedFacetsAtMost)
  const countedAtMost = sizes?.countedAtMost ?? countAtMost
  const lookBack = createLookBack({ readPool, ...(sizes && { sizes }) })
  let counted: { epoch: number; all: number } | null = null
  let exactly: { epoch: number; counts: Map<string, number> } = { epoch: Number.NaN, counts: new Map() }

  const readEpoch = async () => Number((await findEpoch(readPool))[0]?.value)

  /** The whole catalogue is counted once per change of it. */
  const countAll = async (): Promise<number> => {
    const epoch = await readEpoch()
    if (counted?.epoch === epoch) return counted.all
    const [row] = await statement<{ all: number }>('select count(*) as all from catalogue_entry')(readPool)
    counted = { epoch, all: Number(row?.all) }
    return counted.all
  }

  /** Who reads a catalogue page by page asks for the same number each time. */
  const countExactly = async (conditions: Condition[]): Promise<number> => {
    const epoch = await readEpoch()
    if (exactly.epoch !== epoch || exactly.counts.size > countsKept) exactly = { epoch, counts: new Map() }
    const { counts } = exactly
    const key = JSON.stringify(conditions)
    const known = counts.get(key)
    if (known !== undefined) return known
    const text = `select count(*) as matched from catalogue_entry e where ${whereOf(conditions)}`
    const [row] = await statement<{ matched: number }>(text)(readPool, valuesOf(conditions))
    const matched = Number(row?.matched)
    counts.set(key, matched)
    return matched
  }

  // Words ----------------------------------------------------------------------------------------------

  const toSearch = async (query: string): Promise<WordSearch> => {
    const read = readTextQuery(query)
    // Words like "the" mean nothing, and nothing has them.
    if (read === null) return { query, marks: "'= '", isExact: true, inTitle: null, pairs: null }
    const beginnings = [...new Set(beginningsIn(read))].flatMap((word) => [word, `= ${word}`])
    const found =
      beginnings.length > 0 ? await findCompletions(readPool, { beginnings, most: mostCompletions + 1 }) : []
    const completions = new Map(
      found
        .filter(({ words }) => words.length <= mostCompletions)
        .map(({ beginning, words }) => [beginning, words]),
    )
    const everywhere = toMarks(read, { completions })
    const inTitle = everywhere && toMarks(read, { prefix: '= ', completions })
    return {
      query,
      marks: everywhere?.text ?? null,
      isExact: everywhere?.isExact ?? false,
      inTitle: everywhere &&
        inTitle && {
          // What is excluded must be nowhere else, either.
          marks: inTitle.text.includes('!') ? `${inTitle.text} & ${everywhere.text}` : inTitle.text,
          isExact: inTitle.isExact && everywhere.isExact,
        },
      pairs: toPairs(read),
    }
  }

  const toWords = async (q: string): Promise<WordSearch> =>
    toSearch((await findWords(readPool, splitWords(q)))[0]?.query ?? '')

  const toPlan = async (filter: CatalogueFilter): Promise<Plan> => {
    const { where } = filter
    const asked = toConditions(filter, byIndex)
    const isByKey = filter.ids !== null || filter.collectionIds !== null
    const compiled = async (asTest: boolean) =>
      where === null ? [] : [await compileCondition(where, { toWords, asTest })]
    return {
      words: filter.q === null ? null : await toWords(filter.q),
      others: [...asked, ...(await compiled(false))],
      tests: [...toConditions(filter, byLook), ...(await compiled(true))],
      isByKey,
      areTestsCheap: where === null && !isByKey && asked.length > 0,
      isUsual: where === null,
      similar: [],
    }
  }

  // What matches, the newest first -----------------------------------------------------------------------

  const chooseByWords = async (
    { words, others, tests, areTestsCheap, isUsual }: Plan & { words: WordSearch },
    ask: Ask,
    { inTitle = false, besides = [] }: { inTitle?: boolean; besides?: string[] } = {},
  ): Promise<Choice> => {
    const isExact = inTitle ? words.inTitle?.isExact : words.isExact
    const text = `e.search @@ :words::tsquery${inTitle ? " and ts_filter(e.search, '{a}') @@ :words::tsquery" : ''}`
    const tested: Condition[] = [
      ...(isExact ? [] : [{ text, values: { words: words.query } }]),
      ...(besides.length === 0
        ? []
        : [{ text: 'e.record_id <> all(:besides::uuid[])', values: { besides } }]),
    ]
    const wanted: Wanted = {
      marks: inTitle && words.inTitle ? words.inTitle.marks : words.marks,
      pairs: words.pairs,
      tests: [...tests, ...tested],
      isUsual,
    }
    const newest = await lookBack.newest(wanted, ask)
    // Titles only rank: those that are far back are left where they are.
    if (newest.are === 'enough' || (inTitle && newest.are === 'far'))
      return { ids: newest.ids, matched: null }
    // Where the index of words gives much, that of the other conditions may give less.
    const isByOthers =
      newest.are === 'far' &&
      areTestsCheap &&
      words.pairs === null &&
      (await lookBack.share(tests)) < newest.share
    return lookBack.all(
      isByOthers
        ? {
            where: others,
            marks: null,
            tests: [{ text, values: { words: words.query } }, ...tested.filter((one) => one.text !== text)],
          }
        : wanted,
      ask,
    )
  }

  /** From the end that is nearer. */
  const newestOfAll = async ({ most, skip = 0 }: Ask): Promise<Choice> => {
    const matched = await countAll()
    const left = Math.max(0, matched - skip)
    const isFromEnd = left < skip
    const text = `select record_id from catalogue_entry order by ${isFromEnd ? 'updated_at, record_id desc' : 'updated_at desc, record_id'}
      limit :most offset :skip`
    const place = isFromEnd ? { most: Math.min(most, left), skip: Math.max(0, left - most) } : { most, skip }
    const rows = await statement<{ record_id: string }>(text, { isPrepared: true })(readPool, place)
    const ids = rows.map((row) => row.record_id)
    return { ids: isFromEnd ? ids.reverse() : ids, matched }
  }

  /** Null where more than `countedAtMost` match. */
  const allOf = async (conditions: Condition[], { most, skip = 0 }: Ask): Promise<Choice | null> => {
    const text = `
      with found as materialized (select e.record_id, e.updated_at from catalogue_entry e
        where ${whereOf(conditions)} limit ${countedAtMost + 1})
      select (select count(*) from found) as matched,
        array(select f.record_id::text from found f order by f.updated_at desc, f.record_id limit :most offset :skip) as ids`
    const [row] = await statement<{ matched: number; ids: string[] }>(text)(readPool, {
      ...valuesOf(conditions),
      most,
      skip,
    })
    const matched = Number(row?.matched)
    return matched > countedAtMost ? null : { ids: row?.ids ?? [], matched }
  }

  const newestOf = async (conditions: Condition[], { most, skip = 0 }: Ask): Promise<string[]> => {
    const text = `select e.record_id from catalogue_entry e where ${whereOf(conditions)}
      order by e.updated_at desc, e.record_id limit :most offset :skip`
    const rows = await statement<{ record_id: string }>(text)(readPool, {
      ...valuesOf(conditions),
      most,
      skip,
    })
    return rows.map((row) => row.record_id)
  }

  const choose = async (plan: Plan, ask: Ask): Promise<Choice> => {
    const { words, others, tests, areTestsCheap, isByKey, isUsual } = plan
    if (words !== null) return chooseByWords({ ...plan, words }, ask)
    if (others.length === 0) return newestOfAll(ask)
    if (!areTestsCheap) {
      const ofMany = isByKey ? null : await lookBack.newestOfMany(tests, ask, countedAtMost)
      if (ofMany !== null) return { ids: ofMany, matched: null }
      return (await allOf(others, ask)) ?? { ids: await newestOf(others, ask), matched: null }
    }
    const newest = await lookBack.newest({ marks: null, tests, isUsual }, ask)
    if (newest.are === 'enough') return { ids: newest.ids, matched: null }
    return lookBack.all({ marks: null, where: others, tests: [] }, ask)
  }

  /** Of what matches much, those with the words in their titles are before the others, however old they are. */
  const rankedOf = async (plan: Plan, { ids, matched }: Choice): Promise<string[]> => {
    const { words } = plan
    const isAll = matched !== null && matched <= rankAtMost
    const titled =
      words?.inTitle == null || isAll
        ? []
        : (await chooseByWords({ ...plan, words }, { most: rankAtMost, isHint: true }, { inTitle: true })).ids
    return [...new Set([...titled, ...ids])].slice(0, rankAtMost)
  }

  /** What has similar words in its titles and fits all else; null when no word can be told to be mistyped. */
  const toSimilar = async (filter: CatalogueFilter, plan: Plan): Promise<Plan | null> => {
    // A search of words like "the" means nothing, and is not mistyped.
    const given = filter.q === null || !plan.words?.query ? [] : wordsToCorrect(filter.q)
    if (given.length === 0) return null
    const found = await findMeant(readPool, { words: given })
    const typed = [...new Set(found.map((row) => row.typed))]
    const meant = typed.map((one) =>
      found
        .flatMap(({ typed: by, word, likeness }) =>
          by === one && word !== null && isLikelyMeant(one, word) ? [{ word, likeness: likeness ?? 0 }] : [],
        )
        .toSorted((a, b) => slipsBetween(one, a.word) - slipsBetween(one, b.word) || b.likeness - a.likeness)
        .slice(0, mostMeant)
        .map((row) => row.word.replace(/['\\]/g, '$&$&')),
    )
    if (meant.length === 0 || meant.some((words) => words.length === 0)) return null
    const ask = (write: (word: string) => string) =>
      meant.map((words) => `(${words.map(write).join(' | ')})`).join(' & ')
    const words = { query: ask((word) => `'${word}':A`), marks: ask((word) => `'= ${word}'`) }
    return { ...plan, words: { ...words, isExact: true, inTitle: null, pairs: null }, similar: given }
  }

  const countFacets = async ({ ids, matched }: Choice, asked: FacetRequest[]): Promise<Facets> => {
    const text = facetsText(asked)
    // One more than asked tells whether there is more.
    const rows = await statement<{ name: FacetName | typeof apiCount; value: string; count: number }>(text, {
      isPrepared: isKept(text),
    })(readPool, {
      ids: ids.slice(0, facetedAtMost),
      ...Object.fromEntries(asked.map(({ name, bucketCount }) => [`${name}_buckets`, bucketCount + 1])),
    })
    const byName = new Map<FacetName, Facet>(
      asked.map(({ name, bucketCount }) => {
        const all = rows.filter((row) => row.name === name)
        const buckets = all.slice(0, bucketCount).map(({ value, count }) => ({ value, count: Number(count) }))
        return [name, { buckets, hasMore: all.length > bucketCount }]
      }),
    )
    return {
      byName,
      withApi: Number(rows.find(({ name }) => name === apiCount)?.count ?? 0),
      counted: matched === null || matched > ids.length ? Math.min(ids.length, facetedAtMost) : null,
    }
  }

  // Pages ----------------------------------------------------------------------------------------------

  /** Ranked ones first, then the others by date. */
  const byRelevance = async (plan: Plan, ranked: string[], place: Place): Promise<EntryRow[]> => {
    const { words, similar } = plan
    const first =
      place.offset < ranked.length
        ? await statement<EntryRow>(
            rankedPage(similar.length > 0 ? 'similarity' : words === null ? 'date' : 'words', similar.length),
            { isPrepared: similar.length === 0 },
          )(readPool, {
            ids: ranked,
            ...(similar.length > 0 ? similarValues(similar) : words !== null && { words: words.query }),
            ...place,
          })
        : []
    const most = place.limit - first.length
    if (most === 0 || ranked.length < rankAtMost) return first
    const skip = Math.max(0, place.offset - ranked.length)
    const { ids } =
      words === null
        ? await choose(plan, { most, skip: skip + ranked.length })
        : await chooseByWords({ ...plan, words }, { most, skip }, { besides: ranked })
    return [...first, ...(await findListed(readPool, { ids }))]
  }

  const inOrder = async (
    plan: Plan,
    { sort, matched }: { sort: CatalogueSort[]; matched: number | null },
    place: Place,
  ) => {
    const { words } = plan
    // Much that matches is soon met in the order of an index; the planner does not know that it is much.
    const isMet = words !== null && matched === null && sort.every(({ by }) => isInOrder.has(by))
    const tests: Condition[] =
      words === null
        ? []
        : [{ text: 'e.search @@ :words::tsquery', values: { words: words.query } }, ...plan.tests]
    const conditions = isMet ? [{ text: fitsSql(tests), values: valuesOf(tests) }] : conditionsOf(plan)
    return statement<EntryRow>(sortedPage(whereOf(conditions), sort))(readPool, {
      ...valuesOf(conditions),
      ...place,
    })
  }

  const search = async (request: CatalogueRequest): Promise<CataloguePage> => {
    const { sort, limit, offset, isCountExact = false, isForgiving = false, facets = [] } = request
    const ask = {
      most: facets.length > 0 ? facetedAtMost : rankAtMost,
      enough: sort.length > 0 ? 1 : rankAtMost,
    }
    const asked = await toPlan(request.filter)
    const found = await choose(asked, ask)
    const similar = isForgiving && found.matched === 0 ? await toSimilar(request.filter, asked) : null
    const resembling = similar && (await choose(similar, ask))
    const isSimilar = resembling !== null && resembling.ids.length > 0
    const [plan, chosen] = isSimilar ? [similar ?? asked, resembling] : [asked, found]
    const matched = isCountExact
      ? (chosen.matched ?? (await countExactly(conditionsOf(plan))))
      : bounded(plan, chosen.matched)
    const counted = facets.length > 0 ? await countFacets(chosen, facets) : null
    if (matched !== null && offset >= matched)
      return { entries: [], hasMore: false, matched, isSimilar, facets: counted }
    // One more than asked tells whether there is more.
    const place = { limit: limit + 1, offset }
    const rows =
      sort.length > 0
        ? await inOrder(plan, { sort, matched: chosen.matched }, place)
        : await byRelevance(plan, await rankedOf(plan, chosen), place)
    const entries = rows.slice(0, limit).map(fromRow)
    return { entries, hasMore: rows.length > limit, matched, isSimilar, facets: counted }
  }

  return {
    search: (request: CatalogueRequest): Promise<CataloguePage> => search(request).catch(tellFailure),

    find: async (id: string): Promise<CatalogueEntryInFull | undefined> => {
      if (!isUuid(id)) return undefined
      const [row] = await findEntry(readPool, { id })
      return row && { ...fromRow(row), successor: row.successor, predecessors: row.predecessors }
    },

    /** Undefined when nothing was deleted under this id. */
    findDeleted: async (id: string): Promise<{ successor: Titled | null } | undefined> =>
      isUuid(id) ? (await findTombstone(db, { id }))[0] : undefined,

    /** The newest first. */
    listVersions: async (id: string, limit: number): Promise<PublishedVersion[]> =>
      (await listVersionRows(db, { id, limit })).map((row) => ({
        version: row.version,
        publishedAt: row.published_at,
        metadata: row.metadata,
        kind: row.kind,
      })),

    count: countAll,

    /** Moves with every visible change. */
    epoch: readEpoch,

    /** All of them, in an order that stays. */
    listAddresses: async ({ limit, offset }: { limit: number; offset: number }) =>
      (
        await statement<{ record_id: string; updated_at: string }>(
          'select record_id, updated_at from catalogue_entry order by record_id limit :limit offset :offset',
        )(readPool, { limit, offset })
      ).map((row) => ({ id: row.record_id, updatedAt: row.updated_at })),

    listValues: (property: CatalogueProperty, limit: number) => listPropertyValues(readPool, property, limit),
  }
}

export type Catalogue = ReturnType<typeof createCatalogue>
