/** GDAL and QGIS read the tiles: by file, by OGC API, and by a plain address template (G24, G25, R6.10). */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasProgram } from '../helpers/programs.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { createFixture } from './features-fixture.ts'

const run = promisify(execFile)
const hasGdal = hasProgram('ogrinfo')

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
})
afterAll(() => server?.stop())

const tableOf = async (id: string): Promise<string> =>
  (await server.db.knex('collection').where({ id }).first('table_name')).table_name

/** The tile of zoom level 14 around a feature, and how many features touch it with its buffer, by PostGIS. */
const knownTile = async () => {
  const { rows } = await server.db.pool.query<{ x: number; y: number }>(
    `select st_x(p) as x, st_y(p) as y from (select st_transform(st_centroid(geom), 4326) as p from data.${await tableOf('parcels')} where fid = 451) o`,
  )
  const { x = 0, y = 0 } = rows[0] ?? {}
  const position = toTilePosition('WebMercatorQuad', 14, x, y)
  const row = Math.floor(position.row)
  const column = Math.floor(position.column)
  const { rows: counted } = await server.db.pool.query<{ n: number }>(
    `select count(*)::int as n from data.${await tableOf('parcels')}
     where st_intersects(st_transform(geom, 3857), st_expand(st_tileenvelope(14, $1, $2), 40075016.6855784 / 2 ^ 14 * 64 / 4096))`,
    [column, row],
  )
  return { row, column, count: counted[0]?.n ?? 0 }
}

describe.skipIf(!hasGdal)('GDAL (left out where ogrinfo is not installed)', () => {
  test('reads a tile that was saved, with its fields and places', async () => {
    const { row, column, count } = await knownTile()
    const response = await server.get(
      `/pygeoapi/collections/parcels/tiles/WebMercatorQuad/14/${row}/${column}?f=mvt`,
    )
    const path = join(server.db.dataDir, `${row}.mvt`)
    await writeFile(path, Buffer.from(await response.arrayBuffer()))
    const { stdout } = await run('ogrinfo', [
      '-al',
      '-so',
      '-oo',
      `X=${column}`,
      '-oo',
      `Y=${row}`,
      '-oo',
      'Z=14',
      `MVT:${path}`,
    ])
    expect(stdout).toContain('Layer name: parcels')
    expect(stdout).toContain(`Feature Count: ${count}`)
    expect(stdout).toMatch(/code: String/)
    const [west = 0] = /Extent: \(([-\d.]+),/.exec(stdout)?.slice(1).map(Number) ?? []
    const world = 40_075_016.6855784
    const edge = (column / 2 ** 14) * world - world / 2
    expect(west).toBeGreaterThan(edge - 200)
    expect(west).toBeLessThan(edge + world / 2 ** 14)
  })

  test('reads tiles straight from the server', async () => {
    const { row, column, count } = await knownTile()
    const { stdout } = await run('ogrinfo', [
      '-al',
      '-so',
      `MVT:${server.face}/collections/parcels/tiles/WebMercatorQuad/14/${row}/${column}?f=mvt`,
    ])
    expect(stdout).toContain(`Feature Count: ${count}`)
  })
})

describe.skipIf(!hasQgis())(`QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('opens the template as a vector tile layer, receives every feature of a tile, and draws them', async () => {
    const { row, column, count } = await knownTile()
    const { rows } = await server.db.pool.query<{ west: number; south: number; east: number; north: number }>(
      `select st_xmin(e) as west, st_ymin(e) as south, st_xmax(e) as east, st_ymax(e) as north
       from (select st_extent(st_transform(geom, 3857)) as e from data.${await tableOf('parcels')}) o`,
    )
    const { west = 0, south = 0, east = 0, north = 0 } = rows[0] ?? {}
    const report = (await runPyQgis('vector_tiles.py', {
      template: `${server.face}/collections/parcels/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`,
      zmax: 18,
      layer: 'parcels',
      tiles: [
        { zoom: 14, column, row },
        { zoom: 14, column: 0, row: 0 },
      ],
      extent: [west, south, east, north],
    })) as {
      isValid: boolean
      crs: string
      zooms: number[]
      counts: (number | null)[]
      names: string[]
      drawn: number
    }
    expect(report).toMatchObject({ isValid: true, crs: 'EPSG:3857', zooms: [0, 18], counts: [count, null] })
    expect(report.names).toContain('code')
    // Squares of 50 m, a hundred apart: a quarter of the area.
    expect(report.drawn).toBeGreaterThan(0.15)
    expect(report.drawn).toBeLessThan(0.4)
  }, 180_000)
})
