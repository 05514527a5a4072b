/**
 * A record as OGC API Records says it (OGC 20-004r1, requirements class Record Core): a GeoJSON feature. Links are
 * handed in, because they depend on the face through which the client came.
 */
import { topicCategories } from './code-lists.ts'
import {
  allKeywords,
  type GeographicBox,
  type RecordMetadataDraft,
  type ResponsibleParty,
} from './record-metadata.ts'

export type Link = {
  href: string
  rel: string
  type?: string
  title?: string
  hreflang?: string
  length?: number
  templated?: boolean
  protocol?: string
  name?: string
}

export type RecordDocument = {
  metadata: RecordMetadataDraft
  identifier: string
  /** Of the catalogue entry, RFC 3339. */
  createdAt: string
  updatedAt: string
  /** Media types of the distributions by format name, where known. */
  formats?: readonly { name: string; mediaType?: string | null }[]
  links: readonly Link[]
}

type Position = [number, number]
type Geometry =
  | { type: 'Polygon'; coordinates: Position[][] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] }

type Contact = {
  name?: string
  organization?: string
  position?: string
  emails?: { value: string }[]
  phones?: { value: string }[]
  roles: string[]
}

export type RecordGeoJson = {
  type: 'Feature'
  id: string
  conformsTo: string[]
  geometry: Geometry | null
  time: { interval: [string, string] } | { date: string } | null
  properties: {
    created: string
    updated: string
    type: string
    title: string
    description?: string
    keywords?: string[]
    themes?: { concepts: { id: string; title?: string }[]; scheme: string }[]
    language?: { code: string }
    resourceLanguages?: { code: string }[]
    formats?: { name: string; mediaType?: string }[]
    contacts?: Contact[]
    license?: string
    rights?: string
  }
  links: Link[]
}

const CONFORMS_TO = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'
const TOPIC_SCHEME = 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_TopicCategoryCode'

export const toRecordGeoJson = (document: RecordDocument): RecordGeoJson => {
  const { metadata, identifier, createdAt, updatedAt, links } = document
  const keywords = allKeywords(metadata)
  const themes = themesOf(metadata)
  const contacts = contactsOf(metadata)
  const formats = formatsOf(document)
  const license = licenseOf(metadata.useConditions)
  const rights = rightsOf(metadata)
  return {
    type: 'Feature',
    id: identifier,
    conformsTo: [CONFORMS_TO],
    geometry: metadata.bbox ? toGeometry(metadata.bbox) : null,
    time: timeOf(metadata),
    properties: {
      created: createdAt,
      updated: updatedAt,
      type: metadata.resourceType ?? 'dataset',
      title: metadata.title ?? identifier,
      ...(metadata.abstract ? { description: metadata.abstract } : {}),
      ...(keywords.length > 0 ? { keywords } : {}),
      ...(themes.length > 0 ? { themes } : {}),
      ...(metadata.language ? { language: { code: toLanguageTag(metadata.language) } } : {}),
      ...(metadata.resourceLanguage
        ? { resourceLanguages: [{ code: toLanguageTag(metadata.resourceLanguage) }] }
        : {}),
      ...(formats.length > 0 ? { formats } : {}),
      ...(contacts.length > 0 ? { contacts } : {}),
      ...(license ? { license } : {}),
      ...(rights ? { rights } : {}),
    },
    links: [...links],
  }
}

const ring = (west: number, south: number, east: number, north: number): Position[][] => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ],
]

/** RFC 7946 §3.1.9: a box across the antimeridian is cut there. MetaSearch reads polygons only, so others stay whole. */
export const toGeometry = ({ west, south, east, north }: GeographicBox): Geometry =>
  west <= east
    ? { type: 'Polygon', coordinates: ring(west, south, east, north) }
    : { type: 'MultiPolygon', coordinates: [ring(west, south, 180, north), ring(-180, south, east, north)] }

/** '..' is an open end. */
const timeOf = ({ temporalExtent }: RecordMetadataDraft): RecordGeoJson['time'] => {
  if (!temporalExtent) return null
  const { begin = '..', end = '..' } = temporalExtent
  return begin === end && begin !== '..' ? { date: begin } : { interval: [begin, end] }
}

const themesOf = ({ topicCategories: topics = [], thesaurusKeywords = [] }: RecordMetadataDraft) => [
  ...(topics.length > 0
    ? [{ concepts: topics.map((id) => ({ id, title: topicCategories[id] })), scheme: TOPIC_SCHEME }]
    : []),
  ...thesaurusKeywords.map(({ thesaurus, keywords }) => ({
    concepts: keywords.map((id) => ({ id })),
    scheme: thesaurus,
  })),
]

// Record Core takes telephone numbers in the form of ITU-T E.164 only.
const toPhone = (phone: string | undefined): string | undefined =>
  /^\+[1-9]\d{3,14}$/.exec(phone?.replace(/[\s().-]/g, '') ?? '')?.[0]

const toContact = (party: ResponsibleParty): Contact => {
  const phone = toPhone(party.phone)
  return {
    ...(party.individualName ? { name: party.individualName } : {}),
    ...(party.organisation ? { organization: party.organisation } : {}),
    ...(party.position ? { position: party.position } : {}),
    ...(party.email ? { emails: [{ value: party.email }] } : {}),
    ...(phone ? { phones: [{ value: phone }] } : {}),
    roles: [party.role],
  }
}

const contactsOf = ({ pointsOfContact = [], custodianOrganisation }: RecordMetadataDraft): Contact[] => [
  ...pointsOfContact.filter((party) => party.individualName ?? party.organisation).map(toContact),
  ...(custodianOrganisation ? [toContact({ organisation: custodianOrganisation, role: 'custodian' })] : []),
]

const formatsOf = ({ metadata: { distributionFormat }, formats = [] }: RecordDocument) => {
  const byName = new Map<string, { name: string; mediaType?: string }>()
  if (distributionFormat) byName.set(distributionFormat.name, { name: distributionFormat.name })
  for (const { name, mediaType } of formats) byName.set(name, mediaType ? { name, mediaType } : { name })
  return [...byName.values()]
}

/** Record Core wants an SPDX identifier or 'other'; conditions in prose go to `rights`. */
const licenseOf = (useConditions: string | undefined): string | undefined =>
  /^(CC0-1\.0|CC-BY(-SA|-NC|-ND|-NC-SA|-NC-ND)?-[1-4]\.\d|ODbL-1\.0|ODC-By-1\.0|PDDL-1\.0|OGL-UK-[123]\.0)$/.exec(
    useConditions?.trim() ?? '',
  )?.[0]

const rightsOf = ({ useConditions, accessConditions }: RecordMetadataDraft): string | undefined =>
  [
    ...(useConditions ? [`Use: ${useConditions}`] : []),
    ...(accessConditions ? [`Access: ${accessConditions}`] : []),
  ].join('\n') || undefined

export const languageTags: Record<string, string> = {
  eng: 'en',
  fra: 'fr',
  spa: 'es',
  deu: 'de',
  nld: 'nl',
  por: 'pt',
}

/** BCP 47 takes the two-letter code where there is one. */
export const toLanguageTag = (language: string): string => languageTags[language] ?? language
