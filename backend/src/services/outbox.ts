/**
 * The mail outbox (R12.7). A mail is queued in the transaction of what it tells about, and kept until a mail server has
 * taken it. Its text is made when it is sent: a private link is minted for that mail then, so that no secret waits here.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Actor } from '../domain/actor.ts'
import type { Job } from '../domain/job.ts'
import {
  isFinalAnswer,
  type Mail,
  type MailKind,
  type MailState,
  mostAttempts,
  pauseAfter,
} from '../domain/mail.ts'
import { demand } from '../domain/policy.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { MailServer } from '../mail/mail-server.ts'
import { toLine, toText } from '../metadata/plain-text.ts'
import { mails } from '../repositories/mails.ts'
import { submissionLinks } from '../repositories/submissions.ts'
import { audit } from './audit.ts'
import { enqueue, type Jobs } from './jobs.ts'
import { type LetterData, subjectOf, writeLetter } from './letters.ts'

export type QueuedMail = {
  kind: MailKind
  to: { name: string; email: string }
  submissionId: string | null
  data: LetterData
}

const sendJob = { kind: 'send-mails', key: 'outbox' } as const

/** As part of a transaction: sent when that has committed, and never when it has not. */
export const queueMail = async (trx: Knex, { kind, to, submissionId, data }: QueuedMail): Promise<void> => {
  await mails(trx).add({
    id: randomUUID(),
    kind,
    recipientName: toLine(to.name, 200) ?? '',
    recipientEmail: to.email,
    subject: subjectOf(kind, data),
    submissionId,
    data,
  })
  await enqueue(trx, sendJob)
}

export const newLinkSecret = (): string => randomBytes(32).toString('base64url')
export const digestOfLink = (secret: string): string => createHash('sha256').update(secret).digest('hex')
export const linkOf = (siteUrl: string, reference: string, secret: string): string =>
  `${siteUrl}/submissions/${reference}#${secret}`

export type OutboxParts = {
  db: Knex
  jobs: Pick<Jobs, 'finish'>
  /** null where none is configured: mails wait. */
  server: MailServer | null
  siteTitle: string
  /** Of the links in mails; a mail server is configured only together with it. */
  publicUrl: string | null
  linkDays: number
  log: Logger
  ring: () => void
}

const withLink = new Set<MailKind>(['submission-receipt', 'submission-returned'])

export const createOutbox = (parts: OutboxParts) => {
  const { db, jobs, server, siteTitle, publicUrl, linkDays, log } = parts

  const mintLink = async (mail: Mail, siteUrl: string): Promise<string> => {
    if (!withLink.has(mail.kind) || mail.submissionId === null) return siteUrl
    const secret = newLinkSecret()
    await submissionLinks(db).add({
      sha256: digestOfLink(secret),
      submissionId: mail.submissionId,
      days: linkDays,
    })
    return linkOf(siteUrl, (mail.data as LetterData).reference, secret)
  }

  const letterOf = (mail: Mail, siteUrl: string, link: string) =>
    writeLetter(mail.kind, mail.data as LetterData, { siteTitle, siteUrl, link, linkDays })

  const sendOne = async (mail: Mail, { send }: MailServer): Promise<void> => {
    const siteUrl = publicUrl ?? ''
    try {
      const letter = letterOf(mail, siteUrl, await mintLink(mail, siteUrl))
      await send({ ...letter, id: mail.id, to: { name: mail.recipientName, address: mail.recipientEmail } })
    } catch (error) {
      const { message = String(error), responseCode } = error as Error & { responseCode?: number }
      const attempts = mail.attempts + 1
      const isOver = isFinalAnswer(responseCode) || attempts >= mostAttempts
      await mails(db).noteFailure(mail.id, {
        error: toText(message, 500) ?? 'The mail server gave no reason.',
        state: isOver ? 'failed' : 'waiting',
        pauseSeconds: pauseAfter(attempts),
      })
      log.warn(
        { event: 'mail.not-sent', mailId: mail.id, kind: mail.kind, responseCode, isOver },
        'mail not sent',
      )
      return
    }
    await mails(db).toSent(mail.id)
    log.info({ event: 'mail.sent', mailId: mail.id, kind: mail.kind }, 'mail sent')
  }

  return {
    isConfigured: server !== null,
    /** Sends what is due, one after the other. */
    run: async (job: Job, signal: AbortSignal): Promise<void> => {
      if (server !== null)
        for (;;) {
          signal.throwIfAborted()
          const mail = await mails(db).findDue()
          if (!mail) break
          await sendOne(mail, server)
        }
      await jobs.finish(db, job)
    },
    /** Called from time to time: mails whose next attempt has come. */
    enqueueDue: async (): Promise<void> => {
      if (server === null || !(await mails(db).findDue())) return
      await enqueue(db, sendJob)
      parts.ring()
    },
    stop: () => server?.close(),

    list: async (filter: { state?: MailState; limit: number; offset: number }, actor: Actor) => {
      demand(actor, 'manage the outbox')
      return {
        ...(await mails(db).list(filter)),
        server: { isConfigured: server !== null, host: server?.host ?? null, from: server?.from ?? null },
      }
    },
    /** As it is written, with words in the place of its private link. */
    read: async (id: string, siteUrl: string, actor: Actor): Promise<{ mail: Mail; text: string }> => {
      demand(actor, 'manage the outbox')
      const mail = (await mails(db).find(id)) ?? raise(generalProblems.notFound({ what: 'mail', id }))
      return { mail, text: letterOf(mail, publicUrl ?? siteUrl, '(private link of the recipient)').text }
    },
    sendAgain: async (id: string, { actor, ip }: { actor: Actor; ip: string }): Promise<Mail> => {
      demand(actor, 'manage the outbox')
      const mail = await db.transaction(async (trx) => {
        const waiting =
          (await mails(trx).toWaiting(id)) ?? raise(generalProblems.notFound({ what: 'mail', id }))
        await enqueue(trx, sendJob)
        await audit(trx).add({
          actor,
          action: 'mail.sent-again',
          subject: id,
          detail: { kind: waiting.kind },
          ip,
        })
        return waiting
      })
      parts.ring()
      return mail
    },
  }
}

export type Outbox = ReturnType<typeof createOutbox>
