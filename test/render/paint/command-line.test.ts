/** `sec-ims style render`: no server, a style and a file of features, a picture. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sec-ims-render-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sld = `<?xml version="1.0"?>
<sld:StyledLayerDescriptor version="1.0.0" xmlns:sld="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">
<sld:NamedLayer><sld:Name>areas</sld:Name><sld:UserStyle><sld:FeatureTypeStyle>
<sld:Rule><sld:Title>Wet</sld:Title>
<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>kind</ogc:PropertyName><ogc:Literal>lake</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>
<sld:PolygonSymbolizer><sld:Fill><sld:CssParameter name="fill">#0000ff</sld:CssParameter></sld:Fill></sld:PolygonSymbolizer></sld:Rule>
<sld:Rule><sld:ElseFilter/>
<sld:PolygonSymbolizer><sld:Fill><sld:CssParameter name="fill">#00ff00</sld:CssParameter></sld:Fill></sld:PolygonSymbolizer></sld:Rule>
</sld:FeatureTypeStyle></sld:UserStyle></sld:NamedLayer></sld:StyledLayerDescriptor>`

const area = (west: number, kind: string) => ({
  type: 'Feature',
  properties: { kind },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 0],
        [west + 1, 0],
        [west + 1, 1],
        [west, 1],
        [west, 0],
      ],
    ],
  },
})

const stylePath = join(folder, 'areas.sld')
const dataPath = join(folder, 'areas.geojson')
writeFileSync(stylePath, sld)
writeFileSync(
  dataPath,
  JSON.stringify({ type: 'FeatureCollection', features: [area(0, 'lake'), area(1, 'field')] }),
)

const run = (...words: string[]) =>
  spawnSync(process.execPath, ['backend/bin/sec-ims.mjs', 'style', 'render', ...words], { encoding: 'utf8' })

test('draws a GeoJSON file in the coordinate system that is asked for', async () => {
  const output = join(folder, 'out.png')
  const done = run(
    stylePath,
    '--data',
    dataPath,
    '--crs',
    'EPSG:3857',
    '--size',
    '400x200',
    '-o',
    output,
    '--json',
  )
  expect(done.stderr).toBe('')
  expect(JSON.parse(done.stdout)).toMatchObject({ features: 2, crs: 'EPSG:3857', losses: [] })
  const { data, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray(info.channels * (y * 400 + x), info.channels * (y * 400 + x) + 3),
  ]
  expect([at(100, 100), at(300, 100)]).toEqual([
    [0, 0, 255],
    [0, 255, 0],
  ])
})

test('says what is missing', () => {
  const done = run(stylePath)
  expect([done.status, done.stderr]).toEqual([2, expect.stringContaining('--data is missing')])
})
