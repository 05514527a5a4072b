/** The values of a raster on a grid somebody asked for, before they are written in some format. */
import type { Box } from './probe.ts'
import type { BandColour, PaletteEntry, Samples, SampleType } from './raster.ts'

/** North up; x first, whatever the order of the axes of its system. */
export type CoverageGrid = { epsg: number; box: Box; width: number; height: number }

export type CoverageBand = {
  /** 1 for the first of the raster. */
  number: number
  name: string | null
  unit: string | null
  /** What stands for the measured value is value · scale + offset. */
  scale: number
  offset: number
  colour: BandColour
  /** Row by row from the north-west. */
  values: Samples
}

export type Coverage = {
  grid: CoverageGrid
  type: SampleType
  noData: number | null
  palette: PaletteEntry[] | null
  bands: CoverageBand[]
}

/** As people read it. */
export const bandTitle = ({ number, name }: Pick<CoverageBand, 'number' | 'name'>): string =>
  name ?? `Band ${number}`
