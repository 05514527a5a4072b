/** Pictures painted in threads: files of three formats, limits, cancellation. */
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { defaultLimits } from '../../../backend/src/render/paint/budget.ts'
import type { PaintRequest } from '../../../backend/src/render/paint/job.ts'
import { createPaintPool } from '../../../backend/src/render/paint/paint-pool.ts'
import { feature, graphic, mark, point, polygon, rule, solid, square, style } from './drawn.ts'

const pool = createPaintPool({ threads: 1 })
afterAll(() => pool.close())

const request = (more: Partial<PaintRequest> = {}): PaintRequest => ({
  style: style([rule([polygon({ fill: solid('#ff0000') })])]),
  view: square,
  fields: [],
  features: [feature('POLYGON((20 20,80 20,80 80,20 80,20 20))')],
  resources: {},
  variables: {},
  background: '#ffffff',
  format: 'png',
  limits: defaultLimits,
  ...more,
})

/** Draws one mark a hundred thousand times, each a little larger. */
const slow = request({
  style: style([
    rule([
      point({
        ...graphic([mark('star', '#ff0000')], 9),
        size: { value: { kind: 'property', name: 'n' }, unit: 'pixel' },
      }),
    ]),
  ]),
  fields: ['n'],
  features: Array.from({ length: 100_000 }, (_, n) => feature('POINT(50 50)', [1000 + (n % 2000)])),
})

test.each(['png', 'jpeg', 'webp'] as const)('a map becomes a %s of its size', async (format) => {
  const { image } = await pool.paint(request({ format }))
  const { format: found, width, height } = await sharp(image).metadata()
  expect([found, width, height]).toEqual([format, 100, 100])
})

test('a map without background is transparent where nothing is', async () => {
  const { image } = await pool.paint(request({ background: null }))
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4),
  ]
  expect([at(2, 2), at(50, 50)]).toEqual([
    [0, 0, 0, 0],
    [255, 0, 0, 255],
  ])
})

test('a map that costs more than its time is stopped, and the next one is drawn', async () => {
  await expect(pool.paint({ ...slow, limits: { ...defaultLimits, timeMs: 50 } })).rejects.toMatchObject({
    stopped: 'time',
  })
  expect((await pool.paint(request())).image.length).toBeGreaterThan(100)
})

test('a map nobody waits for is given up, drawn or waiting', async () => {
  const leaving = new AbortController()
  const drawn = pool.paint(slow, leaving.signal)
  const waiting = pool.paint(request(), leaving.signal)
  const next = pool.paint(request())
  const both = Promise.allSettled([drawn, waiting])
  leaving.abort()
  expect(await both).toEqual([
    { status: 'rejected', reason: expect.objectContaining({ stopped: 'cancelled' }) },
    { status: 'rejected', reason: expect.objectContaining({ stopped: 'cancelled' }) },
  ])
  expect((await next).image.length).toBeGreaterThan(100)
})

test('a picture of more pixels than memory allows is refused', async () => {
  await expect(pool.paint(request({ view: { ...square, width: 100_000, height: 100_000 } }))).rejects.toThrow(
    'pixels',
  )
})
