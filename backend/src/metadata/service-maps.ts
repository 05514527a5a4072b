/** The addresses at which a WMS or a WMTS of somebody else gives tiles of the world's usual grid, legends and what lies at a place. */
import { mercatorHalf, toMercator } from '../geo/mercator.ts'
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import type { WebService } from './record-metadata.ts'

export type TileAddress = { zoom: number; column: number; row: number }

const tilePixels = 256

/** West, south, east, north in metres of Web Mercator. */
export const boxOfTile = ({ zoom, column, row }: TileAddress): [number, number, number, number] => {
  const side = (2 * mercatorHalf) / 2 ** zoom
  return [
    column * side - mercatorHalf,
    mercatorHalf - (row + 1) * side,
    (column + 1) * side - mercatorHalf,
    mercatorHalf - row * side,
  ]
}

/** Parameters of others with the same names give way, whatever their case. */
const asking = (address: string, parameters: Record<string, string>): string => {
  const url = new URL(address)
  const names = new Set(Object.keys(parameters))
  for (const name of [...url.searchParams.keys()])
    if (names.has(name.toLowerCase())) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

// WMS ---------------------------------------------------------------------------------------------------

export const wmsTileUrl = ({ url, layer = '' }: WebService, tile: TileAddress): string =>
  asking(url, {
    service: 'WMS',
    version: '1.3.0',
    request: 'GetMap',
    layers: layer,
    styles: '',
    crs: 'EPSG:3857',
    bbox: boxOfTile(tile).join(','),
    width: String(tilePixels),
    height: String(tilePixels),
    format: 'image/png',
    transparent: 'TRUE',
  })

export const wmsLegendUrl = ({ url, layer = '' }: WebService): string =>
  asking(url, {
    service: 'WMS',
    version: '1.3.0',
    request: 'GetLegendGraphic',
    layer,
    format: 'image/png',
    sld_version: '1.1.0',
  })

/** What lies under a press: a map of 101 pixels around the place, and its middle. */
export const wmsInfoUrl = (
  { url, layer = '' }: WebService,
  { longitude, latitude, zoom }: { longitude: number; latitude: number; zoom: number },
): string => {
  const [x, y] = toMercator(longitude, latitude)
  const reach = (50.5 * 2 * mercatorHalf) / (tilePixels * 2 ** zoom)
  return asking(url, {
    service: 'WMS',
    version: '1.3.0',
    request: 'GetFeatureInfo',
    layers: layer,
    query_layers: layer,
    styles: '',
    crs: 'EPSG:3857',
    bbox: [x - reach, y - reach, x + reach, y + reach].join(','),
    width: '101',
    height: '101',
    i: '50',
    j: '50',
    info_format: 'application/json',
    feature_count: '5',
  })
}

// WMTS --------------------------------------------------------------------------------------------------

export type WmtsTiles = {
  /** With {TileMatrix}, {TileRow} and {TileCol}. */
  template: string
  /** Names of the matrices by zoom level of the usual grid. */
  matrices: Record<number, string>
}

const textOf = (parent: XmlElement | undefined, name: string): string =>
  (parent && firstChild(parent, name)?.text.trim()) ?? ''

const isMercator = (crs: string) => /(?:^|[^A-Z])EPSG\b.*?[:/#](?:3857|900913|3785|102100)$/i.test(crs.trim())

/** Of zoom level 0, for pixels of 0.28 mm. */
const topScale = 559_082_264.028_717_8

const matricesOf = (set: XmlElement): WmtsTiles['matrices'] => {
  const found: WmtsTiles['matrices'] = {}
  for (const matrix of childElements(set, 'TileMatrix')) {
    const zoom = Math.log2(topScale / Number(textOf(matrix, 'ScaleDenominator')))
    const [left = Number.NaN, top = Number.NaN] = textOf(matrix, 'TopLeftCorner').split(/\s+/).map(Number)
    const isUsual =
      Math.abs(zoom - Math.round(zoom)) < 0.01 &&
      Math.abs(left + mercatorHalf) < 10 &&
      Math.abs(top - mercatorHalf) < 10 &&
      Number(textOf(matrix, 'TileWidth')) === tilePixels
    if (isUsual) found[Math.round(zoom)] = textOf(matrix, 'Identifier')
  }
  return found
}

/** Where the operation is asked by parameters, when there is no template. */
const kvpAddressOf = (root: XmlElement): string | null => {
  const operations = firstChild(root, 'OperationsMetadata')
  const getTile =
    operations && childElements(operations, 'Operation').find((one) => attributeOf(one, 'name') === 'GetTile')
  const dcp = getTile && firstChild(getTile, 'DCP')
  const http = dcp && firstChild(dcp, 'HTTP')
  const get = http && firstChild(http, 'Get')
  return (get && attributeOf(get, 'href')) ?? null
}

/** null when the layer is not there, or not in the usual grid. */
export const wmtsTilesOf = (root: XmlElement, { url, layer }: WebService): WmtsTiles | null => {
  const contents = firstChild(root, 'Contents')
  const found =
    contents && childElements(contents, 'Layer').find((one) => textOf(one, 'Identifier') === layer)
  if (!contents || !found) return null
  const linked = new Set(
    childElements(found, 'TileMatrixSetLink').map((link) => textOf(link, 'TileMatrixSet')),
  )
  const set = childElements(contents, 'TileMatrixSet').find(
    (one) => linked.has(textOf(one, 'Identifier')) && isMercator(textOf(one, 'SupportedCRS')),
  )
  if (!set) return null
  const matrices = matricesOf(set)
  if (Object.keys(matrices).length === 0) return null
  const styles = childElements(found, 'Style')
  const style = textOf(
    styles.find((one) => attributeOf(one, 'isDefault') === 'true') ?? styles[0],
    'Identifier',
  )
  const formats = childElements(found, 'Format').map(({ text }) => text.trim())
  const format =
    formats.find((one) => one === 'image/png') ?? formats.find((one) => /jpe?g/.test(one)) ?? 'image/png'
  const setId = textOf(set, 'Identifier')
  const resource = childElements(found, 'ResourceURL').find(
    (one) => attributeOf(one, 'resourceType') === 'tile' && attributeOf(one, 'format') === format,
  )
  const given = resource && attributeOf(resource, 'template')
  const template = given
    ? given
        .replaceAll('{Style}', encodeURIComponent(style))
        .replaceAll('{style}', encodeURIComponent(style))
        .replaceAll('{TileMatrixSet}', encodeURIComponent(setId))
    : asking(kvpAddressOf(root) ?? url, {
        service: 'WMTS',
        version: '1.0.0',
        request: 'GetTile',
        layer: layer ?? '',
        style,
        format,
        tilematrixset: setId,
        tilematrix: '{TileMatrix}',
        tilerow: '{TileRow}',
        tilecol: '{TileCol}',
      })
        .replaceAll('%7B', '{')
        .replaceAll('%7D', '}')
  return { template, matrices }
}

/** null where the service has no tiles at that zoom level. */
export const wmtsTileUrl = (
  { template, matrices }: WmtsTiles,
  { zoom, column, row }: TileAddress,
): string | null => {
  const matrix = matrices[zoom]
  if (matrix === undefined) return null
  return template
    .replaceAll('{TileMatrix}', encodeURIComponent(matrix))
    .replaceAll('{TileRow}', String(row))
    .replaceAll('{TileCol}', String(column))
}
