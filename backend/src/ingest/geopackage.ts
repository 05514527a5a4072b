/** Reads GeoPackages (OGC 12-128r18): feature and attribute layers. Tiles, views and extensions are passed over. */
import type {
  CrsIdentity,
  FieldType,
  GeometryType,
  Probe,
  ProbeField,
  ProbeLayer,
  ProbeWarning,
} from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { identifyCrs, toCrs84 } from '../geo/crs.ts'
import { type CopyEncoder, createCopyEncoder } from './copy-encoder.ts'
import { geometryWarnings } from './probe-warnings.ts'
import {
  type LayerReader,
  type LayerSchema,
  loadedFields,
  type OpenFile,
  type OpenLayerOptions,
  storageSrid,
  YIELD_BYTES,
} from './reader.ts'
import {
  openSqlite,
  quoteSqlite,
  type SqliteCell,
  type SqliteColumn,
  type SqliteFile,
  type SqliteTable,
} from './sqlite-file.ts'
import { CELL, openRows, type SqliteRows } from './sqlite-rows.ts'

const FORMAT = 'GeoPackage'

/** How many rows a probe reads whole, to estimate what a row weighs. */
const SAMPLE_ROWS = 500

type Layer = {
  name: string
  table: SqliteTable
  /** Name of the column that identifies rows, or null where rows are only numbered. */
  key: string | null
  geometry: { column: string; type: GeometryType; z: number; m: number; srsId: bigint } | null
  crs: CrsIdentity | null
  fields: { field: ProbeField; column: SqliteColumn }[]
  warnings: ProbeWarning[]
}

// Layers ------------------------------------------------------------------------------------------------

const typeOf: Record<string, FieldType> = {
  BOOLEAN: 'boolean',
  DATE: 'date',
  DATETIME: 'datetime',
  TIMESTAMP: 'datetime',
  TIME: 'time',
}

/** GeoPackage's types by name, others as SQLite would guess them from the declaration. */
const toFieldType = (declared: string): FieldType => {
  const known = typeOf[declared]
  if (known) return known
  if (/INT/.test(declared)) return 'integer'
  if (/CHAR|CLOB|TEXT|JSON/.test(declared)) return 'string'
  if (/REAL|FLOA|DOUB|NUMERIC|DECIMAL/.test(declared)) return 'number'
  return declared === 'BLOB' || isGeometryType(declared) ? 'binary' : 'string'
}

const linearTypes: Record<string, GeometryType> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
  GEOMCOLLECTION: 'GeometryCollection',
}

const isGeometryType = (declared: string): boolean =>
  declared in linearTypes ||
  /^(GEOMETRY|(MULTI)?CURVE|(MULTI)?SURFACE|CURVEPOLYGON|COMPOUNDCURVE|CIRCULARSTRING)$/.test(declared)

const text = (cell: SqliteCell | undefined): string => (typeof cell === 'string' ? cell : '')

const requireTable = (db: SqliteFile, name: string): SqliteTable => {
  const table = db.table(name)
  if (table) return table
  throw ingestProblems.fileDamaged({
    format: FORMAT,
    found: `it has no table ${name}, which every GeoPackage has`,
  })
}

type Listed = { name: string; dataType: string }

/** What gpkg_contents lists; nothing of it is looked at yet. */
const listContents = (db: SqliteFile, limit: number): Listed[] => {
  requireTable(db, 'gpkg_contents')
  const [first] = db.rows('select count(*) from gpkg_contents')
  const count = Number(first?.[0] ?? 0)
  if (count > limit) throw ingestProblems.tooManyLayers({ found: count, limit })
  return [...db.rows('select table_name, data_type from gpkg_contents order by rowid')].map(
    ([name, dataType]) => ({
      name: text(name),
      dataType: text(dataType).toLowerCase(),
    }),
  )
}

const kindOf: Record<string, ProbeLayer['kind']> = {
  features: 'features',
  attributes: 'attributes',
  aspatial: 'attributes',
}

/** Why a layer is not offered, or the layer. */
const describeLayer = (db: SqliteFile, { name, dataType }: Listed, fieldLimit: number): Layer | string => {
  if (!(dataType in kindOf))
    return `it holds ${dataType || 'something unnamed'}, and only features and attributes are read`
  if (/^gpkg_|^rtree_|^sqlite_/i.test(name)) return 'it is one of the tables the GeoPackage itself needs'
  const table = db.table(name)
  if (!table) return 'it is a view or does not exist; only real tables are read'
  const warnings: ProbeWarning[] = []
  let geometry: Layer['geometry'] = null
  if (dataType === 'features') {
    const found = findGeometry(db, name, table)
    if (typeof found === 'string') return found
    geometry = found
  }
  const keys = table.columns.filter((column) => column.isKey)
  const key = keys.length === 1 && keys[0]?.type === 'INTEGER' ? keys[0].name : null
  const others = table.columns.filter((column) => column.name !== key && column.name !== geometry?.column)
  if (others.length > fieldLimit) {
    throw ingestProblems.tooManyFields({ layer: name, found: others.length, limit: fieldLimit })
  }
  const fields = others.map((column) => ({ column, field: toField(column) }))
  for (const { field } of fields) {
    if (field.omitted)
      warnings.push({
        code: 'field-omitted',
        message: `Field '${field.name}' is left out: ${field.omitted}.`,
      })
  }
  return {
    name,
    table,
    key,
    geometry,
    crs: geometry === null ? null : findCrs(db, geometry.srsId, warnings),
    fields,
    warnings,
  }
}

const toField = (column: SqliteColumn): ProbeField => {
  const type = toFieldType(column.type)
  const field: ProbeField = { name: column.name, type }
  if (column.isComputed) field.omitted = 'it is computed by an expression in the file'
  else if (type === 'binary') field.omitted = 'it holds binary data'
  return field
}

const findGeometry = (db: SqliteFile, name: string, table: SqliteTable): Layer['geometry'] | string => {
  requireTable(db, 'gpkg_geometry_columns')
  // At most a few rows name one table; the comparison is that of table names.
  const sql = `select column_name, geometry_type_name, srs_id, z, m from gpkg_geometry_columns
    where table_name = ? collate nocase order by rowid limit 1`
  const [row] = db.rows(sql, name)
  if (!row) return 'gpkg_geometry_columns does not list it, so its geometry is unknown'
  const [column, declared, srsId, z, m] = row
  const actual = table.columns.find((one) => one.name.toLowerCase() === text(column).toLowerCase())
  if (!actual || actual.isComputed) {
    return `gpkg_geometry_columns says its geometry is in '${text(column).slice(0, 60)}', which it does not have`
  }
  return {
    column: actual.name,
    type: linearTypes[text(declared).trim().toUpperCase()] ?? 'Geometry',
    z: Number(z ?? 0),
    m: Number(m ?? 0),
    srsId: typeof srsId === 'bigint' ? srsId : 0n,
  }
}

const findCrs = (db: SqliteFile, srsId: bigint, warnings: ProbeWarning[]): CrsIdentity | null => {
  const missing = (message: string) => {
    warnings.push({ code: 'crs-missing', message: `${message} Name the EPSG code when publishing.` })
    return null
  }
  if (srsId === 0n || srsId === -1n) return missing('The layer does not say which coordinate system it uses.')
  requireTable(db, 'gpkg_spatial_ref_sys')
  const sql =
    'select organization, organization_coordsys_id, definition, srs_name from gpkg_spatial_ref_sys where srs_id = ?'
  const [row] = db.rows(sql, srsId)
  if (!row) return missing(`The layer names coordinate system ${srsId}, which the file does not define.`)
  const [organization, code, definition, name] = row
  const crs = identifyCrs({
    authority: { name: text(organization).trim().toUpperCase(), code: String(code ?? '') },
    wkt: text(definition) || null,
    name: text(name) || null,
  })
  if (crs.epsg === null) {
    const message = `The coordinate system '${crs.name.slice(0, 100)}' matches no known EPSG code; name one when publishing.`
    warnings.push({ code: 'crs-unknown', message })
  }
  return crs
}

// Geometry blobs ------------------------------------------------------------------------------------------

/** Bytes of the envelope, by the indicator in the flags. */
const envelopeBytes = [0, 32, 48, 48, 64]

/** Writes the geometry in the row's first cell. */
const writeGeometry = (encoder: CopyEncoder, rows: SqliteRows): void => {
  const kind = rows.kind(0)
  if (kind === CELL.null) {
    encoder.geometryNull()
    return
  }
  if (kind !== CELL.blob) {
    refuseGeometry(encoder, 'a geometry that is not binary')
    return
  }
  const start = rows.blobStart(0)
  const size = rows.size(0)
  const bytes = rows.blobBytes
  const flags = bytes[start + 3] ?? 0
  const header = 8 + (envelopeBytes[(flags >> 1) & 7] ?? size)
  if (size < 8 || bytes[start] !== 0x47 || bytes[start + 1] !== 0x50) {
    refuseGeometry(encoder, 'a geometry that does not begin with GP')
  } else if ((flags & 0x20) !== 0) refuseGeometry(encoder, 'a geometry of an extension')
  else if (header > size) refuseGeometry(encoder, 'a geometry whose header is broken')
  // Envelope and SRID of the blob may lie: neither is used.
  else if (header === size && (flags & 0x10) !== 0) encoder.geometryNull()
  else encoder.wkb(bytes, start + header, start + size)
}

const refuseGeometry = (encoder: CopyEncoder, found: string): void => {
  encoder.refuseRow('structure', found)
  encoder.geometryNull()
}

// Rows --------------------------------------------------------------------------------------------------

const loadedColumns = (layer: Layer): string[] =>
  layer.fields.filter(({ field }) => !field.omitted).map(({ column }) => column.name)

const writeValue = (encoder: CopyEncoder, rows: SqliteRows, index: number, type: FieldType): void => {
  switch (rows.kind(index)) {
    case CELL.integer:
      encoder.integer(rows.integer(index))
      break
    case CELL.real:
      encoder.number(rows.real(index))
      break
    case CELL.text:
      if (type === 'string') rows.writeText(encoder, index)
      else if (rows.size(index) === 0) {
        // What spreadsheets and forms leave behind; a whole column need not become text for it.
        encoder.countWarning('empty-text', emptyText)
        encoder.null()
      } else encoder.value(rows.text(index))
      break
    case CELL.blob:
      encoder.countWarning('binary-value', binaryValue)
      encoder.null()
      break
    default:
      encoder.null()
  }
}

const emptyText = (count: number) =>
  `${count} empty text(s) in columns of dates or numbers are stored as null.`
const binaryValue = (count: number) =>
  `${count} value(s) were binary in a column that is not; they are stored as null.`

export const openGeoPackageLayer = (file: OpenFile, options: OpenLayerOptions): LayerReader => {
  const db = openSqlite(file, FORMAT)
  const listed = listContents(db, file.limits.layers)
  const wanted = listed.find(({ name }) => name === options.layer)
  const offered = () => listed.filter(({ dataType }) => dataType in kindOf).map(({ name }) => name)
  if (!wanted) throw ingestProblems.layerMissing({ layer: options.layer, found: offered() })
  const layer = describeLayer(db, wanted, file.limits.fields)
  if (typeof layer === 'string') {
    throw ingestProblems.layerUnreadable({
      layer: options.layer,
      found: layer,
      expected: 'a table that is registered as features or attributes',
    })
  }
  const schema = options.schema ?? toSchema(layer, options.sourceEpsg)
  let done = 0
  return {
    schema,
    *read(encoder) {
      const [first, last] = rowIds(db, layer)
      const types = loadedFields(schema).map((field) => field.type)
      const rows = openRows(db, file, layer.table, withGeometry(layer, loadedColumns(layer)))
      const before = layer.geometry ? 1 : 0
      let count = 0
      while (rows.next()) {
        count++
        if (count > file.limits.features) {
          throw ingestProblems.tooManyFeatures({ layer: layer.name, limit: file.limits.features })
        }
        encoder.beginRow(schema.keepsFid ? (rows.rowId ?? count) : count)
        if (layer.geometry) writeGeometry(encoder, rows)
        for (let index = 0; index < types.length; index++) {
          writeValue(encoder, rows, index + before, types[index] ?? 'string')
        }
        encoder.endRow()
        if (encoder.pending > YIELD_BYTES) {
          done = Math.min(1, (Number(rows.rowId ?? 0) - first + 1) / Math.max(1, last - first + 1))
          yield
        }
      }
      done = 1
    },
    progress: () => (layer.table.rowIdName === null ? null : done),
    warnings: () => [...layer.warnings, ...walWarning(db)],
    close: db.close,
  }
}

const withGeometry = (layer: Layer, columns: string[]): string[] =>
  layer.geometry ? [layer.geometry.column, ...columns] : columns

const toSchema = (layer: Layer, sourceEpsg: number | undefined): LayerSchema => ({
  geometry: layer.geometry && {
    type: layer.geometry.type,
    // Optional Z (2) starts without; the first height found widens the column.
    hasZ: layer.geometry.z === 1,
    hasM: layer.geometry.m === 1,
  },
  srid: layer.geometry && storageSrid(layer.name, layer.crs, sourceEpsg),
  fields: layer.fields.map(({ field }) => field),
  keepsFid: layer.key !== null,
})

const rowIds = (db: SqliteFile, { table }: Layer): [number, number] => {
  const end = (which: 'min' | 'max') => {
    if (table.rowIdName === null) return 0
    const [row] = db.rows(`select ${which}(${table.rowIdName}) from ${quoteSqlite(table.name)}`)
    return Number(row?.[0] ?? 0)
  }
  return [end('min'), end('max')]
}

// Probe -------------------------------------------------------------------------------------------------

const walWarning = (db: SqliteFile): ProbeWarning[] =>
  db.hasWriteAheadLog
    ? [
        {
          code: 'write-ahead-log',
          message:
            'QGIS keeps late edits of this file in a second one (ending in -wal), which is not part of the upload. If something is missing, close the project in QGIS and upload the file again.',
        },
      ]
    : []

export const probeGeoPackage = (file: OpenFile): Probe => {
  const db = openSqlite(file, FORMAT)
  try {
    const warnings = walWarning(db)
    const layers: ProbeLayer[] = []
    const passedOver: string[] = []
    const listed = listContents(db, file.limits.layers)
    for (const one of listed) {
      const layer = describeLayer(db, one, file.limits.fields)
      if (typeof layer !== 'string') layers.push(probeLayer(db, layer, file))
      else {
        passedOver.push(one.name)
        warnings.push({
          code: 'layer-passed-over',
          message: `'${one.name.slice(0, 100)}' is not offered: ${layer}.`,
        })
      }
    }
    if (layers.length === 0) {
      throw ingestProblems.fileEmpty({
        format: FORMAT,
        expected: 'a layer of features or attributes',
        found: warnings.map(({ message }) => message).join(' '),
      })
    }
    return { format: FORMAT, kind: 'vector', mediaType: 'application/geopackage+sqlite3', layers, warnings }
  } finally {
    db.close()
  }
}

const probeLayer = (db: SqliteFile, layer: Layer, file: OpenFile): ProbeLayer => {
  const { geometry, crs } = layer
  const scan = scanGeometry(db, layer, file)
  const { statistics } = scan
  const warnings = [...layer.warnings, ...scan.warnings]
  if (scan.rows === 0) warnings.push({ code: 'layer-empty', message: 'The layer has no features.' })
  if (geometry === null)
    warnings.push({ code: 'no-geometry', message: 'The layer has no geometry; it is published as a table.' })
  return {
    name: layer.name,
    kind: geometry === null ? 'attributes' : 'features',
    featureCount: scan.rows,
    geometry: geometry && {
      type: statistics.geometryType ?? geometry.type,
      hasZ: statistics.sawZ,
      hasM: statistics.hasM,
    },
    crs,
    extent: statistics.extent,
    extentCrs84: statistics.extent && crs?.epsg != null ? toCrs84(statistics.extent, crs.epsg) : null,
    fields: layer.fields.map(({ field }) => field),
    encoding: 'UTF-8',
    sizeBytes: Math.min(
      file.size,
      Math.round(scan.geometryBytes + scan.rows * averageRowBytes(db, layer, file)),
    ),
    warnings,
    keepsFid: layer.key !== null,
  }
}

/** Looks at every geometry, because counts, types and extents that a file claims may be wrong. */
const scanGeometry = (db: SqliteFile, layer: Layer, file: OpenFile) => {
  const { geometry } = layer
  const encoder = createCopyEncoder({
    types: [],
    srid: geometry === null ? null : 4326,
    geometry: { type: 'Geometry', hasZ: true },
    rowBytes: file.limits.rowBytes,
  })
  const rows = openRows(db, file, layer.table, withGeometry(layer, []))
  let geometryBytes = 0
  while (rows.next()) {
    encoder.beginRow(rows.rowId ?? encoder.rows + 1)
    if (geometry !== null) {
      writeGeometry(encoder, rows)
      if (rows.kind(0) === CELL.blob) geometryBytes += rows.size(0)
    }
    encoder.endRow()
    if (encoder.pending > YIELD_BYTES) encoder.take()
  }
  const statistics = encoder.statistics()
  return { statistics, rows: encoder.rows, geometryBytes, warnings: geometryWarnings(statistics) }
}

/** What the attributes of a row weigh, by a look at the first rows. */
const averageRowBytes = (db: SqliteFile, layer: Layer, file: OpenFile): number => {
  const columns = loadedColumns(layer)
  const rows = openRows(db, file, layer.table, columns)
  let bytes = 0
  let count = 0
  while (count < SAMPLE_ROWS && rows.next()) {
    count++
    for (let index = 0; index < columns.length; index++) {
      const kind = rows.kind(index)
      bytes += kind === CELL.text || kind === CELL.blob ? rows.size(index) : 8
    }
  }
  return count === 0 ? 0 : bytes / count
}
