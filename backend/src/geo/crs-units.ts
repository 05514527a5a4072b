/** How long a unit of a coordinate system is on the ground, as map scales count it. */
import { findCrs } from './crs-table.ts'

/** OGC 06-042 §7.2.4.6.9: degrees are told as lengths at the equator. */
const METRES_PER_DEGREE = 111_319.490_793_273_57

const named: Record<string, number> = { 'us-ft': 1200 / 3937, ft: 0.3048, km: 1000 }

export const metresPerUnitOf = (epsg: number): number => {
  const definition = findCrs(epsg)
  if (definition === undefined) return 1
  if (definition.kind === 'geographic') return METRES_PER_DEGREE * definition.degreesPerUnit
  const factor = Number(/\+to_meter=([\d.]+)/.exec(definition.proj4)?.[1])
  if (factor > 0) return factor
  return named[/\+units=([\w-]+)/.exec(definition.proj4)?.[1] ?? ''] ?? 1
}
