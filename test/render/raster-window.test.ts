/** Windows of stored rasters: the right cells, of the right overview, in the right place (R6.4). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Box } from '../../backend/src/domain/probe.ts'
import type { StoredRaster } from '../../backend/src/domain/raster.ts'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { pointFromCrs84, pointToCrs84 } from '../../backend/src/geo/crs.ts'
import { stageRaster } from '../../backend/src/ingest/stage-raster.ts'
import { createRasters } from '../../backend/src/services/rasters.ts'
import { type GridGiven, rasterBench } from '../fixtures/gdal-raster.ts'
import { hasProgram } from '../helpers/programs.ts'

const bench = rasterBench()
const folder = mkdtempSync(join(tmpdir(), 'secims-windows-'))
const store = await openDiskBlobStore(join(folder, 'blobs'))
const rasters = createRasters({ store })
afterAll(async () => {
  await rasters.close()
  bench.close()
  rmSync(folder, { recursive: true, force: true })
})

const stored = async (given: GridGiven, ...options: string[]): Promise<StoredRaster> => {
  const path = bench.write(given, ...options)
  const { facts, kept } = await stageRaster(
    { path, fileName: 'r.tif', layer: 'r', folder: join(folder, 'tmp') },
    store.put,
  )
  return { ...facts, ...kept }
}

/** Each cell says which it is. */
const numbered = {
  type: 'int32',
  width: 1100,
  height: 900,
  value: (x: number, y: number) => y * 2000 + x,
} as const
const [left, top] = [510_000, 1_560_000]

describe.skipIf(!hasProgram('gdal_translate'))('of a raster of 10 m in Saint Lucia’s grid', async () => {
  const raster = await stored(numbered)
  const boxOf = (column: number, row: number, columns: number, rows: number): Box => [
    left + column * 10,
    top - (row + rows) * 10,
    left + (column + columns) * 10,
    top - row * 10,
  ]

  test('a window as fine as the cells has exactly these cells, across borders of tiles', async () => {
    const found = await rasters.readWindow(raster, { box: boxOf(500, 505, 40, 30), width: 40, height: 30 })
    expect(found).toMatchObject({ width: 40, height: 30, box: boxOf(500, 505, 40, 30) })
    const expected = Array.from(
      { length: 1200 },
      (_, at) => (505 + Math.floor(at / 40)) * 2000 + 500 + (at % 40),
    )
    expect([...(found?.bands[0]?.values ?? [])]).toEqual(expected)
  })

  test('a finer window repeats cells', async () => {
    const found = await rasters.readWindow(raster, { box: boxOf(0, 0, 2, 1), width: 6, height: 3 })
    expect([...(found?.bands[0]?.values ?? [])]).toEqual([
      0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1,
    ])
  })

  test('a coarser window is made of an overview: means of the cells in it', async () => {
    const found = await rasters.readWindow(raster, { box: boxOf(0, 0, 40, 40), width: 10, height: 10 })
    // The mean of columns 0 to 3 is 1.5, of rows 0 to 3 as well; each halving rounds.
    const [first = 0, second = 0] = found?.bands[0]?.values ?? []
    expect(Math.abs(first - 3001.5)).toBeLessThanOrEqual(1)
    expect(second - first).toBe(4)
  })

  test('a window half beside the raster holds only what there is', async () => {
    const found = await rasters.readWindow(raster, { box: boxOf(-5, -5, 10, 10), width: 10, height: 10 })
    expect(found).toMatchObject({ width: 5, height: 5, box: boxOf(0, 0, 5, 5) })
    expect(found?.bands[0]?.values[0]).toBe(0)
    expect(
      await rasters.readWindow(raster, { box: boxOf(5000, 0, 10, 10), width: 10, height: 10 }),
    ).toBeNull()
  })

  test('single values are those of the cell, and none beside the raster', async () => {
    const place = { x: left + 777 * 10 + 3, y: top - 333 * 10 - 9, epsg: 2006 }
    expect(await rasters.readPixel(raster, place)).toEqual({
      column: 777,
      row: 333,
      values: [333 * 2000 + 777],
    })
    expect(await rasters.readPixel(raster, { ...place, x: left - 1 })).toBeNull()
    const degrees = pointToCrs84(place.x, place.y, 2006) ?? [0, 0]
    expect((await rasters.readPixel(raster, { x: degrees[0], y: degrees[1], epsg: 4326 }))?.values).toEqual([
      333 * 2000 + 777,
    ])
  })

  test.each([3857, 4326, 32620])(
    'in EPSG:%i each pixel shows the cell it lies in, or the one beside it',
    async (epsg) => {
      const middle = pointToCrs84(left + 5500, top - 4500, 2006) ?? [0, 0]
      const [x, y] = pointFromCrs84(middle[0], middle[1], epsg) ?? [0, 0]
      const reach = epsg === 4326 ? 0.015 : 1650
      const map = { box: [x - reach, y - reach, x + reach, y + reach] as Box, width: 330, height: 330, epsg }
      const found = await rasters.readForMap(raster, map)
      const values = found?.bands[0]?.values ?? []
      expect(found?.cells).toHaveLength(330 * 330)
      let [checked, worst] = [0, 0]
      for (let row = 3; row < 330; row += 17)
        for (let column = 5; column < 330; column += 13) {
          const at = [
            map.box[0] + ((column + 0.5) / 330) * 2 * reach,
            map.box[3] - ((row + 0.5) / 330) * 2 * reach,
          ] as const
          const degrees = pointToCrs84(at[0], at[1], epsg) ?? [0, 0]
          const [px, py] = pointFromCrs84(degrees[0], degrees[1], 2006) ?? [0, 0]
          const exact = [(px - left) / 10, (top - py) / 10] as const
          const value = values[found?.cells?.[row * 330 + column] ?? -1]
          if (value === undefined) continue
          checked += 1
          const shown = [value % 2000, Math.floor(value / 2000)] as const
          worst = Math.max(worst, Math.abs(shown[0] + 0.5 - exact[0]), Math.abs(shown[1] + 0.5 - exact[1]))
        }
      expect(checked).toBeGreaterThan(300)
      // Two cells in a pixel: half a pixel of the map, and half of the cell itself.
      expect(worst).toBeLessThanOrEqual(2.6)
    },
  )

  test('only the bands that are asked for are copied', async () => {
    const three = await stored({ bands: 3, width: 20, height: 20 }, '-co', 'PHOTOMETRIC=RGB')
    const found = await rasters.readWindow(
      three,
      { box: three.extent, width: 20, height: 20 },
      { bands: new Set([1]) },
    )
    expect(found?.bands.map(({ values }) => values.length)).toEqual([0, 400, 0])
  })

  test('who leaves is not waited for', async () => {
    const signal = AbortSignal.abort(new Error('left'))
    await expect(
      rasters.readWindow(raster, { box: raster.extent, width: 100, height: 100 }, { signal }),
    ).rejects.toThrow('left')
  })
})
