/**
 * Marks by name as outlines in a box from -1 to 1, y downwards, as QGIS draws them: half a size is 1. Open ones are never
 * filled.
 */
import { Path2D } from '@napi-rs/canvas'
import { fromWkt } from '../../ingest/geometry-from-wkt.ts'

export type Shape = { path: Path2D; isFilled: boolean }

type Vertices = readonly (readonly [number, number])[]

const draw = (parts: readonly Vertices[], isClosed: boolean): Shape => {
  const path = new Path2D()
  for (const vertices of parts) {
    for (const [index, [x, y]] of vertices.entries()) {
      if (index === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    }
    if (isClosed) path.closePath()
  }
  return { path, isFilled: isClosed }
}

const closed = (...vertices: Vertices): Shape => draw([vertices], true)
const open = (...parts: Vertices[]): Shape => draw(parts, false)

/** Clockwise from the top. */
const at = (degrees: number, radius = 1): readonly [number, number] => {
  const angle = (degrees * Math.PI) / 180
  return [radius * Math.sin(angle), -radius * Math.cos(angle)]
}

const regular = (corners: number): Shape =>
  closed(...Array.from({ length: corners }, (_, index) => at((index * 360) / corners)))

const innerRadius = Math.cos((72 * Math.PI) / 180) / Math.cos((36 * Math.PI) / 180)
const starred = (points: number): Shape =>
  closed(
    ...Array.from({ length: 2 * points }, (_, index) =>
      at((index * 180) / points, index % 2 === 0 ? 1 : innerRadius),
    ),
  )

const cornered = (from: number): Shape =>
  closed([-from, 1], [from, 1], [1, from], [1, -from], [from, -1], [-from, -1], [-1, -from], [-1, from])

const square = (left: number, top: number, right: number, bottom: number): Shape =>
  closed([left, top], [right, top], [right, bottom], [left, bottom])

/** From the right, against the clock: a part of a circle, as pie or as line. */
const arc = (fromDegrees: number, sweep: number, isPie: boolean): Shape => {
  const path = new Path2D()
  const radians = Math.PI / 180
  path.arc(0, 0, 1, -fromDegrees * radians, -(fromDegrees + sweep) * radians, true)
  if (isPie) {
    path.lineTo(0, 0)
    path.closePath()
  }
  return { path, isFilled: isPie }
}

const circle = (radius = 1): Shape => {
  const path = new Path2D()
  path.arc(0, 0, radius, 0, 2 * Math.PI)
  path.closePath()
  return { path, isFilled: true }
}

const roundedSquare = (): Shape => {
  const path = new Path2D()
  path.roundRect(-1, -1, 2, 2, 0.25)
  return { path, isFilled: true }
}

const heart = (): Shape => {
  const path = new Path2D()
  path.moveTo(0, 0.75)
  path.arc(0.5, -0.25, 0.5, (45 * Math.PI) / 180, Math.PI, true)
  path.arc(-0.5, -0.25, 0.5, 0, (135 * Math.PI) / 180, true)
  path.lineTo(0, 0.75)
  path.closePath()
  return { path, isFilled: true }
}

const asterisk = (): Shape => {
  const half = 0.15
  const crossing = 0.3 / Math.SQRT2
  const low = Math.SQRT1_2 - crossing / 2
  const high = Math.SQRT1_2 + crossing / 2
  const quarter: Vertices = [
    [half, -half - crossing],
    [low, -high],
    [high, -low],
    [half + crossing, -half],
    [1, -half],
    [1, half],
  ]
  // Each quarter is the one before, turned by a right angle.
  const turned = ([x, y]: readonly [number, number]): readonly [number, number] => [-y, x]
  const second = quarter.map(turned)
  const third = second.map(turned)
  return closed([-half, -1], [half, -1], ...quarter, ...second, ...third, ...third.map(turned).slice(0, 4))
}

const plus: Vertices = [
  [-1, -0.2],
  [-1, 0.2],
  [-0.2, 0.2],
  [-0.2, 1],
  [0.2, 1],
  [0.2, 0.2],
  [1, 0.2],
  [1, -0.2],
  [0.2, -0.2],
  [0.2, -1],
  [-0.2, -1],
  [-0.2, -0.2],
]

const cross = () => open([[-1, 0], [1, 0]], [[0, -1], [0, 1]]) // biome-ignore format: one line
const times = () => open([[-1, -1], [1, 1]], [[1, -1], [-1, 1]]) // biome-ignore format: one line
const vertical = () => open([[0, -1], [0, 1]]) // biome-ignore format: one line
const horizontal = () => open([[-1, 0], [1, 0]]) // biome-ignore format: one line
const slash = () => open([[-1, 1], [1, -1]]) // biome-ignore format: one line
const backslash = () => open([[-1, -1], [1, 1]]) // biome-ignore format: one line

const makers: Readonly<Record<string, () => Shape>> = {
  square: () => square(-1, -1, 1, 1),
  rectangle: () => square(-1, -1, 1, 1),
  rounded_square: roundedSquare,
  square_with_corners: () => cornered(0.6072),
  trapezoid: () => closed([0.5, -0.5], [1, 0.5], [-1, 0.5], [-0.5, -0.5]),
  parallelogram_left: () => closed([1, 0.5], [0.5, -0.5], [-1, -0.5], [-0.5, 0.5]),
  parallelogram_right: () => closed([0.5, 0.5], [1, -0.5], [-0.5, -0.5], [-1, 0.5]),
  diamond: () => closed([-1, 0], [0, 1], [1, 0], [0, -1]),
  shield: () => closed([1, 0.5], [1, -1], [-1, -1], [-1, 0.5], [0, 1]),
  pentagon: () => regular(5),
  hexagon: () => regular(6),
  octagon: () => cornered(1 / (1 + Math.SQRT2)),
  decagon: () => regular(10),
  triangle: () => closed([-1, 1], [1, 1], [0, -1]),
  equilateral_triangle: () => regular(3),
  left_half_triangle: () => closed([0, 1], [1, 1], [0, -1]),
  right_half_triangle: () => closed([-1, 1], [0, 1], [0, -1]),
  star: () => starred(5),
  regular_star: () => starred(5),
  diamond_star: () => starred(4),
  heart,
  arrow: () => closed([0, -1], [0.5, -0.5], [0.25, -0.5], [0.25, 1], [-0.25, 1], [-0.25, -0.5], [-0.5, -0.5]),
  arrowhead: () => open([[-1, -1], [0, 0], [-1, 1]]), // biome-ignore format: one line
  filled_arrowhead: () => closed([0, 0], [-1, 1], [-1, -1]),
  circle: () => circle(),
  cross,
  x: times,
  cross2: times,
  cross_fill: () => closed(...plus),
  asterisk_fill: asterisk,
  line: vertical,
  half_square: () => square(-1, -1, 0, 1),
  quarter_square: () => square(-1, -1, 0, 0),
  diagonal_half_square: () => closed([-1, -1], [1, 1], [-1, 1]),
  semi_circle: () => arc(0, 180, true),
  third_circle: () => arc(90, 120, true),
  quarter_circle: () => arc(90, 90, true),
  half_arc: () => arc(0, 180, false),
  third_arc: () => arc(90, 120, false),
  quarter_arc: () => arc(90, 90, false),
  horline: horizontal,
  vertline: vertical,
  slash,
  backslash,
  'shape://horline': horizontal,
  'shape://vertline': vertical,
  'shape://slash': slash,
  'shape://backslash': backslash,
  // A speck: what is seen is its outline.
  'shape://dot': () => circle(0.01),
  'shape://plus': cross,
  'shape://times': times,
  'shape://oarrow': () => open([[0, 0.4], [1, 0], [0, -0.4]]), // biome-ignore format: one line
  'shape://carrow': () => closed([0, 0.4], [1, 0], [0, -0.4]),
  'shape://triangle': () => closed([-1, 1], [1, 1], [0, -1]),
  'shape://emicircle': () => arc(0, 180, true),
  'extshape://triangle': () => closed([-0.5, 0], [0.5, 0], [0, -1]),
  'extshape://emicircle': () => arc(0, 180, true),
  'extshape://triangleemicircle': () => arc(0, 180, true),
  'extshape://narrow': () => closed([0, -1], [0.5, 1], [0, 0.6], [-0.5, 1]),
  'extshape://sarrow': () => closed([0, 1], [0.5, -1], [0, -0.6], [-0.5, -1]),
}

export const shapeNames: readonly string[] = Object.keys(makers)

type Coordinates = number | Coordinates[]
const isPosition = (one: unknown): one is [number, number] => Array.isArray(one) && typeof one[0] === 'number'

/** The longer side becomes 2; a size is what it is as long as. */
const fromText = (wkt: string): Shape | null => {
  const geometry = fromWkt(wkt)
  if (!geometry || !('coordinates' in geometry)) return null
  const isFilled = /Polygon/.test(geometry.type)
  const parts: [number, number][][] = []
  const collect = (value: Coordinates): void => {
    if (!Array.isArray(value)) return
    if (value.every(isPosition)) parts.push(value as unknown as [number, number][])
    else for (const one of value) collect(one)
  }
  collect(geometry.coordinates as Coordinates)
  const all = parts.flat()
  if (all.length < 2) return null
  const xs = all.map(([x]) => x)
  const ys = all.map(([, y]) => y)
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const scale = 2 / Math.max(right - left, high - low)
  if (!Number.isFinite(scale)) return null
  const placed = parts.map((part) =>
    part.map(([x, y]): readonly [number, number] => [
      (x - (left + right) / 2) * scale,
      -(y - (low + high) / 2) * scale,
    ]),
  )
  return draw(placed, isFilled)
}

const known = new Map<string, Shape | null>()
/** Names come from styles and their data. */
const mostKnown = 1000
const longestName = 20_000

/** null when no such mark is known. */
export const findShape = (name: string): Shape | null => {
  const wanted = name.trim()
  if (wanted.length > longestName) return null
  const found = known.get(wanted)
  if (found !== undefined) return found
  const lower = wanted.toLowerCase().replace(/^(extshape:\/\/[a-z]+)\?.*$/, '$1')
  const shape = /^wkt:\/\//i.test(wanted)
    ? fromText(wanted.slice(6))
    : Object.hasOwn(makers, lower)
      ? (makers[lower]?.() ?? null)
      : null
  if (known.size >= mostKnown) known.clear()
  known.set(wanted, shape)
  return shape
}
