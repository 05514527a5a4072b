/** What zipped shapefiles become, and what is said about the wrong ones. */
import { expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { openShapefileLayer, probeShapefile } from '../../backend/src/ingest/shapefile.ts'
import { seededRandom } from '../bench/data.ts'
import { loadRows, problemOf, withFile } from '../fixtures/loaded-rows.ts'
import {
  clockwiseSquare,
  type Shape,
  type ShapefileGiven,
  shapefile,
  zip,
  zippedShapefile,
} from '../fixtures/shapefile.ts'

const probeBytes = (bytes: Uint8Array) =>
  withFile('places.zip', bytes, (file) => {
    const [layer] = probeShapefile(file).layers
    if (!layer) throw new Error('no layer')
    return { ...layer, codes: layer.warnings.map(({ code }) => code) }
  })
const loadBytes = (bytes: Uint8Array, options = {}) =>
  withFile('places.zip', bytes, (file) => loadRows(openShapefileLayer, file, options))
const probe = (given: ShapefileGiven) => probeBytes(zippedShapefile(given))
const load = (given: ShapefileGiven, options = {}) => loadBytes(zippedShapefile(given), options)
const geometries = (type: number, shapes: Shape[]) =>
  load({ type, shapes }).rows.map(({ geometry }) => geometry)

test('a shapefile is described: name, count, type, CRS, extent, fields, encoding', () => {
  expect(probe({ shapes: [{ parts: [[[-61, 13.9]]] }, { parts: [[[-60.9, 14]]] }] })).toMatchObject({
    name: 'places',
    kind: 'features',
    featureCount: 2,
    geometry: { type: 'Point', hasZ: false, hasM: false },
    crs: { epsg: 4326 },
    extent: [-61, 13.9, -60.9, 14],
    extentCrs84: [-61, 13.9, -60.9, 14],
    fields: [{ name: 'name', type: 'string' }],
    encoding: 'UTF-8',
    keepsFid: false,
    warnings: [],
  })
})

// Shapes -------------------------------------------------------------------------------------------------

test('points with and without Z, and missing ones', () => {
  expect(geometries(1, [{ parts: [[[1, 2]]] }, { type: 0 }])).toEqual([
    { type: 'Point', coordinates: [1, 2] },
    null,
  ])
  expect(geometries(11, [{ parts: [[[1, 2, 3]]] }])).toEqual([{ type: 'Point', coordinates: [1, 2, 3] }])
  expect(geometries(21, [{ parts: [[[1, 2, 3]]] }])).toEqual([{ type: 'Point', coordinates: [1, 2] }])
})

test('lines become multi-lines, so that one column holds them all', () => {
  const one = [
    [0, 0],
    [1, 1],
  ]
  const other = [
    [5, 5],
    [6, 6],
    [7, 5],
  ]
  expect(geometries(3, [{ parts: [one] }, { parts: [one, other] }])).toEqual([
    { type: 'MultiLineString', coordinates: [one] },
    { type: 'MultiLineString', coordinates: [one, other] },
  ])
  const raised = [
    [0, 0, 5],
    [1, 1, 6],
  ]
  expect(geometries(13, [{ parts: [raised] }])).toEqual([{ type: 'MultiLineString', coordinates: [raised] }])
})

test('polygons get their holes by direction and position', () => {
  const [outer, hole, other] = [
    clockwiseSquare(0, 0, 10),
    clockwiseSquare(2, 2, 2).toReversed(),
    clockwiseSquare(20, 0, 5),
  ]
  expect(geometries(5, [{ parts: [outer] }, { parts: [other, hole, outer] }])).toEqual([
    { type: 'MultiPolygon', coordinates: [[outer]] },
    { type: 'MultiPolygon', coordinates: [[other], [outer, hole]] },
  ])
  const raised = outer.map(([x = 0, y = 0]) => [x, y, x + y])
  expect(geometries(15, [{ parts: [raised] }])).toEqual([{ type: 'MultiPolygon', coordinates: [[raised]] }])
})

test('multi-points', () => {
  expect(
    geometries(8, [
      {
        parts: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
    ]),
  ).toEqual([
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ])
  expect(geometries(18, [{ parts: [[[1, 2, 9]]] }])).toEqual([
    { type: 'MultiPoint', coordinates: [[1, 2, 9]] },
  ])
})

test('M values are left out with a warning, also those that follow Z; "no data" is none', () => {
  expect(probe({ type: 21, shapes: [{ parts: [[[1, 2, 3]]] }] }).codes).toEqual(['m-dropped'])
  expect(probe({ type: 11, shapes: [{ parts: [[[1, 2, 3, 7]]] }] })).toMatchObject({
    codes: ['m-dropped'],
    geometry: { hasM: true },
  })
  expect(probe({ type: 11, shapes: [{ parts: [[[1, 2, 3, -1e39]]] }] }).codes).toEqual([])
})

test('lines and rings with too few positions are filled up and counted, not lost', () => {
  const found = load({
    type: 3,
    shapes: [
      {
        parts: [
          [[1, 1]],
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
    ],
  })
  expect(found.rows[0]?.geometry).toEqual({
    type: 'MultiLineString',
    coordinates: [
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ],
  })
  expect(found.statistics.warnings).toMatchObject([{ code: 'degenerate-parts' }])
  expect(
    geometries(5, [
      {
        parts: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
    ]),
  ).toEqual([
    {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [0, 0],
            [1, 1],
            [0, 0],
            [0, 0],
          ],
        ],
      ],
    },
  ])
})

test('a layer of nothing but missing shapes is a table', () => {
  expect(probe({ type: 0, shapes: [{ type: 0 }] })).toMatchObject({
    kind: 'attributes',
    geometry: null,
    crs: null,
    codes: ['no-geometry'],
  })
})

test('an empty shapefile is an empty layer', () => {
  expect(probe({ shapes: [] })).toMatchObject({ featureCount: 0, codes: ['layer-empty'] })
})

test('shapes that stand in another order than the index lists them, with gaps between, find their attributes', () => {
  const shapes = Array.from({ length: 50 }, (_, at) => ({ parts: [[[at, at / 2]]] }))
  const order = [49, ...Array.from({ length: 47 }, (_, at) => at + 1), 0, 48]
  const loaded = load({ shapes, order })
  expect(loaded.rows.map(({ geometry }) => geometry)).toEqual(
    shapes.map((_, at) => ({ type: 'Point', coordinates: [at, at / 2] })),
  )
  expect(loaded.records[49]).toEqual({ name: 'place 50' })
})

test('coordinates that are not finite refuse their rows by number', () => {
  const { refused } = load({
    shapes: [{ parts: [[[1, 2]]] }, { parts: [[[Number.NaN, 2]]] }, { parts: [[[1e9, 2]]] }],
  }).statistics
  expect(refused).toMatchObject({ reason: 'coordinates', rows: [2, 3], total: 2 })
})

// Attributes ---------------------------------------------------------------------------------------------

const withRows = (
  fields: { name: string | Buffer; kind?: string; length?: number; decimals?: number }[],
  rows: (string | Buffer)[][],
  more = {},
) => ({
  shapes: rows.map(() => ({ parts: [[[-61, 13.9]]] })),
  dbf: { fields, rows, ...more },
})

test('all kinds of fields are read', () => {
  const moment = Buffer.alloc(8)
  moment.writeInt32LE(2460311, 0)
  moment.writeInt32LE(36_000_500, 4)
  const fields = [
    { name: 'text', length: 10 },
    { name: 'whole', kind: 'N', length: 10 },
    { name: 'part', kind: 'N', length: 10, decimals: 2 },
    { name: 'float', kind: 'F', length: 20, decimals: 5 },
    { name: 'day', kind: 'D', length: 8 },
    { name: 'yes', kind: 'L', length: 1 },
    { name: 'moment', kind: '@', length: 8 },
    { name: 'wide', kind: 'N', length: 20 },
  ]
  const given = withRows(fields, [
    [' a b ', '12', '1.50', '1.5e3', '20240229', 'T', moment, '9223372036854775807'],
    ['', '****', '', '*', '00000000', '?', Buffer.alloc(8), ''],
    ['x', '-7', '.5', '-1', '20241301', 'n', moment, '1'],
  ])
  const loaded = load(given)
  expect(loaded.schema.fields.map(({ type }) => type)).toEqual([
    'string',
    'integer',
    'number',
    'number',
    'date',
    'boolean',
    'datetime',
    'integer',
  ])
  expect(loaded.rows.map(({ values }) => values)).toEqual([
    ['a b', 12, 1.5, 1500, '2024-02-29', true, '2024-01-01T10:00:00.500Z', 9223372036854775807n],
    [null, null, null, null, null, null, null, null],
    ['x', -7, 0.5, -1, null, false, '2024-01-01T10:00:00.500Z', 1],
  ])
  expect(loaded.statistics.warnings).toMatchObject([
    { code: 'invalid-values', message: expect.stringContaining("'20241301' as a date") },
  ])
})

test('fractions and giants in integer fields widen all such fields at once', () => {
  const fields = [
    { name: 'a', kind: 'N', length: 10 },
    { name: 'b', kind: 'N', length: 20 },
    { name: 'c', kind: 'N', length: 10 },
  ]
  const loaded = load(
    withRows(fields, [
      ['1', '2', '3'],
      ['1.5', '2', '3'],
      ['1', '99999999999999999999', '3'],
    ]),
  )
  expect(loaded.rounds).toBe(2)
  expect(loaded.schema.fields.map(({ type }) => type)).toEqual(['number', 'number', 'integer'])
  expect(loaded.records[2]).toEqual({ a: 1, b: 1e20, c: 3 })
})

test('memo and unknown fields are left out with a warning that names them', () => {
  const found = probe(
    withRows(
      [
        { name: 'note', kind: 'M', length: 10 },
        { name: 'odd', kind: 'Q', length: 4 },
        { name: 'a', length: 3 },
      ],
      [['1', 'xx', 'x']],
    ),
  )
  expect(found.fields).toMatchObject([
    { name: 'note', omitted: expect.stringContaining('.dbt') },
    { name: 'odd', omitted: expect.anything() },
    { name: 'a', type: 'string' },
  ])
  expect(found.codes).toEqual(['field-omitted', 'field-omitted'])
})

test('records marked as deleted are left out and counted', () => {
  const loaded = load(withRows([{ name: 'a', length: 3 }], [['x'], ['y'], ['z']], { deleted: [1] }))
  expect([loaded.records, loaded.rows.map(({ fid }) => fid)]).toEqual([
    [{ a: 'x' }, { a: 'z' }],
    [1, 2],
  ])
  expect(loaded.warnings).toMatchObject([
    { code: 'deleted-rows', message: expect.stringContaining('1 record') },
  ])
})

test('field names that are empty or doubled become different ones', () => {
  const found = probe(
    withRows(
      [
        { name: 'a', length: 3 },
        { name: 'a', length: 3 },
        { name: '', length: 3 },
      ],
      [['1', '2', '3']],
    ),
  )
  expect([found.fields.map(({ name }) => name), found.codes]).toEqual([
    ['a', 'a 2', 'column 3'],
    ['fields-renamed'],
  ])
})

const latin = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['the .cpg', { cpg: 'UTF-8' }, Buffer.from('Soufrière'), 'UTF-8', []],
  ['the .cpg in another spelling', { cpg: 'ANSI 1252\r\n' }, latin('Soufrière'), 'windows-1252', []],
  [
    'the .cpg of a DOS code page',
    { cpg: '850' },
    Buffer.from([0x53, 0x6f, 0x75, 0x66, 0x72, 0x69, 0x8a, 0x72, 0x65]),
    'CP850',
    [],
  ],
  ['the .dbf', { cpg: null, languageDriver: 0x57 }, latin('Soufrière'), 'windows-1252', ['missing-cpg']],
  ['a look: UTF-8', { cpg: null }, Buffer.from('Soufrière'), 'UTF-8', ['missing-cpg']],
  ['a look: windows-1252', { cpg: null }, latin('Soufrière'), 'windows-1252', ['missing-cpg']],
  [
    'a look, because the .cpg is nonsense',
    { cpg: 'klingon' },
    latin('Soufrière'),
    'windows-1252',
    ['encoding-unknown', 'encoding-guessed'],
  ],
])(
  'text is decoded by %s (R4.18)',
  (_how, given: { cpg: string | null; languageDriver?: number }, bytes, encoding, codes) => {
    const { cpg, languageDriver = 0 } = given
    const named = { ...withRows([{ name: 'name' }], [[bytes]], { languageDriver }), cpg }
    expect(probe(named)).toMatchObject({ encoding, codes })
    expect(load(named).records).toEqual([{ name: 'Soufrière' }])
  },
)

test('UTF-8 cut off at the width of its field loses the broken character only', () => {
  const whole = Buffer.from('Anse La Raye é')
  const given = withRows([{ name: 'name', length: whole.length - 1 }], [[whole]])
  expect(load(given).records).toEqual([{ name: 'Anse La Raye' }].map(({ name }) => ({ name: `${name} ` })))
})

test('what follows a NUL in a text field is not part of it', () => {
  expect(load(withRows([{ name: 'name' }], [[Buffer.from('ab\0cd\0')]])).records).toEqual([{ name: 'ab' }])
})

// What is wrong ------------------------------------------------------------------------------------------

test.each(['shp', 'shx', 'dbf', 'prj'])(
  'a shapefile without .%s is refused by that name (R5.4)',
  (suffix) => {
    const files = shapefile({ files: { [suffix]: null } })
    if (suffix === 'shp') files['places.sbn'] = 'x'
    expect(problemOf(() => probeBytes(zip(files))).message).toContain(`.${suffix}`)
  },
)

const edited = (
  suffix: string,
  edit: (bytes: Buffer) => Uint8Array | undefined,
  given: ShapefileGiven = {},
) => {
  const files = shapefile(given)
  const bytes = Buffer.from(files[`places.${suffix}`] as Uint8Array)
  return zip({ ...files, [`places.${suffix}`]: edit(bytes) ?? bytes })
}
const three = { shapes: [1, 2, 3].map((at) => ({ parts: [[[at, at]]] })) }
const lines = {
  type: 3,
  shapes: [
    {
      parts: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    },
  ],
}
const set32 = (at: number, value: number) => (bytes: Buffer) => void bytes.writeInt32LE(value, at)

test.each([
  ['an unknown shape type', edited('shp', set32(32, 99)), /places\.shp: shape type 99/],
  ['MultiPatch', zippedShapefile({ type: 31, shapes: [{ type: 0 }] }), /MultiPatch.*convert/],
  ['the index of another shapefile', edited('shx', set32(32, 3)), /places\.shx: it is the index of another/],
  [
    'another kind of file as .shp',
    edited('shp', () => Buffer.from('<html>'.repeat(40))),
    /places\.shp: it does not begin like/,
  ],
  ['an empty .shp', edited('shp', () => Buffer.alloc(0)), /places\.shp/],
  ['an empty .dbf', edited('dbf', () => Buffer.alloc(0)), /places\.dbf/],
  [
    'more shapes than records',
    zippedShapefile({ ...three, dbf: { fields: [{ name: 'a' }], rows: [['x'], ['y']] } }),
    /lists 3 shapes, while the \.dbf has 2 records/,
  ],
  [
    'an offset beyond the end',
    edited('shx', (bytes) => void bytes.writeInt32BE(1 << 20, 108), three),
    /shape 2 is said to stand at byte/,
  ],
  [
    'an offset between shapes',
    edited('shx', (bytes) => void bytes.writeInt32BE(66, 108), three),
    /do not belong together/,
  ],
  [
    'a length that lies',
    edited('shp', (bytes) => void bytes.writeInt32BE(1000, 104), three),
    /shape 1 is 20 bytes long by the index and 2000/,
  ],
  ['a negative length', edited('shx', (bytes) => void bytes.writeInt32BE(-5, 104), three), /places\.shx/],
  ['a shape of another type', edited('shp', set32(108, 5)), /shape 1 is of type 5 in a file of type 1/],
  [
    'more positions than fit',
    edited('shp', set32(148, 1 << 30), lines),
    /announces 1 parts and 1073741824 positions/,
  ],
  ['more parts than fit', edited('shp', set32(144, 1 << 30), lines), /announces 1073741824 parts/],
  ['negative parts', edited('shp', set32(144, -1), lines), /announces -1 parts/],
  [
    'a part that begins beyond the end',
    edited('shp', set32(152, 7), lines),
    /part that begins at position 7/,
  ],
  [
    'more records than fit',
    edited('dbf', (bytes) => void bytes.writeUInt32LE(1e9, 4)),
    /announces 1000000000 records/,
  ],
  [
    'records shorter than their fields',
    edited('dbf', (bytes) => void bytes.writeUInt16LE(3, 10)),
    /places\.dbf: its fields take 21 bytes, its records 3/,
  ],
  [
    'a header longer than the file',
    edited('dbf', (bytes) => void bytes.writeUInt16LE(65535, 8)),
    /shorter than its header/,
  ],
])('%s is refused with a sentence', (_what, bytes, words) => {
  expect(problemOf(() => probeBytes(bytes)).message).toMatch(words)
  expect(problemOf(() => loadBytes(bytes)).message).toMatch(words)
})

test('a CRS that nobody knows is a warning in the probe and a problem when loading, unless one is named', () => {
  const given = { prj: 'LOCAL_CS["Somewhere"]' }
  expect(probe(given)).toMatchObject({ crs: { epsg: null }, codes: ['crs-unknown'] })
  expect(problemOf(() => load(given)).code).toBe('crs-not-identified')
  expect(load(given, { sourceEpsg: 2006 }).schema.srid).toBe(2006)
})

const expectToCope = (bytes: Uint8Array) => {
  for (const act of [() => probeBytes(bytes), () => loadBytes(bytes)]) {
    try {
      act()
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
    }
  }
}

const polygons = {
  type: 15,
  shapes: Array.from({ length: 20 }, (_, at) => ({
    parts:
      at === 3
        ? []
        : [clockwiseSquare(at, 0, 5), clockwiseSquare(at + 1, 1, 1).toReversed()].map((ring) =>
            ring.map((xy) => [...xy, at]),
          ),
  })),
  dbf: {
    fields: [{ name: 'name' }, { name: 'n', kind: 'N', length: 8 }, { name: 'd', kind: 'D', length: 8 }],
    rows: Array.from({ length: 20 }, (_, at) => [`Anse ${at}`, String(at), '20240101']),
  },
}

test.each(['shp', 'shx', 'dbf', 'prj', 'cpg'])(
  'a .%s cut off anywhere is refused or does no harm',
  (suffix) => {
    const files = shapefile(polygons)
    const bytes = Buffer.from(files[`places.${suffix}`] as Uint8Array)
    for (let percent = 0; percent < 100; percent++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * percent) / 100))
      const zipped = zip({ ...files, [`places.${suffix}`]: cut })
      if (suffix === 'shp' || suffix === 'shx')
        expect(problemOf(() => probeBytes(zipped)).code, `${percent} %`).not.toBe('none')
      else expectToCope(zipped)
    }
  },
)

test('an archive cut off anywhere is refused', () => {
  const whole = zippedShapefile(polygons)
  for (let percent = 0; percent < 100; percent++) {
    expect(
      problemOf(() => probeBytes(whole.subarray(0, Math.floor((whole.length * percent) / 100)))).code,
      `${percent} %`,
    ).not.toBe('none')
  }
})

test('files with random bytes changed are read or refused (seed 3)', () => {
  const random = seededRandom(3)
  const files = shapefile(polygons)
  for (let round = 0; round < 200; round++) {
    const name = `places.${['shp', 'shp', 'shx', 'dbf'][round % 4]}`
    const bytes = Buffer.from(files[name] as Uint8Array)
    for (let change = 0; change <= round % 3; change++)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
    expectToCope(zip({ ...files, [name]: bytes }))
  }
})
