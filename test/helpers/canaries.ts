/** Things that must not be touched, read or said while hostile content goes through the program, and who looks whether they were. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'

/** An HTTP server that nobody has a reason to call. */
export const canaryListener = async () => {
  const hits: string[] = []
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`)
    response.end('canary')
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    hits: () => [...hits, ...(connections > hits.length ? [`${connections} connections`] : [])],
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** A log that is kept, at its most talkative. */
export const keptLog = (): { log: Logger; lines: () => string[] } => {
  const lines: string[] = []
  const sink = new Writable({
    write: (line, _encoding, done) => {
      lines.push(String(line))
      done()
    },
  })
  return { log: pino({ level: 'trace' }, sink), lines: () => lines }
}

type Process = { pid: number; parent: number; residentBytes: number }

const processes = (): Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, rest = ''] = /^\d+ \([\s\S]*\) (.*)$/m.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
        const fields = rest.split(' ')
        return [{ pid: Number(name), parent: Number(fields[1]), residentBytes: Number(fields[21]) * 4096 }]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })

/** The processes below this one; none where the system has no /proc. */
export const descendants = (): Process[] => {
  if (process.platform !== 'linux') return []
  const all = processes()
  const found: Process[] = []
  for (let parents = [process.pid]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent))
    found.push(...children)
    parents = children.map(({ pid }) => pid)
  }
  return found
}

/** Asks the server for a sign of life all the time, and weighs it and what it started. */
export const vitalSigns = (url: string) => {
  const atStart = process.memoryUsage.rss()
  const waits: number[] = []
  let ownGrowthBytes = 0
  let childBytes = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const askedAt = performance.now()
      const { status } = await fetch(`${url}/healthz`)
      if (status !== 200) throw new Error(`/healthz answered ${status}`)
      waits.push(performance.now() - askedAt)
      ownGrowthBytes = Math.max(ownGrowthBytes, process.memoryUsage.rss() - atStart)
      childBytes = Math.max(childBytes, ...descendants().map(({ residentBytes }) => residentBytes))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    stop: async () => {
      isOver = true
      await watching
      return { waits: waits.sort((a, b) => a - b), ownGrowthBytes, childBytes }
    },
  }
}
