/**
 * QGIS's symbols as symbolizers of the model, one or more for each symbol layer, in painting order. Signs are turned
 * around here: QGIS's offsets are to the right and inwards, its y goes down, its angles of patterns go against the clock.
 */
import { quoted } from './finding.ts'
import { hatchSide, scaled } from './lengths.ts'
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import {
  type BrushName,
  type Expression,
  type Fill,
  type Graphic,
  type GraphicFill,
  type GraphicStroke,
  type HatchFill,
  type Length,
  type LineSymbolizer,
  literal,
  type Mark,
  type MarkerPlacement,
  noBase,
  numberOf,
  type PolygonSymbolizer,
  plainGraphic,
  plainStroke,
  type Stroke,
  type Symbolizer,
} from './model.ts'
import { times } from './opacity.ts'
import {
  dataDefinedOf,
  isZero,
  negated,
  type Settings,
  settingsOf,
  sum,
  toLength,
  toNumber,
  toSolid,
} from './qml-lengths.ts'
import {
  type FilledParts,
  heightOf,
  readMarker,
  readPicture,
  readSvgPicture,
  toDisplacement,
} from './qml-markers.ts'
import type { QmlNotes } from './qml-notes.ts'
import { readLineStroke, readOutline, strengthOf } from './qml-strokes.ts'
import { entryOf, isTrue, propertiesOf } from './qml-values.ts'

/** A symbolizer and the pass of symbol levels it is drawn in. */
export type Painted = { pass: number; symbolizer: Symbolizer }

type LayerParts = {
  layer: Markup
  name: string
  settings: Settings
  notes: QmlNotes
  /** Of symbols in symbols; they come from the style, so they are counted. */
  depth: number
}

const deepest = 8

const nameOf = (layer: Markup): string => attribute(layer, 'class') ?? ''

const isOn = (layer: Markup): boolean => {
  const enabled = attribute(layer, 'enabled')
  return enabled === undefined || isTrue(enabled)
}

/** How strongly a symbol is drawn: its own opacity, for each feature where it says so. */
const opacityOf = (symbol: Markup, notes: QmlNotes): Expression | null => {
  const defined = dataDefinedOf(childNamed(symbol, 'data_defined_properties'), 'A symbol', notes)
  const percent = defined.take('alpha') ?? defined.take('opacity')
  defined.finish()
  if (percent) return { kind: 'arithmetic', operator: '/', left: percent, right: literal(100) }
  const alpha = toNumber(attribute(symbol, 'alpha'), 1)
  return alpha >= 1 ? null : literal(Math.max(0, alpha))
}

type LayerReading<Found> = (parts: LayerParts) => Found[] | undefined

/** The layers of a symbol that are switched on, each read; what cannot be is noted. */
const readLayers = <Found>(
  symbol: Markup | undefined,
  depth: number,
  notes: QmlNotes,
  read: LayerReading<Found>,
): { found: Found; strength: Expression | null; layer: Markup }[] => {
  if (!symbol || depth > deepest) return []
  const opacity = opacityOf(symbol, notes)
  return childrenNamed(symbol, 'layer')
    .filter(isOn)
    .flatMap((layer) => {
      const name = nameOf(layer)
      const what = `A symbol layer ${quoted(name)}`
      const settings = settingsOf(layer, attribute(symbol, 'outputUnit') ?? 'MM', what, notes)
      const condition = settings.defined.take('enabled')
      const found = read({ layer, name, settings, notes, depth })
      if (found === undefined) {
        notes.lose('QML_SYMBOL_LAYER', 'lost', `${what} has nothing like it here; it is not drawn.`)
        return []
      }
      noteEffects(layer, what, notes)
      settings.defined.finish()
      const strength = times(opacity, condition && strengthOf(condition))
      return found.map((one) => ({ found: one, strength, layer }))
    })
}

export const noteEffects = (parent: Markup, what: string, { lose }: QmlNotes): void => {
  for (const stack of childrenNamed(parent, 'effect')) {
    if (!isTrue(attribute(stack, 'enabled'))) continue
    for (const effect of childrenNamed(stack, 'effect')) {
      const type = attribute(effect, 'type') ?? ''
      if (type !== 'drawSource' && isTrue(propertiesOf(effect)['enabled']))
        lose('QML_EFFECT', 'lost', `${what} has the effect ${quoted(type)}; it is drawn without it.`)
    }
  }
}

// Markers ----------------------------------------------------------------------------------------------------

const readGraphics = (symbol: Markup | undefined, depth: number, notes: QmlNotes): Graphic[] =>
  readLayers(symbol, depth, notes, markerLayer).map(({ found, strength }) => ({
    ...found,
    opacity: times(found.opacity, strength),
  }))

const markerLayer: LayerReading<Graphic> = ({ layer, name, settings, notes, depth }) =>
  readMarker(name, {
    layer,
    settings,
    notes,
    readFills: (parent) =>
      readLayers(childNamed(parent, 'symbol'), depth + 1, notes, fillLayer).flatMap(
        ({ found, strength }): FilledParts[] =>
          found.kind === 'polygon'
            ? [{ fill: found.fill, stroke: found.stroke, opacity: strength }]
            : found.kind === 'line'
              ? [{ fill: null, stroke: found.stroke, opacity: strength }]
              : [],
      ),
  })

const pointLayer: LayerReading<Symbolizer> = (parts) =>
  markerLayer(parts)?.map((graphic) => ({ ...noBase, kind: 'point', graphic }))

const subSymbol = ({ layer }: LayerParts) => childNamed(layer, 'symbol')
const graphicsIn = (parts: LayerParts): Graphic[] =>
  readGraphics(subSymbol(parts), parts.depth + 1, parts.notes)

// Lines ------------------------------------------------------------------------------------------------------

/** QGIS: to the right, and into polygons. */
const offsetOf = (settings: Settings): Length | null => {
  const offset = settings.length('offset', 0, 'offset')
  return isZero(offset) ? null : { ...offset, value: negated(offset.value) }
}

const line = (stroke: Stroke, settings: Settings): LineSymbolizer => ({
  ...noBase,
  kind: 'line',
  stroke,
  perpendicularOffset: offsetOf(settings),
})

const noteRings = ({ settings, notes }: LayerParts) => {
  if (settings.number('ring_filter', 0) !== 0)
    notes.lose('QML_RINGS', 'approximated', 'A line for some rings of polygons only is drawn on all of them.')
  if (isTrue(settings.text('draw_inside_polygon')))
    notes.lose('QML_ONLY_INSIDE', 'approximated', 'A line that is cut off at its polygon is drawn whole.')
}

const readSimpleLine: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes } = parts
  noteRings(parts)
  const stroke = readLineStroke(settings, notes)
  return stroke ? [line(stroke, settings)] : []
}

const placementNames: Readonly<Record<string, MarkerPlacement>> = {
  interval: 'interval',
  vertex: 'vertex',
  innervertices: 'innerVertices',
  firstvertex: 'firstPoint',
  lastvertex: 'lastPoint',
  centralpoint: 'centralPoint',
  centerpoint: 'centralPoint',
  segmentcenter: 'segmentCenter',
  curvepoint: 'curvePoint',
}

/** Up to 3.22 one word, since 3.24 several with bars between them. */
const placementsOf = (settings: Settings): MarkerPlacement[] => {
  const words = (settings.text('placements', 'placement') ?? 'Interval').split('|')
  const found = words.flatMap((one) => entryOf(placementNames, one.trim().toLowerCase()) ?? [])
  return found.length > 0 ? found : ['interval']
}

const nothing: Length = { value: literal(0), unit: 'millimetre' }

/** QGIS counts from middle to middle, and from the start of the line to the first middle. */
const spaced = ({ settings, notes }: LayerParts, width: Length) => {
  const interval = settings.length('interval', 3, 'interval')
  const along = settings.length('offset_along_line', 0, 'offsetAlongLine')
  const gap = sum(interval, -1, width)
  const initialGap = sum(along, -0.5, width)
  if (gap === null || initialGap === null)
    notes.lose(
      'QML_MIXED_UNITS',
      'approximated',
      'The distance of symbols on a line is measured on the ground and their size on the screen; they are spaced roughly.',
    )
  return { gap: gap ?? interval, initialGap: initialGap ?? along }
}

const alongLine = (parts: LayerParts, graphic: Graphic): LineSymbolizer => {
  const { settings } = parts
  const size = graphic.size ?? nothing
  const ratio = graphic.aspectRatio ?? 1
  const width = ratio === 1 ? size : (sum(nothing, ratio, size) ?? size)
  const rotated = settings.text('rotate', 'rotate_symbols') ?? '1'
  const graphicStroke: GraphicStroke = {
    graphic,
    placement: placementsOf(settings),
    ...spaced(parts, width),
    isRotated: isTrue(rotated),
    perpendicularOffset: null,
  }
  return line({ ...plainStroke(literal('#000000')), graphicStroke }, settings)
}

const readMarkerLine: LayerReading<Symbolizer> = (parts) => {
  noteRings(parts)
  return graphicsIn(parts).map((graphic) => alongLine(parts, graphic))
}

/** Each hash is a short line across, drawn as a mark that is turned with the line. */
const readHashLine: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes, depth } = parts
  noteRings(parts)
  const size = settings.length('hash_length', 3, 'hashLength')
  const rotation = settings.defined.take('lineAngle') ?? literal(settings.number('hash_angle', 0))
  return readLayers(subSymbol(parts), depth + 1, notes, lineLayer).flatMap(({ found, strength }) => {
    if (found.kind !== 'line' || found.stroke.graphicStroke) return []
    const mark: Mark = { kind: 'mark', wellKnownName: literal('line'), fill: null, stroke: found.stroke }
    const graphic: Graphic = {
      ...plainGraphic([mark], size),
      rotation: numberOf(rotation) === 0 ? null : rotation,
      opacity: strength,
    }
    return [alongLine(parts, graphic)]
  })
}

/** A line with a fill is a line as wide, in the colour of the fill. */
const readFilledLine: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes, depth } = parts
  const width = settings.length(['line_width', 'width'], 1, 'outlineWidth')
  return readLayers(subSymbol(parts), depth + 1, notes, fillLayer).flatMap(({ found, strength }) => {
    if (found.kind !== 'polygon' || found.fill?.kind !== 'solid') {
      notes.lose('QML_FILLED_LINE', 'lost', 'A line filled with a pattern is not drawn.')
      return []
    }
    if (found.stroke)
      notes.lose('QML_FILLED_LINE', 'approximated', 'The outline around a filled line is not drawn.')
    const { color, opacity } = found.fill
    return [line({ ...plainStroke(color, width), opacity: times(opacity, strength) }, settings)]
  })
}

// Fills ------------------------------------------------------------------------------------------------------

const polygon = (more: Partial<PolygonSymbolizer>): PolygonSymbolizer => ({
  ...noBase,
  kind: 'polygon',
  fill: null,
  stroke: null,
  displacement: null,
  perpendicularOffset: null,
  ...more,
})

const brushes: Readonly<Record<string, BrushName>> = {
  ...Object.fromEntries(
    (['dense1', 'dense2', 'dense3', 'dense4', 'dense5', 'dense6', 'dense7'] as const).map((one) => [
      one,
      one,
    ]),
  ),
  horizontal: 'horizontal',
  vertical: 'vertical',
  cross: 'cross',
  b_diagonal: 'backward-diagonal',
  f_diagonal: 'forward-diagonal',
  diagonal_x: 'diagonal-cross',
}

const simpleFill = (settings: Settings, notes: QmlNotes): Fill | null => {
  const style = settings.text('style') ?? 'solid'
  const solid = settings.solid('color', '#0000ff', 'fillColor')
  if (style === 'no') return null
  if (style === 'solid') return solid
  const name = entryOf(brushes, style)
  if (name !== undefined) return { ...solid, kind: 'brush', name }
  notes.lose(
    'QML_FILL_STYLE',
    'approximated',
    `The pattern ${quoted(style)} is not known; it is a plain colour.`,
  )
  return solid
}

const readSimpleFill: LayerReading<Symbolizer> = ({ settings, notes }) => {
  const fill = simpleFill(settings, notes)
  const stroke = readOutline(settings)
  if (!fill && !stroke) return []
  const displacement = toDisplacement(settings.text('offset'), settings.text('offset_unit'))
  return [polygon({ fill, stroke, displacement })]
}

/** The outline that fills with pictures have as a symbol of their own. */
const outlinesIn = (parts: LayerParts): Symbolizer[] =>
  childrenNamed(parts.layer, 'symbol')
    .filter((symbol) => attribute(symbol, 'type') === 'line')
    .flatMap((symbol) => readLayers(symbol, parts.depth + 1, parts.notes, lineLayer))
    .map(({ found, strength }) => ({ ...found, opacity: times(found.opacity, strength) }))

const readLinePattern: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes, depth } = parts
  const angle = settings.defined.take('lineAngle') ?? literal(settings.number('angle', 45))
  const distance = settings.length('distance', 5, 'lineDistance')
  const offset = settings.length('offset', 0)
  const side = hatchSide(numberOf(angle) ?? 0)
  const hatch = (stroke: Stroke): HatchFill => ({
    kind: 'hatch',
    rotation: numberOf(angle) === 0 ? null : negated(angle),
    distance,
    offset: isZero(offset) ? null : { ...offset, value: scaled(offset.value, side) },
    stroke,
  })
  return readLayers(subSymbol(parts), depth + 1, notes, lineLayer).flatMap(({ found, strength }) => {
    if (found.kind !== 'line' || found.stroke.graphicStroke) {
      notes.lose('QML_PATTERN_LINES', 'lost', 'A pattern of lines that are made of symbols is not drawn.')
      return []
    }
    return [{ ...polygon({ fill: hatch(found.stroke) }), opacity: strength }]
  })
}

const readPointPattern: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes } = parts
  const distanceX = settings.length('distance_x', 5, 'distanceX')
  const distanceY = settings.length('distance_y', 5, 'distanceY')
  const shiftX = settings.length('displacement_x', 0, 'displacementX')
  const shiftY = settings.length('displacement_y', 0, 'displacementY')
  const isMoved = ['offset_x', 'offset_y', 'angle', 'random_deviation_x', 'random_deviation_y'].some(
    (name) => settings.number(name, 0) !== 0,
  )
  if (isMoved)
    notes.lose(
      'QML_POINT_PATTERN',
      'approximated',
      'A pattern of points that is moved, turned or scattered is drawn as a plain grid.',
    )
  return graphicsIn(parts).map((graphic) => {
    const size = graphic.size ?? nothing
    const width = sum(nothing, graphic.aspectRatio ?? 1, size) ?? size
    const half = (distance: Length, extent: Length): Length => {
      const room = sum(distance, -1, extent)
      if (room === null)
        notes.lose(
          'QML_MIXED_UNITS',
          'approximated',
          'The distance of points in a pattern is measured on the ground and their size on the screen; they are spaced roughly.',
        )
      return sum(nothing, 0.5, room ?? distance) ?? distance
    }
    const [x, y] = [half(distanceX, width), half(distanceY, size)]
    const fill: GraphicFill = {
      kind: 'graphic',
      graphic,
      margin: { top: y, right: x, bottom: y, left: x },
      stagger:
        isZero(shiftX) && isZero(shiftY)
          ? null
          : { x: shiftX, y: { ...shiftY, value: negated(shiftY.value) } },
      opacity: null,
    }
    return polygon({ fill })
  })
}

/** A point drawn on a polygon is in its middle; on its surface it has to be said. */
const readCentroid: LayerReading<Symbolizer> = (parts) => {
  const onSurface: Expression = { kind: 'function', name: 'pointOnSurface', arguments: [], options: {} }
  const geometry = isTrue(parts.settings.text('point_on_surface')) ? onSurface : null
  return graphicsIn(parts).map((graphic) => ({ ...noBase, kind: 'point', geometry, graphic }))
}

const pictureFill = (graphic: Graphic): GraphicFill => ({
  kind: 'graphic',
  graphic,
  margin: null,
  stagger: null,
  opacity: null,
})

const rotationOf = (settings: Settings): Expression | null => {
  const angle = settings.defined.take('angle') ?? literal(settings.number('angle', 0))
  return numberOf(angle) === 0 ? null : angle
}

const readSvgFill: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes } = parts
  const href = settings.text('svgFile') ?? settings.text('data') ?? ''
  const size = settings.length(['width', 'pattern_width'], 20, 'width')
  const picture = readSvgPicture(href, settings, size, notes)
  const graphic = {
    ...plainGraphic([picture], heightOf(size, picture)),
    rotation: rotationOf(settings),
  }
  return [polygon({ fill: pictureFill(graphic) }), ...outlinesIn(parts)]
}

const readRasterFill: LayerReading<Symbolizer> = (parts) => {
  const { settings, notes } = parts
  const picture = readPicture(settings.text('imageFile') ?? '', {}, false, notes)
  const width = settings.length('width', 0, 'width')
  const alpha = settings.number('alpha', 1)
  const graphic: Graphic = {
    ...plainGraphic([picture], isZero(width) ? null : width),
    rotation: rotationOf(settings),
    opacity: alpha === 1 ? null : literal(alpha),
  }
  notes.lose('QML_RASTER_FILL', 'approximated', 'A fill of pictures begins at another place than in QGIS.')
  return [polygon({ fill: pictureFill(graphic) }), ...outlinesIn(parts)]
}

const mixed = (one: string, other: string): string => {
  const parts = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const others = parts(other)
  return `#${parts(one)
    .map((part, index) =>
      Math.round((part + (others[index] ?? part)) / 2)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

/** Colours that run into each other become the one between them. */
const readGradient: LayerReading<Symbolizer> = ({ name, settings, notes }) => {
  const one = toSolid(settings.text('color', 'gradient_color1')) ?? toSolid('0,0,255')
  const other = toSolid(settings.text('gradient_color2')) ?? toSolid('255,255,255')
  notes.lose(
    'QML_GRADIENT',
    'approximated',
    `The gradient of a ${quoted(name)} is drawn as the colour in its middle.`,
  )
  if (one?.color.kind !== 'literal' || other?.color.kind !== 'literal') return []
  const color = literal(mixed(String(one.color.value), String(other.color.value)))
  return [polygon({ fill: { kind: 'solid', color, opacity: one.opacity } })]
}

// By name ----------------------------------------------------------------------------------------------------

const lineKinds: Readonly<Record<string, LayerReading<Symbolizer>>> = {
  SimpleLine: readSimpleLine,
  MarkerLine: readMarkerLine,
  HashLine: readHashLine,
  FilledLine: readFilledLine,
}

/** Beside these a fill may have lines, which go along its outline. */
const fillKinds: Readonly<Record<string, LayerReading<Symbolizer>>> = {
  SimpleFill: readSimpleFill,
  LinePatternFill: readLinePattern,
  PointPatternFill: readPointPattern,
  CentroidFill: readCentroid,
  SVGFill: readSvgFill,
  RasterFill: readRasterFill,
  GradientFill: readGradient,
  ShapeburstFill: readGradient,
}

const lineLayer: LayerReading<LineSymbolizer> = (parts) => {
  const found = entryOf(lineKinds, parts.name)?.(parts)
  return found?.flatMap((one) => (one.kind === 'line' ? [one] : []))
}
const fillLayer: LayerReading<Symbolizer> = (parts) =>
  entryOf(fillKinds, parts.name)?.(parts) ?? lineLayer(parts)
const anyLayer: LayerReading<Symbolizer> = (parts) => fillLayer(parts) ?? pointLayer(parts)

export const readSymbol = (symbol: Markup, notes: QmlNotes): Painted[] =>
  readLayers(symbol, 0, notes, anyLayer).map(({ found, strength, layer }) => ({
    pass: Math.trunc(toNumber(attribute(layer, 'pass'), 0)),
    symbolizer: { ...found, opacity: times(found.opacity, strength) },
  }))

/** A symbol of one marker, as a thing to be put behind a label. */
export const readFirstGraphic = (symbol: Markup | undefined, notes: QmlNotes): Graphic | null =>
  readGraphics(symbol, 1, notes)[0] ?? null

/** A length of QGIS's label settings: its unit is in another attribute. */
export const attributeLength = (
  element: Markup | undefined,
  name: string,
  unit: string,
  otherwise: number,
): Length => toLength(literal(toNumber(attribute(element, name), otherwise)), attribute(element, unit))

/** The look of a fill, for shapes behind labels. */
export const readFirstPolygon = (
  symbol: Markup,
  notes: QmlNotes,
): Pick<PolygonSymbolizer, 'fill' | 'stroke'> => {
  const [first] = readLayers(symbol, 1, notes, fillLayer).flatMap(({ found }) =>
    found.kind === 'polygon' ? [found] : [],
  )
  return first ?? { fill: null, stroke: null }
}
