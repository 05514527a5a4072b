/** A GeoTIFF is published as a raster: one protocol with everything else, maps of it, its file, and its removal. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusal } from '../../backend/src/client/client.ts'
import { checksumsOf, rasterBench } from '../fixtures/gdal-raster.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import {
  addStyle,
  doctorFindings,
  getRecord,
  publishFile,
  publishRecord,
  replaceData,
} from '../helpers/publish.ts'

const bench = rasterBench()
let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(async () => {
  await program.stop()
  bench.close()
})

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no problem',
    (error) => (isRefusal(error) ? error.problem.code : String(error)),
  )
const getJson = async (path: string) => {
  const response = await fetch(`${program.url}${path}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const readPicture = async (response: Response) => {
  expect(response.status).toBe(200)
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const at = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)]
  return { width, height, at }
}
const heights = (name?: string) => {
  const path = bench.write(
    { type: 'int16', width: 900, height: 700, value: (x, y) => (x < 10 ? -32768 : x + y) },
    '-a_nodata',
    '-32768',
  )
  return { path, name }
}
const rasterSld = (body: string) => {
  const path = bench.newPath('style.sld')
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" version="1.1.0"><NamedLayer><se:Name>r</se:Name><UserStyle><se:Name>r</se:Name><se:FeatureTypeStyle><se:Rule>${body}</se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`,
  )
  return path
}

test.skipIf(!hasProgram('gdal_translate'))(
  'a GeoTIFF becomes a record with its file, a Cloud Optimised GeoTIFF and a collection with maps (R6.3, R6.4, R11.1)',
  async () => {
    const editor = program.as('editor')
    const { path } = heights()
    const { record, collectionId, publication } = await publishFile(editor, path, {
      collectionId: 'heights',
      metadata: { title: 'Heights' },
    })
    expect(collectionId).toBe('heights')
    expect(publication.state).toBe('done')
    expect(record.distributions.map(({ kind }) => kind)).toEqual(['original', 'cog'])
    expect(record.distributions[1]).toMatchObject({
      mediaType: 'image/tiff; application=geotiff; profile=cloud-optimized',
      epsg: 2006,
    })
    expect(await doctorFindings(program.as('administrator'))).toEqual([])

    const { body } = await getJson('/pygeoapi/collections/heights')
    expect(body).not.toHaveProperty('itemType')
    expect(body['raster']).toMatchObject({
      width: 900,
      height: 700,
      dataType: 'int16',
      cellSize: [10, 10],
      noData: -32768,
      bands: [{ number: 1, color: 'gray', minimum: 10, maximum: 1598 }],
    })
    expect(body['storageCrs']).toBe('http://www.opengis.net/def/crs/EPSG/0/2006')
    const rels = (body['links'] as { rel: string; type?: string }[]).map(({ rel }) => rel)
    expect(rels).not.toContain('items')
    expect(rels).toContain('enclosure')
  },
)

const cogOf = async (collectionId: string) => {
  const editor = program.as('editor')
  const { records } = await editor.expectOk(
    editor.api.GET('/records', { params: { query: { collectionId } } }),
  )
  const { distributions } = await getRecord(editor, records[0]?.id ?? '')
  return distributions.find(({ kind }) => kind === 'cog')
}

test.skipIf(!hasProgram('gdalinfo'))(
  'its Cloud Optimised GeoTIFF is read whole, and piece by piece over the network (R11.2, R13.2)',
  async () => {
    const cog = await cogOf('heights')
    const { path } = heights()
    // Read by ranges, as QGIS does.
    const range = await fetch(cog?.url ?? '', { headers: { Range: 'bytes=0-15' } })
    expect(range.status).toBe(206)
    expect(range.headers.get('content-type')).toBe(cog?.mediaType)
    const local = bench.newPath('downloaded.tif')
    writeFileSync(local, Buffer.from(await (await fetch(cog?.url ?? '')).arrayBuffer()))
    expect(checksumsOf(local)).toEqual(checksumsOf(path))
    // Not waited for in this thread, which answers it.
    const remote = await promisify(execFile)('gdalinfo', [
      ...['-checksum', '--config', 'GDAL_DISABLE_READDIR_ON_OPEN', 'EMPTY_DIR'],
      `/vsicurl/${cog?.url}`,
    ])
    expect(remote.stdout).toContain(`Checksum=${checksumsOf(path)[0]}`)
    expect(remote.stdout).toContain('LAYOUT=COG')
  },
)

test('its pages open, and its map is drawn', async () => {
  for (const page of [
    '/pygeoapi/collections/heights?f=html',
    '/pygeoapi/collections?f=html',
    '/pygeoapi/api',
  ])
    expect((await fetch(`${program.url}${page}`)).status).toBe(200)
  const picture = await readPicture(
    await fetch(`${program.url}/pygeoapi/collections/heights/map?f=png&width=450&transparent=true`),
  )
  expect(picture.width).toBe(450)
})

test.each(['items', 'items/1', 'queryables', 'schema', 'sortables', 'schema.xsd'])(
  'a raster has no %s, and the answer says so in words (R6.3)',
  async (what) => {
    const { status, body } = await getJson(`/pygeoapi/collections/heights/${what}`)
    expect(status).toBe(404)
    expect(body['code']).toBe('collection-is-raster')
    expect(body['detail']).toMatch(/is a raster/)
  },
)

test('GetFeatureInfo of WMS tells the value of the cell, in every form; outside it finds nothing', async () => {
  const ask = (column: number, row: number, format: string) => {
    const [x, y] = [510000 + column * 10, 1560000 - row * 10]
    const box = [x, y - 10, x + 10, y]
    return fetch(
      `${program.url}/wms?service=WMS&version=1.3.0&request=GetFeatureInfo&layers=heights&query_layers=heights&styles=&crs=EPSG:2006&bbox=${box}&width=1&height=1&i=0&j=0&info_format=${encodeURIComponent(format)}`,
    )
  }
  const valuesAt = async (column: number, row: number) => {
    const { features } = (await (await ask(column, row, 'application/json')).json()) as {
      features: { id: string; geometry: { coordinates: number[] }; properties: Record<string, unknown> }[]
    }
    return features.map(({ properties }) => properties)
  }
  expect(await valuesAt(100, 50)).toEqual([{ 'Band 1': 150 }])
  expect(await valuesAt(899, 699)).toEqual([{ 'Band 1': 1598 }])
  expect(await valuesAt(5, 50)).toEqual([{ 'Band 1': null }])
  expect(await valuesAt(-3, 50)).toEqual([])
  for (const format of ['text/plain', 'text/html', 'application/vnd.ogc.gml'])
    expect(await (await ask(100, 50, format)).text()).toMatch(/Band 1[\s\S]*150/)
})

test('vector tiles and archives of a raster there are none', async () => {
  const { body } = await getJson('/pygeoapi/collections/heights/tiles')
  expect(
    (body['tilesets'] as { dataType: string }[]).filter(({ dataType }) => dataType === 'vector'),
  ).toEqual([])
})

test('features cannot be put into a raster', async () => {
  const response = await fetch(`${program.url}/pygeoapi/collections/heights/items`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/geo+json',
      Authorization: `Bearer ${program.tokenOf('administrator')}`,
    },
    body: '{"type":"Feature","geometry":null,"properties":{}}',
  })
  expect(response.status).toBe(404)
})

test('a style must be for rasters and draw bands there are (R7.7, R7.8)', async () => {
  const editor = program.as('editor')
  const list = await editor.expectOk(
    editor.api.GET('/records', { params: { query: { collectionId: 'heights' } } }),
  )
  const id = list.records[0]?.id ?? ''
  const wrongBand = await addStyle(
    editor,
    rasterSld(
      '<se:RasterSymbolizer><se:ChannelSelection><se:GrayChannel><se:SourceChannelName>3</se:SourceChannelName></se:GrayChannel></se:ChannelSelection></se:RasterSymbolizer>',
    ),
  )
  expect(await codeOf(publishRecord(editor, await getRecord(editor, id), { styleId: wrongBand }))).toBe(
    'style-does-not-fit',
  )
  const lines = await addStyle(
    editor,
    rasterSld(
      '<se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke">#ff0000</se:SvgParameter></se:Stroke></se:LineSymbolizer>',
    ),
  )
  expect(await codeOf(publishRecord(editor, await getRecord(editor, id), { styleId: lines }))).toBe(
    'style-does-not-fit',
  )
  const coloured = await addStyle(
    editor,
    rasterSld(
      '<se:RasterSymbolizer><se:ColorMap><se:Interpolate fallbackValue="#000000"><se:LookupValue>Rasterdata</se:LookupValue><se:InterpolationPoint><se:Data>0</se:Data><se:Value>#ff0000</se:Value></se:InterpolationPoint><se:InterpolationPoint><se:Data>2000</se:Data><se:Value>#ff0000</se:Value></se:InterpolationPoint></se:Interpolate></se:ColorMap></se:RasterSymbolizer>',
    ),
  )
  await publishRecord(editor, await getRecord(editor, id), { styleId: coloured })
  const { at, width, height } = await readPicture(
    await fetch(`${program.url}/pygeoapi/collections/heights/map?f=png&width=450&transparent=true`),
  )
  expect(at(width >> 1, height >> 1)).toEqual([255, 0, 0, 255])
})

test('a replace makes other cells under the same addresses; fewer bands need to be meant (R5.10, R5.11)', async () => {
  const editor = program.as('editor')
  const two = bench.write({ bands: 2, width: 300, height: 200 })
  const { record, collectionId } = await publishFile(editor, two, { metadata: { title: 'Two bands' } })
  const one = bench.write({ bands: 1, width: 300, height: 200 })
  expect(await codeOf(replaceData(editor, record.id, one))).toBe('schema-changed')
  await replaceData(editor, record.id, one, { acceptSchemaChange: true })
  const { body } = await getJson(`/pygeoapi/collections/${collectionId}`)
  expect((body['raster'] as { bands: unknown[] }).bands).toHaveLength(1)
  const after = await getRecord(editor, record.id)
  expect(after.distributions.map(({ id }) => id)).toEqual(record.distributions.map(({ id }) => id))
  const administrator = program.as('administrator')
  await administrator.expectOk(
    administrator.api.POST('/collect-garbage', { body: { all: true } } as never) as never,
  )
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a table may take the place of a raster, and the reverse, when it is meant', async () => {
  const editor = program.as('editor')
  const raster = bench.write({ width: 40, height: 30 })
  const { record, collectionId } = await publishFile(editor, raster, { metadata: { title: 'Either' } })
  const places = bench.newPath('places.geojson')
  writeFileSync(
    places,
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[-61,14]},"properties":{"a":1}}]}',
  )
  expect(await codeOf(replaceData(editor, record.id, places))).toBe('schema-changed')
  await replaceData(editor, record.id, places, { acceptSchemaChange: true })
  expect((await getJson(`/pygeoapi/collections/${collectionId}/items`)).status).toBe(200)
  expect((await getRecord(editor, record.id)).distributions.map(({ kind }) => kind)).toEqual([
    'original',
    'features',
  ])
  await replaceData(editor, record.id, raster, { acceptSchemaChange: true })
  expect((await getJson(`/pygeoapi/collections/${collectionId}/items`)).status).toBe(404)
  expect((await getRecord(editor, record.id)).distributions.map(({ kind }) => kind)).toEqual([
    'original',
    'cog',
  ])
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('taken out of the APIs, the raster comes back under its id (R6.27)', async () => {
  const editor = program.as('editor')
  const { record, collectionId } = await publishFile(editor, bench.write({ width: 40, height: 30 }), {
    metadata: { title: 'In and out' },
  })
  await editor.expectOk(
    editor.api.DELETE('/records/{recordId}/collection', {
      params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
    } as never) as never,
  )
  expect((await getJson(`/pygeoapi/collections/${collectionId}`)).status).toBe(404)
  expect((await getRecord(editor, record.id)).distributions.map(({ kind }) => kind)).toEqual(['original'])
  await publishRecord(editor, await getRecord(editor, record.id), { publishToApi: true })
  expect((await getJson(`/pygeoapi/collections/${collectionId}`)).status).toBe(200)
  expect((await getRecord(editor, record.id)).distributions.map(({ kind }) => kind)).toEqual([
    'original',
    'cog',
  ])
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a raster without a place is offered as a file; by request it is refused in words (R4.18)', async () => {
  const editor = program.as('editor')
  const path = bench.write({ width: 40, height: 30 }, '-a_srs', 'EPSG:2006')
  const metadata = { title: 'Nowhere', crs: 'EPSG:2006' }
  const { record } = await publishFile(editor, path, { metadata })
  expect(record.distributions.map(({ kind }) => kind)).toEqual(['original'])
  expect(await codeOf(publishFile(editor, path, { metadata, publishToApi: true }))).toBe(
    'raster-without-place',
  )
})
