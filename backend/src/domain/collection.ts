/** What the OGC APIs serve: one table (or COG) under a stable id. */
import type { Box, FieldType, GeometryType } from './probe.ts'
import type { StoredRaster } from './raster.ts'

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
  kind: 'features' | 'raster'
  /** Physical table in schema `data`, generated: d_<id>. Changes with every replace. '' for a raster. */
  tableName: string
  /** null for a table. */
  raster: StoredRaster | null
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
  /** Grows with every change of the data, a replace or an edit; part of ETags and of the keys of what is kept. */
  revision: number
  /** How many of these changes were edits of single features; see `loadOf`. */
  editCount: number
  /** Last edit since the present data were loaded; null while they are what the stored file holds. */
  editedAt: string | null
  /** Whether the table has its `feature` column filled (see sql/README). */
  isPrecomputed: boolean
  defaultStyleId: string | null
  isDeprecated: boolean
  updatedAt: string
}

/** Differs between the data before and after a replace, and stays the same while features are edited. */
export const loadOf = ({ revision, editCount }: Pick<Collection, 'revision' | 'editCount'>): number =>
  revision - editCount

/** What is added to the name of the stored file when features were edited since: the file does not have it. */
export const editedSince = ' (as published; features have been edited since)'

export const titleOfOriginal = (name: string, { isEdited }: { isEdited: boolean }): string =>
  isEdited ? `${name}${editedSince}` : name
