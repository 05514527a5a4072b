/**
 * What becomes of a QGIS style, thing by thing, for everybody who sees it: whoever reads the SLD, the maps the catalogue
 * draws, and browsers. The one report of panel, publication plan, style and command line.
 *
 * The panel's oldest web view runs it, so it judges by tables. Where the readers and writers themselves have run, what they
 * lost is given, and no thing is called exact that one of them names.
 */
import type { StyleLoss } from './finding.ts'
import { type Drawn, type DrawnVerdict, drawnFates } from './loss-tables.ts'
import type { Markup } from './markup.ts'
import {
  reportQml,
  type StyleItem,
  type StylePart,
  type StyleReport,
  type StyleVerdict,
} from './qml-report.ts'
import { entryOf } from './qml-values.ts'

export type { DrawnVerdict } from './loss-tables.ts'
export type { StyleItem, StylePart, StyleReport, StyleVerdict } from './qml-report.ts'

export type LossItem = StyleItem & Drawn

export type LossReport = Omit<StyleReport, 'items'> & {
  /** `verdict` is that of the SLD, but never exact for what maps or browsers do not draw exactly. */
  items: LossItem[]
}

/** What reading the QML (or painting) and writing for browsers have lost. */
export type MeasuredLosses = { map: readonly StyleLoss[]; web: readonly StyleLoss[] }

const worseOf: Record<DrawnVerdict, number> = { exact: 0, approximated: 1, lost: 2 }
const worse = (one: DrawnVerdict, other: DrawnVerdict): DrawnVerdict =>
  worseOf[one] >= worseOf[other] ? one : other

const drawnOf = ({ code, message, name }: StyleItem): Drawn => {
  const fate = entryOf(drawnFates, code)
  if (fate === undefined) return { map: 'lost', web: 'lost' }
  return typeof fate === 'function' ? fate(message.values, name) : fate
}

/** Which parts of the report a loss is about; the first pattern that fits. */
const partsOfLosses: readonly (readonly [RegExp, readonly StylePart[]])[] = [
  [/^QML_EFFECT/, ['effect']],
  [/^QML_BLENDING/, ['blending']],
  [/^QML_DIAGRAM/, ['diagram']],
  [/^QML_(DATA_DEFINED|TURNED_OFFSET|PICTURE_COLOURS|ELLIPSE)/, ['data-defined', 'symbol-layer', 'label']],
  [/^QML_(FILTER|CLASSES|RANGE|ELSE)/, ['rule', 'label', 'renderer']],
  [/^QML_(RENDERER|ORDER|REFERENCE|OLD_SCALING|RULES)/, ['renderer', 'raster']],
  [
    /^QML_(OLD_LABEL|LABEL|CALLOUT|NUMBER_FORMAT|DIRECTION|SMALL|SPACING|HTML|SUBSTITUTIONS|VERTICAL)/,
    ['label'],
  ],
  [
    /^QML_(HUE|BRIGHTNESS|TRANSPARENT|ALPHA|CHANNEL|STRETCH|NO_COLOURS)|^RASTER_|^NO_SUCH_BAND|^HISTOGRAM/,
    ['raster'],
  ],
  [/^(STRAIGHT_LABEL|LABEL_|TEXT_DECORATION|FONT_)/, ['label']],
]
const anyPart: readonly StylePart[] = [
  'symbol-layer',
  'data-defined',
  'rule',
  'symbol',
  'label',
  'raster',
  'renderer',
]

const partsOf = ({ code }: StyleLoss): readonly StylePart[] => {
  for (const [pattern, parts] of partsOfLosses) if (pattern.test(code)) return parts
  return anyPart
}

/** Those a loss is about: of its rule where there are any. */
const concerned = (items: LossItem[], loss: StyleLoss): LossItem[] => {
  const parts = partsOf(loss)
  const ofParts = items.filter(({ part }) => parts.indexOf(part) !== -1)
  const ofRule = ofParts.filter(({ where }) => loss.rule === undefined || where.rule === loss.rule)
  return ofRule.length > 0 ? ofRule : ofParts.length > 0 ? ofParts : items
}

/** A loss that some thing it is about shows already is accounted for; else all of those show it. */
const account = (items: LossItem[], losses: readonly StyleLoss[], face: keyof Drawn): void => {
  for (const loss of losses) {
    const about = concerned(items, loss)
    if (about.some((item) => item[face] !== 'exact')) continue
    for (const item of about) item[face] = worse(item[face], 'approximated')
  }
}

const noLosses: MeasuredLosses = { map: [], web: [] }

/** The root of a QML; what was `measured` of it is only known where it has been read as a whole. */
export const reportLosses = (qml: Markup, measured: MeasuredLosses = noLosses): LossReport => {
  const report = reportQml(qml)
  const items = report.items.map((item): LossItem => Object.assign({}, item, drawnOf(item)))
  account(items, measured.map, 'map')
  account(items, measured.web, 'web')
  const counts: Record<StyleVerdict, number> = { exact: 0, approximated: 0, 'qml-only': 0, lost: 0 }
  for (const item of items) {
    if (item.verdict === 'exact' && (item.map !== 'exact' || item.web !== 'exact'))
      item.verdict = 'approximated'
    counts[item.verdict] += 1
  }
  const order: StyleVerdict[] = ['lost', 'qml-only', 'approximated']
  const worst = order.filter((verdict) => counts[verdict] > 0)[0] ?? 'exact'
  return Object.assign({}, report, { items, counts, worst })
}
