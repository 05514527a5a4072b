/**
 * What differs between a symbolizer as QGIS wrote it into the SLD and the same one read from the QML: each difference with
 * what it is about and both values, in words. What is said in two ways and drawn alike is no difference.
 */
import { expressionWords } from './expression-words.ts'
import { onScreen } from './lengths.ts'
import { type Expression, type Length, literal, numberOf, pixels, type Symbolizer } from './model.ts'
import { withOpacity } from './opacity.ts'

export type DifferenceKind =
  | 'size'
  | 'ground-unit'
  | 'data-defined'
  | 'opacity'
  | 'colour'
  | 'label-text'
  | 'label-place'
  | 'detail'

export type Difference = { kind: DifferenceKind; from: string; to: string }

type Member = { name: string; about: string; kind: DifferenceKind }

/** What people call the members of the model. */
const names: Readonly<Record<string, string>> = {
  size: 'size',
  width: 'width',
  dashArray: 'dashes',
  dashOffset: 'start of the dashes',
  gap: 'distance between symbols',
  initialGap: 'distance to the first symbol',
  perpendicularOffset: 'offset',
  distance: 'distance of the lines',
  offset: 'offset of the lines',
  radius: 'width of the halo',
  displacement: 'displacement',
  anchorPoint: 'anchor point',
  rotation: 'rotation',
  color: 'colour',
  opacity: 'opacity',
  label: 'text',
  families: 'font',
  style: 'slant of the letters',
  weight: 'weight of the letters',
  priority: 'priority',
  placement: 'placement',
  lineJoin: 'corners',
  lineCap: 'ends',
  wellKnownName: 'mark',
  character: 'character',
  aspectRatio: 'ratio of width to height',
  margin: 'room around the symbols',
  stagger: 'shift of every second row',
  geometry: 'geometry',
  fill: 'fill',
  stroke: 'outline',
  halo: 'halo',
  background: 'shape behind the label',
  graphicStroke: 'symbols along the line',
  contents: 'symbol',
  colorMap: 'colours',
  contrastEnhancement: 'contrast',
  channelSelection: 'bands',
  shadedRelief: 'shading',
}

/** What an absent member means. */
const defaults: Readonly<Record<string, unknown>> = {
  opacity: literal(1),
  rotation: literal(0),
  perpendicularOffset: pixels(0),
  dashOffset: pixels(0),
  width: pixels(1),
  displacement: { x: pixels(0), y: pixels(0) },
  anchorPoint: { x: literal(0.5), y: literal(0.5) },
  priority: literal(1000),
}

/** QGIS leaves them to whoever draws, for outlines; nobody sees a repair in that. */
const leftOpen = new Set(['lineJoin', 'lineCap'])

/** Not of interest to a person, or no difference in what is drawn. */
const ignored = new Set(['vendorOptions', 'format', 'generalizeLine', 'name', 'title', 'abstract'])

const isObject = (part: unknown): part is Record<string, unknown> =>
  typeof part === 'object' && part !== null && !Array.isArray(part)
const isLength = (part: unknown): part is Length =>
  isObject(part) && 'unit' in part && 'value' in part && Object.keys(part).length === 2
const expressionKinds = new Set([
  'literal',
  'property',
  'arithmetic',
  'function',
  'comparison',
  'like',
  'between',
  'null',
  'in',
  'and',
  'or',
  'not',
  'spatial',
  'feature-ids',
  'foreign',
])
const isExpression = (part: unknown): part is Expression =>
  isObject(part) && typeof part['kind'] === 'string' && expressionKinds.has(part['kind'])

const unitWords = {
  pixel: 'px',
  millimetre: 'mm',
  metre: 'metres at scale',
  foot: 'feet at scale',
  'map-unit': 'map units',
} as const

const rounded = (value: number) => Math.round(value * 100) / 100

const lengthWords = (length: Length): string => {
  const number = numberOf(length.value)
  const value = number === undefined ? expressionWords(length.value) : String(rounded(number))
  return `${value} ${unitWords[length.unit]}`
}

const words = (part: unknown): string => {
  if (part === null || part === undefined) return 'none'
  if (isLength(part)) return lengthWords(part)
  if (isExpression(part)) return part.kind === 'literal' ? String(part.value) : expressionWords(part)
  if (Array.isArray(part)) return part.length === 0 ? 'none' : part.map(words).join(' ')
  if (isObject(part)) {
    if ('x' in part && 'y' in part) return `${words(part['x'])} to the right, ${words(part['y'])} up`
    return typeof part['kind'] === 'string' ? part['kind'].replaceAll('-', ' ') : 'some'
  }
  return part === true ? 'yes' : part === false ? 'no' : String(part)
}

const kindsOfNames: Readonly<Record<string, DifferenceKind>> = {
  color: 'colour',
  opacity: 'opacity',
  label: 'label-text',
}

const memberOf = (key: string, around: Member): Member => {
  const name = Object.hasOwn(names, key) ? (names[key] ?? key) : around.name
  const isPlace = around.kind === 'label-place' || (around.about === 'text' && key === 'placement')
  const kind = isPlace
    ? 'label-place'
    : Object.hasOwn(kindsOfNames, key)
      ? (kindsOfNames[key] ?? 'detail')
      : 'detail'
  return { name, kind, about: key }
}

const said = ({ name }: Member, part: unknown): string => `${name} ${words(part)}`

const isOnGround = ({ unit }: Length): boolean => unit !== 'pixel' && unit !== 'millimetre'

const compareLengths = (sld: Length, qml: Length, member: Member): Difference[] => {
  const [from, to] = [onScreen(sld), onScreen(qml)]
  const [before, after] = [numberOf(from.value), numberOf(to.value)]
  const told = { from: said(member, from), to: said(member, to) }
  if (after === undefined) return [{ kind: 'data-defined', ...told }]
  if (isOnGround(from) !== isOnGround(to) || (isOnGround(to) && from.unit !== to.unit))
    return before === 0 && after === 0 ? [] : [{ kind: 'ground-unit', ...told }]
  if (before !== undefined && Math.abs(before - after) < 0.005) return []
  return [{ kind: 'size', ...told }]
}

/** QGIS writes opacity and angles with two decimals at most. */
const isNear = (one: unknown, other: unknown): boolean => {
  const [left, right] = [Number(one), Number(other)]
  return one === other || (one !== '' && other !== '' && Math.abs(left - right) < 0.006)
}

const compareExpressions = (sld: Expression, qml: Expression, member: Member): Difference[] => {
  if (sld.kind === 'literal' && qml.kind === 'literal' && isNear(sld.value, qml.value)) return []
  if (JSON.stringify(sld) === JSON.stringify(qml)) return []
  const kind = sld.kind === 'literal' && qml.kind !== 'literal' ? 'data-defined' : member.kind
  return [
    {
      kind: member.kind === 'label-text' ? 'label-text' : kind,
      from: said(member, sld),
      to: said(member, qml),
    },
  ]
}

const compare = (sldPart: unknown, qmlPart: unknown, member: Member): Difference[] => {
  const otherwise = Object.hasOwn(defaults, member.about) ? (defaults[member.about] ?? null) : null
  const [sld, qml] = [sldPart ?? otherwise, qmlPart ?? otherwise]
  if (sld === null && (qml === null || leftOpen.has(member.about))) return []
  if (isLength(sld) && isLength(qml)) return compareLengths(sld, qml, member)
  if (isExpression(sld) && isExpression(qml)) return compareExpressions(sld, qml, member)
  // Alternatives to what is drawn first are in the SLD only.
  if (member.about === 'contents' && Array.isArray(sld) && Array.isArray(qml))
    return compare(sld[0] ?? null, qml[0] ?? null, { ...member, about: 'content' })
  if (Array.isArray(sld) && Array.isArray(qml)) return compareLists(sld, qml, member)
  if (isObject(sld) && isObject(qml)) return compareObjects(sld, qml, member)
  return isNear(sld, qml) ? [] : [{ kind: member.kind, from: said(member, sld), to: said(member, qml) }]
}

const compareLists = (sld: unknown[], qml: unknown[], member: Member): Difference[] => {
  const one = { from: said(member, sld), to: said(member, qml) }
  if (sld.length !== qml.length) return [{ kind: member.kind, ...one }]
  const found = sld.flatMap((part, index) => compare(part, qml[index], member))
  const [first] = found
  return first ? [{ kind: first.kind, ...one }] : []
}

/** A picture has a size of bytes that says nothing; where it comes from is compared by its kind. */
const compareObjects = (
  sld: Record<string, unknown>,
  qml: Record<string, unknown>,
  member: Member,
): Difference[] => {
  if (sld['kind'] !== qml['kind'])
    return [{ kind: member.kind, from: said(member, sld), to: said(member, qml) }]
  if (sld['kind'] === 'external-graphic') return []
  return Object.keys(qml)
    .filter((key) => key !== 'kind' && !ignored.has(key))
    .flatMap((key) => compare(sld[key], qml[key], memberOf(key, member)))
}

/** Both are of one kind. */
export const differencesOf = (sld: Symbolizer, qml: Symbolizer): Difference[] => {
  const about: Member = { name: qml.kind, about: qml.kind, kind: 'detail' }
  return compare(withOpacity(sld, null), withOpacity(qml, null), about)
}
