/** What a file and a token already say, and the defaults that invent nothing. */
import { describe, expect, test } from 'vitest'
import type { TokenActor } from '../domain/actor.ts'
import type { Probe, ProbeLayer } from '../domain/probe.ts'
import { completeDefaults, isSpatialLayer, type PrefillInput, prefill } from './prefill.ts'
import { checkForPublication } from './rules.ts'

const actor: TokenActor = {
  kind: 'token',
  tokenId: 'abcdefgh',
  role: 'editor',
  domainId: null,
  name: 'Marie Joseph',
  organisation: 'Survey and Mapping Section',
  email: 'marie.joseph@example.org',
}

const layer = (overrides: Partial<ProbeLayer> = {}): ProbeLayer => ({
  name: 'main_roads',
  kind: 'features',
  featureCount: 1234,
  geometry: { type: 'LineString', hasZ: false, hasM: false },
  crs: { epsg: 2006, name: 'St. Lucia 1955 / British West Indies Grid', identifiedBy: 'authority' },
  extent: [500000, 1520000, 530000, 1560000],
  extentCrs84: [-61.081234567891, 13.7, -60.88, 14.1000000001],
  fields: [
    { name: 'name', type: 'string' },
    { name: 'lanes', type: 'integer' },
    { name: 'photo', type: 'binary', omitted: 'binary' },
  ],
  encoding: 'UTF-8',
  sizeBytes: 100_000,
  warnings: [],
  ...overrides,
})

const probe = (layers: ProbeLayer[], overrides: Partial<Probe> = {}): Probe => ({
  format: 'GeoPackage',
  kind: 'vector',
  mediaType: 'application/geopackage+sqlite3',
  layers,
  warnings: [],
  ...overrides,
})

const input = (overrides: Partial<PrefillInput> = {}): PrefillInput => ({
  probe: probe([layer()]),
  layerName: 'main_roads',
  fileName: 'training_data.gpkg',
  actor,
  today: '2026-03-14',
  ...overrides,
})

describe('prefill', () => {
  test('takes from the file what the file says (R4.9, R4.35, R4.40, R4.50)', () => {
    const { metadata, detected } = prefill(input())
    expect(detected).toEqual({
      title: 'Main roads',
      resourceType: 'dataset',
      bbox: { west: -61.0812346, south: 13.7, east: -60.88, north: 14.1 },
      spatialRepresentationType: 'vector',
      characterSet: 'utf8',
      crs: 'EPSG:2006',
      distributionFormat: { name: 'GeoPackage' },
    })
    expect(metadata).toMatchObject(detected)
  })

  test('takes the contact from the token and the date from the day (R4.19, R4.20, R4.21)', () => {
    const party = {
      individualName: 'Marie Joseph',
      organisation: 'Survey and Mapping Section',
      email: 'marie.joseph@example.org',
      role: 'pointOfContact',
    }
    expect(prefill(input()).metadata).toMatchObject({
      language: 'eng',
      dateStamp: '2026-03-14',
      contacts: [party],
      pointsOfContact: [party],
    })
    expect(prefill(input({ actor: { kind: 'public' } })).metadata).not.toHaveProperty('contacts')
  })

  test.each([
    ['coastal_habitats', 'Coastal habitats'],
    ['LandUse-2020', 'Land use 2020'],
    ['ROADS_2020', 'Roads 2020'],
    ['DEM 5m', 'DEM 5m'],
    ['größe\u0000 "My Table"', 'Größe "My Table"'],
    ['layer1', 'Training data'],
    ['  ', 'Training data'],
  ])('makes a title of the layer name %s', (name, title) => {
    const given = input({ probe: probe([layer({ name })]), layerName: name })
    expect(prefill(given).detected.title).toBe(title)
  })

  test('knows a table, a raster and a document', () => {
    const table = probe([layer({ kind: 'attributes', geometry: null, crs: null, extentCrs84: null })])
    expect(prefill(input({ probe: table })).detected).toMatchObject({
      resourceType: 'nonGeographicDataset',
      spatialRepresentationType: 'textTable',
    })
    const raster = probe([layer({ kind: 'raster', geometry: null })], { format: 'GeoTIFF', kind: 'raster' })
    expect(prefill(input({ probe: raster })).detected).toMatchObject({
      resourceType: 'dataset',
      spatialRepresentationType: 'grid',
      crs: 'EPSG:2006',
    })
    const pdf = probe([], { format: 'PDF', kind: 'document' })
    expect(prefill(input({ probe: pdf, layerName: null, fileName: 'Annual_report.pdf' })).detected).toEqual({
      title: 'Annual report',
      resourceType: 'nonGeographicDataset',
      distributionFormat: { name: 'PDF' },
    })
  })

  test('takes the only layer with geometry by itself, and none of several (R4.17)', () => {
    const table = layer({ name: 'owners', kind: 'attributes', geometry: null, crs: null, extentCrs84: null })
    const one = prefill(input({ probe: probe([table, layer()]), layerName: null })).detected
    expect(one).toMatchObject({ title: 'Main roads', crs: 'EPSG:2006' })
    const several = prefill(
      input({ probe: probe([layer(), layer({ name: 'rivers' })]), layerName: null }),
    ).detected
    expect(several).toEqual({
      title: 'Training data',
      resourceType: 'dataset',
      distributionFormat: { name: 'GeoPackage' },
    })
  })

  test('leaves out an extent that is not in degrees', () => {
    expect(
      prefill(input({ probe: probe([layer({ extentCrs84: [515000, 13, 520000, 14] })]) })).detected,
    ).not.toHaveProperty('bbox')
    expect(
      prefill(input({ probe: probe([layer({ extentCrs84: [Number.NaN, 13, -60, 14] })]) })).detected,
    ).not.toHaveProperty('bbox')
  })
})

describe('completeDefaults', () => {
  const check = (given: PrefillInput, metadata = {}) => {
    const spatial = given.probe.layers.some(isSpatialLayer)
    return checkForPublication(completeDefaults(metadata, given).metadata, {
      isSpatial: spatial,
      probeEpsg: null,
      crsList: [4326, 2006],
      nationalExtent: [-62.8, 13.23, -59.99, 14.28],
    })
  }

  test('makes one command enough: nothing mandatory is missing (Q3)', () => {
    expect(check(input(), { title: 'Roads' })).toEqual({ errors: [], warnings: [] })
    const table = probe([layer({ kind: 'attributes', geometry: null, crs: null, extentCrs84: null })])
    expect(check(input({ probe: table }))).toEqual({ errors: [], warnings: [] })
    expect(check(input({ probe: probe([], { format: 'PDF', kind: 'document' }), layerName: null }))).toEqual({
      errors: [],
      warnings: [],
    })
  })

  test('says only what was read, who asked and what day it is', () => {
    const { metadata, filled } = completeDefaults({ title: 'Roads' }, input())
    expect(metadata).toMatchObject({
      title: 'Roads',
      abstract:
        "1 234 features (LineString) with the attributes name and lanes, read from the layer 'main_roads' of the GeoPackage file 'training_data.gpkg'.",
      lineageStatement:
        "Derived from the GeoPackage file 'training_data.gpkg', layer 'main_roads', received on 2026-03-14. Nothing more is recorded about its origin.",
      useConditions: 'Unknown',
      accessConditions: 'Unknown',
      resourceLanguage: 'und',
      dates: { publication: '2026-03-14' },
    })
    expect(filled).toContain('abstract')
    expect(filled).not.toContain('title')
  })

  test('names a topic only when the title does, else where things lie', () => {
    const topics = (title: string) =>
      completeDefaults({ title }, input({ layerName: null })).metadata.topicCategories
    expect(topics('Roads')).toEqual(['transportation'])
    expect(topics('Coastal habitats')).toEqual(['oceans', 'biota'])
    expect(topics('Constituencies and parishes')).toEqual(['boundaries'])
    expect(topics('Broadleaf')).toEqual(['location'])
    expect(topics('Form 7')).toEqual(['location'])
  })

  test('keeps every value that was given', () => {
    const given = {
      title: 'T',
      useConditions: 'CC0-1.0',
      crs: 'EPSG:4326',
      topicCategories: ['health' as const],
    }
    expect(completeDefaults(given, input()).metadata).toMatchObject(given)
  })

  test('survives hostile names', () => {
    const hostile = layer({
      name: `a\u0000\n'b"<c>${'x'.repeat(5000)}`,
      fields: [{ name: '\ud800\n', type: 'string' }],
    })
    const { metadata } = completeDefaults({}, input({ probe: probe([hostile]), layerName: null }))
    expect(metadata.title?.length).toBeLessThanOrEqual(500)
    const said = `${metadata.title}${metadata.abstract}${metadata.lineageStatement}`
    expect([...said].every((character) => character >= ' ' && character.isWellFormed())).toBe(true)
  })
})
