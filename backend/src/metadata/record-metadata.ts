/**
 * What a record says about its dataset: the ISO 19115 content of the wizard's pages 2 to 8 in one schema (R4.19 to
 * R4.57, R9). The contract says the same in openapi/schemas/record-metadata.yaml; what must be there before
 * publication is in rules.ts.
 */
import type {
  CharacterSet,
  ContactRole,
  ProgressCode,
  ResourceType,
  SpatialRepresentationType,
  TopicCategory,
  WebServiceProtocol,
} from './code-lists.ts'

/** 'YYYY-MM-DD'. */
export type Day = string

/** CI_ResponsibleParty (R4.21, R4.27). */
export type ResponsibleParty = {
  individualName?: string
  organisation?: string
  position?: string
  email?: string
  phone?: string
  role: ContactRole
}

/** Degrees in WGS 84 (R4.28); west is greater than east across the antimeridian. */
export type GeographicBox = { west: number; south: number; east: number; north: number }

/** At most one of each kind (R4.25), by construction. */
export type DatasetDates = { creation?: Day; publication?: Day; revision?: Day }

/** Without end, the dataset is still valid (R4.31). */
export type TemporalExtent = { begin?: Day; end?: Day }

export type ThesaurusKeywords = { thesaurus: string; keywords: string[] }

export type DistributionFormat = { name: string; version?: string }

/** An external endpoint (R9.5). */
export type WebService = { protocol: WebServiceProtocol; url: string; layer?: string; title?: string }

/** Complete metadata: what `checkForPublication` finds no error in has at least the members that are not optional. */
export type RecordMetadata = {
  /** Page 2. Language of the texts here, ISO 639 with three letters (R4.19). */
  language: string
  dateStamp: Day
  contacts: ResponsibleParty[]

  /** Page 3. Also the scope of the data quality on page 6 (R4.43). */
  resourceType: ResourceType
  title: string
  dates: DatasetDates
  abstract: string
  pointsOfContact: ResponsibleParty[]
  custodianOrganisation?: string
  keywords?: string[]
  thesaurusKeywords?: ThesaurusKeywords[]
  bbox?: GeographicBox
  temporalExtent?: TemporalExtent
  status?: ProgressCode
  supplementalInformation?: string
  /** Identifier of the series or larger work this belongs to. */
  parentIdentifier?: string

  /** Page 4. Language of the data themselves (R4.33). */
  resourceLanguage: string
  characterSet?: CharacterSet
  spatialRepresentationType?: SpatialRepresentationType
  /** 50000 stands for 1:50 000 (R4.36). */
  spatialResolutionDenominator?: number
  topicCategories?: TopicCategory[]

  /** Page 5: 'EPSG:2006' (R4.38); mandatory for spatial data. */
  crs?: string

  /** Page 6. */
  lineageStatement: string
  dataSources?: string[]
  processingSteps?: string[]

  /** Page 7; 'No conditions' and 'Unknown' are the agreed words (R4.47, R4.48). */
  useConditions: string
  accessConditions: string

  /** Page 8. */
  distributionFormat?: DistributionFormat
  additionalDownloadUrl?: string
  /** Instead of the title (R4.53). */
  resourceName?: string
  informationUrl?: string
  webServices?: WebService[]
}

/** May be incomplete (R4.61), but every value that is there is well-formed. */
export type RecordMetadataDraft = Partial<RecordMetadata>

/** JSON merge patch (RFC 7396): absent means leave it, null means clear it; lists are replaced whole. */
export type RecordMetadataPatch = {
  [Member in keyof RecordMetadata]?: Member extends 'dates' | 'temporalExtent' | 'distributionFormat'
    ? Clearable<NonNullable<RecordMetadata[Member]>> | null
    : RecordMetadata[Member] | null
}
type Clearable<Part> = {
  [Member in keyof Part]: undefined extends Part[Member] ? Part[Member] | null : Part[Member]
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A group that lost its last member goes too, so that a cleared form equals one never filled in. */
const merge = (target: Json, patch: Json): Json => {
  const merged = new Map(Object.entries(target))
  for (const [name, change] of Object.entries(patch)) {
    if (change === undefined) continue
    if (!isObject(change)) {
      if (change === null) merged.delete(name)
      else merged.set(name, change)
      continue
    }
    const present = merged.get(name)
    const value = merge(isObject(present) ? present : {}, change)
    if (Object.keys(value).length === 0) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

export const applyPatch = (metadata: RecordMetadataDraft, patch: RecordMetadataPatch): RecordMetadataDraft =>
  merge(metadata, patch) as RecordMetadataDraft

/** Every keyword once, wherever it comes from; what search and short listings show. */
export const allKeywords = (metadata: RecordMetadataDraft): string[] => [
  ...new Set([
    ...(metadata.keywords ?? []),
    ...(metadata.thesaurusKeywords ?? []).flatMap((group) => group.keywords),
  ]),
]

/** A day of the calendar: 2026-02-30 is not one (R4.20), nor any of the year 0, which databases do not know. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** EPSG code of 'EPSG:2006'; null for anything else. */
export const toEpsg = (crs: string | undefined): number | null => {
  const code = /^EPSG:(\d{4,6})$/.exec(crs ?? '')?.[1]
  return code === undefined ? null : Number(code)
}
