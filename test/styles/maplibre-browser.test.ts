/**
 * What MapLibre draws of a style beside what our painter draws of it (issue 5): the same features, place and size. Where
 * writing the style lost nothing, both pictures are alike, but for how their edges are smoothed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBudget, defaultLimits } from '../../backend/src/render/paint/budget.ts'
import { createLosses } from '../../backend/src/render/paint/losses.ts'
import { compileStyle, paintFeatures, pixelsOf } from '../../backend/src/render/paint/paint.ts'
import { readPictures } from '../../backend/src/render/paint/pictures.ts'
import { plainView } from '../../backend/src/render/paint/view.ts'
import { drawSpriteSheet } from '../../backend/src/render/sprite-sheet.ts'
import { isRasterStyle, writeMapLibre } from '../../backend/src/styles/maplibre.ts'
import type { Style } from '../../backend/src/styles/model.ts'
import { readSld } from '../../backend/src/styles/sld-read.ts'
import { readXml } from '../../backend/src/xml/read.ts'
import { hasChromium, openBrowser } from '../helpers/browser.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'
import { feature } from '../render/paint/drawn.ts'
import { type Picture, similarity } from './fidelity/similarity.ts'

const folder = sharedData('sld')
const [width, height] = [512, 384]
const zoom = 14
/** Metres of EPSG:3857. */
const perPixel = 78_271.516_964_020_48 / 2 ** zoom
const radius = 6_378_137

type Position = [number, number]

const createRandom = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const kindOf = ({ featureTypeStyles }: Style): 'point' | 'line' | 'polygon' => {
  const kinds = new Set(
    featureTypeStyles.flatMap(({ rules }) =>
      rules.flatMap(({ symbolizers }) => symbolizers.map(({ kind }) => kind)),
    ),
  )
  return kinds.has('polygon') ? 'polygon' : kinds.has('line') ? 'line' : 'point'
}

/** In metres around the middle of the map. */
const shapesOf = (kind: 'point' | 'line' | 'polygon', random: () => number): Position[][] =>
  Array.from({ length: kind === 'point' ? 40 : 14 }, () => {
    const [x, y] = [(random() - 0.5) * width * perPixel, (random() - 0.5) * height * perPixel]
    if (kind === 'point') return [[x, y]]
    if (kind === 'polygon') {
      const ring = Array.from({ length: 7 }, (_, index): Position => {
        const angle = (index * 2 * Math.PI) / 7
        const reach = (25 + random() * 30) * perPixel
        return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)]
      })
      return [...ring, ring[0] ?? [x, y]]
    }
    let [u, v, angle] = [x, y, random() * 7]
    return Array.from({ length: 5 }, (): Position => {
      angle += random() - 0.5
      u += 35 * perPixel * Math.cos(angle)
      v += 35 * perPixel * Math.sin(angle)
      return [u, v]
    })
  })

const toLonLat = ([x, y]: Position): Position => [
  ((x / radius) * 180) / Math.PI,
  ((2 * Math.atan(Math.exp(y / radius)) - Math.PI / 2) * 180) / Math.PI,
]

const words = { point: 'Point', line: 'LineString', polygon: 'Polygon' } as const
const nested = (kind: keyof typeof words, shape: Position[]) =>
  kind === 'point' ? shape[0] : kind === 'line' ? shape : [shape]
const wktOf = (kind: keyof typeof words, shape: Position[]): string => {
  const list = shape.map((one) => one.join(' ')).join(',')
  return kind === 'polygon' ? `POLYGON((${list}))` : `${words[kind].toUpperCase()}(${list})`
}

type Case = {
  style: Style
  kind: keyof typeof words
  fields: string[]
  rows: (string | number)[][]
  shapes: Position[][]
}

/** Values are those that the style compares with. */
const caseOf = (sld: string, style: Style): Case => {
  const random = createRandom(sld.length)
  const texts = (tag: string) =>
    [...sld.matchAll(new RegExp(`<ogc:${tag}>([^<]*)<`, 'g'))].map(([, one]) => one ?? '')
  const fields = [...new Set(texts('PropertyName'))]
  const literals = [...new Set([...texts('Literal'), 'a', '1'])]
  const kind = kindOf(style)
  const shapes = shapesOf(kind, random)
  const rows = shapes.map(() =>
    fields.map(() => {
      const text = literals[Math.floor(random() * literals.length)] ?? ''
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    }),
  )
  return { style, kind, fields, rows, shapes }
}

const painted = async ({ style, kind, fields, rows, shapes }: Case): Promise<Picture> => {
  const half: Position = [(width / 2) * perPixel, (height / 2) * perPixel]
  const view = plainView({ box: [-half[0], -half[1], half[0], half[1]], width, height })
  const budget = createBudget({ limits: defaultLimits, now: () => 0, isCancelled: () => false })
  const pictures = await readPictures(style, {}, createLosses())
  const programme = compileStyle(style, view, { fields, pictures })
  const features = shapes.map((shape, index) => feature(wktOf(kind, shape), rows[index], index))
  const { rgba } = pixelsOf(paintFeatures(programme, { fields, features }, budget).surface, '#ffffff')
  return { rgba: new Uint8Array(rgba), width, height }
}

const draw = `async ({ style, sprites, sheet, zoom }) => {
  document.body.innerHTML = '<div id="map"></div>'
  const image = new Image()
  image.src = sheet
  await image.decode()
  const map = new maplibregl.Map({ container: 'map', style, center: [0, 0], zoom, interactive: false, attributionControl: false, fadeDuration: 0 })
  await map.once('style.load')
  for (const [name, { x, y, width, height }] of Object.entries(sprites)) {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    context.drawImage(image, x, y, width, height, 0, 0, width, height)
    if (!map.hasImage(name)) map.addImage(name, context.getImageData(0, 0, width, height))
  }
  await new Promise((done) => { map.once('idle', done); map.triggerRepaint() })
  return true
}`

const inMapLibre = async (page: Page, one: Case): Promise<{ picture: Picture; losses: string[] }> => {
  const { style, kind, fields, rows, shapes } = one
  const data = {
    type: 'FeatureCollection',
    features: shapes.map((shape, index) => {
      const coordinates = nested(kind, shape.map(toLonLat))
      const properties = Object.fromEntries(fields.map((field, at) => [field, rows[index]?.[at]]))
      return { type: 'Feature', geometry: { type: words[kind], coordinates }, properties }
    }),
  }
  const {
    style: written,
    sprites,
    losses,
  } = writeMapLibre(style, {
    sourceId: 'data',
    source: { type: 'geojson', data },
    geometryType: words[kind],
  })
  const budget = createBudget({ limits: defaultLimits, now: () => 0, isCancelled: () => false })
  const { png, index } = await drawSpriteSheet(sprites, { pixelRatio: 1, resources: {}, budget })
  const sheet = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  await page.evaluate(`(${draw})(${JSON.stringify({ style: written, sprites: index, sheet, zoom })})`)
  const shot = await page.screenshot({ clip: { x: 0, y: 0, width, height } })
  const { data: rgba } = await sharp(shot).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { picture: { rgba, width, height }, losses: losses.map(({ code }) => code) }
}

const blurred = async ({ rgba }: Picture): Promise<Picture> => {
  const { data, info } = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .blur(4)
    .resize({ width: width / 4 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

const origin = 'http://maps.test'
const document = `<!doctype html><style>body{margin:0;background:#fff}#map{width:${width}px;height:${height}px}</style>
<script type="module">import * as library from './maplibre-gl.mjs'
library.setWorkerUrl('${origin}/maplibre-gl-worker.mjs')
window.maplibregl = library</script><body></body>`

const readStyle = (sld: string): Style | null => {
  const reading = readSld(readXml(Buffer.from(sld), { what: 'The style' }))
  return reading && reading.errors.length === 0 && !isRasterStyle(reading.style) ? reading.style : null
}

const names = folder ? readdirSync(folder).filter((name) => /^qgis_generated.*\.sld$/.test(name)) : []

describe.skipIf(folder === undefined || !hasChromium)(`MapLibre in Chromium (${whySkipped})`, () => {
  let browser: Browser
  let page: Page
  const requests: string[] = []
  beforeAll(async () => {
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width, height } })
    page.on('request', (request) => requests.push(request.url()))
    const dist = dirname(fileURLToPath(import.meta.resolve('maplibre-gl')))
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1)
      if (name === '') await route.fulfill({ contentType: 'text/html', body: document })
      else if (/^maplibre-gl[\w-]*\.mjs$/.test(name))
        await route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(dist, name)) })
      else await route.abort()
    })
    await page.goto(`${origin}/`)
    await page.waitForFunction('window.maplibregl !== undefined')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
  })

  test('R7.4 what lost nothing looks like our maps, and nothing is fetched', {
    timeout: 300_000,
  }, async () => {
    const alike: [string, number][] = []
    for (const name of names) {
      const sld = readFileSync(join(folder ?? '', name), 'utf8')
      const style = readStyle(sld)
      if (style === null) continue
      const one = caseOf(sld, style)
      const { picture, losses } = await inMapLibre(page, one)
      if (losses.length > 0) continue
      const ours = await painted(one)
      alike.push([name, Math.round(similarity(await blurred(picture), await blurred(ours)) * 1000) / 1000])
    }
    expect(alike.length).toBeGreaterThan(8)
    expect(alike.filter(([, score]) => score < 0.95)).toEqual([])
    expect(requests.filter((url) => /^https?:/.test(url) && !url.startsWith(origin))).toEqual([])
  })
})
