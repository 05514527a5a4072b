/** Words in any text of a feature, as SQL: whatever the case, next to each other in the order given (Features Part 9, `q`). */
import { caseFold } from '../cql2/folds.ts'
import { ident } from '../db/sql.ts'
import type { Collection } from '../domain/collection.ts'
import type { TextSearch } from '../domain/feature-query.ts'

/** As part of a regular expression of PostgreSQL. */
const escaped = (word: string) => word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

type Add = (value: string) => string

/** One look at each text, for all alternatives together. */
export const textCondition = (
  { columns }: Pick<Collection, 'columns'>,
  text: TextSearch,
  add: Add,
): string => {
  const texts = columns.filter(({ type }) => type === 'string')
  if (texts.length === 0) return 'false'
  const pattern = text.map((words) => words.map(escaped).join('\\s+')).join('|')
  const folded = (sql: string) => caseFold(sql, addOnce(add))
  const wanted = `(select ${folded(`${add(pattern)}::text`)})`
  return `(${texts.map(({ column }) => `${folded(`t.${ident(column)}`)} ~ ${wanted}`).join(' or ')})`
}

/** The tables of letters are long, and the same for each column. */
const addOnce = (add: Add): Add => {
  const places = shared.get(add) ?? new Map<string, string>()
  shared.set(add, places)
  return (value) => {
    const place = places.get(value) ?? add(value)
    places.set(value, place)
    return place
  }
}

const shared = new WeakMap<Add, Map<string, string>>()
