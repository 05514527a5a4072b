/** Records over HTTP. */

import type { Knex } from 'knex'
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { demand } from '../domain/policy.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { versionEtag } from '../http/etag.ts'
import { isoDocument } from '../metadata/iso19139.ts'
import type { RecordMetadataDraft, RecordMetadataPatch } from '../metadata/record-metadata.ts'
import { distributions, toDistributions } from '../repositories/distributions.ts'
import type { Idempotency } from '../services/idempotency.ts'
import type { Records } from '../services/records.ts'
import type { RecordView } from './record-view.ts'

type Operations = Pick<
  operations,
  | 'listRecords'
  | 'createRecord'
  | 'getRecord'
  | 'changeRecord'
  | 'deleteRecord'
  | 'getRecordIso'
  | 'checkRecord'
  | 'listRecordVersions'
  | 'returnRecord'
  | 'deprecateRecord'
>

export type RecordRouteParts = {
  db: Knex
  records: Records
  recordView: RecordView
  idempotency: Idempotency
}

export const recordHandlers = ({
  db,
  records,
  recordView,
  idempotency,
}: RecordRouteParts): Handlers<Operations> => {
  const answer = async (record: CatalogueRecord, siteUrl: string, trx: Knex = db) => ({
    status: 200 as const,
    headers: { ETag: versionEtag(record.version) },
    body: await recordView.toJson(record, siteUrl, trx),
  })

  return {
    listRecords: async ({ query, actor }) => {
      const { records: found, total } = await records.list(
        {
          limit: query.limit ?? 100,
          offset: query.offset ?? 0,
          state: query.state,
          q: query.q,
          collectionId: query.collectionId,
          scope: query.scope ?? 'own',
        },
        actor,
      )
      const summaries = await Promise.all(
        found.map(async (record) => ({
          id: record.id,
          state: record.state,
          title: record.metadata.title ?? '',
          ownerId: record.ownerId,
          domainId: record.domainId,
          version: record.version,
          updatedAt: record.updatedAt,
          publishedAt: record.publishedAt,
          collectionId: await recordView.collectionOf(record.id),
        })),
      )
      return { status: 200, body: { records: summaries, total } }
    },
    createRecord: async ({ body, headers, actor, http }) =>
      idempotency.once(
        {
          actor,
          key: headers['Idempotency-Key'],
          operation: 'createRecord',
          fingerprint: JSON.stringify(body),
        },
        async (id) => {
          const record = await records.create(
            { ...body, metadata: body.metadata as RecordMetadataDraft | undefined },
            { actor, ip: http.ip, id },
          )
          return {
            status: 201 as const,
            headers: { ETag: versionEtag(record.version), Location: `${http.faceUrl}/records/${record.id}` },
            body: await recordView.toJson(record, http.siteUrl),
          }
        },
      ),
    getRecord: ({ path, actor, http }) =>
      recordView.atOneMoment(async (trx) =>
        answer(await records.get(path.recordId, actor, trx), http.siteUrl, trx),
      ),
    changeRecord: async ({ path, body, headers, actor, http }) =>
      answer(
        await records.change(
          path.recordId,
          { ...body, metadata: body.metadata as RecordMetadataPatch | undefined },
          { actor, ifMatch: headers['If-Match'], ip: http.ip },
        ),
        http.siteUrl,
      ),
    deleteRecord: async ({ path, headers, actor, http }) => {
      await records.remove(path.recordId, { actor, ifMatch: headers['If-Match'], ip: http.ip })
      return { status: 204 }
    },
    getRecordIso: async ({ path, actor, http }) => {
      const { record, rows } = await recordView.atOneMoment(async (trx) => {
        const found = await records.get(path.recordId, actor, trx)
        return { record: found, rows: await distributions(trx).listOfRecord(found.id) }
      })
      const text = isoDocument({
        identifier: record.id,
        metadata: record.metadata as RecordMetadataDraft,
        distributions: toDistributions(rows, http.siteUrl),
        state: record.state,
        successor: record.successorId,
      })
      return {
        status: 200,
        headers: { ETag: versionEtag(record.version) },
        raw: { contentType: 'application/xml; charset=utf-8', text },
      }
    },
    checkRecord: async ({ path, actor }) => {
      const record = await records.get(path.recordId, actor)
      demand(actor, 'change a record', record)
      return { status: 200, body: await records.findingsOf(record) }
    },
    listRecordVersions: async ({ path, actor }) => {
      const record = await records.get(path.recordId, actor)
      const versions = await records.versions(record.id)
      return {
        status: 200,
        body: {
          versions: versions.map((one) => ({
            ...one,
            metadata: one.metadata as RecordMetadataDraft as never,
          })),
        },
      }
    },
    returnRecord: async ({ path, body, headers, actor, http }) =>
      answer(
        await records.returnForRevision(path.recordId, body.reason, {
          actor,
          ifMatch: headers['If-Match'],
          ip: http.ip,
        }),
        http.siteUrl,
      ),
    deprecateRecord: async ({ path, body, headers, actor, http }) =>
      answer(
        await records.deprecate(path.recordId, body.successorId ?? null, {
          actor,
          ifMatch: headers['If-Match'],
          ip: http.ip,
        }),
        http.siteUrl,
      ),
  }
}
