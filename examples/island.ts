/** The island as the layers use it: its coast, and the land and sea beside a stretch of it. */
import { coastlineDegrees } from './geography.ts'
import {
  around,
  beside,
  between,
  flatten,
  isInside,
  nearestIndex,
  type Position,
  type Random,
  resample,
  roughen,
  seededRandom,
  selfIntersects,
  smooth,
  toMetres,
} from './shapes.ts'

const close = (ring: readonly Position[]) => [...ring, ring[0] as Position]

/** The coast in metres, clockwise, not closed. */
export const coast: Position[] = roughen(
  close(smooth(coastlineDegrees.map(toMetres), { closed: true })),
  seededRandom(1979),
  { amount: 0.13, times: 1 },
).slice(0, -1)

if (selfIntersects(coast)) throw new Error('The coastline crosses itself; correct geography.ts.')

/** A point every 60 m or so. */
const fineCoast = resample(close(coast), 60)
/** The trend of the coast: what reefs and coast roads follow. */
export const coastTrend = flatten(fineCoast, 9)
const nearTrend = flatten(fineCoast, 2)

export const isOnLand = (point: Position) => isInside(point, coast)
export const coastIndexNear = (place: Position) => nearestIndex(coast, toMetres(place))

/**
 * A strip along the coast around a place: from `from` to `to` metres out to sea (negative: inland), `length` metres long,
 * narrowing to its ends and uneven at its edges.
 */
export const strip = (
  place: Position,
  {
    from,
    to,
    length,
    follows = 'trend',
  }: { from: number; to: number; length: number; follows?: 'trend' | 'shore' },
  random: Random,
): Position[] => {
  const line = follows === 'trend' ? coastTrend : nearTrend
  const middle = nearestIndex(line, toMetres(place))
  const half = Math.max(3, Math.round(length / 120))
  const centre = (from + to) / 2
  const edge = (limit: number) => {
    const points: Position[] = []
    let drift = 0
    for (let offset = -half; offset <= half; offset += 2) {
      drift = drift * 0.6 + between(random, -0.16, 0.16)
      const width = (1 - Math.abs(offset / (half + 1)) ** 3) * (1 + drift)
      points.push(beside(line, middle + offset, centre + (limit - centre) * width))
    }
    return points
  }
  return smooth([...edge(to), ...edge(from).toReversed()], { closed: true })
}

/** The coast from one place on to another, clockwise. */
export const coastBetween = (from: Position, to: Position): Position[] => {
  const start = coastIndexNear(from)
  const end = coastIndexNear(to)
  const count = (end - start + coast.length) % coast.length
  return Array.from({ length: count + 1 }, (_, step) => around(coast, start + step))
}
