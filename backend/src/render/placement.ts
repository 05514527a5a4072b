/**
 * From coordinates of the data to units of a tile: 0 0 is its north-west corner, 4096 4096 the south-east one. Where no
 * short formula leads from one to the other, the place is interpolated between the nodes of a grid, which whoever knows
 * the projection has computed: a projection costs a microsecond for each vertex, the grid a hundredth of that.
 */
import type { Box } from '../domain/probe.ts'
import { mercatorHalf } from '../geo/mercator.ts'
import { matrixSize, type TileAddress, toTilePosition } from '../geo/tile-matrix-sets.ts'

export const extent = 4096

export type Grid = {
  kind: 'grid'
  /** Where it lies, in the system of the data; geometries are cut to it first. */
  box: Box
  /** Cells on each side. */
  cells: number
  /** x and y of each node in units of the tile, row by row from the south-west corner. */
  nodes: Float64Array
}

/** Degrees and metres of Web Mercator need no grid. */
export type Placement = { kind: 'degrees' | 'mercator'; address: TileAddress } | Grid

export type Place = (source: Float64Array, at: number, target: Float64Array, to: number) => void

const radians = Math.PI / 180
/** A thousandth of a degree from the pole, where Mercator is still a number. */
const mostSine = Math.sin(89.999 * radians)

const fromDegrees = ({ tileMatrixSetId, zoom, row, column }: TileAddress): Place => {
  const { columns, rows } = matrixSize(tileMatrixSetId, zoom)
  const perDegree = (columns * extent) / 360
  const west = (columns / 2 - column) * extent
  if (tileMatrixSetId === 'WorldCRS84Quad') {
    const north = (rows / 2 - row) * extent
    return (source, at, target, to) => {
      target[to] = (source[at] as number) * perDegree + west
      target[to + 1] = north - (source[at + 1] as number) * perDegree
    }
  }
  const equator = (rows / 2 - row) * extent
  const perLog = (rows * extent) / (4 * Math.PI)
  return (source, at, target, to) => {
    const sine = Math.sin((source[at + 1] as number) * radians)
    const held = sine > mostSine ? mostSine : sine < -mostSine ? -mostSine : sine
    target[to] = (source[at] as number) * perDegree + west
    target[to + 1] = equator - perLog * Math.log((1 + held) / (1 - held))
  }
}

const fromMercator = ({ tileMatrixSetId, zoom, row, column }: TileAddress): Place => {
  const { columns, rows } = matrixSize(tileMatrixSetId, zoom)
  const perMetre = (columns * extent) / (2 * mercatorHalf)
  const west = (columns / 2 - column) * extent
  const middle = (rows / 2 - row) * extent
  if (tileMatrixSetId === 'WebMercatorQuad')
    return (source, at, target, to) => {
      target[to] = (source[at] as number) * perMetre + west
      target[to + 1] = middle - (source[at + 1] as number) * perMetre
    }
  const perDegree = (rows * extent) / 180
  return (source, at, target, to) => {
    const latitude =
      (2 * Math.atan(Math.exp((source[at + 1] as number) * (Math.PI / mercatorHalf))) - Math.PI / 2) / radians
    target[to] = (source[at] as number) * perMetre + west
    target[to + 1] = middle - latitude * perDegree
  }
}

const fromGrid = ({ box, cells, nodes }: Grid): Place => {
  const [west, south, east, north] = box
  const perX = cells / (east - west)
  const perY = cells / (north - south)
  const stride = 2 * (cells + 1)
  return (source, at, target, to) => {
    const u = ((source[at] as number) - west) * perX
    const v = ((source[at + 1] as number) - south) * perY
    const i = u < 0 ? 0 : u >= cells ? cells - 1 : Math.floor(u)
    const j = v < 0 ? 0 : v >= cells ? cells - 1 : Math.floor(v)
    const s = u - i
    const t = v - j
    const low = j * stride + 2 * i
    const high = low + stride
    const a = (1 - s) * (1 - t)
    const b = s * (1 - t)
    const c = (1 - s) * t
    const d = s * t
    target[to] =
      a * (nodes[low] as number) +
      b * (nodes[low + 2] as number) +
      c * (nodes[high] as number) +
      d * (nodes[high + 2] as number)
    target[to + 1] =
      a * (nodes[low + 1] as number) +
      b * (nodes[low + 3] as number) +
      c * (nodes[high + 1] as number) +
      d * (nodes[high + 3] as number)
  }
}

export const toPlace = (placement: Placement): Place => {
  switch (placement.kind) {
    case 'degrees':
      return fromDegrees(placement.address)
    case 'mercator':
      return fromMercator(placement.address)
    case 'grid':
      return fromGrid(placement)
  }
}

// The grid ---------------------------------------------------------------------------------------------

/** Longitude and latitude of points of the data; null where there is no such place. */
export type Locate = (points: [number, number][]) => Promise<([number, number] | null)[]>

/** A fifth of a unit is nothing that rounding to whole units would not do too. */
const tolerance = 0.2

const gridPoints = ([west, south, east, north]: Box, cells: number): [number, number][] => {
  const points: [number, number][] = []
  for (let j = 0; j <= cells; j += 1)
    for (let i = 0; i <= cells; i += 1)
      points.push([west + ((east - west) * i) / cells, south + ((north - south) * j) / cells])
  return points
}

const computeGrid = async (box: Box, cells: number, address: TileAddress, locate: Locate): Promise<Grid> => {
  const { tileMatrixSetId, zoom, row, column } = address
  const located = await locate(gridPoints(box, cells))
  const nodes = new Float64Array(2 * located.length)
  for (const [n, point] of located.entries()) {
    const position = point && toTilePosition(tileMatrixSetId, zoom, point[0], point[1])
    nodes[2 * n] = position ? (position.column - column) * extent : Number.NaN
    nodes[2 * n + 1] = position ? (position.row - row) * extent : Number.NaN
  }
  return { kind: 'grid', box, cells, nodes }
}

/** By how much the grid of half as many cells would miss the nodes of this one. */
const missOfHalf = ({ cells, nodes }: Grid): number => {
  const stride = 2 * (cells + 1)
  let miss = 0
  for (let j = 0; j <= cells; j += 1)
    for (let i = j % 2 === 0 ? 1 : 0; i <= cells; i += j % 2 === 0 ? 2 : 1) {
      const left = i - (i % 2)
      const below = j - (j % 2)
      const right = left + 2 * (i % 2)
      const above = below + 2 * (j % 2)
      for (const axis of [0, 1]) {
        const mean =
          ((nodes[below * stride + 2 * left + axis] as number) +
            (nodes[below * stride + 2 * right + axis] as number) +
            (nodes[above * stride + 2 * left + axis] as number) +
            (nodes[above * stride + 2 * right + axis] as number)) /
          4
        const found = Math.abs(mean - (nodes[j * stride + 2 * i + axis] as number))
        if (found > miss) miss = found
      }
    }
  return miss
}

/** As fine as it must be; half the cells leave four times the error. */
export const makeGrid = async (box: Box, address: TileAddress, locate: Locate): Promise<Grid> => {
  let grid = await computeGrid(box, 4, address, locate)
  for (const cells of [16, 64]) {
    if (missOfHalf(grid) / 4 <= tolerance) break
    grid = await computeGrid(box, cells, address, locate)
  }
  return grid
}
