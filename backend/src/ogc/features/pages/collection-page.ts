/** One collection as a page: what it holds, its fields, downloads, and how to open it. */
import type { HttpContext } from '../../../contract/handler.ts'
import type { StoredRaster } from '../../../domain/raster.ts'
import { findCrs } from '../../../geo/crs.ts'
import { type Html, html, paragraphs } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { hasMap } from '../../../services/maps.ts'
import { styledGeometryOf } from '../../../services/style-models.ts'
import { downloadAddress, recordAddress } from '../../common/links.ts'
import { locatorMap } from '../../common/locator-map.ts'
import { facePage, facts, formatLinks, shownDay, shownNumber, shownSize } from '../../common/page.ts'
import { type CollectionJson, collectionAddress } from '../collection-json.ts'
import type { FaceParts } from '../parts.ts'
import { useBox } from './use-box.ts'

const degrees = (value: number, [positive, negative]: [string, string]) =>
  `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`

const extentText = ({ extentCrs84 }: PublishedCollection): string | null => {
  if (extentCrs84 === null) return null
  const [west, south, east, north] = extentCrs84
  const lon: [string, string] = ['E', 'W']
  const lat: [string, string] = ['N', 'S']
  return `${degrees(west, lon)} to ${degrees(east, lon)}, ${degrees(south, lat)} to ${degrees(north, lat)}`
}

const locator = ({ extentCrs84 }: PublishedCollection): Html | null => {
  if (extentCrs84 === null) return null
  const [west, south, east, north] = extentCrs84
  return locatorMap({ west, south, east, north })
}

/** As it is drawn; loads nothing from elsewhere. */
const painted = (collection: PublishedCollection, address: string): Html | null =>
  hasMap(collection) && (collection.raster !== null || collection.featureCount > 0)
    ? html`<p><a href="${address}/map?f=html"><img class="map" src="${address}/map?f=png&width=480&bgcolor=white" width="480" loading="lazy" alt="Map of ${collection.title}"></a></p>`
    : null

const periodText = ({ temporalExtent }: PublishedCollection): string | null =>
  temporalExtent && `${temporalExtent[0]?.slice(0, 10) ?? '…'} to ${temporalExtent[1]?.slice(0, 10) ?? '…'}`

const crsText = (uri: string): Html => {
  const code = /\/EPSG\/0\/(\d+)$/.exec(uri)?.[1]
  if (!code) return html`<span>${uri.endsWith('CRS84') ? 'CRS84 (longitude, latitude)' : uri}</span>`
  return html`<span>EPSG:${code} ${findCrs(Number(code))?.name}</span>`
}

const storageText = (json: CollectionJson) => json.storageCrs && crsText(json.storageCrs)

const downloads = ({ downloads: list, editedAt }: PublishedCollection, siteUrl: string): Html | false =>
  list.length > 0 &&
  html`<h2>Downloads</h2>
<ul class="downloads">${list.map(
    (one) =>
      html`<li><a href="${downloadAddress(siteUrl, one.id)}">${one.fileName}</a> <span class="meta"><span>${one.format}</span>${one.sizeBytes !== null && html`<span>${shownSize(one.sizeBytes)}</span>`}${editedAt !== null && one.format !== 'PMTiles' && html`<span>as published; features have been edited since</span>`}</span></li>`,
  )}</ul>`

const fields = (collection: PublishedCollection): Html =>
  html`<h2>Fields</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Fields"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th></tr></thead>
<tbody>${collection.columns.map(({ name, type }) => html`<tr><td>${name}</td><td>${type}</td></tr>`)}</tbody>
</table></div>`

const contentFacts = ({
  raster,
  featureCount,
  geometryType,
  hasZ,
}: PublishedCollection): [string, string][] =>
  raster
    ? [
        ['Cells', `${shownNumber(raster.width)} × ${shownNumber(raster.height)}`],
        ['Cell size', raster.pixelSize.map((size) => Number(size.toPrecision(6))).join(' × ')],
        ['Values', raster.type],
        ['No value', raster.noData === null ? 'not marked' : String(raster.noData)],
      ]
    : [
        ['Features', shownNumber(featureCount)],
        ['Geometry', `${geometryType ?? 'none, a table'}${hasZ ? ' with heights' : ''}`],
      ]

const shownValue = (value: number | undefined) =>
  value === undefined ? '' : String(Number(value.toPrecision(6)))

const bands = (raster: StoredRaster): Html =>
  html`<h2>Bands</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Bands"><table>
<thead><tr><th scope="col">Band</th><th scope="col">Shows</th><th scope="col">Unit</th><th scope="col">Minimum</th><th scope="col">Maximum</th><th scope="col">Mean</th></tr></thead>
<tbody>${raster.bands.map(
    ({ name, colour, unit, statistics }, band) =>
      html`<tr><td>${band + 1}${name !== null && `: ${name}`}</td><td>${colour === 'undefined' ? '' : colour}</td><td>${unit}</td><td>${shownValue(statistics?.minimum)}</td><td>${shownValue(statistics?.maximum)}</td><td>${shownValue(statistics?.mean)}</td></tr>`,
  )}</tbody>
</table></div>`

export const collectionPage = ({
  parts,
  http,
  collection,
  json,
}: {
  parts: FaceParts
  http: HttpContext
  collection: PublishedCollection
  json: CollectionJson
}): string => {
  const address = collectionAddress(http, collection.id)
  const map = painted(collection, address) ?? locator(collection)
  return facePage(http, {
    title: collection.title,
    description: collection.description,
    siteTitle: parts.config.siteTitle,
    trail: [
      { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
      { title: collection.title },
    ],
    body: html`<h1>${collection.title}</h1>
${
  collection.isDeprecated &&
  html`<p class="notice">This dataset is deprecated.${collection.successorId && html` It was replaced by <a href="${recordAddress(http.siteUrl, collection.successorId)}?f=html">a newer one</a>.`}</p>`
}
<div class="lead">${paragraphs(collection.description)}</div>
<p class="actions">${collection.kind === 'features' && html`<a class="button" href="${address}/items?f=html">Show the features</a>`}
${collection.kind === 'raster' && html`<a class="button" href="${address}/coverage?f=html">Get values</a>`}
<a href="${recordAddress(http.siteUrl, collection.recordId)}?f=html">Full record</a>
${collection.storageSrid !== null && collection.kind === 'features' && html`<a href="${address}/tiles?f=html">Vector tiles</a>`}
${styledGeometryOf(collection) !== null && html`<a href="${address}/styles?f=html">Styles</a>`}
${hasMap(collection) && html`<a href="${address}/map?f=html">Map</a>`}
${
  collection.kind === 'features' &&
  html`<a href="${address}/queryables?f=html">Queryables</a>
<a href="${address}/sortables?f=html">Sortables</a>
<a href="${address}/schema?f=html">Schema</a>`
}</p>
<div class="columns"><div>
${map}
${facts([
  ['Id', html`<code>${collection.id}</code>`],
  ...contentFacts(collection),
  ['Stored in', storageText(json)],
  ['Extent', map === null || hasMap(collection) ? extentText(collection) : null],
  ['Period', periodText(collection)],
  ['Updated', shownDay(collection.updatedAt)],
  ['Keywords', collection.keywords.join(', ')],
  ['Conditions of use', collection.license],
  [
    'Offered in',
    html`<ul class="plain">${(json.crs ?? []).map((uri) => html`<li>${crsText(uri)}</li>`)}</ul>`,
  ],
])}
${downloads(collection, http.siteUrl)}
${collection.raster ? bands(collection.raster) : fields(collection)}
</div>
${collection.kind === 'features' && useBox({ faceUrl: http.faceUrl, collectionId: collection.id })}
</div>
${formatLinks(http)}`,
  })
}
