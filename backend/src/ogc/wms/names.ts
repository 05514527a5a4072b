/** Names of the Web Map Service in its versions, and the formats in which it answers. */
import type { PictureFormat } from '../common/pictures.ts'

export type WmsVersion = '1.3.0' | '1.1.1'

export const namespaces = {
  wms: 'http://www.opengis.net/wms',
  ogc: 'http://www.opengis.net/ogc',
  sld: 'http://www.opengis.net/sld',
  xlink: 'http://www.w3.org/1999/xlink',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const

export const operations = ['GetCapabilities', 'GetMap', 'GetFeatureInfo', 'GetLegendGraphic'] as const
export type OperationName = (typeof operations)[number]

export const mapFormats: Record<string, PictureFormat> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
}

export type InfoFormat = 'json' | 'geojson' | 'text' | 'html' | 'gml'

export const infoFormats: Record<string, InfoFormat> = {
  'application/json': 'json',
  'application/geo+json': 'geojson',
  'text/html': 'html',
  'text/plain': 'text',
  'application/vnd.ogc.gml': 'gml',
}

export const mostLayersWords = 20
export const mostFeatures = 50
