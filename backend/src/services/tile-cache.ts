/**
 * Keeps tiles and maps as they are sent, up to so many bytes, those used longest ago leaving first. Who asks for one that is
 * being made waits for the same one; when all who wait have left, its making ends.
 */
import type { PackedTile } from '../render/tile-pack.ts'

type Making<Made> = { made: Promise<Made>; waiting: number; ending: AbortController }

/** What an entry takes besides its bytes. */
const overhead = 300

export const createMadeCache = <Made>({
  mostBytes,
  bytesOf,
}: {
  mostBytes: number
  bytesOf: (made: Made) => number
}) => {
  const kept = new Map<string, Made>()
  const making = new Map<string, Making<Made>>()
  let bytes = 0
  const sizeOf = (made: Made) => overhead + bytesOf(made)

  const keep = (key: string, made: Made) => {
    kept.set(key, made)
    bytes += sizeOf(made)
    for (const [oldest, old] of kept) {
      if (bytes <= mostBytes) return
      kept.delete(oldest)
      bytes -= sizeOf(old)
    }
  }

  const begin = (key: string, make: (signal: AbortSignal) => Promise<Made>): Making<Made> => {
    const ending = new AbortController()
    const begun: Making<Made> = { made: make(ending.signal), waiting: 0, ending }
    making.set(key, begun)
    begun.made
      .then(
        (made) => keep(key, made),
        () => {},
      )
      .finally(() => {
        if (making.get(key) === begun) making.delete(key)
      })
    return begun
  }

  const wait = (key: string, present: Making<Made>, signal: AbortSignal): Promise<Made> => {
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
    return Promise.race([present.made, left.promise]).finally(() =>
      signal.removeEventListener('abort', leave),
    )
  }

  /** The tile, if it is kept; it is then the one used last. */
  const peek = (key: string): Made | undefined => {
    const known = kept.get(key)
    if (known === undefined) return undefined
    kept.delete(key)
    kept.set(key, known)
    return known
  }

  return {
    peek,
    get: (key: string, make: (signal: AbortSignal) => Promise<Made>, signal: AbortSignal): Promise<Made> => {
      const known = peek(key)
      if (known !== undefined) return Promise.resolve(known)
      if (signal.aborted) return Promise.reject(signal.reason)
      return wait(key, making.get(key) ?? begin(key, make), signal)
    },
    bytes: () => bytes,
  }
}

export const createTileCache = ({ mostBytes }: { mostBytes: number }) =>
  createMadeCache<PackedTile>({ mostBytes, bytesOf: ({ gzip }) => gzip?.length ?? 0 })
