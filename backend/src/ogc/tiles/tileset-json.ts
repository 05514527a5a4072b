/** Tilesets as OGC API – Tiles and TileJSON describe them. */

import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/tiles.gen.ts'
import type { Box, FieldType, GeometryType } from '../../domain/probe.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import {
  type TileMatrixSetId,
  tileLimits,
  tileMatrixSets,
  tileMatrixSetUri,
} from '../../geo/tile-matrix-sets.ts'
import { mostTextBytes } from '../../render/tile-values.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { tileZooms } from '../../services/tiles.ts'
import { addressWith, type Link, mediaTypes, tileRelations } from '../common/links.ts'

type Schemas = components['schemas']
type Face = Pick<HttpContext, 'faceUrl'>

export const mvtType = 'application/vnd.mapbox-vector-tile'

export const tilesAddress = ({ faceUrl }: Face, id: string): string => `${faceUrl}/collections/${id}/tiles`

const dimensions: Record<GeometryType, 0 | 1 | 2 | undefined> = {
  Point: 0,
  MultiPoint: 0,
  LineString: 1,
  MultiLineString: 1,
  Polygon: 2,
  MultiPolygon: 2,
  GeometryCollection: undefined,
  Geometry: undefined,
}

const schemas: Record<FieldType, Record<string, string> | null> = {
  string: { type: 'string' },
  integer: { type: 'integer', format: 'int64' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  time: { type: 'string', format: 'time' },
  binary: null,
}

const jsonFields: Record<FieldType, 'String' | 'Number' | 'Boolean' | null> = {
  string: 'String',
  integer: 'Number',
  number: 'Number',
  boolean: 'Boolean',
  date: 'String',
  datetime: 'String',
  time: 'String',
  binary: null,
}

const tileWords =
  'Whole from zoom level 14 on (13 in WorldCRS84Quad). Below, vertices snap to a quarter of a pixel, where a tile has 256; ' +
  'features smaller than half a pixel, and points, become one for each half pixel; of more than 12 000 features a ' +
  'share is shown; the smallest leave a tile that would be larger than 1 MB (4 MB at full detail, of at most 60 000 ' +
  `features). Texts are cut after ${mostTextBytes} bytes; dates and times are texts; missing values are left out.`

const worldBox: Box = [-180, -90, 180, 90]

const boundingBox = (box: Box): Schemas['boundingBox'] => ({
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

/** Rows before columns: GDAL and browsers put numbers where the standard's names stand. */
const templateLink = (face: Face, collectionId: string, id: TileMatrixSetId): Link => ({
  rel: 'item',
  href: `${tilesAddress(face, collectionId)}/${id}/{tileMatrix}/{tileRow}/{tileCol}?f=mvt`,
  type: mvtType,
  title: 'Vector tiles (MVT)',
  templated: true,
})

export const toTilesetItem = (
  collection: PublishedCollection,
  id: TileMatrixSetId,
  face: Face,
): Schemas['tileSetItem'] => ({
  title: `${collection.title} (${id})`,
  dataType: 'vector',
  crs: tileMatrixSets[id].crs,
  tileMatrixSetURI: tileMatrixSetUri(id),
  links: [
    {
      rel: 'self',
      href: `${tilesAddress(face, collection.id)}/${id}`,
      type: mediaTypes.json,
      title: 'This tileset',
    },
    definitionLink(face, id),
    templateLink(face, collection.id, id),
  ],
})

export const toTileset = (
  collection: PublishedCollection,
  id: TileMatrixSetId,
  http: HttpContext,
): Schemas['tileSet'] => {
  const { extentCrs84, geometryType, columns } = collection
  const box = extentCrs84 ?? worldBox
  const zooms = tileZooms(id)
  const dimension = geometryType === null ? undefined : dimensions[geometryType]
  const properties = columns.flatMap(({ name, type }) => (schemas[type] ? [[name, schemas[type]]] : []))
  return {
    title: collection.title,
    description: [collection.description, tileWords].filter(Boolean).join('\n\n'),
    ...(collection.keywords.length > 0 && { keywords: collection.keywords }),
    ...(collection.license !== null && { license: collection.license }),
    created: collection.createdAt,
    updated: collection.updatedAt,
    dataType: 'vector',
    crs: tileMatrixSets[id].crs,
    tileMatrixSetURI: tileMatrixSetUri(id),
    mediaTypes: [mvtType],
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
      templateLink(http, collection.id, id),
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
    layers: [
      {
        id: collection.id,
        title: collection.title,
        dataType: 'vector',
        ...(dimension !== undefined && { geometryDimension: dimension }),
        minTileMatrix: '0',
        maxTileMatrix: String(zooms.at(-1)),
        boundingBox: boundingBox(box),
        propertiesSchema: { type: 'object', properties: Object.fromEntries(properties) },
      },
    ],
  }
}

/** Web maps put a whole world of longitudes between the ends of a box across the antimeridian. */
const plainBounds = ([west, south, east, north]: Box): Box =>
  west > east ? [-180, south, 180, north] : [west, south, east, north]

export const toTileJson = (collection: PublishedCollection, face: Face): Schemas['tileJson'] => {
  const id = 'WebMercatorQuad'
  const zooms = tileZooms(id)
  const bounds = plainBounds(collection.extentCrs84 ?? worldBox)
  const fields = collection.columns.flatMap(({ name, type }) =>
    jsonFields[type] ? [[name, jsonFields[type]]] : [],
  )
  return {
    tilejson: '3.0.0',
    name: collection.title,
    ...(collection.description && { description: collection.description }),
    ...(collection.license !== null && { attribution: collection.license }),
    version: `1.0.${collection.revision}`,
    scheme: 'xyz',
    tiles: [`${tilesAddress(face, collection.id)}/${id}/{z}/{y}/{x}?f=mvt`],
    minzoom: 0,
    maxzoom: zooms.at(-1) ?? 0,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 8],
    vector_layers: [
      {
        id: collection.id,
        ...(collection.description && { description: collection.description }),
        minzoom: 0,
        maxzoom: zooms.at(-1) ?? 0,
        fields: Object.fromEntries(fields),
      },
    ],
  }
}
