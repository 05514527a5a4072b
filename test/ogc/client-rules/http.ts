/** Asks a server as clients do: every header is the caller's, names of headers keep their capitals, nothing is followed. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
export type Any = any

export type Answer = {
  url: string
  status: number
  /** By lower-case name; the last one counts. */
  headers: Record<string, string>
  /** As they were written. */
  headerNames: string[]
  /** Without its parameters. */
  type: string
  bytes: Buffer
  text: string
  json: Any
}

export type Asking = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array }

const parse = (text: string): Any => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const ask = (url: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? httpsRequest : httpRequest
    const sent =
      body === undefined ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }
    const request = start(url, { method, headers: sent }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(pieces)
        const text = bytes.toString('utf8')
        const headerNames = response.rawHeaders.filter((_, at) => at % 2 === 0)
        const values = response.rawHeaders.filter((_, at) => at % 2 === 1)
        const named = Object.fromEntries(
          headerNames.map((name, at) => [name.toLowerCase(), values[at] ?? '']),
        )
        const type = (named['content-type'] ?? '').split(';')[0]?.trim() ?? ''
        const json = /json$/.test(type) ? parse(text) : undefined
        resolve({
          url,
          status: response.statusCode ?? 0,
          headers: named,
          headerNames,
          type,
          bytes,
          text,
          json,
        })
      })
    })
    request.on('error', reject)
    request.end(body)
  })

export type Link = { rel: string; href: string; type?: string; templated?: boolean; length?: number }

export const linksOf = (document: Any, rel: string): Link[] =>
  ((document?.links ?? []) as Link[]).filter((link) => link.rel === rel)

/** The address with these parameters set, spaces as %20. */
export const withQuery = (address: string, parameters: Record<string, string>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  url.search = url.searchParams.toString().replaceAll('+', '%20')
  return url.href
}
