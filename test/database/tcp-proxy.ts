/** Stands between the program and a PostgreSQL server, and breaks the line where a test wants it broken. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  url: string
  /** While down, connections are cut and new ones refused. */
  isDown: boolean
  /** Cuts every connection now. */
  cut: () => void
  /** Called with what a client sends; `hold` keeps the server's answers from it from then on. `line` is its connection. */
  onSend: ((bytes: Buffer, hold: () => void, line: object) => void) | undefined
  close: () => Promise<void>
}

export const startTcpProxy = async (databaseUrl: string): Promise<TcpProxy> => {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (proxy.isDown) return client.destroy()
    const upstream = connect(Number(target.port || 5432), target.hostname)
    let isHeld = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      proxy.onSend?.(
        bytes,
        () => {
          isHeld = true
        },
        client,
      )
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!isHeld) client.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy: TcpProxy = {
    url: url.href,
    isDown: false,
    cut,
    onSend: undefined,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
