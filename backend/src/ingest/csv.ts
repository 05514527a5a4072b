/**
 * Reads CSV. A CSV file is a document unless the publisher names its coordinate columns, or says that it is a
 * table; the probe says what there would be to name. The first line holds the column names.
 */
import { parse as parsePath } from 'node:path'
import type { Box, FieldType, GeometryType, Probe, ProbeField, ProbeWarning } from '../domain/probe.ts'
import { isProblem } from '../domain/problem.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type CopyEncoder, createCopyEncoder } from './copy-encoder.ts'
import {
  type CsvEncoding,
  type CsvRows,
  cellText,
  findCsvEncoding,
  openCsv,
  sniffDelimiter,
} from './csv-scan.ts'
import { areDegrees } from './default-crs.ts'
import {
  commonFieldType,
  distinctNames,
  type Guess,
  hasOffset,
  isInt64,
  offsetMissingWarning,
  typeOfText,
} from './field-types.ts'
import { fromWkt } from './geometry-from-wkt.ts'
import { contentLimits } from './limits.ts'
import { createNumberReader, INTEGER, LONG_INTEGER, NO_NUMBER, textOf } from './number-text.ts'
import {
  type CsvGeometry,
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  type OpenFile,
  type OpenLayerOptions,
  wideningNeeded,
  YIELD_BYTES,
} from './reader.ts'

const LINES_NAMED = 10
const DEFAULT_EPSG = 4326

const layerName = (file: OpenFile) => parsePath(file.fileName).name || 'table'

const tooManyRows = (file: OpenFile) =>
  ingestProblems.tooManyFeatures({ layer: layerName(file), limit: file.limits.features })

const numbers = createNumberReader()

// Header -------------------------------------------------------------------------------------------------

type Table = {
  file: OpenFile
  encoding: CsvEncoding
  delimiter: string
  names: string[]
  warnings: ProbeWarning[]
}

/** Excel's own hint, 'sep=;', may stand before the column names. */
const isSeparatorHint = (rows: CsvRows) =>
  rows.line === 1 && /^sep=.?$/i.test(cellText(rows, 0)) && rows.count <= 2

/** The rows behind the line of column names. */
const openRows = ({
  file,
  encoding,
  delimiter,
}: Pick<Table, 'file' | 'encoding' | 'delimiter'>): { header: string[]; rows: CsvRows } => {
  const rows = openCsv(file, encoding, delimiter)
  let isThere = rows.next()
  if (isThere && isSeparatorHint(rows)) isThere = rows.next()
  if (!isThere) throw ingestProblems.fileEmpty({ format: 'CSV', expected: 'a line of column names and rows' })
  return { header: Array.from({ length: rows.count }, (_, cell) => cellText(rows, cell).trim()), rows }
}

const openTable = (file: OpenFile, givenDelimiter: string | undefined): Table => {
  if (file.size === 0) {
    throw ingestProblems.fileEmpty({ format: 'CSV', expected: 'a line of column names and rows' })
  }
  const encoding = findCsvEncoding(file)
  const delimiter = givenDelimiter ?? sniffDelimiter(file, encoding)
  const { header } = openRows({ file, encoding, delimiter })
  const tooLong = header.find((name) => name.length > contentLimits.nameCharacters)
  if (tooLong !== undefined) {
    throw ingestProblems.fileDamaged({
      format: 'CSV',
      found: `a column name is ${tooLong.length} characters long`,
    })
  }
  const { names, renamed } = distinctNames(header)
  const warnings: ProbeWarning[] = []
  if (renamed.length > 0) {
    warnings.push({
      code: 'fields-renamed',
      message: `Columns without a name of their own are called ${renamed.slice(0, 10).join(', ')}${renamed.length > 10 ? ' …' : ''}.`,
    })
  }
  if (encoding.name === 'windows-1252') {
    warnings.push({
      code: 'encoding-guessed',
      message: 'The text is not UTF-8; it is taken for windows-1252. Check accented letters.',
    })
  }
  return { file, encoding, delimiter, names, warnings }
}

// Cells --------------------------------------------------------------------------------------------------

/** [from, to) of a cell without blanks around it. */
const trim = (rows: CsvRows, cell: number, into: { from: number; to: number }): void => {
  const { bytes } = rows
  let from = rows.starts[cell] ?? 0
  let to = rows.ends[cell] ?? 0
  while (from < to && bytes[from] === 32) from++
  while (to > from && bytes[to - 1] === 32) to--
  into.from = from
  into.to = to
}

const place = { from: 0, to: 0 }
const truths = new Map([
  ['true', true],
  ['false', false],
])

/** The type of a cell that is not empty. Numbers with leading zeros are codes, and stay text. */
const typeOfCell = (rows: CsvRows, cell: number): FieldType => {
  trim(rows, cell, place)
  const { from, to } = place
  const { bytes } = rows
  const kind = numbers.read(bytes, from, to)
  if (kind !== NO_NUMBER) {
    if (numbers.looksLikeCode) return 'string'
    if (kind === LONG_INTEGER) return isInt64(BigInt(textOf(bytes, from, to))) ? 'integer' : 'string'
    return kind === INTEGER ? 'integer' : 'number'
  }
  const length = to - from
  if (length === 4 || length === 5) {
    return truths.has(textOf(bytes, from, to).toLowerCase()) ? 'boolean' : 'string'
  }
  const first = bytes[from] ?? 0
  return length >= 8 && length <= 40 && first >= 48 && first <= 57
    ? typeOfText(textOf(bytes, from, to))
    : 'string'
}

// Schema -------------------------------------------------------------------------------------------------

type Inference = {
  types: Guess[]
  withoutOffset: Set<number>
  /** Of the numbers in each column. */
  least: Float64Array
  most: Float64Array
  rows: number
  ragged: BadLines
}

/** Lines that are wrong in the same way; all are counted, some are named. */
type BadLines = { lines: number[]; total: number; found: string }

const addLine = (bad: BadLines, line: number, found: string): void => {
  if (bad.total === 0) bad.found = found
  bad.total++
  if (bad.lines.length < LINES_NAMED) bad.lines.push(line)
}

const noLines = (): BadLines => ({ lines: [], total: 0, found: '' })

const countOf = (rows: CsvRows) => `a line with ${rows.count} cell${rows.count === 1 ? '' : 's'}`
const expectedCells = (names: string[]) =>
  `${names.length} cells, as the line of column names has (blank cells included)`

const raggedProblem = (names: string[], bad: BadLines) =>
  ingestProblems.rowsUnreadable({ format: 'CSV', ...bad, expected: expectedCells(names) })

const infer = (table: Table, most: number): Inference => {
  const { names } = table
  const { rows } = openRows(table)
  const found: Inference = {
    types: names.map(() => null),
    withoutOffset: new Set(),
    least: new Float64Array(names.length).fill(Number.POSITIVE_INFINITY),
    most: new Float64Array(names.length).fill(Number.NEGATIVE_INFINITY),
    rows: 0,
    ragged: noLines(),
  }
  const { types, withoutOffset } = found
  const addCell = (cell: number): void => {
    const known = types[cell] ?? null
    if (known === 'string' || rows.starts[cell] === rows.ends[cell]) return
    const type = typeOfCell(rows, cell)
    if (type === 'integer' || type === 'number') {
      found.least[cell] = Math.min(found.least[cell] ?? 0, numbers.value)
      found.most[cell] = Math.max(found.most[cell] ?? 0, numbers.value)
    } else if (type === 'datetime' && !hasOffset(cellText(rows, cell))) withoutOffset.add(cell)
    if (type !== known) types[cell] = commonFieldType(type, known)
  }
  while (found.rows < most && rows.next()) {
    found.rows++
    if (found.rows > table.file.limits.features) throw tooManyRows(table.file)
    if (rows.count !== names.length) addLine(found.ragged, rows.line, countOf(rows))
    else for (let cell = 0; cell < names.length; cell++) addCell(cell)
  }
  return found
}

const toFields = (names: string[], { types }: Inference): ProbeField[] =>
  names.map((name, cell) => ({ name, type: types[cell] ?? 'string' }))

const findColumn = (names: string[], name: string): number => {
  const exact = names.indexOf(name)
  const cell = exact >= 0 ? exact : names.findIndex((one) => one.toLowerCase() === name.toLowerCase())
  if (cell < 0) throw ingestProblems.csvColumnMissing({ column: name, found: names })
  return cell
}

/** Where the geometry comes from, by cell number. */
type GeometryCells = { x: number; y: number } | { wkt: number } | null

const toGeometryCells = (names: string[], csv: CsvGeometry | undefined): GeometryCells => {
  if (csv === undefined || 'table' in csv) return null
  if ('wkt' in csv) return { wkt: findColumn(names, csv.wkt) }
  return { x: findColumn(names, csv.x), y: findColumn(names, csv.y) }
}

/** The type and dimension of all geometries in a column of WKT. */
const inferWkt = (
  table: Table,
  cell: number,
  most: number,
): { type: GeometryType; hasZ: boolean; hasM: boolean } => {
  const { rows } = openRows(table)
  const encoder = createCopyEncoder({
    types: [],
    srid: DEFAULT_EPSG,
    geometry: { type: 'Geometry', hasZ: true },
  })
  while (encoder.rows < most && rows.next()) {
    encoder.beginRow(encoder.rows + 1)
    encoder.geoJson(fromWkt(cellText(rows, cell)) ?? null)
    encoder.endRow()
    if (encoder.pending > YIELD_BYTES) encoder.take()
  }
  const { geometryTypes, sawZ, hasM } = encoder.statistics()
  const { null: _without, ...types } = geometryTypes
  const [type, another] = Object.keys(types) as GeometryType[]
  return { type: type === undefined || another !== undefined ? 'Geometry' : type, hasZ: sawZ, hasM }
}

const makeSchema = (table: Table, options: OpenLayerOptions, most: number): LayerSchema => {
  const cells = toGeometryCells(table.names, options.csv)
  const inference = infer(table, most)
  const point = { type: 'Point', hasZ: false, hasM: false } as const
  return {
    geometry: cells === null ? null : 'wkt' in cells ? inferWkt(table, cells.wkt, most) : point,
    srid: cells === null ? null : (options.sourceEpsg ?? DEFAULT_EPSG),
    fields: toFields(table.names, inference),
    keepsFid: false,
  }
}

// Layer --------------------------------------------------------------------------------------------------

const surprise = new Error('the schema does not fit the rows')

/** Writes cells of one type; throws `surprise` for a cell that is of another. */
type CellWriter = (cell: number) => void

const createCellWriters = (rows: CsvRows, encoder: CopyEncoder): Record<FieldType, CellWriter> => {
  const text: CellWriter = (cell) => {
    const from = rows.starts[cell] ?? 0
    const to = rows.ends[cell] ?? 0
    if (rows.quoting[cell] === 2) encoder.text(cellText(rows, cell))
    else if (from === to && rows.quoting[cell] === 0) encoder.null()
    else encoder.textBytes(rows.bytes, from, to)
  }
  const typed =
    (write: (from: number, to: number) => void): CellWriter =>
    (cell) => {
      trim(rows, cell, place)
      const { from, to } = place
      if (from === to) encoder.null()
      else write(from, to)
    }
  const readText = (from: number, to: number) => textOf(rows.bytes, from, to)
  return {
    string: text,
    binary: text,
    integer: typed((from, to) => {
      const kind = numbers.read(rows.bytes, from, to)
      if (numbers.looksLikeCode) throw surprise
      if (kind === INTEGER) encoder.integer(numbers.value)
      else if (kind === LONG_INTEGER) encoder.integer(BigInt(readText(from, to)))
      else throw surprise
    }),
    number: typed((from, to) => {
      const kind = numbers.read(rows.bytes, from, to)
      if (kind === NO_NUMBER || numbers.looksLikeCode) throw surprise
      encoder.number(numbers.value)
    }),
    boolean: typed((from, to) => {
      const truth = truths.get(readText(from, to).toLowerCase())
      if (truth === undefined) throw surprise
      encoder.boolean(truth)
    }),
    date: typed((from, to) => encoder.date(readText(from, to))),
    datetime: typed((from, to) => encoder.datetime(readText(from, to))),
    time: typed((from, to) => encoder.time(readText(from, to))),
  }
}

const createGeometryWriter = (table: Table, rows: CsvRows, encoder: CopyEncoder, cells: GeometryCells) => {
  const bad = noLines()
  const empty = () =>
    encoder.countWarning(
      'empty-coordinates',
      (count) => `${count} row(s) have no coordinates; they are stored without geometry.`,
    )
  const refuse = (cell: number): void => {
    const shown = cellText(rows, cell).slice(0, 40)
    addLine(bad, rows.line, `'${shown}' in column '${table.names[cell] ?? ''}'`)
    encoder.geometryNull()
  }
  /** NaN for a cell that is no number; undefined for an empty one. */
  const coordinate = (cell: number): number | undefined => {
    trim(rows, cell, place)
    if (place.from === place.to) return undefined
    return numbers.read(rows.bytes, place.from, place.to) === NO_NUMBER ? Number.NaN : numbers.value
  }
  const writePoint = (xCell: number, yCell: number): void => {
    const x = coordinate(xCell)
    const y = coordinate(yCell)
    if (x === undefined && y === undefined) {
      empty()
      encoder.geometryNull()
    } else if (x === undefined || Number.isNaN(x)) refuse(xCell)
    else if (y === undefined || Number.isNaN(y)) refuse(yCell)
    else encoder.point(x, y)
  }
  const writeWkt = (cell: number): void => {
    if (rows.starts[cell] === rows.ends[cell]) {
      empty()
      encoder.geometryNull()
      return
    }
    const geometry = fromWkt(cellText(rows, cell))
    if (geometry === undefined) refuse(cell)
    else encoder.geoJson(geometry)
  }
  return {
    write: (): void => {
      if (cells === null) return
      if ('wkt' in cells) writeWkt(cells.wkt)
      else writePoint(cells.x, cells.y)
    },
    finish: (): void => {
      if (bad.total === 0) return
      const expected =
        cells !== null && 'wkt' in cells ? 'WKT such as POINT (-61 13.9)' : 'a number with a decimal point'
      throw ingestProblems.rowsUnreadable({ format: 'CSV', ...bad, expected })
    },
  }
}

export const openCsvLayer = (file: OpenFile, options: OpenLayerOptions): LayerReader => {
  const table = openTable(file, options.delimiter)
  const { names } = table
  const cells = toGeometryCells(names, options.csv)
  const schema = options.schema ?? makeSchema(table, options, contentLimits.inferenceRows)
  if (schema.fields.length !== names.length) {
    throw ingestProblems.layerUnreadable({
      layer: layerName(file),
      found: `${names.length} columns`,
      expected: `the ${schema.fields.length} columns found earlier`,
    })
  }
  let position: () => number = () => 0

  const readAll = function* (encoder: CopyEncoder): Generator<void> {
    const { rows } = openRows(table)
    position = rows.position
    const writers = createCellWriters(rows, encoder)
    const columns = schema.fields.map((field) => writers[field.type])
    const geometry = createGeometryWriter(table, rows, encoder, cells)
    const ragged = noLines()
    while (rows.next()) {
      if (rows.count !== names.length) {
        addLine(ragged, rows.line, countOf(rows))
        continue
      }
      if (encoder.rows >= file.limits.features) throw tooManyRows(file)
      encoder.beginRow(encoder.rows + 1)
      geometry.write()
      for (let cell = 0; cell < columns.length; cell++) columns[cell]?.(cell)
      encoder.endRow()
      if (encoder.pending > YIELD_BYTES) yield
    }
    if (ragged.total > 0) throw raggedProblem(names, ragged)
    geometry.finish()
    const { extent } = encoder.statistics()
    if (cells !== null && options.sourceEpsg === undefined && extent !== null && !areDegrees(extent)) {
      throw ingestProblems.crsMissing({ layer: layerName(file) })
    }
  }

  return {
    schema,
    *read(encoder) {
      try {
        yield* readAll(encoder)
      } catch (thrown) {
        if (thrown !== surprise && !isWideningNeeded(thrown)) throw thrown
        const to = makeSchema(table, options, Number.POSITIVE_INFINITY)
        if (JSON.stringify(to) === JSON.stringify(schema)) throw thrown
        throw wideningNeeded({ column: 'all', to })
      }
    },
    progress: () => Math.min(1, position() / file.size),
    warnings: () => table.warnings,
    close: () => undefined,
  }
}

// Probe --------------------------------------------------------------------------------------------------

const X_NAMES =
  /^(?:x|lon|long|lng|longitude|easting|east|[xe]_?coord(?:inate)?|coord(?:inate)?_?x|point_?x|pos_?x|gps_?lon(?:gitude)?|(?:dec(?:imal)?_?)?lon(?:gitude)?(?:_?(?:dd|deg|wgs84))?)$/i
const Y_NAMES =
  /^(?:y|lat|latitude|northing|north|[yn]_?coord(?:inate)?|coord(?:inate)?_?y|point_?y|pos_?y|gps_?lat(?:itude)?|(?:dec(?:imal)?_?)?lat(?:itude)?(?:_?(?:dd|deg|wgs84))?)$/i
const WKT_NAMES = /^(?:wkt|geom|geometry|the_geom|geom_?wkt|wkt_?geom|wkt_?geometry|shape)$/i

const isNumeric = (type: Guess | undefined) => type === 'integer' || type === 'number'

const guessCoordinates = (
  table: Table,
  { types }: Inference,
): { x: string; y: string } | { wkt: string } | undefined => {
  const { names } = table
  const find = (pattern: RegExp, fits: (cell: number) => boolean) =>
    names.find((name, cell) => pattern.test(name) && fits(cell))
  const wkt = find(WKT_NAMES, (cell) => types[cell] === 'string' && startsWithWkt(table, cell))
  if (wkt !== undefined) return { wkt }
  const x = find(X_NAMES, (cell) => isNumeric(types[cell]))
  const y = find(Y_NAMES, (cell) => isNumeric(types[cell]))
  return x !== undefined && y !== undefined ? { x, y } : undefined
}

/** Whether the first filled cell of a column is WKT. */
const startsWithWkt = (table: Table, cell: number): boolean => {
  const { rows } = openRows(table)
  for (let row = 0; row < 100 && rows.next(); row++) {
    if (rows.count > cell && rows.starts[cell] !== rows.ends[cell])
      return fromWkt(cellText(rows, cell)) !== undefined
  }
  return false
}

/** Where the guessed points lie, when that can be said, and what looks wrong about them. */
const judgeCoordinates = (
  { names }: Table,
  { least, most }: Inference,
  guess: { x: string; y: string },
): { box: Box | null; warnings: ProbeWarning[] } => {
  const x = names.indexOf(guess.x)
  const y = names.indexOf(guess.y)
  const box: Box = [least[x] ?? 0, least[y] ?? 0, most[x] ?? 0, most[y] ?? 0]
  if (!box.every(Number.isFinite)) return { box: null, warnings: [] }
  if (areDegrees(box)) return { box, warnings: [] }
  if (areDegrees([box[1], box[0], box[3], box[2]])) {
    const message = `'${guess.y}' reaches beyond 90 degrees while '${guess.x}' does not; latitude and longitude are probably the wrong way round.`
    return { box: null, warnings: [{ code: 'lat-lon-swapped', message }] }
  }
  const message = `'${guess.x}' and '${guess.y}' are no degrees (up to ${box[2]}, ${box[3]}); name their EPSG code when publishing them as points.`
  return { box: null, warnings: [{ code: 'not-degrees', message }] }
}

/** What the file holds as a table, or why it is none: then it is a document all the same. */
const probeTable = (table: Table): { inference: Inference | null; warnings: ProbeWarning[] } => {
  try {
    const inference = infer(table, Number.POSITIVE_INFINITY)
    const { ragged, rows } = inference
    const warnings: ProbeWarning[] = []
    if (rows === 0) warnings.push({ code: 'layer-empty', message: 'The file has column names and no rows.' })
    if (ragged.total > 0) {
      warnings.push({
        code: 'not-a-table',
        message: `It can be kept as a document, not published as a table. ${raggedProblem(table.names, ragged).message}`,
      })
    }
    return { inference, warnings }
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    return {
      inference: null,
      warnings: [
        {
          code: 'not-a-table',
          message: `It can be kept as a document, not published as a table. ${thrown.message}`,
        },
      ],
    }
  }
}

export const probeCsv = (file: OpenFile): Probe => {
  const table = openTable(file, undefined)
  const { inference, warnings } = probeTable(table)
  const found = [...table.warnings, ...warnings]
  const coordinateColumns = inference ? guessCoordinates(table, inference) : undefined
  let extentCrs84: Box | null = null
  if (inference && coordinateColumns && 'x' in coordinateColumns) {
    const judged = judgeCoordinates(table, inference, coordinateColumns)
    found.push(...judged.warnings)
    extentCrs84 = judged.box
  }
  const fields: ProbeField[] = inference
    ? toFields(table.names, inference)
    : table.names.map((name) => ({ name, type: 'string' }))
  const offsets = fields.filter(
    (field, cell) => field.type === 'datetime' && inference?.withoutOffset.has(cell),
  )
  if (offsets.length > 0) found.push(offsetMissingWarning(offsets.map((field) => field.name)))
  return {
    format: 'CSV',
    kind: 'document',
    mediaType: 'text/csv',
    layers: [
      {
        name: layerName(file),
        kind: 'attributes',
        featureCount: inference?.rows ?? null,
        geometry: null,
        crs: null,
        extent: null,
        extentCrs84,
        fields,
        encoding: table.encoding.name,
        sizeBytes: file.size,
        warnings: found,
        keepsFid: false,
        ...(coordinateColumns ? { coordinateColumns } : {}),
      },
    ],
    warnings: [],
  }
}
