/** The pages of the wizard in a real browser, row by row (R4, R7, R9): fields, rules, services, styles, and nothing typed is lost. */
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, visit, widths } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { openOtherServices } from '../helpers/other-services.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { getRecord, publishFile } from '../helpers/publish.ts'
import { addDraft, completeMetadata, pointsFile, signIn, waitUntilSaved } from '../helpers/wizard.ts'

describe.skipIf(!hasChromium)('the pages of the metadata editor', { timeout: 180_000 }, () => {
  let program: TestProgram
  let browser: Browser
  let services: Awaited<ReturnType<typeof openOtherServices>>
  beforeAll(async () => {
    services = await openOtherServices()
    program = await testProgram({ FETCH_HOSTS: services.host })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
    services?.close()
  })
  const open = async (
    recordId: string | null,
    page: number,
    options: {
      size?: (typeof widths)['phone']
      scheme?: 'light' | 'dark'
      who?: 'editor' | 'custodian'
    } = {},
  ) => {
    const { who = 'editor', ...look } = options
    const seen = await visit(browser, { url: program.url, ...look })
    await signIn(seen, program.tokenOf(who))
    await seen.page.goto(`/metadata-editor/?page=${page}${recordId === null ? '' : `&record=${recordId}`}`)
    await seen.pick(`page.${page}`).waitFor()
    return seen
  }

  test('R9.1 R9.2 R9.3 R9.5 R9.8 layers of a web service are read from its capabilities, and the chosen one fills in the rest', async () => {
    const seen = await open(null, 1)
    const { page, pick, picture, complaints } = seen
    await pick('webServices.add').click()
    expect(await pick('webServices.1.protocol').locator('option').allTextContents()).toEqual([
      'OGC:WMS',
      'OGC:WFS',
      'OGC:WMTS',
      'OGC:API',
    ])
    await pick('webServices.1.url').fill('https://169.254.169.254/ows')
    await pick('webServices.1.read').click()
    await pick('webServices.1.problem').waitFor()
    expect(await pick('webServices.1.problem').textContent()).toContain('a network that is not public')

    await pick('webServices.1.url').fill(services.url)
    await pick('webServices.1.read').click()
    await pick('webServices.1.choice').waitFor()
    await picture('editor-1-service-layers')
    expect(await axe(page)).toEqual([])
    await pick('webServices.1.choice').selectOption('gis:landslides')
    await pick('service-filled').waitFor()
    expect(await pick('webServices.1.title').inputValue()).toBe('Landslides of 2010 & 2013')
    await picture('editor-1-service-chosen')
    await waitUntilSaved(seen)
    await pick('step.3').click()
    expect(await pick('title').inputValue()).toBe('Landslides of 2010 & 2013')
    expect(await pick('abstract').inputValue()).toBe('Mapped after two hurricanes.')
    expect(await pick('bbox.west').inputValue()).toBe('-61.08')
    await pick('step.5').click()
    expect(await pick('crs').inputValue()).toBe('EPSG:4326')
    expect(services.asked.at(-1)).toContain('request=GetCapabilities')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R9.2 R9.5 R9.8 the collections of an OGC API are read from its landing page, and the chosen one is kept as a distribution', async () => {
    const record = await addDraft(program.as('editor'), completeMetadata('Slides'))
    const seen = await open(record.id, 8)
    const { page, pick, picture, complaints } = seen
    await pick('webServices.add').click()
    await pick('webServices.1.protocol').selectOption('OGC:API')
    await pick('webServices.1.url').fill(services.url)
    await pick('webServices.1.read').click()
    await pick('webServices.1.problem').waitFor()
    await pick('webServices.1.url').fill(services.apiUrl)
    await pick('webServices.1.read').click()
    await pick('webServices.1.choice').waitFor()
    // Those of the second page of the list, too.
    expect(await pick('webServices.1.choice').locator('option').allTextContents()).toEqual([
      'Choose…',
      'Landslides of 2010 & 2013 (landslides)',
      'roads',
    ])
    await pick('webServices.1.choice').selectOption('landslides')
    expect(await pick('webServices.1.title').inputValue()).toBe('Landslides of 2010 & 2013')
    await pick('webServices.1.title').scrollIntoViewIfNeeded()
    await picture('editor-8-ogc-api')
    expect(await axe(page)).toEqual([])
    await waitUntilSaved(seen)
    await pick('step.9').click()
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 60_000 })
    const { distributions } = await getRecord(program.as('editor'), record.id)
    expect(distributions).toContainEqual(
      expect.objectContaining({ kind: 'service', protocol: 'OGC:API', url: services.apiUrl }),
    )
    const iso = await fetch(`${program.url}/api/v1/records/${record.id}/iso19139`)
    expect(await iso.text()).toContain('OGC:API')
    await page.goto(`/records/collections/metadata:main/items/${record.id}`)
    await page.getByText('Web service (OGC API)').waitFor()
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R9.4 R9.6 R4.52 a WFS layer gives a download address, and page 8 says so', async () => {
    const record = await addDraft(program.as('editor'), completeMetadata('Landslides'))
    const seen = await open(record.id, 8)
    const { pick, picture, complaints } = seen
    await pick('webServices.add').click()
    await pick('webServices.1.protocol').selectOption('OGC:WFS')
    await pick('webServices.1.url').fill(services.url)
    await pick('webServices.1.read').click()
    await pick('webServices.1.choice').selectOption('gis:landslides')
    expect(await pick('generated-url').textContent()).toContain(
      'A download URL is already generated automatically from the OGC:WFS endpoint.',
    )
    await picture('editor-8-wfs')
    await waitUntilSaved(seen)
    await pick('step.9').click()
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 60_000 })
    const { distributions } = await getRecord(program.as('editor'), record.id)
    const download = distributions.find(({ url }) => url.includes('GetFeature'))?.url ?? ''
    expect(Object.fromEntries(new URL(download).searchParams)).toMatchObject({
      version: '2.0.0',
      typeNames: 'gis:landslides',
      outputFormat: 'application/json',
    })
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R4.28 R4.29 R4.30 R13.9 the extent is drawn with Shift, typed, taken from the file, and taken back', async () => {
    const seen = await open(null, 1)
    const { page, pick, picture, complaints } = seen
    await pick('file').setInputFiles(pointsFile('extent.geojson'))
    await pick('file-facts').waitFor({ timeout: 60_000 })
    await pick('step.3').click()
    await pick('extent-detected').waitFor()
    expect(await pick('bbox.west').inputValue()).toBe('-61')
    await pick('extent-map').scrollIntoViewIfNeeded()
    const map = await pick('extent-map').boundingBox()
    if (map === null) throw new Error('no map')
    await page.mouse.move(map.x + map.width * 0.3, map.y + map.height * 0.3)
    await page.keyboard.down('Shift')
    await page.mouse.down()
    await page.mouse.move(map.x + map.width * 0.7, map.y + map.height * 0.8, { steps: 5 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    expect(Number(await pick('bbox.west').inputValue())).not.toBe(-61)
    await picture('editor-3-extent-drawn')
    await pick('extent-reset').click()
    expect(await pick('bbox.west').inputValue()).toBe('-61')
    await pick('bbox.north').fill('north')
    await page.getByText("'north' is not a number of degrees").first().waitFor()
    await pick('bbox.north').fill('12')
    await page.getByText(/south/i).first().waitFor()
    await picture('editor-3-extent-wrong')
    expect(await axe(page)).toEqual([])
    await pick('extent-clear').click()
    expect(await pick('extent-box').count()).toBe(0)
    await waitUntilSaved(seen)
    // Optional: without a box it is a warning, and nothing stops.
    await pick('step.9').click()
    expect(await pick('jump.bbox').count()).toBe(1)
    expect(await pick('warnings').locator('[data-test="jump.bbox"]').count()).toBe(1)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R4.20 R4.25 R4.31 R4.36 R4.55 R4.60 what is wrong is named with page and field, and a press leads there; warnings never block', async () => {
    const record = await addDraft(program.as('editor'), {
      ...completeMetadata('Ponds'),
      dates: { creation: '2026-02-01', publication: '2025-01-01' },
      temporalExtent: { begin: '2026-01-01', end: '2025-01-01' },
      topicCategories: undefined,
    })
    const seen = await open(record.id, 9)
    const { page, pick, picture, complaints } = seen
    await pick('errors').waitFor()
    expect(await pick('publish').isDisabled()).toBe(true)
    const said = (await pick('errors').textContent()) ?? ''
    expect(said).toContain('Other Dataset Information:')
    expect(said).toContain('Dataset Identification:')
    expect(await pick('warnings').textContent()).toContain('Dataset Identification:')
    await picture('editor-9-errors')
    expect(await axe(page)).toEqual([])
    await pick('errors').locator('[data-test="jump.topicCategories"]').click()
    await pick('page.4').waitFor()
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("[data-test=topicCategories]") !== null'))
      .toBe(true)
    await picture('editor-4-error')
    await pick('topicCategories.inlandWaters').check()
    await pick('spatialResolutionDenominator').fill('1:x')
    await page
      .getByText('Enter the denominator of the representative fraction (whole number)')
      .last()
      .waitFor()
    await pick('spatialResolutionDenominator').fill('25 000')
    await page.getByText('Scale 1 : 25,000').waitFor()
    await pick('step.9').click()
    await pick('errors').locator('button').first().click()
    await pick('page.3').waitFor()
    await pick('temporalExtent.end').fill('')
    await pick('step.8').click()
    await pick('additionalDownloadUrl').fill('example.org/data.zip')
    await pick('step.9').click()
    expect(await pick('publish').isDisabled()).toBe(true)
    await pick('jump.additionalDownloadUrl').click()
    await pick('additionalDownloadUrl').fill('https://example.org/data.zip')
    await waitUntilSaved(seen)
    await pick('step.9').click()
    await pick('all-well').waitFor()
    expect(await pick('warnings').isVisible()).toBe(true)
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 60_000 })
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R4.6 R4.58 page 9 sums up in the groups and items of SEC-IMS, each leading to its page', async () => {
    const record = await addDraft(program.as('editor'), {
      ...completeMetadata('Reservoirs'),
      dataSources: ['Aerial photographs of 2024'],
      processingSteps: ['Digitised'],
      informationUrl: 'https://example.org/about',
      distributionFormat: { name: 'GeoPackage', version: '1.3' },
    })
    const seen = await open(record.id, 9, { scheme: 'dark' })
    const { page, pick, picture, complaints } = seen
    await pick('all-well').waitFor()
    const groups = await page.locator('.review section').evaluateAll((sections) =>
      (
        sections as unknown as {
          querySelector: (s: string) => { firstChild: { textContent: string } }
          querySelectorAll: (s: string) => Iterable<{ textContent: string }>
        }[]
      ).map((section) => [
        section.querySelector('h3').firstChild.textContent,
        ...[...section.querySelectorAll('dt')].map((one) => one.textContent),
      ]),
    )
    const items = (name: string) => groups.find(([title]) => title === name)?.slice(1) ?? []
    const expected: Record<string, string[]> = {
      'Metadata Information': ['Language', 'Date', 'Contact'],
      'Dataset Identification': [
        'Resource Type',
        'Title',
        'Dates',
        'Abstract',
        'Point of Contact',
        'Bounding Box',
        'Temporal Extent',
      ],
      'Other Dataset Information': [
        'Resource Language',
        'Character Set',
        'Spatial Rep. Type',
        'Spatial Resolution',
        'Topic Categories',
      ],
      CRS: ['CRS Code'],
      'Data Quality': ['Scope', 'Lineage Statement', 'Data Sources', 'Processing Steps'],
      Constraints: ['Use Conditions', 'Access Conditions'],
      Distribution: ['Format', 'Download URL', 'Resource Name', 'Additional Information URL'],
    }
    expect(groups.map(([title]) => title)).toEqual(Object.keys(expected))
    for (const [group, names] of Object.entries(expected))
      expect(items(group)).toEqual(expect.arrayContaining(names))
    await picture('editor-9-dark')
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Edit Constraints' }).click()
    await pick('page.7').waitFor()
    expect(await pick('useConditions').inputValue()).toBe('No conditions')
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R4.32 R4.43 R4.45 R4.46 R4.53 lists grow and shrink, the scope follows the resource type, the title is the name offered', async () => {
    const record = await addDraft(program.as('editor'), completeMetadata('Springs'))
    const seen = await open(record.id, 6)
    const { page, pick, complaints } = seen
    expect(await pick('scope').textContent()).toContain('Quality information applies to: Dataset')
    await pick('dataSources.1').fill('Map sheet 12')
    await pick('dataSources.add').click()
    await pick('dataSources.2').fill('Field book')
    await pick('processingSteps.1').fill('Digitised')
    await pick('dataSources.1.remove').click()
    await waitUntilSaved(seen)
    await pick('step.8').click()
    await page.getByText('Leave blank to use the dataset title (Springs).').waitFor()
    const { metadata } = await getRecord(program.as('editor'), record.id)
    expect(metadata).toMatchObject({ dataSources: ['Field book'], processingSteps: ['Digitised'] })
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R1.3 R1.5 the data domain is chosen; a custodian has his own', async () => {
    const seen = await open(null, 3)
    await seen.pick('domain').selectOption('fisheries')
    await seen.pick('title').fill('Reefs')
    await waitUntilSaved(seen)
    const recordId = new URL(seen.page.url()).searchParams.get('record') ?? ''
    expect((await getRecord(program.as('editor'), recordId)).domainId).toBe('fisheries')
    await seen.page.reload()
    await seen.pick('domain').waitFor()
    expect(await seen.pick('domain').inputValue()).toBe('fisheries')
    await seen.close()

    const custodian = await open(null, 3, { who: 'custodian' })
    expect(await custodian.pick('domain').inputValue()).toBe('forestry')
    expect(await custodian.pick('domain').locator('option').allTextContents()).toEqual(['None', 'Forestry'])
    await custodian.pick('title').fill('Trees')
    await waitUntilSaved(custodian)
    const made = new URL(custodian.page.url()).searchParams.get('record') ?? ''
    expect((await getRecord(program.as('custodian'), made)).domainId).toBe('forestry')
    await custodian.close()
  })

  test('R7.1 R7.2 R7.3 R7.4 R7.5 R7.6 a style is checked before it is uploaded: errors stop it, warnings do not, and others attach it', async () => {
    const published = await publishFile(program.as('editor'), example('roads/roads.gpkg'), {
      metadata: completeMetadata('Roads of the island'),
      collectionId: 'roads-of-the-island',
    })
    const seen = await open(published.record.id, 8)
    const { page, pick, picture, complaints } = seen
    const sld = await readFile(example('roads/roads.sld'), 'utf8')
    const file = (name: string, text: string) => ({ name, mimeType: 'text/xml', buffer: Buffer.from(text) })

    await pick('sld').setInputFiles(file('broken.sld', '<StyledLayerDescriptor version="1.1.0">'))
    await pick('style-refused').waitFor()
    expect(await pick('style-refused').textContent()).toContain(
      'Style has 1 error — upload disabled. Edit the SLD and try again.',
    )
    expect(await pick('style-upload').isDisabled()).toBe(true)
    await picture('editor-8-style-errors')

    await pick('sld').setInputFiles(file('huge.sld', `${sld}<!--${'x'.repeat(1_000_000)}-->`))
    await page.getByText(/'huge\.sld' has/).waitFor()

    await pick('sld').setInputFiles(
      file('warned.sld', sld.replaceAll(/PropertyName>[^<]+</g, 'PropertyName>no_such_field<')),
    )
    await page.getByText(/Style has \d+ warnings? — upload allowed\./).waitFor()
    expect(await pick('style-upload').isDisabled()).toBe(false)
    await picture('editor-8-style-warnings')

    await pick('sld').setInputFiles([example('roads/roads.sld'), example('roads/roads.qml')])
    await pick('style-ready').waitFor()
    await page.getByText(/Selected: roads\.sld \(\d+ KB\)/).waitFor()
    await picture('editor-8-style-ready')
    expect(await axe(page)).toEqual([])
    await pick('style-upload').click()
    await pick('style-uploaded').waitFor()
    const chosen = await pick('style').inputValue()
    // No name was given: that of the SLD is taken (R7.5).
    expect(await pick('style').locator('option:checked').textContent()).toBe(
      /<(?:se:)?Name>([^<]+)</.exec(sld)?.[1],
    )
    await pick('step.9').click()
    await pick('publish').click()
    await pick('published').waitFor({ timeout: 60_000 })
    const record = await getRecord(program.as('editor'), published.record.id)
    expect(record.styles).toMatchObject([{ id: chosen, isDefault: true }])
    const { data: style } = await program
      .as('public')
      .api.GET('/styles/{styleId}', { params: { path: { styleId: chosen } } })
    expect(style).toMatchObject({ hasQml: true, usedBy: [published.record.id] })
    expect(complaints).toEqual([])
    await seen.close()

    const other = await publishFile(program.as('otherEditor'), example('rivers/rivers.gpkg'), {
      metadata: completeMetadata('Rivers of the island'),
    })
    const next = await visit(browser, program)
    await signIn(next, program.tokenOf('otherEditor'))
    await next.page.goto(`/metadata-editor/?page=8&record=${other.record.id}`)
    await next.pick('style').selectOption(chosen)
    // The choice outlives a reload before it is published.
    await next.page.reload()
    await next.pick('style').waitFor()
    expect(await next.pick('style').inputValue()).toBe(chosen)
    await next.pick('step.9').click()
    await next.pick('publish').click()
    await next.pick('published').waitFor({ timeout: 60_000 })
    expect((await getRecord(program.as('otherEditor'), other.record.id)).styles).toMatchObject([
      { id: chosen },
    ])
    await next.close()
  })

  test('R4.61 R3.2 what is typed survives a line that is down and a page that is closed; others are not overwritten', async () => {
    const record = await addDraft(program.as('editor'), completeMetadata('Marshes'))
    const seen = await open(record.id, 3, { size: widths.phone })
    const { page, pick, picture, context, complaints } = seen
    await context.setOffline(true)
    await pick('title').fill('Marshes and mangroves')
    await pick('offline').waitFor({ timeout: 20_000 })
    await picture('editor-3-offline-phone')
    expect(await axe(page)).toEqual([])
    await context.setOffline(false)
    await waitUntilSaved(seen)
    expect((await getRecord(program.as('editor'), record.id)).title).toBe('Marshes and mangroves')

    // Typed without a line, and the page goes before it is back.
    await page.route('**/api/v1/records/**', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    )
    await pick('abstract').fill('Typed on the ferry.')
    await pick('offline').waitFor({ timeout: 20_000 })
    page.once('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await pick('restored').waitFor()
    expect(await pick('abstract').inputValue()).toBe('Typed on the ferry.')
    await picture('editor-3-restored-phone')

    // Somebody else changes another field and the same one.
    const theirs = await getRecord(program.as('administrator'), record.id)
    const administrator = program.as('administrator')
    await administrator.expectOk(
      administrator.api.PATCH('/records/{recordId}', {
        params: { path: { recordId: record.id }, header: { 'If-Match': `"${theirs.version}"` } },
        body: { metadata: { abstract: 'Theirs.', keywords: ['wetlands'] } },
        bodySerializer: (body) => JSON.stringify(body),
        headers: { 'Content-Type': 'application/merge-patch+json' },
      }),
    )
    await page.unroute('**/api/v1/records/**')
    await pick('conflict').waitFor({ timeout: 20_000 })
    expect(await pick('conflict').textContent()).toContain('Abstract')
    await picture('editor-3-conflict-phone')
    expect(await axe(page)).toEqual([])
    await pick('keep-mine').click()
    await waitUntilSaved(seen)
    const { metadata } = await getRecord(program.as('editor'), record.id)
    expect([metadata.abstract, metadata.keywords]).toEqual(['Typed on the ferry.', ['wetlands']])
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R1.15 a token that is revoked while one types signs out at once; the entries stay', async () => {
    const administrator = program.as('administrator')
    const { token, details } = await administrator.expectOk(
      administrator.api.POST('/tokens', {
        body: { role: 'editor', name: 'Short stay', organisation: 'Test', email: 'short@test.lc' },
      }),
    )
    const seen = await visit(browser, program)
    const { page, pick, picture } = seen
    await signIn(seen, token)
    await page.goto('/metadata-editor/?page=3')
    await pick('title').fill('Before')
    await waitUntilSaved(seen)
    await administrator.api.DELETE('/tokens/{tokenId}', { params: { path: { tokenId: details.id } } })
    await pick('title').fill('Before and after')
    await pick('signin-modal').waitFor({ timeout: 20_000 })
    await picture('editor-token-revoked')
    expect(await page.locator('header [data-test="account"]').count()).toBe(0)
    expect(await pick('title').inputValue()).toBe('Before and after')
    await seen.close()
  })
})
