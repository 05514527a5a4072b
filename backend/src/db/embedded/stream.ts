/** One connection to the embedded database, in the shape that `pg` expects of a socket. */
import { Duplex } from 'node:stream'
import type { Worker } from 'node:worker_threads'
import type { ToWorker } from './messages.ts'

export type Connection = {
  id: number
  stream: Duplex
  receive: (data: Uint8Array) => void
  acknowledge: () => void
  /** The server is done with this connection. */
  hangUp: () => void
}

/** Smaller writes are not acknowledged: they are requests whose answer is awaited, and never pile up. */
const ACKNOWLEDGED_BYTES = 64 * 1024

/** Far enough below zero that what is still being counted does not reach it. */
const GONE = -0x40000000

/** `connect` is called when `pg` connects; the stream speaks to the worker it resolves to. */
export const createConnection = ({
  id,
  connect,
  forget,
}: {
  id: number
  connect: () => Promise<Worker>
  forget: () => void
}): Connection => {
  const unread = new Int32Array(new SharedArrayBuffer(4))
  const acknowledgements: (() => void)[] = []
  let owed = 0
  let worker: Worker | undefined

  const post = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker?.postMessage(message, transfer)

  /** Tells the worker that what it sent has been read. */
  const settle = () => {
    Atomics.sub(unread, 0, owed)
    owed = 0
    Atomics.notify(unread, 0)
  }

  const write = (chunk: Uint8Array, done: () => void) => {
    // Copied to its exact size and handed over: a view would take the whole buffer behind it along.
    const data = new Uint8Array(chunk)
    const acknowledge = data.length >= ACKNOWLEDGED_BYTES
    post({ id, data, acknowledge }, [data.buffer])
    if (acknowledge) acknowledgements.push(done)
    else done()
  }

  const stream = new Duplex({
    allowHalfOpen: false,
    read: settle,
    write: (chunk: Uint8Array, _encoding, done) => write(chunk, done),
    writev: (chunks, done) => write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
    final: (done) => {
      stream.push(null)
      done()
    },
    destroy: (error, done) => {
      Atomics.store(unread, 0, GONE)
      Atomics.notify(unread, 0)
      post({ close: id })
      forget()
      done(error)
    },
  })

  const socket = {
    connect: () => {
      connect().then(
        (opened) => {
          if (stream.destroyed) return
          worker = opened
          post({ open: id, unread: unread.buffer as SharedArrayBuffer })
          stream.emit('connect')
        },
        (error) => stream.destroy(error),
      )
      return stream
    },
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  }

  return {
    id,
    stream: Object.assign(stream, socket),
    receive: (data) => {
      owed += data.length
      if (stream.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength))) settle()
    },
    acknowledge: () => acknowledgements.shift()?.(),
    hangUp: () => stream.push(null),
  }
}
