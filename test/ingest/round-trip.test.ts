/**
 * The main job on real files: every layer an analyst has is published through the public path, read back with GDAL
 * from the live collection, and equals its source – or is refused with a reason that names what to do.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal } from '../../backend/src/client/client.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { doctorFindings, publishFile } from '../helpers/publish.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const run = promisify(execFile)
const canRun = sharedData('.') !== undefined && hasProgram('ogr2ogr') && hasProgram('zip')
const whyNot = sharedData('.') === undefined ? whySkipped : 'ogr2ogr or zip is not installed'

type Geometry = { type: string; coordinates?: unknown; geometries?: Geometry[] }
type Feature = { id?: number | string; geometry: Geometry | null; properties: Record<string, unknown> }

const ogr = async (...args: string[]): Promise<Feature[]> => {
  const { stdout } = await run(
    'ogr2ogr',
    ['-f', 'GeoJSON', '/vsistdout/', ...args, '-lco', 'COORDINATE_PRECISION=12', '-lco', 'RFC7946=NO'],
    {
      maxBuffer: 512 * 1024 * 1024,
      env: { ...process.env, OGR_GEOJSON_MAX_OBJ_SIZE: '0', GDAL_HTTP_MAX_RETRY: '0' },
    },
  )
  return (JSON.parse(stdout) as { features: Feature[] }).features
}

/** Single geometries as multi ones of one part: we declare what the layer may hold, GDAL what each feature has. */
const asMulti = ({ type, coordinates }: Geometry): { type: string; coordinates: unknown } =>
  type.startsWith('Multi') ? { type, coordinates } : { type: `Multi${type}`, coordinates: [coordinates] }

const expectClose = (found: unknown, wanted: unknown, tolerance: number, where: string): void => {
  if (Array.isArray(wanted) && Array.isArray(found)) {
    if (found.length !== wanted.length)
      throw new Error(`${where}: ${found.length} parts instead of ${wanted.length}`)
    for (let i = 0; i < wanted.length; i += 1) expectClose(found[i], wanted[i], tolerance, where)
    return
  }
  if (!(Math.abs(Number(found) - Number(wanted)) <= tolerance))
    throw new Error(`${where}: ${found} instead of ${wanted}`)
}

const signedArea = (ring: number[][]) =>
  ring.reduce(
    (sum, [x = 0, y = 0], i) =>
      sum + x * (ring[(i + 1) % ring.length]?.[1] ?? 0) - (ring[(i + 1) % ring.length]?.[0] ?? 0) * y,
    0,
  )
/** Where a ring starts and which way it runs says nothing about the area: some rotation of the one is the other. */
const expectSameRing = (found: number[][], wanted: number[][], tolerance: number, where: string) => {
  const open = (ring: number[][]) => (signedArea(ring) < 0 ? [...ring].reverse() : ring).slice(0, -1)
  const [one, two] = [open(found), open(wanted)]
  const isClose = (p: number[] | undefined, q: number[] | undefined) =>
    p !== undefined &&
    q?.length === p.length &&
    p.every((n, axis) => Math.abs(n - (q[axis] ?? 0)) <= tolerance)
  const starts = one.flatMap((p, at) => (isClose(p, two[0]) ? [at] : []))
  const isSame = (start: number) => two.every((q, at) => isClose(one[(start + at) % one.length], q))
  if (one.length !== two.length || !starts.some(isSame))
    throw new Error(`${where}: a ring of ${two.length} vertices from ${wanted[0]} is another`)
}

const expectSameGeometry = (
  found: Geometry | null,
  wanted: Geometry | null,
  tolerance: number,
  where: string,
) => {
  if (wanted === null || found === null) {
    if (wanted !== found)
      throw new Error(`${where}: geometry ${found?.type ?? 'null'} instead of ${wanted?.type ?? 'null'}`)
    return
  }
  const [one, two] = [asMulti(found), asMulti(wanted)]
  if (one.type !== two.type) throw new Error(`${where}: ${one.type} instead of ${two.type}`)
  if (one.type !== 'MultiPolygon') {
    expectClose(one.coordinates, two.coordinates, tolerance, where)
    return
  }
  const [polygons, others] = [one.coordinates, two.coordinates] as number[][][][][]
  expect(
    polygons?.map((rings) => rings.length),
    where,
  ).toEqual(others?.map((rings) => rings.length))
  for (const [at, rings] of (others ?? []).entries())
    for (const [n, ring] of rings.entries()) expectSameRing(polygons?.[at]?.[n] ?? [], ring, tolerance, where)
}

const sameValue = (found: unknown, wanted: unknown): boolean => {
  if (wanted === null || wanted === undefined || wanted === '')
    return found === null || found === undefined || found === ''
  if (typeof wanted === 'number' && typeof found === 'number')
    return Math.abs(found - wanted) <= Math.abs(wanted) * 1e-12
  // GDAL takes a page's only value '9:30' for a time of day; the server's own JSON is compared exactly below.
  if (
    typeof wanted === 'string' &&
    /^\d{1,2}:\d{2}$/.test(wanted) &&
    found === `${wanted.padStart(5, '0')}:00`
  )
    return true
  if (typeof wanted === 'object')
    return JSON.stringify(found) === JSON.stringify(wanted) || found === JSON.stringify(wanted)
  return String(found) === String(wanted)
}

const expectSameProperties = (
  found: Record<string, unknown>,
  wanted: Record<string, unknown>,
  where: string,
) => {
  for (const [name, value] of Object.entries(wanted))
    if (!sameValue(found[name], value))
      throw new Error(`${where}.${name}: ${JSON.stringify(found[name])} instead of ${JSON.stringify(value)}`)
}

const expectSame = (found: Feature[], wanted: Feature[], tolerance: number) => {
  expect(found).toHaveLength(wanted.length)
  for (const [at, feature] of wanted.entries()) {
    const twin = found[at] as Feature
    expectSameGeometry(twin.geometry, feature.geometry, tolerance, `feature ${at}`)
    expectSameProperties(twin.properties, feature.properties, `feature ${at}`)
  }
}

let program: TestProgram
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secims-round-trip-'))
  program = await testProgram()
}, 120_000)
afterAll(async () => {
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
  await program.stop()
  rmSync(folder, { recursive: true, force: true })
})

const readBack = (collectionId: string) =>
  ogr(`OAPIF:${program.url}/pygeoapi`, collectionId, '-oo', 'PAGE_SIZE=1000')

/** The items in the CRS they are stored in, all pages, as the server sends them. */
const inStorageCrs = async (collectionId: string): Promise<Feature[]> => {
  const description = await fetch(`${program.url}/pygeoapi/collections/${collectionId}?f=json`)
  const collection = (await description.json()) as { storageCrs: string }
  const features: Feature[] = []
  let next: string | undefined =
    `${program.url}/pygeoapi/collections/${collectionId}/items?limit=1000&crs=${encodeURIComponent(collection.storageCrs)}`
  while (next) {
    const response: Response = await fetch(next)
    expect(response.headers.get('content-crs')).toBe(`<${collection.storageCrs}>`)
    const page = (await response.json()) as { features: Feature[]; links: { rel: string; href: string }[] }
    features.push(...page.features)
    next = page.links.find((link) => link.rel === 'next')?.href
  }
  return features
}

const layersOf = async (path: string): Promise<string[]> => {
  const { stdout } = await run('ogrinfo', ['-q', '-ro', path])
  return stdout.split('\n').flatMap((line) => /^\d+: (.*?)(?: \([^()]*\))?$/.exec(line)?.[1] ?? [])
}

const geopackages = canRun
  ? ['qgis-training', 'pygeoapi'].flatMap((part) =>
      readdirSync(sharedData(part) as string)
        .filter((name) => name.endsWith('.gpkg'))
        .map((name) => sharedData(part, name) as string),
    )
  : []
const shapefiles = canRun
  ? ['projected_data', 'shapefile'].flatMap((part) =>
      readdirSync(sharedData('qgis-training', part) as string)
        .filter((name) => name.endsWith('.shp'))
        .map((name) => sharedData('qgis-training', part, name) as string),
    )
  : []
const geojsons = canRun
  ? readdirSync(sharedData('pygeoapi') as string)
      .filter((name) => name.endsWith('.geojson'))
      .map((name) => sharedData('pygeoapi', name) as string)
  : []

describe.skipIf(!canRun)(`real files, read back with GDAL${canRun ? '' : ` (left out: ${whyNot})`}`, () => {
  test('there are files to try', () => {
    expect(geopackages.length).toBeGreaterThanOrEqual(5)
    expect(shapefiles.length).toBeGreaterThanOrEqual(10)
    expect(geojsons.length).toBeGreaterThanOrEqual(2)
  })

  test.each(geopackages)(
    'every layer of %s comes back as it was (R5.3, R6.2)',
    async (path) => {
      for (const layer of await layersOf(path)) {
        const { collectionId, publication } = await publishFile(program.as('editor'), path, { layer })
        const wanted = await ogr(path, layer, '-t_srs', 'OGC:CRS84')
        expect(publication.result?.featureCount, layer).toBe(wanted.length)
        expectSame(await readBack(collectionId), wanted, 2e-8)
        expectSame(await inStorageCrs(collectionId), await ogr(path, layer), 1e-6)
      }
    },
    240_000,
  )

  /** Their parts do not belong together, and the refusal says so: 19 shapes with 20 records, 38 with 37. */
  const mismatched = ['rivers.shp', 'water.shp'].map((name) => sharedData('qgis-training', 'shapefile', name))

  test.each(shapefiles)(
    '%s, zipped, comes back as it was (R5.4)',
    async (path) => {
      const base = basename(path, '.shp')
      const zip = join(folder, `${base}.zip`)
      rmSync(zip, { force: true })
      await run('zip', [
        '-q',
        '-j',
        zip,
        ...['shp', 'shx', 'dbf', 'prj', 'cpg']
          .map((ext) => join(dirname(path), `${base}.${ext}`))
          .filter((file) => readdirSync(dirname(path)).includes(basename(file))),
      ])
      if (mismatched.includes(path)) {
        const refused = await publishFile(program.as('editor'), zip).catch((error) => error)
        expect(isRefusal(refused) && refused.problem.detail).toMatch(
          /lists \d+ shapes, while the .dbf has \d+ records.*QGIS/,
        )
        return
      }
      const { collectionId } = await publishFile(program.as('editor'), zip)
      expectSame(await readBack(collectionId), await ogr(path, '-t_srs', 'OGC:CRS84'), 2e-8)
      expectSame(await inStorageCrs(collectionId), await ogr(path), 1e-6)
    },
    120_000,
  )

  test.each(geojsons)(
    '%s comes back as it was',
    async (path) => {
      const { collectionId } = await publishFile(program.as('editor'), path)
      const source = JSON.parse(readFileSync(path, 'utf8')) as { features: Feature[] }
      expectSame(await readBack(collectionId), await ogr(path), 2e-8)
      expect((await inStorageCrs(collectionId)).length).toBe(source.features.length)
    },
    120_000,
  )

  test('a CSV with coordinates is a document by default, and points when its columns are named (R5.13, Q9)', async () => {
    const path = sharedData('pygeoapi', 'obs.csv') as string
    const asDocument = await publishFile(program.as('editor'), path)
    expect(asDocument.collectionId).toBe('')
    expect(asDocument.record.distributions.map((one) => one.kind)).toEqual(['original'])
    const asPoints = await publishFile(program.as('editor'), path, { csv: { x: 'long', y: 'lat' } })
    const back = await readBack(asPoints.collectionId)
    const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1)
    expect(back).toHaveLength(lines.length)
    expect(back.every((feature) => feature.geometry?.type === 'Point')).toBe(true)
  })

  test('R6.3 a raster is offered as it came and cloud optimised, and served as a map', async () => {
    const { record, collectionId } = await publishFile(
      program.as('editor'),
      sharedData('qgis-training', 'raster', '3320D_2010_315_RGB_LATLNG.tif') as string,
    )
    const kinds = record.distributions.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['original', 'cog']))
    const map = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/map?f=png&width=64`)
    expect([map.status, map.headers.get('content-type')]).toEqual([200, 'image/png'])
  })

  test('a layer that is not there is refused with the names of those that are', async () => {
    const refused = await publishFile(program.as('editor'), geopackages[0] as string, {
      layer: 'nowhere',
    }).catch((error) => error)
    expect(isRefusal(refused) && refused.problem.detail).toMatch(/no layer 'nowhere'.*It has: /)
  })
})
