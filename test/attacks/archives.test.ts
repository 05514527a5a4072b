/** Zip archives made to hurt (security B3, E9): every one is refused in words, soon, and in little memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { openShapefileZip } from '../../backend/src/ingest/zip.ts'
import { seededRandom } from '../bench/data.ts'
import { problemOf } from '../fixtures/loaded-rows.ts'
import { deflatedZeros, writeZip, type ZipEntryGiven, type ZipGiven } from '../fixtures/zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-attack-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const save = (bytes: Uint8Array): string => {
  count += 1
  const path = join(folder, `${count}.zip`)
  writeFileSync(path, bytes)
  return path
}

const SET = ['roads.shp', 'roads.shx', 'roads.dbf', 'roads.prj']
const plain = (): ZipEntryGiven[] => SET.map((name) => ({ name, data: `content of ${name}` }))
/** A good archive with something added. */
const withEntry = (...entries: ZipEntryGiven[]) => writeZip({ entries: [...plain(), ...entries] })

/** Opens it and reads all of it. */
const readAll = (path: string): void => {
  const parts = openShapefileZip(path)
  try {
    for (const part of [parts.shp, parts.shx, parts.dbf, parts.prj]) for (const _piece of part.chunks());
  } finally {
    parts.close()
  }
}
const refusal = (bytes: Uint8Array) => {
  const path = save(bytes)
  const start = performance.now()
  const before = process.memoryUsage.rss()
  const { code, message } = problemOf(() => readAll(path))
  expect(performance.now() - start).toBeLessThan(15_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
  return [code, message]
}

test.each<[string, string]>([
  ['out of the folder', '../x.shp'],
  ['out of the folder from within', 'a/../../x.shp'],
  ['with an absolute path', '/etc/x.shp'],
  ['on a drive', 'C:x.shp'],
  ['with Windows separators', 'a\\..\\x.shp'],
  ['with a NUL', 'x.shp\0.txt'],
  ['with a line end', 'x\r\nX-Header: 1.shp'],
  ['with writing that turns direction', 'x\u202eshp.exe'],
  ['with an empty folder name', 'a//x.shp'],
  ['of 300 characters', `${'x'.repeat(300)}.txt`],
])('B3: an entry %s is refused', (_what, name) => {
  expect(refusal(withEntry({ name, data: 'x' }))[0]).toBe('archive-refused')
})

test('B3: a symbolic link is refused', () => {
  expect(refusal(withEntry({ name: 'link.txt', data: '/etc/passwd', mode: 0o120777 }))).toEqual([
    'archive-refused',
    expect.stringContaining("a symbolic link, 'link.txt'"),
  ])
})

test('B3: the same name in capitals is refused', () => {
  expect(refusal(withEntry({ name: 'ROADS.SHP', data: 'x' }))[1]).toMatch(/'ROADS\.SHP' twice/)
  expect(refusal(withEntry({ name: 'licence.txt' }, { name: 'licence.txt' }))[1]).toMatch(/twice/)
})

test('B3: encrypted entries say so', () => {
  expect(refusal(writeZip({ entries: plain().map((entry) => ({ ...entry, flags: 1 })) }))[0]).toBe(
    'file-encrypted',
  )
})

test('E9: three parts of 600 MB zeros in 1.8 MB are refused unread', () => {
  const { packed, crc } = deflatedZeros(600 * 1024 * 1024)
  const lie = { size: 600 * 1024 * 1024, crc }
  const entries = SET.map(
    (name): ZipEntryGiven => (name.endsWith('.prj') ? { name, data: 'x' } : { name, packed, directory: lie }),
  )
  const bytes = writeZip({ entries })
  expect(bytes.length).toBeLessThan(2_500_000)
  expect(refusal(bytes)).toEqual([
    'archive-too-large',
    expect.stringMatching(/unpacks to 1800 MB; the limit is 500 MB/),
  ])
})

test('B3: 20 MB of zeros in 20 KB are refused for their ratio, 8 MB are not', () => {
  const bomb = (megabytes: number) =>
    writeZip({
      entries: [...plain().slice(1), { name: 'roads.shp', data: Buffer.alloc(megabytes * 1024 * 1024) }],
    })
  expect(refusal(bomb(20))[1]).toMatch(/20 MB, \d{3,} times its packed size; the limit is 100 times/)
  expect(() => readAll(save(bomb(8)))).not.toThrow()
})

test('B3: content longer than the directory says is cut short by the byte counter', () => {
  for (const size of [10, 300_000, 40 * 1024 * 1024]) {
    const { packed, crc } = deflatedZeros(400 * 1024 * 1024)
    const noise = Buffer.alloc(2 * 1024 * 1024, 1)
    const entries: ZipEntryGiven[] = [
      ...plain().slice(1),
      { name: 'roads.shp', packed, directory: { size, crc } },
      // Ballast against the ratio rule, so that the counter is what refuses.
      { name: 'ballast.txt', data: noise, method: 0 },
    ]
    expect(refusal(writeZip({ entries }))).toEqual([
      'archive-damaged',
      expect.stringMatching(/'roads\.shp' (is longer than|is damaged|is not as long)/),
    ])
  }
})

test('B3: content shorter than the directory says, or with another checksum, is found', () => {
  const short = plain().map((entry) => ({ ...entry, directory: { size: 100 } }))
  expect(refusal(writeZip({ entries: short }))[1]).toMatch(/is shorter than the directory says/)
  const wrong = plain().map((entry) => ({ ...entry, directory: { crc: 1 } }))
  expect(refusal(writeZip({ entries: wrong }))[1]).toMatch(/checksum is wrong/)
})

test('B3: entries that share bytes (Fifield) are refused', () => {
  const entries = plain().map((entry) => ({ ...entry, name: 'roads.shp', local: {} }))
  const shared = SET.map(
    (name, at): ZipEntryGiven => ({
      ...entries[0],
      name,
      local: { name: 'roads.shp' },
      directory: at > 0 ? { position: 0, name } : {},
    }),
  )
  expect(refusal(writeZip({ entries: shared }))[0]).toMatch(/archive-(refused|damaged)/)
  // The same name at the same place twice over: quoted entries.
  const inner = writeZip({ entries: plain() })
  const outer = writeZip({
    entries: [
      { name: 'a.txt', method: 0, data: inner.subarray(0, 200) },
      { name: 'roads.shp', data: 'content of roads.shp', directory: { position: 30 + 5 } },
      ...plain().slice(1),
    ],
  })
  expect(refusal(outer)).toEqual(['archive-refused', expect.stringMatching(/share the same bytes/)])
})

test('B3: too many entries are refused from the directory alone', () => {
  const entries = Array.from({ length: 65 }, (_, i): ZipEntryGiven => ({ name: `${i}.txt` }))
  expect(refusal(writeZip({ entries }))[1]).toMatch(/65 entries; expected at most 64/)
})

test.each<[string, Partial<ZipGiven>]>([
  ['zip64 counts of 2^32', { zip64: { count: 2n ** 32n } }],
  ['zip64 counts of 2^63', { zip64: { count: 2n ** 63n } }],
  ['a zip64 directory of 2^60 bytes', { zip64: { size: 2n ** 60n } }],
  ['a zip64 directory before the file', { zip64: { position: 2n ** 64n - 1n } }],
  ['a directory that is elsewhere', { end: { position: 3 } }],
  ['a directory larger than the file', { end: { size: 0x7fffffff } }],
  ['more entries than there are', { end: { count: 60 } }],
  ['fewer entries than there are', { end: { count: 2 } }],
  ['several disks', { end: { disk: 1 } }],
  ['something in front', { before: Buffer.from('GIF89a and some script'), end: { position: 0 } }],
])('B3: an archive that claims %s is refused', (_what, more) => {
  expect(refusal(writeZip({ entries: plain(), ...more }))[0]).toMatch(/^archive-(damaged|refused)$/)
})

test.each<[string, Partial<ZipEntryGiven>]>([
  ['another name in front of the content', { local: { name: 'roads.txt' } }],
  ['another method in front of the content', { local: { method: 0 } }],
  ['Deflate64', { method: 9 }],
  ['LZMA', { method: 14 }],
  ['a size that is stored but differs', { method: 0, directory: { size: 5 } }],
  ['a position beyond the file', { directory: { position: 0x7ffffff0 } }],
  ['a packed size beyond the file', { directory: { compressedSize: 0x7ffffff0 } }],
  ['a zip64 size without the field', { directory: { size: 0xffffffff } }],
])('B3: an entry with %s is refused', (_what, more) => {
  const [first, ...rest] = plain()
  expect(refusal(writeZip({ entries: [{ ...first, name: 'roads.shp', ...more }, ...rest] }))[0]).toMatch(
    /^archive-(damaged|refused|too-large)$/,
  )
})

test('every truncation of an archive is refused', () => {
  const whole = writeZip({ entries: plain() })
  const path = join(folder, 'cut.zip')
  for (let length = 0; length < whole.length; length += 1) {
    writeFileSync(path, whole.subarray(0, length))
    expect(problemOf(() => readAll(path)).code).toMatch(/^archive-/)
  }
})

test('2 000 archives with flipped bytes are read or refused in words, never anything else', () => {
  const random = seededRandom(42)
  const whole = writeZip({
    entries: plain().map((entry) => ({ ...entry, data: 'Castries '.repeat(500) })),
    zip64: true,
  })
  const path = join(folder, 'flipped.zip')
  let refused = 0
  const start = performance.now()
  for (let round = 0; round < 2000; round += 1) {
    const wrong = Buffer.from(whole)
    for (let flips = 0; flips <= round % 4; flips += 1)
      wrong[Math.floor(random() * wrong.length)] = Math.floor(random() * 256)
    writeFileSync(path, wrong)
    try {
      readAll(path)
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(1000)
  expect(performance.now() - start).toBeLessThan(30_000)
})

test('a quine-like archive is refused for what is inside, not unpacked', () => {
  const inner = deflateRawSync(readFileSync(save(writeZip({ entries: plain() }))))
  expect(refusal(withEntry({ name: 'r/r.zip', packed: inner }))[1]).toMatch(/another archive/)
})
