/**
 * The order of features as SQL: by some properties, those without a value last in either direction, then by id, so that no
 * two features have the same place. Texts go by code point, as `<` of a filter compares them. A place is told as text that
 * a later page continues from; of a long text its beginning counts, so that places stay short.
 */

import type { ScalarType } from '../cql2/filter.ts'
import { sqlTypes } from '../cql2/to-sql.ts'
import { ident } from '../db/sql.ts'
import type { CollectionColumn } from '../domain/collection.ts'
import type { SortKey } from '../domain/feature-query.ts'

/** Characters of a text that count. */
export const sortedCharacters = 100

const typeOf = ({ type }: CollectionColumn): ScalarType => {
  if (type === 'binary') throw new Error('Nothing is sorted by what is not loaded')
  return type
}

const sortValue = ({ column }: SortKey): string =>
  column.type === 'string'
    ? `(left(t.${ident(column.column)}, ${sortedCharacters}) collate "C")`
    : `t.${ident(column.column)}`

/** Of a table `t`: the values as `s1`, `s2` …, for who names them again in `orderOf`. */
export const sortColumns = (sort: readonly SortKey[]): string[] =>
  sort.map((key, at) => `${sortValue(key)} as s${at + 1}`)

/** Of the columns that `sortColumns` named, in a table or query called `of`. */
export const orderOf = (sort: readonly SortKey[], of: string): string =>
  [
    ...sort.map(({ isDescending }, at) => `${of}.s${at + 1} ${isDescending ? 'desc' : 'asc'} nulls last`),
    `${of}.fid`,
  ].join(', ')

/** The place of a row of those columns, as text. */
export const placeOf = (sort: readonly SortKey[], of: string): string =>
  sort.length === 0
    ? `${of}.fid`
    : `json_build_array(${[...sort.map((_, at) => `${of}.s${at + 1}::text`), `${of}.fid::text`].join(', ')})::text`

type Add = (value: string) => string

const readPlace = (sort: readonly SortKey[], place: string): { values: (string | null)[]; fid: string } => {
  if (sort.length === 0) return { values: [], fid: place }
  const parts = JSON.parse(place) as (string | null)[]
  return { values: parts.slice(0, sort.length), fid: parts[sort.length] ?? '' }
}

/** What comes after a place: later by the first key, or the same by it and later by the second, and so on to the id. */
export const afterCondition = (sort: readonly SortKey[], place: string, add: Add): string => {
  const { values, fid } = readPlace(sort, place)
  const same: string[] = []
  const later: string[] = []
  for (const [at, key] of sort.entries()) {
    const value = values[at] ?? null
    const column = sortValue(key)
    if (value === null) {
      // Nothing comes after those without a value but others without one.
      same.push(`${column} is null`)
      continue
    }
    const known = `${add(value)}::${sqlTypes[typeOf(key.column)]}`
    later.push(
      [...same, `(${column} ${key.isDescending ? '<' : '>'} ${known} or ${column} is null)`].join(' and '),
    )
    same.push(`${column} = ${known}`)
  }
  later.push([...same, `t.fid > ${add(fid)}::bigint`].join(' and '))
  return later.length === 1 ? (later[0] ?? '') : `(${later.map((one) => `(${one})`).join(' or ')})`
}
