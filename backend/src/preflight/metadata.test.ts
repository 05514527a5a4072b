import { expect, test } from 'vitest'
import { deployment, layerFacts, layerLink, recordFacts } from '../../../test/fixtures/layer-facts.ts'
import { checkForPublication } from '../metadata/rules.ts'
import type { QgisMetadata } from './facts.ts'
import { completeForPublication, toQgisMetadata, toRecordMetadata, updateRecordMetadata } from './metadata.ts'

const full: QgisMetadata = {
  title: 'Coastal habitats',
  abstract: 'Mangroves and reefs.\nMapped by hand.',
  type: 'dataset',
  language: 'fre',
  parentIdentifier: 'habitats-series',
  keywords: {
    keywords: ['mangrove', 'reef'],
    GEMET: ['coastal ecosystem'],
    'gmd:topicCategory': ['Oceans', 'Climatology Meteorology Atmosphere'],
  },
  contacts: [
    {
      name: 'Ann Joseph',
      organization: 'Fisheries',
      position: 'Biologist',
      role: 'custodian',
      email: 'ann@fish.example',
      voice: '+1 758 1',
      fax: '+1 758 2',
    },
    {
      name: '',
      organization: 'Survey Ltd',
      position: '',
      role: 'resource provider',
      email: 'x@survey.example',
      voice: '',
    },
  ],
  links: [
    { name: 'More information', type: 'WWW:LINK', url: 'https://fish.example/about' },
    { name: 'Download', type: 'WWW:DOWNLOAD', url: 'https://fish.example/habitats.zip' },
    { name: 'habitats', type: 'OGC:WMS', url: 'https://fish.example/wms', description: 'Habitats' },
  ],
  history: ['Aerial photographs of 2024.', 'Digitised at 1:5000.', 'Checked in the field.'],
  licenses: ['CC BY 4.0', 'House licence 7'],
  rights: ['© Fisheries 2026'],
  fees: 'None',
  constraints: [
    { type: 'use', constraint: 'Not for navigation' },
    { type: 'access', constraint: 'Members of the ministry' },
  ],
  encoding: 'utf8',
  crs: 'EPSG:2006',
  temporal: [['2024-01-01T00:00:00Z', '2024-12-31T00:00:00Z']],
}

test('every part of QGIS metadata finds its place in the record', () => {
  expect(toRecordMetadata(layerFacts({ metadata: full }))).toEqual({
    title: 'Coastal habitats',
    abstract: 'Mangroves and reefs.\nMapped by hand.',
    resourceType: 'dataset',
    resourceLanguage: 'fra',
    parentIdentifier: 'habitats-series',
    characterSet: 'utf8',
    spatialRepresentationType: 'vector',
    crs: 'EPSG:2006',
    bbox: { west: -61.05, south: 13.74, east: -60.9, north: 14.08 },
    keywords: ['mangrove', 'reef'],
    thesaurusKeywords: [{ thesaurus: 'GEMET', keywords: ['coastal ecosystem'] }],
    topicCategories: ['oceans', 'climatologyMeteorologyAtmosphere'],
    contacts: [
      {
        individualName: 'Ann Joseph',
        organisation: 'Fisheries',
        position: 'Biologist',
        email: 'ann@fish.example',
        phone: '+1 758 1',
        role: 'pointOfContact',
      },
    ],
    pointsOfContact: [
      {
        individualName: 'Ann Joseph',
        organisation: 'Fisheries',
        position: 'Biologist',
        email: 'ann@fish.example',
        phone: '+1 758 1',
        role: 'custodian',
      },
      { organisation: 'Survey Ltd', email: 'x@survey.example', role: 'resourceProvider' },
    ],
    custodianOrganisation: 'Fisheries',
    informationUrl: 'https://fish.example/about',
    additionalDownloadUrl: 'https://fish.example/habitats.zip',
    webServices: [
      { protocol: 'OGC:WMS', url: 'https://fish.example/wms', layer: 'habitats', title: 'Habitats' },
    ],
    lineageStatement: 'Aerial photographs of 2024.',
    processingSteps: ['Digitised at 1:5000.', 'Checked in the field.'],
    useConditions:
      'CC BY 4.0\nLicence: House licence 7\nRights: © Fisheries 2026\nFees: None\nNot for navigation',
    accessConditions: 'Members of the ministry',
    temporalExtent: { begin: '2024-01-01', end: '2024-12-31' },
  })
})

test('what goes back to QGIS comes out as it went in, and reads the same again', () => {
  const record = toRecordMetadata(layerFacts({ metadata: full }))
  const back = toQgisMetadata(record, full)
  expect(back).toEqual({ ...full, language: 'fra' })
  const { language: _, ...rest } = back
  expect(rest).toMatchObject({ keywords: full.keywords, contacts: full.contacts, links: full.links })
  expect(toRecordMetadata(layerFacts({ metadata: { ...full, ...back } }))).toEqual(record)
})

test('written into a layer without metadata, the record reads the same again', () => {
  const record = toRecordMetadata(layerFacts({ metadata: full }))
  expect(toRecordMetadata(layerFacts({ metadata: toQgisMetadata(record, {}) }))).toEqual(record)
})

test('the words for not knowing are not written into QGIS', () => {
  const back = toQgisMetadata(
    { useConditions: 'Unknown', accessConditions: 'Unknown', resourceLanguage: 'und' },
    full,
  )
  expect(back).toEqual({})
})

test('what the record does not say stays in QGIS: further links, the conditions of the other kind', () => {
  const back = toQgisMetadata({ informationUrl: 'https://new.example', useConditions: 'No conditions' }, full)
  expect(back.links).toEqual([
    ...(full.links ?? []),
    { name: 'More information', type: 'WWW:LINK', url: 'https://new.example' },
  ])
  expect(back.constraints).toEqual([
    { type: 'use', constraint: 'No conditions' },
    { type: 'access', constraint: 'Members of the ministry' },
  ])
})

test('nothing is made up, and what is malformed is left out', () => {
  const metadata: QgisMetadata = {
    language: 'Klingon',
    contacts: [{ name: 'Bob', email: 'not an address', role: 'boss' }],
    links: [{ url: 'javascript:alert(1)' }, { url: 'ftp://user:secret@host/' }],
    keywords: { 'gmd:topicCategory': ['Nonsense'] },
    temporal: [['2024-02-31', null]],
  }
  const found = toRecordMetadata(layerFacts({ name: 'coastal_habitats', metadata }))
  expect(Object.keys(found).sort()).toEqual(
    [
      'bbox',
      'characterSet',
      'contacts',
      'crs',
      'pointsOfContact',
      'resourceType',
      'spatialRepresentationType',
      'title',
    ].sort(),
  )
  expect(found.title).toBe('Coastal habitats')
  expect(found.pointsOfContact).toEqual([{ individualName: 'Bob', role: 'pointOfContact' }])
})

test('a table is a table', () => {
  const facts = layerFacts({ kind: 'table', geometryType: null, extentCrs84: null, metadata: {} })
  expect(toRecordMetadata(facts)).toMatchObject({
    resourceType: 'nonGeographicDataset',
    spatialRepresentationType: 'textTable',
  })
  expect(toRecordMetadata(facts)).not.toHaveProperty('crs')
})

test('completed, any layer has all that publication asks for, and what was filled is named', () => {
  const publisher = { name: 'Ann', organisation: 'Works', email: 'ann@works.example' }
  const facts = layerFacts({ metadata: {} })
  const { metadata, filled } = completeForPublication(toRecordMetadata(facts), {
    facts,
    publisher,
    today: '2026-11-27',
  })
  const { errors } = checkForPublication(metadata, {
    isSpatial: true,
    crsList: deployment.crsList.map(({ epsg }) => epsg),
    nationalExtent: null,
  })
  expect(errors).toEqual([])
  expect(filled).toEqual(
    expect.arrayContaining(['abstract', 'lineageStatement', 'contacts', 'useConditions']),
  )
  expect(filled).not.toContain('title')
  expect(metadata.abstract).toContain('120 features')
})

test('a record keeps what was said in the catalogue unless the words in QGIS changed since', () => {
  const record = recordFacts({
    metadata: { title: 'Said on the web', abstract: 'On the web', useConditions: 'Ask' },
  })
  const same = layerFacts({ link: layerLink() })
  expect(updateRecordMetadata(record, same)).toEqual(record.metadata)
  const changed = { ...same, stamps: { ...same.stamps, metadata: 'm2' } }
  expect(updateRecordMetadata(record, changed)).toMatchObject({
    title: 'Roads of Saint Lucia',
    useConditions: 'CC BY 4.0',
  })
  const untitled = { ...changed, metadata: { ...changed.metadata, title: '' } }
  expect(updateRecordMetadata(record, untitled).title).toBe('Said on the web')
})

test('new data bring their extent and CRS along', () => {
  const facts = layerFacts({ link: layerLink(), stamps: { data: 'd2', style: 's1', metadata: 'm1' } })
  expect(updateRecordMetadata(recordFacts(), facts)).toEqual({
    ...recordFacts().metadata,
    crs: 'EPSG:2006',
    bbox: { west: -61.05, south: 13.74, east: -60.9, north: 14.08 },
  })
})
