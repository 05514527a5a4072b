/** The thread that makes tiles: rows in, a compressed tile out. */
import { parentPort } from 'node:worker_threads'
import type { TileSpec } from './tile-encoder.ts'
import { packTile } from './tile-pack.ts'

export type TileRequest = { rows: Uint8Array; spec: TileSpec }

const port = parentPort
if (port === null) throw new Error('tile-worker.ts is started as a thread, by tile-pool.ts')

port.on('message', ({ rows, spec }: TileRequest) => {
  try {
    const tile = packTile(rows, spec)
    port.postMessage({ tile }, tile.gzip === null ? [] : [tile.gzip.buffer as ArrayBuffer])
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
