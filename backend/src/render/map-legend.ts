/** Pictures with words: legends, for each rule its swatch and its title one below the other, and messages instead of maps. */
import { createCanvas } from '@napi-rs/canvas'
import type { StyledLayer } from './map-job.ts'
import { createBudget, type Limits } from './paint/budget.ts'
import { canvasOf } from './paint/canvas.ts'
import { encode, type ImageFormat } from './paint/encode.ts'
import { cssFont } from './paint/fonts.ts'
import { legendOf } from './paint/legend.ts'
import { createLosses } from './paint/losses.ts'
import { readPictures } from './paint/pictures.ts'

export type LegendJob = StyledLayer & {
  /** Of a swatch, in pixels of 0.28 mm. */
  width: number
  height: number
  pixelRatio: number
  /** null shows rules of all scales. */
  scaleDenominator: number | null
  /** Stands for a rule without one. */
  title: string
  /** CSS colour; null for none. */
  background: string | null
  format: ImageFormat
  limits: Limits
}

export type PaintedLegend = {
  image: Uint8Array<ArrayBuffer>
  width: number
  height: number
  entries: string[]
}

const padding = 4
const gap = 6
const fontPixels = 12
/** Longer legends end here; a style may have a rule for every value. */
const mostEntries = 250
const longestTitle = 120

const plainFont = { families: [], style: 'normal' as const, weight: 'normal' as const }

export const paintLegend = async (job: LegendJob, isCancelled: () => boolean): Promise<PaintedLegend> => {
  const { style, resources, limits, title, background, format, ...options } = job
  const { pixelRatio } = options
  const budget = createBudget({ limits, now: () => performance.now(), isCancelled })
  const pictures = await readPictures(style, resources, createLosses())
  const scaled = { ...options, width: options.width * pixelRatio, height: options.height * pixelRatio }
  const found = legendOf(style, { ...scaled, pictures }, budget).slice(0, mostEntries)
  const entries = found.map((entry) => ({
    ...entry,
    title: (entry.title || title).slice(0, longestTitle),
  }))
  const font = cssFont(plainFont, fontPixels * pixelRatio, createLosses())
  const ruler = createCanvas(1, 1).getContext('2d')
  ruler.font = font
  const longest = Math.max(0, ...entries.map((entry) => ruler.measureText(entry.title).width))
  const row = Math.max(scaled.height, Math.ceil(fontPixels * 1.5 * pixelRatio)) + padding * pixelRatio
  const width = Math.ceil(scaled.width + longest + (2 * padding + gap) * pixelRatio)
  const height = Math.max(1, entries.length) * row + padding * pixelRatio
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  if (background !== null) {
    context.fillStyle = background
    context.fillRect(0, 0, width, height)
  }
  context.font = font
  context.textBaseline = 'middle'
  context.fillStyle = '#1a1a1a'
  for (const [at, entry] of entries.entries()) {
    const top = padding * pixelRatio + at * row
    const inner = row - padding * pixelRatio
    context.drawImage(
      canvasOf(entry.swatch),
      padding * pixelRatio,
      top + Math.floor((inner - scaled.height) / 2),
    )
    context.fillText(entry.title, scaled.width + (padding + gap) * pixelRatio, top + inner / 2)
  }
  budget.check()
  const { data } = context.getImageData(0, 0, width, height)
  return {
    image: await encode({ width, height, rgba: data }, format),
    width,
    height,
    entries: entries.map((entry) => entry.title),
  }
}

// Messages ---------------------------------------------------------------------------------------------

export type MessageJob = {
  /** Empty for an empty picture. */
  text: string
  width: number
  height: number
  background: string | null
  format: ImageFormat
}

const longestMessage = 600

export const paintMessage = async ({
  text,
  width,
  height,
  background,
  format,
}: MessageJob): Promise<Uint8Array<ArrayBuffer>> => {
  const context = createCanvas(width, height).getContext('2d')
  if (background !== null) {
    context.fillStyle = background
    context.fillRect(0, 0, width, height)
  }
  context.font = cssFont(plainFont, fontPixels, createLosses())
  context.textBaseline = 'top'
  context.fillStyle = '#a00000'
  let line = ''
  let top = padding
  const write = () => {
    context.fillText(line, padding, top)
    top += fontPixels * 1.4
    line = ''
  }
  for (const word of text.slice(0, longestMessage).split(/\s+/)) {
    if (line !== '' && context.measureText(`${line} ${word}`).width > width - 2 * padding) write()
    line = line === '' ? word : `${line} ${word}`
  }
  write()
  const { data } = context.getImageData(0, 0, width, height)
  return encode({ width, height, rgba: data }, format)
}
