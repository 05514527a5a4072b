/** Words in any text of a feature, as SQL: whatever the case, next to each other in the order given (Features Part 9, `q`). */
import { caseFold } from '../cql2/folds.ts'
import { ident } from '../db/sql.ts'
import type { Collection } from '../domain/collection.ts'
import type { TextSearch } from '../domain/feature-query.ts'

type Add = (value: string) => string

/** As part of a regular expression of PostgreSQL. */
const inExpression = (word: string) => word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
/** As part of a pattern of LIKE. */
const inPattern = (word: string) => word.replace(/[\\%_]/g, '\\$&')

/** Stands between texts, so that a phrase does not begin in one and end in the next; no text has it. */
const between = `E'\\x01'`
/** concat_ws takes at most a hundred arguments. */
const mostArguments = 90

/** All texts of a feature in one, so that there is one folding and one look at it. */
const allTexts = (columns: string[]): string => {
  if (columns.length <= mostArguments) return `concat_ws(${between}, ${columns.join(', ')})`
  const groups = Array.from({ length: Math.ceil(columns.length / mostArguments) }, (_, at) =>
    allTexts(columns.slice(at * mostArguments, (at + 1) * mostArguments)),
  )
  return allTexts(groups)
}

/** The tables of letters are long, and needed for the texts and for the words. */
const once = (add: Add): Add => {
  const places = new Map<string, string>()
  return (value) => {
    const place = places.get(value) ?? add(value)
    places.set(value, place)
    return place
  }
}

/**
 * Small letters, and ss for ß. CASEI's folding, which knows every form of every letter, takes many times as long; it is
 * for databases that know the letters of one alphabet only, which the planner finds out before it looks at any row.
 */
const folded = (x: string, add: Add): string =>
  `case when octet_length(${x}) = char_length(${x}) then lower(${x} collate "C")
    when lower('IÀΣЖԱ') = 'iàσжա' then replace(lower(${x}), 'ß', 'ss')
    else ${caseFold(x, add)} end`

export const textCondition = (
  { columns }: Pick<Collection, 'columns'>,
  text: TextSearch,
  add: Add,
): string => {
  const texts = columns.filter(({ type }) => type === 'string').map(({ column }) => `t.${ident(column)}`)
  if (texts.length === 0) return 'false'
  const addOnce = once(add)
  const wanted = (pattern: string) =>
    `(select ${folded('w.x', addOnce)} from (select ${add(pattern.normalize('NFC'))}::text as x offset 0) w)`
  // A word alone is found by LIKE, which is several times faster than an expression.
  const conditions = text.map((words) =>
    words.length === 1
      ? `f.x like ${wanted(`%${inPattern(words[0] ?? '')}%`)}`
      : `f.x ~ ${wanted(words.map(inExpression).join('\\s+'))}`,
  )
  return `(select ${conditions.join(' or ')} from (select ${folded('r.x', addOnce)} as x
    from (select ${allTexts(texts)} as x offset 0) r offset 0) f)`
}
