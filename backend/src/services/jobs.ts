/**
 * The queue of long work: a table of ours, because no library does leases with heartbeat and fencing on both
 * databases (decision 0005). A job is enqueued in the transaction that needs it.
 */
import type { Knex } from 'knex'
import { toJsonb } from '../db/json.ts'
import type { Queryable } from '../db/sql.ts'
import { sql } from '../db/sql.ts'
import { backoffSeconds, type Job, type JobKind, type JobProgress } from '../domain/job.ts'
import type { ProblemBody } from '../domain/problem.ts'

export const leaseSeconds = 30
export const heartbeatMs = 10_000

type JobRow = {
  id: number
  kind: JobKind
  key: string
  payload: Record<string, unknown>
  attempt: number
  max_attempts: number
  lease_owner: string
  fence: number
}

const claimJob = sql<JobRow>('queries/claim-job.sql')

/** Adds a job unless one of the same kind and key already waits or runs; call with the transaction that needs it. */
export const enqueue = async (
  trx: Knex,
  job: { kind: JobKind; key: string; payload?: Record<string, unknown>; delaySeconds?: number },
): Promise<void> => {
  await trx.raw(
    `insert into job (kind, key, payload, run_at)
     values (?, ?, ?::jsonb, now() + make_interval(secs => ?))
     on conflict (kind, key) where state in ('queued', 'running') do nothing`,
    [job.kind, job.key, JSON.stringify(job.payload ?? {}), job.delaySeconds ?? 0],
  )
}

export const createJobs = ({ db, executor, owner }: { db: Knex; executor: Queryable; owner: string }) => {
  const mine = (job: Job) => ({ id: job.id, fence: job.fence, state: 'running' })
  return {
    claim: async (kinds: JobKind[]): Promise<Job | null> => {
      const [row] = await claimJob(executor, { kinds, owner, leaseSeconds })
      if (!row) return null
      return {
        id: Number(row.id),
        kind: row.kind,
        key: row.key,
        payload: row.payload,
        attempt: row.attempt,
        maxAttempts: row.max_attempts,
        leaseOwner: row.lease_owner,
        fence: Number(row.fence),
      }
    },

    /** False when another worker has taken the job over: stop then, and write nothing. */
    heartbeat: async (job: Job): Promise<boolean> =>
      (await db('job')
        .where(mine(job))
        .update({ lease_until: db.raw('now() + make_interval(secs => ?)', [leaseSeconds]) })) === 1,

    progress: async (job: Job, progress: JobProgress): Promise<void> => {
      await db('job')
        .where(mine(job))
        .update({ progress: toJsonb(progress) })
    },

    /** Inside the committing transaction: holds the job row, so that a fenced-off worker cannot commit. */
    holdsFence: async (trx: Knex, job: Job): Promise<boolean> =>
      (await trx('job').where(mine(job)).forUpdate().first('id')) !== undefined,

    finish: async (trx: Knex, job: Job): Promise<void> => {
      await trx('job')
        .where(mine(job))
        .update({ state: 'done', finished_at: trx.fn.now(), lease_until: null })
    },

    /** Tries again later. */
    retry: async (job: Job, problem: ProblemBody): Promise<void> => {
      await db('job')
        .where(mine(job))
        .update({
          state: 'queued',
          problem: toJsonb(problem),
          lease_until: null,
          run_at: db.raw('now() + make_interval(secs => ?)', [backoffSeconds(job.attempt, Math.random())]),
        })
    },

    /** The server stops: the attempt does not count, and whoever comes next takes the job up at once. */
    handBack: async (job: Job): Promise<void> => {
      await db('job')
        .where(mine(job))
        .update({ state: 'queued', attempt: db.raw('attempt - 1'), lease_until: null, run_at: db.fn.now() })
    },

    /** It will not be tried again: whoever waits for it is told in the same commit. */
    bury: async (job: Job, problem: ProblemBody, tell: (trx: Knex) => Promise<void>): Promise<void> => {
      await db.transaction(async (trx) => {
        const buried = await trx('job')
          .where(mine(job))
          .update({
            state: 'dead',
            problem: toJsonb(problem),
            finished_at: trx.fn.now(),
            lease_until: null,
          })
        if (buried === 1) await tell(trx)
      })
    },

    /** The embedded database has one process only, so a lease found at start belongs to a dead one. */
    releaseAll: async (): Promise<void> => {
      await db('job')
        .where({ state: 'running' })
        .update({ lease_until: db.raw("now() - interval '1 second'") })
    },

    removeFinished: async (olderThanHours: number): Promise<number> =>
      db('job')
        .where({ state: 'done' })
        .whereRaw('finished_at < now() - make_interval(hours => ?)', [olderThanHours])
        .delete(),
  }
}

export type Jobs = ReturnType<typeof createJobs>
