/** QGIS and OWSLib use the web map service as people do. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasPythonModule } from '../helpers/programs.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { createFixture } from './features-fixture.ts'
import { addTestStyle, filled } from './pictures.ts'

const run = promisify(execFile)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
  await addTestStyle(server, { collectionId: 'parcels', styleId: 'red', rules: filled('#ff0000') })
})
afterAll(() => server?.stop())

describe.skipIf(!hasQgis())(`QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('opens a layer, draws it in the system of the data, and identifies a feature', async () => {
    const report = (await runPyQgis(
      'wms_layer.py',
      {
        url: `${server.url}/wms`,
        layer: 'parcels',
        style: 'red',
        crs: 'EPSG:32620',
        extent: [715_000, 1_535_000, 718_000, 1_538_000],
        point: [715_025, 1_535_025],
      },
      { timeoutMs: 150_000 },
    )) as { isValid: boolean; error: string; crs: string; drawn: number; found: string }
    expect(report).toMatchObject({ isValid: true, crs: 'EPSG:32620' })
    // Squares of 50 m, a hundred apart: a quarter of the area.
    expect(report.drawn).toBeGreaterThan(0.15)
    expect(report.drawn).toBeLessThan(0.45)
    expect(report.found).toContain('P0')
  }, 180_000)
})

describe.skipIf(!hasPythonModule('owslib'))('OWSLib (left out where it is not installed)', () => {
  test.each(['1.3.0', '1.1.1'])('reads capabilities and a map of %s', async (version) => {
    const { stdout } = await run('python3', [
      '-c',
      `from owslib.wms import WebMapService
wms = WebMapService("${server.url}/wms", version="${version}")
layer = wms["parcels"]
image = wms.getmap(layers=["parcels"], styles=["red"], srs="EPSG:32620", bbox=(715000, 1535000, 718000, 1538000), size=(100, 100), format="image/png")
print(layer.title, sorted(layer.styles), image.read()[:4])`,
    ])
    expect(stdout).toContain("parcels ['red'] b'\\x89PNG'")
  })
})
