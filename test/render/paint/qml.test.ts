/** The painter draws what is read from QML: of the examples, of real people's styles, and where the signs matter. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromXml, type Markup } from '../../../backend/src/styles/markup.ts'
import type { Style } from '../../../backend/src/styles/model.ts'
import { readQml } from '../../../backend/src/styles/qml.ts'
import { readQmlStyle } from '../../../backend/src/styles/qml-read.ts'
import { propertiesOf } from '../../../backend/src/styles/used-properties.ts'
import { sharedData, whySkipped } from '../../helpers/shared-data.ts'
import { drawn, feature } from './drawn.ts'

const examples = new URL('../../../examples/', import.meta.url).pathname
const exampleStyles = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.qml'))
  .toSorted()
const training = sharedData('qgis-training')
const why = training === undefined ? ` (${whySkipped})` : ''

const markupOf = (path: string): Markup => fromXml(readQml(readFileSync(path)))
const layersIn = (element: Markup): Markup[] =>
  element.name === 'maplayer' ? [element] : element.children.flatMap(layersIn)

const geometries = {
  point: 'POINT(50 50)',
  line: 'LINESTRING(5 40,50 60,95 40)',
  polygon: 'POLYGON((10 10,90 10,90 90,10 90,10 10))',
}

const kindOf = ({ featureTypeStyles }: Style): keyof typeof geometries => {
  const kinds = featureTypeStyles.flatMap(({ rules }) =>
    rules.flatMap(({ symbolizers }) => symbolizers.map(({ kind }) => kind)),
  )
  return kinds.includes('polygon') ? 'polygon' : kinds.includes('line') ? 'line' : 'point'
}

/** With every filter and scale taken away, so that each rule draws. */
const ofAll = (style: Style): Style => ({
  ...style,
  featureTypeStyles: style.featureTypeStyles.map((pass) => ({
    ...pass,
    rules: pass.rules.map((rule) => ({
      ...rule,
      applies: { kind: 'all' },
      minScaleDenominator: null,
      maxScaleDenominator: null,
    })),
  })),
})

const inkOf = (style: Style) => {
  const fields = propertiesOf(style)
  const { ink, losses } = drawn(
    ofAll(style),
    [
      feature(
        geometries[kindOf(style)],
        fields.map(() => '7'),
      ),
    ],
    {
      fields,
    },
  )
  return { count: ink().count, losses }
}

test.each(exampleStyles)('%s of the examples is read without a loss of symbols, and drawn', (name) => {
  const { style, losses } = readQmlStyle(markupOf(join(examples, name)))
  expect(losses.filter(({ verdict }) => verdict === 'lost')).toEqual([])
  const { count } = inkOf(style)
  expect(count).toBeGreaterThan(10)
})

describe.skipIf(training === undefined)(`Real QGIS styles${why}`, () => {
  const folder = training ?? ''
  const styles =
    training === undefined ? [] : readdirSync(join(folder, 'styles')).filter((name) => name.endsWith('.qml'))

  test.each(styles)('%s is read, and drawn', (name) => {
    const { style } = readQmlStyle(markupOf(join(folder, 'styles', name)))
    expect(inkOf(style).count).toBeGreaterThan(10)
  })

  test.each(['example.qgs', 'world.qgs'])(
    'the layers of %s are read, and drawn where they have symbols',
    (name) => {
      const readings = layersIn(markupOf(join(folder, name))).map((layer) => readQmlStyle(layer))
      const withSymbols = readings.filter(({ style }) => style.featureTypeStyles.length > 0)
      expect(withSymbols.length).toBeGreaterThan(2)
      for (const { style } of withSymbols) expect(inkOf(style).count).toBeGreaterThan(0)
    },
  )
})

// Signs, pixel by pixel ---------------------------------------------------------------------------------

const inPixels = (values: Record<string, string>) =>
  `<Option type="Map">${Object.entries(values)
    .map(([key, value]) => `<Option name="${key}" value="${value}"/>`)
    .join('')}</Option>`
const styleOf = (type: string, layer: string, values: Record<string, string>, inside = '') =>
  readQmlStyle(
    fromXml(
      readQml(
        Buffer.from(
          `<qgis version="3.40.6"><renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="${type}" alpha="1"><layer class="${layer}" enabled="1" pass="0">${inPixels(values)}${inside}</layer></symbol></symbols></renderer-v2></qgis>`,
        ),
      ),
    ),
  ).style

test('a marker moved down in QGIS is drawn below, and to the left when it is turned by a quarter', () => {
  const values = {
    name: 'square',
    color: '0,0,255,255',
    outline_style: 'no',
    size: '9',
    size_unit: 'Pixel',
    offset: '0,20',
    offset_unit: 'Pixel',
  }
  const at = (more: Record<string, string>) => {
    const { left, right, top, bottom } = drawn(styleOf('marker', 'SimpleMarker', { ...values, ...more }), [
      feature('POINT(50.5 50.5)'),
    ]).ink()
    return [(left + right) / 2, (top + bottom) / 2]
  }
  // Rows are counted from the top.
  expect(at({})).toEqual([50, 69])
  expect(at({ angle: '90' })).toEqual([30, 49])
})

test('a line moved to the right in QGIS is drawn below when it goes to the right', () => {
  const values = {
    line_color: '255,0,0,255',
    line_width: '2',
    line_width_unit: 'Pixel',
    offset: '10',
    offset_unit: 'Pixel',
  }
  expect(
    drawn(styleOf('line', 'SimpleLine', values), [feature('LINESTRING(0 50,100 50)')]).ink(),
  ).toMatchObject({ top: 59, bottom: 60 })
})

test('markers on a line are on its start and at each interval', () => {
  const marker = `<symbol name="@0@0" type="marker" alpha="1"><layer class="SimpleMarker" enabled="1" pass="0">${inPixels({ name: 'square', color: '0,0,0,255', outline_style: 'no', size: '4', size_unit: 'Pixel' })}</layer></symbol>`
  const values = { interval: '25', interval_unit: 'Pixel', placements: 'Interval', rotate: '1' }
  const { at } = drawn(styleOf('line', 'MarkerLine', values, marker), [feature('LINESTRING(10 50,90 50)')])
  const inked = Array.from({ length: 100 }, (_, x) => x).filter((x) => at(x, 50) !== '#ffffff')
  expect([10, 35, 60, 85].every((x) => inked.includes(x))).toBe(true)
  expect(inked.length).toBeLessThan(4 * 6)
})
