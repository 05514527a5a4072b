/** The server dies, by SIGKILL, at every step of a first publication, while somebody reads (reliability P1, P2, W1–W5). */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Failpoint } from '../../backend/src/services/failpoint.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { finishPublication } from './kill.ts'
import { pointsOf } from './kill-plan.ts'
import { sightOf, watch } from './watch.ts'
import { askToPublish, editions, expectWorldInOrder, prepareDraft, publicCount, targetsOf } from './world.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await serverProcess()
})
beforeEach(async () => {
  await server.arm()
  if (!server.isRunning()) await server.start()
})
afterAll(() => server.drop())

const publishAndDie = async (point: Failpoint) => {
  const { uploadId, ...subject } = await prepareDraft(server.administrator)
  const targets = targetsOf(subject)
  const before = await sightOf(server, targets)
  expect(new Set(Object.values(before)), 'nobody sees a draft').toEqual(new Set(['404']))
  const reader = watch(server, targets)
  const key = `first ${point}`
  await server.arm(`${point}=crash`)
  const answer = await askToPublish(server.administrator, { subject, uploadId, key, version: 1 }).catch(
    () => undefined,
  )
  expect((await server.ended()).signal, `died at ${point}`).toBe('SIGKILL')

  await finishPublication(server, { subject, uploadId, key, version: 1, answer })
  subject.effects.push('record.published')
  const after = await sightOf(server, targets)
  const { seen, troubles } = await reader.stop()
  expect(troubles).toEqual([])
  for (const [name, amounts] of Object.entries(seen))
    expect([before[name], after[name]], `what the reader saw as ${name}`).toEqual(
      expect.arrayContaining([...amounts]),
    )
  expect(await publicCount(server, subject)).toBe(editions.first.count)
  await expectWorldInOrder(server, subject)
}

test.for(pointsOf('publish'))(
  'killed at %s of a first publication: after the restart it is done once, and nobody saw a part (P1, P2, P4, W1–W5)',
  { timeout: 120_000 },
  publishAndDie,
)

test('no token stands in what the server said in all its lives (W6)', async () => {
  await until('some output', () => server.output().length > 0)
  expect(server.output().replace(/The first administrator token[\s\S]*?secims_\S+/, '')).not.toMatch(
    /secims_[a-z0-9]{8}_/,
  )
})
