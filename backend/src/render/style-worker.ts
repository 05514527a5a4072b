/** The thread that reads styles: bytes in, what the gate says and the model out. */
import { parentPort } from 'node:worker_threads'
import { checkSld } from '../styles/gate.ts'
import type { StyleReply, StyleRequest } from './style-reader.ts'

const port = parentPort
if (port === null) throw new Error('style-worker.ts is started as a thread, by style-reader.ts')

port.on('message', ({ bytes, context }: StyleRequest) => {
  const reply: StyleReply = read(bytes, context)
  port.postMessage(reply)
})

const read = (bytes: Uint8Array, context: StyleRequest['context']): StyleReply => {
  try {
    return { check: checkSld(bytes, context) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

const ready: StyleReply = { ready: true }
port.postMessage(ready)
