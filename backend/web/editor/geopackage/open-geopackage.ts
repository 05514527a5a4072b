/** Opens a GeoPackage in the worker; the worker and its SQLite are fetched when the first one is chosen. */
import { siteUrl } from '../../place.ts'
import type { FromWorker, GeopackageFailure, GeopackageLayer, ToWorker } from './protocol.ts'

export type OpenGeopackage = {
  layers: GeopackageLayer[]
  extract: (
    layer: string,
    request: { limitBytes: number; onProgress: (readBytes: number) => void },
  ) => Promise<{ file: Blob; featureCount: number }>
  close: () => void
}

export type GeopackageError = Error & { failure: GeopackageFailure }
export const isGeopackageError = (thrown: unknown): thrown is GeopackageError =>
  thrown instanceof Error && 'failure' in thrown
const toError = (failure: GeopackageFailure): GeopackageError =>
  Object.assign(new Error(failure.kind), { failure })

const workerUrl = `${siteUrl}/assets/geopackage-worker.js`

type TrustedTypes = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => unknown }
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/** The pages' policy takes no text for the address of a script; this one address is named here. */
const trustedWorkerUrl = (): string => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  if (trustedTypes === undefined) return workerUrl
  policy ??= trustedTypes.createPolicy('geopackage', { createScriptURL: () => workerUrl })
  return policy.createScriptURL(workerUrl) as string
}

export const openGeopackage = async (file: Blob): Promise<OpenGeopackage> => {
  let worker: Worker
  try {
    worker = new Worker(trustedWorkerUrl(), { type: 'module' })
  } catch (error) {
    throw toError({ kind: 'not-possible', detail: String(error) })
  }
  /** One question at a time; the worker answers in order. */
  const ask = (question: ToWorker, onProgress: (readBytes: number) => void = () => undefined) =>
    new Promise<FromWorker>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'progress') onProgress(data.readBytes)
        else if (data.kind === 'failed') reject(toError(data.failure))
        else resolve(data)
      }
      // The script or the memory it needs is missing: nothing of the file is wrong.
      worker.onerror = (event) => {
        event.preventDefault()
        reject(toError({ kind: 'not-possible', detail: event.message ?? '' }))
      }
      worker.postMessage(question)
    })
  try {
    const opened = await ask({ kind: 'open', file })
    return {
      layers: opened.kind === 'opened' ? opened.layers : [],
      extract: async (layer, { limitBytes, onProgress }) => {
        const extracted = await ask({ kind: 'extract', layer, limitBytes }, onProgress)
        if (extracted.kind !== 'extracted') throw toError({ kind: 'unreadable', detail: extracted.kind })
        return {
          file: new Blob([extracted.bytes], { type: 'application/geopackage+sqlite3' }),
          featureCount: extracted.featureCount,
        }
      },
      close: () => worker.terminate(),
    }
  } catch (error) {
    worker.terminate()
    throw error
  }
}
