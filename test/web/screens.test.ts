/**
 * Every page and its states, on a phone, a tablet and a desktop, in both themes: nothing is wider than the window, no script
 * complains, axe finds nothing; with SECIMS_SCREENSHOTS each is photographed (WCAG 2.2: 1.4.10 reflow; issue of the web).
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, deprecateRecord, type Published, publishFile, returnRecord } from '../helpers/publish.ts'
import { newSecret, oldStamp, submitterOf } from '../helpers/submitter.ts'
import { addDraft, signIn } from '../helpers/wizard.ts'

const title =
  'Coastal habitats and their condition, from Cap Estate in the north to Moule à Chique in the south'

type Screen = {
  name: string
  path: string
  /** What is waited for: a data-test, or an element. */
  shows: string
  /** Further steps to the state that is looked at. */
  reach?: (seen: Visit) => Promise<void>
}

describe.skipIf(!hasChromium)('screens', { timeout: 300_000 }, () => {
  let program: TestProgram
  let browser: Browser
  let habitats: Published
  let rivers: Published
  const ids = { draft: '', returned: '', reference: '', link: '' }
  beforeAll(async () => {
    program = await testProgram({ SITE_TITLE: 'SEC-IMS', ADMIN_EMAILS: 'admin@example.org' })
    browser = await openBrowser()
    const editor = program.as('editor')
    const administrator = program.as('administrator')
    const metadata = completeMetadata()
    habitats = await publishFile(editor, example('coastal_habitats/coastal_habitats.gpkg'), {
      metadata: { ...metadata, title },
      collectionId: 'coastal_habitats',
      styleId: await addStyle(editor, example('coastal_habitats/coastal_habitats.sld')),
    })
    rivers = await publishFile(editor, example('rivers/rivers.gpkg'), {
      metadata: { ...metadata, title: 'Rivers of 2019' },
      collectionId: 'rivers',
    })
    await deprecateRecord(editor, rivers.record, habitats.record.id)
    ids.draft = (await addDraft(editor, { title: 'Landslide inventory', language: 'eng' })).id
    const returned = await addDraft(editor, { ...metadata, title: 'Soil samples' })
    ids.returned = returned.id
    await returnRecord(administrator, returned)
    const person = submitterOf({ url: program.url, stamp: await oldStamp(program.database) }, newSecret())
    const points = JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          properties: { name: 'Well' },
          geometry: { type: 'Point', coordinates: [-61, 13.9] },
        },
      ],
    })
    const upload = await person.upload('wells of the west coast.geojson', points)
    const { data } = await person.submit(
      { title: 'Wells of the west coast', crs: 'EPSG:4326' },
      { uploadId: upload.id },
    )
    ids.reference = data?.reference ?? ''
    ids.link = `/submissions/${ids.reference}#${person.secret}`
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const recordPath = (published: Published) =>
    `/records/collections/metadata:main/items/${published.record.id}`
  const wizard = (page: number, id: string) => ({
    name: `wizard-${page}${id === ids.draft ? '' : '-returned'}`,
    path: `/metadata-editor/?record=${id}&page=${page}`,
    shows: `page.${page}`,
  })
  const forAll = (): Screen[] => [
    { name: 'home', path: '/', shows: 'main' },
    { name: 'catalogue', path: '/catalogue', shows: 'main' },
    { name: 'catalogue-none', path: '/catalogue?q=zzyzx', shows: 'main' },
    { name: 'record', path: recordPath(habitats), shows: 'main' },
    { name: 'record-superseded', path: recordPath(rivers), shows: 'main' },
    { name: 'record-gone', path: '/records/collections/metadata:main/items/nothing?f=html', shows: 'main' },
    { name: 'map', path: '/map?layer=coastal_habitats', shows: 'main' },
    { name: 'ogc-landing', path: '/pygeoapi?f=html', shows: 'main' },
    { name: 'collections', path: '/pygeoapi/collections?f=html', shows: 'main' },
    { name: 'collection', path: '/pygeoapi/collections/coastal_habitats?f=html', shows: 'main' },
    { name: 'items', path: '/pygeoapi/collections/coastal_habitats/items?f=html', shows: 'main' },
    { name: 'styles', path: '/pygeoapi/styles?f=html', shows: 'main' },
    { name: 'docs', path: '/docs', shows: 'main' },
    { name: 'guide', path: '/docs/public/user-guide/', shows: 'main' },
    { name: 'guide-styles', path: '/docs/public/user-guide/10-styles.html', shows: 'main' },
    { name: 'qgis', path: '/qgis', shows: 'main' },
    { name: 'csw', path: '/csw?f=html', shows: 'main' },
    { name: 'not-there', path: '/nothing-here', shows: 'main' },
    ...[1, 2, 3].map((section) => ({
      name: `submit-${section}`,
      path: '/submit',
      shows: `section.${section}`,
      reach: async ({ pick }: Visit) => {
        await pick(`section.${section}`).click()
        await pick(`in-section.${section}`).waitFor()
      },
    })),
    { name: 'submission', path: ids.link, shows: 'state.received' },
    {
      name: 'token-dialog',
      path: '/',
      shows: 'signin',
      reach: async ({ pick }) => {
        await pick('signin').click()
        await pick('token').fill('secims_none')
        await pick('signin-confirm').click()
        await pick('signin-failure').waitFor()
      },
    },
  ]
  const forEditor = (): Screen[] => [
    { name: 'my-records', path: '/my-records', shows: 'my-records-list' },
    { name: 'wizard-new', path: '/metadata-editor/', shows: 'page.1' },
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((page) => wizard(page, ids.draft)),
    wizard(1, ids.returned),
  ]
  const forAdministrator = (): Screen[] => [
    { name: 'admin-review', path: '/admin#review', shows: 'queue' },
    { name: 'admin-submission', path: `/admin#review/${ids.reference}`, shows: 'metadata' },
    { name: 'admin-tokens', path: '/admin#tokens', shows: 'tokens' },
    { name: 'admin-domains', path: '/admin#domains', shows: 'domains' },
    { name: 'admin-mail', path: '/admin#mail', shows: 'mails' },
    { name: 'admin-audit', path: '/admin#audit', shows: 'audit' },
    { name: 'admin-system', path: '/admin#system', shows: 'doctor' },
  ]

  /** What overhangs the window, last the innermost; lists, maps and tables scroll in themselves. */
  const overhanging = `(document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.maplibregl-map, pre, table, .hidden, .skip'))
    .map((one) => one.outerHTML.slice(0, 120)).slice(-1))`

  const look = async (seen: Visit, screen: Screen, scheme: 'light' | 'dark'): Promise<string[]> => {
    const { page, pick } = seen
    const found: string[] = []
    await page.setViewportSize(widths.desktop)
    // Pages that differ by their fragment alone are to be opened anew.
    await page.goto('about:blank')
    await page.goto(screen.path)
    const shown = screen.shows === 'main' ? page.locator('main') : pick(screen.shows)
    try {
      await shown.first().waitFor({ timeout: 20_000 })
      await screen.reach?.(seen)
    } catch {
      return [`${screen.name}: ${screen.shows} was not seen at ${screen.path}`]
    }
    await page.waitForLoadState('networkidle')
    for (const size of ['desktop', 'tablet', 'phone'] as const) {
      await page.setViewportSize(widths[size])
      await seen.picture(`screen-${screen.name}-${size}-${scheme}`)
      const wide = (await page.evaluate(overhanging)) as string[]
      found.push(...wide.map((what) => `on a ${size} wider than the window: ${what}`))
      // Contrast differs by theme, order by width: one width of each sees all that axe looks at.
      if (size === (scheme === 'light' ? 'phone' : 'desktop')) found.push(...(await axe(page)))
    }
    return [...found, ...seen.complaints.splice(0)].map((what) => `${screen.name}: ${what}`)
  }

  test.each(['light', 'dark'] as const)(
    'R10 R4 R12 every page fits phones, tablets and desktops in %s',
    async (scheme) => {
      const found: string[] = []
      for (const [screens, who] of [
        [forAll(), null],
        [forEditor(), 'editor'],
        [forAdministrator(), 'administrator'],
      ] as const) {
        const seen = await visit(browser, { url: program.url, scheme })
        if (who) await signIn(seen, program.tokenOf(who))
        for (const screen of screens) found.push(...(await look(seen, screen, scheme)))
        await seen.close()
      }
      expect(found).toEqual([])
    },
  )
})
