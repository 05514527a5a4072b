/** OGC API – Records: landing page, conformance, API document, the catalogue, searches and single records. */
import type { Config } from '../../config/config.ts'
import type { OpenApiDocument } from '../../contract/document.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import type { components, operations } from '../../contract/records.gen.ts'
import { facetNames, recordQueryables, recordSortables } from '../../domain/catalogue-query.ts'
import { raise } from '../../domain/problem.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { Link } from '../../metadata/records-geojson.ts'
import type { Catalogue, CataloguePage } from '../../repositories/catalogue.ts'
import { apiPage } from '../../routes/api-page.ts'
import { cacheHeaders, weakEtag } from '../common/caching.ts'
import {
  addressWith,
  relations as commonRelations,
  jsonAndHtml,
  mediaTypes,
  selfAndAlternates,
} from '../common/links.ts'
import { toApiDocument } from './api-document.ts'
import { recordsConformance } from './conformance.ts'
import { toDcatCatalog, toDcatRecord } from './dcat.ts'
import { isoPage, isoRecord } from './iso-page.ts'
import {
  CATALOG_ID,
  catalogAddress,
  catalogType,
  dcatType,
  isoType,
  itemsAddress,
  itemsFormats,
  linkHeader,
  profileLinks,
  type RecordFormat,
  recordAddress,
  recordLinks,
  relations,
} from './links.ts'
import { similarNotice } from './pages/cards.ts'
import { itemsPage } from './pages/items-page.ts'
import type { PageBase } from './pages/page.ts'
import { recordPage, versionsShown } from './pages/record-page.ts'
import {
  catalogPage,
  catalogsPage,
  conformancePage,
  facetsPage,
  gonePage,
  landingPage,
  notFoundPage,
  queryablesPage,
  sortablesPage,
} from './pages/small-pages.ts'
import { type PreviewParts, readPreview } from './preview.ts'
import { propertiesSchema } from './properties-schema.ts'
import { allFacets, defaultBucketCount, readSearch } from './read-request.ts'
import { toRecordJson } from './record-json.ts'

export type RecordsFaceParts = {
  config: Pick<Config, 'siteTitle' | 'nationalExtent'> & { limits: Pick<Config['limits'], 'itemsPerPage'> }
  document: OpenApiDocument
  catalogue: Catalogue
} & PreviewParts

type Format = 'json' | 'html'
const htmlTypes = [mediaTypes.html, 'application/xhtml+xml']
const htmlOffer: Offer<'html'> = { key: 'html', types: htmlTypes }
type Offers = [Offer<Format>, Offer<Format>]
const jsonOffers: Offers = [{ key: 'json', types: [mediaTypes.json] }, htmlOffer]
const catalogOffers: Offers = [{ key: 'json', types: [catalogType, mediaTypes.json] }, htmlOffer]
const schemaOffers: Offers = [{ key: 'json', types: [mediaTypes.schema, mediaTypes.json] }, htmlOffer]
const openapiOffers: Offers = [
  { key: 'json', types: ['application/vnd.oai.openapi+json', 'application/openapi+json', mediaTypes.json] },
  htmlOffer,
]
const recordOffers: [Offer<RecordFormat>, ...Offer<RecordFormat>[]] = [
  { key: 'json', types: [mediaTypes.geojson, mediaTypes.json] },
  { key: 'html', types: htmlTypes },
  { key: 'xml', types: [isoType, 'text/xml', 'application/vnd.iso.19139+xml'] },
  { key: 'dcat', types: [dcatType] },
]

const withoutGeo = <Name extends string>(f: Name | 'geojson' | undefined) => (f === 'geojson' ? 'json' : f)

type Told = { updatedAt?: string; links?: Link[] }

const headersOf = (text: string, { updatedAt, links }: Told) => ({
  ...cacheHeaders(weakEtag(text), updatedAt),
  ...(links && linkHeader(links)),
})

const page = (text: string, told: Told = {}) => ({
  status: 200 as const,
  headers: { ...headersOf(text, told), ...pageHeaders },
  raw: { contentType: htmlType, text },
})

const raw = (contentType: string, text: string, told: Told = {}) => ({
  status: 200 as const,
  headers: headersOf(text, told),
  raw: { contentType, text },
})

/** Written once, for the ETag and to be sent; `body` is what the contract is held against. */
const json = <Body>(body: Body, contentType: string = mediaTypes.json, told: Told = {}) => {
  const text = JSON.stringify(body)
  return { status: 200 as const, headers: headersOf(text, told), body, raw: { contentType, text } }
}

const queryables = propertiesSchema(recordQueryables)
const sortables = propertiesSchema(
  Object.fromEntries(
    Object.entries(recordQueryables).filter(([name]) => Object.hasOwn(recordSortables, name)),
  ),
)

const facetsIn = ({ facets }: CataloguePage): components['schemas']['recordCollection']['facets'] =>
  facets === null
    ? undefined
    : Object.fromEntries(
        [...facets.byName].map(([name, { buckets, hasMore }]) => [
          name,
          {
            type: 'terms' as const,
            property: name,
            buckets,
            more: hasMore,
            ...(facets.counted !== null && { counted: facets.counted }),
          },
        ]),
      )

const landingLinks = (http: HttpContext, present: Format): Link[] => {
  const { faceUrl } = http
  const conformance = {
    href: `${faceUrl}/conformance`,
    type: mediaTypes.json,
    title: 'Standards this API conforms to',
  }
  return [
    ...selfAndAlternates(http, present, jsonAndHtml),
    { rel: 'service-desc', href: `${faceUrl}/api`, type: mediaTypes.openapi, title: 'API definition' },
    {
      rel: 'service-doc',
      href: `${faceUrl}/api?f=html`,
      type: mediaTypes.html,
      title: 'API definition as a page',
    },
    { rel: 'conformance', ...conformance },
    { rel: commonRelations.conformance, ...conformance },
    { rel: 'data', href: `${faceUrl}/collections`, type: mediaTypes.json, title: 'Catalogues' },
    { rel: commonRelations.data, href: `${faceUrl}/collections`, type: mediaTypes.json, title: 'Catalogues' },
    { rel: relations.catalog, href: itemsAddress(http), type: mediaTypes.geojson, title: 'Records' },
    { rel: 'search', href: itemsAddress(http), type: mediaTypes.geojson, title: 'Search the records' },
  ]
}

export const recordsHandlers = ({
  config,
  document,
  catalogue,
  ...data
}: RecordsFaceParts): Handlers<operations> => {
  const { siteTitle, limits } = config
  const title = `${siteTitle} – OGC API Records`
  const description = `The catalogue of ${siteTitle}: what data there are, who keeps them, and how to get them.`
  const baseOf = (http: HttpContext): PageBase => ({ http, siteTitle })

  const demandCatalog = (catalogId: string) => {
    if (catalogId !== CATALOG_ID)
      throw generalProblems.notFound({ what: `catalogue (there is '${CATALOG_ID}')`, id: catalogId })
  }

  /** `present` is the format of this very answer; null in a list. */
  const toCatalog = async (
    http: HttpContext,
    present: Format | null,
  ): Promise<components['schemas']['catalog']> => {
    const address = catalogAddress(http)
    const relation = (format: Format) => ((present ?? 'json') === format ? 'self' : 'alternate')
    return {
      id: CATALOG_ID,
      type: 'Collection',
      conformsTo: [...recordsConformance],
      title: `${siteTitle} catalogue`,
      description,
      itemType: 'record',
      itemCount: await catalogue.count(),
      crs: [CRS84_URI],
      extent: { spatial: { bbox: [config.nationalExtent], crs: CRS84_URI } },
      defaultSortOrder: [{ field: 'updated', direction: 'desc' }],
      links: [
        { rel: relation('json'), href: address, type: catalogType, title: 'This catalogue' },
        {
          rel: relation('html'),
          href: `${address}?f=html`,
          type: mediaTypes.html,
          title: 'This catalogue as a page',
        },
        { rel: 'items', href: itemsAddress(http), type: mediaTypes.geojson, title: 'Records' },
        {
          rel: 'items',
          href: `${itemsAddress(http)}?f=html`,
          type: mediaTypes.html,
          title: 'Records as a page',
        },
        {
          rel: relations.queryables,
          href: `${address}/queryables`,
          type: mediaTypes.schema,
          title: 'What filters can name',
        },
        {
          rel: relations.facets,
          href: `${address}/facets`,
          type: mediaTypes.json,
          title: 'What search results can be counted by',
        },
        {
          rel: relations.sortables,
          href: `${address}/sortables`,
          type: mediaTypes.schema,
          title: 'What the records can be sorted by',
        },
        { rel: 'root', href: `${http.faceUrl}/`, type: mediaTypes.json, title: 'Landing page' },
        { rel: 'profile', href: 'http://www.opengis.net/def/profile/OGC/0/ogc-catalog' },
      ],
    }
  }

  const getApi: Handlers<operations>['getApi'] = async ({ query, http }) => {
    const served = toApiDocument(document, {
      title,
      faceUrl: http.faceUrl,
      itemsPerPage: limits.itemsPerPage,
    })
    if (negotiate(query.f, http.headers.accept, openapiOffers) === 'html')
      return page(apiPage(served, http, { siteTitle, documentUrl: `${http.faceUrl}/api?f=json` }))
    const text = JSON.stringify(served)
    return {
      status: 200,
      headers: cacheHeaders(weakEtag(text)),
      raw: { contentType: mediaTypes.openapi, text },
    }
  }

  /** Deleted records answer 410 with what replaces them (R3.15); drafts are as unknown as what never was. */
  const answerMissing = async (id: string, format: RecordFormat, http: HttpContext) => {
    const deleted = await catalogue.findDeleted(id)
    const headers = { 'Cache-Control': 'no-cache', Vary: 'Accept', ...pageHeaders }
    if (format === 'html') {
      const text = deleted
        ? gonePage(baseOf(http), { id, successor: deleted.successor })
        : notFoundPage(baseOf(http), id)
      const raw = { contentType: htmlType, text }
      return deleted ? { status: 410 as const, headers, raw } : { status: 404 as const, headers, raw }
    }
    const successor = deleted?.successor && recordAddress(http, deleted.successor.id)
    return raise(
      deleted
        ? generalProblems.gone({ what: 'record', id, successor: successor ?? undefined })
        : generalProblems.notFound({ what: 'record', id }),
    )
  }

  const schemaAnswer = (http: HttpContext, name: 'sortables' | 'queryables') =>
    raw(
      mediaTypes.schema,
      JSON.stringify({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `${catalogAddress(http)}/${name}`,
        title: name === 'sortables' ? 'Sortables' : 'Queryables',
        type: 'object',
        properties: name === 'sortables' ? sortables : queryables,
        additionalProperties: false,
      }),
    )

  return {
    getLanding: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      if (format === 'html') return page(landingPage(baseOf(http), { title, description }))
      return json({ title, description, links: landingLinks(http, format) })
    },

    getConformance: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      if (format === 'html') return page(conformancePage(baseOf(http), recordsConformance))
      return json({
        conformsTo: [...recordsConformance],
        links: selfAndAlternates(http, format, jsonAndHtml),
      })
    },

    getApi,
    getOpenapi: getApi,

    listCatalogs: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      const catalog = await toCatalog(http, null)
      if (format === 'html') return page(catalogsPage(baseOf(http), catalog))
      return json({
        numberMatched: 1,
        numberReturned: 1,
        collections: [catalog],
        links: selfAndAlternates(http, format, jsonAndHtml),
      })
    },

    getCatalog: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(query.f, http.headers.accept, catalogOffers)
      const catalog = await toCatalog(http, format)
      if (format === 'html') return page(catalogPage(baseOf(http), catalog))
      const accept = query.f === undefined ? (http.headers.accept ?? '') : ''
      const isPlainJson = accept.includes(mediaTypes.json) && !accept.includes(catalogType)
      return json(catalog, isPlainJson ? mediaTypes.json : catalogType, { links: catalog.links })
    },

    getSortables: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      return negotiate(query.f, http.headers.accept, schemaOffers) === 'html'
        ? page(sortablesPage(baseOf(http), sortables))
        : schemaAnswer(http, 'sortables')
    },

    getQueryables: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      return negotiate(query.f, http.headers.accept, schemaOffers) === 'html'
        ? page(queryablesPage(baseOf(http), queryables))
        : schemaAnswer(http, 'queryables')
    },

    getFacets: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      if (format === 'html') return page(facetsPage(baseOf(http), facetNames))
      const definition = (property: string) => ({
        type: 'term' as const,
        property,
        sortedBy: 'count' as const,
      })
      return json({
        facets: Object.fromEntries(facetNames.map((name) => [name, definition(name)])),
        defaultBucketCount,
        links: selfAndAlternates(http, format, jsonAndHtml),
      })
    },

    getRecords: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(withoutGeo(query.f), http.headers.accept, recordOffers)
      const read = await readSearch(query, http.searchParams.get('q'), limits.itemsPerPage)
      const request = {
        ...read,
        // A page for people always offers to narrow the search; the envelope of ISO 19139 must tell the number.
        facets: format === 'html' && read.facets?.length === 0 ? allFacets : (read.facets ?? []),
        isCountExact: format === 'xml',
      }
      const found = await catalogue.search(request)
      const distributions = new Map(found.entries.map((entry) => [entry.id, entry.distributions]))
      const { offset, limit } = request
      const nextOffset = offset + found.entries.length
      const next = found.hasMore ? addressWith(http, { offset: String(nextOffset) }) : null
      const previousOffset = Math.max(0, offset - limit)
      const previous =
        offset > 0 ? addressWith(http, { offset: previousOffset > 0 ? String(previousOffset) : null }) : null
      const type = itemsFormats.find(({ key }) => key === format)?.type
      const links: Link[] = [
        ...selfAndAlternates(http, format, itemsFormats),
        { rel: 'collection', href: catalogAddress(http), type: catalogType, title: 'The catalogue' },
        ...profileLinks,
        ...(next === null ? [] : [{ rel: 'next', href: next, type, title: 'Next page' }]),
        ...(previous === null ? [] : [{ rel: 'prev', href: previous, type, title: 'Previous page' }]),
      ]
      const notice = found.isSimilar ? similarNotice(request.filter.q ?? '') : null
      if (format === 'html')
        return page(itemsPage(baseOf(http), { request, found, distributions, previous, next, notice }), {
          links,
        })
      if (format === 'xml') return raw(`${isoType}; charset=utf-8`, isoPage(found, offset, http), { links })
      if (format === 'dcat') {
        const told = { title: `${siteTitle} catalogue`, description }
        return raw(dcatType, JSON.stringify(toDcatCatalog(found.entries, http, told)), { links })
      }
      const facets = facetsIn(found)
      return json(
        {
          type: 'FeatureCollection' as const,
          ...(found.matched !== null && { numberMatched: found.matched }),
          numberReturned: found.entries.length,
          ...(notice !== null && { notice }),
          features: found.entries.map((entry) =>
            toRecordJson(entry, { distributions: distributions.get(entry.id) ?? [], face: http }),
          ),
          ...(facets && { facets }),
          links,
        },
        mediaTypes.geojson,
        { links },
      )
    },

    getRecord: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(withoutGeo(query.f), http.headers.accept, recordOffers)
      const entry = await catalogue.find(path.recordId)
      if (!entry) return answerMissing(path.recordId, format, http)
      const { distributions, updatedAt } = entry
      const told = { updatedAt, links: recordLinks(entry, { distributions, face: http, present: format }) }
      if (format === 'xml') return raw(`${isoType}; charset=utf-8`, isoRecord(entry, http), told)
      if (format === 'dcat') return raw(dcatType, JSON.stringify(toDcatRecord(entry, http)), told)
      if (format === 'html') {
        const [versions, preview] = await Promise.all([
          catalogue.listVersions(entry.id, versionsShown + 1),
          readPreview(data, entry.collectionId),
        ])
        return page(recordPage(baseOf(http), { entry, distributions, versions, preview }), {
          links: told.links,
        })
      }
      return json(
        toRecordJson(entry, { distributions, face: http, present: format }),
        mediaTypes.geojson,
        told,
      )
    },
  }
}
