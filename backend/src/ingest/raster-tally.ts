/** Counts what the values of each band are while the raster passes: ends, mean, deviation, and where most of them lie. */
import type { BandStatistics, Samples, SampleType } from '../domain/raster.ts'

/** Enough to say where 2 % and 98 % lie. */
const SAMPLE_VALUES = 250_000
const MOST_DISTINCT = 4096

export type Tally = {
  /** Whole pixels, one band after the other in each. */
  add: (pixels: Samples) => void
  statistics: () => (BandStatistics | null)[]
  /** Values of the first band that occur; null when there are too many to list. */
  values: () => number[] | null
}

type Options = { type: SampleType; bands: number; noData: number | null; pixels: number }

export const createTally = (options: Options): Tally =>
  options.type === 'uint8' ? tallyOfBytes(options) : tallyOfNumbers(options)

const tallyOfBytes = ({ bands, noData }: Options): Tally => {
  const counts = Array.from({ length: bands }, () => new Float64Array(256))
  return {
    add: (pixels) => {
      for (const [band, count] of counts.entries())
        for (let at = band; at < pixels.length; at += bands) {
          const value = pixels[at] as number
          count[value] = (count[value] as number) + 1
        }
    },
    statistics: () => counts.map((count) => ofHistogram(count, noData)),
    values: () => {
      const [first = new Float64Array(256)] = counts
      return [...first.keys()].filter((value) => (first[value] as number) > 0 && value !== noData)
    },
  }
}

const ofHistogram = (histogram: Float64Array, noData: number | null): BandStatistics | null => {
  const counts = histogram.slice()
  if (noData !== null && noData in counts) counts[noData] = 0
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) return null
  const mean = counts.reduce((sum, one, value) => sum + one * value, 0) / count
  const variance = counts.reduce((sum, one, value) => sum + one * (value - mean) ** 2, 0) / count
  const reaching = (share: number) => {
    let sum = 0
    return counts.findIndex((one) => {
      sum += one
      return sum > share * count
    })
  }
  return {
    minimum: counts.findIndex((one) => one > 0),
    maximum: counts.findLastIndex((one) => one > 0),
    mean,
    deviation: Math.sqrt(variance),
    low: Math.max(0, reaching(0.02)),
    high: reaching(0.98) < 0 ? counts.findLastIndex((one) => one > 0) : reaching(0.98),
    count,
  }
}

type Sums = { minimum: number; maximum: number; shift: number; sum: number; squares: number; count: number }

const addBand = (sums: Sums, pixels: Samples, band: number, bands: number, noData: number): void => {
  let { minimum, maximum, sum, squares, count } = sums
  for (let at = band; at < pixels.length; at += bands) {
    const value = pixels[at] as number
    // Neither infinities nor NaN are equal to what is left of them.
    if (value === noData || value - value !== 0) continue
    if (count === 0) sums.shift = value
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    const difference = value - sums.shift
    sum += difference
    squares += difference * difference
    count += 1
  }
  Object.assign(sums, { minimum, maximum, sum, squares, count })
}

const tallyOfNumbers = ({ bands, noData, pixels: total }: Options): Tally => {
  const none = noData ?? Number.NaN
  const all = Array.from(
    { length: bands },
    (): Sums => ({
      minimum: Number.POSITIVE_INFINITY,
      maximum: Number.NEGATIVE_INFINITY,
      shift: 0,
      sum: 0,
      squares: 0,
      count: 0,
    }),
  )
  // Not a divisor of any usual width, so that the sample does not follow one column.
  const step = Math.max(1, Math.ceil(total / SAMPLE_VALUES)) | 1
  const samples: number[][] = all.map(() => [])
  const distinct = new Set<number>()
  let ahead = 0

  const takeSample = (pixels: Samples) => {
    const count = pixels.length / bands
    for (; ahead < count; ahead += step)
      for (const [band, kept] of samples.entries()) {
        const value = pixels[ahead * bands + band] as number
        if (value !== none && value - value === 0) kept.push(value)
      }
    ahead -= count
  }

  const countDistinct = (pixels: Samples) => {
    for (let at = 0; at < pixels.length && distinct.size <= MOST_DISTINCT; at += bands)
      if (pixels[at] !== none) distinct.add(pixels[at] as number)
  }

  return {
    add: (pixels) => {
      for (const [band, sums] of all.entries()) addBand(sums, pixels, band, bands, none)
      takeSample(pixels)
      if (bands === 1) countDistinct(pixels)
    },
    statistics: () =>
      all.map(({ minimum, maximum, shift, sum, squares, count }, band) => {
        if (count === 0) return null
        const sorted = Float64Array.from(samples[band] ?? []).sort()
        const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]
        return {
          minimum,
          maximum,
          mean: shift + sum / count,
          deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
          low: at(0.02) ?? minimum,
          high: at(0.98) ?? maximum,
          count,
        }
      }),
    values: () =>
      bands === 1 && distinct.size <= MOST_DISTINCT ? [...distinct].sort((a, b) => a - b) : null,
  }
}
