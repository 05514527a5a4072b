/** What there is to say of rasters, for preflight, plan and verification alike. */
import type { components } from '../contract/bridge.gen.ts'
import type { SampleType } from '../domain/raster.ts'

export type RasterGrid = components['schemas']['RasterGrid']

/** GDAL's names of what the catalogue takes. */
const sampleTypes: Readonly<Record<string, { type: SampleType; bytes: number }>> = {
  Byte: { type: 'uint8', bytes: 1 },
  Int8: { type: 'int8', bytes: 1 },
  UInt16: { type: 'uint16', bytes: 2 },
  Int16: { type: 'int16', bytes: 2 },
  UInt32: { type: 'uint32', bytes: 4 },
  Int32: { type: 'int32', bytes: 4 },
  Float32: { type: 'float32', bytes: 4 },
  Float64: { type: 'float64', bytes: 8 },
}

/** null for numbers that the catalogue does not take: complex ones, for example. */
export const sampleTypeOf = ({ dataType }: Pick<RasterGrid, 'dataType'>): SampleType | null =>
  sampleTypes[dataType]?.type ?? null

/** What it weighs before anything is compressed. */
export const plainBytes = ({ width, height, bands, dataType }: RasterGrid): number =>
  width * height * bands * (sampleTypes[dataType]?.bytes ?? 1)

export const sayBands = ({ bands, dataType }: RasterGrid): string =>
  `${bands} × ${sampleTypes[dataType]?.type ?? dataType}`
