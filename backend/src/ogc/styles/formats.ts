/** The formats of a style: their names, media types and what they are. */
import { htmlType } from '../../http/html.ts'
import { mediaTypes } from '../common/links.ts'
import type { StyleTarget } from './target.ts'

export type StyleFormat = 'mapbox' | 'sld11' | 'sld10' | 'qml' | 'json' | 'html'

export const sldTypes = {
  sld10: 'application/vnd.ogc.sld+xml;version=1.0',
  sld11: 'application/vnd.ogc.sld+xml;version=1.1',
} as const

export const styleTypes: Record<StyleFormat, string> = {
  mapbox: 'application/vnd.mapbox.style+json',
  ...sldTypes,
  qml: 'application/xml',
  json: mediaTypes.json,
  html: htmlType,
}

export type StylesheetFormat = Exclude<StyleFormat, 'json' | 'html'>

export const stylesheets: Record<
  StylesheetFormat,
  { title: string; version: string; specification: string }
> = {
  mapbox: {
    title: 'MapLibre style',
    version: '8',
    specification: 'https://maplibre.org/maplibre-style-spec/',
  },
  sld11: { title: 'SLD 1.1', version: '1.1', specification: 'https://www.ogc.org/standards/sld/' },
  sld10: { title: 'SLD 1.0', version: '1.0', specification: 'https://www.ogc.org/standards/sld/' },
  qml: { title: 'QGIS style (QML)', version: '3', specification: 'https://docs.qgis.org/' },
}

/** The QGIS style is given as it came, or not at all. */
export const formatsOf = ({ stored }: StyleTarget): StylesheetFormat[] =>
  stored?.hasQml ? ['mapbox', 'sld11', 'sld10', 'qml'] : ['mapbox', 'sld11', 'sld10']

/** Whether the answer is the file that the publisher gave. */
export const isNative = (format: StylesheetFormat, { stored }: StyleTarget): boolean => {
  if (format === 'qml') return true
  return (
    (format === 'sld10' && stored?.sldVersion === '1.0.0') ||
    (format === 'sld11' && stored?.sldVersion === '1.1.0')
  )
}
