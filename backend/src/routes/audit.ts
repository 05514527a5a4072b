/** The audit log over HTTP. */
import type { Knex } from 'knex'
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { audit } from '../services/audit.ts'

export const auditHandlers = ({
  db,
}: {
  db: Knex
}): Handlers<Pick<operations, 'listAudit' | 'verifyAudit'>> => ({
  listAudit: async ({ query }) => ({
    status: 200,
    body: {
      entries: (
        await audit(db).list({
          limit: query.limit ?? 100,
          recordId: query.recordId,
          action: query.action,
          before: query.before,
        })
      ).map(({ previousHash, ...entry }) => entry),
    },
  }),
  verifyAudit: async () => ({ status: 200, body: await audit(db).verify() }),
})
