/** GeoPackages made to harm: E5–E7 and B5 of the threat list. Each ends in a clear problem or a bounded answer. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FixtureLayer } from '../fixtures/geopackage.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'
import { stagingBench } from './stage-file.ts'

let db: TestDatabase
const bench = stagingBench(() => db)
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  bench.close()
  await db?.drop()
})

const sites: FixtureLayer = {
  name: 'sites',
  geometry: { type: 'POINT' },
  fields: [{ name: 'name', type: 'TEXT' }],
  rows: Array.from({ length: 2000 }, (_, index) => ({
    geometry: { type: 'Point', coordinates: [-61 + index / 1e5, 14] },
    values: [`site ${index} ${'x'.repeat(50)}`],
  })),
}

const register = (name: string, type = 'features') =>
  `insert into gpkg_contents (table_name, data_type, srs_id) values ('${name}', '${type}', 4326);
   insert or ignore into gpkg_geometry_columns values ('${name}', 'geom', 'POINT', 4326, 0, 0);`

const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  const started = performance.now()
  const result = await work
  expect(performance.now() - started).toBeLessThan(milliseconds * 5)
  return result
}

describe('what would run', () => {
  const endless = `create view sites2 as with recursive c(x) as (select 1 union all select x + 1 from c) select x as fid, null as geom from c`
  const heavy = `create view sites2 as select 1 as fid, zeroblob(900000000) as geom`

  test.each([
    ['an endless view (E5)', endless],
    ['a view of 900 MB (E6)', heavy],
    ['a virtual table', 'create virtual table sites2 using rtree(fid, a, b)'],
  ])('%s is passed over by the probe and refused for loading', async (_name, create) => {
    const path = bench.write({
      layers: [sites],
      finish: (file) => file.exec(`${create}; ${register('sites2')}`),
    })
    const probe = await within(5000, bench.probe(path))
    expect(probe.layers.map(({ name }) => name)).toEqual(['sites'])
    expect(probe.warnings).toMatchObject([{ code: 'layer-passed-over' }])
    const refusal = within(
      5000,
      bench.stage(path, 'sites2').catch((thrown) => thrown),
    )
    expect(await refusal).toMatchObject({
      code: 'layer-unreadable',
      message: expect.stringContaining('only real tables are read'),
    })
  })

  test.each(['gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys'])(
    '%s as an endless view is not read either',
    async (name) => {
      const path = bench.write({
        layers: [sites],
        finish: (file) =>
          file.exec(`alter table ${name} rename to real_one; create view ${name} as
          with recursive c(x) as (select 1 union all select x + 1 from c) select real_one.* from real_one, c`),
      })
      await expect(within(5000, bench.probe(path))).rejects.toMatchObject({
        code: 'file-damaged',
        message: expect.stringContaining(name),
      })
    },
  )

  test('a view that calls itself a table in the schema is found out', async () => {
    const path = bench.write({
      layers: [sites],
      finish: (file) => {
        file.exec(`${endless}; ${register('sites2')}`)
        file.enableDefensive(false)
        file.exec(
          `pragma writable_schema = on; update sqlite_schema set type = 'table' where name = 'sites2'`,
        )
      },
    })
    const answer = await within(
      5000,
      bench.probe(path).catch((thrown) => thrown),
    )
    if (answer instanceof Error) expect(answer).toMatchObject({ code: 'file-damaged' })
    else expect(answer.layers.map(({ name }: { name: string }) => name)).toEqual(['sites'])
  })

  test('triggers never fire, and the file is the same byte for byte afterwards (E7)', async () => {
    const path = bench.write({
      layers: [sites],
      finish: (file) => {
        for (const event of ['insert', 'update', 'delete']) {
          file.exec(`create trigger t_${event} after ${event} on gpkg_contents begin delete from sites; end`)
        }
      },
    })
    const before = readFileSync(path)
    expect((await bench.probe(path)).layers[0]?.featureCount).toBe(2000)
    expect((await bench.stage(path, 'sites')).featureCount).toBe(2000)
    expect(readFileSync(path).equals(before)).toBe(true)
    for (const side of ['-wal', '-shm', '-journal']) expect(existsSync(path + side)).toBe(false)
  })

  test('computed columns, checks, defaults and indexes on expressions are not evaluated', async () => {
    const path = bench.write({
      layers: [
        {
          ...sites,
          createTable: `create table sites (fid integer primary key, geom point, name text default (hex(zeroblob(1000))),
            huge text generated always as (hex(zeroblob(11))) virtual, check (length(hex(zeroblob(10))) > 0))`,
        },
      ],
      finish: (file) => {
        file.exec('create index i on sites (upper(name))')
        file.enableDefensive(false)
        file.exec(`pragma writable_schema = on;
          update sqlite_schema set sql = replace(sql, 'zeroblob(11)', 'zeroblob(400000000)')`)
      },
    })
    const staged = await within(10_000, bench.stage(path, 'sites'))
    expect(staged.columns.map(({ name }) => name)).toEqual(['name'])
    expect(staged.warnings).toMatchObject([
      { code: 'field-omitted', message: expect.stringContaining('huge') },
    ])
  })
})

describe('what lies', () => {
  test('gpkg_geometry_columns that points elsewhere (B5)', async () => {
    const lies: Record<string, string> = {
      'another table’s column': `update gpkg_geometry_columns set column_name = 'definition' where table_name = 'sites'`,
      'no row': 'delete from gpkg_geometry_columns',
      'a name that is SQL': `update gpkg_geometry_columns set column_name = '"; drop table sites; --'`,
    }
    for (const [name, sql] of Object.entries(lies)) {
      const path = bench.write({ layers: [sites], finish: (file) => file.exec(sql) })
      await expect(bench.probe(path), name).rejects.toMatchObject({
        code: 'file-empty',
        message: expect.stringContaining('gpkg_geometry_columns'),
      })
      await expect(bench.stage(path, 'sites'), name).rejects.toMatchObject({ code: 'layer-unreadable' })
    }
    const text = bench.write({
      layers: [sites],
      finish: (file) => file.exec(`update gpkg_geometry_columns set column_name = 'name'`),
    })
    await expect(bench.stage(text, 'sites')).rejects.toMatchObject({
      code: 'geometry-broken',
      extensions: { total: 2000 },
    })
  })

  test('tables of the GeoPackage itself and of others cannot be published as layers', async () => {
    const names = [
      'gpkg_contents',
      'gpkg_spatial_ref_sys',
      'sqlite_schema',
      'sqlite_sequence',
      'nothing',
      'main.sites',
      '',
    ]
    const path = bench.write({
      layers: [sites],
      finish: (file) => file.exec(names.map((name) => register(name, 'attributes')).join('')),
    })
    const probe = await bench.probe(path)
    expect(probe.layers.map(({ name }) => name)).toEqual(['sites'])
    for (const name of names)
      await expect(bench.stage(path, name), name).rejects.toMatchObject({ code: 'layer-unreadable' })
  })

  test('cells of unexpected kinds in the GeoPackage’s own tables', async () => {
    const path = bench.write({
      layers: [sites],
      finish: (file) =>
        file.exec(`update gpkg_geometry_columns set geometry_type_name = x'ff', srs_id = 'Moon', z = 'up', m = x'00';
          update gpkg_spatial_ref_sys set organization = x'00', definition = 12, srs_name = x'ff';
          insert into gpkg_contents (table_name, data_type) values (x'ff00', x'01'), ('', ''), (17, 3.5)`),
    })
    const probe = await bench.probe(path)
    expect(probe.layers).toMatchObject([{ name: 'sites', featureCount: 2000, crs: null }])
  })

  test('100 000 layers are counted, not read (B5)', async () => {
    const path = bench.write({
      finish: (file) =>
        file.exec(`with recursive c(x) as (select 1 union all select x + 1 from c where x < 100000)
          insert into gpkg_contents (table_name, data_type) select 'layer ' || x, 'features' from c`),
    })
    await expect(within(5000, bench.probe(path))).rejects.toMatchObject({
      code: 'too-many-layers',
      message: expect.stringContaining('100000'),
    })
  })

  test('1 000 real layers are all described, in seconds', async () => {
    const layers = Array.from({ length: 1000 }, (_, index) => ({
      name: `layer ${index}`,
      geometry: {},
      fields: [{ name: 'a', type: 'TEXT' }],
    }))
    const probe = await within(15_000, bench.probe(bench.write({ layers })))
    expect(probe.layers.length).toBe(1000)
  })

  test('more fields than a table can have are refused by number', async () => {
    const fields = Array.from({ length: 1600 }, (_, index) => ({ name: `f${index}`, type: 'INTEGER' }))
    const path = bench.write({ layers: [{ name: 'wide', fields }] })
    await expect(bench.probe(path)).rejects.toMatchObject({
      code: 'too-many-fields',
      message: expect.stringContaining('1600'),
    })
    const row = { values: Array.from({ length: 1400 }, (_, index) => index) }
    const wide = bench.write({ layers: [{ name: 'wide', fields: fields.slice(0, 1400), rows: [row] }] })
    await expect(bench.stage(wide, 'wide')).rejects.toMatchObject({
      code: 'layer-unreadable',
      message: expect.stringContaining('too wide'),
    })
  })

  test('more features than the limit, and a feature larger than a row may be, are refused', async () => {
    const path = bench.write({
      layers: [sites],
      finish: (file) => file.exec(`update sites set name = hex(zeroblob(1000000)) where fid = 7`),
    })
    await expect(bench.stage(path, 'sites', { limits: { features: 1999 } })).rejects.toMatchObject({
      code: 'too-many-features',
    })
    await expect(bench.stage(path, 'sites', { limits: { rowBytes: 1_000_000 } })).rejects.toMatchObject({
      code: 'value-too-long',
      message: expect.stringContaining('Feature 7'),
    })
    expect((await bench.stage(path, 'sites')).featureCount).toBe(2000)
  })
})

describe('what is not whole', () => {
  const damaged = async (change: (path: string) => void) => {
    const path = bench.write({ layers: [sites] })
    change(path)
    const probed = await within(
      5000,
      bench.probe(path).catch((thrown) => thrown),
    )
    const staged = await within(
      5000,
      bench.stage(path, 'sites').catch((thrown) => thrown),
    )
    return { probed, staged }
  }
  const patch = (path: string, at: number, bytes: Uint8Array) => {
    const fd = openSync(path, 'r+')
    writeSync(fd, bytes, 0, bytes.length, at)
    closeSync(fd)
  }

  test.each([0, 1, 16, 99, 100, 512, 4096, 4097, 50_000])('a file cut off after %i bytes', async (length) => {
    const { probed, staged } = await damaged((path) => truncateSync(path, length))
    expect(probed).toMatchObject({ status: 422 })
    expect(staged).toMatchObject({ code: 'file-damaged' })
  })

  test('an encrypted file', async () => {
    const { probed, staged } = await damaged((path) => {
      let state = 1
      writeFileSync(
        path,
        readFileSync(path).map((byte) => {
          state = (state * 1103515245 + 12345) % 2147483648
          return byte ^ (state >> 16)
        }),
      )
    })
    expect(probed).toMatchObject({ status: expect.any(Number), name: 'Problem' })
    expect(staged).toMatchObject({ code: 'file-damaged', message: expect.stringContaining('encrypted') })
  })

  test.each([0, 2, 100, 511, 513, 3000, 65535])('a page size of %i', async (size) => {
    const { probed, staged } = await damaged((path) => patch(path, 16, Uint8Array.of(size >> 8, size & 255)))
    expect(probed).toMatchObject({ code: 'file-damaged' })
    expect(staged).toMatchObject({ code: 'file-damaged' })
  })

  test('a page size of 65 536 in a file of one page (B5)', async () => {
    const { staged } = await damaged((path) => {
      patch(path, 16, Uint8Array.of(0, 1))
      truncateSync(path, 4096)
    })
    expect(staged).toMatchObject({ code: 'file-damaged' })
  })

  test('200 files with bytes changed at random each end in an answer or a problem, never in a crash or a hang', async () => {
    const whole = bench.write({ layers: [{ ...sites, rows: [...(sites.rows ?? [])].slice(0, 300) }] })
    const { length } = readFileSync(whole)
    let state = 42
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state % below
    }
    const { openFile, closeFile } = await import('../../backend/src/ingest/reader.ts')
    const { probeGeoPackage } = await import('../../backend/src/ingest/geopackage.ts')
    const path = bench.newPath('mutated.gpkg')
    const outcomes = { answers: 0, problems: 0 }
    for (let round = 0; round < 200; round++) {
      copyFileSync(whole, path)
      for (let change = 0; change <= random(20); change++) {
        // Half of the changes hit page headers and the schema, where they matter most.
        const at = random(2) ? random(length) : Math.floor(random(length) / 4096) * 4096 + random(40)
        patch(path, at, Uint8Array.of(random(256)))
      }
      const file = openFile(path, 'x.gpkg')
      try {
        probeGeoPackage(file)
        outcomes.answers++
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'Problem', status: 422 })
        outcomes.problems++
      } finally {
        closeFile(file)
      }
    }
    expect(outcomes.answers).toBeGreaterThan(10)
    expect(outcomes.problems).toBeGreaterThan(10)
  })

  test('a tree whose pages point to each other ends, because row ids must grow', async () => {
    const path = bench.write({ layers: [sites] })
    const file = new DatabaseSync(path, { readOnly: true })
    const page = Number(
      file.prepare(`select rootpage from sqlite_schema where name = 'sites'`).get()?.['rootpage'],
    )
    file.close()
    const bytes = readFileSync(path)
    const root = (page - 1) * 4096
    // An interior table page: every child becomes the first one.
    expect(bytes[root]).toBe(5)
    const cells = bytes.readUInt16BE(root + 3)
    const first = bytes.readUInt32BE(root + bytes.readUInt16BE(root + 12))
    for (let cell = 0; cell < cells; cell++)
      bytes.writeUInt32BE(first, root + bytes.readUInt16BE(root + 12 + 2 * cell))
    writeFileSync(path, bytes)
    await expect(bench.stage(path, 'sites')).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

describe('journals', () => {
  test('a file in WAL mode is read as it is, with a warning, and nothing appears beside it (B2, B5)', async () => {
    const path = bench.newPath('wal.gpkg')
    copyFileSync(bench.write({ layers: [sites] }), path)
    const file = new DatabaseSync(path)
    file.exec('pragma journal_mode = wal; pragma wal_checkpoint(truncate)')
    file.close()
    expect(readFileSync(path).subarray(18, 20)).toEqual(Buffer.of(2, 2))
    const probe = await bench.probe(path)
    expect(probe.warnings).toMatchObject([{ code: 'write-ahead-log' }])
    const staged = await bench.stage(path, 'sites')
    expect(staged).toMatchObject({ featureCount: 2000, warnings: [{ code: 'write-ahead-log' }] })
    for (const side of ['-wal', '-shm', '-journal']) expect(existsSync(path + side)).toBe(false)
  })

  test('a journal beside the file is not played back (B5)', async () => {
    const path = bench.write({ layers: [sites] })
    writeFileSync(
      `${path}-journal`,
      Buffer.concat([Buffer.from('d9d505f920a163d7', 'hex'), Buffer.alloc(5000, 1)]),
    )
    writeFileSync(`${path}-wal`, Buffer.alloc(5000, 7))
    expect((await bench.stage(path, 'sites')).featureCount).toBe(2000)
    expect(readFileSync(`${path}-wal`).length).toBe(5000)
  })
})

test('nothing that the file says can reach a second file', async () => {
  const { openSqlite } = await import('../../backend/src/ingest/sqlite-file.ts')
  const { openFile } = await import('../../backend/src/ingest/reader.ts')
  const secret = bench.write({ layers: [{ ...sites, name: 'secret' }] })
  const file = openSqlite(openFile(bench.write({ layers: [sites] }), 'x.gpkg'), 'GeoPackage')
  expect(file.table('sites')?.name).toBe('sites')
  for (const sql of [
    `attach '${secret}' as other`,
    `select load_extension('x')`,
    `select readfile('${secret}')`,
    `select fts3_tokenizer('simple')`,
    `select writefile('/tmp/x', 'y')`,
    'pragma journal_mode = wal',
    'pragma writable_schema = on',
    'create temp table t (a)',
    'delete from sites',
    'with recursive c(x) as (select 1 union all select x + 1 from c) select * from c',
    `select * from pragma_table_info('sites')`,
    'select * from gpkg_contents',
    `select hex(zeroblob(1000))`,
  ]) {
    expect(() => [...file.rows(sql)], sql).toThrow(expect.objectContaining({ name: 'Problem' }))
  }
  expect([...file.rows('select count(*) from sites')]).toEqual([[2000n]])
  file.close()
})
