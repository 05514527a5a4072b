/**
 * What follows from changed rows, in the transaction that changed them: what the collection says of all its features, the
 * catalogue, the titles of stored files, the archive of tiles, the audit log, and the epoch by which everybody learns of it.
 */
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { type Collection, editedSince, titleOfOriginal } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { toCrs84 } from '../geo/crs.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import { collections as collectionRows } from '../repositories/collections.ts'
import type { featureEditing, Reach } from '../repositories/feature-editing.ts'
import { afterEditsSeconds, archiveFromFeatures } from './archives.ts'
import { audit } from './audit.ts'
import { putCatalogueEntry } from './catalogue-entry.ts'
import type { Followed } from './collections.ts'
import { failpoint } from './failpoint.ts'

export type Target = {
  collection: Collection
  record: CatalogueRecord
  rows: ReturnType<typeof featureEditing>
}

/** What one edit did. */
export type Effect = {
  /** For the audit log. */
  action: string
  detail: Record<string, unknown>
  actor: Actor
  ip: string
  /** Features more or less. */
  difference: number
  before: Reach
  after: Reach
}

export const nowhere: Reach = { box: null, times: null }

const union = (a: Box | null, b: Box | null): Box | null =>
  a && b ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])] : (a ?? b)

/** Whether something at the border of `outer` went away, so that the border may lie elsewhere now. */
const leavesBorder = (outer: Box, { before, after }: Effect): boolean => {
  const reaches = ({ box }: Reach, at: number) => box !== null && box[at] === outer[at]
  return [0, 1, 2, 3].some((at) => reaches(before, at) && !reaches(after, at))
}

const extentAfter = async ({ collection, rows }: Target, effects: readonly Effect[]): Promise<Box | null> => {
  const outer = effects.reduce((box, { after }) => union(box, after.box), collection.extentStorage)
  if (outer === null || !effects.some((effect) => leavesBorder(outer, effect))) return outer
  return rows.box(outer)
}

const timesAfter = async (
  { collection, rows }: Target,
  effects: readonly Effect[],
): Promise<Collection['temporalExtent']> => {
  if (collection.timeColumn === null) return collection.temporalExtent
  let [first, last] = collection.temporalExtent ?? [null, null]
  for (const { times } of effects.map(({ after }) => after)) {
    if (times === null) continue
    if (first === null || times[0] < first) first = times[0]
    if (last === null || times[1] > last) last = times[1]
  }
  const leaves = effects.some(
    ({ before, after }) =>
      before.times !== null &&
      ((before.times[0] === first && !(after.times && after.times[0] <= before.times[0])) ||
        (before.times[1] === last && !(after.times && after.times[1] >= before.times[1]))),
  )
  if (leaves) return (await rows.times()) ?? [null, null]
  return first === null && last === null ? collection.temporalExtent : [first, last]
}

const isSameBox = (bbox: NonNullable<RecordMetadataDraft['bbox']>, box: Box) =>
  [bbox.west, bbox.south, bbox.east, bbox.north].every((value, at) => Math.abs(value - (box[at] ?? 0)) < 1e-9)

/** A bounding box in the metadata that said what the data said keeps doing so; one that somebody wrote stays. */
const followInCatalogue = async (
  trx: Knex,
  { collection, record }: Target,
  extent: Box | null,
): Promise<boolean> => {
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
  if (String(extent) === String(collection.extentCrs84)) return false
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
  return true
}

/** The first edit since the data were loaded: the stored file does not have it, and says so wherever it is offered. */
const markOriginal = async (trx: Knex, recordId: string): Promise<void> => {
  for (const { id, title } of await trx('distribution')
    .where({ record_id: recordId, kind: 'original' })
    .select('id', 'title'))
    if (!title.endsWith(editedSince))
      await trx('distribution')
        .where({ id })
        .update({ title: titleOfOriginal(title, { isEdited: true }) })
}

/** Call once, when all rows are changed: what these edits did is in the log one by one, and told to everybody together. */
export const settle = async (trx: Knex, target: Target, effects: readonly Effect[]): Promise<Followed> => {
  const { collection, record } = target
  await failpoint('edit.afterRows')
  const extentStorage = await extentAfter(target, effects)
  const extentCrs84 =
    extentStorage && collection.storageSrid !== null ? toCrs84(extentStorage, collection.storageSrid) : null
  const edits = {
    edits: effects.length,
    featureCount: effects.reduce((count, { difference }) => count + difference, collection.featureCount),
    extentStorage,
    extentCrs84,
    temporalExtent: await timesAfter(target, effects),
    archiveFromFeatures,
    archiveAfterSeconds: afterEditsSeconds,
  }
  const isElsewhere = await followInCatalogue(trx, target, extentCrs84)
  if (collection.editedAt === null) await markOriginal(trx, record.id)
  const entries = await audit(trx).next(
    effects.map(({ actor, ip, action, detail }) => ({
      actor,
      action,
      recordId: record.id,
      subject: collection.id,
      detail,
      ip,
    })),
  )
  const { epoch, collection: changed } = await collectionRows(trx).noteEdits(collection, {
    ...edits,
    entries,
  })
  await failpoint('edit.beforeCommit')
  return { epoch, collection: changed, isMore: isElsewhere || collection.editedAt === null }
}
