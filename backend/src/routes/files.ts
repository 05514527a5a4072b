/** Downloads over HTTP: whole, in ranges, and conditionally (R11.7, RFC 9110). */
import type { operations } from '../contract/files.gen.ts'
import type { Handlers, Headers, HttpContext, RawBody } from '../contract/handler.ts'
import type { Actor } from '../domain/actor.ts'
import { parseRange } from '../domain/byte-range.ts'
import { attachment } from '../domain/file-name.ts'
import { fileProblems } from '../domain/problems/file.ts'
import { downloadHeaders, fileBody } from '../http/file-body.ts'
import { etagMatches } from '../http/respond.ts'
import type { Download, Downloads } from '../services/downloads.ts'

type Operations = Pick<operations, 'downloadFile' | 'downloadNamedFile'>
type Sent = { status: 200 | 206; headers: Headers; raw: RawBody } | { status: 304; headers: Headers }

/** Dates of HTTP have whole seconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** A range is asked for, and the file is still the one the client has a part of (RFC 9110 §13.1.5). */
const wantsRange = (http: HttpContext, file: Download, etag: string): boolean => {
  const condition = http.headers['if-range']
  if (http.method !== 'GET') return false
  if (typeof condition !== 'string') return true
  if (condition.startsWith('"') || condition.startsWith('W/')) return condition.trim() === etag
  return seconds(new Date(condition)) === seconds(file.modifiedAt)
}

/** If-None-Match decides alone where it is given (RFC 9110 §13.1.3). */
const isUnchanged = (http: HttpContext, file: Download, etag: string): boolean => {
  const match = http.headers['if-none-match']
  if (match !== undefined) return etagMatches(match, etag)
  const since = http.headers['if-modified-since']
  return since !== undefined && seconds(new Date(since)) >= seconds(file.modifiedAt)
}

const send = (file: Download, http: HttpContext): Sent => {
  const etag = `"${file.sha256}"`
  const headers: Headers = {
    ...downloadHeaders,
    ETag: etag,
    'Last-Modified': file.modifiedAt.toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Disposition': attachment(file.fileName),
    // Asked again each time, because a replaced file has the same address; and never compressed, because the ETag
    // and the ranges are those of the file itself.
    'Cache-Control': `${file.isPublic ? 'public' : 'private'}, no-cache, no-transform`,
  }
  if (isUnchanged(http, file, etag)) return { status: 304, headers }
  const asked = http.headers['range']
  const range = wantsRange(http, file, etag) ? parseRange(asked, file.sizeBytes) : 'whole'
  if (range === 'outside')
    throw fileProblems.rangeNotSatisfiable({ found: asked ?? '', sizeBytes: file.sizeBytes })
  const contentType = file.mediaType
  if (range === 'whole')
    return {
      status: 200,
      headers,
      raw: fileBody({ contentType, length: file.sizeBytes, open: () => file.open() }),
    }
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${range.start}-${range.end}/${file.sizeBytes}` },
    raw: fileBody({ contentType, length: range.end - range.start + 1, open: () => file.open(range) }),
  }
}

export const fileHandlers = ({ downloads }: { downloads: Downloads }): Handlers<Operations> => {
  const download = async ({
    path,
    actor,
    http,
  }: {
    path: { distributionId: string }
    actor: Actor
    http: HttpContext
  }) => send(await downloads.find(path.distributionId, actor), http)
  return { downloadFile: download, downloadNamedFile: download }
}
