/**
 * Lines as thin as a pixel, or thinner, as Qt draws them: a step of a pixel along the line's longer direction, and across it
 * two pixels that share the colour. Thinner ones are fainter.
 */
import { over, scaled } from './blend.ts'

type Target = { width: number; height: number; pixels: Int32Array }
type ThinLine = {
  xy: Float64Array
  isClosed: boolean
  /** Half a pixel more at the ends, where it is open. */
  isLonger: boolean
}

/** Positions are in 64ths of a pixel, slopes in 65536ths. */
export const drawHairline = (
  { width, height, pixels }: Target,
  { xy, isClosed, isLonger }: ThinLine,
  color: number,
): void => {
  const { length } = xy
  const end = isClosed ? length + 2 : length
  let toX = ((xy[0] as number) * 64) | 0
  let toY = ((xy[1] as number) * 64) | 0
  for (let i = 2; i < end; i += 2) {
    const fromX = toX
    const fromY = toY
    toX = ((xy[i < length ? i : 0] as number) * 64) | 0
    toY = ((xy[i < length ? i + 1 : 1] as number) * 64) | 0
    const isUpright = Math.abs(toX - fromX) < Math.abs(toY - fromY)
    const from = isUpright ? fromY : fromX
    const to = isUpright ? toY : toX
    if (from === to) continue
    const isForward = from < to
    const fromAcross = isUpright ? fromX : fromY
    const toAcross = isUpright ? toX : toY
    const step = (((toAcross - fromAcross) * 65_536) / (to - from)) | 0
    let along = isForward ? from : to
    let lastAlong = isForward ? to : from
    let place = ((isForward ? fromAcross : toAcross) - 32) * 1024 - ((((along & 63) - 32) * step) >> 6)
    const begins = isLonger && !isClosed && i === 2
    const ends = isLonger && !isClosed && i + 2 === end
    if (isForward ? begins : ends) {
      along -= 32
      place -= step >> 1
    }
    if (isForward ? ends : begins) lastAlong += 32
    const first = along >> 6
    const last = lastAlong >> 6
    const cells = isUpright ? height : width
    const cellsAcross = isUpright ? width : height
    const perCell = isUpright ? width : 1
    const perAcross = isUpright ? 1 : width
    const stop = last < cells ? last : cells - 1
    let at = first
    if (at < 0) {
      place -= first * step
      at = 0
    }
    for (; at <= stop; at += 1, place += step) {
      const share =
        at === first
          ? first === last
            ? lastAlong - along
            : 64 - (along & 63)
          : at === last
            ? lastAlong & 63
            : 64
      if (share === 0) continue
      const second = (place >> 8) & 255
      const across = place >> 16
      const index = at * perCell + across * perAcross
      const covered = ((255 - second) * share) >> 6
      if (covered > 0 && across >= 0 && across < cellsAcross)
        pixels[index] = over(covered === 255 ? color : scaled(color, covered), pixels[index] as number)
      const other = (second * share) >> 6
      if (other > 0 && across >= -1 && across + 1 < cellsAcross)
        pixels[index + perAcross] = over(scaled(color, other), pixels[index + perAcross] as number)
    }
  }
}
