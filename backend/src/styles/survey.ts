/**
 * What is in an SLD, found in one walk over the document: the facts that the gate's rules judge. SLD 1.0.0 and 1.1.0
 * (SE) use the same local names for what matters here, so only the local name is compared.
 */
import { attributeOf, childElements, commentsOf, firstChild, type XmlElement } from '../xml/read.ts'

const SLD = 'http://www.opengis.net/sld'
const XLINK = 'http://www.w3.org/1999/xlink'
/** '' because many hand-written files leave the inner elements without a namespace. */
const known = [
  '',
  SLD,
  'http://www.opengis.net/se',
  'http://www.opengis.net/ogc',
  'http://www.opengis.net/fes/2.0',
]
const isForeign = ({ name }: XmlElement) =>
  !known.includes(name.namespace) && !name.namespace.startsWith('http://www.opengis.net/gml')

export type SymbolizerKind = 'Point' | 'Line' | 'Polygon' | 'Text' | 'Raster'

/** A word or a value and where it stands. */
export type Found = { value: string; line: number }

export type RuleFacts = {
  name: string
  line: number
  symbolizers: SymbolizerKind[]
  /** Whether a filter, an ElseFilter or a scale limit decides when the rule draws. */
  isConditional: boolean
  hasFilter: boolean
}

export type SldSurvey = {
  isSld: boolean
  /** As a person would write it: 'kml', 'qgis', 'sld:GetMap'. */
  rootName: string
  rootNamespace: string
  version: string | null
  /** Of the style that is used: the default one, else the first. */
  name: string | null
  title: string | null
  layers: number
  styles: number
  symbolizers: (Found & { value: SymbolizerKind; hasGeometry: boolean })[]
  /** One list per FeatureTypeStyle, in document order. */
  featureTypeStyles: RuleFacts[][]
  /** PropertyNames outside geometry expressions and spatial operators, white space trimmed. */
  properties: Found[]
  /** Addresses of external graphics, fonts and colour profiles. */
  graphics: Found[]
  transformations: Found[]
  /** Data or styles that would have to come from somewhere else. */
  remotes: Found[]
  foreign: Found[]
  placeholders: Found[]
  comments: Found[]
}

const kinds: Record<string, SymbolizerKind> = {
  PointSymbolizer: 'Point',
  LineSymbolizer: 'Line',
  PolygonSymbolizer: 'Polygon',
  TextSymbolizer: 'Text',
  RasterSymbolizer: 'Raster',
}
const spatialOperators = new Set(
  'BBOX Intersects Within Contains Disjoint DWithin Touches Crosses Overlaps Beyond Equals'.split(' '),
)
const remoteElements = new Set(['RemoteOWS', 'InlineFeature', 'SLDLibrary', 'UseSLDLibrary'])
const conditions = new Set(['Filter', 'ElseFilter', 'MinScaleDenominator', 'MaxScaleDenominator'])

const textOf = (parent: XmlElement | undefined, ...path: string[]): string | null => {
  const [next, ...rest] = path
  if (parent === undefined) return null
  if (next === undefined) return parent.text.trim() || null
  return textOf(firstChild(parent, next), ...rest)
}

const displayName = ({ name }: XmlElement) => (name.prefix ? `${name.prefix}:${name.local}` : name.local)

/** QGIS before 3.40 cannot write ELSE and leaves it in a comment, without a filter. */
export const isLostElse = (rule: XmlElement) =>
  commentsOf(rule).some(({ text }) => text.includes('Parser Error') && /Expression was:\s*ELSE\b/.test(text))

const readRule = (rule: XmlElement): RuleFacts => {
  const children = childElements(rule)
  return {
    name: textOf(rule, 'Title') ?? textOf(rule, 'Description', 'Title') ?? textOf(rule, 'Name') ?? '',
    line: rule.line,
    symbolizers: children.flatMap(({ name }) => kinds[name.local] ?? []),
    isConditional: children.some(({ name }) => conditions.has(name.local)) || isLostElse(rule),
    hasFilter: children.some(({ name }) => name.local === 'Filter'),
  }
}

export const surveySld = (root: XmlElement): SldSurvey => {
  const found: SldSurvey = {
    isSld: root.name.local === 'StyledLayerDescriptor' && root.name.namespace === SLD,
    rootName: displayName(root),
    rootNamespace: root.name.namespace,
    version: attributeOf(root, 'version') ?? null,
    name: null,
    title: null,
    layers: 0,
    styles: 0,
    symbolizers: [],
    featureTypeStyles: [],
    properties: [],
    graphics: [],
    transformations: [],
    remotes: [],
    foreign: [],
    placeholders: [],
    comments: commentsOf(root).map(({ text, line }) => ({ value: text.trim(), line })),
  }
  const userStyles: XmlElement[] = []

  const walk = (element: XmlElement, isGeometry: boolean): void => {
    const { line, name } = element
    if (isForeign(element)) {
      found.foreign.push({ value: displayName(element), line })
      return
    }
    const value = element.text.trim()
    const kind = kinds[name.local]
    if (kind)
      found.symbolizers.push({
        value: kind,
        line,
        hasGeometry: firstChild(element, 'Geometry') !== undefined,
      })
    else if (name.local === 'NamedLayer' || name.local === 'UserLayer') found.layers += 1
    else if (name.local === 'UserStyle') userStyles.push(element)
    else if (name.local === 'FeatureTypeStyle') {
      found.featureTypeStyles.push(childElements(element, 'Rule').map(readRule))
    } else if (name.local === 'PropertyName') {
      if (!isGeometry && value !== '') found.properties.push({ value, line })
    } else if (name.local === 'OnlineResource') {
      const href = attributeOf(element, 'href', XLINK) ?? attributeOf(element, 'href')
      if (href !== undefined) found.graphics.push({ value: href.trim(), line })
    } else if (name.local === 'Transformation') found.transformations.push({ value, line })
    else if (remoteElements.has(name.local)) {
      // What it holds is its own affair; an OnlineResource in it is no graphic.
      found.remotes.push({ value: name.local, line })
      return
    } else if (name.local === 'Label' && (value || textOf(element, 'Literal')) === 'Placeholder') {
      found.placeholders.push({ value: 'Placeholder', line })
    }
    const isInGeometry = isGeometry || name.local === 'Geometry' || spatialOperators.has(name.local)
    for (const child of childElements(element)) walk(child, isInGeometry)
  }
  walk(root, false)

  found.styles = userStyles.length
  const used =
    userStyles.find((style) => ['1', 'true'].includes(textOf(style, 'IsDefault') ?? '')) ?? userStyles[0]
  found.name = textOf(used, 'Name')
  found.title = textOf(used, 'Title') ?? textOf(used, 'Description', 'Title')
  return found
}
