/**
 * The catalogue: a search, what it can be narrowed by, and its results. Works by forms and links alone; in the browser
 * `web/catalogue` fetches the same pages and takes over the parts marked `data-part`.
 */
import type { CatalogueValue } from '../../domain/catalogue-query.ts'
import { type Html, html, renderPage } from '../../http/html.ts'
import type { GeographicBox } from '../../metadata/record-metadata.ts'
import { extentText } from '../../ogc/common/locator-map.ts'
import { shownNumber } from '../../ogc/common/page.ts'
import { cards, countText, paging, similarNotice } from '../../ogc/records/pages/cards.ts'
import { facetTitles, valueTitle } from '../../ogc/records/pages/facet-words.ts'
import { boxInFrame, frame, frameSize, islandPath } from '../../ogc/records/pages/picture.ts'
import type { Catalogue, CataloguePage, Facets } from '../../repositories/catalogue.ts'
import {
  addressOf,
  type FindRequest,
  filterOf,
  isNarrowed,
  isSame,
  orders,
  readFindRequest,
  recordsAddressOf,
  type ShownFacet,
  shownFacets,
  sortOf,
  without,
} from './find-request.ts'

export const perPage = 20
/** So many values of a facet are asked for, and so many are seen before the rest is opened. */
const valuesAsked = 40
const valuesShown = 6

type Base = { siteTitle: string; siteUrl: string; itemsUrl: string }
type Found = { base: Base; request: FindRequest; found: CataloguePage }

// Filters ----------------------------------------------------------------------------------------------

const nameOfValue = (one: CatalogueValue): string =>
  one.name === 'api' ? 'Has an API' : `${facetTitles[one.name]}: ${valueTitle(one.name, one.value)}`

/** A link that takes one filter away; the cross is for the eye, the words are for the ear. */
const chip = (href: string, text: string, key: string): Html =>
  html`<li><a class="chip" href="${href}" data-key="chip ${key}"><span class="hidden">Remove the filter </span>${text}<span class="cross" aria-hidden="true">×</span></a></li>`

const periodText = ({ from, until }: FindRequest): string => {
  if (from && until) return from === until ? from : `${from} to ${until}`
  return from ? `since ${from}` : `until ${until}`
}

const chips = ({ base: { siteUrl }, request }: Found): Html => {
  const { has, box, from, until } = request
  const list = [
    ...has.map((one) =>
      chip(
        addressOf(siteUrl, request, { has: without(has, one) }),
        nameOfValue(one),
        one.name === 'api' ? 'api' : `${one.name} ${one.value}`,
      ),
    ),
    ...(box ? [chip(addressOf(siteUrl, request, { box: null }), `Area: ${extentText(box)}`, 'area')] : []),
    ...(from || until
      ? [chip(addressOf(siteUrl, request, { from: '', until: '' }), `Time: ${periodText(request)}`, 'time')]
      : []),
  ]
  const clear = addressOf(siteUrl, request, { has: [], box: null, from: '', until: '' })
  return html`<div data-part="chips">${
    list.length > 0 &&
    html`<ul class="chips" aria-label="Filters in force">${list}${list.length > 1 && html`<li><a href="${clear}" data-key="chip clear">Remove all</a></li>`}</ul>`
  }${has.map((one) =>
    one.name === 'api'
      ? html`<input type="hidden" form="search" name="api" value="yes">`
      : html`<input type="hidden" form="search" name="${one.name}" value="${one.value}">`,
  )}</div>`
}

const valueLink = (
  { base: { siteUrl }, request }: Found,
  { value, text, count }: { value: CatalogueValue; text: string; count: number | null },
): Html => {
  const { has } = request
  const key = `facet ${value.name} ${value.name === 'api' ? '' : value.value}`
  return has.some((one) => isSame(one, value))
    ? html`<li><a class="chosen" aria-current="true" href="${addressOf(siteUrl, request, { has: without(has, value) })}" data-key="${key}"><span>${text}</span><span class="cross" aria-hidden="true">×</span><span class="hidden"> (chosen, press to remove)</span></a></li>`
    : html`<li><a href="${addressOf(siteUrl, request, { has: [...has, value] })}" data-key="${key}"><span>${text}</span>${count !== null && html` <span class="number">${shownNumber(count)}<span class="hidden"> records</span></span>`}</a></li>`
}

const facet = (given: Found, name: ShownFacet, facets: Facets): Html | null => {
  const found = facets.byName.get(name)?.buckets ?? []
  const chosen = given.request.has.flatMap((one) => (one.name === name ? [one.value] : []))
  // What is chosen is always there to be taken away, even where nothing has it.
  const values: { value: string; count: number | null }[] = [
    ...chosen
      .filter((value) => !found.some((bucket) => bucket.value === value))
      .map((value) => ({ value, count: null })),
    ...found,
  ]
  if (
    values.length === 0 ||
    (values.length === 1 && chosen.length === 0 && given.found.matched === values[0]?.count)
  )
    return null
  const ordered = values.toSorted(
    (a, b) => Number(chosen.includes(b.value)) - Number(chosen.includes(a.value)),
  )
  const link = ({ value, count }: { value: string; count: number | null }) =>
    valueLink(given, { value: { name, value }, text: valueTitle(name, value), count })
  const rest = ordered.slice(valuesShown)
  return html`<section class="facet" aria-labelledby="facet-${name}"><h3 id="facet-${name}">${facetTitles[name]}</h3>
<ul>${ordered.slice(0, valuesShown).map(link)}</ul>
${rest.length > 0 && html`<details id="more-${name}"><summary>${rest.length} more<span class="hidden"> of ${facetTitles[name]}</span></summary><ul>${rest.map(link)}</ul></details>`}</section>`
}

const apiFacet = (given: Found, { withApi }: Facets): Html | null => {
  const value: CatalogueValue = { name: 'api' }
  const isChosen = given.request.has.some((one) => isSame(one, value))
  if (withApi === 0 && !isChosen) return null
  return html`<section class="facet" aria-labelledby="facet-api"><h3 id="facet-api">Live access</h3>
<ul>${valueLink(given, { value, text: 'Has an API', count: withApi })}</ul></section>`
}

const facetList = (given: Found): Html => {
  const { facets } = given.found
  return html`<div data-part="facets">${
    facets &&
    html`${shownFacets.map((name) => facet(given, name, facets))}${apiFacet(given, facets)}${
      facets.counted !== null &&
      html`<p class="hint">Numbers count the newest ${shownNumber(facets.counted)} of these records.</p>`
    }`
  }</div>`
}

// Area and time ----------------------------------------------------------------------------------------

const areaMap = ({ request: { box }, found }: Found): Html => {
  const chosen = box && boxInFrame(box)
  const extents = found.entries.flatMap(({ metadata }) => (metadata.bbox && boxInFrame(metadata.bbox)) || [])
  return html`<div class="area-map"><svg id="area-map" viewBox="0 0 ${frameSize.width} ${frameSize.height}" width="264" height="${Math.round((264 * frameSize.height) / frameSize.width)}" role="img" aria-label="Map of the island with the extents of these records" data-frame="${[frame.west, frame.south, frame.east, frame.north].join(',')}">
<path class="land" d="${islandPath}"/>
<g data-part="extents" aria-hidden="true">${extents.map(({ x, y, width, height }) => html`<rect class="found" x="${x}" y="${y}" width="${width}" height="${height}"/>`)}${chosen && html`<rect class="extent" x="${chosen.x}" y="${chosen.y}" width="${chosen.width}" height="${chosen.height}"/>`}</g></svg></div>`
}

const sideNames = { west: 'West', south: 'South', east: 'East', north: 'North' } as const

const sideField = (side: keyof typeof sideNames, box: GeographicBox | null): Html =>
  html`<div><label for="${side}">${sideNames[side]}</label><input type="text" inputmode="decimal" form="search" id="${side}" name="${side}" value="${box?.[side]}" maxlength="12" autocomplete="off"></div>`

const area = (given: Found): Html =>
  html`<section class="facet" aria-labelledby="facet-area"><h3 id="facet-area">Area</h3>
${areaMap(given)}
<details id="typed-area"><summary>Type the corners in degrees</summary>
<div class="sides">${sideField('north', given.request.box)}${sideField('west', given.request.box)}${sideField('east', given.request.box)}${sideField('south', given.request.box)}</div>
<p class="hint">Saint Lucia lies between 61.1° and 60.8° west, which are negative numbers, and 13.7° and 14.1° north.</p>
<p><button type="submit" form="search" class="plain">Search this area</button></p></details></section>`

const time = ({ request: { from, until } }: Found): Html =>
  html`<section class="facet" aria-labelledby="facet-time"><h3 id="facet-time">Time the data cover</h3>
<div class="sides"><div><label for="from">From</label><input type="date" form="search" id="from" name="from" value="${from}"></div><div><label for="until">Until</label><input type="date" form="search" id="until" name="until" value="${until}"></div></div>
<p><button type="submit" form="search" class="plain">Search this time</button></p></section>`

// Results ----------------------------------------------------------------------------------------------

const nothingFound = ({ base: { siteUrl }, request }: Found): Html =>
  html`<div class="empty"><p class="empty-title">Nothing fits all of this.</p>
<p>${
    request.has.length > 0 || request.box || request.from || request.until
      ? html`Take a filter away above, or <a href="${addressOf(siteUrl, request, { has: [], box: null, from: '', until: '' })}">all of them</a>.`
      : html`Try fewer or other words, or <a href="${siteUrl}/catalogue">look at all records</a>.`
  }</p></div>`

const results = (given: Found): Html => {
  const { base, request, found } = given
  const { siteUrl, itemsUrl } = base
  const { entries } = found
  const distributions = new Map(entries.map((entry) => [entry.id, entry.distributions]))
  const { offset } = request
  return html`<div data-part="results">
${request.notes.map((note) => html`<p class="note" role="note">${note}</p>`)}
${found.isSimilar && html`<p class="note" role="note">${similarNotice(request.q)}</p>`}
${entries.length > 0 ? cards(entries, distributions, { addressOf: (id) => `${itemsUrl}/${id}`, siteUrl }) : nothingFound(given)}
${paging({
  previous: offset > 0 ? addressOf(siteUrl, request, { offset: Math.max(0, offset - perPage) }) : null,
  next: found.hasMore ? addressOf(siteUrl, request, { offset: offset + entries.length }) : null,
})}
</div>`
}

const elsewhere = ({ base: { itemsUrl, siteUrl }, request }: Found): Html => {
  const records = recordsAddressOf(itemsUrl, request)
  return html`<p class="formats" data-part="formats">${records !== null && html`This search as <a href="${records}${records.includes('?') ? '&' : '?'}f=json">GeoJSON</a> · `}Connect a program to <a href="${siteUrl}/records?f=html">the catalogue’s API</a></p>`
}

const titleOf = ({ q, has }: FindRequest): string =>
  q.trim() || (has[0] ? nameOfValue(has[0]) : 'All records')

const sortChoice = (present: string): Html =>
  html`<label for="sortby">Sort by</label><select id="sortby" name="sortby">${orders.map(
    ({ value, title }) =>
      value === present
        ? html`<option value="${value}" selected>${title}</option>`
        : html`<option value="${value}">${title}</option>`,
  )}</select>`

export const findRecords = async (catalogue: Pick<Catalogue, 'search'>, request: FindRequest) =>
  catalogue.search({
    filter: filterOf(request),
    sort: sortOf(request),
    limit: perPage,
    offset: request.offset,
    isForgiving: true,
    facets: shownFacets.map((name) => ({ name, bucketCount: valuesAsked, order: 'count_desc' as const })),
  })

export const cataloguePage = async (
  catalogue: Pick<Catalogue, 'search'>,
  base: Base,
  parameters: URLSearchParams,
): Promise<string> => {
  const request = readFindRequest(parameters)
  const found = await findRecords(catalogue, request)
  const given: Found = { base, request, found }
  const { siteTitle, siteUrl, itemsUrl } = base
  const records = recordsAddressOf(itemsUrl, request)
  const count = countText({ shown: found.entries.length, offset: request.offset, matched: found.matched })
  return renderPage({
    title: `${titleOf(request)} – Catalogue`,
    siteTitle,
    siteUrl,
    section: 'catalogue',
    script: 'catalogue',
    description: `Search the datasets of ${siteTitle} by words, topic, organisation, place and time.`,
    alternates:
      records === null
        ? []
        : [{ href: records, type: 'application/geo+json', title: 'These records as GeoJSON' }],
    ...(isNarrowed(request) && { isNotForIndex: true }),
    body: html`<h1>Catalogue</h1>
<form class="search finder-search" id="search" role="search" action="${siteUrl}/catalogue" method="get" data-failure="The server could not be reached, so this list may be old. Check your connection, then search again.">
<label for="q">Search the catalogue</label>
<div class="row"><input type="search" id="q" name="q" value="${request.q}" maxlength="500" autocomplete="off" placeholder="for example: coastal habitats"><span class="sort">${sortChoice(request.sortby)}</span><button type="submit">Search</button></div>
</form>
<div class="finder" id="finder">
<input type="checkbox" class="filters-toggle" id="show-filters" autocomplete="off"><label class="button plain filters-button" for="show-filters">Filters</label>
<aside class="filters" aria-label="Narrow the search">
<h2 class="hidden">Narrow the search</h2>
${area(given)}
${facetList(given)}
${time(given)}
</aside>
<section class="found" aria-label="Results">
<h2 class="hidden">Results</h2>
<p class="count" role="status" id="count">${count}</p>
${chips(given)}
${results(given)}
${elsewhere(given)}
</section>
</div>`,
  })
}
