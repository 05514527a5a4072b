/**
 * Pages and single features of a collection, as bytes that PostgreSQL wrote, or as FlatGeobuf. Decides where a request
 * looks, what is counted, how long it may take, and what happens when the data are replaced while somebody reads.
 */
import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Collection } from '../domain/collection.ts'
import { csvColumns, idName, toCsvHeader } from '../domain/feature-csv.ts'
import {
  type FeatureForm,
  type FeatureLook,
  type FeatureRequest,
  hasNoFilter,
  type RequestCrs,
} from '../domain/feature-query.ts'
import { raise } from '../domain/problem.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { ogcProblems } from '../domain/problems/ogc.ts'
import { createFeatureWriter, type FlatGeobufColumn, writeFlatGeobufHeader } from '../render/flatgeobuf.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import {
  type Conditions,
  countQuery,
  features,
  isPlaceUnreadable,
  isTableGone,
  isTransformFailure,
  itemQuery,
  loadedColumns,
  measureQuery,
  notComputable,
  type PageQuery,
  pageQuery,
} from '../repositories/features.ts'
import { freePiece, type RowQuery, type RowStream, streamRows } from '../repositories/row-stream.ts'
import type { Collections } from './collections.ts'
import { createFeatureAreas } from './feature-area.ts'
import { createFilterPlaces } from './filter-places.ts'
import { createShelf } from './shelf.ts'

export type FeaturesParts = {
  database: { kind: 'embedded' | 'postgresql'; readPool: Pool }
  collections: Collections
  /** How long a page may take to begin. */
  patienceMs?: number
}

export type FeaturePage = {
  collection: PublishedCollection
  /**
   * `feature,\nfeature`, or what stands between two features of that form; the first piece has already arrived, so what
   * fails at the start has failed.
   */
  pieces: AsyncIterable<Buffer>
  /** The rest is known once the pieces have ended; of a page that was measured, from the start. */
  rowCount: () => number
  /** Where the page ends in the order. */
  lastPlace: () => string | null
  hasMore: () => boolean
  /** Exact number of features that match, or null when counting takes too long; `known` is what a cursor brought. */
  countMatched: (known: number | null) => Promise<number | null>
}

type Pieces = Pick<FeaturePage, 'pieces' | 'rowCount' | 'lastPlace' | 'hasMore'>

export type PageOptions = {
  form: FeatureForm
  /** Whether count and end of the page are wanted before its features, for headers. */
  isMeasured: boolean
}

type Measure = { rows: number; lastPlace: string | null; hasMore: boolean }

/** A filtered count goes this far and waits this long; beyond it there is no number (G8). */
const countAtMost = 10_000
const countMs = 250
/** Who fetches more at a time wants the features; counting would cost half as much again as the page. */
const countForPagesUpTo = 500

/**
 * Until the first feature: sorting and searching text look at all of them. PostgreSQL is then told to stop, a moment before
 * it would by itself (db/database.ts); the embedded database cannot be.
 */
const standardPatienceMs = 9_000

/** The embedded database holds the whole answer of a statement in memory and has one session: it is asked in portions. */
const portionBytes = 4 * 1024 * 1024
const firstPortionRows = 200

const nothing: Pieces = {
  pieces: (async function* () {})(),
  rowCount: () => 0,
  lastPlace: () => null,
  hasMore: () => false,
}

export const createFeatures = ({ database, collections, patienceMs = standardPatienceMs }: FeaturesParts) => {
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
    const { bbox, time, equals, text, expression } = filter
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
      text,
      expression: expression && (await filterPlaces.resolve(collection, expression)),
    }
  }

  /** Rows as bytes of their form; FlatGeobuf is made of them on the way. */
  const openRows = async (
    collection: Collection,
    { form, look, query }: { form: FeatureForm; look: FeatureLook; query: RowQuery },
    options: { limit: number; signal: AbortSignal },
  ): Promise<Omit<RowStream, 'pieces'> & { pieces: AsyncIterable<Buffer> }> => {
    const rows = await streamRows(readPool, query, { ...options, canCancel })
    if (form !== 'flatgeobuf') return rows
    const writer = createFeatureWriter(flatGeobufColumns(collection, look))
    async function* pieces(): AsyncGenerator<Buffer> {
      for await (const piece of rows.pieces) {
        const features = writer.write(piece)
        freePiece(piece)
        if (features.length > 0) yield Buffer.from(features.buffer, features.byteOffset, features.length)
      }
    }
    return { ...rows, pieces: pieces(), lastKey: writer.lastKey }
  }

  const inOneGo = async (
    collection: Collection,
    query: PageQuery & { limit: number },
    signal: AbortSignal,
  ): Promise<Pieces> => {
    const { limit, form } = query
    const asked = { form, look: query, query: pageQuery(collection, { ...query, rows: limit + 1 }) }
    const rows = await openRows(collection, asked, { limit, signal })
    return { pieces: rows.pieces, rowCount: rows.rowCount, lastPlace: rows.lastKey, hasMore: rows.hasMore }
  }

  const inPortions = (
    collection: Collection,
    query: PageQuery & { limit: number },
    signal: AbortSignal,
  ): Pieces => {
    const { form, limit } = query
    let count = 0
    let bytes = 0
    let lastPlace: string | null = null
    let hasMore = true
    async function* pieces(): AsyncGenerator<Buffer> {
      while (hasMore && count < limit) {
        const fits = count === 0 ? firstPortionRows : Math.max(1, Math.floor(portionBytes / (bytes / count)))
        const rows = Math.min(fits, limit - count)
        const start = lastPlace === null ? query.start : { after: lastPlace }
        const asked = pageQuery(collection, { ...query, start, rows: rows + 1 })
        const portion = await openRows(
          collection,
          { form, look: query, query: asked },
          { limit: rows, signal },
        )
        if (count > 0 && asked.separator) yield Buffer.from(asked.separator)
        for await (const piece of portion.pieces) {
          bytes += piece.length
          yield piece
        }
        count += portion.rowCount()
        hasMore = portion.hasMore()
        lastPlace = portion.lastKey()
      }
    }
    return { pieces: pieces(), rowCount: () => count, lastPlace: () => lastPlace, hasMore: () => hasMore }
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

  /** What is not here in time is given up, and told so; in a crowd it is the crowd's fault, and not that of what was asked. */
  const inTime = async <Answer>(
    ask: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const given = new AbortController()
    const timer = setTimeout(() => given.abort(), patienceMs)
    const isCrowded = () => readPool.waitingCount > 0
    const wasCrowded = isCrowded()
    try {
      return await ask(AbortSignal.any([signal, given.signal]))
    } catch (error) {
      if (!given.signal.aborted || signal.aborted) throw error
      if (wasCrowded || isCrowded())
        throw generalProblems.unavailable(
          { why: 'Too much is being asked for at the same time.', retryAfterSeconds: 5 },
          { cause: error },
        )
      throw ogcProblems.answerTakesTooLong({ seconds: patienceMs / 1000 }, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Key and text of a row; by the way of pages, because that can be stopped. */
  const oneRow = async (query: RowQuery, signal: AbortSignal): Promise<{ key: string; text: string }> => {
    const pieces: Buffer[] = []
    const rows = await streamRows(readPool, query, { limit: 1, signal, canCancel })
    for await (const piece of rows.pieces) pieces.push(piece)
    return { key: rows.lastKey() ?? '', text: Buffer.concat(pieces).toString() }
  }

  const measurePage = async (
    collection: Collection,
    page: Pick<PageQuery, 'conditions' | 'sort' | 'start'> & { limit: number },
    signal: AbortSignal,
  ): Promise<Measure> => {
    const { key, text } = await oneRow(measureQuery(collection, page), signal)
    const found = Number(text)
    return {
      rows: Math.min(found, page.limit),
      lastPlace: key === '' ? null : key,
      hasMore: found > page.limit,
    }
  }

  const countMatching = (collection: PublishedCollection, conditions: Conditions): Promise<number | null> =>
    counts.get(
      // A filter may be long, and hold a geometry of many thousand points.
      hash('sha256', JSON.stringify([collection.id, collection.revision, collection.createdAt, conditions])),
      async () => {
        const query = countQuery(collection, conditions, countAtMost + 1)
        const { text } = await oneRow(query, AbortSignal.timeout(patienceMs))
        return Number(text) > countAtMost ? null : Number(text)
      },
    )

  const withinTime = async (count: Promise<number | null>): Promise<number | null> => {
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), countMs)
    // A count that comes too late is kept for the next request; one that fails is no reason to fail this one.
    const counted = count.catch(() => null)
    return Promise.race([counted, late.promise]).finally(() => clearTimeout(timer))
  }

  /** A page whose head tells how many features follow: it must have that many, or be seen to be broken. */
  const measured = (page: Pieces, { rows, lastPlace, hasMore }: Measure): Pieces => {
    async function* pieces() {
      yield* page.pieces
      if (page.rowCount() !== rows)
        throw new Error(`The data changed: ${rows} features were announced, ${page.rowCount()} came`)
    }
    return { pieces: pieces(), rowCount: () => rows, lastPlace: () => lastPlace, hasMore: () => hasMore }
  }

  const openOnce = async (
    collection: PublishedCollection,
    { form, isMeasured, ...request }: PageOptions & FeatureRequest,
    signal: AbortSignal,
  ): Promise<FeaturePage> => {
    const conditions = await toConditions(collection, request)
    if (conditions === null) return { ...nothing, collection, countMatched: async () => 0 }
    const measure = isMeasured ? await measurePage(collection, { ...request, conditions }, signal) : null
    const limit = measure === null ? request.limit : measure.rows
    const query = { ...request, form, conditions, rows: limit + 1, limit }
    const read = database.kind === 'embedded' ? inPortions : inOneGo
    const opened =
      measure?.rows === 0 ? nothing : await started(await read(collection, query, signal), request)
    const page = measure === null ? opened : measured(opened, measure)
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
      const collection = await collections.getOfFeatures(id)
      return ask(collection).catch(async (error) => {
        if (!isTableGone(error)) throw error
        return ask(
          (await collections.reload(id)) ?? raise(generalProblems.notFound({ what: 'collection', id })),
        )
      })
    },

    openPage: (
      collection: PublishedCollection,
      request: PageOptions & FeatureRequest,
      signal: AbortSignal,
    ): Promise<FeaturePage> =>
      inTime((limited) => openOnce(collection, request, limited), signal).catch(tellFailure(request)),

    /** One feature in its form, without head and tail. */
    getFeature: async (
      collection: PublishedCollection,
      fid: string,
      { form, ...look }: FeatureLook & { form: FeatureForm },
      signal: AbortSignal,
    ): Promise<Buffer> => {
      const query = itemQuery(collection, fid, { ...look, form })
      const pieces: Buffer[] = []
      const rows = await openRows(collection, { form, look, query }, { limit: 1, signal })
      try {
        for await (const piece of rows.pieces) pieces.push(piece)
      } catch (error) {
        tellTransformFailure(look.crs)(error)
      }
      return rows.rowCount() === 1
        ? Buffer.concat(pieces)
        : raise(generalProblems.notFound({ what: 'feature', id: fid }))
    },

    /** What stands before so many features in forms that need it. */
    headOf: (
      collection: PublishedCollection,
      form: 'csv' | 'flatgeobuf',
      look: FeatureLook,
      count: number,
    ): Buffer =>
      form === 'csv'
        ? Buffer.from(`${toCsvHeader(csvColumns(collection, look))}\r\n`)
        : Buffer.from(
            writeFlatGeobufHeader({
              name: collection.id,
              title: collection.title,
              geometryType: look.isGeometrySkipped ? null : collection.geometryType,
              hasZ: collection.hasZ && !look.isGeometrySkipped,
              epsg: collection.storageSrid === null || look.isGeometrySkipped ? null : look.crs.epsg,
              columns: flatGeobufColumns(collection, look),
              count,
            }),
          ),
  }
}

const flatGeobufColumns = (collection: Collection, look: FeatureLook): FlatGeobufColumn[] => [
  { name: idName(collection), type: 'integer', isId: true },
  ...loadedColumns(collection, look).map(({ name, type }) => ({ name, type })),
]

const tellTransformFailure =
  (crs: RequestCrs) =>
  (error: unknown): never => {
    throw isTransformFailure(error)
      ? ogcProblems.crsCannotHoldData({ crs: crs.uri }, { cause: error })
      : error
  }

/** What the database could not compute of this request, in words for who asked. */
const tellFailure =
  ({ crs, filter, sort, start }: FeatureRequest) =>
  (error: unknown): never => {
    if (sort.length > 0 && 'after' in start && isPlaceUnreadable(error)) throw ogcProblems.cursorWrong()
    const why = filter.expression === null ? null : notComputable(error)
    if (why !== null) throw filterProblems.filterNotComputable({ why }, { cause: error })
    return tellTransformFailure(crs)(error)
  }

export { freePiece }

export type Features = ReturnType<typeof createFeatures>
