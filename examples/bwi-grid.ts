/**
 * WGS 84 to the British West Indies Grid of Saint Lucia (EPSG:2006), for the one example that is kept in it.
 * Datum shift EPSG:6897 (2 m), ellipsoid Clarke 1880 (RGS); transverse Mercator by Krüger's series, good to a millimetre.
 */
import { type Position, round } from './shapes.ts'

export const BWI_GRID_EPSG = 2006

const WGS84 = { a: 6378137, f: 1 / 298.257223563 }
const CLARKE_1880_RGS = { a: 6378249.145, f: 1 / 293.465 }
/** EPSG:6897 shifts St. Lucia 1955 to WGS 84; here it is taken away. */
const SHIFT_METRES = { x: -153, y: 153, z: 307 }
const GRID = { lon0: -62, k0: 0.9995, falseEasting: 400_000 }

const radians = (degrees: number) => (degrees * Math.PI) / 180

const toGeocentric = (lon: number, lat: number) => {
  const e2 = WGS84.f * (2 - WGS84.f)
  const n = WGS84.a / Math.sqrt(1 - e2 * Math.sin(lat) ** 2)
  return {
    x: n * Math.cos(lat) * Math.cos(lon),
    y: n * Math.cos(lat) * Math.sin(lon),
    z: n * (1 - e2) * Math.sin(lat),
  }
}

/** Bowring's formula; one step is exact enough for points near the ground. */
const fromGeocentric = ({ x, y, z }: { x: number; y: number; z: number }) => {
  const { a, f } = CLARKE_1880_RGS
  const b = a * (1 - f)
  const e2 = f * (2 - f)
  const p = Math.hypot(x, y)
  const theta = Math.atan2(z * a, p * b)
  const lat = Math.atan2(z + ((a * a - b * b) / b) * Math.sin(theta) ** 3, p - e2 * a * Math.cos(theta) ** 3)
  return { lon: Math.atan2(y, x), lat }
}

const transverseMercator = (lon: number, lat: number): Position => {
  const { a, f } = CLARKE_1880_RGS
  const n = f / (2 - f)
  const rectifying = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64)
  const alpha = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3,
    (61 / 240) * n ** 3,
  ]
  const e = Math.sqrt(f * (2 - f))
  const conformal = Math.sinh(Math.atanh(Math.sin(lat)) - e * Math.atanh(e * Math.sin(lat)))
  const lambda = lon - radians(GRID.lon0)
  const xi = Math.atan2(conformal, Math.cos(lambda))
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)))
  let east = eta
  let north = xi
  alpha.forEach((coefficient, index) => {
    const m = 2 * (index + 1)
    east += coefficient * Math.cos(m * xi) * Math.sinh(m * eta)
    north += coefficient * Math.sin(m * xi) * Math.cosh(m * eta)
  })
  return [GRID.falseEasting + GRID.k0 * rectifying * east, GRID.k0 * rectifying * north]
}

/** Degrees on WGS 84 to metres on the grid, to the centimetre. */
export const toBwiGrid = ([lon, lat]: Position): Position => {
  const earth = toGeocentric(radians(lon), radians(lat))
  const local = fromGeocentric({
    x: earth.x - SHIFT_METRES.x,
    y: earth.y - SHIFT_METRES.y,
    z: earth.z - SHIFT_METRES.z,
  })
  const [east, north] = transverseMercator(local.lon, local.lat)
  return [round(east, 2), round(north, 2)]
}
