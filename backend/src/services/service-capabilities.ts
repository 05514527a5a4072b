/** Reads what other people's web services offer (R9.5, R9.8), a few at a time. */

import { isProblem } from '../domain/problem.ts'
import { fetchProblems } from '../domain/problems/fetch.ts'
import type { SafeFetch } from '../http/safe-fetch.ts'
import type { WebServiceProtocol } from '../metadata/code-lists.ts'
import { protocolOf, readCapabilities, type ServiceCapabilities } from '../metadata/service-capabilities.ts'
import { capabilitiesUrlOf } from '../metadata/web-services.ts'
import { readXml, type XmlElement } from '../xml/read.ts'

const limits = { maxBytes: 8 * 1_048_576, maxElements: 400_000, maxAttributes: 100 }
const mostAtOnce = 4
const mostLayers = 5000

export const createServiceCapabilities = ({ safeFetch }: { safeFetch: SafeFetch }) => {
  let running = 0

  const fetchRoot = async (
    address: string,
    protocol: WebServiceProtocol,
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

  const read = async (
    { url, protocol }: { url: string; protocol: WebServiceProtocol },
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
