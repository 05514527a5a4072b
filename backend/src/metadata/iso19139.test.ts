/** ISO 19139 out and back in: what a record says survives the form in which other catalogues read it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyMetadata, completeMetadata } from '../../../test/fixtures/record-metadata.ts'
import { readXml } from '../xml/read.ts'
import { type IsoDocument, isoDocument, isoMetadata } from './iso19139.ts'
import { readIso19139 } from './iso19139-read.ts'
import type { RecordMetadataDraft } from './record-metadata.ts'

const IDENTIFIER = '6c1f0b1e-8a52-4d8e-9f30-0d7a3a1f6b11'

const written = (metadata: RecordMetadataDraft, more: Partial<IsoDocument> = {}) =>
  isoDocument({ metadata, identifier: IDENTIFIER, distributions: [], state: 'published', ...more })
const read = (document: string) => readIso19139(readXml(new TextEncoder().encode(document)))

/** What ISO 19139 has no place for: a service's data language, and the name of a download that is not there. */
const asIsoKeepsIt = (metadata: RecordMetadataDraft): RecordMetadataDraft => {
  const kept = { resourceType: 'dataset' as const, ...metadata }
  if (kept.additionalDownloadUrl === undefined || kept.resourceName === kept.title) delete kept.resourceName
  if (kept.additionalDownloadUrl !== undefined && kept.additionalDownloadUrl === kept.informationUrl) {
    delete kept.informationUrl
  }
  if (kept.resourceType !== 'service') return kept
  delete kept.resourceLanguage
  delete kept.characterSet
  delete kept.spatialRepresentationType
  delete kept.spatialResolutionDenominator
  delete kept.topicCategories
  delete kept.supplementalInformation
  return kept
}

describe('ISO 19139', () => {
  test('any well-formed metadata read back as they were written (R4.8)', () => {
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        const reading = read(written(metadata))
        expect(reading.metadata).toEqual(asIsoKeepsIt(metadata))
        expect(reading.identifier).toBe(IDENTIFIER)
        expect(reading.notes).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('a complete record comes back whole', () => {
    expect(read(written(completeMetadata())).metadata).toEqual(completeMetadata())
  })

  test('an open end of the temporal extent is now (R4.31)', () => {
    const document = written(completeMetadata({ temporalExtent: { begin: '2024-01-01' } }))
    expect(document).toContain('<gml:endPosition indeterminatePosition="now"/>')
    expect(read(document).metadata.temporalExtent).toEqual({ begin: '2024-01-01' })
  })

  test('the CRS is an EPSG name (R4.42), the scope the resource type (R4.43)', () => {
    const document = written(completeMetadata())
    expect(document).toContain('urn:ogc:def:crs:EPSG::2006')
    expect(document).toMatch(/<gmd:DQ_Scope><gmd:level><gmd:MD_ScopeCode[^>]*codeListValue="dataset"/)
  })

  test('conditions stand as limitation and other restriction (R4.47, R4.48)', () => {
    const document = written(
      completeMetadata({ useConditions: 'Unknown', accessConditions: 'No conditions' }),
    )
    expect(document).toContain(
      '<gmd:useLimitation><gco:CharacterString>Unknown</gco:CharacterString></gmd:useLimitation>',
    )
    expect(document).toMatch(
      /codeListValue="otherRestrictions"[\s\S]*<gmd:otherConstraints><gco:CharacterString>No conditions</,
    )
  })

  test('a superseded record names its successor and its status (R3.11)', () => {
    const document = written(completeMetadata(), { state: 'deprecated', successor: 'the-newer-one' })
    expect(document).toContain('codeListValue="superseded"')
    expect(read(document).successor).toBe('the-newer-one')
    expect(read(document).metadata.status).toBeUndefined()
    const obsolete = written(completeMetadata(), { state: 'deprecated' })
    expect(read(obsolete).metadata.status).toBe('obsolete')
    expect(read(obsolete).successor).toBeNull()
  })

  test('distributions are online resources with protocol, function and size in MB (R11.8)', () => {
    const document = written(completeMetadata(), {
      distributions: [
        {
          kind: 'original',
          title: 'habitats.gpkg',
          url: 'https://secims.example/files/1',
          protocol: 'WWW:DOWNLOAD-1.0-http--download',
          format: 'GeoPackage',
          sizeBytes: 42_500_000,
          epsg: 2006,
        },
        {
          kind: 'features',
          title: 'Coastal habitats',
          url: 'https://secims.example/pygeoapi/collections/coastal_habitats/items',
          protocol: 'OGC API - Features',
        },
        {
          kind: 'information',
          title: 'About',
          url: 'https://example.org/about',
          protocol: 'WWW:LINK-1.0-http--link',
        },
      ],
    })
    expect(document).toContain('<gmd:transferSize><gco:Real>42.5</gco:Real></gmd:transferSize>')
    const { links } = read(document)
    expect(links[0]).toEqual({
      url: 'https://secims.example/files/1',
      protocol: 'WWW:DOWNLOAD-1.0-http--download',
      name: 'habitats.gpkg',
      description: 'GeoPackage, EPSG:2006',
      function: 'download',
    })
    expect(links.map((link) => link.protocol)).toContain('OGC API - Features')
    expect(links.filter((link) => link.url === 'https://example.org/about')).toHaveLength(1)
  })

  test('text from users stays text (R13.8)', () => {
    const title = '</gmd:title><script>alert(1)</script> & "größe" \u0000\u0008\ud800'
    const document = written({ title })
    expect(document).not.toContain('<script>')
    expect(read(document).metadata.title).toBe('</gmd:title><script>alert(1)</script> & "größe"')
  })

  test('several records fit into one document', () => {
    const ids = ['a', 'b'].map((identifier) => {
      const record = isoMetadata({
        metadata: completeMetadata(),
        identifier,
        distributions: [],
        state: 'published',
      })
      return /gml:id="([^"]+)"/.exec(
        Object.values(
          Object.getOwnPropertySymbols(record).map((key) => Reflect.get(record, key)),
        )[0] as string,
      )?.[1]
    })
    expect(new Set(ids).size).toBe(2)
  })
})

describe('readIso19139', () => {
  test('refuses other documents by name', () => {
    expect(() => read('<html xmlns="http://www.w3.org/1999/xhtml"/>')).toThrow(/has <html> as its root/)
    expect(() => read('<MD_Metadata xmlns="urn:other"/>')).toThrow(/expected MD_Metadata/)
  })

  test.each([
    ['urn:ogc:def:crs:EPSG::32620', '', 'EPSG:32620'],
    ['urn:ogc:def:crs:EPSG:9.8:32620', '', 'EPSG:32620'],
    ['http://www.opengis.net/def/crs/EPSG/0/32620', '', 'EPSG:32620'],
    ['EPSG:32620', '', 'EPSG:32620'],
    ['WGS 84 / UTM zone 20N (EPSG:32620)', '', 'EPSG:32620'],
    ['32620', 'EPSG', 'EPSG:32620'],
    ['British West Indies Grid', '', undefined],
  ])('knows the coordinate reference system %s', (code, space, crs) => {
    const document = written(completeMetadata())
      .replace('urn:ogc:def:crs:EPSG::2006', code)
      .replace('<gmd:codeSpace><gco:CharacterString>EPSG', `<gmd:codeSpace><gco:CharacterString>${space}`)
    const reading = read(document)
    expect(reading.metadata.crs).toBe(crs)
    expect(reading.notes).toHaveLength(crs ? 0 : 1)
  })

  test('says what it left out', () => {
    const document = written(completeMetadata())
      .replace('>2024-05-01<', '>2024<')
      .replace('>-61.13<', '>515000<')
      .replace('>marie.joseph@example.org<', '>none<')
    const { metadata, notes } = read(document)
    expect(metadata.dates).toEqual({ publication: '2025-01-10', revision: '2026-03-01' })
    expect(metadata.bbox).toBeUndefined()
    expect(metadata.contacts?.[0]).not.toHaveProperty('email')
    expect(notes).toHaveLength(3)
  })
})
