/**
 * The abstract tests of OGC API – Records Part 1 (OGC 20-004r1, annex A) as an executable suite, each named by its
 * requirement. It looks at any server: `RECORDS_URL=https://host/records vitest run test/ogc/records`. What belongs to a
 * class that the server does not declare is left out, and says so.
 */
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import {
  type Answer,
  type Any,
  ask,
  itemsParameters,
  type Link,
  linksOf,
  mediaTypes,
  openService,
  type Parameter,
  relations,
  type Service,
  withQuery,
} from './client.ts'
import { mistakesIn } from './schemas.ts'
import { type ServerUnderTest, serverUnderTest } from './server-under-test.ts'

const recordsClass = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/'
const featuresClass = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/'

let server: ServerUnderTest
let service: Service
const leftOut: string[] = []

beforeAll(async () => {
  server = await serverUnderTest()
  service = await openService(server.url)
}, 120_000)

afterAll(async () => {
  await server?.stop()
})

const declares = (...names: string[]) =>
  names.some((name) => service.conformsTo.includes(recordsClass + name))

/** A test of a class: left out where the server does not say that it keeps it, under any of its spellings. */
const classTest = (classes: string[], name: string, run: (context: TestContext) => Promise<void> | void) =>
  test(name, async (context) => {
    if (!declares(...classes)) {
      leftOut.push(name)
      context.skip(`the server does not declare ${classes[0]}`)
    }
    await run(context)
  })

const find = async (parameters: Record<string, string>): Promise<Answer> => {
  const answer = await ask(withQuery(service.items, parameters), mediaTypes.geojson)
  expect(answer.status, answer.url).toBe(200)
  return answer
}
const features = async (parameters: Record<string, string>): Promise<Any[]> =>
  (await find(parameters)).json.features
const idsOf = (list: Any[]): string[] => list.map(({ id }) => String(id))

const parameterNamed = (name: string): Parameter => {
  const found = itemsParameters(service).find((one) => one.name === name)
  expect(found, `the parameter ${name} in the API document`).toBeDefined()
  return found as Parameter
}

const expectList = (name: string) => {
  const { required = false, schema, explode, in: place } = parameterNamed(name)
  expect({ place, required, explode }).toEqual({ place: 'query', required: false, explode: false })
  expect(schema).toMatchObject({ type: 'array', items: { type: 'string' } })
}

const expectValid = (kind: Parameters<typeof mistakesIn>[0], value: unknown) =>
  expect(mistakesIn(kind, value)).toEqual([])

const eachCatalog = async (look: (catalog: Answer) => Promise<void> | void) => {
  const listed = service.collections.json.collections.filter(({ itemType }: Any) => itemType === 'record')
  expect(listed.length).toBeGreaterThan(0)
  for (const { id } of listed)
    await look(
      await ask(
        `${service.collections.url.replace(/\?.*$/, '')}/${encodeURIComponent(id)}`,
        mediaTypes.catalog,
      ),
    )
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The beginning of a word counts: servers find its other forms, too. */
const holds = (feature: Any, word: string) =>
  plain(JSON.stringify(feature)).includes(plain(word).slice(0, Math.max(4, word.length - 3)))

const titleWords = (): string[][] =>
  service.records
    .map(({ json }) => String(json.properties?.title ?? '').match(/\p{L}{5,}/gu) ?? [])
    .filter((words) => words.length > 0)

// Landing page, API -------------------------------------------------------------------------------------

describe('Autodiscovery', () => {
  classTest(
    ['autodiscovery'],
    '/req/autodiscovery/links the landing page leads to the catalogue, with the type it says',
    async () => {
      const links = linksOf(service.landing, relations.catalog)
      expect(links.length).toBeGreaterThan(0)
      for (const { href, type } of links) {
        expect(type).toMatch(/^\w+\/[\w.+-]+/)
        const answer = await ask(href, type)
        expect(answer.status).toBe(200)
        expect(answer.type).toBe(type?.split(';')[0])
      }
    },
  )
})

describe('OpenAPI 3.0', () => {
  classTest(['oas30'], '/req/oas30/conformance the class of Features is declared', () => {
    expect(service.conformsTo).toContain(`${featuresClass}oas30`)
  })

  classTest(
    ['oas30'],
    '/req/oas30/oas-common the document is OpenAPI 3.0, and what it describes is there',
    async () => {
      expect(service.api.openapi).toMatch(/^3\.0\.\d+$/)
      expect(service.api.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
      const base = service.api.servers?.[0]?.url ?? server.url
      for (const [path, item] of Object.entries<Any>(service.api.paths)) {
        if (path.includes('{') || item.get === undefined) continue
        expect(Object.keys(item.get.responses ?? {}), path).not.toEqual([])
        const answer = await ask(
          new URL(base, `${server.url}/`).href.replace(/\/$/, '') + path,
          mediaTypes.json,
        )
        expect(answer.status, path).toBeLessThan(300)
      }
    },
  )
})

describe('Encodings', () => {
  classTest(['html'], '/req/html/conformance the class is declared', () => {
    expect(service.conformsTo).toContain(`${recordsClass}html`)
  })

  classTest(['html'], '/req/html/definition every operation answers HTML to who prefers it', async () => {
    for (const url of [server.url, service.collections.url, service.catalog.url, service.items]) {
      const answer = await ask(url, mediaTypes.html)
      expect(answer.status, url).toBe(200)
      expect(answer.type, url).toBe(mediaTypes.html)
    }
  })

  classTest(
    ['html'],
    '/req/html/content pages are HTML 5 and show what the data say, with links',
    async () => {
      const list = await ask(service.items, mediaTypes.html)
      expect(list.text).toMatch(/^\s*<!doctype html>/i)
      for (const { url, json } of service.records.slice(0, 3)) {
        const page = await ask(url, mediaTypes.html)
        expect(page.type).toBe(mediaTypes.html)
        expect(page.text).toMatch(/^\s*<!doctype html>/i)
        expect(page.text).toMatch(/<html[^>]* lang=/i)
        expect(page.text).toMatch(/<title>[^<]+<\/title>/i)
        const body = plain(page.text.slice(page.text.search(/<body/i)))
        for (const word of String(json.properties.title).match(/\p{L}{4,}/gu) ?? [])
          expect(body).toContain(plain(word))
        for (const keyword of json.properties.keywords ?? [])
          for (const word of keyword.match(/[A-Za-z]{4,}/g) ?? []) expect(body).toContain(plain(word))
        expect(body).toMatch(/<a [^>]*href=/)
      }
    },
  )

  classTest(['json'], '/req/json/conformance the class is declared', () => {
    expect(service.conformsTo).toContain(`${recordsClass}json`)
  })

  classTest(
    ['json'],
    '/req/json/catalog-response a catalogue comes as application/ogc-catalog+json',
    async () => {
      await eachCatalog(({ status, type }) => {
        expect(status).toBe(200)
        expect(type).toBe(mediaTypes.catalog)
      })
    },
  )

  classTest(
    ['json'],
    '/req/json/catalog-content a catalogue fits its schema and names its profile',
    async () => {
      await eachCatalog((catalog) => {
        expectValid('catalog', catalog.json)
        expect(linksOf(catalog, 'profile').map(({ href }) => href)).toContain(relations.catalogProfile)
      })
    },
  )

  classTest(
    ['json'],
    '/req/json/catalog-content-profile who asks for plain JSON gets the same, with the link to the profile',
    async () => {
      const catalog = await ask(service.catalog.url, mediaTypes.json)
      expect(catalog.type).toBe(mediaTypes.json)
      expectValid('catalog', catalog.json)
      expect(linksOf(catalog, 'profile').map(({ href }) => href)).toContain(relations.catalogProfile)
    },
  )

  classTest(['json'], '/req/json/record-response records come as GeoJSON', () => {
    for (const record of service.records) {
      expect(record.status, record.url).toBe(200)
      expect(record.type, record.url).toBe(mediaTypes.geojson)
      expectValid('record', record.json)
    }
  })

  classTest(['json'], '/req/json/record-content pages and records fit their schemas and have links', () => {
    expect(service.page.type).toBe(mediaTypes.geojson)
    expectValid('recordCollection', service.page.json)
    for (const { json } of service.records) expect(json.links).toBeInstanceOf(Array)
  })

  classTest(['json'], '/req/json/record-content-profile records name their profile', () => {
    for (const record of service.records)
      expect(linksOf(record, 'profile').map(({ href }) => href)).toContain(relations.recordProfile)
  })
})

describe('Parameter profile', () => {
  classTest(
    ['query-param-profile'],
    '/req/query-param-profile/definition profile is a list of texts',
    async () => {
      expectList('profile')
      await find({ profile: 'ogc-record' })
    },
  )

  classTest(
    ['query-param-profile'],
    '/req/query-param-profile/response the answer links to the profile, which it keeps; without it there is no error',
    async () => {
      for (const profile of ['ogc-record', relations.recordProfile, '[ogc-profile:ogc-record]']) {
        const answer = await find({ profile })
        expectValid('recordCollection', answer.json)
        expect(linksOf(answer, 'profile').map(({ href }) => href)).toContain(relations.recordProfile)
      }
      await find({})
    },
  )
})

// Catalogue ---------------------------------------------------------------------------------------------

const isCatalog = ({ type }: Answer) => type === mediaTypes.catalog

const expectRelated = async (
  rel: string,
  kind: 'catalog' | 'record' | 'recordCollection',
  every: boolean,
) => {
  for (const { href, type } of linksOf(service.catalog, rel)) {
    const answer = await ask(href, type)
    expect(answer.status, href).toBe(200)
    if (every ? answer.json !== undefined : isCatalog(answer)) expectValid(kind, answer.json)
  }
}

const spdx = /^(?:other|[A-Za-z0-9][A-Za-z0-9.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*)$/

const expectLicense = (license: string | undefined, links: Link[]) => {
  if (license === undefined) return
  expect(license).toMatch(spdx)
  if (license === 'other') expect(links.map(({ rel }) => rel)).toContain('license')
}

const expectContacts = (contacts: Any[] | undefined) => {
  for (const { logo, links } of contacts ?? []) {
    if (logo) expect(logo).toMatchObject({ rel: 'icon', type: expect.stringMatching(/^image\//) })
    for (const link of links ?? []) expect(link).toMatchObject({ rel: 'about', type: expect.any(String) })
  }
}

describe('Record Collection', () => {
  const named = (text: string) => `/req/record-collection/${text}`
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['record-collection'], named(name), run)

  inClass('mandatory-properties-collection a catalogue has id, type and links', async () => {
    await eachCatalog(({ json }) => {
      expect(json.id).toBeTruthy()
      expect(json.type).toBe('Collection')
      expect(json.links.length).toBeGreaterThan(0)
    })
  })

  inClass('default-mediatype without a wish it comes as JSON for catalogues, or else as HTML', async () => {
    const { type } = await ask(service.catalog.url)
    expect(type).toBe(declares('json') ? mediaTypes.catalog : mediaTypes.html)
  })

  inClass('itemType a catalogue of records holds records', () => {
    expect(service.catalog.json.itemType).toBe('record')
    for (const feature of service.page.json.features) expectValid('record', feature)
  })

  inClass('links it links to itself, and to its other representations by their types', async () => {
    const [self] = linksOf(service.catalog, 'self')
    const again = await ask(self?.href ?? '', self?.type)
    expect(again.json).toEqual(service.catalog.json)
    for (const { href, type } of linksOf(service.catalog, 'alternate'))
      expect((await ask(href, type)).type).toBe(type?.split(';')[0])
  })

  inClass('links-records links with rel items lead to its records', async () => {
    const links = linksOf(service.catalog, 'items')
    expect(links.length).toBeGreaterThan(0)
    for (const { href, type } of links) {
      const answer = await ask(href, type)
      expect(answer.status).toBe(200)
      if (answer.type === mediaTypes.geojson) expectValid('recordCollection', answer.json)
    }
  })

  inClass('links-record links with rel item lead to records', () => expectRelated('item', 'record', true))
  inClass('links-catalog-hierarchy links with rel child lead to catalogues', () =>
    expectRelated('child', 'catalog', true),
  )
  inClass('links-catalog-related links with rel related lead to what they say', () =>
    expectRelated('related', 'catalog', false),
  )
  inClass('links-catalog-series links with rel next lead to catalogues', () =>
    expectRelated('next', 'catalog', false),
  )

  inClass('license is of SPDX, or other with a link', () =>
    expectLicense(service.catalog.json.license, linksOf(service.catalog)),
  )
  inClass('contact logos are icons, and links say what they are about', () =>
    expectContacts(service.catalog.json.contacts),
  )

  inClass('records-array-name names a list that is there', () => {
    const { recordsArrayName } = service.catalog.json
    if (recordsArrayName !== undefined) expect(service.catalog.json[recordsArrayName]).toBeInstanceOf(Array)
  })

  inClass('records that stand in the catalogue are records', () => {
    const { recordsArrayName = 'records' } = service.catalog.json
    for (const record of service.catalog.json[recordsArrayName] ?? []) expectValid('record', record)
  })
})

// Records -----------------------------------------------------------------------------------------------

const eachTime = (look: (time: Any) => void) => {
  for (const { json } of service.records) if (json.time) look(json.time)
}
const fullDate = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

describe('Record Core', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['record-core'], `/req/record-core/${name}`, run)

  inClass('mandatory-properties-record a record has an id', () => {
    expect(service.records.length).toBeGreaterThan(0)
    for (const { json } of service.records) expect(String(json.id)).toBeTruthy()
  })

  inClass('default-mediatype without a wish a record comes as GeoJSON, or else as HTML', async () => {
    const answer = await ask(service.records[0]?.url ?? '')
    expect(answer.type).toBe(declares('json') ? mediaTypes.geojson : mediaTypes.html)
    if (declares('json'))
      expect(linksOf(answer, 'profile').map(({ href }) => href)).toContain(relations.recordProfile)
  })

  inClass('links a record links at most once to its catalogue, which is one', async () => {
    for (const record of service.records) {
      const links = linksOf(record, 'collection')
      expect(links.length).toBeLessThanOrEqual(1)
      for (const { href } of links) expectValid('catalog', (await ask(href, mediaTypes.catalog)).json)
    }
  })

  inClass('license is of SPDX, or other with a link', () => {
    for (const record of service.records) expectLicense(record.json.properties.license, linksOf(record))
  })

  inClass('contact logos are icons, and links say what they are about', () => {
    for (const { json } of service.records) expectContacts(json.properties.contacts)
  })

  inClass('templated-link link templates have a template', () => {
    for (const { json } of service.records)
      for (const template of json.linkTemplates ?? []) {
        expect(template.uriTemplate).toEqual(expect.any(String))
        if (template.varBase !== undefined) expect(template.varBase).toEqual(expect.any(String))
        if (template.variables !== undefined) expect(template.variables).toBeInstanceOf(Object)
      }
  })

  inClass('templated-link-header link templates stand in the header, too', () => {
    for (const { json, headers } of service.records)
      if (json.linkTemplates?.length > 0) expect(headers.get('link-template')).toMatch(/^".+".*;\s*rel=/)
  })

  inClass('time-instant days and instants are those of RFC 3339', () =>
    eachTime(({ date, timestamp }) => {
      if (date !== undefined) expect(date).toMatch(fullDate)
      if (timestamp !== undefined) expect(timestamp).toMatch(dateTime)
    }),
  )

  inClass('time-interval both ends are days, or both are instants, or open', () =>
    eachTime(({ interval }) => {
      if (interval === undefined) return
      expect(interval).toHaveLength(2)
      const ends = (interval as string[]).filter((end) => end !== '..')
      expect(ends.every((end) => fullDate.test(end)) || ends.every((end) => dateTime.test(end))).toBe(true)
    }),
  )

  inClass('time-instant-interval instants lie in the interval', () =>
    eachTime(({ date, timestamp, interval }) => {
      if (date && timestamp) expect(timestamp.slice(0, 10)).toBe(date)
      const at: string | undefined = timestamp ?? date
      if (at === undefined || interval === undefined) return
      const [from, until] = interval as string[]
      const days = Math.min(
        at.length,
        ...[from, until].map((end) => (end === '..' ? 24 : (end?.length ?? 0))),
      )
      if (from !== '..') expect(at.slice(0, days) >= (from ?? '').slice(0, days)).toBe(true)
      if (until !== '..') expect(at.slice(0, days) <= (until ?? '').slice(0, days)).toBe(true)
    }),
  )

  inClass('time-zone instants are in UTC', () =>
    eachTime(({ timestamp, interval }) => {
      for (const text of [timestamp, ...(interval ?? [])]) if (text?.includes('T')) expect(text).toMatch(/Z$/)
    }),
  )
})

describe('Records API', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['records-api', 'record-api'], `/req/records-api/${name}`, run)

  inClass(
    'features-api the core of Features is declared, and unknown or wrong parameters are refused',
    async () => {
      expect(service.conformsTo).toContain(`${featuresClass}core`)
      for (const wrong of [{ unknownParameter: '1' }, { limit: '0' }, { limit: 'many' }, { bbox: '1,2,3' }])
        expect((await ask(withQuery(service.items, wrong as never))).status, JSON.stringify(wrong)).toBe(400)
      for (const rel of ['service-desc', 'data', 'conformance']) {
        const full = `http://www.opengis.net/def/rel/ogc/1.0/${rel}`
        expect([...linksOf(service.landing, rel), ...linksOf(service.landing, full)], rel).not.toEqual([])
      }
    },
  )

  inClass('resource-name-mapping records stand at the paths where features do', async () => {
    const { url, json } = service.catalog
    expect((await ask(`${url}/items`, mediaTypes.geojson)).json.type).toBe('FeatureCollection')
    expect(url).toContain(encodeURIComponent(json.id))
  })

  inClass('mandatory-params the API document declares the seven parameters of searches', () => {
    for (const name of ['bbox', 'datetime', 'externalIds', 'ids', 'limit', 'q', 'type']) parameterNamed(name)
  })

  inClass('catalogs-response the catalogues are listed', async () => {
    expect(service.collections.status).toBe(200)
    for (const collection of service.collections.json.collections)
      if (collection.itemType === 'record') expectValid('catalog', collection)
  })

  inClass('catalog-response each catalogue is described, and holds records', async () => {
    await eachCatalog(({ status, json }) => {
      expect(status).toBe(200)
      expectValid('catalog', json)
      expect(json.itemType).toBe('record')
    })
  })

  inClass('records-op parameters together mean all of them', async () => {
    const [record] = service.records
    const { id, geometry, properties } = record?.json ?? {}
    const parameters: Record<string, string> = {
      ids: String(id),
      ...(properties.type && { type: properties.type }),
    }
    if (geometry) parameters['bbox'] = '-180,-90,180,90'
    expect(idsOf(await features(parameters))).toEqual([String(id)])
    expect(idsOf(await features({ ...parameters, type: 'no-such-type' }))).toEqual([])
  })

  inClass('record-op every record of a page can be read alone', () => {
    expect(service.records.map(({ status }) => status)).toEqual(service.page.json.features.map(() => 200))
    for (const [at, { json }] of service.records.entries())
      expect(json.id).toBe(service.page.json.features[at].id)
  })

  inClass('record-response a record links to itself, its other forms, its catalogue and its profile', () => {
    for (const record of service.records) {
      expect(record.type).toBe(mediaTypes.geojson)
      const links = linksOf(record)
      for (const link of links) expect(link.rel, JSON.stringify(link)).toBeTruthy()
      for (const rel of ['self', 'collection']) expect(linksOf(record, rel), rel).toHaveLength(1)
      if (declares('html'))
        expect(linksOf(record, 'alternate').map(({ type }) => type)).toContain(mediaTypes.html)
      expect(linksOf(record, 'profile').map(({ href }) => href)).toContain(relations.recordProfile)
    }
  })
})

// Searching ---------------------------------------------------------------------------------------------

/** Records API asks for these parameters, too. */
const searching = ['record-core-query-parameters', 'records-api', 'record-api']

type Box = [number, number, number, number]

/** West greater than east crosses the antimeridian. */
const positionsOf = (coordinates: Any): [number, number][] =>
  typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(positionsOf)

const partsOf = (geometry: Any): Any[] =>
  geometry.type === 'MultiPolygon' ? geometry.coordinates : [geometry.coordinates]

const boxOf = (coordinates: Any): Box => {
  const positions = positionsOf(coordinates)
  const xs = positions.map(([x]) => x)
  const ys = positions.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

const touches = (a: Box, b: Box) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]

describe('Record Core Query Parameters', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(searching, `/req/record-core-query-parameters/${name}`, run)

  inClass('limit is declared, and no page is longer', async () => {
    const { schema } = parameterNamed('limit')
    expect(schema).toMatchObject({ type: 'integer' })
    for (const limit of ['1', '2', '5'])
      expect((await features({ limit })).length).toBeLessThanOrEqual(Number(limit))
    const all = (await find({ limit: '1' })).json.numberMatched
    if (all > 1) expect(linksOf(await find({ limit: '1' }), 'next')).toHaveLength(1)
  })

  inClass('bbox finds the records that touch the box, and only them', async () => {
    expect(parameterNamed('bbox').schema).toMatchObject({ type: 'array', items: { type: 'number' } })
    for (const { json } of service.records) {
      if (!json.geometry) continue
      const [west, south, east, north] = boxOf(partsOf(json.geometry)[0])
      const box: Box = [west, south, (west + east) / 2, (south + north) / 2]
      const found = await features({ bbox: box.join(), limit: '100' })
      if (found.length < 100) expect(idsOf(found)).toContain(String(json.id))
      for (const { geometry } of found)
        expect(geometry && partsOf(geometry).some((part) => touches(boxOf(part), box))).toBeTruthy()
    }
    for (const { geometry } of await features({ bbox: '-180,-90,180,90', limit: '100' }))
      expect(geometry).toBeTruthy()
  })

  inClass('datetime finds the records of a time, and only them', async () => {
    parameterNamed('datetime')
    const dayOf = (time: Any): string | undefined =>
      [time?.date, time?.timestamp, ...(time?.interval ?? [])].find(
        (end) => end !== undefined && end !== '..',
      )
    const timed = service.records.filter(({ json }) => dayOf(json.time) !== undefined)
    for (const { json } of timed) {
      const day = (dayOf(json.time) ?? '').slice(0, 10)
      const found = await features({ datetime: day, limit: '100' })
      if (found.length < 100) expect(idsOf(found)).toContain(String(json.id))
      for (const { time } of found) {
        if (!time) continue
        const [from, until] = time.interval ?? [time.date ?? time.timestamp, time.date ?? time.timestamp]
        expect(from === '..' || from.slice(0, 10) <= day).toBe(true)
        expect(until === '..' || until.slice(0, 10) >= day).toBe(true)
      }
      for (const datetime of [`${day}T00:00:00Z`, `${day}/..`, `../${day}`, `${day}/${day}`])
        await find({ datetime })
    }
  })

  inClass('q-definition q is a list of texts', async () => {
    const { schema, required = false } = parameterNamed('q')
    expect(required).toBe(false)
    expect(['array', 'string']).toContain(schema.type)
    await find({ q: 'anything' })
  })

  inClass('q-response one word finds the records that have it, in any case, and only them', async () => {
    for (const [word = ''] of titleWords()) {
      const found = await features({ q: word, limit: '100' })
      expect(found.length, word).toBeGreaterThan(0)
      for (const feature of found) expect(holds(feature, word), `${feature.id} has ${word}`).toBe(true)
      expect(idsOf(await features({ q: word.toUpperCase(), limit: '100' })).sort()).toEqual(
        idsOf(found).sort(),
      )
    }
  })

  inClass('q-response words with commas between them find the records that have one of them', async () => {
    const words = [...new Set(titleWords().map(([word = '']) => word))].slice(0, 3)
    const found = await features({ q: words.join(','), limit: '100' })
    for (const feature of found) expect(words.some((word) => holds(feature, word))).toBe(true)
    for (const word of words)
      for (const { id } of await features({ q: word, limit: '5' }))
        if (found.length < 100) expect(idsOf(found)).toContain(String(id))
  })

  classTest(
    ['record-core-query-parameters'],
    '/req/record-core-query-parameters/q-response words with white space between them stand next to each other in this order',
    async () => {
      const [words = []] = titleWords().filter((one) => one.length > 1)
      const title = words.slice(0, 2)
      for (const { id } of await features({ q: title.toReversed().join(' '), limit: '100' })) {
        const record = await ask(`${service.items}/${encodeURIComponent(id)}`, mediaTypes.geojson)
        expect(plain(record.text)).toMatch(new RegExp(title.toReversed().map(plain).join('\\W+')))
      }
    },
  )

  inClass('type-definition type is a list of texts', () => expectList('type'))
  inClass('type-response only records of the types are found', async () => {
    const types = [...new Set(service.records.map(({ json }) => json.properties.type))]
    for (const asked of [types.slice(0, 1), types])
      for (const { properties } of await features({ type: asked.join(), limit: '100' }))
        expect(asked).toContain(properties.type)
    expect(await features({ type: 'no-such-type' })).toEqual([])
  })

  inClass('ids-definition ids is a list of texts', () => expectList('ids'))
  inClass('ids-response only the records with these identifiers are found', async () => {
    const ids = idsOf(service.page.json.features).slice(0, 3)
    expect(idsOf(await features({ ids: ids.join(), limit: '100' })).sort()).toEqual([...ids].sort())
    expect(await features({ ids: 'no-such-id' })).toEqual([])
  })

  inClass('externalIds-definition externalIds is a list of texts', () => expectList('externalIds'))
  inClass('externalIds-response only the records with these external identifiers are found', async () => {
    const all = await features({ limit: '100' })
    const values: string[] = all.flatMap(({ properties }) =>
      (properties.externalIds ?? []).map(({ value }: Any) => value),
    )
    if (server.isOurs) expect(values).not.toEqual([])
    for (const value of values.slice(0, 5)) {
      const found = await features({ externalIds: value })
      expect(found.length).toBeGreaterThan(0)
      for (const { properties } of found)
        expect(properties.externalIds.map((one: Any) => one.value)).toContain(value)
    }
    expect(await features({ externalIds: 'no-such-id' })).toEqual([])
  })
})

describe('Filtering', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['filtering', 'cql-filter', 'record-filter'], `/req/record-filter/${name}`, run)

  inClass('filter-param a filter is taken', async () => {
    expect(parameterNamed('filter').schema.type).toBe('string')
    await find({ filter: "id = 'x'" })
    expect((await ask(withQuery(service.items, { filter: "= ('" }))).status).toBe(400)
    expect((await ask(withQuery(service.items, { filter: "noSuchProperty = 'x'" }))).status).toBe(400)
  })

  inClass('filter-lang-param the language can be named', async () => {
    const { schema } = parameterNamed('filter-lang')
    expect(schema.type).toBe('string')
    const [id = ''] = idsOf(service.page.json.features)
    const written: Record<string, string> = {
      'cql2-text': `id = '${id}'`,
      'cql2-json': JSON.stringify({ op: '=', args: [{ property: 'id' }, id] }),
    }
    for (const language of schema.enum ?? ['cql2-text'])
      if (written[language] !== undefined)
        expect(idsOf(await features({ filter: written[language], 'filter-lang': language }))).toEqual([id])
  })

  inClass('filter-crs-param the coordinate system of geometries can be named', async () => {
    expect(parameterNamed('filter-crs').schema.type).toBe('string')
    const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
    await find({ filter: "id = 'x'", 'filter-crs': crs84 })
    const nowhere = 'http://www.opengis.net/def/crs/EPSG/0/99999'
    expect((await ask(withQuery(service.items, { filter: "id = 'x'", 'filter-crs': nowhere }))).status).toBe(
      400,
    )
  })

  inClass('response exactly the records for which the filter is true are found', async () => {
    const all = await features({ limit: '1000' })
    for (const { id } of all.slice(0, 3)) {
      expect(idsOf(await features({ filter: `id = '${id}'` }))).toEqual([String(id)])
      const others = idsOf(await features({ filter: `NOT (id = '${id}')`, limit: '1000' }))
      expect(others).not.toContain(String(id))
      expect(others).toHaveLength(all.length - 1)
    }
    const [a = '', b = ''] = idsOf(all)
    expect(idsOf(await features({ filter: `id = '${a}' OR id = '${b}'` })).sort()).toEqual([a, b].sort())
    expect(await features({ filter: `id = '${a}' AND id = '${b}'` })).toEqual([])
    const [name = ''] = titleWords()[0] ?? []
    for (const { properties } of await features({ filter: `title LIKE '%${name}%'`, limit: '100' }))
      expect(properties.title).toContain(name)
  })
})

// Sorting -----------------------------------------------------------------------------------------------

const sortablesOf = async (): Promise<Record<string, Any>> => {
  const [link] = linksOf(service.catalog, relations.sortables)
  return (await ask(link?.href ?? `${service.catalog.url}/sortables`, mediaTypes.schema)).json.properties
}

const instantOf = (text: string) => (/^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN)

/** Instants are compared as such: fractions of a second may be left out. Servers compare texts by code point, without case, or by the rules of a language. */
const orders: ((a: string, b: string) => number)[] = [
  (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0),
  (a, b) => {
    const difference = instantOf(a) - instantOf(b)
    return difference
  },
  new Intl.Collator('en').compare,
  new Intl.Collator('en', { ignorePunctuation: true }).compare,
]

const isSorted = (values: string[], sign: 1 | -1) =>
  orders.some((order) =>
    values.every((value, at) => at === 0 || sign * order(values[at - 1] ?? '', value) <= 0),
  )

const valuesOf = (list: Any[], name: string): string[] =>
  list.flatMap(({ id, properties }) => {
    const value = name === 'id' ? id : properties[name]
    return typeof value === 'string' ? [value] : []
  })

describe('Sorting', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['sorting'], `/req/sorting/${name}`, run)

  inClass('conformance the class is declared', () => {
    expect(service.conformsTo).toContain(`${recordsClass}sorting`)
  })

  inClass('get-sortables-op the catalogue links to its sortables', async () => {
    await eachCatalog(async (catalog) => {
      const [link] = linksOf(catalog, relations.sortables)
      expect(link?.type).toBe(mediaTypes.schema)
      expect((await ask(link?.href ?? '')).status).toBe(200)
    })
  })

  inClass('get-sortables-success sortables are a schema of an object with its address', async () => {
    const [link] = linksOf(service.catalog, relations.sortables)
    const answer = await ask(link?.href ?? '', mediaTypes.schema)
    expect(answer.type).toBe(mediaTypes.schema)
    expect(answer.json).toMatchObject({ type: 'object', properties: expect.any(Object) })
    expect(answer.json.$schema).toMatch(/^https?:\/\/json-schema\.org\/draft\/20(19-09|20-12)\/schema/)
    expect(answer.json.$id).toBe(link?.href)
    for (const sortable of Object.values<Any>(answer.json.properties)) expect(sortable.type).toBeTruthy()
  })

  inClass('defaultSortOrder-definition what records are sorted by without a wish is a sortable', async () => {
    const { defaultSortOrder } = service.catalog.json
    if (defaultSortOrder === undefined) return
    const known = Object.keys(await sortablesOf())
    for (const one of defaultSortOrder)
      expect(known).toContain(typeof one === 'string' ? one.replace(/^[+-]/, '') : one.field)
  })

  inClass('sortby-definition sortby is a list of names with signs', () => {
    const { schema } = parameterNamed('sortby')
    expect(schema.type).toBe('array')
    expect(schema.items.type).toBe('string')
  })

  inClass(
    'sortby-response every sortable sorts up and down, a plus changes nothing, others are refused',
    async () => {
      for (const name of Object.keys(await sortablesOf())) {
        const up = await features({ sortby: `+${name}`, limit: '100' })
        expect(idsOf(await features({ sortby: name, limit: '100' })), name).toEqual(idsOf(up))
        const down = await features({ sortby: `-${name}`, limit: '100' })
        expect(isSorted(valuesOf(up, name), 1), `up by ${name}`).toBe(true)
        expect(isSorted(valuesOf(down, name), -1), `down by ${name}`).toBe(true)
      }
      expect((await ask(withQuery(service.items, { sortby: 'noSuchProperty' }))).status).toBe(400)
    },
  )
})

// Whole catalogues --------------------------------------------------------------------------------------

describe('Crawlable Catalog', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['crawlable-catalog'], `/req/crawlable-catalog/${name}`, run)

  inClass('conformance the catalogue itself declares the class', () => {
    expect(service.catalog.json.conformsTo).toContain(`${recordsClass}crawlable-catalog`)
  })
  inClass('location the catalogue can be fetched from its address', async () => {
    expect((await ask(linksOf(service.catalog, 'self')[0]?.href ?? '')).status).toBe(200)
  })
  inClass('catalog the catalogue fits its schema', () => expectValid('catalog', service.catalog.json))
  inClass('record-location every record is reached by following links from the catalogue', async () => {
    const seen = new Set<string>()
    let url: string | undefined = service.items
    let matched = 0
    for (let pages = 0; url !== undefined && pages < 20; pages += 1) {
      const page: Answer = await ask(url, mediaTypes.geojson)
      expect(page.status).toBe(200)
      matched = page.json.numberMatched ?? matched
      for (const feature of page.json.features) {
        seen.add(String(feature.id))
        const [self] = linksOf({ json: feature, url: page.url }, 'self')
        if (seen.size <= 20 && self)
          expect((await ask(self.href, mediaTypes.geojson)).json.id).toBe(feature.id)
      }
      url = linksOf(page, 'next')[0]?.href
    }
    if (url === undefined) expect(seen.size).toBe(matched)
  })
  inClass('record every record fits its schema, and what it describes can be fetched', async () => {
    for (const record of service.records) {
      expectValid('record', record.json)
      for (const { href } of linksOf(record, 'describes')) expect((await ask(href)).status).toBe(200)
    }
  })
})

describe('Searchable Catalog', () => {
  const inClass = (name: string, run: () => Promise<void> | void) =>
    classTest(['searchable-catalog', 'searchable-catalogue'], `/req/searchable-catalog/${name}`, run)

  inClass('conformance the classes that belong to it are declared, too', () => {
    expect(service.conformsTo).toContain(`${featuresClass}core`)
    if (linksOf(service.landing, 'service-desc').length > 0) expect(declares('oas30')).toBe(true)
    expect(declares('json', 'html')).toBe(true)
  })
  inClass('building-blocks the classes it is built of are declared', () => {
    for (const names of [
      ['records-api', 'record-api'],
      ['record-core'],
      ['record-collection'],
      ['record-core-query-parameters'],
    ])
      expect(declares(...names), names[0]).toBe(true)
  })
  inClass('mandatory-catalog-properties every catalogue has them', () =>
    eachCatalog(({ json }) =>
      expect(json).toMatchObject({ id: expect.any(String), type: 'Collection', links: expect.any(Array) }),
    ),
  )
  inClass('mandatory-record-properties every record has them', () => {
    for (const feature of service.page.json.features) expect(String(feature.id)).toBeTruthy()
  })

  const more = (name: string, requirement: string, run: () => Promise<void> | void) =>
    classTest([name], `/req/searchable-catalog/${requirement}`, run)
  more('searchable-catalog-sorting', 'sorting-conformance the class is declared', () => undefined)
  more('searchable-catalog-sorting', 'building-blocks/sorting sorting is declared and tested', () =>
    expect(declares('sorting')).toBe(true),
  )
  more('searchable-catalog-filtering', 'filtering-conformance the class is declared', () => undefined)
  more('searchable-catalog-filtering', 'building-blocks/filtering filtering is declared and tested', () =>
    expect(declares('filtering', 'cql-filter')).toBe(true),
  )
  classTest(
    ['searchable-catalog-filtering', 'filtering', 'cql-filter'],
    '/req/searchable-catalog/mandatory-queryables the queryables have what every record has',
    async () => {
      const [link] = linksOf(service.catalog, relations.queryables)
      const answer = await ask(link?.href ?? '', mediaTypes.schema)
      expect(answer.status).toBe(200)
      expect(Object.keys(answer.json.properties)).toContain('id')
    },
  )
})

describe('Local Resources Catalog', () => {
  const inClass = (name: string, run: () => Promise<void> | void, classes = ['local-resources-catalog']) =>
    classTest(classes, `/req/local-resources-catalog/${name}`, run)
  const declaredParameters = (): string[] =>
    (service.api.paths['/collections']?.get?.parameters ?? []).map(
      (one: Any) => one.name ?? String(one.$ref).split('/').pop(),
    )

  inClass('conformance an encoding is declared', () => expect(declares('json', 'html')).toBe(true))
  inClass('building-blocks the classes it is built of are declared', () => {
    for (const name of ['record-core', 'record-collection', 'autodiscovery'])
      expect(declares(name), name).toBe(true)
  })
  inClass('discovery catalogues that the landing page names are paths of the API document', () => {
    const paths = Object.keys(service.api.paths)
    for (const { href } of linksOf(service.landing, relations.catalog))
      expect(
        paths.some((path) => decodeURIComponent(new URL(href).pathname).endsWith(path.replace(/\{.*$/, ''))),
      ).toBe(true)
  })
  inClass('mandatory-catalog-properties the list of local resources is a catalogue', () =>
    expect(service.collections.json).toMatchObject({
      id: expect.any(String),
      type: 'Collection',
      links: expect.any(Array),
    }),
  )
  inClass('mandatory-record-properties each local resource has an id', () => {
    for (const { id } of service.collections.json.collections) expect(id).toBeTruthy()
  })
  inClass('query-parameters/conformance the class is declared', () => undefined, [
    'local-resources-catalog-query-parameters',
  ])
  inClass(
    'query-parameters/query-parameters the API document declares some of the parameters of searches',
    () =>
      expect(
        declaredParameters().some((name) => ['bbox', 'datetime', 'q', 'type', 'externalIds'].includes(name)),
      ).toBe(true),
    ['local-resources-catalog-query-parameters'],
  )
  inClass('query-parameters/query-parameters-response only local resources that fit are found', async () => {
    const [first] = service.collections.json.collections
    const [word = ''] = String(first.title).match(/\p{L}{5,}/gu) ?? []
    if (!declaredParameters().includes('q') || !word) return
    const found = await ask(withQuery(service.collections.url, { q: word }), mediaTypes.json)
    for (const one of found.json.collections) expect(holds(one, word)).toBe(true)
  }, ['local-resources-catalog-query-parameters'])
  inClass('filtering-conformance the class is declared', () => undefined, [
    'local-resources-catalog-filtering',
  ])
  inClass(
    'building-blocks/filtering the list of local resources takes a filter',
    () => expect(declaredParameters()).toContain('filter'),
    ['local-resources-catalog-filtering'],
  )
  inClass('filtering/queryables-link the list of local resources links to its queryables', async () => {
    const [link] = linksOf(service.collections, relations.queryables)
    expect((await ask(link?.href ?? '')).status).toBe(200)
  }, ['local-resources-catalog-filtering'])
  inClass('sorting-conformance the class is declared', () => undefined, ['local-resources-catalog-sorting'])
  inClass(
    'building-blocks/sorting the list of local resources is sorted',
    () => expect(declaredParameters()).toContain('sortby'),
    ['local-resources-catalog-sorting'],
  )
})

test('of our own server nothing is left out but what it does not claim: phrases, Searchable and Local Resources Catalog', ({
  skip,
}) => {
  if (!server.isOurs) skip('another server is looked at')
  const unclaimed = /^\/req\/(?:searchable-catalog|local-resources-catalog)\/|white space/
  expect(leftOut.filter((name) => !unclaimed.test(name))).toEqual([])
})
