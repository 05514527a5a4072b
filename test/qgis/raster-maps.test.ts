/** Rasters styled in QGIS, published with that style, and drawn by the server: the same picture (R7.9, issue 5). */

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pointFromCrs84, pointToCrs84 } from '../../backend/src/geo/crs.ts'
import { rasterBench } from '../fixtures/gdal-raster.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { similarity } from '../styles/fidelity/similarity.ts'

type Styled = {
  name: string
  raster: string
  sld: string
  qml: string
  pictures: Record<string, string>
}

const size = 400
const isMissing = !hasQgis() || !hasProgram('gdal_translate')
const bench = rasterBench()
let program: TestProgram
let styles: Styled[] = []

/** A square of the middle of the rasters, 3 km wide, in each system. */
const extents: Record<string, [number, number, number, number]> = {}
for (const epsg of [2006, 3857, 4326]) {
  const middle = pointToCrs84(513_000, 1_557_200, 2006) ?? [0, 0]
  const [x, y] = epsg === 2006 ? [513_000, 1_557_200] : (pointFromCrs84(middle[0], middle[1], epsg) ?? [0, 0])
  const reach = epsg === 4326 ? 0.0135 : 1500
  extents[`EPSG:${epsg}`] = [x - reach, y - reach, x + reach, y + reach]
}

const hills = (x: number, y: number) =>
  (x - 420) ** 2 + (y - 260) ** 2 < 400 ? -9999 : 900 + 700 * Math.sin(x / 37) * Math.cos(y / 29)

beforeAll(async () => {
  if (isMissing) return
  program = await testProgram()
  const rasters = {
    heights: bench.write({ type: 'float32', width: 620, height: 580, value: hills }, '-a_nodata', '-9999'),
    classes: bench.write({ width: 620, height: 580, value: (x, y) => 1 + (((x >> 4) + (y >> 5)) % 4) }),
    photo: bench.write(
      {
        bands: 3,
        width: 620,
        height: 580,
        value: (x, y, band) => 128 + 120 * Math.sin(x / (20 + 9 * band) + y / 31),
      },
      '-co',
      'PHOTOMETRIC=RGB',
    ),
  }
  const answer = (await runPyQgis('raster_maps.py', { ...rasters, folder: bench.folder, extents, size })) as {
    styles: Styled[]
  }
  styles = answer.styles
  const editor = program.as('editor')
  for (const { name, raster, sld, qml } of styles)
    await publishFile(editor, rasters[raster as keyof typeof rasters], {
      collectionId: name,
      styleId: await addStyle(editor, sld, qml),
      metadata: { title: name },
    })
}, 300_000)
afterAll(async () => {
  await program?.stop()
  bench.close()
})

const pixelsOf = async (source: string | Buffer) => {
  const { data, info } = await sharp(source)
    .flatten({ background: '#ffffff' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

describe.skipIf(isMissing)(
  `maps of rasters beside QGIS's${isMissing ? ` (left out: ${whyNoQgis})` : ''}`,
  () => {
    test.each(['gray', 'ramp', 'hillshade', 'paletted', 'colours'])('%s', async (name) => {
      const styled = styles.find((one) => one.name === name)
      const found: Record<string, number> = {}
      for (const [crs, extent] of Object.entries(extents)) {
        const uri = `http://www.opengis.net/def/crs/EPSG/0/${crs.slice(5)}`
        // In the order of the axes of EPSG:4326.
        const bbox = crs === 'EPSG:4326' ? [extent[1], extent[0], extent[3], extent[2]] : extent
        const response = await fetch(
          `${program.url}/pygeoapi/collections/${name}/map?f=png&width=${size}&height=${size}&crs=${encodeURIComponent(uri)}&bbox-crs=${encodeURIComponent(uri)}&bbox=${bbox.join(',')}&bgcolor=white`,
        )
        expect(response.status, await response.clone().text()).toBe(200)
        const ours = await pixelsOf(Buffer.from(await response.arrayBuffer()))
        found[crs] = similarity(ours, await pixelsOf(styled?.pictures[crs] ?? ''))
      }
      for (const [crs, likeness] of Object.entries(found))
        expect(likeness, `${name} in ${crs}: ${JSON.stringify(found)}`).toBeGreaterThan(0.98)
    })
  },
)
