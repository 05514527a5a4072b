/** `items` and `items/{id}`: reads the request, has the page opened, and puts links and counts around it. */
import { hash } from 'node:crypto'
import type { operations } from '../../contract/features.gen.ts'
import type { Handler, HttpContext, RawBody, RequestOf } from '../../contract/handler.ts'
import type { FeatureLook, FeatureRequest, PageStart } from '../../domain/feature-query.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { pageHeaders } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { featureEtag } from '../../services/feature-editing.ts'
import type { FeaturePage } from '../../services/features.ts'
import { readBbox } from '../common/bbox.ts'
import { cacheHeaders, hasItAlready, weakEtag } from '../common/caching.ts'
import { offeredCrs, readCrs } from '../common/crs.ts'
import { readDatetime } from '../common/datetime.ts'
import { addressWith, type Link, mediaTypes } from '../common/links.ts'
import { type PlainFeature, parseExactly, readFeatures } from '../common/plain-features.ts'
import { collectionAddress } from './collection-json.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { readExpression } from './expression.ts'
import { formatLinks, nextLink, type Representation, readRepresentation, toLinkHeader } from './formats.ts'
import { type Frame, toItemsBody, unsentBody } from './items-body.ts'
import { jsonfgHead, jsonfgMembers } from './jsonfg.ts'
import { itemPage } from './pages/item-page.ts'
import { itemsPage } from './pages/items-page.ts'
import type { FaceParts } from './parts.ts'
import { readPropertyFilters, readSelection } from './property-filter.ts'
import { readSort, readTextSearch } from './sort-keys.ts'

/** A page with more rows is of no use to people. */
const mostOnAPage = 200

/** Changes when what is written here changes, so that nobody keeps an old form. */
const FORM = 2

const etagOf = (collection: PublishedCollection, http: HttpContext, { form, contentType }: Representation) =>
  weakEtag(
    FORM,
    collection.id,
    collection.createdAt,
    collection.revision,
    collection.updatedAt,
    form,
    contentType,
    addressWith(http),
  )

/** Browsers keep these as files, under a name that says what they are. */
const fileEndings: Partial<Record<Representation['format'], string>> = { csv: 'csv', flatgeobuf: 'fgb' }

const headersOf = (
  collection: PublishedCollection,
  { format }: Representation,
  { etag, crs, name }: { etag: string; crs: FeatureLook['crs']; name: string },
) => {
  const ending = fileEndings[format]
  return {
    ...cacheHeaders(etag, collection.updatedAt),
    'Content-Crs': `<${crs.uri}>`,
    ...(format === 'html' && pageHeaders),
    ...(ending && { 'Content-Disposition': `attachment; filename="${name}.${ending}"` }),
  }
}

type ItemsQuery = RequestOf<operations['getItems']>['query']
type LookQuery = { crs?: string; properties?: string[]; skipGeometry?: boolean }

const readLook = ({ config }: FaceParts, collection: PublishedCollection, query: LookQuery): FeatureLook => ({
  crs: readCrs('crs', query.crs, offeredCrs(collection, config.crsList)),
  properties: readSelection(collection, query.properties),
  isGeometrySkipped: query.skipGeometry ?? false,
})

type Ask = { request: FeatureRequest; cursor: Cursor | null }

const readStart = (
  collection: PublishedCollection,
  sort: FeatureRequest['sort'],
  query: ItemsQuery,
  http: HttpContext,
): { start: PageStart; cursor: Cursor | null } => {
  if (query.cursor === undefined) return { start: { offset: query.offset ?? 0 }, cursor: null }
  const firstPage = addressWith(http, { cursor: null, offset: null })
  const cursor = readCursor(collection, sort, query.cursor, firstPage)
  return { start: { after: cursor.after }, cursor }
}

const readRequest = (
  parts: FaceParts,
  collection: PublishedCollection,
  { query, http }: RequestOf<operations['getItems']>,
  { format }: Representation,
): Ask => {
  const { config, declared } = parts
  const offered = offeredCrs(collection, config.crsList)
  const most =
    format === 'html' ? Math.min(mostOnAPage, config.limits.itemsPerPage) : config.limits.itemsPerPage
  const sort = readSort(collection, query.sortby)
  const { start, cursor } = readStart(collection, sort, query, http)
  return {
    cursor,
    request: {
      ...readLook(parts, collection, query),
      // Features /req/core/fc-limit-response-1: fewer than asked for is fine, more is not.
      limit: Math.min(query.limit ?? 10, most),
      start,
      sort,
      filter: {
        bbox: readBbox(query.bbox, readCrs('bbox-crs', query['bbox-crs'], offered)),
        time: readDatetime(query.datetime),
        equals: readPropertyFilters(collection, http.searchParams, declared),
        text: readTextSearch(query.q),
        expression: readExpression(collection, query, offered),
      },
    },
  }
}

const collectionLink = (collection: PublishedCollection, http: HttpContext): Link => ({
  rel: 'collection',
  type: mediaTypes.json,
  title: collection.title,
  href: collectionAddress(http, collection.id),
})

/** Of a page under way: its links, and its counts as GeoJSON names them. */
type Known = { links: Link[]; matched: number | null; returned: number }

const membersOf = ({ links, matched, returned }: Known) => ({
  ...(matched !== null && { numberMatched: matched }),
  numberReturned: returned,
  timeStamp: new Date().toISOString(),
  links,
})

/** For formats without room for them, and for QGIS, which looks for those of JSON-FG here (G30). */
const headersAbout = ({ links, matched, returned }: Known): Record<string, string> => ({
  Link: toLinkHeader(links.filter(({ rel }) => rel !== 'self' && rel !== 'alternate')),
  ...(matched !== null && { 'OGC-NumberMatched': String(matched) }),
  'OGC-NumberReturned': String(returned),
})

const geojsonHead = Buffer.from('{"type":"FeatureCollection","features":[\n')

const tailOf = (known: Known) => `\n],${JSON.stringify(membersOf(known)).slice(1)}`

/** What stands around the features of formats other than GeoJSON, whose counts are known beforehand. */
const frameOf = (
  parts: FaceParts,
  http: HttpContext,
  collection: PublishedCollection,
  { format, contentType }: Representation,
  { request, known }: { request: FeatureRequest; known: Known },
): Frame => {
  if (format === 'csv' || format === 'flatgeobuf')
    return {
      contentType,
      head: parts.features.headOf(collection, format, request, known.returned),
      writeTail: async () => (format === 'csv' && known.returned > 0 ? '\r\n' : ''),
    }
  return {
    contentType,
    head: jsonfgHead(collection, request, http),
    writeTail: async () => tailOf(known),
  }
}

export const getItems =
  (parts: FaceParts): Handler<operations['getItems']> =>
  (asked) =>
    parts.features.withCollection(asked.path.collectionId, async (collection) => {
      const { http, query } = asked
      const representation = readRepresentation(query, http)
      const { format, form, contentType } = representation
      const { request, cursor } = readRequest(parts, collection, asked, representation)
      const etag = etagOf(collection, http, representation)
      const headers = headersOf(collection, representation, { etag, crs: request.crs, name: collection.id })
      if (http.method === 'HEAD' || hasItAlready(http.headers, etag))
        return { status: 200, headers, raw: unsentBody(contentType) }

      const isMeasured = format !== 'geojson' && format !== 'html'
      const page = await parts.features.openPage(collection, { ...request, form, isMeasured }, http.signal)
      const learn = async (): Promise<Known> => {
        const matched = await page.countMatched(cursor?.matched ?? null)
        return {
          matched,
          returned: page.rowCount(),
          links: [
            ...formatLinks(http, representation),
            ...nextLinks(page, request, { matched, http, representation }),
            collectionLink(collection, http),
          ],
        }
      }
      if (format === 'html') {
        const features = await readFeatures(page)
        const { matched, links } = await learn()
        const text = itemsPage({ parts, http, collection, request, features, matched, links })
        return { status: 200, headers, raw: { contentType, text } }
      }
      if (format === 'geojson') {
        const writeTail = async () => tailOf(await learn())
        return {
          status: 200,
          headers,
          raw: await toItemsBody(page, { contentType, head: geojsonHead, writeTail }),
        }
      }
      const known = await learn()
      const frame = frameOf(parts, http, collection, representation, { request, known })
      return {
        status: 200,
        headers: { ...headers, ...headersAbout(known) },
        raw: await toItemsBody(page, frame),
      }
    })

/** Known once the last feature is through, or the page is measured. */
const nextLinks = (
  page: FeaturePage,
  { sort }: FeatureRequest,
  {
    matched,
    http,
    representation,
  }: { matched: number | null; http: HttpContext; representation: Representation },
): Link[] => {
  const after = page.lastPlace()
  if (!page.hasMore() || after === null) return []
  return [nextLink(http, representation, writeCursor(page.collection, sort, { after, matched }))]
}

/** Ids are whole numbers of 64 bits; anything else is the id of nothing. */
export const readFid = (text: string): string => {
  const isFid = /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
  if (!isFid) throw generalProblems.notFound({ what: 'feature', id: text })
  return text
}

/** A JSON object, given as its text, with more members. */
const withMembers = (feature: Buffer, members: object): Buffer =>
  Buffer.concat([
    feature.subarray(0, feature.length - 1),
    Buffer.from(`,${JSON.stringify(members).slice(1)}`),
  ])

const wholeLook = { properties: null, isGeometrySkipped: false }

/**
 * A feature in its form, and the ETag of its state, which an edit may name in If-Match: the hash of its text in CRS84,
 * whatever was asked for. It is read first, so that it is never newer than what is sent with it.
 */
const readFeature = async (
  { features }: FaceParts,
  collection: PublishedCollection,
  fid: string,
  { look, form, http }: { look: FeatureLook; form: Representation['form']; http: HttpContext },
): Promise<{ state: string; feature: Buffer }> => {
  const crs = readCrs('crs', undefined, [])
  const plain = await features.getFeature(
    collection,
    fid,
    { ...wholeLook, crs, form: 'geojson' },
    http.signal,
  )
  const isPlain =
    form === 'geojson' && look.crs.uri === crs.uri && look.properties === null && !look.isGeometrySkipped
  return {
    state: hash('sha256', plain).slice(0, 24),
    feature: isPlain ? plain : await features.getFeature(collection, fid, { ...look, form }, http.signal),
  }
}

export const getItem =
  (parts: FaceParts): Handler<operations['getItem']> =>
  ({ path, query, http }) =>
    parts.features.withCollection(path.collectionId, async (collection) => {
      const representation = readRepresentation(query, http)
      const { form, contentType } = representation
      const look = readLook(parts, collection, query)
      const { crs } = look
      const fid = readFid(path.featureId)
      const { state, feature } = await readFeature(parts, collection, fid, { look, form, http })
      // What shows more than the feature, or less, is not what an edit is based on.
      const etag =
        representation.format === 'geojson'
          ? featureEtag(state)
          : weakEtag(state, etagOf(collection, http, representation))
      const links = [...formatLinks(http, representation), collectionLink(collection, http)]
      const bodies: Record<Representation['format'], () => RawBody> = {
        geojson: () => ({ contentType, bytes: withMembers(feature, { links }) }),
        jsonfg: () => ({
          contentType,
          bytes: withMembers(feature, { ...jsonfgMembers(collection, look, http), links }),
        }),
        csv: () => ({
          contentType,
          bytes: Buffer.concat([
            parts.features.headOf(collection, 'csv', look, 1),
            feature,
            Buffer.from('\r\n'),
          ]),
        }),
        flatgeobuf: () => ({
          contentType,
          bytes: Buffer.concat([parts.features.headOf(collection, 'flatgeobuf', look, 1), feature]),
        }),
        html: () => ({
          contentType,
          text: itemPage({
            parts,
            http,
            collection,
            crs,
            feature: parseExactly(feature.toString()) as PlainFeature,
            links,
          }),
        }),
      }
      return {
        status: 200,
        headers: headersOf(collection, representation, { etag, crs, name: `${collection.id}-${fid}` }),
        raw: bodies[representation.format](),
      }
    })
