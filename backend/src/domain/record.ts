/** The catalogue entry of one dataset or service, and what may happen to it (R3). */

export type RecordState =
  | 'draft'
  | 'in_review'
  | 'returned'
  | 'rejected'
  | 'published'
  | 'deprecated'
  | 'deleted'

export type CatalogueRecord = {
  id: string
  state: RecordState
  ownerId: string | null
  domainId: string | null
  /** The working copy. */
  metadata: Record<string, unknown> & { title?: string; abstract?: string }
  uploadId: string | null
  uploadLayer: string | null
  version: number
  publishedVersion: number | null
  returnReason: string | null
  successorId: string | null
  createdAt: string
  updatedAt: string
  publishedAt: string | null
  deletedAt: string | null
}

/** Whether the public catalogue shows the record. */
export const isPublic = (record: Pick<CatalogueRecord, 'state'>): boolean =>
  record.state === 'published' || record.state === 'deprecated'

/** Those of Latin letters; spelled out, because the web view of older QGIS knows no \p{M}. */
const combiningMarks = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+/g

/**
 * A readable id for URLs from a title: 'Soufrière – roads (2026)' → 'soufriere-roads-2026'. Letters without a Latin
 * base are left out; the caller falls back to another name when nothing stays.
 */
export const toSlug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(combiningMarks, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/đ/g, 'd')
    .replace(/ł/g, 'l')
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 60)
    .replace(/[-_]+$/g, '')
