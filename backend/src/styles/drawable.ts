/**
 * The model that a style is drawn with, made of the files it is kept as: an SLD, a QML alone, or an SLD that is repaired
 * from its QML. What was not understood, or cannot be drawn, is named.
 */
import type { StyleFinding, StyleLoss } from './finding.ts'
import { checkSld, type StyleContext } from './gate.ts'
import { type LossReport, reportLosses } from './loss-report.ts'
import { writeMapLibre } from './maplibre.ts'
import { fromXml } from './markup.ts'
import type { Style } from './model.ts'
import { checkQml, readQml } from './qml.ts'
import { readQmlStyle } from './qml-read.ts'
import { type QmlSource, type Repair, repairStyle } from './repair.ts'

/** One of the two at least. */
export type StyleSources = { sld: Uint8Array | null; qml: Uint8Array | null }

export type Drawable = {
  /** null when nothing in the files can be drawn. */
  style: Style | null
  findings: StyleFinding[]
  /** What is drawn otherwise than the SLD says, because the QML that came with it says so. */
  repairs: Repair[]
  /** What becomes of each thing of the QML; null without one. */
  report: LossReport | null
}

const toFinding = ({ code, message, rule }: StyleLoss): StyleFinding => ({
  code,
  message: rule === undefined ? message : `${message} (rule '${rule}')`,
})

export const hasSymbolizers = ({ featureTypeStyles }: Style): boolean =>
  featureTypeStyles.some(({ rules }) => rules.some(({ symbolizers }) => symbolizers.length > 0))

type Qml = QmlSource & { report: (drawn: Style) => LossReport }

/** Losses in browsers do not depend on where the data come from. */
const inBrowsers = (style: Style, geometryType: StyleContext['geometryType']): StyleLoss[] =>
  writeMapLibre(style, {
    sourceId: 'layer',
    source: { type: 'vector' },
    geometryType: geometryType ?? null,
    glyphsUrl: '',
    spriteUrl: '',
  }).losses

/** The findings instead, when it is no QML. */
const openQml = (
  bytes: Uint8Array,
  { packageFiles, geometryType }: StyleContext,
  fileName?: string,
): Qml | StyleFinding[] => {
  const { errors } = checkQml(bytes, { fileName })
  if (errors.length > 0) return errors
  const markup = fromXml(readQml(bytes))
  const { style, losses } = readQmlStyle(markup, { packageFiles })
  const report = (drawn: Style) => reportLosses(markup, { map: losses, web: inBrowsers(drawn, geometryType) })
  return { style, losses, report }
}

const nothing: Drawable = { style: null, findings: [], repairs: [], report: null }

const ofQml = (bytes: Uint8Array, context: StyleContext): Drawable => {
  const qml = openQml(bytes, context, context.fileName)
  if (Array.isArray(qml)) return { ...nothing, findings: qml }
  return {
    style: hasSymbolizers(qml.style) ? qml.style : null,
    findings: qml.losses.map(toFinding),
    repairs: [],
    report: qml.report(qml.style),
  }
}

export const readDrawable = ({ sld, qml }: StyleSources, context: StyleContext): Drawable => {
  if (sld === null) return qml === null ? nothing : ofQml(qml, context)
  const { style, dialect, errors, warnings } = checkSld(sld, context)
  if (style === null && qml !== null) return ofQml(qml, context)
  const findings = [...errors, ...warnings]
  const read = qml === null ? [] : openQml(qml, context)
  if (style === null || Array.isArray(read)) return { ...nothing, style, findings }
  const repaired = repairStyle({ sld: { style, dialect }, qml: read })
  return {
    style: repaired.style,
    findings: repaired.isFromQml ? repaired.losses.map(toFinding) : findings,
    repairs: repaired.repairs,
    report: read.report(repaired.style),
  }
}
