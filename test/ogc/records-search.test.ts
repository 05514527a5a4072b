/** Filters, facets, forgiving searches and all formats of OGC API – Records, as its clients know them: by URL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readXml } from '../../backend/src/xml/read.ts'
import { addManyRecords, addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
let catalog: string
let items: string
const ids: Record<string, string> = {}
const canary = 'zq9canary'

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
type Any = any

const get = async (url: string, accept?: string) => {
  const response = await fetch(url, { headers: accept === undefined ? {} : { Accept: accept } })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const json: Any = /json/.test(type) ? JSON.parse(text) : undefined
  return { status: response.status, type, headers: response.headers, text, json }
}
const query = (parameters: Record<string, string>) => `${items}?${new URLSearchParams(parameters)}`
const titlesOf = ({ json }: { json: Any }): string[] =>
  json.features.map((one: Any) => one.properties.title).sort()
const filtered = async (filter: string, more: Record<string, string> = {}) => {
  const answer = await get(query({ filter, limit: '100', ...more }))
  expect(answer.status, `${filter}: ${answer.text.slice(0, 300)}`).toBe(200)
  return titlesOf(answer)
}

const bare = { keywords: [], thesaurusKeywords: [], topicCategories: [], dates: {} }

beforeAll(async () => {
  program = await testProgram()
  catalog = `${program.url}/records/collections/metadata:main`
  items = `${catalog}/items`
  const db = program.database
  ids['roads'] = await addRecord(
    db,
    {
      ...bare,
      title: 'Roads of Soufrière',
      abstract: 'Main roads and tracks.',
      keywords: ['transport', 'roads'],
      topicCategories: ['transportation'],
      custodianOrganisation: 'Ministry of Works',
      dates: { revision: '2021-03-04' },
      bbox: { west: -61.08, south: 13.82, east: -61.0, north: 13.9 },
      temporalExtent: { begin: '2020-01-01', end: '2020-12-31' },
      spatialResolutionDenominator: 25_000,
      useConditions: 'CC-BY-4.0',
    },
    {
      collectionId: 'roads',
      file: {
        name: 'roads.gpkg',
        format: 'GeoPackage',
        mediaType: 'application/geopackage+sqlite3',
        sizeBytes: 1000,
        epsg: 2006,
      },
      links: [
        { kind: 'service', title: 'Map', url: 'https://example.org/wms', protocol: 'OGC:WMS', format: 'WMS' },
      ],
    },
  )
  ids['reefs'] = await addRecord(db, {
    ...bare,
    title: 'Coral reefs',
    abstract: 'Reefs along the coast.',
    keywords: ['reef', 'transport'],
    topicCategories: ['biota', 'oceans'],
    dates: { publication: '2024-06-01' },
    bbox: { west: -61.2, south: 13.7, east: -61.1, north: 13.8 },
    temporalExtent: { begin: '2024-06-01' },
    language: 'fra',
    spatialResolutionDenominator: 10_000,
  })
  ids['report'] = await addRecord(db, {
    ...bare,
    title: 'Annual report',
    abstract: '',
    resourceType: 'nonGeographicDataset',
    bbox: undefined,
    temporalExtent: undefined,
    spatialResolutionDenominator: undefined,
  })
  ids['old'] = await addRecord(
    db,
    {
      ...bare,
      title: 'Old roads',
      abstract: 'Before.',
      keywords: ['roads'],
      bbox: undefined,
      temporalExtent: undefined,
    },
    { state: 'deprecated', successorId: ids['roads'] },
  )
  ids['draft'] = await addRecord(db, { title: canary, keywords: [canary] }, { state: 'draft' })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

describe('filter', () => {
  test('CQL2 text compares texts, lists, numbers, times and the extent (R6.14)', async () => {
    const expected: [string, string[]][] = [
      ["title = 'Coral reefs'", ['Coral reefs']],
      ["title LIKE '%ro_ds%'", ['Old roads']],
      ["CASEI(title) LIKE CASEI('%ROADS%')", ['Old roads', 'Roads of Soufrière']],
      ["ACCENTI(title) LIKE ACCENTI('%Soufriere')", ['Roads of Soufrière']],
      ["title ILIKE 'roads%'", ['Roads of Soufrière']],
      ["type = 'nonGeographicDataset'", ['Annual report']],
      ["type IN ('service','nonGeographicDataset')", ['Annual report']],
      ["NOT type = 'dataset'", ['Annual report']],
      ["keywords = 'roads'", ['Old roads', 'Roads of Soufrière']],
      ["keywords IN ('reef','nothing')", ['Coral reefs']],
      ["keywords LIKE '%port%'", ['Coral reefs', 'Roads of Soufrière']],
      ["A_CONTAINS(keywords, ('roads','transport'))", ['Roads of Soufrière']],
      ["A_OVERLAPS(themes, ('oceans','health'))", ['Coral reefs']],
      ["A_CONTAINEDBY(keywords, ('roads','x'))", ['Old roads']],
      ["A_EQUALS(keywords, ('transport','roads'))", ['Roads of Soufrière']],
      ["organization = 'Ministry of Works'", ['Roads of Soufrière']],
      ["formats = 'GeoPackage'", ['Roads of Soufrière']],
      ["externalIds = 'roads'", ['Roads of Soufrière']],
      ["language = 'fr'", ['Coral reefs']],
      ['scaleDenominator < 20000 AND keywords IS NOT NULL', ['Coral reefs', 'Old roads']],
      ['scaleDenominator * 2 = 50000', ['Roads of Soufrière']],
      ["date >= DATE('2024-01-01')", ['Coral reefs']],
      [
        "T_INTERSECTS(INTERVAL(time_begin,time_end), INTERVAL('2020-05-01','2020-06-01'))",
        ['Roads of Soufrière'],
      ],
      ["updated > TIMESTAMP('2020-01-01T00:00:00Z') AND title = 'Coral reefs'", ['Coral reefs']],
      ['S_INTERSECTS(geometry,BBOX(-61.05,13.8,-61.0,13.85))', ['Roads of Soufrière']],
      ['S_WITHIN(geometry,BBOX(-61.2,13.7,-61.1,13.8))', ['Coral reefs']],
      ['S_CONTAINS(geometry,POINT(-61.05 13.85))', ['Roads of Soufrière']],
      [
        'S_DISJOINT(geometry,POLYGON((-61.3 13.6,-61.09 13.6,-61.09 13.81,-61.3 13.81,-61.3 13.6)))',
        ['Roads of Soufrière'],
      ],
      ['deprecated = TRUE', ['Old roads']],
      ['geometry IS NULL', ['Annual report', 'Old roads']],
      [`id = '${ids['roads']}'`, ['Roads of Soufrière']],
      [`identifier = '${ids['roads']}'`, ['Roads of Soufrière']],
      ["abstract LIKE 'Main%'", ['Roads of Soufrière']],
    ]
    for (const [filter, titles] of expected) expect(await filtered(filter), filter).toEqual(titles)
  })

  test('what is asked of a property that a record lacks is unknown, and so is its contrary', async () => {
    expect(await filtered("time_begin > DATE('2022-01-01')")).toEqual(['Coral reefs'])
    expect(await filtered("NOT time_begin > DATE('2022-01-01')")).toEqual(['Roads of Soufrière'])
    expect(await filtered("NOT keywords = 'reef'")).toEqual(['Old roads', 'Roads of Soufrière'])
    expect(await filtered("keywords <> 'reef'")).toEqual(['Old roads', 'Roads of Soufrière'])
    expect(await filtered('keywords IS NULL')).toEqual(['Annual report'])
    expect(await filtered('description IS NULL')).toEqual(['Annual report'])
    expect(await filtered('NOT S_INTERSECTS(geometry,BBOX(-180,-90,180,90))')).toEqual([])
  })

  test('CQL2 JSON, the older name cql-text, and filter-crs are understood', async () => {
    const json = {
      op: 'and',
      args: [
        { op: '=', args: [{ property: 'type' }, 'dataset'] },
        { op: 'a_contains', args: [{ property: 'keywords' }, ['reef']] },
      ],
    }
    expect(await filtered(JSON.stringify(json), { 'filter-lang': 'cql2-json' })).toEqual(['Coral reefs'])
    expect(await filtered("title LIKE '%reefs'", { 'filter-lang': 'cql-text' })).toEqual(['Coral reefs'])
    const latitudeFirst = { 'filter-crs': 'http://www.opengis.net/def/crs/EPSG/0/4326' }
    expect(await filtered('S_INTERSECTS(geometry,POINT(13.85 -61.05))', latitudeFirst)).toEqual([
      'Roads of Soufrière',
    ])
  })

  test('is combined with every other parameter, and kept by the next page', async () => {
    const first = await get(query({ filter: "type = 'dataset'", limit: '1', sortby: 'title', q: 'roads' }))
    expect(first.json.numberMatched).toBe(2)
    expect(titlesOf(first)).toEqual(['Old roads'])
    const next = first.json.links.find(({ rel }: Any) => rel === 'next').href
    expect(titlesOf(await get(next))).toEqual(['Roads of Soufrière'])
  })

  test('a wrong one is refused by saying what stands where and what could', async () => {
    const refused: [Record<string, string>, RegExp][] = [
      [{ filter: "titles = 'x'" }, /'titles' at character 1.*Did you mean 'title'/],
      [{ filter: 'title = ' }, /character/],
      [{ filter: 'scaleDenominator > title' }, /number/],
      [{ filter: 'keywords > 5' }, /keywords/],
      [{ filter: '{"op":', 'filter-lang': 'cql2-json' }, /cannot be read/],
      [{ filter: "title = 'x'", 'filter-crs': 'http://www.opengis.net/def/crs/EPSG/0/2006' }, /filter-crs/],
      [{ scaleDenominator: 'many' }, /the parameter scaleDenominator/],
      [{ date: 'yesterday' }, /the parameter date/],
    ]
    for (const [parameters, message] of refused) {
      const answer = await get(query(parameters))
      expect(answer.status, JSON.stringify(parameters)).toBe(400)
      expect(answer.json.detail).toMatch(message)
      expect(answer.json.detail).not.toMatch(/Properties:.*as one text/)
    }
    const crossing = 'S_WITHIN(geometry,POLYGON((0 0,2 2,2 0,0 2,0 0)))'
    expect((await get(query({ filter: crossing }))).status).toBeLessThan(500)
  })

  test('properties are parameters, too (R6.14)', async () => {
    const expected: [Record<string, string>, string[]][] = [
      [{ title: 'Coral reefs' }, ['Coral reefs']],
      [{ keywords: 'transport', themes: 'biota' }, ['Coral reefs']],
      [{ organization: 'Ministry of Works' }, ['Roads of Soufrière']],
      [{ scaleDenominator: '25000' }, ['Roads of Soufrière']],
      [{ date: '2024-06-01' }, ['Coral reefs']],
      [{ deprecated: 'true' }, ['Old roads']],
      [{ deprecated: 'false', keywords: 'roads' }, ['Roads of Soufrière']],
      [{ id: ids['reefs'] ?? '' }, ['Coral reefs']],
    ]
    for (const [parameters, titles] of expected)
      expect(titlesOf(await get(query(parameters))), JSON.stringify(parameters)).toEqual(titles)
  })

  test('queryables are typed, and each of them can be named in a filter (R6.14)', async () => {
    const { json, type } = await get(`${catalog}/queryables`)
    expect(type).toBe('application/schema+json')
    expect(json.properties).toMatchObject({
      id: { type: 'string', 'x-ogc-role': 'id' },
      keywords: { type: 'array', items: { type: 'string' } },
      updated: { type: 'string', format: 'date-time' },
      date: { type: 'string', format: 'date' },
      scaleDenominator: { type: 'number' },
      deprecated: { type: 'boolean' },
      geometry: { format: 'geometry-polygon', 'x-ogc-role': 'primary-geometry' },
    })
    for (const name of Object.keys(json.properties)) await filtered(`${name} IS NULL`)
    const { json: described } = await get(catalog)
    const link = described.links.find(({ rel }: Any) => rel.endsWith('/queryables'))
    expect(link).toMatchObject({ href: `${catalog}/queryables`, type: 'application/schema+json' })
    expect((await get(`${catalog}/queryables?f=html`)).text).toContain('scaleDenominator')
  })
})

test('every sortable sorts both ways, what lacks it comes last, and equals stay in one order', async () => {
  const { json } = await get(`${catalog}/sortables`)
  for (const name of Object.keys(json.properties)) {
    const order = async (sortby: string) =>
      (await get(query({ sortby, limit: '100' }))).json.features.map(({ id }: Any) => id)
    const up = await order(name)
    expect(up).toHaveLength(4)
    expect(await order(`+${name}`)).toEqual(up)
    expect(new Set(await order(`-${name}`))).toEqual(new Set(up))
    const paged: string[] = []
    for (const offset of ['0', '1', '2', '3'])
      paged.push((await get(query({ sortby: name, limit: '1', offset }))).json.features[0].id)
    expect(paged, name).toEqual(up)
  }
  const byScale = async (sortby: string) =>
    (await get(query({ sortby }))).json.features
      .map(({ id }: Any) => id)
      .filter((id: string) => id !== ids['old'])
  expect(await byScale('scaleDenominator')).toEqual([ids['reefs'], ids['roads'], ids['report']])
  expect(await byScale('-scaleDenominator')).toEqual([ids['roads'], ids['reefs'], ids['report']])
})

describe('facets', () => {
  test('count the records that fit, in the form of pycsw', async () => {
    const { json } = await get(query({ facets: 'true', limit: '1' }))
    expect(Object.keys(json.facets)).toEqual([
      'type',
      'themes',
      'keywords',
      'organization',
      'formats',
      'language',
    ])
    expect(json.facets.type).toEqual({
      type: 'terms',
      property: 'type',
      buckets: [
        { value: 'dataset', count: 3 },
        { value: 'nonGeographicDataset', count: 1 },
      ],
      more: false,
    })
    expect(json.facets.keywords.buckets).toEqual([
      { value: 'roads', count: 2 },
      { value: 'transport', count: 2 },
      { value: 'reef', count: 1 },
    ])
    const narrowed = (await get(query({ facets: 'true', q: 'coral' }))).json.facets
    expect(narrowed.themes.buckets).toEqual([
      { value: 'biota', count: 1 },
      { value: 'oceans', count: 1 },
    ])
    expect((await get(items)).json).not.toHaveProperty('facets')
    expect((await get(query({ facets: 'false' }))).json).not.toHaveProperty('facets')
  })

  test('are chosen, cut and ordered by name (Records Part 2, draft)', async () => {
    const { json } = await get(query({ facets: 'keywords:2:value_desc,type' }))
    expect(Object.keys(json.facets)).toEqual(['keywords', 'type'])
    expect(json.facets.keywords).toMatchObject({
      buckets: [{ value: 'transport' }, { value: 'roads' }],
      more: true,
    })
    for (const wrong of ['colour', 'keywords:x', 'keywords:1:sideways'])
      expect((await get(query({ facets: wrong }))).status, wrong).toBe(400)
    const definition = (await get(`${catalog}/facets`)).json
    expect(definition).toMatchObject({ defaultBucketCount: 10, facets: { keywords: { type: 'term' } } })
  })

  test('each value leads to the records it counts, also on the page for people (R10.7)', async () => {
    const { json } = await get(query({ facets: 'true' }))
    for (const [name, { buckets }] of Object.entries<Any>(json.facets))
      for (const { value, count } of buckets)
        expect((await get(query({ [name]: value }))).json.numberMatched, `${name}=${value}`).toBe(count)
    const page = (await get(`${items}?f=html&q=roads`)).text
    expect(page).toContain('Narrow this search')
    expect(page).toContain('keywords=transport')
  })
})

describe('mistyped words', () => {
  test('find records with similar ones in their titles, and the answer says so', async () => {
    for (const q of ['soufrire', 'Sufriere', 'rods soufriere', 'corral', 'reports anual']) {
      const { json } = await get(query({ q }))
      expect(json.numberMatched, q).toBeGreaterThan(0)
      expect(json.notice, q).toContain(`No record has the words '${q}'`)
    }
    expect(titlesOf(await get(query({ q: 'soufrire' })))).toContain('Roads of Soufrière')
    expect(titlesOf(await get(query({ q: 'corral' })))).toEqual(['Coral reefs'])
    for (const page of [`${items}?f=html&q=corral`, `${program.url}/?q=corral`]) {
      const { text } = await get(page, 'text/html')
      expect(text).toContain('No record has the words')
      expect(text).toContain('Coral reefs')
    }
  })

  test('are looked for only where the words find nothing, and never against a filter', async () => {
    expect((await get(query({ q: 'coral' }))).json).not.toHaveProperty('notice')
    expect((await get(query({ q: 'corral', type: 'nonGeographicDataset' }))).json.numberMatched).toBe(0)
    for (const q of ['the', 'xyzzyplugh', '"corral"', 'corral,', 'zq9canery', 'of'])
      expect((await get(query({ q }))).json, q).toMatchObject({ numberMatched: 0 })
  })
})

describe('formats', () => {
  const record = (name: string) => `${items}/${ids[name]}`

  test('DCAT-AP as JSON-LD tells title, keywords, extent, period, licence and distributions', async () => {
    for (const answer of [
      await get(`${record('roads')}?f=dcat`),
      await get(record('roads'), 'application/ld+json'),
    ]) {
      expect(answer.type).toBe('application/ld+json')
      expect(answer.json).toMatchObject({
        '@context': { dcat: 'http://www.w3.org/ns/dcat#' },
        '@id': record('roads'),
        '@type': 'dcat:Dataset',
        'dct:identifier': ids['roads'],
        'dct:title': { '@language': 'en', '@value': 'Roads of Soufrière' },
        'dcat:keyword': [{ '@value': 'transport' }, { '@value': 'roads' }],
        'dct:publisher': { 'foaf:name': 'Ministry of Works' },
        'dct:modified': { '@type': 'xsd:date', '@value': '2021-03-04' },
        'dct:temporal': { 'dcat:startDate': { '@value': '2020-01-01' } },
        'dct:spatial': {
          'dcat:bbox': {
            '@value': 'POLYGON((-61.08 13.82,-61 13.82,-61 13.9,-61.08 13.9,-61.08 13.82))',
          },
        },
      })
      const distributions: Any[] = answer.json['dcat:distribution']
      expect(distributions.find((one) => one['dcat:downloadURL'])).toMatchObject({
        'dcat:mediaType': {
          '@id': 'https://www.iana.org/assignments/media-types/application/geopackage+sqlite3',
        },
        'dcat:byteSize': { '@value': '1000' },
        'dct:license': { '@id': 'http://creativecommons.org/licenses/by/4.0/' },
      })
      expect(distributions.map((one) => one['dcat:accessService']?.['dcat:endpointURL']?.['@id'])).toEqual(
        expect.arrayContaining([`${program.url}/pygeoapi`, 'https://example.org/wms']),
      )
      for (const one of distributions) expect(one['dcat:accessURL']['@id']).toMatch(/^https?:/)
    }
    expect((await get(`${record('old')}?f=dcat`)).json['dct:isReplacedBy']).toEqual({
      '@id': record('roads'),
    })
  })

  test('a page of results comes as GeoJSON, page, ISO 19139 in the envelope of CSW, and DCAT-AP (R4.8, R6.14)', async () => {
    const dcat = await get(`${items}?f=dcat&q=roads`)
    expect(dcat.json).toMatchObject({ '@type': 'dcat:Catalog', '@id': catalog })
    expect(dcat.json['dcat:dataset']).toHaveLength(2)
    const xml = await get(`${items}?f=xml&limit=3`)
    expect(xml.type).toBe('application/xml; charset=utf-8')
    const root = readXml(Buffer.from(xml.text))
    expect(root.name.local).toBe('GetRecordsResponse')
    expect(xml.text).toContain('numberOfRecordsMatched="4" numberOfRecordsReturned="3" nextRecord="4"')
    expect(xml.text.match(/<gmd:MD_Metadata/g)).toHaveLength(3)
    expect((await get(`${items}?f=xml&offset=100`)).text).toContain(
      'numberOfRecordsReturned="0" nextRecord="0"',
    )
  })

  test('links stand in the header, too, in every format and for HEAD', async () => {
    for (const f of ['json', 'html', 'xml', 'dcat']) {
      const link =
        (await fetch(`${items}?f=${f}&limit=1&q=roads`, { method: 'HEAD' })).headers.get('link') ?? ''
      expect(link, f).toMatch(/<[^<>]*offset=1[^<>]*>; rel="next"/)
      expect(link, f).toContain(`<${catalog}>; rel="collection"`)
      expect(link.match(/rel="alternate"/g), f).toHaveLength(3)
    }
    const one = (await get(`${record('old')}?f=xml`)).headers.get('link') ?? ''
    expect(one).toContain(`<${record('roads')}>; rel="successor-version"`)
    expect(one).toContain('<http://www.opengis.net/def/profile/OGC/0/ogc-record>; rel="profile"')
  })

  test('profiles that are unknown are not considered; those there are, are linked', async () => {
    const answer = await get(`${record('roads')}?profile=ogc-record,%5Bogc-profile:other%5D`)
    expect(answer.json.links).toContainEqual({
      rel: 'profile',
      href: 'http://www.opengis.net/def/profile/OGC/0/ogc-record',
    })
  })
})

test('nothing of a draft is found by filters, facets, similar words or other formats (R3.3, R6.26)', async () => {
  const searches = [
    `filter=title+LIKE+'%25'`,
    `title=${canary}`,
    'facets=keywords:1000',
    'q=zq9canery',
    `f=dcat`,
    'f=xml',
    `f=html`,
  ]
  for (const search of searches) {
    const { text } = await get(`${items}?limit=1000&${search}`)
    expect(text.replaceAll(`title=${canary}`, ''), search).not.toContain(canary)
  }
  for (const f of ['dcat', 'xml']) expect((await get(`${items}/${ids['draft']}?f=${f}`)).status).toBe(404)
})

test('facets of many records count the newest, and say how many', async () => {
  await addManyRecords(program.database, 10_100, 'parcel')
  const { json } = await get(query({ facets: 'type', q: 'parcel', limit: '1' }))
  expect(json.facets.type).toMatchObject({ counted: 1000, buckets: [{ value: 'dataset', count: 1000 }] })
})
