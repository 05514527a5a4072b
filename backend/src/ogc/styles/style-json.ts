/** Styles as OGC API – Styles describes them: lists, formats, layers and what they use, and what a format cannot say. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/styles.gen.ts'
import type { FieldType } from '../../domain/probe.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { StyledLayer } from '../../services/style-drawing.ts'
import type { DrawableStyle } from '../../services/style-models.ts'
import type { StyleLoss } from '../../styles/finding.ts'
import type { Style } from '../../styles/model.ts'
import { propertiesOf } from '../../styles/used-properties.ts'
import { type Link, mediaTypes } from '../common/links.ts'
import { formatsOf, isNative, type StylesheetFormat, stylesheets, styleTypes } from './formats.ts'
import type { StyleTarget } from './target.ts'

type Schemas = components['schemas']
type Face = Pick<HttpContext, 'faceUrl'>

export type StyleDescription = {
  drawables: readonly DrawableStyle[]
  losses: Record<StylesheetFormat, StyleLoss[]>
}

export const stylesheetLink = (target: StyleTarget, format: StylesheetFormat): Link => ({
  rel: 'stylesheet',
  href: `${target.address}?f=${format}`,
  type: styleTypes[format],
  title: stylesheets[format].title,
})

export const legendLink = ({ address }: StyleTarget): Link => ({
  rel: 'http://www.opengis.net/def/rel/ogc/1.0/legend',
  href: `${address}/legend?f=png`,
  type: 'image/png',
  title: 'Legend',
})

const metadataLinks = ({ address }: StyleTarget): Link[] => [
  { rel: 'describedby', href: `${address}/metadata`, type: mediaTypes.json, title: 'What the style needs' },
  { rel: 'alternate', href: `${address}?f=html`, type: mediaTypes.html, title: 'This style as a page' },
]

/** A picture of the data in this style. */
export const previewLink = (target: StyleTarget): Link[] =>
  target.collection === null
    ? []
    : [
        {
          rel: 'preview',
          href: `${target.address}/map?width=400&f=png`,
          type: 'image/png',
          title: 'The layer in this style',
        },
      ]

export const toStyleItem = (target: StyleTarget): Schemas['styles']['styles'][number] => ({
  id: target.id,
  title: target.title,
  links: [
    ...formatsOf(target).map((format) => stylesheetLink(target, format)),
    ...metadataLinks(target),
    legendLink(target),
    ...previewLink(target),
  ],
})

const layerTypes: Record<string, 'point' | 'line' | 'polygon' | 'geometry'> = {
  Point: 'point',
  MultiPoint: 'point',
  LineString: 'line',
  MultiLineString: 'line',
  Polygon: 'polygon',
  MultiPolygon: 'polygon',
}

const jsonTypes: Record<FieldType, string> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'dateTime',
  time: 'time',
  binary: 'binary',
}

const attributesOf = (style: Style, { columns }: PublishedCollection) =>
  propertiesOf(style).flatMap((id) => {
    const column = columns.find(({ name }) => name === id)
    return column ? [{ id, type: jsonTypes[column.type] }] : []
  })

/** Of all rules together. */
const scalesOf = ({ featureTypeStyles }: Style) => {
  const rules = featureTypeStyles
    .flatMap((pass) => pass.rules)
    .filter(({ symbolizers }) => symbolizers.length > 0)
  const isOpenBelow = rules.some(({ minScaleDenominator }) => !minScaleDenominator)
  const isOpenAbove = rules.some(({ maxScaleDenominator }) => maxScaleDenominator === null)
  return {
    ...(rules.length > 0 &&
      !isOpenBelow && {
        minScaleDenominator: Math.min(...rules.map((rule) => rule.minScaleDenominator ?? 0)),
      }),
    ...(rules.length > 0 &&
      !isOpenAbove && {
        maxScaleDenominator: Math.max(...rules.map((rule) => rule.maxScaleDenominator ?? 0)),
      }),
  }
}

const toLayer = (
  { collection }: StyledLayer,
  { style }: DrawableStyle,
  { faceUrl }: Face,
): Schemas['styleMetadata']['layers'][number] => ({
  id: collection.id,
  title: collection.title,
  type: collection.geometryType === null ? 'raster' : (layerTypes[collection.geometryType] ?? 'geometry'),
  attributes: attributesOf(style, collection),
  ...scalesOf(style),
  sampleData: {
    rel: 'start',
    href: `${faceUrl}/collections/${collection.id}`,
    type: mediaTypes.json,
    title: collection.title,
  },
})

const plainLoss = ({ code, verdict, message, rule }: StyleLoss): Schemas['loss'] => ({
  code,
  verdict,
  message,
  ...(rule === undefined ? {} : { rule }),
})

export const toMetadata = (
  target: StyleTarget,
  { drawables, losses }: StyleDescription,
  face: Face,
): Schemas['styleMetadata'] => {
  const findings = drawables.flatMap((drawable) => drawable.findings)
  const distinct = new Map(findings.map((finding) => [JSON.stringify(finding), finding]))
  return {
    id: target.id,
    title: target.title,
    scope: 'style',
    version: String(target.version),
    stylesheets: formatsOf(target).map((format) => ({
      ...stylesheets[format],
      native: isNative(format, target),
      link: stylesheetLink(target, format),
      losses: losses[format].map(plainLoss),
    })),
    layers: target.layers.flatMap((layer, at) => {
      const drawable = drawables[at]
      return drawable ? [toLayer(layer, drawable, face)] : []
    }),
    findings: [...distinct.values()],
    links: [
      { rel: 'self', href: `${target.address}/metadata`, type: mediaTypes.json, title: 'This document' },
      { rel: 'alternate', href: `${target.address}?f=html`, type: mediaTypes.html, title: 'As a page' },
      legendLink(target),
      ...previewLink(target),
    ],
  }
}
