/** Servers that are stopped, killed and started twice, in the middle of uploads and publications (P2, P4, P6, P9). */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { engineName } from '../helpers/database.ts'
import { addStyle, getRecord } from '../helpers/publish.ts'
import { letLeasesRunOut, type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { watch } from './watch.ts'
import {
  askToPublish,
  comeBack,
  editions,
  expectWorldInOrder,
  prepareDraft,
  publicCount,
  publishNew,
  targetsOf,
  untilStep,
  versionOf,
  writeLayer,
} from './world.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await serverProcess()
})
beforeEach(async () => {
  await server.arm()
  if (!server.isRunning()) await server.start()
})
afterAll(() => server.drop())

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

// Uploads -----------------------------------------------------------------------------------------------

const tusHeaders = () => ({ Authorization: `Bearer ${server.token()}`, 'Tus-Resumable': '1.0.0' })

const offsetOf = async (location: string): Promise<number> => {
  const head = await fetch(location, { method: 'HEAD', headers: tusHeaders() })
  expect(head.status).toBe(200)
  return Number(head.headers.get('Upload-Offset'))
}

/** Sends the rest of the file from `offset` on, in pieces, with a pause after each. */
const send = (location: string, bytes: Uint8Array, offset: number, pauseMs: number) =>
  fetch(location, {
    method: 'PATCH',
    headers: {
      ...tusHeaders(),
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    },
    body: ReadableStream.from(
      (async function* () {
        for (let at = offset; at < bytes.length; at += 65_536) {
          yield bytes.subarray(at, at + 65_536)
          await pause(pauseMs)
        }
      })(),
    ),
    duplex: 'half',
  } as RequestInit)

test('an upload goes on where a killed and where a stopped server had it; what is published is the source (P6, P9)', async () => {
  const path = writeLayer('heavy', 6_000)
  const source = await readFile(path)
  const created = await fetch(`${server.url}/api/v1/tus`, {
    method: 'POST',
    headers: {
      ...tusHeaders(),
      'Upload-Length': String(source.length),
      'Upload-Metadata': `filename ${Buffer.from('heavy.gpkg').toString('base64')}`,
    },
  })
  const location = created.headers.get('Location') ?? ''
  const offsets = [0]
  // The stopping server waits 5 s for what is under way.
  for (const end of [server.kill9, server.stop]) {
    const sending = send(location, source, offsets.at(-1) ?? 0, 400).catch(() => undefined)
    await pause(1_000)
    const { signal, code, tookMs } = await end()
    expect([signal, code]).toEqual(end === server.kill9 ? ['SIGKILL', null] : [null, 0])
    expect(tookMs).toBeLessThan(30_000)
    await sending
    await server.start()
    offsets.push(await offsetOf(location))
  }
  const [none = 0, killed = 0, stopped = 0] = offsets
  expect(killed).toBeGreaterThan(none)
  expect(stopped).toBeGreaterThan(killed)
  expect(stopped).toBeLessThan(source.length)
  expect((await send(location, source, stopped, 0)).status).toBe(204)

  const { administrator } = server
  const upload = await administrator.waitForUpload(location.split('/').at(-1) ?? '')
  expect(upload.sha256).toBe(sha256(source))
  const record = await administrator.expectOk(
    administrator.api.POST('/records', { body: { uploadId: upload.id, completeDefaults: true } }),
  )
  const subject = {
    recordId: record.id,
    collectionId: 'heavy',
    effects: ['record.created', 'record.published'],
  }
  const { id } = await askToPublish(administrator, { subject, uploadId: upload.id, version: 1 })
  await administrator.waitForPublication(id)
  const published = await getRecord(administrator, record.id)
  const download = await fetch(published.distributions.find((one) => one.kind === 'original')?.url ?? '')
  expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(source))
  await expectWorldInOrder(server, subject)
})

// Publications --------------------------------------------------------------------------------------------

test.for(['stage.begin', 'style.done', 'commit.begin'])(
  'stopped by SIGTERM at %s, the server exits with 0 within 30 s, and the next one finishes the publication (P9)',
  async (point) => {
    const subject = await publishNew(server.administrator)
    const { id: uploadId } = await server.administrator.uploadFile(editions.second.path)
    const version = await versionOf(server.administrator, subject)
    const reader = watch(server, targetsOf(subject))
    await server.arm(`${point}=sleep1000`)
    const { id } = await askToPublish(server.administrator, { subject, uploadId, version })
    await untilStep(server, id, point.split('.')[0] ?? '')
    const { code, signal, tookMs } = await server.stop()
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(tookMs).toBeLessThan(30_000)
    // Handed back: the next server need not wait for a lease to run out.
    await server.arm()
    await server.start()
    expect((await server.administrator.waitForPublication(id)).state).toBe('done')
    subject.effects.push('record.replaced')
    expect(await publicCount(server, subject)).toBe(editions.second.count)
    expect((await reader.stop()).troubles).toEqual([])
    await expectWorldInOrder(server, subject)
  },
)

test.runIf(engineName === 'postgresql')(
  'the work of a killed server is taken up within 60 s without anybody’s help (P2; embedded: at once, see kill-publish)',
  async () => {
    const { uploadId, ...subject } = await prepareDraft(server.administrator)
    const request = { subject, uploadId, version: 1, key: 'left alone' }
    await server.arm('stage.afterLoad=crash')
    await askToPublish(server.administrator, request)
    await server.ended()
    await server.arm()
    const diedAt = performance.now()
    await server.start()
    await until(
      'the publication',
      async () => (await publicCount(server, subject)) === editions.first.count,
      60_000,
    )
    expect(performance.now() - diedAt).toBeLessThan(60_000)
    subject.effects.push('record.published')
    await expectWorldInOrder(server, subject)
  },
  90_000,
)

// Keys of the dead ----------------------------------------------------------------------------------------

const sld = join(import.meta.dirname, '../../examples/rivers/rivers.sld')

test('requests whose server died before it could answer are repeated with their keys, and have one effect each (P4, W3)', async () => {
  const upload = async () => {
    const form = new FormData()
    form.append('file', new Blob([await readFile(editions.first.path)]), 'once.gpkg')
    const response = await fetch(`${server.url}/api/v1/uploads`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token()}`, 'Idempotency-Key': 'an upload' },
      body: form,
    })
    return [response.status, ((await response.json()) as { id: string }).id]
  }
  const style = async () => {
    const form = new FormData()
    form.append('sld', new Blob([await readFile(sld)]), 'once.sld')
    form.append('title', 'Styled once')
    const response = await fetch(`${server.url}/api/v1/styles`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token()}`, 'Idempotency-Key': 'a style' },
      body: form,
    })
    return [response.status, ((await response.json()) as { id: string }).id]
  }
  const record = async () => {
    const { response, data } = await server.administrator.api.POST('/records', {
      params: { header: { 'Idempotency-Key': 'a record' } },
      body: { metadata: { title: 'Recorded once' } },
    })
    return [response.status, data?.id]
  }
  const count = async () => {
    const { api, expectOk } = server.administrator
    const { uploads } = await expectOk(api.GET('/uploads'))
    const { styles } = await expectOk(api.GET('/styles', { params: { query: { q: 'Styled once' } } }))
    const { records } = await expectOk(api.GET('/records', { params: { query: { q: 'Recorded once' } } }))
    return [uploads.filter(({ fileName }) => fileName === 'once.gpkg').length, styles.length, records.length]
  }

  await server.arm('idempotency.beforeAnswer=sleep20000')
  const lost = [upload(), style(), record()].map((asked) => asked.catch(() => 'no answer'))
  await until('all three effects', async () => (await count()).every((n) => n === 1))
  await server.kill9()
  expect(await Promise.all(lost)).toEqual(['no answer', 'no answer', 'no answer'])
  await comeBack(server)
  const first = await Promise.all([upload(), style(), record()])
  expect(first.map(([status]) => status)).toEqual([201, 201, 201])
  expect(await Promise.all([upload(), style(), record()])).toEqual(first)
  expect(await count()).toEqual([1, 1, 1])
  await letLeasesRunOut(server)
  await expectWorldInOrder(server)
})

// Two at once ---------------------------------------------------------------------------------------------

test.runIf(engineName === 'embedded')(
  'a second server on the same data folder refuses to start and names the process that has it',
  async () => {
    const main = join(import.meta.dirname, '../../backend/src/main.ts')
    const second = spawnSync(process.execPath, [main], {
      encoding: 'utf8',
      timeout: 30_000,
      env: { PATH: process.env['PATH'], DATA_DIR: server.dataDir, PORT: '0', EXAMPLES: 'no' },
    })
    expect(second.status).toBe(1)
    expect(second.stderr).toMatch(new RegExp(`in use by process ${server.pid()}\\b.*choose another DATA_DIR`))
    await addStyle(server.administrator, sld)
    await expectWorldInOrder(server)
  },
)
