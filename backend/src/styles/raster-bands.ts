/** Which bands of a raster a style draws from. A channel is named by the number of its band, from 1, or by the band's name. */
import type { RasterSymbolizer, Style } from './model.ts'

const rasterSymbolizers = ({ featureTypeStyles }: Style): RasterSymbolizer[] =>
  featureTypeStyles.flatMap(({ rules }) =>
    rules.flatMap(({ symbolizers }) =>
      symbolizers.filter((one): one is RasterSymbolizer => one.kind === 'raster'),
    ),
  )

const channelsOf = (
  { channelSelection, colorMap, shadedRelief }: RasterSymbolizer,
  bandCount: number,
): string[] => {
  if (channelSelection?.kind === 'gray') return [channelSelection.gray.sourceChannelName]
  if (channelSelection !== null) {
    const { red, green, blue } = channelSelection
    return [red, green, blue].map(({ sourceChannelName }) => sourceChannelName)
  }
  // As the painter does: three bands are colours where nothing else is said.
  return colorMap !== null || shadedRelief !== null || bandCount < 3 ? ['1'] : ['1', '2', '3']
}

const numberOf = (channel: string, names: readonly string[]): number => {
  const number = Number(channel) - 1
  return number in names ? number : names.indexOf(channel)
}

/** Counted from 0. */
export const bandsUsed = (style: Style, names: readonly string[]): ReadonlySet<number> =>
  new Set(
    rasterSymbolizers(style)
      .flatMap((symbolizer) => channelsOf(symbolizer, names.length))
      .map((channel) => numberOf(channel, names))
      .filter((band) => band >= 0),
  )

/** Channels that are no band of the raster. */
export const bandsMissing = (style: Style, names: readonly string[]): string[] => [
  ...new Set(
    rasterSymbolizers(style)
      .flatMap((symbolizer) => channelsOf(symbolizer, names.length))
      .filter((channel) => numberOf(channel, names) < 0),
  ),
]
