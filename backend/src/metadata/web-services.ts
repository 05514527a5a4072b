/** What a record's external endpoints offer: the addresses made from them. Nothing is fetched here. */
import type { WebService } from './record-metadata.ts'

/** Adds parameters the way services expect: unknown ones of the address stay, ours replace whatever the case. */
const withParameters = (address: string, parameters: Record<string, string>): string => {
  const url = new URL(address)
  const ours = new Set(Object.keys(parameters).map((name) => name.toLowerCase()))
  for (const name of [...url.searchParams.keys()]) {
    if (ours.has(name.toLowerCase())) url.searchParams.delete(name)
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** R9.4, R9.6: a WFS layer is a download, too. Other services, and a WFS without layer, give none. */
export const downloadUrlOf = (
  service: WebService,
  outputFormat: 'application/json' | 'SHAPE-ZIP' = 'application/json',
): string | null => {
  if (service.protocol !== 'OGC:WFS' || !service.layer || !URL.canParse(service.url)) return null
  return withParameters(service.url, {
    service: 'WFS',
    version: '2.0.0',
    request: 'GetFeature',
    typeNames: service.layer,
    outputFormat: outputFormat,
  })
}

/** What a client asks first. A WMTS address may be that of a capabilities document already; an OGC API has its landing page. */
export const capabilitiesUrlOf = (service: WebService): string => {
  if (service.protocol === 'OGC:API') return service.url
  if (!URL.canParse(service.url) || /\.xml$/i.test(new URL(service.url).pathname)) return service.url
  return withParameters(service.url, {
    service: service.protocol.slice('OGC:'.length),
    request: 'GetCapabilities',
  })
}
