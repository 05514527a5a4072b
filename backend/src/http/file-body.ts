/** Sends stored bytes, piece by piece; a client that stops reading does not keep the file open for ever. */
import type { Readable } from 'node:stream'
import type { RawBody } from '../contract/handler.ts'
import { writeTo } from './respond.ts'

const stallMs = 60_000

export const fileBody = (file: {
  contentType: string
  length: number
  open: () => Promise<Readable>
}): RawBody => ({
  contentType: file.contentType,
  length: file.length,
  write: async (sink, signal) => {
    const source = await file.open()
    const timer = setTimeout(() => sink.destroy(new Error('the client does not read')), stallMs)
    try {
      for await (const piece of source as AsyncIterable<Uint8Array>) {
        await writeTo(sink, piece, signal)
        timer.refresh()
      }
    } finally {
      clearTimeout(timer)
      source.destroy()
    }
  },
})

/** Headers of every file somebody else made: it is downloaded, and never opened as a page of this site (security B8). */
export const downloadHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-site',
}
