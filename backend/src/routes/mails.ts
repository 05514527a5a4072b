/** The mail outbox over HTTP (R12.7). */
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { Mail } from '../domain/mail.ts'
import type { Outbox } from '../services/outbox.ts'
import { unshared } from './uploads.ts'

type Operations = Pick<operations, 'listMails' | 'getMail' | 'sendMailAgain'>

const toJson = (mail: Mail): components['schemas']['Mail'] => ({
  id: mail.id,
  kind: mail.kind,
  to: mail.recipientEmail,
  subject: mail.subject,
  state: mail.state,
  attempts: mail.attempts,
  nextAt: mail.state === 'waiting' ? mail.nextAt : null,
  lastError: mail.lastError,
  reference: typeof mail.data['reference'] === 'string' ? mail.data['reference'] : null,
  createdAt: mail.createdAt,
  sentAt: mail.sentAt,
})

export const mailHandlers = ({ outbox }: { outbox: Outbox }): Handlers<Operations> => ({
  listMails: async ({ query, actor }) => {
    const { state, limit = 100, offset = 0 } = query
    const { mails, total, server } = await outbox.list({ state, limit, offset }, actor)
    return { status: 200, headers: unshared, body: { mails: mails.map(toJson), total, server } }
  },
  getMail: async ({ path, actor, http }) => {
    const { mail, text } = await outbox.read(path.mailId, http.siteUrl, actor)
    return { status: 200, headers: unshared, body: { mail: toJson(mail), text } }
  },
  sendMailAgain: async ({ path, actor, http }) => ({
    status: 200,
    headers: unshared,
    body: toJson(await outbox.sendAgain(path.mailId, { actor, ip: http.ip })),
  }),
})
