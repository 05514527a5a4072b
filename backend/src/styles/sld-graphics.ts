/** Reads graphics, strokes and fills of SLD. */
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import { quoted } from './finding.ts'
import { hatchSide } from './lengths.ts'
import { isKnownMark } from './marks.ts'
import {
  type BrushFill,
  type BrushName,
  type Expression,
  type Fill,
  type FontMark,
  type Graphic,
  type GraphicContent,
  type GraphicFill,
  type GraphicSource,
  type GraphicStroke,
  type HatchFill,
  type Length,
  type LengthUnit,
  type LineCap,
  type LineJoin,
  literal,
  type Mark,
  type MarkerPlacement,
  numberOf,
  plainGraphic,
  plainStroke,
  type Solid,
  type Stroke,
} from './model.ts'
import { concatenate, readValue } from './sld-expression.ts'
import { type SldNotes, warnOfUnread } from './sld-notes.ts'
import {
  parametersOf,
  readAnchorPoint,
  readDisplacement,
  readLength,
  readNumber,
  readOpacity,
  readPaint,
  type Source,
  source,
  vendorOptionsOf,
  withAlpha,
} from './sld-values.ts'

const XLINK = 'http://www.w3.org/1999/xlink'
const half = { x: literal(0.5), y: literal(0.5) }

// Fills ------------------------------------------------------------------------------------------------------

export const readSolid = (element: XmlElement | undefined, fallback: string, notes: SldNotes): Solid => {
  const parameters = parametersOf(element, ['fill', 'fill-opacity'], notes)
  const paint = readPaint(parameters.get('fill'), notes)
  return {
    kind: 'solid',
    color: paint?.color ?? literal(fallback),
    opacity: withAlpha(readOpacity(parameters.get('fill-opacity'), notes), paint?.alpha ?? null),
  }
}

/** The options of the symbolizer that its fill takes are removed from them. */
export const readFill = (
  element: XmlElement,
  unit: LengthUnit,
  options: Record<string, string>,
  notes: SldNotes,
): Fill | null => {
  warnOfUnread(element, ['CssParameter', 'SvgParameter', 'GraphicFill'], notes)
  const graphicFill = firstChild(element, 'GraphicFill')
  if (!graphicFill) return readSolid(element, '#808080', notes)
  const graphic = readGraphic(firstChild(graphicFill, 'Graphic'), unit, notes)
  if (!graphic) return null
  const margin = readMargin(graphic, unit, options)
  const parameters = parametersOf(element, ['fill', 'fill-opacity'], notes)
  const fill: GraphicFill = {
    kind: 'graphic',
    graphic,
    margin,
    stagger: null,
    opacity: readOpacity(parameters.get('fill-opacity'), notes),
  }
  return toBrush(fill) ?? toHatch(fill, notes) ?? fill
}

/** GeoServer's margins in the order of CSS; QGIS 3.22's distance is from middle to middle. */
const readMargin = (
  { size }: Graphic,
  unit: LengthUnit,
  options: Record<string, string>,
): GraphicFill['margin'] => {
  const length = (value: number): Length => ({ value: literal(value), unit })
  const numbers = (text: string | undefined) =>
    (text ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number)
  const margins = numbers(options['graphic-margin'])
  const distances = numbers(options['distance'])
  const [top = Number.NaN, right = top, bottom = top, left = right] = margins
  if (margins.length > 0 && margins.length <= 4 && margins.every(Number.isFinite)) {
    delete options['graphic-margin']
    return { top: length(top), right: length(right), bottom: length(bottom), left: length(left) }
  }
  const [across = Number.NaN, along = across] = distances
  const height = numberOf(size?.value)
  if (distances.length === 0 || !distances.every(Number.isFinite) || height === undefined) return null
  delete options['distance']
  const x = length((across - height) / 2)
  const y = length((along - height) / 2)
  return { top: y, right: x, bottom: y, left: x }
}

const hatchRotations: Record<string, number> = {
  horline: 0,
  'shape://horline': 0,
  vertline: 90,
  'shape://vertline': 90,
}

/** A tile with one horizontal or vertical line through it is a hatch; drawn as one it has no seams. */
const toHatch = (
  { graphic, margin, opacity }: GraphicFill,
  { isQgis }: Pick<SldNotes, 'isQgis'>,
): HatchFill | null => {
  const [mark, ...others] = graphic.contents
  if (mark?.kind !== 'mark' || others.length > 0 || margin || opacity || !graphic.size || graphic.opacity)
    return null
  const name = mark.wellKnownName.kind === 'literal' ? String(mark.wellKnownName.value).toLowerCase() : ''
  const turned = Object.hasOwn(hatchRotations, name) ? hatchRotations[name] : undefined
  if (turned === undefined || !mark.stroke || mark.stroke.graphicStroke || mark.stroke.graphicFill)
    return null
  const rotation = addTo(graphic.rotation, turned)
  return {
    kind: 'hatch',
    rotation,
    distance: graphic.size,
    offset: offsetOf(graphic, numberOf(rotation) ?? 0, isQgis),
    stroke: mark.stroke,
  }
}

const addTo = (rotation: Expression | null, degrees: number): Expression | null => {
  if (degrees === 0) return rotation
  if (rotation === null) return literal(degrees)
  const known = numberOf(rotation)
  return known === undefined
    ? { kind: 'arithmetic', operator: '+', left: rotation, right: literal(degrees) }
    : literal(known + degrees)
}

/**
 * How far the lines are moved to their right. QGIS 3.22 takes the degrees of a hatch for radians when it writes its offset as
 * x and y, and its lines go to either side, depending on the angle.
 */
const offsetOf = ({ displacement }: Graphic, rotation: number, isQgis: boolean): Length | null => {
  const x = numberOf(displacement?.x.value)
  const y = numberOf(displacement?.y.value)
  if (!displacement || x === undefined || y === undefined || (x === 0 && y === 0)) return null
  const angle = isQgis ? rotation : (rotation * Math.PI) / 180
  const along = x * Math.sin(angle) + y * Math.cos(angle)
  const offset = Math.round((isQgis ? along * hatchSide(rotation) : -along) * 1e6) / 1e6
  return { value: literal(offset), unit: displacement.x.unit }
}

const brushes: Record<string, BrushName> = {
  horline: 'horizontal',
  vertline: 'vertical',
  // QGIS writes its vertical lines so.
  line: 'vertical',
  cross: 'cross',
  slash: 'backward-diagonal',
  backslash: 'forward-diagonal',
  x: 'diagonal-cross',
  ...Object.fromEntries(
    (['dense1', 'dense2', 'dense3', 'dense4', 'dense5', 'dense6', 'dense7'] as const).map((name) => [
      `brush://${name}`,
      name,
    ]),
  ),
}

/** The patterns of QGIS's simple fill: marks that fill without a size. Others who write them mean much the same. */
const toBrush = ({ graphic, margin }: GraphicFill): BrushFill | null => {
  const [mark, ...others] = graphic.contents
  if (others.length > 0 || margin || graphic.rotation) return null
  if (mark?.kind !== 'mark' || graphic.size || mark.wellKnownName.kind !== 'literal') return null
  const written = String(mark.wellKnownName.value)
  const name = Object.hasOwn(brushes, written) ? brushes[written] : undefined
  if (name === undefined) return null
  const color = mark.stroke?.color ?? (mark.fill?.kind === 'solid' ? mark.fill.color : literal('#000000'))
  const opacity = mark.stroke ? mark.stroke.opacity : mark.fill?.kind === 'solid' ? mark.fill.opacity : null
  return { kind: 'brush', name, color, opacity }
}

// Strokes ----------------------------------------------------------------------------------------------------

const strokeParameters = [
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-linejoin',
  'stroke-linecap',
  'stroke-dasharray',
  'stroke-dashoffset',
]
const joins: Record<string, LineJoin> = {
  mitre: 'mitre',
  miter: 'mitre',
  round: 'round',
  bevel: 'bevel',
}
const caps: Record<string, LineCap> = { butt: 'butt', flat: 'butt', round: 'round', square: 'square' }

export const readStroke = (
  element: XmlElement,
  unit: LengthUnit,
  options: Record<string, string>,
  notes: SldNotes,
): Stroke => {
  warnOfUnread(element, ['CssParameter', 'SvgParameter', 'GraphicStroke', 'GraphicFill'], notes)
  const parameters = parametersOf(element, strokeParameters, notes)
  const paint = readPaint(parameters.get('stroke'), notes)
  const graphicFill = firstChild(element, 'GraphicFill')
  const fill = graphicFill && readGraphic(firstChild(graphicFill, 'Graphic'), unit, notes)
  return {
    ...plainStroke(
      paint?.color ?? literal('#000000'),
      readLength(parameters.get('stroke-width'), unit, notes),
    ),
    opacity: withAlpha(readOpacity(parameters.get('stroke-opacity'), notes), paint?.alpha ?? null),
    lineJoin: readWord(parameters.get('stroke-linejoin'), joins, notes),
    lineCap: readWord(parameters.get('stroke-linecap'), caps, notes),
    dashArray: readDashes(parameters.get('stroke-dasharray'), unit, notes),
    dashOffset: readLength(parameters.get('stroke-dashoffset'), unit, notes, { mayBeNegative: true }),
    graphicStroke: readGraphicStroke(firstChild(element, 'GraphicStroke'), unit, options, notes),
    graphicFill: fill ? { kind: 'graphic', graphic: fill, margin: null, stagger: null, opacity: null } : null,
  }
}

const readWord = <Word extends string>(
  from: Source | undefined,
  words: Record<string, Word>,
  notes: SldNotes,
): Word | null => {
  const value = from && readValue(from.element, notes)
  if (!from || !value) return null
  const text = value.kind === 'literal' ? String(value.value).trim().toLowerCase() : ''
  const word = Object.hasOwn(words, text) ? words[text] : undefined
  if (word === undefined && text !== '')
    notes.warn(
      'UNKNOWN_VALUE',
      from.element,
      `'${from.what}' is ${quoted(text)}; expected ${Object.keys(words).join(', ')}. It is left out.`,
    )
  return word ?? null
}

/** A pattern longer than this is no pattern, and takes for ever to draw. */
const MAX_DASHES = 64

const readDashes = (from: Source | undefined, unit: LengthUnit, notes: SldNotes): Length[] | null => {
  const value = from && readValue(from.element, notes)
  if (!from || !value) return null
  const parts = value.kind === 'function' && value.name === 'Concatenate' ? value.arguments : [value]
  const dashes = parts.flatMap((part): Expression[] =>
    part.kind === 'literal' ? dashWords(String(part.value ?? '')) : [part],
  )
  const numbers = dashes.map(numberOf)
  const isWrong = dashes.some((dash, index) => dash.kind === 'literal' && !((numbers[index] ?? -1) >= 0))
  if (isWrong || dashes.length > MAX_DASHES) {
    notes.refuse(
      'SLD_BAD_NUMBER',
      from.element,
      `'${from.what}' is ${quoted(from.element.text)}; expected at most ${MAX_DASHES} lengths of 0 or more, such as '5 2'.`,
    )
    return null
  }
  if (numbers.every((dash) => dash === 0)) return null
  return dashes.map((dash, index) => ({
    value: numbers[index] === undefined ? dash : literal(numbers[index]),
    unit,
  }))
}

const dashWords = (text: string): Expression[] =>
  text
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== 'none')
    .map((word) => literal(word))

const placements: MarkerPlacement[] = [
  'interval',
  'vertex',
  'innerVertices',
  'firstPoint',
  'lastPoint',
  'centralPoint',
  'segmentCenter',
  'curvePoint',
]
/** QGIS's own words, where they differ from ours. */
const placementNames = new Map<string, MarkerPlacement>([
  ...placements.map((name) => [name.toLowerCase(), name] as const),
  ['points', 'vertex'],
])

const readGraphicStroke = (
  element: XmlElement | undefined,
  unit: LengthUnit,
  options: Record<string, string>,
  notes: SldNotes,
): GraphicStroke | null => {
  if (!element) return null
  warnOfUnread(element, ['Graphic', 'Gap', 'InitialGap', 'PerpendicularOffset'], notes)
  const graphic = readGraphic(firstChild(element, 'Graphic'), unit, notes)
  if (!graphic) return null
  const length = (local: string) => readLength(source(element, local), unit, notes, { mayBeNegative: true })
  const named = (options['placement'] ?? '')
    .split(/[\s,|]+/)
    .flatMap((name) => placementNames.get(name.toLowerCase()) ?? [])
  const isRotated = options['rotateMarker'] !== '0' && options['rotateMarker'] !== 'false'
  if (named.length > 0) delete options['placement']
  delete options['rotateMarker']
  return {
    graphic,
    placement: named.length > 0 ? named : ['interval'],
    gap: length('Gap'),
    initialGap: length('InitialGap'),
    isRotated,
    perpendicularOffset: length('PerpendicularOffset'),
  }
}

// Graphics ---------------------------------------------------------------------------------------------------

/** Larger symbols cover the map; they are a mistake or an attack. */
const MAX_SIZE = 10_000

export const readGraphic = (
  element: XmlElement | undefined,
  unit: LengthUnit,
  notes: SldNotes,
): Graphic | null => {
  if (!element) return null
  warnOfUnread(element, graphicChildren, notes)
  const contents = childElements(element).flatMap((child): GraphicContent[] => {
    if (child.name.local === 'Mark') return [readMark(child, unit, notes)]
    return child.name.local === 'ExternalGraphic' ? readExternalGraphic(child, element, notes) : []
  })
  const size = readLength(source(element, 'Size'), unit, notes)
  const ratio = Number(vendorOptionsOf(element)['widthHeightFactor'] ?? Number.NaN)
  if ((numberOf(size?.value) ?? 0) > MAX_SIZE && (unit === 'pixel' || unit === 'millimetre'))
    notes.refuse(
      'SLD_BAD_NUMBER',
      element,
      `A symbol is ${numberOf(size?.value)} ${unit}s high; expected at most ${MAX_SIZE}.`,
    )
  return {
    contents: contents.length > 0 ? contents : [defaultMark()],
    size,
    aspectRatio: ratio > 0 ? ratio : null,
    opacity: readOpacity(source(element, 'Opacity'), notes),
    rotation: readNumber(source(element, 'Rotation'), notes),
    anchorPoint: readAnchorPoint(element, half, notes),
    displacement: readDisplacement(element, unit, notes),
  }
}

const graphicChildren = [
  'Mark',
  'ExternalGraphic',
  'Opacity',
  'Size',
  'Rotation',
  'AnchorPoint',
  'Displacement',
  'SvgParameter',
  'CssParameter',
  'Gap',
  'InitialGap',
  'VendorOption',
]

/** SLD 1.0, 11.3.2: what a point without a graphic is drawn as. */
export const defaultGraphic = (): Graphic => plainGraphic([defaultMark()], null)

/** A square with a grey fill and a black outline. */
const defaultMark = (): Mark => ({
  kind: 'mark',
  wellKnownName: literal('square'),
  fill: { kind: 'solid', color: literal('#808080'), opacity: null },
  stroke: plainStroke(literal('#000000')),
})

const readMark = (element: XmlElement, unit: LengthUnit, notes: SldNotes): Mark | FontMark => {
  const children = [
    'WellKnownName',
    'OnlineResource',
    'Format',
    'MarkIndex',
    'Fill',
    'Stroke',
    'InlineContent',
  ]
  warnOfUnread(element, children, notes)
  const fillElement = firstChild(element, 'Fill')
  const strokeElement = firstChild(element, 'Stroke')
  const isPlain = !fillElement && !strokeElement
  const fill = fillElement ? readFill(fillElement, unit, {}, notes) : isPlain ? defaultMark().fill : null
  const stroke = strokeElement
    ? readStroke(strokeElement, unit, {}, notes)
    : isPlain
      ? defaultMark().stroke
      : null
  const nameElement = firstChild(element, 'WellKnownName')
  const resource = firstChild(element, 'OnlineResource')
  const name = nameElement ? readValue(nameElement, notes) : null
  const font = (resource && fontOfResource(element, resource)) || (name && fontOfName(name, element, notes))
  if (font) return { ...font, fill, stroke }
  if (resource && !nameElement)
    notes.warn(
      'UNKNOWN_MARK',
      resource,
      `The mark ${quoted(hrefOf(resource))} is a resource that is not read; a square is drawn.`,
    )
  const known = name?.kind === 'literal' ? String(name.value).trim() : null
  if (known !== null && known !== '' && !isKnownMark(known))
    notes.warn(
      'UNKNOWN_MARK',
      nameElement ?? element,
      `The mark ${quoted(known)} is not known; a square is drawn.`,
    )
  const shown = known === null ? (name ?? literal('square')) : literal(known === '' ? 'square' : known)
  return { kind: 'mark', wellKnownName: shown, fill, stroke }
}

/** QGIS: `ttf://Font` and the character's number. */
const fontOfResource = (mark: XmlElement, resource: XmlElement) => {
  const [, fontFamily] = /^ttf:\/\/([^#]+)/.exec(hrefOf(resource)) ?? []
  const index = Number(firstChild(mark, 'MarkIndex')?.text.trim() || Number.NaN)
  if (fontFamily === undefined || !isCodePoint(index)) return null
  return { kind: 'font-mark' as const, fontFamily, character: literal(String.fromCodePoint(index)) }
}

const isCodePoint = (index: number) => Number.isInteger(index) && index > 0 && index <= 0x10ffff

/** GeoServer: `ttf://Font#0x41`, `ttf://Font#U+0041`, `ttf://Font#A`; what follows `#` may be computed. */
const fontOfName = (name: Expression, element: XmlElement, notes: SldNotes) => {
  const parts = name.kind === 'function' && name.name === 'Concatenate' ? name.arguments : [name]
  const [first, ...others] = parts
  const text = first?.kind === 'literal' ? String(first.value).trim() : ''
  const [, fontFamily, rest = ''] = /^ttf:\/\/([^#]+)#(.*)$/s.exec(text) ?? []
  if (fontFamily === undefined) return null
  notes.warn(
    'FONT_MARK',
    element,
    `The symbol ${quoted(`ttf://${fontFamily}`)} is a letter of a font; if the server does not have that font, another symbol is drawn.`,
  )
  const parsed = [...(rest === '' ? [] : [literal(rest)]), ...others]
  const joined = parsed.every((part) => part.kind === 'literal')
    ? literal(parsed.map((part) => (part.kind === 'literal' ? String(part.value) : '')).join(''))
    : concatenate(parsed)
  return { kind: 'font-mark' as const, fontFamily, character: toCharacter(joined ?? literal('?')) }
}

const toCharacter = (written: Expression): Expression => {
  if (written.kind !== 'literal') return written
  const [, code] = /^(?:0x|U\+|\\u)([0-9a-f]{1,6})$/i.exec(String(written.value).trim()) ?? []
  const index = code === undefined ? Number.NaN : Number.parseInt(code, 16)
  return isCodePoint(index) ? literal(String.fromCodePoint(index)) : written
}

const hrefOf = (resource: XmlElement): string =>
  (attributeOf(resource, 'href', XLINK) ?? attributeOf(resource, 'href') ?? '').trim()

const readExternalGraphic = (element: XmlElement, graphic: XmlElement, notes: SldNotes): GraphicContent[] => {
  warnOfUnread(element, ['OnlineResource', 'Format', 'InlineContent', 'ColorReplacement'], notes)
  const resource = firstChild(element, 'OnlineResource')
  const inline = firstChild(element, 'InlineContent')
  const given = firstChild(element, 'Format')?.text.trim() || null
  const beside = besides(graphic)
  if (!resource) {
    const base64 = inline?.text.replace(/\s+/g, '') ?? ''
    if (!/^[A-Za-z0-9+/=]+$/.test(base64)) return []
    return [
      {
        kind: 'external-graphic',
        source: { kind: 'data', mediaType: given ?? 'image/png', base64 },
        format: given ?? 'image/png',
        parameters: beside,
      },
    ]
  }
  const { href, parameters } = splitParameters(hrefOf(resource))
  return [
    {
      kind: 'external-graphic',
      source: readGraphicSource(href, given, notes),
      format: given ?? formatOf(href),
      parameters: { ...beside, ...parameters },
    },
  ]
}

/** What the name or the data say when the file does not. */
const formatOf = (href: string): string | null => {
  const said = /^data:([\w.+-]{3,40}\/[\w.+-]{1,60})[;,]/.exec(href)?.[1]
  const suffix = /\.([a-z]{3,4})$/i.exec(href)?.[1]?.toLowerCase() ?? ''
  const known: Record<string, string> = {
    svg: 'image/svg+xml',
    png: 'image/png',
    gif: 'image/gif',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
  }
  return said ?? (Object.hasOwn(known, suffix) ? (known[suffix] ?? null) : null)
}

/** QGIS 3.22 puts the colours of an SVG beside it into the Graphic. */
const besides = (graphic: XmlElement): Record<string, string> => {
  const names: Record<string, string> = {
    fill: 'fill',
    'fill-opacity': 'fill-opacity',
    stroke: 'outline',
    'stroke-width': 'outline-width',
    'stroke-opacity': 'outline-opacity',
  }
  return Object.fromEntries(
    childElements(graphic)
      .filter(({ name }) => name.local === 'SvgParameter' || name.local === 'CssParameter')
      .flatMap((one) => {
        const name = attributeOf(one, 'name') ?? ''
        const known = Object.hasOwn(names, name) ? names[name] : undefined
        return known === undefined ? [] : [[known, one.text.trim()]]
      }),
  )
}

/** `plane.svg?fill=%230000ff&outline=…`; names are put where SVG's `param()` looks for them. */
const splitParameters = (href: string) => {
  const at = href.indexOf('?')
  if (at === -1 || !/\.svg$/i.test(href.slice(0, at))) return { href, parameters: {} }
  const pairs = [...new URLSearchParams(href.slice(at + 1))].filter(([name]) => /^[a-z-]{1,30}$/.test(name))
  return { href: href.slice(0, at), parameters: Object.fromEntries(pairs) as Record<string, string> }
}

export const readGraphicSource = (
  href: string,
  format: string | null,
  { packageFiles }: Pick<SldNotes, 'packageFiles'>,
): GraphicSource => {
  const [, mediaType = '', base64] = /^data:([^;,]{1,60})(?:;[^,]{0,60})?;base64,(.*)$/s.exec(href) ?? []
  if (base64 !== undefined) return { kind: 'data', mediaType, base64: base64.replace(/\s+/g, '') }
  if (href.startsWith('base64:'))
    return { kind: 'data', mediaType: format ?? 'image/svg+xml', base64: href.slice(7).replace(/\s+/g, '') }
  const lastStep = href.slice(Math.max(href.lastIndexOf('/'), href.lastIndexOf('\\')) + 1)
  const inPackage = packageFiles.find((name) => name === href || name === lastStep)
  if (inPackage !== undefined) return { kind: 'package', name: inPackage }
  // QGIS writes names of its own library as addresses of files: file:///gpsicons/plane.svg.
  const [, name] = /^(?:file:\/*)?((?:[\w -]+\/){0,2}[\w. -]+\.(?:svg|png|jpe?g|gif))$/i.exec(href) ?? []
  // … and where its library is installed: /usr/share/qgis/svg/gpsicons/plane.svg.
  const [, installed] =
    /\/qgis\/(?:svg|apps\/qgis[\w-]*\/svg)\/((?:[\w -]+\/){0,2}[\w. -]+\.svg)$/i.exec(
      href.replaceAll('\\', '/'),
    ) ?? []
  const known = name ?? installed
  return known === undefined ? { kind: 'elsewhere', href } : { kind: 'library', name: known }
}
