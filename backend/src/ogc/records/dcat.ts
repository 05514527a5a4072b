/**
 * Records as DCAT-AP 3 in JSON-LD, for data portals: a dcat:Dataset (or dcat:DataService) each, and a page of them as the
 * dcat:Catalog they are in. Codes become the URIs that DCAT-AP asks for where such lists exist.
 */
import type { HttpContext } from '../../contract/handler.ts'
import { topicCategories } from '../../metadata/code-lists.ts'
import { allKeywords, type ResponsibleParty, toEpsg } from '../../metadata/record-metadata.ts'
import { toLanguageTag } from '../../metadata/records-geojson.ts'
import { capabilitiesUrlOf, serviceOf } from '../../metadata/web-services.ts'
import type { CatalogueEntry, Titled } from '../../repositories/catalogue.ts'
import { type DistributionView, toDistributions } from '../../repositories/distributions.ts'
import { catalogAddress, recordAddress } from './links.ts'

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>
type Json = Record<string, unknown>
type DcatEntry = CatalogueEntry & { successor?: Titled | null; predecessors?: Titled[] }

const context = {
  adms: 'http://www.w3.org/ns/adms#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  gsp: 'http://www.opengis.net/ont/geosparql#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
}

const authority = 'http://publications.europa.eu/resource/authority/'
const topicUri = 'http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/'
const scopeUri = 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_ScopeCode_'

const reference = (uri: string): Json => ({ '@id': uri })
const typed = (type: string, value: string): Json => ({ '@type': type, '@value': value })
const day = (value: string | undefined) => (value === undefined ? undefined : typed('xsd:date', value))

/** Without members that say nothing. */
const compact = (members: Json): Json =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  )

/** Only what can be an IRI: addresses that people typed may hold anything. */
const addressOf = (url: string): Json | undefined => {
  const parsed = URL.parse(url)
  return parsed !== null && /^(https?|mailto|ftp):$/.test(parsed.protocol)
    ? reference(parsed.href)
    : undefined
}

const agent = ({ organisation, individualName }: Partial<ResponsibleParty>): Json | undefined => {
  const name = organisation ?? individualName
  return name ? { '@type': 'foaf:Agent', 'foaf:name': name } : undefined
}

const contactPoint = (party: ResponsibleParty): Json =>
  compact({
    '@type': party.individualName ? 'vcard:Individual' : 'vcard:Organization',
    'vcard:fn': party.individualName ?? party.organisation,
    'vcard:organization-name': party.individualName ? party.organisation : undefined,
    'vcard:hasEmail': party.email ? addressOf(`mailto:${party.email}`) : undefined,
    'vcard:hasTelephone': party.phone,
  })

const spatial = ({ bbox }: CatalogueEntry['metadata']): Json | undefined => {
  if (!bbox) return undefined
  const { west, south, east, north } = bbox
  const ring = (from: number, to: number) =>
    `((${from} ${south},${to} ${south},${to} ${north},${from} ${north},${from} ${south}))`
  const wkt =
    west <= east ? `POLYGON${ring(west, east)}` : `MULTIPOLYGON(${ring(west, 180)},${ring(-180, east)})`
  return { '@type': 'dct:Location', 'dcat:bbox': typed('gsp:wktLiteral', wkt) }
}

const service = (one: DistributionView, endpoint: string, description: string, conformsTo: string): Json =>
  compact({
    '@type': 'dcat:DataService',
    'dct:title': one.title,
    'dcat:endpointURL': addressOf(endpoint),
    'dcat:endpointDescription': addressOf(description),
    'dct:conformsTo': reference(conformsTo),
  })

const serviceStandards: Record<string, string> = {
  'OGC:WMS': 'http://www.opengis.net/def/serviceType/ogc/wms',
  'OGC:WFS': 'http://www.opengis.net/def/serviceType/ogc/wfs',
  'OGC:WMTS': 'http://www.opengis.net/def/serviceType/ogc/wmts',
  'OGC:API': 'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core',
}

const accessService = (entry: CatalogueEntry, one: DistributionView, siteUrl: string): Json | undefined => {
  if (one.kind === 'features') {
    const standard = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'
    return service(one, `${siteUrl}/pygeoapi`, `${siteUrl}/pygeoapi/api`, standard)
  }
  const standard = serviceStandards[one.protocol]
  if (one.kind !== 'service' || standard === undefined) return undefined
  const known = serviceOf(one, entry.metadata)
  return service(one, one.url, known ? capabilitiesUrlOf(known) : one.url, standard)
}

const isDownload = ({ kind, url }: DistributionView) =>
  kind === 'original' || kind === 'pmtiles' || kind === 'cog' || (kind === 'external' && !url.endsWith('/'))

const licenceUris: Record<string, string> = {
  'CC0-1.0': 'http://creativecommons.org/publicdomain/zero/1.0/',
  'ODbL-1.0': 'http://opendatacommons.org/licenses/odbl/1-0/',
  'ODC-By-1.0': 'http://opendatacommons.org/licenses/by/1-0/',
  'PDDL-1.0': 'http://opendatacommons.org/licenses/pddl/1-0/',
}

export const licenceUri = (conditions: string | undefined): string | undefined => {
  const text = conditions?.trim() ?? ''
  const [, kind, version] = /^CC-(BY(?:-[A-Z]+)*)-([1-4]\.\d)$/.exec(text) ?? []
  if (kind && version) return `http://creativecommons.org/licenses/${kind.toLowerCase()}/${version}/`
  return Object.hasOwn(licenceUris, text) ? licenceUris[text] : undefined
}

const statement = (type: string, text: string | undefined): Json | undefined =>
  text ? { '@type': type, 'rdfs:label': text } : undefined

const distribution = (entry: CatalogueEntry, one: DistributionView, siteUrl: string): Json => {
  const licence = licenceUri(entry.metadata.useConditions)
  return compact({
    '@type': 'dcat:Distribution',
    'dct:title': one.title,
    'dcat:accessURL': addressOf(one.url),
    'dcat:downloadURL': isDownload(one) ? addressOf(one.url) : undefined,
    'dcat:mediaType': one.mediaType
      ? reference(`https://www.iana.org/assignments/media-types/${encodeURI(one.mediaType)}`)
      : undefined,
    'dct:format': one.format ? { '@type': 'dct:MediaTypeOrExtent', 'rdfs:label': one.format } : undefined,
    'dcat:byteSize':
      one.sizeBytes === null ? undefined : typed('xsd:nonNegativeInteger', String(one.sizeBytes)),
    'dcat:accessService': accessService(entry, one, siteUrl),
    'dct:license': licence ? reference(licence) : undefined,
    'dct:conformsTo': one.epsg === null ? undefined : crs(one.epsg),
  })
}

const crs = (epsg: number): Json => ({
  '@id': `http://www.opengis.net/def/crs/EPSG/0/${epsg}`,
  '@type': 'dct:Standard',
})

const theme = (code: string): Json => {
  const label = Object.hasOwn(topicCategories, code)
    ? topicCategories[code as keyof typeof topicCategories]
    : code
  return {
    '@id': `${topicUri}${encodeURIComponent(code)}`,
    '@type': 'skos:Concept',
    'skos:prefLabel': { '@language': 'en', '@value': label },
  }
}

const language = (code: string | undefined) =>
  code === undefined ? undefined : reference(`${authority}language/${encodeURIComponent(code.toUpperCase())}`)

const toDataset = (entry: DcatEntry, face: Face): Json => {
  const { metadata } = entry
  const address = recordAddress(face, entry.id)
  const spoken = toLanguageTag(metadata.language ?? 'eng')
  const text = (value: string | undefined) => (value ? { '@language': spoken, '@value': value } : undefined)
  const publisher =
    agent({ organisation: metadata.custodianOrganisation }) ??
    agent(
      metadata.pointsOfContact?.find(({ role }) => role === 'publisher') ??
        metadata.pointsOfContact?.[0] ??
        {},
    )
  const { begin, end } = metadata.temporalExtent ?? {}
  const epsg = toEpsg(metadata.crs)
  const views = toDistributions(entry.distributions, face.siteUrl)
  const information = [
    ...views.filter(({ kind }) => kind === 'information').map(({ url }) => url),
    ...(metadata.informationUrl ? [metadata.informationUrl] : []),
  ]
  return compact({
    '@id': address,
    '@type': metadata.resourceType === 'service' ? 'dcat:DataService' : 'dcat:Dataset',
    'dct:identifier': entry.id,
    'dct:title': text(metadata.title ?? entry.id),
    'dct:description': text(metadata.abstract),
    'dct:type': reference(`${scopeUri}${metadata.resourceType ?? 'dataset'}`),
    'dct:issued': day(metadata.dates?.publication) ?? typed('xsd:dateTime', entry.publishedAt),
    'dct:modified': day(metadata.dates?.revision) ?? typed('xsd:dateTime', entry.updatedAt),
    'dct:created': day(metadata.dates?.creation),
    'dct:language': language(metadata.resourceLanguage),
    'dcat:keyword': allKeywords(metadata).map((keyword) => text(keyword)),
    'dcat:theme': metadata.topicCategories?.map(theme),
    'dct:publisher': publisher,
    'dcat:contactPoint': metadata.pointsOfContact
      ?.filter((party) => party.individualName ?? party.organisation)
      .map(contactPoint),
    'dct:spatial': spatial(metadata),
    'dct:temporal':
      begin || end
        ? compact({ '@type': 'dct:PeriodOfTime', 'dcat:startDate': day(begin), 'dcat:endDate': day(end) })
        : undefined,
    'dct:conformsTo': epsg === null ? undefined : crs(epsg),
    'dct:provenance': statement('dct:ProvenanceStatement', metadata.lineageStatement),
    'dct:rights': statement('dct:RightsStatement', metadata.useConditions),
    'dct:accessRights': statement('dct:RightsStatement', metadata.accessConditions),
    'adms:status': reference(
      `${authority}distribution-status/${entry.isDeprecated ? 'DEPRECATED' : 'COMPLETED'}`,
    ),
    'dct:isReplacedBy': entry.successorId ? reference(recordAddress(face, entry.successorId)) : undefined,
    'dct:replaces': entry.predecessors?.map(({ id }) => reference(recordAddress(face, id))),
    'dcat:landingPage': reference(`${address}?f=html`),
    'foaf:page': information.flatMap((url) => addressOf(url) ?? []),
    'dcat:distribution': views
      .filter(({ kind }) => kind !== 'information' && kind !== 'style')
      .map((one) => distribution(entry, one, face.siteUrl)),
    'foaf:isPrimaryTopicOf': compact({
      '@type': 'dcat:CatalogRecord',
      'dct:issued': typed('xsd:dateTime', entry.publishedAt),
      'dct:modified': typed('xsd:dateTime', entry.updatedAt),
      'dct:language': language(metadata.language),
    }),
  })
}

export const toDcatRecord = (entry: DcatEntry, face: Face): Json => ({
  '@context': context,
  ...toDataset(entry, face),
})

/** Of a page, only its records: the links in the header lead to the others. */
export const toDcatCatalog = (
  entries: CatalogueEntry[],
  face: Face,
  { title, description }: { title: string; description: string },
): Json => {
  const members = entries.map((entry) => toDataset(entry, face))
  return {
    '@context': context,
    ...compact({
      '@id': catalogAddress(face),
      '@type': 'dcat:Catalog',
      'dct:title': { '@language': 'en', '@value': title },
      'dct:description': { '@language': 'en', '@value': description },
      'foaf:homepage': reference(`${face.siteUrl}/`),
      'dcat:dataset': members.filter((one) => one['@type'] === 'dcat:Dataset'),
      'dcat:service': members.filter((one) => one['@type'] === 'dcat:DataService'),
    }),
  }
}
