/** A small drawing of features, without a base map: where they lie to each other, for a page that loads nothing else. */
import { bbox } from '@turf/bbox'
import { type Html, html } from '../../../http/html.ts'
import type { PlainGeometry } from '../../common/plain-features.ts'

type Shape = { title: string; href: string; geometry: PlainGeometry | null }
type Point = readonly [number, number]

const width = 720
const height = 420
const margin = 16
/** Points closer than this on the drawing are one. */
const nearest = 0.4
const mostPoints = 40_000

const isPosition = (value: unknown): value is number[] => Array.isArray(value) && typeof value[0] === 'number'

/** Every line of positions in a geometry; a single position is a line of one. */
const linesOf = (geometry: PlainGeometry): Point[][] => {
  if (geometry.geometries) return geometry.geometries.flatMap(linesOf)
  const lines: Point[][] = []
  const walk = (coordinates: unknown, isPoints: boolean) => {
    if (isPosition(coordinates)) lines.push([[coordinates[0] ?? 0, coordinates[1] ?? 0]])
    else if (!Array.isArray(coordinates)) return
    else if (!isPoints && isPosition(coordinates[0])) lines.push(coordinates as unknown as Point[])
    else for (const part of coordinates) walk(part, isPoints)
  }
  walk(geometry.coordinates, geometry.type.endsWith('Point'))
  return lines
}

const rounded = (value: number) => Math.round(value * 10) / 10

const pathOf = (lines: Point[][], place: (point: Point) => Point, isClosed: boolean): string =>
  lines
    .map((line) => {
      let last: Point | null = null
      let path = ''
      for (const point of line) {
        const [x, y] = place(point)
        if (last && Math.abs(x - last[0]) < nearest && Math.abs(y - last[1]) < nearest) continue
        path += `${last ? 'L' : 'M'}${rounded(x)} ${rounded(y)}`
        last = [x, y]
      }
      return path && isClosed ? `${path}Z` : path
    })
    .join('')

const kindOf = (geometry: PlainGeometry): 'points' | 'lines' | 'areas' | 'mixed' => {
  if (geometry.type.endsWith('Point')) return 'points'
  if (geometry.type.endsWith('LineString')) return 'lines'
  return geometry.type.endsWith('Polygon') ? 'areas' : 'mixed'
}

const drawShape = ({ title, href, geometry }: Shape, place: (point: Point) => Point): Html | null => {
  if (geometry === null) return null
  const lines = linesOf(geometry)
  const kind = kindOf(geometry)
  const drawn =
    kind === 'points'
      ? lines.flatMap((line) =>
          line.slice(0, 1).map((point) => {
            const [x, y] = place(point)
            return html`<circle class="points" cx="${rounded(x)}" cy="${rounded(y)}" r="4"/>`
          }),
        )
      : html`<path class="${kind}" d="${pathOf(lines, place, kind === 'areas')}"/>`
  return html`<a href="${href}"><title>${title}</title>${drawn}</a>`
}

/** `isGeographic`: degrees, whose east–west ones are shorter the farther from the equator. */
export const mapSvg = (
  shapes: Shape[],
  { isGeographic, isFlipped }: { isGeographic: boolean; isFlipped: boolean },
): Html | null => {
  const turned = (geometry: PlainGeometry | null): PlainGeometry | null =>
    geometry && isFlipped ? flip(geometry) : geometry
  const present = shapes.map((shape) => ({ ...shape, geometry: turned(shape.geometry) }))
  const points = present.flatMap(({ geometry }) => (geometry ? linesOf(geometry).flat() : []))
  if (points.length === 0 || points.length > mostPoints) return null
  const [west, south, east, north] = bbox({
    type: 'FeatureCollection',
    features: present.map(({ geometry }) => ({ type: 'Feature', properties: {}, geometry })),
  } as Parameters<typeof bbox>[0])
  const shrink = isGeographic ? Math.max(0.05, Math.cos((((south + north) / 2) * Math.PI) / 180)) : 1
  const smallest = isGeographic ? 1e-4 : 10
  const spanX = Math.max((east - west) * shrink, smallest)
  const spanY = Math.max(north - south, smallest)
  const scale = Math.min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY)
  const place = ([x, y]: Point): Point => [
    width / 2 + (x - (west + east) / 2) * shrink * scale,
    height / 2 - (y - (south + north) / 2) * scale,
  ]
  return html`<figure class="map"><svg viewBox="0 0 ${width} ${height}" role="group" aria-label="Drawing of the features on this page">${present.map((shape) => drawShape(shape, place))}</svg>
<figcaption>The features of this page, north up, without a base map</figcaption></figure>`
}

const flip = (geometry: PlainGeometry): PlainGeometry => {
  const turn = (coordinates: unknown): unknown =>
    isPosition(coordinates)
      ? [coordinates[1], coordinates[0]]
      : Array.isArray(coordinates)
        ? coordinates.map(turn)
        : coordinates
  return {
    ...geometry,
    ...(geometry.coordinates !== undefined && { coordinates: turn(geometry.coordinates) }),
    ...(geometry.geometries && { geometries: geometry.geometries.map(flip) }),
  }
}
