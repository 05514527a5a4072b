/**
 * A tiny OGC API Features server, so that the script that opens collections in QGIS is proven apart from our own
 * server. Everything QGIS 3.22 asks for and nothing else; it can be told to misbehave.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Feature = {
  type: 'Feature'
  id: number
  geometry: { type: string; coordinates: unknown } | null
  properties: Record<string, string | number | boolean | null>
}
export type StubCollection = { id: string; box: [number, number, number, number] | null; features: Feature[] }

/** What may go wrong on a server, and must be noticed. */
export type Fault =
  | 'loses the next page'
  | 'repeats a page'
  | 'counts wrongly'
  | 'fails on page two'
  | 'swaps the axes'

const PAGE = 10

const twoDigits = (value: number) => String(value).padStart(2, '0')

/** 25 points on a line through the island: three pages. */
export const stations: StubCollection = {
  id: 'stations',
  box: [-61.06, 13.71, -60.82, 13.95],
  features: Array.from({ length: 25 }, (_, index) => ({
    type: 'Feature',
    id: index + 1,
    geometry: {
      type: 'Point',
      coordinates: [Number((-61.06 + index * 0.01).toFixed(2)), Number((13.71 + index * 0.01).toFixed(2))],
    },
    properties: {
      code: `S-${twoDigits(index + 1)}`,
      name: index % 4 === 3 ? null : `Soufrière "${index + 1}"`,
      height_m: index * 12,
      rain_mm: index + 0.5,
      installed_on: `2020-01-${twoDigits(index + 1)}`,
      read_at: `2025-06-${twoDigits(index + 1)}T08:30:00Z`,
    },
  })),
}

/** A table without geometry: two pages. */
export const readings: StubCollection = {
  id: 'readings',
  box: null,
  features: Array.from({ length: 12 }, (_, index) => ({
    type: 'Feature',
    id: index + 1,
    geometry: null,
    properties: { code: `S-${twoDigits(index + 1)}`, value: index * 1.5 },
  })),
}

export const startStubServer = async ({
  fault,
  collections = [stations, readings],
}: {
  fault?: Fault
  collections?: StubCollection[]
} = {}) => {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(request, response, { fault, collections })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pygeoapi`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

const answer = (
  request: IncomingMessage,
  response: ServerResponse,
  { fault, collections }: { fault: Fault | undefined; collections: StubCollection[] },
) => {
  const base = `http://${request.headers.host}/pygeoapi`
  const url = new URL(request.url ?? '/', base)
  const [, , first, id, items] = url.pathname.split('/')
  const collection = collections.find((one) => one.id === id)
  const send = (body: unknown, type = 'application/json', status = 200) => {
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    response.end(JSON.stringify(body))
  }
  if (first === undefined || first === '') return send(landingPage(base))
  if (first === 'openapi') return send(apiDescription, 'application/vnd.oai.openapi+json;version=3.0')
  if (first === 'conformance')
    return send({ conformsTo: ['http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'] })
  if (first !== 'collections' || (id !== undefined && !collection))
    return send({ code: 'not-found' }, undefined, 404)
  if (!collection)
    return send({ collections: collections.map((one) => describeCollection(one, base)), links: [] })
  if (items === undefined) return send(describeCollection(collection, base))
  const page = itemsPage(collection, url, fault)
  return page ? send(page, 'application/geo+json') : send({ code: 'unavailable' }, undefined, 503)
}

const landingPage = (base: string) => ({
  title: 'Stub',
  links: [
    { rel: 'self', type: 'application/json', href: base },
    { rel: 'service-desc', type: 'application/vnd.oai.openapi+json;version=3.0', href: `${base}/openapi` },
    { rel: 'conformance', type: 'application/json', href: `${base}/conformance` },
    { rel: 'data', type: 'application/json', href: `${base}/collections` },
  ],
})

const apiDescription = {
  openapi: '3.0.3',
  info: { title: 'Stub', version: '1' },
  components: {
    parameters: {
      limit: { name: 'limit', in: 'query', schema: { type: 'integer', default: PAGE, maximum: PAGE } },
    },
  },
  paths: {},
}

const describeCollection = ({ id, box }: StubCollection, base: string) => ({
  id,
  title: id,
  itemType: 'feature',
  ...(box ? { extent: { spatial: { bbox: [box] } } } : {}),
  links: [{ rel: 'items', type: 'application/geo+json', href: `${base}/collections/${id}/items` }],
})

const isWithin = (feature: Feature, bbox: string | null) => {
  if (bbox === null) return true
  const [west = 0, south = 0, east = 0, north = 0] = bbox.split(',').map(Number)
  const numbers = (feature.geometry?.coordinates ?? []) as unknown[]
  const flat = numbers.flat(Number.POSITIVE_INFINITY) as number[]
  const x = flat.filter((_, index) => index % 2 === 0)
  const y = flat.filter((_, index) => index % 2 === 1)
  return (
    Math.max(...x) >= west && Math.min(...x) <= east && Math.max(...y) >= south && Math.min(...y) <= north
  )
}

const swapAxes = (feature: Feature): Feature =>
  feature.geometry
    ? {
        ...feature,
        geometry: {
          ...feature.geometry,
          coordinates: (feature.geometry.coordinates as number[]).toReversed(),
        },
      }
    : feature

const itemsPage = ({ features }: StubCollection, url: URL, fault: Fault | undefined) => {
  const limit = Math.min(Number(url.searchParams.get('limit') ?? PAGE), PAGE)
  const offset = Number(url.searchParams.get('offset') ?? 0)
  if (fault === 'fails on page two' && offset > 0) return null
  const all = features.filter((feature) => isWithin(feature, url.searchParams.get('bbox')))
  const start = fault === 'repeats a page' && offset >= 2 * PAGE ? offset - PAGE : offset
  const page = all.slice(start, start + limit)
  const next = new URL(url)
  next.searchParams.set('offset', String(offset + limit))
  const hasNext = offset + limit < all.length && fault !== 'loses the next page'
  return {
    type: 'FeatureCollection',
    numberMatched: all.length + (fault === 'counts wrongly' ? 1 : 0),
    numberReturned: page.length,
    features: fault === 'swaps the axes' ? page.map(swapAxes) : page,
    links: hasNext ? [{ rel: 'next', type: 'application/geo+json', href: next.href }] : [],
  }
}
