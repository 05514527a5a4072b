/** How much a reader may take. Defaults; the configuration may set others. */

export type IngestLimits = {
  /** Wall clock of one probe or one load. */
  probeMs: number
  loadMs: number
  /** Resident memory of the child process. */
  memoryBytes: number
  /** Bytes the child may send. */
  outputBytes: number
  layers: number
  fields: number
  features: number
  /** One row as sent to the database. */
  rowBytes: number
}

export const defaultLimits: IngestLimits = {
  probeMs: 60_000,
  loadMs: 30 * 60_000,
  memoryBytes: 1024 * 1024 * 1024,
  outputBytes: 16 * 1024 * 1024 * 1024,
  layers: 1000,
  // PostgreSQL allows 1600 columns; fid, geom and feature are ours.
  fields: 1500,
  features: 50_000_000,
  rowBytes: 64 * 1024 * 1024,
}

/** What one file may hold, for the formats that have no bounds of their own (security B7, G1). */
export const contentLimits = {
  /** Brackets within brackets, counted from the top of the document or of one feature. */
  jsonNesting: 32,
  /** One GeoJSON feature, or one foreign member beside the features. */
  featureBytes: 16 * 1024 * 1024,
  geojsonFeatures: 2_000_000,
  geojsonFields: 1000,
  nameCharacters: 1000,
  csvLineBytes: 1024 * 1024,
  csvColumns: 200,
  /** One shape: a million vertices with Z and M. */
  shapeBytes: 33 * 1024 * 1024,
  /** Shapes that stand out of order in a .shp and are kept in memory until their turn. */
  displacedShapeBytes: 64 * 1024 * 1024,
  displacedShapeRows: 5_000_000,
  dbfFields: 1000,
  /** Records read to guess column types when no probe has told them. */
  inferenceRows: 1000,
} as const
