/** OGC API – Records: landing page, conformance, API document, the catalogue, searches and single records. */
import type { Config } from '../../config/config.ts'
import type { OpenApiDocument } from '../../contract/document.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import type { components, operations } from '../../contract/records.gen.ts'
import type { sortableNames } from '../../domain/catalogue-query.ts'
import { raise } from '../../domain/problem.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import { isoDocument } from '../../metadata/iso19139.ts'
import type { Link } from '../../metadata/records-geojson.ts'
import type { Catalogue, CatalogueEntryInFull } from '../../repositories/catalogue.ts'
import { toDistributions } from '../../repositories/distributions.ts'
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
import {
  CATALOG_ID,
  catalogAddress,
  catalogType,
  isoType,
  itemsAddress,
  profileLinks,
  type RecordFormat,
  recordAddress,
  relations,
} from './links.ts'
import { itemsPage } from './pages/items-page.ts'
import type { PageBase } from './pages/page.ts'
import { recordPage } from './pages/record-page.ts'
import {
  catalogPage,
  catalogsPage,
  conformancePage,
  gonePage,
  landingPage,
  notFoundPage,
  sortablesPage,
} from './pages/small-pages.ts'
import { readSearch } from './read-request.ts'
import { toRecordJson } from './record-json.ts'

export type RecordsFaceParts = {
  config: Pick<Config, 'siteTitle' | 'nationalExtent'> & { limits: Pick<Config['limits'], 'itemsPerPage'> }
  document: OpenApiDocument
  catalogue: Catalogue
}

type Format = 'json' | 'html'
const htmlTypes = [mediaTypes.html, 'application/xhtml+xml']
const htmlOffer: Offer<'html'> = { key: 'html', types: htmlTypes }
type Offers = [Offer<Format>, Offer<Format>]
const jsonOffers: Offers = [{ key: 'json', types: [mediaTypes.json] }, htmlOffer]
const catalogOffers: Offers = [{ key: 'json', types: [mediaTypes.json, catalogType] }, htmlOffer]
const schemaOffers: Offers = [{ key: 'json', types: [mediaTypes.schema, mediaTypes.json] }, htmlOffer]
const openapiOffers: Offers = [
  { key: 'json', types: ['application/vnd.oai.openapi+json', 'application/openapi+json', mediaTypes.json] },
  htmlOffer,
]
const itemsOffers: Offers = [{ key: 'json', types: [mediaTypes.geojson, mediaTypes.json] }, htmlOffer]
const recordOffers: [Offer<RecordFormat>, ...Offer<RecordFormat>[]] = [
  { key: 'json', types: [mediaTypes.geojson, mediaTypes.json] },
  { key: 'html', types: htmlTypes },
  { key: 'xml', types: [isoType, 'text/xml', 'application/vnd.iso.19139+xml'] },
]

const withoutGeo = <Name extends string>(f: Name | 'geojson' | undefined) => (f === 'geojson' ? 'json' : f)

const page = (text: string, updatedAt?: string) => ({
  status: 200 as const,
  headers: { ...cacheHeaders(weakEtag(text), updatedAt), ...pageHeaders },
  raw: { contentType: htmlType, text },
})

const json = <Body>(body: Body, contentType: string = mediaTypes.json, updatedAt?: string) => ({
  status: 200 as const,
  headers: cacheHeaders(weakEtag(JSON.stringify(body)), updatedAt),
  body,
  contentType,
})

const sortables: Record<(typeof sortableNames)[number], { title: string; type: string; format?: string }> = {
  title: { title: 'Title', type: 'string' },
  created: { title: 'When the record was made', type: 'string', format: 'date-time' },
  updated: { title: 'When the record was last changed', type: 'string', format: 'date-time' },
}

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

export const recordsHandlers = ({ config, document, catalogue }: RecordsFaceParts): Handlers<operations> => {
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
        { rel: relation('json'), href: address, type: mediaTypes.json, title: 'This catalogue' },
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

  const isoText = (entry: CatalogueEntryInFull, http: HttpContext): string =>
    isoDocument({
      metadata: entry.metadata,
      identifier: entry.id,
      distributions: toDistributions(entry.distributions, http.siteUrl),
      state: entry.isDeprecated ? 'deprecated' : 'published',
      successor: entry.successor?.id ?? null,
    })

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
      const isAskedByName = query.f === undefined && http.headers.accept?.includes(catalogType)
      return json(catalog, isAskedByName ? catalogType : mediaTypes.json)
    },

    getSortables: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      if (negotiate(query.f, http.headers.accept, schemaOffers) === 'html')
        return page(sortablesPage(baseOf(http), sortables))
      const text = JSON.stringify({
        $schema: 'https://json-schema.org/draft/2019-09/schema',
        $id: `${catalogAddress(http)}/sortables`,
        title: 'Sortables',
        type: 'object',
        properties: sortables,
        additionalProperties: false,
      })
      return {
        status: 200,
        headers: cacheHeaders(weakEtag(text)),
        raw: { contentType: mediaTypes.schema, text },
      }
    },

    getRecords: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(withoutGeo(query.f), http.headers.accept, itemsOffers)
      const request = readSearch(query, http.searchParams.get('q'), limits.itemsPerPage)
      const found = await catalogue.search(request)
      const distributions = new Map(found.entries.map((entry) => [entry.id, entry.distributions]))
      const { offset, limit } = request
      // A page cut short at the edge of what is ranked goes on where it ended.
      const nextOffset = offset + found.entries.length
      const next = found.hasMore ? addressWith(http, { offset: String(nextOffset) }) : null
      const previousOffset = Math.max(0, offset - limit)
      const previous =
        offset > 0 ? addressWith(http, { offset: previousOffset > 0 ? String(previousOffset) : null }) : null
      if (format === 'html')
        return page(itemsPage(baseOf(http), { request, found, distributions, previous, next }))
      const links: Link[] = [
        ...selfAndAlternates(http, format, [
          { key: 'json', type: mediaTypes.geojson, title: 'These records as GeoJSON' },
          { key: 'html', type: mediaTypes.html, title: 'These records as a page' },
        ]),
        { rel: 'collection', href: catalogAddress(http), type: mediaTypes.json, title: 'The catalogue' },
        ...profileLinks,
        ...(next === null ? [] : [{ rel: 'next', href: next, type: mediaTypes.geojson, title: 'Next page' }]),
        ...(previous === null
          ? []
          : [{ rel: 'prev', href: previous, type: mediaTypes.geojson, title: 'Previous page' }]),
      ]
      return json(
        {
          type: 'FeatureCollection' as const,
          ...(found.matched !== null && { numberMatched: found.matched }),
          numberReturned: found.entries.length,
          features: found.entries.map((entry) =>
            toRecordJson(entry, { distributions: distributions.get(entry.id) ?? [], face: http }),
          ),
          links,
        },
        mediaTypes.geojson,
      )
    },

    getRecord: async ({ path, query, http }) => {
      demandCatalog(path.catalogId)
      const format = negotiate(withoutGeo(query.f), http.headers.accept, recordOffers)
      const entry = await catalogue.find(path.recordId)
      if (!entry) return answerMissing(path.recordId, format, http)
      if (format === 'xml') {
        const text = isoText(entry, http)
        return {
          status: 200,
          headers: cacheHeaders(weakEtag(text), entry.updatedAt),
          raw: { contentType: `${isoType}; charset=utf-8`, text },
        }
      }
      const { distributions } = entry
      if (format === 'html')
        return page(
          recordPage(baseOf(http), {
            entry,
            distributions,
            versions: await catalogue.listVersions(entry.id),
          }),
          entry.updatedAt,
        )
      return json(
        toRecordJson(entry, { distributions, face: http, present: format }),
        mediaTypes.geojson,
        entry.updatedAt,
      )
    },
  }
}
