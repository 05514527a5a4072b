/** Parameters that are properties of the collection: `name=value`, compared as the property's type. */
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

const fits = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : null)

const MOST = 2n ** 63n

const readInteger = (text: string) => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return null
  const value = BigInt(text.replace(/^\+/, ''))
  return value >= -MOST && value < MOST ? String(value) : null
}

const readNumber = (text: string) =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(text) && Number.isFinite(Number(text))
    ? String(Number(text))
    : null

const readDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text) &&
    text >= '0001'
    ? text
    : null
}

const readInstant = (text: string) => {
  const parts =
    /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:\d{2})?$/.exec(text)
  if (!parts || readDay(parts[1] ?? '') === null) return null
  const instant = `${parts[1]}T${parts[2]}${(parts[3] ?? 'Z').toUpperCase()}`
  return Number.isNaN(Date.parse(instant)) ? null : instant
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
    read: fits(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/),
    schema: { type: 'string', format: 'time' },
  },
}

export const kindOf = ({ type }: CollectionColumn): Kind => kinds[type === 'binary' ? 'string' : type]

/** Columns that can be asked for by name: those not called like a parameter of the standard. */
export const queryableColumns = (
  collection: Pick<Collection, 'columns'>,
  declared: readonly string[],
): CollectionColumn[] =>
  collection.columns.filter(({ name, type }) => type !== 'binary' && !declared.includes(name))

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
