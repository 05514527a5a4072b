/** Vector tiles in QGIS, with the symbols of the style that was published: beside the collection itself they look the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { example } from '../helpers/examples.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'
import { hasQgis } from '../helpers/qgis.ts'
import { type ClientProgram, clientProgram } from './program.ts'
import { inQgis, qgisVersion, whySkipped } from './qgis.ts'

const version = await qgisVersion()
const worldWidth = 40_075_016.685578488
const toMercator = (longitude: number, latitude: number) => [
  (longitude / 360) * worldWidth,
  (Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI / 2) * worldWidth,
]

describe.skipIf(!hasQgis())(`QGIS ${version}${whySkipped} and vector tiles`, () => {
  let clients: ClientProgram
  beforeAll(async () => {
    clients = await clientProgram({ hasFixture: false })
  })
  afterAll(() => clients?.stop())

  test.each([
    ['parishes_quarters', [-61.08, 13.7, -60.87, 14.12]],
    ['coastal_habitats', [-61.09, 13.69, -60.86, 14.13]],
  ])('of %s are drawn with the published style as the collection is (G24, R6.10)', async (id, box) => {
    const editor = clients.program.as('editor')
    const [sld, qml] = [example(`${id}/${id}.sld`), example(`${id}/${id}.qml`)]
    const styleId = await addStyle(editor, sld, qml)
    await publishFile(editor, example(`${id}/${id}.gpkg`), { collectionId: id, styleId })
    const served = await fetch(`${clients.listener.url}/api/v1/styles/${styleId}/qml`)
    const [west = 0, south = 0, east = 0, north = 0] = box
    const extent = [...toMercator(west, south), ...toMercator(east, north)]
    const { results } = await inQgis(
      { do: 'open', name: 'features', url: clients.face, collection: id },
      { do: 'style', name: 'features', qml: await served.text() },
      {
        do: 'tiles',
        name: 'tiles',
        template: `${clients.face}/collections/${id}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`,
        zmax: 14,
        styled_by: 'features',
        source_layer: id,
      },
      { do: 'picture', name: 'features', extent },
      { do: 'picture', name: 'tiles', extent },
      { do: 'compare', one: 'features', other: 'tiles' },
    )
    const [, style, tiles, features, drawn, differing] = results
    expect(style.isLoaded).toBe(true)
    expect(tiles).toEqual({ isValid: true, crs: 'EPSG:3857', zooms: [0, 14] })
    expect(features.drawn).toBeGreaterThan(0.03)
    expect(Math.abs(drawn.drawn - features.drawn)).toBeLessThan(0.02)
    // Outlines of tiles are simplified by less than a pixel, which moves some pixels along them.
    expect(differing).toBeLessThan(0.04)
    const asked = clients.asked.filter(({ url }) => url.pathname.includes('/tiles/WebMercatorQuad/'))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.every(({ status }) => status === 200 || status === 204)).toBe(true)
  })
})
