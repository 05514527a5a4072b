/**
 * Editing features of a published collection (OGC API – Features Part 4): one transaction changes the rows, what the
 * collection says of all of them, the catalogue where it follows, and the audit log. Edits of a collection that wait for one
 * another are done together in one such transaction, each with an outcome, an ETag and an audit entry of its own; where
 * one breaks a group, each is done alone. Who may is decided by the policy, again inside the transaction.
 */
import type { Knex } from 'knex'
import type { Database } from '../db/database.ts'
import { isCommitOutcomeUnknown, transaction, translate } from '../db/errors.ts'
import type { Actor } from '../domain/actor.ts'
import { type Collection, loadOf } from '../domain/collection.ts'
import type { RequestCrs } from '../domain/feature-query.ts'
import { can, demand } from '../domain/policy.ts'
import { isProblem, raise } from '../domain/problem.ts'
import { editingProblems } from '../domain/problems/editing.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { isTokenValid } from '../domain/token.ts'
import { crsUri } from '../geo/crs.ts'
import { etagMatches } from '../http/respond.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import {
  type FoundFeature,
  featureEditing,
  holdForEdit,
  type Reach,
} from '../repositories/feature-editing.ts'
import { isTransformFailure } from '../repositories/features.ts'
import { records } from '../repositories/records.ts'
import type { Collections } from './collections.ts'
import { type Effect, nowhere, settle, type Target } from './edit-effects.ts'
import { failpoint } from './failpoint.ts'
import type { CheckedFeature, CheckedPatch } from './feature-check.ts'
import { createGrouping } from './grouping.ts'

export type FeatureEditingParts = {
  database: Pick<Database, 'knex'>
  collections: Pick<Collections, 'follow' | 'invalidate'>
  now: () => number
}

export type AskedEdit = {
  actor: Actor
  ip: string
  crs: RequestCrs
  /** The header If-Match. */
  ifMatch?: string
}

/** `etag` is that of the only feature; null when there were several. */
export type Edited = { firstFid: string; count: number; etag: string | null }

/** Who edits waits for a replace, and for others who edit the same collection, but not for ever. */
const lockWait = '5s'
/** Of edits that are done together, of features in them, and of edits that wait; beyond is 503. */
const most = { items: 100, size: 10_000, waiting: 500 }
/** Coordinates beyond are no places; see the readers of files. */
const coordinateLimit = 1e8
/** How long it may be known that somebody may, before a body is read; the transaction asks again in any case. */
const knownMs = 1_000
const mostKnown = 1_000

const action = 'edit features'

export const featureEtag = (hash: string): string => `"${hash}"`

type Edit = { published: PublishedCollection; asked: AskedEdit } & (
  | { what: 'create'; features: readonly CheckedFeature[]; requestId: string | null }
  | { what: 'replace'; fid: string; feature: CheckedFeature }
  | { what: 'update'; fid: string; readPatch: (geometryType: string | null) => CheckedPatch }
  | { what: 'remove'; fid: string }
)
type Creation = Extract<Edit, { what: 'create' }>
type Change = Exclude<Edit, Creation>

type Outcome = PromiseSettledResult<Edited>

/** What a group has done so far. */
type Progress = { outcomes: Map<Edit, Outcome>; effects: Effect[] }

const sizeOf = (edit: Edit): number => (edit.what === 'create' ? edit.features.length : 1)

/** It says nothing about what was asked: whoever else is in the group would meet the same. */
const isForAll = (error: unknown): boolean => {
  const meant = translate(error)
  return isCommitOutcomeUnknown(error) || (isProblem(meant) && meant.status >= 500)
}

const hasNoPlace = ({ storageSrid }: Collection, crs: RequestCrs, cause?: unknown) =>
  editingProblems.geometryHasNoPlace(
    { given: crs.uri, stored: storageSrid === null ? 'nothing' : crsUri(storageSrid) },
    { cause },
  )

/** PROJ may answer infinity for what it cannot place, which no JSON can hold (security E16). */
const demandPlace = ({ published, asked }: Edit, { box }: Reach): void => {
  if (box?.some((edge) => !(Math.abs(edge) < coordinateLimit))) throw hasNoPlace(published, asked.crs)
}

const refuseDeprecated = (id: string, record: CatalogueRecord): void => {
  if (record.state === 'deprecated')
    throw editingProblems.collectionDeprecated({ id, successor: record.successorId })
}

const refuseStale = (sent: string | undefined, etag: string): void => {
  const current = featureEtag(etag)
  if (sent !== undefined && !etagMatches(sent, current))
    throw generalProblems.preconditionFailed({ sent: sent.slice(0, 200), current })
}

const noFeature = (fid: string) => generalProblems.notFound({ what: 'feature', id: fid })

// One edit of a group ------------------------------------------------------------------------------------

const note = (
  { effects, outcomes }: Progress,
  edit: Edit,
  edited: Edited,
  effect: Pick<Effect, 'action' | 'detail' | 'difference' | 'before' | 'after'>,
): void => {
  effects.push({ ...effect, actor: edit.asked.actor, ip: edit.asked.ip })
  outcomes.set(edit, { status: 'fulfilled', value: edited })
}

const noteCreation = (
  progress: Progress,
  creation: Creation,
  { firstFid, after, etag }: { firstFid: string; after: Reach; etag: string | null },
): void => {
  const count = creation.features.length
  const lastId = String(BigInt(firstFid) + BigInt(count - 1))
  note(
    progress,
    creation,
    { firstFid, count, etag },
    {
      action: 'features.created',
      detail: { features: count, firstId: firstFid, lastId },
      difference: count,
      before: nowhere,
      after,
    },
  )
}

/** What an earlier request with the same Idempotency-Key created, if it did. */
const findEarlier = async (trx: Knex, { rows }: Target, { published, requestId }: Creation) => {
  if (requestId === null) return null
  const earlier = await trx('feature_creation')
    .where({ request_id: requestId, collection_id: published.id })
    .first()
  if (!earlier) return null
  const firstFid = String(earlier.first_fid)
  const [found] = earlier.feature_count === 1 ? await rows.find([firstFid]) : []
  return { firstFid, count: Number(earlier.feature_count), etag: found?.etag ?? null }
}

const rememberCreation = async (
  trx: Knex,
  { requestId, published, features }: Creation,
  firstFid: string,
): Promise<void> => {
  if (requestId === null) return
  await trx('feature_creation').where('created_at', '<', trx.raw("now() - interval '2 days'")).delete()
  await trx('feature_creation').insert({
    request_id: requestId,
    collection_id: published.id,
    first_fid: firstFid,
    feature_count: features.length,
  })
}

/** Adds all features of all creations: those of one feature together, as far as they came in the same system. */
const create = async (
  trx: Knex,
  target: Target,
  creations: readonly Creation[],
  progress: Progress,
): Promise<void> => {
  const { collection, rows } = target
  const idsUsedUp = async () => editingProblems.idsUsedUp({ id: collection.id, last: await rows.lastId() })
  const singles = new Map<number, { creation: Creation; feature: CheckedFeature }[]>()
  for (const creation of creations) {
    const earlier = await findEarlier(trx, target, creation)
    if (earlier) {
      progress.outcomes.set(creation, { status: 'fulfilled', value: earlier })
      continue
    }
    const { features, asked } = creation
    const [feature, second] = features
    if (feature === undefined) throw new Error('a creation of no features')
    if (second === undefined) {
      const { epsg } = asked.crs
      singles.set(epsg, [...(singles.get(epsg) ?? []), { creation, feature }])
      continue
    }
    const added = await rows.add(features, asked.crs)
    if (added === null) throw await idsUsedUp()
    const { firstFid, reach } = added
    demandPlace(creation, reach)
    await rememberCreation(trx, creation, firstFid)
    noteCreation(progress, creation, { firstFid, after: reach, etag: null })
  }
  for (const [epsg, some] of singles) {
    const added = await rows.addEach(
      some.map(({ feature }) => feature),
      { epsg },
    )
    if (added === null) throw await idsUsedUp()
    for (const [at, { creation }] of some.entries()) {
      const after = added[at]
      if (after === undefined) throw new Error('fewer features were added than were given')
      demandPlace(creation, after)
      await rememberCreation(trx, creation, after.fid)
      noteCreation(progress, creation, { firstFid: after.fid, after, etag: after.etag })
    }
  }
}

/** Throws a problem before anything is written; null: nothing is to change. */
const readChange = (
  edit: Exclude<Change, { what: 'remove' }>,
  present: FoundFeature,
): CheckedPatch | null => {
  if (edit.what === 'replace') return edit.feature
  const patch = edit.readPatch(present.geometryType)
  return patch.geometry === undefined && patch.values.size === 0 ? null : patch
}

type Write = { edit: Exclude<Change, { what: 'remove' }>; present: FoundFeature; patch: CheckedPatch }

const noteWrite = (
  progress: Progress,
  { collection }: Target,
  { edit, present, patch }: Write,
  after: FoundFeature,
): void => {
  const { fid } = edit
  const changed = collection.columns.filter(({ column }) => patch.values.has(column)).map(({ name }) => name)
  note(
    progress,
    edit,
    { firstFid: fid, count: 1, etag: after.etag },
    {
      action: edit.what === 'replace' ? 'features.replaced' : 'features.updated',
      detail: {
        features: 1,
        id: fid,
        geometry: patch.geometry !== undefined,
        properties: changed.length > 20 ? changed.length : changed,
      },
      difference: 0,
      before: present,
      after,
    },
  )
}

const noteRemoval = (progress: Progress, edit: Edit & { fid: string }, present: FoundFeature): void =>
  note(
    progress,
    edit,
    { firstFid: edit.fid, count: 1, etag: null },
    {
      action: 'features.deleted',
      detail: { features: 1, id: edit.fid },
      difference: -1,
      before: present,
      after: nowhere,
    },
  )

/** In parts, in their order, none of which has two changes of one feature: the second is to see what the first left. */
const apart = (edits: readonly Change[]): Change[][] => {
  const parts: Change[][] = []
  let fids = new Set<string>()
  for (const edit of edits) {
    const part = parts.at(-1)
    if (part === undefined || fids.has(edit.fid)) {
      parts.push([edit])
      fids = new Set()
    } else part.push(edit)
    fids.add(edit.fid)
  }
  return parts
}

const bySystem = (writes: readonly Write[]): Map<number, Write[]> => {
  const systems = new Map<number, Write[]>()
  for (const write of writes) {
    const { epsg } = write.edit.asked.crs
    systems.set(epsg, [...(systems.get(epsg) ?? []), write])
  }
  return systems
}

/**
 * Changes of different features. Refusals concern one edit; what else is thrown concerns all, because something may have
 * been written.
 */
const change = async (target: Target, edits: readonly Change[], progress: Progress): Promise<void> => {
  const { rows } = target
  const found = new Map((await rows.find(edits.map(({ fid }) => fid))).map((one) => [one.fid, one]))
  const writes: Write[] = []
  const removals: { edit: Change; present: FoundFeature }[] = []
  for (const edit of edits)
    try {
      const present = found.get(edit.fid) ?? raise(noFeature(edit.fid))
      refuseStale(edit.asked.ifMatch, present.etag)
      if (edit.what === 'remove') {
        removals.push({ edit, present })
        continue
      }
      const patch = readChange(edit, present)
      if (patch !== null) writes.push({ edit, present, patch })
      else
        progress.outcomes.set(edit, {
          status: 'fulfilled',
          value: { firstFid: edit.fid, count: 1, etag: present.etag },
        })
    } catch (problem) {
      progress.outcomes.set(edit, { status: 'rejected', reason: problem })
    }
  for (const [epsg, some] of bySystem(writes)) {
    const changes = some.map(({ edit, patch }) => ({ ...patch, fid: edit.fid }))
    const after = new Map((await rows.change(changes, { epsg })).map((one) => [one.fid, one]))
    for (const write of some) {
      const left = after.get(write.edit.fid) ?? raise(noFeature(write.edit.fid))
      demandPlace(write.edit, left)
      noteWrite(progress, target, write, left)
    }
  }
  if (removals.length > 0) await rows.remove(removals.map(({ edit }) => edit.fid))
  for (const { edit, present } of removals) noteRemoval(progress, edit, present)
}

// Groups -------------------------------------------------------------------------------------------------

export const createFeatureEditing = ({ database, collections, now }: FeatureEditingParts) => {
  const db = database.knex
  const known = new Map<string, { record: CatalogueRecord; at: number }>()

  const remember = (record: CatalogueRecord): void => {
    if (known.size >= mostKnown) known.clear()
    known.set(record.id, { record, at: now() })
  }

  /** Holds what the edits are about, and those who edit. */
  const open = async (
    trx: Knex,
    { id, recordId }: PublishedCollection,
    actors: readonly Actor[],
  ): Promise<{ target: Target; holds: (actor: Actor) => boolean }> => {
    const tokenIds = new Set(actors.flatMap((actor) => (actor.kind === 'token' ? [actor.tokenId] : [])))
    const { tokens, ...held } =
      (await holdForEdit(trx, { id, recordId }, { tokenIds: [...tokenIds], lockWait })) ??
      raise(generalProblems.notFound({ what: 'collection', id }))
    const instant = new Date(now()).toISOString()
    const valid = new Set(tokens.filter((token) => isTokenValid(token, instant)).map((token) => token.id))
    return {
      target: { ...held, rows: featureEditing(trx, held.collection) },
      holds: (actor) => actor.kind !== 'token' || valid.has(actor.tokenId),
    }
  }

  const demandAllowed = (
    { published, asked }: Edit,
    { collection, record }: Target,
    holds: (actor: Actor) => boolean,
  ): void => {
    if (!holds(asked.actor))
      throw generalProblems.notSignedIn({ reason: 'The token was revoked or has expired meanwhile.' })
    demand(asked.actor, action, record)
    refuseDeprecated(collection.id, record)
    // What was sent was checked against the columns of before.
    if (loadOf(collection) !== loadOf(published))
      throw editingProblems.dataReplacedMeanwhile({ id: collection.id })
  }

  const work = async (trx: Knex, edits: readonly [Edit, ...Edit[]]) => {
    const { target, holds } = await open(
      trx,
      edits[0].published,
      edits.map(({ asked }) => asked.actor),
    )
    const progress: Progress = { outcomes: new Map(), effects: [] }
    const allowed: Edit[] = []
    for (const edit of edits)
      try {
        demandAllowed(edit, target, holds)
        allowed.push(edit)
      } catch (problem) {
        progress.outcomes.set(edit, { status: 'rejected', reason: problem })
      }
    // Nobody can know the id of a feature that is about to be created, so creations may come first.
    await create(
      trx,
      target,
      allowed.filter((edit) => edit.what === 'create'),
      progress,
    )
    const changes = allowed.filter((edit) => edit.what !== 'create')
    for (const part of apart(changes)) await change(target, part, progress)
    const followed = progress.effects.length > 0 ? await settle(trx, target, progress.effects) : null
    return { ...progress, followed, record: target.record }
  }

  /** All of them in one transaction, or none. */
  const together = async (edits: readonly [Edit, ...Edit[]]): Promise<Outcome[]> => {
    try {
      const { outcomes, followed, record } = await transaction({ knex: db }, (trx) => work(trx, edits))
      if (followed) collections.follow(followed)
      remember(record)
      await failpoint('edit.afterCommit')
      return edits.map(
        (edit) =>
          outcomes.get(edit) ?? {
            status: 'rejected',
            reason: new Error('an edit was left without an outcome'),
          },
      )
    } catch (error) {
      // It may have been committed all the same.
      collections.invalidate()
      throw error
    }
  }

  const alone = async (edit: Edit): Promise<Outcome> => {
    try {
      const [outcome] = await together([edit])
      return outcome ?? { status: 'rejected', reason: new Error('an edit was left without an outcome') }
    } catch (error) {
      const { published, asked } = edit
      const reason = isTransformFailure(error) ? hasNoPlace(published, asked.crs, error) : error
      return { status: 'rejected', reason }
    }
  }

  const edit = createGrouping<Edit, Edited>({
    keyOf: ({ published }) => published.id,
    sizeOf,
    most,
    work: async (edits) => {
      const [first, ...others] = edits
      if (first === undefined) return []
      if (others.length === 0) return [await alone(first)]
      try {
        return await together([first, ...others])
      } catch (error) {
        if (isForAll(error)) throw error
      }
      const outcomes: Outcome[] = []
      for (const one of edits) outcomes.push(await alone(one))
      return outcomes
    },
  })

  const etagOf = ({ etag }: Edited): string => {
    if (etag === null) throw new Error('a changed feature has no ETag')
    return etag
  }

  return {
    /** Throws unless the actor may edit this collection now; asked before a body is read. */
    demand: async ({ id, recordId }: PublishedCollection, actor: Actor): Promise<void> => {
      const lately = known.get(recordId)
      const isKnown = lately !== undefined && now() - lately.at < knownMs
      if (isKnown && lately.record.state === 'published' && can(actor, action, lately.record)) return
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
    create: (
      published: PublishedCollection,
      features: readonly CheckedFeature[],
      { requestId, ...asked }: AskedEdit & { requestId: string | null },
    ): Promise<Edited> => edit({ published, asked, what: 'create', features, requestId }),

    /** Puts another in the place of a feature that is there; gives the new hash. */
    replace: async (
      published: PublishedCollection,
      fid: string,
      feature: CheckedFeature,
      asked: AskedEdit,
    ): Promise<string> => etagOf(await edit({ published, asked, what: 'replace', fid, feature })),

    /** Changes what the patch names; it is read when the present feature is known. */
    update: async (
      published: PublishedCollection,
      fid: string,
      readPatch: (geometryType: string | null) => CheckedPatch,
      asked: AskedEdit,
    ): Promise<string> => etagOf(await edit({ published, asked, what: 'update', fid, readPatch })),

    remove: async (published: PublishedCollection, fid: string, asked: AskedEdit): Promise<void> => {
      await edit({ published, asked, what: 'remove', fid })
    },
  }
}

export type FeatureEditing = ReturnType<typeof createFeatureEditing>
