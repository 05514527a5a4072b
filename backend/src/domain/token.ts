/**
 * The form of an access token (security A1): `secims_<8 character id>_<43 characters of secret>`. The secret has
 * 256 random bits, so its plain SHA-256 is what is stored.
 */
import type { Role } from './actor.ts'

export type Token = {
  id: string
  role: Role
  domainId: string | null
  name: string
  organisation: string
  email: string
  description: string
  createdAt: string
  createdBy: string
  rotatedAt: string | null
  expiresAt: string | null
  revokedAt: string | null
  lastUsedAt: string | null
  shouldRotate: boolean
}

const form = /^secims_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/

export const parseToken = (text: string): { id: string; secret: string } | null => {
  const [, id, secret] = form.exec(text) ?? []
  return id && secret ? { id, secret } : null
}

export const formatToken = (id: string, secret: string): string => `secims_${id}_${secret}`

/** Whether a token still opens doors, at a given instant (RFC 3339). */
export const isTokenValid = (token: Pick<Token, 'revokedAt' | 'expiresAt'>, now: string): boolean =>
  token.revokedAt === null && (token.expiresAt === null || Date.parse(token.expiresAt) > Date.parse(now))
