/** A record for people: what it is, how to get the data, how to use them, how they came about, what is allowed. */
import { findCrs } from '../../../geo/crs.ts'
import { type Html, html, paragraphs } from '../../../http/html.ts'
import {
  contactRoles,
  languages,
  progressCodes,
  spatialRepresentationTypes,
  topicCategories,
} from '../../../metadata/code-lists.ts'
import {
  allKeywords,
  type RecordMetadataDraft,
  type ResponsibleParty,
  toEpsg,
} from '../../../metadata/record-metadata.ts'
import { capabilitiesUrlOf } from '../../../metadata/web-services.ts'
import type { CatalogueEntryInFull, PublishedVersion, Titled } from '../../../repositories/catalogue.ts'
import {
  type Distribution,
  type DistributionView,
  toDistributions,
} from '../../../repositories/distributions.ts'
import { extentText, locatorMap } from '../../common/locator-map.ts'
import { facts, shownDay, shownNumber, shownSize } from '../../common/page.ts'
import { catalogAddress, itemsAddress, recordAddress, recordFormats } from '../links.ts'
import { beginning, typeName } from './cards.ts'
import { outside, type PageBase, recordsPage } from './page.ts'
import { useData } from './use-data.ts'

const nameIn = <Code extends string>(
  names: Record<Code, string>,
  code: string | undefined,
): string | undefined => (code !== undefined && Object.hasOwn(names, code) ? names[code as Code] : code)

const crsName = (epsg: number | null): string | null => {
  if (epsg === null) return null
  const name = findCrs(epsg)?.name
  return name === undefined ? `EPSG:${epsg}` : `EPSG:${epsg} (${name})`
}

// Distributions ----------------------------------------------------------------------------------------

type Shown = { type: string; explanation: string; action: string }

/** A file at another place looks the same as one of ours, but the button says so. */
const shown: Record<DistributionView['kind'], Shown> = {
  original: { type: 'File download', explanation: 'The whole dataset as a file.', action: 'Download' },
  features: {
    type: 'OGC API – Features',
    explanation: 'The live data, feature by feature, for QGIS and scripts.',
    action: 'Browse the features',
  },
  pmtiles: {
    type: 'PMTiles',
    explanation:
      'Vector tiles of the whole dataset in one file, for web maps. They read the parts they show.',
    action: 'Download',
  },
  cog: {
    type: 'Cloud Optimized GeoTIFF',
    explanation:
      'The raster in one file from which programs read the parts they need: in QGIS add a raster layer with this address.',
    action: 'Download',
  },
  style: { type: 'Style', explanation: 'How the data are drawn.', action: 'Download the style' },
  external: {
    type: 'File download',
    explanation: 'A copy hosted elsewhere.',
    action: 'Download from the other site',
  },
  information: {
    type: 'Further information',
    explanation: 'A page on another site.',
    action: 'Open the page',
  },
  service: { type: 'Web service', explanation: 'A service on another site.', action: 'Open its description' },
}

const isElsewhere = ({ kind }: DistributionView) =>
  kind === 'external' || kind === 'information' || kind === 'service'

const typeOf = (one: DistributionView) =>
  one.kind === 'service' ? `Web service (${one.format ?? one.protocol})` : shown[one.kind].type

const pageAddress = (one: DistributionView, { metadata }: CatalogueEntryInFull): string => {
  if (one.kind === 'features') return `${one.url}?f=html`
  if (one.kind !== 'service') return one.url
  const service = metadata.webServices?.find(
    ({ url, protocol }) => url === one.url && protocol === one.protocol,
  )
  return service ? capabilitiesUrlOf(service) : one.url
}

const distributionFacts = (one: DistributionView): Html =>
  facts([
    ['Format', one.kind === 'features' ? 'GeoJSON' : one.format],
    ['Size', one.sizeBytes === null ? null : shownSize(one.sizeBytes)],
    ['CRS', one.kind === 'features' ? 'WGS 84, or another on request' : crsName(one.epsg)],
  ])

const distributionCard = (one: DistributionView, entry: CatalogueEntryInFull): Html => {
  const { explanation, action } = shown[one.kind]
  const address = pageAddress(one, entry)
  const label = one.sizeBytes === null ? action : `${action} (${shownSize(one.sizeBytes)})`
  return html`<li class="distribution ${one.kind}">
<p class="kind">${typeOf(one)}</p>
<h3>${one.title}</h3>
<p>${explanation}</p>
${distributionFacts(one)}
${one.kind === 'features' && html`<p class="address"><span>Address</span> <code class="copy">${one.url}</code></p>`}
<p class="action">${
    isElsewhere(one)
      ? html`<a class="button" href="${address}" rel="noopener noreferrer nofollow">${label}<span class="hidden">: ${one.title}</span></a>`
      : html`<a class="button" href="${address}">${label}<span class="hidden">: ${one.title}</span></a>`
  }</p>
</li>`
}

/** R11.3. */
const choosing = (siteUrl: string): Html =>
  html`<details class="help"><summary>Which one should I choose?</summary>
<ul>
<li><b>To work in QGIS or another desktop GIS</b>: download the file for a copy of your own, or connect QGIS to the OGC API for data that are always the latest.</li>
<li><b>For a map on a web page</b>: use the OGC API; a page loads only the area it shows.</li>
<li><b>For scripts and notebooks</b>: use the OGC API – Features, which answers in GeoJSON.</li>
</ul>
<p>The <a href="${siteUrl}/docs/public/user-guide/04-downloading-data.html">user guide</a> explains every kind.</p></details>`

const getTheData = (views: DistributionView[], entry: CatalogueEntryInFull, siteUrl: string): Html =>
  html`<section aria-labelledby="distributions"><h2 id="distributions">Distributions</h2>
${
  views.length === 0
    ? html`<p>This record describes data that are not offered here. Ask the contact below.</p>`
    : html`<ul class="distributions">${views.map((one) => distributionCard(one, entry))}</ul>${choosing(siteUrl)}`
}</section>`

// What it is -------------------------------------------------------------------------------------------

const datesText = ({ dates = {} }: RecordMetadataDraft): Html | null => {
  const named: [string, string | undefined][] = [
    ['created', dates.creation],
    ['published', dates.publication],
    ['revised', dates.revision],
  ]
  const given = named.filter(([, day]) => day)
  return given.length === 0
    ? null
    : html`${given.map(([name, day], at) => html`${at > 0 && ', '}<span class="whole">${name} ${day}</span>`)}`
}

const periodText = ({ temporalExtent }: RecordMetadataDraft): string | null => {
  if (!temporalExtent) return null
  const { begin, end } = temporalExtent
  if (begin && end) return begin === end ? begin : `${begin} to ${end}`
  return begin ? `since ${begin}` : end ? `until ${end}` : null
}

const tags = (words: readonly string[], addressOf: (word: string) => string): Html | null =>
  words.length === 0
    ? null
    : html`<ul class="tags">${words.map((word) => html`<li><a href="${addressOf(word)}">${word}</a></li>`)}</ul>`

const whatItIs = (entry: CatalogueEntryInFull, siteUrl: string): Html => {
  const { metadata } = entry
  const resolution = metadata.spatialResolutionDenominator
  return facts([
    ['Kind', typeName(metadata.resourceType)],
    ['Custodian', metadata.custodianOrganisation],
    ['Dates', datesText(metadata)],
    ['Period', periodText(metadata)],
    ['Status', nameIn(progressCodes, metadata.status)],
    ['Coordinate system', crsName(toEpsg(metadata.crs)) ?? metadata.crs],
    ['Scale', resolution === undefined ? null : `1 : ${shownNumber(resolution)}`],
    ['Representation', nameIn(spatialRepresentationTypes, metadata.spatialRepresentationType)],
    ['Language', nameIn(languages, metadata.resourceLanguage)],
    ['Characters', metadata.characterSet],
    [
      'Format',
      metadata.distributionFormat &&
        [metadata.distributionFormat.name, metadata.distributionFormat.version].filter(Boolean).join(' '),
    ],
    ['Topics', (metadata.topicCategories ?? []).map((topic) => nameIn(topicCategories, topic)).join(', ')],
    [
      'Keywords',
      tags(
        allKeywords(metadata),
        (word) => `${siteUrl}/?${new URLSearchParams({ q: `"${word.replaceAll('"', ' ')}"` })}`,
      ),
    ],
  ])
}

const list = (words: readonly string[] | undefined, isOrdered: boolean): Html | null => {
  if (words === undefined || words.length === 0) return null
  const items = words.map((word) => html`<li>${word}</li>`)
  return isOrdered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
}

const lineage = ({
  lineageStatement,
  dataSources,
  processingSteps,
  supplementalInformation,
}: RecordMetadataDraft): Html | false =>
  Boolean(lineageStatement || dataSources?.length || processingSteps?.length || supplementalInformation) &&
  html`<section aria-labelledby="lineage"><h2 id="lineage">How the data came about</h2>
${lineageStatement && paragraphs(lineageStatement)}
${dataSources?.length ? html`<h3>Sources</h3>${list(dataSources, false)}` : null}
${processingSteps?.length ? html`<h3>Processing steps</h3>${list(processingSteps, true)}` : null}
${supplementalInformation && html`<h3>Supplement</h3>${paragraphs(supplementalInformation)}`}</section>`

const constraints = ({ useConditions, accessConditions }: RecordMetadataDraft): Html | false =>
  Boolean(useConditions || accessConditions) &&
  html`<section aria-labelledby="constraints"><h2 id="constraints">Conditions</h2>
${facts([
  ['Use', useConditions && paragraphs(useConditions)],
  ['Access', accessConditions && paragraphs(accessConditions)],
])}</section>`

const contact = (party: ResponsibleParty): Html =>
  html`<li><address>
<b>${party.individualName ?? party.organisation ?? party.position}</b> <span class="badge">${nameIn(contactRoles, party.role)}</span>
${party.individualName && party.position && html`<br>${party.position}`}
${party.individualName && party.organisation && html`<br>${party.organisation}`}
${!party.individualName && party.organisation && party.position && html`<br>${party.position}`}
${party.email && html`<br><a href="mailto:${encodeURIComponent(party.email).replaceAll('%40', '@')}">${party.email}</a>`}
${party.phone && html`<br>${party.phone}`}
</address></li>`

const contacts = ({ pointsOfContact = [], contacts: ofMetadata = [] }: RecordMetadataDraft): Html | false =>
  pointsOfContact.length + ofMetadata.length > 0 &&
  html`<section aria-labelledby="contacts"><h2 id="contacts">Contacts</h2>
<div class="columns">${pointsOfContact.length > 0 && html`<div><h3>For the data</h3><ul class="plain">${pointsOfContact.map(contact)}</ul></div>`}
${ofMetadata.length > 0 && html`<div><h3>For this record</h3><ul class="plain">${ofMetadata.map(contact)}</ul></div>`}</div></section>`

// The record itself ------------------------------------------------------------------------------------

/** Who, when, what, where: as a list of references has it. */
export const citation = (
  metadata: RecordMetadataDraft,
  { siteTitle, address }: { siteTitle: string; address: string },
): string => {
  const { dates = {}, pointsOfContact = [] } = metadata
  const who =
    metadata.custodianOrganisation ??
    pointsOfContact.map((party) => party.organisation ?? party.individualName).find(Boolean)
  const year = (dates.revision ?? dates.publication ?? dates.creation)?.slice(0, 4)
  const title = (metadata.title ?? '').replace(/\.$/, '')
  return `${who ?? siteTitle}${year ? ` (${year})` : ''}. ${title}. ${siteTitle}. ${address}`
}

/** The layer as it is drawn; tables have nothing to draw. */
const painted = ({ collectionId, metadata }: CatalogueEntryInFull, siteUrl: string): Html | false =>
  collectionId !== null &&
  metadata.spatialRepresentationType !== 'textTable' &&
  html`<p><a href="${siteUrl}/pygeoapi/collections/${collectionId}/map?f=html"><img class="map" src="${siteUrl}/pygeoapi/collections/${collectionId}/map?f=png&width=480&bgcolor=white" width="480" loading="lazy" alt="Map of ${metadata.title}"></a></p>`

const banner = (http: PageBase['http'], entry: CatalogueEntryInFull): Html => {
  const link = ({ id, title }: Titled) => html`<a href="${recordAddress(http, id)}">${title}</a>`
  return html`${
    entry.isDeprecated &&
    html`<p class="notice" role="note"><b>This record is deprecated.</b> ${entry.successor ? html`It was replaced by ${link(entry.successor)}.` : 'It is kept so that links to it still work.'}</p>`
  }${
    entry.predecessors.length > 0 &&
    html`<p class="notice quiet">Replaces ${entry.predecessors.map((one, at) => html`${at > 0 && ', '}${link(one)}`)}.</p>`
  }`
}

const history = (versions: PublishedVersion[], siteUrl: string, id: string): Html | false =>
  versions.length > 0 &&
  html`<section aria-labelledby="history"><h2 id="history">History</h2>
<ul>${versions.map(({ version, publishedAt }, at) => html`<li>${shownDay(publishedAt)}: version ${version}${at === 0 && ' (present)'}</li>`)}</ul>
<p><a href="${siteUrl}/api/v1/records/${id}/versions">What each version said, as JSON</a></p></section>`

export const recordPage = (
  base: PageBase,
  {
    entry,
    distributions,
    versions,
  }: { entry: CatalogueEntryInFull; distributions: Distribution[]; versions: PublishedVersion[] },
): string => {
  const { http, siteTitle } = base
  const { siteUrl } = http
  const { metadata } = entry
  const views = toDistributions(distributions, siteUrl)
  const address = recordAddress(http, entry.id)
  const title = metadata.title ?? entry.id
  return recordsPage(base, {
    title,
    description: beginning(metadata.abstract ?? '', 300),
    trail: [{ title: 'Catalogue', href: `${siteUrl}/` }, { title: beginning(title, 60) }],
    alternates: recordFormats
      .filter(({ key }) => key !== 'html')
      .map(({ key, type, title: name }) => ({ href: `${address}?f=${key}`, type, title: name })),
    body: html`<article class="record">
<h1>${title}</h1>
<p class="meta"><span>${typeName(metadata.resourceType)}</span>${metadata.custodianOrganisation && html`<span>${metadata.custodianOrganisation}</span>`}<span>updated ${shownDay(entry.updatedAt)}</span>${entry.isDeprecated && html`<span class="badge warn">deprecated</span>`}</p>
${banner(http, entry)}
<div class="lead">${paragraphs(metadata.abstract ?? '')}</div>
${getTheData(views, entry, siteUrl)}
<div class="columns wide-first">
<section aria-labelledby="about"><h2 id="about">About the dataset</h2>
${whatItIs(entry, siteUrl)}</section>
${metadata.bbox && html`<section aria-labelledby="extent"><h2 id="extent">Extent</h2>${painted(entry, siteUrl)}${locatorMap(metadata.bbox) ?? html`<p>${extentText(metadata.bbox)}</p>`}</section>`}
</div>
${useData({ siteUrl, collectionId: entry.collectionId, file: views.find(({ kind }) => kind === 'original') })}
${lineage(metadata)}
${constraints(metadata)}
${contacts(metadata)}
<section aria-labelledby="cite"><h2 id="cite">Cite as</h2>
<p class="citation">${citation(metadata, { siteTitle, address })}</p></section>
<section aria-labelledby="record"><h2 id="record">This record</h2>
${facts([
  ['Identifier', html`<code>${entry.id}</code>`],
  [
    'Collection',
    entry.collectionId &&
      html`<a href="${siteUrl}/pygeoapi/collections/${entry.collectionId}?f=html"><code>${entry.collectionId}</code></a>`,
  ],
  ['Part of', metadata.parentIdentifier],
  ['Record language', nameIn(languages, metadata.language)],
  ['Metadata date', metadata.dateStamp],
  ['First published', shownDay(entry.publishedAt)],
  ['Last changed', shownDay(entry.updatedAt)],
  ['More information', metadata.informationUrl && outside(metadata.informationUrl)],
])}</section>
${history(versions, siteUrl, entry.id)}
<p class="formats">This record as <a href="${address}?f=json">GeoJSON</a> · <a href="${address}?f=xml">ISO 19139 XML</a> · <a href="${address}?f=dcat">DCAT-AP</a>. It is part of the <a href="${catalogAddress(http)}?f=html">catalogue</a> with <a href="${itemsAddress(http)}?f=html">all records</a>.</p>
</article>`,
  })
}
