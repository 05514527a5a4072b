import { expect, test } from 'vitest'
import { recordFacts } from '../../../test/fixtures/layer-facts.ts'
import type { ExportedFile } from './facts.ts'
import { type VerifyInput, verify, verifyRaster } from './verify.ts'

const exported: ExportedFile = {
  file: 'f0123456789abcdef',
  layerName: 'Roads',
  layerBytes: 1,
  sizeBytes: 400_000,
  sha256: '0'.repeat(64),
  featureCount: 120,
  epsg: 2006,
  extent: [501000, 1520000, 520000, 1560000],
  fields: [
    { name: 'fid', type: 'integer64' },
    { name: 'name', type: 'string' },
    { name: 'lanes', type: 'integer64' },
    { name: 'length', type: 'double' },
  ],
}

const good: VerifyInput = {
  exported,
  layer: { kind: 'vector', geometryType: 'MultiLineString' },
  extentCrs84: [-61.05, 13.74, -60.9, 14.08],
  seen: {
    isValid: true,
    message: '',
    featureCount: 120,
    crs: 'OGC:CRS84',
    extent: [-61.05001, 13.74002, -60.90001, 14.07999],
    geometryType: 'MultiLineString',
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'name', type: 'string' },
      { name: 'lanes', type: 'integer' },
      { name: 'length', type: 'double' },
    ],
    hasFirstFeature: true,
  },
  server: recordFacts().collection,
}

const failed = (input: VerifyInput) =>
  verify(input)
    .filter(({ ok }) => !ok)
    .map(({ what }) => what)
const seen = (changes: Partial<VerifyInput['seen']>): VerifyInput => ({
  ...good,
  seen: { ...good.seen, ...changes },
})
const server = (changes: object): VerifyInput => ({
  ...good,
  server: good.server && { ...good.server, ...changes },
})

test('what is served as it was exported passes every check', () => {
  expect(failed(good)).toEqual([])
  expect(verify(good).map(({ what }) => what)).toEqual([
    'opens',
    'count',
    'first-feature',
    'crs',
    'extent',
    'geometry',
    'fields',
    'server-count',
    'server-crs',
    'server-fields',
  ])
})

test.each<[string, VerifyInput, string[]]>([
  ['it does not open', seen({ isValid: false, message: 'Not found' }), ['opens']],
  ['a feature is missing', seen({ featureCount: 119 }), ['count']],
  ['the count is not known', seen({ featureCount: null }), ['count']],
  ['no feature can be read', seen({ hasFirstFeature: false }), ['first-feature']],
  ['it lies elsewhere', seen({ extent: [-60, 13.7, -59.9, 14] }), ['extent']],
  ['it lies nowhere', seen({ extent: null }), ['extent']],
  ['it is in a CRS nobody asked for', seen({ crs: 'EPSG:3857', extent: null }), ['crs']],
  ['it has become points', seen({ geometryType: 'Point' }), ['geometry']],
  ['a field is missing', seen({ fields: [] }), ['fields']],
  ['the server stores another CRS', server({ storageEpsg: 4326 }), ['server-crs']],
  ['the server counts otherwise', server({ featureCount: 1 }), ['server-count']],
  [
    'the server has another type',
    server({ columns: [{ name: 'name', type: 'integer' }] }),
    ['server-fields'],
  ],
])('when %s, just that check fails', (_, input, expected) => {
  expect(failed(input)).toEqual(expected)
})

test('a failed check says what was expected and what was found', () => {
  const check = verify(seen({ fields: [{ name: 'name', type: 'string' }] })).find(
    ({ what }) => what === 'fields',
  )
  expect(check).toMatchObject({ expected: '3 fields', found: "'lanes' is missing; 'length' is missing" })
})

test('in the CRS of the data the extent must agree within centimetres, in another within the differences of datums', () => {
  const [west = 0, south = 0, east = 0, north = 0] = exported.extent ?? []
  const own = (shift: number) => seen({ crs: 'EPSG:2006', extent: [west + shift, south, east, north] })
  expect(failed(own(0.01))).toEqual([])
  expect(failed(own(1))).toEqual(['extent'])
  expect(failed(seen({ extent: [-61.0505, 13.7405, -60.9, 14.08] }))).toEqual([])
})

test('what QGIS guesses from GeoJSON is no difference: whole numbers, days as text', () => {
  const fields = [
    { name: 'length', type: 'integer' },
    { name: 'when', type: 'string' },
    { name: 'Name', type: 'datetime' },
  ]
  const mine = [
    { name: 'length', type: 'double' },
    { name: 'when', type: 'datetime' },
    { name: 'Name', type: 'string' },
  ]
  expect(failed({ ...seen({ fields }), exported: { ...exported, fields: mine }, server: null })).toEqual([])
})

test('a table and an empty layer are checked for what they have', () => {
  const table = {
    ...seen({ crs: '', extent: null, geometryType: 'NoGeometry' }),
    layer: { kind: 'table' as const, geometryType: null },
    server: null,
  }
  expect(failed(table)).toEqual([])
  const empty = {
    ...seen({ featureCount: 0, hasFirstFeature: false, fields: [], extent: null, geometryType: 'Unknown' }),
    exported: { ...exported, featureCount: 0, extent: null },
    server: null,
  }
  expect(failed(empty)).toEqual([])
})

const grid = { width: 600, height: 400, bands: 3, dataType: 'Byte' }
const extentCrs84 = [-61.05, 13.74, -60.9, 14.08]
const served = { ...recordFacts().collection, raster: { ...grid, dataType: 'uint8' }, extentCrs84 }
const failedOfRaster = (changes: object) =>
  verifyRaster(exported, {
    exported: grid,
    extentCrs84,
    server: { ...served, ...changes } as Parameters<typeof verifyRaster>[1]['server'],
  })
    .filter(({ ok }) => !ok)
    .map(({ what }) => what)

test.each<[string, object, string[]]>([
  ['as it was exported', {}, []],
  ['with fewer cells', { raster: { ...grid, dataType: 'uint8', width: 300 } }, ['server-size']],
  ['with fewer bands', { raster: { ...grid, dataType: 'uint8', bands: 1 } }, ['server-bands']],
  ['with other numbers', { raster: { ...grid, dataType: 'float32' } }, ['server-bands']],
  ['in another system', { storageEpsg: 32620 }, ['server-crs']],
  ['elsewhere', { extentCrs84: [5, 50, 6, 51] }, ['server-extent']],
  ['as features', { raster: null }, ['server-size', 'server-bands']],
])('a raster that is served %s is said to be so', (_, changes, expected) => {
  expect(failedOfRaster(changes)).toEqual(expected)
})
