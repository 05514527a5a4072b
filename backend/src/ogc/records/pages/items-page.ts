/** A page of a search for people. */
import type { CatalogueRequest } from '../../../domain/catalogue-query.ts'
import { html } from '../../../http/html.ts'
import type { CataloguePage } from '../../../repositories/catalogue.ts'
import type { Distribution } from '../../../repositories/distributions.ts'
import { mediaTypes } from '../../common/links.ts'
import { itemsAddress, recordAddress } from '../links.ts'
import { cards, countText, paging, searchBox } from './cards.ts'
import { asJson, type PageBase, recordsPage } from './page.ts'

export const itemsPage = (
  base: PageBase,
  {
    request,
    found,
    distributions,
    previous,
    next,
  }: {
    request: CatalogueRequest
    found: CataloguePage
    distributions: Map<string, Distribution[]>
    previous: string | null
    next: string | null
  },
): string => {
  const { http } = base
  const count = countText({ shown: found.entries.length, offset: request.offset, matched: found.matched })
  const q = request.filter.q ?? ''
  return recordsPage(base, {
    title: q ? `Records with ${q}` : 'Records',
    alternates: [asJson(http, mediaTypes.geojson)],
    trail: [{ title: 'Catalogue', href: `${http.siteUrl}/` }, { title: 'Records' }],
    body: html`<h1>Records</h1>
${searchBox({ action: itemsAddress(http), q, hidden: { f: 'html' } })}
<p class="count" role="status">${count}</p>
${cards(found.entries, distributions, (id) => recordAddress(http, id))}
${paging({ previous, next })}
<p class="formats">This page as <a href="${asJson(http).href}">GeoJSON</a></p>`,
  })
}
