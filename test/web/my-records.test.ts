/** My records in a real browser (R1.10, R3.1–R3.10): states, search, several at once, and what deleting means. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, visit, widths } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import {
  addStyle,
  deprecateRecord,
  getRecord,
  type Published,
  publishFile,
  returnRecord,
} from '../helpers/publish.ts'
import { addDraft, completeMetadata, signIn, waitUntilSaved } from '../helpers/wizard.ts'

describe.skipIf(!hasChromium)('my records', { timeout: 180_000 }, () => {
  let program: TestProgram
  let browser: Browser
  let roads: Published
  beforeAll(async () => {
    program = await testProgram()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  test('R3.1 who has no record yet is told how to begin; others never see it', async () => {
    const seen = await visit(browser, program)
    await signIn(seen, program.tokenOf('otherEditor'))
    await seen.pick('my-records').click()
    await seen.page.getByText('No records yet', { exact: false }).first().waitFor()
    await seen.picture('my-records-empty')
    expect(await axe(seen.page)).toEqual([])
    expect(seen.complaints).toEqual([])
    await seen.close()
  })

  test.each([
    ['desktop', 'light'],
    ['phone', 'dark'],
  ] as const)('R3.1 R3.2 R3.4 each state has its mark, on a %s in %s', async (size, scheme) => {
    const editor = program.as('editor')
    const administrator = program.as('administrator')
    if (size === 'desktop') {
      roads = await publishFile(editor, example('roads/roads.gpkg'), {
        metadata: completeMetadata('Roads of the island'),
        collectionId: 'roads',
      })
      const rivers = await publishFile(editor, example('rivers/rivers.gpkg'), {
        metadata: completeMetadata('Rivers of 2019'),
      })
      await deprecateRecord(editor, rivers.record, roads.record.id)
      await addDraft(editor, completeMetadata('Landslide inventory'))
      const returned = await addDraft(editor, completeMetadata('Soil samples'))
      await returnRecord(administrator, returned)
      await addDraft(program.as('otherEditor'), completeMetadata('Not mine'))
    }
    const seen = await visit(browser, { url: program.url, size: widths[size], scheme })
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('my-records').click()
    await pick('my-records-list').waitFor()
    expect(await pick('record-row').count()).toBe(4)
    for (const [state, said] of [
      ['draft', 'Draft'],
      ['published', 'Published'],
      ['returned', 'Returned'],
      ['deprecated', 'Superseded'],
    ] as const)
      expect(await pick(`state.${state}`).first().textContent()).toMatch(new RegExp(said, 'i'))
    await picture(`my-records-list-${size}-${scheme}`)
    expect(await axe(page)).toEqual([])
    await pick('state-filter').selectOption('returned')
    await expect.poll(() => pick('record-row').count()).toBe(1)
    await pick('state-filter').selectOption('')
    await pick('search').fill('landsl')
    await expect
      .poll(() => pick('record-row').allTextContents())
      .toEqual([expect.stringContaining('Landslide inventory')])
    await pick('search').fill('nothing like this')
    await page.getByText('No record fits').waitFor()
    await picture(`my-records-none-found-${size}`)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R3.4 a record that was returned says why, where it is mended', async () => {
    const seen = await visit(browser, program)
    await signIn(seen, program.tokenOf('editor'))
    await seen.pick('my-records').click()
    await seen.page.getByRole('link', { name: 'Soil samples' }).click()
    await seen.pick('returned').waitFor()
    expect(await seen.pick('returned').textContent()).toContain('Please name the laboratory.')
    await seen.picture('editor-returned')
    expect(await axe(seen.page)).toEqual([])
    await seen.close()
  })

  test('R3.5 R3.6 a record is opened, changed and published again under the same address', async () => {
    const seen = await visit(browser, program)
    const { page, pick } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('my-records').click()
    await page.getByRole('link', { name: 'Roads of the island' }).click()
    await pick('step.3').click()
    await pick('title').fill('Roads and tracks of the island')
    await waitUntilSaved(seen)
    const address = `${program.url}/records/collections/metadata:main/items/${roads.record.id}`
    const titleThere = async () =>
      ((await (await fetch(`${address}?f=json`)).json()) as { properties: { title: string } }).properties
        .title
    expect(await titleThere()).toBe('Roads of the island')
    await pick('step.9').click()
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 60_000 })
    expect(await titleThere()).toBe('Roads and tracks of the island')
    expect((await getRecord(program.as('editor'), roads.record.id)).collectionId).toBe('roads')
    await seen.close()
  })

  test('R3.7 R3.8 R3.9 R3.10 deleting asks first, names the alternative, and then takes entry, file and collection away', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('my-records').click()
    const row = pick('record-row').filter({ hasText: 'Roads and tracks' })
    await row.locator('[data-test="delete"]').click()
    await pick('delete-dialog').waitFor()
    const said = (await pick('delete-dialog').textContent()) ?? ''
    expect(said).toContain('Roads and tracks of the island')
    expect(said).toMatch(/cannot be|permanent/i)
    expect(await page.evaluate('document.activeElement.dataset.test')).toBe('delete-cancel')
    await picture('delete-dialog')
    expect(await axe(page)).toEqual([])
    await pick('deprecate-instead').click()
    await pick('deprecate-dialog').waitFor()
    await picture('deprecate-dialog')
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await pick('deprecate-dialog').count()).toBe(0)
    await row.locator('[data-test="delete"]').click()
    const { distributions } = await getRecord(program.as('editor'), roads.record.id)
    const file = distributions.find(({ kind }) => kind === 'original')?.url ?? ''
    expect((await fetch(file)).status).toBe(200)
    await pick('delete-confirm').click()
    await pick('outcome').waitFor()
    await row.waitFor({ state: 'detached' })
    const statusOf = async (path: string) => (await fetch(new URL(path, program.url))).status
    expect([
      await statusOf(`/records/collections/metadata:main/items/${roads.record.id}?f=json`),
      await statusOf('/pygeoapi/collections/roads?f=json'),
      await statusOf(file),
    ]).toEqual([410, 404, 410])
    const administrator = program.as('administrator')
    const { entries } = await administrator.expectOk(
      administrator.api.GET('/audit', { params: { query: { action: 'record.deleted' } } }),
    )
    expect(entries).toContainEqual(expect.objectContaining({ recordId: roads.record.id }))
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R7.6 several get a style at once, or none of them, and what stands in the way is named', async () => {
    const editor = program.as('editor')
    await addStyle(editor, example('coastal_habitats/coastal_habitats.sld'))
    const styleId = await addStyle(editor, example('rivers/rivers.sld'))
    const paths = await publishFile(editor, example('roads/roads.gpkg'), {
      metadata: completeMetadata('Paths'),
    })
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('my-records').click()
    await pick('my-records-list').waitFor()
    const rowOf = (title: string) => pick('record-row').filter({ hasText: title })
    const choose = (title: string) => rowOf(title).locator('input[type="checkbox"]').check()
    await choose('Landslide inventory')
    expect(await pick('attach-chosen').isDisabled()).toBe(true)
    await rowOf('Landslide inventory').locator('input[type="checkbox"]').uncheck()

    await choose('Paths')
    await choose('Rivers of 2019')
    await pick('attach-chosen').click()
    await pick('attach-dialog').waitFor()
    expect(await pick('attach-confirm').isDisabled()).toBe(true)
    await pick('attach-style').selectOption(styleId)
    await pick('attach-as-default').check()
    await picture('attach-dialog')
    expect(await axe(page)).toEqual([])
    await pick('attach-confirm').click()
    await pick('outcome').waitFor()
    expect(await pick('outcome').textContent()).toContain('2 records have the style')
    await picture('attached')
    const stylesOf = async () => (await getRecord(editor, paths.record.id)).styles
    expect(await stylesOf()).toMatchObject([{ id: styleId, isDefault: true }])

    // Deleted elsewhere in the meantime, one of them cannot have another style, and so neither has.
    await choose('Paths')
    await choose('Rivers of 2019')
    await pick('attach-chosen').click()
    const { records } = await editor.expectOk(
      editor.api.GET('/records', { params: { query: { q: 'Rivers of 2019' } } }),
    )
    const [rivers] = records
    await editor.expectOk(
      editor.api.DELETE('/records/{recordId}', {
        params: { path: { recordId: rivers?.id ?? '' }, header: { 'If-Match': `"${rivers?.version}"` } },
      }),
    )
    await pick('attach-style').selectOption('coastal-habitats')
    await pick('attach-confirm').click()
    await page.getByText('No record was given the style').waitFor()
    expect(await pick('outcome').textContent()).toMatch(/Not done for 'Rivers of 2019':.*was deleted/)
    await picture('attached-to-none')
    expect(await axe(page)).toEqual([])
    expect(await stylesOf()).toHaveLength(1)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R3.7 R3.10 several at once: drafts are deleted together, and what fails is named', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('my-records').click()
    await pick('my-records-list').waitFor()
    const drafts = pick('record-row').filter({
      has: page.locator('[data-test="state.draft"], [data-test="state.returned"]'),
    })
    const count = await drafts.count()
    expect(count).toBe(2)
    for (let at = 0; at < count; at++) await drafts.nth(at).locator('input[type="checkbox"]').check()
    expect(await pick('deprecate-chosen').isDisabled()).toBe(true)
    await picture('my-records-chosen')
    await pick('delete-chosen').click()
    await pick('delete-confirm').click()
    await pick('outcome').waitFor()
    await expect.poll(() => drafts.count()).toBe(0)
    await seen.close()
  })
})
