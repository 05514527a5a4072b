/** Boxes as requests write them: four numbers, or six with heights, in the axis order of their coordinate system. */
import type { Box } from '../domain/probe.ts'
import { type AxisOrder, isGeographic } from './crs.ts'

export type Boxes = { boxes: Box[]; heights: [number, number] | null }

type Corners = { box: Box; heights: [number, number] | null }

const toCorners = (numbers: readonly number[]): Corners | null => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers
  if (numbers.length === 4) return { box: [a, b, c, d], heights: null }
  if (numbers.length === 6) return { box: [a, b, d, e], heights: [c, f] }
  return null
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

/** Boxes in x/y order, two when the antimeridian is crossed; or why the numbers are no box ('has …'). */
export const toBoxes = (
  numbers: readonly number[],
  { epsg, axisOrder }: { epsg: number; axisOrder: AxisOrder },
): Boxes | { why: string } => {
  if (!numbers.every(Number.isFinite)) return { why: 'has something that is not a number' }
  const corners = toCorners(numbers)
  if (corners === null) return { why: `has ${numbers.length} numbers` }
  const { box, heights } = corners
  const [x1, y1, x2, y2] = axisOrder === 'yx' ? [box[1], box[0], box[3], box[2]] : box
  if (y1 > y2) return { why: `has its south (${y1}) above its north (${y2})` }
  if (heights && heights[0] > heights[1])
    return { why: `has its lowest height (${heights[0]}) above its highest (${heights[1]})` }
  if (!isGeographic(epsg))
    return x1 > x2
      ? { why: `has its west (${x1}) east of its east (${x2})` }
      : { boxes: [[x1, y1, x2, y2]], heights }
  if (!isLongitude(x1) || !isLongitude(x2)) return { why: 'has a longitude beyond 540 degrees' }
  return { boxes: turned([x1, y1, x2, y2]), heights }
}
