/**
 * Coordinate reference systems: which one a definition means, what it is called in a URI, in which order
 * its axes come, and where a box of it lies on the globe. The systems themselves are rows of `crs.tsv`.
 */
import proj4 from 'proj4'
import type { Box } from '../domain/probe.ts'
import { findCrs, resolveCode } from './crs-table.ts'

export { type CrsHint, identifyCrs } from './crs-identity.ts'
export { type CrsDefinition, findCrs } from './crs-table.ts'

export const CRS84_URI = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
export const CRS84H_URI = 'http://www.opengis.net/def/crs/OGC/0/CRS84h'

/** 'xy': east first, as data are stored; 'yx': north first, as EPSG:4326 wants it in a request. */
export type AxisOrder = 'xy' | 'yx'

export const isLatLonOrder = (epsg: number): boolean => findCrs(epsg)?.latLonFirst ?? false
export const isGeographic = (epsg: number): boolean => findCrs(epsg)?.kind === 'geographic'

// URIs -------------------------------------------------------------------------------------------------

/** URI of a code with the authority's axis order: 4326 is north first. */
export const authorityUri = (epsg: number): string =>
  `http://www.opengis.net/def/crs/${findCrs(epsg)?.authority ?? 'EPSG'}/0/${epsg}`

/** URI of a storage CRS: data in 4326 are CRS84, because they are stored east first. */
export const crsUri = (epsg: number): string => (epsg === 4326 ? CRS84_URI : authorityUri(epsg))

const CRS_TEXTS = [
  /^https?:\/\/(?:www\.)?opengis\.net\/def\/crs\/(?<authority>EPSG|ESRI|OGC)\/(?<version>[\w.]*)\/(?<code>\w+)\/?$/i,
  /^urn:(?:x-)?ogc:def:crs:(?<authority>EPSG|ESRI|OGC):(?<version>[\w.]*):(?<code>\w+)$/i,
  /^(?<gml>https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#)(?<code>\d+)$/i,
  /^(?<authority>EPSG|ESRI|OGC|CRS):(?<code>\w+)$/i,
  /^\[(?<authority>EPSG|ESRI|OGC|CRS):(?<code>\w+)\]$/i,
  /^(?<authority>CRS)(?<code>84h?)$/i,
]

/**
 * Reads a CRS as requests and GeoJSON name it: URI, URN, 'EPSG:4326', '[EPSG:4326]', 'CRS84'. Null when it is
 * not one of ours. The axis order is the authority's: EPSG:4326 is 'yx', CRS84 is 'xy'.
 */
export const epsgFromUri = (text: string): { epsg: number; axisOrder: AxisOrder } | null => {
  if (text.length > 200) return null
  const groups = CRS_TEXTS.map((pattern) => pattern.exec(text.trim())?.groups).find((found) => found)
  if (!groups) return null
  const { authority = 'EPSG', code = '', gml } = groups
  if (/^(OGC|CRS)$/i.test(authority))
    return /^(CRS)?84h?$/i.test(code) ? { epsg: 4326, axisOrder: 'xy' } : null
  const epsg = /^\d{4,6}$/.test(code) ? resolveCode(Number(code)) : undefined
  if (epsg === undefined) return null
  // The GML 2 form predates the axis order rule, and everybody reads it east first.
  return { epsg, axisOrder: !gml && isLatLonOrder(epsg) ? 'yx' : 'xy' }
}

// Coordinates ------------------------------------------------------------------------------------------

type Point = [number, number]
type Transformer = { toCrs84: (point: Point) => Point | null; fromCrs84: (point: Point) => Point | null }

const isFinitePoint = (point: readonly number[]): boolean =>
  Number.isFinite(point[0]) && Number.isFinite(point[1])

const transformers = new Map<number, Transformer | null>()

const createTransformer = (epsg: number): Transformer | null => {
  const definition = findCrs(epsg)
  if (!definition) return null
  const { degreesPerUnit, kind } = definition
  if (definition.epsg === 4326) return { toCrs84: (point) => point, fromCrs84: (point) => point }
  try {
    const converter = proj4('+proj=longlat +datum=WGS84 +no_defs', definition.proj4)
    const attempt = (run: () => number[]): Point | null => {
      try {
        const [x = Number.NaN, y = Number.NaN] = run()
        return isFinitePoint([x, y]) ? [x, y] : null
      } catch {
        // proj4 throws for points a projection cannot express.
        return null
      }
    }
    const forward = ([lon, lat]: Point) =>
      attempt(() => converter.forward([lon, lat], true).map((value) => value / degreesPerUnit))
    const inverse = ([x, y]: Point) =>
      attempt(() => converter.inverse([x * degreesPerUnit, y * degreesPerUnit], true))
    if (kind === 'geographic') return { toCrs84: inverse, fromCrs84: forward }
    // Far outside its area a projection gives numbers that mean nothing; they do not lead back.
    const toCrs84 = (point: Point) => {
      const found = inverse(point)
      if (!found || Math.abs(found[1]) > 90.000001) return null
      const back = forward(found)
      const tolerance = 1 + 1e-4 * Math.max(Math.abs(point[0]), Math.abs(point[1]))
      return back && Math.abs(back[0] - point[0]) < tolerance && Math.abs(back[1] - point[1]) < tolerance
        ? found
        : null
    }
    return { toCrs84, fromCrs84: forward }
  } catch {
    // A projection proj4js lacks (Laborde, Eckert …): data in it are stored and served, only extents stay unknown here.
    return null
  }
}

const transformerOf = (epsg: number): Transformer | null => {
  let transformer = transformers.get(epsg)
  if (transformer === undefined) {
    transformer = createTransformer(epsg)
    transformers.set(epsg, transformer)
  }
  return transformer
}

/** Point (x/y order) in CRS84, or null outside what the projection can express. */
export const pointToCrs84 = (x: number, y: number, epsg: number): [number, number] | null =>
  isFinitePoint([x, y]) ? (transformerOf(epsg)?.toCrs84([x, y]) ?? null) : null

/** The other way round, x/y order. */
export const pointFromCrs84 = (lon: number, lat: number, epsg: number): [number, number] | null =>
  isFinitePoint([lon, lat]) ? (transformerOf(epsg)?.fromCrs84([lon, lat]) ?? null) : null

/** Longitude between -180 and 180. */
export const normalizeLongitude = (lon: number): number =>
  lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180

const STEPS = 32

/** The outline counterclockwise with points along each side, because straight there is curved here. */
const outline = ([west, south, east, north]: Box): Point[] => {
  const side = (from: Point, to: Point): Point[] =>
    Array.from(
      { length: STEPS },
      (_, i): Point => [from[0] + ((to[0] - from[0]) * i) / STEPS, from[1] + ((to[1] - from[1]) * i) / STEPS],
    )
  const [sw, se, ne, nw]: Point[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ]
  return sw && se && ne && nw ? [...side(sw, se), ...side(se, ne), ...side(ne, nw), ...side(nw, sw)] : []
}

const longitudesOf = (west: number, east: number): [number, number] =>
  east - west >= 360 ? [-180, 180] : [normalizeLongitude(west), normalizeLongitude(east)]

const geographicBox = ([west, south, east, north]: Box): Box | null => {
  if (south < -90.000001 || north > 90.000001 || west < -540 || east > 540) return null
  const [w, e] = longitudesOf(west, east)
  return [w, Math.max(south, -90), e, Math.min(north, 90)]
}

/**
 * Box (x/y order) in CRS84; west > east when it crosses the antimeridian; the whole circle when a pole lies
 * inside. Null when it is no box, or has no place on the globe in this CRS.
 */
export const toCrs84 = (box: Box, epsg: number): Box | null => {
  const [west, south, east, north] = box
  if (!box.every(Number.isFinite) || south > north || west > east) return null
  const transformer = transformerOf(epsg)
  if (!transformer) return null
  if (findCrs(epsg)?.epsg === 4326) return geographicBox(box)
  const points = outline(box).map(transformer.toCrs84)
  const [first] = points
  if (!first) return null
  let unwrapped = first[0]
  let [minLon, maxLon, minLat, maxLat] = [first[0], first[0], first[1], first[1]]
  for (const point of [...points.slice(1), first]) {
    if (!point) return null
    unwrapped += normalizeLongitude(point[0] - normalizeLongitude(unwrapped))
    minLon = Math.min(minLon, unwrapped)
    maxLon = Math.max(maxLon, unwrapped)
    minLat = Math.min(minLat, point[1])
    maxLat = Math.max(maxLat, point[1])
  }
  // Going once around the box has gone once around the Earth: a pole is inside.
  if (Math.abs(unwrapped - first[0]) > 180) {
    return minLat + maxLat > 0 ? [-180, minLat, 180, 90] : [-180, -90, 180, maxLat]
  }
  const [w, e] = longitudesOf(minLon, maxLon)
  return [w, minLat, e, maxLat]
}
