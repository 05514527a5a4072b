/** Drafts, styles and uploads of publications that the panel was closed over: they are taken back when it opens again. */
import { hasStatus } from '../protocol/failure.ts'
import type { PublishParts } from './publish-layer.ts'
import { discardKept, type Kept, nothingKept } from './publish-layer.ts'

type Parts = Pick<PublishParts, 'port' | 'call' | 'connection'>

/** The server goes on with what it has accepted, whoever watches. */
const isStillRunning = async ({ call }: Parts, { recordId }: Kept): Promise<boolean> => {
  if (recordId === null) return false
  try {
    const { body } = await call('catalogue.listPublications', { path: { recordId } })
    return body.publications.some(({ state }) => state === 'queued' || state === 'running')
  } catch (thrown) {
    if (hasStatus(thrown, 404) || hasStatus(thrown, 410) || hasStatus(thrown, 403)) return false
    throw thrown
  }
}

/** How many were taken back. Those in `inUse`, and those whose upload can go on, are left alone. */
export const takeBackUnfinished = async (parts: Parts, inUse: readonly string[]): Promise<number> => {
  const { port, connection } = parts
  const { unfinished } = await port.call('unfinished.list', { connection })
  if (unfinished.length === 0) return 0
  const { uploads } = await port.call('uploads.pending', {})
  const waiting = uploads.map(({ note }) => (note as { key?: unknown }).key)
  let count = 0
  for (const { key, kept } of unfinished) {
    if (inUse.indexOf(key) !== -1 || waiting.indexOf(key) !== -1) continue
    const known: Kept = { ...nothingKept(key), ...(kept as Partial<Kept>), key }
    if (await isStillRunning(parts, known)) continue
    await discardKept(parts, known)
    count += 1
  }
  return count
}
