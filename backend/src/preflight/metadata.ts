/**
 * Metadata of a QGIS layer as metadata of a record, and back. What QGIS has no place for stays in the record; what the
 * record has no place for stays in QGIS.
 */
import type { Probe } from '../domain/probe.ts'
import {
  type CharacterSet,
  type ContactRole,
  contactRoles,
  resourceTypes,
  type TopicCategory,
  topicCategories,
  webServiceProtocols,
} from '../metadata/code-lists.ts'
import { toLine, toText } from '../metadata/plain-text.ts'
import { completeDefaults, detect } from '../metadata/prefill.ts'
import {
  isDay,
  type RecordMetadata,
  type RecordMetadataDraft,
  type ResponsibleParty,
  type ThesaurusKeywords,
  type WebService,
} from '../metadata/record-metadata.ts'
import { isWebAddress } from '../metadata/rules.ts'
import { entryOf } from '../styles/qml-values.ts'
import type { LayerFacts, QgisMetadata, RecordFacts } from './facts.ts'
import { toFieldType } from './field-types.ts'

export type Publisher = { name: string; organisation: string; email: string }

type QgisContact = NonNullable<QgisMetadata['contacts']>[number]
type QgisLink = NonNullable<QgisMetadata['links']>[number]

// From QGIS -----------------------------------------------------------------------------------------------------

/** What QGIS knows of the layer, with nothing made up. */
export const toRecordMetadata = (facts: LayerFacts): RecordMetadataDraft => {
  const { metadata } = facts
  const { distributionFormat: _, ...detected } = detect(probeOf(facts))
  return withoutBlanks({
    ...detected,
    ...ifSome('title', toLine(metadata.title ?? '')),
    ...ifSome('abstract', toText(metadata.abstract ?? '')),
    ...ifSome('resourceType', toCode(resourceTypes, metadata.type ?? '')),
    ...ifSome('resourceLanguage', toLanguage(metadata.language ?? '')),
    ...ifSome('parentIdentifier', toLine(metadata.parentIdentifier ?? '')),
    ...ifSome('characterSet', toCharacterSet(metadata.encoding ?? '')),
    ...toKeywords(metadata),
    ...toContacts(metadata.contacts ?? []),
    ...toLinks(metadata.links ?? []),
    ...toLineage(metadata.history ?? []),
    ...toConditions(metadata),
    ...toTemporalExtent(metadata.temporal ?? []),
  })
}

const ifSome = <Name extends keyof RecordMetadata>(
  name: Name,
  value: RecordMetadata[Name] | null | undefined,
): RecordMetadataDraft => (value === null || value === undefined ? {} : { [name]: value })

/** As many as the contract takes of each list. */
const mostItems: Partial<Record<keyof RecordMetadata, number>> = {
  contacts: 20,
  pointsOfContact: 20,
  keywords: 200,
  thesaurusKeywords: 50,
  processingSteps: 200,
  webServices: 50,
}
const MOST_KEYWORDS = 200

const withoutBlanks = (metadata: RecordMetadataDraft): RecordMetadataDraft => {
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(metadata) as (keyof RecordMetadata)[]) {
    const value = metadata[name]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    kept[name] = Array.isArray(value) ? value.slice(0, mostItems[name] ?? value.length) : value
  }
  return kept as RecordMetadataDraft
}

const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** 'Climatology Meteorology Atmosphere' and 'point of contact' as QGIS spells them → our codes. */
const toCode = <Code extends string>(codes: Readonly<Record<Code, string>>, text: string): Code | null => {
  const wanted = letters(text)
  const found = (Object.keys(codes) as Code[]).find(
    (code) => letters(code) === wanted || letters(codes[code]) === wanted,
  )
  return found ?? null
}

const twoLetters: Readonly<Record<string, string>> = {
  en: 'eng',
  fr: 'fra',
  es: 'spa',
  de: 'deu',
  it: 'ita',
  pt: 'por',
  nl: 'nld',
  ru: 'rus',
  ar: 'ara',
  zh: 'zho',
  ja: 'jpn',
  hi: 'hin',
  pl: 'pol',
  sv: 'swe',
  da: 'dan',
  nb: 'nob',
  no: 'nor',
  fi: 'fin',
  el: 'ell',
  ht: 'hat',
}
/** The older codes of libraries. */
const bibliographic: Readonly<Record<string, string>> = {
  fre: 'fra',
  ger: 'deu',
  dut: 'nld',
  chi: 'zho',
  gre: 'ell',
}
const languageNames: Readonly<Record<string, string>> = {
  english: 'eng',
  french: 'fra',
  spanish: 'spa',
  german: 'deu',
}

/** 'EN', 'en-US', 'eng', 'fre', 'English' → three letters of ISO 639. */
const toLanguage = (text: string): string | null => {
  const [code = ''] = text.trim().toLowerCase().split(/[-_ ]/)
  if (/^[a-z]{3}$/.test(code)) return entryOf(bibliographic, code) ?? code
  return entryOf(twoLetters, code) ?? entryOf(languageNames, code) ?? null
}

const toCharacterSet = (encoding: string): CharacterSet | null => {
  const name = letters(encoding)
  if (name === 'utf8' || name === 'utf16') return name
  const part = /^(?:iso)?8859(?:part)?(\d{1,2})$/.exec(name)?.[1]
  return part === '1' || part === '15' ? `8859part${part}` : null
}

const TOPICS = 'gmd:topicCategory'
/** How QGIS and people call keywords out of no list. */
const noThesaurus = ['', 'keywords', 'newvocabulary', 'gmdkeyword']
const isPlain = (vocabulary: string) => noThesaurus.indexOf(letters(vocabulary)) !== -1

const unique = <Value>(values: readonly Value[]): Value[] =>
  values.filter((value, at) => values.indexOf(value) === at)

const linesOf = (texts: readonly string[]): string[] =>
  unique(texts.map((text) => toLine(text)).filter((line): line is string => line !== undefined))

const toKeywords = ({ keywords = {}, categories = [] }: QgisMetadata): RecordMetadataDraft => {
  const vocabularies = Object.keys(keywords)
  const topics = [...categories, ...(keywords[TOPICS] ?? [])]
    .map((text) => toCode(topicCategories, text))
    .filter((topic): topic is TopicCategory => topic !== null)
  const plain = vocabularies
    .filter(isPlain)
    .reduce<string[]>((all, name) => all.concat(keywords[name] ?? []), [])
  const groups: ThesaurusKeywords[] = vocabularies
    .filter((name) => name !== TOPICS && !isPlain(name))
    .map((name) => ({
      thesaurus: toLine(name) ?? name,
      keywords: linesOf(keywords[name] ?? []).slice(0, MOST_KEYWORDS),
    }))
    .filter((group) => group.keywords.length > 0)
  return { topicCategories: unique(topics), keywords: linesOf(plain), thesaurusKeywords: groups }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the contract's pattern
const emailPattern = /^[^\s@<>"\x00-\x1f]+@[^\s@<>"\x00-\x1f]+$/

const toParty = (contact: QgisContact): ResponsibleParty => {
  const email = (contact.email ?? '').trim()
  const part = (name: keyof ResponsibleParty, value: string | undefined) => (value ? { [name]: value } : {})
  return {
    ...part('individualName', toLine(contact.name ?? '')),
    ...part('organisation', toLine(contact.organization ?? '')),
    ...part('position', toLine(contact.position ?? '')),
    ...part('email', emailPattern.test(email) && email.length <= 254 ? email : undefined),
    ...part('phone', toLine(contact.voice ?? '', 60)),
    role: toCode(contactRoles, contact.role ?? '') ?? 'pointOfContact',
  }
}

const isNamed = ({ individualName, organisation, email }: ResponsibleParty) =>
  individualName !== undefined || organisation !== undefined || email !== undefined

const toContacts = (contacts: readonly QgisContact[]): RecordMetadataDraft => {
  const parties = contacts.map(toParty).filter(isNamed)
  const [first] = parties
  if (!first) return {}
  const responsible = parties.find(({ role }) => role === 'pointOfContact') ?? first
  const custodian = parties.find(({ role }) => role === 'custodian')?.organisation
  return {
    contacts: [{ ...responsible, role: 'pointOfContact' }],
    pointsOfContact: parties,
    ...(custodian === undefined ? {} : { custodianOrganisation: custodian }),
  }
}

const isDownload = ({ type = '' }: QgisLink) => /download/i.test(type)
const protocolOf = ({ type = '' }: QgisLink) =>
  webServiceProtocols.find((protocol) => letters(type).indexOf(letters(protocol)) === 0)

const toLinks = (links: readonly QgisLink[]): RecordMetadataDraft => {
  const usable = links
    .map((link) => ({ ...link, url: (link.url ?? '').trim() }))
    .filter(({ url }) => isWebAddress(url))
  const webServices = usable
    .map((link) => toWebService(link))
    .filter((service): service is WebService => service !== null)
  const download = usable.find(isDownload)
  const information = usable.find((link) => !isDownload(link) && protocolOf(link) === undefined)
  return {
    webServices,
    ...(download ? { additionalDownloadUrl: download.url } : {}),
    ...(information ? { informationUrl: information.url } : {}),
  }
}

const toWebService = (link: QgisLink & { url: string }): WebService | null => {
  const protocol = protocolOf(link)
  if (protocol === undefined) return null
  const layer = toLine(link.name ?? '')
  const title = toLine(link.description ?? '')
  return {
    protocol,
    url: link.url,
    ...(layer === undefined ? {} : { layer }),
    ...(title === undefined ? {} : { title }),
  }
}

/** The first entry of the history says where the data come from, the others what was done. */
const toLineage = (history: readonly string[]): RecordMetadataDraft => {
  const [statement, ...steps] = history
    .map((entry) => toText(entry))
    .filter((entry): entry is string => entry !== undefined)
  return { ...(statement === undefined ? {} : { lineageStatement: statement }), processingSteps: steps }
}

// Conditions are one text in the record and four lists in QGIS; the first words of a line say which.
const FEES = 'Fees: '
const RIGHTS = 'Rights: '
const LICENCE = 'Licence: '

/** Licences that are known by their name need no word before them, and the catalogue links to them as they are. */
const isKnownLicence = (line: string) =>
  /^(CC[ -]|Creative Commons|ODbL|ODC[ -]|PDDL|OGL|Open Government Licen[cs]e|Public domain)/i.test(line) ||
  /^https?:\/\/(creativecommons\.org|opendatacommons\.org)\//i.test(line)

const isAccess = (type: string) => letters(type) === 'access'

const toConditions = ({
  licenses = [],
  rights = [],
  fees = '',
  constraints = [],
}: QgisMetadata): RecordMetadataDraft => {
  const use = [
    ...linesOf(licenses).map((line) => (isKnownLicence(line) ? line : LICENCE + line)),
    ...linesOf(rights).map((line) => RIGHTS + line),
    ...linesOf([fees]).map((line) => FEES + line),
    ...linesOf(constraints.filter(({ type }) => !isAccess(type)).map(({ constraint }) => constraint)),
  ]
  const access = linesOf(constraints.filter(({ type }) => isAccess(type)).map(({ constraint }) => constraint))
  return {
    ...(use.length > 0 ? { useConditions: cut(use.join('\n')) } : {}),
    ...(access.length > 0 ? { accessConditions: cut(access.join('\n')) } : {}),
  }
}

const cut = (text: string) => toText(text) ?? ''

const dayOf = (instant: string | null | undefined) => {
  const day = (instant ?? '').slice(0, 10)
  return isDay(day) ? day : undefined
}

const toTemporalExtent = (temporal: NonNullable<QgisMetadata['temporal']>): RecordMetadataDraft => {
  const [from, until] = temporal[0] ?? []
  const begin = dayOf(from)
  const end = dayOf(until)
  if (begin === undefined && end === undefined) return {}
  return { temporalExtent: { ...(begin ? { begin } : {}), ...(end ? { end } : {}) } }
}

/**
 * Metadata for a record that is there already. What was said in the catalogue stays, unless the metadata in QGIS changed
 * since the layer was published; what follows from the data follows new data. A title made of a layer's name replaces
 * nothing.
 */
export const updateRecordMetadata = (
  record: Pick<RecordFacts, 'id' | 'metadata'>,
  facts: LayerFacts,
): RecordMetadataDraft => {
  const link = facts.link?.recordId === record.id ? facts.link : null
  const { title, bbox, crs, ...said } = toRecordMetadata(facts)
  const hasNewData = link?.stamps.data !== facts.stamps.data
  const hasNewWords = link?.stamps.metadata !== facts.stamps.metadata
  const words = hasNewWords ? { ...said, ...(toLine(facts.metadata.title ?? '') ? { title } : {}) } : {}
  return withoutBlanks({
    ...record.metadata,
    ...words,
    ...(hasNewData ? { ...ifSome('bbox', bbox), ...ifSome('crs', crs) } : {}),
  })
}

// Back to QGIS --------------------------------------------------------------------------------------------------

/** Members for layer.setMetadata; those that are not there stay as QGIS has them. */
export const toQgisMetadata = (metadata: RecordMetadataDraft, present: QgisMetadata): QgisMetadata => {
  const changes: QgisMetadata = {}
  if (metadata.title) changes.title = metadata.title
  if (metadata.abstract) changes.abstract = metadata.abstract
  if (metadata.resourceType) changes.type = metadata.resourceType
  // 'und' is the agreed word for not knowing.
  if (metadata.resourceLanguage && metadata.resourceLanguage !== 'und')
    changes.language = metadata.resourceLanguage
  if (metadata.parentIdentifier) changes.parentIdentifier = metadata.parentIdentifier
  if (metadata.characterSet) changes.encoding = metadata.characterSet
  if (metadata.crs) changes.crs = metadata.crs
  if (hasKeywords(metadata)) changes.keywords = fromKeywords(metadata, present)
  if (metadata.pointsOfContact)
    changes.contacts = fromContacts(metadata.pointsOfContact, present.contacts ?? [])
  const links = fromLinks(metadata)
  if (links.length > 0) changes.links = withOthers(links, present.links ?? [])
  if (metadata.lineageStatement)
    changes.history = [metadata.lineageStatement, ...(metadata.processingSteps ?? [])]
  Object.assign(changes, fromConditions(metadata, present))
  const { begin, end } = metadata.temporalExtent ?? {}
  if (begin || end)
    changes.temporal = [[toInstant(begin), toInstant(end)], ...(present.temporal ?? []).slice(1)]
  return changes
}

const toInstant = (day: string | undefined) => (day === undefined ? null : `${day}T00:00:00Z`)

const hasKeywords = ({ keywords, thesaurusKeywords, topicCategories: topics }: RecordMetadataDraft) =>
  [keywords, thesaurusKeywords, topics].some((list) => list !== undefined)

/** Vocabularies keep the names they have in QGIS. */
const fromKeywords = (metadata: RecordMetadataDraft, present: QgisMetadata): Record<string, string[]> => {
  const names = Object.keys(present.keywords ?? {})
  const keywords: Record<string, string[]> = {}
  if (metadata.keywords?.length) keywords[names.find(isPlain) ?? 'keywords'] = metadata.keywords
  for (const group of metadata.thesaurusKeywords ?? []) keywords[group.thesaurus] = group.keywords
  if (metadata.topicCategories?.length) keywords[TOPICS] = metadata.topicCategories.map(toQgisTopic)
  return keywords
}

/** QGIS lists 'Climatology Meteorology Atmosphere': the code's words with capitals. */
const toQgisTopic = (topic: TopicCategory) =>
  topic.slice(0, 1).toUpperCase() + topic.slice(1).replace(/([A-Z])/g, ' $1')

/** QGIS's own spelling of the roles. */
const toQgisRole = (role: ContactRole) => role.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)

const fromContacts = (parties: readonly ResponsibleParty[], present: readonly QgisContact[]): QgisContact[] =>
  parties.map((party) => {
    // Fax numbers are no part of a record and stay with the person.
    const known = present.find(
      ({ name, organization }) =>
        (name ?? '') === (party.individualName ?? '') && (organization ?? '') === (party.organisation ?? ''),
    )
    return {
      ...(known?.fax ? { fax: known.fax } : {}),
      name: party.individualName ?? '',
      organization: party.organisation ?? '',
      position: party.position ?? '',
      role: toQgisRole(party.role),
      email: party.email ?? '',
      voice: party.phone ?? '',
    }
  })

const fromLinks = ({
  informationUrl,
  additionalDownloadUrl,
  webServices = [],
}: RecordMetadataDraft): QgisLink[] => [
  ...(informationUrl ? [{ name: 'More information', type: 'WWW:LINK', url: informationUrl }] : []),
  ...(additionalDownloadUrl ? [{ name: 'Download', type: 'WWW:DOWNLOAD', url: additionalDownloadUrl }] : []),
  ...webServices.map(({ protocol, url, layer, title }) => ({
    name: layer ?? '',
    type: protocol,
    url,
    ...(title ? { description: title } : {}),
  })),
]

/** Links that are there already keep what QGIS says of them; further ones stay. */
const withOthers = (links: QgisLink[], present: readonly QgisLink[]): QgisLink[] => {
  const isKnown = (link: QgisLink) => present.some(({ url }) => url === link.url)
  return [...present, ...links.filter((link) => !isKnown(link))]
}

const saysNothing = ['', 'Unknown']

/** What a text of the record says, when it says something: 'Unknown' is no condition that QGIS should keep. */
const linesIn = (conditions: string | undefined) =>
  (conditions ?? '').split('\n').filter((line) => saysNothing.indexOf(line.trim()) === -1)

const fromConditions = (metadata: RecordMetadataDraft, present: QgisMetadata): QgisMetadata => {
  const use = linesIn(metadata.useConditions)
  const access = linesIn(metadata.accessConditions)
  const changes: QgisMetadata = {}
  const after = (prefix: string) =>
    use.filter((line) => line.indexOf(prefix) === 0).map((line) => line.slice(prefix.length))
  const isPrefixed = (line: string) => [FEES, RIGHTS, LICENCE].some((prefix) => line.indexOf(prefix) === 0)
  const others = use.filter((line) => !isPrefixed(line) && !isKnownLicence(line))
  if (use.length > 0) {
    changes.licenses = use.filter(isKnownLicence).concat(after(LICENCE))
    changes.rights = after(RIGHTS)
    changes.fees = after(FEES).join('\n')
  }
  if (use.length > 0 || access.length > 0) {
    const before = present.constraints ?? []
    changes.constraints = [
      ...(use.length > 0
        ? others.map((constraint) => ({ type: typeOf(constraint, before) ?? 'use', constraint }))
        : before.filter(({ type }) => !isAccess(type))),
      ...(access.length > 0
        ? access.map((constraint) => ({ type: 'access', constraint }))
        : before.filter(({ type }) => isAccess(type))),
    ]
  }
  return changes
}

const typeOf = (constraint: string, present: NonNullable<QgisMetadata['constraints']>) =>
  present.find((one) => one.constraint === constraint)?.type

// Defaults ------------------------------------------------------------------------------------------------------

/** The layer as a probe of its export would find it, so that one piece of code makes the defaults for both. */
const probeOf = (facts: LayerFacts) =>
  facts.kind === 'raster' ? probeOfRaster(facts) : probeOfFeatures(facts)

const probeOfRaster = (facts: LayerFacts) => {
  const { width = 0, height = 0, bands = 0, dataType = '' } = facts.raster ?? {}
  const probe: Probe = {
    format: 'GeoTIFF',
    kind: 'raster',
    mediaType: 'image/tiff; application=geotiff',
    warnings: [],
    layers: [
      {
        name: facts.name,
        kind: 'raster',
        featureCount: null,
        geometry: null,
        crs: { epsg: codeOf(facts.crs.epsg), name: facts.crs.description, identifiedBy: 'authority' },
        extent: null,
        extentCrs84: toBox(facts.extentCrs84),
        fields: [],
        encoding: null,
        sizeBytes: facts.sizeBytes,
        warnings: [],
        raster: { width, height, bands, dataType, noData: null, isCog: false },
      },
    ],
  }
  return { probe, layerName: facts.name, fileName: `${facts.name}.tif` }
}

const probeOfFeatures = (facts: LayerFacts) => {
  const isSpatial = facts.kind === 'vector' && facts.geometryType !== null
  const probe: Probe = {
    format: 'GeoPackage',
    kind: 'vector',
    mediaType: 'application/geopackage+sqlite3',
    warnings: [],
    layers: [
      {
        name: facts.name,
        kind: isSpatial ? 'features' : 'attributes',
        featureCount: facts.featureCount,
        geometry:
          isSpatial && facts.geometryType !== null
            ? { type: facts.geometryType, hasZ: facts.hasZ, hasM: facts.hasM }
            : null,
        crs: isSpatial
          ? { epsg: codeOf(facts.crs.epsg), name: facts.crs.description, identifiedBy: 'authority' }
          : null,
        extent: null,
        extentCrs84: toBox(facts.extentCrs84),
        fields: facts.fields.map(({ name, type }) => {
          const ours = toFieldType(type)
          return { name, type: ours, ...(ours === 'binary' ? { omitted: 'binary' } : {}) }
        }),
        encoding: 'UTF-8',
        sizeBytes: facts.sizeBytes,
        warnings: [],
      },
    ],
  }
  return { probe, layerName: facts.name, fileName: `${facts.name}.gpkg` }
}

/** EPSG's codes have four to six digits; QGIS gives user-defined systems others. */
const codeOf = (epsg: number | null) => (epsg !== null && epsg >= 1000 && epsg <= 999_999 ? epsg : null)

const toBox = (extent: readonly number[] | null | undefined): [number, number, number, number] | null => {
  const [west, south, east, north] = extent ?? []
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null
  return [west, south, east, north]
}

/** Fills what is mandatory and missing, by the same code as the server's completeDefaults, and says what. */
export const completeForPublication = (
  metadata: RecordMetadataDraft,
  { facts, publisher, today }: { facts: LayerFacts; publisher: Publisher | null; today: string },
): { metadata: RecordMetadataDraft; filled: (keyof RecordMetadata)[] } =>
  completeDefaults(metadata, {
    ...probeOf(facts),
    today,
    actor: publisher
      ? { kind: 'token', tokenId: '', role: 'editor', domainId: null, ...publisher }
      : { kind: 'public' },
  })
