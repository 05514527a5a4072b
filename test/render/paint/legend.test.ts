/** Legends have a swatch for each rule that draws. */
import { expect, test } from 'vitest'
import { createBudget, defaultLimits } from '../../../backend/src/render/paint/budget.ts'
import { legendOf } from '../../../backend/src/render/paint/legend.ts'
import { graphic, line, mark, point, polygon, rule, solid, stroke, style, text } from './drawn.ts'

test('each rule that draws has a swatch with its title; rules that only label have none', () => {
  const given = style(
    [
      rule([polygon({ fill: solid('#ff0000') })], { title: 'Areas', applies: { kind: 'else' } }),
      rule([line(stroke('#00ff00', 4))], { title: 'Roads', maxScaleDenominator: 1000 }),
      rule([point(graphic([mark('square', '#0000ff')], 9))], { name: 'towns' }),
    ],
    [rule([text('name')], { title: 'Names' })],
  )
  const budget = createBudget({ limits: defaultLimits, now: () => 0, isCancelled: () => false })
  const options = { width: 20, height: 16, pixelRatio: 1, scaleDenominator: null, pictures: new Map() }
  const entries = legendOf(given, options, budget)
  const middle = 4 * (8 * 20 + 10)
  expect(entries.map(({ title, swatch }) => [title, ...swatch.rgba.subarray(middle, middle + 4)])).toEqual([
    ['Areas', 255, 0, 0, 255],
    ['Roads', 0, 255, 0, 255],
    ['towns', 0, 0, 255, 255],
  ])
  expect(legendOf(given, { ...options, scaleDenominator: 5000 }, budget).map(({ title }) => title)).toEqual([
    'Areas',
    'towns',
  ])
})
