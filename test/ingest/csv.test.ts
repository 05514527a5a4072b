/** What CSV files become: a document with a description; points, geometries or rows when the publisher says so. */
import { expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { openCsvLayer, probeCsv } from '../../backend/src/ingest/csv.ts'
import type { OpenLayerOptions } from '../../backend/src/ingest/reader.ts'
import { seededRandom } from '../bench/data.ts'
import { csv } from '../fixtures/csv.ts'
import { loadRows, problemOf, withFile } from '../fixtures/loaded-rows.ts'

const probe = (content: string | Uint8Array) =>
  withFile('stations.csv', content, (file) => {
    const found = probeCsv(file)
    const [layer] = found.layers
    if (!layer) throw new Error('no layer')
    return { ...layer, documentKind: found.kind, codes: layer.warnings.map(({ code }) => code) }
  })
const load = (content: string | Uint8Array, options: Partial<OpenLayerOptions> = {}) =>
  withFile('stations.csv', content, (file) => loadRows(openCsvLayer, file, options))
const asPoints = { csv: { x: 'lon', y: 'lat' } }

test('a CSV file is a document whose columns are described (R5.13)', () => {
  const content = csv(
    ['name', 'lon', 'lat', 'height'],
    ['Castries', -60.99, 14.01, 5],
    ['Vieux Fort', -60.95, 13.72, 7.5],
  )
  expect(probe(content)).toMatchObject({
    documentKind: 'document',
    name: 'stations',
    kind: 'attributes',
    featureCount: 2,
    geometry: null,
    encoding: 'UTF-8',
    coordinateColumns: { x: 'lon', y: 'lat' },
    extentCrs84: [-60.99, 13.72, -60.95, 14.01],
    warnings: [],
    fields: [
      { name: 'name', type: 'string' },
      { name: 'lon', type: 'number' },
      { name: 'lat', type: 'number' },
      { name: 'height', type: 'number' },
    ],
  })
})

test('columns have the types that hold all their values; codes stay text', () => {
  const content = csv(
    ['whole', 'part', 'code', 'phone', 'yes', 'day', 'moment', 'mixed', 'long', 'longer', 'none'],
    [
      1,
      1,
      '007',
      '+1758',
      'true',
      '2024-02-29',
      '2024-01-01T10:00:00Z',
      1,
      '9007199254740993',
      '12345678901234567890',
      '',
    ],
    [-2, 1.5, '12', '5', 'FALSE', '', '2024-01-01 10:00:00+05:00', 'x', '1', '1', ''],
  )
  const loaded = load(content, { csv: { table: true } })
  expect(loaded.schema.fields.map(({ type }) => type)).toEqual([
    'integer',
    'number',
    'string',
    'string',
    'boolean',
    'date',
    'datetime',
    'string',
    'integer',
    'string',
    'string',
  ])
  expect(loaded.rows.map(({ values }) => values)).toEqual([
    [
      1,
      1,
      '007',
      '+1758',
      true,
      '2024-02-29',
      '2024-01-01T10:00:00.000Z',
      '1',
      9007199254740993n,
      '12345678901234567890',
      null,
    ],
    [-2, 1.5, '12', '5', false, null, '2024-01-01T05:00:00.000Z', 'x', 1, '1', null],
  ])
})

test('points are made of two named columns, in WGS 84 unless the publisher says otherwise', () => {
  const content = csv(['name', 'lon', 'lat'], ['Castries', -60.99, 14.01], ['nowhere', '', ''])
  const loaded = load(content, asPoints)
  expect(loaded.schema).toMatchObject({ geometry: { type: 'Point', hasZ: false }, srid: 4326 })
  expect(loaded.rows).toMatchObject([
    {
      fid: 1,
      geometry: { type: 'Point', coordinates: [-60.99, 14.01] },
      values: ['Castries', -60.99, 14.01],
    },
    { fid: 2, geometry: null, values: ['nowhere', null, null] },
  ])
  expect(loaded.statistics.warnings).toMatchObject([
    { code: 'empty-coordinates', message: expect.stringContaining('1 row') },
  ])
  expect(load(content, { ...asPoints, sourceEpsg: 32620 }).schema.srid).toBe(32620)
})

test('geometry may come from a column of WKT', () => {
  const content = csv(['geom', 'n'], ['POINT (-61 13.9)', 1], ['LINESTRING Z (0 0 1, 1 1 2)', 2], ['', 3])
  expect(probe(content).coordinateColumns).toEqual({ wkt: 'geom' })
  const loaded = load(content, { csv: { wkt: 'geom' } })
  expect(loaded.schema.geometry).toMatchObject({ type: 'Geometry', hasZ: true })
  expect(loaded.rows.map(({ geometry }) => geometry)).toEqual([
    { type: 'Point', coordinates: [-61, 13.9, 0] },
    {
      type: 'LineString',
      coordinates: [
        [0, 0, 1],
        [1, 1, 2],
      ],
    },
    null,
  ])
})

test('coordinates that are no numbers are named with their lines', () => {
  const content = csv(['lon', 'lat'], [-61, 13.9], ['61W', 13.9], [-61, '13,9'], [-61, ''])
  const found = problemOf(() => load(content, asPoints))
  expect(found).toMatchObject({
    code: 'rows-unreadable',
    message: expect.stringMatching(/'61W' in column 'lon'.*Line\(s\): 3, 4, 5/),
  })
  expect(problemOf(() => load(csv(['g'], ['Castries']), { csv: { wkt: 'g' } })).message).toMatch(
    /'Castries' in column 'g'.*WKT/,
  )
})

test('a column that is not there is named, with those that are', () => {
  const found = problemOf(() => load(csv(['a', 'b'], [1, 2]), asPoints))
  expect(found).toMatchObject({ code: 'csv-column-missing', message: expect.stringMatching(/'lon'.*a, b/) })
})

test('coordinates that cannot be degrees need an EPSG code', () => {
  const content = csv(['x', 'y'], [512_345, 1_540_000])
  expect(probe(content)).toMatchObject({ codes: ['not-degrees'], extentCrs84: null })
  expect(problemOf(() => load(content, { csv: { x: 'x', y: 'y' } })).code).toBe('crs-missing')
  expect(load(content, { csv: { x: 'x', y: 'y' }, sourceEpsg: 2006 }).rows).toHaveLength(1)
})

test('latitude and longitude the wrong way round are noticed (R4.18)', () => {
  expect(probe(csv(['latitude', 'longitude'], [-120.5, 13.9])).codes).toContain('lat-lon-swapped')
})

test.each([
  ['longitude', 'latitude'],
  ['LON', 'LAT'],
  ['x', 'y'],
  ['Easting', 'Northing'],
  ['POINT_X', 'POINT_Y'],
  ['decimalLongitude', 'decimalLatitude'],
])('%s and %s are offered as coordinates', (x, y) => {
  expect(probe(csv(['name', y, x], ['a', 13.9, -61])).coordinateColumns).toEqual({ x, y })
})

test('text in columns with such names is not offered', () => {
  expect(probe(csv(['x', 'y'], ['a', 'b'])).coordinateColumns).toBeUndefined()
})

test.each([
  ['commas', 'a,b\n1,2\n'],
  ['semicolons, as Excel in most of Europe', 'a;b\n1;2\n'],
  ['tabs', 'a\tb\n1\t2\n'],
  ['bars', 'a|b\n1|2\n'],
  ['Windows line ends', 'a,b\r\n1,2\r\n'],
  ['old Macintosh line ends', 'a,b\r1,2\r'],
  ['no line end at the end', 'a,b\n1,2'],
  ['blank lines', '\na,b\n\n1,2\n\n'],
  ['a byte order mark', '\ufeffa,b\n1,2\n'],
  ["Excel's hint", 'sep=;\na;b\n1;2\n'],
  ['quotes everywhere', '"a","b"\n"1","2"\n'],
  ['blanks around numbers', 'a,b\n 1 , 2\n'],
  ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')],
  ['UTF-16 without mark', Buffer.from('a,b\n1,2\n', 'utf16le')],
])('%s are understood', (_what, content) => {
  expect(load(content, { csv: { table: true } }).records).toEqual([{ a: 1, b: 2 }])
})

test('quoted cells keep delimiters, quotes and line ends; an empty one is text, a missing one is nothing', () => {
  const content = 'a,b\n"x, ""y""\r\nz",""\n5" pipe,\n'
  expect(load(content, { csv: { table: true } }).records).toEqual([
    { a: 'x, "y"\r\nz', b: '' },
    { a: '5" pipe', b: null },
  ])
})

test('windows-1252 is taken for what it is, with a warning', () => {
  const content = Buffer.from('name,lon,lat\nSoufrière – été,-61,13.8\n'.replace('–', '\x96'), 'latin1')
  expect(probe(content)).toMatchObject({ encoding: 'windows-1252', codes: ['encoding-guessed'] })
  expect(load(content, asPoints).records[0]).toMatchObject({ name: 'Soufrière – été' })
})

test('a character on the border of two blocks does not spoil UTF-8', () => {
  for (let shift = 0; shift < 4; shift++) {
    const content = `a\n${'x'.repeat(shift)}${'\u{1f334}é–'.repeat(30_000)}\n`
    const loaded = load(content, { csv: { table: true } })
    expect(loaded.records).toEqual([{ a: content.slice(2, -1) }])
  }
})

test('column names that are missing or doubled get names of their own', () => {
  const found = probe('a,,a\n1,2,3\n')
  expect([found.fields.map(({ name }) => name), found.codes]).toEqual([
    ['a', 'column 2', 'a 2'],
    ['fields-renamed'],
  ])
})

test('hostile column names are data', () => {
  const names = ['__proto__', 'constructor', '"; drop table x; --', '=cmd|x', 'größe']
  expect(probe(csv(names, [1, 2, 3, 4, 5])).fields.map(({ name }) => name)).toEqual(names)
})

test('a column whose type changes late makes the load begin again once', () => {
  const rows = Array.from({ length: 5000 }, (_, at) => [at < 4000 ? at : `n${at}`, at < 3000 ? 1 : 2.5])
  const loaded = load(csv(['a', 'b'], ...rows), { csv: { table: true } })
  expect([loaded.rounds, loaded.rows.length, loaded.records[4999]]).toEqual([2, 5000, { a: 'n4999', b: 2.5 }])
})

test('a load with the schema of the probe needs one round', () => {
  const content = csv(['a'], ...Array.from({ length: 3000 }, (_, at) => [at < 2000 ? 1 : 'x']))
  const { fields } = probe(content)
  const schema = { fields, geometry: null, srid: null, keepsFid: false }
  expect(load(content, { csv: { table: true }, schema }).rounds).toBe(1)
})

// What is wrong ------------------------------------------------------------------------------------------

test('lines with too few or too many cells are named; the file can still be a document', () => {
  const content = 'a,b\n1,2\n1\n1,2,3\n'
  expect(problemOf(() => load(content, { csv: { table: true } })).message).toMatch(
    /1 cell; expected 2 cells.*3, 4/,
  )
  expect(probe(content)).toMatchObject({ featureCount: 3, codes: ['not-a-table'] })
})

test.each([
  ['an empty file', '', 'file-empty', /column names/],
  ['white lines', '\n\n', 'file-empty', /column names/],
  ['zeros', 'a,b\n1,\0\n', 'file-damaged', /byte 6 is zero/],
  ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'file-damaged', /no text/],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'file-damaged', /UTF-32/],
  ['100 000 columns (B7)', `${'a,'.repeat(100_000)}\n`, 'file-damaged', /more than 200 columns/],
  ['one line of 60 MB (B7)', `a${'x'.repeat(60 * 1024 * 1024)}`, 'file-damaged', /longer than 1024 KB/],
  ['a name of 2000 letters', `${'a'.repeat(2000)},b\n1,2\n`, 'file-damaged', /2000 characters/],
])('%s is refused with a sentence', (_what, content, code, words) => {
  const start = performance.now()
  const found = problemOf(() => probe(content))
  expect([found.code, found.message]).toEqual([code, expect.stringMatching(words)])
  expect(performance.now() - start).toBeLessThan(20_000)
})

test.each([
  ['a quotation mark that is never closed', 'a,b\n1,2\n3,"4\n5,6\n', /line 3 is never closed/],
  ['text after a closing quotation mark', 'a,b\n"1"x,2\n', /line 2 has text after a closing/],
  ['a line of more than 1 MB', `a,b\n1,${'x'.repeat(1_500_000)}\n`, /line 2 is longer than 1024 KB/],
  ['201 cells', `a\n1${',1'.repeat(200)}\n`, /line 2 has more than 200 columns/],
])('%s keeps a file from being a table, and is named', (_what, content, words) => {
  expect(problemOf(() => load(content, { csv: { table: true } })).message).toMatch(words)
  expect(probe(content).warnings).toMatchObject([
    { code: 'not-a-table', message: expect.stringMatching(words) },
  ])
})

const sample = Buffer.from(
  csv(
    ['name', 'lon', 'lat', 'day'],
    ...Array.from({ length: 80 }, (_, at) => [
      at % 5 ? `Anse "${at}", là` : `two\nlines ${at}`,
      -61 + at / 1000,
      13.9,
      '2024-01-01',
    ]),
  ),
)

const expectToCope = (content: Uint8Array) => {
  for (const act of [
    () => probe(content),
    () => load(content, asPoints),
    () => load(content, { csv: { table: true } }),
  ]) {
    try {
      act()
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
    }
  }
}

test('a file cut off anywhere is read as far as it goes, or refused', () => {
  for (let percent = 0; percent < 100; percent++)
    expectToCope(sample.subarray(0, Math.floor((sample.length * percent) / 100)))
  const middle = sample.subarray(0, sample.lastIndexOf('13.9'))
  expect(problemOf(() => load(middle, asPoints)).code).toBe('rows-unreadable')
})

test('a file with random bytes changed is read or refused (seed 11)', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 300; round++) {
    const content = Buffer.from(sample)
    for (let change = 0; change <= round % 4; change++)
      content[Math.floor(random() * content.length)] = Math.floor(random() * 256)
    expectToCope(content)
  }
})
