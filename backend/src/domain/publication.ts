/** One run of the publish protocol over a record: plan → stage → verify → style → commit (reliability §3). */
import type { CollectionColumn } from './collection.ts'
import type { Box, GeometryType, Probe, ProbeWarning } from './probe.ts'
import type { ProblemBody } from './problem.ts'
import type { StoredRaster } from './raster.ts'

/** Which columns of a CSV hold the geometry, or that it has none (Q9). */
export type CsvGeometry = { x: string; y: string } | { wkt: string } | { table: true }

export type PublicationKind = 'publish' | 'replace' | 'restyle' | 'metadata' | 'unpublish'
export type PublicationState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
export type PublicationStep = 'accept' | 'stage' | 'verify' | 'style' | 'commit' | 'done'

export type PublishRequest = {
  uploadId?: string
  layer?: string
  collectionId?: string
  publishToApi?: boolean
  sourceEpsg?: number
  csv?: { x?: string; y?: string; wkt?: string; table?: boolean }
  styleId?: string
  /** Alternatives to the default one. */
  attachStyles?: string[]
  detachStyles?: string[]
  viewName?: string
  acceptSchemaChange?: boolean
}

/** What was decided when the request was accepted; the job only carries it out. */
export type PublicationPlan = PublishRequest & {
  kind: PublicationKind
  /** Whether a table is loaded. */
  loadsTable: boolean
  /** Whether a raster is made ready to be served. */
  makesRaster?: boolean
  collectionId?: string
  ip?: string
}

/** How alike the pictures of what was published are, as somebody's program and the catalogue draw it. */
export type Likeness = {
  verdict: 'alike' | 'nearly' | 'different'
  ssim: number
  lowPass: number
  drawnBy: string
  comparedAt: string
}

export type PublicationResult = {
  collectionId: string | null
  featureCount: number | null
  version: number
  warnings: ProbeWarning[]
  likeness?: Likeness
}

export type Publication = {
  id: string
  recordId: string
  kind: PublicationKind
  state: PublicationState
  step: PublicationStep
  request: PublicationPlan
  actorId: string | null
  recordVersion: number
  result: PublicationResult | null
  problem: ProblemBody | null
  createdAt: string
  finishedAt: string | null
}

/** The upload as publishing sees it. */
export type PublishableUpload = {
  id: string
  ownerId: string | null
  state: string
  fileName: string
  sizeBytes: number
  sha256: string
  probe: Probe
  isFromStorage: boolean
}

/** What people download. */
export type OriginalFile = {
  sha256: string
  sizeBytes: number
  fileName: string
  mediaType: string
  format: string
  epsg: number | null
  probe: Probe
}

/** A loaded table that nobody sees yet. */
export type StagedData = {
  /** In schema staging. */
  tableName: string
  columns: CollectionColumn[]
  storageSrid: number | null
  geometryType: GeometryType | null
  hasZ: boolean
  hasCurves: boolean
  extentStorage: Box | null
  featureCount: number
  timeColumn: string | null
  temporalExtent: [string | null, string | null] | null
  warnings: ProbeWarning[]
}

/** A Cloud Optimised GeoTIFF that nobody sees yet. */
export type StagedRaster = { raster: StoredRaster; warnings: ProbeWarning[] }

export type Shape = { columns: CollectionColumn[]; geometryType: GeometryType | null }

const isWider = (from: GeometryType | null, to: GeometryType | null) =>
  from === to || to === `Multi${from}` || (from !== null && to === 'Geometry') || from === `Multi${to}`

/**
 * What users of a collection would miss after a replace (R5.11): columns gone, columns of another type, another
 * kind of geometry. New columns and wider types hurt nobody.
 */
export const schemaLosses = (
  before: Shape,
  after: Shape,
): { dropped: string[]; retyped: string[]; geometry: string | null } => {
  const types = new Map(after.columns.map((column) => [column.name, column.type]))
  const dropped = before.columns.filter((column) => !types.has(column.name)).map((column) => column.name)
  const retyped = before.columns
    .filter((column) => {
      const now = types.get(column.name)
      return now !== undefined && now !== column.type && !(column.type === 'integer' && now === 'number')
    })
    .map((column) => `${column.name} (${column.type} → ${types.get(column.name)})`)
  const geometry = isWider(before.geometryType, after.geometryType)
    ? null
    : `${before.geometryType ?? 'none'} → ${after.geometryType ?? 'none'}`
  return { dropped, retyped, geometry }
}

/** What users of a collection would miss when its raster is replaced, or a table comes in its place, or the reverse. */
export const rasterLosses = (
  before: { raster: StoredRaster | null; geometryType: GeometryType | null },
  after: { raster: StoredRaster | null; geometryType: GeometryType | null },
): { dropped: string[]; retyped: string[]; geometry: string | null } => {
  const sayKind = ({ raster, geometryType }: typeof before) => (raster ? 'raster' : (geometryType ?? 'none'))
  if (before.raster === null || after.raster === null)
    return { dropped: [], retyped: [], geometry: `${sayKind(before)} → ${sayKind(after)}` }
  const left = after.raster.bands.length
  return {
    dropped: before.raster.bands.flatMap(({ name }, band) =>
      band < left ? [] : [name ?? `band ${band + 1}`],
    ),
    retyped: [],
    geometry: null,
  }
}
