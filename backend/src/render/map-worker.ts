/** The thread that paints maps, legends and messages. */
import { type MapJob, type PaintedMap, paintMap } from './map-job.ts'
import {
  type LegendJob,
  type MessageJob,
  type PaintedLegend,
  paintLegend,
  paintMessage,
} from './map-legend.ts'
import { isStopped, type StopReason } from './paint/budget.ts'
import { answerTasks } from './thread-tasks.ts'

export type MapTask = { map: MapJob } | { legend: LegendJob } | { message: MessageJob }
export type MapReply =
  | { map: PaintedMap }
  | { legend: PaintedLegend }
  | { message: Uint8Array<ArrayBuffer> }
  | { stopped: StopReason }

answerTasks<MapTask, MapReply>(
  async (task, isCancelled) => {
    try {
      if ('map' in task) return { map: await paintMap(task.map, isCancelled) }
      if ('legend' in task) return { legend: await paintLegend(task.legend, isCancelled) }
      return { message: await paintMessage(task.message) }
    } catch (error) {
      if (isStopped(error)) return { stopped: error.stopped }
      throw error
    }
  },
  (reply) => {
    if ('map' in reply) return reply.map.images.map(({ buffer }) => buffer)
    if ('legend' in reply) return [reply.legend.image.buffer]
    return 'message' in reply ? [reply.message.buffer] : []
  },
)
