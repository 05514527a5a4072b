/** QGIS's renderers of rasters as the raster symbolizer of the model. */
import { quoted } from './finding.ts'
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import {
  type ChannelSelection,
  type ColorMap,
  type ColorMapEntry,
  type ContrastEnhancement,
  literal,
  noBase,
  type RasterSymbolizer,
  type SelectedChannel,
} from './model.ts'
import { toNumber, toSolid } from './qml-lengths.ts'
import type { QmlNotes } from './qml-notes.ts'
import { entryOf, isTrue } from './qml-values.ts'

type Read = (renderer: Markup, notes: QmlNotes) => RasterSymbolizer | null

const raster = (more: Partial<RasterSymbolizer>): RasterSymbolizer => ({
  ...noBase,
  kind: 'raster',
  channelSelection: null,
  colorMap: null,
  contrastEnhancement: null,
  shadedRelief: null,
  ...more,
})

const gray = (band: string | undefined, contrast: ContrastEnhancement | null = null): ChannelSelection => ({
  kind: 'gray',
  gray: { sourceChannelName: band ?? '1', contrastEnhancement: contrast },
})

const stretchAndClip = 'StretchAndClipToMinimumMaximum'

/** null for values that are drawn as they are. */
const readContrast = (element: Markup | undefined, { lose }: QmlNotes): ContrastEnhancement | null => {
  if (!element) return null
  const algorithm = childNamed(element, 'algorithm')?.text || 'NoEnhancement'
  if (algorithm === 'NoEnhancement') return null
  const limit = (name: string): number | null => {
    const value = toNumber(childNamed(element, name)?.text, Number.NaN)
    return Number.isFinite(value) ? value : null
  }
  const isClipped = algorithm === stretchAndClip
  if (isClipped)
    lose(
      'QML_STRETCH_AND_CLIP',
      'approximated',
      'Values outside the stretched range are drawn like its ends, not left out.',
    )
  return {
    method: 'normalize',
    algorithm: isClipped ? 'StretchToMinimumMaximum' : algorithm,
    minimum: limit('minValue'),
    maximum: limit('maxValue'),
    gamma: null,
  }
}

const readQuantity = (written: string | undefined): ColorMapEntry['quantity'] => {
  const text = written?.trim() ?? ''
  if (/^\+?inf/i.test(text)) return 'inf'
  if (/^-inf/i.test(text)) return '-inf'
  const value = toNumber(text, Number.NaN)
  return Number.isFinite(value) ? value : null
}

const readEntries = (items: Markup[]): ColorMapEntry[] =>
  items.flatMap((item) => {
    const quantity = readQuantity(attribute(item, 'value'))
    const solid = toSolid(attribute(item, 'color'))
    if (quantity === null || solid?.color.kind !== 'literal') return []
    const alpha = Math.min(255, Math.max(0, toNumber(attribute(item, 'alpha'), 255)))
    return [
      {
        quantity,
        color: String(solid.color.value),
        opacity: Math.round((alpha / 255) * 1000) / 1000,
        label: attribute(item, 'label') || null,
      },
    ]
  })

const types: Readonly<Record<string, ColorMap['type']>> = {
  INTERPOLATED: 'ramp',
  DISCRETE: 'intervals',
  EXACT: 'values',
}

/** As near to a value as is no other value of a raster. */
const justBeside = (value: number, sign: 1 | -1): number =>
  value + sign * Math.max(1e-9, Math.abs(value) * 1e-9)

/** What lies outside the ramp is not drawn. */
const clipped = (entries: ColorMapEntry[]): ColorMapEntry[] => {
  const [first, last] = [entries[0], entries.at(-1)]
  const outside = (entry: ColorMapEntry | undefined, sign: 1 | -1): ColorMapEntry[] =>
    typeof entry?.quantity === 'number'
      ? [{ ...entry, quantity: justBeside(entry.quantity, sign), opacity: 0, label: null }]
      : []
  return [...outside(first, -1), ...entries, ...outside(last, 1)]
}

/** Grey between two values and nothing outside is a ramp, which can end. */
const clippedGray = (contrast: Markup | undefined, isWhiteFirst: boolean): ColorMap | null => {
  const limits = ['minValue', 'maxValue'].map((name) =>
    toNumber(childNamed(contrast, name)?.text, Number.NaN),
  )
  const [low, high] = limits
  if (childNamed(contrast, 'algorithm')?.text !== stretchAndClip || !limits.every(Number.isFinite))
    return null
  const colors = isWhiteFirst ? ['#ffffff', '#000000'] : ['#000000', '#ffffff']
  const entries = [low, high].map(
    (quantity, index): ColorMapEntry => ({
      quantity: quantity ?? 0,
      color: colors[index] ?? '#000000',
      opacity: 1,
      label: null,
    }),
  )
  return { type: 'ramp', entries: clipped(entries) }
}

const readGray: Read = (renderer, notes) => {
  const enhancement = childNamed(renderer, 'contrastEnhancement')
  const isWhiteFirst = attribute(renderer, 'gradient') === 'WhiteToBlack'
  const ramp = clippedGray(enhancement, isWhiteFirst)
  const entry = (quantity: number, color: string): ColorMapEntry => ({
    quantity,
    color,
    opacity: 1,
    label: null,
  })
  return raster({
    channelSelection: gray(
      attribute(renderer, 'grayBand'),
      ramp === null ? readContrast(enhancement, notes) : null,
    ),
    colorMap:
      ramp ?? (isWhiteFirst ? { type: 'ramp', entries: [entry(0, '#ffffff'), entry(255, '#000000')] } : null),
  })
}

const readPseudoColour: Read = (renderer, notes) => {
  const shader = childNamed(childNamed(renderer, 'rastershader'), 'colorrampshader')
  const type = entryOf(types, attribute(shader, 'colorRampType') ?? 'INTERPOLATED') ?? 'ramp'
  const entries = readEntries(shader ? childrenNamed(shader, 'item') : [])
  if (entries.length === 0) {
    notes.lose('QML_NO_COLOURS', 'lost', 'The colour ramp has no colours; the raster is not drawn.')
    return null
  }
  const isClipped = type === 'ramp' && isTrue(attribute(shader, 'clip'))
  return raster({
    channelSelection: gray(attribute(renderer, 'band')),
    colorMap: { type, entries: isClipped ? clipped(entries) : entries },
  })
}

const readPaletted: Read = (renderer) => {
  const palette = childNamed(renderer, 'colorPalette')
  const entries = readEntries(palette ? childrenNamed(palette, 'paletteEntry') : [])
  return raster({
    channelSelection: gray(attribute(renderer, 'band')),
    colorMap: { type: 'values', entries },
  })
}

const readMultiband: Read = (renderer, notes) => {
  const channel = (name: 'red' | 'green' | 'blue'): SelectedChannel | null => {
    const band = attribute(renderer, `${name}Band`)
    if (band === undefined || toNumber(band, 0) < 1) return null
    return {
      sourceChannelName: band,
      contrastEnhancement: readContrast(childNamed(renderer, `${name}ContrastEnhancement`), notes),
    }
  }
  const [red, green, blue] = [channel('red'), channel('green'), channel('blue')]
  if (red && green && blue) return raster({ channelSelection: { kind: 'rgb', red, green, blue } })
  const only = red ?? green ?? blue
  notes.lose(
    'QML_CHANNEL_MISSING',
    'approximated',
    'Of red, green and blue one has no band; the first that has one is drawn in greys.',
  )
  return only && raster({ channelSelection: { kind: 'gray', gray: only } })
}

const readHillshade: Read = (renderer) =>
  raster({
    channelSelection: gray(attribute(renderer, 'band')),
    shadedRelief: {
      brightnessOnly: false,
      reliefFactor: toNumber(attribute(renderer, 'zfactor'), 1),
      azimuth: toNumber(attribute(renderer, 'azimuth'), 315),
      altitude: toNumber(attribute(renderer, 'angle'), 45),
      isMultidirectional: isTrue(attribute(renderer, 'multidirection')),
    },
  })

const kinds: Readonly<Record<string, Read>> = {
  singlebandgray: readGray,
  singlebandpseudocolor: readPseudoColour,
  paletted: readPaletted,
  multibandcolor: readMultiband,
  hillshade: readHillshade,
}

const noteFilters = (pipe: Markup, renderer: Markup, { lose }: QmlNotes) => {
  const brightness = childNamed(pipe, 'brightnesscontrast')
  const isSome = (element: Markup | undefined, name: string, usual: number) =>
    toNumber(attribute(element, name), usual) !== usual
  if (
    isSome(brightness, 'brightness', 0) ||
    isSome(brightness, 'contrast', 0) ||
    isSome(brightness, 'gamma', 1)
  )
    lose(
      'QML_BRIGHTNESS',
      'approximated',
      'Brightness, contrast and gamma of the raster are left as they are.',
    )
  const hue = childNamed(pipe, 'huesaturation')
  const isHued =
    isSome(hue, 'saturation', 0) ||
    isSome(hue, 'grayscaleMode', 0) ||
    isTrue(attribute(hue, 'colorizeOn')) ||
    isTrue(attribute(hue, 'invertColors'))
  if (isHued) lose('QML_HUE', 'approximated', 'Hue and saturation of the raster are left as they are.')
  const hasTransparentValues = childNamed(renderer, 'rasterTransparency')?.children.some(
    ({ children }) => children.length > 0,
  )
  if (hasTransparentValues)
    lose('QML_TRANSPARENT_VALUES', 'lost', 'Values that QGIS makes transparent are drawn.')
  if (toNumber(attribute(renderer, 'alphaBand'), -1) > 0)
    lose('QML_ALPHA_BAND', 'lost', 'The band that says how transparent each cell is, is not used.')
}

/** null when nothing of it can be drawn. */
export const readRaster = (pipe: Markup, renderer: Markup, notes: QmlNotes): RasterSymbolizer | null => {
  const type = attribute(renderer, 'type') ?? ''
  const read = entryOf(kinds, type)
  if (!read) {
    notes.lose('QML_RENDERER', 'lost', `The raster renderer ${quoted(type)} has nothing like it here.`)
    return null
  }
  noteFilters(pipe, renderer, notes)
  const opacity = toNumber(attribute(renderer, 'opacity'), 1)
  const found = read(renderer, notes)
  return found && { ...found, opacity: opacity === 1 ? null : literal(Math.min(1, Math.max(0, opacity))) }
}
