/** The values of published rasters on grids people ask for: read from the stored file, in memory that is bounded. */
import type { Knex } from 'knex'
import { createGate } from '../db/pool-share.ts'
import type { Coverage, CoverageGrid } from '../domain/coverage.ts'
import { newSamples, type Samples, type StoredRaster, sampleBytes } from '../domain/raster.ts'
import type { BlobStore } from '../files/blob-store.ts'
import type { Raster } from '../render/paint/raster.ts'
import type { Rasters } from './rasters.ts'

/** Of values held for one answer; a little more while a file is written of them. */
const mostBytes = 64 * 1024 * 1024
const share = { most: 2, waiting: 16, waitMs: 10_000 }
const busy = 'Other large parts of rasters are being read'

export const mostValues = ({ type }: Pick<StoredRaster, 'type'>): number =>
  Math.floor(mostBytes / sampleBytes[type])

export type CoverageRequest = { grid: CoverageGrid; bands: readonly number[] }

/** What stands where the raster is not. */
const emptyValue = ({ noData, type }: StoredRaster): number =>
  noData ?? (type.startsWith('float') ? Number.NaN : 0)

const hasSamePlaces = (found: Raster, { box, width, height }: CoverageGrid): boolean =>
  found.cells === undefined &&
  found.width === width &&
  found.height === height &&
  found.box.every((side, at) => side === box[at])

const onGrid = (raster: StoredRaster, found: Raster | null, band: number, grid: CoverageGrid): Samples => {
  const all = () => newSamples[raster.type](grid.width * grid.height).fill(emptyValue(raster)) as Samples
  const values = found?.bands[band]?.values
  if (found === null || values === undefined) return all()
  return hasSamePlaces(found, grid) ? values : spread(found, values, all(), grid)
}

/** The values where they lie on the larger, or turned, grid. */
const spread = (found: Raster, values: Samples, all: Samples, grid: CoverageGrid): Samples => {
  const { cells } = found
  if (cells !== undefined) {
    for (let at = 0; at < all.length; at += 1) {
      const cell = cells[at] as number
      if (cell >= 0) all[at] = values[cell] as number
    }
    return all
  }
  const left = Math.round(((found.box[0] - grid.box[0]) / (grid.box[2] - grid.box[0])) * grid.width)
  const top = Math.round(((grid.box[3] - found.box[3]) / (grid.box[3] - grid.box[1])) * grid.height)
  for (let row = 0; row < found.height; row += 1)
    all.set(values.subarray(row * found.width, (row + 1) * found.width), (row + top) * grid.width + left)
  return all
}

export const createCoverages = ({
  db,
  rasters,
  store,
}: {
  db: Knex
  rasters: Pick<Rasters, 'readWindow' | 'readForMap'>
  store: Pick<BlobStore, 'open'>
}) => {
  const gate = createGate(share, busy)
  const wkts = new Map<number, Promise<string | null>>()

  const read = async (
    raster: StoredRaster,
    { grid, bands }: CoverageRequest,
    signal: AbortSignal,
  ): Promise<Coverage> => {
    const options = { bands: new Set(bands), signal }
    const isPlain = raster.transform[1] === 0 && raster.transform[3] === 0
    const found =
      grid.epsg === raster.epsg && isPlain
        ? await rasters.readWindow(raster, grid, options)
        : await rasters.readForMap(raster, grid, options)
    return {
      grid,
      type: raster.type,
      noData: raster.noData,
      palette: raster.palette,
      bands: bands.flatMap((at) => {
        const band = raster.bands[at]
        if (band === undefined) return []
        const { name, unit, scale, offset, colour } = band
        return [
          { number: at + 1, name, unit, scale, offset, colour, values: onGrid(raster, found, at, grid) },
        ]
      }),
    }
  }

  return {
    /** Runs `use` with the values, for few at a time. */
    withCoverage: <Used>(
      raster: StoredRaster,
      request: CoverageRequest,
      signal: AbortSignal,
      use: (coverage: Coverage) => Promise<Used>,
    ): Promise<Used> => gate.through(async () => use(await read(raster, request, signal)), signal),

    whole: (raster: StoredRaster) => ({ length: raster.sizeBytes, open: () => store.open(raster.sha256) }),

    /** As PostGIS has it; null for what it does not know. */
    wktOf: (epsg: number): Promise<string | null> => {
      const present = wkts.get(epsg)
      if (present) return present
      const asked = db('spatial_ref_sys')
        .where({ srid: epsg })
        .first('srtext')
        .then((row?: { srtext: string | null }) => row?.srtext ?? null)
      wkts.set(epsg, asked)
      asked.catch(() => wkts.delete(epsg))
      return asked
    },
  }
}

export type Coverages = ReturnType<typeof createCoverages>
