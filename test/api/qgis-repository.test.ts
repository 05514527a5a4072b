/** The plugin handed out by the server: the page, the repository that QGIS reads, the zip; and QGIS installing it (issue 3, 1). */
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attributeOf, childElements, firstChild, readXml } from '../../backend/src/xml/read.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'

const siteTitle = 'Atlas & "Größe" of 100 %'
let program: TestProgram
beforeAll(async () => {
  program = await testProgram({ SITE_TITLE: siteTitle })
})
afterAll(() => program.stop())

const get = (path: string, headers: Record<string, string> = {}) => fetch(program.url + path, { headers })
const version = packageJson.version
const proxied = {
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'atlas.example',
  'X-Forwarded-Prefix': '/geo',
}

const readPlugins = async (path: string, headers: Record<string, string> = {}) => {
  const response = await get(path, headers)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
  const root = readXml(new Uint8Array(await response.arrayBuffer()))
  expect(root.name.local).toBe('plugins')
  return childElements(root, 'pyqgis_plugin').map((plugin) => ({
    name: attributeOf(plugin, 'name'),
    version: attributeOf(plugin, 'version'),
    text: (element: string) => firstChild(plugin, element)?.text ?? '',
  }))
}

describe('the repository', () => {
  test('offers the plugin of this version, with absolute addresses', async () => {
    const [plugin, ...others] = await readPlugins('/qgis/plugins.xml?qgis=3.22')
    expect(others).toEqual([])
    expect([plugin?.name, plugin?.version]).toEqual(['SEC-IMS Bridge', version])
    expect(plugin?.text('download_url')).toBe(`${program.url}/qgis/secims_bridge-${version}.zip`)
    expect(plugin?.text('icon')).toBe(`${program.url}/qgis/icon.svg`)
    expect(plugin?.text('file_name')).toBe('secims_bridge.zip')
    expect(plugin?.text('qgis_minimum_version')).toBe('3.22')
    expect(plugin?.text('qgis_maximum_version')).toBe('4.99')
    expect(plugin?.text('homepage')).toBe(`${program.url}/qgis`)
  })

  test('stays with the proxy through which it was reached (G6)', async () => {
    const [plugin] = await readPlugins('/qgis/plugins.xml?qgis=3.44', proxied)
    expect(plugin?.text('download_url')).toBe(`https://atlas.example/geo/qgis/secims_bridge-${version}.zip`)
    expect(plugin?.text('repository')).toBe('https://atlas.example/geo/qgis')
  })

  test.each([
    ['3.16', 0],
    ['2.18', 0],
    ['3.22', 1],
    ['4.0', 1],
    ['5.0', 0],
  ])('offers QGIS %s %d plugins', async (qgis, count) => {
    expect(await readPlugins(`/qgis/plugins.xml?qgis=${qgis}`)).toHaveLength(count)
  })

  test('bears parameters that later versions of QGIS may add', async () => {
    expect(await readPlugins('/qgis/plugins.xml?qgis=3.44&package_name=x')).toHaveLength(1)
  })
})

describe('the zip', () => {
  test('comes as a download with a strong ETag, and not again to who has it', async () => {
    const first = await get(`/qgis/secims_bridge-${version}.zip`)
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toBe('application/zip')
    expect(first.headers.get('content-disposition')).toContain(`filename="secims_bridge-${version}.zip"`)
    expect(first.headers.get('content-encoding')).toBeNull()
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
    const again = await get('/qgis/secims_bridge.zip', { 'If-None-Match': etag })
    expect(again.status).toBe(304)
    const same = await get('/qgis/secims_bridge.zip')
    expect(Buffer.from(await same.arrayBuffer()).equals(Buffer.from(await first.arrayBuffer()))).toBe(true)
  })

  test('knows the server it came from, by the address and the name people know', async () => {
    const manifestFor = async (headers: Record<string, string>) => {
      const files = unzipSync(
        new Uint8Array(await (await get('/qgis/secims_bridge.zip', headers)).arrayBuffer()),
      )
      return JSON.parse(new TextDecoder().decode(files['secims_bridge/manifest.json']))
    }
    expect((await manifestFor({})).suggestedConnections).toEqual([{ name: siteTitle, url: program.url }])
    const behindProxy = await manifestFor(proxied)
    expect(behindProxy.suggestedConnections).toEqual([{ name: siteTitle, url: 'https://atlas.example/geo' }])
    expect(behindProxy.homepage).toBe('https://atlas.example/geo/qgis')
  })

  test.each(['secims_bridge-0.0.0.zip', 'other.zip', 'secims_bridge', '..%2f..%2fpackage.json'])(
    'has no other name: %s is not found',
    async (name) => {
      const response = await get(`/qgis/${name}`)
      expect(response.status).toBe(404)
      expect(((await response.json()) as { detail: string }).detail).toContain('file of the QGIS plugin')
    },
  )

  test('is built once for many who ask at the same time, also by many addresses', async () => {
    const asked = Array.from({ length: 24 }, (_one, at) =>
      get('/qgis/plugins.xml', { 'X-Forwarded-Host': `host-${at % 12}.example` }),
    )
    for (const response of await Promise.all(asked)) expect(response.status).toBe(200)
  })
})

describe('the page', () => {
  test('says how to install the plugin, with the address to copy', async () => {
    const response = await get('/qgis')
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(text).toContain(`<code class="copy">${program.url}/qgis/plugins.xml</code>`)
    expect(text).toContain(`href="${program.url}/qgis/secims_bridge-${version}.zip"`)
    expect(text).toContain('Atlas &amp; &quot;Größe&quot; of 100 %')
    expect(text).not.toContain('Atlas & "')
    expect(text.match(/<h1/g)).toHaveLength(1)
  })

  test.each(['/', '/docs'])('is linked from %s', async (from) => {
    expect(await (await get(from)).text()).toContain(`href="${program.url}/qgis"`)
  })

  test('has its icon as a picture that runs nothing', async () => {
    const response = await get('/qgis/icon.svg')
    expect(response.headers.get('content-type')).toBe('image/svg+xml')
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(await response.text()).toMatch(/^<svg [^>]*viewBox="0 0 24 24"/)
  })
})

type Installed = {
  state: number
  error: string
  offered: Record<string, string> | null
  installation: string
  files: string[]
  loaded: boolean
  started: boolean
  algorithms: string[]
  suggested: [string, string][]
  statusAfter: string
  statusOfOlder: string
  unloaded: boolean
  failures: string[]
}

describe.skipIf(!hasQgis())(`QGIS${hasQgis() ? '' : ` (left out: ${whyNoQgis})`}`, () => {
  test('installs the plugin from the repository, loads it, and is told of a newer version', async () => {
    const report = (await runPyQgis('install_plugin.py', {
      repository: `${program.url}/qgis/plugins.xml`,
      package: 'secims_bridge',
    })) as Installed
    expect([report.error, report.failures]).toEqual(['', []])
    expect(report.offered).toMatchObject({
      name: 'SEC-IMS Bridge',
      status: 'not installed',
      version_available: version,
      download_url: `${program.url}/qgis/secims_bridge-${version}.zip`,
      icon: `${program.url}/qgis/icon.svg`,
    })
    expect(report.installation).toBe('')
    expect(report.files).toEqual(expect.arrayContaining(['__init__.py', 'metadata.txt', 'panel', 'LICENSE']))
    expect([report.loaded, report.started, report.unloaded]).toEqual([true, true, true])
    expect(report.algorithms).toEqual(
      expect.arrayContaining(['secims:publish', 'secims:verify', 'secims:unpublish', 'secims:search']),
    )
    expect(report.suggested).toEqual([[siteTitle, program.url]])
    expect(report.statusAfter).toBe('installed')
    expect(report.statusOfOlder).toBe('upgradeable')
  })
})
