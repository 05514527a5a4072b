/** Administration in a real browser (R12.1, R12.3, R12.5, R1.6, R1.8). */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, openBrowser, type Visit, visit, widths } from '../helpers/browser.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

describe.skipIf(!hasChromium)('administration', () => {
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

  /** Opens the page and signs in where it asks (R1.12). */
  const enter = async (seen: Visit, path: string, who: 'administrator' | 'editor') => {
    await seen.page.goto(path)
    await seen.pick('token').fill(program.tokenOf(who))
    await seen.pick('signin-confirm').click()
    await seen.pick('account').waitFor()
  }

  test('R1.6 R1.8 R12.1 a token is issued with a role and a domain, shown once, works, and stops when it is revoked', async () => {
    const seen = await visit(browser, program)
    const { page, pick, picture, complaints } = seen
    await enter(seen, '/admin#tokens', 'administrator')
    await pick('tokens').waitFor()
    await pick('issue.name').fill('Rosa Reef')
    await pick('issue.organisation').fill('Fisheries')
    await pick('issue.email').fill('rosa@example.org')
    await pick('issue.role').selectOption('domain_custodian')
    expect(await pick('issue').isDisabled()).toBe(true)
    await pick('issue.domain').selectOption('fisheries')
    await pick('issue').click()
    const secret = (await pick('token-secret').textContent()) ?? ''
    await picture('admin-token-issued')
    expect(await axe(page)).toEqual([])
    const asked = () => fetch(`${program.url}/api/v1/me`, { headers: { Authorization: `Bearer ${secret}` } })
    expect(await (await asked()).json()).toMatchObject({ role: 'domain_custodian', domainId: 'fisheries' })

    const row = pick('token-row').filter({ hasText: 'Rosa Reef' })
    await row.locator('[data-test="revoke"]').click()
    await pick('token-question-confirm').click()
    await row.getByText('Revoked').waitFor()
    expect((await asked()).status).toBe(401)
    await page.reload()
    await pick('tokens').waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R3.9 R12.5 the audit log is filtered, its chain verified; the system is checked', async () => {
    const seen = await visit(browser, { url: program.url, scheme: 'dark' })
    const { page, pick, picture, complaints } = seen
    await enter(seen, '/admin#audit', 'administrator')
    await pick('audit').waitFor()
    await pick('audit.action').fill('token.issued')
    await pick('audit.show').click()
    await expect.poll(() => pick('audit').locator('tbody tr').count()).toBeGreaterThan(3)
    await pick('audit.verify').click()
    expect(await pick('audit-verified').textContent()).toContain('whole')
    await picture('admin-audit-dark')
    expect(await axe(page)).toEqual([])
    const download = page.waitForEvent('download')
    await pick('audit.export').click()
    expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/)
    await pick('tab.system').click()
    await pick('doctor').click()
    expect(await pick('doctor-found').textContent()).toContain('Everything agrees.')
    await picture('admin-system-dark')
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R1.5 data domains are added and changed', async () => {
    const seen = await visit(browser, { url: program.url, size: widths.phone })
    const { page, pick, picture, complaints } = seen
    await enter(seen, '/admin#domains', 'administrator')
    await pick('domains').waitFor()
    await pick('domain.id').fill('geology')
    await pick('domain.title').fill('Geology')
    await pick('domain.save').click()
    await pick('domain-saved').waitFor()
    expect(await pick('domains').textContent()).toContain('Geology')
    await picture('admin-domains-phone')
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    await seen.close()
  })

  test('R1.2 others see that the page is not for them', async () => {
    const seen = await visit(browser, program)
    await enter(seen, '/admin', 'editor')
    await seen.page.getByText('This page is for administrators.').waitFor()
    expect(await seen.pick('admin').count()).toBe(0)
    await seen.close()
  })
})
