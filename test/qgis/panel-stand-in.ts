/** Runs in the page instead of QGIS: answers the panel's calls out of a scenario, and notes what was asked. */

import type { Scenario, Scripted } from './panel-scenario.ts'

type Message = { t: string; id: number; m: string; p: Record<string, unknown> }

declare global {
  interface Window {
    scenario: Scenario
    asked: { verb: string; params: Record<string, unknown> }[]
    qgisHost?: unknown
    sendEvent: (name: string, payload: unknown) => void
  }
}

const listeners: ((text: string) => void)[] = []
const say = (message: object) =>
  setTimeout(() => listeners.map((listener) => listener(JSON.stringify(message))), 0)

const scriptFor = ({ m, p }: Message): Scripted => {
  const { verbs, operations } = window.scenario
  if (m !== 'api.call') return verbs[m] ?? { err: { code: 'protocol', message: `No script for ${m}.` } }
  const operation = String(p['operation'])
  const script = operations[operation] ?? {
    err: { code: 'protocol', message: `No script for ${operation}.` },
  }
  if (!('ok' in script)) return script
  const answer = { status: 200, body: null, text: null, etag: '"3"', location: null }
  return { ok: { ...answer, ...(script.ok as object) } }
}

const answer = (message: Message) => {
  const script = scriptFor(message)
  if ('ok' in script) say({ v: 1, t: 'ok', id: message.id, r: script.ok })
  else if ('err' in script) say({ v: 1, t: 'err', id: message.id, e: script.err })
  else
    for (const progress of script.progress ?? [])
      say({ v: 1, t: 'evt', n: 'progress', p: { call: message.id, ...progress } })
}

window.asked = []
window.sendEvent = (n, p) => say({ v: 1, t: 'evt', n, p })
window.qgisHost = {
  post: (text: string) => {
    if (window.scenario.isDeaf) return
    const message = JSON.parse(text) as Message
    if (message.t === 'hello') say({ v: 1, t: 'hello', ...window.scenario.hello })
    else if (message.t === 'call') {
      window.asked.push({ verb: message.m, params: message.p })
      answer(message)
    } else if (message.t === 'cancel')
      say({ v: 1, t: 'err', id: message.id, e: { code: 'cancelled', message: 'Cancelled.' } })
  },
  message: { connect: (listener: (text: string) => void) => listeners.push(listener) },
}
