/**
 * Writes the style model as a MapLibre style (specification version 8). Symbols that MapLibre cannot draw are named as
 * sprites, which the painter draws; what it cannot say at all is returned as a loss.
 */
import type { StyleLoss } from './finding.ts'
import {
  type Lose,
  type MapLibreValue,
  mapLibreColour,
  mapLibreFilter,
  mapLibreNumber,
  mapLibreText,
} from './maplibre-expression.ts'
import {
  type AnchorPoint,
  type Expression,
  type FeatureTypeStyle,
  type Fill,
  type Graphic,
  type GraphicStroke,
  type Length,
  type LineSymbolizer,
  literal,
  METRES_PER_FOOT,
  MILLIMETRES_PER_PIXEL,
  numberOf,
  type PointSymbolizer,
  type PolygonSymbolizer,
  type RasterSymbolizer,
  type Rule,
  type Solid,
  type Stroke,
  type Style,
  type Symbolizer,
  type TextSymbolizer,
} from './model.ts'
import { withOpacity } from './opacity.ts'

/** What the painter draws once and MapLibre repeats. */
export type Sprite =
  | { kind: 'mark'; name: string; graphic: Graphic }
  | { kind: 'pattern'; name: string; fill: Fill }

type Properties = Record<string, MapLibreValue>
export type MapLibreLayer = {
  id: string
  type: 'fill' | 'line' | 'circle' | 'symbol' | 'raster'
  source: string
  'source-layer'?: string
  minzoom?: number
  maxzoom?: number
  filter?: MapLibreValue
  layout: Properties
  paint: Properties
  /** For legends: the rule a layer comes from. */
  metadata: Record<string, string | number | null>
}
export type MapLibreStyle = {
  version: 8
  name: string
  metadata: Record<string, string>
  sources: Record<string, object>
  sprite?: string
  glyphs?: string
  layers: MapLibreLayer[]
}

export type MapLibreOptions = {
  /** The one source all layers draw from. */
  sourceId: string
  source: { type: string; [member: string]: unknown }
  sourceLayer?: string
  /** Circles are drawn for points only: at a polygon MapLibre would draw one at each vertex. */
  geometryType?: string | null
  /** Absolute URLs; the sprite is left out when no symbol needs it. */
  spriteUrl?: string
  glyphsUrl?: string
}

export type MapLibreWriting = { style: MapLibreStyle; sprites: Sprite[]; losses: StyleLoss[] }

/** Denominator at zoom 0: 512 px around the equator, a pixel being 0.28 mm. */
const ZOOM_0_DENOMINATOR = 279_541_132.0143589
const ZOOM_0_METRES_PER_PIXEL = 78_271.51696402048
const MAX_ZOOM = 24

/** Whether the style is one for rasters, so that its source has to be. Some hold symbols for every kind of data. */
export const isRasterStyle = ({ featureTypeStyles }: Style): boolean => {
  const kinds = featureTypeStyles.flatMap(({ rules }) =>
    rules.flatMap(({ symbolizers }) => symbolizers.map(({ kind }) => kind)),
  )
  return kinds.length > 0 && kinds.every((kind) => kind === 'raster')
}

export const writeMapLibre = (style: Style, options: MapLibreOptions): MapLibreWriting => {
  const losses: StyleLoss[] = []
  const sprites = new Map<string, Sprite>()
  const layers = style.featureTypeStyles.flatMap((pass, passIndex) =>
    pass.rules.flatMap((rule, ruleIndex) =>
      writeRule(rule, { pass, style, options, losses, sprites, id: `${passIndex}-${ruleIndex}` }),
    ),
  )
  return {
    style: {
      version: 8,
      name: style.title ?? style.name ?? options.sourceId,
      metadata: { 'sec-ims:model': String(style.modelVersion) },
      sources: { [options.sourceId]: options.source },
      ...(sprites.size > 0 && options.spriteUrl ? { sprite: options.spriteUrl } : {}),
      ...(options.glyphsUrl ? { glyphs: options.glyphsUrl } : {}),
      layers,
    },
    sprites: [...sprites.values()],
    losses: [...new Map(losses.map((loss) => [JSON.stringify(loss), loss])).values()],
  }
}

// Rules ------------------------------------------------------------------------------------------------------

type RulePlace = {
  pass: FeatureTypeStyle
  style: Style
  options: MapLibreOptions
  losses: StyleLoss[]
  sprites: Map<string, Sprite>
  id: string
}

type Writer = {
  lose: Lose
  options: MapLibreOptions
  /** The name of a sprite, under which it is asked for. */
  sprite: (sprite: { kind: 'mark'; graphic: Graphic } | { kind: 'pattern'; fill: Fill }) => string
  add: (type: MapLibreLayer['type'], paint: Said, layout?: Said, test?: MapLibreValue) => void
}
/** Properties that are not said are left out. */
type Said = Record<string, MapLibreValue | undefined>

const withoutUnsaid = (properties: Said): Properties =>
  Object.fromEntries(
    Object.entries(properties).filter((one): one is [string, MapLibreValue] => one[1] !== undefined),
  )

const writeRule = (rule: Rule, place: RulePlace): MapLibreLayer[] => {
  const name = rule.title ?? rule.name
  const lose: Lose = (code, verdict, message) =>
    void place.losses.push({ code, verdict, message, ...(name === null ? {} : { rule: name }) })
  const filter = filterOf(rule, place.pass, lose)
  const zooms = zoomsOf(rule)
  if (filter === false || zooms === null) return []
  const layers: MapLibreLayer[] = []
  const add: Writer['add'] = (type, paint, layout = {}, test) => {
    const tests = [filter, test].filter((one) => one !== undefined && one !== true) as MapLibreValue[]
    layers.push({
      id: `${place.id}-${layers.length}`,
      type,
      source: place.options.sourceId,
      ...(place.options.sourceLayer === undefined || type === 'raster'
        ? {}
        : { 'source-layer': place.options.sourceLayer }),
      ...zooms,
      ...(tests.length === 0 || type === 'raster'
        ? {}
        : { filter: tests.length === 1 ? (tests[0] as MapLibreValue) : ['all', ...tests] }),
      layout: withoutUnsaid(layout),
      paint: withoutUnsaid(paint),
      metadata: { 'sec-ims:rule': name },
    })
  }
  const sprite: Writer['sprite'] = (wanted) => {
    const spriteName = `${wanted.kind}-${hash(JSON.stringify(wanted))}`
    place.sprites.set(spriteName, { ...wanted, name: spriteName })
    return spriteName
  }
  const writer: Writer = { lose, options: place.options, sprite, add }
  for (const symbolizer of rule.symbolizers)
    writeSymbolizer(withOpacity(symbolizer, place.style.opacity), writer)
  return layers
}

/** true for all features, false for none. */
const filterOf = (rule: Rule, pass: FeatureTypeStyle, lose: Lose): MapLibreValue => {
  if (rule.applies.kind === 'all') return true
  if (rule.applies.kind === 'filter') return mapLibreFilter(rule.applies.filter, lose) ?? false
  const others = pass.rules.filter((other) => other.applies.kind !== 'else' && doScalesMeet(other, rule))
  if (others.some(({ applies }) => applies.kind === 'all')) return false
  const taken = others.flatMap(({ applies }) =>
    applies.kind === 'filter' ? [mapLibreFilter(applies.filter, () => {}) ?? false] : [],
  )
  return taken.length === 0 ? true : ['!', ['any', ...taken]]
}

const doScalesMeet = (one: Rule, other: Rule): boolean =>
  (one.minScaleDenominator ?? 0) < (other.maxScaleDenominator ?? Number.POSITIVE_INFINITY) &&
  (other.minScaleDenominator ?? 0) < (one.maxScaleDenominator ?? Number.POSITIVE_INFINITY)

const zoomAt = (denominator: number) =>
  denominator > 0 ? Math.round(Math.log2(ZOOM_0_DENOMINATOR / denominator) * 1e4) / 1e4 : MAX_ZOOM + 1

/** null when the rule is never visible. */
const zoomsOf = (rule: Rule): { minzoom?: number; maxzoom?: number } | null => {
  const from = rule.maxScaleDenominator === null ? 0 : zoomAt(rule.maxScaleDenominator)
  const to = rule.minScaleDenominator === null ? MAX_ZOOM + 1 : zoomAt(rule.minScaleDenominator)
  if (from >= to || from > MAX_ZOOM || to <= 0) return null
  return { ...(from > 0 ? { minzoom: from } : {}), ...(to < MAX_ZOOM ? { maxzoom: to } : {}) }
}

/** FNV-1a, twice with different starts: names for sprites, nothing that has to be safe. */
const hash = (text: string): string =>
  [0x811c9dc5, 0x01000193]
    .map((start) => {
      let value = start
      for (let index = 0; index < text.length; index += 1)
        value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
      return value.toString(16).padStart(8, '0')
    })
    .join('')

// Lengths and values -----------------------------------------------------------------------------------------

const pixelsPer: Record<Length['unit'], number> = {
  pixel: 1,
  millimetre: 1 / MILLIMETRES_PER_PIXEL,
  metre: 1,
  foot: METRES_PER_FOOT,
  'map-unit': 1,
}
const isOnGround = ({ unit }: Length) => unit === 'metre' || unit === 'foot' || unit === 'map-unit'

const multiplied = (value: MapLibreValue, by: number): MapLibreValue => {
  if (by === 1) return value
  return typeof value === 'number' ? value * by : ['*', value, by]
}

/** Pixels, or for lengths on the ground pixels that grow with the zoom. */
const toPixels = (length: Length | null, lose: Lose, factor = 1): MapLibreValue | undefined => {
  const value = length ? mapLibreNumber(length.value, lose) : undefined
  if (!length || value === undefined) return undefined
  const own = multiplied(value, pixelsPer[length.unit] * factor)
  if (!isOnGround(length) || own === 0) return own
  lose(
    'GROUND_UNIT',
    'approximated',
    'Sizes on the ground are right at the equator; MapLibre draws them smaller the farther a place is from it.',
  )
  return [
    'interpolate',
    ['exponential', 2],
    ['zoom'],
    0,
    multiplied(own, 1 / ZOOM_0_METRES_PER_PIXEL),
    MAX_ZOOM,
    multiplied(own, 2 ** MAX_ZOOM / ZOOM_0_METRES_PER_PIXEL),
  ]
}

/** For properties that take no expression of features; ground lengths have no number. */
const fixedPixels = (length: Length | null, lose: Lose, what: string): number | undefined => {
  if (!length) return undefined
  const number = numberOf(length.value)
  if (number !== undefined && (number === 0 || !isOnGround(length))) return number * pixelsPer[length.unit]
  lose('COMPUTED_VALUE', 'lost', `MapLibre takes only a fixed number of pixels for ${what}; it is left out.`)
  return undefined
}

const opacityOf = (opacity: Expression | null, lose: Lose) =>
  opacity === null ? undefined : mapLibreNumber(opacity, lose)

/** A colour with its opacity in it, where MapLibre has one opacity for two colours. */
const colourWithOpacity = ({ color, opacity }: Solid, lose: Lose): MapLibreValue | undefined => {
  const colour = mapLibreColour(color, lose)
  const alpha = numberOf(opacity)
  if (typeof colour !== 'string' || alpha === undefined || alpha === 1) return colour
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return `rgba(${parts.join(', ')}, ${alpha})`
}

// Symbolizers ------------------------------------------------------------------------------------------------

type SymbolizerWriters = {
  [Kind in Symbolizer['kind']]: (symbolizer: Extract<Symbolizer, { kind: Kind }>, writer: Writer) => void
}

const middles = new Set(['centroid', 'interiorPoint', 'pointOnSurface'])
const unchanged = new Set(['geometry', 'boundary'])

const writeSymbolizer = (symbolizer: Symbolizer, writer: Writer): void => {
  const { geometry, kind } = symbolizer
  const isForRasters = writer.options.source.type === 'raster'
  if ((kind === 'raster') !== isForRasters) {
    writer.lose(
      'OTHER_DATA',
      'lost',
      `A symbol is for ${kind === 'raster' ? 'rasters' : 'features'}, and the layer holds ${isForRasters ? 'a raster' : 'features'}; it is left out.`,
    )
    return
  }
  const isMiddle =
    geometry?.kind === 'function' && middles.has(geometry.name) && (kind === 'point' || kind === 'text')
  const isSame =
    geometry === null ||
    geometry.kind === 'property' ||
    (geometry.kind === 'function' && unchanged.has(geometry.name))
  if (!isMiddle && !isSame) {
    writer.lose('GEOMETRY_LOST', 'lost', 'MapLibre cannot draw at a computed place; the symbol is left out.')
    return
  }
  ;(writers[kind] as (one: Symbolizer, writer: Writer) => void)(symbolizer, writer)
}

const writePolygon = (
  { fill, stroke, displacement, perpendicularOffset }: PolygonSymbolizer,
  writer: Writer,
) => {
  const { lose, add } = writer
  const x = fixedPixels(displacement?.x ?? null, lose, 'a displacement')
  const y = fixedPixels(displacement?.y ?? null, lose, 'a displacement')
  const translate: MapLibreValue | undefined =
    x !== undefined && y !== undefined && (x !== 0 || y !== 0) ? [x, y === 0 ? 0 : -y] : undefined
  if (fill) {
    const paint: Said =
      fill.kind === 'solid'
        ? {
            'fill-color': mapLibreColour(fill.color, lose) ?? '#808080',
            'fill-opacity': opacityOf(fill.opacity, lose),
            'fill-antialias': stroke === null ? undefined : false,
          }
        : { 'fill-pattern': writer.sprite({ kind: 'pattern', fill: fixedFill(fill, lose) }) }
    add('fill', { ...paint, 'fill-translate': translate })
  }
  if (!stroke) return
  if (perpendicularOffset)
    lose(
      'POLYGON_OFFSET',
      'approximated',
      'MapLibre moves an outline by the direction it was drawn in, not outwards.',
    )
  writeStroke(stroke, perpendicularOffset, writer, { 'line-translate': translate })
}

const writeLine = ({ stroke, perpendicularOffset }: LineSymbolizer, writer: Writer) =>
  writeStroke(stroke, perpendicularOffset, writer, {})

const writeStroke = (stroke: Stroke, offset: Length | null, writer: Writer, paint: Said): void => {
  const { lose, add } = writer
  if (stroke.graphicStroke) {
    writeGraphicStroke(stroke.graphicStroke, writer)
    return
  }
  const width = stroke.width === null ? 1 : (toPixels(stroke.width, lose) ?? 1)
  add(
    'line',
    {
      'line-color': stroke.graphicFill ? undefined : (mapLibreColour(stroke.color, lose) ?? '#000000'),
      'line-pattern': stroke.graphicFill
        ? writer.sprite({ kind: 'pattern', fill: fixedFill(stroke.graphicFill, lose) })
        : undefined,
      // SE's thinnest line is a pixel wide.
      'line-width': width === 0 ? 1 : width,
      'line-opacity': opacityOf(stroke.opacity, lose),
      'line-dasharray': stroke.graphicFill ? undefined : dashesOf(stroke, lose),
      // MapLibre counts to the right of a line.
      'line-offset': toPixels(offset, lose, -1),
      ...paint,
    },
    {
      'line-join': stroke.lineJoin === 'mitre' ? 'miter' : (stroke.lineJoin ?? undefined),
      'line-cap': stroke.lineCap ?? undefined,
    },
  )
}

/** MapLibre counts dashes in widths of the line. */
const dashesOf = ({ dashArray, dashOffset, width }: Stroke, lose: Lose): MapLibreValue | undefined => {
  if (!dashArray) return undefined
  const wide = width ?? { value: literal(1), unit: 'pixel' as const }
  const number = numberOf(wide.value)
  const dashes = dashArray.map((dash) => numberOf(dash.value))
  const isFixed =
    dashArray.every((dash) => dash.unit === wide.unit) && dashes.every((dash) => dash !== undefined)
  if (number === undefined || !isFixed) {
    lose(
      'COMPUTED_VALUE',
      'lost',
      'MapLibre takes only fixed dashes on lines of a fixed width; the line is drawn whole.',
    )
    return undefined
  }
  if (dashOffset && numberOf(dashOffset.value) !== 0)
    lose('DASH_OFFSET', 'approximated', 'In MapLibre dashes begin where the line begins.')
  const even = dashes.length % 2 === 0 ? dashes : [...dashes, ...dashes]
  return even.map((dash) => Math.round(((dash ?? 0) / (number || 1)) * 1000) / 1000)
}

// Symbols ----------------------------------------------------------------------------------------------------

/** What a sprite cannot take from features. */
const loseComputed = (part: unknown, lose: Lose): void => {
  if (hasProperty(part))
    lose(
      'COMPUTED_SYMBOL',
      'lost',
      'A symbol takes a colour or a size inside it from the features; in MapLibre it is the same for all.',
    )
}

const hasProperty = (part: unknown): boolean => {
  if (typeof part !== 'object' || part === null) return false
  if ((part as { kind?: unknown }).kind === 'property') return true
  return Object.values(part).some(hasProperty)
}

const fixedFill = (fill: Exclude<Fill, Solid>, lose: Lose): Fill => {
  loseComputed(fill, lose)
  return fill
}

const DEFAULT_MARK_SIZE = 6
/** Sprites of symbols whose size is computed are drawn this high and scaled. */
const SCALED_SPRITE_SIZE = 32

type Icon = { image: string; size: MapLibreValue | undefined; opacity: MapLibreValue | undefined }

const iconOf = (graphic: Graphic, writer: Writer): Icon => {
  const { lose } = writer
  const isFixed =
    graphic.size === null || (numberOf(graphic.size.value) !== undefined && !isOnGround(graphic.size))
  const drawn: Graphic = {
    ...graphic,
    size: isFixed ? graphic.size : { value: literal(SCALED_SPRITE_SIZE), unit: 'pixel' },
    rotation: null,
    opacity: null,
    anchorPoint: null,
    displacement: null,
  }
  loseComputed(drawn.contents, lose)
  return {
    image: writer.sprite({ kind: 'mark', graphic: drawn }),
    size: isFixed ? undefined : toPixels(graphic.size, lose, 1 / SCALED_SPRITE_SIZE),
    opacity: opacityOf(graphic.opacity, lose),
  }
}

const anchorOf = (anchor: AnchorPoint | null, lose: Lose): string | undefined => {
  if (!anchor) return undefined
  const x = numberOf(anchor.x)
  const y = numberOf(anchor.y)
  if (x === undefined || y === undefined) {
    lose('COMPUTED_VALUE', 'lost', 'MapLibre takes no computed anchor; the middle is used.')
    return undefined
  }
  const across = x <= 0.25 ? 'left' : x >= 0.75 ? 'right' : ''
  const along = y <= 0.25 ? 'bottom' : y >= 0.75 ? 'top' : ''
  return [along, across].filter(Boolean).join('-') || 'center'
}

const isPointType = (geometryType: string | null | undefined) =>
  geometryType === 'Point' || geometryType === 'MultiPoint'

const writePoint = ({ graphic }: PointSymbolizer, writer: Writer): void => {
  if (isPointType(writer.options.geometryType) && writeCircle(graphic, writer)) return
  const { lose, add } = writer
  const { image, size, opacity } = iconOf(graphic, writer)
  const x = fixedPixels(graphic.displacement?.x ?? null, lose, 'a displacement') ?? 0
  const y = fixedPixels(graphic.displacement?.y ?? null, lose, 'a displacement') ?? 0
  add(
    'symbol',
    {
      'icon-opacity': opacity,
      'icon-translate': x === 0 && y === 0 ? undefined : [x, y === 0 ? 0 : -y],
    },
    {
      'icon-image': image,
      'icon-size': size,
      'icon-rotate': graphic.rotation ? mapLibreNumber(graphic.rotation, lose) : undefined,
      'icon-anchor': anchorOf(graphic.anchorPoint, lose),
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
  )
}

/** Plain circles need no sprite, and may take colour and size from the features. */
const writeCircle = (graphic: Graphic, { lose, add }: Writer): boolean => {
  const [mark] = graphic.contents
  if (mark?.kind !== 'mark' || mark.wellKnownName.kind !== 'literal' || graphic.displacement) return false
  if (mark.wellKnownName.value !== 'circle' || (graphic.aspectRatio ?? 1) !== 1 || graphic.anchorPoint)
    return false
  if (mark.fill !== null && mark.fill.kind !== 'solid') return false
  if (mark.stroke?.graphicStroke || mark.stroke?.graphicFill || mark.stroke?.dashArray) return false
  const outer = opacityOf(graphic.opacity, lose)
  const by = (opacity: Expression | null): MapLibreValue | undefined => {
    const own = opacityOf(opacity, lose)
    return own === undefined || outer === undefined ? (own ?? outer) : ['*', own, outer]
  }
  add('circle', {
    'circle-radius': graphic.size ? (toPixels(graphic.size, lose, 0.5) ?? 3) : DEFAULT_MARK_SIZE / 2,
    'circle-color': mark.fill ? (mapLibreColour(mark.fill.color, lose) ?? '#808080') : '#000000',
    'circle-opacity': mark.fill ? by(mark.fill.opacity) : 0,
    'circle-stroke-color': mark.stroke ? (mapLibreColour(mark.stroke.color, lose) ?? '#000000') : undefined,
    'circle-stroke-width': mark.stroke ? (toPixels(mark.stroke.width, lose) ?? 1) : undefined,
    'circle-stroke-opacity': mark.stroke ? by(mark.stroke.opacity) : undefined,
  })
  return true
}

const writeGraphicStroke = (stroke: GraphicStroke, writer: Writer): void => {
  const { lose, add } = writer
  const { graphic, placement } = stroke
  const { image, size, opacity } = iconOf(graphic, writer)
  const isMiddle = placement.length === 1 && placement[0] === 'centralPoint'
  if (!isMiddle && placement.join() !== 'interval')
    lose(
      'MARKER_PLACEMENT',
      'lost',
      `MapLibre cannot put symbols at '${placement.join("', '")}' of a line; they are put along it.`,
    )
  const height = fixedPixels(graphic.size, lose, 'the distance of symbols along a line') ?? DEFAULT_MARK_SIZE
  const gap = fixedPixels(stroke.gap, lose, 'the distance of symbols along a line') ?? 0
  add(
    'symbol',
    { 'icon-opacity': opacity },
    {
      'icon-image': image,
      'icon-size': size,
      'icon-rotate': graphic.rotation ? mapLibreNumber(graphic.rotation, lose) : undefined,
      'icon-offset': offsetOf(stroke.perpendicularOffset, lose),
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
      'icon-rotation-alignment': stroke.isRotated ? 'map' : 'viewport',
      'symbol-placement': isMiddle ? 'line-center' : 'line',
      'symbol-spacing': isMiddle ? undefined : Math.max(1, height + gap),
    },
  )
}

const offsetOf = (offset: Length | null, lose: Lose): MapLibreValue | undefined => {
  const number = fixedPixels(offset, lose, 'the offset of symbols along a line')
  return number === undefined || number === 0 ? undefined : [0, -number]
}

// Labels -----------------------------------------------------------------------------------------------------

const DEFAULT_FONT_SIZE = 10
/** What the server has when it lacks a font. */
const FALLBACK_FONT = 'DejaVu Sans'

const fontStack = ({ font }: TextSymbolizer): MapLibreValue => {
  const face = [
    font.weight === 'bold' ? 'Bold' : '',
    font.style === 'normal' ? '' : font.style === 'oblique' ? 'Oblique' : 'Italic',
  ]
    .filter(Boolean)
    .join(' ')
  const named = font.families.map((family) => `${family} ${face || 'Regular'}`)
  return [...new Set([...named, `${FALLBACK_FONT} ${face.replace('Italic', 'Oblique') || 'Regular'}`])]
}

const writeText = (symbolizer: TextSymbolizer, writer: Writer): void => {
  const { lose, add } = writer
  const { label, font, fill, halo, placement, background, priority, mayOverlap, vendorOptions } = symbolizer
  const text = mapLibreText(label, lose)
  if (text === undefined || text === '') return
  if (font.isUnderlined || font.isStruckThrough)
    lose('TEXT_DECORATION', 'lost', 'MapLibre cannot underline or strike through.')
  const icon = background ? iconOf(background, writer) : null
  if (icon)
    lose('LABEL_BACKGROUND', 'approximated', 'The shape behind a label is scaled to the text by MapLibre.')
  const size = toPixels(font.size, lose)
  const em = typeof size === 'number' && size > 0 ? size : DEFAULT_FONT_SIZE
  const wrap = Number(vendorOptions['autoWrap'] ?? Number.NaN)
  const rank = priority ? mapLibreNumber(priority, lose) : undefined
  add(
    'symbol',
    {
      'text-color': mapLibreColour(fill.color, lose) ?? '#000000',
      'text-opacity': opacityOf(fill.opacity, lose),
      'text-halo-width': halo ? toPixels(halo.radius, lose) : undefined,
      'text-halo-color': halo ? colourWithOpacity(halo.fill, lose) : undefined,
      'icon-opacity': icon?.opacity,
    },
    {
      'text-field': text,
      'text-font': fontStack(symbolizer),
      'text-size': size ?? DEFAULT_FONT_SIZE,
      'text-max-width': wrap > 0 ? wrap / em : 100,
      'text-allow-overlap': mayOverlap ? true : undefined,
      'text-ignore-placement': mayOverlap ? true : undefined,
      'icon-image': icon?.image,
      'icon-text-fit': icon ? 'both' : undefined,
      // MapLibre places what sorts first before the rest.
      'symbol-sort-key': rank === undefined ? undefined : multiplied(rank, -1),
      ...(placement.kind === 'point'
        ? pointLayout(placement, em, lose)
        : lineLayout(placement, symbolizer, em, lose)),
    },
  )
}

type PointPlacement = Extract<TextSymbolizer['placement'], { kind: 'point' }>
type LinePlacement = Extract<TextSymbolizer['placement'], { kind: 'line' }>

const rounded = (value: number) => Math.round(value * 1000) / 1000

const pointLayout = (
  { anchorPoint, displacement, rotation }: PointPlacement,
  em: number,
  lose: Lose,
): Said => {
  const x = fixedPixels(displacement?.x ?? null, lose, 'the displacement of labels') ?? 0
  const y = fixedPixels(displacement?.y ?? null, lose, 'the displacement of labels') ?? 0
  return {
    'text-anchor': anchorOf(anchorPoint, lose),
    'text-offset': x === 0 && y === 0 ? undefined : [rounded(x / em), rounded(y === 0 ? 0 : -y / em)],
    'text-rotate': rotation ? mapLibreNumber(rotation, lose) : undefined,
  }
}

const lineLayout = (
  placement: LinePlacement,
  { vendorOptions }: TextSymbolizer,
  em: number,
  lose: Lose,
): Said => {
  const offset = fixedPixels(placement.perpendicularOffset, lose, 'the offset of labels') ?? 0
  const gap = fixedPixels(placement.gap, lose, 'the distance of labels')
  const angle = Number(vendorOptions['maxAngleDelta'] ?? Number.NaN)
  if (!placement.isCurved)
    lose('STRAIGHT_LABEL', 'approximated', 'Labels along lines follow the bends in MapLibre.')
  return {
    'symbol-placement': placement.isRepeated ? 'line' : 'line-center',
    'symbol-spacing': placement.isRepeated && gap !== undefined ? Math.max(1, gap) : undefined,
    'text-rotation-alignment': placement.isAligned ? 'map' : 'viewport',
    'text-offset': offset === 0 ? undefined : [0, rounded(-offset / em)],
    'text-max-angle': angle > 0 ? angle : undefined,
    'text-keep-upright': vendorOptions['forceLeftToRight'] === 'false' ? false : undefined,
  }
}

// Rasters ----------------------------------------------------------------------------------------------------

const writeRaster = (
  { opacity, colorMap, channelSelection, shadedRelief }: RasterSymbolizer,
  { lose, add }: Writer,
) => {
  if (colorMap ?? channelSelection ?? shadedRelief)
    lose(
      'RASTER_COLOURS',
      'approximated',
      'MapLibre does not colour rasters; the layer shows tiles that the server has coloured by the style.',
    )
  const known = numberOf(opacity)
  add('raster', { 'raster-opacity': known })
}

const writers: SymbolizerWriters = {
  point: writePoint,
  line: writeLine,
  polygon: writePolygon,
  text: writeText,
  raster: writeRaster,
}
