/**
 * Reads ISO 19139 (and 19115-2) XML into a draft: what other catalogues and QGIS write, not only what we write.
 * What does not fit the content model is left out and said in `notes`; a draft that comes out is well-formed.
 */
import { metadataProblems } from '../domain/problems/metadata.ts'
import { attributeOf, childElements, type XmlElement } from '../xml/read.ts'
import {
  characterSets,
  contactRoles,
  isOneOf,
  progressCodes,
  resourceTypes,
  spatialRepresentationTypes,
  topicCategories,
  webServiceProtocols,
} from './code-lists.ts'
import { toLine, toText } from './plain-text.ts'
import {
  type DatasetDates,
  type GeographicBox,
  isDay,
  type RecordMetadataDraft,
  type ResponsibleParty,
  type TemporalExtent,
  type WebService,
} from './record-metadata.ts'
import { isWebAddress } from './rules.ts'

export type IsoLink = {
  url: string
  protocol?: string
  name?: string
  description?: string
  function?: string
}

export type IsoReading = {
  identifier: string | null
  metadata: RecordMetadataDraft
  /** Every online resource, in order; those the content model has a place for are in `metadata` too. */
  links: IsoLink[]
  /** Identifier of the record that supersedes this one (R3.11). */
  successor: string | null
  /** What was left out or changed, as sentences. */
  notes: string[]
}

const ROOTS: Record<string, string> = {
  MD_Metadata: 'http://www.isotc211.org/2005/gmd',
  MI_Metadata: 'http://www.isotc211.org/2005/gmi',
}

export const readIso19139 = (root: XmlElement, what = 'The document'): IsoReading => {
  if (ROOTS[root.name.local] !== root.name.namespace) {
    throw metadataProblems.notIsoMetadata({ what, found: root.name.local })
  }
  const notes: string[] = []
  const identification = find(root, 'identificationInfo/*')[0] ?? root
  const links = find(root, 'distributionInfo//onLine/CI_OnlineResource').map(toLink)
  const metadata: RecordMetadataDraft = {
    ...readMetadataInformation(root, notes),
    ...readIdentification(identification, notes),
    ...readOther(identification, notes),
    ...readCrs(root, notes),
    ...readLineage(root),
    ...readConstraints(identification),
    ...readDistribution(root, links),
  }
  return {
    identifier: line(find(root, 'fileIdentifier')[0]) ?? null,
    metadata: withoutUndefined(metadata),
    links,
    successor: readSuccessor(identification),
    notes,
  }
}

// Finding and reading values -------------------------------------------------------------------------

/** Local names separated by '/'; '*' is any element, '//' any depth below. Prefixes and namespaces differ too much. */
const find = (from: XmlElement, path: string): XmlElement[] => {
  const [first = '', ...deeper] = path.split('//')
  let found = first
    .split('/')
    .reduce(
      (elements, local) =>
        elements.flatMap((element) =>
          local === '*' ? childElements(element) : childElements(element, local),
        ),
      [from],
    )
  for (const part of deeper) {
    const [head = '', ...rest] = part.split('/')
    found = found.flatMap((element) => descendants(element, head))
    if (rest.length > 0) found = found.flatMap((element) => find(element, rest.join('/')))
  }
  return found
}

const descendants = (element: XmlElement, local: string): XmlElement[] =>
  childElements(element).flatMap((child) => [
    ...(child.name.local === local ? [child] : []),
    ...descendants(child, local),
  ])

/** Text of a property: that of its only value (gco:CharacterString, gmx:Anchor, gmd:URL …), or its own. */
const rawText = (property: XmlElement) => childElements(property)[0]?.text ?? property.text

const text = (property: XmlElement | undefined): string | undefined => property && toText(rawText(property))

const line = (property: XmlElement | undefined): string | undefined => property && toLine(rawText(property))

const texts = (properties: XmlElement[], max: number): string[] | undefined => {
  const values = properties.map(text).filter((value) => value !== undefined)
  return values.length > 0 ? values.slice(0, max) : undefined
}

/** A code by its value, else by its text; some profiles number the values and write 'utf8; utf8' as text. */
const code = <Code extends string>(
  property: XmlElement | undefined,
  codes: readonly Code[] | Record<Code, unknown>,
): Code | undefined => {
  const element = property && childElements(property)[0]
  if (!element) return undefined
  const candidates = [attributeOf(element, 'codeListValue') ?? '', element.text.split(';')[0] ?? '']
  return candidates.map((candidate) => candidate.trim()).find((candidate) => isOneOf(codes, candidate)) as
    | Code
    | undefined
}

const twoLetterLanguages: Record<string, string> = {
  en: 'eng',
  fr: 'fra',
  es: 'spa',
  de: 'deu',
  nl: 'nld',
  pt: 'por',
}
const bibliographicLanguages: Record<string, string> = { fre: 'fra', ger: 'deu', dut: 'nld' }

const language = (property: XmlElement | undefined, notes: string[]): string | undefined => {
  const element = property && childElements(property)[0]
  if (!element) return undefined
  const found = (attributeOf(element, 'codeListValue') || element.text).trim().toLowerCase()
  const start = /^[a-z]{2,3}(?![a-z])/.exec(found)?.[0] ?? ''
  const three = twoLetterLanguages[start] ?? bibliographicLanguages[start] ?? start
  if (three.length === 3) return three
  if (found) notes.push(`The language '${found}' is not a three-letter code and was left out.`)
  return undefined
}

const day = (property: XmlElement | undefined, notes: string[]): string | undefined => {
  const found = text(property)
  if (found === undefined) return undefined
  const start = found.slice(0, 10)
  if (isDay(start)) return start
  notes.push(`The date '${found}' names no day and was left out.`)
  return undefined
}

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value

/** undefined for an object in which nothing is said. */
const unlessEmpty = <Value extends object>(value: Value): Value | undefined => {
  const said = withoutUndefined(value)
  return Object.keys(said).length > 0 ? said : undefined
}

const unlessNone = <Item>(items: Item[]): Item[] | undefined => (items.length > 0 ? items : undefined)

// Pages of the wizard --------------------------------------------------------------------------------

const readMetadataInformation = (root: XmlElement, notes: string[]): RecordMetadataDraft => ({
  language: language(find(root, 'language')[0], notes),
  dateStamp: day(find(root, 'dateStamp')[0], notes),
  contacts: unlessNone(find(root, 'contact/CI_ResponsibleParty').flatMap((party) => toParty(party, notes))),
  resourceType: code(find(root, 'hierarchyLevel')[0], resourceTypes),
  parentIdentifier: line(find(root, 'parentIdentifier')[0]),
})

const toParty = (party: XmlElement, notes: string[]): ResponsibleParty[] => {
  const email = line(find(party, 'contactInfo/CI_Contact/address/CI_Address/electronicMailAddress')[0])
  const isEmail = email !== undefined && email.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+$/.test(email)
  if (email !== undefined && !isEmail) notes.push(`'${email}' is not an e-mail address and was left out.`)
  const phone = line(find(party, 'contactInfo/CI_Contact/phone/CI_Telephone/voice')[0])
  const said = unlessEmpty({
    individualName: line(find(party, 'individualName')[0]),
    organisation: line(find(party, 'organisationName')[0]),
    position: line(find(party, 'positionName')[0]),
    email: isEmail ? email : undefined,
    phone: phone && toLine(phone, 60),
  })
  return said ? [{ ...said, role: code(find(party, 'role')[0], contactRoles) ?? 'pointOfContact' }] : []
}

const isCustodianOrganisation = (party: ResponsibleParty) =>
  party.role === 'custodian' && party.organisation !== undefined && Object.keys(party).length === 2

const readIdentification = (identification: XmlElement, notes: string[]): RecordMetadataDraft => {
  const parties = find(identification, 'pointOfContact/CI_ResponsibleParty').flatMap((party) =>
    toParty(party, notes),
  )
  const custodian = parties.findLast(isCustodianOrganisation)
  const groups = find(identification, 'descriptiveKeywords/MD_Keywords').map((group) => ({
    thesaurus: line(find(group, 'thesaurusName/CI_Citation/title')[0]),
    keywords: find(group, 'keyword')
      .map(line)
      .filter((keyword) => keyword !== undefined),
  }))
  return {
    title: line(find(identification, 'citation/CI_Citation/title')[0]),
    dates: readDates(identification, notes),
    abstract: text(find(identification, 'abstract')[0]),
    pointsOfContact: unlessNone(parties.filter((party) => party !== custodian)),
    custodianOrganisation: custodian?.organisation,
    keywords: unlessNone([
      ...new Set(
        groups.filter(({ thesaurus }) => thesaurus === undefined).flatMap(({ keywords }) => keywords),
      ),
    ]),
    thesaurusKeywords: unlessNone(
      groups.flatMap(({ thesaurus, keywords }) =>
        thesaurus !== undefined && keywords.length > 0 ? [{ thesaurus, keywords }] : [],
      ),
    ),
    bbox: readBox(identification, notes),
    temporalExtent: readTemporalExtent(identification, notes),
    status: code(find(identification, 'status')[0], progressCodes),
    supplementalInformation: text(find(identification, 'supplementalInformation')[0]),
  }
}

const readDates = (identification: XmlElement, notes: string[]): DatasetDates | undefined => {
  const dates: DatasetDates = {}
  for (const date of find(identification, 'citation/CI_Citation/date/CI_Date')) {
    const kind = code(find(date, 'dateType')[0], ['creation', 'publication', 'revision'] as const)
    const found = day(find(date, 'date')[0], notes)
    if (!kind || !found) continue
    if (dates[kind]) notes.push(`A second ${kind} date, ${found}, was left out.`)
    else dates[kind] = found
  }
  return unlessEmpty(dates)
}

const readBox = (identification: XmlElement, notes: string[]): GeographicBox | undefined => {
  const boxes = find(identification, 'extent/EX_Extent/geographicElement/EX_GeographicBoundingBox')
  const box = boxes[0]
  if (!box) return undefined
  if (boxes.length > 1) notes.push(`Of ${boxes.length} bounding boxes, the first was kept.`)
  const bound = (name: string) => Number(text(find(box, name)[0]) ?? Number.NaN)
  const west = bound('westBoundLongitude')
  const east = bound('eastBoundLongitude')
  const south = bound('southBoundLatitude')
  const north = bound('northBoundLatitude')
  const isInRange =
    [west, east].every((value) => Math.abs(value) <= 180) &&
    [south, north].every((value) => Math.abs(value) <= 90)
  if (isInRange) return { west, south, east, north }
  notes.push(
    `The bounding box (${[west, south, east, north].join(', ')}) is not in degrees and was left out.`,
  )
  return undefined
}

const readTemporalExtent = (identification: XmlElement, notes: string[]): TemporalExtent | undefined => {
  const time = find(identification, 'extent/EX_Extent/temporalElement//extent/*')[0]
  if (!time) return undefined
  const instant = find(time, 'timePosition')[0]
  if (instant) {
    const only = day(instant, notes)
    return unlessEmpty({ begin: only, end: only })
  }
  const position = (end: 'begin' | 'end') =>
    day(find(time, `${end}Position`)[0] ?? find(time, `${end}/TimeInstant/timePosition`)[0], notes)
  return unlessEmpty({ begin: position('begin'), end: position('end') })
}

const readOther = (identification: XmlElement, notes: string[]): RecordMetadataDraft => {
  const denominator = Number(
    text(
      find(
        identification,
        'spatialResolution/MD_Resolution/equivalentScale/MD_RepresentativeFraction/denominator',
      )[0],
    ),
  )
  const topics = find(identification, 'topicCategory').map(text)
  return {
    resourceLanguage: language(find(identification, 'language')[0], notes),
    characterSet: code(find(identification, 'characterSet')[0], characterSets),
    spatialRepresentationType: code(
      find(identification, 'spatialRepresentationType')[0],
      spatialRepresentationTypes,
    ),
    spatialResolutionDenominator:
      Number.isInteger(denominator) && denominator > 0 && denominator <= 1e9 ? denominator : undefined,
    topicCategories: unlessNone([
      ...new Set(topics.filter((topic) => topic !== undefined && isOneOf(topicCategories, topic))),
    ] as NonNullable<RecordMetadataDraft['topicCategories']>),
  }
}

const readCrs = (root: XmlElement, notes: string[]): RecordMetadataDraft => {
  const identifier = find(root, 'referenceSystemInfo//RS_Identifier')[0]
  if (!identifier) return {}
  const found = line(find(identifier, 'code')[0]) ?? ''
  const space = line(find(identifier, 'codeSpace')[0]) ?? ''
  const epsg =
    /epsg[^\d]*(?:[\d.]*[/:])*?(\d{4,6})\)?$/i.exec(found)?.[1] ??
    (/epsg/i.test(space) ? /^\d{4,6}$/.exec(found)?.[0] : undefined)
  if (epsg) return { crs: `EPSG:${epsg}` }
  if (found) notes.push(`The coordinate reference system '${found}' has no EPSG code and was left out.`)
  return {}
}

const readLineage = (root: XmlElement): RecordMetadataDraft => {
  const lineage = find(root, 'dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage')[0]
  if (!lineage) return {}
  return {
    lineageStatement: text(find(lineage, 'statement')[0]),
    processingSteps: texts(find(lineage, 'processStep/LI_ProcessStep/description'), 200),
    dataSources: texts(find(lineage, 'source/LI_Source/description'), 100),
  }
}

const readConstraints = (identification: XmlElement): RecordMetadataDraft => {
  const restrictions = (properties: XmlElement[]) =>
    properties.flatMap((property) => {
      const element = childElements(property)[0]
      const value = element?.text.split(';')[0]?.trim() || (element && attributeOf(element, 'codeListValue'))
      return value && value !== 'otherRestrictions' ? [value] : []
    })
  const use: string[] = []
  const access: string[] = []
  for (const constraints of find(identification, 'resourceConstraints/*')) {
    const isAboutUseOnly =
      find(constraints, 'useConstraints').length > 0 && find(constraints, 'accessConstraints').length === 0
    use.push(...(texts(find(constraints, 'useLimitation'), 100) ?? []))
    use.push(...restrictions(find(constraints, 'useConstraints')))
    access.push(...restrictions(find(constraints, 'accessConstraints')))
    const others = texts(find(constraints, 'otherConstraints'), 100) ?? []
    if (isAboutUseOnly) use.push(...others)
    else access.push(...others)
  }
  const joined = (conditions: string[]) => toText(conditions.join('\n'))
  return { useConditions: joined(use), accessConditions: joined(access) }
}

// Distribution -----------------------------------------------------------------------------------------

const toLink = (resource: XmlElement): IsoLink =>
  withoutUndefined({
    url: text(find(resource, 'linkage')[0]) ?? '',
    protocol: line(find(resource, 'protocol')[0]),
    name: line(find(resource, 'name')[0]),
    description: line(find(resource, 'description')[0]),
    function: code(find(resource, 'function')[0], [
      'download',
      'information',
      'search',
      'order',
      'offlineAccess',
    ]),
  })

/** 'OGC:WMS-1.3.0-http-get-map' is a WMS too. */
const webServiceProtocol = ({ protocol = '' }: IsoLink) =>
  webServiceProtocols.find(
    (known) => protocol.toUpperCase().startsWith(known) && !/^[A-Z]/i.test(protocol.slice(known.length)),
  )

const readDistribution = (root: XmlElement, links: IsoLink[]): RecordMetadataDraft => {
  const usable = links.filter((link) => isWebAddress(link.url))
  const format = find(root, 'distributionInfo//MD_Format')[0]
  const name = format && line(find(format, 'name')[0])
  const version = format && line(find(format, 'version')[0])
  const services = usable.flatMap((link): WebService[] => {
    const protocol = webServiceProtocol(link)
    if (!protocol) return []
    return [withoutUndefined({ protocol, url: link.url, layer: link.name, title: link.description })]
  })
  const others = usable.filter((link) => !webServiceProtocol(link))
  const download = others.find(
    (link) => link.function === 'download' || link.protocol?.toUpperCase().startsWith('WWW:DOWNLOAD'),
  )
  const information = others.find(
    (link) =>
      link !== download &&
      (link.function === 'information' || link.protocol?.toUpperCase().startsWith('WWW:LINK')),
  )
  return {
    distributionFormat: name === undefined ? undefined : withoutUndefined({ name, version }),
    additionalDownloadUrl: download?.url,
    resourceName: download && download.name !== titleOf(root) ? download.name : undefined,
    informationUrl: information?.url,
    webServices: unlessNone(services.slice(0, 50)),
  }
}

const titleOf = (root: XmlElement) => line(find(root, 'identificationInfo/*/citation/CI_Citation/title')[0])

const readSuccessor = (identification: XmlElement): string | null => {
  const status = find(identification, 'status/*')[0]
  if (!status || attributeOf(status, 'codeListValue') !== 'superseded') return null
  const identifier = find(
    identification,
    'aggregationInfo/MD_AggregateInformation/aggregateDataSetIdentifier/MD_Identifier/code',
  )[0]
  return line(identifier) ?? null
}
