/** What the OGC faces have in common: links, formats, the API document, caching, pages. Knows a URL only. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTokens } from '../../backend/src/services/tokens.ts'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { withoutOwnScripts } from '../helpers/html-structure.ts'
import { createFixture, fixture } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer
const json = async (path: string, headers: Record<string, string> = {}): Promise<Json> => {
  const response = await server.get(path, headers)
  expect(response.status, path).toBe(200)
  return response.json()
}
const page = async (path: string): Promise<string> => {
  const response = await server.get(path, { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
  expect(response.status, path).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  return response.text()
}

beforeAll(async () => {
  server = await startTestServer({ MAX_ITEMS: '500' })
  await createFixture(server.db)
})
afterAll(() => server?.stop())

const everyPath = [
  '/pygeoapi',
  '/pygeoapi/conformance',
  '/pygeoapi/api',
  '/pygeoapi/collections',
  '/pygeoapi/collections/places',
  '/pygeoapi/collections/places/items',
  '/pygeoapi/collections/places/items/1',
  '/pygeoapi/collections/places/queryables',
  '/pygeoapi/collections/places/sortables',
  '/pygeoapi/collections/places/schema',
]

describe('formats', () => {
  test('the API definition is linked with the exact type that QGIS compares, and is OpenAPI 3.0 (G1)', async () => {
    const { links } = await json('/pygeoapi/')
    const link = links.find(({ rel }: Json) => rel === 'service-desc')
    expect(link.type).toBe('application/vnd.oai.openapi+json;version=3.0')
    const response = await fetch(link.href, {
      headers: {
        Accept:
          'application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json',
      },
    })
    expect(response.headers.get('content-type')).toBe('application/vnd.oai.openapi+json;version=3.0')
    expect(((await response.json()) as Json).openapi).toBe('3.0.3')
  })

  test('the API document is also where pygeoapi has it (R6.7)', async () => {
    expect((await json('/pygeoapi/openapi?f=json')).openapi).toBe('3.0.3')
  })

  test.each(everyPath)(
    '%s is JSON for */* and without Accept, a page for browsers and with f=html (G2)',
    async (path) => {
      for (const headers of [{ Accept: '*/*' }, {} as Record<string, string>])
        expect((await server.get(path, headers)).headers.get('content-type')).toMatch(/json/)
      expect(await page(path)).toMatch(/^<!doctype html>/)
      expect((await server.get(`${path}?f=html`)).headers.get('content-type')).toMatch(/^text\/html/)
      const asked = await server.get(`${path}?f=json`, { Accept: 'text/html' })
      expect(asked.headers.get('content-type')).toMatch(/json/)
    },
  )

  test('QGIS 3.22 gets GeoJSON for its Accept header', async () => {
    const response = await server.get('/pygeoapi/collections/places/items', {
      Accept: 'application/geo+json, application/json',
    })
    expect(response.headers.get('content-type')).toBe('application/geo+json')
  })

  test('a format that is not there is refused with 406, a name of one with 400', async () => {
    expect((await server.get('/pygeoapi/collections', { Accept: 'image/png' })).status).toBe(406)
    expect((await server.get('/pygeoapi/collections?f=xml')).status).toBe(400)
  })
})

describe('API document', () => {
  test('says the page size where QGIS and GDAL look for it (G3)', async () => {
    const { components, paths } = await json('/pygeoapi/api')
    expect(components.parameters.limit.schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      default: 10,
      maximum: 500,
    })
    expect(paths['/collections/places/items'].get.parameters).toContainEqual({
      $ref: '#/components/parameters/limit',
    })
  })

  test('has a literal path for each collection, with its properties as parameters (G4)', async () => {
    const document = await json('/pygeoapi/api')
    for (const { id } of fixture) expect(document.paths[`/collections/${id}/items`]).toBeDefined()
    expect(Object.keys(document.paths).filter((path) => path.includes('{collectionId}'))).toEqual([])
    const parameters = document.paths['/collections/places/items'].get.parameters
    expect(parameters).toContainEqual({
      name: 'visitors',
      in: 'query',
      required: false,
      style: 'form',
      explode: false,
      schema: { type: 'integer', format: 'int64' },
    })
    const query = parameters.map((one: Json) =>
      one.$ref ? document.components.parameters[one.$ref.split('/').pop()] : one,
    )
    for (const one of query) {
      expect(one.schema.type, one.name).toBeDefined()
      if (one.in === 'query') expect(one, one.name).toMatchObject({ style: 'form', explode: false })
    }
  })

  test('resolves within itself, names each operation once and tells nothing of ours', async () => {
    const text = JSON.stringify(await json('/pygeoapi/api'))
    const document = JSON.parse(text)
    for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g))
      expect(
        path.split('/').reduce((at: Json, part) => at?.[part], document),
        path,
      ).toBeDefined()
    expect(text).not.toMatch(/"x-/)
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(document.servers).toEqual([{ url: server.face }])
  })
})

describe('links', () => {
  // Links to profiles name a standard's way of writing, and lead nowhere of ours.
  const isOurs = (href: string) => !href.startsWith('http://www.opengis.net/def/profile/')
  const hrefsOf = (text: string) =>
    [...text.matchAll(/"href":"([^"]+)"/g)].map(([, href = '']) => href).filter(isOurs)

  test.each(['/pygeoapi', '/ogc'])('are absolute and stay within %s (G6)', async (face) => {
    const paths = [
      '/',
      '/conformance',
      '/collections',
      '/collections/places',
      '/collections/places/items?limit=2',
      '/collections/places/items/1',
    ]
    for (const path of paths) {
      const hrefs = hrefsOf(await (await server.get(`${face}${path}`)).text())
      expect(hrefs.length).toBeGreaterThan(1)
      for (const href of hrefs) {
        expect(href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
        if (/\/(pygeoapi|ogc)\//.test(href)) expect(href).toContain(`${face}/`)
      }
    }
  })

  test('are those of the proxy in front (G6)', async () => {
    const headers = { Forwarded: 'for=1.2.3.4;proto=https;host=data.example.org' }
    const { links } = await json('/pygeoapi/collections/places/items?limit=2', headers)
    for (const { href } of links)
      if (isOurs(href)) expect(href).toMatch(/^https:\/\/data\.example\.org\/pygeoapi\//)
    const { links: prefixed } = await json('/pygeoapi', {
      'X-Forwarded-Host': 'data.example.org',
      'X-Forwarded-Prefix': '/sub',
    })
    expect(prefixed[0].href).toBe('http://data.example.org/sub/pygeoapi/')
  })

  test('all lead somewhere', async () => {
    const seen = new Set<string>()
    for (const path of everyPath)
      for (const href of hrefsOf(await (await server.get(path)).text())) seen.add(href)
    const ours = [...seen].filter((href) => href.startsWith(`${server.face}/`))
    expect(ours.length).toBeGreaterThan(10)
    for (const href of ours) expect((await fetch(href)).status, href).toBe(200)
  })

  test('a slash at the end does no harm (G20)', async () => {
    expect((await json('/pygeoapi/collections/places/')).id).toBe('places')
    const { links } = await json('/pygeoapi/collections/places/items/?limit=1')
    expect(links.find(({ rel }: Json) => rel === 'next').href).toContain(
      '/collections/places/items?limit=1&cursor=',
    )
  })
})

describe('collections', () => {
  test('say what is in them, where, and in which systems (G10)', async () => {
    const places = await json('/pygeoapi/collections/places')
    expect(places).toMatchObject({
      id: 'places',
      title: 'Places & "sights"',
      keywords: ['places', 'sights'],
      license: 'Open Data <script>',
      itemType: 'feature',
      itemCount: 24,
      storageCrs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    })
    expect(places.extent.spatial.bbox).toHaveLength(1)
    expect(places.extent.spatial.bbox[0].map((value: number) => Math.round(value * 1000) / 1000)).toEqual([
      -61.05, 13.75, -61.01, 13.79,
    ])
    expect(places.extent.temporal.interval).toEqual([['2020-01-01T00:00:00Z', '2020-01-24T00:00:00Z']])
    expect(places.crs.slice(0, 2)).toEqual([
      'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
      'http://www.opengis.net/def/crs/EPSG/0/4326',
    ])
    expect(places.crs).toContain('http://www.opengis.net/def/crs/EPSG/0/2006')
    const { storageCrs, crs } = await json('/pygeoapi/collections/parcels')
    expect(storageCrs).toBe('http://www.opengis.net/def/crs/EPSG/0/32620')
    expect(crs).toContain(storageCrs)
  })

  test('lead to their record and its download (R6.22)', async () => {
    const { links } = await json('/pygeoapi/collections/places')
    expect(
      links.find(({ rel, type }: Json) => rel === 'describedby' && type === 'application/json').href,
    ).toMatch(/\/records\/collections\/metadata:main\/items\/[0-9a-f-]{36}$/)
    const download = links.find(({ rel }: Json) => rel === 'enclosure')
    expect(download).toMatchObject({ type: 'application/geopackage+sqlite3', length: 123_456 })
    expect(download.href).toMatch(/\/files\/[0-9a-f-]{36}$/)
  })

  test('are flagged when deprecated (Q24)', async () => {
    expect((await json('/pygeoapi/collections/old')).deprecated).toBe(true)
    expect((await json('/pygeoapi/collections/places')).deprecated).toBeUndefined()
  })

  test('without a place on Earth have no extent and no storage system', async () => {
    const numbers = await json('/pygeoapi/collections/numbers')
    expect(numbers.extent).toBeUndefined()
    expect(numbers.storageCrs).toBeUndefined()
    expect(numbers.crs).toEqual(['http://www.opengis.net/def/crs/OGC/1.3/CRS84'])
  })

  test('appear when published and vanish when not, without a restart (R6.27, R6.28)', async () => {
    await server.db.knex('collection').where({ id: 'old' }).update({ is_published: false })
    await server.db.knex('epoch').increment('value', 1)
    await expect
      .poll(async () => (await server.get('/pygeoapi/collections/old')).status, { timeout: 3000 })
      .toBe(404)
    const { collections } = await json('/pygeoapi/collections')
    expect(collections.map(({ id }: Json) => id)).not.toContain('old')
    expect((await server.get('/pygeoapi/collections/old/items')).status).toBe(404)
    await server.db.knex('collection').where({ id: 'old' }).update({ is_published: true })
    await server.db.knex('epoch').increment('value', 1)
    await expect
      .poll(async () => (await server.get('/pygeoapi/collections/old')).status, { timeout: 3000 })
      .toBe(200)
  })

  test('queryables answer QGIS: exact type, geometry as a reference without a type, properties typed (G13, G22)', async () => {
    const response = await server.get('/pygeoapi/collections/places/queryables', {
      Accept: 'application/schema+json',
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/schema+json')
    const { properties } = (await response.json()) as Json
    expect(properties.geometry).toEqual({
      $ref: 'https://geojson.org/schema/Point.json',
      'x-ogc-role': 'primary-geometry',
      format: 'geometry-point',
    })
    expect(properties.seen).toEqual({ title: 'seen', type: 'string', format: 'date-time' })
    expect(Object.keys(properties)).toEqual([
      'geometry',
      'name',
      'visitors',
      'rating',
      'open',
      'founded',
      'seen',
      'closes',
    ])
  })

  test('the schema says role and order of each property (G23)', async () => {
    const { properties } = await json('/pygeoapi/collections/places/schema')
    expect(properties.geometry).toMatchObject({ 'x-ogc-role': 'primary-geometry', format: 'geometry-point' })
    expect(properties.visitors).toMatchObject({ type: 'integer', 'x-ogc-propertySeq': 3 })
  })
})

describe('requests', () => {
  test('what is not there is 404 with a problem that names it', async () => {
    for (const path of [
      '/pygeoapi/nothing',
      '/pygeoapi/collections/nothing',
      '/pygeoapi/collections/nothing/items',
      '/pygeoapi/collections/places/items/999999',
      '/pygeoapi/collections/places/items/x',
      '/pygeoapi/collections/places/items/99999999999999999999',
    ]) {
      const response = await server.get(path)
      expect(response.status, path).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const problem = (await response.json()) as Json
      expect(problem.code).toBe('not-found')
      expect(problem.description).toBe(problem.detail)
    }
  })

  test('OPTIONS lists the methods, other methods are 405 and never redirected (G17, G20)', async () => {
    const options = await fetch(`${server.face}/collections/places/items`, { method: 'OPTIONS' })
    expect(options.status).toBeLessThan(300)
    expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    const queryables = `${server.face}/collections/places/queryables`
    const post = await fetch(queryables, { method: 'POST', body: '{}', redirect: 'manual' })
    expect(post.status).toBe(405)
    expect(post.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  test('undeclared parameters are refused everywhere (G5)', async () => {
    for (const path of everyPath) expect((await server.get(`${path}?unknown=1`)).status, path).toBe(400)
  })

  test('wrong tokens are refused, none and an empty User-Agent are fine (G21)', async () => {
    const token = await issueToken()
    expect((await server.get('/pygeoapi', { Authorization: `Bearer ${token}` })).status).toBe(200)
    expect(
      (
        await server.get('/pygeoapi', {
          Authorization: `Basic ${Buffer.from(`u:${token}`).toString('base64')}`,
        })
      ).status,
    ).toBe(200)
    expect((await server.get('/pygeoapi', { 'User-Agent': '' })).status).toBe(200)
    expect((await server.get('/pygeoapi', { Authorization: 'Bearer nonsense' })).status).toBe(401)
  })

  test('what has not changed is not sent again, and says so to caches', async () => {
    for (const path of everyPath) {
      const first = await server.get(path)
      const etag = first.headers.get('etag') ?? ''
      // That of a feature as GeoJSON serves for editing, and is strong.
      expect(etag, path).toMatch(/items\/\d+$/.test(path) ? /^"/ : /^W\/"/)
      expect(first.headers.get('vary')).toBe('Authorization, Accept, Accept-Encoding')
      expect(first.headers.get('cache-control')).toBe('public, no-cache')
      expect((await server.get(path, { 'If-None-Match': etag })).status, path).toBe(304)
      expect((await server.get(path, { 'If-None-Match': etag, Accept: 'text/html' })).status, path).toBe(200)
    }
  })

  test('HEAD has the headers of GET and no body', async () => {
    for (const path of everyPath) {
      const head = await fetch(`${server.url}${path}`, { method: 'HEAD' })
      expect(head.status, path).toBe(200)
      expect(head.headers.get('etag')).toBe((await server.get(path)).headers.get('etag'))
      expect(await head.text()).toBe('')
    }
  })

  const issueToken = async (): Promise<string> => {
    const editor = { role: 'editor' as const, name: 'Test', organisation: 'Test', email: 'test@example.org' }
    const { token } = await createTokens({ db: server.db.knex }).issue(editor, {
      kind: 'system',
      name: 'test',
    })
    return token
  }
})

describe('pages', () => {
  test('escape what people wrote, everywhere (security F)', async () => {
    const paths = [
      '/collections',
      '/collections/places',
      '/collections/places/items',
      '/collections/hostile',
      '/collections/hostile/items',
      '/collections/hostile/items/1',
      '/collections/hostile/queryables',
      '/collections/hostile/schema',
      '/api',
      '/collections/places/items?name=%3Cscript%3E1',
      '/collections/places/items?datetime=2020-01-01&name=%22%3E%3Cimg%20src=x%3E',
    ]
    for (const path of paths) {
      const text = await page(`/pygeoapi${path}`)
      expect(withoutOwnScripts(text, server.url), path).not.toMatch(
        /<script|<img(?! class="map")|<b>care|javascript:/,
      )
    }
    expect(await page('/pygeoapi/collections/places')).toContain('Open Data &lt;script&gt;')
  })

  test('load nothing from elsewhere and run nothing', async () => {
    for (const path of everyPath) {
      const response = await server.get(path, { Accept: 'text/html' })
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      const text = await response.text()
      for (const [, address = ''] of text.matchAll(/(?:src|<link[^>]*rel="stylesheet"[^>]*href)="([^"]+)"/g))
        expect(address).toMatch(/^http:\/\/127\.0\.0\.1/)
      expect(text).not.toMatch(/\sstyle="|<style|\son\w+="/)
    }
  })

  test('show features with a drawing, their values, and the way on', async () => {
    const text = await page('/pygeoapi/collections/places/items?limit=5')
    expect(text).toContain('5 of 24 features')
    expect(text).toContain('<svg viewBox')
    expect(text).toContain('Place 1')
    const next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await (await fetch(next, { headers: { Accept: 'text/html' } })).text()
    expect(second).toContain('Place 6')
    expect(second).toContain('First page')
  })

  test('tell how to open the data in QGIS, GDAL, Python and R, under the address in use', async () => {
    const text = await page('/ogc/collections/places')
    expect(text).toContain(`ogr2ogr -f GPKG places.gpkg &#39;OAPIF:${server.url}/ogc&#39; places`)
    for (const word of ['QGIS', 'geopandas', 'st_read']) expect(text).toContain(word)
  })
})
