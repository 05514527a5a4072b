/** Calls and events over any transport: numbered calls, checked messages, hello before all else. */
import type { Cancelling } from './cancelling.ts'
import { failWith } from './failure.ts'
import type { Events, Params, ProgressEvent, QgisHello, Result, Verb } from './verbs.ts'

export type LinkState = 'connecting' | 'open' | 'lost' | 'taken-over'

/** Carries texts, in order. */
export type Transport = {
  send: (text: string) => void
  onText: (listener: (text: string) => void) => void
  onState: (listener: (state: LinkState) => void) => void
  start: () => void
  /** After another tab took the panel over: take it back. */
  takeOver: () => void
}

export type CallOptions = { onProgress?: (progress: ProgressEvent) => void; cancelling?: Cancelling }

export type Port = {
  call: <Name extends Verb>(verb: Name, params: Params<Name>, options?: CallOptions) => Promise<Result<Name>>
  on: <Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void) => () => void
  onHello: (listener: (hello: QgisHello) => void) => void
  onState: (listener: (state: LinkState) => void) => void
  takeOver: () => void
  start: () => void
}

type Validate = (kind: 'message' | 'params' | 'result' | 'event', name: string, value: unknown) => string[]

type Waiting = {
  verb: Verb
  resolve: (result: unknown) => void
  reject: (reason: Error) => void
  onProgress?: ((progress: ProgressEvent) => void) | undefined
}

export const createPort = ({
  transport,
  validate,
  version,
}: {
  transport: Transport
  validate: Validate
  version: string
}): Port => {
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const helloListeners = new Set<(hello: QgisHello) => void>()
  const stateListeners = new Set<(state: LinkState) => void>()
  const queue: string[] = []
  let isGreeted = false
  let lastId = 0

  const send = (message: object) => transport.send(JSON.stringify(message))

  const protocolFailure = (message: string, mistakes: string[]) =>
    failWith({
      code: 'protocol',
      message,
      remedy: 'Panel and plugin may be of different versions: update the plugin and restart QGIS.',
      data: { mistakes: mistakes.slice(0, 10) },
    })

  const greet = () => {
    isGreeted = false
    send({ v: 1, t: 'hello', panel: version })
  }

  const settle = (id: number, finish: (call: Waiting) => void) => {
    const call = waiting.get(id)
    if (call === undefined) return
    waiting.delete(id)
    finish(call)
  }

  const receiveEvent = (name: string, payload: unknown) => {
    const mistakes = validate('event', name, payload)
    if (mistakes.length > 0) {
      console.warn(`QGIS sent an event '${name}' that is not of the protocol: ${mistakes.join('; ')}`)
      return
    }
    if (name === 'progress') {
      const progress = payload as ProgressEvent
      waiting.get(progress.call)?.onProgress?.(progress)
    }
    for (const listener of Array.from(listeners.get(name) ?? [])) listener(payload as never)
  }

  const receive = (text: string) => {
    const message = JSON.parse(text) as { t: string; id: number; r: unknown; e: never; n: string; p: unknown }
    const mistakes = validate('message', 'Message', message)
    if (mistakes.length > 0) {
      const failure = protocolFailure('QGIS sent a message that is not of the protocol.', mistakes)
      settle(message.id, (call) => call.reject(failure))
      console.warn(`${failure.message} ${mistakes.join('; ')}`)
      return
    }
    if (message.t === 'hello') {
      isGreeted = true
      for (const listener of Array.from(helloListeners)) listener(message as unknown as QgisHello)
      for (const waitingText of queue.splice(0)) transport.send(waitingText)
    } else if (message.t === 'ok')
      settle(message.id, (call) => {
        const wrong = validate('result', call.verb, message.r)
        if (wrong.length === 0) call.resolve(message.r)
        else
          call.reject(
            protocolFailure(`QGIS answered '${call.verb}' with something else than was agreed.`, wrong),
          )
      })
    else if (message.t === 'err') settle(message.id, (call) => call.reject(failWith(message.e)))
    else if (message.t === 'evt') receiveEvent(message.n, message.p)
  }

  /** QGIS has forgotten every call of before; whoever waits is told. */
  const abandon = () => {
    for (const id of Array.from(waiting.keys()))
      settle(id, (call) =>
        call.reject(
          failWith({
            code: 'cancelled',
            message: 'The connection between the panel and QGIS was interrupted before the answer came.',
            remedy: 'Try again when QGIS is back.',
          }),
        ),
      )
    queue.length = 0
  }

  transport.onText(receive)
  transport.onState((state) => {
    if (state === 'open') greet()
    else if (state === 'lost' || state === 'taken-over') abandon()
    for (const listener of Array.from(stateListeners)) listener(state)
  })

  const call: Port['call'] = (verb, params, { onProgress, cancelling } = {}) =>
    new Promise((resolve, reject) => {
      const mistakes = validate('params', verb, params)
      if (mistakes.length > 0) {
        reject(protocolFailure(`The panel asked '${verb}' in a way QGIS does not understand.`, mistakes))
        return
      }
      lastId += 1
      const id = lastId
      const text = JSON.stringify({ v: 1, t: 'call', id, m: verb, p: params })
      const forget = cancelling?.onCancel(() => send({ v: 1, t: 'cancel', id }))
      waiting.set(id, {
        verb,
        onProgress,
        resolve: (result) => {
          forget?.()
          resolve(result as never)
        },
        reject: (reason) => {
          forget?.()
          reject(reason)
        },
      })
      if (isGreeted) transport.send(text)
      else queue.push(text)
    })

  return {
    call,
    on: (name, listener) => {
      const present = listeners.get(name) ?? new Set()
      listeners.set(name, present)
      present.add(listener as (payload: never) => void)
      return () => {
        present.delete(listener as (payload: never) => void)
      }
    },
    onHello: (listener) => {
      helloListeners.add(listener)
    },
    onState: (listener) => {
      stateListeners.add(listener)
    },
    takeOver: transport.takeOver,
    start: transport.start,
  }
}
