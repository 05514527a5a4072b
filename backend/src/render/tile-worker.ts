/** The thread that makes tiles: rows in, a compressed tile out. */
import { answerTasks } from './thread-tasks.ts'
import type { TileSpec } from './tile-encoder.ts'
import { type PackedTile, packTile } from './tile-pack.ts'

export type TileRequest = { rows: Uint8Array<ArrayBuffer>; spec: TileSpec }

answerTasks<TileRequest, PackedTile>(
  ({ rows, spec }) => packTile(rows, spec),
  ({ gzip }) => (gzip === null ? [] : [gzip.buffer]),
)
