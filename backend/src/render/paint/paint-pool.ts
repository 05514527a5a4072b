/**
 * Paints beside the thread that answers requests. A picture that takes too long, or that nobody waits for, ends itself; a
 * thread that does not answer then is ended.
 */
import { createThreadPool, type TaskEnd } from '../thread-pool.ts'
import { type StopReason, stopped } from './budget.ts'
import type { PaintedImage, PaintRequest } from './job.ts'
import type { PaintReply } from './paint-worker.ts'

const file = new URL('./paint-worker.ts', import.meta.url)

/** For one call into the canvas that does not come back in time. */
const graceMs = 3000
/** Canvas memory lies outside the heap; this is for features and styles. */
const heapMb = 512

export const mostPixels = 4096 * 4096

type PoolParts = { threads?: number; mostWaiting?: number }

const reasons: Record<TaskEnd, StopReason | null> = {
  late: 'time',
  cancelled: 'cancelled',
  stopping: 'cancelled',
  crowded: null,
}

export const createPaintPool = ({ threads, mostWaiting = 256 }: PoolParts = {}) => {
  const pool = createThreadPool<PaintRequest, PaintReply>({
    file,
    mostWaiting,
    heapMb,
    ...(threads && { threads }),
  })
  return {
    /** Rejects with `stopped` (budget.ts) when the picture costs more than its limits, or is given up. */
    paint: async (request: PaintRequest, signal?: AbortSignal): Promise<PaintedImage> => {
      const { view, limits } = request
      if (view.width * view.height > mostPixels)
        throw new RangeError(
          `A picture has at most ${mostPixels} pixels; ${view.width} × ${view.height} are more.`,
        )
      const outcome = await pool.run(request, { timeMs: limits.timeMs + graceMs, signal })
      if ('error' in outcome) throw new Error(`The map could not be drawn: ${outcome.error}`)
      if ('ended' in outcome) {
        const reason = reasons[outcome.ended]
        if (reason === null) throw new Error(`${mostWaiting} maps wait to be drawn; no more are taken`)
        throw stopped(reason, limits)
      }
      if ('stopped' in outcome.reply) throw stopped(outcome.reply.stopped, limits)
      return outcome.reply.painted
    },
    close: pool.close,
  }
}

export type PaintPool = ReturnType<typeof createPaintPool>
