/** Layers of other people's WMS and WMTS in the map viewer, by way of this server (R9.7, R9.8). */

import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, naturalWidth, openBrowser, visit, widths } from '../helpers/browser.ts'
import { openOtherServices } from '../helpers/other-services.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { getRecord, publishRecord } from '../helpers/publish.ts'
import { addDraft, completeMetadata } from '../helpers/wizard.ts'

let program: TestProgram
let services: Awaited<ReturnType<typeof openOtherServices>>
let recordId = ''
beforeAll(async () => {
  services = await openOtherServices()
  program = await testProgram({ FETCH_HOSTS: services.host })
  const editor = program.as('editor')
  const record = await addDraft(editor, {
    ...completeMetadata('Landslides and photographs'),
    webServices: [
      { protocol: 'OGC:WMS', url: services.url, layer: 'gis:landslides', title: 'Landslides' },
      { protocol: 'OGC:WMS', url: services.url, layer: 'gis:gone', title: 'Gone' },
      { protocol: 'OGC:WMTS', url: services.url, layer: 'photos', title: 'Photographs of 2019' },
      { protocol: 'OGC:WMS', url: 'https://169.254.169.254/ows', layer: 'inside', title: 'Inside' },
    ],
  })
  recordId = record.id
  await publishRecord(editor, await getRecord(editor, recordId), { publishToApi: false })
})
afterAll(async () => {
  await program?.stop()
  services?.close()
})

const get = (path: string) => fetch(`${program.url}/api/v1/records/${recordId}/service-layers${path}`)
const colourOf = async (response: Response) => {
  const { data } = await sharp(Buffer.from(await response.arrayBuffer()))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [...data.subarray(0, 3)]
}

test('R9.7 the layers of a record are listed, and tiles of a WMS are asked for by this server', async () => {
  const { layers } = (await (await get('')).json()) as { layers: { layer: string }[] }
  expect(layers.map(({ layer }) => layer)).toEqual(['gis:landslides', 'gis:gone', 'photos', 'inside'])
  const tile = await get('/gis:landslides/tiles/10/472/338')
  expect([tile.status, tile.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect(tile.headers.get('content-security-policy')).toContain('sandbox')
  expect(await colourOf(tile)).toEqual([255, 0, 0])
  const asked = new URL(services.asked.at(-1) ?? '', services.url).searchParams
  expect(asked.get('crs')).toBe('EPSG:3857')
  const [west = 0, south = 0, east = 0, north = 0] = (asked.get('bbox') ?? '').split(',').map(Number)
  expect(east - west).toBeCloseTo(40_075_016.685578 / 1024, 3)
  expect(north - south).toBeCloseTo(east - west, 6)
  expect(west).toBeCloseTo((338 / 512 - 1) * 20_037_508.342789, 2)
  // The same tile again does not bother the other server.
  const before = services.asked.length
  await get('/gis:landslides/tiles/10/472/338')
  expect(services.asked.length).toBe(before)
})

test('R9.7 tiles of a WMTS come from its matrix of web maps, not from another', async () => {
  const tile = await get('/photos/tiles/10/472/338')
  expect(await colourOf(tile)).toEqual([0, 0, 255])
  expect(services.asked.at(-1)).toBe('/photos/plain/web/web%3A10/472/338.png')
  expect((await get('/photos/tiles/15/15000/10800')).status).toBe(204)
})

test('R9.8 what is no picture, not in the record, or in a network of its own is not handed on', async () => {
  expect((await get('/gis:gone/tiles/10/472/338')).status).toBe(502)
  expect((await get('/gis:roads/tiles/10/472/338')).status).toBe(404)
  const inside = await get('/inside/tiles/10/472/338')
  expect(await inside.json()).toMatchObject({ code: 'address-not-fetched' })
  expect((await get('/gis:landslides/tiles/3/8/0')).status).toBe(404)
})

test('R9.7 what lies at a place is asked of the WMS, and comes as plain values', async () => {
  const answer = await get('/gis:landslides/features?longitude=-61&latitude=13.9&zoom=12')
  expect(await answer.json()).toEqual({
    features: [{ id: 'slide.7', properties: { name: 'Morne Bonin', year: 2010, more: '{"deep":1}' } }],
  })
})

test('R3.3 R9.7 services of a draft are not asked for the public', async () => {
  const draft = await addDraft(program.as('editor'), {
    ...completeMetadata('Secret'),
    webServices: [{ protocol: 'OGC:WMS', url: services.url, layer: 'gis:landslides' }],
  })
  const response = await fetch(`${program.url}/api/v1/records/${draft.id}/service-layers`, {
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}` },
  })
  expect(response.status).toBe(404)
})

describe.skipIf(!hasChromium)('in the browser', { timeout: 120_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('R9.7 R10.8 a record leads to the map of its service: opacity, order, legend, attributes; nobody else is asked', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await page.goto(`/records/collections/metadata:main/items/${recordId}`)
    await page.locator('a[href$="~photos"]').click()
    await page.locator('[data-test="map"][data-ready="true"]').waitFor({ timeout: 60_000 })
    await pick(`layer.${recordId}~photos`).waitFor()
    await page.locator('[data-test="map"][data-drawn]').waitFor({ timeout: 60_000 })

    await page.goto(
      `/map?layer=${recordId}~photos&layer=${encodeURIComponent(`${recordId}~gis:landslides`)}&zoom=10&center=-60.98,13.9`,
    )
    await page.locator('[data-test="map"][data-drawn]').waitFor({ timeout: 60_000 })
    const row = pick(`layer.${recordId}~gis:landslides`)
    expect(await row.textContent()).toContain("Drawn by another organisation's server.")
    expect(await naturalWidth(row.locator('img'))).toBe(256)
    const middle = async () => {
      const box = await pick('map').boundingBox()
      if (box === null) throw new Error('no map')
      const clip = { x: box.x + box.width / 2 - 40, y: box.y + box.height / 2 - 40, width: 4, height: 4 }
      const { data } = await sharp(await page.screenshot({ clip }))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      return [...data.subarray(0, 3)]
    }
    await expect.poll(middle, { timeout: 20_000 }).toEqual([255, 0, 0])
    await row.locator('button[aria-label="Move Landslides down"]').click()
    await expect.poll(middle, { timeout: 20_000 }).toEqual([0, 0, 255])
    await pick(`opacity.${recordId}~photos`).fill('0.5')
    await expect.poll(middle, { timeout: 20_000 }).not.toEqual([0, 0, 255])
    const box = await pick('map').boundingBox()
    if (box === null) throw new Error('no map')
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await pick('attributes').waitFor()
    expect(await pick('attributes').textContent()).toContain('Morne Bonin')
    expect(new URL(page.url()).searchParams.getAll('layer')).toEqual([
      `${recordId}~gis:landslides`,
      `${recordId}~photos`,
    ])
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    for (const [name, size] of Object.entries(widths)) {
      await page.setViewportSize(size)
      await picture(`service-map-${name}`)
    }
    await seen.close()
  })

  test('R9.7 R10.9 a service that does not answer is said beside its layer, and the map goes on', async () => {
    const seen = await visit(browser, { url: program.url, size: widths.phone, scheme: 'dark' })
    const { page, pick, picture } = seen
    await page.goto(`/map?layer=${encodeURIComponent(`${recordId}~gis:gone`)}&zoom=10&center=-60.98,13.9`)
    const row = pick(`layer.${recordId}~gis:gone`)
    await row.getByText('Parts of this layer are missing').waitFor({ timeout: 60_000 })
    await picture('service-map-silent-phone-dark')
    await seen.close()
  })
})
