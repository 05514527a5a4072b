/**
 * Vector tiles of a collection: what of it a tile shows, how much work one may be, and for how long it is good. A tile is
 * kept under the state of the data it was made of, so that after a replace or an edit nobody gets an old one.
 */
import type { Pool } from 'pg'
import { createGate } from '../db/pool-share.ts'
import type { Collection } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { pointToCrs84 } from '../geo/crs.ts'
import { matrixSize, type TileAddress, tileBoxCrs84, tileMatrixSets } from '../geo/tile-matrix-sets.ts'
import { extent, type Locate, makeGrid, type Placement } from '../render/placement.ts'
import type { TileSpec } from '../render/tile-encoder.ts'
import { buffer } from '../render/tile-geometry.ts'
import type { PackedTile } from '../render/tile-pack.ts'
import type { TilePool } from '../render/tile-pool.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import { features, isTableGone } from '../repositories/features.ts'
import { type TileRows, tileColumns, tileFeatures } from '../repositories/tile-features.ts'
import type { Collections } from './collections.ts'
import { createFeatureAreas, type Placed } from './feature-area.ts'
import { createTileCache } from './tile-cache.ts'

export type TilesParts = {
  database: { kind: 'embedded' | 'postgresql'; readPool: Pool }
  collections: Collections
  pool: TilePool
  limits?: Partial<TileLimits>
}

export type TileLimits = {
  cacheBytes: number
  /** Tiles that are made at the same time, that may wait for it, and for how long. */
  atOnce: number
  waiting: number
  waitSeconds: number
  /** A tile that takes longer is given up. */
  seconds: number
}

const standardLimits: TileLimits = {
  cacheBytes: 96 * 1024 * 1024,
  atOnce: 4,
  waiting: 256,
  waitSeconds: 10,
  seconds: 8,
}

/** Goes up when tiles of the same data look different than before. */
const version = 1

/** A unit is 60 cm at the equator from here on, and nothing is generalised any more. */
const detailedTileDegrees = 360 / 2 ** 14

/** What a tile may hold: below full detail, and at it. */
const most = {
  general: { rows: 12_000, fetchedBytes: 48 * 1024 * 1024, tileBytes: 1024 * 1024 },
  detailed: { rows: 60_000, fetchedBytes: 96 * 1024 * 1024, tileBytes: 4 * 1024 * 1024 },
}

/** The tile, its buffer, and a little for what rounding moves in. */
const margin = (buffer + 16) / extent
/** Features of this many units are never left to chance: four of 256 pixels. */
const alwaysUnits = 64

export const isDetailedTile = ({ tileMatrixSetId, zoom }: TileAddress): boolean =>
  360 / matrixSize(tileMatrixSetId, zoom).columns <= detailedTileDegrees

export type MadeTile = PackedTile & {
  /** Whether all features were looked at, and `children` is therefore exact. */
  isWhole: boolean
}

const areaOf = ([west, south, east, north]: Box) => Math.max(0, east - west) * Math.max(0, north - south)

export const tileKey = (collection: PublishedCollection, address: TileAddress): string => {
  const { tileMatrixSetId, zoom, row, column } = address
  const { id, createdAt, revision } = collection
  return `${version} ${id} ${createdAt} ${revision} ${tileMatrixSetId}/${zoom}/${row}/${column}`
}

export const hasTiles = ({ storageSrid, kind }: Collection): boolean =>
  storageSrid !== null && kind === 'features'

export const createTiles = ({ database, collections, pool, limits: given }: TilesParts) => {
  const limits = { ...standardLimits, ...given }
  const repository = features(database.readPool)
  const areas = createFeatureAreas({ repository })
  const rowsOf = tileFeatures(database.readPool, { canCancel: database.kind === 'postgresql' })
  const cache = createTileCache({ mostBytes: limits.cacheBytes })
  const gate = createGate(
    { most: limits.atOnce, waiting: limits.waiting, waitMs: limits.waitSeconds * 1000 },
    'Too many tiles are being made.',
  )

  const locateIn = (srid: number, isKnownToUs: boolean): Locate =>
    isKnownToUs
      ? async (points) => points.map(([x, y]) => pointToCrs84(x, y, srid))
      : async (points) => (await repository.transform(points, srid, 4326)) ?? points.map(() => null)

  const placementOf = (
    srid: number,
    placed: Placed,
    address: TileAddress,
  ): Promise<Placement> | Placement => {
    if (srid === 4326) return { kind: 'degrees', address }
    if (srid === 3857) return { kind: 'mercator', address }
    return makeGrid(placed.box, address, locateIn(srid, placed.isKnownToUs))
  }

  /** Fetches a smaller share until it is little enough; the same data give the same share. */
  const fetchRows = async (
    collection: PublishedCollection,
    placed: Placed,
    address: TileAddress,
    signal: AbortSignal,
  ): Promise<TileRows & { isWhole: boolean }> => {
    const { rows: mostRows, fetchedBytes: mostBytes } = most[isDetailedTile(address) ? 'detailed' : 'general']
    const { extentStorage, featureCount } = collection
    const part = extentStorage && !placed.isAll ? areaOf(placed.box) / (areaOf(extentStorage) || 1) : 1
    const size =
      (alwaysUnits / extent) * Math.max(placed.box[2] - placed.box[0], placed.box[3] - placed.box[1])
    for (let share = Math.min(1, mostRows / Math.max(1, featureCount * Math.min(1, part))); ; share /= 4) {
      const found = await rowsOf.fetch(
        collection,
        {
          box: placed.isAll ? null : placed.box,
          mostRows,
          mostBytes,
          // When sampling alone does not help, large features are sampled too.
          sample: share === 1 ? null : { share, size: share < 1e-4 ? Number.MAX_VALUE : size },
          isCut: !placed.isAll,
        },
        signal,
      )
      if (!found.hasMore || share < 1e-6) return { ...found, isWhole: share === 1 && !found.hasMore }
    }
  }

  const makeTile = async (
    collection: PublishedCollection,
    address: TileAddress,
    signal: AbortSignal,
  ): Promise<MadeTile> => {
    const { storageSrid } = collection
    const nothing: MadeTile = { gzip: null, features: 0, children: 0, isWhole: true }
    const placed = await areas.place(collection, tileBoxCrs84(address, margin))
    if (placed === null || storageSrid === null) return nothing
    const { rows, count, isWhole } = await fetchRows(collection, placed, address, signal)
    if (count === 0) return { ...nothing, isWhole }
    const isDetailed = isDetailedTile(address)
    const spec: TileSpec = {
      layer: collection.id,
      columns: tileColumns(collection).map(({ name, type }) => ({ name, type })),
      placement: await placementOf(storageSrid, placed, address),
      isDetailed,
      mostBytes: most[isDetailed ? 'detailed' : 'general'].tileBytes,
    }
    return { ...(await pool.pack(rows, spec, signal)), isWhole }
  }

  const inTime =
    (collection: PublishedCollection, address: TileAddress) =>
    (signal: AbortSignal): Promise<MadeTile> =>
      gate.through(async () => {
        const late = AbortSignal.timeout(limits.seconds * 1000)
        try {
          return await makeTile(collection, address, AbortSignal.any([signal, late]))
        } catch (error) {
          if (late.aborted && !signal.aborted)
            throw generalProblems.unavailable(
              { why: `This tile took longer than ${limits.seconds} s to make.`, retryAfterSeconds: 10 },
              { cause: error },
            )
          throw error
        }
      }, signal)

  return {
    /** A tile, kept or made; the address is one of the matrix. */
    get: (
      collection: PublishedCollection,
      address: TileAddress,
      signal: AbortSignal,
    ): Promise<PackedTile> => {
      const ask = (present: PublishedCollection) =>
        cache.get(tileKey(present, address), inTime(present, address), signal)
      return ask(collection).catch(async (error) => {
        if (!isTableGone(error)) throw error
        const present = await collections.reload(collection.id)
        if (present === undefined) throw generalProblems.notFound({ what: 'collection', id: collection.id })
        return ask(present)
      })
    },
    /** A tile that is kept. */
    peek: (collection: PublishedCollection, address: TileAddress): PackedTile | undefined =>
      cache.peek(tileKey(collection, address)),
    /** For archives: made without keeping it, and with what it says of the tiles below it. */
    make: makeTile,
    close: pool.close,
  }
}

export type Tiles = ReturnType<typeof createTiles>

/** Zoom levels that have tiles. */
export const tileZooms = (id: TileAddress['tileMatrixSetId']): number[] =>
  Array.from({ length: tileMatrixSets[id].lastZoom + 1 }, (_, zoom) => zoom)
