/**
 * Starts the reading process and stands guard over it: wall clock, memory, output and an abort signal. When
 * one of them says stop, the whole process group is killed; whatever happens, no process stays behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Problem, type ProblemBody } from '../domain/problem.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { FRAME_HEADER_BYTES, MESSAGE_BYTES, type Message, type ReaderRequest, ROWS_FRAME } from './frames.ts'
import type { IngestLimits } from './limits.ts'
import { YIELD_BYTES } from './reader.ts'

/** `pieces` are, one after the other, whole rows of COPY BINARY. */
export type ReaderEvent = Message | { kind: 'rows'; pieces: Uint8Array[] }

export type ChildOptions = {
  signal?: AbortSignal
  wallClockMs: number
  /** Receives what the process said on stderr when it ended unexpectedly. */
  onCrash?: (report: { code: number | null; signal: string | null; stderr: string }) => void
}

const sourceFolder = dirname(import.meta.dirname)
const projectFolder = dirname(dirname(sourceFolder))
const entry = join(import.meta.dirname, 'child.ts')

const WATCH_MS = 250
const STDERR_BYTES = 8192

/** All the process may read besides the upload; never the project folder itself, which may hold the data folder. */
const readableCode = [sourceFolder, join(projectFolder, 'node_modules'), join(projectFolder, 'package.json')]

/** A folder that only our user can write, at a name that stays; undefined when somebody else has taken it. */
const privateFolder = (path: string): string | undefined => {
  const user = process.getuid?.()
  if (user === undefined) return undefined
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch {
    // It is there already; whose it is, is looked at next.
  }
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() && found.uid === user && (found.mode & 0o077) === 0 ? path : undefined
}

let codeCache: string | undefined

/**
 * Where reading processes keep their compiled code, so that all but the first start in 70 instead of 190 ms.
 * Nobody else can plant code in it.
 */
const codeCacheFolder = (): string => {
  if (codeCache === undefined) {
    const base = join(realpathSync(tmpdir()), `sec-ims-code-${process.getuid?.() ?? ''}`)
    codeCache = privateFolder(base) ?? mkdtempSync(`${base}-`)
  }
  return codeCache
}

const command = (path: string, memoryBytes: number, cpuSeconds: number): [string, string[]] => {
  const heapMegabytes = Math.max(64, Math.floor(memoryBytes / 2 / 1_048_576))
  const node = [
    process.execPath,
    '--permission',
    ...[...readableCode, codeCacheFolder(), path].map((readable) => `--allow-fs-read=${readable}`),
    `--allow-fs-write=${codeCacheFolder()}`,
    `--max-old-space-size=${heapMegabytes}`,
    // A small young generation: rows are short-lived, and memory is what we have promised to save.
    '--max-semi-space-size=8',
    '--disable-warning=ExperimentalWarning',
    entry,
  ]
  if (process.platform === 'win32') return [node[0] ?? '', node.slice(1)]
  // The limit of processor time outlives us: should this process be killed, the child still ends.
  return ['/bin/sh', ['-c', 'ulimit -t "$0"; exec "$@"', String(cpuSeconds), ...node]]
}

/** After one of these there is nothing to come. */
const lastWords = new Set<ReaderEvent['kind']>(['loaded', 'probed', 'extracted', 'raster-read'])

/** Runs one request; yields what the process sends, and throws the Problem it ended in. */
export async function* runReader(request: ReaderRequest, options: ChildOptions): AsyncGenerator<ReaderEvent> {
  options.signal?.throwIfAborted()
  const { limits } = request
  const path = await realpath(request.path)
  const child = startChild({ ...request, path }, options.wallClockMs)
  const guard = watch(child, options, limits.memoryBytes)
  let isComplete = false
  try {
    for await (const event of readFrames(child, limits)) {
      if (event.kind === 'problem') throw toProblem(event.problem)
      isComplete = lastWords.has(event.kind)
      yield event
      if (isComplete) return
    }
    await guard.ended
    throw guard.reason() ?? guard.crash()
  } catch (thrown) {
    throw guard.reason() ?? thrown
  } finally {
    guard.stop()
    kill(child)
    await guard.ended
  }
}

const startChild = (request: ReaderRequest, wallClockMs: number): ChildProcess => {
  const cpuSeconds = Math.ceil(wallClockMs / 1000) + 5
  const [program, args] = command(request.path, request.limits.memoryBytes, cpuSeconds)
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    env: { TZ: 'UTC', LANG: 'C.UTF-8', NODE_COMPILE_CACHE: codeCacheFolder() },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(JSON.stringify(request))
  return child
}

/** Kills the process and everything it may have started. */
const kill = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
}

/** Resident bytes of a process, where the system tells; undefined elsewhere or when it has ended. */
const residentBytes = async (pid: number): Promise<number | undefined> => {
  const pages = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => undefined)
  return pages === undefined ? undefined : Number(pages.split(' ')[1]) * 4096
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`

const watch = (child: ChildProcess, { signal, wallClockMs, onCrash }: ChildOptions, memoryBytes: number) => {
  let why: unknown
  let exit: { code: number | null; signal: string | null } = { code: null, signal: null }
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES)
  })
  const stopFor = (reason: unknown) => {
    why ??= reason
    kill(child)
  }
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      why ??= error
      resolve()
    })
    child.once('close', (code, killedBy) => {
      exit = { code, signal: killedBy }
      resolve()
    })
  })
  const onAbort = () => stopFor(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const clock = setTimeout(() => {
    stopFor(ingestProblems.readerStopped({ reason: 'time', limit: `${Math.round(wallClockMs / 1000)} s` }))
  }, wallClockMs)
  const memory = setInterval(async () => {
    const used = child.pid === undefined ? undefined : await residentBytes(child.pid)
    if (used !== undefined && used > memoryBytes) {
      stopFor(ingestProblems.readerStopped({ reason: 'memory', limit: megabytes(memoryBytes) }))
    }
  }, WATCH_MS)
  return {
    ended,
    reason: () => why,
    stop: () => {
      clearTimeout(clock)
      clearInterval(memory)
      signal?.removeEventListener('abort', onAbort)
    },
    crash: () => {
      onCrash?.({ ...exit, stderr })
      if (/heap out of memory|allocation failed/i.test(stderr)) {
        return ingestProblems.readerStopped({ reason: 'memory', limit: megabytes(memoryBytes) })
      }
      if (exit.signal === 'SIGXCPU') {
        return ingestProblems.readerStopped({ reason: 'time', limit: `${Math.round(wallClockMs / 1000)} s` })
      }
      return ingestProblems.readerStopped(
        { reason: 'crash' },
        { cause: new Error(stderr || `exit ${exit.code}`) },
      )
    },
  }
}

const toProblem = (body: ProblemBody): Problem => {
  const { type: _type, title, status, detail, code, description: _description, ...extensions } = body
  return new Problem({ code, status, title, detail }, { extensions })
}

/** Takes the byte stream apart. */
async function* readFrames(child: ChildProcess, limits: IngestLimits): AsyncGenerator<ReaderEvent> {
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  let headerFilled = 0
  let left = 0
  let parts: Buffer[] = []
  let total = 0
  const tooMuch = (limit: number) =>
    ingestProblems.readerStopped({ reason: 'output', limit: megabytes(limit) })
  if (!child.stdout) return
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > limits.outputBytes) throw tooMuch(limits.outputBytes)
    let at = 0
    while (at < chunk.length) {
      if (headerFilled < FRAME_HEADER_BYTES) {
        const taken = chunk.copy(header, headerFilled, at)
        headerFilled += taken
        at += taken
        if (headerFilled < FRAME_HEADER_BYTES) break
        left = header.readUInt32LE(1)
        // The last row may be as large as a row can be.
        const limit = header[0] === ROWS_FRAME ? YIELD_BYTES + limits.rowBytes : MESSAGE_BYTES
        if (left > limit) throw tooMuch(limit)
        parts = []
      }
      const piece = chunk.subarray(at, at + left)
      at += piece.length
      left -= piece.length
      parts.push(piece)
      if (left > 0) break
      headerFilled = 0
      // Rows are not put together: that would double the memory that waits to be collected.
      if (header[0] === ROWS_FRAME) yield { kind: 'rows', pieces: parts }
      else yield JSON.parse(Buffer.concat(parts).toString('utf8')) as Message
      parts = []
    }
  }
}
