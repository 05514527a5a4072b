/**
 * Writes XML: the `xml` tagged template. Values are escaped for the place they stand in, fragments nest as they are,
 * lists are joined, null and undefined vanish. White space with a line break between tags of a template is layout
 * and is left out, as in JSX.
 */
import { withoutForbiddenCharacters } from './characters.ts'

// A symbol as key: no JSON document can pass itself off as a fragment.
const fragment: unique symbol = Symbol('xml')
export type Xml = { readonly [fragment]: string }

export type XmlValue = string | number | bigint | boolean | Xml | null | undefined | readonly XmlValue[]

type Place = 'text' | 'tag' | 'double-quoted' | 'single-quoted'
type Template = { parts: string[]; places: Place[] }

const templates = new WeakMap<TemplateStringsArray, Template>()

export const xml = (strings: TemplateStringsArray, ...values: XmlValue[]): Xml => {
  const { parts, places } = templates.get(strings) ?? remember(strings)
  let written = parts[0] ?? ''
  for (const [index, value] of values.entries()) {
    written += write(value, places[index] ?? 'text') + (parts[index + 1] ?? '')
  }
  return { [fragment]: written }
}

const NAME = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/

/** An element whose name is not known when the code is written. */
export const element = (
  name: string,
  values: Record<string, string | number | boolean | null | undefined>,
  content: XmlValue,
): Xml => {
  if (!NAME.test(name)) throw new Error(`Not an element name: ${name}`)
  return { [fragment]: `<${name}${attributes(values)[fragment]}>${write(content, 'text')}</${name}>` }
}

/** ` name="value"` for every member that is not null or undefined. Names come from our code, never from data. */
export const attributes = (values: Record<string, string | number | boolean | null | undefined>): Xml => {
  let written = ''
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue
    if (!NAME.test(name)) throw new Error(`Not an attribute name: ${name}`)
    written += ` ${name}="${escapeAttribute(String(value))}"`
  }
  return { [fragment]: written }
}

/** The text of a fragment, without an XML declaration. */
export const xmlText = (written: Xml): string => written[fragment]

export const xmlDocument = (root: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(root)}\n`

const isFragment = (value: object): value is Xml => fragment in value

const write = (value: XmlValue, place: Place): string => {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return writeScalar(String(value), place)
  if (!isFragment(value)) return value.map((item) => write(item, place)).join('')
  if (place === 'double-quoted' || place === 'single-quoted') {
    throw new Error('An XML fragment cannot stand in an attribute value')
  }
  return value[fragment]
}

const writeScalar = (value: string, place: Place): string => {
  if (place === 'tag') throw new Error(`'${value}' stands inside a tag; use attributes() or quote it`)
  return place === 'text' ? escapeText(value) : escapeAttribute(value)
}

const textEscapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const attributeEscapes: Record<string, string> = {
  ...textEscapes,
  '"': '&quot;',
  "'": '&#39;',
  '\n': '&#10;',
  '\t': '&#9;',
}
const escapeText = (value: string) =>
  withoutForbiddenCharacters(value).replace(/[&<>\r]/g, (character) => textEscapes[character] ?? '')
const escapeAttribute = (value: string) =>
  withoutForbiddenCharacters(value).replace(
    /[&<>"'\r\n\t]/g,
    (character) => attributeEscapes[character] ?? '',
  )

const remember = (strings: TemplateStringsArray): Template => {
  const places: Place[] = []
  let place: Place = 'text'
  for (const part of strings.slice(0, -1)) {
    for (const character of part) place = step(place, character)
    places.push(place)
  }
  const parts = strings.map(withoutLayout)
  const template = { parts, places }
  templates.set(strings, template)
  return template
}

const step = (place: Place, character: string): Place => {
  if (place === 'text') return character === '<' ? 'tag' : 'text'
  if (place === 'double-quoted') return character === '"' ? 'tag' : place
  if (place === 'single-quoted') return character === "'" ? 'tag' : place
  if (character === '"') return 'double-quoted'
  if (character === "'") return 'single-quoted'
  return character === '>' ? 'text' : 'tag'
}

// Only white space that holds a line break and touches a tag or a value on both sides goes.
const withoutLayout = (part: string) =>
  part
    .replace(/>\s*\n\s*(?=<)/g, '>')
    .replace(/^\s*\n\s*(?=<|$)/, '')
    .replace(/(^|>)\s*\n\s*$/, '$1')
