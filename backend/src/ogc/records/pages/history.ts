/** What changed from version to version, as far as the versions themselves tell. */
import { type Html, html } from '../../../http/html.ts'
import type { RecordMetadataDraft } from '../../../metadata/record-metadata.ts'
import type { PublishedVersion } from '../../../repositories/catalogue.ts'
import { shownDay } from '../../common/page.ts'

const kindText: Record<NonNullable<PublishedVersion['kind']>, string> = {
  publish: 'Published',
  replace: 'Data replaced',
  restyle: 'Style changed',
  metadata: 'Description changed',
}

/** Where the name of the member, its words parted, is not what the page calls it. */
const names: Partial<Record<keyof RecordMetadataDraft, string>> = {
  bbox: 'extent',
  crs: 'coordinate system',
  dateStamp: 'metadata date',
  temporalExtent: 'period',
  spatialResolutionDenominator: 'scale',
  lineageStatement: 'lineage',
  pointsOfContact: 'contacts for the data',
  contacts: 'contacts for the record',
  topicCategories: 'topics',
  custodianOrganisation: 'custodian',
}

export const nameOfMember = (member: string): string =>
  Object.hasOwn(names, member)
    ? (names[member as keyof RecordMetadataDraft] ?? member)
    : member.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** The same in every order of its members. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  )
}

export const changedMembers = (before: RecordMetadataDraft, after: RecordMetadataDraft): string[] => {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof RecordMetadataDraft>
  return [...members]
    .filter((name) => JSON.stringify(inOrder(before[name])) !== JSON.stringify(inOrder(after[name])))
    .map(nameOfMember)
    .toSorted()
}

const mostNamed = 6

const line = (version: PublishedVersion, before: PublishedVersion | undefined, isFirst: boolean): string => {
  const changed = before ? changedMembers(before.metadata, version.metadata) : []
  const what = isFirst ? 'First published' : version.kind === null ? '' : kindText[version.kind]
  const rest = changed.length - mostNamed
  const named =
    changed.length === 0
      ? ''
      : `changed: ${changed.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return [what, named].filter(Boolean).join('; ') || 'Published again'
}

/** `versions` has one more than is shown, where there are more, to compare with. */
export const history = (
  versions: PublishedVersion[],
  { siteUrl, id, most }: { siteUrl: string; id: string; most: number },
): Html | false =>
  versions.length > 0 &&
  html`<section aria-labelledby="history"><h2 id="history">History</h2>
<ol class="history">${versions.slice(0, most).map((version, at) => {
    const before = versions[at + 1]
    return html`<li><span class="day">${shownDay(version.publishedAt)}</span> <span class="number">version ${version.version}${at === 0 && ', present'}</span> <span>${line(version, before, before === undefined && versions.length <= most)}</span></li>`
  })}</ol>
<p><a href="${siteUrl}/api/v1/records/${id}/versions">What each version said, as JSON</a></p></section>`
