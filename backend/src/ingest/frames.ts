/** What the reading process and its parent say to each other: frames of a type, a length and a payload. */
import type { Probe, ProbeWarning } from '../domain/probe.ts'
import type { ProblemBody } from '../domain/problem.ts'
import type { EncoderStatistics } from './copy-encoder.ts'
import type { IngestLimits } from './limits.ts'
import type { LayerSchema, OpenLayerOptions } from './reader.ts'

export type ReaderRequest = { path: string; fileName: string; limits: IngestLimits } & (
  | { task: 'probe' }
  | { task: 'extract'; layer: string }
  | { task: 'load'; format: string; options: OpenLayerOptions }
)

/** A schema comes before the first rows; another one means that all rows so far are void. */
export type Message =
  | { kind: 'schema'; schema: LayerSchema }
  | { kind: 'progress'; share: number | null; rows: number }
  | { kind: 'loaded'; schema: LayerSchema; statistics: EncoderStatistics; warnings: ProbeWarning[] }
  | { kind: 'probed'; probe: Probe }
  /** The file made of one layer has gone out whole, in frames of rows. */
  | { kind: 'extracted'; sizeBytes: number }
  | { kind: 'problem'; problem: ProblemBody }

export const FRAME_HEADER_BYTES = 5
export const ROWS_FRAME = 1
export const MESSAGE_FRAME = 2

/** Longest message; only a probe of very many layers comes near. */
export const MESSAGE_BYTES = 16 * 1024 * 1024
