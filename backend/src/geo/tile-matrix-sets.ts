/** The two tile matrix sets of the tiles face (OGC 17-083r4, Annex D): their tiles, and where those lie. */
import type { Box } from '../domain/probe.ts'
import { CRS84_URI } from './crs.ts'

export type TileMatrixSetId = 'WebMercatorQuad' | 'WorldCRS84Quad'

/** Rows count from the north, columns from the west. */
export type TileAddress = {
  tileMatrixSetId: TileMatrixSetId
  zoom: number
  row: number
  column: number
}

type TileMatrixSet = {
  id: TileMatrixSetId
  title: string
  crs: string
  orderedAxes: [string, string]
  wellKnownScaleSet: string
  /** Tiles of zoom level 0, west to east; one from north to south. */
  columns: 1 | 2
  /** Matrices of the definition. */
  zooms: number
  /** The last one that has tiles here: a unit of it is some centimetres on the ground. */
  lastZoom: number
  scaleDenominator: number
  /** Units of the system for one of 256 pixels of zoom level 0. */
  cellSize: number
  origin: [number, number]
}

const definitionOf = (name: string) => `http://www.opengis.net/def/tilematrixset/OGC/1.0/${name}`
const scaleSet = (name: string) => `http://www.opengis.net/def/wkss/OGC/1.0/${name}`

export const tileMatrixSets: Record<TileMatrixSetId, TileMatrixSet> = {
  // GDAL prefers WorldCRS84Quad by name; QGIS and web maps know only the other.
  WebMercatorQuad: {
    id: 'WebMercatorQuad',
    title: 'Google Maps Compatible for the World',
    crs: 'http://www.opengis.net/def/crs/EPSG/0/3857',
    orderedAxes: ['X', 'Y'],
    wellKnownScaleSet: scaleSet('GoogleMapsCompatible'),
    columns: 1,
    zooms: 25,
    lastZoom: 18,
    scaleDenominator: 559_082_264.028_717,
    cellSize: 156_543.033_928_041,
    origin: [-20_037_508.342_789_2, 20_037_508.342_789_2],
  },
  WorldCRS84Quad: {
    id: 'WorldCRS84Quad',
    title: 'CRS84 for the World',
    crs: CRS84_URI,
    orderedAxes: ['Lon', 'Lat'],
    wellKnownScaleSet: scaleSet('GoogleCRS84Quad'),
    columns: 2,
    zooms: 18,
    lastZoom: 17,
    scaleDenominator: 279_541_132.014_358,
    cellSize: 0.703_125,
    origin: [-180, 90],
  },
}

export const isTileMatrixSetId = (text: string): text is TileMatrixSetId =>
  Object.hasOwn(tileMatrixSets, text)

export const tileMatrixSetUri = (id: TileMatrixSetId): string => definitionOf(id)

/** How many tiles a zoom level has. */
export const matrixSize = (id: TileMatrixSetId, zoom: number): { columns: number; rows: number } => ({
  columns: tileMatrixSets[id].columns * 2 ** zoom,
  rows: 2 ** zoom,
})

export const isInMatrix = ({ tileMatrixSetId, zoom, row, column }: TileAddress): boolean => {
  const { columns, rows } = matrixSize(tileMatrixSetId, zoom)
  return row >= 0 && column >= 0 && row < rows && column < columns
}

/**
 * The definition, as TMS 2.0 writes it (/req/json-tilematrixset), with the members of 1.0 beside it: GDAL before 3.9 knows no
 * others.
 */
export const tileMatrixSetJson = (id: TileMatrixSetId) => {
  const set = tileMatrixSets[id]
  const [west, north] = set.origin
  const south = id === 'WebMercatorQuad' ? -north : -90
  const east = -west
  return {
    id,
    identifier: id,
    title: set.title,
    uri: tileMatrixSetUri(id),
    crs: set.crs,
    supportedCRS: set.crs,
    boundingBox: {
      lowerLeft: [west, south],
      upperRight: [east, north],
      crs: set.crs,
      lowerCorner: [west, south],
      upperCorner: [east, north],
    },
    orderedAxes: set.orderedAxes,
    wellKnownScaleSet: set.wellKnownScaleSet,
    tileMatrices: Array.from({ length: set.zooms }, (_, zoom) => {
      const { columns, rows } = matrixSize(id, zoom)
      return {
        id: String(zoom),
        identifier: String(zoom),
        scaleDenominator: set.scaleDenominator / 2 ** zoom,
        cellSize: set.cellSize / 2 ** zoom,
        cornerOfOrigin: 'topLeft' as const,
        pointOfOrigin: set.origin,
        topLeftCorner: set.origin,
        tileWidth: 256,
        tileHeight: 256,
        matrixWidth: columns,
        matrixHeight: rows,
      }
    }),
  }
}

// Between degrees and tiles ----------------------------------------------------------------------------

const radians = Math.PI / 180
/** Web Mercator ends here, so that the world is a square. */
export const mercatorLatitude = 85.051_128_779_806_59

/** 0 at the north edge of the square, 1 at its south edge. */
const mercatorShare = (latitude: number): number => {
  const sine = Math.sin(Math.min(89.999, Math.max(-89.999, latitude)) * radians)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}

const latitudeAt = (share: number): number =>
  (2 * Math.atan(Math.exp((0.5 - share) * 2 * Math.PI)) - Math.PI / 2) / radians

/** Place in a matrix, in tiles: 2.5 is the middle of the third column. */
export const toTilePosition = (
  id: TileMatrixSetId,
  zoom: number,
  longitude: number,
  latitude: number,
): { column: number; row: number } => {
  const { columns, rows } = matrixSize(id, zoom)
  const share = id === 'WebMercatorQuad' ? mercatorShare(latitude) : (90 - latitude) / 180
  return { column: ((longitude + 180) / 360) * columns, row: share * rows }
}

/** A tile in CRS84, grown on each side by a share of its width. */
export const tileBoxCrs84 = ({ tileMatrixSetId, zoom, row, column }: TileAddress, grownBy: number): Box => {
  const { columns, rows } = matrixSize(tileMatrixSetId, zoom)
  const longitude = (at: number) => (at / columns) * 360 - 180
  const latitude = (at: number) =>
    tileMatrixSetId === 'WebMercatorQuad' ? latitudeAt(at / rows) : 90 - (at / rows) * 180
  return [
    longitude(column - grownBy),
    Math.max(-90, latitude(row + 1 + grownBy)),
    longitude(column + 1 + grownBy),
    Math.min(90, latitude(row - grownBy)),
  ]
}

export type TileLimits = {
  tileMatrix: string
  minTileRow: number
  maxTileRow: number
  minTileCol: number
  maxTileCol: number
}

/** The tiles of a zoom level that touch a box; of one across the antimeridian all columns (west > east). */
export const tileLimits = (
  id: TileMatrixSetId,
  zoom: number,
  [west, south, east, north]: Box,
): TileLimits => {
  const { columns, rows } = matrixSize(id, zoom)
  const within = (at: number, most: number) => Math.min(most - 1, Math.max(0, Math.floor(at)))
  const first = toTilePosition(id, zoom, west, north)
  const last = toTilePosition(id, zoom, east, south)
  const isWrapped = west > east
  return {
    tileMatrix: String(zoom),
    minTileRow: within(first.row, rows),
    maxTileRow: within(last.row, rows),
    minTileCol: isWrapped ? 0 : within(first.column, columns),
    maxTileCol: isWrapped ? columns - 1 : within(last.column, columns),
  }
}
