/** Queryables, sortables and schema as a page. */
import type { HttpContext } from '../../../contract/handler.ts'
import { html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { facePage, formatLinks } from '../../common/page.ts'
import { collectionAddress } from '../collection-json.ts'
import type { FaceParts } from '../parts.ts'

/** What a page of this kind is for. */
const leads = {
  Queryables: (address: string) =>
    html`Each property is also a parameter of the features: <code>${address}/items?name=value</code> keeps those with that value, and <code>?filter=</code> takes conditions of any kind in CQL2.`,
  Sortables: (address: string) =>
    html`Features come in the order of these properties with <code>${address}/items?sortby=name</code>, from last to first with <code>sortby=-name</code>, and by several with commas between them. Those without a value come last.`,
  Schema: () => html`What every feature has, and of which type its values are.`,
}

export type SchemaTitle = keyof typeof leads

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
  title: SchemaTitle
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
<p class="lead">${leads[title](address)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Properties"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th></tr></thead>
<tbody>${Object.entries(schema['properties'] as Record<string, Member>).map(
      ([name, member]) => html`<tr><td>${name}</td><td>${typeText(member)}</td></tr>`,
    )}</tbody>
</table></div>
<p class="actions">${(Object.keys(leads) as SchemaTitle[])
      .filter((one) => one !== title)
      .map((one) => html`<a href="${address}/${one.toLowerCase()}?f=html">${one}</a>`)}</p>
${formatLinks(http, [{ title: 'JSON Schema' }])}`,
  })
}
