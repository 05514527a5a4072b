/** The typed client of the contract, used by the command line and the tests; other clients are made the same way. */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import createFetchClient from 'openapi-fetch'
import type { components, paths } from '../contract/catalogue.gen.ts'

export type ProblemJson = components['schemas']['Problem']
export type UploadJson = components['schemas']['Upload']
export type RecordJson = components['schemas']['Record']
export type PublicationJson = components['schemas']['Publication']
export type PublishRequestJson = components['schemas']['PublishRequest']

/** The server refused: its problem document, as an error. */
export type Refusal = Error & { problem: ProblemJson }
export const isRefusal = (thrown: unknown): thrown is Refusal =>
  thrown instanceof Error && 'problem' in thrown

const toRefusal = (problem: ProblemJson): Refusal =>
  Object.assign(new Error(problem.detail ?? problem.title), { problem })

export type Progress = (done: number, total: number) => void

const chunkBytes = 8 * 1_048_576
const attempts = 6

export const createClient = ({ url, token }: { url: string; token?: string }) => {
  const base = `${url.replace(/\/+$/, '')}/api/v1`
  const authorization: Record<string, string> =
    token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const api = createFetchClient<paths>({ baseUrl: base, headers: authorization })

  /** The answer's content, or its problem thrown. */
  const expectOk = async <Data>(
    call: Promise<{ data?: Data; error?: unknown; response: Response }>,
  ): Promise<Data> => {
    const { data, error, response } = await call
    if (response.ok) return data as Data
    const problem =
      typeof error === 'object' && error !== null && 'detail' in error
        ? (error as ProblemJson)
        : ({
            title: response.statusText,
            status: response.status,
            detail: `The server answered ${response.status}.`,
            type: 'about:blank',
            code: 'unknown',
            description: '',
          } as unknown as ProblemJson)
    throw toRefusal(problem)
  }

  const refuseUnlessOk = async (response: Response) => {
    if (response.ok) return response
    throw toRefusal(
      (await response.json().catch(() => ({
        title: response.statusText,
        status: response.status,
        detail: `The server answered ${response.status}.`,
      }))) as ProblemJson,
    )
  }

  /** Uploads resumably (tus 1.0): after a broken line it goes on where the server stopped. Ends when the file has been read. */
  const uploadFile = async (
    path: string,
    options: { name?: string; onProgress?: Progress } = {},
  ): Promise<UploadJson> => {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const tus = { ...authorization, 'Tus-Resumable': '1.0.0' }
      const name = Buffer.from(options.name ?? basename(path)).toString('base64')
      const created = await refuseUnlessOk(
        await fetch(`${base}/tus`, {
          method: 'POST',
          headers: { ...tus, 'Upload-Length': String(size), 'Upload-Metadata': `filename ${name}` },
        }),
      )
      const location = new URL(created.headers.get('Location') ?? '', `${base}/tus`).href
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, size)))
      let offset = 0
      let failures = 0
      while (offset < size) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
        try {
          const sent = await fetch(location, {
            method: 'PATCH',
            headers: {
              ...tus,
              'Upload-Offset': String(offset),
              'Content-Type': 'application/offset+octet-stream',
            },
            body: buffer.subarray(0, bytesRead),
          })
          if (sent.status < 500) await refuseUnlessOk(sent)
          else throw new Error(`the server answered ${sent.status}`)
          offset = Number(sent.headers.get('Upload-Offset'))
          failures = 0
        } catch (error) {
          failures += 1
          if (isRefusal(error) || failures >= attempts) throw error
          await sleep(500 * 2 ** failures)
          const head = await fetch(location, { method: 'HEAD', headers: tus })
          if (head.ok) offset = Number(head.headers.get('Upload-Offset'))
        }
        options.onProgress?.(offset, size)
      }
      return await waitForUpload(location.split('/').at(-1) ?? '')
    } finally {
      await file.close()
    }
  }

  const waitForUpload = async (uploadId: string): Promise<UploadJson> => {
    for (;;) {
      const upload = await expectOk(
        api.GET('/uploads/{uploadId}', { params: { path: { uploadId }, query: { wait: 30 } } }),
      )
      if (upload.state === 'refused') throw toRefusal(upload.problem as ProblemJson)
      if (upload.state === 'ready') return upload
    }
  }

  const waitForPublication = async (
    publicationId: string,
    onProgress?: (publication: PublicationJson) => void,
  ): Promise<PublicationJson> => {
    for (;;) {
      const publication = await expectOk(
        api.GET('/publications/{publicationId}', {
          params: { path: { publicationId }, query: { wait: onProgress ? 1 : 30 } },
        }),
      )
      onProgress?.(publication)
      if (publication.state === 'done') return publication
      if (publication.state === 'failed' || publication.state === 'cancelled')
        throw toRefusal(publication.problem as ProblemJson)
    }
  }

  return { api, base, expectOk, uploadFile, waitForUpload, waitForPublication }
}

export type Client = ReturnType<typeof createClient>
