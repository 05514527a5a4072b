/**
 * Reads a zipped shapefile: shapes (.shp) in the order of their index (.shx) beside their attributes (.dbf).
 * All three are inflated as they are read and held only in part. Lines and polygons become multi-geometries,
 * one part or many, because a shapefile does not tell them apart and a table column has one type.
 */
import type { CrsIdentity, GeometryType, Probe, ProbeField, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { identifyCrs, toCrs84 } from '../geo/crs.ts'
import { type CopyEncoder, createCopyEncoder } from './copy-encoder.ts'
import {
  createFieldWriter,
  createTextCheck,
  DBF_FIXED_BYTES,
  type DbfHeader,
  DELETED,
  fieldType,
  headerLength,
  isFractional,
  omissionOf,
  readDbfHeader,
} from './dbf.ts'
import { distinctNames } from './field-types.ts'
import { contentLimits } from './limits.ts'
import { geometryWarnings } from './probe-warnings.ts'
import { createPullReader } from './pull-reader.ts'
import {
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  loadedFields,
  type OpenFile,
  type OpenLayerOptions,
  storageSrid,
  widened,
  wideningNeeded,
  YIELD_BYTES,
} from './reader.ts'
import {
  createShapeCursor,
  createShapeWriter,
  damaged,
  entryAt,
  families,
  HEADER_BYTES,
  knownTypes,
  MULTI_PATCH,
  REBUILD_INDEX,
} from './shapes.ts'
import { codecOfLanguageDriver, findCodec, type TextCodec, utf8, windows1252 } from './text-encoding.ts'
import { openShapefileZip, type ShapefileParts, type ZipPart } from './zip.ts'

const FILE_CODE = 9994

type Shapefile = {
  parts: ShapefileParts
  shapeType: number
  geometry: { type: GeometryType; hasZ: boolean } | null
  dbf: DbfHeader
  codec: TextCodec
  crs: CrsIdentity
  fields: ProbeField[]
  /** The index lists the shapes as they stand in the .shp. */
  isInOrder: boolean
  warnings: ProbeWarning[]
}

// Headers ------------------------------------------------------------------------------------------------

const readHeader = (parts: ShapefileParts, part: ZipPart, suffix: 'shp' | 'shx'): Buffer => {
  const reader = createPullReader(part.chunks())
  const isThere = reader.has(HEADER_BYTES)
  const header = Buffer.from(reader.bytes.subarray(reader.at, reader.at + HEADER_BYTES))
  reader.close()
  if (!isThere) throw damaged(parts, suffix, `it is ${part.size} bytes long, shorter than its header`)
  if (header.readInt32BE(0) !== FILE_CODE) throw damaged(parts, suffix, 'it does not begin like a shapefile')
  return header
}

const readShapeType = (parts: ShapefileParts): number => {
  const type = readHeader(parts, parts.shp, 'shp').readInt32LE(32)
  const indexType = readHeader(parts, parts.shx, 'shx').readInt32LE(32)
  if (!knownTypes.has(type)) throw damaged(parts, 'shp', `shape type ${type} does not exist`)
  if (type === MULTI_PATCH) {
    throw ingestProblems.layerUnreadable({
      layer: parts.baseName,
      found: 'MultiPatch shapes (three-dimensional surfaces)',
      expected: 'points, lines or polygons; convert the layer to polygons first',
    })
  }
  if (type !== indexType) {
    throw damaged(
      parts,
      'shx',
      `it is the index of another shapefile (shape type ${indexType}, where the .shp has ${type})`,
    )
  }
  return type
}

const readTableHeader = (parts: ShapefileParts): DbfHeader => {
  const reader = createPullReader(parts.dbf.chunks())
  try {
    if (!reader.has(DBF_FIXED_BYTES)) throw damaged(parts, 'dbf', 'it is shorter than its header')
    const length = headerLength(reader.bytes.subarray(reader.at))
    if (length < DBF_FIXED_BYTES || !reader.has(length))
      throw damaged(parts, 'dbf', 'it is shorter than its header')
    const header = readDbfHeader(reader.bytes.subarray(reader.at, reader.at + length))
    if (typeof header === 'string') throw damaged(parts, 'dbf', header)
    const needed = header.headerBytes + header.rows * header.recordBytes
    if (needed > parts.dbf.size) {
      throw damaged(
        parts,
        'dbf',
        `it announces ${header.rows} records, which take ${needed} bytes, and is ${parts.dbf.size} bytes long`,
      )
    }
    if (header.fields.length > contentLimits.dbfFields) {
      throw ingestProblems.tooManyFields({
        layer: parts.baseName,
        found: header.fields.length,
        limit: contentLimits.dbfFields,
      })
    }
    return header
  } finally {
    reader.close()
  }
}

/** Text encoding by .cpg, then by the table's language driver, then by a look at all texts. */
const findEncoding = (
  parts: ShapefileParts,
  dbf: DbfHeader,
  forEachRecord: (use: (bytes: Buffer, at: number) => void) => void,
  warnings: ProbeWarning[],
): TextCodec => {
  if (parts.cpg !== null) {
    const label = parts.cpg.bytes().toString('latin1').replace(/\0/g, '').trim()
    const codec = findCodec(label)
    if (codec) return codec
    warnings.push({
      code: 'encoding-unknown',
      message: `The .cpg file names the text encoding '${label.slice(0, 40)}', which is not known here.`,
    })
  }
  const driver = codecOfLanguageDriver(dbf.languageDriver)
  const check = createTextCheck(dbf.fields)
  if (!driver) forEachRecord(check.add)
  const codec = driver ?? (check.isUtf8() ? utf8 : windows1252)
  if (parts.cpg === null) {
    const how = driver
      ? `read as ${codec.name}, as the .dbf says`
      : check.sawNonAscii()
        ? `taken for ${codec.name} after a look at it; check accented letters`
        : 'plain ASCII'
    warnings.push({
      code: 'missing-cpg',
      message: `There is no .cpg file to name the text encoding; text is ${how}.`,
    })
  } else if (!driver && check.sawNonAscii()) {
    warnings.push({
      code: 'encoding-guessed',
      message: `Text is taken for ${codec.name}; check accented letters.`,
    })
  }
  return codec
}

const findCrs = (parts: ShapefileParts, warnings: ProbeWarning[]): CrsIdentity => {
  const wkt = parts.prj
    .bytes()
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim()
  const crs = identifyCrs({ wkt })
  if (crs.epsg === null) {
    warnings.push({
      code: 'crs-unknown',
      message: `The coordinate system of the .prj file ('${crs.name.slice(0, 100)}') matches no known EPSG code; name one when publishing.`,
    })
  }
  return crs
}

/** Calls `use` with every record of the table that is not marked as deleted. */
const forEachRecord = (
  parts: ShapefileParts,
  dbf: DbfHeader,
  use: (bytes: Buffer, at: number) => void,
): void => {
  const reader = createPullReader(parts.dbf.chunks())
  try {
    reader.seek(dbf.headerBytes)
    for (let row = 0; row < dbf.rows; row++) {
      if (!reader.has(dbf.recordBytes))
        throw damaged(parts, 'dbf', `it ends in record ${row + 1} of ${dbf.rows}`)
      if (reader.bytes[reader.at] !== DELETED) use(reader.bytes, reader.at)
      reader.at += dbf.recordBytes
    }
  } finally {
    reader.close()
  }
}

/** Checks the index against the sizes of its neighbours; says whether it lists shapes as they stand. */
const checkIndex = (parts: ShapefileParts, rows: number): boolean => {
  const shapes = Math.floor((parts.shx.size - HEADER_BYTES) / 8)
  if (shapes !== rows) {
    throw damaged(
      parts,
      'shx',
      `it lists ${shapes} shapes, while the .dbf has ${rows} records; the files do not belong together (${REBUILD_INDEX})`,
    )
  }
  const reader = createPullReader(parts.shx.chunks())
  try {
    reader.seek(HEADER_BYTES)
    let isInOrder = true
    let end = HEADER_BYTES
    for (let row = 0; row < shapes; row++) {
      if (!reader.has(8)) throw damaged(parts, 'shx', `it ends in entry ${row + 1} of ${shapes}`)
      const { offset, length } = entryAt(reader.view, reader.at)
      reader.at += 8
      if (offset === 0 && length === 0) continue
      if (offset < HEADER_BYTES || length < 4 || offset + 8 + length > parts.shp.size) {
        throw damaged(
          parts,
          'shx',
          `shape ${row + 1} is said to stand at byte ${offset} and to be ${length} bytes long; the .shp has ${parts.shp.size}`,
        )
      }
      if (offset < end) isInOrder = false
      end = offset + 8 + length
    }
    return isInOrder
  } finally {
    reader.close()
  }
}

const openShapefile = (file: OpenFile): Shapefile => {
  const parts = openShapefileZip(file.path)
  try {
    const warnings: ProbeWarning[] = []
    const shapeType = readShapeType(parts)
    const dbf = readTableHeader(parts)
    if (dbf.rows > file.limits.features) {
      throw ingestProblems.tooManyFeatures({ layer: parts.baseName, limit: file.limits.features })
    }
    const isInOrder = checkIndex(parts, dbf.rows)
    const crs = findCrs(parts, warnings)
    const codec = findEncoding(parts, dbf, (use) => forEachRecord(parts, dbf, use), warnings)
    const { names, renamed } = distinctNames(
      dbf.fields.map(({ nameBytes }) => codec.decode(nameBytes).trim()),
    )
    if (renamed.length > 0) {
      warnings.push({
        code: 'fields-renamed',
        message: `Fields without a name of their own are called ${renamed.slice(0, 10).join(', ')}.`,
      })
    }
    const fields = dbf.fields.map((field, at): ProbeField => {
      const name = names[at] ?? ''
      const omitted = omissionOf(field.kind)
      if (!omitted) return { name, type: fieldType(field) }
      warnings.push({ code: 'field-omitted', message: `Field '${name}' is left out: ${omitted}.` })
      return { name, type: 'binary', omitted }
    })
    const family = families[shapeType % 10]
    const geometry = family ? { type: family, hasZ: shapeType > 10 && shapeType < 20 } : null
    return { parts, shapeType, geometry, dbf, codec, crs, fields, isInOrder, warnings }
  } catch (thrown) {
    parts.close()
    throw thrown
  }
}

// Layer --------------------------------------------------------------------------------------------------

type Outcome = { rows: number; deleted: number; sawM: boolean }

function* readRows(
  shapefile: Shapefile,
  schema: LayerSchema,
  encoder: CopyEncoder,
  outcome: Outcome,
): Generator<void> {
  const { parts, dbf, codec } = shapefile
  const writers = dbf.fields
    .filter((field) => !omissionOf(field.kind))
    .map((field) => createFieldWriter(field, codec, encoder))
  const source = { ...shapefile, rows: dbf.rows }
  const cursor = createShapeCursor(source)
  const shapes = createShapeWriter(source, encoder)
  const table = createPullReader(parts.dbf.chunks())
  try {
    table.seek(dbf.headerBytes)
    for (let row = 1; row <= dbf.rows; row++) {
      if (!cursor.next()) throw damaged(parts, 'shp', `it ends before shape ${row}`)
      if (!table.has(dbf.recordBytes)) throw damaged(parts, 'dbf', `it ends in record ${row} of ${dbf.rows}`)
      outcome.rows = row
      const { bytes, at } = table
      table.at += dbf.recordBytes
      if (bytes[at] === DELETED) {
        outcome.deleted++
        continue
      }
      encoder.beginRow(encoder.rows + 1)
      if (schema.geometry !== null) shapes.write(cursor, row)
      for (const write of writers) write(bytes, at)
      encoder.endRow()
      if (encoder.pending > YIELD_BYTES) yield
    }
    outcome.sawM = shapes.sawM()
  } finally {
    cursor.close()
    table.close()
  }
}

const toSchema = (
  { geometry, fields, crs, parts }: Shapefile,
  sourceEpsg: number | undefined,
): LayerSchema => ({
  geometry: geometry && { ...geometry, hasM: false },
  srid: geometry === null ? null : storageSrid(parts.baseName, crs, sourceEpsg),
  fields,
  keepsFid: false,
})

/** One column did not fit: finds all that do not, so that reading begins again once and not once per column. */
const widenAll = (
  shapefile: Shapefile,
  schema: LayerSchema,
  thrown: { widening: Parameters<typeof widened>[1] },
): LayerSchema => {
  const { parts, dbf } = shapefile
  const loaded = dbf.fields.filter((field) => !omissionOf(field.kind))
  const columns = loadedFields(schema)
  const doubtful = loaded.flatMap((field, at) =>
    columns[at]?.type === 'integer' ? [{ field, column: columns[at] }] : [],
  )
  const wide = new Set<ProbeField | undefined>()
  forEachRecord(parts, dbf, (bytes, at) => {
    for (const { field, column } of doubtful)
      if (!wide.has(column) && isFractional(field, bytes, at)) wide.add(column)
  })
  const fitting = widened(schema, thrown.widening)
  return {
    ...fitting,
    fields: fitting.fields.map((field, at) =>
      wide.has(schema.fields[at]) ? { ...field, type: 'number' } : field,
    ),
  }
}

const warningsOf = (shapefile: Shapefile, outcome: Outcome): ProbeWarning[] => {
  const warnings = [...shapefile.warnings]
  if (outcome.deleted > 0) {
    warnings.push({
      code: 'deleted-rows',
      message: `${outcome.deleted} record(s) are marked as deleted in the .dbf and are left out.`,
    })
  }
  if (outcome.sawM) {
    warnings.push({
      code: 'm-dropped',
      message:
        'M values (measures along lines) are not stored, because the served formats have no place for them.',
    })
  }
  return warnings
}

export const openShapefileLayer = (file: OpenFile, options: OpenLayerOptions): LayerReader => {
  const shapefile = openShapefile(file)
  const schema = options.schema ?? toSchema(shapefile, options.sourceEpsg)
  const outcome: Outcome = { rows: 0, deleted: 0, sawM: false }
  return {
    schema,
    *read(encoder) {
      try {
        yield* readRows(shapefile, schema, encoder, outcome)
      } catch (thrown) {
        if (!isWideningNeeded(thrown)) throw thrown
        throw wideningNeeded({ column: 'all', to: widenAll(shapefile, schema, thrown) })
      }
    },
    progress: () => (shapefile.dbf.rows === 0 ? null : outcome.rows / shapefile.dbf.rows),
    warnings: () => warningsOf(shapefile, outcome),
    close: () => shapefile.parts.close(),
  }
}

// Probe --------------------------------------------------------------------------------------------------

/** Reads everything once as if to load it, so that what a probe accepts can be loaded. */
const tryAll = (shapefile: Shapefile, file: OpenFile) => {
  // Any number will do for the SRID: nothing of this is stored.
  let schema: LayerSchema = toSchema(shapefile, 4326)
  for (;;) {
    const encoder = createCopyEncoder({
      types: loadedFields(schema).map((field) => field.type),
      srid: schema.srid,
      geometry: schema.geometry,
      rowBytes: file.limits.rowBytes,
    })
    const outcome: Outcome = { rows: 0, deleted: 0, sawM: false }
    try {
      for (const _ of readRows(shapefile, schema, encoder, outcome)) encoder.take()
      return { schema, outcome, statistics: encoder.statistics() }
    } catch (thrown) {
      if (!isWideningNeeded(thrown)) throw thrown
      schema = widenAll(shapefile, schema, thrown)
    }
  }
}

export const probeShapefile = (file: OpenFile): Probe => {
  const shapefile = openShapefile(file)
  const { parts, crs, codec } = shapefile
  try {
    const { schema, outcome, statistics } = tryAll(shapefile, file)
    const { extent } = statistics
    const hasGeometry = schema.geometry !== null
    const warnings = [...warningsOf(shapefile, outcome), ...geometryWarnings(statistics)]
    if (statistics.rows === 0) warnings.push({ code: 'layer-empty', message: 'The layer has no features.' })
    if (!hasGeometry) {
      warnings.push({
        code: 'no-geometry',
        message: 'The layer has no geometry; it is published as a table.',
      })
    }
    return {
      format: 'Shapefile',
      kind: 'vector',
      mediaType: 'application/zip',
      layers: [
        {
          name: parts.baseName,
          kind: hasGeometry ? 'features' : 'attributes',
          featureCount: statistics.rows,
          geometry: schema.geometry && { ...schema.geometry, hasM: outcome.sawM },
          crs: hasGeometry ? crs : null,
          extent,
          extentCrs84: extent && crs.epsg !== null ? toCrs84(extent, crs.epsg) : null,
          fields: schema.fields,
          encoding: codec.name,
          sizeBytes: parts.sizeBytes,
          warnings,
          keepsFid: false,
        },
      ],
      warnings: [],
    }
  } finally {
    parts.close()
  }
}
