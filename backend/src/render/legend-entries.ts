/**
 * What a legend has, a swatch and a title for each rule and for each class of a raster, and the picture with them one below
 * the other: the same for the legends of styles and for those of WMS.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import type { ColorMapEntry, Style } from '../styles/model.ts'
import type { Budget } from './paint/budget.ts'
import { canvasOf } from './paint/canvas.ts'
import { cssFont } from './paint/fonts.ts'
import { type LegendEntry, legendOf } from './paint/legend.ts'
import { createLosses } from './paint/losses.ts'
import { isInScale, type Pixels } from './paint/paint.ts'
import { type Resources, readPictures } from './paint/pictures.ts'

export type { LegendEntry } from './paint/legend.ts'

/** In pixels of 0.28 mm. */
export const standardSwatch = { width: 28, height: 18 }
export const margin = 6
export const gap = 8
export const fontSize = 12
const leastHeight = 18
const betweenRows = 4
const longestTitle = 80
/** Longer legends end here; a style may have a rule for every value. */
const mostEntries = 300

export type LegendLook = {
  style: Style
  resources: Resources
  /** Of the only entry, when its rule says none. */
  title: string
  swatch: { width: number; height: number }
  pixelRatio: number
  /** null shows rules of all scales. */
  scaleDenominator: number | null
}

const font = cssFont(
  { families: ['DejaVu Sans'], style: 'normal', weight: 'normal' },
  fontSize,
  createLosses(),
)

const solidSwatch = ({ color, opacity }: ColorMapEntry, { swatch, pixelRatio }: LegendLook): Pixels => {
  const [width, height] = [swatch.width * pixelRatio, swatch.height * pixelRatio]
  const context = createCanvas(width, height).getContext('2d')
  context.globalAlpha = opacity
  context.fillStyle = color
  context.fillRect(0, 0, width, height)
  context.globalAlpha = 1
  context.strokeStyle = '#808080'
  context.lineWidth = pixelRatio
  context.strokeRect(pixelRatio / 2, pixelRatio / 2, width - pixelRatio, height - pixelRatio)
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}

const titleOfClass = ({ label, quantity }: ColorMapEntry, type: string): string => {
  if (label) return label
  if (quantity === null) return ''
  return type === 'intervals' ? `up to ${quantity}` : String(quantity)
}

const rasterEntries = (look: LegendLook): LegendEntry[] =>
  look.style.featureTypeStyles
    .flatMap(({ rules }) => rules)
    .filter((rule) => look.scaleDenominator === null || isInScale(rule, look.scaleDenominator))
    .flatMap(({ symbolizers }) => symbolizers)
    .flatMap((symbolizer) => {
      if (symbolizer.kind !== 'raster' || symbolizer.colorMap === null) return []
      const { entries, type } = symbolizer.colorMap
      return entries
        .slice(0, mostEntries)
        .map((entry) => ({ title: titleOfClass(entry, type), swatch: solidSwatch(entry, look) }))
    })

const shortened = (text: string): string => {
  const plain = text.replace(/\s+/g, ' ').trim()
  return plain.length > longestTitle ? `${plain.slice(0, longestTitle - 1)}…` : plain
}

export const legendEntries = async (look: LegendLook, budget: Budget): Promise<LegendEntry[]> => {
  const { style, resources, pixelRatio, scaleDenominator, title, swatch } = look
  const pictures = await readPictures(style, resources, createLosses())
  const options = {
    width: swatch.width * pixelRatio,
    height: swatch.height * pixelRatio,
    pixelRatio,
    scaleDenominator,
    pictures,
  }
  const found = [...legendOf(style, options, budget), ...rasterEntries(look)]
  return found.slice(0, mostEntries).map((entry) => ({
    ...entry,
    title: shortened(entry.title || (found.length === 1 ? title : '')),
  }))
}

// Picture ----------------------------------------------------------------------------------------------

export const rowHeightOf = (swatch: { height: number }): number =>
  Math.max(swatch.height, leastHeight) + betweenRows

export const legendSize = (
  entries: readonly LegendEntry[],
  swatch: { width: number; height: number },
): { width: number; height: number } => {
  const context = createCanvas(1, 1).getContext('2d')
  context.font = font
  const widest = Math.max(0, ...entries.map(({ title }) => Math.ceil(context.measureText(title).width)))
  return {
    width: margin + swatch.width + (widest > 0 ? gap + widest : 0) + margin,
    height: Math.max(1, rowHeightOf(swatch) * entries.length + 2 * margin),
  }
}

export const legendCanvas = (
  entries: readonly LegendEntry[],
  {
    swatch,
    pixelRatio,
    background,
  }: { swatch: { width: number; height: number }; pixelRatio: number; background: string | null },
): Canvas => {
  const size = legendSize(entries, swatch)
  const row = rowHeightOf(swatch)
  const canvas = createCanvas(Math.ceil(size.width * pixelRatio), Math.ceil(size.height * pixelRatio))
  const context = canvas.getContext('2d')
  if (background !== null) {
    context.fillStyle = background
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  context.scale(pixelRatio, pixelRatio)
  context.font = font
  context.fillStyle = '#000000'
  context.textBaseline = 'middle'
  for (const [n, entry] of entries.entries()) {
    const top = margin + n * row
    context.drawImage(
      canvasOf(entry.swatch),
      margin,
      top + (row - swatch.height) / 2,
      swatch.width,
      swatch.height,
    )
    context.fillText(entry.title, margin + swatch.width + gap, top + row / 2)
  }
  return canvas
}
