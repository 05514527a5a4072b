/**
 * Puts the operations of a contract on an Express router. Every operation has a handler (or this does not
 * compile) and an action of the policy (or this does not start). Requests are checked here and nowhere else.
 */
import { randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import type { Logger } from 'pino'
import { type Actor, thePublic } from '../domain/actor.ts'
import { type Action, demand, isAction } from '../domain/policy.ts'
import { isProblem, Problem } from '../domain/problem.ts'
import { bodyProblems } from '../domain/problems/body.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { queryOf, siteUrlOf } from '../http/addresses.ts'
import { htmlType, pageHeaders } from '../http/html.ts'
import { readJsonBody } from '../http/json-body.ts'
import { isAskedByBrowser } from '../http/problem-page.ts'
import { addVary, respond } from '../http/respond.ts'
import { type OpenApiDocument, type Operation, operationsOf, type Parameter } from './document.ts'
import type { Handlers, HttpContext, RawBody, RequestOf } from './handler.ts'
import { brokenTexts, createChecks, type Mistake } from './validate.ts'

export type MountOptions = {
  publicUrl: string | null
  log: Logger
  /** In tests: an answer that does not fit the contract becomes a 500 that says why. */
  checkResponses: boolean
  /** Turns what a lower layer threw into a Problem where it can (database gone, disk full). */
  translateError: (error: unknown) => unknown
  /** The same for a person whose browser opened the address. */
  problemPage?: (problem: Problem, traceId: string, siteUrl: string) => string
  /** For faces whose clients read no problem documents; without it they are sent as such. */
  writeProblem?: (problem: Problem, traceId: string) => RawBody
}

const lingerMs = 3_000

type AnyHandler = (request: RequestOf<unknown>) => Promise<{
  status: number
  headers?: Record<string, string | string[]>
  body?: unknown
  contentType?: string
}>

/** `/records/{recordId}` as Express writes it; colons of literal paths (metadata:main) are escaped. */
const toExpressPath = (path: string) =>
  path.replace(/[:*?+()[\]!]/g, (sign) => `\\${sign}`).replace(/\{(\w+)\}/g, ':$1') || '/'

const splitArrays = (values: Record<string, unknown>, parameters: Parameter[]) => {
  for (const parameter of parameters) {
    const value = values[parameter.name]
    if (parameter.schema['type'] === 'array' && typeof value === 'string')
      values[parameter.name] = value.split(',')
  }
}

/** Query as name → text; the same name twice is refused, because it means nothing here. */
const queryReader = (operation: Operation) => {
  const declared = operation.parameters.filter((parameter) => parameter.in === 'query')
  const known = declared.map((parameter) => parameter.name)
  return (request: Request): Record<string, unknown> => {
    const values: Record<string, unknown> = {}
    for (const [name, value] of queryOf(request)) {
      if (!known.includes(name) && !operation.hasOpenQuery)
        throw generalProblems.unknownParameter({ name, known })
      if (Object.hasOwn(values, name))
        throw generalProblems.invalidRequest({
          errors: [{ where: `query.${name}`, message: 'is given twice' }],
        })
      values[name] = value
    }
    splitArrays(values, declared)
    return values
  }
}

const refuse = (mistakes: Mistake[]) => {
  if (mistakes.length > 0) throw generalProblems.invalidRequest({ errors: mistakes })
}

const readBody = async (request: Request, operation: Operation): Promise<unknown> => {
  if (operation.jsonBody === null) return undefined
  const found =
    String(request.headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? ''
  const { contentTypes, required } = operation.jsonBody
  const isEmpty =
    request.headers['content-length'] === '0' || (!found && !request.headers['transfer-encoding'])
  if (isEmpty && !required) return undefined
  const accepted = [
    ...contentTypes,
    ...(contentTypes.includes('application/merge-patch+json') ? ['application/json'] : []),
  ]
  if (!isEmpty && !accepted.includes(found))
    throw generalProblems.unsupportedMediaType({ found, expected: contentTypes })
  const body = await readJsonBody(request)
  if (body === undefined && required) throw bodyProblems.bodyMissing({ expected: contentTypes.join(' or ') })
  refuse(brokenTexts(body, 'body').slice(0, 20))
  return body
}

const contextOf = (request: Request, response: Response, options: MountOptions): HttpContext => {
  const siteUrl = siteUrlOf(request, options.publicUrl)
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client has gone'))
  })
  return {
    siteUrl,
    faceUrl: siteUrl + request.baseUrl,
    path: request.path,
    searchParams: queryOf(request),
    // Who is to be trusted with it is found out for those who want to know it only.
    get ip() {
      return request.ip ?? ''
    },
    headers: request.headers,
    method: request.method,
    signal: gone.signal,
    body: request,
    raw: { request, response },
  }
}

/**
 * A client that is still sending reads the answer only if the connection stays open for a moment: what arrives is
 * thrown away, and who has not ended by then is cut off.
 */
const lingerThenClose = (request: Request) => {
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy()
  }, lingerMs)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
  request.resume()
}

/** Sends a problem, or for anything else a bare 500 whose cause is in the log only. */
export const sendError = async (
  error: unknown,
  request: Request,
  response: Response,
  options: MountOptions,
) => {
  const found = options.translateError(error)
  const traceId = randomUUID()
  if (response.destroyed || response.headersSent) {
    if (!response.writableEnded) response.destroy()
    return
  }
  const problem = isProblem(found)
    ? found
    : new Problem({
        code: 'internal-error',
        status: 500,
        title: 'Something is broken here',
        detail: `The server met an error it did not expect. Nothing was changed. Report the trace id ${traceId}.`,
      })
  if (!isProblem(found))
    options.log.error({ event: 'request.broke', traceId, err: found, path: request.path }, 'unexpected error')
  if (!request.complete) lingerThenClose(request)
  const { writeProblem, problemPage } = options
  const asPage =
    writeProblem === undefined && problemPage !== undefined && isAskedByBrowser(request)
      ? problemPage(problem, traceId, siteUrlOf(request, options.publicUrl))
      : null
  await respond(
    request,
    response,
    {
      status: problem.status,
      headers: { 'Cache-Control': 'no-store', ...(asPage !== null && pageHeaders), ...problem.headers },
      ...(writeProblem
        ? { raw: writeProblem(problem, traceId) }
        : asPage !== null
          ? { raw: { contentType: htmlType, text: asPage } }
          : { body: { ...problem.toJSON(), traceId }, contentType: 'application/problem+json' }),
    },
    new AbortController().signal,
  )
}

/**
 * What was answered to somebody who is signed in is not kept: QGIS 3.44 writes the request's headers, token and all, into
 * its disk cache beside the answer. Files that are sent as they are may be kept by whoever asked, and by nobody in between.
 */
export const cachingFor = (actor: Actor, asWritten: string | undefined): string => {
  if (actor.kind === 'public') return asWritten ?? 'no-cache'
  return asWritten?.includes('no-transform') && !asWritten.includes('no-store')
    ? 'private, no-cache, no-transform'
    : 'no-store'
}

const toRoute = (
  operation: Operation,
  handler: AnyHandler,
  checks: ReturnType<typeof createChecks>,
  options: MountOptions,
) => {
  if (!isAction(operation.action))
    throw new Error(
      `Operation ${operation.id} names no action of the policy (x-action: '${operation.action}')`,
    )
  const action: Action = operation.action
  const checkPath = checks.parameters(operation, 'path')
  const checkQuery = checks.parameters(operation, 'query')
  const checkHeaders = checks.parameters(operation, 'header')
  const checkBody = checks.body(operation)
  const checkResponse = checks.response(operation)
  const readQuery = queryReader(operation)
  const headerNames = operation.parameters
    .filter((p) => p.in === 'header')
    .map(({ name }) => ({ name, sent: name.toLowerCase() }))

  return async (request: Request, response: Response, _next: NextFunction) => {
    try {
      const actor = request.actor ?? thePublic
      demand(actor, action)
      const path: Record<string, unknown> = { ...request.params }
      refuse(checkPath(path))
      const query = readQuery(request)
      refuse(checkQuery(query))
      const headers: Record<string, unknown> = {}
      for (const { sent } of headerNames)
        if (request.headers[sent] !== undefined) headers[sent] = request.headers[sent]
      refuse(checkHeaders(headers))
      const body = await readBody(request, operation)
      if (checkBody && body !== undefined) refuse(checkBody(body))

      const http = contextOf(request, response, options)
      const named = Object.fromEntries(headerNames.map(({ name, sent }) => [name, headers[sent]]))
      const answer = await handler({
        path,
        query,
        headers: named,
        body,
        actor,
        http,
      } as unknown as RequestOf<unknown>)
      if (options.checkResponses && answer.body !== undefined) {
        const mistakes = checkResponse(answer.status, JSON.parse(JSON.stringify(answer.body)))
        if (mistakes.length > 0)
          throw new Error(
            `${operation.id} answered ${answer.status} unlike its contract: ${JSON.stringify(mistakes)}`,
          )
      }
      if (!response.headersSent) {
        addVary(response, 'Authorization')
        const said = answer.headers?.['Cache-Control'] ?? response.getHeader('Cache-Control')
        const kept = cachingFor(actor, said === undefined ? undefined : String(said))
        const shown = { ...answer, headers: { ...answer.headers, 'Cache-Control': kept } }
        await respond(request, response, shown, http.signal)
      }
    } catch (error) {
      await sendError(error, request, response, options)
    }
  }
}

/** A router with every operation of the document. */
export const mount = <Operations>(
  document: OpenApiDocument,
  handlers: Handlers<Operations>,
  options: MountOptions,
): Router => {
  const router = Router({ strict: false, caseSensitive: true })
  const checks = createChecks(document)
  const operations = operationsOf(document)
  const allowed = new Map<string, string[]>()
  for (const { path, method } of operations)
    allowed.set(path, [...(allowed.get(path) ?? []), method.toUpperCase()])

  // Literal paths come before templates, so that /tokens/new would not be taken for a token.
  const ordered = [...operations].sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  for (const operation of ordered) {
    const handler = (handlers as Record<string, AnyHandler>)[operation.id]
    if (!handler) throw new Error(`The contract has ${operation.id}, but nobody handles it`)
    const verb = operation.method as 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete' | 'options'
    router[verb](toExpressPath(operation.path), toRoute(operation, handler, checks, options))
  }
  for (const [path, methods] of allowed) {
    const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(
      ', ',
    )
    router.all(toExpressPath(path), (request, response) => {
      response.setHeader('Allow', allow)
      if (request.method === 'OPTIONS') {
        response.status(204).end()
        return
      }
      void sendError(
        generalProblems.methodNotAllowed({ method: request.method, allow }),
        request,
        response,
        options,
      )
    })
  }
  return router
}
