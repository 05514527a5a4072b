/**
 * Lines as thin as a pixel, or thinner, as Qt draws them: a step of a pixel along the line's longer direction, and across it
 * two pixels that share the colour. Thinner ones are fainter.
 */

/** Coverage from 1 to 255. Places may lie outside the picture. */
type DrawPixel = (x: number, y: number, coverage: number) => void

/** Positions are in 64ths of a pixel, slopes in 65536ths. */
const drawAlong = (
  draw: DrawPixel,
  isUpright: boolean,
  from: number,
  fromAcross: number,
  to: number,
  toAcross: number,
  begins: boolean,
  ends: boolean,
): void => {
  const isForward = from < to
  const step = (((toAcross - fromAcross) * 65_536) / (to - from)) | 0
  const across = isForward ? fromAcross : toAcross
  const longerAtStart = isForward ? begins : ends
  const longerAtEnd = isForward ? ends : begins
  let along = isForward ? from : to
  let lastAlong = isForward ? to : from
  let place = (across - 32) * 1024 - ((((along & 63) - 32) * step) >> 6)
  if (longerAtStart) {
    along -= 32
    place -= step >> 1
  }
  if (longerAtEnd) lastAlong += 32
  let at = along >> 6
  const last = lastAlong >> 6
  const pair = (share: number) => {
    const second = (place >> 8) & 255
    const cell = place >> 16
    const first = ((255 - second) * share) >> 6
    const other = (second * share) >> 6
    if (isUpright) {
      if (first > 0) draw(cell, at, first)
      if (other > 0) draw(cell + 1, at, other)
    } else {
      if (first > 0) draw(at, cell, first)
      if (other > 0) draw(at, cell + 1, other)
    }
  }
  pair(at === last ? lastAlong - along : 64 - (along & 63))
  if (at === last) return
  for (at += 1, place += step; at < last; at += 1, place += step) pair(64)
  if ((lastAlong & 63) > 0) pair(lastAlong & 63)
}

const drawSegment = (
  draw: DrawPixel,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  begins: boolean,
  ends: boolean,
): void => {
  const x0 = (fromX * 64) | 0
  const y0 = (fromY * 64) | 0
  const x1 = (toX * 64) | 0
  const y1 = (toY * 64) | 0
  if (Math.abs(x1 - x0) < Math.abs(y1 - y0)) drawAlong(draw, true, y0, x0, y1, x1, begins, ends)
  else if (x1 !== x0) drawAlong(draw, false, x0, y0, x1, y1, begins, ends)
}

/** `isLonger`: half a pixel at the ends of open lines. */
export const drawHairline = (
  draw: DrawPixel,
  { xy, isClosed }: { xy: Float64Array; isClosed: boolean },
  isLonger: boolean,
  { width, height }: { width: number; height: number },
): void => {
  const { length } = xy
  const end = isClosed ? length + 2 : length
  let x = xy[0] as number
  let y = xy[1] as number
  for (let i = 2; i < end; i += 2) {
    const toX = xy[i === length ? 0 : i] as number
    const toY = xy[i === length ? 1 : i + 1] as number
    const isSeen =
      (x > -2 || toX > -2) &&
      (y > -2 || toY > -2) &&
      (x < width + 2 || toX < width + 2) &&
      (y < height + 2 || toY < height + 2)
    if (isSeen)
      drawSegment(
        draw,
        x,
        y,
        toX,
        toY,
        isLonger && !isClosed && i === 2,
        isLonger && !isClosed && i + 2 === end,
      )
    x = toX
    y = toY
  }
}
