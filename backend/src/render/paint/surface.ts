/** The canvas that is painted on, with what is set on it already: setting costs as much as drawing. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { Budget } from './budget.ts'
import type { Path } from './geometry.ts'

export type Surface = {
  canvas: Canvas
  context: SKRSContext2D
  budget: Budget
  /** The pen whose settings the canvas has; null for nobody's. */
  pen: object | null
}

export const createSurface = (width: number, height: number, budget: Budget): Surface => {
  const canvas = createCanvas(width, height)
  return { canvas, context: canvas.getContext('2d'), budget, pen: null }
}

/** Runs with settings of its own. */
export const within = (surface: Surface, paint: () => void): void => {
  surface.context.save()
  surface.pen = null
  paint()
  surface.context.restore()
  surface.pen = null
}

/** Adds to the path that the canvas has begun. */
export const traceVertices = (context: SKRSContext2D, xy: Float64Array, isClosed: boolean): void => {
  context.moveTo(xy[0] as number, xy[1] as number)
  for (let i = 2; i < xy.length; i += 2) context.lineTo(xy[i] as number, xy[i + 1] as number)
  if (isClosed) context.closePath()
}

export const tracePath = (context: SKRSContext2D, { xy, isClosed }: Path): void =>
  traceVertices(context, xy, isClosed)
