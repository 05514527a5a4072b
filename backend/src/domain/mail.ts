/** Mails on their way out (R12.7). */
export type MailKind =
  | 'submission-new'
  | 'submission-receipt'
  | 'submission-returned'
  | 'submission-approved'
  | 'submission-rejected'
  | 'record-returned'

export type MailState = 'waiting' | 'sent' | 'failed'

export type Mail = {
  id: string
  kind: MailKind
  recipientName: string
  recipientEmail: string
  subject: string
  submissionId: string | null
  /** What the text is made of when it is sent. */
  data: Record<string, unknown>
  state: MailState
  attempts: number
  nextAt: string
  lastError: string | null
  createdAt: string
  sentAt: string | null
}

/** A mail as it is handed to the mail server. */
export type Letter = { subject: string; text: string; html: string }

const minute = 60
const pauses = [minute, 5 * minute, 15 * minute, 60 * minute, 4 * 60 * minute]

/** After so many attempts, some four days, a mail is given up until somebody sends it again. */
export const mostAttempts = 28

/** Seconds until the next attempt: soon at first, then every four hours. */
export const pauseAfter = (attempts: number): number =>
  pauses[Math.min(Math.max(0, attempts - 1), pauses.length - 1)] ?? minute

/**
 * Whether trying again may help. The mail server's answers of the 500s are final (RFC 5321 §4.2.1); everything else,
 * such as no connection, greylisting or a wrong password that somebody will mend, passes.
 */
export const isFinalAnswer = (code: number | undefined): boolean =>
  code !== undefined && code >= 500 && code < 600 && code !== 530 && code !== 535
