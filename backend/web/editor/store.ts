/**
 * What the editor knows: the record as the server has it, the entries as they were typed, and what has to happen
 * between them. Saves as one types, keeps a copy in the browser until it is saved, finds conflicts by `If-Match`.
 * Draws nothing; the pages subscribe.
 */

import { isDay, type RecordMetadataDraft } from '../../src/metadata/record-metadata.ts'
import {
  type CheckContext,
  checkForPublication,
  type Findings,
  isWebAddress,
} from '../../src/metadata/rules.ts'
import type { Api, Draft, Problem, PublicationJson, RecordJson, UploadJson } from '../session/api.ts'
import { ifMatch, isRefusal, unreachable } from '../session/api.ts'
import type { Sender, UploadProgress } from '../session/upload.ts'
import { isGeopackageError, type OpenGeopackage } from './geopackage/open-geopackage.ts'
import type { GeopackageFailure } from './geopackage/protocol.ts'
import { changedMembers, isSame, mergePatch, rebase, tidy } from './merge.ts'

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
export type Settings = {
  title: string
  crsList: { epsg: number; name: string }[]
  nationalExtent: number[]
  extensions: string[]
  limits: { datasetBytes: number; geopackageBytes: number; sldBytes: number }
}

export type Saving =
  | { kind: 'saved' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  /** No answer; tried again by itself. */
  | { kind: 'offline' }
  | { kind: 'failed'; problem: Problem }
  | { kind: 'conflict'; members: string[]; theirs: RecordJson }

export type FileWork =
  | { kind: 'none' }
  /** A GeoPackage's layers are being listed, on the person's own computer. */
  | { kind: 'listing'; name: string; sizeBytes: number }
  | { kind: 'extracting'; name: string; layer: string; readBytes: number }
  | { kind: 'layer-refused'; name: string; failure: GeopackageFailure }
  | { kind: 'sending'; name: string; progress: UploadProgress; bytesPerSecond: number }
  | { kind: 'reading'; name: string; sizeBytes: number }
  | { kind: 'refused'; name: string; text: string }

/** A GeoPackage chosen in this browser, from which one layer is taken (R4.15–R4.17). */
export type GeopackageSource = {
  file: File
  layers: OpenGeopackage['layers']
  layer: string | null
  /** What of it is sent; null until it is known. */
  payloadBytes: number | null
  /** Why the file goes to the server whole. */
  isSentWhole: boolean
}

export type Publishing =
  | { kind: 'idle' }
  | { kind: 'running'; publication: PublicationJson | null }
  | { kind: 'done'; publication: PublicationJson }
  | { kind: 'failed'; problem: Problem }

/** What is asked of the server when it publishes, beside the metadata. */
export type PublishWish = {
  publishToApi: boolean
  collectionId: string
  viewName: string
  /** null: as it is; '': none any more. */
  styleId: string | null
}
const noWish: PublishWish = { publishToApi: true, collectionId: '', viewName: '', styleId: null }

export type EditorState = {
  phase: 'loading' | 'ready' | 'missing'
  settings: Settings | null
  /** null until the first entry of a new record is saved. */
  record: RecordJson | null
  metadata: Draft
  domains: { id: string; title: string }[]
  /** The data domain the record belongs to (R1.3), as chosen. */
  domainId: string | null
  wish: PublishWish
  /** Of entries that are no value yet, such as half an address; by their place, as typed. */
  invalid: Readonly<Record<string, string>>
  saving: Saving
  upload: UploadJson | null
  layer: string | null
  file: FileWork
  geopackage: GeopackageSource | null
  publishing: Publishing
  wasRestored: boolean
}

export type EditorParts = {
  api: Api
  sender: Sender
  openGeopackage: (file: Blob) => Promise<OpenGeopackage>
  /** Keeps what is not saved yet. */
  store: Store
  recordId: string | null
  /** The domain of a custodian, to which new records of his belong. */
  ownDomainId: () => string | null
  today: () => string
  newKey: () => string
  now: () => number
  later: (act: () => void, ms: number) => () => void
  onRecordMade: (recordId: string) => void
}

export const saveDelay = 900
const retryDelay = 4000
const copyKey = (recordId: string | null) => `sec-ims.unsaved.${recordId ?? 'new'}`

const wishKey = (recordId: string | null) => `sec-ims.publishing.${recordId ?? 'new'}`

type Copy = { base: Draft; metadata: Draft; domainId?: string | null }

const readWish = (store: Store, recordId: string | null): PublishWish => {
  try {
    return { ...noWish, ...(JSON.parse(store.getItem(wishKey(recordId)) ?? '{}') as Partial<PublishWish>) }
  } catch {
    return noWish
  }
}

const readCopy = (store: Store, recordId: string | null): Copy | null => {
  try {
    return JSON.parse(store.getItem(copyKey(recordId)) ?? 'null') as Copy | null
  } catch {
    return null
  }
}

/** Members that the server would refuse as they stand, and which therefore wait for the person to finish. */
export const unfinishedMembers = (metadata: Draft): Set<string> => {
  const {
    informationUrl,
    additionalDownloadUrl,
    webServices = [],
    bbox,
    dates = {},
    temporalExtent = {},
    dateStamp,
  } = metadata
  const isMail = (text: string | undefined) => text === undefined || /^[^\s@<>"]+@[^\s@<>"]+$/.test(text)
  const isAddress = (text: string | undefined) => text === undefined || isWebAddress(text)
  const areDays = (days: object) =>
    Object.values(days).every((day) => day === undefined || isDay(String(day)))
  const sides = bbox === undefined ? [] : [bbox.west, bbox.south, bbox.east, bbox.north]
  const limits = [180, 90, 180, 90]
  const found = [
    !isAddress(informationUrl) && 'informationUrl',
    !isAddress(additionalDownloadUrl) && 'additionalDownloadUrl',
    webServices.some(({ url }) => !isAddress(url ?? '')) && 'webServices',
    !(metadata.contacts ?? []).every(({ email }) => isMail(email)) && 'contacts',
    !(metadata.pointsOfContact ?? []).every(({ email }) => isMail(email)) && 'pointsOfContact',
    !areDays(dates) && 'dates',
    !areDays(temporalExtent) && 'temporalExtent',
    dateStamp !== undefined && !isDay(dateStamp) && 'dateStamp',
    sides.some((side, at) => !(Math.abs(side ?? Number.NaN) <= (limits[at] ?? 0))) && 'bbox',
  ]
  return new Set(found.filter((member) => member !== false))
}

export const layerOf = ({ upload, layer }: Pick<EditorState, 'upload' | 'layer'>) => {
  const layers = upload?.probe?.layers ?? []
  return layers.find(({ name }) => name === layer) ?? (layers.length === 1 ? layers[0] : undefined)
}

export const contextOf = (state: Pick<EditorState, 'upload' | 'layer' | 'settings'>): CheckContext => {
  const layer = layerOf(state)
  const { settings } = state
  return {
    isSpatial: layer !== undefined && (layer.geometry !== null || layer.kind === 'raster'),
    probeEpsg: layer?.crs?.epsg ?? null,
    crsList: settings?.crsList.map(({ epsg }) => epsg) ?? [],
    nationalExtent: (settings?.nationalExtent ?? null) as CheckContext['nationalExtent'],
  }
}

/** The same rules as on the server (R4.62), asked while one types. */
export const findingsOf = (state: EditorState): Findings =>
  checkForPublication(tidy(state.metadata) as RecordMetadataDraft, contextOf(state))

/** What the file itself says, as entries; nothing that it does not say. */
export const detectedIn = (state: Pick<EditorState, 'upload' | 'layer'>): Draft => {
  const layer = layerOf(state)
  const probe = state.upload?.probe
  if (!probe) return {}
  const box = layer?.extentCrs84
  const epsg = layer?.crs?.epsg
  const representation =
    layer?.kind === 'raster'
      ? 'grid'
      : layer?.geometry
        ? 'vector'
        : probe.kind === 'vector'
          ? 'textTable'
          : undefined
  return {
    ...(box && {
      bbox: { west: box[0] ?? 0, south: box[1] ?? 0, east: box[2] ?? 0, north: box[3] ?? 0 },
    }),
    ...(epsg && { crs: `EPSG:${epsg}` }),
    ...(representation && { spatialRepresentationType: representation }),
  }
}

/** Letters, digits and a few signs: the layer's name may be anything. */
const layerFileName = (layer: string): string => {
  const name = layer
    .replace(/[^\p{L}\p{N} _.-]+/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(0, 80)
  return `${name || 'layer'}.gpkg`
}

export const createEditor = (parts: EditorParts) => {
  const { api, sender, store, today, newKey, now, later } = parts
  let state: EditorState = {
    phase: 'loading',
    settings: null,
    record: null,
    metadata: {},
    domains: [],
    domainId: null,
    wish: noWish,
    invalid: {},
    saving: { kind: 'saved' },
    upload: null,
    layer: null,
    file: { kind: 'none' },
    geopackage: null,
    publishing: { kind: 'idle' },
    wasRestored: false,
  }
  const listeners = new Set<() => void>()
  const put = (change: Partial<EditorState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const creationKey = newKey()
  let stopTimer: () => void = () => undefined
  /** One save at a time; what is typed meanwhile waits for the next. */
  let saving: Promise<void> | null = null
  let abortUpload: AbortController | null = null

  /** What a new record begins with. */
  const begun = (): Draft => ({ language: 'eng', dateStamp: today(), characterSet: 'utf8' })
  const base = (): Draft => state.record?.metadata ?? {}
  const toSave = (): Record<string, unknown> =>
    mergePatch(base(), tidy(state.metadata), unfinishedMembers(tidy(state.metadata)))
  /** What the server has when it has taken everything it can. */
  const withoutUnfinished = (): Draft => {
    const sent: Record<string, unknown> = structuredClone(state.metadata)
    for (const member of unfinishedMembers(tidy(state.metadata))) sent[member] = base()[member as keyof Draft]
    return sent
  }
  const isDomainChanged = (): boolean =>
    state.domainId !== (state.record === null ? parts.ownDomainId() : state.record.domainId)
  const needsSaving = (): boolean =>
    Object.keys(toSave()).length > 0 ||
    isDomainChanged() ||
    (state.record !== null && state.upload !== null && state.record.uploadId !== state.upload.id)

  const keepCopy = () => {
    const key = copyKey(state.record?.id ?? null)
    if (changedMembers(base(), tidy(state.metadata)).length === 0 && !isDomainChanged()) {
      store.removeItem(key)
      return
    }
    const copy: Copy = {
      base: base(),
      metadata: tidy(state.metadata),
      ...(isDomainChanged() && { domainId: state.domainId }),
    }
    store.setItem(key, JSON.stringify(copy))
  }

  const keepWish = () => {
    const key = wishKey(state.record?.id ?? null)
    if (isSame(state.wish, noWish)) store.removeItem(key)
    else store.setItem(key, JSON.stringify(state.wish))
  }

  const schedule = (ms: number) => {
    stopTimer()
    stopTimer = later(() => void save(), ms)
  }

  /** The server may add to what was sent, as it does from the file; what was typed meanwhile stays on top. */
  const saved = (record: RecordJson, sent: Draft) => {
    const isNew = state.record === null
    put({ record, metadata: rebase(sent, state.metadata, record.metadata).metadata })
    if (!isNew) return
    store.removeItem(copyKey(null))
    store.removeItem(wishKey(null))
    keepWish()
    parts.onRecordMade(record.id)
  }

  const sendOnce = async (): Promise<void> => {
    const { record, upload, layer } = state
    const patch = toSave()
    const sent = withoutUnfinished()
    if (record === null) {
      const created = await api.expectOk(
        api.client.POST('/records', {
          params: { header: { 'Idempotency-Key': creationKey } },
          body: {
            metadata: patch as Draft,
            ...(state.domainId !== null && { domainId: state.domainId }),
            ...(upload && { uploadId: upload.id }),
            ...(upload && layer !== null && { layer }),
          },
        }),
      )
      saved(created, sent)
      return
    }
    const changed = await api.expectOk(
      api.client.PATCH('/records/{recordId}', {
        params: { path: { recordId: record.id }, header: ifMatch(record) },
        body: {
          metadata: patch,
          ...(isDomainChanged() && { domainId: state.domainId }),
          ...(upload && record.uploadId !== upload.id && { uploadId: upload.id }),
          ...(upload && layer !== null && { layer }),
        },
        bodySerializer: (body) => JSON.stringify(body),
        headers: { 'Content-Type': 'application/merge-patch+json' },
      }),
    )
    saved(changed, sent)
  }

  /** A domain that was not chosen anew here goes with what the others chose. */
  const domainOn = (record: RecordJson | null, theirs: RecordJson): string | null =>
    state.domainId === (record?.domainId ?? null) ? theirs.domainId : state.domainId

  /** Somebody else saved meanwhile: what both can have is put together, the rest is asked. */
  const settle = async (record: RecordJson) => {
    const theirs = await api.expectOk(
      api.client.GET('/records/{recordId}', { params: { path: { recordId: record.id } } }),
    )
    const { metadata, conflicts } = rebase(record.metadata, tidy(state.metadata), theirs.metadata)
    if (conflicts.length > 0) {
      put({ saving: { kind: 'conflict', members: conflicts, theirs } })
      return
    }
    put({ record: theirs, metadata, domainId: domainOn(record, theirs) })
    await save()
  }

  const failed = async (error: unknown): Promise<void> => {
    const problem = isRefusal(error) ? error.problem : null
    if (problem === null) throw error
    if (problem.status === 412 && state.record !== null) {
      await settle(state.record).catch(failed)
      return
    }
    if (problem.status === unreachable || problem.status >= 500) {
      put({ saving: { kind: 'offline' } })
      schedule(retryDelay)
      return
    }
    put({ saving: { kind: 'failed', problem } })
  }

  /** Saves what can be saved, and again while there is more; ends when nothing is left or it cannot go on. */
  const save = async (): Promise<void> => {
    stopTimer()
    if (state.saving.kind === 'conflict') return
    if (saving !== null) {
      await saving
      if (needsSaving() && state.saving.kind !== 'failed' && state.saving.kind !== 'offline') await save()
      return
    }
    if (!needsSaving()) {
      put({ saving: { kind: 'saved' } })
      return
    }
    put({ saving: { kind: 'saving' } })
    saving = sendOnce()
      .then(
        () => put({ saving: needsSaving() ? { kind: 'unsaved' } : { kind: 'saved' } }),
        async (error) => {
          saving = null
          await failed(error)
        },
      )
      .finally(() => {
        saving = null
        keepCopy()
      })
    await saving
    if (state.saving.kind === 'unsaved') await save()
  }

  const change = (entries: Draft) => {
    const metadata = { ...state.metadata, ...entries }
    if (isSame(metadata, state.metadata)) return
    put({ metadata, saving: state.saving.kind === 'conflict' ? state.saving : { kind: 'unsaved' } })
    keepCopy()
    schedule(saveDelay)
  }

  const uploadOfRecord = async (record: RecordJson): Promise<UploadJson | null> => {
    if (record.uploadId === null) return null
    const { data } = await api.client.GET('/uploads/{uploadId}', {
      params: { path: { uploadId: record.uploadId } },
    })
    return data ?? null
  }

  const load = async () => {
    const settings = (await api.expectOk(api.client.GET('/settings'))) as Settings
    const { domains } = await api.expectOk(api.client.GET('/domains'))
    let record: RecordJson | null = null
    if (parts.recordId !== null) {
      const { data, response } = await api.client.GET('/records/{recordId}', {
        params: { path: { recordId: parts.recordId } },
      })
      if (!data) {
        put({ phase: response.status === 401 ? 'loading' : 'missing', settings })
        return
      }
      record = data
    }
    const upload = record === null ? null : await uploadOfRecord(record)
    const copy = readCopy(store, record?.id ?? null)
    const saved: Draft = record?.metadata ?? begun()
    const metadata = copy === null ? saved : rebase(copy.base, copy.metadata, saved).metadata
    put({
      phase: 'ready',
      settings,
      domains,
      domainId:
        copy?.domainId !== undefined
          ? copy.domainId
          : (record?.domainId ?? (record === null ? parts.ownDomainId() : null)),
      wish: readWish(store, record?.id ?? null),
      record,
      upload,
      metadata,
      wasRestored: copy !== null && !isSame(tidy(metadata), tidy(saved)),
    })
    if (copy !== null) schedule(saveDelay)
  }

  // Files ------------------------------------------------------------------------------------------------

  /** Values of the file go where nobody has entered anything yet, and where only the former file's values stand. */
  const prefill = (before: Draft) => {
    const detected = detectedIn(state)
    const entries: Record<string, unknown> = {}
    for (const member of Object.keys(detected) as (keyof Draft)[]) {
      const present = tidy(state.metadata)[member]
      if (present === undefined || isSame(present, before[member])) entries[member] = detected[member]
    }
    const format = state.upload?.probe?.format
    if (format && tidy(state.metadata).distributionFormat === undefined)
      entries['distributionFormat'] = { name: format }
    put({ metadata: { ...state.metadata, ...entries } })
    schedule(0)
  }

  const attach = (upload: UploadJson) => {
    const before = detectedIn(state)
    const layers = upload.probe?.layers ?? []
    put({ upload, layer: layers.length === 1 ? (layers[0]?.name ?? null) : null, file: { kind: 'none' } })
    prefill(before)
  }

  const sendFile = async (file: Blob, { name, changedAt }: { name: string; changedAt: number }) => {
    abortUpload?.abort()
    const abort = new AbortController()
    abortUpload = abort
    const startedAt = now()
    let startedFrom: number | null = null
    try {
      const uploadId = await sender.send(
        file,
        { name, changedAt },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            startedFrom ??= progress.sentBytes
            const seconds = Math.max(0.001, (now() - startedAt) / 1000)
            const bytesPerSecond = (progress.sentBytes - startedFrom) / seconds
            put({ file: { kind: 'sending', name, progress, bytesPerSecond } })
          },
        },
      )
      put({ file: { kind: 'reading', name, sizeBytes: file.size } })
      const upload = await sender.waitUntilRead(uploadId, abort.signal)
      if (!abort.signal.aborted) attach(upload)
    } catch (error) {
      if (abort.signal.aborted) {
        if (abortUpload === abort) put({ file: { kind: 'none' } })
        return
      }
      const text = isRefusal(error) ? (error.problem.detail ?? error.problem.title) : String(error)
      put({ file: { kind: 'refused', name, text } })
    }
  }

  // GeoPackages --------------------------------------------------------------------------------------------

  let opened: OpenGeopackage | null = null
  /** Which file is the present one: answers about a former one come too late. */
  let turn = 0

  const closeGeopackage = () => {
    opened?.close()
    opened = null
  }

  const sendWhole = async (file: File) => {
    const { geopackage } = state
    if (geopackage !== null)
      put({ geopackage: { ...geopackage, isSentWhole: true, payloadBytes: file.size } })
    closeGeopackage()
    await sendFile(file, { name: file.name, changedAt: file.lastModified })
  }

  /** Copies the layer on the person's computer and sends that; the rest of the file stays where it is. */
  const takeLayer = async (layer: string) => {
    const { geopackage, settings } = state
    if (geopackage === null || opened === null || settings === null) return
    abortUpload?.abort()
    turn += 1
    const mine = turn
    const { name, lastModified } = geopackage.file
    const limitBytes = settings.limits.datasetBytes
    const isCurrent = () => mine === turn
    put({
      geopackage: { ...geopackage, layer, payloadBytes: null },
      file: { kind: 'extracting', name, layer, readBytes: 0 },
    })
    try {
      const { file } = await opened.extract(layer, {
        limitBytes,
        onProgress: (readBytes) => {
          if (isCurrent()) put({ file: { kind: 'extracting', name, layer, readBytes } })
        },
      })
      if (!isCurrent()) return
      put({ geopackage: { ...geopackage, layer, payloadBytes: file.size } })
      await sendFile(file, { name: layerFileName(layer), changedAt: lastModified })
    } catch (error) {
      if (!isGeopackageError(error)) throw error
      if (isCurrent()) put({ file: { kind: 'layer-refused', name, failure: error.failure } })
    }
  }

  const takeGeopackage = async (file: File) => {
    abortUpload?.abort()
    closeGeopackage()
    turn += 1
    const mine = turn
    put({
      file: { kind: 'listing', name: file.name, sizeBytes: file.size },
      geopackage: { file, layers: [], layer: null, payloadBytes: null, isSentWhole: false },
    })
    try {
      const present = await parts.openGeopackage(file)
      if (mine !== turn) {
        present.close()
        return
      }
      opened = present
      const { layers } = present
      put({
        file: { kind: 'none' },
        geopackage: { file, layers, layer: null, payloadBytes: null, isSentWhole: false },
      })
      const [only] = layers
      if (only && layers.length === 1) await takeLayer(only.name)
    } catch (error) {
      if (!isGeopackageError(error)) throw error
      // What this browser cannot take apart the server can, and says better what is wrong with it.
      if (mine === turn) await sendWhole(file)
    }
  }

  const takeFile = async (file: File): Promise<void> => {
    if (/\.gpkg$/i.test(file.name)) {
      await takeGeopackage(file)
      return
    }
    turn += 1
    closeGeopackage()
    put({ geopackage: null })
    await sendFile(file, { name: file.name, changedAt: file.lastModified })
  }

  /** A large file of the server's own storage; for administrators (R5.7). */
  const takeStored = async (file: { id: string; name: string; sizeBytes: number }) => {
    abortUpload?.abort()
    turn += 1
    closeGeopackage()
    const abort = new AbortController()
    abortUpload = abort
    const { name, sizeBytes } = file
    put({ geopackage: null, file: { kind: 'reading', name, sizeBytes } })
    try {
      const begun = await api.expectOk(
        api.client.POST('/stored-files/{fileId}/upload', {
          params: { path: { fileId: file.id } },
          body: { ...(state.record !== null && { recordId: state.record.id }) },
        }),
      )
      const upload = await sender.waitUntilRead(begun.id, abort.signal)
      if (!abort.signal.aborted) attach(upload)
    } catch (error) {
      if (!isRefusal(error)) throw error
      put({ file: { kind: 'refused', name, text: error.problem.detail ?? error.problem.title } })
    }
  }

  // Publishing -------------------------------------------------------------------------------------------

  const publish = async (
    request: {
      publishToApi: boolean
      collectionId?: string
      viewName?: string
      styleId?: string
      detachStyles?: string[]
      acceptSchemaChange?: boolean
    },
    wait: (
      publicationId: string,
      onProgress: (publication: PublicationJson) => void,
    ) => Promise<PublicationJson>,
  ) => {
    await save()
    const { record, layer } = state
    if (record === null || state.saving.kind !== 'saved') return
    put({ publishing: { kind: 'running', publication: null } })
    try {
      const publication = await api.expectOk(
        api.client.POST('/records/{recordId}/publications', {
          params: {
            path: { recordId: record.id },
            header: { ...ifMatch(record), 'Idempotency-Key': newKey() },
          },
          body: { ...request, ...(layer !== null && { layer }) },
        }),
      )
      const ended = await wait(publication.id, (present) =>
        put({ publishing: { kind: 'running', publication: present } }),
      )
      const fresh = await api.expectOk(
        api.client.GET('/records/{recordId}', { params: { path: { recordId: record.id } } }),
      )
      // What was wished for is done; the next publication starts from what is there.
      put({ record: fresh, wish: noWish, publishing: { kind: 'done', publication: ended } })
      keepWish()
    } catch (error) {
      if (!isRefusal(error)) throw error
      put({ publishing: { kind: 'failed', problem: error.problem } })
    }
  }

  return {
    state: () => state,
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    load,
    change,
    changeDomain: (domainId: string | null) => {
      put({ domainId, saving: state.saving.kind === 'conflict' ? state.saving : { kind: 'unsaved' } })
      keepCopy()
      schedule(saveDelay)
    },
    changeWish: (wish: Partial<PublishWish>) => {
      put({ wish: { ...state.wish, ...wish } })
      keepWish()
    },
    save,
    /** An entry that is no value (yet), such as a side of the box that is no number; '' when it is one again. */
    setInvalid: (place: string, text: string) => {
      const { [place]: _present, ...others } = state.invalid
      put({ invalid: text === '' ? others : { ...others, [place]: text } })
    },
    takeFile,
    takeLayer,
    takeStored,
    /** A GeoPackage without feature layers may still be published as a table, or offered as it is. */
    sendWhole: async () => {
      if (state.geopackage !== null) await sendWhole(state.geopackage.file)
    },
    cancelFile: () => {
      turn += 1
      if (state.file.kind === 'extracting') put({ file: { kind: 'none' } })
      abortUpload?.abort()
    },
    refuseFile: (name: string, text: string) => {
      turn += 1
      closeGeopackage()
      put({ geopackage: null, file: { kind: 'refused', name, text } })
    },
    chooseLayer: (name: string) => {
      const before = detectedIn(state)
      put({ layer: name })
      prefill(before)
    },
    useDetected: () => change(detectedIn(state)),
    keepMine: async () => {
      if (state.saving.kind !== 'conflict') return
      const { theirs } = state.saving
      const { metadata } = rebase(base(), tidy(state.metadata), theirs.metadata)
      const domainId = domainOn(state.record, theirs)
      put({ record: theirs, metadata, domainId, saving: { kind: 'unsaved' } })
      await save()
    },
    takeTheirs: () => {
      if (state.saving.kind !== 'conflict') return
      const { theirs, members } = state.saving
      const { metadata } = rebase(base(), tidy(state.metadata), theirs.metadata)
      const taken = Object.fromEntries(
        members.map((member) => [member, theirs.metadata[member as keyof Draft]]),
      )
      const domainId = domainOn(state.record, theirs)
      put({ record: theirs, metadata: { ...metadata, ...taken }, domainId, saving: { kind: 'unsaved' } })
      schedule(0)
    },
    discardRestored: () => {
      put({
        metadata: state.record === null ? begun() : base(),
        domainId: state.record === null ? parts.ownDomainId() : state.record.domainId,
        wasRestored: false,
        saving: { kind: 'saved' },
      })
      keepCopy()
    },
    publish,
    endPublishing: () => put({ publishing: { kind: 'idle' } }),
  }
}

export type Editor = ReturnType<typeof createEditor>
