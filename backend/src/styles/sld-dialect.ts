/**
 * QGIS writes SLD with signs and habits of its own. This recognises a file that nobody has touched since QGIS wrote it, and
 * gives it the meaning of SE. Measured on QGIS 3.22 and 3.40, see decision 0016.
 */
import { attributeOf, childElements, type XmlElement } from '../xml/read.ts'
import {
  type Displacement,
  type Expression,
  type FeatureTypeStyle,
  type Fill,
  type Graphic,
  type GraphicContent,
  type GraphicStroke,
  type LabelPlacement,
  type Length,
  literal,
  numberOf,
  type Rule,
  type Stroke,
  type Style,
  type Symbolizer,
  type TextSymbolizer,
} from './model.ts'

export type SldDialect = 'ogc' | 'qgis'

const SLD = 'http://www.opengis.net/sld'

/** Options that only GeoServer's users write. */
const geoServerOptions =
  /^(group|labelAllGroup|autoWrap|spaceAround|goodnessOfFit|polygonAlign|partials|labelPriority|labelObstacle|removeOverlaps|composite|composite-base|sortBy|sortByGroup|ruleEvaluation|random|random-.{1,20}|inclusion|allowOverruns|minGroupDistance|charSpacing|wordSpacing)$/

export const detectDialect = (root: XmlElement): SldDialect => {
  const version = attributeOf(root, 'version')
  if (root.name.prefix !== '' || root.name.namespace !== SLD) return 'ogc'
  // Vector layers are written as 1.1.0 with 'se:' inside, rasters as 1.0.0 with 'sld:' inside.
  const inner = version === '1.1.0' ? 'se' : version === '1.0.0' ? 'sld' : null
  if (inner === null) return 'ogc'
  return isPristine(root, inner) && hasRule(root, inner) ? 'qgis' : 'ogc'
}

const hasRule = (element: XmlElement, prefix: string): boolean =>
  childElements(element).some(
    (child) => (child.name.local === 'Rule' && child.name.prefix === prefix) || hasRule(child, prefix),
  )

/** QGIS leaves these to the default namespace of the document, and everything else to prefixes. */
const unprefixed = new Set([
  'NamedLayer',
  'UserLayer',
  'UserStyle',
  'OnlineResource',
  'Format',
  'VendorOption',
  'Priority',
])

const isPristine = (element: XmlElement, inner: string): boolean =>
  childElements(element).every((child) => {
    const { prefix, local } = child.name
    const isWritten =
      prefix === inner || prefix === 'ogc' || prefix === 'gml' || (prefix === '' && unprefixed.has(local))
    return isWritten && !isGeoServers(child) && isPristine(child, inner)
  })

const isGeoServers = (element: XmlElement): boolean => {
  const { local } = element.name
  if (local === 'Geometry' || local === 'Transformation') return true
  if (local === 'CssParameter') return element.name.prefix === 'se'
  if (local === 'VendorOption') return geoServerOptions.test(attributeOf(element, 'name') ?? '')
  return local === 'WellKnownName' && /\$\{|^(shape|wkt|ttf|extshape):/.test(element.text.trim())
}

// Signs ------------------------------------------------------------------------------------------------------

const negated = (value: Expression): Expression => {
  const number = numberOf(value)
  if (number !== undefined) return literal(number === 0 ? 0 : -number)
  return { kind: 'arithmetic', operator: '*', left: value, right: literal(-1) }
}
const negatedLength = (length: Length | null): Length | null =>
  length && { ...length, value: negated(length.value) }
/** QGIS: y goes down. */
const upwards = (displacement: Displacement | null): Displacement | null =>
  displacement && { ...displacement, y: { ...displacement.y, value: negated(displacement.y.value) } }

// Strokes and graphics ---------------------------------------------------------------------------------------

/** QGIS writes its thinnest line as 0.5 px. */
const withHairline = (width: Length | null): Length | null =>
  width?.unit === 'pixel' && numberOf(width.value) === 0.5 ? { ...width, value: literal(1) } : width

const minus = (one: Length, other: Length, factor = 1): Length => {
  const [left, right] = [numberOf(one.value), numberOf(other.value)]
  const value: Expression =
    left !== undefined && right !== undefined
      ? literal(Math.round((left - right * factor) * 1e6) / 1e6)
      : {
          kind: 'arithmetic',
          operator: '-',
          left: one.value,
          right: { kind: 'arithmetic', operator: '*', left: other.value, right: literal(factor) },
        }
  return { value, unit: one.unit }
}

/** QGIS's gap is from middle to middle, and its first marker is centred on the start of the line. */
const fromQgisGraphicStroke = (stroke: GraphicStroke): GraphicStroke => {
  const { graphic, gap } = stroke
  const { size } = graphic
  const nothing: Length = { value: literal(0), unit: size?.unit ?? 'pixel' }
  return {
    ...stroke,
    graphic: fromQgisGraphic(graphic),
    gap: gap && size ? minus(gap, size) : gap,
    initialGap: size && stroke.initialGap === null ? minus(nothing, size, 0.5) : stroke.initialGap,
    perpendicularOffset: negatedLength(stroke.perpendicularOffset),
  }
}

const fromQgisStroke = (stroke: Stroke): Stroke => ({
  ...stroke,
  width: withHairline(stroke.width),
  graphicStroke: stroke.graphicStroke && fromQgisGraphicStroke(stroke.graphicStroke),
})

const fromQgisContent = (content: GraphicContent): GraphicContent =>
  content.kind === 'external-graphic'
    ? content
    : {
        ...content,
        fill: content.fill && fromQgisFill(content.fill),
        stroke: content.stroke && fromQgisStroke(content.stroke),
      }

const fromQgisGraphic = (graphic: Graphic): Graphic => ({
  ...graphic,
  contents: graphic.contents.map(fromQgisContent),
  displacement: upwards(graphic.displacement),
})

const fromQgisFill = (fill: Fill): Fill => {
  if (fill.kind === 'hatch')
    return {
      ...fill,
      rotation: fill.rotation && negated(fill.rotation),
      stroke: fromQgisStroke(fill.stroke),
    }
  if (fill.kind !== 'graphic') return fill
  return { ...fill, graphic: fromQgisGraphic(fill.graphic) }
}

// Symbolizers ------------------------------------------------------------------------------------------------

const fromQgisPlacement = (placement: LabelPlacement): LabelPlacement =>
  placement.kind === 'point' ? { ...placement, displacement: upwards(placement.displacement) } : placement

/** QGIS writes how far a label may be from its point where it tries places all around, and repeats labels piece by piece. */
const fromQgisPlaces = ({ placement, vendorOptions }: TextSymbolizer): Record<string, string> => {
  const { maxDisplacement, ...others } = vendorOptions
  if (placement.kind === 'line') return placement.isRepeated ? { ...others, labelPlaces: 'chopped' } : others
  return maxDisplacement === undefined ? others : { ...others, labelPlaces: 'around' }
}

const fromQgisSymbolizer = (symbolizer: Symbolizer): Symbolizer => {
  switch (symbolizer.kind) {
    case 'point':
      return { ...symbolizer, graphic: fromQgisGraphic(symbolizer.graphic) }
    case 'line':
      return {
        ...symbolizer,
        stroke: fromQgisStroke(symbolizer.stroke),
        perpendicularOffset: negatedLength(symbolizer.perpendicularOffset),
      }
    case 'polygon':
      return {
        ...symbolizer,
        fill: symbolizer.fill && fromQgisFill(symbolizer.fill),
        stroke: symbolizer.stroke && fromQgisStroke(symbolizer.stroke),
        displacement: upwards(symbolizer.displacement),
      }
    case 'text':
      return {
        ...symbolizer,
        placement: fromQgisPlacement(symbolizer.placement),
        vendorOptions: fromQgisPlaces(symbolizer),
        background: symbolizer.background && fromQgisGraphic(symbolizer.background),
      }
    case 'raster':
      return symbolizer
  }
}

const isLabelOnly = ({ symbolizers }: Rule) =>
  symbolizers.length > 0 && symbolizers.every(({ kind }) => kind === 'text')

/** QGIS puts rules for labels beside those for symbols; as a pass of their own, ELSE goes on meaning what it meant. */
const withLabelsApart = (pass: FeatureTypeStyle): FeatureTypeStyle[] => {
  const labels = pass.rules.filter(isLabelOnly)
  const symbols = pass.rules.filter((rule) => !isLabelOnly(rule))
  return [symbols, labels].filter((rules) => rules.length > 0).map((rules) => ({ ...pass, rules }))
}

export const fromQgis = (style: Style): Style => ({
  ...style,
  featureTypeStyles: style.featureTypeStyles.flatMap(withLabelsApart).map((pass) => ({
    ...pass,
    rules: pass.rules.map((rule) => ({
      ...rule,
      symbolizers: rule.symbolizers.map(fromQgisSymbolizer),
    })),
  })),
})
