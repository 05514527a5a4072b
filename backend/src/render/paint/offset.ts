/** Lines beside lines, as QGIS makes them: mitred corners, and no loops where a bend is narrower than the distance. */
import type { Path } from './geometry.ts'
import { areaOf } from './measure.ts'

/** Times the distance; sharper corners are cut there. */
const longestMitre = 2
/** Each part is compared with each other one: of longer lines loops stay. */
const mostCompared = 1500

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
  const isInner = (before.x * after.y - before.y * after.x) * distance < 0
  if (share > 1e-6 && (isInner || Math.hypot(mitreX, mitreY) <= longestMitre)) {
    into.push(x + mitreX * distance, y + mitreY * distance)
    return
  }
  into.push(x + before.y * distance, y - before.x * distance, x + after.y * distance, y - after.x * distance)
}

const movedVertices = (xy: Float64Array, isClosed: boolean, distance: number): Float64Array => {
  const directions = directionsOf(xy, isClosed)
  const moved: number[] = []
  for (let i = 0; i < xy.length / 2; i += 1) {
    const after = directions[i] ?? directions.at(-1)
    const before = i > 0 ? directions[i - 1] : isClosed ? directions.at(-1) : after
    if (before && after)
      addCorner(moved, xy[2 * i] as number, xy[2 * i + 1] as number, before, after, distance)
  }
  return Float64Array.from(moved)
}

// Loops ------------------------------------------------------------------------------------------------------

const closedCopy = (xy: Float64Array): Float64Array => {
  const all = new Float64Array(xy.length + 2)
  all.set(xy)
  all[xy.length] = xy[0] as number
  all[xy.length + 1] = xy[1] as number
  return all
}

/** Where the segments from i and from j cross, as a share of each; null when they do not. */
const crossingOf = (xy: Float64Array, i: number, j: number): [number, number] | null => {
  const [ax, ay, bx, by] = [xy[i], xy[i + 1], xy[i + 2], xy[i + 3]] as [number, number, number, number]
  const [cx, cy, dx, dy] = [xy[j], xy[j + 1], xy[j + 2], xy[j + 3]] as [number, number, number, number]
  const [ux, uy, vx, vy] = [bx - ax, by - ay, dx - cx, dy - cy]
  const across = ux * vy - uy * vx
  if (across === 0) return null
  const s = ((cx - ax) * vy - (cy - ay) * vx) / across
  const t = ((cx - ax) * uy - (cy - ay) * ux) / across
  return s > 0 && s < 1 && t > 0 && t < 1 ? [s, t] : null
}

/** With a vertex wherever the line crosses itself. */
const split = (xy: Float64Array): Float64Array => {
  const cuts = new Map<number, number[]>()
  const add = (segment: number, share: number) => {
    const present = cuts.get(segment)
    if (present) present.push(share)
    else cuts.set(segment, [share])
  }
  for (let i = 0; i + 5 < xy.length; i += 2) {
    const left = Math.min(xy[i] as number, xy[i + 2] as number)
    const right = Math.max(xy[i] as number, xy[i + 2] as number)
    for (let j = i + 4; j + 3 < xy.length; j += 2) {
      if (Math.min(xy[j] as number, xy[j + 2] as number) > right) continue
      if (Math.max(xy[j] as number, xy[j + 2] as number) < left) continue
      const crossing = crossingOf(xy, i, j)
      if (crossing === null) continue
      add(i, crossing[0])
      add(j, crossing[1])
    }
  }
  if (cuts.size === 0) return xy
  const all: number[] = []
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i] as number, xy[i + 1] as number]
    all.push(x, y)
    for (const share of cuts.get(i)?.sort((a, b) => a - b) ?? [])
      all.push(x + share * ((xy[i + 2] as number) - x), y + share * ((xy[i + 3] as number) - y))
  }
  return Float64Array.from(all)
}

/** The square of the distance of a place from a line. */
const nearest = (line: Float64Array, x: number, y: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [ax, ay] = [line[i] as number, line[i + 1] as number]
    const [ux, uy] = [(line[i + 2] as number) - ax, (line[i + 3] as number) - ay]
    const share = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1)))
    const away = (x - ax - share * ux) ** 2 + (y - ay - share * uy) ** 2
    if (away < least) least = away
  }
  return least
}

/** Pixels by which a part may be nearer to its line and is no loop yet. */
const slack = 0.05

/** What of a line that was moved lies as far from the one it comes from as it should. */
const withoutLoops = (moved: Float64Array, from: Float64Array, distance: number): Float64Array[] => {
  const parts: Float64Array[] = []
  const xy = split(moved)
  const least = Math.max(0, Math.abs(distance) - slack) ** 2
  let current: number[] = []
  const finish = () => {
    if (current.length >= 4) parts.push(Float64Array.from(current))
    current = []
  }
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const [x, y, nextX, nextY] = [xy[i], xy[i + 1], xy[i + 2], xy[i + 3]] as [number, number, number, number]
    if (nearest(from, (x + nextX) / 2, (y + nextY) / 2) < least) {
      finish()
      continue
    }
    if (current.length === 0) current.push(x, y)
    current.push(nextX, nextY)
  }
  finish()
  return parts
}

const isSame = (one: Float64Array, other: Float64Array): boolean =>
  Math.hypot((one.at(-2) as number) - (other[0] as number), (one.at(-1) as number) - (other[1] as number)) <
  1e-6

/** A closed line may begin in the middle of what is left of it. */
const rejoined = (parts: Float64Array[]): Float64Array[] => {
  const [first, ...others] = parts
  const last = others.pop()
  if (first === undefined || last === undefined || !isSame(last, first)) return parts
  const all = new Float64Array(last.length + first.length - 2)
  all.set(last)
  all.set(first.subarray(2), last.length)
  return [all, ...others]
}

const toPath = (xy: Float64Array, from: number): Path =>
  xy.length > 6 && isSame(xy, xy)
    ? { xy: xy.subarray(0, xy.length - 2), isClosed: true, from }
    : { xy, isClosed: false, from }

/** Pixels to the left of the line's direction; several lines where it goes back upon itself. */
export const offsetPath = (path: Path, distance: number): Path[] => {
  if (distance === 0) return [path]
  const { isClosed, from } = path
  const xy = distinct(path.xy, isClosed)
  const count = xy.length / 2
  if (count < 2) return [path]
  const moved = movedVertices(xy, isClosed, distance)
  if (count === 2 || count > mostCompared) return [{ xy: moved, isClosed, from }]
  const source = isClosed ? closedCopy(xy) : xy
  const parts = withoutLoops(isClosed ? closedCopy(moved) : moved, source, distance)
  return (isClosed ? rejoined(parts) : parts).map((one) => toPath(one, from))
}

/** Pixels outwards of the polygon: holes become smaller. */
export const offsetOutline = (path: Path, distance: number, isHole: boolean): Path[] => {
  // The inside of a ring that runs clockwise is to its right.
  const isClockwise = areaOf(path.xy) > 0
  return offsetPath(path, isClockwise === isHole ? -distance : distance)
}
