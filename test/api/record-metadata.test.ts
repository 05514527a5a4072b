/** The contract and the program say the same of a record's metadata (R4.62). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import contract from '../../backend/src/contract/catalogue.gen.json' with { type: 'json' }
import type { components } from '../../backend/src/contract/catalogue.gen.ts'
import * as codeLists from '../../backend/src/metadata/code-lists.ts'
import { readIso19139 } from '../../backend/src/metadata/iso19139-read.ts'
import { completeDefaults } from '../../backend/src/metadata/prefill.ts'
import type { RecordMetadataDraft, RecordMetadataPatch } from '../../backend/src/metadata/record-metadata.ts'
import { readXml } from '../../backend/src/xml/read.ts'
import { anyMetadata, completeMetadata } from '../fixtures/record-metadata.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

type Schemas = components['schemas']

// Compiles only while each side can stand for the other.
const toContract = (metadata: RecordMetadataDraft): Schemas['RecordMetadataDraft'] => metadata
const fromContract = (metadata: Schemas['RecordMetadataDraft']): RecordMetadataDraft => metadata
const patchFromContract = (patch: Schemas['RecordMetadataPatch']): RecordMetadataPatch => patch

const ajv = new Ajv({ strict: false, allErrors: true })
ajvFormats.default(ajv)
ajv.addSchema(contract, 'contract')
const schema = (name: keyof Schemas) => ajv.compile({ $ref: `contract#/components/schemas/${name}` })
const isDraft = schema('RecordMetadataDraft')
const isPatch = schema('RecordMetadataPatch')

/** Where the contract objects. */
const objections = (metadata: unknown) => {
  isDraft(metadata)
  return (isDraft.errors ?? []).map((error) => error.instancePath)
}

describe('the contract of a record’s metadata', () => {
  test('accepts everything that is well-formed, as draft and as patch', () => {
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        expect(objections(toContract(fromContract(metadata)))).toEqual([])
        expect(isPatch(metadata)).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(objections({})).toEqual([])
  })

  test('has the same members for drafts and patches, and takes null to clear each', () => {
    const { RecordMetadataDraft: draft, RecordMetadataPatch: patch } = contract.components.schemas
    expect(Object.keys(patch.properties)).toEqual(Object.keys(draft.properties))
    expect(Object.keys(draft.properties).sort()).toEqual(Object.keys(completeMetadata()).sort())
    const cleared = Object.fromEntries(Object.keys(patch.properties).map((name) => [name, null]))
    expect(isPatch(cleared)).toBe(true)
    expect(patchFromContract(cleared)).toBe(cleared)
    expect(isDraft(cleared)).toBe(false)
    expect(isPatch({ dates: { creation: null }, temporalExtent: { end: null } })).toBe(true)
  })

  test('knows the code lists', () => {
    const { ContactRole, RecordMetadataDraft } = contract.components.schemas
    const { properties } = RecordMetadataDraft
    expect(properties.resourceType.enum).toEqual(Object.keys(codeLists.resourceTypes))
    expect(properties.topicCategories.items.enum).toEqual(Object.keys(codeLists.topicCategories))
    expect(properties.topicCategories.items.enum).toHaveLength(19)
    expect(properties.spatialRepresentationType.enum).toEqual(
      Object.keys(codeLists.spatialRepresentationTypes),
    )
    expect(properties.characterSet.enum).toEqual(codeLists.characterSets)
    expect(properties.status.enum).toEqual(Object.keys(codeLists.progressCodes))
    expect(ContactRole.enum).toEqual(Object.keys(codeLists.contactRoles))
  })

  test.each<[string, object, string]>([
    ['an impossible date (R4.20)', { dateStamp: '2026-02-30' }, '/dateStamp'],
    ['a date in another form (R4.20)', { dateStamp: '14/03/2026' }, '/dateStamp'],
    ['a fourth kind of date (R4.25)', { dates: { creation: '2026-01-01', expiry: '2026-01-01' } }, '/dates'],
    [
      'two dates of one kind (R4.25)',
      { dates: { creation: ['2026-01-01', '2026-01-02'] } },
      '/dates/creation',
    ],
    ['a bounding box with three sides (R4.30)', { bbox: { west: 1, south: 1, east: 1 } }, '/bbox'],
    [
      'a bounding box beyond the poles (R4.30)',
      { bbox: { west: 1, south: -91, east: 1, north: 2 } },
      '/bbox/south',
    ],
    [
      'a fractional resolution (R4.36)',
      { spatialResolutionDenominator: 2.5 },
      '/spatialResolutionDenominator',
    ],
    ['a topic category of its own (R4.37)', { topicCategories: ['roads'] }, '/topicCategories/0'],
    ['a script as address (R4.55)', { informationUrl: 'javascript:alert(1)' }, '/informationUrl'],
    [
      'an address with credentials (R4.55)',
      { informationUrl: 'https://a:b@example.org/' },
      '/informationUrl',
    ],
    [
      'an unknown service protocol (R9.3)',
      { webServices: [{ protocol: 'WFS', url: 'https://e.org' }] },
      '/webServices/0/protocol',
    ],
    ['a contact without role', { contacts: [{ email: 'a@b.c' }] }, '/contacts/0'],
    ['a control character', { title: 'a\u0000b' }, '/title'],
    ['half a surrogate pair', { abstract: 'a\ud800b' }, '/abstract'],
    ['a line break in a title', { title: 'a\nb' }, '/title'],
    ['an empty text', { title: '' }, '/title'],
    ['a member nobody knows', { tilte: 'x' }, ''],
  ])('refuses %s', (_, metadata, where) => {
    expect(objections(metadata)).toContain(where)
  })

  test('accepts what completeDefaults makes of hostile names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (layerName, fileName) => {
        const { metadata } = completeDefaults(
          {},
          {
            probe: { format: 'CSV', kind: 'document', mediaType: 'text/csv', layers: [], warnings: [] },
            layerName,
            fileName: fileName || 'x.csv',
            actor: { kind: 'public' },
            today: '2026-03-14',
          },
        )
        expect(objections(metadata)).toEqual([])
      }),
    )
  })

  const folder = sharedData('pygeoapi', 'iso19139')
  test.skipIf(!folder)(
    `accepts what is read from real ISO records${folder ? '' : ` – left out: ${whySkipped}`}`,
    () => {
      for (const name of readdirSync(folder ?? '')) {
        expect(objections(readIso19139(readXml(readFileSync(join(folder ?? '', name)))).metadata)).toEqual([])
      }
    },
  )
})
