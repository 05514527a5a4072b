/** Takes jobs from the queue and runs them, with heartbeat, retry and an orderly stop. */
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Job, JobKind } from '../domain/job.ts'
import { isProblem, type ProblemBody } from '../domain/problem.ts'
import { heartbeatMs, type Jobs } from '../services/jobs.ts'
import { persistently } from '../services/persistently.ts'

export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>

export type WorkerParts = {
  jobs: Jobs
  handlers: Record<JobKind, JobHandler>
  /** Called in the commit that gives a job up. */
  onDead: (job: Job, problem: ProblemBody, trx: Knex) => Promise<void>
  translateError: (error: unknown) => unknown
  log: Logger
  pollMs?: number
}

/** Problems of the user's making are final; the database going away, a full disk and our own bugs are tried again. */
const isFinal = (error: unknown) => isProblem(error) && error.status < 500

const bodyOf = (error: unknown): ProblemBody =>
  isProblem(error)
    ? error.toJSON()
    : {
        type: '/problems/internal-error',
        title: 'Something is broken here',
        status: 500,
        detail: 'The server met an error it did not expect. Nothing was changed; the log has the cause.',
        code: 'internal-error',
        description: 'The server met an error it did not expect.',
      }

export const createWorker = ({ jobs, handlers, onDead, translateError, log, pollMs = 2000 }: WorkerParts) => {
  const kinds = Object.keys(handlers) as JobKind[]
  const stopping = new AbortController()
  let wake: () => void = () => {}
  let isRinging = false

  const sleep = () =>
    new Promise<void>((resolve) => {
      if (isRinging || stopping.signal.aborted) {
        isRinging = false
        resolve()
        return
      }
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const bury = (job: Job, problem: ProblemBody) => jobs.bury(job, problem, (trx) => onDead(job, problem, trx))

  const runOne = async (job: Job) => {
    const lost = new AbortController()
    const heartbeat = setInterval(() => {
      jobs.heartbeat(job).then(
        (isMine) => {
          if (!isMine) lost.abort(new Error('another worker has taken this job over'))
        },
        (error) => log.warn({ event: 'job.heartbeat-failed', jobId: job.id, err: error }, 'heartbeat failed'),
      )
    }, heartbeatMs)
    const startedAt = performance.now()
    try {
      // An attempt that ended with the process counts too: a job that takes the process with it does so a few times only.
      if (job.attempt > job.maxAttempts) {
        await bury(job, bodyOf(null))
        log.error({ event: 'job.abandoned', kind: job.kind, key: job.key }, 'job ended the process too often')
        return
      }
      await handlers[job.kind](job, AbortSignal.any([lost.signal, stopping.signal]))
      log.info(
        {
          event: 'job.done',
          kind: job.kind,
          key: job.key,
          tookMs: Math.round(performance.now() - startedAt),
        },
        'job done',
      )
    } catch (thrown) {
      if (lost.signal.aborted) return
      if (stopping.signal.aborted) {
        await jobs.handBack(job)
        return
      }
      const error = translateError(thrown)
      const problem = bodyOf(error)
      // Not noted, it would wait for its lease to run out; the database is back sooner.
      const noted = (note: () => Promise<void>) => persistently(note, { signal: stopping.signal })
      if (isFinal(error)) {
        await noted(() => bury(job, problem))
        log.info({ event: 'job.refused', kind: job.kind, key: job.key, code: problem.code }, 'job refused')
        return
      }
      log.error(
        { event: 'job.broke', kind: job.kind, key: job.key, attempt: job.attempt, err: error },
        'job broke',
      )
      const isLast = job.attempt >= job.maxAttempts
      await noted(() => (isLast ? bury(job, problem) : jobs.retry(job, problem)))
    } finally {
      clearInterval(heartbeat)
    }
  }

  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const job = await jobs.claim(kinds)
        if (job) await runOne(job)
        else await sleep()
      } catch (error) {
        log.warn({ event: 'worker.waits', err: error }, 'the queue cannot be read; waiting')
        await sleep()
      }
    }
  }

  let running: Promise<void> | null = null
  return {
    start: () => {
      running ??= loop()
    },
    /** Something was enqueued in this process: look at once instead of at the next poll. */
    ring: () => {
      isRinging = true
      wake()
    },
    /** Hands back what is running; it is taken up again at the next start. */
    stop: async () => {
      stopping.abort(new Error('the server is stopping'))
      wake()
      await running
    },
  }
}

export type Worker = ReturnType<typeof createWorker>
