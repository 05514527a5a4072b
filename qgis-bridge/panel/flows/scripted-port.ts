/** For tests: a QGIS that answers out of a script and remembers what it was asked, in order. */
import { failWith } from '../protocol/failure.ts'
import type { Port } from '../protocol/port.ts'
import type { Failure } from '../protocol/verbs.ts'

export type Asked = { verb: string; params: Record<string, unknown> }
type Reply = (params: Record<string, unknown>, times: number) => unknown

/** Verbs by their name, operations as 'api catalogue.createRecord'. */
export type Script = Record<string, Reply>

const nameOf = (verb: string, params: Record<string, unknown>) =>
  verb === 'api.call' ? `api ${String(params['operation'])}` : verb

export const fails =
  (failure: Failure): Reply =>
  () => {
    throw failWith(failure)
  }

export const refuses = (status: number, detail: string): Reply =>
  fails({ code: 'problem', message: detail, data: { status, problem: { code: 'x', status, detail } } })

export const createScriptedPort = (script: Script) => {
  const asked: Asked[] = []
  const times: Record<string, number> = {}
  const call = async (verb: string, params: Record<string, unknown>): Promise<unknown> => {
    const name = nameOf(verb, params)
    asked.push({ verb, params })
    times[name] = (times[name] ?? 0) + 1
    const reply = script[name]
    if (reply === undefined) throw new Error(`The script has no answer for ${name}.`)
    const answer = reply(params, times[name] ?? 1)
    if (verb !== 'api.call') return answer
    return { status: 200, body: null, text: null, etag: null, location: null, ...(answer as object) }
  }
  const port = {
    call,
    on: () => () => {},
    onHello: () => {},
    onState: () => {},
    takeOver: () => {},
    start: () => {},
  } as unknown as Port
  return { port, asked, names: () => asked.map(({ verb, params }) => nameOf(verb, params)) }
}
