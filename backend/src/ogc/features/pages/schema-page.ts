/** Queryables and schema as a page. */
import type { HttpContext } from '../../../contract/handler.ts'
import { html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { facePage, formatLinks } from '../../common/page.ts'
import { collectionAddress } from '../collection-json.ts'
import type { FaceParts } from '../parts.ts'

type Member = { title?: string; type?: string; format?: string; $ref?: string }

const typeText = ({ type, format, $ref }: Member) =>
  ($ref ?? [type, format].filter(Boolean).join(', ')) || 'any'

export const schemaPage = ({
  parts,
  http,
  collection,
  title,
  schema,
}: {
  parts: FaceParts
  http: HttpContext
  collection: PublishedCollection
  title: string
  schema: Record<string, unknown>
}): string => {
  const address = collectionAddress(http, collection.id)
  return facePage(http, {
    title: `${title} of ${collection.title}`,
    siteTitle: parts.config.siteTitle,
    jsonType: 'application/schema+json',
    trail: [
      { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
      { title: collection.title, href: `${address}?f=html` },
      { title },
    ],
    body: html`<h1>${title} of ${collection.title}</h1>
${title === 'Queryables' && html`<p class="lead">Each property is also a parameter of the features: <code>${address}/items?name=value</code> keeps those with that value, and <code>?filter=</code> takes conditions of any kind in CQL2.</p>`}
<div class="scroll"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th></tr></thead>
<tbody>${Object.entries(schema['properties'] as Record<string, Member>).map(
      ([name, member]) => html`<tr><td>${name}</td><td>${typeText(member)}</td></tr>`,
    )}</tbody>
</table></div>
${formatLinks(http, [{ title: 'JSON Schema' }])}`,
  })
}
