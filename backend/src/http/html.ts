/**
 * The only way HTML is written. What is put into the template is escaped for the place where it stands: text,
 * a quoted attribute, or an address in `href`, `src` and `action`. Anywhere else (scripts, style sheets, bare
 * attributes, names of tags) the template throws, always, because its text alone decides that.
 */

export type Html = { readonly html: string }

type Place = 'text' | 'attribute' | 'address'
type Content = Html | string | number | bigint | null | undefined | false | readonly Content[]

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Addresses that cannot run anything: http, https, mailto, paths of our own, small PNG pictures; others lead nowhere. */
export const safeAddress = (address: string): string => {
  const clean = address.trim()
  if (/^data:image\/png;base64,[A-Za-z0-9+/]{1,20000}={0,2}$/.test(clean)) return clean
  if (/^(?:https?:\/\/|mailto:)[^\s\\]*$/i.test(clean)) return clean
  if (/^(?:\/(?![/\\])|[?#.]|$)[^\s\\]*$/.test(clean)) return clean
  return '#'
}

const placesOf = (strings: TemplateStringsArray): Place[] => {
  let before = ''
  return strings.slice(0, -1).map((string) => {
    before += string
    const tag = before.slice(before.lastIndexOf('<'))
    const isInTag = before.lastIndexOf('<') > before.lastIndexOf('>')
    if (/<(?:script|style)\b[^>]*>(?![\s\S]*<\/(?:script|style)>)/i.test(before) || before.includes('<!--'))
      throw new Error('HTML template: no values in scripts, style sheets or comments')
    before += 'x'
    if (!isInTag) return 'text'
    const attribute = /\s([\w:-]+)="[^"]*$/.exec(tag)?.[1]?.toLowerCase()
    if (attribute === undefined) throw new Error(`HTML template: no value here: ${tag}`)
    if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc')
      throw new Error(`HTML template: no values in ${attribute}`)
    const isAddress = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(attribute)
    return isAddress && /="$/.test(tag) ? 'address' : 'attribute'
  })
}

const known = new WeakMap<TemplateStringsArray, Place[]>()

const isHtml = (content: Content): content is Html =>
  typeof content === 'object' && content !== null && 'html' in content

const write = (content: Content, place: Place): string => {
  if (content === null || content === undefined || content === false) return ''
  if (isHtml(content)) {
    if (place !== 'text') throw new Error('HTML template: HTML inside an attribute')
    return content.html
  }
  if (Array.isArray(content)) return content.map((part) => write(part, place)).join('')
  return escapeHtml(place === 'address' ? safeAddress(String(content)) : String(content))
}

export const html = (strings: TemplateStringsArray, ...contents: Content[]): Html => {
  const places = known.get(strings) ?? placesOf(strings)
  known.set(strings, places)
  return {
    html: strings.reduce(
      (text, string, at) => text + write(contents[at - 1], places[at - 1] ?? 'text') + string,
    ),
  }
}

const inScript = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')

/** Data for a script, in a block that is not run: `<script type="application/json" id="…">`. */
export const dataBlock = (id: string, value: unknown): Html => ({
  html: `<script type="application/json" id="${escapeHtml(id)}">${inScript(value)}</script>`,
})

/** Data for search engines. Nothing of the type is run, so the policy of the page does not mind it. */
const structuredBlock = (value: unknown): Html => ({
  html: `<script type="application/ld+json">${inScript(value)}</script>\n`,
})

const longestShared = 300

const socialTags = ({ title, siteTitle, description, social }: Page): Html | null => {
  if (!social) return null
  const { address, kind, image } = social
  const named: [string, string | undefined][] = [
    ['og:title', title],
    ['og:type', kind],
    ['og:url', address],
    ['og:site_name', siteTitle],
    ['og:description', description?.slice(0, longestShared)],
    ['og:image', image?.address],
    ['og:image:type', image && 'image/png'],
    ['og:image:width', image && String(image.width)],
    ['og:image:height', image && String(image.height)],
    ['og:image:alt', image?.words],
  ]
  // Twitter reads the others, too.
  return html`${named.map(([name, value]) => value && html`<meta property="${name}" content="${value}">\n`)}<meta name="twitter:card" content="${image ? 'summary_large_image' : 'summary'}">
<link rel="canonical" href="${address}">
`
}

/** Text of people as paragraphs; a blank line begins a new one. */
export const paragraphs = (text: string): Html =>
  html`${text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => html`<p>${part.split('\n').map((line, at) => html`${at > 0 && html`<br>`}${line}`)}</p>`)}`

// Pages ------------------------------------------------------------------------------------------------

export type Page = {
  title: string
  siteTitle: string
  siteUrl: string
  /** Within the face through which the reader came. */
  collectionsUrl?: string
  /** Where the reader is, from the outermost inwards; the page itself comes last and is no link. */
  trail?: { title: string; href?: string }[]
  /** Which entry of the navigation is the present one. */
  section?: 'home' | 'catalogue' | 'map' | 'collections' | 'submit' | 'docs'
  /** Other representations, for programs that read the head. */
  alternates?: { href: string; type: string; title: string }[]
  description?: string
  /** How messengers show a link to the page; its address is the one to share. */
  social?: {
    address: string
    kind: 'website' | 'article'
    image?: { address: string; width: number; height: number; words: string }
  }
  /** What the page is about, for search engines (schema.org). */
  structured?: Record<string, unknown>
  /** One of many pages that say the same in other ways. */
  isNotForIndex?: boolean
  /** Which of `/assets/` draws the page; `site`, on every page, says who is signed in. */
  script?: string
  /** A further one of `/assets/`. */
  styleSheet?: string
  body: Html
}

export const htmlType = 'text/html; charset=utf-8'

/** Nothing from elsewhere, no scripts and styles but ours, none made of text (security A5). */
export const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
} as const

export const renderPage = (page: Page): string => {
  const { siteUrl, section, trail = [] } = page
  const entry = (name: Page['section'], href: string, title: string) =>
    section === name
      ? html`<a href="${href}" aria-current="page">${title}</a>`
      : html`<a href="${href}">${title}</a>`
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title === page.siteTitle ? page.title : `${page.title} – ${page.siteTitle}`}</title>
${page.description && html`<meta name="description" content="${page.description.slice(0, longestShared)}">`}
${page.isNotForIndex && html`<meta name="robots" content="noindex, follow">\n`}${socialTags(page)}${page.structured && structuredBlock(page.structured)}<link rel="icon" href="${siteUrl}/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${siteUrl}/assets/site.css">
<link rel="stylesheet" href="${siteUrl}/assets/app.css">
${page.styleSheet !== undefined && html`<link rel="stylesheet" href="${siteUrl}/assets/${page.styleSheet}">\n`}<script type="module" src="${siteUrl}/assets/site.js"></script>
${page.script !== undefined && html`<script type="module" src="${siteUrl}/assets/${page.script}.js"></script>\n`}${(page.alternates ?? []).map(({ href, type, title }) => html`<link rel="alternate" type="${type}" title="${title}" href="${href}">\n`)}</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="site">
${section === 'home' ? html`<a class="name" href="${siteUrl}/" aria-current="page">${page.siteTitle}</a>` : html`<a class="name" href="${siteUrl}/">${page.siteTitle}</a>`}
<nav aria-label="Main">${entry('catalogue', `${siteUrl}/catalogue`, 'Catalogue')}${entry('map', `${siteUrl}/map`, 'Map')}${entry('collections', page.collectionsUrl ?? `${siteUrl}/pygeoapi/collections`, 'Collections')}${entry('submit', `${siteUrl}/submit`, 'Submit data')}${entry('docs', `${siteUrl}/docs`, 'Docs')}</nav>
<div id="session" class="session"></div>
</header>
<main id="content">
${
  trail.length > 0 &&
  html`<nav class="trail" aria-label="Breadcrumb"><ol>${trail.map(({ title, href }) =>
    href === undefined
      ? html`<li aria-current="page">${title}</li>`
      : html`<li><a href="${href}">${title}</a></li>`,
  )}</ol></nav>`
}
${page.body}
</main>
</body>
</html>
`
  return document.html
}
