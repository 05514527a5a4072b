/** How to open a collection in the programs people have, with commands that can be copied as they are. */
import { type Html, html } from '../../../http/html.ts'
import { code, plain } from '../../common/page.ts'

/** The commands as text, so that a test runs what people read. */
export const commands = ({ faceUrl, collectionId }: { faceUrl: string; collectionId: string }) => {
  const face = plain(faceUrl)
  const id = plain(collectionId)
  const items = `${face}/collections/${id}/items`
  return {
    face,
    id,
    tiles: `${face}/collections/${id}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`,
    wms: face.replace(/\/(?:pygeoapi|ogc)$/, '/wms'),
    mapTiles: `${face}/collections/${id}/map/tiles/WebMercatorQuad/{z}/{y}/{x}?f=png`,
    gdal: `ogrinfo -so 'OAPIF:${face}' ${id}
ogr2ogr -f GPKG ${id}.gpkg 'OAPIF:${face}' ${id}`,
    python: `import json
from urllib.request import urlopen

url = "${items}?limit=1000&f=json"
features = []
while url:
    page = json.load(urlopen(url))
    features += page["features"]
    url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
print(len(features), "features")`,
    geopandas: `import geopandas

layer = geopandas.read_file("OAPIF:${face}", layer="${id}")`,
    r: `library(sf)
layer <- st_read("OAPIF:${face}", layer = "${id}")`,
    javascript: `const response = await fetch("${items}?limit=1000&f=json")
const { features } = await response.json()
console.log(features.length, "features")`,
    curl: `curl '${items}?limit=10&f=json'
curl -o ${id}.csv '${items}?limit=1000&f=csv'
curl -o ${id}.fgb '${items}?limit=1000&f=flatgeobuf'`,
  }
}

export const useBox = (asked: { faceUrl: string; collectionId: string }): Html => {
  const { face, id, tiles, wms, mapTiles, gdal, python, geopandas, r, javascript, curl } = commands(asked)
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
<li>Give any name, as URL <code class="copy">${tiles}</code> and as greatest zoom level 18.</li>
</ol>
</details>
<details>
<summary>QGIS, as a picture (WMS)</summary>
<ol>
<li>Open <b>Layer › Data Source Manager › WMS/WMTS</b> and choose <b>New</b>.</li>
<li>Give any name, and as URL <code class="copy">${wms}</code></li>
<li><b>Connect</b>, and add <b>${id}</b>. For tiles instead choose <b>XYZ Tiles</b> in the browser panel, with the URL <code class="copy">${mapTiles}</code></li>
</ol>
</details>
<details>
<summary>GDAL</summary>
${code(gdal)}
</details>
<details>
<summary>Python</summary>
${code(python)}
<p>With GeoPandas:</p>
${code(geopandas)}
</details>
<details>
<summary>R (sf)</summary>
${code(r)}
</details>
<details>
<summary>Browser (JavaScript)</summary>
${code(javascript)}
</details>
<details>
<summary>Any program (GeoJSON, CSV, FlatGeobuf)</summary>
${code(curl)}
</details>
</section>`
}
