/**
 * Where the server is killed, and in the middle of what. The table is total: a new failpoint does not compile until it
 * says when it is exercised; each row is a test, which fails unless the server died there.
 */
import { type Failpoint, failpoints } from '../../backend/src/services/failpoint.ts'

export type Operation = 'publish' | 'replace' | 'edit' | 'delete' | 'remove an upload'

const plan: Record<Failpoint, [Operation, ...Operation[]]> = {
  'accept.beforeCommit': ['publish', 'replace'],
  'idempotency.beforeAnswer': ['publish', 'replace'],
  'stage.begin': ['publish', 'replace'],
  'stage.afterLoad': ['publish', 'replace'],
  'verify.done': ['publish', 'replace'],
  'style.done': ['publish', 'replace'],
  'commit.begin': ['publish', 'replace'],
  'commit.afterMove': ['publish', 'replace'],
  'commit.afterCollection': ['publish', 'replace'],
  'commit.afterDistributions': ['publish', 'replace'],
  'commit.afterEntry': ['publish', 'replace'],
  'commit.beforeCommit': ['publish', 'replace'],
  'commit.afterCommit': ['publish', 'replace'],
  'precompute.beforeCommit': ['publish', 'replace'],
  'edit.afterRows': ['edit'],
  'edit.beforeCommit': ['edit'],
  'edit.afterCommit': ['edit'],
  'delete.beforeCommit': ['delete'],
  'garbage.beforeDrop': ['delete'],
  'garbage.beforeUnlink': ['delete'],
  'blob.afterUnlink': ['delete', 'remove an upload'],
}

export const pointsOf = (operation: Operation): Failpoint[] =>
  failpoints.filter((name) => plan[name].includes(operation))
