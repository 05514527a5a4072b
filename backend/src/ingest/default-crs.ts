/** What coordinates are in when their file does not say: WGS 84 longitude and latitude, if they can be degrees at all. */
import type { Box, CrsIdentity } from '../domain/probe.ts'

export const wgs84: CrsIdentity = { epsg: 4326, name: 'WGS 84', identifiedBy: 'default' }

/** Degrees, with room for maps that run from 0 to 360 and for rounding at the poles. */
export const areDegrees = ([west, south, east, north]: Box): boolean =>
  west >= -361 && east <= 361 && south >= -90.001 && north <= 90.001
