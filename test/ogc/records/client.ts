/** Asks a server of OGC API – Records, and finds its way by links alone. */

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
export type Any = any

export type Answer = { url: string; status: number; type: string; headers: Headers; text: string; json: Any }

export type Link = { rel: string; href: string; type?: string; uriTemplate?: string }

const parse = (text: string): Any => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const ask = async (url: string, accept?: string): Promise<Answer> => {
  const response = await fetch(url, { headers: accept === undefined ? {} : { Accept: accept } })
  const text = await response.text()
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
  const json = type.endsWith('json') || /^\s*[{[]/.test(text) ? parse(text) : undefined
  return { url, status: response.status, type, headers: response.headers, text, json }
}

export const mediaTypes = {
  json: 'application/json',
  geojson: 'application/geo+json',
  catalog: 'application/ogc-catalog+json',
  html: 'text/html',
  schema: 'application/schema+json',
  openapi: 'application/vnd.oai.openapi+json',
}

export const relations = {
  catalog: 'http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog',
  sortables: 'http://www.opengis.net/def/rel/ogc/1.0/sortables',
  queryables: 'http://www.opengis.net/def/rel/ogc/1.0/queryables',
  recordProfile: 'http://www.opengis.net/def/profile/OGC/0/ogc-record',
  catalogProfile: 'http://www.opengis.net/def/profile/OGC/0/ogc-catalog',
}

/** Relative addresses count from where they were found. */
export const linksOf = ({ json, url }: Pick<Answer, 'json' | 'url'>, rel?: string): Link[] =>
  ((json?.links ?? []) as Link[])
    .filter((link) => rel === undefined || link.rel === rel)
    .map((link) => (link.href === undefined ? link : { ...link, href: new URL(link.href, url).href }))

export const withQuery = (address: string, parameters: Record<string, string>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

export type Parameter = {
  name: string
  in: string
  required?: boolean
  style?: string
  explode?: boolean
  schema?: Any
}

/** Everything that most tests need, asked for once. */
export type Service = {
  landing: Answer
  conformsTo: string[]
  /** The OpenAPI document. */
  api: Any
  collections: Answer
  /** The first collection of records. */
  catalog: Answer
  /** Address of its records. */
  items: string
  /** A first page of them, and each in full. */
  page: Answer
  records: Answer[]
}

const onlyLink = (answer: Answer, rels: string[], types: string[] = []): string => {
  const found = rels.flatMap((rel) => linksOf(answer, rel))
  const typed = found.find(({ type }) => types.some((one) => type?.startsWith(one)))
  const link = typed ?? found[0]
  if (!link)
    throw new Error(`${answer.url} has no link with rel ${rels.join(' or ')}; the suite cannot go on.`)
  return link.href
}

export const openService = async (url: string): Promise<Service> => {
  const landing = await ask(url, mediaTypes.json)
  const conformance = await ask(
    onlyLink(
      landing,
      ['conformance', 'http://www.opengis.net/def/rel/ogc/1.0/conformance'],
      [mediaTypes.json],
    ),
    mediaTypes.json,
  )
  const { json: api } = await ask(onlyLink(landing, ['service-desc'], [mediaTypes.openapi]))
  const collections = await ask(
    onlyLink(landing, ['data', 'http://www.opengis.net/def/rel/ogc/1.0/data'], [mediaTypes.json]),
    mediaTypes.json,
  )
  const first = collections.json.collections.find(({ itemType }: Any) => itemType === 'record')
  if (first === undefined) throw new Error(`${collections.url} lists no collection with itemType 'record'.`)
  const catalog = await ask(
    `${collections.url.replace(/\?.*$/, '')}/${encodeURIComponent(first.id)}`,
    mediaTypes.catalog,
  )
  const items = onlyLink(catalog, ['items'], [mediaTypes.geojson])
  const page = await ask(withQuery(items, { limit: '10' }), mediaTypes.geojson)
  const address = (id: string) => `${items.replace(/\?.*$/, '')}/${encodeURIComponent(id)}`
  const records: Answer[] = []
  for (const { id } of page.json.features) records.push(await ask(address(id), mediaTypes.geojson))
  return { landing, conformsTo: conformance.json.conformsTo, api, collections, catalog, items, page, records }
}

const resolve = (api: Any, node: Any): Any =>
  node?.$ref === undefined
    ? node
    : node.$ref
        .replace(/^#\//, '')
        .split('/')
        .reduce((at: Any, name: string) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], api)

/** Parameters of the records of the catalogue, as its OpenAPI document declares them. */
export const itemsParameters = ({ api, catalog }: Service): Parameter[] => {
  const id = String(catalog.json.id)
  const paths = Object.keys(api.paths).filter((path) => /\/collections\/[^/]+\/items$/.test(path))
  const path =
    paths.find((one) => decodeURIComponent(one).includes(`/collections/${id}/`)) ??
    paths.find((one) => one.includes('{'))
  const item = path === undefined ? undefined : api.paths[path]
  return [...(item?.parameters ?? []), ...(item?.get?.parameters ?? [])].map((one) => resolve(api, one))
}
