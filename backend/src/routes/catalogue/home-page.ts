/** The first page (R10): what there is, by words, by topic and by age, and how programs come in. */

import { type CatalogueValue, noFilter } from '../../domain/catalogue-query.ts'
import { type Html, html, renderPage } from '../../http/html.ts'
import { shownDay, shownNumber } from '../../ogc/common/page.ts'
import { organisationOf } from '../../ogc/records/pages/cards.ts'
import { valueTitle } from '../../ogc/records/pages/facet-words.ts'
import { isDrawn, islandSymbol, pictureOf } from '../../ogc/records/pages/picture.ts'
import type { Catalogue, CatalogueEntry } from '../../repositories/catalogue.ts'
import { addressOf, readFindRequest } from './find-request.ts'

const newestShown = 6
const topicsShown = 8
const examplesLookedAt = 6

type Topic = { code: string; count: number | null; example: CatalogueEntry | null }

export type HomeContent = {
  count: number
  withApi: number | null
  organisations: number | null
  newest: CatalogueEntry[]
  topics: Topic[]
}

/** With a picture of its own where one of the newest has one, and another than the topics before. */
const exampleOf = async (
  catalogue: Pick<Catalogue, 'search'>,
  topic: string,
  used: ReadonlySet<string>,
): Promise<CatalogueEntry | null> => {
  const newestOf = async (has: CatalogueValue[]) =>
    (await catalogue.search({ filter: { ...noFilter, has }, sort: [], limit: examplesLookedAt, offset: 0 }))
      .entries
  const ofTopic: CatalogueValue = { name: 'themes', value: topic }
  const live = (await newestOf([ofTopic, { name: 'api' }])).filter(isDrawn)
  const found = live.find(({ id }) => !used.has(id)) ?? live[0]
  if (found) return found
  const others = await newestOf([ofTopic])
  return others.find(({ metadata }) => metadata.bbox) ?? others[0] ?? null
}

/** What the page shows. */
export const readHome = async (catalogue: Pick<Catalogue, 'search' | 'count'>): Promise<HomeContent> => {
  const [count, found] = await Promise.all([
    catalogue.count(),
    catalogue.search({
      filter: noFilter,
      sort: [{ by: 'updated', isDescending: true }],
      limit: newestShown,
      offset: 0,
      facets: [
        { name: 'themes', bucketCount: topicsShown, order: 'count_desc' },
        { name: 'organization', bucketCount: 100, order: 'count_desc' },
      ],
    }),
  ])
  const { facets } = found
  const isCounted = facets !== null && facets.counted === null
  const organisations = facets?.byName.get('organization')
  const used = new Set<string>()
  const topics: Topic[] = []
  for (const { value, count: records } of facets?.byName.get('themes')?.buckets ?? []) {
    const example = await exampleOf(catalogue, value, used)
    if (example) used.add(example.id)
    topics.push({ code: value, count: isCounted ? records : null, example })
  }
  return {
    count,
    withApi: isCounted ? facets.withApi : null,
    organisations: isCounted && organisations && !organisations.hasMore ? organisations.buckets.length : null,
    newest: found.entries,
    topics,
  }
}

const figure = (value: number | null, [one, many]: [string, string], href: string): Html | null =>
  value === null || value === 0
    ? null
    : html`<li><a href="${href}"><b>${shownNumber(value)}</b> ${value === 1 ? one : many}</a></li>`

const topicCard = ({ code, count, example }: Topic, siteUrl: string): Html =>
  html`<li><a href="${addressOf(siteUrl, readFindRequest(new URLSearchParams()), { has: [{ name: 'themes', value: code }] })}">${example && pictureOf(example, siteUrl)}<span class="name">${valueTitle('themes', code)}</span>${count !== null && html`<span class="meta">${shownNumber(count)} ${count === 1 ? 'record' : 'records'}</span>`}</a></li>`

const newCard = (entry: CatalogueEntry, { siteUrl, itemsUrl }: { siteUrl: string; itemsUrl: string }): Html =>
  html`<li>${pictureOf(entry, siteUrl)}<div><h3><a href="${itemsUrl}/${entry.id}">${entry.metadata.title ?? entry.id}</a></h3>
<p class="meta">${organisationOf(entry) && html`<span>${organisationOf(entry)}</span>`}<span>updated ${shownDay(entry.updatedAt)}</span></p></div></li>`

export const homePage = (
  { count, withApi, organisations, newest, topics }: HomeContent,
  { siteTitle, siteUrl, itemsUrl }: { siteTitle: string; siteUrl: string; itemsUrl: string },
): string => {
  const [first] = newest
  return renderPage({
    title: siteTitle,
    siteTitle,
    siteUrl,
    section: 'home',
    description: `Spatial data catalogue: search, read and download the published datasets of ${siteTitle}.`,
    alternates: [{ href: itemsUrl, type: 'application/geo+json', title: 'Records as GeoJSON' }],
    social: { address: `${siteUrl}/`, kind: 'website' },
    structured: {
      '@context': 'https://schema.org',
      '@type': 'DataCatalog',
      name: `${siteTitle} catalogue`,
      url: `${siteUrl}/`,
      potentialAction: {
        '@type': 'SearchAction',
        target: `${siteUrl}/catalogue?q={search_term_string}`,
        'query-input': 'required name=search_term_string',
      },
    },
    body: html`${islandSymbol}<div class="hero"><h1>${siteTitle} catalogue</h1>
<p class="lead">Spatial data to find, read about, download and connect to.</p>
<form class="search" role="search" action="${siteUrl}/catalogue" method="get">
<label for="q">Search the catalogue</label>
<div class="row"><input type="search" id="q" name="q" maxlength="500" autocomplete="off" placeholder="for example: coastal habitats"><button type="submit">Search</button></div>
</form>
<ul class="figures">${figure(count, ['record', 'records'], `${siteUrl}/catalogue`)}${figure(withApi, ['with an API', 'with an API'], `${siteUrl}/catalogue?api=yes`)}${figure(organisations, ['organisation', 'organisations'], `${siteUrl}/catalogue#facet-organization`)}<li><a href="${siteUrl}/map">Open the map</a></li></ul></div>
${topics.length > 0 && html`<section aria-labelledby="topics"><h2 id="topics">Topics</h2><ul class="tiles">${topics.map((topic) => topicCard(topic, siteUrl))}</ul></section>`}
${
  first &&
  html`<section aria-labelledby="newest"><h2 id="newest">Newest</h2><ul class="newest">${newest.map((entry) => newCard(entry, { siteUrl, itemsUrl }))}</ul>
<p><a href="${siteUrl}/catalogue?sortby=-updated">All records, newest first</a></p></section>`
}
${!first && html`<div class="empty"><p class="empty-title">Nothing is published yet.</p><p>Whoever has a token can <a href="${siteUrl}/metadata-editor/">publish the first record</a>; the <a href="${siteUrl}/docs">user guide</a> says how.</p></div>`}
<section class="programs" aria-labelledby="programs"><h2 id="programs">For programs</h2>
<ul>
<li>QGIS, GDAL and scripts: <a href="${siteUrl}/pygeoapi?f=html">OGC API – Features</a> at <code class="copy">${siteUrl}/pygeoapi</code></li>
<li>Catalogue clients such as MetaSearch in QGIS: <a rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog" href="${itemsUrl}?f=html">OGC API – Records</a> at <code class="copy">${itemsUrl.replace(/\/items$/, '')}</code>; older ones: <a href="${siteUrl}/csw">CSW 2.0.2</a> at <code class="copy">${siteUrl}/csw</code></li>
<li>QGIS: the <a href="${siteUrl}/qgis">plugin</a> publishes layers with their styles and opens records</li>
<li>Publishing: <a href="${siteUrl}/api/v1/docs">catalogue API</a> and the <a href="${siteUrl}/docs">user guide</a></li>
</ul></section>`,
  })
}
