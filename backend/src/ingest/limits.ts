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
