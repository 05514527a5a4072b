/** QGIS's trees of rules as the flat rules of the model: filters joined, scales narrowed, ELSE said in full where it must be. */
import { quoted } from './finding.ts'
import { attribute, childrenNamed, type Markup } from './markup.ts'
import type { Expression, Rule } from './model.ts'
import { literal } from './model.ts'
import { readExpression } from './qml-expression-read.ts'
import { toNumber } from './qml-lengths.ts'
import type { QmlNotes } from './qml-notes.ts'
import { isTrue } from './qml-values.ts'

export type FlatRule = Pick<Rule, 'title' | 'applies' | 'minScaleDenominator' | 'maxScaleDenominator'> & {
  /** The rule it comes from, or null when it only keeps its features from an ELSE. */
  element: Markup | null
}

type Scales = { min: number | null; max: number | null }

/** What surrounds a rule. */
type Around = Scales & { filter: Expression | null; isTop: boolean; depth: number }

const deepest = 30
/** Characters of filters, told as JSON: a tree that joins thousands of them again and again is an attack. */
const mostWritten = 5_000_000

export const narrowed = (one: Scales, other: Scales): Scales => {
  const given = (values: (number | null)[]) => values.filter((value) => value !== null)
  const [low, high] = [given([one.min, other.min]), given([one.max, other.max])]
  return {
    min: low.length > 0 ? Math.max(...low) : null,
    max: high.length > 0 ? Math.min(...high) : null,
  }
}

export const scaleOf = (written: string | undefined): number | null => {
  const scale = toNumber(written, 0)
  return scale > 0 ? scale : null
}

const scalesOf = (rule: Markup): Scales => ({
  min: scaleOf(attribute(rule, 'scalemindenom')),
  max: scaleOf(attribute(rule, 'scalemaxdenom')),
})

export const and = (one: Expression | null, other: Expression | null): Expression | null => {
  if (one === null || other === null) return one ?? other
  const operands = [one, other].flatMap((part) => (part.kind === 'and' ? part.operands : [part]))
  return { kind: 'and', operands }
}

export const titleOf = (rule: Markup): string | null =>
  attribute(rule, 'label') || attribute(rule, 'description') || attribute(rule, 'filter')?.trim() || null

const isElse = (rule: Markup): boolean => attribute(rule, 'filter')?.trim().toUpperCase() === 'ELSE'

const isSwitchedOn = (rule: Markup): boolean => {
  const state = attribute(rule, 'checkstate') ?? attribute(rule, 'active')
  return state === undefined || isTrue(state)
}

export const noteForeign = (filter: Expression, title: string | null, notes: QmlNotes): Expression => {
  if (filter.kind === 'foreign')
    notes
      .inRule(title)
      .lose(
        'QML_FILTER',
        'lost',
        `The filter ${quoted(filter.text)} is not understood; the rule draws nothing.`,
      )
  return filter
}

const filterOf = (rule: Markup, notes: QmlNotes): Expression | null => {
  const text = attribute(rule, 'filter')?.trim() ?? ''
  return text === '' || isElse(rule) ? null : noteForeign(readExpression(text), titleOf(rule), notes)
}

/** Where nothing is known nothing is drawn, so that ELSE has it. */
const isNot = (filter: Expression): Expression => ({
  kind: 'not',
  operand: { kind: 'function', name: 'coalesce', arguments: [filter, literal(false)], options: {} },
})

const silent: QmlNotes = { packageFiles: [], lose: () => {}, inRule: () => silent }

/** For which features a rule or one below it draws; null for all. */
const reachOf = (rule: Markup, hasContent: (rule: Markup) => boolean): Expression | null => {
  const own = filterOf(rule, silent)
  const children = childrenNamed(rule, 'rule')
  if (hasContent(rule) || children.length === 0 || children.some(isElse)) return own
  const below = children.map((child) => reachOf(child, hasContent))
  const known = below.filter((one) => one !== null)
  return known.length < below.length ? own : and(own, { kind: 'or', operands: known })
}

/** `hasContent`: whether a rule draws something itself, or only groups others. */
export const flattenRules = (
  rules: Markup | undefined,
  hasContent: (rule: Markup) => boolean,
  notes: QmlNotes,
): FlatRule[] => {
  let written = 0
  const below = (parent: Markup | undefined, around: Around): FlatRule[] => {
    const siblings = parent ? childrenNamed(parent, 'rule') : []
    const hasElse = siblings.some(isElse)
    const others = siblings.filter((rule) => !isElse(rule))
    let known: Expression | 'nothing' | null = null
    /** What the others leave; beside a rule for all features it is nothing. */
    const rest = () => {
      if (known !== null) return known
      const reaches = others.map((one) => reachOf(one, hasContent))
      const given = reaches.filter((one) => one !== null)
      known = given.length < reaches.length ? 'nothing' : { kind: 'and', operands: given.map(isNot) }
      return known
    }
    return siblings.flatMap((rule): FlatRule[] => {
      if (isElse(rule)) return ofElse(rule, { others, rest }, around)
      if (isSwitchedOn(rule)) return ofOne(rule, and(around.filter, filterOf(rule, notes)), around)
      // QGIS keeps what a rule that is off would draw from ELSE.
      if (!hasElse || !around.isTop) return []
      return [{ ...flat(rule, filterOf(rule, silent), around), element: null }]
    })
  }

  const flat = (rule: Markup, filter: Expression | null, around: Around): FlatRule => {
    const { min, max } = narrowed(around, scalesOf(rule))
    return {
      title: titleOf(rule),
      applies: filter === null ? { kind: 'all' } : { kind: 'filter', filter },
      minScaleDenominator: min,
      maxScaleDenominator: max,
      element: rule,
    }
  }

  const ofOne = (rule: Markup, filter: Expression | null, around: Around): FlatRule[] => {
    if (around.depth > deepest) {
      notes.lose('QML_RULES_DEPTH', 'lost', 'Rules are nested too deeply; those below are not drawn.')
      return []
    }
    written += filter === null ? 0 : JSON.stringify(filter).length
    if (written > mostWritten) {
      notes.lose(
        'QML_RULES_SIZE',
        'lost',
        'The rules say too much to be read to their end; the last are not drawn.',
      )
      return []
    }
    const own = hasContent(rule) ? [flat(rule, filter, around)] : []
    const inside = { ...narrowed(around, scalesOf(rule)), filter, isTop: false, depth: around.depth + 1 }
    return [...own, ...below(rule, inside)]
  }

  const ofElse = (
    rule: Markup,
    { others, rest }: { others: Markup[]; rest: () => Expression | 'nothing' },
    around: Around,
  ): FlatRule[] => {
    if (!isSwitchedOn(rule)) return []
    const isPlain = childrenNamed(rule, 'rule').length === 0
    if (around.isTop && isPlain)
      return hasContent(rule) ? [{ ...flat(rule, null, around), applies: { kind: 'else' } }] : []
    if (others.some((one) => scalesOf(one).min !== null || scalesOf(one).max !== null))
      notes
        .inRule(titleOf(rule))
        .lose(
          'QML_ELSE_SCALES',
          'approximated',
          'An ELSE among rules with scales of their own leaves out their features at all scales.',
        )
    const left = rest()
    if (left === 'nothing') return []
    // An ELSE without others is for all.
    const filter = others.length === 0 ? around.filter : and(around.filter, left)
    return ofOne(rule, filter, around)
  }

  return below(rules, { min: null, max: null, filter: null, isTop: true, depth: 0 })
}
