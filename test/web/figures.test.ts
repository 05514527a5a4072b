/**
 * The pictures of the user guide (R13.1), taken of the real pages: `make figures` writes them, and without it the same
 * steps are gone through, so that a page that no longer fits its figure is seen. Every figure the guide shows is taken here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser, type Visit, visit } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { publishFile, returnRecord } from '../helpers/publish.ts'
import { addDraft, completeMetadata, signIn } from '../helpers/wizard.ts'

const root = join(import.meta.dirname, '../..')
const guide = join(root, 'backend/docs/user-guide')

const figuresInGuide = (): string[] =>
  readdirSync(guide)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => [
      ...readFileSync(join(guide, name), 'utf8').matchAll(/^!\[[^\]]+\]\(figures\/([a-z0-9-]+)\.png\)/gm),
    ])
    .map(([, name = '']) => name)

test('R13.1 every figure that the guide shows is there', () => {
  const folder = join(guide, 'figures')
  const there = existsSync(folder) ? readdirSync(folder) : []
  for (const name of figuresInGuide()) expect(there).toContain(`${name}.png`)
})

describe.skipIf(!hasChromium)('figures of the user guide', { timeout: 180_000 }, () => {
  let program: TestProgram
  let browser: Browser
  const taken: string[] = []
  beforeAll(async () => {
    program = await testProgram({ SITE_TITLE: 'SEC-IMS' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })
  const take = async (seen: Visit, name: string) => {
    await seen.figure(name)
    taken.push(name)
  }

  test('R13.1 signin-modal: the dialog with the token field, and a token that is none', async () => {
    const seen = await visit(browser, program)
    await seen.page.goto('/')
    await seen.pick('signin').click()
    await seen.pick('token').fill('sec_example-this-is-no-token')
    await seen.pick('token').focus()
    await take(seen, 'signin-modal')
    await seen.close()
  })

  test('R13.1 metadata-editor-empty and metadata-editor-populated', async () => {
    const seen = await visit(browser, program)
    const { page, pick } = seen
    await signIn(seen, program.tokenOf('editor'))
    await pick('new-record').click()
    await pick('page.1').waitFor()
    await take(seen, 'metadata-editor-empty')

    const record = await addDraft(program.as('editor'), {
      ...completeMetadata('Wells and springs of the west coast'),
      custodianOrganisation: 'Water Resources Management Agency',
      informationUrl: 'https://example.org/wells',
    })
    await page.goto(`/metadata-editor/?record=${record.id}&page=3`)
    await pick('extent-map').waitFor()
    await pick('extent-map').scrollIntoViewIfNeeded()
    await take(seen, 'metadata-editor-populated')
    await pick('step.8').click()
    await pick('page.8').waitFor()
    await take(seen, 'metadata-editor-distribution')
    await pick('step.9').click()
    await pick('all-well').waitFor()
    await take(seen, 'metadata-editor-review')
    await seen.close()
  })

  test('R13.1 my-records-list: several records in different states', async () => {
    const editor = program.as('editor')
    const administrator = program.as('administrator')
    await publishFile(editor, example('rivers/rivers.gpkg'), { metadata: completeMetadata('Rivers') })
    await publishFile(editor, example('roads/roads.gpkg'), { metadata: completeMetadata('Roads and tracks') })
    await addDraft(editor, completeMetadata('Landslide inventory 2026'))
    const returned = await addDraft(editor, completeMetadata('Soil samples'))
    await returnRecord(administrator, returned)
    const seen = await visit(browser, program)
    await signIn(seen, program.tokenOf('editor'))
    await seen.pick('my-records').click()
    await seen.pick('my-records-list').waitFor()
    await take(seen, 'my-records-list')
    await seen.close()
  })

  test('R13.1 record-distributions: the ways to the data side by side', async () => {
    const published = await publishFile(
      program.as('editor'),
      example('coastal_habitats/coastal_habitats.gpkg'),
      { metadata: completeMetadata('Coastal habitats') },
    )
    const seen = await visit(browser, program)
    await seen.page.goto(`/records/collections/metadata:main/items/${published.record.id}?f=html`)
    await seen.page.locator('#distributions').evaluate((heading) => heading.scrollIntoView())
    await take(seen, 'record-distributions')
    await seen.close()
  })

  test('R13.1 submit-form-step-1 and submit-form-step-3: the form for everybody', async () => {
    const seen = await visit(browser, program)
    const { page, pick } = seen
    await page.goto('/submit')
    await pick('in-section.1').waitFor()
    await pick('title').fill('Wells of the west coast')
    await take(seen, 'submit-form-step-1')
    await pick('section.3').click()
    await pick('in-section.3').waitFor()
    await take(seen, 'submit-form-step-3')
    await seen.close()
  })

  test('R13.1 every figure of the guide is one of these', () => {
    for (const name of figuresInGuide()) expect(taken).toContain(name)
  })
})
