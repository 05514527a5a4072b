/** Publications as rows. */
import type { Knex } from 'knex'
import { toJsonb } from '../db/json.ts'
import type { ProblemBody } from '../domain/problem.ts'
import type {
  Likeness,
  Publication,
  PublicationPlan,
  PublicationResult,
  PublicationStep,
} from '../domain/publication.ts'

type PublicationRow = {
  id: string
  record_id: string
  kind: Publication['kind']
  state: Publication['state']
  step: PublicationStep
  request: PublicationPlan
  actor_id: string | null
  record_version: number
  result: PublicationResult | null
  problem: ProblemBody | null
  created_at: string
  finished_at: string | null
}

const fromRow = (row: PublicationRow): Publication => ({
  id: row.id,
  recordId: row.record_id,
  kind: row.kind,
  state: row.state,
  step: row.step,
  request: row.request,
  actorId: row.actor_id,
  recordVersion: row.record_version,
  result: row.result,
  problem: row.problem,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

export const publications = (db: Knex) => ({
  find: async (id: string): Promise<Publication | undefined> => {
    const row = await db<PublicationRow>('publication').where({ id }).first()
    return row && fromRow(row)
  },
  findActive: async (recordId: string): Promise<Publication | undefined> => {
    const row = await db<PublicationRow>('publication')
      .where({ record_id: recordId })
      .whereIn('state', ['queued', 'running'])
      .first()
    return row && fromRow(row)
  },
  listOfRecord: async (recordId: string): Promise<Publication[]> =>
    (
      await db<PublicationRow>('publication')
        .where({ record_id: recordId })
        .orderBy('created_at', 'desc')
        .limit(100)
    ).map(fromRow),
  add: async (publication: {
    id: string
    recordId: string
    plan: PublicationPlan
    actorId: string | null
    recordVersion: number
  }): Promise<Publication> => {
    const [row] = await db('publication')
      .insert({
        id: publication.id,
        record_id: publication.recordId,
        kind: publication.plan.kind,
        request: toJsonb(publication.plan),
        actor_id: publication.actorId,
        record_version: publication.recordVersion,
      })
      .returning('*')
    return fromRow(row as PublicationRow)
  },
  /** Moves an unfinished publication on; false when it has ended meanwhile (cancelled). */
  toStep: async (id: string, step: PublicationStep): Promise<boolean> =>
    (await db('publication')
      .where({ id })
      .whereIn('state', ['queued', 'running'])
      .update({ state: 'running', step })) === 1,
  finish: async (id: string, result: PublicationResult): Promise<boolean> =>
    (await db('publication')
      .where({ id })
      .whereIn('state', ['queued', 'running'])
      .update({ state: 'done', step: 'done', result: toJsonb(result), finished_at: db.fn.now() })) === 1,
  /** false when it has not ended well, so that there is nothing to compare. */
  keepLikeness: async (id: string, likeness: Likeness): Promise<boolean> =>
    (await db('publication')
      .where({ id, state: 'done' })
      .update({ result: db.raw('result || ?::jsonb', [toJsonb({ likeness })]) })) === 1,
  /** Of the newest that has one and after which neither data nor style were published again. */
  likenessOf: async (recordId: string): Promise<Likeness | null> => {
    const row = await db<PublicationRow>('publication')
      .where({ record_id: recordId, state: 'done' })
      .whereIn('kind', ['publish', 'replace', 'restyle'])
      .orderBy('created_at', 'desc')
      .first('result')
    return row?.result?.likeness ?? null
  },
  end: async (id: string, state: 'failed' | 'cancelled', problem: ProblemBody): Promise<boolean> =>
    (await db('publication')
      .where({ id })
      .whereIn('state', ['queued', 'running'])
      .update({ state, problem: toJsonb(problem), finished_at: db.fn.now() })) === 1,
  progressOf: async (id: string): Promise<{ share: number; text: string; rows?: number }> => {
    const row = await db('job').where({ kind: 'publish', key: id }).orderBy('id', 'desc').first('progress')
    return {
      share: row?.progress?.share ?? 0,
      text: row?.progress?.text ?? 'Waiting',
      rows: row?.progress?.rows,
    }
  },
})
