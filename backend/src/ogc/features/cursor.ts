/**
 * Where the next page begins, as an opaque token in `next` links: the place of the last feature in the order, the count if
 * there was one, and which order and which data it belongs to. Checked, so that one made by hand or for another order is
 * refused and not misread. A replace ends a walk; edits do not, because pages go by place: who walks sees every feature that
 * stayed as it was exactly once.
 */
import { type Collection, loadOf } from '../../domain/collection.ts'
import type { SortKey } from '../../domain/feature-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { digest } from '../common/caching.ts'

export type Cursor = { after: string; matched: number | null }

type Dated = Pick<Collection, 'id' | 'revision' | 'editCount'> & { createdAt: string }

/** A collection that was deleted and made again starts counting anew. */
const stateOf = (collection: Dated) => digest(`${collection.createdAt} ${loadOf(collection)}`).slice(0, 8)

const orderOf = (sort: readonly SortKey[]) =>
  sort.map(({ column, isDescending }) => `${isDescending ? '-' : '+'}${column.column}`).join()
const sealOf = ({ id }: Dated, sort: readonly SortKey[], content: string) =>
  digest(`cursor ${id} ${orderOf(sort)} ${content}`).slice(0, 8)

export const writeCursor = (
  collection: Dated,
  sort: readonly SortKey[],
  { after, matched }: Cursor,
): string => {
  const content = `${matched ?? ''}~${collection.editCount}~${stateOf(collection)}~${after}`
  return Buffer.from(`${sealOf(collection, sort, content)}~${content}`).toString('base64url')
}

const isPlace = (text: string, sort: readonly SortKey[]): boolean => {
  if (sort.length === 0) return /^-?\d{1,19}$/.test(text)
  try {
    const parts: unknown = JSON.parse(text)
    return (
      Array.isArray(parts) &&
      parts.length === sort.length + 1 &&
      parts.every((part, at) => typeof part === 'string' || (part === null && at < sort.length))
    )
  } catch {
    return false
  }
}

/** Throws 400 for what is no cursor of this collection and order, and 410 when the data were replaced since. */
export const readCursor = (
  collection: Dated,
  sort: readonly SortKey[],
  text: string,
  firstPage: string,
): Cursor => {
  const [seal, content] = parted(Buffer.from(text, 'base64url').toString())
  const [matched, rest] = parted(content)
  const [edits, stateAndPlace] = parted(rest)
  const [state, after] = parted(stateAndPlace)
  if (seal !== sealOf(collection, sort, content) || !isPlace(after, sort)) throw ogcProblems.cursorWrong()
  if (state !== stateOf(collection)) throw ogcProblems.dataReplaced({ firstPage })
  // A count of before an edit may not be exact any more.
  const isCounted = matched !== '' && Number(edits) === collection.editCount
  return { after, matched: isCounted ? Number(matched) : null }
}

/** What stands before the first tilde, and all after it. */
const parted = (text: string): [string, string] => {
  const at = text.indexOf('~')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
