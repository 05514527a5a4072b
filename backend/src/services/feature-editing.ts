/**
 * Editing features of a published collection (OGC API – Features Part 4): one transaction per request changes the rows,
 * what the collection says of all of them, the catalogue where it follows, and the audit log. Who may is decided by the
 * policy, again inside the transaction.
 */
import type { Knex } from 'knex'
import type { Database } from '../db/database.ts'
import { transaction } from '../db/errors.ts'
import type { Actor } from '../domain/actor.ts'
import { type Collection, editedSince, loadOf, titleOfOriginal } from '../domain/collection.ts'
import type { RequestCrs } from '../domain/feature-query.ts'
import { can, demand } from '../domain/policy.ts'
import type { Box } from '../domain/probe.ts'
import { raise } from '../domain/problem.ts'
import { editingProblems } from '../domain/problems/editing.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { crsUri, toCrs84 } from '../geo/crs.ts'
import { etagMatches } from '../http/respond.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import { collections as collectionRows, type PublishedCollection } from '../repositories/collections.ts'
import { type FoundFeature, featureEditing, type Reach } from '../repositories/feature-editing.ts'
import { isTransformFailure } from '../repositories/features.ts'
import { records } from '../repositories/records.ts'
import { followEdit } from './archives.ts'
import { audit } from './audit.ts'
import { moveEpoch, putCatalogueEntry } from './catalogue-entry.ts'
import { failpoint } from './failpoint.ts'
import type { CheckedFeature, CheckedPatch } from './feature-check.ts'
import type { Tokens } from './tokens.ts'

export type FeatureEditingParts = {
  database: Pick<Database, 'knex'>
  tokens: Pick<Tokens, 'stillHolds'>
  onChange: () => void
}

export type AskedEdit = {
  actor: Actor
  ip: string
  crs: RequestCrs
  /** The header If-Match. */
  ifMatch?: string
}

export type Created = { firstFid: string; count: number; etag: string | null }

/** Who edits waits for a replace, and for others who edit the same collection, but not for ever. */
const lockWait = '5s'
/** Coordinates beyond are no places; see the readers of files. */
const coordinateLimit = 1e8

const action = 'edit features'

export const featureEtag = (hash: string): string => `"${hash}"`

type Rows = ReturnType<typeof featureEditing>
type Target = { collection: Collection; record: CatalogueRecord; rows: Rows }

/** What an edit did, for the collection and the audit log. */
type Effect = {
  action: string
  /** Features more or less. */
  difference: number
  before: Reach
  after: Reach
  detail: Record<string, unknown>
}

const nowhere: Reach = { box: null, times: null }

const union = (a: Box | null, b: Box | null): Box | null =>
  a && b ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])] : (a ?? b)

/** Whether something at the border of `outer` went away, so that the border may lie elsewhere now. */
const leavesBorder = (outer: Box, before: Box | null, after: Box | null): boolean => {
  if (before === null) return false
  const reaches = (box: Box | null, at: number) => box !== null && box[at] === outer[at]
  return [0, 1, 2, 3].some((at) => reaches(before, at) && !reaches(after, at))
}

const isSameBox = (bbox: NonNullable<RecordMetadataDraft['bbox']>, box: Box) =>
  [bbox.west, bbox.south, bbox.east, bbox.north].every((value, at) => Math.abs(value - (box[at] ?? 0)) < 1e-9)

export const createFeatureEditing = ({ database, tokens, onChange }: FeatureEditingParts) => {
  const db = database.knex

  const refuseDeprecated = (id: string, record: CatalogueRecord) => {
    if (record.state === 'deprecated')
      throw editingProblems.collectionDeprecated({ id, successor: record.successorId })
  }

  /** Holds record and collection, in the order in which a publication takes them. */
  const open = async (trx: Knex, published: PublishedCollection, actor: Actor): Promise<Target> => {
    const { id, recordId } = published
    const gone = generalProblems.notFound({ what: 'collection', id })
    const record = await records(trx).lock(recordId)
    ;(await trx('collection')
      .where({ id, record_id: recordId, is_published: true })
      .forUpdate()
      .first('id')) ?? raise(gone)
    const collection = await collectionRows(trx).get(id)
    demand(actor, action, record)
    refuseDeprecated(id, record)
    // What was sent was checked against the columns of before.
    if (loadOf(collection) !== loadOf(published)) throw editingProblems.dataReplacedMeanwhile({ id })
    return { collection, record, rows: featureEditing(trx, collection) }
  }

  const extentAfter = async (
    { collection, rows }: Target,
    { before, after }: Effect,
  ): Promise<Box | null> => {
    const outer = union(collection.extentStorage, after.box)
    if (outer === null || !leavesBorder(outer, before.box, after.box)) return outer
    return rows.box(outer)
  }

  const timesAfter = async (
    { collection, rows }: Target,
    { before, after }: Effect,
  ): Promise<Collection['temporalExtent']> => {
    if (collection.timeColumn === null) return collection.temporalExtent
    const [first, last] = collection.temporalExtent ?? [null, null]
    const leaves =
      before.times !== null &&
      ((before.times[0] === first && !(after.times && after.times[0] <= before.times[0])) ||
        (before.times[1] === last && !(after.times && after.times[1] >= before.times[1])))
    if (leaves) return (await rows.times()) ?? [null, null]
    if (after.times === null) return collection.temporalExtent
    return [
      first === null || after.times[0] < first ? after.times[0] : first,
      last === null || after.times[1] > last ? after.times[1] : last,
    ]
  }

  /** A bounding box in the metadata that said what the data said keeps doing so; one that somebody wrote stays. */
  const followInCatalogue = async (trx: Knex, { collection, record }: Target, extent: Box | null) => {
    const follows = (metadata: RecordMetadataDraft) =>
      metadata.bbox === undefined || metadata.bbox === null
        ? collection.extentCrs84 === null
        : collection.extentCrs84 !== null && isSameBox(metadata.bbox, collection.extentCrs84)
    const withExtent = <Metadata extends RecordMetadataDraft>(metadata: Metadata): Metadata => {
      const { bbox: _before, ...rest } = metadata
      if (extent === null) return rest as Metadata
      const [west, south, east, north] = extent
      return { ...metadata, bbox: { west, south, east, north } }
    }
    if (String(extent) === String(collection.extentCrs84)) return
    if (follows(record.metadata as RecordMetadataDraft))
      await trx('record')
        .where({ id: record.id })
        .update({ metadata: JSON.stringify(withExtent(record.metadata as RecordMetadataDraft)) })
    const entry = await trx('catalogue_entry').where({ record_id: record.id }).first('metadata', 'version')
    if (entry && follows(entry.metadata))
      await putCatalogueEntry(trx, {
        record,
        state: 'published',
        version: entry.version,
        metadata: withExtent(entry.metadata),
      })
  }

  /** The first edit since the data were loaded: the stored file does not have it, and says so wherever it is offered. */
  const markOriginal = async (trx: Knex, recordId: string) => {
    for (const { id, title } of await trx('distribution')
      .where({ record_id: recordId, kind: 'original' })
      .select('id', 'title'))
      if (!title.endsWith(editedSince))
        await trx('distribution')
          .where({ id })
          .update({ title: titleOfOriginal(title, { isEdited: true }) })
  }

  /** What the collection says of all its features follows, and everybody learns of it. */
  const settle = async (
    trx: Knex,
    target: Target,
    effect: Effect,
    { actor, ip }: AskedEdit,
  ): Promise<void> => {
    const { collection, record } = target
    await failpoint('edit.afterRows')
    const extentStorage = await extentAfter(target, effect)
    const extentCrs84 =
      extentStorage && collection.storageSrid !== null ? toCrs84(extentStorage, collection.storageSrid) : null
    const temporalExtent = await timesAfter(target, effect)
    const featureCount = collection.featureCount + effect.difference
    await trx('collection')
      .where({ id: collection.id })
      .update({
        feature_count: featureCount,
        extent_storage: extentStorage,
        extent_crs84: extentCrs84,
        temporal_extent: temporalExtent && JSON.stringify(temporalExtent),
        revision: trx.raw('revision + 1'),
        edit_count: trx.raw('edit_count + 1'),
        edited_at: trx.fn.now(),
        updated_at: trx.fn.now(),
      })
    await followInCatalogue(trx, target, extentCrs84)
    if (collection.editedAt === null) await markOriginal(trx, record.id)
    await followEdit(trx, { id: collection.id, recordId: record.id, featureCount })
    await audit(trx).add({
      actor,
      action: effect.action,
      recordId: record.id,
      subject: collection.id,
      detail: effect.detail,
      ip,
    })
    await moveEpoch(trx)
    await failpoint('edit.beforeCommit')
  }

  const inTransaction = async <Result>(
    published: PublishedCollection,
    asked: AskedEdit,
    work: (target: Target, trx: Knex) => Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await transaction({ knex: db }, async (trx) => {
        await trx.raw(`set local lock_timeout = '${lockWait}'`)
        if (!(await tokens.stillHolds(asked.actor, trx)))
          throw generalProblems.notSignedIn({ reason: 'The token was revoked or has expired meanwhile.' })
        return work(await open(trx, published, asked.actor), trx)
      })
      await failpoint('edit.afterCommit')
      return result
    } catch (error) {
      if (isTransformFailure(error)) throw hasNoPlace(published, asked.crs, error)
      throw error
    } finally {
      onChange()
    }
  }

  const hasNoPlace = ({ storageSrid }: Collection, crs: RequestCrs, cause?: unknown) =>
    editingProblems.geometryHasNoPlace(
      { given: crs.uri, stored: storageSrid === null ? 'nothing' : crsUri(storageSrid) },
      { cause },
    )

  /** PROJ may answer infinity for what it cannot place, which no JSON can hold (security E16). */
  const demandPlace = (collection: Collection, crs: RequestCrs, { box }: Reach) => {
    if (box?.some((edge) => !(Math.abs(edge) < coordinateLimit))) throw hasNoPlace(collection, crs)
  }

  const findFor = async ({ rows }: Target, fid: string, { ifMatch }: AskedEdit): Promise<FoundFeature> => {
    const found = (await rows.find(fid)) ?? raise(generalProblems.notFound({ what: 'feature', id: fid }))
    const current = featureEtag(found.etag)
    if (ifMatch !== undefined && !etagMatches(ifMatch, current))
      throw generalProblems.preconditionFailed({ sent: ifMatch.slice(0, 200), current })
    return found
  }

  const change = async (
    trx: Knex,
    target: Target,
    { fid, present, patch, what }: { fid: string; present: FoundFeature; patch: CheckedPatch; what: string },
    asked: AskedEdit,
  ): Promise<string> => {
    const { collection, rows } = target
    await rows.change(fid, patch, asked.crs)
    const after = (await rows.find(fid)) ?? raise(generalProblems.notFound({ what: 'feature', id: fid }))
    demandPlace(collection, asked.crs, after)
    const changed = collection.columns
      .filter(({ column }) => patch.values.has(column))
      .map(({ name }) => name)
    const detail = {
      features: 1,
      id: fid,
      geometry: patch.geometry !== undefined,
      properties: changed.length > 20 ? changed.length : changed,
    }
    await settle(trx, target, { action: what, difference: 0, before: present, after, detail }, asked)
    return after.etag
  }

  return {
    /** Throws unless the actor may edit this collection now; asked before a body is read. */
    demand: async ({ id, recordId }: PublishedCollection, actor: Actor): Promise<void> => {
      const record =
        (await records(db).find(recordId)) ?? raise(generalProblems.notFound({ what: 'collection', id }))
      demand(actor, action, record)
      refuseDeprecated(id, record)
    },

    /** Whether the actor may edit this collection now, for OPTIONS (G17). */
    isAllowed: async ({ recordId }: PublishedCollection, actor: Actor): Promise<boolean> => {
      if (!can(actor, action)) return false
      const record = await records(db).find(recordId)
      return record !== undefined && record.state === 'published' && can(actor, action, record)
    },

    /** Adds features, all or none. `requestId` is that of an Idempotency-Key: what it created is not created again. */
    create: async (
      published: PublishedCollection,
      features: readonly CheckedFeature[],
      asked: AskedEdit & { requestId: string | null },
    ): Promise<Created> =>
      inTransaction(published, asked, async (target, trx) => {
        const { collection, rows } = target
        const { requestId } = asked
        const earlier =
          requestId === null
            ? undefined
            : await trx('feature_creation')
                .where({ request_id: requestId, collection_id: collection.id })
                .first()
        if (earlier) {
          const firstFid = String(earlier.first_fid)
          const found = earlier.feature_count === 1 ? await rows.find(firstFid) : null
          return { firstFid, count: earlier.feature_count, etag: found?.etag ?? null }
        }
        const { first, last } = await rows.takeIds(features.length)
        if (first === null) throw editingProblems.idsUsedUp({ id: collection.id, last })
        const added = features.map((feature, at) => ({ ...feature, fid: String(BigInt(first) + BigInt(at)) }))
        const after = await rows.add(added, asked.crs)
        demandPlace(collection, asked.crs, after)
        if (requestId !== null) {
          await trx('feature_creation')
            .where('created_at', '<', trx.raw("now() - interval '2 days'"))
            .delete()
          await trx('feature_creation').insert({
            request_id: requestId,
            collection_id: collection.id,
            first_fid: first,
            feature_count: added.length,
          })
        }
        const detail = { features: added.length, firstId: first, lastId: last }
        const effect = {
          action: 'features.created',
          difference: added.length,
          before: nowhere,
          after,
          detail,
        }
        await settle(trx, target, effect, asked)
        const made = added.length === 1 ? await rows.find(first) : null
        return { firstFid: first, count: added.length, etag: made?.etag ?? null }
      }),

    /** Puts another in the place of a feature that is there; gives the new hash. */
    replace: (
      published: PublishedCollection,
      fid: string,
      feature: CheckedFeature,
      asked: AskedEdit,
    ): Promise<string> =>
      inTransaction(published, asked, async (target, trx) => {
        const present = await findFor(target, fid, asked)
        return change(trx, target, { fid, present, patch: feature, what: 'features.replaced' }, asked)
      }),

    /** Changes what the patch names; it is read when the present feature is known. */
    update: (
      published: PublishedCollection,
      fid: string,
      readPatch: (geometryType: string | null) => CheckedPatch,
      asked: AskedEdit,
    ): Promise<string> =>
      inTransaction(published, asked, async (target, trx) => {
        const present = await findFor(target, fid, asked)
        const patch = readPatch(present.geometryType)
        if (patch.geometry === undefined && patch.values.size === 0) return present.etag
        return change(trx, target, { fid, present, patch, what: 'features.updated' }, asked)
      }),

    remove: (published: PublishedCollection, fid: string, asked: AskedEdit): Promise<void> =>
      inTransaction(published, asked, async (target, trx) => {
        const present = await findFor(target, fid, asked)
        await target.rows.remove(fid)
        const detail = { features: 1, id: fid }
        const effect = { action: 'features.deleted', difference: -1, before: present, after: nowhere, detail }
        await settle(trx, target, effect, asked)
      }),
  }
}

export type FeatureEditing = ReturnType<typeof createFeatureEditing>
