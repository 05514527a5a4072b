/** A tile as it is kept and sent: compressed once, by whoever made it. */
import { gzipSync } from 'node:zlib'
import { encodeTile, type TileSpec } from './tile-encoder.ts'

export type PackedTile = {
  /** Null when there is nothing in it. */
  gzip: Uint8Array<ArrayBuffer> | null
  features: number
  /** See `Tile`. */
  children: number
}

/** Level 6 takes more than twice the time, longer than the rest of a tile, and leaves a twentieth less. */
const settings = { level: 1, memLevel: 9 }

export const packTile = (rows: Uint8Array, spec: TileSpec): PackedTile => {
  const { mvt, features, children } = encodeTile(rows, spec)
  // A buffer of its own, so that it can be handed from thread to thread.
  const gzip = mvt && gzipSync(mvt, { ...settings, chunkSize: Math.max(1024, mvt.length) })
  return { gzip: gzip && new Uint8Array(gzip), features, children }
}
