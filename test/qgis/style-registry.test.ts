/** The tables of the style report against the installed QGIS: what it knows is classified, and as it really writes it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { fromXml } from '../../backend/src/styles/markup.ts'
import { readQml } from '../../backend/src/styles/qml.ts'
import { fateOf } from '../../backend/src/styles/qml-expression.ts'
import { reportQml } from '../../backend/src/styles/qml-report.ts'
import {
  effects,
  labelings,
  labelSettings,
  placements,
  propertyGroupOf,
  rasterRenderers,
  renderers,
  symbolLayers,
} from '../../backend/src/styles/qml-tables.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'

type Registry = {
  version: string
  renderers: string[]
  effects: string[]
  symbolLayers: { kind: string; name: string; qml: string; sld: string }[]
  properties: string[]
  labelings: string[]
  labelSettings: Record<string, string[]>
  rasterRenderers: string[]
  placements: Record<string, number>
  written: boolean[]
}

/** Classes of renderers, by what the QML calls them. */
const rasterRendererClasses: Record<string, string> = {
  QgsHillshadeRenderer: 'hillshade',
  QgsMultiBandColorRenderer: 'multibandcolor',
  QgsPalettedRasterRenderer: 'paletted',
  QgsRasterContourRenderer: 'contour',
  QgsRasterSingleColorRenderer: 'singlecolor',
  QgsSingleBandColorDataRenderer: 'singlebandcolordata',
  QgsSingleBandGrayRenderer: 'singlebandgray',
  QgsSingleBandPseudoColorRenderer: 'singlebandpseudocolor',
}

const expressions = [
  '"n" = 1',
  '"n" = -1',
  'not "n" = 1',
  '"name" is not null',
  '"n" in (1, 2)',
  '"n" not in (1, 2)',
  '"name" like \'x%\'',
  '"name" not like \'x%\'',
  '"name" ilike \'x\'',
  '"n" between 1 and 2',
  '"n" % 2 = 0',
  '"n" // 2 = 1',
  '"n" ^ 2 > 4',
  '"n" + 1 > 2',
  '"name" ~ \'x\'',
  '"name" = true',
  '"name" = null',
  "\"name\" = 'x' || 'y'",
  '"name" = \'between || true\'',
  "\"name\" = 'it''s' -- or $area",
  'upper("name") = \'X\'',
  'if("n" > 1, 1, 0) = 1',
  "coalesce(\"name\", 'x') = 'x'",
  'case when "n" = 1 then 1 end = 1',
  '$area > 3',
  'area($geometry) > 3',
  "intersects($geometry, geom_from_wkt('POINT(1 1)'))",
  'array_contains(array(1), "n")',
  '"name"[1] = 2',
]

describe.skipIf(!hasQgis())(`The style report and QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let registry: Registry
  beforeAll(async () => {
    registry = (await runPyQgis('style_registry.py', { expressions })) as Registry
  }, 120_000)

  const missing = (known: object, names: string[]) => names.filter((name) => !Object.hasOwn(known, name))

  test('every renderer, symbol layer, effect and labelling is classified', () => {
    expect(missing(renderers, registry.renderers)).toEqual([])
    expect(
      missing(
        symbolLayers,
        registry.symbolLayers.map(({ name }) => name),
      ),
    ).toEqual([])
    expect(missing(effects, registry.effects)).toEqual([])
    expect(missing(labelings, registry.labelings)).toEqual([])
  })

  test('every setting of labels is classified', () => {
    expect(Object.keys(registry.labelSettings).sort()).toEqual(Object.keys(labelSettings).sort())
    for (const [element, names] of Object.entries(registry.labelSettings)) {
      expect(names.length, element).toBeGreaterThan(5)
      expect(names.filter((name) => !labelSettings[element]?.includes(name))).toEqual([])
    }
  })

  test('every renderer of rasters is classified', () => {
    expect(registry.rasterRenderers.length).toBeGreaterThan(6)
    expect(registry.rasterRenderers.filter((name) => !rasterRendererClasses[name])).toEqual([])
    const types = Object.values(rasterRendererClasses)
    expect(types.filter((type) => !Object.hasOwn(rasterRenderers, type))).toEqual([])
  })

  test('every label placement is classified under its number', () => {
    expect(Object.keys(registry.placements).length).toBeGreaterThan(5)
    for (const [name, number] of Object.entries(registry.placements))
      expect(placements[String(number)]?.name, name).toBe(name)
  })

  test('every property that can come from the data is classified', () => {
    expect(registry.properties.length).toBeGreaterThan(100)
    expect(registry.properties.filter((name) => propertyGroupOf(name) === undefined)).toEqual([])
  })

  test('what is called drawn by others has a symbolizer in the SLD, and what is called QGIS only has none', () => {
    for (const { kind, name, qml, sld } of registry.symbolLayers) {
      const report = reportQml(fromXml(readQml(Buffer.from(qml))))
      const item = report.items.find((one) => one.part === 'symbol-layer' && one.where.depth === 0)
      // Of some markers QGIS writes a symbolizer that holds a comment and nothing else.
      const withoutComments = sld.replace(/<!--.*?-->/gs, '')
      const isDrawn = /<se:(Point|Line|Polygon)Symbolizer[^/>]*>\s*<se:/.test(withoutComments)
      expect(item?.name, name).toBe(name)
      // Its line comes out as a symbol for the points, on which it draws nothing.
      if (name === 'VectorField') continue
      expect(item?.verdict === 'exact' || item?.verdict === 'approximated', `${name} on ${kind}`).toBe(
        isDrawn,
      )
      expect(report.isSldEmpty, `${name} on ${kind}`).toBe(!isDrawn)
    }
  })

  test('expressions are called dropped where QGIS drops them', () => {
    const wrong = expressions.filter((text, at) => (fateOf(text).kind === 'dropped') === registry.written[at])
    expect(wrong).toEqual([])
  })
})
