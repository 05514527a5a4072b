/** Lines: coloured ones, lines of graphics, and lines filled with graphics; beside the line where the style says so. */
import type { GraphicStroke, Length, MarkerPlacement, Stroke } from '../../styles/model.ts'
import { constantSetting } from './expression.ts'
import type { Path } from './geometry.ts'
import { lengthOf, type Placed, walk, withEnd } from './measure.ts'
import { offsetOutline, offsetPath } from './offset.ts'
import { compileLength, type PaintParts } from './parts.ts'
import { compilePen } from './pen.ts'
import { compileStamp } from './stamp.ts'
import type { Subject } from './subject.ts'
import { type Surface, tracePath } from './surface.ts'

/** A line to draw, and where it comes from. */
export type Line = { path: Path; ring: 'no' | 'outer' | 'hole' }

export type Stroker = {
  /** `isTraced`: the canvas has exactly this line as its path. */
  stroke(surface: Surface, subject: Subject, line: Line, isTraced: boolean): void
  reach: number
  /** Whether ink can draw it. */
  isPlain: boolean
}

const moved = ({ path, ring }: Line, distance: number): Path[] =>
  ring === 'no' ? offsetPath(path, distance) : offsetOutline(path, distance, ring === 'hole')

const compileColored = (stroke: Stroke, offset: Length | null, parts: PaintParts): Stroker => {
  const pen = compilePen(stroke, parts)
  const distance = compileLength(offset, parts, 0)
  return {
    // A mitre reaches further than half the width.
    reach: (pen.width.constant ?? 64) * 2 + Math.abs(distance.constant ?? 64),
    isPlain: true,
    stroke: (surface, subject, line, isTraced) => {
      if (surface.ink) {
        const drawn = pen.of(subject)
        if (drawn !== null) surface.ink.stroke(moved(line, distance.of(subject)), drawn)
        return
      }
      if (!pen.apply(surface, subject, line.path.from)) return
      const beside = distance.of(subject)
      if (!isTraced || beside !== 0) {
        surface.context.beginPath()
        for (const path of moved(line, beside)) tracePath(surface.context, path)
      }
      surface.context.stroke()
    },
  }
}

// Graphics along lines -----------------------------------------------------------------------------------

/** QGIS turns markers into the direction of the 4 mm around them. */
const averagedMillimetres = 4
const smallestStep = 1

const directionOf = (from: Placed, to: Placed): number => Math.atan2(to.y - from.y, to.x - from.x)

const vertexAt = (xy: Float64Array, index: number) => ({
  x: xy[2 * index] as number,
  y: xy[2 * index + 1] as number,
})

/** In between the directions of both sides. */
const cornerAngle = (xy: Float64Array, index: number, isClosed: boolean): number => {
  const last = xy.length / 2 - 1
  const here = vertexAt(xy, index)
  const before = index > 0 ? vertexAt(xy, index - 1) : isClosed ? vertexAt(xy, last - 1) : null
  const after = index < last ? vertexAt(xy, index + 1) : isClosed ? vertexAt(xy, 1) : null
  const unit = (from: { x: number; y: number } | null, to: { x: number; y: number } | null) => {
    if (from === null || to === null) return { x: 0, y: 0 }
    const size = Math.hypot(to.x - from.x, to.y - from.y) || 1
    return { x: (to.x - from.x) / size, y: (to.y - from.y) / size }
  }
  const [one, other] = [unit(before, here), unit(here, after)]
  return Math.atan2(one.y + other.y, one.x + other.x)
}

const atVertices =
  (wanted: (index: number, last: number, isClosed: boolean) => boolean) =>
  (path: Path): Placed[] => {
    const xy = withEnd(path)
    const last = xy.length / 2 - 1
    // The first vertex of a ring is its last one, too.
    const end = path.isClosed ? last - 1 : last
    const placed: Placed[] = []
    for (let index = 0; index <= end; index += 1)
      if (wanted(index, end, path.isClosed))
        placed.push({ ...vertexAt(xy, index), angle: cornerAngle(xy, index, path.isClosed) })
    return placed
  }

const atSegments = (path: Path): Placed[] => {
  const xy = withEnd(path)
  return Array.from({ length: xy.length / 2 - 1 }, (_, index) => {
    const [from, to] = [vertexAt(xy, index), vertexAt(xy, index + 1)]
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, angle: Math.atan2(to.y - from.y, to.x - from.x) }
  })
}

const atMiddle = (path: Path): Placed[] => [walk(withEnd(path))(lengthOf(path) / 2)]

const placements: Record<Exclude<MarkerPlacement, 'interval'>, (path: Path) => Placed[]> = {
  vertex: atVertices(() => true),
  innerVertices: atVertices((index, last, isClosed) => isClosed || (index > 0 && index < last)),
  firstPoint: atVertices((index) => index === 0),
  lastPoint: atVertices((index, last, isClosed) => (isClosed ? index === 0 : index === last)),
  centralPoint: atMiddle,
  segmentCenter: atSegments,
  // Vertices of curves are not told from others any more.
  curvePoint: () => [],
}

const alongAll = (path: Path, first: number, step: number, averaged: number): Placed[] => {
  const xy = withEnd(path)
  const length = lengthOf(path)
  const [here, behind, ahead] = [walk(xy), walk(xy), walk(xy)]
  const placed: Placed[] = []
  const start = Math.max(0, Math.ceil((path.from - first) / step - 1e-9))
  for (let count = start; ; count += 1) {
    const distance = first + count * step - path.from
    if (distance > length + 1e-6) break
    const at = here(Math.max(0, distance))
    const angle =
      averaged > 0
        ? directionOf(behind(Math.max(0, distance - averaged)), ahead(Math.min(length, distance + averaged)))
        : at.angle
    placed.push({ ...at, angle })
  }
  return placed
}

const compileGraphicStroke = (stroke: GraphicStroke, offset: Length | null, parts: PaintParts): Stroker => {
  const stamp = compileStamp(stroke.graphic, parts)
  const gap = compileLength(stroke.gap, parts, 0)
  const initialGap = compileLength(stroke.initialGap, parts, 0)
  const own = compileLength(stroke.perpendicularOffset, parts, 0)
  const outer = offset === null ? constantSetting(0) : compileLength(offset, parts, 0)
  const averaged = (parts.pixelsPer.millimetre * averagedMillimetres) / 2
  const chosen = stroke.placement.length > 0 ? stroke.placement : (['interval'] as const)
  const placed = (path: Path, placement: MarkerPlacement, subject: Subject): Placed[] => {
    if (placement !== 'interval') return placements[placement](path)
    const { width } = stamp.size.of(subject)
    const step = Math.max(smallestStep, width + gap.of(subject))
    return alongAll(path, initialGap.of(subject) + width / 2, step, averaged)
  }
  return {
    reach: stamp.reach + Math.abs(own.constant ?? 64) + Math.abs(outer.constant ?? 64),
    isPlain: stamp.isPlain && !stroke.isRotated,
    stroke: (surface, subject, line) => {
      for (const path of moved(line, own.of(subject) + outer.of(subject)))
        for (const placement of chosen)
          for (const { x, y, angle } of placed(path, placement, subject))
            stamp.draw(surface, subject, x, y, stroke.isRotated ? angle : 0)
    },
  }
}

export const compileStroke = (stroke: Stroke, offset: Length | null, parts: PaintParts): Stroker => {
  if (stroke.graphicStroke) return compileGraphicStroke(stroke.graphicStroke, offset, parts)
  if (stroke.graphicFill)
    parts.losses.note(
      'LINE_FILL_SIMPLIFIED',
      'approximated',
      'A line that is filled with graphics is drawn with its plain colour.',
    )
  return compileColored(stroke, offset, parts)
}
