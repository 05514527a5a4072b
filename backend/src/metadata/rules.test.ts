/** What stops a publication, what only warns, and that both say where and what to do. */
import { describe, expect, test } from 'vitest'
import { completeMetadata } from '../../../test/fixtures/record-metadata.ts'
import type { RecordMetadataDraft } from './record-metadata.ts'
import { type CheckContext, checkForPublication, isWebAddress } from './rules.ts'

const context: CheckContext = {
  isSpatial: true,
  probeEpsg: 2006,
  crsList: [4326, 2006, 32620, 4606, 3857],
  nationalExtent: [-62.8, 13.23, -59.99, 14.28],
}

const check = (overrides: RecordMetadataDraft, more: Partial<CheckContext> = {}) =>
  checkForPublication(completeMetadata(overrides), { ...context, ...more })
const errors = (overrides: RecordMetadataDraft, more?: Partial<CheckContext>) =>
  check(overrides, more).errors.map(({ page, field, code }) => `${page} ${field} ${code}`)
const warnings = (overrides: RecordMetadataDraft, more?: Partial<CheckContext>) =>
  check(overrides, more).warnings.map(({ page, field, code }) => `${page} ${field} ${code}`)

describe('checkForPublication', () => {
  test('finds nothing in a complete record', () => {
    expect(check({})).toEqual({ errors: [], warnings: [] })
  })

  test('asks an empty draft for the mandatory list, page by page (Q3, R4.60)', () => {
    const found = checkForPublication({}, context)
    expect(found.errors.map(({ page, field }) => `${page} ${field}`)).toEqual([
      '2 language',
      '2 dateStamp',
      '2 contacts',
      '3 resourceType',
      '3 title',
      '3 dates',
      '3 abstract',
      '3 pointsOfContact',
      '4 resourceLanguage',
      '4 topicCategories',
      '5 crs',
      '6 lineageStatement',
      '7 useConditions',
      '7 accessConditions',
    ])
    expect(found.warnings.map(({ field }) => field)).toEqual(['bbox'])
    expect(found.errors.every(({ message }) => /\.$/.test(message))).toBe(true)
  })

  test('takes blanks for missing', () => {
    expect(errors({ title: '  ', dates: {}, contacts: [], useConditions: '\n' })).toEqual([
      '2 contacts missing',
      '3 title missing',
      '3 dates missing',
      '7 useConditions missing',
    ])
  })

  test('leaves optional what page texts call optional (R4.28, R4.31, R4.39, R4.49)', () => {
    const optional = {
      bbox: undefined,
      temporalExtent: undefined,
      crs: undefined,
      distributionFormat: undefined,
      additionalDownloadUrl: undefined,
      resourceName: undefined,
      informationUrl: undefined,
      webServices: undefined,
      keywords: undefined,
    }
    expect(check(optional, { isSpatial: false, probeEpsg: null })).toEqual({ errors: [], warnings: [] })
  })

  test('asks for topic categories of datasets and series only (R4.37)', () => {
    expect(errors({ topicCategories: undefined })).toEqual(['4 topicCategories missing'])
    expect(errors({ topicCategories: undefined, resourceType: 'nonGeographicDataset' })).toEqual([])
  })

  test('asks every contact for a name or organisation and an e-mail (Q3)', () => {
    expect(
      errors({ contacts: [{ role: 'owner' }, { organisation: 'X', email: 'x@y.z', role: 'owner' }] }),
    ).toEqual(['2 contacts[0].organisation contact-unnamed', '2 contacts[0].email contact-unreachable'])
    expect(errors({ pointsOfContact: [{ individualName: 'M', role: 'owner' }] })).toEqual([
      '3 pointsOfContact[0].email contact-unreachable',
    ])
  })

  test('warns when dates are in the wrong order and refuses impossible ones (R4.20, R4.25)', () => {
    expect(
      warnings({ dates: { creation: '2025-02-01', publication: '2025-01-01', revision: '2024-12-31' } }),
    ).toEqual(['3 dates.publication dates-out-of-order', '3 dates.revision dates-out-of-order'])
    expect(errors({ dates: { creation: '2026-02-30' }, dateStamp: '2025-13-01' })).toEqual([
      '2 dateStamp date-impossible',
      '3 dates.creation date-impossible',
    ])
    expect(check({ dates: { creation: '2024-02-29', revision: '2024-02-29' } }).warnings).toEqual([])
  })

  test('refuses a temporal extent that ends before it begins (R4.31)', () => {
    expect(errors({ temporalExtent: { begin: '2024-05-01', end: '2024-04-30' } })).toEqual([
      '3 temporalExtent.end temporal-extent-reversed',
    ])
    expect(errors({ temporalExtent: { begin: '2024-05-01', end: '2024-05-01' } })).toEqual([])
  })

  test('judges the bounding box (R4.30, R13.7)', () => {
    expect(warnings({ bbox: undefined })).toEqual(['3 bbox bbox-missing'])
    expect(errors({ bbox: { west: -61, south: 14, east: -60.9, north: 13.7 } })).toEqual([
      '3 bbox.south bbox-upside-down',
    ])
    expect(errors({ bbox: { west: 515000, south: 14, east: Number.NaN, north: 15 } })).toEqual([
      '3 bbox.west bbox-out-of-range',
      '3 bbox.east bbox-out-of-range',
    ])
    expect(warnings({ bbox: { west: 170, south: 13, east: -170, north: 14 } })).toEqual([
      '3 bbox.west bbox-crosses-antimeridian',
    ])
    // The box of a single point is a box.
    expect(check({ bbox: { west: -61, south: 14, east: -61, north: 14 } })).toEqual({
      errors: [],
      warnings: [],
    })
    expect(check({ bbox: { west: 5, south: 50, east: 6, north: 51 } }).warnings[0]).toMatchObject({
      code: 'bbox-outside-national-extent',
      message: expect.stringContaining('Check it'),
    })
    expect(
      check({ bbox: { west: 13.7, south: -61.1, east: 14.1, north: -60.8 } }).warnings[0]?.message,
    ).toContain('Longitude and latitude look exchanged')
    expect(warnings({ bbox: { west: 5, south: 50, east: 6, north: 51 } }, { nationalExtent: null })).toEqual(
      [],
    )
  })

  test('wants a CRS of spatial data, and warns of one that is unusual or not the file’s (R4.42)', () => {
    expect(errors({ crs: undefined })).toEqual(['5 crs missing'])
    expect(errors({ crs: 'WGS 84' })).toEqual(['5 crs crs-unreadable'])
    expect(warnings({ crs: 'EPSG:4326' })).toEqual(['5 crs crs-differs-from-file'])
    expect(warnings({ crs: 'EPSG:28992' }, { probeEpsg: null })).toEqual(['5 crs crs-not-listed'])
  })

  test('wants a whole number as resolution (R4.36)', () => {
    expect(errors({ spatialResolutionDenominator: 0.5 })).toEqual([
      '4 spatialResolutionDenominator resolution-not-whole',
    ])
  })

  test('refuses addresses nobody can open, and warns of a service without layer (R4.55, R9.5)', () => {
    expect(
      errors({
        additionalDownloadUrl: 'javascript:alert(1)',
        informationUrl: 'www.example.org',
        webServices: [{ protocol: 'OGC:WMS', url: 'https://user:secret@example.org/wms', layer: 'a' }],
      }),
    ).toEqual([
      '8 additionalDownloadUrl address-unusable',
      '8 informationUrl address-unusable',
      '8 webServices[0].url address-unusable',
    ])
    expect(warnings({ webServices: [{ protocol: 'OGC:WFS', url: 'https://example.org/ows' }] })).toEqual([
      '8 webServices[0].layer service-without-layer',
    ])
  })
})

test.each([
  ['https://example.org/a?b=c#d', true],
  ['ftp://example.org/', true],
  ['https://example.org:8443/ä', true],
  ['file:///etc/passwd', false],
  ['data:text/html,x', false],
  ['https://', false],
  ['https://a b.org', false],
  ['https://example.org/<script>', false],
  ['//example.org', false],
  ['https://example.org/50%', false],
  ['https://example.org/50%25', true],
  ['https://example.org/a[1]', false],
  ['https://example.org/a#b#c', false],
  ['https://user:secret@example.org/', false],
  ['https://example.org/@user:secret', true],
  [`https://example.org/${'a'.repeat(2048)}`, false],
])('the web address %s is usable: %s (R4.55)', (address, usable) => {
  expect(isWebAddress(address)).toBe(usable)
})
