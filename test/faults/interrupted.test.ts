/** What happens around a publication while it is staged: revoked, cancelled, overtaken, repeated, out of room (A3, P1, P4, P5). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Client, isRefusal, type PublicationJson } from '../../backend/src/client/client.ts'
import { getRecord } from '../helpers/publish.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { sightOf, watch } from './watch.ts'
import {
  afterDeletion,
  askToPublish,
  editions,
  expectWorldInOrder,
  prepareDraft,
  publicCount,
  publishNew,
  type Subject,
  targetsOf,
  untilStep,
  versionOf,
} from './world.ts'

let server: ServerProcess
let administrator: Client
beforeAll(async () => {
  server = await serverProcess()
  administrator = server.administrator
})
afterEach(() => server.arm())
afterAll(() => server.drop())

/** The problem's code, or what was answered. */
const outcome = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'accepted',
    (error) => (isRefusal(error) ? error.problem.code : String(error)),
  )

const find = (id: string) =>
  administrator.expectOk(
    administrator.api.GET('/publications/{publicationId}', { params: { path: { publicationId: id } } }),
  )

/** Returns while everything is loaded and nothing is committed. */
const untilStaged = (id: string) => untilStep(server, id, 'style')

const ended = (id: string): Promise<PublicationJson> =>
  until('the end of the publication', async () => {
    const publication = await find(id)
    return ['queued', 'running'].includes(publication.state) ? undefined : publication
  })

const expectUntouched = async (subject: Subject, before: object) => {
  expect(await sightOf(server, targetsOf(subject))).toEqual(before)
  await expectWorldInOrder(server, subject)
}

const editor = async () => {
  const issued = await administrator.expectOk(
    administrator.api.POST('/tokens', {
      body: { role: 'editor', name: 'Briefly here', organisation: 'Test', email: 'brief@test.lc' },
    }),
  )
  return { client: server.as(issued.token), id: issued.details.id }
}

test('a token revoked while its publication is staged publishes nothing (A3, P1)', async () => {
  const { client, id: tokenId } = await editor()
  const { uploadId, ...subject } = await prepareDraft(client)
  const before = await sightOf(server, targetsOf(subject))
  await server.arm('style.done=sleep1500')
  const { id } = await askToPublish(client, { subject, uploadId, version: 1 })
  await untilStaged(id)
  await administrator.expectOk(
    administrator.api.DELETE('/tokens/{tokenId}', { params: { path: { tokenId } } }),
  )
  expect(await ended(id)).toMatchObject({ state: 'failed', problem: { code: 'token-ended' } })
  await expectUntouched(subject, before)
})

test('cancelled while it is staged, a publication leaves nothing, and the record can be published again (P1)', async () => {
  const { uploadId, ...subject } = await prepareDraft(administrator)
  const before = await sightOf(server, targetsOf(subject))
  await server.arm('style.done=sleep1500')
  const { id } = await askToPublish(administrator, { subject, uploadId, version: 1 })
  await untilStaged(id)
  const cancelled = await administrator.expectOk(
    administrator.api.DELETE('/publications/{publicationId}', { params: { path: { publicationId: id } } }),
  )
  expect(cancelled.state).toBe('cancelled')
  await expectUntouched(subject, before)
  await server.arm()
  const again = await askToPublish(administrator, { subject, uploadId, version: 1 })
  await administrator.waitForPublication(again.id)
  subject.effects.push('record.published')
  expect(await publicCount(server, subject)).toBe(editions.first.count)
  await expectWorldInOrder(server, subject)
})

test('a record changed while it is being published is not published over the change (P5)', async () => {
  const subject = await publishNew(administrator)
  const before = await sightOf(server, targetsOf(subject))
  const { id: uploadId } = await administrator.uploadFile(editions.second.path)
  const version = await versionOf(administrator, subject)
  await server.arm('style.done=sleep1500')
  const { id } = await askToPublish(administrator, { subject, uploadId, version })
  await untilStaged(id)
  await administrator.expectOk(
    administrator.api.PATCH('/records/{recordId}', {
      params: { path: { recordId: subject.recordId }, header: { 'If-Match': `"${version}"` } },
      body: { metadata: { supplementalInformation: 'Changed meanwhile' } },
    }),
  )
  subject.effects.push('record.changed')
  expect(await ended(id)).toMatchObject({
    state: 'failed',
    problem: { code: 'changed-while-publishing', status: 412 },
  })
  await expectUntouched(subject, before)
  expect((await getRecord(administrator, subject.recordId)).metadata.supplementalInformation).toBe(
    'Changed meanwhile',
  )
})

test('a record deleted while it is being published stays deleted (P1, R3.7)', async () => {
  const subject = await publishNew(administrator)
  const { id: uploadId } = await administrator.uploadFile(editions.second.path)
  const version = await versionOf(administrator, subject)
  await server.arm('style.done=sleep1500')
  const { id } = await askToPublish(administrator, { subject, uploadId, version })
  await untilStaged(id)
  await administrator.api.DELETE('/records/{recordId}', {
    params: { path: { recordId: subject.recordId }, header: { 'If-Match': `"${version}"` } },
  })
  subject.effects.push('record.deleted')
  expect((await ended(id)).state).toBe('cancelled')
  await until('the end of the sleep', async () => /job.refused.*publication-cancelled/.test(server.output()))
  await expectUntouched(subject, afterDeletion)
})

test('of two publications of one record at the same time one is accepted, the other is told why not (P5)', async () => {
  const { uploadId, ...subject } = await prepareDraft(administrator)
  const { id: otherUpload } = await administrator.uploadFile(editions.second.path)
  const asked = [uploadId, otherUpload].map((upload) =>
    askToPublish(administrator, { subject, uploadId: upload, version: 1 }),
  )
  const outcomes = await Promise.all(asked.map(outcome))
  expect(outcomes.toSorted()).toEqual(['accepted', 'publication-running'])
  const accepted = await Promise.any(asked)
  await administrator.waitForPublication(accepted.id)
  subject.effects.push('record.published')
  const expected = outcomes[0] === 'accepted' ? editions.first.count : editions.second.count
  expect(await publicCount(server, subject)).toBe(expected)
  await expectWorldInOrder(server, subject)
})

test('a request sent twenty times with one Idempotency-Key has one effect, and one answer (P4)', async () => {
  const { uploadId, ...subject } = await prepareDraft(administrator)
  const asked = Array.from({ length: 20 }, () =>
    askToPublish(administrator, { subject, uploadId, version: 1, key: 'twenty times' }),
  )
  const answers = await Promise.allSettled(asked)
  const ids = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  const refusals = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason.problem?.code] : []))
  expect(new Set(ids).size).toBe(1)
  expect(new Set([...refusals, 'conflict'])).toEqual(new Set(['conflict']))
  await administrator.waitForPublication(ids[0] ?? '')
  const late = await askToPublish(administrator, { subject, uploadId, version: 1, key: 'twenty times' })
  expect(late.id).toBe(ids[0])
  subject.effects.push('record.published')
  await expectWorldInOrder(server, subject)
})

test('twenty times the same draft with one key is one draft; another body under that key is refused (P4)', async () => {
  const create = (title: string) =>
    administrator.expectOk(
      administrator.api.POST('/records', {
        params: { header: { 'Idempotency-Key': 'one draft' } },
        body: { metadata: { title } },
      }),
    )
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => create('One of twenty')))
  const ids = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  expect(new Set(ids).size).toBe(1)
  const { records } = await administrator.expectOk(
    administrator.api.GET('/records', { params: { query: { q: 'One of twenty' } } }),
  )
  expect(records.map(({ id }) => id)).toEqual([ids[0]])
  expect(await outcome(create('Something else'))).toBe('idempotency-mismatch')
})

test('a deletion that breaks before its commit answers 500 and deletes nothing (P1, W3)', async () => {
  const subject = await publishNew(administrator)
  const before = await sightOf(server, targetsOf(subject))
  await server.arm('delete.beforeCommit=throw')
  const { response } = await administrator.api.DELETE('/records/{recordId}', {
    params: {
      path: { recordId: subject.recordId },
      header: { 'If-Match': `"${await versionOf(administrator, subject)}"` },
    },
  })
  expect(response.status).toBe(500)
  await expectUntouched(subject, before)
})

test('what breaks or has no room is tried again by itself, readers see the old edition until then (P2, L5)', async () => {
  const faults = ['stage.afterLoad=throw', 'verify.done=enospc', 'commit.beforeCommit=throw']
  const replaced = []
  for (const fault of faults) {
    const subject = await publishNew(administrator)
    const { id: uploadId } = await administrator.uploadFile(editions.second.path)
    const targets = targetsOf(subject, await getRecord(administrator, subject.recordId))
    const version = await versionOf(administrator, subject)
    replaced.push({ fault, subject, uploadId, targets, version, before: await sightOf(server, targets) })
  }
  const readers = replaced.map(({ targets }) => watch(server, targets))
  const ids: string[] = []
  for (const { fault, subject, uploadId, version } of replaced) {
    await server.arm(fault)
    const { id } = await askToPublish(administrator, { subject, uploadId, version })
    await until(`the first attempt with ${fault}`, () => new RegExp(`job.broke.*${id}`).test(server.output()))
    ids.push(id)
  }
  await server.arm()
  for (const [at, id] of ids.entries()) {
    expect((await ended(id)).state).toBe('done')
    const { subject, targets, before } = replaced[at] ?? raise()
    subject.effects.push('record.replaced')
    const after = await sightOf(server, targets)
    const { seen, troubles } = (await readers[at]?.stop()) ?? raise()
    expect(troubles).toEqual([])
    for (const [name, amounts] of Object.entries(seen))
      expect([before[name], after[name]], name).toEqual(expect.arrayContaining([...amounts]))
    expect(await publicCount(server, subject)).toBe(editions.second.count)
  }
  await expectWorldInOrder(server, ...replaced.map(({ subject }) => subject))
}, 120_000)

const raise = (): never => {
  throw new Error('as many readers and ids as replaced records')
}
