/** Which part of the world a request for a map means, and how many pixels it gets (20-058, clauses 8 to 10). */
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { mapProblems } from '../../domain/problems/maps.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { toBoxes } from '../../geo/boxes.ts'
import { isGeographic, pointFromCrs84, pointToCrs84 } from '../../geo/crs.ts'
import { metresPerUnitOf } from '../../geo/crs-units.ts'
import { readCrs } from '../common/crs.ts'

export type ViewQuery = {
  bbox?: number[]
  'bbox-crs'?: string
  subset?: string
  'subset-crs'?: string
  center?: number[]
  'center-crs'?: string
  width?: number
  height?: number
  'scale-denominator'?: number
  'mm-per-pixel'?: number
}

export type ReadView = { box: Box; width: number; height: number; pixelRatio: number }

export type ViewLimits = { mostWidth: number; mostPixels: number }

/** Of a side, where nobody says how large. */
const standardSide = 1024
const standardPixel = 0.28
/** As far as a screen can be from the standard one. */
const mostPixelRatio = 8

const wrong = (why: string) => mapProblems.mapViewWrong({ why })

// Areas --------------------------------------------------------------------------------------------------

/** West of east also across the antimeridian. */
const joined = (boxes: readonly Box[]): Box => {
  const [first, second] = boxes
  if (first === undefined) throw wrong('The area of the map is empty.')
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
    throw mapProblems.mapAreaEmpty({
      why: `A part of the area ${box.join(',')} has no place in the coordinate system of the map.`,
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
      throw wrong(
        `subset is '${text.slice(0, 100)}'; expected each of ${kind === 'geographic' ? 'Lat and Lon' : 'E and N'} once at most, such as ${kind === 'geographic' ? 'Lat(13.7:14.1),Lon(-61.1:-60.8)' : 'E(700000:720000),N(1530000:1560000)'}.`,
      )
    seen.add(axis)
    const numberOf = (word: string, open: number) => (word === '*' ? open : Number(word))
    box[axis] = numberOf(low, whole[axis])
    box[axis + 2] = numberOf(high, whole[(axis + 2) as 2 | 3])
  }
  const [first, second, third, fourth] = box
  const ordered = crs.axisOrder === 'yx' ? [second, first, fourth, third] : [first, second, third, fourth]
  const found = toBoxes(ordered, crs)
  if ('why' in found) throw wrong(`subset ${found.why}.`)
  return joined(found.boxes)
}

const fromCenter = ([first = 0, second = 0]: readonly number[], crs: RequestCrs, to: number) => {
  const [x, y] = crs.axisOrder === 'yx' ? [second, first] : [first, second]
  const [west, south, east, north] = movedBox([x, y, x, y], crs.epsg, to)
  return { x: (west + east) / 2, y: (south + north) / 2 }
}

// Sizes --------------------------------------------------------------------------------------------------

type Given = { width: number | null; height: number | null }

const whole = (pixels: number) => Math.max(1, Math.round(pixels))

const sizeByAspect = ({ width, height }: Given, aspect: number) => {
  if (width !== null && height !== null) return { width, height }
  if (width !== null) return { width, height: whole(width / aspect) }
  if (height !== null) return { width: whole(height * aspect), height }
  return aspect >= 1
    ? { width: standardSide, height: whole(standardSide / aspect) }
    : { width: whole(standardSide * aspect), height: standardSide }
}

const aspectOf = ([west, south, east, north]: Box) => (east - west) / (north - south)

const around = ({ x, y }: { x: number; y: number }, width: number, height: number): Box => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
]

const middleOf = ([west, south, east, north]: Box) => ({ x: (west + east) / 2, y: (south + north) / 2 })

/** With square pixels, whatever the shape. */
const filled = (box: Box, width: number, height: number): Box => {
  const perPixel = Math.max((box[2] - box[0]) / width, (box[3] - box[1]) / height)
  return around(middleOf(box), width * perPixel, height * perPixel)
}

const demandArea = (box: Box): Box => {
  const [west, south, east, north] = box
  if (box.every((value) => Number.isFinite(value) && Math.abs(value) < 1e12) && west < east && south < north)
    return box
  throw wrong(
    `The area ${box.join(',')} has no width or no height. Expected west, south, east, north of an area.`,
  )
}

export const demandSize = (
  { width, height }: { width: number; height: number },
  { mostWidth, mostPixels }: ViewLimits,
) => {
  if (width > mostWidth || height > mostWidth || width * height > mostPixels)
    throw mapProblems.mapTooLarge({ width, height, mostWidth, mostPixels })
}

const pixelRatioOf = (millimetres: number): number => {
  const ratio = standardPixel / millimetres
  if (ratio <= mostPixelRatio && ratio >= 1 / mostPixelRatio) return ratio
  throw wrong(
    `mm-per-pixel is ${millimetres}; expected a number between ${standardPixel / mostPixelRatio} and ${standardPixel * mostPixelRatio}.`,
  )
}

/** `extent` is where the data are, in the system of the map. */
export const readView = (
  query: ViewQuery,
  { epsg, offered, extent, limits }: { epsg: number; offered: RequestCrs[]; extent: Box; limits: ViewLimits },
): ReadView => {
  const { bbox, subset, center } = query
  if ([bbox, subset, center].filter((one) => one !== undefined).length > 1)
    throw wrong('bbox, subset and center exclude each other. Leave all but one out.')
  const pixelRatio = pixelRatioOf(query['mm-per-pixel'] ?? standardPixel)
  const scale = query['scale-denominator'] ?? null
  const perPixel = scale === null ? null : (scale * standardPixel) / pixelRatio / 1000 / metresPerUnitOf(epsg)
  const given: Given = { width: query.width ?? null, height: query.height ?? null }

  const asked = (): Box | null => {
    if (bbox !== undefined) {
      const crs = readCrs('bbox-crs', query['bbox-crs'], offered)
      return movedBox(fromBbox(bbox, crs), crs.epsg, epsg)
    }
    if (subset === undefined) return null
    const crs = readCrs('subset-crs', query['subset-crs'], offered)
    return movedBox(fromSubset(subset, crs, movedBox(extent, epsg, crs.epsg)), crs.epsg, epsg)
  }

  const place = (): { box: Box; width: number; height: number } => {
    const area = asked()
    if (area !== null) {
      const box = demandArea(area)
      if (perPixel === null) return { box, ...sizeByAspect(given, aspectOf(box)) }
      if (given.width !== null || given.height !== null)
        throw wrong(
          'scale-denominator, an area, and width or height say the same thing twice. Leave one of them out.',
        )
      return { box, width: whole((box[2] - box[0]) / perPixel), height: whole((box[3] - box[1]) / perPixel) }
    }
    const data = demandArea(extent)
    const middle =
      center === undefined
        ? middleOf(data)
        : fromCenter(center, readCrs('center-crs', query['center-crs'], offered), epsg)
    if (perPixel === null) {
      const size = sizeByAspect(given, aspectOf(data))
      const shape = filled(data, size.width, size.height)
      return { box: around(middle, shape[2] - shape[0], shape[3] - shape[1]), ...size }
    }
    const size =
      center === undefined && given.width === null && given.height === null
        ? { width: whole((data[2] - data[0]) / perPixel), height: whole((data[3] - data[1]) / perPixel) }
        : sizeByAspect(given, aspectOf(data))
    return { box: around(middle, size.width * perPixel, size.height * perPixel), ...size }
  }

  const view = place()
  demandSize(view, limits)
  return { ...view, box: demandArea(view.box), pixelRatio }
}
