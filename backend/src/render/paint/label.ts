/** Text symbolizers: which label a feature wants, and where it would like it best. */
import { quoted } from '../../styles/finding.ts'
import type { TextSymbolizer } from '../../styles/model.ts'
import { compilePaint, readOpacity } from './colors.ts'
import { compileSetting } from './expression.ts'
import { cssFont } from './fonts.ts'
import type { Geometry, Path } from './geometry.ts'
import type { WantedLabel } from './label-placement.ts'
import {
  centroidOf,
  insideOf,
  largestPolygon,
  lengthOf,
  longestLine,
  middleOf,
  type Position,
} from './measure.ts'
import { compileAngle, compileLength, compileNumber, type PaintParts } from './parts.ts'
import { compileStamp } from './stamp.ts'
import type { Subject } from './subject.ts'
import { compileGeometry } from './symbolizers.ts'
import { toText } from './values.ts'

export type LabelMaker = (subject: Subject) => WantedLabel[]

/** SE 1.1 §11.4.3. */
const standardSize = 10
const standardPriority = 1000
/** What is longer is no label. */
const longestLabel = 500
const mostLines = 20

const numberOption = (options: Record<string, string>, name: string): number | null => {
  const value = Number(options[name])
  return options[name] === undefined || !Number.isFinite(value) ? null : value
}

const textLines = (text: string): string[] =>
  text.slice(0, longestLabel).replaceAll('\r', '').split('\n').slice(0, mostLines)

const pointOf = (geometry: Geometry): Position | null => {
  const largest = largestPolygon(geometry)
  if (largest) return insideOf(largest)
  const line = longestLine(geometry.lines)
  if (line) return middleOf(line)
  const [x, y] = geometry.points
  return x === undefined || y === undefined ? null : { x, y }
}

const linesOf = ({ lines, polygons }: Geometry): Path[] => [
  ...lines,
  ...polygons.flatMap(({ outlines }) => outlines),
]

export const compileLabel = (symbolizer: TextSymbolizer, parts: PaintParts): LabelMaker => {
  const { placement, font, vendorOptions, halo, background } = symbolizer
  const { pixelRatio } = parts.view
  const text = compileSetting(symbolizer.label, parts, toText)
  const size = compileLength(font.size, parts, standardSize * pixelRatio)
  const paint = compilePaint(symbolizer.fill, parts)
  const opacity = compileSetting(symbolizer.opacity, parts, readOpacity)
  const haloRadius = compileLength(halo?.radius ?? null, parts, 0)
  const haloPaint = halo && compilePaint(halo.fill, parts)
  const priority = compileNumber(symbolizer.priority, parts, standardPriority)
  const transform = compileGeometry(symbolizer.geometry, parts)
  const stamp = background && compileStamp(background, parts)
  const [margin = 0] = (vendorOptions['graphic-margin'] ?? '').split(/\s+/).map(Number)
  const space = numberOption(vendorOptions, 'spaceAround') ?? 0

  const isPoint = placement.kind === 'point'
  const anchorX = compileNumber(
    isPoint ? (placement.anchorPoint?.x ?? null) : null,
    parts,
    isPoint && placement.anchorPoint === null ? 0 : 0.5,
  )
  const anchorY = compileNumber(isPoint ? (placement.anchorPoint?.y ?? null) : null, parts, 0.5)
  const moveX = compileLength(isPoint ? (placement.displacement?.x ?? null) : null, parts, 0)
  const moveY = compileLength(isPoint ? (placement.displacement?.y ?? null) : null, parts, 0)
  const rotation = compileAngle(isPoint ? placement.rotation : null, parts)
  const offset = compileLength(isPoint ? null : placement.perpendicularOffset, parts, 0)
  const gap = compileLength(isPoint ? null : placement.gap, parts, 0)
  const initialGap = compileLength(isPoint ? null : placement.initialGap, parts, 0)

  // Says once which font stands for another.
  cssFont(font, standardSize, parts.losses)
  if (text.constant === 'Placeholder')
    parts.losses.note(
      'LABEL_PLACEHOLDER',
      'lost',
      `The label is the word ${quoted('Placeholder')}: QGIS writes it for expressions that SLD cannot say.`,
    )

  const look = (subject: Subject): Omit<WantedLabel, 'place'> => {
    const pixels = size.of(subject)
    return {
      lines: textLines(text.of(subject)),
      font: cssFont(font, pixels, parts.losses),
      size: pixels,
      paint: paint.of(subject),
      opacity: opacity.of(subject),
      halo: haloPaint === null ? null : { radius: haloRadius.of(subject), paint: haloPaint.of(subject) },
      isUnderlined: font.isUnderlined,
      isStruckThrough: font.isStruckThrough,
      background:
        stamp && background
          ? {
              stamp,
              graphic: background,
              subject,
              margin: margin * pixelRatio,
              isStretched: vendorOptions['graphic-resize'] === 'stretch',
            }
          : null,
      priority: priority.of(subject),
      mayOverlap: symbolizer.mayOverlap,
      space: Math.max(0, space) * pixelRatio,
    }
  }

  return (subject) => {
    const written = text.of(subject)
    if (written.trim() === '' || !(size.of(subject) > 0)) return []
    const own = parts.view.labelBox === null ? subject.geometry() : subject.whole()
    const geometry = transform ? transform(subject.whole()) : own
    const label = look(subject)
    const lines = linesOf(geometry)
    if (placement.kind === 'line' && lines.length > 0) {
      const chosen =
        vendorOptions['labelAllGroup'] === 'true' ? lines : [longestLine(lines) ?? (lines[0] as Path)]
      return chosen
        .filter((path) => lengthOf(path) > 0)
        .map((path) => ({
          ...label,
          place: {
            kind: 'line',
            path,
            offset: offset.of(subject),
            isCurved: placement.isCurved,
            isAligned: placement.isAligned,
            repeat: placement.isRepeated ? Math.max(1, gap.of(subject)) : null,
            initialGap: initialGap.of(subject),
            mostTurn: ((numberOption(vendorOptions, 'maxAngleDelta') ?? 25) * Math.PI) / 180,
          },
        }))
    }
    const at =
      geometry.points.length > 0 || transform
        ? pointOf(geometry)
        : pointOf(geometry) && placeOfPolygon(geometry)
    if (at === null) return []
    return [
      {
        ...label,
        place: {
          kind: 'point',
          x: at.x + moveX.of(subject),
          y: at.y - moveY.of(subject),
          anchorX: anchorX.of(subject),
          anchorY: anchorY.of(subject),
          angle: rotation.of(subject),
        },
      },
    ]
  }
}

/** QGIS puts labels of polygons over their centroid, wherever it is; a label outside says nothing, so it moves inside. */
const placeOfPolygon = (geometry: Geometry): Position | null => {
  const largest = largestPolygon(geometry)
  if (largest === undefined) return pointOf(geometry)
  const inside = insideOf(largest)
  return Number.isFinite(inside.x) ? inside : centroidOf(largest)
}
