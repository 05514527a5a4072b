/** How to open a collection in the programs people have, with commands that can be copied as they are. */
import { type Html, html } from '../../../http/html.ts'

/** For a POSIX shell, and between double quotes of Python and R: ids and our own addresses hold nothing else. */
const plain = (text: string) => text.replace(/[^\w.~:/?#[\]@!&()*+,;=%-]/g, '')

export const useBox = ({ faceUrl, collectionId }: { faceUrl: string; collectionId: string }): Html => {
  const face = plain(faceUrl)
  const id = plain(collectionId)
  return html`<section class="use" aria-labelledby="use">
<h2 id="use">Use these data</h2>
<details open>
<summary>QGIS</summary>
<ol>
<li>Open <b>Layer › Data Source Manager › WFS / OGC API - Features</b> and choose <b>New</b>.</li>
<li>Give any name, and as URL <code class="copy">${face}</code></li>
<li>As version choose <b>OGC API - Features</b>, then <b>OK</b>, <b>Connect</b>, and add <b>${id}</b>.</li>
</ol>
</details>
<details>
<summary>QGIS, as vector tiles</summary>
<ol>
<li>In the browser panel, right-click <b>Vector Tiles</b> and choose <b>New Generic Connection</b>.</li>
<li>Give any name, as URL <code class="copy">${face}/collections/${id}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt</code> and as greatest zoom level 18.</li>
</ol>
</details>
<details>
<summary>GDAL</summary>
<pre><code>ogrinfo -so OAPIF:${face} ${id}
ogr2ogr -f GPKG ${id}.gpkg OAPIF:${face} ${id}</code></pre>
</details>
<details>
<summary>Python (GeoPandas)</summary>
<pre><code>import geopandas
layer = geopandas.read_file("OAPIF:${face}", layer="${id}")</code></pre>
</details>
<details>
<summary>R (sf)</summary>
<pre><code>library(sf)
layer &lt;- st_read("OAPIF:${face}", layer = "${id}")</code></pre>
</details>
<details>
<summary>Any program (GeoJSON)</summary>
<pre><code>curl '${face}/collections/${id}/items?limit=10&amp;f=json'</code></pre>
</details>
</section>`
}
