/** Maps as pages: the picture, and how it is opened in the programs people have. */
import type { HttpContext } from '../../contract/handler.ts'
import { type TileMatrixSetId, tileMatrixSets } from '../../geo/tile-matrix-sets.ts'
import { type Html, html } from '../../http/html.ts'
import { addressWith } from '../common/links.ts'
import { facePage, facts, formatLinks } from '../common/page.ts'
import { type MapSubject, mapAddress, mapTilesAddress, tileTemplate } from './tilesets.ts'

const trail = (http: HttpContext, { collection }: MapSubject) => [
  { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
  { title: collection.title, href: `${http.faceUrl}/collections/${collection.id}?f=html` },
]

const titleOf = ({ collection, styleId, style }: MapSubject): string =>
  styleId === null ? collection.title : `${collection.title} – ${style.title}`

/** Commands and addresses as they are typed. */
const mapUse = (http: Pick<HttpContext, 'faceUrl' | 'siteUrl'>, subject: MapSubject): Html => {
  const { collection } = subject
  return html`<section class="use" aria-labelledby="use">
<h2 id="use">Use this map</h2>
<details open>
<summary>QGIS, as WMS</summary>
<ol>
<li>Open <b>Layer › Data Source Manager › WMS/WMTS</b> and choose <b>New</b>.</li>
<li>Give any name, and as URL <code class="copy">${http.siteUrl}/wms</code></li>
<li><b>Connect</b>, and add <b>${collection.title}</b>. Legend and information on features come along.</li>
</ol>
</details>
<details>
<summary>QGIS, as tiles</summary>
<ol>
<li>In the browser panel, right-click <b>XYZ Tiles</b> and choose <b>New Connection</b>.</li>
<li>Give any name, as URL <code class="copy">${tileTemplate(http, subject)}</code> and as greatest zoom level ${tileMatrixSets.WebMercatorQuad.lastZoom}.</li>
</ol>
</details>
<details>
<summary>Web map (MapLibre)</summary>
<pre tabindex="0"><code>map.addSource('${collection.id}', { type: 'raster', tileSize: 256, url: '${mapTilesAddress(http, subject)}/WebMercatorQuad?f=tilejson' })
map.addLayer({ id: '${collection.id}', type: 'raster', source: '${collection.id}' })</code></pre>
</details>
<details>
<summary>As a picture</summary>
<pre tabindex="0"><code>curl -o ${collection.id}.png '${mapAddress(http, subject)}?width=1200&amp;f=png'</code></pre>
</details>
</section>`
}

const formats = (http: HttpContext): Html =>
  formatLinks(
    http,
    (['png', 'jpeg', 'webp'] as const).map((format) => ({
      title: format.toUpperCase(),
      href: addressWith(http, { f: format }),
    })),
  )

export const mapPage = (
  siteTitle: string,
  http: HttpContext,
  { subject, size }: { subject: MapSubject; size: { width: number; height: number } },
): string =>
  facePage(http, {
    siteTitle,
    title: `${titleOf(subject)}: map`,
    trail: [...trail(http, subject), { title: 'Map' }],
    body: html`<h1>Map of ${titleOf(subject)}</h1>
<p class="actions"><a href="${mapTilesAddress(http, subject)}?f=html">Map tiles</a></p>
<p><img class="map" src="${addressWith(http, { f: 'png', bgcolor: http.searchParams.get('bgcolor') ?? 'white' })}" width="${size.width}" height="${size.height}" alt="Map of ${subject.collection.title} in the style ${subject.style.title}"></p>
${mapUse(http, subject)}
${formats(http)}`,
  })

export const datasetMapPage = (
  siteTitle: string,
  http: HttpContext,
  { titles, size }: { titles: string[]; size: { width: number; height: number } },
): string =>
  facePage(http, {
    siteTitle,
    title: 'Map',
    trail: [{ title: 'API', href: `${http.faceUrl}/?f=html` }, { title: 'Map' }],
    body: html`<h1>Map of several collections</h1>
<p class="lead">Choose with <code>collections=</code> which ones, the lowest first.</p>
<p><img class="map" src="${addressWith(http, { f: 'png', bgcolor: http.searchParams.get('bgcolor') ?? 'white' })}" width="${size.width}" height="${size.height}" alt="Map of ${titles.join(', ')}"></p>
<h2>Collections, from the lowest to the highest</h2>
<ol>${titles.map((title) => html`<li>${title}</li>`)}</ol>
${formats(http)}`,
  })

export const tilesetsPage = (
  siteTitle: string,
  http: HttpContext,
  subject: MapSubject,
  ids: TileMatrixSetId[],
): string =>
  facePage(http, {
    siteTitle,
    title: `${titleOf(subject)}: map tiles`,
    trail: [
      ...trail(http, subject),
      { title: 'Map', href: `${mapAddress(http, subject)}?f=html` },
      { title: 'Tiles' },
    ],
    body: html`<h1>Map tiles of ${titleOf(subject)}</h1>
<ul>${ids.map(
      (id) =>
        html`<li><a href="${mapTilesAddress(http, subject)}/${id}?f=html">${id}</a> (<a href="${http.faceUrl}/tileMatrixSets/${id}?f=html">what ${id} is</a>)</li>`,
    )}</ul>
${mapUse(http, subject)}
${formatLinks(http)}`,
  })

export const tilesetPage = (
  siteTitle: string,
  http: HttpContext,
  subject: MapSubject,
  id: TileMatrixSetId,
): string =>
  facePage(http, {
    siteTitle,
    title: `${titleOf(subject)}: ${id}`,
    trail: [
      ...trail(http, subject),
      { title: 'Map tiles', href: `${mapTilesAddress(http, subject)}?f=html` },
      { title: id },
    ],
    body: html`<h1>${titleOf(subject)} <small>${id}</small></h1>
${facts([
  ['Style', subject.style.title],
  ['Zoom levels', `0 to ${tileMatrixSets[id].lastZoom}`],
  ['Formats', 'PNG, JPEG, WebP; 256 pixels, or 512 with @2x behind the column'],
])}
${mapUse(http, subject)}
${formatLinks(http)}`,
  })
