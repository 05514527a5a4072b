/**
 * The thirty rules G1 to G30: what QGIS, GDAL, OWSLib, MetaSearch, ogc-client and the OGC's test suites act on, each as a
 * test against a running server that is known by its address only. See README.md for how to point it at any server.
 */
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { type Answer, type Any, type Asking, ask, type Link, linksOf, withQuery } from './http.ts'
import { type ServerUnderTest, serverUnderTest } from './server-under-test.ts'

let server: ServerUnderTest

type Collection = {
  id: string
  address: string
  items: string
  /** Of the collection's own document. */
  json: Any
  queryables: Record<string, Any>
}

type Faces = {
  landing: Answer
  api: Any
  conformsTo: string[]
  /** The first twenty that hold features. */
  collections: Collection[]
}
let features: Faces
let catalog: { address: string; items: string } | null = null

const openapiType = 'application/vnd.oai.openapi+json;version=3.0'
const geojson = { Accept: 'application/geo+json, application/json' }
const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const jsonTypes = /^application\/(?:[\w.-]+\+)?json$/
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
const epsg4326 = 'http://www.opengis.net/def/crs/EPSG/0/4326'
const ogcRelation = (name: string) => `http://www.opengis.net/def/rel/ogc/1.0/${name}`

const get = (url: string, headers: Record<string, string> = {}) => ask(url, { headers })
const getJson = async (url: string, headers: Record<string, string> = {}): Promise<Any> => {
  const answer = await get(url, headers)
  expect(answer.status, `${url}: ${answer.text.slice(0, 300)}`).toBe(200)
  expect(answer.type, url).toMatch(jsonTypes)
  return answer.json
}
const page = async (collection: Collection, parameters: Record<string, string> = {}): Promise<Answer> => {
  const answer = await get(withQuery(collection.items, parameters), geojson)
  expect(answer.status, `${answer.url}: ${answer.text.slice(0, 300)}`).toBe(200)
  return answer
}

const only = (document: Any, rels: string[], where: string): Link => {
  const [link] = rels.flatMap((rel) => linksOf(document, rel))
  if (!link) throw new Error(`${where} has no link with rel ${rels.join(' or ')}`)
  return link
}

const withoutQuery = (url: string) => url.replace(/\?.*$/, '').replace(/\/$/, '')

beforeAll(async () => {
  server = await serverUnderTest()
  const landing = await get(server.features)
  const api = await getJson(only(landing.json, ['service-desc'], server.features).href, {
    Accept: openapiType,
  })
  const { conformsTo } = await getJson(
    only(landing.json, ['conformance', ogcRelation('conformance')], server.features).href,
  )
  // QGIS and GDAL put addresses together from here.
  const list = `${server.features}/collections`
  const { collections } = await getJson(list)
  const opened: Collection[] = []
  for (const { id, itemType = 'feature' } of (collections as Any[]).slice(0, 20)) {
    if (itemType !== 'feature') continue
    const address = `${list}/${id}`
    const json = await getJson(address)
    const queryables = await get(`${address}/queryables`, { Accept: 'application/schema+json' })
    opened.push({
      id,
      address,
      items: `${address}/items`,
      json,
      queryables: queryables.json?.properties ?? {},
    })
  }
  features = { landing, api, conformsTo, collections: opened }
  if (server.records !== null) {
    const { collections: catalogs } = await getJson(`${server.records}/collections`)
    const first = catalogs.find((one: Any) => one.itemType === 'record')
    if (first) {
      const address = `${server.records}/collections/${first.id}`
      catalog = { address, items: `${address}/items` }
    }
  }
}, 240_000)

afterAll(async () => {
  await server?.stop()
})

// What the rules need, or else leave out ----------------------------------------------------------------

const isGeometry = (property: Any) =>
  property?.['x-ogc-role'] === 'primary-geometry' || /geojson\.org/.test(property?.$ref ?? '')
const geometryName = ({ queryables }: Collection) =>
  Object.entries(queryables).find(([, one]) => isGeometry(one))?.[0]
const propertyOf = ({ queryables }: Collection, fits: (property: Any) => boolean): string | undefined =>
  Object.entries(queryables).find(
    ([name, one]) => !isGeometry(one) && /^[A-Za-z]\w*$/.test(name) && fits(one),
  )?.[0]

const isText = ({ type, format }: Any) => type === 'string' && format === undefined
const isNumber = ({ type }: Any) => type === 'number' || type === 'integer'
const isTime = ({ format }: Any) => format === 'date' || format === 'date-time'

const firstWith = (
  context: TestContext,
  what: string,
  fits: (collection: Collection) => boolean,
): Collection => {
  const found = features.collections.find(fits)
  if (!found) context.skip(`no collection has ${what}`)
  return found as Collection
}
const withPlaces = (context: TestContext) =>
  firstWith(
    context,
    'a geometry and more than four features',
    (one) => geometryName(one) !== undefined && isLarge(one),
  )
const isLarge = ({ json }: Collection) => (json.itemCount ?? 5) >= 5

const demandRecords = (context: TestContext): { address: string; items: string } => {
  if (catalog === null) context.skip('the server has no catalogue of records')
  return catalog as { address: string; items: string }
}
const demandCsw = (context: TestContext): string => {
  if (server.csw === null) context.skip('the server has no CSW')
  return server.csw as string
}
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

const demandEditor = async (context: TestContext): Promise<{ collection: Collection; token: string }> => {
  const collection = features.collections.find(({ id }) => id === server.editable)
  if (server.token === null || !collection)
    context.skip(
      'CLIENT_RULES_TOKEN and CLIENT_RULES_EDITABLE do not name somebody who may edit a collection',
    )
  const editor = { collection: collection as Collection, token: server.token ?? '' }
  const { headers } = await ask(editor.collection.items, { method: 'OPTIONS', headers: bearer(editor.token) })
  if (!(headers['allow'] ?? '').includes('POST'))
    context.skip('the server does not let collections be edited')
  return editor
}

// What QGIS and OWSLib look for first -------------------------------------------------------------------

test('G1 the API document is found by its exact type, and is OpenAPI 3.0', async () => {
  const faces = [server.features, ...(server.records === null ? [] : [server.records])]
  for (const face of faces) {
    const landing = await getJson(face)
    const types = linksOf(landing, 'service-desc').map(({ type }) => type)
    expect(types, face).toContain(openapiType)
    const link = linksOf(landing, 'service-desc').find(({ type }) => type === openapiType) as Link
    // As QGIS asks.
    const answer = await get(link.href, {
      Accept: `${openapiType}, application/openapi+json;version=3.0, application/json`,
    })
    expect(answer.status, link.href).toBe(200)
    expect(answer.type).toMatch(/^application\/(?:vnd\.oai\.openapi\+json|openapi\+json|json)$/)
    expect(answer.json.openapi, link.href).toMatch(/^3\.0\.\d+$/)
  }
})

test('G2 landing page, collections and conformance are JSON for a client without wishes, and pages for a browser', async () => {
  const ofFace = (face: string) => [face, `${face}/collections`, `${face}/conformance`]
  const addresses = [
    ...ofFace(server.features),
    ...features.collections.slice(0, 3).flatMap(({ address, items }) => [address, items]),
    ...(server.records === null ? [] : ofFace(server.records)),
    ...(catalog === null ? [] : [catalog.address, catalog.items]),
  ]
  for (const address of addresses) {
    // OWSLib says */*, GDAL 3.6 and scripts say nothing.
    for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }]) {
      const answer = await get(address, headers as Record<string, string>)
      expect(answer.status, address).toBe(200)
      expect(answer.type, address).toMatch(jsonTypes)
    }
    expect((await get(address, browser)).type, address).toBe('text/html')
  }
})

// The API document --------------------------------------------------------------------------------------

const resolved = (api: Any, node: Any): Any =>
  node?.$ref === undefined
    ? node
    : String(node.$ref)
        .replace(/^#\//, '')
        .split('/')
        .reduce((at: Any, name: string) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], api)

const itemsPath = ({ id }: Collection) => `/collections/${id}/items`
const parametersAt = (path: string): Any[] => {
  const item = features.api.paths[path]
  return [...(item?.parameters ?? []), ...(item?.get?.parameters ?? [])]
}
const queryParametersAt = (path: string): Any[] =>
  parametersAt(path)
    .map((one) => resolved(features.api, one))
    .filter((one) => one.in === 'query')

test('G3 the page size is told by components.parameters.limit, which the paths refer to', () => {
  const { limit } = features.api.components.parameters
  expect(limit).toMatchObject({
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', default: expect.any(Number), maximum: expect.any(Number) },
  })
  // Below, QGIS loads pages of a hundred.
  expect(limit.schema.maximum).toBeGreaterThanOrEqual(1000)
  for (const collection of features.collections)
    expect(parametersAt(itemsPath(collection)), collection.id).toContainEqual({
      $ref: '#/components/parameters/limit',
    })
})

test('G4 each collection has a path of its own, whose parameters say style, explode and type', () => {
  expect(features.collections.length).toBeGreaterThan(0)
  for (const collection of features.collections) {
    const parameters = queryParametersAt(itemsPath(collection))
    expect(parameters.length, itemsPath(collection)).toBeGreaterThan(3)
    for (const { name, style, explode, schema } of parameters) {
      expect({ name, style, explode }, collection.id).toEqual({ name, style: 'form', explode: false })
      expect(schema?.type, `${collection.id}: ${name}`).toEqual(expect.any(String))
    }
    for (const name of ['limit', 'bbox', 'datetime'])
      expect(parameters.map((one) => one.name)).toContain(name)
  }
})

test('G5 undeclared parameters and wrong limits are refused, a limit that is too large counts as the largest', async () => {
  const { maximum } = features.api.components.parameters.limit.schema
  for (const collection of features.collections.slice(0, 5)) {
    const { items, address } = collection
    const declared = queryParametersAt(itemsPath(collection)).map(({ name }) => name)
    for (const name of ['limit', 'bbox', 'datetime', 'offset']) expect(declared).toContain(name)
    for (const url of [items, address, `${server.features}/collections`, server.features])
      expect((await get(withQuery(url, { unknownParameter: 'x' }))).status, url).toBe(400)
    for (const limit of ['0', '-1', 'many', '1.5', ''])
      expect((await get(withQuery(items, { limit }))).status, `limit=${limit}`).toBe(400)
    const many = await page(collection, { limit: String(maximum + 1) })
    expect(many.json.features.length).toBeLessThanOrEqual(maximum)
  }
})

// Links and paging --------------------------------------------------------------------------------------

const everyLink = async (): Promise<{ where: string; link: Link }[]> => {
  const collections = features.collections.slice(0, 3)
  const addresses = [
    server.features,
    `${server.features}/collections`,
    `${server.features}/conformance`,
    ...collections.flatMap(({ address, items }) => [address, `${items}?limit=2`]),
    ...(server.records === null ? [] : [server.records, `${server.records}/collections`]),
    ...(catalog === null ? [] : [catalog.address, `${catalog.items}?limit=2`]),
  ]
  const found: { where: string; link: Link }[] = []
  const look = (where: string, node: Any) => {
    if (Array.isArray(node)) for (const one of node) look(where, one)
    else if (typeof node === 'object' && node !== null) {
      if (Array.isArray(node.links)) for (const link of node.links) if (link.href) found.push({ where, link })
      for (const [name, one] of Object.entries(node)) if (name !== 'links') look(where, one)
    }
  }
  for (const address of addresses) look(address, await getJson(address))
  return found
}

test('G6 every link is absolute, and follows a proxy that the server trusts', async () => {
  const links = await everyLink()
  expect(links.length).toBeGreaterThan(20)
  for (const { where, link } of links)
    expect(link.href, `${link.rel} of ${where}`).toMatch(/^https?:\/\/[^/]+/)
  const addressesOf = (json: Any) =>
    linksOf(json, 'self')
      .concat(linksOf(json, 'data'), linksOf(json, 'conformance'), linksOf(json, 'service-desc'))
      .map(({ href }) => href)
  const own = addressesOf(features.landing.json)
  const ways: Record<string, string>[] = [
    { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'maps.example' },
    { Forwarded: 'for=192.0.2.1;proto=https;host=maps.example' },
  ]
  for (const headers of ways) {
    const behind = addressesOf(await getJson(server.features, headers))
    const follows = behind.every((href) => href.startsWith('https://maps.example/'))
    // A server that was told its address, or does not trust us, keeps to it; half of each is a mistake.
    expect(follows || behind.join() === own.join(), JSON.stringify(behind)).toBe(true)
    if (server.isOurs) expect(follows, JSON.stringify(headers)).toBe(true)
  }
})

/** Follows `next` to the end; every page must have something, but for the only one. */
const walk = async (first: string): Promise<{ pages: Any[]; features: Any[] }> => {
  const pages: Any[] = []
  let url: string | undefined = first
  while (url !== undefined && pages.length < 60) {
    const answer: Answer = await get(url, geojson)
    expect(answer.status, `${url}: ${answer.text.slice(0, 300)}`).toBe(200)
    const { json } = answer
    if (pages.length > 0) expect(json.features.length, `${url} is not empty`).toBeGreaterThan(0)
    pages.push(json)
    const next: Link[] = linksOf(json, 'next')
    expect(next.length).toBeLessThanOrEqual(1)
    if (next[0]) expect(next[0].type).toBe('application/geo+json')
    url = next[0]?.href
  }
  return { pages, features: pages.flatMap((one) => one.features) }
}

const extentOf = ({ json }: Collection): [number, number, number, number] => json.extent.spatial.bbox[0]
const boxText = (box: readonly number[]) => box.join(',')

test('G7 next keeps every parameter and its type, and the last page has none', async (context) => {
  const collection = withPlaces(context)
  const [west, south, east, north] = extentOf(collection)
  const name = propertyOf(collection, isText) ?? propertyOf(collection, () => true)
  const parameters: Record<string, string> = {
    limit: '2',
    bbox: boxText([west - 0.001, south - 0.001, east + 0.001, north + 0.001]),
    crs: epsg4326,
    ...(name && { filter: `${name} IS NULL OR ${name} IS NOT NULL`, 'filter-lang': 'cql2-text' }),
  }
  const { json } = await page(collection, parameters)
  const [next] = linksOf(json, 'next')
  expect(next?.type).toBe('application/geo+json')
  const kept = new URL(next?.href ?? '').searchParams
  for (const [parameter, value] of Object.entries(parameters))
    expect(kept.get(parameter), parameter).toBe(value)
  const some = { ...parameters, limit: String(Math.max(2, Math.ceil((json.numberMatched ?? 40) / 15))) }
  const { pages, features: all } = await walk(withQuery(collection.items, some))
  expect(pages.length).toBeGreaterThan(1)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  if (json.numberMatched !== undefined) expect(all).toHaveLength(json.numberMatched)
})

test('G8 numberMatched is exact where it is told, with and without filters, and numberReturned always', async (context) => {
  const collection = withPlaces(context)
  const [west, south, east, north] = extentOf(collection)
  const number = propertyOf(collection, isNumber)
  const searches: Record<string, string>[] = [
    {},
    { bbox: boxText([west, south, (west + east) / 2, (south + north) / 2]) },
    ...(number ? [{ filter: `${number} > 3`, 'filter-lang': 'cql2-text' }] : []),
  ]
  for (const search of searches) {
    const { json } = await page(collection, { ...search, limit: '1' })
    const limit = String(Math.max(3, Math.ceil((json.numberMatched ?? 100) / 8)))
    const { pages, features: all } = await walk(withQuery(collection.items, { ...search, limit }))
    for (const one of pages) {
      expect(one.numberReturned).toBe(one.features.length)
      if (one.numberMatched !== undefined) expect(one.numberMatched, JSON.stringify(search)).toBe(all.length)
    }
    // QGIS walks through everything where it is missing.
    expect(json.numberMatched, JSON.stringify(search)).toBe(all.length)
  }
})

// Coordinate systems ------------------------------------------------------------------------------------

const firstPosition = (coordinates: Any): number[] =>
  typeof coordinates[0] === 'number' ? coordinates : firstPosition(coordinates[0])

test('G9 every answer names its coordinate system, and axes are in the order of the authority both ways', async (context) => {
  const collection = withPlaces(context)
  const [feature] = (await page(collection, { limit: '1' })).json.features
  const item = `${collection.items}/${feature.id}`
  for (const url of [collection.items, item]) {
    expect((await get(url, geojson)).headers['content-crs'], url).toBe(`<${crs84}>`)
    expect((await get(withQuery(url, { crs: epsg4326 }), geojson)).headers['content-crs']).toBe(
      `<${epsg4326}>`,
    )
  }
  const [x, y] = firstPosition(feature.geometry.coordinates) as [number, number]
  const turned = (await get(withQuery(item, { crs: epsg4326 }), geojson)).json.geometry
  const [latitude, longitude] = firstPosition(turned.coordinates) as [number, number]
  expect(latitude).toBeCloseTo(y, 6)
  expect(longitude).toBeCloseTo(x, 6)
  const idsIn = async (parameters: Record<string, string>) =>
    (await page(collection, { limit: '1000', ...parameters })).json.features.map(({ id }: Any) => id).sort()
  const [west, south, east, north] = extentOf(collection)
  const half = [west, south, (west + east) / 2, (south + north) / 2] as const
  const swapped = [half[1], half[0], half[3], half[2]]
  expect(await idsIn({ bbox: boxText(swapped), 'bbox-crs': epsg4326 })).toEqual(
    await idsIn({ bbox: boxText(half) }),
  )
  for (const uri of collection.json.crs ?? []) {
    const answer = await page(collection, { limit: '1', crs: uri })
    expect(answer.headers['content-crs'], uri).toBe(`<${uri}>`)
  }
})

test('G10 no collection is stored in a compound system, and its first extent has four numbers', () => {
  for (const { id, json } of features.collections) {
    if (json.storageCrs !== undefined) {
      expect(json.storageCrs, id).toMatch(/^http:\/\/www\.opengis\.net\/def\/crs\/[A-Z]+\/[\w.]+\/\w+$/)
      expect(json.crs, id).toContain(json.storageCrs)
    }
    const boxes = json.extent?.spatial?.bbox
    if (boxes === undefined) continue
    expect(boxes[0], id).toHaveLength(4)
    for (const side of boxes[0]) expect(side, id).toEqual(expect.any(Number))
  }
})

test('G11 a box where no projection reaches is empty and no error', async (context) => {
  const collection = withPlaces(context)
  // QGIS sends what is on its screen, and people zoom out and pan away.
  const far: [string, number[]][] = [
    ['http://www.opengis.net/def/crs/EPSG/0/3857', [1e12, 1e12, 2e12, 2e12]],
    ['http://www.opengis.net/def/crs/EPSG/0/3857', [-9e8, 3e8, -8e8, 4e8]],
    ...(collection.json.storageCrs && !/CRS84|4326/.test(collection.json.storageCrs)
      ? ([[collection.json.storageCrs, [5e9, 5e9, 6e9, 6e9]]] as [string, number[]][])
      : []),
  ]
  for (const [uri, box] of far) {
    if (!(collection.json.crs ?? []).includes(uri)) continue
    const answer = await get(withQuery(collection.items, { bbox: boxText(box), 'bbox-crs': uri }), geojson)
    expect(answer.status, `${uri} ${box}: ${answer.text.slice(0, 200)}`).toBe(200)
    expect(answer.json.features).toEqual([])
  }
  const elsewhere = await get(withQuery(collection.items, { bbox: '170,-89.9,170.1,-89.8' }), geojson)
  expect(elsewhere.json.features).toEqual([])
})

// What QGIS reads of features ---------------------------------------------------------------------------

test('G12 quotes and backslashes within texts are written as \\u0022 and \\u005c', async () => {
  let seen = 0
  for (const collection of features.collections) {
    const { text } = await page(collection, { limit: '50' })
    // QGIS 3.40 to 4.0 turns \\" into a backslash, and loses the page where a text ends with one.
    expect(text, collection.id).not.toContain('\\"')
    expect(text, collection.id).not.toContain('\\\\')
    seen += (text.match(/\\u0022|\\u005c/gi) ?? []).length
  }
  // Ours has texts with both.
  if (server.isOurs) expect(seen).toBeGreaterThan(20)
})

test('G13 queryables come as application/schema+json, the geometry as a bare reference', async (context) => {
  firstWith(context, 'queryables', ({ queryables }) => Object.keys(queryables).length > 0)
  for (const collection of features.collections) {
    const answer = await get(`${collection.address}/queryables`, { Accept: 'application/schema+json' })
    expect(answer.status, answer.url).toBe(200)
    expect(answer.type).toBe('application/schema+json')
    const name = geometryName(collection)
    if (name === undefined) continue
    const geometry = answer.json.properties[name]
    expect(geometry.$ref, collection.id).toMatch(/^https:\/\/geojson\.org\/schema\/\w+\.json$/)
    expect(geometry, collection.id).not.toHaveProperty('type')
  }
})

/** Names that versions of QGIS and ogc-client look for: with one, the other. */
const aliases: [string, string][] = [
  [
    'http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions',
    'http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-operators',
  ],
  [
    'http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas',
    'http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas',
  ],
]
const neededForFilters = [
  'http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2',
  'http://www.opengis.net/spec/cql2/1.0/conf/cql2-text',
  'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter',
  'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter',
]

test('G14 conformance names old and new together, and the four that QGIS needs for filters', async () => {
  for (const name of [...neededForFilters, 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'])
    expect(features.conformsTo).toContain(name)
  for (const pair of aliases) for (const name of pair) expect(features.conformsTo).toContain(name)
  if (server.records === null) return
  const { conformsTo } = await getJson(`${server.records}/conformance`)
  for (const name of ['core', 'record-core', 'record-collection', 'record-api', 'records-api'])
    expect(conformsTo).toContain(`http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/${name}`)
})

test('G15 filters are understood as QGIS writes them, and as GDAL does under the name cql-text', async (context) => {
  const collection = firstWith(
    context,
    'a geometry, a text and a number',
    (one) =>
      geometryName(one) !== undefined &&
      propertyOf(one, isText) !== undefined &&
      propertyOf(one, isNumber) !== undefined,
  )
  const [text, number, geometry] = [
    propertyOf(collection, isText),
    propertyOf(collection, isNumber),
    geometryName(collection),
  ]
  const count = async (
    filter: string,
    more: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) => {
    const url = withQuery(collection.items, { filter, 'filter-lang': 'cql2-text', limit: '1', ...more })
    const answer = await get(url, { ...geojson, ...headers })
    expect(answer.status, `${filter}: ${answer.text.slice(0, 300)}`).toBe(200)
    return answer.json.numberMatched as number
  }
  const all = (await page(collection, { limit: '1' })).json.numberMatched as number
  const [west, south, east, north] = extentOf(collection)
  const everywhere = [west - 0.01, south - 0.01, east + 0.01, north + 0.01] as const
  // Three truths: true, false and unknown make up all of them.
  const tests: [string | undefined, string][] = [
    [number, `${number} > 3`],
    [number, `${number} BETWEEN 1 AND 20`],
    [number, `${number} IN (1,2,3)`],
    [number, `(${number} * 2) + 1 >= 7`],
    [text, `${text} LIKE '%a%'`],
    [text, `CASEI(${text}) LIKE CASEI('%A%')`],
  ]
  for (const [name, test] of tests)
    expect(
      (await count(test)) + (await count(`(NOT (${test}))`)) + (await count(`(${name} IS NULL)`)),
      test,
    ).toBe(all)
  expect(await count(`(("${text}" IS NULL) OR ("${text}" IS NOT NULL))`)).toBe(all)
  expect(await count(`(${number} NOT IN (1,2)) AND (${number} IS NOT NULL)`)).toBe(
    await count(`NOT (${number} IN (1,2))`),
  )
  expect(await count(`(${text} = 'it''s') OR (TRUE)`)).toBe(all)
  // QGIS doubles backslashes, which is no CQL2.
  await count(`(${text} = 'a\\\\b')`, {}, { 'User-Agent': 'Mozilla/5.0 QGIS/34006' })
  expect(await count(`(S_INTERSECTS(${geometry},BBOX(${everywhere.join(',')})))`)).toBeGreaterThan(0)
  const turned = [everywhere[1], everywhere[0], everywhere[3], everywhere[2]]
  expect(await count(`S_INTERSECTS(${geometry},BBOX(${turned.join(',')}))`, { 'filter-crs': epsg4326 })).toBe(
    await count(`S_INTERSECTS(${geometry},BBOX(${everywhere.join(',')}))`),
  )
  // GDAL filters only where the enum has the old name; texts without regard to case.
  const language = queryParametersAt(itemsPath(collection)).find(({ name }) => name === 'filter-lang')
  expect(language.schema.enum).toContain('cql-text')
  expect(await count(`${text} ILIKE '%A%'`, { 'filter-lang': 'cql-text' })).toBe(
    await count(`CASEI(${text}) LIKE CASEI('%a%')`),
  )
  expect((await get(withQuery(collection.items, { filter: `${text} = = 'x'` }))).status).toBe(400)
})

test('G16 times are understood as QGIS and GDAL write them', async (context) => {
  const collection = firstWith(
    context,
    'a date',
    (one) => propertyOf(one, isTime) !== undefined && one.json.extent?.temporal,
  )
  const count = async (datetime: string) => {
    // As it comes: GDAL encodes the slash only.
    const url = `${collection.items}?limit=1&datetime=${datetime}`
    const answer = await get(url, geojson)
    expect(answer.status, `${url}: ${answer.text.slice(0, 300)}`).toBe(200)
    return answer.json.numberMatched as number
  }
  const timed = await count('0000-01-01/..')
  for (const all of [
    '0000-01-01T00:00:00Z%2F9999-12-31T00:00:00Z',
    '0000-01-01T00:00:00Z/..',
    '../9999-12-31T00:00:00Z',
    '/9999-12-31',
    '0000-01-01/',
    '0001-01-01T%2F..',
  ])
    expect(await count(all), all).toBe(timed)
  const [[begin, end]] = collection.json.extent.temporal.interval
  const [first, last] = [String(begin ?? '1900-01-01').slice(0, 10), String(end ?? '2100-01-01').slice(0, 10)]
  expect(await count(`${first}T%2F..`)).toBe(await count(`${first}/..`))
  expect(await count(`${first}T%2F..`)).toBe(timed)
  expect(await count(`${first}%2F${last}`)).toBe(timed)
  expect(await count('9998-01-01T00:00:00Z%2F9999-12-31T00:00:00Z')).toBe(0)
  expect((await get(`${collection.items}?datetime=yesterday`)).status).toBe(400)
})

// Writing -----------------------------------------------------------------------------------------------

const allowedAt = async (url: string, headers: Record<string, string> = {}): Promise<string[]> => {
  const answer = await ask(url, { method: 'OPTIONS', headers })
  expect(answer.status, url).toBeLessThan(300)
  return (answer.headers['allow'] ?? '').split(',').map((one) => one.trim())
}

test('G17 OPTIONS lists the methods that this user may use, with a token and from scripts, too', async (context) => {
  const { collection, token } = await demandEditor(context)
  const { id } = (await page(collection, { limit: '1' })).json.features[0]
  const item = `${collection.items}/${id}`
  expect(await allowedAt(collection.items)).toEqual(expect.arrayContaining(['GET']))
  expect(await allowedAt(collection.items)).not.toContain('POST')
  expect(await allowedAt(item)).not.toContain('PUT')
  // Headers of scripts must not make another program answer.
  for (const more of [{}, { Origin: 'https://maps.example' }] as Record<string, string>[]) {
    expect(await allowedAt(collection.items, { ...bearer(token), ...more })).toEqual(
      expect.arrayContaining(['GET', 'POST']),
    )
    expect(await allowedAt(item, { ...bearer(token), ...more })).toEqual(
      expect.arrayContaining(['GET', 'PUT', 'DELETE']),
    )
  }
  // QGIS asks about a feature that is not there where it knows none.
  expect(await allowedAt(`${collection.items}/unknown_id`, bearer(token))).toContain('PUT')
})

/** As QGIS makes it: no id, no bbox. */
const newFeature = (collection: Collection) => {
  const text = propertyOf(collection, isText)
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [-61.01, 13.91] },
    properties: text === undefined ? {} : { [text]: 'Made by rule' },
  }
}

const write = (url: string, token: string, { method = 'POST', headers = {}, body }: Asking) =>
  ask(url, { method, headers: { ...bearer(token), ...headers }, body })

const create = (collection: Collection, token: string, contentCrs: string) =>
  write(collection.items, token, {
    headers: { 'Content-Type': 'application/geo+json', 'Content-Crs': contentCrs },
    body: JSON.stringify(newFeature(collection)),
  })

const remove = async (url: string, token: string) => {
  const answer = await write(url, token, { method: 'DELETE' })
  expect([200, 204], answer.text).toContain(answer.status)
}

test('G18 a new feature is told in Location, spelled so, with the identifier last and no query', async (context) => {
  const { collection, token } = await demandEditor(context)
  const made = await create(collection, token, crs84)
  expect(made.status, made.text).toBe(201)
  // QGIS up to 3.42 compares the name of the header letter by letter.
  expect(made.headerNames).toContain('Location')
  const location = made.headers['location'] ?? ''
  expect(location).toMatch(/\/items\/[A-Za-z0-9._~-]+$/)
  const url = new URL(location, made.url).href
  const found = await get(url, geojson)
  expect(found.status).toBe(200)
  expect(String(found.json.id)).toBe(url.split('/items/')[1])
  await remove(url, token)
  expect((await get(url, geojson)).status).toBe(404)
})

test('G19 Content-Crs is read with and without brackets, and a part of a feature is changed without conditions', async (context) => {
  const { collection, token } = await demandEditor(context)
  for (const contentCrs of [crs84, `<${crs84}>`]) {
    const made = await create(collection, token, contentCrs)
    expect(made.status, `${contentCrs}: ${made.text}`).toBe(201)
    const url = new URL(made.headers['location'] ?? '', made.url).href
    const patch = (change: Any) =>
      write(url, token, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/merge-patch+json', 'Content-Crs': contentCrs },
        body: JSON.stringify(change),
      })
    expect([200, 204]).toContain(
      (await patch({ geometry: { type: 'Point', coordinates: [-60.95, 13.95] } })).status,
    )
    const moved = (await get(url, geojson)).json
    expect(moved.geometry.coordinates[0]).toBeCloseTo(-60.95, 6)
    const text = propertyOf(collection, isText)
    if (text !== undefined) {
      expect(moved.properties[text]).toBe('Made by rule')
      expect([200, 204]).toContain((await patch({ properties: { [text]: 'Changed' } })).status)
      const changed = (await get(url, geojson)).json
      expect(changed.properties[text]).toBe('Changed')
      expect(changed.geometry.coordinates[0]).toBeCloseTo(-60.95, 6)
    }
    await remove(url, token)
  }
})

test('G20 a slash at the end does no harm, and nothing that writes is redirected', async () => {
  for (const { address } of features.collections.slice(0, 3)) {
    const answer = await get(`${address}/`)
    expect(answer.status, `${address}/`).toBe(200)
  }
  const [collection] = features.collections
  if (!collection) return
  const { id } = (await page(collection, { limit: '1' })).json.features[0]
  // Without a token nothing is written, wherever the request arrives.
  for (const [method, url] of [
    ['POST', collection.items],
    ['POST', `${collection.items}/`],
    ['PUT', `${collection.items}/${id}`],
    ['PATCH', `${collection.items}/${id}`],
    ['DELETE', `${collection.items}/${id}/`],
  ] as const) {
    const { status } = await ask(url, {
      method,
      headers: { 'Content-Type': 'application/geo+json' },
      body: '{}',
    })
    expect(status < 300 || status >= 400, `${method} ${url}: ${status}`).toBe(true)
    expect(status, `${method} ${url}`).toBeGreaterThanOrEqual(400)
  }
})

test('G21 tokens come by Bearer and Basic, before they are asked for, and a client may have no name', async (context) => {
  // GDAL 3.6 sends no User-Agent at all.
  expect((await get(server.features, {})).status).toBe(200)
  expect((await get(server.features, { 'User-Agent': '' })).status).toBe(200)
  if (server.token === null) context.skip('CLIENT_RULES_TOKEN is not set')
  const token = server.token ?? ''
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  for (const headers of [bearer(token), basic(`user:${token}`)])
    for (const url of [server.features, features.collections[0]?.items ?? server.features])
      expect((await get(url, headers)).status, url).toBe(200)
  for (const headers of [bearer('nonsense'), basic('user:nonsense')]) {
    const refused = await get(server.features, headers)
    expect(refused.status).toBe(401)
    // So that clients which wait to be asked send their password.
    expect(refused.headers['www-authenticate']).toBeTruthy()
  }
})

// Types -------------------------------------------------------------------------------------------------

test('G22 each of the first ten features has every property, nulls included', async () => {
  for (const collection of features.collections) {
    const { json } = await page(collection, { limit: '10' })
    const expected = Object.keys(collection.queryables).filter(
      (name) => !isGeometry(collection.queryables[name]),
    )
    for (const { id, properties } of json.features) {
      expect(Object.keys(properties).sort(), `${collection.id} ${id}`).toEqual(
        Object.keys(json.features[0].properties).sort(),
      )
      // QGIS up to 3.42 knows no other fields than these.
      expect(Object.keys(properties), `${collection.id} ${id}`).toEqual(expect.arrayContaining(expected))
    }
  }
})

test('G23 the schema says order, title, role and geometry type of each property', async (context) => {
  const collection = withPlaces(context)
  const [link] = [
    ...linksOf(collection.json, ogcRelation('schema')),
    ...linksOf(collection.json, '[ogc-rel:schema]'),
  ]
  expect(link, 'a link with rel schema').toBeDefined()
  const answer = await get(link?.href ?? '', { Accept: 'application/schema+json' })
  expect(answer.type).toBe('application/schema+json')
  const properties = Object.entries<Any>(answer.json.properties)
  const sequence = properties.map(([, one]) => one['x-ogc-propertySeq'])
  for (const place of sequence) expect(place).toEqual(expect.any(Number))
  expect(new Set(sequence).size).toBe(sequence.length)
  const geometries = properties.filter(([, one]) => one['x-ogc-role'] === 'primary-geometry')
  expect(geometries).toHaveLength(1)
  expect(geometries[0]?.[1].format).toMatch(/^geometry-\w+/)
  for (const [name, one] of properties) {
    if (one['x-ogc-role'] === 'primary-geometry') continue
    expect(one.title, name).toEqual(expect.any(String))
    expect(one.type, name).toEqual(expect.any(String))
    if (one['x-ogc-role'] === 'id') expect(one.readOnly, name).toBe(true)
  }
})

// Tiles and files ---------------------------------------------------------------------------------------

const tilesetsOf = async (collection: Collection): Promise<Any[]> => {
  const [link] = linksOf(collection.json, ogcRelation('tilesets-vector'))
  return link === undefined ? [] : (await getJson(link.href)).tilesets
}

const withTiles = async (context: TestContext): Promise<{ collection: Collection; tilesets: Any[] }> => {
  for (const collection of features.collections) {
    const tilesets = await tilesetsOf(collection)
    if (tilesets.length > 0) return { collection, tilesets }
  }
  context.skip('no collection has vector tiles')
  throw new Error('no tiles')
}

const selfOf = (document: Any): string =>
  linksOf(document, 'self').find(({ type }) => type === undefined || jsonTypes.test(type))?.href ?? ''

/** XYZ of Web Mercator. */
const tileAt = (zoom: number, longitude: number, latitude: number) => {
  const across = 2 ** zoom
  const radians = (latitude * Math.PI) / 180
  return {
    x: Math.floor(((longitude + 180) / 360) * across),
    y: Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * across),
  }
}

test('G24 tiles have a plain address, say that they are compressed, and are empty rather than missing', async (context) => {
  const { collection, tilesets } = await withTiles(context)
  const mercator = tilesets.find(({ tileMatrixSetURI }) => /WebMercatorQuad$/.test(tileMatrixSetURI))
  const tileset = await getJson(selfOf(mercator))
  const tileJsonLink = [...tileset.links, ...collection.json.links].find(({ href, type }: Link) =>
    /tilejson/i.test(`${href} ${type}`),
  )
  expect(tileJsonLink, 'a link to TileJSON').toBeDefined()
  const tileJson = await getJson(tileJsonLink.href)
  expect(tileJson.tiles[0]).toMatch(/^https?:\/\/.*\{z\}.*\{[xy]\}.*\{[xy]\}/)
  const [west, south, east, north] = extentOf(collection)
  const zoom = 9
  const { x, y } = tileAt(zoom, (west + east) / 2, (south + north) / 2)
  const addressOf = (tileX: number, tileY: number) =>
    tileJson.tiles[0].replace('{z}', String(zoom)).replace('{x}', String(tileX)).replace('{y}', String(tileY))
  const tile = await get(addressOf(x, y), { 'Accept-Encoding': 'gzip, deflate' })
  expect(tile.status, tile.url).toBe(200)
  expect(tile.type).toBe('application/vnd.mapbox-vector-tile')
  const isGzip = tile.bytes[0] === 0x1f && tile.bytes[1] === 0x8b
  expect(tile.headers['content-encoding'] === 'gzip', 'Content-Encoding says what the bytes are').toBe(isGzip)
  const empty = await get(addressOf((x + 128) % 512, y))
  // Each 404 is an error in QGIS's log.
  expect([200, 204]).toContain(empty.status)
  expect(empty.bytes).toHaveLength(0)
  const styles = collection.json.links.filter(
    ({ type, rel }: Link) => type === 'application/vnd.mapbox.style+json' || rel === 'stylesheet',
  )
  for (const { href, type } of styles) {
    expect(href).toMatch(/^https?:/)
    if (type !== 'application/vnd.mapbox.style+json') continue
    const style = await getJson(href)
    for (const source of Object.values<Any>(style.sources))
      for (const url of [source.url, ...(source.tiles ?? [])])
        if (url !== undefined) expect(url).toMatch(/^https?:/)
  }
})

test('G25 tilesets in both tile matrix sets have limits, and links by their full names', async (context) => {
  const { tilesets } = await withTiles(context)
  for (const name of ['WorldCRS84Quad', 'WebMercatorQuad']) {
    const listed = tilesets.find(({ tileMatrixSetURI }) => new RegExp(`/${name}$`).test(tileMatrixSetURI))
    expect(listed, name).toBeDefined()
    expect(listed.dataType).toBe('vector')
    const tileset = await getJson(selfOf(listed))
    // GDAL reckons the columns of WebMercatorQuad from degrees, and is mistaken; limits save it.
    expect(tileset.tileMatrixSetLimits.length, name).toBeGreaterThan(0)
    for (const limit of tileset.tileMatrixSetLimits)
      expect(limit).toMatchObject({
        tileMatrix: expect.any(String),
        minTileRow: expect.any(Number),
        maxTileRow: expect.any(Number),
        minTileCol: expect.any(Number),
        maxTileCol: expect.any(Number),
      })
    const [scheme] = linksOf(tileset, ogcRelation('tiling-scheme'))
    expect(scheme?.type).toBe('application/json')
    expect((await getJson(scheme?.href ?? '')).tileMatrices.length).toBeGreaterThan(0)
    const item = linksOf(tileset, 'item').find(({ type }) => type === 'application/vnd.mapbox-vector-tile')
    expect(item?.templated).toBe(true)
    for (const part of ['{tileMatrix}', '{tileRow}', '{tileCol}']) expect(item?.href).toContain(part)
  }
})

/** A file that a record or collection offers. */
const findDownload = async (): Promise<string | undefined> => {
  for (const { json } of features.collections) {
    const [link] = linksOf(json, 'enclosure')
    if (link) return link.href
  }
  if (catalog === null) return undefined
  const { features: records } = await getJson(`${catalog.items}?limit=20`)
  return records.flatMap((one: Any) => linksOf(one, 'enclosure'))[0]?.href
}

test('G26 files answer HEAD and ranges, and what is beside them is really missing', async (context) => {
  const url = await findDownload()
  if (url === undefined) context.skip('no file is offered')
  const address = url ?? ''
  const head = await ask(address, { method: 'HEAD' })
  expect(head.status, address).toBe(200)
  expect(head.bytes).toHaveLength(0)
  const size = Number(head.headers['content-length'])
  expect(size).toBeGreaterThan(0)
  expect(head.headers['accept-ranges']).toBe('bytes')
  const part = await get(address, { Range: 'bytes=0-99', 'Accept-Encoding': 'gzip' })
  expect(part.status).toBe(206)
  expect(part.headers['content-range']).toBe(`bytes 0-99/${size}`)
  expect(part.headers['content-encoding']).toBeUndefined()
  expect(part.bytes).toHaveLength(100)
  expect(part.headers['etag']).toBe(head.headers['etag'])
  const last = await get(address, { Range: 'bytes=-10' })
  expect(last.headers['content-range']).toBe(`bytes ${size - 10}-${size - 1}/${size}`)
  const beyond = await get(address, { Range: `bytes=${size + 10}-${size + 20}` })
  expect(beyond.status).toBe(416)
  expect(beyond.headers['content-range']).toBe(`bytes */${size}`)
  // GDAL looks for 33 of them each time.
  for (const sideCar of ['.aux.xml', '.ovr', '.msk', '.IMD']) {
    const missing = await ask(`${withoutQuery(address)}${sideCar}`, { method: 'HEAD' })
    expect(missing.status, sideCar).toBe(404)
  }
})

// Records and CSW ---------------------------------------------------------------------------------------

test('G27 records are what MetaSearch and ogc-client read', async (context) => {
  const { address, items } = demandRecords(context)
  expect((await getJson(address)).itemType).toBe('record')
  const { conformsTo } = await getJson(`${server.records}/conformance`)
  expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core')
  const first = await getJson(`${items}?limit=5&offset=0`)
  expect(first.numberMatched).toEqual(expect.any(Number))
  expect(first.numberReturned).toBe(first.features.length)
  const seen = new Set<string>()
  for (let offset = 0; offset < Math.min(first.numberMatched, 40); offset += 5) {
    const { features: records } = await getJson(`${items}?limit=5&offset=${offset}`)
    for (const { id, geometry, properties } of records) {
      expect(seen.has(id), `${id} comes once`).toBe(false)
      seen.add(id)
      expect(id).toEqual(expect.any(String))
      expect(properties.type, id).toEqual(expect.any(String))
      expect(properties.title, id).toEqual(expect.any(String))
      // A point is an error that MetaSearch does not catch.
      expect(geometry === null || /Polygon$/.test(geometry.type), id).toBe(true)
    }
  }
  expect(seen.size).toBe(Math.min(first.numberMatched, 40))
  const title = first.features[0].properties.title as string
  const [word = title] = title.match(/\p{L}{4,}/u) ?? []
  const found = await getJson(withQuery(items, { q: word, bbox: '-180,-90,180,90', limit: '10' }))
  expect(found.numberMatched).toEqual(expect.any(Number))
})

const getRecords = (filter: string, attributes = '') => `<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" resultType="results" outputSchema="http://www.opengis.net/cat/csw/2.0.2" ${attributes}><csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName>${filter && `<csw:Constraint version="1.1.0"><ogc:Filter>${filter}</ogc:Filter></csw:Constraint>`}</csw:Query></csw:GetRecords>`
const matchedIn = (xml: string) => Number(/numberOfRecordsMatched="(\d+)"/.exec(xml)?.[1] ?? Number.NaN)
const identifiersIn = (xml: string) =>
  [...xml.matchAll(/<dc:identifier[^>]*>([^<]+)</g)].map(([, id = '']) => id)

test('G28 CSW takes parameters and XML, boxes are latitude first under a URN, and the records of the test suite fit', async (context) => {
  const csw = demandCsw(context)
  const parameters = { service: 'CSW', version: '2.0.2' }
  const capabilities = await get(withQuery(csw, { ...parameters, request: 'GetCapabilities' }))
  expect(capabilities.text).toContain('<csw:Capabilities')
  const post = (body: string) => ask(csw, { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body })
  const all = await post(getRecords('', 'startPosition="1" maxRecords="100"'))
  expect(all.status, all.text.slice(0, 300)).toBe(200)
  const byParameters = await get(
    withQuery(csw, {
      ...parameters,
      request: 'GetRecords',
      typeNames: 'csw:Record',
      resultType: 'results',
      elementSetName: 'full',
      maxRecords: '100',
    }),
  )
  expect(matchedIn(byParameters.text)).toBe(matchedIn(all.text))
  expect(identifiersIn(byParameters.text)).toEqual(identifiersIn(all.text))
  const boxes = [
    ...all.text.matchAll(
      /<ows:BoundingBox crs="([^"]+)"[^>]*>\s*<ows:LowerCorner>([^<]+)<\/ows:LowerCorner>\s*<ows:UpperCorner>([^<]+)</g,
    ),
  ]
  expect(boxes.length).toBeGreaterThan(0)
  const [, crs = '', lower = '', upper = ''] = boxes[0] ?? []
  expect(crs).toMatch(/^urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:4326$/)
  const [south = 0, west = 0] = lower.split(' ').map(Number)
  const [north = 0, east = 0] = upper.split(' ').map(Number)
  const inBox = (low: string, high: string) =>
    `<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>${low}</gml:lowerCorner><gml:upperCorner>${high}</gml:upperCorner></gml:Envelope></ogc:BBOX>`
  const found = await post(getRecords(inBox(`${south} ${west}`, `${north} ${east}`), 'maxRecords="100"'))
  expect(matchedIn(found.text)).toBeGreaterThan(0)
  if (Math.abs(west) > 90 || Math.abs(west - south) > 1)
    expect(
      matchedIn((await post(getRecords(inBox(`${west} ${south}`, `${east} ${north}`)))).text) <
        matchedIn(found.text),
    ).toBe(true)
  // As MetaSearch asks for one after the search.
  const [id = ''] = identifiersIn(all.text)
  const one = await get(
    withQuery(csw, { ...parameters, request: 'GetRecordById', id, elementSetName: 'full' }),
  )
  expect(identifiersIn(one.text)).toEqual([id])
  // ets-csw202 wants its twelve records, with the identifiers they have there, and pages of ten.
  expect(matchedIn(all.text)).toBeGreaterThan(10)
  if (server.isOurs) expect(id).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  const ten = await post(getRecords('', 'startPosition="1"'))
  expect(identifiersIn(ten.text)).toHaveLength(10)
  expect(/nextRecord="(\d+)"/.exec(ten.text)?.[1]).toBe('11')
})

test('G29 offset is accepted by every collection, whatever next uses', async () => {
  for (const collection of features.collections) {
    const both = (await page(collection, { limit: '2' })).json.features.map(({ id }: Any) => id)
    const second = await page(collection, { limit: '1', offset: '1' })
    expect(
      second.json.features.map(({ id }: Any) => id),
      collection.id,
    ).toEqual(both.slice(1))
    const beyond = await page(collection, { limit: '1', offset: '90000' })
    expect(beyond.json.features).toEqual([])
    expect(linksOf(beyond.json, 'next')).toEqual([])
  }
  if (catalog === null) return
  const both = (await getJson(`${catalog.items}?limit=2`)).features.map(({ id }: Any) => id)
  expect((await getJson(`${catalog.items}?limit=1&offset=1`)).features.map(({ id }: Any) => id)).toEqual(
    both.slice(1),
  )
})

test('G30 FlatGeobuf comes with the count and the next page in headers, and is valid when empty', async (context) => {
  const collection = withPlaces(context)
  const asked = { Accept: 'application/flatgeobuf' }
  const first = await get(withQuery(collection.items, { limit: '2' }), asked)
  if (first.status === 406) context.skip('the server does not offer FlatGeobuf')
  expect(first.status, first.text.slice(0, 200)).toBe(200)
  expect(first.type).toBe('application/flatgeobuf')
  const isFlatGeobuf = ({ bytes }: Answer) =>
    bytes.subarray(0, 3).toString('latin1') === 'fgb' && bytes[3] === 3
  expect(isFlatGeobuf(first)).toBe(true)
  const matched = (await page(collection, { limit: '1' })).json.numberMatched
  expect(first.headers['ogc-numbermatched']).toBe(String(matched))
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(first.headers['link'] ?? '')?.[1]
  expect(next, 'Link: <…>; rel="next"').toBeTruthy()
  const second = await get(next ?? '', asked)
  expect(second.type).toBe('application/flatgeobuf')
  expect(second.bytes.equals(first.bytes)).toBe(false)
  const empty = await get(withQuery(collection.items, { bbox: '170,-89.9,170.1,-89.8' }), asked)
  expect(empty.status).toBe(200)
  expect(isFlatGeobuf(empty)).toBe(true)
  expect(empty.headers['ogc-numbermatched']).toBe('0')
  expect(empty.headers['link'] ?? '').not.toMatch(/rel="?next/)
  expect(empty.bytes.length).toBeGreaterThan(8)
  // The header says its own length, and nothing follows.
  expect(empty.bytes.length).toBe(12 + empty.bytes.readUInt32LE(8))
})
