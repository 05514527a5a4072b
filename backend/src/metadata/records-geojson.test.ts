/** A record as OGC API Records says it (R6.13), and the addresses made from its web services (R9). */
import { describe, expect, test } from 'vitest'
import { completeMetadata } from '../../../test/fixtures/record-metadata.ts'
import { toRecordGeoJson } from './records-geojson.ts'
import { capabilitiesUrlOf, downloadUrlOf } from './web-services.ts'

const document = (overrides = {}) => ({
  metadata: completeMetadata(overrides),
  identifier: '6c1f0b1e-8a52-4d8e-9f30-0d7a3a1f6b11',
  createdAt: '2026-03-14T10:00:00Z',
  updatedAt: '2026-03-15T10:00:00Z',
  formats: [{ name: 'GeoPackage', mediaType: 'application/geopackage+sqlite3' }],
  links: [{ rel: 'self', href: 'https://secims.example/records/x' }],
})

describe('/req/record-core', () => {
  test('a record is a feature with id, geometry, time and the core properties', () => {
    expect(toRecordGeoJson(document())).toEqual({
      type: 'Feature',
      id: '6c1f0b1e-8a52-4d8e-9f30-0d7a3a1f6b11',
      conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'],
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [-61.13, 13.66],
            [-60.82, 13.66],
            [-60.82, 14.16],
            [-61.13, 14.16],
            [-61.13, 13.66],
          ],
        ],
      },
      time: { interval: ['2024-01-01', '2024-12-31'] },
      properties: {
        created: '2026-03-14T10:00:00Z',
        updated: '2026-03-15T10:00:00Z',
        type: 'dataset',
        title: 'Coastal habitats',
        description: completeMetadata().abstract,
        keywords: ['mangrove', 'reef', 'größe & <tags>', 'coastal ecosystem', 'wetland'],
        themes: [
          {
            scheme: 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_TopicCategoryCode',
            concepts: [
              { id: 'biota', title: 'Plants, animals and habitats' },
              { id: 'oceans', title: 'Oceans and coasts' },
            ],
          },
          { scheme: 'GEMET - Concepts', concepts: [{ id: 'coastal ecosystem' }, { id: 'wetland' }] },
        ],
        language: { code: 'en' },
        resourceLanguages: [{ code: 'en' }],
        formats: [{ name: 'GeoPackage', mediaType: 'application/geopackage+sqlite3' }],
        contacts: [
          {
            organization: 'Department of Fisheries',
            emails: [{ value: 'fisheries@example.org' }],
            roles: ['owner'],
          },
          { organization: 'Department of Fisheries', roles: ['custodian'] },
        ],
        license: 'CC-BY-4.0',
        rights: 'Use: CC-BY-4.0\nAccess: No conditions',
      },
      links: [{ rel: 'self', href: 'https://secims.example/records/x' }],
    })
  })

  test('a record without extent has null geometry and time, and still type and title', () => {
    const record = toRecordGeoJson({ ...document(), metadata: {}, formats: [] })
    expect(record).toMatchObject({ geometry: null, time: null, properties: { type: 'dataset' } })
    expect(record.properties.title).toBe(record.id)
  })

  test('open ends, single days, and boxes across the antimeridian', () => {
    const time = (temporalExtent: object) => toRecordGeoJson(document({ temporalExtent })).time
    expect(time({ begin: '2024-01-01' })).toEqual({ interval: ['2024-01-01', '..'] })
    expect(time({ begin: '2024-01-01', end: '2024-01-01' })).toEqual({ date: '2024-01-01' })
    const across = toRecordGeoJson(document({ bbox: { west: 170, south: -20, east: -170, north: -10 } }))
    expect(across.geometry?.type).toBe('MultiPolygon')
  })

  test('telephone numbers in the one form the schema takes', () => {
    const contact = (phone: string) =>
      toRecordGeoJson(document({ pointsOfContact: [{ organisation: 'X', role: 'owner', phone }] })).properties
        .contacts?.[0]
    expect(contact('+1 (758) 555-0100')?.phones).toEqual([{ value: '+17585550100' }])
    expect(contact('555 0100')).not.toHaveProperty('phones')
  })
})

describe('web services', () => {
  const wfs = {
    protocol: 'OGC:WFS' as const,
    url: 'https://example.org/ows?map=a&REQUEST=GetCapabilities',
    layer: 'lc:roads',
  }

  test('a WFS layer is a download (R9.4, R9.6)', () => {
    expect(downloadUrlOf(wfs)).toBe(
      'https://example.org/ows?map=a&service=WFS&version=2.0.0&request=GetFeature&typeNames=lc%3Aroads&outputFormat=application%2Fjson',
    )
    expect(downloadUrlOf({ ...wfs, layer: undefined })).toBeNull()
    expect(downloadUrlOf({ ...wfs, protocol: 'OGC:WMS' })).toBeNull()
  })

  test('capabilities are asked for once', () => {
    expect(capabilitiesUrlOf(wfs)).toBe('https://example.org/ows?map=a&service=WFS&request=GetCapabilities')
    const wmts = { protocol: 'OGC:WMTS' as const, url: 'https://example.org/1.0.0/WMTSCapabilities.xml' }
    expect(capabilitiesUrlOf(wmts)).toBe(wmts.url)
  })
})
