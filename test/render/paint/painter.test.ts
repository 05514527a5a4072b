/** What the painter draws, pixel by pixel: positions, signs, order, limits. No database, no server. */
import { expect, test } from 'vitest'
import { isStopped } from '../../../backend/src/render/paint/budget.ts'
import { likeMatcher } from '../../../backend/src/render/paint/like.ts'
import { createLosses } from '../../../backend/src/render/paint/losses.ts'
import { readPictures } from '../../../backend/src/render/paint/pictures.ts'
import { findShape } from '../../../backend/src/render/paint/shapes.ts'
import { plainView, scaleDenominatorOf, type View } from '../../../backend/src/render/paint/view.ts'
import { isKnownMark, wellKnownMarks } from '../../../backend/src/styles/marks.ts'
import { type Expression, literal, noBase, pixels } from '../../../backend/src/styles/model.ts'
import {
  drawn,
  feature,
  graphic,
  line,
  mark,
  point,
  polygon,
  rule,
  solid,
  square,
  stroke,
  style,
  text,
} from './drawn.ts'

const property = (name: string): Expression => ({ kind: 'property', name })
const equals = (name: string, value: string): Expression => ({
  kind: 'comparison',
  operator: '=',
  left: property(name),
  right: literal(value),
  matchCase: true,
})
const box = 'POLYGON((20 20,80 20,80 80,20 80,20 20))'

test('a polygon is filled where it lies, its hole is not, and y grows upwards (R7.2)', () => {
  const { at, ink } = drawn(style([rule([polygon({ fill: solid('#00ff00') })])]), [
    feature('POLYGON((10 60,40 60,40 90,10 90,10 60),(20 70,30 70,30 80,20 80,20 70))'),
  ])
  expect(ink()).toMatchObject({ left: 10, right: 39, top: 10, bottom: 39, count: 900 - 100 })
  expect(at(12, 12)).toBe('#00ff00')
  expect(at(25, 25)).toBe('#ffffff')
})

test('a line offset to the left of its direction lies to the left, and of a ring outwards', () => {
  const east = feature('LINESTRING(0 50,100 50)')
  expect(drawn(style([rule([line(stroke('#ff0000', 2), pixels(10))])]), [east]).ink()).toMatchObject({
    top: 39,
    bottom: 40,
  })
  expect(drawn(style([rule([line(stroke('#ff0000', 2), pixels(-10))])]), [east]).ink()).toMatchObject({
    top: 59,
    bottom: 60,
  })
  const outwards = style([rule([polygon({ stroke: stroke('#ff0000', 2), perpendicularOffset: pixels(10) })])])
  for (const ring of [box, 'POLYGON((20 20,20 80,80 80,80 20,20 20))'])
    expect(drawn(outwards, [feature(ring)]).ink()).toMatchObject({ left: 9, top: 9, right: 90, bottom: 90 })
})

test('a displacement goes right and up, an angle clockwise', () => {
  const moved = graphic([mark('square', '#0000ff')], 11, {
    displacement: { x: pixels(20), y: pixels(10) },
  })
  expect(drawn(style([rule([point(moved)])]), [feature('POINT(50.5 50.5)')]).ink()).toMatchObject({
    left: 65,
    right: 75,
    top: 34,
    bottom: 44,
  })
  const turned = graphic([mark('filled_arrowhead', '#0000ff')], 20, { rotation: literal(90) })
  // Its tip is the middle and its back is to the left; a quarter clockwise the back is above.
  expect(drawn(style([rule([point(turned)])]), [feature('POINT(50.5 50.5)')]).ink()).toMatchObject({
    top: 40,
    bottom: 49,
  })
})

test('dashes have their lengths, and go on behind what lies outside the picture', () => {
  const dashed = style([rule([line(stroke('#000000', 2, { dashArray: [pixels(6), pixels(4)] }))])])
  const { at } = drawn(dashed, [feature('LINESTRING(0 50,100 50)')])
  expect([0, 5, 6, 9, 10].map((x) => at(x, 49) === '#000000')).toEqual([true, true, false, false, true])
  const shifted = drawn(dashed, [feature('LINESTRING(-10003 50,100 50)')])
  expect([0, 2, 3, 6, 7].map((x) => shifted.at(x, 49) === '#000000')).toEqual([
    true,
    true,
    false,
    false,
    true,
  ])
})

test('a rule with ElseFilter draws what no other rule of its pass draws', () => {
  const rules = [
    rule([polygon({ fill: solid('#ff0000') })], { applies: { kind: 'filter', filter: equals('kind', 'a') } }),
    rule([polygon({ fill: solid('#0000ff') })], { applies: { kind: 'else' } }),
  ]
  const features = [
    feature('POLYGON((0 0,20 0,20 20,0 20,0 0))', ['a']),
    feature('POLYGON((40 0,60 0,60 20,40 20,40 0))', ['b']),
    feature('POLYGON((80 0,100 0,100 20,80 20,80 0))', [null]),
  ]
  const { at } = drawn(style(rules), features, { fields: ['kind'] })
  expect([at(10, 90), at(50, 90), at(90, 90)]).toEqual(['#ff0000', '#0000ff', '#0000ff'])
})

test('a rule is drawn at minimum ≤ scale < maximum', () => {
  const scale = scaleDenominatorOf(square)
  expect(scale).toBeCloseTo(1000 / 0.28)
  const shown = (minimum: number | null, maximum: number | null) =>
    drawn(
      style([
        rule([polygon({ fill: solid('#ff0000') })], {
          minScaleDenominator: minimum,
          maxScaleDenominator: maximum,
        }),
      ]),
      [feature(box)],
    ).ink().count > 0
  expect([shown(scale, null), shown(null, scale), shown(scale + 1, null), shown(null, scale + 1)]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('passes are painted one after the other, rules of a pass feature by feature', () => {
  const casing = rule([line(stroke('#000000', 10))])
  const core = rule([line(stroke('#ffff00', 4))])
  const roads = [feature('LINESTRING(0 50,100 50)'), feature('LINESTRING(50 0,50 100)')]
  expect(drawn(style([casing], [core]), roads).at(46, 50)).toBe('#ffff00')
  expect(drawn(style([casing, core]), roads).at(46, 50)).toBe('#000000')
})

test('lengths on the ground grow with the map, pixels with the resolution of the screen', () => {
  const view = plainView({ box: [0, 0, 50, 50], width: 100, height: 100 })
  const ground = style([
    rule([line({ ...stroke('#000000', 1), width: { value: literal(5), unit: 'metre' } })]),
  ])
  expect(drawn(ground, [feature('LINESTRING(0 25,50 25)')], { view }).ink()).toMatchObject({
    top: 45,
    bottom: 54,
  })
  const twice = { ...square, pixelRatio: 2 }
  expect(
    drawn(style([rule([line(stroke('#000000', 4))])]), [feature('LINESTRING(0 50,100 50)')], {
      view: twice,
    }).ink(),
  ).toMatchObject({ top: 46, bottom: 53 })
})

test('every known mark has a shape', () => {
  for (const name of wellKnownMarks) expect(findShape(name), name).not.toBeNull()
  const wkt = 'wkt://MULTILINESTRING((-1 0, 1 0), (0 -1, 0 1))'
  expect(isKnownMark(wkt) && findShape(wkt)?.isFilled).toBe(false)
  expect(findShape('__proto__')).toBeNull()
})

test('the first graphic that can be drawn is drawn, and what is not fetched is said', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>while(1){}</script><image href="file:///etc/passwd" width="9" height="9"/><rect width="10" height="10" fill="param(fill) #0000ff"/></svg>'
  const embedded = {
    kind: 'external-graphic' as const,
    source: {
      kind: 'data' as const,
      mediaType: 'image/svg+xml',
      base64: Buffer.from(svg).toString('base64'),
    },
    format: 'image/svg+xml',
    parameters: { fill: '#ff00ff' },
  }
  const remote = { ...embedded, source: { kind: 'elsewhere' as const, href: 'http://169.254.169.254/x.svg' } }
  const given = style([rule([point(graphic([remote, embedded, mark('circle', '#00ff00')], 20))])])
  const losses = createLosses()
  const pictures = await readPictures(given, {}, losses)
  expect(losses.list().map(({ code }) => code)).toEqual(['PICTURE_NOT_DRAWN'])
  const { at } = drawn(given, [feature('POINT(50 50)')], { pictures })
  expect(at(50, 50)).toBe('#ff00ff')
  expect(drawn(given, [feature('POINT(50 50)')]).at(50, 50)).toBe('#00ff00')
})

test('SVG whose parts copy each other without end is not drawn', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `<g id="l${n + 1}">${`<use xlink:href="#l${n}"/>`.repeat(10)}</g>`,
  ).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><g id="l0"><rect width="1" height="1"/></g>${levels}<use xlink:href="#l12"/></svg>`
  const bomb = {
    kind: 'external-graphic' as const,
    source: { kind: 'package' as const, name: 'bomb.svg' },
    format: null,
    parameters: {},
  }
  const losses = createLosses()
  const pictures = await readPictures([bomb], { 'package:bomb.svg': Buffer.from(svg) }, losses)
  expect(pictures.size).toBe(0)
  expect(losses.list()[0]?.message).toContain('refer to each other too often')
})

test('markers along a line keep their gap, and only the first point when that is asked for', () => {
  const markers = (placement: 'interval' | 'firstPoint') =>
    style([
      rule([
        line(
          stroke('#000000', 1, {
            graphicStroke: {
              graphic: graphic([mark('square', '#000000')], 5),
              placement: [placement],
              gap: pixels(15),
              initialGap: pixels(10),
              isRotated: true,
              perpendicularOffset: null,
            },
          }),
        ),
      ]),
    ])
  const { at } = drawn(markers('interval'), [feature('LINESTRING(0 50.5,100 50.5)')])
  const isInk = (x: number) => at(x, 49) !== '#ffffff'
  expect([12, 20, 32, 40, 52].map(isInk)).toEqual([true, false, true, false, true])
  expect(drawn(markers('firstPoint'), [feature('LINESTRING(50 50.5,100 50.5)')]).ink()).toMatchObject({
    right: 52,
  })
})

test('hatches turn clockwise and go on from tile to tile', () => {
  const hatch = (rotation: number) =>
    style([
      rule([
        polygon({
          fill: {
            kind: 'hatch',
            rotation: literal(rotation),
            distance: pixels(10),
            offset: pixels(5),
            stroke: stroke('#000000', 2),
          },
        }),
      ]),
    ])
  const all = feature('POLYGON((0 0,100 0,100 100,0 100,0 0))')
  const level = drawn(hatch(0), [all])
  expect([3, 4, 5, 6, 14].map((y) => level.at(50, y) === '#000000')).toEqual([false, true, true, false, true])
  // Clockwise from the right is downwards.
  const slanting = drawn(hatch(45), [all])
  const first = [...Array(40).keys()].find((x) => slanting.at(x, 50) === '#000000') ?? -1
  expect(slanting.at(first + 10, 60)).toBe('#000000')
  const next = drawn(hatch(30), [all], { view: { ...square, origin: { x: 60, y: 0 } } })
  const before = drawn(hatch(30), [all])
  const shade = (color: string) => Number.parseInt(color.slice(1, 3), 16)
  for (const y of [5, 33, 71])
    expect(Math.abs(shade(next.at(10, y)) - shade(before.at(70, y)))).toBeLessThanOrEqual(32)
})

test('of labels that would lie over each other the more important is drawn', () => {
  const labels = style([rule([text('name', { priority: property('rank') })])])
  const near = [feature('POINT(50 50)', ['Alpha', 1]), feature('POINT(52 52)', ['Omega', 2])]
  const both = drawn(labels, near, { fields: ['name', 'rank'] })
  const important = drawn(labels, near.slice(1), { fields: ['name', 'rank'] })
  expect(both.labels).toBe(1)
  expect(Buffer.from(both.rgba).equals(Buffer.from(important.rgba))).toBe(true)
})

test('labels lie within the box of a metatile as a whole, and its tiles share them; a picture of its own cuts them', () => {
  const labels = style([rule([text('name')])])
  const places = [feature('POINT(100 50)', ['Border town']), feature('POINT(2 50)', ['Edge'])]
  const picture = plainView({ box: [0, 0, 200, 100], width: 200, height: 100 })
  expect(drawn(labels, places, { view: picture, fields: ['name'] }).labels).toBe(2)
  const whole: View = { ...picture, labelBox: [0, 0, 200, 100] }
  const all = drawn(labels, places, { view: whole, fields: ['name'] })
  expect(all.labels).toBe(1)
  const west = drawn(labels, places, {
    view: { ...plainView({ box: [0, 0, 100, 100], width: 100, height: 100 }), labelBox: [0, 0, 200, 100] },
    fields: ['name'],
  })
  for (let y = 0; y < 100; y += 1) for (let x = 60; x < 100; x += 1) expect(west.at(x, y)).toBe(all.at(x, y))
})

test('a halo surrounds the text, a curved label follows its line', () => {
  const halo = {
    radius: pixels(3),
    fill: { kind: 'solid' as const, color: literal('#ff0000'), opacity: null },
  }
  const { ink } = drawn(style([rule([text('name', { halo })])]), [feature('POINT(50 50)', ['Name'])], {
    fields: ['name'],
  })
  const letters = ink((color) => color === '#000000')
  const around = ink()
  expect(letters.left - around.left).toBeGreaterThanOrEqual(2)
  const curved = style([
    rule([
      text('name', {
        placement: {
          kind: 'line',
          perpendicularOffset: null,
          isCurved: true,
          isRepeated: false,
          initialGap: null,
          gap: null,
          isAligned: true,
          generalizeLine: false,
        },
      }),
    ]),
  ])
  const bent = drawn(
    curved,
    [feature('LINESTRING(5 30,20 40,35 46,50 48,65 46,80 40,95 30)', ['A river here'])],
    {
      fields: ['name'],
    },
  )
  expect(bent.labels).toBe(1)
  expect(bent.ink().bottom - bent.ink().top).toBeGreaterThan(14)
})

test('an unknown function and an unknown field have no value, and are said with their rule', () => {
  const filter: Expression = {
    kind: 'not',
    operand: { kind: 'function', name: 'launchMissiles', arguments: [property('nowhere')], options: {} },
  }
  const given = style([
    rule([polygon({ fill: solid('#ff0000') })], { title: 'Roads', applies: { kind: 'filter', filter } }),
  ])
  const { ink, losses } = drawn(given, [feature(box)])
  expect(ink().count).toBe(0)
  expect(losses).toEqual([
    expect.objectContaining({
      code: 'EXPRESSION_NOT_DRAWN',
      rule: 'Roads',
      message: expect.stringContaining('launchMissiles'),
    }),
  ])
})

test('patterns with wild cards match as SQL does', () => {
  const like = (pattern: string, matchCase = true) =>
    likeMatcher({ pattern, wildCard: '%', singleChar: '_', escapeChar: '\\', matchCase })
  expect(like('a%b_d')('axxbcd')).toBe(true)
  expect(like('a%b_d')('axxbd')).toBe(false)
  expect(like('100\\%')('100%')).toBe(true)
  expect(like('100\\%')('1000')).toBe(false)
  expect(like('STRASSE%', false)('straßenbahn')).toBe(false)
  expect(like('%a%a%a%a%a%a%a%a%b')('a'.repeat(9000))).toBe(false)
})

test.each([
  ['widths', line(stroke('#000000', 1e300))],
  ['dashes', line(stroke('#000000', 1, { dashArray: Array.from({ length: 100_000 }, () => pixels(1e-9)) }))],
  ['negative dashes', line(stroke('#000000', 1, { dashArray: [pixels(-5), pixels(Number.NaN)] }))],
  ['sizes', point(graphic([mark('circle', '#000000')], 1e12))],
  ['offsets', line(stroke('#000000', 1), pixels(1e12))],
  [
    'hatches',
    polygon({
      fill: {
        kind: 'hatch',
        rotation: literal(1e9),
        distance: pixels(1e-12),
        offset: null,
        stroke: stroke('#000000', 1),
      },
    }),
  ],
  ['angles', point(graphic([mark('circle', '#000000')], 5, { rotation: literal('Infinity') }))],
])('absurd %s end', (_what, symbolizer) => {
  const features = [feature('LINESTRING(-1e9 50,1e9 51)'), feature(box), feature('POINT(50 50)')]
  expect(drawn(style([rule([symbolizer])]), features).width).toBe(100)
})

test('too many symbols, features, vertices or seconds stop the picture with the reason', () => {
  const dots = style([
    rule([
      polygon({
        fill: {
          kind: 'graphic',
          graphic: graphic([mark('circle', '#000000')], 1),
          margin: null,
          stagger: null,
          opacity: null,
        },
      }),
    ]),
  ])
  const reasonOf = (paint: () => unknown) => {
    try {
      paint()
    } catch (error) {
      return isStopped(error) ? error.stopped : error
    }
    return null
  }
  expect(reasonOf(() => drawn(dots, [feature(box)], { limits: { symbols: 100 } }))).toBe('symbols')
  expect(reasonOf(() => drawn(dots, [feature(box), feature(box)], { limits: { features: 1 } }))).toBe(
    'features',
  )
  expect(reasonOf(() => drawn(dots, [feature(box)], { limits: { vertices: 3 } }))).toBe('vertices')
  let now = 0
  const late = () => {
    now += 30_000
    return now
  }
  expect(reasonOf(() => drawn(dots, [feature(box)], { now: late }))).toBe('time')
})

test('opacity of a symbolizer and of the layer lets the ground through', () => {
  const half = style([rule([{ ...polygon({ fill: solid('#000000') }), ...noBase, opacity: literal(0.5) }])])
  expect(drawn(half, [feature(box)]).at(50, 50)).toMatch(/^#(7f|80){3}$/)
  expect(
    drawn({ ...style([rule([polygon({ fill: solid('#000000') })])]), opacity: 0.5 }, [feature(box)]).at(
      50,
      50,
    ),
  ).toMatch(/^#(7f|80){3}$/)
})

test('a line beside a narrow bend has no loop in it', () => {
  const hairpin = feature('LINESTRING(10 20, 50 20, 50 28, 10 28)')
  const beside = style([rule([line(stroke('#000000', 1), pixels(-8))])])
  const across = style([rule([line(stroke('#000000', 1), pixels(8))])])
  const outer = drawn(beside, [hairpin]).ink()
  expect([outer.right > 52, outer.bottom - outer.top > 16]).toEqual([true, true])
  // Inside, all of it would be nearer to the other side than it should be.
  expect(drawn(across, [hairpin]).ink().count).toBe(0)
})

test('words go to the next line where a label is told to wrap, and one of a group is enough', () => {
  const long = style([rule([{ ...text('name'), vendorOptions: { autoWrap: '60' } }])])
  const flat = style([rule([text('name')])])
  const place = [feature('POINT(50 50)', ['Anse la Raye town'])]
  const [wrapped, plain] = [long, flat].map((one) => drawn(one, place, { fields: ['name'] }).ink())
  if (!wrapped || !plain) throw new Error('nothing drawn')
  expect(wrapped.right - wrapped.left).toBeLessThan(plain.right - plain.left)
  expect(wrapped.bottom - wrapped.top).toBeGreaterThan(plain.bottom - plain.top)
  const grouped = style([rule([{ ...text('name'), vendorOptions: { group: 'true' } }])])
  const same = [feature('POINT(50 20)', ['A1'], 1), feature('POINT(50 80)', ['A1'], 2)]
  expect(drawn(grouped, same, { fields: ['name'] }).labels).toBe(1)
  expect(drawn(flat, same, { fields: ['name'] }).labels).toBe(2)
})
