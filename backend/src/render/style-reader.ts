/**
 * Reads styles beside the thread that answers requests, within limits of time and memory: what a stranger's XML costs is
 * not known before. One thread, started when it is first needed; one that exceeds a limit is ended and replaced.
 */
import { Worker } from 'node:worker_threads'
import type { Drawable, StyleSources } from '../styles/drawable.ts'
import type { StyleFinding } from '../styles/finding.ts'
import type { StyleCheck, StyleContext } from '../styles/gate.ts'

export type StyleRequest = { context: StyleContext } & ({ bytes: Uint8Array } | { sources: StyleSources })
/** `ready` is said once, when the thread has loaded what it needs: that is not part of a style's time. */
export type StyleReply = { check: StyleCheck } | { drawable: Drawable } | { error: string } | { ready: true }

type Task = {
  request: StyleRequest
  answer: (reply: StyleReply) => void
  refuse: (finding: StyleFinding) => void
  reject: (error: Error) => void
}

const workerFile = new URL('./style-worker.ts', import.meta.url)

const refusal = (error: StyleFinding): StyleCheck => ({
  name: null,
  sldVersion: null,
  title: null,
  errors: [error],
  warnings: [],
  usedProperties: [],
  dialect: null,
  style: null,
})

const tooSlow = (what: string, timeoutMs: number): StyleFinding => ({
  code: 'SLD_TOO_SLOW',
  message: `${what} was not read after ${timeoutMs / 1000} s; expected a style that is read in less. Split it, or remove rules.`,
})

const tooMuchMemory = (what: string, memoryMb: number): StyleFinding => ({
  code: 'SLD_TOO_MUCH_MEMORY',
  message: `${what} takes more than ${memoryMb} MB to read; expected less. Split it, or remove rules.`,
})

/** The largest style that may come in takes less than a second on a machine that does nothing else. */
export const createStyleReader = ({ timeoutMs = 10_000, memoryMb = 256, file = workerFile } = {}) => {
  const waiting: Task[] = []
  let worker: Worker | null = null
  let isReady = false
  let present: { task: Task; timer?: NodeJS.Timeout } | null = null

  const start = (): Worker => {
    const started = new Worker(file, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    isReady = false
    started.on('message', (reply: StyleReply) => {
      if (worker !== started) return
      if ('ready' in reply) {
        isReady = true
        give()
        return
      }
      settle((task) =>
        'error' in reply
          ? task.reject(new Error(`A style could not be read: ${reply.error}`))
          : task.answer(reply),
      )
    })
    started.on('error', (error: NodeJS.ErrnoException) => {
      if (worker !== started) return
      worker = null
      settle((task) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? task.refuse(tooMuchMemory(nameOf(task), memoryMb))
          : task.reject(error),
      )
    })
    started.on('exit', () => {
      if (worker !== started) return
      worker = null
      settle(({ reject }) => reject(new Error('the thread that reads styles has ended')))
    })
    return started
  }

  /** Hands the present task over, if the thread can take it; its time begins now. */
  const give = () => {
    if (!present || present.timer || !worker || !isReady) return
    const { task } = present
    present.timer = setTimeout(() => {
      void stop()
      settle(({ refuse }) => refuse(tooSlow(nameOf(task), timeoutMs)))
    }, timeoutMs)
    worker.postMessage(task.request)
  }

  /** Ends the task that is being worked on, and begins the next. */
  const settle = (end: (task: Task) => void) => {
    if (!present) return
    const { task, timer } = present
    present = null
    clearTimeout(timer)
    // A thread without work does not keep the program running.
    worker?.unref()
    end(task)
    proceed()
  }

  const stop = () => {
    const stopped = worker
    worker = null
    return stopped?.terminate()
  }

  const proceed = () => {
    const task = present ? undefined : waiting.shift()
    if (!task) return
    present = { task }
    worker ??= start()
    worker.ref()
    give()
  }

  return {
    check: (bytes: Uint8Array, context: StyleContext = {}): Promise<StyleCheck> =>
      new Promise((resolve, reject) => {
        const answer = (reply: StyleReply) => 'check' in reply && resolve(reply.check)
        const refuse = (finding: StyleFinding) => resolve(refusal(finding))
        waiting.push({ request: { bytes, context }, answer, refuse, reject })
        proceed()
      }),
    /** The model a style is drawn with. */
    read: (sources: StyleSources, context: StyleContext = {}): Promise<Drawable> =>
      new Promise((resolve, reject) => {
        const answer = (reply: StyleReply) => 'drawable' in reply && resolve(reply.drawable)
        const refuse = (finding: StyleFinding) =>
          resolve({ style: null, findings: [finding], repairs: [], report: null })
        waiting.push({ request: { sources, context }, answer, refuse, reject })
        proceed()
      }),
    close: async () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the server is stopping'))
      settle(({ reject }) => reject(new Error('the server is stopping')))
      await stop()
    },
  }
}

const nameOf = ({ request: { context } }: Task) =>
  context.fileName ? `The style ${context.fileName}` : 'The style'

export type StyleReader = ReturnType<typeof createStyleReader>
