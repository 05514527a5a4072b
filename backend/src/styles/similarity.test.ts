import { expect, test } from 'vitest'
import { comparePictures, differencePicture, type Picture } from './similarity.ts'

/** Dark where `isDark` says so. */
const picture = (isDark: (x: number, y: number) => boolean, [width, height] = [64, 48]): Picture => {
  const rgba = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      rgba.set(isDark(x, y) ? [0, 0, 0, 255] : [255, 255, 255, 255], 4 * (y * width + x))
  return { rgba, width, height }
}

const stripes = (phase: number) => picture((x) => (x + phase) % 4 < 2)
const half = picture((x) => x < 32)

test('a picture is like itself, and like nothing of another size', () => {
  expect(comparePictures(half, half)).toEqual({ ssim: 1, lowPass: 1, verdict: 'alike' })
  expect(
    comparePictures(
      half,
      picture(() => true, [32, 48]),
    ).verdict,
  ).toBe('different')
})

test('a pattern that begins further differs in its pixels and is the same when blurred', () => {
  const { ssim, lowPass, verdict } = comparePictures(stripes(0), stripes(2))
  expect(ssim).toBeLessThan(0.1)
  expect(lowPass).toBeGreaterThan(0.97)
  expect(verdict).toBe('nearly')
})

test('what is missing makes the pictures different', () => {
  expect(
    comparePictures(
      half,
      picture(() => false),
    ).verdict,
  ).toBe('different')
})

test('nothing drawn is white paper, whether transparent or white', () => {
  const clear: Picture = { rgba: new Uint8Array(64 * 48 * 4), width: 64, height: 48 }
  expect(
    comparePictures(
      clear,
      picture(() => false),
    ).ssim,
  ).toBe(1)
})

test('the difference is white where both are the same and red where they are not', () => {
  const rgba = differencePicture(
    half,
    picture((x) => x < 16),
  )
  expect([...(rgba ?? []).slice(0, 4)]).toEqual([255, 255, 255, 255])
  expect([...(rgba ?? []).slice(4 * 20, 4 * 20 + 4)]).toEqual([255, 0, 0, 255])
  expect(
    differencePicture(
      half,
      picture(() => true, [1, 1]),
    ),
  ).toBeNull()
})
