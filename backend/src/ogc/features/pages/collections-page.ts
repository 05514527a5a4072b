/** The list of collections as a page. */
import type { HttpContext } from '../../../contract/handler.ts'
import { html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { facePage, formatLinks, shownDay, shownNumber } from '../../common/page.ts'
import { collectionAddress } from '../collection-json.ts'
import type { FaceParts } from '../parts.ts'

const firstLine = (text: string) =>
  text.length > 240 ? `${text.slice(0, 240).replace(/\s+\S*$/, '')} …` : text

const contentOf = ({ raster, geometryType, featureCount }: PublishedCollection) =>
  raster
    ? html`<span>Raster</span><span>${shownNumber(raster.width)} × ${shownNumber(raster.height)} cells</span>`
    : html`<span>${geometryType ?? 'Table without geometry'}</span><span>${shownNumber(featureCount)} features</span>`

export const collectionsPage = ({
  parts,
  http,
  collections,
}: {
  parts: FaceParts
  http: HttpContext
  collections: readonly PublishedCollection[]
}): string =>
  facePage(http, {
    title: 'Collections',
    siteTitle: parts.config.siteTitle,
    trail: [{ title: 'API', href: `${http.faceUrl}/?f=html` }, { title: 'Collections' }],
    body: html`<h1>Collections</h1>
<p class="lead">${collections.length === 0 ? 'Nothing is published yet.' : `${shownNumber(collections.length)} published ${collections.length === 1 ? 'layer' : 'layers'}.`}</p>
<ul class="results">${collections.map(
      (collection) => html`<li>
<h2><a href="${collectionAddress(http, collection.id)}?f=html">${collection.title}</a>${collection.isDeprecated && html` <span class="badge warn">deprecated</span>`}</h2>
${collection.description && html`<p>${firstLine(collection.description)}</p>`}
<p class="meta">${contentOf(collection)}<span>updated ${shownDay(collection.updatedAt)}</span><code>${collection.id}</code></p>
</li>`,
    )}</ul>
${formatLinks(http)}`,
  })
