/**
 * Reads QGIS's QML into the style model. The QML says all that QGIS knows of a style, so that this is the best we can draw;
 * what the model cannot say is a loss, and nothing is left out without one. It never fails: what is no style draws nothing.
 */
import type { StyleLoss } from './finding.ts'
import { attribute, childNamed, childrenNamed, type Markup } from './markup.ts'
import { type FeatureTypeStyle, plainRule, STYLE_MODEL_VERSION, type Style } from './model.ts'
import { readLabels } from './qml-labels.ts'
import { toNumber } from './qml-lengths.ts'
import { createQmlNotes, type QmlNotes } from './qml-notes.ts'
import { readRaster } from './qml-rasters.ts'
import { readRenderer } from './qml-renderers.ts'
import { narrowed, scaleOf } from './qml-rules.ts'
import { blendModes, diagramRenderers } from './qml-tables.ts'
import { isTrue } from './qml-values.ts'

export type QmlContext = { packageFiles?: readonly string[] }

export type QmlStyle = {
  style: Style
  /** '3.22.16-Białowieża'; null when the style does not say. */
  qgisVersion: string | null
  losses: StyleLoss[]
}

const readPipe = (pipe: Markup | undefined, notes: QmlNotes): FeatureTypeStyle[] => {
  const renderer = childNamed(pipe, 'rasterrenderer')
  const symbolizer = pipe && renderer ? readRaster(pipe, renderer, notes) : null
  if (!symbolizer) return []
  return [
    {
      name: null,
      title: null,
      vendorOptions: {},
      rules: [plainRule([symbolizer])],
    },
  ]
}

/** QGIS names scales by how far one has zoomed: its smallest scale has the largest denominator. */
const layerScales = (qml: Markup) =>
  isTrue(attribute(qml, 'hasScaleBasedVisibilityFlag'))
    ? { min: scaleOf(attribute(qml, 'maxScale')), max: scaleOf(attribute(qml, 'minScale')) }
    : { min: null, max: null }

const within = (passes: FeatureTypeStyle[], scales: ReturnType<typeof layerScales>): FeatureTypeStyle[] =>
  passes.map((pass) => ({
    ...pass,
    rules: pass.rules.map((rule) => {
      const { min, max } = narrowed(scales, {
        min: rule.minScaleDenominator,
        max: rule.maxScaleDenominator,
      })
      return { ...rule, minScaleDenominator: min, maxScaleDenominator: max }
    }),
  }))

const opacityOf = (qml: Markup): number | null => {
  const opacity = toNumber(childNamed(qml, 'layerOpacity')?.text, 1)
  return opacity >= 1 ? null : Math.max(0, opacity)
}

const noteBlending = (qml: Markup, { lose }: QmlNotes) => {
  for (const name of ['blendMode', 'featureBlendMode']) {
    const mode = childNamed(qml, name)?.text ?? '0'
    if (/^[1-9]/.test(mode))
      lose(
        'QML_BLENDING',
        'lost',
        `The layer is blended with what is below it (${blendModes[Number(mode)] ?? mode}); it is drawn over it.`,
      )
  }
}

/** QGIS keeps a diagram that is switched off in every layer's style. */
const noteDiagrams = (qml: Markup, { lose }: QmlNotes) => {
  for (const name of Object.keys(diagramRenderers))
    for (const diagram of childrenNamed(qml, name)) {
      const categories = childrenNamed(diagram, 'DiagramCategory')
      if (categories.length === 0 || categories.some((one) => isTrue(attribute(one, 'enabled') ?? '1')))
        lose('QML_DIAGRAM', 'lost', 'The diagrams of the layer are not drawn.')
    }
}

/** The root of a QML, `<qgis>`; one of a project file's `<maplayer>` elements will do as well. */
export const readQmlStyle = (qml: Markup, { packageFiles = [] }: QmlContext = {}): QmlStyle => {
  const notes = createQmlNotes(packageFiles)
  const renderer = childNamed(qml, 'renderer-v2')
  const pipe = childNamed(qml, 'pipe')
  noteBlending(qml, notes)
  noteDiagrams(qml, notes)
  const passes = [
    ...(renderer ? readRenderer(renderer, notes) : []),
    ...readPipe(pipe, notes),
    ...readLabels(qml, notes),
  ]
  return {
    style: {
      modelVersion: STYLE_MODEL_VERSION,
      name: null,
      title: null,
      abstract: null,
      opacity: opacityOf(qml),
      featureTypeStyles: within(passes, layerScales(qml)),
    },
    qgisVersion: attribute(qml, 'version') ?? null,
    losses: notes.list(),
  }
}
