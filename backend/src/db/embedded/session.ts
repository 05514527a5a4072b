/**
 * Shares the one session of the embedded database between many client connections: cuts what each sends into
 * units of work, runs the units one after the other, and gives the session to one connection alone while its
 * transaction or portal is open. Knows nothing of threads; time and engine are handed in.
 */
import {
  BIND,
  CLOSE,
  COPY_DATA,
  COPY_DONE,
  COPY_FAIL,
  closeStatement,
  copyFail,
  copyInResponse,
  createFrameReader,
  DESCRIBE,
  errorResponse,
  FLUSH,
  greeting,
  isCopyInResponse,
  PARSE,
  prefixStatement,
  QUERY,
  query,
  readyForQuery,
  SYNC,
  startsCopyIn,
  statusIn,
  sync,
  TERMINATE,
  type TransactionStatus,
} from './frames.ts'

export type SessionLimits = {
  /** A unit that waited this long for another connection's transaction is refused. */
  queueWaitMs: number
  /** A connection that says nothing for this long while others wait for its transaction is cut off. */
  idleInTransactionMs: number
  /** COPY data is held in memory until it is complete. */
  copyBytes: number
}

export type SessionParts = {
  /** Runs one message or batch of messages to its end; throws only when the engine itself is lost. */
  run: (bytes: Uint8Array, onData: (bytes: Uint8Array) => void) => Promise<void>
  send: (id: number, bytes: Buffer) => void
  /** Says that the server is done with the connection. */
  hangUp: (id: number) => void
  onCrash: (error: unknown) => void
  /** Called between units while no transaction is open. */
  betweenUnits?: () => Promise<void>
  settings: Record<string, string>
  limits: SessionLimits
  now: () => number
}

type Connection = {
  id: number
  reader: ReturnType<typeof createFrameReader>
  /** Frames of the unit that is still coming in. */
  frames: Buffer[]
  copy: 'no' | 'collecting' | 'discarding'
  copyBytes: number
  status: TransactionStatus
  statements: Set<string>
  lastHeard: number
}

/** `answer`: ends with ReadyForQuery. `flush`: a portal stays open, more will follow. `end`: tidy up after a connection. */
type Unit = {
  connection: Connection
  kind: 'answer' | 'copy' | 'flush' | 'end'
  frames: Buffer[]
  since: number
}

/** Answers leave in blocks of this size, however small the engine's pieces are. */
const BLOCK_BYTES = 256 * 1024

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

export const createSession = ({
  run,
  send,
  hangUp,
  onCrash,
  betweenUnits,
  settings,
  limits,
  now,
}: SessionParts) => {
  const connections = new Map<number, Connection>()
  const queue: Unit[] = []
  const block = Buffer.alloc(BLOCK_BYTES)
  let owner: Connection | undefined
  let isBusy = false
  let isLost = false

  const runnable = () =>
    owner ? queue.findIndex((unit) => unit.connection === owner) : queue.length > 0 ? 0 : -1

  /** Runs a unit and passes its answer on; returns the transaction status the answer ended with. */
  const execute = async ({ connection, frames, kind }: Unit): Promise<TransactionStatus | undefined> => {
    let filled = 0
    let tail = Buffer.alloc(0)
    let isFirst = true
    const flush = () => {
      if (filled === 0) return
      // The client of a COPY was given its CopyInResponse when it asked; the engine's comes too late.
      const skip = isFirst && kind === 'copy' && isCopyInResponse(block) ? block.readInt32BE(1) + 1 : 0
      isFirst = false
      if (kind !== 'end' && filled > skip) send(connection.id, Buffer.from(block.subarray(skip, filled)))
      filled = 0
    }
    await run(frames.length === 1 ? (frames[0] ?? sync()) : Buffer.concat(frames), (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        if (filled === BLOCK_BYTES) flush()
        const part = bytes.subarray(at, at + BLOCK_BYTES - filled)
        block.set(part, filled)
        filled += part.length
        at += part.length
      }
      tail = Buffer.concat([tail, bytes.subarray(-6)]).subarray(-6)
    })
    // After an error the engine may say twice that it is ready; the second one would end the client's next query.
    const isTwice = filled >= 12 && block.subarray(filled - 12, filled - 6).equals(tail)
    if (isTwice && statusIn(tail)) filled -= tail.length
    flush()
    return statusIn(tail)
  }

  const perform = async (unit: Unit) => {
    const { connection, kind } = unit
    const status = await execute(unit)
    if (kind === 'end') owner = undefined
    else if (status) {
      connection.status = status
      owner = status === 'I' ? undefined : connection
    } else if (kind === 'flush') owner = connection
    else throw new Error('the engine stopped in the middle of an answer')
    connection.lastHeard = now()
  }

  const pump = async () => {
    if (isBusy || isLost) return
    isBusy = true
    try {
      for (let at = runnable(); at >= 0; at = runnable()) {
        const [unit] = queue.splice(at, 1)
        if (unit) await perform(unit)
        if (!owner) await betweenUnits?.()
        // New messages come in between two units, so that connections take turns.
        if (queue.length > 0) await nextTurn()
      }
    } catch (error) {
      isLost = true
      onCrash(error)
    } finally {
      isBusy = false
    }
  }

  const enqueue = (connection: Connection, kind: Unit['kind'], frames: Buffer[]) =>
    queue.push({ connection, kind, frames, since: now() })

  /** Takes one frame of COPY data; the unit is complete with CopyDone, CopyFail, or more bytes than we hold. */
  const collectCopy = (connection: Connection, frame: Buffer) => {
    const [type] = frame
    if (connection.copy === 'discarding') {
      if (type !== COPY_DATA) connection.copy = 'no'
      return
    }
    const finish = (next: Connection['copy'], frames: Buffer[]) => {
      enqueue(connection, 'copy', frames)
      connection.frames = []
      connection.copyBytes = 0
      connection.copy = next
    }
    connection.copyBytes += frame.length
    if (type === COPY_DATA && connection.copyBytes <= limits.copyBytes) connection.frames.push(frame)
    else if (type === COPY_DONE) finish('no', [...connection.frames, frame])
    // The engine is told of the failure, so that the error and the transaction's state are its own.
    else if (type === COPY_FAIL) finish('no', [...connection.frames.slice(0, 1), frame])
    else {
      const reason = `the embedded database takes at most ${limits.copyBytes} bytes in one COPY; send the rows in several`
      finish('discarding', [...connection.frames.slice(0, 1), copyFail(reason)])
    }
  }

  const take = (connection: Connection, frame: Buffer) => {
    const [type] = frame
    if (type === TERMINATE) return end(connection.id)
    const isCopyFrame = type === COPY_DATA || type === COPY_DONE || type === COPY_FAIL
    // As a real server does: what is left of a COPY that already failed is ignored, and so is all else during one.
    if (connection.copy === 'collecting' || isCopyFrame) {
      return isCopyFrame && connection.copy !== 'no' ? collectCopy(connection, frame) : undefined
    }
    connection.copy = 'no'
    if (startsCopyIn(frame)) {
      connection.copy = 'collecting'
      connection.frames.push(frame)
      return send(connection.id, copyInResponse())
    }
    if (type === PARSE || type === BIND || type === DESCRIBE || type === CLOSE) {
      const renamed = prefixStatement(frame, `c${connection.id}_`)
      if (renamed.statement && type === PARSE) connection.statements.add(renamed.statement)
      connection.frames.push(renamed.frame)
      return
    }
    connection.frames.push(frame)
    if (type === QUERY || type === SYNC || type === FLUSH) {
      enqueue(connection, type === FLUSH ? 'flush' : 'answer', connection.frames)
      connection.frames = []
    }
  }

  const greet = (connection: Connection) => {
    for (let request = connection.reader.startup(); request; request = connection.reader.startup()) {
      if (request === 'encryption') send(connection.id, Buffer.from('N'))
      else if (request === 'cancel') return end(connection.id)
      else send(connection.id, greeting(settings, connection.id))
    }
  }

  const receive = (id: number, bytes: Uint8Array) => {
    const connection = connections.get(id)
    if (!connection) return
    connection.lastHeard = now()
    connection.reader.add(bytes)
    greet(connection)
    for (let frame = connection.reader.next(); frame; frame = connection.reader.next())
      take(connection, frame)
    void pump()
  }

  /** Forgets a connection: what it had open is rolled back, its prepared statements are closed. */
  const end = (id: number) => {
    const connection = connections.get(id)
    if (!connection) return
    connections.delete(id)
    for (let at = queue.length - 1; at >= 0; at -= 1)
      if (queue[at]?.connection === connection) queue.splice(at, 1)
    const frames = [...connection.statements].map(closeStatement)
    if (owner === connection) frames.unshift(sync(), query('ROLLBACK'))
    if (frames.length > 0) enqueue(connection, 'end', [...frames, sync()])
    hangUp(id)
    void pump()
  }

  /** Refuses units that wait too long for somebody else's transaction, and cuts off one that holds it in silence. */
  const expire = () => {
    if (isBusy || !owner) return
    const holder = owner
    const at = now()
    for (const unit of queue.filter(({ since, kind }) => kind !== 'end' && at - since > limits.queueWaitMs)) {
      queue.splice(queue.indexOf(unit), 1)
      const text = `waited ${Math.round((at - unit.since) / 1000)} s for another connection's transaction; the embedded database serves one at a time`
      const { id, status } = unit.connection
      send(id, errorResponse({ severity: 'ERROR', sqlState: '55P03', text }))
      if (unit.kind !== 'flush') send(id, readyForQuery(status))
    }
    if (queue.length > 0 && at - holder.lastHeard > limits.idleInTransactionMs) {
      const text = 'the connection was idle in a transaction while others waited'
      send(holder.id, errorResponse({ severity: 'FATAL', sqlState: '25P03', text }))
      end(holder.id)
    }
  }

  const open = (id: number) => {
    connections.set(id, {
      id,
      reader: createFrameReader(),
      frames: [],
      copy: 'no',
      copyBytes: 0,
      status: 'I',
      statements: new Set(),
      lastHeard: now(),
    })
  }

  return { open, receive, end, expire }
}
