/** Puts records before the public as the commit of a publication leaves them, without data behind them. */
import { randomUUID } from 'node:crypto'
import type { RecordState } from '../../backend/src/domain/record.ts'
import type { RecordMetadataDraft } from '../../backend/src/metadata/record-metadata.ts'
import { moveEpoch, putCatalogueEntry } from '../../backend/src/services/catalogue-entry.ts'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import type { TestDatabase } from './database.ts'

export type GivenRecord = {
  id?: string | undefined
  state?: RecordState
  successorId?: string
  collectionId?: string
  file?: { name: string; format: string; mediaType: string; sizeBytes: number; epsg: number | null }
  links?: {
    kind: 'external' | 'information' | 'service'
    title: string
    url: string
    protocol: string
    format?: string
  }[]
}

const sha256 = 'a'.repeat(64)

/** Returns the record's id. */
export const addRecord = async (
  { knex: db }: Pick<TestDatabase, 'knex'>,
  metadata: RecordMetadataDraft,
  { id = randomUUID(), state = 'published', successorId, collectionId, file, links = [] }: GivenRecord = {},
): Promise<string> => {
  const told = completeMetadata(metadata)
  const row = { id, state, metadata: JSON.stringify(told), version: 2, successor_id: successorId ?? null }
  await db('record').insert(row)
  const distribution = { record_id: id, protocol: 'WWW:DOWNLOAD-1.0-http--download' }
  if (collectionId !== undefined) {
    const table = `d_${id.replaceAll('-', '').slice(0, 20)}`
    const collection = {
      id: collectionId,
      record_id: id,
      title: told.title,
      table_name: table,
      feature_count: 0,
      columns: '[]',
    }
    await db('collection').insert(collection)
    await db('distribution').insert({
      ...distribution,
      id: randomUUID(),
      kind: 'features',
      position: 1,
      title: 'Features',
      collection_id: collectionId,
      protocol: 'OGC API - Features',
      media_type: 'application/geo+json',
      format: 'OGC API Features',
    })
  }
  if (file !== undefined) {
    const fileId = randomUUID()
    const described = {
      media_type: file.mediaType,
      format: file.format,
      size_bytes: file.sizeBytes,
      epsg: file.epsg,
    }
    await db('blob').insert({ sha256, size_bytes: file.sizeBytes }).onConflict('sha256').ignore()
    await db('file').insert({ id: fileId, sha256, file_name: file.name, ...described })
    await db('distribution').insert({
      ...distribution,
      ...described,
      id: randomUUID(),
      kind: 'original',
      title: told.title,
      file_id: fileId,
    })
  }
  for (const [position, link] of links.entries())
    await db('distribution').insert({
      ...distribution,
      ...link,
      id: randomUUID(),
      record_id: id,
      position: 10 + position,
    })
  if (state === 'published' || state === 'deprecated') {
    await db('record_version').insert({
      record_id: id,
      version: 2,
      metadata: JSON.stringify(told),
      published_by: 'test',
    })
    const record = {
      id,
      createdAt: new Date().toISOString(),
      publishedAt: null,
      successorId: successorId ?? null,
    }
    await putCatalogueEntry(db, { record, state, version: 2, metadata: told })
  }
  await moveEpoch(db)
  return id
}

/** Many small records at once, numbered in their titles. */
export const addManyRecords = async (
  { knex: db }: Pick<TestDatabase, 'knex'>,
  count: number,
  word: string,
): Promise<void> => {
  await db.raw(
    `with made as (
       insert into record (id, state, version)
       select gen_random_uuid(), 'published', 2 from generate_series(1, ${Math.trunc(count)}) returning id
     ), numbered as (select id, row_number() over () as n from made)
     insert into catalogue_entry (record_id, state, version, metadata, title, type, created_at, updated_at, published_at, search)
     select id, 'published', 2, jsonb_build_object('title', ? || ' ' || n), ? || ' ' || n, 'dataset', now(),
       now() - n * interval '1 second', now(), setweight(to_tsvector('english', ? || ' ' || n), 'A')
     from numbered`,
    [word, word, word],
  )
  await db.raw('analyze catalogue_entry')
  await moveEpoch(db)
}
