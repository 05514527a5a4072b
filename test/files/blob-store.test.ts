/** The store of bytes: named by content, each once, durable, and in step with the rows (reliability S1, P3, B10). */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BlobStore, openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { createDiskGuard } from '../../backend/src/files/disk-guard.ts'
import { createBlobs } from '../../backend/src/services/blobs.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let database: TestDatabase
let root: string
let store: BlobStore
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.drop())
beforeEach(async () => {
  root = join(await mkdtemp(join(database.dataDir, 'store-')), 'blobs')
  store = await openDiskBlobStore(root)
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const files = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

test('bytes, streams and files become blobs under their hash; the same content is one blob', async () => {
  const content = randomBytes(1_000_000)
  const path = join(root, '..', 'source')
  await writeFile(path, content)
  const expected = { sha256: sha256(content), sizeBytes: content.length }
  expect(await store.put(content)).toEqual(expected)
  expect(await store.put(Readable.from([content.subarray(0, 10), content.subarray(10)]))).toEqual(expected)
  expect(await store.put({ path })).toEqual(expected)
  expect(await store.put({ path, sha256: expected.sha256 })).toEqual(expected)
  expect(await files()).toEqual([expected.sha256])
  expect((await readFile(path)).equals(content)).toBe(true)
  const stored = store.pathOf?.(expected.sha256) ?? ''
  expect(stored).toBe(join(root, expected.sha256.slice(0, 2), expected.sha256.slice(2, 4), expected.sha256))
  expect((await stat(stored)).mode & 0o777).toBe(0o600)
  for (const folder of [root, join(stored, '..'), join(stored, '../..')])
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect(
    (await buffer(await store.open(expected.sha256, { start: 5, end: 9 }))).equals(content.subarray(5, 10)),
  ).toBe(true)
})

test('20 writers of one content at the same time make one blob', async () => {
  const content = randomBytes(300_000)
  const stored = await Promise.all(Array.from({ length: 20 }, () => store.put(Readable.from([content]))))
  expect(new Set(stored.map((one) => one.sha256))).toEqual(new Set([sha256(content)]))
  expect(await files()).toEqual([sha256(content)])
})

test('a source that breaks off leaves nothing', async () => {
  const broken = Readable.from(
    (function* () {
      yield randomBytes(100_000)
      throw new Error('the line broke')
    })(),
  )
  await expect(store.put(broken)).rejects.toThrow('the line broke')
  expect(await files()).toEqual([])
})

test('a damaged blob of another size is replaced when the content comes again', async () => {
  const content = randomBytes(1000)
  const { sha256: name } = await store.put(content)
  await writeFile(store.pathOf?.(name) ?? '', 'cut')
  await store.put(content)
  expect((await readFile(store.pathOf?.(name) ?? '')).equals(content)).toBe(true)
})

const isOtherDevice = existsSync('/dev/shm') && existsSync(tmpdir())
test.skipIf(!isOtherDevice)('a file on another file system is copied (there is /dev/shm)', async () => {
  const folder = await mkdtemp('/dev/shm/secims-test-')
  try {
    const content = randomBytes(500_000)
    await writeFile(join(folder, 'source'), content)
    const { sha256: name } = await store.put({ path: join(folder, 'source') })
    expect((await readFile(store.pathOf?.(name) ?? '')).equals(content)).toBe(true)
    expect(await files()).toEqual([name])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('removing is harmless twice, and a list knows size and age', async () => {
  const { sha256: name } = await store.put(Buffer.from('a'))
  const listed = await Array.fromAsync(store.list())
  expect(listed).toMatchObject([{ sha256: name, sizeBytes: 1 }])
  await store.remove(name)
  await store.remove(name)
  expect(await store.has(name)).toBe(false)
  expect(await Array.fromAsync(store.list())).toEqual([])
})

test('what crashed writers left is removed when it is old', async () => {
  await writeFile(join(root, 'tmp', 'old'), 'x')
  await writeFile(join(root, 'tmp', 'young'), 'x')
  await utimes(join(root, 'tmp', 'old'), 1, 1)
  expect(await store.removeLeftovers(3_600_000)).toBe(1)
  expect(await files()).toEqual(['young'])
})

test('row and bytes are kept together, or neither (P1)', async () => {
  const blobs = createBlobs({ db: database.knex, store })
  const failing = blobs.keep([Buffer.from('one'), Buffer.from('two')], () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect([await files(), await database.knex('blob')]).toEqual([[], []])
  const kept = await blobs.keep([Buffer.from('one')], async (_trx, [blob]) => blob)
  expect([await files(), (await database.knex('blob')).map((row) => row.sha256)]).toEqual([
    [kept?.sha256],
    [kept?.sha256],
  ])
  expect(await blobs.removeIfUnused(kept?.sha256 ?? '')).toBe(true)
})

test('a failed writer does not take the bytes of another that uses the same (P1)', async () => {
  const blobs = createBlobs({ db: database.knex, store })
  const content = Buffer.from('shared')
  const style = { title: 's', sld_version: '1.0.0' }
  const first = blobs.keep([content], async (trx, [blob]) => {
    await trx('style').insert({ ...style, id: 'kept', sld_sha256: blob?.sha256 })
  })
  const second = blobs.keep([content], () => Promise.reject(new Error('no')))
  await Promise.allSettled([first, second])
  expect(await files()).toEqual([sha256(content)])
  expect(await blobs.removeIfUnused(sha256(content))).toBe(false)
  await database.knex('style').delete()
  expect(await blobs.removeIfUnused(sha256(content))).toBe(true)
})

test('the garbage collector and writers of the same content never lose bytes that a row refers to (P1)', async () => {
  const blobs = createBlobs({ db: database.knex, store })
  const content = randomBytes(1000)
  const name = sha256(content)
  const path = join(root, '..', 'source')
  await writeFile(path, content)
  for (let round = 0; round < 30; round += 1) {
    const id = randomUUID().slice(0, 8)
    const row = { id: `s-${id}`, title: 's', sld_version: '1.0.0' }
    await Promise.all([
      blobs.keep([{ path }], (trx, [blob]) => trx('style').insert({ ...row, sld_sha256: blob?.sha256 })),
      blobs.removeIfUnused(name),
      blobs.removeStrays(-1),
      blobs.removeIfUnused(name),
    ])
    expect([
      await store.has(name),
      await database.knex('blob').where({ sha256: name }).first('size_bytes'),
    ]).toEqual([true, { size_bytes: 1000 }])
    await database.knex('style').delete()
    await blobs.removeIfUnused(name)
  }
  expect([await files(), await database.knex('blob')]).toEqual([[], []])
})

test('files that no row knows go when they are old enough', async () => {
  const blobs = createBlobs({ db: database.knex, store })
  const stray = await store.put(Buffer.from('stray'))
  const wanted = await blobs.keep([Buffer.from('wanted')], async (trx, [blob]) => {
    await trx('style').insert({ id: 'w', title: 's', sld_version: '1.0.0', sld_sha256: blob?.sha256 })
    return blob
  })
  expect(await blobs.removeStrays(3_600_000)).toBe(0)
  for (const name of [stray.sha256, wanted?.sha256 ?? '']) await utimes(store.pathOf?.(name) ?? '', 1, 1)
  expect(await blobs.removeStrays(3_600_000)).toBe(1)
  expect(await files()).toEqual([wanted?.sha256])
  await database.knex('style').delete()
  await database.knex('blob').delete()
})

test('before the disk is full, new bytes are refused with 507 (L5, P8)', async () => {
  await expect(createDiskGuard([root], { bytes: 0, share: 0 }).demandRoom(0)).resolves.toBeUndefined()
  for (const guard of [
    createDiskGuard([root], { bytes: 1e18, share: 0 }),
    createDiskGuard([root], { bytes: 0, share: 1 }),
  ])
    await expect(guard.demandRoom(0)).rejects.toMatchObject({ code: 'disk-full', status: 507 })
  await expect(createDiskGuard([root], { bytes: 0, share: 0 }).demandRoom(1e18)).rejects.toMatchObject({
    status: 507,
  })
})
