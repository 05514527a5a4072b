/** Review of submissions by administrators (R2.4, R2.14, R12.2), what strangers may type, and the rest of the public form. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeLetter } from '../../backend/src/services/letters.ts'
import { collection } from '../fixtures/geojson.ts'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { newSecret, oldStamp, submitterOf } from '../helpers/submitter.ts'

const hostile = [
  '<img src=x onerror="window.__pwned=1">',
  '"><script>window.__pwned=1</script>',
  "'-window['__pwned']=1-'",
  '</textarea></title><svg onload=window.__pwned=1>',
  '{{constructor.constructor("window.__pwned=1")()}}',
].join(' ')
const line = hostile.slice(0, 480)

describe.skipIf(!hasChromium)('review', () => {
  let program: TestProgram
  let browser: Browser
  let stamp: string
  beforeAll(async () => {
    program = await testProgram({ ADMIN_EMAILS: 'admin@example.org', SUBMISSIONS_PER_HOUR: '1000' })
    stamp = await oldStamp(program.database)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  const someone = (secret = newSecret()) => submitterOf({ url: program.url, stamp }, secret)
  const wells = (name = 'Well') => collection([{ properties: { name } }])
  const submit = async (
    metadata: Parameters<ReturnType<typeof someone>['submit']>[0],
    more: Parameters<ReturnType<typeof someone>['submit']>[1] = {},
    name = 'wells.geojson',
  ) => {
    const person = someone()
    const upload = more.isHostedElsewhere ? undefined : await person.upload(name, wells(more.message))
    const { data, error } = await person.submit(
      { crs: 'EPSG:4326', ...metadata },
      { ...(upload && { uploadId: upload.id }), ...more },
    )
    if (!data) throw new Error(JSON.stringify(error))
    return { person, submission: data, link: `/submissions/${data.reference}#${person.secret}` }
  }
  const enter = async (seen: Visit, path: string) => {
    await seen.page.goto(path)
    await seen.pick('token').fill(program.tokenOf('administrator'))
    await seen.pick('signin-confirm').click()
    await seen.pick('account').waitFor()
  }
  const isUnhurt = async (page: Page) => expect(await page.evaluate('window.__pwned')).toBeUndefined()

  test('security A9: what a stranger types in any field runs in no page and no mail', async () => {
    const party = {
      individualName: line,
      organisation: line,
      position: line,
      email: "o'<b>@example.org".replace(/[<>]/g, ''),
      phone: line.slice(0, 60),
      role: 'pointOfContact' as const,
    }
    const { submission, link } = await submit(
      {
        title: line,
        abstract: hostile,
        keywords: [line],
        custodianOrganisation: line,
        pointsOfContact: [party],
        contacts: [party],
        lineageStatement: hostile,
        dataSources: [hostile],
        processingSteps: [hostile],
        useConditions: hostile,
        accessConditions: hostile,
        supplementalInformation: hostile,
        resourceName: line,
        distributionFormat: { name: line, version: line },
      },
      {
        contact: { name: line, email: "o'hara+x@example.org", organisation: line, phone: line.slice(0, 60) },
        message: hostile,
      },
      `${line.replace(/[^a-z<>="' ]/g, '').slice(0, 80)}.geojson`,
    )
    const seen = await visit(browser, program)
    const { page, pick, complaints } = seen
    await enter(seen, '/admin')
    await pick('queue').waitFor()
    expect(await pick('queue').textContent()).toContain('onerror')
    await pick(`open.${submission.reference}`).click()
    await pick('metadata').waitFor()
    expect(await pick('metadata').textContent()).toContain('</textarea></title>')
    expect(await pick('submitter').textContent()).toContain('onerror')
    await isUnhurt(page)
    await seen.picture('review-hostile')
    await pick('return').click()
    await pick('return.reason').fill(hostile)
    await pick('return.confirm').click()
    await pick('decided.returned').waitFor()
    await isUnhurt(page)

    await page.goto(link)
    await pick('state.returned').waitFor()
    await pick('what-was-sent').click()
    expect(await pick('sent-metadata').textContent()).toContain('</textarea></title>')
    expect(await pick('reason').textContent()).toContain('onerror')
    await isUnhurt(page)
    await pick('revise').click()
    await pick('in-section.1').waitFor()
    expect(await pick('title').inputValue()).toBe(line)
    await isUnhurt(page)

    await page.goto('/admin#mail')
    await pick('mails').waitFor()
    await pick('no-mail-server').waitFor()
    await seen.picture('mail-outbox-waiting')
    expect(await axe(page)).toEqual([])
    await pick('mail-read').first().click()
    await pick('mail-text').waitFor()
    await isUnhurt(page)
    expect(complaints).toEqual([])

    // The mails as a mail program shows them, scripts allowed.
    const written = await program.database.knex('mail').select('kind', 'data')
    expect(written.map(({ kind }) => kind)).toContain('submission-returned')
    const reader = await browser.newPage()
    for (const { kind, data } of written) {
      const place = { siteTitle: line, siteUrl: program.url, link: `${program.url}${link}`, linkDays: 180 }
      await reader.setContent(writeLetter(kind, data, place).html)
      expect(await reader.locator('script, img, svg').count()).toBe(0)
      await isUnhurt(reader)
    }
    await reader.close()
    await seen.close()
  })

  test('R2.4 an entry without a file waits for the exception; R2.14 another is rejected with a reason', async () => {
    const address = 'https://example.org/about'
    const { submission } = await submit(
      { title: 'Hosted elsewhere', informationUrl: address },
      { isHostedElsewhere: true },
    )
    const other = await submit({ title: 'Not for us' })
    const seen = await visit(browser, { url: program.url, size: widths.phone, scheme: 'dark' })
    const { page, pick, picture, complaints } = seen
    await enter(seen, `/admin#review/${submission.reference}`)
    await pick('hosted-notice').waitFor()
    expect(await pick('metadata').textContent()).toContain(address)
    expect(await pick('approve').isDisabled()).toBe(true)
    await picture('review-hosted-elsewhere-phone')
    expect(await axe(page)).toEqual([])
    await pick('approve.exception').check()
    await pick('approve').click()
    await pick('decided.approved').waitFor({ timeout: 60_000 })

    await page.goto(`/admin#review/${other.submission.reference}`)
    await pick('reject').click()
    await pick('reject.reason').fill('We have it already.')
    await picture('review-reject-phone')
    expect(await axe(page)).toEqual([])
    await pick('reject.confirm').click()
    await pick('decided.rejected').waitFor()
    await pick('back-to-queue').click()
    await pick('review.state').selectOption('rejected')
    await pick('queue').getByText('Not for us').waitFor()
    await pick('review.q').fill('nothing like it')
    await pick('review.show').click()
    await page.getByText('No submission fits').waitFor()
    await page.goto(other.link)
    await pick('state.rejected').waitFor()
    expect(await pick('reason').textContent()).toBe('We have it already.')
    await picture('submission-rejected-phone')
    expect(await axe(page)).toEqual([])
    await page.goto('/submissions/S-2345-6789#wrong')
    await pick('link-unknown').waitFor()
    await picture('submission-link-unknown-phone')
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('a publication that fails says why, and the submission can be decided anew', async () => {
    const { submission } = await submit({ title: 'Cancelled on its way' })
    const administrator = program.as('administrator')
    const approved = await administrator.expectOk(
      administrator.api.POST('/reviews/{reference}/approve', {
        params: { path: { reference: submission.reference }, header: { 'If-Match': '"1"' } },
        body: {},
      }),
    )
    const publicationId = approved.publication?.id ?? ''
    await administrator.api.DELETE('/publications/{publicationId}', { params: { path: { publicationId } } })
    const seen = await visit(browser, program)
    await enter(seen, `/admin#review/${submission.reference}`)
    await seen.pick('publish-failed').waitFor()
    await seen.picture('review-publish-failed')
    expect(await axe(seen.page)).toEqual([])
    await seen.pick('approve').click()
    await seen.pick('decided.approved').waitFor({ timeout: 60_000 })
    await seen.close()
  })

  test('R1.12 R2.2 R2.4 R2.7 Q21 the form is found without a token, takes an area from a file, and data hosted elsewhere', async () => {
    const seen = await visit(browser, program)
    const { page, pick, complaints } = seen
    await page.goto('/metadata-editor/')
    await pick('submit-data').click()
    await pick('in-section.1').waitFor()
    await pick('section.2').click()
    const extentFile = collection([
      { geometry: { type: 'Point', coordinates: [-61.1, 13.7] } },
      { geometry: { type: 'Point', coordinates: [-60.9, 14.1] } },
    ])
    await pick('extent-file').setInputFiles({
      name: 'area.geojson',
      mimeType: 'application/geo+json',
      buffer: Buffer.from(extentFile),
    })
    await pick('extent-file-said').waitFor({ timeout: 60_000 })
    expect(await pick('extent-file-said').textContent()).toContain('area.geojson')
    expect(await pick('bbox.west').inputValue()).toBe('-61.1')
    // The file itself is not kept.
    await expect
      .poll(async () => program.database.knex('upload').where({ file_name: 'area.geojson' }).pluck('id'))
      .toEqual([])

    await pick('section.3').click()
    await pick('file').setInputFiles({ name: 'a.exe', mimeType: 'text/plain', buffer: Buffer.from('x') })
    await pick('file-refused').waitFor()
    await pick('hosted').check()
    await pick('submit').click()
    await pick('missing').waitFor()
    const missing = (await pick('missing').textContent()) ?? ''
    expect(missing).toContain('Enter the address of the data.')
    expect(missing).not.toContain('Choose the data file.')
    await pick('jump.additionalDownloadUrl').click()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('additionalDownloadUrl')
    // The trap is neither seen nor reached (R2.17).
    const trap = page.locator('#website')
    expect(await trap.getAttribute('tabindex')).toBe('-1')
    expect((await trap.boundingBox())?.x ?? -1).toBeLessThan(0)

    await pick('clear').click()
    await pick('start-over-confirm').click()
    await pick('in-section.1').waitFor()
    await pick('section.2').click()
    expect(await pick('bbox.west').inputValue()).toBe('')

    await page.goto('/')
    await pick('signin').click()
    await pick('token').fill(program.tokenOf('editor'))
    await pick('signin-confirm').click()
    await pick('account').waitFor()
    await page.goto('/submit')
    await pick('have-token').waitFor()
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R12.2 the queue says that nothing waits, in both colour schemes', async () => {
    await program.database
      .knex('submission')
      .whereIn('state', ['received', 'in_review'])
      .update({ state: 'returned' })
    for (const scheme of ['light', 'dark'] as const) {
      const seen = await visit(browser, { url: program.url, scheme })
      await enter(seen, '/admin')
      await seen.page.getByText('Nothing waits for review').waitFor()
      await seen.picture(`review-queue-empty-${scheme}`)
      expect(await axe(seen.page)).toEqual([])
      await seen.close()
    }
  })
})
