/**
 * The one model of a style: what readers (SLD, QML) make and what writers (SLD, MapLibre) and the painter take. It has the
 * meaning of Symbology Encoding 1.1 and its words; whatever dialect a file was written in is undone by its reader.
 *
 * Conventions that hold everywhere: order is painting order, first below; angles are degrees, clockwise; x goes right and
 * y goes up; an offset is positive to the left of a line's direction and outwards of a polygon; a pixel is 0.28 mm.
 * It holds JSON values only: `null` for "not said", never `undefined`.
 */

/** Raised when a stored model can no longer be read by the code; then it is made again from the file it came from. */
export const STYLE_MODEL_VERSION = 1

// Expressions ------------------------------------------------------------------------------------------------

export type LiteralValue = string | number | boolean | null

export type Literal = { kind: 'literal'; value: LiteralValue }

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type SpatialOperator =
  | 'BBOX'
  | 'Equals'
  | 'Disjoint'
  | 'Touches'
  | 'Within'
  | 'Overlaps'
  | 'Crosses'
  | 'Intersects'
  | 'Contains'
  | 'DWithin'
  | 'Beyond'

/**
 * A value or a condition. Literals in filters may be text that means a number ('5'): text and number are compared as
 * numbers when both read as one, else as text. A comparison with null is not true; `null` asks for it.
 */
export type Expression =
  | Literal
  | { kind: 'property'; name: string }
  | { kind: 'arithmetic'; operator: '+' | '-' | '*' | '/' | '%' | '^'; left: Expression; right: Expression }
  /**
   * By name, in the words of SE (Recode, Categorize, Interpolate, Concatenate …), GeoServer or QGIS; `options` are the
   * attributes SE gives its own functions (fallbackValue, mode, method …).
   */
  | { kind: 'function'; name: string; arguments: Expression[]; options: Record<string, string> }
  | {
      kind: 'comparison'
      operator: ComparisonOperator
      left: Expression
      right: Expression
      matchCase: boolean
    }
  | {
      kind: 'like'
      value: Expression
      pattern: string
      wildCard: string
      singleChar: string
      escapeChar: string
      matchCase: boolean
    }
  | { kind: 'between'; value: Expression; lower: Expression; upper: Expression }
  | { kind: 'null'; value: Expression }
  | { kind: 'in'; value: Expression; values: Expression[] }
  | { kind: 'and'; operands: Expression[] }
  | { kind: 'or'; operands: Expression[] }
  | { kind: 'not'; operand: Expression }
  | {
      kind: 'spatial'
      operator: SpatialOperator
      /** The geometry that is tested; null for the feature's own. */
      geometry: Expression | null
      other: Expression | GeometryLiteral
      distance: { value: number; unit: string } | null
    }
  | { kind: 'feature-ids'; ids: string[] }
  /** What no reader could translate, in its own words; nobody can evaluate it, so it is never true and has no value. */
  | { kind: 'foreign'; language: string; text: string }

/** Coordinates as they were written; `crs` as the file names it, null when it does not. */
export type GeometryLiteral = { kind: 'geometry'; wkt: string; crs: string | null }

// Lengths ----------------------------------------------------------------------------------------------------

/** `metre` and `foot` are lengths on the ground, `map-unit` is the unit of the map's coordinate system. */
export type LengthUnit = 'pixel' | 'millimetre' | 'metre' | 'foot' | 'map-unit'

export type Length = { value: Expression; unit: LengthUnit }

export type Displacement = { x: Length; y: Length }

/** Fractions of width and height from the lower left corner. */
export type AnchorPoint = { x: Expression; y: Expression }

// Colours, strokes, fills ------------------------------------------------------------------------------------

export type Solid = {
  kind: 'solid'
  /** Literals are '#rrggbb' in lower case. */
  color: Expression
  /** 0 to 1; null is 1. */
  opacity: Expression | null
}

export type GraphicFill = {
  kind: 'graphic'
  graphic: Graphic
  /** Room around each graphic: the tile is the graphic and its margins. */
  margin: { top: Length; right: Length; bottom: Length; left: Length } | null
  /** Moves every second row (y) or column (x) of graphics. */
  stagger: Displacement | null
  opacity: Expression | null
}

/** Parallel lines. SLD writes them as a graphic fill with the mark `horline`. */
export type HatchFill = {
  kind: 'hatch'
  /** 0 is horizontal. */
  rotation: Expression | null
  /** From line to line, perpendicular to them. */
  distance: Length
  /** Across the lines, to the right of their direction: downwards where they are level. */
  offset: Length | null
  stroke: Stroke
}

/** A bitmap of 8×8 device pixels as Qt draws it; never scaled. */
export type BrushFill = {
  kind: 'brush'
  name: BrushName
  color: Expression
  opacity: Expression | null
}

export const brushNames = [
  'dense1',
  'dense2',
  'dense3',
  'dense4',
  'dense5',
  'dense6',
  'dense7',
  'horizontal',
  'vertical',
  'cross',
  'backward-diagonal',
  'forward-diagonal',
  'diagonal-cross',
] as const
export type BrushName = (typeof brushNames)[number]

export type Fill = Solid | GraphicFill | HatchFill | BrushFill

export type LineJoin = 'mitre' | 'round' | 'bevel'
export type LineCap = 'butt' | 'round' | 'square'

export type MarkerPlacement =
  | 'interval'
  | 'vertex'
  | 'innerVertices'
  | 'firstPoint'
  | 'lastPoint'
  | 'centralPoint'
  | 'segmentCenter'
  | 'curvePoint'

/** A graphic repeated along the line. */
export type GraphicStroke = {
  graphic: Graphic
  placement: MarkerPlacement[]
  /** Between the end of one graphic and the beginning of the next; negative when they overlap. */
  gap: Length | null
  /** From the start of the line to the beginning of the first graphic. */
  initialGap: Length | null
  /** Whether the graphic turns with the line. */
  isRotated: boolean
  perpendicularOffset: Length | null
}

export type Stroke = {
  color: Expression
  /** 0 to 1; null is 1. */
  opacity: Expression | null
  /** null is 1 px; 0 is the thinnest line there is. */
  width: Length | null
  /** null leaves it to whoever draws; SE says nothing. */
  lineJoin: LineJoin | null
  lineCap: LineCap | null
  dashArray: Length[] | null
  dashOffset: Length | null
  /** Drawn instead of the coloured line. */
  graphicStroke: GraphicStroke | null
  /** The line is filled with it instead of with a colour. */
  graphicFill: GraphicFill | null
}

// Graphics ---------------------------------------------------------------------------------------------------

export type Mark = {
  kind: 'mark'
  /** A name of `marks.ts`, or `wkt://…`; literal mostly. */
  wellKnownName: Expression
  fill: Fill | null
  stroke: Stroke | null
}

export type FontMark = {
  kind: 'font-mark'
  fontFamily: string
  /** One character. */
  character: Expression
  fill: Fill | null
  stroke: Stroke | null
}

/** Where the picture is. Only `data`, `package` and `library` are ever drawn; nothing is fetched. */
export type GraphicSource =
  | { kind: 'data'; mediaType: string; base64: string }
  /** A file that came with the style. */
  | { kind: 'package'; name: string }
  /** A name in the symbol library of the deployment: 'gpsicons/plane.svg'. */
  | { kind: 'library'; name: string }
  /** On another computer. */
  | { kind: 'elsewhere'; href: string }

export type ExternalGraphic = {
  kind: 'external-graphic'
  source: GraphicSource
  /** Media type; null when the file does not say. */
  format: string | null
  /** `param(…)` values of SVG: fill, fill-opacity, outline, outline-width … */
  parameters: Record<string, string>
}

export type GraphicContent = Mark | FontMark | ExternalGraphic

export type Graphic = {
  /** In order of preference: the first that can be drawn is. */
  contents: GraphicContent[]
  /** Height; null is the picture's own size, and 6 px for a mark. */
  size: Length | null
  /** Width by height; null keeps the shape's own. */
  aspectRatio: number | null
  opacity: Expression | null
  rotation: Expression | null
  /** null is the middle. */
  anchorPoint: AnchorPoint | null
  displacement: Displacement | null
}

// Symbolizers ------------------------------------------------------------------------------------------------

type SymbolizerBase = {
  /** What is drawn instead of the feature's geometry: a property, or a function such as `centroid`. */
  geometry: Expression | null
  /** Of all that the symbolizer draws, together; null is 1. */
  opacity: Expression | null
  /** GeoServer's and QGIS's options by their names, as far as no other member of the model says them. */
  vendorOptions: Record<string, string>
}

/** On lines and polygons it is drawn at their middle. */
export type PointSymbolizer = SymbolizerBase & { kind: 'point'; graphic: Graphic }

export type LineSymbolizer = SymbolizerBase & {
  kind: 'line'
  stroke: Stroke
  perpendicularOffset: Length | null
}

export type PolygonSymbolizer = SymbolizerBase & {
  kind: 'polygon'
  fill: Fill | null
  stroke: Stroke | null
  displacement: Displacement | null
  perpendicularOffset: Length | null
}

export type Font = {
  /** In order of preference; may be empty. */
  families: string[]
  size: Length | null
  style: 'normal' | 'italic' | 'oblique'
  weight: 'normal' | 'bold'
  isUnderlined: boolean
  isStruckThrough: boolean
}

export type Halo = { radius: Length; fill: Solid }

export type LabelPlacement =
  | {
      kind: 'point'
      anchorPoint: AnchorPoint | null
      displacement: Displacement | null
      rotation: Expression | null
    }
  | {
      kind: 'line'
      perpendicularOffset: Length | null
      /** The letters follow the line's bends; else the label is straight. */
      isCurved: boolean
      isRepeated: boolean
      initialGap: Length | null
      /** From label to label when repeated. */
      gap: Length | null
      /** Turned with the line; else level. */
      isAligned: boolean
      generalizeLine: boolean
    }

export type TextSymbolizer = SymbolizerBase & {
  kind: 'text'
  label: Expression
  font: Font
  fill: Solid
  halo: Halo | null
  placement: LabelPlacement
  /** Drawn below the text. */
  background: Graphic | null
  /** Higher is placed first; null is 1000. */
  priority: Expression | null
  /** Whether the label may be drawn over others. */
  mayOverlap: boolean
}

export type ContrastMethod = 'normalize' | 'histogram' | 'logarithmic' | 'exponential'

/**
 * StretchToMinimumMaximum maps minimum…maximum to 0…255, and what lies outside to the ends; ClipToZero makes what lies
 * outside 0; ClipToMinimumMaximum leaves values alone and what lies outside undrawn.
 */
export type ContrastEnhancement = {
  method: ContrastMethod | null
  algorithm: string | null
  minimum: number | null
  maximum: number | null
  gamma: number | null
}

export type SelectedChannel = {
  /** A band's number from 1, or its name. */
  sourceChannelName: string
  contrastEnhancement: ContrastEnhancement | null
}

export type ChannelSelection =
  | { kind: 'gray'; gray: SelectedChannel }
  | { kind: 'rgb'; red: SelectedChannel; green: SelectedChannel; blue: SelectedChannel }

export type ColorMapEntry = {
  /** 'inf' and '-inf' are open ends; null when a hand-written file leaves it out. */
  quantity: number | 'inf' | '-inf' | null
  color: string
  opacity: number
  label: string | null
}

export type ColorMap = {
  /** `ramp` blends between quantities, `intervals` colours up to the quantity, `values` equal ones only. */
  type: 'ramp' | 'intervals' | 'values'
  /** In order of quantity, as written. */
  entries: ColorMapEntry[]
}

export type ShadedRelief = {
  brightnessOnly: boolean
  reliefFactor: number
  /** Degrees; null leaves it to whoever draws (315, 45). */
  azimuth: number | null
  altitude: number | null
  isMultidirectional: boolean
}

export type RasterSymbolizer = SymbolizerBase & {
  kind: 'raster'
  channelSelection: ChannelSelection | null
  colorMap: ColorMap | null
  contrastEnhancement: ContrastEnhancement | null
  shadedRelief: ShadedRelief | null
}

export type Symbolizer =
  | PointSymbolizer
  | LineSymbolizer
  | PolygonSymbolizer
  | TextSymbolizer
  | RasterSymbolizer
export type SymbolizerKind = Symbolizer['kind']

// Rules ------------------------------------------------------------------------------------------------------

export type Rule = {
  name: string | null
  title: string | null
  abstract: string | null
  /** `all` draws every feature, `else` those that no other rule of the pass that is in scale draws. */
  applies: { kind: 'all' } | { kind: 'else' } | { kind: 'filter'; filter: Expression }
  /** Drawn at minimum ≤ scale denominator < maximum. */
  minScaleDenominator: number | null
  maxScaleDenominator: number | null
  legendGraphic: Graphic | null
  symbolizers: Symbolizer[]
}

/** A pass: all features are drawn with it before the next begins. */
export type FeatureTypeStyle = {
  name: string | null
  title: string | null
  vendorOptions: Record<string, string>
  rules: Rule[]
}

export type Style = {
  modelVersion: typeof STYLE_MODEL_VERSION
  name: string | null
  title: string | null
  abstract: string | null
  /** Of the whole layer; null is 1. */
  opacity: number | null
  featureTypeStyles: FeatureTypeStyle[]
}

// Making it --------------------------------------------------------------------------------------------------

export const literal = (value: LiteralValue): Literal => ({ kind: 'literal', value })

export const pixels = (value: number): Length => ({ value: literal(value), unit: 'pixel' })

/** Millimetres in a pixel (OGC 05-077r4). */
export const MILLIMETRES_PER_PIXEL = 0.28
export const METRES_PER_FOOT = 0.3048

export const literalOf = (expression: Expression | null | undefined): LiteralValue | undefined =>
  expression?.kind === 'literal' ? expression.value : undefined

/** A number that is known without a feature. */
export const numberOf = (expression: Expression | null | undefined): number | undefined => {
  const value = literalOf(expression)
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

export const noBase = { geometry: null, opacity: null, vendorOptions: {} }

export const plainGraphic = (contents: GraphicContent[], size: Length | null): Graphic => ({
  contents,
  size,
  aspectRatio: null,
  opacity: null,
  rotation: null,
  anchorPoint: null,
  displacement: null,
})

export const plainStroke = (color: Expression, width: Length | null = null): Stroke => ({
  color,
  opacity: null,
  width,
  lineJoin: null,
  lineCap: null,
  dashArray: null,
  dashOffset: null,
  graphicStroke: null,
  graphicFill: null,
})

/** Draws every feature at every scale, as far as `more` does not say otherwise. */
export const plainRule = (symbolizers: Symbolizer[], more: Partial<Rule> = {}): Rule => ({
  name: null,
  title: null,
  abstract: null,
  applies: { kind: 'all' },
  minScaleDenominator: null,
  maxScaleDenominator: null,
  legendGraphic: null,
  symbolizers,
  ...more,
})
