/** Links of a record: to itself in each format, to the data in each form they are offered, to what it replaces. */
import type { HttpContext } from '../../contract/handler.ts'
import type { Link } from '../../metadata/records-geojson.ts'
import { serviceOf } from '../../metadata/web-services.ts'
import type { CatalogueEntry, Titled } from '../../repositories/catalogue.ts'
import {
  type Distribution,
  type DistributionView,
  toDistributions,
} from '../../repositories/distributions.ts'
import { mediaTypes, relations as ogcRelations } from '../common/links.ts'

export const CATALOG_ID = 'metadata:main'

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>

export const isoType = 'application/xml'
export const dcatType = 'application/ld+json'
export const catalogType = 'application/ogc-catalog+json'

export const relations = {
  sortables: 'http://www.opengis.net/def/rel/ogc/1.0/sortables',
  queryables: 'http://www.opengis.net/def/rel/ogc/1.0/queryables',
  facets: 'http://www.opengis.net/def/rel/ogc/1.0/facets',
  catalog: 'http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog',
} as const

const profiles = 'http://www.opengis.net/def/profile/OGC/0/'

/** OGC 20-004r1, /req/json/record-content. */
export const profileLinks: Link[] = [
  { rel: 'profile', href: `${profiles}ogc-record` },
  { rel: 'profile', href: `${profiles}ogc-catalog` },
]

export const catalogAddress = ({ faceUrl }: Pick<Face, 'faceUrl'>): string =>
  `${faceUrl}/collections/${CATALOG_ID}`
export const itemsAddress = (face: Pick<Face, 'faceUrl'>): string => `${catalogAddress(face)}/items`
export const recordAddress = (face: Pick<Face, 'faceUrl'>, id: string): string =>
  `${itemsAddress(face)}/${id}`

export const recordFormats = [
  { key: 'json', type: mediaTypes.geojson, title: 'This record as GeoJSON' },
  { key: 'html', type: mediaTypes.html, title: 'This record as a page' },
  { key: 'xml', type: isoType, title: 'This record as ISO 19139 XML' },
  { key: 'dcat', type: dcatType, title: 'This record as DCAT-AP in JSON-LD' },
] as const

export type RecordFormat = (typeof recordFormats)[number]['key']

export const itemsFormats = [
  { key: 'json', type: mediaTypes.geojson, title: 'These records as GeoJSON' },
  { key: 'html', type: mediaTypes.html, title: 'These records as a page' },
  { key: 'xml', type: isoType, title: 'These records as ISO 19139 XML' },
  { key: 'dcat', type: dcatType, title: 'These records as a DCAT-AP catalogue in JSON-LD' },
]

const inHeader = new Set([
  'self',
  'alternate',
  'collection',
  'next',
  'prev',
  'describedby',
  'profile',
  'successor-version',
])

/** RFC 8288: for clients of formats that have no place for links, and for HEAD. Addresses are ours, and hold no brackets. */
export const linkHeader = (links: Link[]): { Link: string } => ({
  Link: links
    .filter(({ rel }) => inHeader.has(rel))
    .map(({ href, rel, type }) => `<${href}>; rel="${rel}"${type === undefined ? '' : `; type="${type}"`}`)
    .join(', '),
})

/** The address without `f` is the record's own; it says self in whatever format it was asked for. */
const formatLinks = (address: string, present: RecordFormat | null): Link[] =>
  recordFormats.map(({ key, type, title }) =>
    key === (present ?? 'json')
      ? { rel: 'self', href: address, type, title }
      : { rel: 'alternate', href: `${address}?f=${key}`, type, title },
  )

const optional = <Value>(name: string, value: Value | null) => (value === null ? {} : { [name]: value })

const described = (one: DistributionView): Omit<Link, 'rel'> => ({
  href: one.url,
  title: one.title,
  protocol: one.protocol,
  ...optional('type', one.mediaType),
  ...optional('length', one.sizeBytes),
})

/** MetaSearch adds a service's layer by this name. */
const layerOf = ({ metadata }: CatalogueEntry, one: DistributionView) =>
  serviceOf(one, metadata)?.layer ?? null

/**
 * Of what a collection is drawn as: the picture of the layer, its styles, and WMS by the name that clients know it by; of
 * features and of rasters. Tables have none.
 */
const mapLinks = ({ collectionId, metadata }: CatalogueEntry, siteUrl: string): Link[] =>
  collectionId === null || metadata.spatialRepresentationType === 'textTable'
    ? []
    : [
        {
          rel: 'preview',
          href: `${siteUrl}/pygeoapi/collections/${collectionId}/map?f=png&width=480`,
          type: 'image/png',
          title: 'Picture of the layer',
        },
        {
          rel: ogcRelations.styles,
          href: `${siteUrl}/pygeoapi/collections/${collectionId}/styles`,
          type: mediaTypes.json,
          title: 'Styles of the layer',
        },
        {
          rel: 'related',
          href: `${siteUrl}/wms`,
          type: 'text/xml',
          title: 'Web map service',
          protocol: 'OGC:WMS',
          name: collectionId,
        },
      ]

/** Relation by kind (R11.8). */
const linksOfDistribution = (entry: CatalogueEntry, one: DistributionView, siteUrl: string): Link[] => {
  const link = described(one)
  switch (one.kind) {
    case 'original':
    case 'pmtiles':
    case 'cog':
    case 'external':
      return [{ rel: 'enclosure', ...link }]
    case 'features': {
      const collection = `${siteUrl}/pygeoapi/collections/${entry.collectionId ?? ''}`
      return [
        { rel: 'item', ...link, ...optional('name', entry.collectionId) },
        {
          rel: 'related',
          href: collection,
          type: mediaTypes.json,
          title: 'OGC API collection',
          protocol: one.protocol,
        },
        {
          rel: 'service-desc',
          href: `${siteUrl}/pygeoapi/api`,
          type: mediaTypes.openapi,
          title: 'API definition',
        },
      ]
    }
    case 'style':
      return [{ rel: 'stylesheet', ...link }]
    case 'information':
      return [{ rel: 'about', ...link }]
    case 'service':
      return [{ rel: 'service', ...link, ...optional('name', layerOf(entry, one)) }]
  }
}

export const distributionLinks = (
  entry: CatalogueEntry,
  distributions: Distribution[],
  siteUrl: string,
): Link[] => [
  ...toDistributions(distributions, siteUrl).flatMap((one) => linksOfDistribution(entry, one, siteUrl)),
  ...mapLinks(entry, siteUrl),
]

const versionLinks = (
  face: Face,
  { successor, predecessors }: { successor: Titled | null; predecessors: Titled[] },
): Link[] => [
  ...(successor
    ? [
        {
          rel: 'successor-version',
          href: recordAddress(face, successor.id),
          type: mediaTypes.geojson,
          title: `Replaced by: ${successor.title}`,
        },
      ]
    : []),
  ...predecessors.map(({ id, title }) => ({
    rel: 'predecessor-version',
    href: recordAddress(face, id),
    type: mediaTypes.geojson,
    title: `Replaces: ${title}`,
  })),
]

export const recordLinks = (
  entry: CatalogueEntry & { successor?: Titled | null; predecessors?: Titled[] },
  {
    distributions,
    face,
    present = null,
  }: { distributions: Distribution[]; face: Face; present?: RecordFormat | null },
): Link[] => {
  const address = recordAddress(face, entry.id)
  return [
    ...formatLinks(address, present),
    { rel: 'collection', href: catalogAddress(face), type: mediaTypes.json, title: 'The catalogue' },
    { rel: 'describedby', href: `${address}?f=xml`, type: isoType, title: 'ISO 19139 metadata' },
    ...(present === null ? [] : profileLinks),
    ...distributionLinks(entry, distributions, face.siteUrl),
    ...versionLinks(face, { successor: entry.successor ?? null, predecessors: entry.predecessors ?? [] }),
    {
      rel: 'version-history',
      href: `${face.siteUrl}/api/v1/records/${entry.id}/versions`,
      type: mediaTypes.json,
      title: 'What earlier versions said',
    },
  ]
}
