/** Lengths, middles and directions of what is on the picture, in pixels. */
import type { Geometry, Path, Polygon } from './geometry.ts'

export type Position = { x: number; y: number }
/** A position on a line and the direction there, in radians clockwise from the right. */
export type Placed = Position & { angle: number }

export const lengthOf = ({ xy, isClosed }: Path): number => {
  let length = 0
  for (let i = 2; i < xy.length; i += 2)
    length += Math.hypot(
      (xy[i] as number) - (xy[i - 2] as number),
      (xy[i + 1] as number) - (xy[i - 1] as number),
    )
  if (isClosed && xy.length > 2)
    length += Math.hypot((xy[0] as number) - (xy.at(-2) as number), (xy[1] as number) - (xy.at(-1) as number))
  return length
}

/** The vertices of a closed path with its first once more. */
export const withEnd = ({ xy, isClosed }: Path): Float64Array => {
  if (!isClosed) return xy
  const all = new Float64Array(xy.length + 2)
  all.set(xy)
  all[xy.length] = xy[0] as number
  all[xy.length + 1] = xy[1] as number
  return all
}

/** Walks along a line; ask for growing distances. */
export const walk = (xy: Float64Array): ((distance: number) => Placed) => {
  let i = 2
  let before = 0
  return (distance) => {
    for (;;) {
      const x = xy[i - 2] as number
      const y = xy[i - 1] as number
      const dx = (xy[i] as number) - x
      const dy = (xy[i + 1] as number) - y
      const size = Math.hypot(dx, dy)
      if (before + size >= distance || i + 2 >= xy.length) {
        const share = size === 0 ? 0 : (distance - before) / size
        return { x: x + dx * share, y: y + dy * share, angle: Math.atan2(dy, dx) }
      }
      before += size
      i += 2
    }
  }
}

export const middleOf = (path: Path): Placed => walk(withEnd(path))(lengthOf(path) / 2)

/** Positive when clockwise on the picture. */
export const areaOf = (ring: Float64Array): number => {
  let sum = 0
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += (ring[j] as number) * (ring[i + 1] as number) - (ring[i] as number) * (ring[j + 1] as number)
  return sum / 2
}

export const isInRings = (rings: readonly Float64Array[], x: number, y: number): boolean => {
  let isIn = false
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const yi = ring[i + 1] as number
      const yj = ring[j + 1] as number
      if (yi > y === yj > y) continue
      const xi = ring[i] as number
      if (x < (((ring[j] as number) - xi) * (y - yi)) / (yj - yi) + xi) isIn = !isIn
    }
  return isIn
}

/** Of all rings with their holes. */
export const centroidOf = ({ rings }: Pick<Polygon, 'rings'>): Position => {
  const [outer] = rings
  const ox = outer?.[0] ?? 0
  const oy = outer?.[1] ?? 0
  let area = 0
  let sumX = 0
  let sumY = 0
  // Holes run against the outer ring, or are turned here.
  const sense = outer ? Math.sign(areaOf(outer)) : 1
  for (const [index, ring] of rings.entries()) {
    const sign = index === 0 || Math.sign(areaOf(ring)) !== sense ? 1 : -1
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const x1 = (ring[j] as number) - ox
      const y1 = (ring[j + 1] as number) - oy
      const x2 = (ring[i] as number) - ox
      const y2 = (ring[i + 1] as number) - oy
      const cross = sign * (x1 * y2 - x2 * y1)
      area += cross
      sumX += (x1 + x2) * cross
      sumY += (y1 + y2) * cross
    }
  }
  return area === 0 ? { x: ox, y: oy } : { x: ox + sumX / (3 * area), y: oy + sumY / (3 * area) }
}

/** The middle of the widest part of a horizontal through the polygon. */
const widestAt = ({ rings }: Pick<Polygon, 'rings'>, y: number): { x: number; width: number } | null => {
  const crossings: number[] = []
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const yi = ring[i + 1] as number
      const yj = ring[j + 1] as number
      if (yi > y === yj > y) continue
      const xi = ring[i] as number
      crossings.push((((ring[j] as number) - xi) * (y - yi)) / (yj - yi) + xi)
    }
  crossings.sort((a, b) => a - b)
  let best: { x: number; width: number } | null = null
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const from = crossings[i] as number
    const width = (crossings[i + 1] as number) - from
    if (best === null || width > best.width) best = { x: from + width / 2, width }
  }
  return best
}

/** The centroid when it lies inside, else a place that does. */
export const insideOf = (polygon: Pick<Polygon, 'rings'>): Position => {
  const centroid = centroidOf(polygon)
  if (isInRings(polygon.rings, centroid.x, centroid.y)) return centroid
  const at = widestAt(polygon, centroid.y)
  return at === null ? centroid : { x: at.x, y: centroid.y }
}

export const largestPolygon = ({ polygons }: Geometry): Polygon | undefined => {
  if (polygons.length < 2) return polygons[0]
  const sizeOf = ({ rings }: Polygon) => (rings[0] ? Math.abs(areaOf(rings[0])) : 0)
  return polygons.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one))
}

export const longestLine = (lines: readonly Path[]): Path | undefined => {
  if (lines.length < 2) return lines[0]
  return lines.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one))
}
