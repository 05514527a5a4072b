/**
 * The model that a style is drawn with, made of the files it is kept as. The SLD decides where there is one; a QML alone is
 * read as it is. What was not understood, or cannot be drawn, is named.
 */
import type { StyleFinding, StyleLoss } from './finding.ts'
import { checkSld, type StyleContext } from './gate.ts'
import { fromXml } from './markup.ts'
import type { Style } from './model.ts'
import { checkQml, readQml } from './qml.ts'
import { readQmlStyle } from './qml-read.ts'

/** One of the two at least. */
export type StyleSources = { sld: Uint8Array | null; qml: Uint8Array | null }

export type Drawable = {
  /** null when nothing in the files can be drawn. */
  style: Style | null
  findings: StyleFinding[]
}

const toFinding = ({ code, message, rule }: StyleLoss): StyleFinding => ({
  code,
  message: rule === undefined ? message : `${message} (rule '${rule}')`,
})

export const hasSymbolizers = ({ featureTypeStyles }: Style): boolean =>
  featureTypeStyles.some(({ rules }) => rules.some(({ symbolizers }) => symbolizers.length > 0))

const fromQml = (bytes: Uint8Array, { packageFiles, fileName }: StyleContext): Drawable => {
  const { errors } = checkQml(bytes, { fileName })
  if (errors.length > 0) return { style: null, findings: errors }
  const { style, losses } = readQmlStyle(fromXml(readQml(bytes)), { packageFiles })
  return { style: hasSymbolizers(style) ? style : null, findings: losses.map(toFinding) }
}

export const readDrawable = ({ sld, qml }: StyleSources, context: StyleContext): Drawable => {
  if (sld === null) return qml === null ? { style: null, findings: [] } : fromQml(qml, context)
  const { style, errors, warnings } = checkSld(sld, context)
  return { style, findings: [...errors, ...warnings] }
}
