/**
 * Pixels that plain things are drawn on without the canvas: polygons and lines of one colour, or of a texture as large as
 * the picture, and small pictures on whole pixels. A call to the canvas takes a microsecond, and a feature has dozens of vertices.
 */
import type { Canvas } from '@napi-rs/canvas'
import { over, scaled } from './blend.ts'
import { type Coverage, createCoverage, type Dye } from './coverage.ts'
import { dashesOfPath } from './dashes.ts'
import { addRing, createEdgeList } from './edges.ts'
import type { Path } from './geometry.ts'
import { drawHairline } from './hairline.ts'
import { addOutline } from './outline.ts'
import type { DrawnPen } from './pen.ts'

/** Bytes red, green, blue, alpha; colours multiplied by alpha. */
export type InkPixels = { width: number; height: number; pixels: Int32Array<ArrayBuffer> }

/** Where in its picture something is seen. */
export type InkSprite = InkPixels & { left: number; top: number }

export type Ink = InkPixels & {
  /** What all that is drawn is faded to, from 0 to 1. */
  strength: number
  /** By even and odd; a texture is as large as the picture. */
  fill(rings: readonly Float64Array[], color: string | InkPixels): void
  stroke(paths: readonly Path[], pen: DrawnPen): void
  stamp(sprite: InkSprite, left: number, top: number): void
  /** In place of what was there; null is nothing. */
  rectangle(left: number, top: number, right: number, bottom: number, color: string | null): void
}

// Colours ----------------------------------------------------------------------------------------------------

const css = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.e-]+))?\)$/
const pixelOf = new Map<string, number>()
const mostKnown = 10_000

/** Of a colour as `toCss` writes it (colors.ts). */
const inkOf = (color: string): number => {
  const known = pixelOf.get(color)
  if (known !== undefined) return known
  const [, red = '0', green = '0', blue = '0', opacity = '1'] = css.exec(color) ?? []
  const alpha = Math.round(Number(opacity) * 255)
  const pixel = scaled((255 << 24) | (Number(blue) << 16) | (Number(green) << 8) | Number(red), alpha)
  if (pixelOf.size >= mostKnown) pixelOf.clear()
  pixelOf.set(color, pixel)
  return pixel
}

// Pictures ---------------------------------------------------------------------------------------------------

export const inkPixelsOf = (canvas: Canvas): InkPixels => {
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const pixels = new Int32Array(data.buffer, data.byteOffset, width * height).slice()
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = pixels[at] as number
    const alpha = pixel >>> 24
    if (alpha < 255) pixels[at] = alpha === 0 ? 0 : scaled(pixel | (255 << 24), alpha)
  }
  return { width, height, pixels }
}

/** Without what is empty around it. */
export const inkSpriteOf = (canvas: Canvas): InkSprite => {
  const { width, height, pixels } = inkPixelsOf(canvas)
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (const [at, pixel] of pixels.entries()) {
    if (pixel === 0) continue
    const [x, y] = [at % width, Math.floor(at / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  if (right <= left) return { width: 0, height: 0, pixels: new Int32Array(0), left: 0, top: 0 }
  const seen = new Int32Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y += 1)
    seen.set(pixels.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  return { width: right - left, height: bottom - top, pixels: seen, left, top }
}

/** Lays one picture over another of the same size. */
export const layOver = (below: Int32Array, above: Int32Array, strength: number): void => {
  const share = Math.round(strength * 255)
  for (let at = 0; at < above.length; at += 1) {
    const pixel = above[at] as number
    if (pixel !== 0) below[at] = over(share === 255 ? pixel : scaled(pixel, share), below[at] as number)
  }
}

/** Straight alpha, as files have it. */
export const straightBytes = (pixels: Int32Array): Uint8ClampedArray<ArrayBuffer> => {
  const straight = pixels.slice()
  for (let at = 0; at < straight.length; at += 1) {
    const pixel = straight[at] as number
    const alpha = pixel >>> 24
    if (alpha === 255 || alpha === 0) continue
    const half = alpha >> 1
    const red = (((pixel & 255) * 255 + half) / alpha) | 0
    const green = ((((pixel >>> 8) & 255) * 255 + half) / alpha) | 0
    const blue = ((((pixel >>> 16) & 255) * 255 + half) / alpha) | 0
    straight[at] = (alpha << 24) | (blue << 16) | (green << 8) | red
  }
  return new Uint8ClampedArray(straight.buffer)
}

/** Over a colour that nothing shines through. */
export const bytesOver = (pixels: Int32Array, color: string): Uint8ClampedArray<ArrayBuffer> => {
  const paper = inkOf(color)
  const all = new Int32Array(pixels.length)
  for (let at = 0; at < all.length; at += 1) {
    const pixel = pixels[at] as number
    all[at] = pixel === 0 ? paper : over(pixel, paper)
  }
  return new Uint8ClampedArray(all.buffer)
}

// Drawing ----------------------------------------------------------------------------------------------------

/** A pixel, with what computing it may have added. */
const thinnest = 1 + 1e-6

/** One for all pictures of a thread: its cells are as many as the largest shape had. */
const coverage: Coverage = createCoverage()
const edges = createEdgeList()

export const createInk = (width: number, height: number): Ink => {
  const pixels = new Int32Array(width * height)

  const dyeOf = (color: string | InkPixels): Dye => {
    const share = Math.round(ink.strength * 255)
    if (typeof color !== 'string') return { color: 0, texture: color.pixels, share }
    return { color: scaled(inkOf(color), share), texture: null, share }
  }

  const dashed = (path: Path, { dashes, dashOffset }: DrawnPen): Path[] =>
    dashes.length === 0 ? [path] : dashesOfPath(path, dashes, dashOffset + path.from)

  const strokeThin = (path: Path, pen: DrawnPen) => {
    const pixel = scaled(inkOf(pen.css), Math.round(Math.min(1, pen.width) * ink.strength * 255))
    const isLonger = pen.cap !== 'butt'
    for (const { xy, isClosed } of dashed(path, pen)) drawHairline(ink, { xy, isClosed, isLonger }, pixel)
  }

  const strokeWide = (path: Path, pen: DrawnPen) => {
    for (const { xy, isClosed } of dashed(path, pen)) addOutline(edges, xy, isClosed, pen)
    coverage.add(edges, ink)
    coverage.paint(ink, false, dyeOf(pen.css))
  }

  const ink: Ink = {
    width,
    height,
    pixels,
    strength: 1,
    fill: (rings, color) => {
      for (const ring of rings) addRing(edges, ring)
      coverage.add(edges, ink)
      coverage.paint(ink, true, dyeOf(color))
    },
    stroke: (paths, pen) => {
      for (const path of paths) {
        if (pen.width > thinnest) strokeWide(path, pen)
        else strokeThin(path, pen)
      }
    },
    stamp: (sprite, left, top) => {
      const share = Math.round(ink.strength * 255)
      const stamped = sprite.pixels
      const fromX = Math.max(0, -left)
      const toX = Math.min(sprite.width, width - left)
      const toY = Math.min(sprite.height, height - top)
      for (let row = Math.max(0, -top); row < toY; row += 1) {
        const from = row * sprite.width
        const to = (top + row) * width + left
        for (let x = fromX; x < toX; x += 1) {
          const pixel = stamped[from + x] as number
          if (pixel !== 0)
            pixels[to + x] = over(share === 255 ? pixel : scaled(pixel, share), pixels[to + x] as number)
        }
      }
    },
    rectangle: (left, top, right, bottom, color) => {
      const pixel = color === null ? 0 : inkOf(color)
      for (let y = top; y < bottom; y += 1) pixels.fill(pixel, y * width + left, y * width + right)
    },
  }
  return ink
}
