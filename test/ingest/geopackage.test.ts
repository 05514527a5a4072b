/** GeoPackages from the file to the staged table: types, ids, coordinate systems, odd values, real data. */
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gpBlob, quoted, saintLuciaSrs } from '../fixtures/geopackage.ts'
import { toWkb, type WkbGeometry } from '../fixtures/wkb.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'
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

const point = (x: number, y: number): WkbGeometry => ({ type: 'Point', coordinates: [x, y] })

describe('layers', () => {
  test('feature and attribute layers are found, tiles and views are passed over with a reason (R4.17)', async () => {
    const path = bench.write({
      srs: [saintLuciaSrs.britishWestIndies],
      layers: [
        {
          name: 'sites',
          geometry: { type: 'POINT', srsId: 2006 },
          fields: [
            { name: 'name', type: 'TEXT(30)' },
            { name: 'visits', type: 'MEDIUMINT' },
          ],
          rows: [
            { geometry: point(512_000, 1_530_000), values: ['Anse Chastanet', 7] },
            { geometry: null, values: [null, null] },
          ],
        },
        { name: 'species', fields: [{ name: 'latin', type: 'TEXT' }], rows: [{ values: ['Diploria'] }] },
        { name: 'map', dataType: 'tiles' },
      ],
      finish: (file) => {
        file.exec(`create view everything as select * from species;
          insert into gpkg_contents (table_name, data_type, srs_id) values ('everything', 'attributes', 0)`)
      },
    })
    const probe = await bench.probe(path)
    expect(probe).toMatchObject({ format: 'GeoPackage', kind: 'vector' })
    expect(probe.layers).toEqual([
      {
        name: 'sites',
        kind: 'features',
        featureCount: 2,
        geometry: { type: 'Point', hasZ: false, hasM: false },
        crs: expect.objectContaining({ epsg: 2006, identifiedBy: 'authority' }),
        extent: [512_000, 1_530_000, 512_000, 1_530_000],
        extentCrs84: expect.anything(),
        fields: [
          { name: 'name', type: 'string' },
          { name: 'visits', type: 'integer' },
        ],
        encoding: 'UTF-8',
        sizeBytes: expect.any(Number),
        warnings: [{ code: 'null-geometries', message: '1 feature(s) have no geometry.' }],
        keepsFid: true,
      },
      expect.objectContaining({
        name: 'species',
        kind: 'attributes',
        geometry: null,
        crs: null,
        extent: null,
        featureCount: 1,
        warnings: [expect.objectContaining({ code: 'no-geometry' })],
      }),
    ])
    expect(probe.warnings.map(({ code, message }) => [code, message.slice(0, 40)])).toEqual([
      ['layer-passed-over', "'map' is not offered: it holds tiles, an"],
      ['layer-passed-over', "'everything' is not offered: it is a vie"],
    ])
    const extent = probe.layers[0]?.extentCrs84 ?? [0, 0, 0, 0]
    expect(extent[0]).toBeCloseTo(-60.96, 1)
    expect(extent[1]).toBeCloseTo(13.83, 1)
  })

  test('a layer without features or with several geometry types is said to be so (R4.18)', async () => {
    const path = bench.write({
      layers: [
        { name: 'empty', geometry: { type: 'POLYGON' } },
        {
          name: 'mixed',
          geometry: {},
          rows: [
            { geometry: point(1, 2) },
            {
              geometry: {
                type: 'LineString',
                coordinates: [
                  [1, 2],
                  [3, 4],
                ],
              },
            },
          ],
        },
        {
          name: 'same',
          geometry: { type: 'POLYGON' },
          rows: [{ geometry: { type: 'MultiPoint', coordinates: [[1, 2]] } }, { geometry: point(1, 2) }],
        },
      ],
    })
    const [empty, mixed, same] = (await bench.probe(path)).layers
    expect(empty).toMatchObject({ featureCount: 0, geometry: { type: 'Polygon' }, extent: null })
    expect(empty?.warnings).toEqual([{ code: 'layer-empty', message: 'The layer has no features.' }])
    expect(mixed).toMatchObject({ geometry: { type: 'Geometry' } })
    expect(mixed?.warnings[0]?.message).toBe(
      'The layer mixes geometry types (1 Point, 1 LineString); some programs show only one of them.',
    )
    expect(same).toMatchObject({ geometry: { type: 'MultiPoint' }, warnings: [] })
  })

  test('names are data: quotes, SQL, line ends, any script, 10 000 characters (B5)', async () => {
    const names = [
      '"; drop table x; --',
      "o'hara",
      'größe 🌴',
      'a\nb',
      'select',
      'geom',
      '[x]',
      '%s',
      'n'.repeat(10_000),
    ]
    const path = bench.write({
      layers: names.map((name) => ({
        name,
        geometry: { type: 'POINT', column: `${name}-g`.slice(0, 60) },
        fields: names.slice(0, 8).map((one) => ({ name: `${one} ${names.indexOf(one)}`, type: 'TEXT' })),
        rows: [{ geometry: point(-61, 14), values: names.slice(0, 8) }],
      })),
    })
    const probe = await bench.probe(path)
    expect(probe.layers.map(({ name }) => name)).toEqual(names)
    for (const name of names) {
      const staged = await bench.stage(path, name)
      expect(staged.columns.map((column) => column.name)).toEqual(
        names.slice(0, 8).map((one, index) => `${one} ${index}`),
      )
      const [row] = await bench.rowsOf(staged)
      expect(row).toMatchObject({ fid: 1, geom: 'POINT(-61 14)', c1: names[0], c4: names[3], c8: names[7] })
    }
  })

  test('a layer that is not there is refused with the names of those that are', async () => {
    const path = bench.write({ layers: [{ name: 'roads', geometry: {} }] })
    await expect(bench.stage(path, 'Roads ')).rejects.toMatchObject({
      code: 'layer-missing',
      extensions: { layers: ['roads'] },
    })
  })
})

describe('values', () => {
  test('every declared type is loaded as what it is', async () => {
    const fields: [string, unknown, string, unknown][] = [
      ['BOOLEAN', 1, 'boolean', true],
      ['TINYINT', -128, 'integer', -128],
      ['SMALLINT', 32767, 'integer', 32767],
      ['MEDIUMINT', -5, 'integer', -5],
      ['INT', 9007199254740993n, 'integer', '9007199254740993'],
      ['INTEGER', -9223372036854775808n, 'integer', '-9223372036854775808'],
      ['FLOAT', 0.5, 'number', 0.5],
      ['DOUBLE', 1e-300, 'number', 1e-300],
      ['REAL', 3, 'number', 3],
      ['DECIMAL(10,2)', 12, 'number', 12],
      ['TEXT', 'größe', 'string', 'größe'],
      ['TEXT(5)', 'longer than five', 'string', 'longer than five'],
      ['VARCHAR(9)', 'x', 'string', 'x'],
      ['JSON', '{"a":1}', 'string', '{"a":1}'],
      ['DATE', '2026-11-20', 'date', '2026-11-20'],
      ['DATETIME', '2026-11-20T12:34:56.789Z', 'datetime', '2026-11-20T12:34:56.789Z'],
      ['', 'untyped', 'string', 'untyped'],
      ['MOOD', 'fine', 'string', 'fine'],
    ]
    const path = bench.write({
      layers: [
        {
          name: 'types',
          fields: fields.map(([type], index) => ({ name: `f${index}`, type })),
          rows: [{ values: fields.map(([, value]) => value) }, {}],
        },
      ],
    })
    const staged = await bench.stage(path, 'types')
    expect(staged.columns.map(({ type }) => type)).toEqual(fields.map(([, , type]) => type))
    expect(staged).toMatchObject({
      storageSrid: null,
      geometryType: null,
      extentStorage: null,
      featureCount: 2,
      timeColumn: 'c15',
      temporalExtent: ['2026-11-20', '2026-11-20'],
      warnings: [],
    })
    const [full, empty] = await bench.rowsOf(staged)
    expect(Object.values(full ?? {}).slice(1)).toEqual(fields.map(([, , , value]) => value))
    expect(Object.values(empty ?? {}).slice(1)).toEqual(fields.map(() => null))
  })

  test('binary and computed columns are left out with a warning', async () => {
    const path = bench.write({
      layers: [
        {
          name: 'photos',
          createTable: `create table photos (fid integer primary key, geom point, photo blob, name text,
            shout text generated always as (upper(name)) virtual, shape2 multipolygon)`,
          geometry: { type: 'POINT' },
          fields: [
            { name: 'photo', type: 'BLOB' },
            { name: 'name', type: 'TEXT' },
          ],
          rows: [{ geometry: point(1, 2), values: [Uint8Array.of(1, 2), 'reef'] }],
        },
      ],
    })
    const staged = await bench.stage(path, 'photos')
    expect(staged.columns).toEqual([{ name: 'name', column: 'c1', type: 'string' }])
    expect(staged.warnings.map(({ message }) => message)).toEqual([
      "Field 'photo' is left out: it holds binary data.",
      "Field 'shout' is left out: it is computed by an expression in the file.",
      "Field 'shape2' is left out: it holds binary data.",
    ])
    expect(await bench.rowsOf(staged)).toMatchObject([{ c1: 'reef' }])
  })

  test('a column whose values do not fit its declaration becomes wider, all in one further reading', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      geometry: point(index / 100, 1),
      values: [index, index, '2026-01-01', index % 2, '2026-01-01T00:00:00Z', ''] as unknown[],
    }))
    rows[4000] = { geometry: point(1, 1), values: ['many', 1.5, 'in May', 3, 'noon', 5] }
    const types = ['INTEGER', 'INTEGER', 'DATE', 'BOOLEAN', 'DATETIME', 'DATE']
    const path = bench.write({
      layers: [
        {
          name: 'loose',
          geometry: { type: 'POINT' },
          fields: types.map((type, index) => ({ name: `f${index}`, type })),
          rows,
        },
      ],
    })
    const staged = await bench.stage(path, 'loose')
    expect(staged.columns.map(({ type }) => type)).toEqual([
      'string',
      'number',
      'string',
      'integer',
      'string',
      'string',
    ])
    expect(staged.featureCount).toBe(5000)
    const found = await bench.rowsOf(staged)
    expect(found[4000]).toMatchObject({ c1: 'many', c2: 1.5, c3: 'in May', c4: 3, c5: 'noon', c6: '5' })
    expect(found[1]).toMatchObject({
      c1: '1',
      c2: 1,
      c3: '2026-01-01',
      c4: 1,
      c5: '2026-01-01T00:00:00Z',
      c6: '',
    })
  })

  test('empty text in a date column is null, and a blob among texts too, each with a counted warning', async () => {
    const path = bench.write({
      layers: [
        {
          name: 'odd',
          fields: [
            { name: 'day', type: 'DATE' },
            { name: 'note', type: 'TEXT' },
          ],
          rows: [
            { values: ['', Uint8Array.of(1)] },
            { values: ['', 'a\0b'] },
            { values: ['2026-01-01', 'x'] },
          ],
        },
      ],
    })
    const staged = await bench.stage(path, 'odd')
    const counts = staged.warnings.map(({ code, message }) => `${code} ${Number.parseInt(message, 10)}`)
    expect(counts.toSorted()).toEqual(['binary-value 1', 'empty-text 2', 'nul-removed 1'])
    expect(await bench.rowsOf(staged)).toMatchObject([
      { c1: null, c2: null },
      { c1: null, c2: 'ab' },
      { c1: '2026-01-01', c2: 'x' },
    ])
  })

  test('text of a UTF-16 file, and bytes that are no text at all', async () => {
    const layer = { name: 't', fields: [{ name: 'n', type: 'TEXT' }], rows: [{ values: ['größe 🌴'] }] }
    for (const encoding of ['UTF-8', 'UTF-16le', 'UTF-16be'] as const) {
      const staged = await bench.stage(bench.write({ encoding, layers: [layer] }), 't')
      expect(await bench.rowsOf(staged)).toMatchObject([{ c1: 'größe 🌴' }])
    }
    const path = bench.write({
      layers: [layer],
      finish: (file) => file.exec(`update t set n = cast(x'41ff42' as text)`),
    })
    const staged = await bench.stage(path, 't')
    expect(await bench.rowsOf(staged)).toMatchObject([{ c1: 'A\ufffdB' }])
    expect(staged.warnings).toMatchObject([{ code: 'invalid-text' }])
  })
})

describe('ids', () => {
  test('the integer key is kept as feature id, whatever it is called and however large', async () => {
    const path = bench.write({
      layers: [
        {
          name: 'keyed',
          key: 'OBJECT ID',
          geometry: { type: 'POINT' },
          rows: [
            { fid: -3, geometry: point(1, 1) },
            { fid: 7, geometry: point(2, 2) },
            { fid: 9007199254740993n, geometry: point(3, 3) },
          ],
        },
      ],
    })
    expect((await bench.probe(path)).layers[0]).toMatchObject({ keepsFid: true, fields: [] })
    const staged = await bench.stage(path, 'keyed')
    expect((await bench.rowsOf(staged)).map(({ fid }) => fid)).toEqual([-3, 7, '9007199254740993'])
  })

  test.each([
    ['no key', 'create table t (a text, geom point)'],
    ['a text key', 'create table t (a text primary key, geom point)'],
    ['a key of two columns', 'create table t (a integer, geom point, b integer, primary key (a, b))'],
    ['a key and no row ids', 'create table t (a text primary key, geom point) without rowid'],
    ['columns named like row ids', 'create table t (a text, geom point, rowid text, oid text, _rowid_ text)'],
  ])('a table with %s gets running numbers', async (_name, createTable) => {
    const path = bench.write({
      layers: [
        {
          name: 't',
          key: null,
          createTable,
          geometry: { type: 'POINT' },
          fields: [{ name: 'a', type: '' }],
          rows: [
            { geometry: point(1, 2), values: ['1'] },
            { geometry: point(3, 4), values: ['2'] },
          ],
        },
      ],
    })
    expect((await bench.probe(path)).layers[0]).toMatchObject({ keepsFid: false, featureCount: 2 })
    const staged = await bench.stage(path, 't')
    expect(await bench.rowsOf(staged)).toMatchObject([{ fid: 1, c1: expect.anything() }, { fid: 2 }])
  })
})

describe('geometry', () => {
  test('a declared type that is not kept, and heights that were not announced, widen the column', async () => {
    const path = bench.write({
      layers: [
        {
          name: 'lines',
          geometry: { type: 'LINESTRING', z: 2 },
          rows: [
            {
              geometry: {
                type: 'LineString',
                coordinates: [
                  [1, 2],
                  [3, 4],
                ],
              },
            },
            {
              geometry: {
                type: 'MultiLineString',
                coordinates: [
                  [
                    [1, 2, 9],
                    [3, 4, 9],
                  ],
                ],
              },
            },
            {
              geometry: {
                type: 'CircularString',
                coordinates: [
                  [0, 0],
                  [1, 1],
                  [2, 0],
                ],
              },
            },
          ],
        },
      ],
    })
    const staged = await bench.stage(path, 'lines')
    expect(staged).toMatchObject({
      geometryType: 'MultiLineString',
      hasZ: true,
      hasCurves: true,
      storageSrid: 4326,
      extentStorage: [0, 0, 3, 4],
    })
    expect(await bench.rowsOf(staged)).toMatchObject([
      { geom: 'LINESTRING Z (1 2 0,3 4 0)', srid: 4326 },
      { geom: 'MULTILINESTRING Z ((1 2 9,3 4 9))' },
      { geom: 'CIRCULARSTRING Z (0 0 0,1 1 0,2 0 0)' },
    ])
    expect(staged.warnings.map(({ code }) => code)).toEqual(['z-padded'])
    const probe = await bench.probe(path)
    expect(probe.layers[0]).toMatchObject({ geometry: { type: 'MultiLineString', hasZ: true } })
  })

  test.each([
    ['POLYGON', false, 'POLYGON'],
    ['GEOMETRY', false, 'GEOMETRY'],
    ['CURVEPOLYGON', false, 'GEOMETRY'],
    ['MULTIPOLYGON', true, 'MULTIPOLYGON'],
  ])('a layer declared as %s (z: %s) is staged in a column of that type', async (type, hasZ, column) => {
    const path = bench.write({ layers: [{ name: 'l', geometry: { type, z: hasZ ? 1 : 0 } }] })
    const staged = await bench.stage(path, 'l')
    const { rows } = await db.pool.query(
      `select type, coord_dimension from geometry_columns where f_table_schema = 'staging' and f_table_name = $1`,
      [staged.tableName],
    )
    expect(rows).toEqual([{ type: column, coord_dimension: hasZ ? 3 : 2 }])
    expect(staged).toMatchObject({ featureCount: 0, extentStorage: null, hasZ })
  })

  test('envelopes, SRIDs and flags of the blob are not believed; the geometry is (B5)', async () => {
    const wkb = toWkb(point(1, 2))
    const withEnvelope = (indicator: number, bytes: number): Uint8Array => {
      const blob = new Uint8Array(8 + bytes + wkb.length)
      blob.set([0x47, 0x50, 99, (indicator << 1) | 1 | 0x10, 255, 255, 255, 255])
      blob.fill(0x7f, 8, 8 + bytes)
      blob.set(wkb, 8 + bytes)
      return blob
    }
    const rows = [
      [0, 0],
      [1, 32],
      [2, 48],
      [3, 48],
      [4, 64],
    ].map(([indicator = 0, bytes = 0]) => ({ geometry: withEnvelope(indicator, bytes) }))
    const path = bench.write({
      layers: [{ name: 'l', geometry: { type: 'POINT' }, rows, extent: [-1e300, 5, 1e300, -5] }],
    })
    expect((await bench.probe(path)).layers[0]).toMatchObject({ extent: [1, 2, 1, 2], featureCount: 5 })
    const found = await bench.rowsOf(await bench.stage(path, 'l'))
    expect(found.map(({ geom }) => geom)).toEqual(Array(5).fill('POINT(1 2)'))
  })

  test('broken blobs end the load in one problem that names the rows, and no table is left (B5, G3)', async () => {
    const good = { geometry: point(1, 2) }
    const bad: unknown[] = [
      Uint8Array.of(0x47, 0x50, 0),
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
      Uint8Array.of(0x47, 0x50, 0, 0x0f, 0, 0, 0, 0, 1, 1),
      Uint8Array.of(0x47, 0x50, 0, 0x21, 0, 0, 0, 0, 1, 1),
      Uint8Array.of(0x47, 0x50, 0, 0x03, 0, 0, 0, 0, 1, 1),
      gpBlob(new Uint8Array(0), 4326),
    ]
    const path = bench.write({
      layers: [
        {
          name: 'l',
          geometry: {},
          rows: [good, ...bad.map((geometry) => ({ geometry: geometry as Uint8Array })), good],
        },
      ],
      finish: (file) => file.exec(`insert into l (geom) values ('POINT(1 2)'), (17)`),
    })
    const before = await bench.tables()
    const refusal = bench.stage(path, 'l')
    await expect(refusal).rejects.toMatchObject({
      code: 'geometry-broken',
      extensions: { rows: [2, 3, 4, 5, 6, 7, 9, 10], total: 8 },
    })
    expect(await bench.tables()).toEqual(before)
    const warning = (await bench.probe(path)).layers[0]?.warnings.find(
      ({ code }) => code === 'geometry-broken',
    )
    expect(warning?.message).toContain('8 feature(s) cannot be published')
  })

  test('coordinates that are not on Earth are refused by row; an empty geometry is stored as none', async () => {
    const path = bench.write({
      layers: [
        {
          name: 'far',
          geometry: { type: 'POINT' },
          rows: Array.from({ length: 25 }, (_, index) => ({
            geometry: index % 2 ? point(1, 2) : point(1e9, Number.NaN),
          })),
        },
        {
          name: 'none',
          geometry: { type: 'POINT' },
          rows: [
            { geometry: gpBlob(toWkb({ type: 'Point', coordinates: [] }), 4326, { isEmpty: true }) },
            { geometry: gpBlob(new Uint8Array(0), 4326, { isEmpty: true }) },
          ],
        },
      ],
    })
    await expect(bench.stage(path, 'far')).rejects.toMatchObject({
      code: 'coordinates-out-of-range',
      extensions: { rows: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19], total: 13 },
      message: expect.stringContaining('and 3 more'),
    })
    expect(await bench.rowsOf(await bench.stage(path, 'none'))).toMatchObject([
      { geom: null },
      { geom: null },
    ])
  })
})

describe('coordinate systems', () => {
  const oneOf = (srsId: number, then?: (file: DatabaseSync) => void) =>
    bench.write({
      srs: [saintLuciaSrs.utm20],
      layers: [
        { name: 'l', geometry: { type: 'POINT', srsId }, rows: [{ geometry: point(500_000, 1_530_000) }] },
      ],
      finish: then,
    })

  test.each([0, -1, 31999])(
    'srs_id %i says nothing: a warning, a refusal, and the publisher may name one',
    async (srsId) => {
      const path = oneOf(srsId)
      const layer = (await bench.probe(path)).layers[0]
      expect(layer).toMatchObject({ crs: null, extentCrs84: null, warnings: [{ code: 'crs-missing' }] })
      await expect(bench.stage(path, 'l')).rejects.toMatchObject({ code: 'crs-missing', status: 422 })
      expect(await bench.stage(path, 'l', { options: { sourceEpsg: 32620 } })).toMatchObject({
        storageSrid: 32620,
      })
    },
  )

  test('an identifier of the file’s own is recognised by its definition (R13.6)', async () => {
    const path = oneOf(100_001, (file) => {
      file
        .prepare(`insert into gpkg_spatial_ref_sys values ('my grid', 100001, 'NONE', 100001, ?, null)`)
        .run(saintLuciaSrs.britishWestIndies.definition)
    })
    expect((await bench.probe(path)).layers[0]?.crs).toMatchObject({ epsg: 2006, identifiedBy: 'wkt' })
    expect(await bench.stage(path, 'l')).toMatchObject({ storageSrid: 2006 })
  })

  test('a system nobody knows is refused by name, and so is one the database cannot transform', async () => {
    const path = oneOf(100_002, (file) => {
      file.exec(
        `insert into gpkg_spatial_ref_sys values ('Moon', 100002, 'NONE', 100002, 'LOCAL_CS["Moon"]', null)`,
      )
    })
    await expect(bench.stage(path, 'l')).rejects.toMatchObject({ code: 'crs-not-identified' })
    await expect(bench.stage(path, 'l', { options: { sourceEpsg: 999_999 } })).rejects.toMatchObject({
      code: 'crs-not-supported',
    })
  })
})

/** Every layer of the real GeoPackages, compared row by row with what SQLite says is in them. */
const realFiles = [
  ['qgis-training', 'training_data.gpkg'],
  ['qgis-training', 'network.gpkg'],
  ['pygeoapi', 'dutch_addresses_28992.gpkg'],
  ['pygeoapi', 'dutch_addresses_4326.gpkg'],
  ['pygeoapi', 'poi_portugal.gpkg'],
]

describe('real data', () => {
  for (const parts of realFiles) {
    const path = sharedData(...parts)
    test.skipIf(!path)(
      `each layer of ${parts.join('/')} is staged with every geometry and value${path ? '' : ` (${whySkipped})`}`,
      async () => {
        if (!path) return
        const probe = await bench.probe(path)
        expect(probe.layers.length).toBeGreaterThan(0)
        const source = new DatabaseSync(new URL(`file://${path}?immutable=1`), { readOnly: true })
        for (const layer of probe.layers) {
          const staged = await bench.stage(path, layer.name)
          expect(staged).toMatchObject({
            featureCount: layer.featureCount,
            extentStorage: layer.extent,
            storageSrid: layer.crs?.epsg,
            geometryType: layer.geometry?.type,
          })
          const names = layer.fields.filter((field) => !field.omitted).map(({ name }) => quoted(name))
          const cells = source.prepare(
            `select fid, geom, ${names.join(', ') || '1'} from ${quoted(layer.name)} order by fid`,
          )
          cells.setReturnArrays(true)
          const columns = staged.columns.map(({ column }) => column).join(', ') || '1'
          const { rows } = await db.pool.query({
            text: `select fid, encode(st_asbinary(geom), 'hex') as wkb, ${columns} from staging.${staged.tableName} order by fid`,
            rowMode: 'array',
          })
          const expected = (cells.all() as unknown as unknown[][]).map(([fid, blob, ...values]) => [
            fid,
            wkbOf(blob as Uint8Array),
            ...values,
          ])
          expect(rows).toEqual(expected)
        }
        source.close()
      },
    )
  }
})

const wkbOf = (blob: Uint8Array | null): string | null =>
  blob &&
  Buffer.from(blob.subarray(8 + ([0, 32, 48, 48, 64][((blob[3] ?? 0) >> 1) & 7] ?? 0))).toString('hex')
