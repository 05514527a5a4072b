/**
 * Pages and single features of a collection, as bytes that PostgreSQL wrote. Decides where a request looks, what is
 * counted, and what happens when the data are replaced while somebody reads.
 */
import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Collection } from '../domain/collection.ts'
import { type FeatureRequest, hasNoFilter, type RequestCrs } from '../domain/feature-query.ts'
import { raise } from '../domain/problem.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { ogcProblems } from '../domain/problems/ogc.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import {
  type Conditions,
  features,
  isTableGone,
  isTransformFailure,
  itemQuery,
  notComputable,
  pageQuery,
} from '../repositories/features.ts'
import { freePiece, streamRows } from '../repositories/row-stream.ts'
import type { Collections } from './collections.ts'
import { createFeatureAreas } from './feature-area.ts'
import { createFilterPlaces } from './filter-places.ts'
import { createShelf } from './shelf.ts'

export type FeaturesParts = {
  database: { kind: 'embedded' | 'postgresql'; readPool: Pool }
  collections: Collections
}

export type FeaturePage = {
  collection: PublishedCollection
  /** `feature,\nfeature`; the first piece has already arrived, so what fails at the start has failed. */
  pieces: AsyncIterable<Buffer>
  /** The rest is known once the pieces have ended. */
  rowCount: () => number
  lastFid: () => string | null
  hasMore: () => boolean
  /** Exact number of features that match, or null when counting takes too long; `known` is what a cursor brought. */
  countMatched: (known: number | null) => Promise<number | null>
}

type Pieces = Pick<FeaturePage, 'pieces' | 'rowCount' | 'lastFid' | 'hasMore'>

/** A filtered count goes this far and waits this long; beyond it there is no number (G8). */
const countAtMost = 10_000
const countMs = 250
/** Who fetches more at a time wants the features; counting would cost half as much again as the page. */
const countForPagesUpTo = 500

/** The embedded database holds the whole answer of a statement in memory and has one session: it is asked in portions. */
const portionBytes = 4 * 1024 * 1024
const firstPortionRows = 200

const nothing: Pieces = {
  pieces: (async function* () {})(),
  rowCount: () => 0,
  lastFid: () => null,
  hasMore: () => false,
}

export const createFeatures = ({ database, collections }: FeaturesParts) => {
  const { readPool } = database
  const canCancel = database.kind === 'postgresql'
  const repository = features(readPool)
  const areas = createFeatureAreas({ repository })
  const filterPlaces = createFilterPlaces({ repository, areas })
  const counts = createShelf<number | null>(2000)

  /** Null when nothing can match. */
  const toConditions = async (
    collection: Collection,
    { filter }: FeatureRequest,
  ): Promise<Conditions | null> => {
    const { bbox, time, equals, expression } = filter
    const places = bbox === null ? null : await areas.resolve(collection, bbox)
    if (bbox !== null && places === null) return null
    const column = collection.columns.find((one) => one.column === collection.timeColumn)
    // Without a time of its own a feature touches no interval.
    if (time !== null && !column) return null
    return {
      areas: places,
      heights: collection.hasZ ? (bbox?.heights ?? null) : null,
      time: time && column ? { span: time, column } : null,
      equals,
      expression: expression && (await filterPlaces.resolve(collection, expression)),
    }
  }

  const inOneGo = async (
    collection: Collection,
    request: FeatureRequest,
    conditions: Conditions,
    signal: AbortSignal,
  ): Promise<Pieces> => {
    const { limit } = request
    const query = pageQuery(collection, { ...request, conditions, rows: limit + 1 })
    const rows = await streamRows(readPool, query, { limit, signal, canCancel })
    return { pieces: rows.pieces, rowCount: rows.rowCount, lastFid: rows.lastKey, hasMore: rows.hasMore }
  }

  const inPortions = (
    collection: Collection,
    request: FeatureRequest,
    conditions: Conditions,
    signal: AbortSignal,
  ): Pieces => {
    let count = 0
    let bytes = 0
    let lastFid: string | null = null
    let hasMore = true
    async function* pieces(): AsyncGenerator<Buffer> {
      while (hasMore && count < request.limit) {
        const fits = count === 0 ? firstPortionRows : Math.max(1, Math.floor(portionBytes / (bytes / count)))
        const rows = Math.min(fits, request.limit - count)
        const start = lastFid === null ? request.start : { after: lastFid }
        const query = pageQuery(collection, { ...request, start, conditions, rows: rows + 1 })
        const portion = await streamRows(readPool, query, { limit: rows, signal, canCancel })
        if (count > 0) yield Buffer.from(',\n')
        for await (const piece of portion.pieces) {
          bytes += piece.length
          yield piece
        }
        count += portion.rowCount()
        hasMore = portion.hasMore()
        lastFid = portion.lastKey()
      }
    }
    return { pieces: pieces(), rowCount: () => count, lastFid: () => lastFid, hasMore: () => hasMore }
  }

  /** Waits for the first piece; what the database cannot express in the system asked for becomes a problem. */
  const started = async (page: Pieces, request: FeatureRequest): Promise<Pieces> => {
    const iterator = page.pieces[Symbol.asyncIterator]()
    const next = () => iterator.next().catch(tellFailure(request))
    const first = await next()
    async function* pieces() {
      try {
        for (let piece = first; !piece.done; piece = await next()) yield piece.value
      } finally {
        await iterator.return?.()
      }
    }
    return { ...page, pieces: pieces() }
  }

  const countMatching = (collection: PublishedCollection, conditions: Conditions): Promise<number | null> =>
    counts.get(
      // A filter may be long, and hold a geometry of many thousand points.
      hash('sha256', JSON.stringify([collection.id, collection.revision, collection.createdAt, conditions])),
      async () => {
        const found = await repository.count(collection, conditions, countAtMost + 1)
        return found > countAtMost ? null : found
      },
    )

  const withinTime = async (count: Promise<number | null>): Promise<number | null> => {
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), countMs)
    // A count that comes too late is kept for the next request; one that fails is no reason to fail this one.
    const counted = count.catch(() => null)
    return Promise.race([counted, late.promise]).finally(() => clearTimeout(timer))
  }

  const openOnce = async (
    collection: PublishedCollection,
    request: FeatureRequest,
    signal: AbortSignal,
  ): Promise<FeaturePage> => {
    const conditions = await toConditions(collection, request)
    if (conditions === null) return { ...nothing, collection, countMatched: async () => 0 }
    const read = database.kind === 'embedded' ? inPortions : inOneGo
    const page = await started(await read(collection, request, conditions, signal), request)
    const isFirst = 'offset' in request.start && request.start.offset === 0
    const countMatched = async (known: number | null) => {
      if (hasNoFilter(request.filter)) return collection.featureCount
      if (isFirst && !page.hasMore()) return page.rowCount()
      if (known !== null || request.limit > countForPagesUpTo) return known
      return withinTime(countMatching(collection, conditions))
    }
    return { ...page, collection, countMatched }
  }

  return {
    /**
     * Runs `ask` with the collection, and once more from the start when its table was replaced in between: the
     * present one may have other columns.
     */
    withCollection: async <Answer>(
      id: string,
      ask: (collection: PublishedCollection) => Promise<Answer>,
    ): Promise<Answer> => {
      const collection = await collections.get(id)
      return ask(collection).catch(async (error) => {
        if (!isTableGone(error)) throw error
        return ask(
          (await collections.reload(id)) ?? raise(generalProblems.notFound({ what: 'collection', id })),
        )
      })
    },

    openPage: (
      collection: PublishedCollection,
      request: FeatureRequest,
      signal: AbortSignal,
    ): Promise<FeaturePage> => openOnce(collection, request, signal).catch(tellFailure(request)),

    /** The text of one feature. */
    getFeature: async (
      collection: PublishedCollection,
      fid: string,
      crs: RequestCrs,
      signal: AbortSignal,
    ): Promise<Buffer> => {
      const pieces: Buffer[] = []
      const rows = await streamRows(readPool, itemQuery(collection, fid, crs), {
        limit: 1,
        signal,
        canCancel,
      })
      try {
        for await (const piece of rows.pieces) pieces.push(piece)
      } catch (error) {
        tellTransformFailure(crs)(error)
      }
      return rows.rowCount() === 1
        ? Buffer.concat(pieces)
        : raise(generalProblems.notFound({ what: 'feature', id: fid }))
    },
  }
}

const tellTransformFailure =
  (crs: RequestCrs) =>
  (error: unknown): never => {
    throw isTransformFailure(error)
      ? ogcProblems.crsCannotHoldData({ crs: crs.uri }, { cause: error })
      : error
  }

/** What the database could not compute of this request, in words for who asked. */
const tellFailure =
  ({ crs, filter }: FeatureRequest) =>
  (error: unknown): never => {
    const why = filter.expression === null ? null : notComputable(error)
    if (why !== null) throw filterProblems.filterNotComputable({ why }, { cause: error })
    return tellTransformFailure(crs)(error)
  }

export { freePiece }

export type Features = ReturnType<typeof createFeatures>
