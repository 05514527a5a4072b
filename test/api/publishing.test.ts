/** Publishing, replacing, restyling, withdrawing and deleting, as each role sees it. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusal } from '../../backend/src/client/client.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import {
  addStyle,
  deprecateRecord,
  doctorFindings,
  getRecord,
  publishFile,
  publishRecord,
  replaceData,
  returnRecord,
} from '../helpers/publish.ts'

const examples = join(import.meta.dirname, '../../examples')
const example = (name: string, extension = 'gpkg') => join(examples, name, `${name}.${extension}`)

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program.stop())

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no problem',
    (error) => (isRefusal(error) ? error.problem.code : String(error)),
  )

const items = async (collectionId: string, query = '') => {
  const response = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/items?${query}`)
  return {
    status: response.status,
    body: (await response.json()) as { features: { id: number }[]; numberMatched: number },
  }
}

test('a GeoPackage layer with its style becomes record, collection, style and download (R6.1, R6.2, R7.1, R11.1)', async () => {
  const editor = program.as('editor')
  const styleId = await addStyle(editor, example('rivers', 'sld'), example('rivers', 'qml'))
  const { record, collectionId, publication } = await publishFile(editor, example('rivers'), {
    styleId,
    collectionId: 'rivers',
  })
  expect(collectionId).toBe('rivers')
  expect(record.state).toBe('published')
  expect(record.distributions.map((one) => one.kind)).toEqual(['original', 'features', 'style'])
  expect(record.styles).toEqual([{ id: styleId, title: expect.any(String), isDefault: true }])
  const { body } = await items('rivers', 'limit=1000')
  expect(body.features).toHaveLength(publication.result?.featureCount ?? -1)
  const download = await fetch(record.distributions[0]?.url ?? '')
  expect(download.status).toBe(200)
  expect(download.headers.get('content-disposition')).toContain('rivers.gpkg')
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a draft is nowhere to be seen by others (R3.3, R6.26)', async () => {
  const editor = program.as('editor')
  const draft = await editor.expectOk(
    editor.api.POST('/records', { body: { metadata: { title: 'CANARY-9f3' } } }),
  )
  for (const who of ['public', 'otherEditor'] as const)
    expect(await codeOf(getRecord(program.as(who), draft.id)), who).toBe('not-found')
  expect((await getRecord(program.as('administrator'), draft.id)).state).toBe('draft')
  for (const path of ['/pygeoapi/collections?f=json', '/pygeoapi/openapi?f=json'])
    expect(await (await fetch(program.url + path)).text(), path).not.toContain('CANARY-9f3')
})

test('a replace keeps the collection id and the download address, and shows the new content (R5.9, R11.7)', async () => {
  const editor = program.as('editor')
  const { record, collectionId } = await publishFile(editor, example('roads'), {
    collectionId: 'replaced-roads',
  })
  const address = record.distributions.find((one) => one.kind === 'original')?.id
  await replaceData(editor, record.id, example('rain_gauges'), { acceptSchemaChange: true })
  const after = await getRecord(editor, record.id)
  expect(after.collectionId).toBe(collectionId)
  expect(after.distributions.find((one) => one.kind === 'original')?.id).toBe(address)
  expect((await items(collectionId, 'limit=1')).body.numberMatched).toBe(22)
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a replace that would take columns away is refused until it is accepted, and changes nothing (R5.11)', async () => {
  const editor = program.as('editor')
  const { record, collectionId, publication } = await publishFile(editor, example('health_centres'), {
    collectionId: 'kept-centres',
  })
  expect(await codeOf(replaceData(editor, record.id, example('rain_gauges')))).toBe('schema-changed')
  expect((await items(collectionId, 'limit=1')).body.numberMatched).toBe(publication.result?.featureCount)
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('another editor may not publish, change or delete; a custodian only in the own domain (R1.2, R1.3)', async () => {
  const { record } = await publishFile(program.as('editor'), example('coastal_habitats'), {
    collectionId: 'guarded',
    domainId: 'forestry',
  })
  const change = (who: 'otherEditor' | 'custodian' | 'administrator', version: number) => {
    const client = program.as(who)
    return client.expectOk(
      client.api.PATCH('/records/{recordId}', {
        params: { path: { recordId: record.id }, header: { 'If-Match': `"${version}"` } },
        body: { metadata: { title: `Changed by ${who}` } },
      }),
    )
  }
  expect(await codeOf(change('otherEditor', record.version))).toBe('not-allowed')
  const byCustodian = await change('custodian', record.version)
  await change('administrator', byCustodian.version)
  const outside = await publishFile(program.as('editor'), example('rain_gauges'), {
    collectionId: 'outside',
    domainId: 'fisheries',
  })
  const custodian = program.as('custodian')
  expect(await codeOf(publishRecord(custodian, outside.record, {}))).toBe('not-allowed')
})

test('without If-Match 428, with a stale one 412, and of parallel changes one wins (P5)', async () => {
  const editor = program.as('editor')
  const draft = await editor.expectOk(
    editor.api.POST('/records', { body: { metadata: { title: 'Contended' } } }),
  )
  const params = { path: { recordId: draft.id } }
  expect(
    await codeOf(
      editor.expectOk(
        editor.api.PATCH('/records/{recordId}', { params, body: { metadata: { title: 'x' } } }),
      ),
    ),
  ).toBe('precondition-required')
  const tries = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      codeOf(
        editor.expectOk(
          editor.api.PATCH('/records/{recordId}', {
            params: { ...params, header: { 'If-Match': `"${draft.version}"` } },
            body: { metadata: { title: `Try ${n}` } },
          }),
        ),
      ),
    ),
  )
  expect(tries.filter((code) => code === 'no problem')).toHaveLength(1)
  expect(tries.filter((code) => code === 'precondition-failed')).toHaveLength(9)
})

test('an incomplete record is not published, and each finding names page and field (R4.60, R4.61, Q3)', async () => {
  const editor = program.as('editor')
  const draft = await editor.expectOk(
    editor.api.POST('/records', { body: { metadata: { title: 'Nearly empty' } } }),
  )
  const refused = await publishRecord(editor, draft, {}).catch((error) => error)
  expect(refused.problem.code).toBe('record-incomplete')
  expect(refused.problem.errors).toContainEqual(expect.objectContaining({ page: 3, field: 'abstract' }))
})

test('unpublishing removes the collection and leaves the record; publishing again brings the id back (R6.27)', async () => {
  const editor = program.as('editor')
  const { record, collectionId } = await publishFile(editor, example('parishes_quarters'), {
    collectionId: 'comes-and-goes',
  })
  const after = await editor.expectOk(
    editor.api.DELETE('/records/{recordId}/collection', {
      params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
    }),
  )
  expect((await items(collectionId)).status).toBe(404)
  expect(after.state).toBe('published')
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
  await publishRecord(editor, after, { publishToApi: true })
  expect((await items(collectionId)).status).toBe(200)
})

test('deleting removes entry, file and collection, answers 410 from then on, and keeps the audit (R3.7, R3.9, R3.15)', async () => {
  const editor = program.as('editor')
  const { record, collectionId } = await publishFile(editor, example('marine_reserves'), {
    collectionId: 'doomed',
  })
  const file = record.distributions[0]?.url ?? ''
  const deleted = await editor.api.DELETE('/records/{recordId}', {
    params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
  })
  expect(deleted.response.status).toBe(204)
  expect((await items(collectionId)).status).toBe(404)
  expect((await fetch(file)).status).toBe(410)
  expect(await codeOf(getRecord(editor, record.id))).toBe('gone')
  const administrator = program.as('administrator')
  const { entries } = await administrator.expectOk(
    administrator.api.GET('/audit', { params: { query: { recordId: record.id } } }),
  )
  expect(entries[0]?.action).toBe('record.deleted')
  expect((await administrator.expectOk(administrator.api.GET('/audit/verification'))).isWhole).toBe(true)
  await administrator.expectOk(
    administrator.api.POST('/collect-garbage', { params: { query: { all: true } } }),
  )
  expect(await doctorFindings(administrator)).toEqual([])
})

test('a deprecated record stays resolvable and names its successor (R3.10)', async () => {
  const editor = program.as('editor')
  const old = await publishFile(editor, example('rain_gauges'), { collectionId: 'gauges-2020' })
  const young = await publishFile(editor, example('rain_gauges'), { collectionId: 'gauges-2026' })
  await deprecateRecord(editor, old.record, young.record.id)
  const seen = await getRecord(program.as('public'), old.record.id)
  expect(seen).toMatchObject({ state: 'deprecated', successorId: young.record.id })
  expect((await items('gauges-2020')).status).toBe(200)
})

test('an administrator returns a record with a reason; its owner publishes it again under the same id (R3.1, Q2)', async () => {
  const editor = program.as('editor')
  const { record, collectionId } = await publishFile(editor, example('rivers'), {
    collectionId: 'returned-rivers',
  })
  const administrator = program.as('administrator')
  await returnRecord(administrator, record, 'The lineage is missing.')
  const returned = await getRecord(editor, record.id)
  expect(returned).toMatchObject({ state: 'returned', returnReason: 'The lineage is missing.' })
  expect((await items(collectionId)).status).toBe(404)
  expect(await codeOf(getRecord(program.as('public'), record.id))).toBe('not-found')
  await publishRecord(editor, returned, {})
  expect((await items(collectionId)).status).toBe(200)
  expect(await doctorFindings(administrator)).toEqual([])
})

test('a revoked token stops working at once (R1.15, A3)', async () => {
  const administrator = program.as('administrator')
  const issued = await administrator.expectOk(
    administrator.api.POST('/tokens', {
      body: { role: 'editor', name: 'Short', organisation: 'Stay', email: 's@stay.lc' },
    }),
  )
  const ask = async () =>
    (await fetch(`${program.url}/api/v1/me`, { headers: { Authorization: `Bearer ${issued.token}` } })).status
  expect(await ask()).toBe(200)
  await administrator.expectOk(
    administrator.api.DELETE('/tokens/{tokenId}', { params: { path: { tokenId: issued.details.id } } }),
  )
  expect(await ask()).toBe(401)
})

test('repeating a publish request with the same Idempotency-Key publishes once (P4)', async () => {
  const editor = program.as('editor')
  const upload = await editor.uploadFile(example('rivers'))
  const record = await editor.expectOk(
    editor.api.POST('/records', { body: { uploadId: upload.id, completeDefaults: true } }),
  )
  const ask = () =>
    editor.api.POST('/records/{recordId}/publications', {
      params: {
        path: { recordId: record.id },
        header: { 'If-Match': `"${record.version}"`, 'Idempotency-Key': 'once-only' },
      },
      body: { collectionId: 'once' },
    })
  const answers = await Promise.all(Array.from({ length: 5 }, ask))
  const ids = new Set(answers.flatMap(({ data }) => (data ? [data.id] : [])))
  expect(ids.size).toBe(1)
  await editor.waitForPublication([...ids][0] ?? '')
  const { publications } = await editor.expectOk(
    editor.api.GET('/records/{recordId}/publications', { params: { path: { recordId: record.id } } }),
  )
  expect(publications).toHaveLength(1)
})

test('a view under a chosen name follows the data through a replace; only administrators name one (R6.19, R6.20)', async () => {
  const administrator = program.as('administrator')
  const { record } = await publishFile(administrator, example('roads'), {
    collectionId: 'viewed',
    viewName: 'planning.roads',
  })
  const count = async () =>
    Number((await program.database.knex.raw('select count(*) as n from planning.roads')).rows[0].n)
  expect(await count()).toBe(98)
  await replaceData(administrator, record.id, example('rivers'), { acceptSchemaChange: true })
  expect(await count()).toBe(81)
  expect(
    await codeOf(publishFile(program.as('editor'), example('roads'), { viewName: 'planning.mine' })),
  ).toBe('not-allowed')
  expect(await codeOf(publishFile(administrator, example('roads'), { viewName: 'secims.token' }))).toBe(
    'view-name-invalid',
  )
})

test('the features of a precomputed table are those made on the fly', async () => {
  const { collectionId } = await publishFile(program.as('editor'), example('marine_reserves'), {
    collectionId: 'both-ways',
  })
  const wait = async () => {
    for (;;) {
      const row = await program.database
        .knex('collection')
        .where({ id: collectionId })
        .first('is_precomputed')
      if (row.is_precomputed) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const strip = (text: string) => text.replace(/"timeStamp":"[^"]*"/, '')
  await wait()
  const url = `${program.url}/pygeoapi/collections/${collectionId}/items?limit=1000`
  const precomputed = strip(await (await fetch(url)).text())
  await program.database.knex('collection').where({ id: collectionId }).update({ is_precomputed: false })
  await program.database.knex('epoch').increment('value', 1)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(strip(await (await fetch(url)).text())).toBe(precomputed)
  await program.database.knex('collection').where({ id: collectionId }).update({ is_precomputed: true })
})
