/** What we write as ISO 19139 is valid by the ISO schemas, whatever a record says (R4.8). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type IsoDocument, isoDocument } from '../../backend/src/metadata/iso19139.ts'
import { readIso19139 } from '../../backend/src/metadata/iso19139-read.ts'
import type { RecordMetadataDraft } from '../../backend/src/metadata/record-metadata.ts'
import { readXml } from '../../backend/src/xml/read.ts'
import { anyMetadata, completeMetadata } from '../fixtures/record-metadata.ts'
import { isoSchemas, whyNoIsoSchemas } from '../helpers/iso-schemas.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const schemas = isoSchemas()
afterAll(() => schemas?.remove())

const written = (metadata: RecordMetadataDraft, more: Partial<IsoDocument> = {}) =>
  isoDocument({
    metadata,
    identifier: '6c1f0b1e-8a52-4d8e-9f30-0d7a3a1f6b11',
    distributions: [],
    state: 'published',
    ...more,
  })

describe.skipIf(!schemas)(`ISO 19139 schemas – ${schemas ? 'xmllint' : whyNoIsoSchemas}`, () => {
  const objections = (document: string) => schemas?.objections(document)

  test('do object to a document that is not valid', () => {
    expect(
      objections(written({}).replace('<gmd:hierarchyLevel>', '<gmd:nonsense/><gmd:hierarchyLevel>')),
    ).toEqual([expect.stringContaining('nonsense')])
    expect(objections(written(completeMetadata()).replace('-61.13<', '61 W<'))?.join()).toContain(
      'xs:decimal',
    )
  })

  test('accept an empty draft, a complete record and a service', () => {
    expect(objections(written({}))).toEqual([])
    expect(objections(written(completeMetadata()))).toEqual([])
    expect(objections(written(completeMetadata({ resourceType: 'service' })))).toEqual([])
    expect(objections(written({ resourceType: 'service' }))).toEqual([])
  })

  test('accept distributions with sizes, and a record that was superseded', () => {
    const document = written(completeMetadata(), {
      state: 'deprecated',
      successor: 'b0a7f8f0-3c55-4a35-8d6e-2f9f2b1c9d10',
      distributions: [
        {
          kind: 'original',
          title: 'roads.gpkg',
          url: 'https://secims.example/files/1?a=1&b=2',
          protocol: 'WWW:DOWNLOAD-1.0-http--download',
          format: 'GeoPackage',
          sizeBytes: 1,
          epsg: 2006,
        },
        {
          kind: 'service',
          title: 'API',
          url: 'https://secims.example/pygeoapi/openapi',
          protocol: 'OpenAPI',
        },
      ],
    })
    expect(objections(document)).toEqual([])
  })

  test('accept any well-formed metadata, hostile text included', () => {
    fc.assert(
      fc.property(anyMetadata, fc.string({ unit: 'binary', minLength: 1 }), (metadata, identifier) => {
        expect(objections(written(metadata, { identifier, successor: identifier }))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('real ISO 19139 records of another catalogue', () => {
  const folder = sharedData('pygeoapi', 'iso19139')
  const files = folder ? readdirSync(folder) : []
  const read = (name: string) => readIso19139(readXml(readFileSync(join(folder ?? '', name))))

  test.skipIf(!folder)(`are read${folder ? '' : ` – left out: ${whySkipped}`}`, () => {
    expect(files.length).toBeGreaterThanOrEqual(3)
    for (const name of files) {
      const { identifier, metadata, links } = read(name)
      expect(`${identifier}.xml`).toBe(name)
      expect(metadata).toMatchObject({
        language: 'eng',
        resourceType: 'dataset',
        title: expect.stringMatching(/\w/),
        dates: { creation: expect.any(String), publication: expect.any(String) },
        topicCategories: [expect.any(String)],
        crs: expect.stringMatching(/^EPSG:\d+$/),
        bbox: expect.any(Object),
      })
      expect(links.length).toBeGreaterThan(0)
    }
  })

  test.skipIf(!folder)(
    `say the same after being written again${folder ? '' : ` – left out: ${whySkipped}`}`,
    () => {
      for (const name of files) {
        const { metadata, identifier } = read(name)
        const document = written(metadata, { identifier: identifier ?? '' })
        const again = readIso19139(readXml(new TextEncoder().encode(document)))
        expect(again.metadata).toEqual(metadata)
        expect(again.identifier).toBe(identifier)
      }
    },
  )

  test.skipIf(!folder || !schemas)(
    `are valid after being written again${folder && schemas ? '' : ` – left out: ${folder ? whyNoIsoSchemas : whySkipped}`}`,
    () => {
      for (const name of files) {
        const { metadata, identifier } = read(name)
        expect(schemas?.objections(written(metadata, { identifier: identifier ?? '' }))).toEqual([])
      }
    },
  )
})
