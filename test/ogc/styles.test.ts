/**
 * OGC API – Styles by its addresses alone (20-009, draft; issue 5, items 5 and 8; R7.6, R7.9, R7.10): lists, formats, metadata,
 * legends, symbols and letters, as programs ask for them.
 */
import { readFile } from 'node:fs/promises'
import { OgcApiEndpoint } from '@camptocamp/ogc-client'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { PbfReader } from 'pbf'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSld } from '../../backend/src/styles/gate.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents as clients see them.
type Json = any

const layers = ['health_centres', 'coastal_habitats', 'roads'] as const
type Layer = (typeof layers)[number]

let program: TestProgram
const published = {} as Record<Layer | 'plain' | 'table', string>
const styleIds = {} as Record<Layer, string>
beforeAll(async () => {
  program = await testProgram()
  const editor = program.as('editor')
  for (const layer of layers) {
    styleIds[layer] = await addStyle(
      editor,
      example(`${layer}/${layer}.sld`),
      layer === 'roads' ? undefined : example(`${layer}/${layer}.qml`),
    )
    const { collectionId } = await publishFile(editor, example(`${layer}/${layer}.gpkg`), {
      styleId: styleIds[layer],
    })
    published[layer] = collectionId
  }
  published.plain = (await publishFile(editor, example('rivers/rivers.gpkg'))).collectionId
  published.table = (
    await publishFile(editor, example('rainfall_monthly/rainfall_monthly.gpkg'))
  ).collectionId
}, 300_000)
afterAll(() => program?.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(path.startsWith('http') ? path : `${program.url}/pygeoapi${path}`, { headers })
const json = async (path: string): Promise<Json> => {
  const response = await get(path)
  expect(response.status, `${path}: ${response.status}`).toBe(200)
  return response.json()
}
const styleOf = (layer: Layer) => `/collections/${published[layer]}/styles/${styleIds[layer]}`

describe('/req/core: lists of styles', () => {
  test('all styles of published layers, each with its formats, its metadata and its legend', async () => {
    const { styles, links } = await json('/styles')
    expect(styles.map(({ id }: Json) => id).sort()).toEqual(Object.values(styleIds).sort())
    expect(links.map(({ rel }: Json) => rel)).toEqual(['self', 'alternate'])
    for (const style of styles) {
      const rels = new Set(style.links.map(({ rel }: Json) => rel))
      expect([...rels]).toEqual(
        expect.arrayContaining([
          'stylesheet',
          'describedby',
          'http://www.opengis.net/def/rel/ogc/1.0/legend',
        ]),
      )
      for (const { href, type } of style.links) {
        const answer = await get(href)
        expect(answer.status, href).toBe(200)
        expect(answer.headers.get('content-type')?.split(';')[0], href).toBe(type.split(';')[0])
      }
    }
  })

  test('of a collection, the default first; a layer without style has the plain one, a table none', async () => {
    expect(await json(`/collections/${published.roads}/styles`)).toMatchObject({
      default: styleIds.roads,
      styles: [{ id: styleIds.roads }],
    })
    expect(await json(`/collections/${published.plain}/styles`)).toMatchObject({
      default: '_default',
      styles: [{ id: '_default', title: 'Plain' }],
    })
    expect((await json(`/collections/${published.table}/styles`)).styles).toEqual([])
    expect((await get(`/collections/${published.table}/styles/_default`)).status).toBe(404)
  })

  test('a style that is not of the collection, or not at all, is not there', async () => {
    for (const path of [
      `/collections/${published.roads}/styles/${styleIds.health_centres}`,
      '/collections/nowhere/styles',
      '/styles/nothing',
      '/styles/_default',
      `/styles/${encodeURIComponent('../../etc/passwd')}`,
      `/styles/${'x'.repeat(150)}`,
      '/styles/__proto__',
    ]) {
      const answer = await get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    }
  })
})

describe('a style in its formats', () => {
  test('SLD goes out as it came in, in its own version; the other is written and can be read (sld-10, sld-11)', async () => {
    const original = await readFile(example('roads/roads.sld'))
    const own = await get(`${styleOf('roads')}?f=sld11`)
    expect(own.headers.get('content-type')).toBe('application/vnd.ogc.sld+xml;version=1.1')
    expect(Buffer.from(await own.arrayBuffer()).equals(original)).toBe(true)
    const other = await get(`${styleOf('roads')}?f=sld10`)
    expect(other.headers.get('content-type')).toBe('application/vnd.ogc.sld+xml;version=1.0')
    const read = checkSld(new Uint8Array(await other.arrayBuffer()))
    expect([read.sldVersion, read.errors]).toEqual(['1.0.0', []])
    expect(other.headers.get('link')).toContain(`${styleOf('roads')}/metadata>; rel="describedby"`)
    const { stylesheets } = await json(`${styleOf('roads')}/metadata`)
    const native = Object.fromEntries(stylesheets.map((one: Json) => [one.title, one.native]))
    expect(native).toEqual({ 'MapLibre style': false, 'SLD 1.1': true, 'SLD 1.0': false })
    expect(stylesheets[2].losses.map(({ code }: Json) => code)).toContain('SLD10_EXTENSION')
  })

  test('the Accept header decides where f does not, with the version of SLD', async () => {
    const type = async (accept: string) =>
      (await get(styleOf('health_centres'), { Accept: accept })).headers.get('content-type')
    expect(await type('*/*')).toBe('application/vnd.mapbox.style+json')
    expect(await type('application/vnd.ogc.sld+xml')).toBe('application/vnd.ogc.sld+xml;version=1.1')
    expect(await type('application/vnd.ogc.sld+xml;version=1.0')).toBe(
      'application/vnd.ogc.sld+xml;version=1.0',
    )
    expect(await type('application/xml')).toBe('application/xml')
    expect(await type('application/json')).toContain('application/json')
    expect(await type('text/html,application/xhtml+xml,*/*;q=0.8')).toBe('text/html; charset=utf-8')
    expect((await get(styleOf('roads'), { Accept: 'image/tiff' })).status).toBe(406)
    expect((await get(`${styleOf('roads')}?f=qml`)).status).toBe(406)
    expect((await get(`${styleOf('roads')}?f=css`)).status).toBe(400)
  })

  test('the QGIS style goes out as it came', async () => {
    const original = await readFile(example('health_centres/health_centres.qml'))
    const answer = await get(`${styleOf('health_centres')}?f=qml`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(original)).toBe(true)
  })

  test.each(layers)(
    '%s as a MapLibre style: valid, and every address in it is absolute and answers (mapbox-styles)',
    async (layer) => {
      const style = await json(`${styleOf(layer)}?f=mapbox`)
      expect(validateStyleMin(style)).toEqual([])
      const { sources, sprite, glyphs } = style
      const [source] = Object.values<Json>(sources)
      expect(source.tiles[0]).toBe(
        `${program.url}/pygeoapi/collections/${published[layer]}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`,
      )
      const { tiles } = source
      const tile = await get(tiles[0].replace('{z}', '0').replace('{y}', '0').replace('{x}', '0'))
      expect(tile.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile')
      const images = new Set(
        style.layers.flatMap(({ layout = {}, paint = {} }: Json) =>
          [layout['icon-image'], paint['fill-pattern'], paint['line-pattern']].filter(Boolean),
        ),
      )
      expect(images.size > 0).toBe(sprite !== undefined)
      if (sprite) {
        const index = await json(`${sprite}.json`)
        expect(new Set(Object.keys(index))).toEqual(images)
      }
      const answer = await get(
        glyphs.replace('{fontstack}', 'DejaVu Sans Regular').replace('{range}', '0-255'),
      )
      expect(answer.status).toBe(200)
    },
  )

  test('under the other name of the face, addresses stay there (G7)', async () => {
    const style: Json = await (await fetch(`${program.url}/ogc${styleOf('roads')}?f=mapbox`)).json()
    expect(style.glyphs).toMatch(new RegExp(`^${program.url}/ogc/fonts/`))
  })

  test('a style shared by all its layers has a source for each of them', async () => {
    const style = await json(`/styles/${styleIds.roads}?f=mapbox`)
    expect(Object.keys(style.sources)).toEqual([published.roads])
    expect(validateStyleMin(style)).toEqual([])
  })

  test('the plain style is in all formats, too', async () => {
    const base = `/collections/${published.plain}/styles/_default`
    expect(validateStyleMin(await json(`${base}?f=mapbox`))).toEqual([])
    for (const f of ['sld10', 'sld11']) {
      const { errors } = checkSld(new Uint8Array(await (await get(`${base}?f=${f}`)).arrayBuffer()))
      expect(errors).toEqual([])
    }
    expect((await get(`${base}/legend`)).status).toBe(200)
  })
})

test('the metadata say which properties a style reads, at which scales it draws, and what was found in it', async () => {
  const metadata = await json(`${styleOf('roads')}/metadata`)
  expect(metadata).toMatchObject({ id: styleIds.roads, scope: 'style', version: '1' })
  expect(metadata.layers).toMatchObject([
    {
      id: published.roads,
      type: 'line',
      attributes: [
        { id: 'class', type: 'string' },
        { id: 'name', type: 'string' },
      ],
    },
  ])
  expect(await json(`${styleOf('roads')}?f=json`)).toEqual(metadata)
})

describe('legends', () => {
  test('PNG in two sizes, SVG and data, with the titles of the rules', async () => {
    const legend = await json(`${styleOf('roads')}/legend?f=json`)
    const titles = legend.entries.map(({ title }: Json) => title)
    expect(titles).toEqual(['Track', 'Feeder road', 'Secondary road', 'Primary road'])
    const swatch = Buffer.from(legend.entries[3].swatch.split(',')[1], 'base64')
    expect(await sharp(swatch).metadata()).toMatchObject({ format: 'png', width: 56, height: 36 })
    const sizes = await Promise.all(
      [1, 2].map(async (ratio) => {
        const answer = await get(`${styleOf('roads')}/legend?f=png&pixel-ratio=${ratio}`)
        return sharp(Buffer.from(await answer.arrayBuffer())).metadata()
      }),
    )
    expect(sizes[1]?.width).toBe(2 * (sizes[0]?.width ?? 0))
    const svg = await get(`${styleOf('roads')}/legend`, { Accept: 'image/svg+xml' })
    expect(svg.headers.get('content-security-policy')).toContain('sandbox')
    const text = await svg.text()
    for (const title of titles) expect(text).toContain(title)
  })

  test('rules that do not hold at a scale are left out of its legend', async () => {
    const all = await json(`${styleOf('health_centres')}/legend?f=json`)
    const far = await json(`${styleOf('health_centres')}/legend?f=json&scale-denominator=1000000`)
    expect(far.entries.length).toBeLessThanOrEqual(all.entries.length)
    expect((await get(`${styleOf('roads')}/legend?scale-denominator=0`)).status).toBe(400)
    expect((await get(`${styleOf('roads')}/legend?pixel-ratio=9`)).status).toBe(400)
  })

  test('who has a legend is told so, until the style is replaced', async () => {
    const path = `${styleOf('coastal_habitats')}/legend`
    const etag = (await get(path)).headers.get('etag') ?? ''
    expect((await get(path, { 'If-None-Match': etag })).status).toBe(304)
    const form = new FormData()
    form.append('sld', new Blob([await readFile(example('coastal_habitats/coastal_habitats.sld'))]), 'c.sld')
    const replaced = await fetch(`${program.url}/api/v1/styles/${styleIds.coastal_habitats}`, {
      method: 'PUT',
      body: form,
      headers: { Authorization: `Bearer ${program.tokenOf('editor')}`, 'If-Match': '"1"' },
    })
    expect(replaced.status).toBe(200)
    expect((await get(path, { 'If-None-Match': etag })).status).toBe(200)
    expect((await json(`${styleOf('coastal_habitats')}/metadata`)).version).toBe('2')
  })
})

describe('symbols for web maps', () => {
  test('in both sizes; each lies in the picture, and shows something', async () => {
    for (const [suffix, ratio] of [
      ['', 1],
      ['@2x', 2],
    ] as const) {
      const base = `${styleOf('health_centres')}/sprite/symbols${suffix}`
      const index = await json(`${base}.json`)
      const picture = sharp(Buffer.from(await (await get(`${base}.png`)).arrayBuffer()))
      const { width = 0, height = 0 } = await picture.metadata()
      const places = Object.values<Json>(index)
      expect(places.length).toBeGreaterThan(0)
      for (const place of places) {
        expect(place.pixelRatio).toBe(ratio)
        expect(place.x + place.width).toBeLessThanOrEqual(width)
        expect(place.y + place.height).toBeLessThanOrEqual(height)
        const { channels } = await picture
          .clone()
          .extract({ left: place.x, top: place.y, width: place.width, height: place.height })
          .stats()
        expect(channels[3]?.max).toBe(255)
      }
    }
    expect((await get(`${styleOf('roads')}/sprite/symbols@3x.png`)).status).toBe(404)
  })
})

describe('letters for web maps', () => {
  type Glyph = { id: number; bitmap: number; width: number; height: number; advance: number }
  const read = (bytes: Uint8Array) => {
    const fontstacks: { name: string; range: string; glyphs: Glyph[] }[] = []
    new PbfReader(bytes).readFields((_tag, _result, pbf) => {
      const stack = { name: '', range: '', glyphs: [] as Glyph[] }
      pbf.readMessage((tag) => {
        if (tag === 1) stack.name = pbf.readString()
        else if (tag === 2) stack.range = pbf.readString()
        else if (tag === 3) {
          const glyph: Glyph = { id: 0, bitmap: 0, width: 0, height: 0, advance: 0 }
          pbf.readMessage((field) => {
            if (field === 1) glyph.id = pbf.readVarint()
            else if (field === 2) glyph.bitmap = pbf.readBytes().length
            else if (field === 3) glyph.width = pbf.readVarint()
            else if (field === 4) glyph.height = pbf.readVarint()
            else if (field === 7) glyph.advance = pbf.readVarint()
          }, glyph)
          stack.glyphs.push(glyph)
        }
      }, stack)
      fontstacks.push(stack)
    }, null)
    return fontstacks[0]
  }
  const glyphs = async (stack: string, range: string) => {
    const answer = await get(`/fonts/${encodeURIComponent(stack)}/${range}.pbf`)
    expect(answer.status).toBe(200)
    return read(new Uint8Array(await answer.arrayBuffer()))
  }

  test('a range of 256 characters, each with its bitmap and a border', async () => {
    const latin = await glyphs('DejaVu Sans Bold', '0-255')
    expect(latin).toMatchObject({ name: 'DejaVu Sans Bold', range: '0-255' })
    const codes = latin?.glyphs.map(({ id }) => id) ?? []
    for (const letter of 'Ağz é'.normalize('NFC').replace('ğ', 'g'))
      expect(codes).toContain(letter.codePointAt(0))
    for (const { bitmap, width, height } of latin?.glyphs ?? [])
      expect(bitmap).toBe(width === 0 ? 0 : (width + 6) * (height + 6))
    expect(latin?.glyphs.find(({ id }) => id === 32)).toMatchObject({ bitmap: 0, advance: 8 })
  })

  test('a font that is not here is answered with one that resembles it, under the name that was asked for', async () => {
    const mono = await glyphs('Courier New Regular,DejaVu Sans Regular', '0-255')
    expect(mono?.name).toBe('Courier New Regular,DejaVu Sans Regular')
    const letters = mono?.glyphs.filter(({ id }) => id > 64 && id < 91) ?? []
    expect([letters.length, new Set(letters.map(({ advance }) => advance)).size]).toEqual([26, 1])
  })

  test('characters that no shipped font has are left out, and ranges that are none refused', async () => {
    expect((await glyphs('DejaVu Sans Regular', '19968-20223'))?.glyphs).toEqual([])
    for (const range of ['1-256.pbf', '0-511.pbf', 'x.pbf', '1114112-1114367.pbf', '..%2f..%2fpasswd'])
      expect((await get(`/fonts/DejaVu Sans Regular/${range}`)).status, range).toBe(404)
  })
})

test('pages: a style with its legend and picture, and what each format cannot say', async () => {
  for (const path of [
    '/styles',
    `/collections/${published.roads}/styles`,
    `/styles/${styleIds.roads}`,
    styleOf('health_centres'),
  ]) {
    const answer = await get(`${path}?f=html`)
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  const text = await (await get(`${styleOf('roads')}?f=html`)).text()
  expect(text).toContain('/legend?f=svg"')
  expect(text).toContain('the file that was published')
})

test('the page of all styles shows a layer drawn with each', async () => {
  const text = await (await get('/styles?f=html')).text()
  const pictures = [...text.matchAll(/<img class="picture" src="([^"]+)"/g)].map(([, src = '']) => src)
  expect(pictures.length).toBe(Object.keys(styleIds).length)
  for (const src of pictures) {
    const answer = await get(src.replaceAll('&amp;', '&'))
    expect(answer.headers.get('content-type'), src).toBe('image/png')
  }
})

test('a web page on another site may read all of it', async () => {
  for (const path of [
    `${styleOf('roads')}?f=mapbox`,
    '/fonts/DejaVu Sans Regular/0-255.pbf',
    `${styleOf('health_centres')}/sprite/symbols.png`,
  ])
    expect(
      (await get(path, { Origin: 'https://example.org' })).headers.get('access-control-allow-origin'),
    ).toBe('*')
})

test('ogc-client finds styles by conformance and links', async () => {
  const endpoint = new OgcApiEndpoint(`${program.url}/pygeoapi`)
  expect(await endpoint.hasStyles).toBe(true)
  const all = await endpoint.allStyles()
  expect(all.map(({ id }) => id).sort()).toEqual(Object.values(styleIds).sort())
  expect((await endpoint.allStyles(published.roads)).map(({ id }) => id)).toEqual([styleIds.roads])
  const url = await endpoint.getStylesheetUrl(styleIds.roads, 'application/vnd.mapbox.style+json')
  expect((await get(url)).status).toBe(200)
})
