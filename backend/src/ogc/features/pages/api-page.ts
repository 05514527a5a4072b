/** The API definition for reading: addresses and parameters. */
import { operationsOf, type Parameter } from '../../../contract/document.ts'
import type { HttpContext } from '../../../contract/handler.ts'
import { html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { facePage, formatLinks } from '../../common/page.ts'
import { collectionAddress } from '../collection-json.ts'
import type { FaceParts } from '../parts.ts'

const typeText = ({ schema }: Parameter): string =>
  schema['enum']
    ? (schema['enum'] as string[]).join(' or ')
    : schema['type'] === 'array'
      ? 'list, with commas'
      : String(schema['type'])

export const apiPage = ({
  parts,
  http,
  title,
  collections,
}: {
  parts: FaceParts
  http: HttpContext
  title: string
  collections: readonly PublishedCollection[]
}): string =>
  facePage(http, {
    title: 'API definition',
    siteTitle: parts.config.siteTitle,
    jsonType: 'application/vnd.oai.openapi+json;version=3.0',
    trail: [{ title: 'API', href: `${http.faceUrl}/?f=html` }, { title: 'Definition' }],
    body: html`<h1>API definition</h1>
<p class="lead">${title}. The <a href="${addressOfDocument(http)}">OpenAPI document</a> says the same for programs, with the properties of each collection.</p>
${operationsOf(parts.document).map(
  ({ method, path, summary, parameters }) => html`<details class="operation">
<summary><code>${method.toUpperCase()} ${path}</code> <span>${summary}</span></summary>
${
  parameters.length > 0 &&
  html`<div class="scroll" tabindex="0" role="group" aria-label="Parameters"><table><thead><tr><th scope="col">Parameter</th><th scope="col">Where</th><th scope="col">Type</th></tr></thead>
<tbody>${parameters.map((parameter) => html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${typeText(parameter)}</td></tr>`)}</tbody></table></div>`
}
</details>`,
)}
<h2>Collections</h2>
<ul class="plain">${collections.map(({ id, title: name }) => html`<li><a href="${collectionAddress(http, id)}?f=html">${name}</a> <code>${id}</code></li>`)}</ul>
${formatLinks(http, [{ title: 'OpenAPI 3.0', href: addressOfDocument(http) }])}`,
  })

const addressOfDocument = (http: HttpContext) => `${http.faceUrl}/api?f=json`
