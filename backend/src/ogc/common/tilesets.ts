/** Tilesets as OGC API – Tiles and TileJSON describe them, whether there are features or pictures in the tiles. */
import type { HttpContext } from '../../contract/handler.ts'
import type { Box } from '../../domain/probe.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import {
  type TileMatrixSetId,
  tileLimits,
  tileMatrixSets,
  tileMatrixSetUri,
} from '../../geo/tile-matrix-sets.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { addressWith, type Link, mediaTypes, tileRelations } from './links.ts'

type Face = Pick<HttpContext, 'faceUrl'>

export type Tileset<DataType extends 'map' | 'vector'> = {
  id: TileMatrixSetId
  dataType: DataType
  title: string
  collection: PublishedCollection
  /** Of the tilesets, one below each other by the id of their matrix set. */
  address: string
  /** Of the tiles: rows before columns, because GDAL and browsers put numbers where the standard's names stand. */
  templates: { query: string; type: string; title: string }[]
}

const worldBox: Box = [-180, -90, 180, 90]
export const extentOf = ({ extentCrs84 }: Pick<PublishedCollection, 'extentCrs84'>): Box =>
  extentCrs84 ?? worldBox

/** Web maps put a whole world of longitudes between the ends of a box across the antimeridian. */
export const plainBounds = ([west, south, east, north]: Box): Box =>
  west > east ? [-180, south, 180, north] : [west, south, east, north]

export const boundingBox = (
  box: Box,
): { lowerLeft: [number, number]; upperRight: [number, number]; crs: string } => ({
  lowerLeft: [box[0], box[1]],
  upperRight: [box[2], box[3]],
  crs: CRS84_URI,
})

const definitionLink = ({ faceUrl }: Face, id: TileMatrixSetId): Link => ({
  rel: tileRelations.tilingScheme,
  href: `${faceUrl}/tileMatrixSets/${id}`,
  type: mediaTypes.json,
  title: `Tile matrix set ${id}`,
})

const templateLinks = ({ address, id, templates }: Tileset<'map' | 'vector'>): Link[] =>
  templates.map(({ query, type, title }) => ({
    rel: 'item',
    href: `${address}/${id}/{tileMatrix}/{tileRow}/{tileCol}?${query}`,
    type,
    title,
    templated: true,
  }))

const kindOf = <DataType extends 'map' | 'vector'>({ id, dataType }: Tileset<DataType>) => ({
  dataType,
  crs: tileMatrixSets[id].crs,
  tileMatrixSetURI: tileMatrixSetUri(id),
})

/** As a list of tilesets has it. */
export const tilesetItem = <DataType extends 'map' | 'vector'>(tileset: Tileset<DataType>, face: Face) => {
  const { id, title, address } = tileset
  return {
    title: `${title} (${id})`,
    ...kindOf(tileset),
    links: [
      { rel: 'self', href: `${address}/${id}`, type: mediaTypes.json, title: 'This tileset' },
      definitionLink(face, id),
      ...templateLinks(tileset),
    ],
  }
}

/** The document of its own, but for what is said of one kind of data only. */
export const tilesetDocument = <DataType extends 'map' | 'vector'>(
  tileset: Tileset<DataType>,
  { words, zooms }: { words: string; zooms: readonly number[] },
  http: HttpContext,
) => {
  const { id, title, collection, templates } = tileset
  const box = extentOf(collection)
  return {
    title,
    description: [collection.description, words].filter(Boolean).join('\n\n'),
    ...(collection.keywords.length > 0 && { keywords: collection.keywords }),
    ...(collection.license !== null && { license: collection.license }),
    created: collection.createdAt,
    updated: collection.updatedAt,
    ...kindOf(tileset),
    mediaTypes: templates.map(({ type }) => type),
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
      ...templateLinks(tileset),
      definitionLink(http, id),
      {
        rel: tileRelations.geodata,
        href: `${http.faceUrl}/collections/${collection.id}`,
        type: mediaTypes.json,
        title: 'The collection',
      },
    ],
    tileMatrixSetLimits: zooms.map((zoom) => tileLimits(id, zoom, box)),
    boundingBox: boundingBox(box),
  }
}

/** TileJSON of the tiles in Web Mercator. */
export const tileJsonDocument = (
  collection: PublishedCollection,
  { name, template, maxZoom }: { name: string; template: string; maxZoom: number },
) => {
  const bounds = plainBounds(extentOf(collection))
  return {
    tilejson: '3.0.0' as const,
    name,
    ...(collection.description && { description: collection.description }),
    ...(collection.license !== null && { attribution: collection.license }),
    version: `1.0.${collection.revision}`,
    scheme: 'xyz' as const,
    tiles: [template],
    minzoom: 0,
    maxzoom: maxZoom,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 8],
  }
}
