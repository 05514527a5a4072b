/**
 * Coordinate reference systems: which one a definition means, what it is called in a URI, in which order
 * its axes come, and where a box of it lies on the globe. The systems themselves are rows of `crs.tsv`.
 */
import type { Box, CrsIdentity } from '../domain/probe.ts'

export const CRS84_URI = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
export const CRS84H_URI = 'http://www.opengis.net/def/crs/OGC/0/CRS84h'

/** What a file says about its coordinates; the first member that leads to a known system wins. */
export type CrsHint = {
  authority?: { name: string; code: string | number } | null
  /** WKT1 (OGC or ESRI dialect) or WKT2. */
  wkt?: string | null
  proj4?: string | null
  name?: string | null
}

export type CrsDefinition = {
  /** The number both databases know it under: an EPSG code, or an ESRI code (from 37000 on, e.g. 102008). */
  epsg: number
  authority: 'EPSG' | 'ESRI'
  name: string
  kind: 'geographic' | 'projected'
  /** Whether the authority puts north (or latitude) before east. */
  latLonFirst: boolean
  proj4: string
  /** Area of use in CRS84. */
  area: Box | null
  isDeprecated: boolean
}

/** 'xy': east first, as data are stored; 'yx': north first, as EPSG:4326 wants it in a request. */
export type AxisOrder = 'xy' | 'yx'

export const findCrs = (_epsg: number): CrsDefinition | undefined => undefined

/** `epsg` is null when nothing known fits; `definition` then holds what the file said. */
export const identifyCrs = (_hint: CrsHint): CrsIdentity => ({ epsg: null, name: 'unknown', identifiedBy: null })

/** Box (x/y order) in CRS84; west > east when it crosses the antimeridian; null when it has no place there. */
export const toCrs84 = (_box: Box, _epsg: number): Box | null => null

/** Point (x/y order) in CRS84, or null outside what the projection can express. */
export const pointToCrs84 = (_x: number, _y: number, _epsg: number): [number, number] | null => null

/** URI of a storage CRS: 4326 is CRS84, because data are stored east first. */
export const crsUri = (epsg: number): string =>
  epsg === 4326 ? CRS84_URI : `http://www.opengis.net/def/crs/EPSG/0/${epsg}`

/** Reads a CRS from a `crs` or `bbox-crs` parameter: URI, URN, 'EPSG:4326', '[EPSG:4326]', 'CRS84'; null when unknown. */
export const epsgFromUri = (_text: string): { epsg: number; axisOrder: AxisOrder } | null => null

export const isLatLonOrder = (epsg: number): boolean => findCrs(epsg)?.latLonFirst ?? false

export const isGeographic = (epsg: number): boolean => findCrs(epsg)?.kind === 'geographic'
