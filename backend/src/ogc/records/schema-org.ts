/** A record as schema.org's Dataset, in the words of Google's guide to dataset search: what search engines read of its page. */
import type { HttpContext } from '../../contract/handler.ts'
import { topicCategories } from '../../metadata/code-lists.ts'
import { allKeywords, type GeographicBox, type RecordMetadataDraft } from '../../metadata/record-metadata.ts'
import { toLanguageTag } from '../../metadata/records-geojson.ts'
import type { CatalogueEntryInFull } from '../../repositories/catalogue.ts'
import { type DistributionView, toDistributions } from '../../repositories/distributions.ts'
import { licenceUri } from './dcat.ts'
import { catalogAddress, recordAddress } from './links.ts'

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>
type Json = Record<string, unknown>

const compact = (json: Json): Json =>
  Object.fromEntries(
    Object.entries(json).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  )

/** South and west first; across the antimeridian it is two places. */
const place = ({ west, south, east, north }: GeographicBox): Json | Json[] => {
  const one = (from: number, to: number): Json => ({
    '@type': 'Place',
    geo: { '@type': 'GeoShape', box: `${south} ${from} ${north} ${to}` },
  })
  return west <= east ? one(west, east) : [one(west, 180), one(-180, east)]
}

const period = ({ temporalExtent }: RecordMetadataDraft): string | undefined => {
  const { begin, end } = temporalExtent ?? {}
  return begin || end ? `${begin ?? '..'}/${end ?? '..'}` : undefined
}

const organisation = (name: string | undefined): Json | undefined =>
  name ? { '@type': 'Organization', name } : undefined

const isData = ({ kind }: DistributionView) =>
  kind !== 'information' && kind !== 'style' && kind !== 'service'

const download = (one: DistributionView): Json =>
  compact({
    '@type': 'DataDownload',
    name: one.title,
    contentUrl: one.url,
    encodingFormat: one.mediaType ?? one.format,
    contentSize: one.sizeBytes === null ? undefined : `${one.sizeBytes} B`,
  })

const isHttp = (address: string | undefined) => address !== undefined && /^https?:\/\//i.test(address)

export const toSchemaOrg = (
  entry: CatalogueEntryInFull,
  {
    face,
    siteTitle,
    fields,
    picture,
  }: { face: Face; siteTitle: string; fields: string[]; picture: string | null },
): Json => {
  const { metadata } = entry
  const { dates = {}, pointsOfContact = [] } = metadata
  const address = recordAddress(face, entry.id)
  const contact = pointsOfContact.find(({ email }) => email)
  return compact({
    '@context': 'https://schema.org',
    '@type': metadata.resourceType === 'service' ? 'WebAPI' : 'Dataset',
    '@id': address,
    url: address,
    identifier: entry.id,
    name: metadata.title ?? entry.id,
    description: metadata.abstract,
    keywords: [
      ...allKeywords(metadata),
      ...(metadata.topicCategories ?? []).map((code) =>
        Object.hasOwn(topicCategories, code) ? topicCategories[code] : code,
      ),
    ],
    license: licenceUri(metadata.useConditions) ?? metadata.useConditions,
    conditionsOfAccess: metadata.accessConditions,
    creator: organisation(
      metadata.custodianOrganisation ?? pointsOfContact.map((party) => party.organisation).find(Boolean),
    ),
    publisher: organisation(siteTitle),
    contactPoint:
      contact &&
      compact({
        '@type': 'ContactPoint',
        name: contact.individualName ?? contact.organisation,
        email: contact.email,
      }),
    dateCreated: dates.creation,
    datePublished: dates.publication ?? entry.publishedAt,
    dateModified: dates.revision ?? entry.updatedAt,
    inLanguage: metadata.resourceLanguage && toLanguageTag(metadata.resourceLanguage),
    version: String(entry.version),
    spatialCoverage: metadata.bbox && place(metadata.bbox),
    temporalCoverage: period(metadata),
    variableMeasured: fields.map((name) => ({ '@type': 'PropertyValue', name })),
    thumbnailUrl: picture,
    includedInDataCatalog: {
      '@type': 'DataCatalog',
      name: `${siteTitle} catalogue`,
      url: catalogAddress(face),
    },
    sameAs: isHttp(metadata.informationUrl) ? metadata.informationUrl : undefined,
    distribution: toDistributions(entry.distributions, face.siteUrl).filter(isData).map(download),
    ...(entry.successor && {
      subjectOf: {
        '@type': 'Dataset',
        name: entry.successor.title,
        url: recordAddress(face, entry.successor.id),
      },
    }),
  })
}
