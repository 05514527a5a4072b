/**
 * How long a GeoTIFF takes to become a Cloud Optimised GeoTIFF, beside gdal_translate -of COG with the same compression in the
 * same run; and how many windows of it are read in a second.
 * Run: node test/bench/rasters.bench.ts [--side 4096] [--windows 400] [--write]
 */
import { spawnSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Box } from '../../backend/src/domain/probe.ts'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { stageRaster } from '../../backend/src/ingest/stage-raster.ts'
import { createRasters } from '../../backend/src/services/rasters.ts'
import { checksumsOf, type GridGiven, rasterBench } from '../fixtures/gdal-raster.ts'
import { SEED, seededRandom } from './data.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    side: { type: 'string', default: '4096' },
    windows: { type: 'string', default: '400' },
    write: { type: 'boolean', default: false },
  },
})
const side = Number(options.side)
const windows = Number(options.windows)

const bench = rasterBench()
const store = await openDiskBlobStore(join(bench.folder, 'blobs'))

const seconds = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const gdal = (path: string, threads: string) => {
  const out = bench.newPath('gdal.tif')
  const { status, stderr } = spawnSync(
    'gdal_translate',
    [
      ...['-q', '-of', 'COG', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=YES', '-co', 'BLOCKSIZE=512'],
      ...['-co', 'OVERVIEW_RESAMPLING=AVERAGE', '-co', `NUM_THREADS=${threads}`, path, out],
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return out
}

const stage = (path: string) =>
  stageRaster({ path, fileName: 'r.tif', layer: 'r', folder: join(bench.folder, 'tmp') }, store.put)

type Kind = { name: string; given: GridGiven; options: string[] }
const kinds: Kind[] = [
  { name: 'heights, float32', given: { type: 'float32', width: side, height: side }, options: [] },
  {
    name: 'photograph, 3 × uint8, LZW tiles',
    given: { bands: 3, width: side, height: side },
    options: ['-co', 'PHOTOMETRIC=RGB', '-co', 'TILED=YES', '-co', 'COMPRESS=LZW'],
  },
]

const lines = [
  `A raster of ${side} × ${side} cells, deflate with predictor, tiles of 512, averages; reading process, temporary file and SHA-256 included.`,
  '',
  '| | here, s | gdal_translate, 1 thread, s | 2 threads, s | ratio to 1 thread | size here / GDAL | windows of 256² a second, 8 at once |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]
try {
  for (const { name, given, options: more } of kinds) {
    const path = bench.write(given, ...more)
    // The first start of a reading process compiles its code.
    await stage(bench.write({ width: 8, height: 8 }))
    const one = await seconds(() => gdal(path, '1'))
    let kept: Awaited<ReturnType<typeof stage>> | undefined
    const here = await seconds(async () => {
      kept = await stage(path)
    })
    let file = ''
    const two = await seconds(() => {
      file = gdal(path, '2')
    })
    if (kept === undefined) throw new Error('nothing was made')
    const raster = { ...kept.facts, ...kept.kept }
    const ours = store.pathOf?.(raster.sha256) ?? ''
    if (String(checksumsOf(ours)) !== String(checksumsOf(path))) throw new Error(`${name}: other values`)

    // More than the cache holds would be another measurement; every window is read from its own place.
    const rasters = createRasters({ store, cacheBytes: 32 * 1024 * 1024 })
    const random = seededRandom(SEED)
    const boxes = Array.from({ length: windows }, (): Box => {
      const [x, y] = [random() * (side - 256), random() * (side - 256)]
      const [west, , , north] = raster.extent
      return [west + x * 10, north - (y + 256) * 10, west + (x + 256) * 10, north - y * 10]
    })
    const took = await seconds(async () => {
      const left = [...boxes]
      const readSome = async () => {
        for (let box = left.pop(); box !== undefined; box = left.pop())
          await rasters.readWindow(raster, { box, width: 256, height: 256 })
      }
      await Promise.all(Array.from({ length: 8 }, readSome))
    })
    await rasters.close()
    lines.push(
      `| ${name} | ${here.toFixed(2)} | ${one.toFixed(2)} | ${two.toFixed(2)} | ${(one / here).toFixed(2)} | ${(raster.sizeBytes / statSync(file).size).toFixed(2)} | ${Math.round(windows / took)} |`,
    )
  }
  writeSection('Rasters', lines)
} finally {
  bench.close()
  rmSync(bench.folder, { recursive: true, force: true })
}
