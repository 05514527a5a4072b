/** What the reading process and its parent say to each other: frames of a type, a length and a payload. */
import type { Probe, ProbeWarning } from '../domain/probe.ts'
import type { ProblemBody } from '../domain/problem.ts'
import type { RasterFacts } from '../domain/raster.ts'
import type { CogPlan } from '../render/cog-layout.ts'
import type { EncoderStatistics } from './copy-encoder.ts'
import type { IngestLimits } from './limits.ts'
import type { LayerSchema, OpenLayerOptions } from './reader.ts'

export type ReaderRequest = { path: string; fileName: string; limits: IngestLimits } & (
  | { task: 'probe' }
  | { task: 'extract'; layer: string }
  | { task: 'load'; format: string; options: OpenLayerOptions }
  | { task: 'raster'; options: { layer: string; sourceEpsg?: number } }
)

/** A schema comes before the first rows; another one means that all rows so far are void. */
export type Message =
  | { kind: 'schema'; schema: LayerSchema }
  | { kind: 'progress'; share: number | null; rows: number }
  | { kind: 'loaded'; schema: LayerSchema; statistics: EncoderStatistics; warnings: ProbeWarning[] }
  | { kind: 'probed'; probe: Probe }
  /** The file made of one layer has gone out whole, in frames of rows. */
  | { kind: 'extracted'; sizeBytes: number }
  /** What the tiles that follow are of; each is a frame of rows that begins with its level and its number. */
  | { kind: 'raster-plan'; plan: CogPlan }
  | { kind: 'raster-read'; facts: RasterFacts; warnings: ProbeWarning[] }
  | { kind: 'problem'; problem: ProblemBody }

export const FRAME_HEADER_BYTES = 5
export const TILE_HEADER_BYTES = 8
export const ROWS_FRAME = 1
export const MESSAGE_FRAME = 2

/** Longest message; only a probe of very many layers comes near. */
export const MESSAGE_BYTES = 16 * 1024 * 1024
