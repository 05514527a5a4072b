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
const STEPS = [32, 16, 8, 4, 1] as const
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

/** Whether the middles between nodes lie where interpolation puts them, to a part of a cell. */
const isStraightEnough = (
  map: Grid,
  { step, across, down, xs, ys }: Nodes,
  place: PlaceOf,
  length: number,
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
      if (Math.hypot(found[0] - x, found[1] - y) > TOLERANCE * length) return false
    }
  return true
}

/** As few as are straight enough between; every pixel's corners at the worst. */
const nodesFor = (map: Grid, place: PlaceOf, length: number): Nodes => {
  const [first, ...finer] = STEPS
  let nodes = nodesOf(map, first, place)
  for (const step of finer) {
    if (isStraightEnough(map, nodes, place, length)) break
    nodes = nodesOf(map, step, place)
  }
  return nodes
}

export type MovedWindow = {
  /** In the raster's system. */
  window: Grid
  /** For each pixel of the map the cell of the window it lies in; -1 for none. */
  cells: Int32Array
}

/** How many places along each side tell how fine the raster has to be read: more where the systems lie askew. */
const PLACES = [3, 5, 9, 17, 33]
/** QGIS reads so much finer than it thinks it has to. */
const FINER = 0.75
/** Steps shorter than this part of the longest are those near a pole, where nobody looks. */
const SHORTEST = 0.1

/**
 * The side of the cells in which QGIS's projector reads a raster, and the box it reads; null where map and raster have no
 * place in common. A step between places is counted as one of `count` parts of the map, of which there are `count - 1`: so
 * cells are a little larger than pixels. They may be smaller than the raster's own, and lie as they come: reliefs and edges of
 * categories show that, in QGIS as here.
 */
const readingOf = (map: Grid, extent: Box, place: PlaceOf): { size: number; box: Box } | null => {
  for (const count of PLACES) {
    const at = (i: number, j: number) =>
      place(...pointAt(map, (i / (count - 1)) * map.width, (j / (count - 1)) * map.height))
    const found = Array.from({ length: count * count }, (_, index) =>
      at(index % count, Math.floor(index / count)),
    )
    const lengths: { length: number; pixels: number }[] = []
    for (let j = 0; j + 1 < count; j += 1)
      for (let i = 0; i + 1 < count; i += 1) {
        const [here, right, below] = [
          found[j * count + i],
          found[j * count + i + 1],
          found[(j + 1) * count + i],
        ]
        if (!here || !right || !below) continue
        lengths.push({
          length: Math.hypot(right[0] - here[0], right[1] - here[1]),
          pixels: map.width / count,
        })
        lengths.push({
          length: Math.hypot(below[0] - here[0], below[1] - here[1]),
          pixels: map.height / count,
        })
      }
    const sizes = lengths.map(({ length, pixels }) => length / pixels).filter((size) => size > 0)
    if (sizes.length === 0) continue
    const shortest = Math.max(Math.min(...sizes), SHORTEST * Math.max(...sizes))
    const isStraight = found.every((one, index) => {
      const [i, j] = [index % count, Math.floor(index / count)]
      if (!one || i % 2 === 0 || j % 2 === 0) return true
      const corners = [
        found[index - count - 1],
        found[index - count + 1],
        found[index + count - 1],
        found[index + count + 1],
      ]
      const [x, y] = [0, 1].map((axis) =>
        corners.reduce((sum, corner) => sum + (corner?.[axis] ?? Number.NaN) / 4, 0),
      ) as [number, number]
      return Math.hypot(one[0] - x, one[1] - y) <= shortest
    })
    if (!isStraight && count !== PLACES.at(-1)) continue
    const places = found.filter((one) => one !== null)
    const box: Box = [
      Math.max(Math.min(...places.map(([x]) => x)), extent[0]),
      Math.max(Math.min(...places.map(([, y]) => y)), extent[1]),
      Math.min(Math.max(...places.map(([x]) => x)), extent[2]),
      Math.min(Math.max(...places.map(([, y]) => y)), extent[3]),
    ]
    return box[0] < box[2] && box[1] < box[3] ? { size: shortest * FINER, box } : null
  }
  return null
}

const windowFor = (map: Grid, extent: Box, place: PlaceOf): MovedWindow | null => {
  const reading = readingOf(map, extent, place)
  if (reading === null) return null
  const { box, size } = reading
  const nodes = nodesFor(map, place, size)
  const cells = ((box[2] - box[0]) / size) * ((box[3] - box[1]) / size)
  const coarser = Math.max(1, Math.sqrt(cells / (MOST_FINER * map.width * map.height)))
  const width = Math.max(1, Math.round((box[2] - box[0]) / (size * coarser)))
  const height = Math.max(1, Math.round((box[3] - box[1]) / (size * coarser)))
  const window: Grid = { box, width, height }
  return { window, cells: cellsFor(map, nodes, window) }
}

/** Places on each side from which the box around a box in another system is found. */
const BOX_PLACES = 21

const boxIn = (box: Box, place: PlaceOf): Box | null => {
  const found: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (let j = 0; j < BOX_PLACES; j += 1)
    for (let i = 0; i < BOX_PLACES; i += 1) {
      const share = BOX_PLACES - 1
      const one = place(box[0] + (i / share) * (box[2] - box[0]), box[1] + (j / share) * (box[3] - box[1]))
      if (one === null) continue
      found[0] = Math.min(found[0], one[0])
      found[1] = Math.min(found[1], one[1])
      found[2] = Math.max(found[2], one[0])
      found[3] = Math.max(found[3], one[1])
    }
  return found[0] < found[2] && found[1] < found[3] ? found : null
}

export type Ways = {
  /** From the map's system to the raster's. */
  toRaster: PlaceOf
  toMap: PlaceOf
}

/**
 * The part of a map that QGIS draws a raster of another system into: the box around the box around the map, in whole pixels,
 * whose grid is stretched over what is no whole pixel. A little more than the map, therefore, and a little askew to its pixels.
 */
const drawnPart = (
  map: Grid,
  extent: Box,
  { toRaster, toMap }: Ways,
): (Grid & { left: number; top: number }) | null => {
  const seen = boxIn(map.box, toRaster)
  const around = seen && boxIn(seen, toMap)
  const whole = boxIn(extent, toMap)
  if (!around || !whole) return null
  const box: Box = [
    Math.max(around[0], whole[0]),
    Math.max(around[1], whole[1]),
    Math.min(around[2], whole[2]),
    Math.min(around[3], whole[3]),
  ]
  const perX = map.width / (map.box[2] - map.box[0])
  const perY = map.height / (map.box[3] - map.box[1])
  const left = Math.floor((box[0] - map.box[0]) * perX + ROUNDING)
  const right = Math.ceil((box[2] - map.box[0]) * perX - ROUNDING)
  const top = Math.floor((map.box[3] - box[3]) * perY + ROUNDING)
  const bottom = Math.ceil((map.box[3] - box[1]) * perY - ROUNDING)
  const isTooLarge = (right - left) * (bottom - top) > MOST_FINER * map.width * map.height
  if (left >= right || top >= bottom || isTooLarge) return null
  return { box, width: right - left, height: bottom - top, left, top }
}

/** The window that a map in another system needs, as QGIS reads it; null when the raster does not lie on the map. */
export const windowOf = (map: Grid, extent: Box, ways: Ways): MovedWindow | null => {
  const part = drawnPart(map, extent, ways)
  if (part === null) return windowFor(map, extent, ways.toRaster)
  const moved = windowFor(part, extent, ways.toRaster)
  if (moved === null) return null
  const cells = new Int32Array(map.width * map.height).fill(-1)
  for (let y = Math.max(0, part.top); y < Math.min(map.height, part.top + part.height); y += 1)
    for (let x = Math.max(0, part.left); x < Math.min(map.width, part.left + part.width); x += 1)
      cells[y * map.width + x] = moved.cells[(y - part.top) * part.width + x - part.left] as number
  return { window: moved.window, cells }
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
