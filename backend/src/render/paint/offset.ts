/** Lines beside lines. */
import type { Path } from './geometry.ts'
import { areaOf } from './measure.ts'

/** Times the distance; sharper corners are cut. */
const longestMitre = 5

type Direction = { x: number; y: number }

/** Vertices that repeat the one before have no direction. */
const distinct = (xy: Float64Array, isClosed: boolean): Float64Array => {
  const kept: number[] = []
  for (let i = 0; i < xy.length; i += 2)
    if (i === 0 || xy[i] !== kept.at(-2) || xy[i + 1] !== kept.at(-1))
      kept.push(xy[i] as number, xy[i + 1] as number)
  if (isClosed && kept.length > 2 && kept[0] === kept.at(-2) && kept[1] === kept.at(-1)) kept.length -= 2
  return Float64Array.from(kept)
}

const directionsOf = (xy: Float64Array, isClosed: boolean): Direction[] => {
  const count = xy.length / 2
  return Array.from({ length: isClosed ? count : count - 1 }, (_, i) => {
    const j = (i + 1) % count
    const x = (xy[2 * j] as number) - (xy[2 * i] as number)
    const y = (xy[2 * j + 1] as number) - (xy[2 * i + 1] as number)
    const size = Math.hypot(x, y)
    return { x: x / size, y: y / size }
  })
}

const addCorner = (
  into: number[],
  x: number,
  y: number,
  before: Direction,
  after: Direction,
  distance: number,
): void => {
  // Left of a direction (x, y) is (y, -x), where y grows downwards.
  const share = 1 + before.x * after.x + before.y * after.y
  const mitreX = (before.y + after.y) / share
  const mitreY = -(before.x + after.x) / share
  if (share > 1e-6 && Math.hypot(mitreX, mitreY) <= longestMitre) {
    into.push(x + mitreX * distance, y + mitreY * distance)
    return
  }
  into.push(x + before.y * distance, y - before.x * distance, x + after.y * distance, y - after.x * distance)
}

/** Pixels to the left of the line's direction. */
export const offsetPath = (path: Path, distance: number): Path => {
  if (distance === 0) return path
  const xy = distinct(path.xy, path.isClosed)
  const count = xy.length / 2
  if (count < 2) return path
  const directions = directionsOf(xy, path.isClosed)
  const moved: number[] = []
  for (let i = 0; i < count; i += 1) {
    const x = xy[2 * i] as number
    const y = xy[2 * i + 1] as number
    const after = directions[i] ?? directions.at(-1)
    const before = i > 0 ? directions[i - 1] : path.isClosed ? directions.at(-1) : after
    if (before && after) addCorner(moved, x, y, before, after, distance)
  }
  return { ...path, xy: Float64Array.from(moved) }
}

/** Pixels outwards of the polygon: holes become smaller. */
export const offsetOutline = (path: Path, distance: number, isHole: boolean): Path => {
  // The inside of a ring that runs clockwise is to its right.
  const isClockwise = areaOf(path.xy) > 0
  return offsetPath(path, isClockwise === isHole ? -distance : distance)
}
