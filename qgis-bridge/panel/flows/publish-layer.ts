/**
 * One layer on its way: export → upload → record → style → publication → verification. Whatever fails before the
 * server's one commit leaves what is published as it was; what was prepared is kept for a retry, or discarded.
 */
import type { RecordFacts } from '../../../backend/src/preflight/facts.ts'
import type { LayerPlan } from '../../../backend/src/preflight/plan.ts'
import { type VerificationCheck, verify, verifyRaster } from '../../../backend/src/preflight/verify.ts'
import type { Cancelling } from '../protocol/cancelling.ts'
import { failWith, hasStatus, isFailure, problemOf, toFailure } from '../protocol/failure.ts'
import type { Port } from '../protocol/port.ts'
import type { CallOperation, FormPart, OperationAnswer, OperationRequest } from '../protocol/server.ts'
import type {
  ExportedFile,
  Failure,
  LayerFacts,
  LayerLink,
  LayerPictures,
  QgisMetadata,
} from '../protocol/verbs.ts'
import { toFileStem } from './file-name.ts'
import { readCollection } from './published.ts'

export type Step = 'export' | 'upload' | 'record' | 'style' | 'publish' | 'verify'
export const steps: readonly Step[] = ['export', 'upload', 'record', 'style', 'publish', 'verify']

export type StepState = 'waiting' | 'running' | 'done' | 'skipped' | 'failed'

/** How far a step is; bytes where they are counted, else a share of 1. */
export type StepProgress = {
  step: Step
  state: StepState
  share?: number
  done?: number
  total?: number
  bytesPerSecond?: number
}

type Draft = NonNullable<OperationRequest<'catalogue.createRecord'>['body']['metadata']>
type Patch = NonNullable<OperationRequest<'catalogue.changeRecord'>['body']['metadata']>
type Publication = OperationAnswer<'catalogue.getPublication'>['body']

/** What the analyst decided for one layer. All of it is JSON, so that it can wait with an interrupted upload. */
export type LayerOrder = {
  layer: string
  title: string
  plan: LayerPlan
  metadata: Draft
  domainId: string | null
  collectionId: string
  scope: 'all' | 'selected'
  targetEpsg: number | null
  acceptSchemaChange: boolean
  /** Whether the SLD draws something; where it does not, the style is published for QGIS alone. */
  hasSld: boolean
  /** The record as it was shown; null for a new one. */
  seen: RecordFacts | null
  /** Metadata for the layer in QGIS; null when it is to stay as it is. */
  writeBack: QgisMetadata | null
}

/** What a run has made so far, so that trying again does not do it twice. */
export type Kept = {
  /** The basis of the idempotency keys. */
  key: string
  /** How often it was tried: a style may be another one by then. */
  attempt: number
  exported: ExportedFile | null
  uploadId: string | null
  recordId: string | null
  etag: string | null
  isNewDraft: boolean
  /** The working copy before this run changed it. */
  previous: Draft | null
  styleId: string | null
  isNewStyle: boolean
  /** What the server said against the SLD, so that the style was published for QGIS alone. */
  sldRefusal: string | null
}

export const nothingKept = (key: string): Kept => ({
  key,
  attempt: 1,
  exported: null,
  uploadId: null,
  recordId: null,
  etag: null,
  isNewDraft: false,
  previous: null,
  styleId: null,
  isNewStyle: false,
  sldRefusal: null,
})

export type PublishedOutcome = {
  kind: 'published'
  publicationId: string
  recordId: string
  collectionId: string | null
  styleId: string | null
  version: number
  featureCount: number | null
  checks: VerificationCheck[]
  /** Why it could not be checked; null when it was. */
  unchecked: Failure | null
  /** How QGIS and the server draw the layer; null where that was not compared. */
  pictures: LayerPictures | null
  warnings: { code: string; message: string }[]
}

export type LayerOutcome =
  | PublishedOutcome
  | { kind: 'failed'; step: Step; failure: Failure; isResumable: boolean }
  /** Somebody changed the record after the plan was made. */
  | { kind: 'changed'; members: string[] }
  | { kind: 'cancelled' }

export type PublishParts = {
  port: Port
  call: CallOperation
  connection: string
  serverUrl: string
  /** The most one dataset may weigh, and the most an SLD may. */
  limits: { datasetBytes: number; sldBytes: number }
  now: () => string
  sleep: (ms: number) => Promise<void>
}

type StyleForm = FormPart<'sld' | 'qml' | 'title'>[]

const inMb = (bytes: number) => (bytes / 1_048_576).toFixed(1)
export const utf8Bytes = (text: string) => unescape(encodeURIComponent(text)).length

const waitSeconds = 15
const reconnectTries = 20
const reconnectMs = 3000

const cancelledFailure = failWith({ code: 'cancelled', message: 'Cancelled.' })

const stopIfCancelled = (cancelling: Cancelling) => {
  if (cancelling.isCancelled()) throw cancelledFailure
}

/** The line may drop, the server may restart: asking again is harmless. */
const patiently = async <Value>(
  ask: () => Promise<Value>,
  { sleep, cancelling }: { sleep: PublishParts['sleep']; cancelling: Cancelling },
): Promise<Value> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (thrown) {
      const isPassing = isFailure(thrown) && ['offline', 'timeout'].includes(thrown.failure.code)
      if (!isPassing || tries >= reconnectTries || cancelling.isCancelled()) throw thrown
      await sleep(reconnectMs)
    }
  }
}

const problemFailure = (problem: { detail: string; status: number }): Error =>
  failWith({ code: 'problem', message: problem.detail, data: { problem, status: problem.status } })

/** Members whose value is not the same in both. */
export const differingMembers = (before: object, after: object): string[] => {
  const one = before as Record<string, unknown>
  const other = after as Record<string, unknown>
  const names = Array.from(new Set(Object.keys(one).concat(Object.keys(other))))
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name])).sort()
}

/** A merge patch that makes `before` into `after`. */
export const toPatch = (before: Draft, after: Draft): Patch => {
  const patch: Record<string, unknown> = {}
  for (const name of differingMembers(before, after))
    patch[name] = (after as Record<string, unknown>)[name] ?? null
  return patch as Patch
}

export const doesData = ({ plan }: LayerOrder) => plan.data !== 'keep'
export const doesStyle = ({ plan }: LayerOrder) => plan.style !== 'keep'

/** The interrupted upload that belongs to what is kept. */
const findPending = async (port: Port, kept: Kept): Promise<string | null> => {
  const { uploads } = await port.call('uploads.pending', {})
  return uploads.find(({ note }) => (note as { key?: unknown }).key === kept.key)?.pending ?? null
}

/** A GeoTIFF holds one raster and has no names to choose from. */
const layerIn = ({ layerName, raster }: ExportedFile): { layer?: string } =>
  raster === undefined ? { layer: layerName } : {}

const isDrawn = ({ kind, geometryType }: LayerFacts) =>
  kind === 'raster' || (kind === 'vector' && geometryType !== null)

const endingOf = ({ raster }: ExportedFile) => (raster === undefined ? '.gpkg' : '.tif')

const hasCollection = ({ seen }: LayerOrder) => seen !== null && seen.collection !== null

export const publishLayer = async (
  parts: PublishParts,
  order: LayerOrder,
  {
    kept,
    facts,
    report,
    cancelling,
    resumes = null,
  }: {
    kept: Kept
    facts: LayerFacts
    report: (progress: StepProgress) => void
    cancelling: Cancelling
    /** An interrupted upload of an earlier session. */
    resumes?: string | null
  },
): Promise<LayerOutcome> => {
  const { port, call, connection, sleep } = parts
  let step: Step = 'export'

  const begin = (next: Step, isNeeded = true): boolean => {
    stopIfCancelled(cancelling)
    step = next
    report({ step, state: isNeeded ? 'running' : 'skipped' })
    return isNeeded
  }
  const end = () => report({ step, state: 'done' })
  const reportBytes = (of: Step) => (event: { done: number; total: number; bytesPerSecond?: number }) =>
    report({
      step: of,
      state: 'running',
      done: event.done,
      total: event.total,
      share: event.total > 0 ? event.done / event.total : 0,
      ...(event.bytesPerSecond !== undefined && { bytesPerSecond: event.bytesPerSecond }),
    })

  const exportLayer = async (): Promise<ExportedFile> => {
    if (kept.exported) return kept.exported
    const exported = await port.call(
      'layer.export',
      {
        layer: order.layer,
        scope: order.scope,
        ...(order.targetEpsg !== null && { targetEpsg: order.targetEpsg }),
      },
      {
        cancelling,
        onProgress: ({ stage, done, total }) =>
          report({
            step: 'export',
            state: 'running',
            share: total > 0 ? (stage === 'hash' ? 0.9 : 0.9 * (done / total)) : 0,
          }),
      },
    )
    kept.exported = exported
    return exported
  }

  /** The server would say so only after all of it was sent. */
  const demandFits = ({ layerBytes, sizeBytes }: ExportedFile) => {
    const { datasetBytes } = parts.limits
    // An export that waited since an older version of the plugin has no weight of its own.
    const bytes = layerBytes ?? sizeBytes
    if (bytes > datasetBytes)
      throw failWith({
        code: 'too-large',
        message: `The exported layer weighs ${inMb(bytes)} MB, and one dataset may have ${inMb(datasetBytes)} MB. Nothing was sent.`,
        data: { sizeMb: inMb(bytes), limitMb: inMb(datasetBytes) },
      })
  }

  /** So that what is prepared is taken back when the panel is closed before this run has ended. */
  const noteUnfinished = () =>
    port.call('unfinished.keep', { key: kept.key, connection, kept: kept as never })

  const isUploadThere = async (uploadId: string): Promise<boolean> => {
    try {
      await call('catalogue.getUpload', { path: { uploadId } })
      return true
    } catch (thrown) {
      if (hasStatus(thrown, 404) || hasStatus(thrown, 410)) return false
      throw thrown
    }
  }

  const sendUpload = async (exported: ExportedFile): Promise<string> => {
    const options = { cancelling, onProgress: reportBytes('upload') }
    // A first try that broke off has left the beginning on the server.
    const pending = resumes ?? (kept.attempt > 1 ? await findPending(port, kept) : null)
    const sent =
      pending !== null
        ? await port.call('upload.resume', { pending }, options)
        : await port.call(
            'upload.send',
            {
              connection,
              file: exported.file,
              fileName: `${toFileStem(order.title) || 'layer'}${endingOf(exported)}`,
              layer: order.layer,
              note: { version: 1, order, exported, key: kept.key } as never,
            },
            options,
          )
    if (sent.sha256 !== exported.sha256)
      throw failWith({
        code: 'problem',
        message: 'The server holds other bytes than QGIS exported.',
        remedy: 'Try again. If it happens twice, tell the people who run the catalogue.',
      })
    return sent.uploadId
  }

  const awaitReading = async (uploadId: string) => {
    for (;;) {
      stopIfCancelled(cancelling)
      const { body } = await patiently(
        () => call('catalogue.getUpload', { path: { uploadId }, query: { wait: waitSeconds }, cancelling }),
        { sleep, cancelling },
      )
      if (body.state === 'ready') return
      if (body.state === 'refused')
        throw problemFailure(body.problem ?? { detail: 'The server could not read the file.', status: 422 })
    }
  }

  const uploadLayer = async () => {
    if (kept.uploadId !== null && (await isUploadThere(kept.uploadId))) return
    if (begin('export')) {
      demandFits(await exportLayer())
      end()
    }
    begin('upload')
    const exported = await exportLayer()
    kept.uploadId = await sendUpload(exported)
    await awaitReading(kept.uploadId)
    end()
  }

  const createDraft = async () => {
    const { body, etag } = await call('catalogue.createRecord', {
      body: {
        metadata: order.metadata,
        ...(kept.uploadId !== null && { uploadId: kept.uploadId }),
        ...(kept.exported && layerIn(kept.exported)),
        ...(order.domainId !== null && { domainId: order.domainId }),
      },
      idempotencyKey: `${kept.key}-record`,
    })
    kept.recordId = body.id
    kept.etag = etag ?? `"${body.version}"`
    kept.isNewDraft = true
    await noteUnfinished()
  }

  /** Only what the plan announced; a new draft is ours whole. */
  const plannedPatch = (before: Draft): Patch => {
    const whole = toPatch(before, order.metadata) as Record<string, unknown>
    if (order.plan.kind === 'new') return whole as Patch
    const planned: Record<string, unknown> = {}
    for (const member of order.plan.metadata.changed) if (member in whole) planned[member] = whole[member]
    return planned as Patch
  }

  const changeRecord = async (recordId: string, ifMatch: string | null, before: Draft) => {
    const metadata = plannedPatch(before)
    const hasChange = Object.keys(metadata).length > 0 || kept.uploadId !== null
    if (!hasChange) {
      kept.etag = ifMatch
      return
    }
    const { body, etag } = await call('catalogue.changeRecord', {
      path: { recordId },
      body: {
        metadata,
        ...(kept.uploadId !== null && { uploadId: kept.uploadId }),
        ...(kept.exported && layerIn(kept.exported)),
      },
      ifMatch: ifMatch ?? undefined,
    })
    kept.etag = etag ?? `"${body.version}"`
  }

  const putRecord = async () => {
    if (kept.recordId !== null) {
      // A second try: the draft, or the working copy, as the first one left it.
      const { body } = await call('catalogue.getRecord', { path: { recordId: kept.recordId } })
      await changeRecord(kept.recordId, kept.etag, body.metadata)
    } else if (order.plan.recordId === null) await createDraft()
    else {
      const before = order.seen?.metadata ?? {}
      await changeRecord(order.plan.recordId, order.plan.ifMatch, before)
      kept.recordId = order.plan.recordId
      kept.previous = before
      await noteUnfinished()
    }
  }

  const toStyleForm = ({ qml, sld }: { qml: string; sld: string | null }): StyleForm => {
    const whole: StyleForm = [
      { name: 'qml', text: qml, fileName: 'style.qml', contentType: 'application/xml' },
      { name: 'title', text: order.title },
    ]
    if (sld === null) return whole
    const type = 'application/vnd.ogc.sld+xml'
    return [{ name: 'sld' as const, text: sld, fileName: 'style.sld', contentType: type }].concat(
      whole as never,
    )
  }

  const replaceStyle = async (styleId: string, form: StyleForm): Promise<boolean> => {
    try {
      const { etag, body } = await call('catalogue.getStyle', { path: { styleId } })
      await call('catalogue.replaceStyle', { path: { styleId }, form, ifMatch: etag ?? `"${body.version}"` })
      return true
    } catch (thrown) {
      if (hasStatus(thrown, 404) || hasStatus(thrown, 403)) return false
      throw thrown
    }
  }

  const sendStyle = async (form: StyleForm, way: string): Promise<void> => {
    const { styleId } = order.plan
    // With new data the new style stands beside the old one until the commit, because both must change together.
    if (styleId !== null && !doesData(order) && (await replaceStyle(styleId, form))) {
      kept.styleId = styleId
      return
    }
    const { body } = await call('catalogue.createStyle', {
      form,
      idempotencyKey: `${kept.key}-style-${kept.attempt}${way}`,
    })
    kept.styleId = body.id
    kept.isNewStyle = true
    await noteUnfinished()
  }

  /** With the SLD where it draws something and the server takes it; QGIS calls empty and wrong ones good. */
  const putStyle = async (): Promise<void> => {
    if (kept.styleId !== null) return
    const { qml, sld } = await port.call('layer.style', { layer: order.layer })
    const isSent = sld !== null && order.hasSld !== false && utf8Bytes(sld) <= parts.limits.sldBytes
    try {
      await sendStyle(toStyleForm({ qml, sld: isSent ? sld : null }), isSent ? '' : '-qml')
    } catch (thrown) {
      const problem = problemOf(toFailure(thrown))
      if (!isSent || problem?.code !== 'sld-refused') throw thrown
      kept.sldRefusal = problem.detail
      await sendStyle(toStyleForm({ qml, sld: null }), '-qml')
    }
  }

  const cancelPublication = async (publicationId: string): Promise<Publication> =>
    (await call('catalogue.cancelPublication', { path: { publicationId } })).body

  const follow = async (accepted: Publication): Promise<Publication> => {
    let current = accepted
    let hasAskedToStop = false
    while (current.state === 'queued' || current.state === 'running') {
      report({ step: 'publish', state: 'running', share: current.progress.share })
      const publicationId = current.id
      if (cancelling.isCancelled() && !hasAskedToStop) {
        hasAskedToStop = true
        current = await cancelPublication(publicationId)
      } else {
        const { body } = await patiently(
          () =>
            call('catalogue.getPublication', {
              path: { publicationId },
              // Short while the bar moves, so that it is seen to move.
              query: { wait: 2 },
            }),
          { sleep, cancelling },
        )
        current = body
      }
    }
    return current
  }

  const publishRecord = async (): Promise<Publication> => {
    const { recordId, exported, uploadId, styleId } = kept
    if (recordId === null) throw new Error('Nothing to publish: the record is missing.')
    const replaced = kept.isNewStyle ? order.plan.styleId : null
    const { body } = await patiently(
      () =>
        call('catalogue.publishRecord', {
          path: { recordId },
          body: {
            publishToApi: true,
            acceptSchemaChange: order.acceptSchemaChange,
            ...(uploadId !== null && { uploadId }),
            ...(exported && layerIn(exported)),
            ...(exported && exported.epsg !== null && { sourceEpsg: exported.epsg }),
            // Given once: the id of a collection never changes afterwards.
            ...(hasCollection(order) ? {} : { collectionId: order.collectionId }),
            ...(styleId !== null && { styleId }),
            ...(replaced !== null && { detachStyles: [replaced] }),
          },
          ifMatch: kept.etag ?? undefined,
          idempotencyKey: `${kept.key}-publish-${kept.attempt}`,
        }),
      { sleep, cancelling },
    )
    const ended = await follow(body)
    if (ended.state === 'cancelled') throw cancelledFailure
    if (ended.state === 'failed')
      throw problemFailure(ended.problem ?? { detail: 'The server could not publish it.', status: 500 })
    return ended
  }

  /** Only where all that QGIS shows has been published; a server that draws no maps keeps nobody from anything. */
  const compare = async (collectionId: string): Promise<LayerPictures | null> => {
    if (!isDrawn(facts) || order.scope !== 'all') return null
    try {
      const size = { width: 480, height: 320 }
      return await port.call('layer.compare', { layer: order.layer, connection, collectionId, ...size })
    } catch {
      return null
    }
  }

  /** After the commit nothing may throw: it is published, and what could not be done is said. */
  const check = async (collectionId: string): Promise<Pick<PublishedOutcome, 'checks' | 'unchecked'>> => {
    const { exported } = kept
    if (exported === null) return { checks: [], unchecked: null }
    try {
      const isWhole = order.scope === 'all' && !facts.isFiltered
      const extentCrs84 =
        exported.epsg === 4326 ? exported.extent : isWhole ? (facts.extentCrs84 ?? null) : null
      if (exported.raster !== undefined) {
        const server = await readCollection(call, collectionId)
        return {
          checks: verifyRaster(exported, { exported: exported.raster, extentCrs84, server }),
          unchecked: null,
        }
      }
      const seen = await port.call('collection.check', { connection, collectionId })
      const server = await readCollection(call, collectionId)
      return { checks: verify({ exported, layer: facts, extentCrs84, seen, server }), unchecked: null }
    } catch (thrown) {
      return { checks: [], unchecked: toFailure(thrown) }
    }
  }

  const attempt = async (work: () => Promise<unknown>): Promise<Failure | null> => {
    try {
      await work()
      return null
    } catch (thrown) {
      return toFailure(thrown)
    }
  }

  const remember = async (publication: Publication, recordId: string): Promise<LayerLink> => {
    const { etag, body } = await call('catalogue.getRecord', { path: { recordId } })
    const version = Number(/\d+/.exec(etag ?? '')?.[0] ?? body.version)
    const old = facts.link?.stamps
    const link: LayerLink = {
      server: parts.serverUrl,
      recordId,
      collectionId: publication.result?.collectionId ?? body.collectionId,
      styleId: kept.styleId ?? order.plan.styleId,
      version,
      publishedAt: parts.now(),
      // Only what was published counts as equal from now on.
      stamps: {
        data: doesData(order) || old === undefined ? facts.stamps.data : old.data,
        style: doesStyle(order) || old === undefined ? facts.stamps.style : old.style,
        metadata:
          order.plan.kind === 'new' || order.plan.metadata.changed.length > 0 || old === undefined
            ? facts.stamps.metadata
            : old.metadata,
      },
    }
    if (order.writeBack !== null) {
      const { stamps } = await port.call('layer.setMetadata', {
        layer: order.layer,
        metadata: order.writeBack,
      })
      link.stamps.metadata = stamps.metadata
    }
    await port.call('layer.setLink', { layer: order.layer, link })
    return link
  }

  const removeReplacedStyle = async () => {
    const styleId = order.plan.styleId
    if (!kept.isNewStyle || styleId === null) return
    const { etag, body } = await call('catalogue.getStyle', { path: { styleId } })
    if (body.usedBy.length > 0) return
    await call('catalogue.deleteStyle', { path: { styleId }, ifMatch: etag ?? `"${body.version}"` })
  }

  const finish = async (publication: Publication): Promise<PublishedOutcome> => {
    const recordId = publication.recordId
    const collectionId = publication.result?.collectionId ?? order.plan.collectionId
    step = 'verify'
    report({ step, state: collectionId === null || kept.exported === null ? 'skipped' : 'running' })
    const { checks, unchecked } =
      collectionId === null ? { checks: [], unchecked: null } : await check(collectionId)
    const linkFailure = await attempt(() => remember(publication, recordId))
    // The layer can be brought back to what was published, whatever is tried out later.
    if (doesStyle(order)) await attempt(() => port.call('layer.keepStyle', { layer: order.layer }))
    // A style somebody else still uses stays; the next garbage collection is not our business.
    await attempt(removeReplacedStyle)
    const { exported } = kept
    if (exported) await attempt(() => port.call('file.discard', { file: exported.file }))
    if (kept.exported !== null) end()
    const warnings = (publication.result?.warnings ?? []).slice()
    if (linkFailure) warnings.push({ code: 'link-not-kept', message: linkFailure.message })
    if (kept.sldRefusal !== null) warnings.push({ code: 'sld-refused', message: kept.sldRefusal })
    await attempt(() => port.call('unfinished.forget', { key: kept.key }))
    return {
      kind: 'published',
      publicationId: publication.id,
      recordId,
      collectionId,
      styleId: kept.styleId ?? order.plan.styleId,
      version: publication.result?.version ?? 0,
      featureCount: publication.result?.featureCount ?? null,
      checks,
      unchecked,
      pictures: collectionId === null ? null : await compare(collectionId),
      warnings,
    }
  }

  const changedMeanwhile = async (recordId: string): Promise<LayerOutcome> => {
    const answer = await call('catalogue.getRecord', { path: { recordId } })
    const before = order.seen?.metadata ?? {}
    const members = differingMembers(before, answer.body.metadata)
    if (order.seen && order.seen.collection?.id !== (answer.body.collectionId ?? undefined))
      members.push('collection')
    return { kind: 'changed', members }
  }

  try {
    if (doesData(order)) await uploadLayer()
    else {
      begin('export', false)
      begin('upload', false)
    }
    begin('record')
    await putRecord()
    end()
    if (begin('style', doesStyle(order))) {
      await putStyle()
      end()
    }
    begin('publish')
    const publication = await publishRecord()
    end()
    return await finish(publication)
  } catch (thrown) {
    const failure = toFailure(thrown)
    if (failure.code === 'cancelled' && cancelling.isCancelled()) return { kind: 'cancelled' }
    const recordId = order.plan.recordId
    if (problemOf(failure)?.status === 412 && recordId !== null) return changedMeanwhile(recordId)
    report({ step, state: 'failed' })
    return { kind: 'failed', step, failure, isResumable: kept.uploadId !== null }
  }
}

/** Takes back what an unfinished run prepared: its draft, its style, its upload, its file. Says what could not be. */
export const discardKept = async (
  { port, call }: Pick<PublishParts, 'port' | 'call'>,
  kept: Kept,
): Promise<Failure[]> => {
  const failures: Failure[] = []
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (thrown) {
      // What is gone already needs no removing.
      if (!hasStatus(thrown, 404) && !hasStatus(thrown, 410)) failures.push(toFailure(thrown))
    }
  }
  const { key, recordId, etag, styleId, uploadId, exported, previous } = kept
  if (recordId !== null && kept.isNewDraft)
    await attempt(async () => {
      const answer = await call('catalogue.getRecord', { path: { recordId } })
      // A draft that has been published after all is not ours to remove.
      if (answer.body.publishedVersion !== null) return
      await call('catalogue.deleteRecord', { path: { recordId }, ifMatch: answer.etag ?? etag ?? undefined })
    })
  else if (recordId !== null && previous !== null)
    await attempt(async () => {
      const answer = await call('catalogue.getRecord', { path: { recordId } })
      const metadata = toPatch(answer.body.metadata, previous)
      await call('catalogue.changeRecord', {
        path: { recordId },
        body: { metadata, uploadId: null },
        ifMatch: etag ?? undefined,
      })
    })
  if (styleId !== null && kept.isNewStyle)
    await attempt(async () => {
      const answer = await call('catalogue.getStyle', { path: { styleId } })
      await call('catalogue.deleteStyle', { path: { styleId }, ifMatch: answer.etag ?? undefined })
    })
  await attempt(async () => {
    const pending = await findPending(port, kept)
    if (pending !== null) await port.call('upload.discard', { pending })
  })
  if (uploadId !== null) await attempt(() => call('catalogue.deleteUpload', { path: { uploadId } }))
  if (exported !== null)
    await attempt(async () => {
      try {
        await port.call('file.discard', { file: exported.file })
      } catch (thrown) {
        if (!isFailure(thrown) || thrown.failure.code !== 'no-file') throw thrown
      }
    })
  // What the server answered with a refusal is not ours to remove; what it did not answer is tried again later.
  if (key !== '' && failures.every(({ code }) => code === 'problem'))
    await attempt(() => port.call('unfinished.forget', { key }))
  return failures
}
