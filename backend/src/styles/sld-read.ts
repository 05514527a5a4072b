/**
 * Reads SLD 1.0 and 1.1 into the style model. Of several styles the default is read, or else the first. Nothing is left
 * out without a finding; what makes the style unreadable is an error, what only loses some of it a warning.
 */
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import { quoted, type StyleFinding } from './finding.ts'
import {
  type FeatureTypeStyle,
  literal,
  type Rule,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from './model.ts'
import { detectDialect, fromQgis, type SldDialect } from './sld-dialect.ts'
import { readFilter } from './sld-expression.ts'
import { readGraphic } from './sld-graphics.ts'
import { createNotes, type SldNotes, warnOfUnread } from './sld-notes.ts'
import { readSymbolizer } from './sld-symbolizers.ts'
import { source, vendorOptionsOf } from './sld-values.ts'
import { isLostElse } from './survey.ts'

export type SldContext = {
  /** Names of the layer's properties; absent when they are not known. */
  fields?: readonly string[]
  packageFiles?: readonly string[]
  /** `auto` looks at how the file was written. */
  dialect?: SldDialect | 'auto'
}

export type SldReading = {
  style: Style
  dialect: SldDialect
  errors: StyleFinding[]
  warnings: StyleFinding[]
}

/** The style that is used, or undefined when there is none. */
export const usedStyle = (root: XmlElement): XmlElement | undefined => {
  // Old GeoTools wrote styles without a layer around them.
  const styles = childElements(root).flatMap((layer) =>
    layer.name.local === 'UserStyle' ? [layer] : childElements(layer, 'UserStyle'),
  )
  const isDefault = (style: XmlElement) =>
    ['1', 'true'].includes(firstChild(style, 'IsDefault')?.text.trim() ?? '')
  return styles.find(isDefault) ?? styles[0]
}

/** null when the document holds no style. */
export const readSld = (root: XmlElement, context: SldContext = {}): SldReading | null => {
  const element = usedStyle(root)
  if (!element) return null
  const { fields, packageFiles = [], dialect: wanted = 'auto' } = context
  const dialect = wanted === 'auto' ? detectDialect(root) : wanted
  const notes = createNotes({
    fields,
    packageFiles,
    isQgis: dialect === 'qgis',
    labelAnchor: { x: literal(attributeOf(root, 'version') === '1.0.0' ? 0 : 0.5), y: literal(0.5) },
  })
  const written = readStyle(element, notes)
  return {
    style: dialect === 'qgis' ? fromQgis(written) : written,
    dialect,
    errors: notes.errors,
    warnings: notes.warnings,
  }
}

const textOf = (parent: XmlElement, ...path: string[]): string | null => {
  const found = path.reduce<XmlElement | undefined>((one, local) => one && firstChild(one, local), parent)
  return found?.text.trim() || null
}
const titleOf = (element: XmlElement) => textOf(element, 'Title') ?? textOf(element, 'Description', 'Title')
const abstractOf = (element: XmlElement) =>
  textOf(element, 'Abstract') ?? textOf(element, 'Description', 'Abstract')

const described = ['Name', 'Title', 'Abstract', 'Description']

const readStyle = (element: XmlElement, notes: SldNotes): Style => {
  warnOfUnread(
    element,
    [...described, 'IsDefault', 'FeatureTypeStyle', 'CoverageStyle', 'VendorOption', 'Background'],
    notes,
  )
  return {
    modelVersion: STYLE_MODEL_VERSION,
    name: textOf(element, 'Name'),
    title: titleOf(element),
    abstract: abstractOf(element),
    opacity: null,
    featureTypeStyles: childElements(element)
      .filter(({ name }) => name.local === 'FeatureTypeStyle' || name.local === 'CoverageStyle')
      .map((one) => readFeatureTypeStyle(one, notes)),
  }
}

const readFeatureTypeStyle = (element: XmlElement, notes: SldNotes): FeatureTypeStyle => {
  const ignored = ['FeatureTypeName', 'CoverageName', 'SemanticTypeIdentifier', 'Transformation']
  warnOfUnread(element, [...described, ...ignored, 'Rule', 'VendorOption'], notes)
  const rules = childElements(element, 'Rule').map((rule) => readRule(rule, notes))
  if (!notes.isQgis) warnOfElse(element, rules, notes)
  return {
    name: textOf(element, 'Name'),
    title: titleOf(element),
    vendorOptions: vendorOptionsOf(element),
    rules,
  }
}

const isLabelOnly = ({ symbolizers }: Rule) =>
  symbolizers.length > 0 && symbolizers.every(({ kind }) => kind === 'text')

/** In SE a rule of labels without a filter takes all features, so that nothing remains for the ELSE. */
const warnOfElse = (element: XmlElement, rules: Rule[], notes: SldNotes) => {
  const hasElse = rules.some(({ applies }) => applies.kind === 'else')
  if (hasElse && rules.some((rule) => isLabelOnly(rule) && rule.applies.kind === 'all'))
    notes.warn(
      'ELSE_WITH_LABEL_RULE',
      element,
      'A rule with labels applies to all features, so the ELSE rule beside it draws nothing. Put the labels into a FeatureTypeStyle of their own.',
    )
}

const ruleChildren = [
  ...described,
  'LegendGraphic',
  'Filter',
  'ElseFilter',
  'MinScaleDenominator',
  'MaxScaleDenominator',
  'VendorOption',
]

const readRule = (element: XmlElement, notes: SldNotes): Rule => {
  const symbolizers = childElements(element).flatMap((child): Symbolizer[] => {
    const symbolizer = readSymbolizer(child, notes)
    if (symbolizer) return [symbolizer]
    if (child.name.local.endsWith('Symbolizer'))
      notes.warn(
        'UNSUPPORTED_SYMBOLIZER',
        child,
        `<${child.name.local.slice(0, 80)}> is not known; it draws nothing.`,
      )
    return []
  })
  const isSymbolizer = (local: string) => local.endsWith('Symbolizer')
  warnOfUnread(
    {
      ...element,
      children: element.children.filter((one) => one.kind !== 'element' || !isSymbolizer(one.name.local)),
    },
    ruleChildren,
    notes,
  )
  const legend = firstChild(element, 'LegendGraphic')
  const min = readScale(element, 'MinScaleDenominator', notes)
  const max = readScale(element, 'MaxScaleDenominator', notes)
  if (min !== null && max !== null && min >= max)
    notes.warn(
      'SCALE_MIN_GE_MAX',
      element,
      `The rule ${quoted(titleOf(element) ?? textOf(element, 'Name') ?? '')} is never visible: its smallest denominator ${min} is not below its largest, ${max}.`,
    )
  return {
    name: textOf(element, 'Name'),
    title: titleOf(element),
    abstract: abstractOf(element),
    applies: readApplies(element, notes),
    minScaleDenominator: min,
    maxScaleDenominator: max,
    legendGraphic: legend ? readGraphic(firstChild(legend, 'Graphic'), 'pixel', notes) : null,
    symbolizers,
  }
}

const readApplies = (rule: XmlElement, notes: SldNotes): Rule['applies'] => {
  if (firstChild(rule, 'ElseFilter')) return { kind: 'else' }
  const element = firstChild(rule, 'Filter')
  const filter = element ? readFilter(element, notes) : null
  if (filter) return { kind: 'filter', filter }
  return notes.isQgis && isLostElse(rule) ? { kind: 'else' } : { kind: 'all' }
}

const readScale = (rule: XmlElement, local: string, notes: SldNotes): number | null => {
  const from = source(rule, local)
  if (!from || from.element.text.trim() === '') return null
  const scale = Number(from.element.text.trim())
  if (/^[+]?inf/i.test(from.element.text.trim())) return null
  if (Number.isFinite(scale) && scale >= 0) return scale
  notes.refuse(
    'SLD_BAD_SCALE',
    from.element,
    `${local} is ${quoted(from.element.text)}; expected a scale denominator such as 25000.`,
  )
  return null
}
