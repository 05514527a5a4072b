/** The page reader against SQLite itself: the same cells for tables of every shape, and only Problems for damage. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { closeFile, openFile } from '../../backend/src/ingest/reader.ts'
import { openSqlite, type SqliteCell } from '../../backend/src/ingest/sqlite-file.ts'
import { CELL, openRows, rowsOfQuery, type SqliteRows } from '../../backend/src/ingest/sqlite-rows.ts'
import { seededRandom } from '../bench/data.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

const newFile = (name: string, pageSize: number, fill: (db: DatabaseSync) => void): string => {
  const path = join(folder, name)
  rmSync(path, { force: true })
  const db = new DatabaseSync(path)
  db.exec(`pragma page_size = ${pageSize}; pragma journal_mode = off; pragma synchronous = off`)
  fill(db)
  db.close()
  return path
}

const cellOf = (rows: SqliteRows, index: number): unknown => {
  switch (rows.kind(index)) {
    case CELL.integer:
      return BigInt(rows.integer(index))
    case CELL.real:
      return rows.real(index)
    case CELL.text:
      return rows.text(index)
    case CELL.blob: {
      const start = rows.blobStart(index)
      return Buffer.from(rows.blobBytes.subarray(start, start + rows.size(index))).toString('hex')
    }
    default:
      return null
  }
}

const all = (rows: SqliteRows, columns: number): unknown[][] => {
  const found: unknown[][] = []
  while (rows.next()) {
    const id = rows.rowId
    found.push([
      id === null ? null : BigInt(id),
      ...Array.from({ length: columns }, (_, index) => cellOf(rows, index)),
    ])
  }
  return found
}

/** Rows by pages, and the same through SQL. */
const both = (path: string, table: string, columns: string[]) => {
  const file = openFile(path, 'x.gpkg')
  const db = openSqlite(file, 'GeoPackage')
  try {
    const found = db.table(table)
    if (!found) throw new Error(`no table ${table}`)
    return {
      pages: all(openRows(db, file, found, columns), columns.length),
      sql: all(rowsOfQuery(db, found, columns), columns.length),
      table: found,
    }
  } finally {
    db.close()
    closeFile(file)
  }
}

const cells: SqliteCell[] = [
  null,
  0,
  1,
  -1,
  127,
  -128,
  128,
  32767,
  -32768,
  32768,
  8388607,
  -8388608,
  8388608,
  2147483647,
  -2147483648,
  2147483648,
  140737488355327,
  -140737488355328,
  140737488355328,
  9007199254740991,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
  0.5,
  -1e300,
  1e-300,
  '',
  'a',
  'größe 🌴',
  new Uint8Array(0),
  Uint8Array.of(0, 255),
]

describe('the same cells as SQLite', () => {
  test.each([512, 1024, 4096, 65536])(
    'for every kind of value and many sizes, in pages of %i bytes',
    (pageSize) => {
      const random = seededRandom(pageSize)
      const path = newFile(`kinds-${pageSize}.db`, pageSize, (db) => {
        db.exec('create table t (a, id integer primary key, b text, c blob, d real)')
        const insert = db.prepare('insert into t values (?, ?, ?, ?, ?)')
        let id = -5000n
        for (const cell of cells) {
          id += 1n
          insert.run(cell, id, 'x', cell, 1)
        }
        for (let row = 0; row < 600; row++) {
          // Around the sizes at which a row leaves its page, and far beyond.
          const size =
            row % 3 === 0 ? Math.floor(random() * 3 * pageSize) : pageSize - 60 + Math.floor(random() * 60)
          id += BigInt(1 + Math.floor(random() * 10 ** Math.floor(random() * 12)))
          insert.run(
            cells[row % cells.length] ?? null,
            id,
            'y'.repeat(size),
            row % 5 ? null : new Uint8Array(size).fill(row),
            row % 2 ? row : row / 7,
          )
        }
        insert.run(null, 9223372036854775807n, 'last', null, null)
      })
      const { pages, sql, table } = both(path, 't', ['d', 'a', 'c', 'b'])
      expect(table.rootPage).not.toBeNull()
      expect(pages.length).toBe(cells.length + 601)
      // A whole number in a REAL column is stored as an integer.
      const asNumbers = (rows: unknown[][]) =>
        rows.map((row) => [row[0], row[1] === null ? null : Number(row[1]), ...row.slice(2)])
      expect(asNumbers(pages)).toEqual(asNumbers(sql))
    },
  )

  test('for 200 000 rows in a deep tree, after deletions and updates', () => {
    const path = newFile('deep.db', 512, (db) => {
      db.exec(`create table t (id integer primary key, a text);
        with recursive c(x) as (select 1 union all select x + 1 from c where x < 200000) insert into t select x * 3, 'row ' || x from c;
        delete from t where id % 7 = 0; update t set a = a || a || a || a || a || a || a || a where id % 11 = 0`)
    })
    const { pages, sql } = both(path, 't', ['a'])
    expect(pages.length).toBeGreaterThan(100_000)
    expect(pages).toEqual(sql)
  })

  test('for columns added and dropped later, computed ones between, and a table on page 1’s neighbours', () => {
    const path = newFile('altered.db', 1024, (db) => {
      db.exec(`create table t (a text, v text generated always as (a || '!') virtual, s text generated always as (a || '?') stored, gone text, b integer);
        insert into t (a, gone, b) values ('x', 'g', 1);
        alter table t add column later text; alter table t drop column gone;
        insert into t (a, b, later) values ('y', 2, 'now'); alter table t add column last_one integer`)
    })
    const { pages, sql, table } = both(path, 't', ['later', 'b', 'a', 'last_one'])
    expect(table.rootPage).not.toBeNull()
    expect(pages).toEqual([
      [1n, null, 1n, 'x', null],
      [2n, 'now', 2n, 'y', null],
    ])
    expect(pages).toEqual(sql)
  })

  test.each([
    [
      'a default for rows that are older than the column',
      `create table t (a text); insert into t values ('x'); alter table t add column b text default 'unknown'`,
      [[1n, 'x', 'unknown']],
    ],
    [
      'no row ids',
      `create table t (a text primary key, b text) without rowid; insert into t values ('x', 'y')`,
      [[null, 'x', 'y']],
    ],
    [
      'an integer key and no row ids',
      `create table t (a text, b text, k integer primary key) without rowid; insert into t values ('x', 'y', 5)`,
      [[5n, 'x', 'y']],
    ],
    [
      'every name of the row id taken',
      `create table t (a text, b text, rowid text, oid text, _rowid_ text); insert into t (a, b) values ('x', 'y')`,
      [[null, 'x', 'y']],
    ],
    [
      'text in UTF-16',
      `pragma encoding = 'UTF-16le'; create table t (a text, b text); insert into t values ('x', 'größe')`,
      [[1n, 'x', 'größe']],
    ],
    ['no rows', 'create table t (a text, b text)', []],
    [
      'a negative and a huge key',
      `create table t (k integer primary key, a text, b text); insert into t values (-9223372036854775808, 'x', 'y'), (0, 'p', 'q'), (9007199254740993, 'r', 's')`,
      [
        [-9223372036854775808n, 'x', 'y'],
        [0n, 'p', 'q'],
        [9007199254740993n, 'r', 's'],
      ],
    ],
  ])('for a table with %s', (_name, create, expected) => {
    const path = newFile('odd.db', 4096, (db) => db.exec(create))
    const { pages, sql } = both(path, 't', ['a', 'b'])
    expect(pages).toEqual(expected)
    expect(sql).toEqual(expected)
  })
})

describe('damage', () => {
  const path = newFile('whole.db', 512, (db) => {
    db.exec(`create table t (id integer primary key, a text, b blob);
      with recursive c(x) as (select 1 union all select x + 1 from c where x < 400)
      insert into t select x, 'row ' || x, zeroblob((x * 37) % 2000) from c`)
  })
  const whole = readFileSync(path)
  const random = seededRandom(7)
  const pick = (below: number) => Math.floor(random() * below)

  test('3 000 files with changed bytes, pages exchanged or cut off end in rows or a Problem, at once', () => {
    const target = join(folder, 'damaged.db')
    const outcomes = { rows: 0, problems: 0 }
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(whole)
      for (let change = 0; change <= pick(8); change++) {
        const page = 512 * (2 + pick(bytes.length / 512 - 2))
        if (pick(4) === 0) bytes.copy(bytes, page, 512 * (2 + pick(20)), 512 * (2 + pick(20)) + 512)
        else bytes[page + (pick(2) ? pick(512) : pick(14))] = pick(256)
      }
      writeFileSync(target, pick(10) === 0 ? bytes.subarray(0, 512 * (3 + pick(100))) : bytes)
      const started = performance.now()
      const file = openFile(target, 'x.gpkg')
      let db: ReturnType<typeof openSqlite> | undefined
      try {
        db = openSqlite(file, 'GeoPackage')
        const table = db.table('t')
        const rows = table && openRows(db, file, table, ['a', 'b'])
        let count = 0
        while (rows?.next()) {
          cellOf(rows, 0)
          cellOf(rows, 1)
          count++
        }
        expect(count).toBeLessThan(100_000)
        outcomes.rows++
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'Problem', status: 422 })
        outcomes.problems++
      } finally {
        db?.close()
        closeFile(file)
      }
      expect(performance.now() - started).toBeLessThan(15_000)
    }
    expect(outcomes.rows).toBeGreaterThan(300)
    expect(outcomes.problems).toBeGreaterThan(300)
  })

  test('inner pages that lead in a circle, without a single row, end as well', () => {
    const bytes = Buffer.from(whole)
    const db = new DatabaseSync(path, { readOnly: true })
    const root =
      512 *
      (Number(db.prepare(`select rootpage from sqlite_schema where name = 't'`).get()?.['rootpage']) - 1)
    db.close()
    expect(bytes[root]).toBe(5)
    const children = [bytes.readUInt32BE(root + 8), bytes.readUInt32BE(root + bytes.readUInt16BE(root + 12))]
    // Each inner page of the tree below the root points to the root again.
    for (const child of children) {
      const at = 512 * (child - 1)
      bytes.copy(bytes, at, root, root + 512)
      bytes.writeUInt32BE(root / 512 + 1, at + 8)
    }
    const target = join(folder, 'circle.db')
    writeFileSync(target, bytes)
    expect(() => both(target, 't', ['a'])).toThrow(expect.objectContaining({ code: 'file-damaged' }))
  })
})
