/** Reads what other people's web services offer (R9.5, R9.8), a few at a time. */

import { isProblem } from '../domain/problem.ts'
import { fetchProblems } from '../domain/problems/fetch.ts'
import type { SafeFetch } from '../http/safe-fetch.ts'
import type { WebServiceProtocol } from '../metadata/code-lists.ts'
import {
  collectionsAddressOf,
  hasCollections,
  layersOf,
  nextAddressOf,
  titleOf,
  toMembers,
} from '../metadata/ogc-api-collections.ts'
import {
  protocolOf,
  readCapabilities,
  type ServiceCapabilities,
  type ServiceLayer,
  type XmlProtocol,
} from '../metadata/service-capabilities.ts'
import { capabilitiesUrlOf } from '../metadata/web-services.ts'
import { readXml, type XmlElement } from '../xml/read.ts'

const limits = { maxBytes: 8 * 1_048_576, maxElements: 400_000, maxAttributes: 100 }
const mostAtOnce = 4
const mostLayers = 5000
/** Of a list of collections that comes in pages. */
const mostPages = 10

export const createServiceCapabilities = ({ safeFetch }: { safeFetch: SafeFetch }) => {
  let running = 0

  const fetchRoot = async (
    address: string,
    protocol: XmlProtocol,
    signal: AbortSignal,
  ): Promise<XmlElement> => {
    const { bytes } = await safeFetch(address, {
      accept: 'application/xml, text/xml;q=0.9, */*;q=0.1',
      maxBytes: limits.maxBytes,
      signal,
    })
    try {
      return readXml(bytes, { ...limits, what: 'The answer' })
    } catch (error) {
      if (!isProblem(error)) throw error
      throw fetchProblems.capabilitiesNotFound({
        address,
        protocol,
        found: 'the answer is no XML that can be read',
      })
    }
  }

  const fetchJson = async (address: string, given: string, signal: AbortSignal) => {
    const { bytes, url } = await safeFetch(address, {
      accept: 'application/json, application/geo+json;q=0.9',
      maxBytes: limits.maxBytes,
      signal,
    })
    const document = toMembers(new TextDecoder().decode(bytes))
    if (document !== null) return { document, url }
    throw fetchProblems.capabilitiesNotFound({
      address: given,
      protocol: 'OGC:API',
      found: 'the answer is no JSON object',
    })
  }

  /** The landing page, or the list of collections itself, and what the list leads on to. */
  const readApi = async (given: string, signal: AbortSignal): Promise<ServiceCapabilities> => {
    const first = await fetchJson(given, given, signal)
    let page = first
    if (!hasCollections(page.document)) {
      const address = collectionsAddressOf(page.document, page.url)
      if (address === null)
        throw fetchProblems.capabilitiesNotFound({
          address: given,
          protocol: 'OGC:API',
          found: 'it is no landing page of an OGC API, which would link to its collections',
        })
      page = await fetchJson(address, given, signal)
    }
    if (!hasCollections(page.document))
      throw fetchProblems.capabilitiesNotFound({
        address: given,
        protocol: 'OGC:API',
        found: 'its list of collections is missing',
      })
    const layers: ServiceLayer[] = layersOf(page.document)
    for (let pages = 1; pages < mostPages && layers.length < mostLayers; pages += 1) {
      const next = nextAddressOf(page.document, page.url)
      if (next === null) break
      page = await fetchJson(next, given, signal)
      layers.push(...layersOf(page.document))
    }
    return { title: titleOf(first.document), layers: layers.slice(0, mostLayers) }
  }

  const readXmlService = async (
    { url, protocol }: { url: string; protocol: XmlProtocol },
    signal: AbortSignal,
  ): Promise<ServiceCapabilities> => {
    const address = capabilitiesUrlOf({ url, protocol })
    const root = await fetchRoot(address, protocol, signal)
    const found = readCapabilities(root, protocol)
    if (found !== null) return { ...found, layers: found.layers.slice(0, mostLayers) }
    const other = protocolOf(root)
    throw fetchProblems.capabilitiesNotFound({
      address: url,
      protocol,
      found: other === null ? 'it answered with another document' : `it is ${other}`,
    })
  }

  const read = (
    { url, protocol }: { url: string; protocol: WebServiceProtocol },
    signal: AbortSignal,
  ): Promise<ServiceCapabilities> =>
    protocol === 'OGC:API' ? readApi(url, signal) : readXmlService({ url, protocol }, signal)

  return {
    read: async (
      service: { url: string; protocol: WebServiceProtocol },
      signal: AbortSignal,
    ): Promise<ServiceCapabilities> => {
      if (running >= mostAtOnce) throw fetchProblems.otherServersBusy({ retryAfterSeconds: 5 })
      running += 1
      try {
        return await read(service, signal)
      } finally {
        running -= 1
      }
    },
  }
}

export type ServiceCapabilitiesReading = ReturnType<typeof createServiceCapabilities>
