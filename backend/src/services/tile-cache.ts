/**
 * Keeps tiles as they are sent, up to so many bytes, those used longest ago leaving first. Who asks for a tile that is
 * being made waits for the same one; when all who wait have left, its making ends.
 */
import type { PackedTile } from '../render/tile-pack.ts'

type Making = { tile: Promise<PackedTile>; waiting: number; ending: AbortController }

/** What an entry takes besides its bytes. */
const overhead = 300

const sizeOf = ({ gzip }: PackedTile) => overhead + (gzip?.length ?? 0)

export const createTileCache = ({ mostBytes }: { mostBytes: number }) => {
  const kept = new Map<string, PackedTile>()
  const making = new Map<string, Making>()
  let bytes = 0

  const keep = (key: string, tile: PackedTile) => {
    kept.set(key, tile)
    bytes += sizeOf(tile)
    for (const [oldest, old] of kept) {
      if (bytes <= mostBytes) return
      kept.delete(oldest)
      bytes -= sizeOf(old)
    }
  }

  const begin = (key: string, make: (signal: AbortSignal) => Promise<PackedTile>): Making => {
    const ending = new AbortController()
    const begun: Making = { tile: make(ending.signal), waiting: 0, ending }
    making.set(key, begun)
    begun.tile
      .then(
        (tile) => keep(key, tile),
        () => {},
      )
      .finally(() => {
        if (making.get(key) === begun) making.delete(key)
      })
    return begun
  }

  const wait = (key: string, present: Making, signal: AbortSignal): Promise<PackedTile> => {
    present.waiting += 1
    const left = Promise.withResolvers<never>()
    const leave = () => {
      left.reject(signal.reason)
      present.waiting -= 1
      if (present.waiting > 0) return
      if (making.get(key) === present) making.delete(key)
      present.ending.abort(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    return Promise.race([present.tile, left.promise]).finally(() =>
      signal.removeEventListener('abort', leave),
    )
  }

  return {
    get: (
      key: string,
      make: (signal: AbortSignal) => Promise<PackedTile>,
      signal: AbortSignal,
    ): Promise<PackedTile> => {
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return Promise.resolve(known)
      }
      if (signal.aborted) return Promise.reject(signal.reason)
      return wait(key, making.get(key) ?? begin(key, make), signal)
    },
    bytes: () => bytes,
  }
}
