/** Pictures with words that WMS answers: legends, and messages instead of maps. */
import { createCanvas } from '@napi-rs/canvas'
import { legendCanvas, legendEntries } from './legend-entries.ts'
import type { StyledLayer } from './map-job.ts'
import { createBudget, type Limits } from './paint/budget.ts'
import { encode, type ImageFormat } from './paint/encode.ts'
import { cssFont } from './paint/fonts.ts'
import { createLosses } from './paint/losses.ts'

export type LegendJob = StyledLayer & {
  /** Of a swatch, in pixels of 0.28 mm. */
  width: number
  height: number
  pixelRatio: number
  /** null shows rules of all scales. */
  scaleDenominator: number | null
  /** Stands for the only rule, where it has none. */
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
const fontPixels = 12
const plainFont = { families: [], style: 'normal' as const, weight: 'normal' as const }

export const paintLegend = async (job: LegendJob, isCancelled: () => boolean): Promise<PaintedLegend> => {
  const { limits, background, format, pixelRatio } = job
  const budget = createBudget({ limits, now: () => performance.now(), isCancelled })
  const swatch = { width: job.width, height: job.height }
  const entries = await legendEntries({ ...job, swatch }, budget)
  const canvas = legendCanvas(entries, { swatch, pixelRatio, background })
  budget.check()
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
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
