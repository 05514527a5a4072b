/** Describes a GeoTIFF from its header alone; every offset, count and size is doubted first (security B6). */
import type { Probe } from '../domain/probe.ts'

export const probeTiff = (_file: { path: string; fileName: string }): Probe => {
  throw new Error('not built yet')
}
