/** The Web Map Service, OGC 06-042 (WMS 1.3.0), and 1.1.1 for older clients: every request is made of parameters. */
import type { Config } from '../../config/config.ts'
import type { Handlers, HttpContext, RawBody } from '../../contract/handler.ts'
import type { operations as WmsOperations } from '../../contract/wms.gen.ts'
import { isProblem } from '../../domain/problem.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import type { Features } from '../../services/features.ts'
import { hasMap, type MapLayer, type MapLook, type Maps, mapKey } from '../../services/maps.ts'
import type { Rasters } from '../../services/rasters.ts'
import { cacheHeaders, weakEtag } from '../common/caching.ts'
import { answerPicture, pictureTypes } from '../common/pictures.ts'
import { capabilities } from './capabilities.ts'
import { entryPage, isAskedByPeople } from './entry-page.ts'
import { inVersion, xmlType } from './exceptions.ts'
import {
  type FoundFeature,
  findCell,
  findFeatures,
  readFeatureCount,
  readInfoFormat,
  readPlace,
  writeInfo,
} from './feature-info.ts'
import type { WmsVersion } from './names.ts'
import {
  operationOf,
  type Parameters,
  readBackground,
  readFormat,
  readLayer,
  readLayers,
  readParameters,
  readWmsView,
  scaleOf,
  versionOf,
} from './parameters.ts'

export type WmsFaceParts = {
  config: Pick<Config, 'siteTitle' | 'crsList'>
  collections: Pick<Collections, 'current' | 'reload'>
  features: Pick<Features, 'openPage' | 'withCollection'>
  maps: Pick<Maps, 'get' | 'legend' | 'message'>
  rasters: Pick<Rasters, 'readPixel'>
}

type Answer = { status: 200; headers?: Record<string, string>; raw: RawBody }
type Asked = { parameters: Parameters; version: WmsVersion; http: HttpContext }

const swatch = { least: 4, most: 200, width: 24, height: 18 }

const sizeOf = ({ get }: Parameters, name: 'WIDTH' | 'HEIGHT', otherwise: number): number => {
  const size = Number(get(name))
  return size >= swatch.least && size <= swatch.most ? Math.round(size) : otherwise
}

export const wmsHandlers = ({
  config,
  collections,
  features,
  maps,
  rasters,
}: WmsFaceParts): Handlers<WmsOperations> => {
  const finder = async () => {
    const { byId } = await collections.current()
    return (id: string): PublishedCollection | undefined => {
      const found = byId.get(id)
      return found && hasMap(found) ? found : undefined
    }
  }

  const getCapabilities = async ({ version, http }: Asked): Promise<Answer> => {
    const { list } = await collections.current()
    const text = capabilities(list, version, http, {
      siteTitle: config.siteTitle,
      servedCrs: config.crsList,
    })
    const contentType = version === '1.3.0' ? xmlType : 'application/vnd.ogc.wms_xml; charset=utf-8'
    return { status: 200, headers: cacheHeaders(weakEtag(text)), raw: { contentType, text } }
  }

  const readMap = async ({ parameters, version }: Asked) => {
    const layers = readLayers(parameters, await finder())
    return { layers, view: readWmsView(parameters, version, { layers, served: config.crsList }) }
  }

  const getMap = async (asked: Asked): Promise<Answer> => {
    const { parameters, http } = asked
    const format = readFormat(parameters, true)
    const { layers, view } = await readMap(asked)
    const color = readBackground(parameters, format)
    const { epsg, box, width, height, pixelRatio } = view
    const background = { color, void: color, valid: null }
    const look: MapLook = { epsg, box, width, height, pixelRatio, background, format }
    return answerPicture(http, { etag: weakEtag(mapKey(layers, look)), format }, () =>
      maps.get(layers, look, http.signal),
    )
  }

  const getFeatureInfo = async (asked: Asked): Promise<Answer> => {
    const { parameters, version, http } = asked
    const format = readInfoFormat(parameters)
    const { view } = await readMap(asked)
    const find = await finder()
    const names = parameters.need('QUERY_LAYERS', 'QUERY_LAYERS=roads').split(',')
    const layers: MapLayer[] = names.map((name) => readLayer(name.trim(), undefined, find))
    const { point, box } = readPlace(parameters, version, view)
    const limit = readFeatureCount(parameters)
    const crs = { ...view.crs, axisOrder: 'xy' as const }
    const written = format === 'json' ? crs : { epsg: 4326, axisOrder: 'xy' as const, uri: '' }
    const found: FoundFeature[] = []
    for (const { collection } of layers)
      found.push(
        ...(await (collection.raster === null
          ? findFeatures(collection, { box, crs, written, limit }, { features, signal: http.signal })
          : findCell(collection, { point, crs, written }, { collections, rasters }))),
      )
    return { status: 200, headers: { 'Cache-Control': 'no-cache' }, raw: writeInfo(found, format, crs) }
  }

  const getLegendGraphic = async ({ parameters, http }: Asked): Promise<Answer> => {
    const format = readFormat(parameters, false)
    const name = parameters.get('LAYER') ?? parameters.need('LAYERS', 'LAYER=roads')
    const layer = readLayer(name, parameters.get('STYLE') ?? parameters.get('STYLES'), await finder())
    const background = readBackground(parameters, format)
    const look = {
      width: sizeOf(parameters, 'WIDTH', swatch.width),
      height: sizeOf(parameters, 'HEIGHT', swatch.height),
      pixelRatio: 1,
      scaleDenominator: scaleOf(parameters),
      background,
      format,
    }
    const { image } = await maps.legend(layer, look, http.signal)
    const etag = weakEtag(Buffer.from(image).toString('latin1'))
    return {
      status: 200,
      headers: cacheHeaders(etag),
      raw: { contentType: pictureTypes[format], bytes: image },
    }
  }

  const answers = {
    GetCapabilities: getCapabilities,
    GetMap: getMap,
    GetFeatureInfo: getFeatureInfo,
    GetLegendGraphic: getLegendGraphic,
  }

  /** A picture instead of a report, where that was asked for: of the words, or empty. */
  const inPicture = async ({ parameters, http }: Asked, error: unknown): Promise<Answer | null> => {
    const wanted = /(?:^|_)(inimage|blank)$/i.exec(parameters.get('EXCEPTIONS') ?? '')?.[1]?.toLowerCase()
    if (!isProblem(error) || wanted === undefined || http.signal.aborted) return null
    try {
      const format = readFormat(parameters, false)
      const side = (name: string) => Math.min(2000, Math.max(1, Number(parameters.get(name)) || 400))
      const image = await maps.message(wanted === 'inimage' ? error.message : '', {
        width: Math.round(side('WIDTH')),
        height: Math.round(side('HEIGHT')),
        background: readBackground(parameters, format),
        format,
      })
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        raw: { contentType: pictureTypes[format], bytes: image },
      }
    } catch {
      // What is wrong with format or colour is told in words.
      return null
    }
  }

  return {
    askWms: async ({ http }) => {
      if (isAskedByPeople(http)) {
        const { list } = await collections.current()
        const text = entryPage({ siteTitle: config.siteTitle, layers: list.filter(hasMap) }, http)
        return {
          status: 200,
          headers: { ...cacheHeaders(weakEtag(text)), ...pageHeaders },
          raw: { contentType: htmlType, text },
        }
      }
      const parameters = readParameters(
        http.searchParams.size === 0
          ? new URLSearchParams({ request: 'GetCapabilities' })
          : http.searchParams,
      )
      const version = versionOf(parameters)
      const asked: Asked = { parameters, version, http }
      try {
        return await answers[operationOf(parameters)](asked)
      } catch (error) {
        const picture = await inPicture(asked, error)
        if (picture !== null) return picture
        throw isProblem(error) ? inVersion(error, version) : error
      }
    },
  }
}
