/** GeoTIFFs become Cloud Optimised GeoTIFFs: GDAL reads the same values from them, and calls the arrangement valid (R6.3, R6.24). */
import { execFileSync, spawnSync } from 'node:child_process'
import { createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import type { SampleType } from '../../backend/src/domain/raster.ts'
import { type StageRasterRequest, stageRaster } from '../../backend/src/ingest/stage-raster.ts'
import { checksumsOf, type GridGiven, gdalInfo, rasterBench } from '../fixtures/gdal-raster.ts'
import { hasProgram } from '../helpers/programs.ts'
import { sharedData } from '../helpers/shared-data.ts'

const bench = rasterBench()
afterAll(bench.close)

const convert = async (path: string, more: Partial<StageRasterRequest> = {}) => {
  const out = bench.newPath('cog.tif')
  const { facts, warnings } = await stageRaster(
    {
      path,
      fileName: 'raster.tif',
      layer: 'raster',
      folder: `${bench.folder}/tmp`,
      onCrash: console.error,
      ...more,
    },
    (bytes) => pipeline(Readable.from(bytes), createWriteStream(out)),
  )
  expect(readdirSync(`${bench.folder}/tmp`)).toEqual([])
  return { path: out, facts, warnings }
}

const problemOf = async (promise: Promise<unknown>) => {
  const thrown = await promise.then(
    () => 'nothing',
    (error: unknown) => error,
  )
  if (!isProblem(thrown)) throw thrown
  return { code: thrown.code, detail: thrown.message }
}

const validator = '/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_cloud_optimized_geotiff.py'
const validate = (path: string): string => {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [validator, '--full-check=yes', path], {
    encoding: 'utf8',
  })
  return `${stdout}${stderr}`
}

const cases: [string, GridGiven, string[]][] = [
  ['strips without compression', {}, []],
  ['one strip of all rows', {}, ['-co', 'BLOCKYSIZE=600', '-co', 'COMPRESS=DEFLATE']],
  ['deflate with predictor', { type: 'int16' }, ['-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2']],
  [
    'LZW with predictor, RGB',
    { bands: 3 },
    ['-co', 'COMPRESS=LZW', '-co', 'PREDICTOR=2', '-co', 'PHOTOMETRIC=RGB'],
  ],
  [
    'LZW of noise, whose codes grow to the end',
    { value: (x, y) => (x * 7919 + y * 104_729 + ((x * y) % 251)) % 256 },
    ['-co', 'COMPRESS=LZW'],
  ],
  ['PackBits', { value: (x, y) => (x >> 5) + (y >> 6) }, ['-co', 'COMPRESS=PACKBITS']],
  ['ZSTD', { type: 'uint16' }, ['-co', 'COMPRESS=ZSTD', '-co', 'PREDICTOR=2']],
  ['tiles', { type: 'uint16', bands: 2 }, ['-co', 'TILED=YES', '-co', 'COMPRESS=LZW']],
  [
    'tiles of odd sizes',
    { type: 'int32' },
    [
      '-co',
      'TILED=YES',
      '-co',
      'BLOCKXSIZE=48',
      '-co',
      'BLOCKYSIZE=80',
      '-co',
      'COMPRESS=DEFLATE',
      '-co',
      'PREDICTOR=2',
    ],
  ],
  ['floats with predictor 3', { type: 'float32' }, ['-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=3']],
  [
    'doubles with predictor 3, tiled',
    { type: 'float64' },
    ['-co', 'COMPRESS=ZSTD', '-co', 'PREDICTOR=3', '-co', 'TILED=YES'],
  ],
  ['doubles with predictor 2', { type: 'float64' }, ['-co', 'COMPRESS=LZW', '-co', 'PREDICTOR=2']],
  [
    'bands apart',
    { type: 'int16', bands: 3 },
    ['-co', 'INTERLEAVE=BAND', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2'],
  ],
  ['bands apart, in tiles', { bands: 4 }, ['-co', 'INTERLEAVE=BAND', '-co', 'TILED=YES']],
  ['bytes in the other order', { type: 'int16' }, ['-co', 'ENDIANNESS=BIG']],
  [
    'the other order, compressed floats',
    { type: 'float32' },
    ['-co', 'ENDIANNESS=BIG', '-co', 'COMPRESS=LZW', '-co', 'PREDICTOR=3'],
  ],
  [
    'the other order, predictor 2',
    { type: 'uint32', bands: 2 },
    ['-co', 'ENDIANNESS=BIG', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2'],
  ],
  ['BigTIFF', { type: 'uint32' }, ['-co', 'BIGTIFF=YES', '-co', 'COMPRESS=DEFLATE']],
  ['one bit', { value: (x, y) => (x + y) % 2 }, ['-co', 'NBITS=1']],
  ['four bits', { value: (x, y) => (x + y) % 16 }, ['-co', 'NBITS=4', '-co', 'COMPRESS=DEFLATE']],
  ['twelve bits', { type: 'uint16' }, ['-co', 'NBITS=12']],
  ['half floats', { type: 'float32' }, ['-co', 'NBITS=16', '-co', 'COMPRESS=DEFLATE']],
  [
    'tiles that are left out',
    { value: (x, y) => (x > 600 && y > 500 ? 9 : 0) },
    ['-co', 'TILED=YES', '-co', 'SPARSE_OK=TRUE', '-a_nodata', '0'],
  ],
  ['alpha', { bands: 4 }, ['-co', 'PHOTOMETRIC=RGB', '-co', 'ALPHA=YES', '-co', 'COMPRESS=DEFLATE']],
  ['a raster smaller than a tile', { width: 5, height: 3 }, []],
  ['a raster one cell wide', { width: 1, height: 1500 }, ['-co', 'COMPRESS=LZW']],
]

describe.skipIf(!hasProgram('gdal_translate'))('what GDAL writes', () => {
  test.each(cases)('%s: the same values, in a valid arrangement', async (_what, given, options) => {
    const source = bench.write(given, ...options)
    const { path } = await convert(source)
    expect(checksumsOf(path)).toEqual(checksumsOf(source))
    const said = validate(path)
    expect(said).toContain('is a valid cloud optimized GeoTIFF')
    expect(said).not.toMatch(/warning/i)
  })

  test('place, coordinate system, nodata, colours, names, units and scale stay', async () => {
    const source = bench.write({ type: 'int16' }, '-a_nodata', '-32768', '-a_scale', '0.1', '-a_offset', '-5')
    const { path, facts } = await convert(source)
    const [before, after] = [gdalInfo(source), gdalInfo(path)]
    expect(after['geoTransform']).toEqual(before['geoTransform'])
    expect(after['coordinateSystem']).toEqual(before['coordinateSystem'])
    const [band] = after['bands'] as Record<string, unknown>[]
    expect(band).toMatchObject({ noDataValue: -32768, scale: 0.1, offset: -5 })
    expect(facts).toMatchObject({
      epsg: 2006,
      noData: -32768,
      pixelSize: [10, 10],
      extent: [510000, 1554000, 517000, 1560000],
    })
    expect(facts.bands[0]).toMatchObject({ scale: 0.1, offset: -5, colour: 'gray' })
  })

  test('a palette stays, and its overviews have no colours between', async () => {
    const plain = bench.write({ value: (x, y) => [10, 20, 200][(x + y) % 3] ?? 0 })
    const source = bench.newPath()
    const vrt = bench.newPath('colours.vrt')
    execFileSync('gdal_translate', ['-q', '-of', 'VRT', plain, vrt])
    const entries = Array.from(
      { length: 201 },
      (_, at) => `<Entry c1="${at}" c2="${255 - at}" c3="7" c4="255"/>`,
    )
    writeFileSync(
      vrt,
      readFileSync(vrt, 'utf8').replace(
        /<ColorInterp>Gray<\/ColorInterp>/,
        `<ColorInterp>Palette</ColorInterp><ColorTable>${entries.join('')}</ColorTable>`,
      ),
    )
    execFileSync('gdal_translate', ['-q', vrt, source])
    const { path, facts } = await convert(source)
    expect((gdalInfo(path)['bands'] as { colorTable: unknown }[])[0]?.colorTable).toEqual(
      (gdalInfo(source)['bands'] as { colorTable: unknown }[])[0]?.colorTable,
    )
    expect(facts.palette).toEqual([
      { value: 10, color: '#0af507' },
      { value: 20, color: '#14eb07' },
      { value: 200, color: '#c83707' },
    ])
    const overview = bench.newPath('overview.tif')
    execFileSync('gdal_translate', ['-q', '-outsize', '350', '300', '-r', 'near', path, overview])
    const { bands } = gdalInfo(overview, '-hist') as { bands: { histogram: { buckets: number[] } }[] }
    expect(bands[0]?.histogram.buckets.flatMap((count, at) => (count > 0 ? [at] : []))).toEqual([10, 20, 200])
  })

  test('cells without value do not lower the averages of overviews', async () => {
    const source = bench.write(
      { type: 'float32', value: (x) => (x % 2 === 0 ? 100 : -9999) },
      '-a_nodata',
      '-9999',
    )
    const { path, facts } = await convert(source)
    expect(facts.bands[0]?.statistics).toMatchObject({ minimum: 100, maximum: 100, mean: 100, deviation: 0 })
    const overview = bench.newPath('overview.tif')
    execFileSync('gdal_translate', ['-q', '-outsize', '350', '300', path, overview])
    const [band] = gdalInfo(overview, '-stats')['bands'] as { minimum: number; maximum: number }[]
    expect(band).toMatchObject({ minimum: 100, maximum: 100 })
  })

  test.each<[SampleType, string[]]>([
    ['uint8', ['-a_nodata', '128']],
    ['int16', []],
    ['float32', ['-a_nodata', 'nan']],
  ])('minimum, maximum, mean and deviation of %s are those of GDAL', async (type, options) => {
    const source = bench.write({ type, bands: 2 }, ...options)
    const { facts } = await convert(source)
    const bands = gdalInfo(source, '-stats')['bands'] as Record<string, number>[]
    for (const [at, { statistics }] of facts.bands.entries()) {
      expect(statistics?.minimum).toBeCloseTo(bands[at]?.['minimum'] ?? Number.NaN, 2)
      expect(statistics?.maximum).toBeCloseTo(bands[at]?.['maximum'] ?? Number.NaN, 2)
      expect(statistics?.mean).toBeCloseTo(bands[at]?.['mean'] ?? Number.NaN, 2)
      expect(statistics?.deviation).toBeCloseTo(bands[at]?.['stdDev'] ?? Number.NaN, 2)
      expect(statistics?.low).toBeGreaterThanOrEqual(statistics?.minimum ?? 0)
      expect(statistics?.high).toBeLessThanOrEqual(statistics?.maximum ?? 0)
    }
  })

  test('the coordinate system that the publisher names is written where the file has none', async () => {
    const { path, facts } = await convert(bench.write({}, '-a_ullr', '-61', '14', '-60', '13'), {
      sourceEpsg: 4326,
    })
    expect(facts.epsg).toBe(4326)
    expect(JSON.stringify(gdalInfo(path)['coordinateSystem'])).toContain('WGS 84')
  })

  test.each<[string, GridGiven, string[], RegExp]>([
    ['JPEG', { bands: 3 }, ['-co', 'COMPRESS=JPEG', '-co', 'TILED=YES'], /compressed by JPEG/],
    ['LERC', { type: 'float32' }, ['-co', 'COMPRESS=LERC'], /compressed by LERC/],
    ['complex numbers', { type: 'float32' }, ['-ot', 'CFloat32'], /sample format 6/],
  ])('%s is refused in words that help', async (_what, given, options, words) => {
    const { code, detail } = await problemOf(convert(bench.write(given, ...options)))
    expect(code).toBe('raster-not-supported')
    expect(detail).toMatch(words)
    expect(detail).toMatch(/gdal_translate/)
  })

  test('a raster without a place is not published as one', async () => {
    const path = bench.write({}, '-a_srs', 'EPSG:2006')
    expect((await problemOf(convert(path))).code).toBe('raster-without-place')
  })

  test('a raster that ends too early is refused, and nothing is left', async () => {
    const whole = readFileSync(bench.write({ type: 'float32' }, '-co', 'COMPRESS=DEFLATE'))
    const path = bench.newPath()
    // The directory stands in front; the pixels are cut in the middle and filled with noise.
    writeFileSync(
      path,
      Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length / 2, 0x5a)]),
    )
    expect((await problemOf(convert(path))).code).toBe('file-damaged')
  })

  test('who cancels ends the reading process, and nothing is left', async () => {
    const path = bench.write({ type: 'float32', width: 3000, height: 3000 })
    const stop = new AbortController()
    const promise = convert(path, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })
    await expect(promise).rejects.toThrow('enough')
    expect(readdirSync(`${bench.folder}/tmp`)).toEqual([])
  })

  test('memory is bounded: what a raster takes does not grow with its height', async () => {
    const path = bench.write({ type: 'float32', width: 2000, height: 12_000, value: (x, y) => (x * y) % 977 })
    const { facts } = await convert(path, { limits: { memoryBytes: 220 * 1024 * 1024 } })
    expect(facts.levels.length).toBe(6)
  })
})

const real = ['dem/SRTM.tif', 'raster/SRTM/srtm_41_19.tif', 'raster/3420B_2010_328_RGB_LATLNG.tif'].flatMap(
  (name) => sharedData('qgis-training', ...name.split('/')) ?? [],
)
test.skipIf(real.length === 0).each(real)('%s keeps its values', async (path) => {
  expect(checksumsOf((await convert(path, { sourceEpsg: 4326 })).path)).toEqual(checksumsOf(path))
})
