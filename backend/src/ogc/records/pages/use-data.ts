/** How to use a dataset in the programs people have, with commands that work as they stand. */
import { type Html, html } from '../../../http/html.ts'
import type { DistributionView } from '../../../repositories/distributions.ts'

/** Letters that mean nothing to a POSIX shell between single quotes, nor to Python and R between double quotes. */
const plain = (text: string) => text.replace(/[^\w.~:/?#@!&()*+,;=%-]/g, '')

const fileNameOf = (url: string) =>
  decodeURIComponent(plain(url).split('/').pop() ?? '').replace(/[^\w.()-]+/g, '_') || 'data'

const liveUse = (siteUrl: string, collectionId: string): Html => {
  const face = plain(`${siteUrl}/pygeoapi`)
  const id = plain(collectionId)
  return html`<details open>
<summary>QGIS, always the latest data</summary>
<ol>
<li>Open <b>Layer › Add Layer › Add WFS / OGC API - Features Layer…</b> and choose <b>New</b>.</li>
<li>Give any name, and as URL <code class="copy">${face}</code></li>
<li>As version choose <b>OGC API - Features</b>; then <b>OK</b>, <b>Connect</b>, and add <b>${id}</b>.</li>
</ol>
</details>
<details>
<summary>QGIS, as a map that the server draws</summary>
<p>As WMS, with the URL <code class="copy">${plain(`${siteUrl}/wms`)}</code> and the layer <b>${id}</b>; or as <b>XYZ Tiles</b> with</p>
<pre tabindex="0"><code>${face}/collections/${id}/map/tiles/WebMercatorQuad/{z}/{y}/{x}?f=png</code></pre>
</details>
<details>
<summary>GDAL</summary>
<pre tabindex="0"><code>ogrinfo -so 'OAPIF:${face}' ${id}
ogr2ogr -f GPKG ${id}.gpkg 'OAPIF:${face}' ${id}</code></pre>
</details>
<details>
<summary>Python</summary>
<pre tabindex="0"><code>import geopandas
layer = geopandas.read_file("OAPIF:${face}", layer="${id}")</code></pre>
</details>
<details>
<summary>R</summary>
<pre tabindex="0"><code>library(sf)
layer &lt;- st_read("OAPIF:${face}", layer = "${id}")</code></pre>
</details>
<details>
<summary>Any program (GeoJSON)</summary>
<pre tabindex="0"><code>curl '${face}/collections/${id}/items?limit=10&amp;f=json'</code></pre>
</details>`
}

const spatialFormats = ['GeoPackage', 'Shapefile', 'GeoJSON', 'GeoTIFF']

/** GDAL looks into a zipped shapefile by itself. */
const fileUse = ({ url, format }: DistributionView): Html => {
  const name = fileNameOf(url)
  const path = format === 'Shapefile' ? `/vsizip/${name}` : name
  const info = format === 'GeoTIFF' ? 'gdalinfo' : 'ogrinfo -so -al'
  return html`<details>
<summary>The file, on your own computer</summary>
<p>Drag the downloaded file into QGIS, or:</p>
<pre tabindex="0"><code>curl -o '${name}' '${plain(url)}'${
    spatialFormats.includes(format ?? '') &&
    html`
${info} '${path}'`
  }</code></pre>
</details>`
}

export const useData = ({
  siteUrl,
  collectionId,
  file,
}: {
  siteUrl: string
  collectionId: string | null
  file: DistributionView | undefined
}): Html | null =>
  collectionId === null && file === undefined
    ? null
    : html`<section class="use" aria-labelledby="use"><h2 id="use">Use these data</h2>
${collectionId !== null && liveUse(siteUrl, collectionId)}${file && fileUse(file)}
<p>More in the <a href="${siteUrl}/docs/public/user-guide/07-programmatic-access.html">user guide, chapter 7</a>.</p>
</section>`
