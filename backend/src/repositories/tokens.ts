/** Tokens and data domains as rows; the secret's hash never leaves `findWithHash`. */
import type { Knex } from 'knex'
import { statement } from '../db/sql.ts'
import type { Role } from '../domain/actor.ts'
import type { Token } from '../domain/token.ts'

export type TokenRow = {
  id: string
  secret_sha256: string
  role: Role
  domain_id: string | null
  name: string
  organisation: string
  email: string
  description: string
  created_at: string
  created_by: string
  rotated_at: string | null
  expires_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  should_rotate: boolean
}

export type Domain = { id: string; title: string; description: string }

export const toToken = (row: TokenRow): Token => ({
  id: row.id,
  role: row.role,
  domainId: row.domain_id,
  name: row.name,
  organisation: row.organisation,
  email: row.email,
  description: row.description,
  createdAt: row.created_at,
  createdBy: row.created_by,
  rotatedAt: row.rotated_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
  shouldRotate: row.should_rotate,
})

const tokenRows = statement<TokenRow>('select t.* from token t where t.id = any (:ids::text[])', {
  isPrepared: true,
  name: 'tokens',
})

export const tokens = (db: Knex) => ({
  list: async (): Promise<Token[]> =>
    (await db<TokenRow>('token').orderBy('created_at', 'desc').orderBy('id')).map(toToken),
  find: async (id: string): Promise<Token | undefined> => {
    const row = await db<TokenRow>('token').where({ id }).first()
    return row && toToken(row)
  },
  /** Nobody changes it until the transaction ends. */
  findLocked: async (id: string): Promise<Token | undefined> => {
    const row = await db<TokenRow>('token').where({ id }).forShare().first()
    return row && toToken(row)
  },
  /** Those that there are, by their ids. */
  findWithHash: async (
    ids: readonly string[],
  ): Promise<Map<string, { token: Token; secretSha256: string }>> => {
    const rows = await tokenRows(db, { ids: [...new Set(ids)] })
    return new Map(rows.map((row) => [row.id, { token: toToken(row), secretSha256: row.secret_sha256 }]))
  },
  add: async (
    row: Omit<TokenRow, 'created_at' | 'rotated_at' | 'revoked_at' | 'last_used_at' | 'should_rotate'>,
  ): Promise<Token> => {
    const [added] = await db<TokenRow>('token').insert(row).returning('*')
    return toToken(added as TokenRow)
  },
  change: async (id: string, changes: Record<string, unknown>): Promise<Token | undefined> => {
    const [row] = await db<TokenRow>('token').where({ id }).update(changes).returning('*')
    return row && toToken(row)
  },
  touch: async (id: string) => {
    await db('token').where({ id }).update({ last_used_at: db.fn.now() })
  },
  count: async (): Promise<number> => Number((await db('token').count({ n: '*' }).first())?.['n'] ?? 0),
})

export const domains = (db: Knex) => ({
  list: (): Promise<Domain[]> => db<Domain>('domain').select('id', 'title', 'description').orderBy('title'),
  put: async (domain: Domain): Promise<Domain> => {
    const [row] = await db<Domain>('domain')
      .insert(domain)
      .onConflict('id')
      .merge()
      .returning(['id', 'title', 'description'])
    return row as Domain
  },
})
