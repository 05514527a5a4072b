/**
 * Which cells of a raster a map shows: a window of the raster's own coordinate system, as fine as the map, and for maps in
 * another system which of its cells each pixel lies in. Pure; reading is elsewhere.
 */
import type { Box } from '../domain/probe.ts'
import { type Affine, inverseOf, type RasterFacts } from '../domain/raster.ts'

export type Grid = { box: Box; width: number; height: number }

/** x, y of a pixel's place in the map → the raster's system; null where there is none. */
export type PlaceOf = (x: number, y: number) => readonly [number, number] | null

/** As coarse as an overview may be where the map is finer; GDAL allows itself the same. */
const COARSER = 1.2

/** The coarsest level that is about as fine as the window. */
export const levelFor = (
  { transform, levels }: Pick<RasterFacts, 'transform' | 'levels'>,
  { box, width, height }: Grid,
): number => {
  const inverse = inverseOf(transform)
  if (inverse === null) return 0
  const stepX = (box[2] - box[0]) / width
  const stepY = (box[3] - box[1]) / height
  const across = Math.hypot(inverse[0] * stepX, inverse[3] * stepX)
  const down = Math.hypot(inverse[1] * stepY, inverse[4] * stepY)
  const cells = Math.min(across, down) * COARSER
  const level = Math.floor(Math.log2(Math.max(1, cells)))
  return Math.min(level, levels.length - 1)
}

/** The part of a window that touches the raster, in whole cells of the window, and what of the raster is seen in it. */
export type Clipped = Grid & { seen: Box }

/** What is missed by less, in cells, comes of rounding. */
const ROUNDING = 1e-6

/**
 * null when window and raster do not touch. As in QGIS the cells at its edges share what is seen of the raster, so that its
 * edges lie on edges of cells.
 */
export const clippedTo = ({ box, width, height }: Grid, extent: Box): Clipped | null => {
  const stepX = (box[2] - box[0]) / width
  const stepY = (box[3] - box[1]) / height
  const left = Math.max(0, Math.floor((extent[0] - box[0]) / stepX + ROUNDING))
  const right = Math.min(width, Math.ceil((extent[2] - box[0]) / stepX - ROUNDING))
  const top = Math.max(0, Math.floor((box[3] - extent[3]) / stepY + ROUNDING))
  const bottom = Math.min(height, Math.ceil((box[3] - extent[1]) / stepY - ROUNDING))
  if (left >= right || top >= bottom) return null
  return {
    box: [box[0] + left * stepX, box[3] - bottom * stepY, box[0] + right * stepX, box[3] - top * stepY],
    width: right - left,
    height: bottom - top,
    seen: [
      Math.max(box[0], extent[0]),
      Math.max(box[1], extent[1]),
      Math.min(box[2], extent[2]),
      Math.min(box[3], extent[3]),
    ],
  }
}

/** Cells around, so that a relief does not end at the edge of a picture. */
export const grown = ({ box, width, height }: Grid, cells: number): Grid => {
  const stepX = ((box[2] - box[0]) / width) * cells
  const stepY = ((box[3] - box[1]) / height) * cells
  return {
    box: [box[0] - stepX, box[1] - stepY, box[2] + stepX, box[3] + stepY],
    width: width + 2 * cells,
    height: height + 2 * cells,
  }
}

/** Columns and rows of a level for the middles of a window's cells; where the raster is turned, for each of them. */
export type Cells =
  | { kind: 'straight'; columns: Int32Array; rows: Int32Array }
  | { kind: 'turned'; columns: Int32Array; rows: Int32Array }

export const cellsOf = (
  {
    transform,
    levels,
    width: fullWidth,
    height: fullHeight,
  }: Pick<RasterFacts, 'transform' | 'levels' | 'width' | 'height'>,
  { box, width, height }: Grid,
  level: number,
): Cells => {
  const [a, b, c, d, e, f] = inverseOf(transform) ?? ([0, 0, 0, 0, 0, 0] as Affine)
  const side = levels[level] ?? { width: fullWidth, height: fullHeight }
  const share = 2 ** level
  const stepX = (box[2] - box[0]) / width
  const stepY = (box[3] - box[1]) / height
  const xOf = (at: number) => box[0] + (at + 0.5) * stepX
  const yOf = (at: number) => box[3] - (at + 0.5) * stepY
  // Rounding may put the last cell just outside.
  const within = (value: number, full: number, most: number) =>
    value < 0 || value >= full
      ? Math.abs(value) < 1e-6
        ? 0
        : value >= full && value < full + 1e-6
          ? most - 1
          : -1
      : Math.min(most - 1, Math.floor(value / share))
  if (b === 0 && d === 0)
    return {
      kind: 'straight',
      columns: Int32Array.from({ length: width }, (_, at) => within(a * xOf(at) + c, fullWidth, side.width)),
      rows: Int32Array.from({ length: height }, (_, at) => within(e * yOf(at) + f, fullHeight, side.height)),
    }
  const columns = new Int32Array(width * height)
  const rows = new Int32Array(width * height)
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 1) {
      columns[at] = within(a * xOf(x) + b * yOf(y) + c, fullWidth, side.width)
      rows[at] = within(d * xOf(x) + e * yOf(y) + f, fullHeight, side.height)
    }
  return { kind: 'turned', columns, rows }
}

// Maps in another system -------------------------------------------------------------------------------------

/** What is missed by less than this, in pixels, nobody sees. */
const TOLERANCE = 0.25
const STEPS = [32, 16, 8, 4, 1]
/** A window has no more cells than this many times those of the map. */
const MOST_FINER = 4

type Nodes = { step: number; across: number; down: number; xs: Float64Array; ys: Float64Array }

const nodesOf = (map: Grid, step: number, place: PlaceOf): Nodes => {
  const across = Math.ceil(map.width / step) + 1
  const down = Math.ceil(map.height / step) + 1
  const xs = new Float64Array(across * down).fill(Number.NaN)
  const ys = new Float64Array(across * down).fill(Number.NaN)
  for (let j = 0, at = 0; j < down; j += 1)
    for (let i = 0; i < across; i += 1, at += 1) {
      const found = place(...pointAt(map, i * step, j * step))
      if (found === null) continue
      xs[at] = found[0]
      ys[at] = found[1]
    }
  return { step, across, down, xs, ys }
}

const pointAt = ({ box, width, height }: Grid, x: number, y: number): [number, number] => [
  box[0] + (x / width) * (box[2] - box[0]),
  box[3] - (y / height) * (box[3] - box[1]),
]

/** Sides of a cell of the raster's system that is as small as the smallest pixel of the map. */
const cellSizeOf = ({ step, across, down, xs, ys }: Nodes): [number, number] | null => {
  let [smallX, smallY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let j = 0; j + 1 < down; j += 1)
    for (let i = 0; i + 1 < across; i += 1) {
      const at = j * across + i
      const [x, y] = [xs[at] as number, ys[at] as number]
      const sizeX = Math.hypot((xs[at + 1] as number) - x, (xs[at + across] as number) - x) / step
      const sizeY = Math.hypot((ys[at + 1] as number) - y, (ys[at + across] as number) - y) / step
      if (sizeX > 0 && sizeX < smallX) smallX = sizeX
      if (sizeY > 0 && sizeY < smallY) smallY = sizeY
    }
  return Number.isFinite(smallX) && Number.isFinite(smallY) ? [smallX, smallY] : null
}

/** Whether the middles between nodes lie where interpolation puts them, to a part of a cell. */
const isStraightEnough = (
  map: Grid,
  { step, across, down, xs, ys }: Nodes,
  place: PlaceOf,
  [sizeX, sizeY]: readonly [number, number],
) => {
  if (step === 1) return true
  for (let j = 0; j + 1 < down; j += 1)
    for (let i = 0; i + 1 < across; i += 1) {
      const at = j * across + i
      const corners = [at, at + 1, at + across, at + across + 1]
      const x = corners.reduce((sum, one) => sum + (xs[one] as number), 0) / 4
      const y = corners.reduce((sum, one) => sum + (ys[one] as number), 0) / 4
      const found = place(...pointAt(map, (i + 0.5) * step, (j + 0.5) * step))
      // At the border of where the system is defined every pixel is asked for.
      if (Number.isNaN(x) !== (found === null)) return false
      if (found === null) continue
      if (Math.abs(found[0] - x) > TOLERANCE * sizeX || Math.abs(found[1] - y) > TOLERANCE * sizeY)
        return false
    }
  return true
}

export type MovedWindow = {
  /** In the raster's system. */
  window: Grid
  /** For each pixel of the map the cell of the window it lies in; -1 for none. */
  cells: Int32Array
}

/** The window that a map in another system needs; null when the raster does not lie on the map. */
export const windowOf = (map: Grid, extent: Box, place: PlaceOf): MovedWindow | null => {
  let found: { nodes: Nodes; size: [number, number] } | null = null
  for (const step of STEPS) {
    const nodes = nodesOf(map, step, place)
    const size = cellSizeOf(nodes)
    if (size === null) continue
    found = { nodes, size }
    if (isStraightEnough(map, nodes, place, size)) break
  }
  if (found === null) return null
  const { nodes, size } = found
  const xs = nodes.xs.filter((x) => !Number.isNaN(x))
  const ys = nodes.ys.filter((y) => !Number.isNaN(y))
  const least = (values: Float64Array) =>
    values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
  const most = (values: Float64Array) =>
    values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY)
  const box: Box = [
    // A cell more on each side, so that a relief does not end at the edge of the map.
    Math.max(least(xs) - size[0], extent[0]),
    Math.max(least(ys) - size[1], extent[1]),
    Math.min(most(xs) + size[0], extent[2]),
    Math.min(most(ys) + size[1], extent[3]),
  ]
  if (!(box[0] < box[2] && box[1] < box[3])) return null
  const limit = MOST_FINER * map.width * map.height
  const cells = ((box[2] - box[0]) / size[0]) * ((box[3] - box[1]) / size[1])
  const coarser = Math.max(1, Math.sqrt(cells / limit))
  const width = Math.max(1, Math.ceil((box[2] - box[0]) / (size[0] * coarser)))
  const height = Math.max(1, Math.ceil((box[3] - box[1]) / (size[1] * coarser)))
  const window: Grid = { box, width, height }
  return { window, cells: cellsFor(map, nodes, window) }
}

const cellsFor = (map: Grid, { step, across, xs, ys }: Nodes, window: Grid): Int32Array => {
  const cells = new Int32Array(map.width * map.height).fill(-1)
  const perX = window.width / (window.box[2] - window.box[0])
  const perY = window.height / (window.box[3] - window.box[1])
  for (let y = 0, to = 0; y < map.height; y += 1) {
    const j = Math.floor((y + 0.5) / step)
    const v = (y + 0.5) / step - j
    for (let x = 0; x < map.width; x += 1, to += 1) {
      const i = Math.floor((x + 0.5) / step)
      const u = (x + 0.5) / step - i
      const at = j * across + i
      const upperX = (xs[at] as number) * (1 - u) + (xs[at + 1] as number) * u
      const lowerX = (xs[at + across] as number) * (1 - u) + (xs[at + across + 1] as number) * u
      const upperY = (ys[at] as number) * (1 - u) + (ys[at + 1] as number) * u
      const lowerY = (ys[at + across] as number) * (1 - u) + (ys[at + across + 1] as number) * u
      const column = Math.floor((upperX * (1 - v) + lowerX * v - window.box[0]) * perX)
      const row = Math.floor((window.box[3] - (upperY * (1 - v) + lowerY * v)) * perY)
      if (column >= 0 && column < window.width && row >= 0 && row < window.height)
        cells[to] = row * window.width + column
    }
  }
  return cells
}
