/** Cuts lines and rings at a box. */
import type { Path } from './geometry.ts'

export type PixelBox = { left: number; top: number; right: number; bottom: number }

const cutSide = (xy: Float64Array, axis: 0 | 1, limit: number, isLower: boolean): Float64Array => {
  const count = xy.length / 2
  const kept: number[] = []
  for (let i = 0; i < count; i += 1) {
    const j = i + 1 === count ? 0 : i + 1
    const a = xy[2 * i + axis] as number
    const b = xy[2 * j + axis] as number
    const isIn = isLower ? a >= limit : a <= limit
    const isNextIn = isLower ? b >= limit : b <= limit
    if (isIn) kept.push(xy[2 * i] as number, xy[2 * i + 1] as number)
    if (isIn === isNextIn) continue
    const c = xy[2 * i + 1 - axis] as number
    const d = xy[2 * j + 1 - axis] as number
    const crossing = c + ((limit - a) / (b - a)) * (d - c)
    if (axis === 0) kept.push(limit, crossing)
    else kept.push(crossing, limit)
  }
  return Float64Array.from(kept)
}

/** By Sutherland and Hodgman; a concave ring may run along the box twice, outside the picture. */
export const cutRing = (ring: Float64Array, { left, top, right, bottom }: PixelBox): Float64Array =>
  cutSide(cutSide(cutSide(cutSide(ring, 0, left, true), 0, right, false), 1, top, true), 1, bottom, false)

/** By Liang and Barsky: the part of a segment inside, as shares of its length; null when there is none. */
const insideOf = (
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  { left, top, right, bottom }: PixelBox,
): [number, number] | null => {
  let from = 0
  let to = 1
  const sides: [number, number][] = [
    [x0 - x1, x0 - left],
    [x1 - x0, right - x0],
    [y0 - y1, y0 - top],
    [y1 - y0, bottom - y0],
  ]
  for (const [p, q] of sides) {
    if (p === 0) {
      if (q < 0) return null
      continue
    }
    const t = q / p
    if (p < 0) from = Math.max(from, t)
    else to = Math.min(to, t)
    if (from > to) return null
  }
  return [from, to]
}

/** The parts of a line, or of a closed one, inside the box; each knows how far along the line it begins. */
export const cutLine = (xy: Float64Array, box: PixelBox, isClosed: boolean): Path[] => {
  const parts: Path[] = []
  let current: number[] = []
  let start = 0
  let length = 0
  const finish = () => {
    if (current.length >= 4) parts.push({ xy: Float64Array.from(current), isClosed: false, from: start })
    current = []
  }
  const count = xy.length / 2
  const segments = isClosed ? count : count - 1
  for (let i = 0; i < segments; i += 1) {
    const j = (i + 1) % count
    const x0 = xy[2 * i] as number
    const y0 = xy[2 * i + 1] as number
    const x1 = xy[2 * j] as number
    const y1 = xy[2 * j + 1] as number
    const size = Math.hypot(x1 - x0, y1 - y0)
    const inside = insideOf(x0, y0, x1, y1, box)
    if (inside === null) finish()
    else {
      const [from, to] = inside
      if (current.length === 0) {
        start = length + from * size
        current.push(x0 + from * (x1 - x0), y0 + from * (y1 - y0))
      }
      current.push(x0 + to * (x1 - x0), y0 + to * (y1 - y0))
      if (to < 1) finish()
    }
    length += size
  }
  finish()
  return parts
}
