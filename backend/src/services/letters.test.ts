import { expect, test } from 'vitest'
import type { MailKind } from '../domain/mail.ts'
import { type LetterData, subjectOf, writeLetter } from './letters.ts'

const kinds: MailKind[] = [
  'submission-new',
  'submission-receipt',
  'submission-returned',
  'submission-approved',
  'submission-rejected',
]
const place = {
  siteTitle: 'SEC-IMS',
  siteUrl: 'https://secims.example',
  link: 'https://secims.example/submissions/S-2345-6789#secret',
  linkDays: 180,
}
const hostile = '<img src=x onerror=alert(1)>"\'&\r\nBcc: a@b.lc'
const data: LetterData = {
  reference: 'S-2345-6789',
  title: hostile,
  name: hostile,
  reason: hostile,
  submitter: hostile,
  recordId: '00000000-0000-4000-8000-000000000000',
}

test.each(kinds)('R12.7 nothing that a stranger typed is markup or a header in %s', (kind) => {
  const letter = writeLetter(kind, data, place)
  expect(letter.html).not.toMatch(/<img|onerror="|<script/i)
  expect(letter.subject).not.toMatch(/[\r\n]/)
  expect(letter.text).not.toContain('undefined')
  expect(letter.html).not.toContain('undefined')
})

test('a receipt, sent to an address nobody has confirmed, carries no words of whoever typed it', () => {
  const letter = writeLetter('submission-receipt', data, place)
  for (const text of [letter.text, letter.html, letter.subject]) expect(text).not.toMatch(/onerror|Bcc/)
  expect(letter.text).toContain(place.link)
})

test('the reason stands in the mails that return and reject, the record in the one that approves', () => {
  const told = { ...data, title: 'Wells', reason: 'Please add\nthe date.', name: 'Rosa' }
  expect(writeLetter('submission-returned', told, place).text).toContain('> Please add\n> the date.')
  expect(writeLetter('submission-returned', told, place).html).toContain('Please add<br>the date.')
  expect(writeLetter('submission-rejected', told, place).text).toContain('> Please add')
  expect(writeLetter('submission-approved', told, place).text).toContain(
    `https://secims.example/records/collections/metadata:main/items/${told.recordId}?f=html`,
  )
  expect(subjectOf('submission-approved', told)).toBe('Published: Wells (S-2345-6789)')
})
