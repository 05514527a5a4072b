/**
 * Makes tiles beside the thread that answers requests. Small ones are made at once: to hand them over and back would take
 * longer. Threads start when they are first needed; one that dies takes its tile with it and is replaced.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { TileSpec } from './tile-encoder.ts'
import { type PackedTile, packTile } from './tile-pack.ts'

type Reply = { tile: PackedTile } | { error: string }
type Task = {
  rows: Uint8Array<ArrayBuffer>
  spec: TileSpec
  settle: (reply: Reply) => void
}
type Member = { worker: Worker; task: Task | null }

const workerFile = new URL('./tile-worker.ts', import.meta.url)
/** About two hundred features, which take less than a millisecond. */
const atOnceBytes = 48 * 1024

export const createTilePool = ({ threads = Math.max(1, availableParallelism() - 1) } = {}) => {
  const members: Member[] = []
  const waiting: Task[] = []
  let isClosed = false

  const give = (member: Member, task: Task) => {
    member.task = task
    member.worker.postMessage({ rows: task.rows, spec: task.spec }, [task.rows.buffer])
  }

  const proceed = (member: Member) => {
    const next = waiting.shift()
    if (next) give(member, next)
  }

  const start = (): Member => {
    const worker = new Worker(workerFile, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 512 } })
    // Does not keep the program running.
    worker.unref()
    const member: Member = { worker, task: null }
    const finish = (reply: Reply) => {
      const { task } = member
      member.task = null
      task?.settle(reply)
    }
    worker.on('message', (reply: Reply) => {
      finish(reply)
      proceed(member)
    })
    worker.on('error', (error) => finish({ error: String(error) }))
    worker.on('exit', () => {
      members.splice(members.indexOf(member), 1)
      finish({ error: 'the thread that made the tile has ended' })
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
    /** Takes the rows over: they are of no use to the caller afterwards. */
    pack: (rows: Uint8Array<ArrayBuffer>, spec: TileSpec): Promise<PackedTile> => {
      if (isClosed) return Promise.reject(new Error('no more tiles are made: the server is stopping'))
      if (rows.length <= atOnceBytes) return Promise.resolve(packTile(rows, spec))
      return new Promise((resolve, reject) => {
        const settle = (reply: Reply) => {
          if ('tile' in reply) resolve(reply.tile)
          else reject(new Error(`A tile of ${spec.layer} could not be made: ${reply.error}`))
        }
        add({ rows, spec, settle })
      })
    },
    close: async () => {
      isClosed = true
      for (const task of waiting.splice(0)) task.settle({ error: 'the server is stopping' })
      await Promise.all(members.map(({ worker }) => worker.terminate()))
    },
  }
}

export type TilePool = ReturnType<typeof createTilePool>
