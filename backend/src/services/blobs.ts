/**
 * Keeps rows and stored bytes in step. Bytes are stored first, then noted in the transaction that needs them; they are
 * removed only under the lock of their row, so that nobody loses bytes he has just been promised.
 */
import type { Knex } from 'knex'
import type { BlobStore, StoredBlob } from '../files/blob-store.ts'
import { blobs } from '../repositories/files.ts'
import { failpoint } from './failpoint.ts'

/** Something that can be stored again if it must. */
type Source = Uint8Array | { path: string; sha256?: string }

export const createBlobs = ({ db, store }: { db: Knex; store: BlobStore }) => {
  /** As part of a transaction that ends a reference; the bytes go when nothing else refers to them. */
  const removeIfUnusedIn = async (trx: Knex, sha256: string): Promise<boolean> => {
    if (!(await blobs(trx).takeUnused(sha256))) return false
    // Before the commit: who waits for this row finds the bytes gone and stores them again.
    await store.remove(sha256)
    await failpoint('blob.afterUnlink')
    return true
  }
  const removeIfUnused = (sha256: string): Promise<boolean> =>
    db.transaction((trx) => removeIfUnusedIn(trx, sha256))

  return {
    /** Stores bytes and lets `write` refer to them in one transaction; when that fails, nothing is kept. */
    keep: async <Result>(
      sources: Source[],
      write: (trx: Knex, stored: StoredBlob[]) => Promise<Result>,
    ): Promise<Result> => {
      const stored: StoredBlob[] = []
      try {
        for (const source of sources) stored.push(await store.put(source))
        return await db.transaction(async (trx) => {
          for (const [at, source] of sources.entries()) {
            const blob = stored[at] as StoredBlob
            await blobs(trx).hold(blob)
            // The garbage collector may have come between; from here on it cannot.
            if (!(await store.has(blob.sha256))) await store.put(source)
          }
          return write(trx, stored)
        })
      } catch (error) {
        for (const { sha256 } of stored) await removeIfUnused(sha256).catch(() => {})
        throw error
      }
    },

    removeIfUnused,
    removeIfUnusedIn,

    /** Removes files that no row knows and that nobody can be about to note; returns how many. */
    removeStrays: async (olderThanMs: number): Promise<number> => {
      let removed = await store.removeLeftovers(olderThanMs)
      for await (const { sha256, modifiedAt } of store.list()) {
        if (modifiedAt.getTime() > Date.now() - olderThanMs || (await blobs(db).has(sha256))) continue
        if (await removeIfUnused(sha256)) removed += 1
      }
      return removed
    },
  }
}

export type Blobs = ReturnType<typeof createBlobs>
