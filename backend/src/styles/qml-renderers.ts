/** QGIS's renderers of vector layers as passes of rules. */
import { quoted } from './finding.ts'
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import {
  type ComparisonOperator,
  type Expression,
  type FeatureTypeStyle,
  type Literal,
  literal,
  type Rule,
} from './model.ts'
import { fieldOf } from './qml-expression.ts'
import { readExpression } from './qml-expression-read.ts'
import { toNumber } from './qml-lengths.ts'
import type { QmlNotes } from './qml-notes.ts'
import { type FlatRule, flattenRules } from './qml-rules.ts'
import { noteEffects, type Painted, readSymbol } from './qml-symbols.ts'
import { entryOf, isTrue } from './qml-values.ts'

/** A rule with what it draws, not yet parted into passes. */
type Draft = Omit<FlatRule, 'element'> & { painted: Painted[] }

type RendererParts = { renderer: Markup; symbols: Map<string, Markup>; notes: QmlNotes }

const symbolsOf = (renderer: Markup): Map<string, Markup> =>
  new Map(
    childrenNamed(childNamed(renderer, 'symbols') ?? renderer, 'symbol').map((symbol) => [
      attribute(symbol, 'name') ?? '',
      symbol,
    ]),
  )

const paintedOf = (name: string | undefined, title: string | null, parts: RendererParts): Painted[] => {
  const symbol = parts.symbols.get(name ?? '')
  if (symbol) return readSymbol(symbol, parts.notes.inRule(title))
  parts.notes
    .inRule(title)
    .lose('QML_NO_SYMBOL', 'lost', `The symbol ${quoted(name ?? '')} is not in the style; nothing is drawn.`)
  return []
}

const everywhere = { minScaleDenominator: null, maxScaleDenominator: null }

const readSingle = (parts: RendererParts): Draft[] => {
  const [name] = [...parts.symbols.keys()]
  if (name === undefined) return []
  return [{ title: null, applies: { kind: 'all' }, ...everywhere, painted: paintedOf(name, null, parts) }]
}

// Classes ----------------------------------------------------------------------------------------------------

/** The field or expression that classes are made by; null when nobody understands it. */
const classifiedBy = ({ renderer, notes }: RendererParts): Expression | null => {
  const text = attribute(renderer, 'attr') ?? ''
  const field = fieldOf(text)
  if (field !== null) return { kind: 'property', name: field }
  const found = readExpression(text)
  if (found.kind !== 'foreign') return found
  notes.lose(
    'QML_CLASSES_EXPRESSION',
    'lost',
    `Classes are made by ${quoted(text)}, which is not understood; they draw nothing.`,
  )
  return null
}

const numberTypes = /^(int|integer|uint|long|longlong|qlonglong|qulonglong|ulonglong|double|float)/i

const literalIn = (element: Markup): Literal => {
  const value = attribute(element, 'value') ?? ''
  const type = attribute(element, 'type') ?? ''
  if (type === 'bool') return literal(isTrue(value))
  if (type === 'NULL') return literal('')
  const isNumber = numberTypes.test(type) && value.trim() !== '' && Number.isFinite(Number(value))
  return literal(isNumber ? Number(value) : value)
}

const isEmpty = ({ value }: Literal) => value === ''

const equals = (left: Expression, right: Expression): Expression => ({
  kind: 'comparison',
  operator: '=',
  left,
  right,
  matchCase: true,
})

/** In a list nothing stands for what has no value. */
const isOneOf = (by: Expression, listed: Markup[]): Expression => {
  const values = listed.map(literalIn)
  const known = values.filter((one) => !isEmpty(one))
  const among: Expression = { kind: 'in', value: by, values: known }
  if (known.length === values.length) return among
  const none: Expression[] = [{ kind: 'null', value: by }, equals(by, literal(''))]
  return { kind: 'or', operands: known.length > 0 ? [...none, among] : none }
}

const readCategories = (parts: RendererParts): Draft[] => {
  const by = classifiedBy(parts)
  if (by === null) return []
  return childrenNamed(childNamed(parts.renderer, 'categories') ?? parts.renderer, 'category').map(
    (category): Draft => {
      const listed = childrenNamed(category, 'val')
      const value = literalIn(category)
      const title = attribute(category, 'label') || String(value.value) || null
      const isShown = isTrue(attribute(category, 'render') ?? '1')
      return {
        title,
        // A category without a value is that of all other values.
        applies:
          listed.length > 0
            ? { kind: 'filter', filter: isOneOf(by, listed) }
            : isEmpty(value)
              ? { kind: 'else' }
              : { kind: 'filter', filter: equals(by, value) },
        ...everywhere,
        painted: isShown ? paintedOf(attribute(category, 'symbol'), title, parts) : [],
      }
    },
  )
}

const readRanges = (parts: RendererParts): Draft[] => {
  const by = classifiedBy(parts)
  if (by === null) return []
  const test = (operator: ComparisonOperator, right: number): Expression => ({
    kind: 'comparison',
    operator,
    left: by,
    right: literal(right),
    matchCase: true,
  })
  const uppers: number[] = []
  return childrenNamed(childNamed(parts.renderer, 'ranges') ?? parts.renderer, 'range').flatMap(
    (range): Draft[] => {
      const lower = toNumber(attribute(range, 'lower'), Number.NaN)
      const upper = toNumber(attribute(range, 'upper'), Number.NaN)
      const title = attribute(range, 'label') || null
      if (Number.isNaN(lower) || Number.isNaN(upper)) {
        parts.notes.inRule(title).lose('QML_RANGE', 'lost', 'A class without its limits is not drawn.')
        return []
      }
      // A value on the limit of two classes is in the first.
      const isTaken = uppers.includes(lower)
      uppers.push(upper)
      if (!isTrue(attribute(range, 'render') ?? '1')) return []
      const operands = [test(isTaken ? '>' : '>=', lower), test('<=', upper)]
      return [
        {
          title,
          applies: { kind: 'filter', filter: { kind: 'and', operands } },
          ...everywhere,
          painted: paintedOf(attribute(range, 'symbol'), title, parts),
        },
      ]
    },
  )
}

const readRuleTree = (parts: RendererParts): Draft[] => {
  const hasSymbol = (rule: Markup) => attribute(rule, 'symbol') !== undefined
  return flattenRules(childNamed(parts.renderer, 'rules'), hasSymbol, parts.notes).map(
    ({ element, ...rule }) => ({
      ...rule,
      painted: element ? paintedOf(attribute(element, 'symbol'), rule.title, parts) : [],
    }),
  )
}

// Passes -----------------------------------------------------------------------------------------------------

/** ELSE of a pass looks at the rules of the pass, so that each keeps them all; else those that draw nothing go. */
const toPasses = (drafts: Draft[], hasLevels: boolean): FeatureTypeStyle[] => {
  const levels = hasLevels
    ? [...new Set(drafts.flatMap(({ painted }) => painted.map(({ pass }) => pass)))].sort((a, b) => a - b)
    : [null]
  const hasElse = drafts.some(({ applies }) => applies.kind === 'else')
  return levels.flatMap((level) => {
    const rules = drafts.map(
      ({ painted, ...draft }): Rule => ({
        name: null,
        abstract: null,
        legendGraphic: null,
        ...draft,
        symbolizers: painted
          .filter(({ pass }) => level === null || pass === level)
          .map(({ symbolizer }) => symbolizer),
      }),
    )
    const kept = hasElse ? rules : rules.filter(({ symbolizers }) => symbolizers.length > 0)
    return kept.some(({ symbolizers }) => symbolizers.length > 0)
      ? [{ name: null, title: null, vendorOptions: {}, rules: kept }]
      : []
  })
}

const kinds: Readonly<Record<string, (parts: RendererParts) => Draft[]>> = {
  singleSymbol: readSingle,
  categorizedSymbol: readCategories,
  graduatedSymbol: readRanges,
  RuleRenderer: readRuleTree,
  nullSymbol: () => [],
}

/** They draw what another renderer says, in another way. */
const around: Readonly<Record<string, { verdict: 'approximated' | 'lost'; message: string }>> = {
  pointDisplacement: {
    verdict: 'approximated',
    message: 'Points that QGIS moves apart are drawn where they are.',
  },
  pointCluster: { verdict: 'approximated', message: 'Points that QGIS groups are drawn one by one.' },
  mergedFeatureRenderer: {
    verdict: 'approximated',
    message: 'Features that QGIS merges are drawn one by one.',
  },
}

const noteRest = (renderer: Markup, { lose }: QmlNotes) => {
  if (isTrue(attribute(renderer, 'enableorderby')))
    lose('QML_ORDER', 'approximated', 'Features are not drawn in the order the style asks for.')
  if (toNumber(attribute(renderer, 'referencescale'), -1) > 0)
    lose('QML_REFERENCE_SCALE', 'approximated', 'Symbols do not grow with the scale of the map.')
  for (const name of ['rotation', 'sizescale'])
    if (attribute(childNamed(renderer, name), 'field'))
      lose('QML_OLD_SCALING', 'approximated', `The ${name} by a field, as old QGIS wrote it, is left out.`)
}

const deepest = 4

export const readRenderer = (renderer: Markup, notes: QmlNotes, depth = 0): FeatureTypeStyle[] => {
  const type = attribute(renderer, 'type') ?? ''
  const inner = childNamed(renderer, 'renderer-v2')
  const wrapped = entryOf(around, type)
  if (wrapped && inner && depth < deepest) {
    notes.lose('QML_RENDERER', wrapped.verdict, wrapped.message)
    return readRenderer(inner, notes, depth + 1)
  }
  const read = entryOf(kinds, type)
  if (!read) {
    notes.lose(
      'QML_RENDERER',
      'lost',
      `The renderer ${quoted(type)} has nothing like it here; the layer's symbols are not drawn.`,
    )
    return []
  }
  noteRest(renderer, notes)
  noteEffects(renderer, 'The layer', notes)
  const drafts = read({ renderer, symbols: symbolsOf(renderer), notes })
  // Rules are always drawn by level; other renderers when they are told to.
  const hasLevels = type === 'RuleRenderer' || isTrue(attribute(renderer, 'symbollevels'))
  return toPasses(drafts, hasLevels)
}
