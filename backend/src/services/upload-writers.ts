/**
 * One writer per upload (reliability L11): two requests that write the same upload would mix their bytes. A newer
 * request of the same token ends an older one from which nothing comes any more, which is what a broken line leaves.
 */
import type { Readable } from 'node:stream'
import { uploadProblems } from '../domain/problems/upload.ts'

export type WriterTimes = {
  /** Silence after which a newer request of the same token takes over. */
  takeOverMs: number
  /** Silence after which the request itself is ended. */
  stallMs: number
}

type Writer = {
  by: string
  offset: number
  lastByteAt: number
  end: (reason: Error) => void
  done: Promise<void>
}

export const createUploadWriters = ({ takeOverMs, stallMs }: WriterTimes) => {
  const writers = new Map<string, Writer>()

  /** Ends a silent writer of the same token and waits for it; one that still writes stays. */
  const endSilent = async (id: string, by: string): Promise<void> => {
    const writer = writers.get(id)
    if (writer === undefined || writer.by !== by || Date.now() - writer.lastByteAt < takeOverMs) return
    writer.end(uploadProblems.uploadTakenOver())
    await writer.done
  }

  /** The body, ended when it stalls, when the client leaves and when a newer request takes over. */
  async function* follow(
    body: Readable,
    writer: Writer,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const end = writer.end
    const onAbort = () => end(signal.reason as Error)
    const timer = setInterval(
      () => {
        if (Date.now() - writer.lastByteAt > stallMs)
          end(uploadProblems.uploadStalled({ seconds: Math.round(stallMs / 1000) }))
      },
      Math.min(1_000, stallMs / 2),
    )
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      signal.throwIfAborted()
      // The body outlives a refusal, because the refusal is sent over the same connection.
      for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        writer.lastByteAt = Date.now()
        yield piece
      }
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  return {
    endSilent,
    isWriting: (id: string) => writers.has(id),
    /** Where the writer at work began, whose later bytes are not safe yet. */
    offsetOf: (id: string) => writers.get(id)?.offset,
    /** Ends whoever writes the upload, and waits for it. */
    end: async (id: string, reason: Error): Promise<void> => {
      const writer = writers.get(id)
      writer?.end(reason)
      await writer?.done
    },

    run: async <Result>(
      request: { id: string; by: string; offset: number; body: Readable; signal: AbortSignal },
      work: (pieces: AsyncIterable<Uint8Array>) => Promise<Result>,
    ): Promise<Result> => {
      await endSilent(request.id, request.by)
      // Nothing awaits between this look and the entry below, so there is one writer.
      if (writers.has(request.id)) throw uploadProblems.uploadLocked()
      const { promise: done, resolve } = Promise.withResolvers<void>()
      let endedBy: Error | undefined
      const writer: Writer = {
        by: request.by,
        offset: request.offset,
        lastByteAt: Date.now(),
        done,
        end: (reason) => {
          endedBy ??= reason
          request.body.destroy(reason)
        },
      }
      writers.set(request.id, writer)
      try {
        return await work(follow(request.body, writer, request.signal))
      } catch (error) {
        throw endedBy ?? error
      } finally {
        writers.delete(request.id)
        resolve()
      }
    },
  }
}

export type UploadWriters = ReturnType<typeof createUploadWriters>
