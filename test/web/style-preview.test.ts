/** A style on the data in the editor, before either is published (R7.3, R7.4, R7.9; issue 6, point 5). */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, naturalWidth, openBrowser, visit, widths } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { publishFile } from '../helpers/publish.ts'
import { addDraft, completeMetadata, signIn } from '../helpers/wizard.ts'

describe.skipIf(!hasChromium)('a style on the data', { timeout: 180_000 }, () => {
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

  test('R7.3 R7.4 R7.9 a draft whose file is only read shows it in the style, with legend, counts and losses, before either is kept', async () => {
    const record = await addDraft(program.as('editor'), completeMetadata('Roads on foot'))
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await page.goto(`/metadata-editor/?page=8&record=${record.id}`)
    await pick('page.8').waitFor()

    await pick('sld').setInputFiles([example('roads/roads.sld'), example('roads/roads.qml')])
    await pick('style-ready').waitFor()
    expect(await pick('preview-without-data').textContent()).toBe(
      'Attach a file to see the style on the data.',
    )

    await pick('file').setInputFiles(example('roads/roads.gpkg'))
    await pick('preview-picture').waitFor({ timeout: 60_000 })
    expect(await naturalWidth(pick('preview-picture'))).toBe(640)
    expect(await pick('preview-legend').textContent()).toContain('Track')
    expect(await pick('preview-counts').textContent()).toMatch(/^0 errors, \d+ warnings?\.$/)
    // The QML says so, and QGIS wrote the SLD otherwise.
    await pick('preview-losses').locator('summary').click()
    expect(await pick('preview-losses').locator('li').count()).toBeGreaterThan(0)
    await pick('style-preview').scrollIntoViewIfNeeded()
    await picture('style-preview-desktop-light')
    expect(await axe(page)).toEqual([])

    const whole = await pick('preview-picture').getAttribute('src')
    await pick('preview-closer').click()
    await page
      .locator(`[data-test="preview-picture"][data-shown="true"]:not([src="${whole}"])`)
      .waitFor({ timeout: 30_000 })
    await pick('preview-whole').click()
    await page.locator(`[data-test="preview-picture"][data-shown="true"][src="${whole}"]`).waitFor()

    // Nothing of it was kept.
    const { total } = await program.as('editor').expectOk(program.as('editor').api.GET('/styles'))
    expect(total).toBe(0)
    expect(complaints).toEqual([])
    for (const [name, size] of Object.entries(widths)) {
      await page.setViewportSize(size)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      await picture(`style-preview-${name}-light`)
    }
    await page.emulateMedia({ colorScheme: 'dark' })
    for (const [name, size] of Object.entries(widths)) {
      await page.setViewportSize(size)
      await picture(`style-preview-${name}-dark`)
    }
    expect(await axe(page)).toEqual([])
    await seen.close()
  })

  test('R7.1 R7.4 published data are shown in a style of the catalogue that is chosen', async () => {
    const { record } = await publishFile(program.as('editor'), example('rivers/rivers.gpkg'), {
      metadata: completeMetadata('Rivers on foot'),
    })
    const seen = await visit(browser, program)
    const { page, pick, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await page.goto(`/metadata-editor/?page=8&record=${record.id}`)
    await pick('page.8').waitFor()
    await pick('sld').setInputFiles(example('rivers/rivers.sld'))
    await pick('style-upload').click()
    await pick('style-uploaded').waitFor()
    await pick('preview-picture').waitFor({ timeout: 60_000 })
    expect(await pick('preview-counts').textContent()).toMatch(/^0 errors/)
    await pick('style').selectOption('')
    await pick('style-preview').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await seen.close()
  })
})
