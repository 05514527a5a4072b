/** Zipped shapefiles as people pack them: what is taken, and what is sent back with the name of what is missing. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { officeLimits, openShapefileZip, openZip } from '../../backend/src/ingest/zip.ts'
import { seededRandom } from '../bench/data.ts'
import { problemOf } from '../fixtures/loaded-rows.ts'
import { writeZip, type ZipGiven } from '../fixtures/zip.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-zip-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const save = (bytes: Uint8Array): string => {
  count += 1
  const path = join(folder, `${count}.zip`)
  writeFileSync(path, bytes)
  return path
}
const zipOf = (names: string[], more: Partial<ZipGiven> = {}) =>
  save(writeZip({ entries: names.map((name) => ({ name, data: `content of ${name}` })), ...more }))
const SET = ['roads.shp', 'roads.shx', 'roads.dbf', 'roads.prj']
const problem = (path: string) => problemOf(() => openShapefileZip(path).close())

const open = (path: string) => {
  const parts = openShapefileZip(path)
  const names = [parts.shp, parts.shx, parts.dbf, parts.prj, parts.cpg].map((part) => part?.name ?? null)
  parts.close()
  return { baseName: parts.baseName, names }
}

test.each<[string, string[], string]>([
  ['at the top', SET, 'roads'],
  ['in a folder', ['data/', ...SET.map((name) => `data/${name}`)], 'roads'],
  ['in capitals', ['ROADS.SHP', 'roads.shx', 'Roads.Dbf', 'roads.PRJ'], 'ROADS'],
  [
    'with umlauts, blanks and brackets',
    SET.map((name) => name.replace('roads', 'Größe (1) & more')),
    'Größe (1) & more',
  ],
  [
    'with companions',
    [...SET, 'roads.shp.xml', 'roads.sbn', 'roads.sbx', 'roads.qpj', 'roads.qix', 'licence.txt'],
    'roads',
  ],
  ['with what macOS and Windows add', [...SET, '__MACOSX/._roads.shp', '.DS_Store', 'Thumbs.db'], 'roads'],
  ['with dots in the name', SET.map((name) => name.replace('roads', 'roads.2024.v1')), 'roads.2024.v1'],
])('a shapefile %s is found (R5.4)', (_where, names, baseName) => {
  expect(open(zipOf(names)).baseName).toBe(baseName)
})

test('the encoding file belongs to it when it is there', () => {
  expect(open(zipOf([...SET, 'roads.cpg'])).names[4]).toBe('roads.cpg')
  expect(open(zipOf(SET)).names[4]).toBeNull()
})

test.each<[string, string[], string, RegExp]>([
  ['without .prj', SET.slice(0, 3), 'shapefile-incomplete', /'roads' lacks \.prj/],
  [
    'without .shx and .dbf',
    ['roads.shp', 'roads.prj'],
    'shapefile-incomplete',
    /lacks \.shx and \.dbf.*Found: roads\.shp, roads\.prj/,
  ],
  [
    'with the .prj of another',
    [...SET.slice(0, 3), 'rivers.prj'],
    'shapefile-incomplete',
    /lacks \.prj.*rivers\.prj/,
  ],
  [
    'with its .prj in another folder',
    [...SET.slice(0, 3), 'x/roads.prj'],
    'shapefile-incomplete',
    /lacks \.prj/,
  ],
  [
    'twice',
    [...SET, ...SET.map((name) => name.replace('roads', 'rivers'))],
    'shapefile-ambiguous',
    /parts of 2: roads\.shp, rivers\.shp/,
  ],
  ['with a table that belongs to no shape', [...SET, 'lookup.dbf'], 'shapefile-ambiguous', /roads, lookup/],
  ['without any', ['readme.txt', 'data.csv'], 'shapefile-missing', /Found: readme\.txt, data\.csv/],
  [
    'with a zip inside',
    [...SET, 'more.zip'],
    'archive-refused',
    /another archive or database inside, 'more\.zip'/,
  ],
  [
    'with a VRT inside',
    [...SET, 'roads.vrt'],
    'archive-refused',
    /'roads\.vrt', which is not part of a shapefile/,
  ],
  ['with a program inside', [...SET, 'setup.exe'], 'archive-refused', /setup\.exe/],
  ['deep in folders', SET.map((name) => `a/b/${name}`), 'archive-refused', /2 folders deep/],
])('a zip with a shapefile %s is refused by name (R5.4, R5.12)', (_what, names, code, words) => {
  const found = problem(zipOf(names))
  expect([found.code, found.message]).toEqual([code, expect.stringMatching(words)])
})

test('an empty archive and an empty file say what they are', () => {
  expect(problem(save(writeZip({ entries: [] }))).code).toBe('shapefile-missing')
  expect(problem(save(new Uint8Array())).message).toMatch(/directory is missing/)
})

test('content comes in pieces of at most 256 KB, stored or deflated, and several parts in turns', () => {
  const big = Buffer.alloc(3_000_000, 'Castries, Soufrière, Vieux Fort; ')
  const noise = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7919 * (i >> 7)) & 255))
  const path = save(
    writeZip({
      entries: [
        { name: 'roads.shp', data: big },
        { name: 'roads.dbf', data: noise, method: 0 },
        { name: 'roads.shx', data: noise },
        { name: 'roads.prj', data: 'GEOGCS' },
      ],
    }),
  )
  const parts = openShapefileZip(path)
  for (const round of [1, 2]) {
    const cursors = [parts.shp.chunks(), parts.dbf.chunks(), parts.shx.chunks()]
    const found: Buffer[][] = [[], [], []]
    while (
      cursors.some((cursor, at) => {
        const { value } = cursor.next()
        if (value) found[at]?.push(value)
        return value
      })
    );
    expect([round, ...found.map((pieces) => Buffer.concat(pieces).length)]).toEqual([
      round,
      3_000_000,
      700_000,
      700_000,
    ])
    expect(Buffer.concat(found[0] ?? []).equals(big)).toBe(true)
    expect(Buffer.concat(found[1] ?? []).equals(noise)).toBe(true)
    for (const piece of found.flat()) expect(piece.length).toBeLessThanOrEqual(256 * 1024)
  }
  expect(parts.prj.bytes().toString()).toBe('GEOGCS')
  expect(problemOf(() => parts.shp.bytes()).message).toMatch(/3000000 bytes/)
  parts.close()
})

test('a part too large to be kept in memory is inflated piece by piece', () => {
  const random = seededRandom(40)
  const block = Buffer.from(Array.from({ length: 1_000_003 }, () => Math.floor(random() * 64)))
  const big = Buffer.concat(Array.from({ length: 40 }, () => block))
  const path = save(
    writeZip({
      entries: SET.map((name) => ({ name, data: name.endsWith('shp') ? big : 'x', packed: undefined })),
    }),
  )
  const parts = openShapefileZip(path)
  let at = 0
  for (const piece of parts.shp.chunks()) {
    expect(big.subarray(at, at + piece.length).equals(piece)).toBe(true)
    at += piece.length
  }
  expect(at).toBe(big.length)
  parts.close()
})

test('zip64 sizes and comments are read', () => {
  expect(open(zipOf(SET, { zip64: true })).baseName).toBe('roads')
  expect(open(zipOf(SET, { comment: Buffer.alloc(65_535, 'a comment ') })).baseName).toBe('roads')
})

test('archives made by Info-ZIP from the training data open with their content whole', (context) => {
  const source = sharedData('qgis-training', 'projected_data')
  if (!source) return context.skip(whySkipped)
  for (const base of new Set(readdirSync(source).map((name) => name.split('.')[0] ?? ''))) {
    const files = readdirSync(source).filter((name) => name.startsWith(`${base}.`))
    const path = save(
      writeZip({ entries: files.map((name) => ({ name, data: readFileSync(join(source, name)) })) }),
    )
    const parts = openShapefileZip(path)
    expect(Buffer.concat([...parts.shp.chunks()]).equals(readFileSync(join(source, `${base}.shp`)))).toBe(
      true,
    )
    expect(Buffer.concat([...parts.dbf.chunks()]).equals(readFileSync(join(source, `${base}.dbf`)))).toBe(
      true,
    )
    parts.close()
  }
})

test('an archive made by a zip program opens', (context) => {
  const path = join(folder, 'made.zip')
  for (const name of SET) writeFileSync(join(folder, name), `content of ${name}`)
  try {
    execFileSync('zip', ['-q', path, ...SET], { cwd: folder })
  } catch {
    return context.skip('no zip program on this machine')
  }
  expect(open(path).baseName).toBe('roads')
})

test('office documents may have many parts in deep folders', () => {
  const names = Array.from({ length: 300 }, (_, i) => `word/media/a/b/image${i}.png`)
  const archive = openZip(zipOf(names), officeLimits)
  expect(archive.parts.length).toBe(300)
  archive.close()
})

test('damage within a part is found while it is read', () => {
  const data = Buffer.alloc(500_000, 'some text that repeats ')
  const packed = deflateRawSync(data)
  const broken = Buffer.from(packed)
  broken[broken.length >> 1] = (broken[broken.length >> 1] ?? 0) ^ 0x10
  const path = save(
    writeZip({
      entries: SET.map((name) =>
        name.endsWith('.shp') ? { name, data, packed: broken } : { name, data: 'x' },
      ),
    }),
  )
  const parts = openShapefileZip(path)
  const found = problemOf(() => [...parts.shp.chunks()])
  expect([found.code, found.message]).toEqual([
    'archive-damaged',
    expect.stringMatching(/'roads\.shp' is (damaged|not as long|longer|shorter)/),
  ])
  parts.close()
})
