/** What is painted on: plain ink, until somebody takes the canvas; then a canvas with all that was drawn before. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { Budget } from './budget.ts'
import { canvasOf } from './canvas.ts'
import { plainColor } from './colors.ts'
import type { Path } from './geometry.ts'
import { createInk, type Ink, inkPixelsOf, layOver, straightBytes } from './ink.ts'

export type Surface = {
  readonly width: number
  readonly height: number
  readonly canvas: Canvas
  readonly context: SKRSContext2D
  budget: Budget
  /** The pen whose settings the canvas has, because setting costs as much as drawing; null for nobody's. */
  pen: object | null
  /** What draws plain things without the canvas; null once there is one. */
  readonly ink: Ink | null
}

/** `isPlain`: nothing but plain things is to come, or first. */
export const createSurface = (
  width: number,
  height: number,
  budget: Budget,
  { isPlain }: { isPlain: boolean } = { isPlain: false },
): Surface => {
  let ink = isPlain ? createInk(width, height) : null
  let context: SKRSContext2D | null = null
  const take = (): SKRSContext2D => {
    context ??= (
      ink === null
        ? createCanvas(width, height)
        : canvasOf({ width, height, rgba: straightBytes(ink.pixels) })
    ).getContext('2d')
    ink = null
    return context
  }
  return {
    width,
    height,
    budget,
    pen: null,
    get context() {
      return context ?? take()
    },
    get canvas() {
      return (context ?? take()).canvas
    },
    get ink() {
      return ink
    },
  }
}

/** Runs with settings of its own. */
export const within = (surface: Surface, paint: () => void): void => {
  surface.context.save()
  surface.pen = null
  paint()
  surface.context.restore()
  surface.pen = null
}

/** Everything that is drawn is faded to a share of itself. */
export const faded = (surface: Surface, strength: number, paint: () => void): void => {
  const { ink } = surface
  if (ink === null) {
    within(surface, () => {
      surface.context.globalAlpha *= strength
      paint()
    })
    return
  }
  const before = ink.strength
  ink.strength = before * strength
  paint()
  ink.strength = before
}

/** Lays a picture over another of the same size. */
export const laySurface = (below: Surface, above: Surface, strength: number): void => {
  if (below.ink !== null) {
    layOver(below.ink.pixels, (above.ink ?? inkPixelsOf(above.canvas)).pixels, strength)
    return
  }
  const { context } = below
  context.globalAlpha = strength
  context.drawImage(above.canvas, 0, 0)
  context.globalAlpha = 1
}

type Part = { left: number; top: number; width: number; height: number }

/** The colour is one of CSS; null makes it empty. What was there is gone. */
export const paintArea = (surface: Surface, part: Part, color: string | null): void => {
  const { left, top, width, height } = part
  const css = color === null ? null : plainColor(color)
  if (surface.ink !== null && (css !== null || color === null)) {
    surface.ink.rectangle(left, top, left + width, top + height, css)
    return
  }
  const { context } = surface
  context.clearRect(left, top, width, height)
  if (color === null) return
  context.fillStyle = color
  context.fillRect(left, top, width, height)
}

/** Straight alpha, row by row. */
export const bytesOf = (surface: Surface, part: Part): Uint8ClampedArray => {
  const { ink, width } = surface
  const { left, top } = part
  if (ink === null) return surface.context.getImageData(left, top, part.width, part.height).data
  if (part.width === width)
    return straightBytes(ink.pixels.subarray(top * width, (top + part.height) * width))
  const cut = new Int32Array(part.width * part.height)
  for (let row = 0; row < part.height; row += 1) {
    const from = (top + row) * width + left
    cut.set(ink.pixels.subarray(from, from + part.width), row * part.width)
  }
  return straightBytes(cut)
}

/** Adds to the path that the canvas has begun. */
export const traceVertices = (context: SKRSContext2D, xy: Float64Array, isClosed: boolean): void => {
  context.moveTo(xy[0] as number, xy[1] as number)
  for (let i = 2; i < xy.length; i += 2) context.lineTo(xy[i] as number, xy[i + 1] as number)
  if (isClosed) context.closePath()
}

export const tracePath = (context: SKRSContext2D, { xy, isClosed }: Path): void =>
  traceVertices(context, xy, isClosed)
