/** QGIS's marker symbol layers as the graphics of the model. */
import { quoted } from './finding.ts'
import { onScreen, scaled } from './lengths.ts'
import { isKnownMark } from './marks.ts'
import type { Markup } from './markup.ts'
import {
  type AnchorPoint,
  type Displacement,
  type Expression,
  type ExternalGraphic,
  type Fill,
  type Graphic,
  type GraphicContent,
  type Length,
  literal,
  literalOf,
  numberOf,
  type Stroke,
} from './model.ts'
import { type Settings, toLength, toNumber } from './qml-lengths.ts'
import type { QmlNotes } from './qml-notes.ts'
import { makeStroke, readOutline } from './qml-strokes.ts'
import { entryOf } from './qml-values.ts'
import { readGraphicSource } from './sld-graphics.ts'

/** What a filled marker is filled with comes from its symbol; the caller reads it. */
export type FilledParts = { fill: Fill | null; stroke: Stroke | null; opacity: Expression | null }
export type MarkerParts = {
  layer: Markup
  settings: Settings
  notes: QmlNotes
  readFills: (layer: Markup) => FilledParts[]
}

// Pictures ---------------------------------------------------------------------------------------------------

const mediaTypes: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}
/** What base64 of a picture begins with. */
const beginnings: Readonly<Record<string, string>> = {
  iVBORw0K: 'image/png',
  '/9j/': 'image/jpeg',
  R0lGOD: 'image/gif',
  UklGR: 'image/webp',
}

const mediaTypeOf = (href: string, otherwise: string | null): string | null => {
  const [, base64] = /^base64:\s*([A-Za-z0-9+/]{0,16})/.exec(href) ?? []
  if (base64 !== undefined) {
    const known = Object.keys(beginnings).find((start) => base64.startsWith(start))
    return known === undefined ? otherwise : (beginnings[known] ?? otherwise)
  }
  const suffix = /\.([a-z]{3,4})$/i.exec(href)?.[1]?.toLowerCase() ?? ''
  return entryOf(mediaTypes, suffix) ?? /^data:([\w.+/-]{3,60})[;,]/.exec(href)?.[1] ?? otherwise
}

export const readPicture = (
  href: string,
  parameters: Record<string, string>,
  isSvg: boolean,
  notes: QmlNotes,
): ExternalGraphic => {
  const format = mediaTypeOf(href, isSvg ? 'image/svg+xml' : null)
  const source = readGraphicSource(href, format, notes)
  if (source.kind === 'elsewhere')
    notes.lose(
      'QML_PICTURE_ELSEWHERE',
      'lost',
      `The picture ${quoted(href.replace(/^.*[\\/]/, ''))} is not in the style, its package or the symbol library; a square is drawn. Embed it in QGIS.`,
    )
  return { kind: 'external-graphic', source, format, parameters }
}

/** Of an SVG that is inside the style, in its own units; null when it is not, or does not say. */
const boxOf = ({ source }: ExternalGraphic): { width: number; height: number } | null => {
  if (source.kind !== 'data' || !/svg/.test(source.mediaType)) return null
  const text = new TextDecoder().decode(fromBase64(source.base64.slice(0, 8000)))
  const tag = /<svg\b[^>]{0,4000}/.exec(text)?.[0] ?? ''
  const said = (name: 'width' | 'height') =>
    toNumber(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]{1,20})`).exec(tag)?.[1], 0)
  const box =
    /\sviewBox\s*=\s*["']([^"']{1,100})["']/
      .exec(tag)?.[1]
      ?.trim()
      .split(/[\s,]+/) ?? []
  const [width, height] = [toNumber(box[2], said('width')), toNumber(box[3], said('height'))]
  return width > 0 && height > 0 ? { width, height } : null
}

const fromBase64 = (text: string): Uint8Array => {
  try {
    return Uint8Array.from(atob(text.slice(0, text.length - (text.length % 4))), (one) => one.charCodeAt(0))
  } catch {
    // Not base64: then nobody can say how wide the picture is.
    return new Uint8Array()
  }
}

/** With SVG's `param()` values; the outline has its width on the screen, however large the picture is drawn. */
export const readSvgPicture = (
  href: string,
  settings: Settings,
  width: Length,
  notes: QmlNotes,
): ExternalGraphic => {
  const plain = readPicture(href, {}, true, notes)
  const fill = settings.solid(['color', 'svgFillColor'], '#ffffff', 'fillColor')
  const outline = settings.solid(
    ['svgOutlineColor', 'outline_color', 'svg_outline_color'],
    '#000000',
    'outlineColor',
  )
  const line = settings.length(['outline_width', 'svg_outline_width', 'svgOutlineWidth'], 0.2, 'outlineWidth')
  const box = boxOf(plain)
  const [thick, wide] = [numberOf(line.value), numberOf(width.value)]
  const inBox =
    box && thick !== undefined && wide && line.unit === width.unit
      ? literal(rounded((thick / wide) * box.width))
      : onScreen(line).value
  const values: [string, Expression][] = [
    ['fill', fill.color],
    ['fill-opacity', fill.opacity ?? literal(1)],
    ['outline', outline.color],
    ['outline-opacity', outline.opacity ?? literal(1)],
    ['outline-width', inBox],
  ]
  const parameters: Record<string, string> = {}
  for (const [name, value] of values) {
    const known = literalOf(value)
    if (known !== undefined && known !== null) parameters[name] = String(known)
    else
      notes.lose(
        'QML_PICTURE_COLOURS',
        'approximated',
        `A picture whose ${quoted(name)} differs from feature to feature is drawn in its own.`,
      )
  }
  return { ...plain, parameters }
}

// Placing ----------------------------------------------------------------------------------------------------

const across: Readonly<Record<string, number>> = { '0': 0, '1': 0.5, '2': 1 }
const upwards: Readonly<Record<string, number>> = { '0': 1, '1': 0.5, '2': 0 }

const anchorOf = (settings: Settings): AnchorPoint | null => {
  const x = entryOf(across, settings.text('horizontal_anchor_point') ?? '1') ?? 0.5
  const y = entryOf(upwards, settings.text('vertical_anchor_point') ?? '1') ?? 0.5
  return x === 0.5 && y === 0.5 ? null : { x: literal(x), y: literal(y) }
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6 || 0

/** QGIS's y goes down. */
export const toDisplacement = (
  written: string | undefined,
  unit: string | undefined,
  degrees = 0,
): Displacement | null => {
  const [x = 0, y = 0] = (written ?? '').split(',').map((one) => toNumber(one, 0))
  if (x === 0 && y === 0) return null
  const angle = (degrees * Math.PI) / 180
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  return {
    x: toLength(literal(rounded(x * cosine - y * sine)), unit),
    y: toLength(literal(rounded(-(x * sine + y * cosine))), unit),
  }
}

/** A mark turns its displacement with it in QGIS, and not in SE. */
const placed = (settings: Settings, notes: QmlNotes) => {
  const rotation = settings.defined.take('angle') ?? literal(settings.number('angle', 0))
  const degrees = numberOf(rotation)
  const displacement = toDisplacement(settings.text('offset'), settings.text('offset_unit'), degrees ?? 0)
  if (displacement && degrees === undefined)
    notes.lose(
      'QML_TURNED_OFFSET',
      'approximated',
      'A symbol that is moved and turned for each feature is moved as though it were not turned.',
    )
  return {
    rotation: degrees === 0 ? null : rotation,
    displacement,
    anchorPoint: anchorOf(settings),
  }
}

// Kinds ------------------------------------------------------------------------------------------------------

/** A size by area grows with the square root of the value, if there is one for each feature. */
const sizeOf = (settings: Settings, otherwise: number): Length => {
  const size = settings.length('size', otherwise, 'size')
  if (settings.text('scale_method') !== 'area' || numberOf(size.value) !== undefined) return size
  return {
    ...size,
    value: { kind: 'arithmetic', operator: '^', left: size.value, right: literal(0.5) },
  }
}

const nameOf = (written: string, notes: QmlNotes): string => {
  if (isKnownMark(written)) return written
  notes.lose(
    'QML_UNKNOWN_MARK',
    'approximated',
    `The shape ${quoted(written)} is not known; a square is drawn.`,
  )
  return 'square'
}

const graphicOf = (
  contents: GraphicContent[],
  size: Length | null,
  { settings, notes }: MarkerParts,
): Graphic => ({ contents, size, aspectRatio: null, opacity: null, ...placed(settings, notes) })

const readShapes = (parts: MarkerParts, name: Expression, size: Length, looks: FilledParts[]): Graphic[] =>
  looks.map(({ fill, stroke, opacity }) => ({
    ...graphicOf([{ kind: 'mark', wellKnownName: name, fill, stroke }], size, parts),
    opacity,
  }))

const plainLook = (settings: Settings): FilledParts => ({
  fill: settings.solid('color', '#ff0000', 'fillColor'),
  stroke: readOutline(settings),
  opacity: null,
})

const readSimple = (parts: MarkerParts): Graphic[] => {
  const { settings, notes } = parts
  const named = settings.defined.take('name')
  const name = named ?? literal(nameOf(settings.text('name') ?? 'circle', notes))
  return readShapes(parts, name, sizeOf(settings, 2), [plainLook(settings)])
}

const readEllipse = (parts: MarkerParts): Graphic[] => {
  const { settings, notes } = parts
  const name = literal(nameOf(settings.text('symbol_name') ?? 'circle', notes))
  const width = settings.length('symbol_width', 4, 'width')
  const height = settings.length('symbol_height', 3, 'height')
  const [w, h] = [numberOf(width.value), numberOf(height.value)]
  const isKnown = w !== undefined && h !== undefined && h > 0 && width.unit === height.unit
  if (!isKnown)
    notes.lose(
      'QML_ELLIPSE',
      'approximated',
      'An ellipse whose width and height differ from feature to feature is drawn as wide as it is high.',
    )
  return readShapes(parts, name, height, [plainLook(settings)]).map((graphic) => ({
    ...graphic,
    aspectRatio: isKnown && w !== h ? rounded(w / h) : null,
  }))
}

const readFilled = (parts: MarkerParts): Graphic[] => {
  const { settings, notes, layer, readFills } = parts
  const name = literal(nameOf(settings.text('name') ?? 'circle', notes))
  return readShapes(parts, name, sizeOf(settings, 2), readFills(layer))
}

/** In QGIS the size of a picture is its width. */
export const heightOf = (width: Length, picture: ExternalGraphic): Length => {
  const box = boxOf(picture)
  return box === null ? width : { ...width, value: scaled(width.value, box.height / box.width) }
}

/** The picture may be squeezed. */
const shapeOf = (width: Length, picture: ExternalGraphic, settings: Settings) => {
  const fixed = settings.number('fixedAspectRatio', 0)
  if (!(fixed > 0)) return { size: heightOf(width, picture), aspectRatio: null }
  return {
    size: { ...width, value: scaled(width.value, fixed) },
    aspectRatio: fixed === 1 ? null : rounded(1 / fixed),
  }
}

const readSvg = (parts: MarkerParts): Graphic[] => {
  const { settings, notes } = parts
  const size = sizeOf(settings, 2)
  const picture = readSvgPicture(settings.text('name') ?? '', settings, size, notes)
  return [{ ...graphicOf([picture], size, parts), ...shapeOf(size, picture, settings) }]
}

const readRaster = (parts: MarkerParts): Graphic[] => {
  const { settings, notes } = parts
  const picture = readPicture(settings.text('imageFile') ?? '', {}, false, notes)
  const size = sizeOf(settings, 2)
  const opacity = settings.number('alpha', 1)
  return [
    {
      ...graphicOf([picture], size, parts),
      ...shapeOf(size, picture, settings),
      opacity: opacity === 1 ? null : literal(opacity),
    },
  ]
}

const readFont = (parts: MarkerParts): Graphic[] => {
  const { settings, notes } = parts
  const character = settings.defined.take('char') ?? literal(settings.text('chr') ?? 'A')
  const known = literalOf(character)
  if (typeof known === 'string' && [...known].length > 1)
    notes.lose('QML_FONT_MARKER', 'approximated', `Of the letters ${quoted(known)} the first is drawn.`)
  const outline = makeStroke(
    settings.solid('outline_color', '#ffffff', 'outlineColor'),
    settings.length('outline_width', 0, 'outlineWidth'),
    { style: 'solid', join: settings.text('joinstyle'), cap: 'square' },
  )
  const content: GraphicContent = {
    kind: 'font-mark',
    fontFamily: settings.text('font') ?? 'Dingbats',
    character,
    fill: settings.solid('color', '#000000', 'fillColor'),
    // Without a width QGIS draws none.
    stroke: numberOf(outline.width?.value) === 0 ? null : outline,
  }
  return [graphicOf([content], sizeOf(settings, 4), parts)]
}

const kinds: Readonly<Record<string, (parts: MarkerParts) => Graphic[]>> = {
  SimpleMarker: readSimple,
  EllipseMarker: readEllipse,
  FilledMarker: readFilled,
  SvgMarker: readSvg,
  RasterMarker: readRaster,
  FontMarker: readFont,
}

/** undefined for a layer that is no marker we can draw. */
export const readMarker = (name: string, parts: MarkerParts): Graphic[] | undefined =>
  entryOf(kinds, name)?.(parts)
