/** Links of the OGC faces: absolute, within the face through which the client came, and with all its parameters (G6, G7). */
import type { HttpContext } from '../../contract/handler.ts'

export type Link = {
  href: string
  rel: string
  type?: string
  title?: string
  hreflang?: string
  length?: number
  templated?: boolean
  /** Which kind of its media type (RFC 6906); in JSON-FG's links. */
  profile?: string[]
}

export const mediaTypes = {
  json: 'application/json',
  geojson: 'application/geo+json',
  html: 'text/html',
  schema: 'application/schema+json',
  flatgeobuf: 'application/flatgeobuf',
  csv: 'text/csv',
  tileJson: 'application/vnd.mapbox.tile+json',
  mapboxStyle: 'application/vnd.mapbox.style+json',
  /** QGIS and OWSLib compare this text as a whole (G1). */
  openapi: 'application/vnd.oai.openapi+json;version=3.0',
} as const

export const relations = {
  conformance: 'http://www.opengis.net/def/rel/ogc/1.0/conformance',
  data: 'http://www.opengis.net/def/rel/ogc/1.0/data',
  queryables: 'http://www.opengis.net/def/rel/ogc/1.0/queryables',
  schema: 'http://www.opengis.net/def/rel/ogc/1.0/schema',
  sortables: 'http://www.opengis.net/def/rel/ogc/1.0/sortables',
  styles: 'http://www.opengis.net/def/rel/ogc/1.0/styles',
} as const

/** GDAL and ogc-client look for these as whole texts. */
export const tileRelations = {
  tilesetsVector: 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
  tilingScheme: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme',
  tilingSchemes: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes',
  geodata: 'http://www.opengis.net/def/rel/ogc/1.0/geodata',
} as const

/** GDAL looks for the first form, the OGC's suite and later clients for the second (20-058). */
export const mapRelations = {
  map: ['http://www.opengis.net/def/rel/ogc/1.0/map', 'https://www.opengis.net/def/rel/ogc/1.0/map'],
  tilesetsMap: [
    'http://www.opengis.net/def/rel/ogc/1.0/tilesets-map',
    'https://www.opengis.net/def/rel/ogc/1.0/tilesets-map',
  ],
} as const

/** GDAL knows these, of drafts before 2023. */
export const coverageRelations = {
  coverage: 'http://www.opengis.net/def/rel/ogc/1.0/coverage',
  domainSet: 'http://www.opengis.net/def/rel/ogc/1.0/coverage-domainset',
  rangeType: 'http://www.opengis.net/def/rel/ogc/1.0/coverage-rangetype',
} as const

type Place = Pick<HttpContext, 'faceUrl' | 'path' | 'searchParams'>

/** The address of this request with some parameters changed; null takes one away. */
export const addressWith = (http: Place, changes: Record<string, string | null> = {}): string => {
  const parameters = new URLSearchParams(http.searchParams)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name)
    else parameters.set(name, value)
  }
  // Some clients take a plus sign for a plus sign.
  const query = parameters.toString().replaceAll('+', '%20')
  const path = http.path === '/' ? '/' : http.path.replace(/\/+$/, '')
  return `${http.faceUrl}${path}${query && `?${query}`}`
}

/** The representation itself, and the same thing in the other formats. */
export const selfAndAlternates = (
  http: Place,
  present: string,
  formats: { key: string; type: string; title: string }[],
): Link[] =>
  formats.map(({ key, type, title }) =>
    key === present
      ? { rel: 'self', type, title: 'This document', href: addressWith(http) }
      : { rel: 'alternate', type, title, href: addressWith(http, { f: key }) },
  )

export const jsonAndHtml = [
  { key: 'json', type: mediaTypes.json, title: 'This document as JSON' },
  { key: 'html', type: mediaTypes.html, title: 'This document as a page' },
]

/** The page of the record that describes a collection (R6.22). */
export const recordAddress = (siteUrl: string, recordId: string): string =>
  `${siteUrl}/records/collections/metadata:main/items/${recordId}`

export const downloadAddress = (siteUrl: string, distributionId: string): string =>
  `${siteUrl}/files/${distributionId}`
