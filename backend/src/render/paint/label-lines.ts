/** Where along a line a label may be, at the costs of QGIS 3.22: on straight stretches, near their middle and the line's. */
import type { Box } from './label-search.ts'
import { walk } from './measure.ts'

/** The longest part of a line within the box, as distances along it. */
export const longestInside = (xy: Float64Array, box: Box): { from: number; to: number } | null => {
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

/** The part of a line between two distances along it. */
export const pieceOf = (xy: Float64Array, from: number, to: number): Float64Array => {
  const at = walk(xy)
  const start = at(from)
  const kept = [start.x, start.y]
  let length = 0
  for (let i = 2; i < xy.length && length < to; i += 2) {
    length += Math.hypot(
      (xy[i] as number) - (xy[i - 2] as number),
      (xy[i + 1] as number) - (xy[i - 1] as number),
    )
    if (length > from && length < to) kept.push(xy[i] as number, xy[i + 1] as number)
  }
  const end = at(to)
  kept.push(end.x, end.y)
  return Float64Array.from(kept)
}

export type LineSpot = {
  /** The middle of the label and its direction. */
  x: number
  y: number
  angle: number
  cost: number
  /** Where along the line it begins. */
  from: number
  /** 0 in the middle of the line, 0.5 at its ends. */
  fromMiddle: number
}

/** QGIS tries so many places along a line. */
const steps = 50
const hardBend = Math.PI / 4

type Stretch = { from: number; to: number }

/** Between bends that a label does not go over. */
const stretchesOf = (xy: Float64Array): Stretch[] => {
  const stretches: Stretch[] = []
  let [from, length] = [0, 0]
  let before: number | null = null
  for (let i = 2; i < xy.length; i += 2) {
    const [dx, dy] = [
      (xy[i] as number) - (xy[i - 2] as number),
      (xy[i + 1] as number) - (xy[i - 1] as number),
    ]
    const size = Math.hypot(dx, dy)
    if (size === 0) continue
    const angle = Math.atan2(dy, dx)
    if (before !== null && Math.cos(angle - before) < Math.cos(hardBend)) {
      stretches.push({ from, to: length })
      from = length
    }
    before = angle
    length += size
  }
  return [...stretches, { from, to: length }]
}

const lengthAlong = (xy: Float64Array): number => {
  let length = 0
  for (let i = 2; i < xy.length; i += 2)
    length += Math.hypot(
      (xy[i] as number) - (xy[i - 2] as number),
      (xy[i + 1] as number) - (xy[i - 1] as number),
    )
  return length
}

type Size = {
  width: number
  height: number
  /** Whether the label lies along the line, and straight. */
  isStraight: boolean
}

export const lineSpots = (xy: Float64Array, { width, height, isStraight }: Size): LineSpot[] => {
  const total = lengthAlong(xy)
  const step = Math.max(total / 200, Math.min(total / (steps + 1), height, width))
  const isClosed = xy[0] === xy.at(-2) && xy[1] === xy.at(-1)

  const spotsIn = ({ from, to }: Stretch, extra: (middle: number) => number): LineSpot[] => {
    const [begin, end, middle] = [walk(xy), walk(xy), walk(xy)]
    const spots: LineSpot[] = []
    const room = to - from - width
    // The middle is a place whatever the steps are.
    const count = Math.max(0, Math.floor(room / 2 / step))
    for (let index = -count; index <= count; index += 1) {
      const at = room < 0 ? from + room / 2 : Math.max(from, from + room / 2 + index * step)
      const [one, other] = [begin(at), end(at + width)]
      const chord = Math.hypot(other.x - one.x, other.y - one.y)
      const bent = chord / width > 0.98 ? 0.0001 : (1 - chord / width) / 100
      const center = middle(at + width / 2)
      spots.push({
        x: isStraight ? (one.x + other.x) / 2 : center.x,
        y: isStraight ? (one.y + other.y) / 2 : center.y,
        angle: Math.atan2(other.y - one.y, other.x - one.x),
        cost: bent + extra(at + width / 2),
        from: at,
        fromMiddle: Math.abs(total / 2 - at - width / 2) / total,
      })
    }
    return spots
  }

  const fromCenter = (middle: number) => (isClosed ? 0 : (Math.abs(middle - total / 2) / total) * 0.001)
  const stretches = isStraight ? stretchesOf(xy) : []
  const longest = Math.max(0, ...stretches.map(({ from, to }) => to - from))
  const straight = stretches
    .filter(({ from, to }) => to - from >= width)
    .flatMap((stretch) => {
      const length = stretch.to - stretch.from
      const own = (stretch.from + stretch.to) / 2
      return spotsIn(
        stretch,
        (middle) =>
          (Math.abs(middle - own) / length) * 0.001 +
          fromCenter(middle) +
          ((longest - length) / longest) * 0.0005,
      )
    })
  return straight.length > 0 ? straight : spotsIn({ from: 0, to: total }, fromCenter)
}
