/**
 * A record as csw:Record, csw:SummaryRecord or csw:BriefRecord: Dublin Core, the ways to obtain the data as
 * dct:references with their protocol as scheme (from which MetaSearch makes its "add" buttons), and the extent.
 */
import type { HttpContext } from '../../contract/handler.ts'
import {
  allKeywords,
  type GeographicBox,
  type RecordMetadataDraft,
  type ResponsibleParty,
} from '../../metadata/record-metadata.ts'
import type { CatalogueEntry } from '../../repositories/catalogue.ts'
import { type DistributionView, toDistributions } from '../../repositories/distributions.ts'
import { element, type Xml, xml } from '../../xml/write.ts'
import { type ElementSet, toUrn } from './names.ts'

/** In the order in which the schemas of the summary and the brief record want them. */
export const recordElements = [
  'dc:identifier',
  'dc:title',
  'dc:type',
  'dc:subject',
  'dc:format',
  'dc:relation',
  'dct:modified',
  'dct:abstract',
  'dct:references',
  'dct:isReplacedBy',
  'dc:creator',
  'dc:publisher',
  'dc:contributor',
  'dc:date',
  'dct:created',
  'dct:issued',
  'dct:temporal',
  'dc:language',
  'dc:source',
  'dct:provenance',
  'dc:rights',
  'ows:BoundingBox',
] as const
export type RecordElement = (typeof recordElements)[number]

const inSet: Record<ElementSet, (name: RecordElement) => boolean> = {
  brief: (name) => ['dc:identifier', 'dc:title', 'dc:type', 'ows:BoundingBox'].includes(name),
  summary: (name) =>
    [
      'dc:identifier',
      'dc:title',
      'dc:type',
      'dc:subject',
      'dc:format',
      'dc:relation',
      'dct:modified',
      'dct:abstract',
      'ows:BoundingBox',
    ].includes(name),
  full: () => true,
}

const containers: Record<ElementSet, string> = {
  brief: 'csw:BriefRecord',
  summary: 'csw:SummaryRecord',
  full: 'csw:Record',
}

export type Face = Pick<HttpContext, 'siteUrl'>

// Small parts ------------------------------------------------------------------------------------------

/** xs:double may have exponents, but clients that split at the point may not like them. */
const decimal = (value: number): string =>
  String(value).includes('e') ? value.toFixed(15).replace(/\.?0+$/, '') : String(value)

/** Latitude first, as the name of the coordinate system says; the name is the one of the OGC's test suite. */
const boundingBox = ({ west, south, east, north }: GeographicBox): Xml => xml`
  <ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326" dimensions="2">
    <ows:LowerCorner>${decimal(south)} ${decimal(west)}</ows:LowerCorner>
    <ows:UpperCorner>${decimal(north)} ${decimal(east)}</ows:UpperCorner>
  </ows:BoundingBox>`

/** Across the antimeridian: one on either side. */
const boundingBoxes = (box: GeographicBox | undefined): Xml[] => {
  if (!box) return []
  if (box.west <= box.east) return [boundingBox(box)]
  return [boundingBox({ ...box, east: 180 }), boundingBox({ ...box, west: -180 })]
}

const partyNames = (parties: ResponsibleParty[] | undefined, isOne: (role: string) => boolean): string[] => [
  ...new Set(
    (parties ?? [])
      .filter(({ role }) => isOne(role))
      .flatMap(({ organisation, individualName }) => organisation ?? individualName ?? []),
  ),
]

const isCreator = (role: string) => role === 'originator' || role === 'author'

/** The one that the catalogue's search knows as its organisation. */
const publisherOf = ({ custodianOrganisation, pointsOfContact }: RecordMetadataDraft): string | undefined =>
  custodianOrganisation ?? pointsOfContact?.find(({ organisation }) => organisation)?.organisation

// References -------------------------------------------------------------------------------------------

/** Formats that QGIS opens from an address as they are. */
const openable = new Set(['GeoPackage', 'GeoJSON', 'KML', 'FlatGeobuf', 'GML'])

const reference = (scheme: string, url: string): Xml =>
  xml`<dct:references scheme="${scheme}">${url}</dct:references>`

/** MetaSearch knows no protocol for files but this; with it, "Add Data" adds the file as a layer. */
const asGeoFile = ({ kind, format, url }: DistributionView): Xml[] =>
  kind === 'original' && format !== null && openable.has(format) ? [reference('FILE:GEO', url)] : []

const references = (entry: CatalogueEntry, { siteUrl }: Face): Xml[] => [
  ...toDistributions(entry.distributions, siteUrl).flatMap((one) => [
    reference(one.protocol, one.url),
    ...asGeoFile(one),
  ]),
  reference('WWW:LINK-1.0-http--link', `${siteUrl}/records/collections/metadata:main/items/${entry.id}`),
]

// Elements ---------------------------------------------------------------------------------------------

type Texts = (entry: CatalogueEntry) => (string | null | undefined)[]

const texts: Record<Exclude<RecordElement, 'dc:identifier' | 'dct:references' | 'ows:BoundingBox'>, Texts> = {
  'dc:title': ({ metadata }) => [metadata.title ?? ''],
  'dc:type': ({ metadata }) => [metadata.resourceType ?? 'dataset'],
  'dc:subject': ({ metadata }) => [
    ...new Set([...allKeywords(metadata), ...(metadata.topicCategories ?? [])]),
  ],
  'dc:format': ({ distributions }) => [
    ...new Set(
      distributions.flatMap(({ kind, format }) =>
        format && (kind === 'original' || kind === 'external') ? [format] : [],
      ),
    ),
  ],
  'dc:relation': ({ metadata }) => [metadata.parentIdentifier],
  'dct:modified': ({ updatedAt }) => [new Date(updatedAt).toISOString()],
  'dct:abstract': ({ metadata }) => [metadata.abstract],
  'dct:isReplacedBy': ({ successorId }) => [successorId && toUrn(successorId)],
  'dc:creator': ({ metadata }) => partyNames(metadata.pointsOfContact, isCreator),
  'dc:publisher': ({ metadata }) => [publisherOf(metadata)],
  'dc:contributor': ({ metadata }) =>
    partyNames(metadata.pointsOfContact, (role) => !isCreator(role)).filter(
      (name) => name !== publisherOf(metadata),
    ),
  'dc:date': ({ metadata: { dates } }) => [dates?.revision ?? dates?.publication ?? dates?.creation],
  'dct:created': ({ metadata }) => [metadata.dates?.creation],
  'dct:issued': ({ metadata }) => [metadata.dates?.publication],
  'dct:temporal': ({ metadata: { temporalExtent } }) =>
    temporalExtent ? [`${temporalExtent.begin ?? '..'}/${temporalExtent.end ?? '..'}`] : [],
  'dc:language': ({ metadata }) => [metadata.resourceLanguage],
  'dc:source': ({ metadata }) => metadata.dataSources ?? [],
  'dct:provenance': ({ metadata }) => [metadata.lineageStatement],
  'dc:rights': ({ metadata }) => [metadata.useConditions, metadata.accessConditions],
}

type Parts = Face & { identifier: string }

const writeElement = (name: RecordElement, entry: CatalogueEntry, face: Parts): Xml[] => {
  if (name === 'dc:identifier') return [element(name, {}, face.identifier)]
  if (name === 'ows:BoundingBox') return boundingBoxes(entry.metadata.bbox)
  if (name === 'dct:references') return references(entry, face)
  return texts[name](entry).flatMap((text) =>
    text === null || text === undefined ? [] : [element(name, {}, text)],
  )
}

export const recordXml = (
  entry: CatalogueEntry,
  elements: { set: ElementSet } | { names: RecordElement[] },
  face: Parts,
): Xml => {
  const isIn =
    'set' in elements ? inSet[elements.set] : (name: RecordElement) => elements.names.includes(name)
  const written = recordElements.filter(isIn).flatMap((name) => writeElement(name, entry, face))
  return element('set' in elements ? containers[elements.set] : 'csw:Record', {}, written)
}
