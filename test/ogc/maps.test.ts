/** OGC API – Maps (20-058): which part, how large, in which system, in which style, over what; and how long it is good. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createTestCollection,
  replaceTestRows,
  startTestServer,
  type TestServer,
} from '../helpers/collections.ts'
import { createFixture } from './features-fixture.ts'
import { addTestStyle, changeTestStyle, equals, filled, labelled, marked, readPicture } from './pictures.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
  // Two squares of a degree, red and blue by their kind, side by side.
  await createTestCollection(server.db, {
    id: 'squares',
    geometryType: 'Polygon',
    columns: [
      { name: 'kind', type: 'string' },
      { name: 'name', type: 'string' },
    ],
    rows: [
      { wkt: 'POLYGON((10 10,11 10,11 11,10 11,10 10))', values: ['a', 'first'] },
      { wkt: 'POLYGON((11 10,12 10,12 11,11 11,11 10))', values: ['b', 'second'] },
    ],
  })
  await addTestStyle(server, {
    collectionId: 'squares',
    styleId: 'kinds',
    rules: filled('#ff0000', equals('kind', 'a')) + filled('#0000ff', equals('kind', 'b')),
  })
  await addTestStyle(server, { collectionId: 'squares', styleId: 'green', rules: filled('#00ff00') })
  await addTestStyle(server, { collectionId: 'parcels', styleId: 'parcels-red', rules: filled('#ff0000') })
  await createTestCollection(server.db, {
    id: 'cover',
    geometryType: 'Polygon',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'POLYGON((10.5 10,11.5 10,11.5 11,10.5 11,10.5 10))', values: [1] }],
  })
  await addTestStyle(server, {
    collectionId: 'places',
    styleId: 'named',
    rules: marked('#ff0000', 4) + labelled('name'),
  })
  await addTestStyle(server, { collectionId: 'pacific', styleId: 'dots', rules: marked('#ff0000', 10) })
  await addTestStyle(server, { collectionId: 'heights', styleId: 'marks', rules: marked('#ff0000', 10) })
  await addTestStyle(server, { collectionId: 'cover', styleId: 'black', rules: filled('#000000') })
})
afterAll(() => server?.stop())

const map = async (path: string, headers?: Record<string, string>) =>
  readPicture(await server.get(`/pygeoapi${path}`, headers))
const problem = async (path: string) => {
  const response = await server.get(`/pygeoapi${path}`)
  const { code, detail } = (await response.json()) as { code: string; detail: string }
  return { status: response.status, code, detail }
}

const red = [255, 0, 0, 255]
const blue = [0, 0, 255, 255]
const nothing = [0, 0, 0, 0]
const white = [255, 255, 255, 255]
const squares = '/collections/squares/map?f=png'

describe('/req/core, /req/collection-map', () => {
  test('a map of a collection is a picture of all of it, in its default style', async () => {
    const response = await server.get('/pygeoapi/collections/squares/map?width=220')
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('content-crs')).toBeNull()
    const [west, south, east, north] = (response.headers.get('content-bbox') ?? '').split(',').map(Number)
    expect(west).toBeCloseTo(9.9, 1)
    expect(south).toBeCloseTo(9.9, 1)
    expect(east).toBeCloseTo(12.1, 1)
    expect(north).toBeCloseTo(11.1, 1)
    const { width, height, at } = await readPicture(response)
    expect(width).toBe(220)
    expect(height).toBe(Math.round((220 * 1.2) / 2.2))
    expect(at(50, 60)).toEqual(red)
    expect(at(170, 60)).toEqual(blue)
    expect(at(2, 2)).toEqual(nothing)
  })

  test('the map is in the system the data are stored in, if no other is asked for', async () => {
    const response = await server.get('/pygeoapi/collections/parcels/map?width=100')
    expect(response.headers.get('content-crs')).toBe('http://www.opengis.net/def/crs/EPSG/0/32620')
    const [west = 0] = (response.headers.get('content-bbox') ?? '').split(',').map(Number)
    expect(Math.abs(west - 715_000)).toBeLessThan(400)
  })

  test('PNG, JPEG and WebP are asked for by f or Accept, pages by browsers', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      expect((await map(`/collections/squares/map?f=${format}&width=40`)).format).toBe(format)
      expect((await map('/collections/squares/map?width=40', { Accept: `image/${format}` })).format).toBe(
        format,
      )
    }
    const page = await server.get('/pygeoapi/collections/squares/map', { Accept: 'text/html' })
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('/wms')
  })

  test('a table has no map, and says where its rows are', async () => {
    expect(await problem('/collections/numbers/map')).toMatchObject({ status: 404, code: 'map-has-no-place' })
    expect(await problem('/collections/nowhere/map')).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('an empty collection has an empty map', async () => {
    expect((await map('/collections/empty/map?f=png&width=64&height=64')).drawn()).toBe(0)
  })
})

describe('/req/spatial-subsetting', () => {
  test('bbox cuts out a part, and the picture has its shape', async () => {
    const { width, height, at } = await map(`${squares}&bbox=10.5,10,11.5,10.5&width=200`)
    expect([width, height]).toEqual([200, 100])
    expect(at(50, 50)).toEqual(red)
    expect(at(150, 50)).toEqual(blue)
  })

  test('bbox-crs gives the order of the axes', async () => {
    const one = await map(`${squares}&bbox=10.5,10,11.5,10.5&width=64`)
    const other = await map(
      `${squares}&bbox=10,10.5,10.5,11.5&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326&width=64`,
    )
    expect(other.bytes.equals(one.bytes)).toBe(true)
    const curie = await map(`${squares}&bbox=10,10.5,10.5,11.5&bbox-crs=[EPSG:4326]&width=64`)
    expect(curie.bytes.equals(one.bytes)).toBe(true)
  })

  test('subset says the same axis by axis, open ends and names in any case included', async () => {
    const one = await map(`${squares}&bbox=10.5,10,11.5,10.5&width=64`)
    const other = await map(`${squares}&subset=Lon(10.5:11.5),lat(10:10.5)&width=64`)
    expect(other.bytes.equals(one.bytes)).toBe(true)
    expect((await map(`${squares}&subset=Lat(10:*)&width=64`)).width).toBe(64)
    expect(await problem(`${squares}&subset=E(10:11)`)).toMatchObject({ status: 400, code: 'area-wrong' })
    expect(await problem(`${squares}&subset=Lat(10`)).toMatchObject({ status: 400, code: 'area-wrong' })
  })

  test('subset in a projected system has E and N', async () => {
    const crs = 'http://www.opengis.net/def/crs/EPSG/0/32620'
    const { at } = await map(
      `/collections/parcels/map?f=png&subset=E(715000:715050),N(1535000:1535050)&subset-crs=${crs}&width=50`,
    )
    expect(at(25, 25)).toEqual(red)
  })

  test('center and scale-denominator say where and how large; width and height how much of it', async () => {
    // A pixel of 0.28 mm at 1 : 3 975 696.1 is a hundredth of a degree.
    const { width, height, at } = await map(
      `${squares}&center=11,10.5&scale-denominator=3975696.1&width=100&height=80`,
    )
    expect([width, height]).toEqual([100, 80])
    expect(at(48, 40)).toEqual(red)
    expect(at(52, 40)).toEqual(blue)
    const response = await server.get(
      '/pygeoapi/collections/squares/map?center=11,10.5&scale-denominator=3975696.1&width=100&height=80',
    )
    const box = (response.headers.get('content-bbox') ?? '').split(',').map(Number)
    expect(box[0]).toBeCloseTo(10.5, 4)
    expect(box[3]).toBeCloseTo(10.9, 4)
  })

  test('what excludes each other is refused', async () => {
    for (const query of [
      'bbox=10,10,11,11&center=10,10',
      'bbox=10,10,11,11&subset=Lat(10:11)',
      'bbox=10,10,11,11&scale-denominator=1000000&width=10',
    ])
      expect(await problem(`${squares}&${query}`), query).toMatchObject({
        status: 400,
        code: 'map-view-wrong',
      })
  })

  test('a box across the antimeridian shows both sides of it', async () => {
    const { at } = await map('/collections/pacific/map?f=png&bbox=179,-18,-179,-16&width=200&height=200')
    expect(at(50, 100)).toEqual(red)
    expect(at(150, 100)).toEqual(red)
    expect(at(100, 100)).toEqual(nothing)
  })
})

describe('/req/scaling and /req/display-resolution', () => {
  test('width, height, both or none', async () => {
    const size = async (query: string) => {
      const { width, height } = await map(`${squares}&bbox=10,10,12,11${query}`)
      return [width, height]
    }
    expect(await size('')).toEqual([1024, 512])
    expect(await size('&width=100')).toEqual([100, 50])
    expect(await size('&height=100')).toEqual([200, 100])
    expect(await size('&width=100&height=100')).toEqual([100, 100])
    expect(await size('&scale-denominator=3975696.1')).toEqual([200, 100])
  })

  test('scale-denominator counts the size of pixels in', async () => {
    const { width } = await map(`${squares}&bbox=10,10,12,11&scale-denominator=3975696.1&mm-per-pixel=0.14`)
    expect(width).toBe(400)
  })

  test('for screens with a high resolution symbols are as many times larger', async () => {
    const path = '/collections/heights/map?f=png&bbox=-61.1,13.8,-60.9,14'
    const plain = await map(`${path}&width=100`)
    const fine = await map(`${path}&width=200&mm-per-pixel=0.14`)
    expect(plain.drawn()).toBe(100)
    expect(fine.drawn()).toBe(400)
  })

  test('too large is 413 and says what is possible, other sizes are 400', async () => {
    expect(await problem(`${squares}&width=4097`)).toMatchObject({ status: 413, code: 'map-too-large' })
    expect(await problem(`${squares}&scale-denominator=1`)).toMatchObject({ status: 413 })
    for (const query of ['width=0', 'width=-1', 'width=1.5', 'width=x', 'mm-per-pixel=0', 'mm-per-pixel=-1'])
      expect((await problem(`${squares}&${query}`)).status, query).toBe(400)
  })
})

describe('/req/crs', () => {
  test('every system of the collection is drawn, others are refused with those there are', async () => {
    const { crs } = (await (await server.get('/pygeoapi/collections/parcels?f=json')).json()) as {
      crs: string[]
    }
    expect(crs.length).toBeGreaterThan(2)
    for (const uri of crs) {
      const response = await server.get(
        `/pygeoapi/collections/parcels/map?f=png&width=200&crs=${encodeURIComponent(uri)}`,
      )
      const { drawn, width, height } = await readPicture(response)
      // Squares of 50 m, a hundred apart.
      const share = drawn() / (width * height)
      expect(share, uri).toBeGreaterThan(0.15)
      expect(share, uri).toBeLessThan(0.4)
      if (!uri.endsWith('CRS84')) expect(response.headers.get('content-crs')).toBe(uri)
    }
    expect(
      await problem('/collections/parcels/map?crs=http://www.opengis.net/def/crs/EPSG/0/2154'),
    ).toMatchObject({
      status: 400,
      code: 'crs-not-offered',
    })
  })

  test('data stored in metres lie on a map in degrees where PostGIS puts them', async () => {
    const { rows } = await server.db.pool.query<{ x: number; y: number }>(
      `select st_x(p) as x, st_y(p) as y from (select st_transform(st_setsrid(st_point(715025, 1535025), 32620), 4326) as p) o`,
    )
    const { x = 0, y = 0 } = rows[0] ?? {}
    const half = 0.00045
    const box = [x - half, y - half, x + half, y + half].join(',')
    const { at, drawn } = await map(
      `/collections/parcels/map?f=png&crs=[OGC:CRS84]&bbox=${box}&width=100&height=100`,
    )
    expect(at(50, 50)).toEqual(red)
    // A square of 50 m, straight to a degree.
    expect(drawn()).toBeGreaterThan(2000)
    const edges = [...Array(100).keys()].filter((n) => at(n, 50)[3] === 255)
    expect(((edges[0] ?? 0) + (edges.at(-1) ?? 0)) / 2).toBeCloseTo(49.5, 0)
  })
})

describe('/req/background', () => {
  test('nothing is below the data, unless a colour is asked for', async () => {
    const corner = async (query: string) => (await map(`${squares}&bbox=9,9,12,11&width=30${query}`)).at(0, 0)
    expect(await corner('')).toEqual(nothing)
    expect(await corner('&bgcolor=0x00FF00')).toEqual([0, 255, 0, 255])
    expect(await corner('&bgcolor=DarkSlateGray')).toEqual([47, 79, 79, 255])
    expect(await corner('&transparent=false')).toEqual(white)
    expect(await corner('&bgcolor=red&transparent=true')).toEqual(nothing)
    expect((await problem(`${squares}&bgcolor=url(x)`)).status).toBe(400)
  })

  test('JPEG is white where nothing is', async () => {
    expect((await map('/collections/squares/map?f=jpeg&bbox=9,9,12,11&width=30')).at(0, 0)).toEqual(white)
  })

  test('beyond the poles there is a void of its own colour', async () => {
    const path = `${squares}&bbox=-180,-90,180,90&crs=[EPSG:3857]&width=100`
    const world = await map(`${squares}&subset=Lat(-90:90),Lon(-180:180)&width=100&height=100`)
    expect(world.drawn()).toBeGreaterThan(0)
    const { at } = await map(
      `${squares}&center=0,80&scale-denominator=397569610&width=100&height=100&bgcolor=white&void-color=blue`,
    )
    expect(at(50, 2)).toEqual(blue)
    expect(at(50, 98)).toEqual(white)
    expect((await map(path)).width).toBe(100)
  })
})

describe('/req/styled-map and /req/dataset-map', () => {
  test('a collection is drawn in any of its styles, and in no other', async () => {
    const { at } = await map('/collections/squares/styles/green/map?f=png&bbox=10,10,12,11&width=20')
    expect(at(5, 5)).toEqual([0, 255, 0, 255])
    expect(await problem('/collections/squares/styles/dots/map')).toMatchObject({
      status: 404,
      code: 'map-style-unknown',
    })
  })

  test('several collections lie one above the other, the last one highest', async () => {
    const box = 'bbox=10,10,12,11&width=200'
    const above = await map(`/map?f=png&collections=squares,cover&${box}`)
    expect([above.at(25, 50), above.at(100, 50)]).toEqual([red, [0, 0, 0, 255]])
    const below = await map(`/map?f=png&collections=cover,${server.face}/collections/squares&${box}`)
    expect([below.at(25, 50), below.at(60, 50)]).toEqual([red, red])
    expect(await problem('/map?collections=nowhere')).toMatchObject({ status: 404 })
  })

  test('without a choice the map has all collections', async () => {
    const { drawn } = await map('/map?f=png&width=100')
    expect(drawn()).toBeGreaterThan(0)
  })
})

describe('a map is good as long as data and style stay the same', () => {
  test('304 until then; right at once after a replace, an edit and a new style', async () => {
    const path = '/pygeoapi/collections/squares/map?f=png&bbox=10,10,12,11&width=20'
    const first = await server.get(path)
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('public, no-cache')
    expect((await server.get(path, { 'If-None-Match': etag })).status).toBe(304)
    await changeTestStyle(server, 'kinds', filled('#00ffff'))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const second = await server.get(path, { 'If-None-Match': etag })
    expect(second.status).toBe(200)
    expect((await readPicture(second)).at(5, 5)).toEqual([0, 255, 255, 255])
    await replaceTestRows(server.db, 'squares', [
      { wkt: 'POLYGON((11 10,12 10,12 11,11 11,11 10))', values: ['a', 'only'] },
    ])
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const third = await readPicture(await server.get(path))
    expect([third.at(5, 5), third.at(15, 5)]).toEqual([nothing, [0, 255, 255, 255]])
  })

  test('labels are drawn', async () => {
    const path = '/collections/places/map?f=png&bbox=-61.06,13.74,-61,13.8&width=400&height=400'
    const { bytes } = await map(path)
    let dark = 0
    for (let i = 0; i < bytes.length; i += 4)
      if (bytes[i] === 0 && bytes[i + 1] === 0 && bytes[i + 3] === 255) dark += 1
    expect(dark).toBeGreaterThan(200)
  })
})
