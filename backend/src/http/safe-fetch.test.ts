import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSafeFetch } from './safe-fetch.ts'

/** Somebody else's server on this computer; counts whoever comes. */
let visits: string[] = []
const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/well': (_request, response) => response.setHeader('Content-Type', 'text/xml').end('<a/>'),
  '/loop': (_request, response) => response.writeHead(302, { Location: '/loop' }).end(),
  '/near': (_request, response) => response.writeHead(307, { Location: 'well' }).end(),
  '/far': (_request, response) =>
    response.writeHead(301, { Location: 'http://169.254.169.254/latest' }).end(),
  '/file': (_request, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end(),
  '/refused': (_request, response) => response.writeHead(403).end('no'),
  '/gzip': (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x'),
  '/large': (_request, response) => response.end(Buffer.alloc(3000)),
  '/endless': (_request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(500)), 1)
    response.on('close', () => clearInterval(timer))
  },
  '/silent': () => undefined,
}
const server = createServer((request, response) => {
  visits.push(`${request.url} ${request.headers.authorization ?? ''}`)
  answers[request.url ?? '']?.(request, response)
})
let host = ''

describe('safeFetch (R9.8, security B6)', () => {
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const ask = (path: string, more = {}) =>
    createSafeFetch({ allowedHosts: [host] })(`http://${host}${path}`, {
      accept: '*/*',
      maxBytes: 2000,
      ...more,
    })

  test('an allowed server is read, and a redirection on it followed', async () => {
    const found = await ask('/near')
    expect([found.url, found.contentType, Buffer.from(found.bytes).toString()]).toEqual([
      `http://${host}/well`,
      'text/xml',
      '<a/>',
    ])
  })

  test.each([
    ['/loop', 'other-server-silent'],
    ['/far', 'other-server-moved'],
    ['/file', 'other-server-moved'],
    ['/refused', 'other-server-refused'],
    ['/gzip', 'other-server-silent'],
    ['/large', 'other-server-answers-too-much'],
    ['/endless', 'other-server-answers-too-much'],
  ])('%s ends in %s', async (path, code) => {
    await expect(ask(path)).rejects.toMatchObject({ code })
  })

  test('one that does not answer is given up in time, one whose asker has gone at once', async () => {
    await expect(ask('/silent', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'other-server-silent' })
    await expect(ask('/silent', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  test.each([
    'http://HOST/well',
    'https://HOST/well',
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://0/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://017700000001/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost./',
    'https://①②⑦.⓪.⓪.①/',
    'https://10.0.0.1:8443/ows',
    'https://user@example.org/',
    'https://example.org:22/',
    'gopher://example.org/',
    'file:///etc/passwd',
    'ftp://example.org/',
    'not an address',
  ])('%s is not asked', async (address) => {
    visits = []
    const given = address.replace('HOST', host)
    await expect(createSafeFetch({ allowedHosts: [] })(given, { accept: '*/*' })).rejects.toMatchObject({
      code: 'address-not-fetched',
    })
    expect(visits).toEqual([])
  })

  test('a name is looked up once, and one private address among its public ones is enough to refuse', async () => {
    let lookups = 0
    const resolve = (addresses: string[]) => async () => {
      lookups += 1
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['93.184.216.34', 'fd00::1']])
      await expect(
        createSafeFetch({ allowedHosts: [], resolve: resolve(addresses) })('https://maps.example/', {
          accept: '*/*',
        }),
      ).rejects.toMatchObject({ code: 'address-not-fetched' })
    expect(lookups).toBe(3)

    // The connection goes to the address that was checked, whatever the name says a moment later.
    const [, port] = host.split(':')
    const pinned = createSafeFetch({
      allowedHosts: [`maps.example:${port}`],
      resolve: resolve(['127.0.0.1']),
    })
    const found = await pinned(`http://maps.example:${port}/well`, { accept: '*/*' })
    expect(Buffer.from(found.bytes).toString()).toBe('<a/>')
    expect(lookups).toBe(4)
  })
})
