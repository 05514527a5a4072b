/**
 * Publishing (R6, reliability §3): a request is accepted with a plan, a job stages and verifies the data, and one
 * commit makes table, collection, metadata, style, distributions and audit visible together. There is no
 * compensation: what did not commit is invisible, and the garbage collector removes it.
 */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { Actor } from '../domain/actor.ts'
import type { Job, JobProgress } from '../domain/job.ts'
import { can, demand } from '../domain/policy.ts'
import type { Probe, ProbeLayer, ProbeWarning } from '../domain/probe.ts'
import { type Problem, type ProblemBody, raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { recordProblems } from '../domain/problems/record.ts'
import type {
  CsvGeometry,
  Likeness,
  OriginalFile,
  Publication,
  PublicationPlan,
  PublicationStep,
  PublishableUpload,
  PublishRequest,
  StagedData,
  StagedRaster,
} from '../domain/publication.ts'
import { bandNames } from '../domain/raster.ts'
import { type CatalogueRecord, isPublic, toSlug } from '../domain/record.ts'
import { demandLayerFits } from '../domain/upload.ts'
import { parseViewName } from '../domain/view-name.ts'
import { demandIfMatch } from '../http/etag.ts'
import { checkForPublication } from '../metadata/rules.ts'
import { publications } from '../repositories/publications.ts'
import { records } from '../repositories/records.ts'
import { type LayerToStyle, styles } from '../repositories/styles.ts'
import { commitPublication } from './commit.ts'
import { failpoint } from './failpoint.ts'
import { stagingTables } from './garbage.ts'
import { enqueue, type Jobs } from './jobs.ts'
import type { Tokens } from './tokens.ts'

export type StageLayer = (request: {
  upload: PublishableUpload
  layer: ProbeLayer
  tableName: string
  options: { sourceEpsg?: number; csv?: CsvGeometry }
  signal: AbortSignal
  onProgress: (progress: { rows: number; share: number | null }) => void
}) => Promise<StagedData>

export type StageRaster = (request: {
  upload: PublishableUpload
  layer: ProbeLayer
  sourceEpsg?: number
  signal: AbortSignal
  onProgress: (share: number) => void
}) => Promise<StagedRaster>

export type PublishingParts = {
  database: Database
  config: Pick<Config, 'crsList' | 'nationalExtent' | 'limits'>
  tokens: Pick<Tokens, 'stillHolds' | 'actorOf'>
  jobs: Jobs
  findUpload: (db: Knex, id: string) => Promise<PublishableUpload | undefined>
  stageLayer: StageLayer
  stageRaster: StageRaster
  /** Makes the file people download: the original, or the chosen layer of a file with several. */
  keepOriginal: (
    upload: PublishableUpload,
    layer: ProbeLayer | null,
    signal: AbortSignal,
  ) => Promise<OriginalFile>
  /** Whether the bytes are still stored; the garbage collector may have come between. */
  isStored: (sha256: string) => Promise<boolean>
  /** Findings that forbid a style for this layer, and those that are only worth saying. */
  checkStyle: (
    db: Knex,
    styleId: string,
    layer: LayerToStyle,
  ) => Promise<{ errors: { code: string; message: string }[]; warnings: ProbeWarning[] }>
  /** As part of each commit: what else becomes true with it. */
  onPublished: (trx: Knex, recordId: string) => Promise<void>
  /** Called after each commit, so that nothing in this process answers from before it. */
  onChange: () => void
  ring: () => void
}

/** Layers that become tables. */
const publishableLayers = (probe: Probe) => probe.layers.filter((layer) => layer.kind !== 'raster')

/** A raster that says where it lies; of others the file is all there is to offer. */
const rasterLayer = (probe: Probe): ProbeLayer | undefined =>
  probe.kind === 'raster'
    ? probe.layers.find((one) => one.kind === 'raster' && one.extent !== null)
    : undefined

const isTableSource = (probe: Probe, request: PublishRequest) =>
  probe.kind === 'vector' || (probe.format === 'CSV' && request.csv !== undefined)

export const chooseLayer = (upload: PublishableUpload, asked: string | undefined): ProbeLayer => {
  const layers = publishableLayers(upload.probe)
  const names = layers.map((layer) => layer.name)
  if (asked !== undefined)
    return (
      layers.find((layer) => layer.name === asked) ??
      raise(recordProblems.layerNeeded({ layers: names, asked }))
    )
  const [only, ...others] = layers
  if (!only) throw recordProblems.nothingToPublish({ fileName: upload.fileName })
  if (others.length > 0) throw recordProblems.layerNeeded({ layers: names })
  return only
}

const csvOptions = (csv: PublishRequest['csv']): CsvGeometry | undefined => {
  if (csv === undefined) return undefined
  if (csv.wkt !== undefined) return { wkt: csv.wkt }
  if (csv.x !== undefined && csv.y !== undefined) return { x: csv.x, y: csv.y }
  return { table: true }
}

/** Coordinates in a CSV are degrees unless the publisher says otherwise. */
const hasCsvGeometry = ({ csv }: PublishRequest) => csv?.x !== undefined || csv?.wkt !== undefined

const demandCrs = (layer: ProbeLayer, request: PublishRequest) => {
  const isPlaced = layer.geometry !== null || layer.kind === 'raster'
  if (!isPlaced || request.sourceEpsg !== undefined) return
  if (layer.crs === null || layer.crs.epsg === null)
    throw recordProblems.crsNeeded({ layer: layer.name, found: layer.crs?.name ?? null })
}

/** Whose record it is not is refused what the public can see, and does not learn of what it cannot. */
export const demandMine = (actor: Actor, record: CatalogueRecord, absent: Problem) => {
  const isHidden = actor.kind === 'token' && !isPublic(record) && !can(actor, 'publish a record', record)
  if (isHidden) throw absent
  demand(actor, 'publish a record', record)
}

export const createPublishing = (parts: PublishingParts) => {
  const { database, config, tokens, jobs } = parts
  const db = database.knex

  const freeCollectionId = async (trx: Knex, wanted: string[]): Promise<string> => {
    const base = wanted.map(toSlug).find(Boolean) ?? 'collection'
    for (let n = 1; ; n += 1) {
      const id = n === 1 ? base : `${base}-${n}`
      if (!(await trx('collection').where({ id }).first('id'))) return id
    }
  }

  const planCollectionId = async (
    trx: Knex,
    record: CatalogueRecord,
    request: PublishRequest,
    layer: ProbeLayer,
  ) => {
    const existing = await trx('collection').where({ record_id: record.id }).first('id')
    if (existing) {
      if (request.collectionId !== undefined && request.collectionId !== existing.id)
        throw recordProblems.collectionIdFixed({ current: existing.id, asked: request.collectionId })
      return existing.id as string
    }
    if (request.collectionId === undefined)
      return freeCollectionId(trx, [record.metadata.title ?? '', layer.name])
    if (await trx('collection').where({ id: request.collectionId }).first('id'))
      throw recordProblems.collectionIdTaken({ id: request.collectionId })
    return request.collectionId
  }

  /** Everything that can be refused before any work is done. */
  const plan = async (
    trx: Knex,
    record: CatalogueRecord,
    request: PublishRequest,
    actor: Actor,
    ip?: string,
  ): Promise<PublicationPlan> => {
    const isNew = record.publishedVersion === null
    const uploadId = request.uploadId ?? record.uploadId ?? undefined
    const upload = uploadId === undefined ? undefined : await parts.findUpload(trx, uploadId)
    // The record's own upload was put there by somebody who may; others' uploads are as absent as those that never were.
    const isMine = uploadId === record.uploadId || can(actor, 'use an upload', { ownerId: upload?.ownerId })
    if (uploadId !== undefined && (upload === undefined || !isMine))
      throw generalProblems.notFound({ what: 'upload', id: uploadId })
    if (upload !== undefined && upload.state !== 'ready')
      throw recordProblems.uploadNotReady({ uploadId: upload.id, state: upload.state })
    if (request.viewName !== undefined) {
      demand(actor, 'name a database view')
      parseViewName(request.viewName)
    }

    const loadsTable =
      upload !== undefined && request.publishToApi !== false && isTableSource(upload.probe, request)
    const layer =
      upload !== undefined && loadsTable
        ? chooseLayer(
            upload,
            request.layer ?? (request.uploadId === undefined ? (record.uploadLayer ?? undefined) : undefined),
          )
        : undefined
    const raster =
      upload !== undefined && request.publishToApi !== false ? rasterLayer(upload.probe) : undefined
    if (raster === undefined && request.publishToApi === true && upload?.probe.kind === 'raster')
      throw ingestProblems.rasterWithoutPlace({ layer: upload.probe.layers[0]?.name ?? upload.fileName })
    const isSpatial =
      layer !== undefined
        ? layer.geometry !== null || hasCsvGeometry(request)
        : upload?.probe.layers.some((one) => one.kind === 'raster') ||
          (await trx('collection')
            .where({ record_id: record.id })
            .whereNotNull('storage_srid')
            .first('id')) !== undefined
    // What the data say of themselves counts as said; the commit writes it into the metadata.
    const sourceEpsg =
      request.sourceEpsg ?? (layer ?? raster)?.crs?.epsg ?? (hasCsvGeometry(request) ? 4326 : null)
    const crs = record.metadata['crs'] ?? (sourceEpsg === null ? undefined : `EPSG:${sourceEpsg}`)
    const findings = checkForPublication(
      crs === undefined ? record.metadata : { ...record.metadata, crs: String(crs) },
      {
        isSpatial,
        probeEpsg: sourceEpsg,
        crsList: config.crsList,
        nationalExtent: config.nationalExtent,
      },
    )
    if (findings.errors.length > 0) throw recordProblems.recordIncomplete({ errors: findings.errors })

    if (layer !== undefined && upload !== undefined) {
      if (request.csv === undefined) demandCrs(layer, request)
      demandLayerFits(upload, layer, config.limits)
    }
    if (raster !== undefined && upload !== undefined) {
      demandCrs(raster, request)
      demandLayerFits(upload, raster, config.limits)
    }
    const served = layer ?? raster
    const kind =
      upload !== undefined
        ? isNew
          ? 'publish'
          : 'replace'
        : isNew
          ? 'publish'
          : request.styleId || request.attachStyles?.length || request.detachStyles?.length
            ? 'restyle'
            : 'metadata'
    return {
      ...request,
      kind,
      loadsTable,
      makesRaster: raster !== undefined,
      uploadId,
      layer: layer?.name,
      collectionId: served ? await planCollectionId(trx, record, request, served) : undefined,
      ip,
    }
  }

  /** As part of a transaction; whoever commits it rings the bell. */
  const acceptIn = async (
    trx: Knex,
    recordId: string,
    request: PublishRequest,
    {
      actor,
      ifMatch,
      ip,
      id = randomUUID(),
    }: { actor: Actor; ifMatch: string | undefined; ip?: string; id?: string },
  ): Promise<Publication> => {
    const record = await records(trx).lock(recordId)
    if (record.state === 'deleted') throw generalProblems.gone({ what: 'record', id: recordId })
    demandMine(actor, record, generalProblems.notFound({ what: 'record', id: recordId }))
    // Accepted before, by a request whose server died before it could answer.
    const present = await publications(trx).find(id)
    if (present) return present
    if (!['draft', 'returned', 'published', 'deprecated'].includes(record.state))
      throw recordProblems.stateConflict({
        state: record.state,
        action: 'published',
        expected: 'a draft, returned or published',
      })
    demandIfMatch(ifMatch, record.version)
    if (await publications(trx).findActive(recordId)) throw recordProblems.publicationRunning({ recordId })
    const planned = await plan(trx, record, request, actor, ip)
    const added = await publications(trx).add({
      id,
      recordId,
      plan: planned,
      actorId: actor.kind === 'token' ? actor.tokenId : null,
      recordVersion: record.version,
    })
    await enqueue(trx, { kind: 'publish', key: id })
    await failpoint('accept.beforeCommit')
    return added
  }

  const accept = async (
    recordId: string,
    request: PublishRequest,
    asked: { actor: Actor; ifMatch: string | undefined; ip?: string; id?: string },
  ): Promise<Publication> => {
    const publication = await db.transaction((trx) => acceptIn(trx, recordId, request, asked))
    parts.ring()
    return publication
  }

  const mine = async (id: string, actor: Actor): Promise<Publication> => {
    const absent = generalProblems.notFound({ what: 'publication', id })
    const publication = (await publications(db).find(id)) ?? raise(absent)
    demandMine(actor, (await records(db).find(publication.recordId)) ?? raise(absent), absent)
    return publication
  }

  /** What a worker that died has loaded is of no use to the next, and takes room. */
  const dropEarlierAttempts = async (publication: Publication, { fence }: Job) => {
    const present = new Set(await stagingTables(db))
    for (let earlier = 1; earlier < fence; earlier += 1) {
      const name = stagingNameOf(publication, { fence: earlier })
      if (present.has(name)) await db.raw('drop table if exists ??', [`staging.${name}`])
    }
  }

  /** What a style has to fit: the new data, or where there are none those that are published. */
  const styledLayer = async (
    recordId: string,
    staged: StagedData | null,
    made: StagedRaster | null,
  ): Promise<LayerToStyle> => {
    if (made) return { geometryType: 'Raster', fields: [], bands: bandNames(made.raster) }
    if (staged) return { geometryType: staged.geometryType, fields: staged.columns.map(({ name }) => name) }
    return styles(db).layerOf(recordId)
  }

  /** Carries one publication out; repeats from the start after a crash, because nothing of it is visible yet. */
  const run = async (job: Job, signal: AbortSignal): Promise<void> => {
    const publication = await publications(db).find(job.key)
    if (!publication || !['queued', 'running'].includes(publication.state)) {
      await jobs.finish(db, job)
      return
    }
    const plan = publication.request
    const cancelled = new AbortController()
    const both = AbortSignal.any([signal, cancelled.signal])
    const toStep = async (step: PublicationStep, progress: JobProgress) => {
      if (!(await publications(db).toStep(publication.id, step))) throw recordProblems.publicationCancelled()
      await jobs.progress(job, progress)
    }
    const actor: Actor =
      publication.actorId === null
        ? { kind: 'system', name: 'publishing' }
        : ((await tokens.actorOf(publication.actorId)) ?? raise(recordProblems.tokenEnded()))
    const warnings: ProbeWarning[] = []

    await toStep('stage', { share: 0.02, text: 'Reading the file' })
    await failpoint('stage.begin')
    const upload = plan.uploadId === undefined ? undefined : await parts.findUpload(db, plan.uploadId)
    if (plan.uploadId !== undefined && upload === undefined)
      throw generalProblems.notFound({ what: 'upload', id: plan.uploadId })
    const layer = upload && plan.loadsTable ? chooseLayer(upload, plan.layer) : null
    const raster = upload && plan.makesRaster ? (rasterLayer(upload.probe) ?? null) : null
    let staged: StagedData | null = null
    let stagedRaster: StagedRaster | null = null
    let reportedAt = 0
    /** Tells others how far it is, now and then, and learns whether somebody has cancelled it. */
    const report = (progress: JobProgress) => {
      if (Date.now() - reportedAt < 500) return
      reportedAt = Date.now()
      publications(db)
        .toStep(publication.id, 'stage')
        .then(
          (isOpen) => {
            if (!isOpen) cancelled.abort(recordProblems.publicationCancelled())
          },
          () => {},
        )
      jobs.progress(job, progress).catch(() => {})
    }
    if (upload && raster) {
      stagedRaster = await parts.stageRaster({
        upload,
        layer: raster,
        sourceEpsg: plan.sourceEpsg,
        signal: both,
        onProgress: (share) =>
          report({ share: 0.05 + 0.75 * share, text: `Making '${raster.name}' ready for maps` }),
      })
      warnings.push(...upload.probe.warnings, ...raster.warnings, ...stagedRaster.warnings)
    }
    if (upload && layer) {
      const tableName = stagingNameOf(publication, job)
      await dropEarlierAttempts(publication, job)
      staged = await parts.stageLayer({
        upload,
        layer,
        tableName,
        options: { sourceEpsg: plan.sourceEpsg, csv: csvOptions(plan.csv) },
        signal: both,
        onProgress: ({ rows, share }) =>
          report({ share: 0.05 + 0.75 * (share ?? 0.5), text: `Loading '${layer.name}'`, rows }),
      })
      warnings.push(...layer.warnings, ...staged.warnings)
    }

    try {
      await failpoint('stage.afterLoad')
      const original = upload ? await parts.keepOriginal(upload, layer, both) : null
      if (upload && !layer && !raster)
        warnings.push(...upload.probe.warnings, ...upload.probe.layers.flatMap((one) => one.warnings))
      await toStep('verify', { share: 0.85, text: 'Checking what was loaded', rows: staged?.featureCount })
      await failpoint('verify.done')

      await toStep('style', { share: 0.9, text: 'Checking the style' })
      for (const styleId of new Set([plan.styleId ?? [], plan.attachStyles ?? []].flat())) {
        const style = await parts.checkStyle(
          db,
          styleId,
          await styledLayer(publication.recordId, staged, stagedRaster),
        )
        if (style.errors.length > 0) throw recordProblems.styleDoesNotFit({ styleId, findings: style.errors })
        warnings.push(...style.warnings)
      }
      await failpoint('style.done')

      await toStep('commit', { share: 0.95, text: 'Publishing', rows: staged?.featureCount })
      await commitPublication({
        database,
        jobs,
        tokens,
        isStored: parts.isStored,
        onPublished: parts.onPublished,
        publication,
        job,
        actor,
        staged,
        stagedRaster,
        original,
        upload: upload ?? null,
        layer,
        warnings: distinct(warnings),
      })
      await failpoint('commit.afterCommit')
      await db('job')
        .where({ id: job.id })
        .update({ progress: JSON.stringify({ share: 1, text: 'Published', rows: staged?.featureCount }) })
    } catch (error) {
      // Invisible either way; removed now because the room may be needed.
      if (staged) await db.raw('drop table if exists ??', [`staging.${staged.tableName}`]).catch(() => {})
      throw error
    }
    parts.onChange()
    parts.ring()
  }

  return {
    accept,
    acceptIn,
    /** An id that no collection has now, from the first of these words that makes one. */
    freeCollectionId: (wanted: string[]) => freeCollectionId(db, wanted),
    run,
    /** The job will not be tried again: say so on the publication. */
    fail: async (job: Job, problem: ProblemBody, trx: Knex) => {
      await publications(trx).end(
        job.key,
        problem.code === 'publication-cancelled' ? 'cancelled' : 'failed',
        problem,
      )
    },
    get: mine,
    progressOf: (publication: Publication) =>
      publication.state === 'done'
        ? Promise.resolve({
            share: 1,
            text: 'Published',
            rows: publication.result?.featureCount ?? undefined,
          })
        : publications(db).progressOf(publication.id),
    list: async (recordId: string, actor: Actor): Promise<Publication[]> => {
      const absent = generalProblems.notFound({ what: 'record', id: recordId })
      demandMine(actor, (await records(db).find(recordId)) ?? raise(absent), absent)
      return publications(db).listOfRecord(recordId)
    },
    keepLikeness: async (
      id: string,
      likeness: Omit<Likeness, 'comparedAt'>,
      actor: Actor,
    ): Promise<Publication> => {
      const { state } = await mine(id, actor)
      const comparedAt = new Date().toISOString()
      if (!(await publications(db).keepLikeness(id, { ...likeness, comparedAt })))
        throw recordProblems.publicationNotDone({ state })
      return mine(id, actor)
    },
    cancel: async (id: string, actor: Actor): Promise<Publication> => {
      const publication = await mine(id, actor)
      await publications(db).end(id, 'cancelled', recordProblems.publicationCancelled().toJSON())
      return (await publications(db).find(id)) ?? publication
    },
  }
}

/** Carries the fence, so that a worker that lost its lease never writes where its successor does. */
const stagingNameOf = ({ id }: { id: string }, { fence }: { fence: number }) =>
  `p_${id.replaceAll('-', '')}f${fence}`

const distinct = (warnings: ProbeWarning[]): ProbeWarning[] => [
  ...new Map(warnings.map((one) => [`${one.code} ${one.message}`, one])).values(),
]

export type Publishing = ReturnType<typeof createPublishing>
