/** A record for people: what it is, how to get the data, how to use them, how they came about, what is allowed. */
import type { FieldType } from '../../../domain/probe.ts'
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
import { capabilitiesUrlOf, serviceOf } from '../../../metadata/web-services.ts'
import type { CatalogueEntryInFull, PublishedVersion, Titled } from '../../../repositories/catalogue.ts'
import {
  type Distribution,
  type DistributionView,
  toDistributions,
} from '../../../repositories/distributions.ts'
import { extentText, locatorMap } from '../../common/locator-map.ts'
import { facts, shownDay, shownNumber, shownSize, shownValue } from '../../common/page.ts'
import { catalogAddress, itemsAddress, recordAddress, recordFormats } from '../links.ts'
import type { DataPreview } from '../preview.ts'
import { toSchemaOrg } from '../schema-org.ts'
import { beginning, typeName } from './cards.ts'
import { history } from './history.ts'
import { outside, type PageBase, recordsPage } from './page.ts'
import { mapPicture } from './picture.ts'
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
  const service = serviceOf(one, metadata)
  return service ? capabilitiesUrlOf(service) : one.url
}

const distributionFacts = (one: DistributionView): Html =>
  facts([
    ['Format', one.kind === 'features' ? 'GeoJSON' : one.format],
    ['Size', one.sizeBytes === null ? null : shownSize(one.sizeBytes)],
    ['CRS', one.kind === 'features' ? 'WGS 84, or another on request' : crsName(one.epsg)],
  ])

/** Layers of a WMS or WMTS are shown by the map viewer as well (R9.7). */
const mapAddress = (
  one: DistributionView,
  { id, metadata }: CatalogueEntryInFull,
  siteUrl: string,
): string | null => {
  if (one.kind !== 'service' || !['OGC:WMS', 'OGC:WMTS'].includes(one.protocol)) return null
  const service = serviceOf(one, metadata)
  return service?.layer ? `${siteUrl}/map?layer=${encodeURIComponent(`${id}~${service.layer}`)}` : null
}

const distributionCard = (one: DistributionView, entry: CatalogueEntryInFull, siteUrl: string): Html => {
  const { explanation, action } = shown[one.kind]
  const address = pageAddress(one, entry)
  const map = mapAddress(one, entry, siteUrl)
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
  }${map !== null && html` <a class="button plain" href="${map}">Show on the map<span class="hidden">: ${one.title}</span></a>`}</p>
</li>`
}

type Way = {
  type: string
  title: string
  explanation: string
  told: [string, string][]
  address: string
  page: string
  action: string
}

/** What the server makes of a collection: ways to have it that no distribution of the record says by itself (R11.1). */
const waysOf = ({ collection, hasMap }: DataPreview, siteUrl: string): Way[] => {
  const address = `${siteUrl}/pygeoapi/collections/${collection.id}`
  const tiles: Way = {
    type: 'OGC API – Tiles',
    title: 'Vector tiles',
    explanation: 'For web maps: only what is in view is loaded.',
    told: [
      ['Format', 'Mapbox Vector Tiles'],
      ['CRS', 'Web Mercator (EPSG:3857), WGS 84'],
    ],
    address: `${address}/tiles`,
    page: `${address}/tiles?f=html`,
    action: 'Browse the tiles',
  }
  const maps: Way = {
    type: 'OGC API – Maps and WMS',
    title: 'Map in its published style',
    explanation: 'The layer as a picture of any place and size.',
    told: [
      ['Format', 'PNG, JPEG, WebP'],
      ['CRS', 'Web Mercator, WGS 84, or another on request'],
    ],
    address: `${address}/map`,
    page: `${address}/map?f=html`,
    action: 'Open the map',
  }
  const coverage: Way = {
    type: 'OGC API – Coverages',
    title: 'Values',
    explanation: 'The cells as numbers, all or a part, for computing.',
    told: [
      ['Format', 'GeoTIFF, netCDF, CoverageJSON'],
      ['CRS', 'that of the file, or another on request'],
    ],
    address: `${address}/coverage`,
    page: `${address}/coverage?f=html`,
    action: 'Get values',
  }
  return [
    ...(collection.kind === 'features' && collection.storageSrid !== null ? [tiles] : []),
    ...(collection.kind === 'raster' ? [coverage] : []),
    ...(hasMap ? [maps] : []),
  ]
}

const wayCard = ({ type, title, explanation, told, address, page, action }: Way): Html =>
  html`<li class="distribution way">
<p class="kind">${type}</p>
<h3>${title}</h3>
<p>${explanation}</p>
${facts(told)}
<p class="address"><span>Address</span> <code class="copy">${address}</code></p>
<p class="action"><a class="button" href="${page}">${action}</a></p>
</li>`

/** R11.3. */
const choosing = (siteUrl: string): Html =>
  html`<details class="help"><summary>Which one should I choose?</summary>
<ul>
<li><b>To work in QGIS or another desktop GIS</b>: download the file for a copy of your own, or connect QGIS to the OGC API for data that are always the latest.</li>
<li><b>For a map on a web page</b>: use the tiles, or PMTiles where they are offered; a page loads only the area it shows.</li>
<li><b>For scripts and notebooks</b>: use the OGC API – Features, which answers in GeoJSON; for rasters the Cloud Optimized GeoTIFF, of which a program reads the parts it needs, or OGC API – Coverages, which sends a part.</li>
<li><b>To read or print</b>: the map, as a picture.</li>
</ul>
<p>The <a href="${siteUrl}/docs/public/user-guide/04-downloading-data.html">user guide</a> explains every kind.</p></details>`

/** Data before what is drawn of them, and both before what is only about them. */
const isAboutData = ({ kind }: DistributionView) => kind === 'style' || kind === 'information'

const getTheData = (
  views: DistributionView[],
  { entry, ways, siteUrl }: { entry: CatalogueEntryInFull; ways: Way[]; siteUrl: string },
): Html =>
  html`<section aria-labelledby="distributions"><h2 id="distributions">Distributions</h2>
${
  views.length + ways.length === 0
    ? html`<p>This record describes data that are not offered here. Ask the contact below.</p>`
    : html`<ul class="distributions">${views.filter((one) => !isAboutData(one)).map((one) => distributionCard(one, entry, siteUrl))}${ways.map(wayCard)}${views.filter(isAboutData).map((one) => distributionCard(one, entry, siteUrl))}</ul>${choosing(siteUrl)}`
}</section>`

// The data themselves ----------------------------------------------------------------------------------

const pictureSize = { width: 760, height: 480 }
const legendShown = 24

const legendEntries = (
  legend: NonNullable<DataPreview['legend']>,
  { title, address }: { title: string; address: string },
): Html =>
  html`<ul>${legend
    .slice(0, legendShown)
    .map(
      (entry) =>
        html`<li><img src="${entry.swatch}" width="28" height="18" alt=""> <span>${entry.title || title}</span></li>`,
    )}</ul>${legend.length > legendShown && html`<p><a href="${address}?f=svg">All ${legend.length} entries</a></p>`}`

const legendOf = ({ legend, style, collection }: DataPreview, siteUrl: string): Html | false => {
  if (style === null || legend?.length === 0) return false
  const address = `${siteUrl}/pygeoapi/collections/${collection.id}/styles/${style.id}/legend`
  return html`<div class="legend"><h3>Legend</h3>${
    legend === null
      ? html`<p><img class="whole-legend" src="${address}?f=svg" alt="Legend of the style ${style.title}"></p>`
      : legendEntries(legend, { title: collection.title, address })
  }<p class="meta">Style: ${style.title}</p></div>`
}

/** Drawn by the server, so it is there without a program; the live map is a press away. */
const painted = (preview: DataPreview, entry: CatalogueEntryInFull, siteUrl: string): Html =>
  html`<section class="preview" aria-labelledby="preview"><h2 id="preview">Map</h2>
<div class="preview-parts"><figure><a href="${siteUrl}/map?layer=${entry.id}"><img class="map" src="${mapPicture(siteUrl, preview.collection.id, pictureSize)}" width="${pictureSize.width}" height="${pictureSize.height}" alt="Map of ${entry.metadata.title} in its published style"></a>
<figcaption><a class="button" href="${siteUrl}/map?layer=${entry.id}">Open in the map viewer</a></figcaption></figure>
${legendOf(preview, siteUrl)}</div></section>`

const typeNames: Record<FieldType, string> = {
  string: 'Text',
  integer: 'Whole number',
  number: 'Number',
  boolean: 'Yes or no',
  date: 'Day',
  datetime: 'Day and time',
  time: 'Time of day',
  binary: 'Binary',
}

const alignment = (type: FieldType) => (type === 'integer' || type === 'number' ? 'number' : 'text')

const attributes = ({ collection, rows }: DataPreview, siteUrl: string): Html | null => {
  const { columns, featureCount, id } = collection
  if (collection.kind !== 'features' || columns.length === 0) return null
  const address = `${siteUrl}/pygeoapi/collections/${id}`
  return html`<section aria-labelledby="attributes"><h2 id="attributes">Attributes</h2>
<p>${shownNumber(featureCount)} ${featureCount === 1 ? 'feature' : 'features'}${collection.geometryType !== null && ` (${collection.geometryType})`}, each with ${columns.length === 1 ? 'one field' : `${columns.length} fields`}. <a href="${address}/items?f=html">All features as a table</a>, with search and sorting.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Fields and first features"><table class="attributes">
<thead><tr>${columns.map(({ name, type }) => html`<th scope="col" class="${alignment(type)}">${name}<span class="type">${typeNames[type]}</span></th>`)}</tr></thead>
<tbody>${rows.map(({ properties }) => html`<tr>${columns.map(({ name, type }) => html`<td class="${alignment(type)}">${shownValue(properties[name])}</td>`)}</tr>`)}</tbody>
</table></div>${rows.length > 0 && featureCount > rows.length && html`<p class="meta">The first ${rows.length} of ${shownNumber(featureCount)}.</p>`}</section>`
}

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

const tags = (
  words: readonly string[],
  addressOf: (word: string) => string,
  nameOf: (word: string) => string = (word) => word,
): Html | null =>
  words.length === 0
    ? null
    : html`<ul class="tags">${words.map((word) => html`<li><a href="${addressOf(word)}">${nameOf(word)}</a></li>`)}</ul>`

const whatItIs = (entry: CatalogueEntryInFull, siteUrl: string): Html => {
  const { metadata } = entry
  const resolution = metadata.spatialResolutionDenominator
  return facts([
    ['Kind', typeName(metadata.resourceType)],
    [
      'Custodian',
      metadata.custodianOrganisation &&
        html`<a href="${`${siteUrl}/catalogue?${new URLSearchParams({ organization: metadata.custodianOrganisation })}`}">${metadata.custodianOrganisation}</a>`,
    ],
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
    [
      'Topics',
      tags(
        metadata.topicCategories ?? [],
        (topic) => `${siteUrl}/catalogue?${new URLSearchParams({ themes: topic })}`,
        (topic) => nameIn(topicCategories, topic) ?? topic,
      ),
    ],
    [
      'Keywords',
      tags(
        allKeywords(metadata),
        (word) => `${siteUrl}/catalogue?${new URLSearchParams({ keywords: word })}`,
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

export const versionsShown = 20

/** A messenger shows the picture at this size. */
const sharedSize = { width: 1200, height: 630 }

export const recordPage = (
  base: PageBase,
  {
    entry,
    distributions,
    versions,
    preview,
  }: {
    entry: CatalogueEntryInFull
    distributions: Distribution[]
    versions: PublishedVersion[]
    preview: DataPreview | null
  },
): string => {
  const { http, siteTitle } = base
  const { siteUrl } = http
  const { metadata } = entry
  const views = toDistributions(distributions, siteUrl)
  const address = recordAddress(http, entry.id)
  const title = metadata.title ?? entry.id
  const shared = preview?.hasMap ? mapPicture(siteUrl, preview.collection.id, sharedSize, 'white') : null
  return recordsPage(base, {
    title,
    script: 'record',
    social: {
      address,
      kind: 'article',
      ...(shared !== null && { image: { address: shared, ...sharedSize, words: `Map of ${title}` } }),
    },
    structured: toSchemaOrg(entry, {
      face: http,
      siteTitle,
      fields: preview?.collection.columns.map(({ name }) => name) ?? [],
      picture: shared,
    }),
    description: beginning(metadata.abstract ?? '', 300),
    trail: [{ title: 'Catalogue', href: `${siteUrl}/catalogue` }, { title: beginning(title, 60) }],
    alternates: recordFormats
      .filter(({ key }) => key !== 'html')
      .map(({ key, type, title: name }) => ({ href: `${address}?f=${key}`, type, title: name })),
    body: html`<article class="record">
<h1>${title}</h1>
<p class="meta"><span>${typeName(metadata.resourceType)}</span>${metadata.custodianOrganisation && html`<span>${metadata.custodianOrganisation}</span>`}<span>updated ${shownDay(entry.updatedAt)}</span>${entry.isDeprecated && html`<span class="badge warn">deprecated</span>`}</p>
${banner(http, entry)}
<div class="lead">${paragraphs(metadata.abstract ?? '')}</div>
${preview?.hasMap && painted(preview, entry, siteUrl)}
${getTheData(views, { entry, ways: preview ? waysOf(preview, siteUrl) : [], siteUrl })}
<div class="columns wide-first">
<section aria-labelledby="about"><h2 id="about">About the dataset</h2>
${whatItIs(entry, siteUrl)}</section>
${metadata.bbox && html`<section aria-labelledby="extent"><h2 id="extent">Extent</h2>${locatorMap(metadata.bbox) ?? html`<p>${extentText(metadata.bbox)}</p>`}</section>`}
</div>
${preview && attributes(preview, siteUrl)}
${useData({ siteUrl, collectionId: entry.collectionId, file: views.find(({ kind }) => kind === 'original') })}
${lineage(metadata)}
${constraints(metadata)}
${contacts(metadata)}
<section aria-labelledby="cite"><h2 id="cite">Cite as</h2>
<p class="citation" id="citation">${citation(metadata, { siteTitle, address })}</p>
<p><button type="button" class="plain" data-copies="citation" data-copied="Copied" hidden>Copy the citation</button></p></section>
<section aria-labelledby="record" data-record="${entry.id}"><h2 id="record">This record</h2>
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
${history(versions, { siteUrl, id: entry.id, most: versionsShown })}
<p class="formats">This record as <a href="${address}?f=json">GeoJSON</a> · <a href="${address}?f=xml">ISO 19139 XML</a> · <a href="${address}?f=dcat">DCAT-AP</a>. It is part of the <a href="${catalogAddress(http)}?f=html">catalogue</a> with <a href="${itemsAddress(http)}?f=html">all records</a>.</p>
</article>`,
  })
}
