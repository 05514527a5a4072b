/** The little of an XML tree that reading a QML needs: from the server's reader, or from a browser's DOMParser. */
import type { XmlElement } from '../xml/read.ts'

export type Markup = {
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly Markup[]
}

export const fromXml = (element: XmlElement): Markup => {
  const attributes: Record<string, string> = {}
  for (const { name, value } of element.attributes) attributes[name.local] = value
  const children: Markup[] = []
  for (const child of element.children) if (child.kind === 'element') children.push(fromXml(child))
  return { name: element.name.local, attributes, children }
}

/** As much of the DOM's Element as is used; the panel's `DOMParser` gives it. */
export type DomElement = {
  readonly nodeType: number
  readonly nodeName: string
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }>
  readonly childNodes: ArrayLike<unknown>
}

const isElement = (node: unknown): node is DomElement => (node as { nodeType?: number }).nodeType === 1

export const fromDom = (element: DomElement): Markup => {
  const attributes: Record<string, string> = {}
  for (const { name, value } of Array.from(element.attributes ?? [])) attributes[name] = value
  return {
    name: element.nodeName,
    attributes,
    children: Array.from(element.childNodes).filter(isElement).map(fromDom),
  }
}
