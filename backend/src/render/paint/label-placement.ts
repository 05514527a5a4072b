/**
 * Puts labels where they do not lie over each other: the important ones first, then in the order of the features, each as a
 * whole within the picture (or the box of its metatile) or not at all.
 */
import type { SKRSContext2D } from '@napi-rs/canvas'
import type { Graphic } from '../../styles/model.ts'
import type { Path } from './geometry.ts'
import { lengthOf, type Placed, walk, withEnd } from './measure.ts'
import type { Stamp } from './stamp.ts'
import type { Subject } from './subject.ts'
import { type Surface, within } from './surface.ts'
import type { View } from './view.ts'

export type WantedPlace =
  | {
      kind: 'point'
      x: number
      y: number
      /** Of the text that lies on the point, from its lower left corner. */
      anchorX: number
      anchorY: number
      angle: number
    }
  | {
      kind: 'line'
      path: Path
      /** Pixels to the left of the line. */
      offset: number
      isCurved: boolean
      isAligned: boolean
      /** Pixels between labels; null for one label. */
      repeat: number | null
      initialGap: number
      /** From letter to letter. */
      mostTurn: number
    }

export type WantedLabel = {
  lines: string[]
  /** As CSS says it. */
  font: string
  size: number
  /** null for a label that only takes its place. */
  paint: string | null
  opacity: number
  halo: { radius: number; paint: string | null } | null
  isUnderlined: boolean
  isStruckThrough: boolean
  background: {
    stamp: Stamp
    graphic: Graphic
    subject: Subject
    margin: number
    isStretched: boolean
  } | null
  priority: number
  mayOverlap: boolean
  /** Room around it in which no other label may be. */
  space: number
  place: WantedPlace
}

/** A rectangle, level. */
type Box = { left: number; top: number; right: number; bottom: number }

const cellSize = 64

/** Which boxes are taken. */
const createTaken = () => {
  const cells = new Map<string, Box[]>()
  const keysOf = function* ({ left, top, right, bottom }: Box): Generator<string> {
    for (let x = Math.floor(left / cellSize); x <= Math.floor(right / cellSize); x += 1)
      for (let y = Math.floor(top / cellSize); y <= Math.floor(bottom / cellSize); y += 1) yield `${x} ${y}`
  }
  const meets = (one: Box, other: Box) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
  return {
    isFree: (box: Box): boolean => {
      for (const key of keysOf(box)) if (cells.get(key)?.some((other) => meets(box, other))) return false
      return true
    },
    add: (box: Box): void => {
      for (const key of keysOf(box)) {
        const present = cells.get(key)
        if (present) present.push(box)
        else cells.set(key, [box])
      }
    },
  }
}

type Metrics = { width: number; ascent: number; descent: number }

const createMeasure = (context: SKRSContext2D) => {
  const known = new Map<string, Metrics>()
  let font = ''
  return (text: string, wanted: string): Metrics => {
    const key = `${wanted}|${text}`
    const present = known.get(key)
    if (present) return present
    if (font !== wanted) context.font = wanted
    font = wanted
    const { width, fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText(text)
    const metrics = { width, ascent: fontBoundingBoxAscent, descent: fontBoundingBoxDescent }
    known.set(key, metrics)
    return metrics
  }
}
type Measure = ReturnType<typeof createMeasure>

/** A piece of text with its base line's left end, turned around it. */
type Piece = { text: string; x: number; y: number; angle: number; width: number }
type Placement = {
  pieces: Piece[]
  boxes: Box[]
  /** The middle and size of the text, for what is drawn below it. */
  block: { x: number; y: number; angle: number; width: number; height: number }
}

/** The level boxes of a turned one: thin slices, so that a slanting label does not keep a square for itself. */
const boxesOf = (
  x: number,
  y: number,
  angle: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Box[] => {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const isLevel = Math.abs(sine) < 1e-6 || Math.abs(cosine) < 1e-6
  const slices = isLevel ? 1 : Math.max(1, Math.ceil((right - left) / Math.max(2, bottom - top)))
  return Array.from({ length: slices }, (_, index) => {
    const from = left + ((right - left) * index) / slices
    const to = left + ((right - left) * (index + 1)) / slices
    const corners = [
      [from, top],
      [to, top],
      [to, bottom],
      [from, bottom],
    ] as const
    const xs = corners.map(([u, v]) => x + u * cosine - v * sine)
    const ys = corners.map(([u, v]) => y + u * sine + v * cosine)
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
  })
}

const lineHeight = 1.2

const roomOf = ({ halo, space, background }: WantedLabel): number =>
  (halo?.radius ?? 0) + space + (background ? background.margin : 0)

/** Lines one below the other, with the anchor at x y. */
const block = (
  label: WantedLabel,
  measure: Measure,
  at: { x: number; y: number; anchorX: number; anchorY: number; angle: number },
): Placement => {
  const { lines, font, size } = label
  const metrics = lines.map((line) => measure(line, font))
  const width = Math.max(...metrics.map((one) => one.width))
  const ascent = metrics[0]?.ascent ?? size
  const descent = metrics[0]?.descent ?? 0
  const step = size * lineHeight
  const height = ascent + descent + (lines.length - 1) * step
  const left = -at.anchorX * width
  const top = -(1 - at.anchorY) * height
  const [cosine, sine] = [Math.cos(at.angle), Math.sin(at.angle)]
  const placed = (u: number, v: number) => ({
    x: at.x + u * cosine - v * sine,
    y: at.y + u * sine + v * cosine,
  })
  const room = roomOf(label)
  return {
    pieces: lines.map((text, index) => {
      const own = metrics[index]?.width ?? 0
      return {
        text,
        ...placed(left + (width - own) * Math.min(1, Math.max(0, at.anchorX)), top + ascent + index * step),
        angle: at.angle,
        width: own,
      }
    }),
    boxes: boxesOf(at.x, at.y, at.angle, [left - room, top - room, left + width + room, top + height + room]),
    block: { ...placed(left + width / 2, top + height / 2), angle: at.angle, width, height },
  }
}

/** Read from left to right. */
const upright = (angle: number): number =>
  angle > Math.PI / 2 || angle <= -Math.PI / 2 ? angle + Math.PI : angle

const straight = (
  label: WantedLabel,
  place: Extract<WantedPlace, { kind: 'line' }>,
  middle: Placed,
  measure: Measure,
): Placement => {
  const angle = place.isAligned ? upright(middle.angle) : 0
  // Left of the line, whichever way the label is read.
  const x = middle.x + Math.sin(middle.angle) * place.offset
  const y = middle.y - Math.cos(middle.angle) * place.offset
  return block(label, measure, { x, y, anchorX: 0.5, anchorY: 0.5, angle })
}

/** null where the line bends too much. */
const curved = (
  label: WantedLabel,
  place: Extract<WantedPlace, { kind: 'line' }>,
  xy: Float64Array,
  from: number,
  width: number,
  measure: Measure,
): Placement | null => {
  const [text = ''] = label.lines
  const characters = [...text]
  const ends = walk(xy)
  const [first, last] = [ends(from), ends(from + width)]
  const isBackwards = last.x < first.x || (last.x === first.x && last.y > first.y)
  const along = walk(xy)
  const { ascent, descent } = measure(text, label.font)
  const rise = (ascent - descent) / 2
  const room = roomOf(label)
  const pieces: Piece[] = []
  const boxes: Box[] = []
  let distance = from
  let turned: number | null = null
  for (const character of isBackwards ? characters.toReversed() : characters) {
    const own = measure(character, label.font).width
    const at = along(distance + own / 2)
    distance += own
    const angle = isBackwards ? at.angle + Math.PI : at.angle
    if (turned !== null) {
      const turn = Math.abs(
        ((((angle - turned + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI,
      )
      if (turn > place.mostTurn) return null
    }
    turned = angle
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
    const lift = isBackwards ? -place.offset : place.offset
    // The middle of the letter's height lies on the line, or beside it.
    const [u, v] = [-own / 2, rise - lift]
    const x = at.x + u * cosine - v * sine
    const y = at.y + u * sine + v * cosine
    pieces.push({ text: character, x, y, angle, width: own })
    boxes.push(...boxesOf(x, y, angle, [-room, -ascent - room, own + room, descent + room]))
  }
  return { pieces, boxes, block: { x: first.x, y: first.y, angle: 0, width: 0, height: 0 } }
}

/** The longest part of a line within the box, as distances along it. */
const longestInside = (xy: Float64Array, box: Box): { from: number; to: number } | null => {
  let best: { from: number; to: number } | null = null
  let current: { from: number; to: number } | null = null
  let length = 0
  for (let i = 2; i < xy.length; i += 2) {
    const [x0, y0, x1, y1] = [xy[i - 2], xy[i - 1], xy[i], xy[i + 1]] as [number, number, number, number]
    const size = Math.hypot(x1 - x0, y1 - y0)
    // Long segments are looked at piece by piece.
    const pieces = Math.min(200, Math.max(1, Math.ceil(size / 8)))
    for (let piece = 0; piece < pieces; piece += 1) {
      const share = (piece + 0.5) / pieces
      const [x, y] = [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share]
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) {
        current = null
        continue
      }
      current ??= { from: length + (size * piece) / pieces, to: 0 }
      current.to = length + (size * (piece + 1)) / pieces
      if (best === null || current.to - current.from > best.to - best.from) best = current
    }
    length += size
  }
  return best && { ...best }
}

const mostRepeats = 200

const onLine = (
  label: WantedLabel,
  place: Extract<WantedPlace, { kind: 'line' }>,
  area: Box,
  measure: Measure,
): Placement[] => {
  const xy = withEnd(place.path)
  const total = lengthOf(place.path)
  const width = Math.max(...label.lines.map((line) => measure(line, label.font).width))
  if (total < width) return []
  const starts: number[] = []
  if (place.repeat === null) {
    const inside = longestInside(xy, area)
    if (inside === null) return []
    starts.push(Math.min(total - width, Math.max(0, (inside.from + inside.to - width) / 2)))
  } else {
    for (
      let at = place.initialGap;
      at + width <= total && starts.length < mostRepeats;
      at += width + place.repeat
    )
      starts.push(at)
  }
  const middles = walk(xy)
  return starts.flatMap((from) => {
    if (place.isCurved && label.lines.length === 1)
      return curved(label, place, xy, from, width, measure) ?? []
    return [straight(label, place, middles(from + width / 2), measure)]
  })
}

const candidates = (label: WantedLabel, area: Box, measure: Measure): Placement[] =>
  label.place.kind === 'point'
    ? [block(label, measure, label.place)]
    : onLine(label, label.place, area, measure)

// Drawing ------------------------------------------------------------------------------------------------

const drawBackground = (
  surface: Surface,
  { background }: WantedLabel,
  { block: around }: Placement,
): void => {
  if (background === null) return
  const { stamp, subject, margin, isStretched } = background
  within(surface, () => {
    const { context } = surface
    context.translate(around.x, around.y)
    context.rotate(around.angle)
    const { width, height } = stamp.size.of(subject)
    if (isStretched && width > 0 && height > 0)
      context.scale((around.width + 2 * margin) / width, (around.height + 2 * margin) / height)
    stamp.draw(surface, subject, 0, 0, Number.MIN_VALUE)
  })
}

const drawRule = ({ context }: Surface, { width }: Piece, y: number, thickness: number): void => {
  context.fillRect(0, y - thickness / 2, width, thickness)
}

const drawLabel = (surface: Surface, label: WantedLabel, placement: Placement): void => {
  const { halo, paint, font, size } = label
  drawBackground(surface, label, placement)
  within(surface, () => {
    const { context } = surface
    context.globalAlpha *= label.opacity
    context.font = font
    context.textAlign = 'left'
    context.textBaseline = 'alphabetic'
    context.lineJoin = 'round'
    context.setLineDash([])
    const each = (draw: (piece: Piece) => void) => {
      for (const piece of placement.pieces) {
        context.save()
        context.translate(piece.x, piece.y)
        if (piece.angle !== 0) context.rotate(piece.angle)
        draw(piece)
        context.restore()
      }
    }
    if (halo?.paint && halo.radius > 0) {
      context.strokeStyle = halo.paint
      context.lineWidth = 2 * halo.radius
      each(({ text }) => context.strokeText(text, 0, 0))
    }
    if (paint === null) return
    context.fillStyle = paint
    each((piece) => {
      context.fillText(piece.text, 0, 0)
      if (label.isUnderlined) drawRule(surface, piece, size * 0.12, Math.max(1, size / 14))
      if (label.isStruckThrough) drawRule(surface, piece, -size * 0.28, Math.max(1, size / 14))
    })
  })
}

/** More would be unreadable, and trying them all would take long. */
const mostLabels = 50_000
const labelsBetweenChecks = 32

/** Returns how many were drawn. */
export const placeLabels = (wanted: readonly WantedLabel[], surface: Surface, view: View): number => {
  const [left, top, right, bottom] = view.labelBox ?? [0, 0, view.width, view.height]
  const area: Box = { left, top, right, bottom }
  const order = wanted
    .slice(0, mostLabels)
    .map((label, index) => ({ label, index }))
    .sort((one, other) => other.label.priority - one.label.priority || one.index - other.index)
  const measure = createMeasure(surface.context)
  const taken = createTaken()
  const fits = ({ boxes }: Placement) =>
    boxes.every((box) => box.left >= left && box.top >= top && box.right <= right && box.bottom <= bottom)
  const placed: { label: WantedLabel; placement: Placement }[] = []
  for (const [count, { label }] of order.entries()) {
    if (count % labelsBetweenChecks === 0) surface.budget.check()
    for (const placement of candidates(label, area, measure)) {
      if (!fits(placement)) continue
      if (!label.mayOverlap && !placement.boxes.every(taken.isFree)) continue
      for (const box of placement.boxes) taken.add(box)
      placed.push({ label, placement })
    }
  }
  // The most important is drawn last, above those it may touch.
  for (const { label, placement } of placed.toReversed()) drawLabel(surface, label, placement)
  return placed.length
}
