/** `items` and `items/{id}`: reads the request, has the page opened, and puts links and counts around it. */
import type { operations } from '../../contract/features.gen.ts'
import type { Handler, HttpContext, RawBody, RequestOf } from '../../contract/handler.ts'
import type { FeatureRequest, PageStart, RequestCrs } from '../../domain/feature-query.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { FeaturePage } from '../../services/features.ts'
import { readBbox } from '../common/bbox.ts'
import { cacheHeaders, hasItAlready, weakEtag } from '../common/caching.ts'
import { offeredCrs, readCrs } from '../common/crs.ts'
import { readDatetime } from '../common/datetime.ts'
import { addressWith, type Link, mediaTypes } from '../common/links.ts'
import { collectionAddress } from './collection-json.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { readExpression } from './expression.ts'
import { type PlainFeature, parseExactly, readFeatures, toItemsBody, unsentBody } from './items-body.ts'
import { itemPage } from './pages/item-page.ts'
import { itemsPage } from './pages/items-page.ts'
import type { FaceParts } from './parts.ts'
import { readPropertyFilters, readSelection } from './property-filter.ts'

type Format = 'geojson' | 'html'

const offers: [Offer<Format>, Offer<Format>] = [
  { key: 'geojson', types: [mediaTypes.geojson, mediaTypes.json] },
  { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] },
]

const formatOf = (f: 'json' | 'geojson' | 'html' | undefined, http: HttpContext): Format =>
  negotiate(f === 'json' ? 'geojson' : f, http.headers.accept, offers)

/** A page with more rows is of no use to people. */
const mostOnAPage = 200

/** Changes when what is written here changes, so that nobody keeps an old form. */
const FORM = 1

const etagOf = (collection: PublishedCollection, http: HttpContext, format: Format) =>
  weakEtag(
    FORM,
    collection.id,
    collection.createdAt,
    collection.revision,
    collection.updatedAt,
    format,
    addressWith(http),
  )

type Ask = { request: FeatureRequest; cursor: Cursor | null }

type ItemsQuery = RequestOf<operations['getItems']>['query']

const readStart = (
  collection: PublishedCollection,
  query: ItemsQuery,
  http: HttpContext,
): { start: PageStart; cursor: Cursor | null } => {
  if (query.cursor === undefined) return { start: { offset: query.offset ?? 0 }, cursor: null }
  const cursor = readCursor(collection, query.cursor, addressWith(http, { cursor: null, offset: null }))
  return { start: { after: cursor.after }, cursor }
}

const readRequest = (
  { config, declared }: FaceParts,
  collection: PublishedCollection,
  { query, http }: RequestOf<operations['getItems']>,
  format: Format,
): Ask => {
  const offered = offeredCrs(collection, config.crsList)
  const most =
    format === 'html' ? Math.min(mostOnAPage, config.limits.itemsPerPage) : config.limits.itemsPerPage
  const { start, cursor } = readStart(collection, query, http)
  return {
    cursor,
    request: {
      crs: readCrs('crs', query.crs, offered),
      // Features /req/core/fc-limit-response-1: fewer than asked for is fine, more is not.
      limit: Math.min(query.limit ?? 10, most),
      start,
      properties: readSelection(collection, query.properties),
      filter: {
        bbox: readBbox(query.bbox, readCrs('bbox-crs', query['bbox-crs'], offered)),
        time: readDatetime(query.datetime),
        equals: readPropertyFilters(collection, http.searchParams, declared),
        expression: readExpression(collection, query, offered),
      },
    },
  }
}

const formats = [
  { key: 'geojson', f: 'json', type: mediaTypes.geojson, title: 'This page as GeoJSON' },
  { key: 'html', f: 'html', type: mediaTypes.html, title: 'This page for reading' },
] as const

const presentAndOther = (http: HttpContext, present: Format): Link[] =>
  formats.map(({ key, f, type, title }) =>
    key === present
      ? { rel: 'self', type, title, href: addressWith(http) }
      : { rel: 'alternate', type, title, href: addressWith(http, { f }) },
  )

/** Known once the last feature is through. */
const nextLink = (page: FeaturePage, matched: number | null, http: HttpContext, format: Format): Link[] => {
  const after = page.lastFid()
  if (!page.hasMore() || after === null) return []
  const cursor = writeCursor(page.collection, { after, matched })
  const type = format === 'html' ? mediaTypes.html : mediaTypes.geojson
  return [{ rel: 'next', type, title: 'Next page', href: addressWith(http, { cursor, offset: null }) }]
}

const collectionLink = (collection: PublishedCollection, http: HttpContext): Link => ({
  rel: 'collection',
  type: mediaTypes.json,
  title: collection.title,
  href: collectionAddress(http, collection.id),
})

export const getItems =
  (parts: FaceParts): Handler<operations['getItems']> =>
  (asked) =>
    parts.features.withCollection(asked.path.collectionId, async (collection) => {
      const { http, query } = asked
      const format = formatOf(query.f, http)
      const { request, cursor } = readRequest(parts, collection, asked, format)
      const etag = etagOf(collection, http, format)
      const headers = {
        ...cacheHeaders(etag, collection.updatedAt),
        'Content-Crs': `<${request.crs.uri}>`,
        ...(format === 'html' && pageHeaders),
      }
      const contentType = format === 'html' ? htmlType : mediaTypes.geojson
      if (http.method === 'HEAD' || hasItAlready(http.headers, etag))
        return { status: 200, headers, raw: unsentBody(contentType) }

      const page = await parts.features.openPage(collection, request, http.signal)
      const countOnce = () => page.countMatched(cursor?.matched ?? null)
      const links = (matched: number | null) => [
        ...presentAndOther(http, format),
        ...nextLink(page, matched, http, format),
        collectionLink(collection, http),
      ]
      if (format === 'html') {
        const features = await readFeatures(page)
        const matched = await countOnce()
        const text = itemsPage({ parts, http, collection, request, features, matched, links: links(matched) })
        return { status: 200, headers, raw: { contentType, text } }
      }
      const writeTail = async () => {
        const matched = await countOnce()
        const rest = {
          ...(matched !== null && { numberMatched: matched }),
          numberReturned: page.rowCount(),
          timeStamp: new Date().toISOString(),
          links: links(matched),
        }
        return `\n],${JSON.stringify(rest).slice(1)}`
      }
      return { status: 200, headers, raw: await toItemsBody(page, writeTail) }
    })

/** Ids are whole numbers of 64 bits; anything else is the id of nothing. */
const readFid = (text: string): string => {
  const isFid = /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
  if (!isFid) throw generalProblems.notFound({ what: 'feature', id: text })
  return text
}

const withLinks = (feature: Buffer, links: Link[]): Buffer =>
  Buffer.concat([feature.subarray(0, feature.length - 1), Buffer.from(`,"links":${JSON.stringify(links)}}`)])

export const getItem =
  (parts: FaceParts): Handler<operations['getItem']> =>
  ({ path, query, http }) =>
    parts.features.withCollection(path.collectionId, async (collection) => {
      const format = formatOf(query.f, http)
      const crs: RequestCrs = readCrs('crs', query.crs, offeredCrs(collection, parts.config.crsList))
      const etag = etagOf(collection, http, format)
      const text = await parts.features.getFeature(collection, readFid(path.featureId), crs, http.signal)
      const links = [...presentAndOther(http, format), collectionLink(collection, http)]
      const raw: RawBody =
        format === 'html'
          ? {
              contentType: htmlType,
              text: itemPage({
                parts,
                http,
                collection,
                crs,
                feature: parseExactly(text.toString()) as PlainFeature,
                links,
              }),
            }
          : { contentType: mediaTypes.geojson, bytes: withLinks(text, links) }
      const headers = {
        ...cacheHeaders(etag, collection.updatedAt),
        'Content-Crs': `<${crs.uri}>`,
        ...(format === 'html' && pageHeaders),
      }
      return { status: 200, headers, raw }
    })
