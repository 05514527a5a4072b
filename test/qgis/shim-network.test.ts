/** The plugin's connections and requests, against the real server and against servers that misbehave (E17, security H). */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createPlainServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

type Failure = { code: string; message: string; remedy?: string; data?: Record<string, unknown> }
type Outcome = { result?: Record<string, unknown>; failure?: Failure }
// biome-ignore lint/suspicious/noExplicitAny: what a script tells has a form for each of its steps
type Told = Record<string, any>

const sld = `<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se"><NamedLayer><se:Name>a</se:Name><UserStyle><se:FeatureTypeStyle><se:Rule><se:LineSymbolizer><se:Stroke><se:SvgParameter name="stroke">#112233</se:SvgParameter></se:Stroke></se:LineSymbolizer></se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const servers: Server[] = []
const listen = async (server: Server): Promise<number> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createServer(listener))}`

const selfSigned = () => {
  const folder = mkdtempSync(join(tmpdir(), 'secims-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...names],
    { stdio: 'ignore' },
  )
  const pair = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  return pair
}

describe.skipIf(!hasQgis())(`the plugin's network${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let shim: ShimPackage
  let program: TestProgram
  let told: Told
  const elsewhere: (string | undefined)[] = []
  const overTls: (string | undefined)[] = []

  beforeAll(async () => {
    shim = shimPackage()
    program = await testProgram()
    const elsewhereUrl = await serve((request, response) => {
      elsewhere.push(request.headers.authorization)
      response.end('{}')
    })
    const tlsPort = await listen(
      createTlsServer(selfSigned(), (request, response) => {
        overTls.push(request.headers.authorization)
        response.end('{}')
      }),
    )
    const closedPort = await listen(createPlainServer())
    servers.pop()?.close()
    const answering = (status: number, type: string, body: string | Buffer) =>
      serve((_request, response) => {
        response.writeHead(status, { 'Content-Type': type }).end(body)
      })
    const other = {
      redirect: await serve((request, response) => {
        response.writeHead(302, { Location: `${elsewhereUrl}${request.url}` }).end()
      }),
      redirectHere: await serve((request, response) => {
        if (request.url === '/there')
          response
            .writeHead(200, { 'Content-Type': 'application/json' })
            .end(JSON.stringify({ authorization: request.headers.authorization !== undefined }))
        else response.writeHead(307, { Location: '/there' }).end()
      }),
      tls: `https://127.0.0.1:${tlsPort}`,
      closed: `http://127.0.0.1:${closedPort}`,
      breaks: await serve((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
        response.write('{"a":', () => response.destroy())
      }),
      huge: await answering(200, 'application/json', Buffer.alloc(21_000_000, ' ')),
      bare: await answering(500, 'text/html', '<h1>Broken</h1>'),
      html: await answering(200, 'text/html', '<h1>Somebody else</h1>'),
      download: await answering(200, 'application/octet-stream', Buffer.alloc(3_000_000, 'x')),
      silent: await serve(() => {}),
    }
    told = (await runPyQgis(
      'shim_network.py',
      {
        plugins: shim.plugins,
        home: shim.home,
        url: program.url,
        tokens: {
          editor: program.tokenOf('editor'),
          wrong: `${program.tokenOf('editor').slice(0, -6)}aaaaaa`,
        },
        other,
        addresses: [
          'catalogue.example',
          'Catalogue.Example:8443/sec-ims/',
          'localhost:3000/',
          '127.0.0.1:8080',
          'http://catalogue.example',
          'https://catalogue.example:443/a?b=c#d',
          'https://zürich.example',
          'ftp://catalogue.example',
          'https://user:word@catalogue.example',
          'file:///etc/passwd',
          'javascript:alert(1)',
          'https://a b',
          'https://',
          '',
        ],
        record: { metadata: { title: 'Größe <img src=x onerror=alert(1)>' } },
        change: { metadata: { title: 'Roads' } },
        style: [
          { name: 'sld', text: sld, fileName: 'größe.sld', contentType: 'application/vnd.ogc.sld+xml' },
          { name: 'title', text: 'Größe' },
        ],
      },
      { home: shim.home },
    )) as Told
  })
  afterAll(async () => {
    for (const server of servers) server.close()
    for (const server of servers)
      if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections()
    await program?.stop()
    shim?.remove()
  })

  const failure = (name: string): Failure => (told[name] as Outcome).failure as Failure

  test('an address is completed and checked, and an open line to another machine is warned of', () => {
    expect(told['addresses']).toMatchObject({
      'catalogue.example': ['https://catalogue.example', ''],
      'Catalogue.Example:8443/sec-ims/': ['https://catalogue.example:8443/sec-ims', ''],
      'localhost:3000/': ['http://localhost:3000', ''],
      '127.0.0.1:8080': ['http://127.0.0.1:8080', ''],
      'http://catalogue.example': ['http://catalogue.example', expect.stringContaining('not encrypted')],
      'https://catalogue.example:443/a?b=c#d': ['https://catalogue.example/a', ''],
      'https://zürich.example': ['https://xn--zrich-kva.example', ''],
      'ftp://catalogue.example': expect.stringContaining('is not an address'),
      'https://user:word@catalogue.example': expect.stringContaining('user name or password'),
      'file:///etc/passwd': expect.stringContaining('is not an address'),
      'javascript:alert(1)': expect.stringContaining('is not an address'),
      'https://a b': expect.stringContaining('is not an address'),
      'https://': expect.stringContaining('is not an address'),
      '': expect.stringContaining('missing'),
    })
  })

  test('a token goes into QGIS’s store, with a word of why before QGIS asks for its password (R1.7)', () => {
    expect(failure('locked').code).toBe('auth-store')
    expect(failure('locked').remedy).toContain('master password')
    expect(told['lockedKept']).toEqual([])
    expect(told['explained']).toEqual([['SecimsMasterPassword', expect.stringContaining('encrypted store')]])
    // A header of one's own since 3.24.
    expect(told['method']).toBe(told['version'] < 32400 ? 'Basic' : 'APIHeader')
    expect(told['connected']).toMatchObject({
      hasToken: true,
      state: 'connected',
      actor: { name: 'editor', role: 'editor', domainId: null },
      message: 'Connected as editor, editor.',
      url: program.url,
    })
    expect(told['public']).toMatchObject({ hasToken: false, state: 'public' })
    expect(told['refused']).toMatchObject({ state: 'refused', actor: null })
    expect(told['refused'].message).toMatch(/refuses the token.*enter a new token/i)
    expect(failure('badToken').message).toContain('Copy it again')
  })

  test('a token is nowhere but in QGIS’s store: not in settings, project, log or profile (security H)', () => {
    expect(told['leaks']).toEqual({ files: [], log: [], searched: [true, true] })
    expect(told['trace']).toEqual([])
  })

  test('operations are sent as the contract has them: JSON, merge patch, form, query, If-Match', () => {
    expect(told['created']).toMatchObject({ status: 201, etag: '"1"', text: null })
    expect(told['created'].location).toContain(told['created'].body)
    expect(told['changed'].result).toMatchObject({ status: 200, body: { metadata: { title: 'Roads' } } })
    expect(failure('stale')).toMatchObject({ code: 'problem', data: { status: 412 } })
    expect(told['styled'].result).toMatchObject({ status: 201 })
    expect(told['query'].result).toMatchObject({ status: 200, body: { type: 'FeatureCollection' } })
    expect(told['text'].result).toMatchObject({
      status: 200,
      body: null,
      text: expect.stringContaining('#112233'),
    })
    expect(failure('notFound')).toMatchObject({
      code: 'problem',
      data: { status: 404, problem: { status: 404 } },
    })
    expect(told['fromThread']).toBe('editor')
  })

  test('what is not in the table of operations is refused before anything is sent', () => {
    for (const name of ['unknownOperation', 'dots', 'noPath', 'extraQuery', 'extraBody', 'header'])
      expect(failure(name).code, name).toBe('protocol')
    // A slash is percent-encoded, so it stays one parameter.
    expect(failure('slash')).toMatchObject({ code: 'problem' })
    expect(failure('slash').data?.['status']).toBeGreaterThanOrEqual(400)
    expect(failure('noToken')).toMatchObject({
      code: 'no-token',
      remedy: expect.stringContaining('enter a token'),
    })
    expect(failure('tokenRefused')).toMatchObject({
      code: 'token-refused',
      remedy: expect.stringContaining('enter a new token'),
    })
    expect(failure('unknownConnection').code).toBe('no-connection')
    // QGIS would otherwise open its own window for a user name and a password.
    expect(told['asksForCredentials']).toEqual([])
  })

  test('a redirect to another origin is not followed, and nobody there sees the token (security H)', () => {
    expect(failure('redirect')).toMatchObject({
      code: 'problem',
      message: expect.stringContaining('does not follow'),
    })
    expect(failure('redirectedDownload').code).toBe('problem')
    expect(elsewhere).toEqual([])
    expect(told['redirectHere'].result).toMatchObject({ status: 200, body: { authorization: true } })
  })

  test('a certificate that is not trusted ends the request before anything is sent (security H)', () => {
    expect(failure('tls')).toMatchObject({
      code: 'tls',
      message: expect.stringContaining('Nothing was sent'),
    })
    expect(overTls).toEqual([])
  })

  test('every fault of the line is a sentence with something to do', () => {
    expect(failure('closed')).toMatchObject({ code: 'offline', remedy: expect.stringContaining('proxy') })
    expect(failure('breaks').code).toBe('offline')
    expect(failure('timeout')).toMatchObject({ code: 'timeout', message: expect.stringContaining('in time') })
    expect(failure('huge').message).toContain('larger than 20 MB')
    expect(failure('bare')).toMatchObject({ code: 'problem', data: { status: 500 } })
    expect(failure('html').message).toContain('not what the catalogue promises')
    expect(told['htmlState']).toContain('not a SEC-IMS catalogue')
    expect(failure('cancelled').code).toBe('cancelled')
    expect(told['cancelSeconds']).toBeLessThan(5)
    expect([told['download'].result, told['downloaded'], told['left']]).toEqual([3_000_000, 3_000_000, false])
  })

  test('an answer is given outside Qt’s own code, so that whoever gets it may ask again and wait', () => {
    expect(told['nested']).toEqual({ slots: [], status: 200 })
  })

  test('the native dialog tests before it keeps, and never shows a token again', () => {
    expect(told['warning']).toContain('not encrypted')
    expect(told['dialogRefused']).toMatch(/refuses the token/)
    expect(told['keptThen']).toEqual([])
    expect(told['made']).toMatchObject({ name: 'Made by hand', state: 'connected', hasToken: true })
    expect(told['echo']).toEqual(['Made by hand', program.url, '', true])
    expect(told['renamed']).toMatchObject({ name: 'Renamed', hasToken: true, state: 'connected' })
    expect(told['moved']).toMatchObject({ url: 'https://other.example', hasToken: false })
    expect(told['question']).toContain('Remove the connection Moved?')
    expect(told['removed']).toEqual({ removed: true })
  })

  test('a server is added once to QGIS’s own connections, with its token by reference', () => {
    expect(told['browser']).toEqual([
      { added: ['features', 'metasearch'], present: [] },
      { added: [], present: ['features', 'metasearch'] },
      1,
    ])
    expect(told['ownConnections']).toEqual(['Catalogue - west'])
    expect(told['oapif']).toMatchObject({ url: `${program.url}/pygeoapi/`, version: 'OGC_API_FEATURES' })
    expect(told['oapifAuth']).toBe(true)
    // MetaSearch reads OGC API Records since 3.28.
    const records = [`${program.url}/records/collections/metadata:main`, 'OGC API - Records']
    expect(told['metasearch']).toEqual(told['version'] < 32800 ? [`${program.url}/csw`, null] : records)
  })
})
