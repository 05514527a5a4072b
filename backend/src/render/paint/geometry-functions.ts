/** Functions over a feature's geometry: those that measure it, and those that give another to draw. */
import type { PaintValue } from './feature.ts'
import { emptyGeometry, type Geometry, type Path } from './geometry.ts'
import {
  areaOf,
  centroidOf,
  insideOf,
  largestPolygon,
  lengthOf,
  longestLine,
  middleOf,
  type Position,
  walk,
  withEnd,
} from './measure.ts'
import type { Subject } from './subject.ts'

type Scale = { unitsPerPixel: number }
type Measure = (subject: Subject, scale: Scale) => PaintValue

const names = new Set(
  `geometry centroid interiorPoint pointOnSurface startPoint StartPoint endPoint EndPoint vertices boundary buffer offset
convexHull envelope startAngle endAngle area geomLength dimension geometryType isCoverage`.split(/\s+/),
)

export const isGeometryFunction = (name: string): boolean => names.has(name)

const linesOf = ({ lines, polygons }: Geometry): Path[] => [
  ...lines,
  ...polygons.flatMap(({ outlines }) => outlines),
]

const dimensionOf = ({ polygons, lines }: Geometry): number =>
  polygons.length > 0 ? 2 : lines.length > 0 ? 1 : 0

const degreesUp = (radians: number): number => (-radians * 180) / Math.PI

const angleAt =
  (isEnd: boolean): Measure =>
  (subject) => {
    const line = longestLine(subject.geometry().lines)
    if (line === undefined) return null
    return degreesUp(walk(line.xy)(isEnd ? lengthOf(line) : 0).angle)
  }

export const geometryFunctions: Readonly<Record<string, Measure>> = {
  area: (subject, { unitsPerPixel }) =>
    subject
      .geometry()
      .polygons.reduce(
        (sum, { rings }) =>
          sum +
          Math.abs(rings.reduce((area, ring, at) => area + (at === 0 ? 1 : -1) * Math.abs(areaOf(ring)), 0)),
        0,
      ) *
    unitsPerPixel ** 2,
  geomLength: (subject, { unitsPerPixel }) =>
    linesOf(subject.geometry()).reduce((sum, line) => sum + lengthOf(line), 0) * unitsPerPixel,
  dimension: (subject) => dimensionOf(subject.geometry()),
  geometryType: (subject) => {
    const geometry = subject.geometry()
    const [kind, count] =
      geometry.polygons.length > 0
        ? ['Polygon', geometry.polygons.length]
        : geometry.lines.length > 0
          ? ['LineString', geometry.lines.length]
          : ['Point', geometry.points.length / 2]
    return count > 1 ? `Multi${kind}` : kind
  },
  startAngle: angleAt(false),
  endAngle: angleAt(true),
  isCoverage: (subject) => dimensionOf(subject.geometry()) === 2,
}

// What is drawn instead of the geometry ------------------------------------------------------------------

export type Transform = (geometry: Geometry) => Geometry

const pointsOf = (positions: Position[]): Geometry => ({
  ...emptyGeometry,
  points: Float64Array.from(positions.flatMap(({ x, y }) => [x, y])),
})

/** One for each part, as QGIS's centroid fill does by default only for the largest; SE says nothing. */
const centroids: Transform = ({ points, lines, polygons }) => {
  const largest = largestPolygon({ points, lines, polygons, vertices: 0, isCut: false })
  if (largest) return pointsOf([centroidOf(largest)])
  const line = longestLine(lines)
  if (line) return pointsOf([middleOf(line)])
  return { ...emptyGeometry, points }
}

const surfacePoints: Transform = (geometry) => {
  const largest = largestPolygon(geometry)
  return largest ? pointsOf([insideOf(largest)]) : centroids(geometry)
}

const ends =
  (isEnd: boolean): Transform =>
  (geometry) =>
    pointsOf(
      linesOf(geometry).map(({ xy }) =>
        isEnd
          ? { x: xy.at(-2) as number, y: xy.at(-1) as number }
          : { x: xy[0] as number, y: xy[1] as number },
      ),
    )

const vertices: Transform = (geometry) => ({
  ...emptyGeometry,
  points: Float64Array.from([
    ...geometry.points,
    ...linesOf(geometry).flatMap((line) => Array.from(withEnd(line))),
  ]),
})

const envelope: Transform = (geometry) => {
  const all = vertices(geometry).points
  if (all.length === 0) return emptyGeometry
  let [left, top, right, bottom] = [all[0] as number, all[1] as number, all[0] as number, all[1] as number]
  for (let i = 2; i < all.length; i += 2) {
    left = Math.min(left, all[i] as number)
    right = Math.max(right, all[i] as number)
    top = Math.min(top, all[i + 1] as number)
    bottom = Math.max(bottom, all[i + 1] as number)
  }
  const ring = Float64Array.of(left, top, right, top, right, bottom, left, bottom)
  return {
    ...emptyGeometry,
    polygons: [{ rings: [ring], outlines: [{ xy: ring, isClosed: true, from: 0 }] }],
  }
}

const boundary: Transform = (geometry) => ({ ...emptyGeometry, lines: linesOf(geometry) })

export const geometryTransforms: Readonly<Record<string, Transform>> = {
  geometry: (geometry) => geometry,
  centroid: centroids,
  interiorPoint: surfacePoints,
  pointOnSurface: surfacePoints,
  startPoint: ends(false),
  StartPoint: ends(false),
  endPoint: ends(true),
  EndPoint: ends(true),
  vertices,
  boundary,
  envelope,
}
