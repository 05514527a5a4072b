/**
 * Rows of PostgreSQL's COPY BINARY format, written into one growing buffer. Checks and counts on the way what
 * only a look at every value can tell: extent, geometry types, coordinates that are not numbers.
 */
import { isUtf8 } from 'node:buffer'
import type { Box, FieldType, GeometryType, ProbeWarning } from '../domain/probe.ts'
import { inBigMicroseconds, inMicroseconds, isExact, toDays, toMoment, toTimeOfDay } from './calendar.ts'
import { createJsonCopier } from './geometry-from-json.ts'
import { createWkbCopier } from './geometry-from-wkb.ts'
import { createGeometryWriter, type RefusalReason } from './geometry-writer.ts'
import { type Widening, wideningNeeded } from './reader.ts'
import { createRowBuffer } from './row-buffer.ts'
import { wkbCode } from './wkb.ts'

export type EncoderOptions = {
  types: FieldType[]
  /** null for a table without geometry column. */
  srid: number | null
  /** The geometry column; default: any type without Z. A geometry that does not fit throws wideningNeeded. */
  geometry?: { type: GeometryType; hasZ: boolean } | null
  /** Widens columns on the way instead of throwing; the rows are then worthless, but `widenings` is complete. */
  isTrial?: boolean
  /** A larger row is a Problem. Default 64 MB. */
  rowBytes?: number
}

export type RefusedRows = {
  reason: RefusalReason
  /** What was wrong in the first row. */
  found: string
  /** The first ten, by fid. */
  rows: (number | string)[]
  total: number
}

export type EncoderStatistics = {
  rows: number
  /** Rows by geometry type as stored; null geometries are under 'null'. */
  geometryTypes: Partial<Record<GeometryType | 'null', number>>
  /** The type that describes all rows; Polygon and MultiPolygon together are MultiPolygon, and so on. */
  geometryType: GeometryType | null
  /** Of the column, and so of every stored geometry. */
  hasZ: boolean
  /** Heights were met. */
  sawZ: boolean
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
  readonly hasRefused: boolean
  /** Whole rows, without COPY header and trailer. The caller owns the bytes. */
  take(): Uint8Array
  statistics(): EncoderStatistics
  /** What a trial found too narrow, in the order to apply it. */
  widenings(): Widening[]
}

const ROWS_NAMED = 10

const kinds = {
  string: 0,
  integer: 1,
  number: 2,
  boolean: 3,
  date: 4,
  datetime: 5,
  time: 6,
  binary: 7,
} as const
const { string: STRING, integer: INTEGER, number: NUMBER, boolean: BOOLEAN } = kinds
const { date: DATE, datetime: DATETIME, time: TIME } = kinds

const messages = {
  'invalid-text': (count: number) =>
    `${count} text value(s) held bytes that are not text; they show as '\ufffd'.`,
  'nul-removed': (count: number) => `${count} text value(s) held NUL characters, which were removed.`,
  'not-a-number': (count: number) =>
    `${count} number(s) were infinite or not a number; they are stored as null.`,
}

/** As a JSON-safe number where it is exact, else as text. */
const shownId = (fid: number | bigint): number | string =>
  Number.isSafeInteger(Number(fid)) ? Number(fid) : String(fid)

export const createCopyEncoder = (options: EncoderOptions): CopyEncoder => {
  const columns = Uint8Array.from(options.types, (type) => kinds[type])
  const { srid, rowBytes = 64 * 1024 * 1024 } = options
  const hasGeometryColumn = srid !== null
  const fieldCount = 1 + (hasGeometryColumn ? 1 : 0) + columns.length
  const out = createRowBuffer(rowBytes)
  const geometryColumn = {
    srid: srid ?? 0,
    type: options.geometry?.type ?? 'Geometry',
    hasZ: options.geometry?.hasZ ?? false,
  }
  const widenings: Widening[] = []
  const needWider = (widening: Widening): void => {
    if (!options.isTrial) throw wideningNeeded(widening)
    widenings.push(widening)
  }
  const geometry = createGeometryWriter(out, geometryColumn, needWider)
  const wkbCopier = createWkbCopier(out, geometry)
  const putJson = createJsonCopier(out, geometry)

  let rows = 0
  let column = 0
  let geometryDue = false
  let rowRefused = false
  let refused: RefusedRows | null = null
  const counted = new Map<string, { count: number; message: (count: number) => string }>()

  const countWarning = (code: string, message: (count: number) => string): void => {
    const known = counted.get(code)
    if (known) known.count++
    else counted.set(code, { count: 1, message })
  }
  const countKnown = (code: keyof typeof messages): void => countWarning(code, messages[code])

  const refuseRow = (reason: RefusalReason, found: string): void => {
    if (rowRefused) return
    rowRefused = true
    refused ??= { reason, found, rows: [], total: 0 }
    refused.total++
    if (refused.rows.length < ROWS_NAMED) refused.rows.push(shownId(out.fid))
  }

  // Geometry ---------------------------------------------------------------------------------------------

  const geometryField = (write: () => number): void => {
    if (!geometryDue) throw new Error('a geometry was not expected here')
    geometryDue = false
    const trouble = geometry.geometryField(write)
    if (trouble) refuseRow(trouble.refusal, trouble.message)
  }

  const geometryNull = (): void => {
    if (!geometryDue) throw new Error('a geometry was not expected here')
    geometryDue = false
    geometry.nullField()
  }

  const wkb = (input: Uint8Array, start: number, end: number): void => {
    wkbCopier.setSource(input, start, end)
    geometryField(wkbCopier.copy)
  }

  const geoJson = (value: unknown): void => {
    if (value === null || value === undefined) geometryNull()
    else geometryField(() => putJson(value))
  }

  let pointX = 0
  let pointY = 0
  let pointZ = Number.NaN
  const writePoint = (): number => {
    geometry.header(wkbCode.point, true)
    geometry.roomForPositions(1)
    geometry.position(pointX, pointY, pointZ)
    return wkbCode.point
  }

  const point = (x: number, y: number, z = Number.NaN): void => {
    if (!Number.isNaN(z)) geometry.needZ()
    pointX = x
    pointY = y
    pointZ = z
    geometryField(writePoint)
  }

  // Values -----------------------------------------------------------------------------------------------

  const widen = (to: FieldType): void => {
    needWider({ column: 'field', fieldIndex: column, to })
    columns[column] = kinds[to]
    putNull()
  }

  /** Length of a fixed-size value, with room for it. */
  const size = (bytes: number): void => {
    if (out.at + bytes + 4 > out.bytes.length) out.grow(bytes + 4)
    out.view.setInt32(out.at, bytes)
    out.at += 4
    column++
  }

  const putInt64 = (value: number): void => {
    const { view, at } = out
    view.setInt32(at, Math.floor(value / 4294967296))
    view.setUint32(at + 4, value >>> 0)
    out.at = at + 8
  }

  const putBigInt64 = (value: bigint): void => {
    out.view.setBigInt64(out.at, value)
    out.at += 8
  }

  const putNull = (): void => {
    if (out.at + 4 > out.bytes.length) out.grow(4)
    out.view.setInt32(out.at, -1)
    out.at += 4
    column++
  }

  const putText = (value: string): void => {
    const { length } = value
    // The room an unknown character may take at most; exact where that would be a lot.
    const room = 4 + (length < 100_000 ? 3 * length : Buffer.byteLength(value))
    if (out.at + room > out.bytes.length) out.grow(room)
    const { bytes, view, at } = out
    let index = 0
    // Short ASCII, the usual case, is fastest unit by unit; NUL and everything else take the long way.
    if (length < 48) {
      for (; index < length; index++) {
        const unit = value.charCodeAt(index)
        if (unit === 0 || unit > 127) break
        bytes[at + 4 + index] = unit
      }
    }
    if (index < length) putLongText(value)
    else {
      view.setInt32(at, length)
      out.at = at + 4 + length
    }
    column++
  }

  const putLongText = (value: string): void => {
    let text = value
    // Readers that decode text themselves have put U+FFFD where bytes were not text.
    if (!text.isWellFormed() || text.includes('\ufffd')) countKnown('invalid-text')
    if (text.includes('\0')) {
      countKnown('nul-removed')
      text = text.replaceAll('\0', '')
    }
    const { bytes, view, at } = out
    const written = bytes.write(text, at + 4, 'utf8')
    view.setInt32(at, written)
    out.at = at + 4 + written
  }

  const text = (value: string): void => {
    if (columns[column] === STRING) putText(value)
    else widen('string')
  }

  const textBytes = (input: Uint8Array, start: number, end: number): void => {
    if (columns[column] !== STRING) {
      widen('string')
      return
    }
    const length = end - start
    if (out.at + 4 + length > out.bytes.length) out.grow(4 + length)
    const { bytes, view, at } = out
    let index = 0
    for (; index < length; index++) {
      const unit = input[start + index] ?? 0
      if (unit === 0 || unit > 127) break
      bytes[at + 4 + index] = unit
    }
    if (index < length) {
      const rest = input.subarray(start, end)
      if (isUtf8(rest) && !rest.includes(0)) {
        bytes.set(rest, at + 4)
        index = length
      }
    }
    if (index < length) {
      putText(Buffer.from(input.buffer, input.byteOffset + start, length).toString('utf8'))
      return
    }
    view.setInt32(at, length)
    out.at = at + 4 + length
    column++
  }

  const integer = (value: number | bigint): void => {
    const kind = columns[column]
    if (kind === INTEGER) {
      if (typeof value === 'bigint') {
        if (BigInt.asIntN(64, value) === value) {
          size(8)
          putBigInt64(value)
        } else widen('number')
      } else if (Number.isSafeInteger(value)) {
        size(8)
        putInt64(value)
      } else if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) integer(BigInt(value))
      else widen('number')
    } else if (kind === NUMBER) number(Number(value))
    else if (kind === STRING) putText(String(value))
    else if (kind === BOOLEAN) zeroOrOne(Number(value))
    else widen('string')
  }

  const number = (value: number): void => {
    const kind = columns[column]
    if (kind === STRING) putText(String(value))
    else if (!Number.isFinite(value) && (kind === NUMBER || kind === INTEGER)) {
      countKnown('not-a-number')
      putNull()
    } else if (kind === NUMBER) {
      size(8)
      out.view.setFloat64(out.at, value)
      out.at += 8
    } else if (kind === INTEGER) integer(value)
    else if (kind === BOOLEAN) zeroOrOne(value)
    else widen('string')
  }

  const boolean = (value: boolean): void => {
    if (columns[column] === BOOLEAN) {
      size(1)
      out.view.setUint8(out.at, value ? 1 : 0)
      out.at += 1
    } else text(value ? 'true' : 'false')
  }

  /** Files without a boolean type write numbers. */
  const zeroOrOne = (value: number): void => {
    if (value === 0 || value === 1) boolean(value === 1)
    else widen(Number.isInteger(value) ? 'integer' : 'number')
  }

  const date = (value: string): void => {
    const kind = columns[column]
    if (kind === DATETIME) datetime(value)
    else if (kind === DATE) {
      const days = toDays(value)
      if (Number.isNaN(days)) widen(toMoment(value) === null ? 'string' : 'datetime')
      else {
        size(4)
        out.view.setInt32(out.at, days)
        out.at += 4
      }
    } else text(value)
  }

  const datetime = (value: string): void => {
    const kind = columns[column]
    if (kind === DATE) date(value)
    else if (kind === DATETIME) {
      const moment = toMoment(value)
      if (moment === null) widen('string')
      else {
        size(8)
        if (isExact(moment)) putInt64(inMicroseconds(moment))
        else putBigInt64(inBigMicroseconds(moment))
      }
    } else text(value)
  }

  const time = (value: string): void => {
    if (columns[column] === TIME) {
      const microseconds = toTimeOfDay(value)
      if (Number.isNaN(microseconds)) widen('string')
      else {
        size(8)
        putInt64(microseconds)
      }
    } else text(value)
  }

  const stringByKind = (value: string): void => {
    const kind = columns[column]
    if (kind === DATE) date(value)
    else if (kind === DATETIME) datetime(value)
    else if (kind === TIME) time(value)
    else text(value)
  }

  const anyValue = (value: unknown): void => {
    if (value === null || value === undefined) putNull()
    else if (typeof value === 'string') stringByKind(value)
    else if (typeof value === 'number') number(value)
    else if (typeof value === 'bigint') integer(value)
    else if (typeof value === 'boolean') boolean(value)
    else text(JSON.stringify(value))
  }

  // Rows -------------------------------------------------------------------------------------------------

  const beginRow = (fid: number | bigint): void => {
    if (out.at + 32 > out.bytes.length) out.grow(32)
    out.rowStart = out.at
    out.fid = fid
    rowRefused = false
    column = 0
    geometryDue = hasGeometryColumn
    out.view.setInt16(out.at, fieldCount)
    out.view.setInt32(out.at + 2, 8)
    out.at += 6
    if (typeof fid === 'bigint') putBigInt64(fid)
    else putInt64(fid)
  }

  const endRow = (): void => {
    if (geometryDue || column !== columns.length) {
      throw new Error(`feature ${out.fid} was given ${column} of ${columns.length} values`)
    }
    rows++
    out.rowStart = out.at
  }

  const statistics = (): EncoderStatistics => {
    const {
      types,
      commonType,
      extent,
      nulls,
      sawZ,
      hasM,
      hasCurves,
      closedRings,
      surfaces,
      paddedRows,
      empties,
    } = geometry.statistics()
    const warnings: ProbeWarning[] = [...counted].map(([code, { count, message }]) => ({
      code,
      message: message(count),
    }))
    const warn = (count: number, code: string, message: string) => {
      if (count > 0) warnings.push({ code, message })
    }
    warn(
      closedRings,
      'rings-closed',
      `${closedRings} polygon ring(s) were open; they were closed with their first position.`,
    )
    warn(
      surfaces,
      'surfaces-as-polygons',
      `${surfaces} surface(s) (TIN, triangle, polyhedral surface) are stored as polygons.`,
    )
    warn(
      Number(hasM),
      'm-dropped',
      'M values (measures along lines) are not stored, because the served formats have no place for them.',
    )
    warn(
      paddedRows,
      'z-padded',
      `${paddedRows} feature(s) lack heights that others have; theirs are stored as 0.`,
    )
    warn(
      empties,
      'empty-geometry',
      `${empties} feature(s) have an empty geometry; they are stored without one.`,
    )
    return {
      rows,
      geometryTypes: nulls > 0 ? { ...types, null: nulls } : types,
      geometryType: commonType,
      hasZ: geometryColumn.hasZ,
      sawZ,
      hasM,
      hasCurves,
      extent,
      warnings,
      refused,
    }
  }

  return {
    beginRow,
    geometryNull,
    wkb,
    geoJson,
    point,
    null: putNull,
    text,
    textBytes,
    integer,
    number,
    boolean,
    date,
    datetime,
    time,
    value: anyValue,
    endRow,
    refuseRow,
    countWarning,
    get pending() {
      return out.rowStart
    },
    get rows() {
      return rows
    },
    get hasRefused() {
      return refused !== null
    },
    take: out.take,
    statistics,
    widenings: () => widenings,
  }
}
