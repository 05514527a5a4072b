/**
 * The embedded database as the rest of the program sees it: something that makes streams for `pg`. Runs PGlite in
 * a worker thread, reopens it when it is lost, and keeps others out of its folder.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { cacheFolder, copyCluster, hasCluster, postgisBundle, templateCluster } from './cluster.ts'
import { lockFolder } from './lock.ts'
import type { FromWorker, ToWorker, WorkerLimits, WorkerStart } from './messages.ts'
import { type Connection, createConnection } from './stream.ts'

export type Embedded = { stream: () => Duplex; close: () => Promise<void> }

export type EmbeddedLimits = WorkerLimits & { statementMs: number }

const standardLimits: EmbeddedLimits = {
  queueWaitMs: 30_000,
  idleInTransactionMs: 60_000,
  // The largest feature that is accepted (a million vertices with Z) fits in one COPY.
  copyBytes: 32 * 1024 * 1024,
  unreadBytes: 32 * 1024 * 1024,
  stallMs: 10_000,
  // A statement cannot be cancelled here; one that runs longer than this takes the engine with it.
  statementMs: 10 * 60_000,
}

/** The PostgreSQL whose folders this engine reads. */
const POSTGRESQL_MAJOR = '18'
const MAX_REOPENS_PER_MINUTE = 3
/** After more losses than that: whatever it was, a full disk perhaps, may be over by then. */
const REOPEN_LATER_MS = 60_000
const STOP_MS = 10_000
const CREATE_MS = 120_000

const connectionLost = () =>
  Object.assign(new Error('The embedded database was lost and is being reopened.'), { code: 'ECONNRESET' })

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url))
const createFile = fileURLToPath(new URL('./create.ts', import.meta.url))

/** One life of the worker thread. `gone` resolves when it is over, with the error that ended it if there is one. */
const startWorker = (start: WorkerStart, onMessage: (message: FromWorker) => void = () => {}) => {
  const worker = new Worker(workerFile, { workerData: start, execArgv: [] })
  const gone = new Promise<Error | undefined>((resolve) => {
    worker.once('error', resolve)
    worker.once('exit', () => resolve(undefined))
  })
  worker.on('message', onMessage)
  return { worker, gone }
}

/** What every data folder of this engine version starts from, made on first need. */
const prepareCache = async (cache: string) => {
  if (existsSync(postgisBundle(cache)) && existsSync(templateCluster(cache))) return
  // Without the optimising compiler a short run is a fifth faster.
  await promisify(execFile)(process.execPath, ['--liftoff-only', createFile, cache], { timeout: CREATE_MS })
}

const checkMajorVersion = async (folder: string) => {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  if (found === POSTGRESQL_MAJOR) return
  throw new Error(
    `The folder ${folder} holds a PostgreSQL ${found} database, but the embedded database is PostgreSQL ${POSTGRESQL_MAJOR}. Use the version of this program that made it, or name another DATA_DIR.`,
  )
}

type Parts = { dataDir: string; log: Logger; limits?: Partial<EmbeddedLimits> }

export const openEmbedded = async ({ dataDir, log, limits }: Parts): Promise<Embedded> => {
  const folder = join(dataDir, 'db')
  await mkdir(dataDir, { recursive: true })
  const lock = lockFolder(join(dataDir, 'db.lock'))
  try {
    const cache = await cacheFolder(dataDir)
    await prepareCache(cache)
    if (!hasCluster(folder)) await copyCluster(templateCluster(cache), folder)
    await checkMajorVersion(folder)
    const served = await serve({
      folder,
      bundle: postgisBundle(cache),
      log,
      limits: { ...standardLimits, ...limits },
    })
    return { stream: served.stream, close: () => served.close().finally(lock.release) }
  } catch (error) {
    lock.release()
    throw error
  }
}

const serve = async (parts: { folder: string; bundle: string; log: Logger; limits: EmbeddedLimits }) => {
  const { folder, bundle, log, limits } = parts
  const connections = new Map<number, Connection>()
  const losses: number[] = []
  let lastId = 0
  let isClosing = false
  let life: ReturnType<typeof launch> | undefined

  const onMessage = (message: FromWorker) => {
    if ('data' in message) connections.get(message.id)?.receive(message.data)
    else if ('acknowledged' in message) connections.get(message.acknowledged)?.acknowledge()
    else if ('hangUp' in message) connections.get(message.hangUp)?.hangUp()
  }

  const dropConnections = () => {
    for (const { stream } of [...connections.values()]) stream.destroy(connectionLost())
  }

  /** A statement that does not end keeps everybody out; the only way to end it is to end the thread. */
  const watch = (worker: Worker, busySince: SharedArrayBuffer) => {
    const since = new Int32Array(busySince)
    return setInterval(() => {
      const began = Atomics.load(since, 0)
      if (began === 0 || process.hrtime()[0] - began < limits.statementMs / 1000) return
      log.error(
        { event: 'database.statement-too-long', limitMs: limits.statementMs },
        'a statement did not end',
      )
      void worker.terminate()
    }, 1_000).unref()
  }

  const launch = () => {
    const busySince = new SharedArrayBuffer(4)
    const ready = Promise.withResolvers<Worker>()
    const start: WorkerStart = { folder, postgisBundle: bundle, limits, busySince }
    const { worker, gone } = startWorker(start, (message) => {
      if ('ready' in message) return ready.resolve(worker)
      if (!('crashed' in message)) return onMessage(message)
      log.error({ event: 'database.crashed', reason: message.crashed }, 'the embedded database crashed')
      void worker.terminate()
    })
    const watcher = watch(worker, busySince)
    const over = gone.then((error) => {
      clearInterval(watcher)
      ready.reject(new Error('The embedded database did not start.', { cause: error }))
      dropConnections()
      if (isClosing) return
      log.error({ event: 'database.lost', err: error }, 'the embedded database stopped')
      if (mayReopen()) life = launch()
      else setTimeout(reopen, REOPEN_LATER_MS).unref()
    })
    ready.promise.catch(() => {})
    return { ready: ready.promise, over, worker }
  }

  const reopen = () => {
    if (!isClosing) life = launch()
  }

  const mayReopen = () => {
    const minuteAgo = Date.now() - 60_000
    losses.push(Date.now())
    return losses.filter((at) => at > minuteAgo).length <= MAX_REOPENS_PER_MINUTE
  }

  const stream = () => {
    lastId += 1
    const id = lastId
    const connect = async () => {
      if (!life || isClosing) throw connectionLost()
      return life.ready
    }
    const connection = createConnection({ id, connect, forget: () => connections.delete(id) })
    connections.set(id, connection)
    return connection.stream
  }

  const close = async () => {
    if (isClosing || !life) return
    isClosing = true
    const { worker, over } = life
    worker.postMessage({ shutdown: true } satisfies ToWorker)
    const limit = setTimeout(() => void worker.terminate(), STOP_MS)
    await over
    clearTimeout(limit)
  }

  life = launch()
  await life.ready
  return { stream, close }
}
