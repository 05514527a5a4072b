/** Which cells a request for a coverage means: area, size, coordinate system and bands (19-087, clauses 7 to 10). */
import type { CoverageGrid } from '../../domain/coverage.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { coverageProblems } from '../../domain/problems/coverages.ts'
import { bandNames, type StoredRaster } from '../../domain/raster.ts'
import { isGeographic } from '../../geo/crs.ts'
import { type AreaQuery, demandArea, movedBox, readArea } from '../common/area.ts'

export type GridQuery = AreaQuery & {
  properties?: string[]
  'scale-factor'?: number
  'scale-size'?: string
  scaleSize?: string
  width?: number
  height?: number
}

const wrong = (why: string) => coverageProblems.coverageWrong({ why })

/** Numbers of the bands from 0, in the order in which they are wanted. */
export const readBands = (wanted: readonly string[] | undefined, raster: StoredRaster): number[] => {
  const names = bandNames(raster)
  if (wanted === undefined) return names.map((_, at) => at)
  return wanted.map((given) => {
    const byName = names.indexOf(given)
    const at = byName === -1 ? Number(given) - 1 : byName
    if (Number.isInteger(at) && at >= 0 && at < names.length) return at
    throw coverageProblems.bandUnknown({ given: given.slice(0, 100), known: names })
  })
}

type Size = { width: number | null; height: number | null }

const horizontal = { geographic: ['lon', 'long', 'longitude'], projected: ['e', 'x', 'easting'] }
const vertical = { geographic: ['lat', 'latitude'], projected: ['n', 'y', 'northing'] }

/** `Lon(400),Lat(300)` */
const fromScaleSize = (text: string, epsg: number): Size => {
  const kind = isGeographic(epsg) ? 'geographic' : 'projected'
  const size: Size = { width: null, height: null }
  for (const part of text.split(',')) {
    const [, axis = '', cells = ''] = /^\s*([A-Za-z]+)\s*\(\s*(\d{1,9})\s*\)\s*$/.exec(part) ?? []
    const name = axis.toLowerCase()
    const side = horizontal[kind].includes(name) ? 'width' : vertical[kind].includes(name) ? 'height' : null
    if (side === null || size[side] !== null || Number(cells) < 1)
      throw wrong(
        `scale-size is '${text}'; expected the number of cells along each axis, such as ${kind === 'geographic' ? 'Lon(400),Lat(300)' : 'E(400),N(300)'}.`,
      )
    size[side] = Number(cells)
  }
  return size
}

const readSize = (query: GridQuery, epsg: number): Size | null => {
  const scaleSize = query['scale-size'] ?? query.scaleSize
  const hasSides = query.width !== undefined || query.height !== undefined
  const ways = [scaleSize !== undefined, hasSides, query['scale-factor'] !== undefined]
  if (ways.filter(Boolean).length > 1)
    throw wrong(
      'scale-factor, scale-size, and width or height say the same thing twice. Leave all but one out.',
    )
  if (scaleSize !== undefined) return fromScaleSize(scaleSize, epsg)
  return hasSides ? { width: query.width ?? null, height: query.height ?? null } : null
}

const whole = (cells: number) => Math.max(1, Math.round(cells))

const overlap = (a: Box, b: Box): Box => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
]

/** What is missed by less, in cells, comes of rounding. */
const rounding = 1e-6

/** The whole cells that a part of an extent touches. */
const inWholeCells = (part: Box, extent: Box, [cellX, cellY]: readonly [number, number]) => {
  const left = Math.floor((part[0] - extent[0]) / cellX + rounding)
  const right = Math.ceil((part[2] - extent[0]) / cellX - rounding)
  const top = Math.floor((extent[3] - part[3]) / cellY + rounding)
  const bottom = Math.ceil((extent[3] - part[1]) / cellY - rounding)
  const box: Box = [
    extent[0] + left * cellX,
    extent[3] - bottom * cellY,
    extent[0] + right * cellX,
    extent[3] - top * cellY,
  ]
  return { box, width: right - left, height: bottom - top }
}

/** As many cells in another system as the raster has in its own, with equal sides. */
const equalCell = (extent: Box, { width, height }: StoredRaster): [number, number] => {
  const side = Math.sqrt(((extent[2] - extent[0]) * (extent[3] - extent[1])) / (width * height))
  return [side, side]
}

export const extentIn = (raster: StoredRaster, epsg: number): Box =>
  movedBox(raster.extent, raster.epsg, epsg)

export const cellIn = (raster: StoredRaster, epsg: number, extent: Box): [number, number] =>
  epsg === raster.epsg
    ? [Math.abs(raster.pixelSize[0]), Math.abs(raster.pixelSize[1])]
    : equalCell(extent, raster)

export const readGrid = (
  query: GridQuery,
  {
    collectionId,
    raster,
    crs: { epsg },
    offered,
  }: { collectionId: string; raster: StoredRaster; crs: RequestCrs; offered: RequestCrs[] },
): CoverageGrid => {
  const extent = extentIn(raster, epsg)
  const cell = cellIn(raster, epsg, extent)
  const asked = readArea(query, { epsg, offered, extent })
  const area = asked === null ? extent : demandArea(asked)
  const seen = overlap(area, extent)
  if (!(seen[0] < seen[2] && seen[1] < seen[3]))
    throw coverageProblems.coverageElsewhere({ collection: collectionId, extent: extent.join(', ') })
  const size = readSize(query, epsg)
  if (size !== null) {
    // Exactly what was asked for, also beyond the raster: whoever names a size lays the answer on a grid of their own.
    const aspect = (area[2] - area[0]) / (area[3] - area[1])
    const { width, height } = size
    return {
      epsg,
      box: area,
      width: width ?? whole((height ?? 1) * aspect),
      height: height ?? whole((width ?? 1) / aspect),
    }
  }
  const factor = query['scale-factor'] ?? 1
  const cells = inWholeCells(seen, extent, cell)
  return { epsg, box: cells.box, width: whole(cells.width / factor), height: whole(cells.height / factor) }
}
