/** A line between a client and a server: slow where a test wants to come between, cut where the network is to break. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type TcpLine = {
  /** The server's address through this line. */
  url: string
  /** Bytes a second towards the server; null for as fast as it goes. */
  bytesPerSecond: number | null
  /** Bytes that have gone towards the server. */
  sentBytes: () => number
  /** How often somebody tried in vain. */
  refusals: () => number
  /** While down, connections are cut and new ones refused. */
  goDown: () => void
  comeBack: () => void
  /** Cuts every connection now. */
  cut: () => void
  /** Called with what a client sends; `hold` keeps the server's answers from it from then on. `line` is its connection. */
  onSend: ((bytes: Buffer, hold: () => void, line: object) => void) | undefined
  close: () => Promise<void>
}

/** Small pieces, so that a slow line flows. */
const pieceBytes = 16_384
/** Requests without a body are never slowed: they are shorter than this. */
const leastSlowedBytes = 4096
const defaultPorts: Record<string, number> = { 'http:': 80, 'postgres:': 5432, 'postgresql:': 5432 }

export const startTcpLine = async (serverUrl: string): Promise<TcpLine> => {
  const target = new URL(serverUrl)
  const port = Number(target.port || (defaultPorts[target.protocol] ?? 0))
  const sockets = new Set<Socket>()
  let sentBytes = 0
  let isDown = false
  let refusals = 0

  const forward = async (client: Socket, upstream: Socket) => {
    const hold = () => {
      upstream.unpipe(client)
      // What is held is thrown away, so that the server is not held up, too.
      upstream.resume()
    }
    for await (const bytes of client as AsyncIterable<Buffer>) {
      line.onSend?.(bytes, hold, client)
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes)
        if (line.bytesPerSecond !== null && bytes.length >= leastSlowedBytes)
          await pause((piece.length / line.bytesPerSecond) * 1000)
        if (!upstream.write(piece)) await once(upstream, 'drain')
        sentBytes += piece.length
      }
    }
    upstream.end()
  }

  const server = createServer((client) => {
    if (isDown) {
      refusals += 1
      client.destroy()
      return
    }
    const upstream = connect(port, target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    upstream.pipe(client)
    // What breaks here has closed both ends already.
    forward(client, upstream).catch(() => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const line: TcpLine = {
    // An address without a path is written without the slash at its end.
    url: target.pathname === '/' ? url.origin : url.href,
    bytesPerSecond: null,
    sentBytes: () => sentBytes,
    refusals: () => refusals,
    goDown: () => {
      isDown = true
      cut()
    },
    comeBack: () => {
      isDown = false
    },
    cut,
    onSend: undefined,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
  return line
}
