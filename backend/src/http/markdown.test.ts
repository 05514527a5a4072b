/** The Markdown of our documents as HTML. */
import { expect, test } from 'vitest'
import { codeBlocksOf, headingsOf, markdownHtml, readMarkdown } from './markdown.ts'

const written = (text: string) =>
  markdownHtml(readMarkdown(text).blocks, (address) => address).html.replaceAll('\n', '')

test('headings have ids, paragraphs keep words with marks', () => {
  expect(written('# Getting *the* `data`\n\nOne **two**\nthree [four](#five).')).toBe(
    '<h1 id="getting-the-data">Getting <em>the</em> <code>data</code></h1><p>One <strong>two</strong>three <a href="#five">four</a>.</p>',
  )
  expect(readMarkdown('# Getting *the* `data`').title).toBe('Getting the data')
  expect(headingsOf(readMarkdown('# A\n## B c\n## D'), 2)).toEqual([
    { text: 'B c', id: 'b-c' },
    { text: 'D', id: 'd' },
  ])
})

test('lists nest, hold code, and go on after blank lines', () => {
  expect(written('1. one\n   - a\n   - b\n\n2. two\n\n   ```sh\n   ls\n   ```\n\nafter')).toBe(
    '<ol><li>one<ul><li>a</li><li>b</li></ul></li><li>two<pre tabindex="0"><code>ls</code></pre></li></ol><p>after</p>',
  )
})

test('tables and callouts', () => {
  expect(written('| a | b |\n| --- | --- |\n| `x\\|y` | 2 |')).toBe(
    '<div class="scroll" tabindex="0" role="group" aria-label="Table: a, b"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td><code>x|y</code></td><td>2</td></tr></tbody></table></div>',
  )
  expect(written('> **Note.** Mind.\n> - this')).toBe(
    '<aside class="callout"><p><strong>Note.</strong> Mind.</p><ul><li>this</li></ul></aside>',
  )
})

test('HTML in the text is shown, and addresses that run something lead nowhere', () => {
  expect(written('<script>alert(1)</script> [x](javascript:alert(1))')).toContain('&lt;script&gt;')
  expect(written('[x](javascript:void)')).toBe('<p><a href="#">x</a></p>')
  expect(written('`<b>`')).toBe('<p><code>&lt;b&gt;</code></p>')
})

test('code blocks are found with their flags, also within lists', () => {
  expect(codeBlocksOf(readMarkdown('```sh check\na\n```\n- x\n  ```\n  b\n  ```'))).toEqual([
    { language: 'sh', flags: ['check'], text: 'a' },
    { language: '', flags: [], text: 'b' },
  ])
})
