/** What benches of a running server share: starting it, the CPU it and PostgreSQL take, and asking it again and again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import type pg from 'pg'

const tickMs = 10

/** User and system time of a process, from /proc/<pid>/stat; 0 once it is gone. */
export const processorMs = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return 0
  }
}

export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** The process and all that it started, however deep. */
export const processTree = (pid: number): number[] => {
  const below = (parent: number): number[] => {
    try {
      const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
      return children.trim().split(' ').filter(Boolean).map(Number)
    } catch {
      return []
    }
  }
  return [pid, ...below(pid).flatMap(processTree)]
}

export type BenchServer = { pid: number; port: number }

type Start = { command?: string; args: string[]; env?: Record<string, string> }

/** Starts a process and waits until what it prints tells its port. */
export const startServer = (
  started: ChildProcess[],
  { command = process.execPath, args, env = {} }: Start,
  portPattern: RegExp,
): Promise<BenchServer> => {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  started.push(child)
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (bytes) => {
      text += bytes
      const port = portPattern.exec(text)?.[1]
      if (port) resolve({ pid: child.pid ?? 0, port: Number(port) })
    })
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${text}`)))
  })
}

/** Our program on a database of the bench, with nothing but the faces. */
export const startProgram = (
  started: ChildProcess[],
  place: { databaseUrl: string; dataDir: string },
): Promise<BenchServer> =>
  startServer(
    started,
    {
      args: [join(import.meta.dirname, '../../backend/src/main.ts')],
      env: {
        DATABASE_URL: place.databaseUrl,
        DATA_DIR: place.dataDir,
        PORT: '0',
        EXAMPLES: 'no',
        LOG_LEVEL: 'warn',
        ROLE: 'api',
      },
    },
    /localhost:(\d+)/,
  )

/** With all that they started, however they came to be somebody else's children: each heads a group of processes. */
export const endAll = async (started: ChildProcess[]): Promise<void> => {
  for (const { pid, exitCode } of started)
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

/** The processes of PostgreSQL that serve this database, without the one that is asked. */
export const backendPids = async (watcher: pg.Client): Promise<number[]> => {
  const { rows } = await watcher.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  return rows.map(({ pid }) => pid)
}

export type Request = { path: string; headers?: Record<string, string> }

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Reads an answer to its end; keeps it only when asked. */
export const ask = (
  port: number,
  { path, headers = {} }: Request,
  { keep = false } = {},
): Promise<{ bytes: number; body: string }> =>
  new Promise((resolve, reject) => {
    get({ port, path, agent, headers }, (response) => {
      let bytes = 0
      const pieces: Buffer[] = []
      const isGood = response.statusCode === 200
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (keep || !isGood) pieces.push(piece)
      })
      response.on('end', () => {
        const body = Buffer.concat(pieces).toString()
        if (isGood) resolve({ bytes, body })
        else reject(new Error(`${path}: ${response.statusCode} ${body.slice(0, 500)}`))
      })
      response.on('error', reject)
    }).on('error', reject)
  })

export type Cost = {
  serverMs: number
  databaseMs: number
  totalMs: number
  bytes: number
  requests: number
  perSecond: number
}

type Measuring = {
  seconds: number
  connections?: number
  /** Requests before which nothing is counted: V8 compiles what it meets often. */
  warmRequests?: number
}

/**
 * What a request costs in CPU, of the server with its children and of PostgreSQL. Both connections and every code path
 * are warm before anything is counted: a new backend maps shared memory page by page.
 */
export const measure = async (
  watcher: pg.Client,
  server: BenchServer,
  requestOf: (n: number) => Request,
  { seconds, connections = 2, warmRequests = 400 }: Measuring,
): Promise<Cost> => {
  let requests = 0
  let bytes = 0
  const together = (end: () => boolean) =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        while (!end()) {
          const answer = await ask(server.port, requestOf(requests++))
          bytes += answer.bytes
        }
      }),
    )
  const warmUntil = performance.now() + 1500
  const latest = warmUntil + 5000
  await together(() => performance.now() >= (requests >= warmRequests ? warmUntil : latest))
  const backends = await backendPids(watcher)
  const processes = processTree(server.pid)
  const spent = (pids: number[]) => pids.reduce((sum, pid) => sum + processorMs(pid), 0)
  const before = { server: spent(processes), database: spent(backends) }
  const startedAt = performance.now()
  requests = 0
  bytes = 0
  await together(() => performance.now() >= startedAt + seconds * 1000)
  const perSecond = (1000 * requests) / (performance.now() - startedAt)
  // A process that ended meanwhile has nothing to say.
  const serverMs = Math.max(0, spent(processes) - before.server) / requests
  const databaseMs = Math.max(0, spent(backends) - before.database) / requests
  return {
    serverMs,
    databaseMs,
    totalMs: serverMs + databaseMs,
    bytes: bytes / requests,
    requests,
    perSecond,
  }
}
