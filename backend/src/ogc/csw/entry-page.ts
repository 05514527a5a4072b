/** What people see who open the address of the service in a browser: what it is for, and how to ask it. */
import type { HttpContext } from '../../contract/handler.ts'
import { type Html, html, renderPage } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'

const offers: [Offer<'xml' | 'html'>, Offer<'xml' | 'html'>] = [
  { key: 'xml', types: ['application/xml', 'text/xml'] },
  { key: 'html', types: ['text/html', 'application/xhtml+xml'] },
]

/** Programs get the capabilities, also those that name no parameter; so does whoever accepts neither. */
export const isAskedByPeople = ({ searchParams, headers }: HttpContext): boolean => {
  const names = [...searchParams.keys()]
  if (names.length === 1 && searchParams.get('f') === 'html') return true
  return names.length === 0 && /\btext\/html\b/.test(headers.accept ?? '')
    ? negotiate(undefined, headers.accept, offers) === 'html'
    : false
}

const command = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`

export const entryPage = (siteTitle: string, { faceUrl, siteUrl }: HttpContext): string => {
  const capabilities = `${faceUrl}?service=CSW&version=2.0.2&request=GetCapabilities`
  const search = `${faceUrl}?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&ElementSetName=full&maxRecords=10`
  const catalog = `${siteUrl}/records/collections/metadata:main`
  return renderPage({
    siteTitle,
    siteUrl,
    section: 'catalogue',
    title: 'Catalogue service (CSW 2.0.2)',
    trail: [{ title: 'Catalogue', href: `${siteUrl}/` }, { title: 'CSW' }],
    alternates: [{ href: capabilities, type: 'application/xml', title: 'Capabilities' }],
    body: html`<h1>Catalogue service (CSW 2.0.2)</h1>
<p class="lead">The records of this catalogue for programs that know the OGC's Catalogue Service for the Web.</p>
<p class="actions"><a class="button" href="${capabilities}">Capabilities</a>
<a href="${search}">Ten records</a>
<a href="${catalog}/items?f=html">Records as pages</a>
<a href="${siteUrl}/records/?f=html">OGC API – Records</a></p>
<section class="use" aria-labelledby="use">
<h2 id="use">Use the catalogue</h2>
<details open>
<summary>QGIS</summary>
<ol>
<li>Open <b>Web › MetaSearch › MetaSearch</b>, tab <b>Services</b>, and choose <b>New</b>.</li>
<li>As URL give <code class="copy">${faceUrl}</code> and as type <b>OGC CSW 2.0.2</b>.</li>
</ol>
</details>
<details>
<summary>Python (OWSLib)</summary>
${command(`from owslib.csw import CatalogueServiceWeb

csw = CatalogueServiceWeb("${faceUrl}")
csw.getrecords2(esn="full", maxrecords=10)
for record in csw.records.values():
    print(record.identifier, record.title)`)}
</details>
<details>
<summary>Any program (XML)</summary>
${command(`curl '${capabilities}'
curl '${search}'`)}
</details>
</section>`,
  })
}
