/** What people see who open the address of the service in a browser: what it is for, and how to ask it. */
import type { HttpContext } from '../../contract/handler.ts'
import { type Html, html, renderPage } from '../../http/html.ts'

const command = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`

/** Programs get the capabilities, also those that name no parameter. */
export const isAskedByPeople = ({ searchParams, headers }: HttpContext): boolean => {
  const names = [...searchParams.keys()]
  if (names.length === 1 && searchParams.get('f') === 'html') return true
  return names.length === 0 && /\btext\/html\b/.test(headers.accept ?? '')
}

export const entryPage = (
  { siteTitle, layers }: { siteTitle: string; layers: { id: string; title: string }[] },
  { faceUrl, siteUrl }: HttpContext,
): string => {
  const capabilities = `${faceUrl}?service=WMS&version=1.3.0&request=GetCapabilities`
  return renderPage({
    siteTitle,
    siteUrl,
    section: 'collections',
    title: 'Web map service (WMS 1.3.0)',
    trail: [{ title: 'Catalogue', href: `${siteUrl}/` }, { title: 'WMS' }],
    alternates: [{ href: capabilities, type: 'text/xml', title: 'Capabilities' }],
    body: html`<h1>Web map service (WMS 1.3.0)</h1>
<p class="lead">The published layers as pictures, for programs that know the OGC's Web Map Service.</p>
<p class="actions"><a class="button" href="${capabilities}">Capabilities</a>
<a href="${siteUrl}/pygeoapi/?f=html">OGC API – Features, Tiles and Maps</a></p>
<section class="use" aria-labelledby="use">
<h2 id="use">Use the maps</h2>
<details open>
<summary>QGIS</summary>
<ol>
<li>Open <b>Layer › Data Source Manager › WMS/WMTS</b> and choose <b>New</b>.</li>
<li>Give any name, and as URL <code class="copy">${faceUrl}</code></li>
<li><b>Connect</b>, and add the layers you want.</li>
</ol>
</details>
<details>
<summary>GDAL</summary>
${command(`gdalinfo 'WMS:${faceUrl}'`)}
</details>
<details>
<summary>Python (OWSLib)</summary>
${command(`from owslib.wms import WebMapService

wms = WebMapService("${faceUrl}", version="1.3.0")
print(list(wms.contents))`)}
</details>
</section>
<h2>Layers</h2>
<ul>${layers.map(({ id, title }) => html`<li><code>${id}</code> ${title}</li>`)}</ul>`,
  })
}
