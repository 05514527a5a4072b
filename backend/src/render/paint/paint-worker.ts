/** The thread that paints: a request in, an encoded picture out. */
import { parentPort } from 'node:worker_threads'
import { isStopped } from './budget.ts'
import { type PaintRequest, paintImage } from './job.ts'

const port = parentPort
if (port === null) throw new Error('paint-worker.ts is started as a thread, by paint-pool.ts')

export type PaintMessage = { request: PaintRequest; cancelled: Int32Array }

port.on('message', async ({ request, cancelled }: PaintMessage) => {
  try {
    const painted = await paintImage(request, () => Atomics.load(cancelled, 0) !== 0)
    port.postMessage({ painted }, [painted.image.buffer])
  } catch (error) {
    port.postMessage(
      isStopped(error)
        ? { stopped: error.stopped }
        : { error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    )
  }
})
