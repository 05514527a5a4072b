/** What a handler of the contract receives and answers; everything follows from the generated types. */
import type { IncomingMessage } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import type { Actor } from '../domain/actor.ts'

/** What a handler may know about the connection, beyond what the contract describes. */
export type HttpContext = {
  /** Absolute address of this face as the client reached it, proxy-aware, no trailing slash: https://host/pygeoapi (G6). */
  faceUrl: string
  /** Absolute address of the site, no trailing slash. */
  siteUrl: string
  /** Path and query as sent, relative to the face. */
  path: string
  searchParams: URLSearchParams
  ip: string
  headers: IncomingMessage['headers']
  method: string
  /** Aborted when the client leaves. */
  signal: AbortSignal
  /** The unread body, for uploads. */
  body: Readable
  /** The request itself, for multer only. */
  raw: { request: unknown; response: unknown }
}

type Member<O, Key extends string> = O extends { [K in Key]: infer Value } ? Exclude<Value, undefined> : never
type OrEmpty<T> = [T] extends [never] ? Record<string, never> : T
type Parameters<O, In extends string> = OrEmpty<Member<Member<O, 'parameters'>, In>>

type JsonContent<R> = R extends { content: infer C }
  ? C extends { 'application/json': infer B }
    ? B
    : C extends { 'application/geo+json': infer B }
      ? B
      : never
  : never

type JsonBody<O> = O extends { requestBody?: infer B }
  ? B extends { content: infer C }
    ? C extends { 'application/json': infer J }
      ? J
      : C extends { 'application/merge-patch+json': infer M }
        ? M
        : undefined
    : undefined
  : undefined

/**
 * A body that is not JSON of the contract: text, bytes, or written piece by piece. What is lasting is sent unchanged to
 * many, and compressed as small as can be, once.
 */
export type RawBody = { contentType: string } & (
  | { text: string; isLasting?: boolean }
  | { bytes: Uint8Array; isLasting?: boolean }
  | { write: (sink: Writable, signal: AbortSignal) => Promise<void>; length?: number }
)

export type Headers = Record<string, string | string[]>

type Answers<O> = O extends { responses: infer R }
  ? {
      [Status in keyof R & number]:
        | ([JsonContent<R[Status]>] extends [never]
            ? { status: Status; headers?: Headers; body?: undefined; raw?: undefined }
            : { status: Status; headers?: Headers; body: JsonContent<R[Status]>; contentType?: string })
        | { status: Status; headers?: Headers; raw: RawBody }
    }[keyof R & number]
  : never

export type RequestOf<O> = {
  path: Parameters<O, 'path'>
  query: Parameters<O, 'query'>
  headers: Parameters<O, 'header'>
  body: JsonBody<O>
  actor: Actor
  http: HttpContext
}

/** `Handler<operations['publishRecord']>`; named exactly like the operation. */
export type Handler<O> = (request: RequestOf<O>) => Promise<Answers<O>>

/** Total over the contract: an operation without a handler does not compile. */
export type Handlers<Operations> = { [Id in keyof Operations]: Handler<Operations[Id]> }
