/** Writes an answer around features that come as bytes; what is only known at their end comes after them. */
import { once } from 'node:events'
import { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import type { RawBody } from '../../contract/handler.ts'
import { writeTo } from '../../http/respond.ts'
import { type FeaturePage, freePiece } from '../../services/features.ts'

/** Up to this size an answer is sent in one piece with its length, and may still become an error. */
const wholeBytes = 128 * 1024

/** As `writeTo`, and gives the memory back as soon as the system has the bytes; a compressing sink still holds them then. */
const send = async (sink: Writable, piece: Buffer, signal: AbortSignal): Promise<void> => {
  if (!(sink instanceof ServerResponse)) return writeTo(sink, piece, signal)
  signal.throwIfAborted()
  if (!sink.write(piece, () => freePiece(piece))) await once(sink, 'drain', { signal })
}

export type Frame = { contentType: string; head: Buffer; writeTail: () => Promise<string> }

export const toItemsBody = async (
  page: Pick<FeaturePage, 'pieces'>,
  { contentType, head, writeTail }: Frame,
): Promise<RawBody> => {
  const pieces = page.pieces[Symbol.asyncIterator]()
  const early: Buffer[] = []
  for (let size = 0; size < wholeBytes; ) {
    const { value, done } = await pieces.next()
    if (done) {
      const bytes = Buffer.concat([head, ...early, Buffer.from(await writeTail())])
      early.forEach(freePiece)
      return { contentType, bytes }
    }
    early.push(value)
    size += value.length
  }
  return {
    contentType,
    write: async (sink, signal) => {
      try {
        await writeTo(sink, head, signal)
        for (const piece of early.splice(0)) await send(sink, piece, signal)
        for (let next = await pieces.next(); !next.done; next = await pieces.next())
          await send(sink, next.value, signal)
        await writeTo(sink, await writeTail(), signal)
      } finally {
        await pieces.return?.()
      }
    },
  }
}

/** For HEAD: the headers of an answer whose body nobody asked for, and no database either. */
export const unsentBody = (contentType: string): RawBody => ({ contentType, write: async () => {} })
