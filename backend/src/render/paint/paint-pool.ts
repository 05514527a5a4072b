/**
 * Paints beside the thread that answers requests. A picture that takes too long, or that nobody waits for, ends itself; a
 * thread that does not answer then is ended. Threads start when they are first needed and are replaced when they die.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type StopReason, stopped } from './budget.ts'
import type { PaintedImage, PaintRequest } from './job.ts'
import type { PaintMessage } from './paint-worker.ts'

type Reply = { painted: PaintedImage } | { stopped: StopReason } | { error: string }
type Task = {
  request: PaintRequest
  cancelled: Int32Array
  settle: (reply: Reply) => void
}
type Member = { worker: Worker; task: Task | null; deadline: NodeJS.Timeout | null }

const workerFile = new URL('./paint-worker.ts', import.meta.url)

/** For one call into the canvas that does not come back in time. */
const graceMs = 3000
/** Canvas memory lies outside the heap; this is for features and styles. */
const heapMb = 512

export const mostPixels = 4096 * 4096

type PoolParts = { threads?: number; mostWaiting?: number }

export const createPaintPool = ({
  threads = Math.max(1, availableParallelism() - 1),
  mostWaiting = 256,
}: PoolParts = {}) => {
  const members: Member[] = []
  const waiting: Task[] = []
  let isClosed = false

  const give = (member: Member, task: Task) => {
    member.task = task
    member.deadline = setTimeout(() => void member.worker.terminate(), task.request.limits.timeMs + graceMs)
    member.deadline.unref()
    const message: PaintMessage = { request: task.request, cancelled: task.cancelled }
    member.worker.postMessage(message)
  }

  const finish = (member: Member, reply: Reply) => {
    const { task, deadline } = member
    if (deadline) clearTimeout(deadline)
    member.task = null
    member.deadline = null
    task?.settle(reply)
  }

  const proceed = (member: Member) => {
    const next = waiting.shift()
    if (next) give(member, next)
  }

  const start = (): Member => {
    const worker = new Worker(workerFile, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    // Does not keep the program running.
    worker.unref()
    const member: Member = { worker, task: null, deadline: null }
    worker.on('message', (reply: Reply) => {
      finish(member, reply)
      proceed(member)
    })
    worker.on('error', (error) => finish(member, { error: String(error) }))
    worker.on('exit', () => {
      members.splice(members.indexOf(member), 1)
      finish(member, { stopped: 'time' })
      if (!isClosed && waiting.length > 0) proceed(start())
    })
    members.push(member)
    return member
  }

  const add = (task: Task) => {
    const free = members.find(({ task: present }) => present === null)
    if (free) give(free, task)
    else if (members.length < threads) give(start(), task)
    else waiting.push(task)
  }

  return {
    /** Rejects with `stopped` (budget.ts) when the picture costs more than its limits, or is given up. */
    paint: (request: PaintRequest, signal?: AbortSignal): Promise<PaintedImage> => {
      const { view, limits } = request
      if (isClosed) return Promise.reject(new Error('no more maps are drawn: the server is stopping'))
      if (signal?.aborted) return Promise.reject(stopped('cancelled', limits))
      if (view.width * view.height > mostPixels)
        return Promise.reject(
          new RangeError(
            `A picture has at most ${mostPixels} pixels; ${view.width} × ${view.height} are more.`,
          ),
        )
      if (waiting.length >= mostWaiting)
        return Promise.reject(new Error(`${mostWaiting} maps wait to be drawn; no more are taken`))
      return new Promise((resolve, reject) => {
        const cancelled = new Int32Array(new SharedArrayBuffer(4))
        const task: Task = {
          request,
          cancelled,
          settle: (reply) => {
            signal?.removeEventListener('abort', cancel)
            if ('painted' in reply) resolve(reply.painted)
            else if ('stopped' in reply) reject(stopped(reply.stopped, limits))
            else reject(new Error(`The map could not be drawn: ${reply.error}`))
          },
        }
        const cancel = () => {
          Atomics.store(cancelled, 0, 1)
          const at = waiting.indexOf(task)
          if (at < 0) return
          waiting.splice(at, 1)
          task.settle({ stopped: 'cancelled' })
        }
        signal?.addEventListener('abort', cancel, { once: true })
        add(task)
      })
    },
    close: async () => {
      isClosed = true
      for (const task of waiting.splice(0)) task.settle({ stopped: 'cancelled' })
      await Promise.all(members.map(({ worker }) => worker.terminate()))
    },
  }
}

export type PaintPool = ReturnType<typeof createPaintPool>
