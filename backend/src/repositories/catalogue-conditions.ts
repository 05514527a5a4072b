/** Conditions of filter languages about the public catalogue, as SQL: values are parameters, names come from tables here. */
import { toSql } from '../cql2/to-sql.ts'
import { type Executor, statement } from '../db/sql.ts'
import {
  type CatalogueCondition,
  type CatalogueProperty,
  isRecordQueryable,
  propertyKinds,
  type RecordQueryable,
  type SpatialRelation,
  withoutJoined,
} from '../domain/catalogue-query.ts'
import { languageTags } from '../metadata/records-geojson.ts'

/** SQL about the entry `e`. */
export type Condition = { text: string; values: Record<string, unknown> }

export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const day = (path: string) => `(e.metadata #>> '{dates,${path}}')::date`
const listed = (member: string) =>
  `array(select jsonb_array_elements_text(case when jsonb_typeof(e.metadata -> '${member}') = 'array' then e.metadata -> '${member}' else '[]' end))`
const membersOf = (member: string, value: string, where = 'true') =>
  `array(select ${value} from jsonb_array_elements(case when jsonb_typeof(e.metadata -> '${member}') = 'array' then e.metadata -> '${member}' else '[]' end) one where ${where})`

const formatRows = "distribution d where d.record_id = e.record_id and d.kind in ('original', 'external')"

/** `texts` are arrays. */
export const propertySql: Record<CatalogueProperty, string> = {
  identifier: 'e.record_id',
  title: 'e.title',
  abstract: 'e.abstract',
  type: 'e.type',
  subject: '(e.keywords || e.topics)',
  topic: 'e.topics',
  organisation: 'e.organisation',
  creator: membersOf(
    'pointsOfContact',
    "coalesce(one ->> 'organisation', one ->> 'individualName')",
    "one ->> 'role' in ('originator', 'author')",
  ),
  format: `array(select distinct d.format from ${formatRows} and d.format is not null order by d.format)`,
  language: 'e.language',
  resourceLanguage: "(e.metadata ->> 'resourceLanguage')",
  created: 'e.created_at',
  modified: 'e.updated_at',
  date: 'e.resource_date',
  creationDate: day('creation'),
  publicationDate: day('publication'),
  revisionDate: day('revision'),
  begin: 'e.begins_at',
  end: 'e.ends_at',
  rights: "array_remove(array[e.metadata ->> 'useConditions', e.metadata ->> 'accessConditions'], null)",
  source: listed('dataSources'),
  relation: "(e.metadata ->> 'parentIdentifier')",
  lineage: "(e.metadata ->> 'lineageStatement')",
  crs: "(e.metadata ->> 'crs')",
  denominator: 'e.denominator',
  serviceType: membersOf('webServices', "one ->> 'protocol'"),
}

/** As the records show it. */
const languageTagSql = (code: string) =>
  `(case ${code} ${Object.entries(languageTags)
    .map(([known, tag]) => `when '${known}' then '${tag}'`)
    .join(' ')} else ${code} end)`

/** Null where a record has no such property. */
const queryableSql: Record<Exclude<RecordQueryable, 'geometry'>, string> = {
  id: 'e.record_id::text',
  type: 'e.type',
  title: 'e.title',
  description: "nullif(e.abstract, '')",
  keywords: "nullif(e.keywords, '{}')",
  themes: "nullif(e.topics, '{}')",
  organization: 'e.organisation',
  formats: `nullif(${propertySql.format}, '{}')`,
  language: languageTagSql(propertySql.language),
  resourceLanguage: languageTagSql(propertySql.resourceLanguage),
  externalIds:
    "nullif(array(select c.id from collection c where c.record_id = e.record_id and c.is_published order by c.id), '{}')",
  created: propertySql.created,
  updated: propertySql.modified,
  date: propertySql.date,
  time_begin: propertySql.begin,
  time_end: propertySql.end,
  useConditions: "(e.metadata ->> 'useConditions')",
  crs: propertySql.crs,
  scaleDenominator: `${propertySql.denominator}::double precision`,
  deprecated: "(e.state = 'deprecated')",
}

export const queryableExpression = (name: string): string => {
  const plain = withoutJoined(name)
  if (!isRecordQueryable(plain) || plain === 'geometry')
    throw new Error(`The filter was not checked: it names ${name}`)
  const expression = queryableSql[plain]
  return plain === name ? expression : `array_to_string(${expression}, ',')`
}

/** Extents are kept a sliver larger than they are, so that points and lines have an area. */
const sliverDegrees = 2e-9

const relationSql: Record<SpatialRelation, (geometry: string) => string> = {
  intersects: (geometry) => `st_intersects(e.footprint, ${geometry})`,
  disjoint: (geometry) => `st_disjoint(e.footprint, ${geometry})`,
  within: (geometry) => `st_coveredby(e.footprint, st_buffer(${geometry}, ${sliverDegrees}, 'join=mitre'))`,
  contains: (geometry) => `st_covers(e.footprint, ${geometry})`,
  overlaps: (geometry) => `st_overlaps(e.footprint, ${geometry})`,
}

/** Days begin at midnight in UTC. */
const instantSql = (property: CatalogueProperty) =>
  propertyKinds[property] === 'day'
    ? `(${propertySql[property]})::timestamp at time zone 'UTC'`
    : propertySql[property]

/** The few records are named, because the planner takes `<>` for true of nearly all, and would read every text. */
const foldsMore = (text: string): string | null => {
  if (text !== queryableSql.title && text !== queryableSql.description) return null
  const other = text.replace('e.', 'f.')
  return `e.record_id = any(array(select f.record_id from catalogue_entry f where lower(${other}) <> casei(${other})))`
}

type Leaf = Exclude<CatalogueCondition, { op: 'and' | 'or' | 'not' | 'words' }>
type LeafOf<Op extends Leaf['op']> = Extract<Leaf, { op: Op }>
/** Puts a value among the parameters and gives what stands for it. */
type Bind = (value: unknown) => string

/** Never null, so that an index can be used. */
const isAlwaysThere = new Set<CatalogueProperty>(['identifier', 'title', 'abstract', 'type'])

/** True where the property, or one of its values, passes. */
const anyText = (property: CatalogueProperty, test: (value: string) => string): string => {
  const expression = propertySql[property]
  // Looked up from the side of the distributions, of which few pass.
  if (property === 'format') return `exists (select from ${formatRows} and ${test('d.format')})`
  if (propertyKinds[property] === 'texts')
    return `exists (select from unnest(${expression}) as each(value) where ${test('each.value')})`
  const tested = test(propertyKinds[property] === 'id' ? `${expression}::text` : expression)
  return isAlwaysThere.has(property) ? tested : `coalesce(${tested}, false)`
}

const compileTime = ({ property, comparison, span }: LeafOf<'time'>, bind: Bind): string => {
  const instant = instantSql(property)
  const from = () => `${bind(span.from)}::timestamptz`
  const until = () => `${bind(span.until)}::timestamptz`
  const isNotAfter = () => `${instant} ${span.isUntilExclusive ? '<' : '<='} ${until()}`
  const tests: Record<LeafOf<'time'>['comparison'], () => string> = {
    '=': () => `${instant} >= ${from()} and ${isNotAfter()}`,
    '<': () => `${instant} < ${from()}`,
    '>': () => `not (${isNotAfter()})`,
    '<=': isNotAfter,
    '>=': () => `${instant} >= ${from()}`,
  }
  return `coalesce(${tests[comparison]()}, false)`
}

const missingSql = (property: CatalogueProperty | 'extent'): string => {
  if (property === 'extent') return 'e.footprint is null'
  const expression = propertySql[property]
  const kind = propertyKinds[property]
  if (kind === 'texts') return `cardinality(${expression}) = 0`
  return kind === 'text' ? `coalesce(${expression}, '') = ''` : `${expression} is null`
}

const leaves: { [Op in Leaf['op']]: (leaf: LeafOf<Op>, bind: Bind) => string } = {
  text: ({ property, comparison, value, isCaseSensitive }, bind) => {
    // So that the key is used.
    if (propertyKinds[property] === 'id' && comparison === '=')
      return isUuid(value) ? `e.record_id = ${bind(value)}::uuid` : 'false'
    const given = bind(value)
    return anyText(property, (found) =>
      isCaseSensitive
        ? `${found} ${comparison} ${given}::text`
        : `lower(${found}) ${comparison} lower(${given}::text)`,
    )
  },
  number: ({ property, comparison, value }, bind) =>
    `coalesce(${propertySql[property]} ${comparison} ${bind(value)}::numeric, false)`,
  time: compileTime,
  like: ({ property, pattern, isCaseSensitive }, bind) => {
    const given = bind(pattern)
    return anyText(property, (found) => `${found} ${isCaseSensitive ? 'like' : 'ilike'} ${given}::text`)
  },
  missing: ({ property }) => missingSql(property),
  ids: ({ ids }, bind) => `e.record_id = any(${bind(ids.filter(isUuid))}::uuid[])`,
  boxes: ({ boxes }, bind) =>
    `coalesce(${boxes.map((box) => `e.footprint && st_makeenvelope(${box.map((side) => `${bind(side)}::float8`).join(', ')}, 4326)`).join(' or ')}, false)`,
  expression: ({ expression }, bind) =>
    toSql(expression, {
      property: queryableExpression,
      geometry: 'e.footprint',
      mayBeCollection: false,
      add: bind,
      // The function that the indexes of title and description hold.
      caseFold: (text) => `casei(${text})`,
      foldsMore,
      touches: () => {
        throw new Error('Filters of records have no areas')
      },
    }),
  spatial: ({ relation, wkt }, bind) =>
    `coalesce(${relationSql[relation](`st_makevalid(st_geomfromtext(${bind(wkt)}::text, 4326))`)}, false)`,
}

/** Words as the index is asked, `marks`, and as a record is looked at. */
export type WordCondition = { query: string; marks: string | null; isExact: boolean }

/** `asTest`: what single records are looked at by, without the terms of the index of words, which cost much there. */
export const compileCondition = async (
  condition: CatalogueCondition,
  { toWords, asTest }: { toWords: (q: string) => Promise<WordCondition>; asTest: boolean },
): Promise<Condition> => {
  const values: Record<string, unknown> = {}
  const bind: Bind = (value) => {
    const name = `p${Object.keys(values).length}`
    values[name] = value
    return `:${name}`
  }
  const compile = async (one: CatalogueCondition): Promise<string> => {
    switch (one.op) {
      case 'and':
      case 'or': {
        const parts: string[] = []
        for (const part of one.conditions) parts.push(await compile(part))
        if (parts.length === 0) return one.op === 'and' ? 'true' : 'false'
        return `(${parts.join(` ${one.op} `)})`
      }
      case 'not':
        return `not (${await compile(one.condition)})`
      case 'words': {
        const { query, marks, isExact } = await toWords(one.q)
        const tested = () => `e.search @@ ${bind(query)}::tsquery`
        if (asTest || marks === null) return tested()
        const marked = `search_marks(e.search, e.updated_at) @@ ${bind(marks)}::tsquery`
        return isExact ? marked : `(${marked} and ${tested()})`
      }
      default:
        return (leaves[one.op] as (leaf: Leaf, bind: Bind) => string)(one, bind)
    }
  }
  return { text: await compile(condition), values }
}

/** Values are looked for among the newest records only: nobody reads a list of a hundred thousand titles. */
const lookedThrough = 20_000

export type PropertyValues =
  | { kind: 'list'; values: string[] }
  | { kind: 'range'; first: string; last: string }
  | { kind: 'none' }

const newest = (expression: string) =>
  `(select ${expression} as value from catalogue_entry e order by e.updated_at desc, e.record_id limit ${lookedThrough}) one`

export const listPropertyValues = async (
  db: Executor,
  property: CatalogueProperty,
  limit: number,
): Promise<PropertyValues> => {
  const kind = propertyKinds[property]
  if (kind === 'instant' || kind === 'day' || kind === 'number') {
    const expression =
      kind === 'instant' ? `(${propertySql[property]} at time zone 'UTC')::date` : propertySql[property]
    const [row] = await statement<{ first: string | null; last: string | null }>(
      `select min(value)::text as first, max(value)::text as last from ${newest(expression)}`,
    )(db)
    return row?.first != null && row.last != null
      ? { kind: 'range', first: row.first, last: row.last }
      : { kind: 'none' }
  }
  const from =
    kind === 'texts'
      ? `${newest(propertySql[property])} cross join unnest(one.value) as each(text)`
      : `${newest(`${propertySql[property]}::text`)} cross join lateral (select one.value) as each(text)`
  const rows = await statement<{ text: string }>(
    `select distinct each.text from ${from} where each.text <> '' order by each.text limit :limit`,
  )(db, { limit })
  return rows.length > 0 ? { kind: 'list', values: rows.map((row) => row.text) } : { kind: 'none' }
}
