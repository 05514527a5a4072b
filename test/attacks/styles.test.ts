/**
 * Styles that want to harm (security C, issue 5): refused by the reader's thread within its limits, whatever their
 * encoding, and what is drawn of the others asks nothing of anybody.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultLimits } from '../../backend/src/render/paint/budget.ts'
import { paintImage } from '../../backend/src/render/paint/job.ts'
import { plainView } from '../../backend/src/render/paint/view.ts'
import { createStyleReader } from '../../backend/src/render/style-reader.ts'
import type { StyleCheck } from '../../backend/src/styles/gate.ts'
import { feature } from '../render/paint/drawn.ts'

const reader = createStyleReader()
let asked: string[] = []
let listener: Server
let address = ''

beforeAll(async () => {
  listener = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((done) => {
    listener.listen(0, '127.0.0.1', done)
  })
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
afterAll(async () => {
  await reader.close()
  listener.close()
})

const open =
  '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc" xmlns:xlink="http://www.w3.org/1999/xlink"><NamedLayer><UserStyle><FeatureTypeStyle><Rule>'
const close = '</Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>'
const sld = (inside: string): string => `${open}${inside}${close}`

/** Each entity is ten of the one before: a thousand million letters. */
const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]>${sld('<TextSymbolizer><Label>&j;</Label></TextSymbolizer>')}`

const encoded: Record<string, (text: string) => Uint8Array> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with its mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16LE': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-16LE without its mark': (text) => Buffer.from(text, 'utf16le'),
  'a declared latin-1': (text) => Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1'),
}

const check = (bytes: Uint8Array): Promise<StyleCheck> => reader.check(bytes)

test.each(Object.keys(encoded))('C1 a billion laughs in %s is refused for its DOCTYPE', async (name) => {
  const { errors, style } = await check((encoded[name] ?? Buffer.from)(laughs))
  expect(errors[0]?.code).toMatch(/^SLD_(DOCTYPE|ENCODING|NOT_WELL_FORMED)$/)
  expect(style).toBeNull()
})

test('C1 a billion laughs in UTF-7 or UTF-32 is refused for its encoding or its form', async () => {
  const utf7 = Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${laughs}`)
  const utf32 = Buffer.from(
    [...`\uFEFF${laughs}`].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8, 0, 0]),
  )
  for (const bytes of [utf7, utf32]) expect((await check(bytes)).errors.length).toBeGreaterThan(0)
})

const hostile: Record<string, [inside: string, code: RegExp]> = {
  'filters nested a thousand deep': [
    `<ogc:Filter>${'<ogc:Not>'.repeat(1000)}<ogc:PropertyIsNull><ogc:PropertyName>a</ogc:PropertyName></ogc:PropertyIsNull>${'</ogc:Not>'.repeat(1000)}</ogc:Filter><LineSymbolizer/>`,
    /^SLD_TOO_DEEP$/,
  ],
  'a hundred thousand rules': [
    '<LineSymbolizer/></Rule><Rule>'.repeat(60_000),
    /^SLD_(TOO_LARGE|TOO_MANY_ELEMENTS)$/,
  ],
  'a symbol as high as a house': [
    '<PointSymbolizer><Graphic><Mark/><Size>1e9</Size></Graphic></PointSymbolizer>',
    /^SLD_BAD_NUMBER$/,
  ],
  'a width without end': [
    '<LineSymbolizer><Stroke><CssParameter name="stroke-width">Infinity</CssParameter></Stroke></LineSymbolizer>',
    /^SLD_BAD_NUMBER$/,
  ],
  'ten thousand dashes': [
    `<LineSymbolizer><Stroke><CssParameter name="stroke-dasharray">${'1 '.repeat(10_000)}</CssParameter></Stroke></LineSymbolizer>`,
    /^SLD_BAD_NUMBER$/,
  ],
  'dashes of less than nothing': [
    '<LineSymbolizer><Stroke><CssParameter name="stroke-dasharray">-5 3</CssParameter></Stroke></LineSymbolizer>',
    /^SLD_BAD_NUMBER$/,
  ],
}

test.each(Object.keys(hostile))('C1 %s: refused with its reason', async (name) => {
  const [inside, code] = hostile[name] ?? ['', /./]
  const value = await check(Buffer.from(sld(inside)))
  expect(value.errors.map((one) => one.code)).toContainEqual(expect.stringMatching(code))
  expect(value.style).toBeNull()
})

const draw = async (style: StyleCheck['style']) => {
  if (style === null) throw new Error('the style was refused')
  return paintImage(
    {
      style,
      view: plainView({ box: [0, 0, 64, 64], width: 64, height: 64 }),
      fields: ['name'],
      features: [feature('POINT(32 32)', ['a'])],
      resources: {},
      variables: {},
      background: '#ffffff',
      format: 'png',
      limits: defaultLimits,
    },
    () => false,
  )
}

const graphic = (href: string, format: string) =>
  sld(
    `<PointSymbolizer><Graphic><ExternalGraphic><OnlineResource xlink:type="simple" xlink:href="${href}"/><Format>${format}</Format></ExternalGraphic><Mark><WellKnownName>circle</WellKnownName><Fill/></Mark><Size>20</Size></Graphic></PointSymbolizer>`,
  )

const svg = (inside: string) =>
  `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="20">${inside}</svg>`).toString('base64')}`

test('C2 no graphic of a style is fetched, wherever it lies and whatever it is written in', async () => {
  asked = []
  const pictures = [
    graphic(`${address}/a.svg`, 'image/svg+xml'),
    graphic(`${address}/\${name}.png`, 'image/png'),
    graphic('file:///etc/passwd', 'image/png'),
    graphic(`http://169.254.169.254/latest/meta-data`, 'image/png'),
    graphic(svg(`<image xlink:href="${address}/b.png" width="9" height="9"/>`), 'image/svg+xml'),
    graphic(
      svg(`<style>@import url(${address}/c.css);</style><rect width="9" height="9"/>`),
      'image/svg+xml',
    ),
    graphic(svg(`<rect width="9" height="9" fill="url(${address}/d.svg#x)"/>`), 'image/svg+xml'),
    graphic(svg(`<use xlink:href="${address}/e.svg#x"/>`), 'image/svg+xml'),
    graphic(
      svg(
        `<script>fetch('${address}/f')</script><rect width="9" height="9" onload="fetch('${address}/g')"/>`,
      ),
      'image/svg+xml',
    ),
    graphic(svg(`<foreignObject><iframe src="${address}/h"/></foreignObject>`), 'image/svg+xml'),
  ]
  for (const text of pictures) {
    const { style, errors } = await check(Buffer.from(text))
    if (errors.length === 0) expect((await draw(style)).image.length).toBeGreaterThan(50)
  }
  expect(asked).toEqual([])
})

test('C1 names of properties and options cannot change what objects inherit', async () => {
  const { style } = await check(
    Buffer.from(
      sld(
        '<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>__proto__</ogc:PropertyName><ogc:Literal>1</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter><PointSymbolizer><VendorOption name="__proto__">polluted</VendorOption><VendorOption name="constructor">polluted</VendorOption></PointSymbolizer>',
      ),
    ),
  )
  await draw(style)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
})
