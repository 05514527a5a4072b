/** The catalogue and the first page in a real browser, with and without a program (R10.1, R10.6, R10.7, R10.10). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, naturalWidth, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'

const examples = join(import.meta.dirname, '../../examples')
const canary = 'zq7draft'

/** A page on a busy machine takes its time; nothing here is about how long. */
const soon = { timeout: 20_000 }

describe.skipIf(!hasChromium)('the catalogue', () => {
  let program: TestProgram
  let browser: Browser
  const ids = { reserves: '', old: '', young: '' }

  beforeAll(async () => {
    program = await testProgram()
    browser = await openBrowser()
    const editor = program.as('editor')
    const folder = join(examples, 'marine_reserves')
    const published = await publishFile(editor, join(folder, 'marine_reserves.gpkg'), {
      collectionId: 'marine_reserves',
      metadata: JSON.parse(await readFile(join(folder, 'metadata.json'), 'utf8')),
      styleId: await addStyle(editor, join(folder, 'marine_reserves.sld')),
    })
    ids.reserves = published.record.id
    const db = program.database
    for (let n = 1; n <= 24; n += 1)
      await addRecord(
        db,
        {
          title: `Survey sheet ${n}`,
          abstract: 'Parcels of the cadastral survey.',
          keywords: ['cadastre', n % 2 ? 'parcels' : 'boundaries'],
          topicCategories: ['planningCadastre'],
          custodianOrganisation: n % 3 ? 'Ministry of Works' : 'Physical Planning Section',
          bbox: { west: -61.0, south: 13.9, east: -60.99, north: 13.91 },
          temporalExtent: { begin: `${1990 + n}-01-01`, end: `${1990 + n}-12-31` },
        },
        {
          file: {
            name: 's.tif',
            format: n % 5 ? 'GeoTIFF' : 'GeoPackage',
            mediaType: 'image/tiff',
            sizeBytes: 1000 * n,
            epsg: 2006,
          },
        },
      )
    ids.young = await addRecord(db, {
      title: 'Soil map 2020',
      keywords: ['soils'],
      topicCategories: ['geoscientificInformation'],
    })
    ids.old = await addRecord(
      db,
      { title: 'Soil map 1966', keywords: ['soils'], topicCategories: ['geoscientificInformation'] },
      { state: 'deprecated', successorId: ids.young },
    )
    await addRecord(db, { title: `Draft ${canary}` }, { state: 'draft' })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const titles = (page: Page) => page.locator('.results h2 a').allTextContents()
  const count = (page: Page) => page.locator('#count').textContent()
  const chips = (page: Page) => page.locator('.chips .chip').allTextContents()
  const ready = async ({ page }: Visit) => page.locator('#finder[data-ready="true"]').waitFor()
  const facetLink = (page: Page, text: string) => page.locator('.facet a', { hasText: text }).first()

  test('R10.7 without a program: words, filters that combine and go one by one, order and pages', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    const { page, complaints } = seen
    await page.goto('/')
    await page.locator('#q').fill('survey')
    await page.locator('form.search button').click()
    expect(new URL(page.url()).pathname).toBe('/catalogue')
    expect(await count(page)).toBe('Records 1 to 20 of 24')
    await facetLink(page, 'parcels').click()
    expect(await count(page)).toBe('12 records')
    await facetLink(page, 'Physical Planning Section').click()
    expect(await count(page)).toBe('4 records')
    await facetLink(page, 'GeoTIFF').click()
    expect((await chips(page)).map((text) => text.replace('Remove the filter ', ''))).toEqual([
      'Organisation: Physical Planning Section×',
      'Format: GeoTIFF×',
      'Keyword: parcels×',
    ])
    // The form keeps what was chosen.
    await page.locator('#sortby').selectOption('title')
    await page.locator('#search button').click()
    const query = new URL(page.url()).searchParams
    expect([query.get('q'), query.get('keywords'), query.get('sortby')]).toEqual([
      'survey',
      'parcels',
      'title',
    ])
    expect(await titles(page)).toEqual((await titles(page)).toSorted())
    await page.locator('.chip', { hasText: 'Organisation' }).click()
    await page.locator('.chip', { hasText: 'Format' }).click()
    await page.locator('.chip', { hasText: 'Keyword' }).click()
    expect(await count(page)).toBe('Records 1 to 20 of 24')
    await page.locator('a[rel="next"]').click()
    expect(await count(page)).toBe('Records 21 to 24 of 24')
    expect(new URL(page.url()).searchParams.get('sortby')).toBe('title')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.7 without a program: time and place, typed', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    const { page, complaints } = seen
    await page.goto('/catalogue')
    await page.locator('#from').fill('2010-01-01')
    await page.locator('#until').fill('2012-06-30')
    await page.locator('text=Search this time').click()
    expect((await titles(page)).toSorted()).toEqual(['Survey sheet 20', 'Survey sheet 21', 'Survey sheet 22'])
    await page.goto('/catalogue')
    await page.locator('#typed-area summary').click()
    for (const [side, value] of Object.entries({
      west: '-61.0',
      south: '13,72',
      east: '-60.995',
      north: '13.76',
    }))
      await page.locator(`#${side}`).fill(value)
    await page.locator('text=Search this area').click()
    // No survey sheet is so far south.
    expect((await titles(page)).filter((title) => title.startsWith('Survey'))).toEqual([])
    expect(await titles(page)).toContain('Soil map 2020')
    expect(await page.locator('.chip', { hasText: 'Area' }).count()).toBe(1)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.7 what cannot be understood is left out and told, whatever is typed', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    await seen.page.goto('/catalogue?bbox=1,2,x&datetime=soon&sortby=nonsense&offset=-3')
    expect(await seen.page.locator('.note').allTextContents()).toEqual([
      expect.stringContaining('The area was left out'),
      expect.stringContaining('The time was left out'),
    ])
    await seen.page.goto('/catalogue?q=nothing+like+this&keywords=soils')
    expect(await count(seen.page)).toBe('No record fits.')
    expect(await seen.page.locator('.empty').textContent()).toContain('Take a filter away')
    // The filter stays to be taken away.
    await seen.page.locator('.chip').first().click()
    expect(new URL(seen.page.url()).searchParams.has('keywords')).toBe(false)
    await seen.close()
  })

  test('R10.7 as one types, the list, the number and the address follow; back and forth bring back', async () => {
    const seen = await visit(browser, program)
    const { page, complaints } = seen
    await page.goto('/catalogue')
    await ready(seen)
    let asked = 0
    page.on('request', (request) => {
      if (request.url().includes('/catalogue?')) asked += 1
    })
    await page.locator('#q').pressSequentially('soil', { delay: 20 })
    await expect.poll(() => count(page), soon).toBe('2 records')
    expect(new URL(page.url()).searchParams.get('q')).toBe('soil')
    // Letters typed in one go are one search or two, not four.
    expect(asked).toBeLessThanOrEqual(2)
    expect(await page.evaluate('document.activeElement.id')).toBe('q')
    expect(await page.title()).toContain('soil')
    await page.locator('#q').pressSequentially(' map 2020')
    await expect.poll(() => titles(page), soon).toEqual(['Soil map 2020', 'Soil map 1966'].slice(0, 1))
    await page.goBack()
    await expect.poll(() => count(page), soon).toContain('of 27')
    expect(await page.locator('#q').inputValue()).toBe('')
    await page.goForward()
    await expect.poll(() => page.locator('#q').inputValue(), soon).toBe('soil map 2020')
    await expect.poll(() => titles(page), soon).toEqual(['Soil map 2020'])
    // It is the same page the server writes.
    await page.reload()
    expect(await titles(page)).toEqual(['Soil map 2020'])
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.7 an answer that comes late does not replace that of a later question', async () => {
    const seen = await visit(browser, program)
    const { page } = seen
    await page.goto('/catalogue')
    await ready(seen)
    await page.route('**/catalogue?q=survey', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800))
      await route.continue().catch(() => undefined)
    })
    const isAsked = page.waitForRequest(/q=survey$/)
    await page.locator('#q').fill('survey')
    await isAsked
    await page.locator('#q').fill('soil')
    await expect.poll(() => count(page), soon).toBe('2 records')
    await page.waitForTimeout(1000)
    expect(await count(page)).toBe('2 records')
    await seen.close()
  })

  test('R10.7 without a connection the list stays, and a sentence says so', async () => {
    const seen = await visit(browser, program)
    const { page, context } = seen
    await page.goto('/catalogue')
    await ready(seen)
    await context.setOffline(true)
    await page.locator('#q').fill('soil')
    await page.locator('[role="alert"]').waitFor()
    expect(await page.locator('[role="alert"]').textContent()).toContain('could not be reached')
    expect((await titles(page)).length).toBe(20)
    await context.setOffline(false)
    // The same is asked again.
    await page.locator('#q').press('Enter')
    await expect.poll(() => count(page), soon).toBe('2 records')
    expect(await page.locator('[role="alert"]').count()).toBe(0)
    await seen.close()
  })

  test('R10.7 by keyboard alone: a filter is put on, keeps the focus, and is taken off', async () => {
    const seen = await visit(browser, program)
    const { page, picture, complaints } = seen
    await page.goto('/catalogue')
    await ready(seen)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    const focused = () =>
      page.evaluate('document.activeElement.dataset.key ?? document.activeElement.id') as Promise<string>
    for (let n = 0; n < 60 && !(await focused()).startsWith('facet themes'); n += 1)
      await page.keyboard.press('Tab')
    expect(await focused()).toBe('facet themes planningCadastre')
    await page.keyboard.press('Enter')
    await expect.poll(() => count(page), soon).toBe('Records 1 to 20 of 25')
    expect(await focused()).toBe('facet themes planningCadastre')
    expect(await page.evaluate("document.activeElement.getAttribute('aria-current')")).toBe('true')
    await picture('catalogue-filtered')
    expect(await axe(page)).toEqual([])
    await page.locator('.chip').first().focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => count(page), soon).toBe('Records 1 to 20 of 27')
    expect(await focused()).toBe('count')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.7 a rectangle drawn on the map, or its corners typed, find what lies there', async () => {
    const seen = await visit(browser, program)
    const { page, picture, complaints } = seen
    await page.goto('/catalogue')
    await ready(seen)
    const map = await page.locator('#area-map').boundingBox()
    if (map === null) throw new Error('no map')
    // The south of the island, where no survey sheet is.
    await page.mouse.move(map.x + map.width * 0.2, map.y + map.height * 0.7)
    await page.mouse.down()
    await page.mouse.move(map.x + map.width * 0.8, map.y + map.height * 0.95, { steps: 5 })
    await page.mouse.up()
    await page.locator('.chip', { hasText: 'Area' }).waitFor()
    expect(await page.locator('.results h2 a', { hasText: 'Survey' }).count()).toBe(0)
    expect(Number(await page.locator('#south').inputValue())).toBeLessThan(13.8)
    expect(await page.locator('#area-map .extent').count()).toBe(1)
    await picture('catalogue-area')
    expect(await axe(page)).toEqual([])
    await page.locator('#typed-area summary').focus()
    await page.keyboard.press('Enter')
    for (const [side, value] of Object.entries({
      west: '-61.01',
      south: '13.895',
      east: '-60.98',
      north: '13.92',
    }))
      await page.locator(`#${side}`).fill(value)
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.locator('.results h2 a', { hasText: 'Survey' }).count(), soon)
      .toBeGreaterThan(10)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.7 what has an API is found; a card has a picture of the data in their published style', async () => {
    const seen = await visit(browser, program)
    const { page } = seen
    await page.goto('/catalogue')
    await ready(seen)
    await facetLink(page, 'Has an API').click()
    await expect.poll(() => count(page), soon).toBe('1 record')
    const shown = page.locator('.results img.picture')
    await expect.poll(() => naturalWidth(shown), soon).toBe(336)
    const box = await shown.boundingBox()
    expect([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)]).toEqual([168, 112])
    await seen.close()
  })

  test('R10.10 what was superseded stands after what replaced it, and says so', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    await seen.page.goto('/catalogue?q=soil+map')
    expect(await titles(seen.page)).toEqual(['Soil map 2020', 'Soil map 1966'])
    expect(await seen.page.locator('.badge.warn').allTextContents()).toEqual(['deprecated'])
    await seen.close()
  })

  test('R10.1 R10.6 the first page says what there is, by topic and age, and how programs come in', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    const { page, complaints } = seen
    await page.goto('/')
    expect(await page.locator('.figures').textContent()).toContain('27 records')
    expect((await page.locator('.newest h3').allTextContents()).length).toBe(6)
    expect(await page.locator('.programs').textContent()).toContain('MetaSearch')
    await page.locator('.tiles a', { hasText: 'Geology and soils' }).click()
    expect((await titles(page)).toSorted()).toEqual(['Soil map 1966', 'Soil map 2020'])
    // Searches of old, from when the catalogue was the first page.
    await page.goto('/?q=soil&offset=0')
    expect(page.url()).toContain('/catalogue?q=soil')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R3.3 R10.5 search engines are told of every public record under its lasting address, and of no draft', async () => {
    const get = async (path: string) => (await fetch(program.url + path)).text()
    expect(await get('/robots.txt')).toContain(`Sitemap: ${program.url}/sitemap.xml`)
    expect(await get('/sitemap.xml')).toContain(`<loc>${program.url}/sitemap-1.xml</loc>`)
    const map = await get('/sitemap-1.xml')
    const found = [...map.matchAll(/<loc>[^<]*\/items\/([^<]+)<\/loc>/g)].map((one) => one[1])
    expect(found.length).toBe(27)
    expect(found).toContain(ids.reserves)
    expect((await fetch(`${program.url}/sitemap-2.xml`)).status).toBe(404)
    for (const path of ['/', '/catalogue', '/catalogue?q=draft', '/sitemap-1.xml'])
      expect(await get(path), path).not.toContain(canary)
  })

  test('no page before the map has more than 150 KB of script, and none asks another site', async () => {
    for (const path of [
      '/',
      '/catalogue',
      `/records/collections/metadata:main/items/${ids.reserves}?f=html`,
    ]) {
      const seen = await visit(browser, program)
      const { page, complaints } = seen
      let bytes = 0
      page.on('response', async (response) => {
        if (response.request().resourceType() === 'script')
          bytes += (await response.request().sizes()).responseBodySize
      })
      await page.goto(path)
      await page.waitForLoadState('load')
      await page.locator('[data-test="signin"]').waitFor()
      expect(bytes, path).toBeGreaterThan(1000)
      expect(bytes, path).toBeLessThan(150 * 1024)
      expect(complaints, path).toEqual([])
      await seen.close()
    }
  })

  const states = {
    catalogue: '/catalogue',
    'catalogue-none': '/catalogue?q=nothing+like+this',
    'catalogue-filters': '/catalogue?keywords=parcels&formats=GeoTIFF',
    home: '/',
  }
  for (const scheme of ['light', 'dark'] as const)
    for (const [width, size] of Object.entries(widths))
      for (const [name, path] of Object.entries(states))
        test(`${name} is whole and clean, ${scheme}, ${width}`, async () => {
          const seen = await visit(browser, { url: program.url, size, scheme })
          const { page, picture, complaints } = seen
          await page.goto(path)
          await page.waitForLoadState('load')
          if (name === 'catalogue-filters' && width !== 'desktop') {
            expect(await page.locator('.filters').isVisible()).toBe(false)
            await page.locator('#show-filters').focus()
            await page.keyboard.press('Space')
            expect(await page.locator('.filters').isVisible()).toBe(true)
          }
          await picture(`${name}-${width}-${scheme}`)
          expect(await axe(page)).toEqual([])
          const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
          expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0)
          expect(complaints).toEqual([])
          await seen.close()
        })
})
