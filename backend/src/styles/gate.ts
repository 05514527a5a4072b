/**
 * Decides whether an SLD may come in (R7.2 to R7.8): errors refuse it, warnings are kept with it and shown. Its form and
 * what QGIS is known to lose are judged here; values, functions and graphics by the reader, which makes the model of it.
 */

import type { GeometryType } from '../domain/probe.ts'
import { isProblem, type Problem } from '../domain/problem.ts'
import { readXml, type XmlElement } from '../xml/read.ts'
import { limited, MAX_FINDINGS, quoted, type StyleFinding } from './finding.ts'
import type { Style } from './model.ts'
import { nearestName } from './nearest-name.ts'
import { bandsMissing } from './raster-bands.ts'
import type { SldDialect } from './sld-dialect.ts'
import { propertyName } from './sld-expression.ts'
import { readSld } from './sld-read.ts'
import { type Found, type SldSurvey, surveySld } from './survey.ts'
import { propertiesOf } from './used-properties.ts'

export type { StyleFinding } from './finding.ts'

export type SldVersion = '1.0.0' | '1.1.0'

export type StyleCheck = {
  /** UserStyle/Name (R7.5); null when it has none. */
  name: string | null
  /** null when it is neither of the two; then there is an error too. */
  sldVersion: SldVersion | null
  title: string | null
  errors: StyleFinding[]
  warnings: StyleFinding[]
  /** Every property the style reads, once, as it is written there. */
  usedProperties: string[]
  /** How it was read; null when it is refused. */
  dialect: SldDialect | null
  /** What is drawn; null when it is refused. */
  style: Style | null
}

/** The layer a style is checked against; what is absent is not checked. */
export type StyleContext = {
  /** null for a table without geometry. */
  geometryType?: GeometryType | 'Raster' | null
  fields?: readonly string[]
  /** Of a raster: the name of each band, or its number from 1. */
  bands?: readonly string[]
  /** Names of the files that came with the style. */
  packageFiles?: readonly string[]
  /** `auto`, the default, looks at how the file was written. */
  dialect?: SldDialect | 'auto'
  /** For messages: 'roads.sld'. */
  fileName?: string
}

/** 1 MB (R7.2) as the decimal unit says. */
export const MAX_SLD_BYTES = 1_000_000

export const checkSld = (bytes: Uint8Array, context: StyleContext = {}): StyleCheck => {
  const what = context.fileName ? `The style ${context.fileName}` : 'The style'
  let root: XmlElement
  try {
    root = readXml(bytes, { what, maxBytes: MAX_SLD_BYTES })
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    return { ...nothing, errors: [fromXmlProblem(thrown)] }
  }
  const survey = surveySld(root)
  // Without the right root nothing else is worth saying.
  if (!survey.isSld) return { ...nothing, errors: checkRoot(survey, what) }
  const reading = readSld(root, context)
  const errors = limited([
    ...errorRules.flatMap((rule) => rule(survey, context)),
    ...(reading?.errors ?? []),
    ...(reading ? checkBands(reading.style, context) : []),
  ])
  const written = new Set(survey.properties.map(({ value }) => value))
  const named = new Set([...written].map((name) => propertyName(name, context.fields)))
  // In GeoServer's ${…}, where no element says that it is a property.
  const computed = reading ? propertiesOf(reading.style).filter((name) => !named.has(name)) : []
  const isRefused = errors.length > 0
  return {
    name: survey.name,
    sldVersion: isSldVersion(survey.version) ? survey.version : null,
    title: survey.title,
    errors,
    warnings: limited([
      ...warningRules.flatMap((rule) => rule(survey, context)),
      ...checkProperties(
        { ...survey, properties: computed.map((value) => ({ value, line: 0 })) },
        context,
      ).map(({ code, message }) => ({ code, message })),
      ...(reading?.warnings ?? []),
      ...checkInstructions(bytes),
    ]),
    usedProperties: [...written, ...computed],
    dialect: isRefused ? null : (reading?.dialect ?? null),
    style: isRefused ? null : (reading?.style ?? null),
  }
}

const nothing: StyleCheck = {
  name: null,
  sldVersion: null,
  title: null,
  errors: [],
  warnings: [],
  usedProperties: [],
  dialect: null,
  style: null,
}

const xmlCodes: Record<string, string> = {
  'xml-too-large': 'SLD_TOO_LARGE',
  'xml-empty': 'SLD_EMPTY',
  'xml-encoding': 'SLD_ENCODING',
  'xml-not-well-formed': 'SLD_NOT_WELL_FORMED',
  'xml-doctype': 'SLD_DOCTYPE',
  'xml-too-deep': 'SLD_TOO_DEEP',
  'xml-too-many-elements': 'SLD_TOO_MANY_ELEMENTS',
  'xml-too-many-attributes': 'SLD_TOO_MANY_ATTRIBUTES',
}

const fromXmlProblem = (problem: Problem): StyleFinding => {
  const line = problem.extensions['line']
  return {
    code: xmlCodes[problem.code] ?? 'SLD_NOT_WELL_FORMED',
    message: problem.message,
    ...(typeof line === 'number' ? { line } : {}),
  }
}

const isSldVersion = (version: string | null): version is SldVersion =>
  version === '1.0.0' || version === '1.1.0'

type Rule = (survey: SldSurvey, context: StyleContext) => StyleFinding[]

const at = (code: string, { line }: { line: number }, message: string): StyleFinding => ({
  code,
  message,
  line,
})
const about = (code: string, message: string): StyleFinding[] => [{ code, message }]

// Errors ----------------------------------------------------------------------------------------------------

const checkRoot = ({ rootName, rootNamespace }: SldSurvey, what: string): StyleFinding[] => {
  const hint =
    rootName === 'qgis'
      ? ' This is a QGIS style (QML); in QGIS choose "Save Style" as "SLD Style File".'
      : ' Export the style of a layer as SLD.'
  const namespace = rootNamespace === '' ? 'without a namespace' : `in the namespace ${quoted(rootNamespace)}`
  return about(
    'SLD_ROOT',
    `${what} begins with <${rootName.slice(0, 80)}> ${namespace}; an SLD begins with <StyledLayerDescriptor> in the namespace 'http://www.opengis.net/sld'.${hint}`,
  )
}

const checkVersion: Rule = ({ version }) =>
  isSldVersion(version)
    ? []
    : about(
        'SLD_VERSION',
        `${version === null ? 'The style does not say its version' : `The style says version ${quoted(version)}`}; expected 1.0.0 or 1.1.0. Export it again.`,
      )

const checkContent: Rule = ({ styles, symbolizers, comments }) => {
  if (styles === 0) {
    return about(
      'SLD_NO_STYLE',
      'There is no UserStyle in it, so it styles nothing. Export the style of a layer.',
    )
  }
  if (symbolizers.length > 0) return []
  const lost = comments.find(isNotExported)
  return about(
    'SLD_NO_SYMBOLIZER',
    lost
      ? `The style draws nothing: QGIS could not write its symbols as SLD and left the note ${quoted(lost.value)}. Choose single symbols, categories, ranges or rules and export it again.`
      : 'The style draws nothing: it has no Point-, Line-, Polygon-, Text- or RasterSymbolizer. Add a symbol and export it again.',
  )
}

const checkKindOfLayer: Rule = ({ symbolizers }, { geometryType }) => {
  if (geometryType === undefined || symbolizers.length === 0) return []
  if (geometryType === null) {
    return about(
      'SLD_GEOMETRY_MISMATCH',
      'The layer is a table without geometry, so no style can draw it. Publish it without a style.',
    )
  }
  const rasters = symbolizers.filter(({ value }) => value === 'Raster').length
  if (geometryType === 'Raster' && rasters === 0) {
    return about(
      'SLD_GEOMETRY_MISMATCH',
      'The layer is a raster, but the style is for features: it has no RasterSymbolizer. Choose the style of a raster layer.',
    )
  }
  if (geometryType !== 'Raster' && rasters === symbolizers.length) {
    return about(
      'SLD_GEOMETRY_MISMATCH',
      'The layer holds features, but the style is for rasters: it has only RasterSymbolizers. Choose the style of a vector layer.',
    )
  }
  return []
}

const checkBands = (style: Style, { bands }: StyleContext): StyleFinding[] => {
  if (bands === undefined) return []
  const missing = bandsMissing(style, bands)
  if (missing.length === 0) return []
  return about(
    'SLD_BAND_UNKNOWN',
    `The style draws ${missing.map((name) => `band ${quoted(name)}`).join(', ')}, which the raster does not have; it has ${bands.length} band(s): ${bands.slice(0, 12).join(', ')}${bands.length > 12 ? ' …' : ''}. Choose the style of this raster.`,
  )
}

const errorRules: Rule[] = [checkVersion, checkContent, checkKindOfLayer]

// Warnings --------------------------------------------------------------------------------------------------

/** Symbolizers that draw nothing sensible on a kind of geometry; points of polygons and outlines are sensible. */
const unsuitable: Partial<Record<GeometryType | 'Raster', string[]>> = {
  Point: ['Line', 'Polygon', 'Raster'],
  MultiPoint: ['Line', 'Polygon', 'Raster'],
  LineString: ['Polygon', 'Raster'],
  MultiLineString: ['Polygon', 'Raster'],
  Polygon: ['Raster'],
  MultiPolygon: ['Raster'],
  GeometryCollection: ['Raster'],
  Geometry: ['Raster'],
  Raster: ['Point', 'Line', 'Polygon', 'Text'],
}

const checkSymbolizers: Rule = ({ symbolizers }, { geometryType }) => {
  if (!geometryType) return []
  return symbolizers
    .filter(({ value, hasGeometry }) => !hasGeometry && unsuitable[geometryType]?.includes(value))
    .map((one) =>
      at(
        'GEOMETRY_MISMATCH',
        one,
        `A ${one.value}Symbolizer draws nothing on a layer of type ${geometryType}.`,
      ),
    )
}

/** What GeoServer and others call the geometry, whatever the column's name. */
const geometryNames = new Set(['geometry', 'the_geom', 'geom', 'wkb_geometry', 'shape', '.', '$geometry'])

/** 'app:name' and '//name' mean the field 'name', unless a field is really called that. */
const isField = (property: string, fields: ReadonlySet<string>) =>
  fields.has(property) || fields.has(property.replace(/^.*[:/]/, ''))

const checkProperties: Rule = ({ properties }, { fields }) => {
  if (fields === undefined) return []
  const names = new Set(fields)
  const first = new Map<string, Found>()
  for (const property of properties) {
    const isKnown = isField(property.value, names) || geometryNames.has(property.value.toLowerCase())
    if (!isKnown && !first.has(property.value)) first.set(property.value, property)
  }
  return [...first.values()].slice(0, MAX_FINDINGS).map((property) => {
    const meant = nearestName(property.value, fields)
    const hint = meant
      ? ` Did you mean ${quoted(meant)}?`
      : /["()+*|]/.test(property.value)
        ? ' It looks like a QGIS expression, which SLD cannot hold; make it a field.'
        : ` The layer has: ${fields
            .slice(0, 12)
            .map((name) => quoted(name, 40))
            .join(', ')}${fields.length > 12 ? ' …' : ''}.`
    return at(
      'UNKNOWN_PROPERTY',
      property,
      `The style reads the property ${quoted(property.value)}, which the layer does not have.${hint}`,
    )
  })
}

const graphicKinds: { code: string; pattern: RegExp; message: (href: string) => string }[] = [
  {
    code: 'EXTERNAL_GRAPHIC_REMOTE',
    pattern: /^(https?|ftp):/i,
    message: (href) =>
      `The graphic ${href} lies on another server; it is never fetched. Embed it in the style, or use a mark.`,
  },
  {
    code: 'EXTERNAL_GRAPHIC_INLINE',
    pattern: /^(data:|base64:)/i,
    message: () =>
      'A graphic is embedded in the style; it is drawn only if it is a plain image of at most 256 kB.',
  },
  {
    code: 'FONT_MARK',
    pattern: /^ttf:/i,
    message: (href) =>
      `The symbol ${href} is a letter of a font; if the server does not have that font, another symbol is drawn.`,
  },
  {
    code: 'EXTERNAL_GRAPHIC_LOCAL',
    pattern: /^file:|^\/|^\\|^[a-z]:[\\/]|\.\./i,
    message: (href) =>
      `The graphic ${href} is a file on somebody's computer, which the server does not have. Embed it in the style, or use a mark.`,
  },
  {
    code: 'EXTERNAL_GRAPHIC_NAME',
    pattern: /^/,
    message: (href) =>
      `The graphic ${href} is not part of the style; it is drawn only if the server knows it by name. Embed it, or use a mark.`,
  },
]

const checkGraphics: Rule = ({ graphics }, { packageFiles = [] }) =>
  graphics.flatMap((graphic) => {
    const came = packageFiles.some((name) => graphic.value === name || graphic.value.endsWith(`/${name}`))
    if (came) return []
    const kind = graphicKinds.find(({ pattern }) => pattern.test(graphic.value))
    return kind ? [at(kind.code, graphic, kind.message(quoted(graphic.value)))] : []
  })

const isNotExported = ({ value }: Found) => /not implemented yet|Skip it/.test(value)

/** QGIS reports what it could not write in comments, and only there. */
const checkQgisLosses: Rule = ({ comments, placeholders, featureTypeStyles }) => [
  ...comments.flatMap((comment) => {
    if (isNotExported(comment)) {
      return [
        at(
          'QGIS_NOT_EXPORTED',
          comment,
          `QGIS could not write a part of the style as SLD: ${quoted(comment.value, 120)}. It is not drawn.`,
        ),
      ]
    }
    if (!comment.value.includes('Parser Error')) return []
    return /Expression was:\s*ELSE\b/.test(comment.value)
      ? [
          at(
            'QGIS_ELSE_LOST',
            comment,
            'QGIS wrote the ELSE of a rule as a comment, so that other programs apply the rule to everything. It is read as ELSE here.',
          ),
        ]
      : [
          at(
            'QGIS_FILTER_LOST',
            comment,
            `QGIS could not write the filter of a rule: ${quoted(comment.value, 120)}. The rule then applies to everything.`,
          ),
        ]
  }),
  ...placeholders.map((label) =>
    at(
      'LABEL_PLACEHOLDER',
      label,
      "QGIS could not write the expression of a label and wrote the word 'Placeholder'. Label with a field instead.",
    ),
  ),
  ...featureTypeStyles.flatMap(checkUnfilteredRules),
]

/** QGIS drops a filter it cannot translate without a word; then a rule without condition stands among filtered ones. */
const checkUnfilteredRules = (rules: SldSurvey['featureTypeStyles'][number]): StyleFinding[] => {
  const drawing = rules.filter(({ symbolizers }) => symbolizers.some((kind) => kind !== 'Text'))
  if (!drawing.some(({ hasFilter }) => hasFilter)) return []
  return drawing
    .filter(({ isConditional }) => !isConditional)
    .map((rule) =>
      at(
        'RULE_WITHOUT_FILTER',
        rule,
        `The rule ${quoted(rule.name)} applies to every feature, though others beside it are filtered. If it had a filter in QGIS, QGIS could not write it.`,
      ),
    )
}

const checkRules: Rule = ({ featureTypeStyles, symbolizers }) =>
  symbolizers.length === 0
    ? []
    : featureTypeStyles
        .flat()
        .filter((rule) => rule.symbolizers.length === 0)
        .map((rule) => at('RULE_NO_SYMBOLIZER', rule, `The rule ${quoted(rule.name)} draws nothing.`))

const checkStyles: Rule = ({ layers, styles }) =>
  layers > 1 || styles > 1
    ? about(
        'MULTIPLE_STYLES',
        `The document holds ${layers} layers and ${styles} styles; the default style, or else the first, is used.`,
      )
    : []

const checkForeignParts: Rule = ({ foreign, remotes, transformations }) => [
  ...foreign.map((one) =>
    at('FOREIGN_ELEMENT', one, `The element <${one.value.slice(0, 80)}> is not part of SLD; it is left out.`),
  ),
  ...remotes.map((one) =>
    at(
      'UNSUPPORTED_ELEMENT',
      one,
      `${one.value} brings data or styles of its own, which are never fetched; it is left out.`,
    ),
  ),
  ...transformations.map((one) =>
    at(
      'RENDERING_TRANSFORMATION',
      one,
      'A rendering transformation is not run; the features are drawn as they are.',
    ),
  ),
]

/** Readers of XML for people, browsers above all, fetch what it names when they are given the file. */
const checkInstructions = (bytes: Uint8Array): StyleFinding[] =>
  new TextDecoder('latin1').decode(bytes).replaceAll('\0', '').includes('<?xml-stylesheet')
    ? about(
        'PROCESSING_INSTRUCTION',
        "The file asks whoever shows it to fetch a stylesheet ('<?xml-stylesheet'); that is not done here. Remove the instruction.",
      )
    : []

const warningRules: Rule[] = [
  checkStyles,
  checkSymbolizers,
  checkProperties,
  checkQgisLosses,
  checkRules,
  checkGraphics,
  checkForeignParts,
]
