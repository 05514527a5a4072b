import { expect, test } from 'vitest'
import { deployment, layerFacts, layerLink, recordFacts, stamps } from '../../../test/fixtures/layer-facts.ts'
import { reportLosses } from '../styles/loss-report.ts'
import { fromXml } from '../styles/markup.ts'
import { readQml } from '../styles/qml.ts'
import { codes } from './codes.ts'
import type { LayerFacts } from './facts.ts'
import { type LayerToCheck, type PreflightContext, preflight, sayFinding } from './preflight.ts'
import { english, say } from './words.ts'

const check = (layers: LayerToCheck[], context: Partial<PreflightContext> = {}) =>
  preflight(layers, { ...deployment, ...context })
const findingsOf = (changes: Partial<LayerFacts>, more: Partial<LayerToCheck> = {}) =>
  check([{ facts: layerFacts(changes), ...more }]).findings
const codesOf = (changes: Partial<LayerFacts>, more: Partial<LayerToCheck> = {}) =>
  findingsOf(changes, more).map(({ code }) => code)

const grid = { width: 600, height: 400, bands: 1, dataType: 'Float32' }
const raster = (changes: Partial<typeof grid> = {}): Partial<LayerFacts> => ({
  kind: 'raster',
  provider: 'gdal',
  source: 'file',
  geometryType: null,
  featureCount: null,
  fields: [],
  raster: { ...grid, ...changes },
})

// 'dates' QGIS has no place for, so that it is missing in every layer's own metadata.
const ofEveryLayer = ['MET-001']

test('of a layer with nothing wrong only the missing date is said', () => {
  const findings = findingsOf({})
  expect(findings.map(({ code, field }) => [code, field])).toEqual([['MET-001', 'dates']])
})

test.each<[string, Partial<LayerFacts>, string]>([
  ['that QGIS cannot read', { isValid: false }, 'LYR-001'],
  ['of another kind', { kind: 'other' }, 'LYR-002'],
  ['that is a raster of no file', { kind: 'raster', provider: 'postgresraster' }, 'RAS-001'],
  ['of pictures of a server', { kind: 'raster', provider: 'wms', source: 'service' }, 'RAS-001'],
  ['of complex numbers', raster({ dataType: 'CFloat32' }), 'RAS-002'],
  ['of this very catalogue', { serviceUrl: 'https://Catalogue.example:443/pygeoapi' }, 'LYR-009'],
])('a layer %s is refused, and nothing else is said of it', (_, changes, code) => {
  const found = findingsOf({ ...changes, isEdited: true, metadata: {} })
  expect(found.map((one) => [one.code, one.severity])).toEqual([[code, 'blocking']])
})

test('of a raster with nothing wrong only the missing date is said, and it gets an id', () => {
  expect(codesOf(raster())).toEqual(ofEveryLayer)
  expect(check([{ facts: layerFacts(raster()) }]).collectionIds).toEqual({
    [layerFacts().id]: 'roads-of-saint-lucia',
  })
})

test('a raster is asked for its system, and whether it lies where the catalogue is', () => {
  const nowhere = { isValid: false, authid: '', epsg: null, isCustom: false, description: '' }
  expect(codesOf({ ...raster(), crs: nowhere })).toContain('CRS-001')
  expect(codesOf({ ...raster(), extentCrs84: [5, 50, 6, 51] })).toContain('GEO-005')
})

test('a raster that is larger than a dataset may be is doubted, for it may be small when compressed', () => {
  const [first] = findingsOf(raster({ width: 40_000, height: 40_000 }))
  expect(first).toMatchObject({ code: 'SIZ-001', severity: 'warning' })
  expect(first && sayFinding(first).cause).toContain('uncompressed it has 6103.5 MB')
})

test('a service of another server, whose name merely begins like ours, is not taken for ours', () => {
  expect(codesOf({ serviceUrl: 'https://catalogue.example.evil/pygeoapi' })).toEqual(ofEveryLayer)
})

test.each<[string, Partial<LayerFacts>, string, string, string | undefined]>([
  ['unsaved edits', { isEdited: true }, 'LYR-006', 'blocking', 'saveEdits'],
  ['no features (R4.18)', { featureCount: 0 }, 'LYR-004', 'warning', undefined],
  ['a filter', { isFiltered: true }, 'LYR-007', 'warning', 'clearFilter'],
  ['a temporary layer', { isTemporary: true }, 'LYR-005', 'information', undefined],
  ['a selection', { selectedCount: 3 }, 'LYR-008', 'information', undefined],
  [
    'no CRS (R4.18)',
    { crs: { isValid: false, authid: '', epsg: null, isCustom: false, description: '' } },
    'CRS-001',
    'blocking',
    'chooseCrs',
  ],
  [
    'a custom CRS',
    { crs: { isValid: true, authid: 'USER:100025', epsg: null, isCustom: true, description: 'Mine' } },
    'CRS-002',
    'blocking',
    'chooseCrs',
  ],
  [
    'a CRS outside the list (R4.18)',
    { crs: { isValid: true, authid: 'EPSG:32620', epsg: 32620, isCustom: false, description: '' } },
    'CRS-003',
    'information',
    undefined,
  ],
  ['curves', { hasCurves: true }, 'GEO-001', 'information', undefined],
  ['heights', { hasZ: true }, 'GEO-002', 'information', undefined],
  ['measures', { hasM: true }, 'GEO-003', 'warning', undefined],
  ['mixed geometry (R4.18)', { geometryType: 'Geometry' }, 'GEO-004', 'information', undefined],
  ['an extent elsewhere (R4.18)', { extentCrs84: [5, 50, 6, 51] }, 'GEO-005', 'warning', 'chooseCrs'],
  [
    'swapped coordinates (R4.18)',
    { extentCrs84: [13.74, -61.05, 14.08, -60.9] },
    'GEO-006',
    'warning',
    undefined,
  ],
  [
    'degrees in a projected CRS',
    {
      extent: [-61.05, 13.74, -60.9, 14.08],
      crs: { ...layerFacts().crs, isGeographic: false, unit: 'meters' },
    },
    'GEO-007',
    'warning',
    'chooseCrs',
  ],
  [
    'metres in a CRS of degrees',
    {
      crs: {
        isValid: true,
        authid: 'EPSG:4326',
        epsg: 4326,
        isCustom: false,
        description: 'WGS 84',
        isGeographic: true,
        unit: 'degrees',
      },
    },
    'GEO-008',
    'warning',
    'chooseCrs',
  ],
  [
    'fields that differ in capitals only',
    {
      fields: [
        { name: 'Name', type: 'string' },
        { name: 'NAME', type: 'string' },
      ],
    },
    'FLD-001',
    'blocking',
    undefined,
  ],
  ['a field without name', { fields: [{ name: '', type: 'string' }] }, 'FLD-002', 'warning', undefined],
  [
    'a field with a long name',
    { fields: [{ name: 'x'.repeat(300), type: 'string' }] },
    'FLD-003',
    'warning',
    undefined,
  ],
  ['a binary field', { fields: [{ name: 'photo', type: 'binary' }] }, 'FLD-004', 'information', undefined],
  ['a large file (R5.2)', { sizeBytes: 60_000_000 }, 'SIZ-001', 'warning', undefined],
  [
    'an export that will be too large (R5.2)',
    { weight: { bytes: 60_000_000, isSampled: true } },
    'SIZ-001',
    'warning',
    undefined,
  ],
  [
    'an export near the limit (R5.2)',
    { weight: { bytes: 45_000_000, isSampled: false } },
    'SIZ-003',
    'warning',
    undefined,
  ],
  ['too many features (R5.2)', { featureCount: 2_000_000 }, 'SIZ-002', 'blocking', undefined],
])('%s: found, with its gravity and its fix', (_, changes, code, severity, fix) => {
  const found = findingsOf(changes).find((one) => one.code === code)
  expect(found).toMatchObject({ code, severity })
  expect(found?.fix).toBe(fix)
})

test('a custom CRS may be reprojected to one of the deployment; then it is only said', () => {
  const crs = { isValid: true, authid: 'USER:1', epsg: null, isCustom: true, description: 'Mine' }
  expect(findingsOf({ crs }).find(({ code }) => code === 'CRS-002')?.targets).toEqual([2006, 4326])
  expect(codesOf({ crs }, { targetEpsg: 2006 })).not.toContain('CRS-002')
  expect(codesOf({ crs }, { targetEpsg: 2006 })).toContain('CRS-004')
})

test('whether a system is in degrees is said by QGIS, not guessed from its code', () => {
  const extent = [501000, 1520000, 520000, 1560000]
  const geocentric = { ...layerFacts().crs, authid: 'EPSG:4978', epsg: 4978 }
  expect(codesOf({ extent, crs: { ...geocentric, isGeographic: false, unit: 'meters' } })).not.toContain(
    'GEO-008',
  )
  // In gons a circle has 400, and nothing is known of a system that QGIS says nothing of.
  const gons = { ...layerFacts().crs, isGeographic: true, unit: 'unknown' }
  expect(codesOf({ extent, crs: gons })).not.toContain('GEO-008')
  expect(codesOf({ extent, crs: { ...layerFacts().crs, authid: 'EPSG:4326', epsg: 4326 } })).not.toContain(
    'GEO-008',
  )
})

test('what was weighed counts more than a file that holds other layers, too (R5.2)', () => {
  expect(codesOf({ sizeBytes: 60_000_000, weight: { bytes: 1_000, isSampled: false } })).toEqual(ofEveryLayer)
  expect(codesOf({ sizeBytes: 60_000_000, weight: { bytes: null, isSampled: false } })).toContain('SIZ-001')
})

test('a layer opened from the catalogue by its keeper gives style and metadata back, and no data', () => {
  const own = { serviceUrl: 'https://catalogue.example/pygeoapi', link: layerLink() }
  const record = { kind: 'record' as const, record: recordFacts() }
  expect(codesOf(own, { published: record })).toContain('LYR-011')
  expect(codesOf(own, { published: record })).not.toContain('LYR-009')
  expect(codesOf(own, { published: { kind: 'gone', recordId: recordFacts().id } })).toContain('LYR-009')
  expect(codesOf({ ...own, link: null }, { published: { kind: 'none' } })).toContain('LYR-009')
})

test('a part of a large file is not taken for the whole', () => {
  expect(codesOf({ sizeBytes: 60_000_000, selectedCount: 2 }, { scope: 'selected' })).toEqual(ofEveryLayer)
})

test('a table needs no CRS, no extent and no style', () => {
  const crs = { isValid: false, authid: '', epsg: null, isCustom: false, description: '' }
  const found = codesOf({ kind: 'table', geometryType: null, crs, extent: null, extentCrs84: null })
  expect(found).toContain('LYR-010')
  expect(found.filter((code) => /^(CRS|GEO|STY)/.test(code))).toEqual([])
})

test('each missing member of the metadata is said with its page (R4.60)', () => {
  const found = findingsOf({ metadata: {}, name: 'x' }).filter(({ code }) => code === 'MET-001')
  const pages = Object.fromEntries(found.map(({ field, page }) => [field, page]))
  expect(pages).toMatchObject({
    contacts: 2,
    dates: 3,
    abstract: 3,
    pointsOfContact: 3,
    topicCategories: 4,
    lineageStatement: 6,
    useConditions: 7,
    accessConditions: 7,
  })
  for (const one of found) expect(english).toHaveProperty([one.message.key])
})

test('a contact without e-mail is blocking and named, and what the form says counts more than QGIS', () => {
  const contacts = [{ individualName: 'Ann', role: 'owner' as const }]
  const found = findingsOf({}, { metadata: { contacts, pointsOfContact: [] } }).find(
    ({ code }) => code === 'MET-003',
  )
  expect(found).toMatchObject({ severity: 'blocking', page: 2, field: 'contacts[0].email' })
  expect(found && sayFinding(found).cause).toContain("'Ann'")
})

test('ids are made of titles, give way to one another and to those of others, and are transliterated', () => {
  const named = (id: string, title: string) => ({
    facts: layerFacts({ id, name: title, metadata: { title } }),
  })
  const { findings, collectionIds } = check(
    [
      named('a', 'Soufrière roads'),
      named('b', 'Soufriere Roads'),
      named('c', 'Дороги'),
      named('d', '道路'),
      named('e', 'Harbours'),
      { ...named('f', 'Anything'), collectionId: 'chosen' },
    ],
    { takenIds: ['harbours'] },
  )
  expect(collectionIds).toEqual({
    a: 'soufriere-roads',
    b: 'soufriere-roads-2',
    c: 'dorogi',
    d: 'layer-4',
    e: 'harbours-2',
    f: 'chosen',
  })
  const named001 = findings
    .filter(({ code }) => /^NAM/.test(code))
    .map(({ code, layer }) => `${layer} ${code}`)
  expect(named001.sort()).toEqual(['b NAM-001', 'd NAM-003', 'e NAM-002'])
})

test('a chosen id that is malformed or taken is blocking', () => {
  expect(codesOf({}, { collectionId: 'My Roads' })).toContain('NAM-004')
  const { findings } = check([{ facts: layerFacts(), collectionId: 'roads' }], { takenIds: ['roads'] })
  expect(findings.map(({ code }) => code)).toContain('NAM-005')
})

test('two layers linked to one record are both blocked, each naming the other', () => {
  const link = layerLink()
  const { findings } = check([
    { facts: layerFacts({ id: 'a', name: 'A', link }) },
    { facts: layerFacts({ id: 'b', name: 'B', link }) },
  ])
  const shared = findings.filter(({ code }) => code === 'LNK-001')
  expect(shared.map((one) => [one.layer, one.message.values['others']])).toEqual([
    ['a', "'B'"],
    ['b', "'A'"],
  ])
})

test('links that lead nowhere, elsewhere, or to what may not be changed, are said', () => {
  const link = layerLink()
  const record = recordFacts()
  const at = (more: Partial<typeof record>): Partial<LayerToCheck> => ({
    published: { kind: 'record', record: { ...record, ...more } },
  })
  expect(codesOf({ link }, { published: { kind: 'gone', recordId: link.recordId } })).toContain('LNK-002')
  expect(codesOf({ link: layerLink({ server: 'https://other.example' }) })).toContain('LNK-003')
  expect(codesOf({ link }, at({ canPublish: false }))).toContain('LNK-004')
  expect(codesOf({ link }, at({ state: 'in_review' }))).toContain('LNK-005')
  expect(codesOf({ link }, at({ version: 5 }))).toContain('LNK-006')
  const { collection } = record
  const edited = collection && { ...collection, editedAt: '2026-05-01T10:00:00.000Z' }
  expect(codesOf({ link }, at({ collection: edited }))).toContain('LNK-007')
  expect(codesOf({ link }, at({})).filter((code) => /^LNK/.test(code))).toEqual([])
})

test('losses of the style are summed up, and what cannot travel is named', () => {
  const qml = `<qgis version="3.22.16"><renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="fill" alpha="1">
    <layer class="GradientFill" enabled="1"/></symbol></symbols></renderer-v2></qgis>`
  const style = reportLosses(fromXml(readQml(Buffer.from(qml))))
  const found = codesOf(
    {},
    {
      style,
      envelope: {
        sldBytes: 2_000_000,
        qmlBytes: 6_000_000,
        assets: [
          { name: 'gone.svg', state: 'missing' },
          { name: 'fine.svg', state: 'embedded' },
        ],
        fonts: [{ family: 'Fancy', isInstalled: false }],
      },
    },
  )
  expect(found).toEqual(
    expect.arrayContaining(['STY-002', 'STY-004', 'STY-005', 'STY-006', 'STY-007', 'STY-008']),
  )
})

test('one loss is spoken of as one, several as several', () => {
  const saidOf = (layers: string) => {
    const qml = `<qgis version="3.22.16"><renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="fill" alpha="1">
      ${layers}</symbol></symbols></renderer-v2></qgis>`
    const style = reportLosses(fromXml(readQml(Buffer.from(qml))))
    const { findings } = preflight([{ facts: layerFacts(), style }], deployment)
    return findings.filter(({ code }) => code === 'STY-002').map((one) => sayFinding(one).cause)
  }
  const gradient = '<layer class="GradientFill" enabled="1"/>'
  expect(saidOf(gradient)).toEqual([expect.stringMatching(/^One part of the style is kept for QGIS only/)])
  expect(saidOf(gradient + gradient)).toEqual([expect.stringMatching(/^2 parts of the style are kept/)])
})

test('blocking findings come first', () => {
  const order = findingsOf({ hasZ: true, isFiltered: true, isEdited: true }).map(({ severity }) => severity)
  expect(order).toEqual([...order].sort((a, b) => 'bwi'.indexOf(a[0] ?? '') - 'bwi'.indexOf(b[0] ?? '')))
})

test('every code has words, and every word a code', () => {
  const known = Object.keys(codes)
  const general = Object.keys(english).map((key) => key.replace(/\..*$/, ''))
  expect(known.filter((code) => !general.includes(code))).toEqual([])
  const ofStyles = (code: string) => /^STY-[1-9]/.test(code)
  expect(general.filter((code) => !ofStyles(code) && !known.includes(code))).toEqual([])
})

test('no finding leaves a placeholder open, and braces in names stay names', () => {
  const crs = { isValid: true, authid: 'USER:1', epsg: null, isCustom: true, description: '{cause}' }
  const everything = [
    ...findingsOf({
      crs,
      name: '{name} {x}',
      isEdited: true,
      selectedCount: 2,
      hasCurves: true,
      metadata: {},
    }),
    ...findingsOf({
      fields: [
        { name: 'a', type: 'x' },
        { name: 'A', type: 'binary' },
      ],
      featureCount: 3_000_000,
    }),
    ...findingsOf({ link: layerLink({ server: 'https://x.example' }), extentCrs84: [5, 50, 6, 51] }),
  ]
  for (const one of everything) {
    const { values } = one.message
    const harmless = Object.fromEntries(Object.keys(values).map((name) => [name, '#']))
    const { cause, remedy } = say({ key: one.message.key, values: harmless })
    expect(`${cause} ${remedy}`, one.message.key).not.toMatch(/[{}]/)
  }
  expect(say({ key: 'LYR-004', values: { name: '{name}' } }).cause).toBe("'{name}' has no features.")
})

test('words that another language lacks are said in English, its own special before general', () => {
  const french = { 'LYR-004': { cause: "'{name}' n'a pas d'entités.", remedy: '' } }
  expect(say({ key: 'LYR-004', values: { name: 'A' } }, french).cause).toBe("'A' n'a pas d'entités.")
  expect(say({ key: 'LYR-005', values: { name: 'A' } }, french).cause).toContain('temporary')
})

test('fifty layers are checked in under 100 ms', () => {
  const layers = Array.from({ length: 50 }, (_, n) => ({
    facts: layerFacts({
      id: `l${n}`,
      name: `Layer ${n % 7}`,
      metadata: n % 2 ? {} : layerFacts().metadata,
      stamps,
    }),
  }))
  check(layers)
  const startedAt = performance.now()
  check(layers)
  expect(performance.now() - startedAt).toBeLessThan(100)
})
