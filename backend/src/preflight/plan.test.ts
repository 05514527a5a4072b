import { expect, test } from 'vitest'
import { layerFacts, layerLink, recordFacts, stamps } from '../../../test/fixtures/layer-facts.ts'
import type { LayerFacts, RecordFacts } from './facts.ts'
import { type PlanRequest, planLayer } from './plan.ts'

const plan = (
  changes: Partial<LayerFacts>,
  record: Partial<RecordFacts> | null = {},
  more: Partial<PlanRequest> = {},
) =>
  planLayer({
    facts: layerFacts({ link: layerLink(), ...changes }),
    metadata: recordFacts().metadata,
    published: record === null ? { kind: 'none' } : { kind: 'record', record: recordFacts(record) },
    collectionId: 'roads',
    hasStyle: true,
    ...more,
  })

test('what was never published is new in every part', () => {
  expect(plan({ link: null }, null)).toMatchObject({
    kind: 'new',
    data: 'new',
    style: 'new',
    recordId: null,
    collectionId: 'roads',
    ifMatch: null,
    needsConsent: false,
  })
})

test('a record that is gone is published anew, and the old id is not claimed', () => {
  const gone = { kind: 'gone' as const, recordId: recordFacts().id }
  expect(plan({}, null, { published: gone })).toMatchObject({ kind: 'new', recordId: null, styleId: null })
})

test('equal stamps and equal metadata leave everything untouched', () => {
  expect(plan({})).toMatchObject({
    kind: 'untouched',
    data: 'keep',
    style: 'keep',
    metadata: { changed: [] },
    refusal: null,
  })
})

test.each<[string, Partial<typeof stamps>, object]>([
  ['data', { data: 'd2' }, { data: 'replace', style: 'keep' }],
  ['style', { style: 's2' }, { data: 'keep', style: 'replace' }],
])('only the %s that changed is replaced, under the same id and the version seen', (_, changed, expected) => {
  expect(plan({ stamps: { ...stamps, ...changed } })).toMatchObject({
    kind: 'update',
    collectionId: 'roads',
    ifMatch: '"3"',
    ...expected,
  })
})

test('the data of a layer that is the collection itself are never sent back to it', () => {
  const own = {
    serviceUrl: 'https://catalogue.example/pygeoapi',
    stamps: { ...stamps, data: 'd2', style: 's2' },
  }
  expect(plan(own)).toMatchObject({ data: 'keep', style: 'replace' })
  expect(plan(own, {}, { parts: { data: true } })).toMatchObject({ data: 'keep' })
})

test('who asks for a part gets it, and no other', () => {
  const parts = { data: true, style: false, metadata: false }
  expect(plan({ stamps: { data: 'd1', style: 's2', metadata: 'm1' } }, {}, { parts })).toMatchObject({
    data: 'replace',
    style: 'keep',
    metadata: { changed: [] },
  })
})

test('a collection that was taken out of the APIs comes back; a style that was not there is new', () => {
  expect(plan({}, { collection: null, defaultStyle: null })).toMatchObject({
    data: 'new',
    style: 'new',
    collectionId: 'roads',
  })
})

test('a layer without a style never takes one away', () => {
  expect(plan({ stamps: { ...stamps, style: 's2' } }, {}, { hasStyle: false })).toMatchObject({
    style: 'keep',
  })
})

test('changed metadata are named, and the date of the record is no change', () => {
  const metadata = { ...recordFacts().metadata, title: 'Other', dateStamp: '2026-11-27', keywords: ['a'] }
  expect(plan({}, {}, { metadata }).metadata.changed).toEqual(['title', 'keywords'])
})

test('lost, retyped and new columns, and another geometry, are listed and need consent (R5.11)', () => {
  const { schema, needsConsent } = plan({
    stamps: { ...stamps, data: 'd2' },
    geometryType: 'Point',
    fields: [
      { name: 'fid', type: 'integer64' },
      { name: 'name', type: 'integer' },
      { name: 'lanes', type: 'double' },
      { name: 'Länge', type: 'double' },
      { name: 'photo', type: 'binary' },
    ],
  })
  expect(schema).toEqual({
    dropped: ['length'],
    added: [{ name: 'Länge', type: 'number' }],
    // Whole numbers that become numbers hurt nobody.
    retyped: [{ name: 'name', from: 'string', to: 'integer' }],
    geometryChange: { from: 'MultiLineString', to: 'Point' },
  })
  expect(needsConsent).toBe(true)
})

test('a field called __proto__ is a field like others', () => {
  const { schema } = plan({
    stamps: { ...stamps, data: 'd2' },
    fields: [{ name: '__proto__', type: 'string' }],
  })
  expect(schema.added).toEqual([{ name: '__proto__', type: 'string' }])
})

test('new columns and single parts for multi-parts need no consent', () => {
  const fields = [...layerFacts().fields, { name: 'new', type: 'date' }]
  const found = plan({ stamps: { ...stamps, data: 'd2' }, fields, geometryType: 'LineString' })
  expect(found).toMatchObject({ data: 'replace', needsConsent: false })
  expect(found.schema.added).toEqual([{ name: 'new', type: 'date' }])
})

test("somebody else's record, or one under review, is refused as soon as anything would change", () => {
  const changed = { stamps: { ...stamps, data: 'd2' } }
  expect(plan(changed, { canPublish: false }).refusal?.key).toBe('LNK-004')
  expect(plan(changed, { state: 'in_review' }).refusal?.key).toBe('LNK-005')
  expect(plan({}, { canPublish: false }).refusal).toBeNull()
})

test('a record that went on since is said', () => {
  expect(plan({}, { version: 4, etag: '"4"' })).toMatchObject({ isChangedOnServer: true, ifMatch: '"4"' })
})

const grid = { width: 600, height: 400, bands: 3, dataType: 'Byte' }
const ofRaster = (bands: number) => ({
  collection: { ...recordFacts().collection, raster: { ...grid, bands } } as RecordFacts['collection'],
})
const raster = { kind: 'raster' as const, geometryType: null, fields: [], raster: grid }

test('a raster of as many bands takes the place of one without asking; bands that go are named', () => {
  const newData = { ...raster, stamps: { ...stamps, data: 'd2' } }
  expect(plan(newData, ofRaster(3))).toMatchObject({ data: 'replace', needsConsent: false })
  expect(plan(newData, ofRaster(4))).toMatchObject({
    needsConsent: true,
    schema: { dropped: ['band 4'], geometryChange: null },
  })
})

test('whether a raster takes the place of features is asked', () => {
  expect(plan({ ...raster, stamps: { ...stamps, data: 'd2' } })).toMatchObject({
    needsConsent: true,
    schema: { geometryChange: { from: 'MultiLineString', to: 'Raster' } },
  })
})
