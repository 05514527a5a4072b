/** The parameters of a WMS request: names in any case, values as clients of either version write them. */
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { mapProblems } from '../../domain/problems/maps.ts'
import { wmsProblems } from '../../domain/problems/wms.ts'
import { epsgFromUri } from '../../geo/crs.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { type MapLayer, mostLayers, mostPixels, mostWidth } from '../../services/maps.ts'
import { chosenStyle } from '../../services/style-models.ts'
import { readColour } from '../../styles/colour.ts'
import { offeredCrs } from '../common/crs.ts'
import type { PictureFormat } from '../common/pictures.ts'
import { mapFormats, type OperationName, operations, type WmsVersion } from './names.ts'

export type Parameters = {
  get: (name: string) => string | undefined
  need: (name: string, example: string) => string
}

/** The first of several; empty is as good as missing. */
export const readParameters = (given: URLSearchParams): Parameters => {
  const values = new Map<string, string>()
  for (const [name, value] of given) {
    const key = name.toLowerCase()
    if (!values.has(key)) values.set(key, value)
  }
  const get = (name: string) => values.get(name.toLowerCase())?.trim() || undefined
  return {
    get,
    need: (name, example) => {
      const value = get(name)
      if (value === undefined) throw wmsProblems.wmsParameterMissing({ parameter: name, example })
      return value
    },
  }
}

/** What is lower than 1.3.0 is answered as 1.1.1, everything else as 1.3.0 (06-042, §6.2.4). */
export const versionOf = ({ get }: Parameters): WmsVersion =>
  /^1\.(?:0|1)/.test(get('VERSION') ?? get('WMTVER') ?? '1.3.0') ? '1.1.1' : '1.3.0'

export const operationOf = ({ get, need }: Parameters): OperationName => {
  const service = get('SERVICE')
  if (service !== undefined && service.toUpperCase() !== 'WMS')
    throw wmsProblems.wmsParameterWrong({ parameter: 'SERVICE', given: service, expected: 'WMS' })
  const asked = need('REQUEST', 'REQUEST=GetCapabilities')
  const known: Record<string, OperationName> = { capabilities: 'GetCapabilities', map: 'GetMap' }
  const found =
    operations.find((one) => one.toLowerCase() === asked.toLowerCase()) ?? known[asked.toLowerCase()]
  if (found === undefined) throw wmsProblems.wmsOperationUnknown({ given: asked, known: operations })
  return found
}

const crsName = ({ epsg, axisOrder, uri }: RequestCrs): string =>
  epsg === 4326 && axisOrder === 'xy' ? 'CRS:84' : uri.includes('/ESRI/') ? `ESRI:${epsg}` : `EPSG:${epsg}`

/** Systems of a layer by their names in WMS. */
export const layerCrs = (
  collection: PublishedCollection,
  served: readonly number[],
): { name: string; crs: RequestCrs }[] =>
  offeredCrs(collection, served).map((crs) => ({ name: crsName(crs), crs }))

// Layers and styles ------------------------------------------------------------------------------------

export const readLayer = (
  name: string,
  styleName: string | undefined,
  find: (id: string) => PublishedCollection | undefined,
): MapLayer => {
  const collection = find(name)
  if (collection === undefined || chosenStyle(collection, null) === null)
    throw wmsProblems.wmsLayerUnknown({ given: name })
  const styleId = styleName === undefined || /^(?:default)?$/i.test(styleName) ? null : styleName
  if (chosenStyle(collection, styleId) === null)
    throw wmsProblems.wmsStyleUnknown({
      given: styleName ?? '',
      layer: name,
      known: collection.styles.map(({ id }) => id),
    })
  return { collection, styleId }
}

export const readLayers = (
  { get, need }: Parameters,
  find: (id: string) => PublishedCollection | undefined,
): MapLayer[] => {
  const names = need('LAYERS', 'LAYERS=roads').split(',')
  const styles = (get('STYLES') ?? get('STYLE') ?? '').split(',')
  if (names.length > mostLayers)
    throw wmsProblems.wmsParameterWrong({
      parameter: 'LAYERS',
      given: `${names.length} layers`,
      expected: `at most ${mostLayers}`,
    })
  if (styles.length > 1 && styles.length !== names.length)
    throw wmsProblems.wmsParameterWrong({
      parameter: 'STYLES',
      given: styles.join(','),
      expected: 'nothing, or as many as there are layers',
    })
  return names.map((name, at) => readLayer(name.trim(), styles[at]?.trim(), find))
}

// Place and size ---------------------------------------------------------------------------------------

const integer = ({ need }: Parameters, name: string): number => {
  const text = need(name, `${name}=800`)
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text)
  throw wmsProblems.wmsParameterWrong({ parameter: name, given: text, expected: 'a number of pixels' })
}

const readBox = (text: string, isNorthFirst: boolean): Box => {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [a = 0, b = 0, c = 0, d = 0] = numbers
  const box: Box = isNorthFirst ? [b, a, d, c] : [a, b, c, d]
  const isArea = box[0] < box[2] && box[1] < box[3] && box.every((one) => Math.abs(one) < 1e12)
  if (numbers.length === 4 && numbers.every(Number.isFinite) && isArea) return box
  throw wmsProblems.wmsParameterWrong({
    parameter: 'BBOX',
    given: text,
    expected: `${isNorthFirst ? 'lowest latitude,lowest longitude,highest latitude,highest longitude' : 'west,south,east,north'} of an area`,
  })
}

/** QGIS says DPI, MapServer MAP_RESOLUTION, GeoServer FORMAT_OPTIONS=dpi:…; a pixel of 0.28 mm is one of 90.7 to the inch. */
const pixelRatioOf = ({ get }: Parameters): number => {
  const option = /(?:^|;)dpi:([\d.]+)/i.exec(get('FORMAT_OPTIONS') ?? '')?.[1]
  const dpi = Number(get('DPI') ?? get('MAP_RESOLUTION') ?? option)
  return dpi >= 12 && dpi <= 720 ? (dpi * 0.28) / 25.4 : 1
}

export type WmsView = {
  epsg: number
  /** As the request names the system, for GeoJSON. */
  crs: RequestCrs
  box: Box
  width: number
  height: number
  pixelRatio: number
}

export const readWmsView = (
  parameters: Parameters,
  version: WmsVersion,
  { layers, served }: { layers: readonly MapLayer[]; served: readonly number[] },
): WmsView => {
  const name = version === '1.3.0' ? 'CRS' : 'SRS'
  const text =
    parameters.get(name) ??
    parameters.get(name === 'CRS' ? 'SRS' : 'CRS') ??
    parameters.need(name, `${name}=EPSG:3857`)
  const asked = epsgFromUri(text)
  const found = layers.map(({ collection }) => {
    const offered = layerCrs(collection, served)
    const one = offered.find(({ crs }) => crs.epsg === asked?.epsg && crs.axisOrder === asked.axisOrder)
    if (one) return one.crs
    throw wmsProblems.wmsCrsUnknown({
      given: text,
      layer: collection.id,
      offered: offered.map((each) => each.name),
    })
  })
  const [crs] = found
  if (crs === undefined) throw wmsProblems.wmsLayerUnknown({ given: '' })
  const width = integer(parameters, 'WIDTH')
  const height = integer(parameters, 'HEIGHT')
  if (width > mostWidth || height > mostWidth || width * height > mostPixels)
    throw mapProblems.mapTooLarge({ width, height, mostWidth, mostPixels })
  const box = readBox(
    parameters.need('BBOX', 'BBOX=-61.1,13.7,-60.8,14.1'),
    version === '1.3.0' && crs.axisOrder === 'yx',
  )
  return { epsg: crs.epsg, crs, box, width, height, pixelRatio: pixelRatioOf(parameters) }
}

// Looks ------------------------------------------------------------------------------------------------

export const readFormat = ({ get }: Parameters, isNeeded: boolean): PictureFormat => {
  const text = get('FORMAT')
  if (text === undefined && isNeeded)
    throw wmsProblems.wmsParameterMissing({ parameter: 'FORMAT', example: 'FORMAT=image/png' })
  // 'image/png; mode=8bit' and 'image/png8' are PNGs, too.
  const plain = (text ?? 'image/png').toLowerCase().split(';')[0]?.trim() ?? ''
  const found =
    mapFormats[plain] ?? (/^image\/png\d*$/.test(plain) ? 'png' : mapFormats[plain.replace('jpg', 'jpeg')])
  if (found) return found
  throw wmsProblems.wmsFormatUnknown({
    parameter: 'FORMAT',
    given: text ?? '',
    known: Object.keys(mapFormats),
  })
}

/** CSS colour, or null for none. */
export const readBackground = ({ get }: Parameters, format: PictureFormat): string | null => {
  if (format !== 'jpeg' && /^true$/i.test(get('TRANSPARENT') ?? '')) return null
  const text = get('BGCOLOR') ?? '0xFFFFFF'
  const found = readColour(text)
  if (found !== null && found.alpha === undefined) return found.color
  throw wmsProblems.wmsParameterWrong({ parameter: 'BGCOLOR', given: text, expected: '0xRRGGBB' })
}

export const scaleOf = ({ get }: Parameters): number | null => {
  const scale = Number(get('SCALE'))
  return scale > 0 && Number.isFinite(scale) ? scale : null
}
