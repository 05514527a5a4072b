/**
 * GDAL of whatever version is installed, as programs use it: collections and their filters, tiles through its OGC API
 * driver, archives of tiles. More of collections is in test/ogc/features-gdal.test.ts and features-filter-gdal.test.ts.
 */
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { gdalVersion, hasGdal, isGdalAtLeast, wholeLayer } from '../helpers/gdal.ts'
import { getRecord } from '../helpers/publish.ts'
import { type ClientProgram, clientProgram, featuresAnswered, itemsAsked } from './program.ts'

const drivers = hasGdal ? execFileSync('ogrinfo', ['--formats'], { encoding: 'utf8' }) : ''

type Outcome = { code: number; stdout: string; stderr: string }
const run = (program: string, ...args: string[]): Promise<Outcome> =>
  promisify(execFile)(program, args, {
    maxBuffer: 1 << 26,
    env: { ...process.env, GDAL_HTTP_TIMEOUT: '60' },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Outcome) => ({ code, stdout, stderr }),
  )

type Feature = {
  properties: Record<string, unknown>
  geometry: { coordinates: number[] } | null
}
const featuresOf = async (source: string, layer: string, ...options: string[]): Promise<Feature[]> => {
  const chosen = options.some((option) => ['-where', '-spat'].includes(option)) ? [layer] : wholeLayer(layer)
  const { code, stdout, stderr } = await run(
    'ogr2ogr',
    '-f',
    'GeoJSON',
    '/vsistdout/',
    source,
    ...chosen,
    ...options,
  )
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return (JSON.parse(stdout) as { features: Feature[] }).features
}

describe.skipIf(!hasGdal)(`GDAL ${gdalVersion.join('.')} (left out where ogrinfo is not installed)`, () => {
  let clients: ClientProgram
  beforeAll(async () => {
    clients = await clientProgram()
    await clients.publishPoints('editor', 'points', 2500)
  })
  afterAll(() => clients?.stop())
  beforeEach(() => {
    clients.asked.length = 0
  })

  describe('reads collections', () => {
    test('page by page to the end, each feature once, and counts without reading (R6.8, G7, G8)', async () => {
      const features = await featuresOf(`OAPIF:${clients.face}`, 'points')
      expect(new Set(features.map(({ properties }) => properties['name'])).size).toBe(2500)
      expect(features).toHaveLength(2500)
      const pages = itemsAsked(clients.asked, 'points')
      expect(pages.every(({ status }) => status === 200)).toBe(true)
      // Ten a page until 3.8 (250 requests), a thousand since.
      expect(pages.length).toBeLessThanOrEqual(isGdalAtLeast(9) ? 5 : 252)

      clients.asked.length = 0
      const { stdout } = await run('ogrinfo', '-so', `OAPIF:${clients.face}`, 'points')
      expect(stdout).toContain('Feature Count: 2500')
      expect(itemsAsked(clients.asked, 'points').length).toBeLessThanOrEqual(3)
    })

    test('by attribute and rectangle, and the server does the choosing (G15)', async () => {
      const face = `OAPIF:${clients.face}`
      const chosen = await featuresOf(face, 'points', '-where', "visitors >= 24900 AND kind = 'school'")
      expect(chosen.map(({ properties }) => properties['visitors'])).toEqual([24910, 24940, 24970])
      const filtered = itemsAsked(clients.asked, 'points').filter(({ url }) => url.searchParams.has('filter'))
      expect(filtered.length).toBeGreaterThan(0)
      expect(featuresAnswered(filtered)).toBe(3)

      clients.asked.length = 0
      const box = ['-61.0505', '13.7495', '-61.0455', '13.7525']
      const within = await featuresOf(face, 'points', '-spat', ...box)
      // Three columns and two rows of the grid.
      expect(within.map(({ properties }) => properties['name'])).toEqual(
        [0, 1, 2, 50, 51, 52].map((n) => `Point ${n}`),
      )
      const boxed = itemsAsked(clients.asked, 'points').filter(({ url }) => url.searchParams.has('bbox'))
      expect(featuresAnswered(boxed)).toBe(6)
    })

    test.skipIf(!isGdalAtLeast(7))(
      'in the CRS that is asked for, with the axes right (Part 2, G9; GDAL 3.7)',
      async () => {
        const source = `OAPIF:${clients.face}`
        const [there] = await featuresOf(
          source,
          'parcels',
          '-oo',
          'CRS=EPSG:32620',
          '-limit',
          '1',
          '-lco',
          'RFC7946=NO',
        )
        const ring = (there?.geometry?.coordinates.flat(1) ?? []) as unknown as number[][]
        const [east = 0, north = 0] = ring[0] ?? []
        expect(east).toBeCloseTo(715_000, 3)
        expect(north).toBeCloseTo(1_535_000, 3)
        const asked = itemsAsked(clients.asked, 'parcels').map(({ url }) => url.searchParams.get('crs'))
        expect(asked).toContain('http://www.opengis.net/def/crs/EPSG/0/32620')
      },
    )

    test('does not write: its driver is made for reading, and says so', async () => {
      const source = `OAPIF:${clients.face}`
      const { code, stderr } = await run('ogr2ogr', '-append', source, '/vsimem/none.geojson')
      expect(code).not.toBe(0)
      expect(stderr).not.toBe('')
      expect(clients.asked.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([])
    })
  })

  describe('reads tiles through its OGC API driver (G25)', () => {
    const source = () => `OGCAPI:${clients.face}/collections/points`
    /** What the driver looks up, in its order, before it makes layers. */
    const lookups = [
      '/pygeoapi/collections/points',
      '/pygeoapi/collections/points/tiles',
      '/pygeoapi/collections/points/tiles/WorldCRS84Quad',
      '/pygeoapi/tileMatrixSets/WorldCRS84Quad',
    ]

    test('finds tilesets, tile matrix set and schema by our links', async () => {
      const { code, stdout, stderr } = await run('ogrinfo', '-ro', source())
      const paths = clients.asked.map(({ url }) => url.pathname)
      expect(paths.slice(0, 4)).toEqual(lookups)
      expect(clients.asked.every(({ status }) => status === 200)).toBe(true)
      expect(stderr).not.toMatch(/^ERROR/m)
      if (paths.length === 4) {
        // Debian 12's GDAL 3.6 is built without the driver's vector tiles (its build sets up the driver before GML, which
        // they ask for): it reads all of this and then has nothing to make layers with, without an error.
        expect(isGdalAtLeast(7)).toBe(false)
        expect(code).not.toBe(0)
        return
      }
      expect(paths[4]).toBe('/pygeoapi/collections/points/schema.xsd')
      expect(code).toBe(0)
      expect(stdout).toMatch(/Zoom level 0\b/)
      expect(stdout).toMatch(/Zoom level 14\b/)
    })

    test.skipIf(!isGdalAtLeast(8))(
      'and reads every feature of a zoom level, with fields and places (GDAL 3.8)',
      async () => {
        const features = await featuresOf(source(), 'Zoom level 13')
        expect(new Set(features.map(({ properties }) => properties['name'])).size).toBe(2500)
        const first = features.find(({ properties }) => properties['name'] === 'Point 51')
        expect(first?.properties).toMatchObject({ kind: 'church', visitors: 510, rating: 6.4375 })
        const [x = 0, y = 0] = first?.geometry?.coordinates ?? []
        // A tile of level 13 in WorldCRS84Quad is 0.022° wide, of 4096 steps.
        expect(Math.abs(x - -61.048)).toBeLessThan(1e-5)
        expect(Math.abs(y - 13.752)).toBeLessThan(1e-5)
      },
    )

    test('its items by the same address, where they are asked for', async () => {
      const { code, stdout } = await run('ogrinfo', '-so', '-oo', 'API=ITEMS', source())
      expect(code).toBe(0)
      expect(stdout).toMatch(/^1: points/m)
    })
  })

  describe.skipIf(!/PMTiles/.test(drivers))(
    `reads an archive of tiles${/PMTiles/.test(drivers) ? '' : ' (its PMTiles driver came with 3.8)'}`,
    () => {
      test('over HTTP, in ranges (R6.11)', async () => {
        const { record } = await clients.publishPoints('editor', 'archived', 600)
        const editor = clients.program.as('editor')
        const path = { recordId: record.id }
        await editor.expectOk(editor.api.POST('/records/{recordId}/tile-archive', { params: { path } }))
        const archiveNow = async () =>
          (await getRecord(editor, record.id)).distributions.find(({ kind }) => kind === 'pmtiles')
        await expect.poll(archiveNow, { timeout: 60_000, interval: 200 }).toBeDefined()
        const archive = await archiveNow()
        const url = new URL(archive?.url ?? '')
        const source = `/vsicurl/${clients.listener.url}${url.pathname}`
        const { code, stdout, stderr } = await run('ogrinfo', '-so', '-al', source)
        expect({ code, stderr }).toMatchObject({ code: 0 })
        expect(stdout).toContain("using driver `PMTiles' successful")
        expect(stdout).toContain('Layer name: archived')
        expect(stdout).toMatch(/name: String/)
        const features = await featuresOf(source, 'archived', '-t_srs', 'EPSG:4326')
        expect(new Set(features.map(({ properties }) => properties['name'])).size).toBe(600)
        expect(
          clients.asked.some(({ status, headers }) => status === 206 && headers['range'] !== undefined),
        ).toBe(true)
      })
    },
  )
})
