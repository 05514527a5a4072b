/** Paints features with a style: pass after pass, feature by feature, labels last. */
import type { StyleLoss } from '../../styles/finding.ts'
import type { Rule, Style, Symbolizer } from '../../styles/model.ts'
import type { Budget } from './budget.ts'
import { plainColor } from './colors.ts'
import { compileFilter } from './expression.ts'
import type { FeatureSource, PaintFeature, PaintValue } from './feature.ts'
import {
  emptyGeometry,
  type Geometry,
  leastMargin,
  type Placing,
  placingOf,
  readGeometry,
} from './geometry.ts'
import { bytesOver } from './ink.ts'
import { compileLabel, type LabelMaker } from './label.ts'
import { type PlacedLabel, placeLabels, type WantedLabel } from './label-placement.ts'
import { createLosses } from './losses.ts'
import { createParts, type PaintParts } from './parts.ts'
import type { Pictures } from './pictures.ts'
import type { Subject } from './subject.ts'
import { bytesOf, createSurface, laySurface, paintArea, type Surface } from './surface.ts'
import { compileLine, compilePoint, compilePolygon, type Drawing } from './symbolizers.ts'
import { scaleDenominatorOf, type View } from './view.ts'

type CompiledRule = {
  /** null draws every feature. */
  filter: ((subject: Subject) => boolean) | null
  isElse: boolean
  drawings: Drawing[]
  labels: LabelMaker[]
}

type Pass = { rules: CompiledRule[]; hasElse: boolean }

export type Programme = {
  passes: Pass[]
  /** Whether ink can draw all of it but labels. */
  isPlain: boolean
  opacity: number
  /** Pixels around the picture in which features still reach into it; ask the data for so much more. */
  margin: number
  losses: () => StyleLoss[]
  parts: PaintParts
}

export const isInScale = (
  { minScaleDenominator, maxScaleDenominator }: Rule,
  scaleDenominator: number,
): boolean =>
  scaleDenominator >= (minScaleDenominator ?? 0) * (1 - 1e-9) &&
  scaleDenominator < (maxScaleDenominator ?? Number.POSITIVE_INFINITY) * (1 - 1e-9)

const compileSymbolizer = (symbolizer: Symbolizer, parts: PaintParts): Drawing | null => {
  switch (symbolizer.kind) {
    case 'point':
      return compilePoint(symbolizer, parts)
    case 'line':
      return compileLine(symbolizer, parts)
    case 'polygon':
      return compilePolygon(symbolizer, parts)
    case 'raster':
      parts.losses.note(
        'RASTER_ON_FEATURES',
        'lost',
        'A raster symbolizer draws rasters; of features it draws nothing.',
      )
      return null
    case 'text':
      return null
  }
}

const compileRule = (rule: Rule, parts: PaintParts): CompiledRule => {
  parts.losses.enter(rule.title ?? rule.name)
  const { applies, symbolizers } = rule
  return {
    isElse: applies.kind === 'else',
    filter: applies.kind === 'filter' ? compileFilter(applies.filter, parts) : null,
    drawings: symbolizers.flatMap((one) => compileSymbolizer(one, parts) ?? []),
    labels: symbolizers.flatMap((one) => (one.kind === 'text' ? [compileLabel(one, parts)] : [])),
  }
}

export type PaintInput = {
  fields: readonly string[]
  pictures: Pictures
  variables?: Readonly<Record<string, PaintValue>>
}

export const compileStyle = (style: Style, view: View, input: PaintInput): Programme => {
  const losses = createLosses()
  const parts = createParts(view, { ...input, losses })
  const scale = scaleDenominatorOf(view)
  const passes = style.featureTypeStyles.flatMap(({ rules }): Pass[] => {
    const shown = rules.filter((rule) => isInScale(rule, scale)).map((rule) => compileRule(rule, parts))
    return shown.length === 0 ? [] : [{ rules: shown, hasElse: shown.some(({ isElse }) => isElse) }]
  })
  losses.enter(null)
  const drawings = passes.flatMap(({ rules }) => rules.flatMap((rule) => rule.drawings))
  return {
    passes,
    isPlain: drawings.every(({ isPlain }) => isPlain),
    opacity: style.opacity ?? 1,
    margin: Math.ceil(Math.max(leastMargin, ...drawings.map(({ reach }) => reach)) + 8),
    losses: losses.list,
    parts,
  }
}

/** Rules that draw the feature, in their order: those with a filter that holds, or else the others. */
const rulesFor = ({ rules, hasElse }: Pass, subject: Subject): CompiledRule[] => {
  const chosen: CompiledRule[] = []
  for (const rule of rules)
    if (!rule.isElse && (rule.filter === null || rule.filter(subject))) chosen.push(rule)
  return chosen.length === 0 && hasElse ? rules.filter(({ isElse }) => isElse) : chosen
}

/** `near` leaves out what lies beside the picture. */
type Placings = { near: Placing; far: Placing }

const createSubject = (feature: PaintFeature, { near, far }: Placings, budget: Budget): Subject => {
  let seen: Geometry | null = null
  let all: Geometry | null = null
  const geometry = () => {
    seen ??= readCounted(feature, near, budget)
    return seen
  }
  const whole = () => {
    all ??= geometry().isCut ? readCounted(feature, far, budget) : geometry()
    return all
  }
  return { feature, geometry, whole }
}

const readCounted = ({ wkb }: PaintFeature, placing: Placing, budget: Budget): Geometry => {
  if (wkb === null) return emptyGeometry
  const geometry = readGeometry(wkb, placing)
  budget.addVertices(geometry.vertices)
  return geometry
}

/** Features are read again for each pass; a picture with several keeps them. */
const subjectsOf = function* (
  { features }: FeatureSource,
  { parts, margin }: Programme,
  budget: Budget,
): Generator<Subject> {
  const placings = { near: placingOf(parts.view, margin), far: placingOf(parts.view, null) }
  for (const feature of features) {
    budget.addFeature()
    yield createSubject(feature, placings, budget)
  }
}

const featuresBetweenChecks = 64

const paintPass = (
  pass: Pass,
  subjects: Iterable<Subject>,
  surface: Surface,
  wanted: WantedLabel[],
): void => {
  let count = 0
  for (const subject of subjects) {
    count += 1
    if (count % featuresBetweenChecks === 0) surface.budget.check()
    for (const { drawings, labels } of rulesFor(pass, subject)) {
      for (const { draw } of drawings) draw(surface, subject)
      for (const make of labels) wanted.push(...make(subject))
    }
  }
}

export type Painted = {
  surface: Surface
  labels: number
  placed: PlacedLabel[]
}

/** On a picture without background. */
export const paintFeatures = (programme: Programme, source: FeatureSource, budget: Budget): Painted => {
  const { passes, parts, opacity } = programme
  const { width, height } = parts.view
  const surface = createSurface(width, height, budget, programme)
  const wanted: WantedLabel[] = []
  const subjects =
    passes.length > 1 ? [...subjectsOf(source, programme, budget)] : subjectsOf(source, programme, budget)
  for (const pass of passes) paintPass(pass, subjects, surface, wanted)
  const placed = wanted.length === 0 ? [] : placeLabels(wanted, surface, parts.view)
  const labels = placed.length
  if (opacity >= 1) return { surface, labels, placed }
  const weak = createSurface(width, height, budget, { isPlain: surface.ink !== null })
  laySurface(weak, surface, Math.max(0, opacity))
  return { surface: weak, labels, placed }
}

export type Pixels = { width: number; height: number; rgba: Uint8ClampedArray }

/** Straight alpha, row by row. `background` is a CSS colour; null leaves it transparent. */
export const pixelsOf = (surface: Surface, background: string | null): Pixels => {
  const { width, height } = surface
  const all = { left: 0, top: 0, width, height }
  if (background === null) return { width, height, rgba: bytesOf(surface, all) }
  const paper = plainColor(background)
  if (surface.ink !== null && paper !== null)
    return { width, height, rgba: bytesOver(surface.ink.pixels, paper) }
  const whole = createSurface(width, height, surface.budget)
  paintArea(whole, all, background)
  laySurface(whole, surface, 1)
  return { width, height, rgba: bytesOf(whole, all) }
}
