/**
 * The real program as a process of its own, for tests that kill it: with a data folder (and database) of its own, the same
 * port through all its lives, failpoints that can be armed while it runs, and nothing left behind at the end.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type Client, createClient } from '../../backend/src/client/client.ts'
import { type TestPlace, testPlace } from './database.ts'

const main = join(import.meta.dirname, '../../backend/src/main.ts')
const codeCache = join(import.meta.dirname, '../../node_modules/.cache/sec-ims/test-code')
const startMs = 60_000

export type End = { code: number | null; signal: NodeJS.Signals | null; tookMs: number }

/** From when to when nobody answered, in milliseconds of `performance.now()`. */
export type Outage = { from: number; to: number }

export type ServerProcess = {
  url: string
  place: TestPlace
  dataDir: string
  pid: () => number
  isRunning: () => boolean
  /** The administrator of the data folder's local credential. */
  administrator: Client
  token: () => string
  as: (token?: string) => Client
  /** `name=mode,…`; nothing disarms. Takes effect at once. */
  arm: (failpoints?: string) => Promise<void>
  /** Everything it has said, in all its lives. */
  output: () => string
  outages: Outage[]
  /** Waits for a process that is about to end by itself. */
  ended: () => Promise<End>
  kill9: () => Promise<End>
  stop: () => Promise<End>
  /** Starts it anew, after it has ended; returns when it is ready. */
  start: (environment?: Record<string, string>) => Promise<void>
  /** Reading processes that have outlived the server. */
  leftBehind: () => number[]
  drop: () => Promise<void>
}

export type ServerOptions = {
  environment?: Record<string, string>
  place?: TestPlace
  /** Puts something around the program: `['unshare', '-m', …]`. The rest is appended. */
  wrap?: string[]
  dataDir?: string
  /** Where the data folder is as seen from here, when the program sees another file system. */
  seenFromHere?: (pid: number) => string
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Processes whose command line names the folder, which no other test has. */
const processesNaming = (folder: string): number[] => {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`)
      } catch {
        return false
      }
    })
}

const kill = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}

export const serverProcess = async (options: ServerOptions = {}): Promise<ServerProcess> => {
  const place = options.place ?? (await testPlace())
  const dataDir = options.dataDir ?? place.dataDir
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const failpointFile = join(place.dataDir, 'failpoints')
  const temporary = join(place.dataDir, 'tmp')
  await writeFile(failpointFile, '')
  await mkdir(temporary, { recursive: true })

  const outages: Outage[] = []
  let said = ''
  let token = ''
  let child: ChildProcess | undefined
  let end: Promise<End> = Promise.resolve({ code: 0, signal: null, tookMs: 0 })
  let isEnded = true
  /** Whether this end was asked for. */
  let isAsked = false

  const launch = (environment: Record<string, string>) => {
    const [program = '', ...args] = [...(options.wrap ?? []), process.execPath, main]
    const begun = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        TMPDIR: temporary,
        // Otherwise half a second of each start goes into compiling the same files.
        NODE_COMPILE_CACHE: codeCache,
        // What the program would start itself again for.
        MALLOC_TRIM_THRESHOLD_: '131072',
        MALLOC_MMAP_THRESHOLD_: '131072',
        DATA_DIR: dataDir,
        DATABASE_URL: place.databaseUrl,
        PORT: String(port),
        EXAMPLES: 'no',
        LOG_LEVEL: 'info',
        AUTH_FAILURES_PER_MINUTE: '10000',
        SECIMS_FAILPOINTS: `@${failpointFile}`,
        SECIMS_CHECK_RESPONSES: 'yes',
        ...options.environment,
        ...environment,
      },
    })
    child = begun
    isEnded = false
    isAsked = false
    for (const stream of [begun.stdout, begun.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        // Nothing that a test does may break the process, and nobody but the test stops it.
        if (text.includes('process.broke') || (!isAsked && text.includes('server.stopping')))
          process.stderr.write(text)
      })
    end = new Promise((resolve) => {
      begun.once('exit', (code, signal) => {
        isEnded = true
        outages.push({ from: performance.now(), to: Number.POSITIVE_INFINITY })
        resolve({ code, signal, tookMs: 0 })
      })
    })
  }

  const isReady = () =>
    fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        await response.body?.cancel()
        return response.status === 200
      },
      () => false,
    )

  const credentialPath = () =>
    join(options.seenFromHere ? options.seenFromHere(child?.pid ?? 0) : dataDir, 'local-credential.json')

  const start = async (environment: Record<string, string> = {}) => {
    if (!isEnded) throw new Error('the server is still running')
    const before = said.length
    launch(environment)
    const deadline = performance.now() + startMs
    while (!(await isReady()) || !existsSync(credentialPath())) {
      if (isEnded || performance.now() > deadline) throw new Error(`no server: ${said.slice(before)}`)
      await pause(25)
    }
    token = (JSON.parse(await readFile(credentialPath(), 'utf8')) as { token: string }).token
    const outage = outages.at(-1)
    if (outage) outage.to = performance.now()
  }

  const endBy = async (signal: NodeJS.Signals): Promise<End> => {
    const startedAt = performance.now()
    isAsked = true
    if (!isEnded && child?.pid !== undefined) kill(child.pid, signal)
    const ended = await end
    return { ...ended, tookMs: Math.round(performance.now() - startedAt) }
  }

  // A test run that ends early takes its servers with it.
  process.once('exit', () => {
    if (!isEnded && child?.pid !== undefined) kill(child.pid, 'SIGKILL')
  })

  const leftBehind = () => processesNaming(place.dataDir).filter((pid) => pid !== child?.pid)

  const server: ServerProcess = {
    url,
    place,
    dataDir,
    outages,
    start,
    leftBehind,
    pid: () => child?.pid ?? 0,
    isRunning: () => !isEnded,
    token: () => token,
    as: (given) => createClient({ url, token: given }),
    get administrator() {
      return createClient({ url, token })
    },
    arm: (failpoints = '') => writeFile(failpointFile, failpoints),
    output: () => said,
    ended: () => end,
    kill9: () => endBy('SIGKILL'),
    stop: () => endBy('SIGTERM'),
    drop: async () => {
      await endBy('SIGKILL')
      for (const pid of processesNaming(place.dataDir)) kill(pid, 'SIGKILL')
      await place.drop()
    },
  }
  try {
    await start()
  } catch (error) {
    await server.drop()
    throw error
  }
  return server
}

/**
 * On a PostgreSQL server a dead process's lease runs out after 30 s; this is those 30 s. The embedded database frees it
 * at the next start.
 */
export const letLeasesRunOut = async (server: ServerProcess): Promise<void> => {
  const { databaseUrl } = server.place
  if (databaseUrl === undefined) return
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      "update secims.job set lease_until = now() - interval '1 second' where state = 'running'",
    )
    await client.query(
      "update secims.idempotency set held_until = now() - interval '1 second' where status is null",
    )
  } finally {
    await client.end()
  }
}

export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  withinMs = 60_000,
): Promise<T> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${withinMs / 1000} s`)
    await pause(50)
  }
}
