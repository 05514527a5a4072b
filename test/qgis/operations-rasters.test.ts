/** Rasters in the bridge, in a real QGIS: facts, exports that hold what the source holds, refusals; then with a server. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import { createManifest, pluginPackage, toMetadataTxt } from '../../qgis-bridge/src/manifest.ts'
import { createOperations } from '../../qgis-bridge/src/operations.ts'
import { rasterBench } from '../fixtures/gdal-raster.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { sharedData } from '../helpers/shared-data.ts'
import { similarity } from '../styles/fidelity/similarity.ts'

type Failure = { code: string; message: string; remedy?: string }
type Exported = {
  facts: Record<string, unknown>
  exported: Record<string, unknown>
  weighs: boolean
  ending: string
  differs: string[]
  stages: string[]
  left: string[]
}
type Planned = { plan: Record<string, unknown> }
type Said = {
  exports: Record<string, Exported>
  systems: { moved: [number, number[]]; assigned: number; upright: number[]; nowhere: Failure }
  stamps: [string, string[]][]
  refusals: {
    tiles: Record<string, unknown>
    service: Failure
    full: Failure
    cancelled: Failure
    leftovers: string[]
  }
  stalls: { ownMs: number }
  algorithms: {
    planned: Planned
    published: { RESULT: Record<string, unknown>; COLLECTION_ID: string; error?: string }
    link: Record<string, unknown>
    verified: Record<string, unknown>
    again: Planned
    pictures: { qgis: string; server: string; crs: string }
    differs: { isSame: boolean; differences: string[] }
    replaced: Record<string, unknown>
    pulled: Record<string, unknown>
    hasStyle: [boolean, boolean]
    unpublished: Record<string, unknown>
  }
  log: unknown[]
}

const isMissing = !hasQgis() || !hasProgram('gdal_translate')
const training = sharedData('qgis-training') ?? null
const bench = rasterBench()
const root = mkdtempSync(join(tmpdir(), 'secims-operations-'))
let program: TestProgram
let said: Said

const layOutPlugin = () => {
  const folder = join(root, pluginPackage)
  cpSync(join(import.meta.dirname, '../../qgis-bridge/shim'), folder, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  })
  writeFileSync(join(folder, 'protocol.json'), JSON.stringify(protocol))
  writeFileSync(join(folder, 'operations.json'), JSON.stringify(createOperations()))
  writeFileSync(join(folder, 'metadata.txt'), toMetadataTxt(createManifest()))
}

const hills = (x: number, y: number) =>
  (x - 420) ** 2 + (y - 260) ** 2 < 400 ? -9999 : 900 + 700 * Math.sin(x / 37) * Math.cos(y / 29)

beforeAll(async () => {
  if (isMissing) return
  layOutPlugin()
  program = await testProgram()
  const colours = ['-colorinterp', 'red,green,blue,alpha']
  const rasters = {
    heights: bench.write({ type: 'float32', width: 310, height: 290, value: hills }, '-a_nodata', '-9999'),
    classes: bench.write({ value: (x, y) => 1 + (((x >> 4) + (y >> 5)) % 4) }),
    photo: bench.write({ bands: 4 }, ...colours, '-co', 'PHOTOMETRIC=RGB'),
    counts: bench.write({ type: 'uint16' }, '-a_scale', '0.5', '-a_offset', '3'),
  }
  // A copy, because GDAL keeps its statistics beside the file.
  const srtm = join(root, 'SRTM.tif')
  if (training !== null) {
    copyFileSync(join(training, 'dem/SRTM.tif'), srtm)
    Object.assign(rasters, { srtm })
  }
  const work = join(root, 'work')
  mkdirSync(work)
  said = (await runPyQgis(
    'operations_rasters.py',
    {
      plugins: root,
      work,
      rasters,
      bare: bench.write(
        { value: hills, type: 'float32' },
        '-a_ullr',
        '510000',
        '1560000',
        '517000',
        '1554000',
      ),
      nowhere: bench.write({}, '-a_srs', 'EPSG:2006'),
      large: bench.write({ type: 'float32', width: 3000, height: 2500 }),
      url: program.url,
      token: program.tokenOf('editor'),
    },
    { timeoutMs: 240_000 },
  )) as Said
}, 300_000)
afterAll(async () => {
  await program?.stop()
  bench.close()
  rmSync(root, { recursive: true, force: true })
})

describe.skipIf(isMissing)(`rasters in the bridge${isMissing ? ` (left out: ${whyNoQgis})` : ''}`, () => {
  test('exported, a raster has the cells, colours, bands, nodata and place that it had', () => {
    expect(Object.keys(said.exports).length).toBeGreaterThanOrEqual(4)
    for (const [name, { exported, facts, differs, weighs, ending, stages, left }] of Object.entries(
      said.exports,
    )) {
      expect.soft({ name, differs, weighs, ending, left }).toEqual({
        name,
        differs: [],
        weighs: true,
        ending: '.tif',
        left: [],
      })
      expect.soft(stages, name).toEqual(['export', 'hash'])
      expect.soft(facts, name).toMatchObject({ kind: 'raster', source: 'file', featureCount: null })
      expect.soft(exported['raster'], name).toEqual(facts['raster'])
      expect.soft(exported, name).toMatchObject({ featureCount: 0, fields: [] })
    }
    expect(said.exports['heights']?.exported).toMatchObject({
      epsg: 2006,
      raster: { width: 310, height: 290, bands: 1, dataType: 'Float32' },
    })
    expect(said.exports['photo']?.exported['raster']).toMatchObject({ bands: 4, dataType: 'Byte' })
  })

  test('it is reprojected when asked, written in the system that QGIS was told, and turned upright', () => {
    const { moved, assigned, upright, nowhere } = said.systems
    expect(moved[0]).toBe(4326)
    expect(moved[1]).toEqual([
      expect.closeTo(-60.9, 0),
      expect.closeTo(14, 0),
      expect.closeTo(-60.9, 0),
      expect.closeTo(14, 0),
    ])
    expect(assigned).toBe(2006)
    expect(upright).toEqual([2006, 0, 0])
    expect(nowhere.message).toContain('does not say where it lies')
    expect(nowhere.remedy).toContain('Georeferencer')
  })

  test('cells, style and system each change their own stamp', () => {
    expect(said.stamps).toEqual([
      ['nothing', []],
      ['style', ['style']],
      ['cells', ['data']],
      ['system', ['data']],
    ])
  })

  test('pictures of a server are refused in words; a full disk and a cancelled export leave nothing behind', () => {
    const { tiles, service, full, cancelled, leftovers } = said.refusals
    expect(tiles).toMatchObject({ kind: 'raster', source: 'service', raster: null })
    expect(service.message).toContain('no raster of a file')
    expect(full.code).toBe('disk-full')
    expect(cancelled.code).toBe('cancelled')
    expect(leftovers).toEqual([])
  })

  test('algorithms plan, publish and verify a raster with its style, and the layer knows it', () => {
    const { planned, published, link, verified, again } = said.algorithms
    expect(published.error).toBeUndefined()
    expect(planned.plan).toMatchObject({ kind: 'new', data: 'new', style: 'new' })
    expect(published).toMatchObject({
      COLLECTION_ID: 'relief-of-the-test',
      RESULT: { isVerified: true, collectionId: 'relief-of-the-test' },
    })
    expect(link).toMatchObject({ collectionId: 'relief-of-the-test', server: program.url })
    expect(verified).toEqual({ isSame: true, differences: [] })
    expect(again.plan).toMatchObject({ kind: 'untouched', data: 'keep', style: 'keep' })
  })

  test('the catalogue draws it as QGIS does', async () => {
    const [qgis, server] = await Promise.all(
      [said.algorithms.pictures.qgis, said.algorithms.pictures.server].map(async (png) => {
        const { data, info } = await sharp(Buffer.from(png, 'base64'))
          .flatten({ background: '#ffffff' })
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true })
        return { rgba: data, width: info.width, height: info.height }
      }),
    )
    if (!qgis || !server) throw new Error('no pictures')
    expect(similarity(qgis, server)).toBeGreaterThan(0.97)
  })

  test('other cells are seen and published again; style and collection come and go as with features', () => {
    const { differs, replaced, pulled, hasStyle, unpublished } = said.algorithms
    expect(differs.isSame).toBe(false)
    expect(differs.differences.join(' ')).toMatch(/310 × 290.*700 × 600/)
    expect(replaced).toMatchObject({ COLLECTION_ID: 'relief-of-the-test' })
    expect(pulled).toMatchObject({ OUTCOME: 'identical' })
    expect(hasStyle).toEqual([true, false])
    expect(unpublished).toEqual({ collectionId: 'relief-of-the-test' })
    console.info(
      `longest stall of QGIS while 30 MB of a raster are written: ${said.stalls.ownMs} ms of its own`,
    )
  })
})
