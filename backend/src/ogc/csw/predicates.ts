/** Makes conditions of what a filter says, whether written as XML or as CQL text: names looked up, values checked. */
import {
  type CatalogueCondition,
  type CatalogueProperty,
  type ClosedSpan,
  type Comparison,
  propertyKinds,
  type SpatialRelation,
} from '../../domain/catalogue-query.ts'
import type { Box } from '../../domain/probe.ts'
import { isProblem } from '../../domain/problem.ts'
import { cswProblems } from '../../domain/problems/csw.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { readBbox } from '../common/bbox.ts'
import { readDatetime } from '../common/datetime.ts'
import { findProperty, type Named, queryables, withoutUrn } from './names.ts'

/** PostgreSQL compares a pattern in time that grows with every wildcard, and takes no words of two thousand letters. */
const mostWildcards = 10
const longestLiteral = 500
const mostPredicates = 100
const deepest = 20

export const wrong = (why: string) => cswProblems.cswFilterWrong({ why })

/** Counts what a filter holds while it is read. */
export const createBudget = () => {
  let predicates = 0
  return {
    enter: (depth: number) => {
      if (depth > deepest) throw wrong(`it is nested deeper than ${deepest} levels`)
    },
    spend: () => {
      predicates += 1
      if (predicates > mostPredicates) throw wrong(`it has more than ${mostPredicates} conditions`)
    },
  }
}
export type Budget = ReturnType<typeof createBudget>

export const propertyNamed = (name: string): Named => {
  const found = findProperty(name)
  if (found === null) throw cswProblems.cswPropertyUnknown({ name, purpose: 'searched', known: queryables })
  return found
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

const checkedLiteral = (value: string): string => {
  if (value.length > longestLiteral)
    throw wrong(`a value has ${value.length} characters; at most ${longestLiteral} are looked for`)
  if (value.includes('\0') || !value.isWellFormed()) throw wrong('a value holds NUL or half of a character')
  return value
}

const comparable = (name: string): CatalogueProperty | 'anytext' => {
  const property = propertyNamed(name)
  if (property === 'extent')
    throw wrong(`${name} is an extent, which is compared with BBOX, Intersects, Within and the like only`)
  return property
}

const findSpan = (value: string): ClosedSpan | null => {
  if (value.includes('/')) return null
  try {
    const span = readDatetime(value)
    return span?.from == null || span.until == null
      ? null
      : { from: span.from, until: span.until, isUntilExclusive: span.isUntilExclusive }
  } catch (thrown) {
    if (isProblem(thrown)) return null
    throw thrown
  }
}

/** As in the text search: every word, the last one may be the beginning of a longer one. */
const toWords = (text: string): CatalogueCondition =>
  text.trim() === '' ? { op: 'and', conditions: [] } : { op: 'words', q: text.trim() }

export const toComparison = (given: {
  name: string
  operator: Comparison | '<>'
  value: string
  isCaseSensitive: boolean
}): CatalogueCondition => {
  const { name, operator, isCaseSensitive } = given
  const value = checkedLiteral(given.value)
  if (operator === '<>') return { op: 'not', condition: toComparison({ ...given, operator: '=' }) }
  const property = comparable(name)
  if (property === 'anytext') {
    if (operator === '=') return toWords(value)
    throw wrong(`${name} is all the text of a record, which has no order; use PropertyIsLike or LIKE`)
  }
  switch (propertyKinds[property]) {
    case 'number': {
      const number = value.trim() === '' ? Number.NaN : Number(value)
      if (!Number.isFinite(number))
        throw wrong(`${name} is compared with '${shorten(value)}'; expected a number such as 50000`)
      return { op: 'number', property, comparison: operator, value: number }
    }
    case 'instant':
    case 'day': {
      const span = findSpan(value.trim())
      if (span === null)
        throw wrong(
          `${name} is compared with '${shorten(value)}'; expected a time such as 2020-01-31 or 2020-01-31T12:00:00Z`,
        )
      return { op: 'time', property, comparison: operator, span }
    }
    case 'id':
      return { op: 'text', property, comparison: operator, value: withoutUrn(value), isCaseSensitive: true }
    default:
      return { op: 'text', property, comparison: operator, value, isCaseSensitive }
  }
}

export const toBetween = (name: string, lower: string, upper: string): CatalogueCondition => ({
  op: 'and',
  conditions: [
    toComparison({ name, operator: '>=', value: lower, isCaseSensitive: true }),
    toComparison({ name, operator: '<=', value: upper, isCaseSensitive: true }),
  ],
})

export type Wildcards = { any: string; one: string; escape: string }
export const sqlWildcards: Wildcards = { any: '%', one: '_', escape: '\\' }

type PatternPart = { kind: 'any' } | { kind: 'one' } | { kind: 'text'; text: string }

const partsOf = (pattern: string, { any, one, escape: escaping }: Wildcards): PatternPart[] => {
  const parts: PatternPart[] = []
  const characters = [...pattern]
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    if (character === escaping && at + 1 < characters.length) {
      at += 1
      parts.push({ kind: 'text', text: characters[at] ?? '' })
    } else if (character === any) {
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' })
    } else if (character === one) parts.push({ kind: 'one' })
    else parts.push({ kind: 'text', text: character })
  }
  return parts
}

const toSqlPattern = (parts: PatternPart[]): string =>
  parts
    .map((part) => {
      if (part.kind === 'any') return '%'
      return part.kind === 'one' ? '_' : part.text.replace(/[%_\\]/, '\\$&')
    })
    .join('')

export const toLike = (given: {
  name: string
  pattern: string
  wildcards: Wildcards
  isCaseSensitive: boolean
}): CatalogueCondition => {
  const { name, wildcards, isCaseSensitive } = given
  const property = comparable(name)
  const pattern = checkedLiteral(given.pattern)
  const parts = partsOf(property === 'identifier' ? withoutUrn(pattern) : pattern, wildcards)
  // Whole words are looked up in the index; where MetaSearch says 'reef', it means records that speak of reefs.
  if (property === 'anytext')
    return toWords(parts.map((part) => (part.kind === 'text' ? part.text : ' ')).join(''))
  if (!['text', 'texts', 'id'].includes(propertyKinds[property]))
    throw wrong(`${name} is no text, so it cannot be like something; compare it with =, <, > or BETWEEN`)
  if (parts.filter(({ kind }) => kind === 'any').length > mostWildcards)
    throw wrong(`the pattern for ${name} has more than ${mostWildcards} wildcards`)
  return { op: 'like', property, pattern: toSqlPattern(parts), isCaseSensitive }
}

export const toMissing = (name: string): CatalogueCondition => {
  const property = propertyNamed(name)
  if (property === 'anytext') throw wrong(`${name} is all the text of a record, which is never missing`)
  return { op: 'missing', property }
}

export const toIds = (ids: string[]): CatalogueCondition => ({ op: 'ids', ids: ids.map(withoutUrn) })

// Space ------------------------------------------------------------------------------------------------

export const demandExtent = (name: string | undefined) => {
  if (name !== undefined && propertyNamed(name) !== 'extent')
    throw cswProblems.cswPropertyUnknown({ name, purpose: 'searched in space', known: ['ows:BoundingBox'] })
}

const latitudeFirst =
  /^urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:4326$|^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[^/]+\/4326$/i
const longitudeFirst =
  /^EPSG:4326$|epsg\.xml#4326$|^(?:OGC:)?CRS:?84$|^urn:(?:x-)?ogc:def:crs:OGC:[^:]*:(?:CRS)?84$|^https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[^/]+\/CRS84$/i

/** Names by URN and URI have the order of the authority, latitude first; the old short names never had (OWSLib sends none). */
export const isLatitudeFirst = (srsName: string | undefined): boolean => {
  if (srsName === undefined || srsName.trim() === '' || longitudeFirst.test(srsName.trim())) return false
  if (latitudeFirst.test(srsName.trim())) return true
  throw wrong(
    `its coordinates are in '${shorten(srsName)}'; expected urn:ogc:def:crs:EPSG::4326 (latitude first) or EPSG:4326 (longitude first)`,
  )
}

/** Corners as given, in the order of their coordinate system; across the antimeridian they make two boxes. */
export const toBoxes = (numbers: readonly number[], srsName: string | undefined): Box[] => {
  const axisOrder = isLatitudeFirst(srsName) ? 'yx' : 'xy'
  return readBbox(numbers, { epsg: 4326, axisOrder, uri: CRS84_URI })?.boxes ?? []
}

const ringOf = ([west, south, east, north]: Box) =>
  `((${west} ${south}, ${east} ${south}, ${east} ${north}, ${west} ${north}, ${west} ${south}))`

const wktOfBoxes = (boxes: Box[]) => `MULTIPOLYGON(${boxes.map(ringOf).join(', ')})`

export const toSpatialOfBoxes = (relation: SpatialRelation, boxes: Box[]): CatalogueCondition =>
  relation === 'intersects' ? { op: 'boxes', boxes } : { op: 'spatial', relation, wkt: wktOfBoxes(boxes) }
