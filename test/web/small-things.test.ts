/** What is only part of a page: its icon, how alike its pictures are, the outbox on a phone, files from the server's storage. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, visit, widths } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { getRecord, publishFile, returnRecord } from '../helpers/publish.ts'
import { addDraft, completeMetadata, signIn } from '../helpers/wizard.ts'

let program: TestProgram
let storage = ''
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'secims-storage-'))
  await copyFile(example('roads/roads.gpkg'), join(storage, 'every-road-of-the-island.gpkg'))
  program = await testProgram({ STORAGE_DIR: storage })
})
afterAll(async () => {
  await program?.stop()
  await rm(storage, { recursive: true, force: true })
})

test('the icon is there as SVG and as ICO, in three sizes from one drawing', async () => {
  const home = await (await fetch(`${program.url}/`, { headers: { Accept: 'text/html' } })).text()
  expect(home).toContain(`<link rel="icon" href="${program.url}/assets/icon.svg" type="image/svg+xml">`)
  const svg = await fetch(`${program.url}/assets/icon.svg`)
  expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  expect((await sharp(Buffer.from(await svg.arrayBuffer())).metadata()).format).toBe('svg')
  const ico = await fetch(`${program.url}/favicon.ico`)
  expect([ico.status, ico.headers.get('content-type')]).toEqual([200, 'image/x-icon'])
  const bytes = Buffer.from(await ico.arrayBuffer())
  const entries = Array.from({ length: bytes.readUInt16LE(4) }, (_, at) => 6 + 16 * at)
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const from = bytes.readUInt32LE(entry + 12)
      const picture = await sharp(bytes.subarray(from, from + bytes.readUInt32LE(entry + 8))).metadata()
      expect(picture.width).toBe(bytes.readUInt8(entry))
      return picture.width
    }),
  )
  expect(sizes).toEqual([16, 32, 48])
})

describe.skipIf(!hasChromium)('in the browser', { timeout: 180_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('R10.1 how alike the pictures of QGIS and of the catalogue are is told in words to those who are signed in', async () => {
    const editor = program.as('editor')
    const { record, publication } = await publishFile(editor, example('rivers/rivers.gpkg'), {
      metadata: completeMetadata('Rivers as in QGIS'),
    })
    await editor.expectOk(
      editor.api.PUT('/publications/{publicationId}/likeness', {
        params: { path: { publicationId: publication.id } },
        body: { verdict: 'nearly', ssim: 0.962, lowPass: 0.99, drawnBy: 'QGIS 3.40.6' },
      }),
    )
    const page = `/records/collections/metadata:main/items/${record.id}`
    const nobody = await visit(browser, program)
    await nobody.page.goto(page)
    await nobody.pick('signin').waitFor()
    expect(await nobody.pick('likeness').count()).toBe(0)
    await nobody.close()
    const seen = await visit(browser, program)
    await signIn(seen, program.tokenOf('editor'))
    await seen.page.goto(page)
    await seen.pick('likeness').waitFor()
    expect(await seen.pick('likeness').textContent()).toMatch(
      /^The map here looks nearly as in QGIS 3\.40\.6: their pictures were compared on .+ and are 96 % alike\. Small things/,
    )
    await seen.pick('likeness').scrollIntoViewIfNeeded()
    for (const scheme of ['light', 'dark'] as const) {
      await seen.page.emulateMedia({ colorScheme: scheme })
      for (const [name, size] of Object.entries(widths)) {
        await seen.page.setViewportSize(size)
        await seen.picture(`likeness-${name}-${scheme}`)
      }
    }
    expect(await axe(seen.page)).toEqual([])
    expect(seen.complaints).toEqual([])
    await seen.close()
  })

  test('R12.7 the outbox on a phone has a card for each mail, and nothing to scroll sideways', async () => {
    const { id, version } = await addDraft(
      program.as('editor'),
      completeMetadata('Marshes of the far south west coast'),
    )
    const administrator = program.as('administrator')
    await returnRecord(administrator, { id, version }, 'Please name the surveyor.')
    const seen = await visit(browser, { url: program.url, size: widths.phone })
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('administrator'))
    await page.goto('/admin#mail')
    await pick('mails').waitFor()
    expect(
      await page.evaluate(
        'document.querySelector("section.scroll").scrollWidth - document.querySelector("section.scroll").clientWidth',
      ),
    ).toBeLessThanOrEqual(0)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    await picture('outbox-phone-light')
    expect(await axe(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture('outbox-phone-dark')
    await pick('mail-read').first().click()
    await pick('mail-text').waitFor()
    expect(await pick('mail-text').textContent()).toContain('Please name the surveyor.')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R5.7 R12.4 R12.10 an administrator attaches a large file from the storage of the server; an editor is not offered it', async () => {
    const record = await addDraft(program.as('administrator'), completeMetadata('Every road'))
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('administrator'))
    await page.goto(`/metadata-editor/?page=1&record=${record.id}`)
    await pick('stored-file').waitFor()
    const offered = await pick('stored-file').locator('option').allTextContents()
    expect(offered[1]).toMatch(/^every-road-of-the-island\.gpkg \(.+\)$/)
    await pick('stored-file').selectOption({ index: 1 })
    await pick('file-facts').waitFor({ timeout: 60_000 })
    expect(await pick('attached').textContent()).toContain('every-road-of-the-island.gpkg')
    expect(await pick('file-facts').textContent()).toContain('LineString')
    await picture('stored-file-desktop-light')
    expect(await axe(page)).toEqual([])
    await page.setViewportSize(widths.phone)
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture('stored-file-phone-dark')
    await page.setViewportSize(widths.desktop)
    await pick('step.9').click()
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 90_000 })
    expect((await getRecord(program.as('administrator'), record.id)).collectionId).not.toBeNull()
    expect(complaints).toEqual([])
    await seen.close()

    const other = await visit(browser, program)
    await signIn(other, program.tokenOf('editor'))
    await other.page.goto('/metadata-editor/?page=1')
    await other.pick('file').waitFor({ state: 'attached' })
    expect(await other.pick('stored-file').count()).toBe(0)
    await other.close()
  })
})
