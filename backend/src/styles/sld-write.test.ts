/** What is written as SLD: it reads back as it was, and what it cannot say is told. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readXml } from '../xml/read.ts'
import {
  type Expression,
  type Length,
  literal,
  noBase,
  pixels,
  plainGraphic,
  plainStroke,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from './model.ts'
import { readSld } from './sld-read.ts'
import { writeSld } from './sld-write.ts'

const styleOf = (symbolizer: Symbolizer, filter?: Expression): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: 's',
  title: 'A "style" & more',
  abstract: null,
  opacity: null,
  featureTypeStyles: [
    {
      name: null,
      title: null,
      vendorOptions: {},
      rules: [
        {
          name: 'r',
          title: '<rule>',
          abstract: null,
          applies: filter ? { kind: 'filter', filter } : { kind: 'all' },
          minScaleDenominator: 1000,
          maxScaleDenominator: null,
          legendGraphic: null,
          symbolizers: [symbolizer],
        },
      ],
    },
  ],
})
const again = (style: Style, version: '1.0.0' | '1.1.0') =>
  readSld(readXml(new TextEncoder().encode(writeSld(style, { version }).text)))?.style
const line = (width: Length | null = null): Symbolizer => ({
  kind: 'line',
  ...noBase,
  stroke: plainStroke(literal('#ff0000'), width),
  perpendicularOffset: null,
})

const word = fc.stringMatching(/^[a-zé]{1,8}$/)
const expressions = fc.letrec<{ value: Expression; filter: Expression }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    word.map((name): Expression => ({ kind: 'property', name })),
    word.map((text) => literal(text)),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
      left: tie('value'),
      right: tie('value'),
    }),
    fc.record({
      kind: fc.constant('function' as const),
      name: fc.constantFrom('abs', 'concat', 'strToLowerCase'),
      arguments: fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
      options: fc.constant({}),
    }),
  ),
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      kind: fc.constant('comparison' as const),
      operator: fc.constantFrom(
        '=' as const,
        '<>' as const,
        '<' as const,
        '<=' as const,
        '>' as const,
        '>=' as const,
      ),
      left: tie('value'),
      right: tie('value'),
      matchCase: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('null' as const), value: tie('value') }),
    fc.record({
      kind: fc.constant('between' as const),
      value: tie('value'),
      lower: tie('value'),
      upper: tie('value'),
    }),
    fc.record({
      kind: fc.constant('like' as const),
      value: tie('value'),
      pattern: word,
      wildCard: fc.constant('*'),
      singleChar: fc.constant('?'),
      escapeChar: fc.constant('!'),
      matchCase: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}))

describe('what is written reads back as it was (issue 5)', () => {
  test.each(['1.0.0', '1.1.0'] as const)('any filter, in SLD %s', (version) => {
    fc.assert(
      fc.property(expressions.filter, (filter) => {
        const style = styleOf(line(), filter)
        expect(again(style, version)).toEqual(style)
      }),
      { numRuns: 200 },
    )
  })

  test('any of the parts of a stroke', () => {
    const length = fc
      .tuple(
        fc.integer({ min: 0, max: 500 }),
        fc.constantFrom('pixel' as const, 'metre' as const, 'foot' as const),
      )
      .map(([value, unit]): Length => ({ value: literal(value), unit }))
    const strokes = fc.record({
      opacity: fc.constantFrom(null, literal(0.5)),
      width: fc.option(length),
      lineJoin: fc.constantFrom(null, 'mitre' as const, 'bevel' as const),
      lineCap: fc.constantFrom(null, 'butt' as const, 'round' as const),
      dashOffset: fc.option(length),
    })
    fc.assert(
      fc.property(strokes, length, (stroke, offset) => {
        const symbolizer: Symbolizer = {
          kind: 'line',
          ...noBase,
          stroke: { ...plainStroke(literal('#ff0000')), ...stroke },
          perpendicularOffset: offset,
        }
        const units = [stroke.width, stroke.dashOffset, offset].flatMap((one) => (one ? [one] : []))
        // Nothing says the unit of a zero among others.
        fc.pre(units.every(({ value }) => value.kind === 'literal' && value.value !== 0))
        expect(again(styleOf(symbolizer), '1.1.0')).toEqual(styleOf(symbolizer))
      }),
      { numRuns: 200 },
    )
  })

  test('texts from outside stay texts (R13.8)', () => {
    const { text } = writeSld(styleOf(line()), { version: '1.1.0', layerName: '</se:Name><x>' })
    expect(text).toContain('&lt;rule&gt;')
    expect(text).not.toContain('<x>')
  })
})

describe('what SLD cannot say is told with the rule', () => {
  const codes = (symbolizer: Symbolizer, version: '1.0.0' | '1.1.0' = '1.1.0', filter?: Expression) =>
    writeSld(styleOf(symbolizer, filter), { version }).losses.map(({ code, rule }) => [code, rule])

  test('units: of the map, several in one symbol, and any in SLD 1.0', () => {
    expect(codes(line({ value: literal(5), unit: 'map-unit' }))).toEqual([['MAP_UNIT', '<rule>']])
    expect(codes(line({ value: literal(5), unit: 'metre' }))).toEqual([])
    expect(codes(line({ value: literal(5), unit: 'metre' }), '1.0.0')).toEqual([
      ['SLD10_EXTENSION', '<rule>'],
    ])
    const mixed: Symbolizer = {
      kind: 'line',
      ...noBase,
      stroke: plainStroke(literal('#ff0000'), pixels(2)),
      perpendicularOffset: { value: literal(3), unit: 'metre' },
    }
    expect(codes(mixed)).toEqual([['UNIT_MIXED', '<rule>']])
  })

  test('millimetres are written as pixels of 0.28 mm', () => {
    expect(
      writeSld(styleOf(line({ value: literal(0.7), unit: 'millimetre' })), { version: '1.1.0' }).text,
    ).toContain('<se:SvgParameter name="stroke-width">2.5</se:SvgParameter>')
  })

  test('what no reader understood, and bitmaps', () => {
    expect(codes(line(), '1.1.0', { kind: 'foreign', language: 'qgis', text: '$area > 3' })).toEqual([
      ['EXPRESSION_LOST', '<rule>'],
    ])
    const brush: Symbolizer = {
      kind: 'polygon',
      ...noBase,
      fill: { kind: 'brush', name: 'dense4', color: literal('#000000'), opacity: null },
      stroke: null,
      displacement: null,
      perpendicularOffset: null,
    }
    expect(codes(brush)).toEqual([['BRUSH', '<rule>']])
    expect(again(styleOf(brush), '1.1.0')).toEqual(styleOf(brush))
  })

  test('the opacity of layer and symbol goes into what is drawn', () => {
    const point: Symbolizer = {
      kind: 'point',
      ...noBase,
      opacity: literal(0.5),
      graphic: plainGraphic(
        [
          {
            kind: 'mark',
            wellKnownName: literal('star'),
            fill: null,
            stroke: plainStroke(literal('#000000')),
          },
        ],
        pixels(8),
      ),
    }
    const { text } = writeSld({ ...styleOf(point), opacity: 0.5 }, { version: '1.1.0' })
    expect(text).toContain('<se:Opacity>0.25</se:Opacity>')
  })
})
