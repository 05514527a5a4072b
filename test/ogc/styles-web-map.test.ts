/** The lines on a style's page, saved by somebody and opened in a browser: a map in that style (issue 5, item 5; R7.6). */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mapLibreAddress } from '../../backend/src/ogc/styles/web-map.ts'
import { axe, hasChromium, openBrowser, visit } from '../helpers/browser.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'

const mapLibre = dirname(fileURLToPath(import.meta.resolve('maplibre-gl')))

/** Somebody else's web server, with one page. */
const pageServer = async (text: () => string): Promise<{ server: Server; url: string }> => {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

const countOf = async (picture: Buffer, colour: readonly number[]): Promise<number> => {
  const { data } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  let count = 0
  for (let at = 0; at < data.length; at += 3)
    if (colour.every((value, band) => Math.abs((data[at + band] ?? 0) - value) <= 8)) count += 1
  return count
}

describe.skipIf(!hasChromium)('a style in a web map', { timeout: 120_000 }, () => {
  let program: TestProgram
  let browser: Browser
  let address: string
  let other: Awaited<ReturnType<typeof pageServer>>
  let folder: string
  let saved = ''
  beforeAll(async () => {
    program = await testProgram()
    const editor = program.as('editor')
    const styleId = await addStyle(
      editor,
      example('coastal_habitats/coastal_habitats.sld'),
      example('coastal_habitats/coastal_habitats.qml'),
    )
    const { collectionId } = await publishFile(editor, example('coastal_habitats/coastal_habitats.gpkg'), {
      styleId,
    })
    address = `${program.url}/pygeoapi/collections/${collectionId}/styles/${styleId}`
    browser = await openBrowser()
    other = await pageServer(() => saved)
    folder = await mkdtemp(join(tmpdir(), 'web-map-'))
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    other?.server.close()
    if (folder) await rm(folder, { recursive: true })
    await program?.stop()
  })

  test('R7.6 the page of a style has the lines of a whole page, with absolute addresses', async () => {
    const seen = await visit(browser, program)
    await seen.page.goto(`${address}?f=html`)
    saved = await seen.page.locator('.use details[open] pre').innerText()
    expect(saved).toContain(`'${address}?f=mapbox'`)
    expect(await axe(seen.page)).toEqual([])
    expect(seen.complaints).toEqual([])
    await seen.picture('style-page')
    await seen.close()
  })

  test('the MapLibre that they name is the one that the catalogue is tested with', () => {
    const { version } = JSON.parse(readFileSync(join(mapLibre, '../package.json'), 'utf8'))
    expect(mapLibreAddress).toContain(`@${version}/`)
  })

  const savedAs = {
    'on another server': async () => other.url,
    'as a file': async () => {
      const path = join(folder, 'map.html')
      await writeFile(path, saved)
      return pathToFileURL(path).href
    },
  }
  test.each(Object.entries(savedAs))(
    'R7.6 R7.10 saved %s, these lines draw the layer in its style',
    async (_where, save) => {
      const url = await save()
      const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
      const errors: string[] = []
      const foreign: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      page.on('request', (request) => {
        const asked = request.url()
        const known = [program.url, url, mapLibreAddress, 'blob:', 'data:']
        if (!known.some((start) => asked.startsWith(start))) foreign.push(asked)
      })
      // In place of unpkg.com: the same files, of this project.
      await page.context().route(`${new URL(mapLibreAddress).origin}/**`, async (route) => {
        const name = basename(new URL(route.request().url()).pathname)
        await route.fulfill({
          contentType: name.endsWith('.css') ? 'text/css' : 'text/javascript',
          headers: { 'Access-Control-Allow-Origin': '*' },
          body: readFileSync(join(mapLibre, name)),
        })
      })
      await page.goto(url)
      await page.locator('canvas').waitFor()
      const style = (await (await fetch(`${address}?f=mapbox`)).json()) as { layers: unknown[] }
      const fills = JSON.stringify(style.layers).match(/#[0-9a-f]{6}/gi) ?? []
      expect(fills.length).toBeGreaterThan(0)
      const drawn = async () => {
        const picture = await page.screenshot()
        const counts = await Promise.all(
          [...new Set(fills)].map((hex) =>
            countOf(
              picture,
              [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
            ),
          ),
        )
        return Math.max(...counts)
      }
      await expect.poll(drawn, { timeout: 30_000, interval: 500 }).toBeGreaterThan(100)
      expect(errors).toEqual([])
      expect(foreign).toEqual([])
      await page.close()
    },
  )
})
