/** A proposal of somebody without an account, waiting for review (R2). */
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import type { FileFormat, Probe } from './probe.ts'

export type SubmissionState = 'received' | 'in_review' | 'returned' | 'publishing' | 'approved' | 'rejected'
/** What the submitter reads: that a publication is under way is the reviewers' business until it has committed. */
export type ToldState = Exclude<SubmissionState, 'publishing'>

export const toToldState = (state: SubmissionState): ToldState =>
  state === 'publishing' ? 'in_review' : state

export type SubmissionContact = { name: string; email: string; organisation?: string; phone?: string }
export type SubmissionFile = {
  name: string
  sizeBytes: number
  sha256: string
  format: FileFormat
  kind: Probe['kind']
}
export type SubmissionEvent = { state: ToldState; at: string; reason?: string }

export type Submission = {
  id: string
  reference: string
  state: SubmissionState
  version: number
  contact: SubmissionContact
  metadata: RecordMetadataDraft
  message: string | null
  isHostedElsewhere: boolean
  uploadId: string | null
  uploadLayer: string | null
  file: SubmissionFile | null
  reason: string | null
  recordId: string | null
  history: SubmissionEvent[]
  createdAt: string
  updatedAt: string
}

/** Without the letters and digits that are taken for one another. */
const referenceLetters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** 'S-7F3K-9Q2M' from eight bytes: short enough to say, too long to guess by counting up. */
export const toReference = (bytes: Uint8Array): string => {
  const letters = [...bytes.subarray(0, 8)].map((byte) => referenceLetters[byte % 32]).join('')
  return `S-${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** What a document may do that is not taken from strangers (security B7). */
const activeWarnings = new Set(['active-content', 'macros', 'external-links', 'embedded-objects'])

export const activeContentOf = (probe: Probe): string[] =>
  probe.warnings.filter(({ code }) => activeWarnings.has(code)).map(({ message }) => message)

/** Whether the metadata say where the data are (C4). */
export const namesAnAddress = (metadata: RecordMetadataDraft): boolean =>
  Boolean(metadata.additionalDownloadUrl || metadata.informationUrl || metadata.webServices?.length)

/** Networks are counted, not people: of IPv6 somebody has at least the last half. */
export const networkOf = (ip: string): string =>
  ip.includes(':') && !ip.startsWith('::ffff:')
    ? `${ip.split(':').slice(0, 4).join(':')}::/64`
    : ip.replace('::ffff:', '')
