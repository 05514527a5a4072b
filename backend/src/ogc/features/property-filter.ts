/** Parameters that are properties of the collection: `name=value`, compared as the property's type. */
import { readDay, readInstant, readInteger, readNumber, readTime } from '../../cql2/values.ts'
import type { Collection, CollectionColumn } from '../../domain/collection.ts'
import type { PropertyEquals } from '../../domain/feature-query.ts'
import type { FieldType } from '../../domain/probe.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'

type Kind = {
  /** In words, for the refusal. */
  expected: string
  /** The value as PostgreSQL reads it, or null when it is not of this type. */
  read: (text: string) => string | null
  schema: { type: string; format?: string }
}

const booleans = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
])

export const kinds: Record<Exclude<FieldType, 'binary'>, Kind> = {
  string: {
    expected: 'text without NUL',
    read: (text) => (text.includes('\0') ? null : text),
    schema: { type: 'string' },
  },
  integer: {
    expected: 'a whole number of 64 bits',
    read: readInteger,
    schema: { type: 'integer', format: 'int64' },
  },
  number: { expected: 'a number', read: readNumber, schema: { type: 'number' } },
  boolean: {
    expected: 'true or false',
    read: (text) => booleans.get(text.toLowerCase()) ?? null,
    schema: { type: 'boolean' },
  },
  date: { expected: 'a day such as 2020-01-31', read: readDay, schema: { type: 'string', format: 'date' } },
  datetime: {
    expected: 'an instant such as 2020-01-31T12:00:00Z',
    read: readInstant,
    schema: { type: 'string', format: 'date-time' },
  },
  time: {
    expected: 'a time of day such as 12:30:00',
    read: readTime,
    schema: { type: 'string', format: 'time' },
  },
}

export const kindOf = ({ type }: CollectionColumn): Kind => kinds[type === 'binary' ? 'string' : type]

/** Columns that a filter can name: all but those whose values are not loaded. */
export const filterableColumns = (collection: Pick<Collection, 'columns'>): CollectionColumn[] =>
  collection.columns.filter(({ type }) => type !== 'binary')

/** Columns that are parameters too: those not called like a parameter of the standard. */
export const queryableColumns = (
  collection: Pick<Collection, 'columns'>,
  declared: readonly string[],
): CollectionColumn[] => filterableColumns(collection).filter(({ name }) => !declared.includes(name))

/** Everything in the query that the contract does not declare. */
export const readPropertyFilters = (
  collection: Pick<Collection, 'columns'>,
  parameters: URLSearchParams,
  declared: readonly string[],
): PropertyEquals[] => {
  const queryable = new Map(queryableColumns(collection, declared).map((column) => [column.name, column]))
  return [...parameters]
    .filter(([name]) => !declared.includes(name))
    .map(([name, given]) => {
      const column = queryable.get(name)
      if (!column) throw generalProblems.unknownParameter({ name, known: [...declared, ...queryable.keys()] })
      const kind = kindOf(column)
      const value = kind.read(given)
      if (value === null) throw ogcProblems.propertyValueWrong({ name, given, expected: kind.expected })
      return { column, value }
    })
}

/** Columns of the `properties` parameter, in the order of the collection. */
export const readSelection = (
  collection: Pick<Collection, 'columns'>,
  names: readonly string[] | undefined,
): CollectionColumn[] | null => {
  if (names === undefined) return null
  const known = collection.columns.map(({ name }) => name)
  for (const name of names)
    if (name !== '' && !known.includes(name)) throw ogcProblems.propertyUnknown({ name, known })
  return collection.columns.filter(({ name }) => names.includes(name))
}
