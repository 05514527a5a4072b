/**
 * Walks over the rows of a SQLite table by reading the pages of its tree (sqlite.org/fileformat2.html). It is there
 * for speed: SQLite makes a JavaScript value of each cell, this leaves the bytes where they are, and reading and
 * encoding a layer takes a third of the time. Which table, and what its columns are, SQLite itself has said before.
 */
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type OpenFile, readInto } from './reader.ts'

export type TablePages = {
  /** Goes to the next row, in the order of row ids; false after the last. */
  next(): boolean
  readonly rowId: number | bigint
  /** The current row's cells; valid until the next `next`. */
  readonly bytes: Buffer
  readonly columns: number
  /** Serial types and places of the cells in `bytes`. */
  readonly types: Float64Array
  readonly starts: Float64Array
}

/** Pages are fetched in pieces of this size, because a table's pages mostly follow each other. */
const WINDOW_BYTES = 64 * 1024

/** SQLite's own limit of a tree's depth. */
const MAX_DEPTH = 20

const LEAF = 0x0d
const INTERIOR = 0x05

const serialBytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]

type Level = { bytes: Buffer; header: number; cells: number; at: number }

export const walkTable = (file: OpenFile, rootPage: number, columnLimit: number): TablePages => {
  const damaged = (found: string) => ingestProblems.fileDamaged({ format: 'GeoPackage', found })
  const fileHeader = Buffer.alloc(100)
  readInto(file, fileHeader, 0)
  const declared = fileHeader.readUInt16BE(16)
  const pageSize = declared === 1 ? 65536 : declared
  const usable = pageSize - (fileHeader[20] ?? 0)
  const pageCount = Math.floor(file.size / pageSize)
  if (usable < 480) throw damaged(`only ${usable} bytes of a page are used`)
  const mostLocal = usable - 35
  const leastLocal = Math.floor(((usable - 12) * 32) / 255) - 23

  // Pages ------------------------------------------------------------------------------------------------

  const windowPages = Math.max(1, WINDOW_BYTES / pageSize)
  const createWindow = () => {
    const bytes = Buffer.allocUnsafe(windowPages * pageSize)
    let first = 0
    let pages = 0
    /** Where page `number` begins in `bytes`. */
    const find = (number: number): number => {
      if (number < 1 || number > pageCount) throw damaged(`page ${number} of ${pageCount} is referred to`)
      if (number < first || number >= first + pages) {
        first = number
        const wanted = Math.min(windowPages, pageCount - number + 1)
        pages = Math.floor(
          readInto(file, bytes.subarray(0, wanted * pageSize), (number - 1) * pageSize) / pageSize,
        )
        if (pages === 0) throw damaged(`page ${number} is not there`)
      }
      return (number - first) * pageSize
    }
    return { bytes, find }
  }
  const leaves = createWindow()
  const overflows = createWindow()

  let visited = 0
  const levels: Level[] = []
  let leafStart = 0
  let leafHeader = 0
  let leafCells = 0
  let leafAt = 0

  /** Makes the page the current leaf, or puts it on the stack of inner pages. */
  const enter = (number: number): void => {
    visited++
    // Each page belongs to one place of one tree; more visits than pages are a loop.
    if (visited > pageCount) throw damaged('pages of a table refer to each other in a circle')
    const start = leaves.find(number)
    const header = start + (number === 1 ? 100 : 0)
    const kind = leaves.bytes[header]
    const cells = leaves.bytes.readUInt16BE(header + 3)
    if (kind === LEAF) {
      leafStart = start
      leafHeader = header + 8
      leafCells = cells
      leafAt = 0
      if (leafHeader + 2 * cells > start + usable) throw damaged(`page ${number} claims ${cells} rows`)
      return
    }
    if (kind !== INTERIOR) throw damaged(`page ${number} is not a page of a table`)
    if (levels.length === MAX_DEPTH) throw damaged('the tree of a table is too deep')
    const bytes = Buffer.from(leaves.bytes.subarray(start, start + pageSize))
    if (header - start + 12 + 2 * cells > usable) throw damaged(`page ${number} claims ${cells} children`)
    levels.push({ bytes, header: header - start, cells, at: 0 })
    leafCells = 0
    leafAt = 0
  }

  /** Goes on to the next leaf; false when there is none. */
  const nextLeaf = (): boolean => {
    for (;;) {
      const level = levels.at(-1)
      if (!level) return false
      if (level.at > level.cells) {
        levels.pop()
        continue
      }
      const { bytes, header } = level
      const isLast = level.at === level.cells
      const cell = isLast ? header + 8 : bytes.readUInt16BE(header + 12 + 2 * level.at)
      level.at++
      if (cell + 4 > usable) throw damaged('a child of a page lies outside of it')
      const depth = levels.length
      enter(bytes.readUInt32BE(cell))
      if (levels.length === depth) return true
    }
  }

  // Varints ----------------------------------------------------------------------------------------------

  let source = leaves.bytes
  let position = 0

  /** Unsigned; larger than 2^53 only in damaged files, where precision does not matter. */
  const varint = (): number => {
    let value = 0
    for (let count = 0; count < 8; count++) {
      const byte = source[position++] ?? 0
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return value
    }
    return value * 256 + (source[position++] ?? 0)
  }

  /** The signed 64-bit number that a row id is. */
  const rowIdVarint = (): number | bigint => {
    const start = position
    const value = varint()
    if (position - start < 8) return value
    let exact = 0n
    for (let at = start; at < position; at++) {
      const byte = source[at] ?? 0
      exact = at - start === 8 ? (exact << 8n) | BigInt(byte) : (exact << 7n) | BigInt(byte & 0x7f)
    }
    const signed = BigInt.asIntN(64, exact)
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
  }

  // Rows -------------------------------------------------------------------------------------------------

  let scratch = Buffer.alloc(0)
  const types = new Float64Array(columnLimit)
  const starts = new Float64Array(columnLimit)
  let columns = 0
  let bytes = leaves.bytes
  let rowId: number | bigint = 0
  let before: number | bigint | undefined

  /** Puts a row together that continues on pages of its own. */
  const gather = (localStart: number, local: number, payload: number): void => {
    if (payload > file.size) throw damaged(`a row claims ${payload} bytes`)
    if (payload > file.limits.rowBytes * 2) {
      throw ingestProblems.valueTooLong({ row: String(rowId), bytes: payload, limit: file.limits.rowBytes })
    }
    if (scratch.length < payload) scratch = Buffer.allocUnsafe(Math.max(payload, 2 * scratch.length))
    leaves.bytes.copy(scratch, 0, localStart, localStart + local)
    let filled = local
    let page = leaves.bytes.readUInt32BE(localStart + local)
    while (filled < payload) {
      const start = overflows.find(page)
      const taken = Math.min(usable - 4, payload - filled)
      overflows.bytes.copy(scratch, filled, start + 4, start + 4 + taken)
      filled += taken
      page = overflows.bytes.readUInt32BE(start)
    }
  }

  /** Reads the header of the record in bytes[start, start + payload). */
  const readRecord = (start: number, payload: number): void => {
    source = bytes
    position = start
    const headerEnd = start + varint()
    const end = start + payload
    if (headerEnd > end) throw damaged('the header of a row is longer than the row')
    let at = headerEnd
    columns = 0
    while (position < headerEnd && columns < columnLimit) {
      const type = varint()
      types[columns] = type
      starts[columns] = at
      at += type < 12 ? (serialBytes[type] ?? 0) : Math.floor((type - 12) / 2)
      columns++
    }
    if (position > headerEnd || at > end) throw damaged('the cells of a row go beyond its end')
  }

  const next = (): boolean => {
    while (leafAt === leafCells) if (!nextLeaf()) return false
    const cell = leafStart + leaves.bytes.readUInt16BE(leafHeader + 2 * leafAt)
    leafAt++
    const limit = leafStart + usable
    if (cell + 4 > limit) throw damaged('a row lies outside of its page')
    source = leaves.bytes
    position = cell
    const payload = varint()
    rowId = rowIdVarint()
    if (before !== undefined && rowId <= before) throw damaged('the rows of a table are out of order')
    before = rowId
    const local = payload <= mostLocal ? payload : leastLocal + ((payload - leastLocal) % (usable - 4))
    const kept = payload <= mostLocal ? payload : local <= mostLocal ? local : leastLocal
    if (position + kept + (kept < payload ? 4 : 0) > limit) throw damaged('a row goes beyond its page')
    if (kept === payload) {
      bytes = leaves.bytes
      readRecord(position, payload)
    } else {
      gather(position, kept, payload)
      bytes = scratch
      readRecord(0, payload)
    }
    return true
  }

  enter(rootPage)

  return {
    next,
    get rowId() {
      return rowId
    },
    get bytes() {
      return bytes
    },
    get columns() {
      return columns
    },
    types,
    starts,
  }
}
