/** What of GDAL is installed, and what its versions want to be told. */
import { execFileSync } from 'node:child_process'
import { hasProgram } from './programs.ts'

export const hasGdal = hasProgram('ogrinfo') && hasProgram('ogr2ogr')

/** [3, 6] */
export const gdalVersion: number[] = hasGdal
  ? (/GDAL (\d+)\.(\d+)/
      .exec(execFileSync('ogrinfo', ['--version'], { encoding: 'utf8' }))
      ?.slice(1)
      .map(Number) ?? [0, 0])
  : [0, 0]

/** Whether it is 3.`minor` or newer. */
export const isGdalAtLeast = (minor: number): boolean =>
  (gdalVersion[0] ?? 0) > 3 || (gdalVersion[1] ?? 0) >= minor

/**
 * ogr2ogr of GDAL 3.13 takes any warning given before it asks for a layer's fields for an error of that layer, because
 * opening the first page sets the count of errors back; Debian's warns of an older libcurl. A query asks earlier.
 */
export const wholeLayer = (layer: string): string[] =>
  isGdalAtLeast(13) ? ['-dialect', 'OGRSQL', '-sql', `select * from "${layer}"`] : [layer]

/** Longitude and latitude, as GDAL before 3.7 has them always; later ones take what the data are stored in. */
export const inCrs84: string[] = isGdalAtLeast(7)
  ? ['-oo', 'CRS=http://www.opengis.net/def/crs/OGC/1.3/CRS84']
  : []
