/** Legends: a swatch for each rule, drawn by the painter over a small feature of the kind its symbolizers want. */
import type { Rule, Style, SymbolizerKind } from '../../styles/model.ts'
import type { Budget } from './budget.ts'
import type { PaintFeature } from './feature.ts'
import { compileStyle, isInScale, type Pixels, paintFeatures, pixelsOf } from './paint.ts'
import type { Pictures } from './pictures.ts'
import { plainView } from './view.ts'

export type LegendEntry = { title: string; swatch: Pixels }

export type LegendOptions = {
  /** Of a swatch, in pixels. */
  width: number
  height: number
  pixelRatio: number
  /** null shows rules of all scales. */
  scaleDenominator: number | null
  pictures: Pictures
}

const wkbOf = (code: 1 | 2 | 3, positions: readonly (readonly [number, number])[]): Uint8Array => {
  const heads = code === 1 ? [] : code === 2 ? [positions.length] : [1, positions.length]
  const bytes = Buffer.alloc(5 + 4 * heads.length + 16 * positions.length)
  bytes.writeUInt8(1)
  bytes.writeUInt32LE(code, 1)
  for (const [index, count] of heads.entries()) bytes.writeUInt32LE(count, 5 + 4 * index)
  for (const [index, [x, y]] of positions.entries()) {
    bytes.writeDoubleLE(x, 5 + 4 * heads.length + 16 * index)
    bytes.writeDoubleLE(y, 13 + 4 * heads.length + 16 * index)
  }
  return bytes
}

/** Room for half of an outline. */
const inset = 2

const shapeFor = (kinds: ReadonlySet<SymbolizerKind>, width: number, height: number): Uint8Array => {
  if (kinds.has('polygon')) {
    const [right, top] = [width - inset, height - inset]
    return wkbOf(3, [
      [inset, inset],
      [right, inset],
      [right, top],
      [inset, top],
      [inset, inset],
    ])
  }
  if (kinds.has('line'))
    return wkbOf(2, [
      [inset, height / 2],
      [width - inset, height / 2],
    ])
  return wkbOf(1, [[width / 2, height / 2]])
}

/** The same rule for every feature, without what a swatch has no values for. */
const shownAlways = (rule: Rule): Rule => ({
  ...rule,
  applies: { kind: 'all' },
  minScaleDenominator: null,
  maxScaleDenominator: null,
  symbolizers: rule.symbolizers.filter(({ kind }) => kind !== 'text' && kind !== 'raster'),
})

const swatchStyle = (rule: Rule): Style => ({
  modelVersion: 1,
  name: null,
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: [{ name: null, title: null, vendorOptions: {}, rules: [shownAlways(rule)] }],
})

/** Rules that only label have no swatch. */
export const legendOf = (style: Style, options: LegendOptions, budget: Budget): LegendEntry[] => {
  const { width, height, pixelRatio, scaleDenominator, pictures } = options
  const view = plainView({ box: [0, 0, width, height], width, height, pixelRatio })
  const rules = style.featureTypeStyles.flatMap((pass) => pass.rules)
  return rules.flatMap((rule) => {
    if (scaleDenominator !== null && !isInScale(rule, scaleDenominator)) return []
    const shown = swatchStyle(rule)
    const kinds = new Set(rule.symbolizers.map(({ kind }) => kind))
    if (kinds.size === 0 || [...kinds].every((kind) => kind === 'text' || kind === 'raster')) return []
    const feature: PaintFeature = { id: 1, wkb: shapeFor(kinds, width, height), values: [] }
    const programme = compileStyle(shown, view, { fields: [], pictures })
    const { surface } = paintFeatures(programme, { fields: [], features: [feature] }, budget)
    return [{ title: rule.title ?? rule.name ?? '', swatch: pixelsOf(surface, null) }]
  })
}
