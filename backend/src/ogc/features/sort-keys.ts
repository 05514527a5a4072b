/** The parameters `sortby` (Features Part 8, a draft) and `q` (Part 9, a draft), and which properties can be sorted by. */
import type { Collection, CollectionColumn } from '../../domain/collection.ts'
import { idName } from '../../domain/feature-csv.ts'
import type { SortKey, TextSearch } from '../../domain/feature-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'

/** Each is kept in the cursor of a next link. */
const mostKeys = 4
const mostTerms = 10
const mostWords = 10

/** Those with a value; and the id, for the last ones first. */
export const sortableColumns = (collection: Pick<Collection, 'columns'>): CollectionColumn[] => [
  { name: idName(collection), column: 'fid', type: 'integer' },
  ...collection.columns.filter(({ type }) => type !== 'binary'),
]

export const readSort = (
  collection: Pick<Collection, 'columns'>,
  given: readonly string[] | undefined,
): SortKey[] => {
  if (given === undefined) return []
  const known = new Map(sortableColumns(collection).map((column) => [column.name, column]))
  const wrong = (text: string) =>
    ogcProblems.sortKeyWrong({ given: text, known: [...known.keys()], most: mostKeys })
  const read = (text: string): SortKey | null => {
    // A plus sign that was not encoded arrives as a space.
    const sign = /^[-+ ]/.test(text) && !known.has(text) ? text.charAt(0) : ''
    const column = known.get(text.slice(sign.length))
    return column ? { column, isDescending: sign === '-' } : null
  }
  const keys: SortKey[] = []
  for (let at = 0; at < given.length; ) {
    // A name may have commas, at which the list was cut.
    const ends = Array.from({ length: given.length - at }, (_, n) => at + n + 1)
    const end = ends.find((one) => read(given.slice(at, one).join(',')) !== null)
    const key = end === undefined ? null : read(given.slice(at, end).join(','))
    if (end === undefined || key === null) throw wrong(given[at] ?? '')
    keys.push(key)
    at = end
  }
  const isTwice = new Set(keys.map(({ column }) => column.column)).size < keys.length
  if (isTwice || keys.length > mostKeys) throw wrong(given.join(','))
  return keys
}

export const readTextSearch = (given: readonly string[] | undefined): TextSearch | null => {
  if (given === undefined) return null
  const terms = given.map((term) => term.split(/\s+/).filter(Boolean)).filter((words) => words.length > 0)
  if (terms.length === 0 || terms.length > mostTerms || terms.some((words) => words.length > mostWords))
    throw ogcProblems.textSearchWrong({ given: given.join(','), most: mostTerms })
  return terms
}
