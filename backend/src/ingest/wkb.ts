/** Numbers and names of WKB (OGC 06-103r4, ISO 13249-3) and of PostGIS's extension of it. */
import type { GeometryType } from '../domain/probe.ts'

export const wkbCode = {
  point: 1,
  lineString: 2,
  polygon: 3,
  multiPoint: 4,
  multiLineString: 5,
  multiPolygon: 6,
  geometryCollection: 7,
  circularString: 8,
  compoundCurve: 9,
  curvePolygon: 10,
  multiCurve: 11,
  multiSurface: 12,
  curve: 13,
  surface: 14,
  polyhedralSurface: 15,
  tin: 16,
  triangle: 17,
} as const

/** EWKB's flags in the type word. */
export const EWKB_Z = 0x80000000
export const EWKB_M = 0x40000000
export const EWKB_SRID = 0x20000000

/** Deeper collections are refused; PostGIS itself stops at 200, JSON readers earlier. */
export const MAX_NESTING = 32

/** By WKB code: how a type is told to the world. Curves appear as what they become when drawn with lines. */
export const servedTypes: readonly (GeometryType | undefined)[] = [
  'Geometry',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
  'LineString',
  'LineString',
  'Polygon',
  'MultiLineString',
  'MultiPolygon',
  'LineString',
  'Polygon',
  'MultiPolygon',
  'MultiPolygon',
  'Polygon',
]

export const isCurve = (code: number): boolean => code >= 8 && code <= 14

/** The type that describes a layer of these: one type, its multi form for both, else 'Geometry'. */
export const commonType = (types: Iterable<GeometryType>): GeometryType | null => {
  const distinct = new Set(types)
  if (distinct.size === 0) return null
  const [first] = distinct
  if (distinct.size === 1 && first) return first
  for (const single of ['Point', 'LineString', 'Polygon'] as const) {
    if (distinct.size === 2 && distinct.has(single) && distinct.has(`Multi${single}`)) return `Multi${single}`
  }
  return 'Geometry'
}
