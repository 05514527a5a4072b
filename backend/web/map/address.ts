/**
 * Deep links into the viewer (R10.4, R10.9): `/map?layer=<collection or record id>&zoom=<n>&center=<lon>,<lat>`, `layer` as
 * often as there are layers, the first at the bottom. `hidden` and `opacity=<layer>:<share>` say what differs from plain.
 */

export type Seen = { id: string; isVisible: boolean; opacity: number }
export type Look = { layers: Seen[]; zoom: number | null; center: [number, number] | null }

/**
 * A layer of somebody else's web service that a record names (R9.7): the record, and the layer's name there, which stays
 * when services are added to the record or taken away.
 */
export const serviceLayerId = (recordId: string, layer: string): string => `${recordId}~${layer}`

export const toServiceLayer = (id: string): { recordId: string; layer: string } | null => {
  const found = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(.+)$/i.exec(id)
  return found ? { recordId: found[1] ?? '', layer: found[2] ?? '' } : null
}

const mostLayers = 20
const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

const readCenter = (text: string | null): [number, number] | null => {
  const parts = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [longitude = Number.NaN, latitude = Number.NaN] = parts
  return parts.length === 2 && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90
    ? [longitude, latitude]
    : null
}

/** What cannot be read counts as not there: a link may have been shortened or typed by hand. */
export const readAddress = (query: URLSearchParams): Look => {
  const hidden = new Set(query.getAll('hidden'))
  const opacities = new Map(
    query.getAll('opacity').map((text) => {
      const at = text.lastIndexOf(':')
      return [text.slice(0, at), Number(text.slice(at + 1))] as const
    }),
  )
  const ids = [...new Set(query.getAll('layer').filter((id) => id.trim() !== ''))].slice(0, mostLayers)
  const zoom = query.get('zoom')
  return {
    layers: ids.map((id) => {
      const opacity = opacities.get(id) ?? 1
      return { id, isVisible: !hidden.has(id), opacity: Number.isFinite(opacity) ? within(opacity, 0, 1) : 1 }
    }),
    zoom:
      zoom !== null && zoom.trim() !== '' && Number.isFinite(Number(zoom))
        ? within(Number(zoom), 0, 22)
        : null,
    center: readCenter(query.get('center')),
  }
}

const short = (value: number, digits: number) => String(Number(value.toFixed(digits)))

export const writeAddress = ({ layers, zoom, center }: Look): string => {
  const query: string[] = []
  const put = (name: string, value: string) =>
    query.push(`${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`)
  for (const { id } of layers) put('layer', id)
  for (const { id, isVisible } of layers) if (!isVisible) put('hidden', id)
  for (const { id, opacity } of layers) if (opacity !== 1) put('opacity', `${id}:${short(opacity, 2)}`)
  if (zoom !== null) put('zoom', short(zoom, 2))
  if (center !== null) put('center', `${short(center[0], 5)},${short(center[1], 5)}`)
  return query.length === 0 ? '' : `?${query.join('&')}`
}
