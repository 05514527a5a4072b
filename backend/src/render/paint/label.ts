/** Text symbolizers: which label a feature wants, and where it would like it best. */
import { createCanvas } from '@napi-rs/canvas'
import { quoted } from '../../styles/finding.ts'
import type { TextSymbolizer } from '../../styles/model.ts'
import { compilePaint, readOpacity } from './colors.ts'
import { cutRing } from './cut.ts'
import { compileSetting } from './expression.ts'
import { cssFont } from './fonts.ts'
import type { Geometry, Path } from './geometry.ts'
import type { WantedLabel } from './label-placement.ts'
import { type Places, placesAround, placesInOrder, placesInside, placesOver } from './label-places.ts'
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
import type { View } from './view.ts'

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

/** As many words in a line as fit. */
const broken = (text: string, width: number, widthOf: (text: string) => number): string =>
  text
    .split('\n')
    .map((line) => {
      let [whole, length] = ['', 0]
      for (const word of line.split(' ')) {
        const own = widthOf(word)
        const fits = whole === '' || length + widthOf(' ') + own <= width
        whole += whole === '' ? word : fits ? ` ${word}` : `\n${word}`
        length = fits && length > 0 ? length + widthOf(' ') + own : own
      }
      return whole
    })
    .join('\n')

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
  const wrapAt = (numberOption(vendorOptions, 'autoWrap') ?? 0) * pixelRatio
  const isGrouped = isYes(vendorOptions['group'])
  const words = (vendorOptions['labelPlaces'] ?? '').split(' ').filter(Boolean)
  const slack = (numberOption(vendorOptions, 'maxDisplacement') ?? 0) * pixelRatio
  const context = createCanvas(1, 1).getContext('2d')
  const widthIn =
    (css: string) =>
    (one: string): number => {
      context.font = css
      return context.measureText(one).width
    }

  /** Where else the label may be. */
  const placesOf = (distance: number, geometry: Geometry, at: Position): Places | null => {
    const polygon = largestPolygon(geometry)
    if (words[0] === 'inside') return polygon ? placesInside(polygon.rings, at.x, at.y) : null
    if (words[0] === 'around') return polygon ? placesOver(distance) : placesAround(distance)
    if (words.length > 0) return placesInOrder(words, distance)
    return null
  }

  const isPoint = placement.kind === 'point'
  const anchorX = compileNumber(isPoint ? (placement.anchorPoint?.x ?? null) : null, parts, 0.5)
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
    // Whole pixels, as QGIS draws text.
    const pixels = Math.round(size.of(subject))
    const css = cssFont(font, pixels, parts.losses)
    const whole = text.of(subject).slice(0, longestLabel)
    return {
      feature: subject.feature.id,
      lines: textLines(wrapAt > 0 ? broken(whole, wrapAt, widthIn(css)) : whole),
      font: css,
      group: isGrouped ? `${groupOf(symbolizer)} ${whole}` : null,
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
    const own = parts.view.labelBox === null ? inPicture(subject.geometry(), parts.view) : subject.whole()
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
            isOffsetUpwards: vendorOptions['labelSide'] === 'map',
            isChopped: words[0] === 'chopped',
            repeat: placement.isRepeated ? Math.max(1, gap.of(subject)) : null,
            initialGap: initialGap.of(subject),
            mostTurn: ((numberOption(vendorOptions, 'maxAngleDelta') ?? 25) * Math.PI) / 180,
          },
        }))
    }
    const at =
      geometry.points.length > 0 || transform
        ? pointOf(geometry)
        : pointOf(geometry) &&
          placeOfPolygon(geometry, words.length > 0 || isYes(vendorOptions['overCentroid']))
    if (at === null) return []
    const [dx, dy] = [moveX.of(subject), -moveY.of(subject)]
    const places = placesOf(Math.hypot(dx, dy), geometry, at)
    const isFree = places !== null
    return [
      {
        ...label,
        place: {
          kind: 'point',
          x: isFree ? at.x : at.x + dx,
          y: isFree ? at.y : at.y + dy,
          anchorX: anchorX.of(subject),
          anchorY: anchorY.of(subject),
          angle: rotation.of(subject),
          places: places ?? (slack > 0 ? orFurther(anchorX.of(subject), anchorY.of(subject), slack) : null),
          avoidsPoints: isFree && geometry.points.length > 0,
        },
      },
    ]
  }
}

/** GeoServer: where it is wanted, or so many pixels away. */
const orFurther =
  (anchorX: number, anchorY: number, distance: number): Places =>
  (width, height) => [
    { dx: (0.5 - anchorX) * width, dy: (anchorY - 0.5) * height, cost: 0 },
    ...placesAround(distance)(width, height),
  ]

const isYes = (option: string | undefined): boolean => option === 'true' || option === 'yes' || option === '1'

const groups = new WeakMap<TextSymbolizer, number>()
let groupCount = 0
/** Labels of one symbolizer are a group. */
const groupOf = (symbolizer: TextSymbolizer): number => {
  const present = groups.get(symbolizer)
  if (present !== undefined) return present
  groupCount += 1
  groups.set(symbolizer, groupCount)
  return groupCount
}

/** QGIS labels what is seen of a polygon. */
const inPicture = (geometry: Geometry, { width, height }: View): Geometry => {
  const box = { left: 0, top: 0, right: width, bottom: height }
  if (geometry.polygons.length === 0) return geometry
  const polygons = geometry.polygons.flatMap(({ rings, outlines }) => {
    const [outer, ...holes] = rings.map((ring) => cutRing(ring, box)).filter((ring) => ring.length >= 6)
    return outer === undefined ? [] : [{ rings: [outer, ...holes], outlines }]
  })
  return { ...geometry, polygons }
}

/** A label outside of its polygon says nothing, so it moves inside; QGIS leaves it over the centroid, wherever that is. */
const placeOfPolygon = (geometry: Geometry, isCentroid: boolean): Position | null => {
  const largest = largestPolygon(geometry)
  if (largest === undefined) return pointOf(geometry)
  if (isCentroid) return centroidOf(largest)
  const inside = insideOf(largest)
  return Number.isFinite(inside.x) ? inside : centroidOf(largest)
}
