/** The parameters `filter`, `filter-lang` and `filter-crs` (Features Part 3): reads the filter and checks it against the collection. */
import type { Node } from '../../cql2/ast.ts'
import { checkFilter } from '../../cql2/check.ts'
import type { Filter, Queryable } from '../../cql2/filter.ts'
import { readJson } from '../../cql2/read-json.ts'
import { readText } from '../../cql2/read-text.ts'
import type { Collection } from '../../domain/collection.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import { readCrs } from '../common/crs.ts'
import { filterableColumns } from './property-filter.ts'

/** The geometry has no name in GeoJSON; one that no property has. */
export const geometryName = ({ columns }: Pick<Collection, 'columns'>): string => {
  const taken = new Set(columns.map(({ name }) => name))
  for (let name = 'geometry'; ; name += '_') if (!taken.has(name)) return name
}

export const queryablesOf = (
  collection: Pick<Collection, 'columns' | 'geometryType'>,
): Map<string, Queryable> => {
  const columns = filterableColumns(collection).flatMap(({ name, type }): [string, Queryable][] =>
    type === 'binary' ? [] : [[name, { type }]],
  )
  return new Map([
    ...(collection.geometryType === null
      ? []
      : [[geometryName(collection), { type: 'geometry' }] satisfies [string, Queryable]]),
    ...columns,
  ])
}

type FilterQuery = {
  filter?: string
  'filter-lang'?: 'cql2-text' | 'cql2-json' | 'cql-text'
  'filter-crs'?: string
}

/** Only under the draft's name are filters GDAL's, which leaves all names bare, also those with spaces. */
const readIn = (language: FilterQuery['filter-lang'], filter: string, names: string[]): Node => {
  if (language === 'cql2-json') return readJson(filter)
  return language === 'cql-text' ? readText(filter, names) : readText(filter)
}

/** Null without a filter; the other two parameters alone say nothing, but a wrong one is refused all the same. */
export const readExpression = (
  collection: Pick<Collection, 'columns' | 'geometryType'>,
  { filter, 'filter-lang': language, 'filter-crs': crsText }: FilterQuery,
  offered: RequestCrs[],
): Filter | null => {
  const crs = readCrs('filter-crs', crsText, offered)
  if (filter === undefined) return null
  const queryables = queryablesOf(collection)
  return checkFilter(readIn(language, filter, [...queryables.keys()]), { queryables, crs })
}
