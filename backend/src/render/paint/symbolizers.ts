/** Symbolizers of points, lines and polygons as functions that draw a feature. */
import { quoted } from '../../styles/finding.ts'
import type { Expression, LineSymbolizer, PointSymbolizer, PolygonSymbolizer } from '../../styles/model.ts'
import { readOpacity } from './colors.ts'
import { compileSetting } from './expression.ts'
import { compileFill } from './fill.ts'
import type { Geometry, Polygon } from './geometry.ts'
import { geometryTransforms, type Transform } from './geometry-functions.ts'
import { centroidOf, largestPolygon, longestLine, middleOf, type Position } from './measure.ts'
import { compileLength, longestLength, type PaintParts } from './parts.ts'
import { compileStamp } from './stamp.ts'
import { compileStroke, type Line, type Stroker } from './stroker.ts'
import type { Subject } from './subject.ts'
import { faded, type Surface, traceVertices, within } from './surface.ts'

export type Drawing = {
  draw(surface: Surface, subject: Subject): void
  /** How far outside its geometry it draws. */
  reach: number
  /** Whether ink can draw it: the same for all features of a style, so that they are all drawn alike. */
  isPlain: boolean
}

export const compileGeometry = (expression: Expression | null, parts: PaintParts): Transform | null => {
  if (expression === null || expression.kind === 'property') return null
  if (expression.kind === 'function' && Object.hasOwn(geometryTransforms, expression.name))
    return geometryTransforms[expression.name] ?? null
  const what = expression.kind === 'function' ? expression.name : expression.kind
  parts.losses.note(
    'GEOMETRY_NOT_COMPUTED',
    'approximated',
    `What ${quoted(what)} gives is not computed; the feature's own geometry is drawn.`,
  )
  return null
}

/** Its opacity is that of each thing it draws, as in QGIS. */
const withOpacity = (drawing: Drawing, opacity: Expression | null, parts: PaintParts): Drawing => {
  const strength = compileSetting(opacity, parts, readOpacity)
  if (strength.constant === 1) return drawing
  return {
    ...drawing,
    draw: (surface, subject) => {
      const alpha = strength.of(subject)
      if (alpha === 0) return
      faded(surface, alpha, () => drawing.draw(surface, subject))
    },
  }
}

const pointsOf = (geometry: Geometry, whole: () => Geometry): Position[] => {
  const { points } = geometry
  const positions: Position[] = []
  for (let i = 0; i < points.length; i += 2)
    positions.push({ x: points[i] as number, y: points[i + 1] as number })
  if (geometry.polygons.length === 0 && geometry.lines.length === 0) return positions
  // The middle is that of the whole, wherever the picture ends.
  const { polygons, lines } = geometry.isCut ? whole() : geometry
  const largest = largestPolygon({ ...geometry, polygons })
  if (largest) return [...positions, centroidOf(largest)]
  const longest = longestLine(lines)
  return longest ? [...positions, middleOf(longest)] : positions
}

export const compilePoint = (symbolizer: PointSymbolizer, parts: PaintParts): Drawing => {
  const stamp = compileStamp(symbolizer.graphic, parts)
  const transform = compileGeometry(symbolizer.geometry, parts)
  const { width, height } = parts.view
  const { reach } = stamp
  const draw: Drawing['draw'] = (surface, subject) => {
    if (!transform) {
      const { points, lines, polygons } = subject.geometry()
      if (points.length === 2 && lines.length === 0 && polygons.length === 0) {
        const [x, y] = [points[0] as number, points[1] as number]
        if (x > -reach && y > -reach && x < width + reach && y < height + reach)
          stamp.draw(surface, subject, x, y, 0)
        return
      }
    }
    const positions = transform
      ? pointsOf(transform(subject.whole()), subject.whole)
      : pointsOf(subject.geometry(), subject.whole)
    for (const { x, y } of positions)
      if (x > -reach && y > -reach && x < width + reach && y < height + reach)
        stamp.draw(surface, subject, x, y, 0)
  }
  return withOpacity({ reach, draw, isPlain: stamp.isPlain }, symbolizer.opacity, parts)
}

const outlinesOf = ({ outlines }: Polygon): Line[] =>
  outlines.map((path, index) => ({ path, ring: index === 0 ? 'outer' : 'hole' }))

const linesOf = ({ lines, polygons }: Geometry): Line[] => [
  ...lines.map((path): Line => ({ path, ring: 'no' })),
  ...polygons.flatMap(outlinesOf),
]

export const compileLine = (symbolizer: LineSymbolizer, parts: PaintParts): Drawing => {
  const stroker = compileStroke(symbolizer.stroke, symbolizer.perpendicularOffset, parts)
  const transform = compileGeometry(symbolizer.geometry, parts)
  const draw: Drawing['draw'] = (surface, subject) => {
    const geometry = transform ? transform(subject.geometry()) : subject.geometry()
    for (const line of linesOf(geometry)) stroker.stroke(surface, subject, line, false)
  }
  const { reach, isPlain } = stroker
  return withOpacity({ reach, draw, isPlain }, symbolizer.opacity, parts)
}

/** Whether outline and filling are the same path, so that it need not be given to the canvas twice. */
const isTraced = ({ rings, outlines }: Polygon): boolean =>
  rings.length === outlines.length && outlines.every(({ isClosed }) => isClosed)

const strokeOutlines = (
  stroker: Stroker,
  surface: Surface,
  subject: Subject,
  polygon: Polygon,
  canReuse: boolean,
): void => {
  const [first, ...others] = outlinesOf(polygon)
  if (first === undefined) return
  if (canReuse && others.length === 0 && isTraced(polygon)) {
    stroker.stroke(surface, subject, first, true)
    return
  }
  for (const line of [first, ...others]) stroker.stroke(surface, subject, line, false)
}

export const compilePolygon = (symbolizer: PolygonSymbolizer, parts: PaintParts): Drawing => {
  const filler = symbolizer.fill && compileFill(symbolizer.fill, parts)
  const stroker = symbolizer.stroke && compileStroke(symbolizer.stroke, symbolizer.perpendicularOffset, parts)
  const moveX = compileLength(symbolizer.displacement?.x ?? null, parts, 0)
  const moveY = compileLength(symbolizer.displacement?.y ?? null, parts, 0)
  const transform = compileGeometry(symbolizer.geometry, parts)
  const drawAll: Drawing['draw'] = (surface, subject) => {
    const geometry = transform ? transform(subject.geometry()) : subject.geometry()
    for (const polygon of geometry.polygons) {
      if (filler) {
        if (surface.ink === null) {
          surface.context.beginPath()
          for (const ring of polygon.rings) traceVertices(surface.context, ring, true)
        }
        filler.fill(surface, subject, polygon)
      }
      if (stroker) strokeOutlines(stroker, surface, subject, polygon, filler !== null)
    }
  }
  const draw: Drawing['draw'] = (surface, subject) => {
    const [x, y] = [moveX.of(subject), -moveY.of(subject)]
    if (x === 0 && y === 0) {
      drawAll(surface, subject)
      return
    }
    within(surface, () => {
      surface.context.translate(x, y)
      drawAll(surface, subject)
    })
  }
  const moved = symbolizer.displacement
    ? Math.abs(moveX.constant ?? longestLength / 32) + Math.abs(moveY.constant ?? longestLength / 32)
    : 0
  const isPlain = symbolizer.displacement === null && (filler?.isPlain ?? true) && (stroker?.isPlain ?? true)
  return withOpacity({ reach: (stroker?.reach ?? 0) + moved, draw, isPlain }, symbolizer.opacity, parts)
}
