/** What one tile may cost: giants are cut by the database, of too many a share is shown, and what takes too long is given up. */
import { gunzipSync } from 'node:zlib'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { type TileAddress, toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { createTilePool } from '../../backend/src/render/tile-pool.ts'
import { collections as stored } from '../../backend/src/repositories/collections.ts'
import { tileFeatures } from '../../backend/src/repositories/tile-features.ts'
import { createCollections } from '../../backend/src/services/collections.ts'
import { createTiles, type TileLimits } from '../../backend/src/services/tiles.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
const pool = createTilePool({ threads: 1 })
const tilesWith = (limits: Partial<TileLimits> = {}) => {
  const collections = createCollections({ db: db.knex, now: Date.now })
  return {
    collections,
    ...createTiles({ database: db, collections, pool, limits: { cacheBytes: 0, ...limits } }),
  }
}
const never = new AbortController().signal
const at = (zoom: number, longitude: number, latitude: number): TileAddress => {
  const { row, column } = toTilePosition('WebMercatorQuad', zoom, longitude, latitude)
  return { tileMatrixSetId: 'WebMercatorQuad', zoom, row: Math.floor(row), column: Math.floor(column) }
}

/** Five thousand vertices on a wavy circle around -61 14. */
const coast = () => {
  const ring = Array.from({ length: 5000 }, (_, n) => {
    const angle = (2 * Math.PI * n) / 5000
    const radius = 0.4 + 0.01 * Math.sin(97 * angle)
    return `${-61 + radius * Math.cos(angle)} ${14 + radius * Math.sin(angle)}`
  })
  return `POLYGON((${[...ring, ring[0]].join(',')}))`
}

beforeAll(async () => {
  db = await testDatabase()
  await createTestCollection(db, {
    id: 'giant',
    geometryType: 'Polygon',
    columns: [],
    rows: [{ wkt: coast(), values: [] }],
  })
  await createTestCollection(db, {
    id: 'many',
    geometryType: 'Point',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'POINT(-61 14)', values: [0] }],
  })
  const { tableName } = await stored(db.knex).get('many')
  await db.pool.query(
    `insert into data.${tableName} (fid, geom, c1) select i, st_setsrid(st_makepoint(-61.4 + 0.8 * (i % 211) / 211.0, 13.6 + 0.8 * (i % 197) / 197.0), 4326), i from generate_series(2, 30000) i`,
  )
  await db
    .knex('collection')
    .where({ id: 'many' })
    .update({
      feature_count: 30_000,
      extent_storage: [-61.4, 13.6, -60.6, 14.4],
      extent_crs84: [-61.4, 13.6, -60.6, 14.4],
    })
})
afterAll(async () => {
  await pool.close()
  await db?.drop()
})

test('a giant comes cut to the tile, and looks the same there', async () => {
  const collection = await stored(db.knex).get('giant')
  const rows = tileFeatures(db.readPool, { canCancel: db.kind === 'postgresql' })
  const request = {
    box: [-60.61, 13.99, -60.59, 14.01] as [number, number, number, number],
    mostRows: 10,
    mostBytes: 1e8,
    sample: null,
  }
  const whole = await rows.fetch(collection, { ...request, isCut: false }, never)
  const cut = await rows.fetch(collection, { ...request, isCut: true }, never)
  expect(whole.rows.length).toBeGreaterThan(80_000)
  expect(cut.rows.length).toBeLessThan(whole.rows.length / 20)

  const tiles = tilesWith()
  const published = await tiles.collections.get('giant')
  const { gzip } = await tiles.get(published, at(14, -60.6, 14), never)
  const layer = new VectorTile(new PbfReader(gunzipSync(gzip ?? new Uint8Array()))).layers['giant']
  const points = layer?.feature(0).loadGeometry().flat() ?? []
  // The coast crosses the tile from north to south.
  expect(points.length).toBeGreaterThan(4)
  expect(Math.min(...points.map(({ y }) => y))).toBe(-64)
  expect(Math.max(...points.map(({ y }) => y))).toBe(4096 + 64)
})

test('of more features than a tile holds it shows a share, spread over the tile, the same one each time', async () => {
  const tiles = tilesWith()
  const published = await tiles.collections.get('many')
  const address = at(8, -61, 14)
  const first = await tiles.make(published, address, never)
  const second = await tiles.make(published, address, never)
  expect(first.isWhole).toBe(false)
  expect(first.gzip).toEqual(second.gzip)
  expect(first.features).toBeGreaterThan(2000)
  expect(first.features).toBeLessThanOrEqual(12_000)
  const layer = new VectorTile(new PbfReader(gunzipSync(first.gzip ?? new Uint8Array()))).layers['many']
  const quarters = new Set<string>()
  for (let n = 0; n < (layer?.length ?? 0); n += 1) {
    const [[point] = []] = layer?.feature(n).loadGeometry() ?? []
    quarters.add(`${Math.floor((point?.x ?? 0) / 512)} ${Math.floor((point?.y ?? 0) / 512)}`)
  }
  expect(quarters.size).toBeGreaterThan(8)
})

const problemOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown) => thrown,
  )
  return isProblem(error)
    ? { status: error.status, retryAfter: error.headers['Retry-After'], detail: error.message }
    : error
}

test('a tile that takes too long is given up: 503, and when to come back', async () => {
  const tiles = tilesWith({ seconds: 0.001 })
  const published = await tiles.collections.get('many')
  expect(await problemOf(tiles.get(published, at(8, -61, 14), never))).toMatchObject({
    status: 503,
    retryAfter: '10',
  })
})

test('too many at once are sent away: 503, and when to come back', async () => {
  const tiles = tilesWith({ atOnce: 1, waiting: 1 })
  const published = await tiles.collections.get('many')
  const all = await Promise.all(
    [8, 9, 10, 11].map((zoom) => problemOf(tiles.get(published, at(zoom, -61, 14), never))),
  )
  expect(all.filter((one) => one === null)).toHaveLength(2)
  expect(all.filter((one) => one?.status === 503 && one.retryAfter === '1')).toHaveLength(2)
  expect(await problemOf(tiles.get(published, at(8, -61, 14), never))).toBeNull()
})

test('who waits too long for a tile to be begun is sent away, too', async () => {
  const tiles = tilesWith({ atOnce: 1, waiting: 10, waitSeconds: 0.001 })
  const published = await tiles.collections.get('many')
  const all = await Promise.all(
    [8, 9, 10].map((zoom) => problemOf(tiles.get(published, at(zoom, -61, 14), never))),
  )
  expect(all).toEqual([
    null,
    expect.objectContaining({ status: 503, retryAfter: '1' }),
    expect.objectContaining({ status: 503, retryAfter: '1' }),
  ])
})

test('who leaves ends the work, and the next one gets the tile', async () => {
  const tiles = tilesWith({ atOnce: 1 })
  const published = await tiles.collections.get('many')
  const leaving = new AbortController()
  const left = tiles.get(published, at(8, -61, 14), leaving.signal)
  leaving.abort(new Error('the client has gone'))
  await expect(left).rejects.toThrow('the client has gone')
  expect((await tiles.get(published, at(8, -61, 14), never)).features).toBeGreaterThan(0)
})
