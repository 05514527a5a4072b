/** Which part of the world a request for a map means, and how many pixels it gets (20-058, clauses 8 to 10). */
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { mapProblems } from '../../domain/problems/maps.ts'
import { metresPerUnitOf } from '../../geo/crs-units.ts'
import { type AreaQuery, demandArea, movedBox, readArea } from '../common/area.ts'
import { readCrs } from '../common/crs.ts'

export type ViewQuery = AreaQuery & {
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

  const place = (): { box: Box; width: number; height: number } => {
    const area = readArea(query, { epsg, offered, extent })
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
