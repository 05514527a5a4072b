/** A record as the contract shows it: with collection, distributions, styles, findings and links. */
import type { Knex } from 'knex'
import type { components } from '../contract/catalogue.gen.ts'
import { type CatalogueRecord, isPublic } from '../domain/record.ts'
import { distributions, toDistributions } from '../repositories/distributions.ts'
import { publications } from '../repositories/publications.ts'
import type { Records } from '../services/records.ts'

type RecordJson = components['schemas']['Record']
type Link = components['schemas']['Link']

export const recordPageOf = (siteUrl: string, recordId: string) =>
  `${siteUrl}/records/collections/metadata:main/items/${recordId}`

const collectionLinks = (collectionId: string, siteUrl: string): Link[] => [
  {
    rel: 'collection',
    href: `${siteUrl}/pygeoapi/collections/${collectionId}`,
    type: 'application/json',
    title: 'OGC API collection',
  },
  {
    rel: 'items',
    href: `${siteUrl}/pygeoapi/collections/${collectionId}/items`,
    type: 'application/geo+json',
    title: 'Features',
  },
]

export const createRecordView = ({ db, records }: { db: Knex; records: Pick<Records, 'findingsOf'> }) => {
  const collectionOf = async (recordId: string, trx: Knex = db): Promise<string | null> =>
    (await trx('collection').where({ record_id: recordId, is_published: true }).first('id'))?.id ?? null

  const linksOf = async (recordId: string, siteUrl: string, trx: Knex = db): Promise<Link[]> => {
    const collectionId = await collectionOf(recordId, trx)
    const rows = await distributions(trx).listOfRecord(recordId)
    return [
      { rel: 'alternate', href: recordPageOf(siteUrl, recordId), type: 'text/html', title: 'Record' },
      ...(collectionId === null ? [] : collectionLinks(collectionId, siteUrl)),
      ...toDistributions(rows, siteUrl)
        .filter((one) => one.kind === 'original' || one.kind === 'style')
        .map(
          (one): Link => ({
            rel: one.kind === 'original' ? 'enclosure' : 'stylesheet',
            href: one.url,
            type: one.mediaType ?? undefined,
            title: one.title,
            length: one.sizeBytes ?? undefined,
          }),
        ),
      {
        rel: 'describedby',
        href: `${siteUrl}/api/v1/records/${recordId}/iso19139`,
        type: 'application/xml',
        title: 'ISO 19139',
      },
    ]
  }

  return {
    linksOf,
    collectionOf,
    /** Readers see what a commit did whole or not at all, so all that is read for one answer is of one moment (P1). */
    atOneMoment: <T>(read: (trx: Knex) => Promise<T>): Promise<T> =>
      db.transaction(read, { isolationLevel: 'repeatable read', readOnly: true }),
    toJson: async (record: CatalogueRecord, siteUrl: string, trx: Knex = db): Promise<RecordJson> => {
      const styles = await trx('record_style as rs')
        .join('style as s', 's.id', 'rs.style_id')
        .where('rs.record_id', record.id)
        .orderBy('rs.is_default', 'desc')
        .select('s.id', 's.title', 'rs.is_default as isDefault')
      const likeness = await publications(trx).likenessOf(record.id)
      return {
        id: record.id,
        state: record.state,
        title: record.metadata.title ?? '',
        ownerId: record.ownerId,
        domainId: record.domainId,
        metadata: record.metadata as RecordJson['metadata'],
        uploadId: record.uploadId,
        version: record.version,
        publishedVersion: record.publishedVersion,
        returnReason: record.returnReason,
        successorId: record.successorId,
        createdAt: record.createdAt,
        updatedAt: record.updatedAt,
        publishedAt: record.publishedAt,
        collectionId: await collectionOf(record.id, trx),
        distributions: toDistributions(await distributions(trx).listOfRecord(record.id), siteUrl),
        styles,
        ...(likeness && { likeness }),
        findings: await records.findingsOf(record, trx),
        links: [
          { rel: 'self', href: `${siteUrl}/api/v1/records/${record.id}`, type: 'application/json' },
          ...(isPublic(record) ? await linksOf(record.id, siteUrl, trx) : []),
          ...(record.successorId
            ? [
                {
                  rel: 'successor-version',
                  href: recordPageOf(siteUrl, record.successorId),
                  type: 'text/html',
                },
              ]
            : []),
        ],
      }
    },
  }
}

export type RecordView = ReturnType<typeof createRecordView>
