/**
 * Work beside the thread that answers requests. A task has a time, counted from when a thread begins it, and may be given
 * up; a thread that does not answer in time is ended. Threads start when they are first needed, and one that died, with
 * the task it had, is replaced.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ThreadAnswer, ThreadRequest } from './thread-tasks.ts'

/**
 * Of what has just been made, in each thread. Without a limit V8 lets it grow to more than 100 MB while a thread is busy, to
 * hold 10 MB, and does not give it back.
 */
const youngMb = 48

type PoolParts = {
  /** Calls `answerTasks`. */
  file: URL
  threads?: number
  mostWaiting?: number
  heapMb?: number
}

export type TaskOptions = {
  timeMs: number
  /** Moved to the thread instead of copied. */
  transfer?: ArrayBuffer[]
  signal?: AbortSignal | undefined
}

/** `late`: its thread was ended; `crowded`: too many wait already. */
export type TaskEnd = 'late' | 'cancelled' | 'crowded' | 'stopping'
export type Outcome<Reply> = ThreadAnswer<Reply> | { ended: TaskEnd }

type Task<Message, Reply> = {
  request: ThreadRequest<Message>
  timeMs: number
  transfer: ArrayBuffer[]
  settle: (outcome: Outcome<Reply>) => void
}
type Member<Message, Reply> = {
  worker: Worker
  task: Task<Message, Reply> | null
  deadline: NodeJS.Timeout | null
}

export const createThreadPool = <Message, Reply>({
  file,
  threads = Math.max(1, availableParallelism() - 1),
  mostWaiting = Number.POSITIVE_INFINITY,
  heapMb = 512,
}: PoolParts) => {
  type OneTask = Task<Message, Reply>
  type OneMember = Member<Message, Reply>
  const members = new Set<OneMember>()
  const waiting: OneTask[] = []
  let isClosed = false

  const finish = (member: OneMember, outcome: Outcome<Reply>) => {
    const { task, deadline } = member
    if (deadline) clearTimeout(deadline)
    member.task = null
    member.deadline = null
    task?.settle(outcome)
  }

  const end = (member: OneMember, outcome: Outcome<Reply>) => {
    if (!members.delete(member)) return
    finish(member, outcome)
    void member.worker.terminate()
    if (!isClosed && waiting.length > 0) proceed(start())
  }

  const give = (member: OneMember, task: OneTask) => {
    member.task = task
    member.deadline = setTimeout(() => end(member, { ended: 'late' }), task.timeMs)
    member.deadline.unref()
    member.worker.postMessage(task.request, task.transfer)
  }

  const proceed = (member: OneMember) => {
    const next = waiting.shift()
    if (next) give(member, next)
  }

  const start = (): OneMember => {
    const worker = new Worker(file, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngMb },
    })
    // Does not keep the program running.
    worker.unref()
    const member: OneMember = { worker, task: null, deadline: null }
    worker.on('message', (answer: ThreadAnswer<Reply>) => {
      if (!members.has(member)) return
      finish(member, answer)
      proceed(member)
    })
    worker.on('error', (error) => end(member, { error: String(error) }))
    worker.on('exit', () => end(member, { error: 'its thread has ended' }))
    members.add(member)
    return member
  }

  const add = (task: OneTask) => {
    const free = [...members].find((member) => member.task === null)
    if (free) give(free, task)
    else if (members.size < threads) give(start(), task)
    else waiting.push(task)
  }

  return {
    /** Who gives up is answered at once; the thread is free when the task has noticed. */
    run: (message: Message, { timeMs, transfer = [], signal }: TaskOptions): Promise<Outcome<Reply>> => {
      if (isClosed) return Promise.resolve({ ended: 'stopping' })
      if (signal?.aborted) return Promise.resolve({ ended: 'cancelled' })
      if (waiting.length >= mostWaiting) return Promise.resolve({ ended: 'crowded' })
      return new Promise((resolve) => {
        const cancelled = new Int32Array(new SharedArrayBuffer(4))
        const settle = (outcome: Outcome<Reply>) => {
          signal?.removeEventListener('abort', cancel)
          resolve(outcome)
        }
        const task: OneTask = { request: { message, cancelled }, timeMs, transfer, settle }
        const cancel = () => {
          Atomics.store(cancelled, 0, 1)
          const place = waiting.indexOf(task)
          if (place >= 0) waiting.splice(place, 1)
          settle({ ended: 'cancelled' })
        }
        signal?.addEventListener('abort', cancel, { once: true })
        add(task)
      })
    },
    close: async () => {
      isClosed = true
      for (const task of waiting.splice(0)) task.settle({ ended: 'stopping' })
      const all = [...members]
      members.clear()
      for (const member of all) finish(member, { ended: 'stopping' })
      await Promise.all(all.map(({ worker }) => worker.terminate()))
    },
  }
}
