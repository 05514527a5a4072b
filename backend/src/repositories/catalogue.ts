/**
 * The public catalogue: search, single entries, and what is left of deleted ones. Reads only what the commit wrote
 * for the public; drafts are not in these tables.
 */

import { type Executor, type Queryable, sql, statement } from '../db/sql.ts'
import {
  type CatalogueFilter,
  type CatalogueProperty,
  type CatalogueRequest,
  type CatalogueSort,
  type FacetName,
  type FacetRequest,
  isUnfiltered,
  propertyKinds,
  recordQueryables,
  splitWords,
  wordsToCorrect,
} from '../domain/catalogue-query.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import {
  type Condition,
  compileCondition,
  isUuid,
  listPropertyValues,
  propertySql,
  queryableExpression,
} from './catalogue-conditions.ts'
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
  /** How many of the matching records, the newest, were counted; null when all were. */
  counted: number | null
}

export type PublishedVersion = { version: number; publishedAt: string }

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

/** Ranking looks at all the words of a record, which costs 10 µs each. */
const rankAtMost = 1000
const countAtMost = 10_000
const bounded = (matched: number, isExact: boolean) => (!isExact && matched > countAtMost ? null : matched)

// Conditions -------------------------------------------------------------------------------------------

type Values = Condition['values']

/** Extents are boxes, so that the operator says it all. */
const inBoxes = (boxes: NonNullable<CatalogueFilter['boxes']>): Condition => ({
  text: boxes
    .map((_, n) => `e.footprint && st_makeenvelope(:west${n}, :south${n}, :east${n}, :north${n}, 4326)`)
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
const inTime = ({ from, until, isUntilExclusive }: NonNullable<CatalogueFilter['time']>): Condition => ({
  text: `e.period && daterange((:from::timestamptz at time zone 'UTC')::date,
    (:until::timestamptz at time zone 'UTC'${isUntilExclusive ? " - interval '1 microsecond'" : ''})::date, '[]')`,
  values: { from, until },
})

/** One type comes in the order of date from its index; several do not. */
const ofTypes = (types: string[]): Condition =>
  types.length === 1
    ? { text: 'e.type = :type::text', values: { type: types[0] } }
    : { text: 'e.type = any(:types::text[])', values: { types } }

/** `words` is a tsquery, or null when no words were asked for. */
const toConditions = (filter: CatalogueFilter, words: string | null): Condition[] => [
  ...(words === null ? [] : [{ text: 'e.search @@ :words::tsquery', values: { words } }]),
  ...(filter.boxes === null ? [] : [inBoxes(filter.boxes)]),
  ...(filter.time === null ? [] : [inTime(filter.time)]),
  ...(filter.types === null ? [] : [ofTypes(filter.types)]),
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

/**
 * How the newest of what matches are found. `looked-up`: the indexes give all that matches, which is then sorted.
 * `in-order`: the records are looked through in order of date until there are enough, which is soonest where much
 * matches; the planner does not know that of boxes and words, and would choose wrongly in both cases.
 */
type Way = 'planned' | 'looked-up' | 'in-order'

/** Within a case, a condition neither uses an index nor promises few rows. */
const whereOf = (conditions: Condition[], way: Way = 'planned') =>
  conditions.length === 0
    ? 'true'
    : conditions
        .map(({ text }) => (way === 'in-order' ? `case when ${text} then true else false end` : `(${text})`))
        .join(' and ')

/** The sum is in no index, so that all that matches is looked up first. */
const newestFirst = (way: Way) =>
  `${way === 'looked-up' ? "e.updated_at + interval '0'" : 'e.updated_at'} desc, e.record_id`

const valuesOf = (conditions: Condition[]): Values =>
  Object.assign({}, ...conditions.map(({ values }) => values))

/** Nobody reads the exact number of a keyword among half a million records, which would take seconds. */
const facetedAtMost = 2000
/** Words that many records have are looked for among so many of the newest first. */
const lookedBack = [10_000, 80_000]
/** Words that so many of the newest two hundred records have are everywhere. */
const sampled = 200
const commonAbove = 0.2

/** How a title must resemble a word at least: first what the index finds, then, among the newest titles, less. */
const looselySimilar = 0.35
const looselyComparedAtMost = 10_000

/** Titles that resemble every word; `%>` is the operator of pg_trgm that uses the index. */
const similarTitles = (words: string[], isLoose: boolean): Condition => ({
  text: isLoose
    ? `e.record_id in (select n.record_id from (select record_id, title from catalogue_entry
        order by updated_at desc, record_id limit ${looselyComparedAtMost}) n
        where ${words.map((_, n) => `word_similarity(unaccent(:similar${n}::text), unaccent(n.title)) >= ${looselySimilar}`).join(' and ')})`
    : words.map((_, n) => `e.title %> :similar${n}::text`).join(' and '),
  values: Object.fromEntries(words.map((word, n) => [`similar${n}`, word])),
})

// Pages ------------------------------------------------------------------------------------------------

const columns = `e.record_id, e.state, e.version, e.metadata, e.created_at, e.updated_at, e.published_at,
  (select c.id from collection c where c.record_id = e.record_id and c.is_published order by c.id limit 1) as collection_id,
  (select s.record_id from catalogue_entry s where s.record_id = e.successor_id) as successor_id,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'record_id', d.record_id, 'kind', d.kind, 'title', d.title,
      'file_id', d.file_id, 'file_name', f.file_name, 'collection_id', d.collection_id, 'style_id', d.style_id,
      'url', d.url, 'protocol', d.protocol, 'media_type', d.media_type, 'format', d.format,
      'size_bytes', d.size_bytes, 'epsg', d.epsg) order by d.position, d.id), '[]'::jsonb)
   from distribution d left join file f on f.id = d.file_id where d.record_id = e.record_id) as distributions`

const rankSql: Record<'words' | 'similarity' | 'date', (similarWords: number) => string> = {
  words: () =>
    "ts_filter(search, '{a}') @@ :words::tsquery desc, ts_rank_cd('{0.05, 0.1, 0.4, 1}', search, :words::tsquery) desc,",
  similarity: (count) =>
    `${Array.from({ length: count }, (_, n) => `word_similarity(unaccent(:similar${n}::text), unaccent(title))`).join(' + ')} desc,`,
  date: () => '',
}

/** The newest of what matches, by relevance: current before deprecated, words in the title before words elsewhere. */
const rankedPage = (
  { where, order: newestFirst }: Newest,
  order: 'words' | 'similarity' | 'date',
  similarWords: number,
) => `
  with newest as (
    select e.record_id, e.state, e.updated_at${order === 'words' ? ', e.search' : ''}${order === 'similarity' ? ', e.title' : ''} from catalogue_entry e
    where ${where} order by ${newestFirst} limit ${rankAtMost}
  ), page as (
    select record_id, row_number() over (order by state = 'deprecated', ${rankSql[order](
      similarWords,
    )} updated_at desc, record_id) as place
    from newest order by place limit :limit offset :offset
  )
  select ${columns} from page join catalogue_entry e using (record_id) order by page.place`

/** Those with an index; others are sorted as they come. */
const sortExpression = (by: CatalogueSort['by']): string => {
  if (by === 'title') return 'lower(e.title)'
  if (by === 'updated' || by === 'modified') return 'e.updated_at'
  const expression = propertySql[by]
  return propertyKinds[by] === 'text' ? `lower(${expression})` : expression
}

/** What lacks the property comes last either way; what always has it keeps the order of its index. */
const isAlwaysThere = new Set<CatalogueSort['by']>(['title', 'created', 'updated', 'modified', 'identifier'])

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

/** The records are chosen once for all facets. */
const facetsText = (facets: FacetRequest[], { where, order: newest }: Newest): string => `
  with found as materialized (
    select ${facets.map(({ name }) => `${queryableExpression(name)} as ${name}_value`).join(', ')} from catalogue_entry e
    where ${where} order by ${newest} limit ${facetedAtMost}
  )
  ${facets
    .map(({ name, order }) => {
      const value = recordQueryables[name].type === 'texts' ? `unnest(${name}_value)` : `${name}_value`
      return `(select '${name}' as name, value, count(*) as count from (select ${value} as value from found) one
    where value <> '' group by value order by ${facetOrderSql[order]} limit :${name}_buckets)`
    })
    .join(' union all ')}`

/** Beyond what is ranked: the order in which the newest were chosen. */
const byDate: CatalogueSort[] = [{ by: 'updated', isDescending: true }]

const findWords = sql<{ query: string }, { alternatives: string; words: string; last: string }>(
  'queries/catalogue-words.sql',
  {
    isPrepared: true,
  },
)
const findCount = statement<{ matched: number }, { words: string; most: number | null }>(
  'select count_words(:words::tsquery, :most::integer) as matched',
)
const findNewest = statement<{ record_id: string }, { words: string; since: string; most: number }>(
  'select record_id from newest_with_words(:words::tsquery, :since::timestamptz, :most)',
)
const findDateAt = statement<{ since: string }, { back: number }>(
  'select updated_at::text as since from catalogue_entry order by updated_at desc, record_id offset :back limit 1',
)
const findEntry = sql<EntryRow & { successor: Titled | null; predecessors: Titled[] }, { id: string }>(
  'queries/catalogue-entry.sql',
  { isPrepared: true },
)
const findTombstone = sql<{ successor: Titled | null }, { id: string }>('queries/catalogue-tombstone.sql')
const findEpoch = statement<{ value: number }>('select value from epoch', { isPrepared: true })
const listVersionRows = statement<{ version: number; published_at: string }, { id: string; limit: number }>(
  'select version, published_at from record_version where record_id = :id order by version desc limit :limit',
)

export type CatalogueParts = {
  /** Sees what the public sees; may be a replica. */
  readPool: Queryable
  /** For what is left of deleted records, and earlier versions. */
  db: Executor
}

/** What the database could not compute of a filter, such as a shape that crosses itself, in words for who asked. */
const tellFailure = (error: unknown): never => {
  const why = notComputable(error)
  throw why === null ? error : filterProblems.filterNotComputable({ why }, { cause: error })
}

type Matching = {
  conditions: Condition[]
  way: Way
  matched: number | null
  words: string | null
  hasOnlyWords: boolean
  /** How many words the titles resemble, where they do. */
  similarWords: number
}

type Newest = { where: string; order: string; values: Values }

export const createCatalogue = ({ readPool, db }: CatalogueParts) => {
  let counted: { epoch: number; all: number } | null = null

  /** The whole catalogue is counted once per change of it. */
  const countAll = async (): Promise<number> => {
    const epoch = Number((await findEpoch(readPool))[0]?.value)
    if (counted?.epoch === epoch) return counted.all
    const [row] = await statement<{ all: number }>('select count(*) as all from catalogue_entry')(readPool)
    counted = { epoch, all: Number(row?.all) }
    return counted.all
  }

  const countMatched = async (conditions: Condition[], isExact: boolean): Promise<number | null> => {
    const bound = isExact ? '' : `limit ${countAtMost + 1}`
    const text = `select count(*) as matched from (select from catalogue_entry e where ${whereOf(conditions)} ${bound}) one`
    const [row] = await statement<{ matched: number }>(text)(readPool, valuesOf(conditions))
    return bounded(Number(row?.matched), isExact)
  }

  const countWords = async (words: string, isExact: boolean): Promise<number | null> => {
    const [row] = await findCount(readPool, { words, most: isExact ? null : countAtMost + 1 })
    return bounded(Number(row?.matched), isExact)
  }

  /** Of words that many records have, no further back than needed. */
  const newestWithWords = async (words: string, most: number): Promise<string[]> => {
    const find = async (since: string) =>
      (await findNewest(readPool, { words, since, most })).map((row) => row.record_id)
    for (const back of lookedBack) {
      const [limit] = await findDateAt(readPool, { back })
      const ids = limit ? await find(limit.since) : []
      if (ids.length === most) return ids
    }
    return find('-infinity')
  }

  const toWords = async <Text extends string | null>(q: Text): Promise<Text> =>
    (q === null ? null : ((await findWords(readPool, splitWords(q)))[0]?.query ?? '')) as Text

  const matching = async (filter: CatalogueFilter, isCountExact: boolean): Promise<Matching> => {
    const words = await toWords(filter.q)
    const conditions = toConditions(filter, words)
    if (filter.where !== null) conditions.push(await compileCondition(filter.where, toWords))
    if (words !== null && isUnfiltered({ ...filter, q: null })) {
      const matched = await countWords(words, isCountExact)
      return { conditions, matched, words, hasOnlyWords: true, similarWords: 0, way: 'looked-up' }
    }
    const matched = await (isUnfiltered(filter) ? countAll() : countMatched(conditions, isCountExact))
    const way = await wayOf(filter, words, matched)
    return { conditions, matched, words, hasOnlyWords: false, similarWords: 0, way }
  }

  /** Chooses the newest of what matches, at least `most` of them. */
  const newestOf = async (
    { conditions, matched, words, hasOnlyWords, way }: Matching,
    most: number,
  ): Promise<Newest> =>
    words !== null && hasOnlyWords && (matched === null || matched > countAtMost)
      ? {
          where: 'e.record_id = any(:newest::uuid[])',
          order: newestFirst('looked-up'),
          values: { newest: await newestWithWords(words, most) },
        }
      : { where: whereOf(conditions, way), order: newestFirst(way), values: valuesOf(conditions) }

  /** Asked only where much matches. */
  const isEverywhere = async (words: string): Promise<boolean> => {
    const [row] = await statement<{ found: number }>(
      `select count(*) as found from (select search from catalogue_entry order by updated_at desc, record_id limit ${sampled}) newest
       where search @@ :words::tsquery`,
    )(readPool, { words })
    return Number(row?.found) > sampled * commonAbove
  }

  const wayOf = async (
    filter: CatalogueFilter,
    words: string | null,
    matched: number | null,
  ): Promise<Way> => {
    if (words !== null) return matched === null && (await isEverywhere(words)) ? 'in-order' : 'looked-up'
    const isCommon = matched === null || matched > countAtMost
    return isCommon && (filter.boxes !== null || filter.time !== null) ? 'in-order' : 'planned'
  }

  /** What has similar words and fits all else; null when there is none, or no word that may be mistyped. */
  const similar = async (
    filter: CatalogueFilter,
    asked: Matching,
    isCountExact: boolean,
  ): Promise<Matching | null> => {
    // A search of words like "the" means nothing, and is not mistyped.
    const words = filter.q === null || !asked.words ? [] : wordsToCorrect(filter.q)
    if (words.length === 0) return null
    const { conditions: others } = await matching({ ...filter, q: null }, isCountExact)
    for (const isLoose of [false, true]) {
      const conditions = [similarTitles(words, isLoose), ...others]
      const matched = await countMatched(conditions, isCountExact)
      if (matched !== 0)
        return {
          conditions,
          matched,
          words: null,
          hasOnlyWords: false,
          similarWords: words.length,
          way: 'looked-up',
        }
    }
    return null
  }

  const countFacets = async (
    newest: Newest,
    asked: FacetRequest[],
    matched: number | null,
  ): Promise<Facets> => {
    const text = facetsText(asked, newest)
    // One more than asked tells whether there is more.
    const rows = await statement<{ name: FacetName; value: string; count: number }>(text)(readPool, {
      ...newest.values,
      ...Object.fromEntries(asked.map(({ name, bucketCount }) => [`${name}_buckets`, bucketCount + 1])),
    })
    const byName = new Map<FacetName, Facet>(
      asked.map(({ name, bucketCount }) => {
        const all = rows.filter((row) => row.name === name)
        const buckets = all.slice(0, bucketCount).map(({ value, count }) => ({ value, count: Number(count) }))
        return [name, { buckets, hasMore: all.length > bucketCount }]
      }),
    )
    return { byName, counted: matched === null || matched > facetedAtMost ? facetedAtMost : null }
  }

  const search = async (request: CatalogueRequest): Promise<CataloguePage> => {
    const { sort, limit, offset, isCountExact = false, isForgiving = false, facets = [] } = request
    const asked = await matching(request.filter, isCountExact)
    const answered =
      isForgiving && asked.matched === 0
        ? ((await similar(request.filter, asked, isCountExact)) ?? asked)
        : asked
    const { conditions, matched, words, similarWords } = answered
    const isSimilar = similarWords > 0
    const isRanked = sort.length === 0 && offset < rankAtMost && (matched === null || offset < matched)
    const newest =
      isRanked || facets.length > 0
        ? await newestOf(answered, facets.length > 0 ? facetedAtMost : rankAtMost)
        : null
    const counted = newest && facets.length > 0 ? await countFacets(newest, facets, matched) : null
    if (matched !== null && offset >= matched)
      return { entries: [], hasMore: false, matched, isSimilar, facets: counted }
    const size = isRanked ? Math.min(limit, rankAtMost - offset) : limit
    const order = isSimilar ? 'similarity' : words === null ? 'date' : 'words'
    // One more than asked tells whether there is more; the last of the ranked ones are looked up in the count.
    const place = { limit: size + 1, offset }
    const rows =
      isRanked && newest
        ? await statement<EntryRow>(rankedPage(newest, order, similarWords))(readPool, {
            ...newest.values,
            ...(order === 'words' && { words }),
            ...place,
          })
        : await statement<EntryRow>(sortedPage(whereOf(conditions), sort.length > 0 ? sort : byDate))(
            readPool,
            {
              ...valuesOf(conditions),
              ...place,
            },
          )
    const entries = rows.slice(0, size).map(fromRow)
    const hasMore =
      rows.length > size || (matched === null ? size < limit : offset + entries.length < matched)
    return { entries, hasMore: hasMore && entries.length > 0, matched, isSimilar, facets: counted }
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

    listVersions: async (id: string): Promise<PublishedVersion[]> =>
      (await listVersionRows(db, { id, limit: 50 })).map((row) => ({
        version: row.version,
        publishedAt: row.published_at,
      })),

    count: countAll,

    listValues: (property: CatalogueProperty, limit: number) => listPropertyValues(readPool, property, limit),
  }
}

export type Catalogue = ReturnType<typeof createCatalogue>
