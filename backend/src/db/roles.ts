/**
 * The database roles of a PostgreSQL server (D4). The user we connect as owns the tables; `secims_read` sees what the
 * public sees, `secims_app` and `secims_ingest` are for operators who run parts of the program as other users.
 * Runs at every start, so that rights given later to our user, and tables added later, are taken into account.
 */
import { readFileSync } from 'node:fs'
import type { ClientBase } from 'pg'
import type { Logger } from 'pino'

const grants = readFileSync(new URL('../../../sql/roles.sql', import.meta.url), 'utf8')

const INSUFFICIENT_PRIVILEGE = '42501'
/** Roles belong to the whole server: programs on other databases of it may be changing them at this moment. */
const COLLISIONS = ['23505', '42710', 'XX000', '40001']
const ATTEMPTS = 5

export const ensureRoles = async (client: ClientBase, log: Logger): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`begin; ${grants}; commit`)
      return true
    } catch (error) {
      await client.query('rollback')
      const code = (error as { code?: string }).code ?? ''
      if (code === INSUFFICIENT_PRIVILEGE) {
        const event = 'database.roles-skipped'
        log.warn(
          { event, err: error },
          'no right to make roles; reading runs with the rights of the main user',
        )
        return false
      }
      if (!COLLISIONS.includes(code) || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt * Math.random()))
    }
  }
}
