/** What the pages of the OGC faces have in common: place in the site, other formats, numbers and times for people. */
import type { HttpContext } from '../../contract/handler.ts'
import { type Html, html, type Page, renderPage } from '../../http/html.ts'
import { addressWith } from './links.ts'

type PagePlace = Pick<HttpContext, 'siteUrl' | 'faceUrl' | 'path' | 'searchParams'>

export const facePage = (
  http: PagePlace,
  page: Omit<Page, 'siteUrl' | 'collectionsUrl' | 'alternates'> & { jsonType?: string },
): string =>
  renderPage({
    section: 'collections',
    ...page,
    siteUrl: http.siteUrl,
    collectionsUrl: `${http.faceUrl}/collections`,
    alternates: [
      { href: addressWith(http, { f: 'json' }), type: page.jsonType ?? 'application/json', title: 'JSON' },
    ],
  })

/** Links to the other formats of the page itself. */
export const formatLinks = (
  http: PagePlace,
  formats: { href?: string; title: string }[] = [{ title: 'JSON' }],
): Html =>
  html`<p class="formats">This page as ${formats.map(
    ({ href, title }, at) =>
      html`${at > 0 && ' · '}<a href="${href ?? addressWith(http, { f: 'json' })}">${title}</a>`,
  )}</p>`

export const shownNumber = (value: number): string => value.toLocaleString('en')

const units = ['bytes', 'KB', 'MB', 'GB']

/** 1 MB is 1 048 576 bytes here (requirements Q8). */
export const shownSize = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const value = bytes / 1024 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

export const shownDay = (instant: string): string => instant.slice(0, 10)

/** Pairs of term and description; those without a description are left out. */
export const facts = (list: [string, Html | string | null | undefined][]): Html =>
  html`<dl class="facts">${list
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`

const longest = 200

/** A value of a table's cell. */
export const shownValue = (value: unknown): Html | string => {
  if (value === null || value === undefined) return html`<span class="none" title="no value">–</span>`
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** For a POSIX shell between single quotes, and for Python, R and JavaScript between any: our addresses and ids hold nothing else. */
export const plain = (text: string): string => text.replace(/[^\w.~:/?#[\]@!&()*+,;=%-]/g, '')

/** Lines that are copied as they are. */
export const code = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`
