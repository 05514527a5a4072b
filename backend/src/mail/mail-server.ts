/** Hands mails to the mail server (R12.7). Nothing is decided here: what goes wrong is thrown, with the server's answer. */
import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import type { Letter } from '../domain/mail.ts'

export type MailServer = {
  host: string
  from: string
  send: (letter: Letter & { id: string; to: { name: string; address: string } }) => Promise<void>
  close: () => void
}

const patienceMs = 30_000

const isLocal = (host: string) =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

export const openMailServer = ({
  url,
  from,
  siteTitle,
}: {
  url: string
  from: string
  siteTitle: string
}): MailServer => {
  const { protocol, hostname, port, username, password } = new URL(url)
  const isSecure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    // A password never travels in the clear, unless it does not leave this computer.
    requireTLS: !isSecure && username !== '' && !isLocal(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    // Texts are ours; no file of this computer and no address is ever read into a mail.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.split('@').at(-1) ?? 'localhost'
  return {
    host: hostname,
    from,
    send: async ({ id, to, subject, text, html }) => {
      await transport.sendMail({
        from: { name: siteTitle, address: from },
        // As parts, not as text to be taken apart: a comma in a name makes no second recipient.
        to,
        envelope: { from, to: [to.address] },
        subject,
        text,
        html,
        // The same for every attempt, so that a mail that arrived twice is shown once.
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: () => transport.close(),
  }
}
