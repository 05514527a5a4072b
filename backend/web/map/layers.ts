/** What the viewer knows of a layer: found under the id of a collection or of a record. */
import { siteUrl } from '../place.ts'
import { serviceLayerId, toServiceLayer } from './address.ts'

export type MapLayer = {
  /** As in the address. */
  id: string
  /** What it is known by on this page: a collection, or a layer of a service that a record names. */
  collectionId: string
  title: string
  /** [west, south, east, north], degrees; null for a layer without a place. */
  bounds: [number, number, number, number] | null
  /** Complete but for {z}, {y} and {x}; the second for screens with a high resolution. */
  tilesUrl: { plain: string; fine: string }
  /** Drawn by somebody else's server. */
  isElsewhere: boolean
  legendUrl: string | null
  recordUrl: string | null
  /** What can be asked for at a place: features, or values of a raster. */
  answers: 'features' | 'values' | 'service' | null
}

type Link = { rel: string; href: string; type?: string }
type Collection = {
  id: string
  title?: string
  extent?: { spatial?: { bbox?: number[][] } }
  links: Link[]
  raster?: object
}

export const dataUrl = `${siteUrl}/pygeoapi`
const catalogueItems = `${siteUrl}/records/collections/metadata:main/items`

const ask = async <Answer>(url: string): Promise<Answer | null> => {
  const response = await fetch(url, { headers: { Accept: 'application/json' } })
  if (response.status === 404 || response.status === 410 || response.status === 400) return null
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()) as Answer
}

const collectionOf = (id: string) =>
  ask<Collection>(`${dataUrl}/collections/${encodeURIComponent(id)}?f=json`)

/** Records say where their data are. */
const collectionIdOfRecord = async (recordId: string): Promise<string | null> => {
  const record = await ask<{ links?: Link[] }>(`${catalogueItems}/${encodeURIComponent(recordId)}?f=json`)
  const link = record?.links?.find(
    ({ href }) =>
      /\/collections\/[^/?#]+\/(?:items|map)?(?:[?#]|$)/.test(href) &&
      href.startsWith(siteUrl) &&
      !href.includes('metadata:main'),
  )
  return link
    ? decodeURIComponent(/\/collections\/([^/?#]+)/.exec(link.href.replace(catalogueItems, ''))?.[1] ?? '') ||
        null
    : null
}

const isUuid = (id: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id)

const toBounds = (collection: Collection): MapLayer['bounds'] => {
  const box = collection.extent?.spatial?.bbox?.[0]
  if (!box) return null
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] =
    box.length === 6 ? ([box[0], box[1], box[3], box[4]] as number[]) : box
  return [west, south, east, north].every(Number.isFinite) ? [west, south, east, north] : null
}

type ServiceLayer = {
  layer: string
  title: string
  protocol: 'OGC:WMS' | 'OGC:WMTS'
  bounds: MapLayer['bounds']
}

const servicesUrl = (recordId: string) =>
  `${siteUrl}/api/v1/records/${encodeURIComponent(recordId)}/service-layers`

/** Of a record that names a WMS or WMTS (R9.7): the layer of that name, or the first one. */
const serviceLayerOf = async (recordId: string, wanted: string | null): Promise<MapLayer | null> => {
  const found = await ask<{ layers: ServiceLayer[] }>(servicesUrl(recordId))
  const service = found?.layers.find(({ layer }) => wanted === null || layer === wanted)
  if (!service) return null
  const { layer, title, protocol, bounds } = service
  const id = serviceLayerId(recordId, layer)
  const address = `${servicesUrl(recordId)}/${encodeURIComponent(layer)}`
  const tiles = `${address}/tiles/{z}/{y}/{x}`
  const isMap = protocol === 'OGC:WMS'
  return {
    id,
    collectionId: id,
    title,
    bounds,
    tilesUrl: { plain: tiles, fine: tiles },
    isElsewhere: true,
    legendUrl: isMap ? `${address}/legend` : null,
    recordUrl: `${catalogueItems}/${encodeURIComponent(recordId)}?f=html`,
    answers: isMap ? 'service' : null,
  }
}

/** null for what is not there, or not public: the page says so and goes on (R10.9). */
export const findLayer = async (id: string): Promise<MapLayer | null> => {
  const service = toServiceLayer(id)
  if (service !== null) return serviceLayerOf(service.recordId, service.layer)
  const found = await collectionLayer(id)
  return found === null && isUuid(id) ? serviceLayerOf(id, null) : found
}

const collectionLayer = async (id: string): Promise<MapLayer | null> => {
  const collectionId = isUuid(id) ? await collectionIdOfRecord(id) : id
  const collection = collectionId === null ? null : await collectionOf(collectionId)
  if (collection === null) return null
  const address = `${dataUrl}/collections/${encodeURIComponent(collection.id)}`
  const styles = await ask<{ default?: string; styles: { id: string }[] }>(`${address}/styles?f=json`).catch(
    () => null,
  )
  const styleId = styles?.default ?? styles?.styles[0]?.id
  const record = collection.links.find(({ rel, href }) => rel === 'describedby' && href.includes('/items/'))
  return {
    id,
    collectionId: collection.id,
    title: collection.title || collection.id,
    bounds: toBounds(collection),
    tilesUrl: {
      plain: `${address}/map/tiles/WebMercatorQuad/{z}/{y}/{x}?f=png`,
      fine: `${address}/map/tiles/WebMercatorQuad/{z}/{y}/{x}@2x?f=png`,
    },
    isElsewhere: false,
    legendUrl:
      styleId === undefined
        ? null
        : `${address}/styles/${encodeURIComponent(styleId)}/legend?f=png&pixel-ratio=2`,
    recordUrl: record ? record.href.replace(/\?.*$/, '?f=html') : null,
    answers: collection.raster
      ? 'values'
      : collection.links.some(({ rel }) => rel === 'items')
        ? 'features'
        : null,
  }
}

export type Offered = { id: string; title: string }

/** Every collection that can be drawn. */
export const listLayers = async (): Promise<Offered[]> => {
  const found = await ask<{ collections: Collection[] }>(`${dataUrl}/collections?f=json`)
  return (found?.collections ?? [])
    .filter((collection) => toBounds(collection) !== null)
    .map(({ id, title }) => ({ id, title: title || id }))
}

export type Found = { layer: MapLayer; features: { id: string; properties: Record<string, unknown> }[] }

type FeatureAnswer = { features: { id: string | number; properties: Record<string, unknown> | null }[] }

const addressAt = (
  { collectionId, answers }: MapLayer,
  [longitude, latitude]: readonly [number, number],
  { reach, zoom }: { reach: number; zoom: number },
): string => {
  const service = answers === 'service' ? toServiceLayer(collectionId) : null
  if (service !== null)
    return `${servicesUrl(service.recordId)}/${encodeURIComponent(service.layer)}/features?longitude=${longitude}&latitude=${latitude}&zoom=${zoom}`
  const box = [longitude - reach, latitude - reach, longitude + reach, latitude + reach]
    .map((value) => value.toFixed(7))
    .join(',')
  const id = encodeURIComponent(collectionId)
  return answers === 'values'
    ? `${siteUrl}/wms?service=WMS&version=1.3.0&request=GetFeatureInfo&layers=${id}&query_layers=${id}&styles=&crs=CRS:84&bbox=${box}&width=3&height=3&i=1&j=1&info_format=application/geo%2Bjson`
    : `${dataUrl}/collections/${id}/items?f=json&limit=5&skipGeometry=true&bbox=${box}`
}

/** Features around a place, or the values of a raster there; `reach` in degrees. */
export const findAt = async (
  layer: MapLayer,
  place: readonly [number, number],
  look: { reach: number; zoom: number },
): Promise<Found> => {
  const answer = await ask<FeatureAnswer>(addressAt(layer, place, look))
  return {
    layer,
    features: (answer?.features ?? []).map(({ id, properties }) => ({
      id: String(id),
      properties: properties ?? {},
    })),
  }
}
