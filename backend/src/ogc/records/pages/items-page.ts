/** A page of a search for people. */
import { type CatalogueRequest, recordQueryables } from '../../../domain/catalogue-query.ts'
import { type Html, html } from '../../../http/html.ts'
import type { CataloguePage } from '../../../repositories/catalogue.ts'
import type { Distribution } from '../../../repositories/distributions.ts'
import { addressWith } from '../../common/links.ts'
import { shownNumber } from '../../common/page.ts'
import { itemsAddress, itemsFormats, recordAddress } from '../links.ts'
import { cards, countText, paging, searchBox } from './cards.ts'
import { facetTitles, valueTitle } from './facet-words.ts'
import { asJson, type PageBase, recordsPage } from './page.ts'

/** What the search can be narrowed by, each value with the number of its records (R10.7). */
const narrowing = ({ http }: PageBase, { facets }: CataloguePage): Html | null => {
  const useful = [...(facets?.byName ?? [])].filter(
    ([name, { buckets }]) => buckets.length > 1 || (buckets.length === 1 && http.searchParams.has(name)),
  )
  if (useful.length === 0) return null
  return html`<details class="facets"><summary>Narrow this search</summary>
<div class="columns">${useful.map(
    ([name, { buckets }]) => html`<section><h2>${facetTitles[name]}</h2>
<ul class="plain">${buckets.map(
      ({ value, count }) =>
        html`<li><a href="${addressWith(http, { [name]: value, offset: null })}" title="${recordQueryables[name].title}">${valueTitle(name, value)}</a> <span class="meta">${shownNumber(count)}</span></li>`,
    )}</ul>${http.searchParams.has(name) && html`<p><a href="${addressWith(http, { [name]: null, offset: null })}">Any</a></p>`}</section>`,
  )}</div></details>`
}

export const itemsPage = (
  base: PageBase,
  {
    request,
    found,
    distributions,
    previous,
    next,
    notice,
  }: {
    request: CatalogueRequest
    found: CataloguePage
    distributions: Map<string, Distribution[]>
    previous: string | null
    next: string | null
    notice: string | null
  },
): string => {
  const { http } = base
  const count = countText({ shown: found.entries.length, offset: request.offset, matched: found.matched })
  const q = request.filter.q ?? ''
  return recordsPage(base, {
    title: q ? `Records with ${q}` : 'Records',
    alternates: itemsFormats
      .filter(({ key }) => key !== 'html')
      .map(({ key, type, title }) => ({ href: addressWith(http, { f: key }), type, title })),
    trail: [{ title: 'Catalogue', href: `${http.siteUrl}/` }, { title: 'Records' }],
    body: html`<h1>Records</h1>
${searchBox({ action: itemsAddress(http), q, hidden: { f: 'html' } })}
<p class="count" role="status">${count}</p>
${notice !== null && html`<p class="note" role="note">${notice}</p>`}
${narrowing(base, found)}
${cards(found.entries, distributions, { addressOf: (id) => recordAddress(http, id), siteUrl: http.siteUrl })}
${paging({ previous, next })}
<p class="formats">This page as <a href="${asJson(http).href}">GeoJSON</a></p>`,
  })
}
