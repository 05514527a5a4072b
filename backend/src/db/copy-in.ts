/** Streams rows in PostgreSQL's binary COPY format into a table, in as many COPY statements as the database wants. */
import { once } from 'node:events'
import type { ClientBase } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export type CopyOptions = {
  /** Copies inside this client's transaction; without it a connection is taken from the pool. */
  client?: ClientBase
  signal?: AbortSignal
  onProgress?: (progress: { bytes: number }) => void
}

export type Copied = { rows: number; bytes: number }

/** Whole rows, in one piece or in several, which are then not put together first. */
export type CopyChunk = Uint8Array | readonly Uint8Array[]

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TRAILER = Buffer.from([0xff, 0xff])
const NOTHING = Buffer.alloc(0)

/** How long a failed COPY may take to be answered, before its connection counts as lost. */
const FAIL_MS = 5_000

/**
 * `text` is a `copy … from stdin (format binary)`. Each chunk of `source` holds whole rows, without header and
 * trailer; a COPY statement takes chunks until `statementBytes` are reached. Ends with an error, never by hanging,
 * when the connection drops, `signal` fires or the source throws; rows of earlier statements then stay, unless the
 * client is in a transaction.
 */
export const copyRows = async (
  client: ClientBase,
  text: string,
  source: AsyncIterable<CopyChunk> | Iterable<CopyChunk>,
  { statementBytes, signal, onProgress }: { statementBytes: number } & Omit<CopyOptions, 'client'>,
): Promise<Copied> => {
  let broken: { reason: unknown } | undefined
  let breakOff: (reason: unknown) => void = () => {}
  const breakWith = (reason: unknown) => {
    broken ??= { reason }
    breakOff(broken.reason)
  }
  const onEnd = () =>
    breakWith(Object.assign(new Error('Connection lost during COPY'), { code: 'ECONNRESET' }))
  const onAbort = () => breakWith(signal?.reason)
  // Not Promise.race against one long-lived promise, which would keep every chunk in memory until the end.
  const orBroken = <T>(promise: Promise<T> | T): Promise<T> =>
    new Promise((resolve, reject) => {
      breakOff = reject
      if (broken) reject(broken.reason)
      Promise.resolve(promise).then(resolve, reject)
    })
  client.once('end', onEnd)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()

  const chunks = toIterator(source)
  const copied = { rows: 0, bytes: 0 }
  try {
    let next = await orBroken(chunks.next())
    while (!next.done) {
      const statement = client.query(copyFrom(text))
      let isAnswered = false
      statement.once('error', (error) => {
        isAnswered = true
        breakWith(error)
      })
      const send = (chunk: CopyChunk) =>
        orBroken(
          new Promise<void>((done, fail) => {
            const pieces = toPieces(chunk)
            for (const piece of pieces.slice(0, -1)) statement.write(piece)
            statement.write(pieces.at(-1) ?? NOTHING, (error) => (error ? fail(error) : done()))
          }),
        )
      try {
        // Not awaited: it leaves together with the first rows.
        statement.write(HEADER)
        for (let bytes = 0; !next.done && (bytes === 0 || bytes + sizeOf(next.value) <= statementBytes); ) {
          bytes += sizeOf(next.value)
          copied.bytes += sizeOf(next.value)
          await send(next.value)
          onProgress?.({ bytes: copied.bytes })
          next = await orBroken(chunks.next())
        }
        const finished = once(statement, 'finish')
        finished.catch(() => {})
        statement.end(TRAILER)
        await orBroken(finished)
        copied.rows += statement.rowCount
      } catch (error) {
        if (!isAnswered) await giveUp(statement, error)
        throw error
      }
    }
    return copied
  } finally {
    client.removeListener('end', onEnd)
    signal?.removeEventListener('abort', onAbort)
    void Promise.resolve(chunks.return?.()).catch(() => {})
  }
}

const toPieces = (chunk: CopyChunk): readonly Uint8Array[] => (chunk instanceof Uint8Array ? [chunk] : chunk)

const sizeOf = (chunk: CopyChunk): number => toPieces(chunk).reduce((total, piece) => total + piece.length, 0)

const toIterator = (source: AsyncIterable<CopyChunk> | Iterable<CopyChunk>) =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

/** Tells the server that no more comes, and waits for its answer, so that the client can be used again. */
const giveUp = async (statement: ReturnType<typeof copyFrom>, error: unknown) => {
  const answered = new Promise<void>((resolve) => statement.once('close', resolve))
  statement.on('error', () => {})
  statement.destroy(error instanceof Error ? error : new Error(String(error)))
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, FAIL_MS)
  await Promise.race([answered, limit.promise])
  clearTimeout(timer)
}
