/** OGC API – Maps: maps of collections in their styles, of several collections at once, and their tiles. */
import type { Config } from '../../config/config.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import type { operations } from '../../contract/maps.gen.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { mapProblems } from '../../domain/problems/maps.ts'
import { type TileMatrixSetId, tileMatrixSets } from '../../geo/tile-matrix-sets.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import {
  demandStyle,
  hasMap,
  type MapLayer,
  type Maps,
  mapKey,
  mapTileKey,
  mostLayers,
  mostPixels,
  mostWidth,
  validArea,
} from '../../services/maps.ts'
import { page, withEtag } from '../common/answers.ts'
import { movedBox } from '../common/area.ts'
import { weakEtag } from '../common/caching.ts'
import { offeredCrs, readCrs, storageCrs } from '../common/crs.ts'
import { jsonAndHtml, mediaTypes, selfAndAlternates } from '../common/links.ts'
import { answerPicture, type PictureFormat, pictureOffers, placeHeaders } from '../common/pictures.ts'
import { demandAddress, demandSet } from '../common/tile-address.ts'
import { type BackgroundQuery, readBackground } from './background.ts'
import { datasetMapPage, mapPage, tilesetPage, tilesetsPage } from './pages.ts'
import { type MapSubject, toTileJson, toTileset, toTilesetItem } from './tilesets.ts'
import { readView, type ViewQuery } from './view.ts'

type Format = 'json' | 'html'
const jsonOffer: Offer<Format> = { key: 'json', types: [mediaTypes.json] }
const htmlOffer: Offer<'html'> = { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] }
const tilesetOffers: [Offer<Format | 'tilejson'>, ...Offer<Format | 'tilejson'>[]] = [
  jsonOffer,
  { key: 'tilejson', types: [mediaTypes.tileJson] },
  htmlOffer,
]
const mapOffers: [Offer<PictureFormat | 'html'>, ...Offer<PictureFormat | 'html'>[]] = [
  ...pictureOffers,
  htmlOffer,
]

const allSets = Object.keys(tileMatrixSets) as TileMatrixSetId[]

type MapQuery = ViewQuery & BackgroundQuery & { crs?: string; f?: PictureFormat | 'html' }
type TilePath = { tileMatrixSetId: string; tileMatrix: string; tileRow: string; tileCol: string }
type TileQuery = BackgroundQuery & { f?: PictureFormat }

const subjectOf = (collection: PublishedCollection, styleId: string | null): MapSubject => ({
  collection,
  styleId,
  style: demandStyle(collection, styleId),
})

const rank: Record<string, number> = { Polygon: 0, MultiPolygon: 0, LineString: 2, MultiLineString: 2 }

/** Areas below lines below points; of one kind as they are listed. */
const inPaintOrder = (list: readonly PublishedCollection[]): PublishedCollection[] => {
  const rankOf = ({ geometryType }: PublishedCollection) =>
    rank[geometryType ?? ''] ?? (/Point/.test(geometryType ?? '') ? 3 : 1)
  return list.toSorted((a, b) => rankOf(a) - rankOf(b))
}

const around = (boxes: readonly Box[]): Box => [
  Math.min(...boxes.map(([west]) => west)),
  Math.min(...boxes.map(([, south]) => south)),
  Math.max(...boxes.map(([, , east]) => east)),
  Math.max(...boxes.map(([, , , north]) => north)),
]

const periodHeaders = (layers: readonly MapLayer[]): Record<string, string> => {
  const [only] = layers
  const period = layers.length === 1 ? only?.collection.temporalExtent : null
  return period ? { 'Content-Datetime': `${period[0] ?? '..'}/${period[1] ?? '..'}` } : {}
}

export const mapsHandlers = ({
  config,
  collections,
  maps,
}: {
  config: Pick<Config, 'siteTitle' | 'crsList'>
  collections: Pick<Collections, 'get' | 'current'>
  maps: Pick<Maps, 'get' | 'getTile' | 'reach'>
}): Handlers<operations> => {
  const limits = { mostWidth, mostPixels }

  /** Where the layers are, in the system of the map. */
  const extentOf = async (layers: readonly MapLayer[], crs: RequestCrs): Promise<Box> => {
    const boxes: Box[] = []
    for (const { collection } of layers) {
      const found = await maps.reach(collection, crs.epsg)
      if (found !== null) boxes.push(found)
    }
    if (boxes.length > 0) return around(boxes)
    // Of empty collections there are maps, too.
    return movedBox([-180, -85, 180, 85], 4326, crs.epsg)
  }

  const lookOf = async (
    layers: readonly MapLayer[],
    query: MapQuery,
    { crs, offered, http }: { crs: RequestCrs; offered: RequestCrs[]; http: HttpContext },
  ) => {
    const { epsg } = crs
    const extent = await extentOf(layers, crs)
    const view = readView(query, { epsg, offered, extent, limits })
    const asked = negotiate(query.f, http.headers.accept, mapOffers)
    const format = asked === 'html' ? 'png' : asked
    const given = (name: string) => http.searchParams.has(name)
    const background = {
      ...readBackground(query, { given, hasAlpha: format !== 'jpeg' }),
      valid: validArea(epsg),
    }
    return { asked, format, look: { ...view, epsg, background, format } }
  }

  const answerMap = async (
    layers: readonly MapLayer[],
    query: MapQuery,
    { crs, offered, http }: { crs: RequestCrs; offered: RequestCrs[]; http: HttpContext },
    writePage: (size: { width: number; height: number }) => string,
  ) => {
    const { asked, format, look } = await lookOf(layers, query, { crs, offered, http })
    if (asked === 'html') return page(writePage(look))
    return answerPicture(
      http,
      {
        etag: weakEtag(mapKey(layers, look)),
        format,
        headers: { ...placeHeaders(look.box, crs), ...periodHeaders(layers) },
      },
      () => maps.get(layers, look, http.signal),
    )
  }

  const getMap = async (
    path: { collectionId: string; styleId: string | null },
    query: MapQuery,
    http: HttpContext,
  ) => {
    const collection = await collections.get(path.collectionId)
    const subject = subjectOf(collection, path.styleId)
    const offered = offeredCrs(collection, config.crsList)
    const crs = query.crs === undefined ? storageCrs(collection, offered) : readCrs('crs', query.crs, offered)
    const layer = { collection, styleId: path.styleId }
    return answerMap([layer], query, { crs, offered, http }, (size) =>
      mapPage(config.siteTitle, http, { subject, size }),
    )
  }

  const getTileSetsList = async (
    path: { collectionId: string; styleId: string | null },
    query: { f?: Format },
    http: HttpContext,
  ) => {
    const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
    const collection = await collections.get(path.collectionId)
    const links = selfAndAlternates(http, format, jsonAndHtml)
    if (!hasMap(collection) && format === 'json')
      return withEtag({ links, tilesets: [] }, collection.updatedAt)
    const subject = subjectOf(collection, path.styleId)
    if (format === 'html')
      return page(tilesetsPage(config.siteTitle, http, subject, allSets), collection.updatedAt)
    const tilesets = allSets.map((id) => toTilesetItem(subject, id, http))
    return withEtag({ links, tilesets }, collection.updatedAt)
  }

  const getTileSet = async (
    path: { collectionId: string; styleId: string | null; tileMatrixSetId: string },
    query: { f?: Format | 'tilejson' },
    http: HttpContext,
  ) => {
    const id = demandSet(path.tileMatrixSetId)
    const format = negotiate(query.f, http.headers.accept, tilesetOffers)
    const collection = await collections.get(path.collectionId)
    const subject = subjectOf(collection, path.styleId)
    if (format === 'html') return page(tilesetPage(config.siteTitle, http, subject, id), collection.updatedAt)
    if (format === 'json') return withEtag(toTileset(subject, id, http), collection.updatedAt)
    if (id !== 'WebMercatorQuad')
      throw generalProblems.notAcceptable({ asked: `tilejson of ${id}`, offered: ['json', 'html'] })
    return withEtag(toTileJson(subject, http), collection.updatedAt)
  }

  const getTile = async (
    path: TilePath & { collectionId: string; styleId: string | null },
    query: TileQuery,
    http: HttpContext,
  ) => {
    const isDouble = path.tileCol.endsWith('@2x')
    const tileCol = isDouble ? path.tileCol.slice(0, -3) : path.tileCol
    const address = demandAddress(demandSet(path.tileMatrixSetId), { ...path, tileCol })
    const format = negotiate(query.f, http.headers.accept, pictureOffers)
    const collection = await collections.get(path.collectionId)
    const given = (name: string) => http.searchParams.has(name)
    const layers: MapLayer[] = [{ collection, styleId: path.styleId }]
    const look = {
      address,
      pixelRatio: isDouble ? (2 as const) : (1 as const),
      background: { ...readBackground(query, { given, hasAlpha: format !== 'jpeg' }), valid: null },
      format,
    }
    return answerPicture(http, { etag: weakEtag(mapTileKey(layers, look)), format }, () =>
      maps.getTile(layers, look, http.signal),
    )
  }

  /** By id, or by address within this face. */
  const askedCollections = async (names: string[] | undefined, http: HttpContext) => {
    const { list } = await collections.current()
    if (names === undefined) return inPaintOrder(list.filter(hasMap)).slice(0, mostLayers)
    const asked: PublishedCollection[] = []
    for (const name of names) {
      const start = `${http.faceUrl}/collections/`
      const id = name.startsWith(start) ? name.slice(start.length).replace(/\/$/, '') : name
      asked.push(await collections.get(id))
    }
    return asked
  }

  const own = { styleId: null }
  return {
    'all.dataset.getMap': async ({ query, http }) => {
      const asked = await askedCollections(query.collections, http)
      if (asked.length === 0)
        throw mapProblems.mapViewWrong({ why: 'There is no collection to be drawn yet.' })
      const layers = asked.map((collection) => ({ collection, styleId: null }))
      const extentCrs84 = around(asked.map((one) => one.extentCrs84 ?? [-180, -90, 180, 90]))
      const offered = offeredCrs({ storageSrid: 4326, extentCrs84 }, config.crsList)
      const crs = readCrs('crs', query.crs, offered)
      return answerMap(layers, query, { crs, offered, http }, (size) =>
        datasetMapPage(config.siteTitle, http, { titles: asked.map(({ title }) => title), size }),
      )
    },
    'collection.getMap': ({ path, query, http }) => getMap({ ...path, ...own }, query, http),
    'collection.style.getMap': ({ path, query, http }) => getMap(path, query, http),
    'collection.map.getTileSetsList': ({ path, query, http }) =>
      getTileSetsList({ ...path, ...own }, query, http),
    'collection.style.map.getTileSetsList': ({ path, query, http }) => getTileSetsList(path, query, http),
    'collection.map.getTileSet': ({ path, query, http }) => getTileSet({ ...path, ...own }, query, http),
    'collection.style.map.getTileSet': ({ path, query, http }) => getTileSet(path, query, http),
    'collection.map.getTile': ({ path, query, http }) => getTile({ ...path, ...own }, query, http),
    'collection.style.map.getTile': ({ path, query, http }) => getTile(path, query, http),
  }
}
