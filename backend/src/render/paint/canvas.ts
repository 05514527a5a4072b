/** Pixels, straight alpha and row by row, as something that can be drawn. */
import { type Canvas, createCanvas } from '@napi-rs/canvas'

type Bytes = { width: number; height: number; rgba: Uint8Array | Uint8ClampedArray }

export const canvasOf = ({ width, height, rgba }: Bytes): Canvas => {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const image = context.createImageData(width, height)
  image.data.set(rgba)
  context.putImageData(image, 0, 0)
  return canvas
}
