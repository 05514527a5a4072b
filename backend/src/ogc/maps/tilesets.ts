/** Tilesets of maps as OGC API – Tiles and TileJSON describe them. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/maps.gen.ts'
import type { Box } from '../../domain/probe.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import {
  type TileMatrixSetId,
  tileLimits,
  tileMatrixSets,
  tileMatrixSetUri,
} from '../../geo/tile-matrix-sets.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { addressWith, type Link, mediaTypes, tileRelations } from '../common/links.ts'
import { pictureTypes } from '../common/pictures.ts'

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

const worldBox: Box = [-180, -90, 180, 90]

const definitionLink = ({ faceUrl }: Face, id: TileMatrixSetId): Link => ({
  rel: tileRelations.tilingScheme,
  href: `${faceUrl}/tileMatrixSets/${id}`,
  type: mediaTypes.json,
  title: `Tile matrix set ${id}`,
})

/** Rows before columns: GDAL and browsers put numbers where the standard's names stand. */
const templateLinks = (face: Face, subject: MapSubject, id: TileMatrixSetId): Link[] =>
  (['png', 'webp', 'jpeg'] as const).map((format) => ({
    rel: 'item',
    href: `${mapTilesAddress(face, subject)}/${id}/{tileMatrix}/{tileRow}/{tileCol}?f=${format}`,
    type: pictureTypes[format],
    title: `Map tiles (${format.toUpperCase()})`,
    templated: true,
  }))

const titleOf = ({ collection, styleId, style }: MapSubject): string =>
  styleId === null ? collection.title : `${collection.title} – ${style.title}`

export const toTilesetItem = (
  subject: MapSubject,
  id: TileMatrixSetId,
  face: Face,
): Schemas['mapTileSetItem'] => ({
  title: `${titleOf(subject)} (${id})`,
  dataType: 'map',
  crs: tileMatrixSets[id].crs,
  tileMatrixSetURI: tileMatrixSetUri(id),
  links: [
    {
      rel: 'self',
      href: `${mapTilesAddress(face, subject)}/${id}`,
      type: mediaTypes.json,
      title: 'This tileset',
    },
    definitionLink(face, id),
    ...templateLinks(face, subject, id),
  ],
})

const tileWords =
  'Drawn with the style of the collection. With @2x behind the column tiles have 512 pixels instead of 256. Labels are placed ' +
  'together for blocks of four by four tiles. Of very many features smaller than four pixels a share is shown.'

export const toTileset = (
  subject: MapSubject,
  id: TileMatrixSetId,
  http: HttpContext,
): Schemas['mapTileSet'] => {
  const { collection, style } = subject
  const box = collection.extentCrs84 ?? worldBox
  const { lastZoom, crs } = tileMatrixSets[id]
  return {
    title: titleOf(subject),
    description: [collection.description, tileWords].filter(Boolean).join('\n\n'),
    ...(collection.keywords.length > 0 && { keywords: collection.keywords }),
    ...(collection.license !== null && { license: collection.license }),
    created: collection.createdAt,
    updated: collection.updatedAt,
    dataType: 'map',
    crs,
    tileMatrixSetURI: tileMatrixSetUri(id),
    mediaTypes: Object.values(pictureTypes),
    style: { id: style.id, title: style.title },
    links: [
      { rel: 'self', href: addressWith(http), type: mediaTypes.json, title: 'This tileset' },
      ...(id === 'WebMercatorQuad'
        ? [
            {
              rel: 'alternate',
              href: addressWith(http, { f: 'tilejson' }),
              type: mediaTypes.tileJson,
              title: 'This tileset as TileJSON, for web maps',
            },
          ]
        : []),
      {
        rel: 'alternate',
        href: addressWith(http, { f: 'html' }),
        type: mediaTypes.html,
        title: 'This tileset as a page',
      },
      ...templateLinks(http, subject, id),
      definitionLink(http, id),
      {
        rel: tileRelations.geodata,
        href: `${http.faceUrl}/collections/${collection.id}`,
        type: mediaTypes.json,
        title: 'The collection',
      },
    ],
    tileMatrixSetLimits: Array.from({ length: lastZoom + 1 }, (_, zoom) => tileLimits(id, zoom, box)),
    boundingBox: { lowerLeft: [box[0], box[1]], upperRight: [box[2], box[3]], crs: CRS84_URI },
  }
}

export const tileTemplate = (face: Face, subject: MapSubject): string =>
  `${mapTilesAddress(face, subject)}/WebMercatorQuad/{z}/{y}/{x}?f=png`

export const toTileJson = (subject: MapSubject, face: Face): Schemas['mapTileJson'] => {
  const { collection } = subject
  const [west, south, east, north] = collection.extentCrs84 ?? worldBox
  // Web maps put a whole world of longitudes between the ends of a box across the antimeridian.
  const bounds: Box = west > east ? [-180, south, 180, north] : [west, south, east, north]
  return {
    tilejson: '3.0.0',
    name: titleOf(subject),
    ...(collection.description && { description: collection.description }),
    ...(collection.license !== null && { attribution: collection.license }),
    version: `1.0.${collection.revision}`,
    scheme: 'xyz',
    tiles: [tileTemplate(face, subject)],
    minzoom: 0,
    maxzoom: tileMatrixSets.WebMercatorQuad.lastZoom,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 8],
  }
}
