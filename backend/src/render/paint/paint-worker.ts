/** The thread that paints: a request in, an encoded picture out. */
import { answerTasks } from '../thread-tasks.ts'
import { isStopped, type StopReason } from './budget.ts'
import { type PaintedImage, type PaintRequest, paintImage } from './job.ts'

export type PaintReply = { painted: PaintedImage } | { stopped: StopReason }

answerTasks<PaintRequest, PaintReply>(
  async (request, isCancelled) => {
    try {
      return { painted: await paintImage(request, isCancelled) }
    } catch (error) {
      if (isStopped(error)) return { stopped: error.stopped }
      throw error
    }
  },
  (reply) => ('painted' in reply ? [reply.painted.image.buffer] : []),
)
