/**
 * Reads the part of Markdown that our own documents use, and writes it as HTML: headings, paragraphs, lists, tables,
 * callouts (`>`), fenced code, figures (`![caption](file.png)` on a line of its own); `code`, **strong**, *emphasis*, [links](…). HTML in the text is shown, not obeyed.
 */
import { type Html, html } from './html.ts'

export type CodeBlock = { language: string; flags: string[]; text: string }

type List = { isOrdered: boolean; items: Block[][] }
type Block =
  | { kind: 'heading'; level: number; text: string; id: string }
  | { kind: 'paragraph'; text: string }
  | ({ kind: 'code' } & CodeBlock)
  | ({ kind: 'list' } & List)
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'callout'; blocks: Block[] }
  | { kind: 'figure'; caption: string; file: string }

export type Markdown = { title: string; blocks: Block[] }

const FENCE = /^```(\S*) ?(.*)$/
const HEADING = /^(#{1,4}) +(.+?)\s*$/
const ITEM = /^( *)([-*]|\d{1,3}[.)]) +(.*)$/
const FIGURE = /^!\[([^\]]+)\]\(([^)\s]+)\)\s*$/
const TABLE_LINE = /^\|(.*)\|\s*$/
const DIVIDER = /^\|(?: *:?-+:? *\|)+\s*$/

const toId = (text: string) =>
  text
    .toLowerCase()
    .replace(/`/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

const cells = (line: string) =>
  (TABLE_LINE.exec(line)?.[1] ?? '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))

/** Each taker reads a block from line `at` on, or gives null; `next` is the line after it. */
type Taken = { block: Block; next: number } | null
type Taker = (lines: string[], at: number) => Taken

const takeCode: Taker = (lines, at) => {
  const [, language = '', flags = ''] = FENCE.exec(lines[at] ?? '') ?? []
  if (!lines[at]?.startsWith('```')) return null
  let end = at + 1
  while (end < lines.length && !lines[end]?.startsWith('```')) end += 1
  const text = lines.slice(at + 1, end).join('\n')
  return { block: { kind: 'code', language, flags: flags.split(/\s+/).filter(Boolean), text }, next: end + 1 }
}

const takeHeading: Taker = (lines, at) => {
  const found = HEADING.exec(lines[at] ?? '')
  if (!found) return null
  const [, marks = '', text = ''] = found
  return { block: { kind: 'heading', level: marks.length, text, id: toId(text) }, next: at + 1 }
}

const takeCallout: Taker = (lines, at) => {
  let end = at
  while (lines[end]?.startsWith('>')) end += 1
  if (end === at) return null
  const inner = lines.slice(at, end).map((line) => line.replace(/^> ?/, ''))
  return { block: { kind: 'callout', blocks: readBlocks(inner) }, next: end }
}

const takeTable: Taker = (lines, at) => {
  if (!TABLE_LINE.test(lines[at] ?? '') || !DIVIDER.test(lines[at + 1] ?? '')) return null
  let end = at + 2
  while (TABLE_LINE.test(lines[end] ?? '')) end += 1
  return {
    block: { kind: 'table', head: cells(lines[at] ?? ''), rows: lines.slice(at + 2, end).map(cells) },
    next: end,
  }
}

/** An item goes on as long as lines are indented beneath it; a blank line within it too. */
const takeList: Taker = (lines, at) => {
  const first = ITEM.exec(lines[at] ?? '')
  if (first?.[1] !== '') return null
  const isOrdered = /\d/.test(first[2] ?? '')
  const items: Block[][] = []
  let next = at
  while (next < lines.length) {
    const found = ITEM.exec(lines[next] ?? '')
    if (found?.[1] !== '' || /\d/.test(found[2] ?? '') !== isOrdered) break
    const own = [found[3] ?? '']
    const indent = (found[2] ?? '').length + 1
    next += 1
    const isInside = (line: string | undefined) => line?.startsWith(' '.repeat(indent)) === true
    while (isInside(lines[next]) || (lines[next]?.trim() === '' && isInside(lines[next + 1]))) {
      own.push((lines[next] ?? '').slice(indent))
      next += 1
    }
    items.push(readBlocks(own))
    if (lines[next]?.trim() === '' && ITEM.exec(lines[next + 1] ?? '')?.[1] === '') next += 1
  }
  return { block: { kind: 'list', isOrdered, items }, next }
}

const takeFigure: Taker = (lines, at) => {
  const [, caption, file] = FIGURE.exec(lines[at] ?? '') ?? []
  if (caption === undefined || file === undefined) return null
  return { block: { kind: 'figure', caption, file }, next: at + 1 }
}

const takers: Taker[] = [takeFigure, takeCode, takeHeading, takeCallout, takeTable, takeList]

const takeParagraph = (lines: string[], at: number): { block: Block; next: number } => {
  let end = at + 1
  while (end < lines.length && lines[end]?.trim() !== '' && !takers.some((take) => take(lines, end))) end += 1
  return { block: { kind: 'paragraph', text: lines.slice(at, end).join('\n') }, next: end }
}

const readBlocks = (lines: string[]): Block[] => {
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.trim() === '') {
      at += 1
      continue
    }
    const taken =
      takers.reduce<Taken>((found, take) => found ?? take(lines, at), null) ?? takeParagraph(lines, at)
    blocks.push(taken.block)
    at = taken.next
  }
  return blocks
}

export const readMarkdown = (text: string): Markdown => {
  const blocks = readBlocks(text.replaceAll('\r\n', '\n').split('\n'))
  const first = blocks.find((block) => block.kind === 'heading')
  return { title: first?.kind === 'heading' ? first.text.replace(/[`*]/g, '') : '', blocks }
}

/** Code blocks in their order, those within lists and callouts too. */
export const codeBlocksOf = ({ blocks }: Pick<Markdown, 'blocks'>): CodeBlock[] =>
  blocks.flatMap((block) =>
    block.kind === 'code'
      ? [{ language: block.language, flags: block.flags, text: block.text }]
      : block.kind === 'list'
        ? block.items.flatMap((item) => codeBlocksOf({ blocks: item }))
        : block.kind === 'callout'
          ? codeBlocksOf(block)
          : [],
  )

export const headingsOf = ({ blocks }: Markdown, level: number): { text: string; id: string }[] =>
  blocks.flatMap((block) =>
    block.kind === 'heading' && block.level === level ? [{ text: block.text, id: block.id }] : [],
  )

// Writing ----------------------------------------------------------------------------------------------

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\))/

export const inlineHtml = (text: string, toAddress: (address: string) => string): Html =>
  html`${text.split(INLINE).map((part) => {
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`
    if (/^\*\*.+\*\*$/s.test(part)) return html`<strong>${inlineHtml(part.slice(2, -2), toAddress)}</strong>`
    if (/^\*[^*].*\*$/s.test(part)) return html`<em>${inlineHtml(part.slice(1, -1), toAddress)}</em>`
    const [, label, address] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part) ?? []
    return label !== undefined && address !== undefined
      ? html`<a href="${toAddress(address)}">${inlineHtml(label, toAddress)}</a>`
      : part
  })}`

const headingHtml = (level: number, id: string, text: Html): Html => {
  if (level === 1) return html`<h1 id="${id}">${text}</h1>`
  if (level === 2) return html`<h2 id="${id}">${text}</h2>`
  return level === 3 ? html`<h3 id="${id}">${text}</h3>` : html`<h4 id="${id}">${text}</h4>`
}

export const markdownHtml = (blocks: Block[], toAddress: (address: string) => string): Html => {
  const inline = (text: string) => inlineHtml(text, toAddress)
  /** A list item of one paragraph needs no paragraph. */
  const itemHtml = (item: Block[]) => {
    const [first, ...rest] = item
    return first?.kind === 'paragraph'
      ? html`<li>${inline(first.text)}${markdownHtml(rest, toAddress)}</li>`
      : html`<li>${markdownHtml(item, toAddress)}</li>`
  }
  const blockHtml = (block: Block): Html => {
    switch (block.kind) {
      case 'heading':
        return headingHtml(block.level, block.id, inline(block.text))
      case 'paragraph':
        return html`<p>${inline(block.text)}</p>`
      case 'code':
        return html`<pre tabindex="0"><code>${block.text}</code></pre>`
      case 'callout':
        return html`<aside class="callout">${markdownHtml(block.blocks, toAddress)}</aside>`
      case 'figure':
        return html`<figure><img src="${toAddress(block.file)}" alt="${block.caption}" loading="lazy"><figcaption>${inline(block.caption)}</figcaption></figure>`
      case 'list':
        return block.isOrdered
          ? html`<ol>${block.items.map(itemHtml)}</ol>`
          : html`<ul>${block.items.map(itemHtml)}</ul>`
      case 'table':
        return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${block.head.join(', ')}"><table><thead><tr>${block.head.map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
<tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`
    }
  }
  return html`${blocks.map((block) => html`${blockHtml(block)}\n`)}`
}
