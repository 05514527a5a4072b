/**
 * How much of a QGIS style survives in the SLD that QGIS writes, symbol layer by symbol layer, read from the QML: QGIS
 * itself says nothing before 3.44, and before that calls empty and wrong SLD a success.
 *
 * exact: the SLD says the same (sizes as whole pixels, which is how QGIS writes all of them).
 * approximated: whoever reads the SLD draws something like it.
 * qml-only: the SLD leaves it out; QGIS gets it back from the QML that travels along.
 * lost: the SLD says something wrong, so that everybody but QGIS sees what is not so.
 */
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import { fateOf, fieldOf } from './qml-expression.ts'
import {
  blendModes,
  diagramRenderers,
  effects,
  type Fate,
  labelFates,
  labelings,
  labelSettings,
  layerFates,
  placements,
  propertyFates,
  propertyGroupOf,
  rasterFates,
  rasterRenderers,
  renderers,
  rotatedMarker,
  ruleFates,
  type StyleVerdict,
  symbolFates,
  symbolLayers,
  unknownEffect,
  unknownLabeling,
  unknownLabelSetting,
  unknownPlacement,
  unknownProperty,
  unknownRasterRenderer,
  unknownRenderer,
  unknownSymbolLayer,
} from './qml-tables.ts'
import {
  dataDefinedIn,
  entryOf,
  isAtLeast,
  isGroundUnit,
  isTrue,
  type Properties,
  propertiesOf,
  type QgisVersion,
  toVersion,
} from './qml-values.ts'

export type { StyleVerdict } from './qml-tables.ts'

export type StylePart =
  | 'renderer'
  | 'rule'
  | 'symbol'
  | 'symbol-layer'
  | 'label'
  | 'diagram'
  | 'effect'
  | 'blending'
  | 'data-defined'
  | 'raster'
  | 'layer'

export type StyleItem = {
  /** 'STY-201': stable for ever; words.ts has its sentences. */
  code: string
  verdict: StyleVerdict
  part: StylePart
  /** QGIS's own name: 'SimpleFill', 'RuleRenderer'. */
  name: string
  where: Where
  message: { key: string; values: Readonly<Record<string, string | number>> }
}

export type Where = {
  /** Label of the category, range or rule; null in a style without. */
  rule: string | null
  /** Counted from 1 within the symbol; null when it is not about one. */
  symbolLayer: number | null
  /** How deep in symbols of symbols, such as the marker of a marker line; 0 at the top. */
  depth: number
}

export type StyleReport = {
  /** '3.22.16-Białowieża'; null when the style does not say. */
  qgisVersion: string | null
  /** null for a QML without one. */
  renderer: string | null
  items: StyleItem[]
  counts: Record<StyleVerdict, number>
  worst: StyleVerdict
  /** The SLD has nothing that draws; the catalogue refuses such an SLD. */
  isSldEmpty: boolean
}

type Reading = { version: QgisVersion; add: (found: Found) => void }
type Found = {
  fate: Fate
  part: StylePart
  name: string
  where?: Partial<Where>
  values?: Readonly<Record<string, string | number>>
}

const nowhere: Where = { rule: null, symbolLayer: null, depth: 0 }

/** The root of a QML, `<qgis>`; one of a project file's `<maplayer>` elements will do as well. */
export const reportQml = (qml: Markup): StyleReport => {
  const items: StyleItem[] = []
  const qgisVersion = attribute(qml, 'version') ?? null
  const reading: Reading = {
    version: toVersion(qgisVersion),
    add: ({ fate, part, name, where, values }) => {
      items.push({
        ...fate,
        part,
        name,
        where: Object.assign({}, nowhere, where),
        message: { key: fate.code, values: Object.assign({ name }, values) },
      })
    },
  }
  const renderer = childNamed(qml, 'renderer-v2')
  const pipe = childNamed(qml, 'pipe')
  const rasterRenderer = childNamed(pipe, 'rasterrenderer')
  if (renderer) readRenderer(renderer, reading)
  if (pipe && rasterRenderer) readRaster(pipe, rasterRenderer, reading)
  readLabeling(qml, reading)
  readDiagrams(qml, reading)
  readLayer(qml, reading, rasterRenderer !== undefined)
  return summarise(items, qgisVersion, attribute(renderer ?? rasterRenderer, 'type') ?? null)
}

const order: StyleVerdict[] = ['exact', 'approximated', 'qml-only', 'lost']

const drawingParts: StylePart[] = ['symbol-layer', 'raster', 'label']
const isDrawn = ({ part, verdict, where, code }: StyleItem) =>
  drawingParts.indexOf(part) !== -1 &&
  where.depth === 0 &&
  (part !== 'label' || code === labelings['simple']?.code || code === labelings['rule-based']?.code) &&
  (verdict === 'exact' || verdict === 'approximated')

const summarise = (items: StyleItem[], qgisVersion: string | null, renderer: string | null): StyleReport => {
  const counts: Record<StyleVerdict, number> = { exact: 0, approximated: 0, 'qml-only': 0, lost: 0 }
  let worst = 0
  for (const { verdict } of items) {
    counts[verdict] += 1
    worst = Math.max(worst, order.indexOf(verdict))
  }
  return {
    qgisVersion,
    renderer,
    items,
    counts,
    worst: order[worst] ?? 'exact',
    isSldEmpty: !items.some(isDrawn),
  }
}

// Renderers -----------------------------------------------------------------------------------------------------

/** Of these QGIS writes nothing, so what is in them need not be looked at. */
const isWritten = ({ verdict }: Fate) => verdict !== 'qml-only'

const readRenderer = (renderer: Markup, reading: Reading): void => {
  const type = attribute(renderer, 'type') ?? ''
  const fate = entryOf(renderers, type) ?? unknownRenderer
  reading.add({ fate, part: 'renderer', name: type })
  readEffects(renderer, reading, {})
  if (!isWritten(fate)) return
  if (isTrue(attribute(renderer, 'symbollevels')))
    reading.add({ fate: ruleFates.symbolLevels, part: 'renderer', name: type })
  if (isTrue(attribute(renderer, 'enableorderby')))
    reading.add({ fate: ruleFates.drawingOrder, part: 'renderer', name: type })
  if (Number(attribute(renderer, 'referencescale') ?? -1) > 0)
    reading.add({ fate: ruleFates.referenceScale, part: 'renderer', name: type })

  const symbols = symbolsOf(renderer)
  if (type === 'categorizedSymbol') readCategories(renderer, symbols, reading)
  else if (type === 'graduatedSymbol') readRanges(renderer, symbols, reading)
  else if (type === 'RuleRenderer') readRules(childNamed(renderer, 'rules'), symbols, reading)
  else if (type === 'singleSymbol')
    for (const name of Object.keys(symbols)) readSymbol(symbols[name], {}, reading)
  // Clusters and displaced points: the renderer within is what QGIS writes.
  const inner = childNamed(renderer, 'renderer-v2')
  if (inner) readRenderer(inner, reading)
}

type Symbols = Readonly<Record<string, Markup>>

const symbolsOf = (renderer: Markup): Symbols => {
  const symbols: Record<string, Markup> = {}
  for (const symbol of childrenNamed(childNamed(renderer, 'symbols') ?? renderer, 'symbol'))
    symbols[attribute(symbol, 'name') ?? ''] = symbol
  return symbols
}

const readClassification = (renderer: Markup, reading: Reading) => {
  const expression = attribute(renderer, 'attr') ?? ''
  if (expression !== '' && fieldOf(expression) === null)
    reading.add({
      fate: ruleFates.classifiedByExpression,
      part: 'rule',
      name: attribute(renderer, 'type') ?? '',
      values: { expression },
    })
}

const readCategories = (renderer: Markup, symbols: Symbols, reading: Reading) => {
  readClassification(renderer, reading)
  for (const category of childrenNamed(childNamed(renderer, 'categories') ?? renderer, 'category')) {
    const values = childrenNamed(category, 'val')
    const value = attribute(category, 'value') ?? ''
    const isRest = values.length === 0 && (value === '' || attribute(category, 'type') === 'NULL')
    const label = attribute(category, 'label') || value
    const where = { rule: label || (isRest ? '…' : '') }
    if (values.length > 0)
      reading.add({
        fate: ruleFates.valueList(reading.version),
        part: 'rule',
        name: 'category',
        where,
        values: { label, count: values.length },
      })
    if (isRest)
      reading.add({
        fate: ruleFates.allOtherValues(reading.version),
        part: 'rule',
        name: 'category',
        where,
        values: { label },
      })
    readSwitch(attribute(category, 'render'), where, label, reading)
    readSymbol(entryOf(symbols, attribute(category, 'symbol') ?? ''), where, reading)
  }
}

const readRanges = (renderer: Markup, symbols: Symbols, reading: Reading) => {
  readClassification(renderer, reading)
  for (const range of childrenNamed(childNamed(renderer, 'ranges') ?? renderer, 'range')) {
    const label =
      attribute(range, 'label') || `${attribute(range, 'lower') ?? ''} – ${attribute(range, 'upper') ?? ''}`
    const where = { rule: label }
    readSwitch(attribute(range, 'render'), where, label, reading)
    readSymbol(entryOf(symbols, attribute(range, 'symbol') ?? ''), where, reading)
  }
}

/** Old files do not say whether a class is on; then it is. */
const readSwitch = (state: string | undefined, where: Partial<Where>, label: string, reading: Reading) => {
  if (state !== undefined && !isTrue(state))
    reading.add({ fate: ruleFates.switchedOff, part: 'rule', name: 'rule', where, values: { label } })
}

const hasScale = (rule: Markup) =>
  isSome(attribute(rule, 'scalemindenom')) || isSome(attribute(rule, 'scalemaxdenom'))

const readRules = (parent: Markup | undefined, symbols: Symbols, reading: Reading): void => {
  const siblings = parent ? childrenNamed(parent, 'rule') : []
  const isScaled = siblings.some(hasScale)
  for (const rule of siblings) {
    const filter = attribute(rule, 'filter') ?? ''
    const label = attribute(rule, 'label') || attribute(rule, 'description') || filter.trim()
    const where = { rule: label }
    readFilter(filter, { where, label, part: 'rule', isScaled }, reading)
    readSwitch(attribute(rule, 'checkstate'), where, label, reading)
    readSymbol(entryOf(symbols, attribute(rule, 'symbol') ?? ''), where, reading)
    readRules(rule, symbols, reading)
  }
}

const readFilter = (
  filter: string,
  {
    where,
    label,
    part,
    isScaled,
  }: { where: Partial<Where>; label: string; part: StylePart; isScaled: boolean },
  { version, add }: Reading,
) => {
  const text = filter.trim()
  if (text === '') return
  if (/^else$/i.test(text)) {
    const values: Record<string, string> = isScaled ? { label, besides: 'scales' } : { label }
    add({ fate: ruleFates.elseRule(version), part, name: 'rule', where, values })
    return
  }
  const found = fateOf(text)
  if (found.kind === 'dropped')
    add({
      fate: ruleFates.filterDropped,
      part,
      name: 'rule',
      where,
      values: { label, filter: text, because: found.because },
    })
  if (found.kind === 'functions')
    add({
      fate: ruleFates.filterFunctions,
      part,
      name: 'rule',
      where,
      values: { label, filter: text, functions: found.functions.join(', ') },
    })
}

// Symbols -------------------------------------------------------------------------------------------------------

const readSymbol = (symbol: Markup | undefined, where: Partial<Where>, reading: Reading): void => {
  if (!symbol) return
  const type = attribute(symbol, 'type') ?? ''
  const alpha = Number(attribute(symbol, 'alpha') ?? 1)
  // QGIS writes it for fills only.
  if (alpha < 1 && type !== 'fill')
    reading.add({
      fate: symbolFates.opacity,
      part: 'symbol',
      name: type,
      where,
      values: { percent: Math.round(alpha * 100) },
    })
  if (isTrue(attribute(symbol, 'is_animated')))
    reading.add({ fate: symbolFates.animated, part: 'symbol', name: type, where })
  readDataDefined(childNamed(symbol, 'data_defined_properties'), { where, of: type }, reading)
  const depth = where.depth ?? 0
  childrenNamed(symbol, 'layer').forEach((layer, index) => {
    readSymbolLayer(
      layer,
      { rule: where.rule ?? null, symbolLayer: depth === 0 ? index + 1 : (where.symbolLayer ?? null), depth },
      reading,
    )
  })
}

const readSymbolLayer = (layer: Markup, where: Where, reading: Reading): void => {
  const name = attribute(layer, 'class') ?? ''
  const properties = propertiesOf(layer)
  const entry = entryOf(symbolLayers, name)
  const fate = (typeof entry === 'function' ? entry(properties) : entry) ?? unknownSymbolLayer
  reading.add({ fate, part: 'symbol-layer', name, where, values: valuesOf(properties) })
  readEffects(layer, reading, where)
  if (!isWritten(fate)) return
  if (attribute(layer, 'enabled') !== undefined && !isTrue(attribute(layer, 'enabled')))
    reading.add({ fate: symbolFates.switchedOff, part: 'symbol-layer', name, where })
  readUnits(name, properties, where, reading)
  for (const detail of detailsOf(name, properties))
    reading.add({ fate: detail, part: 'symbol-layer', name, where })
  readDataDefined(childNamed(layer, 'data_defined_properties'), { where, of: name }, reading)
  for (const symbol of childrenNamed(layer, 'symbol'))
    readSymbol(symbol, { rule: where.rule, symbolLayer: where.symbolLayer, depth: where.depth + 1 }, reading)
}

/** Names of files without their folders, which are nobody's business. */
const valuesOf = (properties: Properties): Record<string, string> => {
  const values: Record<string, string> = {}
  const file = properties['svgFile'] ?? properties['imageFile'] ?? properties['name']
  if (file !== undefined && !/^(base64:|data:)/.test(file)) values['file'] = file.replace(/^.*[\\/]/, '')
  if (properties['font'] !== undefined) values['font'] = properties['font']
  if (properties['name'] !== undefined) values['mark'] = properties['name'].slice(0, 80)
  if (properties['style'] !== undefined) values['pattern'] = properties['style']
  if (isSome(properties['offset'])) values['offset'] = properties['offset'] ?? ''
  if (isTrue(properties['point_on_surface'])) values['place'] = 'surface'
  return values
}

const isSome = (value: string | undefined) => value !== undefined && /[1-9]/.test(value)

/** A size in units of the map is written as that many pixels, whatever the scale. */
const readUnits = (name: string, properties: Properties, where: Where, reading: Reading) => {
  const inMapUnits = Object.keys(properties)
    .filter((key) => /_unit$/.test(key) && isGroundUnit(properties[key]))
    .map((key) => key.replace(/_unit$/, ''))
    .filter((key) => properties[key] === undefined || /[1-9]/.test(properties[key]))
  if (inMapUnits.length > 0)
    reading.add({
      fate: symbolFates.groundUnits,
      part: 'symbol-layer',
      name,
      where,
      values: { sizes: inMapUnits.join(', ') },
    })
}

const detailsOf = (name: string, properties: Properties): Fate[] => {
  const found: Fate[] = []
  if (isSome(properties['trim_distance_start']) || isSome(properties['trim_distance_end']))
    found.push(symbolFates.trimmed)
  if (isSome(properties['ring_filter'])) found.push(symbolFates.ringFilter)
  if (isTrue(properties['draw_inside_polygon'])) found.push(symbolFates.onlyInside)
  const isDashed = isTrue(properties['use_custom_dash'])
  if (
    isDashed &&
    (isSome(properties['dash_pattern_offset']) ||
      isTrue(properties['align_dash_pattern']) ||
      isTrue(properties['tweak_dash_pattern_on_corners']))
  )
    found.push(symbolFates.dashDetails)
  if (name === 'MarkerLine' && (properties['placements'] ?? '').indexOf('|') !== -1)
    found.push(symbolFates.severalPlacements)
  return found
}

const readDataDefined = (
  collection: Markup | undefined,
  { where, of }: { where: Partial<Where>; of: string },
  { version, add }: Reading,
) => {
  for (const { name: property, text } of dataDefinedIn(collection)) {
    const group = propertyGroupOf(property)
    const isRotated = property === 'angle' && of === 'SimpleMarker' && isAtLeast(version, [3, 40, 0])
    add({
      fate: isRotated ? rotatedMarker : group ? propertyFates[group] : unknownProperty,
      part: 'data-defined',
      name: property,
      where,
      values: { of, expression: text },
    })
  }
}

const readEffects = (parent: Markup, reading: Reading, where: Partial<Where>): void => {
  for (const stack of childrenNamed(parent, 'effect')) {
    if (!isTrue(attribute(stack, 'enabled'))) continue
    for (const effect of childrenNamed(stack, 'effect')) {
      const name = attribute(effect, 'type') ?? ''
      // The picture itself, which QGIS keeps in every stack.
      if (name === 'drawSource' || !isTrue(propertiesOf(effect)['enabled'])) continue
      reading.add({ fate: entryOf(effects, name) ?? unknownEffect, part: 'effect', name, where })
    }
  }
}

// Labels --------------------------------------------------------------------------------------------------------

const readLabeling = (qml: Markup, reading: Reading): void => {
  const labeling = childNamed(qml, 'labeling')
  if (!labeling) {
    // QGIS 2 kept labels among the custom properties.
    const old = childrenNamed(childNamed(qml, 'customproperties') ?? qml, 'property').some(
      ({ attributes }) => attributes['key'] === 'labeling/enabled' && isTrue(attributes['value']),
    )
    if (old) reading.add({ fate: labelFates.oldForm, part: 'label', name: 'labeling' })
    return
  }
  if (attribute(qml, 'labelsEnabled') !== undefined && !isTrue(attribute(qml, 'labelsEnabled'))) return
  const type = attribute(labeling, 'type') ?? ''
  const fate = entryOf(labelings, type) ?? unknownLabeling
  if (type === 'rule-based') readLabelRules(childNamed(labeling, 'rules'), fate, reading)
  else if (type === 'simple') readSettings(childNamed(labeling, 'settings'), {}, fate, reading)
  else reading.add({ fate, part: 'label', name: type })
}

const readLabelRules = (parent: Markup | undefined, fate: Fate, reading: Reading): void => {
  for (const rule of parent ? childrenNamed(parent, 'rule') : []) {
    const filter = attribute(rule, 'filter') ?? ''
    const label = attribute(rule, 'description') || filter.trim()
    const where = { rule: label }
    const settings = childNamed(rule, 'settings')
    readFilter(filter, { where, label, part: 'label', isScaled: false }, reading)
    if (attribute(rule, 'active') !== undefined && !isTrue(attribute(rule, 'active')) && settings)
      reading.add({ fate: labelFates.switchedOffRule, part: 'label', name: 'rule', where, values: { label } })
    if (settings) readSettings(settings, where, fate, reading)
    readLabelRules(rule, fate, reading)
  }
}

const readSettings = (
  settings: Markup | undefined,
  where: Partial<Where>,
  fate: Fate,
  reading: Reading,
): void => {
  if (!settings) return
  const rendering = childNamed(settings, 'rendering')
  // Labels that are switched off are in neither file's picture.
  if (attribute(rendering, 'drawLabels') !== undefined && !isTrue(attribute(rendering, 'drawLabels'))) return
  const text = childNamed(settings, 'text-style')
  reading.add({
    fate,
    part: 'label',
    name: 'label',
    where,
    values: { field: attribute(text, 'fieldName') ?? '' },
  })
  for (const { fate: found, values } of labelFindings(settings))
    reading.add({ fate: found, part: 'label', name: 'label', where, values })
  for (const name of unknownSettings(settings))
    reading.add({ fate: unknownLabelSetting, part: 'label', name, where })
  readPlacement(settings, where, reading)
  readLabelBlending(settings, where, reading)
  for (const holder of [settings, text])
    readDataDefined(childNamed(holder, 'dd_properties'), { where, of: 'label' }, reading)
  const background = childNamed(text, 'background')
  if (background && isTrue(attribute(background, 'shapeDraw'))) readEffects(background, reading, where)
}

type LabelFinding = { fate: Fate; values?: Readonly<Record<string, string>> }

const labelFindings = (settings: Markup): LabelFinding[] => {
  const text = childNamed(settings, 'text-style')
  const format = childNamed(settings, 'text-format')
  const rendering = childNamed(settings, 'rendering')
  const placement = childNamed(settings, 'placement')
  const callout = childNamed(settings, 'callout')
  const on = (element: Markup | undefined, name: string) => isTrue(attribute(element, name))
  const part = (name: string) => childNamed(text, name)
  const some = (element: Markup | undefined, name: string) => isSome(attribute(element, name))
  const capitals = attribute(text, 'capitalization') ?? '0'
  const tests: [boolean, Fate, Readonly<Record<string, string>>?][] = [
    [on(text, 'isExpression'), labelFates.expression, { expression: attribute(text, 'fieldName') ?? '' }],
    [
      attribute(text, 'fontFamily') !== undefined,
      labelFates.font,
      { font: attribute(text, 'fontFamily') ?? '' },
    ],
    [isGroundUnit(attribute(text, 'fontSizeUnit')), labelFates.groundUnits],
    [on(part('text-buffer'), 'bufferDraw'), labelFates.halo],
    [on(part('background'), 'shapeDraw'), labelFates.background],
    [on(part('shadow'), 'shadowDraw'), labelFates.shadow],
    [on(part('text-mask'), 'maskEnabled'), labelFates.mask],
    [callout !== undefined && isTrue(propertiesOf(callout)['enabled']), labelFates.callout],
    [(attribute(format, 'wrapChar') ?? '') !== '' || some(format, 'autoWrapLength'), labelFates.wrapping],
    [on(format, 'formatNumbers'), labelFates.numberFormat],
    [on(format, 'addDirectionSymbol'), labelFates.directionSymbol],
    [['1', '2', '4'].indexOf(capitals) !== -1, labelFates.letters],
    [['0', '1', '2', '4'].indexOf(capitals) === -1, labelFates.smallCapitals],
    [some(text, 'fontLetterSpacing') || some(text, 'fontWordSpacing'), labelFates.spacing],
    [on(text, 'allowHtml'), labelFates.html],
    [on(text, 'useSubstitutions'), labelFates.substitutions],
    [(attribute(text, 'textOrientation') ?? 'horizontal') !== 'horizontal', labelFates.vertical],
    [on(placement, 'geometryGeneratorEnabled'), labelFates.geometryGenerator],
    [on(rendering, 'fontLimitPixelSize') || some(rendering, 'minFeatureSize'), labelFates.sizeLimits],
  ]
  return tests.filter(([isSo]) => isSo).map(([, fate, values]) => ({ fate, values }))
}

/** What a newer QGIS brings. */
const unknownSettings = (settings: Markup): string[] => {
  const text = childNamed(settings, 'text-style')
  const found: string[] = []
  for (const element of Object.keys(labelSettings)) {
    const holder =
      element === 'text-style' ? text : (childNamed(text, element) ?? childNamed(settings, element))
    for (const name of Object.keys(holder?.attributes ?? {}))
      if ((labelSettings[element] ?? []).indexOf(name) === -1) found.push(name)
  }
  return found
}

const readPlacement = (settings: Markup, where: Partial<Where>, reading: Reading) => {
  const number = attribute(childNamed(settings, 'placement'), 'placement')
  if (number === undefined) return
  const found = entryOf(placements, number)
  reading.add({
    fate: found ? { code: found.code, verdict: found.verdict } : unknownPlacement,
    part: 'label',
    name: found?.name ?? number,
    where,
  })
}

const readLabelBlending = (settings: Markup, where: Partial<Where>, reading: Reading) => {
  const text = childNamed(settings, 'text-style')
  const buffer = childNamed(text, 'text-buffer')
  const candidates: [string | undefined, boolean][] = [
    [attribute(text, 'blendMode'), true],
    [attribute(buffer, 'bufferBlendMode'), isTrue(attribute(buffer, 'bufferDraw'))],
  ]
  for (const [mode, counts] of candidates)
    if (counts && isBlended(mode))
      reading.add({
        fate: layerFates.labelBlending,
        part: 'blending',
        name: 'label',
        where,
        values: { mode: modeName(mode) },
      })
}

// Diagrams, the layer, rasters ----------------------------------------------------------------------------------

const readDiagrams = (qml: Markup, reading: Reading) => {
  for (const name of Object.keys(diagramRenderers)) {
    const fate = diagramRenderers[name]
    for (const diagram of childrenNamed(qml, name)) {
      // QGIS keeps a diagram that is switched off in every layer's style.
      const categories = childrenNamed(diagram, 'DiagramCategory')
      const isOn =
        categories.length === 0 || categories.some((one) => isTrue(attribute(one, 'enabled') ?? '1'))
      if (fate && isOn)
        reading.add({
          fate,
          part: 'diagram',
          name: attribute(diagram, 'diagramType') ?? name,
        })
    }
  }
}

const isBlended = (mode: string | undefined) => mode !== undefined && /^[1-9]/.test(mode)
const modeName = (mode: string | undefined) => blendModes[Number(mode)] ?? String(mode)

const readLayer = (qml: Markup, reading: Reading, isRaster: boolean) => {
  const opacity = Number(childNamed(qml, 'layerOpacity')?.text || 1)
  // Of rasters QGIS writes it.
  if (opacity < 1 && !isRaster)
    reading.add({
      fate: layerFates.opacity,
      part: 'layer',
      name: 'layerOpacity',
      values: { percent: Math.round(opacity * 100) },
    })
  const modes: [string, Fate][] = [
    ['blendMode', layerFates.blending],
    ['featureBlendMode', layerFates.featureBlending],
  ]
  for (const [name, fate] of modes) {
    const mode = childNamed(qml, name)?.text
    if (isBlended(mode)) reading.add({ fate, part: 'blending', name, values: { mode: modeName(mode) } })
  }
  if (childNamed(qml, 'renderer-3d'))
    reading.add({ fate: layerFates.threeDimensional, part: 'layer', name: 'renderer-3d' })
}

const readRaster = (pipe: Markup, renderer: Markup, reading: Reading) => {
  const type = attribute(renderer, 'type') ?? ''
  reading.add({ fate: entryOf(rasterRenderers, type) ?? unknownRasterRenderer, part: 'raster', name: type })
  const brightness = childNamed(pipe, 'brightnesscontrast')
  const isBrightened =
    isSome(attribute(brightness, 'brightness')) ||
    isSome(attribute(brightness, 'contrast')) ||
    Number(attribute(brightness, 'gamma') ?? 1) !== 1
  if (isBrightened) reading.add({ fate: rasterFates.brightness, part: 'raster', name: 'brightnesscontrast' })
  const hue = childNamed(pipe, 'huesaturation')
  const isHued =
    isSome(attribute(hue, 'saturation')) ||
    isSome(attribute(hue, 'grayscaleMode')) ||
    isTrue(attribute(hue, 'colorizeOn')) ||
    isTrue(attribute(hue, 'invertColors'))
  if (isHued) reading.add({ fate: rasterFates.hue, part: 'raster', name: 'huesaturation' })
  const transparency = childNamed(renderer, 'rasterTransparency')
  if (transparency?.children.some(({ children }) => children.length > 0))
    reading.add({ fate: rasterFates.transparentValues, part: 'raster', name: 'rasterTransparency' })
}
