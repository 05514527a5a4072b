/**
 * Where the next page begins, as an opaque token in `next` links: the id of the last feature, the count if there was
 * one, and which state of the data it belongs to. Checked, so that one made by hand is refused and not misread.
 */
import type { Collection } from '../../domain/collection.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { digest } from '../common/caching.ts'

export type Cursor = { after: string; matched: number | null }

type Dated = Pick<Collection, 'id' | 'revision'> & { createdAt: string }

/** A collection that was deleted and made again starts counting anew. */
const stateOf = ({ createdAt, revision }: Dated) => digest(`${createdAt} ${revision}`).slice(0, 8)
const sealOf = ({ id }: Dated, content: string) => digest(`cursor ${id} ${content}`).slice(0, 8)

export const writeCursor = (collection: Dated, { after, matched }: Cursor): string => {
  const content = `${after}~${matched ?? ''}~${stateOf(collection)}`
  return Buffer.from(`${content}~${sealOf(collection, content)}`).toString('base64url')
}

/** Throws 400 for what is no cursor of this collection, and 410 when the data were replaced since. */
export const readCursor = (collection: Dated, text: string, firstPage: string): Cursor => {
  const [after = '', matched = '', state, seal] = Buffer.from(text, 'base64url').toString().split('~')
  if (seal !== sealOf(collection, `${after}~${matched}~${state}`) || !/^-?\d{1,19}$/.test(after))
    throw ogcProblems.cursorWrong()
  if (state !== stateOf(collection)) throw ogcProblems.dataReplaced({ firstPage })
  return { after, matched: matched === '' ? null : Number(matched) }
}
