/** Records as rows: working copies, published versions and what the public catalogue shows. */
import type { Knex } from 'knex'
import { pageOf } from '../db/page.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { CatalogueRecord, RecordState } from '../domain/record.ts'

export type RecordRow = {
  id: string
  state: RecordState
  owner_id: string | null
  domain_id: string | null
  metadata: CatalogueRecord['metadata']
  upload_id: string | null
  upload_layer: string | null
  version: number
  published_version: number | null
  return_reason: string | null
  successor_id: string | null
  created_at: string
  updated_at: string
  published_at: string | null
  deleted_at: string | null
}

export const toRecord = (row: RecordRow): CatalogueRecord => ({
  id: row.id,
  state: row.state,
  ownerId: row.owner_id,
  domainId: row.domain_id,
  metadata: row.metadata,
  uploadId: row.upload_id,
  uploadLayer: row.upload_layer,
  version: row.version,
  publishedVersion: row.published_version,
  returnReason: row.return_reason,
  successorId: row.successor_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  publishedAt: row.published_at,
  deletedAt: row.deleted_at,
})

export type RecordChanges = Partial<
  Pick<
    CatalogueRecord,
    | 'state'
    | 'domainId'
    | 'metadata'
    | 'uploadId'
    | 'uploadLayer'
    | 'publishedVersion'
    | 'returnReason'
    | 'successorId'
    | 'publishedAt'
    | 'deletedAt'
  >
>

const toColumns = (changes: RecordChanges) => {
  const columns: Record<string, unknown> = {}
  const put = (name: string, value: unknown) => {
    if (value !== undefined) columns[name] = value
  }
  put('state', changes.state)
  put('domain_id', changes.domainId)
  put('metadata', changes.metadata && JSON.stringify(changes.metadata))
  put('upload_id', changes.uploadId)
  put('upload_layer', changes.uploadLayer)
  put('published_version', changes.publishedVersion)
  put('return_reason', changes.returnReason)
  put('successor_id', changes.successorId)
  put('published_at', changes.publishedAt)
  put('deleted_at', changes.deletedAt)
  return columns
}

export type RecordFilter = {
  limit: number
  offset: number
  state?: RecordState
  q?: string
  collectionId?: string
  /** Owner, or domain, or neither for everything. */
  ownerId?: string
  domainId?: string | null
}

export type RecordVersion = { version: number; publishedAt: string; metadata: CatalogueRecord['metadata'] }

export const records = (db: Knex) => ({
  find: async (id: string): Promise<CatalogueRecord | undefined> => {
    const row = await db<RecordRow>('record').where({ id }).first()
    return row && toRecord(row)
  },

  /** Locks the record until the transaction ends: first in the order of locks (reliability §7). */
  lock: async (id: string): Promise<CatalogueRecord> => {
    const row = await db<RecordRow>('record').where({ id }).forUpdate().first()
    return row ? toRecord(row) : raise(generalProblems.notFound({ what: 'record', id }))
  },

  add: async (
    record: Pick<CatalogueRecord, 'id' | 'ownerId' | 'domainId' | 'metadata' | 'uploadId' | 'uploadLayer'>,
  ): Promise<CatalogueRecord> => {
    const [row] = await db<RecordRow>('record')
      .insert({
        id: record.id,
        owner_id: record.ownerId,
        domain_id: record.domainId,
        metadata: JSON.stringify(record.metadata) as unknown as RecordRow['metadata'],
        upload_id: record.uploadId,
        upload_layer: record.uploadLayer,
      })
      .returning('*')
    return toRecord(row as RecordRow)
  },

  /** Counts the version up. */
  change: async (id: string, changes: RecordChanges): Promise<CatalogueRecord> => {
    const [row] = await db<RecordRow>('record')
      .where({ id })
      .update({ ...toColumns(changes), version: db.raw('version + 1'), updated_at: db.fn.now() } as never)
      .returning('*')
    return row ? toRecord(row) : raise(generalProblems.notFound({ what: 'record', id }))
  },

  list: async (filter: RecordFilter): Promise<{ records: CatalogueRecord[]; total: number }> => {
    const matching = db<RecordRow>('record').whereNot('state', 'deleted')
    if (filter.state) matching.where('state', filter.state)
    if (filter.q) matching.whereRaw("strpos(lower(metadata ->> 'title'), lower(?)) > 0", [filter.q])
    if (filter.collectionId !== undefined)
      matching.whereIn('id', db('collection').where({ id: filter.collectionId }).select('record_id'))
    if (filter.ownerId !== undefined)
      matching.where((either) => {
        either.where('owner_id', filter.ownerId ?? '')
        if (filter.domainId) either.orWhere('domain_id', filter.domainId)
      })
    const { rows, total } = await pageOf<RecordRow>(matching, {
      ...filter,
      order: [{ column: 'updated_at', order: 'desc' }, { column: 'id' }],
    })
    return { records: rows.map(toRecord), total }
  },

  addVersion: async (version: {
    recordId: string
    version: number
    metadata: unknown
    by: string
    publicationId: string | null
  }) => {
    await db('record_version').insert({
      record_id: version.recordId,
      version: version.version,
      metadata: JSON.stringify(version.metadata),
      published_by: version.by,
      publication_id: version.publicationId,
    })
  },

  listVersions: async (id: string): Promise<RecordVersion[]> =>
    (
      await db('record_version')
        .where({ record_id: id })
        .orderBy('version', 'desc')
        .select('version', 'published_at', 'metadata')
    ).map((row) => ({ version: row.version, publishedAt: row.published_at, metadata: row.metadata })),
})
