/**
 * Puts labels where they do not lie over each other. In the box of a metatile each lies as a whole or not at all; a picture
 * of its own may cut those that belong to something at its edge, as QGIS does.
 */
import type { SKRSContext2D } from '@napi-rs/canvas'
import type { Graphic } from '../../styles/model.ts'
import type { PaintFeature } from './feature.ts'
import type { Path } from './geometry.ts'
import { lineSpots, longestInside, pieceOf } from './label-lines.ts'
import type { Places } from './label-places.ts'
import { type Box, choosePlaces, type Option, type Seeker } from './label-search.ts'
import { lengthOf, walk, withEnd } from './measure.ts'
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
      /** Where else it may be; null for nowhere. */
      places: Places | null
      /** Whether the label should not cover the points of other features. */
      avoidsPoints: boolean
    }
  | {
      kind: 'line'
      path: Path
      /** Pixels to the left of the line. */
      offset: number
      isCurved: boolean
      isAligned: boolean
      /** The offset is upwards on the picture, whichever way the line goes. */
      isOffsetUpwards: boolean
      /** Each so long piece of the line has a label; else labels have such a distance. */
      isChopped: boolean
      /** Pixels between labels; null for one label. */
      repeat: number | null
      initialGap: number
      /** From letter to letter. */
      mostTurn: number
    }

export type WantedLabel = {
  /** Whose label it is. */
  feature: PaintFeature['id']
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
  /** Of those with the same one is enough; null for all. */
  group: string | null
  /** Room around it in which no other label may be. */
  space: number
  place: WantedPlace
}

type Metrics = { width: number; ascent: number; descent: number }

const largeSize = 1000

const createMeasure = (context: SKRSContext2D) => {
  const known = new Map<string, Metrics>()
  let font = ''
  const heights = new Map<string, Omit<Metrics, 'width'>>()
  /** Whole pixels, as QGIS counts the height of lines; of a large size, because those of small ones are rounded already. */
  const heightsOf = (wanted: string): Omit<Metrics, 'width'> => {
    const present = heights.get(wanted)
    if (present) return present
    const [size, pixels = ''] = /([\d.]+)px/.exec(wanted) ?? ['']
    font = wanted.replace(size, `${largeSize}px`)
    context.font = font
    const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('M')
    const scaled = (length: number) => Math.ceil((length * Number(pixels)) / largeSize - 1e-6)
    const found = { ascent: scaled(fontBoundingBoxAscent), descent: scaled(fontBoundingBoxDescent) }
    heights.set(wanted, found)
    return found
  }
  return (text: string, wanted: string): Metrics => {
    const key = `${wanted}|${text}`
    const present = known.get(key)
    if (present) return present
    const { ascent, descent } = heightsOf(wanted)
    if (font !== wanted) context.font = wanted
    font = wanted
    const metrics = { width: context.measureText(text).width, ascent, descent }
    known.set(key, metrics)
    return metrics
  }
}
type Measure = ReturnType<typeof createMeasure>

/** A piece of text with its base line's left end, turned around it. */
type Piece = { text: string; x: number; y: number; angle: number; width: number }
type Placement = Option & {
  pieces: Piece[]
  boxes: Box[]
  /** The middle and size of the text, for what is drawn below it. */
  block: { x: number; y: number; angle: number; width: number; height: number }
}

/** Of a turned label's height. */
const tile = 1 / 3
const mostTiles = 60

/** The level boxes of a turned one: small tiles, so that a slanting label does not keep a square for itself. */
const boxesOf = (
  x: number,
  y: number,
  angle: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Box[] => {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const isLevel = Math.abs(sine) < 1e-6 || Math.abs(cosine) < 1e-6
  const side = Math.max(2, (bottom - top) * tile)
  const columns = isLevel ? 1 : Math.min(mostTiles, Math.max(1, Math.ceil((right - left) / side)))
  const rows = isLevel ? 1 : Math.round(1 / tile)
  const [width, height] = [(right - left) / columns, (bottom - top) / rows]
  const [acrossX, acrossY] = [Math.abs(width * cosine) / 2, Math.abs(width * sine) / 2]
  const [downX, downY] = [Math.abs(height * sine) / 2, Math.abs(height * cosine) / 2]
  return Array.from({ length: columns * rows }, (_, index) => {
    const u = left + ((index % columns) + 0.5) * width
    const v = top + (Math.floor(index / columns) + 0.5) * height
    const [centerX, centerY] = [x + u * cosine - v * sine, y + u * sine + v * cosine]
    return {
      left: centerX - acrossX - downX,
      top: centerY - acrossY - downY,
      right: centerX + acrossX + downX,
      bottom: centerY + acrossY + downY,
    }
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
    cost: 0,
  }
}

type LinePlace = Extract<WantedPlace, { kind: 'line' }>

const isBackwards = (angle: number): boolean => Math.cos(angle) < -1e-9

const straight = (
  label: WantedLabel,
  place: LinePlace,
  spot: { x: number; y: number; angle: number; cost: number },
  measure: Measure,
): Placement => {
  const turns = isBackwards(spot.angle)
  const angle = place.isAligned ? (turns ? spot.angle + Math.PI : spot.angle) : 0
  // Left of the line, whichever way the label is read; or upwards.
  const offset = turns && place.isOffsetUpwards ? -place.offset : place.offset
  const x = spot.x + Math.sin(spot.angle) * offset
  const y = spot.y - Math.cos(spot.angle) * offset
  return { ...block(label, measure, { x, y, anchorX: 0.5, anchorY: 0.5, angle }), cost: spot.cost }
}

/** null where the line bends too much. */
const curved = (
  label: WantedLabel,
  place: LinePlace,
  xy: Float64Array,
  from: number,
  width: number,
  measure: Measure,
): Placement | null => {
  const [text = ''] = label.lines
  const characters = [...text]
  const ends = walk(xy)
  const [first, last] = [ends(from), ends(from + width)]
  const turns = last.x < first.x || (last.x === first.x && last.y > first.y)
  // Left of the line as it goes is right of it as the label is read.
  const lift = turns && !place.isOffsetUpwards ? -place.offset : place.offset
  const along = walk(xy)
  const { ascent, descent } = measure(text, label.font)
  const rise = (ascent - descent) / 2
  const room = roomOf(label)
  const pieces: Piece[] = []
  const boxes: Box[] = []
  let distance = from
  let turned: number | null = null
  let bends = 0
  for (const character of turns ? characters.toReversed() : characters) {
    const own = measure(character, label.font).width
    // From where the letter begins to where it ends: over a corner it has a direction between both sides.
    const [begin, end] = [along(distance), along(distance + own)]
    distance += own
    const at = { x: (begin.x + end.x) / 2, y: (begin.y + end.y) / 2 }
    const direction = Math.atan2(end.y - begin.y, end.x - begin.x)
    const angle = turns ? direction + Math.PI : direction
    if (turned !== null) {
      const turn = Math.abs(
        ((((angle - turned + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI,
      )
      if (turn > place.mostTurn) return null
      bends += turn
    }
    turned = angle
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
    // The middle of the letter's height lies on the line, or beside it.
    const [u, v] = [-own / 2, rise - lift]
    const x = at.x + u * cosine - v * sine
    const y = at.y + u * sine + v * cosine
    pieces.push({ text: character, x, y, angle, width: own })
    boxes.push(...boxesOf(x, y, angle, [-room, -ascent - room, own + room, descent + room]))
  }
  const middle = walk(xy)(from + width / 2)
  const turn = turns ? middle.angle + Math.PI : middle.angle
  return {
    pieces,
    boxes,
    block: {
      x: middle.x + lift * Math.sin(turn),
      y: middle.y - lift * Math.cos(turn),
      angle: turn,
      width,
      height: ascent + descent,
    },
    cost: bends / Math.max(1, characters.length - 1) / 100,
  }
}

const mostRepeats = 200

/** Of what is dearer for being further from the middle. */
const curvedFromMiddle = 0.1

const alongPiece = (
  label: WantedLabel,
  place: LinePlace,
  xy: Float64Array,
  width: number,
  measure: Measure,
): Placement[] => {
  const height = Math.max(1, measure(label.lines[0] ?? '', label.font).ascent)
  const isCurved = place.isCurved && label.lines.length === 1
  const placements = lineSpots(xy, { width, height, isStraight: place.isAligned && !isCurved }).flatMap(
    (spot) => {
      if (!isCurved) return [straight(label, place, spot, measure)]
      const placement = curved(label, place, xy, spot.from, width, measure)
      return placement ? [{ ...placement, cost: placement.cost + curvedFromMiddle * spot.fromMiddle }] : []
    },
  )
  return placements.sort((one, other) => one.cost - other.cost)
}

/** For each label that the line may have, its places. */
const onLine = (label: WantedLabel, place: LinePlace, area: Box, measure: Measure): Placement[][] => {
  const xy = withEnd(place.path)
  const total = lengthOf(place.path)
  const width = Math.max(...label.lines.map((line) => measure(line, label.font).width))
  if (total < width && place.isAligned) return []
  const { repeat } = place
  if (repeat === null || place.isChopped) {
    const inside = longestInside(xy, area)
    if (inside === null) return []
    const length = inside.to - inside.from
    const least = repeat === null ? length : repeat * Math.max(1, Math.ceil(width / repeat))
    // Pieces of one length, so that no label is pushed to an end.
    const count = Math.min(mostRepeats, Math.max(1, Math.floor(length / least + 1e-6)))
    const step = length / count
    return Array.from({ length: count }, (_, index) => {
      const from = inside.from + index * step
      return alongPiece(label, place, pieceOf(xy, from, Math.min(inside.to, from + step)), width, measure)
    })
  }
  const repeated: Placement[][] = []
  const middles = walk(xy)
  for (
    let from = place.initialGap;
    from + width <= total && repeated.length < mostRepeats;
    from += width + repeat
  ) {
    if (place.isCurved && label.lines.length === 1) {
      const placement = curved(label, place, xy, from, width, measure)
      if (placement) repeated.push([placement])
    } else repeated.push([straight(label, place, { ...middles(from + width / 2), cost: 0 }, measure)])
  }
  return repeated
}

const atPoint = (
  label: WantedLabel,
  place: Extract<WantedPlace, { kind: 'point' }>,
  measure: Measure,
): Placement[] => {
  const named = block(label, measure, place)
  if (place.places === null) return [named]
  const { width, height } = named.block
  return place
    .places(width, height)
    .map(({ dx, dy, cost }) => ({
      ...block(label, measure, {
        x: place.x + dx,
        y: place.y + dy,
        anchorX: 0.5,
        anchorY: 0.5,
        angle: place.angle,
      }),
      cost,
    }))
    .sort((one, other) => one.cost - other.cost)
}

const candidates = (label: WantedLabel, area: Box, measure: Measure): Placement[][] =>
  label.place.kind === 'point'
    ? [atPoint(label, label.place, measure)]
    : onLine(label, label.place, area, measure)

// Points that labels should not cover --------------------------------------------------------------------

type Spot = { x: number; y: number; feature: PaintFeature['id'] }

const spotCell = 64
/** Where all places of a label cover something, what is left of them is as dear as the dearest that covers nothing. */
const coveringCost = 0.0021

/** As QGIS: only those places are left that cover least. */
const leastCovering = <Found extends Option>(
  options: readonly Found[],
  count: (option: Found) => number,
): Found[] => {
  const counts = options.map(count)
  const least = Math.min(...counts)
  return options
    .filter((_, at) => counts[at] === least)
    .map((option) => (least > 0 ? { ...option, cost: coveringCost } : option))
    .sort((one, other) => one.cost - other.cost)
}

const createSpots = (wanted: readonly WantedLabel[]) => {
  const cells = new Map<number, Spot[]>()
  const keyOf = (x: number, y: number) => Math.floor(x / spotCell) * 100_003 + Math.floor(y / spotCell)
  for (const { place, feature } of wanted) {
    if (place.kind !== 'point' || !place.avoidsPoints) continue
    const key = keyOf(place.x, place.y)
    const present = cells.get(key)
    if (present) present.push({ x: place.x, y: place.y, feature })
    else cells.set(key, [{ x: place.x, y: place.y, feature }])
  }
  return (boxes: readonly Box[], own: PaintFeature['id']): number => {
    let count = 0
    for (const { left, top, right, bottom } of boxes)
      for (let x = Math.floor(left / spotCell); x <= Math.floor(right / spotCell); x += 1)
        for (let y = Math.floor(top / spotCell); y <= Math.floor(bottom / spotCell); y += 1)
          for (const spot of cells.get(x * 100_003 + y) ?? [])
            if (spot.feature !== own && spot.x > left && spot.x < right && spot.y > top && spot.y < bottom)
              count += 1
    return count
  }
}

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

/** Where a label lies: the middle of its text, turned by the angle in radians, clockwise. */
export type PlacedLabel = {
  feature: PaintFeature['id']
  text: string
  x: number
  y: number
  width: number
  height: number
  angle: number
}

const reported = ({ label, placement }: { label: WantedLabel; placement: Placement }): PlacedLabel => ({
  feature: label.feature,
  text: label.lines.join('\n'),
  ...placement.block,
})

type Wish = { label: WantedLabel; options: Placement[] }

export const placeLabels = (wanted: readonly WantedLabel[], surface: Surface, view: View): PlacedLabel[] => {
  const [left, top, right, bottom] = view.labelBox ?? [0, 0, view.width, view.height]
  const area: Box = { left, top, right, bottom }
  const measure = createMeasure(surface.context)
  const covered = createSpots(wanted)
  const isInside = ({ boxes }: Placement) =>
    boxes.every((box) => box.left >= left && box.top >= top && box.right <= right && box.bottom <= bottom)
  const isSeen = ({ boxes }: Placement) =>
    boxes.some((box) => box.left < right && box.top < bottom && box.right > left && box.bottom > top)
  const mayBe = ({ place }: WantedLabel, placement: Placement): boolean => {
    if (view.labelBox !== null) return isInside(placement)
    if (place.kind === 'line') return isSeen(placement)
    return place.x >= left && place.x <= right && place.y >= top && place.y <= bottom && isSeen(placement)
  }
  const wishes: Wish[] = []
  for (const [count, label] of wanted.slice(0, mostLabels).entries()) {
    if (count % labelsBetweenChecks === 0) surface.budget.check()
    for (const found of candidates(label, area, measure)) {
      const options = found.filter((placement) => mayBe(label, placement))
      if (options.length === 0) continue
      const avoids = label.place.kind === 'point' && label.place.avoidsPoints && options.length > 1
      wishes.push({
        label,
        options: avoids ? leastCovering(options, (option) => covered(option.boxes, label.feature)) : options,
      })
    }
  }
  const chosen = choosePlaces(
    wishes.map(
      ({ label: { priority, mayOverlap, group }, options }): Seeker<Placement> => ({
        options,
        priority,
        mayOverlap,
        group,
      }),
    ),
    surface.budget,
  )
  const placed = wishes.flatMap(({ label, options }, index) => {
    const placement = options[chosen[index] ?? -1]
    return placement ? [{ label, placement }] : []
  })
  placed.sort((one, other) => other.label.priority - one.label.priority)
  // The most important is drawn last, above those it may touch.
  for (const { label, placement } of placed.toReversed()) drawLabel(surface, label, placement)
  return placed.map(reported)
}
