/** Server-sent events: a value sent whenever it changes, until it has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawBody } from '../contract/handler.ts'
import { writeTo } from './respond.ts'

const pollMs = 250
const keepAliveMs = 15_000
/** Then the client connects again, and is asked again who it is. */
const longestMs = 10 * 60_000

/** Sends `read()` as events named `event`; JSON that did not change is not repeated. */
export const eventStream = <Value>(
  event: string,
  read: () => Promise<Value>,
  hasEnded: (value: Value) => boolean,
): RawBody => ({
  contentType: 'text/event-stream; charset=utf-8',
  write: async (sink, signal) => {
    let sent = ''
    let sentAt = Date.now()
    const until = sentAt + longestMs
    while (Date.now() < until) {
      const value = await read()
      const data = JSON.stringify(value)
      if (data !== sent) {
        await writeTo(sink, `event: ${event}\ndata: ${data}\n\n`, signal)
        sent = data
        sentAt = Date.now()
      } else if (Date.now() - sentAt > keepAliveMs) {
        await writeTo(sink, ': still here\n\n', signal)
        sentAt = Date.now()
      }
      if (hasEnded(value)) return
      await sleep(pollMs, undefined, { signal })
    }
  },
})

/** Asks again until it has ended or the seconds are over. */
export const waitUntil = async <Value>(
  read: () => Promise<Value>,
  hasEnded: (value: Value) => boolean,
  seconds: number,
  signal: AbortSignal,
): Promise<Value> => {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const value = await read()
    if (hasEnded(value) || Date.now() >= until) return value
    await sleep(Math.min(pollMs, Math.max(1, until - Date.now())), undefined, { signal })
  }
}
