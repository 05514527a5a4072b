/** The thread that paints maps and legends. */
import { type MapJob, type PaintedMap, paintMap } from './map-job.ts'
import { type LegendJob, type PaintedLegend, paintLegend } from './map-legend.ts'
import { isStopped, type StopReason } from './paint/budget.ts'
import { answerTasks } from './thread-tasks.ts'

export type MapTask = { map: MapJob } | { legend: LegendJob }
export type MapReply = { map: PaintedMap } | { legend: PaintedLegend } | { stopped: StopReason }

answerTasks<MapTask, MapReply>(
  async (task, isCancelled) => {
    try {
      return 'map' in task
        ? { map: await paintMap(task.map, isCancelled) }
        : { legend: await paintLegend(task.legend, isCancelled) }
    } catch (error) {
      if (isStopped(error)) return { stopped: error.stopped }
      throw error
    }
  },
  (reply) => {
    if ('map' in reply) return reply.map.images.map(({ buffer }) => buffer)
    return 'legend' in reply ? [reply.legend.image.buffer] : []
  },
)
