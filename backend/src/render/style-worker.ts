/** The thread that reads styles: bytes in, what the gate says and the model out. */
import { parentPort } from 'node:worker_threads'
import { readDrawable } from '../styles/drawable.ts'
import { checkSld } from '../styles/gate.ts'
import type { StyleReply, StyleRequest } from './style-reader.ts'

const port = parentPort
if (port === null) throw new Error('style-worker.ts is started as a thread, by style-reader.ts')

port.on('message', (request: StyleRequest) => {
  port.postMessage(read(request))
})

const read = (request: StyleRequest): StyleReply => {
  const { context } = request
  try {
    if ('sources' in request) return { drawable: readDrawable(request.sources, context) }
    return { check: checkSld(request.bytes, context) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

const ready: StyleReply = { ready: true }
port.postMessage(ready)
