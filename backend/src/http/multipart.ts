/**
 * Reads multipart/form-data with multer, within the limits of security B1. Each file goes to `take` as it comes in; when
 * the request fails in any way, what was taken is given to `discard`, and only then the problem is told.
 */
import type { Readable } from 'node:stream'
import type { Request, Response } from 'express'
import multer from 'multer'
import type { HttpContext } from '../contract/handler.ts'
import { isProblem } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { uploadProblems } from '../domain/problems/upload.ts'

export type MultipartPlan<Taken> = {
  /** Names of the file parts, each at most once. */
  files: string[]
  /** Names of the text parts. */
  fields?: string[]
  /** The whole body may have so many bytes. */
  maxBodyBytes: number
  take: (stream: Readable, part: { name: string; fileName: string }) => Promise<Taken>
  discard: (taken: Taken) => Promise<void>
}

export type Multipart<Taken> = { files: Map<string, Taken>; fields: Map<string, string> }

const limits = {
  fields: 30,
  fieldNameSize: 100,
  fieldSize: 262_144,
  parts: 40,
  headerPairs: 30,
  fieldNestingDepth: 0,
  fieldArrayIndexLimit: 0,
}

/** What the parser says, as a sentence for the problem. */
const sayings: Record<string, string> = {
  LIMIT_PART_COUNT: `it has more than ${limits.parts} parts`,
  LIMIT_FIELD_COUNT: `it has more than ${limits.fields} text parts`,
  LIMIT_FIELD_KEY: `a part has a name longer than ${limits.fieldNameSize} bytes`,
  LIMIT_FIELD_VALUE: `a text part has more than ${limits.fieldSize} bytes`,
  LIMIT_FIELD_NESTING: 'the name of a part has brackets',
  LIMIT_FIELD_ARRAY_INDEX: 'the name of a part has brackets',
  INVALID_FIELD_NAME: 'a part has a name that cannot be used',
  MISSING_FIELD_NAME: 'a part has no name',
}

const toProblem = (error: unknown, expected: string[]): unknown => {
  if (isProblem(error) || !(error instanceof Error)) return error
  if (error instanceof multer.MulterError) {
    const part = error.field ? `a file part '${error.field.slice(0, 100)}'` : 'a file part without a name'
    return error.code === 'LIMIT_UNEXPECTED_FILE' || error.code === 'LIMIT_FILE_COUNT'
      ? uploadProblems.formPartUnexpected({ part, expected })
      : uploadProblems.formBroken({ found: sayings[error.code] ?? error.message.toLowerCase() })
  }
  // Plain errors without a code are the parser's own: no boundary, a torn header, an end that is missing.
  return 'code' in error ? error : uploadProblems.formBroken({ found: error.message })
}

const demandMultipart = (http: HttpContext) => {
  const found =
    String(http.headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? ''
  if (found !== 'multipart/form-data')
    throw generalProblems.unsupportedMediaType({ found, expected: ['multipart/form-data'] })
}

/** Bodies come as they are: nothing here inflates what a few bytes could make very large. */
export const demandPlainBody = (http: HttpContext): void => {
  const found = http.headers['content-encoding']
  if (found !== undefined && found !== 'identity')
    throw uploadProblems.contentEncoded({ found: found.slice(0, 80) })
}

const readFields = (body: unknown, known: string[], expected: string[]): Map<string, string> => {
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    if (!known.includes(name) || typeof value !== 'string')
      throw uploadProblems.formPartUnexpected({ part: `a text part '${name.slice(0, 100)}'`, expected })
    fields.set(name, value)
  }
  return fields
}

export const readMultipart = async <Taken>(
  http: HttpContext,
  plan: MultipartPlan<Taken>,
): Promise<Multipart<Taken>> => {
  demandPlainBody(http)
  demandMultipart(http)
  const { request, response } = http.raw as { request: Request; response: Response }
  const expected = [...plan.files, ...(plan.fields ?? [])].map((name) => `'${name}'`)
  const files = new Map<string, Taken>()
  const takings: Promise<void>[] = []
  const streams: Readable[] = []
  const failed = Promise.withResolvers<never>()

  const storage: multer.StorageEngine = {
    _handleFile: (_request, file, done) => {
      const taking = plan
        .take(file.stream as Readable, { name: file.fieldname, fileName: file.originalname })
        .then((taken) => {
          files.set(file.fieldname, taken)
        })
      streams.push(file.stream as Readable)
      takings.push(taking)
      taking.then(
        () => done(null, {}),
        (error: unknown) => {
          // Multer would read the rest of the body before it tells; the answer need not wait for that.
          failed.reject(error)
          done(error)
        },
      )
    },
    // What was taken is discarded below, whichever way the request failed.
    _removeFile: (_request, _file, done) => done(null),
  }
  const parse = multer({
    storage,
    limits: { ...limits, files: plan.files.length },
    streamHandler: (source: Readable, parser: NodeJS.WritableStream) => {
      let received = 0
      source.on('data', (piece: Uint8Array) => {
        received += piece.length
        if (received > plan.maxBodyBytes)
          failed.reject(uploadProblems.formOversized({ limitBytes: plan.maxBodyBytes }))
      })
      source.pipe(parser)
    },
  } as multer.Options).fields(plan.files.map((name) => ({ name, maxCount: 1 })))

  try {
    const parsed = new Promise<void>((resolve, reject) => {
      parse(request, response, (error: unknown) => (error ? reject(error) : resolve()))
    })
    parsed.catch(() => {})
    await Promise.race([parsed, failed.promise])
    return { files, fields: readFields(request.body, plan.fields ?? [], expected) }
  } catch (error) {
    request.unpipe()
    for (const stream of streams) stream.destroy(new Error('the form was refused'))
    const outcomes = await Promise.allSettled(takings)
    await Promise.all([...files.values()].map(plan.discard))
    // Who refuses a file stops reading it, and the parser may complain of that first.
    const refusal = outcomes.find((outcome) => outcome.status === 'rejected' && isProblem(outcome.reason))
    throw toProblem(refusal?.status === 'rejected' ? refusal.reason : error, expected)
  }
}

/** A part that must be there. */
export const demandPart = <Taken>({ files }: Multipart<Taken>, part: string): Taken => {
  const taken = files.get(part)
  if (taken === undefined) throw uploadProblems.filePartMissing({ part, found: [...files.keys()] })
  return taken
}

/** A small part, in memory. */
export const collect = async (
  stream: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array | null> => {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of stream) {
    size += piece.length
    if (size > limitBytes) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
