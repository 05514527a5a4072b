/**
 * Writes the style model as SLD 1.1 (SE) or SLD 1.0, with the extensions that GeoServer and QGIS read in both. What the
 * format cannot say is returned as a loss.
 */
import { attributes, element, type Xml, type XmlValue, xml, xmlDocument } from '../xml/write.ts'
import type { StyleLoss } from './finding.ts'
import { commonUnit, lengthsIn, onScreen, scaled } from './lengths.ts'
import {
  type AnchorPoint,
  type BrushFill,
  type ChannelSelection,
  type ColorMap,
  type ContrastEnhancement,
  type ContrastMethod,
  type Displacement,
  type Expression,
  type ExternalGraphic,
  type FeatureTypeStyle,
  type Fill,
  type Font,
  type FontMark,
  type Graphic,
  type GraphicFill,
  type GraphicStroke,
  type HatchFill,
  type LabelPlacement,
  type Length,
  type LengthUnit,
  literal,
  type Mark,
  numberOf,
  plainGraphic,
  type Rule,
  type SelectedChannel,
  type ShadedRelief,
  type Solid,
  type Stroke,
  type Style,
  type Symbolizer,
} from './model.ts'
import { withOpacity } from './opacity.ts'
import { type ExpressionWriter, writeExpression, writeFilter, writeValue } from './sld-write-expression.ts'

export type SldVersion = '1.0.0' | '1.1.0'
export type SldWriting = { text: string; losses: StyleLoss[] }

export const writeSld = (
  style: Style,
  { version, layerName }: { version: SldVersion; layerName?: string },
): SldWriting => {
  const losses: StyleLoss[] = []
  const document = writeDocument(style, { version, layerName, losses })
  return { text: xmlDocument(document), losses: distinct(losses) }
}

const distinct = (losses: StyleLoss[]) => [
  ...new Map(losses.map((loss) => [JSON.stringify(loss), loss])).values(),
]

type Writer = ExpressionWriter & {
  /** An element of SE, or of SLD 1.0 where those have the same names. */
  tag: (local: string, content: XmlValue, attributes?: Record<string, string | number | undefined>) => Xml
  parameter: (name: string, value: Expression | null) => Xml | null
  /** Of the symbolizer that is being written. */
  unit: LengthUnit
  /** Written at the end of the symbolizer. */
  options: Map<string, string>
}

type Document = { version: SldVersion; layerName: string | undefined; losses: StyleLoss[] }

const createWriter = ({ version, losses }: Document, rule?: Rule): Writer => {
  const prefix = version === '1.1.0' ? 'se' : 'sld'
  const name = rule?.title ?? rule?.name ?? undefined
  const writer: Writer = {
    version,
    unit: 'pixel',
    options: new Map(),
    lose: (code, verdict, message) =>
      void losses.push({ code, verdict, message, ...(name === undefined ? {} : { rule: name }) }),
    tag: (local, content, given = {}) => element(`${prefix}:${local}`, given, content),
    parameter: (parameterName, value) =>
      value &&
      element(
        `${prefix}:${version === '1.1.0' ? 'SvgParameter' : 'CssParameter'}`,
        { name: parameterName },
        writeValue(value, writer),
      ),
  }
  return writer
}

const writeDocument = (style: Style, document: Document): Xml => {
  const writer = createWriter(document)
  const { tag } = writer
  const name = document.layerName ?? style.name ?? 'layer'
  return xml`<sld:StyledLayerDescriptor${attributes({
    version: document.version,
    'xmlns:sld': 'http://www.opengis.net/sld',
    'xmlns:se': document.version === '1.1.0' ? 'http://www.opengis.net/se' : null,
    'xmlns:ogc': 'http://www.opengis.net/ogc',
    'xmlns:gml': 'http://www.opengis.net/gml',
    'xmlns:xlink': 'http://www.w3.org/1999/xlink',
  })}><sld:NamedLayer>${tag('Name', name)}<sld:UserStyle>${[
    style.name === null ? null : tag('Name', style.name),
    described(style, writer),
    style.featureTypeStyles.map((pass) => writePass(pass, style.opacity, document)),
  ]}</sld:UserStyle></sld:NamedLayer></sld:StyledLayerDescriptor>`
}

const described = (
  { title, abstract = null }: { title: string | null; abstract?: string | null },
  { version, tag }: Writer,
): XmlValue => {
  const parts = [
    title === null ? null : tag('Title', title),
    abstract === null ? null : tag('Abstract', abstract),
  ]
  if (title === null && abstract === null) return null
  return version === '1.1.0' ? tag('Description', parts) : parts
}

const writeOptions = (options: Iterable<[string, string]>, { tag }: Writer): XmlValue =>
  [...options].map(([name, value]) => tag('VendorOption', value, { name }))

const writePass = (pass: FeatureTypeStyle, opacity: number | null, document: Document): Xml => {
  const writer = createWriter(document)
  return writer.tag('FeatureTypeStyle', [
    pass.name === null ? null : writer.tag('Name', pass.name),
    described(pass, writer),
    pass.rules.map((rule) => writeRule(rule, opacity, document)),
    writeOptions(Object.entries(pass.vendorOptions), writer),
  ])
}

const writeRule = (rule: Rule, opacity: number | null, document: Document): Xml => {
  const writer = createWriter(document, rule)
  const { tag } = writer
  const { applies } = rule
  return tag('Rule', [
    rule.name === null ? null : tag('Name', rule.name),
    described(rule, writer),
    rule.legendGraphic && tag('LegendGraphic', writeGraphic(rule.legendGraphic, writer)),
    applies.kind === 'filter' ? writeFilter(applies.filter, writer) : null,
    applies.kind === 'else' ? tag('ElseFilter', '') : null,
    rule.minScaleDenominator === null ? null : tag('MinScaleDenominator', rule.minScaleDenominator),
    rule.maxScaleDenominator === null ? null : tag('MaxScaleDenominator', rule.maxScaleDenominator),
    rule.symbolizers.map((symbolizer) => writeSymbolizer(symbolizer, opacity, document, rule)),
  ])
}

// Symbolizers ------------------------------------------------------------------------------------------------

const uoms: Partial<Record<LengthUnit, string>> = {
  metre: 'http://www.opengeospatial.org/se/units/metre',
  foot: 'http://www.opengeospatial.org/se/units/foot',
  'map-unit': 'http://www.opengeospatial.org/se/units/metre',
}

const elementNames: Record<Symbolizer['kind'], string> = {
  point: 'PointSymbolizer',
  line: 'LineSymbolizer',
  polygon: 'PolygonSymbolizer',
  text: 'TextSymbolizer',
  raster: 'RasterSymbolizer',
}

const writeSymbolizer = (
  given: Symbolizer,
  layerOpacity: number | null,
  document: Document,
  rule: Rule,
): Xml => {
  const symbolizer = withOpacity(given, layerOpacity)
  const unit = commonUnit(lengthsIn(symbolizer).map(onScreen))
  const writer = { ...createWriter(document, rule), unit }
  if (unit === 'map-unit')
    writer.lose(
      'MAP_UNIT',
      'approximated',
      'Sizes in map units are written as metres; that is the same where the map is in metres.',
    )
  for (const [name, value] of Object.entries(symbolizer.vendorOptions)) writer.options.set(name, value)
  const body = (writeBody[symbolizer.kind] as (one: Symbolizer, writer: Writer) => XmlValue)(
    symbolizer,
    writer,
  )
  if (document.version === '1.0.0' && (uoms[unit] || writer.options.size > 0))
    writer.lose(
      'SLD10_EXTENSION',
      'approximated',
      'Units and options are not part of SLD 1.0; they are written as GeoServer and QGIS read them, and other programs leave them out.',
    )
  return writer.tag(
    elementNames[symbolizer.kind],
    [
      symbolizer.geometry && writer.tag('Geometry', writeExpression(symbolizer.geometry, writer)),
      body,
      writeOptions(writer.options, writer),
    ],
    { uom: uoms[unit] },
  )
}

type BodyWriters = {
  [Kind in Symbolizer['kind']]: (symbolizer: Extract<Symbolizer, { kind: Kind }>, writer: Writer) => XmlValue
}

const writeBody: BodyWriters = {
  point: ({ graphic }, writer) => writeGraphic(graphic, writer),
  line: ({ stroke, perpendicularOffset }, writer) => [
    writeStroke(stroke, writer),
    writeLength('PerpendicularOffset', perpendicularOffset, writer),
  ],
  polygon: ({ fill, stroke, displacement, perpendicularOffset }, writer) => [
    fill && writeFill(fill, writer),
    stroke && writeStroke(stroke, writer),
    writeDisplacement(displacement, writer),
    writeLength('PerpendicularOffset', perpendicularOffset, writer),
  ],
  text: (symbolizer, writer) => {
    const { tag } = writer
    const { label, font, placement, halo, fill, background, priority, mayOverlap } = symbolizer
    if (mayOverlap) writer.options.set('conflictResolution', 'false')
    return [
      tag('Label', writeValue(label, writer)),
      writeFont(font, writer),
      tag('LabelPlacement', writePlacement(placement, writer)),
      halo && tag('Halo', [writeLength('Radius', halo.radius, writer), writeSolid(halo.fill, writer)]),
      writeSolid(fill, writer),
      background && writeGraphic(background, writer),
      writeIn('Priority', priority, writer),
    ]
  },
  raster: ({ opacity, channelSelection, colorMap, contrastEnhancement, shadedRelief }, writer) => [
    writeIn('Opacity', opacity, writer),
    channelSelection && writer.tag('ChannelSelection', writeChannels(channelSelection, writer)),
    colorMap && writeColorMap(colorMap, writer),
    contrastEnhancement && writeContrast(contrastEnhancement, writer),
    shadedRelief && writeRelief(shadedRelief, writer),
  ],
}

// Values -----------------------------------------------------------------------------------------------------

const writeIn = (local: string, value: Expression | null, writer: Writer): Xml | null =>
  value && writer.tag(local, writeValue(value, writer))

const suffixes: Record<LengthUnit, string> = {
  pixel: 'px',
  millimetre: 'mm',
  metre: 'm',
  foot: 'ft',
  'map-unit': 'm',
}

/** The number of a length in the symbolizer's unit; another unit is written behind the number, as GeoServer reads it. */
const inUnit = (length: Length, writer: Writer): Expression => {
  const { value, unit } = onScreen(length)
  const number = numberOf(value)
  if (unit === writer.unit || number === 0) return value
  writer.lose(
    'UNIT_MIXED',
    number === undefined ? 'lost' : 'approximated',
    'Sizes in several units are in one symbol; SLD has one unit for all, and only GeoServer reads another behind the number.',
  )
  return number === undefined ? value : literal(`${number}${suffixes[unit]}`)
}

const writeLength = (local: string, length: Length | null, writer: Writer): Xml | null =>
  length && writeIn(local, inUnit(length, writer), writer)

const lengthParameter = (name: string, length: Length | null, writer: Writer): Xml | null =>
  length && writer.parameter(name, inUnit(length, writer))

const writeDisplacement = (displacement: Displacement | null, writer: Writer): Xml | null =>
  displacement &&
  writer.tag('Displacement', [
    writeLength('DisplacementX', displacement.x, writer),
    writeLength('DisplacementY', displacement.y, writer),
  ])

const writeAnchorPoint = (anchor: AnchorPoint | null, writer: Writer): Xml | null =>
  anchor &&
  writer.tag('AnchorPoint', [
    writeIn('AnchorPointX', anchor.x, writer),
    writeIn('AnchorPointY', anchor.y, writer),
  ])

// Fills and strokes ------------------------------------------------------------------------------------------

const writeSolid = ({ color, opacity }: Solid, writer: Writer): Xml =>
  writer.tag('Fill', [writer.parameter('fill', color), writer.parameter('fill-opacity', opacity)])

const fillWriters: { [Kind in Fill['kind']]: (fill: Extract<Fill, { kind: Kind }>, writer: Writer) => Xml } =
  {
    solid: writeSolid,
    graphic: (fill, writer) => {
      writeMargin(fill, writer)
      if (fill.stagger)
        writer.lose(
          'STAGGER',
          'lost',
          'SLD cannot move every second row of a pattern; the rows are written straight.',
        )
      return writer.tag('Fill', [
        writer.tag('GraphicFill', writeGraphic(fill.graphic, writer)),
        writer.parameter('fill-opacity', fill.opacity),
      ])
    },
    hatch: (fill, writer) =>
      writer.tag('Fill', writer.tag('GraphicFill', writeGraphic(hatchGraphic(fill), writer))),
    brush: (fill, writer) => {
      writer.lose(
        'BRUSH',
        'approximated',
        'A pattern of pixels is written by the name QGIS gives it; other programs draw their own or none.',
      )
      return writer.tag('Fill', writer.tag('GraphicFill', writeGraphic(brushGraphic(fill), writer)))
    },
  }

const writeFill = (fill: Fill, writer: Writer): Xml =>
  (fillWriters[fill.kind] as (one: Fill, writer: Writer) => Xml)(fill, writer)

const writeMargin = ({ margin }: GraphicFill, writer: Writer) => {
  if (!margin) return
  const numbers = [margin.top, margin.right, margin.bottom, margin.left].map((length) =>
    numberOf(inUnit(length, writer)),
  )
  if (numbers.every((number) => number !== undefined)) writer.options.set('graphic-margin', numbers.join(' '))
  else
    writer.lose(
      'PATTERN_MARGIN',
      'lost',
      'SLD cannot compute the room between the symbols of a pattern; it is left out.',
    )
}

const hatchGraphic = ({ rotation, distance, offset, stroke }: HatchFill): Graphic => {
  const mark: Mark = { kind: 'mark', wellKnownName: literal('horline'), fill: null, stroke }
  const angle = ((numberOf(rotation) ?? 0) * Math.PI) / 180
  return {
    ...plainGraphic([mark], distance),
    rotation,
    displacement: offset && {
      x: { value: scaled(offset.value, -Math.sin(angle)), unit: offset.unit },
      y: { value: scaled(offset.value, -Math.cos(angle)), unit: offset.unit },
    },
  }
}

const brushMarks: Partial<Record<BrushFill['name'], string>> = {
  horizontal: 'horline',
  vertical: 'vertline',
  cross: 'cross',
  'backward-diagonal': 'slash',
  'forward-diagonal': 'backslash',
  'diagonal-cross': 'x',
}

const brushGraphic = ({ name, color, opacity }: BrushFill): Graphic => {
  const mark = brushMarks[name]
  return plainGraphic(
    [
      {
        kind: 'mark',
        wellKnownName: literal(mark ?? `brush://${name}`),
        fill: mark === undefined ? { kind: 'solid', color, opacity } : null,
        stroke: mark === undefined ? null : { ...emptyStroke, color, opacity },
      },
    ],
    null,
  )
}

const emptyStroke: Stroke = {
  color: literal('#000000'),
  opacity: null,
  width: null,
  lineJoin: null,
  lineCap: null,
  dashArray: null,
  dashOffset: null,
  graphicStroke: null,
  graphicFill: null,
}

const writeStroke = (stroke: Stroke, writer: Writer): Xml => {
  const { parameter, tag } = writer
  const { graphicFill, graphicStroke, lineJoin, lineCap } = stroke
  return tag('Stroke', [
    graphicFill && tag('GraphicFill', writeGraphic(graphicFill.graphic, writer)),
    graphicStroke && writeGraphicStroke(graphicStroke, writer),
    parameter('stroke', stroke.color),
    parameter('stroke-opacity', stroke.opacity),
    lengthParameter('stroke-width', stroke.width, writer),
    parameter('stroke-linejoin', lineJoin && literal(lineJoin)),
    parameter('stroke-linecap', lineCap && literal(lineCap)),
    parameter('stroke-dasharray', stroke.dashArray && dashesOf(stroke.dashArray, writer)),
    lengthParameter('stroke-dashoffset', stroke.dashOffset, writer),
  ])
}

const dashesOf = (dashes: Length[], writer: Writer): Expression => {
  const values = dashes.map((dash) => inUnit(dash, writer))
  const numbers = values.map(numberOf)
  if (numbers.every((number) => number !== undefined)) return literal(numbers.join(' '))
  return { kind: 'function', name: 'Concatenate', arguments: values, options: {} }
}

const writeGraphicStroke = (stroke: GraphicStroke, writer: Writer): Xml => {
  if (stroke.placement.join(' ') !== 'interval') writer.options.set('placement', stroke.placement.join(' '))
  if (!stroke.isRotated) writer.options.set('rotateMarker', '0')
  return writer.tag('GraphicStroke', [
    writeGraphic(stroke.graphic, writer),
    writeLength('InitialGap', stroke.initialGap, writer),
    writeLength('Gap', stroke.gap, writer),
    writeLength('PerpendicularOffset', stroke.perpendicularOffset, writer),
  ])
}

// Graphics ---------------------------------------------------------------------------------------------------

const writeGraphic = (graphic: Graphic, writer: Writer): Xml => {
  const { tag } = writer
  return tag('Graphic', [
    graphic.contents.map((content) =>
      content.kind === 'external-graphic' ? writeExternal(content, writer) : writeMark(content, writer),
    ),
    writeIn('Opacity', graphic.opacity, writer),
    writeLength('Size', graphic.size, writer),
    writeIn('Rotation', graphic.rotation, writer),
    writeAnchorPoint(graphic.anchorPoint, writer),
    writeDisplacement(graphic.displacement, writer),
    graphic.aspectRatio === null
      ? null
      : writeOptions([['widthHeightFactor', String(graphic.aspectRatio)]], writer),
  ])
}

const writeMark = (mark: Mark | FontMark, writer: Writer): Xml =>
  writer.tag('Mark', [
    writeFontResource(mark, writer) ?? writer.tag('WellKnownName', writeMarkName(mark, writer)),
    mark.fill && writeFill(mark.fill, writer),
    mark.stroke && writeStroke(mark.stroke, writer),
  ])

/** SE 1.1 has a form of its own for a letter of a font, which QGIS reads; GeoServer reads it from the name, as in 1.0. */
const writeFontResource = (mark: Mark | FontMark, { version, tag }: Writer): XmlValue => {
  if (version === '1.0.0' || mark.kind !== 'font-mark' || mark.character.kind !== 'literal') return null
  const [letter = '', ...others] = String(mark.character.value)
  if (letter === '' || others.length > 0) return null
  return [
    tag('OnlineResource', '', { 'xlink:type': 'simple', 'xlink:href': `ttf://${mark.fontFamily}` }),
    tag('Format', 'ttf'),
    tag('MarkIndex', letter.codePointAt(0)),
  ]
}

const writeMarkName = (mark: Mark | FontMark, writer: Writer): XmlValue => {
  if (mark.kind === 'mark') return writeValue(mark.wellKnownName, writer)
  const { character, fontFamily } = mark
  const font = `ttf://${fontFamily}#`
  if (character.kind === 'literal') return font + codeOf(String(character.value))
  const parts =
    character.kind === 'function' && character.name === 'Concatenate' ? character.arguments : [character]
  return [font, parts.map((part) => writeExpression(part, writer))]
}

/** One character as its code; what is longer was no code and stays. */
const codeOf = (character: string) =>
  [...character].length === 1
    ? `0x${(character.codePointAt(0) ?? 63).toString(16).toUpperCase().padStart(4, '0')}`
    : character

const besideNames: Record<string, string> = {
  fill: 'fill',
  'fill-opacity': 'fill-opacity',
  outline: 'stroke',
  'outline-width': 'stroke-width',
  'outline-opacity': 'stroke-opacity',
}

const writeExternal = ({ source, format, parameters }: ExternalGraphic, writer: Writer): XmlValue => {
  const { tag } = writer
  const name = source.kind === 'data' ? '' : source.kind === 'elsewhere' ? source.href : source.name
  const takesQuery = /\.svg$/i.test(name)
  const query = takesQuery ? String(new URLSearchParams(parameters)) : ''
  const href =
    source.kind === 'data'
      ? `data:${source.mediaType};base64,${source.base64}`
      : query
        ? `${name}?${query}`
        : name
  const beside = takesQuery ? [] : Object.entries(parameters)
  return [
    tag('ExternalGraphic', [
      tag('OnlineResource', '', { 'xlink:type': 'simple', 'xlink:href': href }),
      format === null ? null : tag('Format', format),
    ]),
    beside.map(([one, value]) => {
      const known = Object.hasOwn(besideNames, one) ? besideNames[one] : undefined
      return known === undefined ? null : writer.parameter(known, literal(value))
    }),
  ]
}

// Labels -----------------------------------------------------------------------------------------------------

const writeFont = (font: Font, writer: Writer): Xml | null => {
  if (font.isUnderlined) writer.options.set('underlineText', 'true')
  if (font.isStruckThrough) writer.options.set('strikethroughText', 'true')
  const parameters = [
    ...font.families.map((family) => writer.parameter('font-family', literal(family))),
    lengthParameter('font-size', font.size, writer),
    font.style === 'normal' ? null : writer.parameter('font-style', literal(font.style)),
    font.weight === 'normal' ? null : writer.parameter('font-weight', literal(font.weight)),
  ].filter((one) => one !== null)
  return parameters.length === 0 ? null : writer.tag('Font', parameters)
}

const writePlacement = (placement: LabelPlacement, writer: Writer): Xml => {
  const { tag } = writer
  if (placement.kind === 'point')
    return tag('PointPlacement', [
      // Written always: SLD 1.0, SE 1.1 and programs differ in what they take for granted.
      writeAnchorPoint(placement.anchorPoint ?? { x: literal(0.5), y: literal(0.5) }, writer),
      writeDisplacement(placement.displacement, writer),
      writeIn('Rotation', placement.rotation, writer),
    ])
  if (placement.isCurved) writer.options.set('followLine', 'true')
  const gap = placement.gap && numberOf(inUnit(placement.gap, writer))
  if (placement.isRepeated && gap && writer.unit === 'pixel') writer.options.set('repeat', String(gap))
  return tag('LinePlacement', [
    writeLength('PerpendicularOffset', placement.perpendicularOffset, writer),
    placement.isRepeated ? tag('IsRepeated', 'true') : null,
    writeLength('InitialGap', placement.initialGap, writer),
    writeLength('Gap', placement.gap, writer),
    placement.isAligned ? null : tag('IsAligned', 'false'),
    placement.generalizeLine ? tag('GeneralizeLine', 'true') : null,
  ])
}

// Rasters ----------------------------------------------------------------------------------------------------

const methodNames: Record<ContrastMethod, string> = {
  normalize: 'Normalize',
  histogram: 'Histogram',
  logarithmic: 'Logarithmic',
  exponential: 'Exponential',
}

const writeContrast = (contrast: ContrastEnhancement, writer: Writer): Xml => {
  const { tag } = writer
  const options = Object.entries({
    algorithm: contrast.algorithm,
    minValue: contrast.minimum,
    maxValue: contrast.maximum,
  }).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, String(value)]]))
  const written = writeOptions(options, writer)
  return tag('ContrastEnhancement', [
    contrast.method ? tag(methodNames[contrast.method], written) : written,
    contrast.gamma === null ? null : tag('GammaValue', contrast.gamma),
  ])
}

const writeChannels = (selection: ChannelSelection, writer: Writer): XmlValue => {
  const channel = (local: string, { sourceChannelName, contrastEnhancement }: SelectedChannel) =>
    writer.tag(local, [
      writer.tag('SourceChannelName', sourceChannelName),
      contrastEnhancement && writeContrast(contrastEnhancement, writer),
    ])
  if (selection.kind === 'gray') return channel('GrayChannel', selection.gray)
  return [
    channel('RedChannel', selection.red),
    channel('GreenChannel', selection.green),
    channel('BlueChannel', selection.blue),
  ]
}

/** As entries in both versions: no program we know reads the functions that SE has for it. */
const writeColorMap = ({ type, entries }: ColorMap, writer: Writer): Xml =>
  writer.tag(
    'ColorMap',
    entries.map(({ quantity, color, opacity, label }) =>
      writer.tag('ColorMapEntry', '', {
        color,
        quantity: quantity ?? undefined,
        label: label ?? undefined,
        opacity: opacity === 1 ? undefined : opacity,
      }),
    ),
    { type: type === 'ramp' ? undefined : type },
  )

const writeRelief = (relief: ShadedRelief, writer: Writer): Xml => {
  const options = Object.entries({
    altitude: relief.altitude,
    azimuth: relief.azimuth,
    multidirectional: relief.isMultidirectional ? 1 : null,
  }).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, String(value)]]))
  return writer.tag('ShadedRelief', [
    relief.brightnessOnly ? writer.tag('BrightnessOnly', 'true') : null,
    writer.tag('ReliefFactor', relief.reliefFactor),
    writeOptions(options, writer),
  ])
}
