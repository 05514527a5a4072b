/** What the OGC APIs serve: one table (or COG) under a stable id. */
import type { Box, FieldType, GeometryType } from './probe.ts'

export type CollectionColumn = {
  /** The analyst's name, shown to everyone; any characters. */
  name: string
  /** The physical column, generated: c1, c2 … */
  column: string
  type: FieldType
}

export type Collection = {
  /** Stable, readable, in URLs: [a-z0-9_-]+ (R6.7, R6.22). */
  id: string
  recordId: string
  title: string
  description: string
  keywords: string[]
  license: string | null
  /** Physical table in schema `data`, generated: d_<id>. Changes with every replace. */
  tableName: string
  /** EPSG code of the stored geometry; null for a table without geometry. */
  storageSrid: number | null
  geometryType: GeometryType | null
  hasZ: boolean
  hasCurves: boolean
  extentCrs84: Box | null
  /** In storage CRS, x/y order. */
  extentStorage: Box | null
  featureCount: number
  columns: CollectionColumn[]
  /** First date or datetime column, or null; answers `datetime`. */
  timeColumn: string | null
  temporalExtent: [string | null, string | null] | null
  /** Grows with every change of the data; part of paging links and ETags. */
  revision: number
  /** Whether the table has its `feature` column filled (see sql/README). */
  isPrecomputed: boolean
  defaultStyleId: string | null
  isDeprecated: boolean
  updatedAt: string
}
