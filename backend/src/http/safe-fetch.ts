/**
 * The only way this server reads an address that somebody gave it (architecture §4.15, security B6, R9.8): public
 * addresses, looked up once and then held to; no other origin; a limit to time and size. Nothing of the caller's is
 * sent along, and nothing but the bytes comes back.
 */
import { lookup as lookupHost } from 'node:dns/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isProblem } from '../domain/problem.ts'
import { fetchProblems } from '../domain/problems/fetch.ts'
import { isPublicAddress } from './public-address.ts'

export type FetchedDocument = { url: string; contentType: string; bytes: Uint8Array }

export type SafeFetchParts = {
  /** `host:port` of servers that may be read over http, or in one's own network: an administrator's word (FETCH_HOSTS). */
  allowedHosts: readonly string[]
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>
}

export type FetchRequest = {
  accept: string
  headers?: Record<string, string>
  maxBytes?: number
  timeoutMs?: number
  signal?: AbortSignal
}

const standardBytes = 16 * 1_048_576
const standardTimeoutMs = 20_000
const mostRedirects = 3
const ports = new Set(['', '443', '8443'])

const hostAndPort = (url: URL): string =>
  `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`

/** Without the brackets that addresses put around IPv6, and the dot that ends a full name. */
const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

const resolveAll = (host: string) => lookupHost(host, { all: true, verbatim: true })

export const createSafeFetch = ({ allowedHosts, resolve = resolveAll }: SafeFetchParts) => {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))

  const toUrl = (address: string): URL => {
    const refuse = (found: string) => fetchProblems.addressNotFetched({ address, found })
    if (!URL.canParse(address)) throw refuse('is not an address')
    const url = new URL(address)
    if (url.username || url.password) throw refuse('has a user name or password in it')
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw refuse(`begins with ${url.protocol} instead of https:`)
    if (allowed.has(hostAndPort(url))) return url
    if (url.protocol === 'http:') throw refuse('is not encrypted (http)')
    if (!ports.has(url.port)) throw refuse(`asks for port ${url.port}`)
    return url
  }

  /** The address the connection is held to: all of a name's addresses must be public, or none is used. */
  const addressOf = async (url: URL): Promise<{ address: string; family: number }> => {
    const host = bareHost(url)
    const isAllowed = allowed.has(hostAndPort(url))
    const found = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await resolve(host).catch(() => {
          throw fetchProblems.otherServerSilent({
            host: url.host,
            found: 'has no address: its name is not known',
          })
        })
    const [first] = found
    if (first === undefined)
      throw fetchProblems.otherServerSilent({
        host: url.host,
        found: 'has no address: its name is not known',
      })
    if (!isAllowed && !found.every(({ address }) => isPublicAddress(address)))
      throw fetchProblems.addressNotFetched({
        address: url.href,
        found: 'lies in a network that is not public',
      })
    return first
  }

  const bodyOf = async (answer: IncomingMessage, host: string, maxBytes: number): Promise<Uint8Array> => {
    const tooMuch = () => fetchProblems.otherServerAnswersTooMuch({ host, limitBytes: maxBytes })
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw tooMuch()
    const encoding = answer.headers['content-encoding'] ?? 'identity'
    // Asked for without compression: what comes compressed all the same might unfold to anything.
    if (encoding !== 'identity')
      throw fetchProblems.otherServerSilent({
        host,
        found: `sends its answer as ${encoding} though asked not to`,
      })
    const pieces: Buffer[] = []
    let count = 0
    for await (const piece of answer as AsyncIterable<Buffer>) {
      count += piece.length
      if (count > maxBytes) throw tooMuch()
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  }

  const ask = async (url: URL, { accept, headers = {} }: FetchRequest, signal: AbortSignal) => {
    const target = await addressOf(url)
    const lookup: LookupFunction = (_host, options, answer) => {
      if (options.all) answer(null, [target])
      else answer(null, target.address, target.family)
    }
    return new Promise<IncomingMessage>((found, fail) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const request: ClientRequest = send(url, {
        lookup,
        signal,
        agent: false,
        maxHeaderSize: 16_384,
        headers: { ...headers, Accept: accept, 'Accept-Encoding': 'identity', 'User-Agent': 'SEC-IMS' },
      })
      request.on('response', found)
      request.on('error', fail)
      request.end()
    })
  }

  const toProblem = (error: unknown, host: string, isLate: boolean, timeoutMs: number): unknown => {
    if (isProblem(error)) return error
    if (isLate)
      return fetchProblems.otherServerSilent({
        host,
        found: `has not answered in ${Math.round(timeoutMs / 1000)} seconds`,
      })
    const code = (error as { code?: string }).code ?? 'the connection broke'
    return fetchProblems.otherServerSilent({ host, found: `cannot be reached (${code})` })
  }

  return async (address: string, request: FetchRequest): Promise<FetchedDocument> => {
    const { maxBytes = standardBytes, timeoutMs = standardTimeoutMs } = request
    const late = AbortSignal.timeout(timeoutMs)
    const signal = request.signal === undefined ? late : AbortSignal.any([request.signal, late])
    let url = toUrl(address)
    for (let hops = 0; ; hops++) {
      const { host } = url
      try {
        const answer = await ask(url, request, signal)
        const status = answer.statusCode ?? 0
        const { location } = answer.headers
        if (status >= 300 && status < 400 && location !== undefined) {
          answer.destroy()
          const next = new URL(location, url)
          if (next.origin !== url.origin) throw fetchProblems.otherServerMoved({ host, target: next.href })
          if (hops === mostRedirects)
            throw fetchProblems.otherServerSilent({
              host,
              found: 'leads from one address to the next without an end',
            })
          url = toUrl(next.href)
          continue
        }
        if (status !== 200) {
          answer.destroy()
          throw fetchProblems.otherServerRefused({ host, status })
        }
        const bytes = await bodyOf(answer, host, maxBytes)
        return { url: url.href, contentType: answer.headers['content-type'] ?? '', bytes }
      } catch (error) {
        if (request.signal?.aborted) throw error
        throw toProblem(error, host, late.aborted, timeoutMs)
      }
    }
  }
}

export type SafeFetch = ReturnType<typeof createSafeFetch>
