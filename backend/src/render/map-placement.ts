/**
 * From coordinates of the data to coordinates of a map in another system. Between degrees and Web Mercator by formula;
 * everywhere else by interpolation between the nodes of a grid over the map's part of the data, as for vector tiles. What
 * lies outside the grid, the far end of a long line, is projected vertex by vertex.
 */
import type { Box } from '../domain/probe.ts'
import { pointFromCrs84, pointToCrs84 } from '../geo/crs.ts'
import { fromMercator, toMercator } from '../geo/mercator.ts'
import { type Grid, type Place, toPlace } from './placement.ts'

/** Values only: it goes to the thread that paints. */
export type MapPlacement =
  | { kind: 'same' | 'degrees-to-mercator' | 'mercator-to-degrees' }
  | { kind: 'grid'; grid: Grid; from: number; to: number }

/** Points of the data in the system of the map; null where there is no such place. */
export type Locate = (points: [number, number][]) => Promise<([number, number] | null)[]>

const byFormula =
  (formula: (x: number, y: number) => [number, number]): Place =>
  (source, at, target, to) => {
    const [x, y] = formula(source[at] as number, source[at + 1] as number)
    target[to] = x
    target[to + 1] = y
  }

const byGrid = (grid: Grid, from: number, to: number): Place => {
  const within = toPlace(grid)
  const [west, south, east, north] = grid.box
  return (source, at, target, into) => {
    const x = source[at] as number
    const y = source[at + 1] as number
    if (x < west || x > east || y < south || y > north) {
      const degrees = pointToCrs84(x, y, from)
      const point = degrees && pointFromCrs84(degrees[0], degrees[1], to)
      if (point) {
        target[into] = point[0]
        target[into + 1] = point[1]
        return
      }
    }
    within(source, at, target, into)
  }
}

/** null where nothing is to be moved. */
export const placeOnMap = (placement: MapPlacement): Place | null => {
  switch (placement.kind) {
    case 'same':
      return null
    case 'degrees-to-mercator':
      return byFormula(toMercator)
    case 'mercator-to-degrees':
      return byFormula(fromMercator)
    case 'grid':
      return byGrid(placement.grid, placement.from, placement.to)
  }
}

// The grid ---------------------------------------------------------------------------------------------

const gridPoints = ([west, south, east, north]: Box, cells: number): [number, number][] =>
  Array.from({ length: (cells + 1) ** 2 }, (_, n): [number, number] => {
    const i = n % (cells + 1)
    const j = (n - i) / (cells + 1)
    return [west + ((east - west) * i) / cells, south + ((north - south) * j) / cells]
  })

const computeGrid = async (box: Box, cells: number, locate: Locate): Promise<Grid | null> => {
  const located = await locate(gridPoints(box, cells))
  const nodes = new Float64Array(2 * located.length)
  for (const [n, point] of located.entries()) {
    if (point === null) return null
    nodes.set(point, 2 * n)
  }
  return { kind: 'grid', box, cells, nodes }
}

/** By how much the middles of cells of twice the width would be missed: the greatest of x and y. */
const missOfHalf = ({ cells, nodes }: Grid): number => {
  const stride = 2 * (cells + 1)
  let miss = 0
  for (let j = 1; j < cells; j += 2)
    for (let i = 1; i < cells; i += 2) {
      const at = j * stride + 2 * i
      for (const axis of [0, 1]) {
        const corners =
          (nodes[at - stride - 2 + axis] as number) +
          (nodes[at - stride + 2 + axis] as number) +
          (nodes[at + stride - 2 + axis] as number) +
          (nodes[at + stride + 2 + axis] as number)
        miss = Math.max(miss, Math.abs(corners / 4 - (nodes[at + axis] as number)))
      }
    }
  return miss
}

/** As fine as it must be to miss `tolerance` units of the map at most; null where a part of the box has no place there. */
export const makeMapGrid = async (box: Box, locate: Locate, tolerance: number): Promise<Grid | null> => {
  for (const cells of [4, 16, 64]) {
    const grid = await computeGrid(box, cells, locate)
    // Half as wide cells miss a quarter.
    if (grid === null || cells === 64 || missOfHalf(grid) / 4 <= tolerance) return grid
  }
  return null
}
