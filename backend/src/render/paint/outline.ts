/**
 * The outlines of lines as wide as a pen, as Qt's stroker makes them: inner corners run through the vertex, and mitres that
 * reach too far are cut. What is inside is what edges turn around at least once.
 */
import type { DrawnPen } from './pen.ts'

type AddEdge = (fromX: number, fromY: number, toX: number, toY: number) => void

/** Times the width: as far as a mitre runs beyond its corner, along either side. */
const longestMitre = 2

/** Square pixels; corners that differ by less are not mended. */
const smallestCorner = 0.02

/** Pixels between an arc and its chords. */
const roughness = 0.1

/** From one side of a vertex to another, clockwise where `turn` is positive. */
const addArc = (add: AddEdge, x: number, y: number, fromX: number, fromY: number, turn: number): void => {
  const radius = Math.hypot(fromX, fromY)
  const chord = 2 * Math.acos(Math.max(0.5, 1 - roughness / radius))
  const steps = Math.max(1, Math.ceil(Math.abs(turn) / chord))
  const [cosine, sine] = [Math.cos(turn / steps), Math.sin(turn / steps)]
  let [u, v] = [fromX, fromY]
  for (let step = 0; step < steps; step += 1) {
    const nextU = u * cosine - v * sine
    const nextV = u * sine + v * cosine
    add(x + u, y + v, x + nextU, y + nextV)
    u = nextU
    v = nextV
  }
}

/** Half the distance that a line reaches to its sides, and its corners beyond them. */
export const reachOfPen = ({ width, join, cap }: DrawnPen): number =>
  (width / 2) * (join === 'miter' ? Math.hypot(1, 2 * longestMitre) : cap === 'square' ? Math.SQRT2 : 1)

export const addOutline = (add: AddEdge, xy: Float64Array, isClosed: boolean, pen: DrawnPen): void => {
  const half = pen.width / 2
  const { join, cap } = pen
  const { length } = xy

  const outer = (
    x: number,
    y: number,
    u: number,
    v: number,
    nextU: number,
    nextV: number,
    cosine: number,
    turn: number,
  ) => {
    if (join === 'round') {
      addArc(add, x, y, u, v, turn)
      return
    }
    if (join === 'bevel') {
      add(x + u, y + v, x + nextU, y + nextV)
      return
    }
    // Along the sides, from where they end to where they meet: half · tan(turn / 2).
    const beyond = cosine > -0.9999 ? Math.sqrt((1 - cosine) / (1 + cosine)) : Number.POSITIVE_INFINITY
    const along = Math.min(beyond, 2 * longestMitre)
    // A side's direction is its distance from the line, turned by a right angle.
    const tipX = x + u - v * along
    const tipY = y + v + u * along
    add(x + u, y + v, tipX, tipY)
    if (beyond > along) {
      const cutX = x + nextU + nextV * along
      const cutY = y + nextV - nextU * along
      add(tipX, tipY, cutX, cutY)
      add(cutX, cutY, x + nextU, y + nextV)
    } else add(tipX, tipY, x + nextU, y + nextV)
  }

  /** (u, v) is left of the line. */
  const corner = (x: number, y: number, u: number, v: number, nextU: number, nextV: number) => {
    const cross = u * nextV - v * nextU
    if (Math.abs(cross) < smallestCorner && u * nextU + v * nextV > 0) {
      add(x + u, y + v, x + nextU, y + nextV)
      add(x - nextU, y - nextV, x - u, y - v)
      return
    }
    const cosine = (u * nextU + v * nextV) / (half * half)
    const turn = Math.acos(Math.min(1, Math.max(-1, cosine)))
    if (cross > 0) {
      outer(x, y, u, v, nextU, nextV, cosine, turn)
      add(x - nextU, y - nextV, x, y)
      add(x, y, x - u, y - v)
    } else {
      outer(x, y, -nextU, -nextV, -u, -v, cosine, turn)
      add(x + u, y + v, x, y)
      add(x, y, x + nextU, y + nextV)
    }
  }

  /** From (u, v) to its opposite, around the end that lies in front of it. */
  const end = (x: number, y: number, u: number, v: number) => {
    if (cap === 'butt') add(x + u, y + v, x - u, y - v)
    else if (cap === 'round') addArc(add, x, y, u, v, Math.PI)
    else {
      add(x + u, y + v, x + u - v, y + v + u)
      add(x + u - v, y + v + u, x - u - v, y - v + u)
      add(x - u - v, y - v + u, x - u, y - v)
    }
  }

  let fromX = xy[0] as number
  let fromY = xy[1] as number
  let [firstU, firstV, u, v] = [0, 0, 0, 0]
  let hasBegun = false
  const segment = (toX: number, toY: number) => {
    const [dx, dy] = [toX - fromX, toY - fromY]
    const size = Math.sqrt(dx * dx + dy * dy)
    if (!(size > 1e-9)) return
    const nextU = (dy / size) * half
    const nextV = (-dx / size) * half
    if (hasBegun) corner(fromX, fromY, u, v, nextU, nextV)
    else {
      firstU = nextU
      firstV = nextV
      hasBegun = true
    }
    add(fromX + nextU, fromY + nextV, toX + nextU, toY + nextV)
    add(toX - nextU, toY - nextV, fromX - nextU, fromY - nextV)
    u = nextU
    v = nextV
    fromX = toX
    fromY = toY
  }
  for (let i = 2; i < length; i += 2) segment(xy[i] as number, xy[i + 1] as number)
  if (isClosed) segment(xy[0] as number, xy[1] as number)
  if (!hasBegun) {
    // A line without length is a dot, where its ends are not cut off.
    if (cap === 'butt') return
    end(fromX, fromY, 0, -half)
    end(fromX, fromY, 0, half)
    return
  }
  if (isClosed) corner(fromX, fromY, u, v, firstU, firstV)
  else {
    end(fromX, fromY, u, v)
    end(xy[0] as number, xy[1] as number, -firstU, -firstV)
  }
}
