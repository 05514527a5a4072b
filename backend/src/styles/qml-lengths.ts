/** Lengths, colours and data-defined values out of a QML, as the model has them. */
import { readColour } from './colour.ts'
import { quoted } from './finding.ts'
import { scaled } from './lengths.ts'
import { childNamed, childrenNamed, type Markup } from './markup.ts'
import {
  type Expression,
  type Length,
  type LengthUnit,
  literal,
  literalOf,
  MILLIMETRES_PER_PIXEL,
  numberOf,
  type Solid,
} from './model.ts'
import { readExpression } from './qml-expression-read.ts'
import type { QmlNotes } from './qml-notes.ts'
import { entryOf, isTrue, type Properties, propertiesOf } from './qml-values.ts'

// Units ------------------------------------------------------------------------------------------------------

const POINTS_PER_INCH = 72
const MILLIMETRES_PER_INCH = 25.4

const units: Readonly<Record<string, { unit: LengthUnit; factor: number }>> = {
  MM: { unit: 'millimetre', factor: 1 },
  Pixel: { unit: 'pixel', factor: 1 },
  Point: { unit: 'millimetre', factor: MILLIMETRES_PER_INCH / POINTS_PER_INCH },
  Inch: { unit: 'millimetre', factor: MILLIMETRES_PER_INCH },
  MapUnit: { unit: 'map-unit', factor: 1 },
  MapUnits: { unit: 'map-unit', factor: 1 },
  RenderMetersInMapUnits: { unit: 'metre', factor: 1 },
  MetersInMapUnits: { unit: 'metre', factor: 1 },
}

export const toLength = (value: Expression, unit: string | undefined): Length => {
  const { unit: ours, factor } = entryOf(units, unit ?? 'MM') ?? { unit: 'millimetre', factor: 1 }
  return { value: scaled(value, factor), unit: ours }
}

export const negated = (value: Expression): Expression => scaled(value, -1)

export const isZero = (length: Length): boolean => numberOf(length.value) === 0

const inMillimetres = ({ value, unit }: Length): Length =>
  unit === 'pixel' ? { value: scaled(value, MILLIMETRES_PER_PIXEL), unit: 'millimetre' } : { value, unit }

/** `one + factor × other`; null when one is on the ground and the other on the screen. */
export const sum = (one: Length, factor: number, other: Length): Length | null => {
  if (isZero(other)) return one
  if (isZero(one)) return { ...other, value: scaled(other.value, factor) }
  const [a, b] = one.unit === other.unit ? [one, other] : [inMillimetres(one), inMillimetres(other)]
  if (a.unit !== b.unit) return null
  const right = scaled(b.value, factor)
  const [left, known] = [numberOf(a.value), numberOf(right)]
  const value: Expression =
    left !== undefined && known !== undefined
      ? literal(Math.round((left + known) * 1e6) / 1e6)
      : { kind: 'arithmetic', operator: '+', left: a.value, right }
  return { value, unit: a.unit }
}

// Colours ----------------------------------------------------------------------------------------------------

/** '222,235,247,255', with more behind it since 3.40; null when it is none. */
export const toSolid = (written: string | undefined): Solid | null => {
  const [, red, green, blue, alpha] =
    /^\s*(\d{1,3}),(\d{1,3}),(\d{1,3})(?:,(\d{1,3}))?(?:,.*)?$/s.exec(written ?? '') ?? []
  if (red === undefined) {
    const found = readColour(written ?? '')
    return (
      found && {
        kind: 'solid',
        color: literal(found.color),
        opacity: found.alpha === undefined || found.alpha === 1 ? null : literal(found.alpha),
      }
    )
  }
  const hex = [red, green, blue].map((part) => Math.min(255, Number(part)).toString(16).padStart(2, '0'))
  const share = Math.min(255, Number(alpha ?? 255)) / 255
  return {
    kind: 'solid',
    color: literal(`#${hex.join('')}`),
    opacity: share === 1 ? null : literal(Math.round(share * 1000) / 1000),
  }
}

/** Texts in it that are colours as QGIS writes them. */
const withColours = (one: Expression): Expression => {
  if (one.kind === 'literal' && typeof one.value === 'string') return toSolid(one.value)?.color ?? one
  // The condition of an `if` is no colour.
  if (one.kind !== 'function' || one.name !== 'if_then_else') return one
  const [condition = literal(null), ...values] = one.arguments
  return { ...one, arguments: [condition, ...values.map(withColours)] }
}

// Data-defined values ----------------------------------------------------------------------------------------

/** The values of a map by their names; those that hold other maps, too. */
const mapsIn = (element: Markup | undefined): Map<string, Markup> =>
  new Map((element ? childrenNamed(element, 'Option') : []).map((one) => [one.attributes['name'] ?? '', one]))

const optionOf = (map: Map<string, Markup>, name: string): string | undefined =>
  map.get(name)?.attributes['value']

/** QGIS's assistant: a range of values becomes a range of sizes. Its other transformers make colours. */
const transformed = (value: Expression, transformer: Markup): Expression | null => {
  const outer = mapsIn(transformer)
  const inner = mapsIn(outer.get('d'))
  const type = optionOf(outer, 't')
  if (type !== '0' && type !== '1') return null
  const curve = mapsIn(inner.get('curve'))
  if (/^0,1$/.test(optionOf(curve, 'x') ?? '0,1') === false) return null
  const given = (...names: string[]) =>
    Number(names.map((name) => optionOf(inner, name)).find((one) => one !== undefined) ?? Number.NaN)
  const [low, high] = [given('minValue'), given('maxValue')]
  const [from, to] = [given('minSize', 'minOutput'), given('maxSize', 'maxOutput')]
  const exponent = Number(optionOf(inner, 'exponent') ?? 1)
  if (![low, high, from, to, exponent].every(Number.isFinite) || low === high) return null
  const scale = (start: number, end: number): Expression => ({
    kind: 'function',
    name: 'scale_linear',
    arguments: [value, literal(low), literal(high), literal(start), literal(end)],
    options: {},
  })
  if (exponent === 1) return scale(from, to)
  return {
    kind: 'arithmetic',
    operator: '+',
    left: literal(from),
    right: {
      kind: 'arithmetic',
      operator: '*',
      left: literal(to - from),
      right: { kind: 'arithmetic', operator: '^', left: scale(0, 1), right: literal(exponent) },
    },
  }
}

const FIELD = '2'
const EXPRESSION = '3'

const readProperty = (property: Markup): { expression: Expression | null; text: string } | null => {
  const map = mapsIn(property)
  if (!isTrue(optionOf(map, 'active'))) return null
  const type = optionOf(map, 'type')
  const text = optionOf(map, type === FIELD ? 'field' : type === EXPRESSION ? 'expression' : 'val') ?? ''
  const value: Expression =
    type === FIELD
      ? { kind: 'property', name: text }
      : type === EXPRESSION
        ? readExpression(text)
        : literal(text)
  const transformer = map.get('transformer')
  if (value.kind === 'foreign') return { expression: null, text }
  // An empty transformer is none.
  const expression = transformer && transformer.children.length > 0 ? transformed(value, transformer) : value
  return { expression, text }
}

export type DataDefined = {
  /** null when it is not defined, or in words nobody reads; that is noted. */
  take: (name: string) => Expression | null
  /** Notes what was defined and not taken. */
  finish: () => void
}

export const dataDefinedOf = (
  collection: Markup | undefined,
  what: string,
  { lose }: Pick<QmlNotes, 'lose'>,
): DataDefined => {
  const properties = mapsIn(childNamed(collection, 'Option')).get('properties')
  const found = new Map(
    [...mapsIn(properties)].flatMap(([name, property]) => {
      const read = readProperty(property)
      return read ? [[name, read] as const] : []
    }),
  )
  return {
    take: (name) => {
      const read = found.get(name)
      if (!read) return null
      found.delete(name)
      if (read.expression === null)
        lose(
          'QML_DATA_DEFINED',
          'approximated',
          `${what} has ${quoted(name)} by the expression ${quoted(read.text)}, which is not understood; the fixed value is used.`,
        )
      return read.expression
    },
    finish: () => {
      for (const [name, { text }] of found)
        lose(
          'QML_DATA_DEFINED',
          'approximated',
          `${what} has ${quoted(name)} by ${quoted(text)} for each feature; the fixed value is used.`,
        )
    },
  }
}

// Symbol layers ----------------------------------------------------------------------------------------------

/** A symbol layer, a label's settings …: fixed values, and those that are computed. */
export type Settings = {
  properties: Properties
  text: (...names: string[]) => string | undefined
  number: (name: string, otherwise: number) => number
  /** The first name that is there; its unit stands beside it. */
  length: (names: string | string[], otherwise: number, defined?: string) => Length
  solid: (names: string | string[], otherwise: string, defined?: string) => Solid
  defined: DataDefined
}

export const settingsOf = (layer: Markup, defaultUnit: string, what: string, notes: QmlNotes): Settings => {
  const properties = propertiesOf(layer)
  const defined = dataDefinedOf(childNamed(layer, 'data_defined_properties'), what, notes)
  const text = (...names: string[]) =>
    names.map((name) => properties[name]).find((value) => value !== undefined)
  const number = (name: string, otherwise: number) => toNumber(properties[name], otherwise)
  return {
    properties,
    text,
    number,
    defined,
    length: (names, otherwise, definedName) => {
      const [name] = [names].flat().filter((one) => properties[one] !== undefined)
      const unit = (name && (properties[`${name}_unit`] ?? properties[`${name}_unit_name`])) || defaultUnit
      if (isScaleLimited(properties[`${name}_map_unit_scale`]))
        notes.lose(
          'QML_SIZE_LIMITS',
          'approximated',
          `${what} limits a size in map units; it is drawn without the limit.`,
        )
      const value = definedName === undefined ? null : defined.take(definedName)
      return toLength(value ?? literal(name === undefined ? otherwise : number(name, otherwise)), unit)
    },
    solid: (names, otherwise, definedName) => {
      const value = definedName === undefined ? null : defined.take(definedName)
      if (value) {
        const known = literalOf(value)
        const fixed = typeof known === 'string' ? toSolid(known) : null
        return fixed ?? { kind: 'solid', color: withColours(value), opacity: null }
      }
      const written = [names].flat().map((name) => properties[name])
      return (
        toSolid(written.find((one) => one !== undefined)) ?? {
          kind: 'solid',
          color: literal(otherwise),
          opacity: null,
        }
      )
    },
  }
}

export const toNumber = (written: string | undefined, otherwise: number): number => {
  const value = written === undefined || written.trim() === '' ? Number.NaN : Number(written)
  return Number.isFinite(value) ? value : otherwise
}

/** '3x:minScale,maxScale,…': all 0 when there is no limit. */
const isScaleLimited = (written: string | undefined): boolean =>
  written !== undefined && /[1-9]/.test(written.replace(/^3x:/, ''))
