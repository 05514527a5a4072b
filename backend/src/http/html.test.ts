import { expect, test } from 'vitest'
import { dataBlock, html, paragraphs, renderPage, safeAddress } from './html.ts'

const hostile = `<script>alert(1)</script> " ' & \u2028`

test('text and attributes are escaped', () => {
  expect(html`<p title="${hostile}">${hostile}</p>`.html).toBe(
    '<p title="&lt;script&gt;alert(1)&lt;/script&gt; &quot; &#39; &amp; \u2028">&lt;script&gt;alert(1)&lt;/script&gt; &quot; &#39; &amp; \u2028</p>',
  )
})

test('addresses lead to the web or to ourselves, or nowhere', () => {
  for (const address of [
    'https://example.org/a?b=c',
    'http://x',
    'mailto:a@b.c',
    '/records',
    '?f=json',
    '#top',
    '',
  ])
    expect(safeAddress(address)).toBe(address)
  for (const address of [
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '//evil',
    '/\\evil',
    '\\evil',
    'vbscript:x',
    'java\nscript:x',
    'https://a\\b',
  ])
    expect(safeAddress(address), address).toBe('#')
  expect(html`<a href="${'javascript:alert(1)'}">x</a>`.html).toBe('<a href="#">x</a>')
})

test('nothing is put where escaping cannot help', () => {
  const value = 'x'
  expect(() => html`<a href=${value}>x</a>`).toThrow(/no value here/)
  expect(() => html`<a onclick="${value}">x</a>`).toThrow(/onclick/)
  expect(() => html`<p style="${value}">x</p>`).toThrow(/style/)
  expect(() => html`<script>${value}</script>`).toThrow(/scripts/)
  expect(() => html`<style>${value}</style>`).toThrow(/style sheets/)
  expect(() => html`<!-- ${value} -->`).toThrow(/comments/)
  expect(() => html`<${value}>`).toThrow(/no value here/)
  expect(() => html`<p title="${html`<b>x</b>`}">x</p>`).toThrow(/inside an attribute/)
})

test('parts and lists join, nothing is nothing', () => {
  const list = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${list}${null}${undefined}${false}${0}</ul>`.html).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
  )
})

test('data blocks cannot end their script', () => {
  const block = dataBlock('d', { text: '</script><!--\u2028' }).html
  expect(block.match(/<\/script>/g)).toHaveLength(1)
  expect(JSON.parse(block.replace(/^<script[^>]*>|<\/script>$/g, ''))).toEqual({
    text: '</script><!--\u2028',
  })
})

test('paragraphs keep the breaks people typed and nothing else', () => {
  expect(paragraphs('One\ntwo\n\n<i>three</i>').html).toBe('<p>One<br>two</p><p>&lt;i&gt;three&lt;/i&gt;</p>')
})

test('a page has language, title, navigation and a way past it', () => {
  const page = renderPage({
    title: '<T>',
    siteTitle: 'Site',
    siteUrl: 'http://x',
    section: 'docs',
    body: html`<p>y</p>`,
  })
  expect(page).toContain('<html lang="en">')
  expect(page).toContain('<title>&lt;T&gt; – Site</title>')
  expect(page).toContain('<a href="http://x/docs" aria-current="page">')
  expect(page).toContain('href="#content"')
})
