import { expect, test } from 'vitest'
import type { PackedTile } from '../render/tile-pack.ts'
import { createTileCache } from './tile-cache.ts'

const tileOf = (size: number): PackedTile => ({ gzip: new Uint8Array(size), features: 1, children: 0 })
const never = new AbortController().signal
const endless = (signal: AbortSignal) =>
  new Promise<PackedTile>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a kept tile is not made again', async () => {
  const cache = createTileCache({ mostBytes: 10_000 })
  let made = 0
  const make = async () => {
    made += 1
    return tileOf(10)
  }
  const first = await cache.get('a', make, never)
  expect(await cache.get('a', make, never)).toBe(first)
  expect(made).toBe(1)
})

test('the tile used longest ago leaves first, and the bytes stay below the limit', async () => {
  const cache = createTileCache({ mostBytes: 3000 })
  const made: string[] = []
  const get = (key: string) =>
    cache.get(
      key,
      async () => {
        made.push(key)
        return tileOf(1000)
      },
      never,
    )
  await get('a')
  await get('b')
  await get('a')
  await get('c')
  await get('a')
  await get('b')
  expect(made).toEqual(['a', 'b', 'c', 'b'])
  expect(cache.bytes()).toBeLessThanOrEqual(3000)
})

test('a tile larger than everything is handed out and not kept', async () => {
  const cache = createTileCache({ mostBytes: 100 })
  expect((await cache.get('a', async () => tileOf(1000), never)).gzip).toHaveLength(1000)
  expect(cache.bytes()).toBe(0)
})

test('who leaves does not end the making for the others; when all have left it ends', async () => {
  const cache = createTileCache({ mostBytes: 10_000 })
  const [one, other] = [new AbortController(), new AbortController()]
  let making: AbortSignal | undefined
  const make = (signal: AbortSignal) => {
    making = signal
    return endless(signal)
  }
  const first = cache.get('a', make, one.signal)
  const second = cache.get('a', make, other.signal)
  one.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  expect(making?.aborted).toBe(false)
  other.abort(new Error('gone too'))
  await expect(second).rejects.toThrow('gone too')
  expect(making?.aborted).toBe(true)
  expect((await cache.get('a', async () => tileOf(5), never)).gzip).toHaveLength(5)
})

test('a failure is not kept', async () => {
  const cache = createTileCache({ mostBytes: 10_000 })
  await expect(cache.get('a', () => Promise.reject(new Error('no')), never)).rejects.toThrow('no')
  expect((await cache.get('a', async () => tileOf(5), never)).features).toBe(1)
})
