/** What one map may cost: of too many features a share is shown and named, crowds and slow maps are sent away, who leaves stops it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { createMapPool } from '../../backend/src/render/map-pool.ts'
import { collections as stored } from '../../backend/src/repositories/collections.ts'
import { createCollections } from '../../backend/src/services/collections.ts'
import { createMaps, type MapLook, type MapsLimits } from '../../backend/src/services/maps.ts'
import { DEFAULT_STYLE_ID, defaultStyle } from '../../backend/src/styles/default-style.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
const pool = createMapPool({ threads: 1 })
const style = {
  id: DEFAULT_STYLE_ID,
  version: 1,
  title: 'Plain',
  style: defaultStyle('Point'),
  resources: {},
  findings: [],
}

const mapsWith = (limits: Partial<MapsLimits> = {}) => {
  const collections = createCollections({ db: db.knex, now: Date.now })
  const maps = createMaps({
    database: db,
    collections,
    styleModels: { ofCollection: async () => style },
    rasters: {
      readForMap: async () => {
        throw new Error('There are no rasters here')
      },
    },
    pool,
    limits: { cacheBytes: 0, ...limits },
  })
  const draw = async (more: Partial<MapLook> = {}, signal: AbortSignal = new AbortController().signal) => {
    const collection = await collections.get('many')
    return maps.get([{ collection, styleId: null }], { ...look, ...more }, signal)
  }
  return { draw }
}

const look: MapLook = {
  epsg: 4326,
  box: [-61.4, 13.6, -60.6, 14.4],
  width: 256,
  height: 256,
  pixelRatio: 1,
  background: { color: null, void: null, valid: null },
  format: 'png',
}

const problemOf = (work: Promise<unknown>): Promise<{ status: number; code: string }> =>
  work.then(
    () => ({ status: 200, code: '' }),
    (error) => {
      if (isProblem(error)) return { status: error.status, code: error.code }
      throw error
    },
  )

beforeAll(async () => {
  db = await testDatabase()
  await createTestCollection(db, {
    id: 'many',
    geometryType: 'Point',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ wkt: 'POINT(-61 14)', values: [0] }],
  })
  const { tableName } = await stored(db.knex).get('many')
  await db.pool.query(
    `insert into data.${tableName} (fid, geom, c1) select i, st_setsrid(st_makepoint(-61.4 + 0.8 * (i % 211) / 211.0, 13.6 + 0.8 * (i % 197) / 197.0), 4326), i from generate_series(2, 20000) i`,
  )
  await db
    .knex('collection')
    .where({ id: 'many' })
    .update({
      feature_count: 20_000,
      extent_storage: [-61.4, 13.6, -60.6, 14.4],
      extent_crs84: [-61.4, 13.6, -60.6, 14.4],
    })
})
afterAll(async () => {
  await pool.close()
  await db?.drop()
})

test('of more features than a map holds a share is shown, the same one each time, and that is named', async () => {
  const { draw } = mapsWith({ rows: 2000 })
  const [one, other] = [await draw(), await draw()]
  expect(one.losses.map(({ code }) => code)).toEqual(['FEATURES_SAMPLED'])
  expect(Buffer.from(one.image).equals(Buffer.from(other.image))).toBe(true)
  const whole = await mapsWith().draw()
  expect(whole.losses).toEqual([])
  expect(Buffer.from(whole.image).equals(Buffer.from(one.image))).toBe(false)
})

test('a crowd is told to come back', async () => {
  const { draw } = mapsWith({ atOnce: 1, waiting: 1 })
  const all = await Promise.all([0, 1, 2, 3, 4].map((n) => problemOf(draw({ width: 200 + n, height: 200 }))))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503, 503])
})

test('a map that takes too long is given up', async () => {
  expect(await problemOf(mapsWith({ seconds: 0.001 }).draw())).toEqual({ status: 503, code: 'unavailable' })
})

test('a map whose features take too much memory is refused in words', async () => {
  expect(await problemOf(mapsWith({ bytes: 1 }).draw())).toEqual({ status: 422, code: 'map-too-detailed' })
})

test('who leaves is not waited for, and others are served as before', async () => {
  const { draw } = mapsWith({ atOnce: 1 })
  const gone = new AbortController()
  const left = draw({ width: 3000, height: 3000 }, gone.signal)
  gone.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  expect((await draw()).image.length).toBeGreaterThan(100)
})
