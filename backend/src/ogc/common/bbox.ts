/** Reads `bbox`: four numbers, or six with heights, in the axis order of its coordinate system. */
import type { BoxQuery, RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { isGeographic } from '../../geo/crs.ts'

type Corners = { box: Box; heights: [number, number] | null }

const toCorners = (numbers: readonly number[]): Corners => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers
  if (numbers.length === 4) return { box: [a, b, c, d], heights: null }
  if (numbers.length === 6) return { box: [a, b, d, e], heights: [c, f] }
  throw ogcProblems.bboxWrong({ why: `has ${numbers.length} numbers` })
}

/** Longitudes up to a full turn beyond the antimeridian, as clients write them that draw past it. */
const isLongitude = (value: number) => Math.abs(value) <= 540

const turn = (degrees: number) => ((degrees % 360) + 360) % 360

/** One box, or one on either side of the antimeridian. */
const turned = ([west, south, east, north]: Box): Box[] => {
  // As given, to the last digit.
  if (-180 <= west && west <= east && east <= 180) return [[west, south, east, north]]
  const width = west <= east ? east - west : turn(east - west)
  if (width >= 360) return [[-180, south, 180, north]]
  const start = Math.abs(west) <= 180 ? west : turn(west + 180) - 180
  const end = start + width
  if (end <= 180) return [[start, south, end, north]]
  return [
    [start, south, 180, north],
    [-180, south, end - 360, north],
  ]
}

export const readBbox = (numbers: readonly number[] | undefined, crs: RequestCrs): BoxQuery | null => {
  if (numbers === undefined) return null
  if (!numbers.every(Number.isFinite))
    throw ogcProblems.bboxWrong({ why: 'has something that is not a number' })
  const { box, heights } = toCorners(numbers)
  const [x1, y1, x2, y2] = crs.axisOrder === 'yx' ? [box[1], box[0], box[3], box[2]] : box
  if (y1 > y2) throw ogcProblems.bboxWrong({ why: `has its south (${y1}) above its north (${y2})` })
  if (heights && heights[0] > heights[1])
    throw ogcProblems.bboxWrong({
      why: `has its lowest height (${heights[0]}) above its highest (${heights[1]})`,
    })
  if (!isGeographic(crs.epsg)) {
    if (x1 > x2) throw ogcProblems.bboxWrong({ why: `has its west (${x1}) east of its east (${x2})` })
    return { epsg: crs.epsg, boxes: [[x1, y1, x2, y2]], heights }
  }
  if (!isLongitude(x1) || !isLongitude(x2))
    throw ogcProblems.bboxWrong({ why: 'has a longitude beyond 540 degrees' })
  return { epsg: crs.epsg, boxes: turned([x1, y1, x2, y2]), heights }
}
