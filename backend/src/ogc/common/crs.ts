/** Which coordinate systems a collection offers, and which of them a request means (Features Part 2). */
import type { Collection } from '../../domain/collection.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { authorityUri, CRS84_URI, crsUri, epsgFromUri, findCrs, isLatLonOrder } from '../../geo/crs.ts'

const crs84: RequestCrs = { epsg: 4326, axisOrder: 'xy', uri: CRS84_URI }

const byAuthority = (epsg: number): RequestCrs => ({
  epsg,
  axisOrder: isLatLonOrder(epsg) ? 'yx' : 'xy',
  uri: authorityUri(epsg),
})

/** What lies off the coast of an area of use is still drawn in its system. */
const marginDegrees = 2

const isNear = (a: Box, b: Box) =>
  a[0] - marginDegrees <= b[2] &&
  a[2] + marginDegrees >= b[0] &&
  a[1] - marginDegrees <= b[3] &&
  a[3] + marginDegrees >= b[1]

/** Parts of a box on either side of the antimeridian. */
const halves = ([west, south, east, north]: Box): Box[] =>
  west <= east
    ? [[west, south, east, north]]
    : [
        [west, south, 180, north],
        [-180, south, east, north],
      ]

/** Data far from the area of use of a system have coordinates in it that mean nothing, or none. */
const isUseful = (epsg: number, extent: Box | null): boolean => {
  const area = findCrs(epsg)?.area
  if (!area || !extent) return true
  return halves(area).some((one) => halves(extent).some((other) => isNear(one, other)))
}

type Offered = Pick<Collection, 'storageSrid' | 'extentCrs84'>

/** CRS84 comes first: it is the default. */
export const offeredCrs = (
  { storageSrid, extentCrs84 }: Offered,
  served: readonly number[],
): RequestCrs[] => {
  if (storageSrid === null) return [crs84]
  const others = [...new Set([4326, storageSrid, ...served])].filter(
    (epsg) =>
      epsg === 4326 || epsg === storageSrid || (findCrs(epsg) !== undefined && isUseful(epsg, extentCrs84)),
  )
  return [crs84, ...others.map(byAuthority)]
}

/** Data in 4326 are stored east first, which is CRS84. */
export const storageCrsUri = ({ storageSrid }: Pick<Collection, 'storageSrid'>): string | undefined =>
  storageSrid === null ? undefined : crsUri(storageSrid)

/** Data are stored east first; their system is offered by that name, or as CRS84. */
export const storageCrs = (
  { storageSrid }: Pick<Collection, 'storageSrid'>,
  offered: readonly RequestCrs[],
): RequestCrs => {
  const [crs84] = offered
  const own = storageSrid === 4326 ? crs84 : offered.find(({ epsg }) => epsg === storageSrid)
  const found = own ?? crs84
  if (found === undefined) throw new Error('A collection offers no coordinate system')
  return found
}

export const readCrs = (
  parameter:
    | 'crs'
    | 'bbox-crs'
    | 'subset-crs'
    | 'center-crs'
    | 'filter-crs'
    | 'Content-Crs'
    | "the body's crs",
  text: string | undefined,
  offered: RequestCrs[],
): RequestCrs => {
  if (text === undefined || text === CRS84_URI) return crs84
  const asked = epsgFromUri(text)
  const found =
    asked && offered.find(({ epsg, axisOrder }) => epsg === asked.epsg && axisOrder === asked.axisOrder)
  if (found) return found
  throw ogcProblems.crsNotOffered({ parameter, given: text, offered: offered.map(({ uri }) => uri) })
}
