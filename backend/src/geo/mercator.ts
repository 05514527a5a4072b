/** Web Mercator (EPSG:3857) by its formulas: degrees of longitude and latitude, and metres. */

const radius = 6_378_137
const radians = Math.PI / 180
/** A thousandth of a degree from the pole, where Mercator is still a number. */
const mostLatitude = 89.999

/** Metres from the middle of the map to its edges. */
export const mercatorHalf = 20_037_508.342_789_244

export const toMercator = (longitude: number, latitude: number): [number, number] => {
  const held = Math.min(mostLatitude, Math.max(-mostLatitude, latitude))
  return [longitude * radians * radius, radius * Math.log(Math.tan(Math.PI / 4 + (held * radians) / 2))]
}

export const fromMercator = (x: number, y: number): [number, number] => [
  x / radius / radians,
  (2 * Math.atan(Math.exp(y / radius)) - Math.PI / 2) / radians,
]
