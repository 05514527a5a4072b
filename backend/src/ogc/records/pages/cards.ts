/** Records in a list, and the box to search them: on the home page and on the pages of a search. */

import { type Html, html } from '../../../http/html.ts'
import { resourceTypes } from '../../../metadata/code-lists.ts'
import type { CatalogueEntry } from '../../../repositories/catalogue.ts'
import type { Distribution } from '../../../repositories/distributions.ts'
import { shownDay, shownNumber, shownSize } from '../../common/page.ts'
import { islandSymbol, pictureOf } from './picture.ts'

export const typeName = (type: string | undefined): string =>
  Object.hasOwn(resourceTypes, type ?? '')
    ? resourceTypes[type as keyof typeof resourceTypes]
    : (type ?? resourceTypes.dataset)

/** The beginning of a text, cut between words. */
export const beginning = (text: string, most = 260): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, most).replace(/\s+\S*$/, '')} …`
}

/** How it can be had, in a word each. */
const offers = (distributions: Distribution[]): string[] => [
  ...new Set(
    distributions.flatMap(({ kind, format, sizeBytes, protocol }) => {
      if (kind === 'features') return ['OGC API – Features']
      if (kind === 'pmtiles') return ['PMTiles']
      if (kind === 'cog') return ['COG']
      if (kind === 'service') return [format ?? protocol]
      if (kind !== 'original' && kind !== 'external') return []
      return [`${format ?? 'File'}${sizeBytes === null ? '' : ` (${shownSize(sizeBytes)})`}`]
    }),
  ),
]

export const organisationOf = ({ metadata }: CatalogueEntry) =>
  metadata.custodianOrganisation ??
  metadata.pointsOfContact?.find((party) => party.organisation)?.organisation

export const card = (
  entry: CatalogueEntry,
  distributions: Distribution[],
  { address, siteUrl }: { address: string; siteUrl: string },
): Html => {
  const organisation = organisationOf(entry)
  const ways = offers(distributions)
  return html`<li class="card">${pictureOf(entry, siteUrl)}<div class="about">
<h2><a href="${address}">${entry.metadata.title ?? entry.id}</a>${entry.isDeprecated && html` <span class="badge warn">deprecated</span>`}</h2>
${entry.metadata.abstract && html`<p>${beginning(entry.metadata.abstract)}</p>`}
<p class="meta"><span>${typeName(entry.metadata.resourceType)}</span>${organisation && html`<span>${organisation}</span>`}<span>updated ${shownDay(entry.updatedAt)}</span></p>
${ways.length > 0 && html`<ul class="tags" aria-label="Available as">${ways.map((way) => html`<li>${way}</li>`)}</ul>`}
</div></li>`
}

export const cards = (
  entries: CatalogueEntry[],
  distributions: Map<string, Distribution[]>,
  { addressOf, siteUrl }: { addressOf: (id: string) => string; siteUrl: string },
): Html =>
  html`${islandSymbol}<ul class="results">${entries.map((entry) => card(entry, distributions.get(entry.id) ?? [], { address: addressOf(entry.id), siteUrl }))}</ul>`

/** `12 records`, `records 11 to 20 of 64`. */
export const countText = ({
  shown,
  offset,
  matched,
}: {
  shown: number
  offset: number
  matched: number | null
}): string => {
  if (shown === 0) return matched === 0 ? 'No record fits.' : 'No more records.'
  const from = shownNumber(offset + 1)
  const to = shownNumber(offset + shown)
  if (matched === null) return `Records ${from} to ${to} of many thousands`
  if (offset === 0 && shown === matched) return matched === 1 ? '1 record' : `${shownNumber(matched)} records`
  return `Records ${from} to ${to} of ${shownNumber(matched)}`
}

export const similarNotice = (q: string): string =>
  `No record has the words '${q.trim()}'. These records have similar words in their titles.`

export const searchBox = ({
  action,
  q,
  hidden = {},
  more,
}: {
  action: string
  q: string
  hidden?: Record<string, string>
  more?: Html
}): Html =>
  html`<form class="search" role="search" action="${action}" method="get">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label for="q">Search the catalogue</label>
<div class="row"><input type="search" id="q" name="q" value="${q}" maxlength="500" autocomplete="off" placeholder="for example: coastal habitats"><button type="submit">Search</button></div>
${more}
</form>`

export const paging = ({ previous, next }: { previous: string | null; next: string | null }): Html | null =>
  previous === null && next === null
    ? null
    : html`<nav class="paging" aria-label="Pages">${previous !== null && html`<a class="button" rel="prev" href="${previous}">Previous page</a>`}${next !== null && html`<a class="button" rel="next" href="${next}">Next page</a>`}</nav>`
