/** Writes an answer: content type, compression, HEAD, conditional requests, and bodies written piece by piece. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Headers, RawBody } from '../contract/handler.ts'
import { chooseEncoding, compress, compressor, type Encoding } from './compression.ts'

/** Events are sent at once, and a compressor would hold them back. */
const isCompressible = (contentType: string) =>
  /json|xml|text|javascript|svg|csv|wasm/.test(contentType) && !contentType.startsWith('text/event-stream')
/** `Cache-Control: no-transform`: the ETag is that of the bytes as they are stored. */
const mayTransform = (response: ServerResponse) =>
  !String(response.getHeader('Cache-Control') ?? '').includes('no-transform')
const compressFromBytes = 1400

/** RFC 9110 weak comparison, for If-None-Match. */
export const etagMatches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' ||
    header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.replace(/^W\//, '')))

type Answer = { status: number; headers?: Headers; body?: unknown; contentType?: string; raw?: RawBody }

/** What the answer depends on, beside what was said before. */
export const addVary = (response: ServerResponse, names: string) => {
  const present = String(response.getHeader('Vary') ?? '')
  const known = present.toLowerCase().split(/\s*,\s*/)
  const added = names.split(/\s*,\s*/).filter((name) => !known.includes(name.toLowerCase()))
  if (added.length > 0) response.setHeader('Vary', [present, ...added].filter(Boolean).join(', '))
}

const writeAll = async (
  response: ServerResponse,
  raw: RawBody & { write: unknown },
  encoding: Encoding | null,
  signal: AbortSignal,
) => {
  const { write } = raw as { write: (sink: Writable, signal: AbortSignal) => Promise<void> }
  if (encoding === null) {
    await write(response, signal)
    if (!response.writableEnded) response.end()
    return
  }
  const source = new PassThrough()
  const sent = pipeline(source, compressor(encoding), response)
  // The client may be gone before the first piece, or go while one is made: whoever writes learns it from the source,
  // and nobody from a rejection that is awaited too late, which would end the process.
  source.on('error', () => {})
  sent.catch((error) => source.destroy(error))
  try {
    await write(source, signal)
    source.end()
  } catch (error) {
    source.destroy(error as Error)
    await sent.catch(() => {})
    throw error
  }
  await sent
}

/**
 * Sends an answer. When a body breaks off half-way the connection is destroyed, so that the client sees a
 * broken transfer and never a document that merely looks complete.
 */
export const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> => {
  const raw: RawBody | null =
    answer.raw ??
    (answer.body === undefined
      ? null
      : { contentType: answer.contentType ?? 'application/json', text: JSON.stringify(answer.body) })
  /** Those of every answer, which that to a failure has too. */
  const before = new Set(response.getHeaderNames())
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (name === 'Vary') addVary(response, String(value))
    else response.setHeader(name, value)
  }

  const etag = response.getHeader('ETag')
  const type = raw?.contentType ?? ''
  const isChoice = isCompressible(type) && mayTransform(response)
  if (isChoice) addVary(response, 'Accept-Encoding')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (
    isRead &&
    answer.status === 200 &&
    typeof etag === 'string' &&
    etagMatches(request.headers['if-none-match'], etag)
  ) {
    response.statusCode = 304
    response.end()
    return
  }
  if (raw === null) {
    response.end()
    return
  }
  response.setHeader('Content-Type', raw.contentType)
  const accepted = request.headers['accept-encoding']
  const encoding = isChoice && !response.hasHeader('Content-Range') ? chooseEncoding(accepted) : null

  if ('write' in raw) {
    if (encoding) response.setHeader('Content-Encoding', encoding)
    else if (raw.length !== undefined) response.setHeader('Content-Length', raw.length)
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    try {
      await writeAll(response, raw, encoding, signal)
    } catch (error) {
      // Before the first byte the error can still be told; after it, only a cut connection is honest.
      if (response.headersSent) response.destroy(error as Error)
      else for (const name of response.getHeaderNames()) if (!before.has(name)) response.removeHeader(name)
      throw error
    }
    return
  }
  let bytes: Uint8Array = 'text' in raw ? Buffer.from(raw.text) : raw.bytes
  if (encoding && bytes.length >= compressFromBytes) {
    bytes = await compress(bytes, encoding, raw.isLasting ? 'once' : 'live')
    response.setHeader('Content-Encoding', encoding)
  }
  response.setHeader('Content-Length', bytes.length)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** A reader that takes nothing for so long holds a connection, and perhaps one of the database, for nothing (security G4). */
const standardStallMs = 60_000

/** Writes with back-pressure; rejects when the client has gone or reads nothing, instead of waiting for a drain that never comes. */
export const writeTo = async (
  sink: Writable,
  piece: Uint8Array | string,
  signal: AbortSignal,
  stallMs = standardStallMs,
): Promise<void> => {
  signal.throwIfAborted()
  if (sink.destroyed) throw new Error('the client has gone')
  if (sink.write(piece)) return
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error('the client does not read')), stallMs)
  try {
    await once(sink, 'drain', { signal: AbortSignal.any([signal, stalled.signal]) })
  } finally {
    clearTimeout(timer)
  }
}
