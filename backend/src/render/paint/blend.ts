/** Pixels of four bytes – red, green, blue, alpha, the lowest first – whose colours are multiplied by alpha. */

/** All four channels times a share of 255, rounded as Qt does. */
export const scaled = (pixel: number, share: number): number => {
  let even = Math.imul(pixel & 0xff00ff, share)
  even = ((even + ((even >>> 8) & 0xff00ff) + 0x800080) >>> 8) & 0xff00ff
  let odd = Math.imul((pixel >>> 8) & 0xff00ff, share)
  odd = (odd + ((odd >>> 8) & 0xff00ff) + 0x800080) & 0xff00ff00
  return even | odd
}

export const over = (above: number, below: number): number => {
  const alpha = above >>> 24
  return alpha === 255 ? above : (above + scaled(below, 255 - alpha)) | 0
}
