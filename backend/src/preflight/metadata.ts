/** Metadata of a QGIS layer as metadata of a record, and back. */
import type { RecordMetadata, RecordMetadataDraft } from '../metadata/record-metadata.ts'
import type { LayerFacts, QgisMetadata } from './facts.ts'

export type Publisher = { name: string; organisation: string; email: string }

/** What QGIS knows of the layer, with nothing made up. */
export const toRecordMetadata = (_facts: LayerFacts): RecordMetadataDraft => {
  throw new Error('not written yet')
}

/** Changes for QGIS; what a record does not say stays as QGIS has it. */
export const toQgisMetadata = (_metadata: RecordMetadataDraft, _present: QgisMetadata): QgisMetadata => {
  throw new Error('not written yet')
}

/** Fills what is mandatory and missing, as the server's completeDefaults does, and says what. */
export const completeForPublication = (
  _metadata: RecordMetadataDraft,
  _input: { facts: LayerFacts; publisher: Publisher | null; today: string },
): { metadata: RecordMetadataDraft; filled: (keyof RecordMetadata)[] } => {
  throw new Error('not written yet')
}
