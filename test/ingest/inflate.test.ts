/** The streaming inflater against node:zlib, which made the input. */
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inflate, PIECE_BYTES } from '../../backend/src/ingest/inflate.ts'
import { seededRandom } from '../bench/data.ts'

const feed = (packed: Uint8Array, step = 65_536) => {
  let at = 0
  return (target: Uint8Array) => {
    const count = Math.min(target.length, packed.length - at, step)
    target.set(packed.subarray(at, at + count))
    at += count
    return count
  }
}

const random = seededRandom(1951)

/** Bytes with runs, repetitions far and near, and noise. */
const bytesOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  const letters = 1 + Math.floor(random() * 255)
  const repeats = random()
  for (let i = 0; i < length; i += 1) {
    const back = 1 + Math.floor(random() ** 3 * Math.min(i, 40_000))
    bytes[i] = i > 0 && random() < repeats ? (bytes[i - back] ?? 0) : Math.floor(random() * letters)
  }
  return bytes
}

test('inflates what zlib deflated at every level and strategy, whatever the size of the input pieces', () => {
  for (let round = 0; round < 60; round += 1) {
    const bytes = bytesOf(Math.floor(random() ** 3 * 400_000))
    const packed = deflateRawSync(bytes, { level: round % 10, strategy: round % 5 })
    const pieces = [...inflate(feed(packed, 1 + Math.floor(random() * 70_000)))]
    expect([round, Buffer.concat(pieces).equals(bytes)]).toEqual([round, true])
    expect(Math.max(0, ...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(PIECE_BYTES)
  }
})

test('pieces already handed out do not change while others are inflated', () => {
  const bytes = bytesOf(900_000)
  const seen: { piece: Buffer; copy: Buffer }[] = []
  for (const piece of inflate(feed(deflateRawSync(bytes)))) seen.push({ piece, copy: Buffer.from(piece) })
  expect(seen.length).toBeGreaterThan(3)
  for (const { piece, copy } of seen) expect(piece.equals(copy)).toBe(true)
})

test('every truncation ends in an error that says so', () => {
  const packed = deflateRawSync(bytesOf(3000))
  for (let length = 0; length < packed.length; length += 1) {
    expect(() => [...inflate(feed(packed.subarray(0, length)))]).toThrow(
      /^its compressed content ends too early$/,
    )
  }
})

test('flipped bytes give other content or an error in words, never a crash or a hang', () => {
  const words = Array.from(
    { length: 4000 },
    () => ['Castries', 'Soufrière', '13.9', '-61'][Math.floor(random() * 4)],
  )
  const packed = deflateRawSync(Buffer.from(words.join(' ')))
  let errors = 0
  for (let round = 0; round < 1500; round += 1) {
    const wrong = Buffer.from(packed)
    for (let flips = 0; flips < 3; flips += 1)
      wrong[Math.floor(random() * wrong.length)] = Math.floor(random() * 256)
    let total = 0
    try {
      for (const piece of inflate(feed(wrong))) {
        total += piece.length
        if (total > 64 * 1024 * 1024) break
      }
    } catch (thrown) {
      errors += 1
      expect((thrown as Error).constructor).toBe(Error)
      expect((thrown as Error).message).toMatch(
        /^its compressed content (ends too early|cannot be unpacked, [a-z][a-z ]+)$/,
      )
    }
  }
  expect(errors).toBeGreaterThan(100)
})

test('a bomb is inflated only as far as it is pulled', () => {
  const packed = deflateRawSync(Buffer.alloc(200 * 1024 * 1024))
  const before = process.memoryUsage.rss()
  const pieces = inflate(feed(packed))
  for (let i = 0; i < 8; i += 1) expect(pieces.next().value?.length).toBeGreaterThan(PIECE_BYTES - 300)
  pieces.return()
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
})
