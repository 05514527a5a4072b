/** TIFF headers that lie, go in circles or promise too much (security B6, E8): refused in words and soon. */
import { expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { probeTiff } from '../../backend/src/ingest/tiff.ts'
import { seededRandom } from '../bench/data.ts'
import { problemOf, withFile } from '../fixtures/loaded-rows.ts'
import {
  geoTiff,
  image,
  long,
  long8,
  short,
  type TiffGiven,
  type TiffValue,
  text,
  writeTiff,
} from '../fixtures/tiff.ts'

const probe = (content: Uint8Array) => withFile('x.tif', content, (file) => probeTiff(file))

const refusal = (content: Uint8Array) => {
  const start = performance.now()
  const before = process.memoryUsage.rss()
  const { code, message } = problemOf(() => probe(content))
  expect(performance.now() - start).toBeLessThan(15_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 * 1024)
  return [code, message]
}
const refused = (given: TiffGiven) => refusal(writeTiff(given))
const damagedBy = (words: RegExp) => ['file-damaged', expect.stringMatching(words)]
const tooLargeBy = (words: RegExp) => ['raster-too-large', expect.stringMatching(words)]

test('E8: a directory whose successor is itself', () => {
  expect(refused({ images: [{ ...image(), next: 0 }] })).toEqual(damagedBy(/circle/))
  expect(refused({ images: [{ ...image(), next: 0 }], isBigTiff: true })).toEqual(damagedBy(/circle/))
})

test('B6: directories that go from A to B to A', () => {
  expect(refused({ images: [image(), { ...image(), next: 0 }] })).toEqual(damagedBy(/circle/))
})

test('B6: a sub-directory that is its parent', () => {
  expect(refused({ images: [image({ more: [long(330, 8)] })] })).toEqual(damagedBy(/circle/))
})

test('B6: chains of many directories end', () => {
  expect(refused({ images: Array.from({ length: 65 }, () => image()) })).toEqual(
    damagedBy(/more than 64 directories/),
  )
  expect(
    refused({ images: [image({ more: [long(330, ...Array.from({ length: 10_000 }, (_, i) => 8 + i))] })] }),
  ).toEqual(damagedBy(/tag 330 has 10000 values/))
})

test.each<[string, Partial<TiffGiven>]>([
  ['beyond the end of the file', { first: 1_000_000 }],
  ['at 2^63', { first: 2n ** 63n, isBigTiff: true }],
  ['at 2^64-1', { first: 2n ** 64n - 1n, isBigTiff: true }],
  ['nowhere', { first: 0 }],
])('B6: a first directory %s', (_what, more) => {
  expect(refused({ images: [image()], ...more })[0]).toBe('file-damaged')
})

test('B6: a next directory beyond the end', () => {
  expect(refused({ images: [{ ...image(), next: { byte: 123_456_789 } }] })).toEqual(
    damagedBy(/byte 123456789/),
  )
})

test.each<[string, TiffValue]>([
  ['2^32-1 values', { tag: 34735, type: 3, values: [1, 1, 0, 0], count: 0xffffffff }],
  ['values beyond the end', { tag: 34735, type: 3, values: [1, 1, 0, 0], position: 0x7fffffff }],
  ['2^32-1 offsets', { tag: 273, type: 4, values: [8, 8], count: 0xffffffff }],
])('B6: a tag that claims %s', (_what, tag) => {
  expect(refused({ images: [image({ more: [tag] })] })[0]).toBe('file-damaged')
})

test('B6: a BigTIFF tag that claims 2^63 values', () => {
  const bytes = writeTiff({ images: [image({ more: [long8(273, 8, 8)] })], isBigTiff: true })
  for (let at = 24; at + 20 < bytes.length; at += 20) {
    if (bytes.readUInt16LE(at) === 273) bytes.writeBigUInt64LE(2n ** 63n, at + 4)
  }
  expect(refusal(bytes)[0]).toBe('file-damaged')
})

test('B6: the same tag twice', () => {
  const given = image()
  expect(refused({ images: [{ tags: [...given.tags, short(256, 9)] }] })).toEqual(
    damagedBy(/tag 256 stands twice/),
  )
})

test.each<[string, Parameters<typeof image>[0], RegExp]>([
  ['2^32-1 pixels wide', { width: 0xffffffff }, /4294967295/],
  ['40 001 pixels high', { height: 40_001 }, /40000 × 40000/],
  ['33 bands', { bands: 33 }, /33 bands; the limit is 32/],
  ['more than 4 G values', { width: 40_000, height: 40_000, bands: 3, tile: [512, 512] }, /in 3 bands/],
  [
    'tiles of 60 000 × 60 000',
    { width: 100, height: 100, compression: 5, tile: [60_000, 60_000] },
    /60000 × 60000/,
  ],
  ['one compressed strip of 1.6 GB', { width: 40_000, height: 40_000, compression: 8 }, /256 MB each/],
  ['tiles of one pixel', { width: 4000, height: 4000, tile: [1, 1] }, /16000000 or more tiles/],
])('B6: %s', (_what, given, words) => {
  expect(refused({ images: [image(given)] })).toEqual(tooLargeBy(words))
})

test.each<[string, TiffValue[], RegExp]>([
  ['no width', [{ tag: 256, type: 4, values: [0] }], /width/],
  ['a negative height', [{ tag: 257, type: 9, values: [-5] }], /height/],
  ['a width in words', [text(256, 'wide')], /width/],
  ['7 bits', [short(258, 7)], /7 bits/],
  ['strips without rows', [short(278, 0)], /no rows/],
  ['fewer strips than it needs', [short(278, 1)], /lists 1 tiles or strips and needs 3/],
  ['pixels beyond its end', [long(279, 1_000_000)], /cut off/],
  ['pixels that begin beyond its end', [long(273, 0x7fffffff)], /cut off/],
  ['2^32 GeoKeys', [{ tag: 34735, type: 3, values: [1, 1, 0, 0xffff] }], /./],
])('B6: an image with %s', (_what, more, words) => {
  const [code, message] = refused({ images: [image({ more })] })
  // A count of keys that is not there is no reason to refuse.
  expect(code).toMatch(/file-damaged|none/)
  if (code !== 'none') expect(message).toMatch(words)
})

test('bombs within LZW, deflate, LERC and ZSTD stay packed: the probe decodes nothing', () => {
  for (const compression of [5, 8, 32946, 34887, 50000, 34925]) {
    const given = image({ width: 4000, height: 4000, compression, tile: [4000, 4000] })
    expect(
      withFile('x.tif', writeTiff({ images: [given] }), (file) => probeTiff(file)).layers[0]?.raster?.width,
    ).toBe(4000)
  }
})

test('every truncation of a header is refused', () => {
  for (const bytes of [geoTiff(2006), writeTiff({ images: [image()], isBigTiff: true })]) {
    for (let length = 0; length < bytes.length - 8; length += 1) {
      expect([length, refusal(bytes.subarray(0, length))[0]]).toEqual([length, 'file-damaged'])
    }
  }
})

test('1 500 headers with flipped bytes are described or refused in words', () => {
  const random = seededRandom(8)
  const samples = [
    geoTiff(2006, { width: 1000, height: 1000, tile: [256, 256] }),
    writeTiff({
      images: [image({ bands: 4 }), image({ subfileType: 1 })],
      isBigTiff: true,
      isBigEndian: true,
    }),
  ]
  let refusals = 0
  const start = performance.now()
  for (let round = 0; round < 1500; round += 1) {
    const bytes = Buffer.from(samples[round % 2] ?? samples[0] ?? [])
    for (let flips = 0; flips <= round % 6; flips += 1)
      bytes[Math.floor(random() * Math.min(bytes.length, 400))] = Math.floor(random() * 256)
    try {
      probe(bytes)
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown
      refusals += 1
    }
  }
  expect(refusals).toBeGreaterThan(500)
  expect(performance.now() - start).toBeLessThan(30_000)
})
