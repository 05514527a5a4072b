/** Issues, rotates, revokes and recognises tokens (R1, security A1–A4). */
import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor, Role, TokenActor } from '../domain/actor.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { tokenProblems } from '../domain/problems/token.ts'
import { formatToken, isTokenValid, parseToken, type Token } from '../domain/token.ts'
import { domains, tokens } from '../repositories/tokens.ts'
import { audit } from './audit.ts'
import { createGrouping } from './grouping.ts'

export type TokenRequest = {
  role: Role
  domainId?: string | null
  name: string
  organisation: string
  email: string
  description?: string
  expiresAt?: string | null
}
export type IssuedToken = { token: string; details: Token }

const sha256 = (text: string) => hash('sha256', text)
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const newId = () => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
const newSecret = () => randomBytes(32).toString('base64url')
/** Compared with when the id is unknown, so that known and unknown ids take the same path. */
const nobodysHash = sha256('nobody')

const touchEveryMs = 60_000

/** An instant that database and clients can keep; leap seconds and the ends of the calendar are not. */
const demandExpiry = (expiresAt: string | null | undefined) => {
  if (expiresAt === null || expiresAt === undefined) return
  const year = new Date(expiresAt).getUTCFullYear()
  if (!(year >= 1 && year < 9999))
    throw generalProblems.invalidRequest({
      errors: [
        { where: 'body.expiresAt', message: `is '${expiresAt}'; expected an instant before the year 9999` },
      ],
    })
}

export const createTokens = ({ db }: { db: Knex }) => {
  const touched = new Map<string, number>()

  /**
   * Every request with a token asks this. Those that come while the database is asked are asked for together, by a question
   * that begins after they came: a token that is revoked is refused at once.
   */
  const find = createGrouping<string, { token: Token; secretSha256: string } | undefined>({
    keyOf: () => 'tokens',
    sizeOf: () => 1,
    most: { items: 100, size: 100, waiting: Number.POSITIVE_INFINITY },
    work: async (ids) => {
      const found = await tokens(db).findWithHash(ids)
      return ids.map((id) => ({ status: 'fulfilled', value: found.get(id) }))
    },
  })

  const toActor = (token: Token): TokenActor => ({
    kind: 'token',
    tokenId: token.id,
    role: token.role,
    domainId: token.domainId,
    name: token.name,
    organisation: token.organisation,
    email: token.email,
  })

  const noteUse = async (id: string) => {
    const now = Date.now()
    if (now - (touched.get(id) ?? 0) < touchEveryMs) return
    touched.set(id, now)
    await tokens(db).touch(id)
  }

  return {
    issue: async (request: TokenRequest, actor: Actor, ip?: string): Promise<IssuedToken> => {
      if ((request.role === 'domain_custodian') !== Boolean(request.domainId))
        throw tokenProblems.custodianNeedsDomain({ role: request.role })
      demandExpiry(request.expiresAt)
      const id = newId()
      const secret = newSecret()
      return db.transaction(async (trx) => {
        if (request.domainId && !(await domains(trx).list()).some((domain) => domain.id === request.domainId))
          throw tokenProblems.domainUnknown({ domainId: request.domainId })
        const details = await tokens(trx).add({
          id,
          secret_sha256: sha256(secret),
          role: request.role,
          domain_id: request.domainId ?? null,
          name: request.name,
          organisation: request.organisation,
          email: request.email,
          description: request.description ?? '',
          expires_at: request.expiresAt ?? null,
          created_by: actor.kind === 'token' ? actor.tokenId : actor.kind,
        })
        await audit(trx).add({
          actor,
          action: 'token.issued',
          subject: id,
          detail: { role: request.role, domainId: request.domainId },
          ip,
        })
        return { token: formatToken(id, secret), details }
      })
    },

    rotate: async (id: string, actor: Actor, ip?: string): Promise<IssuedToken> => {
      const secret = newSecret()
      return db.transaction(async (trx) => {
        const current = (await tokens(trx).find(id)) ?? raise(generalProblems.notFound({ what: 'token', id }))
        if (current.revokedAt !== null)
          throw generalProblems.conflict({ why: `The token '${id}' is revoked; issue a new one instead.` })
        const details =
          (await tokens(trx).change(id, {
            secret_sha256: sha256(secret),
            rotated_at: trx.fn.now(),
            should_rotate: false,
          })) ?? raise(generalProblems.notFound({ what: 'token', id }))
        await audit(trx).add({ actor, action: 'token.rotated', subject: id, ip })
        return { token: formatToken(id, secret), details }
      })
    },

    revoke: async (id: string, actor: Actor, ip?: string): Promise<Token> =>
      db.transaction(async (trx) => {
        const current = (await tokens(trx).find(id)) ?? raise(generalProblems.notFound({ what: 'token', id }))
        if (current.revokedAt !== null) return current
        const revoked = await tokens(trx).change(id, { revoked_at: trx.fn.now() })
        await audit(trx).add({ actor, action: 'token.revoked', subject: id, ip })
        return revoked ?? current
      }),

    list: () => tokens(db).list(),

    /** The actor behind a token, or null; revoked, expired, unknown and malformed are all the same to the asker. */
    recognise: async (text: string): Promise<TokenActor | null> => {
      const parts = parseToken(text)
      const found = parts ? await find(parts.id) : undefined
      const given = Buffer.from(sha256(parts?.secret ?? ''), 'hex')
      const isSame = timingSafeEqual(given, Buffer.from(found?.secretSha256 ?? nobodysHash, 'hex'))
      if (!found || !isSame || !isTokenValid(found.token, new Date().toISOString())) return null
      await noteUse(found.token.id)
      return toActor(found.token)
    },

    /** Whether an actor's token still holds; asked in the commit of a long job, and true until that ends (A3). */
    stillHolds: async (actor: Actor, trx: Knex): Promise<boolean> => {
      if (actor.kind !== 'token') return true
      const token = await tokens(trx).findLocked(actor.tokenId)
      return token !== undefined && isTokenValid(token, new Date().toISOString())
    },

    actorOf: async (id: string): Promise<TokenActor | null> => {
      const token = await tokens(db).find(id)
      return token ? toActor(token) : null
    },

    /** A token was seen where it may leak; it works on, but its keeper is told. */
    markForRotation: async (text: string, where: string, ip?: string): Promise<void> => {
      const parts = parseToken(text)
      if (!parts) return
      await db.transaction(async (trx) => {
        const changed = await tokens(trx).change(parts.id, { should_rotate: true })
        if (changed)
          await audit(trx).add({
            actor: { kind: 'public' },
            action: 'token.exposed',
            subject: parts.id,
            detail: { where },
            ip,
          })
      })
    },

    listDomains: () => domains(db).list(),
    putDomain: (domain: { id: string; title: string; description?: string }, actor: Actor) =>
      db.transaction(async (trx) => {
        const put = await domains(trx).put({ ...domain, description: domain.description ?? '' })
        await audit(trx).add({
          actor,
          action: 'domain.changed',
          subject: domain.id,
          detail: { title: domain.title },
        })
        return put
      }),
    isEmpty: async () => (await tokens(db).count()) === 0,
  }
}

export type Tokens = ReturnType<typeof createTokens>
