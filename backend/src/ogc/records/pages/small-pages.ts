/** Landing page, conformance, the catalogue itself and its sortables, and what is said of records that are not there. */
import type { components } from '../../../contract/records.gen.ts'
import { type Html, html } from '../../../http/html.ts'
import type { Titled } from '../../../repositories/catalogue.ts'
import { facts, shownNumber } from '../../common/page.ts'
import { CATALOG_ID, catalogAddress, itemsAddress, recordAddress } from '../links.ts'
import type { PropertySchema } from '../properties-schema.ts'
import { searchBox } from './cards.ts'
import { asJson, type PageBase, recordsPage } from './page.ts'

type Catalog = components['schemas']['catalog']

const asJsonLink = (base: PageBase) =>
  html`<p class="formats">This page as <a href="${asJson(base.http).href}">JSON</a></p>`

const trail = (base: PageBase, last: string, between: { title: string; href: string }[] = []) => [
  { title: 'Catalogue', href: `${base.http.siteUrl}/` },
  { title: 'API', href: `${base.http.faceUrl}/?f=html` },
  ...between,
  { title: last },
]

export const landingPage = (
  base: PageBase,
  { title, description }: { title: string; description: string },
): string => {
  const { http } = base
  return recordsPage(base, {
    title,
    description,
    alternates: [asJson(http)],
    trail: [{ title: 'Catalogue', href: `${http.siteUrl}/` }, { title: 'API' }],
    body: html`<h1>${title}</h1>
<p class="lead">${description}</p>
<ul class="cards">
<li><a href="${itemsAddress(http)}?f=html">Records</a><span>Search and read them</span></li>
<li><a href="${http.faceUrl}/collections?f=html">Catalogues</a><span>There is one: ${CATALOG_ID}</span></li>
<li><a href="${http.faceUrl}/api?f=html">API definition</a><span>Every address and parameter, also as <a href="${http.faceUrl}/api">OpenAPI document</a></span></li>
<li><a href="${http.faceUrl}/conformance?f=html">Conformance</a><span>Standards this API keeps</span></li>
</ul>
<p>In QGIS, <b>Web › MetaSearch</b> connects to <code class="copy">${catalogAddress(http)}</code> as <b>OGC API - Records</b>.</p>
${asJsonLink(base)}`,
  })
}

export const conformancePage = (base: PageBase, classes: readonly string[]): string =>
  recordsPage(base, {
    title: 'Conformance',
    alternates: [asJson(base.http)],
    trail: trail(base, 'Conformance'),
    body: html`<h1>Conformance</h1>
<p class="lead">Conformance classes of the OGC standards that this API keeps.</p>
<ul class="plain">${classes.map((uri) => html`<li><a href="${uri}">${uri}</a></li>`)}</ul>
${asJsonLink(base)}`,
  })

export const catalogsPage = (base: PageBase, catalog: Catalog): string =>
  recordsPage(base, {
    title: 'Catalogues',
    alternates: [asJson(base.http)],
    trail: trail(base, 'Catalogues'),
    body: html`<h1>Catalogues</h1>
<ul class="results"><li class="card"><h2><a href="${catalogAddress(base.http)}?f=html">${catalog.title}</a></h2>
<p>${catalog.description}</p><p class="meta"><span>${shownNumber(catalog.itemCount ?? 0)} records</span><code>${catalog.id}</code></p></li></ul>
${asJsonLink(base)}`,
  })

export const catalogPage = (base: PageBase, catalog: Catalog): string =>
  recordsPage(base, {
    title: catalog.title,
    description: catalog.description,
    alternates: [asJson(base.http)],
    trail: trail(base, catalog.title, [
      { title: 'Catalogues', href: `${base.http.faceUrl}/collections?f=html` },
    ]),
    body: html`<h1>${catalog.title}</h1>
<p class="lead">${catalog.description}</p>
${searchBox({ action: itemsAddress(base.http), q: '', hidden: { f: 'html' } })}
${facts([
  ['Id', html`<code>${catalog.id}</code>`],
  ['Records', html`<a href="${itemsAddress(base.http)}?f=html">${shownNumber(catalog.itemCount ?? 0)}</a>`],
  ['Holds', catalog.itemType],
  [
    'Filtered by',
    html`<a href="${catalogAddress(base.http)}/queryables?f=html">queryables</a>; counted by <a href="${catalogAddress(base.http)}/facets?f=html">facets</a>`,
  ],
  [
    'Sorted by',
    html`<a href="${catalogAddress(base.http)}/sortables?f=html">sortables</a>; without a wish by relevance`,
  ],
])}
<h2>Links</h2>
<ul class="plain">${catalog.links.map(({ href, rel, title, type }) => html`<li><a href="${href}">${title ?? href}</a> <span class="meta"><span>${rel}</span>${type && html`<span>${type}</span>`}</span></li>`)}</ul>
${asJsonLink(base)}`,
  })

const typeWords = ({ type, format }: PropertySchema) =>
  type === 'array' ? 'list of texts' : (format ?? type ?? '')

const propertyTable = (properties: Record<string, PropertySchema>, nameCell: (name: string) => Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Properties of records"><table><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${Object.entries(properties).map(([name, property]) => html`<tr><th scope="row">${nameCell(name)}</th><td>${typeWords(property)}</td><td>${property.title}</td></tr>`)}</tbody></table></div>`

export const sortablesPage = (base: PageBase, properties: Record<string, PropertySchema>): string =>
  recordsPage(base, {
    title: 'Sortables',
    alternates: [asJson(base.http, 'application/schema+json')],
    trail: trail(base, 'Sortables'),
    body: html`<h1>Sortables</h1>
<p class="lead">What <code>sortby</code> may name; a minus in front sorts from last to first.</p>
${propertyTable(properties, (name) => html`<a href="${itemsAddress(base.http)}?f=html&amp;sortby=${name}"><code>${name}</code></a>`)}
${asJsonLink(base)}`,
  })

export const queryablesPage = (base: PageBase, properties: Record<string, PropertySchema>): string =>
  recordsPage(base, {
    title: 'Queryables',
    alternates: [asJson(base.http, 'application/schema+json')],
    trail: trail(base, 'Queryables'),
    body: html`<h1>Queryables</h1>
<p class="lead">What <code>filter</code> may name. Most are parameters, too: <code>keywords=reef</code>.</p>
<p>For example <code class="copy">${itemsAddress(base.http)}?filter=keywords LIKE '%reef%' AND date &gt; DATE('2020-01-01')</code></p>
${propertyTable(properties, (name) => html`<code>${name}</code>`)}
${asJsonLink(base)}`,
  })

export const facetsPage = (base: PageBase, names: readonly string[]): string =>
  recordsPage(base, {
    title: 'Facets',
    alternates: [asJson(base.http)],
    trail: trail(base, 'Facets'),
    body: html`<h1>Facets</h1>
<p class="lead">What search results can be counted by: <code class="copy">${itemsAddress(base.http)}?facets=true</code></p>
<ul class="plain">${names.map((name) => html`<li><a href="${itemsAddress(base.http)}?f=json&amp;limit=1&amp;facets=${name}"><code>${name}</code></a></li>`)}</ul>
${asJsonLink(base)}`,
  })

/** R3.15: the address of a deleted record says that it was there, and what replaces it. */
export const gonePage = (
  base: PageBase,
  { id, successor }: { id: string; successor: Titled | null },
): string =>
  recordsPage(base, {
    title: 'Record deleted',
    trail: [{ title: 'Catalogue', href: `${base.http.siteUrl}/` }, { title: 'Deleted record' }],
    body: html`<h1>This record was deleted</h1>
<p class="lead">${successor ? html`It was replaced by <a href="${recordAddress(base.http, successor.id)}">${successor.title}</a>.` : 'The data it described are no longer offered here, and nothing is known to replace them.'}</p>
<p>Identifier: <code>${id}</code></p>
<p><a href="${base.http.siteUrl}/">Search the catalogue</a></p>`,
  })

export const notFoundPage = (base: PageBase, id: string): string =>
  recordsPage(base, {
    title: 'No such record',
    trail: [{ title: 'Catalogue', href: `${base.http.siteUrl}/` }, { title: 'No such record' }],
    body: html`<h1>There is no such record</h1>
<p class="lead">Nothing is published under <code>${id.slice(0, 100)}</code>. Check the address, or search for it.</p>
${searchBox({ action: `${base.http.siteUrl}/`, q: '' })}`,
  })
