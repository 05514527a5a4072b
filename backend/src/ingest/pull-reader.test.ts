/** Bytes that come in pieces are the same bytes, wherever the pieces end. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPullReader } from './pull-reader.ts'

const cut = function* (bytes: Buffer, lengths: number[]): Generator<Buffer, void, undefined> {
  let at = 0
  for (const length of lengths) {
    yield bytes.subarray(at, at + length)
    at += length
  }
  if (at < bytes.length) yield bytes.subarray(at)
}

test('whatever is asked for is contiguous and in its place, or there is not enough left', () => {
  const step = fc.record({
    need: fc.nat(900),
    use: fc.nat(900),
    ahead: fc.oneof(fc.constant(0), fc.nat(400)),
  })
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4000 }),
      fc.array(fc.nat(300)),
      fc.array(step),
      (given, lengths, steps) => {
        const bytes = Buffer.from(given)
        const reader = createPullReader(cut(bytes, lengths))
        let position = 0
        for (const { need, use, ahead } of steps) {
          expect(reader.seek(position + ahead)).toBe(position + ahead <= bytes.length)
          position += ahead
          if (position > bytes.length) return
          expect(reader.position()).toBe(position)
          expect(reader.has(need)).toBe(position + need <= bytes.length)
          if (position + need > bytes.length) return
          expect(reader.bytes.subarray(reader.at, reader.at + need)).toEqual(
            bytes.subarray(position, position + need),
          )
          if (need > 0) expect(reader.view.getUint8(reader.at)).toBe(bytes[position])
          const used = Math.min(use, need)
          reader.at += used
          position += used
        }
      },
    ),
    { seed: 4 },
  )
})
