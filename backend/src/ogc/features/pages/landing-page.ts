/** Landing page and conformance as pages. */
import type { HttpContext } from '../../../contract/handler.ts'
import { html } from '../../../http/html.ts'
import type { Link } from '../../common/links.ts'
import { facePage, formatLinks } from '../../common/page.ts'
import type { FaceParts } from '../parts.ts'

type Base = { parts: FaceParts; http: HttpContext }

export const landingPage = ({
  parts,
  http,
  title,
  description,
}: Base & { title: string; description: string; links: Link[] }): string =>
  facePage(http, {
    title,
    description,
    siteTitle: parts.config.siteTitle,
    body: html`<h1>${title}</h1>
<p class="lead">${description}</p>
<ul class="cards">
<li><a href="${http.faceUrl}/collections?f=html">Collections</a><span>The layers, one by one</span></li>
<li><a href="${http.faceUrl}/api?f=html">API definition</a><span>Every address and parameter, also as <a href="${http.faceUrl}/api">OpenAPI document</a></span></li>
<li><a href="${http.faceUrl}/conformance?f=html">Conformance</a><span>Standards this API keeps</span></li>
<li><a href="${http.faceUrl}/tileMatrixSets?f=html">Tile matrix sets</a><span>The grids of the vector tiles</span></li>
<li><a href="${http.siteUrl}/">Catalogue</a><span>The records that describe the layers</span></li>
</ul>
<p>QGIS and GDAL connect to <code class="copy">${http.faceUrl}</code> as <b>OGC API - Features</b>.</p>
${formatLinks(http)}`,
  })

export const conformancePage = ({ parts, http, classes }: Base & { classes: readonly string[] }): string =>
  facePage(http, {
    title: 'Conformance',
    siteTitle: parts.config.siteTitle,
    trail: [{ title: 'API', href: `${http.faceUrl}/?f=html` }, { title: 'Conformance' }],
    body: html`<h1>Conformance</h1>
<p class="lead">Conformance classes of the OGC standards that this API keeps.</p>
<ul class="plain">${classes.map((uri) => html`<li><a href="${uri}">${uri}</a></li>`)}</ul>
${formatLinks(http)}`,
  })
