/** A line between QGIS and the server: slow where a test wants to come between, cut where the network is to drop. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type Line = {
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
  close: () => Promise<void>
}

/** Small pieces, so that a slow line flows. */
const pieceBytes = 16_384

export const startLine = async (serverUrl: string): Promise<Line> => {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let sentBytes = 0
  let isDown = false
  let refusals = 0

  const forward = async (client: Socket, upstream: Socket) => {
    for await (const bytes of client as AsyncIterable<Buffer>)
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes)
        // Requests without a body are never slowed: they are shorter than a piece.
        if (line.bytesPerSecond !== null && bytes.length >= 4096)
          await pause((piece.length / line.bytesPerSecond) * 1000)
        if (!upstream.write(piece)) await once(upstream, 'drain')
        sentBytes += piece.length
      }
    upstream.end()
  }

  const server = createServer((client) => {
    if (isDown) {
      refusals += 1
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
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
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const line: Line = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
  return line
}
