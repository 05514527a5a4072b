/** Staging: either a complete, indexed table that agrees with the file, or none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StagingDatabase, StagingProgress } from '../../backend/src/ingest/stage.ts'
import type { FixtureLayer } from '../fixtures/geopackage.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'
import { stagingBench } from './stage-file.ts'

let db: TestDatabase
const bench = stagingBench(() => db)
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  bench.close()
  await db?.drop()
})

const sites = (count: number): FixtureLayer => ({
  name: 'sites',
  geometry: { type: 'POINT' },
  fields: [
    { name: 'name', type: 'TEXT' },
    { name: 'seen', type: 'DATETIME' },
  ],
  rows: Array.from({ length: count }, (_, index) => ({
    geometry: { type: 'Point' as const, coordinates: [-61 + index / 1e6, 14] },
    values: [
      `site ${index} ${'x'.repeat(80)}`,
      `2026-01-${String(1 + (index % 28)).padStart(2, '0')}T00:00:00Z`,
    ],
  })),
})

describe('a staged table', () => {
  test('is complete, has its key, its spatial index and statistics, and tells what it holds', async () => {
    const path = bench.write({ layers: [sites(100_000)] })
    const progress: StagingProgress[] = []
    const staged = await bench.stage(path, 'sites', { onProgress: (one) => progress.push(one) })
    expect(staged).toEqual({
      tableName: expect.stringMatching(/^p_test\d+$/),
      columns: [
        { name: 'name', column: 'c1', type: 'string' },
        { name: 'seen', column: 'c2', type: 'datetime' },
      ],
      storageSrid: 4326,
      geometryType: 'Point',
      hasZ: false,
      hasCurves: false,
      extentStorage: [-61, 14, -61 + 99_999 / 1e6, 14],
      featureCount: 100_000,
      timeColumn: 'c2',
      temporalExtent: ['2026-01-01T00:00:00Z', '2026-01-28T00:00:00Z'],
      warnings: [],
    })
    const table = `staging.${staged.tableName}`
    const { rows: columns } = await db.pool.query(
      `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required
       from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 order by attnum`,
    )
    expect(columns).toEqual([
      { name: 'fid', type: 'bigint', required: true },
      { name: 'geom', type: 'geometry(Point,4326)', required: false },
      { name: 'c1', type: 'text', required: false },
      { name: 'c2', type: 'timestamp with time zone', required: false },
      { name: 'feature', type: 'text', required: false },
    ])
    const { rows: indexes } = await db.pool.query(
      `select indexdef as definition from pg_indexes where schemaname = 'staging' and tablename = '${staged.tableName}' order by 1`,
    )
    expect(
      indexes.map(({ definition }: { definition: string }) => definition.replace(/.* USING/, 'USING')),
    ).toEqual(['USING gist (geom)', 'USING btree (fid)'])
    const { rows: statistics } = await db.pool.query(
      `select reltuples::int as rows from pg_class where oid = '${table}'::regclass`,
    )
    expect(statistics).toEqual([{ rows: 100_000 }])
    expect(progress.map(({ step }) => step).filter((step, index, all) => step !== all[index - 1])).toEqual([
      'load',
      'index',
      'verify',
    ])
    const shares = progress.map(({ share }) => share ?? 0)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toEqual({ step: 'verify', share: 1, rows: 100_000 })
  })

  test('is named by us only', async () => {
    const path = bench.write({ layers: [sites(1)] })
    for (const tableName of ['sites', 'p_', 'p_x; drop table y', 'P_X', 'staging.p_x', 'p_"']) {
      await expect(bench.stage(path, 'sites', { tableName }), tableName).rejects.toThrow(
        'not the name of a staging table',
      )
    }
  })

  test('without features, without geometry, or without any field is a table all the same', async () => {
    const path = bench.write({
      layers: [
        { name: 'nothing', geometry: {} },
        { name: 'list', fields: [{ name: 'a', type: 'TEXT' }], rows: [{ values: ['x'] }] },
        { name: 'keys', rows: [{}, {}] },
      ],
    })
    expect(await bench.stage(path, 'nothing')).toMatchObject({
      featureCount: 0,
      geometryType: 'Geometry',
      extentStorage: null,
    })
    expect(await bench.stage(path, 'list')).toMatchObject({
      featureCount: 1,
      geometryType: null,
      storageSrid: null,
      timeColumn: null,
      temporalExtent: null,
    })
    expect(await bench.stage(path, 'keys')).toMatchObject({ featureCount: 2, columns: [] })
  })
})

describe('a failed load leaves no table', () => {
  const refusals: [string, (path: string) => Promise<unknown>, object][] = [
    [
      'an abort at the start',
      (path) => bench.stage(path, 'sites', { signal: AbortSignal.abort(new Error('no more')) }),
      { message: 'no more' },
    ],
    [
      'an abort in the middle',
      (path) => {
        const controller = new AbortController()
        return bench.stage(path, 'sites', {
          signal: controller.signal,
          onProgress: () => controller.abort(new Error('no more')),
        })
      },
      { message: 'no more' },
    ],
    [
      'too little time',
      (path) => bench.stage(path, 'sites', { limits: { loadMs: 100 } }),
      { code: 'reader-stopped' },
    ],
    [
      'too many features',
      (path) => bench.stage(path, 'sites', { limits: { features: 90_000 } }),
      { code: 'too-many-features' },
    ],
    [
      'a system that is not known',
      (path) => bench.stage(path, 'sites', { options: { sourceEpsg: 99_999 } }),
      { code: 'crs-not-supported' },
    ],
    [
      'a database that fails while rows are copied',
      (path) => {
        let bytes = 0
        const failing: StagingDatabase = {
          ...db,
          copyIn: (text, source, options) =>
            db.copyIn(
              text,
              (async function* () {
                for await (const chunk of source) {
                  bytes += Buffer.concat([chunk].flat()).length
                  if (bytes > 1_000_000) throw Object.assign(new Error('disk full'), { code: '53100' })
                  yield chunk
                }
              })(),
              options,
            ),
        }
        return bench.stage(path, 'sites', { db: failing })
      },
      { code: 'disk-full', status: 507 },
    ],
    [
      'a table that does not hold what was sent',
      (path) => {
        const losing = {
          ...db,
          copyIn: async (...[text, source, options]: Parameters<TestDatabase['copyIn']>) => {
            const copied = await db.copyIn(text, source, options)
            await db.pool.query(`delete from staging.${/staging\.(\w+)/.exec(text)?.[1]} where fid = 1`)
            return copied
          },
        }
        return bench.stage(path, 'sites', { db: losing })
      },
      { code: 'load-disagrees', message: expect.stringContaining('99999') },
    ],
    [
      'a table whose extent is another',
      (path) => {
        const moving = {
          ...db,
          copyIn: async (...[text, source, options]: Parameters<TestDatabase['copyIn']>) => {
            const copied = await db.copyIn(text, source, options)
            await db.pool.query(
              `update staging.${/staging\.(\w+)/.exec(text)?.[1]} set geom = st_setsrid(st_point(0, 0), 4326) where fid = 1`,
            )
            return copied
          },
        }
        return bench.stage(path, 'sites', { db: moving })
      },
      { code: 'load-disagrees', message: expect.stringContaining('extent') },
    ],
    [
      'ids that occur twice',
      (path) => {
        const doubling = {
          ...db,
          copyIn: async (...[text, source, options]: Parameters<TestDatabase['copyIn']>) => {
            const copied = await db.copyIn(text, source, options)
            await db.pool.query(
              `update staging.${/staging\.(\w+)/.exec(text)?.[1]} set fid = 1 where fid = 2`,
            )
            return copied
          },
        }
        return bench.stage(path, 'sites', { db: doubling })
      },
      { code: 'duplicate-ids', message: expect.stringContaining('Key (fid)=(1)') },
    ],
  ]

  test.each(refusals)('%s', async (_name, stage, expected) => {
    const path = bench.write({ layers: [sites(100_000)] })
    const before = await bench.tables()
    const outcome = await stage(path).catch((thrown) => thrown)
    expect(outcome).toMatchObject(expected)
    expect(await bench.tables()).toEqual(before)
  })
})

test('a geometry that only PostGIS refuses is a problem that says which row, not a bare error', async () => {
  const path = bench.write({ layers: [sites(10)] })
  const refusing: StagingDatabase = {
    ...db,
    copyIn: (text, source, options) =>
      db.copyIn(
        text,
        (async function* () {
          for await (const chunk of source) {
            // The type word of the first row's point becomes that of a line.
            const broken = Buffer.concat([chunk].flat())
            broken.writeUInt8(2, 2 + 12 + 4 + 1)
            yield broken
          }
        })(),
        options,
      ),
  }
  await expect(bench.stage(path, 'sites', { db: refusing })).rejects.toMatchObject({
    code: 'geometry-broken',
    extensions: { rows: ['row 1 of a batch'] },
  })
})
