/** The little of an XML tree that reading a QML needs: from the server's reader, or from a browser's DOMParser. */
import type { XmlElement } from '../xml/read.ts'

export type Markup = {
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly Markup[]
  /** Its own text, without that of its children. */
  text: string
}

export const fromXml = (element: XmlElement): Markup => {
  const attributes: Record<string, string> = {}
  for (const { name, value } of element.attributes) attributes[name.local] = value
  const children: Markup[] = []
  for (const child of element.children) if (child.kind === 'element') children.push(fromXml(child))
  return { name: element.name.local, attributes, children, text: element.text.trim() }
}

/** As much of the DOM's nodes as is used; give it `documentElement` of what the panel's `DOMParser` made. */
export type DomNode = {
  readonly nodeType: number
  readonly nodeName: string
  readonly nodeValue: string | null
  readonly childNodes: ArrayLike<DomNode>
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }>
}

const ELEMENT = 1
const TEXT = 3
const CHARACTER_DATA = 4

export const fromDom = (element: DomNode): Markup => {
  const attributes: Record<string, string> = {}
  for (const { name, value } of Array.from(element.attributes ?? [])) attributes[name] = value
  const nodes = Array.from(element.childNodes)
  const isText = ({ nodeType }: DomNode) => nodeType === TEXT || nodeType === CHARACTER_DATA
  return {
    name: element.nodeName,
    attributes,
    children: nodes.filter(({ nodeType }) => nodeType === ELEMENT).map(fromDom),
    text: nodes
      .filter(isText)
      .map(({ nodeValue }) => nodeValue ?? '')
      .join('')
      .trim(),
  }
}

export const childrenNamed = ({ children }: Markup, name: string): Markup[] =>
  children.filter((child) => child.name === name)

export const childNamed = (parent: Markup | undefined, name: string): Markup | undefined =>
  parent?.children.find((child) => child.name === name)

export const attribute = (element: Markup | undefined, name: string): string | undefined =>
  element?.attributes[name]
