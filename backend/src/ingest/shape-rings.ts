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
/** Vertices of a ring that decide, by majority, whether it lies in another; one alone may be on the border. */
const SAMPLES = 5

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

  const holdsPosition = (ring: number, position: number): boolean => {
    const x = xAt(position)
    const y = yAt(position)
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

  const liesWithin = (inner: number, outer: number): boolean => {
    work++
    if (!boxWithin(inner, outer)) return false
    const from = first(inner)
    const count = past(inner) - from
    let inside = 0
    const samples = Math.min(SAMPLES, count)
    for (let sample = 0; sample < samples; sample++) {
      if (holdsPosition(outer, from + Math.floor((sample * count) / samples))) inside++
    }
    return inside * 2 > samples
  }

  /** The smallest of the rings, largest first, that holds this one; -1 when none does. */
  const findHolder = (ring: number, candidates: number[]): number => {
    for (let at = candidates.length - 1; at >= 0; at--) {
      const candidate = candidates[at] ?? 0
      if (candidate !== ring && liesWithin(ring, candidate)) return candidate
    }
    return -1
  }

  const largestFirst = (one: number, other: number) => areaOf(other) - areaOf(one)
  const byDirection = (): RingGroups | null => {
    const outers: number[] = []
    const holes: number[] = []
    for (let ring = 0; ring < rings; ring++) ((areas[ring] ?? 0) < 0 ? outers : holes).push(ring)
    if (outers.length === 0) return null
    const polygons = new Map(outers.map((ring) => [ring, [ring]]))
    const candidates = outers.toSorted(largestFirst)
    for (const hole of holes) {
      const polygon = polygons.get(findHolder(hole, candidates))
      if (work > workLimit) return undefined
      if (polygon === undefined) return null
      polygon.push(hole)
    }
    return [...polygons.values()]
  }

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
    return [...polygons.values()]
  }

  const groups = byDirection()
  return groups === null ? byNesting() : groups
}
