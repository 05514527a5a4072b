import { expect, test } from 'vitest'
import {
  type Expression,
  literal,
  noBase,
  pixels,
  plainGraphic,
  plainRule,
  plainStroke,
  type Rule,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from './model.ts'
import { type QmlSource, repairReasons, repairStyle, type SldSource } from './repair.ts'

const kind: Expression = { kind: 'property', name: 'kind' }
const isKind = (value: string): Rule['applies'] => ({
  kind: 'filter',
  filter: { kind: 'comparison', operator: '=', left: kind, right: literal(value), matchCase: true },
})
const fill = (color: string, more: Partial<Symbolizer> = {}): Symbolizer =>
  ({
    ...noBase,
    kind: 'polygon',
    fill: { kind: 'solid', color: literal(color), opacity: null },
    stroke: null,
    displacement: null,
    perpendicularOffset: null,
    ...more,
  }) as Symbolizer
const stroke = (width: number, unit: 'pixel' | 'millimetre' | 'map-unit' = 'pixel'): Symbolizer => ({
  ...noBase,
  kind: 'line',
  stroke: plainStroke(literal('#ff0000'), { value: literal(width), unit }),
  perpendicularOffset: null,
})
const marker = (size: Expression): Symbolizer => ({
  ...noBase,
  kind: 'point',
  graphic: plainGraphic([{ kind: 'mark', wellKnownName: literal('circle'), fill: null, stroke: null }], {
    value: size,
    unit: 'pixel',
  }),
})
const label = (text: Expression): Symbolizer => ({
  ...noBase,
  kind: 'text',
  label: text,
  font: {
    families: [],
    size: pixels(9),
    style: 'normal',
    weight: 'normal',
    isUnderlined: false,
    isStruckThrough: false,
  },
  fill: { kind: 'solid', color: literal('#000000'), opacity: null },
  halo: null,
  placement: { kind: 'point', anchorPoint: null, displacement: null, rotation: null },
  background: null,
  priority: null,
  mayOverlap: false,
})

const styleOf = (passes: Rule[][], more: Partial<Style> = {}): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: null,
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: passes.map((rules) => ({ name: null, title: null, vendorOptions: {}, rules })),
  ...more,
})
const fromQgis = (passes: Rule[][], more: Partial<Style> = {}): SldSource => ({
  dialect: 'qgis',
  style: styleOf(passes, more),
})
const qmlOf = (passes: Rule[][], more: Partial<Style> = {}): QmlSource => ({
  losses: [],
  style: styleOf(passes, more),
})
const codesOf = (sld: SldSource, qml: QmlSource) => repairStyle({ sld, qml }).repairs.map(({ code }) => code)

test('an SLD that says the same as its QML is not repaired', () => {
  const rules = [plainRule([fill('#00ff00')], { title: 'Wood', applies: isKind('wood') })]
  expect(codesOf(fromQgis([rules]), qmlOf([rules]))).toEqual([])
})

test('filters that mean the same are no difference, however they are written', () => {
  const listed: Rule['applies'] = {
    kind: 'filter',
    filter: {
      kind: 'or',
      operands: ['b', 'a'].map((value) => (isKind(value) as { filter: Expression }).filter),
    },
  }
  const inList: Rule['applies'] = {
    kind: 'filter',
    filter: { kind: 'in', value: kind, values: [literal('a'), literal('b')] },
  }
  const rule = (applies: Rule['applies']) => [plainRule([fill('#00ff00')], { title: 'A or B', applies })]
  expect(codesOf(fromQgis([rule(listed)]), qmlOf([rule(inList)]))).toEqual([])
  expect(codesOf(fromQgis([rule(isKind('a'))]), qmlOf([rule(inList)]))).toEqual(['REPAIR_VALUES'])
})

test('a filter that QGIS dropped is restored, and both are told (issue 5)', () => {
  const sld = fromQgis([[plainRule([fill('#00ff00')], { title: 'Wood' })]])
  const qml = qmlOf([[plainRule([fill('#00ff00')], { title: 'Wood', applies: isKind('wood') })]])
  const { style, repairs } = repairStyle({ sld, qml })
  expect(style.featureTypeStyles[0]?.rules[0]?.applies).toEqual(isKind('wood'))
  expect(repairs).toEqual([
    {
      code: 'REPAIR_FILTER',
      where: 'Wood',
      from: 'all features',
      to: `features where "kind" = 'wood'`,
      message: `Wood: features where "kind" = 'wood' instead of all features. ${repairReasons.REPAIR_FILTER}; restored from the QML.`,
    },
  ])
})

test('the rest of the categories, and a class that is switched off, are as in QGIS', () => {
  const sld = fromQgis([
    [
      plainRule([fill('#00ff00')], { title: 'Wood', applies: isKind('wood') }),
      plainRule([fill('#0000ff')], { title: 'Water', applies: isKind('water') }),
      plainRule([fill('#888888')], { title: 'Others', applies: isKind('') }),
    ],
  ])
  const qml = qmlOf([
    [
      plainRule([fill('#00ff00')], { title: 'Wood', applies: isKind('wood') }),
      plainRule([], { title: 'Water', applies: isKind('water') }),
      plainRule([fill('#888888')], { title: 'Others', applies: { kind: 'else' } }),
    ],
  ])
  const { style, repairs } = repairStyle({ sld, qml })
  expect(repairs.map(({ code, where }) => [code, where])).toEqual([
    ['REPAIR_SWITCHED_OFF', 'Water'],
    ['REPAIR_REST', 'Others'],
  ])
  expect(style.featureTypeStyles[0]?.rules.map(({ applies }) => applies.kind)).toEqual([
    'filter',
    'filter',
    'else',
  ])
})

test('sizes on the screen, on the ground and from the data are told apart, and alike in many classes told once', () => {
  const twice = (symbolizer: Symbolizer) =>
    [
      ['A', 'a'],
      ['B', 'b'],
    ].map(([title = '', value = '']) => plainRule([symbolizer], { title, applies: isKind(value) }))
  const told = (before: Symbolizer, after: Symbolizer) =>
    repairStyle({ sld: fromQgis([twice(before)]), qml: qmlOf([twice(after)]) }).repairs.map(
      ({ code, where, from, to }) => [code, where, from, to],
    )
  expect(told(stroke(1), stroke(0.26, 'millimetre'))).toEqual([
    ['REPAIR_SIZE', 'A and 1 more', 'width 1 px', 'width 0.93 px'],
  ])
  expect(told(stroke(5), stroke(5, 'map-unit'))).toEqual([
    ['REPAIR_GROUND_UNIT', 'A and 1 more', 'width 5 px', 'width 5 map units'],
  ])
  expect(told(marker(literal(7)), marker({ kind: 'property', name: 'n' }))).toEqual([
    ['REPAIR_DATA_DEFINED', 'A and 1 more', 'size 7 px', 'size "n" px'],
  ])
})

test('opacity of layers and symbols is restored, labels have their text back', () => {
  const text: Expression = { kind: 'function', name: 'upper', arguments: [kind], options: {} }
  const sld = fromQgis([[plainRule([stroke(1)])], [plainRule([label(literal('Placeholder'))])]])
  const qml = qmlOf([[plainRule([{ ...stroke(1), opacity: literal(0.5) }])], [plainRule([label(text)])]], {
    opacity: 0.8,
  })
  const { style, repairs } = repairStyle({ sld, qml })
  expect(repairs.map(({ code, where, to }) => [code, where, to])).toEqual([
    ['REPAIR_LAYER_OPACITY', null, 'opacity 80 %'],
    ['REPAIR_OPACITY', null, 'opacity 0.5'],
    ['REPAIR_LABEL_TEXT', 'Labels', 'text upper("kind")'],
  ])
  expect(style.opacity).toBe(0.8)
})

test('levels of symbols are restored from the QML', () => {
  const rule = (symbolizers: Symbolizer[]) => [plainRule(symbolizers, { title: 'Road' })]
  const sld = fromQgis([rule([stroke(4), stroke(2)])])
  const { repairs, style } = repairStyle({ sld, qml: qmlOf([rule([stroke(4)]), rule([stroke(2)])]) })
  expect(repairs.map(({ code }) => code)).toEqual(['REPAIR_LEVELS'])
  expect(style.featureTypeStyles).toHaveLength(2)
})

test('what reading the QML lost and the SLD says stays as the SLD says it, and is no loss then', () => {
  const foreign: Rule['applies'] = {
    kind: 'filter',
    filter: { kind: 'foreign', language: 'qgis', text: '?' },
  }
  const sld = fromQgis([
    [
      plainRule([fill('#00ff00')], { title: 'Wood', applies: isKind('wood') }),
      plainRule([fill('#0000ff'), stroke(1)], { title: 'Water' }),
    ],
  ])
  const qml: QmlSource = {
    ...qmlOf([
      [
        plainRule([fill('#00ff00')], { title: 'Wood', applies: foreign }),
        plainRule([fill('#0000ff')], { title: 'Water' }),
      ],
    ]),
    losses: [
      { code: 'QML_FILTER', verdict: 'lost', message: 'not understood', rule: 'Wood' },
      { code: 'QML_SYMBOL_LAYER', verdict: 'lost', message: 'not drawn', rule: 'Water' },
      { code: 'QML_EFFECT', verdict: 'lost', message: 'without it', rule: 'Water' },
    ],
  }
  const { style, losses } = repairStyle({ sld, qml })
  expect(style.featureTypeStyles[0]?.rules[0]?.applies).toEqual(isKind('wood'))
  expect(style.featureTypeStyles[0]?.rules[1]?.symbolizers).toHaveLength(2)
  expect(losses.map(({ code }) => code)).toEqual(['QML_EFFECT'])
})

test('a renderer that cannot be read from the QML leaves the symbols to the SLD; one that draws nothing does not', () => {
  const sld = fromQgis([[plainRule([marker(literal(7))])]])
  const unread: QmlSource = {
    ...qmlOf([]),
    losses: [{ code: 'QML_RENDERER', verdict: 'lost', message: 'nothing like it' }],
  }
  expect(repairStyle({ sld, qml: unread }).style.featureTypeStyles).toHaveLength(1)
  const empty = repairStyle({ sld, qml: qmlOf([]) })
  expect(empty.style.featureTypeStyles).toHaveLength(0)
  expect(empty.repairs.map(({ code }) => code)).toEqual(['REPAIR_SWITCHED_OFF'])
})

test('an SLD that QGIS did not write is somebody else’s work and stays as it is', () => {
  const sld: SldSource = { ...fromQgis([[plainRule([stroke(1)])]]), dialect: 'ogc' }
  const { style, repairs, isFromQml } = repairStyle({ sld, qml: qmlOf([[plainRule([stroke(9)])]]) })
  expect([style, repairs, isFromQml]).toEqual([sld.style, [], false])
})
