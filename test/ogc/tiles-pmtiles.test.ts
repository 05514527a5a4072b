/** PMTiles archives as the `pmtiles` package and web maps read them: over HTTP, in ranges, equal to the tiles (R6.11, Q19). */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { PMTiles, tileIdToZxy, zxyToTileId } from 'pmtiles'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal } from '../../backend/src/client/client.ts'
import { openPmtilesWriter, toTileId } from '../../backend/src/render/pmtiles-writer.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { doctorFindings, getRecord, publishFile, publishRecord, replaceData } from '../helpers/publish.ts'

const example = (name: string) => join(import.meta.dirname, `../../examples/${name}/${name}.gpkg`)

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program?.stop())

const archiveOf = async (recordId: string) =>
  (await getRecord(program.as('editor'), recordId)).distributions.find(({ kind }) => kind === 'pmtiles')

const waitForArchive = async (recordId: string, isIt: (sizeBytes: number) => boolean = () => true) => {
  for (let turn = 0; turn < 600; turn += 1) {
    const archive = await archiveOf(recordId)
    if (archive && isIt(archive.sizeBytes ?? 0)) return archive
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('there was no archive after a minute')
}

const ask = (recordId: string, who: Parameters<TestProgram['as']>[0] = 'editor') =>
  program
    .as(who)
    .expectOk(
      program.as(who).api.POST('/records/{recordId}/tile-archive', { params: { path: { recordId } } }),
    )
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no problem',
    (error) => (isRefusal(error) ? error.problem.code : String(error)),
  )

const apiTile = async (collectionId: string, zoom: number, x: number, y: number) => {
  const response = await fetch(
    `${program.url}/pygeoapi/collections/${collectionId}/tiles/WebMercatorQuad/${zoom}/${y}/${x}?f=mvt`,
  )
  return response.status === 204 ? null : Buffer.from(await response.arrayBuffer())
}

/** Every tile the archive has, by its directories. */
const tilesOf = async (archive: PMTiles): Promise<[number, number, number][]> => {
  const header = await archive.getHeader()
  const found: [number, number, number][] = []
  const walk = async (offset: number, length: number): Promise<void> => {
    for (const { tileId, runLength, offset: at, length: size } of await archive.cache.getDirectory(
      archive.source,
      offset,
      length,
      header,
    )) {
      if (runLength === 0) await walk(header.leafDirectoryOffset + at, size)
      for (let n = 0; n < runLength; n += 1) found.push(tileIdToZxy(tileId + n))
    }
  }
  await walk(header.rootDirectoryOffset, header.rootDirectoryLength)
  return found
}

const points = async (count: number, shift = 0): Promise<string> => {
  const path = join(program.config.dataDir, `points-${count}-${shift}.geojson`)
  const features = Array.from({ length: count }, (_, n) => ({
    type: 'Feature',
    properties: { n, name: `Point ${n % 50}` },
    geometry: {
      type: 'Point',
      coordinates: [-61.05 + shift + (n % 80) * 0.0017, 13.75 + Math.floor(n / 80) * 0.0017],
    },
  }))
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }))
  return path
}

test('ids of tiles are those of the specification', () => {
  for (const [zoom, x, y] of [
    [0, 0, 0],
    [1, 1, 0],
    [3, 5, 2],
    [14, 5417, 7553],
    [14, 16383, 0],
    [20, 999_999, 3],
  ] as const)
    expect(toTileId(zoom, x, y)).toBe(zxyToTileId(zoom, x, y))
})

describe('the archive of a collection', () => {
  test('is made on request, and its tiles are those of the API (R6.11)', async () => {
    const editor = program.as('editor')
    const { record, collectionId } = await publishFile(editor, example('roads'), {
      collectionId: 'archived-roads',
    })
    expect(await archiveOf(record.id)).toBeUndefined()
    for (const [who, code] of [
      ['otherEditor', 'not-allowed'],
      ['public', 'not-signed-in'],
    ] as const)
      expect(await codeOf(ask(record.id, who))).toBe(code)
    await ask(record.id)
    const { url, mediaType, sizeBytes } = await waitForArchive(record.id)
    expect(mediaType).toBe('application/vnd.pmtiles')
    expect(url).toMatch(/\/archived-roads\.pmtiles$/)
    const archive = new PMTiles(url)
    const header = await archive.getHeader()
    expect(header).toMatchObject({ specVersion: 3, clustered: true, minZoom: 0, maxZoom: 14, tileType: 1 })
    expect(header.minLon).toBeGreaterThan(-62)
    expect(header.maxLat).toBeLessThan(15)
    expect(await archive.getMetadata()).toMatchObject({ vector_layers: [{ id: 'archived-roads' }] })

    const all = await tilesOf(archive)
    expect(all.length).toBe(header.numAddressedTiles)
    expect(all.length).toBeGreaterThan(30)
    const looked = all.filter((_, n) => n % Math.ceil(all.length / 40) === 0)
    for (const [zoom, x, y] of looked) {
      const tile = await archive.getZxy(zoom, x, y)
      expect(
        Buffer.from(tile?.data ?? new ArrayBuffer(0)).equals(
          (await apiTile(collectionId, zoom, x, y)) ?? Buffer.alloc(0),
        ),
        `${zoom}/${x}/${y}`,
      ).toBe(true)
    }
    // And nothing is missing beside them.
    const [, x0, y0] = all.find(([zoom]) => zoom === 12) ?? [12, 0, 0]
    for (let x = x0 - 3; x <= x0 + 3; x += 1)
      for (let y = y0 - 3; y <= y0 + 3; y += 1)
        expect((await archive.getZxy(12, x, y)) !== undefined, `12/${x}/${y}`).toBe(
          (await apiTile(collectionId, 12, x, y)) !== null,
        )

    const part = await fetch(url, { headers: { Range: 'bytes=0-126', Origin: 'https://map.example' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('access-control-allow-origin')).toBe('*')
    expect(part.headers.get('access-control-expose-headers')).toMatch(/Content-Range/)
    expect(part.headers.get('content-range')).toBe(`bytes 0-126/${sizeBytes}`)
    expect(part.headers.get('content-encoding')).toBeNull()
    expect(await doctorFindings(program.as('administrator'))).toEqual([])

    const { knex } = program.database
    await knex('collection').where({ id: collectionId }).increment('revision', 1)
    expect((await doctorFindings(program.as('administrator'))).map(({ code }) => code)).toEqual([
      'archive-of-other-data',
    ])
    await knex('collection').where({ id: collectionId }).increment('revision', -1)
  }, 120_000)

  test('is made by itself above 5000 features, replaced with the data under the same address, and goes with the collection', async () => {
    const editor = program.as('editor')
    const { record, collectionId } = await publishFile(editor, await points(5_200), {
      collectionId: 'many-points',
    })
    const first = await waitForArchive(record.id)
    const etag = (await fetch(first.url, { method: 'HEAD' })).headers.get('etag')

    // Other metadata: the archive stays.
    await publishRecord(editor, await getRecord(editor, record.id), {})
    expect((await archiveOf(record.id))?.id).toBe(first.id)

    await replaceData(editor, record.id, await points(5_400, 0.5))
    expect((await archiveOf(record.id))?.id).toBe(first.id)
    const second = await waitForArchive(record.id, (size) => size !== first.sizeBytes)
    expect(second.url).toBe(first.url)
    expect((await fetch(second.url, { method: 'HEAD' })).headers.get('etag')).not.toBe(etag)
    expect((await new PMTiles(second.url).getHeader()).minLon).toBeCloseTo(-60.55, 3)
    expect(await doctorFindings(program.as('administrator'))).toEqual([])

    const current = await getRecord(editor, record.id)
    await editor.expectOk(
      editor.api.DELETE('/records/{recordId}/collection', {
        params: { path: { recordId: record.id }, header: { 'If-Match': `"${current.version}"` } },
      }),
    )
    expect(await archiveOf(record.id)).toBeUndefined()
    expect((await fetch(first.url)).status).toBe(410)
    expect(
      (await fetch(`${program.url}/pygeoapi/collections/${collectionId}/tiles/WebMercatorQuad/0/0/0`)).status,
    ).toBe(404)
    expect(await codeOf(ask(record.id))).toBe('state-conflict')
    expect(await doctorFindings(program.as('administrator'))).toEqual([])
  }, 240_000)
})

test('an archive of very many tiles has directories in leaves, and content that repeats once', async () => {
  const path = join(program.config.dataDir, 'many.pmtiles')
  const writer = await openPmtilesWriter(path)
  const { gzipSync } = await import('node:zlib')
  const contents = Array.from({ length: 300 }, (_, n) => gzipSync(`tile ${n}`))
  const count = 30_000
  /** Scattered, so that directories do not compress to nothing. */
  const contentOf = (id: number) => {
    const once = Math.imul(id ^ (id >>> 15), 0x2c1b3c6d)
    const twice = Math.imul(once ^ (once >>> 12), 0x297a2d39)
    return ((twice ^ (twice >>> 15)) >>> 0) % 300
  }
  for (let id = 0; id < count; id += 1) await writer.add(id, contents[contentOf(id)] ?? Buffer.alloc(0))
  await expect(writer.add(5, contents[0] ?? Buffer.alloc(0))).rejects.toThrow('comes after')
  await writer.finish({ metadata: { name: 'many' }, box: [-1, -2, 3, 4], minZoom: 0, maxZoom: 8 })
  const { open } = await import('node:fs/promises')
  const file = await open(path)
  const archive = new PMTiles({
    getKey: () => path,
    getBytes: async (offset, length) => {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await file.read(bytes, 0, length, offset)
      return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytesRead) as ArrayBuffer }
    },
  })
  try {
    const header = await archive.getHeader()
    expect(header.leafDirectoryLength).toBeGreaterThan(0)
    expect(header.numAddressedTiles).toBe(count)
    expect(header.numTileContents).toBe(300)
    expect([header.minLon, header.minLat, header.maxLon, header.maxLat]).toEqual([-1, -2, 3, 4])
    for (const id of [0, 1, 4095, 4096, 17_000, count - 1]) {
      const [zoom, x, y] = tileIdToZxy(id)
      const tile = await archive.getZxy(zoom, x, y)
      expect(Buffer.from(tile?.data ?? new ArrayBuffer(0)).toString()).toBe(
        gunzipSync(contents[contentOf(id)] ?? Buffer.alloc(0)).toString(),
      )
    }
  } finally {
    await file.close()
  }
})
