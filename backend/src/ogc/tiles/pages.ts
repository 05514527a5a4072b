/** Tilesets as pages: how they are opened, and what they hold. */
import type { HttpContext } from '../../contract/handler.ts'
import { type TileMatrixSetId, tileMatrixSetJson, tileMatrixSets } from '../../geo/tile-matrix-sets.ts'
import { type Html, html } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { facePage, facts, formatLinks, shownNumber } from '../common/page.ts'
import { tilesAddress, toTileJson, toTileset } from './tileset-json.ts'

const trail = (http: HttpContext, collection: PublishedCollection) => [
  { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
  { title: collection.title, href: `${http.faceUrl}/collections/${collection.id}?f=html` },
]

/** Commands and addresses as they are typed. */
export const tilesUse = (http: Pick<HttpContext, 'faceUrl'>, collection: PublishedCollection): Html => {
  const address = tilesAddress(http, collection.id)
  return html`<section class="use" aria-labelledby="use">
<h2 id="use">Use these tiles</h2>
<details open>
<summary>QGIS</summary>
<ol>
<li>In the browser panel, right-click <b>Vector Tiles</b> and choose <b>New Generic Connection</b>.</li>
<li>As URL give <code class="copy">${address}/WebMercatorQuad/{z}/{y}/{x}?f=mvt</code> – row before column, so <b>{y}</b> before <b>{x}</b> – and as greatest zoom level 18.</li>
</ol>
</details>
<details>
<summary>Web map (MapLibre)</summary>
<pre><code>map.addSource('${collection.id}', { type: 'vector', url: '${address}/WebMercatorQuad?f=tilejson' })
map.addLayer({ id: '${collection.id}', type: 'line', source: '${collection.id}', 'source-layer': '${collection.id}' })</code></pre>
</details>
<details>
<summary>GDAL</summary>
<pre><code>ogrinfo -so 'MVT:${address}/WebMercatorQuad/0/0/0?f=mvt'</code></pre>
</details>
</section>`
}

export const tilesetsPage = (
  siteTitle: string,
  http: HttpContext,
  collection: PublishedCollection,
  ids: TileMatrixSetId[],
): string =>
  facePage(http, {
    siteTitle,
    title: `${collection.title}: vector tiles`,
    trail: trail(http, collection),
    body: html`<h1>Vector tiles of ${collection.title}</h1>
${
  ids.length === 0
    ? html`<p>This collection has no geometry, and so no tiles.</p>`
    : html`<ul>${ids.map(
        (id) =>
          html`<li><a href="${tilesAddress(http, collection.id)}/${id}?f=html">${id}</a> (<a href="${http.faceUrl}/tileMatrixSets/${id}?f=html">what ${id} is</a>)</li>`,
      )}</ul>
${tilesUse(http, collection)}`
}
${formatLinks(http)}`,
  })

export const tilesetPage = (
  siteTitle: string,
  http: HttpContext,
  collection: PublishedCollection,
  id: TileMatrixSetId,
): string => {
  const { description, layers } = toTileset(collection, id, http)
  const fields = Object.entries(toTileJson(collection, http).vector_layers[0]?.fields ?? {})
  return facePage(http, {
    siteTitle,
    title: `${collection.title}: ${id}`,
    trail: [
      ...trail(http, collection),
      { title: 'Vector tiles', href: `${tilesAddress(http, collection.id)}?f=html` },
    ],
    body: html`<h1>${collection.title} <small>${id}</small></h1>
<p>${description}</p>
${facts([
  ['Layer', collection.id],
  ['Zoom levels', `0 to ${layers?.[0]?.maxTileMatrix ?? ''}`],
  ['Format', 'Mapbox Vector Tiles 2.1, compressed with gzip'],
])}
<h2>Fields</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Fields"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th></tr></thead>
<tbody>${fields.map(([name, type]) => html`<tr><td>${name}</td><td>${type}</td></tr>`)}</tbody>
</table></div>
${tilesUse(http, collection)}
${formatLinks(http)}`,
  })
}

const setsTrail = (http: HttpContext) => ({ title: 'API', href: `${http.faceUrl}/?f=html` })

export const tileMatrixSetsPage = (siteTitle: string, http: HttpContext): string =>
  facePage(http, {
    siteTitle,
    title: 'Tile matrix sets',
    trail: [setsTrail(http), { title: 'Tile matrix sets' }],
    body: html`<h1>Tile matrix sets</h1>
<p class="lead">The grids in which vector tiles are cut.</p>
<ul class="cards">${Object.values(tileMatrixSets).map(
      ({ id, title }) =>
        html`<li><a href="${http.faceUrl}/tileMatrixSets/${id}?f=html">${id}</a><span>${title}</span></li>`,
    )}</ul>
${formatLinks(http)}`,
  })

export const tileMatrixSetPage = (siteTitle: string, http: HttpContext, id: TileMatrixSetId): string => {
  const set = tileMatrixSetJson(id)
  const { lastZoom } = tileMatrixSets[id]
  return facePage(http, {
    siteTitle,
    title: id,
    trail: [
      setsTrail(http),
      { title: 'Tile matrix sets', href: `${http.faceUrl}/tileMatrixSets?f=html` },
      { title: id },
    ],
    body: html`<h1>${id}</h1>
<p class="lead">${set.title}. Rows count from the north, columns from the west; there are tiles to zoom level ${lastZoom}.</p>
${facts([
  ['Coordinate system', set.crs],
  ['Order of axes', set.orderedAxes.join(', ')],
  ['Definition', html`<a href="${set.uri}">${set.uri}</a>`],
])}
<h2>Zoom levels</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Zoom levels"><table>
<thead><tr><th scope="col">Level</th><th scope="col">Scale 1 :</th><th scope="col">Columns</th><th scope="col">Rows</th></tr></thead>
<tbody>${set.tileMatrices.map(
      (matrix) =>
        html`<tr><th scope="row">${matrix.id}</th><td class="number">${shownNumber(Math.round(matrix.scaleDenominator))}</td><td class="number">${shownNumber(matrix.matrixWidth)}</td><td class="number">${shownNumber(matrix.matrixHeight)}</td></tr>`,
    )}</tbody>
</table></div>
${formatLinks(http)}`,
  })
}
