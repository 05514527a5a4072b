/** Pens of QGIS's symbol layers: colour, width, dashes, joins and caps. */
import { scaled } from './lengths.ts'
import {
  type Expression,
  type Length,
  type LineCap,
  type LineJoin,
  literal,
  numberOf,
  type Solid,
  type Stroke,
} from './model.ts'
import { type Settings, toLength, toNumber } from './qml-lengths.ts'
import type { QmlNotes } from './qml-notes.ts'
import { entryOf, isTrue } from './qml-values.ts'

const joins: Readonly<Record<string, LineJoin>> = { bevel: 'bevel', miter: 'mitre', round: 'round' }
const caps: Readonly<Record<string, LineCap>> = { square: 'square', flat: 'butt', round: 'round' }

/** Qt's, in widths of the pen. */
const dashes: Readonly<Record<string, readonly number[]>> = {
  dash: [4, 2],
  dot: [1, 2],
  'dash dot': [4, 2, 1, 2],
  'dash dot dot': [4, 2, 1, 2, 1, 2],
}

/** A pattern longer than this is no pattern. */
const mostDashes = 64

const styleDashes = (style: string, width: Length): Length[] | null => {
  const pattern = entryOf(dashes, style)
  // The thinnest line counts as one pixel.
  const pen: Length = numberOf(width.value) === 0 ? { value: literal(1), unit: 'pixel' } : width
  return pattern?.map((factor): Length => ({ ...pen, value: scaled(pen.value, factor) })) ?? null
}

/** What a stroke is made of, but for the dashes a line may choose itself. */
export const makeStroke = (
  { color, opacity }: Solid,
  width: Length,
  { style, join, cap }: { style: string; join: string | undefined; cap: string | undefined },
): Stroke => ({
  color,
  opacity,
  width,
  lineJoin: entryOf(joins, join ?? '') ?? null,
  lineCap: entryOf(caps, cap ?? '') ?? null,
  dashArray: styleDashes(style, width),
  dashOffset: null,
  graphicStroke: null,
  graphicFill: null,
})

/** The outline of marks and fills; null when there is none. */
export const readOutline = (settings: Settings): Stroke | null => {
  const style = settings.text('outline_style', 'style_border') ?? 'solid'
  if (style === 'no') return null
  return makeStroke(
    settings.solid(['outline_color', 'color_border'], '#232323', 'outlineColor'),
    settings.length(['outline_width', 'width_border'], 0.26, 'outlineWidth'),
    { style, join: settings.text('joinstyle') ?? 'bevel', cap: settings.text('cap_style') ?? 'square' },
  )
}

const customDashes = (settings: Settings, notes: QmlNotes): Length[] | null => {
  const unit = settings.text('customdash_unit')
  const lengths = (settings.text('customdash') ?? '5;2').split(';').map((one) => toNumber(one, -1))
  if (lengths.length > mostDashes || lengths.some((length) => length < 0)) {
    notes.lose('QML_DASHES', 'approximated', 'A pattern of dashes is not read; the line is drawn through.')
    return null
  }
  return lengths.every((length) => length === 0) ? null : lengths.map((one) => toLength(literal(one), unit))
}

/** A simple line; null when it has no pen. */
export const readLineStroke = (settings: Settings, notes: QmlNotes): Stroke | null => {
  const style = settings.text('line_style', 'penstyle') ?? 'solid'
  const isCustom = isTrue(settings.text('use_custom_dash'))
  if (style === 'no' && !isCustom) return null
  const stroke = makeStroke(
    settings.solid(['line_color', 'color'], '#232323', 'outlineColor'),
    settings.length(['line_width', 'width'], 0.26, 'outlineWidth'),
    { style, join: settings.text('joinstyle') ?? 'bevel', cap: settings.text('capstyle') ?? 'square' },
  )
  for (const name of ['trim_distance_start', 'trim_distance_end'])
    if (settings.number(name, 0) !== 0)
      notes.lose('QML_TRIMMED', 'approximated', 'A line that is trimmed at its ends is drawn to its ends.')
  if (!isCustom) return stroke
  const offset = settings.length('dash_pattern_offset', 0)
  const isAligned = ['align_dash_pattern', 'tweak_dash_pattern_on_corners'].some((name) =>
    isTrue(settings.text(name)),
  )
  if (isAligned) notes.lose('QML_DASHES', 'approximated', 'Dashes are not fitted to the corners of the line.')
  return {
    ...stroke,
    dashArray: customDashes(settings, notes),
    dashOffset: numberOf(offset.value) === 0 ? null : offset,
  }
}

/** Whether something is drawn in a thing that is switched on by an expression. */
export const strengthOf = (condition: Expression): Expression => ({
  kind: 'function',
  name: 'if_then_else',
  arguments: [condition, literal(1), literal(0)],
  options: {},
})
