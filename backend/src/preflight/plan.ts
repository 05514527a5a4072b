/** What publishing a layer will change, said before it changes anything. Never touches what it does not name. */
import type { RecordMetadata, RecordMetadataDraft } from '../metadata/record-metadata.ts'
import type { LayerFacts, Published, PublishedColumn } from './facts.ts'

export type SchemaChange = {
  dropped: string[]
  added: PublishedColumn[]
  retyped: { name: string; from: string; to: string }[]
  /** null when users of the collection notice nothing. */
  geometryChange: { from: string | null; to: string | null } | null
}

export type PlanRequest = {
  facts: LayerFacts
  /** As the form has it; null when the metadata are not to be published. */
  metadata: RecordMetadataDraft | null
  published: Published
  /** For a new collection. */
  collectionId: string
  /** What the user asked for. By default what changed since the layer was linked. */
  parts?: { data?: boolean; style?: boolean; metadata?: boolean }
  hasStyle: boolean
}

export type LayerPlan = {
  kind: 'new' | 'update' | 'untouched'
  data: 'new' | 'replace' | 'keep'
  style: 'new' | 'replace' | 'keep'
  metadata: { changed: (keyof RecordMetadata)[] }
  schema: SchemaChange
  recordId: string | null
  collectionId: string | null
  styleId: string | null
  /** ETag of the record as it was when this was planned; null for a new one. */
  ifMatch: string | null
  /** Ask the user before going on; becomes acceptSchemaChange. */
  needsConsent: boolean
  /** null when nothing speaks against it; else a key of words.ts. */
  refusal: { key: string; values: Record<string, string | number> } | null
}

export const planLayer = (_request: PlanRequest): LayerPlan => {
  throw new Error('not written yet')
}
