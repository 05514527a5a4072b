/** OGC API – Features: landing page, conformance, API document, collections and what hangs on each. */
import type { operations } from '../../contract/features.gen.ts'
import type { Handlers, HttpContext, RawBody } from '../../contract/handler.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { createShelf } from '../../services/shelf.ts'
import { cacheHeaders, weakEtag } from '../common/caching.ts'
import { featuresConformance } from '../common/conformance.ts'
import {
  addressWith,
  jsonAndHtml,
  type Link,
  mapRelations,
  mediaTypes,
  relations,
  selfAndAlternates,
  tileRelations,
} from '../common/links.ts'
import { declaredItemParameters, toApiDocument } from './api-document.ts'
import { toCollectionJson } from './collection-json.ts'
import { type EditingParts, editingHandlers } from './editing.ts'
import { getItem, getItems } from './items.ts'
import { apiPage } from './pages/api-page.ts'
import { collectionPage } from './pages/collection-page.ts'
import { collectionsPage } from './pages/collections-page.ts'
import { conformancePage, landingPage } from './pages/landing-page.ts'
import { type SchemaTitle, schemaPage } from './pages/schema-page.ts'
import type { FaceParts } from './parts.ts'
import { queryableColumns } from './property-filter.ts'
import { toQueryables, toSchema, toSortables } from './schema-json.ts'
import { toXsd } from './schema-xsd.ts'

type Format = 'json' | 'html'
type Offers = [Offer<Format>, Offer<Format>]

const htmlOffer: Offer<Format> = { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] }
const jsonOffers: Offers = [{ key: 'json', types: [mediaTypes.json] }, htmlOffer]
const schemaOffers: Offers = [{ key: 'json', types: [mediaTypes.schema, mediaTypes.json] }, htmlOffer]
const openapiOffers: Offers = [
  { key: 'json', types: ['application/vnd.oai.openapi+json', 'application/openapi+json', mediaTypes.json] },
  htmlOffer,
]

/** A document of which the text is made anew each time, and kept by clients as long as it is the same. */
const answer = (text: string, contentType: string, updatedAt?: string) => {
  const raw: RawBody = { contentType, text }
  return {
    status: 200 as const,
    headers: { ...cacheHeaders(weakEtag(text), updatedAt), ...(contentType === htmlType && pageHeaders) },
    raw,
  }
}

const landingLinks = (http: HttpContext, present: Format): Link[] => [
  ...selfAndAlternates(http, present, jsonAndHtml),
  { rel: 'service-desc', href: `${http.faceUrl}/api`, type: mediaTypes.openapi, title: 'API definition' },
  {
    rel: 'service-doc',
    href: `${http.faceUrl}/api?f=html`,
    type: mediaTypes.html,
    title: 'API definition as a page',
  },
  {
    rel: 'conformance',
    href: `${http.faceUrl}/conformance`,
    type: mediaTypes.json,
    title: 'Standards this API conforms to',
  },
  {
    rel: relations.conformance,
    href: `${http.faceUrl}/conformance`,
    type: mediaTypes.json,
    title: 'Standards this API conforms to',
  },
  { rel: 'data', href: `${http.faceUrl}/collections`, type: mediaTypes.json, title: 'Collections' },
  { rel: relations.data, href: `${http.faceUrl}/collections`, type: mediaTypes.json, title: 'Collections' },
  {
    rel: 'data',
    href: `${http.faceUrl}/collections?f=html`,
    type: mediaTypes.html,
    title: 'Collections as a page',
  },
  {
    rel: tileRelations.tilingSchemes,
    href: `${http.faceUrl}/tileMatrixSets`,
    type: mediaTypes.json,
    title: 'Tile matrix sets of the vector tiles',
  },
  ...['styles', relations.styles].map((rel) => ({
    rel,
    href: `${http.faceUrl}/styles`,
    type: mediaTypes.json,
    title: 'Styles of the layers',
  })),
  ...mapRelations.map.map((rel) => ({
    rel,
    href: `${http.faceUrl}/map`,
    type: 'image/png',
    title: 'Map of the collections',
  })),
  {
    rel: 'http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog',
    href: `${http.siteUrl}/records/collections/metadata:main`,
    type: mediaTypes.json,
    title: 'Catalogue of the records',
  },
]

export const featuresHandlers = (
  given: Omit<FaceParts, 'declared'> & Pick<EditingParts, 'editing' | 'idempotency'>,
): Handlers<operations> => {
  const { config, document, collections } = given
  const parts: FaceParts = { ...given, declared: declaredItemParameters(document) }
  const documents = createShelf<string>(4)
  const title = `${config.siteTitle} – OGC API Features`

  const getApi: Handlers<operations>['getApi'] = async ({ query, http }) => {
    const format = negotiate(query.f, http.headers.accept, openapiOffers)
    const { epoch, list } = await collections.current()
    if (format === 'html') return answer(apiPage({ parts, http, title, collections: list }), htmlType)
    const text = await documents.get(`${epoch} ${http.faceUrl}`, async () =>
      JSON.stringify(
        toApiDocument(document, {
          title,
          faceUrl: http.faceUrl,
          itemsPerPage: config.limits.itemsPerPage,
          collections: list,
        }),
      ),
    )
    return answer(text, mediaTypes.openapi)
  }

  /** Queryables and schema differ in what they say, not in how. */
  const answerSchema = async (
    { path, query, http }: { path: { collectionId: string }; query: { f?: Format }; http: HttpContext },
    what: {
      title: SchemaTitle
      write: (collection: PublishedCollection, address: string) => Record<string, unknown>
    },
  ) => {
    const format = negotiate(query.f, http.headers.accept, schemaOffers)
    const collection = await collections.getOfFeatures(path.collectionId, what.title.toLowerCase())
    const schema = what.write(collection, addressWith(http, { f: null }))
    if (format === 'html')
      return answer(
        schemaPage({ parts, http, collection, title: what.title, schema }),
        htmlType,
        collection.updatedAt,
      )
    return answer(JSON.stringify(schema), mediaTypes.schema, collection.updatedAt)
  }

  return {
    getLanding: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      const links = landingLinks(http, format)
      const description = 'The published layers of this catalogue, feature by feature.'
      if (format === 'html') return answer(landingPage({ parts, http, title, description, links }), htmlType)
      const body = { title, description, links }
      return { status: 200, headers: cacheHeaders(weakEtag(JSON.stringify(body))), body }
    },

    getXmlSchema: async ({ path, http }) => {
      const collection = await collections.getOfFeatures(path.collectionId, 'schema')
      return answer(toXsd(collection, addressWith(http, {})), 'text/xml; charset=utf-8', collection.updatedAt)
    },

    getConformance: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      if (format === 'html')
        return answer(conformancePage({ parts, http, classes: featuresConformance }), htmlType)
      const body = {
        conformsTo: [...featuresConformance],
        links: selfAndAlternates(http, format, jsonAndHtml),
      }
      return { status: 200, headers: cacheHeaders(weakEtag(JSON.stringify(body))), body }
    },

    getApi,
    getOpenapi: getApi,

    listCollections: async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      const { list } = await collections.current()
      if (format === 'html') return answer(collectionsPage({ parts, http, collections: list }), htmlType)
      const body = {
        links: selfAndAlternates(http, format, jsonAndHtml),
        numberMatched: list.length,
        numberReturned: list.length,
        collections: list.map((collection) =>
          toCollectionJson(collection, { face: http, servedCrs: config.crsList }),
        ),
      }
      return { status: 200, headers: cacheHeaders(weakEtag(JSON.stringify(body))), body }
    },

    getCollection: async ({ path, query, http }) => {
      const format = negotiate(query.f, http.headers.accept, jsonOffers)
      const collection = await collections.get(path.collectionId)
      const body = toCollectionJson(collection, {
        face: http,
        servedCrs: config.crsList,
        presentFormat: format,
      })
      if (format === 'html')
        return answer(collectionPage({ parts, http, collection, json: body }), htmlType, collection.updatedAt)
      return {
        status: 200,
        headers: cacheHeaders(weakEtag(JSON.stringify(body)), collection.updatedAt),
        body,
      }
    },

    getItems: getItems(parts),
    getItem: getItem(parts),
    ...editingHandlers(given),

    getQueryables: (asked) =>
      answerSchema(asked, {
        title: 'Queryables',
        write: (collection, address) =>
          toQueryables(collection, queryableColumns(collection, parts.declared), address),
      }),
    getSortables: (asked) => answerSchema(asked, { title: 'Sortables', write: toSortables }),
    getSchema: (asked) => answerSchema(asked, { title: 'Schema', write: toSchema }),
  }
}
