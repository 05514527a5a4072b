/**
 * The rows of a tile as PostgreSQL sends them in binary: id, geometry (EWKB, in the system of the data), and the columns a
 * tile can have. Nothing of them is decoded here; `render/tile-encoder.ts` reads them.
 */
import type { Pool } from 'pg'
import { ident } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import { type RowQuery, streamRows } from './row-stream.ts'
import { readWhole, type WholeRows } from './whole-rows.ts'

export type TileRowsRequest = {
  /** In the system of the data; null for everywhere. */
  box: Box | null
  /** Rows beyond are not fetched; see `hasMore`. */
  mostRows: number
  mostBytes: number
  /**
   * Of features smaller than `size` (in the system of the data) only a share is fetched, the same ones each time; null
   * for all.
   */
  sample: { share: number; size: number } | null
  /** Large geometries are cut to the box by the database, so that the whole country does not come for each tile. */
  isCut: boolean
}

export type TileRows = WholeRows

/** Those that a tile can have. */
export const tileColumns = ({ columns }: Pick<Collection, 'columns'>): CollectionColumn[] =>
  columns.filter(({ type }) => type !== 'binary')

/** A geometry of so many bytes is cut: some hundred vertices. */
const largeBytes = 16_384
/** Bits of an id's hash that decide whether it belongs to a sample. */
const sampleBits = 2 ** 20

const tileRowsQuery = (collection: Collection, request: TileRowsRequest): RowQuery => {
  const { storageSrid, hasCurves, tableName } = collection
  const { box, mostRows, sample, isCut } = request
  const values: string[] = []
  const add = (value: number | string) => `$${values.push(String(value))}`
  const envelope =
    box &&
    `st_makeenvelope(${box.map((value) => `${add(value)}::float8`).join(', ')}, ${Math.trunc(storageSrid ?? 0)})`
  const straight = hasCurves ? 'st_curvetoline(t.geom)' : 't.geom'
  const geometry =
    envelope && isCut
      ? `case when st_memsize(t.geom) > ${largeBytes} then st_clipbybox2d(${straight}, ${envelope}) else ${straight} end`
      : straight
  const conditions = [
    envelope ? `t.geom && ${envelope}` : 't.geom is not null',
    ...(sample === null
      ? []
      : [
          `((hashint8(t.fid) & ${sampleBits - 1}) < ${add(Math.ceil(sample.share * sampleBits))}::int
           or st_xmax(t.geom) - st_xmin(t.geom) >= ${add(sample.size)}::float8
           or st_ymax(t.geom) - st_ymin(t.geom) >= ${add(sample.size)}::float8)`,
        ]),
  ]
  const columns = tileColumns(collection).map(({ column }) => `, t.${ident(column)}`)
  const text = `select t.fid, ${geometry}${columns.join('')} from ${ident('data', tableName)} t where ${conditions.join(' and ')} limit ${add(mostRows + 1)}::bigint`
  // The best plan depends on the box.
  return { text, values, isKept: false, isBinary: true }
}

/** GEOS refuses to cut some geometries that are not valid. */
export const isCutFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'XX000'

export const tileFeatures = (pool: Pool, { canCancel }: { canCancel: boolean }) => {
  const fetchOnce = async (
    collection: Collection,
    request: TileRowsRequest,
    signal: AbortSignal,
  ): Promise<TileRows> => {
    const found = await streamRows(pool, tileRowsQuery(collection, request), {
      limit: request.mostRows,
      signal,
      canCancel,
    })
    return readWhole(found, request.mostBytes)
  }

  return {
    fetch: (collection: Collection, request: TileRowsRequest, signal: AbortSignal): Promise<TileRows> =>
      fetchOnce(collection, request, signal).catch((error) => {
        if (!request.isCut || !isCutFailure(error)) throw error
        return fetchOnce(collection, { ...request, isCut: false }, signal)
      }),
  }
}

export type TileFeatures = ReturnType<typeof tileFeatures>
