/** A page of features for people: drawing, table of attributes, and the way to the next page. */
import type { HttpContext } from '../../../contract/handler.ts'
import type { FeatureRequest } from '../../../domain/feature-query.ts'
import { isGeographic } from '../../../geo/crs.ts'
import { type Html, html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { addressWith, type Link, mediaTypes } from '../../common/links.ts'
import { facePage, formatLinks, shownNumber } from '../../common/page.ts'
import { collectionAddress } from '../collection-json.ts'
import type { PlainFeature } from '../items-body.ts'
import type { FaceParts } from '../parts.ts'
import { mapSvg } from './map-svg.ts'
import { useBox } from './use-box.ts'

const longest = 200

export const shownValue = (value: unknown): Html | string => {
  if (value === null || value === undefined) return html`<span class="none" title="no value">–</span>`
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const table = (
  features: PlainFeature[],
  names: string[],
  addressOf: (feature: PlainFeature) => string,
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Attributes"><table>
<thead><tr><th scope="col">id</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${features.map(
    (feature) =>
      html`<tr><th scope="row"><a href="${addressOf(feature)}">${feature.id}</a></th>${names.map((name) => {
        const value = feature.properties[name]
        return typeof value === 'number'
          ? html`<td class="number">${value}</td>`
          : html`<td>${shownValue(value)}</td>`
      })}</tr>`,
  )}</tbody>
</table></div>`

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
  const names = (request.properties ?? collection.columns).map(({ name }) => name)
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
${mapSvg(
  features.map((feature) => ({
    title: titleOf(feature),
    href: addressOf(feature),
    geometry: feature.geometry,
  })),
  { isGeographic: isGeographic(request.crs.epsg), isFlipped: request.crs.axisOrder === 'yx' },
)}
${features.length > 0 && table(features, names, addressOf)}
${paging(http, links)}
${useBox({ faceUrl: http.faceUrl, collectionId: collection.id })}
${formatLinks(http, [{ title: 'GeoJSON' }])}`,
  })
}
