/** OGC API – Coverages: the values of rasters, compared with what GDAL takes out of the file that was published (R6.3, R6.9, R6.18, §16.12). */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rasterBench } from '../fixtures/gdal-raster.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { publishFile } from '../helpers/publish.ts'

const run = promisify(execFile)
/** Not at once: the server answers from this process. */
const gdalInfo = async (path: string, ...options: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await run('gdalinfo', ['-json', ...options, path])).stdout)
const checksumsOf = async (path: string): Promise<number[]> =>
  ((await gdalInfo(path, '-checksum'))['bands'] as { checksum: number }[]).map(({ checksum }) => checksum)
const bench = rasterBench()
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
const local = encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/2006')

let program: TestProgram
let source: string
beforeAll(async () => {
  program = await testProgram()
  if (!hasProgram('gdal_translate')) return
  source = bench.write(
    { type: 'int16', width: 900, height: 700, value: (x, y) => (x < 10 ? -32768 : x + 2 * y) },
    '-a_nodata',
    '-32768',
  )
  await publishFile(program.as('editor'), source, { collectionId: 'heights' })
  const colours = bench.write({
    type: 'uint8',
    width: 120,
    height: 80,
    bands: 3,
    value: (x, y, band) => (band === 0 ? x : band === 1 ? y : 200),
  })
  await publishFile(program.as('editor'), colours, { collectionId: 'colours' })
  const fine = bench.write({ type: 'float32', width: 60, height: 40, value: (x, y) => x / 8 + y })
  await publishFile(program.as('editor'), fine, { collectionId: 'fine' })
  const places = bench.newPath('places.geojson')
  writeFileSync(
    places,
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[-61,14]},"properties":{"a":1}}]}',
  )
  await publishFile(program.as('editor'), places, { collectionId: 'places' })
}, 300_000)
afterAll(async () => {
  await program?.stop()
  bench.close()
})

const ask = (query: string, id = 'heights', headers: Record<string, string> = {}) =>
  fetch(`${program.url}/pygeoapi/collections/${id}/coverage${query}`, { headers })

const keep = async (query: string, name = 'part.tif', id = 'heights'): Promise<string> => {
  const response = await ask(query, id)
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(`${response.status}: ${bytes.toString().slice(0, 400)}`)
  const path = bench.newPath(name)
  writeFileSync(path, bytes)
  return path
}
const problem = async (query: string, id = 'heights') => {
  const response = await ask(query, id)
  const { code, detail } = (await response.json()) as { code: string; detail: string }
  return { status: response.status, code, detail }
}
const translated = async (...options: string[]): Promise<string> => {
  const path = bench.newPath('gdal.tif')
  await run('gdal_translate', ['-q', ...options, source, path])
  return path
}
const placeOf = async (path: string) => {
  const { size, geoTransform } = (await gdalInfo(path)) as { size: number[]; geoTransform: number[] }
  return { size, geoTransform }
}
/** In the raster's own grid: 300 columns from the 100th on, 200 rows from the 50th on. */
const part = `subset=E(511000:514000),N(1557500:1559500)&subset-crs=${local}`

describe.skipIf(!hasProgram('gdal_translate'))('coverages', () => {
  test('a part in its own system has the cells of the raster itself, as GDAL cuts them out', async () => {
    const response = await ask(`?${part}&f=tiff`)
    expect(response.headers.get('content-type')).toBe('image/tiff; application=geotiff')
    expect(response.headers.get('content-crs')).toContain('/EPSG/0/2006')
    expect(response.headers.get('content-bbox')).toBe('511000,1557500,514000,1559500')
    await response.arrayBuffer()
    const ours = await keep(`?${part}&f=tiff`)
    const theirs = await translated('-srcwin', '100', '50', '300', '200')
    expect(await placeOf(ours)).toEqual(await placeOf(theirs))
    expect(await checksumsOf(ours)).toEqual(await checksumsOf(theirs))
    const { coordinateSystem, bands } = (await gdalInfo(ours)) as {
      coordinateSystem: { wkt: string }
      bands: { noDataValue: number; description: string; type: string }[]
    }
    expect(coordinateSystem.wkt).toContain('British West Indies Grid')
    expect(bands[0]).toMatchObject({ noDataValue: -32768, type: 'Int16' })
  })

  test('an area is widened to whole cells, and cut off where the raster ends', async () => {
    const ours = await keep(`?bbox=500000,1559995,510014,1570000&bbox-crs=${local}&f=tiff`)
    expect(await placeOf(ours)).toEqual({ size: [2, 1], geoTransform: [510000, 10, 0, 1560000, 0, -10] })
  })

  test('without parameters it is the Cloud Optimised GeoTIFF that is stored', async () => {
    const ours = await keep('?f=tiff')
    expect(await checksumsOf(ours)).toEqual(await checksumsOf(source))
    expect((await run('gdalinfo', [ours])).stdout).toContain('LAYOUT=COG')
  })

  test('netCDF has the same values, places and system', async () => {
    const netcdf = await keep(`?${part}&f=netcdf`, 'part.nc')
    const asTiff = bench.newPath('from-netcdf.tif')
    await run('gdal_translate', ['-q', netcdf, asTiff])
    const theirs = await translated('-srcwin', '100', '50', '300', '200')
    expect(await checksumsOf(asTiff)).toEqual(await checksumsOf(theirs))
    expect(await placeOf(asTiff)).toEqual(await placeOf(theirs))
    const { coordinateSystem, bands } = (await gdalInfo(netcdf)) as {
      coordinateSystem: { wkt: string }
      bands: { noDataValue: number }[]
    }
    expect(coordinateSystem.wkt).toContain('British West Indies Grid')
    expect(bands[0]?.noDataValue).toBe(-32768)
  })

  test('floating point numbers and several bands survive every format', async () => {
    const { bands } = (await gdalInfo(await keep('?f=netcdf', 'fine.nc', 'fine'), '-stats')) as {
      bands: { type: string; minimum: number; maximum: number }[]
    }
    expect(bands[0]).toMatchObject({ type: 'Float32', minimum: 0, maximum: 59 / 8 + 39 })
    const cut = await keep('?width=120&f=tiff', 'fine.tif', 'fine')
    expect(((await gdalInfo(cut, '-stats'))['bands'] as { maximum: number }[])[0]?.maximum).toBe(59 / 8 + 39)
    const reversed = await keep('?properties=3,1&f=tiff', 'bands.tif', 'colours')
    const stats = (await gdalInfo(reversed, '-stats'))['bands'] as { minimum: number; maximum: number }[]
    expect(stats.map(({ minimum, maximum }) => [minimum, maximum])).toEqual([
      [200, 200],
      [0, 119],
    ])
    const netcdf = await keep('?properties=2&f=netcdf', 'band.nc', 'colours')
    expect((await gdalInfo(netcdf, '-stats'))['bands']).toMatchObject([{ minimum: 0, maximum: 79 }])
  })

  test('CoverageJSON tells measured values, and null where there is none', async () => {
    const response = await ask(`?bbox=510080,1559980,510120,1560000&bbox-crs=${local}&f=covjson`)
    expect(response.headers.get('content-type')).toContain('application/prs.coverage+json')
    const body = (await response.json()) as {
      domain: { axes: { x: object; y: object } }
      ranges: { band1: { shape: number[]; values: (number | null)[] } }
    }
    expect(body.domain.axes).toEqual({
      x: { start: 510085, stop: 510115, num: 4 },
      y: { start: 1559995, stop: 1559985, num: 2 },
    })
    expect(body.ranges.band1.shape).toEqual([2, 4])
    expect(body.ranges.band1.values).toEqual([null, null, 10, 11, null, null, 12, 13])
  })

  test('fewer cells: by factor, by width, by the number along each axis', async () => {
    expect((await placeOf(await keep(`?${part}&scale-factor=4&f=tiff`))).size).toEqual([75, 50])
    expect((await placeOf(await keep(`?${part}&width=150&f=tiff`))).size).toEqual([150, 100])
    const sized = await placeOf(await keep(`?${part}&scale-size=E(30),N(10)&f=tiff`))
    expect(sized).toEqual({ size: [30, 10], geoTransform: [511000, 100, 0, 1559500, 0, -200] })
  })

  test('in another system cells lie where GDAL puts them', async () => {
    const ours = await keep(`?crs=${encodeURIComponent(crs84)}&f=tiff`)
    const { size, geoTransform } = await placeOf(ours)
    const [width = 0, height = 0] = size
    const [left = 0, stepX = 0, , top = 0, , stepY = 0] = geoTransform
    expect([Math.round(left), Math.round(top)]).toEqual([-61, 14])
    const theirs = bench.newPath('warped.tif')
    await run('gdalwarp', [
      ...['-q', '-t_srs', 'EPSG:4326', '-r', 'near', '-et', '0', '-ts', String(width), String(height)],
      ...['-te', String(left), String(top + height * stepY), String(left + width * stepX), String(top)],
      ...[source, theirs],
    ])
    const valuesAt = async (path: string) => {
      const points = [0.2, 0.4, 0.6, 0.8].flatMap((x) =>
        [0.2, 0.5, 0.8].map((y) => `${Math.floor(x * width)} ${Math.floor(y * height)}`),
      )
      const child = run('gdallocationinfo', ['-valonly', path])
      child.child.stdin?.end(`${points.join('\n')}\n`)
      return (await child).stdout.trim().split('\n').map(Number)
    }
    const [a, b] = [await valuesAt(ours), await valuesAt(theirs)]
    expect(a.length).toBe(12)
    // A cell is 10 m; GDAL and the databases differ by less in the shift of the datum, so a neighbour at most.
    for (const [at, value] of a.entries()) expect(Math.abs(value - (b[at] ?? 0))).toBeLessThanOrEqual(3)
  })

  test("GDAL's own driver opens it, in degrees, and reads the same values", async () => {
    const url = `OGCAPI:${program.url}/pygeoapi/collections/heights`
    const { bands, size } = (await gdalInfo(url, '-oo', 'API=COVERAGE', '-oo', 'CACHE=NO')) as {
      bands: { type: string }[]
      size: number[]
    }
    expect(bands).toMatchObject([{ type: 'Int16' }])
    expect((size[0] ?? 0) * (size[1] ?? 0)).toBeGreaterThan(500_000)
    const path = bench.newPath('driver.tif')
    await run('gdal_translate', [
      ...['-q', '-oo', 'API=COVERAGE', '-oo', 'CACHE=NO', '-outsize', '200', '0', url, path],
    ])
    const { minimum, maximum } =
      ((await gdalInfo(path, '-stats'))['bands'] as { minimum: number; maximum: number }[])[0] ?? {}
    expect(maximum).toBeGreaterThan(2200)
    expect(maximum).toBeLessThanOrEqual(899 + 2 * 699)
    expect(minimum).toBeLessThanOrEqual(30)
  })

  test('what is asked wrongly is told in words', async () => {
    expect(await problem('', 'places')).toMatchObject({ status: 404, code: 'no-coverage' })
    expect(await problem('?bbox=10,10,11,11')).toMatchObject({ status: 404, code: 'coverage-elsewhere' })
    expect(await problem('?properties=4')).toMatchObject({ status: 400, code: 'band-unknown' })
    expect(await problem('?scale-factor=2&width=10')).toMatchObject({ status: 400, code: 'coverage-wrong' })
    expect(await problem('?scale-size=Q(4)')).toMatchObject({ status: 400, code: 'coverage-wrong' })
    expect(await problem('?width=100000&height=100000')).toMatchObject({
      status: 413,
      code: 'coverage-too-large',
    })
    expect(await problem('?width=2000&f=covjson')).toMatchObject({ status: 413, code: 'coverage-too-large' })
    expect(await problem('?subset=Lat(13')).toMatchObject({ status: 400, code: 'area-wrong' })
    expect(await problem('?crs=http://www.opengis.net/def/crs/EPSG/0/31370')).toMatchObject({ status: 400 })
  })

  test('who has it already is told so', async () => {
    for (const query of ['?f=tiff', `?${part}&f=tiff`, `?${part}&f=netcdf`]) {
      const first = await ask(query)
      await first.arrayBuffer()
      const again = await ask(query, 'heights', { 'If-None-Match': first.headers.get('etag') ?? '' })
      expect(again.status, query).toBe(304)
    }
  })

  test('browsers get a page that tells how to ask', async () => {
    const response = await ask('', 'heights', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('Values of')
  })

  test('the pages of collection and record lead to it (R11.1)', async () => {
    const address = `${program.url}/pygeoapi/collections/heights`
    const collection = await (await fetch(`${address}?f=html`)).text()
    expect(collection).toContain(`${address}/coverage?f=html`)
    const [, record = ''] = /href="([^"]+\/items\/[^"?]+)\?f=html"/.exec(collection) ?? []
    expect(await (await fetch(`${record}?f=html`)).text()).toContain(`${address}/coverage?f=html`)
    const places = `${program.url}/pygeoapi/collections/places`
    expect(await (await fetch(`${places}?f=html`)).text()).not.toContain('/coverage')
  })
})
