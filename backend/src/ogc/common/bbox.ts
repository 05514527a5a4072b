/** Reads `bbox`: four numbers, or six with heights, in the axis order of its coordinate system. */
import type { BoxQuery, RequestCrs } from '../../domain/feature-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { toBoxes } from '../../geo/boxes.ts'

export const readBbox = (numbers: readonly number[] | undefined, crs: RequestCrs): BoxQuery | null => {
  if (numbers === undefined) return null
  const found = toBoxes(numbers, crs)
  if ('why' in found) throw ogcProblems.bboxWrong(found)
  return { epsg: crs.epsg, ...found }
}
