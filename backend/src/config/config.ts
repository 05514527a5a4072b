/** Reads the settings from the environment, once, and reports every mistake at the same time. */
import { resolve } from 'node:path'

export type Limits = {
  /** R5.2: a dataset, or the chosen layer of a GeoPackage. */
  datasetBytes: number
  /** R5.3: the GeoPackage a layer is taken from. */
  geopackageBytes: number
  /** R5.5. */
  sldBytes: number
  /** Reading one upload may take this long, and this much memory. */
  readerSeconds: number
  readerMemoryBytes: number
  uploadHours: number
  authFailuresPerMinute: number
  itemsPerPage: number
  /** Uploads leave this much of each disk free. */
  diskReserveBytes: number
  /** R2.17: how often one network or e-mail address may submit, and begin uploads without an account. */
  submissionsPerHour: number
  submissionUploadsPerHour: number
  /** So many submissions, and bytes of theirs, wait for review at most. */
  pendingSubmissions: number
  submissionBytes: number
  /** A private link works this long after the last change (R2.16). */
  submissionLinkDays: number
  /** Submissions that were returned or rejected are removed this long after the last change, with their contact details. */
  submissionRetentionDays: number
}

export type Config = {
  port: number
  host: string
  /** Without a trailing slash; null: taken from each request (and the proxy headers, when trusted). */
  publicUrl: string | null
  /** Which proxies' Forwarded headers are believed, as Express understands 'trust proxy'. */
  trustProxy: string | boolean
  dataDir: string
  uploadDir: string
  /** null: no symbol library. */
  symbolDir: string | null
  databaseUrl: string | null
  readDatabaseUrl: string | null
  adminEmails: string[]
  /** smtp://user:password@host:587 or smtps://…; null: mails wait in the outbox (R12.7). */
  smtpUrl: string | null
  /** Sender of mails. */
  mailFrom: string | null
  role: 'all' | 'api' | 'worker'
  /** Publish the example layers when the catalogue is empty. */
  withExamples: boolean
  siteTitle: string
  /** `host:port` whose web services may be read over http or in one's own network. */
  fetchHosts: string[]
  /** Where administrators put files that are too large to be sent (R12.4); null: nowhere. */
  storageDir: string | null
  crsList: number[]
  /** Onshore and offshore extent [w, s, e, n] beyond which a probe warns (R13.7). */
  nationalExtent: [number, number, number, number]
  logLevel: string
  limits: Limits
}

/** 1 MB is 1,048,576 bytes (requirements Q8). */
const MB = 1_048_576

export class ConfigMistakes extends Error {
  readonly mistakes: string[]
  constructor(mistakes: string[]) {
    super(
      `The settings have ${mistakes.length} mistake(s):\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    )
    this.name = 'ConfigMistakes'
    this.mistakes = mistakes
  }
}

type Environment = Record<string, string | undefined>

/** One row per setting: shown by `sec-ims settings`, and the only names read. */
export const settings: Record<string, string> = {
  PORT: 'port to listen on (8080)',
  HOST: 'address to listen on (127.0.0.1)',
  PUBLIC_URL: 'address under which people reach the server, for links (taken from the request)',
  TRUST_PROXY: 'proxies whose Forwarded headers are believed: loopback, an address list, or none (loopback)',
  DATA_DIR: 'folder for the embedded database, blobs and local credential (./data)',
  UPLOAD_DIR: 'folder for uploads on their way in (DATA_DIR/uploads)',
  SYMBOL_DIR: 'folder of SVG and PNG files that styles may name, such as that of QGIS (none)',
  DATABASE_URL: 'postgres://… of a PostgreSQL 15+ with PostGIS 3.3+ (the embedded database)',
  READ_DATABASE_URL: 'postgres://… of a replica for reading (DATABASE_URL)',
  ADMIN_EMAILS: 'comma-separated addresses that receive alarms, and hear of submissions (none)',
  SMTP_URL:
    'mail server: smtp://user:password@host:587 or smtps://…; needs MAIL_FROM and PUBLIC_URL (mails wait in the outbox)',
  MAIL_FROM: 'address mails are sent from (none)',
  ROLE: 'all, api or worker (all)',
  EXAMPLES: 'yes or no: publish the example layers into an empty catalogue (yes)',
  SITE_TITLE: 'name shown on pages and landing documents (SEC-IMS)',
  STORAGE_DIR: 'folder of large files that administrators attach to records (none)',
  FETCH_HOSTS:
    'host:port, comma-separated: web services that may be read over http or in your own network (none)',
  CRS_LIST: 'EPSG codes offered to editors and served (4326,2006,32620,4606,3857)',
  NATIONAL_EXTENT: 'west,south,east,north beyond which a file is doubted (-62.8,13.23,-59.99,14.28)',
  LOG_LEVEL: 'fatal, error, warn, info, debug or silent (warn)',
  MAX_DATASET_MB: 'largest dataset (50)',
  MAX_GEOPACKAGE_MB: 'largest GeoPackage a layer is taken from (500)',
  MAX_SLD_MB: 'largest SLD (1)',
  READER_SECONDS: 'longest time reading one upload may take (600)',
  READER_MEMORY_MB: 'most memory reading one upload may take (1024)',
  UPLOAD_HOURS: 'an unused upload is kept this long (24)',
  AUTH_FAILURES_PER_MINUTE: 'wrong tokens per address before 429 (10)',
  DISK_RESERVE_MB: 'uploads are refused when less than this would stay free (2048)',
  SUBMISSIONS_PER_HOUR: 'submissions without an account per network and per e-mail address (10)',
  SUBMISSION_UPLOADS_PER_HOUR: 'files begun without an account per network (60)',
  PENDING_SUBMISSIONS: 'most submissions that wait for review (500)',
  PENDING_SUBMISSIONS_MB: 'most room that files without an account take (5120)',
  SUBMISSION_LINK_DAYS: 'a private link of a submission works this long after the last change (180)',
  SUBMISSION_RETENTION_DAYS:
    'returned and rejected submissions are removed this long after the last change (365)',
  MAX_ITEMS: 'most features or records on one page (10000)',
}

export const readConfig = (environment: Environment): Config => {
  const mistakes: string[] = []
  const text = (name: string) => environment[name]?.trim() || undefined
  const number = (name: string, standard: number, { min, max }: { min: number; max: number }) => {
    const given = text(name)
    if (given === undefined) return standard
    const value = Number(given)
    if (Number.isFinite(value) && value >= min && value <= max) return value
    mistakes.push(`${name} is '${given}'; expected a number from ${min} to ${max}.`)
    return standard
  }
  const oneOf = <T extends string>(name: string, standard: T, allowed: readonly T[]): T => {
    const given = text(name)
    if (given === undefined) return standard
    const found = allowed.find((value) => value === given.toLowerCase())
    if (found) return found
    mistakes.push(`${name} is '${given}'; expected one of ${allowed.join(', ')}.`)
    return standard
  }
  const url = (name: string, protocols: string[]) => {
    const given = text(name)
    if (given === undefined) return null
    if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given.replace(/\/+$/, '')
    mistakes.push(`${name} is not an address starting with ${protocols.map((p) => `${p}//`).join(' or ')}.`)
    return null
  }
  const numbers = (name: string, standard: number[], count?: number) => {
    const given = text(name)
    if (given === undefined) return standard
    const values = given.split(',').map((part) => Number(part.trim() || Number.NaN))
    if (values.every(Number.isFinite) && (count === undefined || values.length === count)) return values
    mistakes.push(`${name} is '${given}'; expected ${count ?? 'some'} numbers separated by commas.`)
    return standard
  }

  const dataDir = resolve(text('DATA_DIR') ?? 'data')
  const adminEmails = (text('ADMIN_EMAILS') ?? '')
    .split(',')
    .map((email) => email.trim())
    .filter(Boolean)
  for (const email of adminEmails) {
    if (!/^[^\s@]+@[^\s@]+$/.test(email))
      mistakes.push(`ADMIN_EMAILS has '${email}', which is not an e-mail address.`)
  }
  const smtpUrl = url('SMTP_URL', ['smtp:', 'smtps:'])
  const mailFrom = text('MAIL_FROM') ?? null
  if (mailFrom !== null && !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(mailFrom))
    mistakes.push(`MAIL_FROM is '${mailFrom}', which is not an e-mail address.`)
  if (smtpUrl !== null && (mailFrom === null || text('PUBLIC_URL') === undefined))
    mistakes.push(
      'SMTP_URL needs MAIL_FROM, whom mails come from, and PUBLIC_URL, because mails hold links and a request may lie about its host.',
    )
  const fetchHosts = (text('FETCH_HOSTS') ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean)
  for (const host of fetchHosts) {
    if (!/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/.test(host))
      mistakes.push(`FETCH_HOSTS has '${host}'; expected host:port, for example geoserver.example:8080.`)
  }
  const [west = 0, south = 0, east = 0, north = 0] = numbers(
    'NATIONAL_EXTENT',
    [-62.8, 13.23, -59.99, 14.28],
    4,
  )
  if (south >= north)
    mistakes.push('NATIONAL_EXTENT has its south not below its north; expected west,south,east,north.')

  const config: Config = {
    port: number('PORT', 8080, { min: 0, max: 65535 }),
    host: text('HOST') ?? '127.0.0.1',
    publicUrl: url('PUBLIC_URL', ['http:', 'https:']),
    trustProxy: text('TRUST_PROXY') === 'none' ? false : (text('TRUST_PROXY') ?? 'loopback'),
    dataDir,
    uploadDir: resolve(text('UPLOAD_DIR') ?? `${dataDir}/uploads`),
    symbolDir: text('SYMBOL_DIR') === undefined ? null : resolve(text('SYMBOL_DIR') ?? ''),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    readDatabaseUrl: url('READ_DATABASE_URL', ['postgres:', 'postgresql:']),
    adminEmails,
    smtpUrl,
    mailFrom,
    role: oneOf('ROLE', 'all', ['all', 'api', 'worker'] as const),
    withExamples: oneOf('EXAMPLES', 'yes', ['yes', 'no'] as const) === 'yes',
    siteTitle: text('SITE_TITLE') ?? 'SEC-IMS',
    fetchHosts,
    storageDir: text('STORAGE_DIR') ? resolve(text('STORAGE_DIR') ?? '') : null,
    crsList: numbers('CRS_LIST', [4326, 2006, 32620, 4606, 3857]),
    nationalExtent: [west, south, east, north],
    logLevel: oneOf('LOG_LEVEL', 'warn', ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const),
    limits: {
      datasetBytes: number('MAX_DATASET_MB', 50, { min: 0.001, max: 100_000 }) * MB,
      geopackageBytes: number('MAX_GEOPACKAGE_MB', 500, { min: 0.001, max: 100_000 }) * MB,
      // A decimal megabyte: the limit SEC-IMS's own files are made for (R5.5).
      sldBytes: number('MAX_SLD_MB', 1, { min: 0.001, max: 16 }) * 1_000_000,
      readerSeconds: number('READER_SECONDS', 600, { min: 1, max: 86_400 }),
      readerMemoryBytes: number('READER_MEMORY_MB', 1024, { min: 64, max: 65_536 }) * MB,
      uploadHours: number('UPLOAD_HOURS', 24, { min: 0.001, max: 720 }),
      authFailuresPerMinute: number('AUTH_FAILURES_PER_MINUTE', 10, { min: 1, max: 10_000 }),
      diskReserveBytes: number('DISK_RESERVE_MB', 2048, { min: 0, max: 10_000_000 }) * MB,
      submissionsPerHour: number('SUBMISSIONS_PER_HOUR', 10, { min: 1, max: 100_000 }),
      submissionUploadsPerHour: number('SUBMISSION_UPLOADS_PER_HOUR', 60, { min: 1, max: 100_000 }),
      pendingSubmissions: number('PENDING_SUBMISSIONS', 500, { min: 0, max: 1_000_000 }),
      submissionBytes: number('PENDING_SUBMISSIONS_MB', 5120, { min: 0, max: 10_000_000 }) * MB,
      submissionLinkDays: number('SUBMISSION_LINK_DAYS', 180, { min: 1, max: 3650 }),
      submissionRetentionDays: number('SUBMISSION_RETENTION_DAYS', 365, { min: 1, max: 36_500 }),
      itemsPerPage: number('MAX_ITEMS', 10_000, { min: 1, max: 100_000 }),
    },
  }
  if (mistakes.length > 0) throw new ConfigMistakes(mistakes)
  return config
}
