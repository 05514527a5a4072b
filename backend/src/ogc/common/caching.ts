/** Conditional requests of the OGC faces: everything may be kept, and is asked for again before it is used. */
import { hash } from 'node:crypto'
import { etagMatches } from '../../http/respond.ts'

export const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16)

export const weakEtag = (...parts: (string | number)[]): string => `W/"${digest(parts.join('\n'))}"`

/**
 * Caches in between may keep it, too, but ask before each use: another process learns of a change within a second, and a
 * lifetime of even one more second would make that two. Asking is cheap, the answer to it needs no database.
 */
export const keptButAskedFor = 'public, no-cache'

export const cacheHeaders = (etag: string, updatedAt?: string) => ({
  'Cache-Control': keptButAskedFor,
  Vary: 'Accept',
  ETag: etag,
  ...(updatedAt === undefined ? {} : { 'Last-Modified': new Date(updatedAt).toUTCString() }),
})

/** Whether the client has it already; asked before the database is. */
export const hasItAlready = (headers: { 'if-none-match'?: string }, etag: string): boolean =>
  etagMatches(headers['if-none-match'], etag)
