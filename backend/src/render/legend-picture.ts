/** A legend as a picture, as SVG or as data: a swatch and a title for each rule, and for the classes of a raster. */
import { createCanvas } from '@napi-rs/canvas'
import type { ColorMapEntry, Style } from '../styles/model.ts'
import { xml, xmlDocument } from '../xml/write.ts'
import type { Budget } from './paint/budget.ts'
import { canvasOf } from './paint/canvas.ts'
import { encode } from './paint/encode.ts'
import { cssFont } from './paint/fonts.ts'
import { type LegendEntry, legendOf } from './paint/legend.ts'
import { createLosses } from './paint/losses.ts'
import type { Pixels } from './paint/paint.ts'
import { type Resources, readPictures } from './paint/pictures.ts'

export type LegendFormat = 'png' | 'svg' | 'json'
export type LegendRequest = {
  style: Style
  resources: Resources
  /** Of an entry whose rule says none. */
  title: string
  format: LegendFormat
  pixelRatio: number
  /** null shows rules of all scales. */
  scaleDenominator: number | null
}

/** In pixels of 0.28 mm. */
const swatchWidth = 28
const swatchHeight = 18
const rowHeight = 22
const margin = 6
const gap = 8
const fontSize = 12
const longestTitle = 80
const mostEntries = 300

const font = (pixels: number) =>
  cssFont({ families: ['DejaVu Sans'], style: 'normal', weight: 'normal' }, pixels, createLosses())

const solidSwatch = ({ color, opacity }: ColorMapEntry, pixelRatio: number): Pixels => {
  const [width, height] = [swatchWidth * pixelRatio, swatchHeight * pixelRatio]
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

const rasterEntries = (style: Style, pixelRatio: number): LegendEntry[] =>
  style.featureTypeStyles
    .flatMap(({ rules }) => rules.flatMap(({ symbolizers }) => symbolizers))
    .flatMap((symbolizer) => {
      if (symbolizer.kind !== 'raster' || symbolizer.colorMap === null) return []
      const { entries, type } = symbolizer.colorMap
      return entries.map((entry) => ({
        title: titleOfClass(entry, type),
        swatch: solidSwatch(entry, pixelRatio),
      }))
    })

const shortened = (text: string): string => {
  const plain = text.replace(/\s+/g, ' ').trim()
  return plain.length > longestTitle ? `${plain.slice(0, longestTitle - 1)}…` : plain
}

const entriesOf = async (request: LegendRequest, budget: Budget): Promise<LegendEntry[]> => {
  const { style, resources, pixelRatio, scaleDenominator, title } = request
  const pictures = await readPictures(style, resources, createLosses())
  const options = {
    width: swatchWidth * pixelRatio,
    height: swatchHeight * pixelRatio,
    pixelRatio,
    scaleDenominator,
    pictures,
  }
  const found = [...legendOf(style, options, budget), ...rasterEntries(style, pixelRatio)]
  const shown = found.slice(0, mostEntries)
  return shown.map((entry) => ({
    ...entry,
    title: shortened(entry.title || (found.length === 1 ? title : '')),
  }))
}

const widthOf = (entries: LegendEntry[]): number => {
  const context = createCanvas(1, 1).getContext('2d')
  context.font = font(fontSize)
  const widest = Math.max(0, ...entries.map(({ title }) => Math.ceil(context.measureText(title).width)))
  return margin + swatchWidth + (widest > 0 ? gap + widest : 0) + margin
}

const toPng = async (entries: LegendEntry[], pixelRatio: number): Promise<Uint8Array> => {
  const width = widthOf(entries) * pixelRatio
  const height = Math.max(1, rowHeight * entries.length + 2 * margin) * pixelRatio
  const context = createCanvas(width, height).getContext('2d')
  context.scale(pixelRatio, pixelRatio)
  context.font = font(fontSize)
  context.fillStyle = '#000000'
  context.textBaseline = 'middle'
  for (const [n, { title, swatch }] of entries.entries()) {
    const top = margin + n * rowHeight
    const inset = (rowHeight - swatchHeight) / 2
    context.drawImage(canvasOf(swatch), margin, top + inset, swatchWidth, swatchHeight)
    context.fillText(title, margin + swatchWidth + gap, top + rowHeight / 2)
  }
  return encode({ width, height, rgba: context.getImageData(0, 0, width, height).data }, 'png')
}

const dataUri = async (swatch: Pixels): Promise<string> =>
  `data:image/png;base64,${Buffer.from(await encode(swatch, 'png')).toString('base64')}`

const toSvg = async (entries: LegendEntry[]): Promise<string> => {
  const width = widthOf(entries)
  const height = Math.max(1, rowHeight * entries.length + 2 * margin)
  const swatches = await Promise.all(entries.map(({ swatch }) => dataUri(swatch)))
  const inset = (rowHeight - swatchHeight) / 2
  return xmlDocument(xml`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${`0 0 ${width} ${height}`}" role="img">
${entries.map(
  (
    { title },
    n,
  ) => xml`<image x="${margin}" y="${margin + n * rowHeight + inset}" width="${swatchWidth}" height="${swatchHeight}" href="${swatches[n]}"/>
<text x="${margin + swatchWidth + gap}" y="${margin + n * rowHeight + rowHeight / 2}" dominant-baseline="central" font-family="DejaVu Sans, sans-serif" font-size="${fontSize}">${title}</text>`,
)}
</svg>`)
}

export type LegendJson = {
  title: string
  width: number
  height: number
  entries: { title: string; swatch: string }[]
}

export const drawLegend = async (request: LegendRequest, budget: Budget): Promise<Uint8Array> => {
  const { format, pixelRatio, title } = request
  // In SVG and data, pictures are scaled by whoever shows them.
  const ratio = format === 'png' ? pixelRatio : 2
  const entries = await entriesOf({ ...request, pixelRatio: ratio }, budget)
  if (format === 'png') return toPng(entries, ratio)
  if (format === 'svg') return Buffer.from(await toSvg(entries))
  const swatches = await Promise.all(entries.map(({ swatch }) => dataUri(swatch)))
  const json: LegendJson = {
    title,
    width: swatchWidth,
    height: swatchHeight,
    entries: entries.map((entry, n) => ({ title: entry.title, swatch: swatches[n] ?? '' })),
  }
  return Buffer.from(JSON.stringify(json))
}
