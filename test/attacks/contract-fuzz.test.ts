/**
 * Requests made at random from the contract itself, nearly right or quite wrong, by every role (security K3): never a
 * 5xx, never a stack trace, and every answer fits the contract. The program checks its good answers; problems are
 * checked here. Repeat a failure with FUZZ_SEED.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JsonSchema, resolveRef } from '../../backend/src/contract/document.ts'
import { createChecks } from '../../backend/src/contract/validate.ts'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import { keptLog } from '../helpers/canaries.ts'
import { type Face, type MountedOperation, mountedOperations, readContract } from '../helpers/crawl.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { addStyle, doctorFindings, publishFile, returnRecord } from '../helpers/publish.ts'
import { newSecret, oldStamp, submitterOf } from '../helpers/submitter.ts'

const fuzzMs = Number(process.env['FUZZ_SECONDS'] ?? 20) * 1000
const mostTurns = 6
const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])

const kept = keptLog()
let program: TestProgram
/** What the public may not be told: in the title, the texts, the columns and the values of a record that was taken back. */
const canary = 'kingfisher9d2c'
let hiddenId = ''
const canaryFolder = mkdtempSync(join(tmpdir(), 'secims-fuzz-'))
const canaryFile = join(canaryFolder, 'layer.geojson')
const pools: Record<string, string[]> = {}

const example = (name: string, extension = 'gpkg') =>
  new URL(`../../examples/${name}/${name}.${extension}`, import.meta.url).pathname

beforeAll(async () => {
  writeFileSync(
    canaryFile,
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [-61, 13.9] },
          properties: { [`column_${canary}`]: `value ${canary}` },
        },
      ],
    }),
  )
  program = await testProgram({ READER_SECONDS: '10' }, { log: kept.log })
  const editor = program.as('editor')
  const styleId = await addStyle(editor, example('rivers', 'sld'), example('rivers', 'qml'))
  const { record, publication } = await publishFile(editor, example('rivers'), {
    collectionId: 'rivers',
    styleId,
  })
  const table = await publishFile(program.as('administrator'), example('rain_gauges'), {
    viewName: 'planning.gauges',
  })
  const hidden = await publishFile(editor, canaryFile, {
    collectionId: 'hidden',
    metadata: completeMetadata({ title: `Title ${canary}`, abstract: canary, keywords: [canary] }) as never,
  })
  const administrator = program.as('administrator')
  await returnRecord(administrator, hidden.record, canary)
  hiddenId = hidden.record.id
  const upload = await editor.uploadFile(example('health_centres'))
  const draft = await editor.expectOk(
    editor.api.POST('/records', { body: { metadata: completeMetadata() as never, uploadId: upload.id } }),
  )
  const { details } = await administrator.expectOk(
    administrator.api.POST('/tokens', {
      body: { role: 'editor', name: 'x', organisation: 'x', email: 'x@x.lc' },
    }),
  )
  const link = newSecret()
  const person = submitterOf({ url: program.url, stamp: await oldStamp(program.database) }, link)
  const submission = await administrator.expectOk(person.submit({}, { isHostedElsewhere: true }))
  const { mails } = await administrator.expectOk(administrator.api.GET('/mails'))
  Object.assign(pools, {
    reference: [submission.reference],
    mailId: mails.map(({ id }) => id),
    'Submission-Link': [link],
    recordId: [record.id, draft.id, table.record.id, hidden.record.id],
    collectionId: ['rivers', table.collectionId, 'hidden'],
    tileMatrixSetId: ['WebMercatorQuad', 'WorldCRS84Quad'],
    tileMatrix: ['0', '8', '14', '24', '25'],
    tileRow: ['0', '118', '-1', '4294967296'],
    tileCol: ['0', '84', '1e3'],
    featureId: ['1', '2', '-1', '9223372036854775807', '9223372036854775808'],
    distributionId: [...record.distributions, ...hidden.record.distributions].map(({ id }) => id),
    uploadId: [upload.id],
    publicationId: [publication.id],
    styleId: [styleId, '_default'],
    version: ['1', '2', '0'],
    spriteFile: ['symbols.json', 'symbols@2x.png', 'symbols.svg'],
    fontstack: ['DejaVu Sans', 'DejaVu Sans,DejaVu Serif', 'None'],
    range: ['0-255.pbf', '1-2.pbf', '65280-65535.pbf'],
    tokenId: [details.id],
    domainId: ['forestry', 'fisheries', 'new-domain'],
    catalogId: ['metadata:main'],
    fileName: ['rivers.gpkg', 'secims_bridge.zip'],
  })
})
afterAll(async () => {
  await program?.stop()
  rmSync(canaryFolder, { recursive: true })
})

// Values -------------------------------------------------------------------------------------------------

const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u2028',
  '🌴',
  'x'.repeat(5000),
  "'",
  '"',
  '\\',
  '%',
  '%00',
  '%zz',
  '%',
  '*',
  '?',
  '$1',
  ':a',
  ';--',
  "' or 1=1 --",
  '../../etc/passwd',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '0x10',
  '9223372036854775808',
  '-9223372036854775809',
  '99999999999999999999',
  '0000-01-01',
  '9999-12-31T23:59:60Z',
  '2024-02-30',
  '../..',
  '..',
  '/',
  '2024-01-01/..',
  '__proto__',
  'constructor',
  'toString',
  '<script>',
  '00000000-0000-0000-0000-000000000000',
  'true',
  '[]',
  '{}',
  ',',
  ',,',
  '"',
  '*/*',
  'a,b',
  '&',
  '=',
  '#',
  '\r\nX-Y: z',
  'http://www.opengis.net/def/crs/EPSG/0/3857',
  'http://www.opengis.net/def/crs/EPSG/0/999999',
  'http://www.opengis.net/def/crs/OGC/1.3/CRS84h',
)
const text = fc.oneof({ weight: 3, arbitrary: nasty }, fc.string(), fc.string({ unit: 'binary' }))

const harmless = ['Roads', "l'été & <b>", 'größe', '"', 'a\\b', '🌴', '=1+1', '\u202e', "'; --"]
const addresses = ['https://example.org/x?a=b&c=d', 'http://x.lc', "ftp://x.lc/'"]

const whole = (name: string, { minimum, maximum }: JsonSchema, isRight: boolean): fc.Arbitrary<number> => {
  if (name === 'sourceEpsg' && isRight) return fc.constantFrom(4326, 2006, 32620, 999_999, 0)
  const least = Math.ceil(Number(minimum ?? -10))
  const right = fc.integer({ min: least, max: Math.min(Number(maximum ?? 1000), least + 1000) })
  const edges = [
    0,
    -1,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    Number(maximum ?? 1e6),
    Number(maximum ?? 1e6) + 1,
    0.5,
    1e300,
  ]
  return isRight ? right : fc.oneof(right, fc.constantFrom(...edges))
}

const days = fc.constantFrom('0001-01-01', '1582-10-10', '2024-02-29', '2026-11-20', '9999-12-31')
const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  date: days,
  'date-time': days.map((day) => `${day}T12:00:00Z`),
  email: fc.constantFrom('a@b.lc', 'x@example.org'),
}

const rightText = (name: string, { format, pattern, maxLength }: JsonSchema): fc.Arbitrary<string> => {
  if (name === 'filter') return fc.constantFrom(...filters)
  if (name === 'Tus-Resumable') return fc.constant('1.0.0')
  if (name === 'Upload-Metadata') return fc.constant(`filename ${btoa('a.csv')}`)
  if (name === 'viewName') return fc.constantFrom('planning.x', 'y', 'secims.token')
  const known = formats[String(format)]
  if (known) return known
  if (typeof pattern !== 'string') return maxLength === undefined ? text : fc.constantFrom(...harmless)
  if (pattern.includes('ftp')) return fc.constantFrom(...addresses)
  if (pattern.includes('@')) return fc.constantFrom('a@b.lc', "o'x&y=z@b.lc")
  if (pattern.includes('EPSG')) return fc.constantFrom('EPSG:4326', 'EPSG:2006', 'EPSG:999999')
  if (pattern.includes('[^')) return fc.constantFrom(...harmless)
  return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
}

const stringOf = (name: string, schema: JsonSchema, isRight: boolean): fc.Arbitrary<string> => {
  const pool = pools[name] ?? pools[name === 'successorId' ? 'recordId' : '']
  return fc.oneof(
    ...(pool ? [{ weight: isRight ? 20 : 6, arbitrary: fc.constantFrom(...pool) }] : []),
    { weight: 3, arbitrary: rightText(name, schema) },
    ...(isRight ? [] : [text]),
  )
}

/** Values of a schema, mostly, or where `isRight` always; `name` finds values that exist. */
const valuesFor = (
  face: Face,
  given: unknown,
  { name, isRight, depth = 0 }: { name: string; isRight: boolean; depth?: number },
): fc.Arbitrary<unknown> => {
  const schema = resolveRef(contracts[face], given) as JsonSchema
  const anything = fc.oneof(
    text,
    fc.constantFrom(null, [], {}, 0, -1, 1e300, true, [[[]]], { a: { b: 1 } }),
    fc.jsonValue({ maxDepth: 3 }),
  )
  if (depth > 6) return anything
  const of = (inner: unknown, innerName = name) =>
    valuesFor(face, inner, { name: innerName, isRight, depth: depth + 1 })
  const choices = (schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf']) as unknown[] | undefined
  const right = (): fc.Arbitrary<unknown> => {
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum'])
    if (choices) return fc.oneof(...choices.map((choice) => of(choice)))
    switch (schema['type']) {
      case 'string':
        return stringOf(name, schema, isRight)
      case 'integer':
        return whole(name, schema, isRight)
      case 'number':
        return fc.oneof(fc.double(), whole(name, schema, isRight))
      case 'boolean':
        return fc.boolean()
      case 'array':
        return fc.array(of(schema['items'] ?? {}), { maxLength: 4 })
      case 'object': {
        const properties = (schema['properties'] ?? {}) as Record<string, unknown>
        const required = (schema['required'] ?? []) as string[]
        return fc.record(
          Object.fromEntries(
            Object.entries(properties).map(([member, inner]) => [member, of(inner, member)]),
          ),
          { requiredKeys: required.filter((member) => member in properties) },
        )
      }
      default:
        return anything
    }
  }
  return isRight ? right() : fc.oneof({ weight: 12, arbitrary: right() }, { weight: 1, arbitrary: anything })
}

const contracts = {
  catalogue: readContract('catalogue'),
  features: readContract('features'),
  tiles: readContract('tiles'),
  maps: readContract('maps'),
  coverages: readContract('coverages'),
  styles: readContract('styles'),
  records: readContract('records'),
  csw: readContract('csw'),
  wms: readContract('wms'),
  files: readContract('files'),
  qgis: readContract('qgis'),
}

const propertyNames = ['name', 'class', 'length_km', 'order', `column_${canary}`, 'fid', 'geom', 'c1']
/** Filters that work, nearly work, or would do harm elsewhere; what fails is to fail in words. */
const filters = [
  "name = 'x'",
  'length_km > 1 AND NOT name IS NULL',
  "CASEI(name) LIKE CASEI('r%')",
  'S_INTERSECTS(geom, POINT(-61 13.9))',
  'S_INTERSECTS(geom, POLYGON((0 0, 1 1',
  "T_AFTER(name, DATE('2020-13-01'))",
  '(((((((((((((((((((((((((((((((((((((((((((((((((',
  "name = 'x'; drop table record --",
  'length_km / 0 = 1',
  'length_km ^ 99999 > 1e308',
  `"column_${canary}" IS NOT NULL`,
  '{"op":"=","args":[{"property":"name"},"x"]}',
  '{"op":"and","args":[]}',
]

// Requests -----------------------------------------------------------------------------------------------

type Fuzzed = {
  operation: MountedOperation
  who: Who | 'public'
  path: Record<string, unknown>
  query: [string, unknown][]
  headers: Record<string, unknown>
  body: unknown
  file: { name: string; content: string }
}

const extensions = ['geojson', 'zip', 'gpkg', 'tif', 'docx', 'pdf', 'csv', 'xlsx', 'sld', 'qml', 'php', '']
const fileOf = fc.record({
  name: fc.tuple(text, fc.constantFrom(...extensions)).map(([stem, extension]) => `${stem}.${extension}`),
  content: fc.oneof(
    text,
    fc.constantFrom(
      'a,b\n1,2\n',
      '{"type":"FeatureCollection","features":[]}',
      '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"/>',
      '<qgis/>',
      'SQLite format 3\0',
      'PK\u0003\u0004',
      'II*\0',
    ),
  ),
})

const requestOf = (operation: MountedOperation, isRight: boolean): fc.Arbitrary<Fuzzed> => {
  const { face } = operation
  const valuesOf = (place: string) =>
    Object.fromEntries(
      operation.parameters
        .filter((one) => one.in === place)
        .map((one) => [one.name, valuesFor(face, one.schema, { name: one.name, isRight })]),
    )
  const required = [
    'If-Match',
    ...operation.parameters.filter((one) => one.in === 'header').map(({ name }) => name),
  ]
  const declared = operation.parameters
    .filter((one) => one.in === 'query')
    .map((one) =>
      fc.tuple(
        fc.constant(one.name),
        one.name === 'wait' ? fc.constant(0) : valuesFor(face, one.schema, { name: one.name, isRight }),
      ),
    )
  // The document that clients see has a parameter for each property of a collection.
  const properties = fc.tuple(
    fc.constantFrom(...propertyNames),
    fc.oneof(text, fc.constantFrom('1', '*', 'river')),
  )
  const query = operation.hasOpenQuery ? [...declared, properties] : declared
  return fc.record({
    operation: fc.constant(operation),
    who: fc.constantFrom(
      'public',
      'editor',
      'editor',
      'otherEditor',
      'custodian',
      'administrator',
      'administrator',
    ),
    path: fc.record(valuesOf('path')),
    query:
      query.length === 0
        ? fc.array(fc.tuple(text, text), { maxLength: 1 })
        : fc.array(isRight ? fc.oneof(...query) : fc.oneof(...query, fc.tuple(text, text)), { maxLength: 3 }),
    headers: fc.record(
      {
        ...valuesOf('header'),
        'If-Match': fc.oneof(
          fc.integer({ min: 1, max: 6 }).map((version) => `"${version}"`),
          fc.constantFrom('*', '*', '*', 'W/"1"', '"', ''),
        ),
        Accept: fc.constantFrom(
          'application/json',
          'text/html',
          'application/xml',
          'x',
          '*/*;q=2',
          'text/html;q=x,*/*',
          ','.repeat(500),
        ),
        Range: fc.constantFrom(
          'bytes=0-1',
          'bytes=-5',
          'bytes=5-1',
          'bytes=99999999999999999999-',
          'bytes=0-0,2-3',
          'x',
        ),
        'If-None-Match': fc.constantFrom('*', '"1"', 'W/"x"', 'x'),
        'If-Modified-Since': fc.constantFrom('x', 'Thu, 01 Jan 1970 00:00:00 GMT'),
        'X-Forwarded-Host': fc.constantFrom('evil.example', 'a b', '"><script>', 'x:99999', '[::1]'),
        'X-Forwarded-Prefix': fc.constantFrom('/a', '//evil.example', '/%0d%0aX', 'a'.repeat(3000)),
        'X-Forwarded-Proto': fc.constantFrom('https', 'javascript', 'x,y'),
        Forwarded: fc.constantFrom('host=evil.example;proto=https', 'host="a b"', ';=;,', 'proto=javascript'),
      },
      { requiredKeys: isRight ? (required as never[]) : [] },
    ),
    body: operation.jsonBody
      ? valuesFor(face, operation.jsonBody.schema, { name: '', isRight })
      : fc.constant(undefined),
    file: fileOf,
  }) as fc.Arbitrary<Fuzzed>
}

/** Header values are bytes of one line. */
const headerText = (value: unknown) =>
  Buffer.from(String(value), 'utf8')
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
    .slice(0, 6000)

const toRequest = ({ operation, who, path, query, headers, body, file }: Fuzzed): [string, RequestInit] => {
  const address = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(path[name]).toWellFormed()).replace(/^\.+$/, 'x'),
  )
  const search = query
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(String(value).toWellFormed())}`,
    )
    .join('&')
  const sent = new Headers(
    Object.entries(headers).map(([name, value]): [string, string] => [name, headerText(value)]),
  )
  if (who !== 'public') sent.set('Authorization', `Bearer ${program.tokenOf(who)}`)
  const init: RequestInit = { method: operation.method.toUpperCase(), headers: sent, redirect: 'manual' }
  if (operation.jsonBody && body !== undefined) {
    sent.set('Content-Type', operation.jsonBody.contentTypes[0] ?? 'application/json')
    init.body = JSON.stringify(body) ?? ''
  } else if (operation.bodyTypes.includes('multipart/form-data')) {
    const form = new FormData()
    form.append(
      operation.id === 'createUpload' ? 'file' : 'sld',
      new Blob([file.content]),
      file.name.toWellFormed(),
    )
    if (operation.id !== 'createUpload') form.append('title', String(query[0]?.[1] ?? '').slice(0, 100))
    init.body = form
  } else if (operation.method === 'patch') {
    sent.set('Content-Type', 'application/offset+octet-stream')
    init.body = file.content
  }
  return [`${program.url}${operation.prefix}${address}${search && `?${search}`}`, init]
}

/** Events go on as long as there is something to tell. */
const readSome = async (response: Response): Promise<string> => {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text()
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return Buffer.from(first?.value ?? []).toString()
}

const remember = (operation: MountedOperation, body: unknown) => {
  const { id } = (body ?? {}) as { id?: unknown }
  const pool = (
    {
      createRecord: 'recordId',
      createUpload: 'uploadId',
      createStyle: 'styleId',
      publishRecord: 'publicationId',
    } as Record<string, string>
  )[operation.id]
  if (pool && typeof id === 'string') pools[pool] = [...(pools[pool] ?? []), id].slice(-8)
}

test(
  'no request made from the contract ends in a 5xx, a stack trace or an answer beyond the contract',
  async () => {
    const operations = mountedOperations()
    const changing = operations.filter(({ method }) => method !== 'get')
    const publishing = operations.filter(({ id }) => /^(publish|create|change)/.test(id))
    const weighted = [...operations, ...changing, ...publishing, ...publishing, ...publishing]
    const problemChecks = new Map(
      Object.entries(contracts).map(([face, document]) => [face, createChecks(document)]),
    )
    const checksOf = new Map(
      operations.map((operation) => [operation, problemChecks.get(operation.face)?.response(operation)]),
    )
    const asked = new Map<string, Set<number>>()
    const property = fc.asyncProperty(
      fc
        .tuple(fc.constantFrom(...weighted), fc.boolean())
        .chain(([operation, isRight]) => requestOf(operation, isRight)),
      async (fuzzed) => {
        const { operation } = fuzzed
        // Whoever may publish it may well do so, and then it is no leak.
        if (operation.method !== 'get' && fuzzed.path['recordId'] === hiddenId) return
        const [url, init] = toRequest(fuzzed)
        // A connection that was idle for too long may be closed at the moment it is used again; that happens once.
        const response = await fetch(url, init).catch(() => fetch(url, init))
        const answer = await readSome(response)
        const { status } = response
        asked.set(operation.id, (asked.get(operation.id) ?? new Set()).add(status))
        const why = () => {
          const [last] = kept
            .lines()
            .filter((line) => JSON.parse(line).level >= 50)
            .slice(-1)
          return `${init.method} ${url}\n${init.body instanceof FormData ? JSON.stringify(fuzzed.file) : (init.body ?? '')}\n${status} ${answer.slice(0, 500)}\n${last ?? ''}`
        }
        if (status >= 500) throw new Error(why())
        if (/\bat .{1,200}\.[tj]s:\d+|node_modules|\/backend\/src\//.test(answer))
          throw new Error(`a stack trace: ${why()}`)
        if (fuzzed.who === 'public' && answer.includes(canary)) throw new Error(`a leak: ${why()}`)
        if (response.headers.get('x-y') !== null)
          throw new Error(`a header of the request came back: ${why()}`)
        // Some bytes of a GeoJSON file (206) are no JSON.
        const isWhole = status !== 206 && answer !== ''
        if (isWhole && /json/.test(response.headers.get('content-type') ?? '')) {
          const body = JSON.parse(answer)
          remember(operation, body)
          if (status >= 400) {
            const mistakes = checksOf.get(operation)?.(status, body) ?? []
            if (mistakes.length > 0) throw new Error(`${JSON.stringify(mistakes)}: ${why()}`)
            if (typeof body.code !== 'string' || typeof body.detail !== 'string' || body.status !== status)
              throw new Error(`no problem document: ${why()}`)
          }
        }
      },
    )
    const succeeded = () => [...asked].filter(([, statuses]) => [...statuses].some((status) => status < 300))
    const isEnough = () =>
      asked.size > operations.length * 0.8 && succeeded().length > operations.length * 0.5
    // A busy machine gets through fewer requests in the same time, and goes on for longer.
    for (let turn = 1; turn === 1 || (turn <= mostTurns && !isEnough()); turn += 1) {
      const result = await fc.check(property, {
        numRuns: 1_000_000,
        interruptAfterTimeLimit: fuzzMs,
        endOnFailure: true,
        ...(seed !== undefined && { seed: seed + turn - 1 }),
      })
      if (result.failed)
        throw new Error(`seed ${result.seed}, run ${result.numRuns}: ${result.errorInstance}`)
    }
    expect(asked.size, 'operations asked').toBeGreaterThan(operations.length * 0.8)
    // A fuzz that is always refused proves nothing.
    expect(succeeded().length, 'operations that once succeeded').toBeGreaterThan(operations.length * 0.5)
  },
  mostTurns * fuzzMs + 60_000,
)

test('afterwards the program is whole, and no job broke', async () => {
  const errors = kept.lines().filter((line) => JSON.parse(line).level >= 50)
  expect(errors).toEqual([])
  expect((await fetch(`${program.url}/healthz`)).status).toBe(200)
  const administrator = program.as('administrator')
  await administrator.expectOk(administrator.api.POST('/collect-garbage'))
  expect(await doctorFindings(administrator)).toEqual([])
  expect((await administrator.expectOk(administrator.api.GET('/audit/verification'))).isWhole).toBe(true)
})
