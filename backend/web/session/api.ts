/** The typed client of the contract for browsers: adds the token, and drops it when the server refuses it (R1.15). */
import createFetchClient from 'openapi-fetch'
import type { components, paths } from '../../src/contract/catalogue.gen.ts'
import type { Session } from './session.ts'

export type Problem = components['schemas']['Problem']
export type RecordJson = components['schemas']['Record']
export type RecordSummary = components['schemas']['RecordSummary']
export type UploadJson = components['schemas']['Upload']
export type PublicationJson = components['schemas']['Publication']
export type SubmissionJson = components['schemas']['Submission']
export type ReviewJson = components['schemas']['Review']
export type Draft = components['schemas']['RecordMetadataDraft']

/** A change of what was seen last, and of nothing newer. */
export const ifMatch = ({ version }: { version: number }) => ({ 'If-Match': `"${version}"` })

/** What the server, or the lack of one, answered instead of what was asked for. */
export type Refusal = Error & { problem: Problem }
export const isRefusal = (thrown: unknown): thrown is Refusal =>
  thrown instanceof Error && 'problem' in thrown

const problemOf = (status: number, title: string, detail: string): Problem =>
  ({ type: 'about:blank', title, status, detail }) as Problem

export const toRefusal = (problem: Problem): Refusal =>
  Object.assign(new Error(problem.detail ?? problem.title), { problem })

/** The one that means that nobody answered. */
export const unreachable = 0

const toProblem = (error: unknown, response: Response): Problem =>
  typeof error === 'object' && error !== null && 'status' in error
    ? (error as Problem)
    : problemOf(response.status, response.statusText, `The server answered ${response.status}.`)

export const createApi = ({ apiUrl, session }: { apiUrl: string; session: Session }) => {
  const authorized = (): Record<string, string> => {
    const token = session.token()
    return token === null ? {} : { Authorization: `Bearer ${token}` }
  }

  /** Errors are thrown as refusals, also that of a line that is down. */
  const send = async (input: Request): Promise<Response> => {
    let response: Response
    try {
      response = await fetch(input)
    } catch (error) {
      if (input.signal.aborted) throw error
      throw toRefusal(problemOf(unreachable, 'No answer', 'The server could not be reached.'))
    }
    if (response.status === 401 && input.headers.has('Authorization')) session.drop()
    return response
  }

  const client = createFetchClient<paths>({ baseUrl: apiUrl, fetch: send })
  client.use({
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(authorized())) request.headers.set(name, value)
      return request
    },
  })

  const expectOk = async <Data>(
    call: Promise<{ data?: Data; error?: unknown; response: Response }>,
  ): Promise<Data> => {
    const { data, error, response } = await call
    if (!response.ok) throw toRefusal(toProblem(error, response))
    return data as Data
  }

  /** A request outside the contract's JSON, such as a piece of a file. */
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    for (const [name, value] of Object.entries(authorized())) headers.set(name, value)
    const response = await send(new Request(new URL(path, `${apiUrl}/`), { ...init, headers }))
    if (response.ok) return response
    throw toRefusal(toProblem(await response.json().catch(() => null), response))
  }

  return { client, expectOk, ask }
}

export type Api = ReturnType<typeof createApi>
