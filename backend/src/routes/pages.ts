/** Pages for people beside the OGC faces: the catalogue at `/`, the user guide at `/docs`. They work without scripts. */
import { readdirSync, readFileSync } from 'node:fs'
import { type Request, type Response, Router } from 'express'
import type { Config } from '../config/config.ts'
import { type MountOptions, sendError } from '../contract/mount.ts'
import { type CatalogueSort, noFilter } from '../domain/catalogue-query.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { queryOf, siteUrlOf } from '../http/addresses.ts'
import { html, htmlType, pageHeaders, renderPage } from '../http/html.ts'
import { headingsOf, inlineHtml, type Markdown, markdownHtml, readMarkdown } from '../http/markdown.ts'
import { respond } from '../http/respond.ts'
import { cacheHeaders, weakEtag } from '../ogc/common/caching.ts'
import { CATALOG_ID } from '../ogc/records/links.ts'
import { cards, countText, paging, searchBox, similarNotice } from '../ogc/records/pages/cards.ts'
import type { Catalogue } from '../repositories/catalogue.ts'

export type PagesParts = { config: Pick<Config, 'siteTitle'>; catalogue: Catalogue }

const perPage = 20
const longestSearch = 500

// Home -------------------------------------------------------------------------------------------------

const orders: { value: string; title: string; sort: CatalogueSort[] }[] = [
  { value: '', title: 'Best match', sort: [] },
  { value: '-updated', title: 'Newest first', sort: [{ by: 'updated', isDescending: true }] },
  { value: 'title', title: 'Title', sort: [{ by: 'title', isDescending: false }] },
]

/** What a person may have changed in the address by hand; anything strange counts as not there. */
const readHomeQuery = (parameters: URLSearchParams) => {
  const q = (parameters.get('q') ?? '').slice(0, longestSearch)
  const order = orders.find(({ value }) => value === parameters.get('sortby')) ?? orders[0]
  const offset = /^\d{1,7}$/.test(parameters.get('offset') ?? '') ? Number(parameters.get('offset')) : 0
  return { q, sortby: order?.value ?? '', sort: order?.sort ?? [], offset }
}

const sortChoice = (present: string) =>
  html`<div class="row"><label for="sortby">Sort by</label><select id="sortby" name="sortby">${orders.map(
    ({ value, title }) =>
      value === present
        ? html`<option value="${value}" selected>${title}</option>`
        : html`<option value="${value}">${title}</option>`,
  )}</select></div>`

const homePage = async (
  { config: { siteTitle }, catalogue }: PagesParts,
  siteUrl: string,
  parameters: URLSearchParams,
) => {
  const { q, sortby, sort, offset } = readHomeQuery(parameters)
  const found = await catalogue.search({
    filter: { ...noFilter, q: q.trim() ? q : null },
    sort,
    limit: perPage,
    offset,
    isForgiving: true,
  })
  const distributions = new Map(found.entries.map((entry) => [entry.id, entry.distributions]))
  const items = `${siteUrl}/records/collections/${CATALOG_ID}/items`
  const addressAt = (at: number) => {
    const query = new URLSearchParams({
      ...(q && { q }),
      ...(sortby && { sortby }),
      ...(at > 0 && { offset: String(at) }),
    })
    return `${siteUrl}/${query.size > 0 ? `?${query}` : ''}`
  }
  const isFirstVisit = q === '' && offset === 0
  return renderPage({
    title: isFirstVisit ? siteTitle : `${q || 'Records'}`,
    siteTitle,
    siteUrl,
    section: 'catalogue',
    description: `Spatial data catalogue: search, read and download the published datasets of ${siteTitle}.`,
    alternates: [{ href: items, type: 'application/geo+json', title: 'Records as GeoJSON' }],
    body: html`<h1>${siteTitle} catalogue</h1>
<p class="lead">Spatial data to find, read about, download and connect to.</p>
${searchBox({ action: `${siteUrl}/`, q, more: sortChoice(sortby) })}
<p class="count" role="status">${countText({ shown: found.entries.length, offset, matched: found.matched })}${q && html` for <b>${q}</b>. <a href="${siteUrl}/">Show all</a>`}</p>
${found.isSimilar && html`<p class="note" role="note">${similarNotice(q)}</p>`}
${cards(found.entries, distributions, (id) => `${items}/${id}`)}
${paging({
  previous: offset > 0 ? addressAt(Math.max(0, offset - perPage)) : null,
  next: found.hasMore ? addressAt(offset + found.entries.length) : null,
})}
<section class="programs" aria-labelledby="programs"><h2 id="programs">For programs</h2>
<ul>
<li>QGIS, GDAL and scripts: <a href="${siteUrl}/pygeoapi?f=html">OGC API – Features</a> at <code class="copy">${siteUrl}/pygeoapi</code></li>
<li>Catalogue clients such as MetaSearch in QGIS: <a rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog" href="${items}?f=html">OGC API – Records</a> at <code class="copy">${siteUrl}/records/collections/${CATALOG_ID}</code>; older ones: <a href="${siteUrl}/csw">CSW 2.0.2</a> at <code class="copy">${siteUrl}/csw</code></li>
<li>QGIS: the <a href="${siteUrl}/qgis">plugin</a> publishes layers with their styles and opens records</li>
<li>Publishing: <a href="${siteUrl}/api/v1/docs">catalogue API</a> and the <a href="${siteUrl}/docs">user guide</a></li>
</ul></section>`,
  })
}

// User guide -------------------------------------------------------------------------------------------

const guideFolder = new URL('../../docs/user-guide/', import.meta.url)
/** Where SEC-IMS has it (R13.1). */
const guidePath = '/docs/public/user-guide'

type Chapter = { name: string; number: number; markdown: Markdown }

const readGuide = (): Chapter[] =>
  readdirSync(guideFolder)
    .filter((name) => /^\d\d-[a-z0-9-]+\.md$/.test(name))
    .sort()
    .map((name) => ({
      name: name.replace(/\.md$/, ''),
      number: Number(name.slice(0, 2)),
      markdown: readMarkdown(readFileSync(new URL(name, guideFolder), 'utf8')),
    }))

/** The guide is written for a server on the reader's own computer; on another one its commands say that one's address. */
const forSite = <Part>(part: Part, siteUrl: string): Part =>
  JSON.parse(
    JSON.stringify(part).replaceAll('http://localhost:8080', JSON.stringify(siteUrl).slice(1, -1)),
  ) as Part

const addressesIn = (siteUrl: string) => (address: string) => {
  const chapter = /^(\d\d-[a-z0-9-]+)\.md(#.*)?$/.exec(address)
  if (chapter) return `${siteUrl}${guidePath}/${chapter[1]}.html${chapter[2] ?? ''}`
  return address.startsWith('/') ? `${siteUrl}${address}` : address
}

const titleOf = ({ number, markdown }: Chapter) => `${number}. ${markdown.title}`

const chapterPage = (
  chapter: Chapter,
  chapters: Chapter[],
  { siteTitle, siteUrl }: { siteTitle: string; siteUrl: string },
) => {
  const at = chapters.indexOf(chapter)
  const link = (other: Chapter | undefined, rel: 'prev' | 'next') =>
    other &&
    (rel === 'prev'
      ? html`<a class="button" rel="prev" href="${siteUrl}${guidePath}/${other.name}.html">${titleOf(other)}</a>`
      : html`<a class="button" rel="next" href="${siteUrl}${guidePath}/${other.name}.html">${titleOf(other)}</a>`)
  const toAddress = addressesIn(siteUrl)
  const { blocks } = forSite(chapter.markdown, siteUrl)
  const sections = headingsOf(chapter.markdown, 2)
  return renderPage({
    title: chapter.markdown.title,
    siteTitle,
    siteUrl,
    section: 'docs',
    trail: [{ title: 'Docs', href: `${siteUrl}/docs` }, { title: titleOf(chapter) }],
    body: html`<article class="guide">
${markdownHtml(blocks.slice(0, 1), toAddress)}
${sections.length > 2 && html`<nav class="contents" aria-label="In this chapter"><ul>${sections.map(({ text, id }) => html`<li><a href="#${id}">${inlineHtml(text, toAddress)}</a></li>`)}</ul></nav>`}
${markdownHtml(blocks.slice(1), toAddress)}
</article>
<nav class="paging" aria-label="Chapters">${link(chapters[at - 1], 'prev')}${link(chapters[at + 1], 'next')}</nav>`,
  })
}

const docsPage = (chapters: Chapter[], { siteTitle, siteUrl }: { siteTitle: string; siteUrl: string }) =>
  renderPage({
    title: 'Documentation',
    siteTitle,
    siteUrl,
    section: 'docs',
    body: html`<h1>Documentation</h1>
<h2>User guide</h2>
<ol class="chapters">${chapters.map((chapter) => html`<li value="${chapter.number}"><a href="${siteUrl}${guidePath}/${chapter.name}.html">${chapter.markdown.title}</a></li>`)}</ol>
<h2>For QGIS</h2>
<ul>
<li><a href="${siteUrl}/qgis">QGIS plugin</a>: publish layers with their styles, and open records in QGIS</li>
</ul>
<h2>For programs</h2>
<ul>
<li><a href="${siteUrl}/api/v1/docs">Catalogue API</a>: records, uploads, publications, styles and tokens</li>
<li><a href="${siteUrl}/pygeoapi/api?f=html">OGC API – Features</a>: the data</li>
<li><a href="${siteUrl}/records/api?f=html">OGC API – Records</a>: the catalogue</li>
<li><a href="${siteUrl}/csw">CSW 2.0.2</a>: the catalogue for older clients</li>
</ul>`,
  })

// Router -----------------------------------------------------------------------------------------------

type Write = (request: Request, siteUrl: string) => Promise<string> | string

/** A whole page of HTML, kept by browsers and asked for again. */
export const sendPage = async (request: Request, response: Response, text: string) =>
  respond(
    request,
    response,
    {
      status: 200,
      headers: { ...cacheHeaders(weakEtag(text)), ...pageHeaders },
      raw: { contentType: htmlType, text },
    },
    new AbortController().signal,
  )

/** Mounted at the root, before what answers 404. */
export const pages = (parts: PagesParts, options: MountOptions): Router => {
  const router = Router()
  const chapters = readGuide()
  const { siteTitle } = parts.config
  const page = (write: Write) => async (request: Request, response: Response) => {
    try {
      await sendPage(request, response, await write(request, siteUrlOf(request, options.publicUrl)))
    } catch (error) {
      await sendError(error, request, response, options)
    }
  }
  const moved = (to: (request: Request) => string) => (request: Request, response: Response) => {
    response.redirect(302, `${siteUrlOf(request, options.publicUrl)}${to(request)}`)
  }

  router.get(
    '/',
    page((request, siteUrl) => homePage(parts, siteUrl, queryOf(request))),
  )
  router.get(
    '/docs',
    page((_request, siteUrl) => docsPage(chapters, { siteTitle, siteUrl })),
  )
  router.get(
    ['/docs/public', guidePath],
    moved(() => '/docs'),
  )
  router.get(
    `${guidePath}/:file`,
    page((request, siteUrl) => {
      const file = String(request.params['file'])
      const chapter = chapters.find(({ name }) => file === `${name}.html`)
      if (!chapter) throw generalProblems.notFound({ what: 'chapter', id: file })
      return chapterPage(chapter, chapters, { siteTitle, siteUrl })
    }),
  )
  // The type of a problem document leads to its explanation.
  router.get(
    '/problems/:code',
    moved((request) => `/api/v1/docs#problem-${encodeURIComponent(String(request.params['code']))}`),
  )
  return router
}
