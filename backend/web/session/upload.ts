/** Sends a file piece by piece (tus 1.0): goes on after a broken line, a closed tab or a restarted server (R5). */
import { type Api, isRefusal, toRefusal, type UploadJson, unreachable } from './api.ts'

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where uploads go: those of people with a token, or those of a submission. */
export type UploadPlace = {
  path: string
  headers: () => Record<string, string>
  read: (uploadId: string, signal: AbortSignal) => Promise<UploadJson>
}

export const ownUploads = (api: Api): UploadPlace => ({
  path: 'tus',
  headers: () => ({}),
  read: (uploadId, signal) =>
    api.expectOk(
      api.client.GET('/uploads/{uploadId}', { params: { path: { uploadId }, query: { wait: 20 } }, signal }),
    ),
})
export type UploadProgress = { sentBytes: number; totalBytes: number; isWaiting: boolean }

export type SendParts = {
  api: Api
  place?: UploadPlace
  /** Remembers uploads that were begun, by what they are of. */
  store: Store
  /** Seconds pass here; tests let them pass at once. */
  sleep: (ms: number) => Promise<void>
}

const pieceBytes = 4 * 1_048_576
const longestPause = 15_000
const tusHeaders = { 'Tus-Resumable': '1.0.0' }

const toBase64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const isPassing = (thrown: unknown): boolean =>
  isRefusal(thrown) &&
  (thrown.problem.status === unreachable || thrown.problem.status >= 500 || thrown.problem.status === 423)

export const createSender = ({ api, store, sleep, place = ownUploads(api) }: SendParts) => {
  const keyOf = (file: Blob, name: string, changedAt: number) =>
    `sec-ims.upload.${name}.${file.size}.${changedAt}`

  const offsetOf = async (uploadId: string, signal: AbortSignal): Promise<number | null> => {
    try {
      const response = await api.ask(`${place.path}/${uploadId}`, {
        method: 'HEAD',
        headers: { ...tusHeaders, ...place.headers() },
        signal,
      })
      return Number(response.headers.get('Upload-Offset'))
    } catch (error) {
      if (isPassing(error) || signal.aborted) throw error
      return null
    }
  }

  const begin = async (file: Blob, name: string, signal: AbortSignal): Promise<string> => {
    const response = await api.ask(place.path, {
      method: 'POST',
      signal,
      headers: {
        ...tusHeaders,
        ...place.headers(),
        'Upload-Length': String(file.size),
        'Upload-Metadata': `filename ${toBase64(name)}`,
      },
    })
    return (response.headers.get('Location') ?? '').split('/').at(-1) ?? ''
  }

  /** Answers when the server has every byte; what it is then being read for is another question. */
  const send = async (
    file: Blob,
    { name, changedAt }: { name: string; changedAt: number },
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: UploadProgress) => void },
  ): Promise<string> => {
    const key = keyOf(file, name, changedAt)
    let uploadId: string | null = store.getItem(key)
    let offset: number | null = null
    let pause = 500
    const say = (isWaiting: boolean) =>
      onProgress({ sentBytes: offset ?? 0, totalBytes: file.size, isWaiting })
    while (offset === null || offset < file.size) {
      signal.throwIfAborted()
      try {
        if (offset === null && uploadId !== null) offset = await offsetOf(uploadId, signal)
        if (offset === null) {
          uploadId = await begin(file, name, signal)
          store.setItem(key, uploadId)
          offset = 0
        }
        say(false)
        if (offset >= file.size) break
        const response = await api.ask(`${place.path}/${uploadId}`, {
          method: 'PATCH',
          signal,
          headers: {
            ...tusHeaders,
            ...place.headers(),
            'Upload-Offset': String(offset),
            'Content-Type': 'application/offset+octet-stream',
          },
          body: file.slice(offset, offset + pieceBytes),
        })
        offset = Number(response.headers.get('Upload-Offset'))
        pause = 500
        say(false)
      } catch (error) {
        if (signal.aborted || !isPassing(error)) {
          store.removeItem(key)
          throw error
        }
        say(true)
        await sleep(pause)
        pause = Math.min(longestPause, pause * 2)
        // Where the server stands is asked again: it may have more than it could say.
        offset = null
      }
    }
    store.removeItem(key)
    return uploadId ?? ''
  }

  /** Waits until the server has read the file; a file it refuses is thrown as the problem it found. */
  const waitUntilRead = async (uploadId: string, signal: AbortSignal): Promise<UploadJson> => {
    for (;;) {
      signal.throwIfAborted()
      try {
        const upload = await place.read(uploadId, signal)
        if (upload.state === 'refused') throw toRefusal(upload.problem as never)
        if (upload.state === 'ready') return upload
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error
        await sleep(2000)
      }
    }
  }

  return { send, waitUntilRead }
}

export type Sender = ReturnType<typeof createSender>
