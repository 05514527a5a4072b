/**
 * Idempotency-Key (reliability §5, P4): a POST repeated with the same key has its effect once. The stored answer
 * is returned for 24 hours; while the first is still running, and for another body under the same key, a problem.
 *
 * The effect and its answer are two commits, and a server can die between them. So the effect gets its id from the
 * claim: who takes a dead server's claim over runs again under the same id, and finds what is there already.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { sql } from '../db/sql.ts'
import type { Actor } from '../domain/actor.ts'
import { isProblem } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { failpoint } from './failpoint.ts'
import { persistently } from './persistently.ts'

export type Repeatable<Body> = { status: number; body: Body; headers?: Record<string, string> }

type Row = {
  scope: string
  key: string
  fingerprint: string
  status: number | null
  body: unknown
  held_until: unknown
}

const claimKey = sql<{ effect_id: string }>('queries/claim-idempotency-key.sql')

/** A claim lapses this long after its server was last heard of. */
const holdSeconds = 30
const heartbeatMs = 10_000

export const createIdempotency = ({ db }: { db: Knex }) => ({
  /**
   * Runs `run` unless this actor has already had this operation's answer for this key. What `run` makes has the id
   * `effectId`; it may run again under the same one, and then answers with what it made before.
   */
  once: async <Answer extends Repeatable<unknown>>(
    request: { actor: Actor; key: string | undefined; operation: string; fingerprint: string },
    run: (effectId: string) => Promise<Answer>,
  ): Promise<Answer> => {
    if (request.key === undefined) return run(randomUUID())
    const who = request.actor.kind === 'token' ? request.actor.tokenId : request.actor.kind
    const where = { scope: `${who} ${request.operation}`, key: request.key }
    const fingerprint = createHash('sha256').update(request.fingerprint).digest('hex')
    const row = () => db<Row>('idempotency').where(where)
    const [claim] = await claimKey(db, { ...where, fingerprint, holdSeconds })
    if (!claim) {
      const earlier = await row().first()
      if (earlier && earlier.fingerprint !== fingerprint)
        throw generalProblems.idempotencyMismatch({ key: request.key })
      if (!earlier || earlier.status === null)
        throw generalProblems.conflict({
          why: 'The first request with this Idempotency-Key is still running. Ask again in a moment.',
        })
      const stored = earlier.body as { body: unknown; headers: Record<string, string> }
      return {
        status: earlier.status,
        body: stored.body,
        headers: { ...stored.headers, 'Idempotency-Replayed': 'true' },
      } as unknown as Answer
    }
    const hold = (seconds: number) =>
      row()
        .whereNull('status')
        .update({ held_until: db.raw('now() + make_interval(secs => ?)', [seconds]) })
    // What cannot be noted, because the database is away, lapses by itself.
    const heartbeat = setInterval(() => void hold(holdSeconds).catch(() => {}), heartbeatMs)
    try {
      const answer = await run(claim.effect_id)
      await failpoint('idempotency.beforeAnswer')
      const body = JSON.stringify({ body: answer.body, headers: answer.headers ?? {} })
      await row()
        .update({ status: answer.status, body })
        .catch(() => {})
      return answer
    } catch (error) {
      // A refused request had no effect, so the same key may be tried again with better content. What broke may have
      // had one: it keeps its id.
      const isRefused = isProblem(error) && error.status < 500
      const release = async () => {
        await (isRefused ? row().delete() : hold(-1))
      }
      await release().catch(() => void persistently(release).catch(() => {}))
      throw error
    } finally {
      clearInterval(heartbeat)
    }
  },

  /** The embedded database has one process only, so a claim found at start belongs to a dead one. */
  releaseAll: async (): Promise<void> => {
    await db<Row>('idempotency')
      .whereNull('status')
      .update({ held_until: db.raw("now() - interval '1 second'") })
  },
})

export type Idempotency = ReturnType<typeof createIdempotency>
