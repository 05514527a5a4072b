/** The map viewer in a real browser (R10.3, R10.4, R10.5, R10.8, R10.9). */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rasterBench } from '../fixtures/gdal-raster.ts'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { publishFile } from '../helpers/publish.ts'

const examples = join(import.meta.dirname, '../../examples')

describe.skipIf(!hasChromium)('the map viewer', () => {
  let program: TestProgram
  let browser: Browser
  const ids = { reserves: '', reservesRecord: '', rivers: '' }
  beforeAll(async () => {
    program = await testProgram()
    browser = await openBrowser()
    const publish = (name: string) =>
      publishFile(program.as('editor'), join(examples, name, `${name}.gpkg`), { collectionId: name })
    const reserves = await publish('marine_reserves')
    Object.assign(ids, { reserves: reserves.collectionId, reservesRecord: reserves.record.id })
    ids.rivers = (await publish('rivers')).collectionId
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const ready = async ({ page, pick }: Visit) => {
    await page.locator('[data-test="map"][data-ready="true"]').waitFor({ timeout: 60_000 })
    await pick('layers').locator('li').first().waitFor()
    await page.locator('[data-test="map"][data-drawn]').waitFor({ timeout: 60_000 })
  }

  /** The colours of the picture, counted: what was drawn over the base. */
  const coloursIn = async ({ page }: Visit, left: number, top: number, width: number, height: number) => {
    const picture = await page.screenshot({ clip: { x: left, y: top, width, height } })
    const { default: sharp } = await import('sharp')
    const pixels = await sharp(picture).removeAlpha().raw().toBuffer()
    const seen = new Set<number>()
    for (let at = 0; at < pixels.length; at += 3) seen.add(pixels.readUIntBE(at, 3))
    return seen.size
  }

  test('R10.4 R10.9 a deep link opens layers at a place; what is not there is a notice', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await page.goto(
      `/map?layer=${ids.reservesRecord}&layer=${ids.rivers}&layer=nothing_here&zoom=9.5&center=-60.98,13.9`,
    )
    await ready(seen)
    expect(await pick('layers').locator('li').count()).toBe(2)
    expect(await pick('layer-missing').textContent()).toContain('nothing_here')
    expect(await coloursIn(seen, 200, 200, 500, 500)).toBeGreaterThan(5)
    await picture('map-viewer')
    expect(await axe(page)).toEqual([])
    const address = new URL(page.url())
    expect(address.searchParams.getAll('layer')).toEqual([ids.reservesRecord, ids.rivers])
    expect(address.searchParams.get('zoom')).toBe('9.5')
    expect(address.searchParams.get('center')).toBe('-60.98,13.9')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.8 layers are hidden, faded, ordered, taken away and added; the address follows', async () => {
    const seen = await visit(browser, { url: program.url, size: widths.phone, scheme: 'dark' })
    const { page, pick, picture, complaints } = seen
    await page.goto(`/map?layer=${ids.reserves}`)
    await ready(seen)
    await pick('add-layer').selectOption(ids.rivers)
    await pick(`layer.${ids.rivers}`).waitFor()
    // The last one added lies on top, and stands first.
    expect(await pick('layers').locator('li').first().getAttribute('data-test')).toBe(`layer.${ids.rivers}`)
    await pick(`visible.${ids.reserves}`).uncheck()
    await pick(`opacity.${ids.rivers}`).fill('0.5')
    await expect.poll(() => new URL(page.url()).searchParams.getAll('hidden')).toEqual([ids.reserves])
    await expect.poll(() => new URL(page.url()).searchParams.getAll('opacity')).toEqual([`${ids.rivers}:0.5`])
    await picture('map-viewer-phone-dark')
    expect(await axe(page)).toEqual([])
    await pick(`remove.${ids.rivers}`).click()
    await expect.poll(() => new URL(page.url()).searchParams.getAll('layer')).toEqual([ids.reserves])
    await page.reload()
    await ready(seen)
    expect(await pick(`visible.${ids.reserves}`).isChecked()).toBe(false)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.8 pressing on a feature shows its attributes; places are told in the local grid, too (R13.6)', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture } = seen
    const { features } = (await (
      await fetch(`${program.url}/pygeoapi/collections/${ids.reserves}/items?limit=1`)
    ).json()) as {
      features: { bbox?: number[]; geometry: { coordinates: unknown }; properties: Record<string, unknown> }[]
    }
    const [longitude = 0, latitude = 0] =
      JSON.stringify(features[0]?.geometry.coordinates)
        .match(/-?[\d.]+/g)
        ?.map(Number) ?? []
    await page.goto(`/map?layer=${ids.reserves}&zoom=15&center=${longitude},${latitude}`)
    await ready(seen)
    const box = await pick('map').boundingBox()
    if (box === null) throw new Error('no map')
    await page.mouse.move(box.x + box.width / 2 + 30, box.y + box.height / 2)
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await pick('attributes').waitFor({ timeout: 30_000 })
    const first = Object.keys(features[0]?.properties ?? {})[0] ?? ''
    expect(await pick('attributes').textContent()).toContain(first)
    expect(await pick('places').textContent()).toMatch(/WGS 84.*° N.*British West Indies Grid \d+ E, \d+ N/)
    await picture('map-viewer-attributes')
    await seen.close()
  })

  test.skipIf(!hasProgram('gdal_translate'))(
    'R10.8 pressing on a raster shows the values of its bands there',
    async () => {
      const bench = rasterBench()
      const path = bench.write({ type: 'int16', width: 300, height: 300, value: () => 421 })
      const { collectionId } = await publishFile(program.as('editor'), path, { collectionId: 'relief' })
      bench.close()
      const { extent } = (await (
        await fetch(`${program.url}/pygeoapi/collections/${collectionId}`)
      ).json()) as { extent: { spatial: { bbox: number[][] } } }
      const [west = 0, south = 0, east = 0, north = 0] = extent.spatial.bbox[0] ?? []
      const seen = await visit(browser, program)
      const { page, pick } = seen
      await page.goto(`/map?layer=${collectionId}&zoom=13&center=${(west + east) / 2},${(south + north) / 2}`)
      await ready(seen)
      const box = await pick('map').boundingBox()
      if (box === null) throw new Error('no map')
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      await pick('attributes').waitFor({ timeout: 30_000 })
      expect(await pick('attributes').textContent()).toMatch(/Band 1\s*421/)
      await seen.close()
    },
  )
})
