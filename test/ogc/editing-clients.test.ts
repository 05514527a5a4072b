/** What QGIS and GDAL send when somebody edits, byte for byte (ogc-clients §2.5, §2.6), and what they look for in the answers. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasProgram } from '../helpers/programs.ts'
import { type Editor, geojson, mergePatch, sendRaw, startEditing, trees } from './editing-fixture.ts'

let editor: Editor
beforeAll(async () => {
  editor = await startEditing()
  await editor.make(trees('trees', { isPrecomputed: true }))
  await editor.make(trees('grid', { srid: 32620, rows: [] }))
})
afterAll(() => editor?.stop())

const basic = () => `Basic ${Buffer.from(`anybody:${editor.program.tokenOf('editor')}`).toString('base64')}`

/** As Qt writes them. */
const qgisHeaders = () => ({
  'User-Agent': 'Mozilla/5.0 QGIS/34006/Debian GNU/Linux 13',
  'Accept-Encoding': 'gzip, deflate',
  'Accept-Language': 'en-US,*',
  Connection: 'Keep-Alive',
  Authorization: basic(),
})

/** Of headers as they came over the wire: QGIS up to 3.42 looks for exactly this spelling. */
const exactly = (rawHeaders: string[], name: string): string | undefined => {
  const at = rawHeaders.findIndex((one, n) => n % 2 === 0 && one === name)
  return at < 0 ? undefined : rawHeaders[at + 1]
}

describe('QGIS 3.40 (OAPIF provider)', () => {
  const crs = 'http://www.opengis.net/def/crs/EPSG/0/4326'

  test('asks whether the layer can be edited, and is told POST, PUT, PATCH and DELETE (G17)', async () => {
    const items = await sendRaw(`${editor.address('trees')}/items`, {
      method: 'OPTIONS',
      headers: qgisHeaders(),
    })
    expect(items.status).toBe(200)
    expect(exactly(items.rawHeaders, 'Allow')?.split(', ')).toContain('POST')
    for (const fid of ['1', 'unknown_id']) {
      const item = await sendRaw(`${editor.address('trees')}/items/${fid}`, {
        method: 'OPTIONS',
        headers: qgisHeaders(),
      })
      expect(item.status).toBe(200)
      expect(exactly(item.rawHeaders, 'Allow')?.split(', ')).toEqual(
        expect.arrayContaining(['PUT', 'PATCH', 'DELETE']),
      )
    }
  })

  test('adds a feature, finds its id at the end of Location, and reads it again (G18, G19)', async () => {
    const { status, rawHeaders } = await sendRaw(`${editor.address('trees')}/items`, {
      method: 'POST',
      headers: { ...qgisHeaders(), 'Content-Type': geojson, 'Content-Crs': crs },
      body: '{"geometry":{"coordinates":[13.95,-60.95],"type":"Point"},"properties":{"alive":true,"closes":null,"count":3,"height m":2.5,"planted":"2024-05-06","seen":"2024-05-06T07:08:09Z","species":"Gommier"},"type":"Feature"}',
    })
    expect(status).toBe(201)
    const location = exactly(rawHeaders, 'Location') ?? ''
    const fid = location.split('/items/')[1] ?? ''
    expect(fid).toMatch(/^\d+$/)
    expect(location).toBe(`${editor.address('trees')}/items/${fid}`)
    const { json } = await editor.send('public', 'GET', `trees/items/${fid}?crs=${crs}`)
    expect(json.geometry.coordinates).toEqual([13.95, -60.95])
    expect(json.properties).toMatchObject({ species: 'Gommier', planted: '2024-05-06' })
  })

  test('moves it, changes attributes and deletes it, one request each', async () => {
    const address = `${editor.address('trees')}/items/1`
    const patch = (body: string) =>
      sendRaw(address, {
        method: 'PATCH',
        headers: { ...qgisHeaders(), 'Content-Type': mergePatch, 'Content-Crs': crs },
        body,
      })
    expect((await patch('{"geometry":{"coordinates":[13.5,-61.5],"type":"Point"}}')).status).toBe(204)
    expect((await patch('{"properties":{"count":42,"species":null}}')).status).toBe(204)
    const { json } = await editor.send('public', 'GET', 'trees/items/1')
    expect(json.geometry.coordinates).toEqual([-61.5, 13.5])
    expect(json.properties).toMatchObject({ count: 42, species: null, alive: true })
    expect((await sendRaw(address, { method: 'DELETE', headers: qgisHeaders() })).status).toBe(204)
  })

  test('replaces features where a server has no PATCH', async () => {
    const { status } = await sendRaw(`${editor.address('trees')}/items/2`, {
      method: 'PUT',
      headers: { ...qgisHeaders(), 'Content-Type': geojson, 'Content-Crs': crs },
      body: '{"geometry":{"coordinates":[13.6,-61.6],"type":"Point"},"id":"2","properties":{"alive":null,"closes":null,"count":1,"height m":null,"planted":null,"seen":null,"species":"x"},"type":"Feature"}',
    })
    expect(status).toBe(204)
    expect((await editor.send('public', 'GET', 'trees/items/2')).json.geometry.coordinates).toEqual([
      -61.6, 13.6,
    ])
  })

  test('in the coordinate system of the data, where that is a projected one', async () => {
    const { status, rawHeaders } = await sendRaw(`${editor.address('grid')}/items`, {
      method: 'POST',
      headers: {
        ...qgisHeaders(),
        'Content-Type': geojson,
        'Content-Crs': 'http://www.opengis.net/def/crs/EPSG/0/32620',
      },
      body: '{"geometry":{"coordinates":[715123.25,1535456.5],"type":"Point"},"properties":{"species":"x"},"type":"Feature"}',
    })
    expect(status).toBe(201)
    const { json } = await editor.send(
      'public',
      'GET',
      `${exactly(rawHeaders, 'Location')}?crs=http://www.opengis.net/def/crs/EPSG/0/32620`,
    )
    expect(json.geometry.coordinates).toEqual([715123.25, 1535456.5])
  })
})

describe.skipIf(!hasProgram('ogrinfo'))('GDAL', () => {
  const run = promisify(execFile)

  test('sees edits; its driver reads only, and changes nothing when asked to', async () => {
    await editor.send('editor', 'POST', 'trees/items', {
      body: {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [-61, 14] },
        properties: { species: 'seen by GDAL' },
      },
    })
    const source = `OAPIF:${editor.program.url}/pygeoapi`
    const { stdout } = await run('ogrinfo', [
      '-ro',
      '-q',
      '-where',
      "species='seen by GDAL'",
      source,
      'trees',
    ])
    expect(stdout).toContain('seen by GDAL')
    const before = (await editor.send('public', 'GET', 'trees?f=json')).json.itemCount
    await run('ogrinfo', ['-sql', "delete from trees where species='seen by GDAL'", source]).catch(() => {})
    expect((await editor.send('public', 'GET', 'trees?f=json')).json.itemCount).toBe(before)
  })
})
