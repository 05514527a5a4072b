/** GDAL reads the collections back: every feature, with the geometry and attributes that are in the table. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasGdal, inCrs84, isGdalAtLeast, wholeLayer } from '../helpers/gdal.ts'
import { createFixture } from './features-fixture.ts'

const run = promisify(execFile)

// biome-ignore lint/suspicious/noExplicitAny: GeoJSON as GDAL writes it.
type Json = any

describe.skipIf(!hasGdal)('GDAL (left out where ogr2ogr is not installed)', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    await createFixture(server.db)
  })
  afterAll(() => server?.stop())

  const read = async (id: string, ...options: string[]): Promise<Json> => {
    const { stdout } = await run(
      'ogr2ogr',
      [
        '-f',
        'GeoJSON',
        '-lco',
        'COORDINATE_PRECISION=15',
        '/vsistdout/',
        ...inCrs84,
        `OAPIF:${server.face}`,
        ...(options.length > 0 ? [id] : wholeLayer(id)),
        ...options,
      ],
      { maxBuffer: 1 << 28 },
    )
    return JSON.parse(stdout)
  }

  test('lists the collections', async () => {
    const { stdout } = await run('ogrinfo', [`OAPIF:${server.face}`])
    for (const id of ['places', 'parcels_ready', 'hostile', 'numbers']) expect(stdout).toContain(id)
  })

  test('reports type, extent, count and field types of a layer', async () => {
    const { stdout } = await run('ogrinfo', ['-so', `OAPIF:${server.face}`, 'places'])
    expect(stdout).toContain('Feature Count: 24')
    expect(stdout).toMatch(/Extent: \(-61\.05\d*, 13\.75\d*\) - \(-61\.01\d*, 13\.79\d*\)/)
    expect(stdout).toMatch(/visitors: Integer/)
    expect(stdout).toMatch(/rating: Real/)
    expect(stdout).toMatch(/open: Integer\(Boolean\)/)
  })

  test.each(['places', 'places_ready', 'parcels', 'parcels_ready', 'hostile', 'pacific'])(
    'reads %s page by page, equal to the table',
    async (id) => {
      const { features } = await read(id)
      const {
        storage_srid: srid,
        table_name: table,
        columns,
      } = await server.db.knex('collection').where({ id }).first()
      const { rows } = await server.db.pool.query(
        `select *, st_asgeojson(st_transform(geom, 4326), 15)::json as shape from data.${table} order by fid`,
      )
      expect(srid).toBeGreaterThan(0)
      expect(features).toHaveLength(rows.length)
      for (const [at, row] of rows.entries()) {
        const { geometry, properties } = features[at]
        expect(geometry?.type).toBe(row.shape?.type)
        const found = flat(geometry?.coordinates)
        const stored = flat(row.shape?.coordinates)
        expect(found).toHaveLength(stored.length)
        for (const [n, value] of found.entries())
          expect(Math.abs(value - (stored[n] ?? Number.NaN))).toBeLessThan(1e-9)
        for (const { name, column, type } of columns) {
          const value = type === 'datetime' ? Date.parse(row[column]) : row[column]
          const read =
            type === 'datetime'
              ? Date.parse(properties[name].replace(' ', 'T').replaceAll('/', '-'))
              : properties[name]
          expect(type === 'date' ? (read?.replaceAll('/', '-') ?? null) : read, `${id} ${name}`).toEqual(
            value,
          )
        }
      }
    },
  )

  const flat = (coordinates: unknown): number[] =>
    Array.isArray(coordinates) ? coordinates.flat(Infinity) : []

  // Of any GeoJSON, a file too, GDAL 3.13 takes a column with the least whole number of 64 bits for one of real numbers.
  test.skipIf(isGdalAtLeast(13))('keeps ids and whole numbers of 64 bits (GDAL before 3.13)', async () => {
    const { stdout } = await run('ogrinfo', [`OAPIF:${server.face}`, 'numbers'])
    expect(stdout).toContain('big (Integer64) = 9223372036854775807')
    expect(stdout).toContain('big (Integer64) = -9223372036854775808')
  })

  test('filters by box, attribute and id on the server', async () => {
    const box = await read('parcels', '-spat', '-61.01', '13.87', '-60.99', '13.885')
    const { rows } = await server.db.pool.query(
      `select count(*)::int as n from data.${(await server.db.knex('collection').where({ id: 'parcels' }).first()).table_name}
       where st_intersects(geom, st_transform(st_makeenvelope(-61.01, 13.87, -60.99, 13.885, 4326), 32620))`,
    )
    expect(box.features).toHaveLength(rows[0].n)
    expect(rows[0].n).toBeGreaterThan(0)
    expect(
      (await read('places', '-where', 'visitors = 5000')).features.map(
        ({ properties }: Json) => properties.name,
      ),
    ).toEqual(['Place 5'])
    expect((await read('places', '-where', "founded >= '2020-01-23'")).features).toHaveLength(2)
    const { stdout } = await run('ogrinfo', ['-fid', '3', `OAPIF:${server.face}`, 'places'])
    expect(stdout).toContain('Place 2')
  })
})
