/** A style for MapLibre and its kin: absolute addresses of tiles, symbols and letters, so that it works from anywhere. */
import type { HttpContext } from '../../contract/handler.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { MapLibreLayers, StyledLayer } from '../../services/style-drawing.ts'
import { tileZooms } from '../../services/tiles.ts'
import { plainBounds } from '../common/tilesets.ts'
import { collectionStyleAddress, type StyleTarget } from './target.ts'

type Face = Pick<HttpContext, 'faceUrl'>

const withBounds = ({ extentCrs84 }: PublishedCollection) =>
  extentCrs84 === null ? {} : { bounds: plainBounds(extentCrs84) }

/** Rows before columns. */
const sourceOf = ({ collection, style }: StyledLayer, { isForRasters }: MapLibreLayers, face: Face) => {
  const attribution = collection.license === null ? {} : { attribution: escaped(collection.license) }
  if (isForRasters)
    return {
      type: 'raster',
      tiles: [
        `${collectionStyleAddress(face, collection.id, style.id)}/map/tiles/WebMercatorQuad/{z}/{y}/{x}?f=png`,
      ],
      tileSize: 256,
      ...withBounds(collection),
      ...attribution,
    }
  return {
    type: 'vector',
    tiles: [`${face.faceUrl}/collections/${collection.id}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`],
    minzoom: 0,
    maxzoom: tileZooms('WebMercatorQuad').at(-1) ?? 0,
    ...withBounds(collection),
    ...attribution,
  }
}

/** Programs show it as HTML. */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Where all of it fits into a window of some 800 pixels. */
const viewOf = (layers: readonly StyledLayer[]) => {
  const boxes = layers.flatMap(({ collection }) =>
    collection.extentCrs84 === null ? [] : [plainBounds(collection.extentCrs84)],
  )
  if (boxes.length === 0) return {}
  const west = Math.min(...boxes.map((box) => box[0]))
  const south = Math.min(...boxes.map((box) => box[1]))
  const east = Math.max(...boxes.map((box) => box[2]))
  const north = Math.max(...boxes.map((box) => box[3]))
  const widest = Math.max((east - west) / 360, (north - south) / 180, 360 / 2 ** 18 / 360)
  const zoom = Math.max(0, Math.min(18, Math.log2(800 / 512 / widest) - 0.5))
  return {
    center: [(west + east) / 2, (south + north) / 2],
    zoom: Math.round(zoom * 100) / 100,
  }
}

export const toMapLibreStyle = (
  target: StyleTarget,
  written: readonly MapLibreLayers[],
  face: Face,
): Record<string, unknown> => {
  const isOne = target.layers.length === 1
  return {
    version: 8,
    name: target.title,
    metadata: { 'sec-ims:style': target.id, 'sec-ims:version': String(target.version) },
    ...viewOf(target.layers),
    sources: Object.fromEntries(
      target.layers.flatMap((layer, at) => {
        const own = written[at]
        return own ? [[layer.collection.id, sourceOf(layer, own, face)]] : []
      }),
    ),
    ...(written.some(({ sprites }) => sprites.length > 0) && { sprite: `${target.address}/sprite/symbols` }),
    glyphs: `${face.faceUrl}/fonts/{fontstack}/{range}.pbf`,
    layers: written.flatMap(({ layers }, at) =>
      layers.map((layer) => ({
        ...layer,
        id: isOne ? layer.id : `${target.layers[at]?.collection.id ?? at}-${layer.id}`,
      })),
    ),
  }
}
