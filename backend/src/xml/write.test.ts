/** What the `xml` template promises: nothing from outside can become markup, and everything reads back as it was. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutForbiddenCharacters } from './characters.ts'
import { attributeOf, readXml } from './read.ts'
import { attributes, element, xml, xmlDocument, xmlText } from './write.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the xml template', () => {
  test('escapes text and attribute values for the place they stand in (R13.8)', () => {
    const hostile = `<b a="1">&'`
    expect(xmlText(xml`<a href="${hostile}" title='${hostile}'>${hostile}</a>`)).toBe(
      '<a href="&lt;b a=&quot;1&quot;&gt;&amp;&#39;" title=\'&lt;b a=&quot;1&quot;&gt;&amp;&#39;\'>&lt;b a="1"&gt;&amp;\'</a>',
    )
  })

  test('nests fragments, joins lists, and leaves out what is null or undefined', () => {
    const items = ['one', 'two'].map((item) => xml`<i>${item}</i>`)
    expect(xmlText(xml`<a>${items}${null}${undefined}${3}${false}</a>`)).toBe(
      '<a><i>one</i><i>two</i>3false</a>',
    )
  })

  test('leaves out layout between tags and keeps white space in text', () => {
    const written = xml`
      <a>
        <b> x </b>
        ${xml`<c/>`}
        ${attributes({})}
      </a>
    `
    expect(xmlText(written)).toBe('<a><b> x </b><c/></a>')
  })

  test('writes attributes that have a value, and refuses names that are none', () => {
    expect(xmlText(xml`<a${attributes({ 'gml:id': 'x', n: 1, left: undefined, out: null })}/>`)).toBe(
      '<a gml:id="x" n="1"/>',
    )
    expect(() => attributes({ 'a="1" b': 'x' })).toThrow('Not an attribute name')
  })

  test('refuses a value where a tag is being written, and a fragment in an attribute', () => {
    expect(() => xml`<a ${'x'}>`).toThrow('stands inside a tag')
    expect(() => xml`<a b="${xml`<c/>`}"/>`).toThrow('attribute value')
  })

  test('an element by a name, which is checked', () => {
    expect(xmlText(element('dc:title', { a: '"' }, ['<', xml`<b/>`]))).toBe(
      '<dc:title a="&quot;">&lt;<b/></dc:title>',
    )
    expect(() => element('a b="1"', {}, '')).toThrow('Not an element name')
  })

  test('takes no object from JSON for a fragment', () => {
    const fake = JSON.parse('{"xml":"<script/>","Symbol(xml)":"<script/>"}')
    expect(() => xmlText(xml`<a>${fake}</a>`)).toThrow()
  })

  test('any text survives writing and reading, but for characters XML forbids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, value) => {
        const root = readXml(bytes(xmlDocument(xml`<a b="${value}">${text}</a>`)))
        expect(root.text).toBe(withoutForbiddenCharacters(text))
        expect(attributeOf(root, 'b')).toBe(withoutForbiddenCharacters(value))
      }),
      { numRuns: 500 },
    )
  })
})
