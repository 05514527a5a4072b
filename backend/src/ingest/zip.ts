/**
 * Reads zip archives that strangers packed (security B3). The directory is judged as a whole before a byte
 * is inflated; while inflating, sizes and checksums are enforced again, because directories lie.
 */

export type ZipPart = {
  /** As the archive has it, folder included. */
  name: string
  /** Uncompressed bytes; reading throws a Problem when the content turns out longer or shorter. */
  size: number
  /** The content from its start, in pieces of at most 256 KB, inflated as they are pulled. May be called again; several parts may be read in turns. */
  chunks: () => Generator<Buffer, void, undefined>
  /** The whole content at once; a Problem when it is longer than `maxBytes` (1 MB unless told). */
  bytes: (maxBytes?: number) => Buffer
}

/** The one shapefile in an archive (R5.4): .shp, .shx, .dbf and .prj are always there. */
export type ShapefileParts = {
  /** Name of the shapefile without folder and suffix. */
  baseName: string
  shp: ZipPart
  shx: ZipPart
  dbf: ZipPart
  prj: ZipPart
  cpg: ZipPart | null
  /** Uncompressed bytes of all parts together. */
  sizeBytes: number
  close: () => void
}

export const openShapefileZip = (_path: string): ShapefileParts => {
  throw new Error('not built yet')
}
