/** What preflight, plan and verification work on: facts of a layer in QGIS, and of what the catalogue has already. */
import type { components } from '../contract/bridge.gen.ts'
import type { FieldType, GeometryType } from '../domain/probe.ts'
import type { RecordState } from '../domain/record.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import type { RasterGrid } from './rasters.ts'

type Schemas = components['schemas']
export type LayerFacts = Schemas['LayerFacts']
export type LayerField = Schemas['LayerField']
export type LayerLink = Schemas['LayerLink']
export type Stamps = Schemas['Stamps']
export type QgisMetadata = Schemas['QgisMetadata']
export type Fix = Schemas['Fix']
export type ExportedFile = Schemas['ExportedFile']

/** What the deployment allows; getSettings answers with it. */
export type Deployment = {
  /** Address of the catalogue, to know its own layers and links. */
  serverUrl: string
  crsList: readonly { epsg: number; name: string }[]
  /** [west, south, east, north] in degrees; null for a deployment without one. */
  nationalExtent: readonly number[] | null
  limits: { datasetBytes: number; geopackageBytes: number; sldBytes: number }
}

export type PublishedColumn = { name: string; type: FieldType }

/** The collection as it is served now. */
export type CollectionFacts = {
  id: string
  featureCount: number
  geometryType: GeometryType | null
  columns: PublishedColumn[]
  /** EPSG code of the stored geometry; null for a table. */
  storageEpsg: number | null
  extentCrs84: number[] | null
  /** null for features. */
  raster: RasterGrid | null
  /** Last edit of its features since the data were published; null when there was none. */
  editedAt: string | null
}

/** A record that this actor may read. */
export type RecordFacts = {
  id: string
  state: RecordState
  title: string
  version: number
  /** As `If-Match` takes it, with its quotes. */
  etag: string
  /** Whether the actor may publish it. */
  canPublish: boolean
  metadata: RecordMetadataDraft
  /** Style that people get first; null for a record without one. */
  defaultStyle: { id: string; hasQml: boolean } | null
  /** null when the record has none, or its collection is out of the APIs. */
  collection: CollectionFacts | null
}

/**
 * What the catalogue has for one layer. 'gone': the record was deleted or is not visible to this actor; both look the
 * same from outside (R1.2).
 */
export type Published =
  | { kind: 'none' }
  | { kind: 'gone'; recordId: string }
  | { kind: 'record'; record: RecordFacts }

export type MessageValues = Readonly<Record<string, string | number>>
