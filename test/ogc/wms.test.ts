/** The Web Map Service, 1.3.0 (OGC 06-042) and 1.1.1: capabilities, maps, features at a pixel, legends, and what is wrong. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  attributeOf,
  childElements,
  firstChild,
  readXml,
  type XmlElement,
} from '../../backend/src/xml/read.ts'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasProgram } from '../helpers/programs.ts'
import { createFixture } from './features-fixture.ts'
import { addTestStyle, equals, filled, marked, readPicture } from './pictures.ts'

const run = promisify(execFile)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
  await addTestStyle(server, { collectionId: 'parcels', styleId: 'red', rules: filled('#ff0000') })
  await addTestStyle(server, { collectionId: 'parcels', styleId: 'green', rules: filled('#00ff00') })
  await addTestStyle(server, {
    collectionId: 'places',
    styleId: 'open',
    rules: marked('#0000ff', 9, equals('open', 'true')) + marked('#ff0000', 9, equals('open', 'false')),
  })
})
afterAll(() => server?.stop())

const ask = (query: string) => server.get(`/wms?${query}`)
const xmlOf = async (response: Response): Promise<XmlElement> =>
  readXml(new Uint8Array(await response.arrayBuffer()))
const find = (element: XmlElement, name: string): XmlElement[] => [
  ...childElements(element, name),
  ...childElements(element).flatMap((child) => find(child, name)),
]
const exceptionOf = async (response: Response) => {
  const [exception] = find(await xmlOf(response), 'ServiceException')
  return { code: exception && attributeOf(exception, 'code'), text: exception?.text ?? '' }
}

const getMap = (more: Record<string, string>) =>
  ask(
    new URLSearchParams({
      SERVICE: 'WMS',
      VERSION: '1.3.0',
      REQUEST: 'GetMap',
      LAYERS: 'places',
      STYLES: '',
      CRS: 'CRS:84',
      BBOX: '-61.06,13.74,-61,13.8',
      WIDTH: '120',
      HEIGHT: '120',
      FORMAT: 'image/png',
      ...more,
    }).toString(),
  )

describe('GetCapabilities', () => {
  test('lists the collections with systems, boxes in the order of their axes, styles and legends', async () => {
    const response = await ask('service=wms&request=getcapabilities')
    expect(response.headers.get('content-type')).toContain('text/xml')
    const root = await xmlOf(response)
    expect([root.name.local, attributeOf(root, 'version')]).toEqual(['WMS_Capabilities', '1.3.0'])
    const layers = find(root, 'Layer').filter((layer) => firstChild(layer, 'Name') !== undefined)
    const names = layers.map((layer) => firstChild(layer, 'Name')?.text)
    expect(names).toContain('parcels')
    expect(names).not.toContain('numbers')
    const parcels = layers[names.indexOf('parcels')] as XmlElement
    expect(childElements(parcels, 'CRS').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['CRS:84', 'EPSG:4326', 'EPSG:3857', 'EPSG:32620']),
    )
    const box = (name: string) => {
      const found = childElements(parcels, 'BoundingBox').find((one) => attributeOf(one, 'CRS') === name)
      return ['minx', 'miny'].map((side) => Number(found && attributeOf(found, side)))
    }
    const [latitude = 0, longitude = 0] = box('EPSG:4326')
    expect(Math.floor(latitude)).toBe(13)
    expect(Math.floor(longitude)).toBe(-62)
    expect(box('CRS:84')).toEqual([longitude, latitude])
    expect(box('EPSG:32620')).toEqual([715_000, 1_535_000])
    const styles = childElements(parcels, 'Style')
    expect(styles.map((style) => firstChild(style, 'Name')?.text)).toEqual(['red', 'green'])
    const [legend] = find(styles[0] as XmlElement, 'OnlineResource')
    const address = legend?.attributes.find(({ name }) => name.local === 'href')?.value ?? ''
    expect((await readPicture(await fetch(address))).format).toBe('png')
  })

  test('1.1.1 is answered in its own words', async () => {
    const text = await (await ask('SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities')).text()
    expect(text).toContain('<WMT_MS_Capabilities version="1.1.1">')
    expect(text).toContain('<SRS>EPSG:32620</SRS>')
    expect(text).not.toContain('CRS:84')
  })

  test('what nobody may see is not there', async () => {
    await server.db.knex('collection').where({ id: 'heights' }).update({ is_published: false })
    await server.db.knex('epoch').increment('value', 1)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await (await ask('service=WMS&request=GetCapabilities')).text()).not.toContain('heights')
    expect((await exceptionOf(await getMap({ LAYERS: 'heights' }))).code).toBe('LayerNotDefined')
    expect((await server.get('/pygeoapi/collections/heights/map')).status).toBe(404)
    expect((await server.get('/pygeoapi/collections/heights/map/tiles/WebMercatorQuad/0/0/0')).status).toBe(
      404,
    )
    expect((await server.get('/pygeoapi/map?collections=heights')).status).toBe(404)
  })
})

describe('GetMap', () => {
  test('draws layers in their styles; BBOX follows the axes in 1.3.0 and is east first in 1.1.1', async () => {
    const one = await readPicture(await getMap({ TRANSPARENT: 'TRUE' }))
    expect([one.width, one.height]).toEqual([120, 120])
    // Every fifth place is at the western edge: at -61.05, 13.75 the first one, which is open.
    expect(one.at(20, 100)).toEqual([0, 0, 255, 255])
    expect(one.at(2, 2)).toEqual([0, 0, 0, 0])
    const north = await readPicture(
      await getMap({ TRANSPARENT: 'TRUE', CRS: 'EPSG:4326', BBOX: '13.74,-61.06,13.8,-61' }),
    )
    expect(north.bytes.equals(one.bytes)).toBe(true)
    const old = await ask(
      'request=GetMap&version=1.1.1&layers=places&styles=&srs=EPSG:4326&bbox=-61.06,13.74,-61,13.8&width=120&height=120&format=image/png&transparent=true',
    )
    expect((await readPicture(old)).bytes.equals(one.bytes)).toBe(true)
  })

  test('the first layer is lowest; each has its style', async () => {
    const { rows } = await server.db.pool.query<{ x: number; y: number }>(
      `select st_x(p) as x, st_y(p) as y from (select st_transform(st_setsrid(st_point(715025, 1535025), 32620), 4326) as p) o`,
    )
    const { x = 0, y = 0 } = rows[0] ?? {}
    const BBOX = [x - 0.0001, y - 0.0001, x + 0.0001, y + 0.0001].join(',')
    const colour = async (STYLES: string) =>
      (await readPicture(await getMap({ LAYERS: 'parcels,parcels', STYLES, BBOX }))).at(60, 60)
    expect(await colour('red,green')).toEqual([0, 255, 0, 255])
    expect(await colour('green,red')).toEqual([255, 0, 0, 255])
    expect(await colour(',')).toEqual([255, 0, 0, 255])
  })

  test('background, formats and the resolution that QGIS names', async () => {
    expect((await readPicture(await getMap({}))).at(2, 2)).toEqual([255, 255, 255, 255])
    expect((await readPicture(await getMap({ BGCOLOR: '0x102030' }))).at(2, 2)).toEqual([16, 32, 48, 255])
    expect((await readPicture(await getMap({ FORMAT: 'image/jpeg' }))).format).toBe('jpeg')
    const drawn = async (DPI: string) =>
      (await readPicture(await getMap({ TRANSPARENT: 'TRUE', DPI }))).drawn()
    const [plain, fine] = [await drawn('90.714'), await drawn('181.43')]
    expect(fine / plain).toBeGreaterThan(3)
  })

  test('is good until something changes', async () => {
    const etag = (await getMap({})).headers.get('etag') ?? ''
    const query = `SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=places&STYLES=&CRS=CRS:84&BBOX=-61.06,13.74,-61,13.8&WIDTH=120&HEIGHT=120&FORMAT=image/png`
    expect((await server.get(`/wms?${query}`, { 'If-None-Match': etag })).status).toBe(304)
  })

  test('what is wrong is told with the codes of WMS', async () => {
    const code = async (more: Record<string, string>) => (await exceptionOf(await getMap(more))).code
    expect(await code({ LAYERS: 'nowhere' })).toBe('LayerNotDefined')
    expect(await code({ STYLES: 'nothing' })).toBe('StyleNotDefined')
    expect(await code({ CRS: 'EPSG:2154' })).toBe('InvalidCRS')
    expect(await code({ FORMAT: 'image/tiff' })).toBe('InvalidFormat')
    expect(await code({ BBOX: '1,1,0,0' })).toBe('InvalidParameterValue')
    expect(await code({ WIDTH: '100000' })).toBe('InvalidDimensionValue')
    expect(await code({ REQUEST: 'GetStyles' })).toBe('OperationNotSupported')
    const old = await exceptionOf(
      await ask(
        'request=GetMap&version=1.1.1&layers=places&styles=&srs=EPSG:2154&bbox=0,0,1,1&width=9&height=9&format=image/png',
      ),
    )
    expect(old.code).toBe('InvalidSRS')
  })

  test('exceptions are pictures where that is asked for', async () => {
    const words = await readPicture(await getMap({ LAYERS: 'nowhere', EXCEPTIONS: 'INIMAGE' }))
    expect([words.width, words.height]).toEqual([120, 120])
    const blank = await readPicture(
      await getMap({ LAYERS: 'nowhere', EXCEPTIONS: 'BLANK', TRANSPARENT: 'TRUE' }),
    )
    expect(blank.drawn()).toBe(0)
    expect(words.bytes.some((value) => value < 200)).toBe(true)
  })
})

describe('GetFeatureInfo', () => {
  const info = (more: Record<string, string>) =>
    getMap({ REQUEST: 'GetFeatureInfo', QUERY_LAYERS: 'places', I: '20', J: '99', ...more })

  test('tells the feature at a pixel, in every form', async () => {
    const json = (await (await info({ INFO_FORMAT: 'application/json' })).json()) as {
      features: { id: string; properties: Record<string, unknown> }[]
    }
    expect(json.features.map(({ id }) => id)).toEqual(['places.1'])
    expect(json.features[0]?.properties['founded']).toBe('2020-01-01')
    for (const format of ['text/plain', 'text/html', 'application/vnd.ogc.gml', 'application/geo+json']) {
      const response = await info({ INFO_FORMAT: format })
      expect(response.headers.get('content-type')).toContain(format)
      expect(await response.text()).toContain('2020-01-01')
    }
  })

  test('finds nothing where nothing is, and no more than asked for', async () => {
    const empty = (await (await info({ I: '2', J: '2', INFO_FORMAT: 'application/json' })).json()) as {
      features: unknown[]
    }
    expect(empty.features).toEqual([])
    expect((await exceptionOf(await info({ I: '500' }))).code).toBe('InvalidPoint')
    expect((await exceptionOf(await info({ INFO_FORMAT: 'image/png' }))).code).toBe('InvalidFormat')
  })

  test('what features say becomes no markup', async () => {
    const response = await getMap({
      REQUEST: 'GetFeatureInfo',
      LAYERS: 'hostile',
      QUERY_LAYERS: 'hostile',
      BBOX: '-61.01,13.89,-60.99,13.91',
      I: '60',
      J: '60',
      INFO_FORMAT: 'text/html',
    })
    const text = await response.text()
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script>')
  })
})

describe('GetLegendGraphic', () => {
  test('shows a swatch for each rule', async () => {
    const legend = await readPicture(await ask('request=GetLegendGraphic&layer=places&format=image/png'))
    const one = await readPicture(await ask('request=GetLegendGraphic&layer=parcels&style=green'))
    expect(legend.height).toBeGreaterThan(one.height)
    expect(one.at(14, 12)).toEqual([0, 255, 0, 255])
  })
})

test('whatever is asked, the answer is a picture or says in XML what is wrong, never a failure', async () => {
  const odd = fc.constantFrom(
    'NaN',
    'Infinity',
    '-1',
    '0',
    '1e308',
    '4294967296',
    "'; drop table record; --",
    '<script>',
    '%00',
    ',,,',
    'x'.repeat(2000),
    '1,2,3',
    'EPSG:0',
    'url(http://x/)',
  )
  const names = [
    'LAYERS',
    'STYLES',
    'CRS',
    'BBOX',
    'WIDTH',
    'HEIGHT',
    'FORMAT',
    'BGCOLOR',
    'DPI',
    'EXCEPTIONS',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), odd, async (name, value) => {
      const response = await getMap({ [name]: value })
      expect(response.status).toBeLessThan(500)
      expect(response.headers.get('content-type')).toMatch(/^(?:image|text\/xml)/)
      await response.arrayBuffer()
    }),
    { numRuns: 60 },
  )
}, 60_000)

describe.skipIf(!hasProgram('gdalinfo'))('GDAL (left out where gdalinfo is not installed)', () => {
  test('reads the capabilities, and a map', async () => {
    const { stdout } = await run('gdalinfo', [`WMS:${server.url}/wms`])
    expect(stdout).toContain('LAYERS=parcels')
    const [, layer = ''] = /SUBDATASET_\d+_NAME=(WMS:.*LAYERS=parcels&.*)/.exec(stdout) ?? []
    const { stdout: one } = await run('gdalinfo', [layer])
    expect(one).toContain('Band 1')
    const { stdout: sums } = await run(
      'gdal_translate',
      ['-of', 'PNG', '-outsize', '200', '200', layer, '/vsistdout/'],
      { encoding: 'buffer', maxBuffer: 10_000_000 },
    )
    expect(sums.length).toBeGreaterThan(500)
  })

  test('reads a map of the OGC API, in degrees', async () => {
    const { stdout } = await run('gdalinfo', ['-oo', 'API=MAP', `OGCAPI:${server.face}/collections/parcels`])
    expect(stdout).toContain('WGS 84')
  })
})
