/** What an HTML document is made of, as a browser takes it apart: tags with their attributes, without what people wrote. */

export type Tag = { name: string; isEnd: boolean; attributes: Map<string, string> }

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const decode = (text: string) =>
  text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));?/g, (whole, decimal, hex, name) =>
    decimal || hex
      ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
      : (entities[name] ?? whole),
  )

/** Elements whose content is no markup. */
const rawText = new Set(['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes'])

/** Follows the tokenizer of the HTML standard (13.2.5) as far as tags, attributes and comments go. */
export const tagsOf = (html: string): Tag[] => {
  const tags: Tag[] = []
  let at = 0
  const readAttributes = (): Map<string, string> => {
    const attributes = new Map<string, string>()
    for (;;) {
      while (/[\s/]/.test(html[at] ?? '')) at += 1
      if (at >= html.length || html[at] === '>') {
        at += 1
        return attributes
      }
      const nameAt = at
      at += 1
      while (at < html.length && !/[\s/>=]/.test(html[at] ?? '')) at += 1
      const name = html.slice(nameAt, at).toLowerCase()
      while (/\s/.test(html[at] ?? '')) at += 1
      let value = ''
      if (html[at] === '=') {
        at += 1
        while (/\s/.test(html[at] ?? '')) at += 1
        const quote = html[at]
        if (quote === '"' || quote === "'") {
          const end = html.indexOf(quote, at + 1)
          value = html.slice(at + 1, end < 0 ? html.length : end)
          at = end < 0 ? html.length : end + 1
        } else {
          const valueAt = at
          while (at < html.length && !/[\s>]/.test(html[at] ?? '')) at += 1
          value = html.slice(valueAt, at)
        }
      }
      if (!attributes.has(name)) attributes.set(name, decode(value))
    }
  }
  while (at < html.length) {
    at = html.indexOf('<', at)
    if (at < 0) break
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4)
      tags.push({ name: '!--', isEnd: false, attributes: new Map() })
      at = end < 0 ? html.length : end + 3
      continue
    }
    const open = /^<(\/?)([A-Za-z][^\s/>]*)/.exec(html.slice(at, at + 200))
    if (!open) {
      // `<!doctype`, `<?` and `</ ` begin comments that end at the next sign; any other `<` is text.
      const isBogusComment = /^<[!?/]/.test(html.slice(at, at + 2))
      if (isBogusComment)
        tags.push({ name: html.slice(at, at + 10).toLowerCase(), isEnd: false, attributes: new Map() })
      const end = isBogusComment ? html.indexOf('>', at) : at
      at = end < 0 ? html.length : end + 1
      continue
    }
    const name = (open[2] ?? '').toLowerCase()
    const isEnd = open[1] === '/'
    at += open[0].length
    tags.push({ name, isEnd, attributes: readAttributes() })
    if (!isEnd && rawText.has(name)) {
      // <title> within an SVG is markup, but ours hold none.
      const end = html.slice(at).search(new RegExp(`</${name}[\\s/>]`, 'i'))
      at = end < 0 ? html.length : at + end
    }
  }
  return tags
}

/** One line per tag: name and names of attributes. */
export const structureOf = (html: string): string[] =>
  tagsOf(html).map(({ name, isEnd, attributes }) =>
    `${isEnd ? '/' : ''}${name} ${[...attributes.keys()].join(' ')}`.trim(),
  )

const addresses = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcset', 'poster']

/** What no page of ours has, whatever people wrote: scripts, handlers, styles, frames, and addresses that run something. */
/**
 * The document without the scripts that the site itself puts into each page, and without its block of data for search engines,
 * in which nothing can begin a tag; every other script stays, and is a danger.
 */
export const withoutOwnScripts = (html: string, siteUrl: string): string =>
  html
    .replace(/<script type="module" src="([^"<>]*)\/assets\/[a-z-]+\.js"><\/script>/g, (whole, from) =>
      from === siteUrl ? '' : whole,
    )
    .replace(/<script type="application\/ld\+json">[^<>&]*<\/script>/, '')

export const dangersOf = (html: string): string[] =>
  tagsOf(html).flatMap(({ name, attributes }) => [
    ...(/^(script|style|iframe|object|embed|base|template|math|foreignobject|animate|set|!--)$/.test(name)
      ? [`<${name}>`]
      : []),
    ...(name === 'meta' && attributes.has('http-equiv') ? ['<meta http-equiv>'] : []),
    ...[...attributes].flatMap(([attribute, value]) => [
      ...(/^on|^style$|^srcdoc$/.test(attribute) ? [`${name} ${attribute}`] : []),
      ...(addresses.includes(attribute) &&
      // A bitmap runs nothing; elsewhere than in a picture it has no business.
      !(
        name === 'img' &&
        attribute === 'src' &&
        /^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/.test(value)
      ) &&
      !/^(?:https?:\/\/[^/\\]|mailto:|[#?]|\/(?![/\\])|$)/i.test(value)
        ? [`${name} ${attribute}=${value.slice(0, 80)}`]
        : []),
    ]),
  ])
