/** Tilesets of maps as OGC API – Tiles and TileJSON describe them. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/maps.gen.ts'
import { type TileMatrixSetId, tileMatrixSets } from '../../geo/tile-matrix-sets.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { pictureTypes } from '../common/pictures.ts'
import { type Tileset, tileJsonDocument, tilesetDocument, tilesetItem } from '../common/tilesets.ts'

type Schemas = components['schemas']
type Face = Pick<HttpContext, 'faceUrl'>

/** A collection in one of its styles; null is the default one, under the address without it. */
export type MapSubject = {
  collection: PublishedCollection
  styleId: string | null
  style: { id: string; title: string }
}

export const subjectAddress = ({ faceUrl }: Face, { collection, styleId }: MapSubject): string =>
  `${faceUrl}/collections/${collection.id}${styleId === null ? '' : `/styles/${styleId}`}`

export const mapAddress = (face: Face, subject: MapSubject): string => `${subjectAddress(face, subject)}/map`

export const mapTilesAddress = (face: Face, subject: MapSubject): string =>
  `${mapAddress(face, subject)}/tiles`

const titleOf = ({ collection, styleId, style }: MapSubject): string =>
  styleId === null ? collection.title : `${collection.title} – ${style.title}`

const tilesetOf = (subject: MapSubject, id: TileMatrixSetId, face: Face): Tileset<'map'> => ({
  id,
  dataType: 'map',
  title: titleOf(subject),
  collection: subject.collection,
  address: mapTilesAddress(face, subject),
  templates: (['png', 'webp', 'jpeg'] as const).map((format) => ({
    query: `f=${format}`,
    type: pictureTypes[format],
    title: `Map tiles (${format.toUpperCase()})`,
  })),
})

export const toTilesetItem = (
  subject: MapSubject,
  id: TileMatrixSetId,
  face: Face,
): Schemas['mapTileSetItem'] => tilesetItem(tilesetOf(subject, id, face), face)

const tileWords =
  'Drawn with the style of the collection. With @2x behind the column tiles have 512 pixels instead of 256. Labels are placed ' +
  'together for blocks of four by four tiles. Of very many features smaller than four pixels a share is shown.'

export const toTileset = (
  subject: MapSubject,
  id: TileMatrixSetId,
  http: HttpContext,
): Schemas['mapTileSet'] => {
  const { style } = subject
  const zooms = Array.from({ length: tileMatrixSets[id].lastZoom + 1 }, (_, zoom) => zoom)
  return {
    ...tilesetDocument(tilesetOf(subject, id, http), { words: tileWords, zooms }, http),
    style: { id: style.id, title: style.title },
  }
}

export const tileTemplate = (face: Face, subject: MapSubject): string =>
  `${mapTilesAddress(face, subject)}/WebMercatorQuad/{z}/{y}/{x}?f=png`

export const toTileJson = (subject: MapSubject, face: Face): Schemas['mapTileJson'] =>
  tileJsonDocument(subject.collection, {
    name: titleOf(subject),
    template: tileTemplate(face, subject),
    maxZoom: tileMatrixSets.WebMercatorQuad.lastZoom,
  })
