/** Which area a request means: `bbox` or `subset`, in any system that is offered (20-058 and 19-087, clause 8). */
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { toBoxes } from '../../geo/boxes.ts'
import { isGeographic, pointFromCrs84, pointToCrs84 } from '../../geo/crs.ts'
import { readCrs } from './crs.ts'

export type AreaQuery = {
  bbox?: number[]
  'bbox-crs'?: string
  subset?: string
  'subset-crs'?: string
}

/** West of east also across the antimeridian. */
const joined = (boxes: readonly Box[]): Box => {
  const [first, second] = boxes
  if (first === undefined) throw ogcProblems.areaWrong({ why: 'The area is empty.' })
  return second === undefined ? first : [first[0], first[1], second[2] + 360, first[3]]
}

const steps = 16

/** The box around the outline of a box, in another system. */
export const movedBox = (box: Box, from: number, to: number): Box => {
  if (from === to) return box
  const [west, south, east, north] = box
  const points = Array.from({ length: 4 * steps }, (_, n): [number, number] => {
    const share = (n % steps) / steps
    const side = Math.floor(n / steps)
    if (side === 0) return [west + share * (east - west), south]
    if (side === 1) return [east, south + share * (north - south)]
    return side === 2 ? [east - share * (east - west), north] : [west, north - share * (north - south)]
  })
  const moved = points.map(([x, y]) => {
    const degrees = from === 4326 ? ([x, y] as const) : pointToCrs84(x, y, from)
    // Mercator ends before the poles; a map of the whole world shows what it has.
    const latitude = degrees && (to === 3857 ? Math.max(-85.06, Math.min(85.06, degrees[1])) : degrees[1])
    return degrees && pointFromCrs84(degrees[0], latitude ?? 0, to)
  })
  const found = moved.filter((point) => point !== null)
  if (found.length < moved.length)
    throw ogcProblems.areaElsewhere({
      why: `A part of the area ${box.join(',')} has no place in the coordinate system of the answer.`,
    })
  const xs = found.map(([x]) => x)
  const ys = found.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

const fromBbox = (numbers: readonly number[], crs: RequestCrs): Box => {
  const found = toBoxes(numbers, crs)
  if ('why' in found) throw ogcProblems.bboxWrong(found)
  return joined(found.boxes)
}

const axes: Record<'geographic' | 'projected', Record<string, 0 | 1>> = {
  geographic: { lon: 0, longitude: 0, long: 0, lat: 1, latitude: 1 },
  projected: { e: 0, x: 0, easting: 0, n: 1, y: 1, northing: 1 },
}

const intervalPattern = /^\s*([A-Za-z]+)\s*\(\s*([^():,]+?)\s*(?::\s*([^():,]+?)\s*)?\)\s*$/

/** `Lat(13:14),Lon(-61:*)`: what it leaves open is taken from `whole`. */
const fromSubset = (text: string, crs: RequestCrs, whole: Box): Box => {
  const kind = isGeographic(crs.epsg) ? 'geographic' : 'projected'
  const box: Box = [...whole]
  const seen = new Set<number>()
  for (const part of text.split(/,(?![^(]*\))/)) {
    const [, name = '', low = '', high = low] = intervalPattern.exec(part) ?? []
    const axis = axes[kind][name.toLowerCase()]
    if (axis === undefined || seen.has(axis))
      throw ogcProblems.areaWrong({
        why: `subset is '${text.slice(0, 100)}'; expected each of ${kind === 'geographic' ? 'Lat and Lon' : 'E and N'} once at most, such as ${kind === 'geographic' ? 'Lat(13.7:14.1),Lon(-61.1:-60.8)' : 'E(700000:720000),N(1530000:1560000)'}.`,
      })
    seen.add(axis)
    const numberOf = (word: string, open: number) => (word === '*' ? open : Number(word))
    box[axis] = numberOf(low, whole[axis])
    box[axis + 2] = numberOf(high, whole[(axis + 2) as 2 | 3])
  }
  const [first, second, third, fourth] = box
  const ordered = crs.axisOrder === 'yx' ? [second, first, fourth, third] : [first, second, third, fourth]
  const found = toBoxes(ordered, crs)
  if ('why' in found) throw ogcProblems.areaWrong({ why: `subset ${found.why}.` })
  return joined(found.boxes)
}

/** With a width and a height. */
export const demandArea = (box: Box): Box => {
  const [west, south, east, north] = box
  if (box.every((value) => Number.isFinite(value) && Math.abs(value) < 1e12) && west < east && south < north)
    return box
  throw ogcProblems.areaWrong({
    why: `The area ${box.join(',')} has no width or no height. Expected west, south, east, north of an area.`,
  })
}

/** In the system `epsg`; null where none is asked for. `extent` is where the data are, in the same system. */
export const readArea = (
  query: AreaQuery,
  { epsg, offered, extent }: { epsg: number; offered: RequestCrs[]; extent: Box },
): Box | null => {
  if (query.bbox !== undefined) {
    const crs = readCrs('bbox-crs', query['bbox-crs'], offered)
    return movedBox(fromBbox(query.bbox, crs), crs.epsg, epsg)
  }
  if (query.subset === undefined) return null
  const crs = readCrs('subset-crs', query['subset-crs'], offered)
  return movedBox(fromSubset(query.subset, crs, movedBox(extent, epsg, crs.epsg)), crs.epsg, epsg)
}
