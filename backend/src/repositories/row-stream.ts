/**
 * Runs a query of two columns, key and JSON text, and hands on the JSON as the bytes that came from PostgreSQL:
 * never decoded, never copied but to close the gaps between rows. `pg` decodes every value into a string, which
 * for a page of a thousand features costs more than the query. Works like pg-copy-streams: while the query runs
 * it reads the socket itself and passes everything that is not a row to `pg`'s own parser; but parameters and
 * prepared statements are possible, which COPY does not know.
 */
import type { Pool, PoolClient, Submittable } from 'pg'

export type RowQuery = {
  text: string
  values: (string | null)[]
  /** Whether the plan is kept in the connection: only for texts of which there are few. */
  isKept: boolean
  /** Any columns, handed on as whole messages of the protocol (DataRow) with binary values, for who reads those. */
  isBinary?: boolean
  /** Stands between two rows of text; `,\n` if nothing else. */
  separator?: string
}

export type RowStream = {
  /**
   * Pieces of `row,\nrow,\nrow` (or with another separator) as they arrive, for `freePiece` when done with; throws when the database fails.
   * Leaving it early frees the connection.
   */
  pieces: AsyncIterableIterator<Buffer, undefined, undefined>
  /** Rows handed on; whole once `pieces` has ended. */
  rowCount: () => number
  /** Key of the last row handed on. */
  lastKey: () => string | null
  /** Whether the query found more rows than `limit`. */
  hasMore: () => boolean
}

/** What `pg` has beyond its published types. */
type Wire = {
  stream: NodeJS.ReadWriteStream & {
    cork?: () => void
    uncork?: () => void
    destroy: (error?: Error) => void
  }
  parse: (message: { name: string; text: string }) => void
  bind: (message: { portal: string; statement: string; values: (string | null)[]; binary?: boolean }) => void
  execute: (message: { portal: string; rows: number }) => void
  close: (message: { type: 'S'; name: string }) => void
  sync: () => void
}

const DATA_ROW = 0x44
const PARSE_COMPLETE = 0x31
const READY_FOR_QUERY = 0x5a
const standardSeparator = ',\n'
/** 'D', length, column count, length of the key; then the key, and the length of the text. */
const headBeforeKey = 11

/** Rows of one answer that may wait in memory for a slow client before the database is made to wait. */
const mostWaitingBytes = 8 * 1024 * 1024
/** What the reader gets at least, unless it is the end: many small writes cost more than one copy. */
const leastPieceBytes = 64 * 1024
/** An answer nobody wants any more is read to its end if that comes soon, so that the connection can be kept. */
const drainMs = 100
/** While others wait for a connection, a client that has kept one waiting for so long is given up. */
const patienceMs = 5_000
const lookEveryMs = 1_000
/** Statements kept prepared per connection; each costs the database some tens of kilobytes. */
const mostKept = 64

/**
 * Gives the memory of a piece back, once nobody will look at it again. The garbage collector would do it too, but it
 * sees only the small object in front of the bytes, lets tens of megabytes gather and then marks everything: that
 * took more time than the page itself. Small buffers may share their memory with others (Node's pool) and are left alone.
 */
export const freePiece = (bytes: Buffer): void => {
  const { buffer } = bytes
  const isOwn = bytes.length >= Buffer.poolSize / 2 || buffer.byteLength !== Buffer.poolSize
  if (buffer instanceof ArrayBuffer && isOwn) buffer.transfer(0)
}

/** Prepared statements per connection: text → name, the one used longest ago first. */
const kept = new WeakMap<Wire, Map<string, string>>()
let names = 0

const statementName = (wire: Wire, text: string): { name: string; isNew: boolean } => {
  const known = kept.get(wire) ?? new Map<string, string>()
  kept.set(wire, known)
  const name = known.get(text)
  if (name === undefined) {
    names += 1
    return { name: `rows${names}`, isNew: true }
  }
  known.delete(text)
  known.set(text, name)
  return { name, isNew: false }
}

const keepStatement = (wire: Wire, text: string, name: string) => kept.get(wire)?.set(text, name)

const closeOldest = (wire: Wire) => {
  const known = kept.get(wire)
  if (!known || known.size < mostKept) return
  const [oldest] = known
  if (!oldest) return
  known.delete(oldest[0])
  wire.close({ type: 'S', name: oldest[1] })
}

/** Cuts the protocol's messages; rows are closed up in place and go to `onBytes`, all others to `onOther`. */
const createRowCutter = (
  { limit, isWhole, separator }: { limit: number; isWhole: boolean; separator: Buffer },
  onBytes: (bytes: Buffer) => void,
  onOther: (type: number, bytes: Buffer) => void,
) => {
  let carried: Buffer | null = null
  /** Bytes of the row under way that are still to come. */
  let left = 0
  let isSkipping = false
  let rows = 0
  let lastKey: string | null = null

  /** A row handed on as the message it is has no head to be left out. */
  const readWhole = (chunk: Buffer, at: number): number | null => {
    if (chunk.length - at < 5) return null
    left = 1 + chunk.readInt32BE(at + 1)
    rows += 1
    isSkipping = rows > limit
    return 0
  }

  /** Reads the head of a row at `at`; its size, or null when it has not arrived whole. */
  const readHead = (chunk: Buffer, at: number): number | null => {
    if (chunk.length - at < headBeforeKey) return null
    const keyLength = chunk.readInt32BE(at + 7)
    const size = headBeforeKey + keyLength + 4
    if (chunk.length - at < size) return null
    left = chunk.readInt32BE(at + size - 4)
    if (left < 0) throw new Error('A feature came without its text')
    rows += 1
    isSkipping = rows > limit
    if (rows === limit) lastKey = chunk.toString('utf8', at + headBeforeKey, at + headBeforeKey + keyLength)
    return size
  }

  const joined = (arrived: Buffer): Buffer => {
    if (carried === null) return arrived
    const whole = Buffer.concat([carried, arrived])
    carried = null
    freePiece(arrived)
    return whole
  }

  const read = (arrived: Buffer) => {
    const chunk = joined(arrived)
    let at = 0
    let end = 0
    while (at < chunk.length) {
      if (left > 0) {
        const next = Math.min(at + left, chunk.length)
        left -= next - at
        if (!isSkipping) {
          if (end !== at) chunk.copyWithin(end, at, next)
          end += next - at
        }
        at = next
        continue
      }
      if (chunk[at] === DATA_ROW) {
        const size = isWhole ? readWhole(chunk, at) : readHead(chunk, at)
        if (size === null) break
        at += size
        if (rows > 1 && !isSkipping && !isWhole) {
          for (const sign of separator) chunk[end++] = sign
        }
        continue
      }
      if (chunk.length - at < 5) break
      const size = 1 + chunk.readInt32BE(at + 1)
      if (chunk.length - at < size) break
      onOther(chunk[at] ?? 0, chunk.subarray(at, at + size))
      at += size
    }
    // A copy, for the piece may be given back before the rest of the message arrives.
    if (at < chunk.length) carried = Buffer.from(chunk.subarray(at))
    if (end > 0) onBytes(chunk.subarray(0, end))
  }

  return { read, rows: () => Math.min(rows, limit), lastKey: () => lastKey, hasMore: () => rows > limit }
}

/** Pieces on their way from the database to a reader who may be slower. */
const createWaitingRoom = () => {
  const pieces: Buffer[] = []
  let bytes = 0
  let end: { failure: Error | null } | null = null
  let wake: () => void = () => {}

  const isWorthTaking = () => end !== null || bytes >= leastPieceBytes

  const takeAll = (): Buffer | null => {
    const [first] = pieces
    if (!first) return null
    const piece = pieces.length === 1 ? first : Buffer.concat(pieces, bytes)
    if (piece !== first) pieces.forEach(freePiece)
    pieces.length = 0
    bytes = 0
    return piece
  }

  return {
    put: (piece: Buffer) => {
      pieces.push(piece)
      bytes += piece.length
      if (isWorthTaking()) wake()
    },
    isFull: () => bytes > mostWaitingBytes,
    /** The first end counts. */
    close: (failure: Error | null) => {
      end ??= { failure }
      wake()
    },
    clear: () => {
      pieces.forEach(freePiece)
      pieces.length = 0
      bytes = 0
    },
    /** What has come, or null at the end; throws what it failed with once the rest is taken. */
    take: async (): Promise<Buffer | null> => {
      while (!isWorthTaking())
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const piece = takeAll()
      if (piece === null && end?.failure) throw end.failure
      return piece
    },
  }
}

export type RowStreamOptions = {
  /** So many rows are handed on, though the query may find more. */
  limit: number
  /** When it comes, the connection is given back at once or thrown away. */
  signal: AbortSignal
  /** Whether the server can be told to stop working on a query that nobody waits for. */
  canCancel: boolean
  /** For tests, which do not want to wait. */
  patience?: { ms: number; lookEveryMs: number }
}

/** Starts the query on a connection of the pool. */
export const streamRows = async (
  pool: Pool,
  query: RowQuery,
  { limit, signal, canCancel, patience = { ms: patienceMs, lookEveryMs } }: RowStreamOptions,
): Promise<RowStream> => {
  signal.throwIfAborted()
  const client: PoolClient & { processID?: number | null } = await pool.connect()
  if (signal.aborted) client.release()
  signal.throwIfAborted()

  const room = createWaitingRoom()
  let failure: Error | null = null
  let isUnwanted = false
  let isReleased = false
  let drainTimer: NodeJS.Timeout | undefined
  let wire: Wire | null = null

  const release = (error?: Error) => {
    if (isReleased) return
    isReleased = true
    clearTimeout(drainTimer)
    clearInterval(watch)
    signal.removeEventListener('abort', abandon)
    client.removeListener('error', lose)
    client.release(error)
  }
  /** The connection is no more. */
  const lose = (error: Error) => {
    room.close(failure ?? error)
    release(error)
  }
  const listen = () => {
    if (!isReleased && (isUnwanted || !room.isFull())) wire?.stream.resume()
  }
  const abandon = () => {
    if (isReleased || isUnwanted) return
    isUnwanted = true
    room.clear()
    room.close(new Error('nobody waits for the rest of this answer'))
    drainTimer = setTimeout(giveUp, drainMs)
    listen()
  }
  const giveUp = () => {
    if (canCancel) pool.query('select pg_cancel_backend($1)', [client.processID]).catch(() => {})
    release(new Error('nobody waits for the rest of this answer'))
  }

  /** Whether others wait; the embedded database answers one after the other, and keeps those waiting who have a connection. */
  const isAwaited = () => pool.waitingCount > 0 || (!canCancel && pool.totalCount - pool.idleCount > 1)
  /** Since when the database waits for the reader. */
  let fullSince: number | null = null
  const lookAtReader = () => {
    fullSince = room.isFull() ? (fullSince ?? performance.now()) : null
    if (fullSince === null || performance.now() - fullSince < patience.ms || !isAwaited()) return
    const slow = new Error('the client reads too slowly while others wait for the database')
    room.clear()
    room.close(slow)
    if (canCancel) pool.query('select pg_cancel_backend($1)', [client.processID]).catch(() => {})
    release(slow)
    // It stands still until what it has sent is read, and reads no goodbye before.
    if (!canCancel) wire?.stream.destroy()
  }
  const watch = setInterval(lookAtReader, patience.lookEveryMs).unref()

  const submit = (connection: unknown) => {
    const pgWire = connection as Wire
    wire = pgWire
    const { name, isNew } = query.isKept ? statementName(pgWire, query.text) : { name: '', isNew: true }
    const [parser] = pgWire.stream.listeners('data') as ((bytes: Buffer) => void)[]
    if (!parser) throw new Error('pg does not listen to its connection')

    const onBytes = (piece: Buffer) => {
      if (isUnwanted) freePiece(piece)
      else room.put(piece)
      if (room.isFull()) pgWire.stream.pause()
    }
    const onOther = (type: number, bytes: Buffer) => {
      if (type === PARSE_COMPLETE && name !== '') keepStatement(pgWire, query.text, name)
      if (type !== READY_FOR_QUERY) {
        parser.call(pgWire.stream, bytes)
        return
      }
      pgWire.stream.removeListener('data', onData)
      pgWire.stream.on('data', parser)
      // The end may have come while a slow reader had the connection paused.
      pgWire.stream.resume()
      parser.call(pgWire.stream, bytes)
      release()
      room.close(failure)
    }
    const separator = Buffer.from(query.separator ?? standardSeparator)
    const cutter = createRowCutter({ limit, isWhole: query.isBinary === true, separator }, onBytes, onOther)
    const onData = (bytes: Buffer) => {
      try {
        cutter.read(bytes)
      } catch (error) {
        lose(error as Error)
      }
    }
    found = cutter

    pgWire.stream.removeListener('data', parser)
    pgWire.stream.on('data', onData)
    pgWire.stream.cork?.()
    if (isNew) {
      if (name !== '') closeOldest(pgWire)
      pgWire.parse({ name, text: query.text })
    }
    pgWire.bind({ portal: '', statement: name, values: query.values, binary: query.isBinary === true })
    pgWire.execute({ portal: '', rows: 0 })
    pgWire.sync()
    pgWire.stream.uncork?.()
  }
  let found: ReturnType<typeof createRowCutter> | null = null

  client.once('error', lose)
  signal.addEventListener('abort', abandon, { once: true })
  client.query({
    submit,
    handleError: (error: Error) => {
      failure ??= error
      // After an error of the statement the connection goes on to ReadyForQuery; when it is lost, nothing follows.
      if (!('severity' in error)) lose(error)
    },
    handleCommandComplete: () => {},
    handleReadyForQuery: () => {},
    handleEmptyQuery: () => {},
    handlePortalSuspended: () => {},
    handleRowDescription: () => {},
  } as Submittable)

  async function* pieces(): AsyncGenerator<Buffer, undefined, undefined> {
    try {
      for (let piece = await room.take(); piece; piece = await room.take()) {
        listen()
        yield piece
      }
    } finally {
      abandon()
    }
  }

  return {
    pieces: pieces(),
    rowCount: () => found?.rows() ?? 0,
    lastKey: () => found?.lastKey() ?? null,
    hasMore: () => found?.hasMore() ?? false,
  }
}
