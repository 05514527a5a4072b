/**
 * The server with its limits against those who keep connections busy with nothing: headers and bodies that come drop by
 * drop, and connections on which nothing moves (security G3). An honest upload may be slow; a body that stands still may not.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'

export type HttpLimits = {
  /** For the headers of a request, from its first byte. */
  headersMs: number
  /** An idle connection, or one that neither sends nor receives. */
  idleMs: number
  /** While a body comes in, so many bytes are expected in so long. */
  body: { bytes: number; everyMs: number }
  /** How often headers are looked after. */
  lookEveryMs: number
}

/** A hundred bytes a second: a fiftieth of the slowest mobile line. */
const standardLimits: HttpLimits = {
  headersMs: 15_000,
  idleMs: 120_000,
  body: { bytes: 3_000, everyMs: 30_000 },
  lookEveryMs: 5_000,
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Cuts connections whose body does not come along; what waits here to be read is not the sender's fault. */
const createBodyWatch = ({ bytes, everyMs }: HttpLimits['body']) => {
  /** Bytes of the connection when the request was looked at last. */
  const coming = new Map<IncomingMessage, number>()
  const look = () => {
    for (const [request, before] of coming) {
      const { bytesRead } = request.socket
      if (request.complete || request.destroyed) coming.delete(request)
      else if (bytesRead - before >= bytes || request.readableLength > 0) coming.set(request, bytesRead)
      else request.socket.destroy()
    }
  }
  const timer = setInterval(look, everyMs).unref()
  return {
    watch: (request: IncomingMessage) => {
      if (hasBody(request)) coming.set(request, request.socket.bytesRead)
    },
    stop: () => clearInterval(timer),
  }
}

export const createHttpServer = (handle: RequestListener, limits: Partial<HttpLimits> = {}): Server => {
  const { headersMs, idleMs, body, lookEveryMs } = { ...standardLimits, ...limits }
  const server = createServer({ connectionsCheckingInterval: lookEveryMs })
  const bodies = createBodyWatch(body)
  server.on('request', bodies.watch)
  server.on('request', handle)
  server.on('close', bodies.stop)
  server.headersTimeout = headersMs
  // A resumable upload may take hours.
  server.requestTimeout = 0
  server.setTimeout(idleMs)
  server.keepAliveTimeout = 75_000
  return server
}
