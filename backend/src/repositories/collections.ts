/** Collections as rows: what the OGC APIs serve, with what record, style and downloads add to it. */
import type { Knex } from 'knex'
import { sql } from '../db/sql.ts'
import type { Collection } from '../domain/collection.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { RasterFacts } from '../domain/raster.ts'

/** A file of the record that people download: /files/{id}. */
export type Download = {
  id: string
  title: string
  fileName: string
  mediaType: string | null
  format: string | null
  sizeBytes: number | null
}

/** A style of the record, as far as links to it and caches of what it draws need it. */
export type CollectionStyle = {
  id: string
  title: string
  version: number
  sldVersion: '1.0.0' | '1.1.0' | null
  hasQml: boolean
  isDefault: boolean
}

/** A collection that the public sees. */
export type PublishedCollection = Collection & {
  createdAt: string
  /** Record that replaces the deprecated one (Q24). */
  successorId: string | null
  /** The default one first. */
  styles: CollectionStyle[]
  downloads: Download[]
}

export type CollectionRow = {
  id: string
  record_id: string
  title: string
  description: string
  kind: Collection['kind']
  table_name: string | null
  raster: (RasterFacts & { sizeBytes: number }) | null
  raster_sha256: string | null
  storage_srid: number | null
  geometry_type: Collection['geometryType']
  has_z: boolean
  has_curves: boolean
  extent_crs84: number[] | null
  extent_storage: number[] | null
  feature_count: number | string
  columns: Collection['columns']
  time_column: string | null
  temporal_extent: Collection['temporalExtent']
  revision: number | string
  edit_count: number | string
  edited_at: string | null
  is_precomputed: boolean
  created_at: string
  updated_at: string
  keywords?: string[]
  license?: string | null
  is_deprecated?: boolean
  successor_id?: string | null
  default_style_id?: string | null
  styles?: CollectionStyle[]
  downloads?: Download[]
}

const listRows = sql<CollectionRow>('queries/feature-collections.sql')
const noteEdits = sql<{ epoch: number | string; collection: CollectionRow }>('queries/note-edits.sql', {
  isPrepared: true,
})

const toInstant = (value: string | Date) => new Date(value).toISOString()

/** The agreed words for 'nothing to say' (R4.47) are no license. */
const toLicense = (text: string | null | undefined) =>
  text && text !== 'No conditions' && text !== 'Unknown' ? text : null

export const toCollection = (row: CollectionRow): PublishedCollection => ({
  id: row.id,
  recordId: row.record_id,
  title: row.title,
  description: row.description,
  keywords: row.keywords ?? [],
  license: toLicense(row.license),
  kind: row.kind,
  tableName: row.table_name ?? '',
  raster: row.raster && row.raster_sha256 !== null ? { ...row.raster, sha256: row.raster_sha256 } : null,
  storageSrid: row.storage_srid,
  geometryType: row.geometry_type,
  hasZ: row.has_z,
  hasCurves: row.has_curves,
  extentCrs84: row.extent_crs84 as Collection['extentCrs84'],
  extentStorage: row.extent_storage as Collection['extentStorage'],
  featureCount: Number(row.feature_count),
  columns: row.columns,
  timeColumn: row.time_column,
  temporalExtent: row.temporal_extent,
  revision: Number(row.revision),
  editCount: Number(row.edit_count),
  editedAt: row.edited_at && toInstant(row.edited_at),
  isPrecomputed: row.is_precomputed,
  defaultStyleId: row.default_style_id ?? null,
  isDeprecated: row.is_deprecated ?? false,
  createdAt: toInstant(row.created_at),
  updatedAt: toInstant(row.updated_at),
  successorId: row.successor_id ?? null,
  styles: row.styles ?? [],
  downloads: row.downloads ?? [],
})

export const collections = (db: Knex) => ({
  /** Whether the public sees it or not; without what record and style add. */
  find: async (id: string): Promise<Collection | undefined> => {
    const row = await db<CollectionRow>('collection').where({ id }).first()
    return row && toCollection(row)
  },

  get: async (id: string): Promise<Collection> =>
    (await collections(db).find(id)) ?? raise(generalProblems.notFound({ what: 'collection', id })),

  /**
   * Writes what edits changed of what the collection says of all its features, and what was done into the audit log; tells
   * everybody by a new epoch.
   */
  noteEdits: async (
    { id, recordId }: Pick<Collection, 'id' | 'recordId'>,
    after: Pick<Collection, 'featureCount' | 'extentStorage' | 'extentCrs84' | 'temporalExtent'> & {
      edits: number
      /** When the archive of tiles follows: beyond so many features, or where there is one. */
      archiveFromFeatures: number
      archiveAfterSeconds: number
      /** Rows of the audit log. */
      entries: readonly Record<string, unknown>[]
    },
  ): Promise<{ epoch: number; collection: Collection }> => {
    const temporalExtent = after.temporalExtent && JSON.stringify(after.temporalExtent)
    const entries = JSON.stringify(after.entries)
    const [row] = await noteEdits(db, { ...after, id, recordId, temporalExtent, entries })
    if (row === undefined) throw new Error(`the collection '${id}' vanished while it was held`)
    return { epoch: Number(row.epoch), collection: toCollection(row.collection) }
  },

  listPublished: async (): Promise<PublishedCollection[]> => (await listRows(db)).map(toCollection),

  /** Moves with every visible change of the catalogue. */
  epoch: async (): Promise<number> =>
    Number((await db<{ value: number }>('epoch').first('value'))?.value ?? 0),
})
