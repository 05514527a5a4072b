/** OGC API – Records, as its clients know it: by URL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
let face: string
let items: string
const ids: Record<string, string> = {}
const canary = 'zq9canary'

type Link = {
  rel: string
  href: string
  type?: string
  length?: number
  protocol?: string
  name?: string
  title?: string
}
// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
type Any = any

const get = async (
  url: string,
  accept?: string,
): Promise<{ status: number; type: string; headers: Headers; text: string; json: Any }> => {
  const response = await fetch(url, {
    headers: accept === undefined ? {} : { Accept: accept },
    redirect: 'manual',
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    json: /json/.test(type) ? JSON.parse(text) : undefined,
  }
}

const find = async (query: string) => (await get(`${items}?${query}`)).json
const titles = async (query: string): Promise<string[]> =>
  (await find(query)).features.map((feature: Any) => feature.properties.title)
const links = (document: Any, rel: string): Link[] => document.links.filter((link: Link) => link.rel === rel)

beforeAll(async () => {
  program = await testProgram()
  face = `${program.url}/records`
  items = `${face}/collections/metadata:main/items`
  const db = program.database
  const keywords = { keywords: [], thesaurusKeywords: [], topicCategories: [] }
  ids['roads'] = await addRecord(
    db,
    {
      ...keywords,
      title: 'Roads of Soufrière',
      abstract: 'Main roads and tracks.\nSurveyed on foot.',
      bbox: { west: -61.08, south: 13.82, east: -61.0, north: 13.9 },
      temporalExtent: { begin: '2020-01-01', end: '2020-12-31' },
      lineageStatement: 'Digitised.',
    },
    {
      collectionId: 'roads',
      file: {
        name: 'roads.gpkg',
        format: 'GeoPackage',
        mediaType: 'application/geopackage+sqlite3',
        sizeBytes: 52_428_800,
        epsg: 2006,
      },
    },
  )
  ids['reefs'] = await addRecord(db, {
    ...keywords,
    title: 'Coral reefs',
    abstract: 'Reefs, far from all roads; roads, roads, roads and roads again.',
    bbox: { west: -61.2, south: 13.7, east: -61.1, north: 13.8 },
    temporalExtent: { begin: '2024-06-01' },
  })
  ids['fiji'] = await addRecord(db, {
    ...keywords,
    title: 'Islands of the dateline',
    abstract: 'Far away.',
    bbox: { west: 177, south: -19, east: -178, north: -16 },
    temporalExtent: { end: '1999-12-31' },
  })
  ids['report'] = await addRecord(
    db,
    {
      ...keywords,
      title: 'Annual report',
      abstract: 'A document.',
      resourceType: 'nonGeographicDataset',
      bbox: undefined,
      temporalExtent: undefined,
    },
    {
      links: [
        {
          kind: 'service',
          title: 'Habitats',
          url: 'https://example.org/geoserver/ows',
          protocol: 'OGC:WFS',
          format: 'WFS',
        },
        {
          kind: 'information',
          title: 'More',
          url: 'https://example.org/about',
          protocol: 'WWW:LINK-1.0-http--link',
        },
      ],
    },
  )
  ids['old roads'] = await addRecord(
    db,
    { ...keywords, title: 'Old roads', abstract: 'Before.', bbox: undefined, temporalExtent: undefined },
    { state: 'deprecated', successorId: ids['roads'] },
  )
  ids['draft'] = await addRecord(
    db,
    { title: `Secret ${canary}`, abstract: canary, keywords: [canary] },
    { state: 'draft' },
  )
  ids['returned'] = await addRecord(db, { title: `Returned ${canary}` }, { state: 'returned' })
  ids['deleted'] = await addRecord(
    db,
    { title: `Deleted ${canary}` },
    { state: 'deleted', successorId: ids['roads'] },
  )
  ids['deleted for good'] = await addRecord(db, {}, { state: 'deleted', successorId: ids['draft'] })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

describe('what the API says of itself', () => {
  test('service-desc has exactly the type that OWSLib and QGIS compare, and leads to OpenAPI 3.0 (G1)', async () => {
    const landing = (await get(face)).json
    const [link] = links(landing, 'service-desc')
    expect(link?.type).toBe('application/vnd.oai.openapi+json;version=3.0')
    const api = await get(link?.href ?? '')
    expect(api.type).toBe('application/vnd.oai.openapi+json;version=3.0')
    expect(api.json.openapi).toMatch(/^3\.0\./)
  })

  test('JSON is the default for a client that accepts anything or says nothing, HTML for a browser (G2, G27)', async () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    for (const path of [
      '',
      '/conformance',
      '/collections',
      '/collections/metadata:main',
      '/collections/metadata:main/items',
      `/collections/metadata:main/items/${ids['roads']}`,
    ]) {
      expect((await get(face + path, '*/*')).type, path).toMatch(/^application\/(geo\+|ogc-catalog\+)?json/)
      expect((await get(face + path)).type, path).toMatch(/json/)
      expect((await get(face + path, browser)).type, path).toBe('text/html; charset=utf-8')
    }
  })

  test('conformance has the names that ogc-client looks for, old and new (G14, G27)', async () => {
    const { conformsTo } = (await get(`${face}/conformance`)).json
    const records = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/'
    for (const name of [
      'core',
      'record-core',
      'record-collection',
      'record-api',
      'records-api',
      'json',
      'html',
      'sorting',
    ])
      expect(conformsTo).toContain(records + name)
    expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core')
  })

  test('the API document has a literal path, declares every parameter with its style, and the page size (G3, G4)', async () => {
    const { json: api } = await get(`${face}/api`)
    const operation = api.paths['/collections/metadata:main/items'].get
    const names: string[] = []
    for (const one of operation.parameters) {
      const parameter = api.components.parameters[one.$ref.split('/').pop()]
      names.push(parameter.name)
      expect(parameter).toMatchObject({ in: 'query', style: 'form', explode: false })
      expect(parameter.schema.type).toBeTruthy()
    }
    for (const name of [
      'bbox',
      'datetime',
      'externalIds',
      'f',
      'facets',
      'filter',
      'filter-crs',
      'filter-lang',
      'ids',
    ])
      expect(names).toContain(name)
    for (const name of ['keywords', 'limit', 'offset', 'profile', 'q', 'sortby', 'title', 'type'])
      expect(names).toContain(name)
    expect(api.components.parameters.limit.schema).toMatchObject({
      default: 10,
      maximum: program.config.limits.itemsPerPage,
    })
    expect(JSON.stringify(api)).not.toMatch(/"x-|catalogId/)
    expect(api.servers).toEqual([{ url: face }])
  })

  test('the catalogue says that its items are records, also under its escaped name (R0.5)', async () => {
    const { collections } = (await get(`${face}/collections`)).json
    expect(collections).toHaveLength(1)
    for (const name of ['metadata:main', 'metadata%3Amain', 'metadata:main/']) {
      const catalog = await get(`${face}/collections/${name}`)
      expect(catalog.json).toMatchObject({
        id: 'metadata:main',
        type: 'Collection',
        itemType: 'record',
        itemCount: 5,
      })
      expect(links(catalog.json, 'items')[0]).toMatchObject({ href: items, type: 'application/geo+json' })
    }
    for (const accept of [undefined, '*/*', 'application/ogc-catalog+json'])
      expect((await get(`${face}/collections/metadata:main`, accept)).type).toBe(
        'application/ogc-catalog+json',
      )
    expect((await get(`${face}/collections/metadata:main`, 'application/json')).type).toBe('application/json')
    expect((await get(`${face}/collections/other`)).status).toBe(404)
  })

  test('sortables are a schema, and each of them sorts (/req/sorting/get-sortables-success)', async () => {
    const sortables = await get(`${face}/collections/metadata:main/sortables`)
    expect(sortables.type).toBe('application/schema+json')
    for (const name of Object.keys(sortables.json.properties))
      expect((await get(`${items}?sortby=-${name}`)).status).toBe(200)
  })

  test('links are absolute and follow the proxy that is trusted (G6)', async () => {
    const forwarded = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'maps.example',
      'X-Forwarded-Prefix': '/gis',
    }
    const response = await fetch(`${items}?limit=1`, { headers: forwarded })
    const page: Any = await response.json()
    for (const link of [...page.links, ...page.features[0].links] as Link[])
      expect(link.href).toMatch(
        /^https:\/\/maps\.example\/gis\/|^http:\/\/www\.opengis\.net\/|^https:\/\/example\.org\//,
      )
  })
})

describe('searching', () => {
  test('words are found in any case, without accents, in their forms, and cut short', async () => {
    for (const q of ['soufriere', 'SOUFRIÈRE', 'soufri', 'road soufriere', 'track', 'surveyed foot'])
      expect(await titles(`q=${encodeURIComponent(q)}`), q).toEqual(['Roads of Soufrière'])
    expect(await titles('q=zzz')).toEqual([])
  })

  test('words are all meant; quotes make a phrase; a comma means or; a minus excludes', async () => {
    expect(await titles('q=main+tracks')).toEqual(['Roads of Soufrière'])
    expect(await titles('q=main+coral')).toEqual([])
    expect(await titles(`q=${encodeURIComponent('"main roads"')}`)).toEqual(['Roads of Soufrière'])
    expect(await titles(`q=${encodeURIComponent('"roads main"')}`)).toEqual([])
    expect((await titles('q=report,dateline')).sort()).toEqual(['Annual report', 'Islands of the dateline'])
    expect(await titles('q=roads+-coral+-old')).toEqual(['Roads of Soufrière'])
  })

  test('the title counts more than any number of words in the abstract, and deprecated records come last (R10.10)', async () => {
    expect(await titles('q=roads')).toEqual(['Roads of Soufrière', 'Coral reefs', 'Old roads'])
    expect((await titles('')).at(-1)).toBe('Old roads')
  })

  test('an empty search finds everything; one of meaningless words finds nothing', async () => {
    expect((await find('q=')).numberMatched).toBe(5)
    expect((await find('q=the')).numberMatched).toBe(0)
  })

  test('nothing that anybody types breaks the search (A10)', async () => {
    const strange = [
      "'",
      '"',
      '\\',
      '%',
      '_',
      ':*',
      "a':*",
      '&',
      '|',
      '!',
      '<->',
      '((',
      '--',
      '“x',
      '‘',
      'ŉ',
      '\u0000',
      '\ud83c\udf0a',
      'or',
      'a, , b',
      '"',
      '-',
      'x'.repeat(499),
      "'; drop table record; --",
      '$1',
      ':words',
      '💧*',
      '\u202e',
    ]
    for (const q of strange) expect((await get(`${items}?q=${encodeURIComponent(q)}`)).status, q).toBe(200)
    expect((await get(`${items}?q=${'x'.repeat(501)}`)).status).toBe(400)
  })

  test('bbox finds extents that touch it, also with heights and across the antimeridian; records without extent are not found', async () => {
    expect(await titles('bbox=-61.05,13.8,-61.0,13.85')).toEqual(['Roads of Soufrière'])
    expect(await titles('bbox=-61.05,13.8,0,-61.0,13.85,100')).toEqual(['Roads of Soufrière'])
    expect((await titles('bbox=-61.3,13.6,-60.8,14.2')).sort()).toEqual(['Coral reefs', 'Roads of Soufrière'])
    expect(await titles('bbox=170,-20,-170,-15')).toEqual(['Islands of the dateline'])
    expect(await titles('bbox=179,-17,180,-16')).toEqual(['Islands of the dateline'])
    expect((await titles('bbox=-180,-90,180,90')).length).toBe(3)
    for (const bbox of ['1,2,3', '1,2,3,4,5', 'a,b,c,d', '0,10,1,5', '1,2,3,NaN', ''])
      expect((await get(`${items}?bbox=${bbox}`)).status, bbox).toBe(400)
  })

  test('datetime finds periods that touch it, in all the forms clients write (G16)', async () => {
    const on = (datetime: string) => titles(`datetime=${encodeURIComponent(datetime)}&sortby=title`)
    expect(await on('2020-07-01')).toEqual(['Roads of Soufrière'])
    expect(await on('2020-12-31T23:59:59Z')).toEqual(['Roads of Soufrière'])
    expect(await on('2021-01-01T00:00:00Z')).toEqual([])
    expect(await on('2021-01-01/..')).toEqual(['Coral reefs'])
    expect(await on('2030-01-01/9999-12-31T00:00:00Z')).toEqual(['Coral reefs'])
    expect(await on('../1950-01-01')).toEqual(['Islands of the dateline'])
    expect(await on('0000-01-01T00:00:00Z/2020-01-01')).toEqual([
      'Islands of the dateline',
      'Roads of Soufrière',
    ])
    expect(await on('2024-06-01T')).toEqual(['Coral reefs'])
    for (const wrong of ['yesterday', '2020-13-01', '2021-01-01/2020-01-01'])
      expect((await get(`${items}?datetime=${wrong}`)).status).toBe(400)
  })

  test('type, ids and externalIds choose, and are combined with AND', async () => {
    expect(await titles('type=nonGeographicDataset,service')).toEqual(['Annual report'])
    expect((await titles(`ids=${ids['roads']},${ids['reefs']},nonsense`)).sort()).toEqual([
      'Coral reefs',
      'Roads of Soufrière',
    ])
    expect(await titles(`ids=${ids['roads']},${ids['reefs']}&q=coral`)).toEqual(['Coral reefs'])
    expect(await titles('externalIds=roads')).toEqual(['Roads of Soufrière'])
    expect(await titles('externalIds=collection:roads')).toEqual(['Roads of Soufrière'])
    expect(await titles('externalIds=doi:roads')).toEqual([])
  })

  test('sortby sorts both ways, and names what it knows when it does not know', async () => {
    const sorted = [
      'Annual report',
      'Coral reefs',
      'Islands of the dateline',
      'Old roads',
      'Roads of Soufrière',
    ]
    expect(await titles('sortby=title')).toEqual(sorted)
    expect(await titles('sortby=%2Btitle')).toEqual(sorted)
    expect(await titles('sortby=+title')).toEqual(sorted)
    expect(await titles('sortby=-title')).toEqual(sorted.toReversed())
    expect((await titles('sortby=-updated')).at(-1)).toBe('Roads of Soufrière')
    const refused = await get(`${items}?sortby=colour`)
    expect(refused.status).toBe(400)
    expect(refused.json.detail).toMatch(/'colour'.*title, created, updated/)
  })

  test('an unknown parameter is refused by name, a large limit is cut, a wrong one refused (G5)', async () => {
    const refused = await get(`${items}?colour=red`)
    expect(refused.status).toBe(400)
    expect(refused.type).toBe('application/problem+json')
    expect(refused.json).toMatchObject({
      code: 'unknown-parameter',
      description: expect.stringMatching(/colour/),
    })
    expect((await get(`${items}?limit=999999999`)).json.numberReturned).toBe(5)
    for (const wrong of ['limit=0', 'limit=-1', 'limit=x', 'offset=-1', 'f=kml', 'limit=1&limit=2'])
      expect((await get(`${items}?${wrong}`)).status, wrong).toBe(400)
  })

  test('pages follow each other without gap or repetition, keeping every parameter, and end (G7, G8, G27)', async () => {
    const seen: string[] = []
    let url: string | undefined = `${items}?limit=2&sortby=title&bbox=-180,-90,180,90&q=roads, far&f=json`
    for (let pages = 0; url !== undefined && pages < 10; pages += 1) {
      const page: Any = (await get(url)).json
      expect(page.numberMatched).toBe(3)
      expect(page.numberReturned).toBe(page.features.length)
      seen.push(...page.features.map((feature: Any) => feature.properties.title))
      const [next] = links(page, 'next')
      if (next) {
        expect(next.type).toBe('application/geo+json')
        const parameters = new URL(next.href).searchParams
        expect(Object.fromEntries(parameters)).toMatchObject({
          limit: '2',
          sortby: 'title',
          q: 'roads, far',
          f: 'json',
        })
      }
      url = next?.href
    }
    expect(seen).toEqual(['Coral reefs', 'Islands of the dateline', 'Roads of Soufrière'])
    const beyond = await find('offset=100')
    expect(beyond).toMatchObject({ features: [], numberReturned: 0, numberMatched: 5 })
    expect(links(beyond, 'next')).toEqual([])
    expect(await titles('sortby=title&offset=0&limit=1')).toEqual(['Annual report'])
  })
})

describe('a record', () => {
  const record = (name: string) => `${items}/${ids[name]}`

  test('has what MetaSearch reads: type, title, a polygon or no geometry (G27)', async () => {
    const { features } = await find('limit=100')
    for (const feature of features) {
      expect(feature.type).toBe('Feature')
      expect(typeof feature.id).toBe('string')
      expect(feature.properties.type).toBeTruthy()
      expect(feature.properties.title).toBeTruthy()
      if (feature.id !== ids['fiji']) expect([undefined, 'Polygon']).toContain(feature.geometry?.type)
      expect(links(feature, 'self')[0]?.href).toBe(`${items}/${feature.id}`)
    }
    expect((await get(record('report'))).json.geometry).toBe(null)
  })

  test('comes as GeoJSON, page and ISO 19139, by f and by Accept (R6.13, R4.8)', async () => {
    const json = await get(`${record('roads')}?f=json`)
    expect(json.type).toBe('application/geo+json')
    expect(json.json.properties).toMatchObject({
      title: 'Roads of Soufrière',
      description: 'Main roads and tracks.\nSurveyed on foot.',
      externalIds: [{ scheme: 'collection', value: 'roads' }],
    })
    for (const xml of [
      await get(`${record('roads')}?f=xml`),
      await get(record('roads'), 'application/xml'),
    ]) {
      expect(xml.type).toBe('application/xml; charset=utf-8')
      expect(xml.text).toContain('<gmd:MD_Metadata')
      expect(xml.text).toContain(ids['roads'])
      expect(xml.text).toContain(`${program.url}/files/`)
    }
    expect((await get(record('roads'), 'image/png')).status).toBe(406)
  })

  test('links to the download with type and length, to the API with its protocol, and to its other forms (R11.8)', async () => {
    const { json } = await get(record('roads'))
    expect(links(json, 'enclosure')).toEqual([
      expect.objectContaining({
        href: expect.stringMatching(/\/files\/.+\/roads\.gpkg$/),
        type: 'application/geopackage+sqlite3',
        length: 52_428_800,
        protocol: 'WWW:DOWNLOAD-1.0-http--download',
      }),
    ])
    expect(links(json, 'item')).toEqual([
      expect.objectContaining({
        href: `${program.url}/pygeoapi/collections/roads/items`,
        type: 'application/geo+json',
        protocol: 'OGC API - Features',
        name: 'roads',
      }),
    ])
    expect(links(json, 'collection').map(({ href }) => href)).toEqual([`${face}/collections/metadata:main`])
    expect(links(json, 'alternate').map(({ type }) => type)).toEqual([
      'text/html',
      'application/xml',
      'application/ld+json',
    ])
    expect(links(json, 'describedby')[0]).toMatchObject({
      href: `${record('roads')}?f=xml`,
      type: 'application/xml',
    })
    expect(links((await get(record('report'))).json, 'service')[0]).toMatchObject({
      href: 'https://example.org/geoserver/ows',
      protocol: 'OGC:WFS',
      name: 'lc:habitats',
    })
  })

  test('that is deprecated leads to its successor, and back (R3.10, R3.11)', async () => {
    const old = (await get(record('old roads'))).json
    expect(old.properties.deprecated).toBe(true)
    expect(links(old, 'successor-version').map(({ href }) => href)).toEqual([record('roads')])
    expect(links((await get(record('roads'))).json, 'predecessor-version').map(({ href }) => href)).toEqual([
      record('old roads'),
    ])
    const page = (await get(`${record('old roads')}?f=html`)).text
    expect(page).toContain('This record is deprecated')
    expect(page).toContain(`href="${record('roads')}"`)
    expect((await get(`${record('old roads')}?f=xml`)).text).toContain(ids['roads'])
  })

  test('that was deleted answers 410 with its successor, for programs and for people (R3.15)', async () => {
    const gone = await get(record('deleted'))
    expect(gone.status).toBe(410)
    expect(gone.json).toMatchObject({ code: 'gone', successor: record('roads') })
    const page = await get(record('deleted'), 'text/html')
    expect(page.status).toBe(410)
    expect(page.text).toContain(`href="${record('roads')}"`)
    // A successor that is not public is not told.
    expect((await get(record('deleted for good'))).json.successor).toBeUndefined()
  })

  test('that is unknown, a draft, or no identifier at all answers 404', async () => {
    for (const id of [
      '00000000-0000-4000-8000-000000000000',
      ids['draft'],
      ids['returned'],
      'x',
      "'",
      '%00',
      '..%2f..%2fetc',
      '<script>',
    ]) {
      const missing = await get(`${items}/${id}`)
      expect(missing.status, id).toBe(404)
      expect(missing.type).toBe('application/problem+json')
      expect((await get(`${items}/${id}?f=html`)).status).toBe(404)
    }
  })

  test('is kept by clients as long as it is the same: ETag and 304', async () => {
    for (const url of [
      record('roads'),
      `${record('roads')}?f=html`,
      `${items}?limit=3`,
      `${face}/conformance`,
      `${program.url}/`,
    ]) {
      const first = await get(url)
      const etag = first.headers.get('etag') ?? ''
      expect(etag, url).toMatch(/^W?\/?"/)
      expect(first.headers.get('cache-control')).toBeTruthy()
      expect(first.headers.get('vary')).toMatch(/accept/i)
      const again = await fetch(url, { headers: { 'If-None-Match': etag } })
      expect(again.status, url).toBe(304)
      expect(await again.text()).toBe('')
    }
  })

  test('may be read by scripts of every origin (R13.8)', async () => {
    expect((await get(record('roads'))).headers.get('access-control-allow-origin')).toBe('*')
    expect((await get(`${items}?colour=red`)).headers.get('access-control-allow-origin')).toBe('*')
  })

  test('answers HEAD like GET, without a body', async () => {
    const head = await fetch(record('roads'), { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toBe('application/geo+json')
    expect((await fetch(record('roads'), { method: 'POST' })).status).toBe(405)
  })
})

test('nothing of a draft, a returned or a deleted record is anywhere to be seen (R3.3, R6.26)', async () => {
  const base = [
    '',
    '/conformance',
    '/api',
    '/collections',
    '/collections/metadata:main',
    '/collections/metadata:main/sortables',
    '/collections/metadata:main/queryables',
    '/collections/metadata:main/facets',
  ]
  const searches = [
    'limit=1000',
    `q=${canary}`,
    'q=secret',
    `ids=${ids['draft']},${ids['deleted']}`,
    'sortby=title&limit=1000',
  ]
  const urls = [
    ...base.map((path) => face + path),
    ...searches.map((query) => `${items}?${query}`),
    ...Object.values(ids).map((id) => `${items}/${id}`),
  ].flatMap((url) => [url, url.includes('?') ? `${url}&f=html` : `${url}?f=html`])
  urls.push(
    ...Object.values(ids).map((id) => `${items}/${id}?f=xml`),
    `${program.url}/`,
    `${program.url}/?sortby=title`,
  )
  for (const url of urls) {
    const { text, headers } = await get(url)
    // What was asked for may be repeated to who asked.
    const withoutAsked = (answer: string) =>
      url.includes(canary) ? answer.replaceAll(/(?:q=|value="|with )zq9canary/g, '') : answer
    expect(withoutAsked(text), url).not.toContain(canary)
    expect(withoutAsked([...headers].join()), url).not.toContain(canary)
  }
  expect((await find(`q=${canary}`)).numberMatched).toBe(0)
})
