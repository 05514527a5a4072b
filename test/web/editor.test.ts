/** The wizard in a real browser (R1.9–R1.15, R3, R4, R5): an analyst's way from signing in to a published record. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { largeGeopackage, makeGeopackage } from '../helpers/large-geopackage.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

describe.skipIf(!hasChromium)('the metadata editor', () => {
  let program: TestProgram
  let browser: Browser
  beforeAll(async () => {
    program = await testProgram()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const signIn = async ({ page, pick }: Visit, token: string) => {
    await page.goto('/')
    await pick('signin').click()
    await pick('token').fill(token)
    await pick('signin-confirm').click()
    await pick('account').waitFor()
  }

  test('R1.9 R1.10 R1.11 signing in shows the role and two new entries; signing out forgets the token', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await page.goto('/')
    await pick('signin').click()
    expect(await page.evaluate('document.activeElement.dataset.test')).toBe('token')
    await picture('signin-modal')
    expect(await axe(page)).toEqual([])
    await pick('token').fill('sec_wrong')
    await pick('signin-confirm').click()
    await pick('signin-failure').waitFor()
    await pick('token').fill(program.tokenOf('editor'))
    await pick('signin-confirm').click()
    await pick('account').waitFor()
    expect(await pick('account').textContent()).toContain('Editor')
    expect(await pick('my-records').isVisible()).toBe(true)
    expect(await pick('new-record').isVisible()).toBe(true)
    await pick('account').click()
    await picture('account')
    await pick('signout').click()
    await pick('signin').waitFor()
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0)
    await page.reload()
    await pick('signin').waitFor()
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R4.15 R4.16 R4.17 R5.3 of a GeoPackage of 300 MB one layer is taken in the browser, and only that is sent', {
    timeout: 240_000,
  }, async () => {
    const source = await largeGeopackage()
    expect(source.sizeBytes).toBeGreaterThan(290 * 1_048_576)
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    try {
      await signIn(seen, program.tokenOf('editor'))
      await page.goto('/metadata-editor/')
      await pick('page.1').waitFor()
      await pick('file').setInputFiles(source.path)
      await pick('geopackage-layer').waitFor({ timeout: 30_000 })
      const offered = await pick('geopackage-layer').locator('option').allTextContents()
      expect(offered).toHaveLength(4)
      expect(offered.join()).not.toContain('owners')
      await picture('editor-1-layers')
      expect(await axe(page)).toEqual([])

      await pick('geopackage-layer').selectOption('too large')
      await pick('file-refused').waitFor({ timeout: 60_000 })
      expect(await pick('file-refused').textContent()).toContain("'too large' has more than 50 MB")
      await picture('editor-1-layer-too-large')

      await pick('geopackage-layer').selectOption('Wells & springs')
      await pick('layer-payload').waitFor({ timeout: 60_000 })
      expect(await pick('layer-payload').textContent()).toMatch(
        /Layer payload: (9|1\d)[.\d]* MB will be uploaded/,
      )
      await pick('file-facts').waitFor({ timeout: 90_000 })
      await picture('editor-1-layer-taken')
      expect(await pick('attached').textContent()).toContain('Wells _ springs.gpkg')
      expect(await pick('file-facts').textContent()).toContain('Wells & springs')
      const { data } = await program.as('editor').api.GET('/uploads')
      const upload = data?.uploads.find(({ fileName }) => fileName === 'Wells _ springs.gpkg')
      expect(upload?.sizeBytes).toBeLessThan(12 * 1_048_576)
      expect(upload?.probe?.layers).toMatchObject([
        { name: 'Wells & springs', featureCount: 9_000, crs: { epsg: 4326 }, geometry: { type: 'Point' } },
      ])
      expect(complaints).toEqual([])
    } finally {
      await seen.close()
      await source.remove()
    }
  })

  test('R4.15 R4.17 a file with one layer is taken at once; one with none says so and may be sent whole', async () => {
    const one = await makeGeopackage('one.gpkg', [
      { name: 'trails', features: 3, noteBytes: 10 },
      { name: 'owners', features: 2, noteBytes: 10, isSpatial: false },
    ])
    const none = await makeGeopackage('none.gpkg', [
      { name: 'owners', features: 2, noteBytes: 10, isSpatial: false },
    ])
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await page.goto('/metadata-editor/')
    await pick('file').setInputFiles(one.path)
    await pick('file-facts').waitFor({ timeout: 60_000 })
    expect(await pick('geopackage-layer').inputValue()).toBe('trails')
    expect(await pick('attached').textContent()).toContain('trails.gpkg')
    await pick('file').setInputFiles(none.path)
    await pick('no-layers').waitFor({ timeout: 30_000 })
    expect(await pick('no-layers').textContent()).toContain('No feature layers found in this GeoPackage.')
    await picture('editor-1-no-layers')
    expect(await axe(page)).toEqual([])
    await pick('send-whole').click()
    await expect.poll(() => pick('attached').textContent(), { timeout: 30_000 }).toContain('none.gpkg')
    expect(complaints).toEqual([])
    await seen.close()
    await Promise.all([one.remove(), none.remove()])
  })

  test('R4.16 where the browser cannot take the file apart, it is sent whole, and that is said', async () => {
    const source = await makeGeopackage('two.gpkg', [
      { name: 'trails', features: 3, noteBytes: 10 },
      { name: 'huts', features: 4, noteBytes: 10 },
    ])
    const seen = await visit(browser, program)
    const { page, pick, picture } = seen
    await page.route('**/sqlite3.wasm', (route) => route.abort())
    await signIn(seen, program.tokenOf('editor'))
    await page.goto('/metadata-editor/')
    await pick('file').setInputFiles(source.path)
    await pick('sent-whole').waitFor({ timeout: 30_000 })
    await pick('layer').waitFor({ timeout: 60_000 })
    await picture('editor-1-sent-whole')
    await pick('layer').selectOption('huts')
    await expect.poll(() => pick('file-facts').textContent()).toContain('huts')
    await seen.close()
    await source.remove()
  })

  test('R1.12 R1.14 the editor asks for a token first, and names the way without one', async () => {
    const seen = await visit(browser, program)
    await seen.page.goto('/metadata-editor/')
    const dialog = seen.pick('signin-modal')
    await dialog.waitFor()
    const text = (await dialog.textContent()) ?? ''
    for (const said of [
      'Access Token Required',
      'Enter the token provided by your GIS administrator to create or edit records.',
      'It will be stored for this browser session only.',
      'No Token?',
      'You can still submit metadata for review by an administrator.',
    ])
      expect(text).toContain(said)
    await seen.picture('editor-token-required')
    await seen.close()
  })

  test.each(['desktop', 'phone'] as const)(
    'R4 from a file to a published record, page by page, on a %s',
    { timeout: 180_000 },
    async (size) => {
      const seen = await visit(browser, { url: program.url, size: widths[size] })
      const { page, pick, picture, complaints } = seen
      await signIn(seen, program.tokenOf('editor'))
      await pick('new-record').click()
      await pick('page.1').waitFor()
      await picture(`metadata-editor-empty-${size}`)
      expect(await axe(page)).toEqual([])

      await pick('file').setInputFiles({
        name: `wells-${size}.geojson`,
        mimeType: 'application/geo+json',
        buffer: Buffer.from(
          JSON.stringify({
            type: 'FeatureCollection',
            features: [
              [-61.0, 13.9],
              [-60.95, 14.0],
            ].map((coordinates, at) => ({
              type: 'Feature',
              properties: { name: `Well ${at}`, depth: 10 + at },
              geometry: { type: 'Point', coordinates },
            })),
          }),
        ),
      })
      await pick('file-facts').waitFor({ timeout: 60_000 })
      expect(await pick('attached').textContent()).toContain(`wells-${size}.geojson`)
      await picture(`editor-1-${size}`)

      await pick('next').click()
      // Who uploads is the contact, until somebody says otherwise.
      await expect
        .poll(() => pick('contacts.1.email').inputValue(), { timeout: 30_000 })
        .toBe('editor@test.lc')
      await picture(`editor-2-${size}`)
      await pick('next').click()
      await pick('resourceType').selectOption('dataset')
      await pick('title').fill(`Wells ${size}`)
      await pick('dates.creation').fill('2026-02-03')
      await pick('abstract').fill('Where the wells are.')
      expect(await pick('pointsOfContact.1.email').inputValue()).toBe('editor@test.lc')
      await pick('keywords').fill('wells, water')
      await pick('extent-detected').waitFor()
      await picture(`metadata-editor-populated-${size}`)
      expect(await axe(page)).toEqual([])
      await pick('next').click()
      await pick('resourceLanguage').selectOption('eng')
      await pick('topicCategories.inlandWaters').check()
      await picture(`editor-4-${size}`)
      await pick('next').click()
      expect(await pick('crs').inputValue()).toBe('EPSG:4326')
      await pick('next').click()
      expect(await pick('scope').textContent()).toContain('Dataset')
      await pick('lineageStatement').fill('Measured with a hand-held receiver.')
      await picture(`editor-6-${size}`)
      // The strip of pages follows on a narrow screen, too.
      const step = await pick('step.6').boundingBox()
      expect(step?.x).toBeGreaterThanOrEqual(0)
      expect((step?.x ?? 0) + (step?.width ?? 0)).toBeLessThanOrEqual(widths[size].width)
      await pick('next').click()
      await page.locator('[data-test="useConditions.No conditions"]').click()
      await pick('accessConditions').fill('Unknown')
      await pick('next').click()
      await pick('generated-url').waitFor()
      await picture(`editor-8-${size}`)
      expect(await axe(page)).toEqual([])
      await pick('next').click()
      await pick('all-well').waitFor()
      await picture(`editor-9-${size}`)
      expect(await axe(page)).toEqual([])
      await pick('publish').click()
      await pick('published').waitFor({ timeout: 90_000 })
      await picture(`editor-published-${size}`)

      const link = await pick('published-links').locator('a').first().getAttribute('href')
      await page.goto(link ?? '')
      expect(await page.locator('h1').textContent()).toContain(`Wells ${size}`)
      await pick('my-records').click()
      await pick('my-records-list').waitFor()
      await picture(`my-records-list-${size}`)
      expect(await axe(page)).toEqual([])
      expect(complaints).toEqual([])
      await seen.close()
    },
  )
})
