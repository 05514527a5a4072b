/**
 * Sorts the rings of a shapefile polygon into polygons: outer rings run clockwise, holes the other way, in no
 * set order, and a hole belongs to the smallest outer ring around it. Files that do not keep to the directions
 * are sorted by what lies within what.
 */

export type RingSource = {
  view: DataView
  /** Where the first position stands; 16 bytes each. */
  positionsAt: number
  /** Number of the first position of each ring, and behind the last one the count of all. */
  starts: Int32Array
  rings: number
}

/** Ring numbers of each polygon, the outer ring first; undefined when sorting would take too long. */
export type RingGroups = number[][] | undefined

/** Comparisons; a few seconds of them. */
const WORK_LIMIT = 1_500_000_000

/** Share of its box below which a ring has no area to speak of. */
const SLIVER = 1e-9

export const groupRings = (
  { view, positionsAt, starts, rings }: RingSource,
  workLimit = WORK_LIMIT,
): RingGroups => {
  const areas = new Float64Array(rings)
  const boxes = new Float64Array(rings * 4)
  let work = 0
  const first = (ring: number) => starts[ring] ?? 0
  const past = (ring: number) => starts[ring + 1] ?? 0
  const xAt = (position: number) => view.getFloat64(positionsAt + position * 16, true)
  const yAt = (position: number) => view.getFloat64(positionsAt + position * 16 + 8, true)

  for (let ring = 0; ring < rings; ring++) {
    const from = first(ring)
    const to = past(ring)
    const originX = xAt(from)
    const originY = yAt(from)
    let [west, south, east, north, twice] = [originX, originY, originX, originY, 0]
    let x = 0
    let y = 0
    for (let at = from + 1; at < to; at++) {
      const nextX = xAt(at) - originX
      const nextY = yAt(at) - originY
      twice += x * nextY - nextX * y
      x = nextX
      y = nextY
      west = Math.min(west, nextX + originX)
      east = Math.max(east, nextX + originX)
      south = Math.min(south, nextY + originY)
      north = Math.max(north, nextY + originY)
    }
    areas[ring] = twice / 2
    boxes.set([west, south, east, north], ring * 4)
  }
  const areaOf = (ring: number) => Math.abs(areas[ring] ?? 0)
  const boxWithin = (inner: number, outer: number): boolean =>
    (boxes[inner * 4] ?? 0) >= (boxes[outer * 4] ?? 0) &&
    (boxes[inner * 4 + 1] ?? 0) >= (boxes[outer * 4 + 1] ?? 0) &&
    (boxes[inner * 4 + 2] ?? 0) <= (boxes[outer * 4 + 2] ?? 0) &&
    (boxes[inner * 4 + 3] ?? 0) <= (boxes[outer * 4 + 3] ?? 0)

  const holdsPoint = (ring: number, x: number, y: number): boolean => {
    const to = past(ring)
    let isInside = false
    let [beforeX, beforeY] = [xAt(to - 1), yAt(to - 1)]
    for (let at = first(ring); at < to; at++) {
      const hereX = xAt(at)
      const hereY = yAt(at)
      if (hereY > y !== beforeY > y && x < ((beforeX - hereX) * (y - hereY)) / (beforeY - hereY) + hereX) {
        isInside = !isInside
      }
      beforeX = hereX
      beforeY = hereY
    }
    work += to - first(ring)
    return isInside
  }

  /**
   * A point inside a ring: the middle of the widest stretch of a line through its middle. Its vertices would not
   * do, because rings touch and share borders. A ring without inside gives its first vertex.
   */
  const findInside = (ring: number): { x: number; y: number } => {
    const from = first(ring)
    const to = past(ring)
    const middle = ((boxes[ring * 4 + 1] ?? 0) + (boxes[ring * 4 + 3] ?? 0)) / 2
    let [below, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let at = from; at < to; at++) {
      const y = yAt(at)
      if (y <= middle) below = Math.max(below, y)
      else above = Math.min(above, y)
    }
    const y = (below + above) / 2
    const crossings: number[] = []
    for (let at = from; at < to; at++) {
      const before = at === from ? to - 1 : at - 1
      const [x1, y1, x2, y2] = [xAt(before), yAt(before), xAt(at), yAt(at)]
      if (y1 > y !== y2 > y) crossings.push(((x2 - x1) * (y - y1)) / (y2 - y1) + x1)
    }
    crossings.sort((one, other) => one - other)
    work += (to - from) * 2
    let [widest, x] = [0, Number.NaN]
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const [left = 0, right = 0] = [crossings[at], crossings[at + 1]]
      if (right - left <= widest) continue
      widest = right - left
      x = (left + right) / 2
    }
    return Number.isNaN(x) ? { x: xAt(from), y: yAt(from) } : { x, y }
  }

  const insides = new Map<number, { x: number; y: number }>()
  const liesWithin = (inner: number, outer: number): boolean => {
    work++
    if (areaOf(inner) >= areaOf(outer) || !boxWithin(inner, outer)) return false
    let inside = insides.get(inner)
    if (inside === undefined) {
      inside = findInside(inner)
      insides.set(inner, inside)
    }
    return holdsPoint(outer, inside.x, inside.y)
  }

  /** The smallest of the rings, largest first, that holds this one; -1 when none does. */
  const findHolder = (ring: number, candidates: number[]): number => {
    for (let at = candidates.length - 1; at >= 0; at--) {
      const candidate = candidates[at] ?? 0
      if (candidate !== ring && liesWithin(ring, candidate)) return candidate
    }
    return -1
  }

  /** For a hole so thin that it lies in nothing: the ring on whose border it is. */
  const findNeighbour = (ring: number, candidates: number[]): number => {
    const [west = 0, south = 0, east = 0, north = 0] = boxes.subarray(ring * 4, ring * 4 + 4)
    if (areaOf(ring) > (east - west) * (north - south) * SLIVER) return -1
    const vertices = Array.from(
      { length: Math.min(8, past(ring) - first(ring)) },
      (_, at) => first(ring) + at,
    )
    const meets = (candidate: number): boolean =>
      boxWithin(ring, candidate) &&
      vertices.some((at) => holdsPoint(candidate, xAt(at), yAt(at)) || hasVertex(candidate, at))
    return candidates.findLast(meets) ?? -1
  }

  const hasVertex = (ring: number, position: number): boolean => {
    work += past(ring) - first(ring)
    for (let at = first(ring); at < past(ring); at++) {
      if (xAt(at) === xAt(position) && yAt(at) === yAt(position)) return true
    }
    return false
  }

  const largestFirst = (one: number, other: number) => areaOf(other) - areaOf(one)
  /** null when the directions cannot be what they should be. */
  const byDirection = (): RingGroups | null => {
    const outers: number[] = []
    const holes: number[] = []
    for (let ring = 0; ring < rings; ring++) ((areas[ring] ?? 0) < 0 ? outers : holes).push(ring)
    const polygons = new Map(outers.map((ring) => [ring, [ring]]))
    const candidates = outers.toSorted(largestFirst)
    const strays: number[] = []
    for (const hole of holes) {
      const polygon =
        polygons.get(findHolder(hole, candidates)) ?? polygons.get(findNeighbour(hole, candidates))
      if (work > workLimit) return undefined
      if (polygon) polygon.push(hole)
      else strays.push(hole)
    }
    // A hole in nothing is a polygon with its direction wrong; when others lie in it, no direction means anything.
    for (const stray of strays) {
      for (let ring = 0; ring < rings; ring++) if (liesWithin(ring, stray)) return null
      if (work > workLimit) return undefined
      polygons.set(stray, [stray])
    }
    return inFileOrder(polygons)
  }

  const inFileOrder = (polygons: Map<number, number[]>) =>
    [...polygons.values()]
      .map(([outer = 0, ...holes]) => [outer, ...holes.sort((one, other) => one - other)])
      .sort(([one = 0], [other = 0]) => one - other)

  const byNesting = (): RingGroups => {
    const order = Array.from({ length: rings }, (_, ring) => ring).sort(largestFirst)
    const polygons = new Map<number, number[]>()
    const placed: number[] = []
    const isHole = new Uint8Array(rings)
    for (const ring of order) {
      const holder = findHolder(ring, placed)
      if (work > workLimit) return undefined
      const polygon = holder < 0 || isHole[holder] === 1 ? undefined : polygons.get(holder)
      if (polygon === undefined) polygons.set(ring, [ring])
      else {
        polygon.push(ring)
        isHole[ring] = 1
      }
      placed.push(ring)
    }
    return inFileOrder(polygons)
  }

  const groups = byDirection()
  return groups === null ? byNesting() : groups
}
