/**
 * QGIS's labels as a pass of text symbolizers. QGIS searches for places; the model says one, which is that QGIS tries first.
 */
import { quoted } from './finding.ts'
import { onScreen, scaled } from './lengths.ts'
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import {
  type Displacement,
  type Expression,
  type FeatureTypeStyle,
  type Font,
  type Graphic,
  type Halo,
  type LabelPlacement,
  type Length,
  literal,
  literalOf,
  noBase,
  numberOf,
  plainGraphic,
  plainRule,
  plainStroke,
  type Rule,
  type Solid,
  type TextSymbolizer,
} from './model.ts'
import { times } from './opacity.ts'
import { readExpression } from './qml-expression-read.ts'
import { dataDefinedOf, isZero, sum, toLength, toNumber, toSolid } from './qml-lengths.ts'
import { readPicture } from './qml-markers.ts'
import type { QmlNotes } from './qml-notes.ts'
import { and, flattenRules, narrowed, scaleOf } from './qml-rules.ts'
import { attributeLength, readFirstGraphic, readFirstPolygon } from './qml-symbols.ts'
import { entryOf, isTrue, propertiesOf } from './qml-values.ts'

type LabelParts = {
  settings: Markup
  style: Markup | undefined
  format: Markup | undefined
  placement: Markup | undefined
  rendering: Markup | undefined
  /** Of the layer, as QGIS numbers it; null when the style does not say. */
  isLine: boolean
  take: (name: string) => Expression | null
  notes: QmlNotes
}

const call = (name: string, ...given: Expression[]): Expression => ({
  kind: 'function',
  name,
  arguments: given,
  options: {},
})

const on = (element: Markup | undefined, name: string): boolean => isTrue(attribute(element, name))
const numberIn = (element: Markup | undefined, name: string, otherwise: number): number =>
  toNumber(attribute(element, name), otherwise)

// Text -------------------------------------------------------------------------------------------------------

const letters: Readonly<Record<string, string>> = {
  '1': 'upper',
  '2': 'lower',
  '4': 'title',
  '1004': 'title',
}

/** null when nobody understands it. */
const writtenText = ({ style, notes }: LabelParts): Expression | null => {
  const text = attribute(style, 'fieldName') ?? ''
  if (text.trim() === '') return null
  if (!on(style, 'isExpression')) return { kind: 'property', name: text.replace(/^"([^"]+)"$/, '$1') }
  const found = readExpression(text)
  if (found.kind !== 'foreign') return found
  notes.lose(
    'QML_LABEL_EXPRESSION',
    'lost',
    `The label ${quoted(text)} is not understood; the features have no labels.`,
  )
  return null
}

const readText = (written: Expression, { style, format, take }: LabelParts): Expression => {
  const capitalization = entryOf(letters, attribute(style, 'capitalization') ?? '0')
  const cased = capitalization === undefined ? written : call(capitalization, written)
  const numbered = on(format, 'formatNumbers')
    ? call('format_number', cased, literal(numberIn(format, 'decimals', 3)))
    : cased
  const wrap = attribute(format, 'wrapChar') ?? ''
  const wrapped = wrap === '' ? numbered : call('replace', numbered, literal(wrap), literal('\n'))
  const shown = take('Show')
  return shown ? call('if_then_else', shown, wrapped, literal('')) : wrapped
}

/** Functions that make nothing of nothing. */
const strict = [
  'upper',
  'lower',
  'title',
  'trim',
  'to_string',
  'round',
  'format_number',
  'left',
  'right',
  'substr',
]

/**
 * The fields without which QGIS has no label: what is joined by `||` is nothing as soon as a part of it is, while SE's
 * Concatenate goes on without that part.
 */
const neededFor = (label: Expression): string[] => {
  const partsOf = (one: Expression): string[] => {
    if (one.kind === 'property') return [one.name]
    if (one.kind !== 'function') return []
    if (one.name === 'Concatenate') return one.arguments.flatMap(partsOf)
    return strict.includes(one.name) ? one.arguments.slice(0, 1).flatMap(partsOf) : []
  }
  return label.kind === 'function' && label.name === 'Concatenate' ? [...new Set(partsOf(label))] : []
}

const hasAll = (fields: string[]): Expression | null => {
  const tests = fields.map(
    (name): Expression => ({ kind: 'not', operand: { kind: 'null', value: { kind: 'property', name } } }),
  )
  const [first = null, ...others] = tests
  return others.length === 0 ? first : { kind: 'and', operands: tests }
}

/** Qt 5 counts to 99, Qt 6 to 1000. */
const isBold = (weight: number): boolean => (weight >= 63 && weight < 100) || weight >= 600

const readFont = ({ style, take }: LabelParts): Font => {
  const size = take('Size') ?? literal(numberIn(style, 'fontSize', 10))
  const listed = childNamed(style, 'families')
  const others = listed ? childrenNamed(listed, 'family') : []
  const families = [attribute(style, 'fontFamily'), ...others.map((one) => attribute(one, 'name'))]
  const named = attribute(style, 'namedStyle') ?? ''
  const isItalic = on(style, 'fontItalic') || on(style, 'forcedItalic') || /italic|oblique/i.test(named)
  const bold = isBold(numberIn(style, 'fontWeight', 50)) || on(style, 'forcedBold') || /\bbold\b/i.test(named)
  return {
    families: [...new Set(families.flatMap((one) => one || []))],
    size: toLength(size, attribute(style, 'fontSizeUnit') ?? 'Point'),
    style: isItalic ? 'italic' : 'normal',
    weight: bold ? 'bold' : 'normal',
    isUnderlined: on(style, 'fontUnderline'),
    isStruckThrough: on(style, 'fontStrikeout'),
  }
}

const ofPercent = (percent: Expression | null): Expression | null => percent && scaled(percent, 0.01)

const shareIn = (element: Markup | undefined, name: string): Expression | null => {
  const share = numberIn(element, name, 1)
  return share >= 1 ? null : literal(Math.max(0, share))
}

const readColour = (
  written: string | undefined,
  defined: Expression | null,
  otherwise: string,
  opacity: Expression | null,
): Solid => {
  const known = literalOf(defined)
  const fixed = toSolid(typeof known === 'string' ? known : written)
  const solid: Solid = fixed ?? { kind: 'solid', color: literal(otherwise), opacity: null }
  const color = defined && typeof known !== 'string' ? defined : solid.color
  return { ...solid, color, opacity: times(solid.opacity, opacity) }
}

const readFill = ({ style, take }: LabelParts): Solid =>
  readColour(
    attribute(style, 'textColor'),
    take('Color'),
    '#000000',
    ofPercent(take('FontOpacity')) ?? shareIn(style, 'textOpacity'),
  )

const readHalo = ({ style, take }: LabelParts, font: Font): Halo | null => {
  const buffer = childNamed(style, 'text-buffer')
  if (!on(buffer, 'bufferDraw')) return null
  const unit = attribute(buffer, 'bufferSizeUnits')
  const size = take('BufferSize') ?? literal(numberIn(buffer, 'bufferSize', 1))
  const percent = numberOf(size)
  const width: Length =
    unit === 'Percentage' && font.size && percent !== undefined
      ? { ...font.size, value: scaled(font.size.value, percent / 100) }
      : toLength(size, unit)
  // The size of a buffer is the width of its pen: measured, half of it is seen on each side.
  const radius: Length = { ...width, value: scaled(width.value, 0.5) }
  const opacity = ofPercent(take('BufferOpacity')) ?? shareIn(buffer, 'bufferOpacity')
  return {
    radius,
    fill: readColour(attribute(buffer, 'bufferColor'), take('BufferColor'), '#ffffff', opacity),
  }
}

// Background -------------------------------------------------------------------------------------------------

type Background = { graphic: Graphic; options: Record<string, string> }

const shapes: Readonly<Record<string, string>> = {
  '0': 'square',
  '1': 'square',
  '2': 'circle',
  '3': 'circle',
}

const SVG = '4'
const MARKER = '5'
const FIXED = '1'

/** Since 3.22 the shape's colours are a symbol of their own; the attributes go on saying them. */
const readShape = (background: Markup, name: string, notes: QmlNotes): Graphic => {
  const symbol = childrenNamed(background, 'symbol').find((one) => attribute(one, 'type') === 'fill')
  const found = symbol ? readFirstPolygon(symbol, notes) : null
  const width = attributeLength(background, 'shapeBorderWidth', 'shapeBorderWidthUnit', 0)
  const border = toSolid(attribute(background, 'shapeBorderColor'))
  return plainGraphic(
    [
      {
        kind: 'mark',
        wellKnownName: literal(name),
        fill: found ? found.fill : toSolid(attribute(background, 'shapeFillColor')),
        stroke: found
          ? found.stroke
          : border && !isZero(width)
            ? { ...plainStroke(border.color, width), opacity: border.opacity }
            : null,
      },
    ],
    null,
  )
}

const readBackground = ({ style, notes }: LabelParts, { size }: Font): Background | null => {
  const background = childNamed(style, 'background')
  if (!background || !on(background, 'shapeDraw')) return null
  const type = attribute(background, 'shapeType') ?? '0'
  const name = entryOf(shapes, type)
  const graphic =
    type === SVG
      ? plainGraphic([readPicture(attribute(background, 'shapeSVGFile') ?? '', {}, true, notes)], null)
      : type === MARKER
        ? readFirstGraphic(
            childrenNamed(background, 'symbol').find((one) => attribute(one, 'type') === 'marker'),
            notes,
          )
        : readShape(background, name ?? 'square', notes)
  if (graphic === null) return null
  const opacity = shareIn(background, 'shapeOpacity')
  const shown = { ...graphic, opacity: times(graphic.opacity, opacity) }
  const isMoved = ['shapeOffsetX', 'shapeOffsetY', 'shapeRotation', 'shapeRadiiX'].some(
    (one) => numberIn(background, one, 0) !== 0,
  )
  if (isMoved)
    notes.lose(
      'QML_LABEL_BACKGROUND',
      'approximated',
      'The shape behind a label is drawn in its middle, level and with its own corners.',
    )
  const width = attributeLength(background, 'shapeSizeX', 'shapeSizeUnit', 0)
  const height = attributeLength(background, 'shapeSizeY', 'shapeSizeUnit', 0)
  if (attribute(background, 'shapeSizeType') !== FIXED)
    return {
      // As high as a line of text, so that its outline is hardly stretched.
      graphic: { ...shown, size: size && (sum(size, 2, width) ?? size) },
      options: {
        'graphic-resize': 'stretch',
        'graphic-margin': String(Math.round((numberOf(onScreen(width).value) ?? 0) * 100) / 100),
      },
    }
  const [w, h] = [numberOf(width.value) ?? 0, numberOf(height.value) ?? 0]
  const isOblong = w > 0 && h > 0 && w !== h && (type === '0' || type === '2')
  return {
    graphic: { ...shown, size: isOblong ? height : width, aspectRatio: isOblong ? w / h : null },
    options: {},
  }
}

// Placement --------------------------------------------------------------------------------------------------

type Place = readonly [anchorX: number, anchorY: number]

/** Where the point is in the label, for QGIS's nine quadrants around a point, from above left. */
const quadrants: readonly Place[] = [
  [1, 0],
  [0.5, 0],
  [0, 0],
  [1, 0.5],
  [0.5, 0.5],
  [0, 0.5],
  [1, 1],
  [0.5, 1],
  [0, 1],
]
const middle: Place = [0.5, 0.5]
/** Where QGIS begins its search around a point. */
const aboveRight: Place = [0, 0]

/** QGIS's cartographic positions: top left, top slightly left …; the label's corner or side is at the point. */
const cartographic: Readonly<Record<string, Place>> = {
  TL: [1, 0],
  TSL: [0.75, 0],
  T: [0.5, 0],
  TSR: [0.25, 0],
  TR: [0, 0],
  L: [1, 0.5],
  R: [0, 0.5],
  BL: [1, 1],
  BSL: [0.75, 1],
  B: [0.5, 1],
  BSR: [0.25, 1],
  BR: [0, 1],
}

/** There QGIS measures from the letters, not from the room their line has above and below them. */
const toLetters = ([x, y]: Place): Place => [x, Math.min(0.8, Math.max(0.2, y))]

/** Away from the point, in the direction in which the label is. */
const away = ([anchorX, anchorY]: Place, distance: Length): Displacement | null => {
  const [x, y] = [1 - 2 * anchorX, 1 - 2 * anchorY]
  const size = Math.hypot(x, y)
  if (isZero(distance) || size === 0) return null
  const part = (share: number): Length => ({ ...distance, value: scaled(distance.value, share) })
  return { x: part(x / size), y: part(y / size) }
}

const point = (
  [x, y]: Place,
  displacement: Displacement | null,
  rotation: Expression | null,
): LabelPlacement => ({
  kind: 'point',
  anchorPoint: { x: literal(x), y: literal(y) },
  displacement,
  rotation,
})

/** QGIS's y goes down. */
const offsetOf = (placement: Markup | undefined): Displacement | null => {
  const x = attributeLength(placement, 'xOffset', 'offsetUnits', 0)
  const y = attributeLength(placement, 'yOffset', 'offsetUnits', 0)
  return isZero(x) && isZero(y) ? null : { x, y: { ...y, value: scaled(y.value, -1) } }
}

const ABOVE = 2
const BELOW = 4
/** Above on the map, whichever way the line goes. */
const ON_MAP = 8
/** From the middle of a label to its edge, in sizes of its font. */
const halfLine = 0.6

const besideLine = ({ placement, notes }: LabelParts, { size }: Font): Length | null => {
  const flags = numberIn(placement, 'placementFlags', ABOVE + ON_MAP)
  const side = flags & ABOVE ? 1 : flags & BELOW ? -1 : 0
  if (side === 0) return null
  if (flags & ON_MAP)
    notes.lose(
      'QML_LABEL_SIDE',
      'approximated',
      'Labels above lines are to the left of them, which is below where a line goes from right to left.',
    )
  const distance = attributeLength(placement, 'dist', 'distUnits', 0)
  const height: Length = size ? { ...size, value: scaled(size.value, halfLine) } : distance
  const offset = sum(distance, 1, height) ?? height
  return { ...offset, value: scaled(offset.value, side) }
}

const alongLine = (parts: LabelParts, font: Font, isCurved: boolean): LabelPlacement => {
  const repeat = attributeLength(parts.placement, 'repeatDistance', 'repeatDistanceUnits', 0)
  const isRepeated = !isZero(repeat)
  return {
    kind: 'line',
    perpendicularOffset: besideLine(parts, font),
    isCurved,
    isRepeated,
    initialGap: null,
    gap: isRepeated ? repeat : null,
    isAligned: true,
    generalizeLine: false,
  }
}

const readRotation = ({ placement, take }: LabelParts): Expression | null => {
  const rotation =
    take('LabelRotation') ?? take('Rotation') ?? literal(numberIn(placement, 'rotationAngle', 0))
  return numberOf(rotation) === 0 ? null : rotation
}

const notePlaces = ({ placement, notes }: LabelParts, what: string) => {
  if (on(placement, 'geometryGeneratorEnabled'))
    notes.lose(
      'QML_LABEL_GEOMETRY',
      'lost',
      'Labels are placed by the geometry of the features, not by what QGIS computes from it.',
    )
  notes.lose(
    'QML_LABEL_PLACES',
    'approximated',
    `${what}; one place is tried for each label, and QGIS tries several.`,
  )
}

const readPlacement = (parts: LabelParts, font: Font): LabelPlacement => {
  const { placement, isLine } = parts
  const distance = attributeLength(placement, 'dist', 'distUnits', 0)
  const rotation = readRotation(parts)
  switch (attribute(placement, 'placement') ?? '0') {
    case '1':
      return point(quadrants[numberIn(placement, 'quadOffset', 4)] ?? middle, offsetOf(placement), rotation)
    case '2':
      return alongLine(parts, font, false)
    case '3':
    case '7':
      return alongLine(parts, font, true)
    case '5':
      return isLine ? alongLine(parts, font, false) : point(middle, null, rotation)
    case '6': {
      notePlaces(parts, 'Labels are at the first of their positions')
      const [first = 'TR'] = (attribute(placement, 'predefinedPositionOrder') ?? 'TR').split(',')
      const place = entryOf(cartographic, first.trim()) ?? ([0, 0] as const)
      return point(toLetters(place), away(place, distance), rotation)
    }
    case '8':
      notePlaces(parts, 'Labels outside of polygons are inside')
      return point(middle, null, rotation)
    case '4':
      return point(middle, null, rotation)
    default:
      notePlaces(parts, 'Labels around points are above and to the right of them')
      return point(aboveRight, away(aboveRight, distance), rotation)
  }
}

/** Words of ours for what the model has no others for: where else QGIS tries to put the label. */
const placeOptions = ({ placement, isLine }: LabelParts, said: LabelPlacement): Record<string, string> => {
  if (said.kind === 'line')
    return {
      ...(numberIn(placement, 'placementFlags', ABOVE + ON_MAP) & ON_MAP ? { labelSide: 'map' } : {}),
      ...(said.isRepeated ? { labelPlaces: 'chopped' } : {}),
    }
  switch (attribute(placement, 'placement') ?? '0') {
    case '0':
      return { labelPlaces: 'around' }
    case '1':
      return on(placement, 'centroidInside') ? {} : { overCentroid: 'true' }
    case '4':
    case '5':
    case '8':
      return isLine ? {} : { labelPlaces: 'inside' }
    case '6': {
      const order = attribute(placement, 'predefinedPositionOrder') ?? 'TR'
      return { labelPlaces: order.split(',').join(' ') }
    }
    default:
      return {}
  }
}

// The symbolizer ---------------------------------------------------------------------------------------------

/** QGIS: 0 to 10, 5 mostly. */
const readPriority = ({ placement, take }: LabelParts): Expression | null => {
  const priority = take('Priority') ?? literal(numberIn(placement, 'priority', 5))
  return numberOf(priority) === 5 ? null : scaled(priority, 200)
}

const allowing = ['AllowOverlapIfRequired', 'AllowOverlapAtNoCost']

const mayOverlap = ({ placement, rendering }: LabelParts): boolean =>
  on(rendering, 'displayAll') ||
  allowing.includes(attribute(placement, 'overlapHandling') ?? attribute(rendering, 'overlapHandling') ?? '')

const noteDetails = ({ settings, style, format, rendering, notes }: LabelParts) => {
  const callout = childNamed(settings, 'callout')
  const capitals = attribute(style, 'capitalization') ?? '0'
  const details: [boolean, string, 'approximated' | 'lost', string][] = [
    [
      numberIn(style, 'blendMode', 0) > 0,
      'QML_BLENDING',
      'lost',
      'Labels are drawn over what is below them, not blended with it.',
    ],
    [
      on(childNamed(style, 'shadow'), 'shadowDraw'),
      'QML_LABEL_SHADOW',
      'lost',
      'The shadow of labels is not drawn.',
    ],
    [
      on(childNamed(style, 'text-mask'), 'maskEnabled'),
      'QML_LABEL_MASK',
      'lost',
      'Labels do not mask what is below them.',
    ],
    [
      callout !== undefined && isTrue(propertiesOf(callout)['enabled']),
      'QML_CALLOUT',
      'lost',
      'Callouts of labels are not drawn.',
    ],
    [
      numberIn(format, 'autoWrapLength', 0) !== 0,
      'QML_LABEL_WRAPPING',
      'approximated',
      'Long labels are not broken into lines.',
    ],
    [
      on(format, 'formatNumbers'),
      'QML_NUMBER_FORMAT',
      'approximated',
      'Numbers in labels are written with commas between thousands.',
    ],
    [on(format, 'addDirectionSymbol'), 'QML_DIRECTION', 'lost', 'Labels do not show the direction of lines.'],
    [
      ['0', '1', '2', '4', '1004'].includes(capitals) === false,
      'QML_SMALL_CAPITALS',
      'approximated',
      'Small capitals are written as plain letters.',
    ],
    [
      numberIn(style, 'fontLetterSpacing', 0) !== 0 || numberIn(style, 'fontWordSpacing', 0) !== 0,
      'QML_SPACING',
      'approximated',
      'Letters and words have their usual distance.',
    ],
    [on(style, 'allowHtml'), 'QML_HTML', 'approximated', 'HTML in labels is written as it stands.'],
    [
      on(style, 'useSubstitutions'),
      'QML_SUBSTITUTIONS',
      'lost',
      'Words of labels are not replaced by others.',
    ],
    [
      (attribute(style, 'textOrientation') ?? 'horizontal') !== 'horizontal',
      'QML_VERTICAL',
      'approximated',
      'Vertical labels are written level.',
    ],
    [
      on(rendering, 'fontLimitPixelSize') || numberIn(rendering, 'minFeatureSize', 0) > 0,
      'QML_LABEL_LIMITS',
      'approximated',
      'Labels are drawn for features of any size.',
    ],
    [
      on(rendering, 'limitNumLabels'),
      'QML_LABEL_NUMBER',
      'approximated',
      'The number of labels is not limited.',
    ],
  ]
  for (const [isSo, code, verdict, message] of details) if (isSo) notes.lose(code, verdict, message)
}

type Label = { symbolizer: TextSymbolizer; needs: Expression | null }

const readSettings = (settings: Markup, isLine: boolean, notes: QmlNotes): Label | null => {
  const rendering = childNamed(settings, 'rendering')
  if (attribute(rendering, 'drawLabels') !== undefined && !on(rendering, 'drawLabels')) return null
  const style = childNamed(settings, 'text-style')
  const defined = [settings, style].map((holder) =>
    dataDefinedOf(childNamed(holder, 'dd_properties'), 'A label', notes),
  )
  const parts: LabelParts = {
    settings,
    style,
    format: childNamed(settings, 'text-format'),
    placement: childNamed(settings, 'placement'),
    rendering,
    isLine,
    take: (name) => defined.map((one) => one.take(name)).find((one) => one !== null) ?? null,
    notes,
  }
  const written = writtenText(parts)
  if (written === null) return null
  const label = readText(written, parts)
  const font = readFont(parts)
  const background = readBackground(parts, font)
  const placement = readPlacement(parts, font)
  const turn = attribute(parts.placement, 'maxCurvedCharAngleIn')
  const symbolizer: TextSymbolizer = {
    ...noBase,
    kind: 'text',
    vendorOptions: {
      ...background?.options,
      ...placeOptions(parts, placement),
      ...(placement.kind === 'line' && placement.isCurved && turn !== undefined
        ? { maxAngleDelta: turn }
        : {}),
      ...(on(rendering, 'labelPerPart') ? { labelAllGroup: 'true' } : {}),
    },
    label,
    font,
    fill: readFill(parts),
    halo: readHalo(parts, font),
    placement,
    background: background?.graphic ?? null,
    priority: readPriority(parts),
    mayOverlap: mayOverlap(parts),
  }
  noteDetails(parts)
  for (const one of defined) one.finish()
  return { symbolizer, needs: hasAll(neededFor(written)) }
}

const labelScales = (settings: Markup) => {
  const rendering = childNamed(settings, 'rendering')
  return on(rendering, 'scaleVisibility')
    ? { min: scaleOf(attribute(rendering, 'scaleMin')), max: scaleOf(attribute(rendering, 'scaleMax')) }
    : { min: null, max: null }
}

const appliesTo = (filter: Expression | null): Rule['applies'] =>
  filter === null ? { kind: 'all' } : { kind: 'filter', filter }

const readSimple = (labeling: Markup, isLine: boolean, notes: QmlNotes): Rule[] => {
  const settings = childNamed(labeling, 'settings')
  const label = settings ? readSettings(settings, isLine, notes) : null
  if (!settings || !label) return []
  const { min, max } = labelScales(settings)
  return [
    plainRule([label.symbolizer], {
      applies: appliesTo(label.needs),
      minScaleDenominator: min,
      maxScaleDenominator: max,
    }),
  ]
}

const narrowedTo = (applies: Rule['applies'], needs: Expression | null): Rule['applies'] =>
  applies.kind === 'else' ? applies : appliesTo(and(applies.kind === 'filter' ? applies.filter : null, needs))

const readRules = (labeling: Markup, isLine: boolean, notes: QmlNotes): Rule[] => {
  const hasSettings = (one: Markup) => childNamed(one, 'settings') !== undefined
  const flat = flattenRules(childNamed(labeling, 'rules'), hasSettings, notes)
  // What a rule has no label for is not left to ELSE.
  const hasElse = flat.some(({ applies }) => applies.kind === 'else')
  const rules = flat.map(({ element, ...one }): Rule => {
    const settings = element ? childNamed(element, 'settings') : undefined
    const label = settings ? readSettings(settings, isLine, notes.inRule(one.title)) : null
    const own = settings ? labelScales(settings) : { min: null, max: null }
    const { min, max } = narrowed(own, { min: one.minScaleDenominator, max: one.maxScaleDenominator })
    return plainRule(label ? [label.symbolizer] : [], {
      ...one,
      applies: hasElse ? one.applies : narrowedTo(one.applies, label?.needs ?? null),
      minScaleDenominator: min,
      maxScaleDenominator: max,
    })
  })
  return hasElse ? rules : rules.filter(({ symbolizers }) => symbolizers.length > 0)
}

const LINES = '1'

/** A pass of their own, so that an ELSE among the symbols' rules goes on meaning what it meant. */
export const readLabels = (qml: Markup, notes: QmlNotes): FeatureTypeStyle[] => {
  const labeling = childNamed(qml, 'labeling')
  if (!labeling) {
    const isOld = childrenNamed(childNamed(qml, 'customproperties') ?? qml, 'property').some(
      ({ attributes }) => attributes['key'] === 'labeling/enabled' && isTrue(attributes['value']),
    )
    if (isOld) notes.lose('QML_OLD_LABELS', 'lost', 'Labels as QGIS 2 wrote them are not read.')
    return []
  }
  if (attribute(qml, 'labelsEnabled') !== undefined && !on(qml, 'labelsEnabled')) return []
  const isLine = childNamed(qml, 'layerGeometryType')?.text === LINES
  const type = attribute(labeling, 'type') ?? ''
  if (type !== 'simple' && type !== 'rule-based') {
    notes.lose('QML_LABELING', 'lost', `Labels of the kind ${quoted(type)} are not read.`)
    return []
  }
  const rules = (type === 'simple' ? readSimple : readRules)(labeling, isLine, notes)
  return rules.some(({ symbolizers }) => symbolizers.length > 0)
    ? [{ name: null, title: null, vendorOptions: {}, rules }]
    : []
}
