/** Our walk over TIFF headers against the geotiff library, on real rasters. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile } from 'geotiff'
import { describe, expect, test } from 'vitest'
import { probeFile } from '../../backend/src/ingest/probe.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folders = ['raster', 'raster/SRTM', 'dem'].flatMap((name) => sharedData('qgis-training', name) ?? [])
const rasters = folders.flatMap((folder) =>
  readdirSync(folder).flatMap((name) => (name.endsWith('.tif') ? [join(folder, name)] : [])),
)

describe.skipIf(rasters.length === 0)(
  `real rasters${rasters.length === 0 ? ` (left out: ${whySkipped})` : ''}`,
  () => {
    test('there are some', () => expect(rasters.length).toBeGreaterThanOrEqual(5))

    test.each(rasters)(
      '%s: size, bands, extent and CRS are those geotiff finds (R4.9, R13.6)',
      async (path) => {
        const [layer] = (await probeFile({ path, fileName: 'raster.tif' })).layers
        const image = await (await fromFile(path)).getImage()
        expect(layer?.raster).toMatchObject({
          width: image.getWidth(),
          height: image.getHeight(),
          bands: image.getSamplesPerPixel(),
        })
        const keys = image.getGeoKeys()
        if (!keys) return
        for (const [at, edge] of image.getBoundingBox().entries())
          expect(layer?.extent?.[at]).toBeCloseTo(edge, 6)
        const code = keys['ProjectedCSTypeGeoKey'] ?? keys['GeographicTypeGeoKey']
        if (typeof code === 'number' && code < 32767) expect(layer?.crs?.epsg).toBe(code)
      },
    )
  },
)
