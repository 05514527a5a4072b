/**
 * Paints maps beside the thread that answers requests. A map that takes too long, or that nobody waits for, ends itself; a
 * thread that does not answer then is ended.
 */
import type { MapJob, PaintedMap } from './map-job.ts'
import type { LegendJob, MessageJob, PaintedLegend } from './map-legend.ts'
import type { MapReply, MapTask } from './map-worker.ts'
import { defaultLimits, type StopReason, stopped } from './paint/budget.ts'
import { createThreadPool, type TaskEnd } from './thread-pool.ts'

const file = new URL('./map-worker.ts', import.meta.url)

/** For one call into the canvas that does not come back in time. */
const graceMs = 3000
/** Canvas memory lies outside the heap; this is for features and styles. */
const heapMb = 512

const reasons: Record<TaskEnd, StopReason> = {
  late: 'time',
  cancelled: 'cancelled',
  stopping: 'cancelled',
  crowded: 'time',
}

export const createMapPool = ({ threads }: { threads?: number } = {}) => {
  const pool = createThreadPool<MapTask, MapReply>({ file, heapMb, ...(threads && { threads }) })

  const run = async (
    task: MapTask,
    { limits, transfer, signal }: { limits: MapJob['limits']; transfer: ArrayBuffer[]; signal?: AbortSignal },
  ): Promise<Exclude<MapReply, { stopped: StopReason }>> => {
    const outcome = await pool.run(task, { timeMs: limits.timeMs + graceMs, transfer, signal })
    if ('error' in outcome) throw new Error(`The map could not be drawn: ${outcome.error}`)
    if ('ended' in outcome) {
      if (outcome.ended === 'cancelled') signal?.throwIfAborted()
      throw stopped(reasons[outcome.ended], limits)
    }
    if ('stopped' in outcome.reply) {
      if (outcome.reply.stopped === 'cancelled') signal?.throwIfAborted()
      throw stopped(outcome.reply.stopped, limits)
    }
    return outcome.reply
  }

  return {
    /** Takes rows and rasters over. Rejects with `stopped` (paint/budget.ts) when the map costs more than its limits. */
    paint: async (map: MapJob, signal?: AbortSignal): Promise<PaintedMap> => {
      const transfer = map.layers.flatMap((layer) => (layer.kind === 'features' ? [layer.rows.buffer] : []))
      const reply = await run({ map }, { limits: map.limits, transfer, signal })
      if (!('map' in reply)) throw new Error('The thread has drawn something else')
      return reply.map
    },
    legend: async (legend: LegendJob, signal?: AbortSignal): Promise<PaintedLegend> => {
      const reply = await run({ legend }, { limits: legend.limits, transfer: [], signal })
      if (!('legend' in reply)) throw new Error('The thread has drawn something else')
      return reply.legend
    },
    message: async (message: MessageJob): Promise<Uint8Array<ArrayBuffer>> => {
      const reply = await run({ message }, { limits: defaultLimits, transfer: [] })
      if (!('message' in reply)) throw new Error('The thread has drawn something else')
      return reply.message
    },
    close: pool.close,
  }
}

export type MapPool = ReturnType<typeof createMapPool>
