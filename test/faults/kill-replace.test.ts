/**
 * The server dies, by SIGKILL, at every step of a replace, of a deletion and of what is collected after it, while
 * somebody reads (reliability P1, P2, W1–W5).
 */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Failpoint } from '../../backend/src/services/failpoint.ts'
import { getRecord } from '../helpers/publish.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { finishPublication } from './kill.ts'
import { pointsOf } from './kill-plan.ts'
import { sightOf, type Targets, type Watched, watch } from './watch.ts'
import {
  afterDeletion,
  askToPublish,
  comeBack,
  editions,
  expectWorldInOrder,
  prepareDraft,
  publicCount,
  publishNew,
  type Subject,
  targetsOf,
  versionOf,
} from './world.ts'

let server: ServerProcess
/** One record after the other is published, replaced and deleted; each in the state the one before has left. */
let subject: Subject & { edition: 'first' | 'second' }

beforeAll(async () => {
  server = await serverProcess()
  subject = { ...(await publishNew(server.administrator)), edition: 'first' }
})
beforeEach(async () => {
  await server.arm()
  if (!server.isRunning()) await server.start()
})
afterAll(() => server.drop())

const expectOldOrNew = ({ seen, troubles }: Watched, before: object, after: object) => {
  expect(troubles).toEqual([])
  const allowed: Record<string, string[]> = {}
  for (const [name, amount] of [...Object.entries(before), ...Object.entries(after)])
    allowed[name] = [...(allowed[name] ?? []), amount]
  for (const [name, amounts] of Object.entries(seen))
    expect(allowed[name], `what the reader saw as ${name}`).toEqual(expect.arrayContaining([...amounts]))
}

const publicTargets = async (): Promise<Targets> =>
  targetsOf(subject, await getRecord(server.administrator, subject.recordId))

const replaceAndDie = async (point: Failpoint) => {
  const { administrator } = server
  const edition = subject.edition === 'first' ? 'second' : 'first'
  const { id: uploadId } = await administrator.uploadFile(editions[edition].path)
  const version = await versionOf(administrator, subject)
  const targets = await publicTargets()
  const before = await sightOf(server, targets)
  const reader = watch(server, targets)
  const key = `replace ${point}`
  await server.arm(`${point}=crash`)
  const answer = await askToPublish(administrator, { subject, uploadId, key, version }).catch(() => undefined)
  expect((await server.ended()).signal, `died at ${point}`).toBe('SIGKILL')

  await finishPublication(server, { subject, uploadId, key, version, answer })
  subject = { ...subject, edition, effects: [...subject.effects, 'record.replaced'] }
  expect(await publicCount(server, subject)).toBe(editions[edition].count)
  const after = await sightOf(server, targets)
  for (const name of ['collection', 'items', 'record', 'download']) expect(after[name]).not.toBe(before[name])
  expectOldOrNew(await reader.stop(), before, after)
  await expectWorldInOrder(server, subject)
}

test.for(pointsOf('replace'))(
  'killed at %s of a replace: readers see the old edition until the new one is whole (P1, P2, P4, W1–W5)',
  { timeout: 120_000 },
  replaceAndDie,
)

const deleteSubject = async () =>
  server.administrator.api.DELETE('/records/{recordId}', {
    params: {
      path: { recordId: subject.recordId },
      header: { 'If-Match': `"${await versionOf(server.administrator, subject)}"` },
    },
  })

/** What is in the blob store. */
const storedFiles = async (): Promise<string[]> =>
  (await readdir(join(server.dataDir, 'blobs'), { recursive: true }))
    .map((path) => basename(path))
    .filter((name) => /^[0-9a-f]{64}$/.test(name))

const deleteAndDie = async (point: Failpoint) => {
  if (subject.effects.includes('record.deleted'))
    subject = { ...(await publishNew(server.administrator)), edition: 'first' }
  const targets = await publicTargets()
  const before = await sightOf(server, targets)
  const stored =
    (await fetch(server.url + targets['download'])).headers.get('etag')?.replaceAll('"', '') ?? ''
  expect(await storedFiles()).toContain(stored)
  const reader = watch(server, targets)
  await server.arm(`${point}=crash`)
  const answer = await deleteSubject().catch(() => undefined)
  expect((await server.ended()).signal, `died at ${point}`).toBe('SIGKILL')
  await comeBack(server)
  if (point === 'delete.beforeCommit') {
    expect(await sightOf(server, targets), 'nothing of it is gone').toEqual(before)
    expect((await deleteSubject()).response.status).toBe(204)
  } else expect(answer?.response.status).toBe(204)
  subject.effects.push('record.deleted')
  const after = await sightOf(server, targets)
  expect(after).toEqual({ ...afterDeletion, download: '410' })
  await until('the end of its bytes', async () => !(await storedFiles()).includes(stored))
  expectOldOrNew(await reader.stop(), before, after)
  await expectWorldInOrder(server, subject)
}

test.for(pointsOf('delete'))(
  'killed at %s of a deletion: it is there or gone, and its bytes go without anybody’s help (P1, P2, R3.7, W1–W5)',
  { timeout: 120_000 },
  deleteAndDie,
)

test.for(pointsOf('remove an upload'))(
  'killed at %s of the removal of an upload: no row is left without its bytes (P2, W1)',
  async (point) => {
    const { administrator } = server
    const draft = await prepareDraft(administrator)
    await server.arm(`${point}=crash`)
    const removal = administrator.api.DELETE('/uploads/{uploadId}', {
      params: { path: { uploadId: draft.uploadId } },
    })
    await Promise.allSettled([removal, server.ended()])
    await comeBack(server)
    await expectWorldInOrder(server, draft)
  },
)

test('what replaced tables and files leave behind goes with the garbage, and nothing else does (P2, W1)', async () => {
  const { administrator } = server
  const kept = await publishNew(administrator)
  await administrator.expectOk(
    administrator.api.POST('/collect-garbage', { params: { query: { all: true } } }),
  )
  expect(await publicCount(server, kept)).toBe(editions.first.count)
  const { headers } = await fetch(
    server.url + targetsOf(kept, await getRecord(administrator, kept.recordId))['download'],
  )
  expect(await storedFiles()).toEqual([headers.get('etag')?.replaceAll('"', '')])
  await expectWorldInOrder(server, kept)
})
