/** The mail outbox as rows (R12.7). */
import type { Knex } from 'knex'
import { toJsonb } from '../db/json.ts'
import { pageOf } from '../db/page.ts'
import type { Mail, MailKind, MailState } from '../domain/mail.ts'

type MailRow = {
  id: string
  kind: MailKind
  recipient_name: string
  recipient_email: string
  subject: string
  submission_id: string | null
  data: Record<string, unknown>
  state: MailState
  attempts: number
  next_at: string
  last_error: string | null
  created_at: string
  sent_at: string | null
}

const fromRow = (row: MailRow): Mail => ({
  id: row.id,
  kind: row.kind,
  recipientName: row.recipient_name,
  recipientEmail: row.recipient_email,
  subject: row.subject,
  submissionId: row.submission_id,
  data: row.data,
  state: row.state,
  attempts: row.attempts,
  nextAt: row.next_at,
  lastError: row.last_error,
  createdAt: row.created_at,
  sentAt: row.sent_at,
})

export type NewMail = Pick<
  Mail,
  'id' | 'kind' | 'recipientName' | 'recipientEmail' | 'subject' | 'submissionId' | 'data'
>

export const mails = (db: Knex) => ({
  find: async (id: string): Promise<Mail | undefined> => {
    const row = await db<MailRow>('mail').where({ id }).first()
    return row && fromRow(row)
  },
  add: async (mail: NewMail): Promise<void> => {
    await db('mail').insert({
      id: mail.id,
      kind: mail.kind,
      recipient_name: mail.recipientName,
      recipient_email: mail.recipientEmail,
      subject: mail.subject,
      submission_id: mail.submissionId,
      data: toJsonb(mail.data),
    })
  },
  /** The one that has been due for longest. */
  findDue: async (): Promise<Mail | undefined> => {
    const row = await db<MailRow>('mail')
      .where({ state: 'waiting' })
      .whereRaw('next_at <= now()')
      .orderBy('next_at')
      .orderBy('created_at')
      .first()
    return row && fromRow(row)
  },
  toSent: async (id: string): Promise<void> => {
    await db('mail')
      .where({ id })
      .update({ state: 'sent', sent_at: db.fn.now(), attempts: db.raw('attempts + 1'), last_error: null })
  },
  noteFailure: async (
    id: string,
    failure: { error: string; state: 'waiting' | 'failed'; pauseSeconds: number },
  ): Promise<void> => {
    await db('mail')
      .where({ id })
      .update({
        state: failure.state,
        attempts: db.raw('attempts + 1'),
        last_error: failure.error,
        next_at: db.raw('now() + make_interval(secs => ?)', [failure.pauseSeconds]),
      })
  },
  /** Due at once, with its attempts counted anew. */
  toWaiting: async (id: string): Promise<Mail | undefined> => {
    const [row] = await db<MailRow>('mail')
      .where({ id })
      .update({ state: 'waiting', attempts: 0, sent_at: null, next_at: db.fn.now() } as never)
      .returning('*')
    return row && fromRow(row)
  },
  list: async ({
    state,
    limit,
    offset,
  }: {
    state?: MailState
    limit: number
    offset: number
  }): Promise<{ mails: Mail[]; total: number }> => {
    const fitting = db<MailRow>('mail')
    if (state !== undefined) fitting.where({ state })
    const order = [{ column: 'created_at', order: 'desc' } as const, { column: 'id' }]
    const { rows, total } = await pageOf<MailRow>(fitting, { order, limit, offset })
    return { mails: rows.map(fromRow), total }
  },
})
