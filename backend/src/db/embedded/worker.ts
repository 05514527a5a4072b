/** The thread in which PGlite (PostgreSQL compiled to WebAssembly) runs; every statement blocks it to its end. */
import { parentPort, workerData } from 'node:worker_threads'
import { openEngine } from './engine.ts'
import { query } from './frames.ts'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { createSession } from './session.ts'

const start = workerData as WorkerStart
const port = parentPort
if (!port) throw new Error('worker.ts runs in a worker thread only')

const say = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

/** PostgreSQL's own checkpointer does not run here: without ours the log grows until the server stops. */
const CHECKPOINT_EVERY_MS = 1_000
const CHECKPOINT_WAL_BYTES = 48 * 1024 * 1024

const serve = async () => {
  const engine = await openEngine({ ...start, searchPath: 'secims,public' })
  const busySince = new Int32Array(start.busySince)
  const unread = new Map<number, Int32Array>()
  const stalled = new Set<number>()

  const run = (bytes: Uint8Array, onRawData: (bytes: Uint8Array) => void) => {
    Atomics.store(busySince, 0, process.hrtime()[0])
    return engine
      .execProtocolRawStream(bytes, { syncToFs: false, onRawData })
      .finally(() => Atomics.store(busySince, 0, 0))
  }

  const reported = await engine.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in ('server_version', 'server_encoding', 'client_encoding',
     'DateStyle', 'TimeZone', 'integer_datetimes', 'standard_conforming_strings')`,
  )

  let checkpointDueAt = performance.now() + CHECKPOINT_EVERY_MS
  const checkpointWhenDue = async () => {
    if (performance.now() < checkpointDueAt) return
    const wal = await engine.query<{ bytes: number }>(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()',
    )
    if ((wal.rows[0]?.bytes ?? 0) > CHECKPOINT_WAL_BYTES) await run(query('checkpoint'), () => {})
    checkpointDueAt = performance.now() + CHECKPOINT_EVERY_MS
  }

  /** Waits, stopping the engine with it, until the reader has room. A reader that never has is cut off. */
  const waitForRoom = (id: number, counter: Int32Array): boolean => {
    const { unreadBytes, stallMs } = start.limits
    const deadline = performance.now() + stallMs
    for (let waiting = Atomics.load(counter, 0); waiting > unreadBytes; waiting = Atomics.load(counter, 0)) {
      const left = deadline - performance.now()
      if (left > 0) Atomics.wait(counter, 0, waiting, left)
      else {
        stalled.add(id)
        say({ hangUp: id })
        return false
      }
    }
    return Atomics.load(counter, 0) >= 0
  }

  const send = (id: number, bytes: Buffer) => {
    const counter = unread.get(id)
    if (!counter || stalled.has(id) || !waitForRoom(id, counter)) return
    Atomics.add(counter, 0, bytes.length)
    const data = new Uint8Array(bytes)
    say({ id, data }, [data.buffer])
  }

  const forget = (id: number) => {
    unread.delete(id)
    stalled.delete(id)
  }

  const session = createSession({
    run,
    send,
    hangUp: (id) => {
      forget(id)
      say({ hangUp: id })
    },
    onCrash: (error) =>
      say({ crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    betweenUnits: checkpointWhenDue,
    settings: Object.fromEntries(reported.rows.map(({ name, setting }) => [name, setting])),
    limits: start.limits,
    now: () => performance.now(),
  })
  const expiry = setInterval(session.expire, Math.min(500, start.limits.queueWaitMs / 4))

  port.on('message', (message: ToWorker) => {
    if ('open' in message) {
      unread.set(message.open, new Int32Array(message.unread))
      session.open(message.open)
    } else if ('data' in message) {
      if (message.acknowledge) say({ acknowledged: message.id })
      session.receive(message.id, message.data)
    } else if ('close' in message) session.end(message.close)
    else {
      clearInterval(expiry)
      void engine.close().finally(() => process.exit(0))
    }
  })
  say({ ready: true })
}

await serve()
