/** Graphics as things to be put somewhere: marks, characters and pictures. Those that are always alike are drawn once. */
import { type Canvas, Path2D } from '@napi-rs/canvas'
import { quoted } from '../../styles/finding.ts'
import type { Fill, FontMark, Graphic, GraphicContent, Mark, Stroke } from '../../styles/model.ts'
import { literal, literalOf } from '../../styles/model.ts'
import { compilePaint, type Paint, readOpacity } from './colors.ts'
import { compileSetting, type Setting } from './expression.ts'
import { cssFont } from './fonts.ts'
import { type InkSprite, inkSpriteOf } from './ink.ts'
import {
  compileAngle,
  compileLength,
  compileNumber,
  longestLength,
  type PaintParts,
  together,
} from './parts.ts'
import { compilePen, type Pen } from './pen.ts'
import { type Picture, pictureKey } from './pictures.ts'
import { findShape } from './shapes.ts'
import type { Subject } from './subject.ts'
import { createSurface, type Surface, within } from './surface.ts'
import { toText } from './values.ts'

export type StampSize = { width: number; height: number }

export type Stamp = {
  /** Turned by so many radians in addition to what the style says, with its displacement. */
  draw(surface: Surface, subject: Subject, x: number, y: number, turn: number): void
  size: Setting<StampSize>
  /** How far it reaches from where it is put, at most. */
  reach: number
  /** Whether it is the same for all features. */
  isConstant: boolean
  /** Whether ink can draw it where it is not turned. */
  isPlain: boolean
}

/** Draws around 0 0. */
type Draw = (surface: Surface, subject: Subject, size: StampSize) => void
type Content = {
  draw: Draw
  /** Of a graphic that says none. */
  natural: { height: number; ratio: number }
  isConstant: boolean
  /** Beyond the size, on each side. */
  bleed: number
}

/** SE 1.1 §11.3.2. */
const markHeight = 6

const paintOf = (fill: Fill | null, parts: PaintParts): Paint | null => {
  if (fill === null) return null
  if (fill.kind === 'solid' || fill.kind === 'brush') return compilePaint(fill, parts)
  const color =
    fill.kind === 'hatch' ? fill.stroke.color : (solidOf(fill.graphic.contents)?.color ?? literal('#808080'))
  parts.losses.note(
    'MARK_FILL_SIMPLIFIED',
    'approximated',
    'The pattern inside a mark is drawn as a plain colour.',
  )
  return compilePaint({ color, opacity: null }, parts)
}

const solidOf = (contents: readonly GraphicContent[]) => {
  for (const content of contents)
    if (content.kind !== 'external-graphic' && content.fill?.kind === 'solid') return content.fill
  return undefined
}

const isConstantPen = (stroke: Stroke | null, pen: Pen | null, parts: PaintParts): boolean =>
  stroke === null ||
  (pen?.width.constant !== undefined &&
    compilePaint(stroke, parts).constant !== undefined &&
    (stroke.dashArray ?? []).every(({ value }) => literalOf(value) !== undefined))

/** What a style leaves open about the outline of a mark is as QGIS has it. */
const outlinePen = (stroke: Stroke, parts: PaintParts): Pen =>
  compilePen({ ...stroke, lineJoin: stroke.lineJoin ?? 'bevel', lineCap: stroke.lineCap ?? 'square' }, parts)

const compileMark = (mark: Mark, parts: PaintParts): Content | null => {
  const name = compileSetting(mark.wellKnownName, parts, (value) =>
    value === null ? 'square' : toText(value),
  )
  if (name.constant !== undefined && findShape(name.constant) === null) {
    parts.losses.note(
      'UNKNOWN_MARK',
      'approximated',
      `The mark ${quoted(name.constant)} is not known here; a square, or the next alternative, is drawn.`,
    )
    return null
  }
  const fill = paintOf(mark.fill, parts)
  const pen = mark.stroke && outlinePen(mark.stroke, parts)
  return {
    natural: { height: markHeight * parts.view.pixelRatio, ratio: 1 },
    bleed: mark.stroke === null ? 0 : (pen?.width.constant ?? 16) * 2,
    isConstant:
      name.constant !== undefined &&
      (fill === null || fill.constant !== undefined) &&
      isConstantPen(mark.stroke, pen, parts),
    draw: (surface, subject, { width, height }) => {
      const shape = findShape(name.of(subject)) ?? findShape('square')
      if (shape === null) return
      const path = new Path2D()
      path.addPath(shape.path, { a: width / 2, b: 0, c: 0, d: height / 2, e: 0, f: 0 } as DOMMatrix2DInit)
      const css = shape.isFilled ? fill?.of(subject) : null
      if (css) {
        surface.context.fillStyle = css
        surface.context.fill(path)
      }
      if (pen?.apply(surface, subject, 0)) surface.context.stroke(path)
    },
  }
}

type DOMMatrix2DInit = Parameters<Path2D['addPath']>[1]

const compileFontMark = (mark: FontMark, parts: PaintParts): Content => {
  const character = compileSetting(mark.character, parts, (value) => [...toText(value)][0] ?? '')
  const fill = paintOf(mark.fill, parts)
  const pen = mark.stroke && outlinePen(mark.stroke, parts)
  return {
    natural: { height: markHeight * parts.view.pixelRatio, ratio: 1 },
    bleed: longestLength / 64,
    isConstant:
      character.constant !== undefined &&
      (fill === null || fill.constant !== undefined) &&
      isConstantPen(mark.stroke, pen, parts),
    draw: (surface, subject, { width, height }) => {
      const { context } = surface
      const text = character.of(subject)
      context.font = cssFont(
        { families: [mark.fontFamily], style: 'normal', weight: 'normal' },
        height,
        parts.losses,
      )
      context.textAlign = 'center'
      // As QGIS: in the middle of the part above the base line.
      const { fontBoundingBoxAscent } = context.measureText(text)
      const scale = width / height
      context.scale(scale, 1)
      const css = fill?.of(subject)
      if (css) {
        context.fillStyle = css
        context.fillText(text, 0, fontBoundingBoxAscent / 2)
      }
      if (pen?.apply(surface, subject, 0)) context.strokeText(text, 0, fontBoundingBoxAscent / 2)
    },
  }
}

const pictureContent = (picture: Picture, parts: PaintParts): Content => ({
  natural: { height: picture.height * parts.view.pixelRatio, ratio: picture.ratio },
  bleed: 0,
  isConstant: true,
  draw: ({ context }, _subject, { width, height }) => {
    context.drawImage(picture.at(height), -width / 2, -height / 2, width, height)
  },
})

const compileContent = (contents: readonly GraphicContent[], parts: PaintParts): Content => {
  for (const content of contents) {
    if (content.kind === 'font-mark') return compileFontMark(content, parts)
    if (content.kind === 'mark') {
      const mark = compileMark(content, parts)
      if (mark) return mark
      continue
    }
    const picture = parts.pictures.get(pictureKey(content))
    if (picture) return pictureContent(picture, parts)
  }
  const last = contents.findLast((one) => one.kind === 'mark')
  const square: Mark = {
    kind: 'mark',
    wellKnownName: literal('square'),
    fill: last?.fill ?? { kind: 'solid', color: literal('#808080'), opacity: null },
    stroke: last?.stroke ?? null,
  }
  return (
    compileMark(square, parts) ?? {
      natural: { height: 0, ratio: 1 },
      bleed: 0,
      isConstant: true,
      draw: () => {},
    }
  )
}

/** Larger ones are drawn each time. */
const largestSprite = 1024

type Sprite = { canvas: Canvas; side: number; ink: InkSprite | null }

const drawSprite = (side: number, paint: (surface: Surface) => void, { budget }: Surface): Sprite => {
  const surface = createSurface(side, side, budget)
  surface.context.translate(side / 2, side / 2)
  paint(surface)
  return { canvas: surface.canvas, side, ink: null }
}

/**
 * As QGIS: a mark whose size is odd in whole pixels has its middle between pixels, one whose size is even in the middle of a
 * pixel. What is a whole number of pixels by definition is a little less by computation there.
 */
const isBetweenPixels = ({ width, height }: StampSize, turn: number): boolean => {
  const side = Math.max(width, height) * (Math.abs(Math.sin(turn)) + Math.abs(Math.cos(turn)))
  return Math.floor(side - 1e-6) % 2 === 1
}

export const compileStamp = (graphic: Graphic, parts: PaintParts): Stamp => {
  const content = compileContent(graphic.contents, parts)
  const { natural } = content
  const ratio = graphic.aspectRatio ?? natural.ratio
  const size = together([compileLength(graphic.size, parts, natural.height)] as const, (height: number) => ({
    width: Math.max(0, height) * ratio,
    height: Math.max(0, height),
  }))
  const rotation = compileAngle(graphic.rotation, parts)
  const opacity = compileSetting(graphic.opacity, parts, readOpacity)
  const anchorX = compileNumber(graphic.anchorPoint?.x ?? null, parts, 0.5)
  const anchorY = compileNumber(graphic.anchorPoint?.y ?? null, parts, 0.5)
  const moveX = compileLength(graphic.displacement?.x ?? null, parts, 0)
  const moveY = compileLength(graphic.displacement?.y ?? null, parts, 0)
  const isConstant =
    content.isConstant &&
    [size, rotation, opacity, anchorX, anchorY].every(({ constant }) => constant !== undefined)
  const isAnchored = graphic.anchorPoint !== null

  const largest = size.constant ?? { width: longestLength / 32, height: longestLength / 32 }
  const extent = Math.hypot(largest.width, largest.height) * (isAnchored ? 1 : 0.5) + content.bleed
  const reach =
    extent + Math.abs(moveX.constant ?? longestLength / 32) + Math.abs(moveY.constant ?? longestLength / 32)

  /** Around 0 0, turned and anchored. */
  const drawHere = (surface: Surface, subject: Subject) => {
    const { context } = surface
    const drawn = size.of(subject)
    if (!(drawn.width > 0 && drawn.height > 0)) return
    const turn = rotation.of(subject)
    if (turn !== 0) context.rotate(turn)
    if (isAnchored)
      context.translate((0.5 - anchorX.of(subject)) * drawn.width, (anchorY.of(subject) - 0.5) * drawn.height)
    const strength = opacity.of(subject)
    if (strength < 1) context.globalAlpha *= strength
    content.draw(surface, subject, drawn)
  }

  let sprite: Sprite | null = null
  const half = Math.ceil(extent) + 1
  // QGIS draws ellipses, marks with a width of their own, where they lie, and everything else on whole pixels.
  const isEllipse = graphic.aspectRatio !== null && graphic.contents[0]?.kind === 'mark'
  const hasSprite = isConstant && !isEllipse && half * 2 < largestSprite

  const sideFor = (subject: Subject): number =>
    2 * half + (isBetweenPixels(size.of(subject), rotation.of(subject)) ? 0 : 1)

  return {
    size,
    reach,
    isPlain: hasSprite,
    isConstant: isConstant && moveX.constant !== undefined && moveY.constant !== undefined,
    draw: (surface, subject, x, y, turn) => {
      surface.budget.addSymbol()
      const dx = moveX.of(subject)
      const dy = -moveY.of(subject)
      if (turn === 0 && hasSprite) {
        sprite ??= drawSprite(sideFor(subject), (own) => drawHere(own, subject), surface)
        const [left, top] = [x + dx - sprite.side / 2, y + dy - sprite.side / 2]
        if (surface.ink) {
          sprite.ink ??= inkSpriteOf(sprite.canvas)
          surface.ink.stamp(sprite.ink, Math.round(left) + sprite.ink.left, Math.round(top) + sprite.ink.top)
          return
        }
        surface.context.drawImage(sprite.canvas, Math.round(left), Math.round(top))
        return
      }
      const { context } = surface
      within(surface, () => {
        context.translate(x, y)
        if (turn !== 0) context.rotate(turn)
        context.translate(dx, dy)
        drawHere(surface, subject)
      })
    },
  }
}
