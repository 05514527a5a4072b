/**
 * Opens a stranger's SQLite file so that nothing in it can run (security B5): read only, views, triggers and
 * virtual tables out of reach, no function but a handful, no second file.
 */
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type OpenFile, readAt } from './reader.ts'

export type SqliteColumn = {
  name: string
  /** As declared, upper case, without what is in brackets; '' when nothing is. */
  type: string
  isKey: boolean
  /** Whether it is another name of the row's id. */
  isRowId: boolean
  /** Computed by an expression of the file. */
  isComputed: boolean
  /** Computed and not even stored. */
  isVirtual: boolean
  hasDefault: boolean
}

export type SqliteTable = {
  name: string
  columns: SqliteColumn[]
  /** What SQL calls the row's id here; null when there is none, or none that can be named. */
  rowIdName: string | null
  rootPage: number | null
}

export type SqliteFile = {
  /** Whether the file was written with a write-ahead log, part of which may have stayed behind. */
  hasWriteAheadLog: boolean
  /** Whether text is stored as UTF-8, not UTF-16. */
  isUtf8: boolean
  /** Looks a table up by name, as SQLite compares them; undefined for views, virtual tables and no table. */
  table(name: string): SqliteTable | undefined
  /** Runs over a query on tables that `table` has found; cells are bigint, number, string, Uint8Array or null. */
  rows(sql: string, ...parameters: (string | number | bigint)[]): IterableIterator<SqliteCell[]>
  close(): void
}

export type SqliteCell = bigint | number | string | Uint8Array | null

const { SQLITE_OK, SQLITE_DENY, SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_PRAGMA } = constants

const functions = new Set(['count', 'max', 'min', 'substr'])
const schemaTables = new Set(['sqlite_master', 'sqlite_schema'])

/** Larger values make the read fail; rows as large as this are refused anyway. */
const VALUE_BYTES = 128 * 1024 * 1024

export const quoteSqlite = (name: string): string => `"${name.replaceAll('"', '""')}"`

const lower = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** What SQLite reports about a file means that the file is damaged, as far as its owner is concerned. */
const asProblem = (format: string, thrown: unknown): unknown =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR'
    ? ingestProblems.fileDamaged({ format, found: thrown.message }, { cause: thrown })
    : thrown

const readingSqlite = <T>(format: string, read: () => T): T => {
  try {
    return read()
  } catch (thrown) {
    throw asProblem(format, thrown)
  }
}

/** What the header promises against what there is: SQLite itself notices only when it comes to the missing page. */
const checkHeader = (file: OpenFile, format: string): { hasWriteAheadLog: boolean; isUtf8: boolean } => {
  const header = readAt(file, 0, 100)
  if (header.length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    const found =
      file.size === 0 ? 'it is empty' : 'it does not begin as SQLite files do; it may be encrypted'
    throw ingestProblems.fileDamaged({ format, found })
  }
  const declared = header.readUInt16BE(16)
  const pageSize = declared === 1 ? 65536 : declared
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) {
    throw ingestProblems.fileDamaged({ format, found: `its page size is ${pageSize}` })
  }
  // The page count is only meant when the change counter agrees.
  const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 0
  if (pages * pageSize > file.size) {
    throw ingestProblems.fileDamaged({
      format,
      found: `its header promises ${pages * pageSize} bytes, and there are ${file.size}; the end is missing`,
    })
  }
  return { hasWriteAheadLog: header[18] === 2 || header[19] === 2, isUtf8: header.readUInt32BE(56) === 1 }
}

export const openSqlite = (file: OpenFile, format: string): SqliteFile => {
  const { hasWriteAheadLog, isUtf8 } = checkHeader(file, format)
  const address = pathToFileURL(file.path)
  // Immutable: no lock, no journal, no -wal or -shm beside it is looked for, and a WAL file opens as it is.
  address.search = '?immutable=1'
  const db = readingSqlite(format, () => open(address))
  const readable = new Set<string>()

  db.setAuthorizer((action, one, two, _database, within) => {
    if (within !== null) return SQLITE_DENY
    if (action === SQLITE_SELECT) return SQLITE_OK
    if (action === SQLITE_READ)
      return schemaTables.has(one ?? '') || readable.has(one ?? '') ? SQLITE_OK : SQLITE_DENY
    if (action === SQLITE_FUNCTION) return functions.has(two ?? '') ? SQLITE_OK : SQLITE_DENY
    if (action === SQLITE_PRAGMA) return one === 'table_xinfo' ? SQLITE_OK : SQLITE_DENY
    return SQLITE_DENY
  })

  const prepare = (sql: string): StatementSync => {
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    statement.setReadBigInts(true)
    return statement
  }

  const query = (sql: string, ...parameters: (string | number | bigint)[]) =>
    prepare(sql).iterate(...parameters) as unknown as IterableIterator<SqliteCell[]>

  type Listed = { name: string; rootPage: number }
  const listTables = (): Map<string, Listed> => {
    const found = new Map<string, Listed>()
    const all = query(`select name, rootpage, substr(sql, 1, 12) from sqlite_schema where type = 'table'`)
    for (const [name, rootPage, sql] of all) {
      // The type column may lie; what SQLite made of the row is decided by the statement.
      const isTable = typeof name === 'string' && String(sql).toLowerCase() === 'create table'
      if (isTable) found.set(lower(name), { name, rootPage: Number(rootPage) })
    }
    return found
  }

  const listColumns = (name: string): SqliteColumn[] => {
    const columns: SqliteColumn[] = []
    for (const row of query(`pragma table_xinfo(${quoteSqlite(name)})`)) {
      const [, column, type, , standard, key, hidden] = row
      columns.push({
        name: String(column),
        type: String(type ?? '')
          .replace(/\(.*$/s, '')
          .trim()
          .toUpperCase(),
        isKey: key !== 0n,
        isRowId: false,
        isComputed: hidden !== 0n,
        isVirtual: hidden === 2n,
        hasDefault: standard !== null,
      })
    }
    return columns
  }

  /** A free name of the row id; undefined where there is none: all taken, or the table is WITHOUT ROWID. */
  const findRowIdName = (name: string, columns: SqliteColumn[]): string | undefined => {
    const taken = new Set(columns.map((column) => column.name.toLowerCase()))
    const free = ['rowid', '_rowid_', 'oid'].find((one) => !taken.has(one))
    try {
      if (free) prepare(`select ${free} from ${quoteSqlite(name)}`)
      return free
    } catch {
      return undefined
    }
  }

  const describeTable = ({ name, rootPage }: Listed): SqliteTable => {
    readable.add(name)
    const columns = listColumns(name)
    const free = findRowIdName(name, columns)
    const keys = columns.filter((column) => column.isKey)
    const key = keys.length === 1 && keys[0]?.type === 'INTEGER' ? keys[0] : undefined
    if (key && free) key.isRowId = true
    const rowIdName = key ? quoteSqlite(key.name) : (free ?? null)
    return { name, columns, rowIdName, rootPage: free ? rootPage : null }
  }

  let tables: Map<string, Listed> | undefined
  const described = new Map<string, SqliteTable>()

  const table = (name: string): SqliteTable | undefined =>
    readingSqlite(format, () => {
      tables ??= listTables()
      const listed = tables.get(lower(name))
      if (!listed) return undefined
      const known = described.get(listed.name) ?? describeTable(listed)
      described.set(listed.name, known)
      return known
    })

  return {
    hasWriteAheadLog,
    isUtf8,
    table,
    *rows(sql, ...parameters) {
      try {
        yield* query(sql, ...parameters)
      } catch (thrown) {
        throw asProblem(format, thrown)
      }
    },
    close: () => db.close(),
  }
}

const open = (address: URL): DatabaseSync => {
  const db = new DatabaseSync(address, {
    readOnly: true,
    allowExtension: false,
    enableForeignKeyConstraints: false,
    enableDoubleQuotedStringLiterals: false,
    defensive: true,
    limits: { length: VALUE_BYTES, attach: 0 },
  })
  db.exec(
    'pragma trusted_schema = off; pragma cell_size_check = on; pragma mmap_size = 0; pragma query_only = on; pragma cache_size = -8000',
  )
  return db
}
