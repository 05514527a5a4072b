/** What the database says went wrong, in our words: problems for people, and what callers must know to go on. */
import type { Knex } from 'knex'
import { isProblem, type Problem } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { Database } from './database.ts'

/** The parts of PostgreSQL's error report that we use; `pg` and knex pass them through. */
export type DatabaseError = Error & {
  /** SQLSTATE, or the name of a network error. */
  code?: string
  constraint?: string
  detail?: string
  table?: string
  column?: string
  syscall?: string
}

/** By the name of a constraint: the problem to show when it is violated. */
export type ConstraintProblems = Record<string, (error: DatabaseError) => Problem>

const DISK_FULL = '53100'
const OUT_OF_MEMORY = '53200'
const TOO_MANY_CONNECTIONS = '53300'
const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'
/** A NUL, as text and as JSON. */
const NOT_TEXT = ['22021', '22P05']
const RETRYABLE = ['40001', '40P01']
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]
/** `pg` and its pool have no codes for these; knex puts the statement before them. */
const LOST =
  /(^| - )(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|timeout expired|Cannot use a pool after calling end)/

const asDatabaseError = (error: unknown): DatabaseError | undefined =>
  error instanceof Error && !isProblem(error) ? error : undefined

/** The connection is gone or was never there; whether what ran on it took effect is unknown. */
export const isConnectionLost = (error: unknown): boolean => {
  const { code = '', message, syscall } = asDatabaseError(error) ?? { message: '' }
  if (code === 'ENOENT') return syscall === 'connect'
  if (code === '') return LOST.test(message)
  return /^08|^57P0/.test(code) || code === '25P03' || NETWORK.includes(code)
}

/** Nothing took effect, and the same transaction may succeed if it is run again. */
export const isRetryable = (error: unknown): boolean => RETRYABLE.includes(asDatabaseError(error)?.code ?? '')

const toProblem = (error: DatabaseError): Problem | undefined => {
  const { code = '' } = error
  const cause = { cause: error }
  if (code === DISK_FULL) return generalProblems.diskFull({}, cause)
  if (NOT_TEXT.includes(code)) return generalProblems.textUnusable({}, cause)
  if (isConnectionLost(error))
    return generalProblems.unavailable({ why: 'The database does not answer.' }, cause)
  const busy: Record<string, string> = {
    [OUT_OF_MEMORY]: 'The database has no memory left for this.',
    [TOO_MANY_CONNECTIONS]: 'The database has no free connection.',
    [LOCK_NOT_AVAILABLE]: 'The database is busy with something that does not allow this beside it.',
    [QUERY_CANCELED]: 'The database took too long.',
  }
  const why =
    busy[code] ?? (isRetryable(error) ? 'Somebody else changed the same thing at the same time.' : undefined)
  return why ? generalProblems.unavailable({ why }, cause) : undefined
}

/**
 * The problem that an error of the database means, or the error itself where it means a bug:
 * `throw translate(error, { token_domain_fkey: () => tokenProblems.domainUnknown({ … }) })`.
 */
export const translate = (error: unknown, constraints: ConstraintProblems = {}): unknown => {
  const found = asDatabaseError(error)
  if (!found) return error
  return constraints[found.constraint ?? '']?.(found) ?? toProblem(found) ?? error
}

const unknownOutcomes = new WeakSet<object>()

/**
 * The connection broke while the transaction was being committed: it may have taken effect or not. Look for the
 * effect by its id before doing it again.
 */
export const isCommitOutcomeUnknown = (error: unknown): boolean =>
  error instanceof Error && (unknownOutcomes.has(error) || isCommitOutcomeUnknown(error.cause))

const ATTEMPTS = 3

/**
 * Runs `work` in a transaction, again (at most three times in all) where PostgreSQL asks for it because of others
 * at the same rows; so `work` does nothing that a rollback does not undo. Errors come as the database gave them.
 */
export const transaction = async <T>(
  db: Pick<Database, 'knex'>,
  work: (trx: Knex.Transaction) => Promise<T>,
  config: Knex.TransactionConfig = {},
): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    let isCommitting = false
    try {
      return await db.knex.transaction(async (trx) => {
        const result = await work(trx)
        isCommitting = true
        return result
      }, config)
    } catch (error) {
      if (isCommitting && isConnectionLost(error) && error instanceof Error) unknownOutcomes.add(error)
      if (!isRetryable(error) || attempt === ATTEMPTS) throw error
    }
  }
}
