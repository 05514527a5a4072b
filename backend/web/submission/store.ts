/**
 * The form of a submission without its looks (R2.3–R2.8, R2.16): what is entered is kept in this browser until the server
 * has it; the file goes up resumably meanwhile; and a submission that nobody answered is sent again until somebody does.
 */
import { detect } from '../../src/metadata/prefill.ts'
import type { RecordMetadataDraft } from '../../src/metadata/record-metadata.ts'
import { checkForPublication, type Findings } from '../../src/metadata/rules.ts'
import { isSame, tidy } from '../editor/merge.ts'
import { contextOf, detectedIn, type Settings } from '../editor/store.ts'
import {
  type Api,
  type Draft,
  isRefusal,
  type Problem,
  type SubmissionJson,
  type UploadJson,
  unreachable,
} from '../session/api.ts'
import type { createSender, UploadPlace, UploadProgress } from '../session/upload.ts'

export type Section = 1 | 2 | 3
export type Contact = { name: string; email: string; organisation: string }

/** What survives a reload. */
type Kept = {
  secret: string
  stamp: string
  section: Section
  metadata: Draft
  contact: Contact
  isHostedElsewhere: boolean
  message: string
  upload: { id: string; name: string } | null
  /** Of a file that was on its way when the page was closed. */
  interrupted: string | null
  layer: string | null
}

export type FileWork =
  | { kind: 'none' }
  | { kind: 'sending'; name: string; progress: UploadProgress }
  | { kind: 'reading'; name: string; sizeBytes: number }
  | { kind: 'refused'; text: string }
  | { kind: 'gone' }

export type Sending =
  | { kind: 'idle' }
  | { kind: 'sending'; isWaiting: boolean }
  | { kind: 'refused'; problem: Problem }

export type FormState = Kept & {
  phase: 'loading' | 'ready' | 'sent'
  settings: Settings | null
  sendsMail: boolean
  invalid: Readonly<Record<string, string>>
  uploaded: UploadJson | null
  file: FileWork
  /** What of the metadata the file said, to be told. */
  filledIn: readonly string[]
  /** Sections that were left once; what is missing is not shown before. */
  visited: ReadonlySet<Section>
  sending: Sending
  result: SubmissionJson | null
}

export type FormParts = {
  api: Api
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  senderAt: (place: UploadPlace) => ReturnType<typeof createSender>
  newSecret: () => string
  today: () => string
  sleep: (ms: number) => Promise<void>
  /** A returned submission that is revised, and the secret of its link. */
  revised: { submission: SubmissionJson; secret: string } | null
}

const extentLimitBytes = 5 * 1_048_576
export const extentFileLimit = extentLimitBytes

/** The wizard's pages, whose numbers findings carry, in their sections here. */
const pagesOf: Record<Section, number[]> = { 1: [2, 3, 4, 6, 7], 2: [5], 3: [8] }
export const visitedPages = (visited: ReadonlySet<Section>): Set<number> =>
  new Set([...visited].flatMap((section) => pagesOf[section]))
const secondSection = /^(bbox|temporalExtent|crs|spatialRes)/
export const sectionOf = (field: string): Section => (secondSection.test(field) ? 2 : 1)

const emptyContact: Contact = { name: '', email: '', organisation: '' }
const isMail = (text: string) => /^[^\s@<>",;:()[\]\\]+@[^\s@<>",;:()[\]\\]+$/.test(text.trim())

const isPassing = (problem: Problem): boolean =>
  problem.status === unreachable || (problem.status >= 500 && problem.code !== 'review-queue-full')

/** What the server adds by itself is not missing. */
const completed = ({ metadata }: Pick<Kept, 'metadata'>, today: string): RecordMetadataDraft => {
  const draft = tidy(metadata)
  return {
    language: 'eng',
    dateStamp: today,
    characterSet: 'utf8',
    ...(draft.pointsOfContact && { contacts: draft.pointsOfContact }),
    ...draft,
  } as RecordMetadataDraft
}

export type Missing = { section: Section; field: string; code: string; message?: string }

export const createSubmissionForm = (parts: FormParts) => {
  const { api, store, today, sleep, revised } = parts
  const key = `sec-ims.submission.${revised?.submission.reference ?? 'new'}`
  const listeners = new Set<() => void>()

  const fresh = (): Kept =>
    revised === null
      ? {
          secret: parts.newSecret(),
          stamp: '',
          section: 1,
          metadata: { resourceType: 'dataset' },
          contact: emptyContact,
          isHostedElsewhere: false,
          message: '',
          upload: null,
          interrupted: null,
          layer: null,
        }
      : {
          secret: revised.secret,
          stamp: '',
          section: 1,
          metadata: revised.submission.metadata,
          contact: { ...emptyContact, ...revised.submission.contact },
          isHostedElsewhere: revised.submission.isHostedElsewhere,
          message: revised.submission.message ?? '',
          upload:
            revised.submission.uploadId === null
              ? null
              : { id: revised.submission.uploadId, name: revised.submission.file?.name ?? '' },
          interrupted: null,
          layer: revised.submission.layer,
        }

  /** Of a revision: what was sent before, and stays unless another file takes its place. */
  const sentBefore = () => (revised === null ? null : fresh().upload)

  const read = (): Kept => {
    try {
      const kept = JSON.parse(store.getItem(key) ?? 'null') as Kept | null
      if (typeof kept?.secret === 'string' && typeof kept.metadata === 'object')
        return { ...fresh(), ...kept, ...(revised && { secret: revised.secret }) }
    } catch {
      // What is not ours to read is begun anew.
    }
    return fresh()
  }

  let state: FormState = {
    ...read(),
    phase: 'loading',
    settings: null,
    sendsMail: true,
    invalid: {},
    uploaded: null,
    file: { kind: 'none' },
    filledIn: [],
    visited: new Set(revised === null ? [] : [1, 2]),
    sending: { kind: 'idle' },
    result: null,
  }

  const keep = () => {
    const {
      secret,
      stamp,
      section,
      metadata,
      contact,
      isHostedElsewhere,
      message,
      upload,
      interrupted,
      layer,
    } = state
    const kept: Kept = {
      secret,
      stamp,
      section,
      metadata,
      contact,
      isHostedElsewhere,
      message,
      upload,
      interrupted,
      layer,
    }
    store.setItem(key, JSON.stringify(kept))
  }
  const put = (change: Partial<FormState>) => {
    state = { ...state, ...change }
    if (state.phase === 'ready') keep()
    for (const listener of listeners) listener()
  }

  // The file --------------------------------------------------------------------------------------------

  const header = () => ({ 'Submission-Link': state.secret })
  const readUpload = (uploadId: string, signal?: AbortSignal, wait = 20) =>
    api.expectOk(
      api.client.GET('/submission-uploads/{uploadId}', {
        params: { path: { uploadId }, header: header(), query: { wait } },
        ...(signal && { signal }),
      }),
    )
  const sender = parts.senderAt({
    path: 'submission-uploads',
    headers: header,
    read: (uploadId, signal) => readUpload(uploadId, signal),
  })
  let abort: AbortController | null = null

  const removeUpload = async (uploadId: string) => {
    // A file that stays a while longer is collected by the server; nobody has to wait for its removal.
    await api.client
      .DELETE('/submission-uploads/{uploadId}', { params: { path: { uploadId }, header: header() } })
      .catch(() => undefined)
  }

  /** What the file says goes into fields that are empty or still say what an earlier file said (R2.8). */
  const prefill = (uploaded: UploadJson, layer: string | null) => {
    const before = detectedIn({ upload: state.uploaded, layer: state.layer })
    const now: Draft = { ...detectedIn({ upload: uploaded, layer }) }
    if (uploaded.probe) {
      const { title, resourceType, distributionFormat } = detect({
        probe: uploaded.probe as never,
        layerName: layer,
        fileName: uploaded.fileName,
      })
      Object.assign(now, { resourceType, distributionFormat })
      if (!tidy(state.metadata).title && title) now.title = title
    }
    const present = tidy(state.metadata)
    const entries: Record<string, unknown> = {}
    for (const member of Object.keys(now) as (keyof Draft)[]) {
      const isOpen =
        present[member] === undefined ||
        isSame(present[member], before[member]) ||
        member === 'resourceType' ||
        member === 'distributionFormat'
      if (isOpen && now[member] !== undefined && !isSame(present[member], now[member]))
        entries[member] = now[member]
    }
    put({
      uploaded,
      layer,
      metadata: { ...state.metadata, ...entries },
      filledIn: Object.keys(entries).filter((member) => member !== 'distributionFormat'),
    })
  }

  const attach = (uploaded: UploadJson) => {
    const layers = uploaded.probe?.layers ?? []
    const chosen = layers.find(({ name }) => name === state.layer)?.name
    prefill(uploaded, chosen ?? (layers.length === 1 ? (layers[0]?.name ?? null) : null))
    put({
      upload: { id: uploaded.id, name: uploaded.fileName },
      interrupted: null,
      isHostedElsewhere: false,
      file: { kind: 'none' },
    })
  }

  const sendFile = async (file: File): Promise<void> => {
    abort?.abort()
    abort = new AbortController()
    const { signal } = abort
    const { name } = file
    const earlier = state.upload
    put({ interrupted: name, upload: null, uploaded: null, layer: null, filledIn: [] })
    if (earlier !== null && earlier.id !== revised?.submission.uploadId) void removeUpload(earlier.id)
    try {
      const uploadId = await sender.send(
        file,
        { name, changedAt: file.lastModified },
        { signal, onProgress: (progress) => put({ file: { kind: 'sending', name, progress } }) },
      )
      put({ upload: { id: uploadId, name }, file: { kind: 'reading', name, sizeBytes: file.size } })
      attach(await sender.waitUntilRead(uploadId, signal))
    } catch (error) {
      if (signal.aborted) return
      put({
        upload: sentBefore(),
        interrupted: null,
        file: { kind: 'refused', text: isRefusal(error) ? error.problem.detail : String(error) },
      })
    }
  }

  const recoverFile = async () => {
    const { upload } = state
    if (upload === null) return
    put({ file: { kind: 'reading', name: upload.name, sizeBytes: 0 } })
    try {
      attach(await sender.waitUntilRead(upload.id, new AbortController().signal))
    } catch (error) {
      const isGone = isRefusal(error) && error.problem.status === 404
      if (revised !== null && isGone) {
        // It was sent under the first link; the server still has it.
        put({ file: { kind: 'none' } })
        return
      }
      put({
        upload: null,
        file: isGone
          ? { kind: 'gone' }
          : { kind: 'refused', text: isRefusal(error) ? error.problem.detail : String(error) },
      })
    }
  }

  /** Only where it lies is wanted of an extent file (Q21). */
  const takeExtent = async (file: File): Promise<Draft['bbox'] | null> => {
    const { signal } = new AbortController()
    const quiet = parts.senderAt({
      path: 'submission-uploads',
      headers: header,
      read: (uploadId, one) => readUpload(uploadId, one),
    })
    const uploadId = await quiet.send(
      file,
      { name: file.name, changedAt: file.lastModified },
      { signal, onProgress: () => undefined },
    )
    try {
      const { probe } = await quiet.waitUntilRead(uploadId, signal)
      const box = probe?.layers.map(({ extentCrs84 }) => extentCrs84).find((one) => one !== null)
      if (!box) return null
      const [west = 0, south = 0, east = 0, north = 0] = box
      const bbox = { west, south, east, north }
      put({ metadata: { ...state.metadata, bbox } })
      return bbox
    } finally {
      await removeUpload(uploadId)
    }
  }

  // Submitting ------------------------------------------------------------------------------------------

  const isHosted = () => state.isHostedElsewhere && state.upload === null
  const namesAnAddress = ({ additionalDownloadUrl, informationUrl, webServices }: Draft) =>
    Boolean(additionalDownloadUrl || informationUrl || webServices?.length)

  const findings = (): Findings =>
    checkForPublication(
      completed(state, today()),
      contextOf({ upload: state.uploaded, layer: state.layer, settings: state.settings }),
    )

  const missing = (): Missing[] => {
    const layers = (state.uploaded?.probe?.layers ?? []).filter(({ kind }) => kind !== 'raster')
    const own: [boolean, string, string][] = [
      [state.upload === null && !isHosted(), 'file', 'missingFile'],
      [isHosted() && !namesAnAddress(tidy(state.metadata)), 'additionalDownloadUrl', 'missingAddress'],
      [layers.length > 1 && state.layer === null, 'layer', 'missingLayer'],
      [state.contact.name.trim() === '', 'contact.name', 'missingName'],
      [!isMail(state.contact.email), 'contact.email', 'missingEmail'],
    ]
    return [
      ...findings().errors.map(({ field, code, message }) => ({
        section: sectionOf(field),
        field,
        code,
        message,
      })),
      ...Object.entries(state.invalid).map(([field, message]) => ({
        section: sectionOf(field),
        field,
        code: 'invalid',
        message,
      })),
      ...own
        .filter(([isMissing]) => isMissing)
        .map(([, field, code]) => ({ section: 3 as const, field, code })),
    ]
  }

  const content = () => {
    const { name, email, organisation } = state.contact
    return {
      stamp: state.stamp,
      contact: {
        name: name.trim(),
        email: email.trim(),
        ...(organisation.trim() && { organisation: organisation.trim() }),
      },
      metadata: tidy(state.metadata),
      ...(state.upload && { uploadId: state.upload.id }),
      ...(state.upload && state.layer !== null && { layer: state.layer }),
      ...(isHosted() && { isHostedElsewhere: true }),
      ...(state.message.trim() && { message: state.message.trim() }),
    }
  }

  const post = (website: string): Promise<SubmissionJson> => {
    const body = { ...content(), ...(website && { website }) }
    if (revised === null)
      return api.expectOk(api.client.POST('/submissions', { params: { header: header() }, body }))
    const { reference, version } = revised.submission
    return api.expectOk(
      api.client.PUT('/submissions/{reference}', {
        params: { path: { reference }, header: { ...header(), 'If-Match': `"${version}"` } },
        body,
      }),
    )
  }

  const renewStamp = async () => {
    const form = await api.expectOk(api.client.GET('/submission-form'))
    put({ stamp: form.stamp, sendsMail: form.sendsMail })
  }

  /** Whether a revision whose answer was lost has arrived after all. */
  const hasArrived = async (): Promise<SubmissionJson | null> => {
    if (revised === null) return null
    const now = await api.expectOk(
      api.client.GET('/submissions/{reference}', {
        params: { path: { reference: revised.submission.reference }, header: header() },
      }),
    )
    return now.state === 'returned' ? null : now
  }

  const submit = async (website: string): Promise<void> => {
    put({ visited: new Set([1, 2, 3]) })
    if (missing().length > 0) return
    put({ sending: { kind: 'sending', isWaiting: false } })
    let pause = 1000
    let wasLost = false
    for (;;) {
      try {
        const result = await post(website)
        store.removeItem(key)
        put({ phase: 'sent', result, sending: { kind: 'idle' } })
        return
      } catch (error) {
        if (!isRefusal(error)) throw error
        const { problem } = error
        if (isPassing(problem)) {
          wasLost = true
          put({ sending: { kind: 'sending', isWaiting: true } })
          await sleep(pause)
          pause = Math.min(15_000, pause * 2)
          continue
        }
        if (problem.code === 'submission-too-quick') {
          await sleep(3_500)
          continue
        }
        if (problem.code === 'submission-stamp-unknown') {
          await renewStamp()
          await sleep(3_500)
          continue
        }
        const arrived = wasLost && [409, 412].includes(problem.status) ? await hasArrived() : null
        if (arrived !== null) {
          store.removeItem(key)
          put({ phase: 'sent', result: arrived, sending: { kind: 'idle' } })
          return
        }
        put({ sending: { kind: 'refused', problem } })
        return
      }
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
    open: async () => {
      let pause = 1000
      for (;;) {
        try {
          const settings = (await api.expectOk(api.client.GET('/settings'))) as Settings
          const form = await api.expectOk(api.client.GET('/submission-form'))
          put({
            phase: 'ready',
            settings,
            sendsMail: form.sendsMail,
            stamp: state.stamp === '' ? form.stamp : state.stamp,
          })
          break
        } catch (error) {
          if (!isRefusal(error) || !isPassing(error.problem)) throw error
          await sleep(pause)
          pause = Math.min(15_000, pause * 2)
        }
      }
      await recoverFile()
    },
    change: (entries: Partial<Record<keyof Draft, unknown>>) =>
      put({ metadata: { ...state.metadata, ...entries } as Draft, sending: { kind: 'idle' } }),
    setInvalid: (place: string, text: string) => {
      const { [place]: _, ...others } = state.invalid
      put({ invalid: text === '' ? others : { ...others, [place]: text } })
    },
    setContact: (contact: Partial<Contact>) => put({ contact: { ...state.contact, ...contact } }),
    setMessage: (message: string) => put({ message }),
    setHostedElsewhere: (isHostedElsewhere: boolean) => put({ isHostedElsewhere }),
    goTo: (section: Section) => put({ visited: new Set([...state.visited, state.section]), section }),
    sendFile,
    refuseFile: (text: string) => put({ file: { kind: 'refused', text } }),
    cancelFile: () => {
      abort?.abort()
      put({ file: { kind: 'none' }, interrupted: null, upload: sentBefore(), uploaded: null })
    },
    removeFile: async () => {
      const { upload } = state
      put({
        upload: null,
        uploaded: null,
        layer: null,
        filledIn: [],
        interrupted: null,
        file: { kind: 'none' },
      })
      if (upload !== null && upload.id !== revised?.submission.uploadId) await removeUpload(upload.id)
    },
    chooseLayer: (layer: string) => {
      if (state.uploaded) prefill(state.uploaded, layer)
    },
    takeExtent,
    findings,
    missing,
    submit,
    /** Forgets everything that was entered. */
    startOver: async () => {
      abort?.abort()
      if (state.upload !== null && revised === null) await removeUpload(state.upload.id)
      store.removeItem(key)
    },
  }
}

export type SubmissionForm = ReturnType<typeof createSubmissionForm>
