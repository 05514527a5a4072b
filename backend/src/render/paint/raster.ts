/** Rasters with a raster symbolizer: grids of numbers in the map's coordinate system become colours. */

import type { Box } from '../../domain/probe.ts'
import type { Samples } from '../../domain/raster.ts'
import type {
  ChannelSelection,
  ColorMap,
  ContrastEnhancement,
  RasterSymbolizer,
  SelectedChannel,
  ShadedRelief,
} from '../../styles/model.ts'
import { numberOf } from '../../styles/model.ts'
import type { Losses } from './losses.ts'
import type { Pixels } from './paint.ts'
import type { View } from './view.ts'

export type Raster = {
  /** Of the grid as a whole. */
  box: Box
  width: number
  height: number
  bands: {
    name: string | null
    values: Samples
    noData: number | null
    /** Of the whole raster, where it is known: a map must not look different from the one beside it. */
    range?: { minimum: number; maximum: number } | null
  }[]
  /** For each pixel of the view the cell it lies in, -1 for none; without, the grid lies in the map's own system. */
  cells?: Int32Array
}

type Band = Raster['bands'][number]
/** NaN for a cell without a value. */
type Cell = (index: number) => number
/** red, green, blue from 0 to 255, opacity from 0 to 1; false leaves the cell undrawn. */
type Shade = (index: number, into: Float64Array) => boolean

const findBand = ({ bands }: Raster, { sourceChannelName }: SelectedChannel): Band | undefined =>
  bands[Number(sourceChannelName) - 1] ?? bands.find(({ name }) => name === sourceChannelName)

const cellsOf = ({ values, noData }: Band): Cell => {
  if (noData === null) return (index) => values[index] as number
  return (index) => {
    const value = values[index] as number
    return value === noData ? Number.NaN : value
  }
}

const rangeOf = ({ values, noData }: Band): { minimum: number; maximum: number } => {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value === noData) continue
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return { minimum, maximum }
}

/** Values as 0 to 255, with what `ContrastEnhancement` says about those outside. */
const stretch = (band: Band, contrast: ContrastEnhancement | null, isByDefault: boolean): Cell => {
  const cell = cellsOf(band)
  const isWanted = contrast?.method !== null && contrast?.method !== undefined
  const isNarrow = band.values instanceof Uint8Array
  const gamma = contrast?.gamma ?? 1
  const bent = (value: number) => (gamma === 1 ? value : 255 * (value / 255) ** (1 / gamma))
  if (!isWanted && (isNarrow || !isByDefault)) return gamma === 1 ? cell : (index) => bent(cell(index))
  const known = contrast?.minimum !== null && contrast?.maximum !== null && contrast !== null
  const { minimum, maximum } =
    known && contrast
      ? { minimum: contrast.minimum ?? 0, maximum: contrast.maximum ?? 255 }
      : (band.range ?? rangeOf(band))
  const { algorithm, method } = contrast ?? { algorithm: null, method: null }
  const shareOf = (value: number): number => {
    const share = maximum === minimum ? 0 : (value - minimum) / (maximum - minimum)
    if (method === 'logarithmic') return Math.log1p(share * (Math.E - 1))
    return method === 'exponential' ? (Math.exp(share) - 1) / (Math.E - 1) : share
  }
  return (index) => {
    const value = cell(index)
    const isOutside = value < minimum || value > maximum
    if (algorithm === 'ClipToMinimumMaximum') return isOutside ? Number.NaN : value
    if (algorithm === 'ClipToZero' && isOutside) return 0
    return bent(255 * Math.min(1, Math.max(0, shareOf(value))))
  }
}

// Colour maps --------------------------------------------------------------------------------------------

type Entry = { quantity: number; rgba: readonly [number, number, number, number] }

const entriesOf = ({ entries }: ColorMap): Entry[] =>
  entries.map(({ quantity, color, opacity }) => {
    const number = Number.parseInt(color.slice(1), 16)
    return {
      quantity:
        quantity === 'inf'
          ? Number.POSITIVE_INFINITY
          : quantity === '-inf'
            ? Number.NEGATIVE_INFINITY
            : (quantity ?? Number.NaN),
      rgba: [number >> 16, (number >> 8) & 255, number & 255, opacity],
    }
  })

/** The first entry whose quantity is not below the value. */
const firstFrom = (entries: readonly Entry[], value: number): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle] as Entry).quantity < value) low = middle + 1
    else high = middle
  }
  return low
}

const colored = (map: ColorMap, cell: Cell): Shade => {
  const entries = entriesOf(map).filter(({ quantity }) => !Number.isNaN(quantity))
  const exact = new Map(entries.map((entry) => [entry.quantity, entry]))
  const put = (entry: Entry | undefined, into: Float64Array) => {
    if (entry === undefined) return false
    into.set(entry.rgba)
    return true
  }
  return (index, into) => {
    const value = cell(index)
    if (Number.isNaN(value)) return false
    if (map.type === 'values') return put(exact.get(value), into)
    const at = firstFrom(entries, value)
    if (map.type === 'intervals') return put(entries[at], into)
    const [below, above] = [entries[at - 1], entries[at]]
    if (below === undefined || above === undefined) return put(above ?? below, into)
    const share = (value - below.quantity) / (above.quantity - below.quantity)
    for (let channel = 0; channel < 4; channel += 1) {
      const from = below.rgba[channel] as number
      into[channel] = from + ((above.rgba[channel] as number) - from) * (Number.isFinite(share) ? share : 0)
    }
    return true
  }
}

const grays =
  (cell: Cell): Shade =>
  (index, into) => {
    const value = cell(index)
    if (Number.isNaN(value)) return false
    into.set([value, value, value, 1])
    return true
  }

const together =
  (cells: readonly [Cell, Cell, Cell]): Shade =>
  (index, into) => {
    const [red, green, blue] = [cells[0](index), cells[1](index), cells[2](index)]
    if (Number.isNaN(red + green + blue)) return false
    into.set([red, green, blue, 1])
    return true
  }

// Relief -------------------------------------------------------------------------------------------------

type Slope = { east: number; north: number }

/** Lit from one side. QGIS takes the height of the light for its distance from the zenith; at 45 degrees it is the same. */
const litFrom = ({ reliefFactor: z, azimuth, altitude }: ShadedRelief) => {
  const high = ((90 - (altitude ?? 45)) * Math.PI) / 180
  const from = ((azimuth ?? 315) * Math.PI) / 180
  const [sine, cosine] = [Math.sin(high), z * Math.cos(high)]
  const [x, y] = [Math.sin(from), Math.cos(from)]
  return ({ east, north }: Slope): number =>
    (254 * (sine - cosine * (east * x + north * y))) / Math.sqrt(1 + z * z * (east * east + north * north))
}

/** Lit from four sides, each as far as it grazes (Mark 1992), with the weights of QGIS and GDAL. */
const litFromAll = ({ reliefFactor: z, altitude }: ShadedRelief) => {
  const high = ((90 - (altitude ?? 45)) * Math.PI) / 180
  const [sine, cosine] = [Math.sin(high), z * Math.cos(high)]
  const lit = (towards: number) => Math.max(0, 127 * (sine - cosine * towards))
  return ({ east, north }: Slope): number => {
    const square = east * east + north * north
    if (square === 0) return 1 + 254 * sine
    const first = 0.5 * square - east * north
    const sum =
      first * lit((east - north) * Math.SQRT1_2) +
      east * east * lit(east) +
      (square - first) * lit((east + north) * Math.SQRT1_2) +
      north * north * lit(north)
    return 1 + sum / square / Math.sqrt(1 + z * z * square)
  }
}

/** By Horn's slopes over the eight neighbours; at the edge the cell stands for those that are missing. */
const relief = (raster: Raster, band: Band, shaded: ShadedRelief): Cell => {
  const { width, height, box } = raster
  const cell = cellsOf(band)
  const stepX = ((box[2] - box[0]) / width) * 8
  const stepY = ((box[3] - box[1]) / height) * 8
  const lit = shaded.isMultidirectional ? litFromAll(shaded) : litFrom(shaded)
  return (index) => {
    const x = index % width
    const y = (index - x) / width
    const middle = cell(index)
    if (Number.isNaN(middle)) return Number.NaN
    const at = (dx: number, dy: number) => {
      const [u, v] = [x + dx, y + dy]
      if (u < 0 || v < 0 || u >= width || v >= height) return middle
      const value = cell(v * width + u)
      return Number.isNaN(value) ? middle : value
    }
    const east = (at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1)) / stepX
    const north = (at(-1, -1) + 2 * at(0, -1) + at(1, -1) - at(-1, 1) - 2 * at(0, 1) - at(1, 1)) / stepY
    return Math.max(0, Math.min(255, lit({ east, north })))
  }
}

// The picture --------------------------------------------------------------------------------------------

const grayOf = (selection: ChannelSelection | null): SelectedChannel =>
  selection?.kind === 'gray' ? selection.gray : { sourceChannelName: '1', contrastEnhancement: null }

const shadeOf = (symbolizer: RasterSymbolizer, raster: Raster, losses: Losses): Shade | null => {
  const { channelSelection, colorMap, contrastEnhancement, shadedRelief } = symbolizer
  const bandOf = (channel: SelectedChannel): Band | null => {
    const band = findBand(raster, channel)
    if (band === undefined)
      losses.note(
        'NO_SUCH_BAND',
        'lost',
        `The raster has no band '${channel.sourceChannelName}'; it is not drawn.`,
      )
    return band ?? null
  }
  const contrastOf = (channel: SelectedChannel) => channel.contrastEnhancement ?? contrastEnhancement
  if (contrastEnhancement?.method === 'histogram')
    losses.note('HISTOGRAM_SIMPLIFIED', 'approximated', 'The histogram is stretched instead of equalised.')
  if (
    channelSelection?.kind === 'rgb' ||
    (channelSelection === null && !colorMap && !shadedRelief && raster.bands.length >= 3)
  ) {
    const plain = (name: string): SelectedChannel => ({ sourceChannelName: name, contrastEnhancement: null })
    const channels =
      channelSelection?.kind === 'rgb'
        ? [channelSelection.red, channelSelection.green, channelSelection.blue]
        : [plain('1'), plain('2'), plain('3')]
    const [red, green, blue] = channels.map((channel) => {
      const band = bandOf(channel)
      return band && stretch(band, contrastOf(channel), true)
    })
    return red && green && blue ? together([red, green, blue]) : null
  }
  const channel = grayOf(channelSelection)
  const band = bandOf(channel)
  if (band === null) return null
  if (shadedRelief && !colorMap) return grays(relief(raster, band, shadedRelief))
  if (colorMap) return colored(colorMap, stretch(band, contrastOf(channel), false))
  return grays(stretch(band, contrastOf(channel), true))
}

/** Which column and row of the raster a pixel of the picture shows; -1 for none. */
type Sampling = { columns: Int32Array; rows: Int32Array }

/**
 * As QGIS: the pixels that the raster touches share what is seen of it among them evenly, so that its edges lie on edges of
 * pixels. Inside a raster nothing is moved.
 */
const sampleAxis = (
  length: number,
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
  count: number,
): Int32Array => {
  const perPixel = (to - from) / length
  const [first, last] = [Math.max(start, from), Math.min(end, to)]
  const [begin, stop] = [Math.floor((first - from) / perPixel), Math.ceil((last - from) / perPixel)]
  return Int32Array.from({ length }, (_, pixel) => {
    if (pixel < begin || pixel >= stop) return -1
    const place = first + ((pixel + 0.5 - begin) / (stop - begin)) * (last - first)
    return Math.min(count - 1, Math.max(0, Math.floor(((place - start) / (end - start)) * count)))
  })
}

const samplingOf = ({ box, width, height }: View, raster: Raster): Sampling => ({
  columns: sampleAxis(width, [box[0], box[2]], [raster.box[0], raster.box[2]], raster.width),
  // Downwards: what grows is minus the northing.
  rows: sampleAxis(height, [-box[3], -box[1]], [-raster.box[3], -raster.box[1]], raster.height),
})

/**
 * The raster in the pixels of the picture: QGIS computes slopes there, not between the cells of the raster. One pixel more
 * on each side, for the neighbours of those at the edge.
 */
const inPixels = (raster: Raster, view: View): { raster: Raster; view: View } => {
  const [dx, dy] = [(view.box[2] - view.box[0]) / view.width, (view.box[3] - view.box[1]) / view.height]
  const box: Box = [view.box[0] - dx, view.box[1] - dy, view.box[2] + dx, view.box[3] + dy]
  const [width, height] = [view.width + 2, view.height + 2]
  const { columns, rows } = samplingOf({ ...view, box, width, height }, raster)
  const bands = raster.bands.map((band) => {
    const cell = cellsOf(band)
    const values = new Float64Array(width * height).fill(Number.NaN)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const [column, row] = [columns[x] as number, rows[y] as number]
        if (column >= 0 && row >= 0) values[y * width + x] = cell(row * raster.width + column)
      }
    return { name: band.name, values, noData: null }
  })
  return { raster: { box, width, height, bands }, view }
}

/** Each pixel has the colour of the cell its middle lies in, as QGIS draws rasters by default. */
export const paintRaster = (
  symbolizer: RasterSymbolizer,
  given: Raster,
  view: View,
  losses: Losses,
): Pixels => {
  const { width, height } = view
  const rgba = new Uint8ClampedArray(width * height * 4)
  const isRelief =
    symbolizer.shadedRelief !== null && symbolizer.colorMap === null && given.cells === undefined
  const raster = isRelief ? inPixels(given, view).raster : given
  const shade = shadeOf(symbolizer, raster, losses)
  const opacity = Math.min(1, Math.max(0, numberOf(symbolizer.opacity) ?? 1))
  if (shade === null) return { width, height, rgba }
  const { columns, rows } = isRelief
    ? {
        columns: Int32Array.from({ length: width }, (_, x) => x + 1),
        rows: Int32Array.from({ length: height }, (_, y) => y + 1),
      }
    : samplingOf(view, raster)
  const color = new Float64Array(4)
  for (let y = 0; y < height; y += 1) {
    const row = rows[y] as number
    if (raster.cells === undefined && row < 0) continue
    for (let x = 0; x < width; x += 1) {
      const column = columns[x] as number
      const isOn = row >= 0 && column >= 0
      // Of a raster in another system somebody has found out where each pixel lies.
      const cell = raster.cells?.[y * width + x] ?? (isOn ? row * raster.width + column : -1)
      if (cell < 0 || !shade(cell, color)) continue
      const to = 4 * (y * width + x)
      rgba[to] = color[0] as number
      rgba[to + 1] = color[1] as number
      rgba[to + 2] = color[2] as number
      rgba[to + 3] = 255 * (color[3] as number) * opacity
    }
  }
  return { width, height, rgba }
}
