/** Uploads over HTTP: a form with the file, or resumably as tus 1.0 describes it. */
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers, Headers, HttpContext, RequestOf } from '../contract/handler.ts'
import { isProblem, Problem } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import { isRead, type Upload, type UploadLimits } from '../domain/upload.ts'
import { eventStream, waitUntil } from '../http/events.ts'
import { demandPart, demandPlainBody, readMultipart } from '../http/multipart.ts'
import type { Idempotency } from '../services/idempotency.ts'
import { formBytes, type TusPiece, type Uploads } from '../services/uploads.ts'

type Operations = Pick<
  operations,
  | 'createUpload'
  | 'listUploads'
  | 'getUpload'
  | 'deleteUpload'
  | 'followUpload'
  | 'describeTus'
  | 'createTusUpload'
  | 'getTusOffset'
  | 'appendTusUpload'
  | 'terminateTusUpload'
>
type UploadJson = components['schemas']['Upload']

export type UploadRouteParts = { uploads: Uploads; idempotency: Idempotency; limits: UploadLimits }

export const toUploadJson = (upload: Upload): UploadJson => ({
  id: upload.id,
  fileName: upload.fileName,
  sizeBytes: upload.sizeBytes,
  receivedBytes: upload.receivedBytes,
  state: upload.state,
  sha256: upload.sha256,
  probe: upload.probe as UploadJson['probe'],
  problem: upload.problem as UploadJson['problem'],
  createdAt: upload.createdAt,
  expiresAt: upload.expiresAt,
})

export const unshared = { 'Cache-Control': 'no-store' }

// tus ---------------------------------------------------------------------------------------------------------

const tusVersion = '1.0.0'
const pieceType = 'application/offset+octet-stream'

export const expiryOf = (upload: Upload) => ({ 'Upload-Expires': new Date(upload.expiresAt).toUTCString() })

/** Every answer of tus names its version, refusals too. */
export const inTus =
  <Asked extends { headers: { 'Tus-Resumable': string } }, Answer extends { headers: Headers }>(
    handler: (request: Asked) => Promise<Answer>,
  ) =>
  async (request: Asked): Promise<Answer> => {
    const headers = { 'Tus-Resumable': tusVersion }
    try {
      const found = request.headers['Tus-Resumable']
      if (found !== tusVersion) throw uploadProblems.tusVersionUnknown({ found })
      const answer = await handler(request)
      Object.assign(answer.headers, headers)
      return answer
    } catch (error) {
      if (!isProblem(error)) throw error
      const { code, status, title, message, extensions, cause } = error
      throw new Problem(
        { code, status, title, detail: message },
        { extensions, cause, headers: { ...error.headers, ...headers } },
      )
    }
  }

/** `name base64, name base64`: the value of `filename`, which some clients call `name`. */
export const readFileName = (metadata: string | undefined): string => {
  const values = new Map<string, string>()
  for (const pair of (metadata ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [, name, value = ''] = /^\s*([\x21-\x2b\x2d-\x7e]+)(?: ([A-Za-z0-9+/=_-]*))?\s*$/.exec(pair) ?? []
    if (name === undefined)
      throw uploadProblems.tusMetadataBroken({ found: 'is not a list of names with base64 values' })
    values.set(name, Buffer.from(value, 'base64').toString('utf8'))
  }
  const fileName = values.get('filename') ?? values.get('name')
  if (!fileName) throw uploadProblems.tusMetadataBroken({ found: 'does not name the file' })
  return fileName
}

const readChecksum = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined
  const digest = /^sha256 ([A-Za-z0-9+/]{43}=)$/.exec(header.trim())?.[1]
  if (digest === undefined) throw uploadProblems.checksumUnknown({ found: header })
  return digest
}

const contentTypeOf = (http: HttpContext) =>
  String(http.headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase() ?? ''

export const toPiece = (http: HttpContext, offset: number, checksum: string | undefined): TusPiece => {
  const length = http.headers['content-length']
  return {
    offset,
    body: http.body,
    lengthBytes: length === undefined ? undefined : Number(length),
    sha256: readChecksum(checksum),
    signal: http.signal,
  }
}

export const demandPieceType = (http: HttpContext) => {
  demandPlainBody(http)
  const found = contentTypeOf(http)
  if (found !== pieceType) throw generalProblems.unsupportedMediaType({ found, expected: [pieceType] })
}

export const uploadHandlers = ({ uploads, idempotency, limits }: UploadRouteParts): Handlers<Operations> => {
  const mostBytes = Math.max(limits.datasetBytes, limits.geopackageBytes)

  return {
    createUpload: async ({ query, headers, actor, http }) => {
      const expectedBytes = Number(http.headers['content-length'] ?? 0)
      const form = await readMultipart(http, {
        files: ['file'],
        maxBodyBytes: mostBytes + 16 * formBytes,
        take: (stream, { fileName }) => uploads.receive(stream, { givenName: fileName, expectedBytes }),
        discard: uploads.discard,
      })
      const received = demandPart(form, 'file')
      try {
        const key = headers['Idempotency-Key']
        const fingerprint = `${received.sha256} ${received.fileName}`
        return await idempotency.once({ actor, key, operation: 'createUpload', fingerprint }, async (id) => {
          await uploads.accept(received, actor, id)
          const upload = await waitUntil(() => uploads.get(id, actor), isRead, query.wait ?? 0, http.signal)
          return {
            status: 201 as const,
            headers: { Location: `${http.faceUrl}/uploads/${id}` },
            body: toUploadJson(upload),
          }
        })
      } finally {
        await uploads.discard(received)
      }
    },

    listUploads: async ({ actor }) => ({
      status: 200,
      headers: unshared,
      body: { uploads: (await uploads.list(actor)).map(toUploadJson) },
    }),

    getUpload: async ({ path, query, actor, http }) => {
      const upload = await waitUntil(
        () => uploads.get(path.uploadId, actor),
        isRead,
        query.wait ?? 0,
        http.signal,
      )
      return { status: 200, headers: unshared, body: toUploadJson(upload) }
    },

    deleteUpload: async ({ path, actor }) => {
      await uploads.remove(path.uploadId, actor)
      return { status: 204 }
    },

    followUpload: async ({ path, actor }) => {
      const read = async () => toUploadJson(await uploads.get(path.uploadId, actor))
      await read()
      return { status: 200, headers: unshared, raw: eventStream('upload', read, isRead) }
    },

    describeTus: async () => ({
      status: 204,
      headers: {
        'Tus-Resumable': tusVersion,
        'Tus-Version': tusVersion,
        'Tus-Extension': 'creation,creation-with-upload,checksum,termination,expiration',
        'Tus-Checksum-Algorithm': 'sha256',
        'Tus-Max-Size': String(mostBytes),
      },
    }),

    createTusUpload: inTus(async ({ headers, actor, http }: RequestOf<Operations['createTusUpload']>) => {
      demandPlainBody(http)
      const tusMetadata = headers['Upload-Metadata'] ?? null
      const begun = await uploads.begin(
        {
          fileName: readFileName(headers['Upload-Metadata']),
          sizeBytes: headers['Upload-Length'],
          tusMetadata,
        },
        actor,
      )
      const upload =
        contentTypeOf(http) === pieceType
          ? await uploads.append(begun.id, toPiece(http, 0, headers['Upload-Checksum']), actor)
          : begun
      return {
        status: 201 as const,
        headers: {
          ...expiryOf(upload),
          Location: `${http.faceUrl}/tus/${upload.id}`,
          'Upload-Offset': String(upload.receivedBytes),
        },
      }
    }),

    getTusOffset: inTus(async ({ path, actor }: RequestOf<Operations['getTusOffset']>) => {
      const { upload, offset } = await uploads.offsetOf(path.uploadId, actor)
      return {
        status: 200 as const,
        headers: {
          ...unshared,
          ...expiryOf(upload),
          ...(upload.tusMetadata === null ? {} : { 'Upload-Metadata': upload.tusMetadata }),
          'Upload-Offset': String(offset),
          'Upload-Length': String(upload.sizeBytes),
        },
      }
    }),

    appendTusUpload: inTus(
      async ({ path, headers, actor, http }: RequestOf<Operations['appendTusUpload']>) => {
        demandPieceType(http)
        const piece = toPiece(http, headers['Upload-Offset'], headers['Upload-Checksum'])
        const upload = await uploads.append(path.uploadId, piece, actor)
        return {
          status: 204 as const,
          headers: { ...expiryOf(upload), 'Upload-Offset': String(upload.receivedBytes) },
        }
      },
    ),

    terminateTusUpload: inTus(async ({ path, actor }: RequestOf<Operations['terminateTusUpload']>) => {
      await uploads.remove(path.uploadId, actor)
      return { status: 204 as const, headers: {} }
    }),
  }
}
