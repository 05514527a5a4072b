/** GeoJSON that is wrong, or meant to hurt: a Problem in words, soon, and in little memory. */
import { expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { openGeojsonLayer, probeGeojson } from '../../backend/src/ingest/geojson.ts'
import { seededRandom } from '../bench/data.ts'
import { collection, rawCollection, rawFeature } from '../fixtures/geojson.ts'
import { loadRows, problemOf, withFile } from '../fixtures/loaded-rows.ts'

const probe = (content: string | Uint8Array) => withFile('x.geojson', content, (file) => probeGeojson(file))
const load = (content: string | Uint8Array) =>
  withFile('x.geojson', content, (file) => loadRows(openGeojsonLayer, file))
const problem = (content: string | Uint8Array) => problemOf(() => probe(content))

test.each([
  ['an empty file', '', 'file-empty', /FeatureCollection/],
  ['white space', ' \n ', 'file-empty', /FeatureCollection/],
  ['text', 'Castries', 'file-damaged', /line 1: the file begins with 'C'/],
  ['a list', '[{"type":"Feature"}]', 'file-damaged', /begins with '\['/],
  ['another kind of JSON', '{"type":"Topology","objects":{}}', 'layer-unreadable', /'Topology'/],
  ['JSON without type', '{"a":1}', 'layer-unreadable', /does not say its type/],
  ['features without type', '{"features":[]}', 'layer-unreadable', /does not say its type/],
  ['a VRT (E2)', '<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>', 'file-damaged', /begins with '<'/],
  [
    'NaN',
    rawCollection(rawFeature('{"a":1}'), rawFeature('{"s":"NaN","a":NaN}')),
    'number-not-finite',
    /feature 2 \(line 3\)/,
  ],
  ['-Infinity', rawCollection(rawFeature('{"a":-Infinity}')), 'number-not-finite', /-Infinity/],
  [
    'a coordinate NaN',
    rawCollection(rawFeature('{}', '{"type":"Point","coordinates":[NaN,1]}')),
    'number-not-finite',
    /NaN/,
  ],
  ['a trailing comma', '{"type":"FeatureCollection","features":[{},]}', 'file-damaged', /after 1 features/],
  [
    'a missing comma',
    '{"type":"FeatureCollection","features":[{}{}]}',
    'file-damaged',
    /'\{' where a feature or a comma/,
  ],
  ['a number among the features', '{"type":"FeatureCollection","features":[5]}', 'file-damaged', /'5'/],
  ['wrong brackets', rawCollection('{"a":[}}'), 'file-damaged', /feature 1 is not JSON/],
  [
    'a member that is no feature',
    rawCollection('{"type":"Feature","geometry":null,"properties":null}', '{"type":"Ding"}'),
    'layer-unreadable',
    /feature 2 \(line 3\) is of type 'Ding'/,
  ],
  [
    'properties that are a list',
    rawCollection(rawFeature('[1]')),
    'layer-unreadable',
    /properties that are not an object/,
  ],
  ['text after the end', `${collection([{}])} x`, 'file-damaged', /after the end/],
  [
    'two lists of features',
    '{"type":"FeatureCollection","features":[],"features":[]}',
    'file-damaged',
    /two lists/,
  ],
  ['UTF-16', Buffer.from(collection([{}]), 'utf16le'), 'file-damaged', /UTF-16LE/],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${collection([{}])}`, 'utf16le'), 'file-damaged', /UTF-16LE/],
  [
    'windows-1252',
    Buffer.from(rawCollection(rawFeature('{"a":"x"}'), rawFeature('{"a":"été"}')), 'latin1'),
    'file-damaged',
    /line 3: feature 2 holds text that is not UTF-8/,
  ],
])('%s is refused with a sentence', (_what, content, code, words) => {
  const found = problem(content)
  expect([found.code, found.message]).toEqual([code, expect.stringMatching(words)])
})

test.each([
  ['around the features', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['in a property', rawCollection(rawFeature(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`))],
  [
    'in a geometry',
    rawCollection(
      rawFeature(
        '{}',
        `${'{"type":"GeometryCollection","geometries":['.repeat(50_000)}${']}'.repeat(50_000)}`,
      ),
    ),
  ],
  ['in one feature alone', `{"type":"Feature","properties":{"a":${'['.repeat(100_000)}`],
])('nesting 100 000 deep %s is refused at once (E14)', (_where, content) => {
  const start = performance.now()
  expect(problem(content).message).toMatch(/nested deeper than 32 levels/)
  expect(performance.now() - start).toBeLessThan(15_000)
})

test('a feature of more than 16 MB is refused (G1)', () => {
  const content = rawCollection(rawFeature(`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`))
  expect(problem(content).message).toMatch(/larger than 16 MB/)
})

test('a feature a little under 16 MB is read', () => {
  const text = 'x'.repeat(15 * 1024 * 1024)
  expect(load(rawCollection(rawFeature('{"a":1}'), rawFeature(`{"a":"${text}"}`))).records[1]).toEqual({
    a: text,
  })
})

test('more than 1000 properties, or a name of more than 1000 letters, are refused', () => {
  const many = collection(Array.from({ length: 1001 }, (_, at) => ({ properties: { [`p${at}`]: at } })))
  expect(problem(many).code).toBe('too-many-fields')
  expect(problem(collection([{ properties: { ['n'.repeat(1001)]: 1 } }])).message).toMatch(/1001 characters/)
})

test('a geometry that is wrong refuses its row by number, and the probe says so', () => {
  const content = collection([
    {},
    {
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
    },
    { geometry: { type: 'Point', coordinates: [1e9, 0] } },
    { geometry: { type: 'Point', coordinates: ['1', 2] } },
    { geometry: { type: 'Sphere' } },
  ])
  expect(probe(content).layers[0]?.warnings).toContainEqual({
    code: 'geometry-broken',
    message: expect.stringContaining('2, 3, 4, 5'),
  })
  expect(load(content).statistics.refused).toMatchObject({ total: 4, rows: [2, 3, 4, 5] })
})

/** Whatever is in the file, the reader ends, with rows or a Problem. */
const expectToCope = (content: Uint8Array) => {
  for (const act of [() => probe(content), () => load(content)]) {
    try {
      act()
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
    }
  }
}

const sample = Buffer.from(
  collection(
    Array.from({ length: 60 }, (_, at) => ({
      id: at,
      properties: { name: `Soufrière "${at}" \\`, height: at / 3, day: '2024-01-01', nested: { a: [at] } },
      geometry:
        at % 7 === 0
          ? null
          : {
              type: 'LineString',
              coordinates: [
                [-61, 13.9],
                [-61 + at / 100, 14, at],
              ],
            },
    })),
    { crs: { type: 'name', properties: { name: 'EPSG:4326' } } },
  ),
)

test('a file cut off anywhere is refused', () => {
  for (let percent = 0; percent < 100; percent++) {
    const content = sample.subarray(0, Math.floor((sample.length * percent) / 100))
    expect(problem(content).code, `${percent} %`).toMatch(/file-damaged|file-empty/)
    expectToCope(content)
  }
})

test('a file with random bytes changed is read or refused (seed 7)', () => {
  const random = seededRandom(7)
  for (let round = 0; round < 400; round++) {
    const content = Buffer.from(sample)
    for (let change = 0; change <= round % 4; change++)
      content[Math.floor(random() * content.length)] = Math.floor(random() * 256)
    expectToCope(content)
  }
})
