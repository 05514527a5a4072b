/** Tilesets as OGC API – Tiles and TileJSON describe them. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/tiles.gen.ts'
import type { FieldType, GeometryType } from '../../domain/probe.ts'
import type { TileMatrixSetId } from '../../geo/tile-matrix-sets.ts'
import { mostTextBytes } from '../../render/tile-values.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { tileZooms } from '../../services/tiles.ts'
import {
  boundingBox,
  extentOf,
  type Tileset,
  tileJsonDocument,
  tilesetDocument,
  tilesetItem,
} from '../common/tilesets.ts'

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

const tilesetOf = (collection: PublishedCollection, id: TileMatrixSetId, face: Face): Tileset<'vector'> => ({
  id,
  dataType: 'vector',
  title: collection.title,
  collection,
  address: tilesAddress(face, collection.id),
  templates: [{ query: 'f=mvt', type: mvtType, title: 'Vector tiles (MVT)' }],
})

export const toTilesetItem = (
  collection: PublishedCollection,
  id: TileMatrixSetId,
  face: Face,
): Schemas['tileSetItem'] => tilesetItem(tilesetOf(collection, id, face), face)

export const toTileset = (
  collection: PublishedCollection,
  id: TileMatrixSetId,
  http: HttpContext,
): Schemas['tileSet'] => {
  const { geometryType, columns } = collection
  const zooms = tileZooms(id)
  const dimension = geometryType === null ? undefined : dimensions[geometryType]
  const properties = columns.flatMap(({ name, type }) => (schemas[type] ? [[name, schemas[type]]] : []))
  return {
    ...tilesetDocument(tilesetOf(collection, id, http), { words: tileWords, zooms }, http),
    layers: [
      {
        id: collection.id,
        title: collection.title,
        dataType: 'vector',
        ...(dimension !== undefined && { geometryDimension: dimension }),
        minTileMatrix: '0',
        maxTileMatrix: String(zooms.at(-1)),
        boundingBox: boundingBox(extentOf(collection)),
        propertiesSchema: { type: 'object', properties: Object.fromEntries(properties) },
      },
    ],
  }
}

export const toTileJson = (collection: PublishedCollection, face: Face): Schemas['tileJson'] => {
  const id = 'WebMercatorQuad'
  const maxZoom = tileZooms(id).at(-1) ?? 0
  const fields = collection.columns.flatMap(({ name, type }) =>
    jsonFields[type] ? [[name, jsonFields[type]]] : [],
  )
  return {
    ...tileJsonDocument(collection, {
      name: collection.title,
      template: `${tilesAddress(face, collection.id)}/${id}/{z}/{y}/{x}?f=mvt`,
      maxZoom,
    }),
    vector_layers: [
      {
        id: collection.id,
        ...(collection.description && { description: collection.description }),
        minzoom: 0,
        maxzoom: maxZoom,
        fields: Object.fromEntries(fields),
      },
    ],
  }
}
