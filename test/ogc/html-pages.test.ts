/** Every resource of the OGC faces as a page: it is there, leads to its neighbours, and its commands work as they stand. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../backend/src/ogc/features/pages/use-box.ts'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { tagsOf } from '../helpers/html-structure.ts'
import { hasProgram } from '../helpers/programs.ts'
import { createFixture } from './features-fixture.ts'

const run = promisify(execFile)

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'))
  server = await startTestServer()
  await createFixture(server.db)
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const collection = '/pygeoapi/collections/places'
/** Each page, and pages one click away from it, in both directions. */
const neighbours: [string, string[]][] = [
  [
    '/pygeoapi/',
    ['/pygeoapi/collections', '/pygeoapi/api', '/pygeoapi/conformance', '/pygeoapi/tileMatrixSets', '/'],
  ],
  ['/pygeoapi/conformance', ['/pygeoapi/']],
  ['/pygeoapi/api', ['/pygeoapi/', collection]],
  ['/pygeoapi/collections', ['/pygeoapi/', collection]],
  [
    collection,
    [
      '/pygeoapi/collections',
      `${collection}/items`,
      `${collection}/queryables`,
      `${collection}/sortables`,
      `${collection}/schema`,
      `${collection}/tiles`,
    ],
  ],
  [`${collection}/items`, [collection, `${collection}/items/1`]],
  [`${collection}/items/1`, [collection, `${collection}/items`]],
  [`${collection}/queryables`, [collection, `${collection}/sortables`, `${collection}/schema`]],
  [`${collection}/sortables`, [collection, `${collection}/queryables`, `${collection}/schema`]],
  [`${collection}/schema`, [collection, `${collection}/queryables`, `${collection}/sortables`]],
  [
    `${collection}/tiles`,
    [collection, `${collection}/tiles/WebMercatorQuad`, '/pygeoapi/tileMatrixSets/WebMercatorQuad'],
  ],
  [`${collection}/tiles/WebMercatorQuad`, [collection, `${collection}/tiles`]],
  [
    '/pygeoapi/tileMatrixSets',
    ['/pygeoapi/', '/pygeoapi/tileMatrixSets/WebMercatorQuad', '/pygeoapi/tileMatrixSets/WorldCRS84Quad'],
  ],
  ['/pygeoapi/tileMatrixSets/WebMercatorQuad', ['/pygeoapi/', '/pygeoapi/tileMatrixSets']],
  ['/records/', ['/records/collections', '/records/api', '/records/conformance']],
  ['/records/collections/metadata:main', ['/records/collections/metadata:main/items']],
  ['/csw', ['/csw', '/', '/records/', '/records/collections/metadata:main/items']],
]

const page = async (path: string): Promise<string> => {
  const response = await server.get(path, { Accept: 'text/html' })
  expect(response.status, path).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  return response.text()
}
const pathOf = (href: string) => new URL(href, server.url).pathname.replace(/(?<=.)\/$/, '')
const linksOf = (text: string) =>
  new Set(
    tagsOf(text).flatMap(({ name, attributes }) =>
      name === 'a' ? [pathOf(attributes.get('href') ?? '')] : [],
    ),
  )

describe('pages', () => {
  test.each(neighbours)('%s is a page and leads to its neighbours', async (path, others) => {
    const links = linksOf(await page(path))
    for (const other of others) expect([...links], `${path} → ${other}`).toContain(pathOf(other))
  })

  test.each(neighbours.map(([path]) => path))('%s leads nowhere that is not there', async (path) => {
    for (const link of linksOf(await page(path))) {
      // Definitions of the OGC are elsewhere; the file of the fixture is a row without bytes.
      if (/^\/(spec|def|files)\//.test(link)) continue
      expect(
        (await server.get(link, { Accept: 'text/html,*/*;q=0.1' })).status,
        `${path} → ${link}`,
      ).toBeLessThan(400)
    }
  })

  test('with data have a drawing and a table, and the box that tells how to use them', async () => {
    for (const path of [`${collection}/items`, `${collection}/items/2`])
      expect(await page(path)).toContain('<svg viewBox')
    expect(await page(collection)).toContain('<img class="map"')
    for (const path of [collection, `${collection}/items`]) expect(await page(path)).toContain('id="use"')
    for (const title of ['GeoJSON', 'JSON-FG', 'CSV', 'FlatGeobuf'])
      expect(await page(`${collection}/items/2`)).toContain(`>${title}</a>`)
  })

  test('of CSW is for browsers only: programs get the capabilities', async () => {
    expect((await server.get('/csw?f=html')).headers.get('content-type')).toMatch(/^text\/html/)
    for (const accept of ['*/*', 'application/xml', 'text/xml, */*', 'image/png'])
      expect((await server.get('/csw', { Accept: accept })).headers.get('content-type'), accept).toMatch(
        /xml/,
      )
    const asked = await server.get('/csw?service=CSW&request=GetCapabilities', { Accept: 'text/html' })
    expect(asked.headers.get('content-type')).toMatch(/xml/)
  })

  test('of features sort by a click on a heading, and the other way by another', async () => {
    const heading = async (path: string, name: string) => {
      const text = await page(path)
      const found = new RegExp(`aria-sort="(\\w+)"><a href="([^"]+)">${name}</a>`).exec(text)
      return { sort: found?.[1], href: (found?.[2] ?? '').replaceAll('&amp;', '&').replace(server.url, '') }
    }
    const first = await heading(`${collection}/items?limit=3&open=true`, 'visitors')
    expect(first).toMatchObject({ sort: 'none' })
    expect(first.href).toContain('open=true')
    const second = await heading(first.href, 'visitors')
    expect(second.sort).toBe('ascending')
    const third = await heading(second.href, 'visitors')
    expect(third.sort).toBe('descending')
    expect((await page(second.href)).indexOf('22000')).toBeGreaterThan(0)
  })

  test('of features find text, and keep what else was asked for', async () => {
    const text = await page(`${collection}/items?open=false&q=place%201&sortby=-visitors`)
    expect(text).toContain('value="place 1"')
    expect(text).toContain('<input type="hidden" name="open" value="false">')
    expect(text).toContain('<input type="hidden" name="sortby" value="-visitors">')
    expect(text).toContain('Place 19')
    expect(text).not.toContain('Place 2<')
    expect(await page(`${collection}/items?q=%22%3E%3Cscript%3E`)).not.toContain('><script>')
  })
})

describe('the commands of the box', () => {
  const box = () => commands({ faceUrl: server.face, collectionId: 'places' })
  const shell = (command: string) => run('bash', ['-euc', command], { cwd: folder, maxBuffer: 1 << 26 })

  test('stand on the page, letter by letter', async () => {
    const text = (await page(collection))
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
    const { gdal, python, geopandas, r, javascript, curl } = box()
    for (const command of [gdal, python, geopandas, r, javascript, curl]) expect(text).toContain(command)
  })

  test.skipIf(!hasProgram('ogr2ogr'))(
    'GDAL makes a GeoPackage with every feature (left out where it is not installed)',
    async () => {
      const { stdout } = await shell(box().gdal)
      expect(stdout).toContain('Feature Count: 24')
      const { stdout: info } = await shell('ogrinfo -so places.gpkg places')
      expect(info).toContain('Feature Count: 24')
    },
  )

  test.skipIf(!hasProgram('python3'))(
    'Python collects every feature (left out where it is not installed)',
    async () => {
      const { stdout } = await run('python3', ['-c', box().python])
      expect(stdout.trim()).toBe('24 features')
      // GeoPandas may not be there; what it is told to do is at least Python.
      await run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', box().geopandas])
    },
  )

  test('JavaScript runs as a module', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', box().javascript])
    expect(stdout.trim()).toBe('24 features')
  })

  test.skipIf(!hasProgram('curl'))(
    'curl gets GeoJSON, CSV and FlatGeobuf (left out where it is not installed)',
    async () => {
      const { stdout } = await shell(box().curl)
      expect(JSON.parse(stdout).features).toHaveLength(10)
      expect((await readFile(join(folder, 'places.csv'), 'utf8')).trim().split('\r\n')).toHaveLength(25)
      expect((await readFile(join(folder, 'places.fgb'))).subarray(0, 3).toString()).toBe('fgb')
    },
  )

  test('hold nothing that a shell or another language would read otherwise', () => {
    const { gdal, python, curl } = commands({ faceUrl: 'http://a.b/x\'y$(z)`"\\', collectionId: 'a;b"c' })
    for (const text of [gdal, python, curl]) expect(text).not.toMatch(/[$`\\]|x'y|b"c/)
  })
})
