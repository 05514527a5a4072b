/**
 * What every format reader offers: a probe of the whole file, and one layer as rows. Readers run in the
 * child process only, read synchronously from the one file they were given, and open nothing else.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type {
  CrsIdentity,
  FieldType,
  GeometryType,
  Probe,
  ProbeField,
  ProbeWarning,
} from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { CsvGeometry } from '../domain/publication.ts'
import type { CopyEncoder } from './copy-encoder.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'

/** The upload, opened once. `fileName` is what the user called it; it is data, never a path. */
export type OpenFile = {
  readonly limits: IngestLimits
  readonly path: string
  readonly fileName: string
  readonly fd: number
  readonly size: number
}

export type LayerSchema = {
  /** null for a table without geometry. `hasZ` decides the column; M values are never stored. */
  geometry: { type: GeometryType; hasZ: boolean; hasM: boolean } | null
  /** EPSG code of the stored geometry; null without geometry. */
  srid: number | null
  /** All fields of the source in its order; those without `omitted` become c1 … cN. */
  fields: ProbeField[]
  /** Whether `beginRow` gets the source's own ids (unique integers) or a running number from 1. */
  keepsFid: boolean
}

export type { CsvGeometry } from '../domain/publication.ts'

export type OpenLayerOptions = {
  layer: string
  /** EPSG code the publisher named; wins over what the file says. */
  sourceEpsg?: number
  csv?: CsvGeometry
  /** CSV only; found out from the first lines when absent. */
  delimiter?: string
  /** The schema of an earlier attempt with a field widened: use it instead of inferring one. */
  schema?: LayerSchema
}

export type LayerReader = {
  readonly schema: LayerSchema
  /**
   * Writes all rows, in the order of the source, and yields whenever `encoder.pending` exceeds `YIELD_BYTES`.
   * A value that does not fit its column throws `wideningNeeded` (the encoder does so by itself): the layer is
   * then opened again with a wider schema and read from the start. Called once.
   */
  read(encoder: CopyEncoder): Generator<void>
  /** How much of the layer is read, 0 to 1, or null when nobody knows. */
  progress(): number | null
  /** What the reader itself noticed (fields left out, encoding guessed); asked for after the last row. */
  warnings(): ProbeWarning[]
  close(): void
}

export type ProbeReader = (file: OpenFile) => Probe
export type OpenLayer = (file: OpenFile, options: OpenLayerOptions) => LayerReader

export const YIELD_BYTES = 256 * 1024

/** A value or geometry does not fit its column; the load starts again with the column widened. Not the user's error. */
export type Widening =
  /** `fieldIndex` counts the loaded fields (c1 is 0), not all fields. */
  | { column: 'field'; fieldIndex: number; to: FieldType }
  | { column: 'geometry'; to: { type: GeometryType; hasZ: boolean } }
  /** Fields appeared, or several things changed: the schema that fits the whole file. */
  | { column: 'all'; to: LayerSchema }

type WideningError = Error & { widening: Widening }

/** Throw this from `read` when a column must be wider than the schema said. */
export const wideningNeeded = (widening: Widening): WideningError =>
  Object.assign(new Error(`${widening.column} must become ${JSON.stringify(widening.to).slice(0, 200)}`), {
    widening,
  })

export const isWideningNeeded = (thrown: unknown): thrown is WideningError =>
  thrown instanceof Error && 'widening' in thrown

/** The same schema with one column widened. */
export const widened = (schema: LayerSchema, widening: Widening): LayerSchema => {
  if (widening.column === 'all') return widening.to
  if (widening.column === 'geometry') {
    return { ...schema, geometry: { ...widening.to, hasM: schema.geometry?.hasM ?? false } }
  }
  const field = loadedFields(schema)[widening.fieldIndex]
  return {
    ...schema,
    fields: schema.fields.map((one) => (one === field ? { ...one, type: widening.to } : one)),
  }
}

export const openFile = (path: string, fileName: string, limits = defaultLimits): OpenFile => {
  const fd = openSync(path, 'r')
  return { path, fileName, limits, fd, size: fstatSync(fd).size }
}

export const closeFile = (file: OpenFile): void => closeSync(file.fd)

/** Reads exactly `length` bytes at `position`, or fewer at the end of the file. */
export const readAt = (file: OpenFile, position: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, file.size - position)))
  return bytes.subarray(0, readInto(file, bytes, position))
}

/** Fills `target` from `position`; returns how many bytes there were. */
export const readInto = (file: OpenFile, target: Uint8Array, position: number): number => {
  let filled = 0
  while (filled < target.length) {
    const count = readSync(file.fd, target, filled, target.length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return filled
}

export const loadedFields = (schema: LayerSchema): ProbeField[] =>
  schema.fields.filter((field) => !field.omitted)

/** The CRS the geometry is stored in: the publisher's word, else the file's; without either, a Problem. */
export const storageSrid = (
  layer: string,
  crs: CrsIdentity | null,
  sourceEpsg: number | undefined,
): number => {
  if (sourceEpsg !== undefined) return sourceEpsg
  if (crs?.epsg != null) return crs.epsg
  throw crs === null
    ? ingestProblems.crsMissing({ layer })
    : ingestProblems.crsNotIdentified({ layer, found: crs.name })
}
