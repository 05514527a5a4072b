/** What MapLibre is told, judged by MapLibre's own evaluation of its expressions. */
import { featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import { type MapLibreOptions, writeMapLibre } from './maplibre.ts'
import { mapLibreFilter } from './maplibre-expression.ts'
import {
  type Expression,
  type Graphic,
  type Length,
  literal,
  noBase,
  pixels,
  plainGraphic,
  plainRule,
  plainStroke,
  type Rule,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from './model.ts'

const options: MapLibreOptions = {
  sourceId: 'layer',
  source: { type: 'vector', tiles: ['https://example.org/{z}/{x}/{y}'] },
  sourceLayer: 'roads',
  spriteUrl: 'https://example.org/sprite',
  glyphsUrl: 'https://example.org/{fontstack}/{range}.pbf',
}

const rule = (symbolizers: Symbolizer[], over: Partial<Rule> = {}): Rule =>
  plainRule(symbolizers, { name: 'r', ...over })
const styleOf = (...rules: Rule[]): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: 's',
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: [{ name: null, title: null, vendorOptions: {}, rules }],
})

const write = (style: Style, over: Partial<MapLibreOptions> = {}) => {
  const written = writeMapLibre(style, { ...options, ...over })
  expect(validateStyleMin(JSON.parse(JSON.stringify(written.style)))).toEqual([])
  return written
}
const layersOf = (...symbolizers: Symbolizer[]) => write(styleOf(rule(symbolizers))).style.layers

const property = (name: string): Expression => ({ kind: 'property', name })
const compare = (operator: '=' | '<>' | '<' | '>=', name: string, value: string | number): Expression => ({
  kind: 'comparison',
  operator,
  left: property(name),
  right: literal(value),
  matchCase: true,
})
const line = (color = '#ff0000', width: Length | null = null): Symbolizer => ({
  kind: 'line',
  ...noBase,
  stroke: plainStroke(literal(color), width),
  perpendicularOffset: null,
})
const mark = (name: string): Graphic =>
  plainGraphic(
    [
      {
        kind: 'mark',
        wellKnownName: literal(name),
        fill: { kind: 'solid', color: literal('#00ff00'), opacity: null },
        stroke: null,
      },
    ],
    pixels(8),
  )

/** Which of the features MapLibre draws. */
const drawn = (filter: Expression, features: Record<string, string | number | null>[]): boolean[] => {
  const written = mapLibreFilter(filter, () => {})
  if (written === undefined) return features.map(() => false)
  const { filter: isIn } = featureFilter(written as never, {} as never)
  return features.map((properties, id) => isIn({ zoom: 0 } as never, { type: 1, id, properties } as never))
}

describe('filters mean in MapLibre what they mean in the model', () => {
  test('a number is equal to the text that means it, and null to nothing', () => {
    const features: Record<string, string | number | null>[] = [
      { a: 5 },
      { a: '5' },
      { a: 6 },
      { a: null },
      {},
    ]
    expect(drawn(compare('=', 'a', '5'), features)).toEqual([true, true, false, false, false])
    expect(drawn(compare('<>', 'a', '5'), features)).toEqual([false, false, true, false, false])
    expect(drawn(compare('=', 'a', '5.0'), features)).toEqual([true, true, false, false, false])
    expect(drawn(compare('=', 'a', ''), features)).toEqual([false, false, false, false, false])
    expect(drawn({ kind: 'null', value: property('a') }, features)).toEqual([false, false, false, true, true])
  })

  test('order is that of numbers, or of texts such as days', () => {
    expect(drawn(compare('<', 'a', '10'), [{ a: 9 }, { a: '9' }, { a: 10 }, { a: null }])).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(drawn(compare('>=', 'a', '2026-02-01'), [{ a: '2026-10-01' }, { a: '2025-12-31' }])).toEqual([
      true,
      false,
    ])
  })

  test.each([
    ['Ca%', [true, false, true]],
    ['%ries', [true, false, false]],
    ['%str%', [true, false, false]],
    ['Ca%ries', [true, false, false]],
    ['Castries', [true, false, false]],
    ['%', [true, true, true]],
  ])('like %s', (pattern, expected) => {
    const like: Expression = {
      kind: 'like',
      value: property('a'),
      pattern,
      wildCard: '%',
      singleChar: '_',
      escapeChar: '\\',
      matchCase: true,
    }
    expect(
      drawn(
        like,
        [{ a: 'Castries' }, { a: 'Dennery' }, { a: 'Canaries' }].map((one) =>
          one.a === 'Canaries' && pattern.endsWith('ries') ? { a: 'Canary' } : one,
        ),
      ),
    ).toEqual(expected)
  })

  test('between, in, and, or, not', () => {
    const between: Expression = {
      kind: 'between',
      value: property('a'),
      lower: literal('2'),
      upper: literal('4'),
    }
    expect(drawn(between, [{ a: 2 }, { a: 4 }, { a: 5 }, {}])).toEqual([true, true, false, false])
    const within: Expression = { kind: 'in', value: property('a'), values: [literal('x'), literal(3)] }
    expect(drawn(within, [{ a: 'x' }, { a: 3 }, { a: 'y' }, {}])).toEqual([true, true, false, false])
    expect(drawn({ kind: 'not', operand: within }, [{ a: 'x' }, { a: 'y' }])).toEqual([false, true])
    expect(drawn({ kind: 'or', operands: [within, between] }, [{ a: 'x' }, { a: 4 }, { a: 9 }])).toEqual([
      true,
      true,
      false,
    ])
  })

  test('what cannot be said draws nothing, and is told with the rule', () => {
    const unknown: Expression = { kind: 'function', name: 'exec', arguments: [], options: {} }
    const filter: Expression = {
      kind: 'comparison',
      operator: '=',
      left: unknown,
      right: literal(1),
      matchCase: true,
    }
    const { style, losses } = write(
      styleOf(rule([line()], { title: 'Roads', applies: { kind: 'filter', filter } })),
    )
    expect(style.layers).toEqual([])
    expect(losses).toEqual([
      expect.objectContaining({ code: 'FUNCTION_LOST', verdict: 'lost', rule: 'Roads' }),
    ])
  })
})

describe('rules become layers in painting order', () => {
  test('ELSE is what no other rule takes at that scale', () => {
    const filtered = rule([line()], { applies: { kind: 'filter', filter: compare('=', 'a', '1') } })
    const other = rule([line('#0000ff')], { applies: { kind: 'else' } })
    const { layers } = write(styleOf(filtered, other)).style
    const { filter: isIn } = featureFilter(layers[1]?.filter as never, {} as never)
    const takes = (a: number) => isIn({ zoom: 0 } as never, { type: 1, properties: { a } } as never)
    expect([takes(1), takes(2)]).toEqual([false, true])
    expect(write(styleOf(rule([line()]), other)).style.layers).toHaveLength(1)
    const far = rule([line()], { minScaleDenominator: 1_000_000 })
    const near = { ...other, maxScaleDenominator: 1_000_000 }
    expect(write(styleOf(far, near)).style.layers[1]).not.toHaveProperty('filter')
  })

  test('scales become zooms, a pixel being 0.28 mm', () => {
    const [layer] = write(
      styleOf(rule([line()], { minScaleDenominator: 68_247, maxScaleDenominator: 1_091_958 })),
    ).style.layers
    expect(layer?.minzoom).toBeCloseTo(8, 2)
    expect(layer?.maxzoom).toBeCloseTo(12, 2)
    expect(
      write(styleOf(rule([line()], { minScaleDenominator: 100, maxScaleDenominator: 10 }))).style.layers,
    ).toEqual([])
  })

  test('each layer names its rule, source and source layer', () => {
    expect(layersOf(line())[0]).toMatchObject({
      source: 'layer',
      'source-layer': 'roads',
      metadata: { 'sec-ims:rule': 'r' },
    })
  })

  test('what is for rasters is left out of a layer with features, and told', () => {
    const raster: Symbolizer = {
      kind: 'raster',
      ...noBase,
      channelSelection: null,
      colorMap: null,
      contrastEnhancement: null,
      shadedRelief: null,
    }
    const { style, losses } = write(styleOf(rule([raster, line()])))
    expect(style.layers.map(({ type }) => type)).toEqual(['line'])
    expect(losses).toEqual([expect.objectContaining({ code: 'OTHER_DATA' })])
  })
})

describe('symbols', () => {
  test('dashes are counted in widths, and an offset to the left is negative', () => {
    const dashed: Symbolizer = {
      ...(line('#000000', pixels(2)) as Extract<Symbolizer, { kind: 'line' }>),
      perpendicularOffset: pixels(3),
    }
    dashed.stroke = { ...dashed.stroke, dashArray: [pixels(4), pixels(2)] }
    expect(layersOf(dashed)[0]?.paint).toMatchObject({ 'line-dasharray': [2, 1], 'line-offset': -3 })
  })

  test('sizes on the ground double with each zoom', () => {
    const [layer] = layersOf(line('#000000', { value: literal(10), unit: 'metre' }))
    expect(layer?.paint['line-width']).toEqual([
      'interpolate',
      ['exponential', 2],
      ['zoom'],
      0,
      expect.any(Number),
      24,
      expect.any(Number),
    ])
    const [, , , , from, , to] = (layer?.paint['line-width'] ?? []) as number[]
    expect((to ?? 0) / (from ?? 1)).toBeCloseTo(2 ** 24, 0)
  })

  test('millimetres are pixels of 0.28 mm', () => {
    expect(
      layersOf(line('#000000', { value: literal(0.28), unit: 'millimetre' }))[0]?.paint['line-width'],
    ).toBeCloseTo(1)
  })

  test('a mark is a sprite with a name that depends on how it looks only', () => {
    const point = (name: string): Symbolizer => ({ kind: 'point', ...noBase, graphic: mark(name) })
    const { style, sprites } = write(styleOf(rule([point('star'), point('cross'), point('star')])))
    const names = style.layers.map(({ layout }) => layout['icon-image'])
    expect(sprites.map(({ name }) => name)).toEqual([names[0], names[1]])
    expect(names[2]).toBe(names[0])
    expect(style.sprite).toBe('https://example.org/sprite')
  })

  test('a circle needs no sprite where the layer is of points, and is one elsewhere', () => {
    const circle: Symbolizer = { kind: 'point', ...noBase, graphic: mark('circle') }
    const asPoint = write(styleOf(rule([circle])), { geometryType: 'Point' })
    expect(asPoint.style.layers[0]).toMatchObject({
      type: 'circle',
      paint: { 'circle-radius': 4, 'circle-color': '#00ff00' },
    })
    expect(asPoint.style).not.toHaveProperty('sprite')
    expect(write(styleOf(rule([circle])), { geometryType: 'Polygon' }).style.layers[0]).toMatchObject({
      type: 'symbol',
    })
  })

  test('a pattern is a sprite, and labels have text, font, halo and place', () => {
    const hatch: Symbolizer = {
      kind: 'polygon',
      ...noBase,
      fill: {
        kind: 'hatch',
        rotation: literal(45),
        distance: pixels(6),
        offset: null,
        stroke: plainStroke(literal('#000000')),
      },
      stroke: null,
      displacement: null,
      perpendicularOffset: null,
    }
    const label: Symbolizer = {
      kind: 'text',
      ...noBase,
      label: property('name'),
      font: {
        families: ['Noto Sans'],
        size: pixels(12),
        style: 'italic',
        weight: 'bold',
        isUnderlined: false,
        isStruckThrough: false,
      },
      fill: { kind: 'solid', color: literal('#222222'), opacity: null },
      halo: { radius: pixels(1), fill: { kind: 'solid', color: literal('#ffffff'), opacity: literal(0.5) } },
      placement: {
        kind: 'point',
        anchorPoint: { x: literal(0), y: literal(0.5) },
        displacement: { x: pixels(6), y: pixels(12) },
        rotation: null,
      },
      background: null,
      priority: null,
      mayOverlap: false,
    }
    const [fill, text] = layersOf(hatch, label)
    expect(fill).toMatchObject({
      type: 'fill',
      paint: { 'fill-pattern': expect.stringMatching(/^pattern-/) },
    })
    expect(text).toMatchObject({
      type: 'symbol',
      layout: {
        'text-field': ['to-string', ['get', 'name']],
        'text-font': ['Noto Sans Bold Italic', 'DejaVu Sans Bold Oblique'],
        'text-anchor': 'left',
        'text-offset': [0.5, -1],
      },
      paint: { 'text-halo-color': 'rgba(255, 255, 255, 0.5)' },
    })
  })
})
