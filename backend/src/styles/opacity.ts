/** Puts the opacity of a layer and of a symbolizer into what it draws, for formats that know only the latter. */
import {
  type Expression,
  type Fill,
  type Graphic,
  literal,
  numberOf,
  type Solid,
  type Stroke,
  type Symbolizer,
} from './model.ts'

export const times = (one: Expression | null, other: Expression | null): Expression | null => {
  if (one === null || other === null) return one ?? other
  const [left, right] = [numberOf(one), numberOf(other)]
  return left !== undefined && right !== undefined
    ? literal(Math.round(left * right * 1e6) / 1e6)
    : { kind: 'arithmetic', operator: '*', left: one, right: other }
}

const ofSolid = (fill: Solid, by: Expression): Solid => ({ ...fill, opacity: times(fill.opacity, by) })
const ofGraphic = (graphic: Graphic, by: Expression): Graphic => ({
  ...graphic,
  opacity: times(graphic.opacity, by),
})

const ofStroke = (stroke: Stroke, by: Expression): Stroke => ({
  ...stroke,
  opacity: times(stroke.opacity, by),
  graphicStroke: stroke.graphicStroke && {
    ...stroke.graphicStroke,
    graphic: ofGraphic(stroke.graphicStroke.graphic, by),
  },
  graphicFill: stroke.graphicFill && {
    ...stroke.graphicFill,
    graphic: ofGraphic(stroke.graphicFill.graphic, by),
  },
})

const ofFill = (fill: Fill, by: Expression): Fill => {
  if (fill.kind === 'graphic') return { ...fill, graphic: ofGraphic(fill.graphic, by) }
  return fill.kind === 'hatch'
    ? { ...fill, stroke: ofStroke(fill.stroke, by) }
    : { ...fill, opacity: times(fill.opacity, by) }
}

/** A raster keeps its opacity as its own. */
export const withOpacity = (symbolizer: Symbolizer, layerOpacity: number | null): Symbolizer => {
  const layer = layerOpacity === null ? null : literal(layerOpacity)
  const by = times(symbolizer.opacity, layer)
  if (by === null) return symbolizer
  switch (symbolizer.kind) {
    case 'raster':
      return { ...symbolizer, opacity: by }
    case 'point':
      return { ...symbolizer, opacity: null, graphic: ofGraphic(symbolizer.graphic, by) }
    case 'line':
      return { ...symbolizer, opacity: null, stroke: ofStroke(symbolizer.stroke, by) }
    case 'polygon':
      return {
        ...symbolizer,
        opacity: null,
        fill: symbolizer.fill && ofFill(symbolizer.fill, by),
        stroke: symbolizer.stroke && ofStroke(symbolizer.stroke, by),
      }
    case 'text':
      return {
        ...symbolizer,
        opacity: null,
        fill: ofSolid(symbolizer.fill, by),
        halo: symbolizer.halo && { ...symbolizer.halo, fill: ofSolid(symbolizer.halo.fill, by) },
        background: symbolizer.background && ofGraphic(symbolizer.background, by),
      }
  }
}
