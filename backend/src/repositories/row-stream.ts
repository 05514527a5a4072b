/**
 * Runs a query of two columns, key and JSON text, and hands on the JSON as the bytes that came from PostgreSQL:
 * never decoded, never copied but to close the gaps between rows. `pg` decodes every value into a string, which
 * for a page of a thousand features costs more than the query. Works like pg-copy-streams: while the query runs
 * it reads the socket itself and passes everything that is not a row to `pg`'s own parser; but parameters and
 * prepared statements are possible, which COPY does not know.
 */
import type { Pool, PoolClient } from 'pg'

export type RowQuery = {
  text: string
  values: (string | null)[]
  /** Whether the plan is kept in the connection: only for texts of which there are few. */
  isKept: boolean
}

export type RowStream = {
  /** Pieces of `row,\nrow,\nrow` as they arrive; throws when the database fails. Leaving it early frees the connection. */
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
  bind: (message: { portal: string; statement: string; values: (string | null)[] }) => void
  execute: (message: { portal: string; rows: number }) => void
  close: (message: { type: 'S'; name: string }) => void
  sync: () => void
}

const DATA_ROW = 0x44
const PARSE_COMPLETE = 0x31
const READY_FOR_QUERY = 0x5a
const separator = Buffer.from(',\n')
/** 'D', length, column count, length of the key; then the key, and the length of the text. */
const headBeforeKey = 11

/** Rows of one answer that may wait in memory for a slow client before the database is made to wait. */
const mostWaitingBytes = 8 * 1024 * 1024
/** An answer nobody wants any more is read to its end if that comes soon, so that the connection can be kept. */
const drainMs = 100
/** Statements kept prepared per connection; each costs the database some tens of kilobytes. */
const mostKept = 64

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
  limit: number,
  onBytes: (bytes: Buffer) => void,
  onOther: (type: number, bytes: Buffer) => void,
) => {
  let carried: Buffer | null = null
  /** Bytes of the row under way that are still to come. */
  let left = 0
  let isSkipping = false
  let rows = 0
  let lastKey: string | null = null

  /** Reads the head of a row at `at`; its size, or 0 when it has not arrived whole. */
  const readHead = (chunk: Buffer, at: number): number => {
    if (chunk.length - at < headBeforeKey) return 0
    const keyLength = chunk.readInt32BE(at + 7)
    const size = headBeforeKey + keyLength + 4
    if (chunk.length - at < size) return 0
    left = chunk.readInt32BE(at + size - 4)
    if (left < 0) throw new Error('A feature came without its text')
    rows += 1
    isSkipping = rows > limit
    if (rows === limit) lastKey = chunk.toString('latin1', at + headBeforeKey, at + headBeforeKey + keyLength)
    return size
  }

  const read = (arrived: Buffer) => {
    const chunk: Buffer = carried === null ? arrived : Buffer.concat([carried, arrived])
    carried = null
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
        const size = readHead(chunk, at)
        if (size === 0) break
        at += size
        if (rows > 1 && !isSkipping) {
          chunk[end] = 0x2c
          chunk[end + 1] = 0x0a
          end += separator.length
        }
        continue
      }
      if (chunk.length - at < 5) break
      const size = 1 + chunk.readInt32BE(at + 1)
      if (chunk.length - at < size) break
      onOther(chunk[at] ?? 0, chunk.subarray(at, at + size))
      at += size
    }
    if (at < chunk.length) carried = chunk.subarray(at)
    if (end > 0) onBytes(chunk.subarray(0, end))
  }

  return { read, rows: () => Math.min(rows, limit), lastKey: () => lastKey, hasMore: () => rows > limit }
}

export type RowStreamOptions = {
  /** So many rows are handed on, though the query may find more. */
  limit: number
  /** When it comes, the connection is given back at once or thrown away. */
  signal: AbortSignal
  /** Whether the server can be told to stop working on a query that nobody waits for. */
  canCancel: boolean
}

/** Starts the query on a connection of the pool. */
export const streamRows = async (
  pool: Pool,
  query: RowQuery,
  { limit, signal, canCancel }: RowStreamOptions,
): Promise<RowStream> => {
  signal.throwIfAborted()
  const client: PoolClient & { processID?: number | null } = await pool.connect()
  if (signal.aborted) client.release()
  signal.throwIfAborted()
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let isDone = false
  let failure: Error | null = null
  let isUnwanted = false
  let isReleased = false
  let drainTimer: NodeJS.Timeout | undefined
  let wake: () => void = () => {}
  let wire: Wire | null = null

  const release = (error?: Error) => {
    if (isReleased) return
    isReleased = true
    clearTimeout(drainTimer)
    signal.removeEventListener('abort', abandon)
    client.removeListener('error', lose)
    client.release(error)
  }
  const fail = (error: Error) => {
    failure ??= error
    isDone = true
    wake()
  }
  /** The connection is no more. */
  const lose = (error: Error) => {
    fail(error)
    release(error)
  }
  const cutter = createRowCutter(
    limit,
    (bytes) => {
      if (isUnwanted) return
      waiting.push(bytes)
      waitingBytes += bytes.length
      if (waitingBytes > mostWaitingBytes) wire?.stream.pause()
      wake()
    },
    (type, bytes) => onOther(type, bytes),
  )
  let onOther: (type: number, bytes: Buffer) => void = () => {}

  const statement = {
    submit: (connection: unknown) => {
      const pgWire = connection as Wire
      wire = pgWire
      const { name, isNew } = query.isKept ? statementName(pgWire, query.text) : { name: '', isNew: true }
      const [parser] = pgWire.stream.listeners('data') as ((bytes: Buffer) => void)[]
      if (!parser) throw new Error('pg does not listen to its connection')
      const onData = (bytes: Buffer) => {
        try {
          cutter.read(bytes)
        } catch (error) {
          lose(error as Error)
        }
      }
      onOther = (type, bytes) => {
        if (type === PARSE_COMPLETE && name !== '') keepStatement(pgWire, query.text, name)
        if (type === READY_FOR_QUERY) {
          pgWire.stream.removeListener('data', onData)
          pgWire.stream.on('data', parser)
          // The end may have come while a slow client had the connection paused.
          pgWire.stream.resume()
        }
        parser.call(pgWire.stream, bytes)
        if (type !== READY_FOR_QUERY) return
        release()
        isDone = true
        wake()
      }
      pgWire.stream.removeListener('data', parser)
      pgWire.stream.on('data', onData)
      pgWire.stream.cork?.()
      if (isNew) {
        if (name !== '') closeOldest(pgWire)
        pgWire.parse({ name, text: query.text })
      }
      pgWire.bind({ portal: '', statement: name, values: query.values })
      pgWire.execute({ portal: '', rows: 0 })
      pgWire.sync()
      pgWire.stream.uncork?.()
    },
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
  }

  const giveUp = () => {
    if (canCancel) pool.query('select pg_cancel_backend($1)', [client.processID]).catch(() => {})
    release(new Error('nobody waits for the rest of this answer'))
  }
  const abandon = () => {
    if (isReleased || isUnwanted) return
    isUnwanted = true
    waiting.length = 0
    wire?.stream.resume()
    drainTimer = setTimeout(giveUp, drainMs)
    fail(new Error('nobody waits for the rest of this answer'))
  }

  client.once('error', lose)
  signal.addEventListener('abort', abandon, { once: true })
  client.query(statement)

  async function* pieces(): AsyncGenerator<Buffer, undefined, undefined> {
    try {
      for (;;) {
        const piece = waiting.shift()
        if (piece) {
          waitingBytes -= piece.length
          if (waitingBytes <= mostWaitingBytes / 2 && !isDone) wire?.stream.resume()
          yield piece
          continue
        }
        if (failure) throw failure
        if (isDone) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      abandon()
    }
  }

  return { pieces: pieces(), rowCount: cutter.rows, lastKey: cutter.lastKey, hasMore: cutter.hasMore }
}
