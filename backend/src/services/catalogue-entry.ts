/** Writes what the public catalogue shows of a record; called by the commit only. */
import type { Knex } from 'knex'
import { queryable, sql } from '../db/sql.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { allKeywords, type RecordMetadataDraft } from '../metadata/record-metadata.ts'

const putEntry = sql('queries/put-catalogue-entry.sql')

const isBox = (box: RecordMetadataDraft['bbox']): box is NonNullable<RecordMetadataDraft['bbox']> =>
  box !== undefined && box.south <= box.north

const organisationOf = (metadata: RecordMetadataDraft) =>
  metadata.custodianOrganisation ??
  metadata.pointsOfContact?.find((party) => party.organisation)?.organisation ??
  null

export const putCatalogueEntry = async (
  trx: Knex,
  entry: {
    record: Pick<CatalogueRecord, 'id' | 'createdAt' | 'publishedAt' | 'successorId'>
    state: 'published' | 'deprecated'
    version: number
    metadata: RecordMetadataDraft
  },
): Promise<void> => {
  const { record, metadata } = entry
  const keywords = allKeywords(metadata)
  const box = isBox(metadata.bbox) ? metadata.bbox : null
  // A box across the antimeridian is kept as its two-sided envelope; a point or line grows to a sliver.
  const west = box ? (box.west > box.east ? -180 : box.west) : null
  const east = box ? (box.west > box.east ? 180 : box.east) : null
  const grow = 1e-9
  await putEntry(queryable(trx), {
    id: record.id,
    state: entry.state,
    version: entry.version,
    metadata: JSON.stringify(metadata),
    title: metadata.title ?? '',
    abstract: metadata.abstract ?? '',
    type: metadata.resourceType ?? 'dataset',
    keywords,
    topics: metadata.topicCategories ?? [],
    organisation: organisationOf(metadata),
    west,
    east,
    south: box?.south ?? null,
    north: box?.north ?? null,
    grow,
    begins: metadata.temporalExtent?.begin ?? null,
    ends: metadata.temporalExtent?.end ?? null,
    successor: record.successorId,
    created: record.createdAt,
    published: record.publishedAt,
    keywordText: [...keywords, ...(metadata.topicCategories ?? [])].join(' '),
    rest: [
      organisationOf(metadata) ?? '',
      metadata.lineageStatement ?? '',
      metadata.supplementalInformation ?? '',
    ].join(' '),
  })
}

/** Everything a process may have cached of the catalogue is old from here on. Gives the new epoch. */
export const moveEpoch = async (trx: Knex): Promise<number> => {
  const [moved] = await trx<{ value: number }>('epoch').increment('value', 1).returning('value')
  return Number(moved?.value)
}
