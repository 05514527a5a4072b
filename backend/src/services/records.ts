/** Working with records (R3, R4): drafts, changes, return, deprecation, deletion, and who may see which face of them. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Config } from '../config/config.ts'
import type { Actor } from '../domain/actor.ts'
import { can, demand, ownerIdOf } from '../domain/policy.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { recordProblems } from '../domain/problems/record.ts'
import { tokenProblems } from '../domain/problems/token.ts'
import type { PublishableUpload } from '../domain/publication.ts'
import { type CatalogueRecord, isPublic, type RecordState } from '../domain/record.ts'
import { demandIfMatch } from '../http/etag.ts'
import { completeDefaults, findLayer, isSpatialLayer, prefill } from '../metadata/prefill.ts'
import {
  applyPatch,
  type RecordMetadataDraft,
  type RecordMetadataPatch,
} from '../metadata/record-metadata.ts'
import { checkForPublication, type Findings } from '../metadata/rules.ts'
import { publications } from '../repositories/publications.ts'
import { type RecordVersion, records } from '../repositories/records.ts'
import { domains } from '../repositories/tokens.ts'
import { audit } from './audit.ts'
import { moveEpoch, putCatalogueEntry } from './catalogue-entry.ts'
import { removeCollection } from './commit.ts'
import { failpoint } from './failpoint.ts'
import { enqueue } from './jobs.ts'
import { queueMail } from './outbox.ts'

export type RecordsParts = {
  db: Knex
  config: Pick<Config, 'crsList' | 'nationalExtent'>
  findUpload: (db: Knex, id: string) => Promise<PublishableUpload | undefined>
  today: () => string
  onChange: () => void
  ring: () => void
}

type Asked = { actor: Actor; ip?: string }
type AskedChange = Asked & { ifMatch: string | undefined }

export const createRecords = ({ db, config, findUpload, today, onChange, ring }: RecordsParts) => {
  const usableUpload = async (trx: Knex, id: string, actor: Actor): Promise<PublishableUpload> => {
    const upload = (await findUpload(trx, id)) ?? raise(generalProblems.notFound({ what: 'upload', id }))
    if (!can(actor, 'use an upload', { ownerId: upload.ownerId }))
      throw generalProblems.notFound({ what: 'upload', id })
    return upload
  }

  /** Whoever returns a record of his own knows it; tokens that are revoked have no reader any more. */
  const writeToOwner = async (
    trx: Knex,
    record: CatalogueRecord,
    { reason, actor }: { reason: string; actor: Actor },
  ): Promise<void> => {
    if (record.ownerId === null || record.ownerId === ownerIdOf(actor)) return
    const owner = await trx('token').where({ id: record.ownerId, revoked_at: null }).first('name', 'email')
    if (!owner?.email) return
    await queueMail(trx, {
      kind: 'record-returned',
      to: { name: owner.name, email: owner.email },
      submissionId: null,
      data: {
        reference: '',
        title: record.metadata.title ?? record.id,
        name: owner.name,
        reason,
        recordId: record.id,
      },
    })
  }

  const demandDomain = async (trx: Knex, domainId: string | null | undefined, actor: Actor) => {
    if (!domainId) return
    if (!(await domains(trx).list()).some((domain) => domain.id === domainId))
      throw tokenProblems.domainUnknown({ domainId })
    if (actor.kind === 'token' && actor.role === 'domain_custodian' && actor.domainId !== domainId)
      throw generalProblems.notAllowed({
        action: `file a record under '${domainId}'`,
        why: `this custodian looks after '${actor.domainId}'`,
      })
  }

  /** Locks, checks that it is there, that the actor may, and that it is the version the actor saw. */
  const forChange = async (
    trx: Knex,
    id: string,
    action: 'change a record' | 'delete a record' | 'return a record',
    { actor, ifMatch }: AskedChange,
  ) => {
    const record = await records(trx).lock(id)
    if (record.state === 'deleted')
      throw generalProblems.gone({ what: 'record', id, successor: record.successorId ?? undefined })
    if (!can(actor, 'read an unpublished record', record) && !isPublic(record))
      throw generalProblems.notFound({ what: 'record', id })
    demand(actor, action, record)
    demandIfMatch(ifMatch, record.version)
    return record
  }

  const findingsOf = async (record: CatalogueRecord, trx: Knex = db): Promise<Findings> => {
    const upload = record.uploadId === null ? undefined : await findUpload(trx, record.uploadId)
    const collection = await trx('collection').where({ record_id: record.id }).first('storage_srid')
    const layer = upload?.probe ? findLayer(upload.probe, record.uploadLayer) : null
    return checkForPublication(record.metadata, {
      isSpatial: isSpatialLayer(layer) || (collection?.storage_srid ?? null) !== null,
      probeEpsg: layer?.crs?.epsg ?? collection?.storage_srid ?? null,
      crsList: config.crsList,
      nationalExtent: config.nationalExtent,
    })
  }

  return {
    create: async (
      request: {
        metadata?: RecordMetadataDraft
        uploadId?: string
        layer?: string
        domainId?: string
        completeDefaults?: boolean
      },
      { actor, ip, id = randomUUID() }: Asked & { id?: string },
    ): Promise<CatalogueRecord> =>
      db.transaction(async (trx) => {
        demand(actor, 'create a record')
        // Made before, by a request whose server died before it could answer.
        const present = await records(trx).find(id)
        if (present) return present
        const upload =
          request.uploadId === undefined ? undefined : await usableUpload(trx, request.uploadId, actor)
        const input = upload?.probe && {
          probe: upload.probe,
          layerName: request.layer ?? null,
          fileName: upload.fileName,
          actor,
          today: today(),
        }
        const begun = input
          ? prefill(input).metadata
          : { language: 'eng', dateStamp: today(), characterSet: 'utf8' as const }
        const given = applyPatch(begun, request.metadata ?? {})
        const metadata = input && request.completeDefaults ? completeDefaults(given, input).metadata : given
        const domainId = request.domainId ?? (actor.kind === 'token' ? actor.domainId : null)
        await demandDomain(trx, domainId, actor)
        const record = await records(trx).add({
          id,
          ownerId: actor.kind === 'token' ? actor.tokenId : null,
          domainId,
          metadata,
          uploadId: upload?.id ?? null,
          uploadLayer: request.layer ?? null,
        })
        await audit(trx).add({
          actor,
          action: 'record.created',
          recordId: record.id,
          detail: { title: metadata.title },
          ip,
        })
        return record
      }),

    /** The working copy for those who keep the record; otherwise the published face, and 410 after deletion. */
    get: async (id: string, actor: Actor, trx: Knex = db): Promise<CatalogueRecord> => {
      const record = (await records(trx).find(id)) ?? raise(generalProblems.notFound({ what: 'record', id }))
      if (record.state === 'deleted')
        throw generalProblems.gone({ what: 'record', id, successor: record.successorId ?? undefined })
      if (can(actor, 'read an unpublished record', record)) return record
      if (!isPublic(record)) throw generalProblems.notFound({ what: 'record', id })
      const entry = await trx('catalogue_entry')
        .where({ record_id: id })
        .first('metadata', 'version', 'updated_at')
      return {
        ...record,
        metadata: entry.metadata,
        version: entry.version,
        updatedAt: entry.updated_at,
        ownerId: null,
        uploadId: null,
        returnReason: null,
      }
    },

    change: async (
      id: string,
      change: {
        metadata?: RecordMetadataPatch
        uploadId?: string | null
        layer?: string | null
        domainId?: string | null
      },
      asked: AskedChange,
    ): Promise<CatalogueRecord> =>
      db.transaction(async (trx) => {
        const record = await forChange(trx, id, 'change a record', asked)
        if (change.uploadId) await usableUpload(trx, change.uploadId, asked.actor)
        if (change.domainId !== undefined) await demandDomain(trx, change.domainId, asked.actor)
        const changed = await records(trx).change(id, {
          metadata:
            change.metadata === undefined
              ? undefined
              : (applyPatch(record.metadata, change.metadata) as CatalogueRecord['metadata']),
          uploadId: change.uploadId,
          uploadLayer: change.layer ?? (change.uploadId === undefined ? undefined : null),
          domainId: change.domainId,
        })
        await audit(trx).add({
          actor: asked.actor,
          action: 'record.changed',
          recordId: id,
          detail: {
            members: Object.keys(change.metadata ?? {}),
            uploadId: change.uploadId,
            domainId: change.domainId,
          },
          ip: asked.ip,
        })
        return changed
      }),

    /** Entry, file and collection vanish in one commit; a tombstone and the audit stay (R3.7–R3.9, R3.15). */
    remove: async (id: string, asked: AskedChange): Promise<void> => {
      await db.transaction(async (trx) => {
        const record = await forChange(trx, id, 'delete a record', asked)
        const running = await publications(trx).findActive(id)
        if (running)
          await publications(trx).end(running.id, 'cancelled', recordProblems.publicationCancelled().toJSON())
        const removed = await removeCollection(trx, id)
        const sha256s = await trx('distribution')
          .join('file', 'file.id', 'distribution.file_id')
          .where({ record_id: id })
          .pluck('sha256')
        await trx('distribution').where({ record_id: id }).delete()
        await trx('record_style').where({ record_id: id }).delete()
        await trx('catalogue_entry').where({ record_id: id }).delete()
        await trx('record_version').where({ record_id: id }).delete()
        await records(trx).change(id, {
          state: 'deleted',
          metadata: {},
          uploadId: null,
          deletedAt: new Date().toISOString(),
        })
        await audit(trx).add({
          actor: asked.actor,
          action: 'record.deleted',
          recordId: id,
          subject: record.metadata.title ?? '',
          detail: { state: record.state, collections: removed.map((one) => one.id) },
          ip: asked.ip,
        })
        await moveEpoch(trx)
        // The bytes follow at once: deletion is permanent. Those of others stay for who still reads them.
        await enqueue(trx, {
          kind: 'collect-garbage',
          key: `after ${id}`,
          payload: { tables: removed.map((one) => one.tableName), sha256s },
        })
        await failpoint('delete.beforeCommit')
      })
      onChange()
      ring()
    },

    returnForRevision: async (id: string, reason: string, asked: AskedChange): Promise<CatalogueRecord> => {
      const returned = await db.transaction(async (trx) => {
        const record = await forChange(trx, id, 'return a record', asked)
        if (!['draft', 'in_review', 'published'].includes(record.state))
          throw recordProblems.stateConflict({
            state: record.state,
            action: 'returned',
            expected: 'a draft, in review or published',
          })
        // What was public is withdrawn until it is published again; its collection keeps its id.
        await trx('catalogue_entry').where({ record_id: id }).delete()
        await trx('collection')
          .where({ record_id: id })
          .update({ is_published: false, updated_at: trx.fn.now() })
        const changed = await records(trx).change(id, { state: 'returned', returnReason: reason })
        await audit(trx).add({
          actor: asked.actor,
          action: 'record.returned',
          recordId: id,
          detail: { reason },
          ip: asked.ip,
        })
        await writeToOwner(trx, changed, { reason, actor: asked.actor })
        await moveEpoch(trx)
        return changed
      })
      onChange()
      ring()
      return returned
    },

    deprecate: async (
      id: string,
      successorId: string | null,
      asked: AskedChange,
    ): Promise<CatalogueRecord> => {
      const deprecated = await db.transaction(async (trx) => {
        const record = await forChange(trx, id, 'change a record', asked)
        if (!isPublic(record))
          throw recordProblems.stateConflict({
            state: record.state,
            action: 'deprecated',
            expected: 'published',
          })
        if (successorId !== null) {
          const successor = successorId === id ? undefined : await records(trx).find(successorId)
          if (!successor || !isPublic(successor))
            throw generalProblems.notFound({ what: 'published record', id: successorId })
        }
        const changed = await records(trx).change(id, { state: 'deprecated', successorId })
        const entry = await trx('catalogue_entry').where({ record_id: id }).first('metadata')
        await putCatalogueEntry(trx, {
          record: changed,
          state: 'deprecated',
          version: changed.version,
          metadata: entry.metadata,
        })
        await audit(trx).add({
          actor: asked.actor,
          action: 'record.deprecated',
          recordId: id,
          detail: { successorId },
          ip: asked.ip,
        })
        await moveEpoch(trx)
        return changed
      })
      onChange()
      return deprecated
    },

    /** Takes the collection out of the APIs; the record stays, and publishing again brings the same id back (R6.27). */
    unpublishCollection: async (id: string, asked: AskedChange): Promise<CatalogueRecord> => {
      const changed = await db.transaction(async (trx) => {
        const record = await forChange(trx, id, 'change a record', asked)
        const collection = await trx('collection').where({ record_id: id, is_published: true }).first('id')
        if (!collection)
          throw recordProblems.stateConflict({
            state: record.state,
            action: 'unpublished',
            expected: 'one with a collection in the APIs',
          })
        await trx('collection')
          .where({ id: collection.id })
          .update({ is_published: false, updated_at: trx.fn.now() })
        await trx('distribution').where({ collection_id: collection.id }).delete()
        await trx('distribution').where({ record_id: id }).whereIn('kind', ['pmtiles', 'cog']).delete()
        const after = await records(trx).change(id, {})
        await audit(trx).add({
          actor: asked.actor,
          action: 'collection.unpublished',
          recordId: id,
          subject: collection.id,
          ip: asked.ip,
        })
        await moveEpoch(trx)
        return after
      })
      onChange()
      return changed
    },

    list: async (
      filter: {
        limit: number
        offset: number
        state?: RecordState
        q?: string
        collectionId?: string
        scope: 'own' | 'domain' | 'all'
      },
      actor: Actor,
    ) => {
      if (actor.kind !== 'token') return { records: [], total: 0 }
      if (filter.scope === 'all') demand(actor, 'inspect the system')
      return records(db).list({
        limit: filter.limit,
        offset: filter.offset,
        state: filter.state,
        q: filter.q,
        collectionId: filter.collectionId,
        ownerId: filter.scope === 'all' ? undefined : actor.tokenId,
        domainId: filter.scope === 'domain' ? actor.domainId : null,
      })
    },

    versions: (id: string): Promise<RecordVersion[]> => records(db).listVersions(id),
    findingsOf,
  }
}

export type Records = ReturnType<typeof createRecords>
