/** What the pages of the catalogue have in common. */
import type { HttpContext } from '../../../contract/handler.ts'
import { type Html, html, type Page, renderPage } from '../../../http/html.ts'
import { addressWith, mediaTypes } from '../../common/links.ts'

export type PageBase = { http: HttpContext; siteTitle: string }

export const recordsPage = (
  { http, siteTitle }: PageBase,
  page: Omit<Page, 'siteUrl' | 'siteTitle' | 'section'>,
): string => renderPage({ ...page, section: 'catalogue', siteTitle, siteUrl: http.siteUrl })

/** For pages that exist as JSON at the same address. */
export const asJson = (http: HttpContext, type: string = mediaTypes.json) => ({
  href: addressWith(http, { f: 'json' }),
  type,
  title: 'JSON',
})

/** An address outside of this site: nobody there learns where the reader came from, and we do not vouch for it. */
export const outside = (address: string, text: string = address): Html =>
  html`<a href="${address}" rel="noopener noreferrer nofollow">${text}</a>`
