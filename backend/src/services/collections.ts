/**
 * The collections the public sees, kept in memory: a request asks the database at most once a second whether
 * anything changed, and what this process itself changed it knows at once.
 */
import type { Knex } from 'knex'
import type { Collection } from '../domain/collection.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { ogcProblems } from '../domain/problems/ogc.ts'
import { collections, type PublishedCollection } from '../repositories/collections.ts'

export type CollectionsParts = {
  /** Connection to read from; may be a replica. */
  db: Knex
  now: () => number
}

/** What is known of a collection as of an epoch. */
export type Followed = {
  epoch: number
  collection: Collection
  /** Something else changed with it. */
  isMore: boolean
}

export type Snapshot = {
  /** Differs whenever anything here may differ. */
  epoch: number
  list: PublishedCollection[]
  byId: Map<string, PublishedCollection>
}

const staleAfterMs = 1000

export const createCollections = ({ db, now }: CollectionsParts) => {
  let kept: Snapshot | null = null
  let checkedAt = Number.NEGATIVE_INFINITY
  /** Counts what this process knows to have changed; a look that began before does not count. */
  let changes = 0
  let underWay: { since: number; snapshot: Promise<Snapshot> } | null = null

  const load = async (since: number, isForced: boolean): Promise<Snapshot> => {
    const startedAt = now()
    // The epoch is read first: a change in between is noticed by the next look.
    const epoch = await collections(db).epoch()
    let found = kept
    if (isForced || found?.epoch !== epoch) {
      const list = await collections(db).listPublished()
      found = { epoch, list, byId: new Map(list.map((one) => [one.id, one])) }
    }
    if (since === changes) {
      kept = found
      checkedAt = startedAt
    }
    return found
  }

  const refresh = (isForced: boolean): Promise<Snapshot> => {
    if (underWay?.since === changes) return underWay.snapshot
    const since = changes
    const look = {
      since,
      snapshot: load(since, isForced).finally(() => {
        if (underWay === look) underWay = null
      }),
    }
    underWay = look
    return look.snapshot
  }

  const fresh = (): Snapshot | null => (now() - checkedAt < staleAfterMs ? kept : null)

  const current = async (): Promise<Snapshot> => fresh() ?? refresh(false)

  const find = async (id: string): Promise<PublishedCollection | undefined> => (await current()).byId.get(id)

  const get = async (id: string): Promise<PublishedCollection> =>
    (await find(id)) ?? raise(generalProblems.notFound({ what: 'collection', id }))

  return {
    current,
    find,
    get,
    /** For what only features have. `what` is missed in a raster: 'items', 'schema' … */
    getOfFeatures: async (id: string, what = 'items'): Promise<PublishedCollection> => {
      const collection = await get(id)
      if (collection.kind === 'raster') throw ogcProblems.collectionIsRaster({ id, what })
      return collection
    },
    /** As `find`, where nothing must be asked for it; undefined says nothing. */
    peek: (id: string): PublishedCollection | undefined => fresh()?.byId.get(id),
    /** Call after a commit of this process. */
    invalidate: () => {
      changes += 1
      checkedAt = Number.NEGATIVE_INFINITY
    },
    /**
     * Call after a commit of this process that moved the epoch once and changed one collection, as it is now. Whoever edits
     * without pause would have everything read anew each time; so what is kept goes one step on, where nobody else made
     * another step in between.
     */
    follow: ({ epoch, collection, isMore }: Followed): void => {
      // A look that began before saw what was before.
      changes += 1
      const present = kept?.byId.get(collection.id)
      if (!kept || kept.epoch >= epoch) return
      if (isMore || !present || kept.epoch !== epoch - 1) {
        checkedAt = Number.NEGATIVE_INFINITY
        return
      }
      const { featureCount, extentStorage, extentCrs84, temporalExtent, revision, editCount } = collection
      const edited = {
        ...present,
        ...{ featureCount, extentStorage, extentCrs84, temporalExtent, revision, editCount },
        editedAt: collection.editedAt,
        updatedAt: collection.updatedAt,
      }
      const list = kept.list.map((one) => (one === present ? edited : one))
      kept = { epoch, list, byId: new Map(kept.byId).set(collection.id, edited) }
    },
    /** Reads everything anew, for one whose table has just vanished. */
    reload: async (id: string): Promise<PublishedCollection | undefined> => {
      changes += 1
      return (await refresh(true)).byId.get(id)
    },
  }
}

export type Collections = ReturnType<typeof createCollections>
