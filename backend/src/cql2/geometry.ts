/** Geometry literals: their shape is checked here, so that PostGIS never has to refuse one; and what is done to them. */
import type { Box } from '../domain/probe.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import type { Budget, Geometry, Position } from './ast.ts'

const wrong = (where: string, found: string, expected: string) =>
  filterProblems.filterUnreadable({ where, found, expected })

/** Checks positions and counts them. */
const checkPosition = (position: Position, where: string, budget: Budget): void => {
  budget.position(where)
  if (position.length < 2 || position.length > 3)
    throw wrong(where, `a position of ${position.length} numbers`, 'two numbers, or three with a height')
  if (!position.every((value) => Number.isFinite(value) && Math.abs(value) < 1e300))
    throw wrong(where, 'a coordinate that is not a number', 'numbers')
}

const checkLine = (line: Position[], where: string, budget: Budget): void => {
  for (const position of line) checkPosition(position, where, budget)
  if (line.length < 2) throw wrong(where, `a line of ${line.length} positions`, 'at least two')
}

const checkRing = (ring: Position[], where: string, budget: Budget): void => {
  for (const position of ring) checkPosition(position, where, budget)
  const [first, last] = [ring[0], ring.at(-1)]
  if (ring.length < 4) throw wrong(where, `a ring of ${ring.length} positions`, 'at least four')
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
    throw wrong(where, 'a ring that is not closed', 'its last position to be its first')
}

const checkSome = (parts: unknown[], where: string): void => {
  if (parts.length === 0) throw wrong(where, 'a geometry without coordinates', 'at least one position')
}

const checkPolygon = (rings: Position[][], where: string, budget: Budget): void => {
  checkSome(rings, where)
  for (const ring of rings) checkRing(ring, where, budget)
}

export const checkGeometry = (geometry: Geometry, where: string, budget: Budget): Geometry => {
  if (geometry.type === 'GeometryCollection') {
    checkSome(geometry.geometries, where)
    for (const part of geometry.geometries) checkGeometry(part, where, budget)
    return geometry
  }
  const { type, coordinates } = geometry
  checkSome(coordinates, where)
  if (type === 'Point') checkPosition(coordinates, where, budget)
  else if (type === 'LineString') checkLine(coordinates, where, budget)
  else if (type === 'MultiPoint') for (const position of coordinates) checkPosition(position, where, budget)
  else if (type === 'Polygon') checkPolygon(coordinates, where, budget)
  else if (type === 'MultiLineString') for (const line of coordinates) checkLine(line, where, budget)
  else for (const polygon of coordinates) checkPolygon(polygon, where, budget)
  return geometry
}

// What is done to them ---------------------------------------------------------------------------------

/** Heights go: all relations of CQL2 are between what lies on the ground. */
const mapPositions = (geometry: Geometry, line: (positions: Position[]) => Position[]): Geometry => {
  if (geometry.type === 'GeometryCollection')
    return { type: geometry.type, geometries: geometry.geometries.map((part) => mapPositions(part, line)) }
  const { type, coordinates } = geometry
  if (type === 'Point') return { type, coordinates: line([coordinates])[0] ?? coordinates }
  if (type === 'MultiPoint') return { type, coordinates: coordinates.flatMap((one) => line([one])) }
  if (type === 'LineString') return { type, coordinates: line(coordinates) }
  if (type === 'MultiPolygon') return { type, coordinates: coordinates.map((polygon) => polygon.map(line)) }
  return { type, coordinates: coordinates.map(line) }
}

/** In x/y order, without heights. */
export const inXyOrder = (geometry: Geometry, axisOrder: 'xy' | 'yx'): Geometry =>
  mapPositions(geometry, (positions) =>
    positions.map(([first = 0, second = 0]) => (axisOrder === 'yx' ? [second, first] : [first, second])),
  )

/**
 * With points along each edge, because straight here is curved in another system; edges get at most so many parts as
 * the whole geometry can afford.
 */
export const densified = (geometry: Geometry, longestEdge: number): Geometry => {
  let edges = 0
  mapPositions(geometry, (positions) => {
    edges += positions.length
    return positions
  })
  const mostParts = Math.max(1, Math.min(64, Math.floor(5_000 / Math.max(1, edges))))
  return mapPositions(geometry, (positions) =>
    positions.flatMap(([x = 0, y = 0], at) => {
      const next = positions[at + 1]
      if (!next) return [[x, y]]
      const [nx = 0, ny = 0] = next
      const parts = Math.min(mostParts, Math.max(1, Math.ceil(Math.hypot(nx - x, ny - y) / longestEdge)))
      return Array.from({ length: parts }, (_, i) => [x + ((nx - x) * i) / parts, y + ((ny - y) * i) / parts])
    }),
  )
}

type Single = Exclude<Geometry, { type: 'GeometryCollection' }>

const singles = (geometry: Geometry): Single[] =>
  geometry.type === 'GeometryCollection' ? geometry.geometries.flatMap(singles) : [geometry]

/**
 * A collection of points only, of lines only or of areas only as the Multi-geometry it is; null when it mixes them, for
 * which DE-9IM has no answer but for intersecting.
 */
export const homogeneous = (geometry: Geometry): Geometry | null => {
  if (geometry.type !== 'GeometryCollection') return geometry
  const points: Position[] = []
  const lines: Position[][] = []
  const polygons: Position[][][] = []
  for (const part of singles(geometry)) {
    if (part.type === 'Point') points.push(part.coordinates)
    else if (part.type === 'MultiPoint') points.push(...part.coordinates)
    else if (part.type === 'LineString') lines.push(part.coordinates)
    else if (part.type === 'MultiLineString') lines.push(...part.coordinates)
    else if (part.type === 'Polygon') polygons.push(part.coordinates)
    else polygons.push(...part.coordinates)
  }
  if ([points, lines, polygons].filter((list) => list.length > 0).length !== 1) return null
  if (points.length > 0) return { type: 'MultiPoint', coordinates: points }
  if (lines.length > 0) return { type: 'MultiLineString', coordinates: lines }
  return { type: 'MultiPolygon', coordinates: polygons }
}

/** Boxes as areas, or as lines or points where they have no width or height. */
export const boxesGeometry = (boxes: readonly Box[]): Geometry => {
  const [first] = boxes
  if (first && first[0] === first[2] && first[1] === first[3])
    return { type: 'MultiPoint', coordinates: boxes.map(([west, south]) => [west, south]) }
  if (first && (first[0] === first[2] || first[1] === first[3]))
    return {
      type: 'MultiLineString',
      coordinates: boxes.map(([west, south, east, north]) => [
        [west, south],
        [east, north],
      ]),
    }
  return {
    type: 'MultiPolygon',
    coordinates: boxes.map(([w, s, e, n]) => [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ]),
  }
}

const positionsText = (positions: Position[]): string =>
  `(${positions.map(([x, y]) => `${x} ${y}`).join(',')})`
const linesText = (lines: Position[][]): string => `(${lines.map(positionsText).join(',')})`

/** Well-known text without heights. */
export const toWkt = (geometry: Geometry): string => {
  if (geometry.type === 'GeometryCollection')
    return `GEOMETRYCOLLECTION(${geometry.geometries.map(toWkt).join(',')})`
  const { type, coordinates } = geometry
  const name = type.toUpperCase()
  if (type === 'Point') return `${name}${positionsText([coordinates])}`
  if (type === 'MultiPoint') return `${name}${linesText(coordinates.map((one) => [one]))}`
  if (type === 'LineString') return `${name}${positionsText(coordinates)}`
  if (type === 'MultiPolygon') return `${name}(${coordinates.map(linesText).join(',')})`
  return `${name}${linesText(coordinates)}`
}

export const boxAround = (geometry: Geometry): Box => {
  const box: Box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]
  mapPositions(geometry, (positions) => {
    for (const [x = 0, y = 0] of positions) {
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
    return positions
  })
  return box
}
