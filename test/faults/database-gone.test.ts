/** The database server goes away, comes back, and loses an answer (reliability P8, L2). The embedded one's faults: test/database. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { engineName, testPlace } from '../helpers/database.ts'
import { getRecord } from '../helpers/publish.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { startTcpLine, type TcpLine } from '../helpers/tcp-line.ts'
import { type Sight, sightOf, type Watched, watch } from './watch.ts'
import {
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

describe.runIf(engineName === 'postgresql')(
  'on postgresql (the embedded database has no line to cut)',
  () => {
    let proxy: TcpLine
    let server: ServerProcess
    let direct: pg.Pool
    beforeAll(async () => {
      const place = await testPlace()
      proxy = await startTcpLine(place.databaseUrl ?? '')
      direct = new pg.Pool({ connectionString: place.databaseUrl, max: 2 })
      direct.on('error', () => {})
      server = await serverProcess({ place: { ...place, databaseUrl: proxy.url } })
    })
    afterEach(async () => {
      proxy.comeBack()
      proxy.onSend = undefined
      await server.arm()
    })
    afterAll(async () => {
      await direct.end()
      await server.drop()
      await proxy.close()
    })

    const startReplace = async (failpoint?: string) => {
      const { administrator } = server
      const subject = await publishNew(administrator)
      const { id: uploadId } = await administrator.uploadFile(editions.second.path)
      const version = await versionOf(administrator, subject)
      const targets = targetsOf(subject, await getRecord(administrator, subject.recordId))
      const before = await sightOf(server, targets)
      const reader = watch(server, targets, { mayBeUnavailable: true })
      await server.arm(failpoint)
      return { subject, uploadId, version, targets, before, reader }
    }

    const expectOneOfTwo = ({ seen, troubles }: Watched, before: Sight, after: Sight) => {
      expect(troubles).toEqual([])
      for (const [name, amounts] of Object.entries(seen))
        expect([before[name], after[name]], name).toEqual(expect.arrayContaining([...amounts]))
    }

    /** Looks at the database itself, past the proxy. */
    const expectDoneOnce = async (subject: Subject) => {
      const { rows } = await direct.query(
        "select count(*)::int as n from secims.publication where record_id = $1 and state = 'done' and kind = 'replace'",
        [subject.recordId],
      )
      expect(rows).toEqual([{ n: 1 }])
    }

    test('while all connections are ended again and again, reads answer or say 503, and a replace gets done (P8, L3)', async () => {
      const { subject, uploadId, version, targets, before, reader } =
        await startReplace('stage.afterLoad=sleep1000')
      const { id } = await askToPublish(server.administrator, { subject, uploadId, version })
      for (let round = 0; round < 6; round += 1) {
        await direct.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        await pause(300)
      }
      await server.arm()
      expect((await server.administrator.waitForPublication(id)).state).toBe('done')
      subject.effects.push('record.replaced')
      expectOneOfTwo(await reader.stop(), before, await sightOf(server, targets))
      expect(await publicCount(server, subject)).toBe(editions.second.count)
      await expectWorldInOrder(server, subject)
    }, 90_000)

    test('without a database reads say 503 within 2 s and when to come again; 10 s after its return all is well (P8)', async () => {
      const { subject, uploadId, version, targets, before, reader } =
        await startReplace('style.done=sleep1000')
      const { id } = await askToPublish(server.administrator, { subject, uploadId, version })
      await untilStep(server, id, 'style')
      proxy.goDown()
      await pause(3_000)
      for (const path of Object.values(targets)) {
        const startedAt = performance.now()
        const response = await fetch(server.url + path)
        expect([response.status, response.headers.get('retry-after')], path).toEqual([503, '5'])
        expect(performance.now() - startedAt).toBeLessThan(2_000)
      }
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
      await server.arm()
      proxy.comeBack()
      await until('readiness', async () => (await fetch(`${server.url}/readyz`)).status === 200, 10_000)
      await until(
        'the old content or the new',
        async () => (await publicCount(server, subject)) < 400,
        10_000,
      )
      expect(server.isRunning()).toBe(true)
      expect((await server.administrator.waitForPublication(id)).state).toBe('done')
      subject.effects.push('record.replaced')
      expectOneOfTwo(await reader.stop(), before, await sightOf(server, targets))
      expect(await publicCount(server, subject)).toBe(editions.second.count)
      await expectWorldInOrder(server, subject)
    }, 90_000)

    /** Cuts the line once, after the COMMIT of the transaction that has sent `mark`, so that its answer is lost. */
    const loseCommitAfter = (mark: string) => {
      const marked = new WeakSet<object>()
      let isLost = false
      proxy.onSend = (bytes, hold, line) => {
        const text = bytes.toString('latin1')
        if (text.includes(mark)) marked.add(line)
        if (isLost || !marked.has(line) || !/COMMIT/i.test(text)) return
        isLost = true
        hold()
        setTimeout(proxy.cut, 200)
      }
      return () => isLost
    }

    test('the commit of a replace whose answer was lost is found to be done, and is not done again (L2, P1)', async () => {
      const { subject, uploadId, version, targets, before, reader } = await startReplace()
      const isLost = loseCommitAfter('insert into "record_version"')
      const { id } = await askToPublish(server.administrator, { subject, uploadId, version })
      await until('the loss', isLost)
      await until('the end', async () => {
        const publication = await server.administrator.waitForPublication(id).catch(() => undefined)
        return publication?.state === 'done'
      })
      subject.effects.push('record.replaced')
      await pause(1_000)
      expectOneOfTwo(await reader.stop(), before, await sightOf(server, targets))
      expect(await publicCount(server, subject)).toBe(editions.second.count)
      await expectDoneOnce(subject)
      await expectWorldInOrder(server, subject)
    })

    test('an accepted request whose answer was lost in the database is the same request when it is repeated (L2, P4, W3)', async () => {
      const { administrator } = server
      const { uploadId, ...subject } = await prepareDraft(administrator)
      const isLost = loseCommitAfter('insert into "publication"')
      const request = { subject, uploadId, version: 1, key: 'answer lost' }
      const first = await askToPublish(administrator, request).catch((error) => error.problem?.status)
      expect([first, isLost()]).toEqual([503, true])
      const again = await until('an answer', () =>
        askToPublish(administrator, request).catch(() => undefined),
      )
      await administrator.waitForPublication(again.id)
      subject.effects.push('record.published')
      const { rows } = await direct.query('select id from secims.publication where record_id = $1', [
        subject.recordId,
      ])
      expect(rows).toEqual([{ id: again.id }])
      await expectWorldInOrder(server, subject)
    })
  },
)
