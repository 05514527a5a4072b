/** The wizard in a real browser (R1.9–R1.15, R3, R4, R5): an analyst's way from signing in to a published record. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
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
