/** Where a dataset lies, as a drawing: the outline of the island, and the box of the record over it. Loads nothing. */

import { outlineDegrees, type Point } from '../../domain/outline.ts'
import { type Html, html } from '../../http/html.ts'
import type { GeographicBox } from '../../metadata/record-metadata.ts'

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
