/** The other side of a pool of threads: takes tasks one after the other, and answers each. */
import { parentPort } from 'node:worker_threads'

export type ThreadRequest<Message> = { message: Message; cancelled: Int32Array }
export type ThreadAnswer<Reply> = { reply: Reply } | { error: string }

type Work<Message, Reply> = (message: Message, isCancelled: () => boolean) => Reply | Promise<Reply>

/** `moved` names what of a reply is handed over instead of copied. */
export const answerTasks = <Message, Reply>(
  work: Work<Message, Reply>,
  moved: (reply: Reply) => ArrayBuffer[],
): void => {
  const port = parentPort
  if (port === null) throw new Error('This file is started as a thread, by a pool (thread-pool.ts)')
  port.on('message', async ({ message, cancelled }: ThreadRequest<Message>) => {
    try {
      const reply = await work(message, () => Atomics.load(cancelled, 0) !== 0)
      port.postMessage({ reply } satisfies ThreadAnswer<Reply>, moved(reply))
    } catch (error) {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
      port.postMessage({ error: said } satisfies ThreadAnswer<Reply>)
    }
  })
}
