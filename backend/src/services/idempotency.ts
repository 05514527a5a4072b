/**
 * Idempotency-Key (reliability §5, P4): a POST repeated with the same key has its effect once. The stored answer
 * is returned for 24 hours; while the first is still running, and for another body under the same key, a problem.
 */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { generalProblems } from '../domain/problems/general.ts'

export type Repeatable<Body> = { status: number; body: Body; headers?: Record<string, string> }

type Row = { scope: string; key: string; fingerprint: string; status: number | null; body: unknown }

export const createIdempotency = ({ db }: { db: Knex }) => ({
  /** Runs `run` unless this actor has already had this operation's answer for this key. */
  once: async <Answer extends Repeatable<unknown>>(
    request: { actor: Actor; key: string | undefined; operation: string; fingerprint: string },
    run: () => Promise<Answer>,
  ): Promise<Answer> => {
    if (request.key === undefined) return run()
    const who = request.actor.kind === 'token' ? request.actor.tokenId : request.actor.kind
    const where = { scope: `${who} ${request.operation}`, key: request.key }
    const fingerprint = createHash('sha256').update(request.fingerprint).digest('hex')
    const claimed = await db<Row>('idempotency')
      .insert({ ...where, fingerprint })
      .onConflict(['scope', 'key'])
      .ignore()
      .returning('key')
    if (claimed.length === 0) {
      const earlier = await db<Row>('idempotency').where(where).first()
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
    try {
      const answer = await run()
      await db<Row>('idempotency')
        .where(where)
        .update({
          status: answer.status,
          body: JSON.stringify({ body: answer.body, headers: answer.headers ?? {} }),
        })
      return answer
    } catch (error) {
      // A refused request had no effect, so the same key may be tried again with better content.
      await db<Row>('idempotency').where(where).delete()
      throw error
    }
  },
  removeOlderThan: async (hours: number): Promise<number> =>
    db('idempotency').whereRaw('created_at < now() - make_interval(hours => ?)', [hours]).delete(),
})

export type Idempotency = ReturnType<typeof createIdempotency>
