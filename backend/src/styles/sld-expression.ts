/** Reads values and filters of SLD: OGC Filter 1.0 and 1.1, the functions of SE, and GeoServer's `${…}`. */
import { attributeOf, childElements, type XmlElement } from '../xml/read.ts'
import { quoted } from './finding.ts'
import { knownFunctions } from './functions.ts'
import { type ComparisonOperator, type Expression, literal, type SpatialOperator } from './model.ts'
import { isGml, readGml } from './sld-geometry.ts'
import type { SldNotes } from './sld-notes.ts'

/** Layout around a text goes, spaces that mean something stay: ' - ' between two properties. */
const withoutLayout = (text: string): string => {
  const start = text.length - text.trimStart().length
  const end = text.trimEnd().length
  if (start >= text.length) return text.includes('\n') ? '' : text
  return text.slice(
    text.slice(0, start).includes('\n') ? start : 0,
    text.slice(end).includes('\n') ? end : text.length,
  )
}

/** 'app:name' and '//app:name' are the property 'name'; a name that holds a slash or a colon of its own is left alone. */
export const propertyName = (written: string, fields: readonly string[] | undefined): string => {
  if (fields?.includes(written)) return written
  const [, stripped] = /^(?:\/\/|\.\/)?(?:[A-Za-z_][\w.-]*:)?([^:"'()]+)$/.exec(written) ?? []
  return stripped ?? written
}

/**
 * Text with `${…}` in it, as GeoServer reads it. Of its expression language only what styles really hold is read: a
 * property, a text, a number.
 */
const readTemplate = (text: string): Expression[] => {
  const parts: Expression[] = []
  let rest = text
  for (;;) {
    const start = rest.indexOf('${')
    const end = start === -1 ? -1 : rest.indexOf('}', start)
    if (end === -1) break
    if (start > 0) parts.push(literal(rest.slice(0, start)))
    parts.push(readEcql(rest.slice(start + 2, end)))
    rest = rest.slice(end + 1)
  }
  if (rest !== '') parts.push(literal(rest))
  return parts
}

const readEcql = (written: string): Expression => {
  const text = written.trim()
  if (/^'(?:[^']|'')*'$/.test(text)) return literal(text.slice(1, -1).replaceAll("''", "'"))
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return literal(Number(text))
  if (/^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/.test(text)) return { kind: 'property', name: text }
  if (/^"[^"]+"$/.test(text)) return { kind: 'property', name: text.slice(1, -1) }
  return { kind: 'foreign', language: 'ecql', text }
}

/** What stands for a filter that is not understood: SLD can say it, and everybody draws nothing by it. */
const never: Expression = {
  kind: 'comparison',
  operator: '=',
  left: literal('0'),
  right: literal('1'),
  matchCase: true,
}

export const concatenate = (parts: Expression[]): Expression | null => {
  const [first, ...others] = parts
  if (first === undefined) return null
  if (others.length > 0 && parts.every((part) => part.kind === 'literal'))
    return literal(parts.map((part) => (part.kind === 'literal' ? String(part.value ?? '') : '')).join(''))
  return others.length === 0
    ? first
    : { kind: 'function', name: 'Concatenate', arguments: parts, options: {} }
}

/** The value an element holds: text, an expression, or a mixture, which is joined. null when it is empty. */
export const readValue = (element: XmlElement, notes: SldNotes): Expression | null => {
  const parts = element.children.flatMap((child): Expression[] => {
    if (child.kind === 'comment') return []
    if (child.kind === 'element') {
      const value = readExpression(child, notes)
      return value === never ? [] : [value]
    }
    const text = withoutLayout(child.text)
    return text === '' ? [] : readTemplate(text)
  })
  const isBlank = (part: Expression) =>
    part.kind === 'literal' && typeof part.value === 'string' && part.value.trim() === ''
  const meaning =
    parts.length > 1 && parts.some((part) => !isBlank(part)) ? withoutEnds(parts, isBlank) : parts
  const value = concatenate(meaning)
  for (const part of meaning)
    if (part.kind === 'foreign')
      notes.warn(
        'UNSUPPORTED_EXPRESSION',
        element,
        `The expression ${quoted(part.text)} is not understood; what depends on it is drawn as if it were not there.`,
      )
  return value
}

/** White space before and after an element is layout, even on one line; only text nodes can be blank here. */
const withoutEnds = (parts: Expression[], isBlank: (part: Expression) => boolean): Expression[] => {
  const first = parts.findIndex((part) => !isBlank(part))
  const last = parts.findLastIndex((part) => !isBlank(part))
  return parts.slice(first, last + 1)
}

type Read = (element: XmlElement, notes: SldNotes) => Expression

const operandsOf = (element: XmlElement, notes: SldNotes): Expression[] =>
  childElements(element).map((child) => readExpression(child, notes))

/** The first operands of an element; none, and told, when there are fewer. */
const operands = (element: XmlElement, count: 1 | 2, notes: SldNotes): Expression[] => {
  const found = childElements(element).slice(0, count)
  if (found.length === count) return found.map((child) => readExpression(child, notes))
  notes.warn(
    'FILTER_INCOMPLETE',
    element,
    `In <${element.name.local}> an operand is missing; it is never true and has no value.`,
  )
  return []
}

const comparisons: Record<string, ComparisonOperator> = {
  PropertyIsEqualTo: '=',
  PropertyIsNotEqualTo: '<>',
  PropertyIsLessThan: '<',
  PropertyIsLessThanOrEqualTo: '<=',
  PropertyIsGreaterThan: '>',
  PropertyIsGreaterThanOrEqualTo: '>=',
}

const arithmetic: Record<string, '+' | '-' | '*' | '/'> = { Add: '+', Sub: '-', Mul: '*', Div: '/' }

const spatialOperators = new Set<string>(
  'BBOX Equals Disjoint Touches Within Overlaps Crosses Intersects Contains DWithin Beyond'.split(' '),
)

/** SE writes these as elements of their own, with arguments in wrappers. */
const seFunctions = new Set(
  'Recode Categorize Interpolate Concatenate StringPosition StringLength Substring ChangeCase Trim FormatNumber FormatDate'.split(
    ' ',
  ),
)

const readFunction: Read = (element, notes) => {
  const name = attributeOf(element, 'name') ?? ''
  if (!knownFunctions.has(name))
    notes.warn(
      'UNSUPPORTED_FUNCTION',
      element,
      `The function ${quoted(name)} is not known here; it has no value, and what depends on it is drawn without it.`,
    )
  return {
    kind: 'function',
    name,
    arguments: operandsOf(element, notes),
    options: optionsOf(element, ['name']),
  }
}

const optionsOf = (element: XmlElement, without: string[]): Record<string, string> =>
  Object.fromEntries(
    element.attributes
      .filter(
        ({ name }) => !without.includes(name.local) && !['__proto__', 'constructor'].includes(name.local),
      )
      .map(({ name, value }) => [name.local, value]),
  )

/** LookupValue, then pairs; the wrappers MapItem and InterpolationPoint only group. */
const readSeFunction: Read = (element, notes) => {
  const leaves = (parent: XmlElement): XmlElement[] =>
    childElements(parent).flatMap((child) =>
      ['MapItem', 'InterpolationPoint'].includes(child.name.local) ? leaves(child) : [child],
    )
  return {
    kind: 'function',
    name: element.name.local,
    arguments: leaves(element).map((leaf) => readValue(leaf, notes) ?? literal('')),
    options: optionsOf(element, []),
  }
}

const readLike: Read = (element, notes) => {
  const [, pattern] = childElements(element)
  const [value] = operands(element, 1, notes)
  if (!value) return never
  return {
    kind: 'like',
    value,
    pattern: pattern ? withoutLayout(pattern.text) : '',
    wildCard: attributeOf(element, 'wildCard') ?? '%',
    singleChar: attributeOf(element, 'singleChar') ?? '_',
    escapeChar: attributeOf(element, 'escapeChar') ?? attributeOf(element, 'escape') ?? '\\',
    matchCase: attributeOf(element, 'matchCase') !== 'false',
  }
}

const readBetween: Read = (element, notes) => {
  const boundary = (local: string) => {
    const found = childElements(element, local)[0]
    return found ? readValue(found, notes) : null
  }
  const [value] = operands(element, 1, notes)
  const lower = boundary('LowerBoundary')
  const upper = boundary('UpperBoundary')
  if (value && lower && upper) return { kind: 'between', value, lower, upper }
  notes.warn('FILTER_INCOMPLETE', element, '<PropertyIsBetween> lacks a boundary; it is never true.')
  return never
}

/** Only BBOX may leave it out. */
const ownGeometry = ({ name }: XmlElement): Expression | null =>
  name.local === 'BBOX' ? null : { kind: 'property', name: 'geometry' }

const readSpatial: Read = (element, notes) => {
  const children = childElements(element).filter(({ name }) => name.local !== 'Distance')
  const gml = children.find(isGml)
  const others = children.filter((child) => child !== gml)
  const distance = childElements(element, 'Distance')[0]
  const geometry = others[0] ? readExpression(others[0], notes) : ownGeometry(element)
  const other = (gml && readGml(gml)) || (others[1] && readExpression(others[1], notes))
  notes.warn(
    'SPATIAL_FILTER',
    element,
    'A filter asks where the feature is; coordinates in a style hold for one coordinate system only.',
  )
  if (!other) {
    notes.warn('FILTER_INCOMPLETE', element, `<${element.name.local}> names no geometry; it is never true.`)
    return never
  }
  return {
    kind: 'spatial',
    operator: element.name.local as SpatialOperator,
    geometry: geometry?.kind === 'literal' ? null : geometry,
    other,
    distance: distance
      ? {
          value: Number(distance.text.trim()) || 0,
          unit: attributeOf(distance, 'units') ?? attributeOf(distance, 'uom') ?? '',
        }
      : null,
  }
}

const single =
  (make: (operand: Expression) => Expression): Read =>
  (element, notes) => {
    const [one] = operands(element, 1, notes)
    return one ? make(one) : never
  }

const readers: Record<string, Read> = {
  PropertyName: (element, notes) => ({
    kind: 'property',
    name: propertyName(element.text.trim(), notes.fields),
  }),
  // Filter 2.0 calls it so.
  ValueReference: (element, notes) => ({
    kind: 'property',
    name: propertyName(element.text.trim(), notes.fields),
  }),
  Literal: (element, notes) => {
    // GeoServer allows expressions and geometries inside.
    const [inner] = childElements(element)
    if (inner) return isGml(inner) ? literal('') : readExpression(inner, notes)
    return literal(withoutLayout(element.text))
  },
  Function: readFunction,
  PropertyIsLike: readLike,
  PropertyIsNull: single((value) => ({ kind: 'null', value })),
  Not: single((one) => ({ kind: 'not', operand: one })),
  PropertyIsBetween: readBetween,
  And: (element, notes) => ({ kind: 'and', operands: operandsOf(element, notes) }),
  Or: (element, notes) => ({ kind: 'or', operands: operandsOf(element, notes) }),
  FeatureId: (element) => ({ kind: 'feature-ids', ids: [attributeOf(element, 'fid') ?? ''] }),
  GmlObjectId: (element) => ({
    kind: 'feature-ids',
    ids: [element.attributes.find(({ name }) => name.local === 'id')?.value ?? ''],
  }),
}

export const readExpression = (element: XmlElement, notes: SldNotes): Expression => {
  const { local } = element.name
  const read = readers[local]
  if (Object.hasOwn(readers, local) && read) return read(element, notes)
  const comparison = Object.hasOwn(comparisons, local) ? comparisons[local] : undefined
  const operator = Object.hasOwn(arithmetic, local) ? arithmetic[local] : undefined
  if (comparison ?? operator) {
    const [left, right] = operands(element, 2, notes)
    if (!left || !right) return never
    if (operator) return { kind: 'arithmetic', operator, left, right }
    const matchCase = attributeOf(element, 'matchCase') !== 'false'
    return { kind: 'comparison', operator: comparison ?? '=', left, right, matchCase }
  }
  if (seFunctions.has(local)) return readSeFunction(element, notes)
  if (spatialOperators.has(local)) return readSpatial(element, notes)
  notes.warn(
    'UNSUPPORTED_EXPRESSION',
    element,
    `<${local.slice(0, 80)}> is no part of a filter or a value; it is never true and has no value.`,
  )
  return never
}

/** null for a filter without content, which lets everything through. */
export const readFilter = (element: XmlElement, notes: SldNotes): Expression | null => {
  const found = operandsOf(element, notes)
  const ids = found.flatMap((one) => (one.kind === 'feature-ids' ? one.ids : []))
  if (ids.length > 0 && ids.length === found.length) return { kind: 'feature-ids', ids }
  return found[0] ?? null
}
