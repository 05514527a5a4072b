/**
 * Maps of other people's WMS and WMTS that published records name (R9.7): fetched by this server, so that a reader's browser
 * asks nobody else. Only what records name is asked for, in tiles of one grid, and pictures only are handed on.
 */
import { createGate } from '../db/pool-share.ts'
import { fetchProblems } from '../domain/problems/fetch.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import type { SafeFetch } from '../http/safe-fetch.ts'
import { isMembers, toMembers } from '../metadata/ogc-api-collections.ts'
import type { RecordMetadataDraft, WebService } from '../metadata/record-metadata.ts'
import {
  type TileAddress,
  type WmtsTiles,
  wmsInfoUrl,
  wmsLegendUrl,
  wmsTileUrl,
  wmtsTilesOf,
  wmtsTileUrl,
} from '../metadata/service-maps.ts'
import { capabilitiesUrlOf } from '../metadata/web-services.ts'
import { readXml } from '../xml/read.ts'
import type { Records } from './records.ts'
import { createShelf } from './shelf.ts'

export type ServicePicture = { mediaType: 'image/png' | 'image/jpeg'; bytes: Uint8Array }
export type ServiceLayerView = {
  layer: string
  title: string
  protocol: 'OGC:WMS' | 'OGC:WMTS'
  /** Degrees: west, south, east, north; what the record says. */
  bounds: [number, number, number, number] | null
}
export type ServiceFeature = { id: string; properties: Record<string, string | number | boolean | null> }

type Drawable = WebService & { layer: string; protocol: 'OGC:WMS' | 'OGC:WMTS' }

const pictureBytes = 2 * 1_048_576
const capabilitiesLimits = { maxBytes: 8 * 1_048_576, maxElements: 400_000, maxAttributes: 100 }
const timeoutMs = 10_000
/** Readers pan about; other people's servers are not to be asked more than this at a time. */
const asking = { most: 8, waiting: 200, waitMs: 20_000 } as const
const keptPictures = 400
const keptMs = 10 * 60_000
const mostFeatures = 5
const mostProperties = 100
const mostText = 500

const isDrawable = (service: WebService): service is Drawable =>
  (service.protocol === 'OGC:WMS' || service.protocol === 'OGC:WMTS') && Boolean(service.layer)

const startsWith = (bytes: Uint8Array, ...head: number[]) => head.every((byte, at) => bytes[at] === byte)

/** What the bytes are, whatever the other server calls them. */
const pictureOf = (bytes: Uint8Array): ServicePicture | null => {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
    return { mediaType: 'image/png', bytes }
  return startsWith(bytes, 0xff, 0xd8, 0xff) ? { mediaType: 'image/jpeg', bytes } : null
}

const plain = (value: unknown): string | number | boolean | null => {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, mostText)
}

/** Servers that do not know JSON answer in another way: then there is nothing to tell. */
const featuresOf = (bytes: Uint8Array): ServiceFeature[] => {
  const features = toMembers(new TextDecoder().decode(bytes))?.['features']
  const list: unknown[] = Array.isArray(features) ? features : []
  return list
    .filter(isMembers)
    .slice(0, mostFeatures)
    .map(({ id, properties }, at) => ({
      id: typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, mostText) : String(at + 1),
      properties: Object.fromEntries(
        Object.entries(isMembers(properties) ? properties : {})
          .slice(0, mostProperties)
          .map(([name, value]) => [name.slice(0, mostText), plain(value)]),
      ),
    }))
}

export const createServiceMaps = ({
  records,
  safeFetch,
  now,
}: {
  records: Pick<Records, 'get'>
  safeFetch: SafeFetch
  now: () => number
}) => {
  const pictures = createShelf<ServicePicture>(keptPictures)
  const grids = createShelf<WmtsTiles | null>(50)
  const gate = createGate(asking, 'Other servers are being asked for too much at the same time.')

  const fetched = (address: string, accept: string, maxBytes: number): Promise<Uint8Array> =>
    gate.through(async () => (await safeFetch(address, { accept, maxBytes, timeoutMs })).bytes)

  /** A new key every few minutes: what others change is seen then. */
  const stamped = (address: string) => `${Math.floor(now() / keptMs)} ${address}`

  const picture = (address: string): Promise<ServicePicture> =>
    pictures.get(stamped(address), async () => {
      const found = pictureOf(await fetched(address, 'image/png, image/jpeg;q=0.9', pictureBytes))
      if (found === null) throw fetchProblems.otherServerNoPicture({ host: new URL(address).host })
      return found
    })

  const gridOf = (service: Drawable): Promise<WmtsTiles | null> => {
    const address = capabilitiesUrlOf(service)
    return grids.get(stamped(`${address} ${service.layer}`), async () => {
      const bytes = await fetched(address, 'application/xml, text/xml;q=0.9', capabilitiesLimits.maxBytes)
      return wmtsTilesOf(readXml(bytes, { ...capabilitiesLimits, what: 'The answer' }), service)
    })
  }

  /** As the public sees the record, whoever asks. */
  const recordOf = (recordId: string): Promise<CatalogueRecord> => records.get(recordId, { kind: 'public' })
  const metadataOf = ({ metadata }: CatalogueRecord) => metadata as RecordMetadataDraft
  const servicesOf = (record: CatalogueRecord): Drawable[] =>
    (metadataOf(record).webServices ?? []).filter(isDrawable)
  const serviceOf = async (recordId: string, layer: string): Promise<Drawable> => {
    const found = servicesOf(await recordOf(recordId)).find((one) => one.layer === layer)
    if (!found) throw generalProblems.notFound({ what: 'layer of a web service', id: layer })
    return found
  }

  return {
    list: async (recordId: string): Promise<ServiceLayerView[]> => {
      const record = await recordOf(recordId)
      const { bbox, title } = metadataOf(record)
      const bounds: ServiceLayerView['bounds'] = bbox ? [bbox.west, bbox.south, bbox.east, bbox.north] : null
      return servicesOf(record).map(({ layer, protocol, title: given }) => ({
        layer,
        protocol,
        title: given || title || layer,
        bounds,
      }))
    },

    /** null where the service has none. */
    tile: async (recordId: string, layer: string, tile: TileAddress): Promise<ServicePicture | null> => {
      const service = await serviceOf(recordId, layer)
      if (service.protocol === 'OGC:WMS') return picture(wmsTileUrl(service, tile))
      const grid = await gridOf(service)
      if (grid === null) throw fetchProblems.otherServerOtherGrid({ layer })
      const address = wmtsTileUrl(grid, tile)
      return address === null ? null : picture(address)
    },

    legend: async (recordId: string, layer: string): Promise<ServicePicture> => {
      const service = await serviceOf(recordId, layer)
      if (service.protocol === 'OGC:WMTS') throw generalProblems.notFound({ what: 'legend', id: layer })
      return picture(wmsLegendUrl(service))
    },

    at: async (
      recordId: string,
      layer: string,
      place: { longitude: number; latitude: number; zoom: number },
    ): Promise<ServiceFeature[]> => {
      const service = await serviceOf(recordId, layer)
      if (service.protocol === 'OGC:WMTS') return []
      return featuresOf(await fetched(wmsInfoUrl(service, place), 'application/json', pictureBytes))
    },
  }
}

export type ServiceMaps = ReturnType<typeof createServiceMaps>
