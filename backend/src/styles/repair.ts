/**
 * An SLD that QGIS wrote, held against the QML that came with it. QGIS leaves out and changes what SLD could say: lists of
 * values, the rest of the categories, filters, opacity, sizes. The QML says it all, so the style is what the QML says, but
 * for what only the SLD could be read for; each thing that is not as in the SLD is a repair with both values.
 *
 * An SLD that QGIS did not write is somebody's own work: it stays as it is. Both files are kept as they came.
 */
import { meanTheSame } from './expression-equality.ts'
import { expressionWords } from './expression-words.ts'
import { MAX_FINDINGS, type StyleLoss } from './finding.ts'
import type { FeatureTypeStyle, Rule, Style, Symbolizer } from './model.ts'
import { type Difference, type DifferenceKind, differencesOf } from './repair-compare.ts'
import type { SldDialect } from './sld-dialect.ts'

/** What each code means, and why it is so; the same sentences for every repair of it. */
export const repairReasons = {
  REPAIR_FILTER: 'QGIS writes filters that SLD has no words for as none, or as others',
  REPAIR_VALUES: 'QGIS before 3.36 writes lists of values wrongly',
  REPAIR_REST: 'QGIS before 3.40 cannot write "all other values" or ELSE',
  REPAIR_SWITCHED_OFF: 'QGIS writes classes that are switched off as if they were on',
  REPAIR_RULE_ADDED: 'QGIS leaves this rule out of the SLD',
  REPAIR_SCALE: 'QGIS writes other limits of scale',
  REPAIR_LEVELS: 'QGIS leaves the levels of symbols out of the SLD',
  REPAIR_LAYER_OPACITY: 'QGIS leaves the opacity of a layer out of the SLD',
  REPAIR_OPACITY: 'QGIS leaves opacity out of the SLD or rounds it',
  REPAIR_SIZE: 'QGIS rounds sizes to whole pixels',
  REPAIR_GROUND_UNIT: 'QGIS writes lengths on the ground as pixels',
  REPAIR_DATA_DEFINED: 'QGIS leaves values that come from the data out of the SLD',
  REPAIR_COLOUR: 'QGIS writes another colour',
  REPAIR_LABEL_TEXT: 'QGIS writes the text "Placeholder" for labels that are computed',
  REPAIR_LABEL_PLACE: 'QGIS describes the place of labels otherwise',
  REPAIR_SYMBOL_ADDED: 'QGIS leaves this symbol layer out of the SLD',
  REPAIR_SYMBOL_REMOVED: 'QGIS writes a symbol layer that it does not draw itself',
  REPAIR_SYMBOL: 'QGIS writes this part of the symbol otherwise',
} as const satisfies Record<string, string>

export type RepairCode = keyof typeof repairReasons

export type Repair = {
  code: RepairCode
  /** The class, rule or label it is about, as a person sees it; null for the layer. */
  where: string | null
  /** What the SLD says, and what is drawn instead. */
  from: string
  to: string
  message: string
}

export type SldSource = { style: Style; dialect: SldDialect | null }
export type QmlSource = { style: Style; losses: readonly StyleLoss[] }
export type StyleSources = { sld: SldSource; qml: QmlSource | null } | { sld: null; qml: QmlSource }

export type RepairedStyle = {
  style: Style
  /** Whether the drawn style is what the QML says; else it is the SLD's. */
  isFromQml: boolean
  repairs: Repair[]
  /** Of reading the QML, as far as they are in what is drawn. */
  losses: StyleLoss[]
}

export const repairStyle = ({ sld, qml }: StyleSources): RepairedStyle => {
  if (sld === null) return { style: qml.style, isFromQml: true, repairs: [], losses: [...qml.losses] }
  if (qml === null || sld.dialect !== 'qgis')
    return { style: sld.style, isFromQml: false, repairs: [], losses: [] }
  return mend(sld.style, qml)
}

// Parts ------------------------------------------------------------------------------------------------------

const isLabelPass = ({ rules }: FeatureTypeStyle): boolean => {
  const drawn = rules.flatMap(({ symbolizers }) => symbolizers)
  return drawn.length > 0 && drawn.every(({ kind }) => kind === 'text')
}

const partsOf = ({ featureTypeStyles }: Style) => ({
  symbols: featureTypeStyles.filter((pass) => !isLabelPass(pass)),
  labels: featureTypeStyles.filter(isLabelPass),
})

const draws = (passes: FeatureTypeStyle[]): boolean =>
  passes.some(({ rules }) => rules.some(({ symbolizers }) => symbolizers.length > 0))

const isOfLabels = ({ code }: StyleLoss): boolean => /^QML_(OLD_)?LABEL/.test(code)

/** Whether the QML has something there that could not be read, so that nothing is drawn where the SLD draws. */
const wasUnread = (losses: readonly StyleLoss[], aboutLabels: boolean): boolean =>
  losses.some((loss) => loss.verdict === 'lost' && isOfLabels(loss) === aboutLabels)

const mend = (sld: Style, { style, losses }: QmlSource): RepairedStyle => {
  const [before, after] = [partsOf(sld), partsOf(style)]
  const keeps = (part: 'symbols' | 'labels') =>
    !draws(after[part]) && draws(before[part]) && wasUnread(losses, part === 'labels')
  const symbols = keeps('symbols')
    ? { passes: before.symbols, repairs: [], mended: [] }
    : mendPart(before.symbols, after.symbols, losses)
  const labels = keeps('labels')
    ? { passes: before.labels, repairs: [], mended: [] }
    : mendPart(before.labels, after.labels, losses)
  const mended = new Set([...symbols.mended, ...labels.mended])
  const opacity =
    (sld.opacity ?? 1) === (style.opacity ?? 1)
      ? []
      : [
          repair('REPAIR_LAYER_OPACITY', null, {
            from: `opacity ${percent(sld.opacity)}`,
            to: `opacity ${percent(style.opacity)}`,
          }),
        ]
  return {
    style: {
      ...style,
      name: sld.name ?? style.name,
      title: sld.title ?? style.title,
      abstract: sld.abstract ?? style.abstract,
      featureTypeStyles: [...symbols.passes, ...labels.passes],
    },
    isFromQml: true,
    repairs: grouped([...opacity, ...symbols.repairs, ...labels.repairs]),
    losses: losses.filter((loss) => !mended.has(loss)),
  }
}

const percent = (opacity: number | null) => `${Math.round((opacity ?? 1) * 100)} %`

// Rules ------------------------------------------------------------------------------------------------------

/** A rule with all it draws, in whichever passes. */
type Whole = { rule: Rule; drawn: Symbolizer[] }

const limitsOf = ({ minScaleDenominator, maxScaleDenominator }: Rule) => ({
  min: minScaleDenominator,
  max: maxScaleDenominator,
})

const wholeRules = (passes: FeatureTypeStyle[]): Whole[] => {
  const found = new Map<string, Whole>()
  for (const { rules } of passes) {
    const times = new Map<string, number>()
    for (const rule of rules) {
      const said = JSON.stringify([rule.title, rule.applies, limitsOf(rule)])
      const nth = times.get(said) ?? 0
      times.set(said, nth + 1)
      const whole = found.get(`${nth} ${said}`)
      if (whole) whole.drawn.push(...rule.symbolizers)
      else found.set(`${nth} ${said}`, { rule, drawn: [...rule.symbolizers] })
    }
  }
  return [...found.values()]
}

const titleOf = (rule: Rule): string | null => rule.title ?? rule.name

/** Rules of one title belong together, in their order; the others by what they apply to, and then by their order. */
const pairsOf = (before: Whole[], after: Whole[]): [Whole | null, Whole | null][] => {
  const left = new Set(before)
  const partners = new Map<Whole, Whole>()
  const pair = (isOne: (one: Whole, other: Whole) => boolean) => {
    for (const one of after.filter((whole) => !partners.has(whole))) {
      const other = [...left].find((candidate) => isOne(candidate, one))
      if (!other) continue
      partners.set(one, other)
      left.delete(other)
    }
  }
  pair((sld, qml) => titleOf(sld.rule) === titleOf(qml.rule) && isSameScope(sld.rule, qml.rule))
  pair((sld, qml) => titleOf(qml.rule) !== null && titleOf(sld.rule) === titleOf(qml.rule))
  pair((sld, qml) => isSameScope(sld.rule, qml.rule))
  const isTheOnly = left.size === after.length - partners.size
  if (isTheOnly) pair(() => true)
  return [
    ...after.map((one): [Whole | null, Whole | null] => [partners.get(one) ?? null, one]),
    ...[...left].map((one): [Whole | null, Whole | null] => [one, null]),
  ]
}

const isSameScope = (one: Rule, other: Rule): boolean => {
  if (one.applies.kind === 'filter' && other.applies.kind === 'filter')
    return meanTheSame(one.applies.filter, other.applies.filter)
  return one.applies.kind === other.applies.kind
}

type Mended = { passes: FeatureTypeStyle[]; repairs: Repair[]; mended: StyleLoss[] }

const mendPart = (
  before: FeatureTypeStyle[],
  after: FeatureTypeStyle[],
  losses: readonly StyleLoss[],
): Mended => {
  const pairs = pairsOf(wholeRules(before), wholeRules(after))
  const mended: StyleLoss[] = []
  const isSinglePass = after.length === 1
  const replaced = new Map<string, Rule>()
  const repairs = pairs.flatMap(([sld, qml]): Repair[] => {
    if (!sld || !qml) return ofOneOnly(sld, qml)
    const own = losses.filter((loss) => loss.verdict === 'lost' && (loss.rule ?? null) === titleOf(qml.rule))
    const kept = isSinglePass ? keptOf(sld, qml, own) : null
    if (kept) {
      mended.push(...kept.losses)
      replaced.set(keyOf(qml.rule), kept.rule)
      return []
    }
    return [...scopeRepairs(sld.rule, qml.rule), ...symbolRepairs(sld, qml)]
  })
  const names = new Map(pairs.map(([sld, qml]) => [qml && keyOf(qml.rule), sld?.rule] as const))
  const passes = after.map((pass) => ({
    ...pass,
    rules: pass.rules.map((rule) => {
      const key = keyOf(rule)
      const kept = replaced.get(key)
      if (kept) return kept
      const sld = names.get(key)
      return { ...rule, name: rule.name ?? sld?.name ?? null, title: rule.title ?? sld?.title ?? null }
    }),
  }))
  const hasLevels = after.length > before.length && before.length === 1
  return {
    passes,
    mended,
    repairs: hasLevels
      ? [
          repair('REPAIR_LEVELS', null, { from: 'all symbols in one pass', to: `${after.length} levels` }),
          ...repairs,
        ]
      : repairs,
  }
}

const keyOf = (rule: Rule): string => JSON.stringify([rule.title, rule.applies, limitsOf(rule)])

/** What of the QML could not be read and the SLD says: its filter, or more symbols than the QML has. */
const keptOf = (sld: Whole, qml: Whole, losses: StyleLoss[]): { rule: Rule; losses: StyleLoss[] } | null => {
  const { applies } = qml.rule
  const isUnread = applies.kind === 'filter' && applies.filter.kind === 'foreign'
  const isFilterKnown = isUnread && sld.rule.applies.kind === 'filter'
  const hasMore = sld.drawn.length > qml.drawn.length && losses.some(({ code }) => symbolLosses.has(code))
  if (!isFilterKnown && !hasMore) return null
  return {
    rule: {
      ...qml.rule,
      name: qml.rule.name ?? sld.rule.name,
      title: qml.rule.title ?? sld.rule.title,
      applies: isFilterKnown ? sld.rule.applies : applies,
      symbolizers: hasMore ? sld.drawn : qml.drawn,
    },
    losses: losses.filter(
      ({ code }) => (isFilterKnown && code === 'QML_FILTER') || (hasMore && symbolLosses.has(code)),
    ),
  }
}

const symbolLosses = new Set(['QML_SYMBOL_LAYER', 'QML_PATTERN_LINES', 'QML_FILLED_LINE', 'QML_NO_SYMBOL'])

// Repairs ----------------------------------------------------------------------------------------------------

const repair = (
  code: RepairCode,
  where: string | null,
  { from, to }: { from: string; to: string },
): Repair => ({
  code,
  where,
  from,
  to,
  message: `${where === null ? 'The layer' : where}: ${to} instead of ${from}. ${repairReasons[code]}; restored from the QML.`,
})

const symbolWords: Record<Symbolizer['kind'], string> = {
  point: 'a marker',
  line: 'a line',
  polygon: 'a fill',
  text: 'a label',
  raster: 'a raster',
}
const drawnWords = (drawn: Symbolizer[]): string =>
  drawn.length === 0 ? 'nothing' : drawn.map(({ kind }) => symbolWords[kind]).join(', ')

const ofOneOnly = (sld: Whole | null, qml: Whole | null): Repair[] => {
  if (qml && qml.drawn.length > 0)
    return [repair('REPAIR_RULE_ADDED', titleOf(qml.rule), { from: 'no rule', to: drawnWords(qml.drawn) })]
  if (sld && sld.drawn.length > 0)
    return [repair('REPAIR_SWITCHED_OFF', titleOf(sld.rule), { from: drawnWords(sld.drawn), to: 'nothing' })]
  return []
}

const scopeWords = ({ applies }: Rule): string => {
  if (applies.kind === 'filter') return `features where ${expressionWords(applies.filter)}`
  return applies.kind === 'else' ? 'all other features' : 'all features'
}

const scopeCode = (sld: Rule, qml: Rule): RepairCode => {
  if (qml.applies.kind === 'else') return 'REPAIR_REST'
  const isList = qml.applies.kind === 'filter' && /"kind":"in"/.test(JSON.stringify(qml.applies.filter))
  return isList && sld.applies.kind === 'filter' ? 'REPAIR_VALUES' : 'REPAIR_FILTER'
}

const limitWords = ({ minScaleDenominator: min, maxScaleDenominator: max }: Rule): string => {
  const scale = (denominator: number) => `1:${Math.round(denominator)}`
  if (min === null && max === null) return 'at all scales'
  if (min === null) return `from ${scale(max ?? 0)} on`
  return max === null ? `up to ${scale(min)}` : `from ${scale(max)} to ${scale(min)}`
}

const isSameLimit = (one: number | null, other: number | null): boolean =>
  one === other || Math.abs((one ?? 0) - (other ?? 0)) <= 0.001 * Math.max(one ?? 0, other ?? 0)

const scopeRepairs = (sld: Rule, qml: Rule): Repair[] => {
  const where = titleOf(qml) ?? titleOf(sld)
  const found: Repair[] = []
  if (!isSameScope(sld, qml))
    found.push(repair(scopeCode(sld, qml), where, { from: scopeWords(sld), to: scopeWords(qml) }))
  if (
    !isSameLimit(sld.minScaleDenominator, qml.minScaleDenominator) ||
    !isSameLimit(sld.maxScaleDenominator, qml.maxScaleDenominator)
  )
    found.push(repair('REPAIR_SCALE', where, { from: limitWords(sld), to: limitWords(qml) }))
  return found
}

const codes: Record<DifferenceKind, RepairCode> = {
  size: 'REPAIR_SIZE',
  'ground-unit': 'REPAIR_GROUND_UNIT',
  'data-defined': 'REPAIR_DATA_DEFINED',
  opacity: 'REPAIR_OPACITY',
  colour: 'REPAIR_COLOUR',
  'label-text': 'REPAIR_LABEL_TEXT',
  'label-place': 'REPAIR_LABEL_PLACE',
  detail: 'REPAIR_SYMBOL',
}

const symbolRepairs = (sld: Whole, qml: Whole): Repair[] => {
  const isLabel = qml.drawn.some(({ kind }) => kind === 'text')
  const where = titleOf(qml.rule) ?? titleOf(sld.rule) ?? (isLabel ? 'Labels' : null)
  // A class that is switched off but keeps its features from the rest.
  if (qml.drawn.length === 0 && sld.drawn.length > 0)
    return [repair('REPAIR_SWITCHED_OFF', where, { from: drawnWords(sld.drawn), to: 'nothing' })]
  const left = [...sld.drawn]
  const found = qml.drawn.flatMap((one): Repair[] => {
    const other = left[nearest(left, one)]
    if (!other) return [repair('REPAIR_SYMBOL_ADDED', where, { from: 'nothing', to: drawnWords([one]) })]
    left.splice(left.indexOf(other), 1)
    return differencesOf(other, one).map((difference) => toRepair(difference, where))
  })
  return [
    ...found,
    ...left.map((one) => repair('REPAIR_SYMBOL_REMOVED', where, { from: drawnWords([one]), to: 'nothing' })),
  ]
}

const toRepair = ({ kind, from, to }: Difference, where: string | null): Repair =>
  repair(codes[kind], where, { from, to })

/** The first symbolizer that is of the same kind in what it is filled with, too, else the first of its kind; -1 for none. */
const nearest = (symbolizers: Symbolizer[], wanted: Symbolizer): number => {
  const contentOf = (one: Symbolizer) =>
    one.kind === 'polygon'
      ? (one.fill?.kind ?? null)
      : one.kind === 'line'
        ? one.stroke.graphicStroke !== null
        : null
  const exact = symbolizers.findIndex(
    (one) => one.kind === wanted.kind && contentOf(one) === contentOf(wanted),
  )
  return exact === -1 ? symbolizers.findIndex(({ kind }) => kind === wanted.kind) : exact
}

/** The same repair in many classes is told once. */
const grouped = (repairs: Repair[]): Repair[] => {
  const groups = new Map<string, Repair[]>()
  for (const one of repairs) {
    const key = JSON.stringify([one.code, one.from, one.to])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (!first) return []
      const names = [...new Set([first, ...others].flatMap(({ where }) => where ?? []))]
      const [one = null, ...more] = names
      const where = more.length === 0 ? one : `${one} and ${more.length} more`
      return [repair(first.code, where, first)]
    })
    .slice(0, MAX_FINDINGS)
}
