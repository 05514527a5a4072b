/** What a record's external endpoints offer: the addresses made from them. Nothing is fetched here. */
import type { RecordMetadataDraft, WebService } from './record-metadata.ts'

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

type Named = Pick<RecordMetadataDraft, 'resourceName' | 'title'>

/** What its distribution is called. */
export const serviceTitleOf = ({ title, layer }: WebService, { resourceName, title: named }: Named): string =>
  title || layer || resourceName || named || 'Dataset'

/** The service a distribution was made of: one address may be a WMS, a WFS, and several layers of each. */
export const serviceOf = (
  { url, protocol, title }: { url: string; protocol: string; title: string },
  metadata: Named & Pick<RecordMetadataDraft, 'webServices'>,
): WebService | undefined => {
  const there = (metadata.webServices ?? []).filter((one) => one.url === url && one.protocol === protocol)
  return there.find((one) => serviceTitleOf(one, metadata) === title) ?? there[0]
}
