/**
 * Reads XML: the only way into the program for a document somebody else wrote. Keeps child order, comments and
 * line numbers; refuses a DOCTYPE, and everything above the limits, while reading.
 */
import { Parser } from 'xml2js'
import type { Problem } from '../domain/problem.ts'
import { isProblem } from '../domain/problem.ts'
import { xmlProblems } from '../domain/problems/xml.ts'
import { hasForbiddenCharacter } from './characters.ts'

export type XmlName = {
  prefix: string
  local: string
  /** The namespace URI; '' for none. */
  namespace: string
}

export type XmlAttribute = { name: XmlName; value: string }
export type XmlText = { kind: 'text'; text: string; line: number }
export type XmlComment = { kind: 'comment'; text: string; line: number }
export type XmlElement = {
  kind: 'element'
  name: XmlName
  /** In document order, without the namespace declarations. */
  attributes: XmlAttribute[]
  /** In document order, white space included; character data sections are text. */
  children: XmlNode[]
  /** The element's own text, without that of its child elements. */
  text: string
  /** 1-based line of the start tag. */
  line: number
}
export type XmlNode = XmlElement | XmlText | XmlComment

export type XmlLimits = {
  /** How problems name the document, at the start of a sentence: 'The style roads.sld'. */
  what?: string
  maxBytes?: number
  maxDepth?: number
  maxElements?: number
  /** Per element, namespace declarations included. */
  maxAttributes?: number
}

const defaultLimits: Required<XmlLimits> = {
  what: 'The document',
  maxBytes: 5 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 50_000,
  maxAttributes: 50,
}

// The part of sax that is used here; xml2js creates the tokenizer, strict and with namespaces.
type SaxName = { prefix: string; local: string; uri: string }
type Sax = {
  ENTITIES: Record<string, string>
  line: number
  startTagPosition: number
  onerror: (error: Error) => void
  ondoctype: () => void
  oncomment: (text: string) => void
  onattribute: (attribute: SaxName & { value: string }) => void
  onopentag: (tag: SaxName) => void
  onclosetag: () => void
  ontext: (text: string) => void
  oncdata: (text: string) => void
  onend: () => void
  write: (text: string) => { close: () => void }
}

const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** Throws one of `xmlProblems`, all of them 422 with the line where there is one. */
export const readXml = (bytes: Uint8Array, limits: XmlLimits = {}): XmlElement => {
  const { what, maxBytes, maxDepth, maxElements, maxAttributes } = { ...defaultLimits, ...limits }
  if (bytes.length > maxBytes) throw xmlProblems.xmlTooLarge({ what, bytes: bytes.length, maxBytes })
  const text = decode(bytes, what)
  if (text.trim() === '') throw xmlProblems.xmlEmpty({ what })

  // xml2js's own tree loses comments and the order of mixed content, so its callbacks are replaced by ours.
  const sax = (new Parser({ strict: true, xmlns: true, async: false }) as unknown as { saxParser: Sax })
    .saxParser
  // sax would also resolve HTML's entities (&eacute;), which are not XML.
  sax.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" })

  const open: XmlElement[] = []
  let root: XmlElement | undefined
  let elements = 0
  let attributes: XmlAttribute[] = []
  let attributeCount = 0
  const lineOf = createLineCounter(text)

  const notWellFormed = (why: string) => xmlProblems.xmlNotWellFormed({ what, why, line: sax.line + 1 })
  const checked = (value: string) => {
    if (hasForbiddenCharacter(value)) throw notWellFormed('it holds a character that XML forbids')
    return value
  }
  const addText = (value: string) => {
    const parent = open.at(-1)
    if (!parent) return
    parent.text += checked(value)
    parent.children.push({ kind: 'text', text: value, line: sax.line + 1 })
  }

  sax.onerror = (error) => {
    throw notWellFormed((error.message.split('\n')[0] ?? '').replace(/\.$/, '').toLowerCase())
  }
  sax.ondoctype = () => {
    throw xmlProblems.xmlDoctype({ what, line: sax.line + 1 })
  }
  sax.oncomment = (comment) => {
    open.at(-1)?.children.push({ kind: 'comment', text: comment, line: sax.line + 1 })
  }
  sax.onattribute = (attribute) => {
    attributeCount += 1
    if (attributeCount > maxAttributes) {
      throw xmlProblems.xmlTooManyAttributes({ what, maxAttributes, line: sax.line + 1 })
    }
    if (attribute.uri === XMLNS || (attribute.prefix === 'xmlns' && attribute.local === '')) return
    const name = { prefix: attribute.prefix, local: attribute.local, namespace: attribute.uri }
    if (
      attributes.some((other) => other.name.local === name.local && other.name.namespace === name.namespace)
    ) {
      throw notWellFormed(`the attribute ${name.local} is given twice`)
    }
    attributes.push({ name, value: checked(attribute.value) })
  }
  sax.onopentag = (tag) => {
    const line = lineOf(sax.startTagPosition)
    elements += 1
    if (elements > maxElements) throw xmlProblems.xmlTooManyElements({ what, maxElements, line })
    if (open.length >= maxDepth) throw xmlProblems.xmlTooDeep({ what, maxDepth, line })
    if (root && open.length === 0) throw notWellFormed('there is a second element after the end')
    const element: XmlElement = {
      kind: 'element',
      name: { prefix: tag.prefix, local: tag.local, namespace: tag.uri },
      attributes,
      children: [],
      text: '',
      line,
    }
    attributes = []
    attributeCount = 0
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  }
  sax.onclosetag = () => {
    open.pop()
  }
  sax.ontext = addText
  sax.oncdata = addText
  sax.onend = () => {}

  try {
    // In one piece: sax limits the length of attributes and comments only between pieces.
    sax.write(text).close()
  } catch (thrown) {
    throw asProblem(thrown, notWellFormed)
  }
  if (!root) throw xmlProblems.xmlEmpty({ what })
  return root
}

const asProblem = (thrown: unknown, notWellFormed: (why: string) => Problem): Problem => {
  if (isProblem(thrown)) return thrown
  const problem = notWellFormed('its structure is broken')
  problem.cause = thrown
  return problem
}

/** Positions are asked for in ascending order, so that the whole text is walked once. */
const createLineCounter = (text: string) => {
  let line = 1
  let at = 0
  return (position: number): number => {
    for (let next = text.indexOf('\n', at); next !== -1 && next < position; next = text.indexOf('\n', at)) {
      line += 1
      at = next + 1
    }
    return line
  }
}

/** By byte order mark, else by the shape of the first bytes, else by the declaration, else UTF-8. */
const decode = (bytes: Uint8Array, what: string): string => {
  const encoding = encodingOf(bytes)
  const failed = (why: string, cause: unknown) => xmlProblems.xmlEncoding({ what, encoding, why }, { cause })
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(encoding, { fatal: true })
  } catch (cause) {
    throw failed('that encoding is not known here', cause)
  }
  try {
    // XML reads every line end as a line feed.
    return decoder.decode(bytes).replace(/\r\n?/g, '\n')
  } catch (cause) {
    throw failed('it holds bytes that are not', cause)
  }
}

const encodingOf = (bytes: Uint8Array): string => {
  const [first, second, third, fourth] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  // UTF-32 is nobody's; its little-endian mark would pass for that of UTF-16.
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return 'utf-32'
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be'
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1]
  return declared?.toLowerCase() ?? 'utf-8'
}

const matches = (name: XmlName, local: string, namespace: string | undefined) =>
  name.local === local && (namespace === undefined || name.namespace === namespace)

/** The child elements in order; with a name, only those. */
export const childElements = (parent: XmlElement, local?: string, namespace?: string): XmlElement[] =>
  parent.children.filter(
    (child): child is XmlElement =>
      child.kind === 'element' && (local === undefined || matches(child.name, local, namespace)),
  )

export const firstChild = (parent: XmlElement, local: string, namespace?: string): XmlElement | undefined =>
  childElements(parent, local, namespace)[0]

/** Attributes of ours and of most vocabularies have no namespace. */
export const attributeOf = (element: XmlElement, local: string, namespace = ''): string | undefined =>
  element.attributes.find((attribute) => matches(attribute.name, local, namespace))?.value

/** All comments in the element and below, in document order. */
export const commentsOf = (element: XmlElement): XmlComment[] =>
  element.children.flatMap((child) =>
    child.kind === 'comment' ? [child] : child.kind === 'element' ? commentsOf(child) : [],
  )
