/** A growing buffer that rows are written into; whole rows are taken out of it. */
import { ingestProblems } from '../domain/problems/ingest.ts'

const INITIAL_BYTES = 512 * 1024

export type RowBuffer = {
  bytes: Buffer
  /** Over the same memory as `bytes`. */
  view: DataView
  /** Where the next byte goes. */
  at: number
  /** Where the row being written begins; everything before it is whole rows. */
  rowStart: number
  fid: number | bigint
  /** Makes room for `needed` more bytes; `bytes` and `view` may be others afterwards. */
  grow: (needed: number) => void
  take: () => Uint8Array
}

/** `firstBytes` is what it begins with; a reader of files has many rows, an edit often one. */
export const createRowBuffer = (rowBytes: number, firstBytes = INITIAL_BYTES): RowBuffer => {
  const allocate = (size: number) => {
    const bytes = Buffer.allocUnsafeSlow(size)
    out.bytes = bytes
    out.view = new DataView(bytes.buffer)
  }
  const empty = Buffer.allocUnsafeSlow(firstBytes)
  const out: RowBuffer = {
    bytes: empty,
    view: new DataView(empty.buffer),
    at: 0,
    rowStart: 0,
    fid: 0,
    grow: (needed) => {
      const size = out.at + needed - out.rowStart
      if (size > rowBytes)
        throw ingestProblems.valueTooLong({ row: String(out.fid), bytes: size, limit: rowBytes })
      const { bytes, at } = out
      allocate(Math.max(bytes.length * 2, at + needed + 65536))
      bytes.copy(out.bytes, 0, 0, at)
    },
    take: () => {
      const { bytes, rowStart, at } = out
      // What is left of an unfinished row moves to the next buffer.
      allocate(Math.max(INITIAL_BYTES, at - rowStart))
      bytes.copy(out.bytes, 0, rowStart, at)
      out.at = at - rowStart
      out.rowStart = 0
      return bytes.subarray(0, rowStart)
    },
  }
  return out
}
