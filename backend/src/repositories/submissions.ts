/** Submissions of the public and their private links as rows (R2). */
import type { Knex } from 'knex'
import { toJsonb } from '../db/json.ts'
import { pageOf } from '../db/page.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { Submission, SubmissionEvent, SubmissionState } from '../domain/submission.ts'

type SubmissionRow = {
  id: string
  reference: string
  state: SubmissionState
  version: number
  contact: Submission['contact']
  metadata: Submission['metadata']
  message: string | null
  is_hosted_elsewhere: boolean
  upload_id: string | null
  upload_layer: string | null
  file: Submission['file']
  reason: string | null
  record_id: string | null
  history: SubmissionEvent[]
  created_at: string
  updated_at: string
}

const fromRow = (row: SubmissionRow): Submission => ({
  id: row.id,
  reference: row.reference,
  state: row.state,
  version: row.version,
  contact: row.contact,
  metadata: row.metadata,
  message: row.message,
  isHostedElsewhere: row.is_hosted_elsewhere,
  uploadId: row.upload_id,
  uploadLayer: row.upload_layer,
  file: row.file,
  reason: row.reason,
  recordId: row.record_id,
  history: row.history,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export type NewSubmission = Pick<
  Submission,
  | 'id'
  | 'reference'
  | 'contact'
  | 'metadata'
  | 'message'
  | 'isHostedElsewhere'
  | 'uploadId'
  | 'uploadLayer'
  | 'file'
> & { sender: string }

export type SubmissionChanges = Partial<
  Pick<
    Submission,
    | 'state'
    | 'contact'
    | 'metadata'
    | 'message'
    | 'isHostedElsewhere'
    | 'uploadId'
    | 'uploadLayer'
    | 'file'
    | 'reason'
    | 'recordId'
  >
>

const toColumns = (changes: SubmissionChanges) => {
  const columns: Record<string, unknown> = {}
  const put = (name: string, value: unknown) => {
    if (value !== undefined) columns[name] = value
  }
  put('state', changes.state)
  put('contact', changes.contact && toJsonb(changes.contact))
  put('metadata', changes.metadata && toJsonb(changes.metadata))
  put('message', changes.message)
  put('is_hosted_elsewhere', changes.isHostedElsewhere)
  put('upload_id', changes.uploadId)
  put('upload_layer', changes.uploadLayer)
  put('file', changes.file && toJsonb(changes.file))
  put('reason', changes.reason)
  put('record_id', changes.recordId)
  return columns
}

const openStates: SubmissionState[] = ['received', 'in_review', 'publishing']
/** Somebody has to do something about these. */
const waitingStates: SubmissionState[] = ['received', 'in_review']

export type SubmissionFilter = {
  state: SubmissionState | 'open' | 'all'
  q?: string
  limit: number
  offset: number
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** Decided against, or waiting for a submitter who does not come back. */
const lapsing: SubmissionState[] = ['returned', 'rejected']

export const submissions = (db: Knex) => ({
  /** Of those that nobody took up: how many there are, and which have not changed for so many days. */
  listLapsed: async (days: number): Promise<{ among: number; lapsed: string[] }> => {
    const rows: { reference: string; is_over: boolean }[] = await db('submission')
      .whereIn('state', lapsing)
      .select('reference', db.raw('updated_at < now() - make_interval(days => ?) as is_over', [days]))
    return { among: rows.length, lapsed: rows.filter((row) => row.is_over).map((row) => row.reference) }
  },
  /** With the mails about it, which have the same names in them. False when it has changed meanwhile. */
  removeLapsed: async (reference: string, days: number): Promise<boolean> => {
    const row = await db('submission')
      .where({ reference })
      .whereIn('state', lapsing)
      .whereRaw('updated_at < now() - make_interval(days => ?)', [days])
      .forUpdate()
      .first('id')
    if (!row) return false
    await db('mail').where({ submission_id: row.id }).delete()
    await db('submission').where({ id: row.id }).delete()
    return true
  },
  find: async (reference: string): Promise<Submission | undefined> => {
    const row = await db<SubmissionRow>('submission').where({ reference }).first()
    return row && fromRow(row)
  },
  findById: async (id: string): Promise<Submission | undefined> => {
    const row = await db<SubmissionRow>('submission').where({ id }).first()
    return row && fromRow(row)
  },
  /** Locks it until the transaction ends. */
  lock: async (reference: string): Promise<Submission> => {
    const row = await db<SubmissionRow>('submission').where({ reference }).forUpdate().first()
    return row ? fromRow(row) : raise(generalProblems.notFound({ what: 'submission', id: reference }))
  },
  lockOfRecord: async (recordId: string): Promise<Submission | undefined> => {
    const row = await db<SubmissionRow>('submission').where({ record_id: recordId }).forUpdate().first()
    return row && fromRow(row)
  },
  add: async (submission: NewSubmission): Promise<Submission> => {
    const history: SubmissionEvent[] = [{ state: 'received', at: new Date().toISOString() }]
    const [row] = await db('submission')
      .insert({
        id: submission.id,
        reference: submission.reference,
        contact: toJsonb(submission.contact),
        metadata: toJsonb(submission.metadata),
        message: submission.message,
        is_hosted_elsewhere: submission.isHostedElsewhere,
        upload_id: submission.uploadId,
        upload_layer: submission.uploadLayer,
        file: submission.file && toJsonb(submission.file),
        sender: submission.sender,
        history: toJsonb(history),
      })
      .returning('*')
    return fromRow(row as SubmissionRow)
  },
  /** Counts the version up; `event` is added to what the submitter reads. */
  change: async (id: string, changes: SubmissionChanges, event?: SubmissionEvent): Promise<Submission> => {
    const [row] = await db('submission')
      .where({ id })
      .update({
        ...toColumns(changes),
        version: db.raw('version + 1'),
        updated_at: db.fn.now(),
        ...(event && { history: db.raw('history || ?::jsonb', [JSON.stringify([event])]) }),
      })
      .returning('*')
    return fromRow(row as SubmissionRow)
  },
  list: async ({ state, q, limit, offset }: SubmissionFilter) => {
    const fitting = db<SubmissionRow>('submission')
    if (state === 'open') fitting.whereIn('state', openStates)
    else if (state !== 'all') fitting.where({ state })
    if (q?.trim()) {
      const like = `%${escapeLike(q.trim())}%`
      fitting.whereRaw(
        "(reference ilike ? or metadata ->> 'title' ilike ? or contact ->> 'name' ilike ? or contact ->> 'email' ilike ?)",
        [like, like, like, like],
      )
    }
    const isOpen = state === 'open' || waitingStates.includes(state as SubmissionState)
    // Who has waited for longest comes first; of the others what was done last.
    const first = isOpen
      ? ({ column: 'created_at' } as const)
      : ({ column: 'updated_at', order: 'desc' } as const)
    const { rows, total } = await pageOf<SubmissionRow>(fitting, {
      order: [first, { column: 'id' }],
      limit,
      offset,
    })
    return { submissions: rows.map(fromRow), total }
  },
  countWaiting: async (): Promise<number> => {
    const row = await db('submission').whereIn('state', waitingStates).count({ n: '*' }).first()
    return Number(row?.['n'] ?? 0)
  },
  /** How many of the last hour came from there, and when the first of them came. */
  recentFrom: async (
    from: { sender: string } | { email: string },
  ): Promise<{ count: number; firstAt: Date | null }> => {
    const recent = db('submission').whereRaw("created_at > now() - interval '1 hour'")
    if ('sender' in from) recent.where({ sender: from.sender })
    else recent.whereRaw("lower(contact ->> 'email') = ?", [from.email.toLowerCase()])
    const row = await recent.count({ n: '*' }).min({ first: 'created_at' }).first()
    return { count: Number(row?.['n'] ?? 0), firstAt: row?.['first'] ? new Date(row['first']) : null }
  },
  /** Locks the secret: who counts and adds comes one after the other. */
  lockSecret: async (): Promise<string> => (await db('submission_secret').forUpdate().first('value')).value,
  secret: async (): Promise<string> => (await db('submission_secret').first('value')).value,
})

export const submissionLinks = (db: Knex) => ({
  find: async (
    sha256: string,
  ): Promise<{ sha256: string; submissionId: string; expiresAt: string } | undefined> => {
    const row = await db('submission_link').where({ sha256 }).first()
    return row && { sha256: row.sha256, submissionId: row.submission_id, expiresAt: row.expires_at }
  },
  add: async (link: { sha256: string; submissionId: string; days: number }): Promise<void> => {
    await db('submission_link').insert({
      sha256: link.sha256,
      submission_id: link.submissionId,
      expires_at: db.raw('now() + make_interval(days => ?)', [link.days]),
    })
  },
  /** Something happened to the submission, so its links live on. */
  prolong: async (submissionId: string, days: number): Promise<void> => {
    await db('submission_link')
      .where({ submission_id: submissionId })
      .whereRaw('expires_at > now()')
      .update({ expires_at: db.raw('now() + make_interval(days => ?)', [days]) })
  },
})
