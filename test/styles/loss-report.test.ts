/**
 * The report of losses against those who draw: what it calls exact is in the model and no loss names it, in the styles of
 * the examples, of the training manual, and of each symbol layer that QGIS offers (issue 5, point 4).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StyleLoss } from '../../backend/src/styles/finding.ts'
import { type LossItem, type LossReport, reportLosses } from '../../backend/src/styles/loss-report.ts'
import { drawnFates } from '../../backend/src/styles/loss-tables.ts'
import { writeMapLibre } from '../../backend/src/styles/maplibre.ts'
import { fromXml, type Markup } from '../../backend/src/styles/markup.ts'
import type { Style, Symbolizer } from '../../backend/src/styles/model.ts'
import { readQml } from '../../backend/src/styles/qml.ts'
import { readQmlStyle } from '../../backend/src/styles/qml-read.ts'
import { styleSentences } from '../../backend/src/styles/qml-words.ts'
import { propertiesOf } from '../../backend/src/styles/used-properties.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'
import { drawn, feature } from '../render/paint/drawn.ts'

const markupOf = (bytes: Uint8Array): Markup => fromXml(readQml(bytes))
const layersIn = (element: Markup): Markup[] =>
  element.name === 'maplayer' ? [element] : element.children.flatMap(layersIn)

const symbolizersOf = ({ featureTypeStyles }: Style): Symbolizer[] =>
  featureTypeStyles.flatMap(({ rules }) => rules.flatMap(({ symbolizers }) => symbolizers))

const geometries = {
  Point: 'POINT(50 50)',
  LineString: 'LINESTRING(5 40,50 60,95 40)',
  Polygon: 'POLYGON((10 10,90 10,90 90,10 90,10 10))',
}
const geometryOf = (style: Style): keyof typeof geometries => {
  const kinds = symbolizersOf(style).map(({ kind }) => kind)
  return kinds.includes('polygon') ? 'Polygon' : kinds.includes('line') ? 'LineString' : 'Point'
}

/** What the painter says when it draws a feature with every rule. */
const painterLosses = (style: Style): StyleLoss[] => {
  const fields = propertiesOf(style)
  const every: Style = {
    ...style,
    featureTypeStyles: style.featureTypeStyles.map((pass) => ({
      ...pass,
      rules: pass.rules.map((rule) => ({ ...rule, minScaleDenominator: null, maxScaleDenominator: null })),
    })),
  }
  const values = fields.map(() => '7')
  return drawn(every, [feature(geometries[geometryOf(style)], values)], { fields }).losses
}

const webLosses = (style: Style): StyleLoss[] =>
  writeMapLibre(style, {
    sourceId: 'layer',
    source: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    geometryType: geometryOf(style),
    glyphsUrl: 'https://example.org/fonts/{fontstack}/{range}.pbf',
    spriteUrl: 'https://example.org/sprite',
  }).losses

const isRaster = (style: Style) => symbolizersOf(style).some(({ kind }) => kind === 'raster')

/** Losses that no thing of the report shows, where it could. */
const hidden = (report: LossReport, losses: readonly StyleLoss[], face: 'map' | 'web'): string[] =>
  losses.flatMap(({ code, message, rule }) => {
    const isShown = report.items.some(
      (item) =>
        item[face] !== 'exact' &&
        (rule === undefined || item.where.rule === rule || item.where.rule === null),
    )
    return isShown ? [] : [`${face} ${code} (${rule ?? 'everywhere'}): ${message}`]
  })

/** Symbol layers called exact that a loss names. */
const named = ({ items }: LossReport, losses: readonly StyleLoss[]): string[] =>
  losses
    // These name the symbol layer they belong to, and have lines of their own in the report.
    .filter(({ code }) => !/^QML_(DATA_DEFINED|EFFECT)$/.test(code))
    .flatMap(({ code, message, rule }) =>
      items
        .filter(({ part, name, map, where }) => {
          const isOfRule = rule === undefined || where.rule === rule
          return part === 'symbol-layer' && map === 'exact' && isOfRule && message.includes(`'${name}'`)
        })
        .map(({ name }) => `${code} names ${name}: ${message}`),
    )

/** Things called exact of which nothing is in the model. */
const undrawn = ({ items }: LossReport, style: Style): string[] => {
  const drawnIn = new Set(
    style.featureTypeStyles.flatMap(({ rules }) =>
      rules.filter(({ symbolizers }) => symbolizers.length > 0).map(({ title }) => title),
    ),
  )
  const isDrawing = ({ part, where, map }: LossItem) =>
    (part === 'symbol-layer' || part === 'raster') && where.depth === 0 && map === 'exact'
  // A class that is switched off is not drawn, and right so.
  const isOff = ({ where }: LossItem) =>
    items.some((item) => ['STY-124', 'STY-242'].includes(item.code) && item.where.rule === where.rule)
  return items
    .filter((item) => isDrawing(item) && !isOff(item))
    .filter(({ where }) => !drawnIn.has(where.rule === '…' ? null : where.rule || null))
    .map(({ code, name, where }) => `${code} ${name} in ${where.rule ?? 'the style'} is not in the model`)
}

const contradictions = (qml: Markup): string[] => {
  const report = reportLosses(qml)
  const { style, losses } = readQmlStyle(qml)
  return [
    ...hidden(report, losses, 'map'),
    ...named(report, losses),
    ...(isRaster(style) ? [] : hidden(report, painterLosses(style), 'map')),
    ...hidden(report, webLosses(style), 'web'),
    ...undrawn(report, style),
  ]
}

test('every code of the report says what maps and browsers draw of it, and has its sentences', () => {
  expect(Object.keys(drawnFates).sort()).toEqual(Object.keys(styleSentences).sort())
})

test('what is not exact on maps or in browsers is never called exact', () => {
  const labelled = `<qgis version="3.40.6"><renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="fill" alpha="1">
    <layer class="SimpleFill" enabled="1" pass="0"><Option type="Map"><Option name="style" value="cross"/></Option></layer>
    <layer class="CentroidFill" enabled="1" pass="0"><symbol name="@0@1" type="marker" alpha="1"><layer class="SimpleMarker" enabled="1"/></symbol></layer>
    </symbol></symbols></renderer-v2></qgis>`
  const { items, counts } = reportLosses(markupOf(Buffer.from(labelled)))
  expect(
    items.filter(({ verdict, map, web }) => verdict === 'exact' && (map !== 'exact' || web !== 'exact')),
  ).toEqual([])
  expect(items.find(({ name }) => name === 'CentroidFill')).toMatchObject({
    verdict: 'approximated',
    map: 'exact',
    web: 'approximated',
  })
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(items.length)
})

test('a filter that SLD cannot say is drawn exactly where it is understood, and is lost where it is not', () => {
  const withFilter = (filter: string) =>
    reportLosses(
      markupOf(
        Buffer.from(
          `<qgis version="3.40.6"><renderer-v2 type="RuleRenderer"><rules><rule label="A" symbol="0" filter="${filter}"/></rules><symbols><symbol name="0" type="line"><layer class="SimpleLine" enabled="1"/></symbol></symbols></renderer-v2></qgis>`,
        ),
      ),
    ).items.find(({ code }) => code === 'STY-125')
  expect(withFilter("&quot;a&quot; || 'x' = 'bx'")).toMatchObject({ verdict: 'lost', map: 'exact' })
  expect(withFilter('overlay_within($geometry, 1)[0]')).toMatchObject({ verdict: 'lost', map: 'lost' })
})

test('what was lost for certain shows, even where the tables call all exact', () => {
  const plain = markupOf(
    Buffer.from(
      '<qgis version="3.40.6"><renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="line"><layer class="SimpleLine" enabled="1"/></symbol></symbols></renderer-v2></qgis>',
    ),
  )
  expect(reportLosses(plain).counts).toMatchObject({ approximated: 0 })
  const loss: StyleLoss = { code: 'LINE_FILL_SIMPLIFIED', verdict: 'approximated', message: 'so' }
  const { items } = reportLosses(plain, { map: [loss], web: [] })
  expect(items.find(({ name }) => name === 'SimpleLine')).toMatchObject({
    verdict: 'approximated',
    map: 'approximated',
    web: 'exact',
  })
})

const examples = new URL('../../examples/', import.meta.url).pathname
const exampleStyles = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.qml'))
  .toSorted()

test.each(exampleStyles)('the report of %s of the examples agrees with what is drawn', (name) => {
  expect(contradictions(markupOf(readFileSync(join(examples, name))))).toEqual([])
})

const folder = sharedData('qgis-training')
describe.skipIf(folder === undefined)(
  `Reports of real styles${folder === undefined ? ` (${whySkipped})` : ''}`,
  () => {
    const styles =
      folder === undefined ? [] : readdirSync(join(folder, 'styles')).filter((name) => name.endsWith('.qml'))

    test.each(styles)('%s is drawn as the report says', (name) => {
      expect(contradictions(markupOf(readFileSync(join(folder ?? '', 'styles', name))))).toEqual([])
    })

    test.each(['example.qgs', 'world.qgs'])('the layers of %s are drawn as the report says', (name) => {
      const layers = layersIn(markupOf(readFileSync(join(folder ?? '', name))))
      expect(layers.length).toBeGreaterThan(0)
      expect(layers.flatMap(contradictions)).toEqual([])
    })
  },
)

describe.skipIf(!hasQgis())(`Reports and QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('each symbol layer that this QGIS offers is drawn as the report says', async () => {
    const { symbolLayers } = (await runPyQgis('style_registry.py', { expressions: [] })) as {
      symbolLayers: { kind: string; name: string; qml: string }[]
    }
    expect(symbolLayers.length).toBeGreaterThan(20)
    const found = symbolLayers.flatMap(({ name, kind, qml }) =>
      contradictions(markupOf(Buffer.from(qml))).map((text) => `${name} on ${kind}: ${text}`),
    )
    expect(found).toEqual([])
  }, 120_000)
})
