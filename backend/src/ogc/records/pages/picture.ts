/**
 * A small picture for each record in a list: the layer as its publisher styled it, or, where there is none, where the data
 * lie on the island, or what kind of thing it is. Always of one size, so that nothing moves when it arrives.
 */
import { outlineDegrees, type Point } from '../../../domain/outline.ts'
import { type Html, html } from '../../../http/html.ts'
import type { GeographicBox } from '../../../metadata/record-metadata.ts'
import type { CatalogueEntry } from '../../../repositories/catalogue.ts'

export const pictureSize = { width: 168, height: 112 }

/** Twice as many pixels, for fine screens. */
export const mapPicture = (
  siteUrl: string,
  collectionId: string,
  { width, height }: { width: number; height: number },
  background: string | null = null,
): string =>
  `${siteUrl}/pygeoapi/collections/${encodeURIComponent(collectionId)}/map?f=png&width=${width}&height=${height}${background === null ? '' : `&bgcolor=${background}`}`

/** Tables and documents have nothing to draw. */
export const isDrawn = ({
  collectionId,
  metadata,
}: Pick<CatalogueEntry, 'collectionId' | 'metadata'>): boolean =>
  collectionId !== null &&
  metadata.spatialRepresentationType !== 'textTable' &&
  metadata.resourceType !== 'nonGeographicDataset'

// Places -----------------------------------------------------------------------------------------------

/** The island with some sea around it, in degrees; drawings are in thousandths of a degree, squeezed as on a map. */
export const frame = { west: -61.29, south: 13.62, east: -60.66, north: 14.2 }
const shrink = Math.cos((13.91 * Math.PI) / 180)

export const drawn = ([longitude, latitude]: Point): [x: number, y: number] => [
  Math.round((longitude - frame.west) * 1000 * shrink * 10) / 10,
  Math.round((frame.north - latitude) * 1000 * 10) / 10,
]

export const frameSize = {
  width: Math.round((frame.east - frame.west) * 1000 * shrink),
  height: Math.round((frame.north - frame.south) * 1000),
}

export const islandPath = `M${outlineDegrees.map((point) => drawn(point).join(' ')).join('L')}Z`

/** Once on a page that has such pictures. */
export const islandSymbol: Html = html`<svg class="hidden" width="0" height="0" aria-hidden="true"><symbol id="island" viewBox="0 0 ${frameSize.width} ${frameSize.height}"><path d="${islandPath}"/></symbol></svg>`

/** The box as far as it is in the drawing; null where none of it is, or where it is all there is to see. */
export const boxInFrame = ({ west, south, east, north }: GeographicBox) => {
  if (west > east || south > north) return null
  const [left, top] = drawn([Math.max(west, frame.west), Math.min(north, frame.north)])
  const [right, bottom] = drawn([Math.min(east, frame.east), Math.max(south, frame.south)])
  if (right < left || bottom < top) return null
  const isAll = west <= frame.west && east >= frame.east && south <= frame.south && north >= frame.north
  if (isAll) return null
  // A point is still to be seen.
  const width = Math.max(12, right - left)
  const height = Math.max(12, bottom - top)
  return {
    x: (left + right - width) / 2,
    y: (top + bottom - height) / 2,
    width,
    height,
  }
}

const locator = (box: GeographicBox): Html | null => {
  const found = boxInFrame(box)
  return (
    found &&
    html`<svg class="picture place" viewBox="0 0 ${frameSize.width} ${frameSize.height}" width="${pictureSize.width}" height="${pictureSize.height}" aria-hidden="true"><use href="#island"/><rect x="${found.x}" y="${found.y}" width="${found.width}" height="${found.height}"/></svg>`
  )
}

// Kinds ------------------------------------------------------------------------------------------------

/** Drawn on 24 × 24 in lines. */
const signs = {
  table: 'M3 5h18v14H3zM3 10h18M3 14.5h18M9 5v14',
  service: 'M4 7a8 3 0 0 0 16 0a8 3 0 0 0-16 0v10a8 3 0 0 0 16 0V7M4 12a8 3 0 0 0 16 0',
  map: 'M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14',
  other: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
}

const signOf = ({ metadata }: CatalogueEntry): string => {
  if (metadata.resourceType === 'service') return signs.service
  if (metadata.resourceType === 'nonGeographicDataset' || metadata.spatialRepresentationType === 'textTable')
    return signs.table
  return metadata.bbox ? signs.map : signs.other
}

/** Says nothing that the words beside it do not say, so it is left out for those who hear the page. */
export const pictureOf = (entry: CatalogueEntry, siteUrl: string): Html => {
  const { collectionId, metadata } = entry
  if (collectionId !== null && isDrawn(entry))
    return html`<img class="picture" src="${mapPicture(siteUrl, collectionId, { width: pictureSize.width * 2, height: pictureSize.height * 2 })}" width="${pictureSize.width}" height="${pictureSize.height}" loading="lazy" decoding="async" alt="">`
  return (
    (metadata.bbox && locator(metadata.bbox)) ??
    html`<svg class="picture sign" viewBox="-18 -8 60 40" width="${pictureSize.width}" height="${pictureSize.height}" aria-hidden="true"><path d="${signOf(entry)}"/></svg>`
  )
}
