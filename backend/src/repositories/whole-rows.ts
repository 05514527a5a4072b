/** A query's rows in one piece, as far as they are not too much. */
import { freePiece, type RowStream } from './row-stream.ts'

export type WholeRows = {
  /** None where they were too much. */
  rows: Uint8Array<ArrayBuffer>
  count: number
  /** Whether rows are missing. */
  hasMore: boolean
  isTooLarge: boolean
}

export const readWhole = async (
  { pieces, rowCount, hasMore }: RowStream,
  mostBytes: number,
): Promise<WholeRows> => {
  const arrived: Buffer[] = []
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    arrived.push(piece)
    if (size > mostBytes) break
  }
  const isTooLarge = size > mostBytes
  const rows = new Uint8Array(isTooLarge ? 0 : size)
  let at = 0
  for (const piece of arrived) {
    if (!isTooLarge) rows.set(piece, at)
    at += piece.length
    freePiece(piece)
  }
  return { rows, count: rowCount(), hasMore: isTooLarge || hasMore(), isTooLarge }
}
