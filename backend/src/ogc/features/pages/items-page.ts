/** A page of features for people: drawing, table of attributes that can be sorted and searched, and the way to the next page. */
import type { HttpContext } from '../../../contract/handler.ts'
import type { FeatureRequest } from '../../../domain/feature-query.ts'
import { isGeographic } from '../../../geo/crs.ts'
import { type Html, html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { addressWith, type Link, mediaTypes } from '../../common/links.ts'
import { facePage, formatLinks, shownNumber, shownValue } from '../../common/page.ts'
import type { PlainFeature } from '../../common/plain-features.ts'
import { collectionAddress } from '../collection-json.ts'
import { dataFormats } from '../formats.ts'
import type { FaceParts } from '../parts.ts'
import { sortableColumns } from '../sort-keys.ts'
import { mapSvg } from './map-svg.ts'
import { useBox } from './use-box.ts'

type Heading = { name: string; sortName: string | null; kind: 'number' | 'text' }

/** Sorts by the column; when it is sorted by already, the other way round. */
const sortLink = (
  http: HttpContext,
  { name, sortName, kind }: Heading,
  sort: FeatureRequest['sort'],
): Html => {
  const [first] = sort
  const present = first?.column.name === sortName && sortName !== null ? first : null
  const direction = present === null ? 'none' : present.isDescending ? 'descending' : 'ascending'
  if (sortName === null) return html`<th scope="col" class="${kind}">${name}</th>`
  const next = direction === 'ascending' ? `-${sortName}` : sortName
  const sign = { none: '', ascending: ' ↑', descending: ' ↓' }[direction]
  return html`<th scope="col" class="${kind}" aria-sort="${direction}"><a href="${addressWith(http, { sortby: next, cursor: null, offset: null })}">${name}</a>${sign}</th>`
}

const table = (
  features: PlainFeature[],
  { http, headings, sort }: { http: HttpContext; headings: Heading[]; sort: FeatureRequest['sort'] },
  addressOf: (feature: PlainFeature) => string,
): Html => {
  const [, ...named] = headings
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Attributes"><table>
<thead><tr>${headings.map((heading) => sortLink(http, heading, sort))}</tr></thead>
<tbody>${features.map(
    (feature) =>
      html`<tr><th scope="row"><a href="${addressOf(feature)}">${feature.id}</a></th>${named.map(
        ({ name, kind }) => html`<td class="${kind}">${shownValue(feature.properties[name])}</td>`,
      )}</tr>`,
  )}</tbody>
</table></div>`
}

/** The other parameters stay as they are. */
const kept = (http: HttpContext): [string, string][] =>
  [...http.searchParams].filter(([name]) => !['q', 'cursor', 'offset', 'f'].includes(name))

const searchForm = (http: HttpContext, action: string): Html => {
  const asked = http.searchParams.get('q') ?? ''
  return html`<form class="search" action="${action}" method="get" role="search">
<label for="q">Find text in these features</label>
<div class="row"><input type="search" id="q" name="q" value="${asked}" maxlength="200"><input type="hidden" name="f" value="html">${kept(http).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button type="submit">Find</button>${asked !== '' && html`<a href="${addressWith(http, { q: null, cursor: null, offset: null })}">All features</a>`}</div>
</form>`
}

const summary = (shown: number, matched: number | null): string => {
  if (shown === 0) return 'No feature fits.'
  const noun = shown === 1 && matched === 1 ? 'feature' : 'features'
  return matched === null
    ? `${shownNumber(shown)} ${noun} on this page`
    : `${shownNumber(shown)} of ${shownNumber(matched)} ${noun}`
}

const paging = (http: HttpContext, links: Link[]): Html => {
  const next = links.find(({ rel }) => rel === 'next')
  const isFirst = !http.searchParams.has('cursor') && !http.searchParams.has('offset')
  return html`<nav class="paging" aria-label="Pages">${!isFirst && html`<a href="${addressWith(http, { cursor: null, offset: null })}">First page</a>`}${next && html`<a class="button" rel="next" href="${next.href}">Next page</a>`}</nav>`
}

export const itemsPage = ({
  parts,
  http,
  collection,
  request,
  features,
  matched,
  links,
}: {
  parts: FaceParts
  http: HttpContext
  collection: PublishedCollection
  request: FeatureRequest
  features: PlainFeature[]
  matched: number | null
  links: Link[]
}): string => {
  const address = collectionAddress(http, collection.id)
  const addressOf = ({ id }: PlainFeature) => `${address}/items/${id}?f=html`
  const shown = request.properties ?? collection.columns
  const sortable = new Map(sortableColumns(collection).map(({ name, column }) => [column, name]))
  const headings: Heading[] = [
    { name: 'id', sortName: sortable.get('fid') ?? null, kind: 'text' },
    ...shown.map(({ name, column, type }) => ({
      name,
      sortName: sortable.get(column) ?? null,
      kind: type === 'integer' || type === 'number' ? ('number' as const) : ('text' as const),
    })),
  ]
  const labelColumn = collection.columns.find(
    ({ name, type }) => type === 'string' && /name|title|label/i.test(name),
  )
  const titleOf = (feature: PlainFeature) =>
    String((labelColumn && feature.properties[labelColumn.name]) ?? feature.id)
  return facePage(http, {
    title: `Features of ${collection.title}`,
    siteTitle: parts.config.siteTitle,
    jsonType: mediaTypes.geojson,
    trail: [
      { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
      { title: collection.title, href: `${address}?f=html` },
      { title: 'Features' },
    ],
    body: html`<h1>${collection.title}</h1>
<p class="lead">${summary(features.length, matched)}</p>
${collection.columns.some(({ type }) => type === 'string') && searchForm(http, `${address}/items`)}
${mapSvg(
  features.map((feature) => ({
    title: titleOf(feature),
    href: addressOf(feature),
    geometry: feature.geometry,
  })),
  { isGeographic: isGeographic(request.crs.epsg), isFlipped: request.crs.axisOrder === 'yx' },
)}
${features.length > 0 && table(features, { http, headings, sort: request.sort }, addressOf)}
${paging(http, links)}
${useBox({ faceUrl: http.faceUrl, collectionId: collection.id })}
${formatLinks(
  http,
  dataFormats.map(({ f, title }) => ({ title, href: addressWith(http, { f }) })),
)}`,
  })
}
