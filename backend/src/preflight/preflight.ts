/** What speaks against publishing layers as they are, before anything is exported. */

import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import type { StyleReport } from '../styles/qml-report.ts'
import type { Deployment, Fix, LayerFacts, MessageValues, Published } from './facts.ts'

export type Severity = 'blocking' | 'warning' | 'information'

export type Finding = {
  /** Id of the layer. */
  layer: string
  /** 'CRS-001': stable for ever; the table is in codes.ts. */
  code: string
  severity: Severity
  /** Member of the metadata ('contacts[0].email'), or name of a field of the layer ('field:größe'). */
  field?: string
  /** Page of the wizard on which the metadata are corrected (R4.2). */
  page?: number
  /** Look up in words.ts: cause and remedy, with placeholders. */
  message: { key: string; values: MessageValues }
  fix?: Fix
  /** For CRS-002: what the export may reproject to. */
  targets?: number[]
}

export type LayerToCheck = {
  facts: LayerFacts
  /** As the form has it now; taken from the facts where absent. */
  metadata?: RecordMetadataDraft
  style?: StyleReport | null
  published?: Published
  /** As the user chose it; made of the title or name when absent. */
  collectionId?: string
  /** Only the selected features are published. */
  scope?: 'all' | 'selected'
}

export type PreflightContext = Deployment & {
  /** Collections of others that are known to exist. */
  takenIds?: readonly string[]
}

export type PreflightResult = {
  findings: Finding[]
  /** Ids that new collections would get, by layer. */
  collectionIds: Readonly<Record<string, string>>
}

export const preflight = (_layers: readonly LayerToCheck[], _context: PreflightContext): PreflightResult => {
  throw new Error('not written yet')
}
