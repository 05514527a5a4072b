/** What the encoder writes, as PostgreSQL and PostGIS understand it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FieldType } from '../../backend/src/domain/probe.ts'
import {
  type CopyEncoder,
  createCopyEncoder,
  type EncoderOptions,
} from '../../backend/src/ingest/copy-encoder.ts'
import { isWideningNeeded, type Widening } from '../../backend/src/ingest/reader.ts'
import { toWkb, type WkbGeometry, type WkbOptions } from '../fixtures/wkb.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db?.drop())

let tables = 0
const sqlTypes: Record<FieldType, string> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz',
  time: 'time',
  binary: 'bytea',
}

/** Writes rows into a new table and returns them as PostgreSQL shows them. */
const stored = async (options: EncoderOptions, write: (encoder: CopyEncoder) => void) => {
  const table = `staging.p_encoder${++tables}`
  const { type = 'Geometry', hasZ = false } = options.geometry ?? {}
  const columns = [
    'fid bigint',
    ...(options.srid === null ? [] : [`geom geometry(${type}${hasZ ? 'Z' : ''}, ${options.srid})`]),
    ...options.types.map((one, index) => `c${index + 1} ${sqlTypes[one]}`),
  ]
  await db.pool.query(`create table ${table} (${columns.join(', ')})`)
  const encoder = createCopyEncoder(options)
  write(encoder)
  await db.copyIn(`copy ${table} from stdin (format binary)`, [encoder.take()])
  const shown = [
    'fid::text',
    ...(options.srid === null ? [] : ['st_astext(geom) as geom', 'st_srid(geom) as srid']),
  ]
  const texts = options.types.map((_, index) => `c${index + 1}::text`)
  const { rows } = await db.pool.query(`select ${[...shown, ...texts].join(', ')} from ${table}`)
  return { rows, statistics: encoder.statistics() }
}

const storedGeometries = async (
  blobs: (Uint8Array | null)[],
  geometry: EncoderOptions['geometry'] = null,
) => {
  const { rows, statistics } = await stored({ types: [], srid: 32620, geometry }, (encoder) => {
    for (const [index, blob] of blobs.entries()) {
      encoder.beginRow(index + 1)
      if (blob === null) encoder.geometryNull()
      else encoder.wkb(blob, 0, blob.length)
      encoder.endRow()
    }
  })
  return {
    wkt: rows.map((row: { geom: string | null }) => row.geom),
    srids: rows.map((row: { srid: number }) => row.srid),
    statistics,
  }
}

const ring = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 0],
]
const hole = [
  [1, 1],
  [2, 1],
  [2, 2],
  [1, 1],
]

const samples: [WkbGeometry, string][] = [
  [{ type: 'Point', coordinates: [1, 2] }, 'POINT(1 2)'],
  [
    {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    'LINESTRING(1 2,3 4)',
  ],
  [{ type: 'Polygon', coordinates: [ring, hole] }, 'POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))'],
  [
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
    'MULTIPOINT((1 2),(3 4))',
  ],
  [
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    },
    'MULTILINESTRING((1 2,3 4),(5 6,7 8))',
  ],
  [
    { type: 'MultiPolygon', coordinates: [[ring], [hole]] },
    'MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((1 1,2 1,2 2,1 1)))',
  ],
  [
    {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Point', coordinates: [1, 2] },
        {
          type: 'GeometryCollection',
          geometries: [
            {
              type: 'LineString',
              coordinates: [
                [1, 2],
                [3, 4],
              ],
            },
          ],
        },
      ],
    },
    'GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(LINESTRING(1 2,3 4)))',
  ],
  [
    {
      type: 'CircularString',
      coordinates: [
        [0, 0],
        [1, 1],
        [2, 0],
      ],
    },
    'CIRCULARSTRING(0 0,1 1,2 0)',
  ],
  [
    {
      type: 'CompoundCurve',
      geometries: [
        {
          type: 'CircularString',
          coordinates: [
            [0, 0],
            [1, 1],
            [2, 0],
          ],
        },
        {
          type: 'LineString',
          coordinates: [
            [2, 0],
            [5, 0],
          ],
        },
      ],
    },
    'COMPOUNDCURVE(CIRCULARSTRING(0 0,1 1,2 0),(2 0,5 0))',
  ],
  [
    {
      type: 'CurvePolygon',
      geometries: [
        {
          type: 'CircularString',
          coordinates: [
            [0, 0],
            [2, 2],
            [4, 0],
            [2, -2],
            [0, 0],
          ],
        },
      ],
    },
    'CURVEPOLYGON(CIRCULARSTRING(0 0,2 2,4 0,2 -2,0 0))',
  ],
  [
    {
      type: 'CurvePolygon',
      geometries: [
        {
          type: 'CompoundCurve',
          geometries: [
            {
              type: 'CircularString',
              coordinates: [
                [0, 0],
                [1, 1],
                [2, 0],
              ],
            },
            {
              type: 'LineString',
              coordinates: [
                [2, 0],
                [0, 0],
              ],
            },
          ],
        },
      ],
    },
    'CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(0 0,1 1,2 0),(2 0,0 0)))',
  ],
  [
    {
      type: 'MultiCurve',
      geometries: [
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          type: 'CircularString',
          coordinates: [
            [0, 0],
            [1, 1],
            [2, 0],
          ],
        },
      ],
    },
    'MULTICURVE((0 0,1 1),CIRCULARSTRING(0 0,1 1,2 0))',
  ],
  [
    {
      type: 'MultiSurface',
      geometries: [
        { type: 'Polygon', coordinates: [ring] },
        { type: 'CurvePolygon', geometries: [{ type: 'LineString', coordinates: ring }] },
      ],
    },
    'MULTISURFACE(((0 0,4 0,4 4,0 0)),CURVEPOLYGON((0 0,4 0,4 4,0 0)))',
  ],
  [
    { type: 'PolyhedralSurface', coordinates: [[ring], [hole]] },
    'MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((1 1,2 1,2 2,1 1)))',
  ],
  [{ type: 'Tin', coordinates: [[ring], [hole]] }, 'MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((1 1,2 1,2 2,1 1)))'],
  [{ type: 'Triangle', coordinates: [ring] }, 'POLYGON((0 0,4 0,4 4,0 0))'],
]

const flavours: [string, WkbOptions][] = [
  ['little-endian ISO WKB', {}],
  ['big-endian ISO WKB', { bigEndian: true }],
  ['EWKB with an SRID', { flavour: 'ewkb', srid: 4326 }],
  ['big-endian EWKB with M', { flavour: 'ewkb', srid: 4326, bigEndian: true, dimensions: 'XYM' }],
  ['ISO WKB with M', { dimensions: 'XYM' }],
]

describe('geometry', () => {
  test.each(flavours)(
    '%s of every type is stored as it is, under the SRID of the column',
    async (_name, options) => {
      const { wkt, srids, statistics } = await storedGeometries(
        samples.map(([geometry]) => toWkb(geometry, options)),
      )
      expect(wkt).toEqual(samples.map(([, expected]) => expected))
      expect(new Set(srids)).toEqual(new Set([32620]))
      expect(statistics.hasCurves).toBe(true)
      expect(statistics.hasM).toBe(options.dimensions === 'XYM')
      expect(statistics.warnings.map(({ code }) => code)).toEqual([
        'surfaces-as-polygons',
        ...(options.dimensions === 'XYM' ? ['m-dropped'] : []),
      ])
    },
  )

  test.each([
    ['ISO', 'XYZ', false],
    ['ISO', 'XYZM', true],
    ['EWKB', 'XYZ', true],
    ['EWKB', 'XYZM', false],
  ] as const)(
    '%s %s keeps its heights in a column with Z (big endian: %s)',
    async (flavour, dimensions, bigEndian) => {
      const options: WkbOptions = { dimensions, bigEndian, flavour: flavour === 'ISO' ? 'iso' : 'ewkb' }
      const line: WkbGeometry = {
        type: 'LineString',
        coordinates: [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      }
      const { wkt, statistics } = await storedGeometries([toWkb(line, options)], {
        type: 'LineString',
        hasZ: true,
      })
      expect(wkt).toEqual(['LINESTRING Z (1 2 3,5 6 7)'])
      expect(statistics).toMatchObject({
        hasZ: true,
        sawZ: true,
        hasM: dimensions === 'XYZM',
        extent: [1, 2, 5, 6],
      })
    },
  )

  test('a layer that mixes heights and none gets 0 where they are missing, with a counted warning', async () => {
    const blobs = [
      toWkb({ type: 'Point', coordinates: [1, 2, 3] }),
      toWkb({ type: 'Point', coordinates: [4, 5] }),
      toWkb(
        {
          type: 'LineString',
          coordinates: [
            [1, 2, Number.NaN],
            [3, 4, 5],
          ],
        },
        { dimensions: 'XYZ' },
      ),
    ]
    const { wkt, statistics } = await storedGeometries(blobs, { type: 'Geometry', hasZ: true })
    expect(wkt).toEqual(['POINT Z (1 2 3)', 'POINT Z (4 5 0)', 'LINESTRING Z (1 2 0,3 4 5)'])
    expect(statistics.warnings).toEqual([
      { code: 'z-padded', message: expect.stringContaining('2 feature(s)') },
    ])
  })

  test('empty geometries are stored as none, and empty parts are left out', async () => {
    const empties: WkbGeometry[] = [
      { type: 'Point', coordinates: [] },
      { type: 'LineString', coordinates: [] },
      { type: 'Polygon', coordinates: [] },
      { type: 'Polygon', coordinates: [[]] },
      { type: 'MultiPolygon', coordinates: [] },
      { type: 'MultiPoint', coordinates: [[]] },
      { type: 'GeometryCollection', geometries: [{ type: 'GeometryCollection', geometries: [] }] },
      { type: 'CompoundCurve', geometries: [] },
      { type: 'CurvePolygon', geometries: [] },
    ]
    const partly: WkbGeometry = { type: 'MultiPoint', coordinates: [[], [1, 2]] }
    const blobs = [...empties, partly].map((geometry) => toWkb(geometry, { dimensions: 'XY' }))
    const { wkt, statistics } = await storedGeometries([...blobs, null])
    expect(wkt).toEqual([...empties.map(() => null), 'MULTIPOINT((1 2))', null])
    expect(statistics.warnings).toEqual([
      { code: 'empty-geometry', message: expect.stringContaining('9 feature(s)') },
    ])
    expect(statistics.geometryTypes).toEqual({ MultiPoint: 1, null: 10 })
    expect(statistics.refused).toBeNull()
  })

  test('open rings are closed, with a counted warning', async () => {
    const open: WkbGeometry = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [4, 0],
          [4, 4],
        ],
        [
          [1, 1],
          [2, 1],
          [2, 2],
        ],
      ],
    }
    const { wkt, statistics } = await storedGeometries([toWkb(open)])
    expect(wkt).toEqual(['POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))'])
    expect(statistics.warnings).toEqual([
      { code: 'rings-closed', message: expect.stringContaining('2 polygon ring(s)') },
    ])
  })

  test('what PostGIS would refuse is refused here, with the row named, and nothing of it remains', async () => {
    const broken: WkbGeometry[] = [
      { type: 'LineString', coordinates: [[1, 2]] },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      { type: 'Polygon', coordinates: [[], hole] },
      {
        type: 'CircularString',
        coordinates: [
          [0, 0],
          [1, 1],
          [2, 0],
          [3, 1],
        ],
      },
      {
        type: 'CompoundCurve',
        geometries: [
          {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 1],
            ],
          },
          {
            type: 'LineString',
            coordinates: [
              [5, 5],
              [6, 6],
            ],
          },
        ],
      },
      { type: 'CompoundCurve', geometries: [{ type: 'Point', coordinates: [0, 0] }] },
      {
        type: 'CurvePolygon',
        geometries: [
          {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 0],
              [1, 1],
              [2, 2],
            ],
          },
        ],
      },
      {
        type: 'CurvePolygon',
        geometries: [
          {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 0],
              [0, 0],
            ],
          },
        ],
      },
      { type: 'CurvePolygon', geometries: [{ type: 'Point', coordinates: [0, 0] }] },
      { type: 'MultiSurface', geometries: [{ type: 'Point', coordinates: [0, 0] }] },
    ]
    const good = toWkb({ type: 'Point', coordinates: [7, 7] })
    const { wkt, statistics } = await storedGeometries([...broken.map((one) => toWkb(one)), good])
    expect(wkt).toEqual([...broken.map(() => null), 'POINT(7 7)'])
    expect(statistics.refused).toMatchObject({
      reason: 'structure',
      rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      total: 11,
    })
    expect(statistics.extent).toEqual([7, 7, 7, 7])
  })

  test.each([
    ['NaN', [Number.NaN, 1]],
    ['infinite', [1, Number.POSITIVE_INFINITY]],
    ['too large', [1e8, 1]],
    ['too small', [0, -1e8]],
    ['an infinite height', [0, 0, Number.POSITIVE_INFINITY]],
  ])('a coordinate that is %s refuses its row (G3, E16)', async (_name, position) => {
    const blob = toWkb({ type: 'LineString', coordinates: [[0, 0, 0], position] })
    const { statistics } = await storedGeometries([blob, blob], { type: 'Geometry', hasZ: true })
    expect(statistics.refused).toMatchObject({ reason: 'coordinates', rows: [1, 2], total: 2 })
    expect(statistics.extent).toBeNull()
  })

  test('counts and lengths that lie are found before anything is allocated for them (B5)', async () => {
    const line = toWkb({
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    })
    const lies: Uint8Array[] = []
    for (const type of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17]) {
      for (const count of [1, 3, 0x7fffffff, 0x80000000, 0xffffffff]) {
        const lie = new Uint8Array(9)
        lie[0] = 1
        new DataView(lie.buffer).setUint32(1, type, true)
        new DataView(lie.buffer).setUint32(5, count, true)
        lies.push(lie)
      }
    }
    for (let length = 0; length < line.length; length++) lies.push(line.subarray(0, length))
    for (const type of [0, 13, 14, 18, 999, 4001, 0x0fffffff, 0xffffffff]) {
      const unknown = line.slice()
      new DataView(unknown.buffer).setUint32(1, type, true)
      lies.push(unknown)
    }
    lies.push(Uint8Array.of(2, 1, 0, 0, 0))
    const { wkt, statistics } = await storedGeometries(lies)
    expect(new Set(wkt)).toEqual(new Set([null]))
    expect(statistics.refused?.total).toBe(lies.length)
  })

  test('geometries nested 10 000 deep refuse the row; 32 deep is stored (B5)', async () => {
    const nested = (depth: number): WkbGeometry => {
      let geometry: WkbGeometry = { type: 'Point', coordinates: [1, 2] }
      for (let level = 0; level < depth; level++)
        geometry = { type: 'GeometryCollection', geometries: [geometry] }
      return geometry
    }
    // Written by hand, because the fixture recurses.
    const level = Uint8Array.of(1, 7, 0, 0, 0, 1, 0, 0, 0)
    const deep = Buffer.concat([
      ...Array<Uint8Array>(10_000).fill(level),
      toWkb({ type: 'Point', coordinates: [1, 2] }),
    ])
    const { wkt, statistics } = await storedGeometries([toWkb(nested(32)), deep])
    expect(wkt[0]).toMatch(/^(GEOMETRYCOLLECTION\(){32}POINT\(1 2\)/)
    expect(statistics.refused).toMatchObject({ rows: [2], total: 1 })
    const { statistics: ofJson } = await stored({ types: [], srid: 4326 }, (encoder) => {
      encoder.beginRow(1)
      encoder.geoJson(nested(33))
      encoder.endRow()
    })
    expect(ofJson.refused).toMatchObject({ rows: [1], total: 1 })
  })

  test('GeoJSON geometries of every type are stored as they are', async () => {
    const linear = samples.filter(([{ type }]) => !/Curve|Circular|Surface|Tin|Triangle/.test(type))
    const { rows, statistics } = await stored({ types: [], srid: 4326 }, (encoder) => {
      for (const [index, [geometry]] of linear.entries()) {
        encoder.beginRow(index)
        encoder.geoJson(geometry)
        encoder.endRow()
      }
    })
    expect(rows.map((row: { geom: string }) => row.geom)).toEqual(linear.map(([, expected]) => expected))
    expect(statistics.refused).toBeNull()
  })

  test('GeoJSON that only looks like a geometry refuses its row and never throws', async () => {
    const nonsense: unknown[] = [
      {},
      { type: 'Point' },
      { type: 'Point', coordinates: [1] },
      { type: 'Point', coordinates: ['1', '2'] },
      { type: 'Point', coordinates: [1, null] },
      { type: 'Point', coordinates: [1, 2, 'high'] },
      { type: 'Point', coordinates: { 0: 1, 1: 2 } },
      { type: 'point', coordinates: [1, 2] },
      { type: 'LineString', coordinates: [1, 2] },
      { type: 'LineString', coordinates: [[1, 2]] },
      { type: 'Polygon', coordinates: [[1, 2]] },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      { type: 'MultiPolygon', coordinates: [[[0, 0]]] },
      { type: 'GeometryCollection', geometries: 'none' },
      { type: 'GeometryCollection', geometries: [null] },
      { type: { toString: null }, coordinates: [1, 2] },
      {
        type: 'CircularString',
        coordinates: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
      },
      'Point',
      17,
      [],
    ]
    const { rows, statistics } = await stored({ types: [], srid: 4326 }, (encoder) => {
      for (const [index, geometry] of nonsense.entries()) {
        encoder.beginRow(index)
        encoder.geoJson(geometry)
        encoder.endRow()
      }
    })
    expect(rows.every((row: { geom: string | null }) => row.geom === null)).toBe(true)
    expect(statistics.refused?.total).toBe(nonsense.length)
  })

  test.each([
    [
      { type: 'Point', hasZ: false },
      { type: 'Point', coordinates: [1, 2, 3] },
      { type: 'Point', hasZ: true },
    ],
    [
      { type: 'Polygon', hasZ: false },
      { type: 'MultiPolygon', coordinates: [[ring]] },
      { type: 'Geometry', hasZ: false },
    ],
    [
      { type: 'LineString', hasZ: true },
      {
        type: 'CircularString',
        coordinates: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
      },
      { type: 'Geometry', hasZ: true },
    ],
  ] as const)('a column of %j asks to be widened for %j', (column, geometry, to) => {
    const encoder = createCopyEncoder({ types: [], srid: 4326, geometry: column })
    const blob = toWkb(geometry as unknown as WkbGeometry)
    encoder.beginRow(1)
    expect(wideningOf(() => encoder.wkb(blob, 0, blob.length))).toEqual({ column: 'geometry', to })
  })
})

const wideningOf = (work: () => void): Widening | undefined => {
  try {
    work()
  } catch (thrown) {
    if (isWideningNeeded(thrown)) return thrown.widening
    throw thrown
  }
  return undefined
}

describe('values', () => {
  test('every type is stored exactly, null included', async () => {
    const types: FieldType[] = ['string', 'integer', 'number', 'boolean', 'date', 'datetime', 'time']
    const { rows, statistics } = await stored({ types, srid: null }, (encoder) => {
      encoder.beginRow(1)
      encoder.text('größe 🌴')
      encoder.integer(-9223372036854775808n)
      encoder.number(-0.1)
      encoder.boolean(true)
      encoder.date('1955-02-28')
      encoder.datetime('2026-11-20T12:34:56.123456-04:00')
      encoder.time('23:59:59.5')
      encoder.endRow()
      encoder.beginRow(-5n)
      for (const _type of types) encoder.null()
      encoder.endRow()
      encoder.beginRow(9007199254740993n)
      for (const value of [
        'x'.repeat(100_000),
        -1,
        1e308,
        false,
        '0001-01-01',
        '9999-12-31T23:59:59Z',
        '00:00',
      ])
        encoder.value(value)
      encoder.endRow()
    })
    expect(rows).toEqual([
      {
        fid: '1',
        c1: 'größe 🌴',
        c2: '-9223372036854775808',
        c3: '-0.1',
        c4: 'true',
        c5: '1955-02-28',
        c6: '2026-11-20 16:34:56.123456+00',
        c7: '23:59:59.5',
      },
      { fid: '-5', c1: null, c2: null, c3: null, c4: null, c5: null, c6: null, c7: null },
      {
        fid: '9007199254740993',
        c1: 'x'.repeat(100_000),
        c2: '-1',
        c3: '1e+308',
        c4: 'false',
        c5: '0001-01-01',
        c6: '9999-12-31 23:59:59+00',
        c7: '00:00:00',
      },
    ])
    expect(statistics).toMatchObject({ rows: 3, warnings: [], extent: null, geometryType: null })
  })

  test('a string column takes every kind of value as text, nested JSON included', async () => {
    const values = [1, -2.5, 12345678901234567890n, true, { a: [1, null] }, ['x'], 'plain', 1e21]
    const { rows } = await stored({ types: ['string'], srid: null }, (encoder) => {
      for (const [index, value] of values.entries()) {
        encoder.beginRow(index)
        encoder.value(value)
        encoder.endRow()
      }
    })
    expect(rows.map((row: { c1: string }) => row.c1)).toEqual([
      '1',
      '-2.5',
      '12345678901234567890',
      'true',
      '{"a":[1,null]}',
      '["x"]',
      'plain',
      '1e+21',
    ])
  })

  test('text is stored whatever its length and characters, from strings and from bytes', async () => {
    const texts = [
      '',
      'a',
      'é',
      'x'.repeat(47),
      'x'.repeat(48),
      `${'x'.repeat(60)}é`,
      `é${'x'.repeat(60)}`,
      '日本語'.repeat(50),
      '"; drop table x; --',
      '\t\n\\.',
    ]
    const { rows, statistics } = await stored({ types: ['string', 'string'], srid: null }, (encoder) => {
      for (const [index, text] of texts.entries()) {
        const bytes = Buffer.from(`<${text}>`)
        encoder.beginRow(index)
        encoder.text(text)
        encoder.textBytes(bytes, 1, bytes.length - 1)
        encoder.endRow()
      }
    })
    expect(rows.map((row: { c1: string }) => row.c1)).toEqual(texts)
    expect(rows.map((row: { c2: string }) => row.c2)).toEqual(texts)
    expect(statistics.warnings).toEqual([])
  })

  test('what JSON or PostgreSQL cannot carry is replaced, with counted warnings', async () => {
    const { rows, statistics } = await stored(
      { types: ['string', 'string', 'number', 'integer'], srid: null },
      (encoder) => {
        encoder.beginRow(1)
        encoder.text('a\0b')
        encoder.textBytes(Buffer.from([0x61, 0, 0xff, 0x62]), 0, 4)
        encoder.number(Number.NaN)
        encoder.number(Number.NEGATIVE_INFINITY)
        encoder.endRow()
        encoder.beginRow(2)
        encoder.text('\ud800 half a pair')
        encoder.textBytes(Buffer.from('ok'), 0, 2)
        encoder.number(1.5)
        encoder.integer(7)
        encoder.endRow()
      },
    )
    expect(rows).toEqual([
      { fid: '1', c1: 'ab', c2: 'a\ufffdb', c3: null, c4: null },
      { fid: '2', c1: '\ufffd half a pair', c2: 'ok', c3: '1.5', c4: '7' },
    ])
    const counts = Object.fromEntries(
      statistics.warnings.map(({ code, message }) => [code, Number.parseInt(message, 10)]),
    )
    expect(counts).toEqual({ 'nul-removed': 2, 'invalid-text': 2, 'not-a-number': 2 })
  })

  test.each<[FieldType, unknown, FieldType]>([
    ['integer', 1.5, 'number'],
    ['integer', 1e300, 'number'],
    ['integer', 2 ** 63, 'number'],
    ['integer', 'seven', 'string'],
    ['integer', true, 'string'],
    ['number', 'seven', 'string'],
    ['boolean', 2, 'integer'],
    ['boolean', 0.5, 'number'],
    ['boolean', 'yes', 'string'],
    ['date', '2026-11-20T12:00:00Z', 'datetime'],
    ['date', 'some day', 'string'],
    ['date', 20261120, 'string'],
    ['datetime', 'some day', 'string'],
    ['time', 'noon', 'string'],
  ])('a column of %s that meets %j asks to become %s', (type, value, to) => {
    const encoder = createCopyEncoder({ types: ['string', type], srid: null })
    encoder.beginRow(1)
    encoder.null()
    expect(wideningOf(() => encoder.value(value))).toEqual({ column: 'field', fieldIndex: 1, to })
  })

  test('a trial finds every widening in one pass', () => {
    const encoder = createCopyEncoder({ types: ['integer', 'date', 'boolean'], srid: null, isTrial: true })
    for (const row of [
      [1, '2026-01-01', 1],
      [1.5, '2026-01-01T00:00:00Z', 2],
      ['x', 'y', 1],
    ]) {
      encoder.beginRow(1)
      for (const value of row) encoder.value(value)
      encoder.endRow()
    }
    expect(encoder.widenings()).toEqual([
      { column: 'field', fieldIndex: 0, to: 'number' },
      { column: 'field', fieldIndex: 1, to: 'datetime' },
      { column: 'field', fieldIndex: 2, to: 'integer' },
      { column: 'field', fieldIndex: 0, to: 'string' },
      { column: 'field', fieldIndex: 1, to: 'string' },
    ])
  })

  test('a row larger than the limit is a problem that names it', () => {
    const encoder = createCopyEncoder({ types: ['string'], srid: null, rowBytes: 1_000_000 })
    encoder.beginRow(42)
    expect(() => encoder.text('x'.repeat(2_000_000))).toThrow(/Feature 42 takes 20\d+ bytes/)
  })

  test('a row with a value too few is our mistake and never leaves', () => {
    const encoder = createCopyEncoder({ types: ['string'], srid: 4326 })
    encoder.beginRow(1)
    encoder.text('x')
    expect(() => encoder.endRow()).toThrow(/1 of 1/)
    expect(encoder.pending).toBe(0)
  })
})

test('rows survive any number of takes between and within them', async () => {
  const table = 'staging.p_takes'
  await db.pool.query(`create table ${table} (fid bigint, geom geometry(Point, 4326), c1 text)`)
  const encoder = createCopyEncoder({
    types: ['string'],
    srid: 4326,
    geometry: { type: 'Point', hasZ: false },
  })
  const chunks: Uint8Array[] = []
  for (let fid = 1; fid <= 3000; fid++) {
    encoder.beginRow(fid)
    encoder.point(fid / 100, -fid / 100)
    if (fid % 7 === 0) chunks.push(encoder.take())
    encoder.text('y'.repeat(fid % 500))
    encoder.endRow()
    if (fid % 5 === 0) chunks.push(encoder.take())
  }
  chunks.push(encoder.take())
  await db.copyIn(`copy ${table} from stdin (format binary)`, chunks)
  const { rows } = await db.pool.query(
    `select count(*) as n, sum(length(c1)) as length, bool_and(st_x(geom) = fid / 100.0) as placed from ${table}`,
  )
  expect(rows[0]).toEqual({
    n: 3000,
    length: Array.from({ length: 3000 }, (_, i) => (i + 1) % 500).reduce((a, b) => a + b),
    placed: true,
  })
})
