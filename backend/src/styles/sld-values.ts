/** Reads the values of symbolizers: numbers, lengths, colours, and the parameters of strokes and fills. */
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import { readColour } from './colour.ts'
import { quoted } from './finding.ts'
import {
  type AnchorPoint,
  type Displacement,
  type Expression,
  type Length,
  type LengthUnit,
  literal,
} from './model.ts'
import { readValue } from './sld-expression.ts'
import type { SldNotes } from './sld-notes.ts'

/** An element with a value in it, and what a person calls it. */
export type Source = { element: XmlElement; what: string }

export const source = (parent: XmlElement | undefined, local: string): Source | undefined => {
  const element = parent && firstChild(parent, local)
  return element && { element, what: local }
}

/** CssParameter (1.0) and SvgParameter (1.1) by name; the first of a name counts. */
export const parametersOf = (
  parent: XmlElement | undefined,
  known: readonly string[],
  notes: SldNotes,
): Map<string, Source> => {
  const found = new Map<string, Source>()
  for (const element of parent ? childElements(parent) : []) {
    if (element.name.local !== 'CssParameter' && element.name.local !== 'SvgParameter') continue
    const name = (attributeOf(element, 'name') ?? '').trim()
    if (!known.includes(name)) {
      notes.warn(
        'UNKNOWN_PARAMETER',
        element,
        `The parameter ${quoted(name)} of <${parent?.name.local}> is not known; it is left out. Known are ${known.join(', ')}.`,
      )
    } else if (!found.has(name)) found.set(name, { element, what: name })
  }
  return found
}

const isPlainNumber = (text: string, number: number) => Number.isFinite(number) && !/^0x/i.test(text)

/** An expression, its literals numbers; null when absent, empty or no number (then the style is refused). */
export const readNumber = (from: Source | undefined, notes: SldNotes): Expression | null => {
  const value = from && readValue(from.element, notes)
  if (!from || !value) return null
  if (value.kind === 'foreign') return null
  if (value.kind !== 'literal') return value
  const text = String(value.value ?? '').trim()
  if (text === '') return null
  const number = Number(text)
  if (isPlainNumber(text, number)) return literal(number)
  notes.refuse(
    'SLD_BAD_NUMBER',
    from.element,
    `'${from.what}' is ${quoted(text)}; expected a number without a unit, such as 2 or 0.5. Units are given by 'uom'.`,
  )
  return null
}

const suffixes: Record<string, LengthUnit> = { px: 'pixel', mm: 'millimetre', m: 'metre', ft: 'foot' }

/** GeoServer: '2px' in a symbolizer whose unit is another. */
const readMeasure = ({ element, what }: Source, notes: SldNotes): Length | null => {
  if (childElements(element).length > 0) return null
  const [, number = '', suffix = ''] =
    /^(-?\d{1,20}(?:\.\d{1,20})?) ?(px|mm|m|ft)$/.exec(element.text.trim()) ?? []
  const unit = suffixes[suffix]
  if (unit === undefined) return null
  notes.warn(
    'UNIT_IN_NUMBER',
    element,
    `'${what}' is ${quoted(element.text)}; only some programs read a unit there. It is read as ${number} ${unit}s.`,
  )
  return { value: literal(Number(number)), unit }
}

export const readLength = (
  from: Source | undefined,
  unit: LengthUnit,
  notes: SldNotes,
  { mayBeNegative = false } = {},
): Length | null => {
  const measured = from && readMeasure(from, notes)
  if (measured) return measured
  const value = readNumber(from, notes)
  if (!value || !from) return null
  if (!mayBeNegative && value.kind === 'literal' && Number(value.value) < 0) {
    notes.refuse(
      'SLD_BAD_NUMBER',
      from.element,
      `'${from.what}' is ${value.value}; expected 0 or more, because it is a size.`,
    )
    return null
  }
  return { value, unit }
}

export const readOpacity = (from: Source | undefined, notes: SldNotes): Expression | null => {
  const value = readNumber(from, notes)
  if (!from || value?.kind !== 'literal') return value
  const number = Number(value.value)
  if (number >= 0 && number <= 1) return value
  notes.warn(
    'OPACITY_RANGE',
    from.element,
    `'${from.what}' is ${number}; opacity goes from 0 to 1, so ${number < 0 ? 0 : 1} is used.`,
  )
  return literal(number < 0 ? 0 : 1)
}

/** A colour and, when it brings one, its opacity. */
export type PaintValue = { color: Expression; alpha: number | null }

export const readPaint = (from: Source | undefined, notes: SldNotes): PaintValue | null => {
  const value = from && readValue(from.element, notes)
  if (!from || !value || value.kind === 'foreign') return null
  if (value.kind !== 'literal') return { color: value, alpha: null }
  const text = String(value.value ?? '').trim()
  if (text === '') return null
  const colour = readLiteralColour(text, from, notes)
  return colour && { color: literal(colour.color), alpha: colour.alpha ?? null }
}

export const readLiteralColour = (text: string, { element, what }: Source, notes: SldNotes) => {
  const colour = readColour(text)
  if (colour === null) {
    notes.refuse(
      'SLD_BAD_COLOUR',
      element,
      `'${what}' is ${quoted(text)}, which is no colour; expected one such as #1f78b4. Correct it, or choose the colour again and export.`,
    )
  } else if (!colour.isStandard) {
    notes.warn(
      'COLOUR_NORMALISED',
      element,
      `'${what}' is written ${quoted(text)}; it is read as ${colour.color}${colour.alpha === undefined ? '' : ` with opacity ${colour.alpha}`}.`,
    )
  }
  return colour
}

/** The opacity of a colour times the one given beside it. */
export const withAlpha = (opacity: Expression | null, alpha: number | null): Expression | null => {
  if (alpha === null || alpha === 1) return opacity
  if (opacity === null) return literal(alpha)
  return opacity.kind === 'literal'
    ? literal(Math.round(Number(opacity.value) * alpha * 1000) / 1000)
    : { kind: 'arithmetic', operator: '*', left: opacity, right: literal(alpha) }
}

const units: [RegExp, LengthUnit][] = [
  [/pixel$/i, 'pixel'],
  [/met(re|er)s?$/i, 'metre'],
  [/(foot|feet)$/i, 'foot'],
  [/(^|\/)(mm|millimet(re|er)s?)$/i, 'millimetre'],
]

export const readUnit = (symbolizer: XmlElement, notes: SldNotes): LengthUnit => {
  const uom = attributeOf(symbolizer, 'uom')?.trim()
  if (uom === undefined || uom === '') return 'pixel'
  // 'millimetre' ends as 'metre' does.
  const found = /milli/i.test(uom) ? 'millimetre' : units.find(([pattern]) => pattern.test(uom))?.[1]
  if (found === undefined)
    notes.warn('UOM', symbolizer, `The unit ${quoted(uom)} is not known; its sizes are read as pixels.`)
  return found ?? 'pixel'
}

export const readDisplacement = (
  parent: XmlElement | undefined,
  unit: LengthUnit,
  notes: SldNotes,
): Displacement | null => {
  const element = parent && firstChild(parent, 'Displacement')
  if (!element) return null
  const along = (local: string): Length =>
    readLength(source(element, local), unit, notes, { mayBeNegative: true }) ?? { value: literal(0), unit }
  return { x: along('DisplacementX'), y: along('DisplacementY') }
}

export const readAnchorPoint = (
  parent: XmlElement | undefined,
  middle: AnchorPoint,
  notes: SldNotes,
): AnchorPoint | null => {
  const element = parent && firstChild(parent, 'AnchorPoint')
  if (!element) return null
  return {
    x: readNumber(source(element, 'AnchorPointX'), notes) ?? middle.x,
    y: readNumber(source(element, 'AnchorPointY'), notes) ?? middle.y,
  }
}

/** One option stands once; names that would reach into an object's prototype are no options. */
export const vendorOptionsOf = (parent: XmlElement): Record<string, string> =>
  Object.fromEntries(
    childElements(parent, 'VendorOption').flatMap((option) => {
      const name = (attributeOf(option, 'name') ?? '').trim()
      return name === '' || name === '__proto__' ? [] : [[name, option.text.trim()]]
    }),
  )
