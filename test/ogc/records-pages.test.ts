/** Pages of the catalogue: nothing that a record says is more than text (R13.8), and people can read them (R11, R13.1). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { withoutOwnScripts } from '../helpers/html-structure.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
let items: string
let site: string

/** Each would run something, or break out of where it stands, if it were not escaped. */
const attacks = [
  '<script>window.__pwned=1</script>',
  '"><img src=x onerror=window.__pwned=1>',
  "' onmouseover='window.__pwned=1",
  '</title><svg onload=window.__pwned=1>',
  '</textarea></style></noscript><script>1</script>',
  '<!--<img src="--><img src=x onerror=window.__pwned=1//">',
  '<a href="javascript:window.__pwned=1">x</a>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: meant as it stands.
  '{{constructor.constructor("1")()}} ${7*7} #{7*7} <%= 7*7 %>',
  '&lt;script&gt; &#x3c;script&#x3e; %3Cscript%3E',
  '\u2028\u2029\u202e\ufeff<b>',
  '<base href=//evil.example><meta http-equiv=refresh content="0;url=//evil.example">',
]
const evilAddresses = [
  'javascript:window.__pwned=1',
  'JaVaScRiPt:window.__pwned=1',
  ' javascript:window.__pwned=1',
  'java\tscript:window.__pwned=1',
  'data:text/html,<script>1</script>',
  'vbscript:x',
  '//evil.example/x',
  '\\\\evil.example\\x',
  'https://example.org/"onmouseover="1',
  'https://example.org/<script>',
]

type Tag = { name: string; attributes: Map<string, string> }

/** Every tag of a page as a browser takes it apart. */
const tagsOf = (page: string): Tag[] =>
  [
    ...page.matchAll(
      /<([a-zA-Z!/][^\s/>]*)((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*\/?>/g,
    ),
  ].map((found) => ({
    name: (found[1] ?? '').toLowerCase(),
    attributes: new Map(
      [...(found[2] ?? '').matchAll(/([^\s=>"'/]+)(?:\s*=\s*"([^"]*)")?/g)].map((one) => [
        (one[1] ?? '').toLowerCase(),
        one[2] ?? '',
      ]),
    ),
  }))

const allowedTags = new Set(
  `!doctype html head meta title link body a header nav main ol ul li h1 h2 h3 h4 p span b strong em br div dl dt dd section article
   figure figcaption img svg g use symbol path rect code pre details summary table thead tbody tr th td form label input button select option address aside`.split(
    /\s+/,
  ),
)

const demandHarmless = (page: string, url: string) => {
  const tags = tagsOf(withoutOwnScripts(page, site))
  expect(tags.length, url).toBeGreaterThan(20)
  for (const { name, attributes } of tags) {
    expect(allowedTags.has(name.replace(/^\//, '')), `<${name}> in ${url}`).toBe(true)
    for (const [attribute, value] of attributes) {
      expect(attribute, url).not.toMatch(/^on|^style$|^srcdoc$|^http-equiv$/)
      if (attribute === 'href' || attribute === 'src' || attribute === 'action') {
        expect(value, url).toMatch(/^(https?:\/\/|mailto:|#|\?|data:image\/png;base64,[A-Za-z0-9+/=]+$)/)
        // What the guide leads to, and the standards and tools that pages name, we chose ourselves.
        const isOurs =
          value.startsWith(site) ||
          url.includes('/docs/public/') ||
          /opengis\.net|geopandas\.org|readthedocs\.io|github\.io/.test(value)
        if (value.startsWith('http') && !isOurs)
          expect(attributes.get('rel'), `${value} in ${url}`).toBe('noopener noreferrer nofollow')
      }
    }
  }
  // Nothing is left of a tag that was escaped only in part.
  expect(page.replace(/<[^>]*>/g, ''), url).not.toMatch(/[<>]/)
}

const page = async (url: string) => {
  const response = await fetch(url, { headers: { Accept: 'text/html' } })
  return { text: await response.text(), headers: response.headers, status: response.status }
}

const hostileIds: string[] = []
let niceId: string

beforeAll(async () => {
  program = await testProgram()
  site = program.url
  items = `${site}/records/collections/metadata:main/items`
  for (const [n, text] of attacks.entries()) {
    const party = {
      individualName: text,
      organisation: text,
      position: text,
      email: text,
      phone: text,
      role: 'owner' as const,
    }
    const url = evilAddresses[n % evilAddresses.length] ?? ''
    hostileIds.push(
      await addRecord(
        program.database,
        {
          title: text,
          abstract: `${text}\n\n${text}`,
          keywords: [text, `findme ${text}`],
          thesaurusKeywords: [{ thesaurus: text, keywords: [text] }],
          contacts: [party],
          pointsOfContact: [party],
          custodianOrganisation: text,
          lineageStatement: text,
          dataSources: [text],
          processingSteps: [text],
          useConditions: text,
          accessConditions: text,
          supplementalInformation: text,
          parentIdentifier: text,
          resourceName: text,
          crs: text,
          distributionFormat: { name: text, version: text },
          informationUrl: url,
          additionalDownloadUrl: url,
          // Past what the schema lets in, to see that pages do not depend on it.
          resourceType: text as never,
          language: text,
          resourceLanguage: text,
          status: text as never,
          characterSet: text as never,
          topicCategories: [text as never],
          dates: { creation: text, publication: text, revision: text },
          temporalExtent: { begin: undefined, end: undefined },
          dateStamp: text,
          webServices: [{ protocol: 'OGC:WFS', url, layer: text, title: text }],
        },
        {
          state: n % 2 ? 'published' : 'deprecated',
          successorId: hostileIds[0],
          file: { name: text, format: text, mediaType: text, sizeBytes: 10, epsg: null },
          links: evilAddresses.map((address, at) => ({
            kind: (['external', 'information', 'service'] as const)[at % 3] ?? 'external',
            title: text,
            url: address,
            protocol: text,
            format: text,
          })),
        },
      ),
    )
  }
  niceId = await addRecord(
    program.database,
    { title: 'Roads', abstract: 'First line\nsecond line\n\nnew paragraph' },
    {
      collectionId: 'roads',
      file: {
        name: 'roads.gpkg',
        format: 'GeoPackage',
        mediaType: 'application/geopackage+sqlite3',
        sizeBytes: 48 * 1_048_576,
        epsg: 2006,
      },
      links: [
        {
          kind: 'external',
          title: 'Copy',
          url: 'https://example.org/copy.zip',
          protocol: 'WWW:DOWNLOAD-1.0-http--download',
        },
      ],
    },
  )
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

test('the check of this file notices what it is for', async () => {
  const { text } = await page(`${site}/`)
  for (const harm of [
    ...attacks.slice(0, 2),
    '<a href="//evil.example">x</a>',
    '<p onclick="x">',
    '<a href="https://evil.example/">x</a>',
    '<x',
  ])
    expect(() => demandHarmless(text.replace('<main', `${harm}<main`), 'changed'), harm).toThrow()
})

test('nothing that a record says becomes a tag, an attribute or an address that runs something (R13.8)', async () => {
  const urls = [
    `${site}/`,
    `${site}/?q=findme&sortby=title`,
    `${items}?limit=100&f=html`,
    ...hostileIds.map((id) => `${items}/${id}?f=html`),
  ]
  for (const url of urls) {
    const { text, status } = await page(url)
    expect(status).toBe(200)
    demandHarmless(text, url)
  }
})

test('nothing in an address becomes more than text either', async () => {
  for (const attack of [...attacks, ...evilAddresses]) {
    const text = encodeURIComponent(attack)
    for (const url of [
      `${site}/?q=${text}`,
      `${site}/?q=x&sortby=${text}&offset=${text}&${text}=1`,
      `${items}?f=html&q=${text}`,
      `${items}/${text}?f=html`,
      `${site}/records/?f=html`,
    ])
      demandHarmless((await page(url)).text, url)
  }
})

test('pages forbid everything that they do not need themselves', async () => {
  for (const url of [
    `${site}/`,
    `${site}/docs`,
    `${items}?f=html`,
    `${items}/${niceId}`,
    `${items}/none`,
    `${site}/api/v1/docs`,
    `${site}/docs/public/user-guide/08-glossary.html`,
  ]) {
    const { headers } = await page(url)
    expect(headers.get('content-security-policy'), url).toMatch(
      /default-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('a record shows each distribution with type, format, CRS and size before the click (R10.2, R11.4, R11.5)', async () => {
  const { text } = await page(`${items}/${niceId}`)
  const list =
    /<ul class="distributions">([\s\S]*?)\n<\/ul>|<ul class="distributions">([\s\S]*?)<\/ul><details/.exec(
      text,
    )?.[0] ?? ''
  expect([...list.matchAll(/<p class="kind">(.*?)<\/p>/g)].map((found) => found[1])).toEqual([
    'File download',
    'OGC API – Features',
    'File download',
  ])
  expect(list).toContain('Download (48 MB)')
  expect(list).toContain('<dd>GeoPackage</dd>')
  expect(list).toMatch(/<dd>EPSG:2006 \(.*British West Indies Grid\)<\/dd>/)
  expect(list).toContain(`${site}/pygeoapi/collections/roads/items`)
  expect(text).toContain('Which one should I choose?')
})

test('an abstract is text: lines stay lines, blank lines make paragraphs', async () => {
  expect((await page(`${items}/${niceId}`)).text).toContain(
    '<p>First line<br>second line</p><p>new paragraph</p>',
  )
})

test('a record says how to use it, with commands that name it (R13.2)', async () => {
  const { text } = await page(`${items}/${niceId}`)
  expect(text).toContain(`ogrinfo -so 'OAPIF:${site}/pygeoapi' roads`)
  expect(text).toMatch(/curl -o 'roads\.gpkg' 'http:\/\/[^']+\/roads\.gpkg'/)
  expect(text).toContain('Department of Fisheries (2026). Roads. SEC-IMS. http')
})

test('every page has one first heading, a language, a way past the navigation, and named fields', async () => {
  const urls = [
    '/',
    '/?q=nothing+at+all',
    '/docs',
    '/docs/public/user-guide/07-programmatic-access.html',
    '/api/v1/docs',
    '/records?f=html',
    '/records/conformance?f=html',
    '/records/api?f=html',
    '/records/collections?f=html',
    '/records/collections/metadata:main?f=html',
    '/records/collections/metadata:main/sortables?f=html',
    '/records/collections/metadata:main/items?f=html',
    `/records/collections/metadata:main/items/${niceId}`,
  ]
  for (const path of urls) {
    const { text, status } = await page(site + path)
    expect(status, path).toBe(200)
    const tags = tagsOf(text)
    const count = (name: string) => tags.filter((tag) => tag.name === name).length
    expect(count('h1'), path).toBe(1)
    expect(count('main'), path).toBe(1)
    expect(tags.find(({ name }) => name === 'html')?.attributes.get('lang')).toBe('en')
    expect(text).toContain('<a class="skip" href="#content">')
    const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? [])
    expect(new Set(ids).size, `ids of ${path}`).toBe(ids.length)
    const labelled = new Set(
      tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes.get('for')),
    )
    for (const { name, attributes } of tags)
      if ((name === 'input' && attributes.get('type') !== 'hidden') || name === 'select')
        expect(labelled.has(attributes.get('id')), `${name} in ${path}`).toBe(true)
    // Loads nothing from elsewhere.
    for (const { name, attributes } of tags)
      if (name === 'link' && attributes.get('rel') === 'stylesheet')
        expect([`${site}/assets/site.css`, `${site}/assets/app.css`]).toContain(attributes.get('href'))
    demandHarmless(text, path)
  }
})

test('the home page searches, sorts and pages without scripts (R10.7)', async () => {
  const { text } = await page(`${site}/?q=roads`)
  expect(text).toContain('<input type="search" id="q" name="q" value="roads"')
  expect(text).toContain(`<a href="${items}/${niceId}">Roads</a>`)
  expect((await page(`${site}/?q=nothing+at+all`)).text).toContain('No record fits.')
  expect((await page(`${site}/?offset=5`)).text).toContain('Previous page')
})

test('what pages link to on this site is there', async () => {
  const seen = new Set<string>()
  const queue = [`${site}/`, `${site}/docs`, `${items}/${niceId}`, `${site}/records?f=html`]
  const pages = new Map<string, string>()
  while (queue.length > 0) {
    const url = (queue.pop() ?? '').replace(/#.*/, '')
    if (seen.has(url) || seen.size > 150) continue
    seen.add(url)
    // The data of these records are not really there, nor is what hostile records link to.
    if (
      /\/files\/|\/pygeoapi\/collections\/roads|offset=|\?q=/.test(url) ||
      hostileIds.some((id) => url.includes(id))
    )
      continue
    const { text, status, headers } = await page(url)
    expect(status, url).toBe(200)
    if (!/html/.test(headers.get('content-type') ?? '')) continue
    pages.set(url, text)
    for (const { name, attributes } of tagsOf(text)) {
      const href = (attributes.get('href') ?? '').replaceAll('&amp;', '&')
      if ((name === 'a' || name === 'link') && href.startsWith(site)) queue.push(href)
    }
  }
  expect(seen.size).toBeGreaterThan(20)
  // Places within a page, too.
  for (const [url, text] of pages)
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g))
      expect(text, `#${target} in ${url}`).toContain(`id="${target}"`)
})

test('the guide is at the addresses of SEC-IMS, chapter by chapter (R13.1, R0.1)', async () => {
  const { text } = await page(`${site}/docs`)
  const chapters = [
    ...text.matchAll(
      /<li value="(\d)"><a href="[^"]+\/docs\/public\/user-guide\/(\d\d)-[a-z-]+\.html">([^<]+)<\/a>/g,
    ),
  ]
  expect(chapters.map((found) => [Number(found[1]), found[3]])).toEqual([
    [1, 'Introduction'],
    [2, 'Viewing a record'],
    [3, 'Map viewer'],
    [4, 'Downloading data'],
    [5, 'Public submission'],
    [6, 'Submitting data (registered users)'],
    [7, 'Programmatic access'],
    [8, 'Glossary'],
    [9, 'Publishing from QGIS'],
  ])
  const seven = (await page(`${site}/docs/public/user-guide/07-programmatic-access.html`)).text
  expect(seven).toContain(`${site}/pygeoapi/collections/coastal_habitats/items?limit=10&amp;f=json`)
  expect(seven).not.toContain('localhost:8080')
  expect((await page(`${site}/docs/public/user-guide/..%2f..%2f..%2fpackage.json`)).status).toBe(404)
})
