/**
 * The rows of a map as PostgreSQL sends them in binary: id, geometry (EWKB), and the columns that its style reads. Nothing of
 * them is decoded here; `render/map-rows.ts` reads them.
 */
import type { Pool } from 'pg'
import { ident } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import { type RowQuery, streamRows } from './row-stream.ts'
import { isCutFailure } from './tile-features.ts'
import { readWhole, type WholeRows } from './whole-rows.ts'

export type MapRowsRequest = {
  /** In the system of the data; null for everywhere. */
  box: Box | null
  columns: readonly CollectionColumn[]
  mostRows: number
  mostBytes: number
  /** Of features smaller than `size` (in the system of the data) only a share is fetched, the same ones each time. */
  sample: { share: number; size: number } | null
  /** Vertices that move a line by less than this, in the system of the data, stay behind; null for none. */
  thinning: number | null
  /** Where large geometries are cut, so that the whole country does not come for each map; null for nowhere. */
  cutTo: Box | null
  /** Another system, into which PostGIS is to move the geometries. */
  srid: number | null
}

/** A geometry of so many bytes is cut and thinned: some hundred vertices. */
const largeBytes = 16_384
/** Bits of an id's hash that decide whether it belongs to a sample. */
const sampleBits = 2 ** 20

const mapRowsQuery = (collection: Collection, request: MapRowsRequest): RowQuery => {
  const { storageSrid, hasCurves, tableName } = collection
  const { box, columns, mostRows, sample, thinning, cutTo, srid } = request
  const values: string[] = []
  const add = (value: number) => `$${values.push(String(value))}`
  const envelope = (of: Box) =>
    `st_makeenvelope(${of.map((value) => `${add(value)}::float8`).join(', ')}, ${Math.trunc(storageSrid ?? 0)})`
  const straight = hasCurves ? 'st_curvetoline(t.geom)' : 't.geom'
  const cut = cutTo === null ? straight : `st_clipbybox2d(${straight}, ${envelope(cutTo)})`
  const large = thinning === null ? cut : `st_simplify(${cut}, ${add(thinning)}::float8, true)`
  const whole =
    large === straight
      ? straight
      : `case when st_memsize(t.geom) > ${thinning === null ? largeBytes : 512} then ${large} else ${straight} end`
  const geometry = srid === null ? whole : `st_transform(${whole}, ${Math.trunc(srid)})`
  const conditions = [
    box === null ? 't.geom is not null' : `t.geom && ${envelope(box)}`,
    ...(sample === null
      ? []
      : [
          `((hashint8(t.fid) & ${sampleBits - 1}) < ${add(Math.ceil(sample.share * sampleBits))}::int
           or st_xmax(t.geom) - st_xmin(t.geom) >= ${add(sample.size)}::float8
           or st_ymax(t.geom) - st_ymin(t.geom) >= ${add(sample.size)}::float8)`,
        ]),
  ]
  const asked = columns.map(({ column }) => `, t.${ident(column)}`).join('')
  const text = `select t.fid, ${geometry}${asked} from ${ident('data', tableName)} t where ${conditions.join(' and ')} limit ${add(mostRows + 1)}::bigint`
  // The best plan depends on the box.
  return { text, values, isKept: false, isBinary: true }
}

export const mapFeatures = (pool: Pool, { canCancel }: { canCancel: boolean }) => {
  const fetchOnce = async (
    collection: Collection,
    request: MapRowsRequest,
    signal: AbortSignal,
  ): Promise<WholeRows> => {
    const query = mapRowsQuery(collection, request)
    return readWhole(
      await streamRows(pool, query, { limit: request.mostRows, signal, canCancel }),
      request.mostBytes,
    )
  }

  return {
    fetch: (collection: Collection, request: MapRowsRequest, signal: AbortSignal): Promise<WholeRows> =>
      fetchOnce(collection, request, signal).catch((error) => {
        if (request.cutTo === null || !isCutFailure(error)) throw error
        return fetchOnce(collection, { ...request, cutTo: null }, signal)
      }),
  }
}

export type MapFeatures = ReturnType<typeof mapFeatures>
