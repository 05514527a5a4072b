/**
 * Texts of people that would like to be markup (security F): in every place where somebody can put a text, on every page.
 * The pages of a hostile record have exactly the elements and attributes of those of a harmless one.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import { canaryListener } from '../helpers/canaries.ts'
import { dangersOf, structureOf, tagsOf, withoutOwnScripts } from '../helpers/html-structure.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { deprecateRecord, getRecord, publishFile } from '../helpers/publish.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-html-'))
let program: TestProgram
let listener: Awaited<ReturnType<typeof canaryListener>>
/** Each once: payloads that break out of text, attributes, titles, scripts, comments, addresses and templates. */
let corpus: string[] = []

beforeAll(async () => {
  program = await testProgram()
  listener = await canaryListener()
  const run = `document.documentElement.setAttribute('data-pwned','1');new Image().src='${listener.url}/x'`
  const js = `eval(atob('${Buffer.from(run).toString('base64')}'))`
  const elements = [
    `<script>${js}</script>`,
    `<script src=${listener.url}/x.js></script>`,
    `<img src=x onerror="${js}">`,
    `<img src=${listener.url}/x>`,
    `<svg onload="${js}">`,
    `<svg><script>${js}</script></svg>`,
    `<svg><animate onbegin="${js}" attributeName=x dur=1s>`,
    `<iframe srcdoc="<script>${js}</script>"></iframe>`,
    `<iframe src="javascript:${js}"></iframe>`,
    `<a href="javascript:${js}">x</a>`,
    `<a href="data:text/html,<script>${js}</script>">x</a>`,
    `<form action="javascript:${js}"><button>x</button></form>`,
    `<input autofocus onfocus="${js}">`,
    `<details open ontoggle="${js}">`,
    `<body onload="${js}">`,
    `<meta http-equiv=refresh content="0;url=${listener.url}">`,
    `<base href="${listener.url}/">`,
    `<link rel=stylesheet href=${listener.url}/x.css>`,
    `<style>@import '${listener.url}/x.css';</style>`,
    `<object data="${listener.url}/x"></object>`,
    `<math><mtext></form><form><mglyph><style></math><img src onerror="${js}">`,
    `<template><img src onerror="${js}"></template>`,
    `<noscript><p title="</noscript><img src onerror='${js}'>">`,
    '<!--',
    '-->',
    '<!-- --!><img src=x>',
    '<![CDATA[',
    ']]>',
    '<?php ?>',
    '<',
    '>',
    '&',
    '&lt;script&gt;',
    '&#60;script&#62;',
    '&#x3c;img src=x&#x3e;',
  ]
  const closings = [
    '</title>',
    '</textarea>',
    '</script>',
    '</style>',
    '"',
    "'",
    '">',
    "'>",
    '`',
    '" x="',
    '\\">',
    '</p></main></body></html>',
  ]
  corpus = [
    ...elements,
    ...closings.flatMap((closing) => elements.slice(0, 8).map((element) => closing + element)),
    ...['"', "'", '` '].flatMap((quote) => [
      `${quote} onmouseover=${quote}${js}`,
      `${quote} autofocus onfocus=${js} x=${quote}`,
      `${quote} style=${quote}x:expression(${js})`,
    ]),
    ...[
      'javascript:',
      'JaVaScRiPt:',
      ' javascript:',
      'java\tscript:',
      '\u0001javascript:',
      'javascript&colon;',
      'vbscript:',
      'data:text/html,',
      'data:text/html;base64,',
    ].map((scheme) => scheme + js),
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example\\share',
    'https:evil.example',
    'http://[::1]:',
    '\u202e<script>',
    '＜script＞',
    '\ufeff<script>',
    '%3Cscript%3E',
    '{{constructor.constructor("alert(1)")()}}',
    '\u0024{alert(1)}',
    '#{7*7}',
    '=cmd|/c calc',
    '\u2028alert(1)\u2029',
    '<scr<script>ipt>',
    '<ſcript>',
    '<img/src/onerror=x>',
    '<x\u00a0onclick=x>',
  ]
})
afterAll(async () => {
  await program.stop()
  await listener.stop()
  rmSync(folder, { recursive: true })
})

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(path.startsWith('http') ? path : `${program.url}${path}`, {
    headers,
    redirect: 'manual',
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const page = async (path: string, status = 200) => {
  const answer = await get(path, { Accept: 'text/html' })
  expect([answer.status, answer.headers.get('content-type')], path).toEqual([
    status,
    'text/html; charset=utf-8',
  ])
  expect(dangersOf(withoutOwnScripts(answer.text, program.url)), path).toEqual([])
  const policy = answer.headers.get('content-security-policy') ?? ''
  expect(policy, path).toMatch(/^default-src 'none'; /)
  expect(policy, path).toMatch(/base-uri 'none'; frame-ancestors 'none'/)
  expect(policy, path).toMatch(/; script-src 'self'; connect-src 'self'; /)
  expect(policy, path).toMatch(/; require-trusted-types-for 'script'$/)
  expect(policy, path).not.toMatch(/unsafe-|\*/)
  expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff')
  return answer.text
}

/** What the contract allows of a text: on one line, without control characters. */
const line = (text: string) =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 480)

/** A record whose texts are those that `next` gives; every field that may hold any text does. */
const texts = (next: () => string) => {
  const party = () => ({
    individualName: next(),
    organisation: next(),
    position: next(),
    email: `a'b&c=${next()
      .replace(/[\s@<>"]/g, '')
      .slice(0, 40)}@x.lc`,
    phone: next().slice(0, 50),
    role: 'owner' as const,
  })
  return completeMetadata({
    title: next(),
    abstract: `${next()}\n${next()}\n\n${next()}`,
    contacts: [party()],
    pointsOfContact: [party()],
    custodianOrganisation: next(),
    keywords: [next(), next(), next()],
    thesaurusKeywords: [{ thesaurus: next(), keywords: [next()] }],
    supplementalInformation: `${next()}\n${next()}`,
    parentIdentifier: next(),
    lineageStatement: `${next()}\n\n${next()}`,
    dataSources: [next(), next()],
    processingSteps: [next(), next()],
    useConditions: next(),
    accessConditions: next(),
    distributionFormat: { name: next(), version: next() },
    resourceName: next(),
    additionalDownloadUrl: "https://example.org/a'b;c=(d)!e?f='g&h=;i#j'",
    informationUrl: "https://example.org/'onclick='x'",
    webServices: [
      { protocol: 'OGC:WFS', url: "https://example.org/'x'?a='b", layer: next(), title: next() },
      { protocol: 'OGC:WMS', url: 'https://example.org/wms', layer: next(), title: next() },
    ],
  })
}

type Rows = { names: string[]; rows: string[][] }

const file = (name: string, { names, rows }: Rows) => {
  const path = join(folder, name)
  writeFileSync(
    path,
    JSON.stringify({
      type: 'FeatureCollection',
      features: rows.map((values, at) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [-61 + at / 1000, 13.9] },
        properties: Object.fromEntries(names.map((column, index) => [column, values[index]])),
      })),
    }),
  )
  return path
}

const sld = (title: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>x</Name><UserStyle><Name>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</Name><FeatureTypeStyle><Rule><PointSymbolizer/></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const addStyle = async (title: string) => {
  const form = new FormData()
  form.append('sld', new Blob([sld(title)]), `${title.slice(0, 50)}.sld`)
  form.append('title', title)
  const response = await fetch(`${program.url}/api/v1/styles`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}` },
    body: form,
  })
  expect(response.status, title).toBe(201)
  return ((await response.json()) as { id: string }).id
}

/** The pages of one record, the same ones in the same order for each. */
const pagesOf = ({ recordId, collectionId }: { recordId: string; collectionId: string }) => ({
  record: `/records/collections/metadata:main/items/${recordId}?f=html`,
  found: `/records/collections/metadata:main/items?f=html&ids=${recordId}`,
  collection: `/pygeoapi/collections/${collectionId}?f=html`,
  items: `/pygeoapi/collections/${collectionId}/items?f=html&limit=200`,
  item: `/pygeoapi/collections/${collectionId}/items/1?f=html`,
  queryables: `/pygeoapi/collections/${collectionId}/queryables?f=html`,
  schema: `/pygeoapi/collections/${collectionId}/schema?f=html`,
})

const width = 12
const harmlessRows: Rows = {
  names: Array.from({ length: width }, (_, at) => `name ${at}`),
  rows: Array.from({ length: 40 }, (_, row) =>
    Array.from({ length: width }, (_, at) => `value ${row} ${at}`),
  ),
}

const published: { recordId: string; collectionId: string }[] = []

const publish = async (fileName: string, next: () => string, rows: Rows) => {
  const styleId = await addStyle(next())
  const path = file(fileName.replaceAll('/', '_'), rows)
  const { record, collectionId } = await publishFile(program.as('editor'), path, {
    name: fileName,
    metadata: texts(next) as never,
    styleId,
  })
  published.push({ recordId: record.id, collectionId })
  return { recordId: record.id, collectionId }
}

/** The first reader of a legend that was never drawn gets it as a picture: it is drawn before pages are compared. */
const drawLegend = async ({ collectionId }: { collectionId: string }) => {
  const { styles } = JSON.parse((await get(`/pygeoapi/collections/${collectionId}/styles?f=json`)).text)
  await get(`/pygeoapi/collections/${collectionId}/styles/${styles[0].id}/legend?f=json`)
}

describe('a record, its collection and its features', () => {
  const expected: Record<string, string[]> = {}

  beforeAll(async () => {
    let count = 0
    const harmless = await publish('harmless.geojson', () => `text ${count++}`, harmlessRows)
    await drawLegend(harmless)
    for (const [name, path] of Object.entries(pagesOf(harmless)))
      expected[name] = structureOf(await page(path))
    expect(expected['record']?.length).toBeGreaterThan(100)
    expect(expected['items']?.length).toBeGreaterThan(500)
  })

  test('have the same elements and attributes whatever is in their texts, names and values', async () => {
    let used = 0
    const next = () => line(corpus[used++ % corpus.length] ?? '') || 'x'
    for (let round = 0; used < 2 * corpus.length; round += 1) {
      const names = Array.from(
        { length: width },
        (_, at) => `${at === 0 ? 'name ' : ''}${corpus[(round * width + at) % corpus.length]}`,
      )
      const rows = harmlessRows.rows.map((row, at) =>
        row.map((_, column) => corpus[(at * width + column + round) % corpus.length] ?? ''),
      )
      const hostile = await publish(`${(corpus[round] ?? '').slice(0, 60)}.geojson`, next, { names, rows })
      await drawLegend(hostile)
      for (const [name, path] of Object.entries(pagesOf(hostile)))
        expect(structureOf(await page(path)), `${name} of round ${round}`).toEqual(expected[name])
    }
    expect(published.length).toBeGreaterThan(5)
  }, 120_000)

  test('and all lists and contracts with them hold no danger either', async () => {
    for (const path of [
      '/',
      '/catalogue?sortby=title',
      '/docs',
      '/docs/public/user-guide/01-introduction.html',
      '/records?f=html',
      '/records/collections?f=html',
      '/records/collections/metadata:main?f=html',
      '/records/collections/metadata:main/sortables?f=html',
      '/records/collections/metadata:main/items?f=html&limit=100',
      '/records/conformance?f=html',
      '/records/api?f=html',
      '/pygeoapi?f=html',
      '/pygeoapi/collections?f=html',
      '/pygeoapi/conformance?f=html',
      '/pygeoapi/api?f=html',
      '/ogc/collections?f=html',
      '/api/v1/docs',
    ]) {
      const { status } = await get(path)
      if (path.includes('user-guide') && status === 404) continue
      await page(path)
    }
    const { text } = await get('/pygeoapi/collections?f=html')
    expect(tagsOf(text).length).toBeGreaterThan(published.length * 3)
  })

  test('are gone or missing in a safe way too', async () => {
    const editor = program.as('editor')
    const [first, second] = published.slice(-2)
    const old = await getRecord(editor, first?.recordId ?? '')
    await deprecateRecord(editor, old, second?.recordId)
    await page(`/records/collections/metadata:main/items/${old.id}?f=html`)
    await page(`/records/collections/metadata:main/items/${second?.recordId}?f=html`)
    await page(`/pygeoapi/collections/${first?.collectionId}?f=html`)
    const version = (await getRecord(editor, old.id)).version
    await editor.api.DELETE('/records/{recordId}', {
      params: { path: { recordId: old.id }, header: { 'If-Match': `"${version}"` } },
    })
    await page(`/records/collections/metadata:main/items/${old.id}?f=html`, 410)
    const missing = structureOf(await page('/records/collections/metadata:main/items/harmless?f=html', 404))
    for (const payload of corpus)
      expect(
        structureOf(
          await page(
            `/records/collections/metadata:main/items/${encodeURIComponent(payload.slice(0, 60))}?f=html`,
            404,
          ),
        ),
        payload,
      ).toEqual(missing)
  })
})

test('what a reader types comes back as text: searches, filters and pages', async () => {
  const { collectionId } = published[0] as { collectionId: string }
  const places = [
    (text: string) => `/catalogue?q=${text}`,
    (text: string) => `/catalogue?q=x&sortby=${text}&offset=${text}&${text}=1`,
    (text: string) => `/records/collections/metadata:main/items?f=html&q=${text}`,
    (text: string) => `/pygeoapi/collections/${collectionId}/items?f=html&name%201=${text}`,
  ]
  for (const [at, place] of places.entries()) {
    const plain = structureOf(await page(place('qqqqqq')))
    for (const payload of corpus) {
      const answer = await get(place(encodeURIComponent(line(payload))), { Accept: 'text/html' })
      if (answer.status !== 200) {
        expect(answer.status, payload).toBe(400)
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        continue
      }
      expect(dangersOf(withoutOwnScripts(answer.text, program.url)), payload).toEqual([])
      // A search may find something, which has more elements, but only those of a page that found something.
      if (at === 1 || at === 3) expect(structureOf(answer.text), payload).toEqual(plain)
    }
  }
})

test('refusals that repeat what was sent are no pages', async () => {
  const { collectionId } = published[0] as { collectionId: string }
  for (const payload of corpus) {
    const text = encodeURIComponent(payload)
    for (const path of [
      `/${text}`,
      `/docs/public/user-guide/${text}`,
      `/pygeoapi/${text}`,
      `/pygeoapi/collections/${text}`,
      `/pygeoapi/collections?f=${text}`,
      `/pygeoapi/collections/${collectionId}/items?bbox=${text}`,
      `/pygeoapi/collections/${collectionId}/items?crs=${text}`,
      `/pygeoapi/collections/${collectionId}/items?datetime=${text}`,
      `/pygeoapi/collections/${collectionId}/items?${text}=1`,
      `/pygeoapi/collections/${collectionId}/items/${text}`,
      `/records/collections/${text}`,
      `/records/collections/metadata:main/items?sortby=${text}`,
      `/api/v1/records/${text}`,
      `/files/${text}`,
    ]) {
      const { status, headers } = await get(path, { Accept: 'text/html' })
      if (status === 200 && headers.get('content-type')?.startsWith('text/html')) {
        // An address that ends in a slash or nothing is that of the page itself.
        await page(path)
        continue
      }
      expect(status, path).toBeGreaterThanOrEqual(300)
      expect(status, path).toBeLessThan(500)
      if (status >= 400)
        expect([headers.get('content-type'), headers.get('x-content-type-options')], path).toEqual([
          'application/problem+json',
          'nosniff',
        ])
    }
  }
})

test('addresses that run something or lead to nowhere are refused, and lead nowhere even when the database holds them', async () => {
  const editor = program.as('editor')
  for (const url of [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example/x',
    '\\\\evil.example\\x',
    'https://user:pass@example.org/',
    'https://example.org/"onclick="x',
    'https://example.org/<script>',
  ])
    for (const metadata of [
      { informationUrl: url },
      { additionalDownloadUrl: url },
      { webServices: [{ protocol: 'OGC:WMS' as const, url }] },
    ]) {
      const { response } = await editor.api.POST('/records', { body: { metadata: metadata as never } })
      expect(response.status, JSON.stringify(metadata)).toBe(400)
    }
  const { recordId } = published[0] as { recordId: string }
  const { knex } = program.database
  const evil = 'javascript:alert(1)'
  await knex('distribution').where({ record_id: recordId }).whereNotNull('url').update({ url: evil })
  const { metadata } = await knex('catalogue_entry').where({ record_id: recordId }).first('metadata')
  await knex('catalogue_entry')
    .where({ record_id: recordId })
    .update({
      metadata: JSON.stringify({
        ...metadata,
        informationUrl: evil,
        additionalDownloadUrl: evil,
        webServices: [
          { protocol: 'OGC:WMS', url: evil },
          { protocol: 'OGC:WFS', url: 'data:text/html,x', layer: 'x' },
        ],
      }),
    })
  const text = await page(`/records/collections/metadata:main/items/${recordId}?f=html`)
  expect(text).toContain('href="#"')
})

const hasChromium = hasProgram('chromium')

test.runIf(hasChromium)(
  'a browser without our Content-Security-Policy runs nothing of it either',
  async () => {
    // The pages alone are on trial: a proxy takes away the policy that would save them.
    const proxy = createServer(async (request, response) => {
      const answer = await get(request.url ?? '/', { Accept: request.headers.accept ?? '*/*' })
      response.writeHead(answer.status, {
        'Content-Type': answer.headers.get('content-type') ?? 'text/plain',
      })
      response.end(answer.text)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const visit = async (url: string) => {
      const profile = mkdtempSync(join(folder, 'chromium-'))
      const { stdout } = await promisify(execFile)(
        'chromium',
        [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--no-first-run',
          `--user-data-dir=${profile}`,
          '--virtual-time-budget=1500',
          '--timeout=20000',
          '--dump-dom',
          url,
        ],
        { timeout: 60_000, maxBuffer: 64 * 1024 * 1024, killSignal: 'SIGKILL' },
      )
      return stdout
    }
    try {
      const control = join(folder, 'control.html')
      writeFileSync(control, corpus[2] ?? '')
      expect(await visit(`file://${control}`)).toMatch(/<html[^>]*data-pwned/)
      const { recordId, collectionId } = published[2] as { recordId: string; collectionId: string }
      const called = listener.hits().length
      expect(called).toBeGreaterThan(0)
      const { record, items } = pagesOf({ recordId, collectionId })
      for (const path of [record, items, '/', '/pygeoapi/collections?f=html']) {
        const dom = await visit(`http://127.0.0.1:${port}${path}`)
        expect(dom.length, path).toBeGreaterThan(1000)
        expect(dom, path).not.toMatch(/<html[^>]*data-pwned/)
      }
      expect(listener.hits()).toHaveLength(called)
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  },
  120_000,
)
