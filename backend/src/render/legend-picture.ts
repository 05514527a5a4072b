/** The legend of a style as a picture, as SVG or as data. */
import { xml, xmlDocument } from '../xml/write.ts'
import {
  fontSize,
  gap,
  type LegendEntry,
  type LegendLook,
  legendCanvas,
  legendEntries,
  legendSize,
  margin,
  rowHeightOf,
  standardSwatch,
} from './legend-entries.ts'
import type { Budget } from './paint/budget.ts'
import { encode } from './paint/encode.ts'
import type { Pixels } from './paint/paint.ts'

export type LegendFormat = 'png' | 'svg' | 'json'
export type LegendRequest = Omit<LegendLook, 'swatch'> & { format: LegendFormat }

const toPng = async (entries: LegendEntry[], pixelRatio: number): Promise<Uint8Array> => {
  const canvas = legendCanvas(entries, { swatch: standardSwatch, pixelRatio, background: null })
  const { width, height } = canvas
  return encode(
    { width, height, rgba: canvas.getContext('2d').getImageData(0, 0, width, height).data },
    'png',
  )
}

const dataUri = async (swatch: Pixels): Promise<string> =>
  `data:image/png;base64,${Buffer.from(await encode(swatch, 'png')).toString('base64')}`

const toSvg = async (entries: LegendEntry[]): Promise<string> => {
  const { width, height } = legendSize(entries, standardSwatch)
  const swatches = await Promise.all(entries.map(({ swatch }) => dataUri(swatch)))
  const row = rowHeightOf(standardSwatch)
  const inset = (row - standardSwatch.height) / 2
  return xmlDocument(xml`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${`0 0 ${width} ${height}`}" role="img">
${entries.map(
  (
    { title },
    n,
  ) => xml`<image x="${margin}" y="${margin + n * row + inset}" width="${standardSwatch.width}" height="${standardSwatch.height}" href="${swatches[n]}"/>
<text x="${margin + standardSwatch.width + gap}" y="${margin + n * row + row / 2}" dominant-baseline="central" font-family="DejaVu Sans, sans-serif" font-size="${fontSize}">${title}</text>`,
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
  const entries = await legendEntries({ ...request, swatch: standardSwatch, pixelRatio: ratio }, budget)
  if (format === 'png') return toPng(entries, ratio)
  if (format === 'svg') return Buffer.from(await toSvg(entries))
  const swatches = await Promise.all(entries.map(({ swatch }) => dataUri(swatch)))
  const json: LegendJson = {
    title,
    ...standardSwatch,
    entries: entries.map((entry, n) => ({ title: entry.title, swatch: swatches[n] ?? '' })),
  }
  return Buffer.from(JSON.stringify(json))
}
