/** Domain set and range type of a raster, as older drafts have them and GDAL reads them: CIS and SWE Common in JSON. */
import type { components } from '../../contract/coverages.gen.ts'
import { bandTitle } from '../../domain/coverage.ts'
import type { SampleType, StoredRaster } from '../../domain/raster.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { cellIn, extentIn } from './grid.ts'

/** In degrees: GDAL knows no other system here. */
export const domainSetOf = (raster: StoredRaster): components['schemas']['domainSet'] => {
  const extent = extentIn(raster, 4326)
  const cell = cellIn(raster, 4326, extent)
  const axes = [
    { label: 'Lon', from: extent[0], to: extent[2], step: cell[0], index: 'i' },
    { label: 'Lat', from: extent[1], to: extent[3], step: cell[1], index: 'j' },
  ]
  return {
    type: 'DomainSet',
    generalGrid: {
      type: 'GeneralGridCoverage',
      srsName: CRS84_URI,
      axisLabels: axes.map(({ label }) => label),
      axis: axes.map(({ label, from, to, step }) => ({
        type: 'RegularAxis',
        axisLabel: label,
        lowerBound: from,
        upperBound: to,
        resolution: step,
        uomLabel: 'degree',
      })),
      gridLimits: {
        type: 'GridLimits',
        axisLabels: axes.map(({ index }) => index),
        axis: axes.map(({ index, from, to, step }) => ({
          type: 'IndexAxis',
          axisLabel: index,
          lowerBound: 0,
          upperBound: Math.max(0, Math.round((to - from) / step) - 1),
        })),
      },
    },
  }
}

const dataTypes: Record<SampleType, string> = {
  uint8: 'ogcType:unsignedByte',
  int8: 'ogcType:signedByte',
  uint16: 'ogcType:unsignedShort',
  int16: 'ogcType:signedShort',
  uint32: 'ogcType:unsignedInt',
  int32: 'ogcType:signedInt',
  float32: 'ogcType:float32',
  float64: 'ogcType:float64',
}

export const rangeTypeOf = ({ bands, type }: StoredRaster): components['schemas']['rangeType'] => ({
  type: 'DataRecord',
  field: bands.map(({ name, unit }, at) => ({
    type: 'Quantity',
    name: `B${at + 1}`,
    description: bandTitle({ number: at + 1, name }),
    definition: dataTypes[type],
    ...(unit !== null && { uom: { type: 'UnitReference', code: unit } }),
  })),
})
