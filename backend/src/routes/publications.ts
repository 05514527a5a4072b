/** Publishing over HTTP: 202 and something to follow. */
import { createHash } from 'node:crypto'
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { Publication } from '../domain/publication.ts'
import { versionEtag } from '../http/etag.ts'
import { eventStream, waitUntil } from '../http/events.ts'
import type { Idempotency } from '../services/idempotency.ts'
import type { Publishing } from '../services/publishing.ts'
import type { Records } from '../services/records.ts'
import type { RecordView } from './record-view.ts'

type Operations = Pick<
  operations,
  | 'publishRecord'
  | 'listPublications'
  | 'getPublication'
  | 'cancelPublication'
  | 'followPublication'
  | 'keepLikeness'
  | 'unpublishCollection'
>
type PublicationJson = components['schemas']['Publication']

export type PublicationParts = {
  publishing: Publishing
  records: Records
  idempotency: Idempotency
  recordView: RecordView
}

const hasEnded = (publication: { state: string }) => !['queued', 'running'].includes(publication.state)

export const publicationHandlers = ({
  publishing,
  records,
  idempotency,
  recordView,
}: PublicationParts): Handlers<Operations> => {
  const toJson = async (publication: Publication, siteUrl: string): Promise<PublicationJson> => ({
    id: publication.id,
    recordId: publication.recordId,
    kind: publication.kind,
    state: publication.state,
    step: publication.step,
    progress: await publishing.progressOf(publication),
    result: publication.result && {
      ...publication.result,
      links: await recordView.linksOf(publication.recordId, siteUrl),
    },
    problem: publication.problem as PublicationJson['problem'],
    createdAt: publication.createdAt,
    finishedAt: publication.finishedAt,
  })

  return {
    publishRecord: async ({ path, body, headers, actor, http }) => {
      const key = headers['Idempotency-Key']
      const fingerprint = createHash('sha256')
        .update(`${path.recordId} ${JSON.stringify(body)}`)
        .digest('hex')
      return idempotency.once({ actor, key, operation: 'publishRecord', fingerprint }, async (id) => {
        const publication = await publishing.accept(path.recordId, body, {
          actor,
          ifMatch: headers['If-Match'],
          ip: http.ip,
          id,
        })
        return {
          status: 202 as const,
          headers: { Location: `${http.faceUrl}/publications/${publication.id}` },
          body: await toJson(publication, http.siteUrl),
        }
      })
    },
    listPublications: async ({ path, actor, http }) => ({
      status: 200,
      body: {
        publications: await Promise.all(
          (await publishing.list(path.recordId, actor)).map((one) => toJson(one, http.siteUrl)),
        ),
      },
    }),
    getPublication: async ({ path, query, actor, http }) => {
      const publication = await waitUntil(
        () => publishing.get(path.publicationId, actor),
        hasEnded,
        query.wait ?? 0,
        http.signal,
      )
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: await toJson(publication, http.siteUrl),
      }
    },
    cancelPublication: async ({ path, actor, http }) => ({
      status: 200,
      body: await toJson(await publishing.cancel(path.publicationId, actor), http.siteUrl),
    }),
    keepLikeness: async ({ path, body, actor, http }) => ({
      status: 200,
      body: await toJson(await publishing.keepLikeness(path.publicationId, body, actor), http.siteUrl),
    }),
    followPublication: async ({ path, actor, http }) => {
      const read = async () => toJson(await publishing.get(path.publicationId, actor), http.siteUrl)
      await read()
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        raw: eventStream('publication', read, hasEnded),
      }
    },
    unpublishCollection: async ({ path, headers, actor, http }) => {
      const record = await records.unpublishCollection(path.recordId, {
        actor,
        ifMatch: headers['If-Match'],
        ip: http.ip,
      })
      return {
        status: 200,
        headers: { ETag: versionEtag(record.version) },
        body: await recordView.toJson(record, http.siteUrl),
      }
    },
  }
}
