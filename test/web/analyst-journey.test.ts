/**
 * The analyst's journey, from signing in to a record that has a successor: on a desktop and on a phone, over a slow line,
 * with a server that is killed and started again in the middle. Nothing typed and nothing sent is lost.
 */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser, visit, widths } from '../helpers/browser.ts'
import { type LargeGeopackage, largeGeopackage, makeGeopackage } from '../helpers/large-geopackage.ts'
import { type ServerProcess, serverProcess } from '../helpers/server-process.ts'
import { signIn, waitUntilSaved } from '../helpers/wizard.ts'

const sld = join(import.meta.dirname, '../../examples/health_centres/health_centres.sld')
const qml = join(import.meta.dirname, '../../examples/health_centres/health_centres.qml')

/** Half a megabyte a second up, twice that down, and a fifth of a second for each question. */
const slowDown = async (page: Page) => {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 200,
    uploadThroughput: 1_048_576,
    downloadThroughput: 1_048_576,
  })
}

describe.skipIf(!hasChromium)('an analyst', () => {
  let server: ServerProcess
  let browser: Browser
  let source: LargeGeopackage
  let newer: LargeGeopackage
  let token = ''
  beforeAll(async () => {
    ;[server, source, newer] = await Promise.all([
      serverProcess({ environment: { EXAMPLES: 'no' } }),
      largeGeopackage({ chosen: 'wells' }),
      makeGeopackage('wells-2027.gpkg', [{ name: 'wells', features: 12, noteBytes: 100 }]),
    ])
    const { administrator } = server
    const body = {
      role: 'editor' as const,
      name: 'Ann Alyst',
      organisation: 'Survey',
      email: 'ann@example.org',
    }
    token = (await administrator.expectOk(administrator.api.POST('/tokens', { body }))).token
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.drop()
    await Promise.all([source?.remove(), newer?.remove()])
  })

  test.each(['desktop', 'phone'] as const)(
    'R5.3 R5.9 R3.5 R3.6 R3.10 R10.4 goes from a file of 300 MB to a published, replaced and superseded record on a %s',
    { timeout: 300_000 },
    async (size) => {
      const seen = await visit(browser, { url: server.url, size: widths[size] })
      const { page, pick, picture, complaints } = seen
      await signIn(seen, token)
      await pick('new-record').click()
      await pick('page.1').waitFor()
      await slowDown(page)
      await pick('file').setInputFiles(source.path)
      await pick('geopackage-layer').waitFor({ timeout: 60_000 })
      await pick('geopackage-layer').selectOption('wells')
      await pick('upload-progress').waitFor({ timeout: 60_000 })
      await picture(`journey-1-sending-${size}`)

      // The form goes on while the file is sent; then the server dies.
      await pick('step.3').click()
      const title = `Wells seen on a ${size}`
      await pick('resourceType').selectOption('dataset')
      await pick('title').fill(title)
      await pick('dates.creation').fill('2026-02-03')
      await waitUntilSaved(seen)
      await server.kill9()
      await pick('abstract').fill('Typed while the server was away.')
      await pick('offline').waitFor({ timeout: 30_000 })
      await picture(`journey-2-server-away-${size}`)
      await server.start()
      await waitUntilSaved(seen)
      await pick('step.1').click()
      await pick('file-facts').waitFor({ timeout: 120_000 })
      expect(await pick('attached').textContent()).toContain('wells.gpkg')

      await pick('step.2').click()
      // Who sends the file is the contact, unless somebody else is named.
      if (await pick('contacts.myself').isVisible()) await pick('contacts.myself').click()
      await pick('step.3').click()
      expect(await pick('abstract').inputValue()).toBe('Typed while the server was away.')
      if (await pick('pointsOfContact.myself').isVisible()) await pick('pointsOfContact.myself').click()
      await pick('step.4').click()
      await pick('resourceLanguage').selectOption('eng')
      await pick('topicCategories.inlandWaters').check()
      await pick('step.6').click()
      await pick('lineageStatement').fill('Measured with a hand-held receiver.')
      await pick('step.7').click()
      await page.locator('[data-test="useConditions.No conditions"]').click()
      await page.locator('[data-test="accessConditions.Unknown"]').click()
      await pick('step.8').click()
      await pick('sld').setInputFiles([sld, qml])
      await pick('style-ready').waitFor({ timeout: 30_000 })
      await pick('style-upload').click()
      await pick('style-uploaded').waitFor({ timeout: 30_000 })
      await pick('step.9').click()
      await pick('all-well').waitFor()
      await pick('publish').click()
      await pick('published').waitFor({ timeout: 120_000 })
      await picture(`journey-3-published-${size}`)

      const address = (await pick('published-links').locator('a').first().getAttribute('href')) ?? ''
      const recordId = /items\/([^?]+)/.exec(address)?.[1] ?? ''
      const record = async () => {
        const { api, expectOk } = server.as(token)
        return expectOk(api.GET('/records/{recordId}', { params: { path: { recordId } } }))
      }
      const published = await record()
      const collectionId = published.collectionId ?? ''
      const count = async () => {
        const answer = await fetch(`${server.url}/pygeoapi/collections/${collectionId}/items?limit=1&f=json`)
        return ((await answer.json()) as { numberMatched: number }).numberMatched
      }
      expect(await count()).toBe(9_000)
      await page.goto(address)
      expect(await page.locator('h1').textContent()).toContain(title)
      await page.goto(`/map?layer=${collectionId}&zoom=11&center=-60.98,13.9`)
      await page.locator('[data-test="map"][data-drawn]').waitFor({ timeout: 90_000 })
      await picture(`journey-4-map-${size}`)

      // The same record gets newer data.
      await page.goto('/my-records')
      await page.getByRole('link', { name: title }).first().click()
      await pick('page.1').waitFor()
      await pick('file').setInputFiles(newer.path)
      await pick('layer-payload').waitFor({ timeout: 60_000 })
      await expect.poll(() => pick('file-facts').count(), { timeout: 60_000 }).toBe(1)
      await waitUntilSaved(seen)
      await pick('step.8').click()
      await page.getByText('Overwrites the existing pygeoapi collection with the replaced dataset').waitFor()
      await pick('step.9').click()
      await pick('publish').click()
      await pick('published').waitFor({ timeout: 120_000 })
      expect(await count()).toBe(12)
      const replaced = await record()
      expect([replaced.id, replaced.collectionId]).toEqual([published.id, published.collectionId])

      await page.goto('/my-records')
      const row = pick('record-row').filter({ hasText: title })
      await row.locator('[data-test="deprecate"]').click()
      await pick('deprecate-dialog').waitFor()
      await picture(`journey-5-deprecate-${size}`)
      await pick('deprecate-confirm').click()
      await row.locator('[data-test="state.deprecated"]').waitFor({ timeout: 30_000 })
      expect((await fetch(address)).status).toBe(200)
      expect(complaints).toEqual([])
      await seen.close()
    },
  )
})
