/**
 * The disk of the whole server is full: new bytes are refused, reading goes on, and when there is room again all goes on by
 * itself (reliability L5, P8). Embedded, the database is on that disk too. full-disk.test.ts has the uploads in detail.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, readdir, rm, statfs, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, isRefusal } from '../../backend/src/client/client.ts'
import { engineName, testPlace } from '../helpers/database.ts'
import { getRecord } from '../helpers/publish.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { sightOf, watch } from './watch.ts'
import {
  askToPublish,
  editions,
  expectWorldInOrder,
  prepareDraft,
  publicCount,
  publishNew,
  targetsOf,
  versionOf,
} from './world.ts'

const MB = 1_048_576
/** The embedded database takes about 70 MB, and as much again for its log. */
const diskMB = engineName === 'embedded' ? 256 : 64
const reserveMB = 24

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

let server: ServerProcess
/** The server's disk, as this process reaches it. */
let disk: string

beforeAll(async () => {
  if (!canMount) return
  const place = await testPlace()
  const dataDir = join(place.dataDir, 'disk')
  await mkdir(dataDir)
  const mount = `mount -t tmpfs -o size=${diskMB}m none "$0/disk" && if [ -d "$0/db" ]; then cp -r "$0/db" "$0/disk/db"; fi && exec "$@"`
  server = await serverProcess({
    place,
    dataDir,
    wrap: ['unshare', '-m', 'sh', '-c', mount, place.dataDir],
    seenFromHere: (pid) => `/proc/${pid}/root${dataDir}`,
    environment: { DISK_RESERVE_MB: String(reserveMB) },
  })
  disk = `/proc/${server.pid()}/root${dataDir}`
})
afterAll(() => server?.drop())

/** Leaves this much room. */
const fill = async (leaveBytes: number) => {
  const path = join(disk, 'filler')
  const file = openSync(path, 'w')
  let size = 0
  try {
    for (;;) size += writeSync(file, Buffer.alloc(MB / 16))
  } catch {
    // Full to the last block.
  } finally {
    closeSync(file)
  }
  if (leaveBytes > 0) await truncate(path, Math.max(0, size - leaveBytes))
}
const freeBytes = async () => {
  const { bavail, bsize } = await statfs(disk)
  return bavail * bsize
}
const uploadsInDisk = async () => (await readdir(join(disk, 'uploads'))).length
const statusOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'done',
    (error) => (isRefusal(error) ? [error.problem.status, error.problem.code] : String(error)),
  )

/** Writes drafts until the database has no page left for one. */
const untilRefused = (client: Client) =>
  until('a full database', async () => {
    const metadata = { title: 'No room', abstract: randomBytes(6_000).toString('base64') }
    const outcome = await statusOf(client.expectOk(client.api.POST('/records', { body: { metadata } })))
    return outcome === 'done' ? undefined : outcome
  })

test.skipIf(!canMount)(
  'with little room uploads are 507 and leave nothing; to the last byte full, reading goes on; with room again, so does all work (needs the right to mount)',
  async () => {
    const { administrator } = server
    const subject = await publishNew(administrator)
    const waiting = await administrator.uploadFile(editions.second.path)
    const targets = targetsOf(subject, await getRecord(administrator, subject.recordId))
    const before = await sightOf(server, targets)
    const reader = watch(server, targets)

    await fill((reserveMB - 4) * MB)
    expect(await freeBytes()).toBeGreaterThan(MB)
    expect(await statusOf(administrator.uploadFile(editions.first.path))).toEqual([507, 'disk-full'])
    const form = new FormData()
    form.append('file', new Blob(['a,b\n1,2\n']), 'small.csv')
    const simple = await fetch(`${server.url}/api/v1/uploads`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token()}` },
      body: form,
    })
    expect(simple.status).toBe(507)
    expect(await simple.json()).toMatchObject({ code: 'disk-full', title: 'Storage is full' })
    expect(await uploadsInDisk()).toBe(0)
    await expectWorldInOrder(server, subject)

    await rm(join(disk, 'filler'))
    await fill(0)
    expect(await freeBytes()).toBe(0)
    const version = await versionOf(administrator, subject)
    const asked = await statusOf(askToPublish(administrator, { subject, uploadId: waiting.id, version }))
    // Where the database still has room, or finds some in what it has, the request is accepted and its work waits.
    expect(['done', [507, 'disk-full'], [503, 'unavailable']]).toContainEqual(asked)
    if (engineName === 'embedded')
      expect(await untilRefused(administrator), 'what the database says').toEqual([507, 'disk-full'])
    for (const [name, path] of Object.entries(targets))
      expect((await fetch(server.url + path)).status, name).toBe(200)
    expect(server.isRunning()).toBe(true)

    await rm(join(disk, 'filler'))
    if (asked !== 'done')
      await until('room for the request', async () => {
        const again = await statusOf(askToPublish(administrator, { subject, uploadId: waiting.id, version }))
        return again === 'done' || String(again).includes('409')
      })
    await until(
      'the work that waited',
      async () => (await publicCount(server, subject)) === editions.second.count,
    )
    subject.effects.push('record.replaced')
    const after = await sightOf(server, targets)
    const { seen, troubles } = await reader.stop()
    expect(troubles).toEqual([])
    for (const [name, amounts] of Object.entries(seen))
      expect([before[name], after[name]], name).toEqual(expect.arrayContaining([...amounts]))
    const fresh = await prepareDraft(administrator)
    await expectWorldInOrder(server, subject, fresh)
  },
  120_000,
)
