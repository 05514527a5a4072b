/**
 * What polygons are filled with: a colour, Qt's bitmaps, parallel lines, graphics in rows and columns. Patterns that are the
 * same for all features are painted over the whole picture once, and then laid through the polygons: so nothing is rounded
 * to pixels from tile to tile.
 */
import type { Canvas, CanvasPattern } from '@napi-rs/canvas'
import type { Fill, GraphicFill, HatchFill } from '../../styles/model.ts'
import { brushTile } from './brushes.ts'
import { compilePaint, readOpacity } from './colors.ts'
import { compileSetting, type Setting } from './expression.ts'
import type { Polygon } from './geometry.ts'
import { type InkPixels, inkPixelsOf } from './ink.ts'
import { compileAngle, compileLength, type PaintParts } from './parts.ts'
import { compilePen } from './pen.ts'
import { compileStamp } from './stamp.ts'
import type { Subject } from './subject.ts'
import { createSurface, faded, type Surface, traceVertices, within } from './surface.ts'

export type Filler = {
  /** Fills the path that the canvas has, or with ink the polygon. */
  fill(surface: Surface, subject: Subject, polygon: Polygon): void
  reach: number
  /** Whether ink can draw it. */
  isPlain: boolean
}

type Pattern = CanvasPattern

const withStrength = (surface: Surface, strength: number, paint: () => void): void => {
  if (strength <= 0) return
  if (strength >= 1) {
    paint()
    return
  }
  const before = surface.context.globalAlpha
  surface.context.globalAlpha = before * strength
  paint()
  surface.context.globalAlpha = before
}

/** Remembers what was made last, for as long as the key is the same. */
const remember = <Value>(make: (key: string, surface: Surface) => Value) => {
  let last: { key: string; value: Value } | null = null
  return (key: string, surface: Surface): Value => {
    if (last?.key !== key) last = { key, value: make(key, surface) }
    return last.value
  }
}

const positiveRest = (value: number, period: number): number => ((value % period) + period) % period

const patternOf = ({ context }: Surface, tile: Canvas, x = 0, y = 0): Pattern => {
  const pattern = context.createPattern(tile, 'repeat')
  if (pattern === null) throw new Error('a pattern could not be made')
  if (x !== 0 || y !== 0) pattern.setTransform({ a: 1, b: 0, c: 0, d: 1, e: x, f: y })
  return pattern
}

const compileSolid = (fill: Extract<Fill, { kind: 'solid' }>, parts: PaintParts): Filler => {
  const paint = compilePaint(fill, parts)
  return {
    reach: 0,
    isPlain: true,
    fill: (surface, subject, { rings }) => {
      const css = paint.of(subject)
      if (css === null) return
      if (surface.ink) {
        surface.ink.fill(rings, css)
        return
      }
      surface.context.fillStyle = css
      surface.context.fill('evenodd')
    },
  }
}

const compileBrush = (fill: Extract<Fill, { kind: 'brush' }>, parts: PaintParts): Filler => {
  const paint = compilePaint(fill, parts)
  const { origin, width, height } = parts.view
  const patterns = remember((css, surface) =>
    patternOf(surface, brushTile(fill.name, css), -positiveRest(origin.x, 8), -positiveRest(origin.y, 8)),
  )
  const sheets = remember((css, { budget }) => {
    const sheet = createSurface(width, height, budget)
    sheet.context.fillStyle = patterns(css, sheet)
    sheet.context.fillRect(0, 0, width, height)
    return inkPixelsOf(sheet.canvas)
  })
  return {
    reach: 0,
    isPlain: true,
    fill: (surface, subject, { rings }) => {
      const css = paint.of(subject)
      if (css === null) return
      if (surface.ink) {
        surface.ink.fill(rings, sheets(css, surface))
        return
      }
      surface.context.fillStyle = patterns(css, surface)
      surface.context.fill('evenodd')
    },
  }
}

/** Box of the filled path, as far as it is on the picture. */
const boxOf = (polygon: Polygon, { width, height }: { width: number; height: number }) => {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (const ring of polygon.rings)
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i] as number)
      right = Math.max(right, ring[i] as number)
      top = Math.min(top, ring[i + 1] as number)
      bottom = Math.max(bottom, ring[i + 1] as number)
    }
  return {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  }
}
type Box = ReturnType<typeof boxOf>

/** Draws everywhere in the box. */
type Texture = {
  isConstant: boolean
  cover: (surface: Surface, subject: Subject, box: Box) => void
  reach: number
  opacity: Setting<number>
}

const texturedFiller = ({ isConstant, cover, reach, opacity }: Texture, parts: PaintParts): Filler => {
  const { width, height } = parts.view
  let whole: Pattern | null = null
  let inked: InkPixels | null = null
  const sheetOf = ({ budget }: Surface, subject: Subject) => {
    const sheet = createSurface(width, height, budget)
    cover(sheet, subject, { left: 0, top: 0, right: width, bottom: height })
    return sheet.canvas
  }
  return {
    reach,
    isPlain: isConstant,
    fill: (surface, subject, polygon) => {
      if (isConstant && surface.ink) {
        const { ink } = surface
        inked ??= inkPixelsOf(sheetOf(surface, subject))
        const texture = inked
        const strength = opacity.of(subject)
        if (strength > 0) faded(surface, strength, () => ink.fill(polygon.rings, texture))
        return
      }
      const { context } = surface
      if (isConstant) {
        whole ??= patternOf(surface, sheetOf(surface, subject))
        const sheet = whole
        withStrength(surface, opacity.of(subject), () => {
          context.fillStyle = sheet
          context.fill('evenodd')
        })
        return
      }
      within(surface, () => {
        context.clip('evenodd')
        withStrength(surface, opacity.of(subject), () =>
          cover(surface, subject, boxOf(polygon, { width, height })),
        )
      })
      // The path is gone after other things were drawn.
      context.beginPath()
      for (const ring of polygon.rings) traceVertices(context, ring, true)
    },
  }
}

/** Nearer ones are a plain colour, and would take very long. */
const nearestLines = 1

const compileHatch = (fill: HatchFill, parts: PaintParts): Filler => {
  const rotation = compileAngle(fill.rotation, parts)
  const distance = compileLength(fill.distance, parts, 8)
  const offset = compileLength(fill.offset, parts, 0)
  const pen = compilePen({ ...fill.stroke, lineCap: 'butt' }, parts)
  const paint = compilePaint(fill.stroke, parts)
  const { origin } = parts.view
  const isConstant = [rotation, distance, offset, pen.width, paint].every(
    ({ constant }) => constant !== undefined,
  )
  return texturedFiller(
    {
      isConstant,
      reach: 0,
      opacity: { of: () => 1, constant: 1 },
      cover: (surface, subject, { left, top, right, bottom }) => {
        const { context } = surface
        const step = Math.max(nearestLines, distance.of(subject))
        const angle = rotation.of(subject)
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
        const centerX = (left + right) / 2
        const centerY = (top + bottom) / 2
        const radius = Math.hypot(right - left, bottom - top) / 2
        // Across the lines from where patterns begin.
        const across = -(centerX + origin.x) * sine + (centerY + origin.y) * cosine
        const first = Math.ceil((across - radius - offset.of(subject)) / step)
        const last = Math.floor((across + radius - offset.of(subject)) / step)
        if (!pen.apply(surface, subject, 0)) return
        context.beginPath()
        for (let line = first; line <= last; line += 1) {
          const away = line * step + offset.of(subject) - across
          const x = centerX - away * sine
          const y = centerY + away * cosine
          context.moveTo(x - radius * cosine, y - radius * sine)
          context.lineTo(x + radius * cosine, y + radius * sine)
        }
        context.stroke()
      },
    },
    parts,
  )
}

/** Smaller ones are drawn in a grid of this. */
const smallestCell = 2

const compileGraphicFill = (fill: GraphicFill, parts: PaintParts): Filler => {
  const stamp = compileStamp(fill.graphic, parts)
  const margin = (side: 'top' | 'right' | 'bottom' | 'left') =>
    compileLength(fill.margin?.[side] ?? null, parts, 0)
  const [top, right, bottom, left] = [margin('top'), margin('right'), margin('bottom'), margin('left')]
  const staggerX = compileLength(fill.stagger?.x ?? null, parts, 0)
  const staggerY = compileLength(fill.stagger?.y ?? null, parts, 0)
  const { origin } = parts.view
  const settings = [top, right, bottom, left, staggerX, staggerY]
  return texturedFiller(
    {
      isConstant: stamp.isConstant && settings.every(({ constant }) => constant !== undefined),
      reach: 0,
      opacity: compileSetting(fill.opacity, parts, readOpacity),
      cover: (surface, subject, box) => {
        const { width, height } = stamp.size.of(subject)
        const cellX = Math.max(smallestCell, width + left.of(subject) + right.of(subject))
        const cellY = Math.max(smallestCell, height + top.of(subject) + bottom.of(subject))
        const [shiftX, shiftY] = [staggerX.of(subject), -staggerY.of(subject)]
        const middleX = left.of(subject) + width / 2
        const middleY = top.of(subject) + height / 2
        const room = stamp.reach + Math.abs(shiftX) + Math.abs(shiftY)
        const place = (value: number, cell: number) => Math.floor(value / cell)
        const firstColumn = place(box.left + origin.x - room - middleX, cellX)
        const lastColumn = place(box.right + origin.x + room - middleX, cellX) + 1
        const firstRow = place(box.top + origin.y - room - middleY, cellY)
        const lastRow = place(box.bottom + origin.y + room - middleY, cellY) + 1
        for (let row = firstRow; row <= lastRow; row += 1)
          for (let column = firstColumn; column <= lastColumn; column += 1)
            stamp.draw(
              surface,
              subject,
              column * cellX + middleX - origin.x + (row % 2 === 0 ? 0 : shiftX),
              row * cellY + middleY - origin.y + (column % 2 === 0 ? 0 : shiftY),
              0,
            )
      },
    },
    parts,
  )
}

export const compileFill = (fill: Fill, parts: PaintParts): Filler => {
  switch (fill.kind) {
    case 'solid':
      return compileSolid(fill, parts)
    case 'brush':
      return compileBrush(fill, parts)
    case 'hatch':
      return compileHatch(fill, parts)
    case 'graphic':
      return compileGraphicFill(fill, parts)
  }
}
