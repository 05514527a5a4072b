/**
 * Places that a label may have beside the one it would like best, with what each costs: those QGIS 3.22 tries, at its costs.
 * A place is how far the middle of the label lies from the point, in pixels, y downwards.
 */
import { areaOf, isInRings } from './measure.ts'

export type Place = { dx: number; dy: number; cost: number }
/** By the size of the label. */
export type Places = (width: number, height: number) => Place[]

const first = 0.0001
const range = 0.002
/** QGIS tries so many around a point. */
const aroundCount = 16

const quarter = Math.PI / 2
const whole = 2 * Math.PI

/** The label touches a circle around the point from outside, or lies above, below or beside it. */
const around = (angle: number, distance: number, width: number, height: number): { x: number; y: number } => {
  const most = quarter / 3
  const beside = distance > 0 ? Math.min(most, Math.atan2(height / 2, distance + width / 2)) : most
  const over = distance > 0 ? Math.min(most, Math.atan2(width / 2, distance + height / 2)) : most
  const [x, y] = [distance * Math.cos(angle), distance * Math.sin(angle)]
  if (angle < beside || angle > whole - beside) {
    const turned = angle + beside > whole - beside ? angle + beside - whole : angle + beside
    return { x: distance, y: -height + (height * turned) / (2 * beside) }
  }
  if (angle < quarter - over) return { x, y }
  if (angle < quarter + over) return { x: (-width * (angle - quarter + over)) / (2 * over), y: distance }
  if (angle < 2 * quarter - beside) return { x: x - width, y }
  if (angle < 2 * quarter + beside)
    return { x: -distance - width, y: (-(angle - 2 * quarter + beside) * height) / (2 * beside) }
  if (angle < 3 * quarter - over) return { x: x - width, y: y - height }
  if (angle < 3 * quarter + over)
    return { x: -width + ((angle - 3 * quarter + over) * width) / (2 * over), y: -distance - height }
  return { x, y: y - height }
}

/** From above right to both sides: the further round, the dearer. */
export const placesAround =
  (distance: number): Places =>
  (width, height) =>
    Array.from({ length: aroundCount }, (_, index) => {
      const angle = (Math.PI / 4 + (index * whole) / aroundCount) % whole
      const { x, y } = around(angle, distance, width, height)
      const rank = index <= aroundCount / 2 ? 2 * index : 2 * (aroundCount - index) - 1
      return {
        dx: x + width / 2,
        dy: -(y + height / 2),
        cost: first + (range * Math.min(rank, aroundCount - 1)) / (aroundCount - 1),
      }
    })

/** What may be around a point may be over the middle of an area, too. */
export const placesOver =
  (distance: number): Places =>
  (width, height) => [
    ...(distance === 0 ? [{ dx: 0, dy: 0, cost: first / 2 }] : []),
    ...placesAround(distance)(width, height),
  ]

/** Where the point is on the label, from its lower left corner, and in which direction the label keeps its distance. */
const positions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  TL: [1, 0],
  TSL: [0.75, 0],
  T: [0.5, 0],
  TSR: [0.25, 0],
  TR: [0, 0],
  L: [1, 0.5],
  R: [0, 0.5],
  BL: [1, 1],
  BSL: [0.75, 1],
  B: [0.5, 1],
  BSR: [0.25, 1],
  BR: [0, 1],
}

/** Of the height of a label there is so much room below and above its letters, which does not count here. */
const roomBelow = 0.28
const roomAbove = 0.2

/** QGIS's cartographic positions, in the order in which they are wanted. */
export const placesInOrder =
  (order: readonly string[], distance: number): Places =>
  (width, height) =>
    order.flatMap((name, index): Place[] => {
      const anchor = Object.hasOwn(positions, name) ? positions[name] : undefined
      if (anchor === undefined) return []
      const [x, y] = anchor
      const [right, up] = [Math.sign(Math.round(1 - 2 * x)), Math.sign(1 - 2 * y)]
      const isCorner = right !== 0 && up !== 0
      const share = isCorner ? Math.SQRT1_2 : 1
      const room = up > 0 ? roomBelow : up < 0 ? -roomAbove : 0
      return [
        {
          dx: (0.5 - x) * width + right * share * distance,
          dy: -((0.5 - y) * height + up * share * distance - room * height),
          cost: first + (range * index) / Math.max(1, order.length - 1),
        },
      ]
    })

// Inside of polygons -----------------------------------------------------------------------------------------

/** Rows and columns of places that are tried. */
const gridSide = 14

const nearestEdge = (rings: readonly Float64Array[], x: number, y: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [ax, ay] = [ring[j] as number, ring[j + 1] as number]
      const [ux, uy] = [(ring[i] as number) - ax, (ring[i + 1] as number) - ay]
      const share = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1)))
      const away = Math.hypot(x - ax - share * ux, y - ay - share * uy)
      if (away < least) least = away
    }
  return least
}

const boundsOf = (ring: Float64Array) => {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < ring.length; i += 2) {
    left = Math.min(left, ring[i] as number)
    right = Math.max(right, ring[i] as number)
    top = Math.min(top, ring[i + 1] as number)
    bottom = Math.max(bottom, ring[i + 1] as number)
  }
  return { left, top, right, bottom }
}

/** The further from the outline, the better. `x` and `y` are the point that places are told from. */
export const placesInside = (rings: readonly Float64Array[], x: number, y: number): Places => {
  const [outer] = rings
  if (outer === undefined || areaOf(outer) === 0) return () => [{ dx: 0, dy: 0, cost: first }]
  let found: Place[] | null = null
  const search = (): Place[] => {
    const { left, top, right, bottom } = boundsOf(outer)
    const [stepX, stepY] = [(right - left) / gridSide, (bottom - top) / gridSide]
    const places: { dx: number; dy: number; room: number }[] = []
    const consider = (u: number, v: number) => {
      if (isInRings(rings, u, v)) places.push({ dx: u - x, dy: v - y, room: nearestEdge(rings, u, v) })
    }
    for (let row = 0; row < gridSide; row += 1)
      for (let column = 0; column < gridSide; column += 1)
        consider(left + (column + 0.5) * stepX, top + (row + 0.5) * stepY)
    places.sort((one, other) => other.room - one.room)
    const [best] = places
    if (best === undefined) return [{ dx: 0, dy: 0, cost: first }]
    // Once more, in smaller steps.
    for (let row = -3; row <= 3; row += 1)
      for (let column = -3; column <= 3; column += 1)
        consider(x + best.dx + (column * stepX) / 4, y + best.dy + (row * stepY) / 4)
    places.sort((one, other) => other.room - one.room)
    const most = places[0]?.room ?? 1
    return places
      .slice(0, 40)
      .map(({ dx, dy, room }) => ({ dx, dy, cost: first + range * (1 - room / most) }))
  }
  return () => {
    found ??= search()
    return found
  }
}
