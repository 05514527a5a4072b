/** The page of a record in a real browser, with and without a program (R10.1, R10.2, R10.4, R10.5, R10.10, R11). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, naturalWidth, openBrowser, visit, widths } from '../helpers/browser.ts'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, getRecord, publishFile, publishRecord } from '../helpers/publish.ts'

const folder = join(import.meta.dirname, '../../examples/marine_reserves')

/** Each would run something if it were more than text. */
const attacks = [
  '<script>window.__pwned=1</script>',
  '"><img src=x onerror=window.__pwned=1>',
  '</script><script>window.__pwned=1</script>',
  '</title><svg onload=window.__pwned=1>',
  "' onmouseover='window.__pwned=1",
]

/** A page on a busy machine takes its time; nothing here is about how long. */
const soon = { timeout: 20_000 }

describe.skipIf(!hasChromium)('the page of a record', () => {
  let program: TestProgram
  let browser: Browser
  let record = ''
  const pathOf = (id: string) => `/records/collections/metadata:main/items/${id}`
  beforeAll(async () => {
    program = await testProgram()
    browser = await openBrowser()
    const editor = program.as('editor')
    const published = await publishFile(editor, join(folder, 'marine_reserves.gpkg'), {
      collectionId: 'marine_reserves',
      metadata: JSON.parse(await readFile(join(folder, 'metadata.json'), 'utf8')),
      styleId: await addStyle(editor, join(folder, 'marine_reserves.sld')),
    })
    record = published.record.id
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const headings = (page: Page) => page.locator('main h2').allTextContents()

  test('R10.1 R10.2 R11.1 R11.4 R11.5 R11.6 everything is there to read without a program', async () => {
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    const { page, picture, complaints } = seen
    await page.goto(`${pathOf(record)}?f=html`)
    expect(await headings(page)).toEqual(
      expect.arrayContaining([
        'Map',
        'Distributions',
        'About the dataset',
        'Attributes',
        'Use these data',
        'Cite as',
        'History',
      ]),
    )
    expect(await page.locator('.distribution .kind').allTextContents()).toEqual([
      'File download',
      'OGC API – Features',
      'OGC API – Tiles',
      'OGC API – Maps and WMS',
      'Style',
    ])
    const file = page.locator('.distribution.original')
    expect(await file.locator('.facts').textContent()).toMatch(
      /Format.*GeoPackage.*Size.*KB.*CRS.*EPSG:2006/s,
    )
    expect(await file.locator('.action').textContent()).toMatch(/Download \(\d+ KB\)/)
    const [first, second] = await page
      .locator('.distribution')
      .evaluateAll((cards) =>
        (cards as unknown as { getBoundingClientRect: () => { top: number } }[]).map(
          (card) => card.getBoundingClientRect().top,
        ),
      )
    expect(first).toBe(second)
    // R10.4: the live map is one press away.
    expect(await page.locator('.preview figcaption a').getAttribute('href')).toBe(
      `${program.url}/map?layer=${record}`,
    )
    await page.locator('.help summary').click()
    expect(await page.locator('.help').textContent()).toMatch(/QGIS.*tiles.*scripts and notebooks/s)
    await picture('record-distributions')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R7.7 R10.8 the picture and the legend are those of the published style; fields have types and first values', async () => {
    const seen = await visit(browser, program)
    const { page } = seen
    // A legend that is being drawn is a picture of its own; the next reader has it as text.
    await page.goto(`${pathOf(record)}?f=html`)
    const legend = `${program.url}/pygeoapi/collections/marine_reserves/styles`
    const { styles } = (await (await fetch(`${legend}?f=json`)).json()) as { styles: { id: string }[] }
    const told = (await (await fetch(`${legend}/${styles[0]?.id}/legend?f=json`)).json()) as {
      entries: { title: string }[]
    }
    await page.reload()
    expect(await page.locator('.legend li').allTextContents()).toEqual(
      told.entries.map(({ title }) => ` ${title}`),
    )
    const map = page.locator('img.map')
    await expect.poll(() => naturalWidth(map), soon).toBe(760)
    const { features } = (await (
      await fetch(`${program.url}/pygeoapi/collections/marine_reserves/items?limit=5`)
    ).json()) as { features: { properties: Record<string, unknown> }[] }
    const names = Object.keys(features[0]?.properties ?? {})
    const shown = await page.locator('table.attributes thead th').allTextContents()
    expect(shown.length).toBe(names.length)
    for (const [at, name] of names.entries()) expect(shown[at]).toContain(name)
    expect(shown.join()).toMatch(/Text|Number/)
    expect(await page.locator('table.attributes tbody tr').count()).toBe(Math.min(5, features.length))
    await seen.close()
  })

  test('R11.8 search engines and messengers read what it is, where, under which conditions, with a picture', async () => {
    const seen = await visit(browser, program)
    const { page, complaints } = seen
    await page.goto(`${pathOf(record)}?f=html`)
    const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '')
    expect(data).toMatchObject({
      '@context': 'https://schema.org',
      '@type': 'Dataset',
      url: program.url + pathOf(record),
      spatialCoverage: { '@type': 'Place', geo: { '@type': 'GeoShape' } },
    })
    const [south, west, north, east] = data.spatialCoverage.geo.box.split(' ').map(Number)
    expect(south).toBeGreaterThan(13)
    expect(west).toBeLessThan(-60)
    expect(south < north && west < east).toBe(true)
    expect(typeof data.license).toBe('string')
    expect(data.distribution.map((one: { '@type': string }) => one['@type'])).toContain('DataDownload')
    const meta = (name: string) => page.locator(`meta[property="${name}"]`).getAttribute('content')
    expect(await meta('og:url')).toBe(program.url + pathOf(record))
    const image = await fetch((await meta('og:image')) ?? '')
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(await page.locator('meta[name="twitter:card"]').getAttribute('content')).toBe(
      'summary_large_image',
    )
    const alternates = await page
      .locator('head link[rel="alternate"]')
      .evaluateAll((links) =>
        (links as unknown as { type: string; href: string }[]).map(({ type, href }) => ({ type, href })),
      )
    expect(alternates.map(({ type }) => type)).toEqual([
      'application/geo+json',
      'application/xml',
      'application/ld+json',
    ])
    for (const { href } of alternates) expect((await fetch(href)).status, href).toBe(200)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('the citation is copied by keyboard, and said to be', async () => {
    const seen = await visit(browser, program)
    const { page, context, complaints } = seen
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(`${pathOf(record)}?f=html`)
    const button = page.locator('[data-copies="citation"]')
    await button.waitFor()
    await button.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => button.textContent(), soon).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      (await page.locator('#citation').textContent())?.trim(),
    )
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R10.5 R10.10 R3.6 after an edit the address shows the new title and what changed; superseded, it leads on', async () => {
    const editor = program.as('editor')
    const present = await getRecord(editor, record)
    await editor.expectOk(
      editor.api.PATCH('/records/{recordId}', {
        params: { path: { recordId: record }, header: { 'If-Match': `"${present.version}"` } },
        body: {
          metadata: { title: 'Marine zones, revised', abstract: 'Zones, with the changes of this year.' },
        },
      }),
    )
    await publishRecord(editor, await getRecord(editor, record), {})
    const seen = await visit(browser, { url: program.url, hasScripts: false })
    const { page, picture } = seen
    await page.goto(`${pathOf(record)}?f=html`)
    expect(await page.locator('h1').textContent()).toBe('Marine zones, revised')
    expect(
      (await page.locator('.history li').allTextContents()).map((text) => text.replace(/\s+/g, ' ')),
    ).toEqual([
      expect.stringMatching(/present Description changed; changed: abstract, title/),
      expect.stringMatching(/First published/),
    ])
    const successor = await addRecord(program.database, { title: 'Marine zones 2027' })
    const old = await addRecord(
      program.database,
      { title: 'Marine zones 2019' },
      { state: 'deprecated', successorId: successor },
    )
    await page.goto(`${pathOf(old)}?f=html`)
    await picture('record-superseded')
    await page.locator('.notice a', { hasText: 'Marine zones 2027' }).click()
    expect(page.url()).toContain(successor)
    expect(await page.locator('.notice').textContent()).toContain('Marine zones 2019')
    await seen.close()
  })

  test('R13.8 nothing that a record says runs, in its page, in lists, or in what search engines read', async () => {
    const seen = await visit(browser, program)
    const { page, complaints } = seen
    for (const text of attacks) {
      const party = {
        individualName: text,
        organisation: text,
        position: text,
        email: text,
        role: 'owner' as const,
      }
      const id = await addRecord(program.database, {
        title: text,
        abstract: text,
        keywords: [text],
        custodianOrganisation: text,
        contacts: [party],
        pointsOfContact: [party],
        useConditions: text,
        accessConditions: text,
        lineageStatement: text,
        dataSources: [text],
        processingSteps: [text],
        supplementalInformation: text,
        parentIdentifier: text,
      })
      for (const path of [
        `${pathOf(id)}?f=html`,
        `/catalogue?${new URLSearchParams({ keywords: text, q: text })}`,
        '/',
      ]) {
        await page.goto(path)
        await page.waitForLoadState('load')
        expect(await page.evaluate('window.__pwned'), `${text} in ${path}`).toBeUndefined()
      }
      await page.goto(`${pathOf(id)}?f=html`)
      const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '')
      expect(data.name).toBe(text)
    }
    expect(complaints).toEqual([])
    await seen.close()
  })

  for (const scheme of ['light', 'dark'] as const)
    for (const [width, size] of Object.entries(widths))
      test(`the page is whole and clean, ${scheme}, ${width}`, async () => {
        const seen = await visit(browser, { url: program.url, size, scheme })
        const { page, picture, complaints } = seen
        await page.goto(`${pathOf(record)}?f=html`)
        await page.waitForLoadState('load')
        await picture(`record-${width}-${scheme}`)
        // With all that can be opened open, everything of the page is looked at.
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        expect(await axe(page)).toEqual([])
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0)
        expect(complaints).toEqual([])
        await seen.close()
      })

  test('on paper the page has no controls, and says where the distributions are', async () => {
    const seen = await visit(browser, { url: program.url, scheme: 'dark' })
    const { page, picture } = seen
    await page.emulateMedia({ media: 'print' })
    await page.goto(`${pathOf(record)}?f=html`)
    for (const control of ['header.site nav', '.use', '.help', '[data-copies]'])
      expect(await page.locator(control).first().isVisible(), control).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    const shown = await page.evaluate(
      "getComputedStyle(document.querySelector('.distribution .action a'), '::after').content",
    )
    expect(shown).toContain(`${program.url}/files/`)
    await picture('record-print')
    await seen.close()
  })
})
