/**
 * Looks over a QML, the style as QGIS keeps it. Nothing here draws it; it goes back to QGIS as it came, so the check is
 * that it is one, and that it gives nothing away.
 */
import { isProblem } from '../domain/problem.ts'
import { attributeOf, childElements, readXml, type XmlElement } from '../xml/read.ts'
import type { StyleFinding } from './gate.ts'

export type QmlCheck = {
  /** '3.22.16-Białowieża'; null when it does not say. */
  qgisVersion: string | null
  errors: StyleFinding[]
  warnings: StyleFinding[]
}

export const MAX_QML_BYTES = 5_000_000

/** QGIS writes this one line into every QML; it declares nothing and is taken out before reading. */
const QGIS_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"

const xmlCodes: Record<string, string> = {
  'xml-too-large': 'QML_TOO_LARGE',
  'xml-empty': 'QML_EMPTY',
  'xml-encoding': 'QML_ENCODING',
  'xml-not-well-formed': 'QML_NOT_WELL_FORMED',
  'xml-doctype': 'QML_DOCTYPE',
  'xml-too-deep': 'QML_TOO_DEEP',
  'xml-too-many-elements': 'QML_TOO_MANY_ELEMENTS',
  'xml-too-many-attributes': 'QML_TOO_MANY_ATTRIBUTES',
}

/** Throws one of `xmlProblems`. */
export const readQml = (bytes: Uint8Array, what = 'The QGIS style'): XmlElement =>
  // Labelling has elements with some sixty attributes.
  readXml(withoutQgisDoctype(bytes), {
    what,
    maxBytes: MAX_QML_BYTES,
    maxElements: 250_000,
    maxAttributes: 200,
  })

export const checkQml = (bytes: Uint8Array, { fileName }: { fileName?: string } = {}): QmlCheck => {
  const what = fileName ? `The QGIS style ${fileName}` : 'The QGIS style'
  let root: XmlElement
  try {
    root = readQml(bytes, what)
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    const line = thrown.extensions['line']
    const code = xmlCodes[thrown.code] ?? 'QML_NOT_WELL_FORMED'
    return {
      qgisVersion: null,
      errors: [{ code, message: thrown.message, ...(typeof line === 'number' ? { line } : {}) }],
      warnings: [],
    }
  }
  if (root.name.local !== 'qgis' || root.name.namespace !== '') {
    const message = `${what} begins with <${root.name.local}>; a QML begins with <qgis>. In QGIS choose "Save Style" as "QGIS QML Style File".`
    return { qgisVersion: null, errors: [{ code: 'QML_ROOT', message }], warnings: [] }
  }
  const qgisVersion = attributeOf(root, 'version')?.slice(0, 60) ?? null
  return {
    qgisVersion,
    errors: [],
    warnings: [
      ...(qgisVersion === null
        ? [
            {
              code: 'QML_VERSION',
              message: `${what} does not say which QGIS wrote it; an old one may be read differently.`,
            },
          ]
        : []),
      ...checkSecrets(root, what),
    ],
  }
}

/** Overwritten with spaces, so that line numbers stay. Anything but that exact line is left for the reader to refuse. */
const withoutQgisDoctype = (bytes: Uint8Array): Uint8Array => {
  const head = String.fromCharCode(...bytes.subarray(0, 300))
  const start = head.indexOf(QGIS_DOCTYPE)
  if (start === -1 || !/^(\u00ef\u00bb\u00bf)?\s*(<\?xml[^>]*\?>\s*)?$/.test(head.slice(0, start)))
    return bytes
  return Uint8Array.from(bytes).fill(0x20, start, start + QGIS_DOCTYPE.length)
}

/** Value relations and joins carry the connection of the other layer, at times with its password. */
const checkSecrets = (root: XmlElement, what: string): StyleFinding[] => {
  const hasSecret = (element: XmlElement): boolean =>
    element.attributes.some(({ value }) => /\b(password|authcfg)\s*=\s*['"]?[^\s'"]/i.test(value)) ||
    childElements(element).some(hasSecret)
  const found = childElements(root).find(hasSecret)
  if (!found) return []
  const message = `${what} names a connection with a password or an authentication setting (in <${found.name.local}>), and everybody may download it. Save it with the categories symbology and labels only.`
  return [{ code: 'QML_SECRET', message, line: found.line }]
}
