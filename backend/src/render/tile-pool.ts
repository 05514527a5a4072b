/**
 * Makes tiles beside the thread that answers requests. Small ones are made at once: to hand them over and back would take
 * longer.
 */
import { createThreadPool } from './thread-pool.ts'
import type { TileSpec } from './tile-encoder.ts'
import { type PackedTile, packTile } from './tile-pack.ts'
import type { TileRequest } from './tile-worker.ts'

const file = new URL('./tile-worker.ts', import.meta.url)
/** About two hundred features, which take less than a millisecond. */
const atOnceBytes = 48 * 1024
/** The largest tile takes a few seconds on a slow machine; beyond this the thread is lost. */
const timeMs = 30_000

export const createTilePool = ({ threads }: { threads?: number } = {}) => {
  const pool = createThreadPool<TileRequest, PackedTile>({ file, ...(threads && { threads }) })
  return {
    /** Takes the rows over: they are of no use to the caller afterwards. */
    pack: async (
      rows: Uint8Array<ArrayBuffer>,
      spec: TileSpec,
      signal?: AbortSignal,
    ): Promise<PackedTile> => {
      if (rows.length <= atOnceBytes) return packTile(rows, spec)
      const outcome = await pool.run({ rows, spec }, { timeMs, transfer: [rows.buffer], signal })
      if ('reply' in outcome) return outcome.reply
      if ('ended' in outcome && outcome.ended === 'cancelled') signal?.throwIfAborted()
      throw new Error(
        `A tile of ${spec.layer} could not be made: ${'error' in outcome ? outcome.error : outcome.ended}`,
      )
    },
    close: pool.close,
  }
}

export type TilePool = ReturnType<typeof createTilePool>
