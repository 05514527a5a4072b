/**
 * Shapes for the examples: a seeded random source, and lines and rings in a plane of metres around the island's
 * middle. Pure; the same seed gives the same shape on every machine.
 */

export type Position = [number, number]

export type Geometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString'; coordinates: Position[] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] }

export type Random = () => number

/** Mulberry32: small, and the same everywhere. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const between = (random: Random, low: number, high: number) => low + (high - low) * random()

export const pick = <T>(random: Random, choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)] as T

export const round = (value: number, decimals: number) => Number(value.toFixed(decimals))

const MIDDLE: Position = [-60.97, 13.9]
const METRES_PER_DEGREE_LAT = 110_640
const METRES_PER_DEGREE_LON = 108_080

export const toMetres = ([lon, lat]: Position): Position => [
  (lon - MIDDLE[0]) * METRES_PER_DEGREE_LON,
  (lat - MIDDLE[1]) * METRES_PER_DEGREE_LAT,
]

export const toDegrees = ([x, y]: Position): Position => [
  round(MIDDLE[0] + x / METRES_PER_DEGREE_LON, 6),
  round(MIDDLE[1] + y / METRES_PER_DEGREE_LAT, 6),
]

export const distance = (a: Position, b: Position) => Math.hypot(b[0] - a[0], b[1] - a[1])

/** The element at an index that goes round: -1 is the last. */
export const around = <T>(items: readonly T[], index: number): T =>
  items[((index % items.length) + items.length) % items.length] as T

const pairs = (line: readonly Position[]): [Position, Position][] =>
  line.slice(1).map((end, index) => [line[index] as Position, end])

export const lengthOf = (line: readonly Position[]) =>
  pairs(line).reduce((sum, [a, b]) => sum + distance(a, b), 0)

/** Signed, in square metres: positive when the ring runs counter-clockwise. The ring need not be closed. */
export const areaOf = (ring: readonly Position[]) =>
  ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = around(ring, index + 1)
    return sum + (x * nextY - nextX * y) / 2
  }, 0)

/** Cuts every corner once (Chaikin); the ends of an open line stay. */
export const smooth = (line: readonly Position[], { closed }: { closed: boolean }): Position[] => {
  const edges = closed
    ? line.map((start, index): [Position, Position] => [start, around(line, index + 1)])
    : pairs(line)
  const cut = edges.flatMap(([a, b]): Position[] => [
    [a[0] * 0.75 + b[0] * 0.25, a[1] * 0.75 + b[1] * 0.25],
    [a[0] * 0.25 + b[0] * 0.75, a[1] * 0.25 + b[1] * 0.75],
  ])
  if (closed) return cut
  return [line[0] as Position, ...cut.slice(1, -1), line.at(-1) as Position]
}

/** Moves the middle of every segment sideways by up to `amount` of its length, `times` over: a line as nature has it. */
export const roughen = (
  line: readonly Position[],
  random: Random,
  { amount, times }: { amount: number; times: number },
) => {
  let rough = [...line]
  for (let round = 0; round < times; round += 1) {
    const moved: Position[] = [rough[0] as Position]
    for (const [a, b] of pairs(rough)) {
      const shift = between(random, -amount, amount)
      moved.push([(a[0] + b[0]) / 2 - (b[1] - a[1]) * shift, (a[1] + b[1]) / 2 + (b[0] - a[0]) * shift], b)
    }
    rough = moved
  }
  return rough
}

/** Points every `step` metres along a line. */
export const resample = (line: readonly Position[], step: number): Position[] => {
  const points: Position[] = [line[0] as Position]
  let carried = 0
  for (const [a, b] of pairs(line)) {
    const span = distance(a, b)
    for (let at = step - carried; at < span; at += step) {
      points.push([a[0] + ((b[0] - a[0]) * at) / span, a[1] + ((b[1] - a[1]) * at) / span])
    }
    carried = (carried + span) % step
  }
  return points
}

/** Every point becomes the mean of its neighbours on both sides: bays and points vanish, the trend stays. */
export const flatten = (ring: readonly Position[], neighbours: number): Position[] =>
  ring.map((_, index) => {
    let x = 0
    let y = 0
    for (let offset = -neighbours; offset <= neighbours; offset += 1) {
      const point = around(ring, index + offset)
      x += point[0]
      y += point[1]
    }
    return [x / (2 * neighbours + 1), y / (2 * neighbours + 1)]
  })

/** The point beside a ring's vertex, `by` metres to the left of its direction (right when negative). */
export const beside = (ring: readonly Position[], index: number, by: number): Position => {
  const before = around(ring, index - 1)
  const after = around(ring, index + 1)
  const span = distance(before, after) || 1
  const [x, y] = around(ring, index)
  return [x - ((after[1] - before[1]) / span) * by, y + ((after[0] - before[0]) / span) * by]
}

export const nearestIndex = (line: readonly Position[], to: Position) => {
  let best = 0
  line.forEach((point, index) => {
    if (distance(point, to) < distance(line[best] as Position, to)) best = index
  })
  return best
}

export const isInside = ([x, y]: Position, ring: readonly Position[]) => {
  let inside = false
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = around(ring, index + 1)
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  })
  return inside
}

const side = (a: Position, b: Position, c: Position) =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

const cross = ([a, b]: [Position, Position], [c, d]: [Position, Position]) =>
  side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0

/** Whether any two edges of a ring that do not follow one another touch. */
export const selfIntersects = (ring: readonly Position[]) => {
  const edges = ring.map((start, index): [Position, Position] => [start, around(ring, index + 1)])
  return edges.some((edge, index) =>
    edges.some((other, otherIndex) => {
      const apart = (otherIndex - index + edges.length) % edges.length
      return apart > 1 && apart < edges.length - 1 && cross(edge, other)
    }),
  )
}

/** A ring as GeoJSON and simple features want it: closed, the outer one counter-clockwise, in degrees. */
export const toPolygon = (ring: readonly Position[]): Position[][] => {
  const turned = areaOf(ring) < 0 ? ring.toReversed() : ring
  const degrees = turned.map(toDegrees)
  return [[...degrees, degrees[0] as Position]]
}

/** A smooth line through all the points (Catmull-Rom), with `steps` pieces between two of them. */
export const through = (points: readonly Position[], steps: number): Position[] => {
  const line: Position[] = []
  points.slice(1).forEach((end, index) => {
    const start = points[index] as Position
    const before = points[index - 1] ?? start
    const after = points[index + 2] ?? end
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps
      const at = (axis: 0 | 1) =>
        0.5 *
        (2 * start[axis] +
          (end[axis] - before[axis]) * t +
          (2 * before[axis] - 5 * start[axis] + 4 * end[axis] - after[axis]) * t * t +
          (3 * start[axis] - before[axis] - 3 * end[axis] + after[axis]) * t * t * t)
      line.push([at(0), at(1)])
    }
  })
  return [...line, points.at(-1) as Position]
}
