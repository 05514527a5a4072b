/** Reading XML that somebody else wrote: what is kept, and what is refused before it can do harm. */
import { describe, expect, test } from 'vitest'
import { isProblem } from '../domain/problem.ts'
import { attributeOf, childElements, commentsOf, firstChild, readXml, type XmlLimits } from './read.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string, limits?: XmlLimits) => readXml(bytes(text), limits)
const refusal = (input: string | Uint8Array, limits?: XmlLimits) => {
  try {
    readXml(typeof input === 'string' ? bytes(input) : input, limits)
  } catch (thrown) {
    if (isProblem(thrown)) return { code: thrown.code, ...thrown.extensions }
    throw thrown
  }
  return 'was read'
}

describe('readXml keeps', () => {
  test('child order, comments and line numbers', () => {
    const root = read(
      '<?xml version="1.0"?>\n<r>\n  <b/>\n  <!-- lost: blend mode -->\n  <a\n    x="1"/><b/>\n</r>',
    )
    expect(childElements(root).map((child) => [child.name.local, child.line])).toEqual([
      ['b', 3],
      ['a', 5],
      ['b', 6],
    ])
    expect(commentsOf(root)).toEqual([{ kind: 'comment', text: ' lost: blend mode ', line: 4 }])
  })

  test('mixed text and character data in their order', () => {
    const root = read('<l>at <p>x</p><![CDATA[<raw> & ]]>end</l>')
    expect(root.children.map((child) => (child.kind === 'element' ? child.text : child.text))).toEqual([
      'at ',
      'x',
      '<raw> & ',
      'end',
    ])
    expect(root.text).toBe('at <raw> & end')
  })

  test('namespaces of elements and attributes, whatever the prefixes', () => {
    const root = read('<s:r xmlns:s="urn:s" xmlns="urn:d" xmlns:x="urn:x" x:a="1" a="2"><c/></s:r>')
    expect(root.name).toEqual({ prefix: 's', local: 'r', namespace: 'urn:s' })
    expect(firstChild(root, 'c', 'urn:d')?.name.namespace).toBe('urn:d')
    expect(firstChild(root, 'c', 'urn:s')).toBeUndefined()
    expect(attributeOf(root, 'a')).toBe('2')
    expect(attributeOf(root, 'a', 'urn:x')).toBe('1')
    expect(root.attributes).toHaveLength(2)
  })

  test('line ends as line feeds, and long attributes whole', () => {
    expect(read('<a>1\r\n2\r3</a>').text).toBe('1\n2\n3')
    const href = `data:image/png;base64,${'A'.repeat(300_000)}`
    expect(attributeOf(read(`<a href="${href}"/>`), 'href')).toBe(href)
  })

  test('names of JavaScript objects as plain names', () => {
    const root = read(
      '<a __proto__="1" constructor="2" hasOwnProperty="3" toString="4"><__proto__ polluted="1"/></a>',
    )
    expect(root.attributes.map((attribute) => attribute.value)).toEqual(['1', '2', '3', '4'])
    expect(childElements(root, '__proto__')).toHaveLength(1)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('UTF-8 and UTF-16 with their marks, and declared encodings', () => {
    const utf16 = (text: string, bigEndian: boolean) => {
      const buffer = Buffer.from(`\ufeff${text}`, 'utf16le')
      return bigEndian ? buffer.swap16() : buffer
    }
    expect(readXml(bytes('\ufeff<a>größe</a>')).text).toBe('größe')
    expect(readXml(utf16('<a>größe</a>', false)).text).toBe('größe')
    expect(readXml(utf16('<a>größe</a>', true)).text).toBe('größe')
    const latin1 = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>größe</a>', 'latin1')
    expect(readXml(latin1).text).toBe('größe')
  })
})

describe('readXml refuses', () => {
  test.each([
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', 'xml-doctype'],
    ['a DOCTYPE without entities', '\n\n<!DOCTYPE html>\n<a/>', 'xml-doctype'],
    ['an entity that nobody declared', '<a>&x;</a>', 'xml-not-well-formed'],
    ['an entity of HTML', '<a>&eacute;</a>', 'xml-not-well-formed'],
    ['an element that is not closed', '<a><b></a>', 'xml-not-well-formed'],
    ['an end that is missing', '<a><b>', 'xml-not-well-formed'],
    ['a second root', '<a/><b/>', 'xml-not-well-formed'],
    ['text after the end', '<a/>text', 'xml-not-well-formed'],
    ['a prefix without namespace', '<sld:a/>', 'xml-not-well-formed'],
    ['an attribute given twice', '<a x="1" x="2"/>', 'xml-not-well-formed'],
    [
      'an attribute given twice under two prefixes',
      '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
      'xml-not-well-formed',
    ],
    ['an attribute without quotes', '<a x=1/>', 'xml-not-well-formed'],
    ['a forbidden character', '<a>\u0001</a>', 'xml-not-well-formed'],
    ['a forbidden character by number', '<a>&#0;</a>', 'xml-not-well-formed'],
    ['a forbidden character by number in an attribute', '<a b="&#x1F;"/>', 'xml-not-well-formed'],
    ['half a surrogate pair by number', '<a>&#xD800;</a>', 'xml-not-well-formed'],
    ['nothing', '', 'xml-empty'],
    ['white space', ' \n ', 'xml-empty'],
    ['a comment alone', '<!-- x -->', 'xml-empty'],
    ['text', 'not xml at all', 'xml-not-well-formed'],
    ['JSON', '{"a": 1}', 'xml-not-well-formed'],
    ['an encoding nobody knows', '<?xml version="1.0" encoding="x-klingon"?><a/>', 'xml-encoding'],
  ])('%s (R7.7, R13.8)', (_, text, code) => {
    expect(refusal(text)).toMatchObject({ code })
  })

  test('bytes that are not the declared encoding', () => {
    expect(refusal(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e))).toMatchObject({
      code: 'xml-encoding',
    })
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0))).toMatchObject({ code: 'xml-encoding' })
    expect(refusal(Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0, 0, 0))).not.toBe('was read')
  })

  test('more than its limits allow, naming the line', () => {
    const nested = `${'<a>\n'.repeat(65)}${'</a>'.repeat(65)}`
    expect(refusal(nested)).toEqual({ code: 'xml-too-deep', line: 65 })
    expect(refusal(`<a>${'\n<b/>'.repeat(50_000)}</a>`)).toMatchObject({ code: 'xml-too-many-elements' })
    expect(refusal('<a><b/>\n<c/></a>', { maxElements: 2 })).toEqual({
      code: 'xml-too-many-elements',
      line: 2,
    })
    const wide = Array.from({ length: 51 }, (_, index) => `x${index}="1"`).join(' ')
    expect(refusal(`<a ${wide}/>`)).toMatchObject({ code: 'xml-too-many-attributes' })
    expect(refusal('<a>12345</a>', { maxBytes: 10 })).toMatchObject({ code: 'xml-too-large' })
  })

  test('a document nested 100 000 deep at once', () => {
    const started = performance.now()
    expect(refusal('<a>'.repeat(100_000))).toMatchObject({ code: 'xml-too-deep' })
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('with a sentence that names the document', () => {
    expect(() => read('<a>', { what: 'The style roads.sld' })).toThrow(
      /^The style roads\.sld cannot be read as XML: unclosed root tag \(line 1\)/,
    )
  })
})
