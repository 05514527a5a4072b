/** Strokes with a colour: width, dashes, caps and joins. */
import type { LineCap, LineJoin, Stroke } from '../../styles/model.ts'
import { compilePaint } from './colors.ts'
import { constantSetting, noSubject, type Setting } from './expression.ts'
import { compileLength, type PaintParts, together } from './parts.ts'
import type { Subject } from './subject.ts'
import type { Surface } from './surface.ts'

/** With what a line is drawn, in pixels. */
export type DrawnPen = {
  css: string
  width: number
  join: 'miter' | 'round' | 'bevel'
  cap: 'butt' | 'round' | 'square'
  /** Dash, gap, dash …; empty for a line without gaps. */
  dashes: readonly number[]
  dashOffset: number
}

export type Pen = {
  /** Sets the canvas; false when there is nothing to draw. `from` is how far along the line drawing begins. */
  apply(surface: Surface, subject: Subject, from: number): boolean
  /** For one feature; null when there is nothing to draw. */
  of(subject: Subject): DrawnPen | null
  width: Setting<number>
  isDashed: boolean
}

const joins: Record<LineJoin, DrawnPen['join']> = {
  mitre: 'miter',
  round: 'round',
  bevel: 'bevel',
}
const caps: Record<LineCap, DrawnPen['cap']> = { butt: 'butt', round: 'round', square: 'square' }

/** As Qt: a mitre may be as long as twice the width, which is a corner of 28°. */
export const mitreLimit = 4.12

const mostDashes = 64
/** Shorter patterns are seen as a grey line at best, and would take very long. */
const shortestPattern = 0.5

/** Empty for a line without gaps. */
const dashesOf = (lengths: readonly number[]): number[] => {
  const dashes = lengths.slice(0, mostDashes).map((length) => Math.max(0, length))
  // An odd list is repeated, as SVG says.
  const all = dashes.length % 2 === 1 ? [...dashes, ...dashes] : dashes
  const gaps = all.reduce((sum, length, index) => sum + (index % 2 === 1 ? length : 0), 0)
  const whole = all.reduce((sum, length) => sum + length, 0)
  return gaps === 0 || whole < shortestPattern ? [] : all
}

/** 0 is the thinnest line there is. */
const drawnWidth = (width: number, hairline: number): number =>
  width > 0 ? width : width === 0 ? hairline : 0

export const compilePen = (stroke: Stroke, parts: PaintParts): Pen => {
  const paint = compilePaint(stroke, parts)
  const hairline = parts.view.pixelRatio
  const width = together(
    [compileLength(stroke.width, parts, stroke.width === null ? parts.view.pixelRatio : 0)] as const,
    (given: number) => drawnWidth(given, hairline),
  )
  const dashes = stroke.dashArray
    ? together(
        stroke.dashArray.slice(0, mostDashes).map((length) => compileLength(length, parts, 0)),
        (...lengths: number[]) => dashesOf(lengths),
      )
    : constantSetting<number[]>([])
  const offset = compileLength(stroke.dashOffset, parts, 0)
  const join = joins[stroke.lineJoin ?? 'mitre']
  const cap = caps[stroke.lineCap ?? 'butt']
  const isConstant = [paint, width, dashes, offset].every(({ constant }) => constant !== undefined)
  const isDashed = stroke.dashArray !== null && dashes.constant?.length !== 0
  const drawn = (subject: Subject): DrawnPen | null => {
    const css = paint.of(subject)
    const thickness = width.of(subject)
    if (css === null || !(thickness > 0)) return null
    return { css, width: thickness, join, cap, dashes: dashes.of(subject), dashOffset: offset.of(subject) }
  }
  const constant = isConstant ? drawn(noSubject) : undefined
  const pen: Pen = {
    width,
    isDashed,
    of: (subject) => (constant === undefined ? drawn(subject) : constant),
    apply: (surface, subject, from) => {
      const { context } = surface
      if (surface.pen !== pen || !isConstant) {
        const css = paint.of(subject)
        const thickness = width.of(subject)
        if (css === null || !(thickness > 0)) return false
        context.strokeStyle = css
        context.lineWidth = thickness
        context.lineJoin = join
        context.lineCap = cap
        context.miterLimit = mitreLimit
        context.setLineDash(dashes.of(subject))
        context.lineDashOffset = 0
        surface.pen = pen
      }
      if (isDashed) context.lineDashOffset = offset.of(subject) + from
      return true
    },
  }
  return pen
}
