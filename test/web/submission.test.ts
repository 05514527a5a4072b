/**
 * Public submission in a real browser (R2): the public's journey from an empty form to a public record, at two sizes, with
 * a server that is restarted in the middle, and mails read from a mail server.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collection } from '../fixtures/geojson.ts'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { type ServerProcess, serverProcess } from '../helpers/server-process.ts'
import { type ReceivedMail, type SmtpServer, smtpServer } from '../helpers/smtp-server.ts'

const wells = collection([
  { properties: { name: 'Well 1', depth: 10 } },
  { properties: { name: 'Well 2', depth: 12 }, geometry: { type: 'Point', coordinates: [-60.95, 14] } },
])
const fileOf = (name: string, text: string) => ({
  name,
  mimeType: 'application/geo+json',
  buffer: Buffer.from(text),
})

describe.skipIf(!hasChromium)('public submission', () => {
  let smtp: SmtpServer
  let server: ServerProcess
  let browser: Browser
  beforeAll(async () => {
    smtp = await smtpServer()
    server = await serverProcess()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.drop()
    await smtp?.stop()
  })

  const mailTo = async (address: string, subject: RegExp): Promise<ReceivedMail> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const mail = smtp.mails.find(
        ({ to, headers }) => to.includes(address) && subject.test(headers.get('subject') ?? ''),
      )
      if (mail) return mail
      await pause(100)
    }
    throw new Error(`no mail to ${address} about ${subject}`)
  }

  const fillFirst = async ({ pick }: Visit, title: string) => {
    await pick('title').fill(title)
    await pick('abstract').fill('Where the wells are, and how deep.')
    await pick('keywords').fill('wells, water')
    await pick('topicCategories.inlandWaters').check()
    await pick('dates.creation').fill('2026-02-03')
    await pick('resourceLanguage').selectOption('eng')
    await pick('custodianOrganisation').fill('Water Board')
    await pick('pointsOfContact.1.individualName').fill('Rosa Reef')
    await pick('pointsOfContact.1.email').fill('rosa@example.org')
    await pick('lineageStatement').fill('Measured with a hand-held receiver.')
    for (const member of ['useConditions', 'accessConditions']) await pick(`${member}.No conditions`).click()
  }

  const asAdministrator = async ({ page, pick }: Visit, path: string) => {
    await page.goto(path)
    await pick('token').fill(server.token())
    await pick('signin-confirm').click()
    await pick('account').waitFor()
  }

  test.each(['desktop', 'phone'] as const)(
    'R2.1 R2.2 R2.3 R2.7 R2.8 R2.9 R2.14 R2.16 R12.2 R12.7 from an empty form to a public record, on a %s',
    { timeout: 240_000 },
    async (size) => {
      const scheme = size === 'desktop' ? 'light' : 'dark'
      const title = `Wells of a ${size}`
      const seen = await visit(browser, { url: server.url, size: widths[size], scheme })
      const { page, pick, picture, complaints } = seen
      await page.goto('/')
      await page.getByRole('link', { name: 'Submit data' }).first().click()
      await pick('in-section.1').waitFor()
      await picture(`submit-form-step-1-${size}`)
      expect(await axe(page)).toEqual([])

      await fillFirst(seen, title)
      await picture(`submit-form-step-1-filled-${size}`)
      await pick('next').click()
      await pick('in-section.2').waitFor()
      await picture(`submit-form-step-2-${size}`)
      expect(await axe(page)).toEqual([])
      await pick('file-first-go').click()
      await pick('in-section.3').waitFor()
      await picture(`submit-form-step-3-${size}`)
      expect(await axe(page)).toEqual([])
      await pick('file').setInputFiles(fileOf(`wells-${size}.geojson`, wells))
      await pick('file-facts').waitFor({ timeout: 60_000 })
      expect(await pick('filled-in').textContent()).toContain('Bounding Box')
      await pick('submit').click()
      await pick('missing').waitFor()
      expect(await pick('missing').textContent()).toContain('Enter your name.')
      await picture(`submit-form-step-3-missing-${size}`)
      expect(await axe(page)).toEqual([])

      // Nothing typed is lost: not by a reload, and not by a server that goes away.
      await page.reload()
      await pick('in-section.3').waitFor()
      await pick('file-facts').waitFor({ timeout: 60_000 })
      await pick('section.1').click()
      expect(await pick('title').inputValue()).toBe(title)
      expect(await pick('abstract').inputValue()).toContain('how deep')
      await pick('section.2').click()
      expect(await pick('bbox.north').inputValue()).toBe('14')
      expect(await pick('crs').inputValue()).toBe('EPSG:4326')
      await picture(`submit-form-step-2-detected-${size}`)
      await pick('section.3').click()
      await pick('contact.same').click()
      await pick('message').fill('Our first dataset.')
      await picture(`submit-form-step-3-filled-${size}`)
      expect(await axe(page)).toEqual([])
      await server.kill9()
      await pick('submit').click()
      await page.getByText('is sent by itself when the line is back').waitFor()
      await picture(`submit-waiting-${size}`)
      // From now on there is a mail server.
      await server.start({
        SMTP_URL: smtp.url,
        MAIL_FROM: 'catalogue@example.org',
        PUBLIC_URL: server.url,
        ADMIN_EMAILS: 'admin@example.org',
      })
      await pick('receipt').waitFor({ timeout: 60_000 })
      const reference = (await pick('reference').textContent()) ?? ''
      expect(reference).toMatch(/^S-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      await picture(`submit-receipt-${size}`)
      expect(await axe(page)).toEqual([])
      expect(await page.evaluate("localStorage.getItem('sec-ims.submission.new')")).toBeNull()
      await mailTo('rosa@example.org', new RegExp(`received your submission ${reference}`))

      await page.reload()
      await pick('state.received').waitFor()
      expect(await pick('private-link').textContent()).toBe(page.url())
      await picture(`submission-received-${size}`)
      expect(await axe(page)).toEqual([])

      // An administrator looks at it, and asks for a change.
      const admin = await visit(browser, { url: server.url, size: widths[size], scheme })
      await asAdministrator(admin, '/admin')
      await admin.pick('queue').waitFor()
      await admin.picture(`review-queue-${size}`)
      expect(await axe(admin.page)).toEqual([])
      await admin.pick(`open.${reference}`).click()
      await admin.pick('one-submission').waitFor()
      expect(await admin.pick('probe').textContent()).toContain('Point')
      expect(await admin.pick('probe').textContent()).toContain('WGS 84')
      expect(await admin.pick('metadata').textContent()).toContain('Where the wells are')
      expect(await admin.pick('submitter').textContent()).toContain('Our first dataset.')
      await admin.picture(`review-submission-${size}`)
      expect(await axe(admin.page)).toEqual([])
      const download = admin.page.waitForEvent('download')
      await admin.pick('download').click()
      expect((await download).suggestedFilename()).toBe(`wells-${size}.geojson`)
      await admin.pick('begin').click()
      await admin.page.getByText('In review').first().waitFor()
      await admin.pick('return').click()
      await admin.pick('return.confirm').click()
      await admin.page.getByText('Enter a reason').waitFor()
      await admin.pick('return.reason').fill('Please say in the abstract\nwhen they were measured.')
      await admin.picture(`review-return-${size}`)
      expect(await axe(admin.page)).toEqual([])
      await admin.pick('return.confirm').click()
      await admin.pick('decided.returned').waitFor()

      // The submitter follows the link of the mail, and sends it again.
      const returned = await mailTo('rosa@example.org', new RegExp(`revise your submission ${reference}`))
      const link = /http\S+\/submissions\/\S+/.exec(returned.text)?.[0] ?? ''
      const later = await visit(browser, { url: server.url, size: widths[size], scheme })
      await later.page.goto(link)
      await later.pick('state.returned').waitFor()
      expect(await later.pick('reason').textContent()).toContain('when they were measured.')
      await later.picture(`submission-returned-${size}`)
      expect(await axe(later.page)).toEqual([])
      await later.pick('revise').click()
      await later.pick('in-section.1').waitFor()
      expect(await later.pick('title').inputValue()).toBe(title)
      await later.pick('abstract').fill('Where the wells are, and how deep. Measured in 2025.')
      await later.picture(`submission-revising-${size}`)
      expect(await axe(later.page)).toEqual([])
      await later.pick('section.3').click()
      // The file was sent under another link, and is read all the same.
      await later.pick('file-facts').waitFor()
      expect(await later.pick('file-facts').textContent()).toContain('Point')
      await later.pick('submit').click()
      await later.pick('sent-again').waitFor({ timeout: 60_000 })
      await later.picture(`submission-sent-again-${size}`)

      // Approved; the publication runs, and the mail tells of the record.
      await admin.page.reload()
      await admin.pick('approve.domain').waitFor()
      expect(await admin.pick('metadata').textContent()).toContain('Measured in 2025.')
      await admin.pick('approve.collection').fill(`wells-${size}`)
      await admin.picture(`review-decision-${size}`)
      await admin.pick('approve').click()
      await admin.pick('decided.approved').waitFor({ timeout: 120_000 })
      await admin.picture(`review-approved-${size}`)
      expect(await axe(admin.page)).toEqual([])
      const news = await mailTo('rosa@example.org', new RegExp(`Published: ${title}`))
      await later.page.goto(/http\S+\/items\/\S+/.exec(news.text)?.[0] ?? '')
      expect(await later.page.locator('h1').textContent()).toContain(title)
      await page.reload()
      await pick('state.approved').waitFor()
      await picture(`submission-approved-${size}`)
      expect(await axe(page)).toEqual([])

      await admin.page.goto('/admin#mail')
      await admin.pick('mails').waitFor()
      await admin.picture(`mail-outbox-${size}`)
      expect(await axe(admin.page)).toEqual([])
      await admin.pick('mail-read').first().click()
      await admin.pick('mail-text').waitFor()
      await admin.picture(`mail-text-${size}`)
      expect(await axe(admin.page)).toEqual([])

      for (const one of [complaints, admin.complaints, later.complaints])
        expect(one.filter((text) => !text.includes('ERR_CONNECTION'))).toEqual([])
      for (const one of [seen, admin, later]) await one.close()
    },
  )
})
