/** OGC API – Tiles: tile matrix sets, tilesets of a collection, and the tiles themselves. */
import { gunzipSync } from 'node:zlib'
import type { Config } from '../../config/config.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import type { operations } from '../../contract/tiles.gen.ts'
import { raise } from '../../domain/problem.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import {
  type TileMatrixSetId,
  tileMatrixSetJson,
  tileMatrixSets,
  tileMatrixSetUri,
} from '../../geo/tile-matrix-sets.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import { hasTiles, type Tiles, tileKey } from '../../services/tiles.ts'
import { page, withEtag } from '../common/answers.ts'
import { hasItAlready } from '../common/caching.ts'
import { jsonAndHtml, mediaTypes, selfAndAlternates, tileRelations } from '../common/links.ts'
import { demandAddress, demandSet } from '../common/tile-address.ts'
import { tileMatrixSetPage, tileMatrixSetsPage, tilesetPage, tilesetsPage } from './pages.ts'
import { tileHeaders } from './tile-headers.ts'
import { mvtType, toTileJson, toTileset, toTilesetItem } from './tileset-json.ts'

const allSets = Object.keys(tileMatrixSets) as TileMatrixSetId[]

type Format = 'json' | 'html'
const jsonOffer: Offer<Format> = { key: 'json', types: [mediaTypes.json] }
const htmlOffer: Offer<Format> = { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] }
const tilesetOffers: [Offer<Format | 'tilejson'>, ...Offer<Format | 'tilejson'>[]] = [
  jsonOffer,
  { key: 'tilejson', types: [mediaTypes.tileJson] },
  htmlOffer,
]
const tileOffers: [Offer<'mvt'>] = [
  {
    key: 'mvt',
    types: [mvtType, 'application/x-protobuf', 'application/vnd.ogc.mvt', 'application/octet-stream'],
  },
]

const demandTiles = (collection: PublishedCollection): PublishedCollection =>
  hasTiles(collection)
    ? collection
    : raise(
        generalProblems.notFound({ what: 'tileset (the collection has no geometry) of', id: collection.id }),
      )

const acceptsGzip = ({ headers }: HttpContext) =>
  /\b(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/.test(String(headers['accept-encoding'] ?? ''))

export const tilesHandlers = ({
  config,
  collections,
  tiles,
}: {
  config: Pick<Config, 'siteTitle'>
  collections: Collections
  tiles: Pick<Tiles, 'get'>
}): Handlers<operations> => ({
  'tiles.getTileMatrixSetsList': async ({ query, http }) => {
    const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
    if (format === 'html') return page(tileMatrixSetsPage(config.siteTitle, http))
    return withEtag({
      links: selfAndAlternates(http, format, jsonAndHtml),
      tileMatrixSets: allSets.map((id) => ({
        id,
        title: tileMatrixSets[id].title,
        uri: tileMatrixSetUri(id),
        crs: tileMatrixSets[id].crs,
        links: [
          {
            rel: tileRelations.tilingScheme,
            href: `${http.faceUrl}/tileMatrixSets/${id}`,
            type: mediaTypes.json,
            title: `Tile matrix set ${id}`,
          },
        ],
      })),
    })
  },

  'tiles.getTileMatrixSet': async ({ path, query, http }) => {
    const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
    const id = demandSet(path.tileMatrixSetId)
    if (format === 'html') return page(tileMatrixSetPage(config.siteTitle, http, id))
    return withEtag(tileMatrixSetJson(id))
  },

  'collection.vector.getTileSetsList': async ({ path, query, http }) => {
    const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
    const collection = await collections.get(path.collectionId)
    const ids = hasTiles(collection) ? allSets : []
    if (format === 'html')
      return page(tilesetsPage(config.siteTitle, http, collection, ids), collection.updatedAt)
    return withEtag(
      {
        links: selfAndAlternates(http, format, jsonAndHtml),
        tilesets: ids.map((id) => toTilesetItem(collection, id, http)),
      },
      collection.updatedAt,
    )
  },

  'collection.vector.getTileSet': async ({ path, query, http }) => {
    const id = demandSet(path.tileMatrixSetId)
    const format = negotiate(query.f, http.headers.accept, tilesetOffers)
    const collection = demandTiles(await collections.get(path.collectionId))
    if (format === 'html')
      return page(tilesetPage(config.siteTitle, http, collection, id), collection.updatedAt)
    if (format === 'json') return withEtag(toTileset(collection, id, http), collection.updatedAt)
    if (id !== 'WebMercatorQuad')
      throw generalProblems.notAcceptable({ asked: `tilejson of ${id}`, offered: ['json', 'html'] })
    return withEtag(toTileJson(collection, http), collection.updatedAt)
  },

  'collection.vector.getTile': async ({ path, query, http }) => {
    const address = demandAddress(demandSet(path.tileMatrixSetId), path)
    negotiate(query.f, http.headers.accept, tileOffers)
    const collection = demandTiles(await collections.get(path.collectionId))
    const headers = tileHeaders(tileKey(collection, address))
    if (hasItAlready(http.headers, headers.ETag))
      return { status: 200, headers, raw: { contentType: mvtType, text: '' } }
    const { gzip } = await tiles.get(collection, address, http.signal)
    if (gzip === null) return { status: 204, headers }
    if (acceptsGzip(http))
      return {
        status: 200,
        headers: { ...headers, 'Content-Encoding': 'gzip' },
        raw: { contentType: mvtType, bytes: gzip },
      }
    return { status: 200, headers, raw: { contentType: mvtType, bytes: gunzipSync(gzip) } }
  },
})
