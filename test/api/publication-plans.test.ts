/** Plans for layers from QGIS over HTTP, as each role sees them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { components } from '../../backend/src/contract/catalogue.gen.ts'
import { layerFacts, layerLink } from '../fixtures/layer-facts.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { addStyle, getRecord, publishFile } from '../helpers/publish.ts'

type LayerToPlan = components['schemas']['LayerToPlan']

const example = (name: string, extension = 'gpkg') =>
  join(import.meta.dirname, '../../examples', name, `${name}.${extension}`)

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program.stop())

const ask = (who: Who | 'public', layers: LayerToPlan[]) =>
  program.as(who).api.POST('/publication-plans', { body: { layers } })

const planOne = async (who: Who, layer: LayerToPlan) => {
  const { layers } = await program.as(who).expectOk(ask(who, [layer]))
  const [planned] = layers
  if (!planned) throw new Error('no layer came back')
  return planned
}

const codesOf = ({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code)

test('without a token nothing is planned', async () => {
  const { response } = await ask('public', [{ facts: layerFacts() }])
  expect(response.status).toBe(401)
})

test('a new layer gets a plan, complete metadata and a readable id, and nothing is changed', async () => {
  const editor = program.as('editor')
  const planned = await planOne('editor', { facts: layerFacts() })
  expect(planned.plan).toMatchObject({
    kind: 'new',
    data: 'new',
    collectionId: 'roads-of-saint-lucia',
    recordId: null,
    refusal: null,
  })
  expect(planned.findings.filter(({ severity }) => severity === 'blocking')).toEqual([])
  expect(planned.metadata).toMatchObject({ title: 'Roads of Saint Lucia', crs: 'EPSG:2006' })
  expect(planned.filled).toContain('dates')
  const { records } = await editor.expectOk(editor.api.GET('/records', { params: { query: {} } }))
  expect(records).toEqual([])
})

test('a finding says in English what was found and what to do, with its code and page', async () => {
  const planned = await planOne('editor', {
    facts: layerFacts({
      isEdited: true,
      metadata: { contacts: [{ name: 'Ann', role: 'owner' }] },
    }),
  })
  expect(planned.findings).toContainEqual(
    expect.objectContaining({
      code: 'LYR-006',
      severity: 'blocking',
      fix: 'saveEdits',
      cause: "'Roads' has edits that are not saved; they would not be published.",
    }),
  )
  expect(planned.findings).toContainEqual(
    expect.objectContaining({ code: 'MET-003', page: 3, field: 'pointsOfContact[0].email' }),
  )
})

test('for a published layer the plan names lost and new columns, the style and the version it holds for (R5.11)', async () => {
  const editor = program.as('editor')
  const styleId = await addStyle(editor, example('rain_gauges', 'sld'), example('rain_gauges', 'qml'))
  const { record, collectionId } = await publishFile(editor, example('rain_gauges'), {
    collectionId: 'planned-gauges',
    styleId,
  })
  const collection = (await (
    await fetch(`${program.url}/pygeoapi/collections/${collectionId}/schema?f=json`)
  ).json()) as { properties: Record<string, unknown> }
  const columns = Object.keys(collection.properties).filter((name) => !['id', 'geometry'].includes(name))
  const qml = await readFile(example('rain_gauges', 'qml'), 'utf8')
  const { plan, styleReport } = await planOne('editor', {
    facts: layerFacts({
      geometryType: 'Point',
      fields: [{ name: 'brand new', type: 'double' }],
      link: layerLink({
        server: program.url,
        recordId: record.id,
        version: record.version,
        stamps: { data: 'old', style: 's1', metadata: 'm1' },
      }),
    }),
    qml,
  })
  expect(plan).toMatchObject({
    kind: 'update',
    data: 'replace',
    style: 'keep',
    collectionId: 'planned-gauges',
    styleId,
    ifMatch: `"${record.version}"`,
    needsConsent: true,
    isChangedOnServer: false,
  })
  expect(plan.schema.added).toEqual([{ name: 'brand new', type: 'number' }])
  expect(plan.schema.dropped.length).toBeGreaterThan(0)
  expect(columns).toEqual(expect.arrayContaining(plan.schema.dropped))
  expect(styleReport?.items.length).toBeGreaterThan(0)
  expect((await getRecord(editor, record.id)).version).toBe(record.version)
})

test("another's draft is as absent as a record that never was (R1.2)", async () => {
  const editor = program.as('editor')
  const draft = await editor.expectOk(
    editor.api.POST('/records', { body: { metadata: { title: 'CANARY-7c1' } } }),
  )
  const linkTo = (recordId: string) =>
    layerFacts({ link: layerLink({ server: program.url, recordId, collectionId: null }) })
  const hidden = await ask('otherEditor', [{ facts: linkTo(draft.id) }])
  const absent = await ask('otherEditor', [{ facts: linkTo('00000000-0000-4000-8000-000000000000') }])
  expect(JSON.stringify(hidden.data)).not.toContain('CANARY-7c1')
  expect(hidden.data).toEqual(absent.data)
  expect(codesOf(await planOne('otherEditor', { facts: linkTo(draft.id) }))).toContain('LNK-002')
  for (const who of ['editor', 'administrator'] as const)
    expect((await planOne(who, { facts: linkTo(draft.id) })).plan.recordId, who).toBe(draft.id)
})

test("another's published record is refused by name, before anything is exported (R1.2)", async () => {
  const { record } = await publishFile(program.as('editor'), example('health_centres'), {
    collectionId: 'planned-centres',
  })
  const link = layerLink({ server: program.url, recordId: record.id })
  const facts = layerFacts({ link, stamps: { ...link.stamps, data: 'changed' } })
  const planned = await planOne('otherEditor', { facts })
  expect(codesOf(planned)).toContain('LNK-004')
  expect(planned.plan.refusal?.key).toBe('LNK-004')
  expect((await planOne('administrator', { facts })).plan.refusal).toBeNull()
})

test('ids give way to those of other collections and of the same publication', async () => {
  await publishFile(program.as('editor'), example('rivers'), { collectionId: 'taken-name' })
  const named = (id: string) => layerFacts({ id, metadata: { title: 'Taken name' } })
  const editor = program.as('editor')
  const { layers } = await editor.expectOk(ask('editor', [{ facts: named('a') }, { facts: named('b') }]))
  expect(layers.map(({ plan }) => plan.collectionId)).toEqual(['taken-name-2', 'taken-name-3'])
  expect(layers.map(codesOf)).toEqual([
    expect.arrayContaining(['NAM-002']),
    expect.arrayContaining(['NAM-002']),
  ])
})

test('a style that is no QML, and facts that are none, are refused with a problem', async () => {
  const noStyle = await ask('editor', [{ facts: layerFacts(), qml: '<qgis' }])
  expect(noStyle.response.status).toBe(422)
  expect(noStyle.error?.code).toBe('xml-not-well-formed')
  const noFacts = await ask('editor', [{ facts: { name: 'x' } as never }])
  expect(noFacts.response.status).toBe(400)
})

test('facts of no shape anybody expected are planned all the same, within the contract', async () => {
  const many = Array.from({ length: 300 }, (_, n) => `word ${n}`)
  const planned = await planOne('editor', {
    facts: layerFacts({
      id: '__proto__',
      name: '\u0001\ufffe',
      crs: { isValid: true, authid: 'EPSG:1', epsg: 1, isCustom: false, description: '' },
      fields: [{ name: '__proto__', type: 'constructor' }],
      metadata: {
        title: 'x'.repeat(2000),
        language: 'constructor',
        keywords: { '': many, GEMET: many },
        contacts: many.map((name) => ({ name, email: `${name.replace(' ', '')}@x.example\u0001` })),
        history: many,
        licenses: Array.from({ length: 60 }, (_, n) => `${n} ${'y'.repeat(490)}`),
      },
      link: layerLink({ server: program.url, recordId: 'no-uuid' }),
    }),
    collectionId: 'a%',
  })
  expect(codesOf(planned)).toEqual(expect.arrayContaining(['NAM-004', 'LNK-002', 'MET-003']))
  expect(planned.metadata.keywords).toHaveLength(200)
  expect(planned.metadata.title).toHaveLength(500)
})
