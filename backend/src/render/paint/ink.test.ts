import { createCanvas } from '@napi-rs/canvas'
import { expect, test } from 'vitest'
import { createInk, inkSpriteOf, straightBytes } from './ink.ts'
import type { DrawnPen } from './pen.ts'

const square = (left: number, top: number, right: number, bottom: number) =>
  Float64Array.of(left, top, right, top, right, bottom, left, bottom)

const pen: DrawnPen = {
  css: 'rgb(0, 0, 0)',
  width: 4,
  join: 'miter',
  cap: 'butt',
  dashes: [],
  dashOffset: 0,
}

/** Of the pixels, row by row, how much they are covered, of 255. */
const alphas = ({ pixels, width }: { pixels: Int32Array; width: number }) =>
  Array.from({ length: pixels.length / width }, (_, row) =>
    Array.from(pixels.subarray(row * width, (row + 1) * width), (pixel) => pixel >>> 24),
  )

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0)
const areaOf = (pixels: Int32Array) => sum(pixels.map((pixel) => pixel >>> 24)) / 255

test('a pixel is as strong as its share of the shape (R7.2)', () => {
  const ink = createInk(4, 3)
  ink.fill([square(0.5, 1, 2.25, 2)], 'rgb(0, 0, 0)')
  expect(alphas(ink)).toEqual([
    [0, 0, 0, 0],
    [128, 255, 64, 0],
    [0, 0, 0, 0],
  ])
})

test('a shape covers its area, whatever of it lies outside the picture', () => {
  const ink = createInk(40, 30)
  const ring = Float64Array.of(-50, -20, 90, 12.3, 17.7, 70)
  ink.fill([ring], 'rgb(0, 0, 0)')
  const canvas = createCanvas(40, 30).getContext('2d')
  canvas.moveTo(-50, -20)
  canvas.lineTo(90, 12.3)
  canvas.lineTo(17.7, 70)
  canvas.fill()
  const theirs = canvas.getImageData(0, 0, 40, 30).data.filter((_, at) => at % 4 === 3)
  expect(Math.abs(areaOf(ink.pixels) - sum(theirs) / 255)).toBeLessThan(2)
})

test('what was drawn before leaves no traces in what is drawn next', () => {
  const first = createInk(50, 50)
  for (let n = 0; n < 20; n += 1) first.fill([square(-7.3 + n, n / 3, 61.2 - n, 44.4 + n)], `rgb(${n}, 0, 0)`)
  const ink = createInk(30, 30)
  ink.fill([square(3, 3, 5, 5)], 'rgb(0, 0, 0)')
  expect(areaOf(ink.pixels)).toBe(4)
})

test('holes are left out, by even and odd', () => {
  const ink = createInk(10, 10)
  ink.fill([square(1, 1, 9, 9), square(3, 3, 6, 6)], 'rgb(0, 0, 0)')
  expect(areaOf(ink.pixels)).toBe(64 - 9)
})

test('a colour that shines through is laid over what is below', () => {
  const ink = createInk(1, 1)
  ink.rectangle(0, 0, 1, 1, 'rgb(255, 255, 255)')
  ink.fill([square(0, 0, 1, 1)], 'rgba(255, 0, 0, 0.5)')
  const [red, green, blue, alpha] = straightBytes(ink.pixels)
  expect([red, alpha]).toEqual([255, 255])
  expect(green).toBe(blue)
  expect(Math.abs(Number(green) - 127)).toBeLessThan(2)
})

test('a wide line has its width, its corners and its ends', () => {
  const ink = createInk(60, 60)
  ink.stroke([{ xy: Float64Array.of(10, 10, 40, 10, 40, 40), isClosed: false, from: 0 }], pen)
  // Two arms of 30 by 4, whose mitred corner adds the square outside both and counts the one inside both once.
  expect(areaOf(ink.pixels)).toBeCloseTo(2 * 30 * 4, 0)
  const longer = createInk(60, 60)
  longer.stroke([{ xy: Float64Array.of(10, 10, 40, 10), isClosed: false, from: 0 }], {
    ...pen,
    cap: 'square',
  })
  expect(areaOf(longer.pixels)).toBeCloseTo(34 * 4, 0)
})

test('a line of a pixel has a pixel of colour for each pixel of its way, and a thinner one less', () => {
  const path = { xy: Float64Array.of(2, 5.5, 22, 5.5), isClosed: false, from: 0 }
  const ink = createInk(30, 10)
  ink.stroke([path], { ...pen, width: 1 })
  expect(Math.abs(areaOf(ink.pixels) - 20)).toBeLessThan(0.5)
  const thin = createInk(30, 10)
  thin.stroke([path], { ...pen, width: 0.5 })
  expect(Math.abs(areaOf(thin.pixels) - 10)).toBeLessThan(0.5)
})

test('dashes go on behind what was cut off the beginning of a line', () => {
  const ink = createInk(30, 9)
  const dashed = { ...pen, width: 2, dashes: [4, 2] }
  ink.stroke([{ xy: Float64Array.of(0, 4, 30, 4), isClosed: false, from: 5 }], dashed)
  // The line begins in the last pixel of a gap.
  expect(alphas(ink)[3]?.slice(0, 9)).toEqual([0, 255, 255, 255, 255, 0, 0, 255, 255])
})

test('a picture is stamped on whole pixels, cut at the edges', () => {
  const canvas = createCanvas(6, 6)
  canvas.getContext('2d').fillRect(2, 2, 3, 3)
  const sprite = inkSpriteOf(canvas)
  expect([sprite.left, sprite.top, sprite.width, sprite.height]).toEqual([2, 2, 3, 3])
  const ink = createInk(4, 4)
  ink.stamp(sprite, -1, -2)
  ink.stamp(sprite, 3, 3)
  expect(alphas(ink)).toEqual([
    [255, 255, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 255],
  ])
})
