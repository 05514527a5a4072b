/** The names of CSW 2.0.2: namespaces, record types, and what filters call the properties of records. */
import { type CatalogueProperty, catalogueProperties } from '../../domain/catalogue-query.ts'

export const VERSION = '2.0.2'

export const namespaces = {
  csw: 'http://www.opengis.net/cat/csw/2.0.2',
  ows: 'http://www.opengis.net/ows',
  ogc: 'http://www.opengis.net/ogc',
  gml: 'http://www.opengis.net/gml',
  dc: 'http://purl.org/dc/elements/1.1/',
  dct: 'http://purl.org/dc/terms/',
  xlink: 'http://www.w3.org/1999/xlink',
  gmd: 'http://www.isotc211.org/2005/gmd',
} as const

export const operations = [
  'GetCapabilities',
  'DescribeRecord',
  'GetDomain',
  'GetRecords',
  'GetRecordById',
] as const
export type OperationName = (typeof operations)[number]

/** Dublin Core wants identifiers that mean the same everywhere, and the OGC's test suite expects this form of them. */
export const toUrn = (id: string): string => `urn:uuid:${id}`
export const isUrn = (text: string): boolean => /^urn:uuid:/i.test(text)
export const withoutUrn = (text: string): string => (isUrn(text) ? text.slice('urn:uuid:'.length) : text)

export const elementSets = ['brief', 'summary', 'full'] as const
export type ElementSet = (typeof elementSets)[number]

export const resultTypes = ['hits', 'results', 'validate'] as const
export type ResultType = (typeof resultTypes)[number]

export const outputSchemas = { csw: namespaces.csw, gmd: namespaces.gmd } as const
export type OutputSchema = keyof typeof outputSchemas

export const outputFormats = ['application/xml', 'text/xml'] as const
export const schemaLanguages = [
  'http://www.w3.org/XML/Schema',
  'http://www.w3.org/TR/xmlschema-1/',
  'http://www.w3.org/2001/XMLSchema',
  'XMLSCHEMA',
] as const
export const constraintLanguages = ['FILTER', 'CQL_TEXT'] as const

/** By local name: the prefix is the client's own affair. */
export const typeNames = { Record: 'csw:Record', MD_Metadata: 'gmd:MD_Metadata' } as const
export type TypeName = keyof typeof typeNames

/** Dublin Core's names of what a record can be searched by. */
export const dublinCoreQueryables = [
  'dc:title',
  'dct:abstract',
  'dc:description',
  'dc:identifier',
  'dc:type',
  'dc:subject',
  'dc:creator',
  'dc:publisher',
  'dc:format',
  'dc:language',
  'dc:date',
  'dct:modified',
  'dct:created',
  'dct:issued',
  'dc:rights',
  'dc:source',
  'dc:relation',
  'dct:isPartOf',
  'dct:provenance',
  'csw:AnyText',
  'ows:BoundingBox',
] as const

/** Those of the ISO application profile. */
export const isoQueryables = [
  'apiso:Title',
  'apiso:Abstract',
  'apiso:Identifier',
  'apiso:Type',
  'apiso:Subject',
  'apiso:TopicCategory',
  'apiso:Format',
  'apiso:Language',
  'apiso:ResourceLanguage',
  'apiso:Modified',
  'apiso:CreationDate',
  'apiso:PublicationDate',
  'apiso:RevisionDate',
  'apiso:TempExtent_begin',
  'apiso:TempExtent_end',
  'apiso:OrganisationName',
  'apiso:ParentIdentifier',
  'apiso:Lineage',
  'apiso:CRS',
  'apiso:Denominator',
  'apiso:ServiceType',
  'apiso:ConditionApplyingToAccessAndUse',
  'apiso:AnyText',
  'apiso:BoundingBox',
] as const

export const queryables: readonly string[] = [...dublinCoreQueryables, ...isoQueryables]

/** What does not follow from the name without its prefix. */
const otherNames: Record<string, CatalogueProperty> = {
  description: 'abstract',
  publisher: 'organisation',
  organisationname: 'organisation',
  // Dublin Core asks for the language of the data, ISO for that of the metadata.
  'dc:language': 'resourceLanguage',
  issued: 'publicationDate',
  'dct:created': 'creationDate',
  ispartof: 'relation',
  parentidentifier: 'relation',
  provenance: 'lineage',
  keyword: 'subject',
  topiccategory: 'topic',
  tempextent_begin: 'begin',
  tempextent_end: 'end',
  conditionapplyingtoaccessanduse: 'rights',
}

const byLocalName = new Map<string, CatalogueProperty>([
  ...catalogueProperties.map((name): [string, CatalogueProperty] => [name.toLowerCase(), name]),
  ...Object.entries(otherNames),
])

export type Named = CatalogueProperty | 'anytext' | 'extent'

/** As written by clients: with or without prefix, in any case, or as a path (/csw:Record/dc:title). */
export const findProperty = (written: string): Named | null => {
  const name = (written.trim().split('/').at(-1) ?? '').toLowerCase()
  const local = name.split(':').at(-1) ?? ''
  if (local === 'anytext') return 'anytext'
  // The last three are what writers of CQL call it: GeoNetwork's harvester, GeoServer's users, and Records.
  if (['boundingbox', 'the_geom', 'geom', 'geometry'].includes(local)) return 'extent'
  return byLocalName.get(name) ?? byLocalName.get(local) ?? null
}
