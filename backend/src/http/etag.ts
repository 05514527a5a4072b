/** Strong ETags from version numbers, and the demand that a change names the version it is based on (P5). */
import { generalProblems } from '../domain/problems/general.ts'
import { etagMatches } from './respond.ts'

export const versionEtag = (version: number): string => `"${version}"`

/** 428 without If-Match, 412 with a stale one. */
export const demandIfMatch = (header: string | undefined, version: number): void => {
  const current = versionEtag(version)
  if (header === undefined) throw generalProblems.preconditionRequired({ etag: current })
  if (!etagMatches(header, current)) throw generalProblems.preconditionFailed({ sent: header, current })
}
