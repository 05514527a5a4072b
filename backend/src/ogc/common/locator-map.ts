/** Where a dataset lies, as a drawing: the outline of the island, and the box of the record over it. Loads nothing. */

import { type Html, html } from '../../http/html.ts'
import type { GeographicBox } from '../../metadata/record-metadata.ts'

type Point = readonly [longitude: number, latitude: number]

/** Saint Lucia, digitised by hand: an illustration, not a survey. Shown where the box comes near it. */
// biome-ignore format: one list of points.
const outlineDegrees: Point[] = [
  [-60.948, 14.11], [-60.932, 14.107], [-60.926, 14.082], [-60.906, 14.053], [-60.908, 14.044], [-60.901, 14.041],
  [-60.904, 14.033], [-60.897, 14.023], [-60.895, 14.002], [-60.873, 13.957], [-60.885, 13.935], [-60.879, 13.928],
  [-60.888, 13.912], [-60.881, 13.906], [-60.887, 13.89], [-60.883, 13.883], [-60.893, 13.874], [-60.885, 13.869],
  [-60.889, 13.861], [-60.885, 13.853], [-60.891, 13.845], [-60.886, 13.838], [-60.891, 13.826], [-60.898, 13.819],
  [-60.892, 13.812], [-60.9, 13.806], [-60.9, 13.783], [-60.908, 13.777], [-60.904, 13.768], [-60.916, 13.758],
  [-60.912, 13.748], [-60.929, 13.735], [-60.938, 13.729], [-60.941, 13.713], [-60.949, 13.71], [-60.953, 13.722],
  [-60.985, 13.738], [-60.995, 13.748], [-61.004, 13.748], [-61.056, 13.777], [-61.078, 13.811], [-61.066, 13.829],
  [-61.072, 13.837], [-61.059, 13.854], [-61.08, 13.867], [-61.072, 13.88], [-61.076, 13.889], [-61.068, 13.913],
  [-61.043, 13.943], [-61.035, 13.964], [-61.025, 13.968], [-61.035, 13.979], [-61.025, 13.989], [-61.03, 13.996],
  [-61.02, 14.012], [-61.014, 14.018], [-60.989, 14.012], [-61.004, 14.023], [-60.989, 14.027], [-60.983, 14.049],
  [-60.957, 14.07], [-60.953, 14.082], [-60.968, 14.095], [-60.956, 14.091], [-60.953, 14.107],
]
const island = { west: -61.08, south: 13.71, east: -60.873, north: 14.11 }

const height = 240
const widest = 420
const narrowest = 150
const margin = 0.06

const degrees = (value: number, [positive, negative]: [string, string]) =>
  `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`

export const extentText = ({ west, south, east, north }: GeographicBox): string =>
  `${degrees(south, ['N', 'S'])} to ${degrees(north, ['N', 'S'])}, ${degrees(west, ['E', 'W'])} to ${degrees(east, ['E', 'W'])}`

const rounded = (value: number) => Math.round(value * 10) / 10

/** Null where a drawing says nothing: across the antimeridian, or so large that the island is a dot. */
export const locatorMap = (box: GeographicBox): Html | null => {
  const west = Math.min(box.west, island.west)
  const east = Math.max(box.east, island.east)
  const south = Math.min(box.south, island.south)
  const north = Math.max(box.north, island.north)
  if (box.west > box.east || box.south > box.north || east - west > 8 || north - south > 8) return null
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const spanX = (east - west) * shrink * (1 + 2 * margin)
  const spanY = (north - south) * (1 + 2 * margin)
  const width = Math.round(Math.min(widest, Math.max(narrowest, (height * spanX) / spanY)))
  const scale = Math.min(width / spanX, height / spanY)
  const place = ([longitude, latitude]: Point): Point => [
    rounded(width / 2 + (longitude - (west + east) / 2) * shrink * scale),
    rounded(height / 2 - (latitude - (south + north) / 2) * scale),
  ]
  const [left, top] = place([box.west, box.north])
  const [right, bottom] = place([box.east, box.south])
  // A point or a line is still to be seen.
  const boxWidth = Math.max(rounded(right - left), 4)
  const boxHeight = Math.max(rounded(bottom - top), 4)
  return html`<figure class="locator"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Extent of the dataset over the outline of the island">
<path class="land" d="M${outlineDegrees.map((point) => place(point).join(' ')).join('L')}Z"/>
<rect class="extent" x="${left}" y="${top}" width="${boxWidth}" height="${boxHeight}"/></svg>
<figcaption>${extentText(box)}</figcaption></figure>`
}
