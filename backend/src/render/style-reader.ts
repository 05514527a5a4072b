/**
 * Reads styles beside the thread that answers requests, within limits of time and memory: what a stranger's XML costs is
 * not known before. One thread, started when it is first needed; one that exceeds a limit is ended and replaced.
 */
import { Worker } from 'node:worker_threads'
import type { StyleCheck, StyleContext } from '../styles/gate.ts'

export type StyleRequest = { bytes: Uint8Array; context: StyleContext }
/** `ready` is said once, when the thread has loaded what it needs: that is not part of a style's time. */
export type StyleReply = { check: StyleCheck } | { error: string } | { ready: true }

type Task = StyleRequest & { resolve: (check: StyleCheck) => void; reject: (error: Error) => void }

const workerFile = new URL('./style-worker.ts', import.meta.url)

const refusal = (code: string, message: string): StyleCheck => ({
  name: null,
  sldVersion: null,
  title: null,
  errors: [{ code, message }],
  warnings: [],
  usedProperties: [],
  dialect: null,
  style: null,
})

const tooSlow = (what: string, timeoutMs: number) =>
  refusal(
    'SLD_TOO_SLOW',
    `${what} was not read after ${timeoutMs / 1000} s; expected a style that is read in less. Split it, or remove rules.`,
  )

const tooMuchMemory = (what: string, memoryMb: number) =>
  refusal(
    'SLD_TOO_MUCH_MEMORY',
    `${what} takes more than ${memoryMb} MB to read; expected less. Split it, or remove rules.`,
  )

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
        'check' in reply
          ? task.resolve(reply.check)
          : task.reject(new Error(`A style could not be read: ${reply.error}`)),
      )
    })
    started.on('error', (error: NodeJS.ErrnoException) => {
      if (worker !== started) return
      worker = null
      settle((task) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? task.resolve(tooMuchMemory(nameOf(task), memoryMb))
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
      settle(({ resolve }) => resolve(tooSlow(nameOf(task), timeoutMs)))
    }, timeoutMs)
    worker.postMessage({ bytes: task.bytes, context: task.context })
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
        waiting.push({ bytes, context, resolve, reject })
        proceed()
      }),
    close: async () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the server is stopping'))
      settle(({ reject }) => reject(new Error('the server is stopping')))
      await stop()
    },
  }
}

const nameOf = ({ context }: Task) => (context.fileName ? `The style ${context.fileName}` : 'The style')

export type StyleReader = ReturnType<typeof createStyleReader>
