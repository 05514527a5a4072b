/** Overviews: each pixel is made of four of the level above. */
import type { Samples, SampleType } from '../domain/raster.ts'
import { newSamples } from '../domain/raster.ts'

export type Halving = {
  type: SampleType
  bands: number
  noData: number | null
  /** Categories have no mean: one of the four stands for all. */
  isCategorical: boolean
  /** Number of the band that says how much of a pixel is seen; null without. */
  alpha: number | null
}

/** `rows` rows of `width` pixels become half as many of half as many; what has no partner stands twice. */
export const halve = (pixels: Samples, width: number, rows: number, halving: Halving): Samples => {
  const { type, bands, noData, isCategorical, alpha } = halving
  const halfWidth = Math.ceil(width / 2)
  const halfRows = Math.ceil(rows / 2)
  const half = newSamples[type](halfWidth * halfRows * bands)
  if (isCategorical) nearest(pixels, width, half, { halfWidth, halfRows, bands })
  else if (alpha !== null || noData !== null || type.startsWith('float'))
    averageSeen(pixels, half, { width, rows, halfWidth, halfRows, halving })
  else average(pixels, half, { width, rows, halfWidth, halfRows, halving })
  return half
}

const nearest = (
  pixels: Samples,
  width: number,
  half: Samples,
  { halfWidth, halfRows, bands }: { halfWidth: number; halfRows: number; bands: number },
): void => {
  let to = 0
  for (let y = 0; y < halfRows; y += 1)
    for (let x = 0; x < halfWidth; x += 1)
      for (let band = 0; band < bands; band += 1, to += 1)
        half[to] = pixels[(2 * y * width + 2 * x) * bands + band] as number
}

type Sides = { width: number; rows: number; halfWidth: number; halfRows: number; halving: Halving }

const average = (pixels: Samples, half: Samples, { width, rows, halfWidth, halfRows, halving }: Sides) => {
  const { bands } = halving
  let to = 0
  for (let y = 0; y < halfRows; y += 1) {
    const upper = 2 * y * width * bands
    const lower = Math.min(2 * y + 1, rows - 1) * width * bands
    for (let x = 0; x < halfWidth; x += 1) {
      const left = 2 * x * bands
      const right = Math.min(2 * x + 1, width - 1) * bands
      for (let band = 0; band < bands; band += 1, to += 1)
        half[to] = Math.floor(
          ((pixels[upper + left + band] as number) +
            (pixels[upper + right + band] as number) +
            (pixels[lower + left + band] as number) +
            (pixels[lower + right + band] as number) +
            2) /
            4,
        )
    }
  }
}

/** Only of cells that have a value and are seen. */
const averageSeen = (
  pixels: Samples,
  half: Samples,
  { width, rows, halfWidth, halfRows, halving }: Sides,
) => {
  const { bands, noData, alpha, type } = halving
  const isWhole = !type.startsWith('float')
  const none = noData ?? Number.NaN
  const empty = noData ?? (isWhole ? 0 : Number.NaN)
  const places = new Int32Array(4)
  let to = 0
  for (let y = 0; y < halfRows; y += 1) {
    const upper = 2 * y * width * bands
    const lower = Math.min(2 * y + 1, rows - 1) * width * bands
    for (let x = 0; x < halfWidth; x += 1) {
      const left = 2 * x * bands
      const right = Math.min(2 * x + 1, width - 1) * bands
      places[0] = upper + left
      places[1] = upper + right
      places[2] = lower + left
      places[3] = lower + right
      for (let band = 0; band < bands; band += 1, to += 1) {
        let [sum, count] = [0, 0]
        for (let n = 0; n < 4; n += 1) {
          const place = places[n] as number
          const value = pixels[place + band] as number
          if (value === none || Number.isNaN(value)) continue
          if (alpha !== null && band !== alpha && pixels[place + alpha] === 0) continue
          sum += value
          count += 1
        }
        if (count === 0) half[to] = empty
        else half[to] = isWhole ? Math.floor(sum / count + 0.5) : sum / count
      }
    }
  }
}
