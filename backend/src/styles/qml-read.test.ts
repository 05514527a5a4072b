/** What is read from a QML: little ones, written as QGIS writes them. */
import { describe, expect, test } from 'vitest'
import { fromXml } from './markup.ts'
import { literal, type Rule, type Symbolizer } from './model.ts'
import { readQml } from './qml.ts'
import { readQmlStyle } from './qml-read.ts'

const read = (content: string, attributes = '') =>
  readQmlStyle(
    fromXml(readQml(Buffer.from(`<qgis version="3.22.16-Białowieża" ${attributes}>${content}</qgis>`))),
  )

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const options = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `<Option name="${name}" value="${escaped(value)}" type="QString"/>`)
    .join('')

const layer = (
  name: string,
  values: Record<string, string> = {},
  inside = '',
  attributes = 'enabled="1" pass="0"',
) => `<layer class="${name}" ${attributes}><Option type="Map">${options(values)}</Option>${inside}</layer>`

const symbol = (layers: string, { type = 'fill', alpha = '1', name = '0', inside = '' } = {}) =>
  `<symbol name="${name}" type="${type}" alpha="${alpha}">${inside}${layers}</symbol>`

const single = (one: string, more = '') =>
  `<renderer-v2 type="singleSymbol" ${more}><symbols>${one}</symbols></renderer-v2>`

/** Of each feature, by a field or an expression. */
const defined = (
  properties: Record<string, { field?: string; expression?: string; inside?: string }>,
  tag = 'data_defined_properties',
) =>
  `<${tag}><Option type="Map"><Option name="name" value="" type="QString"/><Option name="properties" type="Map">${Object.entries(
    properties,
  )
    .map(
      ([name, { field, expression, inside = '' }]) =>
        `<Option name="${name}" type="Map"><Option name="active" value="true" type="bool"/>${
          field === undefined
            ? `<Option name="expression" value="${escaped(expression ?? '')}" type="QString"/><Option name="type" value="3" type="int"/>`
            : `<Option name="field" value="${field}" type="QString"/><Option name="type" value="2" type="int"/>`
        }${inside}</Option>`,
    )
    .join('')}</Option><Option name="type" value="collection" type="QString"/></Option></${tag}>`

const rulesOf = ({ style }: ReturnType<typeof read>): Rule[] =>
  style.featureTypeStyles.flatMap(({ rules }) => rules)
const symbolizersOf = (found: ReturnType<typeof read>): Symbolizer[] =>
  rulesOf(found).flatMap(({ symbolizers }) => symbolizers)
const codesOf = ({ losses }: ReturnType<typeof read>) => losses.map(({ code }) => code)
const one = (found: ReturnType<typeof read>) => symbolizersOf(found)[0]
const mm = (value: number) => ({ value: literal(value), unit: 'millimetre' })
const solid = (color: string, opacity: number | null = null) => ({
  kind: 'solid',
  color: literal(color),
  opacity: opacity === null ? null : literal(opacity),
})

const ofMarker = (name: string, values: Record<string, string>, inside = '', alpha = '1') =>
  read(single(symbol(layer(name, values, inside), { type: 'marker', alpha })))
const ofLine = (name: string, values: Record<string, string>, inside = '') =>
  read(single(symbol(layer(name, values, inside), { type: 'line' })))
const ofFill = (name: string, values: Record<string, string>, inside = '') =>
  read(single(symbol(layer(name, values, inside), { type: 'fill' })))

const marker = (values: Record<string, string> = {}) =>
  symbol(
    layer('SimpleMarker', { name: 'circle', color: '0,0,0,255', outline_style: 'no', size: '2', ...values }),
    {
      type: 'marker',
      name: '@0@0',
    },
  )
const lineSymbol = (values: Record<string, string> = {}) =>
  symbol(layer('SimpleLine', { line_color: '255,0,0,255', line_width: '0.5', ...values }), {
    type: 'line',
    name: '@0@0',
  })
const plainFill = (values: Record<string, string> = {}) =>
  symbol(layer('SimpleFill', { color: '0,128,0,255', style: 'solid', outline_style: 'no', ...values }), {
    name: '@0@0',
  })

describe('Markers', () => {
  const circle = {
    name: 'circle',
    color: '255,0,0,128',
    outline_color: '0,0,0,255',
    outline_width: '0.3',
    size: '3',
    size_unit: 'MM',
  }

  test('a simple marker is a mark with its size, fill and outline', () => {
    const found = ofMarker('SimpleMarker', circle, '', '0.5')
    expect(one(found)).toMatchObject({
      kind: 'point',
      opacity: literal(0.5),
      graphic: {
        size: mm(3),
        rotation: null,
        displacement: null,
        contents: [
          {
            kind: 'mark',
            wellKnownName: literal('circle'),
            fill: solid('#ff0000', 0.502),
            stroke: { color: literal('#000000'), width: mm(0.3), lineJoin: 'bevel' },
          },
        ],
      },
    })
    expect(found.losses).toEqual([])
  })

  test('both dialects of values say the same', () => {
    const old = Object.entries(circle)
      .map(([key, value]) => `<prop k="${key}" v="${value}"/>`)
      .join('')
    const inOld = read(
      single(symbol(`<layer class="SimpleMarker" enabled="1">${old}</layer>`, { type: 'marker' })),
    )
    expect(inOld.style).toEqual(ofMarker('SimpleMarker', circle).style)
  })

  test.each([
    ['Pixel', 4, 'pixel', 4],
    ['MapUnit', 4, 'map-unit', 4],
    ['Inch', 1, 'millimetre', 25.4],
    ['Point', 72, 'millimetre', 25.4],
    ['RenderMetersInMapUnits', 4, 'metre', 4],
  ])('a size in %s is one of the model', (unit, size, ours, value) => {
    expect(one(ofMarker('SimpleMarker', { ...circle, size: String(size), size_unit: unit }))).toMatchObject({
      graphic: { size: { value: literal(value), unit: ours } },
    })
  })

  test("what is moved in QGIS goes down with y, and turns with the mark; the model's does neither", () => {
    expect(one(ofMarker('SimpleMarker', { ...circle, offset: '1,2' }))).toMatchObject({
      graphic: { displacement: { x: mm(1), y: mm(-2) } },
    })
    // To the right, turned by a quarter clockwise: downwards.
    expect(one(ofMarker('SimpleMarker', { ...circle, offset: '1,0', angle: '90' }))).toMatchObject({
      graphic: { rotation: literal(90), displacement: { x: mm(0), y: mm(-1) } },
    })
  })

  test('the anchor of a marker is where it lies on the point', () => {
    const anchored = { ...circle, horizontal_anchor_point: '0', vertical_anchor_point: '2' }
    expect(one(ofMarker('SimpleMarker', anchored))).toMatchObject({
      graphic: { anchorPoint: { x: literal(0), y: literal(0) } },
    })
  })

  test('an ellipse has a height, and a width by it', () => {
    const values = { symbol_name: 'diamond', symbol_width: '4', symbol_height: '2', color: '1,2,3,255' }
    expect(one(ofMarker('EllipseMarker', values))).toMatchObject({
      graphic: { size: mm(2), aspectRatio: 2, contents: [{ wellKnownName: literal('diamond') }] },
    })
  })

  test('an embedded SVG has its height by its shape, its colours, and its outline as wide as on the screen', () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20z" fill="param(fill)"/></svg>'
    const values = {
      name: `base64:${Buffer.from(svg).toString('base64')}`,
      color: '255,0,0,255',
      outline_color: '0,0,255,255',
      outline_width: '0.5',
      size: '10',
    }
    expect(one(ofMarker('SvgMarker', values))).toMatchObject({
      graphic: {
        size: mm(5),
        contents: [
          {
            kind: 'external-graphic',
            format: 'image/svg+xml',
            source: { kind: 'data', mediaType: 'image/svg+xml' },
            parameters: { fill: '#ff0000', outline: '#0000ff', 'outline-width': '2' },
          },
        ],
      },
    })
  })

  test('an SVG of the library is found by its name, and one of a folder of somebody is lost', () => {
    expect(one(ofMarker('SvgMarker', { name: 'gpsicons/plane.svg' }))).toMatchObject({
      graphic: { contents: [{ source: { kind: 'library', name: 'gpsicons/plane.svg' } }] },
    })
    const lost = ofMarker('SvgMarker', { name: '/home/somebody/my own.d/tree.svg' })
    expect(lost.losses).toEqual([expect.objectContaining({ code: 'QML_PICTURE_ELSEWHERE', verdict: 'lost' })])
    expect(lost.losses[0]?.message).not.toContain('somebody')
  })

  test('a letter of a font is a mark', () => {
    expect(
      one(ofMarker('FontMarker', { font: 'Dingbats', chr: 'B', color: '0,0,255,255', size: '4' })),
    ).toMatchObject({
      graphic: {
        size: mm(4),
        contents: [
          {
            kind: 'font-mark',
            fontFamily: 'Dingbats',
            character: literal('B'),
            fill: solid('#0000ff'),
            stroke: null,
          },
        ],
      },
    })
  })

  test('a filled marker is a mark with what its symbol fills and outlines', () => {
    const inside = symbol(
      layer('SimpleFill', {
        color: '9,8,7,255',
        style: 'solid',
        outline_color: '0,0,0,255',
        outline_width: '1',
      }),
      { name: '@0@0' },
    )
    expect(one(ofMarker('FilledMarker', { name: 'star', size: '5' }, inside))).toMatchObject({
      graphic: {
        contents: [{ wellKnownName: literal('star'), fill: solid('#090807'), stroke: { width: mm(1) } }],
      },
    })
  })

  test('a picture as marker is drawn as wide as QGIS draws it', () => {
    const values = { imageFile: 'base64:iVBORw0KGgo=', size: '6', fixedAspectRatio: '0.5', alpha: '0.25' }
    expect(one(ofMarker('RasterMarker', values))).toMatchObject({
      graphic: {
        size: mm(3),
        aspectRatio: 2,
        opacity: literal(0.25),
        contents: [{ source: { kind: 'data', mediaType: 'image/png' } }],
      },
    })
  })

  test('several layers are drawn in their order; what is off is not', () => {
    const layers =
      layer('SimpleMarker', { name: 'square' }) +
      layer('SimpleMarker', { name: 'star' }, '', 'enabled="0" pass="0"') +
      layer('SimpleMarker', { name: 'circle' })
    const names = symbolizersOf(read(single(symbol(layers, { type: 'marker' })))).map((symbolizer) =>
      symbolizer.kind === 'point' && symbolizer.graphic.contents[0]?.kind === 'mark'
        ? symbolizer.graphic.contents[0].wellKnownName
        : null,
    )
    expect(names).toEqual([literal('square'), literal('circle')])
  })
})

describe('Lines', () => {
  test('a simple line has colour, width, join and cap; its offset is to the other side', () => {
    const values = {
      line_color: '1,2,3,255',
      line_width: '0.7',
      joinstyle: 'round',
      capstyle: 'flat',
      offset: '2',
    }
    expect(one(ofLine('SimpleLine', values))).toMatchObject({
      kind: 'line',
      perpendicularOffset: mm(-2),
      stroke: {
        color: literal('#010203'),
        width: mm(0.7),
        lineJoin: 'round',
        lineCap: 'butt',
        dashArray: null,
      },
    })
  })

  test("Qt's dashes are in widths of the line, custom ones in units of their own", () => {
    expect(one(ofLine('SimpleLine', { line_style: 'dash dot', line_width: '0.5' }))).toMatchObject({
      stroke: { dashArray: [mm(2), mm(1), mm(0.5), mm(1)] },
    })
    const custom = {
      use_custom_dash: '1',
      customdash: '5;2',
      customdash_unit: 'Pixel',
      dash_pattern_offset: '1',
    }
    expect(one(ofLine('SimpleLine', custom))).toMatchObject({
      stroke: {
        dashArray: [
          { value: literal(5), unit: 'pixel' },
          { value: literal(2), unit: 'pixel' },
        ],
        dashOffset: mm(1),
      },
    })
    expect(symbolizersOf(ofLine('SimpleLine', { line_style: 'no' }))).toEqual([])
  })

  test('markers on a line are as far apart as QGIS says, from middle to middle', () => {
    expect(
      one(ofLine('MarkerLine', { interval: '5', placement: 'interval', rotate: '1', offset: '1' }, marker())),
    ).toMatchObject({
      kind: 'line',
      perpendicularOffset: mm(-1),
      stroke: {
        graphicStroke: {
          placement: ['interval'],
          gap: mm(3),
          initialGap: mm(-1),
          isRotated: true,
          graphic: { size: mm(2) },
        },
      },
    })
  })

  test('all places of markers are read, in the words of 3.22 and in those of 3.24', () => {
    const placementOf = (values: Record<string, string>) => {
      const found = one(ofLine('MarkerLine', { ...values, rotate: '0' }, marker()))
      return found?.kind === 'line' ? found.stroke.graphicStroke?.placement : null
    }
    expect(placementOf({ placement: 'centralpoint' })).toEqual(['centralPoint'])
    expect(placementOf({ placement: 'lastvertex' })).toEqual(['lastPoint'])
    expect(placementOf({ placements: 'FirstVertex|InnerVertices|SegmentCenter' })).toEqual([
      'firstPoint',
      'innerVertices',
      'segmentCenter',
    ])
  })

  test('hashes are short lines across, turned with the line', () => {
    const values = { hash_length: '4', hash_angle: '30', interval: '6' }
    expect(one(ofLine('HashLine', values, lineSymbol()))).toMatchObject({
      stroke: {
        graphicStroke: {
          gap: mm(2),
          isRotated: true,
          graphic: {
            size: mm(4),
            rotation: literal(30),
            contents: [{ wellKnownName: literal('line'), stroke: { color: literal('#ff0000') } }],
          },
        },
      },
    })
  })

  test.each(['ArrowLine', 'InterpolatedLine', 'RasterLine', 'Lineburst', 'SomethingOfTomorrow'])(
    'of a %s nothing is drawn, and that is said',
    (name) => {
      const found = ofLine(name, {})
      expect(found.style.featureTypeStyles).toEqual([])
      expect(found.losses).toEqual([expect.objectContaining({ code: 'QML_SYMBOL_LAYER', verdict: 'lost' })])
    },
  )
})

describe('Fills', () => {
  test('a simple fill is a fill and an outline', () => {
    const values = {
      color: '10,20,30,255',
      style: 'solid',
      outline_color: '0,0,0,255',
      outline_width: '0',
      offset: '0,3',
    }
    expect(one(ofFill('SimpleFill', values))).toMatchObject({
      kind: 'polygon',
      fill: solid('#0a141e'),
      stroke: { width: mm(0) },
      displacement: { x: mm(0), y: mm(-3) },
    })
    expect(
      one(ofFill('SimpleFill', { style: 'no', outline_style: 'dash', outline_width: '1' })),
    ).toMatchObject({
      fill: null,
      stroke: { dashArray: [mm(4), mm(2)] },
    })
  })

  test.each([
    ['dense4', 'dense4'],
    ['b_diagonal', 'backward-diagonal'],
    ['f_diagonal', 'forward-diagonal'],
    ['diagonal_x', 'diagonal-cross'],
  ])('the pattern %s is a bitmap', (style, name) => {
    expect(one(ofFill('SimpleFill', { style, outline_style: 'no' }))).toMatchObject({
      fill: { kind: 'brush', name },
      stroke: null,
    })
  })

  test('a pattern of lines is a hatch, turned the other way', () => {
    expect(
      one(ofFill('LinePatternFill', { angle: '30', distance: '4', offset: '1' }, lineSymbol())),
    ).toMatchObject({
      fill: {
        kind: 'hatch',
        rotation: literal(-30),
        distance: mm(4),
        offset: mm(-1),
        stroke: { width: mm(0.5) },
      },
    })
  })

  test.each([
    [0, 1],
    [90, 1],
    [180, -1],
    [270, -1],
    [20, -1],
    [110, 1],
    [200, -1],
    [-20, 1],
  ])('lines of a pattern at %d° are moved to the side to which QGIS moves them', (angle, side) => {
    const found = one(ofFill('LinePatternFill', { angle: String(angle), offset: '2' }, lineSymbol()))
    expect(found).toMatchObject({ fill: { offset: mm(2 * side) } })
  })

  test('a pattern of points has margins that make its distances', () => {
    const values = { distance_x: '6', distance_y: '4', displacement_x: '3', displacement_y: '1' }
    expect(one(ofFill('PointPatternFill', values, marker()))).toMatchObject({
      fill: {
        kind: 'graphic',
        graphic: { size: mm(2) },
        margin: { left: mm(2), right: mm(2), top: mm(1), bottom: mm(1) },
        stagger: { x: mm(3), y: mm(-1) },
      },
    })
  })

  test('a marker in the middle of a polygon, or somewhere inside', () => {
    expect(one(ofFill('CentroidFill', {}, marker()))).toMatchObject({
      kind: 'point',
      geometry: null,
    })
    expect(one(ofFill('CentroidFill', { point_on_surface: '1' }, marker()))).toMatchObject({
      geometry: { name: 'pointOnSurface' },
    })
  })

  test('an SVG fills, and the outline is a line of its own', () => {
    const found = symbolizersOf(
      ofFill('SVGFill', { svgFile: 'gpsicons/plane.svg', width: '8', angle: '15' }, lineSymbol()),
    )
    expect(found).toMatchObject([
      { kind: 'polygon', fill: { kind: 'graphic', graphic: { size: mm(8), rotation: literal(15) } } },
      { kind: 'line', stroke: { color: literal('#ff0000') } },
    ])
  })

  test('the width of an SVG in a fill is its width, whatever its shape', () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30px" height="10px"/>')
    const values = { svgFile: `base64:${svg.toString('base64')}`, width: '9' }
    expect(one(ofFill('SVGFill', values))).toMatchObject({ fill: { graphic: { size: mm(3) } } })
  })

  test('lines in the symbol of a polygon go along its outline', () => {
    expect(symbolizersOf(ofFill('SimpleLine', { line_width: '1' }))).toMatchObject([{ kind: 'line' }])
    expect(symbolizersOf(ofFill('MarkerLine', { interval: '5' }, marker()))).toMatchObject([{ kind: 'line' }])
  })

  test('a gradient is the colour between, and said to be', () => {
    const found = ofFill('GradientFill', { color: '0,0,0,255', gradient_color2: '255,255,255,255' })
    expect(one(found)).toMatchObject({ fill: solid('#808080') })
    expect(codesOf(found)).toEqual(['QML_GRADIENT'])
  })
})

describe('Data-defined values', () => {
  test('a field or an expression takes the place of the fixed value', () => {
    const inside = defined({
      size: { expression: '"pop" / 1000' },
      angle: { field: 'direction' },
      fillColor: { expression: `if("a" > 1, '255,0,0,255', '#0000ff')` },
    })
    const found = ofMarker('SimpleMarker', { size: '2', color: '1,2,3,255' }, inside)
    expect(one(found)).toMatchObject({
      graphic: {
        size: { value: { kind: 'arithmetic', operator: '/' }, unit: 'millimetre' },
        rotation: { kind: 'property', name: 'direction' },
        contents: [
          {
            fill: {
              color: { name: 'if_then_else', arguments: [{}, literal('#ff0000'), literal('#0000ff')] },
            },
          },
        ],
      },
    })
    expect(found.losses).toEqual([])
  })

  test('the assistant makes sizes of values', () => {
    const inner = (exponent: string) =>
      `<Option name="transformer" type="Map"><Option name="d" type="Map">${options({ minValue: '0', maxValue: '100', minSize: '1', maxSize: '5', exponent, scaleType: '2' })}</Option><Option name="t" value="1" type="int"/></Option>`
    const sizeOf = (exponent: string) => {
      const inside = defined({ size: { field: 'pop', inside: inner(exponent) } })
      const found = one(ofMarker('SimpleMarker', { size: '2' }, inside))
      return found?.kind === 'point' ? found.graphic.size?.value : null
    }
    expect(sizeOf('1')).toMatchObject({
      name: 'scale_linear',
      arguments: [{ name: 'pop' }, literal(0), literal(100), literal(1), literal(5)],
    })
    expect(sizeOf('0.57')).toMatchObject({
      operator: '+',
      right: { right: { operator: '^', right: literal(0.57) } },
    })
  })

  test('what is not understood, or not drawn by feature, leaves the fixed value and is said', () => {
    const inside = defined({ size: { expression: 'aggregate(1)' }, customDash: { field: 'dashes' } })
    const found = ofMarker('SimpleMarker', { size: '2' }, inside)
    expect(one(found)).toMatchObject({ graphic: { size: mm(2) } })
    expect(codesOf(found)).toEqual(['QML_DATA_DEFINED', 'QML_DATA_DEFINED'])
  })

  test('a layer that is on for some features is invisible for the others', () => {
    const inside = defined({ enabled: { expression: '"a" = 1' } })
    expect(one(ofFill('SimpleFill', { color: '0,0,0,255' }, inside))).toMatchObject({
      opacity: { name: 'if_then_else', arguments: [{ kind: 'comparison' }, literal(1), literal(0)] },
    })
  })
})

const named = (...names: string[]) =>
  `<symbols>${names.map((name) => symbol(layer('SimpleFill', { color: `${name},0,0,255` }), { name })).join('')}</symbols>`

describe('Renderers', () => {
  const categorized = (categories: string, attr = 'use') =>
    read(
      `<renderer-v2 type="categorizedSymbol" attr="${attr}"><categories>${categories}</categories>${named('0', '1', '2')}</renderer-v2>`,
    )

  test('categories are equal to a value, one of several, or all others', () => {
    const found = categorized(`<category symbol="0" value="a" type="string" label="A" render="true"/>
      <category symbol="1" label="B, 3 or none" render="true"><val value="b" type="string"/><val value="3" type="integer"/><val value="" type="string"/></category>
      <category symbol="2" value="NULL" type="NULL" label="rest" render="true"/>`)
    const by = { kind: 'property', name: 'use' }
    expect(rulesOf(found)).toMatchObject([
      {
        title: 'A',
        applies: {
          kind: 'filter',
          filter: { kind: 'comparison', operator: '=', left: by, right: literal('a') },
        },
      },
      {
        title: 'B, 3 or none',
        applies: {
          filter: {
            kind: 'or',
            operands: [
              { kind: 'null', value: by },
              { kind: 'comparison' },
              { kind: 'in', values: [literal('b'), literal(3)] },
            ],
          },
        },
      },
      { title: 'rest', applies: { kind: 'else' } },
    ])
  })

  test('a category that is off draws nothing and keeps its features from the rest', () => {
    const off =
      '<category symbol="0" value="a" label="A" render="false"/><category symbol="1" value="b" label="B" render="true"/>'
    expect(rulesOf(categorized(off)).map(({ title }) => title)).toEqual(['B'])
    const withRest = rulesOf(categorized(`${off}<category symbol="2" value="" label="rest" render="true"/>`))
    expect(withRest.map(({ title, symbolizers }) => [title, symbolizers.length])).toEqual([
      ['A', 0],
      ['B', 1],
      ['rest', 1],
    ])
  })

  test('classes by an expression are read, or lost as a whole', () => {
    const category = '<category symbol="0" value="A" label="A" render="true"/>'
    expect(rulesOf(categorized(category, 'upper(&quot;use&quot;)'))).toMatchObject([
      { applies: { filter: { left: { kind: 'function', name: 'upper' } } } },
    ])
    const lost = categorized(category, 'my_function(&quot;use&quot;)')
    expect(rulesOf(lost)).toEqual([])
    expect(codesOf(lost)).toEqual(['QML_CLASSES_EXPRESSION'])
  })

  test('a value on the limit of two ranges is in the first', () => {
    const found = read(`<renderer-v2 type="graduatedSymbol" attr="pop"><ranges>
      <range lower="0" upper="10" symbol="0" label="few" render="true"/>
      <range lower="10" upper="20" symbol="1" label="some" render="true"/>
      <range lower="30" upper="40" symbol="2" label="many" render="true"/></ranges>${named('0', '1', '2')}</renderer-v2>`)
    const operators = rulesOf(found).map(({ applies }) =>
      applies.kind === 'filter' && applies.filter.kind === 'and'
        ? applies.filter.operands.map((test) => test.kind === 'comparison' && test.operator)
        : null,
    )
    expect(operators).toEqual([
      ['>=', '<='],
      ['>', '<='],
      ['>=', '<='],
    ])
  })

  const ruled = (rules: string) =>
    read(
      `<renderer-v2 type="RuleRenderer"><rules key="{r}">${rules}</rules>${named('0', '1', '2')}</renderer-v2>`,
    )

  test('nested rules join their filters and narrow their scales', () => {
    const found =
      ruled(`<rule filter="&quot;a&quot; = 1" label="outer" scalemindenom="1000" scalemaxdenom="50000">
        <rule filter="&quot;b&quot; = 2" symbol="0" label="inner" scalemindenom="500" scalemaxdenom="10000"/></rule>`)
    expect(rulesOf(found)).toMatchObject([
      {
        title: 'inner',
        minScaleDenominator: 1000,
        maxScaleDenominator: 10000,
        applies: { filter: { kind: 'and', operands: [{ left: { name: 'a' } }, { left: { name: 'b' } }] } },
      },
    ])
  })

  test('ELSE is ELSE at the top, and said in full below', () => {
    const top = ruled(
      '<rule filter="&quot;a&quot; = 1" symbol="0"/><rule filter="ELSE" symbol="1" label="rest"/>',
    )
    expect(rulesOf(top).map(({ applies }) => applies.kind)).toEqual(['filter', 'else'])
    const below = ruled(
      `<rule filter="&quot;a&quot; = 1"><rule filter="&quot;b&quot; = 1" symbol="0"/><rule filter="ELSE" symbol="1" label="rest"/></rule>`,
    )
    expect(rulesOf(below)[1]).toMatchObject({
      applies: {
        filter: {
          kind: 'and',
          operands: [
            { left: { name: 'a' } },
            {
              kind: 'not',
              operand: { name: 'coalesce', arguments: [{ left: { name: 'b' } }, literal(false)] },
            },
          ],
        },
      },
    })
  })

  test('rules that say each other again and again are read to a limit, and that is said', () => {
    const many = Array.from(
      { length: 700 },
      (_, n) => `<rule filter="&quot;a&quot; = ${n}" symbol="0"/>`,
    ).join('')
    const elses = '<rule filter="ELSE" symbol="1"/>'.repeat(700)
    const found = ruled(`<rule filter="&quot;b&quot; = 1">${many}${elses}</rule>`)
    expect(rulesOf(found).length).toBeLessThan(800)
    expect(codesOf(found)).toEqual(['QML_RULES_SIZE'])
  })

  test('a rule that is off keeps its features from ELSE', () => {
    const found = ruled(
      '<rule filter="&quot;a&quot; = 1" symbol="0" checkstate="0"/><rule filter="ELSE" symbol="1"/>',
    )
    expect(rulesOf(found).map(({ symbolizers }) => symbolizers.length)).toEqual([0, 1])
  })

  test('a rule whose filter nobody understands draws nothing, by name', () => {
    const found = ruled('<rule filter="regexp_match(&quot;a&quot;, 1)" symbol="0" label="odd ones"/>')
    expect(rulesOf(found)).toMatchObject([{ applies: { filter: { kind: 'foreign' } } }])
    expect(found.losses).toEqual([
      expect.objectContaining({ code: 'QML_FILTER', verdict: 'lost', rule: 'odd ones' }),
    ])
  })

  test('symbol levels are passes, each with the rules that draw in it', () => {
    const two = symbol(
      layer('SimpleLine', { line_width: '2' }, '', 'enabled="1" pass="0"') +
        layer('SimpleLine', { line_width: '1' }, '', 'enabled="1" pass="3"'),
      { type: 'line' },
    )
    expect(
      read(single(two, 'symbollevels="1"')).style.featureTypeStyles.map(({ rules }) => rules[0]?.symbolizers),
    ).toMatchObject([[{ stroke: { width: mm(2) } }], [{ stroke: { width: mm(1) } }]])
    expect(read(single(two, 'symbollevels="0"')).style.featureTypeStyles).toHaveLength(1)
  })

  test('nothing is drawn of a layer without symbols, and that is no loss', () => {
    const found = read('<renderer-v2 type="nullSymbol"/>')
    expect([found.style.featureTypeStyles, found.losses]).toEqual([[], []])
  })

  test.each(['heatmapRenderer', 'invertedPolygonRenderer', '25dRenderer', 'ofTomorrow'])(
    'a %s is lost',
    (type) => {
      const found = read(`<renderer-v2 type="${type}"/>`)
      expect(found.losses).toEqual([expect.objectContaining({ code: 'QML_RENDERER', verdict: 'lost' })])
    },
  )

  test('points that QGIS moves apart are drawn where they are', () => {
    const found = read(`<renderer-v2 type="pointDisplacement">${single(marker())}</renderer-v2>`)
    expect(symbolizersOf(found)).toHaveLength(1)
    expect(found.losses).toEqual([expect.objectContaining({ verdict: 'approximated' })])
  })

  test("the layer's opacity, scales and blending", () => {
    const found = read(
      `${single(plainFill())}<layerOpacity>0.4</layerOpacity><blendMode>6</blendMode>`,
      'hasScaleBasedVisibilityFlag="1" minScale="100000" maxScale="2000"',
    )
    expect(found.style.opacity).toBe(0.4)
    expect(rulesOf(found)).toMatchObject([{ minScaleDenominator: 2000, maxScaleDenominator: 100000 }])
    expect(codesOf(found)).toEqual(['QML_BLENDING'])
  })
})

test('diagrams are lost, those that are switched off are none', () => {
  const diagram = (enabled: string) =>
    read(
      `<SingleCategoryDiagramRenderer diagramType="Pie"><DiagramCategory enabled="${enabled}"/></SingleCategoryDiagramRenderer>`,
    )
  expect(codesOf(diagram('1'))).toEqual(['QML_DIAGRAM'])
  expect(codesOf(diagram('0'))).toEqual([])
})

const settings = ({
  text = '',
  inText = '',
  placement = '',
  rendering = '',
  format = '',
  inside = '',
} = {}) =>
  `<settings><text-style fieldName="name" fontFamily="DejaVu Sans" fontSize="10" fontSizeUnit="Point" fontWeight="50" textColor="0,0,0,255" textOpacity="1" ${text}>${inText}</text-style>
  <text-format ${format}/><placement ${placement || 'placement="1" quadOffset="4"'}/><rendering drawLabels="1" ${rendering}/>${inside}</settings>`
const labelled = (given: Parameters<typeof settings>[0], type = '') =>
  read(`<labeling type="simple">${settings(given)}</labeling>${type}`, 'labelsEnabled="1"')

describe('Labels', () => {
  test('a label has its field, font, colour and halo', () => {
    const found = labelled({
      text: 'fontItalic="1" namedStyle="Bold Italic"',
      inText:
        '<text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="0.5"/>',
    })
    expect(symbolizersOf(found)).toMatchObject([
      {
        kind: 'text',
        label: { kind: 'property', name: 'name' },
        font: { families: ['DejaVu Sans'], size: mm(3.527778), style: 'italic', weight: 'bold' },
        fill: solid('#000000'),
        halo: { radius: mm(0.35), fill: solid('#ffffff', 0.5) },
        placement: { kind: 'point', anchorPoint: { x: literal(0.5), y: literal(0.5) } },
      },
    ])
    expect(found.losses).toEqual([])
  })

  test('labels that are switched off, for the layer or in their settings, are none', () => {
    expect(
      read(`<labeling type="simple">${settings()}</labeling>`, 'labelsEnabled="0"').style.featureTypeStyles,
    ).toEqual([])
    const off = settings().replace('drawLabels="1"', 'drawLabels="0"')
    expect(read(`<labeling type="simple">${off}</labeling>`).style.featureTypeStyles).toEqual([])
  })

  test('an expression is a label; one that nobody understands is lost', () => {
    const written = (expression: string) =>
      read(
        `<labeling type="simple">${settings({ text: 'isExpression="1"' }).replace('fieldName="name"', `fieldName="${escaped(expression)}"`)}</labeling>`,
      )
    expect(one(written(`"name" || ' m'`))).toMatchObject({ label: { name: 'Concatenate' } })
    const lost = written('my_text("name")')
    expect(symbolizersOf(lost)).toEqual([])
    expect(codesOf(lost)).toEqual(['QML_LABEL_EXPRESSION'])
  })

  test('a label of which a part is missing is none, as in QGIS', () => {
    const written = (expression: string) =>
      rulesOf(
        read(
          `<labeling type="simple">${settings({ text: 'isExpression="1"' }).replace('fieldName="name"', `fieldName="${escaped(expression)}"`)}</labeling>`,
        ),
      )[0]?.applies
    expect(written(`upper("name") || ' m'`)).toEqual({
      kind: 'filter',
      filter: { kind: 'not', operand: { kind: 'null', value: { kind: 'property', name: 'name' } } },
    })
    expect(written(`coalesce("name", '?') || ' m'`)).toEqual({ kind: 'all' })
    expect(written(`concat("name", ' m')`)).toEqual({ kind: 'all' })
  })

  test('over a point the quadrant is the anchor, and the offset goes up', () => {
    expect(
      one(
        labelled({
          placement:
            'placement="1" quadOffset="2" xOffset="1" yOffset="-2" offsetUnits="MM" rotationAngle="30"',
        }),
      ),
    ).toMatchObject({
      placement: {
        kind: 'point',
        anchorPoint: { x: literal(0), y: literal(0) },
        displacement: { x: mm(1), y: mm(2) },
        rotation: literal(30),
      },
    })
  })

  test('around a point the first of the places is used', () => {
    expect(one(labelled({ placement: 'placement="0" dist="3" distUnits="MM"' }))).toMatchObject({
      placement: {
        anchorPoint: { x: literal(0), y: literal(0) },
        displacement: { x: mm(2.12132), y: mm(2.12132) },
      },
    })
    expect(
      one(labelled({ placement: 'placement="6" predefinedPositionOrder="B,TR" dist="2" distUnits="MM"' })),
    ).toMatchObject({
      placement: { anchorPoint: { x: literal(0.5), y: literal(0.8) }, displacement: { x: mm(0), y: mm(-2) } },
    })
  })

  test('along lines they are above, on or below them, straight or curved, repeated', () => {
    const placed = (placement: string) => {
      const found = one(
        labelled(
          { placement: `dist="1" distUnits="MM" ${placement}` },
          '<layerGeometryType>1</layerGeometryType>',
        ),
      )
      return found?.kind === 'text' && found.placement.kind === 'line' ? found.placement : null
    }
    expect(placed('placement="2" placementFlags="1"')).toMatchObject({
      perpendicularOffset: null,
      isCurved: false,
      isAligned: true,
    })
    expect(placed('placement="2" placementFlags="2"')?.perpendicularOffset?.value).toEqual(literal(3.116667))
    expect(placed('placement="2" placementFlags="4"')?.perpendicularOffset?.value).toEqual(literal(-3.116667))
    expect(
      placed('placement="3" placementFlags="1" repeatDistance="50" repeatDistanceUnits="MM"'),
    ).toMatchObject({
      isCurved: true,
      isRepeated: true,
      gap: mm(50),
    })
  })

  test('priority, overlap, scales, wrapping and capitals', () => {
    const found = labelled({
      placement: 'placement="4" priority="10"',
      rendering: 'displayAll="1" scaleVisibility="1" scaleMin="1000" scaleMax="25000"',
      format: 'wrapChar="/"',
      text: 'capitalization="1"',
    })
    expect(rulesOf(found)).toMatchObject([{ minScaleDenominator: 1000, maxScaleDenominator: 25000 }])
    expect(one(found)).toMatchObject({
      priority: literal(2000),
      mayOverlap: true,
      label: { name: 'replace', arguments: [{ name: 'upper' }, literal('/'), literal('\n')] },
    })
  })

  test('a shape behind a label is stretched around it, or has its size', () => {
    const background = (more: string) =>
      one(
        labelled({
          inText: `<background shapeDraw="1" shapeType="0" shapeSizeUnit="MM" shapeFillColor="255,255,0,255" shapeBorderWidth="0" shapeOpacity="1" ${more}/>`,
        }),
      )
    expect(background('shapeSizeType="0" shapeSizeX="0.56"')).toMatchObject({
      background: { contents: [{ wellKnownName: literal('square'), fill: solid('#ffff00'), stroke: null }] },
      vendorOptions: { 'graphic-resize': 'stretch', 'graphic-margin': '2' },
    })
    expect(background('shapeSizeType="1" shapeSizeX="8" shapeSizeY="4"')).toMatchObject({
      background: { size: mm(4), aspectRatio: 2 },
      vendorOptions: {},
    })
  })

  test('size, colour, angle and whether it is shown may come from the feature', () => {
    const inside = defined(
      {
        Size: { field: 'big' },
        Color: { expression: `'255,0,0,255'` },
        LabelRotation: { field: 'turn' },
        Show: { expression: '"a" = 1' },
      },
      'dd_properties',
    )
    const found = labelled({ inside })
    expect(one(found)).toMatchObject({
      font: { size: { value: { kind: 'arithmetic' } } },
      fill: solid('#ff0000'),
      placement: { rotation: { name: 'turn' } },
      label: { name: 'if_then_else', arguments: [{ kind: 'comparison' }, { name: 'name' }, literal('')] },
    })
    expect(found.losses).toEqual([])
  })

  test('rules of labels are a pass of their own, with their filters and scales', () => {
    const found = read(`${single(marker())}<labeling type="rule-based"><rules key="{r}">
      <rule filter="&quot;pop&quot; &gt; 5" description="towns" scalemaxdenom="50000">${settings()}</rule>
      <rule filter="ELSE" description="others">${settings()}</rule></rules></labeling>`)
    expect(found.style.featureTypeStyles.map(({ rules }) => rules.length)).toEqual([1, 2])
    expect(found.style.featureTypeStyles[1]?.rules).toMatchObject([
      { title: 'towns', maxScaleDenominator: 50000, applies: { kind: 'filter' } },
      { title: 'others', applies: { kind: 'else' } },
    ])
  })

  test('what labels of QGIS have beyond this is lost by name', () => {
    const found = labelled({
      inText: '<shadow shadowDraw="1"/><text-mask maskEnabled="1"/>',
      inside:
        '<callout type="simple"><Option type="Map"><Option name="enabled" value="1"/></Option></callout>',
    })
    expect(codesOf(found)).toEqual(['QML_LABEL_SHADOW', 'QML_LABEL_MASK', 'QML_CALLOUT'])
  })
})

describe('Rasters', () => {
  const raster = (content: string, beside = '') => read(`<pipe>${content}${beside}</pipe>`)
  const stretched = (name: string, algorithm = 'StretchToMinimumMaximum') =>
    `<${name}><minValue>10</minValue><maxValue>200</maxValue><algorithm>${algorithm}</algorithm></${name}>`

  test('greys are stretched, and may begin with white', () => {
    const found = raster(
      `<rasterrenderer type="singlebandgray" grayBand="2" gradient="WhiteToBlack" opacity="0.5">${stretched('contrastEnhancement')}</rasterrenderer>`,
    )
    expect(symbolizersOf(found)).toMatchObject([
      {
        kind: 'raster',
        opacity: literal(0.5),
        channelSelection: {
          kind: 'gray',
          gray: {
            sourceChannelName: '2',
            contrastEnhancement: {
              method: 'normalize',
              algorithm: 'StretchToMinimumMaximum',
              minimum: 10,
              maximum: 200,
            },
          },
        },
        colorMap: { type: 'ramp', entries: [{ color: '#ffffff' }, { color: '#000000' }] },
      },
    ])
  })

  const shaded = (type: string, clip = '0') =>
    one(
      raster(
        `<rasterrenderer type="singlebandpseudocolor" band="1" opacity="1"><rastershader><colorrampshader colorRampType="${type}" clip="${clip}"><item value="0" color="#0000ff" alpha="255" label="low"/><item value="${type === 'DISCRETE' ? 'inf' : '9'}" color="#ff0000" alpha="51" label="high"/></colorrampshader></rastershader></rasterrenderer>`,
      ),
    )
  test.each([
    ['INTERPOLATED', 'ramp', 9],
    ['DISCRETE', 'intervals', 'inf'],
    ['EXACT', 'values', 9],
  ])('a ramp that is %s is one of %s', (type, ours, last) => {
    expect(shaded(type)).toMatchObject({
      colorMap: {
        type: ours,
        entries: [
          { quantity: 0, color: '#0000ff', opacity: 1, label: 'low' },
          { quantity: last, color: '#ff0000', opacity: 0.2, label: 'high' },
        ],
      },
    })
  })

  test('outside a clipped ramp nothing is drawn', () => {
    const found = shaded('INTERPOLATED', '1')
    const entries = found?.kind === 'raster' ? found.colorMap?.entries : []
    expect(entries?.map(({ opacity }) => opacity)).toEqual([0, 1, 0.2, 0])
    expect(entries?.[0]?.quantity).toBeLessThan(0)
  })

  test('a palette is a map of values', () => {
    const found = raster(
      '<rasterrenderer type="paletted" band="1" opacity="1"><colorPalette><paletteEntry value="1" color="#00ff00" alpha="255" label="wood"/></colorPalette></rasterrenderer>',
    )
    expect(one(found)).toMatchObject({
      colorMap: { type: 'values', entries: [{ quantity: 1, color: '#00ff00', opacity: 1, label: 'wood' }] },
    })
  })

  test('three bands are red, green and blue', () => {
    const found = raster(
      `<rasterrenderer type="multibandcolor" redBand="3" greenBand="2" blueBand="1" opacity="1">${stretched('redContrastEnhancement')}${stretched('greenContrastEnhancement', 'NoEnhancement')}</rasterrenderer>`,
    )
    expect(one(found)).toMatchObject({
      channelSelection: {
        kind: 'rgb',
        red: { sourceChannelName: '3', contrastEnhancement: { minimum: 10 } },
        green: { sourceChannelName: '2', contrastEnhancement: null },
        blue: { sourceChannelName: '1', contrastEnhancement: null },
      },
    })
  })

  test('a hillshade has its light', () => {
    const found = raster(
      '<rasterrenderer type="hillshade" band="1" azimuth="300" angle="50" zfactor="2" multidirection="1" opacity="1"/>',
    )
    expect(one(found)).toMatchObject({
      shadedRelief: { azimuth: 300, altitude: 50, reliefFactor: 2, isMultidirectional: true },
    })
  })

  test('what is not drawn of rasters is said', () => {
    const found = raster(
      '<rasterrenderer type="paletted" band="1" opacity="1" alphaBand="4"><colorPalette/><rasterTransparency><singleValuePixelList><pixelListEntry min="0"/></singleValuePixelList></rasterTransparency></rasterrenderer>',
      '<brightnesscontrast brightness="20" contrast="0" gamma="1"/><huesaturation saturation="-100"/>',
    )
    expect(codesOf(found)).toEqual(['QML_BRIGHTNESS', 'QML_HUE', 'QML_TRANSPARENT_VALUES', 'QML_ALPHA_BAND'])
    expect(codesOf(raster('<rasterrenderer type="contour"/>'))).toEqual(['QML_RENDERER'])
  })
})

test('symbols in symbols without end are read to an end', () => {
  const nested = Array.from({ length: 14 }).reduce<string>(
    (inside) => symbol(layer('MarkerLine', { interval: '3' }, inside), { type: 'line' }),
    lineSymbol(),
  )
  expect(symbolizersOf(read(single(nested)))).toEqual([])
})

test('what is no style draws nothing', () => {
  expect(read('').style).toMatchObject({ modelVersion: 1, opacity: null, featureTypeStyles: [] })
})
