/**
 * The outlines of lines as wide as a pen, as Qt's stroker makes them: inner corners run through the vertex, and mitres that
 * reach too far are cut. What is inside is what edges turn around at least once.
 */
import { type EdgeList, makeRoom } from './edges.ts'
import type { DrawnPen } from './pen.ts'

/** Times the width: as far as a mitre runs beyond its corner, along either side. */
const longestMitre = 2

/** Square pixels; corners that differ by less are not mended. */
const smallestCorner = 0.02

/** Pixels between an arc and its chords. */
const roughness = 0.1

/** Segments of the line that is drawn: where each begins, and how far its left side lies from it. */
let segments = new Float64Array(1024)
const numbersEach = 4

const readSegments = (xy: Float64Array, isClosed: boolean, half: number): number => {
  const { length } = xy
  const most = (length / 2 + 1) * numbersEach
  if (segments.length < most) segments = new Float64Array(2 * most)
  const found = segments
  let count = 0
  let fromX = xy[0] as number
  let fromY = xy[1] as number
  for (let i = 2; i < (isClosed ? length + 2 : length); i += 2) {
    const x = xy[i < length ? i : 0] as number
    const y = xy[i < length ? i + 1 : 1] as number
    const dx = x - fromX
    const dy = y - fromY
    const size = Math.sqrt(dx * dx + dy * dy)
    if (!(size > 1e-9)) continue
    const at = count * numbersEach
    found[at] = fromX
    found[at + 1] = fromY
    found[at + 2] = (dy / size) * half
    found[at + 3] = (-dx / size) * half
    count += 1
    fromX = x
    fromY = y
  }
  // Where the last one ends.
  found[count * numbersEach] = fromX
  found[count * numbersEach + 1] = fromY
  return count
}

const put = ({ xy, used }: EdgeList, fromX: number, fromY: number, toX: number, toY: number): void => {
  xy[used] = fromX
  xy[used + 1] = fromY
  xy[used + 2] = toX
  xy[used + 3] = toY
}

/** Around a place, from one distance to another, clockwise. */
const addArc = (list: EdgeList, x: number, y: number, fromU: number, fromV: number, turn: number): void => {
  const radius = Math.hypot(fromU, fromV)
  const chord = 2 * Math.acos(Math.max(0.5, 1 - roughness / radius))
  const steps = Math.max(1, Math.ceil(turn / chord))
  const [cosine, sine] = [Math.cos(turn / steps), Math.sin(turn / steps)]
  makeRoom(list, 4 * steps)
  let [u, v] = [fromU, fromV]
  for (let step = 0; step < steps; step += 1) {
    const nextU = u * cosine - v * sine
    const nextV = u * sine + v * cosine
    put(list, x + u, y + v, x + nextU, y + nextV)
    list.used += 4
    u = nextU
    v = nextV
  }
}

/** The outer side of a corner between two segments, where they are not joined by a straight edge. */
const addJoin = (list: EdgeList, before: number, after: number, isRound: boolean): void => {
  const here = after * numbersEach
  const x = segments[here] as number
  const y = segments[here + 1] as number
  const [beforeU, beforeV] = [segments[before * numbersEach + 2], segments[before * numbersEach + 3]] as [
    number,
    number,
  ]
  const [afterU, afterV] = [segments[here + 2], segments[here + 3]] as [number, number]
  const isLeft = beforeU * afterV - beforeV * afterU > 0
  // The right side runs against the line.
  const [u, v] = isLeft ? [beforeU, beforeV] : [-afterU, -afterV]
  const [nextU, nextV] = isLeft ? [afterU, afterV] : [-beforeU, -beforeV]
  const cosine = (u * nextU + v * nextV) / (u * u + v * v)
  if (isRound) {
    addArc(list, x, y, u, v, Math.acos(Math.min(1, Math.max(-1, cosine))))
    return
  }
  // Along the sides, from where they end to where they meet, in halves of the width.
  const beyond = cosine > -0.9999 ? Math.sqrt((1 - cosine) / (1 + cosine)) : Number.POSITIVE_INFINITY
  const along = Math.min(beyond, 2 * longestMitre)
  // A side's direction is its distance from the line, turned by a right angle.
  const tipX = x + u - v * along
  const tipY = y + v + u * along
  const cutX = x + nextU + nextV * along
  const cutY = y + nextV - nextU * along
  makeRoom(list, 12)
  put(list, x + u, y + v, tipX, tipY)
  list.used += 4
  if (beyond > along) {
    put(list, tipX, tipY, cutX, cutY)
    list.used += 4
  }
  put(list, cutX, cutY, x + nextU, y + nextV)
  list.used += 4
}

/** From a distance to its opposite, around the end that lies in front of it. */
const addEnd = (list: EdgeList, place: number, side: number, sense: 1 | -1, cap: DrawnPen['cap']): void => {
  const x = segments[place * numbersEach] as number
  const y = segments[place * numbersEach + 1] as number
  const u = sense * (segments[side * numbersEach + 2] as number)
  const v = sense * (segments[side * numbersEach + 3] as number)
  if (cap === 'round') {
    addArc(list, x, y, u, v, Math.PI)
    return
  }
  makeRoom(list, 12)
  if (cap === 'butt') {
    put(list, x + u, y + v, x - u, y - v)
    list.used += 4
    return
  }
  put(list, x + u, y + v, x + u - v, y + v + u)
  list.used += 4
  put(list, x + u - v, y + v + u, x - u - v, y - v + u)
  list.used += 4
  put(list, x - u - v, y - v + u, x - u, y - v)
  list.used += 4
}

export const addOutline = (list: EdgeList, path: Float64Array, isClosed: boolean, pen: DrawnPen): void => {
  const half = pen.width / 2
  const { join, cap } = pen
  const count = readSegments(path, isClosed, half)
  if (count === 0) {
    // A line without length is a dot, where its ends are not cut off.
    if (cap === 'butt') return
    segments[2] = 0
    segments[3] = -half
    addEnd(list, 0, 0, 1, cap)
    addEnd(list, 0, 0, -1, cap)
    return
  }
  const found = segments
  for (let segment = 0; segment < count; segment += 1) {
    makeRoom(list, 16)
    const at = segment * numbersEach
    const x = found[at] as number
    const y = found[at + 1] as number
    const u = found[at + 2] as number
    const v = found[at + 3] as number
    const nextX = found[at + 4] as number
    const nextY = found[at + 5] as number
    put(list, x + u, y + v, nextX + u, nextY + v)
    list.used += 4
    put(list, nextX - u, nextY - v, x - u, y - v)
    list.used += 4
    if (segment === 0 && !isClosed) continue
    const before = segment === 0 ? count - 1 : segment - 1
    const beforeU = found[before * numbersEach + 2] as number
    const beforeV = found[before * numbersEach + 3] as number
    const cross = beforeU * v - beforeV * u
    const isStraight = Math.abs(cross) < smallestCorner && beforeU * u + beforeV * v > 0
    const isLeft = cross > 0
    // The side that is outside of the corner.
    if (isStraight || (join === 'bevel' && isLeft)) {
      put(list, x + beforeU, y + beforeV, x + u, y + v)
      list.used += 4
    }
    if (isStraight || (join === 'bevel' && !isLeft)) {
      put(list, x - u, y - v, x - beforeU, y - beforeV)
      list.used += 4
    }
    if (isStraight) continue
    if (join !== 'bevel') {
      addJoin(list, before, segment, join === 'round')
      makeRoom(list, 8)
    }
    // The side inside of it, through the vertex.
    if (isLeft) {
      put(list, x - u, y - v, x, y)
      list.used += 4
      put(list, x, y, x - beforeU, y - beforeV)
    } else {
      put(list, x + beforeU, y + beforeV, x, y)
      list.used += 4
      put(list, x, y, x + u, y + v)
    }
    list.used += 4
  }
  if (isClosed) return
  addEnd(list, count, count - 1, 1, cap)
  addEnd(list, 0, 0, -1, cap)
}
