/**
 * What is not published is nowhere (security A7, A8, R1.2, R1.3, R3.3, R6.26): every reading operation of every contract
 * is asked, with every parameter and in every format, by those who have no right to it; and every role tries to change
 * what it may not.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RecordJson } from '../../backend/src/client/client.ts'
import { type Action, can } from '../../backend/src/domain/policy.ts'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import { readRequests } from '../helpers/crawl.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { addStyle, doctorFindings, getRecord, publishFile, publishRecord } from '../helpers/publish.ts'
import { oldStamp, submitterOf } from '../helpers/submitter.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-visibility-'))
const example = (name: string, extension = 'gpkg') =>
  join(import.meta.dirname, '../../examples', name, `${name}.${extension}`)

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(async () => {
  await program.stop()
  rmSync(folder, { recursive: true })
})

type Asker = Who | 'public' | 'revoked' | 'expired'
const issued = new Map<Asker, string>()
const tokenOf = (who: Asker) => issued.get(who) ?? program.tokenOf(who as Who)

const send = async (
  who: Asker,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
) => {
  const response = await fetch(`${program.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(who !== 'public' && { Authorization: `Bearer ${tokenOf(who)}` }),
      ...(body !== undefined && {
        'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const ifMatch = (record: RecordJson) => ({ 'If-Match': `"${record.version}"` })

// What is hidden -----------------------------------------------------------------------------------------

/** One word, so that a search that finds the word finds what holds it. */
const canary = 'zebrafinch7f3a'
/** Finds the word in a search without saying it. */
const bait = 'zebrafinch'

/** Everything that CSW tells: all records, those with the word, each by its id, in both schemas, and the values of properties. */
const cswRequests = (recordIds: readonly string[]): string[] => {
  const ask = (request: string, more: Record<string, string>) =>
    `/csw?${new URLSearchParams({ service: 'CSW', version: '2.0.2', request, ...more })}`
  const records = {
    typeNames: 'csw:Record',
    resultType: 'results',
    ElementSetName: 'full',
    maxRecords: '500',
  }
  const schemas = ['http://www.opengis.net/cat/csw/2.0.2', 'http://www.isotc211.org/2005/gmd']
  return [
    ...schemas.flatMap((outputSchema) => [
      ask('GetRecords', { ...records, outputSchema }),
      ask('GetRecords', {
        ...records,
        outputSchema,
        constraintLanguage: 'CQL_TEXT',
        constraint: `AnyText LIKE '${bait}' OR Title LIKE '%${bait}%' OR NOT Title = 'x'`,
      }),
      ask('GetRecordById', { Id: recordIds.join(','), ElementSetName: 'full', outputSchema }),
    ]),
    ...[
      'title',
      'abstract',
      'subject',
      'creator',
      'publisher',
      'format',
      'rights',
      'source',
      'relation',
      'lineage',
    ].map((PropertyName) => ask('GetDomain', { PropertyName })),
  ]
}

const canaryMetadata = () => {
  const say = (text: string) => `${text} ${canary}`
  return completeMetadata({
    title: say('Title'),
    abstract: say('Abstract'),
    keywords: [say('keyword')],
    thesaurusKeywords: [{ thesaurus: say('thesaurus'), keywords: [say('term')] }],
    contacts: [
      {
        individualName: say('Name'),
        organisation: say('Organisation'),
        position: say('Position'),
        email: `${canary}@example.org`,
        phone: say('1'),
        role: 'owner',
      },
    ],
    pointsOfContact: [{ organisation: say('Organisation'), email: `${canary}@example.org`, role: 'owner' }],
    custodianOrganisation: say('Custodian'),
    supplementalInformation: say('Supplement'),
    parentIdentifier: say('Parent'),
    lineageStatement: say('Lineage'),
    dataSources: [say('Source')],
    processingSteps: [say('Step')],
    useConditions: say('Use'),
    accessConditions: say('Access'),
    additionalDownloadUrl: `https://example.org/${canary}.zip`,
    informationUrl: `https://example.org/${canary}`,
    resourceName: say('Resource'),
    distributionFormat: { name: say('Format'), version: canary },
    webServices: [
      { protocol: 'OGC:WFS', url: `https://example.org/${canary}`, layer: canary, title: say('Service') },
    ],
    bbox: { west: -61.05, south: 13.75, east: -60.95, north: 13.95 },
    crs: 'EPSG:4326',
  })
}

const canaryFile = () => {
  const path = join(folder, `${canary} layer.geojson`)
  writeFileSync(
    path,
    JSON.stringify({
      type: 'FeatureCollection',
      name: `${canary} layer`,
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [-61, 13.9] },
          properties: { [`column ${canary}`]: `value ${canary}`, name: 'x' },
        },
      ],
    }),
  )
  return path
}

const publishCanary = (collectionId: string, styleId?: string) =>
  publishFile(program.as('editor'), canaryFile(), {
    metadata: canaryMetadata() as never,
    domainId: 'fisheries',
    collectionId,
    styleId,
  })

const returned = async (record: RecordJson) => {
  const answer = await send('administrator', 'POST', `/api/v1/records/${record.id}/return`, {
    headers: ifMatch(record),
    body: { reason: `Reason ${canary}` },
  })
  expect(answer.status).toBe(200)
}

/** Lists and counts that nothing hidden may change, without the time of the answer. */
const lists = async () => {
  const answers: Record<string, string> = {}
  for (const path of [
    '/',
    '/docs',
    '/records/collections?f=json',
    '/records/collections/metadata:main?f=json',
    '/records/collections/metadata:main/items?f=json&limit=100&sortby=title',
    '/records/collections/metadata:main/items?f=html',
    '/records/collections/metadata:main/items?f=json&bbox=-62,13,-60,15',
    '/pygeoapi/collections?f=json',
    '/pygeoapi/collections?f=html',
    '/pygeoapi/api?f=json',
    '/pygeoapi/collections/seen/items?f=json',
    '/api/v1/me',
    '/api/v1/records',
  ]) {
    const { status, text } = await send(path === '/api/v1/records' ? 'otherEditor' : 'public', 'GET', path)
    expect(status, path).toBe(200)
    answers[path] = text.replace(/"timeStamp":"[^"]*"/, '')
  }
  return answers
}

describe('a draft, a returned, a withdrawn and a deleted record, and the work on a published one', () => {
  let before: Record<string, string>
  const ids: Record<string, string[]> = {}
  const note = (name: string, ...values: (string | null | undefined)[]) => {
    ids[name] = [...(ids[name] ?? []), ...values.filter((one): one is string => Boolean(one))]
  }

  beforeAll(async () => {
    const editor = program.as('editor')
    const styleId = await addStyle(editor, example('rivers', 'sld'))
    const seen = await publishFile(editor, example('rivers'), { collectionId: 'seen', styleId })
    note('recordId', seen.record.id)
    note('collectionId', 'seen')
    note('styleId', styleId)

    // Taken out of the APIs: the record stays, the collection is not named any more.
    const out = await publishFile(editor, example('roads'), { collectionId: `${canary}-unpublished` })
    const path = `/api/v1/records/${out.record.id}/collection`
    expect((await send('editor', 'DELETE', path, { headers: ifMatch(out.record) })).status).toBe(200)
    note('recordId', out.record.id)
    note('collectionId', out.collectionId)
    note('publicationId', out.publication.id)
    before = await lists()

    // A submission that waits for review, and the mails about it.
    const person = submitterOf({ url: program.url, stamp: await oldStamp(program.database) })
    const waiting = await person.upload('canary.geojson', readFileSync(canaryFile()))
    const submission = await editor.expectOk(
      person.submit(canaryMetadata() as never, { uploadId: waiting.id, message: canary }),
    )
    note('reference', submission.reference)
    note('uploadId', waiting.id)
    note('mailId', ...(await program.database.knex('mail').pluck('id')))

    // A draft with a file.
    const upload = await editor.uploadFile(canaryFile())
    const draft = await editor.expectOk(
      editor.api.POST('/records', {
        body: { uploadId: upload.id, metadata: canaryMetadata() as never, domainId: 'fisheries' },
      }),
    )
    note('recordId', draft.id)
    note('uploadId', upload.id)

    // Returned: it was public.
    const back = await publishCanary(`${canary}-returned`)
    note('recordId', back.record.id)
    note('publicationId', back.publication.id)
    note('collectionId', back.collectionId)
    note('distributionId', ...back.record.distributions.map(({ id }) => id))
    await returned(back.record)

    // A failed publication of a draft.
    const failing = await editor.expectOk(
      editor.api.POST('/records', {
        body: {
          uploadId: (await editor.uploadFile(canaryFile())).id,
          metadata: canaryMetadata() as never,
          completeDefaults: true,
        },
      }),
    )
    const failed = await publishRecord(editor, failing, {
      styleId: 'no-such-style',
      collectionId: `${canary}-failed`,
    }).catch((error) => error)
    expect(failed.problem?.status).toBeLessThan(500)
    const { publications } = await editor.expectOk(
      editor.api.GET('/records/{recordId}/publications', { params: { path: { recordId: failing.id } } }),
    )
    note('recordId', failing.id)
    note('publicationId', ...publications.map(({ id }) => id))
    note('collectionId', `${canary}-failed`)

    // Deleted.
    const gone = await publishCanary(`${canary}-deleted`)
    note('recordId', gone.record.id)
    note('publicationId', gone.publication.id)
    note('collectionId', gone.collectionId)
    note('distributionId', ...gone.record.distributions.map(({ id }) => id))
    expect(
      (await send('editor', 'DELETE', `/api/v1/records/${gone.record.id}`, { headers: ifMatch(gone.record) }))
        .status,
    ).toBe(204)

    // The working copy of what is public.
    const changed = await send('editor', 'PATCH', `/api/v1/records/${seen.record.id}`, {
      headers: ifMatch(seen.record),
      body: {
        metadata: {
          title: `New title ${canary}`,
          keywords: [canary],
          informationUrl: `https://example.org/${canary}`,
        },
      },
    })
    expect(changed.status).toBe(200)
    note('distributionId', ...seen.record.distributions.map(({ id }) => id))
    note('publicationId', seen.publication.id)
  })

  test('change no list, no count and no page of the public', async () => {
    expect(await lists()).toEqual(before)
  })

  test.each(['public', 'otherEditor', 'custodian', 'revoked'] as const)(
    'are not to be found by %s through any reading operation, any parameter, any format',
    async (who) => {
      const requests = readRequests(
        {
          recordId: [...(ids['recordId'] ?? []), '00000000-0000-4000-8000-000000000000'],
          collectionId: [...(ids['collectionId'] ?? []), 'unknown'],
          distributionId: ids['distributionId'] ?? [],
          uploadId: ids['uploadId'] ?? [],
          reference: ids['reference'] ?? [],
          mailId: ids['mailId'] ?? [],
          publicationId: ids['publicationId'] ?? [],
          styleId: [...(ids['styleId'] ?? []), '_default'],
          version: ['1'],
          spriteFile: ['symbols.json'],
          fontstack: ['DejaVu Sans'],
          range: ['0-255.pbf'],
          featureId: ['1', '0'],
          catalogId: ['metadata:main'],
          fileName: ['file.gpkg', 'secims_bridge.zip'],
          tokenId: ['aaaaaaaa'],
          domainId: ['fisheries'],
          // Of another server's layer, by its number or name.
          layer: ['0'],
          zoom: ['8'],
          row: ['118'],
          column: ['84'],
          tileMatrixSetId: ['WebMercatorQuad'],
          // The tile of the island, and one that is none.
          tileMatrix: ['8'],
          tileRow: ['118'],
          tileCol: ['84', '999'],
        },
        [bait, bait.slice(0, 6), 'Title'],
      )
      expect(requests.length).toBeGreaterThan(1500)
      if (who === 'revoked') issued.set('revoked', `secims_aaaaaaaa_${'A'.repeat(43)}`)
      // What of the whole is asked by a token nobody knows is enough to see that all is refused.
      const asked = who === 'revoked' ? requests.filter((_, at) => at % 10 === 0) : requests
      const pages = [
        '/',
        `/catalogue?q=${bait}`,
        '/catalogue?sortby=title',
        '/docs',
        '/sitemap.xml',
        '/robots.txt',
        '/.well-known/x',
        '/metadata-editor/',
        '/map',
        '/csw',
        ...cswRequests(ids['recordId'] ?? []),
      ]
      const found: string[] = []
      const broken: string[] = []
      for (const { path, headers } of [...asked, ...pages.map((path) => ({ path, headers: {} }))]) {
        const answer = await send(who, 'GET', path, { headers })
        if (answer.status >= 500) broken.push(`${path}: ${answer.status} ${answer.text.slice(0, 200)}`)
        if (who === 'revoked') expect(answer.status, path).toBe(401)
        // What the request itself says may be said again.
        const own = decodeURIComponent(path).match(/zebrafinch7f3a[\w-]*/gi) ?? []
        const rest = own.reduce((text, said) => text.replaceAll(said, ''), answer.text)
        const said = `${rest}\n${JSON.stringify([...answer.headers])}`
        if (said.toLowerCase().includes(canary)) found.push(`${path} ${JSON.stringify(headers)}`)
      }
      expect(broken).toEqual([])
      expect(found).toEqual([])
    },
    120_000,
  )

  test('are absent, not forbidden: what another editor is told of a draft is what he is told of nothing', async () => {
    const [, , draftId = ''] = ids['recordId'] ?? []
    const nothing = '00000000-0000-4000-8000-000000000000'
    for (const [method, path, body] of [
      ['GET', '/api/v1/records/ID', undefined],
      ['GET', '/api/v1/records/ID/iso19139', undefined],
      ['GET', '/api/v1/records/ID/check', undefined],
      ['GET', '/api/v1/records/ID/versions', undefined],
      ['GET', '/api/v1/records/ID/publications', undefined],
      ['GET', '/records/collections/metadata:main/items/ID', undefined],
      ['PATCH', '/api/v1/records/ID', { metadata: {} }],
      ['DELETE', '/api/v1/records/ID', undefined],
      ['POST', '/api/v1/records/ID/deprecate', {}],
      ['POST', '/api/v1/records/ID/publications', {}],
      ['DELETE', '/api/v1/records/ID/collection', undefined],
    ] as const) {
      const tell = async (id: string) => {
        const answer = await send('otherEditor', method, path.replace('ID', id), {
          headers: { 'If-Match': '"1"' },
          body,
        })
        const { traceId, ...problem } = JSON.parse(answer.text)
        return JSON.parse(JSON.stringify({ status: answer.status, problem }).replaceAll(id, 'ID'))
      }
      const told = await tell(draftId)
      expect(told, `${method} ${path}`).toEqual(await tell(nothing))
      expect(told.status).toBe(404)
    }
  })

  test('a style used by a hidden record is not deleted by its owner, who learns no title', async () => {
    const other = program.as('otherEditor')
    const styleId = await addStyle(other, example('rivers', 'sld'))
    const path = join(folder, 'line.geojson')
    writeFileSync(
      path,
      JSON.stringify({
        type: 'FeatureCollection',
        features: [
          {
            type: 'Feature',
            properties: { name: 'x', class: 'x', length_km: 1, order: 1 },
            geometry: {
              type: 'LineString',
              coordinates: [
                [-61, 13.9],
                [-61, 14],
              ],
            },
          },
        ],
      }),
    )
    const { record } = await publishFile(program.as('editor'), path, {
      metadata: canaryMetadata() as never,
      styleId,
    })
    await returned(record)
    const refused = await send('otherEditor', 'DELETE', `/api/v1/styles/${styleId}`, {
      headers: { 'If-Match': '"1"' },
    })
    expect(refused.status).toBe(409)
    expect(refused.text.toLowerCase()).not.toContain(canary)
  })

  test('are visible to those who keep them (so that the crawl is known to look for something that is there)', async () => {
    const [, , draftId = '', backId = ''] = ids['recordId'] ?? []
    for (const id of [draftId, backId])
      for (const who of ['editor', 'administrator'] as const)
        expect((await send(who, 'GET', `/api/v1/records/${id}`)).text).toContain(canary)
    expect(await doctorFindings(program.as('administrator'))).toEqual([])
  })
})

// Who may change what ------------------------------------------------------------------------------------

const states = ['draft', 'returned', 'published', 'deprecated', 'deleted'] as const
type State = (typeof states)[number]
const domains = ['forestry', 'fisheries'] as const
const askers: Asker[] = [
  'public',
  'editor',
  'otherEditor',
  'custodian',
  'administrator',
  'revoked',
  'expired',
]

type Operation = { name: string; action: Action; method: string; path: string; body?: unknown }
const operations: Operation[] = [
  {
    name: 'changeRecord',
    action: 'change a record',
    method: 'PATCH',
    path: '',
    body: { metadata: { title: 'Mine now' } },
  },
  { name: 'deleteRecord', action: 'delete a record', method: 'DELETE', path: '' },
  { name: 'returnRecord', action: 'return a record', method: 'POST', path: '/return', body: { reason: 'x' } },
  { name: 'deprecateRecord', action: 'change a record', method: 'POST', path: '/deprecate', body: {} },
  { name: 'publishRecord', action: 'publish a record', method: 'POST', path: '/publications', body: {} },
  { name: 'unpublishCollection', action: 'change a record', method: 'DELETE', path: '/collection' },
]

describe('the matrix of roles (A7)', () => {
  const records = new Map<string, RecordJson>()
  const keyOf = (state: State, domain: string) => `${state} ${domain}`

  beforeAll(async () => {
    const administrator = program.as('administrator')
    for (const who of ['revoked', 'expired'] as const) {
      const { token, details } = await administrator.expectOk(
        administrator.api.POST('/tokens', {
          body: { role: 'administrator', name: who, organisation: 'Test', email: 'x@test.lc' },
        }),
      )
      issued.set(who, token)
      if (who === 'revoked')
        await administrator.expectOk(
          administrator.api.DELETE('/tokens/{tokenId}', { params: { path: { tokenId: details.id } } }),
        )
      else
        await program.database
          .knex('token')
          .where({ id: details.id })
          .update({ expires_at: new Date(Date.now() - 1000) })
    }
    const editor = program.as('editor')
    for (const domainId of domains)
      for (const state of states) {
        const record = await editor.expectOk(
          editor.api.POST('/records', {
            body: { metadata: completeMetadata({ title: `${state} of ${domainId}` }) as never, domainId },
          }),
        )
        const current = async () => getRecord(administrator, record.id)
        if (state === 'published' || state === 'deprecated') await publishRecord(editor, record, {})
        if (state === 'deprecated')
          await send('editor', 'POST', `/api/v1/records/${record.id}/deprecate`, {
            headers: ifMatch(await current()),
            body: {},
          })
        if (state === 'returned') await returned(record)
        if (state === 'deleted') {
          records.set(keyOf(state, domainId), record)
          await send('editor', 'DELETE', `/api/v1/records/${record.id}`, { headers: ifMatch(record) })
        } else records.set(keyOf(state, domainId), await current())
        if (state !== 'deleted') expect((await current()).state).toBe(state)
      }
  })

  const actorOf = (who: Asker) => {
    if (who === 'public' || who === 'revoked' || who === 'expired') return { kind: 'public' } as const
    const role = (
      {
        editor: 'editor',
        otherEditor: 'editor',
        custodian: 'domain_custodian',
        administrator: 'administrator',
      } as const
    )[who]
    const [, tokenId = ''] = /^secims_(\w{8})_/.exec(tokenOf(who)) ?? []
    return {
      kind: 'token',
      tokenId,
      role,
      domainId: who === 'custodian' ? 'forestry' : null,
      name: who,
      organisation: '',
      email: '',
    } as const
  }

  /** What the policy table says, and what each refusal tells: nothing of what the asker cannot see. */
  const expectedOf = (who: Asker, { action }: Operation, state: State, domainId: string): number => {
    const actor = actorOf(who)
    const resource = { ownerId: (actorOf('editor') as { tokenId: string }).tokenId, domainId }
    if (actor.kind === 'public') return 401
    if (!can(actor, action)) return 403
    if (state === 'deleted') return 410
    if (can(actor, action, resource)) return 412
    return state === 'published' || state === 'deprecated' ? 403 : 404
  }

  test('every role, changing operation, state and domain ends as the policy table says', async () => {
    const wrong: string[] = []
    const seen = new Set<number>()
    for (const operation of operations)
      for (const state of states)
        for (const domainId of domains)
          for (const who of askers) {
            const { id } = records.get(keyOf(state, domainId)) as RecordJson
            // A stale version, so that who may is stopped just before the effect.
            const { status } = await send(who, operation.method, `/api/v1/records/${id}${operation.path}`, {
              headers: { 'If-Match': '"999999"' },
              body: operation.body,
            })
            const expected = expectedOf(who, operation, state, domainId)
            seen.add(expected)
            if (status !== expected)
              wrong.push(`${who} ${operation.name} ${state} ${domainId}: ${status}, not ${expected}`)
          }
    expect(wrong).toEqual([])
    expect([...seen].sort()).toEqual([401, 403, 404, 410, 412])
  }, 120_000)

  test('a custodian publishes a draft of the own domain with the file its owner attached', async () => {
    const editor = program.as('editor')
    const upload = await editor.uploadFile(example('rain_gauges'))
    const draft = await editor.expectOk(
      editor.api.POST('/records', {
        body: { uploadId: upload.id, domainId: 'forestry', completeDefaults: true },
      }),
    )
    const custodian = program.as('custodian')
    const { state } = await publishRecord(custodian, await getRecord(custodian, draft.id), {
      collectionId: 'by-custodian',
    })
    expect(state).toBe('done')
  })

  test('what everybody may and what only administrators may, over the rest of the contract', async () => {
    const only: [string, string, unknown?][] = [
      ['GET', '/tokens'],
      ['POST', '/tokens', { role: 'administrator', name: 'x', organisation: 'x', email: 'x@x.lc' }],
      ['DELETE', '/tokens/aaaaaaaa'],
      ['POST', '/tokens/aaaaaaaa/rotate'],
      ['PUT', '/domains/mine', { title: 'Mine' }],
      ['GET', '/audit'],
      ['GET', '/audit/verification'],
      ['GET', '/doctor'],
      ['POST', '/collect-garbage'],
      ['GET', '/records?scope=all'],
    ]
    for (const [method, path, body] of only)
      for (const who of ['public', 'editor', 'custodian', 'revoked', 'expired'] as const) {
        const { status } = await send(who, method, `/api/v1${path}`, { body })
        expect(status, `${who} ${method} ${path}`).toBe(who === 'editor' || who === 'custodian' ? 403 : 401)
      }
  })

  test('a style is changed and deleted by its owner and administrators only; an upload is seen by nobody else', async () => {
    const editor = program.as('editor')
    const styleId = await addStyle(editor, example('roads', 'sld'))
    const upload = await editor.uploadFile(example('roads'))
    const form = () => {
      const parts = new FormData()
      parts.append('sld', new Blob([readFileSync(example('roads', 'sld'))]), 'x.sld')
      return parts
    }
    const expected: Record<string, [style: number, upload: number]> = {
      public: [401, 401],
      revoked: [401, 401],
      expired: [401, 401],
      otherEditor: [403, 404],
      custodian: [403, 404],
      editor: [412, 200],
      administrator: [412, 200],
    }
    for (const who of askers) {
      const headers = {
        ...(who !== 'public' && { Authorization: `Bearer ${tokenOf(who)}` }),
        'If-Match': '"9"',
      }
      const put = await fetch(`${program.url}/api/v1/styles/${styleId}`, {
        method: 'PUT',
        headers,
        body: form(),
      })
      const style = [
        put.status,
        (await send(who, 'DELETE', `/api/v1/styles/${styleId}`, { headers: { 'If-Match': '"9"' } })).status,
      ]
      expect(style, who).toEqual([expected[who]?.[0], expected[who]?.[0]])
      expect((await send(who, 'GET', `/api/v1/uploads/${upload.id}`)).status, who).toBe(expected[who]?.[1])
      const tus = { 'Tus-Resumable': '1.0.0' }
      const head = await send(who, 'HEAD', `/api/v1/tus/${upload.id}`, { headers: tus })
      expect(head.status, who).toBe(expected[who]?.[1])
      if (expected[who]?.[1] !== 200) {
        expect((await send(who, 'DELETE', `/api/v1/uploads/${upload.id}`)).status, who).toBe(
          expected[who]?.[1],
        )
        expect((await send(who, 'DELETE', `/api/v1/tus/${upload.id}`, { headers: tus })).status, who).toBe(
          expected[who]?.[1],
        )
        expect((await send(who, 'GET', `/api/v1/uploads/${upload.id}/events`)).status, who).toBe(
          expected[who]?.[1],
        )
      }
    }
    expect((await send('editor', 'GET', `/api/v1/uploads/${upload.id}`)).status).toBe(200)
  })

  test("an id of one kind opens nothing of another, and others' uploads cannot be attached or published (IDOR)", async () => {
    const editor = program.as('editor')
    const upload = await editor.uploadFile(example('roads'))
    const { record, publication } = await publishFile(editor, example('rivers'), { collectionId: 'idor' })
    const distributionId = record.distributions[0]?.id ?? ''
    const kinds: Record<string, string> = {
      records: record.id,
      uploads: upload.id,
      publications: publication.id,
      files: distributionId,
    }
    const places: Record<string, string> = {
      records: '/api/v1/records/',
      uploads: '/api/v1/uploads/',
      publications: '/api/v1/publications/',
      files: '/files/',
      items: '/records/collections/metadata:main/items/',
    }
    for (const [place, address] of Object.entries(places))
      for (const [kind, id] of Object.entries(kinds)) {
        const isItsOwn = place === kind || (place === 'items' && kind === 'records')
        const { status } = await send('administrator', 'GET', address + id)
        expect(status, `${kind} at ${place}`).toBe(isItsOwn ? 200 : 404)
      }
    const mine = await program
      .as('otherEditor')
      .expectOk(
        program.as('otherEditor').api.POST('/records', { body: { metadata: completeMetadata() as never } }),
      )
    const tries: [string, string, unknown][] = [
      ['POST', '/api/v1/records', { uploadId: upload.id }],
      ['PATCH', `/api/v1/records/${mine.id}`, { uploadId: upload.id }],
      ['POST', `/api/v1/records/${mine.id}/publications`, { uploadId: upload.id }],
    ]
    for (const [method, path, body] of tries) {
      const { status, text } = await send('otherEditor', method, path, { headers: ifMatch(mine), body })
      expect([status, JSON.parse(text).code], path).toEqual([404, 'not-found'])
      expect(text).not.toContain('roads')
    }
  })

  test('what a body smuggles in is refused, not ignored', async () => {
    const mine = await program
      .as('otherEditor')
      .expectOk(program.as('otherEditor').api.POST('/records', { body: { metadata: { title: 'x' } } }))
    for (const smuggled of [
      { ownerId: 'x' },
      { owner_id: 'x' },
      { state: 'published' },
      { status: 'published' },
      { version: 99 },
      { publishedVersion: 1 },
      { role: 'administrator' },
      { metadata: { state: 'published' } },
      { metadata: { ownerId: 'x' } },
    ]) {
      const patch = await send('otherEditor', 'PATCH', `/api/v1/records/${mine.id}`, {
        headers: ifMatch(mine),
        body: smuggled,
      })
      expect(patch.status, JSON.stringify(smuggled)).toBe(400)
      expect((await send('otherEditor', 'POST', '/api/v1/records', { body: smuggled })).status).toBe(400)
    }
    for (const raw of [
      '{"__proto__":{"role":"administrator"}}',
      '{"metadata":{"constructor":{"prototype":{"x":1}}}}',
    ]) {
      const response = await fetch(`${program.url}/api/v1/records`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${program.tokenOf('otherEditor')}`,
          'Content-Type': 'application/json',
        },
        body: raw,
      })
      expect(response.status, raw).toBe(400)
    }
    expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  })

  test('a custodian files nothing under another domain, neither new nor moved there (A7)', async () => {
    const custodian = program.as('custodian')
    expect(
      (await send('custodian', 'POST', '/api/v1/records', { body: { domainId: 'fisheries' } })).status,
    ).toBe(403)
    const own = await custodian.expectOk(
      custodian.api.POST('/records', { body: { metadata: { title: 'x' } } }),
    )
    expect(own.domainId).toBe('forestry')
    const moved = await send('custodian', 'PATCH', `/api/v1/records/${own.id}`, {
      headers: ifMatch(own),
      body: { domainId: 'fisheries' },
    })
    expect(moved.status).toBe(403)
  })
})
