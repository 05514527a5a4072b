/** How a layer is drawn that has no style, or none that can be drawn here: plain, and the same wherever it is drawn. */
import type { GeometryType } from '../domain/probe.ts'
import type { BandStatistics, RasterFacts } from '../domain/raster.ts'
import {
  type ContrastEnhancement,
  type Expression,
  literal,
  noBase,
  pixels,
  plainGraphic,
  plainRule,
  plainStroke,
  type RasterSymbolizer,
  type Rule,
  type SelectedChannel,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from './model.ts'

/** No style of the catalogue has it: theirs begin with a letter or digit. */
export const DEFAULT_STYLE_ID = '_default'
/** Raised when the style below changes, for whoever keeps what was drawn with it. */
export const DEFAULT_STYLE_VERSION = 1
export const DEFAULT_STYLE_TITLE = 'Plain'

export type StyledGeometry = GeometryType | 'Raster'

const dark = literal('#2b5c8a')
const light = literal('#8fb3d9')

const point: Symbolizer = {
  ...noBase,
  kind: 'point',
  graphic: plainGraphic(
    [
      {
        kind: 'mark',
        wellKnownName: literal('circle'),
        fill: { kind: 'solid', color: dark, opacity: null },
        stroke: plainStroke(literal('#ffffff'), pixels(1)),
      },
    ],
    pixels(8),
  ),
}

const line: Symbolizer = {
  ...noBase,
  kind: 'line',
  stroke: { ...plainStroke(dark, pixels(1.5)), lineJoin: 'round', lineCap: 'round' },
  perpendicularOffset: null,
}

const polygon: Symbolizer = {
  ...noBase,
  kind: 'polygon',
  fill: { kind: 'solid', color: light, opacity: literal(0.6) },
  stroke: plainStroke(dark, pixels(1)),
  displacement: null,
  perpendicularOffset: null,
}

const raster: Symbolizer = {
  ...noBase,
  kind: 'raster',
  channelSelection: null,
  colorMap: null,
  contrastEnhancement: null,
  shadedRelief: null,
}

const hasDimension = (dimension: number): Expression => ({
  kind: 'comparison',
  operator: '=',
  left: {
    kind: 'function',
    name: 'dimension',
    arguments: [{ kind: 'property', name: 'geometry' }],
    options: {},
  },
  right: literal(dimension),
  matchCase: true,
})

const drawn = (title: string, symbolizer: Symbolizer, more: Partial<Rule> = {}) =>
  plainRule([symbolizer], { title, ...more })

const rulesOf: Record<'point' | 'line' | 'polygon' | 'raster' | 'any', Rule[]> = {
  point: [drawn('Points', point)],
  line: [drawn('Lines', line)],
  polygon: [drawn('Areas', polygon)],
  raster: [drawn('Values', raster)],
  any: [
    drawn('Areas', polygon, { applies: { kind: 'filter', filter: hasDimension(2) } }),
    drawn('Lines', line, { applies: { kind: 'filter', filter: hasDimension(1) } }),
    drawn('Points', point, { applies: { kind: 'filter', filter: hasDimension(0) } }),
  ],
}

const kindOf: Record<StyledGeometry, keyof typeof rulesOf> = {
  Point: 'point',
  MultiPoint: 'point',
  LineString: 'line',
  MultiLineString: 'line',
  Polygon: 'polygon',
  MultiPolygon: 'polygon',
  GeometryCollection: 'any',
  Geometry: 'any',
  Raster: 'raster',
}

const plainContrast = (statistics: BandStatistics | null): ContrastEnhancement | null =>
  statistics === null || statistics.low === statistics.high
    ? null
    : {
        method: 'normalize',
        algorithm: 'StretchToMinimumMaximum',
        minimum: statistics.low,
        maximum: statistics.high,
        gamma: null,
      }

const channel = (band: number, contrastEnhancement: ContrastEnhancement | null): SelectedChannel => ({
  sourceChannelName: String(band + 1),
  contrastEnhancement,
})

/** By what the bands are: the colours of the file, photographs as they are, measurements in greys that show most of them. */
export const defaultRasterStyle = ({ bands, palette, type }: RasterFacts): Style => {
  const plain = defaultStyle('Raster')
  const colours = (['red', 'green', 'blue'] as const).map((colour) =>
    bands.findIndex((band) => band.colour === colour),
  )
  const alpha = bands.findIndex((band) => band.colour === 'alpha')
  const stretched = (band: number) =>
    channel(band, type === 'uint8' ? null : plainContrast(bands[band]?.statistics ?? null))
  const [red = -1, green = -1, blue = -1] = colours
  const isColoured = colours.every((band) => band >= 0)
  const look: Partial<RasterSymbolizer> =
    palette !== null
      ? {
          colorMap: {
            type: 'values',
            entries: palette.map(({ value, color }) => ({
              quantity: value,
              color,
              opacity: 1,
              label: String(value),
            })),
          },
        }
      : isColoured
        ? {
            channelSelection: {
              kind: 'rgb',
              red: stretched(red),
              green: stretched(green),
              blue: stretched(blue),
            },
          }
        : {
            channelSelection: {
              kind: 'gray',
              gray: channel(
                alpha === 0 && bands.length > 1 ? 1 : 0,
                plainContrast(bands[alpha === 0 && bands.length > 1 ? 1 : 0]?.statistics ?? null),
              ),
            },
          }
  return {
    ...plain,
    featureTypeStyles: plain.featureTypeStyles.map((one) => ({
      ...one,
      rules: one.rules.map((rule) => ({
        ...rule,
        symbolizers: rule.symbolizers.map((symbolizer) =>
          symbolizer.kind === 'raster' ? { ...symbolizer, ...look } : symbolizer,
        ),
      })),
    })),
  }
}

export const defaultStyle = (geometryType: StyledGeometry): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: null,
  title: DEFAULT_STYLE_TITLE,
  abstract: null,
  opacity: null,
  featureTypeStyles: [
    { name: null, title: null, vendorOptions: {}, rules: structuredClone(rulesOf[kindOf[geometryType]]) },
  ],
})
