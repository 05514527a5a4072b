/**
 * HTTP done well, on every resource of the OGC faces that can be read: caching, HEAD, OPTIONS, compression, CORS, and
 * addresses behind proxies. Made from the contracts, so that a new operation is asked too.
 */

import { get, type IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { createTestCollection, startTestServer, type TestServer } from '../helpers/collections.ts'
import { addressesOf, mountedOperations } from '../helpers/crawl.ts'
import { testProgram } from '../helpers/program.ts'

let server: TestServer
let recordId: string

beforeAll(async () => {
  server = await startTestServer()
  await createTestCollection(server.db, {
    id: 'places',
    geometryType: 'Point',
    columns: [{ name: 'name', type: 'string' }],
    rows: Array.from({ length: 300 }, (_, n) => ({
      wkt: `POINT(${-61 + n / 10_000} 13.9)`,
      values: [`place ${n}`],
    })),
  })
  recordId = await addRecord(server.db, { title: 'Roads' })
})
afterAll(() => server?.stop())

/** Every reading operation of the OGC faces, with values that exist. */
const addresses = (): string[] => {
  const values = {
    collectionId: ['places'],
    featureId: ['1'],
    recordId: [recordId],
    catalogId: ['metadata:main'],
    tileMatrixSetId: ['WebMercatorQuad'],
    tileMatrix: ['8'],
    tileRow: ['118'],
    tileCol: ['84'],
  }
  const read = mountedOperations().filter(
    ({ face, method }) => ['features', 'tiles', 'records', 'csw'].includes(face) && method === 'get',
  )
  return [...new Set(read.flatMap((operation) => addressesOf(operation, values)))]
}

type Raw = { status: number; headers: IncomingHttpHeaders; body: Buffer }

/** As it comes over the wire: `fetch` unpacks and hides. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', base = server.url) =>
  new Promise<Raw>((resolve, reject) => {
    get(`${base}${path}`, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    }).on('error', reject)
  })

const formats = { json: {}, page: { Accept: 'text/html' } }
const eachResource = async (check: (path: string, headers: Record<string, string>) => Promise<void>) => {
  const paths = addresses()
  expect(paths.length).toBeGreaterThan(20)
  for (const path of paths) for (const headers of Object.values(formats)) await check(path, headers)
}

describe('caching', () => {
  test('every resource has an ETag, may be kept, and is not sent again while it is the same', async () => {
    await eachResource(async (path, headers) => {
      const first = await ask(path, headers)
      // A tile is no page.
      if (first.status === 406) return
      expect(first.status, path).toBe(200)
      const { etag = '', vary } = first.headers
      expect(etag, path).toMatch(/^(?:W\/)?"/)
      expect(first.headers['cache-control'], path).toBe('public, no-cache')
      expect(vary, path).toMatch(/\bAuthorization\b/)
      const again = await ask(path, { ...headers, 'If-None-Match': `"other", ${etag}` })
      expect([path, again.status, again.body.length]).toEqual([path, 304, 0])
      expect(again.headers, path).toMatchObject({ etag, vary, 'cache-control': 'public, no-cache' })
      expect((await ask(path, { ...headers, 'If-None-Match': '"other"' })).status, path).toBe(200)
    })
  })

  test('what somebody signed in was answered is not kept: QGIS 3.44 would keep the token beside it', async () => {
    const program = await testProgram()
    try {
      const headers = { Authorization: `Bearer ${program.tokenOf('editor')}` }
      for (const path of ['/pygeoapi/collections', '/records', '/csw'])
        expect((await ask(path, headers, 'GET', program.url)).headers['cache-control'], path).toBe('no-store')
      const own = await ask('/api/v1/me', headers, 'GET', program.url)
      expect(own.headers).toMatchObject({
        'cache-control': 'no-store',
        vary: expect.stringMatching('Authorization'),
      })
      const refused = await ask('/pygeoapi/collections', { Authorization: 'Bearer x' }, 'GET', program.url)
      expect(refused.headers['cache-control']).toBe('no-store')
    } finally {
      await program.stop()
    }
  })

  test('failures are not kept', async () => {
    for (const path of [
      '/pygeoapi/collections/none',
      '/records/collections/none',
      '/pygeoapi?x=1',
      '/csw?service=x',
    ])
      expect((await ask(path)).headers['cache-control'], path).toBe('no-store')
  })
})

test('HEAD is GET without the body', async () => {
  // Of the moment, and of the connection.
  const ofTheAnswer = ({ date: _, connection: __, 'keep-alive': ___, ...headers }: IncomingHttpHeaders) =>
    headers
  await eachResource(async (path, headers) => {
    const whole = await ask(path, headers)
    const head = await ask(path, headers, 'HEAD')
    expect([path, head.status, head.body.length]).toEqual([path, whole.status, 0])
    const expected = ofTheAnswer(whole.headers)
    const found = ofTheAnswer(head.headers)
    for (const name of Object.keys(found))
      expect([path, name, found[name]]).toEqual([path, name, expected[name]])
    for (const name of ['content-type', 'etag', 'vary', 'content-crs', 'cache-control'])
      expect([path, name, found[name]]).toEqual([path, name, expected[name]])
  })
})

test('OPTIONS says what is allowed; what is not allowed says so too', async () => {
  for (const path of addresses()) {
    const options = await ask(path, {}, 'OPTIONS')
    expect([path, options.status, options.body.length]).toEqual([
      path,
      options.status < 300 ? options.status : 204,
      0,
    ])
    const refused = await ask(path, {}, 'PROPFIND')
    expect(refused.status, path).toBe(405)
    for (const { headers } of [options, refused])
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        expect(headers.allow?.split(', '), path).toContain(method)
  }
})

describe('compression', () => {
  test('browsers get brotli, programs gzip, and both are the same document', async () => {
    for (const path of [
      '/pygeoapi/collections/places/items?limit=300',
      '/pygeoapi/api',
      '/records/api',
      '/',
    ]) {
      const plain = await ask(path)
      expect(plain.headers['content-encoding'], path).toBeUndefined()
      const text = (body: Buffer) => body.toString().replace(/"timeStamp":"[^"]*"/, '')
      const brotli = await ask(path, { 'Accept-Encoding': 'gzip, deflate, br' })
      expect(brotli.headers['content-encoding'], path).toBe('br')
      expect(text(brotliDecompressSync(brotli.body))).toBe(text(plain.body))
      const gzip = await ask(path, { 'Accept-Encoding': 'gzip, deflate' })
      expect(gzip.headers['content-encoding'], path).toBe('gzip')
      expect(text(gunzipSync(gzip.body))).toBe(text(plain.body))
      for (const { headers } of [plain, brotli, gzip])
        expect(headers.vary, path).toMatch(/\bAccept-Encoding\b/)
    }
  })

  test('the style sheet is compressed once, as small as can be', async () => {
    const plain = await ask('/assets/site.css')
    const brotli = await ask('/assets/site.css', { 'Accept-Encoding': 'br' })
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true)
    expect(brotli.body.length).toBeLessThan(plain.body.length / 3)
  })
})

describe('other origins (A6)', () => {
  test('may read everything public, and see the headers that matter', async () => {
    for (const path of addresses()) {
      const { headers } = await ask(path, { Origin: 'https://map.example' })
      expect(headers['access-control-allow-origin'], path).toBe('*')
      expect(headers['access-control-allow-credentials'], path).toBeUndefined()
      for (const name of ['Content-Crs', 'ETag', 'Link', 'OGC-NumberMatched'])
        expect(headers['access-control-expose-headers'], path).toContain(name)
    }
  })

  test('ask first, and are told what they may send', async () => {
    for (const path of addresses()) {
      const preflight = await ask(
        path,
        { Origin: 'https://map.example', 'Access-Control-Request-Method': 'GET' },
        'OPTIONS',
      )
      expect(preflight.status, path).toBe(204)
      expect(preflight.headers['access-control-allow-methods'], path).toContain('GET')
      expect(preflight.headers['access-control-allow-headers'], path).toMatch(/If-None-Match/)
      expect(preflight.headers['access-control-max-age'], path).toBe('86400')
    }
  })
})

describe('behind proxies (G6)', () => {
  const selfOf = async (base: string, headers: Record<string, string>) => {
    const { body } = await ask('/pygeoapi/?f=json', headers, 'GET', base)
    return (JSON.parse(body.toString()) as { links: { rel: string; href: string }[] }).links[0]?.href
  }

  test('who is not trusted changes no address', async () => {
    const program = await testProgram({ TRUST_PROXY: 'none' })
    try {
      const claims: Record<string, string>[] = [
        { Forwarded: 'host=evil.example;proto=https' },
        { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Prefix': '/evil' },
      ]
      for (const headers of claims)
        expect(await selfOf(program.url, headers)).toMatch(new RegExp(`^${program.url}/pygeoapi/`))
    } finally {
      await program.stop()
    }
  })

  test('of several Forwarded elements, the one that the trusted proxy added counts', async () => {
    expect(
      await selfOf(server.url, { Forwarded: 'host=evil.example, for=9.9.9.9;host=data.example;proto=https' }),
    ).toMatch(/^https:\/\/data\.example\//)
    // The second proxy is trusted too, so what the first one said is believed.
    expect(
      await selfOf(server.url, {
        Forwarded: 'for=9.9.9.9;host=data.example;proto=https, for=127.0.0.1;host=inner',
      }),
    ).toMatch(/^https:\/\/data\.example\//)
  })
})

test('who opens a wrong address in a browser reads a page, and programs read the problem', async () => {
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const wrong = [
    '/nothing<script>here',
    '/pygeoapi/collections/nothing',
    '/api/v1/records?limit=many',
    '/files/none',
  ]
  for (const path of wrong) {
    const page = await ask(encodeURI(path), { Accept: browser })
    const problem = await ask(encodeURI(path))
    const { title, detail, status } = JSON.parse(problem.body.toString()) as Record<string, unknown>
    expect(problem.headers['content-type'], path).toBe('application/problem+json')
    expect({ status: page.status, type: page.headers['content-type'] }, path).toEqual({
      status,
      type: 'text/html; charset=utf-8',
    })
    expect(page.headers['cache-control'], path).toBe('no-store')
    expect(page.headers['content-security-policy'], path).toContain("default-src 'none'")
    expect(page.body.toString(), path).toContain(`<h1>${title}</h1>`)
    expect(page.body.toString(), path).not.toContain('<script>here')
    const first = String(detail).split(/['"<&]/)[0]
    expect(page.body.toString(), path).toContain(first)
  }
})
