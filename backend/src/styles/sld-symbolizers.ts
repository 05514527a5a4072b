/** Reads the five symbolizers of SLD. What a symbolizer's options say and the model has a place for is put there. */
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import { quoted } from './finding.ts'
import {
  type AnchorPoint,
  type ChannelSelection,
  type ColorMap,
  type ColorMapEntry,
  type ContrastEnhancement,
  type ContrastMethod,
  type Font,
  type LabelPlacement,
  type LengthUnit,
  literal,
  numberOf,
  pixels,
  plainStroke,
  type SelectedChannel,
  type ShadedRelief,
  type Symbolizer,
} from './model.ts'
import { readExpression, readValue } from './sld-expression.ts'
import { defaultGraphic, readFill, readGraphic, readSolid, readStroke } from './sld-graphics.ts'
import { type SldNotes, warnOfUnread } from './sld-notes.ts'
import {
  parametersOf,
  readAnchorPoint,
  readDisplacement,
  readLength,
  readLiteralColour,
  readNumber,
  readOpacity,
  readUnit,
  source,
  vendorOptionsOf,
} from './sld-values.ts'

type Options = Record<string, string>
type Read = (element: XmlElement, unit: LengthUnit, options: Options, notes: SldNotes) => Symbolizer

const readGeometry = (element: XmlElement, notes: SldNotes) => {
  const geometry = firstChild(element, 'Geometry')
  const [content] = geometry ? childElements(geometry) : []
  if (!content) return null
  const value = readExpression(content, notes)
  if (value.kind === 'function')
    notes.warn(
      'GEOMETRY_EXPRESSION',
      content,
      `The geometry is computed by ${quoted(value.name)}; other programs than the server may draw it where the feature is.`,
    )
  return value
}

const common = ['Geometry', 'VendorOption', 'Name', 'Description', 'BaseSymbolizer', 'Title', 'Abstract']

const base = (element: XmlElement, vendorOptions: Options, notes: SldNotes) => ({
  geometry: readGeometry(element, notes),
  opacity: null,
  vendorOptions,
})

/** Options that are taken are removed, and what remains is `vendorOptions`; so they are read before. */
const readPoint: Read = (element, unit, options, notes) => {
  warnOfUnread(element, [...common, 'Graphic'], notes)
  const graphic = readGraphic(firstChild(element, 'Graphic'), unit, notes)
  return {
    kind: 'point',
    ...base(element, options, notes),
    graphic: graphic ?? defaultGraphic(),
  }
}

const readLine: Read = (element, unit, options, notes) => {
  warnOfUnread(element, [...common, 'Stroke', 'PerpendicularOffset'], notes)
  const strokeElement = firstChild(element, 'Stroke')
  const stroke = strokeElement
    ? readStroke(strokeElement, unit, options, notes)
    : plainStroke(literal('#000000'))
  return {
    kind: 'line',
    ...base(element, options, notes),
    stroke,
    perpendicularOffset: readLength(source(element, 'PerpendicularOffset'), unit, notes, {
      mayBeNegative: true,
    }),
  }
}

const readPolygon: Read = (element, unit, options, notes) => {
  warnOfUnread(element, [...common, 'Fill', 'Stroke', 'Displacement', 'PerpendicularOffset'], notes)
  const fillElement = firstChild(element, 'Fill')
  const strokeElement = firstChild(element, 'Stroke')
  const fill = fillElement ? readFill(fillElement, unit, options, notes) : null
  const stroke = strokeElement ? readStroke(strokeElement, unit, options, notes) : null
  return {
    kind: 'polygon',
    ...base(element, options, notes),
    fill,
    stroke,
    displacement: readDisplacement(element, unit, notes),
    perpendicularOffset: readLength(source(element, 'PerpendicularOffset'), unit, notes, {
      mayBeNegative: true,
    }),
  }
}

// Labels -----------------------------------------------------------------------------------------------------

const take = (options: Options, name: string): string | undefined => {
  const value = options[name]
  delete options[name]
  return value
}
const isTrue = (text: string | undefined) => text?.toLowerCase() === 'true' || text === '1' || text === 'yes'

const readFont = (
  element: XmlElement | undefined,
  unit: LengthUnit,
  options: Options,
  notes: SldNotes,
): Font => {
  const known = ['font-family', 'font-size', 'font-style', 'font-weight', 'font-color']
  const parameters = parametersOf(element, known, notes)
  const families = element
    ? childElements(element)
        .filter((one) => attributeOf(one, 'name') === 'font-family')
        .flatMap((one) => {
          const value = readValue(one, notes)
          if (value?.kind === 'literal') return String(value.value).split(',')
          if (value)
            notes.warn(
              'UNSUPPORTED_EXPRESSION',
              one,
              'A font is computed; the label is drawn in another font.',
            )
          return []
        })
        .map((name) => name.trim().replace(/^["']|["']$/g, ''))
        .filter(Boolean)
    : []
  const word = (name: string): string => {
    const from = parameters.get(name)
    const value = from && readValue(from.element, notes)
    return value?.kind === 'literal' ? String(value.value).trim().toLowerCase() : ''
  }
  const style = word('font-style')
  const weight = word('font-weight')
  return {
    families,
    size: readLength(parameters.get('font-size'), unit, notes),
    style: style === 'italic' || style === 'oblique' ? style : 'normal',
    weight: weight.startsWith('bold') || Number(weight) >= 600 ? 'bold' : 'normal',
    isUnderlined: isTrue(take(options, 'underlineText')),
    isStruckThrough: isTrue(take(options, 'strikethroughText')),
  }
}

const readLabelAnchor = (point: XmlElement | undefined, notes: SldNotes): AnchorPoint | null => {
  const anchor = readAnchorPoint(point, notes.labelAnchor, notes) ?? notes.labelAnchor
  return numberOf(anchor.x) === 0.5 && numberOf(anchor.y) === 0.5 ? null : anchor
}

const readPlacement = (
  element: XmlElement | undefined,
  unit: LengthUnit,
  options: Options,
  notes: SldNotes,
): LabelPlacement => {
  const line = element && firstChild(element, 'LinePlacement')
  if (!line) {
    const point = element && firstChild(element, 'PointPlacement')
    return {
      kind: 'point',
      anchorPoint: readLabelAnchor(point, notes),
      displacement: readDisplacement(point, unit, notes),
      rotation: readNumber(source(point, 'Rotation'), notes),
    }
  }
  const length = (local: string) => readLength(source(line, local), unit, notes, { mayBeNegative: true })
  const said = (...locals: string[]) =>
    locals.map((local) => firstChild(line, local)?.text.trim()).find((text) => text !== undefined)
  const repeat = Number(take(options, 'repeat') ?? 0)
  const gap = length('Gap')
  return {
    kind: 'line',
    perpendicularOffset: length('PerpendicularOffset'),
    isCurved: isTrue(take(options, 'followLine')),
    isRepeated: isTrue(said('IsRepeated', 'Repeat')) || repeat > 0,
    initialGap: length('InitialGap'),
    gap: gap ?? (repeat > 0 ? pixels(repeat) : null),
    isAligned: said('IsAligned') === undefined || isTrue(said('IsAligned')),
    generalizeLine: isTrue(said('GeneralizeLine')),
  }
}

const readText: Read = (element, unit, options, notes) => {
  const children = ['Label', 'Font', 'LabelPlacement', 'Halo', 'Fill', 'Graphic', 'Priority']
  warnOfUnread(element, [...common, ...children], notes)
  const label = firstChild(element, 'Label')
  const halo = firstChild(element, 'Halo')
  const font = readFont(firstChild(element, 'Font'), unit, options, notes)
  const placement = readPlacement(firstChild(element, 'LabelPlacement'), unit, options, notes)
  const conflict = options['conflictResolution']
  if (conflict !== undefined) delete options['conflictResolution']
  const background = readGraphic(firstChild(element, 'Graphic'), unit, notes)
  return {
    kind: 'text',
    ...base(element, options, notes),
    label: (label && readValue(label, notes)) ?? literal(''),
    font,
    fill: readSolid(firstChild(element, 'Fill'), '#000000', notes),
    halo: halo
      ? {
          radius: readLength(source(halo, 'Radius'), unit, notes) ?? { value: literal(1), unit },
          fill: readSolid(firstChild(halo, 'Fill'), '#ffffff', notes),
        }
      : null,
    placement,
    background,
    priority: readNumber(source(element, 'Priority'), notes),
    mayOverlap: conflict?.toLowerCase() === 'false',
  }
}

// Rasters ----------------------------------------------------------------------------------------------------

const contrastMethods: Record<string, ContrastMethod> = {
  Normalize: 'normalize',
  Histogram: 'histogram',
  Logarithmic: 'logarithmic',
  Exponential: 'exponential',
}

const finite = (text: string | undefined): number | null => {
  const number = Number(text === undefined || text.trim() === '' ? Number.NaN : text)
  return Number.isFinite(number) ? number : null
}

const readContrast = (parent: XmlElement, notes: SldNotes): ContrastEnhancement | null => {
  const element = firstChild(parent, 'ContrastEnhancement')
  if (!element) return null
  warnOfUnread(element, [...Object.keys(contrastMethods), 'GammaValue', 'VendorOption'], notes)
  const chosen = childElements(element).find(({ name }) => Object.hasOwn(contrastMethods, name.local))
  const options = { ...vendorOptionsOf(element), ...(chosen ? vendorOptionsOf(chosen) : {}) }
  const gamma = readNumber(source(element, 'GammaValue'), notes)
  const found: ContrastEnhancement = {
    method: chosen ? (contrastMethods[chosen.name.local] ?? null) : null,
    algorithm: options['algorithm'] ?? null,
    minimum: finite(options['minValue']),
    maximum: finite(options['maxValue']),
    gamma: numberOf(gamma) ?? null,
  }
  return Object.values(found).every((value) => value === null) ? null : found
}

const readChannel = (element: XmlElement, notes: SldNotes): SelectedChannel => {
  const name = firstChild(element, 'SourceChannelName')
  const value = name ? readValue(name, notes) : null
  if (value && value.kind !== 'literal')
    notes.warn(
      'UNSUPPORTED_EXPRESSION',
      element,
      'A band is chosen by an expression; the first band is used.',
    )
  return {
    sourceChannelName: value?.kind === 'literal' ? String(value.value).trim() : '1',
    contrastEnhancement: readContrast(element, notes),
  }
}

const readChannels = (element: XmlElement | undefined, notes: SldNotes): ChannelSelection | null => {
  if (!element) return null
  const channel = (local: string) => {
    const found = firstChild(element, local)
    return found ? readChannel(found, notes) : null
  }
  const gray = channel('GrayChannel')
  if (gray) return { kind: 'gray', gray }
  const [red, green, blue] = [channel('RedChannel'), channel('GreenChannel'), channel('BlueChannel')]
  if (red && green && blue) return { kind: 'rgb', red, green, blue }
  if (red ?? green ?? blue)
    notes.warn(
      'CHANNEL_MISSING',
      element,
      'Of red, green and blue one is missing; the raster is drawn as it is.',
    )
  return null
}

const readQuantity = (text: string | undefined): ColorMapEntry['quantity'] | undefined => {
  const quantity = text?.trim()
  if (quantity === undefined || quantity === '') return null
  if (/^\+?inf(inity)?$/i.test(quantity)) return 'inf'
  if (/^-inf(inity)?$/i.test(quantity)) return '-inf'
  return Number.isFinite(Number(quantity)) ? Number(quantity) : undefined
}

const readEntry = (element: XmlElement, notes: SldNotes): ColorMapEntry[] => {
  const quantity = readQuantity(attributeOf(element, 'quantity'))
  const written = attributeOf(element, 'color') ?? ''
  const isComputed = [written, attributeOf(element, 'quantity')].some((text) => text?.includes('${'))
  if (isComputed) {
    notes.warn('UNSUPPORTED_EXPRESSION', element, 'An entry of a colour map is computed; it is left out.')
    return []
  }
  const colour = readLiteralColour(written, { element, what: 'color' }, notes)
  if (quantity === undefined)
    notes.refuse(
      'SLD_BAD_NUMBER',
      element,
      `'quantity' is ${quoted(attributeOf(element, 'quantity') ?? '')}; expected a number, or inf.`,
    )
  if (quantity === null)
    notes.warn('COLORMAP_NO_QUANTITY', element, 'A colour has no quantity; nothing is drawn in it.')
  if (!colour || quantity === undefined) return []
  const opacity = finite(attributeOf(element, 'opacity'))
  if (opacity !== null && (opacity < 0 || opacity > 1))
    notes.warn('OPACITY_RANGE', element, `'opacity' is ${opacity}; opacity goes from 0 to 1.`)
  return [
    {
      quantity,
      color: colour.color,
      opacity: Math.min(1, Math.max(0, opacity ?? colour.alpha ?? 1)),
      label: attributeOf(element, 'label') ?? null,
    },
  ]
}

/** SE 1.1 writes the map as a function of the raster's values. */
const readColourFunction = (element: XmlElement, notes: SldNotes): ColorMap | null => {
  const categorize = firstChild(element, 'Categorize')
  const interpolate = firstChild(element, 'Interpolate')
  const entry = (quantity: ColorMapEntry['quantity'], from: XmlElement): ColorMapEntry[] => {
    const colour = readLiteralColour(from.text, { element: from, what: 'Value' }, notes)
    return colour ? [{ quantity, color: colour.color, opacity: colour.alpha ?? 1, label: null }] : []
  }
  if (categorize) {
    const values = childElements(categorize, 'Value')
    const thresholds = childElements(categorize, 'Threshold').map((one) => readQuantity(one.text) ?? null)
    return {
      type: 'intervals',
      entries: values.flatMap((value, index) => entry(thresholds[index] ?? 'inf', value)),
    }
  }
  if (!interpolate) return null
  return {
    type: 'ramp',
    entries: childElements(interpolate, 'InterpolationPoint').flatMap((point) => {
      const value = firstChild(point, 'Value')
      return value ? entry(readQuantity(firstChild(point, 'Data')?.text) ?? null, value) : []
    }),
  }
}

const readColorMap = (element: XmlElement | undefined, notes: SldNotes): ColorMap | null => {
  if (!element) return null
  warnOfUnread(element, ['ColorMapEntry', 'Categorize', 'Interpolate'], notes)
  const ofFunction = readColourFunction(element, notes)
  if (ofFunction) return ofFunction
  const type = attributeOf(element, 'type') ?? 'ramp'
  if (!['ramp', 'intervals', 'values'].includes(type))
    notes.warn('UNKNOWN_VALUE', element, `The type of a colour map is ${quoted(type)}; it is read as a ramp.`)
  return {
    type: type === 'intervals' || type === 'values' ? type : 'ramp',
    entries: childElements(element, 'ColorMapEntry').flatMap((entry) => readEntry(entry, notes)),
  }
}

const readRelief = (element: XmlElement | undefined, notes: SldNotes): ShadedRelief | null => {
  if (!element) return null
  const options = vendorOptionsOf(element)
  const factor = readNumber(source(element, 'ReliefFactor'), notes)
  return {
    brightnessOnly: isTrue(firstChild(element, 'BrightnessOnly')?.text.trim()),
    reliefFactor: numberOf(factor) ?? 1,
    azimuth: finite(options['azimuth']),
    altitude: finite(options['altitude']),
    isMultidirectional: isTrue(options['multidirectional']),
  }
}

const readRaster: Read = (element, _unit, options, notes) => {
  const children = [
    'Opacity',
    'ChannelSelection',
    'ColorMap',
    'ContrastEnhancement',
    'ShadedRelief',
    'OverlapBehavior',
  ]
  warnOfUnread(element, [...common, ...children], notes)
  return {
    kind: 'raster',
    ...base(element, options, notes),
    opacity: readOpacity(source(element, 'Opacity'), notes),
    channelSelection: readChannels(firstChild(element, 'ChannelSelection'), notes),
    colorMap: readColorMap(firstChild(element, 'ColorMap'), notes),
    contrastEnhancement: readContrast(element, notes),
    shadedRelief: readRelief(firstChild(element, 'ShadedRelief'), notes),
  }
}

const readers: Record<string, Read> = {
  PointSymbolizer: readPoint,
  LineSymbolizer: readLine,
  PolygonSymbolizer: readPolygon,
  TextSymbolizer: readText,
  RasterSymbolizer: readRaster,
}

/** null for an element that is no symbolizer we know. */
export const readSymbolizer = (element: XmlElement, notes: SldNotes): Symbolizer | null => {
  const { local } = element.name
  const read = Object.hasOwn(readers, local) ? readers[local] : undefined
  if (!read) return null
  const options = vendorOptionsOf(element)
  for (const name of Object.keys(options))
    if (!knownOptions.test(name))
      notes.warn(
        'UNSUPPORTED_VENDOR_OPTION',
        element,
        `The option ${quoted(name)} is not known here; it is kept with the style and has no effect.`,
      )
  return read(element, readUnit(element, notes), options, notes)
}

/** Of GeoServer and QGIS; kept by name, drawn as far as the painter goes. */
const knownOptions =
  /^(placement|labelPlaces|labelSide|overCentroid|rotateMarker|graphic-margin|distance|maxDisplacement|followLine|maxAngleDelta|repeat|conflictResolution|forceLeftToRight|group|labelAllGroup|labelObstacle|underlineText|strikethroughText|graphic-resize|autoWrap|spaceAround|goodnessOfFit|polygonAlign|partials|labelPriority|widthHeightFactor|algorithm|minValue|maxValue|altitude|azimuth|multidirectional|allowOverruns|minGroupDistance|charSpacing|wordSpacing|removeOverlaps|composite|composite-base|sortBy|sortByGroup|ruleEvaluation|random|random-[a-z-]{1,20}|inclusion|renderingBuffer|fontShrinkSizeMin|graphicPlacement|displacementMode|underlineOffset)$/
