/** Map tiles: the same map in pieces, that fit together, labels included; and their metadata (20-057, 20-058). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'
import { addTestStyle, filled, labelled, marked, readPicture } from './pictures.ts'

const at = toTilePosition('WebMercatorQuad', 11, -61, 13.9)
const [row, column] = [Math.floor(at.row), Math.floor(at.column)]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createTestCollection(server.db, {
    id: 'towns',
    geometryType: 'Point',
    columns: [{ name: 'name', type: 'string' }],
    rows: Array.from({ length: 400 }, (_, at) => ({
      wkt: `POINT(${-61.2 + (at % 20) * 0.021} ${13.7 + Math.floor(at / 20) * 0.021})`,
      values: [`A long name of town ${at}`],
    })),
  })
  await createTestCollection(server.db, {
    id: 'fields',
    geometryType: 'Polygon',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'POLYGON((-61.2 13.7,-60.8 13.7,-60.8 14.1,-61.2 14.1,-61.2 13.7))', values: [1] }],
  })
  // On the edge between two tiles of zoom level 11.
  await createTestCollection(server.db, {
    id: 'edge',
    geometryType: 'Point',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: `POINT(${((column + 1) / 2 ** 11) * 360 - 180} 13.9)`, values: [1] }],
  })
  await addTestStyle(server, { collectionId: 'edge', styleId: 'edge-dots', rules: marked('#ff0000', 12) })
  await addTestStyle(server, { collectionId: 'towns', styleId: 'names', rules: labelled('name') })
  await addTestStyle(server, { collectionId: 'towns', styleId: 'dots', rules: marked('#ff0000', 12) })
  await addTestStyle(server, { collectionId: 'fields', styleId: 'blue', rules: filled('#0000ff') })
})
afterAll(() => server?.stop())

const tiles = '/pygeoapi/collections/towns/map/tiles/WebMercatorQuad'
const tile = async (path: string) => readPicture(await server.get(path))
/** Of two tiles side by side: the right edge of one, and the left edge of the other. */
const isDark = ([red, green, blue, alpha]: readonly number[]) =>
  alpha !== 0 && (red ?? 0) + (green ?? 0) + (blue ?? 0) < 760

test('a tile has 256 pixels, or 512 in the same symbols twice as large', async () => {
  const plain = await tile(
    `/pygeoapi/collections/towns/styles/dots/map/tiles/WebMercatorQuad/11/${row}/${column}?f=png`,
  )
  const fine = await tile(
    `/pygeoapi/collections/towns/styles/dots/map/tiles/WebMercatorQuad/11/${row}/${column}@2x?f=png`,
  )
  expect([plain.width, plain.height, fine.width, fine.height]).toEqual([256, 256, 512, 512])
  expect(fine.drawn() / plain.drawn()).toBeCloseTo(4, 0)
})

test('labels go on from tile to tile of a block', async () => {
  const block = { row: row - (row % 4), column: column - (column % 4) }
  let crossing = 0
  for (let y = 0; y < 4; y += 1) {
    for (let x = 0; x < 3; x += 1) {
      const left = await tile(`${tiles}/11/${block.row + y}/${block.column + x}?f=png`)
      const right = await tile(`${tiles}/11/${block.row + y}/${block.column + x + 1}?f=png`)
      for (let n = 0; n < 256; n += 1) {
        const [a, b] = [isDark(left.at(255, n)), isDark(right.at(0, n))]
        if (a && b) crossing += 1
      }
    }
  }
  // Labels are longer than the room between two of them: some lie across the edges.
  expect(crossing).toBeGreaterThan(0)
})

test('the tiles of a block are those of one picture', async () => {
  const block = { row: row - (row % 4), column: column - (column % 4) }
  const size = 40_075_016.685_578_49 / 2 ** 11
  const half = 20_037_508.342_789_244
  const box = [
    block.column * size - half,
    half - (block.row + 4) * size,
    (block.column + 4) * size - half,
    half - block.row * size,
  ]
  const whole = await tile(
    `/pygeoapi/collections/towns/map?f=png&crs=[EPSG:3857]&bbox-crs=[EPSG:3857]&bbox=${box.join(',')}&width=1024&height=1024`,
  )
  const one = await tile(`${tiles}/11/${block.row + 1}/${block.column + 2}?f=png`)
  let different = 0
  for (let y = 0; y < 256; y += 1)
    for (let x = 0; x < 256; x += 1)
      if (isDark(one.at(x, y)) !== isDark(whole.at(512 + x, 256 + y))) different += 1
  expect(different).toBeLessThan(20)
})

test('without labels each tile is drawn by itself, and fits its neighbour', async () => {
  const path = (x: number) => `/pygeoapi/collections/edge/map/tiles/WebMercatorQuad/11/${row}/${x}?f=png`
  const [left, right] = [await tile(path(column)), await tile(path(column + 1))]
  const solid = (pixel: readonly number[]) => pixel[3] === 255
  let cut = 0
  for (let n = 0; n < 256; n += 1) {
    let before = 0
    while (before < 12 && solid(left.at(255 - before, n))) before += 1
    let after = 0
    while (after < 12 && solid(right.at(after, n))) after += 1
    // A mark of twelve pixels that is cut by the edge goes on behind it.
    if (before >= 2 && before <= 10) {
      cut += 1
      expect(Math.abs(before + after - 12), `row ${n}`).toBeLessThanOrEqual(2)
    }
  }
  // Where none is cut nothing is shown.
  expect(cut).toBeGreaterThan(0)
  expect(left.drawn()).toBeGreaterThan(0)
})

test('WorldCRS84Quad has the same areas', async () => {
  const place = toTilePosition('WorldCRS84Quad', 10, -61, 13.9)
  const { at: pixel } = await tile(
    `/pygeoapi/collections/fields/map/tiles/WorldCRS84Quad/10/${Math.floor(place.row)}/${Math.floor(place.column)}?f=png`,
  )
  const x = Math.floor((place.column % 1) * 256)
  const y = Math.floor((place.row % 1) * 256)
  expect(pixel(x, y)).toEqual([0, 0, 255, 255])
})

test('tiles that are not there are 404, unchanged ones 304', async () => {
  for (const path of ['99/0/0', '0/1/0', '0/0/x', '0/0/0@3x'])
    expect((await server.get(`${tiles}/${path}`)).status, path).toBe(404)
  const etag = (await server.get(`${tiles}/0/0/0`)).headers.get('etag') ?? ''
  expect((await server.get(`${tiles}/0/0/0`, { 'If-None-Match': etag })).status).toBe(304)
})

test('tilesets say where tiles are, as the OGC and as web maps want it', async () => {
  const { tilesets } = (await (await server.get('/pygeoapi/collections/towns/map/tiles')).json()) as {
    tilesets: { dataType: string; links: { rel: string; href: string }[] }[]
  }
  expect(tilesets.map(({ dataType }) => dataType)).toEqual(['map', 'map'])
  const self = tilesets[0]?.links.find(({ rel }) => rel === 'self')?.href ?? ''
  const tileset = (await (await fetch(self)).json()) as {
    style: { id: string }
    links: { rel: string; href: string }[]
  }
  expect(tileset.style.id).toBe('names')
  const template = tileset.links.find(({ rel }) => rel === 'item')?.href ?? ''
  const address = template.replace('{tileMatrix}', '11').replace('{tileRow}', String(row))
  expect((await readPicture(await fetch(address.replace('{tileCol}', String(column))))).width).toBe(256)
  const tileJson = (await (await server.get(`${tiles}?f=tilejson`)).json()) as { tiles: string[] }
  expect(tileJson.tiles[0]).toContain('/{z}/{y}/{x}?f=png')
  expect(await (await server.get(`${tiles}?f=html`)).text()).toContain('XYZ Tiles')
})
