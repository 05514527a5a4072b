/**
 * Rows of PostgreSQL's COPY BINARY format, written into one growing buffer. Checks and counts on the way what
 * only a look at every value can tell: extent, geometry types, coordinates that are not numbers.
 */
import type { Box, FieldType, GeometryType, ProbeWarning } from '../domain/probe.ts'

export type EncoderOptions = {
  types: FieldType[]
  /** null for a table without geometry column. */
  srid: number | null
  /** The geometry column; default: any type without Z. A geometry that does not fit throws wideningNeeded. */
  geometry?: { type: GeometryType; hasZ: boolean } | null
}

export type RefusedRows = {
  reason: 'coordinates' | 'structure'
  /** What was wrong in the first row. */
  found: string
  /** The first ten, by fid. */
  rows: number[]
  total: number
}

export type EncoderStatistics = {
  rows: number
  /** Rows by geometry type as stored; null geometries are under 'null'. */
  geometryTypes: Partial<Record<GeometryType | 'null', number>>
  /** The type that describes all rows; Polygon and MultiPolygon together are MultiPolygon, and so on. */
  geometryType: GeometryType | null
  hasZ: boolean
  /** M values were met (and dropped). */
  hasM: boolean
  hasCurves: boolean
  extent: Box | null
  warnings: ProbeWarning[]
  /** Not null: nothing of this load may be published. */
  refused: RefusedRows | null
}

/**
 * Order of calls per row: `beginRow`; with a geometry column exactly one geometry call; one value call per
 * column; `endRow`. On a 'string' column every value call writes its text; elsewhere a value that does not fit
 * throws wideningNeeded (reader.ts) with the type that would hold it.
 */
export type CopyEncoder = {
  beginRow(fid: number | bigint): void
  geometryNull(): void
  /** WKB of any flavour (ISO, EWKB, either byte order, Z/M, curves); empty geometries become null. */
  wkb(bytes: Uint8Array, start: number, end: number): void
  /** A parsed GeoJSON geometry, or null. Anything malformed refuses the row, not the call. */
  geoJson(geometry: unknown): void
  point(x: number, y: number, z?: number): void
  null(): void
  text(value: string): void
  /** UTF-8 (or ASCII) bytes. */
  textBytes(bytes: Uint8Array, start: number, end: number): void
  integer(value: number | bigint): void
  number(value: number): void
  boolean(value: boolean): void
  /** 'YYYY-MM-DD'. */
  date(value: string): void
  /** ISO 8601 with 'T' or blank, any fraction, any or no offset (none: UTC). */
  datetime(value: string): void
  time(value: string): void
  /** Any JSON value, by its kind and the column's type; objects and arrays become JSON text. */
  value(value: unknown): void
  endRow(): void
  /** Marks the current row as one that cannot be published; its geometry (if not yet written) becomes null. */
  refuseRow(reason: RefusedRows['reason'], found: string): void
  /** Adds to a warning that is given once with its count; `message` receives the count. */
  countWarning(code: string, message: (count: number) => string): void
  /** Bytes of whole rows not yet taken. */
  readonly pending: number
  readonly rows: number
  /** Whole rows, without COPY header and trailer. The caller owns the bytes. */
  take(): Uint8Array
  statistics(): EncoderStatistics
}

export const createCopyEncoder = (_options: EncoderOptions): CopyEncoder => {
  throw new Error('not yet')
}
