/** A coverage as CoverageJSON (OGC 21-069r2): a grid with axes of regular steps, and one parameter a band. */
import { bandTitle, type Coverage, type CoverageBand } from '../domain/coverage.ts'
import { authorityUri, CRS84_URI, isGeographic } from '../geo/crs.ts'

const axisOf = (first: number, step: number, count: number) => ({
  start: first + step / 2,
  stop: first + (count - 0.5) * step,
  num: count,
})

const keyOf = ({ number }: CoverageBand): string => `band${number}`

/** Measured values, not those that stand for them. */
const measured = ({ values, scale, offset }: CoverageBand, noData: number | null): (number | null)[] =>
  Array.from(values as ArrayLike<number>, (value) =>
    value === noData || !Number.isFinite(value)
      ? null
      : scale === 1 && offset === 0
        ? value
        : value * scale + offset,
  )

export const toCoverageJson = ({ grid, type, noData, bands }: Coverage) => {
  const [west, south, east, north] = grid.box
  const isWhole = !type.startsWith('float') && bands.every(({ scale, offset }) => scale === 1 && offset === 0)
  return {
    type: 'Coverage',
    domain: {
      type: 'Domain',
      domainType: 'Grid',
      axes: {
        x: axisOf(west, (east - west) / grid.width, grid.width),
        y: axisOf(north, -(north - south) / grid.height, grid.height),
      },
      referencing: [
        {
          coordinates: ['x', 'y'],
          system: {
            type: isGeographic(grid.epsg) ? 'GeographicCRS' : 'ProjectedCRS',
            id: grid.epsg === 4326 ? CRS84_URI : authorityUri(grid.epsg),
          },
        },
      ],
    },
    parameters: Object.fromEntries(
      bands.map((band) => [
        keyOf(band),
        {
          type: 'Parameter',
          observedProperty: { label: { en: bandTitle(band) } },
          ...(band.unit !== null && { unit: { symbol: band.unit } }),
        },
      ]),
    ),
    ranges: Object.fromEntries(
      bands.map((band) => [
        keyOf(band),
        {
          type: 'NdArray',
          dataType: isWhole ? 'integer' : 'float',
          axisNames: ['y', 'x'],
          shape: [grid.height, grid.width],
          values: measured(band, noData),
        },
      ]),
    ),
  }
}
