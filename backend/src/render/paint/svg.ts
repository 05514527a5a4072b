/** SVG symbols without anything but drawing in them, and with QGIS's parameters filled in. */
import { readXml, type XmlElement, type XmlNode } from '../../xml/read.ts'

const forbidden = new Set(
  `script foreignobject iframe audio video animate animatemotion animatetransform animatecolor set handler listener
filter mask metadata namedview`.split(/\s+/),
)

/** Copies of copies of copies: beyond, a small file would be a large picture. */
const mostCopies = 2000
const mostElements = 20_000

/** QGIS's names for what SLD calls fill, fill-opacity … */
const parameter = /param\(\s*([\w-]+)\s*\)\s*([^;"]*)/g

const filled = (value: string, parameters: Readonly<Record<string, string>>): string =>
  value.replace(parameter, (_, name: string, otherwise: string) => {
    const given = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (given !== undefined) return given
    return otherwise.trim() || standard[name] || ''
  })

const standard: Readonly<Record<string, string>> = {
  fill: '#ffffff',
  'fill-opacity': '1',
  outline: '#000000',
  'outline-width': '1',
  'outline-opacity': '1',
}

const isLocal = (reference: string): boolean =>
  reference.startsWith('#') || /^data:image\/(png|jpe?g|gif|webp);base64,/i.test(reference)

const isSafe = (name: string, value: string): boolean => {
  if (/^on/i.test(name)) return false
  if (/^(?:href|src)$/i.test(name)) return isLocal(value.trim())
  return !/url\(\s*['"]?(?!\s*['"]?#)|@import|expression\(|javascript:/i.test(value)
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const isSvg = ({ namespace }: { namespace: string }) =>
  namespace === '' || namespace === 'http://www.w3.org/2000/svg'

const write = (node: XmlNode, parameters: Readonly<Record<string, string>>): string => {
  if (node.kind === 'comment') return ''
  if (node.kind === 'text') return escaped(node.text)
  const { local } = node.name
  if (forbidden.has(local.toLowerCase()) || !isSvg(node.name)) return ''
  const attributes = node.attributes
    .filter(({ name }) => isSvg(name) || name.local === 'href')
    .map(({ name, value }) => ({ name: name.local, value: filled(value, parameters) }))
    .filter(({ name, value }) => isSafe(name, value))
    .map(({ name, value }) => ` ${name === 'href' ? 'xlink:href' : name}="${escaped(value)}"`)
  if (local === 'style' && !isSafe('style', node.text)) return ''
  return `<${local}${attributes.join('')}>${node.children.map((child) => write(child, parameters)).join('')}</${local}>`
}

const idsOf = (element: XmlElement, into: Map<string, XmlElement>): Map<string, XmlElement> => {
  for (const { name, value } of element.attributes) if (name.local === 'id') into.set(value, element)
  for (const child of element.children) if (child.kind === 'element') idsOf(child, into)
  return into
}

/** How many elements are drawn when all copies are made; counting stops soon after too many. */
const countCopies = (root: XmlElement): number => {
  const byId = idsOf(root, new Map())
  let count = 0
  const visit = (element: XmlElement, depth: number): void => {
    count += 1
    if (count > mostElements || depth > 40) return
    for (const child of element.children) if (child.kind === 'element') visit(child, depth)
    if (element.name.local !== 'use') return
    const reference = element.attributes.find(({ name }) => name.local === 'href')?.value ?? ''
    const target = byId.get(reference.trim().slice(1))
    if (target) visit(target, depth + 1)
  }
  visit(root, 0)
  return count
}

const countElements = (element: XmlElement): number =>
  element.children.reduce((sum, child) => sum + (child.kind === 'element' ? countElements(child) : 0), 1)

export const safeSvg = (bytes: Uint8Array, parameters: Readonly<Record<string, string>>): string => {
  // Drawing programs write a type declaration without anything in it; one with entities is refused by the reader.
  const text = new TextDecoder().decode(bytes).replace(/<!DOCTYPE[^[>]*>/i, '')
  const root = readXml(new TextEncoder().encode(text), {
    what: 'The SVG',
    maxElements: mostElements,
    maxAttributes: 200,
  })
  if (root.name.local !== 'svg') throw new RangeError('it is neither an SVG nor a bitmap')
  if (countCopies(root) - countElements(root) > mostCopies)
    throw new RangeError('its parts refer to each other too often')
  return write(root, parameters).replace(
    '<svg',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
  )
}
