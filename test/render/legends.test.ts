/** Legends of styles and of WMS: what is in them, and that both have the same. */
import { expect, test } from 'vitest'
import { drawLegend, type LegendJson } from '../../backend/src/render/legend-picture.ts'
import { paintLegend } from '../../backend/src/render/map-legend.ts'
import { createBudget } from '../../backend/src/render/paint/budget.ts'
import { pictureLimits } from '../../backend/src/render/style-pictures.ts'
import { readSld } from '../../backend/src/styles/sld-read.ts'
import { readXml } from '../../backend/src/xml/read.ts'

const reliefSld = `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">
<NamedLayer><Name>relief</Name><UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer><ColorMap type="intervals">
<ColorMapEntry color="#00ff00" quantity="100" label="Lowland"/>
<ColorMapEntry color="#ff0000" quantity="500"/>
<ColorMapEntry color="#0000ff" quantity="900" label="Peaks" opacity="0.5"/>
</ColorMap></RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const styleOf = (sld: string) => {
  const read = readSld(readXml(Buffer.from(sld)))
  if (read === null) throw new Error('no style')
  return read.style
}

test('the classes of a raster are in the legend of a style and in that of WMS alike', async () => {
  const style = styleOf(reliefSld)
  const limits = pictureLimits
  const budget = createBudget({ limits, now: () => 0, isCancelled: () => false })
  const look = { style, resources: {}, title: 'Relief', pixelRatio: 1, scaleDenominator: null }
  const json = JSON.parse(
    Buffer.from(await drawLegend({ ...look, format: 'json' }, budget)).toString(),
  ) as LegendJson
  const titles = ['Lowland', 'up to 500', 'Peaks']
  expect(json.entries.map(({ title }) => title)).toEqual(titles)
  const painted = await paintLegend(
    { ...look, width: 20, height: 20, background: '#ffffff', format: 'png', limits },
    () => false,
  )
  expect(painted.entries).toEqual(titles)
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(painted.image).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4),
  ]
  expect([info.width, info.height]).toEqual([painted.width, painted.height])
  expect([at(16, 18), at(16, 42)]).toEqual([
    [0, 255, 0, 255],
    [255, 0, 0, 255],
  ])
})
