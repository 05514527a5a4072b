/** The panel's three hosts in QGIS, with a page that does what the panel never would (security H, issue 3). */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { canRun } from '../helpers/qgis-app.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

type Told = { code: string; message: string }
type Report = Record<string, unknown> & { broke?: string }
type Outcome = {
  kind: string
  docks: string[]
  report: Report
  called: string[]
  log: string[]
  left: Record<string, number>
  address: string
}
type Host = 'webkit' | 'webengine' | 'browser'

const webengine = { QT_QUICK_BACKEND: 'software', QTWEBENGINE_DISABLE_SANDBOX: '1' }

let shim: ShimPackage
let evil: Server
let hits: string[]
let evilUrl: string
beforeAll(async () => {
  if (hasQgis()) shim = shimPackage()
  hits = []
  evil = createServer((request, response) => {
    hits.push(request.url ?? '')
    if (request.url?.startsWith('/api')) return
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Content-Type', 'text/html')
    response.end(
      '<script>(window.qgisHost || parent.qgisHost).post(\'{"v":1,"t":"hello","panel":"evil"}\')</script>',
    )
  })
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`
})
afterAll(() => {
  shim?.remove()
  evil.closeAllConnections()
  evil.close()
})

const play = async (host: Host, scenario: object, more: object = {}) => {
  hits.length = 0
  const request = { plugins: shim.plugins, host, webengine: host === 'webengine', scenario, ...more }
  return (await runPyQgis('shim_hosts.py', request, {
    timeoutMs: 60_000,
    environment: host === 'webengine' ? webengine : {},
  })) as Outcome
}

describe.skipIf(!hasQgis())(`the bridge in QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  for (const host of ['webkit', 'webengine', 'browser'] as const)
    describe.skipIf(!canRun(host))(`in ${host}`, () => {
      test('says hello, answers calls, and refuses what the protocol does not have; nothing is left of it (E17)', async () => {
        const { kind, docks, report, called, log, left, address } = await play(host, { scenario: 'talk' })
        expect(report.broke).toBeUndefined()
        expect(kind).toBe(host)
        expect(docks).toEqual(['SecimsBridgeDock'])
        expect(report['hello']).toMatchObject({ v: 1, t: 'hello', host, settings: { locale: 'auto' } })
        expect((report['hello'] as { qgis: string }).qgis).toMatch(/^3\./)
        expect(report['settings']).toMatchObject({ t: 'ok', r: { host: 'auto', connection: null } })
        expect(report['change']).toMatchObject({ t: 'ok', r: { locale: 'fr', connection: 'c0123456789ab' } })
        for (const name of [
          'beforeHello',
          'unicode',
          'unknownVerb',
          'inherited',
          'wrongType',
          'extra',
          'pathAsHandle',
          'lineFeed',
          'noParameters',
          'longText',
          'tenMegabytes',
          'tooLong',
        ])
          expect((report[name] as Told).code, name).toBe('protocol')
        expect((report['tooLong'] as Told).message).toMatch(/12000000 are allowed/)
        expect((report['unicode'] as Told).message).toContain('größe ✓')
        expect((report['noConnection'] as Told).code).toBe('no-connection')
        expect((report['noConnection'] as Told).message).toBe('Cette connexion n’existe plus.')
        expect(report['noJson']).toMatchObject({ t: 'ok' })
        expect(report['order']).toMatchObject({ inOrder: true })
        expect(new Set(called)).toEqual(
          new Set(['settings.get', 'settings.set', 'connections.test', 'clipboard.copy']),
        )
        expect(log.filter((line) => line.includes('Refused a message of the panel')).length).toBeGreaterThan(
          13,
        )
        expect(log.join('\n')).not.toMatch(/Traceback|made a mistake|incomplete|differ/)
        expect(left).toMatchObject({ docks: 0, menu: 0, toolbar: 0, processing: 0 })
        if (host === 'browser') expect(log.join('\n')).not.toContain(address.split('#')[1])
      })
    })

  for (const host of ['webkit', 'webengine'] as const)
    test.skipIf(!canRun(host))(
      `in ${host} a page cannot go anywhere, open anything, or read anything but its own files (E17, security H)`,
      async () => {
        const { report, called, log } = await play(host, { scenario: 'escape', evil: evilUrl })
        expect(report.broke).toBeUndefined()
        expect(hits).toEqual([])
        expect(report['href']).toMatch(/^file:.*\/panel\/index\.html$/)
        expect(report['title']).toBe('Test page')
        expect(report['fileRead']).toBeUndefined()
        // Nobody but the page itself called, at its end.
        expect(called).toEqual(['clipboard.copy'])
        for (const what of ['/location', '/refresh', 'file:///etc/passwd', 'other.html', '/link'])
          expect
            .soft(
              log.some((line) => line.includes('Refused') && line.includes(what)),
              what,
            )
            .toBe(true)
        expect(log.some((line) => line.includes('Refused opening a window'))).toBe(true)
      },
    )

  test('the plugin can be unloaded and loaded again with its dock open, and a call can be cancelled', async () => {
    const { report, left } = await play(
      canRun('webkit') ? 'webkit' : 'webengine',
      { scenario: 'wait' },
      { reloads: 4, connections: [['Hanging', evilUrl, 'secims_editor01_0123456789abcdef']] },
    )
    expect(report.broke).toBeUndefined()
    expect(report['cancelled']).toBe('cancelled')
    expect(hits).toEqual(['/api/v1/me'])
    expect(left).toMatchObject({ docks: 0, menu: 0, toolbar: 0, processing: 0 })
  })

  test('where no web view can be used the browser is, and a wish that cannot be fulfilled is answered with why', async () => {
    const told = (await runPyQgis('shim_choice.py', { plugins: shim.plugins })) as Record<string, string>
    const first = canRun('webkit') ? 'webkit' : 'browser'
    expect(told['auto']).toBe(first)
    expect(told['wantedBrowser']).toBe('browser')
    expect(told['wantedWebEngine']).toBe(first)
    expect(told['why']).toContain(
      `shown by ${first} instead of webengine. QtWebEngine is not used, because this QGIS was not started for it`,
    )
    expect(told['withoutWebKit']).toBe('browser')
  })
})
