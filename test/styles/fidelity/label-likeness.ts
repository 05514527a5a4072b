/** How alike two sets of labels are: by number, text and place, not by pixels. */
import type { PlacedLabel } from '../../../backend/src/render/paint/label-placement.ts'
import type { Case, TheirLabel } from './cases.ts'

type Spot = { key: string; x: number; y: number; height: number }

export type LabelLikeness = {
  theirs: number
  ours: number
  /** Of their labels: those that we have at the same place, and those that we have at all. */
  near: number
  same: number
  /** Pairs of our labels that lie over each other. */
  overlaps: number
}

const keyOf = (feature: number | string | null, text: string): string =>
  `${feature} ${text.replace(/\s+/g, ' ').trim()}`

/** QGIS tells the letters of a curved label one by one, each with the whole text. */
const theirSpots = ({ labels, box, size }: Case): Spot[] => {
  const perX = size[0] / (box[2] - box[0])
  const perY = size[1] / (box[3] - box[1])
  const spots = labels.map(({ feature, text, corners, width, height }: TheirLabel) => ({
    key: keyOf(feature, text),
    letters: [...text].length,
    isLetter: [...text].length > 1 && width < 1.5 * height && corners.length === 4,
    x: (corners.reduce((sum, [x]) => sum + x, 0) / corners.length - box[0]) * perX,
    y: (box[3] - corners.reduce((sum, [, y]) => sum + y, 0) / corners.length) * perY,
    height: height * perY,
  }))
  const whole: Spot[] = []
  for (let at = 0; at < spots.length; ) {
    const first = spots[at]
    if (first === undefined) break
    const group = spots.slice(at, at + first.letters)
    const isSpelled =
      first.isLetter &&
      group.length === first.letters &&
      group.every(({ key, isLetter }) => key === first.key && isLetter)
    const parts = isSpelled ? group : [first]
    whole.push({
      key: first.key,
      x: parts.reduce((sum, { x }) => sum + x, 0) / parts.length,
      y: parts.reduce((sum, { y }) => sum + y, 0) / parts.length,
      height: first.height,
    })
    at += parts.length
  }
  return whole
}

const cornersOf = ({ x, y, width, height, angle }: PlacedLabel): [number, number][] => {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  // A shade smaller: labels that touch do not lie over each other.
  const [w, h] = [Math.max(0, width / 2 - 1), Math.max(0, height / 2 - 1)]
  return [
    [-w, -h],
    [w, -h],
    [w, h],
    [-w, h],
  ].map(([u = 0, v = 0]) => [x + u * cosine - v * sine, y + u * sine + v * cosine])
}

/** By the separating axes of both. */
const meet = (one: PlacedLabel, other: PlacedLabel): boolean => {
  const [a, b] = [cornersOf(one), cornersOf(other)]
  return [one.angle, one.angle + Math.PI / 2, other.angle, other.angle + Math.PI / 2].every((angle) => {
    const along = ([x, y]: [number, number]) => x * Math.cos(angle) + y * Math.sin(angle)
    const [p, q] = [a.map(along), b.map(along)]
    return Math.max(...p) > Math.min(...q) && Math.max(...q) > Math.min(...p)
  })
}

const overlapsIn = (labels: readonly PlacedLabel[]): number => {
  let count = 0
  for (const [index, one] of labels.entries())
    for (const other of labels.slice(index + 1)) if (meet(one, other)) count += 1
  return count
}

const NEAR_PX = 3

export const labelLikeness = (one: Case, ours: readonly PlacedLabel[]): LabelLikeness => {
  const theirs = theirSpots(one)
  const left = ours.map((label) => ({ key: keyOf(label.feature, label.text), x: label.x, y: label.y }))
  let [near, same] = [0, 0]
  for (const spot of theirs) {
    let best = -1
    let bestAway = Number.POSITIVE_INFINITY
    for (const [index, { key, x, y }] of left.entries()) {
      const away = Math.hypot(x - spot.x, y - spot.y)
      if (key === spot.key && away < bestAway) [best, bestAway] = [index, away]
    }
    if (best < 0) continue
    left.splice(best, 1)
    same += 1
    if (bestAway <= Math.max(NEAR_PX, spot.height)) near += 1
  }
  return { theirs: theirs.length, ours: ours.length, near, same, overlaps: overlapsIn(ours) }
}
