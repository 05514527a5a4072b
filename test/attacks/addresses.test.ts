/** Requests that are hardly requests: broken addresses, hosts of strangers, bodies that lie about their length (security G2, F, B1). */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mountedOperations } from '../helpers/crawl.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program.stop())

/** Sends bytes as they are and returns all that comes back until the server or `ms` ends it. */
const raw = (text: string | Buffer, { url = program.url, ms = 3000 } = {}) =>
  new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    const timer = setTimeout(() => socket.destroy(), ms)
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
  })
const statusesOf = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
const request = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: here\r\n${headers}Connection: close\r\n\r\n`
const stackTrace = /\bat .{1,200}:\d+:\d+|node_modules|URIError/

test('an address with a broken percent sign is answered in words by every route, never with a stack trace', async () => {
  const places = mountedOperations()
    .filter(({ method, path }) => method === 'get' && path.includes('{'))
    .map(({ prefix, path }) => prefix + path.replace(/\{\w+\}/g, '%zz'))
  for (const path of [...places, '/docs/public/user-guide/%ff', '/problems/%c0%af', '/%zz']) {
    const response = await fetch(program.url + path)
    const body = await response.text()
    expect([response.status, response.headers.get('content-type')], path).toEqual(
      path === '/%zz' ? [404, 'application/problem+json'] : [400, 'application/problem+json'],
    )
    expect(body, path).not.toMatch(stackTrace)
    expect(JSON.parse(body).detail.length, path).toBeGreaterThan(20)
  }
})

test.each([
  '//',
  '///',
  '//evil.example/',
  '/\\evil.example',
  '*',
  'http://[',
  'http://evil.example/',
  'http://',
  '/?',
  '/??',
  '/#x',
  '/..%2f..%2fetc/passwd',
  '/../../etc/passwd',
  '/%00',
  '/%2e%2e',
  `/${'a/'.repeat(3000)}`,
  `/?${'a=b&'.repeat(3000)}`,
  `/${'%41'.repeat(4000)}`,
])('the target %.30s is answered without a stumble', async (target) => {
  for (const prefix of ['', '/pygeoapi', '/records', '/api/v1', '/files']) {
    const at = target.startsWith('/') ? prefix + target : target
    const answer = await raw(request(at))
    const [status = 0] = statusesOf(answer)
    expect(status, at.slice(0, 60)).toBeGreaterThanOrEqual(200)
    expect(status, at.slice(0, 60)).toBeLessThan(500)
    expect(answer).not.toMatch(stackTrace)
    expect(answer).not.toContain('root:')
  }
})

test.each([
  '/api/v1/styles?q=%00',
  '/api/v1/records?q=%00',
  '/api/v1/records?collectionId=%00',
  '/api/v1/audit?action=%00',
  '/api/v1/audit?before=99999999999999999999',
  '/records/collections/metadata:main/items?externalIds=%00',
  '/records/collections/metadata:main/items?type=%00',
])('what no database can hold is refused in words: %s', async (path) => {
  const response = await fetch(program.url + path, {
    headers: { Authorization: `Bearer ${program.tokenOf('administrator')}` },
  })
  expect(response.status).toBe(400)
})

test.each([
  ['/tokens', { role: 'editor', name: 'a\0b', organisation: 'x', email: 'x@x.lc' }],
  ['/tokens', { role: 'editor', name: '\ud800', organisation: 'x', email: 'x@x.lc' }],
  [
    '/tokens',
    { role: 'editor', name: 'x', organisation: 'x', email: 'x@x.lc', expiresAt: '9999-12-31T23:59:60Z' },
  ],
  [
    '/tokens',
    { role: 'editor', name: 'x', organisation: 'x', email: 'x@x.lc', expiresAt: '0000-01-01T00:00:00Z' },
  ],
  ['/records', { layer: '\0' }],
  ['/records', { metadata: { contacts: [{ role: 'owner', email: '\udfff@x.lc' }] } }],
  ['/records', { metadata: { temporalExtent: { begin: '0000-01-01' } } }],
])('a body with what no database can hold is refused in words: %s %j', async (path, body) => {
  const response = await fetch(`${program.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${program.tokenOf('administrator')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(400)
  expect(((await response.json()) as { errors: unknown[] }).errors.length).toBeGreaterThan(0)
})

test('a body that is refused for its size leaves the connection fit for the next request', async () => {
  const head = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${program.tokenOf('editor')}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
  const body = Buffer.alloc(3_000_000, 0x20)
  const answer = await raw(
    Buffer.concat([
      Buffer.from(head('/api/v1/records', body.length)),
      body,
      Buffer.from(request('/healthz')),
    ]),
  )
  expect(statusesOf(answer)).toEqual([413, 200])
})

describe('requests in requests', () => {
  const inner = 'GET /api/v1/me HTTP/1.1\r\nHost: here\r\n\r\n'
  test.each([
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${inner.length}\r\n`],
    ['a length and chunks', `Content-Length: ${inner.length}\r\nTransfer-Encoding: chunked\r\n`],
    ['a strange encoding', 'Transfer-Encoding: xchunked\r\n'],
    ['chunks said twice over', 'Transfer-Encoding: chunked, identity\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a length in hexadecimal', 'Content-Length: 0x10\r\n'],
    ['a bare line feed', 'X: y\n\nGET / HTTP/1.1\r\n'],
    ['a space before the colon', 'Content-Length : 0\r\n'],
  ])('%s: refused, and what follows is not taken for a request', async (_what, headers) => {
    const answer = await raw(`POST /api/v1/records HTTP/1.1\r\nHost: here\r\n${headers}\r\n${inner}`)
    expect(statusesOf(answer)).toEqual([400])
  })
})

describe('whose address it is', () => {
  const hrefs = async (url: string, headers: string) => {
    const answer = await raw(request('/pygeoapi/', `${headers}Accept: application/json\r\n`), { url })
    return [...answer.matchAll(/"href":"([^"]*)"/g)].map(([, href]) => href ?? '')
  }

  test('a configured PUBLIC_URL is the only one, whatever the request says', async () => {
    const fixed = await testProgram({ PUBLIC_URL: 'https://data.example.lc/gis' })
    try {
      for (const headers of [
        'X-Forwarded-Host: evil.example\r\n',
        'Forwarded: host=evil.example\r\n',
        'X-Forwarded-Prefix: /evil.example\r\n',
        '',
      ])
        for (const href of await hrefs(fixed.url, headers))
          expect(href).toMatch(/^https:\/\/data\.example\.lc\/gis\//)
    } finally {
      await fixed.stop()
    }
  })

  test('without one, forwarded addresses count only from a trusted proxy, and only if they are addresses', async () => {
    for (const [headers, expected] of [
      ['', 'http://here/'],
      [
        'X-Forwarded-Host: maps.lc\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /a\r\n',
        'https://maps.lc/a/',
      ],
      ['Forwarded: proto=https;host="maps.lc"\r\n', 'https://maps.lc/'],
      ['X-Forwarded-Host: "><script>\r\n', 'http://localhost/'],
      ['X-Forwarded-Host: a b\r\n', 'http://localhost/'],
      ['X-Forwarded-Host: evil.example/x?\r\n', 'http://localhost/'],
      ['X-Forwarded-Prefix: //evil.example\r\n', 'http://here/'],
      ['X-Forwarded-Prefix: /a"b\r\n', 'http://here/'],
      ['X-Forwarded-Proto: javascript\r\n', 'http://here/'],
    ] as const)
      for (const href of await hrefs(program.url, headers))
        expect(href.slice(0, expected.length), headers).toBe(expected)
    const untrusting = await testProgram({ TRUST_PROXY: 'none' })
    try {
      for (const headers of [
        'X-Forwarded-Host: evil.example\r\n',
        'Forwarded: host=evil.example\r\n',
        'X-Forwarded-Prefix: /evil\r\n',
        'X-Forwarded-Proto: https\r\n',
      ])
        for (const href of await hrefs(untrusting.url, headers))
          expect(href, headers).toMatch(/^http:\/\/here\/(?!evil)/)
    } finally {
      await untrusting.stop()
    }
  })

  test('redirects stay on this site', async () => {
    for (const path of [
      '/problems//evil.example',
      '/problems/%2f%2fevil.example',
      '/problems/%0d%0aLocation:%20http:%2f%2fevil.example',
      '/docs/public/',
      '/docs/public/user-guide',
    ]) {
      const answer = await raw(request(path))
      const locations = [...answer.matchAll(/^location: (.*)$/gim)].map(([, location]) => location?.trim())
      expect(locations.length, path).toBeLessThanOrEqual(1)
      for (const location of locations) expect(location, path).toMatch(/^http:\/\/here\//)
    }
  })
})
