/** Qt's patterns of 8×8 device pixels, a byte a row, the lowest bit left. */
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import type { BrushName } from '../../styles/model.ts'

const rows: Record<BrushName, readonly number[]> = {
  dense1: [255, 187, 255, 255, 255, 187, 255, 255],
  dense2: [119, 255, 221, 255, 119, 255, 221, 255],
  dense3: [85, 187, 85, 238, 85, 187, 85, 238],
  dense4: [170, 85, 170, 85, 170, 85, 170, 85],
  dense5: [170, 68, 170, 17, 170, 68, 170, 17],
  dense6: [136, 0, 34, 0, 136, 0, 34, 0],
  dense7: [0, 68, 0, 0, 0, 68, 0, 0],
  horizontal: [0, 0, 0, 255, 0, 0, 0, 0],
  vertical: [16, 16, 16, 16, 16, 16, 16, 16],
  cross: [16, 16, 16, 255, 16, 16, 16, 16],
  'backward-diagonal': [128, 64, 32, 16, 8, 4, 2, 1],
  'forward-diagonal': [1, 2, 4, 8, 16, 32, 64, 128],
  'diagonal-cross': [129, 66, 36, 24, 24, 36, 66, 129],
}

export const brushTile = (name: BrushName, css: string): Canvas => {
  const tile = createCanvas(8, 8)
  const context = tile.getContext('2d')
  context.fillStyle = css
  for (const [y, bits] of rows[name].entries())
    for (let x = 0; x < 8; x += 1) if ((bits >> x) & 1) context.fillRect(x, y, 1, 1)
  return tile
}
