/** What the parts of the SLD reader share: the context they read in, and the list they write findings to. */
import type { XmlElement } from '../xml/read.ts'
import type { StyleFinding } from './finding.ts'
import type { AnchorPoint } from './model.ts'

export type SldNotes = {
  fields: readonly string[] | undefined
  /** Names of the files that came with the style. */
  packageFiles: readonly string[]
  isQgis: boolean
  /** In SLD 1.0 a label begins at its point, in SE 1.1 its middle is there. */
  labelAnchor: AnchorPoint
  /** The document cannot be drawn as it is. */
  refuse: (code: string, where: { line: number }, message: string) => void
  warn: (code: string, where: { line: number }, message: string) => void
}

export const createNotes = (
  context: Pick<SldNotes, 'fields' | 'packageFiles' | 'isQgis' | 'labelAnchor'>,
): SldNotes & { errors: StyleFinding[]; warnings: StyleFinding[] } => {
  const errors: StyleFinding[] = []
  const warnings: StyleFinding[] = []
  return {
    ...context,
    errors,
    warnings,
    refuse: (code, { line }, message) => void errors.push({ code, message, line }),
    warn: (code, { line }, message) => void warnings.push({ code, message, line }),
  }
}

/** Warns of children that nobody reads, so that nothing is left out in silence. */
export const warnOfUnread = (element: XmlElement, read: readonly string[], notes: SldNotes): void => {
  for (const child of element.children) {
    if (child.kind !== 'element' || read.includes(child.name.local)) continue
    if (!isStyleNamespace(child.name.namespace)) continue
    notes.warn(
      'UNSUPPORTED_ELEMENT',
      child,
      `<${child.name.local.slice(0, 80)}> in <${element.name.local}> is not read; it is left out.`,
    )
  }
}

/** Elements of other namespaces are named by the gate as foreign. */
const isStyleNamespace = (namespace: string) =>
  namespace === '' || /^http:\/\/www\.opengis\.net\/(sld|se|ogc)$/.test(namespace)
