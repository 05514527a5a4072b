/**
 * Filters of records: `filter` in CQL2 (Features Part 3), and `name=value` for each queryable. Lists such as keywords may
 * also be compared like a single text, as clients of pycsw do: `keywords = 'reef'` asks whether it is among them.
 */
import type { Node } from '../../cql2/ast.ts'
import { checkFilter } from '../../cql2/check.ts'
import { type Filter, mapPlaces, type Place, type Queryable } from '../../cql2/filter.ts'
import { boxesGeometry, toWkt } from '../../cql2/geometry.ts'
import { readJson } from '../../cql2/read-json.ts'
import { readText } from '../../cql2/read-text.ts'
import { isArrayRelation } from '../../cql2/words.ts'
import {
  type CatalogueCondition,
  isJoined,
  isRecordQueryable,
  joinedName,
  type RecordQueryable,
  recordQueryables,
} from '../../domain/catalogue-query.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { readCrs } from '../common/crs.ts'

export const crs84: RequestCrs = { epsg: 4326, axisOrder: 'xy', uri: CRS84_URI }
const offered: RequestCrs[] = [
  crs84,
  { epsg: 4326, axisOrder: 'yx', uri: 'http://www.opengis.net/def/crs/EPSG/0/4326' },
]

const queryableNames = Object.keys(recordQueryables) as RecordQueryable[]

/** Queryables with a parameter of the standard, which says more than `name=value`. */
const hasOwnParameter = new Set<RecordQueryable>(['type', 'externalIds', 'geometry'])

export const parameterNames = queryableNames.filter((name) => !hasOwnParameter.has(name))
export type PropertyParameters = Partial<Record<RecordQueryable, string>>

export type FilterQuery = {
  filter?: string
  'filter-lang'?: 'cql2-text' | 'cql2-json' | 'cql-text'
  'filter-crs'?: string
} & PropertyParameters

/** What pycsw and CSW call them. */
const aliases: Record<string, RecordQueryable> = {
  identifier: 'id',
  abstract: 'description',
  organisation: 'organization',
}

const isList = (name: string) => isRecordQueryable(name) && recordQueryables[name].type === 'texts'

const queryables = new Map<string, Queryable>(
  queryableNames.map((name) => [name, { type: recordQueryables[name].type }]),
)
const queryablesWithJoined = new Map<string, Queryable>([
  ...queryables,
  ...queryableNames.filter(isList).map((name): [string, Queryable] => [joinedName(name), { type: 'string' }]),
])

const joinedList = (node: Node): Node =>
  node.kind === 'property' && isList(node.name) ? { ...node, name: joinedName(node.name) } : node

const call = (op: string, args: Node[], { where }: Node): Node => ({ kind: 'call', op, args, where })

/** What is said of a list as if it were one text, in the words for lists; the names of old in today's. */
const forLists = (node: Node): Node => {
  if (node.kind === 'property') {
    const name = isRecordQueryable(node.name) ? node.name : (aliases[node.name] ?? node.name)
    return { ...node, name }
  }
  if (node.kind === 'interval') return { ...node, ends: [forLists(node.ends[0]), forLists(node.ends[1])] }
  if (node.kind === 'list') return { ...node, items: node.items.map(forLists) }
  if (node.kind !== 'call') return node
  const args = node.args.map(forLists)
  const renamed = { ...node, args }
  if (isArrayRelation(node.op) || node.op === 'isnull') return renamed
  const [first, second] = args
  if (first?.kind === 'property' && isList(first.name)) {
    if (node.op === '=' && second?.kind === 'text') return call('a_contains', args, node)
    if (node.op === '<>' && second?.kind === 'text')
      return call('not', [call('a_contains', args, node)], node)
    if (node.op === 'in') return call('a_overlaps', args, node)
  }
  return { ...renamed, args: args.map(joinedList) }
}

const hasJoined = (node: Node): boolean =>
  node.kind === 'property' ? isJoined(node.name) : node.kind === 'call' ? node.args.some(hasJoined) : false

const check = (written: Node, crs: RequestCrs): Filter => {
  const node = forLists(written)
  // Names of our own are not among those that a refusal lists.
  return checkFilter(node, { queryables: hasJoined(node) ? queryablesWithJoined : queryables, crs })
}

// Places -----------------------------------------------------------------------------------------------

/** Extents are kept a sliver larger than they are, so that points and lines have an area. */
const sliverDegrees = 2e-9

const grown = ([west, south, east, north]: Box): Box => [
  west - sliverDegrees,
  south - sliverDegrees,
  east + sliverDegrees,
  north + sliverDegrees,
]

const toStored = (place: Place, isContainer: boolean): Place => {
  if (place.kind !== 'literal') return place
  const geometry =
    isContainer && place.boxes !== null ? boxesGeometry(place.boxes.map(grown)) : place.geometry
  return { kind: 'stored', geometry: `SRID=4326;${toWkt(geometry)}` }
}

/** All records are in one coordinate system, which is also the one of the filter. */
const settled = (filter: Filter): Promise<Filter> =>
  mapPlaces(filter, async (spatial) => {
    const [first, second] = spatial.args
    const { relation } = spatial
    return {
      ...spatial,
      args: [toStored(first, relation === 's_contains'), toStored(second, relation === 's_within')],
    }
  })

// Reading ----------------------------------------------------------------------------------------------

const readIn = (language: FilterQuery['filter-lang'], filter: string): Node => {
  if (language === 'cql2-json') return readJson(filter)
  return language === 'cql-text' ? readText(filter, queryableNames) : readText(filter)
}

const valueNode = (name: RecordQueryable, text: string, where: string): Node => {
  if (name === 'deprecated' && /^(true|false)$/i.test(text))
    return { kind: 'boolean', value: text.toLowerCase() === 'true', where }
  return recordQueryables[name].type === 'number'
    ? { kind: 'number', value: text, where }
    : { kind: 'text', value: text, where }
}

const parameterFilter = (name: RecordQueryable, text: string): Filter => {
  const where = `the parameter ${name}`
  const node = call('=', [{ kind: 'property', name, where }, valueNode(name, text, where)], {
    kind: 'null',
    where,
  })
  return check(node, crs84)
}

/** Null when nothing of the kind is asked; a wrong `filter-crs` is refused also without a filter. */
export const readFilters = async (query: FilterQuery): Promise<CatalogueCondition | null> => {
  const crs = readCrs('filter-crs', query['filter-crs'], offered)
  const filters = parameterNames.flatMap((name) => {
    const text = query[name]
    return text === undefined ? [] : [parameterFilter(name, text)]
  })
  if (query.filter !== undefined) filters.push(check(readIn(query['filter-lang'], query.filter), crs))
  const [only, ...more] = filters
  if (only === undefined) return null
  const expression = await settled(more.length === 0 ? only : { kind: 'and', of: filters })
  return { op: 'expression', expression }
}
