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

/** Boxes on both sides of the antimeridian, each within it. */
const turned = ([west, south, east, north]: Box): Box[] => {
  if (west <= east && east - west >= 360) return [[-180, south, 180, north]]
  const end = west > east ? east + 360 : east
  return [-720, -360, 0, 360, 720].flatMap((turn): Box[] => {
    const from = Math.max(west + turn, -180)
    const to = Math.min(end + turn, 180)
    const isPoint = west === end && from === to
    return from < to || isPoint ? [[from, south, to, north]] : []
  })
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
