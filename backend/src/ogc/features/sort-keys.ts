/** The parameters `sortby` (Features Part 8, a draft) and `q` (Part 9, a draft), and which properties can be sorted by. */
import type { Collection, CollectionColumn } from '../../domain/collection.ts'
import { idName } from '../../domain/feature-csv.ts'
import type { SortKey, TextSearch } from '../../domain/feature-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'

/** Each is kept in the cursor of a next link. */
const mostKeys = 4
const mostTerms = 10
const mostWords = 10

/** Those with a value, and a name that a list with commas can hold; and the id, for the last ones first. */
export const sortableColumns = (collection: Pick<Collection, 'columns'>): CollectionColumn[] => [
  { name: idName(collection), column: 'fid', type: 'integer' },
  ...collection.columns.filter(({ name, type }) => type !== 'binary' && !name.includes(',')),
]

export const readSort = (
  collection: Pick<Collection, 'columns'>,
  given: readonly string[] | undefined,
): SortKey[] => {
  if (given === undefined) return []
  const known = new Map(sortableColumns(collection).map((column) => [column.name, column]))
  const wrong = (text: string) =>
    ogcProblems.sortKeyWrong({ given: text, known: [...known.keys()], most: mostKeys })
  const keys = given.map((text): SortKey => {
    // A plus sign that was not encoded arrives as a space.
    const sign = /^[-+ ]/.test(text) && !known.has(text) ? text.charAt(0) : ''
    const column = known.get(text.slice(sign.length))
    if (!column) throw wrong(text)
    return { column, isDescending: sign === '-' }
  })
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
