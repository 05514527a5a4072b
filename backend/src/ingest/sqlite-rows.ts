/** The rows of a table in one shape, whether read from its pages or, where those are unusual, through SQLite. */
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { CopyEncoder } from './copy-encoder.ts'
import type { OpenFile } from './reader.ts'
import { quoteSqlite, type SqliteCell, type SqliteFile, type SqliteTable } from './sqlite-file.ts'
import { walkTable } from './sqlite-pages.ts'

export const CELL = { null: 0, integer: 1, real: 2, text: 3, blob: 4 } as const

export type SqliteRows = {
  next(): boolean
  /** The row's own id; null in a table that has none. */
  readonly rowId: number | bigint | null
  /** What the cell of the n-th wanted column holds, as in CELL. */
  kind(index: number): number
  integer(index: number): number | bigint
  real(index: number): number
  text(index: number): string
  /** Bytes of a text or blob cell. */
  size(index: number): number
  writeText(encoder: CopyEncoder, index: number): void
  /** The bytes of a blob cell are `blobBytes` from here on. */
  blobStart(index: number): number
  readonly blobBytes: Uint8Array
}

/** Runs over the wanted columns of a table, in the order of row ids. */
export const openRows = (db: SqliteFile, file: OpenFile, table: SqliteTable, columns: string[]): SqliteRows =>
  rowsOfPages(db, file, table, columns) ?? rowsOfQuery(db, table, columns)

const rowsOfPages = (
  db: SqliteFile,
  file: OpenFile,
  table: SqliteTable,
  columns: string[],
): SqliteRows | null => {
  if (!db.isUtf8 || table.rowIdName === null || table.rootPage === null) return null
  // Computed columns that are not stored have no place in a row.
  const stored = table.columns.filter((column) => !column.isVirtual)
  const wanted = columns.map((name) => stored.findIndex((column) => column.name === name))
  // A row written before a column was added takes the column's default, which is an expression.
  if (wanted.some((place) => place === -1 || stored[place]?.hasDefault)) return null
  const key = stored.findIndex((column) => column.isRowId)
  const pages = walkTable(file, table.rootPage, stored.length)
  const { types, starts } = pages
  const places = Int32Array.from(wanted)
  const typeAt = (index: number): number => {
    const place = places[index] ?? 0
    return place < pages.columns ? (types[place] ?? 0) : 0
  }
  const startAt = (index: number): number => starts[places[index] ?? 0] ?? 0
  const size = (index: number): number => Math.max(0, (typeAt(index) - 12) >> 1)
  return {
    next: pages.next,
    get rowId() {
      return pages.rowId
    },
    kind: (index) => {
      if (places[index] === key) return CELL.integer
      const type = typeAt(index)
      if (type === 0) return CELL.null
      if (type === 7) return CELL.real
      if (type < 10) return CELL.integer
      if (type < 12)
        throw ingestProblems.fileDamaged({ format: 'GeoPackage', found: 'a cell is of no known type' })
      return type % 2 === 0 ? CELL.blob : CELL.text
    },
    integer: (index) => {
      if (places[index] === key) return pages.rowId
      const { bytes } = pages
      const start = startAt(index)
      switch (typeAt(index)) {
        case 1:
          return bytes.readInt8(start)
        case 2:
          return bytes.readInt16BE(start)
        case 3:
          return bytes.readIntBE(start, 3)
        case 4:
          return bytes.readInt32BE(start)
        case 5:
          return bytes.readIntBE(start, 6)
        case 6:
          return bytes.readBigInt64BE(start)
        default:
          return typeAt(index) - 8
      }
    },
    real: (index) => pages.bytes.readDoubleBE(startAt(index)),
    text: (index) => pages.bytes.toString('utf8', startAt(index), startAt(index) + size(index)),
    size,
    writeText: (encoder, index) =>
      encoder.textBytes(pages.bytes, startAt(index), startAt(index) + size(index)),
    blobStart: startAt,
    get blobBytes() {
      return pages.bytes
    },
  }
}

const none = new Uint8Array(0)

export const rowsOfQuery = (db: SqliteFile, table: SqliteTable, columns: string[]): SqliteRows => {
  const { rowIdName } = table
  const selected = [rowIdName ?? 'null', ...columns.map(quoteSqlite)].join(', ')
  const order = rowIdName === null ? '' : ` order by ${rowIdName}`
  const rows = db.rows(`select ${selected} from ${quoteSqlite(table.name)}${order}`)
  let row: SqliteCell[] = []
  let rowId: bigint | null = null
  let blobBytes: Uint8Array = none
  const cell = (index: number): SqliteCell => row[index + 1] ?? null
  return {
    next: () => {
      const result = rows.next()
      if (result.done) return false
      row = result.value
      const [id = null] = row
      if (rowIdName === null) return true
      // In a tree with a loop they do not grow.
      if (typeof id !== 'bigint' || (rowId !== null && id <= rowId)) {
        throw ingestProblems.fileDamaged({
          format: 'GeoPackage',
          found: 'the rows of a table are out of order',
        })
      }
      rowId = id
      return true
    },
    get rowId() {
      return rowId
    },
    kind: (index) => {
      const value = cell(index)
      if (value === null) return CELL.null
      if (typeof value === 'bigint') return CELL.integer
      if (typeof value === 'number') return CELL.real
      return typeof value === 'string' ? CELL.text : CELL.blob
    },
    integer: (index) => cell(index) as bigint,
    real: (index) => cell(index) as number,
    text: (index) => cell(index) as string,
    size: (index) => (cell(index) as string | Uint8Array).length,
    writeText: (encoder, index) => encoder.text(cell(index) as string),
    blobStart: (index) => {
      blobBytes = cell(index) as Uint8Array
      return 0
    },
    get blobBytes() {
      return blobBytes
    },
  }
}
