/** Rasters become colours: ramps, intervals, values, contrast, channels, opacity and relief. */
import { expect, test } from 'vitest'
import { createLosses } from '../../../backend/src/render/paint/losses.ts'
import { paintRaster, type Raster } from '../../../backend/src/render/paint/raster.ts'
import { plainView } from '../../../backend/src/render/paint/view.ts'
import { type ColorMap, literal, noBase, type RasterSymbolizer } from '../../../backend/src/styles/model.ts'

const symbolizer = (more: Partial<RasterSymbolizer>): RasterSymbolizer => ({
  ...noBase,
  kind: 'raster',
  channelSelection: null,
  colorMap: null,
  contrastEnhancement: null,
  shadedRelief: null,
  ...more,
})

const grid = (values: number[], width = values.length): Raster => ({
  box: [0, 0, width, values.length / width],
  width,
  height: values.length / width,
  bands: [{ name: 'one', values: Float32Array.from(values), noData: -9999 }],
})

/** One pixel a cell. */
const painted = (raster: Raster, given: RasterSymbolizer) => {
  const losses = createLosses()
  const view = plainView({ box: raster.box, width: raster.width, height: raster.height })
  const { rgba } = paintRaster(given, raster, view, losses)
  const colors = Array.from({ length: rgba.length / 4 }, (_, i) =>
    rgba[4 * i + 3] === 0 ? null : `#${Buffer.from(rgba.subarray(4 * i, 4 * i + 3)).toString('hex')}`,
  )
  return { colors, rgba, losses: losses.list() }
}

const map = (type: ColorMap['type']): ColorMap => ({
  type,
  entries: [
    { quantity: 0, color: '#000000', opacity: 1, label: null },
    { quantity: 10, color: '#ff0000', opacity: 1, label: null },
    { quantity: 'inf', color: '#0000ff', opacity: 1, label: null },
  ],
})

test.each([
  ['ramp', ['#000000', '#000000', '#800000', '#ff0000', '#ff0000', null]],
  ['intervals', ['#000000', '#000000', '#ff0000', '#ff0000', '#0000ff', null]],
  ['values', [null, '#000000', null, '#ff0000', null, null]],
] as const)('a colour map of %s', (type, expected) => {
  const given = grid([-5, 0, 5, 10, 15, -9999])
  expect(painted(given, symbolizer({ colorMap: map(type) })).colors).toEqual(expected)
})

test('contrast stretches to 0 … 255, and clips what the style clips', () => {
  const contrast = (algorithm: string) =>
    symbolizer({
      channelSelection: {
        kind: 'gray',
        gray: {
          sourceChannelName: '1',
          contrastEnhancement: { method: 'normalize', algorithm, minimum: 100, maximum: 200, gamma: null },
        },
      },
    })
  const given = grid([50, 100, 150, 200, 250])
  expect(painted(given, contrast('StretchToMinimumMaximum')).colors).toEqual([
    '#000000',
    '#000000',
    '#808080',
    '#ffffff',
    '#ffffff',
  ])
  expect(painted(given, contrast('ClipToMinimumMaximum')).colors).toEqual([
    null,
    '#646464',
    '#969696',
    '#c8c8c8',
    null,
  ])
})

test('opacity thins, and a band that is not there is said', () => {
  const half = painted(grid([5]), symbolizer({ colorMap: map('ramp'), opacity: literal(0.5) }))
  expect(half.rgba[3]).toBe(128)
  const gray = { sourceChannelName: '7', contrastEnhancement: null }
  const none = painted(grid([5]), symbolizer({ channelSelection: { kind: 'gray', gray } }))
  expect([none.colors, none.losses.map(({ code }) => code)]).toEqual([[null], ['NO_SUCH_BAND']])
})

test('relief: a slope towards the light is brighter than level ground, and one away darker', () => {
  const slope = (rise: number) =>
    grid(
      Array.from({ length: 25 }, (_, i) => (i % 5) * rise),
      5,
    )
  const shade = (raster: Raster, azimuth: number) => {
    const relief = {
      brightnessOnly: false,
      reliefFactor: 1,
      azimuth,
      altitude: 45,
      isMultidirectional: false,
    }
    return Number.parseInt(
      painted(raster, symbolizer({ shadedRelief: relief })).colors[12]?.slice(1, 3) ?? '',
      16,
    )
  }
  const level = shade(slope(0), 270)
  expect(level).toBe(Math.round(255 * Math.SQRT1_2))
  // Rising to the east, it faces west.
  expect(shade(slope(0.5), 270)).toBeGreaterThan(level)
  expect(shade(slope(0.5), 90)).toBeLessThan(level)
})
