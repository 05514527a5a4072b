/**
 * Reads complete uploads, a few at a time: what is found makes an upload 'ready', what is wrong with it makes it
 * 'refused'. An upload left in 'probing' by a process that died is read again by the next.
 */
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import { isConnectionLost } from '../db/errors.ts'
import type { Probe } from '../domain/probe.ts'
import { isProblem } from '../domain/problem.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import { type Upload, type UploadLimits, withSizeWarnings } from '../domain/upload.ts'
import type { BlobStore } from '../files/blob-store.ts'
import { uploads } from '../repositories/uploads.ts'
import type { Blobs } from './blobs.ts'

export type ProbeUpload = (request: { path: string; fileName: string; signal: AbortSignal }) => Promise<Probe>

export type UploadReadingParts = {
  db: Knex
  store: BlobStore
  blobs: Blobs
  /** Reads the file, and adds what this deployment warns of. */
  probe: ProbeUpload
  limits: UploadLimits
  log: Logger
  /** How many files are read at the same time. */
  width?: number
  retryMs?: number
}

export const createUploadReading = ({
  db,
  store,
  blobs,
  probe,
  limits,
  log,
  width = 1,
  retryMs = 5_000,
}: UploadReadingParts) => {
  const waiting = new Set<string>()
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>()
  const retries = new Set<NodeJS.Timeout>()
  let isStopped = false

  const pathOf = (sha256: string): string => {
    const path = store.pathOf?.(sha256)
    if (path === undefined) throw new Error('readers need a blob store with local files')
    return path
  }

  const look = async (upload: Upload & { sha256: string }, signal: AbortSignal): Promise<Probe> => {
    if (!(await store.has(upload.sha256))) throw uploadProblems.uploadBytesLost({ id: upload.id })
    signal.throwIfAborted()
    const found = await probe({ path: pathOf(upload.sha256), fileName: upload.fileName, signal })
    return upload.isFromStorage ? found : withSizeWarnings(found, limits)
  }

  /** Nothing of a refused file is kept but the reason. */
  const refuse = async (upload: Upload & { sha256: string }, error: unknown) => {
    if (!isProblem(error))
      log.error({ event: 'upload.reader-broke', uploadId: upload.id, err: error }, 'reading an upload broke')
    const problem = isProblem(error) ? error : uploadProblems.readerFailed()
    await db.transaction(async (trx) => {
      if (await uploads(trx).toRefused(upload.id, problem.toJSON()))
        await blobs.removeIfUnusedIn(trx, upload.sha256)
    })
  }

  const readOne = async (id: string, signal: AbortSignal): Promise<void> => {
    const upload = await uploads(db).find(id)
    if (upload?.state !== 'probing' || upload.sha256 === null) return
    const complete = { ...upload, sha256: upload.sha256 }
    const outcome = await look(complete, signal).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    )
    if (signal.aborted) return
    if ('error' in outcome) await refuse(complete, outcome.error)
    else
      await uploads(db)
        .toReady(id, outcome.found)
        .catch((error: unknown) => {
          if (isConnectionLost(error)) throw error
          // Read again, the file would lead here again.
          return refuse(complete, error)
        })
  }

  const retryLater = (id: string) => {
    const timer = setTimeout(() => {
      retries.delete(timer)
      add(id)
    }, retryMs)
    timer.unref()
    retries.add(timer)
  }

  const startNext = () => {
    for (const id of waiting) {
      if (isStopped || running.size >= width) return
      waiting.delete(id)
      const abort = new AbortController()
      const done = readOne(id, abort.signal)
        .catch((err: unknown) => {
          // The outcome could not be noted: the database is away. The upload is still 'probing'.
          log.warn({ event: 'upload.read-postponed', uploadId: id, err }, 'an upload will be read later')
          if (!isStopped) retryLater(id)
        })
        .finally(() => {
          running.delete(id)
          startNext()
        })
      running.set(id, { abort, done })
    }
  }

  const add = (id: string): void => {
    if (isStopped || running.has(id)) return
    waiting.add(id)
    startNext()
  }

  return {
    add,
    /** Gives a reading up; returns when its reader has ended. */
    cancel: async (id: string): Promise<void> => {
      waiting.delete(id)
      const reading = running.get(id)
      reading?.abort.abort(new Error('the upload was given up'))
      await reading?.done
    },
    resume: async (): Promise<void> => {
      for (const { id } of await uploads(db).listInState('probing')) add(id)
    },
    stop: async (): Promise<void> => {
      isStopped = true
      waiting.clear()
      for (const timer of retries) clearTimeout(timer)
      for (const { abort } of running.values()) abort.abort(new Error('the server stops'))
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

export type UploadReading = ReturnType<typeof createUploadReading>
