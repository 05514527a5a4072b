import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('without settings, the documented values hold (R5.2, R5.3, R5.5, Q8)', () => {
  const config = readConfig({})
  expect(config.port).toBe(8080)
  expect(config.limits.datasetBytes).toBe(50 * 1_048_576)
  expect(config.limits.geopackageBytes).toBe(500 * 1_048_576)
  expect(config.limits.sldBytes).toBe(1_000_000)
  expect(config.databaseUrl).toBeNull()
})

test('R12.7 a mail server is set up together with who writes and where links lead', () => {
  const mail = { SMTP_URL: 'smtp://mail.example:587', MAIL_FROM: 'catalogue@example.org' }
  expect(() => readConfig({ SMTP_URL: mail.SMTP_URL })).toThrow(/MAIL_FROM[\s\S]*PUBLIC_URL/)
  expect(() => readConfig(mail)).toThrow(/PUBLIC_URL/)
  expect(readConfig({ ...mail, PUBLIC_URL: 'https://catalogue.example' }).smtpUrl).toBe(mail.SMTP_URL)
  expect(readConfig({}).smtpUrl).toBeNull()
})

test('every mistake is reported at once, naming what was found and what was expected', () => {
  const wrong = { PORT: 'eighty', DATABASE_URL: 'mysql://x', ADMIN_EMAILS: 'a@b.lc, nobody', ROLE: 'boss' }
  expect(() => readConfig(wrong)).toThrow(
    /PORT is 'eighty'[\s\S]*DATABASE_URL[\s\S]*nobody|nobody[\s\S]*PORT/,
  )
  try {
    readConfig(wrong)
  } catch (error) {
    expect((error as { mistakes: string[] }).mistakes).toHaveLength(4)
  }
})
