/**
 * Pages for people beside the OGC faces: home at `/`, the catalogue, the user guide at `/docs`; and what search engines
 * ask for. They work without scripts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { type Request, type Response, Router } from 'express'
import type { Config } from '../config/config.ts'
import { type MountOptions, sendError } from '../contract/mount.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { queryOf, siteUrlOf } from '../http/addresses.ts'
import { html, htmlType, pageHeaders, renderPage } from '../http/html.ts'
import { headingsOf, inlineHtml, type Markdown, markdownHtml, readMarkdown } from '../http/markdown.ts'
import { respond } from '../http/respond.ts'
import { cacheHeaders, weakEtag } from '../ogc/common/caching.ts'
import { CATALOG_ID } from '../ogc/records/links.ts'
import type { Catalogue } from '../repositories/catalogue.ts'
import { createShelf } from '../services/shelf.ts'
import { cataloguePage } from './catalogue/catalogue-page.ts'
import { type HomeContent, homePage, readHome } from './catalogue/home-page.ts'
import { robots, sitemapIndex, sitemapPart } from './catalogue/sitemap.ts'

export type PagesParts = { config: Pick<Config, 'siteTitle'>; catalogue: Catalogue }

const oldSearches = ['q', 'sortby', 'offset']
const xmlType = 'application/xml; charset=utf-8'

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
  if (/^figures\/[a-z0-9-]+\.png$/.test(address)) return `${siteUrl}${guidePath}/${address}`
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

  const { catalogue } = parts
  const baseOf = (siteUrl: string) => ({
    siteTitle,
    siteUrl,
    itemsUrl: `${siteUrl}/records/collections/${CATALOG_ID}/items`,
  })
  /** Made once for all who come while nothing is published. */
  const homes = createShelf<HomeContent>(1)
  const homeContent = async () => homes.get(String(await catalogue.epoch()), () => readHome(catalogue))
  const sent =
    (write: (request: Request, siteUrl: string) => Promise<{ contentType: string; text: string } | null>) =>
    async (request: Request, response: Response) => {
      try {
        const file = await write(request, siteUrlOf(request, options.publicUrl))
        if (file === null) throw generalProblems.notFound({ what: 'page', id: request.path })
        await respond(
          request,
          response,
          { status: 200, headers: cacheHeaders(weakEtag(file.text)), raw: file },
          new AbortController().signal,
        )
      } catch (error) {
        await sendError(error, request, response, options)
      }
    }

  router.get('/', (request, response, next) => {
    // Addresses of searches from when the catalogue was the first page.
    if (oldSearches.some((name) => queryOf(request).has(name)))
      response.redirect(301, `${siteUrlOf(request, options.publicUrl)}/catalogue?${queryOf(request)}`)
    else next()
  })
  router.get(
    '/',
    page(async (_request, siteUrl) => homePage(await homeContent(), baseOf(siteUrl))),
  )
  router.get(
    '/catalogue',
    page((request, siteUrl) => cataloguePage(catalogue, baseOf(siteUrl), queryOf(request))),
  )
  router.get(
    '/robots.txt',
    sent(async (_request, siteUrl) => ({ contentType: 'text/plain; charset=utf-8', text: robots(siteUrl) })),
  )
  router.get(
    '/sitemap.xml',
    sent(async (_request, siteUrl) => ({
      contentType: xmlType,
      text: sitemapIndex(await catalogue.count(), siteUrl),
    })),
  )
  router.get(
    '/sitemap-:part.xml',
    sent(async (request, siteUrl) => {
      const part = String(request.params['part'])
      const text = /^[1-9]\d{0,3}$/.test(part)
        ? await sitemapPart(catalogue, Number(part), {
            ...baseOf(siteUrl),
            pages: [
              '/',
              '/catalogue',
              '/map',
              '/docs',
              ...chapters.map(({ name }) => `${guidePath}/${name}.html`),
            ],
          })
        : null
      return text === null ? null : { contentType: xmlType, text }
    }),
  )
  router.get(
    '/docs',
    page((_request, siteUrl) => docsPage(chapters, { siteTitle, siteUrl })),
  )
  router.get(
    ['/docs/public', guidePath],
    moved(() => '/docs'),
  )
  // Pictures of pages, taken by the browser tests (make figures).
  router.use(
    `${guidePath}/figures`,
    express.static(fileURLToPath(new URL('figures/', guideFolder)), { index: false, maxAge: '5m' }),
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
