/**
 * What a record needs before it may be published, and what is doubtful about it (Q3, R4.60). Drafts get the same
 * answers as information. Messages say what to do, to somebody who fills in a form.
 */
import type { Box } from '../domain/probe.ts'
import {
  type DatasetDates,
  type Day,
  isDay,
  type RecordMetadataDraft,
  type ResponsibleParty,
  toEpsg,
} from './record-metadata.ts'

/** The wizard's page (R4.2) on which the field is corrected. */
export type Page = 2 | 3 | 4 | 5 | 6 | 7 | 8

export type Finding = {
  page: Page
  /** Path of the member: 'dates.creation', 'contacts[0].email'. */
  field: string
  code: string
  message: string
}

export type CheckContext = {
  /** Whether the data have geometry, or are a georeferenced raster. */
  isSpatial: boolean
  /** What the file itself says; null when it does not say. */
  probeEpsg?: number | null
  /** EPSG codes the deployment offers (Q4). */
  crsList: readonly number[]
  /** [west, south, east, north]; null for a deployment without one. */
  nationalExtent: Box | null
}

export type Findings = { errors: Finding[]; warnings: Finding[] }

export const checkForPublication = (metadata: RecordMetadataDraft, context: CheckContext): Findings => {
  const found = rules.flatMap((rule) => rule(metadata, context))
  const byPage = found.sort((one, other) => one.page - other.page)
  return {
    errors: byPage.filter((one) => one.level === 'error').map(({ level, ...finding }) => finding),
    warnings: byPage.filter((one) => one.level === 'warning').map(({ level, ...finding }) => finding),
  }
}

type Found = Finding & { level: 'error' | 'warning' }
type Rule = (metadata: RecordMetadataDraft, context: CheckContext) => Found[]

const error = (page: Page, field: string, code: string, message: string): Found[] => [
  { level: 'error', page, field, code, message },
]
const warning = (page: Page, field: string, code: string, message: string): Found[] => [
  { level: 'warning', page, field, code, message },
]

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (typeof value === 'object' && Object.values(value).every(isBlank))

type Required = { page: Page; field: keyof RecordMetadataDraft; isNeeded?: Condition; message: string }
type Condition = (metadata: RecordMetadataDraft, context: CheckContext) => boolean

// ISO 19115 asks for topic categories of datasets and series only.
const isAboutTopics: Condition = ({ resourceType }) =>
  resourceType === undefined || resourceType === 'dataset' || resourceType === 'series'

/** Q3, in the order of the pages. */
const required: Required[] = [
  { page: 2, field: 'language', message: 'Choose the language in which this form is filled in.' },
  { page: 2, field: 'dateStamp', message: 'Enter the date of this record as YYYY-MM-DD.' },
  { page: 2, field: 'contacts', message: 'Enter the person or organisation responsible for this record.' },
  { page: 3, field: 'resourceType', message: "Choose what the record describes, for example 'Dataset'." },
  { page: 3, field: 'title', message: 'Enter a title for the dataset.' },
  {
    page: 3,
    field: 'dates',
    message: 'Enter at least one date of the dataset: when it was created, published or revised.',
  },
  { page: 3, field: 'abstract', message: 'Describe in a few sentences what the dataset is about.' },
  { page: 3, field: 'pointsOfContact', message: 'Enter whom people should ask about the dataset.' },
  { page: 4, field: 'resourceLanguage', message: 'Choose the language used in the dataset itself.' },
  {
    page: 4,
    field: 'topicCategories',
    isNeeded: isAboutTopics,
    message: 'Choose at least one topic category.',
  },
  {
    page: 5,
    field: 'crs',
    isNeeded: (_, { isSpatial }) => isSpatial,
    message: 'Choose the coordinate reference system of the dataset; it has geometry, so it needs one.',
  },
  { page: 6, field: 'lineageStatement', message: 'Say where the data come from and how they were made.' },
  {
    page: 7,
    field: 'useConditions',
    message:
      "State the conditions of use; enter 'No conditions' if none apply, 'Unknown' if you do not know.",
  },
  {
    page: 7,
    field: 'accessConditions',
    message:
      "State the conditions of access; enter 'No conditions' if none apply, 'Unknown' if you do not know.",
  },
]

const checkRequired: Rule = (metadata, context) =>
  required
    .filter(({ field, isNeeded }) => isBlank(metadata[field]) && (isNeeded?.(metadata, context) ?? true))
    .flatMap(({ page, field, message }) => error(page, field, 'missing', message))

const checkDay = (page: Page, field: string, day: Day | undefined): Found[] =>
  day === undefined || isDay(day)
    ? []
    : error(page, field, 'date-impossible', `'${day}' is not a day of the calendar. Enter it as YYYY-MM-DD.`)

const checkDays: Rule = ({ dateStamp, dates, temporalExtent }) => [
  ...checkDay(2, 'dateStamp', dateStamp),
  ...checkDay(3, 'dates.creation', dates?.creation),
  ...checkDay(3, 'dates.publication', dates?.publication),
  ...checkDay(3, 'dates.revision', dates?.revision),
  ...checkDay(3, 'temporalExtent.begin', temporalExtent?.begin),
  ...checkDay(3, 'temporalExtent.end', temporalExtent?.end),
]

/** Days compare as text. */
const isBefore = (day: Day | undefined, other: Day | undefined): boolean =>
  day !== undefined && other !== undefined && isDay(day) && isDay(other) && day < other

const checkOrderOfDates: Rule = ({ dates = {}, temporalExtent }) => {
  const later: (keyof DatasetDates)[] = ['publication', 'revision']
  return [
    ...later
      .filter((kind) => isBefore(dates[kind], dates.creation))
      .flatMap((kind) =>
        warning(
          3,
          `dates.${kind}`,
          'dates-out-of-order',
          `The ${kind} date ${dates[kind]} is before the creation date ${dates.creation}. Check both.`,
        ),
      ),
    ...(isBefore(temporalExtent?.end, temporalExtent?.begin)
      ? error(
          3,
          'temporalExtent.end',
          'temporal-extent-reversed',
          `The temporal extent ends (${temporalExtent?.end}) before it begins (${temporalExtent?.begin}). Leave the end blank if the dataset is still valid.`,
        )
      : []),
  ]
}

const checkParties =
  (page: Page, field: 'contacts' | 'pointsOfContact', whose: string): Rule =>
  (metadata) =>
    (metadata[field] ?? []).flatMap((party: ResponsibleParty, index) => [
      ...(isBlank(party.individualName) && isBlank(party.organisation)
        ? error(
            page,
            `${field}[${index}].organisation`,
            'contact-unnamed',
            `Enter the name or the organisation of ${whose}.`,
          )
        : []),
      ...(isBlank(party.email)
        ? error(
            page,
            `${field}[${index}].email`,
            'contact-unreachable',
            `Enter the e-mail address of ${whose}.`,
          )
        : []),
    ])

const checkBox: Rule = ({ bbox }, { isSpatial, nationalExtent }) => {
  if (!bbox) {
    return isSpatial
      ? warning(
          3,
          'bbox',
          'bbox-missing',
          'The dataset has geometry but no bounding box; people who search on the map will not find it. Draw it or enter it.',
        )
      : []
  }
  const { west, south, east, north } = bbox
  const inRange = [
    [west, 180, 'west'],
    [east, 180, 'east'],
    [south, 90, 'south'],
    [north, 90, 'north'],
  ] as const
  const outOfRange = inRange.filter(([value, limit]) => !(Math.abs(value) <= limit))
  if (outOfRange.length > 0) {
    return outOfRange.flatMap(([value, limit, side]) =>
      error(
        3,
        `bbox.${side}`,
        'bbox-out-of-range',
        `The ${side} side of the bounding box is ${value}; it must lie between -${limit} and ${limit} degrees. Projected coordinates do not belong here.`,
      ),
    )
  }
  if (south > north) {
    return error(
      3,
      'bbox.south',
      'bbox-upside-down',
      `The south side of the bounding box (${south}) is north of the north side (${north}). Exchange them.`,
    )
  }
  return [
    ...(west > east
      ? warning(
          3,
          'bbox.west',
          'bbox-crosses-antimeridian',
          `The bounding box runs from ${west} across the 180th meridian to ${east}. If that is not meant, exchange west and east.`,
        )
      : []),
    ...checkNationalExtent([west, south, east, north], nationalExtent),
  ]
}

const checkNationalExtent = ([west, south, east, north]: Box, nationalExtent: Box | null): Found[] => {
  if (!nationalExtent || west > east) return []
  const [nationalWest, nationalSouth, nationalEast, nationalNorth] = nationalExtent
  const isOutside =
    east < nationalWest || west > nationalEast || north < nationalSouth || south > nationalNorth
  if (!isOutside) return []
  const isSwapped =
    north >= nationalWest && south <= nationalEast && east >= nationalSouth && west <= nationalNorth
  return warning(
    3,
    'bbox',
    'bbox-outside-national-extent',
    `The bounding box (${west}, ${south}, ${east}, ${north}) lies outside the area of this catalogue (${nationalExtent.join(', ')}). ${
      isSwapped ? 'Longitude and latitude look exchanged.' : 'Check it, and the coordinate reference system.'
    }`,
  )
}

const checkCrs: Rule = ({ crs }, { probeEpsg, crsList }) => {
  const epsg = toEpsg(crs)
  if (epsg === null) {
    return isBlank(crs)
      ? []
      : error(
          5,
          'crs',
          'crs-unreadable',
          `'${crs}' is not an EPSG code such as EPSG:4326. Choose one from the list.`,
        )
  }
  return [
    ...(crsList.includes(epsg)
      ? []
      : warning(
          5,
          'crs',
          'crs-not-listed',
          `EPSG:${epsg} is not among the coordinate reference systems used here (${crsList.map((code) => `EPSG:${code}`).join(', ')}).`,
        )),
    ...(probeEpsg && probeEpsg !== epsg
      ? warning(
          5,
          'crs',
          'crs-differs-from-file',
          `The file says EPSG:${probeEpsg}, but EPSG:${epsg} was chosen. Keep it only if you know that the file is wrong.`,
        )
      : []),
  ]
}

const checkResolution: Rule = ({ spatialResolutionDenominator: denominator }) =>
  denominator === undefined || (Number.isInteger(denominator) && denominator > 0)
    ? []
    : error(
        4,
        'spatialResolutionDenominator',
        'resolution-not-whole',
        `The spatial resolution is ${denominator}; enter the denominator as a whole number, for example 50000 for 1:50 000.`,
      )

/**
 * The contract's pattern; stricter than `URL`, because xs:anyURI takes no stray percent sign or bracket. Without the
 * flag u, which the web view of older QGIS does not know, and so for a text without surrogate pairs.
 */
const webAddress =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
  /^(https?|ftp):\/\/[^\s<>"\\^`{|}[\]/?#@%\x00-\x1f\x7f\ud800-\udfff]+([/?]([^\s<>"\\^`{|}[\]#%\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2})*)?(#([^\s<>"\\^`{|}[\]#%\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2})*)?$/

/** R4.55. */
export const isWebAddress = (text: string): boolean =>
  text.length <= 2048 &&
  webAddress.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, 'x')) &&
  isParsable(text)

const isParsable = (text: string): boolean => {
  try {
    return Boolean(new URL(text))
  } catch {
    return false
  }
}

const checkAddress = (field: string, address: string | undefined): Found[] =>
  address === undefined || isWebAddress(address)
    ? []
    : error(
        8,
        field,
        'address-unusable',
        `'${address}' is not a usable web address. Enter a full address that begins with https://, without user name or password.`,
      )

const checkAddresses: Rule = ({ additionalDownloadUrl, informationUrl, webServices = [] }) => [
  ...checkAddress('additionalDownloadUrl', additionalDownloadUrl),
  ...checkAddress('informationUrl', informationUrl),
  ...webServices.flatMap((service, index) => [
    ...checkAddress(`webServices[${index}].url`, service.url),
    ...(isBlank(service.layer)
      ? warning(
          8,
          `webServices[${index}].layer`,
          'service-without-layer',
          `The ${service.protocol} service has no layer name, so nobody can open or download it from here. Enter the layer.`,
        )
      : []),
  ]),
]

const rules: Rule[] = [
  checkRequired,
  checkDays,
  checkOrderOfDates,
  checkParties(2, 'contacts', 'the metadata contact'),
  checkParties(3, 'pointsOfContact', 'the point of contact for the dataset'),
  checkBox,
  checkResolution,
  checkCrs,
  checkAddresses,
]
