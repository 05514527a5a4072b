/**
 * What mails say (R12.7): a text and the same as HTML, everything from people escaped. A receipt goes to an address that
 * nobody has confirmed, so it carries no words of whoever typed it; later mails are sent because a person decided.
 */
import type { Letter, MailKind } from '../domain/mail.ts'
import { type Html, html } from '../http/html.ts'
import { toLine } from '../metadata/plain-text.ts'

export type LetterData = {
  /** Of a submission; letters about records have none. */
  reference: string
  title: string
  /** Whom it is written to. */
  name: string
  reason?: string
  recordId?: string
  /** For reviewers. */
  submitter?: string
  isAgain?: boolean
}

export type LetterPlace = {
  siteTitle: string
  siteUrl: string
  /** The private link; what stands in its place where a mail is only shown. */
  link: string
  linkDays: number
}

/** One thing after the other; `quote` is what a person wrote. */
type Part = { text: string } | { quote: string } | { link: string; label: string }

const subjects: Record<MailKind, (data: LetterData) => string> = {
  'submission-new': ({ reference, title, isAgain }) =>
    `${isAgain ? 'Sent again' : 'New submission'} ${reference}: ${title}`,
  'submission-receipt': ({ reference }) => `We have received your submission ${reference}`,
  'submission-returned': ({ reference, title }) => `Please revise your submission ${reference}: ${title}`,
  'submission-approved': ({ reference, title }) => `Published: ${title} (${reference})`,
  'record-returned': ({ title }) => `Please revise your record: ${title}`,
  'submission-rejected': ({ reference, title }) => `Your submission ${reference} was not accepted: ${title}`,
}

export const subjectOf = (kind: MailKind, data: LetterData): string =>
  toLine(subjects[kind](data), 150) ?? data.reference

const reasonParts = ({ reason }: LetterData): Part[] => (reason ? [{ quote: reason }] : [])

const keepLink = ({ linkDays }: LetterPlace): Part => ({
  text: `The link is private: whoever has it can see the submission, and change it when it has been returned. It works for ${linkDays} days after the last change.`,
})

const bodies: Record<MailKind, (data: LetterData, place: LetterPlace) => Part[]> = {
  'submission-new': (data, { siteUrl }) => [
    {
      text: data.isAgain
        ? `${data.submitter ?? 'Somebody'} has revised a submission and sent it again:`
        : `${data.submitter ?? 'Somebody'} proposes a dataset for the catalogue:`,
    },
    { quote: data.title },
    { text: 'Look at the file and the metadata, then approve, return or reject it:' },
    { link: `${siteUrl}/admin#review/${data.reference}`, label: 'Open the submission' },
  ],
  'submission-receipt': ({ reference }, place) => [
    {
      text: `Thank you. Your submission has arrived and waits for review; its reference is ${reference}. Nothing of it is public yet. We write to you when it has been decided about.`,
    },
    { link: place.link, label: 'See how far it is' },
    keepLink(place),
    {
      text: 'If you have not submitted anything, somebody has mistyped an address: you need not do anything.',
    },
  ],
  'submission-returned': (data, place) => [
    { text: 'Thank you for your submission:' },
    { quote: data.title },
    { text: 'Before it can be published, we ask you to change something:' },
    ...reasonParts(data),
    { link: place.link, label: 'Revise it and send it again' },
    { text: 'Everything you entered is still there; your file is, too.' },
    keepLink(place),
  ],
  'submission-approved': (data, { siteUrl }) => [
    { text: 'Your submission has been approved and published:' },
    { quote: data.title },
    {
      link: `${siteUrl}/records/collections/metadata:main/items/${data.recordId ?? ''}?f=html`,
      label: 'See the record',
    },
    { text: 'This address stays the same. Thank you for sharing your data.' },
  ],
  'record-returned': (data, { siteUrl }) => [
    { text: 'An administrator has returned your record for revision:' },
    { quote: data.title },
    ...reasonParts(data),
    {
      link: `${siteUrl}/metadata-editor/?record=${data.recordId ?? ''}`,
      label: 'Open the record and revise it',
    },
    {
      text: 'Sign in with your token. Nothing of it is public until you publish it again; its data, its identifier and its addresses stay.',
    },
  ],
  'submission-rejected': (data) => [
    { text: 'Thank you for your submission:' },
    { quote: data.title },
    { text: 'We cannot publish it, for this reason:' },
    ...reasonParts(data),
    { text: 'The file has been removed from the server.' },
  ],
}

const textPart = (part: Part): string => {
  if ('text' in part) return part.text
  if ('quote' in part)
    return part.quote
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n')
  return `${part.label}:\n${part.link}`
}

const htmlPart = (part: Part): Html => {
  if ('text' in part) return html`<p>${part.text}</p>`
  if ('quote' in part)
    return html`<blockquote style="margin:1em 0;padding:.2em 1em;border-left:4px solid #00617a">${part.quote
      .split('\n')
      .map((line, at) => html`${at > 0 && html`<br>`}${line}`)}</blockquote>`
  return html`<p><a href="${part.link}" style="display:inline-block;padding:.6em 1.1em;border-radius:6px;background:#00617a;color:#ffffff;text-decoration:none;font-weight:600">${part.label}</a></p><p style="font-size:.9em">${part.link}</p>`
}

export const writeLetter = (kind: MailKind, data: LetterData, place: LetterPlace): Letter => {
  const subject = subjectOf(kind, data)
  const greeting: Part[] = kind === 'submission-new' ? [] : [{ text: `Dear ${data.name},` }]
  // Whom a receipt greets has typed the name just now, and may have typed anything.
  const parts = [...(kind === 'submission-receipt' ? [] : greeting), ...bodies[kind](data, place)]
  const foot = `${place.siteTitle} · ${place.siteUrl}`
  return {
    subject,
    text: `${[...parts.map(textPart), `-- \n${foot}`].join('\n\n')}\n`,
    html: html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${subject}</title></head>
<body style="margin:0;padding:1.5em;background:#ffffff;color:#16242b;font:16px/1.55 sans-serif"><div style="max-width:36em">
${parts.map(htmlPart)}
<p style="margin-top:2em;border-top:1px solid #d3dce0;padding-top:.8em;color:#4a5b64;font-size:.9em">${foot}</p>
</div></body></html>
`.html,
  }
}
