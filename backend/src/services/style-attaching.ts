/**
 * A style for several published records at once (R7.6): for all of them or for none, with a word on each. Only the styles
 * change; what a record says, published or not yet, and its data stay as they are.
 */
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { can } from '../domain/policy.ts'
import type { ProbeWarning } from '../domain/probe.ts'
import { isProblem, type Problem, type ProblemBody } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { recordProblems } from '../domain/problems/record.ts'
import { styleProblems } from '../domain/problems/style.ts'
import { type CatalogueRecord, isPublic } from '../domain/record.ts'
import { publications } from '../repositories/publications.ts'
import { records } from '../repositories/records.ts'
import { type LayerToStyle, styles } from '../repositories/styles.ts'
import { audit } from './audit.ts'
import { moveEpoch, putCatalogueEntry } from './catalogue-entry.ts'
import { collectDistributions, putDistributions, putStyles } from './commit.ts'
import { demandMine, type PublishingParts } from './publishing.ts'

export type StyleAttachingParts = Pick<PublishingParts, 'checkStyle' | 'isStored' | 'onChange'> & { db: Knex }

type AttachRequest = { styleId: string; recordIds: string[]; asDefault: boolean }
type Attached = { recordId: string; version: number; isChanged: boolean; isDefault: boolean }
/** A record as it was looked at, before anything was locked. */
type Candidate = {
  recordId: string
  /** As the caller may know it. */
  title: string
  version: number
  refusal: Problem | null
  warnings: ProbeWarning[]
}

/** The problem instead of the answer, where there is one. */
const refusalFrom = async (demands: () => Promise<void>): Promise<Problem | null> => {
  try {
    await demands()
    return null
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
}

const withoutRepeats = ({ code, title, status, type, detail, description }: ProblemBody) => ({
  type,
  title,
  status,
  detail,
  code,
  description,
})

export const createStyleAttaching = ({ db, checkStyle, isStored, onChange }: StyleAttachingParts) => {
  const demandPossible = async (trx: Knex, record: CatalogueRecord, actor: Actor): Promise<void> => {
    const { id, state } = record
    if (state === 'deleted') throw generalProblems.gone({ what: 'record', id })
    demandMine(actor, record, generalProblems.notFound({ what: 'record', id }))
    if (!isPublic(record))
      throw recordProblems.stateConflict({ state, action: 'given a style', expected: 'published' })
    if (await publications(trx).findActive(id)) throw recordProblems.publicationRunning({ recordId: id })
  }

  const titleFor = async (record: CatalogueRecord | undefined, actor: Actor): Promise<string> => {
    if (record === undefined) return ''
    if (can(actor, 'publish a record', record)) return record.metadata.title ?? ''
    const entry = await db('catalogue_entry').where({ record_id: record.id }).first('title')
    return entry?.title ?? ''
  }

  /** Whether each may have it and can; read before the transaction, because reading a style takes a while. */
  const look = async ({ styleId, recordIds }: AttachRequest, actor: Actor): Promise<Candidate[]> => {
    const checked = new Map<string, ReturnType<typeof checkStyle>>()
    /** Layers of one shape are looked at once. */
    const check = (layer: LayerToStyle) => {
      const key = JSON.stringify(layer)
      const found = checked.get(key) ?? checkStyle(db, styleId, layer)
      checked.set(key, found)
      return found
    }
    const candidates: Candidate[] = []
    for (const recordId of recordIds) {
      const record = await records(db).find(recordId)
      const warnings: ProbeWarning[] = []
      const refusal = await refusalFrom(async () => {
        if (record === undefined) throw generalProblems.notFound({ what: 'record', id: recordId })
        await demandPossible(db, record, actor)
        const found = await check(await styles(db).layerOf(recordId))
        if (found.errors.length > 0) throw recordProblems.styleDoesNotFit({ styleId, findings: found.errors })
        warnings.push(...found.warnings)
      })
      const title = await titleFor(record, actor)
      candidates.push({ recordId, title, version: record?.version ?? 0, refusal, warnings })
    }
    return candidates
  }

  const demandAll = (styleId: string, candidates: readonly Candidate[]): void => {
    if (candidates.every(({ refusal }) => refusal === null)) return
    throw styleProblems.styleNotAttached({
      styleId,
      records: candidates.map(({ recordId, title, refusal }) => ({
        recordId,
        title,
        problem: refusal && withoutRepeats(refusal.toJSON()),
      })),
    })
  }

  /** The records first, in the order of their ids, as everybody locks them; then the style. */
  const lockAll = async (
    trx: Knex,
    { styleId, styleVersion }: { styleId: string; styleVersion: number },
    candidates: readonly Candidate[],
    actor: Actor,
  ): Promise<Map<string, CatalogueRecord>> => {
    const locked = new Map<string, CatalogueRecord>()
    for (const id of candidates.map(({ recordId }) => recordId).sort())
      locked.set(id, await records(trx).lock(id))
    const again: Candidate[] = []
    for (const candidate of candidates) {
      const refusal = await refusalFrom(async () => {
        const record = locked.get(candidate.recordId)
        if (record?.version !== candidate.version) throw styleProblems.changedWhileAttaching()
        await demandPossible(trx, record, actor)
      })
      again.push({ ...candidate, refusal })
    }
    demandAll(styleId, again)
    if ((await styles(trx).lock(styleId)).version !== styleVersion)
      throw styleProblems.changedWhileAttaching()
    return locked
  }

  const attachToOne = async (
    trx: Knex,
    record: CatalogueRecord,
    { styleId, asDefault }: AttachRequest,
  ): Promise<CatalogueRecord> => {
    await putStyles(trx, record.id, asDefault ? { styleId } : { attachStyles: [styleId] })
    const served = await trx('collection')
      .where({ record_id: record.id, is_published: true })
      .update({ updated_at: trx.fn.now() })
      .returning('id')
    // The published face; the working copy may be ahead of it.
    const { metadata } = await trx('catalogue_entry').where({ record_id: record.id }).first('metadata')
    const drafts = await collectDistributions(trx, {
      record,
      metadata,
      original: null,
      collectionId: served[0]?.id ?? null,
      isStored,
    })
    await putDistributions(trx, record.id, drafts)
    const isAhead = record.publishedVersion !== record.version
    const changed = await records(trx).change(
      record.id,
      isAhead ? {} : { publishedVersion: record.version + 1 },
    )
    const state = record.state === 'deprecated' ? 'deprecated' : 'published'
    await putCatalogueEntry(trx, { record: changed, state, version: changed.version, metadata })
    return changed
  }

  return {
    attach: async (
      request: AttachRequest,
      { actor, ip }: { actor: Actor; ip?: string },
    ): Promise<(Attached & Pick<Candidate, 'title' | 'warnings'>)[]> => {
      const { styleId, asDefault } = request
      const { version: styleVersion } = await styles(db).get(styleId)
      const candidates = await look(request, actor)
      demandAll(styleId, candidates)
      const attached = await db.transaction(async (trx) => {
        const locked = await lockAll(trx, { styleId, styleVersion }, candidates, actor)
        const done: Attached[] = []
        for (const [recordId, record] of locked) {
          const before = await styles(trx).findAttached(recordId, styleId)
          const isChanged = before === undefined || (asDefault && !before.isDefault)
          const { version } = isChanged ? await attachToOne(trx, record, request) : record
          const isDefault = (await styles(trx).findAttached(recordId, styleId))?.isDefault ?? false
          done.push({ recordId, version, isChanged, isDefault })
        }
        const changed = done.filter(({ isChanged }) => isChanged)
        // Last, because everybody else who notes something waits from here on.
        for (const { recordId, isDefault } of changed)
          await audit(trx).add({
            actor,
            action: 'style.attached',
            recordId,
            subject: styleId,
            detail: { isDefault, among: candidates.length },
            ip,
          })
        if (changed.length > 0) await moveEpoch(trx)
        return new Map(done.map((one) => [one.recordId, one]))
      })
      onChange()
      return candidates.flatMap(({ recordId, title, warnings }) => {
        const one = attached.get(recordId)
        return one === undefined ? [] : [{ ...one, title, warnings }]
      })
    },
  }
}

export type StyleAttaching = ReturnType<typeof createStyleAttaching>
