/**
 * What reading an upload found (architecture §2 "probe"). Written by `ingest/`, stored with the upload,
 * used to prefill a record (R2.8, R4.9, R4.18) and to plan a publication.
 */

export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'time' | 'binary'

export type GeometryType =
  | 'Point'
  | 'LineString'
  | 'Polygon'
  | 'MultiPoint'
  | 'MultiLineString'
  | 'MultiPolygon'
  | 'GeometryCollection'
  /** Several types in one layer, or a type that is only known row by row. */
  | 'Geometry'

/** [west, south, east, north] in the CRS the name of the member says; Z is left out. */
export type Box = [number, number, number, number]

export type CrsIdentity = {
  /** EPSG code, or null when the CRS could not be matched to one. */
  epsg: number | null
  /** As a person would say it: 'WGS 84', 'St. Lucia 1955 / British West Indies Grid'. */
  name: string
  identifiedBy: 'authority' | 'wkt' | 'proj4' | 'default' | null
  /** The definition found in the file, for a CRS without EPSG code. */
  definition?: string
}

export type ProbeField = {
  /** As the source has it, hostile characters included. */
  name: string
  type: FieldType
  /** Why this field is not loaded (binary columns), when it is not. */
  omitted?: string
}

/** Warning codes of R4.18 and of the readers; never an obstacle by themselves. */
export type ProbeWarning = { code: string; message: string }

export type ProbeLayer = {
  name: string
  kind: 'features' | 'attributes' | 'raster'
  featureCount: number | null
  /** null for a table without geometry. */
  geometry: { type: GeometryType; hasZ: boolean; hasM: boolean } | null
  crs: CrsIdentity | null
  /** In the layer's own CRS, x/y order. */
  extent: Box | null
  extentCrs84: Box | null
  fields: ProbeField[]
  /** Text encoding of the attributes, e.g. 'UTF-8', 'windows-1252'. */
  encoding: string | null
  /** What the layer alone would weigh, for R5.3; an estimate. */
  sizeBytes: number | null
  warnings: ProbeWarning[]
  /** Present for kind 'raster'. */
  raster?: {
    width: number
    height: number
    bands: number
    dataType: string
    noData: number | null
    isCog: boolean
  }
  /** Whether the source's own feature ids are integers, unique and can be kept. */
  keepsFid?: boolean
  /** CSV: the columns that seem to hold coordinates, by their names and values; a guess for the form to offer. */
  coordinateColumns?: { x: string; y: string } | { wkt: string }
}

export type FileFormat = 'GeoPackage' | 'Shapefile' | 'GeoJSON' | 'GeoTIFF' | 'CSV' | 'PDF' | 'DOCX' | 'XLSX'

export type Probe = {
  format: FileFormat
  kind: 'vector' | 'raster' | 'document'
  mediaType: string
  layers: ProbeLayer[]
  warnings: ProbeWarning[]
}
